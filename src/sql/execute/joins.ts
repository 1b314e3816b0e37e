/**
 * Joins. The outer side drives; an inner join's result does not depend on the side.
 *
 * Null is equal to nothing, so that a row with a null among its keys matches none: it is not kept by its hash, and for
 * outer joins comes out unmatched.
 */

import type { Value } from '../functions/registry.ts'
import type { JoinType } from '../plan/physical.ts'
import type { Evaluate } from './expression.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'

export class NestedLoopOperator implements Operator {
  private readonly execution: Execution
  private readonly type: Exclude<JoinType, 'right' | 'full'>
  private readonly outer: Operator
  private readonly inner: Operator
  private readonly condition: Evaluate | undefined
  private readonly nulled: readonly number[]
  private isInnerOpen = false
  private isMatched = false

  constructor(
    execution: Execution,
    type: Exclude<JoinType, 'right' | 'full'>,
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
    const { registers } = this.execution
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

/** One key, or several together, as something that a Map tells apart; undefined: there is a null among them. */
export type JoinKey = (registers: Value[]) => unknown

export class HashJoinOperator implements Operator {
  private readonly execution: Execution
  private readonly type: JoinType
  private readonly outer: Operator
  private readonly inner: Operator
  private readonly outerKey: JoinKey
  private readonly innerKey: JoinKey
  private readonly condition: Evaluate | undefined
  private readonly innerNulled: readonly number[]
  private readonly outerNulled: readonly number[]
  private readonly rows: RowBuffer
  /** By key: the first row of a chain. */
  private readonly heads = new Map<unknown, number>()
  /** By row: the next of its chain, -1 at the end. */
  private chain: number[] = []
  private wasMatched: boolean[] = []
  /** Next candidate of the outer row at hand, -1: none; -2: fetch an outer row. */
  private candidate = -2
  private isMatched = false
  /** Unmatched inner rows are given from here on; -1 before. */
  private unmatchedFrom = -1

  constructor(
    execution: Execution,
    type: JoinType,
    outer: Operator,
    inner: Operator,
    keys: { readonly outer: JoinKey; readonly inner: JoinKey },
    condition: Evaluate | undefined,
    carried: readonly number[],
    outerNulled: readonly number[],
  ) {
    this.execution = execution
    this.type = type
    this.outer = outer
    this.inner = inner
    this.outerKey = keys.outer
    this.innerKey = keys.inner
    this.condition = condition
    this.innerNulled = carried
    this.outerNulled = outerNulled
    this.rows = new RowBuffer(carried)
  }

  open(): void {
    this.clear()
    const { inner, innerKey, rows, heads, type } = this
    const { registers, context } = this.execution
    const keepsAll = type === 'right' || type === 'full'
    inner.open()
    // Chains are built back to front; reversed below, so that matches come in the order of the input.
    const keys: unknown[] = []
    while (inner.next()) {
      const key = innerKey(registers)
      if (key === undefined && !keepsAll) continue
      keys.push(key)
      if ((rows.add(registers) & 1023) === 0) context.checkCancelled()
    }
    inner.close()
    this.chain = new Array(keys.length).fill(-1)
    for (let row = keys.length - 1; row >= 0; row--) {
      const key = keys[row]
      if (key === undefined) continue
      this.chain[row] = heads.get(key) ?? -1
      heads.set(key, row)
    }
    if (keepsAll) this.wasMatched = new Array(keys.length).fill(false)
    this.candidate = -2
    this.unmatchedFrom = -1
    this.outer.open()
  }

  next(): boolean {
    const { type, rows, condition } = this
    const { registers } = this.execution
    if (this.unmatchedFrom >= 0) return this.nextUnmatched()
    for (;;) {
      if (this.candidate === -2) {
        if (!this.outer.next()) {
          if (type !== 'right' && type !== 'full') return false
          this.unmatchedFrom = 0
          return this.nextUnmatched()
        }
        const key = this.outerKey(registers)
        this.candidate = key === undefined ? -1 : (this.heads.get(key) ?? -1)
        this.isMatched = false
      }
      while (this.candidate >= 0) {
        const row = this.candidate
        this.candidate = this.chain[row]
        rows.restore(row, registers)
        if (condition !== undefined && condition(registers) !== true) continue
        this.isMatched = true
        if (this.wasMatched.length > 0) this.wasMatched[row] = true
        if (type === 'anti') break
        if (type === 'semi') this.candidate = -2
        return true
      }
      this.candidate = -2
      if (this.isMatched) continue
      if (type === 'anti') return true
      if (type === 'left' || type === 'full') {
        for (const register of this.innerNulled) registers[register] = null
        return true
      }
    }
  }

  private nextUnmatched(): boolean {
    const { registers } = this.execution
    while (this.unmatchedFrom < this.rows.length) {
      const row = this.unmatchedFrom++
      if (this.wasMatched[row]) continue
      this.rows.restore(row, registers)
      for (const register of this.outerNulled) registers[register] = null
      return true
    }
    return false
  }

  private clear(): void {
    this.rows.clear()
    this.heads.clear()
    this.chain = []
    this.wasMatched = []
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.clear()
  }
}
