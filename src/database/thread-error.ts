/**
 * Errors on their way from one thread to another. What cloning keeps of an error is its message, its stack and its cause;
 * a `CoppiceError` is sent in pieces and made anew on the other side, with its code and its details.
 */

import { CoppiceError, type ErrorCode, type ErrorDetails } from '../base/errors.ts'

/** An error, as it is sent. */
export interface SentError {
  readonly isCoppice: boolean
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | number | undefined
  /** Of a CoppiceError. */
  readonly details: ErrorDetails | undefined
  /** Of another error; or what was thrown, when it was none. */
  readonly cause: unknown
}

/** Everything about what was thrown. It can be sent when its details and its cause can be cloned. */
export function packError(thrown: unknown): SentError {
  if (!(thrown instanceof Error)) {
    const message = `a worker threw ${typeof thrown === 'object' ? 'an object that is no error' : String(thrown)}`
    return { ...NOTHING, message, cause: thrown }
  }
  const { name, message, stack } = thrown
  const { code, details } = thrown as { readonly code?: unknown; readonly details?: unknown }
  // By its name, too: a bundle may bring another copy of the class.
  const isCoppice = thrown instanceof CoppiceError || (name === 'CoppiceError' && typeof code === 'string')
  return {
    isCoppice,
    name,
    message,
    stack,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    details: isCoppice ? (details as ErrorDetails) : undefined,
    cause: isCoppice ? undefined : thrown.cause,
  }
}

const NOTHING: SentError = {
  isCoppice: false,
  name: 'Error',
  message: '',
  stack: undefined,
  code: undefined,
  details: undefined,
  cause: undefined,
}

/** The same without what may be impossible to clone. */
export function plainError(error: SentError): SentError {
  const details = { ...error.details }
  for (const [name, value] of Object.entries(details)) {
    if (typeof value === 'object' || typeof value === 'function') delete details[name as keyof ErrorDetails]
  }
  return { ...error, details: error.isCoppice ? details : undefined, cause: undefined }
}

/** The error, to be thrown here. */
export function unpackError(sent: SentError): Error {
  const { isCoppice, name, message, stack, code, details, cause } = sent
  if (isCoppice) {
    const error = new CoppiceError(code as ErrorCode, message, details)
    // Where it happened says more than where it was heard of.
    if (stack !== undefined) error.stack = `${stack}\n    in a worker thread`
    return error
  }
  if (stack === undefined) return new Error(message, { cause })
  const original = new Error(message, cause === undefined ? undefined : { cause })
  original.name = name
  original.stack = stack
  return Object.assign(new Error(message, { cause: original }), code === undefined ? {} : { code })
}
