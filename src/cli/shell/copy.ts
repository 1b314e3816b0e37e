/** `\copy`: rows between a table or query and a file, in the formats of COPY: text (with tabs and \N) and CSV. */

import type { Cell, Row } from '../output/result.ts'
import { type OutputTarget, targetOf } from '../output/target.ts'
import { csvLine } from '../output/text-formats.ts'
import { splitArguments } from '../script/arguments.ts'
import { linesOf } from '../script/lines.ts'

import { CsvReader } from '../transfer/csv-reader.ts'
import { jsonCast } from '../transfer/insert-text.ts'
import { isBad } from '../transfer/records.ts'
import { TextSource } from '../transfer/text-source.ts'
import { UsageError } from '../usage-error.ts'
import type { Shell } from './shell.ts'

interface CopyOptions {
  readonly format: 'text' | 'csv'
  readonly hasHeader: boolean
  readonly delimiter: string
  readonly nullText: string
}

interface CopyCall {
  /** A table with or without its columns, or a query in parentheses. */
  readonly what: string
  readonly isFrom: boolean
  readonly file: string
  readonly options: CopyOptions
}

const ROWS_AT_ONCE = 200

/** @throws UsageError, FailedStatement: nothing was copied then */
export async function copy(shell: Shell, text: string): Promise<void> {
  const call = parseCopy(text)
  const count = call.isFrom ? await copyFrom(shell, call) : await copyTo(shell, call)
  if (!shell.isSet('QUIET') && call.file !== 'stdout') await shell.output.write(`COPY ${count}\n`)
}

function parseCopy(text: string): CopyCall {
  const match =
    /^((?:\((?:[^()']|'(?:[^']|'')*'|\([^()]*\))*\))|(?:"[^"]*"|[^\s("])+\s*(?:\([^)]*\))?)\s+(from|to)\s+('(?:[^']|'')*'|\S+)\s*(.*)$/is.exec(
      text,
    )
  if (match === null) throw new UsageError('\\copy: expected TABLE or (QUERY), FROM or TO, and a file')
  const [, what, direction, file, rest] = match
  return {
    what: what.trim(),
    isFrom: direction.toLowerCase() === 'from',
    file: file.startsWith("'") ? file.slice(1, -1).replaceAll("''", "'") : file,
    options: parseOptions(rest),
  }
}

/** `(format csv, header, delimiter ';')` and the older `csv header`. */
function parseOptions(text: string): CopyOptions {
  const words = splitArguments(text.replace(/^with\b/i, '').replace(/[(),=]/g, ' '))
  let format: CopyOptions['format'] = 'text'
  let hasHeader = false
  let delimiter: string | undefined
  let nullText: string | undefined
  for (let at = 0; at < words.length; at++) {
    switch (words[at].toLowerCase()) {
      case 'format':
        break
      case 'csv':
        format = 'csv'
        break
      case 'text':
        break
      case 'header':
        hasHeader = !/^(false|off|0)$/i.test(words[at + 1] ?? '')
        if (/^(true|on|1|false|off|0)$/i.test(words[at + 1] ?? '')) at++
        break
      case 'delimiter':
        delimiter = words[++at]
        break
      case 'null':
        nullText = words[++at] ?? ''
        break
      default:
        throw new UsageError(
          `\\copy: there is no option "${words[at]}" (known: format, csv, header, delimiter, null)`,
        )
    }
  }
  const isCsv = format === 'csv'
  return {
    format,
    hasHeader,
    delimiter: delimiter ?? (isCsv ? ',' : '\t'),
    nullText: nullText ?? (isCsv ? '' : '\\N'),
  }
}

async function copyTo(shell: Shell, { what, file, options }: CopyCall): Promise<number> {
  const columns = /^[^(]*\((.*)\)$/s.exec(what)
  const query = what.startsWith('(')
    ? what.slice(1, -1)
    : columns === null
      ? `select * from ${what}`
      : `select ${columns[1]} from ${what.slice(0, what.indexOf('('))}`
  const running = await shell.session.run(query)
  const target: OutputTarget = file === 'stdout' ? shell.output : await targetOf(file)
  const line = options.format === 'csv' ? csvLine : textLine
  let count = 0
  try {
    if (options.hasHeader)
      await target.write(
        line(
          running.columns.map(column => column.name),
          options.delimiter,
          options.nullText,
        ),
      )
    for await (const rows of running.parts) {
      count += rows.length
      if (!(await target.write(rows.map(row => line(row, options.delimiter, options.nullText)).join(''))))
        break
    }
  } finally {
    if (target !== shell.output) await target.end()
  }
  return count
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}
const UNESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function textLine(row: Row, delimiter: string, nullText: string): string {
  const cells = row.map(cell =>
    cell === null
      ? nullText
      : cell
          .replace(/[\b\f\n\r\t\v\\]/g, character => ESCAPES[character])
          .replaceAll(delimiter, `\\${delimiter}`),
  )
  return `${cells.join(delimiter)}\n`
}

async function* recordsOf(file: string, options: CopyOptions): AsyncGenerator<readonly Cell[]> {
  const source = new TextSource(file === 'stdin' ? '-' : file)
  if (options.format === 'csv') {
    const reader = new CsvReader(source, { ...options, nullInQuotes: false })
    for await (const batch of reader.records()) {
      for (const record of batch) {
        if (isBad(record)) throw new UsageError(`line ${record.line}: ${record.problem}`)
        yield record.values
      }
    }
    return
  }
  let isHead = options.hasHeader
  for await (const line of linesOf(source.pieces())) {
    if (line === '\\.') return
    if (!isHead) yield textCells(line, options)
    isHead = false
  }
}

function textCells(line: string, { delimiter, nullText }: CopyOptions): Cell[] {
  const cells: string[] = ['']
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') cells[cells.length - 1] += line.slice(at, ++at + 1)
    else if (line[at] === delimiter) cells.push('')
    else cells[cells.length - 1] += line[at]
  }
  return cells.map(cell =>
    cell === nullText
      ? null
      : cell.replace(/\\(.)/gs, (_whole, character: string) => UNESCAPES[character] ?? character),
  )
}

/** In one transaction, unless there is one already. */
async function copyFrom(shell: Shell, { what, file, options }: CopyCall): Promise<number> {
  const { session } = shell
  const [, table, list] = /^(.*?)\s*(?:\((.*)\))?$/s.exec(what)!
  const columns = await session.describe(`select ${list ?? '*'} from ${table}`)
  const isOwn = !session.status.isInTransaction
  if (isOwn) await session.rows('begin')
  let count = 0
  try {
    let pending: (readonly Cell[])[] = []
    const store = async (): Promise<void> => {
      if (pending.length === 0) return
      let number = 0
      const values = pending.map(
        () => `(${columns.map(({ type }) => jsonCast(`$${++number}`, type)).join(', ')})`,
      )
      for await (const _ of (
        await session.run(`insert into ${what} values ${values.join(', ')}`, pending.flat())
      ).parts);
      count += pending.length
      pending = []
    }
    for await (const record of recordsOf(file, options)) {
      if (shell.isCancelled) throw new UsageError('interrupted')
      if (record.length !== columns.length) {
        throw new UsageError(
          `row ${count + pending.length + 1}: it has ${record.length} values, not ${columns.length}`,
        )
      }
      pending.push(record)
      if (pending.length === ROWS_AT_ONCE) await store()
    }
    await store()
    if (isOwn) await session.rows('commit')
  } catch (error) {
    if (isOwn) await session.rows('rollback')
    throw error
  }
  return count
}
