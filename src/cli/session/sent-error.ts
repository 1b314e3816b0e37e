/** Errors as they are shown, and sent from the thread of the database. */

import { isCoppiceError, SqlError } from '../../index.ts'
import { UsageError } from '../usage-error.ts'
import type { SentError } from './protocol.ts'

/** What is shown of whatever was thrown. */
export function describeError(thrown: unknown): SentError {
  if (thrown instanceof FailedStatement) return thrown.error
  if (thrown instanceof SqlError) {
    const { detail, hint, where: context, constraint, table, column } = thrown.fields
    return {
      ...NOTHING,
      code: thrown.code,
      sqlstate: thrown.sqlstate,
      message: thrown.primary,
      place: thrown.message === thrown.primary ? undefined : thrown.message.slice(thrown.primary.length + 1),
      position: thrown.position,
      detail,
      hint,
      context,
      constraint,
      table,
      column,
    }
  }
  if (isCoppiceError(thrown)) return { ...NOTHING, code: thrown.code, message: thrown.message }
  if (thrown instanceof UsageError) return { ...NOTHING, code: 'USAGE', message: thrown.message }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  // What the system says of files and the like is known: where in the program it was said helps nobody.
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall !== undefined) return { ...NOTHING, code, message: error.message }
  return { ...NOTHING, message: error.message, stack: error.stack }
}

const NOTHING: SentError = {
  code: undefined,
  sqlstate: undefined,
  message: '',
  place: undefined,
  position: undefined,
  detail: undefined,
  hint: undefined,
  context: undefined,
  constraint: undefined,
  table: undefined,
  column: undefined,
  stack: undefined,
}

/** An error of the thread of the database, in the main thread. */
export class FailedStatement extends Error {
  readonly error: SentError

  constructor(error: SentError) {
    super(error.message)
    this.name = 'FailedStatement'
    this.error = error
  }
}
