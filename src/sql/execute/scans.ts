/** Where rows come from: stored tables, functions, lists of values, projections of what lies below. */

import type { ByteRange } from '../../table/range.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { RangeList } from '../storage/primary-ranges.ts'
import type { RowCursor } from '../storage/row-cursor.ts'
import { SqlRow } from '../types/row.ts'
import type { SqlType } from '../types/type.ts'
import type { Evaluate } from './expression.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'

export class OneRowOperator implements Operator {
  private readonly execution: Execution
  private readonly condition: Evaluate | undefined
  private isGiven = true

  constructor(execution: Execution, condition: Evaluate | undefined) {
    this.execution = execution
    this.condition = condition
  }
  open(): void {
    this.isGiven = this.condition !== undefined && this.condition(this.execution.registers) !== true
  }
  next(): boolean {
    if (this.isGiven) return false
    this.isGiven = true
    return true
  }
  close(): void {
    this.isGiven = true
  }
}

/** A cursor over rows of a stored table, as the storage layer gives it for one execution. */
export interface StoredCursor {
  open(range: ByteRange): void
  next(registers: RegisterFile): boolean
  /** The row with `rank` rows before it; false when there is none. */
  readAt(rank: number, registers: RegisterFile): boolean
  close(): void
}

/** A stored table, whole or some ranges of it. */
export class StoredScanOperator implements Operator {
  private readonly execution: Execution
  /** For one execution; the cursor of the one before, if there was one, may serve again. */
  private readonly cursorFor: (before: StoredCursor | undefined) => StoredCursor
  /** The ranges to walk, one after the other; evaluated at opening. */
  private readonly rangesOf: (registers: RegisterFile) => RangeList
  private readonly filter: Evaluate | undefined
  /** Says that there is a row, -1: nobody asks. */
  private readonly presenceRegister: number
  private cursor: StoredCursor | undefined
  private cursorOf = -1
  private ranges: RangeList = []
  private nextRange = 0
  private count = 0

  constructor(
    execution: Execution,
    cursorFor: (before: StoredCursor | undefined) => StoredCursor,
    rangesOf: (registers: RegisterFile) => RangeList,
    filter: Evaluate | undefined,
    presenceRegister: number,
  ) {
    this.execution = execution
    this.cursorFor = cursorFor
    this.rangesOf = rangesOf
    this.filter = filter
    this.presenceRegister = presenceRegister
  }

  /** In all executions so far. */
  get rowsMet(): number {
    return this.count
  }

  open(): void {
    const { execution } = this
    if (this.cursor === undefined || this.cursorOf !== execution.number) {
      this.cursor = this.cursorFor(this.cursor)
      this.cursorOf = execution.number
    }
    this.ranges = this.rangesOf(execution.registers)
    this.nextRange = 0
    this.advance()
  }

  private advance(): boolean {
    if (this.nextRange >= this.ranges.length) return false
    this.cursor!.open(this.ranges.at(this.nextRange++)!)
    return true
  }

  next(): boolean {
    const { cursor, filter } = this
    const { registers, pause } = this.execution
    if (this.ranges.length === 0) return false
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      this.count++
      if (!cursor!.next(registers)) {
        if (this.advance()) continue
        this.ranges = []
        return false
      }
      if (filter !== undefined && filter(registers) !== true) continue
      if (this.presenceRegister >= 0) registers[this.presenceRegister] = true
      return true
    }
  }

  close(): void {
    this.cursor?.close()
    this.ranges = []
  }
}

/** Rows as arrays: virtual tables, lists of values, functions, and what common tables keep. */
export class RowsOperator implements Operator {
  private readonly execution: Execution
  private readonly rowsOf: () => Iterable<readonly Value[] | undefined>
  /** Pairs: column of the rows, register. */
  private readonly columns: readonly number[]
  private readonly registers: readonly number[]
  private readonly filter: Evaluate | undefined
  private rows: Iterator<readonly Value[] | undefined> | undefined

  /** @param rowsOf gives undefined where it has paused */
  constructor(
    execution: Execution,
    rowsOf: () => Iterable<readonly Value[] | undefined>,
    columns: readonly number[],
    registers: readonly number[],
    filter: Evaluate | undefined,
  ) {
    this.execution = execution
    this.rowsOf = rowsOf
    this.columns = columns
    this.registers = registers
    this.filter = filter
  }
  open(): void {
    this.close()
    this.rows = this.rowsOf()[Symbol.iterator]()
  }
  next(): boolean {
    const { columns, filter, rows } = this
    const { registers, pause } = this.execution
    if (rows === undefined) return false
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      const { value: row, done } = rows.next()
      if (done) {
        this.rows = undefined
        return false
      }
      if (row === undefined) return false
      for (let i = 0; i < columns.length; i++) registers[this.registers[i]] = row[columns[i]]
      if (filter === undefined || filter(registers) === true) return true
    }
  }
  close(): void {
    this.rows?.return?.()
    this.rows = undefined
  }
}

/** A list of values that is one row long: the values go straight to their registers. */
export class OneRowOfValuesOperator implements Operator {
  private readonly execution: Execution
  private readonly values: readonly Evaluate[]
  private readonly registers: readonly number[]
  private readonly filter: Evaluate | undefined
  private isGiven = true

  constructor(
    execution: Execution,
    values: readonly Evaluate[],
    registers: readonly number[],
    filter: Evaluate | undefined,
  ) {
    this.execution = execution
    this.values = values
    this.registers = registers
    this.filter = filter
  }
  open(): void {
    this.isGiven = false
  }
  next(): boolean {
    if (this.isGiven) return false
    this.isGiven = true
    const { values, filter } = this
    const { registers } = this.execution
    for (let i = 0; i < values.length; i++) registers[this.registers[i]] = values[i](registers)
    return filter === undefined || filter(registers) === true
  }
  close(): void {
    this.isGiven = true
  }
}

/** One function of a function scan, ready to be called. */
export interface RunningFunction {
  /** Undefined: the null argument of a strict function gives no rows. */
  readonly call: (registers: RegisterFile) => Iterable<Value>
  readonly columnCount: number
  /** Values are records, or arrays of column values. */
  readonly isComposite: boolean
}

/** Lists of values as rows of a type; what is a row is one already. */
export function* rowsOf(
  values: Iterable<Value>,
  types: readonly SqlType[],
  names: readonly string[],
): Generator<SqlRow> {
  for (const one of values) yield one instanceof SqlRow ? one : new SqlRow(one, types, names)
}

/** Rows of set-returning functions side by side, the shorter ones filled with nulls; then the ordinality. */
export function* functionRows(
  functions: readonly RunningFunction[],
  registers: RegisterFile,
  withOrdinality: boolean,
): Generator<Value[]> {
  const iterators: Iterator<Value>[] = []
  const hasEnded = functions.map(() => false)
  try {
    for (const one of functions) iterators.push(one.call(registers)[Symbol.iterator]())
    for (let ordinal = 1; ; ordinal++) {
      const row: Value[] = []
      for (let i = 0; i < functions.length; i++) {
        const { columnCount, isComposite } = functions[i]
        const step = hasEnded[i] ? undefined : iterators[i].next()
        if (step === undefined || step.done) {
          hasEnded[i] = true
          for (let column = 0; column < columnCount; column++) row.push(null)
        } else if (isComposite) {
          const values: readonly Value[] | null =
            step.value instanceof SqlRow ? step.value.values : step.value
          for (let column = 0; column < columnCount; column++) row.push(values?.[column] ?? null)
        } else row.push(step.value)
      }
      if (hasEnded.every(Boolean)) return
      if (withOrdinality) row.push(ordinal)
      yield row
    }
  } finally {
    // A function of a user may have something to put away.
    for (const iterator of iterators) iterator.return?.()
  }
}

/** Computes columns from the row below. */
export class ProjectOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly targets: readonly Evaluate[]
  private readonly registers: readonly number[]
  private readonly filter: Evaluate | undefined

  constructor(
    execution: Execution,
    input: Operator,
    targets: readonly Evaluate[],
    registers: readonly number[],
    filter: Evaluate | undefined,
  ) {
    this.execution = execution
    this.input = input
    this.targets = targets
    this.registers = registers
    this.filter = filter
  }
  open(): void {
    this.input.open()
  }
  next(): boolean {
    const { input, targets, filter } = this
    const { registers } = this.execution
    while (input.next()) {
      for (let i = 0; i < targets.length; i++) registers[this.registers[i]] = targets[i](registers)
      if (filter === undefined || filter(registers) === true) return true
    }
    return false
  }
  close(): void {
    this.input.close()
  }
}

export class FilterOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly condition: Evaluate

  constructor(execution: Execution, input: Operator, condition: Evaluate) {
    this.execution = execution
    this.input = input
    this.condition = condition
  }
  open(): void {
    this.input.open()
  }
  next(): boolean {
    while (this.input.next()) {
      if (this.condition(this.execution.registers) === true) return true
    }
    return false
  }
  close(): void {
    this.input.close()
  }
}

/** One input after the other, each projected on the same registers. */
export class AppendOperator implements Operator {
  private readonly execution: Execution
  private readonly inputs: readonly Operator[]
  private current = 0

  constructor(execution: Execution, inputs: readonly Operator[]) {
    this.execution = execution
    this.inputs = inputs
  }
  open(): void {
    this.current = 0
    if (this.inputs.length > 0) this.inputs[0].open()
  }
  next(): boolean {
    while (this.current < this.inputs.length) {
      if (this.inputs[this.current].next()) return true
      if (this.execution.pause.isPaused) return false
      this.inputs[this.current].close()
      this.current++
      if (this.current < this.inputs.length) this.inputs[this.current].open()
    }
    return false
  }
  close(): void {
    for (const input of this.inputs) input.close()
    this.current = this.inputs.length
  }
}

/** How many rows LIMIT and OFFSET let pass. @throws SqlError 2201W, 2201X */
export function countOf(
  evaluate: Evaluate | undefined,
  registers: RegisterFile,
  what: 'LIMIT' | 'OFFSET',
): number {
  const value = evaluate?.(registers) ?? null
  if (value === null) return what === 'LIMIT' ? Number.POSITIVE_INFINITY : 0
  if (value < 0) {
    throw new SqlError(what === 'LIMIT' ? '2201W' : '2201X', `${what} must not be negative`)
  }
  return Number(value)
}

export class LimitOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly limit: Evaluate | undefined
  private readonly offset: Evaluate | undefined
  /** WITH TIES: whether two rows are equal is whether these keys are. */
  private readonly ties:
    | readonly { readonly evaluate: Evaluate; readonly keyOf: (value: Value) => unknown }[]
    | undefined
  private remaining = 0
  private skipping = 0
  private lastKeys: unknown[] = []

  constructor(
    execution: Execution,
    input: Operator,
    limit: Evaluate | undefined,
    offset: Evaluate | undefined,
    ties: LimitOperator['ties'],
  ) {
    this.execution = execution
    this.input = input
    this.limit = limit
    this.offset = offset
    this.ties = ties
  }
  open(): void {
    const { registers } = this.execution
    this.skipping = countOf(this.offset, registers, 'OFFSET')
    this.remaining = countOf(this.limit, registers, 'LIMIT')
    this.input.open()
  }
  next(): boolean {
    const { input, ties } = this
    if (this.remaining <= 0) return ties !== undefined && this.remaining === 0 && this.isTie()
    while (this.skipping > 0) {
      if (!input.next()) return this.atEnd()
      this.skipping--
    }
    if (!input.next()) return this.atEnd()
    this.remaining--
    if (this.remaining === 0 && ties !== undefined) this.lastKeys = this.keys()
    return true
  }
  private atEnd(): false {
    if (!this.execution.pause.isPaused) this.remaining = -1
    return false
  }
  private keys(): unknown[] {
    const { registers } = this.execution
    return this.ties!.map(({ evaluate, keyOf }) => {
      const value = evaluate(registers)
      return value === null ? null : keyOf(value)
    })
  }
  private isTie(): boolean {
    if (this.lastKeys.length > 0) {
      if (!this.input.next()) return this.atEnd()
      const keys = this.keys()
      if (keys.every((key, i) => key === this.lastKeys[i])) return true
    }
    this.remaining = -1
    return false
  }
  close(): void {
    this.input.close()
    this.remaining = -1
  }
}

export type { EvaluationContext, RowCursor }
