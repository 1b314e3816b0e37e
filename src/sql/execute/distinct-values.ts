/**
 * What the aggregates with DISTINCT of a grouping have met, group by group.
 *
 * When they are more than memory may hold, values that are not known yet go into a file, in parts by the hashes of their keys, and
 * are looked at part by part when all rows were met: a value that is put aside was not met before it, so each is still
 * taken once.
 */

import type { Value } from '../functions/registry.ts'
import { Partitions, PendingParts } from '../spill/partitions.ts'
import { SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { hashOfGroup, weightOfGroup } from './grouping-key.ts'
import type { Execution } from './operator.ts'

/** An aggregate that takes each list of arguments once. */
export interface DistinctAggregate {
  readonly argumentCount: number
  /** What makes an argument list distinct. */
  readonly key: (values: readonly Value[]) => unknown
}

/** A row in the file is the aggregate, the group, and the arguments. */
const BEFORE_ARGUMENTS = 2

export class DistinctValues {
  private readonly execution: Execution
  /** Undefined: an aggregate without DISTINCT. */
  private readonly calls: readonly (DistinctAggregate | undefined)[]
  private readonly width: number
  /** By aggregate, by number of the group: the keys that were met. */
  private seen: (Set<unknown> | undefined)[][] = []
  private count = 0
  private weight = 0
  private budgetBytes = Number.POSITIVE_INFINITY
  private file: SpillFile | undefined
  private aside: Partitions | undefined
  private readonly pending = new PendingParts()
  private reader: SpillReader | undefined
  private level = 0
  private readonly row: Value[] = []
  private values: readonly Value[] = []

  constructor(execution: Execution, calls: readonly (DistinctAggregate | undefined)[]) {
    this.execution = execution
    this.calls = calls
    this.width = BEFORE_ARGUMENTS + Math.max(0, ...calls.map(call => call?.argumentCount ?? 0))
  }

  /** Begins anew, with so much memory for the keys. */
  begin(budgetBytes: number): void {
    this.clear()
    this.budgetBytes = budgetBytes
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
    // One key is taken always, so that each part is less than what it is a part of.
    if (this.weight > this.budgetBytes && this.count > 0) {
      this.putAside(call, group, key, values)
      return false
    }
    seen.add(key)
    this.count++
    this.weight += weightOfGroup(key)
    return true
  }

  private putAside(call: number, group: number, key: unknown, values: readonly Value[]): void {
    const { row, width } = this
    this.file ??= new SpillFile(this.execution.spill!)
    this.aside ??= new Partitions(this.file, width, this.level)
    row[0] = call
    row[1] = group
    for (let i = BEFORE_ARGUMENTS; i < width; i++) row[i] = values[i - BEFORE_ARGUMENTS] ?? null
    this.aside.add(hashOfGroup(key) ^ Math.imul(group + 1, 0x9e3779b1) ^ Math.imul(call + 1, 0x85ebca6b), row)
  }

  /** To the next arguments that were put aside, when no more come from elsewhere; false: there are none. */
  next(): boolean {
    const { row } = this
    while (this.reader === undefined || !this.reader.next(row)) {
      this.pending.add(this.aside)
      this.aside = undefined
      const part = this.pending.next()
      this.forgetKeys()
      this.reader = part?.rows.read()
      if (part === undefined) return false
      this.level = part.level
    }
    this.values = row.slice(BEFORE_ARGUMENTS, BEFORE_ARGUMENTS + this.calls[this.callAtHand]!.argumentCount)
    return true
  }

  /** What `next` has come to. */
  get callAtHand(): number {
    return this.row[0] as number
  }
  get groupAtHand(): number {
    return this.row[1] as number
  }
  get valuesAtHand(): readonly Value[] {
    return this.values
  }

  private forgetKeys(): void {
    this.seen = this.calls.map(() => [])
    this.count = 0
    this.weight = 0
  }

  /** The file is gone, and so are the values. */
  clear(): void {
    this.forgetKeys()
    this.level = 0
    this.reader = undefined
    this.aside = undefined
    this.pending.clear()
    this.values = []
    this.file?.close()
    this.file = undefined
  }
}
