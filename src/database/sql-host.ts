/** What SQL sessions run on: snapshots and write transactions of a store. */

import { isCoppiceError } from '../base/errors.ts'
import { Session } from '../sql/session/session.ts'
import type {
  Administration,
  Authorization,
  Notice,
  ReadUnit,
  SessionHost,
  WriteUnit,
} from '../sql/session/unit.ts'
import type { WaitParty } from '../sql/session/wait-party.ts'
import type { Durability } from '../store/options.ts'
import type { Store } from '../store/store.ts'
import type { Catalog } from '../table/catalog.ts'
import type { SnapshotTables } from '../table/snapshot-tables.ts'
import { TransactionTables } from '../table/tables.ts'
import { TransactionRulebook } from './rulebook.ts'
import { engineOf, machineOf, sequencesOf } from './sql-machine.ts'
import { hostInside, newestUnits, readUnit, TransactionUnit } from './sql-units.ts'

/** A session whose statements are transactions of their own. */
export function databaseSession(
  store: Store,
  catalog: Catalog,
  durability: () => Durability,
  onNotice?: ((notice: Notice) => void) | undefined,
): Session {
  const host: SessionHost = {
    ...machineOf(store),
    isReadOnly: store.isReadOnly,
    ...(onNotice === undefined ? {} : { notice: onNotice }),
    snapshot: () => readUnit(store, catalog),
    newest: newestUnits(store, catalog),
    begin: () => {
      const transaction = store.begin()
      return new TransactionUnit(
        transaction,
        new TransactionTables(transaction, catalog, new TransactionRulebook(transaction, catalog)),
        catalog,
        host.wallMs(),
        {
          commit: () => store.commit(transaction, durability()),
          rollback: () => transaction.rollback(),
        },
      )
    },
  }
  const session = new Session(engineOf(catalog), host)
  if (engineOf(catalog).isFirstSession()) session.sweep()
  return session
}

/**
 * The database is closed: numbers that sequences gave in transactions which were rolled back are not given again by the next
 * process, either. Where no transaction is to be had (another one is open, the disk is full), they may be.
 */
export function storeSequences(store: Store, catalog: Catalog): void {
  const memory = sequencesOf(catalog)
  if (memory.isEmpty) return
  try {
    const transaction = store.begin()
    try {
      const rulebook = new TransactionRulebook(transaction, catalog)
      memory.store(new TransactionTables(transaction, catalog, rulebook))
      store.commit(transaction)
    } finally {
      // Where it was not committed.
      transaction.rollback()
    }
  } catch (error) {
    if (!isCoppiceError(error)) throw error
  }
}

/** What a server adds to a session: a name, and that its commits do not block the others. */
export interface ServedSession {
  readonly databaseName: string
  readonly userName: string
  readonly settings: Readonly<Record<string, string>>
  readonly serverSettings: Readonly<Record<string, string>>
  readonly administration: Administration
  readonly authorization: Authorization
  readonly processId: number
  /** Of the turn that it waits for. */
  readonly party: WaitParty
  /** Runs when what was committed last is durable, or will never be. */
  whenSettled(run: () => void): void
  /** Rows of pg_stat_activity. */
  activity(): Iterable<Readonly<Record<string, unknown>>>
  notice(notice: Notice): void
  /** Before the writer is taken. @throws CoppiceError BUSY it is not this session's turn */
  beforeWriting(): void
  /** The writer was taken. */
  started(): void
  /** It is free again. A commit is durable when the promise resolves. */
  ended(durable: Promise<void> | undefined): void
}

/** A session for a server's client. */
export function servedSession(
  store: Store,
  catalog: Catalog,
  durability: () => Durability,
  served: ServedSession,
): Session {
  // What an earlier process has left is not the client's to wait for.
  if (engineOf(catalog).isFirstSession()) databaseSession(store, catalog, durability).sweep()
  const host: SessionHost = {
    ...machineOf(store),
    // Who comes by the line is not told of this machine's folders.
    dataDirectory: undefined,
    databaseName: served.databaseName,
    userName: served.userName,
    settings: served.settings,
    serverSettings: served.serverSettings,
    administration: served.administration,
    authorization: served.authorization,
    processId: served.processId,
    party: served.party,
    whenSettled: run => served.whenSettled(run),
    activity: () => served.activity(),
    notice: notice => served.notice(notice),
    isReadOnly: store.isReadOnly,
    snapshot: () => readUnit(store, catalog),
    newest: newestUnits(store, catalog),
    begin: () => {
      served.beforeWriting()
      const transaction = store.begin()
      served.started()
      return new TransactionUnit(
        transaction,
        new TransactionTables(transaction, catalog, new TransactionRulebook(transaction, catalog)),
        catalog,
        host.wallMs(),
        {
          commit: () => served.ended(store.commitAsync(transaction, durability())),
          rollback: () => {
            transaction.rollback()
            served.ended(undefined)
          },
        },
      )
    },
  }
  return new Session(engineOf(catalog), host)
}

/** A session inside of a transaction that somebody else ends. */
export function transactionSession(catalog: Catalog, unit: WriteUnit): Session {
  return new Session(engineOf(catalog), hostInside(catalog), { kind: 'transaction', unit })
}

/** A session over one snapshot. */
export function snapshotSession(
  source: ReadUnit['source'],
  tables: SnapshotTables,
  catalog: Catalog,
): Session {
  const unit: ReadUnit = { kind: 'read', source, tables, close: () => {} }
  const host: SessionHost = { ...hostInside(catalog), isReadOnly: true, newest: () => unit }
  return new Session(engineOf(catalog), host, { kind: 'snapshot', unit })
}
