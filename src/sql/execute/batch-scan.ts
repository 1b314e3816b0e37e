/**
 * A stored table forwards, whole or some ranges of its primary key, by generated code over batches of rows; by closures, row
 * by row, where few rows are met.
 */

import type { ByteRange } from '../../table/range.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { AnyRecordTable } from '../storage/any-table.ts'
import type { WantedColumn } from '../storage/column-reader.ts'
import { RowBatches } from '../storage/row-batches.ts'
import { generatesFor } from './generate/policy.ts'
import type { NextInBatch } from './generate/scan-code.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import type { StoredScanOperator } from './scans.ts'

/** What is generated for one layout of the table's rows. */
interface Generated {
  readonly codec: AnyRecordTable['codec']
  readonly next: NextInBatch
}

export interface BatchScanPlan {
  readonly table: TableSchema
  readonly wanted: readonly WantedColumn[]
  /** Undefined: all rows. */
  readonly rangesOf: ((registers: RegisterFile) => readonly ByteRange[]) | undefined
  readonly generate: (codec: AnyRecordTable['codec']) => NextInBatch
}

const EVERYTHING: readonly ByteRange[] = [{ from: undefined, to: undefined }]

export class BatchScanOperator implements Operator {
  private readonly execution: Execution
  private readonly plan: BatchScanPlan
  private readonly byClosures: StoredScanOperator
  private generated: Generated | undefined
  private batches: RowBatches | undefined
  private boundTo = -1
  private ranges: readonly ByteRange[] = []
  private nextRange = 0
  private isGenerated = false

  constructor(execution: Execution, plan: BatchScanPlan, byClosures: StoredScanOperator) {
    this.execution = execution
    this.plan = plan
    this.byClosures = byClosures
  }

  open(): void {
    const { execution, plan } = this
    const records = execution.data.records(plan.table)
    const expected = plan.rangesOf === undefined ? records.rows.count : 0
    this.isGenerated = generatesFor(Math.max(this.byClosures.rowsMet, expected))
    if (!this.isGenerated) {
      this.byClosures.open()
      return
    }
    this.bind(records)
    this.ranges = plan.rangesOf === undefined ? EVERYTHING : plan.rangesOf(execution.registers)
    this.nextRange = 0
    this.batches!.close()
    this.advance()
  }

  private bind(records: AnyRecordTable): void {
    const { execution, plan } = this
    if (this.generated?.codec !== records.codec) {
      this.generated = { codec: records.codec, next: plan.generate(records.codec) }
    }
    this.batches ??= RowBatches.of(records, plan.wanted)
    if (this.boundTo === execution.number) return
    this.batches.bind(execution.data.source, records.rows)
    this.boundTo = execution.number
  }

  /** To the next range. */
  private advance(): boolean {
    if (this.nextRange >= this.ranges.length) return false
    this.batches!.open(this.ranges[this.nextRange++])
    return true
  }

  next(): boolean {
    if (!this.isGenerated) return this.byClosures.next()
    const batches = this.batches!
    const { registers, context } = this.execution
    const { next } = this.generated!
    for (;;) {
      if (batches.position < batches.count && next(batches, registers, context)) return true
      context.checkCancelled()
      if (!batches.next() && !this.advance()) {
        this.ranges = []
        return false
      }
    }
  }

  close(): void {
    this.byClosures.close()
    this.batches?.close()
    this.ranges = []
  }
}
