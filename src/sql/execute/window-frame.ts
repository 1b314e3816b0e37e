/**
 * Which rows of a partition are in the frame of each row. Rows are numbered from 0 in the partition's order; *peers* are
 * rows whose order keys are equal.
 */

import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import type { Pause } from './pause.ts'
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

/** A partition, as frames see it. */
export interface Partition {
  readonly count: number
  /** By row: the number of its group of peers. */
  readonly groupOf: readonly number[]
  /** By group: its first row; and one more, the count. */
  readonly groupStarts: readonly number[]
  /** By row, the one order key of RANGE with an offset. */
  readonly keys: readonly Value[]
  /** Of two keys that are not null, in the order of the partition. */
  readonly compare: (a: Value, b: Value) => number
  readonly isDescending: boolean
}

/** By row: first row of its frame, and the row after its last. */
export interface Frames {
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** Stops where a pause is due. */
export function* framesOf(
  frame: RunningFrame,
  partition: Partition,
  registers: RegisterFile,
  pause: Pause,
): Generator<void, Frames> {
  const { count } = partition
  const starts = new Int32Array(count)
  const ends = new Int32Array(count)
  const start = boundOf(frame, frame.start, partition, registers, true)
  const end = boundOf(frame, frame.end, partition, registers, false)
  for (let row = 0; row < count; row++) {
    if (--pause.left < 0 && pause.isDue()) yield
    starts[row] = Math.min(Math.max(start(row), 0), count)
    ends[row] = Math.max(Math.min(end(row), count), starts[row])
  }
  return { starts, ends }
}

/** Gives for a row where its frame starts, or the row after its end. */
function boundOf(
  frame: RunningFrame,
  bound: RunningBound,
  partition: Partition,
  registers: RegisterFile,
  isStart: boolean,
): (row: number) => number {
  const { count, groupOf, groupStarts } = partition
  const groupCount = groupStarts.length - 1
  switch (bound.kind) {
    case 'unbounded preceding':
      return () => 0
    case 'unbounded following':
      return () => count
    case 'current row':
      if (frame.mode === 'rows') return row => (isStart ? row : row + 1)
      return row => groupStarts[groupOf[row] + (isStart ? 0 : 1)]
  }
  const offset: Value = bound.offset!(registers)
  const name = isStart ? 'starting' : 'ending'
  if (offset === null) throw new SqlError('22004', `frame ${name} offset must not be null`)
  if (frame.mode !== 'range') {
    if (offset < 0) throw new SqlError('22013', `frame ${name} offset must not be negative`)
    // Far beyond any partition is far enough, and safe to add.
    const distance = Number(offset) > count ? count + 1 : Number(offset)
    const signed = bound.kind === 'preceding' ? -distance : distance
    if (frame.mode === 'rows') return row => row + signed + (isStart ? 0 : 1)
    return row => {
      const group = groupOf[row] + signed + (isStart ? 0 : 1)
      return groupStarts[Math.min(Math.max(group, 0), groupCount)]
    }
  }
  return rangeBound(bound, partition, offset, isStart)
}

/** RANGE with an offset: by the value of the order key. */
function rangeBound(
  bound: RunningBound,
  partition: Partition,
  offset: Value,
  isStart: boolean,
): (row: number) => number {
  const { count, keys, groupOf, groupStarts, compare, isDescending } = partition
  // In descending order "preceding" is towards larger keys.
  const isTowardsLess = (bound.kind === 'preceding') !== isDescending
  const move = isTowardsLess ? bound.subtract! : bound.add!
  let firstKey = 0
  while (firstKey < count && keys[firstKey] === null) firstKey++
  let endKey = count
  while (endKey > firstKey && keys[endKey - 1] === null) endKey--
  return row => {
    // A null key is in the range of the other nulls alone.
    if (keys[row] === null) return groupStarts[groupOf[row] + (isStart ? 0 : 1)]
    const limit = move(keys[row], offset)
    const order = compare(limit, keys[row])
    // An offset below zero goes the other way.
    if (bound.kind === 'preceding' ? order > 0 : order < 0) {
      throw new SqlError('22013', 'invalid preceding or following size in window function')
    }
    let low = firstKey
    let high = endKey
    while (low < high) {
      const middle = (low + high) >> 1
      const place = compare(keys[middle], limit)
      if (isStart ? place < 0 : place <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The rows of a frame that are left after its exclusion, in order: at most two pieces, as [from, to) pairs. */
export function piecesOf(
  frame: RunningFrame,
  partition: Partition,
  row: number,
  start: number,
  end: number,
): readonly (readonly [from: number, to: number])[] {
  const group = partition.groupOf[row]
  const groupStart = partition.groupStarts[group]
  const groupEnd = partition.groupStarts[group + 1]
  const without = (from: number, to: number): (readonly [number, number])[] => {
    const pieces: [number, number][] = [
      [start, Math.min(end, from)],
      [Math.max(start, to), end],
    ]
    return pieces.filter(([a, b]) => a < b)
  }
  switch (frame.exclude) {
    case 'no others':
      return start < end ? [[start, end]] : []
    case 'current row':
      return without(row, row + 1)
    case 'group':
      return without(groupStart, groupEnd)
    case 'ties': {
      const pieces = without(groupStart, groupEnd)
      if (row >= start && row < end) pieces.push([row, row + 1])
      return pieces.sort((a, b) => a[0] - b[0])
    }
  }
}
