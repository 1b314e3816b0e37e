/**
 * The merge join by one key of which no two inner rows have the same, as a loop over the vectors of both sides. What is done
 * with a pair is part of the loop: no row goes through registers.
 */

import type { BoundExpression } from '../bind/bound.ts'
import { ColumnVectors, type VectorColumn, VectorScan } from './column-vectors.ts'
import type { ExpressionScope } from './expression.ts'
import { LoopCode } from './generate/loop-code.ts'
import type { Execution, Operator } from './operator.ts'
import type { LoopDriver } from './scan-loop.ts'

export interface MergeLoopPlan {
  readonly outer: readonly VectorColumn[]
  readonly inner: readonly VectorColumn[]
  /** Registers of the keys, whose values JavaScript compares as SQL does; both sides ascend. */
  readonly outerKey: number
  readonly innerKey: number
  readonly condition: BoundExpression | undefined
}

/** What the loop takes at once: vectors of both sides, and how far it has come in each. */
class MergeRows {
  readonly outer: ColumnVectors
  readonly inner: ColumnVectors
  outerAt = 0
  innerAt = 0

  constructor(outer: ColumnVectors, inner: ColumnVectors) {
    this.outer = outer
    this.inner = inner
  }
}

export class MergeLoop implements LoopDriver {
  private readonly scope: ExpressionScope
  private readonly plan: MergeLoopPlan
  private readonly outer: VectorScan
  private readonly inner: VectorScan
  /** Of the vectors that there are: code is made for their kinds. */
  private rows = new MergeRows(new ColumnVectors([]), new ColumnVectors([]))

  constructor(
    execution: Execution,
    scope: ExpressionScope,
    outer: Operator,
    inner: Operator,
    plan: MergeLoopPlan,
  ) {
    this.scope = scope
    this.plan = plan
    this.outer = new VectorScan(execution, outer, plan.outer)
    this.inner = new VectorScan(execution, inner, plan.inner)
  }

  /** Whether both sides come by loops. */
  get isThere(): boolean {
    return this.outer.isThere && this.inner.isThere
  }

  get filter(): BoundExpression | undefined {
    return this.plan.condition
  }

  generates(): boolean {
    return this.outer.pays || this.inner.pays
  }

  prepare(): boolean {
    return true
  }

  openLoop(): object | undefined {
    const { outer, inner } = this
    if (!outer.open()) return undefined
    if (!inner.open()) {
      outer.close()
      return undefined
    }
    if (this.rows.outer !== outer.vectors || this.rows.inner !== inner.vectors) {
      this.rows = new MergeRows(outer.vectors, inner.vectors)
    }
    this.rows.outerAt = 0
    this.rows.innerAt = 0
    return this.rows
  }

  loopCode(isInPlace: boolean): LoopCode | undefined {
    return isInPlace ? undefined : new MergeLoopCode(this.scope, this.plan, this.outer, this.inner)
  }

  nextLeaf(): undefined {
    return undefined
  }

  /** Undefined when one side is at its end (nothing matches behind it), or has paused. */
  nextBatch(): object | undefined {
    const { rows, outer, inner } = this
    if (outer.isFilling || rows.outerAt >= rows.outer.count) {
      if (!outer.next()) return undefined
      rows.outerAt = 0
    }
    if (inner.isFilling || rows.innerAt >= rows.inner.count) {
      if (!inner.next()) return undefined
      rows.innerAt = 0
    }
    return rows
  }

  letGo(): void {
    this.outer.letGo()
    this.inner.letGo()
  }

  close(): void {
    this.outer.close()
    this.inner.close()
  }
}

class MergeLoopCode extends LoopCode {
  private readonly plan: MergeLoopPlan
  private readonly outer: VectorScan
  private readonly inner: VectorScan

  constructor(scope: ExpressionScope, plan: MergeLoopPlan, outer: VectorScan, inner: VectorScan) {
    super(scope, false)
    this.plan = plan
    this.outer = outer
    this.inner = inner
  }

  protected begin(): void {
    const { code, plan } = this
    code.line('const { outer, inner } = batch')
    code.line('let { outerAt, innerAt } = batch')
    code.line('const outerCount = outer.count, innerCount = inner.count')
    const outerKey = this.columnsOf('outer', this.outer, 'at', plan.outerKey)
    const innerKey = this.columnsOf('inner', this.inner, 'innerAt', plan.innerKey)
    code.line('while (outerAt < outerCount && innerAt < innerCount) {')
    this.leaveOff()
    code.line(`const outerKey = ${outerKey.name}[outerAt], innerKey = ${innerKey.name}[innerAt]`)
    if (!outerKey.isNumber) code.line('if (outerKey === null) { outerAt++; continue }')
    if (!innerKey.isNumber) code.line('if (innerKey === null) { innerAt++; continue }')
    code.line('if (outerKey < innerKey) { outerAt++; continue }')
    code.line('if (outerKey > innerKey) { innerAt++; continue }')
    // The inner row stays: the next outer one may have its key, too.
    code.line('const at = outerAt++')
  }

  protected override end(): void {
    this.code.line('batch.outerAt = outerAt; batch.innerAt = innerAt')
  }

  /** Names the vectors of a side; gives that of the key. */
  private columnsOf(
    side: 'outer' | 'inner',
    scan: VectorScan,
    at: string,
    key: number,
  ): { readonly name: string; readonly isNumber: boolean } {
    const { code } = this
    let found = { name: '', isNumber: false }
    for (const [i, { register }] of scan.columns.entries()) {
      const name = code.fresh(side)
      const isNumber = scan.hasNumbers(i)
      code.line(`const ${name} = ${side}.columns[${i}]`)
      if (register === key) found = { name, isNumber }
      this.define(register, () => {
        const value = code.fresh('v')
        code.line(`const ${value} = ${name}[${at}]`)
        return { value, isNull: isNumber ? undefined : `${value} === null` }
      })
    }
    return found
  }
}
