/**
 * INTERSECT and EXCEPT, with and without ALL: rows of the left, counted against those of the right.
 *
 * The keys of the right are counted in memory, as many as fit. Keys beyond these go into a file, in parts by their hashes, and
 * so do the rows of the left whose keys are not among those in memory; then part after part is done in the same way.
 * EXCEPT without ALL remembers what it has given, too, and puts aside rows for whose keys there is no room.
 */

import type { Value } from '../functions/registry.ts'
import { Partitions } from '../spill/partitions.ts'
import { type SpilledRows, SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { type GroupingKey, hashOfGroup, weightOfGroup } from './grouping-key.ts'
import type { Execution, Operator } from './operator.ts'

/** What was put aside together: keys of the right, rows of the left. */
interface Part {
  /** Undefined: none. */
  readonly right: SpilledRows | undefined
  readonly left: SpilledRows
  readonly level: number
}

export class SetOperator implements Operator {
  private readonly execution: Execution
  private readonly operation: 'intersect' | 'except'
  private readonly isAll: boolean
  /** Both leave their rows in the same registers. */
  private readonly left: Operator
  private readonly right: Operator
  private readonly key: GroupingKey
  private readonly places: readonly number[]
  /**
   * By key: with ALL how often a row may still be given (intersect), or must be passed over (except). Without: of intersect 0
   * once it was given, of except any number for what the right has or what was given.
   */
  private readonly counts = new Map<unknown, number>()
  private weight = 0
  private budgetBytes = Number.POSITIVE_INFINITY
  private stage: 'count' | 'give' | 'next part' | 'count part' | 'give part' | 'end' = 'end'
  private file: SpillFile | undefined
  private rightAside: Partitions | undefined
  private leftAside: Partitions | undefined
  private pending: Part[] = []
  private rightReader: SpillReader | undefined
  private leftReader: SpillReader | undefined
  private level = 0
  private readonly row: Value[] = []

  /** @param places the registers that both sides leave their rows in */
  constructor(
    execution: Execution,
    operation: 'intersect' | 'except',
    isAll: boolean,
    left: Operator,
    right: Operator,
    key: GroupingKey,
    places: readonly number[],
  ) {
    this.execution = execution
    this.operation = operation
    this.isAll = isAll
    this.left = left
    this.right = right
    this.key = key
    this.places = places
  }

  open(): void {
    this.clear()
    this.budgetBytes = this.execution.spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    this.right.open()
    this.stage = 'count'
  }

  next(): boolean {
    const { pause } = this.execution
    for (;;) {
      switch (this.stage) {
        case 'count':
          if (!this.countRight()) return false
          break
        case 'give':
          if (this.nextOfLeft()) return true
          if (pause.isPaused) return false
          this.left.close()
          this.stage = 'next part'
          break
        case 'next part':
          this.openNextPart()
          break
        case 'count part':
          if (!this.countPart()) return false
          break
        case 'give part':
          if (this.nextOfPart()) return true
          if (pause.isPaused) return false
          this.stage = 'next part'
          break
        case 'end':
          return false
      }
    }
  }

  /** False when it has paused. */
  private countRight(): boolean {
    const { right, key } = this
    const { registers, pause } = this.execution
    while (right.next()) this.count(key(registers))
    if (pause.isPaused) return false
    right.close()
    this.left.open()
    this.stage = 'give'
    return true
  }

  private nextOfLeft(): boolean {
    const { left, key } = this
    const { registers } = this.execution
    while (left.next()) if (this.isGiven(key(registers))) return true
    return false
  }

  /** A key of the right. */
  private count(key: unknown): void {
    const { counts, row } = this
    const known = counts.get(key)
    if (known !== undefined) counts.set(key, known + 1)
    else if (this.isFull) {
      this.rightAside ??= this.newPartitions(1)
      row[0] = key as Value
      this.rightAside.add(hashOfGroup(key), row)
    } else this.remember(key)
  }

  /** Whether the row of the left in the registers, which has this key, comes out now. */
  private isGiven(key: unknown): boolean {
    const { counts, operation, isAll } = this
    const count = counts.get(key)
    if (count === undefined) {
      const remembers = operation === 'except' && !isAll
      if (this.rightAside !== undefined || (remembers && this.isFull)) {
        this.putAside(key)
        return false
      }
      if (remembers) this.remember(key)
      return operation === 'except'
    }
    if (isAll) {
      if (count > 0) counts.set(key, count - 1)
      return count > 0 === (operation === 'intersect')
    }
    if (operation === 'except' || count === 0) return false
    counts.set(key, 0)
    return true
  }

  private remember(key: unknown): void {
    this.counts.set(key, 1)
    this.weight += weightOfGroup(key)
  }

  /** One key is taken always, so that each part is less than what it is a part of. */
  private get isFull(): boolean {
    return this.weight > this.budgetBytes && this.counts.size > 0
  }

  private putAside(key: unknown): void {
    const { places, row } = this
    const { registers } = this.execution
    this.leftAside ??= this.newPartitions(places.length)
    for (let i = 0; i < places.length; i++) row[i] = registers[places[i]]
    this.leftAside.add(hashOfGroup(key), row)
  }

  private newPartitions(width: number): Partitions {
    this.file ??= new SpillFile(this.execution.spill!)
    return new Partitions(this.file, width, this.level)
  }

  private openNextPart(): void {
    const { leftAside, rightAside } = this
    if (leftAside !== undefined) {
      for (const [i, left] of leftAside.parts.entries()) {
        if (left.length === 0) continue
        this.pending.push({ left, right: rightAside?.parts[i], level: this.level + 1 })
      }
    }
    this.leftAside = undefined
    this.rightAside = undefined
    this.forgetKeys()
    const part = this.pending.pop()
    if (part === undefined) {
      this.stage = 'end'
      return
    }
    this.level = part.level
    this.rightReader = part.right?.read()
    this.leftReader = part.left.read()
    this.stage = 'count part'
  }

  /** False when it has paused. */
  private countPart(): boolean {
    const { rightReader, row } = this
    const { pause } = this.execution
    if (rightReader !== undefined) {
      for (;;) {
        if (--pause.left < 0 && pause.isDue()) return false
        if (!rightReader.next(row)) break
        this.count(row[0])
      }
    }
    this.rightReader = undefined
    this.stage = 'give part'
    return true
  }

  private nextOfPart(): boolean {
    const { places, row, key } = this
    const { registers, pause } = this.execution
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      if (!this.leftReader!.next(row)) return false
      for (let i = 0; i < places.length; i++) registers[places[i]] = row[i]
      if (this.isGiven(key(registers))) return true
    }
  }

  private forgetKeys(): void {
    this.counts.clear()
    this.weight = 0
  }

  close(): void {
    this.left.close()
    this.right.close()
    this.clear()
  }

  private clear(): void {
    this.forgetKeys()
    this.stage = 'end'
    this.level = 0
    this.pending = []
    this.rightAside = undefined
    this.leftAside = undefined
    this.rightReader = undefined
    this.leftReader = undefined
    this.file?.close()
    this.file = undefined
  }
}
