/** How results come to JavaScript, and how long a statement may run. */

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
  /** Cancels the statement: SQLSTATE 57014. */
  readonly signal?: AbortSignal | undefined
  /** Ends the statement when it has run so long: SQLSTATE 57014. Default: the setting statement_timeout, 0 is none. */
  readonly timeoutMs?: number | undefined
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
