/**
 * The SQLSTATE of what the parser refuses. The package gives PostgreSQL's message and where in its source it was raised,
 * but neither the state nor the hint: nearly all are syntax errors, the others are told by their message.
 */

import type { ParserRefusal } from './postgres.ts'

const SYNTAX_ERROR = '42601'
const INVALID_ESCAPE_SEQUENCE = '22025'

const STATES: readonly (readonly [message: RegExp, state: string])[] = [
  [/ is not (yet )?implemented$|^MATCH PARTIAL not yet implemented$/, '0A000'],
  [/ constraints cannot be (marked|altered to be) /, '0A000'],
  [/^constraints cannot be altered to be /, '0A000'],
  [/^a column list with .* is only supported for ON DELETE actions$/, '0A000'],
  [/^CREATE OR REPLACE CONSTRAINT TRIGGER is not supported$/, '0A000'],
  [/^CREATE SCHEMA IF NOT EXISTS cannot include schema elements$/, '0A000'],
  [/^WITH CHECK OPTION not supported on recursive views$/, '0A000'],
  [/^current database cannot be changed$/, '0A000'],
  [/^invalid byte sequence for encoding /, '22021'],
  [/^precision for type float must be /, '22023'],
  [/^unsafe use of /, '22P06'],
  [/^frame (start|end|starting) /, '42P20'],
  [/^VARIADIC parameter must be the last /, '42P13'],
  [/^role name ".*" is reserved$| cannot be used as a role name here$/, '42939'],
]

export function sqlstateOf(refusal: ParserRefusal): string {
  // Those of E'…' have a state of their own; those of U&'…' are syntax errors.
  if (refusal.message === 'invalid Unicode escape' && refusal.file === 'scan.l')
    return INVALID_ESCAPE_SEQUENCE
  for (const [message, state] of STATES) if (message.test(refusal.message)) return state
  return SYNTAX_ERROR
}

export function hintOf(refusal: ParserRefusal): string | undefined {
  switch (refusal.message) {
    case 'invalid Unicode escape':
      return refusal.file === 'scan.l'
        ? 'Unicode escapes must be \\uXXXX or \\UXXXXXXXX.'
        : 'Unicode escapes must be \\XXXX or \\+XXXXXX.'
    case 'LIMIT #,# syntax is not supported':
      return 'Use separate LIMIT and OFFSET clauses.'
    default:
      return undefined
  }
}

export const PARAMETERS_HINT = 'Parameters are written $1, $2, …, and their values are given in this order.'

/** For who writes parameters as other databases do: `?`, which is an operator, or `:name`. */
export function placeholderHint(text: string, position: number): string | undefined {
  const isMeant =
    /\?\s*$/.test(text.slice(0, position)) || /^:[a-z]/i.test(text.slice(position, position + 2))
  return isMeant ? PARAMETERS_HINT : undefined
}
