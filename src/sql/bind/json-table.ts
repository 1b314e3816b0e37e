/** JSON_TABLE in FROM: a function of several columns, made for the clauses that were written. */

import { type JsonTableLeaf, type JsonTableShape, jsonTableFunction } from '../functions/json-table.ts'
import type { PathQuestion } from '../functions/sql-json.ts'
import type { JsonTable, JsonTableColumn, JsonTablePath } from '../syntax/json-tree.ts'
import { jsonQuoted } from '../types/json.ts'
import { type JsonPath, jsonPathFromText } from '../types/jsonpath.ts'
import { INT4, JSON_TYPE, JSONB, NO_MODIFIER, type SqlType, withoutDomain } from '../types/type.ts'
import type { BoundExpression, BoundFunctionsFrom } from './bound.ts'
import { recordOf } from './records.ts'
import { fail, type Scope } from './scope.ts'
import { bindContextItem, bindPassing, bindQuestion, refuseReturned } from './sql-json.ts'
import { type ResolvedType, resolveType } from './type-names.ts'

export interface BoundJsonTable {
  readonly call: BoundFunctionsFrom['calls'][number]
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly modifier: number }[]
}

export function bindJsonTable(scope: Scope, item: JsonTable): BoundJsonTable {
  const given = [bindContextItem(scope, item.input), ...bindPassing(scope, item.passing)]
  const builder = new Builder(scope, given)
  const shape = builder.shape(item.path, item.columns)
  const { columns } = builder
  const names = item.passing.map(one => one.name)
  const behavior = item.onError?.kind ?? 'empty array'
  if (behavior !== 'error' && behavior !== 'empty array') {
    fail('42601', 'invalid ON ERROR behavior', item.onError!.at, {
      detail: 'Only EMPTY [ ARRAY ] or ERROR is allowed in the top-level ON ERROR clause.',
    })
  }
  const table = jsonTableFunction(shape, columns, names, behavior === 'error')
  return {
    call: {
      function: table,
      arguments: given,
      scalar: undefined,
      columnCount: columns.length,
      resultType: recordOf(columns),
      isComposite: false,
    },
    columns,
  }
}

class Builder {
  readonly columns: { name: string; type: SqlType; modifier: number }[] = []
  private readonly scope: Scope
  /** Arguments of the function: values of DEFAULT are added. */
  private readonly given: BoundExpression[]
  private readonly names = new Set<string>()

  constructor(scope: Scope, given: BoundExpression[]) {
    this.scope = scope
    this.given = given
  }

  shape(path: JsonTablePath, columns: readonly JsonTableColumn[]): JsonTableShape {
    if (path.name !== undefined) this.addName(path.name, path.at)
    // A level's own columns come before those that are nested in it, however they were written.
    const leaves = columns.flatMap(column => (column.kind === 'nested' ? [] : [this.leaf(column)]))
    const nested = columns.flatMap(column =>
      column.kind === 'nested' ? [this.shape(column.path, column.columns)] : [],
    )
    return { path: jsonPathFromText(path.text), columns: leaves, nested }
  }

  private leaf(column: Exclude<JsonTableColumn, { kind: 'nested' }>): JsonTableLeaf {
    this.addName(column.name, column.at)
    const place = this.columns.length
    const { name } = column
    if (column.kind === 'ordinality') {
      this.columns.push({ name, type: INT4, modifier: NO_MODIFIER })
      return { name, type: INT4, modifier: NO_MODIFIER, place, source: undefined }
    }
    const returned = resolveType(this.scope.binding, column.type)
    refuseReturned(returned.type, column.type.at)
    this.columns.push({ name, ...returned })
    const path: JsonPath = jsonPathFromText(column.path?.text ?? `$.${jsonQuoted(name)}`)
    const { question, defaults } = bindQuestion(this.scope, column, asksOf(column, returned), returned, name)
    const [defaultOnEmpty, defaultOnError] = defaults.map(value => this.given.push(value) - 1) as [
      number,
      number,
    ]
    return { name, ...returned, place, source: { path, question, defaultOnEmpty, defaultOnError } }
  }

  private addName(name: string, at: number): void {
    if (this.names.has(name)) fail('42712', `duplicate JSON_TABLE column or path name: ${name}`, at)
    this.names.add(name)
  }
}

type ValueColumn = Extract<JsonTableColumn, { readonly kind: 'regular' | 'formatted' | 'exists' }>

/** A column of JSON, of an array or a row is asked for as JSON_QUERY does, another one as JSON_VALUE. */
function asksOf(column: ValueColumn, { type }: ResolvedType): PathQuestion['asks'] {
  const { kind, wrapper, quotes } = column
  if (kind === 'exists') return 'exists'
  if (wrapper !== 'unspecified' || quotes !== 'unspecified') return 'query'
  const plain = withoutDomain(type)
  const isComposite =
    plain === JSON_TYPE || plain === JSONB || plain.kind === 'array' || plain.fields !== undefined
  return kind === 'formatted' || isComposite ? 'query' : 'value'
}
