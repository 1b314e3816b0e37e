/**
 * Which rows of a partition are in the frame of each row. Rows are numbered from 0 in the partition's order; *peers* are
 * rows whose order keys are equal, and groups of peers are numbered from 0, too: each row has the number of its group. So
 * where a group begins is found by looking at rows, from where one was found before: frames only move forward.
 */

import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { IndexedRows } from '../spill/indexed-rows.ts'
import { Numeric } from '../types/numeric.ts'
import type { Evaluate } from './expression.ts'
import type { RegisterFile } from './registers.ts'

export interface RunningBound {
  readonly kind: 'unbounded preceding' | 'preceding' | 'current row' | 'following' | 'unbounded following'
  readonly offset: Evaluate | undefined
  /** RANGE: the key minus, and plus, the offset. */
  readonly subtract: ((key: Value, offset: Value) => Value) | undefined
  readonly add: ((key: Value, offset: Value) => Value) | undefined
}

export interface RunningFrame {
  readonly mode: 'rows' | 'range' | 'groups'
  readonly start: RunningBound
  readonly end: RunningBound
  readonly exclude: 'no others' | 'current row' | 'group' | 'ties'
}

/** Where a row of a partition has what frames look at. */
export const GROUP = 0
/** The first order key. */
export const KEY = 1

/** The order of a partition by its one key, for RANGE with an offset. */
export interface KeyOrder {
  /** Of two keys that are not null, in the order of the partition. */
  readonly compare: (a: Value, b: Value) => number
  readonly isDescending: boolean
}

/** Part of a frame: [from, to). */
export type Piece = readonly [from: number, to: number]

/** The frame of one row after the other. */
export class FrameCursor {
  /** The row at hand. */
  row = -1
  /** Its frame, without exclusions: the first row, and the row after the last. */
  start = 0
  end = 0
  /** The number of its group of peers, and the first row of that. */
  group = -1
  groupStart = 0
  readonly rows: IndexedRows
  private readonly frame: RunningFrame
  private readonly order: KeyOrder
  private ownGroupEnd = 0
  private startOf: (row: number) => number = () => 0
  private endOf: (row: number) => number = () => 0

  constructor(frame: RunningFrame, rows: IndexedRows, order: KeyOrder) {
    this.frame = frame
    this.rows = rows
    this.order = order
  }

  get count(): number {
    return this.rows.length
  }

  /** The row after the last of its group. */
  get groupEnd(): number {
    if (this.ownGroupEnd <= this.row) this.ownGroupEnd = this.firstOfGroup(this.group + 1, this.row)
    return this.ownGroupEnd
  }

  /** Before the first row of a partition, all of whose rows are there. @throws SqlError 22004, 22013 */
  begin(registers: RegisterFile): void {
    this.row = -1
    this.group = -1
    this.groupStart = 0
    this.ownGroupEnd = 0
    this.startOf = this.boundOf(this.frame.start, registers, true)
    this.endOf = this.boundOf(this.frame.end, registers, false)
  }

  /** To the next row. @throws SqlError 22013 */
  advance(): void {
    const { count } = this
    const row = ++this.row
    const group = this.rows.at(row)[GROUP] as number
    if (group !== this.group) {
      this.group = group
      this.groupStart = row
    }
    this.start = Math.min(Math.max(this.startOf(row), 0), count)
    this.end = Math.max(Math.min(this.endOf(row), count), this.start)
  }

  /** The first row whose group is `group` or one behind it, which is `from` or behind it. */
  private firstOfGroup(group: number, from: number): number {
    const { rows, count } = this
    const isBefore = (row: number) => (rows.at(row)[GROUP] as number) < group
    if (from >= count || !isBefore(from)) return from
    // In ever longer steps, and then by halving between the last two.
    let low = from
    let high = from + 1
    for (let step = 1; high < count && isBefore(high); step *= 2) {
      low = high
      high += step
    }
    high = Math.min(high, count)
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (isBefore(middle)) low = middle
      else high = middle
    }
    return high
  }

  /** Gives for a row where its frame starts, or the row after its end. Rows are asked for in their order. */
  private boundOf(bound: RunningBound, registers: RegisterFile, isStart: boolean): (row: number) => number {
    const { count } = this
    const { mode } = this.frame
    switch (bound.kind) {
      case 'unbounded preceding':
        return () => 0
      case 'unbounded following':
        return () => count
      case 'current row':
        if (mode === 'rows') return row => (isStart ? row : row + 1)
        return () => (isStart ? this.groupStart : this.groupEnd)
    }
    const offset: Value = bound.offset!(registers)
    const name = isStart ? 'starting' : 'ending'
    if (offset === null) throw new SqlError('22004', `frame ${name} offset must not be null`)
    if (mode === 'range') return this.rangeBound(bound, offset, isStart)
    if (offset < 0) throw new SqlError('22013', `frame ${name} offset must not be negative`)
    // Far beyond any partition is far enough, and safe to add.
    const distance = Number(offset) > count ? count + 1 : Number(offset)
    const signed = bound.kind === 'preceding' ? -distance : distance
    if (mode === 'rows') return row => row + signed + (isStart ? 0 : 1)
    let last = 0
    return () => {
      last = this.firstOfGroup(this.group + signed + (isStart ? 0 : 1), last)
      return last
    }
  }

  /** RANGE with an offset: by the value of the order key. */
  private rangeBound(bound: RunningBound, offset: Value, isStart: boolean): (row: number) => number {
    const isNoNumber = offset instanceof Numeric ? offset.isNaN : Number.isNaN(offset)
    if (isNoNumber) throw new SqlError('22013', 'invalid preceding or following size in window function')
    const { rows, count } = this
    const { compare, isDescending } = this.order
    const keyAt = (row: number): Value => rows.at(row)[KEY]
    // In descending order "preceding" is towards larger keys.
    const isTowardsLess = (bound.kind === 'preceding') !== isDescending
    const move = isTowardsLess ? bound.subtract! : bound.add!
    // Nulls are peers: the first group, or the last.
    const firstKey = keyAt(0) === null ? this.firstOfGroup(1, 0) : 0
    const lastGroup = rows.at(count - 1)[GROUP] as number
    const endKey = keyAt(count - 1) === null ? this.firstOfGroup(lastGroup, 0) : count
    return row => {
      const key = keyAt(row)
      // A null key is in the range of the other nulls alone.
      if (key === null) return isStart ? this.groupStart : this.groupEnd
      const limit = move(key, offset)
      const order = compare(limit, key)
      // An offset below zero goes the other way.
      if (bound.kind === 'preceding' ? order > 0 : order < 0) {
        throw new SqlError('22013', 'invalid preceding or following size in window function')
      }
      let low = firstKey
      let high = endKey
      while (low < high) {
        const middle = (low + high) >> 1
        const place = compare(keyAt(middle), limit)
        if (isStart ? place < 0 : place <= 0) low = middle + 1
        else high = middle
      }
      return low
    }
  }

  /** The rows of the frame that are left after its exclusion, in order. */
  pieces(): readonly Piece[] {
    const { row, start, end } = this
    switch (this.frame.exclude) {
      case 'no others':
        return start < end ? [[start, end]] : []
      case 'current row':
        return this.without(row, row + 1)
      case 'group':
        return this.without(this.groupStart, this.groupEnd)
      case 'ties': {
        const pieces = this.without(this.groupStart, this.groupEnd)
        if (row >= start && row < end) pieces.push([row, row + 1])
        return pieces.sort((a, b) => a[0] - b[0])
      }
    }
  }

  private without(from: number, to: number): Piece[] {
    const { start, end } = this
    const pieces: Piece[] = [
      [start, Math.min(end, from)],
      [Math.max(start, to), end],
    ]
    return pieces.filter(([a, b]) => a < b)
  }
}
