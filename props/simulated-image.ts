/**
 * A file's bytes at one moment, in chunks of the smallest sector.
 *
 * Invariants
 * 1. Chunks are never changed, only replaced, so images and pending writes share them and copying a file is cheap.
 * 2. A chunk that is missing reads as zeros, and one that is there holds something else. So does everything beyond the size.
 */

export const CHUNK_BYTES = 512
/** Compared at once. */
const ZEROS = Buffer.alloc(16 * CHUNK_BYTES)

class Bytes {
  readonly bytes: Buffer
  /** Two independent sums of the bytes, once somebody asked. */
  low = 0
  high = 0
  isSummed = false

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** Undefined: zeros. */
export type Chunk = Bytes | undefined

/** What a chunk adds to the weight of an image. */
export interface Weight {
  readonly low: number
  readonly high: number
}

const NOTHING: Weight = { low: 0, high: 0 }

/** What the `index`th chunk of a file adds to its weight. */
export function weightOf(chunk: Chunk, index: number): Weight {
  if (chunk === undefined) return NOTHING
  if (!chunk.isSummed) sumUp(chunk)
  return { low: mixed(chunk.low, index, 0x85ebca6b), high: mixed(chunk.high, index, 0xc2b2ae35) }
}

/** Tells apart files of one path: by 64 bits of what they hold, and by their size. */
export function fingerprintOf(sizeBytes: number, low: number, high: number): string {
  return `${sizeBytes} ${low} ${high}`
}

export class SparseImage {
  sizeBytes = 0
  #chunks: Chunk[] = []
  /** Of all chunks together; undefined since something was changed. */
  #weight: Weight | undefined = NOTHING

  clone(): SparseImage {
    const copy = new SparseImage()
    copy.sizeBytes = this.sizeBytes
    copy.#chunks = this.#chunks.slice()
    copy.#weight = this.#weight
    return copy
  }

  /** Reads whatever the chunks hold, beyond the size too. */
  read(target: Uint8Array, offset: number, length: number, position: number): void {
    const end = position + length
    for (let at = position; at < end; ) {
      const index = Math.floor(at / CHUNK_BYTES)
      const chunk = this.#chunks[index]
      if (chunk === undefined) {
        const next = Math.min(end, this.#nextChunk(index) * CHUNK_BYTES)
        target.fill(0, offset + at - position, offset + next - position)
        at = next
        continue
      }
      const within = at - index * CHUNK_BYTES
      const count = Math.min(end - at, CHUNK_BYTES - within)
      const { bytes } = chunk
      target.set(
        count === CHUNK_BYTES ? bytes : bytes.subarray(within, within + count),
        offset + at - position,
      )
      at += count
    }
  }

  /** The first chunk behind `index` that is there; beyond all of them, Infinity. */
  #nextChunk(index: number): number {
    for (let next = index + 1; next < this.#chunks.length; next++) {
      if (this.#chunks[next] !== undefined) return next
    }
    return Number.POSITIVE_INFINITY
  }

  /** Those from `start` up to `end`, which are multiples of a chunk's length. */
  chunks(start: number, end: number): Chunk[] {
    const chunks = this.#chunks.slice(start / CHUNK_BYTES, end / CHUNK_BYTES)
    while (chunks.length < (end - start) / CHUNK_BYTES) chunks.push(undefined)
    return chunks
  }

  /** Whether `count` of the chunks, from the `from`th on, are other ones than those at `position`. */
  differs(chunks: readonly Chunk[], from: number, count: number, position: number): boolean {
    const first = position / CHUNK_BYTES
    for (let i = 0; i < count; i++) if (!isSame(chunks[from + i], this.#chunks[first + i])) return true
    return false
  }

  /** Two independent sums of all chunks: what a part adds to them does not depend on the others. */
  weight(): Weight {
    if (this.#weight !== undefined) return this.#weight
    let low = 0
    let high = 0
    for (let index = 0; index < this.#chunks.length; index++) {
      const weight = weightOf(this.#chunks[index], index)
      low = (low + weight.low) | 0
      high = (high + weight.high) | 0
    }
    this.#weight = { low, high }
    return this.#weight
  }

  fingerprint(): string {
    const { low, high } = this.weight()
    return fingerprintOf(this.sizeBytes, low, high)
  }

  /** Replaces `count` chunks from `position` on by those from the `from`th on. Leaves the size alone. */
  putChunks(chunks: readonly Chunk[], from: number, count: number, position: number): void {
    const first = position / CHUNK_BYTES
    for (let i = 0; i < count; i++) this.#set(first + i, chunks[from + i])
  }

  /** Replaces bytes. Leaves the size alone. */
  put(source: Uint8Array, offset: number, length: number, position: number): void {
    const end = position + length
    let at = position
    // A file that is filled in advance: nothing but zeros behind what there is.
    if (at >= this.#chunks.length * CHUNK_BYTES) {
      while (at < end && isZero(source, offset + at - position, Math.min(end - at, ZEROS.length))) {
        at += Math.min(end - at, ZEROS.length)
      }
    }
    while (at < end) {
      const index = Math.floor(at / CHUNK_BYTES)
      const within = at - index * CHUNK_BYTES
      const count = Math.min(end - at, CHUNK_BYTES - within)
      const from = offset + at - position
      this.#set(index, chunkOf(this.#chunks[index], source, from, within, count))
      at += count
    }
  }

  #set(index: number, chunk: Chunk): void {
    if (chunk === undefined && index >= this.#chunks.length) return
    while (this.#chunks.length <= index) this.#chunks.push(undefined)
    this.#chunks[index] = chunk
    this.#weight = undefined
  }

  resize(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes || this.#chunks.length * CHUNK_BYTES > sizeBytes) this.#cut(sizeBytes)
    this.sizeBytes = sizeBytes
  }

  #cut(sizeBytes: number): void {
    const kept = Math.ceil(sizeBytes / CHUNK_BYTES)
    if (kept < this.#chunks.length) {
      this.#chunks.length = kept
      this.#weight = undefined
    }
    const within = sizeBytes % CHUNK_BYTES
    if (within > 0) this.put(ZEROS, 0, CHUNK_BYTES - within, sizeBytes)
  }
}

/** `present` with `count` bytes from `within` on replaced. */
function chunkOf(present: Chunk, source: Uint8Array, from: number, within: number, count: number): Chunk {
  const isWhole = count === CHUNK_BYTES
  if ((isWhole || present === undefined) && isZero(source, from, count)) return undefined
  const bytes = Buffer.allocUnsafe(CHUNK_BYTES)
  if (!isWhole) bytes.set(present?.bytes ?? ZEROS.subarray(0, CHUNK_BYTES))
  bytes.set(source.subarray(from, from + count), within)
  return !isWhole && isZero(bytes, 0, CHUNK_BYTES) ? undefined : new Bytes(bytes)
}

function isZero(bytes: Uint8Array, from: number, count: number): boolean {
  // Nearly always this decides it.
  for (let at = from; at < from + Math.min(count, 8); at++) if (bytes[at] !== 0) return false
  // Of a view: Deno holds the end of what is compared with against the length of what compares.
  return ZEROS.compare(bytes.subarray(from, from + count), 0, count, 0, count) === 0
}

function isSame(a: Chunk, b: Chunk): boolean {
  return a === b || (a !== undefined && b !== undefined && a.bytes.equals(b.bytes))
}

/** Two multiplicative hashes of the words, seeded apart. */
function sumUp(chunk: Bytes): void {
  const { buffer, byteOffset } = chunk.bytes
  const words = new Int32Array(buffer, byteOffset, CHUNK_BYTES / 4)
  let low = 0x2545f491
  let high = 0x9e3779b9 | 0
  for (let i = 0; i < words.length; i++) {
    low = Math.imul(low ^ words[i], 0x01000193)
    low ^= low >>> 15
    high = Math.imul(high + words[i], 0x2c1b3c6d)
    high = (high << 13) | (high >>> 19)
  }
  chunk.low = low
  chunk.high = high
  chunk.isSummed = true
}

function mixed(sum: number, index: number, factor: number): number {
  const product = Math.imul(sum ^ Math.imul(index + 1, 0x9e3779b1), factor)
  return product ^ (product >>> 16)
}
