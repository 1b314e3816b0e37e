/** `coppice import`: files into tables. */

import { type Command, Option } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { durationText, plural } from '../output/quantities.ts'
import { CsvReader } from '../transfer/csv-reader.ts'
import { type FileFormat, formatOf, IMPORT_FORMATS, tableOf } from '../transfer/formats.ts'
import { type ImportReport, importRecords } from '../transfer/importer.ts'
import { JsonReader } from '../transfer/json-reader.ts'
import type { RecordReader } from '../transfer/records.ts'
import { TextSource } from '../transfer/text-source.ts'
import { UsageError } from '../usage-error.ts'
import { repeatable, wholeNumber } from './arguments.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface ImportCommandOptions extends TaskOptions {
  readonly table?: string
  readonly format?: FileFormat
  readonly header: boolean
  readonly delimiter?: string
  readonly null: string
  readonly nullInQuotes?: true
  readonly encoding: string
  readonly type?: readonly string[]
  readonly primaryKey?: string
  readonly replace?: true
  readonly skipBadLines?: true
  readonly maxBadLines?: number
  readonly sample: number
}

const EXAMPLES = `
The table is made when there is none: the types of its columns are found out from the file. Everything is one transaction:
all of the file is in the table afterwards, or nothing.

Examples:
  coppice import app.db people.csv                      into the table people
  coppice import app.db people.csv.gz --primary-key id
  coppice import app.db events.jsonl --table log.events
  coppice import app.db export.csv --delimiter ';' --encoding windows-1252 --type zip=text
  coppice import app.db big.csv --skip-bad-lines        what cannot be read is left out and reported by line
  curl https://example.org/a.csv | coppice import app.db - --format csv --table a

Exit status: 0 everything was read; 4 lines were left out; 1 nothing was read; 2 the database cannot be opened; 130 Ctrl-C,
and nothing was read.`

export function addImport(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('import')
      .summary('read a file into a table: CSV, JSON, Arrow')
      .description('Reads a file of CSV, JSON lines, JSON or Arrow (Feather) into a table.')
      .argument('<database>', 'the database; made when there is none')
      .argument('<file>', 'what to read; - is standard input')
      .option('-t, --table <name>', 'the table; otherwise the name of the file')
      .addOption(
        new Option('-f, --format <format>', 'otherwise by the name of the file').choices(IMPORT_FORMATS),
      )
      .option('--no-header', 'the first line of CSV is no header')
      .option('-d, --delimiter <character>', 'what separates the values of CSV; otherwise found out')
      .option('--null <text>', 'what null is in CSV (outside of quotes)', '')
      .option('--null-in-quotes', 'inside of quotes, too')
      .option('--encoding <name>', 'of text', 'utf-8')
      .option(
        '--type <column=type>',
        'the type of a column of a new table; may be said several times',
        repeatable,
      )
      .option('--primary-key <columns>', 'of a new table, with commas between')
      .option('--replace', 'drop the table first')
      .option('--skip-bad-lines', 'leave out what cannot be read or stored, and report it')
      .option('--max-bad-lines <count>', 'more are an error', wholeNumber)
      .option('--sample <count>', 'records that are looked at for the types', wholeNumber, 10_000),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (database: string, file: string, options: ImportCommandOptions) => {
      done(await runTask(options, task => runImport(task, database, file, options)))
    })
}

async function runImport(
  task: Task,
  path: string,
  file: string,
  options: ImportCommandOptions,
): Promise<ExitCode> {
  const format = options.format ?? formatOf(file)
  if (format === undefined) {
    throw new UsageError(
      `${file}: its name does not say what is in it; --format is one of ${IMPORT_FORMATS.join(', ')}`,
    )
  }
  const table = options.table ?? tableOf(file)
  if (table === undefined) throw new UsageError('--table: standard input has no name for a table')
  const source = new TextSource(file, options.encoding, task.signal)
  const open = await readerFor(format, source, file, options)
  await using database = await task.open(path, { create: true })
  const startedMs = performance.now()
  const report = await importRecords(database, open, {
    table,
    types: typesOf(options.type ?? []),
    primaryKey: options.primaryKey?.split(',').map(name => name.trim()) ?? [],
    replaces: options.replace ?? false,
    skipsBad: options.skipBadLines ?? false,
    badMax: options.maxBadLines ?? Number.POSITIVE_INFINITY,
    sampleSize: options.sample,
    isRepeatable: source.isRepeatable,
    signal: task.signal,
    onProgress: bytesRead => task.progress.update(`import ${table}`, bytesRead, source.sizeBytes, 'bytes'),
    onRestart: reason => task.note(`${reason}. Reading it again with wider types.`),
  })
  const elapsedMs = performance.now() - startedMs
  task.result({ ...report, elapsedMs: Math.round(elapsedMs) }, reportText(report, elapsedMs, task))
  return report.badCount > 0 ? EXIT.found : EXIT.ok
}

async function readerFor(
  format: FileFormat,
  source: TextSource,
  file: string,
  options: ImportCommandOptions,
): Promise<() => RecordReader> {
  switch (format) {
    case 'csv':
      return () =>
        new CsvReader(source, {
          delimiter: options.delimiter?.replace('\\t', '\t'),
          hasHeader: options.header,
          nullText: options.null,
          nullInQuotes: options.nullInQuotes ?? false,
        })
    case 'jsonl':
    case 'json':
      return () => new JsonReader(source)
    case 'arrow':
    case 'arrows': {
      const { arrowReader } = await import('../transfer/arrow-reader.ts')
      return arrowReader(file, source)
    }
  }
}

function typesOf(said: readonly string[]): Map<string, string> {
  return new Map(
    said.map((text): [string, string] => {
      const at = text.indexOf('=')
      if (at < 1) throw new UsageError(`--type ${text}: expected COLUMN=TYPE`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

const SHOWN_BAD_LINES = 20

function reportText(report: ImportReport, elapsedMs: number, { colours }: Task): string {
  const { badCount, badLines, columns, rows, table, wasCreated } = report
  let text = `${plural(rows, 'row')} into ${colours.strong(table)} in ${durationText(elapsedMs)}.\n`
  if (wasCreated) {
    const width = Math.max(...columns.map(column => column.name.length))
    text += `New table:\n${columns.map(({ name, type }) => `  ${name.padEnd(width)}  ${type}\n`).join('')}`
  }
  if (badCount === 0) return text
  text += `${colours.note(`${plural(badCount, 'line')} left out:`)}\n`
  for (const { line, problem } of badLines.slice(0, SHOWN_BAD_LINES)) text += `  line ${line}: ${problem}\n`
  if (badCount > SHOWN_BAD_LINES) text += `  and ${plural(badCount - SHOWN_BAD_LINES, 'other')}\n`
  return text
}
