/** Rows, as the values of some registers, that are all kept and then given back in their order: in memory as far as they fit, and those behind them in a file. */

import type { Value } from '../functions/registry.ts'
import { SpilledRows, SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { type Execution, RowBuffer } from './operator.ts'
import type { RegisterFile } from './registers.ts'

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8

export class RowStore {
  private readonly execution: Execution
  private readonly places: readonly number[]
  private readonly share: number
  /** The first rows. */
  private readonly first: RowBuffer
  private weight = 0
  private file: SpillFile | undefined
  /** What there was no room for. */
  private rest: SpilledRows | undefined
  private reader: SpillReader | undefined
  private readonly row: Value[] = []
  private position = 0

  /**
   * @param places registers of the values that are kept
   * @param share of the memory that one operator may use
   */
  constructor(execution: Execution, places: readonly number[], share = 1) {
    this.execution = execution
    this.places = places
    this.share = share
    this.first = new RowBuffer(places)
  }

  get length(): number {
    return this.first.length + (this.rest?.length ?? 0)
  }

  /** Keeps what the registers hold. */
  add(registers: RegisterFile): void {
    if (this.rest !== undefined) {
      this.addToRest(this.rest, registers)
      return
    }
    const row = this.first.add(registers)
    // Few rows are not weighed at all, so that a change of one asks for nothing.
    if (row % WEIGHED_EVERY !== WEIGHED_EVERY - 1) return
    this.weight += WEIGHED_EVERY * this.first.weightOf(row)
    const { spill } = this.execution
    if (spill === undefined || this.weight < this.share * spill.budgetBytes) return
    this.file = new SpillFile(spill)
    this.rest = new SpilledRows(this.file, this.places.length)
  }

  private addToRest(rest: SpilledRows, registers: RegisterFile): void {
    const { places, row } = this
    for (let i = 0; i < places.length; i++) row[i] = registers[places[i]]
    rest.add(row)
  }

  /** The next row is the first one. */
  rewind(): void {
    this.position = 0
    this.reader = undefined
  }

  /** Puts the next row into the registers; false at the end. */
  next(registers: RegisterFile): boolean {
    if (this.position < this.first.length) {
      this.first.restore(this.position++, registers)
      return true
    }
    return this.rest !== undefined && this.nextOfRest(this.rest, registers)
  }

  private nextOfRest(rest: SpilledRows, registers: RegisterFile): boolean {
    const { places, row } = this
    this.reader ??= rest.read()
    if (!this.reader.next(row)) return false
    for (let i = 0; i < places.length; i++) registers[places[i]] = row[i]
    return true
  }

  /** Makes nulls of what rows put into the registers. */
  putNulls(registers: RegisterFile): void {
    this.first.putNulls(registers)
  }

  /** The file is gone, and so are the rows. */
  clear(): void {
    this.first.clear()
    this.weight = 0
    this.rest = undefined
    this.file?.close()
    this.file = undefined
    this.rewind()
  }
}
