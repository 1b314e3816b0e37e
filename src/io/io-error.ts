/**
 * Turns what the operating system says into a CoppiceError: the code says what a program can do about it,
 * the message says what was tried, on which file, and what the system answered.
 *
 * Only the system's answers are translated. A TypeError or RangeError out of `node:fs` means that Coppice
 * passed nonsense; it goes on unchanged, so that it is seen as the bug it is.
 */

import { CoppiceError, type ErrorCode } from '../base/errors.ts'

/** Calls that a signal or a passing shortage may end early; they are made again, but not for ever. */
export const MAX_ATTEMPTS = 1000

/** The name of the system's error (`ENOENT`), or undefined when `error` is not one. */
export function systemErrorName(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  // Node's own argument errors carry a code too (`ERR_…`), its permission model being the one exception. In Deno, errors of
  // reading and writing have neither `errno` nor `syscall`; in Node, those that it has no name for (EDQUOT) have nothing else.
  const isFromSystem =
    'errno' in error ||
    'syscall' in error ||
    SYSTEM_NAME.test(error.code) ||
    error.code === 'ERR_ACCESS_DENIED'
  return isFromSystem ? error.code : undefined
}
const SYSTEM_NAME = /^E[A-Z0-9]+$/

/** True for the answers after which the same call may simply be made again. */
export function isTransient(error: unknown): boolean {
  const name = systemErrorName(error)
  return name === 'EINTR' || name === 'EAGAIN'
}

function codeFor(name: string): ErrorCode {
  switch (name) {
    case 'ENOENT':
      return 'NOT_FOUND'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'NO_SPACE'
    default:
      return 'IO_ERROR'
  }
}

/**
 * The error to throw when `action` ("read from", "rename") on `path` failed with `cause`.
 * `code` overrides the usual translation where the caller knows better what it means.
 */
export function ioError(action: string, path: string, cause: unknown, code?: ErrorCode): unknown {
  const name = systemErrorName(cause)
  if (name === undefined) return cause
  const { message, errno } = cause as NodeJS.ErrnoException
  const number = errno === undefined ? '' : ` (errno ${errno})`
  return new CoppiceError(code ?? codeFor(name), `cannot ${action} '${path}': ${message}${number}`, {
    path,
    given: name,
    cause,
  })
}
