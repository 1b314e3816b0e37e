/** What SQL sessions run on: snapshots and write transactions of a store. */

import type { Clock } from '../io/storage.ts'
import { systemClock, systemRandomBytes, systemScheduler } from '../io/system.ts'
import type { CatalogState } from '../sql/catalog/catalog.ts'
import { SQL_CATALOG } from '../sql/catalog/stored.ts'
import type { EvaluationContext } from '../sql/functions/registry.ts'
import { SqlEngine } from '../sql/session/engine.ts'
import { SessionEnvironment } from '../sql/session/environment.ts'
import { TableIndexComputer } from '../sql/session/index-computer.ts'
import { RuleSession } from '../sql/session/row-rules.ts'
import { Session } from '../sql/session/session.ts'
import type {
  Administration,
  Authorization,
  Notice,
  ReadUnit,
  SessionHost,
  WriteUnit,
} from '../sql/session/unit.ts'
import { WriteUnitState } from '../sql/session/unit.ts'
import type { TreeSink } from '../store/api.ts'
import type { Durability } from '../store/options.ts'
import type { Store } from '../store/store.ts'
import type { WriteTransaction } from '../store/transaction.ts'
import type { Catalog } from '../table/catalog.ts'
import type { Rulebook } from '../table/rulebook.ts'
import { SnapshotTables, TransactionTables } from '../table/tables.ts'

/** Tables of Coppice's own begin so. */
const OWN_TABLES = 'coppice.'

const engines = new WeakMap<Catalog, SqlEngine>()

/** The engine of a database; one for each catalog, made when SQL is first used. */
export function engineOf(catalog: Catalog): SqlEngine {
  let engine = engines.get(catalog)
  if (engine === undefined) {
    engine = new SqlEngine(catalog)
    engines.set(catalog, engine)
  }
  return engine
}

/** The stores of this thread's databases, by their catalogs; workers have none. */
const stores = new WeakMap<Catalog, Store>()

/** For the sessions of a database's snapshots and transactions, which are made without it. */
export function knowStore(catalog: Catalog, store: Store): void {
  stores.set(catalog, store)
}

/** The clock, name and temporary files of a database; without a store, a worker's, which has no such files. */
function machine(store: Store | undefined) {
  const clock: Clock = store?.clock ?? systemClock
  const path = store?.path ?? ''
  return {
    databaseName: path === '' || path === ':memory:' ? 'coppice' : nameOf(path),
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    scheduler: store?.scheduler ?? systemScheduler,
    randomBytes: (count: number) => store?.randomBytes(count) ?? systemRandomBytes(count),
    ...(store === undefined || store.isReadOnly || store.isVolatile
      ? {}
      : { temporaryFile: () => store.temporaryFile() }),
  }
}

/** The file's name without its folder and extension. */
function nameOf(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return file.replace(/\.[^.]+$/, '') || 'coppice'
}

const rulebooks = new WeakMap<Catalog, Rulebook>()

/** What SQL knows of the tables of a database, for its write transactions. */
export function rulebookOf(catalog: Catalog): Rulebook {
  let rulebook = rulebooks.get(catalog)
  if (rulebook === undefined) {
    rulebook = makeRulebook(catalog)
    rulebooks.set(catalog, rulebook)
  }
  return rulebook
}

function makeRulebook(catalog: Catalog): Rulebook {
  const sessions = new WeakMap<TransactionTables, RuleSession>()
  const sessionOf = (tables: TransactionTables, sink: TreeSink): RuleSession => {
    const transaction = sink as WriteTransaction
    const engine = engineOf(catalog)
    const state = definitionsIn(engine, transaction, tables)
    let session = sessions.get(tables)
    if (session === undefined || session.state !== state) {
      const unit = unitOf(transaction, tables, catalog)
      session = new RuleSession(unit, state, engine, insideContext(engine, catalog, unit, state))
      sessions.set(tables, session)
    }
    return session
  }
  const isKnownToSql = (table: string, sink: TreeSink) =>
    catalog.read(sink, SQL_CATALOG) !== undefined && !table.startsWith(OWN_TABLES)
  return {
    indexComputerOf(table, codec, tables, sink) {
      const engine = engineOf(catalog)
      const unit = unitOf(sink as WriteTransaction, tables, catalog)
      // The definition that is meant may be of this transaction.
      engine.invalidate()
      const state = engine.stateOf(unit)
      const context = insideContext(engine, catalog, unit, state)
      return new TableIndexComputer(table, codec, state, engine.functions, context)
    },
    rulesOf(table, tables, sink) {
      if (!isKnownToSql(table, sink)) return undefined
      const stored = catalog.read(sink, table)
      if (stored?.kind !== 'records') return undefined
      return sessionOf(tables, sink).rulesOf(table, stored)
    },
    isMadeBySql(table, tables, sink) {
      return isKnownToSql(table, sink) && sessionOf(tables, sink).isMadeBySql(table)
    },
  }
}

/** What SQL has defined, as a transaction sees it. Most define nothing, and see what was committed before. */
function definitionsIn(
  engine: SqlEngine,
  transaction: WriteTransaction,
  tables: TransactionTables,
): CatalogState {
  if (tables.hasSqlChanges) return engine.stateOf({ source: transaction, tables })
  const source = transaction.baseSource
  return engine.stateOf({ source, tables: tables.of(source) })
}

/** For expressions that are evaluated inside of a transaction, outside of statements. */
function insideContext(
  engine: SqlEngine,
  catalog: Catalog,
  unit: WriteUnit,
  state: CatalogState,
): EvaluationContext {
  const host = { ...machine(stores.get(catalog)), isReadOnly: false, snapshot: never, begin: never }
  return new SessionEnvironment(engine, host).contextFor(unit, state, {}, undefined)
}

const units = new WeakMap<TransactionTables, WriteUnit>()

/** A transaction that was begun from TypeScript, as SQL sees it: one for all that ask. */
function unitOf(transaction: WriteTransaction, tables: TransactionTables, catalog: Catalog): WriteUnit {
  let unit = units.get(tables)
  if (unit === undefined) {
    const { wallMs } = machine(stores.get(catalog))
    unit = writeUnit(transaction, tables, wallMs(), { commit: never, rollback: never })
    units.set(tables, unit)
  }
  return unit
}

/** What SQL knows about a transaction that was begun from TypeScript besides its data; undefined: nothing yet. */
export function unitStateOf(tables: TransactionTables): WriteUnitState | undefined {
  return units.get(tables)?.state
}

/** A transaction as SQL sees it. */
export function writeUnit(
  transaction: WriteTransaction,
  tables: TransactionTables,
  wallMs: number,
  end: { readonly commit: () => void; readonly rollback: () => void },
): WriteUnit {
  const state = new WriteUnitState(wallMs)
  return {
    kind: 'write',
    source: transaction,
    tables,
    state,
    baseTxnId: transaction.base.txnId,
    savepoint: () => {
      const savepoint = transaction.setSavepoint()
      const mark = state.mark()
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
        },
        release: () => {
          if (transaction.isLiveSavepoint(savepoint)) transaction.releaseSavepoint(savepoint)
        },
      }
    },
    ...end,
  }
}

function readUnit(store: Store, catalog: Catalog): ReadUnit {
  const snapshot = store.read()
  return {
    kind: 'read',
    source: snapshot,
    tables: new SnapshotTables(snapshot, catalog),
    close: () => snapshot.close(),
  }
}

/** A session whose statements are transactions of their own. */
export function databaseSession(
  store: Store,
  catalog: Catalog,
  durability: () => Durability,
  onNotice?: ((notice: Notice) => void) | undefined,
): Session {
  const host: SessionHost = {
    ...machine(store),
    isReadOnly: store.isReadOnly,
    ...(onNotice === undefined ? {} : { notice: onNotice }),
    snapshot: () => readUnit(store, catalog),
    begin: () => {
      const transaction = store.begin()
      return writeUnit(
        transaction,
        new TransactionTables(transaction, catalog, rulebookOf(catalog)),
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

/** What a server adds to a session: a name, and that its commits do not block the others. */
export interface ServedSession {
  readonly databaseName: string
  readonly userName: string
  readonly settings: Readonly<Record<string, string>>
  readonly administration: Administration
  readonly authorization: Authorization
  readonly processId: number
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
    ...machine(store),
    databaseName: served.databaseName,
    userName: served.userName,
    settings: served.settings,
    administration: served.administration,
    authorization: served.authorization,
    processId: served.processId,
    activity: () => served.activity(),
    notice: notice => served.notice(notice),
    isReadOnly: store.isReadOnly,
    snapshot: () => readUnit(store, catalog),
    begin: () => {
      served.beforeWriting()
      const transaction = store.begin()
      served.started()
      return writeUnit(
        transaction,
        new TransactionTables(transaction, catalog, rulebookOf(catalog)),
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

const never = (): never => {
  throw new Error('a session inside of a transaction begins none')
}

/** A session inside of a transaction that somebody else ends. */
export function transactionSession(
  transaction: WriteTransaction,
  tables: TransactionTables,
  catalog: Catalog,
): Session {
  const host: SessionHost = {
    ...machine(stores.get(catalog)),
    isReadOnly: false,
    snapshot: never,
    begin: never,
  }
  const unit = unitOf(transaction, tables, catalog)
  return new Session(engineOf(catalog), host, { kind: 'transaction', unit })
}

/** A session over one snapshot. */
export function snapshotSession(
  source: ReadUnit['source'],
  tables: SnapshotTables,
  catalog: Catalog,
): Session {
  const host: SessionHost = {
    ...machine(stores.get(catalog)),
    isReadOnly: true,
    snapshot: never,
    begin: never,
  }
  const unit: ReadUnit = { kind: 'read', source, tables, close: () => {} }
  return new Session(engineOf(catalog), host, { kind: 'snapshot', unit })
}
