/** Plans of INSERT, UPDATE, DELETE and MERGE: where their rows come from. change.ts of the executor does the rest. */

import type {
  BoundAssignment,
  BoundChange,
  BoundExpression,
  BoundMerge,
  BoundRowSource,
  RelationColumns,
  RelationId,
} from '../bind/bound.ts'
import { relationsOf } from '../bind/walk.ts'
import { CHANGE_COST } from './costs.ts'
import { planFrom } from './from.ts'
import { cheapestJoin, splitKeys } from './join-methods.ts'
import { ROW_KEY } from './needed.ts'
import { columnsOfChanged } from './partial-rows.ts'
import type { Change, ColumnPlace, PlanNode, QueryPlan } from './physical.ts'
import type { Planner } from './planner.ts'
import { targetsOf } from './references.ts'
import { conjunctsOf } from './relations.ts'

export function planChange(change: BoundChange, planner: Planner): QueryPlan {
  const commonTables = change.commonTables.map(table => planner.planCommonTable(table))
  const source = sourceOf(change, planner)
  const rowSources = new Map<RelationId, QueryPlan>()
  for (const { relation, query } of rowSourcesOf(change)) {
    planner.noteRelation(relation)
    rowSources.set(relation.id, planner.planQuery(query))
  }
  // Each of them may be named as a value.
  for (const row of namedRowsOf(change)) planner.noteRelation(row)
  const columns = (change.returning?.columns ?? []).map(({ name, type, modifier }) => ({
    name,
    type,
    modifier,
  }))
  const relation = planner.newRelation(change.table.name, columns)
  const rows = source.input?.rows ?? 1
  const root: Change = {
    kind: 'change',
    change,
    input: source.input,
    unmatched: source.unmatched,
    relation,
    expressions: expressionsIn(change),
    needed: source.needed,
    rowSources,
    carried: [],
    unmatchedCarried: [],
    rows,
    startupCost: source.input?.totalCost ?? 0,
    totalCost: (source.input?.totalCost ?? 0) + rows * CHANGE_COST,
  }
  return {
    root,
    targets: targetsOf(relation),
    commonTables: [...commonTables, ...planner.takeGathered()],
    outerRelations: [],
  }
}

/** The rows that RETURNING and ON CONFLICT name. */
function namedRowsOf(change: BoundChange): RelationColumns[] {
  const { returning } = change
  const rows = returning === undefined ? [] : [returning.row, returning.oldRow, returning.newRow]
  const excluded = change.kind === 'insert' ? change.onConflict?.excluded : undefined
  return excluded === undefined ? rows : [...rows, excluded]
}

interface Source {
  readonly input: PlanNode | undefined
  readonly unmatched: PlanNode | undefined
  readonly needed: readonly ColumnPlace[]
}

function sourceOf(change: BoundChange, planner: Planner): Source {
  if (change.kind === 'insert') {
    const oneRow = planFrom(undefined, [], planner)
    if (change.source === undefined) {
      return { input: oneRow, unmatched: undefined, needed: [] }
    }
    planner.noteRelation(change.sourceRelation)
    const plan = planner.planQuery(change.source)
    const root = planner.withCommonTables(plan)
    const input: PlanNode = {
      kind: 'subquery scan',
      relation: change.sourceRelation,
      input: root,
      targets: plan.targets,
      columns: [],
      innerTables: [],
      filter: undefined,
      rows: root.rows,
      startupCost: root.startupCost,
      totalCost: root.totalCost,
    }
    return { input, unmatched: undefined, needed: [] }
  }
  planner.markChanged(change.target.id)
  planner.noteRelation(change.target)
  const { id: relation, columns } = change.target
  const placesOf = (numbers: readonly number[]) => numbers.map(column => ({ relation, column }))
  const all = columns.map((_, column) => column)
  if (change.kind !== 'merge') {
    const input = planFrom(change.from, conjunctsOf(change.where), planner)
    return { input, unmatched: undefined, needed: placesOf(columnsOfChanged(change) ?? all) }
  }
  // A source row may have none.
  return { ...mergeSource(change, planner), needed: placesOf([...all, ROW_KEY]) }
}

/** Source rows with the target rows that they match, if any; and target rows that none matches. */
function mergeSource(change: BoundMerge, planner: Planner): Pick<Source, 'input' | 'unmatched'> {
  const on = conjunctsOf(change.on)
  const sourceOf = new Set(relationsOf(change.source))
  const targetOf = new Set([change.target.id])
  const source = planFrom(change.source, [], planner)
  const target = planFrom(change.targetFrom, [], planner)
  const { keys, rest } = splitKeys(on, sourceOf, targetOf)
  const spec = { type: 'left', outer: source, inner: target, keys, rest, rows: source.rows } as const
  const input = cheapestJoin(spec, planner.switches)
  if (!change.clauses.some(clause => clause.when === 'not matched by source')) {
    return { input, unmatched: undefined }
  }
  const again = planFrom(change.source, [], planner)
  const targetAgain = planFrom(change.targetFrom, [], planner)
  const unmatched = cheapestJoin(
    {
      type: 'anti',
      outer: targetAgain,
      inner: again,
      ...splitKeys(on, targetOf, sourceOf),
      rows: target.rows,
    },
    planner.switches,
  )
  return { input, unmatched }
}

function rowSourcesOf(change: BoundChange): readonly BoundRowSource[] {
  switch (change.kind) {
    case 'insert':
      return change.onConflict?.rowSources ?? []
    case 'update':
      return change.rowSources
    case 'delete':
      return []
    case 'merge':
      return change.clauses.flatMap(clause => ('rowSources' in clause.action ? clause.action.rowSources : []))
  }
}

/** All expressions that are evaluated while rows are changed. */
function expressionsIn(change: BoundChange): BoundExpression[] {
  const values = (set: readonly BoundAssignment[]) => set.map(one => one.value)
  const returning = change.returning?.targets ?? []
  const table =
    'expressions' in change
      ? [
          ...change.expressions.generated.filter(e => e !== undefined),
          ...change.expressions.checks.map(check => check.expression),
          ...change.viewChecks.map(check => check.condition),
        ]
      : []
  switch (change.kind) {
    case 'insert': {
      const { onConflict } = change
      const where = onConflict?.where
      return [
        ...table,
        ...values(change.values),
        ...values(onConflict?.set ?? []),
        ...(where === undefined ? [] : [where]),
        ...returning,
      ]
    }
    case 'update':
      return [...table, ...values(change.set), ...returning]
    case 'delete':
      return [...returning]
    case 'merge':
      return [
        ...table,
        ...change.clauses.flatMap(clause => [
          ...(clause.condition === undefined ? [] : [clause.condition]),
          ...('set' in clause.action ? values(clause.action.set) : []),
        ]),
        ...returning,
      ]
  }
}
