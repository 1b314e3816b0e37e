/**
 * `USE name`, for those who expect it: PostgreSQL's grammar has no such statement, so a text that its parser has refused is looked
 * at for it. It stands alone: what came with it would have to be run in another database than it was sent to.
 */

import type { ParsedStatement } from './tree.ts'

const BLANK = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)`
const NAME = String.raw`"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*`
const USE = new RegExp(`^(${BLANK}*)use${BLANK}+(${NAME})${BLANK}*(?:;${BLANK}*)*$`, 'iu')
const LONGEST_TEXT = 1000

/** Undefined: it is something else. */
export function useStatement(text: string): ParsedStatement | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const match = USE.exec(text)
  if (match === null) return undefined
  const [, blank, written] = match
  const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase()
  const start = blank.length
  return { statement: { kind: 'use', at: start, name }, start, end: text.length, parameterCount: 0 }
}
