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
  /** The next inner row is to be read before its key is looked at. */
  private isInnerDue = false
  /** A pause has left the search for the outer row at hand in the middle. */
  private isSeeking = false
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
    this.isSeeking = false
    this.isInnerDue = true
  }

  next(): boolean {
    const { outer, key, condition, isAnti } = this
    const { registers, pause } = this.execution
    for (;;) {
      if (!this.isSeeking) {
        if (!outer.next()) return false
        this.isSeeking = true
      }
      const isFound = this.seek(key.outer(registers))
      if (pause.isPaused) return false
      this.isSeeking = false
      const isMatch = isFound && (condition === undefined || condition(registers) === true)
      if (isMatch !== isAnti) return true
    }
  }

  /** To the inner row with this key; false when there is none, and when it has paused. */
  private seek(key: Value): boolean {
    if (key === null) return false
    const { compare, isDescending } = this.key
    for (;;) {
      if (this.isInnerDue && !this.advance()) return false
      if (this.innerKey === null) return false
      if (this.innerKey === key) return true
      const order = compare(this.innerKey, key)
      if (order === 0) return true
      if (order < 0 === isDescending) return false
      this.isInnerDue = true
    }
  }

  /** False when it has paused. */
  private advance(): boolean {
    const { inner, key } = this
    const { registers, pause } = this.execution
    while (inner.next()) {
      this.innerKey = key.inner(registers)
      if (this.innerKey === null) continue
      this.isInnerDue = false
      return true
    }
    if (pause.isPaused) return false
    this.innerKey = null
    this.isInnerDue = false
    return true
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.innerKey = null
  }
}
