/**
 * From a bound statement to its plan: what is known while one is planned (relations, tables and their statistics, subqueries,
 * common tables), and where queries go to. How each kind of query is planned is in select.ts, set-queries.ts and changes.ts.
 */

import type {
  BoundColumn,
  BoundCommonTable,
  BoundExpression,
  BoundFrom,
  BoundQuery,
  BoundSubquery,
  BoundTable,
  RelationColumns,
  RelationId,
} from '../bind/bound.ts'
import { walkFrom, walkQuery } from '../bind/walk.ts'
import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { planChange } from './changes.ts'
import { planFrom } from './from.ts'
import { groupedSubquery } from './grouped-subquery.ts'
import { inlinedCommonTables } from './inline.ts'
import { readsFromOutside } from './outside.ts'
import type { CommonTablePlan, IndexScan, PlanNode, QueryPlan, SubqueryPlan } from './physical.ts'
import { columnsOf, targetsOf } from './references.ts'
import { addColumn, type ColumnSet, type RelationRegistry } from './relations.ts'
import { planSelect } from './select.ts'
import type { TableLookup } from './selectivity.ts'
import { planSet, planValues } from './set-queries.ts'
import { ALL_SWITCHES, type PlanSwitches } from './switches.ts'
import type { TableFacts } from './table-facts.ts'

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
  readonly inlined = new Map<number, BoundQuery>()
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
    this.gather(plan.commonTables.filter(table => !this.gathered.some(one => one.id === table.id)))
    return plan.root
  }
  gather(tables: readonly CommonTablePlan[]): void {
    this.gathered.push(...tables)
  }
  /** Common tables of subqueries in FROM. */
  private readonly gathered: CommonTablePlan[] = []
  takeGathered(): readonly CommonTablePlan[] {
    return this.gathered.splice(0)
  }

  // -------------------------------------------------------------------------------------- queries

  planQuery(query: BoundQuery): QueryPlan {
    // Those of what stands beside it are not its own.
    const beside = this.takeGathered()
    for (const [id, definition] of inlinedCommonTables(query)) this.inlined.set(id, definition)
    const commonTables = query.commonTables
      .filter(table => !this.inlined.has(table.id) && !isIdle(table))
      .map(table => this.planCommonTable(table))
    const { body } = query
    const plan =
      body.kind === 'select'
        ? planSelect(query, body, this)
        : body.kind === 'values'
          ? planValues(query, body.rows, this)
          : planSet(query, body, this)
    const inner = this.takeGathered()
    this.gather(beside)
    return {
      root: plan.root,
      targets: plan.targets.slice(0, query.columns.length),
      commonTables: [...commonTables, ...inner],
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
      innerTables: recursive.commonTables,
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
}

/** Nobody reads it, and it does nothing. */
function isIdle({ referenceCount, definition }: BoundCommonTable): boolean {
  return referenceCount === 0 && definition.kind !== 'change'
}
