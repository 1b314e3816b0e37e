/**
 * What EXPLAIN ANALYZE measures: for each node of a plan how often it was opened, how many rows it gave, the time and the
 * pages that it and those below it took. A program that is built with a meter has an operator around each of its operators;
 * one without has none, and pays nothing.
 */

import type { BoundExpression } from '../bind/bound.ts'
import type { PlanNode } from '../plan/physical.ts'
import type { Evaluate } from './expression.ts'
import type { NextInBatch } from './generate/scan-code.ts'
import type { Operator } from './operator.ts'

/** Pages that were found in memory, and read from the file, so far. */
export interface PageCounts {
  readonly hits: number
  readonly reads: number
}

export interface MeterSource {
  /** Undefined: times are not wanted. */
  readonly nowMs: (() => number) | undefined
  /** Undefined: pages are not wanted. */
  readonly pages: (() => PageCounts) | undefined
}

/** Sums over all times that a node was opened. */
export class Measurement {
  loops = 0
  rows = 0
  /** Until the first row of each loop. */
  startupMs = 0
  totalMs = 0
  pageHits = 0
  pageReads = 0
  /** Rows that a condition of the node has refused. */
  removed = 0
}

export class Meter {
  readonly source: MeterSource
  private readonly measurements = new Map<PlanNode, Measurement>()
  /** The node whose rows a condition tests. */
  private readonly conditions = new Map<BoundExpression, Measurement>()

  constructor(source: MeterSource) {
    this.source = source
  }

  /** Undefined: the node was never built. */
  of(node: PlanNode): Measurement | undefined {
    return this.measurements.get(node)
  }

  /** Before a node's operator is built: so that what tests its rows is known. */
  begin(node: PlanNode): void {
    const measurement = new Measurement()
    this.measurements.set(node, measurement)
    const condition =
      node.kind === 'filter' || 'outer' in node ? node.condition : 'filter' in node ? node.filter : undefined
    if (condition !== undefined) this.conditions.set(condition, measurement)
  }

  /** Parts of a condition count what they refuse as it would. */
  split(condition: BoundExpression, parts: readonly (BoundExpression | undefined)[]): void {
    const measurement = this.conditions.get(condition)
    if (measurement === undefined) return
    for (const part of parts) if (part !== undefined) this.conditions.set(part, measurement)
  }

  around(node: PlanNode, operator: Operator): Operator {
    return new MeasuredOperator(operator, this.measurements.get(node)!, this.source)
  }

  /** Counts what a node's condition refuses. */
  counting(condition: BoundExpression, evaluate: Evaluate): Evaluate {
    const measurement = this.conditions.get(condition)
    if (measurement === undefined) return evaluate
    return registers => {
      const result = evaluate(registers)
      if (result !== true) measurement.removed++
      return result
    }
  }

  /** The same where generated code tests them: rows of a batch that were met and not given. */
  countingInBatches(node: PlanNode, next: NextInBatch): NextInBatch {
    const measurement = this.measurements.get(node)!
    return (batch, registers, context) => {
      const before = batch.position
      const isFound = next(batch, registers, context)
      measurement.removed += batch.position - before - (isFound ? 1 : 0)
      return isFound
    }
  }
}

class MeasuredOperator implements Operator {
  private readonly operator: Operator
  private readonly measurement: Measurement
  private readonly source: MeterSource
  private hasRow = false

  constructor(operator: Operator, measurement: Measurement, source: MeterSource) {
    this.operator = operator
    this.measurement = measurement
    this.source = source
  }

  open(): void {
    this.measurement.loops++
    this.hasRow = false
    this.measured(() => {
      this.operator.open()
      return false
    })
  }

  next(): boolean {
    const isThere = this.measured(() => this.operator.next())
    if (isThere) {
      this.measurement.rows++
      this.hasRow = true
    }
    return isThere
  }

  close(): void {
    this.operator.close()
  }

  private measured(run: () => boolean): boolean {
    const { measurement } = this
    const { nowMs, pages } = this.source
    const pagesBefore = pages?.()
    const startedMs = nowMs?.() ?? 0
    const result = run()
    const tookMs = (nowMs?.() ?? 0) - startedMs
    measurement.totalMs += tookMs
    if (!this.hasRow) measurement.startupMs += tookMs
    if (pagesBefore !== undefined) {
      const { hits, reads } = pages!()
      measurement.pageHits += hits - pagesBefore.hits
      measurement.pageReads += reads - pagesBefore.reads
    }
    return result
  }
}
