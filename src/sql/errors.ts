/**
 * Errors of SQL: what PostgreSQL's have, and Coppice's code besides. Whoever knows no position says none; whoever holds
 * the statement's text adds it (`withText`), so that the message can show the place.
 */

import { CoppiceError } from '../base/errors.ts'

export interface SqlErrorFields {
  /** Index into the JavaScript string of the statement; -1 or undefined: unknown. */
  readonly position?: number
  readonly detail?: string
  readonly hint?: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly dataType?: string
  readonly constraint?: string
  /** In which of many rows, or inside of what: `COPY t, line 3, column a`. */
  readonly where?: string
  /** The function of PostgreSQL that says it, where clients go by that. */
  readonly routine?: string
  readonly cause?: unknown
}

/** A statement that failed. `message` is PostgreSQL's primary message and, when the place is known, the line with a caret. */
export class SqlError extends CoppiceError {
  /** Five characters, as in PostgreSQL's appendix A. */
  readonly sqlstate: string
  /** The message alone. */
  readonly primary: string
  /** Index into the JavaScript string of the statement, or undefined. */
  readonly position: number | undefined
  readonly fields: SqlErrorFields
  /** The statement, as far as it is known. */
  readonly statement: string | undefined

  constructor(sqlstate: string, primary: string, fields: SqlErrorFields = {}, statement?: string) {
    const position = fields.position === undefined || fields.position < 0 ? undefined : fields.position
    super('SQL_ERROR', primary + caret(statement, position), {
      ...(fields.table === undefined ? {} : { table: fields.table }),
      ...(fields.column === undefined ? {} : { column: fields.column }),
      ...(fields.constraint === undefined ? {} : { constraint: fields.constraint }),
      sqlstate,
      ...(fields.cause === undefined ? {} : { cause: fields.cause }),
    })
    this.name = 'SqlError'
    this.sqlstate = sqlstate
    this.primary = primary
    this.position = position
    this.fields = fields
    this.statement = statement
  }

  /** The same error, of a statement whose text is known. */
  withText(statement: string): SqlError {
    if (this.statement !== undefined) return this
    const error = this.#again(this.fields, statement)
    if (this.stack !== undefined) error.stack = this.stack.replace(this.message, error.message)
    return error
  }

  /** The same error at a place, unless it has one. */
  at(position: number): SqlError {
    if (this.position !== undefined || position < 0) return this
    return this.#again({ ...this.fields, position }, this.statement)
  }

  /** The same error, knowing more. (A class that names itself gets another name in the package, and consoles show that one.) */
  #again(fields: SqlErrorFields, statement: string | undefined): SqlError {
    const Same = this.constructor as typeof SqlError
    return new Same(this.sqlstate, this.primary, fields, statement)
  }
}

const LINE_CHARACTERS_MAX = 120

/** The line with the place and a caret below, as psql shows it. */
function caret(statement: string | undefined, position: number | undefined): string {
  if (statement === undefined || position === undefined || position > statement.length) return ''
  const lineStart = statement.lastIndexOf('\n', position - 1) + 1
  const nextLine = statement.indexOf('\n', position)
  const line = statement.slice(lineStart, nextLine < 0 ? statement.length : nextLine)
  const lineNumber = statement.slice(0, lineStart).split('\n').length
  const column = position - lineStart
  const from = Math.max(0, column - LINE_CHARACTERS_MAX / 2)
  const shown = line.slice(from, from + LINE_CHARACTERS_MAX).replaceAll('\t', ' ')
  const head = `LINE ${lineNumber}: ${from > 0 ? '...' : ''}`
  return `\n${head}${shown}${line.length > from + LINE_CHARACTERS_MAX ? '...' : ''}\n${' '.repeat(head.length + column - from)}^`
}

/**
 * What JavaScript itself refuses, as PostgreSQL says it: a stack that is too deep (54001), a text or an array that is too
 * long (54000). Everything else is as it was.
 */
export function sqlErrorOf(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  if (/call stack/i.test(error.message)) {
    return new SqlError('54001', 'stack depth limit exceeded', { cause: error })
  }
  if (/invalid (string|array|typed array) length|allocation failed/i.test(error.message)) {
    return new SqlError('54000', 'a value is longer than the maximum', { cause: error })
  }
  return error
}

/** 0A000: what PostgreSQL knows and Coppice does not. */
export function notSupported(what: string, position = -1): SqlError {
  return new SqlError('0A000', `${what} is not supported`, { position })
}
