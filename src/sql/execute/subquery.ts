/**
 * Subqueries in expressions. One that reads nothing from outside, and always gives the same, runs once an execution; one
 * that does has its results kept by what it reads (memo.ts), and may be evaluated for all of that at once
 * (grouped-subquery.ts).
 */

import type { BoundExpression, BoundSubquery } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import { arrayOfArrays, SqlArray } from '../types/array.ts'
import { equality, keyOf } from '../types/compare.ts'
import {
  compareRows,
  compileAll,
  type Evaluate,
  type ExpressionScope,
  implementBinary,
} from './expression.ts'
import { grouped, type RunningGroups } from './grouped-subquery.ts'
import { memoized } from './memo.ts'
import type { Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'

/** A subquery's plan, ready to run. */
export interface RunningSubquery {
  readonly operator: Operator
  readonly targets: readonly Evaluate[]
  /** Before each run: common tables inside of it are of the run before. */
  readonly reset: () => void
  /** It reads no columns from outside, and gives the same as long as its version is the same. */
  readonly isStable: boolean
  /** Grows with each execution, and when common tables that it reads have other rows. */
  readonly version: () => number
  /** Has something done when the execution is over: what was computed in it is let go. */
  readonly atEnd: (forget: () => void) => void
}

/** That of an expression. */
export interface RunningExpression extends RunningSubquery {
  /** What it reads of the queries around it; undefined: it may give another result for the same. */
  readonly outside: readonly BoundExpression[] | undefined
  readonly groups: RunningGroups | undefined
}

export function compileSubquery(
  e: BoundSubquery,
  running: RunningExpression,
  scope: ExpressionScope,
): Evaluate {
  const single = compileSingle(e, running, scope)
  if (running.isStable && e.operands.length === 0) return oncePerVersion(running, single)
  const { outside, groups } = running
  const memo = (evaluate: Evaluate): Evaluate =>
    outside === undefined ? evaluate : memoized(evaluate, [...outside, ...e.operands], running, scope)
  return groups === undefined ? memo(single) : grouped(groups, running, single, memo)
}

/** Evaluated for the row at hand. */
function compileSingle(e: BoundSubquery, running: RunningSubquery, scope: ExpressionScope): Evaluate {
  switch (e.variant) {
    case 'scalar':
      return registers => scalar(running, registers)
    case 'exists':
      return () => {
        open(running)
        const isThere = running.operator.next()
        running.operator.close()
        return isThere
      }
    case 'array': {
      const isNested = e.query.columns[0].type.element !== undefined
      return registers => {
        const values = allOf(running, registers)
        return isNested ? arrayOfArrays(values) : SqlArray.of(values)
      }
    }
    case 'any':
    case 'all':
      return compileQuantified(e, running, scope)
  }
}

function oncePerVersion(running: RunningSubquery, evaluate: Evaluate): Evaluate {
  let value: Value
  let computedIn = -1
  running.atEnd(() => {
    value = undefined
  })
  return registers => {
    if (computedIn !== running.version()) {
      value = evaluate(registers)
      computedIn = running.version()
    }
    return value
  }
}

function open(running: RunningSubquery): void {
  running.reset()
  running.operator.open()
}

function scalar({ operator, targets, reset }: RunningSubquery, registers: RegisterFile): Value {
  reset()
  operator.open()
  if (!operator.next()) {
    operator.close()
    return null
  }
  const value = targets[0](registers)
  const hasMore = operator.next()
  operator.close()
  if (hasMore) throw new SqlError('21000', 'more than one row returned by a subquery used as an expression')
  return value
}

function allOf(running: RunningSubquery, registers: RegisterFile): Value[] {
  const values: Value[] = []
  open(running)
  while (running.operator.next()) values.push(running.targets[0](registers))
  running.operator.close()
  return values
}

/** `x op ANY (subquery)`, `x op ALL (subquery)`, IN; also for rows. */
function compileQuantified(e: BoundSubquery, running: RunningSubquery, scope: ExpressionScope): Evaluate {
  const operands = compileAll(e.operands, scope)
  const columns = compileAll(e.columns, scope)
  const columnRegisters = running.targets.map((_, i) => scope.registers.of(e.queryRelation, i))
  if (e.variant === 'any' && e.operatorName === '=' && running.isStable && operands.length === 1) {
    const [operand, column] = [e.operands[0], e.columns[0]]
    if (operand.type === column.type && operand.type.isOrdered) {
      return compileHashed(e, operands[0], columns[0], columnRegisters, running)
    }
  }
  const decisive = e.variant === 'any'
  const runs = e.operators.map((operator, i) => implementBinary(operator, e.operands[i], e.columns[i]))
  const isEquality = e.operatorName === '=' || e.operatorName === '<>'
  // Rows by `<`: the columns before the one that decides are equal.
  const equals = isEquality
    ? e.operatorName === '='
      ? runs
      : runs.map(run => (a: Value, b: Value) => run(a, b, scope.context) === false)
    : e.columns.map(column => equality(column.type))
  const isStrict = e.operators.map(operator => operator.isStrict ?? true)
  return registers => {
    const values = operands.map(operand => operand(registers))
    let isUnknown = false
    open(running)
    while (running.operator.next()) {
      for (let i = 0; i < running.targets.length; i++) {
        registers[columnRegisters[i]] = running.targets[i](registers)
      }
      const others = columns.map(column => column(registers))
      const result =
        values.length === 1
          ? isStrict[0] && (values[0] === null || others[0] === null)
            ? null
            : runs[0](values[0], others[0], scope.context)
          : compareRows(e.operatorName, values, others, equals, runs, scope.context)
      if (result === decisive) {
        running.operator.close()
        return decisive
      }
      if (result === null) isUnknown = true
    }
    running.operator.close()
    return isUnknown ? null : !decisive
  }
}

/** `x IN (subquery)` for a subquery that gives the same for all rows: its values in a set. */
function compileHashed(
  e: BoundSubquery,
  operand: Evaluate,
  column: Evaluate,
  columnRegisters: readonly number[],
  running: RunningSubquery,
): Evaluate {
  const key = keyOf(e.operands[0].type)
  const keys = new Set<unknown>()
  running.atEnd(() => keys.clear())
  let hasNull = false
  let isEmpty = true
  let filledIn = -1
  const fill = (registers: RegisterFile): void => {
    keys.clear()
    hasNull = false
    isEmpty = true
    open(running)
    while (running.operator.next()) {
      isEmpty = false
      for (let i = 0; i < running.targets.length; i++) {
        registers[columnRegisters[i]] = running.targets[i](registers)
      }
      const value = column(registers)
      if (value === null) hasNull = true
      else keys.add(key(value))
    }
    running.operator.close()
    filledIn = running.version()
  }
  return registers => {
    if (filledIn !== running.version()) fill(registers)
    if (isEmpty) return false
    const value = operand(registers)
    if (value === null) return null
    if (keys.has(key(value))) return true
    return hasNull ? null : false
  }
}
