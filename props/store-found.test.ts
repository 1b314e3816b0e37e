/** What the trials have found, as short scripts that say what was wrong. */

import { expect, test } from 'vitest'
import { isCoppiceError } from '../src/base/errors.ts'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import { Store } from '../src/store/store.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { publishedContent } from './store-content.ts'
import { bytesOf } from './store-draft.ts'
import { difference } from './store-history.ts'

const PATH = '/disk/app.db'
const OPTIONS = { pageSizeBytes: 512, cacheSizeBytes: 64 * 512 }

function change(
  store: Store,
  act: (put: (key: string, value: string) => void, remove: (key: string) => void) => void,
): void {
  store.write(transaction => {
    const tree = transaction.tree(CATALOG_TREE_ID)!
    act(
      (key, value) => {
        const bytes = bytesOf(value)
        tree.put(bytesOf(key), key.length, bytes, 0, bytes.length, 0)
      },
      key => tree.remove(bytesOf(key), key.length),
    )
  })
}

test('compaction does not move a large value that was read from the wrong place once', async () => {
  for (let skip = 0; skip < 40; skip++) {
    const disk = new SimulatedDisk({ seed: skip })
    const store = Store.open(disk, PATH, OPTIONS, true)
    change(store, put => {
      for (let i = 0; i < 20; i++) put(`key ${i}`, `value ${i} `.padEnd(1500, `${i}`))
    })
    change(store, (_, remove) => {
      for (let i = 0; i < 10; i++) remove(`key ${i}`)
    })
    store.checkpoint()
    const before = publishedContent(store)
    disk.fail({ operation: 'read', kind: 'misdirected', skip })
    const compacted = store.compact().catch(error => {
      if (!isCoppiceError(error, 'CORRUPT')) throw error
    })
    await disk.advance(1000)
    await compacted
    disk.clearFaults()
    expect(difference(before, publishedContent(store))).toBeUndefined()
    store.close()
    const again = Store.open(disk, PATH, OPTIONS, true)
    expect(difference(before, publishedContent(again))).toBeUndefined()
    again.close()
  }
})
