/** Journeys through ten cities each: what the process that is going to be killed writes. */

import { t, table } from '../../src/index.ts'

export const STOPS = 10

/** [journey, stop] to the number of a city. A journey is one transaction: with fewer stops it is half-done. */
export const journeys = table('journeys', { key: t.tuple(t.u32, t.u8), value: t.u32 })
