/** Queries that pause as often as they can, as one does whose rows are awaited on a very slow machine. */

import type { Connection, QueryOptions } from '../../../src/index.ts'
import type { ShapedExecution } from '../../../src/sql/session/execution.ts'
import { Session } from '../../../src/sql/session/session.ts'

/** Between two looks at it so much time goes by that a pause is due at each. */
export function leapingClock(): () => number {
  let now = 0
  return () => {
    now += 1000
    return now
  }
}

/** The rows of a query, and how often it paused. `inPause` runs each time. */
export function pausedRows<Row>(
  connection: Connection,
  text: string,
  options: QueryOptions = {},
  inPause: (pauses: number) => void = () => {},
): { readonly rows: Row[]; readonly pauses: number } {
  const execution = connection.execute(text, [], options) as ShapedExecution
  const { pause } = execution
  pause?.allow(leapingClock(), 1)
  // The first look is at the first row, also where there are few.
  if (pause !== undefined) pause.left = 0
  const rows: Row[] = []
  let pauses = 0
  for (;;) {
    const row = execution.next() as Row | undefined
    if (row !== undefined) rows.push(row)
    else if (pause?.isPaused !== true) return { rows, pauses }
    else {
      pauses++
      inPause(pauses)
      pause.resume()
    }
  }
}

/** While this runs, changes may pause, as a server has them do. */
export function withPausingChanges<Result>(run: () => Result): Result {
  const { start } = Session.prototype
  Session.prototype.start = function (this: Session, parsed, text, parameters, options) {
    return start.call(this, parsed, text, parameters, { ...options, changesMayPause: true })
  }
  try {
    return run()
  } finally {
    Session.prototype.start = start
  }
}
