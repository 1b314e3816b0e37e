/** Readings of sensors, made up: the same ones in each run. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Database, t, table } from '../../src/index.ts'

export const readings = table('readings', {
  columns: { id: t.u32, sensor: t.u16, value: t.u32 },
  primaryKey: ['id'],
})

const SENSORS = 100
const BATCH_ROWS = 20_000

function readingOf(id: number) {
  const mixed = Math.imul(id ^ (id >>> 15), 0x9e3779b1) >>> 0
  return { id, sensor: mixed % SENSORS, value: mixed >>> 16 }
}

function* readingsFrom(first: number, end: number) {
  for (let id = first; id < end; id++) yield readingOf(id)
}

/** All in one transaction, which stays open across `await` so that the progress can be seen. */
export async function loadReadings(
  db: Database,
  rows: number,
  onProgress: (done: number) => void,
): Promise<void> {
  using tx = db.begin()
  const table = tx.table(readings)
  for (let first = 0; first < rows; first += BATCH_ROWS) {
    const end = Math.min(first + BATCH_ROWS, rows)
    table.putMany(readingsFrom(first, end))
    onProgress(end)
    await nextTurn()
  }
  tx.commit()
}
