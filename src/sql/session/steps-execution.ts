/** Statements that are done in steps: a definition, ANALYZE, SET CONSTRAINTS. Where they may pause, they do so between steps. */

import { assert } from '../../base/assert.ts'
import { complete, type Steps } from '../../base/steps.ts'
import type { OutputColumn } from '../bind/bound.ts'
import type { Pause } from '../execute/pause.ts'
import type { Value } from '../functions/registry.ts'
import type { RunResult, StartOptions } from './options.ts'
import { CompletedExecution, type RawExecution } from './raw-execution.ts'

/**
 * Does it at once, or has it done when it is asked for rows, where changes may pause.
 * @param steps whoever wants no more of them calls `return`, which undoes what they have done
 * @param columns of the rows that it gives when it is done
 */
export function executeInSteps(
  steps: Steps<CompletedExecution>,
  pause: Pause,
  { changesMayPause = false }: StartOptions,
  columns?: readonly OutputColumn[],
): RawExecution {
  return changesMayPause ? new StepsExecution(steps, pause, columns) : complete(steps)
}

class StepsExecution implements RawExecution {
  readonly columns: readonly OutputColumn[] | undefined
  readonly context = undefined
  readonly isWriting = true
  readonly pause: Pause
  private readonly steps: Steps<CompletedExecution>
  private completed: CompletedExecution | undefined

  constructor(steps: Steps<CompletedExecution>, pause: Pause, columns: readonly OutputColumn[] | undefined) {
    this.steps = steps
    this.pause = pause
    this.columns = columns
  }

  next(): Value[] | undefined {
    if (this.completed === undefined) {
      const step = this.steps.next()
      if (step.done !== true) return undefined
      this.completed = step.value
    }
    return this.completed.next()
  }
  finish(): RunResult {
    if (this.completed === undefined) {
      this.pause.disallow()
      this.next()
    }
    assert(this.completed !== undefined, 'nothing pauses where nobody allows it')
    return this.completed.finish()
  }
  fail(): void {
    this.steps.return(NOTHING_DONE)
  }
}

/** Never seen. */
const NOTHING_DONE = new CompletedExecution('')
