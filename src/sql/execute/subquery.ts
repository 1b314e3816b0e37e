/**
 * Subqueries in expressions. One that reads nothing from outside, and always gives the same, runs once an execution; one
 * that does has its results kept by what it reads (memo.ts), and may be evaluated for all of that at once
 * (grouped-subquery.ts).
 *
 * Invariant: any of it may be left in the middle by UNFINISHED (pause.ts) and is then asked again for the same row: what is not
 * done yet is not noted as done before.
 */

import type { BoundExpression, BoundSubquery } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import { ELEMENT_BYTES, type Gathered, gather } from '../functions/gathering.ts'
import type { Value } from '../functions/registry.ts'
import { KeySet } from '../spill/key-set.ts'
import type { ExecutionSpill } from '../spill/spill-space.ts'
import { accumulated, arrayOfAccumulated, SqlArray } from '../types/array.ts'
import { keyOf } from '../types/compare.ts'
import { weightOf } from '../types/value-weight.ts'
import {
  compareRows,
  compileAll,
  type Evaluate,
  type ExpressionScope,
  implementBinary,
} from './expression.ts'
import { grouped, type RunningGroups } from './grouped-subquery.ts'
import { memoized } from './memo.ts'
import { type Pause, Unfinished } from './pause.ts'
import { pausable, type SubqueryRows } from './resumable.ts'

/** A subquery's plan, ready to run. */
export interface RunningSubquery {
  readonly pause: Pause
  readonly rows: SubqueryRows
  readonly targets: readonly Evaluate[]
  /** It reads no columns from outside, and gives the same as long as its version is the same. */
  readonly isStable: boolean
  /** Grows with each execution, and when common tables that it reads have other rows. */
  readonly version: () => number
  /** Has something done when the execution is over: what was computed in it is let go. */
  readonly atEnd: (forget: () => void) => void
  /** Of the execution at hand; undefined: everything stays in memory. */
  readonly spill: () => ExecutionSpill | undefined
}

/** That of an expression. */
export interface RunningExpression extends RunningSubquery {
  /** What it reads of the queries around it; undefined: it may give another result for the same. */
  readonly outside: readonly BoundExpression[] | undefined
  readonly groups: RunningGroups | undefined
}

export interface CompiledSubquery {
  readonly evaluate: Evaluate
  /**
   * Of one that gives the same for all rows: runs it, so that it takes no time any more; an error in it comes when its value is
   * asked for. Undefined: there is nothing to be done beforehand.
   */
  readonly prepare: Evaluate | undefined
}

export function compileSubquery(
  e: BoundSubquery,
  running: RunningExpression,
  scope: ExpressionScope,
): CompiledSubquery {
  const { pause, atEnd } = running
  const compiled = compileForRows(e, running, scope)
  const evaluate = pausable(pause, compiled.evaluate, atEnd)
  const { prepare } = compiled
  if (prepare === undefined) return { evaluate, prepare }
  const run = pausable(pause, registers => tried(prepare, registers), atEnd)
  // Where nothing pauses it runs when it is asked for.
  return { evaluate, prepare: registers => (pause.isAllowed ? run(registers) : null) }
}

function compileForRows(
  e: BoundSubquery,
  running: RunningExpression,
  scope: ExpressionScope,
): CompiledSubquery {
  if (isHashed(e, running)) return compileHashed(e, running, scope)
  const single = compileSingle(e, running, scope)
  if (running.isStable && e.operands.length === 0) {
    const evaluate = oncePerVersion(running, single)
    return { evaluate, prepare: evaluate }
  }
  const { outside, groups } = running
  const memo = (evaluate: Evaluate): Evaluate =>
    outside === undefined ? evaluate : memoized(evaluate, [...outside, ...e.operands], running, scope)
  const evaluate = groups === undefined ? memo(single) : grouped(groups, running, single, memo)
  return { evaluate, prepare: undefined }
}

/** Errors are kept for who asks; that the statement is to end is not for later. */
function tried(evaluate: Evaluate, registers: readonly Value[]): Value {
  try {
    return evaluate(registers as Value[])
  } catch (error) {
    if (error instanceof Unfinished || (error instanceof SqlError && error.sqlstate === '57014')) throw error
    return null
  }
}

/** Evaluated for the row at hand. */
function compileSingle(e: BoundSubquery, running: RunningSubquery, scope: ExpressionScope): Evaluate {
  switch (e.variant) {
    case 'scalar':
      return compileScalar(running)
    case 'exists': {
      const { rows } = running
      return () => {
        rows.begin()
        const isThere = rows.next()
        rows.end()
        return isThere
      }
    }
    case 'array': {
      const isNested = e.query.columns[0].type.element !== undefined
      const gatherAll = compileGathering(running, scope)
      return registers => {
        const values = gatherAll(registers)
        if (!isNested) return SqlArray.of(values)
        return arrayOfAccumulated(
          values.map((part, at) => accumulated(part, at === 0 ? undefined : values[0])),
        )
      }
    }
    case 'any':
    case 'all':
      return compileQuantified(e, running, scope)
  }
}

/** What it gave, the error that it ended with too, as long as its version is the same. */
function oncePerVersion({ version, atEnd }: RunningSubquery, evaluate: Evaluate): Evaluate {
  let value: Value
  let failure: { readonly error: unknown } | undefined
  let computedIn = -1
  atEnd(() => {
    value = undefined
    failure = undefined
  })
  return registers => {
    if (computedIn !== version()) {
      failure = undefined
      try {
        value = evaluate(registers)
      } catch (error) {
        if (error instanceof Unfinished) throw error
        failure = { error }
      }
      computedIn = version()
    }
    if (failure !== undefined) throw failure.error
    return value
  }
}

function compileScalar({ rows, targets }: RunningSubquery): Evaluate {
  const [target] = targets
  let value: Value = null
  let count = 0
  return registers => {
    if (rows.begin()) count = 0
    while (rows.next()) {
      if (count++ > 0) {
        rows.end()
        throw new SqlError('21000', 'more than one row returned by a subquery used as an expression')
      }
      value = target(registers)
    }
    rows.end()
    const result = count === 0 ? null : value
    value = null
    return result
  }
}

function compileGathering(
  { rows, targets }: RunningSubquery,
  scope: ExpressionScope,
): (registers: Value[]) => Value[] {
  const [target] = targets
  let gathered: { readonly values: Value[] } & Gathered = { values: [], bytes: 0 }
  return registers => {
    const { context } = scope
    if (rows.begin()) gathered = { values: [], bytes: 0 }
    while (rows.next()) {
      const value = target(registers)
      gather(gathered, ELEMENT_BYTES + weightOf(value), context)
      gathered.values.push(value)
    }
    rows.end()
    context.gathering.give(gathered.bytes)
    const { values } = gathered
    gathered = { values: [], bytes: 0 }
    return values
  }
}

/** `x op ANY (subquery)`, `x op ALL (subquery)`, IN; also for rows. */
function compileQuantified(e: BoundSubquery, running: RunningSubquery, scope: ExpressionScope): Evaluate {
  const operands = compileAll(e.operands, scope)
  const columns = compileAll(e.columns, scope)
  const put = putColumns(e, running, scope)
  const decisive = e.variant === 'any'
  const runs = e.operators.map((operator, i) => implementBinary(operator, e.operands[i], e.columns[i]))
  const equals = e.equals.map((operator, i) => implementBinary(operator, e.operands[i], e.columns[i]))
  const isStrict = e.operators.map(operator => operator.isStrict ?? true)
  const { rows } = running
  let isUnknown = false
  return registers => {
    const values = operands.map(operand => operand(registers))
    if (rows.begin()) isUnknown = false
    while (rows.next()) {
      put(registers)
      const others = columns.map(column => column(registers))
      const result =
        values.length === 1
          ? isStrict[0] && (values[0] === null || others[0] === null)
            ? null
            : runs[0](values[0], others[0], scope.context)
          : compareRows(e.operatorName, values, others, equals, runs, scope.context)
      if (result === decisive) {
        rows.end()
        return decisive
      }
      if (result === null) isUnknown = true
    }
    rows.end()
    return isUnknown ? null : !decisive
  }
}

/** Puts the row at hand where the expressions of the comparison read it. */
function putColumns(
  e: BoundSubquery,
  { targets }: RunningSubquery,
  scope: ExpressionScope,
): (registers: Value[]) => void {
  const places = targets.map((_, i) => scope.registers.of(e.queryRelation, i))
  return registers => {
    for (let i = 0; i < places.length; i++) registers[places[i]] = targets[i](registers)
  }
}

/** Whether it asks if a value is one of those that the subquery gives for all rows. */
function isHashed({ variant, operatorName, operands, columns }: BoundSubquery, running: RunningSubquery) {
  if (variant !== 'any' || operatorName !== '=' || !running.isStable || operands.length !== 1) return false
  const [{ type }] = operands
  return type === columns[0].type && type.isOrdered
}

/** `x IN (subquery)` for a subquery that gives the same for all rows: its values in a set, in a file where they are many. */
function compileHashed(e: BoundSubquery, running: RunningSubquery, scope: ExpressionScope): CompiledSubquery {
  const [operand] = compileAll(e.operands, scope)
  const [column] = compileAll(e.columns, scope)
  const put = putColumns(e, running, scope)
  const key = keyOf(e.operands[0].type)
  const { rows, spill, atEnd } = running
  const keys = new KeySet()
  atEnd(() => keys.clear())
  let hasNull = false
  let isEmpty = true
  const fill = oncePerVersion(running, registers => {
    if (rows.begin()) {
      const space = spill()
      keys.begin(space, space?.budgetBytes ?? Number.POSITIVE_INFINITY)
      hasNull = false
      isEmpty = true
    }
    while (rows.next()) {
      isEmpty = false
      put(registers)
      const value = column(registers)
      if (value === null) hasNull = true
      else keys.add(key(value))
    }
    rows.end()
    return null
  })
  const evaluate: Evaluate = registers => {
    fill(registers)
    if (isEmpty) return false
    const value = operand(registers)
    if (value === null) return null
    if (keys.has(key(value))) return true
    return hasNull ? null : false
  }
  return { evaluate, prepare: fill }
}
