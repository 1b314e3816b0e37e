/**
 * Where the expressions of a plan have subqueries, or calls that wait, which may pause (resumable.ts): operators that compute
 * these before others take the rows. Expressions without any are evaluated by whoever wants them.
 */

import type { BoundExpression, BoundSubquery } from '../bind/bound.ts'
import type { QueryPlan } from '../plan/physical.ts'
import { callsWaiting, conjunction, conjunctsOf, hasSubquery, subqueriesOf } from '../plan/relations.ts'
import { compile, compileAll, type Evaluate } from './expression.ts'
import type { Operator } from './operator.ts'
import type { Output, Program } from './program.ts'
import {
  LateOperator,
  type ResumableExpression,
  ResumableExpressions,
  ResumableFilterOperator,
  ResumableProjectOperator,
  resumable,
} from './resumable.ts'
import { FilterOperator, ProjectOperator } from './scans.ts'

type Expressions = readonly (BoundExpression | undefined)[]

/** Whether evaluating it may pause: subqueries do, and what is waited for. */
export function mayPause(e: BoundExpression): boolean {
  return hasSubquery(e) || callsWaiting(e)
}

export function somePause(expressions: Expressions): boolean {
  return expressions.some(e => e !== undefined && mayPause(e))
}

/** A query's rows, and what is computed of each. */
export interface BuiltQuery {
  readonly operator: Operator
  readonly targets: readonly Evaluate[]
  readonly outputs: readonly Output[]
}

export function buildQuery(
  program: Program,
  { root, targets }: Pick<QueryPlan, 'root' | 'targets'>,
): BuiltQuery {
  const operator = program.build(root)
  const evaluates = compileAll(targets, program)
  const outputs = targets.map((target, i) => program.registerOf(target) ?? evaluates[i])
  if (!somePause(targets)) return { operator, targets: evaluates, outputs }
  const computed: ResumableExpression[] = []
  const places = outputs.map((output, i) => {
    if (typeof output === 'number') return output
    const register = program.registers.scratch()
    computed.push(resumable(targets[i], output, register))
    return register
  })
  return {
    operator: new ResumableProjectOperator(program.execution, operator, computed),
    targets: places.map(register => file => file[register]),
    outputs: places,
  }
}

/** The rows for which a condition holds. */
export function filtered(program: Program, input: Operator, condition: BoundExpression): Operator {
  const evaluate = program.condition(condition)!
  if (!mayPause(condition)) return new FilterOperator(program.execution, input, evaluate)
  const register = program.registers.scratch()
  const computed = resumable(condition, evaluate, register)
  return new ResumableFilterOperator(program.execution, input, condition, computed)
}

/** The rows below with what is computed of them, as far as a filter of that lets them pass. */
export function projected(
  program: Program,
  input: Operator,
  targets: readonly BoundExpression[],
  registers: readonly number[],
  filter?: BoundExpression,
): Operator {
  const { execution } = program
  if (!somePause([...targets, filter])) {
    const condition = program.condition(filter)
    return new ProjectOperator(execution, input, compileAll(targets, program), registers, condition)
  }
  const computed = targets.map((target, i) => resumable(target, compile(target, program), registers[i]))
  const projection = new ResumableProjectOperator(execution, input, computed)
  return filter === undefined ? projection : filtered(program, projection, filter)
}

export interface Ahead {
  /** The rows, with what was computed. */
  readonly operator: Operator
  readonly evaluates: readonly Evaluate[]
  /** Of what was computed. */
  readonly registers: readonly number[]
}

/** Expressions over the rows of an input; those with subqueries are computed before the row is taken. */
export function ahead(program: Program, input: Operator, expressions: readonly BoundExpression[]): Ahead {
  const evaluates = compileAll(expressions, program)
  if (!somePause(expressions)) return { operator: input, evaluates, registers: [] }
  const computed: ResumableExpression[] = []
  const read = expressions.map((e, i): Evaluate => {
    if (!mayPause(e)) return evaluates[i]
    const register = program.registers.scratch()
    computed.push(resumable(e, evaluates[i], register))
    return file => file[register]
  })
  return {
    operator: new ResumableProjectOperator(program.execution, input, computed),
    evaluates: read,
    registers: computed.map(({ register }) => register),
  }
}

/** The part of a filter before the first conjunct with a subquery of some kind, and what is left. */
export function splitFilter(
  program: Program,
  filter: BoundExpression | undefined,
  isMeant: (e: BoundSubquery) => boolean = () => true,
): { readonly before: BoundExpression | undefined; readonly rest: BoundExpression | undefined } {
  if (filter === undefined || !mayPause(filter)) return { before: filter, rest: undefined }
  const conjuncts = conjunctsOf(filter)
  const first = conjuncts.findIndex(e => callsWaiting(e) || subqueriesOf([e]).some(isMeant))
  if (first < 0) return { before: filter, rest: undefined }
  const before = conjunction(conjuncts.slice(0, first))
  const rest = conjunction(conjuncts.slice(first))
  program.meter?.split(filter, [before, rest])
  return { before, rest }
}

/** Whether a subquery gives the same for all rows: it may run before there are any. */
export function isPreparable(program: Program, e: BoundSubquery): boolean {
  return program.compiledSubquery(e).prepare !== undefined
}

/** What runs such subqueries. */
export function preparing(program: Program, expressions: Expressions): readonly ResumableExpression[] {
  return subqueriesOf(expressions).flatMap(e => {
    const { prepare } = program.compiledSubquery(e)
    if (prepare === undefined) return []
    return [{ evaluate: prepare, register: program.registers.scratch(), isRepeatable: true }]
  })
}

/**
 * An operator that evaluates expressions where it cannot pause: such subqueries in them have run when it is asked for its first
 * row.
 * @param opensLate it evaluates some of them when it is opened
 */
export function prepared(
  program: Program,
  operator: Operator,
  expressions: Expressions,
  opensLate = false,
): Operator {
  const computed = preparing(program, expressions)
  if (computed.length === 0) return operator
  return new LateOperator(program.execution, operator, computed, opensLate)
}

/** What an operator reads when it is opened: with subqueries in it, that is computed before. */
export class LateExpressions {
  private readonly program: Program
  private readonly expressions: ResumableExpression[] = []

  constructor(program: Program) {
    this.program = program
  }

  compile(e: BoundExpression): Evaluate {
    const evaluate = compile(e, this.program)
    if (!mayPause(e)) return evaluate
    const register = this.program.registers.scratch()
    this.expressions.push(resumable(e, evaluate, register))
    return registers => registers[register]
  }

  /** The operator, opened when they are there. */
  before(operator: Operator): Operator {
    const { expressions, program } = this
    if (expressions.length === 0) return operator
    return new LateOperator(program.execution, operator, expressions, true)
  }
}

/** A row of VALUES. */
export interface RowOfValues {
  readonly evaluates: readonly Evaluate[]
  /** What is computed before, where there are subqueries: all of the row, so that errors come in order. */
  readonly late: ResumableExpressions | undefined
}

export function rowOfValues(program: Program, row: readonly BoundExpression[]): RowOfValues {
  const evaluates = compileAll(row, program)
  if (!somePause(row)) return { evaluates, late: undefined }
  const computed = row.map((e, i) => resumable(e, evaluates[i], program.registers.scratch()))
  return {
    evaluates: computed.map(
      ({ register }) =>
        file =>
          file[register],
    ),
    late: new ResumableExpressions(program.execution.pause, computed),
  }
}
