/** INSERT, UPDATE, DELETE and MERGE: the table that is changed, and UPDATE and DELETE themselves. */

import type { TableSchema } from '../catalog/schema.ts'
import { notSupported } from '../errors.ts'
import type {
  DeleteStatement,
  FromItem,
  InsertStatement,
  MergeStatement,
  TargetTable,
  UpdateStatement,
} from '../syntax/tree.ts'
import { bindSet } from './assignments.ts'
import type { BoundChange, BoundDelete, BoundFrom, BoundUpdate, RelationColumns } from './bound.ts'
import { CLAUSES } from './clause.ts'
import { bindCommonTables } from './common-tables.ts'
import { bindFromList, checkConflicts } from './from.ts'
import { bindInsert } from './insert.ts'
import { bindMerge } from './merge.ts'
import { bindReturning } from './returning.ts'
import { fail, itemOf, type NamespaceItem, type Scope, tableRelation } from './scope.ts'
import { bindCondition } from './select.ts'
import { expressionsOf, indexTermsOf } from './table-expressions.ts'

/** `scope` is the statement's own, new. */
export function bindChange(
  scope: Scope,
  statement: InsertStatement | UpdateStatement | DeleteStatement | MergeStatement,
): BoundChange {
  if (statement.with !== undefined) bindCommonTables(scope, statement.with)
  const table = targetTable(scope, statement.target)
  switch (statement.kind) {
    case 'insert':
      return bindInsert(scope, statement, table)
    case 'update':
      return bindUpdate(scope, statement, table)
    case 'delete':
      return bindDelete(scope, statement, table)
    default:
      return bindMerge(scope, statement, table)
  }
}

function targetTable(scope: Scope, target: TargetTable): TableSchema {
  const name = target.name[target.name.length - 1]!
  const schema = target.name.length > 1 ? target.name[target.name.length - 2]! : undefined
  if (schema === undefined) {
    for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
      if (level.commonTables.has(name)) {
        fail('42P01', `relation "${name}" cannot be the target of a modifying statement`, target.at)
      }
    }
  }
  const found = scope.binding.catalog.relation(schema, name)
  if (found === undefined) {
    fail('42P01', `relation "${target.name.join('.')}" does not exist`, target.at)
  }
  if (found.kind === 'table') return found
  if (found.kind === 'view') throw notSupported(`changing the view "${name}"`, target.at)
  if (found.kind === 'virtual') throw notSupported(`changing the system table "${name}"`, target.at)
  return fail('42809', `cannot change sequence "${name}"`, target.at)
}

export interface BoundTarget {
  readonly relation: RelationColumns
  readonly item: NamespaceItem
  readonly from: Extract<BoundFrom, { kind: 'table' }>
}

/** The target as a table that names can refer to. */
export function bindTarget(scope: Scope, target: TargetTable, table: TableSchema): BoundTarget {
  const relation = tableRelation(scope, table, target.alias ?? table.name)
  const item = itemOf(relation, table.rowType, {
    table,
    schema: target.alias === undefined ? table.schema : undefined,
    hiddenName: table.name,
  })
  scope.rangeTable.push(item)
  const indexTerms = indexTermsOf(scope, table, relation)
  return { relation, item, from: { kind: 'table', relation, table, sample: undefined, indexTerms } }
}

/** Target and FROM (or USING), of which not even LATERAL sees the target. */
function joined(
  scope: Scope,
  target: BoundTarget,
  items: readonly FromItem[],
): { from: BoundFrom; others: readonly NamespaceItem[] } {
  scope.namespace = [{ ...target.item, isLateralOnly: true, isLateralOk: false }]
  const right = bindFromList(scope, items)
  const others = scope.namespace.slice(1)
  checkConflicts([target.item], others, -1)
  scope.namespace = [target.item, ...others]
  return {
    from:
      right === undefined
        ? target.from
        : { kind: 'join', type: 'cross', left: target.from, right, condition: undefined },
    others,
  }
}

function bindUpdate(scope: Scope, statement: UpdateStatement, table: TableSchema): BoundUpdate {
  const expressions = expressionsOf(scope, table)
  const target = bindTarget(scope, statement.target, table)
  const { from, others } = joined(scope, target, statement.from)
  const where = bindCondition(scope, statement.where, CLAUSES.where)
  const { rowSources, set } = bindSet(scope, table, target.relation, statement.set)
  const returning = bindReturning(scope, statement.returning, {
    table,
    name: target.relation.name,
    schema: target.item.schema,
    row: expressions.row,
    oldRow: target.relation,
    newRow: expressions.row,
    others,
  })
  return {
    kind: 'update',
    commonTables: scope.boundCommonTables,
    table,
    expressions,
    target: target.relation,
    from,
    where,
    rowSources,
    set,
    returning,
  }
}

function bindDelete(scope: Scope, statement: DeleteStatement, table: TableSchema): BoundDelete {
  const target = bindTarget(scope, statement.target, table)
  const { from, others } = joined(scope, target, statement.using)
  const where = bindCondition(scope, statement.where, CLAUSES.where)
  const returning = bindReturning(scope, statement.returning, {
    table,
    name: target.relation.name,
    schema: target.item.schema,
    row: target.relation,
    oldRow: target.relation,
    newRow: tableRelation(scope, table, 'new'),
    others,
  })
  return {
    kind: 'delete',
    commonTables: scope.boundCommonTables,
    table,
    target: target.relation,
    from,
    where,
    returning,
  }
}
