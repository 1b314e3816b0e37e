/**
 * Text and bytes as parts of keys and values.
 *
 * Text is stored as UTF-8, whose byte order is the order of code points. A string with half a surrogate
 * pair has no UTF-8 form; it is refused rather than stored as U+FFFD, which would come back as another string.
 *
 * Inside a key, what can be of any length ends with the byte 0x00, and the bytes 0x00 and 0x01 are written
 * as 0x01 0x01 and 0x01 0x02. The end sorts below everything that can follow, so a prefix comes before its
 * extensions; the escapes keep the order of what they stand for; and one byte ends a component.
 * At the very end of a key ("tail") neither end nor escapes are needed.
 */

import { untransferableBuffer } from '../io/untransferable.ts'
import { type ByteReader, type ByteWriter, NO_BYTES } from './bytes.ts'
import { corrupt, type Place, reject } from './place.ts'

export const END_OF_RUN = 0x00
const ESCAPE = 0x01

/** Up to this many characters a loop beats the call into V8 (40 ns, whatever the length). */
const SHORT_TEXT = 24
/** From here on it pays to ask for the exact length instead of reserving the most that it can be. */
const LONG_TEXT = 4096
/** UTF-8 needs at most this many bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3

/** In Node 20 and later, but not in the type definitions for them: the direct ways past encoding names. */
interface FastText {
  utf8Write(text: string, at: number): number
  utf8Slice(start: number, end: number): string
}
interface WellFormed {
  isWellFormed(): boolean
}

/** False when there is half a surrogate pair in the text. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as WellFormed).isWellFormed()
}

/** Decodes UTF-8. */
export function utf8At(bytes: Buffer, start: number, end: number): string {
  return (bytes as unknown as FastText).utf8Slice(start, end)
}

const WELL_FORMED = 'text without lone surrogates'

/** UTF-8 to the end of the key or value, without length or terminator. */
export function writeTextTail(writer: ByteWriter, value: unknown, place: Place): void {
  if (typeof value !== 'string') reject(place, 'text', value)
  const length = value.length
  writer.reserve(length <= LONG_TEXT ? length * MAX_BYTES_PER_UNIT : Buffer.byteLength(value))
  const bytes = writer.bytes
  const at = writer.at
  if (length <= SHORT_TEXT) {
    let i = 0
    for (; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) break
      bytes[at + i] = unit
    }
    if (i === length) {
      writer.at = at + length
      return
    }
  }
  if (!isWellFormed(value)) reject(place, WELL_FORMED, value)
  writer.at = at + (bytes as unknown as FastText).utf8Write(value, at)
}

/** UTF-8, escaped and ended: another component may follow. */
export function writeTextRun(writer: ByteWriter, value: unknown, place: Place): void {
  const start = writer.at
  if (typeof value === 'string' && value.length <= SHORT_TEXT) {
    const length = value.length
    writer.reserve(length + 1)
    const bytes = writer.bytes
    let i = 0
    for (; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f || unit <= ESCAPE) break
      bytes[start + i] = unit
    }
    if (i === length) {
      bytes[start + i] = END_OF_RUN
      writer.at = start + length + 1
      return
    }
  }
  writeTextTail(writer, value, place)
  escapeFrom(writer, start)
  writer.writeByte(END_OF_RUN)
}

/** Bytes to the end of the key or value. */
export function writeBytesTail(writer: ByteWriter, value: unknown, place: Place): void {
  if (!(value instanceof Uint8Array)) reject(place, 'bytes (a Uint8Array)', value)
  writer.writeBytes(value, 0, value.length)
}

/** Bytes, escaped and ended. */
export function writeBytesRun(writer: ByteWriter, value: unknown, place: Place): void {
  const start = writer.at
  writeBytesTail(writer, value, place)
  escapeFrom(writer, start)
  writer.writeByte(END_OF_RUN)
}

/** Escapes what was written since `start`, in place, from the back. */
export function escapeFrom(writer: ByteWriter, start: number): void {
  let escapes = 0
  const end = writer.at
  for (let i = start; i < end; i++) if (writer.bytes[i] <= ESCAPE) escapes++
  if (escapes === 0) return
  writer.reserve(escapes)
  const bytes = writer.bytes
  let target = end + escapes
  writer.at = target
  for (let i = end - 1; i >= start; i--) {
    const byte = bytes[i]
    if (byte > ESCAPE) {
      bytes[--target] = byte
    } else {
      bytes[--target] = byte + 1
      bytes[--target] = ESCAPE
    }
  }
}

let unescaped = NO_BYTES

/** Finds the end of a run at the reader, sets the reader behind it and returns the end's position. */
function endOfRun(reader: ByteReader): number {
  const bytes = reader.bytes
  const limit = reader.end
  let i = reader.at
  while (i < limit && bytes[i] !== END_OF_RUN) i++
  if (i >= limit) corrupt('key (a component without end)')
  reader.at = i + 1
  return i
}

/** Undoes the escapes of `bytes[start .. end)` into `unescaped`; returns the length. */
function undoEscapes(bytes: Buffer, start: number, end: number): number {
  if (unescaped.length < end - start) unescaped = Buffer.allocUnsafeSlow((end - start) * 2)
  let length = 0
  for (let i = start; i < end; i++) {
    let byte = bytes[i]
    if (byte === ESCAPE) byte = bytes[++i] - 1
    unescaped[length++] = byte
  }
  return length
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === ESCAPE) return true
  return false
}

export function readTextRun(reader: ByteReader): string {
  const start = reader.at
  const end = endOfRun(reader)
  if (!hasEscape(reader.bytes, start, end)) return textAt(reader.bytes, start, end)
  const length = undoEscapes(reader.bytes, start, end)
  return utf8At(unescaped, 0, length)
}

export function readBytesRun(reader: ByteReader): Uint8Array {
  const start = reader.at
  const end = endOfRun(reader)
  if (!hasEscape(reader.bytes, start, end)) return bytesAt(reader.bytes, start, end)
  const length = undoEscapes(reader.bytes, start, end)
  return bytesAt(unescaped, 0, length)
}

/** Reads everything to the reader's end as text. */
export function readTextTail(reader: ByteReader): string {
  const start = reader.at
  reader.at = reader.end
  return textAt(reader.bytes, start, reader.end)
}

export function readBytesTail(reader: ByteReader): Uint8Array {
  const start = reader.at
  reader.at = reader.end
  return bytesAt(reader.bytes, start, reader.end)
}

/** Decodes `bytes[start .. end)`. Four characters or fewer are cheaper to put together than to ask V8 for. */
export function textAt(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length > 4) return utf8At(bytes, start, end)
  if (length === 0) return ''
  const a = bytes[start]
  if (length === 1) {
    if (a < 0x80) return String.fromCharCode(a)
  } else if (length === 2) {
    const b = bytes[start + 1]
    if ((a | b) < 0x80) return String.fromCharCode(a, b)
  } else if (length === 3) {
    const b = bytes[start + 1]
    const c = bytes[start + 2]
    if ((a | b | c) < 0x80) return String.fromCharCode(a, b, c)
  } else {
    const b = bytes[start + 1]
    const c = bytes[start + 2]
    const d = bytes[start + 3]
    if ((a | b | c | d) < 0x80) return String.fromCharCode(a, b, c, d)
  }
  return utf8At(bytes, start, end)
}

/** Up to this many bytes a byte loop is the fastest copy. */
const SHORT_COPY = 24
/** Up to here V8 keeps an array's bytes beside the object; a longer one costs an allocation outside (300 ns). */
const INNER_COPY = 64
/** Copies up to this length share a piece of memory, and so may keep one alive. */
const SHARED_COPY = 2048
/** Measured, with its allocation: 5 ns a copy of 150 bytes; 36 with pieces of Node's pool, which are 4 KiB. */
const PIECE_BYTES = 16_384
let pieceBuffer: ArrayBufferLike = untransferableBuffer(PIECE_BYTES).buffer
let pieceWords = new Int32Array(pieceBuffer)
let pieceAt = 0

/** The bytes seen last, as a DataView: asking a Buffer for its memory is a call into the runtime. */
let seenBytes: Buffer | undefined
let seenView: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0))

function viewOf(bytes: Buffer): DataView<ArrayBufferLike> {
  if (bytes !== seenBytes) {
    seenView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    seenBytes = bytes
  }
  return seenView
}

/**
 * A copy of `bytes[start .. end)`: what is handed out never points into pages. Longer ones begin at a multiple of 8, so
 * that a user may look at them as numbers.
 *
 * Medium ones are copied by words, unaligned ones too: out of shared memory the runtime's own copy goes byte by byte
 * unless both sides are aligned alike (150 bytes: 25 ns against 65).
 */
export function bytesAt(bytes: Buffer, start: number, end: number): Uint8Array {
  const length = end - start
  if (length <= SHORT_COPY) {
    const copy = new Uint8Array(length)
    for (let i = 0; i < length; i++) copy[i] = bytes[start + i]
    return copy
  }
  if (length <= INNER_COPY || length > SHARED_COPY) {
    const copy = new Uint8Array(length)
    copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length))
    return copy
  }
  if (pieceAt + length > PIECE_BYTES) {
    pieceBuffer = untransferableBuffer(PIECE_BYTES).buffer
    pieceWords = new Int32Array(pieceBuffer)
    pieceAt = 0
  }
  const at = pieceAt
  pieceAt = (at + length + 7) & ~7
  copyWords(viewOf(bytes), start, pieceWords, at >>> 2, length)
  return new Uint8Array(pieceBuffer, at, length)
}

/** Copies `length` >= 4 bytes to the word `to`; the last word is filled up with zeros. */
function copyWords(
  source: DataView<ArrayBufferLike>,
  start: number,
  target: Int32Array,
  to: number,
  length: number,
): void {
  const whole = length >>> 2
  let i = 0
  for (; i + 4 <= whole; i += 4) {
    const from = start + (i << 2)
    target[to + i] = source.getInt32(from, true)
    target[to + i + 1] = source.getInt32(from + 4, true)
    target[to + i + 2] = source.getInt32(from + 8, true)
    target[to + i + 3] = source.getInt32(from + 12, true)
  }
  for (; i < whole; i++) target[to + i] = source.getInt32(start + (i << 2), true)
  const rest = length & 3
  if (rest === 0) return
  // The last four bytes, of which those that are copied already are shifted out.
  target[to + whole] = source.getInt32(start + length - 4, true) >>> ((4 - rest) << 3)
}
