/**
 * JSON_TABLE: rows out of JSON. Each item that the table's path finds is a row; a NESTED path gives rows within that row,
 * and several of them side by side give theirs one after the other. A row without any nested rows stays, with nulls.
 */

import { SqlError } from '../errors.ts'
import type { Jsonb, JsonValue } from '../types/jsonb.ts'
import type { JsonPath } from '../types/jsonpath.ts'
import { RECORD, type SqlType } from '../types/type.ts'
import { itemValue, pathItems } from './jsonpath-evaluate.ts'
import type { EvaluationContext, SetFunction, Value } from './registry.ts'
import { answerer, type PathQuestion, passedValues } from './sql-json.ts'

export interface JsonTableShape {
  readonly path: JsonPath
  readonly columns: readonly JsonTableLeaf[]
  readonly nested: readonly JsonTableShape[]
}
export interface JsonTableLeaf {
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
  /** Its number in the row. */
  readonly place: number
  /** Undefined: FOR ORDINALITY. */
  readonly source:
    | {
        readonly path: JsonPath
        readonly question: PathQuestion
        /** Which arguments are the values of DEFAULT; -1: none. */
        readonly defaultOnEmpty: number
        readonly defaultOnError: number
      }
    | undefined
}

/** Arguments: the value as jsonb, what was passed in the order of `names`, values of DEFAULT. */
export function jsonTableFunction(
  shape: JsonTableShape,
  columns: readonly { readonly name: string; readonly type: SqlType }[],
  names: readonly string[],
  isErrorOnError: boolean,
): SetFunction {
  return {
    kind: 'set',
    name: 'json_table',
    arguments: [],
    result: RECORD,
    columns: () => columns,
    isStrict: false,
    volatility: 'stable',
    implement: call => {
      const passed = passedValues(names, call, 1)
      const scan = new Scan(shape)
      return function* (...values: Value[]) {
        const context: EvaluationContext = values[call.argumentTypes.length]
        const json: Jsonb | null = values[0]
        if (json === null) return
        const run = { values, variables: passed(values, context), context }
        const items = found(shape.path, json.value, run)
        let roots: JsonValue[]
        try {
          roots = [...items]
        } catch (error) {
          if (isErrorOnError || !(error instanceof SqlError) || !error.sqlstate.startsWith('22')) throw error
          return
        }
        const row: Value[] = new Array(columns.length).fill(null)
        yield* scan.rows(roots, row, run)
      }
    },
  }
}

interface Run {
  readonly values: readonly Value[]
  readonly variables: JsonValue
  readonly context: EvaluationContext
}

function* found(path: JsonPath, root: JsonValue, { variables, context }: Run): Iterable<JsonValue> {
  for (const item of pathItems({ path, root, variables, usesZone: true, context })) yield itemValue(item)
}

class Scan {
  private readonly shape: JsonTableShape
  private readonly answers: readonly (ReturnType<typeof answerer> | undefined)[]
  private readonly nested: readonly Scan[]

  constructor(shape: JsonTableShape) {
    this.shape = shape
    this.answers = shape.columns.map(({ source, type, modifier }) =>
      source === undefined ? undefined : answerer(source.question, type, modifier),
    )
    this.nested = shape.nested.map(inner => new Scan(inner))
  }

  /** `row` is filled in place, and copied for each row that is given. */
  *rows(items: Iterable<JsonValue>, row: Value[], run: Run): Generator<Value[]> {
    let ordinal = 0
    for (const item of items) {
      this.fill(item, ++ordinal, row, run)
      let hasNested = false
      for (const scan of this.nested) {
        for (const inner of scan.rows(found(scan.shape.path, item, run), row, run)) {
          hasNested = true
          yield inner
        }
        scan.clear(row)
      }
      if (!hasNested) yield [...row]
    }
  }

  private fill(item: JsonValue, ordinal: number, row: Value[], { values, variables, context }: Run): void {
    this.shape.columns.forEach(({ place, source }, i) => {
      if (source === undefined) {
        row[place] = ordinal
        return
      }
      const given = (argument: number): Value => (argument < 0 ? null : values[argument])
      row[place] = this.answers[i]!(item, {
        path: source.path,
        variables,
        defaultOnEmpty: given(source.defaultOnEmpty),
        defaultOnError: given(source.defaultOnError),
        context,
      })
    })
  }

  private clear(row: Value[]): void {
    for (const { place } of this.shape.columns) row[place] = null
    for (const scan of this.nested) scan.clear(row)
  }
}
