/**
 * A stored table forwards, whole or some ranges of its primary key, by generated code over batches of rows; by closures, row
 * by row, where few rows are met. Subqueries in its filter give the same for all rows, so that none is left in the middle
 * of a batch: they run before the first.
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
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import { type ResumableExpression, ResumableExpressions } from './resumable.ts'
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
  /** What runs before there are rows to be filtered. */
  readonly preparing: readonly ResumableExpression[]
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
  private readonly scan: StoredScanOperator
  private readonly byClosures: Operator
  private readonly preparing: ResumableExpressions | undefined
  private generated: Generated | undefined
  private batches: RowBatches | undefined
  private boundTo = -1
  private ranges: readonly ByteRange[] = []
  private nextRange = 0
  private stage: 'closures' | 'prepare' | 'generated' = 'closures'

  constructor(
    execution: Execution,
    scope: ExpressionScope,
    plan: BatchScanPlan,
    scan: StoredScanOperator,
    byClosures: Operator,
  ) {
    this.execution = execution
    this.scope = scope
    this.plan = plan
    this.scan = scan
    this.byClosures = byClosures
    if (plan.preparing.length > 0) this.preparing = new ResumableExpressions(execution.pause, plan.preparing)
  }

  loopSource(): LoopSource {
    return { driver: this, stages: [] }
  }

  open(): void {
    if (!this.generates()) {
      this.stage = 'closures'
      this.byClosures.open()
      return
    }
    this.preparing?.reset()
    this.stage = this.preparing === undefined ? 'generated' : 'prepare'
    const records = this.openBatches()
    const { codec } = records
    if (this.generated?.codec === codec) return
    const next = generateNext(this.loopCode(false)!, this.filter)
    this.generated = { codec, next: this.plan.counting?.(next) ?? next }
  }

  /** Whether so many rows are met that it pays. */
  generates(): boolean {
    const { execution, plan, scan } = this
    const expected = plan.rangesOf === undefined ? execution.data.records(plan.table).rows.count : 0
    return generatesFor(Math.max(scan.rowsMet, expected))
  }

  prepare(): boolean {
    return this.preparing?.compute(this.execution.registers) ?? true
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

  /** The next rows, or those that were not all taken; undefined at the end. */
  nextBatch(): RowBatches | undefined {
    const batches = this.batches!
    if (batches.hasMore) return batches
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
    if (this.stage !== 'generated') {
      if (this.stage === 'closures') return this.byClosures.next()
      if (!this.prepare()) return false
      this.stage = 'generated'
    }
    const batches = this.batches!
    const { registers, context, pause } = this.execution
    const { next } = this.generated!
    for (;;) {
      if (batches.hasMore && next(batches, registers, context)) return true
      if (pause.spend(batches.count)) return false
      if (this.nextBatch() === undefined) return false
    }
  }

  close(): void {
    this.byClosures.close()
    this.preparing?.reset()
    this.batches?.close()
    this.ranges = []
  }
}
