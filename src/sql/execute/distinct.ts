/**
 * DISTINCT and UNION: the first row of each key.
 *
 * Rows come out as they are met, for as long as the keys that were met fit into memory. Then rows with new keys are put aside
 * into a file, in parts by the hashes of their keys, and gone through part by part when the input is at its end: what comes out
 * is still the first row of each key, but no more in the order of the input.
 */

import type { Value } from '../functions/registry.ts'
import { Partitions, PendingParts } from '../spill/partitions.ts'
import { SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { type GroupingKey, hashOfGroup, isSameKey, weightOfGroup } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'

export class DistinctOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly key: GroupingKey
  /** The registers of what the input leaves. */
  private readonly places: readonly number[]
  private readonly seen = new Set<unknown>()
  private weight = 0
  private budgetBytes = Number.POSITIVE_INFINITY
  private isReadingInput = false
  private file: SpillFile | undefined
  private aside: Partitions | undefined
  private readonly pending = new PendingParts()
  private reader: SpillReader | undefined
  private level = 0
  private readonly row: Value[] = []

  constructor(execution: Execution, input: Operator, key: GroupingKey, places: readonly number[]) {
    this.execution = execution
    this.input = input
    this.key = key
    this.places = places
  }

  open(): void {
    this.clear()
    this.budgetBytes = this.execution.spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    this.isReadingInput = true
    this.input.open()
  }

  next(): boolean {
    const { pause } = this.execution
    if (this.isReadingInput) {
      const { input } = this
      while (input.next()) if (this.isFirst()) return true
      if (pause.isPaused) return false
      input.close()
      this.isReadingInput = false
    }
    for (;;) {
      if (this.reader === undefined && !this.openNextPart()) return false
      while (this.read()) if (this.isFirst()) return true
      if (pause.isPaused) return false
      this.reader = undefined
    }
  }

  /** Whether the row in the registers is the first of its key; false also where that is not known yet. */
  private isFirst(): boolean {
    const { seen } = this
    const key = this.key(this.execution.registers)
    if (seen.has(key)) return false
    // One key is taken always, so that each part is less than what it is a part of.
    if (this.weight > this.budgetBytes && seen.size > 0) {
      this.putAside(key)
      return false
    }
    seen.add(key)
    this.weight += weightOfGroup(key)
    return true
  }

  private putAside(key: unknown): void {
    const { places, row, execution } = this
    this.file ??= new SpillFile(execution.spill!)
    this.aside ??= new Partitions(this.file, places.length, this.level)
    for (let i = 0; i < places.length; i++) row[i] = execution.registers[places[i]]
    this.aside.add(hashOfGroup(key), row)
  }

  /** False when there is none. */
  private openNextPart(): boolean {
    this.pending.add(this.aside)
    this.aside = undefined
    const part = this.pending.next()
    this.forgetKeys()
    if (part === undefined) return false
    this.reader = part.rows.read()
    this.level = part.level
    return true
  }

  /** Puts the next row of the part into the registers; false at its end, and when it has paused. */
  private read(): boolean {
    const { places, row, execution } = this
    const { registers, pause } = execution
    if (--pause.left < 0 && pause.isDue()) return false
    if (!this.reader!.next(row)) return false
    for (let i = 0; i < places.length; i++) registers[places[i]] = row[i]
    return true
  }

  private forgetKeys(): void {
    this.seen.clear()
    this.weight = 0
  }

  close(): void {
    this.input.close()
    this.clear()
  }

  private clear(): void {
    this.forgetKeys()
    this.isReadingInput = false
    this.level = 0
    this.reader = undefined
    this.aside = undefined
    this.pending.clear()
    this.file?.close()
    this.file = undefined
  }
}

/** The same of rows that come with those of one key next to each other: nothing is kept, and their order stays. */
export class UniqueOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly key: GroupingKey
  private hasRow = false
  private last: unknown

  constructor(execution: Execution, input: Operator, key: GroupingKey) {
    this.execution = execution
    this.input = input
    this.key = key
  }

  open(): void {
    this.forget()
    this.input.open()
  }

  next(): boolean {
    const { input, key } = this
    while (input.next()) {
      const own = key(this.execution.registers)
      if (this.hasRow && isSameKey(own, this.last)) continue
      this.hasRow = true
      this.last = own
      return true
    }
    return false
  }

  close(): void {
    this.input.close()
    this.forget()
  }

  private forget(): void {
    this.hasRow = false
    this.last = undefined
  }
}
