/** Closing a file may fail, too, and a name may not go away: the lock and the other files are given back all the same. */

import { describe, expect, test } from 'vitest'
import { SimulatedDisk } from '../../props/simulated-disk.ts'
import type { Fault } from '../../props/simulated-faults.ts'
import { publishedContent } from '../../props/store-content.ts'
import { CATALOG_TREE_ID } from '../../src/store/api.ts'
import { Store } from '../../src/store/store.ts'

const PATH = '/disk/app.db'
const OPTIONS = { pageSizeBytes: 512, cacheSizeBytes: 64 * 512 }
/** More than any of these has calls. */
const PLACES = 12

const put = (store: Store, value: string, durability: 'sync' | 'none' = 'sync') =>
  store.write(transaction => {
    const bytes = Buffer.from(value)
    transaction.tree(CATALOG_TREE_ID)!.put(Buffer.from('key'), 3, bytes, 0, bytes.length, 0)
  }, durability)

const valueIn = (store: Store) => publishedContent(store).get(CATALOG_TREE_ID)?.get('key')

/** Does `act` on a disk on which the calls from the `skip`th on fail; whatever it throws is an error of the disk. */
async function attempt(disk: SimulatedDisk, fault: Fault, act: () => unknown): Promise<unknown> {
  disk.fail({ ...fault, times: Number.POSITIVE_INFINITY })
  const thrown: unknown = await (async () => act())().then(
    () => undefined,
    error => error,
  )
  disk.clearFaults()
  if (thrown !== undefined) expect(thrown).toMatchObject({ code: 'IO_ERROR' })
  return thrown
}

const FAULTS = (['close', 'unlink'] as const).flatMap(operation =>
  Array.from({ length: PLACES }, (_, skip): Fault => ({ operation, kind: 'ioError', skip })),
)

describe.each(FAULTS)('where the files cannot be given back ($operation, from number $skip on)', fault => {
  test('a database that was made leaves no lock behind', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const thrown = await attempt(disk, fault, () => Store.open(disk, PATH, OPTIONS, true).close())
    if (thrown !== undefined) expect(disk.openHandleCount).toBe(0)
    const store = Store.open(disk, PATH, OPTIONS, true)
    put(store, 'value')
    store.close()
    expect(disk.openHandleCount).toBe(0)
  })

  test.each(['sync', 'none'] as const)('a database that is closed does neither (%s)', async durability => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = Store.open(disk, PATH, OPTIONS, true)
    put(store, 'first')
    await disk.settle()
    put(store, 'second', durability)
    await attempt(disk, fault, () => store.close())
    expect(disk.openHandleCount).toBe(0)
    const again = Store.open(disk, PATH, OPTIONS, true)
    expect(valueIn(again)).toBe('second')
    again.close()
  })

  test('a database that is opened after a crash, or cannot be, leaves nothing open', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    put(Store.open(disk, PATH, OPTIONS, true), 'first')
    disk.killProcess()
    const thrown = await attempt(disk, fault, () => Store.open(disk, PATH, OPTIONS, true).close())
    if (thrown !== undefined) expect(disk.openHandleCount).toBe(0)
    const again = Store.open(disk, PATH, OPTIONS, true)
    expect(valueIn(again)).toBe('first')
    again.close()
  })

  test('a backup leaves nothing open', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = Store.open(disk, PATH, OPTIONS, true)
    put(store, 'first')
    const before = disk.openHandleCount
    await attempt(disk, fault, async () => {
      const backup = store.backup(disk, '/disk/copy.db', { overwrite: true })
      backup.catch(() => {})
      await disk.settle()
      await backup
    })
    expect(disk.openHandleCount).toBe(before)
    const copied = store.backup(disk, '/disk/copy.db', { overwrite: true })
    await disk.settle()
    await copied
    const copy = Store.open(disk, '/disk/copy.db', OPTIONS, true)
    expect(valueIn(copy)).toBe('first')
    copy.close()
    store.close()
    expect(disk.openHandleCount).toBe(0)
  })
})

test('a header that could not be made durable poisons, also when the log cannot be closed after it', () => {
  const disk = new SimulatedDisk({ seed: 1 })
  const store = Store.open(disk, PATH, OPTIONS, true)
  disk.fail({ operation: 'sync', kind: 'ioError', pathEnd: PATH })
  disk.fail({ operation: 'close', kind: 'ioError', pathPart: '-wal' })
  expect(() => put(store, 'value')).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
  expect(store.isPoisoned).toBe(true)
  store.close()
  expect(disk.openHandleCount).toBe(0)
})
