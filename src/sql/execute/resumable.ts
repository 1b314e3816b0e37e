/**
 * Expressions with subqueries in them, which may take long, or with calls that wait for something (waiting-call.ts). They are evaluated in one go, like others; but where they are
 * computed before the row is used, a subquery that pauses leaves them (UNFINISHED), and they are evaluated once more, for the
 * same row, when the query goes on. Then the subqueries that were done give what they gave, and the one that was not goes on
 * where it is. So what is evaluated, in which order, and with which errors is what it is without pauses.
 *
 * What gives another value the second time, or does something besides, is not evaluated twice: a subquery beside `random()` in
 * one expression is held.
 */

import type { BoundExpression } from '../bind/bound.ts'
import { walk } from '../bind/walk.ts'
import type { Value } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import type { Execution, Operator } from './operator.ts'
import { type Pause, UNFINISHED } from './pause.ts'
import type { RegisterFile } from './registers.ts'
import { type LoopOperator, type LoopSource, loopSourceOf, type RunningStage } from './scan-loop.ts'

/** Whether the expression may be evaluated twice; what its subqueries do is theirs, as they are not. */
function isRepeatable(e: BoundExpression): boolean {
  let isSame = true
  walk([e], {
    expression(part) {
      // What has been waited for is not asked for again.
      if (part.kind === 'call' && part.function.volatility === 'volatile' && part.function.mayWait !== true) {
        isSame = false
      }
      return isSame
    },
    query: () => false,
  })
  return isSame
}

export interface ResumableExpression {
  readonly evaluate: Evaluate
  /** Where the value goes. */
  readonly register: number
  readonly isRepeatable: boolean
}

export function resumable(e: BoundExpression, evaluate: Evaluate, register: number): ResumableExpression {
  return { evaluate, register, isRepeatable: isRepeatable(e) }
}

/** Expressions over the row at hand, computed one after the other into registers. */
export class ResumableExpressions {
  private readonly pause: Pause
  private readonly expressions: readonly ResumableExpression[]
  /** The one that is evaluated next. */
  private at = 0
  /** 0: there is none that has paused. */
  private evaluation = 0

  constructor(pause: Pause, expressions: readonly ResumableExpression[]) {
    this.pause = pause
    this.expressions = expressions
  }

  /** There is another row. */
  reset(): void {
    this.at = 0
    this.evaluation = 0
  }

  /** False when it has paused, and is to be called again before the row is another one. */
  compute(registers: RegisterFile): boolean {
    const { expressions, pause } = this
    if (!pause.isAllowed && this.evaluation === 0) {
      for (const { evaluate, register } of expressions) registers[register] = evaluate(registers)
      return true
    }
    const outer = pause.evaluation
    if (this.evaluation === 0) this.evaluation = pause.newEvaluation()
    pause.evaluation = this.evaluation
    let isDone = false
    try {
      for (; this.at < expressions.length; this.at++) {
        const { evaluate, register, isRepeatable } = expressions[this.at]
        pause.mayBeUnfinished = isRepeatable
        registers[register] = evaluate(registers)
      }
      isDone = true
      return true
    } catch (error) {
      if (error === UNFINISHED) return false
      isDone = true
      throw error
    } finally {
      if (isDone) this.reset()
      pause.mayBeUnfinished = false
      pause.evaluation = outer
    }
  }
}

/** What a subquery gives as a value may be asked for where it can pause, and where it cannot. */
export function pausable(pause: Pause, evaluate: Evaluate, atEnd: (forget: () => void) => void): Evaluate {
  let value: Value
  let doneIn = 0
  atEnd(() => {
    value = undefined
  })
  return registers => {
    if (!pause.isAllowed) return evaluate(registers)
    if (!pause.mayBeUnfinished) {
      pause.hold()
      try {
        return evaluate(registers)
      } finally {
        pause.release()
      }
    }
    const { evaluation } = pause
    if (doneIn === evaluation) return value
    pause.mayBeUnfinished = false
    try {
      value = evaluate(registers)
    } finally {
      pause.mayBeUnfinished = true
    }
    doneIn = evaluation
    return value
  }
}

/** The rows of a subquery, from the first one on, or from where the same evaluation has left them. */
export class SubqueryRows {
  private readonly pause: Pause
  private readonly operator: Operator
  private readonly reset: () => void
  /** The evaluation that it has paused in. */
  private leftIn = 0

  /** @param reset before each run: common tables inside of it are of the run before */
  constructor(pause: Pause, operator: Operator, reset: () => void) {
    this.pause = pause
    this.operator = operator
    this.reset = reset
  }

  /** False: it goes on, and so does what was made of the rows before. */
  begin(): boolean {
    const { leftIn } = this
    this.leftIn = 0
    if (leftIn > 0 && leftIn === this.pause.evaluation) return false
    this.reset()
    this.operator.open()
    return true
  }

  /** To the next row. @throws UNFINISHED */
  next(): boolean {
    if (this.operator.next()) return true
    const { pause } = this
    if (!pause.isPaused) return false
    this.leftIn = pause.evaluation
    throw UNFINISHED
  }

  end(): void {
    this.operator.close()
  }
}

/** Computes columns from the row below. */
export class ResumableProjectOperator implements Operator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly expressions: ResumableExpressions
  private hasRow = false

  constructor(execution: Execution, input: Operator, expressions: readonly ResumableExpression[]) {
    this.execution = execution
    this.input = input
    this.expressions = new ResumableExpressions(execution.pause, expressions)
  }

  open(): void {
    this.hasRow = false
    this.expressions.reset()
    this.input.open()
  }

  next(): boolean {
    if (!this.hasRow && !this.input.next()) return false
    this.hasRow = !this.expressions.compute(this.execution.registers)
    return !this.hasRow
  }

  close(): void {
    this.hasRow = false
    this.input.close()
  }
}

/** The rows below for which a condition holds. Where nothing pauses, it is part of the loop over them. */
export class ResumableFilterOperator implements LoopOperator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly condition: BoundExpression
  private readonly evaluate: Evaluate
  private readonly register: number
  private readonly expressions: ResumableExpressions
  private hasRow = false

  constructor(
    execution: Execution,
    input: Operator,
    condition: BoundExpression,
    resumable: ResumableExpression,
  ) {
    this.execution = execution
    this.input = input
    this.condition = condition
    this.evaluate = resumable.evaluate
    this.register = resumable.register
    this.expressions = new ResumableExpressions(execution.pause, [resumable])
  }

  loopSource(): LoopSource | undefined {
    const source = loopSourceOf(this.input)
    if (source === undefined) return undefined
    const stage: RunningStage = {
      write: (loop, next) => {
        loop.pass(this.condition)
        next()
      },
      // A row of a loop is not left in its middle.
      isPossible: () => !this.execution.pause.isWanted,
      prepare: () => 'done',
      close: () => {},
    }
    return { driver: source.driver, stages: [...source.stages, stage] }
  }

  open(): void {
    this.hasRow = false
    this.expressions.reset()
    this.input.open()
  }

  next(): boolean {
    const { execution, input, evaluate, expressions, register } = this
    const { registers, pause } = execution
    if (!this.hasRow && !pause.isAllowed) {
      while (input.next()) if (evaluate(registers) === true) return true
      return false
    }
    while (this.hasRow || input.next()) {
      this.hasRow = !expressions.compute(registers)
      if (this.hasRow) return false
      if (registers[register] === true) return true
    }
    return false
  }

  close(): void {
    this.hasRow = false
    this.input.close()
  }
}

/** An operator that is asked for rows when some expressions were computed: what it reads at its opening, or what takes long. */
export class LateOperator implements LoopOperator {
  private readonly execution: Execution
  private readonly input: Operator
  private readonly expressions: ResumableExpressions
  private isReady = false
  /** The input is opened when the expressions are there; else at once. */
  private readonly opensLate: boolean

  constructor(
    execution: Execution,
    input: Operator,
    expressions: readonly ResumableExpression[],
    opensLate: boolean,
  ) {
    this.execution = execution
    this.input = input
    this.expressions = new ResumableExpressions(execution.pause, expressions)
    this.opensLate = opensLate
  }

  loopSource(): LoopSource | undefined {
    const source = loopSourceOf(this.input)
    if (source === undefined) return undefined
    const stage: RunningStage = {
      write: (_, next) => next(),
      prepare: () => (this.expressions.compute(this.execution.registers) ? 'done' : 'paused'),
      close: () => this.expressions.reset(),
    }
    return { driver: source.driver, stages: [...source.stages, stage] }
  }

  open(): void {
    this.isReady = false
    this.expressions.reset()
    if (!this.opensLate) this.input.open()
  }

  next(): boolean {
    if (!this.isReady) {
      if (!this.expressions.compute(this.execution.registers)) return false
      this.isReady = true
      if (this.opensLate) this.input.open()
    }
    return this.input.next()
  }

  close(): void {
    this.isReady = false
    this.input.close()
  }
}
