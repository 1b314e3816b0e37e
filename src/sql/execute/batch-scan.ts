/**
 * A stored table forwards, whole or some ranges of its primary key, by generated code over batches of rows; by closures, row
 * by row, where few rows are met.
 */

import type { ByteRange } from '../../table/range.ts'
import type { BoundExpression } from '../bind/bound.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { AnyRecordTable } from '../storage/any-table.ts'
import type { WantedColumn } from '../storage/column-reader.ts'
import { RowBatches } from '../storage/row-batches.ts'
import type { ExpressionScope } from './expression.ts'
import { generatesFor } from './generate/policy.ts'
import { RowLoop } from './generate/row-loop.ts'
import { generateNext, type NextInBatch } from './generate/scan-code.ts'
import type { Execution } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import type { LoopDriver, LoopOperator, LoopSource } from './scan-loop.ts'
import type { StoredScanOperator } from './scans.ts'

type RecordCodec = AnyRecordTable['codec']

/** What is generated for one layout of the table's rows. */
interface Generated {
  readonly codec: RecordCodec
  readonly next: NextInBatch
}

export interface BatchScanPlan {
  readonly table: TableSchema
  readonly wanted: readonly WantedColumn[]
  /** Undefined: all rows. */
  readonly rangesOf: ((registers: RegisterFile) => readonly ByteRange[]) | undefined
  readonly filter: BoundExpression | undefined
  /** How many rows are expected to pass it. */
  readonly rows: number
  /** For EXPLAIN ANALYZE: counts the rows that are left out. */
  readonly counting: ((next: NextInBatch) => NextInBatch) | undefined
}

/** A filter that so few rows pass, or do not, is one whose outcome the processor guesses. */
const CERTAIN = 0.1

const EVERYTHING: readonly ByteRange[] = [{ from: undefined, to: undefined }]

export class BatchScanOperator implements LoopOperator, LoopDriver {
  private readonly execution: Execution
  private readonly scope: ExpressionScope
  private readonly plan: BatchScanPlan
  private readonly byClosures: StoredScanOperator
  private generated: Generated | undefined
  private batches: RowBatches | undefined
  private boundTo = -1
  private ranges: readonly ByteRange[] = []
  private nextRange = 0
  private isGenerated = false

  constructor(
    execution: Execution,
    scope: ExpressionScope,
    plan: BatchScanPlan,
    byClosures: StoredScanOperator,
  ) {
    this.execution = execution
    this.scope = scope
    this.plan = plan
    this.byClosures = byClosures
  }

  loopSource(): LoopSource {
    return { driver: this, stages: [] }
  }

  open(): void {
    this.isGenerated = this.generates()
    if (!this.isGenerated) {
      this.byClosures.open()
      return
    }
    const records = this.openBatches()
    const { codec } = records
    if (this.generated?.codec === codec) return
    const next = generateNext(this.loopCode(false)!, this.filter)
    this.generated = { codec, next: this.plan.counting?.(next) ?? next }
  }

  /** Whether so many rows are met that it pays. */
  generates(): boolean {
    const { execution, plan, byClosures } = this
    const expected = plan.rangesOf === undefined ? execution.data.records(plan.table).rows.count : 0
    return generatesFor(Math.max(byClosures.rowsMet, expected))
  }

  /** Code is made for the layout of the rows. */
  openLoop(): object {
    return this.openBatches().codec
  }

  private openBatches(): AnyRecordTable {
    const { execution, plan } = this
    const records = execution.data.records(plan.table)
    this.batches ??= RowBatches.of(records, plan.wanted)
    if (this.boundTo !== execution.number) {
      this.batches.bind(execution.data.source, records.rows)
      this.boundTo = execution.number
    }
    this.ranges = plan.rangesOf === undefined ? EVERYTHING : plan.rangesOf(execution.registers)
    this.nextRange = 0
    this.batches.close()
    this.advance()
    return records
  }

  /** For code over its rows. Undefined: they cannot be read in place. */
  loopCode(isInPlace: boolean): RowLoop | undefined {
    const { wanted, table, rows, rangesOf } = this.plan
    const records = this.execution.data.records(table)
    if (isInPlace && !RowLoop.canReadInPlace(records, wanted)) return undefined
    const loop = new RowLoop(records.codec, wanted, this.scope, isInPlace)
    const passing = rangesOf === undefined ? rows / Math.max(1, records.rows.count) : 0
    loop.isFilterUncertain = passing > CERTAIN && passing < 1 - CERTAIN
    return loop
  }

  get filter(): BoundExpression | undefined {
    return this.plan.filter
  }

  /** The next rows; undefined at the end. */
  nextBatch(): RowBatches | undefined {
    const batches = this.batches!
    while (!batches.next()) {
      if (this.advance()) continue
      this.ranges = []
      return undefined
    }
    return batches
  }

  /** The next rows in place; undefined: they are at the end, or the rest comes by `nextBatch`. */
  nextLeaf(): RowBatches | undefined {
    const batches = this.batches!
    while (!batches.nextLeaf()) if (batches.hasRows || !this.advance()) return undefined
    return batches
  }

  /** To the next range. */
  private advance(): boolean {
    if (this.nextRange >= this.ranges.length) return false
    this.batches!.open(this.ranges[this.nextRange++])
    return true
  }

  /** What was read is let go: whoever has a turn now may read other things. */
  letGo(): void {
    this.batches!.endLeaf()
  }

  next(): boolean {
    if (!this.isGenerated) return this.byClosures.next()
    const batches = this.batches!
    const { registers, context, pause } = this.execution
    const { next } = this.generated!
    for (;;) {
      if (batches.position < batches.count && next(batches, registers, context)) return true
      if (pause.spend(batches.count)) return false
      if (this.nextBatch() === undefined) return false
    }
  }

  close(): void {
    this.byClosures.close()
    this.batches?.close()
    this.ranges = []
  }
}
