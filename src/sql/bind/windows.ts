/** Windows: named, inherited and written on the spot; their frames; and the calls over them. */

import type { AggregateFunction, ScalarFunction, WindowFunction } from '../functions/registry.ts'
import type { FrameBound, FunctionCall, WindowDefinition, WindowFrame } from '../syntax/tree.ts'
import {
  DATE,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  NO_MODIFIER,
  NUMERIC,
  type SqlType,
  TIME,
  TIMESTAMP,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import type { BoundExpression, BoundFrame, BoundFrameBound, BoundWindow } from './bound.ts'
import type { ResolvedCall } from './calls.ts'
import { CLAUSES, refuseWindow } from './clause.ts'
import {
  castExplicitly,
  coerceArgument,
  coerceToBigint,
  coerceToBoolean,
  withoutUnknown,
} from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { chooseOperator } from './overload.ts'
import { fail, type Scope } from './scope.ts'
import { directionOf, requireEquality, requireOrder } from './sorting.ts'
import { contains, sameExpression } from './walk.ts'

export function addWindowCall(
  scope: Scope,
  call: FunctionCall,
  found: WindowFunction | AggregateFunction,
  resolved: ResolvedCall,
): BoundExpression {
  refuseWindow(scope.clause, call.at)
  if (found.kind === 'aggregate') {
    if (call.isDistinct) fail('0A000', 'DISTINCT is not implemented for window functions', call.at)
    if (call.orderBy.length > 0 && !call.isWithinGroup) {
      fail('0A000', 'aggregate ORDER BY is not implemented for window functions', call.at)
    }
    if (found.within !== undefined && found.within !== 'none') {
      fail('0A000', `OVER is not supported for ordered-set aggregate ${found.name}`, call.at)
    }
    if (call.arguments.length === 0 && !call.isStar) {
      fail('42809', `${found.name}(*) must be used to call a parameterless aggregate function`, call.at)
    }
  }
  for (const one of resolved.arguments) {
    if (contains(one, part => part.kind === 'window')) {
      fail('42P20', 'window function calls cannot be nested', one.at)
    }
    if (contains(one, part => part.kind === 'set function')) {
      fail('0A000', 'window function calls cannot contain set-returning function calls', one.at, {
        hint: 'You might be able to move the set-returning function into a LATERAL FROM item.',
      })
    }
  }
  const filter =
    call.filter === undefined
      ? undefined
      : scope.in(CLAUSES.filter, () => coerceToBoolean(scope, bindExpression(scope, call.filter!), 'FILTER'))
  const window = windowOf(scope, call.over!)
  scope.windowCalls.push({
    window,
    function: found,
    arguments: resolved.arguments,
    filter,
    type: resolved.result,
    at: call.at,
  })
  return {
    kind: 'window',
    index: scope.windowCalls.length - 1,
    type: resolved.result,
    modifier: NO_MODIFIER,
    at: call.at,
  }
}

/** The number of the window; equal ones are the same. */
function windowOf(scope: Scope, over: NonNullable<FunctionCall['over']>): number {
  const bound = 'name' in over ? namedWindow(scope, over.name, over.at) : bindWindow(scope, over.definition)
  const known = scope.windows.findIndex(one => sameWindow(one, bound))
  if (known >= 0) return known
  scope.windows.push(bound)
  return scope.windows.length - 1
}

/** All of the WINDOW clause, used or not. */
export function bindWindowClause(scope: Scope): void {
  const names = new Set<string>()
  for (const definition of scope.windowDefinitions) {
    if (names.has(definition.name!)) {
      fail('42P20', `window "${definition.name}" is already defined`, definition.at)
    }
    names.add(definition.name!)
    bindDefinition(scope, definition)
  }
}

function bindDefinition(scope: Scope, definition: WindowDefinition): BoundWindow {
  let bound = scope.boundWindows.get(definition)
  if (bound === undefined) {
    bound = bindWindow(scope, definition)
    scope.boundWindows.set(definition, bound)
  }
  return bound
}

function definitionNamed(scope: Scope, name: string, at: number): WindowDefinition {
  const definition = scope.windowDefinitions.find(one => one.name === name)
  if (definition === undefined) fail('42704', `window "${name}" does not exist`, at)
  return definition
}
function namedWindow(scope: Scope, name: string, at: number): BoundWindow {
  return bindDefinition(scope, definitionNamed(scope, name, at))
}

function bindWindow(scope: Scope, definition: WindowDefinition): BoundWindow {
  let base: BoundWindow | undefined
  if (definition.base !== undefined) {
    const baseDefinition = definitionNamed(scope, definition.base, definition.at)
    // In the WINDOW clause only what came before can be named.
    const own = scope.windowDefinitions.indexOf(definition)
    if (own >= 0 && scope.windowDefinitions.indexOf(baseDefinition) >= own) {
      fail('42704', `window "${definition.base}" does not exist`, definition.at)
    }
    base = bindDefinition(scope, baseDefinition)
    if (definition.partitionBy.length > 0) {
      fail('42P20', `cannot override PARTITION BY clause of window "${definition.base}"`, definition.at)
    }
    if (definition.orderBy.length > 0 && base.orderBy.length > 0) {
      fail('42P20', `cannot override ORDER BY clause of window "${definition.base}"`, definition.at)
    }
    if (baseDefinition.frame !== undefined) {
      const isBare =
        definition.orderBy.length === 0 && definition.frame === undefined && definition.name === undefined
      fail('42P20', `cannot copy window "${definition.base}" because it has a frame clause`, definition.at, {
        hint: isBare ? 'Omit the parentheses in this OVER clause.' : undefined,
      })
    }
  }
  const partitionBy =
    base?.partitionBy ??
    definition.partitionBy.map(tree =>
      scope.in(CLAUSES.windowPartition, () => {
        const bound = withoutUnknown(scope, bindExpression(scope, tree))
        requireEquality(bound.type, bound.at)
        return bound
      }),
    )
  let orderBy: BoundWindow['orderBy'] =
    base !== undefined && base.orderBy.length > 0
      ? base.orderBy
      : definition.orderBy.map(item =>
          scope.in(CLAUSES.windowOrder, () => {
            const expression = withoutUnknown(scope, bindExpression(scope, item.expression))
            requireOrder(expression.type, expression.at)
            return { expression, ...directionOf(item) }
          }),
        )
  const frame = definition.frame
  if (frame === undefined) {
    return {
      partitionBy,
      orderBy,
      frame: {
        mode: 'range',
        start: { kind: 'unbounded preceding' },
        end: { kind: 'current row' },
        exclude: 'no others',
      },
    }
  }
  if (frame.mode === 'groups' && orderBy.length === 0) {
    fail('42P20', 'GROUPS mode requires an ORDER BY clause', definition.at)
  }
  if (frame.mode === 'range' && ('offset' in frame.start || 'offset' in frame.end)) {
    if (orderBy.length !== 1) {
      fail(
        '42P20',
        'RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column',
        definition.at,
      )
    }
    const ranged = bindRangeFrame(scope, frame, orderBy[0]!.expression)
    orderBy = [{ ...orderBy[0]!, expression: ranged.key }]
    return { partitionBy, orderBy, frame: ranged.frame }
  }
  return { partitionBy, orderBy, frame: bindFrame(scope, frame) }
}

function bindFrame(scope: Scope, frame: WindowFrame): BoundFrame {
  const label = frame.mode.toUpperCase()
  const clause = frame.mode === 'rows' ? CLAUSES.frameRows : CLAUSES.frameGroups
  const bind = (bound: FrameBound): BoundFrameBound => {
    if (!('offset' in bound)) return bound
    const offset = scope.in(clause, () => coerceToBigint(scope, bindExpression(scope, bound.offset), label))
    refuseVariables(scope, offset, label)
    return { kind: bound.kind, offset, subtract: undefined, add: undefined }
  }
  return { mode: frame.mode, start: bind(frame.start), end: bind(frame.end), exclude: frame.exclude }
}

/** Of this query: outer columns are fixed while it runs. */
export function refuseVariables(scope: Scope, e: BoundExpression, label: string): void {
  let at = -1
  const isOwn = contains(e, part => {
    const isVariable =
      (part.kind === 'column' || part.kind === 'whole row') && scope.binding.scopeOf(part.relation) === scope
    if (isVariable) at = part.at
    return isVariable
  })
  if (isOwn) fail('42P10', `argument of ${label} must not contain variables`, at)
}

/** RANGE with offsets: key and offset in types in which the key moved by the offset does not overflow. */
function bindRangeFrame(
  scope: Scope,
  frame: WindowFrame,
  key: BoundExpression,
): { key: BoundExpression; frame: BoundFrame } {
  const plain = withoutDomain(key.type)
  const at = key.at
  const offsets = [frame.start, frame.end].map(bound => {
    if (!('offset' in bound)) return undefined
    const offset = scope.in(CLAUSES.frameRange, () => bindExpression(scope, bound.offset))
    refuseVariables(scope, offset, 'RANGE')
    return offset
  })
  const offsetType = defaultOffset(plain)
  if (offsetType === undefined) {
    fail(
      '0A000',
      `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${key.type.displayName}`,
      offsets.find(one => one !== undefined)?.at ?? at,
    )
  }
  const isWhole = plain === INT2 || plain === INT4 || plain === INT8
  // Times of day do not go round here, and real has the range of double precision.
  let keyType: SqlType =
    plain === DATE ? TIMESTAMP : plain === TIME ? INTERVAL : plain.name === 'float4' ? FLOAT8 : plain
  let rangeType: SqlType = offsetType
  for (const offset of offsets) {
    if (offset === undefined || offset.type === UNKNOWN) continue
    const type = withoutDomain(offset.type)
    const fits = isWhole ? type === INT2 || type === INT4 || type === INT8 : canBeOffset(type, offsetType)
    if (!fits) {
      fail(
        '0A000',
        `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${key.type.displayName} ` +
          `and offset type ${offset.type.displayName}`,
        offset.at,
        { hint: 'Cast the offset value to an appropriate type.' },
      )
    }
  }
  if (isWhole) {
    const isWide = plain === INT8 || offsets.some(one => one !== undefined && one.type === INT8)
    keyType = isWide ? NUMERIC : INT8
    rangeType = keyType
  }
  const moved = (symbol: string): ScalarFunction => {
    const choice = chooseOperator(scope.binding.functions, symbol, [keyType, rangeType])
    if ('failure' in choice) {
      fail('0A000', `RANGE with offset is not supported for column type ${key.type.displayName}`, at)
    }
    return choice.candidate.function
  }
  const subtract = moved('-')
  const add = moved('+')
  const resultType = subtract.result
  const bind = (bound: FrameBound, offset: BoundExpression | undefined): BoundFrameBound => {
    if (!('offset' in bound) || offset === undefined) return bound as BoundFrameBound
    const known = offset.type === UNKNOWN ? coerceArgument(scope, offset, offsetType) : offset
    return {
      kind: bound.kind,
      offset: castExplicitly(scope, known, rangeType, NO_MODIFIER, offset.at),
      subtract,
      add,
    }
  }
  return {
    key: castExplicitly(scope, key, keyType === resultType ? keyType : resultType, NO_MODIFIER, key.at),
    frame: {
      mode: 'range',
      start: bind(frame.start, offsets[0]),
      end: bind(frame.end, offsets[1]),
      exclude: frame.exclude,
    },
  }
}

/** What is added to a key of that type. */
function defaultOffset(type: SqlType): SqlType | undefined {
  switch (type.name) {
    case 'int2':
    case 'int4':
    case 'int8':
      return type
    case 'float4':
    case 'float8':
      return FLOAT8
    case 'numeric':
      return NUMERIC
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'interval':
      return INTERVAL
    default:
      return undefined
  }
}

function canBeOffset(type: SqlType, wanted: SqlType): boolean {
  if (type === wanted) return true
  // Floats and numerics take what becomes them unasked.
  return wanted === FLOAT8 || wanted === NUMERIC ? type.category === 'N' : false
}

function sameWindow(a: BoundWindow, b: BoundWindow): boolean {
  return (
    a.partitionBy.length === b.partitionBy.length &&
    a.partitionBy.every((one, at) => sameExpression(one, b.partitionBy[at]!)) &&
    a.orderBy.length === b.orderBy.length &&
    a.orderBy.every((one, at) => {
      const other = b.orderBy[at]!
      return (
        one.isDescending === other.isDescending &&
        one.nullsFirst === other.nullsFirst &&
        sameExpression(one.expression, other.expression)
      )
    }) &&
    a.frame.mode === b.frame.mode &&
    a.frame.exclude === b.frame.exclude &&
    sameBound(a.frame.start, b.frame.start) &&
    sameBound(a.frame.end, b.frame.end)
  )
}
function sameBound(a: BoundFrameBound, b: BoundFrameBound): boolean {
  if (a.kind !== b.kind) return false
  return !('offset' in a) || ('offset' in b && sameExpression(a.offset, b.offset))
}
