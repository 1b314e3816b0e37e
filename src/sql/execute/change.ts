/**
 * INSERT, UPDATE, DELETE and MERGE: where their rows come from, and when they are changed (row-changes.ts says how).
 *
 * All source rows are read before the first is changed, unless there can be but one: a statement does not see its own changes. It
 * may pause between two rows, and between two checks; what cascades, and subqueries but those of SET, do for one row is done in one
 * go. Where it reads while it changes, by subqueries, what it reads is the state before it (`execution.data`), not what it changes
 * (`execution.changed`). References are checked when all rows are there.
 */

import { assert } from '../../base/assert.ts'
import type { ByteRange } from '../../table/range.ts'
import type { BoundChange } from '../bind/bound.ts'
import { givesOneRow } from '../plan/few-rows.ts'
import type { Change } from '../plan/physical.ts'
import type { KeptRowsReader } from '../spill/kept-rows.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import { valuesOf } from './change-values.ts'
import type { Operator } from './operator.ts'
import type { Program } from './program.ts'
import type { RegisterFile } from './registers.ts'
import { ahead as computedAhead } from './resumable-builder.ts'
import { RowChanges, SHARE } from './row-changes.ts'
import { RowStore } from './row-store.ts'
import { primaryRanges } from './scan-builder.ts'

export class ChangeOperator implements Operator {
  private readonly program: Program
  private readonly change: BoundChange
  private readonly input: Operator | undefined
  private readonly unmatched: Operator | undefined
  private readonly source: RowStore
  private readonly unmatchedSource: RowStore
  private readonly rows: RowChanges
  private returned: KeptRowsReader | undefined
  private readonly resultRegisters: readonly number[]
  /** The source brings one row at the most, which need not be kept. */
  private readonly readsOneRow: boolean
  /** What DELETE removes, where that is ranges of the primary key, and nobody asks for the rows. */
  private readonly doomedRanges: ((registers: RegisterFile) => readonly ByteRange[]) | undefined
  private stage:
    | 'begin'
    | 'read one'
    | 'read'
    | 'read unmatched'
    | 'change'
    | 'change unmatched'
    | 'check'
    | 'give' = 'give'

  constructor(node: Change, program: Program) {
    const { change } = node
    this.program = program
    this.change = change
    // Subqueries of SET see the state before the change: their values are kept with the rows.
    const ahead =
      node.input === undefined
        ? undefined
        : computedAhead(
            program,
            program.build(node.input),
            change.kind === 'update' ? valuesOf(change.set) : [],
          )
    this.input = ahead?.operator
    this.unmatched = node.unmatched === undefined ? undefined : program.build(node.unmatched)
    const { execution } = program
    const carried = [...program.registers.all(node.carried), ...(ahead?.registers ?? [])]
    this.source = new RowStore(execution, carried, SHARE)
    const ofTarget = (place: { readonly relation: number }) =>
      'target' in change && place.relation === change.target.id
    const ofUnmatched = program.registers.all(node.unmatchedCarried.filter(ofTarget))
    this.unmatchedSource = new RowStore(execution, ofUnmatched, SHARE)
    this.rows = new RowChanges(node, program, ahead?.evaluates)
    this.readsOneRow = node.unmatched === undefined && node.input !== undefined && givesOneRow(node.input)
    const deletesRanges = this.rows.facts.deletesByKey && !this.readsOneRow && program.meter === undefined
    this.doomedRanges = deletesRanges ? primaryRanges(program, node.input) : undefined
    this.resultRegisters = node.relation.columns.map((_, i) => program.registers.of(node.relation.id, i))
  }

  /** Rows that were inserted, updated or deleted in the last run. */
  get count(): number {
    return this.rows.count
  }

  open(): void {
    this.rows.count = 0
    this.forget()
    this.stage = 'begin'
  }

  /** All that is to be changed is changed before the first row comes. */
  next(): boolean {
    if (this.stage !== 'give' && !this.run()) return false
    const row = this.returned?.next()
    if (row === undefined) return false
    const { registers } = this.program.execution
    for (let i = 0; i < row.length; i++) registers[this.resultRegisters[i]] = row[i]
    return true
  }

  /** To be called when it was opened, and nobody has allowed pauses: does what is to be done. */
  complete(): void {
    if (this.stage !== 'give') assert(this.run(), 'nothing pauses where nobody allows it')
  }

  /** False when it has paused. */
  private run(): boolean {
    for (;;) {
      switch (this.stage) {
        case 'begin':
          this.stage = this.begin()
          break
        case 'read one':
          if (!this.changeOne()) return false
          this.stage = 'check'
          break
        case 'read':
          if (!this.take(this.input, this.source)) return false
          this.unmatched?.open()
          this.stage = 'read unmatched'
          break
        case 'read unmatched':
          if (!this.take(this.unmatched, this.unmatchedSource)) return false
          this.rows.begin(this.source.length + this.unmatchedSource.length === 1)
          this.source.rewind()
          this.unmatchedSource.rewind()
          this.stage = 'change'
          break
        case 'change':
          if (!this.changeAll()) return false
          this.stage = 'change unmatched'
          break
        case 'change unmatched':
          if (!this.changeUnmatched()) return false
          this.stage = 'check'
          break
        case 'check':
          if (!this.rows.check()) return false
          this.source.clear()
          this.unmatchedSource.clear()
          this.returned = this.rows.end()
          this.stage = 'give'
          break
        case 'give':
          return true
      }
    }
  }

  private begin(): 'read one' | 'read' | 'give' {
    const { rows } = this
    if (!rows.isFollowed && rows.isAlone && this.deletesAtOnce()) return 'give'
    rows.open()
    this.input?.open()
    return this.readsOneRow ? 'read one' : 'read'
  }

  /** Removes rows without looking at them, where that is what is asked for; false: it is not. */
  private deletesAtOnce(): boolean {
    const { doomedRanges, rows } = this
    if (!rows.facts.isOfAllRows && doomedRanges === undefined) return false
    const { context, registers } = this.program.execution
    const data = this.program.execution.changed as WritableDataSource
    context.checkCancelled()
    const records = data.records(this.change.table)
    data.beforeChanges()
    if (rows.facts.isOfAllRows) rows.count = records.clear()
    else for (const range of doomedRanges!(registers)) rows.count += records.deleteEncoded(range)
    return true
  }

  /** Changes what the one row of the source says, as it lies in the registers; false when it has paused. */
  private changeOne(): boolean {
    const { registers, pause } = this.program.execution
    const input = this.input!
    if (--pause.left < 0 && pause.isDue()) return false
    const isThere = input.next()
    if (pause.isPaused) return false
    if (isThere) {
      this.rows.begin(true)
      this.rows.apply(registers)
    }
    input.close()
    return true
  }

  /** Reads all rows of an input; false when it has paused. */
  private take(input: Operator | undefined, rows: RowStore): boolean {
    if (input === undefined) return true
    const { registers, pause } = this.program.execution
    while (input.next()) rows.add(registers)
    if (pause.isPaused) return false
    input.close()
    return true
  }

  private changeAll(): boolean {
    const { rows, source } = this
    const { registers, pause } = this.program.execution
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      if (!source.next(registers)) return true
      rows.apply(registers)
    }
  }

  private changeUnmatched(): boolean {
    const { source, unmatchedSource } = this
    const { registers, pause } = this.program.execution
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      // What RETURNING says of the source row that there is not is null; the join has left one that it has looked at.
      source.putNulls(registers)
      if (!unmatchedSource.next(registers)) return true
      this.rows.applyUnmatched!(registers)
    }
  }

  close(): void {
    this.input?.close()
    this.unmatched?.close()
    this.forget()
    this.stage = 'give'
  }

  private forget(): void {
    this.source.clear()
    this.unmatchedSource.clear()
    this.rows.forget()
    this.returned = undefined
  }
}
