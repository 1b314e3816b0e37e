/** Functions of bytea, and of text as bytes: encodings, digests, checksums, bits. */

import { type DigestName, digest } from '../../io/digest.ts'
import { SqlError } from '../errors.ts'
import { bytesFromEscaped, bytesFromHexadecimal, escaped, hexadecimal, textOf } from '../types/bytea.ts'
import type { Int8 } from '../types/integer.ts'
import { BYTEA, INT4, INT8, NAME, TEXT } from '../types/type.ts'
import { scalar } from './definitions.ts'
import type { SqlFunction } from './registry.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes with others in the place of some; places are counted from 1. */
function overlay(bytes: Uint8Array, part: Uint8Array, start: number, length: number): Uint8Array {
  if (start <= 0) throw new SqlError('22011', 'negative substring length not allowed')
  const before = bytes.subarray(0, start - 1)
  const after = bytes.subarray(Math.max(start - 1 + length, 0))
  const result = new Uint8Array(before.length + part.length + after.length)
  result.set(before)
  result.set(part, before.length)
  result.set(after, before.length + part.length)
  return result
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** By code. */
const BASE64_VALUES = new Int8Array(128).fill(-1)
for (let value = 0; value < BASE64.length; value++) BASE64_VALUES[BASE64.charCodeAt(value)] = value

/** In lines of 76 characters, as MIME has it. @throws SqlError 54000 */
function toBase64(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    lines.push(textOf(bytes.subarray(at, at + LINE_BYTES), 'base64', (bytes.length * 77) / LINE_BYTES))
  }
  return lines.join('\n')
}
/** Of a line in base64. */
const LINE_BYTES = 57

function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(text.length / 4) * 3)
  let length = 0
  let word = 0
  let count = 0
  let padding = 0
  for (let at = 0; at < text.length; at++) {
    let value = BASE64_VALUES[text.charCodeAt(at)] ?? -1
    if (value < 0 && /\s/.test(text[at])) continue
    if (text[at] === '=') {
      value = 0
      if (padding === 0) {
        if (count === 2) padding = 1
        else if (count === 3) padding = 2
        else throw new SqlError('22023', 'unexpected "=" while decoding base64 sequence')
      }
    } else if (value < 0 || padding > 0) {
      const character = String.fromCodePoint(text.codePointAt(at)!)
      throw new SqlError('22023', `invalid symbol "${character}" found while decoding base64 sequence`)
    }
    word = (word << 6) | value
    if (++count < 4) continue
    bytes[length++] = (word >> 16) & 255
    if (padding === 0 || padding > 1) bytes[length++] = (word >> 8) & 255
    if (padding === 0) bytes[length++] = word & 255
    word = 0
    count = 0
  }
  if (count !== 0) {
    throw new SqlError('22023', 'invalid base64 end sequence', {
      hint: 'Input data is missing padding, is truncated, or is otherwise corrupted.',
    })
  }
  return bytes.slice(0, length)
}

function encode(bytes: Uint8Array, format: string): string {
  switch (format.toLowerCase()) {
    case 'hex':
      return hexadecimal(bytes)
    case 'base64':
      return toBase64(bytes)
    case 'escape':
      return escaped(bytes, byte => byte === 0 || byte > 127)
  }
  throw new SqlError('22023', `unrecognized encoding: "${format}"`)
}
function decode(text: string, format: string): Uint8Array {
  switch (format.toLowerCase()) {
    case 'hex':
      return bytesFromHexadecimal(text)
    case 'base64':
      return fromBase64(text)
    case 'escape':
      return bytesFromEscaped(text)
  }
  throw new SqlError('22023', `unrecognized encoding: "${format}"`)
}

function digits(value: Int8, bits: number, radix: number): string {
  return BigInt.asUintN(bits, BigInt(value)).toString(radix)
}

function sliceBytes(bytes: Uint8Array, start: number, length?: number): Uint8Array {
  if (length !== undefined && length < 0) throw new SqlError('22011', 'negative substring length not allowed')
  const end = length === undefined ? bytes.length : start - 1 + length
  return bytes.slice(Math.max(start - 1, 0), Math.max(end, 0))
}

function positionOfBytes(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    let length = 0
    while (length < part.length && bytes[at + length] === part[length]) length++
    if (length === part.length) return at + 1
  }
  return 0
}

function checkIndex(index: Int8, count: number): number {
  if (index < 0 || index >= count) {
    throw new SqlError('2202E', `index ${index} out of valid range, 0..${count - 1}`)
  }
  return Number(index)
}

function trimBytes(bytes: Uint8Array, set: Uint8Array, atStart: boolean, atEnd: boolean): Uint8Array {
  let from = 0
  let to = bytes.length
  if (atStart) while (from < to && set.includes(bytes[from])) from++
  if (atEnd) while (to > from && set.includes(bytes[to - 1])) to--
  return bytes.slice(from, to)
}

function crc(polynomial: number): (bytes: Uint8Array) => number {
  const table = new Uint32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1
    table[byte] = rest
  }
  return bytes => {
    let value = 0xffffffff
    for (const byte of bytes) value = (value >>> 8) ^ table[(value ^ byte) & 255]
    return (value ^ 0xffffffff) >>> 0
  }
}

function checkEncoding(name: string): void {
  if (!/^(utf-?8|unicode)$/i.test(name)) {
    throw new SqlError('22023', `invalid source encoding name "${name}"`)
  }
}

function fromUtf8(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new SqlError('22021', 'invalid byte sequence for encoding "UTF8": 0x00')
  try {
    return decoder.decode(bytes)
  } catch {
    throw new SqlError('22021', 'invalid byte sequence for encoding "UTF8"')
  }
}

const bitCount = (byte: number): number => {
  let count = 0
  for (let rest = byte; rest > 0; rest &= rest - 1) count++
  return count
}

function withBit(bytes: Uint8Array, index: Int8, bit: number): Uint8Array {
  const at = checkIndex(index, bytes.length * 8)
  if (bit !== 0 && bit !== 1) throw new SqlError('22023', 'new bit must be 0 or 1')
  const changed = bytes.slice()
  const mask = 1 << (at & 7)
  changed[at >> 3] = bit === 1 ? changed[at >> 3] | mask : changed[at >> 3] & ~mask
  return changed
}

const SHA: readonly DigestName[] = ['sha224', 'sha256', 'sha384', 'sha512']

export const STRING_BYTES_FUNCTIONS: readonly SqlFunction[] = [
  scalar('overlay', [BYTEA, BYTEA, INT4], BYTEA, (bytes: Uint8Array, part: Uint8Array, start: number) =>
    overlay(bytes, part, start, part.length),
  ),
  scalar('overlay', [BYTEA, BYTEA, INT4, INT4], BYTEA, overlay),
  scalar('md5', [TEXT], TEXT, (text: string) => hexadecimal(digest('md5', encoder.encode(text)))),
  scalar('md5', [BYTEA], TEXT, (bytes: Uint8Array) => hexadecimal(digest('md5', bytes))),
  ...SHA.map(name => scalar(name, [BYTEA], BYTEA, (bytes: Uint8Array) => digest(name, bytes))),
  scalar('crc32', [BYTEA], INT8, crc(0xedb88320)),
  scalar('crc32c', [BYTEA], INT8, crc(0x82f63b78)),
  scalar('encode', [BYTEA, TEXT], TEXT, encode),
  scalar('decode', [TEXT, TEXT], BYTEA, decode),
  scalar('to_hex', [INT4], TEXT, (value: number) => digits(value, 32, 16)),
  scalar('to_hex', [INT8], TEXT, (value: Int8) => digits(value, 64, 16)),
  scalar('to_oct', [INT4], TEXT, (value: number) => digits(value, 32, 8)),
  scalar('to_oct', [INT8], TEXT, (value: Int8) => digits(value, 64, 8)),
  scalar('to_bin', [INT4], TEXT, (value: number) => digits(value, 32, 2)),
  scalar('to_bin', [INT8], TEXT, (value: Int8) => digits(value, 64, 2)),
  scalar('length', [BYTEA], INT4, (bytes: Uint8Array) => bytes.length),
  scalar('octet_length', [BYTEA], INT4, (bytes: Uint8Array) => bytes.length),
  scalar('bit_length', [BYTEA], INT4, (bytes: Uint8Array) => bytes.length * 8),
  scalar('bit_count', [BYTEA], INT8, (bytes: Uint8Array) =>
    bytes.reduce((sum, byte) => sum + bitCount(byte), 0),
  ),
  scalar('reverse', [BYTEA], BYTEA, (bytes: Uint8Array) => bytes.slice().reverse()),
  ...['substring', 'substr'].flatMap(name => [
    scalar(name, [BYTEA, INT4], BYTEA, (bytes: Uint8Array, start: number) => sliceBytes(bytes, start)),
    scalar(name, [BYTEA, INT4, INT4], BYTEA, (bytes: Uint8Array, start: number, length: number) =>
      sliceBytes(bytes, start, length),
    ),
  ]),
  scalar('position', [BYTEA, BYTEA], INT4, positionOfBytes),
  scalar('btrim', [BYTEA, BYTEA], BYTEA, (bytes: Uint8Array, set: Uint8Array) =>
    trimBytes(bytes, set, true, true),
  ),
  scalar('ltrim', [BYTEA, BYTEA], BYTEA, (bytes: Uint8Array, set: Uint8Array) =>
    trimBytes(bytes, set, true, false),
  ),
  scalar('rtrim', [BYTEA, BYTEA], BYTEA, (bytes: Uint8Array, set: Uint8Array) =>
    trimBytes(bytes, set, false, true),
  ),
  scalar(
    'get_byte',
    [BYTEA, INT4],
    INT4,
    (bytes: Uint8Array, index: number) => bytes[checkIndex(index, bytes.length)],
  ),
  scalar('set_byte', [BYTEA, INT4, INT4], BYTEA, (bytes: Uint8Array, index: number, value: number) => {
    const changed = bytes.slice()
    changed[checkIndex(index, bytes.length)] = value & 255
    return changed
  }),
  scalar('get_bit', [BYTEA, INT8], INT4, (bytes: Uint8Array, index: Int8) => {
    const at = checkIndex(index, bytes.length * 8)
    return (bytes[at >> 3] >> (at & 7)) & 1
  }),
  scalar('set_bit', [BYTEA, INT8, INT4], BYTEA, withBit),
  scalar('convert_from', [BYTEA, NAME], TEXT, (bytes: Uint8Array, name: string) => {
    checkEncoding(name)
    return fromUtf8(bytes)
  }),
  scalar('convert_to', [TEXT, NAME], BYTEA, (text: string, name: string) => {
    checkEncoding(name)
    return encoder.encode(text)
  }),
]
