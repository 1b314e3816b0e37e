/** A read-only transaction, as users hold it. */

import { CoppiceError } from '../base/errors.ts'
import type { TreeSource } from '../store/api.ts'
import { Snapshot as StoreSnapshot } from '../store/snapshot.ts'
import type { Catalog, TableSummary } from '../table/catalog.ts'
import type { TableDefinition } from '../table/definition.ts'
import type { OpenTable } from '../table/handles.ts'
import { SnapshotTables } from '../table/tables.ts'
import type { SnapshotShare } from './share.ts'

/** A state in the store, as this thread reads it. */
export interface SnapshotSource extends TreeSource {
  readonly ageMs: number
  readonly retainedPages: number
  readonly isOpen: boolean
  close(): void
}

/**
 * One committed state of the database that never changes, whatever is written meanwhile.
 *
 * It holds the pages of that state until it is closed, so close it: with `using`, with `close()`, or by passing
 * a function to `db.read`. Any number may be open, across `await`s too.
 * @example
 * using snap = db.read()
 * snap.table(users).get(1n)
 */
export class Snapshot implements Disposable {
  /** Opens a table for reading; one that this state does not have yet reads as empty. */
  readonly table: OpenTable
  readonly #snapshot: SnapshotSource
  readonly #onClose: (() => void) | undefined
  readonly #tables: SnapshotTables

  /** @internal */
  constructor(snapshot: SnapshotSource, catalog: Catalog, onClose?: () => void) {
    this.#snapshot = snapshot
    this.#onClose = onClose
    this.#tables = new SnapshotTables(snapshot, catalog)
    this.table = this.#tables.table
  }

  /** The transaction whose state it is: grows with every commit. */
  get txnId(): number {
    return this.#snapshot.txnId
  }

  /** How long it has been open, in milliseconds. */
  get ageMs(): number {
    return this.#snapshot.ageMs
  }

  /**
   * Pages that closing this snapshot alone would set free. Costs a walk over what was dropped since. NaN in a worker
   * thread, which does not know.
   */
  get retainedPages(): number {
    return this.#snapshot.retainedPages
  }

  /** False once it was closed, or ended for its age. */
  get isOpen(): boolean {
    return this.#snapshot.isOpen
  }

  /** The tables of this state, by name. @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD */
  tables(): TableSummary[] {
    return this.#tables.list()
  }

  /** A definition of a stored table, to open it without knowing it; undefined when there is none of that name. */
  definitionOf(name: string): TableDefinition | undefined {
    return this.#tables.definitionOf(name)
  }

  /**
   * Hands this very state to worker threads: what it returns goes through `postMessage` or `workerData`, any number of
   * times, and `attach` from `coppice/worker` makes a snapshot of it. They can attach while this snapshot is open;
   * closing it does not end theirs.
   * @example new Worker(file, { workerData: snap.share() })
   * @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD, CLOSED, NOT_SHAREABLE (in memory, or in a worker)
   */
  share(): SnapshotShare {
    if (this.#snapshot instanceof StoreSnapshot) return { coppice: 'snapshot', ...this.#snapshot.share() }
    throw new CoppiceError(
      'NOT_SHAREABLE',
      'a snapshot of a worker thread cannot be shared; pass on what the worker was given',
    )
  }

  /** Ends it; a second call does nothing. Reading afterwards throws TRANSACTION_CLOSED. */
  close(): void {
    this.#snapshot.close()
    this.#onClose?.()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
