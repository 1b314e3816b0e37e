/**
 * The transactions of a session: at most one, with its savepoints. It decides in which unit a statement runs, and ends what
 * was begun for one statement alone.
 *
 * ```
 *            BEGIN               a statement fails
 *   idle ------------> open -----------------------> failed
 *    ^                  | ^                            | |
 *    +------------------+ +----- ROLLBACK TO ----------+ |
 *     COMMIT, ROLLBACK  +--------------------------------+ COMMIT, ROLLBACK: rolled back
 * ```
 *
 * There is one writer, so what a transaction sees is a question of when it becomes the writer:
 *
 * | level | reads | becomes the writer |
 * |---|---|---|
 * | READ COMMITTED | each statement the newest state | at its first change, of the newest state |
 * | REPEATABLE READ | one snapshot | at its first change; 40001 when anything was committed since the snapshot |
 * | SERIALIZABLE | its own state | at BEGIN |
 * | any, READ ONLY | one snapshot | never |
 *
 * Once it is the writer, nobody else commits: from there on every level is serializable. A transaction waits for nothing but
 * the writer, and who waits holds nothing that the writer waits for, so there are no deadlocks, unless by advisory locks, which
 * look for them (wait-party.ts).
 *
 * A statement that fails fails its transaction, which then can only go back to a savepoint or end; so it is not undone by
 * itself. (In a transaction that was begun from TypeScript it is, because that one goes on.)
 */

import { CoppiceError, isCoppiceError } from '../../base/errors.ts'
import { complete, type Steps } from '../../base/steps.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { SqlError } from '../errors.ts'
import type { TransactionModes, TransactionStatement } from '../syntax/tree.ts'
import { AfterCommit, type CommitAction } from './after-commit.ts'
import { checkDeferred } from './deferred-constraints.ts'
import type { SessionEnvironment } from './environment.ts'
import { Savepoints } from './savepoints.ts'
import { type IsolationLevel, isolationLevel } from './settings.ts'
import { dropTemporaries, settleTemporaries } from './temporary-objects.ts'
import type { ReadUnit, Unit, UnitSavepoint, WriteUnit } from './unit.ts'

/** What a session runs in: its own transactions, or one that somebody else began and will end. */
export type SessionScope =
  | { readonly kind: 'database' }
  | { readonly kind: 'transaction'; readonly unit: WriteUnit }
  | { readonly kind: 'snapshot'; readonly unit: ReadUnit }

export type TransactionStatus = 'idle' | 'open' | 'failed'

interface OpenTransaction {
  isolation: IsolationLevel
  isReadOnly: boolean
  /** Begun for a group of statements by who runs them; ends with the group, unless BEGIN is among them. */
  isImplicit: boolean
  hasFailed: boolean
  /** What it reads until it writes; undefined: each statement takes the newest. */
  snapshot: ReadUnit | undefined
  writer: WriteUnit | undefined
  readonly savepoints: Savepoints
  /** What is done when it was committed, and not else. Undefined: nothing. */
  afterCommit: AfterCommit | undefined
  readonly startedMs: number
}

/** Where a statement runs, and whether that unit was begun for it alone. */
export interface StatementUnit<U extends Unit> {
  readonly unit: U
  readonly isOwn: boolean
}

export class Transactions {
  readonly scope: SessionScope
  private readonly environment: SessionEnvironment
  private open: OpenTransaction | undefined
  /** Savepoints by SQL in a transaction that was begun from TypeScript. */
  private readonly scopeSavepoints = new Savepoints()

  constructor(environment: SessionEnvironment, scope: SessionScope) {
    this.environment = environment
    this.scope = scope
  }

  get status(): TransactionStatus {
    if (this.open === undefined) return 'idle'
    if (this.open.hasFailed) return 'failed'
    return this.open.isImplicit ? 'idle' : 'open'
  }

  /** Whether what is declared lasts for more than one statement. */
  get isInBlock(): boolean {
    return this.open !== undefined || this.scope.kind !== 'database'
  }

  /** Whether a query reads one committed state, the newest or a snapshot's. */
  get readsCommitted(): boolean {
    return this.open === undefined && this.scope.kind !== 'transaction'
  }

  /** Whether each change is a transaction of its own, and may be made. */
  get beginsForEach(): boolean {
    const { host, settings } = this.environment
    return (
      this.open === undefined &&
      this.scope.kind === 'database' &&
      !host.isReadOnly &&
      !settings.isReadOnlyByDefault
    )
  }

  /** Whether the session has a transaction of its own that lasts for more than one statement, or is to. */
  get isOpen(): boolean {
    return this.open !== undefined
  }

  /** Whether a transaction is open that a statement has begun. */
  get isExplicit(): boolean {
    return this.open !== undefined && !this.open.isImplicit
  }

  /**
   * For what is a transaction by itself, or outside of all. A group of statements that were sent together is no block: clients
   * that prepare what they send make one of each statement. @throws SqlError 25001
   */
  refuseInBlock(command: string): void {
    if (!this.isExplicit && this.scope.kind === 'database') return
    this.noteFailure()
    throw new SqlError('25001', `${command} cannot run inside a transaction block`)
  }

  /** What COMMIT would write, where there are constraints that wait for it. */
  get writerWithChecks(): WriteUnit | undefined {
    const { open } = this
    if (open === undefined || open.hasFailed || !open.writer?.state.deferred.length) return undefined
    return open.writer
  }

  /** When the open transaction began. */
  get startedMs(): number | undefined {
    return this.open?.startedMs
  }

  refuseInFailed(): void {
    if (this.open?.hasFailed) {
      throw new SqlError(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      )
    }
  }

  /** A statement has failed: so has the transaction that it was in. */
  noteFailure(): void {
    const { open } = this
    if (open === undefined) return
    open.hasFailed = true
    this.letGoOfLocks(open.savepoints.lastLockCount)
  }

  /** Of advisory locks of the transaction all but the first. @param isCommitted others are to see what was done first */
  private letGoOfLocks(count = 0, isCommitted = false): void {
    const { advisoryLocks, host } = this.environment
    if (advisoryLocks.transactionCount === count) return
    const letGo = advisoryLocks.takeFromTransaction(count)
    if (isCommitted && host.whenSettled !== undefined) host.whenSettled(letGo)
    else letGo()
  }

  // ----------------------------------------------------------------------------------------- statements

  /** Does what the statement says. @returns its command tag */
  run(statement: TransactionStatement): string {
    const { action, savepoint: name } = statement
    if (
      this.scope.kind !== 'database' &&
      (action === 'begin' || action === 'commit' || action === 'rollback')
    ) {
      throw new SqlError('25001', 'the transaction was begun from TypeScript, and ends there')
    }
    switch (action) {
      case 'begin':
        this.runBegin(statement.modes)
        return 'BEGIN'
      case 'commit': {
        const hasFailed = this.open?.hasFailed ?? false
        this.runEnd(!hasFailed, statement.isChain)
        return hasFailed ? 'ROLLBACK' : 'COMMIT'
      }
      case 'rollback':
        this.runEnd(false, statement.isChain)
        return 'ROLLBACK'
      case 'savepoint': {
        this.refuseInFailed()
        const afterCommitCount = this.open?.afterCommit?.actions.length ?? 0
        this.savepoints('SAVEPOINT').set(name!, this.environment, this.held, afterCommitCount)
        return 'SAVEPOINT'
      }
      case 'release': {
        this.refuseInFailed()
        this.savepoints('RELEASE SAVEPOINT').release(name!)
        return 'RELEASE'
      }
      case 'rollback to':
        this.rollbackTo(name!)
        return 'ROLLBACK'
    }
  }

  private runBegin(modes: TransactionModes): void {
    const { open, environment } = this
    this.refuseInFailed()
    if (open !== undefined && !open.isImplicit) {
      environment.warn('25001', 'there is already a transaction in progress')
      return
    }
    if (open === undefined) this.begin(modes, false)
    else {
      // What was done before in the same group belongs to it.
      open.isImplicit = false
      this.setModes(modes)
    }
  }

  private runEnd(commits: boolean, isChain: boolean): void {
    const { open } = this
    if (!this.isExplicit) {
      if (isChain) {
        throw new SqlError(
          '25P01',
          `${commits ? 'COMMIT' : 'ROLLBACK'} AND CHAIN can only be used in transaction blocks`,
        )
      }
      this.environment.warn('25P01', 'there is no transaction in progress')
    }
    if (open !== undefined) this.end(commits)
    if (isChain)
      this.begin({ isolation: open?.isolation, isReadOnly: open?.isReadOnly, isDeferrable: undefined }, false)
  }

  private rollbackTo(name: string): void {
    const { savepoint, afterCommitCount, lockCount } = this.savepoints('ROLLBACK TO SAVEPOINT').goBackTo(name)
    const { open } = this
    this.letGoOfLocks(lockCount)
    open?.afterCommit?.truncate(afterCommitCount)
    if (savepoint !== undefined) savepoint.rollback()
    else if (open?.writer !== undefined) {
      open.writer.rollback()
      open.writer = undefined
    }
    if (open !== undefined) open.hasFailed = false
    this.environment.engine.invalidate()
  }

  /** SET TRANSACTION, and the modes of a BEGIN that is not the first statement of its group. */
  setModes({ isolation, isReadOnly }: TransactionModes): void {
    const { open } = this
    if (open === undefined) {
      this.environment.warn('25P01', 'SET TRANSACTION can only be used in transaction blocks')
      return
    }
    if (isolation !== undefined && isolationLevel(isolation)! !== open.isolation) {
      if (open.writer !== undefined) {
        throw new SqlError('25001', 'SET TRANSACTION ISOLATION LEVEL must be called before any query')
      }
      open.isolation = isolationLevel(isolation)!
    }
    if (isReadOnly !== undefined) {
      if (open.writer !== undefined && isReadOnly) {
        throw new SqlError('25001', 'transaction read-only mode must be set before any change')
      }
      open.isReadOnly = isReadOnly
    }
    this.takeUnits(open)
    this.environment.settings.showTransaction(open)
  }

  // ---------------------------------------------------------------------------------- beginning and ending

  /** A transaction for a group of statements: it becomes their client's own by BEGIN, and is ended with the group else. */
  beginImplicit(): void {
    if (this.open === undefined) this.begin(NO_MODES, true)
  }

  /** Ends the transaction of a group, if that is still what is open. */
  endImplicit(): void {
    if (this.open?.isImplicit) this.end(!this.open.hasFailed)
  }

  private begin({ isolation, isReadOnly }: TransactionModes, isImplicit: boolean): void {
    const { host, settings } = this.environment
    const open: OpenTransaction = {
      isolation: isolation === undefined ? settings.defaultIsolation : isolationLevel(isolation)!,
      isReadOnly: host.isReadOnly || (isReadOnly ?? settings.isReadOnlyByDefault),
      isImplicit,
      hasFailed: false,
      snapshot: undefined,
      writer: undefined,
      savepoints: new Savepoints(),
      afterCommit: undefined,
      startedMs: host.wallMs(),
    }
    // The statements of a group see what those before them have done, and need no more.
    if (!isImplicit) this.takeUnits(open)
    this.open = open
    settings.begin()
    settings.showTransaction(open)
  }

  /** What the transaction holds from its beginning on. */
  private takeUnits(open: OpenTransaction): void {
    if (open.writer !== undefined) return
    const { host } = this.environment
    if (open.isReadOnly || open.isolation === 'repeatable read') open.snapshot ??= host.snapshot()
    else if (open.isolation === 'serializable') open.writer = host.begin()
  }

  /** Ends the open transaction. */
  end(commits: boolean): void {
    const { engine, settings } = this.environment
    const { snapshot, writer, afterCommit } = this.open!
    this.endCursors(commits)
    this.open = undefined
    settings.end(commits)
    snapshot?.close()
    try {
      if (writer !== undefined) {
        // Its definitions are nobody else's. Who only reads has changed none, and finds them again at once.
        engine.invalidate()
        if (commits) this.commitUnit(writer, engine.stateOf(writer))
        else writer.rollback()
      }
    } finally {
      this.letGoOfLocks(0, commits)
    }
    if (commits) afterCommit?.run()
  }

  /** @throws SqlError what a cursor WITH HOLD has met: then the transaction is rolled back */
  private endCursors(commits: boolean): void {
    const { cursors } = this.environment
    try {
      cursors.transactionEnds(commits)
    } catch (error) {
      this.end(false)
      throw error
    }
  }

  /**
   * Does something when the transaction was committed, if it is; at once, where none is open. For sessions of a server.
   * @throws SqlError 53400, 54000
   */
  afterCommit(action: CommitAction): void {
    const { open } = this
    const actions = open?.afterCommit ?? new AfterCommit(this.environment.host.administration!)
    actions.add(action)
    if (open === undefined) actions.run()
    else open.afterCommit = actions
  }

  /** Rolls back what is open. */
  abandon(): void {
    if (this.open !== undefined) this.end(false)
  }

  private savepoints(what: string): Savepoints {
    if (this.open !== undefined) return this.open.savepoints
    if (this.scope.kind === 'transaction') return this.scopeSavepoints
    throw new SqlError('25P01', `${what} can only be used in transaction blocks`)
  }

  // ------------------------------------------------------------------------------------- units of statements

  /** The transaction or snapshot that is open for more than one statement. */
  get held(): Unit | undefined {
    if (this.open !== undefined) return this.open.writer ?? this.open.snapshot
    return this.scope.kind === 'database' ? undefined : this.scope.unit
  }

  /**
   * What a statement may change.
   * @param command for the message when it may not
   * @throws CoppiceError BUSY: nothing has happened; SqlError 25006, 40001
   */
  unitForWriting(command: string): StatementUnit<WriteUnit> {
    try {
      return this.findUnitForWriting(command)
    } catch (error) {
      if (!isCoppiceError(error, 'BUSY')) this.noteFailure()
      throw error
    }
  }

  /**
   * The same for a statement that does not wait for the writer.
   * @param message what could not be had
   * @throws SqlError 55P03 somebody else is the writer
   */
  unitForWritingNow(command: string, message: string): StatementUnit<WriteUnit> {
    try {
      return this.unitForWriting(command)
    } catch (error) {
      if (!isCoppiceError(error, 'BUSY')) throw error
      this.noteFailure()
      throw new SqlError('55P03', message, {
        detail: 'Another transaction is the writer, and there is one at a time.',
        cause: error,
      })
    }
  }

  private findUnitForWriting(command: string): StatementUnit<WriteUnit> {
    const { scope, open } = this
    const { host } = this.environment
    if (scope.kind === 'transaction') return { unit: scope.unit, isOwn: false }
    if (scope.kind === 'snapshot' || host.isReadOnly) {
      throw new CoppiceError('READ_ONLY_TRANSACTION', `a snapshot is read only: it cannot execute ${command}`)
    }
    if (open === undefined) {
      if (this.environment.settings.isReadOnlyByDefault) throw readOnly(command)
      return { unit: host.begin(), isOwn: true }
    }
    if (open.isReadOnly) throw readOnly(command)
    if (open.writer === undefined) open.writer = this.becomeWriter(open)
    return { unit: open.writer, isOwn: false }
  }

  /** Where `beginsForEach`: the transaction of one change, which `commitOwn` or `undo` ends. @throws CoppiceError BUSY */
  beginOwn(): WriteUnit {
    return this.environment.host.begin()
  }

  private becomeWriter({ snapshot }: OpenTransaction): WriteUnit {
    const writer = this.environment.host.begin()
    if (snapshot === undefined || snapshot.source.txnId === writer.baseTxnId) return writer
    writer.rollback()
    throw new SqlError('40001', 'could not serialize access due to concurrent update', {
      detail: 'Another transaction has committed since the snapshot of this one was taken.',
      hint: 'The transaction might succeed if retried.',
    })
  }

  /** A savepoint for one statement, where its transaction goes on when it fails. */
  savepointFor({ unit, isOwn }: StatementUnit<WriteUnit>): UnitSavepoint | undefined {
    return isOwn || this.open !== undefined ? undefined : unit.savepoint()
  }

  /** Constraints that wait for the end of a transaction that was begun from TypeScript. */
  beforeCommit(): void {
    if (this.scope.kind !== 'transaction') return
    const { unit } = this.scope
    checkDeferred(this.environment, unit, this.environment.engine.stateOf(unit), () => true)
    // The session goes with the transaction.
    dropTemporaries(this.environment, unit)
  }

  /** Ends a unit that was for one statement, and with it the transaction, where the statement was all of that. */
  commitOwn(unit: Unit, state: CatalogState): void {
    try {
      this.commitUnit(unit, state)
    } finally {
      // A transaction may take a snapshot for each of its statements.
      if (this.open === undefined) this.letGoOfLocks(0, unit.kind === 'write')
    }
  }

  private commitUnit(unit: Unit, state: CatalogState): void {
    if (unit.kind === 'read') {
      unit.close()
      return
    }
    try {
      checkDeferred(this.environment, unit, state, () => true)
      settleTemporaries(this.environment, unit)
      unit.state.sequences.settle(unit.tables)
    } catch (error) {
      unit.rollback()
      throw error
    }
    unit.commit()
  }

  /**
   * Undoes what a statement has done that failed.
   * @param failsTransaction false: it is begun again in another way
   */
  undo(
    { unit, isOwn }: StatementUnit<Unit>,
    savepoint: UnitSavepoint | undefined,
    failsTransaction = true,
  ): void {
    if (isOwn) {
      if (unit.kind === 'read') unit.close()
      else unit.rollback()
      if (this.open === undefined) this.letGoOfLocks()
    } else if (savepoint !== undefined) {
      savepoint.rollback()
      savepoint.release()
    }
    if (unit.kind === 'write') this.environment.engine.invalidate()
    if (failsTransaction) this.noteFailure()
  }

  /** Runs something that changes definitions or statistics: in what is held, or in a transaction of its own. */
  writing<T>(command: string, run: (unit: WriteUnit) => T): T {
    return complete(this.writingInSteps(command, unit => inOneStep(() => run(unit))))
  }

  /**
   * The same in steps, of which none is taken when this returns; but it is the writer then. Who does not go on with it calls
   * `return`, which undoes what it has done.
   * @param afterwards is called when all of it is done; committed, if that is the statement's own business
   * @throws CoppiceError BUSY: nothing has happened
   */
  writingInSteps<T>(command: string, run: (unit: WriteUnit) => Steps<T>, afterwards?: () => void): Steps<T> {
    try {
      this.environment.host.authorization?.checkDefinition(command)
    } catch (error) {
      this.noteFailure()
      throw error
    }
    const where = this.unitForWriting(command)
    const steps = this.writeInSteps(where, this.savepointFor(where), run, afterwards)
    // What has not begun undoes nothing either.
    steps.next()
    return steps
  }

  private *writeInSteps<T>(
    where: StatementUnit<WriteUnit>,
    savepoint: UnitSavepoint | undefined,
    run: (unit: WriteUnit) => Steps<T>,
    afterwards: (() => void) | undefined,
  ): Steps<T> {
    const { engine } = this.environment
    const { unit, isOwn } = where
    let result: T
    let isDone = false
    try {
      const steps = run(unit)
      yield
      result = yield* steps
      engine.invalidate()
      unit.tables.renewRules()
      savepoint?.release()
      isDone = true
    } finally {
      if (!isDone) this.undo(where, savepoint)
    }
    if (isOwn) this.commitOwn(unit, engine.stateOf(unit))
    afterwards?.()
    return result
  }

  /** Runs something that only reads: in what is held, or in a snapshot of its own. */
  reading<T>(run: (unit: Unit) => T): T {
    const { held } = this
    if (held !== undefined) return run(held)
    const unit = this.environment.host.snapshot()
    try {
      return run(unit)
    } finally {
      unit.close()
    }
  }
}

const NO_MODES: TransactionModes = { isolation: undefined, isReadOnly: undefined, isDeferrable: undefined }

// biome-ignore lint/correctness/useYield: it is not left in its middle
function* inOneStep<T>(run: () => T): Steps<T> {
  return run()
}

function readOnly(command: string): SqlError {
  return new SqlError('25006', `cannot execute ${command} in a read-only transaction`)
}
