/**
 * Comparing a definition with what is stored under its name.
 *
 * Compatible, and applied when the table is opened for writing: a new column that is nullable or has a default, a
 * primary key that is `autoIncrement` now, a new index, an index
 * that is gone or defined otherwise, enum members appended at the end, columns declared in another order. Another default
 * is stored, too, but nobody waits for it: it says what rows have that are written by those who have no definition.
 * Everything else is TABLE_TYPE_MISMATCH: it would change the meaning of bytes that are stored already.
 */

import { CoppiceError } from '../base/errors.ts'
import type { DeclaredColumn, IndexPart, KeyPart, TableDefinition } from './definition.ts'
import type { StoredColumn, StoredIndex, StoredRecords, StoredTable } from './stored-table.ts'
import { formatNode, isNullable, relateNodes, type TypeNode } from './type-node.ts'

/** What opening the table for writing has to do. */
export interface Evolution {
  /** Whether the catalog's entry changes in what the definition needs. */
  readonly isNeeded: boolean
  /** Whether columns that are stored have other defaults. */
  readonly changesDefaults: boolean
  /** All columns, stored ones first, with the types of the definition. */
  readonly columns: readonly StoredColumn[]
  /** Whether the table gets a counter. */
  readonly addsCounter: boolean
  readonly keptIndexes: readonly StoredIndex[]
  readonly addedIndexes: readonly IndexPart[]
  readonly droppedIndexes: readonly StoredIndex[]
  /** Columns that are new or whose type is another one than it was. */
  readonly changedColumns: readonly string[]
}

const NO_INDEXES: readonly never[] = []

/** @throws CoppiceError TABLE_TYPE_MISMATCH, saying what differs. */
export function compareWithStored(definition: TableDefinition, stored: StoredTable): Evolution {
  if (definition.kind !== stored.kind) {
    mismatch(definition.name, 'the kind of table', stored.kind, definition.kind)
  }
  if (definition.kind === 'records') return compareRecords(definition, stored as StoredRecords)

  const map = stored as Exclude<StoredTable, StoredRecords>
  const isExtended = [
    relate(definition.name, 'the key', map.key, definition.key.node),
    relate(definition.name, 'the value', map.value, definition.value.node),
  ].includes('extended')
  return {
    isNeeded: isExtended,
    changesDefaults: false,
    columns: [],
    addsCounter: false,
    keptIndexes: NO_INDEXES,
    addedIndexes: NO_INDEXES,
    droppedIndexes: NO_INDEXES,
    changedColumns: [],
  }
}

function compareRecords(
  definition: Extract<TableDefinition, { kind: 'records' }>,
  stored: StoredRecords,
): Evolution {
  const { name } = definition
  const changedColumns: string[] = []
  if (!equalParts(definition.primaryKey, stored.primaryKey)) {
    mismatch(name, 'the primary key', formatParts(stored.primaryKey), formatParts(definition.primaryKey))
  }
  const columns = stored.columns.map((column): StoredColumn => {
    const declared = definition.columns.find(candidate => candidate.name === column.name)
    if (declared === undefined) {
      const type = formatNode(column.node)
      refuse(
        name,
        `column '${column.name}' is stored (${type}), but not in the definition`,
        type,
        'no such column',
      )
    }
    const relation = relate(name, `column '${column.name}'`, column.node, declared.node)
    if (relation === 'extended') changedColumns.push(column.name)
    return withDefault({ ...column, node: declared.node }, declared)
  })
  const changesDefaults = columns.some((column, i) => column.absent !== stored.columns[i].absent)
  for (const declared of definition.columns) {
    if (columns.some(column => column.name === declared.name)) continue
    if (!isNullable(declared.node) && declared.default === undefined) {
      refuse(
        name,
        `column '${declared.name}' is new and has no value in the rows that are there: it must be nullable or have a default`,
        `nullable(${formatNode(declared.node)}), or a default`,
        formatNode(declared.node),
      )
    }
    changedColumns.push(declared.name)
    const missing = declared.default?.encoded
    const column = { name: declared.name, node: declared.node, ...(missing === undefined ? {} : { missing }) }
    columns.push(withDefault(column, declared))
  }
  const addsCounter = stored.counter === undefined && definition.columns.some(column => column.isNumbered)

  const keptIndexes: StoredIndex[] = []
  const droppedIndexes: StoredIndex[] = []
  for (const index of stored.indexes) {
    const declared = definition.indexes.find(candidate => candidate.name === index.name)
    const isKept = declared === undefined ? index.isAdHoc : equalIndexes(declared, index)
    ;(isKept ? keptIndexes : droppedIndexes).push(index)
  }
  const addedIndexes = definition.indexes.filter(index => !keptIndexes.some(kept => kept.name === index.name))
  const isNeeded =
    changedColumns.length > 0 || addsCounter || droppedIndexes.length > 0 || addedIndexes.length > 0
  return {
    isNeeded,
    changesDefaults,
    columns,
    addsCounter,
    keptIndexes,
    addedIndexes,
    droppedIndexes,
    changedColumns,
  }
}

/** The column as it is stored, with the default that a definition says. */
export function withDefault(
  { absent: _, ...column }: StoredColumn,
  { default: declared }: DeclaredColumn,
): StoredColumn {
  return declared?.encoded === undefined ? column : { ...column, absent: declared.encoded }
}

/** The same columns with the defaults that are stored: where somebody else than the definition says what they are. */
export function withStoredDefaults(
  columns: readonly StoredColumn[],
  stored: readonly StoredColumn[],
): readonly StoredColumn[] {
  return columns.map(({ absent: _, ...column }) => {
    const absent = stored.find(({ name }) => name === column.name)?.absent
    return absent === undefined ? column : { ...column, absent }
  })
}

function relate(table: string, what: string, stored: TypeNode, wanted: TypeNode): 'same' | 'extended' {
  const relation = relateNodes(stored, wanted)
  if (relation === 'different') mismatch(table, what, formatNode(stored), formatNode(wanted))
  return relation
}

function equalParts(a: readonly KeyPart[], b: readonly KeyPart[]): boolean {
  return (
    a.length === b.length &&
    a.every((part, i) => part.column === b[i].column && part.isDescending === b[i].isDescending)
  )
}

function equalIndexes(a: IndexPart, b: IndexPart): boolean {
  return a.isUnique === b.isUnique && equalParts(a.on, b.on)
}

function formatParts(parts: readonly KeyPart[]): string {
  return parts.map(part => (part.isDescending ? `desc(${part.column})` : part.column)).join(', ')
}

function mismatch(table: string, what: string, stored: string, wanted: string): never {
  refuse(table, `${what} is stored as ${stored}, but the definition says ${wanted}`, stored, wanted)
}

function refuse(table: string, reason: string, expected: string, given: string): never {
  throw new CoppiceError('TABLE_TYPE_MISMATCH', `table '${table}': ${reason}`, { table, expected, given })
}
