/** Snapshots that a life holds, each with the version that it showed when it was taken, and is to show for ever. */

import type { Snapshot } from '../src/store/snapshot.ts'
import { Broken, check } from './law.ts'
import { contentOf } from './store-content.ts'
import { difference, type Version } from './store-history.ts'
import type { RunningStore } from './store-running.ts'

const SNAPSHOTS_MAX = 4

interface HeldSnapshot {
  readonly snapshot: Snapshot
  readonly version: Version
}

export class HeldSnapshots {
  readonly #life: RunningStore
  #held: HeldSnapshot[] = []

  constructor(life: RunningStore) {
    this.#life = life
  }

  take(): void {
    if (this.#held.length >= SNAPSHOTS_MAX || this.#life.disk.isCrashed || !this.#life.store?.isOpen) return
    this.#life.log.push('take snapshot')
    const snapshot = this.#life.opened.read()
    try {
      const version = this.#versionIn(snapshot)
      this.#life.history.see(version)
      this.#held.push({ snapshot, version })
    } catch (error) {
      snapshot.close()
      this.#life.failed(error, undefined)
    }
  }

  /** The oldest version that a snapshot may show: savepoints it does not tell. */
  #versionIn(snapshot: Snapshot): Version {
    const content = contentOf(this.#life.opened, snapshot)
    for (const version of this.#life.history.candidates().reverse()) {
      if (difference(version.content, content) === undefined) return version
    }
    throw new Broken(
      `a snapshot shows one committed state: ${difference(this.#life.history.tip.content, content)}`,
    )
  }

  /** Lets one go that was taken some time ago: it must show what it showed then. */
  drop(): void {
    if (this.#held.length === 0) return
    this.#life.log.push('drop snapshot')
    const [held] = this.#held.splice(this.#life.random.below(this.#held.length), 1)
    try {
      const wrong = difference(held.version.content, contentOf(this.#life.opened, held.snapshot))
      check(wrong === undefined, `a snapshot never changes: ${wrong}`)
    } catch (error) {
      this.#life.failed(error, undefined)
    } finally {
      held.snapshot.close()
    }
  }

  /** Closes some of them; the others are left to the store's end. */
  closeSome(): void {
    for (const { snapshot } of this.#held.splice(0)) if (this.#life.random.chance(0.5)) snapshot.close()
  }

  /** They went with their store. */
  forget(): void {
    this.#held = []
  }
}
