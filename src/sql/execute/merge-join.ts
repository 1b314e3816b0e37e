/**
 * The merge join: both sides come in the order of their keys and are walked side by side. Inner rows of one key are kept
 * as long as outer rows have that key, so that memory holds one group.
 *
 * Invariants:
 * 1. `rows` holds the group: inner rows 0 … groupCount - 1 with the keys `groupKeys`; and behind it, when there is one,
 *    the inner row that was read after it, whose keys are `pendingKeys`.
 * 2. Whatever is restored for a candidate is put back before the inner side is asked for another row: operators below may
 *    look at what they left in their registers.
 *
 * Null is equal to nothing: inner rows with one among their keys are passed over, outer ones match nothing. Where nulls
 * stand in the order of a side does not matter.
 */

import type { Value } from '../functions/registry.ts'
import type { MergeJoin } from '../plan/physical.ts'
import type { Comparator } from '../types/compare.ts'
import type { Evaluate } from './expression.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'
import type { RegisterFile } from './registers.ts'

export interface MergeKey {
  readonly outer: Evaluate
  readonly inner: Evaluate
  readonly compare: Comparator
  readonly isDescending: boolean
}

export class MergeJoinOperator implements Operator {
  private readonly execution: Execution
  private readonly type: MergeJoin['type']
  private readonly outer: Operator
  private readonly inner: Operator
  private readonly keys: readonly MergeKey[]
  private readonly condition: Evaluate | undefined
  private readonly innerNulled: readonly number[]
  private readonly rows: RowBuffer
  private groupCount = 0
  private groupKeys: Value[]
  private pendingKeys: Value[]
  private readonly outerKeys: Value[]
  private hasPending = false
  /** Next row of the group for the outer row at hand; -1: fetch an outer row. */
  private candidate = -1
  private isMatched = false
  /** The next inner row is to be read before the keys of the one at hand are looked at. */
  private isPendingDue = false
  /** What a pause has left in the middle: the search for the outer row at hand, and the reading of its group. */
  private isSeeking = false
  private isReadingGroup = false

  constructor(
    execution: Execution,
    type: MergeJoin['type'],
    outer: Operator,
    inner: Operator,
    keys: readonly MergeKey[],
    condition: Evaluate | undefined,
    carried: readonly number[],
  ) {
    this.execution = execution
    this.type = type
    this.outer = outer
    this.inner = inner
    this.keys = keys
    this.condition = condition
    this.innerNulled = carried
    this.rows = new RowBuffer(carried)
    this.groupKeys = keys.map(() => null)
    this.pendingKeys = keys.map(() => null)
    this.outerKeys = keys.map(() => null)
  }

  open(): void {
    this.rows.clear()
    this.groupCount = 0
    this.candidate = -1
    this.isSeeking = false
    this.isReadingGroup = false
    this.hasPending = false
    this.isPendingDue = true
    this.outer.open()
    this.inner.open()
  }

  next(): boolean {
    const { type } = this
    const { registers, pause } = this.execution
    for (;;) {
      if (this.candidate < 0) {
        if (!this.isSeeking) {
          if (!this.outer.next()) return false
          this.isMatched = false
          this.isSeeking = true
        }
        const isFound = this.seek(registers)
        if (pause.isPaused) return false
        this.isSeeking = false
        this.candidate = isFound ? 0 : this.groupCount
      }
      if (this.nextMatch(registers)) {
        if (type === 'anti') {
          this.candidate = -1
          continue
        }
        if (type === 'semi') this.candidate = -1
        return true
      }
      if (pause.isPaused) return false
      this.candidate = -1
      if (this.isMatched) continue
      if (type === 'anti') return true
      if (type === 'left') {
        for (const register of this.innerNulled) registers[register] = null
        return true
      }
    }
  }

  private nextMatch(registers: RegisterFile): boolean {
    const { rows, condition } = this
    const { pause } = this.execution
    while (this.candidate < this.groupCount) {
      if (--pause.left < 0 && pause.isDue()) return false
      rows.restore(this.candidate++, registers)
      if (condition !== undefined && condition(registers) !== true) continue
      this.isMatched = true
      return true
    }
    return false
  }

  /** Makes the group that of the outer row's keys; false when no inner row has them, and when it has paused. */
  private seek(registers: RegisterFile): boolean {
    if (this.isReadingGroup) return this.readGroup()
    const { keys, outerKeys } = this
    for (let i = 0; i < keys.length; i++) {
      const value = keys[i].outer(registers)
      if (value === null) return false
      outerKeys[i] = value
    }
    if (!this.isPendingDue) {
      if (this.groupCount > 0) {
        const order = this.compare(outerKeys, this.groupKeys)
        if (order === 0) return true
        if (order < 0) return false
      }
      // The pending row of the last group, or of the last search, is the last one kept.
      if (this.hasPending) this.rows.restore(this.rows.length - 1, registers)
      this.groupCount = 0
    }
    for (;;) {
      if (this.isPendingDue && !this.readPending()) return false
      if (!this.hasPending) return false
      const order = this.compare(this.pendingKeys, outerKeys)
      if (order > 0) return false
      if (order === 0) {
        this.beginGroup(registers)
        return this.readGroup()
      }
      this.rows.clear()
      this.isPendingDue = true
    }
  }

  /** With the pending row. */
  private beginGroup(registers: RegisterFile): void {
    const { rows } = this
    rows.clear()
    rows.add(registers)
    const keys = this.groupKeys
    this.groupKeys = this.pendingKeys
    this.pendingKeys = keys
    this.groupCount = 1
    this.isReadingGroup = true
  }

  /** The other rows that have its keys; false when it has paused. */
  private readGroup(): boolean {
    for (;;) {
      if (!this.readPending()) return false
      if (!this.hasPending || this.compare(this.pendingKeys, this.groupKeys) !== 0) break
      this.groupCount++
    }
    this.isReadingGroup = false
    return true
  }

  /** The next inner row without a null among its keys, kept behind the group. False when it has paused: it is due still. */
  private readPending(): boolean {
    const { inner, keys, pendingKeys } = this
    const { registers, pause } = this.execution
    rows: while (inner.next()) {
      for (let i = 0; i < keys.length; i++) {
        const value = keys[i].inner(registers)
        if (value === null) continue rows
        pendingKeys[i] = value
      }
      this.rows.add(registers)
      this.hasPending = true
      this.isPendingDue = false
      return true
    }
    if (pause.isPaused) return false
    this.hasPending = false
    this.isPendingDue = false
    return true
  }

  private compare(left: readonly Value[], right: readonly Value[]): number {
    const { keys } = this
    for (let i = 0; i < keys.length; i++) {
      const a = left[i]
      const b = right[i]
      if (a === b) continue
      const order = keys[i].compare(a, b)
      if (order !== 0) return keys[i].isDescending ? -order : order
    }
    return 0
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.rows.clear()
    this.groupCount = 0
    this.hasPending = false
  }
}
