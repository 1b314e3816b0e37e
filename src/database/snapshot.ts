/** A read-only transaction, as users hold it. */

import type { Snapshot as StoreSnapshot } from '../store/snapshot.ts'
import type { Catalog, TableSummary } from '../table/catalog.ts'
import type { TableDefinition } from '../table/definition.ts'
import type { OpenTable } from '../table/handles.ts'
import { SnapshotTables } from '../table/tables.ts'

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
  readonly #snapshot: StoreSnapshot
  readonly #tables: SnapshotTables

  /** @internal */
  constructor(snapshot: StoreSnapshot, catalog: Catalog) {
    this.#snapshot = snapshot
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

  /** Pages that closing this snapshot alone would set free. Costs a walk over what was dropped since. */
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

  /** Ends it; a second call does nothing. Reading afterwards throws TRANSACTION_CLOSED. */
  close(): void {
    this.#snapshot.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
