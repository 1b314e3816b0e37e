/** CREATE TABLE, and CREATE TABLE AS: the entry in SQL's catalog, and the typed table behind it. */

import { complete, type Steps } from '../../base/steps.ts'
import { NAMELESS, outputName } from '../bind/output-names.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { ColumnHints, ColumnSchema, TableSchema } from '../catalog/schema.ts'
import type { StoredSequence } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { RowWriter } from '../execute/row-writer.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { KeptRows } from '../spill/kept-rows.ts'
import { parseExpression } from '../syntax/parser.ts'
import type { CreateTable, CreateTableAs, LikeClause, Query, SequenceOption } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findRelation, freeName, newName } from './names.ts'
import { optionsOf } from './storage-hints.ts'
import { storedQuery } from './stored-names.ts'
import { TableDraft } from './table-draft.ts'
import { isTemporarySchema } from './temporary.ts'
import { indexParts, typedDefinition } from './typed-definition.ts'

export function createTable(statement: CreateTable, environment: DefinitionEnvironment): void {
  const target = newName(statement.name, environment, statement.at, statement.isTemporary)
  if (statement.onCommit !== 'preserve' && !isTemporarySchema(target.schema)) {
    throw new SqlError('42P16', 'ON COMMIT can only be used on temporary tables')
  }
  if (environment.state.relation(target.schema, target.name) !== undefined) {
    const message = `relation "${target.name}" already exists`
    if (!statement.ifNotExists) throw new SqlError('42P07', message)
    environment.notice('42P07', `${message}, skipping`)
    return
  }
  const editor = new CatalogEditor(environment.unit.tables)
  const draft = new TableDraft(environment, editor, target)
  if (statement.onCommit !== 'preserve') draft.onCommit = statement.onCommit
  draft.hints = optionsOf(statement.options)
  for (let at = 0; at <= statement.columns.length; at++) {
    for (const like of statement.likes) if (like.columnsBefore === at) copyLike(like, draft, environment)
    if (at < statement.columns.length) draft.addColumn(statement.columns[at])
  }
  for (const constraint of statement.constraints) draft.addConstraint(constraint)
  draft.settle()
  makeTypedTable(draft, environment)
}

function makeTypedTable(draft: TableDraft, environment: DefinitionEnvironment): void {
  const state = environment.stateNow()
  const typeOf = (oid: number) => state.typeByOid(oid)!
  const { tables } = environment.unit
  const { schema, name, storedName } = draft.stored
  // Tables "b.c" of schema a, c of schema "a.b" and "a.b.c" of public, or of TypeScript, would be one.
  if (tables.definitionOf(storedName) !== undefined) {
    throw new SqlError('42P07', `relation "${name}" already exists`, {
      detail: `A table of schema "${schema}" is stored as "${storedName}", and there is another table of that name.`,
    })
  }
  tables.unruled(typedDefinition(draft.stored, typeOf) as never)
  // It has no rows.
  complete(tables.createIndexes(storedName, indexParts(draft.stored, typeOf), () => false))
}

/** `LIKE other INCLUDING …`: its columns, and of the rest what is said. */
function copyLike(like: LikeClause, draft: TableDraft, environment: DefinitionEnvironment): void {
  const relation = findRelation(like.table, environment)
  if (relation === undefined) {
    throw new SqlError('42P01', `relation "${like.table.join('.')}" does not exist`, { position: like.at })
  }
  if (relation.kind === 'sequence' || relation.kind === 'virtual') {
    throw new SqlError('42809', `relation "${relation.name}" is invalid in LIKE clause`)
  }
  const has = (what: LikeClause['including'][number]) => like.including.includes(what)
  const columns = relation.kind === 'table' ? relation.columns.filter(one => !one.isHidden) : []
  if (relation.kind === 'view') {
    for (const { name, type, modifier } of relation.columns) draft.addPlainColumn(name, type, modifier)
    return
  }
  for (const column of columns) {
    draft.addPlainColumn(column.name, column.type, column.modifier, {
      isNotNull: column.isNotNull,
      // As the source's: a primary key's is named for the source, too.
      ...(column.isNotNull
        ? { notNullName: column.notNullName ?? `${relation.name}_${column.name}_not_null` }
        : {}),
      ...(has('defaults') && column.defaultText !== undefined ? { defaultText: column.defaultText } : {}),
      ...(has('generated') && column.generatedText !== undefined
        ? { generatedText: column.generatedText, ...(column.isVirtual ? { isVirtual: true } : {}) }
        : {}),
      ...(has('comments') && column.comment !== undefined ? { comment: column.comment } : {}),
      ...copiedHints(column, has),
    })
    if (has('identity') && column.identity !== undefined) copyIdentity(column, draft, environment)
  }
  if (has('constraints')) copyChecks(relation, draft, has('comments'))
  if (has('indexes') && relation.kind === 'table') {
    copyKeys(relation, draft)
    copyIndexes(relation, draft, environment, has('comments'))
  }
}

/** How its values are to be kept, as far as LIKE says. */
function copiedHints(
  { hints }: ColumnSchema,
  has: (what: LikeClause['including'][number]) => boolean,
): { readonly hints?: ColumnHints } {
  const { storage, compression } = hints ?? {}
  const copied: ColumnHints = {
    ...(has('storage') && storage !== undefined ? { storage } : {}),
    ...(has('compression') && compression !== undefined ? { compression } : {}),
  }
  return Object.keys(copied).length === 0 ? {} : { hints: copied }
}

/** The identity of the column that was added last: with a sequence of its own, that begins anew. */
function copyIdentity(column: ColumnSchema, draft: TableDraft, environment: DefinitionEnvironment): void {
  const { identity, sequenceOid, type } = column
  const editor = new CatalogEditor(environment.unit.tables)
  const sequence = sequenceOid === undefined ? undefined : editor.get('sequence', sequenceOid)
  const number = draft.columns.length - 1
  const added = draft.columns[number]
  draft.columns[number] = {
    ...added,
    ...(identity === undefined ? {} : { identity }),
    isNotNull: true,
    sequenceOid: draft.ownedSequence(added, type, sequence === undefined ? [] : sequenceOptionsOf(sequence)),
  }
}

function sequenceOptionsOf(sequence: StoredSequence): readonly SequenceOption[] {
  return [
    { kind: 'start', value: BigInt(sequence.start) },
    { kind: 'increment', value: BigInt(sequence.increment) },
    { kind: 'minvalue', value: BigInt(sequence.minimum) },
    { kind: 'maxvalue', value: BigInt(sequence.maximum) },
    { kind: 'cycle', value: sequence.isCycling },
    ...(sequence.cache === undefined ? [] : [{ kind: 'cache', value: BigInt(sequence.cache) } as const]),
  ]
}

function copyChecks(table: TableSchema, draft: TableDraft, withComments: boolean): void {
  for (const constraint of table.constraints) {
    if (constraint.kind !== 'check') continue
    draft.addConstraint({
      kind: 'check',
      name: constraint.name,
      expression: parseExpression(constraint.text),
      isNotValid: false,
      isEnforced: constraint.isEnforced !== false,
      isNoInherit: constraint.isNoInherit === true,
      ...(withComments && constraint.comment !== undefined ? { comment: constraint.comment } : {}),
      isDeferrable: false,
      isInitiallyDeferred: false,
      at: -1,
    })
  }
}

function copyKeys(table: TableSchema, draft: TableDraft): void {
  for (const constraint of table.constraints) {
    if (constraint.kind !== 'primary key' && constraint.kind !== 'unique') continue
    draft.addConstraint({
      kind: constraint.kind,
      name: undefined,
      columns: constraint.columns.map(column => table.columns[column].name),
      include: [],
      nullsNotDistinct: table.indexes.find(one => one.oid === constraint.indexOid)?.nullsNotDistinct ?? false,
      usingIndex: undefined,
      isDeferrable: false,
      isInitiallyDeferred: false,
      at: -1,
    })
  }
}

/** Indexes that belong to no constraint. */
function copyIndexes(
  table: TableSchema,
  draft: TableDraft,
  environment: DefinitionEnvironment,
  withComments: boolean,
): void {
  const editor = new CatalogEditor(environment.unit.tables)
  const moved = (column: number) =>
    draft.columns.findIndex(one => !one.isHidden && one.name === table.columns[column].name)
  for (const index of editor.get('table', table.oid)?.indexes ?? []) {
    if (table.constraints.some(one => 'indexOid' in one && one.indexOid === index.oid)) continue
    const parts = index.columns.map(({ column, expressionText }) => {
      if (expressionText === undefined) return table.columns[column].name
      const figured = outputName(parseExpression(expressionText))
      return figured === NAMELESS ? 'expr' : figured
    })
    const included = index.include.map(column => table.columns[column].name)
    const name = freeName(`${draft.target.name}_${[...parts, ...included].join('_')}_idx`, draft.isNameTaken)
    const { comment, ...rest } = index
    draft.indexes.push({
      ...rest,
      ...(withComments && comment !== undefined ? { comment } : {}),
      oid: editor.newOid(),
      name,
      columns: index.columns.map(one => (one.column < 0 ? one : { ...one, column: moved(one.column) })),
      include: index.include.map(moved),
      storedName: draft.freeIndexName(name),
    })
  }
}

/** CREATE TABLE and CREATE MATERIALIZED VIEW name AS query. Returns how many rows it has; undefined: it was not run. */
export function* createTableAs(
  statement: CreateTableAs,
  environment: DefinitionEnvironment,
): Steps<number | undefined> {
  const { query, withData } = statement
  const target = newName(statement.name, environment, statement.at, statement.isTemporary)
  if (environment.state.relation(target.schema, target.name) !== undefined) {
    const message = `relation "${target.name}" already exists`
    if (!statement.ifNotExists) throw new SqlError('42P07', message)
    environment.notice('42P07', `${message}, skipping`)
    return 0
  }
  // A materialized view has a query of its own, says the grammar.
  const executed = environment.executed?.()
  const stored = executed === undefined ? storedQuery(query as Query, environment, statement.at) : undefined
  const columns = executed?.columns ?? stored!.bound.columns
  if (statement.columns.length > columns.length) {
    throw new SqlError('42601', 'too many column names were specified')
  }
  const editor = new CatalogEditor(environment.unit.tables)
  const draft = new TableDraft(environment, editor, target)
  columns.forEach(({ name, type, modifier }, i) => {
    draft.addPlainColumn(statement.columns[i] ?? name, type, modifier)
  })
  if (statement.onCommit !== 'preserve') draft.onCommit = statement.onCommit
  draft.hints = optionsOf(statement.options)
  if (statement.isMaterializedView) draft.materialized = { text: stored!.text, isPopulated: withData }
  draft.settle()
  makeTypedTable(draft, environment)
  if (!withData) return undefined
  const use = (rows: KeptRows) => storeRows(draft.oid, rows, environment)
  return yield* executed === undefined ? environment.runQuery(query as Query, use) : executed.run(use)
}

/** The rows of a query, in a table that has none. Returns how many there are. */
export function fillTable(oid: number, query: Query, environment: DefinitionEnvironment): Steps<number> {
  return environment.runQuery(query, rows => storeRows(oid, rows, environment))
}

function* storeRows(oid: number, rows: KeptRows, environment: DefinitionEnvironment): Steps<number> {
  const state = environment.stateNow()
  const table = state.tableByOid(oid)!
  const data = environment.data(state)
  const scope = new RowScope(environment.context)
  const writer = new RowWriter(table, data.expressionsOf(table), scope)
  scope.prepare()
  const records = data.records(table)
  const { pause } = environment
  const left = rows[Symbol.iterator]()
  // Not in the generator: V8 makes its loops fast late.
  const storeSome = (): boolean => {
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      const { value: row, done } = left.next()
      if (done) return true
      writer.setValues([...row, null], scope.file)
      writer.insert(records, scope.file)
    }
  }
  while (!storeSome()) yield
  return rows.length
}
