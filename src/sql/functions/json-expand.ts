/** Rows out of JSON: its members and elements, and records of a row type. */

import { SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { inputFunction } from '../types/input-output.ts'
import { type JsonNode, jsonNodeText, jsonTree } from '../types/json.ts'
import { isJsonArray, isJsonObject, Jsonb, type JsonValue, jsonText, jsonValueText } from '../types/jsonb.ts'
import { SqlRow } from '../types/row.ts'
import {
  ANYELEMENT,
  BOOL,
  JSON_TYPE,
  JSONB,
  NO_MODIFIER,
  RECORD,
  type SqlType,
  TEXT,
  type TypeField,
  withoutDomain,
} from '../types/type.ts'
import { polymorphic, setReturning } from './definitions.ts'
import { isRowType } from './json-encode.ts'
import type { CallTypes, EvaluationContext, SqlFunction, Value } from './registry.ts'

/** One shape for both types: what expanding asks of a value. */
interface Source {
  readonly kind: 'object' | 'array' | 'null' | 'scalar'
  readonly keys: readonly string[]
  readonly length: number
  /** An element, or the value of a key. Made when it is asked for: there may be a million. */
  item(at: number): Source
  /** As the type itself has it: a Jsonb, or json's text. */
  json(): Value
  /** What ->> gives. */
  text(): string | null
  /** JSON's text. */
  written(): string
}

class NodeSource implements Source {
  private readonly node: JsonNode

  constructor(node: JsonNode) {
    this.node = node
  }

  get kind(): Source['kind'] {
    const { kind } = this.node
    return kind === 'object' || kind === 'array' || kind === 'null' ? kind : 'scalar'
  }
  get keys(): readonly string[] {
    return this.node.keys
  }
  get length(): number {
    return this.node.elements.length
  }
  item(at: number): Source {
    return new NodeSource(this.node.elements[at])
  }
  json(): Value {
    return this.node.text
  }
  text(): string | null {
    return jsonNodeText(this.node)
  }
  written(): string {
    return this.node.text
  }
}

class ValueSource implements Source {
  readonly kind: Source['kind']
  readonly keys: readonly string[]
  private readonly value: JsonValue
  private readonly parts: readonly JsonValue[]

  constructor(value: JsonValue) {
    this.value = value
    this.keys = NONE
    this.parts = NONE
    if (isJsonObject(value)) {
      this.kind = 'object'
      this.keys = [...value.keys()]
      this.parts = [...value.values()]
    } else if (isJsonArray(value)) {
      this.kind = 'array'
      this.parts = value
    } else this.kind = value === null ? 'null' : 'scalar'
  }

  get length(): number {
    return this.parts.length
  }
  item(at: number): Source {
    return new ValueSource(this.parts[at])
  }
  json(): Value {
    return new Jsonb(this.value)
  }
  text(): string | null {
    return jsonValueText(this.value)
  }
  written(): string {
    return jsonText(this.value)
  }
}

const NONE: readonly never[] = []

const sourceOf = (value: Value, refuses: 'no escapes' | 'escapes' = 'no escapes'): Source =>
  value instanceof Jsonb ? new ValueSource(value.value) : new NodeSource(jsonTree(value, refuses))

/** What a null among records is: an object without members. */
const NO_MEMBERS: Source = new ValueSource(new Map())

function refused(name: string, source: Source, wanted: 'object' | 'array'): SqlError {
  const isScalar = source.kind === 'scalar' || source.kind === 'null'
  if (name.endsWith('object_keys')) {
    return new SqlError('22023', `cannot call ${name} on ${isScalar ? 'a scalar' : 'an array'}`)
  }
  if (wanted === 'array') {
    if (name.startsWith('jsonb')) {
      return new SqlError(
        '22023',
        isScalar ? 'cannot extract elements from a scalar' : 'cannot extract elements from an object',
      )
    }
    return new SqlError('22023', `cannot call ${name} on ${isScalar ? 'a scalar' : 'a non-array'}`)
  }
  if (name.startsWith('jsonb')) return new SqlError('22023', `cannot call ${name} on a non-object`)
  return new SqlError('22023', `cannot deconstruct ${isScalar ? 'a scalar' : 'an array as an object'}`)
}

function* members(name: string, value: Value, isText: boolean): Iterable<[string, Value]> {
  const source = sourceOf(value, 'escapes')
  if (source.kind !== 'object') throw refused(name, source, 'object')
  const { keys } = source
  for (let at = 0; at < keys.length; at += 1) {
    const item = source.item(at)
    yield [keys[at]!, isText ? item.text() : item.json()]
  }
}
function* elements(name: string, value: Value, isText: boolean): Iterable<Value> {
  const source = sourceOf(value)
  if (source.kind !== 'array') throw refused(name, source, 'array')
  for (let at = 0; at < source.length; at += 1) {
    const item = source.item(at)
    yield isText ? item.text() : item.json()
  }
}
function objectKeys(name: string, value: Value): Iterable<string> {
  const source = sourceOf(value, 'escapes')
  if (source.kind !== 'object') throw refused(name, source, 'object')
  return source.keys
}

// ------------------------------------------------------------------------------------------------- Records

/** A value of a type out of JSON, as json_populate_record makes it of a member. */
export function valueFromJson(
  value: JsonValue,
  type: SqlType,
  modifier: number,
  context: EvaluationContext,
): Value {
  return converted(new ValueSource(value), type, modifier, context, '')
}

function converted(
  source: Source | undefined,
  type: SqlType,
  modifier: number,
  context: EvaluationContext,
  key: string,
): Value {
  if (source === undefined || source.kind === 'null') return null
  const plain = withoutDomain(type)
  if (plain === JSONB) return Jsonb.parse(source.written())
  if (plain === JSON_TYPE) return source.written()
  if (plain.element !== undefined && plain.kind === 'array' && source.kind !== 'scalar') {
    if (source.kind !== 'array') {
      throw new SqlError('22P02', 'expected JSON array', {
        hint: `See the value of key "${key}".`,
      })
    }
    return arrayOf(source, plain.element, modifier, context, key)
  }
  if (isRowType(plain) && source.kind === 'object' && plain.fields !== undefined) {
    return rowOf(source, plain.fields, null, context)
  }
  return inputFunction(type, modifier)(source.text()!, context)
}
function arrayOf(
  source: Source,
  element: SqlType,
  modifier: number,
  context: EvaluationContext,
  key: string,
): SqlArray {
  const dimensions: number[] = []
  const values: Value[] = []
  const visit = (at: Source, depth: number): void => {
    const { length } = at
    if (dimensions.length <= depth) dimensions.push(length)
    else if (dimensions[depth] !== length) {
      throw new SqlError('22P02', 'malformed JSON array', {
        detail: 'Multidimensional arrays must have sub-arrays with matching dimensions.',
      })
    }
    for (let number = 0; number < length; number += 1) {
      const item = at.item(number)
      if (item.kind === 'array' && element !== JSONB && element !== JSON_TYPE) visit(item, depth + 1)
      else values.push(converted(item, element, modifier, context, key))
    }
  }
  visit(source, 0)
  if (values.length === 0) return SqlArray.EMPTY
  return new SqlArray(
    values,
    dimensions,
    dimensions.map(() => 1),
  )
}
function rowOf(
  source: Source,
  fields: readonly TypeField[],
  base: SqlRow | null,
  context: EvaluationContext,
): SqlRow {
  const { keys } = source
  const values = fields.map((field, at) => {
    const found = keys.lastIndexOf(field.name)
    if (found < 0) return base === null ? null : base.values[at]
    return converted(source.item(found), field.type, field.modifier, context, field.name)
  })
  return new SqlRow(
    values,
    fields.map(field => field.type),
    fields.map(field => field.name),
  )
}
function fieldsOf(name: string, type: SqlType, base: SqlRow | null): readonly TypeField[] {
  const plain = withoutDomain(type)
  if (plain.fields !== undefined) return plain.fields
  if (plain.kind !== 'pseudo') {
    throw new SqlError('42804', `first argument of ${name} must be a row type`)
  }
  if (base !== null) {
    return base.types.map((one, at) => ({
      name: base.names?.[at] ?? `f${at + 1}`,
      type: one,
      modifier: NO_MODIFIER,
    }))
  }
  throw new SqlError('42804', `could not determine row type for result of ${name}`, {
    hint: 'Provide a non-null record argument, or call the function in the FROM clause using a column definition list.',
  })
}
function recordFrom(
  name: string,
  source: Source,
  fields: readonly TypeField[],
  base: SqlRow | null,
  context: EvaluationContext,
): SqlRow {
  if (source.kind !== 'object') {
    if (source.kind === 'null' && base !== null) return base
    throw new SqlError('22023', `cannot call ${name} on ${source.kind === 'array' ? 'an array' : 'a scalar'}`)
  }
  return rowOf(source, fields, base, context)
}

function populate(name: string): (call: CallTypes) => (...values: Value[]) => Value {
  return call =>
    (base: SqlRow | null, json: Value, ...rest: Value[]) => {
      if (json === null) return base
      const context = rest.at(-1) as EvaluationContext
      return recordFrom(
        name,
        sourceOf(json, 'escapes'),
        fieldsOf(name, call.argumentTypes[0]!, base),
        base,
        context,
      )
    }
}
function populateSet(name: string): (call: CallTypes) => (...values: Value[]) => Iterable<Value> {
  return call =>
    function* (base: SqlRow | null, json: Value, ...rest: Value[]) {
      if (json === null) return
      const context = rest.at(-1) as EvaluationContext
      const fields = fieldsOf(name, call.argumentTypes[0]!, base)
      yield* records(name, sourceOf(json, 'escapes'), fields, base, context)
    }
}
function* records(
  name: string,
  source: Source,
  fields: readonly TypeField[],
  base: SqlRow | null,
  context: EvaluationContext,
): Iterable<SqlRow> {
  if (source.kind !== 'array') {
    throw new SqlError(
      '22023',
      `cannot call ${name} on ${source.kind === 'object' ? 'an object' : 'a scalar'}`,
    )
  }
  for (let at = 0; at < source.length; at += 1) {
    const item = source.item(at)
    if (item.kind === 'null') yield rowOf(NO_MEMBERS, fields, base, context)
    else if (item.kind !== 'object') {
      throw new SqlError('22023', `argument of ${name} must be an array of objects`)
    } else yield rowOf(item, fields, base, context)
  }
}

const LISTS = [
  ['json', JSON_TYPE],
  ['jsonb', JSONB],
] as const

/** What the planner expects of one document. */
const FEW = { rowsExpected: 100 } as const

export const JSON_EXPAND_FUNCTIONS: readonly SqlFunction[] = LISTS.flatMap(
  ([prefix, type]): SqlFunction[] => {
    const name = (rest: string): string => `${prefix}_${rest}`
    const keyAndValue = (value: SqlType) => ({
      columns: () => [
        { name: 'key', type: TEXT },
        { name: 'value', type: value },
      ],
    })
    return [
      setReturning(name('each'), [type], RECORD, () => (json: Value) => members(name('each'), json, false), {
        ...keyAndValue(type),
        ...FEW,
      }),
      setReturning(
        name('each_text'),
        [type],
        RECORD,
        () => (json: Value) => members(name('each_text'), json, true),
        { ...keyAndValue(TEXT), ...FEW },
      ),
      setReturning(
        name('array_elements'),
        [type],
        type,
        () => (json: Value) => elements(name('array_elements'), json, false),
        { columnName: 'value', ...FEW },
      ),
      setReturning(
        name('array_elements_text'),
        [type],
        TEXT,
        () => (json: Value) => elements(name('array_elements_text'), json, true),
        { columnName: 'value', ...FEW },
      ),
      setReturning(
        name('object_keys'),
        [type],
        TEXT,
        () => (json: Value) => objectKeys(name('object_keys'), json),
        FEW,
      ),
      polymorphic(
        name('populate_record'),
        prefix === 'json' ? [ANYELEMENT, type, BOOL] : [ANYELEMENT, type],
        ANYELEMENT,
        populate(name('populate_record')),
        {
          isStrict: false,
          volatility: 'stable',
          ...(prefix === 'json'
            ? { defaults: [false], argumentNames: ['base', 'from_json', 'use_json_as_text'] }
            : {}),
        },
      ),
      setReturning(
        name('populate_recordset'),
        prefix === 'json' ? [ANYELEMENT, type, BOOL] : [ANYELEMENT, type],
        ANYELEMENT,
        populateSet(name('populate_recordset')),
        {
          isStrict: false,
          volatility: 'stable',
          ...FEW,
          ...(prefix === 'json'
            ? { defaults: [false], argumentNames: ['base', 'from_json', 'use_json_as_text'] }
            : {}),
        },
      ),
      // The fields are those of the column definition list, which is the result's type.
      setReturning(
        name('to_record'),
        [type],
        RECORD,
        call =>
          function* (json: Value, context: EvaluationContext) {
            yield recordFrom(
              name('to_record'),
              sourceOf(json, 'escapes'),
              fieldsOf(name('to_record'), call.resultType, null),
              null,
              context,
            )
          },
        { volatility: 'stable', rowsExpected: 1 },
      ),
      setReturning(
        name('to_recordset'),
        [type],
        RECORD,
        call =>
          function* (json: Value, context: EvaluationContext) {
            yield* records(
              name('to_recordset'),
              sourceOf(json, 'escapes'),
              fieldsOf(name('to_recordset'), call.resultType, null),
              null,
              context,
            )
          },
        { volatility: 'stable', ...FEW },
      ),
    ]
  },
)
