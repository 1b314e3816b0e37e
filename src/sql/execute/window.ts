/**
 * Window functions over an input that comes sorted by partition and order keys: one partition at a time is kept, and its
 * rows are given again, each with its results. A partition that is larger than memory may be lies in a file (indexed-rows.ts).
 */

import type { Value } from '../functions/registry.ts'
import { IndexedRows } from '../spill/indexed-rows.ts'
import { type GroupingKey, isSameKey } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'
import { compareKey, type SortKey } from './sort-keys.ts'
import { type CallPlaces, type RunningWindowCall, type WindowCall, windowCall } from './window-calls.ts'
import { FrameCursor, GROUP, KEY, type RunningFrame } from './window-frame.ts'

export interface WindowPlan {
  readonly partitionKey: GroupingKey
  readonly orderBy: readonly SortKey[]
  readonly frame: RunningFrame
  readonly calls: readonly RunningWindowCall[]
  readonly carried: readonly number[]
}

/**
 * A row of a partition: the number of its group of peers, its first order key where frames look at that, what is carried, and for
 * each call whether its filter lets it pass, and its arguments.
 */
interface RowLayout {
  readonly hasKey: boolean
  readonly carriedAt: number
  readonly calls: readonly CallPlaces[]
  readonly width: number
}

export class WindowOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly plan: WindowPlan
  private readonly layout: RowLayout
  private readonly rows: IndexedRows
  private readonly frame: FrameCursor
  private readonly calls: readonly WindowCall[]
  private stage: 'read' | 'move' | 'compute' | 'end' = 'end'
  /** The partition at hand is begun, and not at its end. */
  private isReading = false
  /** The input has no more rows. */
  private isAtEnd = false
  private partitionKey: unknown
  /** The first row of the next partition. */
  private following: Value[] | undefined
  /** The order keys of the row that was read last. */
  private lastKeys: Value[] = []
  private keys: Value[] = []
  /** The group of peers of the row that was read last, in its partition. */
  private group = 0
  /** The call that is computed for the row at hand. */
  private callAtHand = 0

  constructor(execution: Execution, input: Operator, plan: WindowPlan) {
    this.execution = execution
    this.input = input
    this.plan = plan
    this.layout = layoutOf(plan)
    this.rows = new IndexedRows(this.layout.width)
    const [first] = plan.orderBy
    this.frame = new FrameCursor(plan.frame, this.rows, {
      compare: first === undefined ? () => 0 : (a, b) => (first.isDescending ? -1 : 1) * first.compare(a, b),
      isDescending: first?.isDescending ?? false,
    })
    const isExcluding = plan.frame.exclude !== 'no others'
    this.calls = plan.calls.map((call, i) =>
      windowCall(call, this.layout.calls[i], this.frame, isExcluding, execution),
    )
  }

  open(): void {
    this.clear()
    this.input.open()
    this.stage = 'read'
  }

  next(): boolean {
    const { pause } = this.execution
    for (;;) {
      switch (this.stage) {
        case 'read':
          if (!this.readPartition()) return false
          break
        case 'move':
          if (this.frame.row + 1 >= this.rows.length) {
            this.stage = 'read'
            break
          }
          if (--pause.left < 0 && pause.isDue()) return false
          this.frame.advance()
          this.callAtHand = 0
          this.stage = 'compute'
          break
        case 'compute':
          if (!this.compute()) return false
          this.stage = 'move'
          return true
        case 'end':
          return false
      }
    }
  }

  /** False when it has paused. */
  private readPartition(): boolean {
    const { input, rows, execution } = this
    if (!this.isReading) {
      rows.begin(execution.spill)
      if (this.following !== undefined) rows.add(this.following)
      this.following = undefined
      this.isReading = true
    }
    while (this.following === undefined && !this.isAtEnd) {
      if (input.next()) this.take()
      else if (execution.pause.isPaused) return false
      else this.isAtEnd = true
    }
    this.isReading = false
    rows.complete()
    if (rows.length === 0) {
      this.stage = 'end'
      return true
    }
    this.frame.begin(execution.registers)
    for (const call of this.calls) call.begin()
    this.stage = 'move'
    return true
  }

  /** Takes the row in the registers, which is of the partition at hand, or the first of the next one. */
  private take(): void {
    const { rows, plan } = this
    const key = plan.partitionKey(this.execution.registers)
    const isOfNext = rows.length > 0 && !isSameKey(key, this.partitionKey)
    const before = this.lastKeys
    const row = this.rowToKeep()
    if (rows.length === 0 || isOfNext) this.group = 0
    else if (!this.isPeer(before)) this.group++
    row[GROUP] = this.group
    this.partitionKey = key
    if (isOfNext) this.following = row
    else rows.add(row)
  }

  private isPeer(before: readonly Value[]): boolean {
    const { orderBy } = this.plan
    for (let i = 0; i < orderBy.length; i++) {
      if (compareKey(orderBy[i], before[i], this.lastKeys[i]) !== 0) return false
    }
    return true
  }

  private rowToKeep(): Value[] {
    const { plan, layout } = this
    const { registers } = this.execution
    const { orderBy, carried, calls } = plan
    const row: Value[] = new Array(layout.width)
    const keys = this.keys
    for (let i = 0; i < orderBy.length; i++) keys[i] = orderBy[i].evaluate(registers)
    this.keys = this.lastKeys
    this.lastKeys = keys
    row[GROUP] = 0
    if (layout.hasKey) row[KEY] = keys[0]
    for (let i = 0; i < carried.length; i++) row[layout.carriedAt + i] = registers[carried[i]]
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i]
      const places = layout.calls[i]
      const counts = call.filter === undefined || call.filter(registers) === true
      if (places.filter >= 0) row[places.filter] = counts
      for (let k = 0; k < call.arguments.length; k++) {
        row[places.arguments + k] = counts ? call.arguments[k](registers) : null
      }
    }
    return row
  }

  /** Puts the row at hand into the registers, with its results; false when it has paused. */
  private compute(): boolean {
    const { plan, calls, layout } = this
    const { registers } = this.execution
    for (; this.callAtHand < calls.length; this.callAtHand++) {
      if (!calls[this.callAtHand].compute()) return false
    }
    const { carried } = plan
    const row = this.rows.at(this.frame.row)
    for (let i = 0; i < carried.length; i++) registers[carried[i]] = row[layout.carriedAt + i]
    for (let i = 0; i < calls.length; i++) {
      const { register } = plan.calls[i]
      if (register >= 0) registers[register] = calls[i].result
    }
    return true
  }

  close(): void {
    this.input.close()
    this.clear()
  }

  private clear(): void {
    this.stage = 'end'
    this.isReading = false
    this.isAtEnd = false
    this.partitionKey = undefined
    this.following = undefined
    this.keys = []
    this.lastKeys = []
    this.rows.clear()
    for (const call of this.calls) call.clear()
  }
}

function layoutOf({ frame, carried, calls }: WindowPlan): RowLayout {
  const isByKey = frame.mode === 'range' && (frame.start.offset ?? frame.end.offset) !== undefined
  const carriedAt = isByKey ? KEY + 1 : GROUP + 1
  let width = carriedAt + carried.length
  const places = calls.map(call => {
    const filter = call.filter === undefined ? -1 : width++
    const at = width
    width += call.arguments.length
    return { filter, arguments: at }
  })
  return { hasKey: isByKey, carriedAt, calls: places, width }
}
