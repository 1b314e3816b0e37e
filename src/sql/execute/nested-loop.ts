/** The nested loop: the inner side is opened for each row of the outer one, whose columns it may read. */

import type { NestedLoop } from '../plan/physical.ts'
import type { Evaluate } from './expression.ts'
import type { Execution, Operator } from './operator.ts'

export class NestedLoopOperator implements Operator {
  private readonly execution: Execution
  private readonly type: NestedLoop['type']
  private readonly outer: Operator
  private readonly inner: Operator
  private readonly condition: Evaluate | undefined
  private readonly nulled: readonly number[]
  private isInnerOpen = false
  private isMatched = false

  constructor(
    execution: Execution,
    type: NestedLoop['type'],
    outer: Operator,
    inner: Operator,
    condition: Evaluate | undefined,
    nulled: readonly number[],
  ) {
    this.execution = execution
    this.type = type
    this.outer = outer
    this.inner = inner
    this.condition = condition
    this.nulled = nulled
  }

  open(): void {
    this.isInnerOpen = false
    this.outer.open()
  }

  next(): boolean {
    const { type, outer, inner, condition } = this
    const { registers, pause } = this.execution
    for (;;) {
      if (!this.isInnerOpen) {
        if (!outer.next()) return false
        inner.open()
        this.isInnerOpen = true
        this.isMatched = false
      }
      while (inner.next()) {
        if (condition !== undefined && condition(registers) !== true) continue
        this.isMatched = true
        if (type === 'anti') break
        if (type === 'semi') this.isInnerOpen = false
        return true
      }
      if (pause.isPaused) return false
      this.isInnerOpen = false
      if (this.isMatched) continue
      if (type === 'anti') return true
      if (type === 'left') {
        for (const register of this.nulled) registers[register] = null
        return true
      }
    }
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.isInnerOpen = false
  }
}
