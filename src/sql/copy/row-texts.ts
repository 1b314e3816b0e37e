/** Rows as lines of COPY's text and CSV formats. */

import type { CopyOptions } from './options.ts'

/** Makes the function that turns the texts of a row into its line. */
export function rowLine(
  options: CopyOptions,
  columns: readonly string[],
): (fields: readonly (string | null)[]) => string {
  const { delimiter, nullText, format, forceQuote } = options
  if (format === 'text') {
    return fields =>
      `${fields.map(field => (field === null ? nullText : escaped(field, delimiter))).join(delimiter)}\n`
  }
  const isForced = columns.map(name => forceQuote === '*' || forceQuote.includes(name))
  const isAlone = columns.length === 1
  return fields =>
    `${fields
      .map((field, i) => (field === null ? nullText : csvField(field, options, isForced[i], isAlone)))
      .join(delimiter)}\n`
}

/** The line of names. */
export function headerLine(options: CopyOptions, columns: readonly string[]): string {
  const line = rowLine({ ...options, forceQuote: [] }, columns)
  return line(columns)
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

function escaped(field: string, delimiter: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a backspace is what is meant
  const text = /[\u0008\f\n\r\t\v\\]/.test(field)
    ? // biome-ignore lint/suspicious/noControlCharactersInRegex: a backspace is what is meant
      field.replace(/[\u0008\f\n\r\t\v\\]/g, one => SPECIAL[one])
    : field
  return delimiter === '\t' || !text.includes(delimiter) ? text : text.replaceAll(delimiter, `\\${delimiter}`)
}

function csvField(
  field: string,
  { delimiter, quote, escapeWith, nullText }: CopyOptions,
  isForced: boolean,
  isAlone: boolean,
): string {
  const mustQuote =
    isForced ||
    field === nullText ||
    field.includes(delimiter) ||
    field.includes(quote) ||
    /[\r\n]/.test(field) ||
    // Alone on its line it would end what is read.
    (isAlone && field === '\\.')
  if (!mustQuote) return field
  const inside =
    escapeWith === quote
      ? field.replaceAll(quote, quote + quote)
      : field.replaceAll(escapeWith, escapeWith + escapeWith).replaceAll(quote, escapeWith + quote)
  return quote + inside + quote
}
