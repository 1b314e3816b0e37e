/**
 * A sorted run seen as a tree that is only read: the empty tree of a table that a snapshot does not have yet,
 * and the index that a snapshot is too old for, built from its rows when somebody asks.
 */

import type { ReadTree, TreeCursor, ValueReader } from '../btree/api.ts'
import { ByteWriter, NO_BYTES } from './bytes.ts'
import { SortedRun } from './sorted-run.ts'

export class RunTree implements ReadTree {
  private readonly run: SortedRun
  readonly mutable = false
  readonly edits = 0
  valueBytes: Buffer = NO_BYTES
  valueOffset = 0
  valueLength = 0

  /** `run` is sorted, without equal keys, and not changed afterwards. */
  constructor(run: SortedRun) {
    this.run = run
  }

  get count(): number {
    return this.run.count
  }

  get height(): number {
    return this.run.count === 0 ? 0 : 1
  }

  find(key: Uint8Array, keyLength: number): boolean {
    const position = this.rank(key, keyLength)
    if (position === this.run.count || this.run.compareKey(position, key, keyLength) !== 0) return false
    this.valueBytes = this.run.bytes
    this.valueOffset = this.run.valueStart(position)
    this.valueLength = this.run.valueLength(position)
    return true
  }

  has(key: Uint8Array, keyLength: number): boolean {
    return this.find(key, keyLength)
  }

  rank(key: Uint8Array, keyLength: number): number {
    let low = 0
    let high = this.run.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.run.compareKey(middle, key, keyLength) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  openValue(key: Uint8Array, keyLength: number): ValueReader | undefined {
    if (!this.find(key, keyLength)) return undefined
    const value = this.valueBytes.subarray(this.valueOffset, this.valueOffset + this.valueLength)
    return {
      length: value.length,
      read: (target, offset, length, position) => {
        const part = value.subarray(position, Math.min(value.length, position + length))
        target.set(part, offset)
        return part.length
      },
      verify: () => {},
    }
  }

  cursor(): TreeCursor {
    return new RunCursor(this, this.run)
  }
}

class RunCursor implements TreeCursor {
  private readonly tree: RunTree
  private readonly run: SortedRun
  private readonly key = new ByteWriter()
  private position = -1
  valueBytes: Buffer = NO_BYTES
  valueOffset = 0
  valueLength = 0

  constructor(tree: RunTree, run: SortedRun) {
    this.tree = tree
    this.run = run
  }

  get keyBytes(): Buffer {
    return this.key.bytes
  }

  first(): boolean {
    return this.stand(0)
  }

  last(): boolean {
    return this.stand(this.run.count - 1)
  }

  seek(key: Uint8Array, keyLength: number): boolean {
    return this.stand(this.tree.rank(key, keyLength))
  }

  seekBefore(key: Uint8Array, keyLength: number): boolean {
    return this.stand(this.tree.rank(key, keyLength) - 1)
  }

  seekRank(rank: number): boolean {
    return this.stand(rank)
  }

  next(): boolean {
    return this.position >= 0 && this.stand(this.position + 1)
  }

  prev(): boolean {
    return this.position >= 0 && this.stand(this.position - 1)
  }

  private stand(position: number): boolean {
    const isInside = position >= 0 && position < this.run.count
    this.position = isInside ? position : -1
    return isInside
  }

  loadKey(): number {
    this.run.loadKey(this.position, this.key)
    return this.key.at
  }

  loadValue(): void {
    this.valueBytes = this.run.bytes
    this.valueOffset = this.run.valueStart(this.position)
    this.valueLength = this.run.valueLength(this.position)
  }
}

function emptyRun(): SortedRun {
  const run = new SortedRun()
  run.sort()
  return run
}

/** A tree without entries. */
export const EMPTY_TREE: ReadTree = new RunTree(emptyRun())
