/**
 * Sorting, wholly or as far as rows are wanted (top-N).
 *
 * A sort keeps rows in a buffer, their keys column by column, and sorts the numbers of the rows; numeric keys lie in a
 * typed array and compare without a call. Rows that are more than memory may hold become sorted runs in a file
 * (external-sort.ts).
 */

import type { Value } from '../functions/registry.ts'
import type { SpilledRows } from '../spill/spilled-rows.ts'
import { weightOf } from '../types/value-weight.ts'
import type { Evaluate } from './expression.ts'
import { SortedRuns } from './external-sort.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'
import { RowOrder } from './row-order.ts'
import type { ScanLoop } from './scan-loop.ts'
import { countOf } from './scans.ts'
import type { SortKey } from './sort-keys.ts'
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
  private stage: 'begin' | 'read top' | 'read' | 'sort' | 'give' = 'give'
  private wanted = 0
  private isTop = false
  private isTopByLoop = false
  /** The values of the keys, key by key, of the rows in memory. */
  private columns: Value[][] = []
  private weight = 0
  /** The input has no more rows. */
  private isAtEnd = false
  private sorting: RowOrder | undefined
  private order: ArrayLike<number> = NOTHING
  /** The next row that is given, or written. */
  private position = 0
  /** Undefined: all rows are in memory. */
  private runs: SortedRuns | undefined
  private run: SpilledRows | undefined

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
    this.stage = 'begin'
  }

  /** Reads and sorts; false when it has paused. */
  private prepare(): boolean {
    if (this.stage === 'begin') this.begin()
    if (this.stage === 'read top' && !this.readTop()) return false
    while (this.stage !== 'give') {
      if (this.stage === 'read' && !this.read()) return false
      if (this.stage === 'sort' && !this.sort()) return false
    }
    return true
  }

  private begin(): void {
    const { input, top, topScan } = this
    const { registers } = this.execution
    this.wanted =
      this.limit === undefined
        ? Number.POSITIVE_INFINITY
        : countOf(this.limit, registers, 'LIMIT') + countOf(this.offset, registers, 'OFFSET')
    this.isTop = this.wanted <= TOP_MAX
    if (this.isTop) {
      // Nothing is asked of the input then, as in PostgreSQL.
      if (this.wanted === 0) {
        this.stage = 'give'
        return
      }
      top.begin(this.wanted)
      this.isTopByLoop = topScan?.pays === true
      if (!this.isTopByLoop) input.open()
      this.stage = 'read top'
      return
    }
    this.columns = this.keys.map(() => [])
    this.weight = 0
    this.isAtEnd = false
    input.open()
    this.stage = 'read'
  }

  /** Until the input is at its end, or memory is full. */
  private read(): boolean {
    const { input, keys, rows, columns } = this
    const { registers, pause, spill } = this.execution
    const budget = spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    this.stage = 'sort'
    while (input.next()) {
      for (let i = 0; i < keys.length; i++) columns[i].push(keys[i].evaluate(registers))
      const row = rows.add(registers)
      if (row % WEIGHED_EVERY !== 0) continue
      this.weight += WEIGHED_EVERY * (rows.weightOf(row) + weightOfKeys(columns, row))
      if (this.weight >= budget) return true
    }
    if (pause.isPaused) {
      this.stage = 'read'
      return false
    }
    input.close()
    this.isAtEnd = true
    return true
  }

  /** Sorts the rows that there are; those that are too many, and what comes behind them, go into the file. */
  private sort(): boolean {
    const { keys, columns, rows, execution } = this
    this.sorting ??= new RowOrder(keys, columns, rows.length)
    const order = this.sorting.sorted(execution.pause)
    if (order === undefined) return false
    if (this.isAtEnd && this.runs === undefined) {
      this.order = order
      this.stage = 'give'
    } else {
      if (!this.writeRun(order)) return false
      this.stage = this.isAtEnd ? 'give' : 'read'
    }
    this.sorting = undefined
    return true
  }

  /** Puts the rows into the file; memory is empty then. False when it has paused. */
  private writeRun(order: Int32Array): boolean {
    const { keys, rows, columns, carried, execution } = this
    if (rows.length > 0) {
      this.runs ??= new SortedRuns(execution.spill!, keys, carried)
      this.run ??= this.runs.newRun()
      const values: Value[] = new Array(keys.length + carried.length)
      for (; this.position < order.length; this.position++) {
        if (execution.pause.spend(1)) return false
        const row = order[this.position]
        for (let i = 0; i < keys.length; i++) values[i] = columns[i][row]
        rows.copy(row, values, keys.length)
        this.run.add(values)
      }
    }
    this.run = undefined
    this.position = 0
    this.weight = 0
    rows.clear()
    for (const column of columns) column.length = 0
    return true
  }

  private readTop(): boolean {
    const { top, topScan, input } = this
    const { registers, pause } = this.execution
    if (this.isTopByLoop) {
      const progress = topScan!.run(top)
      if (progress === 'paused') return false
      if (progress === 'impossible') {
        this.isTopByLoop = false
        input.open()
      }
    }
    if (!this.isTopByLoop) {
      while (input.next()) top.offer(registers)
      if (pause.isPaused) return false
      input.close()
    }
    this.order = top.order()
    this.stage = 'give'
    return true
  }

  next(): boolean {
    const { pause, registers } = this.execution
    if (this.stage !== 'give' && !this.prepare()) return false
    if (--pause.left < 0 && pause.isDue()) return false
    if (this.runs !== undefined) return this.runs.next(registers)
    if (this.position >= this.order.length) return false
    const rows = this.isTop ? this.top.rows : this.rows
    rows.restore(this.order[this.position++], registers)
    return true
  }

  close(): void {
    this.input.close()
    if (this.isTopByLoop && this.stage === 'read top') this.topScan!.close()
    this.clear()
  }

  private clear(): void {
    this.stage = 'give'
    this.rows.clear()
    this.top.clear()
    this.columns = []
    this.sorting = undefined
    this.order = NOTHING
    this.position = 0
    this.run = undefined
    this.runs?.close()
    this.runs = undefined
  }
}

const NOTHING: readonly number[] = []

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8

function weightOfKeys(columns: readonly Value[][], row: number): number {
  let sum = 0
  for (const column of columns) sum += weightOf(column[row])
  return sum
}

/** More rows than this are sorted whole. */
const TOP_MAX = 100_000
