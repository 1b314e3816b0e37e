/** Times as SQL has them, of the clock's. */

import { POSTGRES_EPOCH_MS } from '../types/datetime-calendar.ts'

/** @param ms since 1970 @returns microseconds since 2000-01-01 UTC */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000) - POSTGRES_EPOCH_MS * 1000
}
