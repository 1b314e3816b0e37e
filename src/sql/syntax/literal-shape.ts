/**
 * A text of SQL without the values of its literals: texts that differ in numbers and strings alone have the same shape, which a
 * program that writes its values into its statements says again and again.
 *
 * What is hard to tell apart without PostgreSQL's whole lexer has no shape: comments, dollar quotes and parameters, E'…', U&'…'
 * and their like, numbers as 1e5, 1_000 and 0x1F. That only costs time.
 */

export type LiteralKind = 'integer' | 'bigint' | 'decimal' | 'string'

export interface WrittenLiteral {
  readonly kind: LiteralKind
  /** The value: digits with their sign, or the content of the string. */
  readonly value: string
  /** Where it begins in the text, with its sign or its quote. */
  readonly start: number
  readonly end: number
}

export interface LiteralShape {
  /** The text with a mark for each literal, which says its kind. */
  readonly key: string
  readonly literals: readonly WrittenLiteral[]
}

/** Of Unicode's private use: what has one of them by itself has no shape. */
const MARKS: Readonly<Record<LiteralKind, string>> = {
  integer: '\ue001',
  bigint: '\ue002',
  decimal: '\ue003',
  string: '\ue004',
}
const HAS_MARK = /[\ue001-\ue004]/
const ANY_MARK = /[\ue001-\ue004]/g
const INT4_MAX = 2_147_483_647

const AMPERSAND = 0x26
const QUOTE = 0x27
const DOUBLE_QUOTE = 0x22
const DOLLAR = 0x24
const STAR = 0x2a
const MINUS = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const BLANK = 0x20

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}
/** Of a name: a letter, an underscore, anything beyond ASCII. */
function isLetter(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x5f || c >= 0x80
}
/** Tab, line feed, form feed, carriage return. */
function isBlankControl(c: number): boolean {
  return c === 0x09 || c === 0x0a || c === 0x0c || c === 0x0d
}

/** The shape of a text; undefined: it has none, or no literals. */
export function literalShapeOf(text: string): LiteralShape | undefined {
  if (HAS_MARK.test(text)) return undefined
  const literals: WrittenLiteral[] = []
  let key = ''
  let copied = 0
  const found = (kind: LiteralKind, value: string, start: number, end: number): void => {
    literals.push({ kind, value, start, end })
    key += text.slice(copied, start) + MARKS[kind]
    copied = end
  }
  for (let i = 0; i < text.length; ) {
    const c = text.charCodeAt(i)
    if (isLetter(c)) {
      i = endOfName(text, i)
      // E'…' and its like; names may have dollars in them, which only PostgreSQL's lexer reads right.
      const next = text.charCodeAt(i)
      if (next === QUOTE || next === DOLLAR) return undefined
    } else if (isDigit(c)) {
      const end = endOfNumber(text, i)
      if (end < 0) return undefined
      const start = isSigned(text, i) ? i - 1 : i
      const value = text.slice(start, end)
      const kind = kindOfNumber(value)
      if (kind === undefined) return undefined
      found(kind, value, start, end)
      i = end
    } else if (c === QUOTE) {
      const end = endOfQuoted(text, i, "'")
      // U&'…' has a language of its own.
      if (end < 0 || text.charCodeAt(i - 1) === AMPERSAND) return undefined
      found('string', text.slice(i + 1, end - 1).replaceAll("''", "'"), i, end)
      i = end
    } else if (c === DOUBLE_QUOTE) {
      i = endOfQuoted(text, i, '"')
      if (i < 0) return undefined
    } else {
      const next = text.charCodeAt(i + 1)
      const isComment = (c === MINUS && next === MINUS) || (c === SLASH && next === STAR)
      if (c === DOLLAR || isComment || (c < BLANK && !isBlankControl(c))) return undefined
      i++
    }
  }
  return literals.length === 0 ? undefined : { key: key + text.slice(copied), literals }
}

function endOfName(text: string, start: number): number {
  let end = start + 1
  for (let c = text.charCodeAt(end); isLetter(c) || isDigit(c); c = text.charCodeAt(end)) end++
  return end
}

/** -1: it is not written as plain digits, with a point and more digits or without. */
function endOfNumber(text: string, start: number): number {
  if (text.charCodeAt(start - 1) === DOT) return -1
  let end = start + 1
  while (isDigit(text.charCodeAt(end))) end++
  if (text.charCodeAt(end) === DOT) {
    end++
    if (!isDigit(text.charCodeAt(end))) return -1
    while (isDigit(text.charCodeAt(end))) end++
  }
  const next = text.charCodeAt(end)
  return isLetter(next) || next === DOT || next === DOLLAR ? -1 : end
}

/** -1: it is never closed. */
function endOfQuoted(text: string, start: number, quote: string): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf(quote, at)
    if (at < 0) return -1
    if (text[at + 1] !== quote) return at + 1
  }
}

/** Whether the minus before a number is its sign: nothing stands before it that it could be taken from. */
function isSigned(text: string, start: number): boolean {
  if (text.charCodeAt(start - 1) !== MINUS) return false
  let before = start - 2
  while (before >= 0 && (text.charCodeAt(before) === BLANK || isBlankControl(text.charCodeAt(before))))
    before--
  return before >= 0 && '(,=<>'.includes(text[before])
}

/** As PostgreSQL types it. Undefined: longer than a number of JavaScript holds exactly. */
function kindOfNumber(value: string): LiteralKind | undefined {
  if (value.includes('.')) return 'decimal'
  const number = Number(value)
  if (!Number.isSafeInteger(number)) return undefined
  return Math.abs(number) <= INT4_MAX ? 'integer' : 'bigint'
}

/** The shape as a statement with parameters, and where these stand in it. */
export function parameterized(key: string): { readonly text: string; readonly places: readonly number[] } {
  const places: number[] = []
  let grown = 0
  const text = key.replaceAll(ANY_MARK, (_, at: number) => {
    places.push(at + grown + 1)
    // Blanks keep it apart from what stands beside it.
    const parameter = ` $${places.length} `
    grown += parameter.length - 1
    return parameter
  })
  return { text, places }
}

/** Where a place in the statement with parameters (`places`) is in the text with these literals. */
export function placeInText(
  place: number,
  places: readonly number[],
  literals: readonly WrittenLiteral[],
): number {
  let i = -1
  while (i + 1 < places.length && places[i + 1] <= place) i++
  if (i < 0) return place
  const { start, end } = literals[i]
  const past = place - (places[i] + `$${i + 1} `.length)
  return past < 0 ? start : end + past
}
