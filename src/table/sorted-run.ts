/**
 * Entries kept in one arena and sorted by key: what bulk loads and index builds collect before they touch a
 * tree, because a tree takes keys in order several times as fast as at random.
 *
 * Invariant: entries with equal keys keep the order in which they were added.
 */

import type { TreeAppender, WriteTree } from '../btree/api.ts'
import { PutMode } from '../btree/api.ts'
import { ByteWriter, compareBytes } from './bytes.ts'

const INITIAL_ENTRIES = 256
const HEAD_BYTES = 6

export class SortedRun {
  count = 0
  private readonly arena = new ByteWriter()
  private starts = new Float64Array(INITIAL_ENTRIES)
  private keyLengths = new Int32Array(INITIAL_ENTRIES)
  private valueLengths = new Int32Array(INITIAL_ENTRIES)
  /** The first bytes of each key as a number: most comparisons look no further. */
  private heads = new Float64Array(INITIAL_ENTRIES)
  /** Entries in order, once sorted. */
  private order: Int32Array = new Int32Array(0)
  private isAscending = true
  private readonly key = new ByteWriter()

  /** Bytes of all keys and values. */
  get byteLength(): number {
    return this.arena.at
  }

  clear(): void {
    this.count = 0
    this.arena.begin()
    this.isAscending = true
  }

  /** Adds a copy of an entry. */
  add(key: Uint8Array, keyLength: number, value: Uint8Array, valueOffset: number, valueLength: number): void {
    const entry = this.count
    if (entry === this.starts.length) this.grow()
    this.starts[entry] = this.arena.at
    this.keyLengths[entry] = keyLength
    this.valueLengths[entry] = valueLength
    let head = 0
    for (let i = 0; i < HEAD_BYTES; i++) head = head * 256 + (i < keyLength ? key[i] : 0)
    this.heads[entry] = head
    this.arena.writeBytes(key, 0, keyLength)
    this.arena.writeBytes(value, valueOffset, valueOffset + valueLength)
    this.count = entry + 1
    if (this.isAscending && entry > 0) this.isAscending = this.compare(entry - 1, entry) <= 0
  }

  private grow(): void {
    const capacity = this.starts.length * 2
    this.starts = resized(this.starts, new Float64Array(capacity))
    this.heads = resized(this.heads, new Float64Array(capacity))
    this.keyLengths = resized(this.keyLengths, new Int32Array(capacity))
    this.valueLengths = resized(this.valueLengths, new Int32Array(capacity))
  }

  private compare(a: number, b: number): number {
    const byHead = this.heads[a] - this.heads[b]
    if (byHead !== 0) return byHead
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
    const order = new Int32Array(this.count)
    for (let i = 0; i < order.length; i++) order[i] = i
    if (!this.isAscending) order.sort((a, b) => this.compare(a, b) || a - b)
    this.order = order
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
   * they are appended.
   */
  storeInto(tree: WriteTree): void {
    if (this.count === 0) return
    this.loadKey(0, this.key)
    const appender: TreeAppender | undefined = isAboveAll(tree, this.key.bytes, this.key.at)
      ? tree.appender()
      : undefined
    for (let i = 0; i < this.count; i++) {
      if (this.isFollowedByEqual(i)) continue
      this.loadKey(i, this.key)
      const { bytes, at: length } = this.key
      const valueStart = this.valueStart(i)
      const valueLength = this.valueLength(i)
      if (appender !== undefined) appender.append(bytes, length, this.bytes, valueStart, valueLength)
      else tree.put(bytes, length, this.bytes, valueStart, valueLength, PutMode.upsert)
    }
    appender?.finish()
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
