/**
 * Reading in several threads: counts and sums over the cities of the world, and over ten million generated readings, once
 * in a pool of worker threads, which is called twice, and once in the main thread alone. `npm run demo:parallel` (parallel/built.mjs), or with a number of rows of your
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

function agree(one: Tally, other: Tally): void {
  if (!areEqual(one, other)) throw new Error('the threads do not agree')
}

/** Says the result and all times. */
function compare(
  title: string,
  together: Tally,
  first: Stopwatch,
  second: Stopwatch,
  alone: Tally,
  aloneMs: number,
): void {
  agree(together, alone)
  const count = [...together.values()].reduce((total, part) => total + part.count, 0)
  const rate = (ms: number): string => `${duration(ms)} (${number((count / ms) * 1000)} a second)`
  const { startMs, totalMs } = first
  tell(
    title,
    `${`${workers} workers:`.padEnd(13)}${rate(totalMs)}, of which ${duration(startMs)} until the first had begun`,
    `once more:   ${rate(second.totalMs)}, of which ${duration(second.startMs)} until the first had begun`,
    `main thread: ${rate(aloneMs)}`,
    `All counted ${number(count)}, with the same sums. Speed-up: ${speedUp(aloneMs, totalMs)}, the second time ${speedUp(aloneMs, second.totalMs)}`,
  )
  if (aloneMs < startMs) {
    tell(
      'The main thread was done before a worker had begun: for so few rows workers are not worth starting.',
    )
  }
}

/** Few rows: it is over before the workers have started, and that is seen in the times. */
async function readCities(db: Database): Promise<void> {
  const read = async (watch: Stopwatch, keepWorkersMs?: number): Promise<Tally> => {
    const tally = await db.parallel<typeof import('./parallel/by-country.ts')>(moduleUrl('by-country'), {
      table: cities,
      workers,
      preload,
      keepWorkersMs,
      combine: merge,
      initial: new Map(),
      onProgress: ({ done }) => watch.heard(done),
    })
    watch.stop()
    return tally
  }
  const first = new Stopwatch()
  const together = await read(first)
  const second = new Stopwatch()
  // They need not wait any longer: what follows is to show once more what starting workers costs.
  agree(together, await read(second, 0))

  const started = performance.now()
  const alone = db.read(tallyCities)
  compare('Cities by country', together, first, second, alone, performance.now() - started)

  const [[country, most]] = [...together].sort(([, a], [, b]) => b.count - a.count)
  const latitude = (most.sum / most.count / MICRODEGREES).toFixed(2)
  tell(
    `Most are in ${countryName(country)}: ${number(most.count)}, at ${latitude} degrees of latitude on the average`,
  )
}

/** Many rows: the threads share the work, and the main thread has nothing to do but to show how far they are. */
async function readReadings(db: Database): Promise<void> {
  const read = async (title: string, watch: Stopwatch): Promise<Tally> => {
    const line = progressLine(title, rows)
    const tally = await db.parallel<typeof import('./parallel/by-sensor.ts')>(moduleUrl('by-sensor'), {
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
    return tally
  }
  const first = new Stopwatch()
  const together = await read(`Reading in ${workers} workers`, first)
  const second = new Stopwatch()
  agree(together, await read('Once more', second))

  // The same here, a slice at a time, so that the line can move.
  const line = progressLine('Reading in the main thread', rows)
  using snapshot = db.read()
  const alone: Tally = new Map()
  const sliceRows = Math.ceil(rows / 100)
  for (let offset = 0; offset < rows; offset += sliceRows) {
    merge(alone, tallyReadings(snapshot, { offset, limit: sliceRows }))
    line.show(Math.min(offset + sliceRows, rows))
    await nextTurn()
  }
  compare('Readings by sensor', together, first, second, alone, line.end())
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
