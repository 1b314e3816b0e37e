/**
 * Sorting, and keeping rows: sort, top-N, materialize, distinct.
 *
 * A sort keeps rows in a buffer, their keys column by column, and sorts the numbers of the rows; numeric keys lie in a
 * typed array and compare without a call. Rows that are more than memory may hold become sorted runs in a file
 * (external-sort.ts).
 */

import type { Value } from '../functions/registry.ts'
import { weightOf } from '../spill/spill-space.ts'
import type { Evaluate } from './expression.ts'
import { SortedRuns } from './external-sort.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import type { ScanLoop } from './scan-loop.ts'
import { countOf } from './scans.ts'
import { compareKey, type SortKey } from './sort-keys.ts'
import { TopRows } from './top-rows.ts'

export class SortOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly keys: readonly SortKey[]
  /** Top-N: rows beyond limit and offset together are not kept. */
  private readonly limit: Evaluate | undefined
  private readonly offset: Evaluate | undefined
  private readonly rows: RowBuffer
  private readonly carried: readonly number[]
  private readonly top: TopRows
  /** Offers all rows of the input, where that is a table that is read in batches. */
  private readonly topScan: ScanLoop<TopRows> | undefined
  private isTop = false
  private order: number[] = []
  private position = 0
  /** Undefined: all rows are in memory. */
  private runs: SortedRuns | undefined

  constructor(
    execution: Execution,
    input: Operator,
    keys: readonly SortKey[],
    carried: readonly number[],
    limit: Evaluate | undefined,
    offset: Evaluate | undefined,
    topScan?: ScanLoop<TopRows> | undefined,
  ) {
    this.execution = execution
    this.input = input
    this.topScan = topScan
    this.keys = keys
    this.limit = limit
    this.offset = offset
    this.carried = carried
    this.rows = new RowBuffer(carried)
    this.top = new TopRows(keys, carried)
  }

  open(): void {
    this.clear()
    const { registers } = this.execution
    const wanted =
      this.limit === undefined
        ? Number.POSITIVE_INFINITY
        : countOf(this.limit, registers, 'LIMIT') + countOf(this.offset, registers, 'OFFSET')
    this.isTop = wanted <= TOP_MAX
    this.order = this.isTop ? this.sortTop(wanted) : this.sortAll()
  }

  private sortAll(): number[] {
    const { input, keys, rows } = this
    const { registers, context, spill } = this.execution
    const columns: Value[][] = keys.map(() => [])
    const budget = spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    let weight = 0
    input.open()
    while (input.next()) {
      for (let i = 0; i < keys.length; i++) columns[i].push(keys[i].evaluate(registers))
      const row = rows.add(registers)
      if ((row & 1023) === 0) context.checkCancelled()
      if (row % WEIGHED_EVERY !== 0) continue
      weight += WEIGHED_EVERY * (rows.weightOf(row) + weightOfKeys(columns, row))
      if (weight < budget) continue
      this.writeRun(columns)
      weight = 0
    }
    input.close()
    if (this.runs === undefined) return sortedOrder(keys, columns, rows.length)
    this.writeRun(columns)
    return []
  }

  /** Sorts the rows that there are and puts them into the file; memory is empty then. */
  private writeRun(columns: readonly Value[][]): void {
    const { keys, rows, carried, execution } = this
    if (rows.length === 0) return
    this.runs ??= new SortedRuns(execution.spill!, keys, carried)
    const run = this.runs.newRun()
    const values: Value[] = new Array(keys.length + carried.length)
    for (const row of sortedOrder(keys, columns, rows.length)) {
      for (let i = 0; i < keys.length; i++) values[i] = columns[i][row]
      rows.copy(row, values, keys.length)
      run.add(values)
    }
    rows.clear()
    for (const column of columns) column.length = 0
    execution.context.checkCancelled()
  }

  private sortTop(wanted: number): number[] {
    // Nothing is asked of the input then, as in PostgreSQL.
    if (wanted === 0) return []
    const { top, topScan } = this
    top.begin(wanted)
    if (topScan?.pays !== true || !topScan.run(top)) this.offerAll()
    return top.order()
  }

  private offerAll(): void {
    const { input, top } = this
    const { registers, context } = this.execution
    let seen = 0
    input.open()
    while (input.next()) {
      if ((++seen & 1023) === 0) context.checkCancelled()
      top.offer(registers)
    }
    input.close()
  }

  next(): boolean {
    if (this.runs !== undefined) return this.runs.next(this.execution.registers)
    if (this.position >= this.order.length) return false
    const rows = this.isTop ? this.top.rows : this.rows
    rows.restore(this.order[this.position++], this.execution.registers)
    return true
  }

  close(): void {
    this.input.close()
    this.clear()
  }

  private clear(): void {
    this.rows.clear()
    this.top.clear()
    this.order = []
    this.position = 0
    this.runs?.close()
    this.runs = undefined
  }
}

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8

function weightOfKeys(columns: readonly Value[][], row: number): number {
  let sum = 0
  for (const column of columns) sum += weightOf(column[row])
  return sum
}

/** More rows than this are sorted whole. */
const TOP_MAX = 100_000

/** The numbers of the rows in order; equal ones stay as they came. */
function sortedOrder(keys: readonly SortKey[], columns: readonly Value[][], count: number): number[] {
  const order: number[] = new Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  if (keys.length === 1) {
    const [key] = keys
    const [values] = columns
    if (values.every(value => typeof value === 'number')) {
      // A stable sort of numbers; NaN sorts last, as in PostgreSQL.
      const sign = key.isDescending ? -1 : 1
      const numbers = Float64Array.from(values)
      return order.sort((a, b) => {
        const x = numbers[a]
        const y = numbers[b]
        if (x < y) return -sign
        if (x > y) return sign
        return x === y ? 0 : sign * key.compare(x, y)
      })
    }
    return order.sort((a, b) => compareKey(key, values[a], values[b]))
  }
  return order.sort((a, b) => {
    for (let i = 0; i < keys.length; i++) {
      const result = compareKey(keys[i], columns[i][a], columns[i][b])
      if (result !== 0) return result
    }
    return 0
  })
}

/** Keeps what the input gave; opened again, it gives the same as long as what it reads from outside is the same. */
export class MaterializeOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly rows: RowBuffer
  private readonly outside: readonly number[]
  /** Of the execution and of the common tables that it reads. */
  private readonly version: () => number
  private filledIn = -1
  /** What the registers from outside held when the rows were read. */
  private filledWith: Value[] = []
  private position = 0

  constructor(
    execution: Execution,
    input: Operator,
    carried: readonly number[],
    outside: readonly number[],
    version: () => number,
  ) {
    this.execution = execution
    this.input = input
    this.rows = new RowBuffer(carried)
    this.outside = outside
    this.version = version
  }
  open(): void {
    this.position = 0
    const { registers } = this.execution
    const isSame =
      this.filledIn === this.version() &&
      this.outside.every((register, i) => Object.is(registers[register], this.filledWith[i]))
    if (isSame) return
    this.filledWith = this.outside.map(register => registers[register])
    this.rows.clear()
    this.input.open()
    while (this.input.next()) this.rows.add(registers)
    this.input.close()
    this.filledIn = this.version()
  }
  next(): boolean {
    if (this.position >= this.rows.length) return false
    this.rows.restore(this.position++, this.execution.registers)
    return true
  }
  close(): void {
    this.position = this.rows.length
  }
}

/** One value for a row's keys, as a Map tells them apart; nulls are equal to each other. */
export type GroupingKey = (registers: RegisterFile) => unknown

/** The first row of each key. */
export class DistinctOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly key: GroupingKey
  private readonly seen = new Set<unknown>()

  constructor(execution: Execution, input: Operator, key: GroupingKey) {
    this.execution = execution
    this.input = input
    this.key = key
  }
  open(): void {
    this.seen.clear()
    this.input.open()
  }
  next(): boolean {
    const { input, key, seen } = this
    while (input.next()) {
      const value = key(this.execution.registers)
      if (seen.has(value)) continue
      seen.add(value)
      return true
    }
    return false
  }
  close(): void {
    this.input.close()
    this.seen.clear()
  }
}
