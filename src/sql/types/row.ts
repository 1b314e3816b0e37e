/**
 * Rows as values: `ROW(1, 'a')`, composite types, whole rows of tables; and their text, `(1,"a b",)`.
 * Which types the fields have is said by the expression's type (composite) or by the row itself (records).
 */

import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { SqlType } from './type.ts'

export class SqlRow {
  readonly values: readonly Value[]
  /** Of a record, whose type says nothing of its fields; a composite type's rows have them too. */
  readonly types: readonly SqlType[]
  readonly names: readonly string[] | undefined

  constructor(values: readonly Value[], types: readonly SqlType[], names?: readonly string[]) {
    this.values = values
    this.types = types
    this.names = names
  }
}

/** `print` gives a field's text by its place. Null is nothing at all, the empty string is `""`. */
export function rowText(row: SqlRow, print: (value: Value, at: number) => string): string {
  return `(${row.values.map((value, at) => (value === null ? '' : quoted(print(value, at)))).join(',')})`
}

function quoted(text: string): string {
  return text === '' || /["\\(),\s]/.test(text) ? `"${text.replace(/["\\]/g, '$&$&')}"` : text
}

/** The texts of the fields; null for what is empty and unquoted. */
export function rowFields(text: string, fieldCount: number): (string | null)[] {
  const malformed = (detail: string): SqlError =>
    new SqlError('22P02', `malformed record literal: "${text}"`, { detail })
  let at = 0
  while (/\s/.test(text[at] ?? '')) at++
  if (text[at] !== '(') throw malformed('Missing left parenthesis.')
  at++
  const fields: (string | null)[] = []
  for (let field = 0; field < fieldCount; field++) {
    if (field > 0) {
      if (text[at] !== ',') throw malformed('Too few columns.')
      at++
    }
    if (text[at] === ',' || text[at] === ')') {
      fields.push(null)
      continue
    }
    let raw = ''
    let isQuoted = false
    while (isQuoted || (text[at] !== ',' && text[at] !== ')')) {
      if (at >= text.length) throw malformed('Unexpected end of input.')
      const character = text[at++]
      if (character === '\\') {
        if (at >= text.length) throw malformed('Unexpected end of input.')
        raw += text[at++]
      } else if (character === '"') {
        if (!isQuoted) isQuoted = true
        else if (text[at] === '"') raw += text[at++]
        else isQuoted = false
      } else raw += character
    }
    fields.push(raw)
  }
  if (text[at] !== ')') throw malformed('Too many columns.')
  at++
  while (/\s/.test(text[at] ?? '')) at++
  if (at < text.length) throw malformed('Junk after right parenthesis.')
  return fields
}
