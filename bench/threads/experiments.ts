/**
 * What `npm run threads` compares: for each experiment the lines of its table, each a way to read, and the patterns
 * in which all of them read. Knows how the subjects are made, not how they are run.
 */

import { ENGINE_BUILD } from '../variant.ts'
import type { Pattern } from './reading.ts'
import type { Subject } from './turn.ts'
import { buildVariantOf } from './variants.ts'

export const EXPERIMENT_IDS = ['scaling', 'lookup', 'epochs', 'eviction', 'larger'] as const
export type ExperimentId = (typeof EXPERIMENT_IDS)[number]

/** A way to read, and a line of the table. */
export interface Way {
  readonly title: string
  /** Those that read at once, each with a database of its own. Ways with the same name of a process share one. */
  readonly processNames: readonly string[]
  readonly subject: Subject
  /** 0: the main thread; else so many workers. */
  readonly threads: number
}

export interface Target {
  readonly title: string
  readonly pattern: Pattern
  /** How many times as fast as the first way this one is meant to be. */
  readonly leastRatio: number
}

export interface Experiment {
  readonly id: ExperimentId
  readonly title: string
  readonly patterns: readonly Pattern[]
  /** The first is the one that the others are compared with. */
  readonly ways: readonly Way[]
  /** Whether the pages that were read from the file are of interest. */
  readonly showsPages: boolean
  readonly targets: readonly Target[]
}

/** What the experiments depend on. */
export interface Circumstances {
  /** Size of Coppice's file. */
  readonly fileBytes: number
  /** Workers at once, at most. */
  readonly workersMax: number
}

/** Room for everything. */
const LARGE_CACHE_BYTES = 512 << 20
const TWO_WORKERS = 2
const TWO_WORKERS_LEAST_RATIO = 1.8

export async function experimentOf(id: ExperimentId, circumstances: Circumstances): Promise<Experiment> {
  switch (id) {
    case 'scaling':
      return scaling(circumstances)
    case 'lookup':
      return lookup()
    case 'epochs':
      return epochs()
    case 'eviction':
      return eviction(circumstances)
    case 'larger':
      return larger(circumstances)
  }
}

function coppice(build: string, cacheBytes = LARGE_CACHE_BYTES, isShared = false): Subject {
  return { engine: 'coppice', build, cacheBytes, isShared }
}

function scaling({ workersMax }: Circumstances): Experiment {
  const alone = coppice(ENGINE_BUILD)
  const shared = { processNames: ['shared'], subject: coppice(ENGINE_BUILD, LARGE_CACHE_BYTES, true) }
  const workers = Array.from({ length: workersMax }, (_, i) => ({
    ...shared,
    title: workersTitle(i + 1),
    threads: i + 1,
  }))
  const patterns: Pattern[] = ['random', 'scan']
  return {
    id: 'scaling',
    title: 'Reading in several threads, all data in the pool',
    patterns,
    ways: [
      {
        title: 'the main thread, not shared',
        processNames: ['alone'],
        subject: alone,
        threads: 0,
      },
      { ...shared, title: 'the main thread, shared', threads: 0 },
      ...workers,
      {
        title: '(the machine: two processes at once, nothing shared)',
        processNames: ['alone', 'alone-too'],
        subject: alone,
        threads: 0,
      },
    ],
    showsPages: false,
    targets: patterns.map(pattern => ({
      title: workersTitle(TWO_WORKERS),
      pattern,
      leastRatio: TWO_WORKERS_LEAST_RATIO,
    })),
  }
}

function workersTitle(workers: number): string {
  return workers === 1 ? 'a worker' : `${workers} workers at once`
}

async function lookup(): Promise<Experiment> {
  const way = (title: string, processName: string, build: string): Way => ({
    title,
    processNames: [processName],
    subject: coppice(build),
    threads: 0,
  })
  return {
    id: 'lookup',
    title: 'Finding a page in memory, without the kernel',
    patterns: ['random', 'hot'],
    ways: [
      way('swips', 'swips', await buildVariantOf('without-kernel')),
      way('a hash table of frames', 'hash-table', await buildVariantOf('hash-table')),
      way('a JavaScript Map', 'js-map', await buildVariantOf('js-map')),
      way('(swips with the kernel: the engine)', 'engine', ENGINE_BUILD),
    ],
    showsPages: false,
    targets: [],
  }
}

async function epochs(): Promise<Experiment> {
  const kinds = [
    { title: 'epochs (the engine)', processName: 'epochs', build: ENGINE_BUILD },
    { title: 'pins', processName: 'pins', build: await buildVariantOf('pins') },
    { title: 'neither, unsound', processName: 'neither', build: await buildVariantOf('without-epochs') },
  ]
  const shared = ({ title, processName, build }: (typeof kinds)[number], threads: number): Way => ({
    title: `${title}: ${threads === 0 ? 'the main thread, shared' : workersTitle(threads)}`,
    processNames: [processName],
    subject: coppice(build, LARGE_CACHE_BYTES, true),
    threads,
  })
  return {
    id: 'epochs',
    title: 'Keeping a page in its frame while it is read, all data in the pool',
    patterns: ['random', 'hot'],
    ways: [
      ...kinds.map(kind => shared(kind, 0)),
      ...kinds.map(kind => shared(kind, TWO_WORKERS)),
      {
        title: '(the main thread, not shared)',
        processNames: ['alone'],
        subject: coppice(ENGINE_BUILD),
        threads: 0,
      },
    ],
    showsPages: false,
    targets: [],
  }
}

async function eviction({ fileBytes }: Circumstances): Promise<Experiment> {
  const cacheBytes = poolFor(fileBytes, 2)
  return {
    id: 'eviction',
    title: 'Which page goes, with data of twice the pool',
    patterns: ['zipfian', 'random'],
    ways: [
      {
        title: 'plain random eviction',
        processNames: ['random'],
        subject: coppice(await buildVariantOf('random-eviction'), cacheBytes),
        threads: 0,
      },
      { title: 'CLOCK', processNames: ['clock'], subject: coppice(ENGINE_BUILD, cacheBytes), threads: 0 },
    ],
    showsPages: true,
    targets: [],
  }
}

function larger({ fileBytes }: Circumstances): Experiment {
  const way = (title: string, times: number): Way => ({
    title,
    processNames: [`times-${times}`],
    subject: coppice(ENGINE_BUILD, times === 1 ? LARGE_CACHE_BYTES : poolFor(fileBytes, times)),
    threads: 0,
  })
  return {
    id: 'larger',
    title: 'Data larger than the pool, beside lmdb-js, which has all the memory of the machine',
    patterns: ['random', 'zipfian', 'scan'],
    ways: [
      { title: 'lmdb-js', processNames: ['lmdb'], subject: { engine: 'lmdb' }, threads: 0 },
      way('Coppice, everything in the pool', 1),
      ...[2, 5, 20].map(times => way(`Coppice, data of ${times} times the pool`, times)),
    ],
    showsPages: true,
    targets: [],
  }
}

/** The cache whose size is a part of the data's. */
function poolFor(fileBytes: number, times: number): number {
  return Math.max(64 << 10, Math.round(fileBytes / times))
}
