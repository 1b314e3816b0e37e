/**
 * Rows that are kept to be given again: in memory as far as they fit, and those behind them in a file, which is read once more each
 * time.
 */

import type { Value } from '../functions/registry.ts'
import { SpilledRows, SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8

/** Keeps what the input gave; opened again, it gives the same as long as what it reads from outside is the same. */
export class MaterializeOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  /** The first rows. */
  private readonly rows: RowBuffer
  private readonly carried: readonly number[]
  private weight = 0
  private file: SpillFile | undefined
  /** What there was no room for. */
  private rest: SpilledRows | undefined
  private reader: SpillReader | undefined
  private readonly row: Value[] = []
  private readonly outside: readonly number[]
  /** Of the execution and of the common tables that it reads. */
  private readonly version: () => number
  private filledIn = -1
  private isFilling = false
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
    this.carried = carried
    this.outside = outside
    this.version = version
  }

  open(): void {
    this.position = 0
    this.reader = undefined
    const { registers } = this.execution
    const isSame =
      this.filledIn === this.version() &&
      this.outside.every((register, i) => Object.is(registers[register], this.filledWith[i]))
    if (isSame) return
    this.filledWith = this.outside.map(register => registers[register])
    this.filledIn = -1
    this.rows.clear()
    this.weight = 0
    this.rest = undefined
    this.file?.close()
    this.file = undefined
    this.input.open()
    this.isFilling = true
  }

  /** False when it has paused. */
  private fill(): boolean {
    const { input, rows, execution } = this
    const { registers, pause } = execution
    while (input.next()) {
      if (this.rest !== undefined) {
        this.putAside(this.rest)
        continue
      }
      const row = rows.add(registers)
      if (row % WEIGHED_EVERY !== 0) continue
      this.weight += WEIGHED_EVERY * rows.weightOf(row)
      const { spill } = execution
      if (spill === undefined || this.weight < spill.budgetBytes) continue
      this.file = new SpillFile(spill)
      this.rest = new SpilledRows(this.file, this.carried.length)
    }
    if (pause.isPaused) return false
    input.close()
    this.isFilling = false
    this.filledIn = this.version()
    return true
  }

  private putAside(rest: SpilledRows): void {
    const { carried, row } = this
    const { registers } = this.execution
    for (let i = 0; i < carried.length; i++) row[i] = registers[carried[i]]
    rest.add(row)
  }

  next(): boolean {
    const { rows } = this
    const { registers, pause } = this.execution
    if (this.isFilling && !this.fill()) return false
    if (this.position >= rows.length) return this.rest !== undefined && this.nextOfRest(this.rest)
    if (--pause.left < 0 && pause.isDue()) return false
    rows.restore(this.position++, registers)
    return true
  }

  private nextOfRest(rest: SpilledRows): boolean {
    const { carried, row } = this
    const { registers, pause } = this.execution
    if (--pause.left < 0 && pause.isDue()) return false
    this.reader ??= rest.read()
    if (!this.reader.next(row)) return false
    for (let i = 0; i < carried.length; i++) registers[carried[i]] = row[i]
    return true
  }

  close(): void {
    if (this.isFilling) this.input.close()
    this.isFilling = false
    this.reader = undefined
    this.position = this.rows.length
  }
}
