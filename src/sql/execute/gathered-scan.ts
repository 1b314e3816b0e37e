/**
 * The scan of an OR by several indexes: first the primary keys are gathered that they find, then the rows read in their order.
 *
 * Keys that are more than an operator may keep in memory are of no use: then the whole table is read, and its filter says what is meant.
 */

import type { TableSchema } from '../catalog/schema.ts'
import { PrimaryRanges, type RangeList, type RangesOfIndex } from '../storage/primary-ranges.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'

/** One index, and what of it is looked at. */
export interface GatheredBranch {
  readonly index: string | undefined
  readonly rangesOf: (registers: RegisterFile) => RangesOfIndex['ranges']
}

export class GatheredScanOperator implements Operator {
  private readonly execution: Execution
  private readonly table: TableSchema
  private readonly branches: readonly GatheredBranch[]
  private readonly scan: Operator
  private readonly everything: RangeList
  private readonly gathered = new PrimaryRanges()
  private isGathering = false
  private ranges: RangeList = []

  /** @param scanOf reads the rows of ranges, which are known when it is opened */
  constructor(
    execution: Execution,
    table: TableSchema,
    branches: readonly GatheredBranch[],
    everything: RangeList,
    scanOf: (ranges: () => RangeList) => Operator,
  ) {
    this.execution = execution
    this.table = table
    this.branches = branches
    this.everything = everything
    this.scan = scanOf(() => this.ranges)
  }

  open(): void {
    const { execution } = this
    const { data, registers, spill } = execution
    const parts = this.branches.map(({ index, rangesOf }) => ({ index, ranges: rangesOf(registers) }))
    const budgetBytes = spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    this.gathered.begin(data.source, data.records(this.table), parts, budgetBytes)
    this.isGathering = true
  }

  next(): boolean {
    if (this.isGathering && !this.gather()) return false
    return this.scan.next()
  }

  /** False: it has paused. */
  private gather(): boolean {
    const end = this.gathered.run(this.execution.pause)
    if (end === 'paused') return false
    if (end === 'too many') this.gathered.clear()
    this.ranges = end === 'done' ? this.gathered.inOrder() : this.everything
    this.isGathering = false
    this.scan.open()
    return true
  }

  close(): void {
    this.isGathering = false
    this.scan.close()
    this.gathered.clear()
    this.ranges = []
  }
}
