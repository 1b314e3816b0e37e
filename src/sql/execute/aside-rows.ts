/**
 * The first row of each key: what a set of keys that is larger than memory puts aside. Rows whose keys are not known yet go into
 * a file, in parts by the hashes of their keys, and are gone through part by part when all others were met: a row that is put aside
 * has a key that was not met before it, so each key is still met once. The set of keys is the owner's; how much of it memory holds
 * is known here.
 */

import type { Value } from '../functions/registry.ts'
import { Partitions, PendingParts } from '../spill/partitions.ts'
import { SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import { weightOfGroup } from './grouping-key.ts'
import type { Execution } from './operator.ts'

export class AsideRows {
  /** The row that is put aside, or was read. */
  readonly row: Value[] = []
  private readonly execution: Execution
  private readonly width: number
  private keyCount = 0
  private weight = 0
  private budgetBytes = Number.POSITIVE_INFINITY
  private file: SpillFile | undefined
  private aside: Partitions | undefined
  private readonly pending = new PendingParts()
  private reader: SpillReader | undefined
  private level = 0

  /** @param width of the rows */
  constructor(execution: Execution, width: number) {
    this.execution = execution
    this.width = width
  }

  /** Begins anew, with so much memory for the keys. */
  begin(budgetBytes: number): void {
    this.clear()
    this.budgetBytes = budgetBytes
  }

  /** Whether there is no room for another key. One is taken always, so that each part is less than what it is a part of. */
  get isFull(): boolean {
    return this.weight > this.budgetBytes && this.keyCount > 0
  }

  /** The set has taken a key. */
  noteKey(key: unknown): void {
    this.keyCount++
    this.weight += weightOfGroup(key)
  }

  /** Puts `row` aside, by the hash of its key. */
  add(hash: number): void {
    this.file ??= new SpillFile(this.execution.spill!)
    this.aside ??= new Partitions(this.file, this.width, this.level)
    this.aside.add(hash, this.row)
  }

  /** Rows of a part are being read. */
  get hasPart(): boolean {
    return this.reader !== undefined
  }

  /** To the next part, before which the set forgets its keys; false when there is none. */
  openPart(): boolean {
    this.pending.add(this.aside)
    this.aside = undefined
    this.forgetKeys()
    const part = this.pending.next()
    this.reader = part?.rows.read()
    if (part === undefined) return false
    this.level = part.level
    return true
  }

  /** Reads the next row of the part; false at its end. */
  next(): boolean {
    if (this.reader!.next(this.row)) return true
    this.reader = undefined
    return false
  }

  private forgetKeys(): void {
    this.keyCount = 0
    this.weight = 0
  }

  /** The file is gone, and so are the rows. */
  clear(): void {
    this.forgetKeys()
    this.level = 0
    this.reader = undefined
    this.aside = undefined
    this.pending.clear()
    this.file?.close()
    this.file = undefined
  }
}
