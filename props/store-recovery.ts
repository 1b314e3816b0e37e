/** Recoveries beside a life: of a copy of its disk, whose outcome is compared and then forgotten. */

import type { StoreOptions } from '../src/store/options.ts'
import { Store } from '../src/store/store.ts'
import { check } from './law.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { publishedContent } from './store-content.ts'
import { type Content, difference } from './store-history.ts'

/** Gives the store's memory back; nothing that closing tries reaches the disk. */
export function end(disk: SimulatedDisk, store: { close(): void }): void {
  if (!disk.isCrashed) disk.crashAt(1)
  try {
    store.close()
  } catch {
    // Of the crash.
  }
  disk.killProcess()
}

/** Where nothing was under way that could get lost, a recovery that nothing interrupts comes to the same as one that was. */
export function expectSameRecovery(
  disk: SimulatedDisk,
  path: string,
  options: StoreOptions,
  content: Content,
): void {
  const store = Store.open(disk, path, options, true)
  try {
    const wrong = difference(content, publishedContent(store))
    check(wrong === undefined, `recovering twice gives the same: ${wrong}`)
  } finally {
    end(disk, store)
  }
}
