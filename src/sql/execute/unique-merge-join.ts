/**
 * The merge join where no two inner rows have the same key: nothing is kept, since the inner row at hand stays in its
 * registers until outer rows have gone past it.
 *
 * For one key, and for inner, semi- and anti-joins: a left join would write nulls over the row that waits.
 */

import type { Value } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import type { MergeKey } from './merge-join.ts'
import type { MergeLoop } from './merge-loop.ts'
import type { Execution, Operator } from './operator.ts'
import type { LoopOperator, LoopSource } from './scan-loop.ts'

export class UniqueMergeJoinOperator implements LoopOperator {
  private readonly execution: Execution
  private readonly isAnti: boolean
  private readonly outer: Operator
  private readonly inner: Operator
  private readonly key: MergeKey
  private readonly condition: Evaluate | undefined
  /** The key of the inner row in the registers; null: there are no more. */
  private innerKey: Value = null
  private passedOver = 0
  private readonly loop: MergeLoop | undefined

  /** `loop`: the same for whoever takes the pairs in a loop. */
  constructor(
    execution: Execution,
    isAnti: boolean,
    outer: Operator,
    inner: Operator,
    key: MergeKey,
    condition: Evaluate | undefined,
    loop: MergeLoop | undefined,
  ) {
    this.execution = execution
    this.isAnti = isAnti
    this.outer = outer
    this.inner = inner
    this.key = key
    this.condition = condition
    this.loop = loop
  }

  loopSource(): LoopSource | undefined {
    return this.loop && { driver: this.loop, stages: [] }
  }

  open(): void {
    this.outer.open()
    this.inner.open()
    this.advance()
  }

  next(): boolean {
    const { outer, key, condition, isAnti } = this
    const { registers } = this.execution
    while (outer.next()) {
      const isMatch =
        this.seek(key.outer(registers)) && (condition === undefined || condition(registers) === true)
      if (isMatch !== isAnti) return true
    }
    return false
  }

  /** To the inner row with this key; false when there is none. */
  private seek(key: Value): boolean {
    if (key === null) return false
    const { compare, isDescending } = this.key
    while (this.innerKey !== null) {
      if (this.innerKey === key) return true
      const order = compare(this.innerKey, key)
      if (order === 0) return true
      if (order < 0 === isDescending) return false
      this.advance()
    }
    return false
  }

  private advance(): void {
    const { inner, key } = this
    const { registers, context } = this.execution
    while (inner.next()) {
      if ((++this.passedOver & 1023) === 0) context.checkCancelled()
      this.innerKey = key.inner(registers)
      if (this.innerKey !== null) return
    }
    this.innerKey = null
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.innerKey = null
  }
}
