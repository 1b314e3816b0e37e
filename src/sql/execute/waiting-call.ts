/**
 * Calls of functions that wait for something (an advisory lock). Such a call leaves its expression (UNFINISHED), as a subquery
 * that pauses does, and the query stops until what is waited for has come; then the expression is evaluated once more, for the
 * same row, and the call gives its value. Where nobody can wait it is refused.
 */

import type { Waiting } from '../functions/lock-access.ts'
import type { Value } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import { type Pause, UNFINISHED } from './pause.ts'

function isWaiting(value: Value): value is Waiting {
  return typeof value === 'object' && value !== null
}

/** What the functions give that wait. */
const DONE = ''

/** @param evaluate gives a `Waiting`, or the value */
export function waitingCall(pause: Pause, evaluate: Evaluate, atEnd: (forget: () => void) => void): Evaluate {
  let waiting: Waiting | undefined
  /** The evaluation that has had it: when others in the same expression have not, it is not asked for again. */
  let doneIn = 0
  atEnd(() => {
    waiting?.withdraw()
    waiting = undefined
  })
  return registers => {
    const canWait = pause.isAllowed && pause.mayBeUnfinished
    if (waiting === undefined) {
      if (canWait && doneIn === pause.evaluation) return DONE
      const value = evaluate(registers)
      if (!isWaiting(value)) {
        if (canWait) doneIn = pause.evaluation
        return value
      }
      if (!canWait) throw value.refusal()
      value.begin()
      waiting = value
    } else if (waiting.take()) {
      waiting = undefined
      doneIn = pause.evaluation
      return DONE
    } else if (!canWait) {
      // Whoever takes the rows does not wait any longer.
      throw waiting.refusal()
    }
    pause.waitFor(waiting)
    throw UNFINISHED
  }
}

/** Where no statement runs that could wait: defaults and conditions of rows. */
export function refusingCall(evaluate: Evaluate): Evaluate {
  return registers => {
    const value = evaluate(registers)
    if (isWaiting(value)) throw value.refusal()
    return value
  }
}
