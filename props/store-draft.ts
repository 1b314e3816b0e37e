/**
 * One write transaction twice: on the store and on a model of it, by the same random choices. What the store
 * answers to each change is compared at once.
 */

import { assert } from '../src/base/assert.ts'
import { PutMode, type WriteTree } from '../src/btree/api.ts'
import { maxEntryLength, maxKeyLength } from '../src/page/node.ts'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { WriteTransaction } from '../src/store/transaction.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Content } from './store-history.ts'

/** A tree's number of keys stays near this, so that changes meet. */
const KEYS = 60
const TREES_MAX = 4
const NESTING_MAX = 3
/** Of most keys. */
const KEY_BYTES = 4
/** Tells the states apart: each transaction writes another value here. */
export const STAMP_KEY = 'stamp'

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** Thrown inside a transaction, to have it rolled back. */
export class ChangeOfMind extends Error {}

/** What a random transaction looks like. */
export interface DraftPlan {
  readonly changes: number
  /** Chance that a value is a large one, which lies in an extent. */
  readonly largeValues: number
  /** Whether values are streamed too: one that is takes the transaction out of the log. */
  readonly streams: boolean
}

export class Draft {
  readonly #random: SeededRandom
  readonly #transaction: WriteTransaction
  readonly #limitsOf: number | undefined
  #trees: Map<number, Map<string, string>>

  /** @param limitsOf the size of a page: keys and entries are about as long as any that it takes; undefined: most are short */
  constructor(random: SeededRandom, transaction: WriteTransaction, base: Content, limitsOf?: number) {
    this.#random = random
    this.#transaction = transaction
    this.#limitsOf = limitsOf
    this.#trees = copyOf(base)
  }

  get content(): Content {
    return this.#trees
  }

  /** Makes random changes, some of them under savepoints, and writes the stamp. */
  change(plan: DraftPlan, stamp: string): void {
    this.#changeSome(plan, 0)
    this.#put(CATALOG_TREE_ID, STAMP_KEY, stamp, PutMode.upsert)
  }

  #changeSome(plan: DraftPlan, depth: number): void {
    for (let left = plan.changes; left > 0; left--) {
      if (depth < NESTING_MAX && this.#random.chance(0.06)) this.#changeUnderSavepoint(plan, depth)
      else this.#changeOnce(plan)
    }
  }

  #changeUnderSavepoint(plan: DraftPlan, depth: number): void {
    const transaction = this.#transaction
    const savepoint = transaction.setSavepoint()
    const before = copyOf(this.#trees)
    const rollBack = () => {
      transaction.rollbackTo(savepoint)
      this.#trees = before
    }
    try {
      this.#changeSome({ ...plan, changes: 1 + this.#random.below(this.#random.pick([6, 6, 40])) }, depth + 1)
    } catch (error) {
      // A failed change can be undone with the savepoint, and the transaction goes on.
      if (!(error instanceof Error) || error.name !== 'CoppiceError' || this.#random.chance(0.5)) throw error
      rollBack()
    }
    if (this.#random.chance(0.4)) rollBack()
    if (this.#random.chance(0.5)) transaction.releaseSavepoint(savepoint)
  }

  #changeOnce(plan: DraftPlan): void {
    const random = this.#random
    const choice = random.next()
    if (this.#trees.size < TREES_MAX && random.chance(0.1)) {
      this.#createTree()
      return
    }
    const treeId = random.pick([...this.#trees.keys()])
    if (choice < 0.59) this.#put(treeId, this.#key(), this.#value(plan), this.#mode())
    else if (choice < 0.62) this.#putMany(treeId, plan)
    else if (choice < 0.82) this.#remove(treeId)
    else if (choice < 0.88) this.#deleteRange(treeId)
    else if (choice < 0.93) this.#append(treeId, plan)
    else if (choice < 0.96 && plan.streams) this.#putStream(treeId)
    else if (choice < 0.98) this.#dropTree(treeId)
    else this.#readBack(treeId)
  }

  #key(): string {
    const random = this.#random
    const key = `k${random
      .below(KEYS)
      .toString()
      .padStart(KEY_BYTES - 1, '0')}`
    if (this.#limitsOf !== undefined && random.chance(0.3)) {
      return key.padEnd(maxKeyLength(this.#limitsOf) - random.below(3), 'x')
    }
    return random.chance(0.1) ? key + 'x'.repeat(random.below(76)) : key
  }

  #value({ largeValues }: DraftPlan): string {
    const random = this.#random
    const length =
      this.#limitsOf !== undefined && random.chance(0.6)
        ? this.#lengthNearLimits(this.#limitsOf)
        : random.chance(largeValues)
          ? 130 + random.below(2500)
          : random.below(100)
    const part = random.bytes(Math.min(length, 16)).toString('latin1')
    return part.repeat(Math.ceil(length / 16)).slice(0, length)
  }

  /** Of a value: two or three of these fill a leaf, or one is as long as a page. */
  #lengthNearLimits(pageSize: number): number {
    const random = this.#random
    const most = maxEntryLength(pageSize)
    const length = random.pick([most, most, most, most >>> 1, Math.floor(most / 1.5), pageSize])
    return length - KEY_BYTES - 2 + random.below(5)
  }

  #mode(): PutMode {
    return this.#random.pick([PutMode.upsert, PutMode.upsert, PutMode.upsert, PutMode.insert, PutMode.update])
  }

  #tree(treeId: number): WriteTree {
    const tree = this.#transaction.tree(treeId)
    assert(tree !== undefined, `the transaction has tree ${treeId}`)
    return tree
  }

  #put(treeId: number, key: string, value: string, mode: PutMode): void {
    const entries = this.#trees.get(treeId)!
    const bytes = bytesOf(value)
    const stored = this.#tree(treeId).put(bytesOf(key), key.length, bytes, 0, bytes.length, mode)
    const isExpected = mode === PutMode.upsert || entries.has(key) === (mode === PutMode.update)
    assert(stored === isExpected, 'put says whether it stored anything')
    if (stored) entries.set(key, value)
  }

  /** So many puts in a row that they are collected, if the pool is large enough to lend frames. */
  #putMany(treeId: number, plan: DraftPlan): void {
    for (let left = 6 + this.#random.below(this.#random.pick([6, 30, 120])); left > 0; left--) {
      this.#put(treeId, this.#key(), this.#value(plan), PutMode.upsert)
    }
  }

  #remove(treeId: number): void {
    const entries = this.#trees.get(treeId)!
    const random = this.#random
    const key = random.chance(0.7) && entries.size > 0 ? random.pick([...entries.keys()]) : this.#key()
    if (treeId === CATALOG_TREE_ID && key === STAMP_KEY) return
    const removed = this.#tree(treeId).remove(bytesOf(key), key.length)
    assert(removed === entries.delete(key), 'remove says whether the key was there')
  }

  #deleteRange(treeId: number): void {
    const entries = this.#trees.get(treeId)!
    const from = this.#random.chance(0.8) ? this.#key() : undefined
    // In the catalog below the stamp only.
    const hasEnd = treeId === CATALOG_TREE_ID || this.#random.chance(0.8)
    const to = hasEnd ? this.#key() : undefined
    let count = 0
    for (const key of [...entries.keys()]) {
      if ((from !== undefined && key < from) || (to !== undefined && key >= to)) continue
      entries.delete(key)
      count++
    }
    const given = (key: string | undefined) => key && bytesOf(key)
    const removed = this.#tree(treeId).deleteRange(
      given(from) || undefined,
      from?.length ?? 0,
      given(to) || undefined,
      to?.length ?? 0,
    )
    assert(removed === count, 'deleteRange counts what it removes')
  }

  #append(treeId: number, plan: DraftPlan): void {
    if (treeId === CATALOG_TREE_ID) return
    const entries = this.#trees.get(treeId)!
    const appender = this.#tree(treeId).appender()
    for (let left = this.#random.below(12); left > 0; left--) {
      const key = this.#key()
      const last = [...entries.keys()].reduce((a, b) => (a > b ? a : b), '')
      assert(
        appender.accepts(bytesOf(key), key.length) === key > last,
        'only what is above the last is appended',
      )
      if (key <= last) continue
      const value = this.#value(plan)
      appender.append(bytesOf(key), key.length, bytesOf(value), 0, value.length)
      entries.set(key, value)
    }
    appender.finish()
  }

  #putStream(treeId: number): void {
    const key = this.#key()
    const value = this.#value({ changes: 1, largeValues: 0.7, streams: true })
    const half = value.length >>> 1
    const pieces = [bytesOf(value.slice(0, half)), bytesOf(value.slice(half))]
    this.#tree(treeId).putStream(bytesOf(key), key.length, value.length, pieces)
    this.#trees.get(treeId)!.set(key, value)
  }

  #createTree(): void {
    const treeId = this.#transaction.createTree()
    assert(!this.#trees.has(treeId), 'a new tree has an id of its own')
    this.#trees.set(treeId, new Map())
  }

  #dropTree(treeId: number): void {
    if (treeId === CATALOG_TREE_ID) return
    this.#transaction.dropTree(treeId)
    this.#trees.delete(treeId)
  }

  #readBack(treeId: number): void {
    const tree = this.#tree(treeId)
    const key = this.#key()
    const expected = this.#trees.get(treeId)!.get(key)
    const found = tree.find(bytesOf(key), key.length)
    assert(found === (expected !== undefined), 'find says whether the key is there')
    if (!found) return
    const { valueBytes, valueOffset, valueLength } = tree
    const value = valueBytes.toString('latin1', valueOffset, valueOffset + valueLength)
    assert(value === expected, 'a transaction reads what it wrote')
  }
}

function copyOf(content: Content): Map<number, Map<string, string>> {
  return new Map([...content].map(([treeId, entries]) => [treeId, new Map(entries)]))
}
