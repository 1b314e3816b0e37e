/**
 * Expressions of one type made expressions of another: constants of type unknown are read, parameters get their types,
 * casts become calls, lengths are fitted, domains checked. PostgreSQL manual, chapter 10.
 *
 * Invariant: what comes back has exactly the type that was asked for (`any` and polymorphic types ask for nothing).
 */

import { SqlError } from '../errors.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { inputFunction, modifierFunction, outputFunction } from '../types/input-output.ts'
import {
  ANY,
  BOOL,
  DATE,
  INT8,
  INTERVAL,
  JSONB,
  NO_MODIFIER,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import type { BoundExpression, Constant, ParameterReference } from './bound.ts'
import {
  type CoercionContext,
  canCoerce,
  findPathway,
  isImmutableText,
  isPolymorphic,
  lengthCast,
  textCast,
} from './casts.ts'
import { checksOfDomain } from './domains.ts'
import { isRecord, isRow } from './records.ts'
import { fail, type Scope } from './scope.ts'
import { placeOf } from './walk.ts'
import { hasDomainInside, withoutDomainsInside } from './written-domains.ts'

/** Coerced, or undefined where there is no way. `at`: of the cast, for errors while it runs. */
export function coerceOrNot(
  scope: Scope,
  e: BoundExpression,
  type: SqlType,
  modifier: number,
  context: CoercionContext,
  at = e.at,
): BoundExpression | undefined {
  if (!canCoerce(scope.binding.functions, e.type, type, context)) return undefined
  const coerced = coerce(scope, e, type, context, at, modifier)
  return fitLength(coerced, type, modifier, context, at)
}

/** Where the caller knows that it can be: arguments of a function that was chosen. */
export function coerceArgument(scope: Scope, e: BoundExpression, type: SqlType): BoundExpression {
  return coerce(scope, e, type, 'implicit', e.at, NO_MODIFIER)
}

/** A cast that was written: `x::type`. */
export function castExplicitly(
  scope: Scope,
  e: BoundExpression,
  type: SqlType,
  modifier: number,
  at: number,
): BoundExpression {
  const coerced = coerceOrNot(scope, e, type, modifier, 'explicit', at)
  if (coerced === undefined) {
    fail('42846', `cannot cast type ${e.type.displayName} to ${type.displayName}`, at)
  }
  return coerced
}

/** WHERE, ON, CASE WHEN: `what` is for the error. */
export function coerceToBoolean(scope: Scope, e: BoundExpression, what: string): BoundExpression {
  const coerced = coerceOrNot(scope, e, BOOL, NO_MODIFIER, 'assignment')
  if (coerced === undefined) {
    fail('42804', `argument of ${what} must be type boolean, not type ${e.type.displayName}`, placeOf(e))
  }
  return coerced
}

/** LIMIT, OFFSET, frame offsets. */
export function coerceToType(scope: Scope, e: BoundExpression, type: SqlType, what: string): BoundExpression {
  const coerced = coerceOrNot(scope, e, type, NO_MODIFIER, 'assignment')
  if (coerced === undefined) {
    fail(
      '42804',
      `argument of ${what} must be type ${type.displayName}, not type ${e.type.displayName}`,
      placeOf(e),
    )
  }
  return coerced
}
export const coerceToBigint = (scope: Scope, e: BoundExpression, what: string): BoundExpression =>
  coerceToType(scope, e, INT8, what)

/** What is still unknown at the end of a query is text. */
export function withoutUnknown(scope: Scope, e: BoundExpression): BoundExpression {
  if (e.kind === 'row') return settledRow(scope, e)
  return e.type === UNKNOWN ? coerce(scope, e, TEXT, 'implicit', e.at, NO_MODIFIER) : e
}

function coerce(
  scope: Scope,
  e: BoundExpression,
  type: SqlType,
  context: CoercionContext,
  at: number,
  modifier: number,
): BoundExpression {
  if (e.kind === 'row' && (isRecord(type) || type === ANY)) {
    const row = settledRow(scope, e)
    return type === ANY ? row : relabel(row, type, at)
  }
  if (e.type === type || type === ANY || isPolymorphic(type)) return e
  if (type.kind === 'domain') {
    let base: SqlType = type
    let baseModifier = NO_MODIFIER
    while (base.base !== undefined) {
      if (base.baseModifier !== NO_MODIFIER) baseModifier = base.baseModifier
      base = base.base
    }
    const inner = coerce(scope, e, base, context, at, baseModifier)
    return asDomain(scope, fitLength(inner, base, baseModifier, context, at), type, at)
  }
  if (isWritten(e.type) && hasDomainInside(type)) {
    const plain = withoutDomainsInside(type)
    return heldToDomains(scope, coerce(scope, e, plain, context, at, NO_MODIFIER), type, at)
  }
  if (e.type === UNKNOWN) {
    if (e.kind === 'constant') return readConstant(scope, e, type, modifier)
    if (e.kind === 'parameter') return typeParameter(scope, e, type)
  }
  if (e.kind === 'row' && isRow(type) && !isRecord(type)) return coerceRow(scope, e, type, context, at)
  const source = withoutDomain(e.type)
  if (isRow(source) && isRecord(type)) return relabel(e, type, at)
  const pathway = findPathway(scope.binding.functions, e.type, type, context)
  if (pathway === undefined) {
    if (source.kind === 'array' && type.element !== undefined && isRecord(type.element)) {
      return relabel(e, type, at)
    }
    if (isRecord(source) && isRow(type)) return coerceRecord(scope, e, type, context, at)
    return fail('42846', `cannot cast type ${e.type.displayName} to ${type.displayName}`, at)
  }
  const operand = e.type === source ? e : relabel(e, source, e.at)
  const isExplicit = context === 'explicit'
  switch (pathway.kind) {
    case 'relabel':
      return relabel(e, type, at)
    case 'function':
      return {
        kind: 'call',
        function: pathway.function,
        arguments: [operand],
        isExplicit,
        type,
        modifier: NO_MODIFIER,
        at,
      }
    case 'text':
      return {
        kind: 'call',
        function: textCast(source, type),
        arguments: [operand],
        isExplicit,
        type,
        modifier: NO_MODIFIER,
        at,
      }
    default: {
      const value: BoundExpression = {
        kind: 'case value',
        type: source.element!,
        modifier: operand.modifier,
        at,
      }
      const element = coerce(scope, value, type.element!, context, at, NO_MODIFIER)
      if (element.kind === 'relabel' && element.operand === value) return relabel(e, type, at)
      return { kind: 'array coercion', operand, element, type, modifier: NO_MODIFIER, at }
    }
  }
}

/** A value of a type without domains, part by part as one of the type that has them. Reading refuses what is too long. */
function heldToDomains(scope: Scope, e: BoundExpression, type: SqlType, at: number): BoundExpression {
  if (e.type === type) return e
  const value = { kind: 'case value', type: e.type, modifier: e.modifier, at } as const
  if (type.kind === 'array') {
    const element = heldToDomains(scope, { ...value, type: e.type.element! }, type.element!, at)
    return { kind: 'array coercion', operand: e, element, type, modifier: NO_MODIFIER, at }
  }
  if (type.kind !== 'composite') return coerce(scope, e, type, 'assignment', at, NO_MODIFIER)
  const fields = e.type.fields!.map(({ type: own, modifier }, number): BoundExpression => {
    const field = { kind: 'field', operand: value, field: number, type: own, modifier, at } as const
    return heldToDomains(scope, field, type.fields![number]!.type, at)
  })
  return { kind: 'row coercion', operand: e, fields, type, modifier: NO_MODIFIER, at }
}

/** A type whose values become others by being read. */
function isWritten(type: SqlType): boolean {
  return type === UNKNOWN || withoutDomain(type).category === 'S'
}

/** A row whose fields nothing will ask for another type. */
function settledRow(scope: Scope, e: BoundExpression & { kind: 'row' }): BoundExpression {
  return { ...e, fields: e.fields.map(field => withoutUnknown(scope, field)) }
}

/** Nested relabels say no more than the outermost. */
export function relabel(e: BoundExpression, type: SqlType, at: number): BoundExpression {
  if (e.type === type) return e
  if (e.kind === 'constant') {
    return { ...e, type, modifier: NO_MODIFIER, castFrom: e.castFrom ?? e.type }
  }
  const operand = e.kind === 'relabel' ? e.operand : e
  if (operand.type === type && operand.modifier === NO_MODIFIER) return operand
  return { kind: 'relabel', operand, type, modifier: NO_MODIFIER, at }
}

function asDomain(scope: Scope, operand: BoundExpression, type: SqlType, at: number): BoundExpression {
  const checks = checksOfDomain(scope, type)
  if (checks.length === 0) {
    return { kind: 'relabel', operand, type, modifier: NO_MODIFIER, at }
  }
  return { kind: 'domain check', operand, checks, type, modifier: NO_MODIFIER, at }
}

function coerceRow(
  scope: Scope,
  e: BoundExpression & { kind: 'row' },
  type: SqlType,
  context: CoercionContext,
  at: number,
): BoundExpression {
  const fields = type.fields!
  const cannot = (detail: string): never =>
    fail('42846', `cannot cast type record to ${type.displayName}`, at, { detail })
  if (e.fields.length < fields.length) cannot('Input has too few columns.')
  if (e.fields.length > fields.length) cannot('Input has too many columns.')
  return {
    ...e,
    type,
    fields: fields.map((field, number) => {
      const value = e.fields[number]!
      const coerced = coerceOrNot(scope, value, field.type, field.modifier, context)
      return (
        coerced ??
        cannot(
          `Cannot cast type ${value.type.displayName} to ${field.type.displayName} in column ${number + 1}.`,
        )
      )
    }),
  }
}

/** A record whose fields are known, as a composite type: field by field. */
function coerceRecord(
  scope: Scope,
  e: BoundExpression,
  type: SqlType,
  context: CoercionContext,
  at: number,
): BoundExpression {
  const known = e.type.fields
  if (known === undefined) return fail('42846', `cannot cast type record to ${type.displayName}`, at)
  const row: BoundExpression & { kind: 'row' } = {
    kind: 'row',
    fields: known.map((field, number) => ({
      kind: 'field',
      operand: e,
      field: number,
      type: field.type,
      modifier: field.modifier,
      at: e.at,
    })),
    type: e.type,
    modifier: NO_MODIFIER,
    at: e.at,
  }
  return coerceRow(scope, row, type, context, at)
}

function fitLength(
  e: BoundExpression,
  type: SqlType,
  modifier: number,
  context: CoercionContext,
  at: number,
): BoundExpression {
  if (modifier < 0 || type.kind === 'domain' || e.modifier === modifier) return e
  const isExplicit = context === 'explicit'
  const cast = lengthCast(type, modifier)
  if (cast === undefined) return e
  if (e.kind === 'constant') {
    if (e.value === null) return { ...e, modifier }
    const fitTo = modifierFunction(type, modifier, isExplicit)!
    // An assignment that does not fit is an error of running: the row may never come.
    if (isExplicit) return { ...e, value: placed(() => fitTo(e.value), e.at), modifier }
    try {
      return { ...e, value: fitTo(e.value), modifier }
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
    }
  }
  return { kind: 'call', function: cast, arguments: [e], isExplicit, type, modifier, at }
}

function typeParameter(scope: Scope, e: ParameterReference, type: SqlType): BoundExpression {
  const types = scope.binding.parameterTypes
  const known = types[e.index]
  if (known === undefined) types[e.index] = type
  else if (known !== type) {
    fail('42P08', `inconsistent types deduced for parameter $${e.index + 1}`, e.at, {
      detail: `${known.displayName} versus ${type.displayName}`,
    })
  }
  return { ...e, type }
}

/** A string constant read by the type's input function: now where that cannot change, else when it runs. */
function readConstant(scope: Scope, e: Constant, type: SqlType, modifier: number): BoundExpression {
  if (e.value === null) return { ...e, type }
  const { context, found } = scope.binding
  found?.noteRead(e, type)
  const text = e.value as string
  // What an interval's text means depends on its fields.
  const readModifier = type === INTERVAL ? modifier : NO_MODIFIER
  const read = (): BoundExpression & Constant => {
    const value = placed(() => inputFunction(type, readModifier)(text, context ?? USUAL), e.at)
    return { ...e, type, modifier: readModifier, value }
  }
  if (isImmutableText(type) || isSettled(type, text)) return read()
  if (found === undefined) {
    if (context !== undefined && isOfCatalog(type)) return read()
    // It is read when it is run, as the settings are then; what no setting makes a value of is refused now, though no row may need it.
    if (context !== undefined) placed(() => inputFunction(type, readModifier)(text, context), e.at)
  } else if (context !== undefined && isOfTime(type)) {
    // What is stored means for ever what it means to the session that says it.
    const constant = read()
    found.noteSettled(e, outputFunction(type)(constant.value, USUAL))
    return constant
  }
  return {
    kind: 'call',
    function: textCast(UNKNOWN, type),
    arguments: [e],
    isExplicit: false,
    type,
    modifier: NO_MODIFIER,
    at: e.at,
  }
}

/** Enough for what is settled, and for what asks nothing. */
const USUAL = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  transactionTime: 0,
} as EvaluationContext

/** As they are printed in the ISO style, too, so that what is stored is a constant wherever it is read. */
const DATE_TEXT = /^(?:\d{4,7}-\d\d-\d\d(?: BC)?|-?infinity)$/
const CLOCK = String.raw`\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?`
const TIMESTAMP_TEXT = new RegExp(`^(?:\\d{4,7}-\\d\\d-\\d\\d(?:[ T]${CLOCK})?(?: BC)?|-?infinity)$`)
const TIME_TEXT = new RegExp(`^${CLOCK}$`)
const OFFSET = String.raw`(?:[+-]\d\d(?::\d\d)?|Z)`
const TIMESTAMPTZ_TEXT = new RegExp(`^(?:\\d{4,7}-\\d\\d-\\d\\d[ T]${CLOCK}${OFFSET}(?: BC)?|-?infinity)$`)
const TIMETZ_TEXT = new RegExp(`^${CLOCK}${OFFSET}$`)
/** A sign at the beginning is that of all fields to SQL-standard intervals, unless another one has a sign, too. */
const INTERVAL_TEXT = /^(?:[\w+.].*|-\d+(?:\.\d+)?(?: [a-z]+)?|-\d+:\d\d(?::\d\d(?:\.\d+)?)?|-.* [+-].*)$/s

/** Text of a time that says the same whatever the session's settings are. */
function isSettled(type: SqlType, text: string): boolean {
  switch (type) {
    case DATE:
      return DATE_TEXT.test(text)
    case TIMESTAMP:
      return TIMESTAMP_TEXT.test(text)
    case TIMESTAMPTZ:
      return TIMESTAMPTZ_TEXT.test(text)
    case TIME:
      return TIME_TEXT.test(text)
    case TIMETZ:
      return TIMETZ_TEXT.test(text)
    case INTERVAL:
      return INTERVAL_TEXT.test(text)
    default:
      return false
  }
}

/** Only the clock and the settings about time say what its text means. */
function isOfTime(type: SqlType): boolean {
  const plain = withoutDomain(type)
  if (plain.element !== undefined) return isOfTime(plain.element)
  if (plain.fields !== undefined) {
    return plain.fields.every(field => isImmutableText(field.type) || isOfTime(field.type))
  }
  return plain.category === 'D' || plain.category === 'T'
}

/** regclass and its like: a bound statement is valid for one state of the catalog. */
function isOfCatalog(type: SqlType): boolean {
  return type.name.startsWith('reg')
}

function placed<T>(run: () => T, at: number): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof SqlError ? error.at(at) : error
  }
}

// ------------------------------------------------------------------------------------------- Common types

/** The one type of several expressions (UNION, CASE, VALUES, ARRAY); undefined when there is none. */
export function commonTypeOrNot(scope: Scope, expressions: readonly BoundExpression[]): SqlType | undefined {
  const result = commonType(scope, expressions)
  return 'conflict' in result ? undefined : result.type
}

/** The same, with PostgreSQL's error; `what`: "CASE types %s and %s cannot be matched". */
export function commonTypeFor(scope: Scope, expressions: readonly BoundExpression[], what: string): SqlType {
  const result = commonType(scope, expressions)
  if ('conflict' in result) {
    fail(
      '42804',
      `${what} types ${result.type.displayName} and ${result.conflict.type.displayName} cannot be matched`,
      placeOf(result.conflict),
    )
  }
  return result.type
}

function commonType(
  scope: Scope,
  expressions: readonly BoundExpression[],
): { type: SqlType; conflict: BoundExpression } | { type: SqlType } {
  const first = expressions[0]!.type
  if (first !== UNKNOWN && expressions.every(one => one.type === first)) return { type: first }
  let type = withoutDomain(first)
  for (const one of expressions.slice(1)) {
    const next = withoutDomain(one.type)
    if (next === UNKNOWN || next === type) continue
    if (type === UNKNOWN) type = next
    else if (next.category !== type.category) return { type, conflict: one }
    else if (
      !type.isPreferred &&
      canCoerce(scope.binding.functions, type, next, 'implicit') &&
      !canCoerce(scope.binding.functions, next, type, 'implicit')
    ) {
      type = next
    }
  }
  return { type: type === UNKNOWN ? TEXT : type }
}

/** Coerced to a common type. */
export function coerceToCommon(
  scope: Scope,
  e: BoundExpression,
  type: SqlType,
  what: string,
): BoundExpression {
  if (e.type === type) return e
  if (!canCoerce(scope.binding.functions, e.type, type, 'implicit')) {
    fail('42846', `${what} could not convert type ${e.type.displayName} to ${type.displayName}`, placeOf(e))
  }
  return coerceArgument(scope, e, type)
}

/** The modifier that all have, or none. */
export function commonModifier(expressions: readonly BoundExpression[], type: SqlType): number {
  const first = expressions[0]
  if (first === undefined) return NO_MODIFIER
  return expressions.every(one => one.type === type && one.modifier === first.modifier)
    ? first.modifier
    : NO_MODIFIER
}

/** `jsonb` and arrays can be subscripted. */
export function isSubscriptable(type: SqlType): boolean {
  return type.kind === 'array' || type === JSONB
}
