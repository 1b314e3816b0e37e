/** Checkpoints beside commits, the limits of the log, and recovery from it. */

import { describe, expect, test } from 'vitest'
import type { Storage } from '../../src/io/storage.ts'
import type { Store } from '../../src/store/store.ts'
import { expectError } from '../support/tables.ts'
import {
  counting,
  crashCopy,
  diskLike,
  entriesOf,
  filesOf,
  newStore,
  nextTurn,
  openStore,
  PATH,
  put,
  putAll,
  remove,
  SMALL,
  seen,
  TINY,
} from './harness.ts'

const LITTLE_LOG = {
  ...SMALL,
  checkpointLogBytes: 64 * 1024,
  maxLogBytes: 128 * 1024,
  checkpointPagesPerCommit: 1,
}

function entries(store: Store) {
  const snapshot = store.read()
  try {
    return entriesOf(snapshot)
  } finally {
    snapshot.close()
  }
}

describe('a checkpoint', () => {
  test('starts when the log has grown, and is carried on by commits', () => {
    const store = newStore(diskLike(), LITTLE_LOG)
    for (let i = 0; i < 200; i++) store.write(tx => put(tx, `key ${i}`, 'x'.repeat(100)))
    const { checkpoints, logBytes } = store.stats()
    expect(checkpoints).toBeGreaterThan(3)
    expect(logBytes).toBeLessThanOrEqual(LITTLE_LOG.maxLogBytes + 8192)
    store.close()
  })

  test('is carried on by the event loop when nobody commits', async () => {
    const store = newStore(diskLike(), LITTLE_LOG)
    let i = 0
    while (!store.stats().checkpointRunning) store.write(tx => put(tx, `key ${i++}`, 'x'.repeat(100)))
    const { checkpoints } = store.stats()
    for (let turn = 0; turn < 50 && store.stats().checkpointRunning; turn++) await nextTurn()
    expect(store.stats()).toMatchObject({ checkpointRunning: false, checkpoints: checkpoints + 1 })
    store.close()
  })

  test('waits somewhat longer while it would write more pages than the log has', () => {
    /** How long the log was when one began, with commits that change so many entries in turn. */
    const logBytesAtStart = (entryCount: number) => {
      const store = newStore(diskLike(), { ...LITTLE_LOG, cacheSizeBytes: 4096 * 512 })
      putAll(store, 0, entryCount, () => 'x'.repeat(100))
      store.checkpoint()
      let [logBytes, i] = [0, 0]
      while (!store.stats().checkpointRunning) {
        logBytes = store.stats().logBytes
        store.write(tx => {
          for (let puts = 0; puts < 30; puts++) {
            put(tx, `key ${String((i++ * 7919) % entryCount).padStart(6, '0')}`, 'y'.repeat(100))
          }
        })
      }
      store.close()
      return logBytes
    }
    const { checkpointLogBytes, maxLogBytes } = LITTLE_LOG
    expect(logBytesAtStart(10)).toBeLessThan(checkpointLogBytes)
    expect(logBytesAtStart(5000)).toBeGreaterThan(checkpointLogBytes)
    expect(logBytesAtStart(5000)).toBeLessThan(maxLogBytes)
  })

  test.each([
    ['blocking commits', (store: Store, value: string) => store.write(tx => put(tx, 'key', value))],
    [
      'commits that are awaited',
      async (store: Store, value: string) => {
        await store.writeAsync(tx => put(tx, 'key', value))
        await nextTurn()
      },
    ],
  ])('has not all large values to sync, beside %s', async (_, write) => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage, { ...SMALL, checkpointLogBytes: 64 << 20 })
    counts.clear()
    const value = 'x'.repeat(1 << 20)
    for (let i = 0; i < 40; i++) await write(store, value)
    expect(store.stats()).toMatchObject({ checkpoints: 0, checkpointRunning: false })
    expect(counts.get('sync database')).toBeGreaterThanOrEqual(1)
    expect(counts.get('sync database')).toBeLessThanOrEqual(6)
    store.close()
  })

  test('costs a commit no write of the database file while none runs', () => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage)
    const before = counts.get('write database')
    for (let i = 0; i < 100; i++) store.write(tx => put(tx, `key ${i}`, 'x'))
    expect(counts.get('write database')).toBe(before)
    store.close()
  })

  test('on demand leaves nothing to replay', () => {
    const storage = diskLike()
    const store = newStore(storage)
    putAll(store, 0, 100, i => `${i}`)
    store.checkpoint()
    store.checkpoint()
    const recovered = openStore(crashCopy(storage))
    expect(recovered.report.recovered).toEqual({ transactionCount: 0, tornTail: false })
    expect(entries(recovered).length).toBe(100)
    recovered.close()
    store.close()
  })

  test('the log is gone when the database is closed, and the file holds all', () => {
    const storage = diskLike()
    const store = newStore(storage)
    putAll(store, 0, 100, i => `${i}`)
    expect(filesOf(storage).length).toBeGreaterThan(1)
    store.close()
    expect(filesOf(storage)).toEqual([PATH])
    const again = openStore(storage)
    expect([again.report, entries(again).length]).toEqual([{ created: false, recovered: undefined }, 100])
    again.close()
    expect(filesOf(storage)).toEqual([PATH])
  })
})

describe('a large transaction', () => {
  test('commits by a checkpoint, and the log knows nothing of it', () => {
    const storage = diskLike()
    const store = newStore(storage, { ...SMALL, transactionLogBytes: 1000 })
    const { lsn, checkpoints } = store.stats()
    putAll(store, 0, 1000, i => `${i}`)
    // It has an LSN all the same, so that a recovery from before it misses something.
    expect(store.stats()).toMatchObject({ lsn: lsn + 1, checkpoints: checkpoints + 1 })
    const recovered = openStore(crashCopy(storage))
    expect(entries(recovered).length).toBe(1000)
    recovered.close()
    store.close()
  })

  test('after logged ones, and they after it, all come back', () => {
    const storage = diskLike()
    const store = newStore(storage, { ...SMALL, transactionLogBytes: 1000 })
    store.write(tx => put(tx, 'a', 'logged before'))
    putAll(store, 0, 500, i => `${i}`)
    store.write(tx => put(tx, 'b', 'logged after'))
    const recovered = openStore(crashCopy(storage))
    expect([seen(recovered, 'a'), entries(recovered).length, seen(recovered, 'b')]).toEqual([
      'logged before',
      502,
      'logged after',
    ])
    recovered.close()
    store.close()
  })
})

/** A store whose process died after each of many commits: what is found must be what was committed. */
describe('recovery', () => {
  test('brings back every committed transaction, whenever the process dies', async () => {
    const storage = diskLike()
    const store = newStore(storage, LITTLE_LOG)
    const model = new Map<string, string>()
    for (let i = 0; i < 120; i++) {
      const key = `key ${(i * 37) % 50}`
      const value = `${i}`.repeat(200)
      store.write(tx => {
        put(tx, key, value)
        if (i % 7 === 3) {
          const gone = `key ${(i * 11) % 50}`
          if (gone !== key && remove(tx, gone)) model.delete(gone)
        }
      })
      model.set(key, value)
      if (i === 40) store.savepoints.create('forty')
      if (i === 60) await nextTurn()
      const recovered = openStore(crashCopy(storage), i % 2 === 0 ? SMALL : TINY)
      expect(new Map(entries(recovered))).toEqual(model)
      if (i % 10 === 0) expect(await recovered.check()).toMatchObject({ faults: [] })
      recovered.close()
    }
    store.close()
  })

  test('may die itself, again and again', async () => {
    const storage = diskLike()
    const store = newStore(storage)
    putAll(store, 0, 400, i => `${i}`)
    const expected = entries(store)
    let files: Storage = crashCopy(storage)
    for (let crash = 0; crash < 5; crash++) {
      const recovered = openStore(files)
      expect(entries(recovered)).toEqual(expected)
      recovered.write(tx => put(tx, `after crash ${crash}`, 'x'))
      expected.push([`after crash ${crash}`, 'x'])
      expected.sort(([a], [b]) => (a < b ? -1 : 1))
      files = crashCopy(files)
    }
    store.close()
  })

  test('drops a torn tail, and says so', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', '1'))
    store.write(tx => put(tx, 'b', '2'), 'none')
    store.flush()
    const copy = crashCopy(storage)
    const logs = filesOf(copy).filter(path => path.includes('-wal'))
    const log = copy.open(logs[0], 'write')
    // The last batch: its block begins behind the file header and two others.
    const end = lastBatchAt(log)
    log.write(Buffer.alloc(100, 0xee), 0, 100, end + 70)
    log.close()
    const recovered = openStore(copy)
    expect([seen(recovered, 'a'), seen(recovered, 'b')]).toEqual(['1', undefined])
    recovered.close()
    store.close()
  })

  test('refuses a log from whose middle a transaction is missing', () => {
    const storage = diskLike()
    const store = newStore(storage)
    for (let i = 0; i < 5; i++) store.write(tx => put(tx, `key ${i}`, 'x'))
    const copy = crashCopy(storage)
    const log = copy.open(filesOf(copy).filter(path => path.includes('-wal'))[0], 'write')
    const end = lastBatchAt(log)
    log.write(Buffer.alloc(100, 0xee), 0, 100, end - 2 * 4096 + 70)
    log.close()
    expectError('WAL_CORRUPT', () => openStore(copy))
    store.close()
  })

  test('refuses when the log is gone', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', '1'))
    const copy = crashCopy(storage)
    for (const path of filesOf(copy)) if (path !== PATH) copy.unlink(path)
    expectError('WAL_CORRUPT', () => openStore(copy))
    store.close()
  })
})

/** Position of the last 4 KiB block with something in it. */
function lastBatchAt(log: ReturnType<Storage['open']>): number {
  const block = Buffer.alloc(4096)
  let last = 0
  for (let at = 0; at < log.size(); at += 4096) {
    log.read(block, 0, 4096, at)
    if (block.some(byte => byte !== 0)) last = at
  }
  return last
}
