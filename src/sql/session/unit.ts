/**
 * The transaction or snapshot that statements of a session run in, as the SQL layer sees it. The database layer makes them;
 * `Session` decides when they begin and end.
 */

import { LateMap } from '../../base/late-map.ts'
import type { Scheduler, StorageFile } from '../../io/storage.ts'
import type { TreeSink, TreeSource } from '../../store/api.ts'
import type { SnapshotTables } from '../../table/snapshot-tables.ts'
import type { TransactionTables } from '../../table/tables.ts'
import type { TableAccess } from '../bind/accesses.ts'
import type { SequenceSchema, TableSchema, ViewSchema } from '../catalog/schema.ts'
import type { GatheringSpace } from '../functions/gathering.ts'
import type { PrivilegeAccess, ServerContents } from '../functions/registry.ts'
import type { PendingCheck } from '../storage/write-access.ts'
import type {
  AdministrationStatement,
  GrantStatement,
  ListenStatement,
  NotifyStatement,
  UseStatement,
} from '../syntax/tree.ts'
import type { SequenceMoves } from './sequence-moves.ts'
import type { WaitParty } from './wait-party.ts'

export interface ReadUnit {
  readonly kind: 'read'
  readonly source: TreeSource
  readonly tables: SnapshotTables
  close(): void
}

export interface UnitSavepoint {
  /** The state as it was then, as long as the savepoint is there. */
  reading(): ReadUnit
  rollback(): void
  release(): void
}

export interface WriteUnit {
  readonly kind: 'write'
  readonly source: TreeSink
  readonly tables: TransactionTables
  readonly state: WriteUnitState
  /** The transaction that made the state which it began with. */
  readonly baseTxnId: number
  savepoint(): UnitSavepoint
  commit(): void
  rollback(): void
}

/** What SQL knows about a write transaction besides its data; shared by all that run statements in it. */
export class WriteUnitState {
  /** Foreign keys and keys that are checked when the transaction commits. It only grows: marks share it. */
  deferred: PendingCheck[] = []
  /** By constraint's oid, what SET CONSTRAINTS said; and what it said of all. */
  readonly deferral = new LateMap<number, boolean>()
  allDeferred: boolean | undefined
  /** While rows come one by one that are one statement: references wait for its end. */
  holdsReferences = false
  /** Oids of tables that a call of the typed table is changing: what it asks of the caller may run statements. */
  readonly changing: number[] = []
  readonly sequences: SequenceMoves
  readonly startedAtMs: number

  constructor(startedAtMs: number, sequences: SequenceMoves) {
    this.startedAtMs = startedAtMs
    this.sequences = sequences
  }

  /** What waits for the end of the transaction, and what SET CONSTRAINTS said, for `restore`. */
  mark(): WriteUnitMark {
    const { deferred, deferral, allDeferred } = this
    return { deferred, deferredCount: deferred.length, deferral: [...deferral], allDeferred }
  }

  /** @param mark undefined: as it was in the beginning */
  restore(mark: WriteUnitMark | undefined): void {
    this.deferred = mark?.deferred.slice(0, mark.deferredCount) ?? []
    this.allDeferred = mark?.allDeferred
    this.deferral.clear()
    for (const [oid, isDeferred] of mark?.deferral ?? []) this.deferral.set(oid, isDeferred)
  }
}

/** The state of a transaction's constraints at a savepoint. */
export interface WriteUnitMark {
  /** The list itself, which only grows until another takes its place: of these the first. */
  readonly deferred: readonly PendingCheck[]
  readonly deferredCount: number
  readonly deferral: readonly (readonly [number, boolean])[]
  readonly allDeferred: boolean | undefined
}

export interface Notice {
  readonly severity: 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG'
  readonly sqlstate: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
}

/** What a GRANT is about. */
export type GrantedObject =
  | { readonly kind: 'table'; readonly table: TableSchema | ViewSchema }
  | { readonly kind: 'sequence'; readonly sequence: SequenceSchema }
  | { readonly kind: 'schema'; readonly name: string; readonly oid: number }
  | { readonly kind: 'database'; readonly name: string }

/** What statements about a server do. Each gives its command tag. */
export interface Administration {
  run(
    statement: Exclude<
      AdministrationStatement,
      GrantStatement | ListenStatement | NotifyStatement | UseStatement
    >,
  ): string
  /** The session goes on in another database, when what it was sent is done. @throws SqlError 3D000, 42501 */
  use(database: string): void
  /**
   * Checks a GRANT or REVOKE.
   * @returns what does it, when the transaction was committed: the number of a table that was rolled back becomes another's
   */
  grant(statement: GrantStatement, objects: readonly GrantedObject[]): () => void
  /** What the session listens to. */
  channels(): Iterable<string>
  listen(channel: string): void
  /** @param channel undefined: all */
  unlisten(channel: string | undefined): void
  notify(channel: string, payload: string): void
  /** Ends a session's statement, or the session. @returns false: there is no such session @throws SqlError 42501 */
  signal(processId: number, how: 'cancel' | 'terminate'): boolean
  /** What there is, for pg_database and pg_roles. */
  contents(): ServerContents
}

/** What a session may do, as it is when it is asked. */
export interface Authorization extends PrivilegeAccess {
  /** @param schemaOid of a schema's name @throws SqlError 42501 */
  checkTables(accesses: readonly TableAccess[], schemaOid: (name: string) => number | undefined): void
  /** One of the privileges will do. @throws SqlError 42501 */
  checkSequence(sequence: SequenceSchema, privileges: readonly ('usage' | 'select' | 'update')[]): void
  /** @throws SqlError 42501 @param command for the message */
  checkDefinition(command: string): void
}

/** Where a session gets its snapshots and transactions from. */
export interface SessionHost {
  readonly isReadOnly: boolean
  /** Milliseconds since 1970. */
  wallMs(): number
  monotonicMs(): number
  randomBytes(count: number): Uint8Array
  /** For rows that do not fit into memory; undefined: they stay there all the same. @throws CoppiceError NO_SPACE, IO_ERROR */
  temporaryFile?(): StorageFile
  /** What the statements of this thread gather in memory, those of other sessions too. */
  readonly gathering: GatheringSpace
  /** For statements whose rows are awaited. */
  readonly scheduler: Scheduler
  readonly databaseName: string
  /** Where its file is; undefined: it has none, or that is not told. */
  readonly dataDirectory?: string | undefined
  /** Who the session is for; undefined: nobody in particular. */
  readonly userName?: string
  /** pg_backend_pid(); undefined: 1. */
  readonly processId?: number
  /** Rows of pg_stat_activity by column, of all sessions that there are; what is not said is null. Undefined: none. */
  activity?(): Iterable<Readonly<Record<string, unknown>>>
  /** Settings that begin with another value than usual; undefined: none. */
  readonly settings?: Readonly<Record<string, string>>
  /** Settings of the server, which sessions can show and not set. */
  readonly serverSettings?: Readonly<Record<string, string>>
  /** Undefined: everything is allowed to whoever opened the database. */
  readonly authorization?: Authorization
  /** Databases, roles and messages between sessions: a server's. */
  readonly administration?: Administration
  /** Who waits for the writer when the session does; undefined: it never waits for him. */
  readonly party?: WaitParty
  /** Runs when what the session has committed is durable, or will never be; undefined: a commit is, when it returns. */
  whenSettled?(run: () => void): void
  /** Takes what is no error, but to be said. */
  notice?(notice: Notice): void
  snapshot(): ReadUnit
  /**
   * The newest state, for a statement that runs to its end at once, and none of the caller's code with it; it is not closed.
   * The same object as long as nothing is committed. In a snapshot its state. Undefined: there is no such thing here.
   */
  newest?(): ReadUnit
  /** @throws CoppiceError BUSY, READ_ONLY */
  begin(): WriteUnit
}

export type Unit = ReadUnit | WriteUnit
