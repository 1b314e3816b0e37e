/**
 * What TypeScript knows about functions of users: from the names of SQL types to the types of values, so that
 * `{ args: ['integer', 'text'] }` types the function's parameters.
 */

import type { Volatility } from '../functions/registry.ts'

/** How values of a few types come to a function; as for the rows of queries. */
export interface FunctionValueOptions {
  readonly bigint?: 'auto' | 'bigint' | 'string' | undefined
  readonly numeric?: 'string' | 'number' | undefined
  readonly timestamps?: 'date' | 'string' | undefined
}

/** By a type's name: what a function is given, and what it may give. */
interface Values<O> {
  readonly boolean: readonly [boolean, boolean]
  readonly integer: readonly [number, number | bigint]
  readonly bigint: readonly [BigintOf<O>, number | bigint | string]
  readonly real: readonly [number, number]
  readonly numeric: readonly [NumericOf<O>, number | bigint | string]
  readonly text: readonly [string, string]
  readonly bytes: readonly [Uint8Array, Uint8Array]
  readonly instant: readonly [InstantOf<O>, Date | string]
  readonly calendar: readonly [string, Date | string]
  readonly json: readonly [unknown, unknown]
}

interface Families {
  readonly boolean: 'boolean'
  readonly bool: 'boolean'
  readonly smallint: 'integer'
  readonly int2: 'integer'
  readonly integer: 'integer'
  readonly int: 'integer'
  readonly int4: 'integer'
  readonly bigint: 'bigint'
  readonly int8: 'bigint'
  readonly real: 'real'
  readonly float4: 'real'
  readonly 'double precision': 'real'
  readonly float8: 'real'
  readonly numeric: 'numeric'
  readonly decimal: 'numeric'
  readonly text: 'text'
  readonly varchar: 'text'
  readonly 'character varying': 'text'
  readonly uuid: 'text'
  readonly interval: 'text'
  readonly bytea: 'bytes'
  readonly timestamptz: 'instant'
  readonly 'timestamp with time zone': 'instant'
  readonly timestamp: 'calendar'
  readonly 'timestamp without time zone': 'calendar'
  readonly date: 'calendar'
  readonly time: 'text'
  readonly json: 'json'
  readonly jsonb: 'json'
}

type BigintOf<O> = O extends { readonly bigint: 'bigint' }
  ? bigint
  : O extends { readonly bigint: 'string' }
    ? string
    : number | bigint
type NumericOf<O> = O extends { readonly numeric: 'number' } ? number : string
type InstantOf<O> = O extends { readonly timestamps: 'string' } ? string : Date

type Side = 0 | 1
type ValueAs<Name, O, S extends Side> = Name extends keyof Families
  ? Values<O>[Families[Name]][S]
  : Name extends `${infer Element}[]`
    ? (ValueAs<Element, O, S> | null)[]
    : unknown

/** A type of SQL by its name, with `[]` for an array: `'integer'`, `'text[]'`. */
export type FunctionType = keyof Families | `${keyof Families}[]` | (string & {})

/** Options of a function or aggregate. */
export interface FunctionOptions extends FunctionValueOptions {
  /** The types of its arguments, in order. Several functions of one name differ in them. */
  readonly args: readonly FunctionType[]
  /**
   * True (default): a null argument makes the result null without a call; an aggregate passes over such rows. False: the
   * function is called with null.
   */
  readonly strict?: boolean | undefined
  /** The last of `args` is an array's type, and a call gives any number of its elements. */
  readonly variadic?: boolean | undefined
}

export interface ScalarOptions extends FunctionOptions {
  /**
   * The type of its result: `'text'`; `'setof text'` when it gives an iterable of values; an object of columns when it
   * gives an iterable of rows: `{ word: 'text', length: 'integer' }`.
   */
  readonly returns: FunctionType | Readonly<Record<string, FunctionType>>
  /**
   * Whether the result depends on the arguments alone (`'immutable'`: generated columns take no other), stays the same
   * within one statement (`'stable'`), or may differ from call to call (`'volatile'`, default).
   */
  readonly volatility?: Volatility | undefined
}

/** What a function's parameters are. */
export type FunctionArguments<O extends FunctionOptions> = ArgumentsOf<O['args'], O>

/** The same by the types' names; `Policies` says how values come, and whether nulls do. */
export type ArgumentsOf<Args extends readonly FunctionType[], Policies> = {
  -readonly [I in keyof Args]:
    | ValueAs<Args[I], Policies, 0>
    | (Policies extends { readonly strict: false } ? null : never)
}

type Given<Name, O> = ValueAs<Name, O, 1> | null | undefined

/** What a function may return. */
export type FunctionResult<O extends ScalarOptions> = O['returns'] extends `setof ${infer Name}`
  ? Iterable<Given<Name, O>>
  : O['returns'] extends string
    ? Given<O['returns'], O>
    : Iterable<{ readonly [Column in keyof O['returns']]: Given<O['returns'][Column], O> }>

/** An aggregate: a state for each group, changed by each of its rows. */
export interface AggregateOptions<
  Args extends readonly FunctionType[],
  Returns extends FunctionType,
  State,
  Strict extends boolean,
  BigintPolicy extends FunctionValueOptions['bigint'],
  NumericPolicy extends FunctionValueOptions['numeric'],
  TimestampPolicy extends FunctionValueOptions['timestamps'],
> extends FunctionOptions {
  readonly args: Args
  readonly returns: Returns
  readonly strict?: Strict | undefined
  readonly bigint?: BigintPolicy
  readonly numeric?: NumericPolicy
  readonly timestamps?: TimestampPolicy
  /** A new state. */
  readonly start: () => State
  /** The state after one more row; what returns nothing has changed the state that it was given. */
  readonly step: (
    state: State,
    ...values: ArgumentsOf<Args, Policies<Strict, BigintPolicy, NumericPolicy, TimestampPolicy>>
  ) => State | undefined
  /** The aggregate's value. It must leave the state as it is: a window asks again and again. */
  readonly result: (state: State) => Given<Returns, unknown>
  /** Takes away the row that was added first, so that a moving window need not start anew. */
  readonly inverse?:
    | ((
        state: State,
        ...values: ArgumentsOf<Args, Policies<Strict, BigintPolicy, NumericPolicy, TimestampPolicy>>
      ) => State | undefined)
    | undefined
}

interface Policies<S, B, N, T> {
  readonly strict: S
  readonly bigint: B
  readonly numeric: N
  readonly timestamps: T
}
