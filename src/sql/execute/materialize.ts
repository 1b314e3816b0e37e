/**
 * Rows that are kept to be given again: in memory as far as they fit, and those behind them in a file, which is read once more each
 * time.
 */

import type { Value } from '../functions/registry.ts'
import type { Execution, Operator } from './operator.ts'
import { RowStore } from './row-store.ts'

/** Keeps what the input gave; opened again, it gives the same as long as what it reads from outside is the same. */
export class MaterializeOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly rows: RowStore
  private readonly outside: readonly number[]
  /** Of the execution and of the common tables that it reads. */
  private readonly version: () => number
  private filledIn = -1
  private isFilling = false
  /** What the registers from outside held when the rows were read. */
  private filledWith: Value[] = []
  private isOpen = false

  constructor(
    execution: Execution,
    input: Operator,
    carried: readonly number[],
    outside: readonly number[],
    version: () => number,
  ) {
    this.execution = execution
    this.input = input
    this.rows = new RowStore(execution, carried)
    this.outside = outside
    this.version = version
  }

  open(): void {
    this.isOpen = true
    this.rows.rewind()
    const { registers } = this.execution
    const isSame =
      this.filledIn === this.version() &&
      this.outside.every((register, i) => Object.is(registers[register], this.filledWith[i]))
    if (isSame) return
    this.filledWith = this.outside.map(register => registers[register])
    this.filledIn = -1
    this.rows.clear()
    this.input.open()
    this.isFilling = true
  }

  /** False when it has paused. */
  private fill(): boolean {
    const { input, rows, execution } = this
    const { registers, pause } = execution
    while (input.next()) rows.add(registers)
    if (pause.isPaused) return false
    input.close()
    this.isFilling = false
    this.filledIn = this.version()
    return true
  }

  next(): boolean {
    const { registers, pause } = this.execution
    if (this.isFilling && !this.fill()) return false
    if (!this.isOpen || (--pause.left < 0 && pause.isDue())) return false
    return this.rows.next(registers)
  }

  close(): void {
    if (this.isFilling) this.input.close()
    this.isFilling = false
    this.isOpen = false
  }
}
