/**
 * Values from text and to text, for every type: the dispatch. Base types come from the lists of their files; arrays,
 * enums, domains and rows are put together from their parts here.
 */

import { assert } from '../../base/assert.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { arrayFromText, arrayText, type SqlArray } from './array.ts'
import { rowFields, rowText, SqlRow } from './row.ts'
import type { TextFormat } from './text-format.ts'
import { NO_MODIFIER, RECORD, type SqlType } from './type.ts'

const formats = new Map<SqlType, TextFormat>()

/** For the lists of the types' files, once. */
export function registerTextFormats(list: readonly TextFormat[]): void {
  for (const format of list) formats.set(format.type, format)
}

export function textFormat(type: SqlType): TextFormat | undefined {
  return formats.get(type)
}

export type InputFunction = (text: string, context: EvaluationContext) => Value
export type OutputFunction = (value: Value, context: EvaluationContext) => string

/**
 * Reads non-null text. The modifier is applied as an assignment does (too long for varchar(3) is refused): explicit casts
 * read without modifier and then ask `modifierFunction`. A domain's constraints are not checked here.
 */
export function inputFunction(type: SqlType, modifier = NO_MODIFIER): InputFunction {
  if (modifier !== NO_MODIFIER) {
    const readAs = formats.get(type)?.inputWithModifier
    if (readAs !== undefined) return readAs(modifier)
  }
  const read = unfittedInput(type)
  const coerceValue = modifierFunction(type, modifier, false)
  return coerceValue === undefined ? read : (text, context) => coerceValue(read(text, context))
}

function unfittedInput(type: SqlType): InputFunction {
  const format = formats.get(type)
  if (format !== undefined) return format.input
  switch (type.kind) {
    case 'domain':
      return inputFunction(type.base!, type.baseModifier)
    case 'array': {
      const read = inputFunction(type.element!)
      const { delimiter } = type
      return (text, context) => arrayFromText(text, part => read(part, context), delimiter)
    }
    case 'enum':
      return enumInput(type)
    case 'composite':
      return compositeInput(type)
    default:
      if (type === RECORD) throw notSupported('input of anonymous composite types')
      throw new SqlError('0A000', `cannot accept a value of type ${type.displayName}`)
  }
}

function enumInput(type: SqlType): InputFunction {
  const labels = type.labels
  assert(labels !== undefined, 'an enum has labels')
  const ordinals = new Map(labels.map((label, ordinal) => [label, ordinal]))
  return text => {
    const ordinal = ordinals.get(text)
    if (ordinal === undefined) {
      throw new SqlError('22P02', `invalid input value for enum ${type.displayName}: "${text}"`)
    }
    return ordinal
  }
}

function compositeInput(type: SqlType): InputFunction {
  const fields = type.fields
  assert(fields !== undefined, 'a composite type has fields')
  const types = fields.map(field => field.type)
  const names = fields.map(field => field.name)
  let reads: InputFunction[] | undefined
  return (text, context) => {
    // Only now: a composite type may contain arrays of itself.
    reads ??= fields.map(field => inputFunction(field.type, field.modifier))
    const texts = rowFields(text, fields.length)
    return new SqlRow(
      texts.map((one, at) => (one === null ? null : reads![at](one, context))),
      types,
      names,
    )
  }
}

/** Prints values that are not null. */
export function outputFunction(type: SqlType): OutputFunction {
  const format = formats.get(type)
  if (format !== undefined) return format.output
  if (type === RECORD || type.kind === 'composite') {
    return (row: SqlRow, context) =>
      rowText(row, (value, at) => outputFunction(row.types[at])(value, context))
  }
  switch (type.kind) {
    case 'domain':
      return outputFunction(type.base!)
    case 'array': {
      const { delimiter } = type
      let print: OutputFunction | undefined
      return (array: SqlArray, context) => {
        print ??= outputFunction(type.element!)
        return arrayText(array, value => print!(value, context), delimiter)
      }
    }
    case 'enum': {
      const labels = type.labels
      assert(labels !== undefined, 'an enum has labels')
      return value => labels[value]
    }
    default: {
      // record[] is a pseudo-type of kind pseudo with an element.
      if (type.element !== undefined) {
        const print = outputFunction(type.element)
        return (array: SqlArray, context) => arrayText(array, value => print(value, context))
      }
      throw new SqlError('0A000', `cannot display a value of type ${type.displayName}`)
    }
  }
}

/** Fits values to `type(modifier)`; undefined when every value fits as it is. Of arrays: their elements. */
export function modifierFunction(
  type: SqlType,
  modifier: number,
  isExplicit: boolean,
): ((value: Value) => Value) | undefined {
  if (modifier === NO_MODIFIER) return undefined
  if (type.element !== undefined) {
    const coerceValue = modifierFunction(type.element, modifier, isExplicit)
    if (coerceValue === undefined) return undefined
    return (array: SqlArray) => array.map(coerceValue)
  }
  const coerce = formats.get(type)?.coerce
  return coerce === undefined ? undefined : coerce(modifier, isExplicit)
}

/** format_type(oid, modifier): `character varying(3)`, `numeric(5,2)[]`. */
export function formatType(type: SqlType, modifier = NO_MODIFIER): string {
  if (type.element?.array === type) return `${formatType(type.element, modifier)}[]`
  if (modifier === NO_MODIFIER) return type.displayName
  const suffix = formats.get(type)?.formatModifier?.(modifier) ?? ''
  // The precision of a time stands before "without time zone".
  const zone = / with(?:out)? time zone$/.exec(type.displayName)
  return zone === null ? type.displayName + suffix : type.displayName.slice(0, zone.index) + suffix + zone[0]
}
