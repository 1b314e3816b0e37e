/**
 * The one error class of Coppice. Every failure a caller can meet carries a stable `code`;
 * messages say what happened, where, what was expected and what was given, and may be reworded.
 */

/** Stable codes; `docs/errors.md` lists what each one means and what to do about it. */
export type ErrorCode =
  // Opening and options
  | 'INVALID_OPTION'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'NOT_A_DATABASE'
  | 'UNSUPPORTED_VERSION'
  | 'LOCKED'
  | 'LOCK_UNAVAILABLE'
  | 'READ_ONLY'
  // Life cycle
  | 'CLOSED'
  | 'BUSY'
  | 'ABORTED'
  | 'POISONED'
  | 'NOT_SHAREABLE'
  | 'WORKER_ENDED'
  | 'OUTCOME_UNKNOWN'
  // Storage
  | 'IO_ERROR'
  | 'NO_SPACE'
  | 'CORRUPT'
  | 'WAL_CORRUPT'
  | 'DATABASE_FULL'
  // Transactions
  | 'TRANSACTION_CLOSED'
  | 'TRANSACTION_FAILED'
  | 'ASYNC_FUNCTION'
  | 'SNAPSHOT_TOO_OLD'
  | 'SAVEPOINT_INVALID'
  | 'VALUE_CHANGED'
  | 'CHANGES_GONE'
  // Keys, values and tables
  | 'KEY_TOO_LONG'
  | 'VALUE_TOO_LARGE'
  | 'INVALID_KEY'
  | 'INVALID_VALUE'
  | 'KEY_EXISTS'
  | 'UNIQUE_VIOLATION'
  | 'CONSTRAINT_VIOLATION'
  | 'INVALID_DEFINITION'
  | 'INVALID_RANGE'
  | 'TABLE_NOT_FOUND'
  | 'TABLE_EXISTS'
  | 'TABLE_TYPE_MISMATCH'
  | 'POOL_EXHAUSTED'
  // SQL
  | 'SQL_ERROR'
  | 'MIGRATION_FAILED'
  | 'READ_ONLY_TRANSACTION'

/** Where it happened, as far as it is known: for programs, the message says the same for people. */
export interface ErrorDetails {
  readonly path?: string
  readonly table?: string
  readonly column?: string
  readonly index?: string
  readonly pageId?: number
  readonly expected?: string
  readonly given?: string
  /** Name of a constraint of SQL. */
  readonly constraint?: string
  /** Five characters, as in PostgreSQL's appendix A. */
  readonly sqlstate?: string
  readonly cause?: unknown
}

/** Any failure that Coppice reports. Test `error.code`, not the message. */
export class CoppiceError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CoppiceError'
    this.code = code
    this.details = details
  }
}

/** True for a {@link CoppiceError}, and, when `code` is given, only for one with that code. */
export function isCoppiceError(error: unknown, code?: ErrorCode): error is CoppiceError {
  return error instanceof CoppiceError && (code === undefined || error.code === code)
}
