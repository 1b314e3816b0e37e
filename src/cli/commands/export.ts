/** `coppice export`: tables and queries into files. */

import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { durationText, plural } from '../output/quantities.ts'
import { exportQuery } from '../transfer/exporter.ts'
import { FILE_FORMATS, type FileFormat, formatOf } from '../transfer/formats.ts'
import { tableName } from '../transfer/importer.ts'
import { UsageError } from '../usage-error.ts'
import { OutputFile } from './output-file.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface ExportCommandOptions extends TaskOptions {
  readonly query?: string
  readonly output: string
  readonly format?: FileFormat
  readonly header: boolean
  readonly delimiter: string
  readonly null: string
}

const EXAMPLES = `
A file appears under its name when it is complete. What is written is one state of the database, whatever is written
to it meanwhile.

Examples:
  coppice export app.db users -o users.csv
  coppice export app.db users -o users.csv.gz
  coppice export app.db --query 'select * from users where age > 30' -o adults.jsonl
  coppice export app.db users -o users.feather          Arrow, for data frames
  coppice export app.db users --format jsonl | jq .email

coppice dump writes a whole database as SQL.

Exit status: 0 fine; 1 it failed, and there is no new file; 2 the database cannot be opened; 130 Ctrl-C.`

export function addExport(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('export')
      .summary('write a table or a query into a file: CSV, JSON, Arrow')
      .description('Writes the rows of a table, or of a query, as CSV, JSON lines, JSON or Arrow (Feather).')
      .argument('<database>', 'the database')
      .argument('[table]', 'the table')
      .option('--query <sql>', 'in place of a table')
      .option('-o, --output <file>', 'where to; - is standard output', '-')
      .addOption(
        new Option('-f, --format <format>', 'otherwise by the name of the file, else csv').choices(
          FILE_FORMATS,
        ),
      )
      .option('--no-header', 'CSV without names')
      .option('-d, --delimiter <character>', 'what separates the values of CSV', ',')
      .option('--null <text>', 'what null is in CSV', ''),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (database: string, table: string | undefined, options: ExportCommandOptions) => {
      done(await runTask(options, task => runExport(task, database, table, options)))
    })
}

async function runExport(
  task: Task,
  path: string,
  table: string | undefined,
  options: ExportCommandOptions,
): Promise<undefined> {
  if ((table === undefined) === (options.query === undefined)) {
    throw new UsageError('say either a table or --query')
  }
  const delimiter = options.delimiter.replace('\\t', '\t')
  if (delimiter.length !== 1) throw new UsageError('--delimiter: expected one character')
  const format = options.format ?? formatOf(options.output) ?? 'csv'
  await using database = await task.open(path, { readOnly: true })
  const startedMs = performance.now()
  const output = new OutputFile(options.output)
  const total = table === undefined ? undefined : rowCount(database, table)
  let rows: number
  try {
    rows = await exportQuery(database, output, {
      query: options.query ?? `select * from ${tableName(table!)}`,
      format,
      delimiter,
      hasHeader: options.header,
      nullText: options.null,
      signal: task.signal,
      onProgress: done => {
        if (task.isBesides(options.output)) task.progress.update('export', done, total, 'rows')
      },
    })
    await output.complete()
  } catch (error) {
    await output.discard()
    throw error
  }
  const elapsedMs = performance.now() - startedMs
  // Standard output is for the rows.
  if (options.output === '-') return undefined
  const text = `${plural(rows, 'row')} into ${options.output} in ${durationText(elapsedMs)}.`
  task.result({ rows, file: options.output, format, elapsedMs: Math.round(elapsedMs) }, text)
  return undefined
}

function rowCount(database: Awaited<ReturnType<Task['open']>>, table: string): number | undefined {
  const [row] = database.query<{ n: number }>(`select count(*) as n from ${tableName(table)}`)
  return row?.n
}
