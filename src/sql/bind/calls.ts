/**
 * Calls of functions: which function is meant, what it is given, and what becomes of it by its kind: a value, an aggregate
 * of the query that it belongs to, a window's computation, a set of rows.
 */

import { notSupported } from '../errors.ts'
import type { AggregateFunction, ScalarFunction, SqlFunction, WindowFunction } from '../functions/registry.ts'
import type { FunctionCall } from '../syntax/tree.ts'
import { ANY, NO_MODIFIER, type SqlType, TEXT, UNKNOWN, VOID, withoutDomain } from '../types/type.ts'
import { addAggregate } from './aggregate-calls.ts'
import type { BoundExpression } from './bound.ts'
import { findPathway } from './casts.ts'
import { CLAUSES, refuseSet } from './clause.ts'
import { castExplicitly, coerceArgument, coerceToCommon, commonTypeFor, withoutUnknown } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { FOREIGN_FUNCTIONS } from './foreign-functions.ts'
import { type CallShape, type Candidate, chooseFunction, declaredArguments } from './overload.ts'
import { substitute, unify } from './polymorphic.ts'
import { isRecord, recordOf } from './records.ts'
import { fail, type Scope, type SetCall } from './scope.ts'
import { lookUpType } from './type-names.ts'
import { sameExpression } from './walk.ts'
import { addWindowCall } from './windows.ts'

/** A function, its arguments as it takes them, and what it gives. */
export interface ResolvedCall {
  readonly function: SqlFunction
  readonly arguments: readonly BoundExpression[]
  readonly result: SqlType
}

export function bindFunctionCall(scope: Scope, written: FunctionCall): BoundExpression {
  const mergeAction = bindMergeAction(scope, written)
  if (mergeAction !== undefined) return mergeAction
  const { call, bound } = withoutVoid(
    written,
    written.arguments.map(one => bindExpression(scope, one.value)),
  )
  const asCast = bindCastCall(scope, call, bound)
  if (asCast !== undefined) return asCast
  // What ORDER BY of WITHIN GROUP orders are the aggregate's arguments.
  const ordered = call.isWithinGroup ? call.orderBy.map(key => bindExpression(scope, key.expression)) : []
  const resolved = resolveCall(scope, call, [...bound, ...ordered], bound.length)
  const { function: found } = resolved
  if (found.kind !== 'aggregate') refuseAggregateClauses(call, found)
  switch (found.kind) {
    case 'scalar':
      if (call.over !== undefined) {
        fail(
          '42809',
          `OVER specified, but ${found.name} is not a window function nor an aggregate function`,
          call.at,
        )
      }
      if (isRecord(resolved.result) && scope.recordType !== undefined) {
        return scalarCall(found, { ...resolved, result: scope.recordType }, call.at)
      }
      return scalarCall(found, resolved, call.at)
    case 'aggregate':
      return call.over === undefined
        ? addAggregate(scope, call, found as AggregateFunction, resolved, bound)
        : addWindowCall(scope, call, found as AggregateFunction, resolved)
    case 'window':
      if (call.over === undefined) {
        fail('42809', `window function ${found.name} requires an OVER clause`, call.at)
      }
      return addWindowCall(scope, call, found as WindowFunction, resolved)
    default: {
      if (call.over !== undefined) {
        fail('42P20', 'window functions cannot return sets', call.at)
      }
      refuseSet(scope.clause, call.at)
      let type = setResultType(resolved)
      if (isRecord(type) && scope.recordType !== undefined) type = scope.recordType
      if (isRecord(type) && type.fields === undefined) {
        fail('42601', 'a column definition list is required for functions returning "record"', call.at)
      }
      const own = { function: found, arguments: resolved.arguments, type, at: call.at }
      // What is grouped by may stand in the select list: then it is that.
      const known =
        scope.clause === CLAUSES.groupBy ? scope.setCalls.findIndex(one => isSameCall(one, own)) : -1
      if (known < 0) scope.setCalls.push(own)
      return {
        kind: 'set function',
        index: known < 0 ? scope.setCalls.length - 1 : known,
        type,
        modifier: NO_MODIFIER,
        at: call.at,
      }
    }
  }
}

function isSameCall(one: SetCall, other: SetCall): boolean {
  return (
    one.function === other.function &&
    one.type === other.type &&
    one.arguments.length === other.arguments.length &&
    one.arguments.every((argument, i) => sameExpression(argument, other.arguments[i]!))
  )
}

function scalarCall(found: ScalarFunction, resolved: ResolvedCall, at: number): BoundExpression {
  return {
    kind: 'call',
    function: found,
    arguments: resolved.arguments,
    isExplicit: false,
    type: resolved.result,
    modifier: NO_MODIFIER,
    at,
  }
}

/** The type of one row of a set function: of several columns a record with these fields. */
export function setResultType(resolved: ResolvedCall): SqlType {
  const found = resolved.function
  if (found.kind !== 'set' || found.columns === undefined) return resolved.result
  const columns = found.columns({
    argumentTypes: resolved.arguments.map(one => one.type),
    resultType: resolved.result,
    modifier: NO_MODIFIER,
    isExplicit: false,
  })
  return recordOf(columns.map(column => ({ ...column, modifier: NO_MODIFIER })))
}

/** JDBC gives the results of a call as parameters of type void, too, which are no arguments. */
function withoutVoid(
  call: FunctionCall,
  bound: readonly BoundExpression[],
): { readonly call: FunctionCall; readonly bound: readonly BoundExpression[] } {
  const isArgument = bound.map(one => one.kind !== 'parameter' || one.type !== VOID)
  if (call.isWithinGroup || !isArgument.includes(false)) return { call, bound }
  return {
    call: { ...call, arguments: call.arguments.filter((_, i) => isArgument[i]) },
    bound: bound.filter((_, i) => isArgument[i]),
  }
}

/** A function that the grammar means: `timezone` of AT TIME ZONE and the like. */
export function callNamed(
  scope: Scope,
  name: string,
  bound: readonly BoundExpression[],
  at: number,
): BoundExpression {
  const shape = { name: [name], names: [] as string[], isVariadic: false, isStar: false, at }
  const resolved = resolveNamed(scope, shape, bound)
  if (resolved.function.kind !== 'scalar') throw notSupported(`${name} as a value`, at)
  return scalarCall(resolved.function, resolved, at)
}

function bindMergeAction(scope: Scope, call: FunctionCall): BoundExpression | undefined {
  if (call.name[call.name.length - 1] !== 'merge_action' || call.arguments.length > 0) return undefined
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    if (level.mergeAction !== undefined) return { ...level.mergeAction, at: call.at }
  }
  return fail('42601', 'MERGE_ACTION() can only be used in the RETURNING list of a MERGE command', call.at)
}

function refuseAggregateClauses(call: FunctionCall, found: SqlFunction): void {
  const name = call.name.join('.')
  const refuse = (what: string): never =>
    fail('42809', `${what} specified, but ${name} is not an aggregate function`, call.at)
  if (call.isStar) {
    fail('42809', `${name}(*) specified, but ${name} is not an aggregate function`, call.at)
  }
  if (call.isWithinGroup) refuse('WITHIN GROUP')
  if (found.kind === 'window') {
    if (call.isDistinct) fail('0A000', 'DISTINCT is not implemented for window functions', call.at)
    if (call.orderBy.length > 0) {
      fail('0A000', 'aggregate ORDER BY is not implemented for window functions', call.at)
    }
    if (call.filter !== undefined && call.over !== undefined) {
      fail('0A000', 'FILTER is not implemented for non-aggregate window functions', call.at)
    }
  }
  if (call.isDistinct) refuse('DISTINCT')
  if (call.orderBy.length > 0) refuse('ORDER BY')
  if (call.filter !== undefined) refuse('FILTER')
}

/** `int4(x)`, `date('…')`: a type's name with one argument, where no function of that name takes it. */
function bindCastCall(
  scope: Scope,
  call: FunctionCall,
  bound: readonly BoundExpression[],
): BoundExpression | undefined {
  if (bound.length !== 1 || call.arguments[0]!.name !== undefined || call.isStar || call.isDistinct) {
    return undefined
  }
  if (call.isVariadic || call.orderBy.length > 0 || call.filter !== undefined || call.over !== undefined) {
    return undefined
  }
  const operand = bound[0]!
  const { functions } = scope.binding
  const named = functions.named(call.name[call.name.length - 1]!)
  const shape = { types: [operand.type], names: [], isVariadic: false }
  if (
    named.length > 0 &&
    operand.type !== UNKNOWN &&
    'candidate' in chooseFunction(functions, named, shape)
  ) {
    return undefined
  }
  const type = lookUpType(scope.binding, call.name)
  if (type === undefined || (type.kind === 'composite' && named.length > 0)) return undefined
  if (operand.type === UNKNOWN) {
    // A function that takes exactly this is meant before the type.
    if (named.length > 0 && 'candidate' in chooseFunction(functions, named, shape)) return undefined
    return castExplicitly(scope, operand, type, NO_MODIFIER, call.at)
  }
  const pathway = findPathway(functions, operand.type, type, 'explicit')
  if (pathway === undefined || pathway.kind === 'array') return undefined
  // Text casts by this notation are only for what has no other meaning.
  if (pathway.kind === 'text' && withoutDomain(operand.type).kind === 'composite') return undefined
  return castExplicitly(scope, operand, type, NO_MODIFIER, call.at)
}

interface NamedCall {
  readonly name: readonly string[]
  readonly names: readonly string[]
  readonly isVariadic: boolean
  readonly isStar: boolean
  readonly at: number
}

export function resolveCall(
  scope: Scope,
  call: FunctionCall,
  bound: readonly BoundExpression[],
  directCount: number,
): ResolvedCall {
  const names: string[] = []
  for (const argument of call.arguments) {
    if (argument.name !== undefined) {
      if (names.includes(argument.name)) {
        fail('42601', `argument name "${argument.name}" used more than once`, argument.value.at)
      }
      names.push(argument.name)
    } else if (names.length > 0) {
      fail('42601', 'positional argument cannot follow named argument', argument.value.at)
    }
  }
  const { name, isVariadic, isStar, at } = call
  return resolveNamed(scope, { name, names, isVariadic, isStar, at }, bound, call, directCount)
}

function resolveNamed(
  scope: Scope,
  call: NamedCall,
  bound: readonly BoundExpression[],
  whole?: FunctionCall,
  directCount = bound.length,
): ResolvedCall {
  const { functions } = scope.binding
  const last = call.name[call.name.length - 1]!
  const schema = call.name.length > 1 ? call.name[call.name.length - 2]! : undefined
  let named = functions.named(last)
  if (schema !== undefined) {
    named = named.filter(one => (one.schema ?? 'pg_catalog') === schema)
    if (named.length === 0 && schema !== 'pg_catalog' && !scope.binding.catalog.hasSchema(schema)) {
      fail('3F000', `schema "${schema}" does not exist`, call.at)
    }
  }
  // rank() OVER and rank(…) WITHIN GROUP are two functions of one name.
  const isWithin = whole?.isWithinGroup === true
  const hypothetical = named.find(one => one.kind === 'aggregate' && one.within === 'hypothetical set')
  if (isWithin && hypothetical !== undefined) {
    return hypotheticalCall(scope, hypothetical as AggregateFunction, bound, directCount, call.at)
  }
  named = named.filter(one => one !== hypothetical || named.length === 1)
  const shape: CallShape = {
    types: bound.map(one => one.type),
    names: call.names,
    isVariadic: call.isVariadic,
  }
  const choice = chooseFunction(functions, named, shape)
  if ('failure' in choice && hypothetical !== undefined && whole?.over === undefined && bound.length > 0) {
    fail('42809', `WITHIN GROUP is required for ordered-set aggregate ${last}`, call.at)
  }
  if ('failure' in choice) {
    const isPostgres = schema === undefined || schema === 'pg_catalog'
    if (named.length === 0 && isPostgres && FOREIGN_FUNCTIONS.has(last)) {
      throw notSupported(`function ${last}`, call.at)
    }
    return functionMissing(call, shape, choice.failure)
  }
  return completeCall(scope, choice.candidate, shape, bound, call)
}

/** rank(direct …) WITHIN GROUP (ORDER BY …): pairs of one type each. */
function hypotheticalCall(
  scope: Scope,
  found: AggregateFunction,
  bound: readonly BoundExpression[],
  directCount: number,
  at: number,
): ResolvedCall {
  const orderedCount = bound.length - directCount
  if (directCount !== orderedCount) {
    fail(
      '42883',
      `function ${found.name}(${bound.map(one => one.type.displayName).join(', ')}) does not exist`,
      at,
      {
        hint:
          `To use the hypothetical-set aggregate ${found.name}, the number of hypothetical direct arguments ` +
          `(here ${directCount}) must match the number of ordering columns (here ${orderedCount}).`,
      },
    )
  }
  const direct: BoundExpression[] = []
  const ordered: BoundExpression[] = []
  for (let pair = 0; pair < directCount; pair++) {
    const { a, b } = pairOf(scope, bound[pair]!, bound[directCount + pair]!)
    direct.push(a)
    ordered.push(b)
  }
  return { function: found, arguments: [...direct, ...ordered], result: found.result }
}

function pairOf(
  scope: Scope,
  direct: BoundExpression,
  ordered: BoundExpression,
): { a: BoundExpression; b: BoundExpression } {
  const known = withoutUnknown(scope, ordered)
  const type = commonTypeFor(scope, [known, direct], 'WITHIN GROUP')
  return {
    a: coerceToCommon(scope, direct, type, 'WITHIN GROUP'),
    b: coerceToCommon(scope, known, type, 'WITHIN GROUP'),
  }
}

function functionMissing(call: NamedCall, shape: CallShape, failure: 'none' | 'ambiguous'): never {
  const positional = shape.types.length - shape.names.length
  const list = shape.types.map((type, at) =>
    at < positional ? type.displayName : `${shape.names[at - positional]} => ${type.displayName}`,
  )
  const signature = `${call.name.join('.')}(${call.isStar ? '*' : list.join(', ')})`
  if (failure === 'ambiguous') {
    fail('42725', `function ${signature} is not unique`, call.at, {
      hint: 'Could not choose a best candidate function. You might need to add explicit type casts.',
    })
  }
  return fail(
    '42883',
    `function ${call.isStar ? `${call.name.join('.')}()` : signature} does not exist`,
    call.at,
    {
      hint: 'No function matches the given name and argument types. You might need to add explicit type casts.',
    },
  )
}

function completeCall(
  scope: Scope,
  candidate: Candidate,
  shape: CallShape,
  bound: readonly BoundExpression[],
  call: NamedCall,
): ResolvedCall {
  const found = candidate.function
  const declared = declaredArguments(found)
  const polymorphs = unify(scope.binding.functions, candidate.types, shape.types)
  const cannotKnow = (): never =>
    fail('42804', 'could not determine polymorphic type because input has type unknown', call.at)
  if (polymorphs === undefined) return cannotKnow()
  const given = bound.map((one, at) => {
    const type = candidate.types[at]!
    if (type === ANY) return found.name === 'pg_typeof' ? one : settled(scope, one)
    const target = substitute(type, polymorphs)
    return target === undefined ? cannotKnow() : coerceArgument(scope, one, target)
  })
  let all: BoundExpression[] = given
  if (candidate.places !== undefined) {
    const defaults = found.defaults ?? []
    const firstDefault = declared.length - defaults.length
    all = candidate.places.map((place, parameter) => {
      if (place >= 0) return given[place]!
      const type = substitute(declared[parameter]!, polymorphs) ?? TEXT
      const value = defaults[parameter - firstDefault]
      return { kind: 'constant', type, modifier: NO_MODIFIER, value: value ?? null, at: call.at }
    })
  }
  if (candidate.variadicFrom !== undefined) {
    const from = candidate.variadicFrom
    const arrayType = substitute(declared[from]!, polymorphs)
    if (arrayType === undefined) return cannotKnow()
    all = [
      ...all.slice(0, from),
      { kind: 'array', elements: all.slice(from), type: arrayType, modifier: NO_MODIFIER, at: call.at },
    ]
  } else if (shape.isVariadic && declared[declared.length - 1] === ANY) {
    // VARIADIC "any" takes values side by side: an array that is written out can be taken apart.
    const array = all[all.length - 1]!
    if (array.kind !== 'array') throw notSupported('VARIADIC with this function and an array value', call.at)
    all = [...all.slice(0, -1), ...array.elements]
  }
  const result = substitute(found.result, polymorphs)
  if (result === undefined) return cannotKnow()
  return { function: found, arguments: all, result }
}

/** For "any": constants of unknown type are text. Parameters stay, and are refused at the end. */
function settled(scope: Scope, e: BoundExpression): BoundExpression {
  return e.kind === 'parameter' ? e : withoutUnknown(scope, e)
}
