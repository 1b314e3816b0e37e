/**
 * The tree and store interfaces over sorted arrays: slow, obvious and right. Upper layers are tested against
 * it, and it is the reference for the real tree.
 */

import { assert } from '../../src/base/assert.ts'
import { CoppiceError } from '../../src/base/errors.ts'
import {
  PutMode,
  type TreeAppender,
  type TreeCursor,
  type ValueReader,
  type WriteTree,
} from '../../src/btree/api.ts'
import { CATALOG_TREE_ID, FIRST_USER_TREE_ID, type TreeSink } from '../../src/store/api.ts'

interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

const NO_BYTES = Buffer.alloc(0)

export class ModelTree implements WriteTree {
  entries: Entry[] = []
  readonly maxKeyLength: number
  valueBytes: Buffer = NO_BYTES
  valueOffset = 0
  valueLength = 0
  isAppending = false
  readonly isCollecting = false
  readonly mutable = true
  /** Nothing is copied out of it. */
  readonly edits = 0

  constructor(maxKeyLength = 1000) {
    this.maxKeyLength = maxKeyLength
  }

  get count(): number {
    return this.entries.length
  }

  get height(): number {
    return this.entries.length === 0 ? 0 : 1
  }

  /** The number of keys below `key`. */
  rank(key: Uint8Array, keyLength: number): number {
    const wanted = Buffer.from(key.subarray(0, keyLength))
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (Buffer.compare(this.entries[middle].key, wanted) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  private at(key: Uint8Array, keyLength: number): number {
    const position = this.rank(key, keyLength)
    const entry = this.entries[position]
    return entry?.key.equals(key.subarray(0, keyLength)) ? position : -1
  }

  find(key: Uint8Array, keyLength: number): boolean {
    const position = this.at(key, keyLength)
    if (position < 0) return false
    // A fresh copy that starts at an odd place, so that nobody relies on offset 0.
    const { value } = this.entries[position]
    this.valueBytes = Buffer.concat([Buffer.from([0xaa]), value, Buffer.from([0xbb])])
    this.valueOffset = 1
    this.valueLength = value.length
    return true
  }

  has(key: Uint8Array, keyLength: number): boolean {
    return this.at(key, keyLength) >= 0
  }

  openValue(key: Uint8Array, keyLength: number): ValueReader | undefined {
    const position = this.at(key, keyLength)
    if (position < 0) return undefined
    const { value } = this.entries[position]
    return {
      length: value.length,
      read: (target, offset, length, start) => {
        const part = value.subarray(start, start + length)
        target.set(part, offset)
        return part.length
      },
      verify: () => {},
    }
  }

  cursor(): TreeCursor {
    return new ModelCursor(this)
  }

  put(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
    mode: PutMode,
  ): boolean {
    assert(!this.isAppending, 'no other change while appending')
    if (keyLength > this.maxKeyLength) throw new CoppiceError('KEY_TOO_LONG', 'key too long')
    const entry = {
      key: Buffer.from(key.subarray(0, keyLength)),
      value: Buffer.from(value.subarray(valueOffset, valueOffset + valueLength)),
    }
    const position = this.rank(key, keyLength)
    const isPresent = this.at(key, keyLength) >= 0
    if (isPresent ? mode === PutMode.insert : mode === PutMode.update) return false
    this.entries.splice(position, isPresent ? 1 : 0, entry)
    return true
  }

  putStream(key: Uint8Array, keyLength: number, length: number, pieces: Iterable<Uint8Array>): void {
    const value = Buffer.concat([...pieces])
    assert(value.length === length, 'the pieces add up')
    this.put(key, keyLength, value, 0, length, PutMode.upsert)
  }

  remove(key: Uint8Array, keyLength: number): boolean {
    assert(!this.isAppending, 'no other change while appending')
    const position = this.at(key, keyLength)
    if (position >= 0) this.entries.splice(position, 1)
    return position >= 0
  }

  putBlind(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
    refuse: () => never,
  ): void {
    if (!this.put(key, keyLength, value, valueOffset, valueLength, PutMode.insert)) refuse()
  }

  removeBlind(key: Uint8Array, keyLength: number, refuse: () => never): void {
    if (!this.remove(key, keyLength)) refuse()
  }

  deleteRange(
    from: Uint8Array | undefined,
    fromLength: number,
    to: Uint8Array | undefined,
    toLength: number,
  ): number {
    assert(!this.isAppending, 'no other change while appending')
    const start = from === undefined ? 0 : this.rank(from, fromLength)
    const end = to === undefined ? this.entries.length : this.rank(to, toLength)
    assert(start <= end, 'the bounds of a range are in order')
    this.entries.splice(start, end - start)
    return end - start
  }

  clear(): number {
    return this.entries.splice(0).length
  }

  markBroken(): void {
    throw new Error('a model has no transaction to give up')
  }

  appender(): TreeAppender {
    assert(!this.isAppending, 'one appender at a time')
    this.isAppending = true
    const accepts = (key: Uint8Array, keyLength: number) =>
      this.rank(key, keyLength) === this.entries.length && !this.has(key, keyLength)
    return {
      accepts,
      append: (key, keyLength, value, valueOffset, valueLength) => {
        assert(accepts(key, keyLength), 'keys are appended in order')
        this.entries.push({
          key: Buffer.from(key.subarray(0, keyLength)),
          value: Buffer.from(value.subarray(valueOffset, valueOffset + valueLength)),
        })
      },
      finish: () => {
        this.isAppending = false
      },
    }
  }
}

/** Remembers a key, and finds its place again by it on every step. */
class ModelCursor implements TreeCursor {
  private readonly tree: ModelTree
  private key: Buffer | undefined
  keyBytes: Buffer = NO_BYTES
  valueBytes: Buffer = NO_BYTES
  valueOffset = 0
  valueLength = 0

  constructor(tree: ModelTree) {
    this.tree = tree
  }

  private stand(position: number): boolean {
    this.key = this.tree.entries[position]?.key
    return this.key !== undefined
  }

  first(): boolean {
    return this.stand(0)
  }
  last(): boolean {
    return this.stand(this.tree.entries.length - 1)
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
    if (this.key === undefined) return false
    const isThere = this.tree.has(this.key, this.key.length)
    return this.stand(this.tree.rank(this.key, this.key.length) + (isThere ? 1 : 0))
  }
  prev(): boolean {
    return this.key !== undefined && this.stand(this.tree.rank(this.key, this.key.length) - 1)
  }
  loadKey(): number {
    assert(this.key !== undefined, 'the cursor stands on an entry')
    this.keyBytes = Buffer.concat([this.key, Buffer.from([0xcc])])
    return this.key.length
  }
  loadValue(): void {
    assert(
      this.key !== undefined && this.tree.find(this.key, this.key.length),
      'the cursor stands on an entry',
    )
    this.valueBytes = this.tree.valueBytes
    this.valueOffset = this.tree.valueOffset
    this.valueLength = this.tree.valueLength
  }
}

/** A store of model trees. `snapshot` and `restore` stand for commits and rollbacks. */
export class ModelStore implements TreeSink {
  readonly trees = new Map<number, ModelTree>([[CATALOG_TREE_ID, new ModelTree()]])
  readonly maxKeyLength: number
  txnId = 1
  isOpen = true
  isWritable = true
  private nextTree = FIRST_USER_TREE_ID

  constructor(maxKeyLength = 1000) {
    this.maxKeyLength = maxKeyLength
  }

  tree(treeId: number): ModelTree | undefined {
    return this.trees.get(treeId)
  }

  versionOf(): undefined {
    return undefined
  }

  endReading(): void {}

  pageCounts(): { hits: number; reads: number } {
    return { hits: 0, reads: 0 }
  }

  assertReadable(): void {
    this.assertStillReadable()
  }

  assertStillReadable(): void {
    if (!this.isOpen) throw new CoppiceError('TRANSACTION_CLOSED', 'this snapshot is closed')
  }

  assertWritable(): void {
    this.assertReadable()
    if (!this.isWritable) throw new CoppiceError('TRANSACTION_CLOSED', 'this is a snapshot')
  }

  createTree(): number {
    this.assertWritable()
    const treeId = this.nextTree++
    this.trees.set(treeId, new ModelTree(this.maxKeyLength))
    return treeId
  }

  dropTree(treeId: number): void {
    assert(this.trees.delete(treeId), 'a tree that is dropped exists')
  }

  /** A frozen copy of the present state. */
  snapshot(): ModelStore {
    const copy = new ModelStore(this.maxKeyLength)
    for (const [treeId, tree] of this.trees) {
      const frozen = new ModelTree(this.maxKeyLength)
      frozen.entries = [...tree.entries]
      copy.trees.set(treeId, frozen)
    }
    copy.txnId = this.txnId++
    copy.isWritable = false
    copy.nextTree = this.nextTree
    return copy
  }

  /** Goes back to the state of a snapshot; trees that were there keep their identity. */
  restore(to: ModelStore): void {
    for (const treeId of [...this.trees.keys()]) if (!to.trees.has(treeId)) this.trees.delete(treeId)
    for (const [treeId, tree] of to.trees) {
      const mine = this.trees.get(treeId) ?? new ModelTree(this.maxKeyLength)
      mine.entries = [...tree.entries]
      this.trees.set(treeId, mine)
    }
  }

  /** Everything in all trees, for comparing states. */
  dump(): string {
    return JSON.stringify(
      [...this.trees].map(([treeId, tree]) => [
        treeId,
        tree.entries.map(({ key, value }) => [key.toString('hex'), value.toString('hex')]),
      ]),
    )
  }
}
