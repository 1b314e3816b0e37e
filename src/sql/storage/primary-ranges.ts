/**
 * What several ranges of indexes find, as ranges of the primary key: in its order, and no row twice.
 *
 * Of the entries the primary keys alone are read, and kept one behind the other in one buffer. Entries of an index that are equal in its
 * columns come in the order of the primary key, so that the keys come in runs, each in order; two neighbours at a time are merged until there
 * is one. Both may be left in the middle, and taken up again.
 *
 *     keys    k1 k2 k3 k4 ...                  bytes
 *     order   where each begins, as they are to come
 *     runs    where in `order` each run begins
 */

import { assert } from '../../base/assert.ts'
import type { ReadTree, TreeCursor } from '../../btree/api.ts'
import type { TreeSource } from '../../store/api.ts'
import { compareBytes } from '../../table/bytes.ts'
import type { ByteRange } from '../../table/range.ts'
import type { AnyRecordTable } from './any-table.ts'
import { KeyReader, partsOf } from './column-reader.ts'

/** Of a statement's pauses what counts, and says when to stop. */
export interface Turn {
  left: number
  isDue(): boolean
}

/** Ranges of one index; of the primary key where it is undefined. */
export interface RangesOfIndex {
  readonly index: string | undefined
  readonly ranges: readonly ByteRange[]
}

/** Ranges one after the other: an array is that, too. */
export interface RangeList {
  readonly length: number
  at(i: number): ByteRange | undefined
}

/** The row under one key. Where the range ends is not said: it is looked up, not walked over. */
interface PointRange extends ByteRange {
  readonly from: Buffer
  readonly to: undefined
  readonly isPoint: true
}

export function isPoint(range: ByteRange): range is PointRange {
  return 'isPoint' in range
}

/** More than so many keys are not kept either: to look each up is dearer than to read a table. */
const KEYS_MAX = 100_000
/** What a key takes besides its bytes: where it begins, and its place in the order, once more while runs are merged. */
const PLACE_BYTES = 12
const FIRST_BYTES = 1024
const FIRST_KEYS = 64
const KEPT_BYTES_MAX = 16 * 1024
const KEPT_KEYS_MAX = 1024

export type Gathered = 'done' | 'paused' | 'too many'

export class PrimaryRanges {
  private readonly keys = new KeyRuns()
  private ranges: ByteRange[] = []
  private source!: TreeSource
  private table!: AnyRecordTable
  private parts: readonly RangesOfIndex[] = []
  private part = 0
  private range = 0
  private walk: EntryWalk | undefined
  private budgetBytes = 0

  /** @param budgetBytes more than this is not kept */
  begin(
    source: TreeSource,
    table: AnyRecordTable,
    parts: readonly RangesOfIndex[],
    budgetBytes: number,
  ): void {
    this.clear()
    this.source = source
    this.table = table
    this.parts = parts
    this.budgetBytes = budgetBytes
  }

  clear(): void {
    this.keys.clear()
    this.ranges = []
    this.parts = []
    this.part = 0
    this.range = 0
    this.walk = undefined
  }

  /** Goes on until all is found and in order; it may have paused before. */
  run(turn: Turn): Gathered {
    for (; this.part < this.parts.length; this.part++, this.range = 0) {
      const { index, ranges } = this.parts[this.part]
      if (index === undefined) {
        for (const range of ranges) if (!isEmpty(range)) this.ranges.push(range)
        continue
      }
      for (; this.range < ranges.length; this.range++) {
        const gathered = this.walkOver(index, ranges[this.range], turn)
        if (gathered !== 'done') return gathered
        this.walk = undefined
      }
    }
    return this.keys.merge(turn) ? 'done' : 'paused'
  }

  private walkOver(index: string, range: ByteRange, turn: Turn): Gathered {
    const { source, keys } = this
    this.walk ??= new EntryWalk(this.table, index, range)
    const { walk } = this
    source.assertReadable()
    try {
      for (;;) {
        if (--turn.left < 0 && turn.isDue()) return 'paused'
        if (!walk.next()) return 'done'
        keys.add(walk.bytes, walk.start, walk.end)
        if (keys.length > KEYS_MAX || keys.weightBytes > this.budgetBytes) return 'too many'
      }
    } finally {
      source.endReading()
    }
  }

  /** When it is done: what was found. Good until the next `begin` or `clear`. */
  inOrder(): RangeList {
    return this.ranges.length === 0 ? this.keys : new Mixed(this.keys, joined(this.ranges))
  }
}

/** Over a range of an index, to the primary key of each entry. */
class EntryWalk {
  private readonly cursor: TreeCursor
  private readonly parts: KeyReader
  private readonly isUnique: boolean
  private readonly range: ByteRange
  private isStarted = false
  /** Where the primary key lies, until the next step. */
  bytes: Buffer = NOTHING
  start = 0
  end = 0

  constructor(table: AnyRecordTable, index: string, range: ByteRange) {
    const { codec, tree } = table.boundIndexes.find(bound => bound.codec.name === index)!
    assert(tree !== undefined, 'the state has the index')
    this.cursor = (tree as ReadTree).cursor()
    this.parts = new KeyReader(partsOf(codec.key.node, codec.parts.length), false, [])
    this.isUnique = codec.isUnique
    this.range = range
  }

  next(): boolean {
    const { cursor } = this
    const { from, to } = this.range
    let isThere: boolean
    if (this.isStarted) isThere = cursor.next()
    else isThere = from === undefined ? cursor.first() : cursor.seek(from, from.length)
    this.isStarted = true
    if (!isThere) return false
    const length = cursor.loadKey()
    if (to !== undefined && compareBytes(cursor.keyBytes, length, to, to.length) >= 0) return false
    if (this.isUnique) {
      cursor.loadValue()
      this.bytes = cursor.valueBytes
      this.start = cursor.valueOffset
      this.end = cursor.valueOffset + cursor.valueLength
    } else {
      this.bytes = cursor.keyBytes
      this.start = this.parts.endOf(cursor.keyBytes, 0, length)
      this.end = length
    }
    return true
  }
}

const NOTHING = Buffer.alloc(0)

/** Keys in runs, which are merged to one; as a list they are points. */
class KeyRuns implements RangeList {
  private bytes: Buffer = NOTHING
  private byteCount = 0
  /** By key, as they were added; one more says where the last one ends. */
  private starts = new Uint32Array(0)
  private added = 0
  private order = new Uint32Array(0)
  private count = 0
  /** Where runs begin, and behind the last one the end. */
  private runs: number[] = []
  private merging: Merging | undefined

  clear(): void {
    // A statement that is kept for its next execution keeps little of this one.
    if (this.bytes.length > KEPT_BYTES_MAX || this.starts.length > KEPT_KEYS_MAX) {
      this.bytes = NOTHING
      this.starts = new Uint32Array(0)
      this.order = new Uint32Array(0)
    }
    this.byteCount = 0
    this.added = 0
    this.count = 0
    this.runs = []
    this.merging = undefined
  }

  /** How many there are; when they are merged no two of them are equal. */
  get length(): number {
    return this.count
  }

  get weightBytes(): number {
    return this.byteCount + this.added * PLACE_BYTES
  }

  add(bytes: Buffer, start: number, end: number): void {
    const { added, byteCount } = this
    const length = end - start
    if (byteCount + length > this.bytes.length) {
      this.bytes = grown(this.bytes, Buffer.allocUnsafe(sizeFor(byteCount + length, FIRST_BYTES)))
    }
    if (added + 2 > this.starts.length) {
      this.starts = grown(this.starts, new Uint32Array(sizeFor(added + 2, FIRST_KEYS)))
    }
    if (this.order.length < this.starts.length) {
      this.order = grown(this.order, new Uint32Array(this.starts.length))
    }
    bytes.copy(this.bytes, byteCount, start, end)
    this.byteCount = byteCount + length
    this.starts[added] = byteCount
    this.starts[added + 1] = this.byteCount
    this.order[added] = added
    this.added++
    this.count++
    if (added === 0 || this.compare(added - 1, added) >= 0) this.runs.push(added)
  }

  /** False: it has paused. */
  merge(turn: Turn): boolean {
    while (this.runs.length > 1 || this.merging !== undefined) {
      this.merging ??= new Merging(this.order, this.runs, this.count)
      if (!this.merging.run(this.compare, turn)) return false
      this.order = this.merging.target
      this.runs = this.merging.targetRuns
      this.count = this.merging.targetCount
      this.merging = undefined
    }
    return true
  }

  private readonly compare = (a: number, b: number): number => {
    const { bytes, starts } = this
    let i = starts[a]
    let j = starts[b]
    const endOfA = starts[a + 1]
    const endOfB = starts[b + 1]
    for (; i < endOfA && j < endOfB; i++, j++) if (bytes[i] !== bytes[j]) return bytes[i] - bytes[j]
    return endOfA - i - (endOfB - j)
  }

  /** A view, good as long as the keys are. */
  key(i: number): Buffer {
    const { starts } = this
    const key = this.order[i]
    return this.bytes.subarray(starts[key], starts[key + 1])
  }

  at(i: number): ByteRange {
    const from = this.key(i)
    const point: PointRange = { from, to: undefined, isPoint: true }
    return point
  }
}

function sizeFor(needed: number, first: number): number {
  let size = first
  while (size < needed) size *= 2
  return size
}

function grown<T extends Uint8Array | Uint32Array>(old: T, next: T): T {
  next.set(old)
  return next
}

/** Each two neighbouring runs become one, in which nothing is twice. */
class Merging {
  readonly target: Uint32Array<ArrayBuffer>
  readonly targetRuns: number[] = [0]
  targetCount = 0
  private readonly order: Uint32Array
  private readonly runs: readonly number[]
  private readonly count: number
  /** Of the pair at hand the first one, and how far both are taken. */
  private pair = 0
  private left = 0
  private right: number

  constructor(order: Uint32Array, runs: readonly number[], count: number) {
    this.target = new Uint32Array(order.length)
    this.order = order
    this.runs = runs
    this.count = count
    this.right = this.beginOf(1)
  }

  private beginOf(run: number): number {
    return this.runs[run] ?? this.count
  }

  /** False: it has paused. */
  run(compare: (a: number, b: number) => number, turn: Turn): boolean {
    const { order, runs, target } = this
    for (;;) {
      const leftEnd = this.beginOf(this.pair + 1)
      const rightEnd = this.beginOf(this.pair + 2)
      while (this.left < leftEnd || this.right < rightEnd) {
        if (--turn.left < 0 && turn.isDue()) return false
        const { left, right } = this
        let side = left === leftEnd ? 1 : -1
        if (left < leftEnd && right < rightEnd) side = compare(order[left], order[right])
        target[this.targetCount++] = side <= 0 ? order[left] : order[right]
        if (side <= 0) this.left++
        if (side >= 0) this.right++
      }
      this.pair += 2
      if (this.pair >= runs.length) return true
      this.targetRuns.push(this.targetCount)
      this.left = rightEnd
      this.right = this.beginOf(this.pair + 1)
    }
  }
}

/** Points and ranges in one order; points that lie in a range are left to it. */
class Mixed implements RangeList {
  private readonly keys: KeyRuns
  private readonly ranges: readonly ByteRange[]
  /** Numbers of keys, and of ranges as ~number. */
  private readonly items: Int32Array
  readonly length: number

  /** @param ranges in order, none touches another */
  constructor(keys: KeyRuns, ranges: readonly ByteRange[]) {
    this.keys = keys
    this.ranges = ranges
    this.items = new Int32Array(keys.length + ranges.length)
    let count = 0
    let i = 0
    for (const [number, { from, to }] of ranges.entries()) {
      while (i < keys.length && isBelow(keys.key(i), from)) this.items[count++] = i++
      while (i < keys.length && (to === undefined || isBelow(keys.key(i), to))) i++
      this.items[count++] = ~number
    }
    while (i < keys.length) this.items[count++] = i++
    this.length = count
  }

  at(i: number): ByteRange {
    const item = this.items[i]
    return item < 0 ? this.ranges[~item] : this.keys.at(item)
  }
}

function isBelow(key: Buffer, bound: Uint8Array | undefined): boolean {
  return bound !== undefined && compareBytes(key, key.length, bound, bound.length) < 0
}

function isEmpty({ from, to }: ByteRange): boolean {
  return from !== undefined && to !== undefined && compareBytes(from, from.length, to, to.length) >= 0
}

/** Those that touch or overlap are one. */
function joined(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const result: ByteRange[] = []
  let last: ByteRange | undefined
  for (const range of [...ranges].sort((a, b) => compareStarts(a.from, b.from))) {
    if (last === undefined || !reaches(last.to, range.from)) {
      last = range
      result.push(range)
    } else if (endsLater(range.to, last.to)) {
      last = { from: last.from, to: range.to }
      result[result.length - 1] = last
    }
  }
  return result
}

function compareStarts(a: Uint8Array | undefined, b: Uint8Array | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -1
  return b === undefined ? 1 : compareBytes(a, a.length, b, b.length)
}

function reaches(end: Uint8Array | undefined, start: Uint8Array | undefined): boolean {
  return end === undefined || start === undefined || compareBytes(end, end.length, start, start.length) >= 0
}

function endsLater(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (b === undefined) return false
  return a === undefined || compareBytes(a, a.length, b, b.length) > 0
}
