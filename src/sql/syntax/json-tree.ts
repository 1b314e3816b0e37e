/** Nodes of SQL/JSON: constructors, aggregates, queries by path, JSON_TABLE. Part of the statement tree (`tree.ts`). */

import type { Alias, Expression, Node, Query, SortItem, TypeName, WindowReference } from './tree.ts'

/** A value on its way into JSON; `FORMAT JSON` says that it is JSON's text. */
export interface JsonInput {
  readonly value: Expression
  readonly isFormatted: boolean
}
/** `RETURNING type [FORMAT JSON]`. */
export interface JsonReturning {
  readonly type: TypeName
  readonly isFormatted: boolean
}

/** `JSON_OBJECT('a': 1, …)`. */
export interface JsonObjectConstructor extends Node {
  readonly kind: 'json object'
  readonly members: readonly { readonly key: Expression; readonly value: JsonInput }[]
  readonly isAbsentOnNull: boolean
  readonly isUnique: boolean
  readonly returning: JsonReturning | undefined
}
/** `JSON_ARRAY(select …)`: the query has one column; nulls are left out. */
export interface JsonArrayQuery extends Node {
  readonly kind: 'json array query'
  readonly query: Query
  readonly isFormatted: boolean
  readonly returning: JsonReturning | undefined
}
/** `JSON_ARRAY(1, 2)`. */
export interface JsonArrayConstructor extends Node {
  readonly kind: 'json array'
  readonly elements: readonly JsonInput[]
  readonly isAbsentOnNull: boolean
  readonly returning: JsonReturning | undefined
}
/** `JSON_OBJECTAGG(k: v)` has a key, `JSON_ARRAYAGG(v)` none. */
export interface JsonAggregate extends Node {
  readonly kind: 'json aggregate'
  readonly key: Expression | undefined
  readonly value: JsonInput
  readonly isAbsentOnNull: boolean
  readonly isUnique: boolean
  readonly returning: JsonReturning | undefined
  readonly orderBy: readonly SortItem[]
  readonly filter: Expression | undefined
  readonly over: WindowReference | undefined
}
/** `JSON(text WITH UNIQUE KEYS)`, `JSON_SCALAR(x)`, `JSON_SERIALIZE(x RETURNING text)`. */
export interface JsonConversion extends Node {
  readonly kind: 'json conversion'
  readonly function: 'json' | 'json_scalar' | 'json_serialize'
  readonly input: JsonInput
  readonly isUnique: boolean
  readonly returning: JsonReturning | undefined
}

/** What is given when the path finds nothing, or fails. */
export interface JsonBehavior extends Node {
  readonly kind: 'error' | 'null' | 'true' | 'false' | 'unknown' | 'empty array' | 'empty object' | 'default'
  /** Of `DEFAULT`. */
  readonly value: Expression | undefined
}
export interface JsonPassing {
  readonly name: string
  readonly value: JsonInput
}
export type JsonWrapper = 'unspecified' | 'none' | 'conditional' | 'unconditional'
export type JsonQuotes = 'unspecified' | 'keep' | 'omit'

/** `JSON_QUERY`, `JSON_VALUE`, `JSON_EXISTS`. */
export interface JsonPathQuery extends Node {
  readonly kind: 'json query'
  readonly function: 'json_query' | 'json_value' | 'json_exists'
  readonly input: JsonInput
  readonly path: Expression
  readonly passing: readonly JsonPassing[]
  readonly returning: JsonReturning | undefined
  readonly wrapper: JsonWrapper
  readonly quotes: JsonQuotes
  readonly onEmpty: JsonBehavior | undefined
  readonly onError: JsonBehavior | undefined
}

/** Item of FROM. */
export interface JsonTable extends Node {
  readonly kind: 'json table'
  readonly input: JsonInput
  readonly path: JsonTablePath
  readonly passing: readonly JsonPassing[]
  readonly columns: readonly JsonTableColumn[]
  readonly onError: JsonBehavior | undefined
  readonly alias: Alias | undefined
}
export interface JsonTablePath extends Node {
  readonly text: string
  readonly name: string | undefined
}
export type JsonTableColumn =
  | (Node & { readonly kind: 'ordinality'; readonly name: string })
  | (Node & {
      readonly kind: 'nested'
      readonly path: JsonTablePath
      readonly columns: readonly JsonTableColumn[]
    })
  | (Node & {
      readonly kind: 'regular' | 'formatted' | 'exists'
      readonly name: string
      readonly type: TypeName
      /** Undefined: the member of the column's name. */
      readonly path: JsonTablePath | undefined
      readonly wrapper: JsonWrapper
      readonly quotes: JsonQuotes
      readonly onEmpty: JsonBehavior | undefined
      readonly onError: JsonBehavior | undefined
    })
