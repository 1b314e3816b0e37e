/**
 * Window functions over an input that comes sorted by partition and order keys: one partition at a time is kept, its
 * results computed call by call, and its rows given again with them.
 */

import { SqlError } from '../errors.ts'
import type { AggregateImplementation, Value, WindowFunction } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import type { GroupingKey } from './grouping-key.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'
import { compareKey, type SortKey } from './sort-keys.ts'
import { type Frames, framesOf, type Partition, piecesOf, type RunningFrame } from './window-frame.ts'

export interface RunningWindowCall {
  /** A window function of its own, or an aggregate over the frame. */
  readonly computes: WindowFunction['computes'] | AggregateImplementation
  readonly arguments: readonly Evaluate[]
  readonly filter: Evaluate | undefined
  readonly skipsNulls: boolean
  readonly register: number
}

export interface WindowPlan {
  readonly partitionKey: GroupingKey
  readonly orderBy: readonly SortKey[]
  readonly frame: RunningFrame
  readonly calls: readonly RunningWindowCall[]
  readonly carried: readonly number[]
}

/** What was evaluated of each row of a partition. */
class PartitionRows {
  readonly rows: RowBuffer
  readonly orderKeys: Value[][]
  /** By call and row: the arguments; undefined where the filter says no. */
  readonly arguments: (Value[] | undefined)[][]

  constructor(plan: WindowPlan) {
    this.rows = new RowBuffer(plan.carried)
    this.orderKeys = plan.orderBy.map(() => [])
    this.arguments = plan.calls.map(() => [])
  }
}

export class WindowOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly plan: WindowPlan
  private current: PartitionRows
  private following: PartitionRows
  private followingKey: unknown
  private hasFollowing = false
  /** The partition at hand is read. */
  private isReading = false
  private results: Value[][] = []
  private position = 0
  private stage: 'begin' | 'read' | 'compute' | 'give' = 'begin'
  /** What computes the results of the partition at hand; it stops where a pause is due. */
  private computing: Iterator<void> | undefined

  constructor(execution: Execution, input: Operator, plan: WindowPlan) {
    this.execution = execution
    this.input = input
    this.plan = plan
    this.current = new PartitionRows(plan)
    this.following = new PartitionRows(plan)
  }

  open(): void {
    this.close()
    this.input.open()
    this.stage = 'begin'
  }

  /** Takes one row of the input; false at its end, behind a partition, and when it has paused. */
  private readInto(target: PartitionRows): boolean {
    if (!this.input.next()) return false
    const { plan } = this
    const { registers } = this.execution
    const key = plan.partitionKey(registers)
    if (target.rows.length > 0 && key !== this.followingKey) {
      // The first row of the next partition.
      this.following = new PartitionRows(plan)
      this.keep(this.following)
      this.followingKey = key
      this.hasFollowing = true
      return false
    }
    this.followingKey = key
    this.keep(target)
    return true
  }

  private keep(target: PartitionRows): void {
    const { plan } = this
    const { registers } = this.execution
    target.rows.add(registers)
    for (let i = 0; i < plan.orderBy.length; i++) {
      target.orderKeys[i].push(plan.orderBy[i].evaluate(registers))
    }
    for (let i = 0; i < plan.calls.length; i++) {
      const call = plan.calls[i]
      const counts = call.filter === undefined || call.filter(registers) === true
      target.arguments[i].push(counts ? call.arguments.map(argument => argument(registers)) : undefined)
    }
  }

  next(): boolean {
    const { plan } = this
    const { registers, pause } = this.execution
    if (this.position >= this.current.rows.length) this.stage = this.stage === 'give' ? 'read' : this.stage
    if (this.stage !== 'give' && !this.nextPartition()) return false
    if (--pause.left < 0 && pause.isDue()) return false
    const row = this.position++
    this.current.rows.restore(row, registers)
    for (let i = 0; i < plan.calls.length; i++) {
      if (plan.calls[i].register >= 0) registers[plan.calls[i].register] = this.results[i][row]
    }
    return true
  }

  /** False at the end, and when it has paused. */
  private nextPartition(): boolean {
    const { pause } = this.execution
    if (this.stage === 'begin') {
      this.hasFollowing = this.readInto(this.following)
      if (pause.isPaused) return false
      this.stage = 'read'
    }
    if (this.stage === 'read') {
      if (!this.isReading) {
        if (!this.hasFollowing) return false
        this.current = this.following
        this.hasFollowing = false
        this.isReading = true
      }
      while (this.readInto(this.current)) {}
      if (pause.isPaused) return false
      this.isReading = false
      this.computing = this.compute()
      this.stage = 'compute'
    }
    if (!this.computing!.next().done) return false
    this.computing = undefined
    this.position = 0
    this.stage = 'give'
    return true
  }

  /** Stops where a pause is due. */
  private *compute(): Generator<void> {
    const { plan, current, execution } = this
    const { registers } = execution
    const partition = yield* peersOf(plan, current, execution)
    const frames = yield* framesOf(plan.frame, partition, registers, execution.pause)
    this.results = []
    for (const [i, call] of plan.calls.entries()) {
      const rows = current.arguments[i]
      this.results.push(
        typeof call.computes === 'string'
          ? yield* computeFunction(call.computes, rows, partition, plan.frame, frames, execution)
          : yield* computeAggregate(call, rows, partition, plan.frame, frames, execution),
      )
    }
  }

  close(): void {
    this.input.close()
    this.current = new PartitionRows(this.plan)
    this.following = new PartitionRows(this.plan)
    this.hasFollowing = false
    this.followingKey = undefined
    this.results = []
    this.position = 0
    this.stage = 'begin'
    this.isReading = false
    this.computing = undefined
  }
}

function* peersOf(
  plan: WindowPlan,
  { rows, orderKeys }: PartitionRows,
  { pause }: Execution,
): Generator<void, Partition> {
  const count = rows.length
  const groupOf: number[] = []
  const groupStarts: number[] = []
  for (let row = 0; row < count; row++) {
    if (--pause.left < 0 && pause.isDue()) yield
    const isPeer =
      row > 0 &&
      plan.orderBy.every((key, i) => compareKey(key, orderKeys[i][row - 1], orderKeys[i][row]) === 0)
    if (!isPeer) groupStarts.push(row)
    groupOf.push(groupStarts.length - 1)
  }
  groupStarts.push(count)
  const [first] = plan.orderBy
  return {
    count,
    groupOf,
    groupStarts,
    keys: orderKeys[0] ?? [],
    compare: first === undefined ? () => 0 : (a, b) => (first.isDescending ? -1 : 1) * first.compare(a, b),
    isDescending: first?.isDescending ?? false,
  }
}

function* computeFunction(
  computes: WindowFunction['computes'],
  argumentsOf: readonly (readonly Value[] | undefined)[],
  partition: Partition,
  frame: RunningFrame,
  frames: Frames,
  { pause }: Execution,
): Generator<void, Value[]> {
  const { count, groupOf, groupStarts } = partition
  const results: Value[] = []
  const groupEnd = (row: number) => groupStarts[groupOf[row] + 1]
  const inFrame = (row: number) => piecesOf(frame, partition, row, frames.starts[row], frames.ends[row])
  for (let row = 0; row < count; row++) {
    if (--pause.left < 0 && pause.isDue()) yield
    const values = argumentsOf[row] ?? []
    results.push(resultOf(row, values))
  }
  return results

  function resultOf(row: number, values: readonly Value[]): Value {
    switch (computes) {
      case 'row_number':
        return row + 1
      case 'rank':
        return groupStarts[groupOf[row]] + 1
      case 'dense_rank':
        return groupOf[row] + 1
      case 'percent_rank':
        return count === 1 ? 0 : groupStarts[groupOf[row]] / (count - 1)
      case 'cume_dist':
        return groupEnd(row) / count
      case 'ntile':
        return ntile(row, count, argumentsOf[0]?.[0] ?? null)
      case 'lag':
      case 'lead': {
        const offset = values.length > 1 ? values[1] : 1
        if (offset === null) return null
        const at = computes === 'lag' ? row - Number(offset) : row + Number(offset)
        if (at < 0 || at >= count) return values.length > 2 ? values[2] : null
        return argumentsOf[at]?.[0] ?? null
      }
      case 'first_value': {
        const [piece] = inFrame(row)
        return piece === undefined ? null : (argumentsOf[piece[0]]?.[0] ?? null)
      }
      case 'last_value': {
        const piece = inFrame(row).at(-1)
        return piece === undefined ? null : (argumentsOf[piece[1] - 1]?.[0] ?? null)
      }
      case 'nth_value': {
        const n = values[1]
        if (n === null) return null
        if (n <= 0) throw new SqlError('22016', 'argument of nth_value must be greater than zero')
        let left = Number(n) - 1
        for (const [from, to] of inFrame(row)) {
          if (left < to - from) return argumentsOf[from + left]?.[0] ?? null
          left -= to - from
        }
        return null
      }
    }
  }
}

/** Buckets of equal size, the first ones larger by one where it does not come out even. */
function ntile(row: number, count: number, buckets: Value): Value {
  if (buckets === null) return null
  if (buckets <= 0) throw new SqlError('22014', 'argument of ntile must be greater than zero')
  const size = Math.floor(count / buckets)
  const larger = count % buckets
  const inLarger = larger * (size + 1)
  return row < inLarger ? Math.floor(row / (size + 1)) + 1 : larger + Math.floor((row - inLarger) / size) + 1
}

/** An aggregate over each row's frame. Frames that only grow are stepped on; others move by `unstep`, or start anew. */
function* computeAggregate(
  call: RunningWindowCall,
  argumentsOf: readonly (readonly Value[] | undefined)[],
  partition: Partition,
  frame: RunningFrame,
  { starts, ends }: Frames,
  { context, pause }: Execution,
): Generator<void, Value[]> {
  const implementation = call.computes as AggregateImplementation
  const results: Value[] = []
  const counts = (row: number): readonly Value[] | undefined => {
    const values = argumentsOf[row]
    return values === undefined || (call.skipsNulls && values.includes(null)) ? undefined : values
  }
  let state: Value = implementation.start()
  let from = 0
  let to = 0
  for (let row = 0; row < partition.count; row++) {
    if (frame.exclude !== 'no others') {
      state = implementation.start()
      for (const [pieceFrom, pieceTo] of piecesOf(frame, partition, row, starts[row], ends[row])) {
        for (let other = pieceFrom; other < pieceTo; other++) {
          // Frames overlap: there may be many more steps than rows.
          if (--pause.left < 0 && pause.isDue()) yield
          const values = counts(other)
          if (values !== undefined) state = implementation.step(state, ...values, context)
        }
      }
    } else {
      const start = starts[row]
      const end = ends[row]
      if (start < from || end < to || start >= to || (start > from && implementation.unstep === undefined)) {
        state = implementation.start()
        from = start
        to = start
      }
      for (; from < start; from++) {
        if (--pause.left < 0 && pause.isDue()) yield
        const values = counts(from)
        if (values !== undefined) state = implementation.unstep!(state, ...values, context)
      }
      for (; to < end; to++) {
        if (--pause.left < 0 && pause.isDue()) yield
        const values = counts(to)
        if (values !== undefined) state = implementation.step(state, ...values, context)
      }
    }
    results.push(implementation.finish(state, context))
  }
  return results
}
