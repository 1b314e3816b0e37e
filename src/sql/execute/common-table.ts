/**
 * A common table's rows: computed as they are asked for, once an execution, and read by any number of scans. What memory does not
 * hold lies in a file.
 */

import { type KeptRow, KeptRows } from '../spill/kept-rows.ts'
import type { Evaluate } from './expression.ts'
import type { Execution, Operator } from './operator.ts'

export class CommonTable {
  private readonly execution: Execution
  private readonly operator: Operator
  private readonly targets: readonly Evaluate[]
  private rows = new KeptRows(undefined)
  private isComplete = false
  private openedIn = -1
  private resets = 0

  constructor(execution: Execution, operator: Operator, targets: readonly Evaluate[]) {
    this.execution = execution
    this.operator = operator
    this.targets = targets
  }

  /** Forgets what there is: outer columns have changed. */
  reset(): void {
    this.operator.close()
    this.rows.close()
    this.rows = new KeptRows(this.execution.spill)
    this.isComplete = false
    this.openedIn = -1
    this.resets++
  }

  /** Grows whenever its rows may have become others. */
  get generation(): number {
    return this.resets
  }

  /** Computes all rows: what changes data does so wholly. False when it has paused, and is to be called again. */
  complete(): boolean {
    const { pause } = this.execution
    this.start()
    while (!this.isComplete) {
      this.advance()
      if (pause.isPaused) return false
    }
    return true
  }

  /** Undefined: it has paused, and goes on when it is asked again. */
  *read(): Generator<KeptRow | undefined> {
    const { pause } = this.execution
    this.start()
    const reader = this.rows.read()
    for (;;) {
      const row = reader.next()
      if (row !== undefined) {
        yield row
        continue
      }
      if (this.isComplete) return
      this.advance()
      if (pause.isPaused) yield undefined
    }
  }

  private start(): void {
    if (this.openedIn === this.execution.number) return
    this.reset()
    this.openedIn = this.execution.number
    this.operator.open()
  }

  private advance(): void {
    const { registers, pause } = this.execution
    if (this.operator.next()) this.rows.add(this.targets.map(target => target(registers)))
    else if (!pause.isPaused) {
      this.operator.close()
      this.isComplete = true
    }
  }

  close(): void {
    this.operator.close()
    this.rows.close()
    this.rows = new KeptRows(undefined)
    this.openedIn = -1
  }
}

/** Something with common tables in it that depend on what is outside: they are computed anew each time it is opened. */
export class ResettingOperator implements Operator {
  private readonly input: Operator
  private readonly tables: readonly CommonTable[]

  constructor(input: Operator, tables: readonly CommonTable[]) {
    this.input = input
    this.tables = tables
  }
  open(): void {
    for (const table of this.tables) table.reset()
    this.input.open()
  }
  next(): boolean {
    return this.input.next()
  }
  close(): void {
    this.input.close()
  }
}

/** A statement with common tables that change data: these are changed wholly, in the order in which they stand, whoever reads them. */
export class AfterChangesOperator implements Operator {
  private readonly input: Operator
  private readonly changes: readonly CommonTable[]
  private changedCount = 0
  private isOpen = false

  constructor(input: Operator, changes: readonly CommonTable[]) {
    this.input = input
    this.changes = changes
  }

  open(): void {
    this.changedCount = 0
    this.isOpen = false
  }

  next(): boolean {
    return (this.isOpen || this.change()) && this.input.next()
  }

  /** False when it has paused, and is to be called again. */
  change(): boolean {
    for (; this.changedCount < this.changes.length; this.changedCount++) {
      if (!this.changes[this.changedCount].complete()) return false
    }
    if (!this.isOpen) this.input.open()
    this.isOpen = true
    return true
  }

  close(): void {
    this.input.close()
  }
}
