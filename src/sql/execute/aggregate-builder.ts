/** Operators that compute over many rows: groups with their aggregates, windows. */

import { builtinRegistry } from '../functions/builtins.ts'
import type { AggregateFunction, WindowFunction } from '../functions/registry.ts'
import { outputOf } from '../plan/needed.ts'
import type { AggregateCall, PlanNode, SortItem } from '../plan/physical.ts'
import { AGGREGATES_FROM, GROUPING_SET } from '../plan/relations.ts'
import { isRepeatable } from '../plan/repeatable.ts'
import type { SqlType } from '../types/type.ts'
import { AggregateOperator, type RunningAggregate } from './aggregate.ts'
import { compile, compileAll } from './expression.ts'
import { GeneratedAggregateOperator } from './generated-aggregate.ts'
import { groupingKey } from './keys.ts'
import type { Operator } from './operator.ts'
import type { Program } from './program.ts'
import { WindowOperator } from './window.ts'
import type { RunningBound } from './window-frame.ts'

export function buildAggregate(program: Program, node: Extract<PlanNode, { kind: 'aggregate' }>): Operator {
  const own = node.relation.id
  program.aggregateSets.set(own, node.sets)
  const register = (column: number) =>
    node.columns.includes(column) ? program.registers.of(own, column) : -1
  const input = program.build(node.input)
  const registers = {
    keyRegisters: node.keys.map((_, i) => register(i)),
    callRegisters: node.calls.map((_, i) => register(AGGREGATES_FROM + i)),
    setRegister: register(GROUPING_SET),
  }
  const calls = node.calls.map(call => runningAggregate(program, call))
  const byClosures = new AggregateOperator(program.execution, input, {
    inputRegisters: program.places(outputOf(node.input)),
    keys: compileAll(node.keys, program),
    sets: node.sets.map(keys => ({
      keys,
      groupOf: groupingKey(
        keys.map(key => node.keys[key]),
        program,
      ),
    })),
    calls,
    ...registers,
  })
  if (node.sets.length !== 1 || node.sets[0].length !== node.keys.length) return byClosures
  if (calls.some(isInOrder)) return byClosures
  // With too many groups for memory closures begin anew.
  if (node.keys.length > 0 && !isRepeatable(node)) return byClosures
  const plan = {
    ...registers,
    keys: node.keys,
    calls: node.calls.map((call, i) => ({
      implementation: calls[i].implementation,
      arguments: call.arguments,
      filter: call.filter,
      skipsNulls: calls[i].skipsNulls,
      isUsers: !builtinRegistry().named(call.function.name).includes(call.function),
    })),
    rows: node.input.rows,
  }
  return new GeneratedAggregateOperator(program.execution, program, plan, byClosures, input)
}

function runningAggregate(program: Program, call: AggregateCall): RunningAggregate {
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
    arguments: compileAll(values, program),
    directArguments: compileAll(call.directArguments, program),
    filter: program.condition(call.filter),
    skipsNulls: definition.skipsNulls ?? true,
    distinctKey: call.isDistinct ? groupingKey(values, program) : undefined,
    orderBy: program.sortKeys(orderOf(call)),
    isOrderedSet: (definition.within ?? 'none') !== 'none',
    hypothetical: definition.hypothetical,
  }
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

export function buildWindow(program: Program, node: Extract<PlanNode, { kind: 'window' }>): Operator {
  const own = node.relation.id
  const bound = (one: typeof node.frame.start): RunningBound => {
    if (!('offset' in one)) return { kind: one.kind, offset: undefined, subtract: undefined, add: undefined }
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
      offset: compile(one.offset, program),
      subtract: subtract && ((value, offset) => subtract(value, offset, program.context)),
      add: add && ((value, offset) => add(value, offset, program.context)),
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
  return new WindowOperator(program.execution, program.build(node.input), {
    partitionKey: groupingKey(node.partitionBy, program),
    orderBy: program.sortKeys(node.orderBy),
    frame: { ...node.frame, start: bound(node.frame.start), end: bound(node.frame.end) },
    calls: node.calls.map((call, i) => ({
      computes: computes(
        call.function,
        call.arguments.map(argument => argument.type),
        call.type,
        call.at,
      ),
      arguments: compileAll(call.arguments, program),
      filter: program.condition(call.filter),
      skipsNulls: call.function.kind === 'aggregate' && (call.function.skipsNulls ?? true),
      register: node.columns.includes(i) ? program.registers.of(own, i) : -1,
    })),
    carried: program.places(node.carried),
  })
}
