/**
 * GROUP BY and aggregates: groups in a Map by their keys, one state a call. With several grouping sets each row goes into a
 * group of each of them.
 *
 * When there are more groups than memory may hold, rows of new ones are put aside into a file, in parts by the hashes of their
 * keys, and grouped part by part when the groups before were given.
 */

import type {
  AggregateFunction,
  AggregateImplementation,
  HypotheticalPlace,
  Value,
} from '../functions/registry.ts'
import { Partitions } from '../spill/partitions.ts'
import { type SpilledRows, SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import type { Evaluate } from './expression.ts'
import { type GroupingKey, hashOfGroup } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import { RowOrder } from './row-order.ts'
import { compareKey, type SortKey } from './sort-keys.ts'

/** An aggregate, ready to run. */
export interface RunningAggregate {
  readonly implementation: AggregateImplementation
  readonly arguments: readonly Evaluate[]
  /** Of ordered-set aggregates: evaluated once a group, over its keys. */
  readonly directArguments: readonly Evaluate[]
  readonly filter: Evaluate | undefined
  readonly skipsNulls: boolean
  /** DISTINCT: what makes an argument list distinct. */
  readonly distinctKey: GroupingKey | undefined
  /** Its rows wait until the group is complete, and are then stepped in this order. */
  readonly orderBy: readonly SortKey[]
  readonly isOrderedSet: boolean
  readonly hypothetical: AggregateFunction['hypothetical']
}

/** Rows of an aggregate with ORDER BY, which wait. */
interface Waiting {
  readonly rows: Value[][]
  readonly keys: Value[][]
}

interface Group {
  readonly keys: readonly Value[]
  readonly set: number
  readonly states: Value[]
  readonly waiting: (Waiting | undefined)[]
  readonly seen: (Set<unknown> | undefined)[]
}

export interface AggregatePlan {
  /** What of the input is read: registers. */
  readonly inputRegisters: readonly number[]
  readonly keys: readonly Evaluate[]
  /** By grouping set: the keys that are in it, and what tells its groups apart. */
  readonly sets: readonly { readonly keys: readonly number[]; readonly groupOf: GroupingKey }[]
  readonly calls: readonly RunningAggregate[]
  /** Where the keys, the results and the number of the set go; -1: nowhere. */
  readonly keyRegisters: readonly number[]
  readonly callRegisters: readonly number[]
  readonly setRegister: number
}

export class AggregateOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly plan: AggregatePlan
  private readonly groupBytes: number
  private groups: Group[] = []
  /** By grouping set: the groups by their keys. */
  private maps: Map<unknown, Group>[] = []
  private position = 0
  /** Rows of groups for which there was no room; they are grouped when the others were given. */
  private file: SpillFile | undefined
  private aside: Partitions | undefined
  private pending: Part[] = []
  private readonly row: Value[] = []
  private stage: 'read' | 'read part' | 'give' = 'give'
  private rowCount = 0
  /** Of the part that is read. */
  private part: { readonly reader: SpillReader; readonly level: number } | undefined
  /** The results of the group at hand that take long to finish, as far as they are. */
  private readonly ordered: (ArrayLike<number> | undefined)[] = []
  private ordering: RowOrder | undefined

  constructor(execution: Execution, input: Operator, plan: AggregatePlan) {
    this.execution = execution
    this.input = input
    this.plan = plan
    this.groupBytes = bytesOfGroup(plan.keys.length, plan.calls.length)
  }

  open(): void {
    this.clear()
    this.maps = this.plan.sets.map(() => new Map())
    this.input.open()
    this.rowCount = 0
    this.stage = 'read'
  }

  /** Takes all rows into their groups, each into one of each set; false when it has paused. */
  private takeAll(): boolean {
    const { sets } = this.plan
    const { registers, pause } = this.execution
    const { input } = this
    while (input.next()) {
      this.rowCount++
      for (let set = 0; set < sets.length; set++) this.take(set, registers, 0)
    }
    if (pause.isPaused) return false
    input.close()
    this.stage = 'give'
    if (this.rowCount > 0) return true
    // A set without keys has one group, also of nothing.
    for (let i = 0; i < sets.length; i++) {
      if (sets[i].keys.length === 0) this.groups.push(this.newGroup(i, undefined))
    }
    return true
  }

  /** Takes the row in the registers into its group; a new one that does not fit into memory waits in the file. */
  private take(set: number, registers: RegisterFile, level: number): void {
    const map = this.maps[set]
    const key = this.plan.sets[set].groupOf(registers)
    let group = map.get(key)
    if (group === undefined) {
      if (this.isFull()) {
        this.putAside(set, key, registers, level)
        return
      }
      group = this.newGroup(set, registers)
      map.set(key, group)
      this.groups.push(group)
    }
    this.step(group, registers)
  }

  private isFull(): boolean {
    const { spill } = this.execution
    return spill !== undefined && this.groups.length * this.groupBytes > spill.budgetBytes
  }

  private putAside(set: number, key: unknown, registers: RegisterFile, level: number): void {
    const { inputRegisters } = this.plan
    this.file ??= new SpillFile(this.execution.spill!)
    this.aside ??= new Partitions(this.file, 1 + inputRegisters.length, level)
    this.row[0] = set
    for (let i = 0; i < inputRegisters.length; i++) this.row[i + 1] = registers[inputRegisters[i]]
    this.aside.add(hashOfGroup(key), this.row)
  }

  /** Begins with the next part of the rows that were put aside; false when there is none. */
  private openNextPart(): boolean {
    if (this.aside !== undefined) {
      const { parts, level } = this.aside
      for (const rows of parts) if (rows.length > 0) this.pending.push({ rows, level: level + 1 })
      this.aside = undefined
    }
    const part = this.pending.pop()
    if (part === undefined) return false
    this.groups = []
    this.position = 0
    for (const map of this.maps) map.clear()
    this.part = { reader: part.rows.read(), level: part.level }
    this.stage = 'read part'
    return true
  }

  /** Makes groups of its rows; false when it has paused. */
  private takePart(): boolean {
    const { inputRegisters } = this.plan
    const { registers, pause } = this.execution
    const { reader, level } = this.part!
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      if (!reader.next(this.row)) break
      const set = this.row[0] as number
      for (let i = 0; i < inputRegisters.length; i++) registers[inputRegisters[i]] = this.row[i + 1]
      this.take(set, registers, level)
    }
    this.part = undefined
    this.stage = 'give'
    return true
  }

  private newGroup(set: number, registers: RegisterFile | undefined): Group {
    const { keys, sets, calls } = this.plan
    const members = sets[set].keys
    return {
      keys: keys.map((key, i) => (registers !== undefined && members.includes(i) ? key(registers) : null)),
      set,
      states: calls.map(call => call.implementation.start()),
      waiting: calls.map(call =>
        call.orderBy.length > 0 || call.isOrderedSet
          ? { rows: [], keys: call.orderBy.map(() => []) }
          : undefined,
      ),
      seen: calls.map(call => (call.distinctKey === undefined ? undefined : new Set())),
    }
  }

  private step(group: Group, registers: RegisterFile): void {
    const { calls } = this.plan
    const { context } = this.execution
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i]
      if (call.filter !== undefined && call.filter(registers) !== true) continue
      const waiting = group.waiting[i]
      if (call.arguments.length === 1 && waiting === undefined && call.distinctKey === undefined) {
        const value = call.arguments[0](registers)
        if (value === null && call.skipsNulls) continue
        group.states[i] = call.implementation.step(group.states[i], value, context)
        continue
      }
      const values = call.arguments.map(argument => argument(registers))
      if (call.skipsNulls && values.includes(null)) continue
      if (call.distinctKey !== undefined) {
        const key = call.distinctKey(registers)
        if (group.seen[i]!.has(key)) continue
        group.seen[i]!.add(key)
      }
      if (waiting === undefined) {
        group.states[i] = call.implementation.step(group.states[i], ...values, context)
        continue
      }
      waiting.rows.push(values)
      for (let k = 0; k < call.orderBy.length; k++) waiting.keys[k].push(call.orderBy[k].evaluate(registers))
    }
  }

  next(): boolean {
    const { plan } = this
    const { registers, pause } = this.execution
    if (this.stage === 'read' && !this.takeAll()) return false
    while (this.stage === 'read part' || this.position >= this.groups.length) {
      if (this.stage === 'read part') {
        if (!this.takePart()) return false
      } else if (!this.openNextPart()) return false
    }
    if (--pause.left < 0 && pause.isDue()) return false
    const group = this.groups[this.position]
    if (!this.orderWaiting(group)) return false
    this.position++
    for (let i = 0; i < plan.keyRegisters.length; i++) {
      if (plan.keyRegisters[i] >= 0) registers[plan.keyRegisters[i]] = group.keys[i]
    }
    if (plan.setRegister >= 0) registers[plan.setRegister] = group.set
    for (let i = 0; i < plan.calls.length; i++) {
      if (plan.callRegisters[i] >= 0) registers[plan.callRegisters[i]] = this.finish(group, i, registers)
    }
    return true
  }

  /** Sorts the rows of a group that its aggregates want in order; false when it has paused. */
  private orderWaiting(group: Group): boolean {
    const { ordered, execution } = this
    for (let i = 0; i < group.waiting.length; i++) {
      const waiting = group.waiting[i]
      if (waiting === undefined || ordered[i] !== undefined) continue
      this.ordering ??= new RowOrder(this.plan.calls[i].orderBy, waiting.keys, waiting.rows.length)
      ordered[i] = this.ordering.sorted(execution.pause)
      if (ordered[i] === undefined) return false
      this.ordering = undefined
    }
    return true
  }

  private finish(group: Group, i: number, registers: RegisterFile): Value {
    const call = this.plan.calls[i]
    const { context } = this.execution
    const waiting = group.waiting[i]
    let state = group.states[i]
    if (waiting !== undefined) {
      const order = this.ordered[i]!
      this.ordered[i] = undefined
      const direct = call.directArguments.map(argument => argument(registers))
      if (call.hypothetical !== undefined) {
        return call.hypothetical(placeAmong(call.orderBy, waiting.keys, order, direct))
      }
      if (call.isOrderedSet) state = call.implementation.start()
      for (let at = 0; at < order.length; at++) {
        state = call.implementation.step(state, ...waiting.rows[order[at]], ...direct, context)
      }
      if (call.isOrderedSet) {
        // Direct arguments are also there when no row was.
        return (call.implementation.finish as (state: Value, ...rest: Value[]) => Value)(
          state,
          context,
          direct,
        )
      }
    }
    return call.implementation.finish(state, context)
  }

  close(): void {
    this.input.close()
    this.clear()
  }

  private clear(): void {
    this.stage = 'give'
    this.groups = []
    this.maps = []
    this.position = 0
    this.part = undefined
    this.ordered.length = 0
    this.ordering = undefined
    this.aside = undefined
    this.pending = []
    this.file?.close()
    this.file = undefined
  }
}

/** Rows that were put aside together, and how often. */
interface Part {
  readonly rows: SpilledRows
  readonly level: number
}

const GROUP_BYTES = 200
const PART_BYTES = 64

/** What a group takes in memory, roughly, as long as its states do not grow. */
export function bytesOfGroup(keyCount: number, callCount: number): number {
  return GROUP_BYTES + PART_BYTES * (keyCount + callCount)
}

/** Where a row of these values would lie among rows that are in order. */
function placeAmong(
  orderBy: readonly SortKey[],
  keys: readonly (readonly Value[])[],
  order: ArrayLike<number>,
  values: readonly Value[],
): HypotheticalPlace {
  const compare = (row: number, other: (key: number) => Value): number => {
    for (let k = 0; k < orderBy.length; k++) {
      const result = compareKey(orderBy[k], keys[k][row], other(k))
      if (result !== 0) return result
    }
    return 0
  }
  let before = 0
  let equal = 0
  let distinctBefore = 0
  for (let i = 0; i < order.length; i++) {
    const row = order[i]
    const side = compare(row, k => values[k])
    if (side === 0) equal++
    if (side >= 0) continue
    before++
    if (i === 0 || compare(row, k => keys[k][order[i - 1]]) !== 0) distinctBefore++
  }
  return { before, equal, distinctBefore, rows: order.length }
}
