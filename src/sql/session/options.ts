/** How results come to JavaScript, and how long a statement may run. */

import { CoppiceError } from '../../base/errors.ts'
import { checkOptionNames } from '../../base/known-options.ts'

export interface QueryOptions {
  /** Rows as objects by column name (default), or as arrays. */
  readonly rowMode?: 'object' | 'array' | undefined
  /**
   * Values as JavaScript's (default), or all of them as the text that PostgreSQL prints; then what is below does not
   * matter.
   */
  readonly values?: 'javascript' | 'text' | undefined
  /**
   * int8 values: as numbers while they are safe integers and bigints beyond (default `'auto'`), always as bigints, or as
   * text.
   */
  readonly bigint?: 'auto' | 'bigint' | 'string' | undefined
  /** numeric values: as text, exact (default), or as numbers, rounded. */
  readonly numeric?: 'string' | 'number' | undefined
  /**
   * timestamptz: as Date, to the millisecond (default), or as text to the microsecond. date, time, timestamp and interval
   * are text always: without a time zone they are no point in time.
   */
  readonly timestamps?: 'date' | 'string' | undefined
  /**
   * What a string is that is given for a json or jsonb parameter: a JSON string (default `'value'`), or the text of a value,
   * as PostgreSQL's clients send it.
   */
  readonly jsonParameters?: 'value' | 'text' | undefined
  /** Cancels the statement: SQLSTATE 57014. */
  readonly signal?: AbortSignal | undefined
  /** Ends the statement when it has run so long: SQLSTATE 57014. Default: the setting statement_timeout, 0 is none. */
  readonly timeoutMs?: number | undefined
}

/** What is said besides by who takes values of SQL, row by row. */
export interface StartOptions extends QueryOptions {
  /**
   * A change is made when its rows are asked for, also where it gives none, and may pause in its middle. Else it is made when the
   * statement begins.
   */
  readonly changesMayPause?: boolean
}

/** The options that are one of several words. */
const CHOICES = {
  rowMode: ['object', 'array'],
  values: ['javascript', 'text'],
  bigint: ['auto', 'bigint', 'string'],
  numeric: ['string', 'number'],
  timestamps: ['date', 'string'],
  jsonParameters: ['value', 'text'],
} as const

const KNOWN = [...Object.keys(CHOICES), 'signal', 'timeoutMs']

/**
 * @param more options that are known besides, and not looked at
 * @throws CoppiceError INVALID_OPTION
 */
export function checkQueryOptions(owner: string, options: QueryOptions, more: readonly string[] = []): void {
  checkOptionNames(owner, options, [...KNOWN, ...more])
  for (const [name, words] of Object.entries(CHOICES)) {
    const given: unknown = options[name as keyof typeof CHOICES]
    if (given === undefined || words.some(word => word === given)) continue
    throw invalid(name, words.map(word => `'${word}'`).join(' or '), given)
  }
  const { timeoutMs } = options
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    throw invalid('timeoutMs', 'a number of milliseconds', timeoutMs)
  }
}

function invalid(name: string, expected: string, given: unknown): CoppiceError {
  const shown = typeof given === 'string' ? `'${given}'` : String(given)
  return new CoppiceError('INVALID_OPTION', `option ${name}: expected ${expected}, got ${shown}`, {
    expected,
    given: shown,
  })
}

/** A column of a result. */
export interface ResultColumn {
  readonly name: string
  /** As PostgreSQL prints it: `numeric(10,2)`. */
  readonly type: string
  readonly typeOid: number
  readonly typeModifier: number
  /** The table and column that it comes from as it is. */
  readonly table: string | undefined
  readonly column: string | undefined
}

/** What a statement did that gives no rows. */
export interface RunResult {
  /** As PostgreSQL's command tag: `INSERT 0 3`, `CREATE TABLE`. */
  readonly command: string
  /** Rows that were changed, or read. */
  readonly rowCount: number
}
