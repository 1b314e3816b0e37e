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
 * joined part by part; then rows do not come in the order of the outer side. The inner side is asked again for that, from its
 * beginning, unless that would give other rows (random(), nextval): then what was read is written, and the rest behind it.
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
import type { RegisterFile } from './registers.ts'
import {
  type LoopOperator,
  type LoopSource,
  loopSourceOf,
  type Progress,
  type RunningStage,
  ScanLoop,
} from './scan-loop.ts'

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
  private stage: 'build' | 'part inner' | 'part outer' | 'next part' | 'join' = 'join'
  /** How the inner side is read into memory, while it is. */
  private building: 'loop' | 'open' | 'rows' | undefined
  private weight = 0
  /** Whether the inner side gives the same rows when it is asked again, and does nothing besides. */
  private readonly isInnerRepeatable: boolean
  /** By row in memory, of an inner side that cannot be asked twice. */
  private keys: (readonly KeyPart[])[] = []
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
  private partitions: Partitions | undefined
  private innerParts: readonly SpilledRows[] = []
  private pending: Part[] = []
  /** The one that is read into memory. */
  private part: { readonly inner: SpillReader; readonly outer: SpilledRows } | undefined
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
    isInnerRepeatable: boolean,
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
    this.isInnerRepeatable = isInnerRepeatable
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
    // When it turns out to be too large for memory, rows come another way, from its beginning.
    if (!this.isInnerRepeatable) return undefined
    const { outerKeys, condition } = expressions
    const stage: RunningStage = {
      write: (loop, next) => writeProbe(loop, type, { table, rows }, outerKeys, condition, innerNulled, next),
      prepare: () => {
        if (this.stage !== 'build') this.clear()
        this.stage = 'build'
        const progress = this.build()
        if (progress !== 'paused') this.stage = 'join'
        return progress
      },
      close: () => {
        this.closeInner()
        this.clear()
      },
    }
    return { driver: source.driver, stages: [...source.stages, stage] }
  }

  open(): void {
    this.clear()
    this.stage = 'build'
  }

  /** Until rows can be joined; false when it has paused. */
  private prepare(): boolean {
    if (this.stage === 'build') {
      const progress = this.build()
      if (progress === 'paused') return false
      if (progress === 'done') {
        this.outer.open()
        this.startPart()
        this.stage = 'join'
        return true
      }
      this.beginParts()
      this.stage = 'part inner'
    }
    if (this.stage === 'part inner') {
      if (!this.partSide(this.inner, this.innerKey, this.innerNulled, this.givesUnmatchedInner)) return false
      this.innerParts = this.partitions!.parts
      this.partitions = this.newPartitions(this.outerKey, this.outerNulled)
      this.outer.open()
      this.stage = 'part outer'
    }
    if (this.stage === 'part outer') {
      const { type } = this
      const givesUnmatchedOuter = type === 'left' || type === 'full' || type === 'anti'
      if (!this.partSide(this.outer, this.outerKey, this.outerNulled, givesUnmatchedOuter)) return false
      const { parts } = this.partitions!
      this.pending = this.innerParts.map((rows, i) => ({ inner: rows, outer: parts[i] }))
      this.partitions = undefined
      this.stage = 'next part'
    }
    return this.openNextPart()
  }

  private startPart(): void {
    this.candidate = FETCH
    this.unmatchedFrom = -1
  }

  /** Reads the inner side into memory; impossible when it does not fit. */
  private build(): Progress {
    if (this.building === undefined) {
      this.weight = 0
      this.building = this.buildLoop?.pays === true && this.isInnerRepeatable ? 'loop' : 'open'
    }
    if (this.building === 'loop') {
      const { rows, table, buildLoop } = this
      const progress = buildLoop!.run({ table, rows }, this.isTooLarge)
      if (progress === 'paused') return progress
      if (progress === 'done') return this.built(!this.isTooLarge())
      this.building = 'open'
    }
    if (this.building === 'open') {
      this.inner.open()
      this.building = 'rows'
    }
    const fits = this.buildByRows()
    if (this.execution.pause.isPaused) return 'paused'
    if (fits || this.isInnerRepeatable) this.inner.close()
    return this.built(fits)
  }

  private built(fits: boolean): Progress {
    this.building = undefined
    if (!fits) return 'impossible'
    this.seal()
    return 'done'
  }

  /** Asked after each leaf or batch that a loop takes in. */
  private readonly isTooLarge = (): boolean => {
    const { table, rows } = this
    const added = table.length - rows.length
    rows.settle(table.length)
    // The last row speaks for those that came with it.
    if (added > 0) this.weight += added * (rows.weightOf(rows.length - 1) + ROW_BYTES)
    return this.weight >= this.budgetBytes
  }

  private get budgetBytes(): number {
    return this.execution.spill?.budgetBytes ?? Number.POSITIVE_INFINITY
  }

  /** False when it does not fit, and when it has paused. */
  private buildByRows(): boolean {
    const { inner, innerKey, rows, table, isInnerRepeatable, budgetBytes } = this
    const { registers, pause } = this.execution
    while (inner.next()) {
      const key = innerKey.of(registers)
      if (key.includes(undefined) && !this.givesUnmatchedInner) continue
      table.add(key)
      if (!isInnerRepeatable) this.keys.push([...key])
      const row = rows.add(registers)
      if (row % WEIGHED_EVERY !== 0) continue
      this.weight += WEIGHED_EVERY * (rows.weightOf(row) + ROW_BYTES)
      if (this.weight >= budgetBytes) return false
    }
    return !pause.isPaused
  }

  private seal(): void {
    this.keys = []
    this.table.seal()
    if (this.marksInner) this.wasMatched = new Uint8Array(this.table.length)
  }

  /** Both sides are written in parts: the inner one from its beginning, or, where that cannot be asked twice, from where it is. */
  private beginParts(): void {
    const { isInnerRepeatable, inner, innerKey, innerNulled, keys, rows } = this
    const { registers } = this.execution
    this.file = new SpillFile(this.execution.spill!)
    this.partitions = this.newPartitions(innerKey, innerNulled)
    for (const [row, key] of keys.entries()) {
      rows.restore(row, registers)
      this.addToPart(key, innerNulled, registers)
    }
    this.keys = []
    rows.clear()
    this.table.clear()
    if (isInnerRepeatable) inner.open()
  }

  private newPartitions(key: JoinKey, places: readonly number[]): Partitions {
    return new Partitions(this.file!, key.width + places.length, 0)
  }

  /** False when it has paused. */
  private partSide(
    input: Operator,
    key: JoinKey,
    places: readonly number[],
    keepsUnmatchable: boolean,
  ): boolean {
    const { registers, pause } = this.execution
    while (input.next()) {
      const parts = key.of(registers)
      if (keepsUnmatchable || !parts.includes(undefined)) this.addToPart(parts, places, registers)
    }
    if (pause.isPaused) return false
    input.close()
    return true
  }

  /** A row is the parts of its key, and then its columns. */
  private addToPart(parts: readonly KeyPart[], places: readonly number[], registers: RegisterFile): void {
    const { row } = this
    for (let i = 0; i < parts.length; i++) row[i] = parts[i] ?? null
    for (let i = 0; i < places.length; i++) row[parts.length + i] = registers[places[i]]
    this.partitions!.add(parts.includes(undefined) ? 0 : hashOfParts(parts), row)
  }

  /** Reads the inner side of the next part into memory; false when there is none, and when it has paused. */
  private openNextPart(): boolean {
    const { rows, table, innerKey, innerNulled, row } = this
    const { registers, pause } = this.execution
    while (this.part === undefined) {
      const part = this.pending.pop()
      if (part === undefined) return false
      if (part.outer.length === 0 && !this.givesUnmatchedInner) continue
      rows.clear()
      table.clear()
      this.part = { inner: part.inner.read(), outer: part.outer }
      this.stage = 'next part'
    }
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      if (!this.part.inner.next(row)) break
      table.add(keyIn(row, innerKey.width))
      for (let i = 0; i < innerNulled.length; i++) registers[innerNulled[i]] = row[innerKey.width + i]
      rows.add(registers)
    }
    this.seal()
    this.outerRows = this.part.outer.read()
    this.part = undefined
    this.startPart()
    this.stage = 'join'
    return true
  }

  /** The next outer row, in its registers; undefined when there is none, and when it has paused. */
  private nextOuter(): readonly KeyPart[] | undefined {
    const { outerRows, outerKey, outerNulled, row, execution } = this
    const { registers, pause } = execution
    if (this.file === undefined) return this.outer.next() ? outerKey.of(registers) : undefined
    if (--pause.left < 0 && pause.isDue()) return undefined
    if (outerRows === undefined || !outerRows.next(row)) return undefined
    for (let i = 0; i < outerNulled.length; i++) registers[outerNulled[i]] = row[outerKey.width + i]
    return keyIn(row, outerKey.width)
  }

  next(): boolean {
    const { pause } = this.execution
    if (this.stage !== 'join' && !this.prepare()) return false
    while (!this.nextOfPart()) {
      if (pause.isPaused || this.file === undefined || !this.openNextPart()) return false
    }
    return true
  }

  private nextOfPart(): boolean {
    const { type } = this
    const { registers, pause } = this.execution
    if (this.unmatchedFrom >= 0) return this.nextUnmatched()
    for (;;) {
      if (this.candidate === FETCH) {
        const key = this.nextOuter()
        if (key === undefined) {
          if (pause.isPaused || !this.givesUnmatchedInner) return false
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
      if (pause.isPaused) return false
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
    const { registers, pause } = this.execution
    while (this.candidate >= 0) {
      if (--pause.left < 0 && pause.isDue()) return false
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
    const { registers, pause } = this.execution
    while (this.unmatchedFrom < this.rows.length) {
      if (--pause.left < 0 && pause.isDue()) return false
      const row = this.unmatchedFrom++
      if (this.wasMatched[row] !== 0) continue
      this.rows.restore(row, registers)
      for (const register of this.outerNulled) registers[register] = null
      return true
    }
    return false
  }

  private clear(): void {
    this.stage = 'join'
    this.building = undefined
    this.keys = []
    this.partitions = undefined
    this.innerParts = []
    this.part = undefined
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
    this.closeInner()
    this.clear()
  }

  private closeInner(): void {
    if (this.building === 'loop') this.buildLoop!.close()
    this.inner.close()
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
