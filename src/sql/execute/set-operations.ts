/** Recursive unions, and set-returning functions in a select list. */

import { type KeptRow, KeptRows } from '../spill/kept-rows.ts'
import { KeySet } from '../spill/key-set.ts'
import type { CommonTable } from './common-table.ts'
import type { GroupingKey } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import { functionRows, type RunningFunction } from './scans.ts'

/** The rows that the last round of a recursion gave. */
export interface WorkTable {
  rows: Iterable<KeptRow>
  /** Grows whenever they become others. */
  generation: number
}

/**
 * WITH RECURSIVE: the rows of the initial term, then of the recursive one over what the round before gave. Those of the round
 * before, those of the round at hand and, for UNION, the keys of all share the memory; what is more lies in files.
 */
export class RecursiveUnionOperator implements Operator {
  private readonly execution: Execution
  private readonly initial: Operator
  private readonly recursive: Operator
  private readonly registers: readonly number[]
  /** Undefined: UNION ALL. */
  private readonly key: GroupingKey | undefined
  /** What the recursive reference reads. */
  private readonly workTable: WorkTable
  /** What the recursive term computes of it in each round. */
  private readonly roundTables: readonly CommonTable[]
  private readonly seen = new KeySet()
  private before = new KeptRows(undefined)
  private round = new KeptRows(undefined)
  private isInitial = true
  private isOpen = false

  constructor(
    execution: Execution,
    initial: Operator,
    recursive: Operator,
    registers: readonly number[],
    key: GroupingKey | undefined,
    workTable: WorkTable,
    roundTables: readonly CommonTable[],
  ) {
    this.execution = execution
    this.initial = initial
    this.recursive = recursive
    this.registers = registers
    this.key = key
    this.workTable = workTable
    this.roundTables = roundTables
  }

  open(): void {
    this.forget()
    const { spill } = this.execution
    if (this.key !== undefined) this.seen.begin(spill, SHARE * (spill?.budgetBytes ?? 0))
    this.round = new KeptRows(spill, SHARE)
    this.isInitial = true
    this.isOpen = true
    this.initial.open()
  }

  next(): boolean {
    const { registers, pause } = this.execution
    while (this.isOpen) {
      const input = this.isInitial ? this.initial : this.recursive
      while (input.next()) {
        if (this.key !== undefined && !this.seen.add(this.key(registers))) continue
        this.round.add(this.registers.map(register => registers[register]))
        return true
      }
      if (pause.isPaused) return false
      input.close()
      this.isInitial = false
      if (this.round.length === 0) this.isOpen = false
      else {
        this.before.close()
        this.before = this.round
        this.round = new KeptRows(this.execution.spill, SHARE)
        this.workTable.rows = this.before
        this.workTable.generation++
        for (const table of this.roundTables) table.reset()
        this.recursive.open()
      }
    }
    return false
  }

  close(): void {
    this.initial.close()
    this.recursive.close()
    this.forget()
    this.isOpen = false
  }

  private forget(): void {
    this.workTable.rows = []
    this.seen.clear()
    this.before.close()
    this.round.close()
    this.before = new KeptRows(undefined)
    this.round = this.before
  }
}

/** Of the memory, for each of what a recursion keeps. */
const SHARE = 1 / 3

/** A set-returning function of a select list; its arguments may be values of functions before it. */
export interface ListedFunction extends RunningFunction {
  readonly register: number
  /** It reads values of others: runs for each row that they give. */
  readonly isNested: boolean
}

/** For each row below: as many rows as the longest of the functions gives; the others are null after their end. */
export class ProjectSetOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly functions: readonly ListedFunction[]
  private rows: Iterator<undefined> | undefined

  constructor(execution: Execution, input: Operator, functions: readonly ListedFunction[]) {
    this.execution = execution
    this.input = input
    this.functions = functions
  }
  open(): void {
    this.rows = undefined
    this.input.open()
  }
  next(): boolean {
    const { registers, pause } = this.execution
    for (;;) {
      if (this.rows === undefined) {
        if (!this.input.next()) return false
        this.rows = this.expand(0, registers)
      }
      if (--pause.left < 0 && pause.isDue()) return false
      if (!this.rows.next().done) return true
      this.rows = undefined
    }
  }

  /** Functions from `first` on: those that read nobody's values side by side, then the nested ones within each row. */
  private *expand(first: number, registers: RegisterFile): Generator<undefined> {
    let end = first
    while (end < this.functions.length && (end === first || !this.functions[end].isNested)) end++
    if (end === first) {
      yield undefined
      return
    }
    const side = this.functions.slice(first, end)
    for (const row of functionRows(side, registers, false)) {
      for (let i = 0; i < side.length; i++) registers[side[i].register] = row[i]
      if (end < this.functions.length) yield* this.expand(end, registers)
      else yield undefined
    }
  }

  close(): void {
    this.input.close()
    this.rows?.return?.()
    this.rows = undefined
  }
}
