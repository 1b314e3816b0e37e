/**
 * SQL's constraints, defaults and generated columns for rows that are written through the typed table (`RowRules`): the same
 * row writer, the same queue of checks and actions as in statements, run around a call of the typed table.
 */

import { CoppiceError } from '../../base/errors.ts'
import type { Row } from '../../table/record-shape.ts'
import type { Claim, RowRules } from '../../table/rulebook.ts'
import type { StoredRecords } from '../../table/stored-table.ts'
import type { TableExpressions } from '../bind/bound.ts'
import { bindEntries } from '../bind/entries.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { isTypedTable } from '../catalog/typed-tables.ts'
import { SqlError } from '../errors.ts'
import { CheckQueue, mustBeTold } from '../execute/foreign-keys.ts'
import { TableWriter } from '../execute/table-writer.ts'
import { TypedRow } from '../execute/typed-row.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import type { SqlType } from '../types/type.ts'
import type { SqlEngine } from './engine.ts'
import type { UnitSavepoint, WriteUnit } from './unit.ts'
import { dataFor } from './unit-data.ts'

/** What the rules of all tables share in one transaction, as long as its definitions stay the same. */
export class RuleSession {
  readonly unit: WriteUnit
  readonly state: CatalogState
  readonly engine: SqlEngine
  private readonly makeContext: () => EvaluationContext
  private madeContext: EvaluationContext | undefined
  private madeData: WritableDataSource | undefined
  private readonly writers = new Map<number, TableWriter>()
  private readonly rules = new Map<string, RowRules | undefined>()

  constructor(unit: WriteUnit, state: CatalogState, engine: SqlEngine, makeContext: () => EvaluationContext) {
    this.unit = unit
    this.state = state
    this.engine = engine
    this.makeContext = makeContext
  }

  // Most transactions write no table with rules, and need neither.
  get context(): EvaluationContext {
    this.madeContext ??= this.makeContext()
    return this.madeContext
  }
  get data(): WritableDataSource {
    this.madeData ??= dataFor(this.unit, this.state, this.engine) as WritableDataSource
    return this.madeData
  }

  /** The rules of a typed table; undefined: it has none. @param stored what the catalog says of it */
  rulesOf(name: string, stored: StoredRecords): RowRules | undefined {
    if (this.rules.has(name)) return this.rules.get(name)
    const table = this.tableOf(name)
    const rules = table === undefined || !hasRules(table) ? undefined : this.makeRules(table, stored)
    this.rules.set(name, rules)
    return rules
  }

  /** What SQL knows of a typed table. */
  tableOf(name: string): TableSchema | undefined {
    return tablesByName(this.state).get(name)
  }

  /** Whether the table is one of SQL's own, rather than one that it only finds. */
  isOwn({ oid }: TableSchema): boolean {
    return this.state.stored.all('table').has(oid)
  }

  private makeRules(table: TableSchema, stored: StoredRecords): RowRules {
    return new TableRules(this, typedRowOf(table, stored, this))
  }

  /** Where cascades go. */
  writerOf(table: TableSchema): TableWriter {
    let writer = this.writers.get(table.oid)
    if (writer === undefined) {
      writer = new TableWriter(this.data, table, this.data.expressionsOf(table), this.context)
      this.writers.set(table.oid, writer)
    }
    return writer
  }
}

const tables = new WeakMap<CatalogState, ReadonlyMap<string, TableSchema>>()

/** All tables of a state by the names under which they are stored. */
export function tablesByName(state: CatalogState): ReadonlyMap<string, TableSchema> {
  let known = tables.get(state)
  if (known === undefined) {
    const found = new Map<string, TableSchema>()
    for (const one of state.allRelations()) if (one.kind === 'table') found.set(one.storedName, one)
    known = found
    tables.set(state, known)
  }
  return known
}

/** Whether more holds for the rows than the typed table's own definition says. */
function hasRules(table: TableSchema): boolean {
  const { columns, constraints, referencedBy, materialized } = table
  // Such a table's defaults are those of its definition, which the typed table fills in itself.
  const isTyped = isTypedTable(table)
  return (
    referencedBy.length > 0 ||
    materialized !== undefined ||
    constraints.some(one => one.kind === 'check' || mustBeTold(one)) ||
    columns.some(
      ({ type, modifier, defaultText, identity, generatedText }) =>
        modifier >= 0 ||
        hasDomain(type) ||
        (defaultText !== undefined && !isTyped) ||
        identity !== undefined ||
        generatedText !== undefined,
    )
  )
}

/** A domain, or an array of one. */
function hasDomain({ kind, element }: SqlType): boolean {
  return kind === 'domain' || (element !== undefined && hasDomain(element))
}

/** Compiled once for a table and the functions that there are, and used in one transaction after the other. */
const typedRows = new WeakMap<TableExpressions, { readonly stored: StoredRecords; readonly row: TypedRow }>()

function typedRowOf(table: TableSchema, stored: StoredRecords, session: RuleSession): TypedRow {
  const { engine, state, context } = session
  const expressions = engine.expressionsOf(table, state)
  const known = typedRows.get(expressions)
  if (known !== undefined && known.stored === stored) return known.row
  const entries = bindEntries(table, expressions.row, state, engine.functions)
  const row = new TypedRow(table, stored, expressions, entries, context)
  typedRows.set(expressions, { stored, row })
  return row
}

/** One call of the typed table that is going on. */
interface RunningCall {
  readonly queue: CheckQueue
  savepoint: UnitSavepoint | undefined
}

class TableRules implements RowRules {
  readonly filled: ReadonlySet<string>
  readonly watchesStored: boolean
  readonly watchesRemoved: boolean
  private readonly session: RuleSession
  private readonly row: TypedRow
  private running: RunningCall | undefined

  constructor(session: RuleSession, row: TypedRow) {
    this.session = session
    this.row = row
    this.filled = row.filled
    const { constraints, referencedBy } = row.table
    this.watchesRemoved = referencedBy.length > 0
    this.watchesStored = this.watchesRemoved || constraints.some(mustBeTold)
  }

  statement<T>(change: () => T, isLong: boolean): T {
    this.refuseMaterialized()
    const { session } = this
    const outer = this.running
    const { changing } = session.unit.state
    const running: RunningCall = {
      queue: new CheckQueue(session.data, session.context, table => session.writerOf(table)),
      savepoint: isLong ? session.unit.savepoint() : undefined,
    }
    this.running = running
    changing.push(this.row.table.oid)
    try {
      const result = change()
      running.queue.check()
      running.savepoint?.release()
      return result
    } catch (error) {
      running.savepoint?.rollback()
      running.savepoint?.release()
      throw typedError(error, this.row.table)
    } finally {
      changing.pop()
      this.running = outer
    }
  }

  private refuseMaterialized(): void {
    const { name, materialized } = this.row.table
    if (materialized === undefined) return
    throw typedError(new SqlError('42809', `cannot change materialized view "${name}"`), this.row.table)
  }

  complete(row: Row): readonly Claim[] | undefined {
    const { row: typed, session, running } = this
    typed.use(session.context)
    if (typed.takesNumbers(row)) running!.savepoint ??= session.unit.savepoint()
    return typed.complete(row)
  }

  settle(claims: readonly Claim[], old: Row | undefined, isLoad: boolean): void {
    const { row } = this
    for (const { column, value } of claims) {
      if (old !== undefined && row.isStored(column, value, old[column])) continue
      const { name, identity } = row.table.columns.find(one => one.storedName === column)!
      const isIdentity = identity !== undefined
      if (isIdentity && isLoad) continue
      throw new SqlError(
        '428C9',
        old === undefined
          ? `cannot insert a non-DEFAULT value into column "${name}"`
          : `column "${name}" can only be updated to DEFAULT`,
        {
          table: row.table.name,
          column: name,
          detail: `Column "${name}" is ${isIdentity ? 'an identity column defined as GENERATED ALWAYS' : 'a generated column'}.`,
        },
      )
    }
  }

  stored(row: Row, old: Row | undefined): void {
    const { queue } = this.running!
    const { row: typed } = this
    const values = typed.valuesOf(row)
    const before = old === undefined ? undefined : typed.valuesOf(old)
    if (before !== undefined) queue.changed(typed.table, before, values)
    queue.stored(typed.table, values, before)
  }

  removed(old: Row): void {
    const { row: typed } = this
    this.running!.queue.changed(typed.table, typed.valuesOf(old), undefined)
  }
}

/** A violated constraint as users of the typed table meet it; other failures are what they are. */
function typedError(error: unknown, { storedName }: TableSchema): unknown {
  if (!(error instanceof SqlError) || !error.sqlstate.startsWith('23')) return error
  const { column, constraint, detail } = error.fields
  const message = `table '${storedName}': ${error.primary}${detail === undefined ? '' : ` (${detail})`}`
  return new CoppiceError('CONSTRAINT_VIOLATION', message, {
    table: storedName,
    ...(column === undefined ? {} : { column }),
    ...(constraint === undefined ? {} : { constraint }),
    sqlstate: error.sqlstate,
    cause: error,
  })
}
