/**
 * What ALTER TABLE does with the rows that are there. Where they must be laid out anew (another type of a column, a column
 * less, another primary key) they are read as they were, changed one by one, and written to a new typed table, which then
 * takes the old one's name and gets its indexes. Else only indexes come and go, and new constraints are checked.
 */

import type { Steps } from '../../base/steps.ts'
import type { TableExpressions } from '../bind/bound.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredConstraint, StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { checkPending } from '../execute/pending-checks.ts'
import { wholeRowCursor } from '../execute/row-lookup.ts'
import { RowWriter } from '../execute/row-writer.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyWritableRecordTable } from '../storage/any-table.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import { makeIndexes } from './create-index.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { type Reference, referencesOver } from './foreign-key.ts'
import type { TableDraft } from './table-draft.ts'
import { indexParts, isStoredKey, typedDefinition } from './typed-definition.ts'

/** The rows of `old`, each as `change` gives it, in the table that `draft` describes. What is valid is checked. */
export function* rebuildTable(
  old: TableSchema,
  draft: TableDraft,
  environment: DefinitionEnvironment,
  change: (row: readonly Value[]) => Value[],
): Steps {
  const { tables } = environment.unit
  const state = environment.stateNow()
  const table = state.tableByOid(draft.oid)!
  const data = environment.data(state)
  const temporaryName = `${old.storedName} (rebuilt)`
  const target = tables.unruled(
    typedDefinition(draft.stored, oid => state.typeByOid(oid)!, temporaryName) as never,
  ) as unknown as AnyWritableRecordTable
  const scope = new RowScope(environment.context)
  const writer = new RowWriter(table, validOnly(data.expressionsOf(table), table), scope)
  scope.prepare()
  yield* forEachRow(data, old, environment, row => {
    writer.setValues(change(row), scope.file)
    ofExistingRow(table, () => {
      writer.complete(scope.file)
      writer.insert(target, scope.file)
    })
  })
  tables.drop(old.storedName)
  tables.rename(temporaryName, table.storedName)
  const indexes = draft.indexes.filter(index => !isStoredKey(index))
  yield* makeIndexes(draft, indexes, table, environment)
}

function* forEachRow(
  data: WritableDataSource,
  table: TableSchema,
  { pause }: DefinitionEnvironment,
  each: (row: readonly Value[]) => void,
): Steps {
  const cursor = wholeRowCursor(data, table)
  cursor.open({ from: undefined, to: undefined })
  const row: Value[] = []
  const some = (): boolean => {
    for (;;) {
      if (--pause.left < 0 && pause.isDue()) return false
      if (!cursor.next(row)) return true
      each(row)
    }
  }
  try {
    while (!some()) yield
  } finally {
    cursor.close()
  }
}

/** Rows that are there are not held to what is NOT VALID. */
function validOnly(expressions: TableExpressions, table: TableSchema): TableExpressions {
  const isValid = (name: string) =>
    table.constraints.some(one => one.kind === 'check' && one.name === name && one.isValidated)
  return { ...expressions, checks: expressions.checks.filter(check => isValid(check.name)) }
}

/** What a row that is there does not allow, in PostgreSQL's words. */
function ofExistingRow(table: TableSchema, check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const { column, constraint, detail = '' } = error.fields
    if (error.sqlstate === '23505') {
      throw new SqlError('23505', `could not create unique index "${constraint}"`, {
        ...error.fields,
        detail: detail.replace(/ already exists\.$/, ' is duplicated.'),
      })
    }
    if (error.sqlstate === '23502' && column !== undefined) {
      throw new SqlError('23502', `column "${column}" of relation "${table.name}" contains null values`, {
        schema: table.schema,
        table: table.name,
        column,
      })
    }
    if (error.sqlstate !== '23514' || constraint === undefined) throw error
    throw new SqlError(
      '23514',
      `check constraint "${constraint}" of relation "${table.name}" is violated by some row`,
      { schema: table.schema, table: table.name, constraint },
    )
  }
}

/** Whether a constraint holds from now on for the rows that are there. */
export function isNewlyValid(constraint: StoredConstraint, before: StoredSqlTable): boolean {
  if (!('isValidated' in constraint) || !constraint.isValidated) return false
  const old = before.constraints.find(one => one.oid === constraint.oid)
  return old === undefined || !('isValidated' in old && old.isValidated)
}

/** All rows are held to the checks. @throws SqlError 23514 */
export function* checkRows(draft: TableDraft, environment: DefinitionEnvironment): Steps {
  const state = environment.stateNow()
  const table = state.tableByOid(draft.oid)!
  const data = environment.data(state)
  const scope = new RowScope(environment.context)
  const writer = new RowWriter(table, validOnly(data.expressionsOf(table), table), scope)
  scope.prepare()
  yield* forEachRow(data, table, environment, row => {
    writer.setValues(row, scope.file)
    ofExistingRow(table, () => writer.complete(scope.file))
  })
}

/** All rows are held to the foreign keys that are newly valid. @throws SqlError 23503 */
export function* checkReferences(
  draft: TableDraft,
  before: StoredSqlTable,
  environment: DefinitionEnvironment,
): Steps {
  const state = environment.stateNow()
  const table = state.tableByOid(draft.oid)!
  const fresh = new Set(draft.constraints.filter(one => isNewlyValid(one, before)).map(one => one.oid))
  for (const constraint of table.constraints) {
    if (constraint.kind === 'foreign key' && fresh.has(constraint.oid))
      yield* checkReference({ table, constraint }, environment.data(state), environment)
  }
}

/** All rows are held to the foreign keys that the columns with new values belong to. @throws SqlError 42804, 23503 */
export function* checkReferencesOver(
  draft: TableDraft,
  attributeNumbers: ReadonlySet<number>,
  environment: DefinitionEnvironment,
): Steps {
  const state = environment.stateNow()
  const table = state.tableByOid(draft.oid)!
  const isMeant = (column: number) => attributeNumbers.has(table.columns[column].attributeNumber)
  for (const reference of referencesOver(table, isMeant, state)) {
    if (!reference.constraint.isValidated) continue
    yield* checkReference(reference, environment.data(state), environment)
  }
}

function* checkReference(
  { table, constraint }: Reference,
  data: WritableDataSource,
  environment: DefinitionEnvironment,
): Steps {
  const referring: Value[][] = []
  yield* forEachRow(data, table, environment, row => {
    const values = constraint.columns.map(column => row[column])
    if (!values.includes(null)) referring.push(values)
  })
  const { pause } = environment
  for (const values of referring) {
    if (--pause.left < 0 && pause.isDue()) yield
    const check = { kind: 'reference', table, constraint, values, side: 'referring' } as const
    checkPending(data, check, environment.context)
  }
}

/** Indexes that are gone or stored otherwise are dropped, those that are new or stored otherwise made. */
export function* changeIndexes(
  before: StoredSqlTable,
  draft: TableDraft,
  table: TableSchema,
  environment: DefinitionEnvironment,
): Steps {
  const { tables } = environment.unit
  const state = environment.stateNow()
  const typeOf = (oid: number) => state.typeByOid(oid)!
  const old = new Map(indexParts(before, typeOf).map(part => [part.name, JSON.stringify(part)]))
  const made: StoredSqlIndex[] = []
  for (const part of indexParts(draft.stored, typeOf)) {
    const isSame = old.get(part.name) === JSON.stringify(part)
    if (isSame) old.delete(part.name)
    else made.push(draft.indexes.find(index => index.storedName === part.name)!)
  }
  for (const name of old.keys()) tables.dropIndex(table.storedName, name)
  yield* makeIndexes(draft, made, table, environment)
}
