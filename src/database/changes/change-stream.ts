/**
 * The changes of a table as an asynchronous iterator: what the history has of the transactions since a number, then what
 * commits, without a gap and without an overlap.
 *
 * What commits while nobody asks is kept, up to a limit; beyond it the stream goes on with one event that says `mustReload`.
 */

import { CoppiceError } from '../../base/errors.ts'
import { checkOptionNames } from '../../base/known-options.ts'
import type { Snapshot } from '../../store/snapshot.ts'
import type { Store } from '../../store/store.ts'
import type { TableDefinition } from '../../table/definition.ts'
import { type ChangeFeed, withoutEntries } from './change-feed.ts'
import { decodeChanges, type RawTableChanges, type TableChanges } from './table-changes.ts'

/** Bytes of changes that wait for whoever iterates. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

/** Options of `db.changes`. */
export interface ChangesOptions {
  /**
   * The number (`lsn`) of the transaction that was seen last: begins with the one after it. Needs a history that reaches
   * back so far (`db.history.keep()`), unless it is the newest one. Default: what commits from now on.
   */
  readonly since?: number | undefined
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal | undefined
}

interface Waiter {
  readonly resolve: (result: IteratorResult<TableChanges<never>>) => void
  readonly reject: (error: unknown) => void
}

export class ChangeStream<D extends TableDefinition> implements AsyncIterableIterator<TableChanges<D>> {
  readonly #definition: D
  readonly #stop: (() => void)[] = []
  #past: Iterator<RawTableChanges> | undefined
  #waiting: RawTableChanges[] = []
  #waitingBytes = 0
  /** Those who have asked and got nothing yet. */
  #waiters: Waiter[] = []
  #isEnded = false
  #failure: unknown = undefined

  /** @throws CoppiceError CHANGES_GONE, CLOSED, INVALID_OPTION */
  constructor(store: Store, feed: ChangeFeed, definition: D, options: ChangesOptions) {
    checkOptionNames('a stream of changes', options, ['since', 'signal'])
    const { since, signal } = options
    if (since !== undefined && !Number.isSafeInteger(since)) {
      throw new CoppiceError(
        'INVALID_OPTION',
        `option since: expected the lsn of a transaction, got ${String(since)}`,
      )
    }
    signal?.throwIfAborted()
    this.#definition = definition
    const snapshot = store.read()
    const newest = snapshot.lsn
    if (since === undefined || since === newest) snapshot.close()
    else {
      const changes = feed.history.changesSince(snapshot, definition.name, since)
      try {
        // The first step says whether there is a history.
        const first = changes.next()
        this.#past = pastOf(first, changes, snapshot)
      } catch (error) {
        snapshot.close()
        throw error
      }
      this.#stop.push(() => snapshot.close())
    }
    this.#stop.push(feed.listen(definition.name, changes => changes.lsn > newest && this.#take(changes)))
    this.#stop.push(feed.onClose(() => this.#end()))
    if (signal !== undefined) {
      const abort = () => this.#fail(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      this.#stop.push(() => signal.removeEventListener('abort', abort))
    }
  }

  #take(changes: RawTableChanges): void {
    const waiter = this.#past === undefined ? this.#waiters.shift() : undefined
    if (waiter !== undefined) {
      this.#answer(waiter, changes)
      return
    }
    this.#waiting.push(changes)
    this.#waitingBytes += changes.byteCount
    if (this.#waitingBytes <= WAITING_BYTES_MAX) return
    this.#waiting = [withoutEntries(changes)]
    this.#waitingBytes = 0
  }

  #answer(waiter: Waiter, changes: RawTableChanges): void {
    try {
      waiter.resolve({ done: false, value: decodeChanges(this.#definition, changes) as TableChanges<never> })
    } catch (error) {
      waiter.reject(error)
      // Who iterates does not say that he is gone then.
      this.#end()
    }
  }

  next(): Promise<IteratorResult<TableChanges<D>>> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve: resolve as Waiter['resolve'], reject }
      try {
        const changes = this.#nextKnown()
        if (changes !== undefined) this.#answer(waiter, changes)
        else if (this.#failure !== undefined) reject(this.#failure)
        else if (this.#isEnded) resolve({ done: true, value: undefined })
        else this.#waiters.push(waiter)
      } catch (error) {
        reject(error)
      }
    })
  }

  #nextKnown(): RawTableChanges | undefined {
    if (this.#isEnded) return undefined
    const past = this.#past?.next()
    if (past?.done === false) return past.value
    this.#past = undefined
    const changes = this.#waiting.shift()
    if (changes !== undefined) this.#waitingBytes -= changes.byteCount
    return changes
  }

  return(): Promise<IteratorResult<TableChanges<D>>> {
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #fail(reason: unknown): void {
    this.#failure = reason
    for (const { reject } of this.#waiters.splice(0)) reject(reason)
    this.#end()
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    for (const stop of this.#stop) stop()
    for (const { resolve } of this.#waiters.splice(0)) resolve({ done: true, value: undefined })
  }
}

/** Lets the snapshot go at the end: whoever listens for days must not keep the pages of so old a state. */
function* pastOf(
  first: IteratorResult<RawTableChanges>,
  rest: Iterator<RawTableChanges>,
  snapshot: Snapshot,
): Generator<RawTableChanges> {
  for (let step = first; step.done !== true; step = rest.next()) yield step.value
  snapshot.close()
}
