/**
 * Live queries: a query whose rows are found again when a table that it reads has changed, whoever changed it.
 *
 * Any number of commits in one turn of the event loop lead to one run; rows that are the same as before are not told.
 */

import type { CancelTask, Scheduler } from '../../io/storage.ts'
import { SQL_CATALOG } from '../../sql/catalog/stored.ts'
import { checkQueryOptions, type QueryOptions } from '../../sql/session/options.ts'
import type { Session } from '../../sql/session/session.ts'
import type { ChangeFeed } from './change-feed.ts'
import { isSameValue } from './same-value.ts'
import type { Watch } from './table-changes.ts'

/** Options of `db.live`. */
export interface LiveOptions extends Omit<QueryOptions, 'signal'> {
  /** Runs it at most once in so many milliseconds. Default: once in a turn of the event loop. */
  readonly throttleMs?: number | undefined
}

interface Waiter<Row> {
  readonly resolve: (result: IteratorResult<Row[]>) => void
  readonly reject: (error: unknown) => void
}

export class LiveQuery<Row> implements AsyncIterable<Row[]>, Disposable {
  readonly #run: () => { readonly rows: Row[]; readonly tables: ReadonlySet<string> }
  readonly #feed: ChangeFeed
  readonly #scheduler: Scheduler
  readonly #throttleMs: number
  readonly #listeners = new Set<(rows: Row[]) => void>()
  readonly #iterators = new Set<LiveIterator<Row>>()
  readonly #onClose: () => void
  /** What stops listening, by table. */
  readonly #stops = new Map<string, () => void>()
  #scheduled: CancelTask | undefined
  #rows: Row[] = []
  #isClosed = false

  /** @internal @throws SqlError */
  constructor(
    session: Session,
    feed: ChangeFeed,
    scheduler: Scheduler,
    text: string,
    parameters: readonly unknown[],
    liveOptions: LiveOptions,
  ) {
    checkQueryOptions('a live query', liveOptions, ['throttleMs'])
    const { throttleMs, ...options } = liveOptions
    this.#feed = feed
    this.#scheduler = scheduler
    this.#throttleMs = throttleMs ?? 0
    this.#run = () => ({
      tables: session.tablesOf(text, parameters),
      rows: session.query(text, parameters, options) as Row[],
    })
    this.#onClose = feed.onClose(() => this.close())
    try {
      this.#refresh()
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The rows as they were found last. */
  get rows(): readonly Row[] {
    return this.#rows
  }

  /**
   * Calls `listener` with the rows whenever they have become others; not with those that are there now.
   * @example using watch = live.subscribe(rows => render(rows))
   */
  subscribe(listener: (rows: Row[]) => void): Watch {
    // An object of its own, so that the same function may be subscribed twice.
    const own = (rows: Row[]) => listener(rows)
    this.#listeners.add(own)
    const stop = () => void this.#listeners.delete(own)
    return { close: stop, [Symbol.dispose]: stop }
  }

  /**
   * The rows of now, and then the newest whenever they have become others; what comes while nobody asks is left out.
   * @throws (by rejection) SqlError: it cannot be run any more, because a table is gone
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Row[]> {
    const iterator = new LiveIterator<Row>(this.#rows, () => this.#iterators.delete(iterator))
    if (this.#isClosed) iterator.end()
    else this.#iterators.add(iterator)
    return iterator
  }

  /** Ends it; iterators end, too. A second call does nothing. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#scheduled?.()
    for (const stop of this.#stops.values()) stop()
    this.#onClose()
    this.#listeners.clear()
    for (const iterator of [...this.#iterators]) iterator.end()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #schedule(): void {
    if (this.#scheduled !== undefined || this.#isClosed) return
    const task = () => {
      this.#scheduled = undefined
      if (!this.#isClosed) this.#runAgain()
    }
    this.#scheduled =
      this.#throttleMs > 0 ? this.#scheduler.delay(this.#throttleMs, task) : this.#scheduler.defer(task, true)
  }

  #runAgain(): void {
    const before = this.#rows
    try {
      this.#refresh()
    } catch (error) {
      this.#fail(error)
      return
    }
    if (isSameValue(before, this.#rows)) return
    for (const iterator of this.#iterators) iterator.offer(this.#rows)
    for (const listener of [...this.#listeners]) {
      // Another one may have closed it.
      if (!this.#listeners.has(listener)) continue
      try {
        listener(this.#rows)
      } catch (error) {
        // As of any callback that nobody waits for.
        void Promise.reject(error)
      }
    }
  }

  #refresh(): void {
    const { rows, tables } = this.#run()
    this.#rows = rows
    // Definitions, too: a view, or what `*` stands for, may have changed.
    this.#listenTo(new Set([...tables, SQL_CATALOG]))
  }

  #listenTo(tables: ReadonlySet<string>): void {
    for (const [table, stop] of this.#stops) {
      if (tables.has(table)) continue
      stop()
      this.#stops.delete(table)
    }
    for (const table of tables) {
      if (this.#stops.has(table)) continue
      this.#stops.set(
        table,
        this.#feed.listen(table, () => this.#schedule()),
      )
    }
  }

  /** It cannot be run any more. */
  #fail(error: unknown): void {
    const isHeard = this.#iterators.size > 0
    for (const iterator of [...this.#iterators]) iterator.fail(error)
    this.close()
    if (!isHeard) void Promise.reject(error)
  }
}

class LiveIterator<Row> implements AsyncIterableIterator<Row[]> {
  readonly #onEnd: () => void
  #newest: Row[] | undefined
  #failure: { readonly error: unknown } | undefined
  #isEnded = false
  #waiters: Waiter<Row>[] = []

  constructor(rows: Row[], onEnd: () => void) {
    this.#newest = rows
    this.#onEnd = onEnd
  }

  offer(rows: Row[]): void {
    const waiter = this.#waiters.shift()
    if (waiter === undefined) this.#newest = rows
    else waiter.resolve({ done: false, value: rows })
  }

  next(): Promise<IteratorResult<Row[]>> {
    return new Promise((resolve, reject) => {
      const rows = this.#newest
      this.#newest = undefined
      if (rows !== undefined && !this.#isEnded) resolve({ done: false, value: rows })
      else if (this.#failure !== undefined) {
        reject(this.#failure.error)
        this.#failure = undefined
      } else if (this.#isEnded) resolve({ done: true, value: undefined })
      else this.#waiters.push({ resolve, reject })
    })
  }

  fail(error: unknown): void {
    const waiters = this.#waiters.splice(0)
    for (const { reject } of waiters) reject(error)
    if (waiters.length === 0) this.#failure = { error }
    this.end()
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    for (const { resolve } of this.#waiters.splice(0)) resolve({ done: true, value: undefined })
    this.#onEnd()
  }

  return(): Promise<IteratorResult<Row[]>> {
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
