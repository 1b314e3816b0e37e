/**
 * Functions and aggregates of users: what `db.function` was given becomes an entry of the registry. Values cross the border
 * as those of parameters and results do (values.ts).
 *
 * A name is read as SQL reads it: in lower case unless in double quotes; `public.` may stand before it. Names of what is
 * built in are refused: the meaning of `lower(x)` in a stored view or check must not depend on who has the file open.
 */

import { CoppiceError } from '../../base/errors.ts'
import { notSupported, SqlError } from '../errors.ts'
import { builtinRegistry } from '../functions/builtins.ts'
import type {
  AggregateFunction,
  CallTypes,
  EvaluationContext,
  SqlFunction,
  Value,
} from '../functions/registry.ts'
import { parseExpression } from '../syntax/parser.ts'
import {
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYELEMENT,
  builtinTypeByName,
  RECORD,
  type SqlType,
  UNKNOWN,
} from '../types/type.ts'
import type { FunctionOptions, FunctionType, ScalarOptions } from './function-types.ts'
import { type FromSql, fromSql, toSql } from './values.ts'

// biome-ignore lint/suspicious/noExplicitAny: the public methods give their callers the types
type AnyFunction = (...values: any[]) => unknown
export interface AnyAggregate extends FunctionOptions {
  readonly returns: FunctionType
  readonly start: AnyFunction
  readonly step: AnyFunction
  readonly result: AnyFunction
  readonly inverse?: AnyFunction | undefined
}

/** What all kinds share. */
interface Head {
  readonly name: string
  readonly schema: string
  readonly arguments: readonly SqlType[]
  readonly isVariadic: boolean
  readonly isUsers: true
  readonly displayName: string
}

/** @throws CoppiceError INVALID_OPTION; SqlError 42704, 42723 … */
export function userFunction(name: string, options: ScalarOptions, run: AnyFunction): SqlFunction {
  checkOptions(name, options, ['returns', 'volatility'])
  requireFunction(name, 'the third argument', run)
  const head = headOf(name, options)
  const { volatility = 'volatile', strict: isStrict = true, returns } = options
  const common = { ...head, volatility, isStrict }
  if (typeof returns === 'object' && returns !== null) return tableFunction(common, options, returns, run)
  requireTypeName(name, returns)
  const setOf = /^\s*setof\s+(.*)$/is.exec(returns)
  const result = typeNamed(setOf?.[1] ?? returns)
  if (setOf === null) {
    return {
      ...common,
      kind: 'scalar',
      result,
      implement: call => {
        const border = new Border(head, options, call)
        const give = border.result(call.resultType)
        return (...values) => give(border.run(run, values))
      },
    }
  }
  return {
    ...common,
    kind: 'set',
    result,
    implement: call => {
      const border = new Border(head, options, call)
      const give = border.result(call.resultType)
      return (...values) => border.rows(run, values, give)
    },
  }
}

function tableFunction(
  head: Head & { readonly isStrict: boolean },
  options: ScalarOptions,
  returns: Readonly<Record<string, FunctionType>>,
  run: AnyFunction,
): SqlFunction {
  const columns = Object.entries(returns).map(([name, type]) => ({ name, type: typeNamed(type) }))
  if (columns.length === 0) throw invalid(head.name, 'returns', 'at least one column')
  return {
    ...head,
    kind: 'set',
    result: RECORD,
    columns: () => columns,
    implement: call => {
      const border = new Border(head, options, call)
      const gives = columns.map(column => border.result(column.type, `column ${column.name} of `))
      return (...values) =>
        border.rows(run, values, row => {
          if (typeof row !== 'object' || row === null) {
            throw border.failure(`expected rows that are objects, given ${String(row)}`)
          }
          return columns.map(({ name }, i) => gives[i]((row as Record<string, unknown>)[name]))
        })
    },
  }
}

/** @throws as userFunction */
export function userAggregate(name: string, options: AnyAggregate): AggregateFunction {
  checkOptions(name, options, ['returns', 'start', 'step', 'result', 'inverse'])
  for (const part of ['start', 'step', 'result'] as const) requireFunction(name, part, options[part])
  if (options.inverse !== undefined) requireFunction(name, 'inverse', options.inverse)
  const head = headOf(name, options)
  requireTypeName(name, options.returns)
  const { start, step, result, inverse } = options
  return {
    ...head,
    kind: 'aggregate',
    result: typeNamed(options.returns),
    skipsNulls: options.strict ?? true,
    implement: call => {
      const border = new Border(head, options, call)
      const give = border.result(call.resultType)
      /** What gives nothing has changed the state itself. */
      const stateAfter =
        (change: AnyFunction) =>
        (state: Value, ...values: Value[]) => {
          const after = border.run((...given) => change(state, ...given), values)
          return after === undefined ? state : after
        }
      const finish = (state: Value, context: EvaluationContext) =>
        give(border.run(() => result(state), [context]))
      return {
        start: () => border.guard(start),
        step: stateAfter(step),
        finish,
        ...(inverse === undefined ? {} : { unstep: stateAfter(inverse) }),
      }
    },
  }
}

/** One call of a user's function in a statement: values on their way out of SQL and back, and errors. */
class Border {
  private readonly head: Head
  private readonly call: CallTypes
  /** Of the execution that runs. */
  private context: EvaluationContext | undefined
  private readonly converts: readonly (FromSql | undefined)[]

  constructor(head: Head, options: FunctionOptions, call: CallTypes) {
    this.head = head
    this.call = call
    this.converts = call.argumentTypes.map(type => fromSql(type, options))
  }

  /** Calls with values of SQL, the last of which is the context. */
  run(run: AnyFunction, values: Value[]): unknown {
    const context: EvaluationContext = values.pop()
    this.context = context
    for (let i = 0; i < values.length; i++) {
      const convert = this.converts[i]
      if (convert !== undefined && values[i] !== null) values[i] = convert(values[i], context)
    }
    return this.guard(() => run(...values))
  }

  guard<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      throw this.placed(error)
    }
  }

  /** The rows of a function that gives an iterable. */
  *rows(run: AnyFunction, values: Value[], give: (row: unknown) => Value): Generator<Value> {
    const rows = this.run(run, values)
    const context = this.context!
    if (rows === null || rows === undefined) return
    if (typeof (rows as Iterable<unknown>)[Symbol.iterator] !== 'function') {
      throw this.failure('expected an iterable of rows')
    }
    const iterator = (rows as Iterable<unknown>)[Symbol.iterator]()
    let hasEnded = false
    try {
      for (;;) {
        context.checkCancelled()
        const next = this.guard(() => iterator.next())
        if (next.done === true) break
        this.context = context
        yield give(next.value)
      }
      hasEnded = true
    } finally {
      if (!hasEnded) iterator.return?.()
    }
  }

  /** What turns a result into a value of its type. */
  result(type: SqlType, what = ''): (value: unknown) => Value {
    const place = `${what}the result of function ${this.head.displayName}`
    return value => {
      if (isThenable(value)) throw this.failure('it gave a promise; functions of SQL are synchronous')
      try {
        return toSql(value, type, this.context!, place)
      } catch (error) {
        if (!(error instanceof SqlError)) throw this.placed(error)
        throw this.placed(new SqlError(error.sqlstate, error.primary, { where: place, ...error.fields }))
      }
    }
  }

  failure(what: string, cause?: unknown): SqlError {
    const error = new SqlError('38000', `function ${this.head.displayName}: ${what}`, { cause })
    return error.at(this.call.at ?? -1)
  }

  /** What a function throws is the statement's error; an SqlError says its SQLSTATE itself. */
  private placed(error: unknown): SqlError {
    if (error instanceof SqlError) return error.statement === undefined ? error.at(this.call.at ?? -1) : error
    return this.failure(error instanceof Error ? error.message : String(error), error)
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

// ------------------------------------------------------------------------------------------ names and types

function headOf(name: string, options: FunctionOptions): Head {
  const path = nameOf(name)
  const last = path[path.length - 1]
  if (path.length > 2 || (path.length === 2 && path[0] !== 'public')) {
    throw notSupported(`a function in the schema "${path.slice(0, -1).join('.')}"`)
  }
  if (builtinRegistry().named(last).length > 0) {
    throw new SqlError('42723', `function "${last}" is built in`)
  }
  const types = options.args.map(typeNamed)
  const isVariadic = options.variadic ?? false
  if (isVariadic && types[types.length - 1]?.element === undefined) {
    throw invalid(name, 'variadic', "an array's type as the last of args")
  }
  const displayName = `${last}(${types.map(type => type.displayName).join(', ')})`
  return { name: last, schema: 'public', arguments: types, isVariadic, isUsers: true, displayName }
}

/** The name as a call of it is read. What the grammar takes for something else, like `coalesce`, is no name. */
function nameOf(name: string): readonly string[] {
  const call = typeof name === 'string' ? parsed(`${name}()`) : undefined
  if (call?.kind !== 'function' || call.arguments.length > 0) {
    throw new SqlError('42602', `invalid name of a function: ${JSON.stringify(name)}`)
  }
  return call.name
}

/** What is left out, most often. @throws CoppiceError INVALID_OPTION */
function requireTypeName(name: string, returns: unknown): void {
  if (typeof returns !== 'string') throw invalid(name, 'returns', "the name of a type, as 'text'")
}

const POLYMORPHIC = new Map(
  [ANYELEMENT, ANYARRAY, ANYCOMPATIBLE, ANYCOMPATIBLEARRAY].map(type => [type.name, type]),
)

/** @throws SqlError 42704 there is no such type; 0A000 it is none that functions have */
function typeNamed(name: FunctionType): SqlType {
  const polymorphic = POLYMORPHIC.get(name)
  if (polymorphic !== undefined) return polymorphic
  const cast = typeof name === 'string' ? parsed(`null::${name}`) : undefined
  if (cast?.kind !== 'cast') throw new SqlError('42704', `type ${JSON.stringify(name)} does not exist`)
  const { type } = cast
  const [last, schema = 'pg_catalog'] = [...type.name].reverse()
  const base = schema === 'pg_catalog' ? builtinTypeByName(last) : undefined
  if (base === undefined) {
    throw new SqlError('42704', `type "${type.name.join('.')}" does not exist`, {
      hint: 'Functions take and give types that are built in; values of others are passed as text.',
    })
  }
  if (type.modifiers.length > 0) throw notSupported(`a modifier of a function's type: ${name}`)
  const meant = type.dimensions > 0 ? base.array : base
  if (meant === undefined || meant === UNKNOWN || meant.kind === 'pseudo') {
    throw notSupported(`a function of type ${name}`)
  }
  return meant
}

function parsed(text: string): ReturnType<typeof parseExpression> | undefined {
  try {
    return parseExpression(text)
  } catch {
    return undefined
  }
}

// ------------------------------------------------------------------------------------------------- options

const OPTIONS = ['args', 'strict', 'variadic', 'bigint', 'numeric', 'timestamps']

function checkOptions(name: string, options: FunctionOptions, more: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid(name, 'options', 'an object')
  for (const option in options) {
    if (!OPTIONS.includes(option) && !more.includes(option)) {
      throw new CoppiceError(
        'INVALID_OPTION',
        `function ${name}: there is no option ${option} (known: ${[...OPTIONS, ...more].join(', ')})`,
      )
    }
  }
  if (!Array.isArray(options.args)) throw invalid(name, 'args', 'a list of types')
  const { volatility } = options as ScalarOptions
  if (volatility !== undefined && !['immutable', 'stable', 'volatile'].includes(volatility)) {
    throw invalid(name, 'volatility', "'immutable', 'stable' or 'volatile'")
  }
}

function requireFunction(name: string, what: string, given: unknown): void {
  if (typeof given !== 'function') throw invalid(name, what, 'a function')
}

function invalid(name: string, option: string, expected: string): CoppiceError {
  return new CoppiceError('INVALID_OPTION', `function ${name}: ${option}: expected ${expected}`)
}
