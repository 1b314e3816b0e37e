/**
 * DISTINCT and UNION: the first row of each key.
 *
 * Rows come out as they are met, for as long as the keys that were met fit into memory. Then rows with new keys are put aside
 * (aside-rows.ts): what comes out is still the first row of each key, but no more in the order of the input.
 */

import { AsideRows } from './aside-rows.ts'
import { type GroupingKey, hashOfGroup, isSameKey } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'

export class DistinctOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly key: GroupingKey
  /** The registers of what the input leaves. */
  private readonly places: readonly number[]
  private readonly seen = new Set<unknown>()
  private readonly aside: AsideRows
  private isReadingInput = false

  constructor(execution: Execution, input: Operator, key: GroupingKey, places: readonly number[]) {
    this.execution = execution
    this.input = input
    this.key = key
    this.places = places
    this.aside = new AsideRows(execution, places.length)
  }

  open(): void {
    this.clear()
    this.aside.begin(this.execution.spill?.budgetBytes ?? Number.POSITIVE_INFINITY)
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
      if (!this.aside.hasPart) {
        this.seen.clear()
        if (!this.aside.openPart()) return false
      }
      while (this.read()) if (this.isFirst()) return true
      if (pause.isPaused) return false
    }
  }

  /** Whether the row in the registers is the first of its key; false also where that is not known yet. */
  private isFirst(): boolean {
    const { seen, aside } = this
    const key = this.key(this.execution.registers)
    if (seen.has(key)) return false
    if (aside.isFull) {
      this.putAside(key)
      return false
    }
    seen.add(key)
    aside.noteKey(key)
    return true
  }

  private putAside(key: unknown): void {
    const { places, aside, execution } = this
    for (let i = 0; i < places.length; i++) aside.row[i] = execution.registers[places[i]]
    aside.add(hashOfGroup(key))
  }

  /** Puts the next row of the part into the registers; false at its end, and when it has paused. */
  private read(): boolean {
    const { places, aside, execution } = this
    const { registers, pause } = execution
    if (--pause.left < 0 && pause.isDue()) return false
    if (!aside.next()) return false
    for (let i = 0; i < places.length; i++) registers[places[i]] = aside.row[i]
    return true
  }

  close(): void {
    this.input.close()
    this.clear()
  }

  private clear(): void {
    this.seen.clear()
    this.isReadingInput = false
    this.aside.clear()
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
