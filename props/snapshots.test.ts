/**
 * Snapshots against a history of models, on a store that lives at random.
 *
 * Laws
 * 1. A snapshot equals the model of the moment when it was taken, at any time until it is closed, whatever is
 *    written, rolled back, checkpointed, compacted, restored or reclaimed meanwhile.
 * 2. After every commit the space map and the trees agree: exactly the pages that can be reached are in use.
 *    (`check` walks everything that the newest state and the persistent savepoints refer to.)
 * 3. After closing, and after a crash, the newest model is there.
 */

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { debugChecks } from '../src/base/assert.ts'
import { isCoppiceError } from '../src/base/errors.ts'
import type { WriteTree } from '../src/btree/api.ts'
import { memoryStorage } from '../src/io/memory-storage.ts'
import type { Storage } from '../src/io/storage.ts'
import type { StoreOptions } from '../src/store/options.ts'
import type { Snapshot } from '../src/store/snapshot.ts'
import { Store } from '../src/store/store.ts'
import type { NestedSavepoint, WriteTransaction } from '../src/store/transaction.ts'
import { keyUnder } from '../test/support/cursor-key.ts'
import { runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'

beforeEach(() => {
  debugChecks.enabled = true
})
afterEach(() => {
  debugChecks.enabled = false
})

const PATH = '/app.db'
const KEY_COUNT = 120
const TREES_MAX = 3
const SNAPSHOTS_MAX = 6
const SAVEPOINTS_MAX = 3

/** Tree id to keys to values. States are never changed: a change makes a new map of what it touches. */
type Model = ReadonlyMap<number, ReadonlyMap<string, string>>

interface Life {
  readonly storage: Storage
  readonly options: StoreOptions
  readonly random: SeededRandom
  store: Store
  model: Model
  readonly snapshots: { readonly snapshot: Snapshot; readonly model: Model }[]
  savepoints: { readonly name: string; readonly model: Model }[]
  serial: number
  /** Lengths of its values. */
  readonly lengths: readonly number[]
}

const LENGTHS = [0, 3, 20, 70, 80, 200, 600, 2500]
/** None of them is stored apart from its key: a tree without large values may be built anew. */
const SMALL_LENGTHS = LENGTHS.slice(0, 5)

const keyOf = (random: SeededRandom) =>
  `${random.pick(['', 'key/', 'key/of/some/length/'])}${random.below(KEY_COUNT)}`

function valueFor(life: Life): string {
  const { random } = life
  const length = random.pick(life.lengths)
  return `${life.serial++} `.repeat(Math.ceil(length / 4)).slice(0, length)
}

function putOne(life: Life, tree: WriteTree, entries: Map<string, string>): void {
  const key = keyOf(life.random)
  const value = valueFor(life)
  const content = Buffer.from(value)
  tree.put(Buffer.from(key), key.length, content, 0, content.length, 0)
  entries.set(key, value)
}

/** A change of one tree, made to the tree and to its model alike. */
function changeTree(life: Life, tree: WriteTree, entries: Map<string, string>): void {
  const { random } = life
  const action = random.below(20)
  if (action === 0) {
    const [from, to] = [keyOf(random), keyOf(random)].sort().map(text => Buffer.from(text))
    tree.deleteRange(from, from.length, to, to.length)
    for (const key of [...entries.keys()]) {
      const bytes = Buffer.from(key)
      if (Buffer.compare(bytes, from) >= 0 && Buffer.compare(bytes, to) < 0) entries.delete(key)
    }
    return
  }
  if (action === 1 && random.chance(0.3)) {
    tree.clear()
    entries.clear()
    return
  }
  const key = keyOf(random)
  const bytes = Buffer.from(key)
  if (action < 7) {
    expect(tree.remove(bytes, bytes.length)).toBe(entries.delete(key))
    return
  }
  // A row of puts is collected, if the pool is large enough to lend frames.
  for (let more = action === 19 ? random.below(60) : 0; more > 0; more--) putOne(life, tree, entries)
  const value = valueFor(life)
  const content = Buffer.from(value)
  if (action === 7) tree.putStream(bytes, bytes.length, content.length, [content])
  else tree.put(bytes, bytes.length, content, 0, content.length, 0)
  entries.set(key, value)
}

/** The changes of one transaction; returns the model that it leads to. */
function changes(life: Life, tx: WriteTransaction): Model {
  const { random } = life
  let model = new Map([...life.model].map(([treeId, entries]) => [treeId, new Map(entries)]))
  const copy = () => new Map([...model].map(([treeId, entries]) => [treeId, new Map(entries)]))
  const savepoints: { readonly savepoint: NestedSavepoint; readonly model: typeof model }[] = []
  for (let step = 1 + random.below(random.chance(0.1) ? 150 : 15); step > 0; step--) {
    const action = random.below(30)
    if (action === 0 && model.size < TREES_MAX) model.set(tx.createTree(), new Map())
    else if (action === 1 && model.size > 1) {
      const treeId = random.pick([...model.keys()])
      tx.dropTree(treeId)
      model.delete(treeId)
    } else if (action < 4) savepoints.push({ savepoint: tx.setSavepoint(), model: copy() })
    else if (action < 6 && savepoints.length > 0) {
      const index = random.below(savepoints.length)
      tx.rollbackTo(savepoints[index].savepoint)
      savepoints.length = index + 1
      model = savepoints[index].model
      savepoints[index] = { savepoint: savepoints[index].savepoint, model: copy() }
    } else if (action === 6 && savepoints.length > 0) {
      const index = random.below(savepoints.length)
      tx.releaseSavepoint(savepoints[index].savepoint)
      savepoints.length = index
    } else if (model.size > 0) {
      const treeId = random.pick([...model.keys()])
      changeTree(life, tx.tree(treeId) as WriteTree, model.get(treeId)!)
    }
  }
  return model
}

function contentsOf(snapshot: Snapshot, treeId: number): Map<string, string> | undefined {
  const tree = snapshot.tree(treeId)
  if (tree === undefined) return undefined
  const found = new Map<string, string>()
  const cursor = tree.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    const key = keyUnder(cursor).toString('utf8')
    cursor.loadValue()
    const { valueBytes, valueOffset, valueLength } = cursor
    found.set(key, valueBytes.toString('utf8', valueOffset, valueOffset + valueLength))
  }
  expect(tree.count).toBe(found.size)
  return found
}

function expectEqual(store: Store, snapshot: Snapshot, model: Model): void {
  const treeIds = store
    .listTrees(snapshot)
    .map(({ treeId }) => treeId)
    .filter(treeId => treeId >= 16)
  expect(treeIds).toEqual([...model.keys()].sort((a, b) => a - b))
  for (const [treeId, entries] of model) expect(contentsOf(snapshot, treeId)).toEqual(new Map(entries))
}

/** A copy of the files, as a crash of the process leaves them. */
function crashCopy(storage: Storage): Storage {
  const copy = memoryStorage({ volatile: false })
  for (const path of [PATH, `${PATH}-wal0`, `${PATH}-wal1`]) {
    if (!storage.exists(path)) continue
    const from = storage.open(path, 'read')
    const bytes = Buffer.alloc(from.size())
    from.read(bytes, 0, bytes.length, 0)
    from.close()
    const to = copy.open(path, 'create')
    to.write(bytes, 0, bytes.length, 0)
    to.close()
  }
  return copy
}

type Step = (life: Life) => void | Promise<void>

const commit: Step = life => {
  const before = life.model
  try {
    life.store.write(
      tx => {
        const model = changes(life, tx)
        if (life.random.chance(0.1)) throw new Error('changed my mind')
        life.model = model
      },
      life.random.chance(0.5) ? 'sync' : 'none',
    )
  } catch (error) {
    if (isCoppiceError(error) || (error as Error).message !== 'changed my mind') throw error
    life.model = before
  }
}

const queued: Step = async life => {
  const writes = Array.from({ length: 1 + life.random.below(4) }, () =>
    life.store.writeAsync(tx => {
      life.model = changes(life, tx)
    }),
  )
  await Promise.all(writes)
}

/** A transaction across turns of the loop, with checkpoints, readers and queued writers beside it. */
const handle: Step = async life => {
  const { store, random } = life
  const before = life.model
  const tx = store.begin()
  let model = changes(life, tx)
  let waiting: Promise<void> | undefined
  for (let turn = random.below(4); turn > 0; turn--) {
    if (random.chance(0.3)) store.checkpoint()
    await breathe(life)
    await readSnapshot(life)
    const newest = store.read()
    expectEqual(store, newest, before)
    newest.close()
    // Nothing of it may be in `life.model` yet: the queued one builds on what the handle leaves.
    waiting ??= random.chance(0.5)
      ? store.writeAsync(next => {
          life.model = changes(life, next)
        })
      : undefined
    life.model = model
    model = changes(life, tx)
    life.model = before
  }
  if (random.chance(0.3)) tx.rollback()
  else {
    life.model = model
    if (random.chance(0.5)) store.commit(tx, random.chance(0.5) ? 'sync' : 'none')
    else await store.commitAsync(tx, 'sync')
  }
  await waiting
}

const openSnapshot: Step = life => {
  if (life.snapshots.length < SNAPSHOTS_MAX)
    life.snapshots.push({ snapshot: life.store.read(), model: life.model })
}

const closeSnapshot: Step = life => {
  const { snapshots, random } = life
  if (snapshots.length > 0) snapshots.splice(random.below(snapshots.length), 1)[0].snapshot.close()
}

const readSnapshot: Step = life => {
  if (life.snapshots.length === 0) return
  const { snapshot, model } = life.random.pick(life.snapshots)
  expectEqual(life.store, snapshot, model)
}

const makeSavepoint: Step = life => {
  if (life.savepoints.length >= SAVEPOINTS_MAX) return
  const name = `savepoint ${life.serial++}`
  life.store.savepoints.create(name)
  life.savepoints.push({ name, model: life.model })
}

const endSavepoint: Step = life => {
  if (life.savepoints.length === 0) return
  const index = life.random.below(life.savepoints.length)
  const { name, model } = life.savepoints[index]
  if (life.random.chance(0.5)) {
    life.store.savepoints.delete(name)
    life.savepoints.splice(index, 1)
  } else {
    life.store.savepoints.restore(name)
    life.savepoints.length = index + 1
    life.model = model
  }
}

const checkpoint: Step = life => life.store.checkpoint()

const compact: Step = async life => {
  await life.store.compact()
}

const breathe: Step = () => new Promise<void>(resolve => setImmediate(resolve))

/** Closes or crashes, and goes on with what is found. */
const reopen: Step = life => {
  if (life.storage.volatile) return
  for (const { snapshot } of life.snapshots.splice(0)) snapshot.close()
  if (life.random.chance(0.5)) {
    life.store.flush()
    const crashed = crashCopy(life.storage)
    const recovered = Store.open(crashed, PATH, life.options, true)
    const snapshot = recovered.read()
    expectEqual(recovered, snapshot, life.model)
    recovered.close()
  }
  life.store.close()
  life.store = Store.open(life.storage, PATH, life.options, true)
}

const STEPS: readonly Step[] = [
  ...Array.from({ length: 10 }, () => commit),
  queued,
  handle,
  handle,
  openSnapshot,
  openSnapshot,
  openSnapshot,
  closeSnapshot,
  closeSnapshot,
  readSnapshot,
  readSnapshot,
  makeSavepoint,
  endSavepoint,
  checkpoint,
  breathe,
]
const RARE: readonly Step[] = [compact, reopen]

async function live(seed: number, storage: Storage, options: StoreOptions, length: number): Promise<void> {
  const random = new SeededRandom(seed)
  const store = Store.open(storage, PATH, options, true)
  const life: Life = {
    storage,
    options,
    random,
    store,
    model: new Map(),
    snapshots: [],
    savepoints: [],
    serial: 0,
    lengths: random.chance(0.4) ? SMALL_LENGTHS : LENGTHS,
  }
  for (let step = 0; step < length; step++) {
    await (random.chance(0.06) ? random.pick(RARE) : random.pick(STEPS))(life)
    const report = await life.store.check()
    expect(report.faults).toEqual([])
    expect(life.store.stats().pool.borrowedFrames).toBe(0)
    expect(
      life.store.savepoints
        .list()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(life.savepoints.map(({ name }) => name).sort())
  }
  for (const { snapshot, model } of life.snapshots) expectEqual(life.store, snapshot, model)
  for (const { snapshot } of life.snapshots.splice(0)) snapshot.close()
  const newest = life.store.read()
  expectEqual(life.store, newest, life.model)
  newest.close()
  const { filePages, freePages, usedPages } = life.store.stats()
  // A savepoint may keep some pages of the tree of savepoints itself for as long as the process lives.
  if (storage.volatile && life.savepoints.length === 0) expect(filePages - freePages).toBe(usedPages)
  life.store.close()
}

const SMALL: StoreOptions = { pageSizeBytes: 512, maxSizeBytes: 64 << 20 }
const LITTLE_LOG: StoreOptions = {
  checkpointLogBytes: 64 * 1024,
  maxLogBytes: 128 * 1024,
  checkpointPagesPerCommit: 2,
}

describe('snapshots equal their models, and the space map what can be reached', () => {
  test.each([
    ['in memory, 16 frames', true, { ...SMALL, cacheSizeBytes: 16 * 512 }],
    ['in memory, 256 frames', true, { ...SMALL, cacheSizeBytes: 256 * 512 }],
    ['with a log, 16 frames', false, { ...SMALL, ...LITTLE_LOG, cacheSizeBytes: 16 * 512 }],
    ['with a log, 64 frames', false, { ...SMALL, ...LITTLE_LOG, cacheSizeBytes: 64 * 512 }],
    ['with a log, 128 frames', false, { ...SMALL, ...LITTLE_LOG, cacheSizeBytes: 128 * 512 }],
    ['by checkpoints, 256 frames', false, { ...SMALL, cacheSizeBytes: 256 * 512, transactionLogBytes: 200 }],
    ['by checkpoints, 16 frames', false, { ...SMALL, cacheSizeBytes: 16 * 512, transactionLogBytes: 200 }],
    ['pages of 4 KiB', false, { maxSizeBytes: 64 << 20, cacheSizeBytes: 16 * 4096 }],
  ] as const)('%s', async (_, isVolatile, options) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 60 }), async (seed, length) => {
        await live(seed, memoryStorage({ volatile: isVolatile }), options, length)
      }),
      { numRuns: runs(40) },
    )
  })
})
