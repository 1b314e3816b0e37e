/** `coppice dump`: a database as a script of SQL. */

import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { durationText, plural } from '../output/quantities.ts'
import { dumpDatabase, UnknownTable } from '../transfer/dump.ts'
import { tableName } from '../transfer/importer.ts'
import { UsageError } from '../usage-error.ts'
import { repeatable } from './arguments.ts'
import { OutputFile } from './output-file.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface DumpCommandOptions extends TaskOptions {
  readonly output: string
  readonly schemaOnly?: true
  readonly dataOnly?: true
  readonly table?: readonly string[]
}

const EXAMPLES = `
PostgreSQL and Coppice both run what it writes. Tables that were made in TypeScript become tables of SQL.

Examples:
  coppice dump app.db -o app.sql
  coppice new.db -1 -f app.sql                 into a new database
  coppice dump app.db | psql -1 postgres       into PostgreSQL
  coppice dump app.db --schema-only
  coppice dump app.db --table users -o users.sql.gz

Exit status: 0 fine; 1 it failed, and there is no new file; 2 the database cannot be opened; 130 Ctrl-C.`

export function addDump(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('dump')
      .summary('write a database as SQL')
      .description('Writes a database, its definitions and rows, as a script of SQL.')
      .argument('<database>')
      .option('-o, --output <file>', 'where to; - is standard output', '-')
      .option('--schema-only', 'no rows')
      .option('--data-only', 'rows only')
      .option('-t, --table <name>', 'only this one; may be said several times', repeatable),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: DumpCommandOptions) =>
      done(await runTask(options, task => run(task, path, options))),
    )
}

async function run(task: Task, path: string, options: DumpCommandOptions): Promise<undefined> {
  if (options.schemaOnly && options.dataOnly) throw new UsageError('say either --schema-only or --data-only')
  await using database = await task.open(path, { readOnly: true })
  const startedMs = performance.now()
  const output = new OutputFile(options.output)
  using snapshot = database.read()
  let report: Awaited<ReturnType<typeof dumpDatabase>>
  try {
    report = await dumpDatabase(snapshot, output, {
      withDefinitions: options.dataOnly !== true,
      withRows: options.schemaOnly !== true,
      tables: (options.table ?? []).map(tableName),
      signal: task.signal,
      onProgress: (rows, total) => {
        if (task.isBesides(options.output)) task.progress.update('dump', rows, total, 'rows')
      },
    })
    await output.complete()
  } catch (error) {
    await output.discard()
    if (error instanceof UnknownTable) throw new UsageError(error.message)
    throw error
  }
  if (options.output === '-') return
  const elapsedMs = Math.round(performance.now() - startedMs)
  const { rows, tables } = report
  task.result(
    { file: options.output, ...report, elapsedMs },
    `${plural(tables, 'table')} and ${plural(rows, 'row')} into ${options.output} in ${durationText(elapsedMs)}.`,
  )
}
