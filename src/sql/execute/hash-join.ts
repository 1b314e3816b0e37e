/**
 * The hash join: the inner side is kept by its keys, the outer side looks its keys up there.
 *
 * | type | gives |
 * |---|---|
 * | inner, left, right, full | pairs; of left and full also outer rows without a match, of right and full inner ones |
 * | semi, anti | outer rows with, without a match |
 * | right semi, right anti | inner rows with, without a match: for when the side that is asked for is the smaller one |
 *
 * Null is equal to nothing, so that a row with a null among its keys matches none.
 *
 * When the inner side is more than memory may hold, both sides are written to a file, in parts by the hashes of their keys, and
 * joined part by part; then rows do not come in the order of the outer side.
 */

import type { BoundExpression } from '../bind/bound.ts'
import type { Value } from '../functions/registry.ts'
import type { JoinType } from '../plan/physical.ts'
import { Partitions } from '../spill/partitions.ts'
import { type SpilledRows, SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import type { Evaluate } from './expression.ts'
import { generateBuild, type JoinSides, writeProbe } from './generate/join-code.ts'
import { hashOfParts, JoinTable, type KeyPart } from './join-table.ts'
import type { JoinKey } from './keys.ts'
import { type Execution, type Operator, RowBuffer } from './operator.ts'
import { type LoopOperator, type LoopSource, loopSourceOf, type RunningStage, ScanLoop } from './scan-loop.ts'

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8
/** What a row takes besides its values: its key and its place in a chain. */
const ROW_BYTES = 32

/** What `candidate` says besides a row: there is none, or an outer row must be fetched first. */
const NONE = -1
const FETCH = -2

export class HashJoinOperator implements LoopOperator {
  private readonly execution: Execution
  private readonly type: JoinType
  private readonly outer: Operator
  private readonly inner: Operator
  private readonly outerKey: JoinKey
  private readonly innerKey: JoinKey
  private readonly condition: Evaluate | undefined
  private readonly innerNulled: readonly number[]
  private readonly outerNulled: readonly number[]
  private readonly rows: RowBuffer
  private readonly table: JoinTable
  /** Inner rows that match nothing come out: those with nulls in their keys among them. */
  private readonly givesUnmatchedInner: boolean
  private readonly marksInner: boolean
  /** By inner row. */
  private wasMatched = new Uint8Array(0)
  private candidate = FETCH
  private isMatched = false
  /** Unmatched inner rows are given from here on; -1 before. */
  private unmatchedFrom = -1
  /** Of a join in parts: its file, the parts that are not joined yet, and the outer rows of the one at hand. */
  private file: SpillFile | undefined
  private pending: Part[] = []
  private outerRows: SpillReader | undefined
  private readonly row: Value[] = []
  /** Takes the inner side in, where its rows come by a loop. */
  private readonly buildLoop: ScanLoop<JoinSides> | undefined
  private readonly expressions: JoinExpressions

  constructor(
    execution: Execution,
    type: JoinType,
    outer: Operator,
    inner: Operator,
    keys: { readonly outer: JoinKey; readonly inner: JoinKey },
    condition: Evaluate | undefined,
    carried: readonly number[],
    outerNulled: readonly number[],
    expressions: JoinExpressions,
  ) {
    this.execution = execution
    this.type = type
    this.outer = outer
    this.inner = inner
    this.outerKey = keys.outer
    this.innerKey = keys.inner
    this.condition = condition
    this.innerNulled = carried
    this.outerNulled = outerNulled
    this.rows = new RowBuffer(carried)
    this.table = new JoinTable(keys.inner.width)
    this.givesUnmatchedInner = type === 'right' || type === 'full' || type === 'right anti'
    this.marksInner = this.givesUnmatchedInner || type === 'right semi'
    this.expressions = expressions
    this.buildLoop = ScanLoop.over(execution, inner, (loop, filter) =>
      generateBuild(loop, filter, expressions.innerKeys, carried, this.givesUnmatchedInner),
    )
  }

  /** Outer rows look their matches up in the loop that they come by; inner rows that match nothing would come behind it. */
  loopSource(): LoopSource | undefined {
    const { type, outer, expressions, innerNulled, table, rows } = this
    const source = loopSourceOf(outer)
    if (source === undefined || type === 'right' || type === 'full') return undefined
    if (type === 'right semi' || type === 'right anti') return undefined
    const { outerKeys, condition } = expressions
    const stage: RunningStage = {
      write: (loop, next) => writeProbe(loop, type, { table, rows }, outerKeys, condition, innerNulled, next),
      prepare: () => {
        this.clear()
        return this.build()
      },
      close: () => {
        this.inner.close()
        this.clear()
      },
    }
    return { driver: source.driver, stages: [...source.stages, stage] }
  }

  open(): void {
    this.clear()
    this.startPart()
    if (this.build()) this.outer.open()
    else {
      this.part()
      this.openNextPart()
    }
  }

  private startPart(): void {
    this.candidate = FETCH
    this.unmatchedFrom = -1
  }

  /** Reads the inner side into memory; false when it does not fit. */
  private build(): boolean {
    if (this.buildLoop?.pays !== true) return this.buildByRows()
    const { rows, table, execution, buildLoop } = this
    const budget = execution.spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    let weight = 0
    const isTooLarge = (): boolean => {
      const added = table.length - rows.length
      rows.settle(table.length)
      // The last row speaks for those that came with it.
      if (added > 0) weight += added * (rows.weightOf(rows.length - 1) + ROW_BYTES)
      return weight >= budget
    }
    if (!buildLoop.run({ table, rows }, isTooLarge)) return this.buildByRows()
    if (isTooLarge()) return false
    this.seal()
    return true
  }

  private buildByRows(): boolean {
    const { inner, innerKey, rows, table } = this
    const { registers, context, spill } = this.execution
    const budget = spill?.budgetBytes ?? Number.POSITIVE_INFINITY
    let weight = 0
    inner.open()
    while (inner.next()) {
      const key = innerKey.of(registers)
      if (key.includes(undefined) && !this.givesUnmatchedInner) continue
      table.add(key)
      const row = rows.add(registers)
      if ((row & 1023) === 0) context.checkCancelled()
      if (row % WEIGHED_EVERY !== 0) continue
      weight += WEIGHED_EVERY * (rows.weightOf(row) + ROW_BYTES)
      if (weight < budget) continue
      inner.close()
      return false
    }
    inner.close()
    this.seal()
    return true
  }

  private seal(): void {
    this.table.seal()
    if (this.marksInner) this.wasMatched = new Uint8Array(this.table.length)
  }

  /** Writes both sides in parts. */
  private part(): void {
    this.clear()
    this.file = new SpillFile(this.execution.spill!)
    const inner = this.partSide(this.inner, this.innerKey, this.innerNulled, this.givesUnmatchedInner)
    const givesUnmatchedOuter = this.type === 'left' || this.type === 'full' || this.type === 'anti'
    const outer = this.partSide(this.outer, this.outerKey, this.outerNulled, givesUnmatchedOuter)
    this.pending = inner.parts.map((rows, i) => ({ inner: rows, outer: outer.parts[i] }))
  }

  /** A row is the parts of its key, and then its columns. */
  private partSide(
    input: Operator,
    key: JoinKey,
    places: readonly number[],
    keepsUnmatchable: boolean,
  ): Partitions {
    const { registers, context } = this.execution
    const partitions = new Partitions(this.file!, key.width + places.length, 0)
    const row: Value[] = []
    let count = 0
    input.open()
    while (input.next()) {
      if ((++count & 1023) === 0) context.checkCancelled()
      const parts = key.of(registers)
      const isUnmatchable = parts.includes(undefined)
      if (isUnmatchable && !keepsUnmatchable) continue
      for (let i = 0; i < parts.length; i++) row[i] = parts[i] ?? null
      for (let i = 0; i < places.length; i++) row[parts.length + i] = registers[places[i]]
      partitions.add(isUnmatchable ? 0 : hashOfParts(parts), row)
    }
    input.close()
    return partitions
  }

  /** Reads the inner side of the next part into memory; false when there is none. */
  private openNextPart(): boolean {
    const { rows, table, innerKey, innerNulled, row, execution } = this
    const { registers } = execution
    for (let part = this.pending.pop(); part !== undefined; part = this.pending.pop()) {
      if (part.outer.length === 0 && !this.givesUnmatchedInner) continue
      rows.clear()
      table.clear()
      const reader = part.inner.read()
      while (reader.next(row)) {
        table.add(keyIn(row, innerKey.width))
        for (let i = 0; i < innerNulled.length; i++) registers[innerNulled[i]] = row[innerKey.width + i]
        rows.add(registers)
      }
      this.seal()
      this.outerRows = part.outer.read()
      this.startPart()
      return true
    }
    return false
  }

  /** The next outer row, in its registers; undefined when there is none. */
  private nextOuter(): readonly KeyPart[] | undefined {
    const { outerRows, outerKey, outerNulled, row, execution } = this
    const { registers } = execution
    if (this.file === undefined) return this.outer.next() ? outerKey.of(registers) : undefined
    if (outerRows === undefined || !outerRows.next(row)) return undefined
    for (let i = 0; i < outerNulled.length; i++) registers[outerNulled[i]] = row[outerKey.width + i]
    return keyIn(row, outerKey.width)
  }

  next(): boolean {
    while (!this.nextOfPart()) {
      if (this.file === undefined || !this.openNextPart()) return false
    }
    return true
  }

  private nextOfPart(): boolean {
    const { type } = this
    const { registers } = this.execution
    if (this.unmatchedFrom >= 0) return this.nextUnmatched()
    for (;;) {
      if (this.candidate === FETCH) {
        const key = this.nextOuter()
        if (key === undefined) {
          if (!this.givesUnmatchedInner) return false
          this.unmatchedFrom = 0
          return this.nextUnmatched()
        }
        this.candidate = this.table.find(key)
        this.isMatched = false
      }
      while (this.nextMatch()) {
        if (type === 'anti') break
        if (type === 'right anti') continue
        if (type === 'semi') this.candidate = FETCH
        return true
      }
      this.candidate = FETCH
      if (this.isMatched) continue
      if (type === 'anti') return true
      if (type === 'left' || type === 'full') {
        for (const register of this.innerNulled) registers[register] = null
        return true
      }
    }
  }

  /** The next inner row that matches the outer row at hand, put in its registers. */
  private nextMatch(): boolean {
    const { rows, condition, table, type } = this
    const { registers } = this.execution
    while (this.candidate >= 0) {
      const row = this.candidate
      this.candidate = table.findNext(row)
      if (type === 'right semi' && this.wasMatched[row] !== 0) continue
      rows.restore(row, registers)
      if (condition !== undefined && condition(registers) !== true) continue
      this.isMatched = true
      if (this.marksInner) this.wasMatched[row] = 1
      return true
    }
    this.candidate = NONE
    return false
  }

  private nextUnmatched(): boolean {
    const { registers } = this.execution
    while (this.unmatchedFrom < this.rows.length) {
      const row = this.unmatchedFrom++
      if (this.wasMatched[row] !== 0) continue
      this.rows.restore(row, registers)
      for (const register of this.outerNulled) registers[register] = null
      return true
    }
    return false
  }

  private clear(): void {
    this.rows.clear()
    this.table.clear()
    this.wasMatched = new Uint8Array(0)
    this.pending = []
    this.outerRows = undefined
    this.file?.close()
    this.file = undefined
  }

  close(): void {
    this.outer.close()
    this.inner.close()
    this.clear()
  }
}

/** What keys and condition are made from. */
export interface JoinExpressions {
  readonly outerKeys: readonly BoundExpression[]
  readonly innerKeys: readonly BoundExpression[]
  readonly condition: BoundExpression | undefined
}

/** The rows of both sides whose keys have similar hashes. */
interface Part {
  readonly inner: SpilledRows
  readonly outer: SpilledRows
}

/** The key in front of a row that was read from the file. */
function keyIn(row: readonly Value[], width: number): KeyPart[] {
  const parts: KeyPart[] = new Array(width)
  for (let i = 0; i < width; i++) parts[i] = (row[i] ?? undefined) as KeyPart
  return parts
}
