/** Operators that compute over many rows: groups with their aggregates, windows. */

import type { BoundExpression } from '../bind/bound.ts'
import { sameExpression } from '../bind/walk.ts'
import { builtinRegistry } from '../functions/builtins.ts'
import type { AggregateFunction, WindowFunction } from '../functions/registry.ts'
import { outputOf } from '../plan/needed.ts'
import type { AggregateCall, PlanNode, SortItem } from '../plan/physical.ts'
import { AGGREGATES_FROM, GROUPING_SET, isVolatile } from '../plan/relations.ts'
import { isRepeatable } from '../plan/repeatable.ts'
import type { SqlType } from '../types/type.ts'
import { AggregateOperator, type RunningAggregate } from './aggregate.ts'
import { compile, compileAll, type Evaluate } from './expression.ts'
import { GeneratedAggregateOperator } from './generated-aggregate.ts'
import { groupingKey, groupingKeyOf, keyOfValues } from './keys.ts'
import type { Operator } from './operator.ts'
import type { Program } from './program.ts'
import { ahead as computedAhead } from './resumable-builder.ts'
import { ProjectOperator } from './scans.ts'
import { WindowOperator } from './window.ts'
import type { RunningBound } from './window-frame.ts'

export function buildAggregate(program: Program, node: Extract<PlanNode, { kind: 'aggregate' }>): Operator {
  const own = node.relation.id
  program.aggregateSets.set(own, node.sets)
  const register = (column: number) =>
    node.columns.includes(column) ? program.registers.of(own, column) : -1
  const below = program.build(node.input)
  // What would be another value when it is asked again becomes a column of the input.
  const volatileKeys = node.keys.filter(isVolatile)
  const scratch = volatileKeys.map(() => program.registers.scratch())
  const input =
    volatileKeys.length === 0
      ? below
      : new ProjectOperator(program.execution, below, compileAll(volatileKeys, program), scratch, undefined)
  const keys = node.keys.map((key): Evaluate => {
    const place = volatileKeys.indexOf(key)
    return place < 0 ? compile(key, program) : file => file[scratch[place]]
  })
  const registers = {
    keyRegisters: node.keys.map((_, i) => register(i)),
    callRegisters: node.calls.map((_, i) => register(AGGREGATES_FROM + i)),
    setRegister: register(GROUPING_SET),
  }
  // What is asked of each row may be computed before the row is taken.
  const asked = node.calls.flatMap(call => (call.filter === undefined ? call.arguments : [call.filter]))
  const ahead = computedAhead(program, input, asked)
  const evaluateOf = (e: BoundExpression): Evaluate =>
    ahead.evaluates[asked.indexOf(e)] ?? compile(e, program)
  const calls = node.calls.map(call => runningAggregate(program, call, evaluateOf))
  const byClosures = new AggregateOperator(program.execution, ahead.operator, {
    inputRegisters: [...program.places(outputOf(node.input)), ...scratch, ...ahead.registers],
    keys,
    sets: node.sets.map(set => ({
      keys: set,
      groupOf: groupingKeyOf(
        set.map(key => keys[key]),
        set.map(key => node.keys[key].type),
      ),
    })),
    calls,
    ...registers,
  })
  if (node.sets.length !== 1 || node.sets[0].length !== node.keys.length) return byClosures
  if (volatileKeys.length > 0) return byClosures
  if (calls.some(({ distinct, isOrdered }) => distinct !== undefined || isOrdered)) return byClosures
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
    mayPauseInRow: ahead.operator !== input,
  }
  return new GeneratedAggregateOperator(program.execution, program, plan, byClosures, input)
}

function runningAggregate(
  program: Program,
  call: AggregateCall,
  evaluateOf: (e: BoundExpression) => Evaluate,
): RunningAggregate {
  const { function: definition } = call
  const values = call.arguments
  const order = orderOf(call)
  const isOrderedSet = (definition.within ?? 'none') !== 'none'
  const types = values.map(value => value.type)
  return {
    implementation: definition.implement({
      argumentTypes: [...call.directArguments.map(argument => argument.type), ...types],
      resultType: call.type,
      modifier: -1,
      isExplicit: false,
      at: call.at,
    }),
    arguments: values.map(evaluateOf),
    directArguments: compileAll(call.directArguments, program),
    filter: call.filter && evaluateOf(call.filter),
    skipsNulls: definition.skipsNulls ?? true,
    distinct: call.isDistinct ? { argumentCount: values.length, key: keyOfValues(types) } : undefined,
    orderBy: program.sortKeys(order),
    orderArguments: order.map(item => values.findIndex(value => sameExpression(value, item.expression))),
    isOrdered: order.length > 0 || isOrderedSet,
    isOrderedSet,
    hypothetical: definition.hypothetical,
  }
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

/**
 * DISTINCT sorts by all arguments, as in PostgreSQL, so that `string_agg(DISTINCT …)` comes in order, and one of several with an
 * ORDER BY of its own wholly: that is by the first of them.
 */
function orderOf(call: AggregateCall): readonly SortItem[] {
  const { orderBy, isDistinct } = call
  if (!isDistinct || (orderBy.length === 0 && ORDERLESS.has(call.function.name))) return orderBy
  const others = call.arguments.filter(
    argument => !orderBy.some(item => sameExpression(item.expression, argument)),
  )
  return [...orderBy, ...others.map(expression => ({ expression, isDescending: false, nullsFirst: false }))]
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
  // What stands beside a filter is computed where that lets the row pass only.
  const isAhead = (call: (typeof node.calls)[number]) => call.filter === undefined
  const { operator, evaluates } = computedAhead(
    program,
    program.build(node.input),
    node.calls.filter(isAhead).flatMap(call => call.arguments),
  )
  let next = 0
  const argumentsOf = (call: (typeof node.calls)[number]): readonly Evaluate[] => {
    if (!isAhead(call)) return compileAll(call.arguments, program)
    const from = next
    next += call.arguments.length
    return evaluates.slice(from, next)
  }
  return new WindowOperator(program.execution, operator, {
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
      arguments: argumentsOf(call),
      filter: program.condition(call.filter),
      skipsNulls: call.function.kind === 'aggregate' && (call.function.skipsNulls ?? true),
      register: node.columns.includes(i) ? program.registers.of(own, i) : -1,
    })),
    carried: program.places(node.carried),
  })
}
