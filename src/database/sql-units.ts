/** Snapshots and write transactions of a store, as SQL sees them. */

import { SequenceMoves } from '../sql/session/sequence-moves.ts'
import type { ReadUnit, SessionHost, UnitSavepoint, WriteUnit } from '../sql/session/unit.ts'
import { WriteUnitState } from '../sql/session/unit.ts'
import type { Store } from '../store/store.ts'
import type { WriteTransaction } from '../store/transaction.ts'
import type { Catalog } from '../table/catalog.ts'
import { SnapshotTables } from '../table/snapshot-tables.ts'
import type { TransactionTables } from '../table/tables.ts'
import { machineOf, sequencesOf, storeOf } from './sql-machine.ts'

/** A transaction as SQL sees it. */
export class TransactionUnit implements WriteUnit {
  readonly kind = 'write'
  readonly source: WriteTransaction
  readonly tables: TransactionTables
  readonly state: WriteUnitState
  readonly baseTxnId: number
  readonly commit: () => void
  readonly rollback: () => void

  /** @param end what its session ends it by */
  constructor(
    transaction: WriteTransaction,
    tables: TransactionTables,
    catalog: Catalog,
    wallMs: number,
    { commit, rollback }: Pick<WriteUnit, 'commit' | 'rollback'>,
  ) {
    this.source = transaction
    this.tables = tables
    this.state = new WriteUnitState(wallMs, new SequenceMoves(sequencesOf(catalog), () => transaction.status))
    this.baseTxnId = transaction.base.txnId
    this.commit = commit
    this.rollback = rollback
  }

  savepoint(): UnitSavepoint {
    const { source: transaction, tables, state } = this
    const { sequences } = state
    sequences.settle(tables)
    const savepoint = transaction.setSavepoint()
    const mark = state.mark()
    const sequenceMark = sequences.mark()
    return {
      reading: () => {
        const source = transaction.sourceAt(savepoint)
        return { kind: 'read', source, tables: tables.of(source), close: () => {} }
      },
      rollback: () => {
        // Code of the caller's that ran since may have gone back further.
        if (!transaction.isLiveSavepoint(savepoint)) return
        transaction.rollbackTo(savepoint)
        tables.afterRollback()
        state.restore(mark)
        sequences.keepAfter(sequenceMark, tables)
      },
      release: () => {
        if (transaction.isLiveSavepoint(savepoint)) transaction.releaseSavepoint(savepoint)
      },
    }
  }
}

export function readUnit(store: Store, catalog: Catalog): ReadUnit {
  const snapshot = store.read()
  return {
    kind: 'read',
    source: snapshot,
    tables: new SnapshotTables(snapshot, catalog),
    close: () => snapshot.close(),
  }
}

/** Gives the newest state as a unit; the same one as long as nothing is committed. */
export function newestUnits(store: Store, catalog: Catalog): () => ReadUnit {
  let last: ReadUnit | undefined
  return () => {
    const source = store.newest()
    if (last?.source !== source) {
      last = { kind: 'read', source, tables: new SnapshotTables(source, catalog), close: () => {} }
    }
    return last
  }
}

const never = (): never => {
  throw new Error('a session inside of a transaction begins none')
}

const ENDED_BY_OTHERS = { commit: never, rollback: never }

const hostsInside = new WeakMap<Catalog, SessionHost>()

/** What SQL has inside of a transaction that somebody else ends: such a session begins none. All have the same. */
export function hostInside(catalog: Catalog): SessionHost {
  let host = hostsInside.get(catalog)
  if (host === undefined) {
    host = { ...machineOf(storeOf(catalog)), isReadOnly: false, snapshot: never, begin: never }
    hostsInside.set(catalog, host)
  }
  return host
}

/** A transaction that somebody else ends, as SQL sees it. */
export function unitInside(
  transaction: WriteTransaction,
  tables: TransactionTables,
  catalog: Catalog,
): WriteUnit {
  const wallMs = hostInside(catalog).wallMs()
  return new TransactionUnit(transaction, tables, catalog, wallMs, ENDED_BY_OTHERS)
}
