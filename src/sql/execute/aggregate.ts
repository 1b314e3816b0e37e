/**
 * GROUP BY and aggregates: groups in a Map by their keys, one state a call. With several grouping sets each row goes into a
 * group of each of them.
 *
 * When there are more groups than memory may hold, rows of new ones are put aside into a file, in parts by the hashes of their
 * keys, and grouped part by part when the groups before were given. What aggregates with DISTINCT or ORDER BY of their own
 * keep of the groups at hand goes to files of its own (distinct-values.ts, waiting-rows.ts).
 */

import type { Value } from '../functions/registry.ts'
import { Partitions, PendingParts } from '../spill/partitions.ts'
import { SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { type DistinctAggregate, DistinctValues } from './distinct-values.ts'
import type { Evaluate } from './expression.ts'
import { type GroupingKey, hashOfGroup } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import { type OrderedAggregate, WaitingRows } from './waiting-rows.ts'

/** An aggregate, ready to run. */
export interface RunningAggregate extends OrderedAggregate {
  readonly filter: Evaluate | undefined
  readonly skipsNulls: boolean
  readonly distinct: DistinctAggregate | undefined
  /** Its rows wait until the groups are complete, and are then stepped in an order of their own. */
  readonly isOrdered: boolean
}

interface Group {
  readonly number: number
  readonly keys: readonly Value[]
  readonly set: number
  readonly states: Value[]
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
  private groupsMax = Number.POSITIVE_INFINITY
  private groups: Group[] = []
  /** By grouping set: the groups by their keys. */
  private maps: Map<unknown, Group>[] = []
  private position = 0
  /** Rows of groups for which there was no room; they are grouped when the others were given. */
  private file: SpillFile | undefined
  private aside: Partitions | undefined
  private readonly pending = new PendingParts()
  private readonly row: Value[] = []
  private stage: 'read' | 'read part' | 'settle' | 'give' = 'give'
  private rowCount = 0
  /** Of the part that is read. */
  private part: { readonly reader: SpillReader; readonly level: number } | undefined
  /** By call: the rows of the groups at hand that it waits for. */
  private readonly waiting: readonly (WaitingRows | undefined)[]
  private readonly isWaiting: boolean
  /** Undefined: no call has DISTINCT. */
  private readonly distinct: DistinctValues | undefined
  /** What finishes the group at hand; it stops where a pause is due. */
  private finishing: Iterator<void> | undefined
  /** Calls whose states gather what they are given. */
  private readonly gathering: readonly number[]

  constructor(execution: Execution, input: Operator, plan: AggregatePlan) {
    this.execution = execution
    this.input = input
    this.plan = plan
    this.waiting = plan.calls.map(call => (call.isOrdered ? new WaitingRows(execution, call) : undefined))
    this.isWaiting = plan.calls.some(call => call.isOrdered)
    this.gathering = [...plan.calls.keys()].filter(i => gathers(plan.calls[i]))
    const distinct = plan.calls.map(call => call.distinct)
    if (distinct.some(call => call !== undefined)) this.distinct = new DistinctValues(execution, distinct)
    const keptCount = plan.calls.filter(keepsRows).length
    this.groupBytes = bytesOfGroup(plan.keys.length, plan.calls.length) + keptCount * KEPT_BYTES
  }

  open(): void {
    this.clear()
    this.maps = this.plan.sets.map(() => new Map())
    this.beginKept()
    this.input.open()
    this.rowCount = 0
    this.stage = 'read'
  }

  /** Half of the memory is the groups', where something is kept for them; the rest is shared by what keeps it. */
  private beginKept(): void {
    const { distinct, waiting, execution } = this
    const keepers = waiting.filter(one => one !== undefined)
    const keeperCount = keepers.length + (distinct === undefined ? 0 : 1)
    const budget = execution.spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    this.groupsMax = (keeperCount === 0 ? budget : budget / 2) / this.groupBytes
    distinct?.begin(budget / 2 / keeperCount)
    for (const rows of keepers) rows.begin(budget / 2 / keeperCount)
  }

  /** Takes all rows into their groups, each into one of each set; false when it has paused. */
  private takeAll(): boolean {
    const { sets } = this.plan
    const { registers, pause } = this.execution
    const { input } = this
    for (;;) {
      if (!this.spillWaiting()) return false
      if (!input.next()) break
      this.rowCount++
      for (let set = 0; set < sets.length; set++) this.take(set, registers, 0)
    }
    if (pause.isPaused) return false
    input.close()
    this.stage = 'settle'
    if (this.rowCount > 0) return true
    // A set without keys has one group, also of nothing.
    for (let i = 0; i < sets.length; i++) {
      if (sets[i].keys.length === 0) this.groups.push(this.newGroup(i, undefined))
    }
    return true
  }

  /** Makes room where rows that wait are too many; false when it has paused. */
  private spillWaiting(): boolean {
    if (!this.isWaiting) return true
    const { waiting } = this
    for (let i = 0; i < waiting.length; i++) {
      const rows = waiting[i]
      if (rows?.isFull === true && !rows.spill()) return false
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
    return this.groups.length > this.groupsMax || this.gathersMuch
  }

  /** Together the groups that there are may be too much, where each by itself is not. */
  private get gathersMuch(): boolean {
    if (this.gathering.length === 0 || this.groups.length === 0) return false
    return this.execution.spill !== undefined && this.execution.context.gathering.isLarge
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
    this.pending.add(this.aside)
    this.aside = undefined
    const part = this.pending.next()
    if (part === undefined) return false
    this.beginKept()
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
      if (!this.spillWaiting()) return false
      if (--pause.left < 0 && pause.isDue()) return false
      if (!reader.next(this.row)) break
      const set = this.row[0] as number
      for (let i = 0; i < inputRegisters.length; i++) registers[inputRegisters[i]] = this.row[i + 1]
      this.take(set, registers, level)
    }
    this.part = undefined
    this.stage = 'settle'
    return true
  }

  /** Takes in what was put aside of the groups at hand, all of whose rows were met; false when it has paused. */
  private settle(): boolean {
    const { distinct, waiting, execution } = this
    const { pause } = execution
    if (distinct !== undefined) {
      for (;;) {
        if (!this.spillWaiting()) return false
        if (--pause.left < 0 && pause.isDue()) return false
        if (!distinct.next()) break
        const { callAtHand: call, groupAtHand: group, valuesAtHand: values } = distinct
        if (!distinct.isFirst(call, group, values)) continue
        const rows = waiting[call]
        if (rows === undefined) this.stepValues(this.groups[group], call, values)
        else rows.addOrderedByArguments(group, values)
      }
    }
    for (const rows of waiting) if (rows?.complete() === false) return false
    this.stage = 'give'
    return true
  }

  private newGroup(set: number, registers: RegisterFile | undefined): Group {
    const { keys, sets, calls } = this.plan
    const members = sets[set].keys
    return {
      number: this.groups.length,
      keys: keys.map((key, i) => (registers !== undefined && members.includes(i) ? key(registers) : null)),
      set,
      states: calls.map(call => call.implementation.start()),
    }
  }

  private step(group: Group, registers: RegisterFile): void {
    const { calls } = this.plan
    const { context } = this.execution
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i]
      if (call.filter !== undefined && call.filter(registers) !== true) continue
      if (call.arguments.length === 1 && !call.isOrdered && call.distinct === undefined) {
        const value = call.arguments[0](registers)
        if (value === null && call.skipsNulls) continue
        group.states[i] = call.implementation.step(group.states[i], value, context)
        continue
      }
      const values = call.arguments.map(argument => argument(registers))
      if (call.skipsNulls && values.includes(null)) continue
      if (call.distinct !== undefined && !this.distinct!.isFirst(i, group.number, values)) continue
      if (call.isOrdered) this.waiting[i]!.add(group.number, values, registers)
      else this.stepValues(group, i, values)
    }
  }

  private stepValues(group: Group, i: number, values: readonly Value[]): void {
    const { implementation } = this.plan.calls[i]
    group.states[i] = implementation.step(group.states[i], ...values, this.execution.context)
  }

  next(): boolean {
    const { pause } = this.execution
    for (;;) {
      switch (this.stage) {
        case 'read':
          if (!this.takeAll()) return false
          break
        case 'read part':
          if (!this.takePart()) return false
          break
        case 'settle':
          if (!this.settle()) return false
          break
        case 'give':
          if (this.position >= this.groups.length) {
            if (!this.openNextPart()) return false
            break
          }
          if (--pause.left < 0 && pause.isDue()) return false
          if (this.isWaiting && !this.finishWaiting()) return false
          this.put(this.groups[this.position])
          this.letGo(this.groups[this.position++])
          return true
      }
    }
  }

  /** Finishes those calls of the group at hand that take its rows in order; false when it has paused. */
  private finishWaiting(): boolean {
    this.finishing ??= this.finishInOrder(this.groups[this.position])
    if (!this.finishing.next().done) return false
    this.finishing = undefined
    return true
  }

  /** Their results become their states. Stops where a pause is due. */
  private *finishInOrder(group: Group): Generator<void> {
    // Direct arguments read them.
    this.putKeys(group)
    for (let i = 0; i < this.waiting.length; i++) {
      const rows = this.waiting[i]
      if (rows !== undefined) group.states[i] = yield* rows.finish(group.number, this.execution.registers)
    }
  }

  /** Its results were given. */
  private letGo({ states }: Group): void {
    for (const i of this.gathering) {
      const { bytesOf } = this.plan.calls[i].implementation
      this.execution.context.gathering.give(bytesOf!(states[i]))
    }
    // Results that are large are not kept for the groups after it.
    if (this.isWaiting || this.gathering.length > 0) states.length = 0
  }

  private putKeys(group: Group): void {
    const { keyRegisters, setRegister } = this.plan
    const { registers } = this.execution
    for (let i = 0; i < keyRegisters.length; i++) {
      if (keyRegisters[i] >= 0) registers[keyRegisters[i]] = group.keys[i]
    }
    if (setRegister >= 0) registers[setRegister] = group.set
  }

  private put(group: Group): void {
    const { callRegisters, calls } = this.plan
    const { registers, context } = this.execution
    this.putKeys(group)
    for (let i = 0; i < calls.length; i++) {
      if (callRegisters[i] < 0) continue
      const state = group.states[i]
      registers[callRegisters[i]] = calls[i].isOrdered
        ? state
        : calls[i].implementation.finish(state, context)
    }
  }

  close(): void {
    this.input.close()
    this.clear()
  }

  private clear(): void {
    this.stage = 'give'
    if (this.gathering.length > 0) {
      for (let i = this.position; i < this.groups.length; i++) this.letGo(this.groups[i])
    }
    this.groups = []
    this.maps = []
    this.position = 0
    this.part = undefined
    this.finishing = undefined
    this.distinct?.clear()
    for (const rows of this.waiting) rows?.clear()
    this.aside = undefined
    this.pending.clear()
    this.file?.close()
    this.file = undefined
  }
}

const GROUP_BYTES = 200
const PART_BYTES = 64

/** What a group takes in memory, roughly, as long as its states do not grow. */
export function bytesOfGroup(keyCount: number, callCount: number): number {
  return GROUP_BYTES + PART_BYTES * (keyCount + callCount)
}

/** What a call that keeps rows takes for each group, besides the rows: a Set, or lists. */
const KEPT_BYTES = 250

function keepsRows({ distinct, isOrdered }: RunningAggregate): boolean {
  return distinct !== undefined || isOrdered
}

/** Those that take their rows in order are finished one group after the other, and count by themselves. */
function gathers({ implementation, isOrdered }: RunningAggregate): boolean {
  return implementation.bytesOf !== undefined && !isOrdered
}
