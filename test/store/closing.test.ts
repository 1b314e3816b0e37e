/** The end of an open database: with handles, queued writes, snapshots; once or twice. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'
import { Store } from '../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { expectError } from '../support/tables.ts'
import {
  counting,
  diskLike,
  entriesOf,
  FailingStorage,
  filesOf,
  newStore,
  nextTurn,
  openStore,
  PATH,
  put,
  SMALL,
  seen,
  TREE,
} from './harness.ts'

describe('close', () => {
  test('a second time does nothing', () => {
    const store = newStore()
    store.close()
    store.close()
    expect(store.isOpen).toBe(false)
  })

  test('ends every use with CLOSED', async () => {
    const store = newStore()
    const snapshot = store.read()
    store.close()
    expectError('CLOSED', () => store.read())
    expectError('CLOSED', () => store.write(() => {}))
    expectError('CLOSED', () => store.begin())
    expectError('CLOSED', () => store.checkpoint())
    expectError('CLOSED', () => store.flush())
    expectError('CLOSED', () => store.stats())
    expectError('CLOSED', () => store.savepoints.list())
    expectError('CLOSED', () => store.savepoints.create('a'))
    expectError('CLOSED', () => snapshot.tree(TREE))
    snapshot.close()
    for (const promise of [
      store.writeAsync(() => {}),
      store.check(),
      store.compact(),
      store.backup(diskLike(), '/copy.db'),
    ]) {
      await expect(promise).rejects.toMatchObject({ code: 'CLOSED' })
    }
  })

  test('rolls an open handle back, and refuses its use', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', '1'))
    const tx = store.begin()
    put(tx, 'b', '2')
    const tree = tx.tree(TREE)!
    const cursor = tree.cursor()
    cursor.first()
    store.close()
    expectError('CLOSED', () => put(tx, 'c', '3'))
    expectError('CLOSED', () => store.commit(tx))
    tx.rollback()
    const again = openStore(storage)
    expect([seen(again, 'a'), seen(again, 'b')]).toEqual(['1', undefined])
    again.close()
    expect(filesOf(storage)).toEqual([PATH])
  })

  test('refuses queued writes with CLOSED, and those that were answered are kept', async () => {
    const storage = diskLike()
    // A storage whose syncs take a turn of the loop, so that groups form.
    const store = newStore(counting(storage).storage)
    const outcomes = Array.from({ length: 5000 }, (_, i) =>
      store
        .writeAsync(tx => put(tx, `key ${i}`, 'x'))
        .then(
          () => 'done',
          error => error.code,
        ),
    )
    await nextTurn()
    store.close()
    const answers = await Promise.all(outcomes)
    expect(answers.every(answer => answer === 'done' || answer === 'CLOSED')).toBe(true)
    expect(answers).toContain('CLOSED')
    const again = openStore(storage)
    for (const [i, answer] of answers.entries()) {
      if (answer === 'done') expect(seen(again, `key ${i}`)).toBe('x')
    }
    again.close()
  })

  test('inside a write transaction is refused or ends it; nothing half-done is left', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', '1'))
    let code: unknown
    try {
      store.write(tx => {
        put(tx, 'b', '2')
        store.close()
      })
    } catch (error) {
      code = isCoppiceError(error) ? error.code : error
    }
    expect(['CLOSED', 'BUSY']).toContain(code)
    store.close()
    const again = openStore(storage)
    const snapshot = again.read()
    expect(entriesOf(snapshot)).toEqual([['a', '1']])
    again.close()
  })

  test('makes commits with durability none durable', () => {
    const storage = diskLike()
    const store = newStore(storage)
    for (let i = 0; i < 100; i++) store.write(tx => put(tx, `key ${i}`, 'x'), 'none')
    store.close()
    const again = openStore(storage)
    expect(seen(again, 'key 99')).toBe('x')
    again.close()
  })
})

describe('a poisoned database', () => {
  /** Poisoned while nobody looked: a commit that waits for nothing is written in the background, and that fails. */
  async function poisonInBackground() {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    store.write(tx => put(tx, 'durable', '1'))
    disk.fail('write', '-wal')
    store.write(tx => put(tx, 'none', '1'), 'none')
    await nextTurn()
    disk.heal()
    expect(store.isPoisoned).toBe(true)
    return { disk, store }
  }

  test('says so when it is closed, if no call has said so before; it is closed all the same, and not locked', async () => {
    const { disk, store } = await poisonInBackground()
    expect(expectError('POISONED', () => store.close())).toContain("durability 'none' may be missing")
    expect([store.isOpen, store.isPoisoned]).toEqual([false, true])
    store.close()
    const again = openStore(disk.storage)
    expect(seen(again, 'durable')).toBe('1')
    again.close()
  })

  test('says so when it is closed after waiting', async () => {
    const { store } = await poisonInBackground()
    await expect(store.closeAsync()).rejects.toMatchObject({ code: 'POISONED' })
    expect(store.isOpen).toBe(false)
  })

  test('says so once', async () => {
    const { store } = await poisonInBackground()
    expectError('POISONED', () => store.write(tx => put(tx, 'later', '1')))
    store.close()
    expect([store.isOpen, store.isPoisoned]).toEqual([false, true])
  })

  test('closes without a word when the commit that failed was told', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    disk.fail('sync')
    expectError('OUTCOME_UNKNOWN', () => store.write(tx => put(tx, 'a', '1')))
    disk.heal()
    store.close()
    expect(store.isPoisoned).toBe(true)
  })

  test('by a checkpoint in the background says so when it is closed, and nothing is missing', async () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage, { ...SMALL, checkpointLogBytes: 64 * 1024 })
    let key = 0
    while (!store.stats().checkpointRunning) store.write(tx => put(tx, `key ${key++}`, 'x'.repeat(400)))
    disk.fail('sync', PATH)
    while (!store.isPoisoned) await nextTurn()
    disk.heal()
    expectError('POISONED', () => store.close())
    const again = openStore(disk.storage)
    expect(seen(again, `key ${key - 1}`)).toBe('x'.repeat(400))
    again.close()
  })
})

describe('closeAsync', () => {
  test('waits for queued writes', async () => {
    const storage = diskLike()
    const store = newStore(storage)
    const writes = Array.from({ length: 3000 }, (_, i) => store.writeAsync(tx => put(tx, `key ${i}`, 'x')))
    await store.closeAsync()
    await Promise.all(writes)
    const again = openStore(storage)
    expect(seen(again, 'key 2999')).toBe('x')
    again.close()
  })

  test('does not wait for ever behind a handle that nobody ends', async () => {
    const storage = diskLike()
    const store = newStore(storage)
    const tx = store.begin()
    put(tx, 'a', '1')
    const queued = store.writeAsync(next => put(next, 'b', '2'))
    await store.closeAsync()
    await queued
    expectError('CLOSED', () => store.commit(tx))
    const again = openStore(storage)
    expect([seen(again, 'a'), seen(again, 'b')]).toEqual([undefined, '2'])
    again.close()
  })

  test('twice at the same time is once', async () => {
    const store = newStore()
    void store.writeAsync(tx => put(tx, 'a', '1'))
    await Promise.all([store.closeAsync(), store.closeAsync()])
    expect(store.isOpen).toBe(false)
  })
})

describe('on real files', () => {
  let directory: TemporaryDirectory
  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  test.each([0, 1, 2, 5])('a close %i turns after queueing keeps what was answered', async turns => {
    const path = directory.file('app.db')
    const options = { ...SMALL, checkpointLogBytes: 64 * 1024, maxLogBytes: 1 << 20 }
    const store = Store.open(nodeStorage(), path, options, true)
    store.write(tx => tx.createTree())
    const outcomes = Array.from({ length: 300 }, (_, i) =>
      store
        .writeAsync(tx => put(tx, `key ${i}`, 'x'.repeat(300)))
        .then(
          () => 'done',
          error => error.code,
        ),
    )
    for (let turn = 0; turn < turns; turn++) await nextTurn()
    store.close()
    const answers = await Promise.all(outcomes)
    expect(answers.every(answer => answer === 'done' || answer === 'CLOSED')).toBe(true)
    const again = Store.open(nodeStorage(), path, SMALL, true)
    expect(again.report.recovered).toBe(undefined)
    for (const [i, answer] of answers.entries()) {
      if (answer === 'done') expect(seen(again, `key ${i}`)).toBe('x'.repeat(300))
    }
    again.close()
  })

  test('a sync that is under way when the database is closed harms nobody', async () => {
    const path = directory.file('app.db')
    const store = Store.open(nodeStorage(), path, SMALL, true)
    store.write(tx => tx.createTree())
    const tx = store.begin()
    put(tx, 'a', '1')
    const committed = store.commitAsync(tx)
    store.close()
    await committed
    const again = Store.open(nodeStorage(), path, SMALL, true)
    expect(seen(again, 'a')).toBe('1')
    again.close()
  })
})
