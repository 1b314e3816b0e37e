/**
 * text, varchar(n), char(n), name, "char" and unknown: lengths in code points, what fits a declared length, and their
 * text. char(n) is held with its trailing blanks, which count for nothing where values are compared (compare.ts).
 */

import { SqlError } from '../errors.ts'
import type { TextFormat } from './text-format.ts'
import { BPCHAR, CHAR, NAME, TEXT, UNKNOWN, VARCHAR } from './type.ts'

const SURROGATE = /[\ud800-\udfff]/

/** Code points. */
export function characterCount(text: string): number {
  if (!SURROGATE.test(text)) return text.length
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0xd800 && unit <= 0xdbff) at++
    count++
  }
  return count
}

/** The index of the JavaScript string after so many code points; its length when there are fewer. */
export function indexOfCharacter(text: string, count: number): number {
  if (count >= text.length) {
    if (!SURROGATE.test(text)) return text.length
  } else if (!SURROGATE.test(text)) return Math.max(count, 0)
  let at = 0
  for (let seen = 0; seen < count && at < text.length; seen++) {
    const unit = text.charCodeAt(at)
    at += unit >= 0xd800 && unit <= 0xdbff ? 2 : 1
  }
  return Math.min(at, text.length)
}

/** The code points from index `from` (0-based) up to before `to`. */
export function sliceCharacters(text: string, from: number, to: number): string {
  if (!SURROGATE.test(text)) return text.slice(Math.max(from, 0), Math.max(to, 0))
  const start = indexOfCharacter(text, Math.max(from, 0))
  const rest = text.slice(start)
  return rest.slice(0, indexOfCharacter(rest, Math.max(to, 0) - Math.max(from, 0)))
}

/** Bytes in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) bytes++
    else if (unit < 0x800) bytes += 2
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      bytes += 4
      at++
    } else bytes += 3
  }
  return bytes
}

export function withoutTrailingBlanks(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--
  return end === text.length ? text : text.slice(0, end)
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const NAME_BYTES_MAX = 63

/** A name is cut at 63 bytes, not within a character. */
export function toName(text: string): string {
  if (text.length <= NAME_BYTES_MAX / 3 || byteLength(text) <= NAME_BYTES_MAX) return text
  const bytes = encoder.encode(text)
  let end = NAME_BYTES_MAX
  while ((bytes[end] & 0xc0) === 0x80) end--
  return decoder.decode(bytes.subarray(0, end))
}

/** A name is 64 bytes, zeros behind its own; a zero is the empty "char". Null beyond. */
export function letterOfName(name: string, index: number): string | null {
  if (index < 0 || index > NAME_BYTES_MAX) return null
  return charOfByte(encoder.encode(name)[index] ?? 0)
}

/** "char": one byte, held as the character of that code; `\303` names one. */
export function toChar(text: string): string {
  const octal = /^\\([0-3][0-7]{2})$/.exec(text)
  if (octal !== null) return charOfByte(Number.parseInt(octal[1], 8))
  if (text === '') return ''
  return charOfByte(encoder.encode(text.slice(0, 2))[0])
}
function charOfByte(byte: number): string {
  return byte === 0 ? '' : String.fromCharCode(byte)
}
export function charText(value: string): string {
  const code = value.charCodeAt(0)
  return code > 127 ? `\\${code.toString(8)}` : value
}

function fitted(text: string, lengthMax: number, isExplicit: boolean, typeName: string): string {
  if (text.length <= lengthMax || characterCount(text) <= lengthMax) return text
  const end = indexOfCharacter(text, lengthMax)
  if (!isExplicit && withoutTrailingBlanks(text.slice(end)) !== '') {
    throw new SqlError('22001', `value too long for type ${typeName}(${lengthMax})`)
  }
  return text.slice(0, end)
}

export function padded(text: string, length: number): string {
  const missing = length - characterCount(text)
  return missing > 0 ? text + ' '.repeat(missing) : text
}

const asItIs = (text: string): string => text
const lengthModifier = (modifier: number): string => `(${modifier - 4})`

export const TEXT_FORMATS: readonly TextFormat[] = [
  { type: TEXT, input: asItIs, output: asItIs },
  { type: UNKNOWN, input: asItIs, output: asItIs },
  {
    type: VARCHAR,
    input: asItIs,
    output: asItIs,
    coerce: (modifier, isExplicit) => (text: string) =>
      fitted(text, modifier - 4, isExplicit, 'character varying'),
    formatModifier: lengthModifier,
  },
  {
    type: BPCHAR,
    input: asItIs,
    output: asItIs,
    coerce: (modifier, isExplicit) => (text: string) =>
      padded(fitted(text, modifier - 4, isExplicit, 'character'), modifier - 4),
    formatModifier: lengthModifier,
  },
  { type: NAME, input: toName, output: asItIs },
  { type: CHAR, input: toChar, output: charText },
]
