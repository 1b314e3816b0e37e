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
 */

import { CoppiceError } from '../../base/errors.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { TransactionStatement } from '../syntax/tree.ts'
import { checkDeferred } from './deferred-constraints.ts'
import type { SessionEnvironment } from './environment.ts'
import type { ReadUnit, Unit, UnitSavepoint, WriteUnit } from './unit.ts'

/** What a session runs in: its own transactions, or one that somebody else began and will end. */
export type SessionScope =
  | { readonly kind: 'database' }
  | { readonly kind: 'transaction'; readonly unit: WriteUnit }
  | { readonly kind: 'snapshot'; readonly unit: ReadUnit }

export type TransactionStatus = 'idle' | 'open' | 'failed'

export interface OpenTransaction {
  readonly unit: Unit
  hasFailed: boolean
  readonly savepoints: { readonly name: string; savepoint: UnitSavepoint }[]
  readonly startedMs: number
}

export class Transactions {
  readonly scope: SessionScope
  private readonly environment: SessionEnvironment
  private open: OpenTransaction | undefined
  /** Savepoints by SQL in a transaction that was begun from TypeScript. */
  private inScope: OpenTransaction | undefined

  constructor(environment: SessionEnvironment, scope: SessionScope) {
    this.environment = environment
    this.scope = scope
  }

  get status(): TransactionStatus {
    if (this.open === undefined) return 'idle'
    return this.open.hasFailed ? 'failed' : 'open'
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
    if (this.open !== undefined) this.open.hasFailed = true
  }

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
        if (this.open === undefined) this.begin(statement.modes.isReadOnly ?? false)
        return 'BEGIN'
      case 'commit': {
        const hasFailed = this.status === 'failed'
        if (this.open !== undefined) this.end(!hasFailed)
        if (statement.isChain) this.begin(false)
        return hasFailed ? 'ROLLBACK' : 'COMMIT'
      }
      case 'rollback':
        if (this.open !== undefined) this.end(false)
        if (statement.isChain) this.begin(false)
        return 'ROLLBACK'
      case 'savepoint': {
        this.refuseInFailed()
        const open = this.require('SAVEPOINT')
        open.savepoints.push({ name: name!, savepoint: requireWrite(open.unit).savepoint() })
        return 'SAVEPOINT'
      }
      case 'release': {
        this.refuseInFailed()
        const open = this.require('RELEASE SAVEPOINT')
        const at = findSavepoint(open, name!)
        open.savepoints[at].savepoint.release()
        open.savepoints.length = at
        return 'RELEASE'
      }
      case 'rollback to': {
        const open = this.require('ROLLBACK TO SAVEPOINT')
        const at = findSavepoint(open, name!)
        open.savepoints[at].savepoint.rollback()
        open.savepoints.length = at + 1
        open.hasFailed = false
        this.environment.engine.invalidate()
        return 'ROLLBACK'
      }
    }
  }

  private begin(isReadOnly: boolean): void {
    const { host, settings } = this.environment
    const unit = isReadOnly || host.isReadOnly ? host.snapshot() : host.begin()
    this.open = { unit, hasFailed: false, savepoints: [], startedMs: host.wallMs() }
    settings.begin()
  }

  /** Ends the open transaction. */
  end(commits: boolean): void {
    const { engine, settings } = this.environment
    const { unit } = this.open!
    this.open = undefined
    settings.end(commits)
    engine.invalidate()
    if (unit.kind === 'read') unit.close()
    else if (!commits) unit.rollback()
    else this.commitUnit(unit, engine.stateOf(unit))
  }

  /** @throws SqlError 25P01 */
  require(what: string): OpenTransaction {
    if (this.open !== undefined) return this.open
    if (this.scope.kind === 'transaction') {
      this.inScope ??= {
        unit: this.scope.unit,
        hasFailed: false,
        savepoints: [],
        startedMs: this.scope.unit.state.startedAtMs,
      }
      return this.inScope
    }
    throw new SqlError('25P01', `${what} can only be used in transaction blocks`)
  }

  // ------------------------------------------------------------------------------------- units of statements

  /** The transaction or snapshot that is open for more than one statement. */
  get held(): Unit | undefined {
    if (this.open !== undefined) return this.open.unit
    return this.scope.kind === 'database' ? undefined : this.scope.unit
  }

  /** Ends a unit that was for one statement. */
  commitUnit(unit: Unit, state: CatalogState): void {
    if (unit.kind === 'read') {
      unit.close()
      return
    }
    try {
      checkDeferred(this.environment, unit, state, () => true)
      unit.commit()
    } catch (error) {
      unit.rollback()
      throw error
    }
  }

  /** Undoes what a statement has done that failed. */
  undo(unit: Unit, savepoint: UnitSavepoint | undefined, isOwn: boolean): void {
    const { engine } = this.environment
    if (isOwn) {
      if (unit.kind === 'read') unit.close()
      else {
        unit.rollback()
        engine.invalidate()
      }
      return
    }
    if (savepoint !== undefined) {
      savepoint.rollback()
      savepoint.release()
      engine.invalidate()
    }
    this.noteFailure()
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

  /** Runs something that writes: in what is held, or in a transaction of its own. */
  writing<T>(run: (unit: WriteUnit, isOwn: boolean) => T): T {
    const { held } = this
    if (held?.kind === 'read') {
      throw new CoppiceError(
        'READ_ONLY_TRANSACTION',
        'a snapshot is read only: it cannot execute definitions',
      )
    }
    if (held !== undefined) return run(held, false)
    const unit = this.environment.host.begin()
    try {
      const result = run(unit, true)
      unit.commit()
      return result
    } catch (error) {
      unit.rollback()
      this.environment.engine.invalidate()
      throw error
    }
  }
}

export function requireWrite(unit: Unit): WriteUnit {
  if (unit.kind === 'read') throw notSupported('a savepoint in a read-only transaction')
  return unit
}

function findSavepoint({ savepoints }: OpenTransaction, name: string): number {
  for (let at = savepoints.length - 1; at >= 0; at--) if (savepoints[at].name === name) return at
  throw new SqlError('3B001', `savepoint "${name}" does not exist`)
}
