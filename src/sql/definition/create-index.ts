/** CREATE INDEX and REINDEX: an index of the typed table, and what SQL knows of it. */

import type { Steps } from '../../base/steps.ts'
import type { BoundExpression } from '../bind/bound.ts'
import { refuseCollation } from '../bind/collations.ts'
import { NAMELESS, outputName } from '../bind/output-names.ts'
import { walk } from '../bind/walk.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredSqlIndex } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { CreateIndex, Expression, IndexElement } from '../syntax/tree.ts'
import { BOOL } from '../types/type.ts'
import { checkColumnType, checkIndexableType } from './column-type.ts'
import { type DefinitionEnvironment, isDueIn } from './environment.ts'
import { requireImmutable } from './immutable.ts'
import { refuseInUse } from './in-use.ts'
import { freeName, nameTaken, requireColumn, requireTable } from './names.ts'
import { optionsOf } from './storage-hints.ts'
import { storedExpression } from './stored-names.ts'
import { TableDraft } from './table-draft.ts'
import { indexParts } from './typed-definition.ts'
import { refuseDuplicates, uniqueFailure } from './unique-failure.ts'
import { refuseVirtual } from './virtual-columns.ts'

type StoredIndexColumn = StoredSqlIndex['columns'][number]

export function* createIndex(statement: CreateIndex, environment: DefinitionEnvironment): Steps {
  const { at, isUnique } = statement
  const table = requireTable(statement.table, environment, at, true)
  if (statement.method !== 'btree') throw notSupported(`an index by "${statement.method}"`, at)
  const isTaken = nameTaken(environment.state, table.schema)
  if (statement.name !== undefined && isTaken(statement.name)) {
    const message = `relation "${statement.name}" already exists`
    if (!statement.ifNotExists) throw new SqlError('42P07', message)
    environment.notice('42P07', `${message}, skipping`)
    return
  }
  refuseInUse(table, 'CREATE INDEX', environment)
  const name = statement.name ?? freeName(`${table.name}_${nameOf(statement)}_idx`, isTaken)
  const editor = new CatalogEditor(environment.unit.tables)
  const draft = new TableDraft(environment, editor, table, table)
  const columns = statement.elements.map(element => indexColumn(element, table, draft, environment))
  const index: StoredSqlIndex = {
    oid: editor.newOid(),
    name,
    columns,
    include: statement.include.map(one => {
      const column = requireColumn(table, one, at)
      refuseVirtual(table, column, 'indexes')
      return column
    }),
    isUnique,
    isPrimary: false,
    nullsNotDistinct: isUnique && statement.nullsNotDistinct,
    ...optionsOf(statement.options),
    ...(statement.where === undefined
      ? {}
      : { predicateText: predicateText(statement.where, table, environment) }),
    storedName: draft.freeIndexName(name),
  }
  draft.indexes.push(index)
  draft.settle()
  yield* makeIndexes(draft, [index], table, environment)
}

/** Fills typed indexes with what the rows that are there have. @throws SqlError 23505 */
export function* makeIndexes(
  draft: TableDraft,
  indexes: readonly StoredSqlIndex[],
  table: TableSchema,
  environment: DefinitionEnvironment,
): Steps {
  const { unit } = environment
  const state = environment.stateNow()
  const parts = indexParts(draft.stored, oid => state.typeByOid(oid)!)
  for (const index of indexes) {
    const own = parts.filter(part => part.name === index.storedName)
    try {
      yield* unit.tables.createIndexes(draft.stored.storedName, own, isDueIn(environment))
    } catch (error) {
      throw uniqueFailure(error, index, draft.stored, table)
    }
    if (index.isUnique && own.some(part => !part.isUnique)) {
      yield* refuseDuplicates(index, state.tableByOid(draft.oid)!, environment.data(state), environment)
    }
  }
}

function indexColumn(
  element: IndexElement,
  table: TableSchema,
  draft: TableDraft,
  environment: DefinitionEnvironment,
): StoredIndexColumn {
  if (element.operatorClass !== undefined) checkOperatorClass(element.operatorClass, element.at)
  if (element.collation !== undefined) refuseCollation(element.collation, element.at)
  const isDescending = element.direction === 'desc'
  const nullsFirst = element.nulls === 'default' ? isDescending : element.nulls === 'first'
  const order = { isDescending, nullsFirst }
  const name = element.column ?? plainColumn(element.expression!)
  if (name !== undefined) {
    const column = table.columns.findIndex(one => one.name === name && !one.isHidden)
    if (column < 0) throw new SqlError('42703', `column "${name}" does not exist`, { position: element.at })
    refuseVirtual(table, column, 'indexes')
    draft.checkIndexable(column)
    return { column, ...order }
  }
  const { bound, text } = storedExpression(element.expression!, environment, {
    table,
    clause: 'indexExpression',
  })
  requireImmutable(bound.expression, 'functions in index expression must be marked IMMUTABLE')
  refuseWholeRow(bound.expression)
  refuseVirtualIn(bound.expression, table)
  checkColumnType(bound.expression.type, environment.state)
  checkIndexableType(bound.expression.type)
  return {
    column: -1,
    expressionText: text,
    expressionType: bound.expression.type.oid,
    ...order,
  }
}

function predicateText(where: Expression, table: TableSchema, environment: DefinitionEnvironment): string {
  const { bound, text } = storedExpression(where, environment, { table, clause: 'indexPredicate' })
  const { expression } = bound
  if (expression.type !== BOOL) {
    throw new SqlError(
      '42804',
      `argument of WHERE must be type boolean, not type ${expression.type.displayName}`,
      { position: where.at },
    )
  }
  requireImmutable(expression, 'functions in index predicate must be marked IMMUTABLE')
  refuseWholeRow(expression)
  refuseVirtualIn(expression, table)
  return text
}

function refuseVirtualIn(e: BoundExpression, table: TableSchema): void {
  walk([e], {
    expression(part) {
      if (part.kind === 'column' && part.column >= 0) refuseVirtual(table, part.column, 'indexes')
    },
  })
}

function refuseWholeRow(e: BoundExpression): void {
  if (e.kind === 'whole row') throw notSupported('an index over whole rows')
}

/** A column in parentheses is a column. */
function plainColumn(e: Expression): string | undefined {
  return e.kind === 'column' && e.names.length === 1 && !e.isStar ? e.names[0] : undefined
}

/** Text is ordered by its bytes always: what asks for that is served, and so is what is meant by default. */
function checkOperatorClass(name: readonly string[], at: number): void {
  if (/^(text|varchar|bpchar)_pattern_ops$|^[a-z0-9]+_ops$/.test(name.at(-1)!)) return
  throw notSupported(`operator class "${name.join('.')}"`, at)
}

/** As PostgreSQL names an index: by its columns, and its expressions by their functions. */
function nameOf({ elements, include }: CreateIndex): string {
  const names: string[] = []
  const add = (base: string) => names.push(freeName(base, one => names.includes(one)))
  for (const { column, expression } of elements) {
    const figured = column ?? outputName(expression!)
    add(figured === NAMELESS ? 'expr' : figured)
  }
  for (const column of include) add(column)
  return names.join('_')
}
