/**
 * What several ranges of indexes find, as ranges of the primary key: in its order, and no row twice.
 *
 * Of the entries the primary keys alone are read. They are kept in memory, up to a bound: where more are found, reading the whole table
 * is not much dearer than looking up each.
 */

import { assert } from '../../base/assert.ts'
import type { TreeSource } from '../../store/api.ts'
import { compareBytes } from '../../table/bytes.ts'
import type { ByteRange } from '../../table/range.ts'
import type { AnyRecordTable } from './any-table.ts'
import { KeyReader, partsOf } from './column-reader.ts'

/** Of a statement the part that may end it. */
interface Cancellable {
  checkCancelled(): void
}

const KEYS_MAX = 100_000
const KEY_BYTES_MAX = 8 * 1024 * 1024
const KEYS_BETWEEN_LOOKS = 256

/** All rows under one key: there is one at the most. */
interface PointRange extends ByteRange {
  readonly from: Buffer
  readonly isPoint: true
}

export function isPoint(range: ByteRange): range is PointRange {
  return 'isPoint' in range
}

export class PrimaryRanges {
  private readonly source: TreeSource
  private readonly table: AnyRecordTable
  private readonly context: Cancellable
  private readonly ranges: ByteRange[] = []
  private keyBytes = 0

  constructor(source: TreeSource, table: AnyRecordTable, context: Cancellable) {
    this.source = source
    this.table = table
    this.context = context
  }

  /**
   * With what ranges of an index find.
   * @param index name of the typed table's index; undefined: they are ranges of the primary key
   * @returns false: that is too much
   */
  add(index: string | undefined, ranges: readonly ByteRange[]): boolean {
    if (index === undefined) {
      this.ranges.push(...ranges)
      return this.ranges.length <= KEYS_MAX
    }
    for (const range of ranges) if (!this.addEntries(index, range)) return false
    return true
  }

  private addEntries(index: string, { from, to }: ByteRange): boolean {
    const { source, table, context } = this
    const { codec, tree } = table.boundIndexes.find(bound => bound.codec.name === index)!
    assert(tree !== undefined, 'the state has the index')
    const { isUnique } = codec
    const parts = new KeyReader(partsOf(codec.key.node, codec.parts.length), false, [])
    const cursor = tree.cursor()
    source.assertReadable()
    try {
      let more = from === undefined ? cursor.first() : cursor.seek(from, from.length)
      for (; more; more = cursor.next()) {
        const length = cursor.loadKey()
        if (to !== undefined && compareBytes(cursor.keyBytes, length, to, to.length) >= 0) break
        if (isUnique) {
          cursor.loadValue()
          const { valueBytes, valueOffset, valueLength } = cursor
          this.addKey(valueBytes, valueOffset, valueOffset + valueLength)
        } else {
          const { keyBytes } = cursor
          this.addKey(keyBytes, parts.endOf(keyBytes, 0, length), length)
        }
        if (this.ranges.length > KEYS_MAX || this.keyBytes > KEY_BYTES_MAX) return false
        if (this.ranges.length % KEYS_BETWEEN_LOOKS === 0) context.checkCancelled()
      }
    } finally {
      source.endReading()
    }
    return true
  }

  /** No key begins with another: from it up to the first that is longer there is nothing but it. */
  private addKey(bytes: Buffer, start: number, end: number): void {
    const length = end - start
    const to = Buffer.allocUnsafe(length + 1)
    bytes.copy(to, 0, start, end)
    to[length] = 0
    this.keyBytes += length
    const point: PointRange = { from: to.subarray(0, length), to, isPoint: true }
    this.ranges.push(point)
  }

  /** Those that touch or overlap are one. */
  inOrder(): readonly ByteRange[] {
    const sorted = this.ranges.sort((a, b) => compareStarts(a.from, b.from))
    const result: ByteRange[] = []
    let last: ByteRange | undefined
    for (const range of sorted) {
      if (last !== undefined && reaches(last.to, range.from)) {
        if (endsLater(range.to, last.to)) {
          last = { from: last.from, to: range.to }
          result[result.length - 1] = last
        }
        continue
      }
      last = range
      result.push(range)
    }
    return result
  }
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
