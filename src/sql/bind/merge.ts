/** MERGE: what happens to rows of the target and of the source that meet, and to those that do not. */

import type { MergeClause, MergeStatement } from '../syntax/tree.ts'
import { NO_MODIFIER, TEXT } from '../types/type.ts'
import { bindSet, defaultValue, refuseDefaultPart, tableDefault } from './assignments.ts'
import type { BoundAssignment, BoundMerge } from './bound.ts'
import type { ChangeTarget } from './change-target.ts'
import { type BoundTarget, bindTarget, withConditions } from './changes.ts'
import { CLAUSES } from './clause.ts'
import { coerceToBoolean } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { bindFromItem, checkConflicts } from './from.ts'
import { assignTo, insertedValue, targetColumns } from './inserted-columns.ts'
import { bindReturning } from './returning.ts'
import { fail, type NamespaceItem, type Scope, tableRelation } from './scope.ts'
import { expressionsOf } from './table-expressions.ts'

export function bindMerge(scope: Scope, statement: MergeStatement, changed: ChangeTarget): BoundMerge {
  const { table } = changed
  refuseUnreachable(statement.clauses)
  const expressions = expressionsOf(scope, table)
  const target = bindTarget(scope, statement.target, changed)
  const source = bindFromItem(scope, statement.source)
  checkConflicts([target.item], source.items, -1)
  const both = [target.item, ...source.items]
  scope.namespace = both
  const on = scope.in(CLAUSES.join, () =>
    withConditions(
      coerceToBoolean(scope, bindExpression(scope, statement.on), 'JOIN/ON'),
      changed,
      target.relation,
    ),
  )!
  const clauses = statement.clauses.map(clause => {
    const visible: readonly NamespaceItem[] =
      clause.when === 'matched'
        ? both
        : clause.when === 'not matched by target'
          ? source.items
          : [target.item]
    scope.namespace = [...visible]
    return bindClause(scope, clause, changed, target)
  })
  const actionRelation = scope.binding.newRelation(scope)
  scope.mergeAction = {
    kind: 'column',
    relation: actionRelation,
    column: 0,
    type: TEXT,
    modifier: NO_MODIFIER,
    at: -1,
  }
  const returning = bindReturning(scope, statement.returning, {
    target: changed,
    name: target.relation.name,
    schema: target.item.schema,
    row: tableRelation(scope, table, target.relation.name),
    oldRow: target.relation,
    newRow: expressions.row,
    others: source.items,
    areOthersFirst: true,
  })
  scope.mergeAction = undefined
  return {
    kind: 'merge',
    commonTables: scope.boundCommonTables,
    table,
    expressions,
    viewChecks: changed.checks(expressions.row),
    target: target.relation,
    targetFrom: target.from,
    source: source.from,
    on,
    clauses,
    returning,
    actionRelation,
  }
}

function refuseUnreachable(clauses: readonly MergeClause[]): void {
  const final = new Set<MergeClause['when']>()
  for (const clause of clauses) {
    if (final.has(clause.when)) {
      fail('42601', 'unreachable WHEN clause specified after unconditional WHEN clause', -1)
    }
    if (clause.condition === undefined) final.add(clause.when)
  }
}

function bindClause(
  scope: Scope,
  clause: MergeClause,
  changed: ChangeTarget,
  target: BoundTarget,
): BoundMerge['clauses'][number] {
  const said =
    clause.condition === undefined
      ? undefined
      : scope.in(CLAUSES.mergeWhen, () =>
          coerceToBoolean(scope, bindExpression(scope, clause.condition!), 'WHEN'),
        )
  // Rows that a view does not show are matched by nothing, and must not be taken for its own.
  const condition =
    clause.when === 'not matched by source' ? withConditions(said, changed, target.relation) : said
  const { action } = clause
  switch (action.kind) {
    case 'update': {
      const bound = bindSet(scope, changed, target.relation, action.set)
      return { when: clause.when, condition, action: { kind: 'update', ...bound } }
    }
    case 'insert': {
      const set = bindInsertRow(scope, action, changed)
      return { when: clause.when, condition, action: { kind: 'insert', rowSources: [], set } }
    }
    default:
      return { when: clause.when, condition, action }
  }
}

type InsertAction = Extract<MergeClause['action'], { kind: 'insert' }>

function bindInsertRow(scope: Scope, action: InsertAction, changed: ChangeTarget): BoundAssignment[] {
  const { table } = changed
  changed.refuseReadOnlyDefaults()
  const values = action.values ?? []
  const columns = targetColumns(changed, action.columns, values.length)
  if (values.length > columns.length) {
    fail('42601', 'INSERT has more expressions than target columns', values[columns.length]!.at)
  }
  if (action.columns.length > 0 && action.values !== undefined && values.length < columns.length) {
    fail('42601', 'INSERT has more target columns than expressions', action.columns[values.length]!.at)
  }
  const given = scope.in(CLAUSES.values, () =>
    values.map((tree, place) => {
      const target = columns[place]!
      if (tree.kind !== 'default') return assignTo(scope, table, target, bindExpression(scope, tree))
      return target.path.length === 0 ? undefined : refuseDefaultPart(target.path, tree.at)
    }),
  )
  const set: BoundAssignment[] = []
  table.columns.forEach((column, number) => {
    if (column.isHidden) return
    const place = columns.findIndex(one => one.number === number)
    const tree = place < 0 ? undefined : values[place]
    const isOverridden = action.overriding === 'user' && column.identity !== undefined
    const isDefault =
      tree === undefined || (tree.kind === 'default' && columns[place]!.path.length === 0) || isOverridden
    if (!isDefault || (!isOverridden && typeof changed.ownDefault(number, 'insert') === 'string')) {
      const isRefused =
        column.generatedText !== undefined || (column.identity === 'always' && action.overriding === 'none')
      if (isRefused) {
        fail('428C9', `cannot insert a non-DEFAULT value into column "${column.name}"`, -1, {
          detail:
            column.generatedText === undefined
              ? `Column "${column.name}" is an identity column defined as GENERATED ALWAYS.`
              : `Column "${column.name}" is a generated column.`,
        })
      }
    }
    if (column.generatedText !== undefined) return
    const value = isDefault
      ? isOverridden
        ? tableDefault(scope, table, number)
        : defaultValue(scope, changed, number, 'insert')
      : insertedValue(scope, column, columns, number, at => given[at]!)
    set.push({ column: number, value })
  })
  return set
}
