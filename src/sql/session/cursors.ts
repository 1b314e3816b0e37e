/**
 * Cursors of SQL: a query's rows a few at a time, by FETCH.
 *
 * A cursor sees the state that it was declared in. Where that is a snapshot, rows are read as they are fetched; in a transaction
 * that writes they are read when it is declared, since later changes must not be seen. It may go backwards where its rows are
 * kept: declared with SCROLL, read already, or held beyond its transaction (WITH HOLD: read when that commits).
 *
 * Invariant: position 0 is before the first row, n on row n, one more than there are rows after the last.
 */

import { LateMap } from '../../base/late-map.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { CurrentRow, DeclareCursorStatement, FetchStatement } from '../syntax/tree.ts'
import { NO_LIMITS, type StatementLimits } from './context.ts'
import { FetchExecution, type Steps, wholly } from './fetch-execution.ts'
import type { RawExecution } from './raw-execution.ts'
import { moveOf, type RowMove, RowMoves } from './row-moves.ts'

/** Rows that one statement changes, as far as it moves what a cursor may be on. */
export interface RowWatch {
  changed(table: TableSchema, old: readonly Value[], row: readonly Value[] | undefined): void
  /** The statement has not failed: what it has changed stays. */
  settle(): void
}

/** As many as portals of the protocol. */
const CURSORS_MAX = 1000
/** Of the texts of their declarations, where there are several: the plan of each takes a hundred times the room of its text. */
const CHARACTERS_MAX = 1024 * 1024

export class Cursors {
  private readonly byName = new LateMap<string, Cursor>()

  /** @param isAlone its transaction is its declaration's alone @throws SqlError 42P03, and what the query throws */
  declare(
    statement: DeclareCursorStatement,
    execution: RawExecution,
    { readsNow, isAlone }: { readonly readsNow: boolean; readonly isAlone: boolean },
  ): void {
    const cursor = new Cursor(statement, execution)
    if (readsNow) cursor.readAhead()
    cursor.outlivesTransaction = isAlone
    this.byName.set(statement.name, cursor)
  }

  /** @throws SqlError 42P03, 53400 there are too many, or too long ones */
  refuseTaken({ name, length }: DeclareCursorStatement): void {
    if (this.byName.has(name)) throw new SqlError('42P03', `cursor "${name}" already exists`)
    if (this.byName.size >= CURSORS_MAX) {
      throw new SqlError('53400', `more than ${CURSORS_MAX} cursors in a session`, {
        hint: 'CLOSE those that are not needed any more.',
      })
    }
    if (this.byName.size === 0) return
    let characters = length
    for (const cursor of this.byName.values()) characters += cursor.length
    if (characters > CHARACTERS_MAX) {
      throw new SqlError('53400', `cursors of more than ${CHARACTERS_MAX} characters in a session`, {
        hint: 'CLOSE those that are not needed any more.',
      })
    }
  }

  get count(): number {
    return this.byName.size
  }

  /** Whether an open one reads the table; its rows are elsewhere once it has outlived its transaction. */
  isReading(tableOid: number): boolean {
    for (const cursor of this.byName.values()) {
      if (!cursor.outlivesTransaction && cursor.tablesRead?.has(tableOid)) return true
    }
    return false
  }

  /** For a statement that begins; undefined: no cursor is on a row of a table. */
  watch(): RowWatch | undefined {
    if (this.byName.size === 0) return undefined
    const watching = [...this.byName.values()].filter(cursor => cursor.isOnRows)
    if (watching.length === 0) return undefined
    const moves: RowMove[] = []
    return {
      changed: (table, old, row) => {
        if (!watching.some(cursor => cursor.isOnRowsOf(table.oid))) return
        const move = moveOf(table, old, row)
        if (move !== undefined) moves.push(move)
      },
      settle: () => {
        for (const move of moves) for (const cursor of watching) cursor.noteMove(move)
      },
    }
  }

  /** @throws SqlError 34000 */
  find(name: string): Cursor {
    const cursor = this.byName.get(name)
    if (cursor === undefined) throw new SqlError('34000', `cursor "${name}" does not exist`)
    return cursor
  }

  /** Undefined: all. @throws SqlError 34000 */
  close(name: string | undefined): void {
    const closed = name === undefined ? [...this.byName.values()] : [this.find(name)]
    for (const cursor of closed) {
      cursor.close()
      this.byName.delete(cursor.name)
    }
  }

  /** @returns what closes those that were declared since; the rows of the others are where they were */
  savepoint(): () => void {
    const before = new Map([...this.byName.values()].map(cursor => [cursor, cursor.savepoint()]))
    return () => {
      for (const cursor of this.byName.values()) {
        const goBack = before.get(cursor)
        if (goBack === undefined) this.close(cursor.name)
        else goBack()
      }
    }
  }

  /** The transaction is about to end: its cursors do, too, but for those that are held, if it commits. */
  transactionEnds(commits: boolean): void {
    if (this.byName.size === 0) return
    for (const cursor of this.byName.values()) {
      if (cursor.outlivesTransaction) continue
      if (commits && cursor.isHeld) {
        cursor.readAll()
        cursor.outlivesTransaction = true
        continue
      }
      cursor.close()
      this.byName.delete(cursor.name)
    }
  }
}

export class Cursor {
  readonly name: string
  readonly isHeld: boolean
  /** Characters of its declaration. */
  readonly length: number
  readonly columns: RawExecution['columns']
  readonly tablesRead: RawExecution['tablesRead']
  /** Its transaction has committed. */
  outlivesTransaction = false
  private readonly identity: RawExecution['identity']
  /** Of a cursor on rows of a table. */
  private readonly moves: RowMoves | undefined
  private readonly context: EvaluationContext | undefined
  private isForwardOnly: boolean
  /** Undefined: all rows were read. */
  private execution: RawExecution | undefined
  /** Its query has no more rows. */
  private isAtEnd = false
  /** What reading ahead has met behind the last row, or what is said after it has failed. */
  private failure: { readonly error: unknown } | undefined
  private keepsRows: boolean
  /** Those that were read, where they are kept. */
  private readonly rows: Value[][] = []
  private current: Value[] | undefined
  private position = 0

  constructor({ name, isHeld, isScrollable, length }: DeclareCursorStatement, execution: RawExecution) {
    this.name = name
    this.isHeld = isHeld
    this.length = length
    this.isForwardOnly = isScrollable === false
    this.keepsRows = isScrollable === true
    this.identity = execution.identity
    // The key is nobody's who fetches.
    this.columns = execution.columns?.slice(0, this.width)
    if (this.identity !== undefined) {
      const key = execution.columns!.slice(-this.identity.keyLength)
      this.moves = new RowMoves(key.map(({ type }) => type))
    }
    this.tablesRead = execution.tablesRead
    this.context = execution.context
    this.execution = execution
  }

  /** How many values a row has that is fetched; undefined: as many as were read. */
  private get width(): number | undefined {
    return this.identity === undefined ? undefined : -this.identity.keyLength
  }

  /** Whether WHERE CURRENT OF can be about it. */
  get isOnRows(): boolean {
    return this.identity !== undefined && !this.outlivesTransaction
  }

  isOnRowsOf(tableOid: number): boolean {
    return this.isOnRows && this.identity!.tableOid === tableOid
  }

  noteMove(move: RowMove): void {
    if (this.isOnRowsOf(move.tableOid)) this.moves!.note(move)
  }

  /** @returns what takes back that rows have moved since */
  savepoint(): () => void {
    return this.moves?.savepoint() ?? (() => {})
  }

  /** Which row it is on. @throws SqlError 24000 it is on none, or its rows are not those of a table */
  currentRow(table: string): CurrentRow {
    const { name, identity, current } = this
    if (this.outlivesTransaction)
      throw new SqlError('24000', `cursor "${name}" is held from a previous transaction`)
    if (identity === undefined) {
      throw new SqlError('24000', `cursor "${name}" is not a simply updatable scan of table "${table}"`)
    }
    if (current === undefined) throw new SqlError('24000', `cursor "${name}" is not positioned on a row`)
    return { tableOid: identity.tableOid, key: this.moves!.placeOf(current.slice(-identity.keyLength)) }
  }

  /** Reads what is left, and lets the query go. Nothing is in a hurry then. */
  readAll(): void {
    this.execution?.limit?.(NO_LIMITS)
    wholly(this.readRest())
    this.settle()
  }

  private *readRest(): Steps<void> {
    if (!this.keepsRows && this.position > 0) {
      // What was fetched is gone.
      this.isForwardOnly = true
      this.rows.length = this.position
    }
    this.keepsRows = true
    for (let row = yield* this.read(); row !== undefined; row = yield* this.read()) this.rows.push(row)
  }

  /** The same; what it meets is thrown by who fetches the row where it happened. */
  readAhead(): void {
    const execution = this.execution!
    this.keepsRows = true
    try {
      for (let row = execution.next(); row !== undefined; row = execution.next()) this.rows.push(row)
    } catch (error) {
      this.failure = { error }
    }
    this.close()
  }

  close(): void {
    this.execution?.finish()
    this.execution = undefined
  }

  /** After what has read from it: lets a query go that has no more rows. */
  private settle(): void {
    if (this.isAtEnd) this.close()
  }

  /** The rows that FETCH gives; MOVE only goes there. */
  private *fetch({ direction, count }: FetchStatement): Steps<Value[][]> {
    switch (direction) {
      case 'forward':
        return count < 0 ? this.backward(-count) : yield* this.forward(count)
      case 'backward':
        return count < 0 ? yield* this.forward(-count) : this.backward(count)
      case 'absolute':
        return yield* this.absolute(count)
      case 'relative':
        return count > 0 ? yield* this.skipTo(this.position + count) : this.relativeBack(-count)
    }
  }

  private *forward(count: number): Steps<Value[][]> {
    if (count === 0) return this.again()
    const rows: Value[][] = []
    while (rows.length < count && (yield* this.advance())) rows.push(this.current!)
    return rows
  }

  private backward(count: number): Value[][] {
    if (count === 0) return this.again()
    this.needRows()
    const rows: Value[][] = []
    while (rows.length < count && this.position > 1) {
      this.goTo(this.position - 1)
      rows.push(this.current!)
    }
    if (rows.length < count) this.goTo(0)
    return rows
  }

  private *absolute(place: number): Steps<Value[][]> {
    if (place < 0) {
      this.needRows()
      yield* this.readRest()
      const row = this.rows.length + 1 + place
      this.goTo(Math.max(0, row))
      return this.again()
    }
    if (place > this.position) return yield* this.skipTo(place)
    if (place === this.position && place > 0) return this.again()
    if (this.position > 0) this.needRows()
    this.goTo(place)
    return this.again()
  }

  private relativeBack(count: number): Value[][] {
    if (count === 0) return this.again()
    this.needRows()
    this.goTo(Math.max(0, this.position - count))
    return this.again()
  }

  private *skipTo(place: number): Steps<Value[][]> {
    while (this.position < place) if (!(yield* this.advance())) return []
    return this.again()
  }

  private again(): Value[][] {
    return this.current === undefined ? [] : [this.current]
  }

  private goTo(position: number): void {
    this.position = position
    this.current = this.rows[position - 1]
  }

  /** To the next row; false when there is none, and the cursor is behind the last one then. */
  private *advance(): Steps<boolean> {
    const known = this.rows[this.position]
    const row = known ?? (yield* this.read())
    if (row === undefined) {
      // Once behind the last row it stays there.
      if (this.current !== undefined || this.position === 0) this.position++
      this.current = undefined
      return false
    }
    if (known === undefined && this.keepsRows) this.rows.push(row)
    this.position++
    this.current = row
    return true
  }

  private *read(): Steps<Value[] | undefined> {
    const { failure } = this
    if (failure !== undefined) {
      this.failure = this.cannotRun()
      throw failure.error
    }
    for (;;) {
      const { execution } = this
      if (execution === undefined || this.isAtEnd) return undefined
      const row = this.readOnce(execution)
      if (row !== undefined) return row
      if (execution.pause?.isPaused === true) yield
      else this.isAtEnd = true
    }
  }

  /** Undefined at the end, and when it has paused. */
  private readOnce(execution: RawExecution): Value[] | undefined {
    try {
      return execution.next()
    } catch (error) {
      this.execution = undefined
      this.failure = this.cannotRun()
      execution.fail()
      throw error
    }
  }

  /** Once it has failed: a savepoint may take the transaction on, but not the cursor, whose rows have no end. */
  private cannotRun(): { readonly error: unknown } {
    return { error: new SqlError('55000', `portal "${this.name}" cannot be run`) }
  }

  private needRows(): void {
    if (this.keepsRows && !this.isForwardOnly) return
    throw new SqlError('55000', 'cursor can only scan forward', {
      hint: 'Declare it with SCROLL option to enable backward scan.',
    })
  }

  /**
   * A FETCH or MOVE, which takes as long as it may itself, and not what the declaration might have.
   * @param noteFailure tells the transaction of it
   */
  execute(statement: FetchStatement, limits: StatementLimits, noteFailure: () => void): RawExecution {
    this.execution?.limit?.(limits)
    return new FetchExecution(this.fetch(statement), statement.isMove, this.width, {
      columns: statement.isMove ? undefined : this.columns,
      context: this.context,
      pause: this.execution?.pause,
      end: () => this.settle(),
      noteFailure,
    })
  }
}

/** FOR UPDATE is for cursors that go forwards, in one transaction. @throws SqlError 0A000 */
export function refuseLockingCursor({ isHeld, isScrollable, query }: DeclareCursorStatement): void {
  const [locking] = query.locking
  if (locking === undefined || (!isHeld && isScrollable !== true)) return
  const what = isHeld ? 'CURSOR WITH HOLD' : 'SCROLL CURSOR'
  throw new SqlError('0A000', `DECLARE ${what} ... FOR ${locking.strength.toUpperCase()} is not supported`, {
    detail: `${isHeld ? 'Holdable' : 'Scrollable'} cursors must be READ ONLY.`,
  })
}

/** @throws SqlError 0A000 the query changes data */
export function refuseWritingCursor(execution: RawExecution, { at, query }: DeclareCursorStatement): void {
  const changes = query.with?.items.some(({ statement: { kind } }) => isChangeKind(kind)) ?? false
  if (!execution.isWriting || (query.locking.length > 0 && !changes)) return
  execution.fail()
  throw notSupported('a cursor over a query that changes data', at)
}

function isChangeKind(kind: string): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'merge'
}
