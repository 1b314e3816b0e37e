/**
 * What the aggregates with DISTINCT of a grouping have met, group by group. When that is more than memory may hold, values that
 * are not known yet are put aside (aside-rows.ts).
 */

import type { Value } from '../functions/registry.ts'
import { AsideRows } from './aside-rows.ts'
import { hashOfGroup } from './grouping-key.ts'
import type { Execution } from './operator.ts'

/** An aggregate that takes each list of arguments once. */
export interface DistinctAggregate {
  readonly argumentCount: number
  /** What makes an argument list distinct. */
  readonly key: (values: readonly Value[]) => unknown
}

/** A row that is put aside is the aggregate, the group, and the arguments. */
const BEFORE_ARGUMENTS = 2

export class DistinctValues {
  /** Undefined: an aggregate without DISTINCT. */
  private readonly calls: readonly (DistinctAggregate | undefined)[]
  private readonly width: number
  /** By aggregate, by number of the group: the keys that were met. */
  private seen: (Set<unknown> | undefined)[][] = []
  private readonly aside: AsideRows
  private values: readonly Value[] = []

  constructor(execution: Execution, calls: readonly (DistinctAggregate | undefined)[]) {
    this.calls = calls
    this.width = BEFORE_ARGUMENTS + Math.max(0, ...calls.map(call => call?.argumentCount ?? 0))
    this.aside = new AsideRows(execution, this.width)
  }

  /** Begins anew, with so much memory for the keys. */
  begin(budgetBytes: number): void {
    this.clear()
    this.aside.begin(budgetBytes)
  }

  /** Whether an aggregate meets these arguments for the first time; false also where that is not known yet. */
  isFirst(call: number, group: number, values: readonly Value[]): boolean {
    const key = this.calls[call]!.key(values)
    let seen = this.seen[call][group]
    if (seen === undefined) {
      seen = new Set()
      this.seen[call][group] = seen
    }
    if (seen.has(key)) return false
    if (this.aside.isFull) {
      this.putAside(call, group, key, values)
      return false
    }
    seen.add(key)
    this.aside.noteKey(key)
    return true
  }

  private putAside(call: number, group: number, key: unknown, values: readonly Value[]): void {
    const { aside, width } = this
    const { row } = aside
    row[0] = call
    row[1] = group
    for (let i = BEFORE_ARGUMENTS; i < width; i++) row[i] = values[i - BEFORE_ARGUMENTS] ?? null
    aside.add(hashOfGroup(key) ^ Math.imul(group + 1, 0x9e3779b1) ^ Math.imul(call + 1, 0x85ebca6b))
  }

  /** To the next arguments that were put aside, when no more come from elsewhere; false: there are none. */
  next(): boolean {
    const { aside } = this
    while (!aside.hasPart || !aside.next()) {
      this.forgetKeys()
      if (!aside.openPart()) return false
    }
    const end = BEFORE_ARGUMENTS + this.calls[this.callAtHand]!.argumentCount
    this.values = aside.row.slice(BEFORE_ARGUMENTS, end)
    return true
  }

  /** What `next` has come to. */
  get callAtHand(): number {
    return this.aside.row[0] as number
  }
  get groupAtHand(): number {
    return this.aside.row[1] as number
  }
  get valuesAtHand(): readonly Value[] {
    return this.values
  }

  private forgetKeys(): void {
    this.seen = this.calls.map(() => [])
  }

  /** The file is gone, and so are the values. */
  clear(): void {
    this.forgetKeys()
    this.values = []
    this.aside.clear()
  }
}
