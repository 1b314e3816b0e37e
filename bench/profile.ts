/**
 * `npm run profile`: where Coppice's time goes, in nanoseconds an operation, by layer and by function.
 *
 * One operation of the benchmark is done for some seconds, first by itself, for its time, then under V8's sampling
 * profiler, which says how that time is divided. (The profiler itself makes it longer; the parts are of the time without.)
 *
 * ```
 * npm run profile -- hot get unsynced --count 200000
 * ```
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { type BytesStore, LARGE_CACHE, type Maybe } from './contender.ts'
import { openBytes } from './contenders/coppice.ts'
import { Dataset, RANGE_LENGTH } from './dataset.ts'
import { aligned } from './report.ts'
import { describeMachine } from './result.ts'

interface Operation {
  readonly title: string
  /** How often one call does it. */
  readonly times: number
  run(): Maybe<unknown>
}

const LATER_COUNT = 400_000
const UNSYNCED = 10_000
const DURABLE = 1000
const TOGETHER = 100
const SAMPLING_MICROSECONDS = 100
/** What takes less is not shown. */
const LEAST_PART = 0.01

/** Keys that have not been put yet, group after group; when they are all there, they are put again. */
class LaterKeys {
  private readonly first: number
  private at: number

  constructor(dataset: Dataset) {
    this.first = dataset.count
    this.at = dataset.count
  }

  take(count: number): number {
    if (this.at + count > this.first + LATER_COUNT) this.at = this.first
    this.at += count
    return this.at - count
  }
}

function operationsOf(store: BytesStore, dataset: Dataset): Record<string, Operation> {
  const { count } = dataset
  const later = new LaterKeys(dataset)
  const commits = (title: string, times: number, commit: (from: number) => Maybe<void>): Operation => ({
    title,
    times,
    run: () => commit(later.take(times)),
  })
  return {
    hot: { title: 'get, a thousand hot keys', times: count, run: () => store.get(dataset.hot) },
    get: { title: 'random get', times: count, run: () => store.get(dataset.random) },
    scan: { title: 'scan, an entry', times: count, run: () => store.scan() },
    ranges: {
      title: `seek and ${RANGE_LENGTH} entries`,
      times: dataset.ranges.keys.length,
      run: () => store.ranges(dataset.ranges),
    },
    put: commits('put, in a durable transaction of a thousand', 10_000, from =>
      store.commitBatches(from, from + 10_000, 1000),
    ),
    unsynced: commits('unsynced commit of one put', UNSYNCED, from =>
      store.commitUnsynced(from, from + UNSYNCED),
    ),
    durable: commits('durable commit of one put', DURABLE, from => store.commitSingly(from, from + DURABLE)),
    together: commits(`durable put, one of ${TOGETHER} at once`, 10 * TOGETHER, from =>
      store.commitConcurrently!(from, from + 10 * TOGETHER, TOGETHER),
    ),
  }
}

/** Nanoseconds of one, done for about so long. */
async function timeOf({ run, times }: Operation, milliseconds: number): Promise<number> {
  const start = performance.now()
  let done = 0
  let elapsedMs = 0
  do {
    await run()
    done += times
    elapsedMs = performance.now() - start
  } while (elapsedMs < milliseconds)
  return (elapsedMs * 1e6) / done
}

async function profileOf(operation: Operation, milliseconds: number): Promise<Profiler.Profile> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS })
  await session.post('Profiler.start')
  // Code that is compiled from here on tells the profiler what was inlined into it.
  await timeOf(operation, milliseconds)
  await session.post('Profiler.stop')
  await session.post('Profiler.start')
  await timeOf(operation, milliseconds)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}

interface Place {
  readonly layer: string
  readonly name: string
}

/** `src/pool/swip.ts` is of the layer `pool`; what is not Coppice's own is told by its kind. */
function placeOf({ functionName, url }: Profiler.ProfileNode['callFrame']): Place {
  const own = /\/dist\/(.+)\/([^/]+)\.js$/.exec(url)
  if (own !== null) return { layer: own[1]!, name: `${own[1]}/${own[2]}: ${functionName || '(anonymous)'}` }
  if (url.startsWith('wasm')) return { layer: 'the kernel', name: `kernel: ${functionName}` }
  if (url.startsWith('node:')) return { layer: 'Node', name: `${url}: ${functionName || '(anonymous)'}` }
  if (url.includes('/bench/'))
    return { layer: 'the loop of the benchmark', name: `benchmark: ${functionName}` }
  return { layer: functionName.startsWith('(') ? functionName : 'the runtime', name: functionName }
}

/** The part of the time that was spent in each, by `keyOf`. */
function partsBy(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  keyOf: (place: Place) => string,
): Map<string, number> {
  const keys = new Map(nodes.map(({ id, callFrame }) => [id, keyOf(placeOf(callFrame))]))
  const parts = new Map<string, number>()
  const all = timeDeltas.reduce((sum, delta) => sum + delta, 0)
  samples.forEach((id, i) => {
    const key = keys.get(id)!
    parts.set(key, (parts.get(key) ?? 0) + timeDeltas[i]! / all)
  })
  return parts
}

function linesOf(parts: Map<string, number>, ns: number): string[][] {
  return [...parts]
    .filter(([_, part]) => part >= LEAST_PART)
    .sort((a, b) => b[1] - a[1])
    .map(([key, part]) => [`  ${key}`, `${(part * ns).toFixed(0)} ns`, `${(100 * part).toFixed(0)} %`])
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '1000000' },
      milliseconds: { type: 'string', default: '2000' },
      directory: { type: 'string', default: tmpdir() },
    },
  })
  const milliseconds = Number(values.milliseconds)
  const directory = mkdtempSync(`${values.directory}/coppice-profile-`)
  const dataset = new Dataset({ count: Number(values.count), laterCount: LATER_COUNT })
  const store = await openBytes(directory, dataset, LARGE_CACHE)
  try {
    await store.load()
    await store.settle()
    const operations = operationsOf(store, dataset)
    const names = positionals.length > 0 ? positionals : Object.keys(operations)
    const unknown = names.find(name => operations[name] === undefined)
    if (unknown !== undefined)
      throw new Error(`'${unknown}' is none of ${Object.keys(operations).join(', ')}`)
    console.log(`${describeMachine(process.versions.node)}; ${dataset.count.toLocaleString('en')} keys`)
    for (const name of names) {
      const operation = operations[name]!
      await timeOf(operation, milliseconds / 2)
      const ns = await timeOf(operation, milliseconds)
      const profile = await profileOf(operation, milliseconds)
      console.log(`\n${operation.title}: ${ns.toFixed(0)} ns`)
      const byLayer = linesOf(
        partsBy(profile, ({ layer }) => layer),
        ns,
      )
      const byFunction = linesOf(
        partsBy(profile, ({ name }) => name),
        ns,
      )
      console.log([...aligned(byLayer), '', ...aligned(byFunction)].join('\n'))
    }
    await store.close()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
