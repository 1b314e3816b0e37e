/**
 * A plan made ready to run: operators over one register file. A program is run by one execution at a time, and as often as
 * wanted; who needs two at once makes two programs.
 */

import { assert } from '../../base/assert.ts'
import type { BoundExpression, BoundSubquery, RelationId } from '../bind/bound.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { commonTablesRead } from '../plan/common-tables-read.ts'
import { withInnerTables } from '../plan/needed.ts'
import type {
  ColumnPlace,
  GroupedSubquery,
  PlanNode,
  QueryPlan,
  SortItem,
  SubqueryPlan,
} from '../plan/physical.ts'
import {
  columnsOf as columnsReadBy,
  conjunctsOf,
  isVolatile,
  type RelationRegistry,
} from '../plan/relations.ts'
import type { PlanSwitches } from '../plan/switches.ts'
import type { DataSource } from '../storage/data-source.ts'
import { comparator } from '../types/compare.ts'
import { SqlRow } from '../types/row.ts'
import type { SqlType } from '../types/type.ts'
import { ChangeOperator } from './change.ts'
import { AfterChangesOperator, CommonTable } from './common-table.ts'
import { compile, compileAll, type Evaluate, type ExpressionScope } from './expression.ts'
import type { RunningGroups } from './grouped-subquery.ts'
import { joinKey } from './keys.ts'
import type { Meter } from './meter.ts'
import type { Operator } from './operator.ts'
import { buildOperator } from './operator-builder.ts'
import { ProgramExecution } from './program-execution.ts'
import { RegisterMap } from './registers.ts'
import { SubqueryRows } from './resumable.ts'
import { buildQuery } from './resumable-builder.ts'
import type { WorkTable } from './set-operations.ts'
import type { SortKey } from './sort-keys.ts'
import { type CompiledSubquery, compileSubquery, type RunningSubquery } from './subquery.ts'
import { TouchedTogether } from './touched-rows.ts'
import { waitingCall } from './waiting-call.ts'

/** What a plan consists of, besides its root. */
export interface PlannedStatement {
  readonly plan: QueryPlan
  readonly subplans: ReadonlyMap<BoundSubquery, SubqueryPlan>
  readonly switches: PlanSwitches
  readonly relations: RelationRegistry
  readonly parameterCount: number
}

/** A value of a row that the statement gives: the register that it is in, or what computes it. */
export type Output = number | Evaluate

/** Whether all hold. What stands behind one that is false, or null, is not evaluated, as PostgreSQL does with what rows must meet. */
function allOf(conditions: readonly Evaluate[]): Evaluate {
  if (conditions.length === 2) {
    const [first, second] = conditions
    return registers => first(registers) === true && second(registers) === true
  }
  return registers => {
    for (const condition of conditions) if (condition(registers) !== true) return false
    return true
  }
}

export class Program implements ExpressionScope {
  readonly registers: RegisterMap
  readonly execution = new ProgramExecution()
  readonly statement: PlannedStatement
  readonly meter: Meter | undefined
  /** The statement's change; undefined: it only reads. */
  private change: ChangeOperator | undefined
  readonly commonTables = new Map<number, CommonTable>()
  private readonly changes: CommonTable[] = []
  /** Undefined: no common table changes data. */
  private readonly afterChanges: AfterChangesOperator | undefined
  readonly workTables = new Map<number, WorkTable>()
  /** By the oids of their tables. */
  private readonly touched = new Map<number, TouchedTogether>()
  readonly aggregateSets = new Map<RelationId, readonly (readonly number[])[]>()
  /** The same subquery is the same wherever it stands. */
  private readonly subqueries = new Map<BoundSubquery, CompiledSubquery>()
  /** What lets go of what subqueries have computed. */
  private readonly forgets: (() => void)[] = []
  private readonly root: Operator
  private readonly targets: readonly Evaluate[]
  readonly outputs: readonly Output[]

  /** @param meter what measures the nodes of the plan, for EXPLAIN ANALYZE */
  constructor(statement: PlannedStatement, meter?: Meter) {
    this.statement = statement
    this.meter = meter
    this.registers = new RegisterMap(statement.parameterCount)
    const { plan } = statement
    this.addCommonTables(plan)
    const { operator, targets, outputs } = buildQuery(this, plan)
    if (this.changes.length > 0) this.afterChanges = new AfterChangesOperator(operator, this.changes)
    this.root = this.afterChanges ?? operator
    this.targets = targets
    this.outputs = outputs
  }

  get context(): EvaluationContext {
    return this.execution.context
  }

  /** It is for one execution, which is measured. */
  get isMeasured(): boolean {
    return this.meter !== undefined
  }

  /**
   * Starts an execution. The values of parameters are in their form already. What the statement changes is changed when this
   * returns, unless that may pause: then it is done by taking rows.
   */
  open(
    parameters: readonly Value[],
    context: EvaluationContext,
    data: DataSource,
    changed: DataSource = data,
    changesMayPause = false,
  ): void {
    const { execution } = this
    execution.begin(context, data, changed)
    const { registers } = execution
    for (let i = registers.length; i < this.registers.count; i++) registers.push(null)
    for (let i = 0; i < parameters.length; i++) registers[i] = parameters[i]
    try {
      this.root.open()
      if (!changesMayPause) this.completeChange()
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The register of what is nothing but a column or a parameter. */
  registerOf(e: BoundExpression): number | undefined {
    switch (e.kind) {
      case 'column':
        return this.registers.of(e.relation, e.column)
      case 'parameter':
        return e.index
      case 'relabel':
        return this.registerOf(e.operand)
      default:
        return undefined
    }
  }

  /** To the next row, whose values are where `outputs` says; false at the end, and when it has paused. */
  advance(): boolean {
    return this.root.next()
  }

  /** The next row's values; undefined at the end, and when it has paused. */
  next(): Value[] | undefined {
    if (!this.root.next()) return undefined
    const { registers } = this.execution
    const row = new Array(this.targets.length)
    for (let i = 0; i < row.length; i++) row[i] = this.targets[i](registers)
    return row
  }

  /** Does what the statement changes wholly, if it has not yet: before pauses are allowed, or when they are no more. */
  completeChange(): void {
    if (this.afterChanges !== undefined) {
      assert(this.afterChanges.change(), 'nothing pauses where nobody allows it')
    }
    this.change?.complete()
  }

  /** Rows that the statement has changed. */
  get changeCount(): number {
    return this.change?.count ?? 0
  }

  close(): void {
    this.root.close()
    if (this.commonTables.size > 0) for (const table of this.commonTables.values()) table.close()
    // Files of subqueries that have failed, too.
    this.execution.letGo()
    for (const forget of this.forgets) forget()
    if (this.changes.length > 0) for (const { rows } of this.touched.values()) rows.clear()
    this.execution.forget()
  }

  // ----------------------------------------------------------------------------- scope of expressions

  subquery(e: BoundSubquery): Evaluate {
    return this.compiledSubquery(e).evaluate
  }

  once(evaluate: Evaluate): Evaluate {
    const { execution } = this
    let number = 0
    // A row may call set_config, and what is shown and read depends on settings.
    let settings: number | undefined
    let value: Value = null
    this.forgets.push(() => {
      number = 0
      value = null
    })
    return registers => {
      if (number !== execution.number || settings !== execution.context.settingsChanges) {
        value = evaluate(registers)
        number = execution.number
        settings = execution.context.settingsChanges
      }
      return value
    }
  }

  compiledSubquery(e: BoundSubquery): CompiledSubquery {
    const known = this.subqueries.get(e)
    if (known !== undefined) return known
    const plan = this.statement.subplans.get(e)
    assert(plan !== undefined, 'subqueries are planned before they are compiled')
    const { switches } = this.statement
    const isRepeatable = !isVolatile(e)
    const compiled = compileSubquery(
      e,
      {
        ...this.runningPlan(plan, isRepeatable),
        outside: isRepeatable && switches.memoize ? plan.outside : undefined,
        groups: plan.grouped && this.runningGroups(plan.grouped, plan),
      },
      this,
    )
    this.subqueries.set(e, compiled)
    return compiled
  }

  private runningGroups(plan: GroupedSubquery, { root }: QueryPlan): RunningGroups {
    const { target } = plan
    const read = columnsReadBy([target], this.statement.relations)
    const aggregates = plan.groupKeys.flatMap(key => {
      if (key.kind !== 'group key') return []
      return [...(read.get(key.relation) ?? [])].map(column => this.registers.of(key.relation, column))
    })
    return {
      rows: new SubqueryRows(this.execution.pause, this.build(plan.root), () => {}),
      outerKey: joinKey(plan.outerKeys, this),
      groupKey: joinKey(plan.groupKeys, this),
      target: target && compile(target, this),
      aggregates: [...new Set(aggregates)],
      runsMax: plan.root.totalCost / Math.max(root.totalCost, 1e-6),
    }
  }

  /** A query's plan inside of this one. */
  runningPlan(plan: QueryPlan, isStable = false): RunningSubquery {
    this.addCommonTables(plan)
    const inside = withInnerTables(plan.commonTables).map(({ id }) => this.commonTables.get(id)!)
    const { operator, targets } = buildQuery(this, plan)
    const { execution } = this
    return {
      pause: execution.pause,
      rows: new SubqueryRows(execution.pause, operator, () => {
        for (const table of inside) table.reset()
      }),
      targets,
      isStable: isStable && plan.outerRelations.length === 0,
      version: this.versionOf(commonTablesRead(plan, this.statement.subplans)),
      atEnd: forget => this.forgets.push(forget),
      spill: () => execution.spill,
    }
  }

  /** A number that grows when there is another execution, or when the rows of one of these common tables may have changed. */
  versionOf(ids: ReadonlySet<number>): () => number {
    const { execution } = this
    if (ids.size === 0) return () => execution.number
    return () => {
      let version = execution.number
      for (const id of ids) {
        version += this.commonTables.get(id)?.generation ?? 0
        version += this.workTables.get(id)?.generation ?? 0
      }
      return version
    }
  }

  wholeRow(relation: RelationId, type: SqlType): Evaluate {
    const columns = this.statement.relations.get(relation)?.columns ?? []
    const all = columns.map((_, column) => this.registers.of(relation, column))
    const visible = columns.filter(column => column.isHidden !== true)
    const registers = all.filter((_, column) => columns[column].isHidden !== true)
    const types = visible.map(column => column.type)
    const names = type.fields?.map(field => field.name) ?? visible.map(column => column.name)
    return file => {
      if (all.every(register => file[register] === null)) return null
      return new SqlRow(
        registers.map(register => file[register]),
        types,
        names,
      )
    }
  }

  groupingSets(relation: RelationId): readonly (readonly number[])[] {
    return this.aggregateSets.get(relation) ?? []
  }

  waiting(evaluate: Evaluate): Evaluate {
    return waitingCall(this.execution.pause, evaluate, forget => this.forgets.push(forget))
  }

  // -------------------------------------------------------------------------------------- operators

  private addCommonTables(plan: QueryPlan): void {
    for (const { id, plan: inner, isChange } of plan.commonTables) {
      if (this.commonTables.has(id)) continue
      this.addCommonTables(inner)
      const { operator, targets } = buildQuery(this, inner)
      const table = new CommonTable(this.execution, operator, targets)
      this.commonTables.set(id, table)
      if (isChange) this.changes.push(table)
    }
  }

  condition(e: BoundExpression | undefined): Evaluate | undefined {
    if (e === undefined) return undefined
    const conjuncts = conjunctsOf(e)
    const evaluate = conjuncts.length === 1 ? compile(e, this) : allOf(compileAll(conjuncts, this))
    return this.meter === undefined ? evaluate : this.meter.counting(e, evaluate)
  }

  places(places: readonly ColumnPlace[]): number[] {
    return this.registers.all(places)
  }

  sortKeys(items: readonly SortItem[], evaluates?: readonly Evaluate[]): SortKey[] {
    return items.map(({ expression, isDescending, nullsFirst }, i) => ({
      evaluate: evaluates?.[i] ?? compile(expression, this),
      compare: comparator(expression.type),
      isDescending,
      nullsFirst,
    }))
  }

  /** Undefined: it is no column that its relation has by itself. */
  typeOf(relation: RelationId, column: number): SqlType | undefined {
    return this.statement.relations.get(relation)?.columns[column]?.type
  }

  /** Columns of rows that are arrays, and where they go. */
  columnRegisters(relation: RelationId, columns: readonly number[]): number[] {
    return columns.map(column => this.registers.of(relation, column))
  }

  build(node: PlanNode): Operator {
    if (this.meter === undefined) return buildOperator(this, node)
    this.meter.begin(node)
    return this.meter.around(node, buildOperator(this, node))
  }

  /** What the changes of a table have changed. */
  touchedIn(table: TableSchema): TouchedTogether {
    let touched = this.touched.get(table.oid)
    if (touched === undefined) {
      touched = new TouchedTogether(this.execution, table)
      this.touched.set(table.oid, touched)
    }
    return touched
  }

  buildChange(node: Extract<PlanNode, { kind: 'change' }>): Operator {
    const change = new ChangeOperator(node, this)
    if (node === this.statement.plan.root) this.change = change
    return change
  }
}
