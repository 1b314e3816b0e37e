/**
 * Functions of text: lengths, cases, parts, padding, searching, replacing, splitting and joining. Positions count code
 * points from 1. Encodings and digests are in string-bytes.ts, `format` and quoting in string-format.ts.
 */

import { SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { outputFunction } from '../types/input-output.ts'
import { byteLength, characterCount, sliceCharacters, withoutTrailingBlanks } from '../types/text.ts'
import { ANY, ANYARRAY, BOOL, BPCHAR, INT4, type SqlType, TEXT } from '../types/type.ts'
import { checkCharacters, checkElementCount, checkTextLength, limitedText } from '../types/value-limits.ts'
import { polymorphic, scalar, setReturning } from './definitions.ts'
import { replaceAll } from './growing-text.ts'
import type { EvaluationContext, ScalarFunction, SqlFunction, Value } from './registry.ts'

/** By single characters, as a C library does: what would become two letters stays. */
function mapCase(text: string, map: (text: string) => string): string {
  const mapped = map(text)
  return mapped.length === text.length ? mapped : mapEach(text, map)
}

/** What a C library has one letter for, and JavaScript two. */
const OF_ONE_LETTER: Readonly<Record<string, string>> = { İ: 'i', ß: 'ẞ' }

function mapEach(text: string, map: (text: string) => string): string {
  checkCharacters(text)
  let result = ''
  for (const character of text) {
    const one = map(character)
    result += characterCount(one) === 1 ? one : (OF_ONE_LETTER[character] ?? character)
  }
  return result
}
export const upperCase = (text: string): string => mapCase(text, one => one.toUpperCase())
export const lowerCase = (text: string): string => {
  const toLower = (one: string): string => one.toLowerCase()
  // JavaScript has ς at the end of a word, and a C library σ everywhere.
  return text.includes('Σ') ? mapEach(text, toLower) : mapCase(text, toLower)
}

const WORD = /[\p{L}\p{N}]/u
function initialCapitals(text: string): string {
  checkCharacters(text)
  let result = ''
  let isInside = false
  for (const character of text) {
    result += isInside ? lowerCase(character) : upperCase(character)
    isInside = WORD.test(character)
  }
  return result
}

/** `substring(text from start for length)`; without a length: to the end. */
export function substring(text: string, start: number, length?: number): string {
  if (length === undefined) return sliceCharacters(text, start - 1, text.length)
  if (length < 0) throw new SqlError('22011', 'negative substring length not allowed')
  return sliceCharacters(text, start - 1, start - 1 + length)
}

/** The place of a part, 0 when it is not there. */
function positionOf(text: string, part: string): number {
  const at = text.indexOf(part)
  return at < 0 ? 0 : characterCount(text.slice(0, at)) + 1
}

function left(text: string, count: number): string {
  return sliceCharacters(text, 0, count >= 0 ? count : characterCount(text) + count)
}
function right(text: string, count: number): string {
  const length = characterCount(text)
  return sliceCharacters(text, count >= 0 ? length - count : -count, length)
}

function fill(length: number, pattern: string): string {
  if (length <= 0) return ''
  const width = characterCount(pattern)
  return sliceCharacters(pattern.repeat(Math.ceil(length / width)), 0, length)
}
function padLeft(text: string, length: number, pattern: string): string {
  checkTextLength(length)
  const missing = length - characterCount(text)
  if (missing <= 0) return sliceCharacters(text, 0, length)
  return pattern === '' ? text : fill(missing, pattern) + text
}
function padRight(text: string, length: number, pattern: string): string {
  checkTextLength(length)
  const missing = length - characterCount(text)
  if (missing <= 0) return sliceCharacters(text, 0, length)
  return pattern === '' ? text : text + fill(missing, pattern)
}

function repeat(text: string, count: number): string {
  if (count <= 0) return ''
  checkTextLength(text.length * count)
  return text.repeat(count)
}

function trimmed(text: string, characters: string, atStart: boolean, atEnd: boolean): string {
  checkCharacters(text)
  const set = new Set(characters)
  const parts = Array.from(text)
  let from = 0
  let to = parts.length
  if (atStart) while (from < to && set.has(parts[from])) from++
  if (atEnd) while (to > from && set.has(parts[to - 1])) to--
  return from === 0 && to === parts.length ? text : parts.slice(from, to).join('')
}

function translate(text: string, from: string, to: string): string {
  checkCharacters(text)
  const targets = Array.from(to)
  const table = new Map<string, string>()
  Array.from(from).forEach((character, at) => {
    if (!table.has(character)) table.set(character, targets[at] ?? '')
  })
  let result = ''
  for (const character of text) result += table.get(character) ?? character
  return result
}

function splitPart(text: string, separator: string, field: number): string {
  if (field === 0) throw new SqlError('22023', 'field position must not be zero')
  const parts = text === '' ? [] : separator === '' ? [text] : partsOf(text, separator)
  return parts[field > 0 ? field - 1 : parts.length + field] ?? ''
}

function overlay(text: string, replacement: string, start: number, length: number): string {
  if (start <= 0) throw new SqlError('22011', 'negative substring length not allowed')
  return limitedText(
    sliceCharacters(text, 0, start - 1) +
      replacement +
      sliceCharacters(text, start - 1 + length, text.length),
  )
}

/** The parts of a qualified name, as SQL reads it. `isStrict`: nothing may follow. */
function parseIdentifier(text: string, isStrict: boolean): SqlArray {
  const invalid = (detail?: string): never => {
    throw new SqlError('22023', `string is not a valid identifier: "${text}"`, { ...(detail && { detail }) })
  }
  const parts: string[] = []
  let at = /^\s*/.exec(text)![0].length
  for (;;) {
    const quotedPart = /^"((?:[^"]|"")*)"/.exec(text.slice(at))
    const plainPart = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/i.exec(text.slice(at))
    if (quotedPart !== null) {
      if (quotedPart[1] === '') invalid('Quoted identifier must not be empty.')
      parts.push(quotedPart[1].replaceAll('""', '"'))
    } else if (text[at] === '"') invalid('String has unclosed double quotes.')
    else if (plainPart !== null) parts.push(plainPart[0].replaceAll(/[A-Z]/g, letter => letter.toLowerCase()))
    else if (text[at] === '.') invalid('No valid identifier before ".".')
    else if (parts.length > 0) invalid('No valid identifier after ".".')
    else invalid()
    at += (quotedPart ?? plainPart)![0].length
    at += /^\s*/.exec(text.slice(at))![0].length
    if (text[at] !== '.') break
    at += 1 + /^\s*/.exec(text.slice(at + 1))![0].length
  }
  if (isStrict && at < text.length) invalid()
  return SqlArray.of(parts)
}

/** Null: the separator is null, every character for itself. */
export function splitText(
  text: string,
  separator: string | null,
  nullText: string | null,
): (string | null)[] {
  const parts =
    text === ''
      ? []
      : separator === null
        ? charactersOf(text)
        : separator === ''
          ? [text]
          : partsOf(text, separator)
  return nullText === null ? parts : parts.map(part => (part === nullText ? null : part))
}

function charactersOf(text: string): string[] {
  checkCharacters(text)
  return Array.from(text)
}

/** @throws SqlError 54000 there are too many */
function partsOf(text: string, separator: string): string[] {
  let count = 1
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length)) count++
  checkElementCount(count)
  return text.split(separator)
}

function joinArray(
  array: SqlArray,
  separator: string,
  nullText: string | null,
  print: (value: Value) => string,
): string {
  const parts: string[] = []
  let length = -separator.length
  for (const element of array.elements) {
    if (element !== null) parts.push(print(element))
    else if (nullText !== null) parts.push(nullText)
    else continue
    length += parts[parts.length - 1].length + separator.length
    checkTextLength(length)
  }
  return parts.join(separator)
}

function normalized(text: string, form: string): string {
  const name = form.toUpperCase()
  if (name !== 'NFC' && name !== 'NFD' && name !== 'NFKC' && name !== 'NFKD') {
    throw new SqlError('22023', `invalid normalization form: ${form}`)
  }
  return text.normalize(name)
}

function characterOf(code: number): string {
  if (code < 0) throw new SqlError('22023', 'character number must be positive')
  if (code === 0) throw new SqlError('54000', 'null character not permitted')
  if (code > 0x10ffff) throw new SqlError('54000', `requested character too large for encoding: ${code}`)
  if (code >= 0xd800 && code <= 0xdfff) {
    throw new SqlError('54000', `requested character not valid for encoding: ${code}`)
  }
  return String.fromCodePoint(code)
}

const HALF_A_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** `\0041`, `\+01F600`, `\u0041`, `\U0001F600`. */
function unistr(text: string): string {
  const decoded = text.replace(
    /\\(?:(\\)|\+([\da-fA-F]{6})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\da-fA-F]{4})|)/g,
    (_, backslash, six, four, eight, plain) => {
      if (backslash !== undefined) return '\\'
      const digits = six ?? four ?? eight ?? plain
      if (digits === undefined) {
        throw new SqlError('42601', 'invalid Unicode escape', {
          hint: 'Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.',
        })
      }
      const code = Number.parseInt(digits, 16)
      if (code === 0 || code > 0x10ffff) {
        throw new SqlError('22023', `invalid Unicode code point: ${digits.padStart(4, '0').toUpperCase()}`)
      }
      return String.fromCodePoint(code)
    },
  )
  if (HALF_A_PAIR.test(decoded)) throw new SqlError('42601', 'invalid Unicode surrogate pair')
  return decoded
}

/** concat and concat_ws print values of any types; nulls are left out. */
function printers(types: readonly SqlType[]): ((value: Value, context: EvaluationContext) => string)[] {
  return types.map(type => outputFunction(type))
}

/** Of char(n), without its trailing blanks. */
const lengths = (name: string): ScalarFunction[] => [
  scalar(name, [TEXT], INT4, characterCount),
  scalar(name, [BPCHAR], INT4, (text: string) => characterCount(withoutTrailingBlanks(text))),
]

const two = (
  name: string,
  result: SqlType,
  implementation: (left: string, right: string) => Value,
): ScalarFunction => scalar(name, [TEXT, TEXT], result, implementation)

function trims(): ScalarFunction[] {
  const all: [string, boolean, boolean][] = [
    ['btrim', true, true],
    ['ltrim', true, false],
    ['rtrim', false, true],
  ]
  return all.flatMap(([name, atStart, atEnd]) => [
    scalar(name, [TEXT], TEXT, (text: string) => trimmed(text, ' ', atStart, atEnd)),
    scalar(name, [TEXT, TEXT], TEXT, (text: string, set: string) => trimmed(text, set, atStart, atEnd)),
  ])
}

export const STRING_FUNCTIONS: readonly SqlFunction[] = [
  ...['length', 'char_length', 'character_length'].flatMap(lengths),
  ...[TEXT, BPCHAR].map(type => scalar('octet_length', [type], INT4, byteLength)),
  scalar('bit_length', [TEXT], INT4, (text: string) => byteLength(text) * 8),
  scalar('upper', [TEXT], TEXT, upperCase),
  scalar('lower', [TEXT], TEXT, lowerCase),
  scalar('casefold', [TEXT], TEXT, lowerCase),
  scalar('initcap', [TEXT], TEXT, initialCapitals),
  ...['substring', 'substr'].flatMap(name => [
    scalar(name, [TEXT, INT4], TEXT, (text: string, start: number) => substring(text, start)),
    scalar(name, [TEXT, INT4, INT4], TEXT, (text: string, start: number, length: number) =>
      substring(text, start, length),
    ),
  ]),
  two('position', INT4, positionOf),
  two('strpos', INT4, positionOf),
  scalar('left', [TEXT, INT4], TEXT, left),
  scalar('right', [TEXT, INT4], TEXT, right),
  scalar('lpad', [TEXT, INT4], TEXT, (text: string, length: number) => padLeft(text, length, ' ')),
  scalar('lpad', [TEXT, INT4, TEXT], TEXT, padLeft),
  scalar('rpad', [TEXT, INT4], TEXT, (text: string, length: number) => padRight(text, length, ' ')),
  scalar('rpad', [TEXT, INT4, TEXT], TEXT, padRight),
  scalar('repeat', [TEXT, INT4], TEXT, repeat),
  scalar('replace', [TEXT, TEXT, TEXT], TEXT, (text: string, from: string, to: string) =>
    from === '' ? text : replaceAll(text, from, to),
  ),
  scalar('translate', [TEXT, TEXT, TEXT], TEXT, translate),
  scalar('reverse', [TEXT], TEXT, (text: string) => charactersOf(text).reverse().join('')),
  ...trims(),
  scalar('split_part', [TEXT, TEXT, INT4], TEXT, splitPart),
  scalar('overlay', [TEXT, TEXT, INT4], TEXT, (text: string, part: string, start: number) =>
    overlay(text, part, start, characterCount(part)),
  ),
  scalar('overlay', [TEXT, TEXT, INT4, INT4], TEXT, overlay),
  scalar('parse_ident', [TEXT, BOOL], TEXT.array!, parseIdentifier, {
    argumentNames: ['str', 'strict'],
    defaults: [true],
  }),
  // Code points without a character in this version of Unicode.
  scalar('unicode_assigned', [TEXT], BOOL, (text: string) => !/\p{Cn}/u.test(text)),
  two('starts_with', BOOL, (text, prefix) => text.startsWith(prefix)),
  scalar('ascii', [TEXT], INT4, (text: string) => text.codePointAt(0) ?? 0),
  scalar('chr', [INT4], TEXT, characterOf),
  scalar('unistr', [TEXT], TEXT, unistr),
  scalar('normalize', [TEXT], TEXT, (text: string) => text.normalize('NFC')),
  scalar('normalize', [TEXT, TEXT], TEXT, normalized),
  scalar('is_normalized', [TEXT], BOOL, (text: string) => text.normalize('NFC') === text),
  scalar(
    'is_normalized',
    [TEXT, TEXT],
    BOOL,
    (text: string, form: string) => normalized(text, form) === text,
  ),
  polymorphic(
    'concat',
    [ANY],
    TEXT,
    call => {
      const print = printers(call.argumentTypes)
      return (...all: Value[]) => {
        const context: EvaluationContext = all[print.length]
        let text = ''
        for (let at = 0; at < print.length; at++) if (all[at] !== null) text += print[at](all[at], context)
        return limitedText(text)
      }
    },
    { isVariadic: true, isStrict: false, volatility: 'stable' },
  ),
  polymorphic(
    'concat_ws',
    [TEXT, ANY],
    TEXT,
    call => {
      const print = printers(call.argumentTypes)
      return (...all: Value[]) => {
        if (all[0] === null) return null
        const context: EvaluationContext = all[print.length]
        const parts: string[] = []
        for (let at = 1; at < print.length; at++)
          if (all[at] !== null) parts.push(print[at](all[at], context))
        checkTextLength(parts.reduce((sum, part) => sum + part.length, all[0].length * (parts.length - 1)))
        return parts.join(all[0])
      }
    },
    { isVariadic: true, isStrict: false, volatility: 'stable' },
  ),
  scalar(
    'string_to_array',
    [TEXT, TEXT],
    TEXT.array!,
    (text: string | null, separator: string | null) =>
      text === null ? null : SqlArray.of(splitText(text, separator, null)),
    { isStrict: false },
  ),
  scalar(
    'string_to_array',
    [TEXT, TEXT, TEXT],
    TEXT.array!,
    (text: string | null, separator: string | null, nullText: string | null) =>
      text === null ? null : SqlArray.of(splitText(text, separator, nullText)),
    { isStrict: false },
  ),
  setReturning(
    'string_to_table',
    [TEXT, TEXT],
    TEXT,
    () => (text: string | null, separator: string | null) =>
      text === null ? [] : splitText(text, separator, null),
    { isStrict: false },
  ),
  setReturning(
    'string_to_table',
    [TEXT, TEXT, TEXT],
    TEXT,
    () => (text: string | null, separator: string | null, nullText: string | null) =>
      text === null ? [] : splitText(text, separator, nullText),
    { isStrict: false },
  ),
  polymorphic(
    'array_to_string',
    [ANYARRAY, TEXT],
    TEXT,
    call => {
      const print = outputFunction(call.argumentTypes[0].element!)
      return (array: SqlArray, separator: string, context: EvaluationContext) =>
        joinArray(array, separator, null, value => print(value, context))
    },
    { volatility: 'stable' },
  ),
  polymorphic(
    'array_to_string',
    [ANYARRAY, TEXT, TEXT],
    TEXT,
    call => {
      const print = outputFunction(call.argumentTypes[0].element!)
      return (
        array: SqlArray | null,
        separator: string | null,
        nullText: string | null,
        context: EvaluationContext,
      ) =>
        array === null || separator === null
          ? null
          : joinArray(array, separator, nullText, value => print(value, context))
    },
    { isStrict: false, volatility: 'stable' },
  ),
]

export const STRING_OPERATORS: readonly ScalarFunction[] = [
  two('^@', BOOL, (text, prefix) => text.startsWith(prefix)),
]
