/** Laws about what a store writes that no single crash would show (store-witness.ts), and scripts that once broke them. */

import { describe, expect, test } from 'vitest'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import { Store } from '../src/store/store.ts'
import { SimulatedCrash, SimulatedDisk } from './simulated-disk.ts'
import { bytesOf } from './store-draft.ts'
import { History } from './store-history.ts'
import { StoreWitness } from './store-witness.ts'

const PATH = '/disk/app.db'
const OPTIONS = { pageSizeBytes: 512, cacheSizeBytes: 8192, checkpointLogBytes: 65_536 }

/** A disk with a witness. */
function setUp(): { disk: SimulatedDisk; witness: StoreWitness } {
  const disk = new SimulatedDisk({ seed: 1 })
  const witness = new StoreWitness(PATH, OPTIONS.pageSizeBytes, new History(new Map()))
  disk.observe = (path, source, offset, length, position) =>
    witness.see(path, source, offset, length, position)
  return { disk, witness }
}

function put(store: Store, key: string, value: string): void {
  store.write(transaction => {
    const bytes = bytesOf(value)
    transaction.tree(CATALOG_TREE_ID)!.put(bytesOf(key), key.length, bytes, 0, bytes.length, 0)
  })
}

/** A process that commits `value` and dies `count` operations later, or before. */
function liveAndDie(disk: SimulatedDisk, logBytes: number, value: string, count: number): void {
  const store = Store.open(disk, PATH, { ...OPTIONS, transactionLogBytes: logBytes }, true)
  disk.crashAt(count)
  try {
    put(store, 'key', value)
    store.close()
  } catch (error) {
    if (!(error instanceof SimulatedCrash) && !disk.isCrashed) throw error
  }
  disk.killProcess()
}

describe('no page is written under the id and the birth of another image', () => {
  test.each([
    ['without a log', 0],
    ['with a log', 8000],
  ])('by a process that follows a crash of one %s', (_, logBytes) => {
    for (let count = 1; count < 40; count++) {
      const { disk, witness } = setUp()
      Store.open(disk, PATH, OPTIONS, true).close()
      for (const value of ['first', 'second', 'third']) liveAndDie(disk, logBytes, value, count)
      const store = Store.open(disk, PATH, { ...OPTIONS, transactionLogBytes: logBytes }, true)
      put(store, 'key', 'last')
      store.close()
      expect(witness.broken).toBeUndefined()
    }
  })

  test('by a recovery whose log lost its tail with the power after another one had begun', () => {
    for (let count = 1; count < 30; count++) {
      const { disk, witness } = setUp()
      const store = Store.open(disk, PATH, OPTIONS, true)
      put(store, 'key', 'durable')
      store.write(transaction => {
        transaction.tree(CATALOG_TREE_ID)!.put(bytesOf('key'), 3, bytesOf('unsynced'), 0, 8, 0)
      }, 'none')
      disk.crashAt(1, 'after')
      expect(() => store.flush()).toThrow()
      disk.killProcess()
      disk.crashAt(count)
      try {
        Store.open(disk, PATH, OPTIONS, true)
      } catch {
        // Died in its recovery.
      }
      disk.losePower()
      Store.open(disk, PATH, OPTIONS, true).close()
      expect(witness.broken).toBeUndefined()
    }
  })
})
