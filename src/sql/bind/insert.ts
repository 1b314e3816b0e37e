/** INSERT: columns and values, defaults and identities, ON CONFLICT and the indexes that it watches. */

import type { IndexSchema, TableSchema } from '../catalog/schema.ts'
import { notSupported } from '../errors.ts'
import type { Expression, InsertStatement, OnConflict, ValuesQuery } from '../syntax/tree.ts'
import { typeOfPart } from './assigned-parts.ts'
import { bindSet, defaultValue, refuseDefaultPart, tableDefault } from './assignments.ts'
import type {
  BoundAssignment,
  BoundExpression,
  BoundInsert,
  BoundOnConflict,
  BoundQuery,
  OutputColumn,
  RelationColumns,
  TableExpressions,
} from './bound.ts'
import type { ChangeTarget } from './change-target.ts'
import { CLAUSES } from './clause.ts'
import { coerceToBoolean, withoutUnknown } from './coercion.ts'
import { refuseCollation } from './collations.ts'
import { bindExpression } from './expressions.ts'
import { implies } from './implication.ts'
import { assignTo, type InsertedColumn, insertedValue, targetColumns } from './inserted-columns.ts'
import { bindQuery, innerScope } from './queries.ts'
import { bindReturning } from './returning.ts'
import { columnOf, fail, type Scope, tableRelation } from './scope.ts'
import { bindCondition } from './select.ts'
import { columnExpression, withCoercedColumns } from './set-operations.ts'
import { expressionsOf } from './table-expressions.ts'
import { conjunctsOf, sameExpression } from './walk.ts'

export function bindInsert(scope: Scope, statement: InsertStatement, changed: ChangeTarget): BoundInsert {
  const { table } = changed
  const name = statement.target.alias ?? changed.ownName
  const expressions = expressionsOf(scope, table)
  const columnsFor = (width: number) => targetColumns(changed, statement.columns, width)
  const source = bindSource(scope, statement, changed, columnsFor)
  const columns = source?.columns ?? []
  const count = source?.query.columns.length ?? 0
  const sourceRelation: RelationColumns = {
    id: scope.binding.newRelation(scope),
    name: '*SOURCE*',
    columns: source?.query.columns ?? [],
  }
  const values: BoundAssignment[] = []
  changed.refuseReadOnlyDefaults()
  table.columns.forEach((column, number) => {
    if (column.isHidden) return
    const place = columns.findIndex(one => one.number === number)
    const isGiven = place >= 0 && place < count && !source!.allDefault.has(place)
    const isOverridden = statement.overriding === 'user' && column.identity !== undefined
    const isOfView = typeof changed.ownDefault(number, 'insert') === 'string'
    if (!isGiven && isOfView && !isOverridden) refuseGivenValue(statement, table, number)
    if (column.generatedText !== undefined) return
    if (isOverridden) values.push({ column: number, value: tableDefault(scope, table, number) })
    else if (!isGiven) values.push({ column: number, value: defaultValue(scope, changed, number, 'insert') })
    else {
      const given = (at: number) => columnOf(sourceRelation, at, -1)
      values.push({ column: number, value: insertedValue(scope, column, columns, number, given) })
    }
  })
  const target = tableRelation(scope, table, name)
  const onConflict =
    statement.onConflict === undefined
      ? undefined
      : bindOnConflict(scope, statement.onConflict, changed, target, expressions)
  const returning = bindReturning(scope, statement.returning, {
    target: changed,
    name,
    schema: statement.target.alias === undefined ? changed.schema : undefined,
    row: expressions.row,
    oldRow: target,
    newRow: expressions.row,
    others: [],
  })
  return {
    kind: 'insert',
    commonTables: scope.boundCommonTables,
    table,
    expressions,
    viewChecks: changed.checks(expressions.row),
    source: source?.query,
    sourceRelation,
    values,
    namedColumns: [...new Set(columns.slice(0, count).map(one => one.number))],
    onConflict,
    returning,
  }
}

interface Source {
  readonly query: BoundQuery
  /** The columns that its own are for. */
  readonly columns: readonly InsertedColumn[]
  /** Places where every row says DEFAULT. */
  readonly allDefault: ReadonlySet<number>
}

function bindSource(
  scope: Scope,
  statement: InsertStatement,
  changed: ChangeTarget,
  columnsFor: (width: number) => InsertedColumn[],
): Source | undefined {
  const { source } = statement
  const { table } = changed
  if (source === undefined) return undefined
  const isPlainValues =
    source.kind === 'values' &&
    source.with === undefined &&
    source.orderBy.length === 0 &&
    source.limit === undefined &&
    source.offset === undefined &&
    source.locking.length === 0
  if (isPlainValues) return bindRows(scope, statement, source as ValuesQuery, changed, columnsFor)
  const query = bindQuery(innerScope(scope), source, { keepsUnknown: true })
  const columns = columnsFor(query.columns.length)
  checkCounts(
    statement,
    columns.length,
    query.columns.length,
    place => columnExpression(query, place)?.at ?? -1,
  )
  query.columns.forEach((_, place) => {
    refuseGivenValue(statement, table, columns[place]!.number)
  })
  const types = query.columns.map((_, place) => {
    const { number, path, at } = columns[place]!
    const column = table.columns[number]!
    return path.length === 0 ? column.type : typeOfPart(column, path, at)
  })
  const coerced = withCoercedColumns(scope, query, types, (e, _type, place) =>
    assignTo(scope, table, columns[place]!, e),
  )
  // Lengths, too, where the type is the same.
  return { query: withLengths(scope, coerced, table, columns), columns, allDefault: new Set() }
}

function withLengths(
  scope: Scope,
  query: BoundQuery,
  table: TableSchema,
  columns: readonly InsertedColumn[],
): BoundQuery {
  const isFit = query.columns.every((column, place) => {
    const { number, path } = columns[place]!
    const { modifier } = table.columns[number]!
    // Parts are fitted where they are put into their column.
    return path.length > 0 || modifier < 0 || modifier === column.modifier
  })
  if (isFit) return query
  // Around it, so that its own order and distinctness are of what it says.
  const outside = innerScope(scope)
  const relation: RelationColumns = {
    id: scope.binding.newRelation(outside),
    name: '*SELECT*',
    columns: query.columns,
  }
  const targets = query.columns.map((_, place) =>
    assignTo(scope, table, columns[place]!, columnOf(relation, place, -1)),
  )
  return {
    ...emptySelect(outside.groupRelation),
    body: {
      ...emptySelect(outside.groupRelation).body,
      from: { kind: 'subquery', relation, query, isLateral: false, view: undefined },
      targets,
    },
    columns: query.columns.map((column, place) => ({
      ...column,
      type: targets[place]!.type,
      modifier: targets[place]!.modifier,
    })),
  }
}

function emptySelect(groupRelation: number): BoundQuery & { body: { kind: 'select' } } {
  return {
    commonTables: [],
    body: {
      kind: 'select',
      from: undefined,
      where: undefined,
      grouping: undefined,
      groupRelation,
      aggregates: [],
      having: undefined,
      windows: [],
      windowCalls: [],
      setFunctions: [],
      targets: [],
      distinct: undefined,
      isDistinctOn: false,
    },
    columns: [],
    orderBy: [],
    limit: undefined,
    isWithTies: false,
    offset: undefined,
    outerRelations: [],
    isVolatile: false,
    isLocking: false,
  }
}

function checkCounts(
  statement: InsertStatement,
  targetCount: number,
  valueCount: number,
  placeOf: (place: number) => number,
): void {
  if (valueCount > targetCount) {
    fail('42601', 'INSERT has more expressions than target columns', placeOf(targetCount))
  }
  if (statement.columns.length > 0 && valueCount < targetCount) {
    fail('42601', 'INSERT has more target columns than expressions', statement.columns[valueCount]!.at)
  }
}

/** Generated columns and identities take no values, unless they are overridden. */
function refuseGivenValue(statement: InsertStatement, table: TableSchema, number: number): void {
  const column = table.columns[number]!
  if (column.generatedText !== undefined) {
    fail('428C9', `cannot insert a non-DEFAULT value into column "${column.name}"`, -1, {
      detail: `Column "${column.name}" is a generated column.`,
    })
  }
  if (column.identity === 'always' && statement.overriding === 'none') {
    fail('428C9', `cannot insert a non-DEFAULT value into column "${column.name}"`, -1, {
      detail: `Column "${column.name}" is an identity column defined as GENERATED ALWAYS.`,
      hint: 'Use OVERRIDING SYSTEM VALUE to override.',
    })
  }
}

/** VALUES: each value is assigned to its column by itself; DEFAULT is the column's. */
function bindRows(
  scope: Scope,
  statement: InsertStatement,
  source: ValuesQuery,
  changed: ChangeTarget,
  columnsFor: (width: number) => InsertedColumn[],
): Source {
  const { table } = changed
  const inside = innerScope(scope)
  inside.clause = source.rows.length === 1 ? CLAUSES.insertRow : CLAUSES.values
  const width = source.rows[0]!.length
  for (const row of source.rows) {
    if (row.length !== width) {
      fail('42601', 'VALUES lists must all be the same length', row[0]?.at ?? source.at)
    }
  }
  const columns = columnsFor(width)
  checkCounts(statement, columns.length, width, place => source.rows[0]![place]!.at)
  const isDefault = (tree: Expression): boolean => tree.kind === 'default'
  const allDefault = new Set<number>()
  for (let place = 0; place < width; place++) {
    const { number, path } = columns[place]!
    const said = source.rows.find(row => isDefault(row[place]!))?.[place]
    if (path.length > 0 && said !== undefined) refuseDefaultPart(path, said.at)
    if (source.rows.every(row => isDefault(row[place]!))) allDefault.add(place)
    else refuseGivenValue(statement, table, number)
  }
  const rows = source.rows.map(row =>
    row.map((tree, place): BoundExpression => {
      const { number } = columns[place]!
      const column = table.columns[number]!
      if (allDefault.has(place)) {
        return { kind: 'constant', type: column.type, modifier: column.modifier, value: null, at: tree.at }
      }
      if (isDefault(tree)) return defaultValue(scope, changed, number, 'insert')
      return assignTo(inside, table, columns[place]!, bindExpression(inside, tree))
    }),
  )
  // One row is a select list, which is computed in the order of the table's columns; several are, as they are written.
  const places = columns.map((_, place) => place)
  if (rows.length === 1) places.sort((a, b) => columns[a]!.number - columns[b]!.number)
  const values = rows.map(row => places.map(place => row[place]!))
  const outputs = places.map((place): OutputColumn => {
    const { type, modifier } = rows[0]![place]!
    const { name } = table.columns[columns[place]!.number]!
    return { name, type, modifier, table: undefined, tableColumn: -1 }
  })
  const shape = emptySelect(inside.groupRelation)
  const body: BoundQuery['body'] =
    inside.setCalls.length === 0
      ? { kind: 'values', rows: values }
      : {
          ...shape.body,
          setFunctions: inside.setCalls.map(call => ({ function: call.function, arguments: call.arguments })),
          targets: values[0]!,
        }
  return {
    query: { ...shape, body, columns: outputs },
    columns: places.map(place => columns[place]!),
    allDefault: new Set(places.flatMap((place, i) => (allDefault.has(place) ? [i] : []))),
  }
}

// ---------------------------------------------------------------------------------------------- ON CONFLICT

function bindOnConflict(
  scope: Scope,
  clause: OnConflict,
  changed: ChangeTarget,
  existing: RelationColumns,
  expressions: TableExpressions,
): BoundOnConflict {
  const { table } = changed
  const excluded = tableRelation(scope, table, 'excluded')
  const arbiters = arbitersOf(scope, clause, changed, expressions)
  if (clause.action === 'nothing') {
    return {
      action: 'nothing',
      arbiters,
      existing,
      excluded,
      rowSources: [],
      set: [],
      where: undefined,
    }
  }
  const before = scope.namespace
  const item = { ...changed.item(existing), schema: changed.schema }
  scope.namespace = [item, { ...changed.item(excluded), hiddenName: undefined }]
  scope.rangeTable.push(...scope.namespace)
  const { rowSources, set } = bindSet(scope, changed, existing, clause.set)
  const where = bindCondition(scope, clause.where, CLAUSES.where)
  scope.namespace = before
  return { action: 'update', arbiters, existing, excluded, rowSources, set, where }
}

const PRIMARY_KEY = -1

function isDeferrable({ constraints }: TableSchema): (index: IndexSchema) => boolean {
  return index => constraints.some(one => 'indexOid' in one && one.indexOid === index.oid && one.isDeferrable)
}

function refuseDeferrable(): never {
  return fail(
    '55000',
    'ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters',
    -1,
  )
}

function arbitersOf(
  scope: Scope,
  clause: OnConflict,
  changed: ChangeTarget,
  expressions: TableExpressions,
): number[] {
  const { target } = clause
  const { table } = changed
  const numberOf = (index: IndexSchema): number =>
    index.isPrimary && index.storedName === undefined ? PRIMARY_KEY : table.indexes.indexOf(index)
  const unique = table.indexes.filter(index => index.isUnique && !index.isMissing)
  const hasPrimaryIndex = table.indexes.some(index => index.isPrimary)
  if (target === undefined) {
    if (unique.some(isDeferrable(table))) refuseDeferrable()
    const all = unique.map(numberOf)
    if (!hasPrimaryIndex && table.primaryKey !== undefined) all.unshift(PRIMARY_KEY)
    return all
  }
  if (target.kind === 'constraint') {
    const constraint = table.constraints.find(one => one.name === target.name)
    const key =
      constraint === undefined && table.primaryKey?.name === target.name ? table.primaryKey : constraint
    if (key === undefined || key.kind === 'foreign key' || key.kind === 'check') {
      if (key !== undefined) {
        fail('42809', 'constraint in ON CONFLICT clause has no associated index', -1)
      }
      fail('42704', `constraint "${target.name}" for table "${table.name}" does not exist`, -1)
    }
    if (key.isDeferrable) refuseDeferrable()
    if (key.kind === 'primary key') return [PRIMARY_KEY]
    return [table.indexes.findIndex(index => index.oid === key.indexOid)]
  }
  return inferred(scope, target, changed, expressions, unique, hasPrimaryIndex, numberOf)
}

function inferred(
  scope: Scope,
  target: Extract<NonNullable<OnConflict['target']>, { kind: 'columns' }>,
  changed: ChangeTarget,
  expressions: TableExpressions,
  unique: readonly IndexSchema[],
  hasPrimaryIndex: boolean,
  numberOf: (index: IndexSchema) => number,
): number[] {
  const { table } = changed
  const before = scope.namespace
  const item = { ...changed.item(expressions.row), schema: changed.schema }
  scope.namespace = [item]
  const columns = new Set<number>()
  const others: BoundExpression[] = []
  for (const element of target.elements) {
    if (element.operatorClass !== undefined) {
      throw notSupported('an operator class in ON CONFLICT', element.at)
    }
    if (element.collation !== undefined) refuseCollation(element.collation, element.at)
    if (element.direction !== 'asc' || element.nulls !== 'default') {
      fail('42P10', 'ASC/DESC is not allowed in ON CONFLICT clause', -1)
    }
    if (element.column !== undefined) {
      const found = item.columns.find(one => one.name === element.column && !one.isUnexpanded)?.expression
      if (found === undefined) fail('42703', `column "${element.column}" does not exist`, element.at)
      if (found.kind === 'column') columns.add(found.column)
      else others.push(found)
    } else {
      const e = scope.in(CLAUSES.indexExpression, () =>
        withoutUnknown(scope, bindExpression(scope, element.expression!)),
      )
      if (e.kind === 'column' && e.relation === expressions.row.id) columns.add(e.column)
      else others.push(e)
    }
  }
  const where =
    target.where === undefined
      ? undefined
      : scope.in(CLAUSES.indexPredicate, () =>
          coerceToBoolean(scope, bindExpression(scope, target.where!), 'WHERE'),
        )
  scope.namespace = before
  const found: number[] = []
  for (const index of unique) {
    const number = table.indexes.indexOf(index)
    const own = new Set(index.columns.filter(one => one.column >= 0).map(one => one.column))
    const ownExpressions = expressions.indexExpressions[number]!.filter(one => one !== undefined)
    if (own.size !== columns.size || [...own].some(column => !columns.has(column))) continue
    if (
      ownExpressions.length !== others.length ||
      !others.every(one => ownExpressions.some(other => sameExpression(one, other)))
    ) {
      continue
    }
    const predicate = expressions.indexPredicates[number]
    if (predicate !== undefined && (where === undefined || !implies(conjunctsOf(where), predicate))) continue
    if (isDeferrable(table)(index)) refuseDeferrable()
    found.push(numberOf(index))
  }
  if (!hasPrimaryIndex && table.primaryKey !== undefined && others.length === 0) {
    const own = new Set(table.primaryKey.columns)
    if (own.size === columns.size && [...own].every(column => columns.has(column))) found.unshift(PRIMARY_KEY)
  }
  if (found.length === 0) {
    fail('42P10', 'there is no unique or exclusion constraint matching the ON CONFLICT specification', -1)
  }
  return found
}
