/**
 * Evaluates one expression with nothing but the registry: enough of PostgreSQL's overload resolution to test functions
 * apart from binder and executor. What it cannot say, tests of statements say.
 */

import { SqlError } from '../../../src/sql/errors.ts'
import { builtinRegistry } from '../../../src/sql/functions/builtins.ts'
import type {
  AggregateFunction,
  CallTypes,
  EvaluationContext,
  Implementation,
  ScalarFunction,
  SetFunction,
  SqlFunction,
  Value,
} from '../../../src/sql/functions/registry.ts'
import { parseExpression } from '../../../src/sql/syntax/parser.ts'
import type { Expression, FunctionCall, TypeName } from '../../../src/sql/syntax/tree.ts'
import { arrayOfArrays, elementAt, SqlArray, sliceOf } from '../../../src/sql/types/array.ts'
import { castContext, castFunction } from '../../../src/sql/types/casts.ts'
import { comparator } from '../../../src/sql/types/compare.ts'
import { formatType, outputFunction } from '../../../src/sql/types/input-output.ts'
import { Numeric } from '../../../src/sql/types/numeric.ts'
import { SqlRow } from '../../../src/sql/types/row.ts'
import { withoutTrailingBlanks } from '../../../src/sql/types/text.ts'
import {
  ANY,
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYELEMENT,
  ANYENUM,
  ANYNONARRAY,
  BOOL,
  BPCHAR,
  builtinTypeByName,
  INT4,
  INT8,
  makeType,
  NO_MODIFIER,
  NUMERIC,
  RECORD,
  type SqlType,
  TEXT,
  UNKNOWN,
  VARCHAR,
} from '../../../src/sql/types/type.ts'
import { testContext } from './context.ts'

export interface Typed {
  readonly type: SqlType
  readonly value: Value
  readonly modifier?: number
}

export const MOOD = makeType({
  oid: 90001,
  name: 'mood',
  schema: 'public',
  category: 'E',
  kind: 'enum',
  labels: ['sad', 'ok', 'happy'],
  arrayOid: 90002,
})

const registry = builtinRegistry()

/** Type and text of an expression's value, as `pg_typeof` and a cast to text say; null is null. */
export function evaluateText(
  text: string,
  context: EvaluationContext = testContext(),
): [string, string | null] {
  const { type, value } = evaluate(parseExpression(text), context)
  const shown = type === UNKNOWN ? TEXT : type
  return [formatType(shown), value === null ? null : print(shown, value, context)]
}

function print(type: SqlType, value: Value, context: EvaluationContext): string {
  // A cast of boolean to text spells it out.
  if (type === BOOL) return value ? 'true' : 'false'
  // char(n) loses its blanks on the way to text.
  return outputFunction(type)(type === BPCHAR ? withoutTrailingBlanks(value) : value, context)
}

function typeOf(name: TypeName): { type: SqlType; modifier: number } {
  const last = name.name[name.name.length - 1]
  const base = last === 'mood' ? MOOD : builtinTypeByName(last)
  if (base === undefined) throw new Error(`no type ${last}`)
  const numbers = name.modifiers.map(one =>
    one.kind === 'literal' && one.value.type === 'integer' ? one.value.value : 0,
  )
  let modifier = NO_MODIFIER
  if (numbers.length > 0) {
    if (base === NUMERIC) modifier = ((numbers[0] << 16) | ((numbers[1] ?? 0) & 0x7ff)) + 4
    else if (base === VARCHAR || base.name === 'bpchar') modifier = numbers[0] + 4
    else if (base.name === 'interval')
      modifier = ((numbers[0] & 0x7fff) << 16) | ((numbers[1] ?? 0xffff) & 0xffff)
    else modifier = numbers[0]
  }
  return { type: name.dimensions > 0 ? base.array! : base, modifier }
}

export function convert(
  from: Typed,
  to: SqlType,
  context: EvaluationContext,
  modifier = NO_MODIFIER,
  isExplicit = false,
): Typed {
  if (from.value === null) return { type: to, value: null, modifier }
  const implementation = castFunction(registry, {
    argumentTypes: [from.type],
    resultType: to,
    modifier,
    isExplicit,
  })
  if (implementation === undefined)
    throw new SqlError('42846', `cannot cast type ${from.type.displayName} to ${to.displayName}`)
  return { type: to, value: implementation(from.value, context), modifier }
}

function commonType(values: readonly Typed[]): SqlType {
  const known = values.filter(one => one.type !== UNKNOWN)
  if (known.length === 0) return TEXT
  let common = known[0].type
  for (const { type } of known) {
    if (
      type !== common &&
      castContext(registry, common, type) === 'implicit' &&
      castContext(registry, type, common) !== 'implicit'
    ) {
      common = type
    } else if (
      type.isPreferred &&
      type.category === common.category &&
      castContext(registry, common, type) === 'implicit'
    )
      common = type
  }
  return common
}

export function evaluate(e: Expression, context: EvaluationContext): Typed {
  switch (e.kind) {
    case 'literal':
      switch (e.value.type) {
        case 'null':
          return { type: UNKNOWN, value: null }
        case 'boolean':
          return { type: BOOL, value: e.value.value }
        case 'integer':
          return { type: INT4, value: e.value.value }
        case 'numeric': {
          const value = Numeric.parse(e.value.text)
          if (/^-?[\d_]+$|^-?0[xob]/i.test(e.value.text)) {
            const integer = value.toInteger()
            if (integer <= 9223372036854775807n && integer >= -9223372036854775808n)
              return { type: INT8, value: integer }
          }
          return { type: NUMERIC, value }
        }
        case 'string':
          return { type: UNKNOWN, value: e.value.text }
        default:
          throw new Error('bits')
      }
    case 'cast': {
      const { type, modifier } = typeOf(e.type)
      if (e.operand.kind === 'array' && e.operand.elements.length === 0)
        return { type, value: SqlArray.EMPTY }
      return convert(evaluate(e.operand, context), type, context, modifier, true)
    }
    case 'collate':
      return evaluate(e.operand, context)
    case 'operator': {
      const operands = (e.left === undefined ? [e.right] : [e.left, e.right]).map(one =>
        evaluate(one, context),
      )
      return callOperator(e.name[e.name.length - 1], operands, context)
    }
    case 'like': {
      const name = { like: '~~', ilike: '~~*', similar: '~' }[e.variant]
      const operand = convert(evaluate(e.operand, context), TEXT, context)
      let pattern = convert(evaluate(e.pattern, context), TEXT, context)
      const escapes = e.escape === undefined ? [] : [convert(evaluate(e.escape, context), TEXT, context)]
      if (e.variant === 'similar') pattern = callFunction('similar_to_escape', [pattern, ...escapes], context)
      else if (escapes.length > 0) pattern = callFunction('like_escape', [pattern, ...escapes], context)
      return callOperator(e.isNegated ? `!${name}` : name, [operand, pattern], context)
    }
    case 'logical': {
      const values = e.operands.map(one => convert(evaluate(one, context), BOOL, context).value)
      if (e.operator === 'not') return { type: BOOL, value: values[0] === null ? null : !values[0] }
      const decisive = e.operator === 'or'
      return {
        type: BOOL,
        value: values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive,
      }
    }
    case 'null test':
      return { type: BOOL, value: (evaluate(e.operand, context).value === null) !== e.isNegated }
    case 'boolean test': {
      const { value } = evaluate(e.operand, context)
      const wanted = e.test === 'unknown' ? null : e.test === 'true'
      return { type: BOOL, value: (value === wanted) !== e.isNegated }
    }
    case 'distinct test': {
      const values = [evaluate(e.left, context), evaluate(e.right, context)]
      const nulls = values.filter(one => one.value === null).length
      const isDistinct = nulls === 1 || (nulls === 0 && callOperator('<>', values, context).value)
      return { type: BOOL, value: isDistinct !== e.isNegated }
    }
    case 'array': {
      const parts = e.elements.map(one => evaluate(one, context))
      if (parts.every(one => one.type.element !== undefined)) {
        const type = commonType(parts)
        return { type, value: arrayOfArrays(parts.map(one => convert(one, type, context).value)) }
      }
      const type = commonType(parts)
      return { type: type.array!, value: SqlArray.of(parts.map(one => convert(one, type, context).value)) }
    }
    case 'row': {
      const fields = e.fields
        .map(one => evaluate(one, context))
        .map(one => (one.type === UNKNOWN ? convert(one, TEXT, context) : one))
      return {
        type: RECORD,
        value: new SqlRow(
          fields.map(one => one.value),
          fields.map(one => one.type),
        ),
      }
    }
    case 'subscript': {
      const array = evaluate(e.operand, context)
      const integer = (one: Expression | undefined): number | undefined =>
        one === undefined ? undefined : convert(evaluate(one, context), INT4, context).value
      if (array.value === null) return { type: array.type.element!, value: null }
      if (e.subscripts.some(one => one.isSlice)) {
        const bounds = e.subscripts.map(one =>
          one.isSlice
            ? { lower: integer(one.lower), upper: integer(one.upper) }
            : { lower: 1, upper: integer(one.upper ?? one.lower) },
        )
        return { type: array.type, value: sliceOf(array.value, bounds) }
      }
      return {
        type: array.type.element!,
        value: elementAt(
          array.value,
          e.subscripts.map(one => integer(one.lower ?? one.upper)!),
        ),
      }
    }
    case 'quantified': {
      const operand = evaluate(e.operand, context)
      let array = evaluate(e.array, context)
      if (array.type === UNKNOWN) array = convert(array, operand.type.array!, context)
      if (array.value === null) return { type: BOOL, value: null }
      const results = array.value.elements.map(
        (value: Value) =>
          callOperator(e.operator[0], [operand, { type: array.type.element!, value }], context).value,
      )
      const decisive = e.quantifier === 'any'
      return {
        type: BOOL,
        value: results.includes(decisive) ? decisive : results.includes(null) ? null : !decisive,
      }
    }
    case 'coalesce': {
      const values = e.operands.map(one => evaluate(one, context))
      const type = commonType(values)
      const first = values.find(one => one.value !== null)
      return first === undefined ? { type, value: null } : convert(first, type, context)
    }
    case 'function':
      return callNamed(e, context)
    default:
      throw new Error(`the evaluator of tests does not know ${e.kind}`)
  }
}

function callOperator(name: string, operands: readonly Typed[], context: EvaluationContext): Typed {
  const wanted = name === '!=' ? '<>' : name
  const candidates = registry.operatorsNamed(wanted).filter(one => one.arguments.length === operands.length)
  const types = operands.map(one => one.type)
  // An unknown operand takes the type of the other one, if there is such an operator.
  const chosen =
    (types.length === 2 && types.includes(UNKNOWN)
      ? choose(
          candidates,
          types.map(type => (type === UNKNOWN ? (types.find(other => other !== UNKNOWN)! ?? type) : type)),
          true,
        )
      : undefined) ?? choose(candidates, types, false)
  if (chosen === undefined) throw new Error(`no operator ${types.map(one => one.name)} ${name}`)
  return invoke(chosen as Chosen<ScalarFunction>, operands, context)
}

export interface Chosen<F extends SqlFunction = SqlFunction> {
  readonly function: F
  /** By argument given, resolved. */
  readonly types: readonly SqlType[]
  readonly result: SqlType
  readonly isSpread: boolean
}

export function callFunction(name: string, given: readonly Typed[], context: EvaluationContext): Typed {
  const chosen = choose(
    registry.named(name),
    given.map(one => one.type),
    false,
  )
  if (chosen === undefined) throw new Error(`no function ${name}(${given.map(one => one.type.name)})`)
  return invoke(chosen as Chosen<ScalarFunction>, given, context)
}

function callNamed(e: FunctionCall, context: EvaluationContext): Typed {
  const name = e.name[e.name.length - 1]
  let given = e.arguments.map(one => evaluate(one.value, context))
  const candidates = registry.named(name)
  const names = e.arguments.map(one => one.name)
  if (names.some(one => one !== undefined)) {
    const fn = candidates.find(
      one => one.argumentNames && names.every(n => n === undefined || one.argumentNames!.includes(n)),
    )!
    const defaults = fn.defaults ?? []
    const all = fn.arguments.map((type, at): Typed => {
      const index = names.indexOf(fn.argumentNames![at])
      if (index >= 0) return given[index]
      if (at < given.length && names[at] === undefined) return given[at]
      return { type, value: defaults[at - (fn.arguments.length - defaults.length)] }
    })
    given = all
  }
  const chosen = choose(
    candidates,
    given.map(one => one.type),
    false,
    e.isVariadic,
  )
  if (chosen === undefined) throw new Error(`no function ${name}(${given.map(one => one.type.name)})`)
  if (chosen.function.kind === 'set') {
    const fn = chosen.function as SetFunction
    const { values, call } = prepared(chosen, given, context)
    const rows =
      values.includes(null) && fn.isStrict !== false ? [] : [...fn.implement(call)(...values, context)]
    const columns = fn.columns?.(call)
    const texts = rows.map(row =>
      columns
        ? `(${row.map((one: Value, at: number) => (one === null ? '' : print(columns[at].type, one, context))).join(',')})`
        : row === null
          ? null
          : print(chosen.result, row, context),
    )
    return { type: TEXT.array!, value: SqlArray.of(texts) }
  }
  return invoke(chosen as Chosen<ScalarFunction>, given, context)
}

export function prepared(
  chosen: Chosen,
  given: readonly Typed[],
  context: EvaluationContext,
): { values: Value[]; call: CallTypes } {
  const fn = chosen.function
  let values: Value[] = given.map(
    (one, at) =>
      convert(
        one,
        chosen.types[at] === ANY ? (one.type === UNKNOWN ? TEXT : one.type) : chosen.types[at],
        context,
      ).value,
  )
  let types = chosen.types.map((type, at) =>
    type === ANY ? (given[at].type === UNKNOWN ? TEXT : given[at].type) : type,
  )
  if (chosen.isSpread && fn.arguments[fn.arguments.length - 1] !== ANY) {
    const fixed = fn.arguments.length - 1
    const element = types[fixed]
    values = [...values.slice(0, fixed), SqlArray.of(values.slice(fixed))]
    types = [...types.slice(0, fixed), element.array!]
  } else if (values.length < fn.arguments.length && fn.defaults) {
    const missing = fn.arguments.length - values.length
    values.push(...fn.defaults.slice(fn.defaults.length - missing))
    types = [...types, ...fn.arguments.slice(types.length)]
  }
  return {
    values,
    call: { argumentTypes: types, resultType: chosen.result, modifier: NO_MODIFIER, isExplicit: false },
  }
}

function invoke(chosen: Chosen<ScalarFunction>, given: readonly Typed[], context: EvaluationContext): Typed {
  const { values, call } = prepared(chosen, given, context)
  if (values.includes(null) && chosen.function.isStrict !== false) return { type: chosen.result, value: null }
  const implementation: Implementation = chosen.function.implement(call)
  return { type: chosen.result, value: implementation(...values, context) }
}

const POLYMORPHIC: readonly SqlType[] = [
  ANYELEMENT,
  ANYARRAY,
  ANYNONARRAY,
  ANYENUM,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
]

function choose(
  candidates: readonly SqlFunction[],
  given: readonly SqlType[],
  onlyExact: boolean,
  isVariadicCall = false,
): Chosen | undefined {
  const fits: { chosen: Chosen; exact: number; preferred: number; declared: readonly SqlType[] }[] = []
  for (const one of candidates) {
    for (const spread of one.isVariadic && !isVariadicCall ? [false, true] : [false]) {
      let declared = one.arguments
      if (one.isVariadic && one.arguments[one.arguments.length - 1] === ANY) {
        if (given.length < declared.length || (!spread && given.length !== declared.length)) continue
        declared = [
          ...declared.slice(0, -1),
          ...Array(Math.max(0, given.length - declared.length + 1)).fill(ANY),
        ]
      } else if (spread) {
        const last = one.arguments[one.arguments.length - 1]
        const element =
          last === ANYARRAY ? ANYELEMENT : last === ANYCOMPATIBLEARRAY ? ANYCOMPATIBLE : last.element!
        if (given.length < one.arguments.length) continue
        declared = [
          ...one.arguments.slice(0, -1),
          ...Array(given.length - one.arguments.length + 1).fill(element),
        ]
      }
      if (given.length > declared.length || given.length < declared.length - (one.defaults?.length ?? 0))
        continue
      const resolved = resolve(one, declared.slice(0, given.length), given)
      if (resolved === undefined) continue
      const exact = resolved.types.filter((type, at) => type === given[at]).length
      if (onlyExact && exact < given.length) continue
      const preferred = resolved.types.filter((type, at) => type === given[at] || type.isPreferred).length
      const polymorphs = declared.filter(type => POLYMORPHIC.includes(type) || type === ANY).length
      fits.push({
        chosen: { function: one, types: resolved.types, result: resolved.result, isSpread: spread },
        exact: exact - polymorphs / 100,
        preferred,
        declared,
      })
    }
  }
  if (fits.length === 0) return undefined
  const best = Math.max(...fits.map(one => one.exact))
  let left = fits.filter(one => one.exact === best)
  const bestPreferred = Math.max(...left.map(one => one.preferred))
  left = left.filter(one => one.preferred === bestPreferred)
  if (left.length > 1) {
    for (let at = 0; at < given.length; at++) {
      if (given[at] !== UNKNOWN) continue
      const strings = left.filter(one => one.chosen.types[at].category === 'S')
      if (strings.length > 0) left = strings
      const preferred = left.filter(one => one.chosen.types[at].isPreferred)
      if (preferred.length > 0) left = preferred
    }
  }
  return left[0].chosen
}

function resolve(
  fn: SqlFunction,
  declared: readonly SqlType[],
  given: readonly SqlType[],
): { types: SqlType[]; result: SqlType } | undefined {
  let element: SqlType | undefined
  let array: SqlType | undefined
  let compatible: SqlType | undefined
  const compatibles: Typed[] = []
  for (let at = 0; at < given.length; at++) {
    const type = given[at]
    if (type === UNKNOWN) continue
    const want = declared[at]
    if (want === ANYELEMENT || want === ANYNONARRAY || want === ANYENUM) {
      if (want === ANYNONARRAY && type.element !== undefined) return undefined
      if (want === ANYENUM && type.kind !== 'enum') return undefined
      if (element !== undefined && element !== type) return undefined
      element = type
    } else if (want === ANYARRAY) {
      if (type.element === undefined) return undefined
      if (array !== undefined && array !== type) return undefined
      array = type
    } else if (want === ANYCOMPATIBLE) compatibles.push({ type, value: null })
    else if (want === ANYCOMPATIBLEARRAY) {
      if (type.element === undefined) return undefined
      compatibles.push({ type: type.element, value: null })
    }
  }
  if (array !== undefined && element !== undefined && array.element !== element) return undefined
  element ??= array?.element ?? TEXT
  array ??= element.array
  compatible = commonType(compatibles)
  const actual = (type: SqlType): SqlType | undefined => {
    if (type === ANYELEMENT || type === ANYNONARRAY || type === ANYENUM) return element
    if (type === ANYARRAY) return array
    if (type === ANYCOMPATIBLE) return compatible
    if (type === ANYCOMPATIBLEARRAY) return compatible!.array
    return type
  }
  const types: SqlType[] = []
  for (let at = 0; at < given.length; at++) {
    const want = actual(declared[at])
    if (want === undefined) return undefined
    if (want !== ANY && want !== given[at] && castContext(registry, given[at], want) !== 'implicit')
      return undefined
    types.push(want)
  }
  const result = actual(fn.result)
  return result === undefined ? undefined : { types, result }
}

/** `agg: percentile_cont(0.5; float8) 1 2 null`: direct arguments; types of the others; rows of constants. */
export const AGGREGATE_LINE = /^agg: (\w+)\((?:([^;)]*);)?([^)]*)\)(.*)$/

export function aggregateParts(line: string): {
  name: string
  direct: string | undefined
  types: string[]
  rows: (string | null)[][]
} {
  const [, name, direct, types, rows] = AGGREGATE_LINE.exec(line)!
  return {
    name,
    direct,
    types: types
      .split(',')
      .map(one => one.trim())
      .filter(one => one !== ''),
    rows: rows
      .trim()
      .split(' ')
      .filter(one => one !== '')
      .map(row => row.split('|').map(one => (one === 'null' ? null : one))),
  }
}

/** Type and text of an aggregate over rows of constants. */
export function aggregateText(
  line: string,
  context: EvaluationContext = testContext(),
): [string, string | null] {
  const parts = aggregateParts(line)
  const types = parts.types.map(name => builtinTypeByName(name) ?? MOOD)
  const direct =
    parts.direct === undefined || parts.direct === ''
      ? []
      : [evaluate(parseExpression(parts.direct), context)]
  const isOrdered = parts.direct !== undefined
  const candidates = registry
    .named(parts.name)
    .filter(
      (one): one is AggregateFunction =>
        one.kind === 'aggregate' && ((one.within ?? 'none') !== 'none') === isOrdered,
    )
  const chosen = choose(
    candidates.filter(
      one =>
        direct.length === 0 ||
        (one.directArguments![0].element !== undefined) === (direct[0].type.element !== undefined),
    ),
    types,
    false,
  ) as Chosen<AggregateFunction>
  const fn = chosen.function
  const call: CallTypes = {
    argumentTypes: chosen.types.map((type, at) => (type === ANY ? types[at] : type)),
    resultType: chosen.result,
    modifier: NO_MODIFIER,
    isExplicit: false,
  }
  const implementation = fn.implement(call)
  let state = implementation.start()
  let rows = parts.rows.map(row =>
    row
      .slice(0, types.length)
      .map(
        (text, at) =>
          convert(
            convert({ type: UNKNOWN, value: text }, types[at], context, NO_MODIFIER, true),
            call.argumentTypes[at],
            context,
          ).value,
      ),
  )
  if (isOrdered) {
    const compare = comparator(call.argumentTypes[0])
    rows = rows.filter(row => row[0] !== null).sort((left, right) => compare(left[0], right[0]))
  }
  const directValues = direct.map((one, at) => convert(one, fn.directArguments![at], context).value)
  const { length: count } = rows
  const places = implementation.placesOf?.(count, directValues)
  for (const row of places === undefined ? rows : places.map(place => rows[place])) {
    if (fn.skipsNulls !== false && row.includes(null)) continue
    state = implementation.step(state, ...(types.length === 0 ? [] : row), context)
  }
  const value = (implementation.finish as (...all: Value[]) => Value)(state, context, directValues, count)
  return [formatType(chosen.result), value === null ? null : print(chosen.result, value, context)]
}
