/**
 * Reading in several threads: counts and sums over the cities of the world, and over ten million generated readings, once
 * in a pool of worker threads and once in the main thread alone. `npm run demo:parallel`, or with a number of rows of your
 * own: `npm run demo:parallel -- --rows 1000000` (`--cities` and `--workers` there are, too).
 *
 * What the workers run is in `parallel/by-country.ts` and `parallel/by-sensor.ts`.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { intro, outro } from '@clack/prompts'
import { type Database, open } from '../src/index.ts'
import { cities } from './cities/cities-table.ts'
import { load } from './cities/load.ts'
import { countryName, duration, number, strong, tell } from './cities/screen.ts'
import { MICRODEGREES, tallyCities } from './parallel/by-country.ts'
import { tallyReadings } from './parallel/by-sensor.ts'
import { progressLine } from './parallel/progress-line.ts'
import { loadReadings, readings } from './parallel/readings-table.ts'
import { areEqual, merge, type Tally } from './parallel/tally.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    cities: { type: 'string', default: 'Infinity' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const rows = Number(values.rows)
const workers = Number(values.workers)
const preload = new URL('./parallel/typescript.mjs', import.meta.url)

/** Says both results and both times. */
function compare(title: string, together: Tally, togetherMs: number, alone: Tally, aloneMs: number): void {
  if (!areEqual(together, alone)) throw new Error('the workers and the main thread do not agree')
  const count = [...together.values()].reduce((total, part) => total + part.count, 0)
  const rate = (ms: number): string => `${duration(ms)} (${number((count / ms) * 1000)} a second)`
  tell(
    title,
    `${`${workers} workers:`.padEnd(13)}${rate(togetherMs)}, with the time that they take to start`,
    `main thread: ${rate(aloneMs)}`,
    `Both counted ${number(count)}, with the same sums. Speed-up: ${(aloneMs / togetherMs).toFixed(2)}`,
  )
}

/** Few rows: it is over before the workers have started, and that is seen in the times. */
async function readCities(db: Database): Promise<void> {
  let started = performance.now()
  const together = await db.parallel<typeof import('./parallel/by-country.ts')>(
    new URL('./parallel/by-country.ts', import.meta.url),
    { table: cities, workers, preload, combine: merge, initial: new Map() },
  )
  const togetherMs = performance.now() - started

  started = performance.now()
  const alone = db.read(tallyCities)
  compare('Cities by country', together, togetherMs, alone, performance.now() - started)

  const [[country, most]] = [...together].sort(([, a], [, b]) => b.count - a.count)
  const latitude = (most.sum / most.count / MICRODEGREES).toFixed(2)
  tell(
    `Most are in ${countryName(country)}: ${number(most.count)}, at ${latitude} degrees of latitude on the average`,
  )
}

/** Many rows: the threads share the work, and the main thread has nothing to do but to show how far they are. */
async function readReadings(db: Database): Promise<void> {
  let line = progressLine(`Reading in ${workers} workers`, rows)
  const together = await db.parallel<typeof import('./parallel/by-sensor.ts')>(
    new URL('./parallel/by-sensor.ts', import.meta.url),
    {
      table: readings,
      workers,
      preload,
      combine: merge,
      initial: new Map(),
      onProgress: ({ done }) => line.show(done),
    },
  )
  const togetherMs = line.end()

  // The same here, a slice at a time, so that the line can move.
  line = progressLine('Reading in the main thread', rows)
  using snapshot = db.read()
  const alone: Tally = new Map()
  const sliceRows = Math.ceil(rows / 100)
  for (let offset = 0; offset < rows; offset += sliceRows) {
    merge(alone, tallyReadings(snapshot, { offset, limit: sliceRows }))
    line.show(Math.min(offset + sliceRows, rows))
    await nextTurn()
  }
  compare('Readings by sensor', together, togetherMs, alone, line.end())
}

const directory = mkdtempSync(join(tmpdir(), 'coppice-parallel-'))
try {
  intro(`${strong('Coppice')}: reading in worker threads`)
  using db = await open(join(directory, 'parallel.db'), { cacheSizeBytes: 512 * 1024 * 1024 })
  await load(db, Number(values.cities))
  await readCities(db)

  const line = progressLine('Writing readings', rows)
  await loadReadings(db, rows, done => line.show(done))
  const ms = line.end()
  tell(`Wrote ${number(rows)} readings in ${duration(ms)} (${number((rows / ms) * 1000)} a second), durably`)
  await readReadings(db)
  outro('That was it. The database is gone again.')
} finally {
  rmSync(directory, { recursive: true, force: true })
}
