/**
 * The hash join: the inner side is kept by its keys, the outer side looks its keys up there.
 *
 * | type | gives |
 * |---|---|
 * | inner, left, right, full | pairs; of left and full also outer rows without a match, of right and full inner ones |
 * | semi, anti | outer rows with, without a match |
 * | right semi, right anti | inner rows with, without a match: for when the side that is asked for is the smaller one |
 *
 * Null is equal to nothing, so that a row with a null among its keys matches none.
 */

import type { JoinType } from '../plan/physical.ts'
import type { Evaluate } from './expression.ts'
import { JoinTable } from './join-table.ts'
import type { JoinKey } from './keys.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'

/** What `candidate` says besides a row: there is none, or an outer row must be fetched first. */
const NONE = -1
const FETCH = -2

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
  private readonly table: JoinTable
  /** Inner rows that match nothing come out: those with nulls in their keys among them. */
  private readonly givesUnmatchedInner: boolean
  private readonly marksInner: boolean
  /** By inner row. */
  private wasMatched = new Uint8Array(0)
  private candidate = FETCH
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
    this.table = new JoinTable(keys.inner.width)
    this.givesUnmatchedInner = type === 'right' || type === 'full' || type === 'right anti'
    this.marksInner = this.givesUnmatchedInner || type === 'right semi'
  }

  open(): void {
    this.clear()
    this.build()
    this.candidate = FETCH
    this.unmatchedFrom = -1
    this.outer.open()
  }

  private build(): void {
    const { inner, innerKey, rows, table } = this
    const { registers, context } = this.execution
    inner.open()
    while (inner.next()) {
      const key = innerKey.of(registers)
      if (key.includes(undefined) && !this.givesUnmatchedInner) continue
      table.add(key)
      if ((rows.add(registers) & 1023) === 0) context.checkCancelled()
    }
    inner.close()
    table.seal()
    if (this.marksInner) this.wasMatched = new Uint8Array(table.length)
  }

  next(): boolean {
    const { type } = this
    const { registers } = this.execution
    if (this.unmatchedFrom >= 0) return this.nextUnmatched()
    for (;;) {
      if (this.candidate === FETCH) {
        if (!this.outer.next()) {
          if (!this.givesUnmatchedInner) return false
          this.unmatchedFrom = 0
          return this.nextUnmatched()
        }
        this.candidate = this.table.find(this.outerKey.of(registers))
        this.isMatched = false
      }
      while (this.nextMatch()) {
        if (type === 'anti') break
        if (type === 'right anti') continue
        if (type === 'semi') this.candidate = FETCH
        return true
      }
      this.candidate = FETCH
      if (this.isMatched) continue
      if (type === 'anti') return true
      if (type === 'left' || type === 'full') {
        for (const register of this.innerNulled) registers[register] = null
        return true
      }
    }
  }

  /** The next inner row that matches the outer row at hand, put in its registers. */
  private nextMatch(): boolean {
    const { rows, condition, table, type } = this
    const { registers } = this.execution
    while (this.candidate >= 0) {
      const row = this.candidate
      this.candidate = table.findNext(row)
      if (type === 'right semi' && this.wasMatched[row] !== 0) continue
      rows.restore(row, registers)
      if (condition !== undefined && condition(registers) !== true) continue
      this.isMatched = true
      if (this.marksInner) this.wasMatched[row] = 1
      return true
    }
    this.candidate = NONE
    return false
  }

  private nextUnmatched(): boolean {
    const { registers } = this.execution
    while (this.unmatchedFrom < this.rows.length) {
      const row = this.unmatchedFrom++
      if (this.wasMatched[row] !== 0) continue
      this.rows.restore(row, registers)
      for (const register of this.outerNulled) registers[register] = null
      return true
    }
    return false
  }

  private clear(): void {
    this.rows.clear()
    this.table.clear()
    this.wasMatched = new Uint8Array(0)
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.clear()
  }
}
