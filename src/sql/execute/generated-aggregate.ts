/**
 * GROUP BY and aggregates by generated code, where each row goes into one group and no aggregate wants its rows in order or
 * apart; by closures where few rows come.
 */

import type { BoundExpression } from '../bind/bound.ts'
import { type AggregateOperator, bytesOfGroup } from './aggregate.ts'
import type { ExpressionScope } from './expression.ts'
import {
  type CodeAggregate,
  generateStepAll,
  generateStepBatch,
  type StepAll,
} from './generate/aggregate-code.ts'
import { GroupStore } from './generate/group-store.ts'
import { generatesFor } from './generate/policy.ts'
import type { Execution, Operator } from './operator.ts'
import { ScanLoop } from './scan-loop.ts'

export interface GeneratedAggregatePlan {
  readonly keys: readonly BoundExpression[]
  readonly calls: readonly CodeAggregate[]
  /** Where the keys, the results and the number of the set go; -1: nowhere. */
  readonly keyRegisters: readonly number[]
  readonly callRegisters: readonly number[]
  readonly setRegister: number
  /** How many rows are expected of the input. */
  readonly rows: number
}

/** So many groups are always kept. */
const GROUPS_LEAST = 64

export class GeneratedAggregateOperator implements Operator {
  private readonly execution: Execution
  private readonly scope: ExpressionScope
  private readonly plan: GeneratedAggregatePlan
  private readonly byClosures: AggregateOperator
  private readonly input: Operator
  /** The input, where it is a table that is read in batches. */
  private readonly scan: ScanLoop<GroupStore> | undefined
  private stepAll: StepAll | undefined
  private store: GroupStore | undefined
  private position = 0

  constructor(
    execution: Execution,
    scope: ExpressionScope,
    plan: GeneratedAggregatePlan,
    byClosures: AggregateOperator,
    input: Operator,
  ) {
    this.execution = execution
    this.scope = scope
    this.plan = plan
    this.byClosures = byClosures
    this.input = input
    this.scan = ScanLoop.over(execution, input, (loop, filter) =>
      generateStepBatch(loop, filter, plan.keys, plan.calls),
    )
  }

  open(): void {
    const { plan, scan } = this
    this.position = 0
    this.store = undefined
    const byLoop = scan?.pays === true
    if (byLoop || generatesFor(plan.rows)) {
      const store = new GroupStore(plan.keys, plan.calls, this.groupsMax())
      if (!byLoop || !scan.run(store, () => store.isTooLarge)) this.takeAll(store)
      if (!store.isTooLarge) {
        this.store = store
        return
      }
    }
    // Also where there are too many groups for memory: closures put rows aside.
    this.byClosures.open()
  }

  private groupsMax(): number {
    const { keys, calls } = this.plan
    const { spill } = this.execution
    if (spill === undefined) return Number.POSITIVE_INFINITY
    return Math.max(GROUPS_LEAST, spill.budgetBytes / bytesOfGroup(keys.length, calls.length))
  }

  private takeAll(store: GroupStore): void {
    const { input, plan } = this
    const { registers, context } = this.execution
    this.stepAll ??= generateStepAll(this.scope, plan.keys, plan.calls)
    input.open()
    this.stepAll(input, registers, context, store)
    input.close()
  }

  next(): boolean {
    const { store, plan } = this
    if (store === undefined) return this.byClosures.next()
    if (this.position >= store.count) return false
    const { registers, context } = this.execution
    const group = this.position++
    for (let i = 0; i < plan.keyRegisters.length; i++) {
      if (plan.keyRegisters[i] >= 0) registers[plan.keyRegisters[i]] = store.keyValues[i][group]
    }
    if (plan.setRegister >= 0) registers[plan.setRegister] = 0
    for (let i = 0; i < plan.calls.length; i++) {
      const register = plan.callRegisters[i]
      if (register < 0) continue
      registers[register] = plan.calls[i].implementation.finish(store.stateOf(i, group), context)
    }
    return true
  }

  close(): void {
    this.byClosures.close()
    this.store = undefined
  }
}
