/** What a worker does with a part of the readings: counts them by sensor, and sums what was read. */

import type { ParallelPart, Snapshot } from '../../src/index.ts'
import { readings } from './readings-table.ts'
import { add, type Tally } from './tally.ts'

const REPORTED_ROWS = 4096

type Part = ParallelPart<typeof readings>

export default function bySensor(part: Part): Tally {
  return tallyReadings(part.snapshot, part.range, part.report)
}

/** The same for any snapshot and range: the main thread calls it, too. */
export function tallyReadings(
  snapshot: Snapshot,
  range: Part['range'],
  report: (done: number) => void = () => {},
): Tally {
  const tally: Tally = new Map()
  let done = 0
  for (const { sensor, value } of snapshot.table(readings).range(range)) {
    add(tally, `sensor ${sensor}`, value)
    // How far it is inside of this part, for `onProgress` in the main thread.
    if (++done % REPORTED_ROWS === 0) report(done)
  }
  return tally
}
