/**
 * From a bound statement to its plan.
 *
 * The order within a SELECT is PostgreSQL's: FROM and WHERE, groups, HAVING, windows, set-returning functions, DISTINCT,
 * ORDER BY, LIMIT. What windows and set-returning functions give becomes columns of relations of the planner's own.
 */

import type {
  BoundColumn,
  BoundCommonTable,
  BoundExpression,
  BoundFrom,
  BoundQuery,
  BoundSubquery,
  BoundTable,
  OutputColumn,
  RelationColumns,
  RelationId,
  SelectBody,
  SetBody,
  SortKey,
} from '../bind/bound.ts'
import { mapExpression, walkFrom, walkQuery } from '../bind/walk.ts'
import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { planChange } from './changes.ts'
import { AGGREGATE_COST, GROUP_COST, GROUP_ROW, ROW_COST, sortingCost, WINDOW_COST } from './costs.ts'
import { filter, planFrom } from './from.ts'
import { groupCount } from './group-count.ts'
import { groupedSubquery } from './grouped-subquery.ts'
import { inlinedCommonTables, withInlined } from './inline.ts'
import { orderedAccess } from './ordered-access.ts'
import { reduceOuterJoins } from './outer-joins.ts'
import { readsFromOutside } from './outside.ts'
import type { CommonTablePlan, IndexScan, PlanNode, QueryPlan, SortItem, SubqueryPlan } from './physical.ts'
import { pullUpSubqueries } from './pull-up.ts'
import {
  addColumn,
  type ColumnSet,
  conjunctsOf,
  hasSubquery,
  isVolatile,
  type RelationRegistry,
} from './relations.ts'
import type { TableLookup } from './selectivity.ts'
import { ALL_SWITCHES, type PlanSwitches } from './switches.ts'
import type { TableFacts } from './table-facts.ts'
import { withRowValues } from './whole-rows.ts'

/** Ids of the planner's own relations go down from here; the binder's are positive, the executor's are -1 and -2. */
const OWN_RELATIONS_FROM = -1000
const VARIANT_DEPTH_MAX = 3

export class Planner implements TableLookup {
  readonly switches: PlanSwitches
  readonly relations: RelationRegistry = new Map()
  private readonly facts: TableFacts
  private readonly tables = new Map<RelationId, TableSchema>()
  private read: ColumnSet | undefined
  private readonly origins = new Map<RelationId, readonly BoundExpression[]>()
  private readonly changed = new Set<RelationId>()
  private readonly rowsOfCommonTables = new Map<number, number>()
  private readonly subplans = new Map<BoundSubquery, SubqueryPlan>()
  /** Common tables that are subqueries of the one query that reads them. */
  private readonly inlined = new Map<number, BoundQuery>()
  private nextRelation = OWN_RELATIONS_FROM
  private variantDepth = 0

  constructor(facts: TableFacts, switches: PlanSwitches = ALL_SWITCHES) {
    this.facts = facts
    this.switches = switches
  }

  /** Plans something that is planned in another way besides. */
  variant<Result>(plan: () => Result): Result {
    this.variantDepth++
    const result = plan()
    this.variantDepth--
    return result
  }
  /** Subqueries within subqueries are planned in several ways to some depth only: beyond it would take forever. */
  get allowsVariants(): boolean {
    return this.variantDepth < VARIANT_DEPTH_MAX
  }

  // ------------------------------------------------------------------------------- what others ask

  table(relation: RelationId): TableSchema | undefined {
    return this.tables.get(relation)
  }
  rowCount(table: TableSchema): number {
    return this.facts.rowCount(table)
  }
  statistics(table: TableSchema, column: number): ColumnStatistics | undefined {
    return this.facts.statistics(table, column)
  }
  entryCount(scan: IndexScan): number | undefined {
    return this.facts.entryCount(scan)
  }
  columnsRead(relation: RelationId): ReadonlySet<number> | undefined {
    return this.read?.get(relation)
  }
  /** The statement is this query: what it reads of tables is known. */
  noteStatement(query: BoundQuery): void {
    const read: ColumnSet = new Map()
    const whole = new Set<RelationId>()
    walkQuery(query, {
      expression(e) {
        if (e.kind === 'column') addColumn(read, e.relation, e.column)
        else if (e.kind === 'whole row') whole.add(e.relation)
      },
    })
    for (const relation of whole) read.delete(relation)
    this.read = read
  }
  evaluate(e: BoundExpression): { readonly value: Value } | undefined {
    return this.facts.evaluate(e)
  }
  evaluateOver(
    e: BoundExpression,
    column: BoundColumn,
    values: readonly unknown[],
  ): readonly Value[] | undefined {
    return this.facts.evaluateOver(e, column, values)
  }
  origin(relation: RelationId, column: number): BoundExpression | undefined {
    return this.origins.get(relation)?.[column]
  }
  /** The columns of `relation` are computed so. */
  noteOrigins(relation: RelationId, origins: readonly BoundExpression[]): void {
    this.origins.set(relation, origins)
  }
  noteTable({ relation, table }: BoundTable): void {
    this.tables.set(relation.id, table)
    this.noteRelation(relation)
  }
  noteRelation(relation: RelationColumns): void {
    this.relations.set(relation.id, relation)
  }
  /** Rows of this relation are updated or deleted: their scan keeps their keys. */
  markChanged(relation: RelationId): void {
    this.changed.add(relation)
  }
  isChanged(relation: RelationId): boolean {
    return this.changed.has(relation)
  }
  commonTableRows(id: number): number {
    return this.rowsOfCommonTables.get(id) ?? 100
  }

  /** The relations that a part of FROM reads in its conditions, arguments and subqueries. */
  relationsReadBy(from: BoundFrom): Set<RelationId> {
    const relations = new Set<RelationId>()
    walkFrom(from, {
      expression(e) {
        if (
          e.kind === 'column' ||
          e.kind === 'group key' ||
          e.kind === 'aggregate' ||
          e.kind === 'grouping' ||
          e.kind === 'whole row'
        ) {
          relations.add(e.relation)
        }
      },
    })
    return relations
  }

  /** A relation of the planner's own. */
  newRelation(name: string, columns: RelationColumns['columns']): RelationColumns {
    const relation = { id: this.nextRelation--, name, columns }
    this.noteRelation(relation)
    return relation
  }

  /** The plan of a subquery in an expression; the same for the same expression. */
  subplan(e: BoundSubquery): SubqueryPlan {
    let plan = this.subplans.get(e)
    if (plan === undefined) {
      plan = {
        ...this.planQuery(e.query),
        outside: readsFromOutside(e.query),
        grouped:
          this.switches.unnesting && this.allowsVariants
            ? this.variant(() =>
                groupedSubquery(e, this, (from, conjuncts) => planFrom(from, conjuncts, this)),
              )
            : undefined,
      }
      this.subplans.set(e, plan)
    }
    return plan
  }

  get plannedSubqueries(): ReadonlyMap<BoundSubquery, SubqueryPlan> {
    return this.subplans
  }

  /** Common tables that were defined inside of a subquery run with the statement's. */
  withCommonTables(plan: QueryPlan): PlanNode {
    // A subquery may be planned in several ways.
    const isNew = (table: CommonTablePlan) => !this.gathered.some(one => one.id === table.id)
    this.gathered.push(...plan.commonTables.filter(isNew))
    return plan.root
  }
  /** Common tables of subqueries in FROM. */
  private readonly gathered: CommonTablePlan[] = []
  takeGathered(): readonly CommonTablePlan[] {
    return this.gathered.splice(0)
  }

  // -------------------------------------------------------------------------------------- queries

  planQuery(query: BoundQuery): QueryPlan {
    for (const [id, definition] of inlinedCommonTables(query)) this.inlined.set(id, definition)
    const commonTables = query.commonTables
      .filter(table => !this.inlined.has(table.id) && !isIdle(table))
      .map(table => this.planCommonTable(table))
    const { body } = query
    const plan =
      body.kind === 'select'
        ? this.planSelect(query, body)
        : body.kind === 'values'
          ? this.planValues(query, body.rows)
          : this.planSet(query, body)
    return {
      root: plan.root,
      targets: plan.targets.slice(0, query.columns.length),
      commonTables: [...commonTables, ...this.takeGathered()],
      outerRelations: query.outerRelations,
    }
  }

  planCommonTable(table: BoundCommonTable): CommonTablePlan {
    const head = { id: table.id, name: table.name, columnCount: table.columns.length }
    const { definition } = table
    if (definition.kind === 'query') {
      const plan = this.planQuery(definition.query)
      this.rowsOfCommonTables.set(table.id, plan.root.rows)
      return { ...head, plan, isChange: false }
    }
    if (definition.kind === 'change') {
      const plan = planChange(definition.statement, this)
      this.rowsOfCommonTables.set(table.id, plan.root.rows)
      return { ...head, plan, isChange: true }
    }
    const relation = this.newRelation(table.name, columnsOf(table.columns))
    const initial = this.planQuery(definition.initial)
    // PostgreSQL expects ten times as many rows as the first round gives.
    this.rowsOfCommonTables.set(table.id, initial.root.rows * 10)
    const recursive = this.planQuery(definition.recursive)
    const root: PlanNode = {
      kind: 'recursive union',
      commonTable: table.id,
      isAll: definition.isAll,
      relation,
      initial: { plan: initial.root, targets: initial.targets },
      recursive: { plan: recursive.root, targets: recursive.targets },
      rows: initial.root.rows * 10,
      startupCost: 0,
      totalCost: initial.root.totalCost + recursive.root.totalCost * 10,
    }
    return {
      ...head,
      isChange: false,
      plan: {
        root,
        targets: targetsOf(relation),
        commonTables: [...initial.commonTables, ...recursive.commonTables],
        outerRelations: [],
      },
    }
  }
  private planSelect(query: BoundQuery, original: SelectBody): Planned {
    const body = this.flattened(original)
    const isPlain =
      body.grouping === undefined &&
      body.windowCalls.length === 0 &&
      body.setFunctions.length === 0 &&
      body.distinct === undefined
    const where = conjunctsOf(body.where)
    if (isPlain) {
      const ordered = orderedAccess(query, body, where, this)
      if (ordered !== undefined) return this.limited(query, ordered, body.targets, undefined)
    }
    let plan = planFrom(body.from, where, this)
    if (body.grouping !== undefined) plan = this.aggregated(plan, body)
    if (body.having !== undefined) plan = filter(plan, conjunctsOf(body.having), this)
    let targets = [...body.targets]
    if (body.windowCalls.length > 0) {
      const windowed = this.windowed(plan, body)
      plan = windowed.plan
      targets = targets.map(windowed.rewrite)
    }
    if (body.setFunctions.length > 0) {
      const expanded = this.expanded(plan, body)
      plan = expanded.plan
      targets = targets.map(expanded.rewrite)
    }
    if (body.distinct !== undefined) return this.distinct(query, body, plan, targets)
    return this.sortedAndLimited(query, plan, targets)
  }

  /** With as few subqueries and outer joins in FROM as can be. */
  private flattened(original: SelectBody): SelectBody {
    let body = original
    for (;;) {
      const { from } = body
      if (from === undefined) return body
      const reduced = reduceOuterJoins(withInlined(from, this.inlined), conjunctsOf(body.where))
      const next = pullUpSubqueries({ ...body, from: reduced })
      // What was pulled up may read common tables, too.
      if (next.from === reduced) {
        return withRowValues(next, ({ name, columns }) => this.newRelation(name, columns))
      }
      body = next
    }
  }

  /** Groups and aggregates over an input; of a subquery also by other keys than its own. */
  aggregated(input: PlanNode, body: SelectBody): PlanNode {
    const { keys, sets } = body.grouping!
    const isPlain = keys.length === 0
    const groups = isPlain ? 1 : groupCount(keys, input.rows, this)
    const relation = { id: body.groupRelation, name: '', columns: [] }
    this.noteRelation(relation)
    this.noteOrigins(relation.id, keys)
    const perRow = isPlain ? 0 : GROUP_ROW * Math.max(1, sets.length)
    const perGroup = isPlain ? ROW_COST : GROUP_COST
    return {
      kind: 'aggregate',
      strategy: isPlain ? 'plain' : 'hash',
      input,
      relation,
      keys,
      sets,
      calls: body.aggregates,
      columns: [],
      rows: groups * Math.max(1, sets.length),
      startupCost: input.totalCost + input.rows * perRow,
      totalCost:
        input.totalCost + input.rows * (perRow + body.aggregates.length * AGGREGATE_COST) + groups * perGroup,
    }
  }

  private windowed(input: PlanNode, body: SelectBody): { plan: PlanNode; rewrite: Rewrite } {
    let plan = input
    const columns = new Map<number, BoundExpression>()
    body.windows.forEach((window, number) => {
      const indexes = body.windowCalls.flatMap((call, i) => (call.window === number ? [i] : []))
      if (indexes.length === 0) return
      const calls = indexes.map(i => body.windowCalls[i])
      const relation = this.newRelation(
        '',
        calls.map(call => ({ name: call.function.name, type: call.type, modifier: -1 })),
      )
      const keys: SortItem[] = [
        ...window.partitionBy.map(expression => ({ expression, isDescending: false, nullsFirst: false })),
        ...window.orderBy,
      ]
      if (keys.length > 0) plan = this.sort(plan, keys)
      plan = {
        kind: 'window',
        input: plan,
        relation,
        partitionBy: window.partitionBy,
        orderBy: window.orderBy,
        frame: window.frame,
        calls,
        columns: [],
        carried: [],
        rows: plan.rows,
        startupCost: plan.startupCost,
        totalCost: plan.totalCost + plan.rows * WINDOW_COST * calls.length,
      }
      indexes.forEach((i, column) => {
        columns.set(i, columnReference(relation, column))
      })
    })
    const rewrite: Rewrite = e =>
      mapExpression(e, part => (part.kind === 'window' ? columns.get(part.index) : undefined), false)
    return { plan, rewrite }
  }

  private expanded(input: PlanNode, body: SelectBody): { plan: PlanNode; rewrite: Rewrite } {
    const relation = this.newRelation(
      '',
      body.setFunctions.map(call => ({ name: call.function.name, type: call.function.result, modifier: -1 })),
    )
    const rewrite: Rewrite = e =>
      mapExpression(
        e,
        part =>
          part.kind === 'set function'
            ? { ...columnReference(relation, part.index), type: part.type, at: part.at }
            : undefined,
        false,
      )
    const each = Math.max(1, ...body.setFunctions.map(call => call.function.rowsExpected ?? 1000))
    const plan: PlanNode = {
      kind: 'project set',
      input,
      relation,
      calls: body.setFunctions.map(call => ({ ...call, arguments: call.arguments.map(rewrite) })),
      rows: input.rows * each,
      startupCost: input.startupCost,
      totalCost: input.totalCost + input.rows * each * ROW_COST,
    }
    return { plan, rewrite }
  }

  /** The select list as a relation: what DISTINCT compares, and what is computed only once. */
  private projected(
    query: BoundQuery,
    input: PlanNode,
    targets: readonly BoundExpression[],
  ): { plan: PlanNode; targets: BoundExpression[] } {
    const relation = this.newRelation(
      '',
      targets.map((target, i) => ({
        name: query.columns[i]?.name ?? '',
        type: target.type,
        modifier: target.modifier,
      })),
    )
    this.noteOrigins(relation.id, targets)
    const plan: PlanNode = {
      kind: 'subquery scan',
      relation,
      input,
      targets,
      columns: [],
      filter: undefined,
      rows: input.rows,
      startupCost: input.startupCost,
      totalCost: input.totalCost + input.rows * ROW_COST,
    }
    return { plan, targets: targetsOf(relation) }
  }

  private distinct(
    query: BoundQuery,
    body: SelectBody,
    input: PlanNode,
    given: readonly BoundExpression[],
  ): Planned {
    const { plan: projected, targets } = this.projected(query, input, given)
    let plan = projected
    const keys = body.distinct!.map(target => targets[target])
    // DISTINCT ON keeps the first row of each key in the order that is asked for.
    if (body.isDistinctOn && query.orderBy.length > 0)
      plan = this.sort(plan, sortItems(query.orderBy, targets))
    const rows = groupCount(keys, plan.rows, this)
    plan = {
      kind: 'distinct',
      strategy: 'hash',
      input: plan,
      keys,
      rows,
      startupCost: plan.startupCost,
      totalCost: plan.totalCost + plan.rows * ROW_COST,
    }
    if (body.isDistinctOn) return this.limited(query, plan, targets, sortItems(query.orderBy, targets))
    return this.sortedAndLimited(query, plan, targets)
  }

  private planValues(query: BoundQuery, rows: readonly (readonly BoundExpression[])[]): Planned {
    const relation = this.newRelation('*VALUES*', columnsOf(query.columns))
    const plan: PlanNode = {
      kind: 'values scan',
      relation,
      rowsOf: rows,
      columns: [],
      filter: undefined,
      rows: rows.length,
      startupCost: 0,
      totalCost: rows.length * ROW_COST,
    }
    return this.sortedAndLimited(query, plan, targetsOf(relation))
  }

  private planSet(query: BoundQuery, body: SetBody): Planned {
    const left = this.planQuery(body.left)
    const right = this.planQuery(body.right)
    this.gathered.push(...left.commonTables, ...right.commonTables)
    const relation = this.newRelation('', columnsOf(query.columns))
    const targets = targetsOf(relation)
    const cost = left.root.totalCost + right.root.totalCost
    const rows = left.root.rows + right.root.rows
    let plan: PlanNode
    if (body.operation === 'union') {
      plan = {
        kind: 'append',
        relation,
        inputs: [left, right].map(one => ({ plan: one.root, targets: one.targets })),
        columns: [],
        rows,
        startupCost: 0,
        totalCost: cost,
      }
      if (!body.isAll) {
        plan = {
          kind: 'distinct',
          strategy: 'hash',
          input: plan,
          keys: targets,
          rows: Math.max(1, rows / 2),
          startupCost: cost,
          totalCost: cost + rows * ROW_COST,
        }
      }
    } else {
      plan = {
        kind: 'set operation',
        operation: body.operation,
        isAll: body.isAll,
        relation,
        left: { plan: left.root, targets: left.targets },
        right: { plan: right.root, targets: right.targets },
        rows: left.root.rows,
        startupCost: cost,
        totalCost: cost + rows * ROW_COST,
      }
    }
    return this.sortedAndLimited(query, plan, targets)
  }

  // ------------------------------------------------------------------------------- order and limit

  private sortedAndLimited(query: BoundQuery, input: PlanNode, given: readonly BoundExpression[]): Planned {
    let plan = input
    let targets = given
    if (query.orderBy.length === 0) return this.limited(query, plan, targets, undefined)
    // What is volatile is computed once, so that the order is that of the values that come out.
    if (targets.some(target => isVolatile(target) || hasSubquery(target))) {
      const projected = this.projected(query, plan, targets)
      plan = projected.plan
      targets = projected.targets
    }
    const keys = sortItems(query.orderBy, targets)
    const isTop = query.limit !== undefined && !query.isWithTies
    plan = this.sort(plan, keys, isTop ? query.limit : undefined, isTop ? query.offset : undefined)
    return this.limited(query, plan, targets, keys)
  }

  sort(
    input: PlanNode,
    keys: readonly SortItem[],
    limit?: BoundExpression | undefined,
    offset?: BoundExpression | undefined,
  ): PlanNode {
    const kept = limit?.kind === 'constant' && limit.value !== null ? Number(limit.value) : input.rows
    const cost = input.totalCost + sortingCost(input.rows, kept)
    return {
      kind: 'sort',
      input,
      keys,
      presorted: 0,
      limit,
      offset,
      carried: [],
      rows: input.rows,
      startupCost: cost,
      totalCost: cost + input.rows * ROW_COST,
    }
  }

  private limited(
    query: BoundQuery,
    input: PlanNode,
    targets: readonly BoundExpression[],
    keys: readonly SortItem[] | undefined,
  ): Planned {
    const { limit, offset } = query
    if (limit === undefined && offset === undefined) return { root: input, targets }
    const wanted =
      limit?.kind === 'constant' && limit.value !== null
        ? Math.min(input.rows, Number(limit.value))
        : input.rows
    const fraction = wanted / Math.max(1, input.rows)
    const root: PlanNode = {
      kind: 'limit',
      input,
      limit,
      offset,
      ties: query.isWithTies ? (keys ?? []).map(key => key.expression) : undefined,
      rows: Math.max(1, wanted),
      startupCost: input.startupCost,
      totalCost: input.startupCost + (input.totalCost - input.startupCost) * fraction,
    }
    return { root, targets }
  }
}

interface Planned {
  readonly root: PlanNode
  readonly targets: readonly BoundExpression[]
}
type Rewrite = (e: BoundExpression) => BoundExpression

export function sortItems(orderBy: readonly SortKey[], targets: readonly BoundExpression[]): SortItem[] {
  return orderBy.map(({ target, isDescending, nullsFirst }) => ({
    expression: targets[target],
    isDescending,
    nullsFirst,
  }))
}

function columnsOf(columns: readonly OutputColumn[]): RelationColumns['columns'] {
  return columns.map(({ name, type, modifier }) => ({ name, type, modifier }))
}

export function columnReference(relation: RelationColumns, column: number): BoundExpression {
  const { type, modifier } = relation.columns[column]
  return { kind: 'column', relation: relation.id, column, type, modifier, at: -1 }
}

export function targetsOf(relation: RelationColumns): BoundExpression[] {
  return relation.columns.map((_, column) => columnReference(relation, column))
}

/** Nobody reads it, and it does nothing. */
function isIdle({ referenceCount, definition }: BoundCommonTable): boolean {
  return referenceCount === 0 && definition.kind !== 'change'
}
