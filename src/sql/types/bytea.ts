/** bytea: its two text forms, hexadecimal and escaped. */

import { SqlError } from '../errors.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { TextFormat } from './text-format.ts'
import { BYTEA } from './type.ts'

const encoder = new TextEncoder()

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** Pairs of hexadecimal digits with blanks between the pairs. */
export function bytesFromHexadecimal(text: string): Uint8Array {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 32 || code === 10 || code === 9 || code === 13) continue
    const high = digitOf(code)
    if (high < 0) throw invalidDigit(text, at)
    if (at + 1 >= text.length) throw new SqlError('22023', 'invalid hexadecimal data: odd number of digits')
    const low = digitOf(text.charCodeAt(++at))
    if (low < 0) throw invalidDigit(text, at)
    bytes.push(high * 16 + low)
  }
  return Uint8Array.from(bytes)
}

function invalidDigit(text: string, at: number): SqlError {
  return new SqlError('22023', `invalid hexadecimal digit: "${String.fromCodePoint(text.codePointAt(at)!)}"`)
}

export function hexadecimal(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEXADECIMAL[byte]
  return text
}
const HEXADECIMAL = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The escape form: `\\` and `\ooo`. */
export function bytesFromEscaped(text: string): Uint8Array {
  const bytes: number[] = []
  const source = encoder.encode(text)
  const octal = (at: number, highest: number): boolean => source[at] >= 48 && source[at] <= highest
  for (let at = 0; at < source.length; at++) {
    if (source[at] !== 92) bytes.push(source[at])
    else if (octal(at + 1, 51) && octal(at + 2, 55) && octal(at + 3, 55)) {
      bytes.push(((source[at + 1] - 48) << 6) | ((source[at + 2] - 48) << 3) | (source[at + 3] - 48))
      at += 3
    } else if (source[at + 1] === 92) {
      bytes.push(92)
      at++
    } else throw new SqlError('22P02', 'invalid input syntax for type bytea')
  }
  return Uint8Array.from(bytes)
}

export function escaped(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 92) text += '\\\\'
    else if (byte < 32 || byte > 126) text += `\\${byte.toString(8).padStart(3, '0')}`
    else text += String.fromCharCode(byte)
  }
  return text
}

export const BYTEA_FORMAT: TextFormat = {
  type: BYTEA,
  input: text => (text.startsWith('\\x') ? bytesFromHexadecimal(text.slice(2)) : bytesFromEscaped(text)),
  output: (bytes: Uint8Array, context: EvaluationContext) =>
    context.setting('bytea_output') === 'escape' ? escaped(bytes) : `\\x${hexadecimal(bytes)}`,
}
