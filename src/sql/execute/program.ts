/**
 * A plan made ready to run: operators over one register file. A program is run by one execution at a time, and as often as
 * wanted; who needs two at once makes two programs.
 */

import { assert } from '../../base/assert.ts'
import type { BoundExpression, BoundSubquery, RelationId } from '../bind/bound.ts'
import type {
  AggregateFunction,
  EvaluationContext,
  SetFunction,
  Value,
  WindowFunction,
} from '../functions/registry.ts'
import { indexColumns, PRIMARY } from '../plan/access.ts'
import { commonTablesRead, commonTablesReadBy } from '../plan/common-tables-read.ts'
import { outputOf, ROW_KEY } from '../plan/needed.ts'
import type {
  AggregateCall,
  ColumnPlace,
  GroupedSubquery,
  IndexScan,
  MergeJoin,
  PlanNode,
  QueryPlan,
  SortItem,
  SubqueryPlan,
  TableScan,
} from '../plan/physical.ts'
import {
  AGGREGATES_FROM,
  columnsOf as columnsReadBy,
  GROUPING_SET,
  isVolatile,
  type RelationRegistry,
  relationsIn,
} from '../plan/relations.ts'
import type { PlanSwitches } from '../plan/switches.ts'
import { ExecutionSpill } from '../spill/spill-space.ts'
import type { DataSource } from '../storage/data-source.ts'
import { keyRanges, keyShapes } from '../storage/key-range.ts'
import { RowCursor } from '../storage/row-cursor.ts'
import { comparator, keyOf } from '../types/compare.ts'
import { SqlRow } from '../types/row.ts'
import type { SqlType } from '../types/type.ts'
import { AggregateOperator, type RunningAggregate } from './aggregate.ts'
import { BatchScanOperator } from './batch-scan.ts'
import { ChangeOperator } from './change.ts'
import { CommonTable, ResettingOperator } from './common-table.ts'
import { compile, compileAll, type Evaluate, type ExpressionScope } from './expression.ts'
import type { NextInBatch } from './generate/scan-code.ts'
import { generateTop } from './generate/top-code.ts'
import { GeneratedAggregateOperator } from './generated-aggregate.ts'
import type { RunningGroups } from './grouped-subquery.ts'
import { HashJoinOperator } from './hash-join.ts'
import { groupingKey, joinKey } from './keys.ts'
import { MapCursor } from './map-cursor.ts'
import { MergeJoinOperator } from './merge-join.ts'
import type { Meter } from './meter.ts'
import { NestedLoopOperator } from './nested-loop.ts'
import type { Operator } from './operator.ts'
import { PointScanOperator } from './point-scan.ts'
import { type RegisterFile, RegisterMap } from './registers.ts'
import { ScanLoop } from './scan-loop.ts'
import {
  AppendOperator,
  FilterOperator,
  functionRows,
  LimitOperator,
  OneRowOperator,
  ProjectOperator,
  RowsOperator,
  type RunningFunction,
  rowsOf,
  type StoredCursor,
  StoredScanOperator,
} from './scans.ts'
import { ProjectSetOperator, RecursiveUnionOperator, SetOperator, type WorkTable } from './set-operations.ts'
import { DistinctOperator, MaterializeOperator, SortOperator } from './sort.ts'
import type { SortKey } from './sort-keys.ts'
import { compileSubquery, type RunningSubquery } from './subquery.ts'
import { UniqueMergeJoinOperator } from './unique-merge-join.ts'
import { WindowOperator } from './window.ts'
import type { RunningBound } from './window-frame.ts'

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

const EVERYTHING = [{ from: undefined, to: undefined }]

export class Program implements ExpressionScope {
  readonly registers: RegisterMap
  readonly execution: {
    registers: RegisterFile
    context: EvaluationContext
    readonly spill: ExecutionSpill | undefined
    /** What is read. */
    data: DataSource
    /** What is changed: another state of the same when the statement must not see its own changes. */
    changed: DataSource
    number: number
  }
  /** Of the execution at hand, made when something asks whether its rows fit into memory. */
  private spill: ExecutionSpill | undefined
  private readonly statement: PlannedStatement
  private readonly meter: Meter | undefined
  /** The statement's change; undefined: it only reads. */
  private change: ChangeOperator | undefined
  private readonly commonTables = new Map<number, CommonTable>()
  private readonly changes: CommonTable[] = []
  private readonly workTables = new Map<number, WorkTable>()
  private readonly aggregateSets = new Map<RelationId, readonly (readonly number[])[]>()
  private readonly root: Operator
  private readonly targets: readonly Evaluate[]
  readonly outputs: readonly Output[]

  /** @param meter what measures the nodes of the plan, for EXPLAIN ANALYZE */
  constructor(statement: PlannedStatement, meter?: Meter) {
    this.statement = statement
    this.meter = meter
    this.registers = new RegisterMap(statement.parameterCount)
    const spill = () => this.spillOfExecution()
    this.execution = {
      registers: [],
      get spill() {
        return spill()
      },
      // Set before each run; nothing is evaluated before.
      context: undefined as unknown as EvaluationContext,
      data: undefined as unknown as DataSource,
      changed: undefined as unknown as DataSource,
      number: 0,
    }
    const { plan } = statement
    this.addCommonTables(plan)
    this.root = this.build(plan.root)
    this.targets = compileAll(plan.targets, this)
    this.outputs = plan.targets.map((target, i) => this.registerOf(target) ?? this.targets[i])
  }

  get context(): EvaluationContext {
    return this.execution.context
  }

  private spillOfExecution(): ExecutionSpill | undefined {
    if (this.spill !== undefined) return this.spill
    const { spill } = this.context
    if (spill !== undefined) this.spill = new ExecutionSpill(spill)
    return this.spill
  }

  /** It is for one execution, which is measured. */
  get isMeasured(): boolean {
    return this.meter !== undefined
  }

  /** Starts an execution. The values of parameters are in their form already. */
  open(
    parameters: readonly Value[],
    context: EvaluationContext,
    data: DataSource,
    changed: DataSource = data,
  ): void {
    const { execution } = this
    execution.context = context
    execution.data = data
    execution.changed = changed
    execution.number++
    const { registers } = execution
    for (let i = registers.length; i < this.registers.count; i++) registers.push(null)
    for (let i = 0; i < parameters.length; i++) registers[i] = parameters[i]
    try {
      // Common tables that change data run wholly, in the order in which they stand, whoever reads them.
      for (const change of this.changes) change.complete()
      this.root.open()
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The register of what is nothing but a column or a parameter. */
  private registerOf(e: BoundExpression): number | undefined {
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

  /** To the next row, whose values are where `outputs` says; false at the end. */
  advance(): boolean {
    return this.root.next()
  }

  /** The next row's values; undefined at the end. */
  next(): Value[] | undefined {
    if (!this.root.next()) return undefined
    const { registers } = this.execution
    const row = new Array(this.targets.length)
    for (let i = 0; i < row.length; i++) row[i] = this.targets[i](registers)
    return row
  }

  /** Rows that the statement has changed. */
  get changeCount(): number {
    return this.change?.count ?? 0
  }

  close(): void {
    this.root.close()
    for (const table of this.commonTables.values()) table.close()
    // Subqueries that have failed leave theirs.
    this.spill?.close()
    this.spill = undefined
  }

  // ----------------------------------------------------------------------------- scope of expressions

  subquery(e: BoundSubquery): Evaluate {
    const plan = this.statement.subplans.get(e)
    assert(plan !== undefined, 'subqueries are planned before they are compiled')
    const { switches } = this.statement
    const isRepeatable = !isVolatile(e)
    return compileSubquery(
      e,
      {
        ...this.runningPlan(plan, isRepeatable),
        outside: isRepeatable && switches.memoize ? plan.outside : undefined,
        groups: plan.grouped && this.runningGroups(plan.grouped, plan),
      },
      this,
    )
  }

  private runningGroups(plan: GroupedSubquery, { root }: QueryPlan): RunningGroups {
    const { target } = plan
    const read = columnsReadBy([target], this.statement.relations)
    const aggregates = plan.groupKeys.flatMap(key => {
      if (key.kind !== 'group key') return []
      return [...(read.get(key.relation) ?? [])].map(column => this.registers.of(key.relation, column))
    })
    return {
      operator: this.build(plan.root),
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
    const inside = plan.commonTables.map(table => this.commonTables.get(table.id)!)
    return {
      operator: this.build(plan.root),
      targets: compileAll(plan.targets, this),
      reset: () => {
        for (const table of inside) table.reset()
      },
      isStable: isStable && plan.outerRelations.length === 0,
      version: this.versionOf(commonTablesRead(plan, this.statement.subplans)),
    }
  }

  /** A number that grows when there is another execution, or when the rows of one of these common tables may have changed. */
  private versionOf(ids: ReadonlySet<number>): () => number {
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

  // -------------------------------------------------------------------------------------- operators

  private addCommonTables(plan: QueryPlan): void {
    for (const { id, plan: inner, isChange } of plan.commonTables) {
      if (this.commonTables.has(id)) continue
      this.addCommonTables(inner)
      const table = new CommonTable(this.execution, this.build(inner.root), compileAll(inner.targets, this))
      this.commonTables.set(id, table)
      if (isChange) this.changes.push(table)
    }
  }

  private condition(e: BoundExpression | undefined): Evaluate | undefined {
    if (e === undefined) return undefined
    const evaluate = compile(e, this)
    return this.meter === undefined ? evaluate : this.meter.counting(e, evaluate)
  }

  private places(places: readonly ColumnPlace[]): number[] {
    return this.registers.all(places)
  }

  private sortKeys(items: readonly SortItem[]): SortKey[] {
    return items.map(({ expression, isDescending, nullsFirst }) => ({
      evaluate: compile(expression, this),
      compare: comparator(expression.type),
      isDescending,
      nullsFirst,
    }))
  }

  /** Columns of rows that are arrays, and where they go. */
  private columnRegisters(relation: RelationId, columns: readonly number[]): number[] {
    return columns.map(column => this.registers.of(relation, column))
  }

  build(node: PlanNode): Operator {
    if (this.meter === undefined) return this.buildOperator(node)
    this.meter.begin(node)
    return this.meter.around(node, this.buildOperator(node))
  }

  private buildOperator(node: PlanNode): Operator {
    const { execution } = this
    switch (node.kind) {
      case 'one row':
        return new OneRowOperator(execution, this.condition(node.condition))
      case 'table scan':
      case 'index scan':
        return this.buildStoredScan(node)
      case 'virtual scan':
        return new RowsOperator(
          execution,
          () => node.table.rows(execution.context),
          node.columns,
          this.columnRegisters(node.relation.id, node.columns),
          this.condition(node.filter),
        )
      case 'function scan': {
        const functions = node.calls.map(call => this.runningFunction(call))
        return new RowsOperator(
          execution,
          () => functionRows(functions, execution.registers, node.withOrdinality),
          node.columns,
          this.columnRegisters(node.relation.id, node.columns),
          this.condition(node.filter),
        )
      }
      case 'values scan': {
        const rows = node.rowsOf.map(row => compileAll(row, this))
        return new RowsOperator(
          execution,
          () => evaluateRows(rows, execution.registers),
          node.columns,
          this.columnRegisters(node.relation.id, node.columns),
          this.condition(node.filter),
        )
      }
      case 'subquery scan': {
        const projection = new ProjectOperator(
          execution,
          this.build(node.input),
          node.columns.map(column => compile(node.targets[column], this)),
          this.columnRegisters(node.relation.id, node.columns),
          this.condition(node.filter),
        )
        const resets = node.resets?.map(id => this.commonTables.get(id)!)
        return resets === undefined ? projection : new ResettingOperator(projection, resets)
      }
      case 'common table scan':
        return this.buildCommonTableScan(node)
      case 'filter':
        return new FilterOperator(execution, this.build(node.input), this.condition(node.condition)!)
      case 'nested loop':
        return new NestedLoopOperator(
          execution,
          node.type,
          this.build(node.outer),
          this.build(node.inner),
          this.condition(node.condition),
          this.places(node.nulled),
        )
      case 'hash join':
        return new HashJoinOperator(
          execution,
          node.type,
          this.build(node.outer),
          this.build(node.inner),
          { outer: joinKey(node.outerKeys, this), inner: joinKey(node.innerKeys, this) },
          this.condition(node.condition),
          this.places(node.carried),
          this.places(node.outerNulled),
        )
      case 'merge join':
        return this.buildMergeJoin(node)
      case 'sort': {
        const input = this.build(node.input)
        const topScan =
          input instanceof BatchScanOperator && node.limit !== undefined
            ? new ScanLoop(execution, input, (loop, filter) => generateTop(loop, filter, node.keys))
            : undefined
        return new SortOperator(
          execution,
          input,
          this.sortKeys(node.keys),
          this.places(node.carried),
          this.condition(node.limit),
          this.condition(node.offset),
          topScan,
        )
      }
      case 'materialize':
        return new MaterializeOperator(
          execution,
          this.build(node.input),
          this.places(node.carried),
          this.places(node.outside),
          this.versionOf(commonTablesReadBy(node.input, this.statement.subplans)),
        )
      case 'aggregate':
        return this.buildAggregate(node)
      case 'window':
        return this.buildWindow(node)
      case 'project set': {
        const own = node.relation.id
        return new ProjectSetOperator(
          execution,
          this.build(node.input),
          node.calls.map((call, i) => ({
            ...this.listedFunction(call),
            register: this.registers.of(own, i),
            isNested: call.arguments.some(argument => relationsIn(argument).has(own)),
          })),
        )
      }
      case 'distinct':
        return new DistinctOperator(execution, this.build(node.input), groupingKey(node.keys, this))
      case 'limit':
        return new LimitOperator(
          execution,
          this.build(node.input),
          this.condition(node.limit),
          this.condition(node.offset),
          node.ties?.map(e => ({ evaluate: compile(e, this), keyOf: keyOf(e.type) })),
        )
      case 'append':
        return new AppendOperator(
          node.inputs.map(({ plan, targets }) =>
            this.project(
              plan,
              node.columns.map(column => targets[column]),
              this.columnRegisters(node.relation.id, node.columns),
            ),
          ),
        )
      case 'set operation': {
        const all = node.relation.columns.map((_, column) => column)
        const registers = this.columnRegisters(node.relation.id, all)
        return new SetOperator(
          execution,
          node.operation,
          node.isAll,
          this.project(node.left.plan, node.left.targets, registers),
          this.project(node.right.plan, node.right.targets, registers),
          groupingKey(columnsOf(node.relation), this),
        )
      }
      case 'recursive union': {
        const all = node.relation.columns.map((_, column) => column)
        const registers = this.columnRegisters(node.relation.id, all)
        const workTable = { rows: [], generation: 0 }
        this.workTables.set(node.commonTable, workTable)
        return new RecursiveUnionOperator(
          execution,
          this.project(node.initial.plan, node.initial.targets, registers),
          this.project(node.recursive.plan, node.recursive.targets, registers),
          registers,
          node.isAll ? undefined : groupingKey(columnsOf(node.relation), this),
          workTable,
        )
      }
      case 'change':
        return this.buildChange(node)
    }
  }

  private buildChange(node: Extract<PlanNode, { kind: 'change' }>): Operator {
    const change = new ChangeOperator(node, this)
    if (node === this.statement.plan.root) this.change = change
    return change
  }

  private buildMergeJoin(node: MergeJoin): Operator {
    const { execution } = this
    const outer = this.build(node.outer)
    const inner = this.build(node.inner)
    const keys = node.outerKeys.map((outerKey, i) => ({
      outer: compile(outerKey, this),
      inner: compile(node.innerKeys[i], this),
      compare: comparator(outerKey.type),
      isDescending: node.isDescending[i],
    }))
    const condition = this.condition(node.condition)
    if (node.isInnerUnique && node.type !== 'left' && keys.length === 1) {
      return new UniqueMergeJoinOperator(execution, node.type === 'anti', outer, inner, keys[0], condition)
    }
    const carried = this.places(node.carried)
    return new MergeJoinOperator(execution, node.type, outer, inner, keys, condition, carried)
  }

  private project(
    plan: PlanNode,
    targets: readonly BoundExpression[],
    registers: readonly number[],
  ): Operator {
    return new ProjectOperator(
      this.execution,
      this.build(plan),
      compileAll(targets, this),
      registers,
      undefined,
    )
  }

  private buildStoredScan(node: TableScan | IndexScan): Operator {
    const { execution } = this
    const { table, relation } = node
    const isChanged = node.columns.includes(ROW_KEY)
    const keyRegister = isChanged ? this.registers.of(relation.id, ROW_KEY) : -1
    const columns = node.columns.filter(column => column >= 0)
    const wanted = columns.map(column => ({
      storedName: table.columns[column].storedName,
      type: table.columns[column].type,
      storedNode: table.columns[column].storedNode,
      register: this.registers.of(relation.id, column),
    }))
    const filter = this.sampled(node)
    if (table.storedKind !== 'records') {
      const makeCursor = (): StoredCursor =>
        new MapCursor(
          execution.data.map(table),
          table,
          columns.map((column, i) => ({ column, register: wanted[i].register })),
        )
      return new StoredScanOperator(execution, makeCursor, () => EVERYTHING, filter, keyRegister)
    }
    const index =
      node.kind === 'table scan' || node.index < 0 ? undefined : table.indexes[node.index].storedName
    const options = { index, isReverse: node.isReverse, needsRowKey: isChanged }
    if (node.kind === 'index scan' && isPoint(node)) {
      const values = node.equals.map(({ value }) => compile(value, this))
      const shapes = keyShapes(indexColumns(table, node.index), table)
      return new PointScanOperator(execution, table, shapes, wanted, values, filter, keyRegister)
    }
    const cursorFor = (before: StoredCursor | undefined): StoredCursor => {
      const { data } = execution
      const records = data.records(table)
      if (!(before instanceof RowCursor) || !before.fits(records)) {
        return new RowCursor(data.source, records, wanted, options)
      }
      before.bind(data.source, records)
      return before
    }
    const ranges = node.kind === 'table scan' ? undefined : this.ranges(node, index)
    const scan = new StoredScanOperator(
      execution,
      cursorFor,
      ranges ?? (() => EVERYTHING),
      filter,
      keyRegister,
    )
    const isSampled = node.kind === 'table scan' && node.sample !== undefined
    if (index !== undefined || node.isReverse || isChanged || isSampled) return scan
    const { meter } = this
    const plan = {
      table,
      wanted,
      rangesOf: ranges,
      filter: node.filter,
      counting: meter && ((next: NextInBatch) => meter.countingInBatches(node, next)),
    }
    return new BatchScanOperator(execution, this, plan, scan)
  }

  /** The filter, and before it TABLESAMPLE's toss of a coin. */
  private sampled(node: TableScan | IndexScan): Evaluate | undefined {
    const filter = this.condition(node.filter)
    if (node.kind !== 'table scan' || node.sample === undefined) return filter
    const percent = compile(node.sample.percent, this)
    const { execution } = this
    return registers => {
      if (execution.context.random() * 100 >= percent(registers)) return false
      return filter === undefined || filter(registers)
    }
  }

  private ranges(node: IndexScan, index: string | undefined) {
    const { execution } = this
    const { table } = node
    const shapes = keyShapes(indexColumns(table, node.index), table)
    const equals = node.equals.map(({ value, isArray }) => ({ evaluate: compile(value, this), isArray }))
    const bound = (one: IndexScan['lower']) =>
      one && { evaluate: compile(one.value, this), isInclusive: one.isInclusive }
    const lower = bound(node.lower)
    const upper = bound(node.upper)
    const startsWith = this.condition(node.startsWith)
    return (registers: RegisterFile) => {
      const ranges = keyRanges(execution.data.records(table), index, shapes, {
        equals: equals.map(({ evaluate, isArray }) => {
          const value = evaluate(registers)
          if (value === null) return []
          return isArray ? value.elements : [value]
        }),
        lower: lower && { value: lower.evaluate(registers), isInclusive: lower.isInclusive },
        upper: upper && { value: upper.evaluate(registers), isInclusive: upper.isInclusive },
        startsWith: startsWith?.(registers),
        isNull: node.isNull,
      })
      return node.isReverse ? ranges.reverse() : ranges
    }
  }

  private buildCommonTableScan(node: Extract<PlanNode, { kind: 'common table scan' }>): Operator {
    const { commonTable } = node
    const rows = node.isRecursiveReference
      ? () => this.workTables.get(commonTable)!.rows
      : () => this.commonTables.get(commonTable)!.read()
    return new RowsOperator(
      this.execution,
      rows,
      node.columns,
      this.columnRegisters(node.relation.id, node.columns),
      this.condition(node.filter),
    )
  }

  private runningFunction(call: {
    readonly function: import('../functions/registry.ts').SetFunction | undefined
    readonly arguments: readonly BoundExpression[]
    readonly scalar: BoundExpression | undefined
    readonly columnCount: number
    readonly isComposite: boolean
    readonly resultType?: SqlType
  }): RunningFunction {
    const { columnCount, isComposite } = call
    if (call.function === undefined) {
      const evaluate = compile(call.scalar!, this)
      return { call: registers => [evaluate(registers)], columnCount, isComposite }
    }
    const { execution } = this
    const run = call.function.implement({
      argumentTypes: call.arguments.map(argument => argument.type),
      resultType: call.resultType ?? call.function.result,
      modifier: -1,
      isExplicit: false,
    })
    const values = compileAll(call.arguments, this)
    const isStrict = call.function.isStrict ?? true
    return {
      columnCount,
      isComposite: isComposite || call.function.columns !== undefined,
      call: registers => {
        const given = values.map(value => value(registers))
        return isStrict && given.includes(null) ? [] : run(...given, execution.context)
      },
    }
  }

  /** A set-returning function of a select list: one value a row, which is itself a row where it has several columns. */
  private listedFunction(call: {
    readonly function: SetFunction
    readonly arguments: readonly BoundExpression[]
  }): RunningFunction {
    const running = this.runningFunction({ ...call, scalar: undefined, columnCount: 1, isComposite: false })
    const columns = call.function.columns?.({
      argumentTypes: call.arguments.map(argument => argument.type),
      resultType: call.function.result,
      modifier: -1,
      isExplicit: false,
    })
    if (columns === undefined) return running
    const types = columns.map(column => column.type)
    const names = columns.map(column => column.name)
    return {
      columnCount: 1,
      isComposite: false,
      call: registers => rowsOf(running.call(registers), types, names),
    }
  }

  private buildAggregate(node: Extract<PlanNode, { kind: 'aggregate' }>): Operator {
    const own = node.relation.id
    this.aggregateSets.set(own, node.sets)
    const register = (column: number) => (node.columns.includes(column) ? this.registers.of(own, column) : -1)
    const input = this.build(node.input)
    const registers = {
      keyRegisters: node.keys.map((_, i) => register(i)),
      callRegisters: node.calls.map((_, i) => register(AGGREGATES_FROM + i)),
      setRegister: register(GROUPING_SET),
    }
    const calls = node.calls.map(call => this.runningAggregate(call))
    const byClosures = new AggregateOperator(this.execution, input, {
      inputRegisters: this.places(outputOf(node.input)),
      keys: compileAll(node.keys, this),
      sets: node.sets.map(keys => ({
        keys,
        groupOf: groupingKey(
          keys.map(key => node.keys[key]),
          this,
        ),
      })),
      calls,
      ...registers,
    })
    if (node.sets.length !== 1 || node.sets[0].length !== node.keys.length) return byClosures
    if (calls.some(isInOrder)) return byClosures
    const plan = {
      ...registers,
      keys: node.keys,
      calls: node.calls.map((call, i) => ({
        implementation: calls[i].implementation,
        arguments: call.arguments,
        filter: call.filter,
        skipsNulls: calls[i].skipsNulls,
      })),
      rows: node.input.rows,
    }
    const scan = input instanceof BatchScanOperator ? input : undefined
    return new GeneratedAggregateOperator(this.execution, this, plan, byClosures, input, scan)
  }

  private runningAggregate(call: AggregateCall): RunningAggregate {
    const { function: definition } = call
    const values = call.arguments
    return {
      implementation: definition.implement({
        argumentTypes: [...call.directArguments, ...values].map(argument => argument.type),
        resultType: call.type,
        modifier: -1,
        isExplicit: false,
        at: call.at,
      }),
      arguments: compileAll(values, this),
      directArguments: compileAll(call.directArguments, this),
      filter: this.condition(call.filter),
      skipsNulls: definition.skipsNulls ?? true,
      distinctKey: call.isDistinct ? groupingKey(values, this) : undefined,
      orderBy: this.sortKeys(orderOf(call)),
      isOrderedSet: (definition.within ?? 'none') !== 'none',
      hypothetical: definition.hypothetical,
    }
  }

  private buildWindow(node: Extract<PlanNode, { kind: 'window' }>): Operator {
    const own = node.relation.id
    const bound = (one: typeof node.frame.start): RunningBound => {
      if (!('offset' in one))
        return { kind: one.kind, offset: undefined, subtract: undefined, add: undefined }
      const [key] = node.orderBy
      const types = () => ({
        argumentTypes: [key.expression.type, one.offset.type],
        resultType: key.expression.type,
        modifier: -1,
        isExplicit: false,
      })
      const subtract = one.subtract?.implement(types())
      const add = one.add?.implement(types())
      return {
        kind: one.kind,
        offset: compile(one.offset, this),
        subtract: subtract && ((value, offset) => subtract(value, offset, this.context)),
        add: add && ((value, offset) => add(value, offset, this.context)),
      }
    }
    const computes = (
      definition: WindowFunction | AggregateFunction,
      argumentTypes: readonly SqlType[],
      resultType: SqlType,
      at: number,
    ) =>
      definition.kind === 'window'
        ? definition.computes
        : definition.implement({ argumentTypes, resultType, modifier: -1, isExplicit: false, at })
    return new WindowOperator(this.execution, this.build(node.input), {
      partitionKey: groupingKey(node.partitionBy, this),
      orderBy: this.sortKeys(node.orderBy),
      frame: { ...node.frame, start: bound(node.frame.start), end: bound(node.frame.end) },
      calls: node.calls.map((call, i) => ({
        computes: computes(
          call.function,
          call.arguments.map(argument => argument.type),
          call.type,
          call.at,
        ),
        arguments: compileAll(call.arguments, this),
        filter: this.condition(call.filter),
        skipsNulls: call.function.kind === 'aggregate' && (call.function.skipsNulls ?? true),
        register: node.columns.includes(i) ? this.registers.of(own, i) : -1,
      })),
      carried: this.places(node.carried),
    })
  }
}

/** Whether at most one row is asked for, by its whole primary key. */
function isPoint({ index, equals, lower, upper, startsWith, isNull, table }: IndexScan): boolean {
  return (
    index === PRIMARY &&
    equals.length === table.primaryKey?.columns.length &&
    equals.every(({ isArray }) => !isArray) &&
    lower === undefined &&
    upper === undefined &&
    startsWith === undefined &&
    !isNull
  )
}

/** Whether an aggregate takes its rows in an order of its own, or each value once. */
function isInOrder({ distinctKey, orderBy, isOrderedSet }: RunningAggregate): boolean {
  return distinctKey !== undefined || orderBy.length > 0 || isOrderedSet
}

/** Aggregates that give the same in whatever order their values come. */
const ORDERLESS = new Set([
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'bool_and',
  'bool_or',
  'every',
  'bit_and',
  'bit_or',
  'bit_xor',
  'any_value',
])

/** DISTINCT sorts, as in PostgreSQL, so that `string_agg(DISTINCT …)` comes in order. */
function orderOf(call: AggregateCall): readonly SortItem[] {
  if (call.orderBy.length > 0 || !call.isDistinct || ORDERLESS.has(call.function.name)) return call.orderBy
  return call.arguments.map(expression => ({ expression, isDescending: false, nullsFirst: false }))
}

function* evaluateRows(
  rows: readonly (readonly Evaluate[])[],
  registers: RegisterFile,
): Generator<readonly Value[]> {
  for (const row of rows) yield row.map(evaluate => evaluate(registers))
}

function columnsOf(relation: {
  readonly id: RelationId
  readonly columns: readonly { readonly type: SqlType; readonly modifier: number }[]
}): BoundExpression[] {
  return relation.columns.map(({ type, modifier }, column) => ({
    kind: 'column',
    relation: relation.id,
    column,
    type,
    modifier,
    at: -1,
  }))
}
