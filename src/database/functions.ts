/** Functions and aggregates in TypeScript, as users define them for SQL. */

import type { SqlEngine } from '../sql/session/engine.ts'
import type {
  AggregateOptions,
  FunctionArguments,
  FunctionResult,
  FunctionType,
  FunctionValueOptions,
  ScalarOptions,
} from '../sql/session/function-types.ts'
import { type AnyAggregate, userAggregate, userFunction } from '../sql/session/user-functions.ts'

/** What takes functions for SQL. They hold in this thread, for all that reads or writes this database, until it is closed. */
export interface FunctionDoor {
  /**
   * Makes a function that SQL can call; one of the same name and argument types is replaced. It is synchronous. What it
   * throws is the statement's error (SQLSTATE 38000, `cause`), or itself if it is an SqlError.
   * @example
   * db.function('slug', { args: ['text'], returns: 'text', volatility: 'immutable' }, title =>
   *   title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))
   * db.query('select slug(title) from posts')
   * db.function('words', { args: ['text'], returns: { word: 'text', place: 'integer' } }, function* (text) {
   *   for (const found of text.matchAll(/\w+/g)) yield { word: found[0], place: found.index }
   * })
   * db.query('select word from posts, words(title)')
   * @throws SqlError 42723 (a name that is built in), 42704 (no such type); CoppiceError INVALID_OPTION
   */
  function<const O extends ScalarOptions>(
    name: string,
    options: O,
    run: (...values: FunctionArguments<O>) => FunctionResult<O>,
  ): void
  /**
   * Makes an aggregate, which is also a window function. A state begins with `start` for each group, `step` changes it for
   * each row, `result` says the value.
   * @example
   * db.aggregate('product', {
   *   args: ['double precision'], returns: 'double precision',
   *   start: () => 1, step: (product, x) => product * x, result: product => product,
   * })
   * @throws as `function`
   */
  aggregate<
    const Args extends readonly FunctionType[],
    const Returns extends FunctionType,
    State,
    const Strict extends boolean = true,
    const B extends FunctionValueOptions['bigint'] = undefined,
    const N extends FunctionValueOptions['numeric'] = undefined,
    const T extends FunctionValueOptions['timestamps'] = undefined,
  >(name: string, options: AggregateOptions<Args, Returns, State, Strict, B, N, T>): void
}

export function defineFunction(
  engine: SqlEngine,
  name: string,
  options: ScalarOptions,
  run: (...values: never[]) => unknown,
): void {
  engine.define(userFunction(name, options, run as (...values: unknown[]) => unknown))
}

export function defineAggregate(engine: SqlEngine, name: string, options: unknown): void {
  engine.define(userAggregate(name, options as AnyAggregate))
}
