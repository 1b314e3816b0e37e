/**
 * Cursors of SQL: a query's rows a few at a time, by FETCH.
 *
 * A cursor sees the state that it was declared in. Where that is a snapshot, rows are read as they are fetched; in a transaction
 * that writes they are read when it is declared, since later changes must not be seen. It may go backwards where its rows are
 * kept: declared with SCROLL, read already, or held beyond its transaction (WITH HOLD: read when that commits).
 *
 * Invariant: position 0 is before the first row, n on row n, one more than there are rows after the last.
 */

import { notSupported, SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { DeclareCursorStatement, FetchStatement } from '../syntax/tree.ts'
import type { RunResult } from './options.ts'
import type { RawExecution } from './raw-execution.ts'

/** As many as portals of the protocol. */
const CURSORS_MAX = 1000

export class Cursors {
  private readonly byName = new Map<string, Cursor>()

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

  /** @throws SqlError 42P03, 53400 there are too many */
  refuseTaken(name: string): void {
    if (this.byName.has(name)) throw new SqlError('42P03', `cursor "${name}" already exists`)
    if (this.byName.size >= CURSORS_MAX) {
      throw new SqlError('53400', `more than ${CURSORS_MAX} cursors in a session`, {
        hint: 'CLOSE those that are not needed any more.',
      })
    }
  }

  /** Whether an open one reads the table; its rows are elsewhere once it has outlived its transaction. */
  isReading(tableOid: number): boolean {
    for (const cursor of this.byName.values()) {
      if (!cursor.outlivesTransaction && cursor.tablesRead?.has(tableOid)) return true
    }
    return false
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

  /** @returns what closes those that were declared since */
  savepoint(): () => void {
    const before = new Set(this.byName.values())
    return () => {
      for (const cursor of this.byName.values()) if (!before.has(cursor)) this.close(cursor.name)
    }
  }

  /** The transaction is about to end: its cursors do, too, but for those that are held, if it commits. */
  transactionEnds(commits: boolean): void {
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
  readonly columns: RawExecution['columns']
  readonly tablesRead: RawExecution['tablesRead']
  /** Its transaction has committed. */
  outlivesTransaction = false
  private readonly identity: RawExecution['identity']
  private readonly context: EvaluationContext | undefined
  private isForwardOnly: boolean
  /** Undefined: all rows were read. */
  private execution: RawExecution | undefined
  /** What reading ahead has met behind the last row, or what is said after it has failed. */
  private failure: { readonly error: unknown } | undefined
  private keepsRows: boolean
  /** Those that were read, where they are kept. */
  private readonly rows: Value[][] = []
  private current: Value[] | undefined
  private position = 0

  constructor({ name, isHeld, isScrollable }: DeclareCursorStatement, execution: RawExecution) {
    this.name = name
    this.isHeld = isHeld
    this.isForwardOnly = isScrollable === false
    this.keepsRows = isScrollable === true
    this.identity = execution.identity
    // The key is nobody's who fetches.
    this.columns = execution.columns?.slice(0, this.width)
    this.tablesRead = execution.tablesRead
    this.context = execution.context
    this.execution = execution
  }

  /** How many values a row has that is fetched; undefined: as many as were read. */
  private get width(): number | undefined {
    return this.identity === undefined ? undefined : -this.identity.keyLength
  }

  /** Which row it is on. @throws SqlError 24000 it is on none, or its rows are not those of a table */
  currentRow(table: string): { readonly tableOid: number; readonly key: readonly Value[] } {
    const { name, identity, current } = this
    if (this.outlivesTransaction)
      throw new SqlError('24000', `cursor "${name}" is held from a previous transaction`)
    if (identity === undefined) {
      throw new SqlError('24000', `cursor "${name}" is not a simply updatable scan of table "${table}"`)
    }
    if (current === undefined) throw new SqlError('24000', `cursor "${name}" is not positioned on a row`)
    return { tableOid: identity.tableOid, key: current.slice(-identity.keyLength) }
  }

  /** Reads what is left, and lets the query go. */
  readAll(): void {
    if (!this.keepsRows && this.position > 0) {
      // What was fetched is gone.
      this.isForwardOnly = true
      this.rows.length = this.position
    }
    this.keepsRows = true
    for (let row = this.read(); row !== undefined; row = this.read()) this.rows.push(row)
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

  /** The rows that FETCH gives; MOVE only goes there. */
  fetch({ direction, count }: FetchStatement): Value[][] {
    switch (direction) {
      case 'forward':
        return count < 0 ? this.backward(-count) : this.forward(count)
      case 'backward':
        return count < 0 ? this.forward(-count) : this.backward(count)
      case 'absolute':
        return this.absolute(count)
      case 'relative':
        return count > 0 ? this.skipTo(this.position + count) : this.relativeBack(-count)
    }
  }

  private forward(count: number): Value[][] {
    if (count === 0) return this.again()
    const rows: Value[][] = []
    while (rows.length < count && this.advance()) rows.push(this.current!)
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

  private absolute(place: number): Value[][] {
    if (place < 0) {
      this.needRows()
      this.readAll()
      const row = this.rows.length + 1 + place
      this.goTo(Math.max(0, row))
      return this.again()
    }
    if (place > this.position) return this.skipTo(place)
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

  private skipTo(place: number): Value[][] {
    while (this.position < place) if (!this.advance()) return []
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
  private advance(): boolean {
    const known = this.rows[this.position]
    const row = known ?? this.read()
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

  private read(): Value[] | undefined {
    const { execution, failure } = this
    if (failure !== undefined) {
      this.failure = this.cannotRun()
      throw failure.error
    }
    if (execution === undefined) return undefined
    let row: Value[] | undefined
    try {
      row = execution.next()
    } catch (error) {
      this.execution = undefined
      this.failure = this.cannotRun()
      execution.fail()
      throw error
    }
    if (row === undefined) this.close()
    return row
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

  /** A FETCH or MOVE, done. */
  execute(statement: FetchStatement): RawExecution {
    const { width } = this
    const found = this.fetch(statement)
    const rows = width === undefined ? found : found.map(row => row.slice(0, width))
    return statement.isMove
      ? new Fetched(`MOVE ${rows.length}`, undefined, this.context, [], rows.length)
      : new Fetched(`FETCH ${rows.length}`, this.columns, this.context, rows, rows.length)
  }
}

/** What was fetched, as a statement that gives it. */
class Fetched implements RawExecution {
  readonly columns: RawExecution['columns']
  readonly context: EvaluationContext | undefined
  readonly isWriting = false
  private readonly command: string
  private readonly rows: readonly Value[][]
  private readonly rowCount: number
  private at = 0

  constructor(
    command: string,
    columns: RawExecution['columns'],
    context: EvaluationContext | undefined,
    rows: readonly Value[][],
    rowCount: number,
  ) {
    this.command = command
    this.columns = columns
    this.context = context
    this.rows = rows
    this.rowCount = rowCount
  }

  next(): Value[] | undefined {
    return this.rows[this.at++]
  }
  finish(): RunResult {
    return { command: this.command, rowCount: this.rowCount }
  }
  fail(): void {}
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
