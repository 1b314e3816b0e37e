/**
 * Operators for the nodes of a plan: one case a kind. Stored and other scans are in scan-builder.ts, aggregates and windows in
 * aggregate-builder.ts; what operators share belongs to the program.
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { commonTablesReadBy, commonTablesReading } from '../plan/common-tables-read.ts'
import { expressionsOf, outputOf, withInnerTables } from '../plan/needed.ts'
import type { MergeJoin, PlanNode } from '../plan/physical.ts'
import { isVolatile, relationsIn } from '../plan/relations.ts'
import { isRepeatable } from '../plan/repeatable.ts'
import { comparator, keyOf } from '../types/compare.ts'
import { DATE, INT2, INT4, INT8, type SqlType, withoutDomain } from '../types/type.ts'
import { buildAggregate, buildWindow } from './aggregate-builder.ts'
import { ResettingOperator } from './common-table.ts'
import { DistinctOperator, UniqueOperator } from './distinct.ts'
import { compile } from './expression.ts'
import { generateTop } from './generate/top-code.ts'
import { HashJoinOperator } from './hash-join.ts'
import { groupingKey, joinKey } from './keys.ts'
import { MaterializeOperator } from './materialize.ts'
import { MergeJoinOperator } from './merge-join.ts'
import { MergeLoop } from './merge-loop.ts'
import { NestedLoopOperator } from './nested-loop.ts'
import type { Operator } from './operator.ts'
import type { Program } from './program.ts'
import { ahead, filtered, mayPause, prepared, projected, splitFilter } from './resumable-builder.ts'
import { buildRowsScan, buildStoredScan, listedFunction } from './scan-builder.ts'
import { ScanLoop } from './scan-loop.ts'
import { AppendOperator, LimitOperator, OneRowOperator, RowsOperator } from './scans.ts'
import { ProjectSetOperator, RecursiveUnionOperator } from './set-operations.ts'
import { SetOperator } from './set-operator.ts'
import { SortOperator } from './sort.ts'
import { TableCountOperator } from './table-count.ts'
import { UniqueMergeJoinOperator } from './unique-merge-join.ts'

/** `program.build` is what measures it, too. */
export function buildOperator(program: Program, node: PlanNode): Operator {
  const { execution } = program
  switch (node.kind) {
    case 'one row':
      if (node.condition !== undefined && mayPause(node.condition)) {
        return filtered(program, new OneRowOperator(execution, undefined), node.condition)
      }
      return new OneRowOperator(execution, program.condition(node.condition))
    case 'table scan':
    case 'index scan':
    case 'index or scan':
      return buildStoredScan(program, node)
    case 'table count':
      return new TableCountOperator(
        execution,
        node.table,
        program.columnRegisters(node.relation.id, node.columns),
      )
    case 'virtual scan':
    case 'function scan':
    case 'values scan':
      return buildRowsScan(program, node)
    case 'subquery scan': {
      const projection = projected(
        program,
        program.build(node.input),
        node.columns.map(column => node.targets[column]),
        program.columnRegisters(node.relation.id, node.columns),
        node.filter,
      )
      const tables = withInnerTables(node.innerTables).map(({ id }) => program.commonTables.get(id)!)
      return tables.length === 0 ? projection : new ResettingOperator(projection, tables)
    }
    case 'common table scan':
      return buildCommonTableScan(program, node)
    case 'filter':
      return filtered(program, program.build(node.input), node.condition)
    case 'nested loop': {
      const outer = program.build(node.outer)
      const inner = program.build(node.inner)
      const places = program.places(node.nulled)
      if (node.condition !== undefined && mayPause(node.condition)) {
        const passing = filtered(program, inner, node.condition)
        return new NestedLoopOperator(execution, node.type, outer, passing, undefined, places)
      }
      const condition = program.condition(node.condition)
      return new NestedLoopOperator(execution, node.type, outer, inner, condition, places)
    }
    case 'hash join': {
      const join = new HashJoinOperator(
        execution,
        node.type,
        program.build(node.outer),
        program.build(node.inner),
        { outer: joinKey(node.outerKeys, program), inner: joinKey(node.innerKeys, program) },
        program.condition(node.condition),
        program.places(node.carried),
        program.places(node.outerNulled),
        node,
        isRepeatable(node.inner) && !node.innerKeys.some(isVolatile),
      )
      return prepared(program, join, expressionsOf(node))
    }
    case 'merge join':
      return prepared(program, buildMergeJoin(program, node), expressionsOf(node))
    case 'sort': {
      const input = program.build(node.input)
      const { operator, evaluates } = ahead(
        program,
        input,
        node.keys.map(key => key.expression),
      )
      const topScan =
        node.limit === undefined || operator !== input
          ? undefined
          : ScanLoop.over(execution, input, (loop, filter) => generateTop(loop, filter, node.keys))
      const sort = new SortOperator(
        execution,
        operator,
        program.sortKeys(node.keys, evaluates),
        program.places(node.carried),
        program.condition(node.limit),
        program.condition(node.offset),
        topScan,
      )
      return prepared(program, sort, [node.limit, node.offset])
    }
    case 'materialize':
      return new MaterializeOperator(
        execution,
        program.build(node.input),
        program.places(node.carried),
        program.places(node.outside),
        program.versionOf(commonTablesReadBy(node.input, program.statement.subplans)),
      )
    case 'aggregate':
      return prepared(program, buildAggregate(program, node), expressionsOf(node))
    case 'window':
      return prepared(program, buildWindow(program, node), expressionsOf(node))
    case 'project set': {
      const own = node.relation.id
      const projection = new ProjectSetOperator(
        execution,
        program.build(node.input),
        node.calls.map((call, i) => ({
          ...listedFunction(program, call),
          register: program.registers.of(own, i),
          isNested: call.arguments.some(argument => relationsIn(argument).has(own)),
        })),
      )
      return prepared(program, projection, expressionsOf(node))
    }
    case 'distinct': {
      const input = program.build(node.input)
      const key = groupingKey(node.keys, program)
      if (node.strategy === 'sorted') return new UniqueOperator(execution, input, key)
      return new DistinctOperator(execution, input, key, program.places(outputOf(node.input)))
    }
    case 'limit': {
      const limit = new LimitOperator(
        execution,
        program.build(node.input),
        program.condition(node.limit),
        program.condition(node.offset),
        node.ties?.map(e => ({ evaluate: compile(e, program), keyOf: keyOf(e.type) })),
      )
      return prepared(program, limit, expressionsOf(node), true)
    }
    case 'append':
      return new AppendOperator(
        execution,
        node.inputs.map(({ plan, targets }) =>
          projected(
            program,
            program.build(plan),
            node.columns.map(column => targets[column]),
            program.columnRegisters(node.relation.id, node.columns),
          ),
        ),
      )
    case 'set operation': {
      const all = node.relation.columns.map((_, column) => column)
      const registers = program.columnRegisters(node.relation.id, all)
      return new SetOperator(
        execution,
        node.operation,
        node.isAll,
        projected(program, program.build(node.left.plan), node.left.targets, registers),
        projected(program, program.build(node.right.plan), node.right.targets, registers),
        groupingKey(columnsOf(node.relation), program),
        registers,
      )
    }
    case 'recursive union': {
      const all = node.relation.columns.map((_, column) => column)
      const registers = program.columnRegisters(node.relation.id, all)
      const workTable = { rows: [], generation: 0 }
      program.workTables.set(node.commonTable, workTable)
      const { subplans } = program.statement
      const roundTables = commonTablesReading(node.commonTable, node.innerTables, subplans)
      return new RecursiveUnionOperator(
        execution,
        projected(program, program.build(node.initial.plan), node.initial.targets, registers),
        projected(program, program.build(node.recursive.plan), node.recursive.targets, registers),
        registers,
        node.isAll ? undefined : groupingKey(columnsOf(node.relation), program),
        workTable,
        [...roundTables].map(id => program.commonTables.get(id)!),
      )
    }
    case 'change':
      return prepared(program, program.buildChange(node), node.expressions)
  }
}

function buildMergeJoin(program: Program, node: MergeJoin): Operator {
  const { execution } = program
  const outer = program.build(node.outer)
  const inner = program.build(node.inner)
  const keys = node.outerKeys.map((outerKey, i) => ({
    outer: compile(outerKey, program),
    inner: compile(node.innerKeys[i], program),
    compare: comparator(outerKey.type),
    isDescending: node.isDescending[i],
  }))
  const condition = program.condition(node.condition)
  if (node.isInnerUnique && node.type !== 'left' && keys.length === 1) {
    const loop = mergeLoop(program, node, outer, inner)
    return new UniqueMergeJoinOperator(
      execution,
      node.type === 'anti',
      outer,
      inner,
      keys[0],
      condition,
      loop,
    )
  }
  const carried = program.places(node.carried)
  return new MergeJoinOperator(execution, node.type, outer, inner, keys, condition, carried)
}

/** Undefined: it is walked row by row. */
function mergeLoop(
  program: Program,
  node: MergeJoin,
  outer: Operator,
  inner: Operator,
): MergeLoop | undefined {
  const [outerKey] = node.outerKeys
  const [innerKey] = node.innerKeys
  if (node.type === 'anti' || node.isDescending[0]) return undefined
  if (outerKey.kind !== 'column' || innerKey.kind !== 'column') return undefined
  if (!isPlainlyOrdered(outerKey.type) || !isPlainlyOrdered(innerKey.type)) return undefined
  const columns = (input: PlanNode) =>
    outputOf(input).map(({ relation, column }) => ({
      register: program.registers.of(relation, column),
      type: program.typeOf(relation, column),
    }))
  const loop = new MergeLoop(program.execution, program, outer, inner, {
    outer: columns(node.outer),
    inner: columns(node.inner),
    outerKey: program.registers.of(outerKey.relation, outerKey.column),
    innerKey: program.registers.of(innerKey.relation, innerKey.column),
    condition: node.condition,
  })
  return loop.isThere ? loop : undefined
}

/** Whether JavaScript's `<` is SQL's. */
function isPlainlyOrdered(type: SqlType): boolean {
  const plain = withoutDomain(type)
  return plain === INT2 || plain === INT4 || plain === INT8 || plain === DATE
}

function buildCommonTableScan(
  program: Program,
  node: Extract<PlanNode, { kind: 'common table scan' }>,
): Operator {
  const { commonTable } = node
  const rows = node.isRecursiveReference
    ? () => program.workTables.get(commonTable)!.rows
    : () => program.commonTables.get(commonTable)!.read()
  const { before, rest } = splitFilter(program, node.filter)
  const scan = new RowsOperator(
    program.execution,
    rows,
    node.columns,
    program.columnRegisters(node.relation.id, node.columns),
    program.condition(before),
  )
  return rest === undefined ? scan : filtered(program, scan, rest)
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
