/**
 * LIKE and ILIKE. A pattern is cut at its `%` into pieces, which are looked for one after the other from the left: what
 * takes a time proportional to text times pattern at worst, whatever the pattern.
 */

import { SqlError } from '../errors.ts'
import { BOOL, BPCHAR, BYTEA, NAME, type SqlType, TEXT } from '../types/type.ts'
import { polymorphic, scalar } from './definitions.ts'
import type { Implementation, ScalarFunction } from './registry.ts'
import { lowerCase } from './string.ts'

const ANY_ONE = -1
/** An escape with nothing behind it, an error when it is come to. */
const DANGLING = -2

/** Pieces between `%`, as code points. */
interface Pattern {
  readonly pieces: readonly (readonly number[])[]
  /** Without wildcards but one `%` at the ends: what JavaScript's own search finds. */
  readonly literal:
    | { readonly text: string; readonly test: 'equals' | 'starts' | 'ends' | 'includes' }
    | undefined
}

function compile(pattern: string): Pattern {
  const pieces: number[][] = [[]]
  let isLiteral = true
  let text = ''
  for (let at = 0; at < pattern.length; ) {
    let code = pattern.codePointAt(at)!
    at += code > 0xffff ? 2 : 1
    if (code === 37) {
      pieces.push([])
      continue
    }
    if (code === 95) {
      pieces[pieces.length - 1].push(ANY_ONE)
      isLiteral = false
      continue
    }
    if (code === 92) {
      if (at >= pattern.length) {
        pieces[pieces.length - 1].push(DANGLING)
        isLiteral = false
        continue
      }
      code = pattern.codePointAt(at)!
      at += code > 0xffff ? 2 : 1
    }
    pieces[pieces.length - 1].push(code)
    text += String.fromCodePoint(code)
  }
  return { pieces, literal: isLiteral ? literalOf(pieces, text) : undefined }
}

function literalOf(pieces: readonly (readonly number[])[], text: string): Pattern['literal'] {
  const filled = pieces.filter(piece => piece.length > 0).length
  if (pieces.length === 1) return { text, test: 'equals' }
  if (filled > 1) return undefined
  const startsFree = pieces[0].length === 0
  const endsFree = pieces[pieces.length - 1].length === 0
  if (startsFree && endsFree) return { text, test: 'includes' }
  return { text, test: startsFree ? 'ends' : 'starts' }
}

function matches(text: string, { pieces, literal }: Pattern): boolean {
  if (literal !== undefined) {
    switch (literal.test) {
      case 'equals':
        return text === literal.text
      case 'starts':
        return text.startsWith(literal.text)
      case 'ends':
        return text.endsWith(literal.text)
      case 'includes':
        return text.includes(literal.text)
    }
  }
  const codes = codesOf(text)
  const fitsAt = (piece: readonly number[], from: number): boolean => {
    for (let at = 0; at < piece.length; at++) {
      if (from + at >= codes.length) return false
      const wanted = piece[at]
      if (wanted === ANY_ONE) continue
      if (wanted === DANGLING) throw new SqlError('22025', 'LIKE pattern must not end with escape character')
      if (wanted !== codes[from + at]) return false
    }
    return true
  }
  const last = pieces.length - 1
  if (!fitsAt(pieces[0], 0)) return false
  let at = pieces[0].length
  if (last === 0) return at === codes.length
  for (let piece = 1; piece < last; piece++) {
    const wanted = pieces[piece]
    while (at + wanted.length <= codes.length && !fitsAt(wanted, at)) at++
    if (at + wanted.length > codes.length) return false
    at += wanted.length
  }
  const tail = codes.length - pieces[last].length
  return tail >= at && fitsAt(pieces[last], tail)
}

/** From here on a list of numbers takes too much room; one of 113 million ends the process. */
const LONG_TEXT = 100_000

function codesOf(text: string): ArrayLike<number> {
  const list: number[] | Uint32Array = text.length < LONG_TEXT ? [] : new Uint32Array(text.length)
  let count = 0
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at)!
    list[count++] = code
    at += code > 0xffff ? 2 : 1
  }
  return list instanceof Uint32Array ? list.subarray(0, count) : list
}

/** The last pattern is remembered: it is nearly always a constant. */
function like(isNegated: boolean, foldsCase: boolean): Implementation {
  let known: string | undefined
  let compiled: Pattern | undefined
  return (text: string, pattern: string) => {
    if (known !== pattern) {
      compiled = compile(foldsCase ? lowerCase(pattern) : pattern)
      known = pattern
    }
    return matches(foldsCase ? lowerCase(text) : text, compiled!) !== isNegated
  }
}

/** With another escape character, as one whose escape is the backslash; '' for none. */
function withBackslashes(pattern: string, character: string): string {
  if (character === '\\') return pattern
  if (Array.from(character).length > 1) {
    throw new SqlError('22025', 'invalid escape string', {
      hint: 'Escape string must be empty or one character.',
    })
  }
  let result = ''
  let isEscaped = false
  for (const one of pattern) {
    if (one === character && !isEscaped) {
      result += '\\'
      isEscaped = true
    } else {
      // A backslash is a plain character now, unless the escape before it says so already.
      result += one === '\\' && !isEscaped ? '\\\\' : one
      isEscaped = false
    }
  }
  return result
}

/** Bytes as characters of their codes: every byte for itself. */
function byteCharacters(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** Name, whether negated, whether case matters not. */
const TESTS: readonly (readonly [string, boolean, boolean])[] = [
  ['~~', false, false],
  ['!~~', true, false],
  ['~~*', false, true],
  ['!~~*', true, true],
]

export const PATTERN_OPERATORS: readonly ScalarFunction[] = TESTS.flatMap(([name, isNegated, foldsCase]) => [
  ...[TEXT, BPCHAR, NAME].map((type: SqlType) =>
    polymorphic(name, [type, TEXT], BOOL, () => like(isNegated, foldsCase)),
  ),
  ...(foldsCase
    ? []
    : [
        polymorphic(name, [BYTEA, BYTEA], BOOL, () => {
          const test = like(isNegated, false)
          return (bytes: Uint8Array, pattern: Uint8Array) =>
            test(byteCharacters(bytes), byteCharacters(pattern))
        }),
      ]),
])

export const PATTERN_FUNCTIONS: readonly ScalarFunction[] = [
  polymorphic('like', [TEXT, TEXT], BOOL, () => like(false, false)),
  polymorphic('notlike', [TEXT, TEXT], BOOL, () => like(true, false)),
  scalar('like_escape', [TEXT, TEXT], TEXT, withBackslashes),
]
