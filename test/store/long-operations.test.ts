/** Compaction, backup and check: what they leave, what they let go on meanwhile, and how they stop. */

import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import type { LongOperationOptions, Progress } from '../../src/store/steps.ts'
import type { Store } from '../../src/store/store.ts'
import { Store as StoreClass } from '../../src/store/store.ts'
import { expectError } from '../support/tables.ts'
import {
  diskLike,
  entriesOf,
  FailingStorage,
  filesOf,
  get,
  hurried,
  newStore,
  nextTurn,
  openStore,
  PATH,
  put,
  putAll,
  remove,
  SMALL,
  seen,
} from './harness.ts'

const COPY = '/copy.db'

function entries(store: Store) {
  const snapshot = store.read()
  try {
    return entriesOf(snapshot)
  } finally {
    snapshot.close()
  }
}

/** A store with much empty space in it: most entries were deleted. */
function sparse(storage: Storage = diskLike()): Store {
  const store = newStore(storage)
  putAll(store, 0, 6000, i => `${i}`.repeat(8))
  store.write(tx => put(tx, 'large', Buffer.alloc(20_000, 'large')))
  store.write(tx => {
    for (let i = 0; i < 6000; i++) if (i % 4 !== 0) remove(tx, `key ${String(i).padStart(6, '0')}`)
  })
  return store
}

function openCopy(storage: Storage): Store {
  return StoreClass.open(storage, COPY, { cacheSizeBytes: 1 << 20, maxSizeBytes: 1 << 26 }, true)
}

describe('compact', () => {
  test.each([
    ['on disk', () => diskLike()],
    ['in memory', () => memoryStorage()],
  ])('makes the file small and changes nothing else: %s', async (_, make) => {
    const store = sparse(make())
    const before = entries(store)
    const { filePages } = store.stats()
    const result = await store.compact()
    expect(result.pagesBefore).toBe(filePages)
    expect(result.pagesAfter).toBe(store.stats().filePages)
    expect(result.pagesAfter).toBeLessThan(filePages / 2)
    expect(store.stats().fileBytes).toBeLessThanOrEqual(result.pagesAfter * 512)
    expect(entries(store)).toEqual(before)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.write(tx => put(tx, 'after', '1'))
    store.close()
  })

  test('outlives the process', async () => {
    const storage = diskLike()
    const store = sparse(storage)
    const before = entries(store)
    await store.compact()
    store.close()
    const again = openStore(storage)
    expect(entries(again)).toEqual(before)
    expect(await again.check()).toMatchObject({ faults: [] })
    again.close()
  })

  test('leaves open snapshots what they see', async () => {
    const store = sparse(hurried())
    const snapshot = store.read()
    const before = entriesOf(snapshot)
    const compacting = store.compact()
    for (let turn = 0; turn < 5; turn++) {
      expect(get(snapshot, 'key 000012')).toBe('12'.repeat(8))
      await nextTurn()
    }
    await compacting
    expect(entriesOf(snapshot)).toEqual(before)
    snapshot.close()
    await store.compact()
    expect(entries(store)).toEqual(before)
    store.close()
  })

  test('keeps persistent savepoints', async () => {
    const store = sparse()
    store.savepoints.create('before')
    const before = entries(store)
    store.write(tx => {
      for (let i = 0; i < 3000; i += 20) remove(tx, `key ${String(i).padStart(6, '0')}`)
    })
    await store.compact()
    expect(await store.check()).toMatchObject({ faults: [] })
    store.savepoints.restore('before')
    expect(entries(store)).toEqual(before)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
  })

  test('lets queued writes wait, and refuses others with BUSY while a part runs', async () => {
    const store = sparse(hurried())
    const compacting = store.compact()
    await nextTurn()
    expectError('BUSY', () => store.write(() => {}))
    const queued = store.writeAsync(tx => put(tx, 'queued', '1'))
    await compacting
    await queued
    expect(seen(store, 'queued')).toBe('1')
    store.close()
  })

  test('twice at the same time is BUSY', async () => {
    const store = sparse(hurried())
    const first = store.compact()
    await nextTurn()
    await expect(store.compact()).rejects.toMatchObject({ code: 'BUSY' })
    await first
    store.close()
  })

  test('on a full disk fails and changes nothing', async () => {
    const disk = new FailingStorage()
    const store = sparse(disk.storage)
    store.checkpoint()
    const before = entries(store)
    disk.fail('write', 'app.db', 'NO_SPACE')
    await expect(store.compact()).rejects.toMatchObject({ code: 'NO_SPACE' })
    disk.heal()
    expect(entries(store)).toEqual(before)
    expect(await store.check()).toMatchObject({ faults: [] })
    await store.compact()
    store.close()
  })
})

test('free pages at the end of the file are cut off by checkpoints', () => {
  const storage = diskLike()
  const store = newStore(storage)
  putAll(store, 0, 10_000, i => `${i}`.repeat(8))
  store.checkpoint()
  const { fileBytes } = store.stats()
  store.write(tx => {
    tx.dropTree(16)
    tx.createTree()
  })
  // Two header slots keep the old state; then the new pages move to the front.
  for (let i = 0; i < 5; i++) {
    store.write(tx => put(tx, `${i}`, 'x', 17))
    store.checkpoint()
  }
  expect(store.stats().fileBytes).toBeLessThan(fileBytes / 4)
  store.close()
})

describe('backup', () => {
  test('is a database of its own with the same contents, dense and clean', async () => {
    const storage = diskLike()
    const store = sparse(storage)
    const { txnId } = store.stats()
    const result = await store.backup(storage, COPY)
    expect(result.txnId).toBe(txnId)
    const copy = openCopy(storage)
    expect(copy.report).toEqual({ created: false, recovered: undefined })
    expect(entries(copy)).toEqual(entries(store))
    expect(copy.stats().fileBytes).toBeLessThan(store.stats().fileBytes / 2)
    expect(result.sizeBytes).toBe(copy.stats().fileBytes)
    expect(await copy.check()).toMatchObject({ faults: [] })
    copy.write(tx => put(tx, 'only in the copy', '1'))
    expect(seen(store, 'only in the copy')).toBe(undefined)
    copy.close()
    store.close()
    expect(filesOf(storage, COPY)).toEqual([COPY])
  })

  test('is of one state, whatever is written and reclaimed meanwhile', async () => {
    const storage = hurried()
    const store = sparse(storage)
    const before = entries(store)
    const backup = store.backup(storage, COPY)
    for (let i = 0; i < 30; i++) {
      putAll(store, 0, 200, n => `${i} ${n}`)
      if (i % 5 === 0) store.checkpoint()
      await nextTurn()
    }
    await backup
    const copy = openCopy(storage)
    expect(entries(copy)).toEqual(before)
    copy.close()
    store.close()
  })

  test('of a database in memory is a file', async () => {
    const store = sparse(memoryStorage())
    const disk = diskLike()
    await store.backup(disk, COPY)
    const copy = openCopy(disk)
    expect(entries(copy)).toEqual(entries(store))
    copy.close()
    store.close()
  })

  test('of a database opened for reading only', async () => {
    const storage = diskLike()
    sparse(storage).close()
    const reader = openStore(storage, { ...SMALL, readOnly: true })
    await reader.backup(storage, COPY)
    const copy = openCopy(storage)
    expect(entries(copy)).toEqual(entries(reader))
    copy.close()
    reader.close()
  })

  test('refuses an existing file, unless it may be overwritten', async () => {
    const storage = diskLike()
    const store = sparse(storage)
    const old = storage.open(COPY, 'create')
    old.write(Buffer.from('precious'), 0, 8, 0)
    old.close()
    await expect(store.backup(storage, COPY)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    const file = storage.open(COPY, 'read')
    expect(file.size()).toBe(8)
    file.close()
    await store.backup(storage, COPY, { overwrite: true })
    const copy = openCopy(storage)
    expect(entries(copy)).toEqual(entries(store))
    copy.close()
    store.close()
  })

  test('never takes the place of a database that is open', async () => {
    const storage = diskLike()
    const store = sparse(storage)
    await expect(store.backup(storage, PATH, { overwrite: true })).rejects.toMatchObject({ code: 'LOCKED' })
    store.write(tx => put(tx, 'after', '1'))
    store.close()
    const again = openStore(storage)
    expect(seen(again, 'after')).toBe('1')
    again.close()
  })

  test('on a full disk leaves no file', async () => {
    const source = sparse()
    const target = diskLike(65_536)
    await expect(source.backup(target, COPY)).rejects.toMatchObject({ code: 'NO_SPACE' })
    expect(filesOf(target, COPY)).toEqual([])
    expect(await source.check()).toMatchObject({ faults: [] })
    source.close()
  })
})

type Operation = (store: Store, storage: Storage, options: LongOperationOptions) => Promise<unknown>
const OPERATIONS: readonly (readonly [name: string, run: Operation])[] = [
  ['check', (store, _, options) => store.check(options)],
  ['compact', (store, _, options) => store.compact(options)],
  ['backup', (store, storage, options) => store.backup(storage, COPY, options)],
]

describe.each(OPERATIONS)('%s', (_, run) => {
  test('tells its progress, up to the end', async () => {
    const storage = hurried()
    const store = sparse(storage)
    const told: Progress[] = []
    await run(store, storage, { onProgress: progress => told.push(progress) })
    expect(told.length).toBeGreaterThan(2)
    expect(told.every(({ phase, done, total }) => phase !== '' && done >= 0 && done <= total)).toBe(true)
    const last = told[told.length - 1]
    expect(last.done).toBe(last.total)
    store.close()
  })

  test.each([0, 1, 3, 10, 30])('can be aborted after %i steps; then everything is whole', async steps => {
    const storage = hurried()
    const store = sparse(storage)
    const before = entries(store)
    const controller = new AbortController()
    let told = 0
    if (steps === 0) controller.abort()
    const onProgress = () => {
      if (++told === steps) controller.abort()
    }
    const outcome = await run(store, storage, { signal: controller.signal, onProgress }).then(
      () => 'done',
      error => error.code,
    )
    expect(outcome).toBe(controller.signal.aborted && outcome !== 'done' ? 'ABORTED' : 'done')
    if (steps <= 1) expect(outcome).toBe('ABORTED')
    if (outcome === 'ABORTED') expect(filesOf(storage, COPY)).toEqual([])
    expect(entries(store)).toEqual(before)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.write(tx => put(tx, 'after', '1'))
    await store.compact()
    store.close()
    const again = openStore(storage)
    expect(entries(again)).toEqual([['after', '1'], ...before])
    again.close()
  })

  test('ends with CLOSED when the database is closed meanwhile, and leaves no file', async () => {
    const storage = hurried()
    const store = sparse(storage)
    const running = run(store, storage, {})
    const outcome = running.then(
      () => 'done',
      error => error.code ?? error,
    )
    await nextTurn()
    store.close()
    expect(await outcome).toBe('CLOSED')
    expect(filesOf(storage, COPY)).toEqual([])
    const again = openStore(storage)
    expect(await again.check()).toMatchObject({ faults: [] })
    again.close()
  })

  test('passes on what its progress callback throws', async () => {
    const storage = hurried()
    const store = sparse(storage)
    const error = new Error('the callback failed')
    const onProgress = () => {
      throw error
    }
    await expect(run(store, storage, { onProgress })).rejects.toBe(error)
    store.write(tx => put(tx, 'after', '1'))
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
  })
})
