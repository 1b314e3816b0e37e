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
  /** There are subqueries in what is evaluated for a row: where these may pause, closures see to it. */
  readonly mayPauseInRow: boolean
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
  private byLoop = false
  private stage: 'begin' | 'loop' | 'open' | 'rows' | 'closures' | 'give' = 'give'

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
    this.letGo()
    this.byLoop = scan?.pays === true
    if (this.byLoop || generatesFor(plan.rows)) {
      this.store = new GroupStore(plan.keys, plan.calls, this.groupsMax(), this.execution.context)
      this.stage = 'begin'
    } else this.openClosures()
  }

  private letGo(): void {
    this.store?.letGoOfAll()
    this.store = undefined
  }

  private openClosures(): void {
    this.letGo()
    this.stage = 'closures'
    this.byClosures.open()
  }

  /** Takes all rows into the store; false when it has paused. */
  private read(store: GroupStore): boolean {
    if (this.stage === 'begin') {
      // Only now it is known whether whoever takes the rows lets others have a turn.
      if (this.plan.mayPauseInRow && this.execution.pause.isWanted) {
        this.openClosures()
        return true
      }
      this.stage = this.byLoop ? 'loop' : 'open'
    }
    if (this.stage === 'loop') {
      const progress = this.scan!.run(store, () => store.isTooLarge)
      if (progress === 'paused') return false
      this.stage = progress === 'done' ? 'give' : 'open'
    }
    if (this.stage === 'open') {
      this.input.open()
      this.stage = 'rows'
    }
    if (this.stage === 'rows') {
      this.takeAll(store)
      if (this.execution.pause.isPaused) return false
      this.input.close()
      this.stage = 'give'
    }
    // Where there are too many groups for memory, closures put rows aside.
    if (store.isTooLarge) this.openClosures()
    return true
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
    this.stepAll(input, registers, context, store)
  }

  next(): boolean {
    const { store, plan } = this
    if (store !== undefined && this.stage !== 'give' && !this.read(store)) return false
    if (store === undefined || this.stage === 'closures') return this.byClosures.next()
    if (this.position >= store.count) return false
    const { registers, context, pause } = this.execution
    if (--pause.left < 0 && pause.isDue()) return false
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
    store.letGo(group)
    return true
  }

  close(): void {
    if (this.stage === 'loop') this.scan!.close()
    this.byClosures.close()
    this.stage = 'give'
    this.letGo()
  }
}
