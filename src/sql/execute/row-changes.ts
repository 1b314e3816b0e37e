/**
 * What INSERT, UPDATE, DELETE and MERGE do for one row, and what follows from it: references, RETURNING.
 *
 * Which relation's registers hold what: `expressions.row` the row as it will be stored; the target's, the existing row's
 * and `excluded` as their names say; RETURNING's three are set for each row before its expressions are evaluated.
 */

import { assert } from '../../base/assert.ts'
import type { BoundChange, BoundMerge, BoundOnConflict, RelationColumns } from '../bind/bound.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import { PRIMARY } from '../plan/access.ts'
import { ROW_KEY } from '../plan/needed.ts'
import { patchesRows } from '../plan/partial-rows.ts'
import type { Change } from '../plan/physical.ts'
import { KeptRows, type KeptRowsReader } from '../spill/kept-rows.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import { type ChangeFacts, factsOf } from './change-facts.ts'
import {
  type CompiledAssignments,
  type CompiledReturning,
  compileAssignments,
  compileReturning,
  evaluateRowSources,
  registersOf,
  setAt,
  valuesAt,
} from './change-values.ts'
import { compile, type Evaluate } from './expression.ts'
import { CheckQueue } from './foreign-keys.ts'
import type { Program } from './program.ts'
import type { RegisterFile } from './registers.ts'
import { findRows } from './row-lookup.ts'
import { RowPatcher } from './row-patcher.ts'
import { RowWriter, storedKeyOf } from './row-writer.ts'
import { TableWriter } from './table-writer.ts'
import type { TouchedTogether } from './touched-rows.ts'

/** Of the memory, for each of what a change keeps: its rows, those without a match, which it has changed, what it returns. */
export const SHARE = 1 / 4

/** Nothing is added to it. */
const NONE_RETURNED = new KeptRows(undefined)
const NOTHING_TO_READ = NONE_RETURNED.read()

export class RowChanges {
  /** Rows that were inserted, updated or deleted in this run. */
  count = 0
  readonly facts: ChangeFacts
  /** Changes what a row of the source says, which lies in the registers. */
  readonly apply: (registers: RegisterFile) => void
  /** The same for a row of the target without a match. */
  readonly applyUnmatched: ((registers: RegisterFile) => void) | undefined
  private readonly program: Program
  private readonly change: BoundChange
  private readonly rows: RowWriter | undefined
  private readonly viewChecks: readonly { readonly view: string; readonly condition: Evaluate }[]
  private returned = NONE_RETURNED
  private readonly returning: CompiledReturning | undefined
  /** Rows that this statement has changed already. */
  private readonly touched: TouchedTogether
  /** Undefined: nothing follows from a change of the table's rows. */
  private checks: CheckQueue | undefined
  /** There is one source row, so no row is met twice. */
  private isOneRow = false

  /** @param set what computes the values of an UPDATE */
  constructor(node: Change, program: Program, set: readonly Evaluate[] | undefined) {
    const { change } = node
    this.program = program
    this.change = change
    this.facts = factsOf(change)
    this.touched = program.touchedIn(change.table)
    this.touched.changes++
    this.rows = 'expressions' in change ? new RowWriter(change.table, change.expressions, program) : undefined
    this.viewChecks = ('viewChecks' in change ? change.viewChecks : []).map(({ view, condition }) => ({
      view,
      condition: compile(condition, program),
    }))
    this.returning = change.returning && compileReturning(change.returning, program)
    switch (change.kind) {
      case 'insert':
        this.apply = this.compileInsert(node)
        break
      case 'update': {
        const assignments = compileAssignments(change.set, change.rowSources, node, program, set)
        const target = this.registersOf(change.target)
        this.apply = patchesRows(change)
          ? this.compilePatch(assignments, target)
          : registers => this.updateOnce(valuesAt(target, registers), assignments, registers)
        break
      }
      case 'delete': {
        const target = this.registersOf(change.target)
        this.apply = registers => this.deleteOnce(valuesAt(target, registers), registers)
        break
      }
      case 'merge': {
        const [apply, applyUnmatched] = this.compileMerge(change, node)
        this.apply = apply
        this.applyUnmatched = applyUnmatched
      }
    }
  }

  private get data(): WritableDataSource {
    return this.program.execution.changed as WritableDataSource
  }

  private registersOf(relation: RelationColumns): number[] {
    return registersOf(relation, this.program)
  }

  // --------------------------------------------------------------------------------------------- a run

  /** A run begins. */
  open(): void {
    const { context } = this.program.execution
    this.checks = this.isFollowed
      ? new CheckQueue(this.data, context, table => this.writerOf(table))
      : undefined
  }

  /** Whether anything follows from a change of the table's rows. */
  get isFollowed(): boolean {
    const { change, data } = this
    if (data.watch !== undefined) return true
    return change.kind === 'delete'
      ? change.table.referencedBy.length > 0
      : CheckQueue.hasChecks(change.table)
  }

  /** Nothing else of the statement changes rows, or sees the ones that were there before. */
  get isAlone(): boolean {
    const { data, changed } = this.program.execution
    return data === changed && !this.touched.isShared
  }

  /** Before the first row is changed. */
  begin(isOneRow: boolean): void {
    this.isOneRow = isOneRow
    const looksBefore = isOneRow && (this.facts.failsByReferences || !this.facts.failsAfterwards)
    if (!looksBefore) this.data.beforeChanges()
    if (this.remembersTouched) this.touched.begin(SHARE)
    if (this.returning === undefined) return
    // One row is kept without asking how many there may be.
    this.returned = new KeptRows(isOneRow ? undefined : this.program.execution.spill, SHARE)
  }

  /** After the last: what is checked at the end of a statement. False when it has paused, and is to be called again. */
  check(): boolean {
    return this.checks?.check(this.program.execution.pause) !== false
  }

  /** What RETURNING gives, when all is checked. */
  end(): KeptRowsReader {
    this.touched.changed()
    return this.returned === NONE_RETURNED ? NOTHING_TO_READ : this.returned.read()
  }

  forget(): void {
    this.touched.changed()
    if (this.returned !== NONE_RETURNED) this.returned.close()
    this.returned = NONE_RETURNED
  }

  /** Writers of tables that cascades reach, for this run. */
  private readonly writers = new Map<number, { readonly of: number; readonly writer: TableWriter }>()

  private writerOf(table: TableSchema): TableWriter {
    const { number, context } = this.program.execution
    const known = this.writers.get(table.oid)
    if (known !== undefined && known.of === number) return known.writer
    const writer = new TableWriter(this.data, table, this.data.expressionsOf(table), context)
    this.writers.set(table.oid, { of: number, writer })
    return writer
  }

  // --------------------------------------------------------------------------------------------- a row

  private compileInsert(node: Change): (registers: RegisterFile) => void {
    const change = node.change
    assert(change.kind === 'insert', 'an insert')
    const values = compileAssignments(change.values, [], node, this.program)
    const conflict = change.onConflict && this.compileConflict(change.onConflict, node)
    return registers => {
      this.makeRow(values, registers)
      if (conflict?.(this.rows!.valuesIn(registers), registers)) return
      this.insert(registers)
    }
  }

  /** The row that the values make: in the registers of the row, complete. */
  private makeRow(values: CompiledAssignments, registers: RegisterFile): void {
    const rows = this.rows!
    rows.clear(registers)
    if (values.rowSources.length > 0) evaluateRowSources(values, registers)
    for (let i = 0; i < values.columns.length; i++) {
      registers[rows.registers[values.columns[i]]] = values.values[i](registers)
    }
    rows.complete(registers, true)
  }

  private insert(registers: RegisterFile): void {
    const rows = this.rows!
    this.checkViews(registers)
    const { table } = rows
    let isChecked = false
    if (this.isOneRow && this.facts.failsByReferences) {
      isChecked = this.checks!.refersSurely(table, rows.valuesIn(registers))
      if (!isChecked) this.data.beforeChanges()
    }
    rows.insert(this.data.records(table), registers)
    if (!this.facts.looksAfterwards && !this.remembersTouched && this.checks === undefined) {
      this.count++
      return
    }
    const row = rows.valuesIn(registers)
    this.noteTouched(row)
    if (!isChecked) this.checks?.stored(table, row, undefined)
    this.done(undefined, row, registers)
  }

  /** WITH CHECK OPTION: the view must show the row that is stored through it. @throws SqlError 44000 */
  private checkViews(registers: RegisterFile): void {
    for (const { view, condition } of this.viewChecks) {
      if (condition(registers) === true) continue
      throw new SqlError('44000', `new row violates check option for view "${view}"`, {
        detail: this.rows!.failingRow(registers),
      })
    }
  }

  /** Says whether a row that is there stood in the way, and did what the statement wants then. */
  private compileConflict(
    conflict: BoundOnConflict,
    node: Change,
  ): (row: readonly Value[], registers: RegisterFile) => boolean {
    const existing = this.registersOf(conflict.existing)
    const excluded = this.registersOf(conflict.excluded)
    const where = conflict.where && compile(conflict.where, this.program)
    const set = compileAssignments(conflict.set, conflict.rowSources, node, this.program)
    return (row, registers) => {
      const found = this.findExisting(conflict.arbiters, row, registers)
      if (found === undefined) return false
      if (conflict.action === 'nothing') return true
      if (this.wasTouched(found)) {
        throw new SqlError('21000', 'ON CONFLICT DO UPDATE command cannot affect row a second time', {
          hint: 'Ensure that no rows proposed for insertion within the same command have duplicate constrained values.',
        })
      }
      setAt(existing, found, registers)
      setAt(excluded, row, registers)
      if (where === undefined || where(registers) === true) this.update(found, set, registers)
      return true
    }
  }

  /** The row that stands in the way of the one in the registers, of all that the indexes say. */
  private findExisting(
    arbiters: readonly number[],
    row: readonly Value[],
    registers: RegisterFile,
  ): Value[] | undefined {
    const { table } = this.change
    for (const index of arbiters) {
      const found =
        index === PRIMARY
          ? findRows(
              this.data,
              table,
              table.primaryKey!.columns,
              table.primaryKey!.columns.map(column => row[column]),
              this.program.context,
              1,
            )[0]
          : this.rows!.findEqual(index, this.data, registers)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** A target row that several source rows meet is changed by the first of them. */
  private updateOnce(old: readonly Value[], set: CompiledAssignments, registers: RegisterFile): void {
    if (this.wasTouched(old)) return
    this.noteTouched(old)
    this.update(old, set, registers)
  }

  private update(old: readonly Value[], set: CompiledAssignments, registers: RegisterFile): void {
    const rows = this.rows!
    // Another change of the same statement may have taken it.
    if (this.isGone(old)) return
    evaluateRowSources(set, registers)
    const row = [...old]
    for (let i = 0; i < set.columns.length; i++) row[set.columns[i]] = set.values[i](registers)
    rows.setValues(row, registers)
    rows.complete(registers)
    this.checkViews(registers)
    rows.update(this.data.records(rows.table), old, registers)
    const stored = rows.valuesIn(registers)
    this.noteTouched(stored)
    this.checks?.changed(rows.table, old, stored)
    this.checks?.stored(rows.table, stored, old)
    this.done(old, stored, registers)
  }

  /** An update of which only the key and what SET reads are in the registers of the target. */
  private compilePatch(
    set: CompiledAssignments,
    target: readonly number[],
  ): (registers: RegisterFile) => void {
    const patcher = new RowPatcher(this.change.table, set, target)
    return registers => {
      if (this.remembersTouched) {
        const key = valuesAt(target, registers)
        if (this.wasTouched(key)) return
        this.noteTouched(key)
      }
      switch (patcher.apply(this.data, registers)) {
        case 'changed':
          this.count++
          break
        case 'refused': {
          // Who is told why is told the whole row.
          const whole = patcher.wholeRow(this.data, registers, this.program.context)
          if (whole === undefined) break
          setAt(target, whole, registers)
          this.update(whole, set, registers)
        }
      }
    }
  }

  private isGone(row: readonly Value[]): boolean {
    const { data, changed } = this.program.execution
    if (data === changed) return false
    const { table } = this.change
    return !this.data.records(table).has(storedKeyOf(table, row) as never)
  }

  private deleteOnce(old: readonly Value[], registers: RegisterFile): void {
    if (this.wasTouched(old)) return
    this.noteTouched(old)
    this.delete(old, registers)
  }

  private delete(old: readonly Value[], registers: RegisterFile): void {
    const { table } = this.change
    let isChecked = false
    if (this.isOneRow && this.facts.failsByReferences) {
      isChecked = this.checks!.isUnreferenced(table, old)
      if (!isChecked) this.data.beforeChanges()
    }
    // A cascade of a row before may have taken it.
    if (!this.data.records(table).delete(storedKeyOf(table, old) as never)) return
    // To look again would be in vain, and might be cancelled when the row is gone already.
    if (isChecked) this.data.watch?.(table, old, undefined)
    else this.checks?.changed(table, old, undefined)
    this.done(old, undefined, registers)
  }

  private compileMerge(
    change: BoundMerge,
    node: Change,
  ): [(registers: RegisterFile) => void, (registers: RegisterFile) => void] {
    const target = this.registersOf(change.target)
    const key = this.program.registers.of(change.target.id, ROW_KEY)
    const action = this.program.registers.of(change.actionRelation, 0)
    const clauses = change.clauses.map(clause => ({
      when: clause.when,
      condition: clause.condition && compile(clause.condition, this.program),
      kind: clause.action.kind,
      set:
        'set' in clause.action
          ? compileAssignments(clause.action.set, clause.action.rowSources, node, this.program)
          : undefined,
    }))
    const run = (when: BoundMerge['clauses'][number]['when'], registers: RegisterFile): void => {
      const clause = clauses.find(
        one => one.when === when && (one.condition === undefined || one.condition(registers) === true),
      )
      if (clause === undefined || clause.kind === 'nothing') return
      registers[action] = clause.kind.toUpperCase()
      if (clause.kind === 'insert') {
        this.makeRow(clause.set!, registers)
        this.insert(registers)
        return
      }
      const old = valuesAt(target, registers)
      if (this.wasTouched(old)) {
        throw new SqlError('21000', 'MERGE command cannot affect row a second time', {
          hint: 'Ensure that not more than one source row matches any one target row.',
        })
      }
      this.noteTouched(old)
      if (clause.kind === 'delete') this.delete(old, registers)
      else this.update(old, clause.set!, registers)
    }
    return [
      registers => run(registers[key] === null ? 'not matched by target' : 'matched', registers),
      registers => run('not matched by source', registers),
    ]
  }

  private done(
    old: readonly Value[] | undefined,
    row: readonly Value[] | undefined,
    registers: RegisterFile,
  ): void {
    this.count++
    const { returning } = this
    if (returning === undefined) return
    setAt(returning.oldRow, old, registers)
    setAt(returning.newRow, row, registers)
    setAt(returning.row, row ?? old, registers)
    this.returned.add(returning.targets.map(target => target(registers)))
  }

  private get remembersTouched(): boolean {
    return (this.facts.mayMeetTwice && !this.isOneRow) || this.touched.isShared
  }

  private wasTouched(row: readonly Value[]): boolean {
    return this.remembersTouched && this.touched.rows.has(row)
  }

  private noteTouched(row: readonly Value[]): void {
    if (this.remembersTouched) this.touched.rows.add(row)
  }
}
