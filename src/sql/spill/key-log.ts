/**
 * Keys one after the other in a file, and where each lies by its hash in memory: some 20 bytes a key, however long it is. The
 * file is asked only for a key whose hash another one has that is there, which is most often the same key.
 */

import type { Value } from '../functions/registry.ts'
import type { ExecutionSpill } from './spill-space.ts'
import { SpillFile } from './spilled-rows.ts'
import { ValueReader, ValueWriter } from './value-codec.ts'

const BLOCK_BYTES_MAX = 64 * 1024
/** Of the memory for it all, the end that was not written yet may take so much. */
const BLOCK_SHARE = 1 / 4
const SLOTS_LEAST = 16
/** Of its hash and its place. */
const SLOT_BYTES = 12
/** The table grows when more than this part of it is taken. */
const FULL = 0.6

export class KeyLog {
  private readonly file: SpillFile
  /** The end of the log, which was not written yet. */
  private readonly tail: ValueWriter
  /** Keys that are looked for. */
  private readonly wanted: ValueWriter
  private readonly reader: ValueReader
  private buffer = Buffer.alloc(256)
  /** What was written, each with whole keys. */
  private readonly blocks: { readonly at: number; readonly length: number }[] = []
  // By slot, in open addressing: the hash, and one more than the place in the log; 0: nothing is there.
  private hashes = new Int32Array(SLOTS_LEAST)
  private places = new Float64Array(SLOTS_LEAST)
  private count = 0
  private readonly blockBytes: number

  /** @param memoryBytes how much it is meant to take at most: see `memoryBytes` */
  constructor(space: ExecutionSpill, memoryBytes: number) {
    this.blockBytes = Math.min(BLOCK_BYTES_MAX, BLOCK_SHARE * memoryBytes)
    this.file = new SpillFile(space)
    this.tail = new ValueWriter(this.file.kept)
    this.wanted = new ValueWriter(this.file.kept)
    this.reader = new ValueReader(this.file.kept)
  }

  /** What it takes in memory. */
  get memoryBytes(): number {
    return this.hashes.length * SLOT_BYTES + this.blockBytes
  }

  has(key: unknown, hash: number): boolean {
    return this.slotOf(key, hash | 0) < 0
  }

  /** Whether it is new. */
  add(key: unknown, hash: number): boolean {
    const slot = this.slotOf(key, hash | 0)
    if (slot < 0) return false
    this.hashes[slot] = hash
    this.places[slot] = this.file.byteCount + this.tail.length + 1
    this.tail.write(oneForm(key))
    if (this.tail.length >= this.blockBytes) this.flush()
    if (++this.count > FULL * this.hashes.length) this.grow()
    return true
  }

  /** The free slot for it; negative: it is there. */
  private slotOf(key: unknown, hash: number): number {
    const { hashes, places, wanted } = this
    const mask = hashes.length - 1
    let isEncoded = false
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = places[slot] - 1
      if (place < 0) return slot
      if (hashes[slot] !== hash) continue
      if (!isEncoded) {
        wanted.clear()
        wanted.write(oneForm(key))
        isEncoded = true
      }
      if (this.isWantedAt(place)) return -1
    }
  }

  /** Whether the key at a place is the one that is wanted. No key's bytes are the beginning of another's. */
  private isWantedAt(place: number): boolean {
    const { wanted, tail, file } = this
    const { length } = wanted
    if (place >= file.byteCount) {
      const at = place - file.byteCount
      return at + length <= tail.length && wanted.bytes.compare(tail.bytes, at, at + length, 0, length) === 0
    }
    if (place + length > file.byteCount) return false
    if (this.buffer.length < length) this.buffer = Buffer.alloc(2 * length)
    file.read(this.buffer, length, place)
    return wanted.bytes.compare(this.buffer, 0, length, 0, length) === 0
  }

  private flush(): void {
    const { tail, file } = this
    this.blocks.push({ at: file.append(tail.bytes, tail.length), length: tail.length })
    tail.clear()
  }

  private grow(): void {
    const { hashes, places } = this
    const mask = 2 * hashes.length - 1
    this.hashes = new Int32Array(mask + 1)
    this.places = new Float64Array(mask + 1)
    for (let i = 0; i < hashes.length; i++) {
      if (places[i] === 0) continue
      let slot = hashes[i] & mask
      while (this.places[slot] !== 0) slot = (slot + 1) & mask
      this.hashes[slot] = hashes[i]
      this.places[slot] = places[i]
    }
  }

  /** All keys, in the order in which they came. The table is given back first: nothing can be looked for any more. */
  *drain(): Generator<unknown> {
    this.hashes = new Int32Array(0)
    this.places = new Float64Array(0)
    if (this.tail.length > 0) this.flush()
    const { file, reader } = this
    for (const { at, length } of this.blocks) {
      const bytes = Buffer.allocUnsafe(length)
      file.read(bytes, length, at)
      reader.over(bytes, length)
      while (!reader.isAtEnd) yield reader.read()
    }
  }

  close(): void {
    this.file.close()
  }
}

/** Keys that a Map does not tell apart have the same bytes. */
function oneForm(key: unknown): Value {
  if (typeof key !== 'number') return key as Value
  return key === 0 ? 0 : Number.isNaN(key) ? Number.NaN : key
}
