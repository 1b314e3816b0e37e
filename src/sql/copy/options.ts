/** What COPY was told: its options with their defaults, checked against each other as PostgreSQL does. */

import { notSupported, SqlError } from '../errors.ts'
import type { CopyOption, CopyStatement } from '../syntax/tree.ts'

export interface CopyOptions {
  readonly format: 'text' | 'csv' | 'binary'
  readonly delimiter: string
  /** What NULL is written as. */
  readonly nullText: string
  /** `match`: on the way in the names must be the columns'. */
  readonly header: boolean | 'match'
  readonly quote: string
  readonly escapeWith: string
  /** Columns by name, or all. */
  readonly forceQuote: readonly string[] | '*'
  readonly forceNotNull: readonly string[] | '*'
  readonly forceNull: readonly string[] | '*'
  /** Rows with values that cannot be read are left out. */
  readonly skipsErrors: boolean
}

const NAMES = new Set([
  'format',
  'delimiter',
  'null',
  'header',
  'quote',
  'escape',
  'force_quote',
  'force_not_null',
  'force_null',
  'on_error',
  'encoding',
  'freeze',
])

/** @throws SqlError 42601, 22023, 0A000 */
export function copyOptions({ options, isFrom }: CopyStatement): CopyOptions {
  const given = new Map<string, CopyOption>()
  for (const option of options) {
    const { name, at } = option
    if (!NAMES.has(name)) {
      if (['default', 'log_verbosity', 'reject_limit'].includes(name)) {
        throw notSupported(`COPY (${name.toUpperCase()})`, at)
      }
      throw new SqlError('42601', `option "${name}" not recognized`, { position: at })
    }
    if (given.has(name)) throw new SqlError('42601', 'conflicting or redundant options', { position: at })
    given.set(name, option)
  }
  const text = (name: string): string | undefined => {
    const value = given.get(name)?.value
    return typeof value === 'string' ? value : undefined
  }
  const format = formatOf(given.get('format'))
  refuseEncoding(given.get('encoding'))
  const isCsv = format === 'csv'
  for (const name of ['quote', 'escape', 'force_quote', 'force_not_null', 'force_null']) {
    if (!isCsv && given.has(name)) {
      throw new SqlError('0A000', `COPY ${name.toUpperCase()} requires CSV mode`, {
        position: given.get(name)!.at,
      })
    }
  }
  for (const name of ['delimiter', 'null', 'header']) {
    if (format === 'binary' && given.has(name)) {
      throw new SqlError('42601', `cannot specify ${name.toUpperCase()} in BINARY mode`)
    }
  }
  refuseDirection(given, isFrom)
  const quote = oneByte('quote', text('quote') ?? '"')
  const checked: CopyOptions = {
    format,
    delimiter: oneByte('delimiter', text('delimiter') ?? (isCsv ? ',' : '\t')),
    nullText: text('null') ?? (isCsv ? '' : '\\N'),
    header: headerOf(given.get('header'), isFrom),
    quote,
    escapeWith: oneByte('escape', text('escape') ?? quote),
    forceQuote: columnsOf(given.get('force_quote')),
    forceNotNull: columnsOf(given.get('force_not_null')),
    forceNull: columnsOf(given.get('force_null')),
    skipsErrors: onErrorOf(given.get('on_error')),
  }
  checkDelimiter(checked)
  return checked
}

function formatOf(option: CopyOption | undefined): CopyOptions['format'] {
  const value = option?.value ?? 'text'
  if (value === 'text' || value === 'csv' || value === 'binary') return value
  throw new SqlError('22023', `COPY format "${String(value)}" not recognized`, { position: option!.at })
}

function refuseEncoding(option: CopyOption | undefined): void {
  if (option !== undefined && !/^(utf-?8|unicode)$/i.test(String(option.value))) {
    throw notSupported(`COPY in the encoding ${String(option.value)}`, option.at)
  }
}

function refuseDirection(given: ReadonlyMap<string, CopyOption>, isFrom: boolean): void {
  const wrong = isFrom ? ['force_quote'] : ['force_not_null', 'force_null', 'on_error', 'freeze']
  for (const name of wrong) {
    const option = given.get(name)
    if (option === undefined) continue
    const shown = name.toUpperCase()
    throw new SqlError('22023', `COPY ${shown} cannot be used with COPY ${isFrom ? 'FROM' : 'TO'}`, {
      position: option.at,
    })
  }
}

function headerOf(option: CopyOption | undefined, isFrom: boolean): boolean | 'match' {
  if (option === undefined) return false
  const value = String(option.value ?? 'true').toLowerCase()
  if (value === 'match') {
    if (isFrom) return 'match'
    throw new SqlError('0A000', 'cannot use "match" with HEADER in COPY TO', { position: option.at })
  }
  if (['true', 'on', '1'].includes(value)) return true
  if (['false', 'off', '0'].includes(value)) return false
  throw new SqlError('42601', 'header requires a Boolean value or "match"', { position: option.at })
}

function columnsOf(option: CopyOption | undefined): readonly string[] | '*' {
  if (option?.value === undefined) return []
  if (option.value === '*' || typeof option.value !== 'string') return option.value as readonly string[] | '*'
  throw new SqlError('22023', `argument to option "${option.name}" must be a list of column names`)
}

function onErrorOf(option: CopyOption | undefined): boolean {
  const value = String(option?.value ?? 'stop').toLowerCase()
  if (value === 'stop' || value === 'ignore') return value === 'ignore'
  throw new SqlError('22023', `COPY ON_ERROR "${value}" not recognized`, { position: option!.at })
}

function oneByte(name: string, value: string): string {
  if (value.length === 1 && value.charCodeAt(0) < 128) return value
  throw new SqlError('0A000', `COPY ${name} must be a single one-byte character`)
}

function checkDelimiter({ format, delimiter, nullText, quote }: CopyOptions): void {
  if (format === 'binary') return
  if (delimiter === '\n' || delimiter === '\r') {
    throw new SqlError('22023', 'COPY delimiter cannot be newline or carriage return')
  }
  if (/[\r\n]/.test(nullText)) {
    throw new SqlError('22023', 'COPY null representation cannot use newline or carriage return')
  }
  if (format === 'text' && /[\\.a-z0-9]/.test(delimiter)) {
    throw new SqlError('22023', `COPY delimiter cannot be "${delimiter}"`)
  }
  if (nullText.includes(delimiter)) {
    throw new SqlError('22023', 'COPY delimiter character must not appear in the NULL specification')
  }
  if (format === 'csv' && delimiter === quote) {
    throw new SqlError('22023', 'COPY delimiter and quote must be different')
  }
  if (format === 'csv' && nullText.includes(quote)) {
    throw new SqlError('22023', 'CSV quote character must not appear in the NULL specification')
  }
}
