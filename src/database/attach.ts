/** Reading, in a worker thread, a database that another thread of the process has open. */

import { nodeStorage } from '../io/node-storage.ts'
import type {
  AggregateOptions,
  FunctionArguments,
  FunctionResult,
  FunctionType,
  FunctionValueOptions,
  ScalarOptions,
} from '../sql/session/function-types.ts'
import { AttachedStore } from '../store/sharing/attached-store.ts'
import { Catalog, type TableSummary } from '../table/catalog.ts'
import { readWith } from './database.ts'
import { defineAggregate, defineFunction, type FunctionDoor } from './functions.ts'
import { checkShare, type DatabaseShare, type SnapshotShare } from './share.ts'
import { Snapshot } from './snapshot.ts'
import { engineOf } from './sql-machine.ts'

/**
 * A database as a worker thread sees it: read only, over the memory of the thread that opened it. Get one from `attach`;
 * close it with `using` or `close()`, or leave that to the end of the thread.
 */
export class AttachedDatabase implements FunctionDoor, Disposable {
  readonly #store: AttachedStore
  readonly #catalog = new Catalog()

  /** @internal */
  constructor(store: AttachedStore) {
    this.#store = store
  }

  /** The file's real path. */
  get path(): string {
    return this.#store.path
  }

  /** False once it was closed, here or by the thread that opened it. */
  get isOpen(): boolean {
    return this.#store.isOpen
  }

  /**
   * A snapshot of the newest committed state, or, with a function, its result over such a snapshot, which is closed when
   * the function returns (or the promise that it returns is settled).
   * @example const ann = db.read(snap => snap.table(users).get(1n))
   * @throws CoppiceError CLOSED, BUSY (thousands are open)
   */
  read(): Snapshot
  read<T>(fn: (snap: Snapshot) => T): T
  read<T>(fn?: (snap: Snapshot) => T): Snapshot | T {
    const snapshot = new Snapshot(this.#store.read(), this.#catalog)
    return fn === undefined ? snapshot : readWith(snapshot, fn)
  }

  /** The tables of the newest state, by name. */
  tables(): TableSummary[] {
    return this.read(snapshot => snapshot.tables())
  }

  /** Makes a function that SQL of this thread can call: `Database.function`. */
  function<const O extends ScalarOptions>(
    name: string,
    options: O,
    run: (...values: FunctionArguments<O>) => FunctionResult<O>,
  ): void {
    defineFunction(engineOf(this.#catalog), name, options, run)
  }

  /** Makes an aggregate that SQL of this thread can call: `Database.aggregate`. */
  aggregate<
    const Args extends readonly FunctionType[],
    const Returns extends FunctionType,
    State,
    const Strict extends boolean = true,
    const B extends FunctionValueOptions['bigint'] = undefined,
    const N extends FunctionValueOptions['numeric'] = undefined,
    const T extends FunctionValueOptions['timestamps'] = undefined,
  >(name: string, options: AggregateOptions<Args, Returns, State, Strict, B, N, T>): void {
    defineAggregate(engineOf(this.#catalog), name, options)
  }

  /** Detaches this thread and ends its snapshots. A second call does nothing. */
  close(): void {
    this.#store.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * In a worker thread: opens, for reading, what the main thread shares. Of `db.share()` it makes a database, whose
 * snapshots are of the newest committed state when they are opened; of `snapshot.share()` that very snapshot.
 *
 * Nothing is copied: all threads read the same pages in the same memory, without locks, and each loads what is missing.
 * @example
 * // main thread
 * const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: db.share() })
 * // worker.js
 * using db = attach(workerData)
 * const ann = db.read(snap => snap.table(users).get(1n))
 * @throws CoppiceError INVALID_OPTION (not a share), CLOSED, TRANSACTION_CLOSED (the shared snapshot was closed), BUSY (more
 * than 127 threads), NOT_FOUND (the file was moved), IO_ERROR
 */
export function attach(share: DatabaseShare): AttachedDatabase
export function attach(share: SnapshotShare): Snapshot
export function attach(share: DatabaseShare | SnapshotShare): AttachedDatabase | Snapshot
export function attach(share: DatabaseShare | SnapshotShare): AttachedDatabase | Snapshot {
  checkShare(share)
  const store = new AttachedStore(share.store, nodeStorage())
  if (share.coppice === 'database') return new AttachedDatabase(store)
  try {
    return new Snapshot(store.readShared(share), new Catalog(), () => store.close())
  } catch (error) {
    store.close()
    throw error
  }
}
