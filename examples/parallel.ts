/**
 * Reading in several threads: counts and sums over the cities of the world, and over ten million generated readings, once
 * in a pool of worker threads and once in the main thread alone. `npm run demo:parallel` (parallel/built.mjs), or with a number of rows of your
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
/** As this file is: built (parallel/built.mjs), or from the sources, which workers must be taught to read. */
const isBuilt = import.meta.url.endsWith('.js')
const moduleUrl = (name: string): URL =>
  new URL(`./parallel/${name}${isBuilt ? '.js' : '.ts'}`, import.meta.url)
const preload = isBuilt ? undefined : new URL('./parallel/typescript.mjs', import.meta.url)

/** When a call of `db.parallel` was made, when its first entries were read, and when it was over. */
class Stopwatch {
  private readonly calledAt = performance.now()
  private begunAt: number | undefined
  private endedAt = 0

  /** For `onProgress`. */
  heard(done: number): void {
    if (done > 0) this.begunAt ??= performance.now()
  }

  stop(): void {
    this.endedAt = performance.now()
  }

  get startMs(): number {
    return (this.begunAt ?? this.endedAt) - this.calledAt
  }

  get totalMs(): number {
    return this.endedAt - this.calledAt
  }
}

const speedUp = (aloneMs: number, ms: number): string => (aloneMs / ms).toFixed(2)

/** Says both results and both times. */
function compare(title: string, together: Tally, watch: Stopwatch, alone: Tally, aloneMs: number): void {
  if (!areEqual(together, alone)) throw new Error('the workers and the main thread do not agree')
  const count = [...together.values()].reduce((total, part) => total + part.count, 0)
  const rate = (ms: number): string => `${duration(ms)} (${number((count / ms) * 1000)} a second)`
  const { startMs, totalMs } = watch
  tell(
    title,
    `${`${workers} workers:`.padEnd(13)}${rate(totalMs)}, of which ${duration(startMs)} until the first had begun`,
    `main thread: ${rate(aloneMs)}`,
    `Both counted ${number(count)}, with the same sums. Speed-up: ${speedUp(aloneMs, totalMs)}, from then on ${speedUp(aloneMs, totalMs - startMs)}`,
  )
  if (aloneMs < startMs) {
    tell('The main thread was done before a worker had begun: for so few rows workers do not pay.')
  }
}

/** Few rows: it is over before the workers have started, and that is seen in the times. */
async function readCities(db: Database): Promise<void> {
  const watch = new Stopwatch()
  const together = await db.parallel<typeof import('./parallel/by-country.ts')>(moduleUrl('by-country'), {
    table: cities,
    workers,
    preload,
    combine: merge,
    initial: new Map(),
    onProgress: ({ done }) => watch.heard(done),
  })
  watch.stop()

  const started = performance.now()
  const alone = db.read(tallyCities)
  compare('Cities by country', together, watch, alone, performance.now() - started)

  const [[country, most]] = [...together].sort(([, a], [, b]) => b.count - a.count)
  const latitude = (most.sum / most.count / MICRODEGREES).toFixed(2)
  tell(
    `Most are in ${countryName(country)}: ${number(most.count)}, at ${latitude} degrees of latitude on the average`,
  )
}

/** Many rows: the threads share the work, and the main thread has nothing to do but to show how far they are. */
async function readReadings(db: Database): Promise<void> {
  let line = progressLine(`Reading in ${workers} workers`, rows)
  const watch = new Stopwatch()
  const together = await db.parallel<typeof import('./parallel/by-sensor.ts')>(moduleUrl('by-sensor'), {
    table: readings,
    workers,
    preload,
    combine: merge,
    initial: new Map(),
    onProgress: ({ done }) => {
      watch.heard(done)
      line.show(done)
    },
  })
  watch.stop()
  line.end()

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
  compare('Readings by sensor', together, watch, alone, line.end())
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
