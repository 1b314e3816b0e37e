/** Assignment to parts of columns: `SET a[1] = …`, `SET r.field = …`, and to parts of parts, `SET r.a[1].field = …`. */

import type { ColumnSchema } from '../catalog/schema.ts'
import { notSupported } from '../errors.ts'
import type { AssignmentStep } from '../syntax/tree.ts'
import { NO_MODIFIER, type SqlType, withoutDomain } from '../types/type.ts'
import type { BoundExpression } from './bound.ts'
import { coerceArgument, coerceOrNot } from './coercion.ts'
import { bindSubscripts, subscriptedType } from './expressions.ts'
import { isRow } from './records.ts'
import { fail, type Scope } from './scope.ts'
import { partsOf, placeOf } from './walk.ts'

/** What a value is assigned to: something that has a type, with a name for errors. */
interface Place {
  /** The column, or the field of one. */
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
  readonly isElement: boolean
  readonly at: number
}

interface Field extends Place {
  readonly number: number
}

/** What a step leads to. */
function elementOf(place: Place, step: AssignmentStep & { readonly kind: 'element' }): Place {
  const isSlice = step.subscripts.some(one => one.isSlice)
  return { ...place, type: subscriptedType(place.type, isSlice, place.at), isElement: true }
}

function fieldOf(place: Place, { name }: AssignmentStep & { readonly kind: 'field' }): Field {
  const container = withoutDomain(place.type)
  const shown = place.type.displayName
  if (!isRow(container) || container.fields === undefined) {
    const message = `cannot assign to field "${name}" of column "${place.name}" because its type ${shown} is not a composite type`
    fail('42804', message, place.at)
  }
  const number = container.fields.findIndex(one => one.name === name)
  if (number < 0) {
    const message = `cannot assign to field "${name}" of column "${place.name}" because there is no such column in data type ${shown}`
    fail('42703', message, place.at)
  }
  const { type, modifier } = container.fields[number]!
  return { number, name, type, modifier, isElement: false, at: place.at }
}

/** The value as one of the place's type. @throws SqlError 42804 */
function fitTo(scope: Scope, place: Place, value: BoundExpression): BoundExpression {
  const coerced = coerceOrNot(scope, value, place.type, place.modifier, 'assignment')
  if (coerced !== undefined) return coerced
  const [wanted, given] = [place.type.displayName, value.type.displayName]
  const message = place.isElement
    ? `subscripted assignment to "${place.name}" requires type ${wanted} but expression is of type ${given}`
    : `subfield "${place.name}" is of type ${wanted} but expression is of type ${given}`
  fail('42804', message, placeOf(value), { hint: 'You will need to rewrite or cast the expression.' })
}

const placeOfColumn = ({ name, type, modifier }: ColumnSchema, at: number): Place => ({
  name,
  type,
  modifier,
  isElement: false,
  at,
})

/** What the path leads to. */
export function typeOfPart(column: ColumnSchema, path: readonly AssignmentStep[], at: number): SqlType {
  return endOf(column, path, at).type
}

function endOf(column: ColumnSchema, path: readonly AssignmentStep[], at: number): Place {
  let place = placeOfColumn(column, at)
  for (const step of path) place = step.kind === 'field' ? fieldOf(place, step) : elementOf(place, step)
  return place
}

/** A value as one that can stand at the end of the path: of INSERT, whose values come before their columns. */
export function fitToPart(
  scope: Scope,
  column: ColumnSchema,
  path: readonly AssignmentStep[],
  value: BoundExpression,
  at: number,
): BoundExpression {
  return fitTo(scope, endOf(column, path, at), value)
}

/** The column's value with a part of it replaced. @param before what it is, or null */
export function assignPart(
  scope: Scope,
  column: ColumnSchema,
  path: readonly AssignmentStep[],
  before: BoundExpression,
  value: BoundExpression,
  at: number,
): BoundExpression {
  return withPart(scope, placeOfColumn(column, at), path, before, value)
}

function withPart(
  scope: Scope,
  place: Place,
  path: readonly AssignmentStep[],
  before: BoundExpression,
  value: BoundExpression,
): BoundExpression {
  const [step, ...rest] = path
  if (step === undefined) return fitTo(scope, place, value)
  const container = withoutDomain(place.type)
  const operand = coerceArgument(scope, before, container)
  const { at } = place
  const shape = { type: container, modifier: NO_MODIFIER, at }
  let result: BoundExpression
  if (step.kind === 'field') {
    const field = fieldOf(place, step)
    const { number, type, modifier } = field
    const read: BoundExpression = { kind: 'field', operand, field: number, type, modifier, at }
    const inner = withPart(scope, field, rest, read, value)
    result = { kind: 'field assignment', operand, field: number, value: inner, ...shape }
  } else {
    const element = elementOf(place, step)
    const subscripts = bindSubscripts(scope, container, step.subscripts, at)
    if (rest.length > 0) refuseVolatile(subscripts, at)
    const { type, modifier } = element
    const read: BoundExpression = { kind: 'subscript', operand, subscripts, type, modifier, at }
    const inner = withPart(scope, element, rest, read, value)
    result = { kind: 'subscript assignment', operand, subscripts, value: inner, ...shape }
  }
  return place.type === container ? result : fitTo(scope, { ...place, isElement: false }, result)
}

/** The subscripts of what is read and written are evaluated twice. */
function refuseVolatile(subscripts: ReturnType<typeof bindSubscripts>, at: number): void {
  const isVolatile = (e: BoundExpression): boolean =>
    (e.kind === 'call' && e.function.volatility === 'volatile') || partsOf(e).some(isVolatile)
  for (const { lower, upper } of subscripts) {
    if ([lower, upper].some(one => one !== undefined && isVolatile(one))) {
      throw notSupported('assignment to a part of an element whose subscript is volatile', at)
    }
  }
}
