/** The tables of a snapshot or transaction, as statements use them. */

import type { TreeSource } from '../../store/api.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { ForeignKeySchema, KeySchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { AnyMapTable, AnyRecordTable, AnyWritableRecordTable } from '../storage/any-table.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
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
  const data = dataOf(unit)
  if (unit.kind === 'read') return data
  const writable: WritableDataSource = {
    source: data.source,
    records: table => data.records(table) as AnyWritableRecordTable,
    map: table => data.map(table),
    tableByOid: oid => {
      const table = state.tableByOid(oid)
      if (table === undefined) throw new SqlError('42P01', `relation with OID ${oid} does not exist`)
      return table
    },
    expressionsOf: table => engine.expressionsOf(table, state),
    isDeferred: constraint =>
      (unit.state.holdsReferences && constraint.kind === 'foreign key') || isDeferred(unit.state, constraint),
    defer: check => {
      unit.state.deferred.push(check)
    },
    beforeChanges,
    watch,
  }
  return writable
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
  private readonly unit: WriteUnit

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

function openTable(unit: Unit, table: TableSchema): unknown {
  const definition = unit.tables.definitionOf(table.storedName) ?? missing(table)
  const open = unit.kind === 'read' ? unit.tables.table : unit.tables.unruled
  return (open as (definition: unknown) => unknown)(definition)
}

function missing({ name }: TableSchema): never {
  throw new SqlError('42P01', `relation "${name}" does not exist`)
}
