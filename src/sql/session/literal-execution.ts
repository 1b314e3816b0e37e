/** A statement that is run by the template of its text: what it says of places is said of the text. */

import { SqlError } from '../errors.ts'
import { placeInText } from '../syntax/literal-shape.ts'
import type { SessionEnvironment } from './environment.ts'
import {
  type LiteralTemplate,
  literalParameters,
  NotAlike,
  type WrittenStatement,
} from './literal-templates.ts'
import type { RunResult, StartOptions } from './options.ts'
import { startQuery } from './query-execution.ts'
import type { RawExecution, RowsInRegisters } from './raw-execution.ts'
import type { Transactions } from './transactions.ts'

/** Begins it; undefined: its text has to be parsed. @throws CoppiceError BUSY as `startQuery` */
export function startByTemplate(
  environment: SessionEnvironment,
  transactions: Transactions,
  written: WrittenStatement,
  options: StartOptions,
): RawExecution | undefined {
  const { text, shape, literals } = written
  for (let { template } = shape; template !== undefined; { template } = shape) {
    const relocated = relocation(template, written)
    try {
      const parameters = literalParameters(template, literals)
      const execution = startQuery(environment, transactions, template.statement, parameters, options)
      return new LiteralExecution(execution, relocated)
    } catch (error) {
      if (!(error instanceof NotAlike)) throw relocated(error)
      shape.refuse(template, error, text, literals)
    }
  }
  return undefined
}

/** An error of the template as one of the text. */
function relocation(
  template: LiteralTemplate,
  { literals, offset }: WrittenStatement,
): (error: unknown) => unknown {
  return error => {
    if (!(error instanceof SqlError) || error.position === undefined) return error
    const position = offset + placeInText(error.position, template.places, literals)
    const moved = new SqlError(error.sqlstate, error.primary, { ...error.fields, position }, error.statement)
    if (error.stack !== undefined) moved.stack = error.stack
    return moved
  }
}

class LiteralExecution implements RawExecution {
  readonly inRegisters: RawExecution['inRegisters']
  private readonly execution: RawExecution
  private readonly relocated: (error: unknown) => unknown

  constructor(execution: RawExecution, relocated: (error: unknown) => unknown) {
    this.execution = execution
    this.relocated = relocated
    const { inRegisters } = execution
    // What is computed where somebody else makes a row fails there, and says another place.
    const areThere = inRegisters?.outputs.every(output => typeof output === 'number') === true
    this.inRegisters = areThere ? this.relocatingRegisters(inRegisters) : undefined
  }

  get columns(): RawExecution['columns'] {
    return this.execution.columns
  }
  get context(): RawExecution['context'] {
    return this.execution.context
  }
  get isWriting(): boolean {
    return this.execution.isWriting
  }
  get pause(): RawExecution['pause'] {
    return this.execution.pause
  }
  next(): ReturnType<RawExecution['next']> {
    return this.relocating(() => this.execution.next())
  }
  finish(): RunResult {
    return this.relocating(() => this.execution.finish())
  }
  fail(error?: unknown): void {
    this.execution.fail(error)
  }

  private relocatingRegisters(rows: RowsInRegisters): RowsInRegisters {
    const { registers, outputs } = rows
    return { registers, outputs, advance: () => this.relocating(() => rows.advance()) }
  }

  private relocating<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      throw this.relocated(error)
    }
  }
}
