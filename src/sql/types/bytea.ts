/** bytea: its two text forms, hexadecimal and escaped. */

import { SqlError } from '../errors.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { TextFormat } from './text-format.ts'
import { BYTEA } from './type.ts'
import { checkTextLength } from './value-limits.ts'

const encoder = new TextEncoder()

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** Pairs of hexadecimal digits with blanks between the pairs. */
export function bytesFromHexadecimal(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1)
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 32 || code === 10 || code === 9 || code === 13) continue
    const high = digitOf(code)
    if (high < 0) throw invalidDigit(text, at)
    if (at + 1 >= text.length) throw new SqlError('22023', 'invalid hexadecimal data: odd number of digits')
    const low = digitOf(text.charCodeAt(++at))
    if (low < 0) throw invalidDigit(text, at)
    bytes[count++] = high * 16 + low
  }
  return count === bytes.length ? bytes : bytes.slice(0, count)
}

function invalidDigit(text: string, at: number): SqlError {
  return new SqlError('22023', `invalid hexadecimal digit: "${String.fromCodePoint(text.codePointAt(at)!)}"`)
}

/** @throws SqlError 54000 */
export function hexadecimal(bytes: Uint8Array): string {
  return textOf(bytes, 'hex', bytes.length * 2)
}

/** @throws SqlError 54000 it has more characters than a text may have */
export function textOf(bytes: Uint8Array, encoding: 'hex' | 'latin1' | 'base64', length: number): string {
  checkTextLength(length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding)
}

/** The escape form: `\\` and `\ooo`. */
export function bytesFromEscaped(text: string): Uint8Array {
  const source = encoder.encode(text)
  // What comes out is never longer than what was read for it, and takes its place.
  let count = 0
  const octal = (at: number, highest: number): boolean => source[at] >= 48 && source[at] <= highest
  for (let at = 0; at < source.length; at++) {
    if (source[at] !== 92) source[count++] = source[at]
    else if (octal(at + 1, 51) && octal(at + 2, 55) && octal(at + 3, 55)) {
      source[count++] = ((source[at + 1] - 48) << 6) | ((source[at + 2] - 48) << 3) | (source[at + 3] - 48)
      at += 3
    } else if (source[at + 1] === 92) {
      source[count++] = 92
      at++
    } else throw new SqlError('22P02', 'invalid input syntax for type bytea')
  }
  return count === source.length ? source : source.slice(0, count)
}

/** The escape form. @param isOctal which bytes are written as such, besides the backslash @throws SqlError 54000 */
export function escaped(bytes: Uint8Array, isOctal: (byte: number) => boolean): string {
  let length = 0
  for (const byte of bytes) length += byte === 92 ? 2 : isOctal(byte) ? 4 : 1
  const characters = new Uint8Array(length)
  let at = 0
  for (const byte of bytes) {
    if (byte === 92) {
      characters[at++] = 92
      characters[at++] = 92
    } else if (isOctal(byte)) {
      characters[at++] = 92
      for (const shift of [6, 3, 0]) characters[at++] = 48 + ((byte >> shift) & 7)
    } else characters[at++] = byte
  }
  return textOf(characters, 'latin1', length)
}

function isUnprintable(byte: number): boolean {
  return byte < 32 || byte > 126
}

export const BYTEA_FORMAT: TextFormat = {
  type: BYTEA,
  input: text => (text.startsWith('\\x') ? bytesFromHexadecimal(text.slice(2)) : bytesFromEscaped(text)),
  output: (bytes: Uint8Array, context: EvaluationContext) =>
    context.setting('bytea_output') === 'escape' ? escaped(bytes, isUnprintable) : `\\x${hexadecimal(bytes)}`,
}
