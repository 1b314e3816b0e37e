/**
 * Rows of COPY's text and CSV formats, cut out of text that comes in pieces of any size. Every row is its fields' texts; null
 * where the field says so.
 *
 * Text: a line a row, fields between delimiters, a backslash in front of what means something else; `\.` alone ends it all.
 * CSV: fields may be quoted, and then hold delimiters, quotes (doubled, or escaped) and line ends.
 */

import { SqlError } from '../errors.ts'
import type { CopyOptions } from './options.ts'

export type RowFields = (string | null)[]

/** Takes text, gives rows. */
export interface RowSplitter {
  /** The rows that are complete now. @throws SqlError 22P04 */
  push(text: string): Generator<RowFields>
  /** What is left when there is no more. */
  end(): Generator<RowFields>
}

export function rowSplitter(options: CopyOptions, columns: readonly string[]): RowSplitter {
  return options.format === 'csv' ? new CsvRows(options, columns) : new TextRows(options)
}

class TextRows implements RowSplitter {
  private readonly options: CopyOptions
  private rest = ''
  private isAtEnd = false

  constructor(options: CopyOptions) {
    this.options = options
  }

  *push(text: string): Generator<RowFields> {
    const all = this.rest + text
    let start = 0
    for (let end = lineEnd(all, 0); end >= 0; end = lineEnd(all, start)) {
      const line = all[end - 1] === '\r' ? all.slice(start, end - 1) : all.slice(start, end)
      start = end + 1
      if (this.isAtEnd || line === '\\.') this.isAtEnd = true
      else yield this.fields(line)
    }
    this.rest = all.slice(start)
  }

  *end(): Generator<RowFields> {
    const line = this.rest
    this.rest = ''
    if (!this.isAtEnd && line !== '' && line !== '\\.') yield this.fields(line)
  }

  private fields(line: string): RowFields {
    const { delimiter, nullText } = this.options
    if (!line.includes('\\')) {
      const parts: RowFields = line.split(delimiter)
      for (let i = 0; i < parts.length; i++) if (parts[i] === nullText) parts[i] = null
      return parts
    }
    return splitEscaped(line, delimiter).map(part => (part === nullText ? null : unescaped(part)))
  }
}

/** The next line end that no backslash stands in front of. */
function lineEnd(text: string, from: number): number {
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) {
    let before = at - 1
    while (before >= from && text[before] === '\\') before--
    if ((at - 1 - before) % 2 === 0) return at
  }
  return -1
}

function splitEscaped(line: string, delimiter: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === delimiter) {
      parts.push(line.slice(start, at))
      start = at + 1
    }
  }
  parts.push(line.slice(start))
  return parts
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function unescaped(part: string): string {
  if (!part.includes('\\')) return part
  const text = part.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))/g, (_, octal, hex, other) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return ESCAPES[other] ?? other
  })
  // Bytes that were written by their numbers may make up characters together.
  return /\\[0-7x]/.test(part) ? fromBytes(text) : text
}

/** Text of which the characters from 128 to 255 may be bytes of UTF-8. */
function fromBytes(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text
  const decoded = Buffer.from(text, 'latin1').toString('utf8')
  if (decoded.includes('\ufffd')) throw new SqlError('22021', 'invalid byte sequence for encoding "UTF8"')
  return decoded
}

class CsvRows implements RowSplitter {
  private readonly options: CopyOptions
  private readonly forceNotNull: readonly boolean[]
  private readonly forceNull: readonly boolean[]
  private rest = ''
  private isAtEnd = false

  constructor(options: CopyOptions, columns: readonly string[]) {
    this.options = options
    const isIn = (list: readonly string[] | '*') => columns.map(name => list === '*' || list.includes(name))
    this.forceNotNull = isIn(options.forceNotNull)
    this.forceNull = isIn(options.forceNull)
  }

  *push(text: string): Generator<RowFields> {
    const all = this.rest + text
    let start = 0
    for (;;) {
      const row = this.row(all, start, false)
      if (row === undefined) break
      const end = row.end
      // psql up to version 17 sends the line that ends its input.
      if (isEndMark(all.slice(start, end))) this.isAtEnd = true
      if (!this.isAtEnd) yield row.fields
      start = end
    }
    this.rest = all.slice(start)
  }

  *end(): Generator<RowFields> {
    const { rest } = this
    this.rest = ''
    if (rest === '' || this.isAtEnd || isEndMark(rest)) return
    const row = this.row(rest, 0, true)
    if (row !== undefined) yield row.fields
  }

  /** The row that begins there; undefined when its end is not here yet. */
  private row(
    text: string,
    start: number,
    isLast: boolean,
  ): { readonly fields: RowFields; readonly end: number } | undefined {
    const { delimiter, quote, escapeWith } = this.options
    const fields: RowFields = []
    let field = ''
    let wasQuoted = false
    let at = start
    for (;;) {
      if (at >= text.length) {
        if (!isLast) return undefined
        fields.push(this.value(field, wasQuoted, fields.length))
        return { fields, end: at }
      }
      const character = text[at]
      if (character === quote) {
        const quoted = quotedPart(text, at + 1, quote, escapeWith)
        if (quoted === undefined) {
          if (isLast) throw new SqlError('22P04', 'unterminated CSV quoted field')
          return undefined
        }
        // Whether another quote follows that belongs to it is known with the next character.
        if (quoted.end >= text.length && !isLast) return undefined
        field += quoted.text
        wasQuoted = true
        at = quoted.end
      } else if (character === delimiter) {
        fields.push(this.value(field, wasQuoted, fields.length))
        field = ''
        wasQuoted = false
        at++
      } else if (character === '\n' || character === '\r') {
        if (character === '\r' && at + 1 >= text.length && !isLast) return undefined
        fields.push(this.value(field, wasQuoted, fields.length))
        return { fields, end: at + (character === '\r' && text[at + 1] === '\n' ? 2 : 1) }
      } else {
        const plain = at
        do at++
        while (at < text.length && !isSpecial(text[at], delimiter, quote))
        field += text.slice(plain, at)
      }
    }
  }

  private value(field: string, wasQuoted: boolean, column: number): string | null {
    if (field !== this.options.nullText) return field
    if (wasQuoted) return this.forceNull[column] ? null : field
    return this.forceNotNull[column] ? field : null
  }
}

function isEndMark(line: string): boolean {
  return line.length <= 4 && line.startsWith('\\.') && line.trimEnd() === '\\.'
}

function isSpecial(character: string, delimiter: string, quote: string): boolean {
  return character === delimiter || character === quote || character === '\n' || character === '\r'
}

/** What stands between quotes, from behind the first one; undefined when the last one is not here. */
function quotedPart(
  text: string,
  from: number,
  quote: string,
  escapeWith: string,
): { readonly text: string; readonly end: number } | undefined {
  let part = ''
  let start = from
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    const next = text[at + 1]
    if (character === escapeWith && (next === quote || next === escapeWith)) {
      part += text.slice(start, at) + next
      at++
      start = at + 1
    } else if (character === quote) return { text: part + text.slice(start, at), end: at + 1 }
  }
  return undefined
}
