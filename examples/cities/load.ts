/** Chapter one: all cities go into the database, in one transaction. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database } from '../../src/index.ts'
import { cities } from './cities-table.ts'
import { duration, number, progressBar } from './screen.ts'
import { readCities } from './source.ts'

const BATCH_CITIES = 2000

export async function load(db: Database, limit: number): Promise<void> {
  const records = readCities(limit)
  const bar = progressBar(records.length, 'Loading cities')
  const started = performance.now()

  // A transaction that stays open across `await`, so that the bar can move. If anything in here threw, the block
  // would be left without a commit, and that rolls everything back.
  using tx = db.begin()
  for (let first = 0; first < records.length; first += BATCH_CITIES) {
    const batch = records.slice(first, first + BATCH_CITIES)
    tx.table(cities).putMany(batch)
    bar.advance(batch.length)
    await nextTurn()
  }
  tx.commit()

  const ms = performance.now() - started
  const rate = number((records.length / ms) * 1000)
  bar.done(
    `Loaded ${number(records.length)} cities with three indexes in ${duration(ms)} (${rate} a second), durably`,
  )
}
