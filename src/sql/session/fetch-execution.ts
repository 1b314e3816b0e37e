/** FETCH and MOVE, which read a cursor's query on, and may pause in the middle of that. */

import { assert } from '../../base/assert.ts'
import type { Pause } from '../execute/pause.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { RunResult } from './options.ts'
import type { RawExecution } from './raw-execution.ts'

/** What may be left where the query pauses, and goes on when it is asked again. */
export type Steps<Result> = Generator<undefined, Result>

/** Where nobody allows pauses. */
export function wholly<Result>(steps: Steps<Result>): Result {
  const { done, value } = steps.next()
  assert(done === true, 'nothing pauses where nobody allows it')
  return value as Result
}

/** The rows are fetched when they are asked for, all of them before the first is given. */
export class FetchExecution implements RawExecution {
  readonly columns: RawExecution['columns']
  readonly context: EvaluationContext | undefined
  readonly isWriting = false
  readonly pause: Pause | undefined
  private readonly steps: Steps<Value[][]>
  private readonly isMove: boolean
  /** Undefined: that of the rows. */
  private readonly width: number | undefined
  private readonly end: () => void
  private readonly noteFailure: () => void
  private rows: readonly Value[][] | undefined
  private at = 0

  constructor(
    steps: Steps<Value[][]>,
    isMove: boolean,
    width: number | undefined,
    { columns, context, pause, end, noteFailure }: FetchParts,
  ) {
    this.steps = steps
    this.isMove = isMove
    this.width = width
    this.columns = columns
    this.context = context
    this.pause = pause
    this.end = end
    this.noteFailure = noteFailure
  }

  next(): Value[] | undefined {
    if (this.rows === undefined) {
      const { done, value } = this.steps.next()
      if (!done) return undefined
      this.rows = value
    }
    if (this.isMove) return undefined
    return this.rows[this.at++]?.slice(0, this.width)
  }

  finish(): RunResult {
    try {
      this.rows ??= wholly(this.steps)
    } catch (error) {
      this.fail()
      throw error
    }
    this.end()
    const { length } = this.rows
    return { command: `${this.isMove ? 'MOVE' : 'FETCH'} ${length}`, rowCount: length }
  }

  fail(): void {
    this.end()
    this.noteFailure()
  }
}

interface FetchParts extends Pick<RawExecution, 'columns' | 'context' | 'pause'> {
  /** When the rows are there, or something has failed. */
  readonly end: () => void
  readonly noteFailure: () => void
}
