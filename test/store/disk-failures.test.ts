/**
 * What the random lives of props/store-crash.test.ts found, each as the shortest story that shows it: a disk
 * that fails at the worst moment, and what must be there, or be said, afterwards.
 */

import { describe, expect, test } from 'vitest'
import { SimulatedCrash, SimulatedDisk } from '../../props/simulated-disk.ts'
import { type ErrorCode, isCoppiceError } from '../../src/base/errors.ts'
import { PutMode } from '../../src/btree/api.ts'
import { CATALOG_TREE_ID } from '../../src/store/api.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import { Store } from '../../src/store/store.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'

const PATH = '/disk/app.db'
const OPTIONS: StoreOptions = { pageSizeBytes: 512, cacheSizeBytes: 32 * 1024, maxSizeBytes: 1 << 20 }
/** Every transaction commits by a checkpoint. */
const WITHOUT_LOG: StoreOptions = { ...OPTIONS, transactionLogBytes: 0 }

function open(disk: SimulatedDisk, options = OPTIONS): Store {
  return Store.open(disk, PATH, options, true)
}

function put(transaction: WriteTransaction, key: string, value = 'value'): void {
  const bytes = Buffer.from(value)
  const tree = transaction.tree(CATALOG_TREE_ID)!
  tree.put(Buffer.from(key), key.length, bytes, 0, bytes.length, PutMode.upsert)
}

function write(store: Store, key: string): void {
  store.write(transaction => put(transaction, key))
}

function has(store: Store, key: string): boolean {
  const snapshot = store.read()
  const found = snapshot.tree(CATALOG_TREE_ID)!.has(Buffer.from(key), key.length)
  snapshot.close()
  return found
}

function codeOf(action: () => unknown): ErrorCode | 'done' {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'done'
}

async function faultsOf(store: Store): Promise<string[]> {
  return (await store.check()).faults.map(({ message }) => message)
}

describe('file headers', () => {
  test('a CLEAN header whose sync failed is made durable before the log is removed', () => {
    for (let seed = 0; seed < 40; seed++) {
      const disk = new SimulatedDisk({ seed })
      const store = open(disk)
      write(store, 'a')
      // The data reaches the disk, the header that says so does not, and the cache shows it all the same.
      disk.fail({ operation: 'sync', kind: 'ioError', pathPart: PATH, skip: 1 })
      expect(codeOf(() => store.close())).toBe('IO_ERROR')
      disk.killProcess()
      open(disk)
      disk.losePower()
      const recovered = open(disk)
      expect(has(recovered, 'a'), `seed ${seed}`).toBe(true)
      recovered.close()
    }
  })

  test('a copy that a crash tore is whole again after the next opening', async () => {
    for (let at = 1; at < 12; at++) {
      const disk = new SimulatedDisk({ seed: at })
      let store = open(disk)
      write(store, 'a')
      disk.crashAt(at, 'within')
      try {
        store.close()
      } catch (error) {
        expect(disk.isCrashed, `${error}`).toBe(true)
      }
      disk.losePower()
      store = open(disk)
      expect(await faultsOf(store)).toEqual([])
      store.close()
    }
  })
})

describe('snapshots of a poisoned store', () => {
  test('do not show what a failed commit by a checkpoint has made', () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = open(disk, WITHOUT_LOG)
    write(store, 'a')
    disk.fail({ operation: 'sync', kind: 'ioError' })
    expect(codeOf(() => write(store, 'b'))).toBe('OUTCOME_UNKNOWN')
    expect([has(store, 'a'), has(store, 'b')]).toEqual([true, false])
    store.close()
  })
})

describe('a commit by a checkpoint', () => {
  test('is not passed over silently when its header is lost', () => {
    const big = (store: Store) =>
      store.write(transaction => {
        for (let i = 0; i < 60; i++) put(transaction, `big${i}`, 'x'.repeat(60))
      })
    for (let skip = 0; skip < 30; skip++) {
      const disk = new SimulatedDisk({ seed: skip })
      const options = { ...OPTIONS, transactionLogBytes: 1000 }
      const store = open(disk, options)
      write(store, 'a')
      // Both copies of its header are among what the device loses.
      disk.fail({ operation: 'write', kind: 'lost', pathEnd: PATH, skip, times: 2 })
      big(store)
      write(store, 'b')
      disk.clearFaults()
      disk.crashAt(1)
      expect(() => store.close()).toThrow(SimulatedCrash)
      disk.losePower()
      const code = codeOf(() => {
        const recovered = open(disk, options)
        try {
          expect([has(recovered, 'big59'), has(recovered, 'b')], `skip ${skip}`).toEqual([true, true])
        } finally {
          recovered.close()
        }
      })
      expect(['done', 'CORRUPT', 'WAL_CORRUPT']).toContain(code)
    }
  })
})

describe('a new database', () => {
  test('has a durable name before a commit is acknowledged, even if its maker died before that', () => {
    for (let at = 1; at < 12; at++) {
      const fresh = new SimulatedDisk({ seed: at })
      fresh.crashAt(at, 'before')
      try {
        open(fresh, WITHOUT_LOG)
      } catch (error) {
        expect(error).toBeInstanceOf(SimulatedCrash)
      }
      fresh.killProcess()
      write(open(fresh, WITHOUT_LOG), 'a')
      fresh.losePower()
      const recovered = open(fresh, WITHOUT_LOG)
      expect(has(recovered, 'a'), `crash before operation ${at}`).toBe(true)
      recovered.close()
    }
  })
})

describe('persistent savepoints', () => {
  test('keep no pages of the tree that lists them', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    let store = open(disk)
    for (const name of ['a', 'b', 'c']) store.savepoints.create(name)
    store.savepoints.delete('b')
    expect(await faultsOf(store)).toEqual([])
    store.close()
    store = open(disk)
    expect(await faultsOf(store)).toEqual([])
    store.close()
  })
})

describe('a transaction that is open when the store is poisoned', () => {
  test('ends with its commit, and what waits behind it is answered', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = open(disk)
    write(store, 'a')
    store.write(transaction => put(transaction, 'b'), 'none')
    const transaction = store.begin()
    put(transaction, 'c')
    const queued = store.writeAsync(other => put(other, 'd'))
    const answer = queued.then(
      () => 'done',
      error => error.code,
    )
    disk.fail({ operation: 'sync', kind: 'ioError' })
    expect(codeOf(() => store.flush())).toBe('OUTCOME_UNKNOWN')
    expect(codeOf(() => store.commit(transaction))).toBe('POISONED')
    expect(transaction.status).toBe('rolled back')
    await disk.settle()
    expect(await answer).toBe('POISONED')
    store.close()
  })
})

describe('a full disk', () => {
  test('fails a commit by checkpoint at any of its writes, and nothing else', async () => {
    for (let skip = 0; skip < 12; skip++) {
      const disk = new SimulatedDisk({ seed: skip })
      const store = open(disk, WITHOUT_LOG)
      write(store, 'a')
      disk.fail({ operation: 'growth', kind: 'noSpace', skip, times: Number.POSITIVE_INFINITY })
      const code = codeOf(() =>
        store.write(transaction => {
          for (let i = 0; i < 60; i++) put(transaction, `b${i}`, 'x'.repeat(60))
        }),
      )
      expect(['done', 'NO_SPACE']).toContain(code)
      expect(has(store, 'b59')).toBe(code === 'done')
      disk.clearFaults()
      write(store, 'c')
      expect(await faultsOf(store)).toEqual([])
      store.close()
    }
  })

  describe('when nobody waits for commits to be durable', () => {
    const LARGE: StoreOptions = { ...OPTIONS, maxSizeBytes: 16 << 20 }

    /** A disk on which the log cannot grow, and a store that commits on it until it is refused. */
    function filled(seed: number) {
      const disk = new SimulatedDisk({ seed })
      const store = open(disk, LARGE)
      write(store, 'durable')
      disk.fail({ operation: 'growth', kind: 'noSpace', pathPart: '-wal', times: Number.POSITIVE_INFINITY })
      const keys: string[] = []
      const writeNext = () => {
        const key = `key ${keys.length}`
        store.write(transaction => put(transaction, key, 'x'.repeat(100)), 'none')
        keys.push(key)
      }
      expect(
        codeOf(() => {
          for (;;) writeNext()
        }),
      ).toBe('NO_SPACE')
      return { disk, store, keys, writeNext }
    }

    test('refuses the next ones, and loses none of those before when there is room again', async () => {
      for (let seed = 0; seed < 4; seed++) {
        const { disk, store, keys, writeNext } = filled(seed)
        expect(keys.length).toBeGreaterThan(5000)
        expect(
          [writeNext, () => write(store, 'a'), () => store.flush(), () => store.checkpoint()].map(codeOf),
        ).toEqual(['NO_SPACE', 'NO_SPACE', 'NO_SPACE', 'NO_SPACE'])
        await disk.settle()
        expect([store.isPoisoned, has(store, keys.at(-1)!), has(store, 'a')]).toEqual([false, true, false])
        disk.clearFaults()
        writeNext()
        write(store, 'a')
        expect(await faultsOf(store)).toEqual([])
        disk.losePower()
        const again = open(disk, LARGE)
        expect(['durable', ...keys, 'a'].filter(key => !has(again, key))).toEqual([])
        again.close()
      }
    })

    test('brings back a beginning of them after a crash', () => {
      for (let seed = 0; seed < 10; seed++) {
        const { disk, store, keys } = filled(seed)
        codeOf(() => store.flush())
        disk.losePower()
        const again = open(disk, LARGE)
        const isThere = keys.map(key => has(again, key))
        expect(has(again, 'durable')).toBe(true)
        expect(isThere.lastIndexOf(true)).toBe(
          isThere.indexOf(false) < 0 ? keys.length - 1 : isThere.indexOf(false) - 1,
        )
        again.close()
      }
    })

    test('keeps them when it is closed, if the file has room', () => {
      const { disk, store, keys } = filled(1)
      store.close()
      expect(disk.paths()).toEqual([PATH])
      const again = open(disk, LARGE)
      expect(keys.filter(key => !has(again, key))).toEqual([])
      again.close()
    })
  })

  test('fails going back to a savepoint before anything was changed', async () => {
    for (let skip = 0; skip < 4; skip++) {
      const disk = new SimulatedDisk({ seed: skip })
      const store = open(disk, WITHOUT_LOG)
      store.savepoints.create('before')
      write(store, 'a')
      disk.fail({ operation: 'growth', kind: 'noSpace', skip, times: Number.POSITIVE_INFINITY })
      const code = codeOf(() => store.savepoints.restore('before'))
      expect(['done', 'NO_SPACE']).toContain(code)
      expect(has(store, 'a')).toBe(code !== 'done')
      disk.clearFaults()
      write(store, 'c')
      expect(await faultsOf(store)).toEqual([])
      store.close()
    }
  })

  test('says NO_SPACE only where the database goes on, even if it refuses to overwrite what is there', () => {
    // As file systems do that write every block to a new place.
    for (let skip = 0; skip < 60; skip++) {
      const disk = new SimulatedDisk({ seed: skip })
      open(disk).close()
      const store = open(disk)
      disk.fail({ operation: 'write', kind: 'noSpace', skip })
      const steps = [
        () => write(store, 'a'),
        () => store.write(transaction => put(transaction, 'b'), 'none'),
        () => store.checkpoint(),
        () => store.savepoints.create('before'),
        () => write(store, 'c'),
        () => store.checkpoint(),
      ]
      for (const [step, action] of steps.entries()) {
        const code = codeOf(action)
        if (code === 'NO_SPACE') expect(store.isPoisoned, `write ${skip} failed, step ${step}`).toBe(false)
        else if (code !== 'done')
          expect(store.isPoisoned, `${code} at write ${skip}, step ${step}`).toBe(true)
        if (store.isPoisoned) break
      }
      codeOf(() => store.close())
    }
  })
})

describe('a backup that fails', () => {
  test.each(['write', 'sync', 'syncDirectory', 'rename'] as const)(
    'leaves nothing half-done: %s',
    async operation => {
      for (let skip = 0, failed = true; failed; skip++) {
        const disk = new SimulatedDisk({ seed: skip })
        const store = open(disk)
        write(store, 'a')
        const target = new SimulatedDisk({ seed: skip })
        target.fail({ operation, kind: 'ioError', skip, times: Number.POSITIVE_INFINITY })
        const code = await store.backup(target, '/disk/copy.db').then(
          () => 'done',
          error => error.code,
        )
        failed = code !== 'done'
        if (failed) {
          expect(code).toBe('IO_ERROR')
          // When it has its name it is complete: only how long that name lasts is not known.
          const left = target
            .paths()
            .filter(path => path !== '/disk/copy.db' || operation !== 'syncDirectory')
          expect(left, `after ${skip} of them`).toEqual([])
        }
        store.close()
      }
    },
  )
})
