/**
 * A store that runs on a simulated disk, with what its operations may do: succeed, or fail in a way that the faults allow.
 * The history is told of either. Anything else is thrown as an error that says what the law was.
 */

import { isCoppiceError } from '../src/base/errors.ts'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { StoreOptions } from '../src/store/options.ts'
import type { Store } from '../src/store/store.ts'
import { Broken, check } from './law.ts'
import type { SeededRandom } from './seeded-random.ts'
import { SimulatedCrash, type SimulatedDisk } from './simulated-disk.ts'
import { ChangeOfMind } from './store-draft.ts'
import { expectPromiseOf, findStrange } from './store-errors.ts'
import { History, type Version } from './store-history.ts'

export class RunningStore {
  readonly disk: SimulatedDisk
  readonly random: SeededRandom
  readonly history: History
  readonly options: StoreOptions
  /** Codes that are no surprise now. */
  allowedErrors: ReadonlySet<string>
  store: Store | undefined = undefined
  /** What happened, for the message of a failure. */
  readonly log: string[] = []
  /** Queued writes that are not answered yet. */
  waiting = 0
  /** The first failure of what runs beside the steps. */
  protected asyncFailure: unknown = undefined

  constructor(
    random: SeededRandom,
    disk: SimulatedDisk,
    options: StoreOptions,
    allowedErrors: readonly string[],
  ) {
    this.random = random
    this.disk = disk
    this.options = options
    this.history = new History(new Map([[CATALOG_TREE_ID, new Map()]]))
    this.allowedErrors = new Set(allowedErrors)
  }

  get opened(): Store {
    check(this.store !== undefined, 'the store is open')
    return this.store
  }

  get isPoisoned(): boolean {
    return this.store?.isPoisoned ?? false
  }

  async settle(): Promise<void> {
    this.log.push('settle')
    if (this.random.chance(0.3)) await this.disk.advance(this.random.below(1000))
    else await this.disk.settle()
    if (!this.disk.isCrashed) check(this.waiting === 0, 'every queued write is answered')
  }

  /** Something that changes no content; what it makes durable is acknowledged. */
  async attempt(what: string, action: () => unknown, durable: 'all' | 'nothing'): Promise<boolean> {
    this.log.push(what)
    const { tip } = this.history
    let wasPoisoned = false
    let isAtOnce = true
    const store = this.store
    try {
      const result = action()
      if (result instanceof Promise) {
        isAtOnce = false
        await this.finish(result)
      }
      wasPoisoned = store?.isPoisoned ?? false
      // Closing after a failure, or a death in the background, succeeds and promises nothing.
      if (this.disk.isCrashed) throw new SimulatedCrash('in the background')
      if (wasPoisoned) return false
      if (durable === 'all') this.history.acknowledge(tip)
      return true
    } catch (error) {
      if (isAtOnce) this.failedAtOnce(error, undefined)
      else this.failed(error, undefined)
      return false
    }
  }

  /** Waits for a promise that only the simulated event loop can answer. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    let isDone = false
    const watched = promise.finally(() => {
      isDone = true
    })
    watched.catch(() => {})
    for (let rounds = 0; rounds < 1000 && !isDone; rounds++) await this.disk.advance(rounds)
    if (!isDone && this.disk.isCrashed) throw new SimulatedCrash('while waiting')
    check(isDone, 'an operation comes to an end')
    return watched
  }

  /** Keeps the first failure of what runs beside the steps. */
  record(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!this.disk.isCrashed) this.asyncFailure ??= error
    }
  }

  /** While the event loop is at work, say between a write to the log and its sync. */
  meanwhile(act: () => void): void {
    const jobs = this.random.below(6)
    this.disk.scheduler.defer(async () => {
      for (let i = 0; i < jobs; i++) await Promise.resolve()
      this.record(() => {
        if (this.store?.isOpen) act()
      })
    })
  }

  /** The same for a call that has just failed: nothing else can have befallen the store since. */
  failedAtOnce(error: unknown, version: Version | undefined): void {
    expectPromiseOf(error, this.isPoisoned && !this.disk.isCrashed)
    this.failed(error, version)
  }

  /** Throws `error` on, unless it is one that may happen; then `version` is undone or in doubt. */
  failed(error: unknown, version: Version | undefined): void {
    if (this.disk.isCrashed || error instanceof SimulatedCrash) throw error
    if (error instanceof ChangeOfMind) return
    if (isCoppiceError(error, 'CLOSED') && version === undefined) return
    if (isCoppiceError(error, 'BUSY') && version === undefined) return
    const strange = findStrange(error)
    if (strange !== undefined) throw new Broken(`only expected errors occur: ${strange}`, error)
    if (!isCoppiceError(error) || !this.allowedErrors.has(error.code)) {
      throw new Broken(`only expected errors occur: ${error}`, error)
    }
    this.log.push(`  failed: ${error.code}`)
    if (error.code === 'OUTCOME_UNKNOWN') {
      check(this.isPoisoned, 'an unknown outcome poisons the store')
      return
    }
    if (version !== undefined) version.isRolledBack = true
  }
}
