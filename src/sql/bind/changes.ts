/** INSERT, UPDATE, DELETE and MERGE: the table that is changed, and UPDATE and DELETE themselves. */

import { keyColumnsOf } from '../catalog/row-key.ts'
import { notSupported } from '../errors.ts'
import type {
  DeleteStatement,
  FromItem,
  InsertStatement,
  MergeStatement,
  TargetTable,
  UpdateStatement,
} from '../syntax/tree.ts'
import { BOOL, NO_MODIFIER } from '../types/type.ts'
import { bindSet } from './assignments.ts'
import type {
  BoundChange,
  BoundDelete,
  BoundExpression,
  BoundFrom,
  BoundUpdate,
  RelationColumns,
} from './bound.ts'
import { type ChangeTarget, findTarget } from './change-target.ts'
import { CLAUSES } from './clause.ts'
import { bindCommonTables } from './common-tables.ts'
import { bindFromList, checkConflicts } from './from.ts'
import { bindInsert } from './insert.ts'
import { bindMerge } from './merge.ts'
import { joinLogical, makeOperator } from './operators.ts'
import { bindReturning } from './returning.ts'
import { identityColumn } from './row-identity.ts'
import { fail, type NamespaceItem, type Scope, tableRelation } from './scope.ts'
import { bindCondition } from './select.ts'
import { expressionsOf, indexTermsOf } from './table-expressions.ts'

/** `scope` is the statement's own, new. */
export function bindChange(
  scope: Scope,
  statement: InsertStatement | UpdateStatement | DeleteStatement | MergeStatement,
): BoundChange {
  if (statement.with !== undefined) bindCommonTables(scope, statement.with)
  const target = findTarget(scope, statement.target, statement.kind)
  switch (statement.kind) {
    case 'insert':
      return bindInsert(scope, statement, target)
    case 'update':
      return bindUpdate(scope, statement, target)
    case 'delete':
      return bindDelete(scope, statement, target)
    default:
      return bindMerge(scope, statement, target)
  }
}

export interface BoundTarget {
  readonly relation: RelationColumns
  readonly item: NamespaceItem
  readonly from: Extract<BoundFrom, { kind: 'table' }>
}

/** The target as a table that names can refer to. */
export function bindTarget(scope: Scope, { alias }: TargetTable, target: ChangeTarget): BoundTarget {
  const { table } = target
  const relation = tableRelation(scope, table, alias ?? target.ownName)
  const item = { ...target.item(relation), schema: alias === undefined ? target.schema : undefined }
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

/** A condition, and those of the view that is changed. */
export function withConditions(
  where: BoundExpression | undefined,
  target: ChangeTarget,
  relation: RelationColumns,
): BoundExpression | undefined {
  const all = [...(where === undefined ? [] : [where]), ...target.conditions(relation)]
  if (all.length < 2) return all[0]
  return { kind: 'logical', operator: 'and', operands: all, type: BOOL, modifier: NO_MODIFIER, at: -1 }
}

/** The condition that is written, or the row that a cursor is on, which is found by its key. */
function bindWhere(
  scope: Scope,
  { where, currentOf, target }: UpdateStatement | DeleteStatement,
  changed: ChangeTarget,
  relation: RelationColumns,
): BoundExpression | undefined {
  if (currentOf === undefined) return bindCondition(scope, where, CLAUSES.where)
  const { cursor, row, at } = currentOf
  const { table } = changed
  if (row === undefined) throw notSupported('WHERE CURRENT OF but in a statement by itself', at)
  if (scope.binding.catalog.relation(target.name.at(-2), target.name.at(-1)!)?.kind === 'view') {
    fail('0A000', 'WHERE CURRENT OF on a view is not implemented', at)
  }
  if (row.tableOid !== table.oid) {
    fail('24000', `cursor "${cursor}" is not a simply updatable scan of table "${table.name}"`, -1)
  }
  const { key } = row
  if (key === undefined) return { kind: 'constant', type: BOOL, modifier: NO_MODIFIER, value: false, at: -1 }
  const parts = keyColumnsOf(table).map((column, i) => {
    const own = identityColumn(relation, column)
    const value = {
      kind: 'constant',
      type: own.type,
      modifier: own.modifier,
      value: key[i],
      at: -1,
    } as const
    return makeOperator(scope, ['='], own, value, -1)
  })
  return joinLogical('and', parts, -1)
}

function bindUpdate(scope: Scope, statement: UpdateStatement, changed: ChangeTarget): BoundUpdate {
  const { table } = changed
  const expressions = expressionsOf(scope, table)
  const target = bindTarget(scope, statement.target, changed)
  const { from, others } = joined(scope, target, statement.from)
  const where = bindWhere(scope, statement, changed, target.relation)
  const { rowSources, set } = bindSet(scope, changed, target.relation, statement.set)
  const returning = bindReturning(scope, statement.returning, {
    target: changed,
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
    viewChecks: changed.checks(expressions.row),
    target: target.relation,
    from,
    where: withConditions(where, changed, target.relation),
    rowSources,
    set,
    returning,
  }
}

function bindDelete(scope: Scope, statement: DeleteStatement, changed: ChangeTarget): BoundDelete {
  const { table } = changed
  const target = bindTarget(scope, statement.target, changed)
  const { from, others } = joined(scope, target, statement.using)
  const where = bindWhere(scope, statement, changed, target.relation)
  const returning = bindReturning(scope, statement.returning, {
    target: changed,
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
    where: withConditions(where, changed, target.relation),
    returning,
  }
}
