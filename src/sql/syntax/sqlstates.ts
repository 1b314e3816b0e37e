/**
 * The SQLSTATE of what the parser refuses. The package gives PostgreSQL's message and where in its source it was raised,
 * but not the state: nearly all are syntax errors, the others are told by their message.
 */

import type { ParserRefusal } from './postgres.ts'

const SYNTAX_ERROR = '42601'

const STATES: readonly (readonly [message: RegExp, state: string])[] = [
  [/^invalid byte sequence for encoding/, '22021'],
  [/^unsafe use of /, '22P06'],
  [/^frame (start|end)ing? /, '42P20'],
  [/^frame starting /, '42P20'],
  [/not (yet )?(implemented|supported)$/, '0A000'],
]

export function sqlstateOf(refusal: ParserRefusal): string {
  // The scanner's own, of E'…'; those of U&'…' are syntax errors.
  if (refusal.message === 'invalid Unicode escape' && refusal.file === 'scan.l') return '22025'
  for (const [message, state] of STATES) if (message.test(refusal.message)) return state
  return SYNTAX_ERROR
}
