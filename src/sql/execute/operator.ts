/**
 * What a running plan is made of. An operator leaves its columns in registers; between `open` and `close` it may be asked
 * for `next` until that is false. To be opened again is to start anew. Opening one is cheap: what takes long is done by `next`, which
 * may leave it in the middle (pause.ts).
 */

import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { ExecutionSpill } from '../spill/spill-space.ts'
import type { DataSource } from '../storage/data-source.ts'
import { weightOf } from '../types/value-weight.ts'
import type { Pause } from './pause.ts'
import type { RegisterFile } from './registers.ts'

export interface Operator {
  open(): void
  /** True: the next row's columns are in their registers. False: there is none, or `Execution.pause.isPaused`. */
  next(): boolean
  /** Gives up what it holds. May be called at any time, also twice. */
  close(): void
}

/** What the operators of one running statement share. Filled in before each execution. */
export interface Execution {
  readonly registers: RegisterFile
  readonly context: EvaluationContext
  readonly pause: Pause
  /** Undefined: everything stays in memory. */
  readonly spill: ExecutionSpill | undefined
  readonly data: DataSource
  /** Grows with each execution: what was computed once an execution is computed anew in the next. */
  readonly number: number
}

/** Rows as the values of some registers, one row after the other. */
export class RowBuffer {
  private readonly values: Value[] = []
  private readonly places: readonly number[]
  private count = 0

  /** `places`: registers of the values that are kept. */
  constructor(places: readonly number[]) {
    this.places = places
  }

  get length(): number {
    return this.count
  }

  /** All values, row after row: for code that adds them itself, and says by `settle` how many rows there are then. */
  get flat(): Value[] {
    return this.values
  }

  settle(count: number): void {
    this.count = count
  }

  /** Keeps what the registers hold; returns the row's number. */
  add(registers: RegisterFile): number {
    for (const place of this.places) this.values.push(registers[place])
    return this.count++
  }

  /** Keeps what the registers hold in the place of row `row`. */
  replace(row: number, registers: RegisterFile): void {
    const { places, values } = this
    let at = row * places.length
    for (let i = 0; i < places.length; i++) values[at++] = registers[places[i]]
  }

  /** Puts what row `row` had back into the registers. */
  restore(row: number, registers: RegisterFile): void {
    const { places, values } = this
    let at = row * places.length
    for (let i = 0; i < places.length; i++) registers[places[i]] = values[at++]
  }

  /** Makes nulls of what rows put into the registers. */
  putNulls(registers: RegisterFile): void {
    for (const place of this.places) registers[place] = null
  }

  /** Copies what row `row` has to `target`, from `at` on. */
  copy(row: number, target: Value[], at: number): void {
    const { places, values } = this
    for (let i = 0, from = row * places.length; i < places.length; i++) target[at + i] = values[from + i]
  }

  /** What row `row` takes in memory, roughly. */
  weightOf(row: number): number {
    const { places, values } = this
    let sum = 0
    for (let i = 0, at = row * places.length; i < places.length; i++) sum += weightOf(values[at + i])
    return sum
  }

  clear(): void {
    // Setting it is a call into the runtime (40 ns), also where nothing changes by it; most statements clear what is clear.
    if (this.values.length > 0) this.values.length = 0
    this.count = 0
  }
}
