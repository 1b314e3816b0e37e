/** The tables of a snapshot or transaction, as statements use them. */

import type { TreeSource } from '../../store/api.ts'
import type { TableExpressions } from '../bind/bound.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { ForeignKeySchema, KeySchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { AnyMapTable, AnyRecordTable, AnyWritableRecordTable } from '../storage/any-table.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { PendingCheck, WritableDataSource } from '../storage/write-access.ts'
import type { SqlEngine } from './engine.ts'
import type { ReadUnit, Unit, WriteUnit, WriteUnitState } from './unit.ts'

/** Whether a constraint waits for the end of the transaction. */
export function isDeferred(state: WriteUnitState, constraint: ForeignKeySchema | KeySchema): boolean {
  return (
    constraint.isDeferrable &&
    (state.deferral.get(constraint.oid) ?? state.allDeferred ?? constraint.isInitiallyDeferred)
  )
}

/**
 * With what changes of data need, in a write transaction.
 * @param beforeChanges see `WritableDataSource`, and so `watch`
 */
export function dataFor(
  unit: Unit,
  state: CatalogState,
  engine: SqlEngine,
  beforeChanges: () => void = nothing,
  watch?: WritableDataSource['watch'],
): DataSource {
  const data =
    unit.kind === 'read'
      ? new SnapshotData(unit)
      : new WritableData(unit, state, engine, beforeChanges, watch)
  engine.kept.data = data
  return data
}

function nothing(): void {}

/** For reading. */
export function dataOf(unit: Unit): DataSource {
  return unit.kind === 'read' ? new SnapshotData(unit) : new TransactionData(unit)
}

class SnapshotData implements DataSource {
  private readonly unit: ReadUnit
  /** What was asked for last. */
  private lastTable: TableSchema | undefined
  private lastRecords: AnyRecordTable | undefined

  constructor(unit: ReadUnit) {
    this.unit = unit
  }
  get source(): TreeSource {
    return this.unit.source
  }
  records(table: TableSchema): AnyRecordTable {
    if (this.lastRecords === undefined || this.lastTable !== table) {
      this.lastRecords = this.unit.tables.recordTrees(table.storedName) ?? missing(table)
      this.lastTable = table
    }
    return this.lastRecords
  }
  map(table: TableSchema): AnyMapTable {
    return openTable(this.unit, table) as AnyMapTable
  }
}

class TransactionData implements DataSource {
  protected readonly unit: WriteUnit

  constructor(unit: WriteUnit) {
    this.unit = unit
  }
  get source(): TreeSource {
    return this.unit.source
  }
  records(table: TableSchema): AnyWritableRecordTable {
    return openTable(this.unit, table) as AnyWritableRecordTable
  }
  map(table: TableSchema): AnyMapTable {
    return openTable(this.unit, table) as AnyMapTable
  }
}

/** Made for each statement that changes data: one object, no closures. */
class WritableData extends TransactionData implements WritableDataSource {
  readonly beforeChanges: () => void
  readonly watch: WritableDataSource['watch']
  private readonly state: CatalogState
  private readonly engine: SqlEngine

  constructor(
    unit: WriteUnit,
    state: CatalogState,
    engine: SqlEngine,
    beforeChanges: () => void,
    watch: WritableDataSource['watch'],
  ) {
    super(unit)
    this.state = state
    this.engine = engine
    this.beforeChanges = beforeChanges
    this.watch = watch
  }
  tableByOid(oid: number): TableSchema {
    const table = this.state.tableByOid(oid)
    if (table === undefined) throw new SqlError('42P01', `relation with OID ${oid} does not exist`)
    return table
  }
  expressionsOf(table: TableSchema): TableExpressions {
    return this.engine.expressionsOf(table, this.state)
  }
  isDeferred(constraint: ForeignKeySchema | KeySchema): boolean {
    const { state } = this.unit
    return (state.holdsReferences && constraint.kind === 'foreign key') || isDeferred(state, constraint)
  }
  defer(check: PendingCheck): void {
    this.unit.state.deferred.push(check)
  }
}

function openTable(unit: Unit, table: TableSchema): unknown {
  const { storedName } = table
  if (unit.kind === 'write') return unit.tables.unruledOf(storedName) ?? missing(table)
  const definition = unit.tables.definitionOf(storedName) ?? missing(table)
  return (unit.tables.table as (definition: unknown) => unknown)(definition)
}

function missing({ name }: TableSchema): never {
  throw new SqlError('42P01', `relation "${name}" does not exist`)
}
