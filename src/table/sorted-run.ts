/**
 * Entries kept in one arena, to be stored together when all of them are known to be right, and sorted by key where an
 * order is needed: bulk loads and index builds collect them.
 *
 * Invariant: entries with equal keys keep the order in which they were added.
 */

import type { IsDue, Steps } from '../base/steps.ts'
import type { WriteTree } from '../btree/api.ts'
import { PutMode } from '../btree/api.ts'
import { ByteWriter, compareBytes } from './bytes.ts'

const INITIAL_ENTRIES = 256
/** Of each key, sorting looks at so many bytes at once: with the entry's number they fit into a double. */
const HEAD_BYTES = 4
/** Entry numbers take 21 of the 53 bits of a double; the caller stores a run before it has more. */
const MAX_ENTRIES = 2 ** 21
/** So few entries are sorted by insertion. */
const FEW = 12
/** So many are sorted at a stretch: some milliseconds. */
const STRETCH_MAX = 32_768
/** What may follow in a key: nothing, or one of these bytes. */
const BYTE_COUNT = 256
/** So many entries are looked at, or stored, between two questions whether it is to be left. */
const ASK_EVERY = 1024
const STORED_EVERY = 128

export class SortedRun {
  count = 0
  private readonly arena = new ByteWriter()
  private starts = new Float64Array(INITIAL_ENTRIES)
  private keyLengths = new Int32Array(INITIAL_ENTRIES)
  private valueLengths = new Int32Array(INITIAL_ENTRIES)
  /** Entries in order, once sorted. */
  private order: Int32Array = new Int32Array(0)
  private isAscending = true
  /** So many bytes at the beginning are the same in all keys. */
  private commonLength = 0
  private readonly key = new ByteWriter()

  /** Whether the entries take so many bytes, or there are so many, that they should be stored. */
  isFull(limitBytes: number): boolean {
    return this.arena.at >= limitBytes || this.count >= MAX_ENTRIES
  }

  clear(): void {
    this.count = 0
    this.arena.at = 0
    this.isAscending = true
  }

  /** Adds a copy of an entry. */
  add(key: Uint8Array, keyLength: number, value: Uint8Array, valueOffset: number, valueLength: number): void {
    const entry = this.count
    if (entry === this.starts.length) this.grow()
    this.starts[entry] = this.arena.at
    this.keyLengths[entry] = keyLength
    this.valueLengths[entry] = valueLength
    this.arena.writeBytes(key, 0, keyLength)
    this.arena.writeBytes(value, valueOffset, valueOffset + valueLength)
    this.count = entry + 1
    if (entry === 0) {
      this.commonLength = keyLength
    } else {
      this.commonLength = this.sharedWithFirst(key, Math.min(this.commonLength, keyLength))
      if (this.isAscending) this.isAscending = this.compare(entry - 1, entry) <= 0
    }
  }

  private sharedWithFirst(key: Uint8Array, limit: number): number {
    const bytes = this.arena.bytes
    let shared = 0
    while (shared < limit && bytes[shared] === key[shared]) shared++
    return shared
  }

  private grow(): void {
    const capacity = this.starts.length * 2
    this.starts = resized(this.starts, new Float64Array(capacity))
    this.keyLengths = resized(this.keyLengths, new Int32Array(capacity))
    this.valueLengths = resized(this.valueLengths, new Int32Array(capacity))
  }

  private compare(a: number, b: number): number {
    const bytes = this.arena.bytes
    const aLength = this.keyLengths[a]
    const bLength = this.keyLengths[b]
    const shared = aLength < bLength ? aLength : bLength
    const aStart = this.starts[a]
    const bStart = this.starts[b]
    for (let i = 0; i < shared; i++) {
      const difference = bytes[aStart + i] - bytes[bStart + i]
      if (difference !== 0) return difference
    }
    return aLength - bLength
  }

  /** Puts the entries in order of their keys. */
  sort(): void {
    const order = this.orderAsAdded()
    if (this.count > MAX_ENTRIES) order.sort((a, b) => this.compare(a, b) || a - b)
    else if (!this.isAscending) this.sortPart(order, this.commonLength)
    this.order = order
  }

  /** The same, and it may be left in its middle. */
  *sortInSteps(isDue: IsDue): Steps {
    if (this.isAscending || this.count <= STRETCH_MAX || this.count > MAX_ENTRIES) {
      this.sort()
      return
    }
    const order = this.orderAsAdded()
    yield* this.sortParts(order, this.commonLength, isDue)
    this.order = order
  }

  private orderAsAdded(): Int32Array {
    const order = new Int32Array(this.count)
    for (let i = 0; i < order.length; i++) order[i] = i
    return order
  }

  /** Sorts entries whose keys agree in their first `depth` bytes: by the bytes that follow, until a part is small. */
  private *sortParts(order: Int32Array, depth: number, isDue: IsDue): Steps {
    if (order.length <= STRETCH_MAX) {
      this.sortPart(order, depth)
      if (isDue(order.length)) yield
      return
    }
    const shared = yield* this.sharedLength(order, depth, isDue)
    const ends = yield* this.distribute(order, shared, isDue)
    // Keys that end where they agree are equal, and stand in the order in which they came.
    for (let byte = 0; byte < BYTE_COUNT; byte++) {
      const part = order.subarray(ends[byte], ends[byte + 1])
      if (part.length > 1) yield* this.sortParts(part, shared + 1, isDue)
    }
  }

  /** How many bytes, of which `depth` are known, all keys share. */
  private *sharedLength(order: Int32Array, depth: number, isDue: IsDue): Steps<number> {
    const { bytes } = this.arena
    const first = this.starts[order[0]]
    let shared = this.keyLengths[order[0]]
    for (let i = 1; i < order.length && shared > depth; i++) {
      if (i % ASK_EVERY === 0 && isDue(ASK_EVERY)) yield
      const start = this.starts[order[i]]
      const limit = Math.min(shared, this.keyLengths[order[i]])
      let at = depth
      while (at < limit && bytes[first + at] === bytes[start + at]) at++
      shared = at
    }
    return shared
  }

  /**
   * Puts entries in order of the one byte at `depth`, those without one first, and else as they stand.
   * @returns where those without end, and by byte, where those that have it do
   */
  private *distribute(order: Int32Array, depth: number, isDue: IsDue): Steps<Int32Array> {
    // What has byte b counts at b + 2, so that the sums say where it begins, and when all are placed, where it ends.
    const ends = new Int32Array(BYTE_COUNT + 2)
    for (let i = 0; i < order.length; i++) {
      if (i % ASK_EVERY === 0 && isDue(ASK_EVERY)) yield
      ends[this.byteAt(order[i], depth) + 2]++
    }
    for (let i = 1; i < ends.length; i++) ends[i] += ends[i - 1]
    const placed = new Int32Array(order.length)
    for (let i = 0; i < order.length; i++) {
      if (i % ASK_EVERY === 0 && isDue(ASK_EVERY)) yield
      placed[ends[this.byteAt(order[i], depth) + 1]++] = order[i]
    }
    order.set(placed)
    return ends
  }

  /** -1: the key ends before it. */
  private byteAt(entry: number, depth: number): number {
    return depth < this.keyLengths[entry] ? this.arena.bytes[this.starts[entry] + depth] : -1
  }

  /**
   * Sorts entries whose keys agree in their first `depth` bytes. The bytes after these and the entry's number,
   * as one double, are sorted by the engine without calling back, several times as fast as with a comparison;
   * entries that these bytes do not tell apart are sorted by the bytes that follow.
   */
  private sortPart(order: Int32Array, depth: number): void {
    if (order.length <= FEW) {
      this.insertionSort(order)
      return
    }
    const heads = new Float64Array(order.length)
    for (let i = 0; i < heads.length; i++) heads[i] = this.headAt(order[i], depth) * MAX_ENTRIES + order[i]
    heads.sort()
    let start = 0
    for (let i = 0; i < heads.length; i++) {
      order[i] = heads[i] % MAX_ENTRIES
      if (i + 1 < heads.length && headOf(heads[i + 1]) === headOf(heads[start])) continue
      if (i > start) this.sortTies(order.subarray(start, i + 1), depth + HEAD_BYTES)
      start = i + 1
    }
  }

  /** Sorts entries whose heads before `depth` agree. Where a key ends before that, its head had zeros in place of bytes. */
  private sortTies(order: Int32Array, depth: number): void {
    let isLongEnough = true
    for (let i = 0; i < order.length && isLongEnough; i++) isLongEnough = this.keyLengths[order[i]] > depth
    if (isLongEnough) this.sortPart(order, depth)
    else order.sort((a, b) => this.compare(a, b) || a - b)
  }

  private insertionSort(order: Int32Array): void {
    for (let i = 1; i < order.length; i++) {
      const entry = order[i]
      let at = i
      while (at > 0 && (this.compare(order[at - 1], entry) || order[at - 1] - entry) > 0) {
        order[at] = order[at - 1]
        at--
      }
      order[at] = entry
    }
  }

  private headAt(entry: number, depth: number): number {
    const bytes = this.arena.bytes
    const start = this.starts[entry] + depth
    const end = this.starts[entry] + this.keyLengths[entry]
    let head = 0
    for (let i = start; i < start + HEAD_BYTES; i++) head = (head << 8) | (i < end ? bytes[i] : 0)
    return head >>> 0
  }

  /** Puts the entries back into the order in which they were added. */
  unsort(): void {
    for (let i = 0; i < this.order.length; i++) this.order[i] = i
  }

  /** After `sort`: whether the entry at `position` has the same key as the one after it. */
  isFollowedByEqual(position: number): boolean {
    return position + 1 < this.count && this.compare(this.order[position], this.order[position + 1]) === 0
  }

  /** After `sort`: copies the key at `position` to offset 0 of the writer's bytes. */
  loadKey(position: number, writer: ByteWriter): void {
    const entry = this.order[position]
    const start = this.starts[entry]
    writer.begin()
    writer.writeBytes(this.arena.bytes, start, start + this.keyLengths[entry])
  }

  /** Puts all entries in the order in which they were added, sorted or not; the tree sorts many by itself. */
  putInto(tree: WriteTree): void {
    const { bytes } = this
    for (let entry = 0; entry < this.count; entry++) {
      const start = this.starts[entry]
      const valueStart = start + this.keyLengths[entry]
      this.key.begin()
      this.key.writeBytes(bytes, start, valueStart)
      tree.put(this.key.bytes, this.key.at, bytes, valueStart, this.valueLengths[entry], PutMode.upsert)
    }
  }

  /** After `sort`: where in `bytes` the value at `position` is. */
  valueStart(position: number): number {
    const entry = this.order[position]
    return this.starts[entry] + this.keyLengths[entry]
  }
  valueLength(position: number): number {
    return this.valueLengths[this.order[position]]
  }
  get bytes(): Buffer {
    return this.arena.bytes
  }

  /** After `sort`: the order of the key at `position` and another. */
  compareKey(position: number, key: Uint8Array, keyLength: number): number {
    const entry = this.order[position]
    const start = this.starts[entry]
    return compareBytes(
      this.arena.bytes.subarray(start, start + this.keyLengths[entry]),
      this.keyLengths[entry],
      key,
      keyLength,
    )
  }

  /**
   * After `sort`: stores all entries; of equal keys the last one stays. When all are above the tree's last key
   * they are appended, unless the tree collects puts.
   */
  storeInto(tree: WriteTree): void {
    if (this.count === 0) return
    if (this.isAppendedTo(tree)) this.appendSome(tree, 0, this.count)
    else this.putSome(tree, 0, this.count)
  }

  private isAppendedTo(tree: WriteTree): boolean {
    this.loadKey(0, this.key)
    return !tree.isCollecting && isAboveAll(tree, this.key.bytes, this.key.at)
  }

  /** The same, and it may be left in its middle. */
  *storeInSteps(tree: WriteTree, isDue: IsDue): Steps {
    if (this.count === 0) return
    const isAppended = this.isAppendedTo(tree)
    for (let from = 0; from < this.count; from += STORED_EVERY) {
      const to = Math.min(this.count, from + STORED_EVERY)
      // No appender is left open meanwhile: it holds the way to the last leaf.
      if (isAppended) this.appendSome(tree, from, to)
      else this.putSome(tree, from, to)
      if (isDue(STORED_EVERY)) yield
    }
  }

  private appendSome(tree: WriteTree, from: number, to: number): void {
    const appender = tree.appender()
    for (let i = from; i < to; i++) {
      if (this.isFollowedByEqual(i)) continue
      this.loadKey(i, this.key)
      appender.append(this.key.bytes, this.key.at, this.bytes, this.valueStart(i), this.valueLength(i))
    }
    appender.finish()
  }

  private putSome(tree: WriteTree, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (this.isFollowedByEqual(i)) continue
      this.loadKey(i, this.key)
      const { bytes, at } = this.key
      tree.put(bytes, at, this.bytes, this.valueStart(i), this.valueLength(i), PutMode.upsert)
    }
  }
}

function isAboveAll(tree: WriteTree, key: Uint8Array, keyLength: number): boolean {
  if (tree.count === 0) return true
  const cursor = tree.cursor()
  if (!cursor.last()) return true
  const length = cursor.loadKey()
  return compareBytes(key, keyLength, cursor.keyBytes, length) > 0
}

function resized<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from)
  return to
}

/** The part of the double that comes from the key. */
function headOf(headAndEntry: number): number {
  return Math.floor(headAndEntry / MAX_ENTRIES)
}
