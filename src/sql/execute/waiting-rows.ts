/**
 * The rows of one aggregate that takes them in an order of its own: they wait until all groups are complete.
 *
 * They are kept group by group, and sorted when their group is finished. When they are more than memory may hold, those of
 * all groups go into a file as a run that is sorted by group and order; the runs are merged when the groups are finished, one
 * after the other by their numbers, so that each group finds its rows next to each other.
 */

import type {
  AggregateFunction,
  AggregateImplementation,
  HypotheticalPlace,
  Value,
} from '../functions/registry.ts'
import { weightOfRow, weightOfValues } from '../types/value-weight.ts'
import type { Evaluate } from './expression.ts'
import { SortedRuns } from './external-sort.ts'
import type { Execution } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import { RowOrder } from './row-order.ts'
import { compareKey, type SortKey } from './sort-keys.ts'

/** An aggregate that takes its rows in order. */
export interface OrderedAggregate {
  readonly implementation: AggregateImplementation
  readonly arguments: readonly Evaluate[]
  /** Of ordered-set aggregates: evaluated once a group, over its keys. */
  readonly directArguments: readonly Evaluate[]
  readonly orderBy: readonly SortKey[]
  /** By key of the order: the argument that it is, -1: it is none. */
  readonly orderArguments: readonly number[]
  readonly isOrderedSet: boolean
  readonly hypothetical: AggregateFunction['hypothetical']
}

interface GroupRows {
  /** By row: the arguments. */
  readonly values: (readonly Value[])[]
  /** By key of the order, by row. */
  readonly keys: Value[][]
}

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8

/** The number of a row's group, before the keys of the order. */
const BY_GROUP: SortKey = {
  evaluate: () => null,
  compare: (a: number, b: number) => a - b,
  isDescending: false,
  nullsFirst: false,
}

export class WaitingRows {
  private readonly execution: Execution
  private readonly call: OrderedAggregate
  /** By number: rows in memory. */
  private groups: (GroupRows | undefined)[] = []
  private addedCount = 0
  private weight = 0
  private budgetBytes = Number.POSITIVE_INFINITY
  private runs: SortedRuns | undefined
  /** By number of the group: its rows in the file. */
  private countsInFile: number[] = []
  private spilling: Iterator<void> | undefined
  /** Of the group that is finished: its order in memory, and the next place there. */
  private order: ArrayLike<number> = []
  private at = 0
  /** Of the row that `advance` has come to. */
  private values: readonly Value[] = []
  private keys: Value[] = []

  constructor(execution: Execution, call: OrderedAggregate) {
    this.execution = execution
    this.call = call
  }

  /** Begins anew, with so much memory for its rows. */
  begin(budgetBytes: number): void {
    this.clear()
    this.budgetBytes = budgetBytes
  }

  get isFull(): boolean {
    return this.weight > this.budgetBytes
  }

  /** Keeps a row, whose arguments were evaluated; what it is ordered by is in the registers. */
  add(group: number, values: readonly Value[], registers: RegisterFile): void {
    const { orderBy, orderArguments } = this.call
    const { keys } = this.take(group, values)
    for (let k = 0; k < keys.length; k++) {
      const argument = orderArguments[k]
      keys[k].push(argument >= 0 ? values[argument] : orderBy[k].evaluate(registers))
    }
    if (this.addedCount++ % WEIGHED_EVERY === 0) this.weigh(values, keys)
  }

  /** The same of a row that is ordered by nothing but its arguments. */
  addOrderedByArguments(group: number, values: readonly Value[]): void {
    this.add(group, values, NO_REGISTERS)
  }

  private take(group: number, values: readonly Value[]): GroupRows {
    let rows = this.groups[group]
    if (rows === undefined) {
      rows = { values: [], keys: this.call.orderBy.map(() => []) }
      this.groups[group] = rows
    }
    rows.values.push(values)
    return rows
  }

  private weigh(values: readonly Value[], keys: readonly Value[][]): void {
    let sum = weightOfRow(values)
    for (const column of keys) sum += weightOfValues(column.slice(-1))
    this.weight += WEIGHED_EVERY * sum
  }

  /** Puts what is in memory into the file; false when it has paused. */
  spill(): boolean {
    this.spilling ??= this.writeRun()
    if (!this.spilling.next().done) return false
    this.spilling = undefined
    return true
  }

  /** All rows were added: those of each group can be found. False when it has paused. */
  complete(): boolean {
    return this.runs === undefined || this.spill()
  }

  /** Stops where a pause is due. */
  private *writeRun(): Generator<void> {
    const { call, groups, execution } = this
    const { pause } = execution
    const keyCount = call.orderBy.length
    this.runs ??= new SortedRuns(
      execution.spill!,
      [BY_GROUP, ...call.orderBy],
      call.arguments.map((_, i) => i),
    )
    const run = this.runs.newRun()
    const row: Value[] = []
    for (const [group, rows] of groups.entries()) {
      if (rows === undefined) continue
      const order = yield* this.sorted(rows)
      this.countsInFile[group] = (this.countsInFile[group] ?? 0) + order.length
      row[0] = group
      for (let i = 0; i < order.length; i++) {
        if (--pause.left < 0 && pause.isDue()) yield
        const at = order[i]
        for (let k = 0; k < keyCount; k++) row[1 + k] = rows.keys[k][at]
        const values = rows.values[at]
        for (let v = 0; v < values.length; v++) row[1 + keyCount + v] = values[v]
        run.add(row)
      }
      groups[group] = undefined
    }
    run.flush()
    this.groups = []
    this.weight = 0
  }

  private *sorted({ values, keys }: GroupRows): Generator<void, Int32Array> {
    const sorting = new RowOrder(this.call.orderBy, keys, values.length)
    for (;;) {
      const order = sorting.sorted(this.execution.pause)
      if (order !== undefined) return order
      yield
    }
  }

  /**
   * What the aggregate is of a group, whose keys are in the registers. Groups are asked for by their numbers in order, each once.
   * Stops where a pause is due.
   */
  *finish(group: number, registers: RegisterFile): Generator<void, Value> {
    const { implementation, directArguments, hypothetical, isOrderedSet } = this.call
    const { context, pause } = this.execution
    const direct = directArguments.map(argument => argument(registers))
    const rows = this.groups[group]
    const count = (rows?.values.length ?? 0) + (this.countsInFile[group] ?? 0)
    this.at = 0
    this.order = rows === undefined || this.runs !== undefined ? [] : yield* this.sorted(rows)
    if (hypothetical !== undefined) return hypothetical(yield* this.placeOf(group, direct))
    let state = implementation.start()
    if (implementation.placesOf === undefined) {
      while (this.advance(group)) {
        if (--pause.left < 0 && pause.isDue()) yield
        state = implementation.step(state, ...this.values, ...direct, context)
      }
    } else {
      let passed = 0
      for (const place of implementation.placesOf(count, direct)) {
        yield* this.pass(group, place - passed)
        this.advance(group)
        passed = place + 1
        state = implementation.step(state, ...this.values, ...direct, context)
      }
      yield* this.pass(group, count - passed)
    }
    this.groups[group] = undefined
    if (implementation.bytesOf !== undefined) context.gathering.give(implementation.bytesOf(state))
    if (!isOrderedSet) return implementation.finish(state, context)
    // Direct arguments are also there when no row was.
    return (implementation.finish as (state: Value, ...rest: Value[]) => Value)(state, context, direct, count)
  }

  /** To the next row of the group; false at its end. */
  private advance(group: number): boolean {
    const { runs, keys, call } = this
    const keyCount = call.orderBy.length
    const readsKeys = call.hypothetical !== undefined
    if (runs !== undefined) {
      const row = runs.peek()
      if (row === undefined || row[0] !== group) return false
      // Only who compares rows looks at their keys.
      if (readsKeys) for (let k = 0; k < keyCount; k++) keys[k] = row[1 + k]
      this.values = row.slice(1 + keyCount)
      runs.pass()
      return true
    }
    if (this.at >= this.order.length) return false
    const rows = this.groups[group]!
    const row = this.order[this.at++]
    this.values = rows.values[row]
    if (readsKeys) for (let k = 0; k < keyCount; k++) keys[k] = rows.keys[k][row]
    return true
  }

  /** Beyond so many rows of the group. */
  private *pass(group: number, count: number): Generator<void> {
    if (this.runs === undefined) {
      this.at += count
      return
    }
    const { pause } = this.execution
    for (let i = 0; i < count; i++) {
      if (--pause.left < 0 && pause.isDue()) yield
      this.advance(group)
    }
  }

  /** Where a row of these values would lie among the rows of the group. */
  private *placeOf(group: number, values: readonly Value[]): Generator<void, HypotheticalPlace> {
    const { orderBy } = this.call
    const { pause } = this.execution
    const compare = (other: readonly Value[]): number => {
      for (let k = 0; k < orderBy.length; k++) {
        const result = compareKey(orderBy[k], this.keys[k], other[k])
        if (result !== 0) return result
      }
      return 0
    }
    let before = 0
    let equal = 0
    let distinctBefore = 0
    let rows = 0
    let last: readonly Value[] | undefined
    for (; this.advance(group); rows++) {
      if (--pause.left < 0 && pause.isDue()) yield
      const side = compare(values)
      if (side === 0) equal++
      if (side >= 0) continue
      before++
      if (last === undefined || compare(last) !== 0) distinctBefore++
      last = [...this.keys]
    }
    return { before, equal, distinctBefore, rows }
  }

  /** The file is gone, and so are the rows. */
  clear(): void {
    this.groups = []
    this.addedCount = 0
    this.weight = 0
    this.spilling = undefined
    this.countsInFile = []
    this.order = []
    this.values = []
    this.keys = []
    this.runs?.close()
    this.runs = undefined
  }
}

const NO_REGISTERS: RegisterFile = []
