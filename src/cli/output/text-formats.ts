/** Rows as CSV and as JSON. */

import { arrayFromText } from './array-text.ts'
import { type Cell, type Column, isNumber, type Row } from './result.ts'

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$|^$|^\\\.$/

/** A line of CSV (RFC 4180, as COPY writes it): null is nothing, the empty text is "". */
export function csvLine(row: Row, separator = ',', nullText = ''): string {
  let line = ''
  for (let i = 0; i < row.length; i++) {
    const cell = row[i]
    if (i > 0) line += separator
    if (cell === null) line += nullText
    else if (NEEDS_QUOTES.test(cell) || cell.includes(separator) || cell === nullText) {
      line += `"${cell.replaceAll('"', '""')}"`
    } else line += cell
  }
  return `${line}\n`
}

/** A row as a JSON object on one line. */
export function jsonLine(columns: readonly Column[], row: Row): string {
  let line = '{'
  for (let i = 0; i < columns.length; i++) {
    line += `${i === 0 ? '' : ','}${JSON.stringify(columns[i].name)}:${jsonValue(row[i], columns[i])}`
  }
  return `${line}}`
}

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** A value as JSON: numbers with all their digits, arrays nested, JSON as it is, everything else as text. */
export function jsonValue(cell: Cell, column: Column): string {
  if (cell === null) return 'null'
  const { type } = column
  if (type.endsWith('[]')) {
    const element: Column = { name: '', type: type.slice(0, -2) }
    return jsonArray(arrayFromText(cell), element)
  }
  if (type === 'json' || type === 'jsonb')
    return cell.includes('\n') ? JSON.stringify(JSON.parse(cell)) : cell
  if (type === 'boolean') return cell === 't' || cell === 'true' ? 'true' : 'false'
  if (isNumber(column) && JSON_NUMBER.test(cell)) return cell
  if (type.startsWith('timestamp')) return JSON.stringify(isoTimestamp(cell))
  return JSON.stringify(cell)
}

type Nested = Cell | readonly Nested[]

function jsonArray(value: Nested, element: Column): string {
  if (value === null || typeof value === 'string') return jsonValue(value, element)
  return `[${value.map(one => jsonArray(one, element)).join(',')}]`
}

/** `2024-05-06 07:08:09+00` as RFC 3339 writes it. Years before Christ and infinity stay as they are. */
function isoTimestamp(text: string): string {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::?\d\d)?)?$/.exec(text)
  if (match === null) return text
  const [, date, time, zone] = match
  if (zone === undefined) return `${date}T${time}`
  return `${date}T${time}${zone.length === 3 ? `${zone}:00` : zone}`
}
