/**
 * Backups of a living store, and the law about them: a backup that returned survives whatever happens to the machine,
 * until another one of the same name takes its place; and it is a sound database that holds what there was.
 */

import type { StoreOptions } from '../src/store/options.ts'
import { Store } from '../src/store/store.ts'
import { check } from './law.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { publishedContent } from './store-content.ts'
import { type Content, difference } from './store-history.ts'

const BACKUP = '/disk/copy.db'

export class Backups {
  readonly #disk: SimulatedDisk
  readonly #options: StoreOptions
  /** The one that returned last. */
  #kept: Content | undefined = undefined
  /** Those begun since, which may have taken its place. */
  #begun: Content[] = []

  constructor(disk: SimulatedDisk, options: StoreOptions) {
    this.#disk = disk
    this.#options = options
  }

  /** Copies `store`, which shows `content`. */
  async make(store: Store, content: Content): Promise<void> {
    this.#begun.push(content)
    await store.backup(this.#disk, BACKUP, { overwrite: true })
    this.#kept = content
    this.#begun = []
  }

  get isKept(): boolean {
    return this.#kept !== undefined
  }

  /** Opens the copy and compares; `finish` waits for what only the simulated event loop can answer. */
  async verify(finish: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    if (this.#kept === undefined) return
    check(this.#disk.exists(BACKUP), 'a backup that returned is there')
    const copy = Store.open(this.#disk, BACKUP, { ...this.#options, create: false }, true)
    try {
      const found = publishedContent(copy)
      const wrong = difference(this.#kept, found)
      const isLater = this.#begun.some(content => difference(content, found) === undefined)
      check(wrong === undefined || isLater, `a backup holds what there was: ${wrong}`)
      check((await finish(copy.check())).faults.length === 0, 'a backup is sound')
    } finally {
      copy.close()
    }
  }
}
