/** What a worker does with a part of the cities: counts them by country, and sums their latitudes. */

import type { ParallelPart, RangeOptions, Snapshot } from '../../src/index.ts'
import { cities } from '../cities/cities-table.ts'
import { add, type Tally } from './tally.ts'

/** Latitudes in millionths of a degree. */
export const MICRODEGREES = 1e6

export default ({ snapshot, range }: ParallelPart<typeof cities>): Tally => tallyCities(snapshot, range)

/** The same for any snapshot and range: the main thread calls it, too. */
export function tallyCities(snapshot: Snapshot, range: RangeOptions<number> = {}): Tally {
  const tally: Tally = new Map()
  for (const { country, latitude } of snapshot.table(cities).range(range)) {
    add(tally, country, Math.round(latitude * MICRODEGREES))
  }
  return tally
}
