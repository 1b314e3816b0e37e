/** `db.parallel`: a function over the parts of a table, in worker threads, on one snapshot. */

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Database, openSync, type ParallelSettings } from '../../src/index.ts'
import { threadsAtATime } from '../../src/io/threads.ts'
import { coded, TestDatabase } from '../database/support.ts'
import { keepsErrorCodes, keepsThreadLimits, keepsThreads } from '../support/runtime.ts'
import { livingThreads, startedThreads, untilThreadsAre } from './living-threads.ts'
import type * as functions from './parallel/functions.ts'
import { numbers, people, tags } from './parallel/tables.ts'

const module = new URL('./parallel/functions.ts', import.meta.url)
const broken = new URL('./parallel/broken.ts', import.meta.url)
const preload = new URL('./typescript.mjs', import.meta.url)

type Functions = typeof functions
type Named = Exclude<keyof Functions, 'default' | 'noFunction'>

const database = new TestDatabase()

/** A database with numbers from 0 on; number n has the value n. */
function numbered(count: number): Database {
  const db = database.open()
  db.write(tx => {
    const table = tx.table(numbers)
    for (let n = 0; n < count; n++) table.put(n, n)
  })
  return db
}

/** The parts of the numbers, as a function in a worker sees them. One worker, because starting them takes long. */
function partsOf(db: Database, options: ParallelSettings & { range?: object } = {}) {
  return db.parallel<Functions>(module, { table: numbers, workers: 1, preload, ...options })
}

/** Runs a function that the tests' module exports by name. */
function runNamed(db: Database, name: Named, options: ParallelSettings & { data?: unknown } = {}) {
  return db.parallel(module, { table: numbers, function: name, workers: 1, preload, ...options })
}

const numbersFrom = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

/** Waits until `word` is at least `least`. */
async function until(words: Int32Array, word: number, least: number): Promise<void> {
  while (Atomics.load(words, word) < least) await pause(5)
}

function sharedWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8))
}

describe('the parts', () => {
  it('together are the whole table, each entry in one of them, in order', async () => {
    const parts = await partsOf(numbered(1000), { workers: 2, partitions: 7 })
    expect(parts.map(part => part.index)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(parts.map(part => part.entries)).toEqual([143, 143, 143, 143, 143, 143, 142])
    expect(parts.every(part => part.count === 7 && part.keys.length === part.entries)).toBe(true)
    expect(parts.flatMap(part => part.keys)).toEqual(numbersFrom(0, 1000))
  })

  it('are four for each worker, when nobody says how many', async () => {
    expect(await partsOf(numbered(100), { workers: 2 })).toHaveLength(8)
  })

  it('are no more than there are entries', async () => {
    const parts = await partsOf(numbered(3), { workers: 4, partitions: 100 })
    expect(parts.map(part => part.keys)).toEqual([[0], [1], [2]])
  })

  it('are none, when there is nothing to read', async () => {
    const db = numbered(10)
    expect(await partsOf(db, { range: { gte: 10 } })).toEqual([])
    expect(await partsOf(db, { range: { offset: 11 } })).toEqual([])
    expect(await db.parallel(module, { table: tags, preload })).toEqual([])
  })

  it('keep to the bounds of the range', async () => {
    const parts = await partsOf(numbered(100), { partitions: 3, range: { gt: 20, lte: 50 } })
    expect(parts.map(part => part.keys)).toEqual([
      numbersFrom(21, 31),
      numbersFrom(31, 41),
      numbersFrom(41, 51),
    ])
  })

  it('keep to its offset and its limit', async () => {
    const range = { gte: 10, offset: 5, limit: 8 }
    const parts = await partsOf(numbered(100), { partitions: 3, range })
    expect(parts.map(part => part.keys)).toEqual([
      numbersFrom(15, 18),
      numbersFrom(18, 21),
      numbersFrom(21, 23),
    ])
  })

  it('go backwards, when the range does', async () => {
    const range = { reverse: true, lt: 50, offset: 1, limit: 5 }
    const parts = await partsOf(numbered(100), { partitions: 2, range })
    expect(parts.map(part => part.keys)).toEqual([
      [48, 47, 46],
      [45, 44],
    ])
  })

  it('are parts of an index, when one is named', async () => {
    const db = database.open()
    db.write(tx => {
      for (let id = 0; id < 50; id++) tx.table(people).put({ id, name: `n${id}`, age: 99 - id })
    })
    const names = await db.parallel<typeof functions.ageRange>(module, {
      function: 'ageRange',
      table: people,
      by: 'byAge',
      range: { gte: 55, lt: 60 },
      workers: 1,
      partitions: 2,
      preload,
    })
    expect(names).toEqual([
      ['n44', 'n43', 'n42'],
      ['n41', 'n40'],
    ])
  })

  it('cut between the values of one key of a multimap, too', async () => {
    const db = database.open()
    db.write(tx => tx.table(tags).putMany(['a', 'b', 'c', 'd'].map(tag => [7, tag] as const)))
    const found = await db.parallel<typeof functions.pairs>(module, {
      function: 'pairs',
      table: tags,
      workers: 1,
      partitions: 2,
      preload,
    })
    expect(found.map(pairs => pairs.map(([, tag]) => tag).join(''))).toEqual(['ab', 'cd'])
  })
})

describe('the results', () => {
  it('come in the order of the parts, not in that of their ends', async () => {
    const indexes = await runNamed(numbered(100), 'slowFirst', { workers: 4, partitions: 4 })
    expect(indexes).toEqual([0, 1, 2, 3])
  })

  it('are combined in that order, from what is given first', async () => {
    const text = await numbered(100).parallel<typeof functions.slowFirst, string>(module, {
      function: 'slowFirst',
      table: numbers,
      workers: 3,
      partitions: 6,
      preload,
      combine: (sum, index) => `${sum}${index}`,
      initial: '>',
    })
    expect(text).toBe('>012345')
  })

  it('are combined from the first of them, when nothing is given first', async () => {
    const options = {
      function: 'sum',
      table: numbers,
      workers: 1,
      preload,
      combine: (sum: number, result: number) => sum + result,
    }
    const db = numbered(1000)
    expect(await db.parallel<typeof functions.sum>(module, options)).toBe(499_500)
    const none = { ...options, range: { gte: 1000 } }
    expect(await db.parallel<typeof functions.sum>(module, none)).toBeUndefined()
    expect(await db.parallel<typeof functions.sum>(module, { ...none, initial: 5 })).toBe(5)
  })

  it('may depend on data that the caller sends', async () => {
    const tens = await runNamed(numbered(3), 'times', { data: 10 })
    expect(tens).toEqual([[0], [10], [20]])
  })

  it('come from as many threads as were asked for', async () => {
    const threads = await runNamed(numbered(100), 'thread', { workers: 1, partitions: 10 })
    expect(new Set(threads).size).toBe(1)
  })
})

describe('the snapshot', () => {
  it('is that of the call, whatever is committed meanwhile', async () => {
    const db = numbered(100)
    const words = sharedWords()
    const sums = runNamed(db, 'whenTold', { data: words, workers: 2, partitions: 2 })
    await until(words, 0, 2)
    for (let round = 1; round <= 20; round++) {
      db.write(tx => {
        const table = tx.table(numbers)
        for (let n = 0; n < 100; n++) table.put(n, 1_000_000 * round)
        table.put(100 + round, 1)
      })
    }
    Atomics.store(words, 1, 1)
    expect(await sums).toEqual([1225, 3725])
  })

  it('is opened by the call itself, not when the workers have started', async () => {
    const db = numbered(10)
    const parts = partsOf(db, { partitions: 1 })
    db.write(tx => tx.table(numbers).clear())
    expect((await parts)[0].keys).toEqual(numbersFrom(0, 10))
  })

  it('is closed at the end, in this thread and in the workers, also after an error', async () => {
    const db = numbered(100)
    const words = sharedWords()
    const sums = runNamed(db, 'whenTold', { data: words })
    expect(db.stats().snapshots).toHaveLength(1)
    Atomics.store(words, 1, 1)
    await sums
    db.write(tx => tx.table(numbers).put(1, 1))
    expect(db.stats()).toMatchObject({ snapshots: [], attachedThreads: 0 })
    await expect(runNamed(db, 'refusesPart', { data: 0 })).rejects.toThrow()
    expect(db.stats()).toMatchObject({ snapshots: [], attachedThreads: 0 })
  })
})

describe('progress', () => {
  it('is told in entries, never goes back, and ends with all of them', async () => {
    const told: number[] = []
    await partsOf(numbered(1000), {
      partitions: 10,
      onProgress: ({ done, total }) => {
        expect(total).toBe(1000)
        told.push(done)
      },
    })
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(1000)
    expect(told.length).toBeGreaterThanOrEqual(10)
  })

  it('is told inside of a part, when the function reports it', async () => {
    const told: number[] = []
    const onProgress = ({ done }: { done: number }) => void told.push(done)
    await runNamed(numbered(100), 'reporting', { workers: 1, partitions: 2, onProgress })
    expect(told).toContain(25)
    expect(told).toContain(75)
  })

  it('is told once, when there is nothing to read', async () => {
    const told: object[] = []
    await partsOf(numbered(0), { onProgress: progress => void told.push(progress) })
    expect(told).toEqual([{ done: 0, total: 0 }])
  })
})

describe('an error', () => {
  it('of the function rejects, with its message, and with what it was in the worker as cause', async () => {
    const failing = runNamed(numbered(100), 'refusesPart', { data: 3 })
    const error: Error = await failing.then(
      () => expect.unreachable(),
      thrown => thrown,
    )
    expect(error).toBeInstanceOf(Error)
    expect(error.message).toBe('not part 3')
    const cause = error.cause as Error
    expect(cause).toMatchObject({ name: 'RangeError', message: 'not part 3', cause: 'it is not liked' })
    expect(cause.stack).toContain('functions.ts')
  })

  it('of Coppice arrives with its code and its details', async () => {
    const error = await runNamed(numbered(5), 'refusesKey').catch(thrown => thrown)
    expect(error).toEqual(coded('INVALID_KEY'))
    expect(error.details).toMatchObject({ table: 'numbers' })
    expect(error.stack).toContain('functions.ts')
  })

  it('arrives without what cannot be sent', async () => {
    const error = await runNamed(numbered(5), 'refusesOddly').catch(thrown => thrown)
    expect(error).toEqual(coded('INVALID_VALUE'))
    expect(error.details).toEqual({ table: 'numbers' })
  })

  it('is made of what was thrown and is none', async () => {
    const error = await runNamed(numbered(5), 'throwsNoError').catch(thrown => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ message: 'a worker threw a word', cause: 'a word' })
  })

  it('that nobody caught in a worker rejects, with its code', async () => {
    const error = await runNamed(numbered(5), 'throwsLater').catch(thrown => thrown)
    expect(error).toMatchObject({ message: 'in a timer' })
    if (keepsErrorCodes) expect(error).toMatchObject({ code: 'E_TIMER' })
  })

  it('that a worker which is done has left behind rejects, while others work', async () => {
    const run = runNamed(numbered(5), 'failsAfterwards', { workers: 2, partitions: 2 })
    await expect(run).rejects.toThrow('afterwards')
  })

  it('says that a result cannot be sent', async () => {
    await expect(runNamed(numbered(1), 'givesFunction')).rejects.toThrow(
      'the result of part 0 cannot be sent to another thread',
    )
  })

  it('says that a worker called process.exit', async () => {
    const error = await runNamed(numbered(1), 'exits').catch(thrown => thrown)
    expect(error).toEqual(coded('WORKER_ENDED'))
    expect(error.message).toContain('in part 0 of 1 with exit code 3')
  })

  it('says that a worker awaits what never comes', async () => {
    await expect(runNamed(numbered(1), 'awaitsNothing')).rejects.toEqual(coded('WORKER_ENDED'))
  })

  it('of combine or onProgress rejects with that error itself, and ends the workers', async () => {
    const mine = new Error('mine')
    const fail = () => {
      throw mine
    }
    const db = numbered(100)
    const call = { table: numbers, preload, workers: 1 }
    await expect(db.parallel(module, { ...call, combine: fail })).rejects.toBe(mine)
    await expect(db.parallel(module, { ...call, onProgress: fail })).rejects.toBe(mine)
  })

  it('in one part ends the others, wherever they are', async () => {
    const run = runNamed(numbered(100), 'busyOrFails', { data: sharedWords(), workers: 2, partitions: 2 })
    await expect(run).rejects.toThrow('the other one has begun')
  })
})

describe('what cannot be run', () => {
  it.each([
    ['a module that is not there', new URL('./nowhere.ts', import.meta.url), {}, 'cannot be imported'],
    ['a module that cannot be imported', broken, {}, 'nowhere.ts'],
    ['a module without such a function', module, { function: 'none' }, "no export 'none' that is a function"],
    ['an export that is no function', module, { function: 'noFunction' }, 'it has: ageRange, '],
    [
      'a preload that is not there',
      module,
      { preload: '/nowhere.mjs' },
      'option preload: file:///nowhere.mjs',
    ],
  ])('is refused: %s', async (_, url, options, message) => {
    const error = await numbered(5)
      .parallel(url, { table: numbers, workers: 1, preload, ...options })
      .catch(thrown => thrown)
    expect(error).toEqual(coded('INVALID_OPTION'))
    expect(error.message).toContain(message)
  })

  it.each<[string, unknown, object]>([
    ['a relative path', './functions.ts', {}],
    ['the URL of no file', new URL('https://example.org/a.js'), {}],
    ['no module', undefined, {}],
    ['an option that it does not have', module, { threads: 2 }],
    ['no workers', module, { workers: 0 }],
    ['more workers than can attach', module, { workers: 128 }],
    ['a fraction of a part', module, { partitions: 1.5 }],
    ['a signal that is none', module, { signal: {} }],
    ['data that cannot be cloned', module, { data: () => {} }],
    ['limits that are none', module, { resourceLimits: 3 }],
    ['a limit that there is not', module, { resourceLimits: { maxOldGenerationSize: 100 } }],
    ['a limit of nothing', module, { resourceLimits: { maxOldGenerationSizeMb: 0 } }],
    ['a limit that is no number', module, { resourceLimits: { stackSizeMb: '4' } }],
    ['a time to keep workers that is none', module, { keepWorkersMs: -1 }],
    ['a time to keep workers that no timer can wait', module, { keepWorkersMs: Number.POSITIVE_INFINITY }],
  ])('is refused before a worker is started: %s', async (_, url, options) => {
    const call = numbered(5).parallel(url as URL, { table: numbers, preload, ...options })
    await expect(call).rejects.toEqual(coded('INVALID_OPTION'))
  })

  it('is refused as it would be in a snapshot: a range, an index, a definition', async () => {
    const db = numbered(5)
    await expect(partsOf(db, { range: { gt: 1, gte: 1 } })).rejects.toEqual(coded('INVALID_RANGE'))
    await expect(partsOf(db, { range: { gte: 'a' } })).rejects.toEqual(coded('INVALID_KEY'))
    for (const table of [people, numbers]) {
      const call = db.parallel(module, { table, by: 'none', preload })
      await expect(call).rejects.toEqual(coded('INVALID_DEFINITION'))
    }
    const call = db.parallel(module, { table: { kind: 'none', name: 'none' } as never, preload })
    await expect(call).rejects.toEqual(coded('INVALID_DEFINITION'))
  })

  it('is refused in a database in memory', async () => {
    using db = openSync(':memory:')
    await expect(db.parallel(module, { table: numbers })).rejects.toEqual(coded('NOT_SHAREABLE'))
  })

  it('is refused in a database that is closed', async () => {
    const db = numbered(5)
    db.close()
    await expect(partsOf(db)).rejects.toEqual(coded('CLOSED'))
  })
})

describe.runIf(!keepsThreadLimits)('the memory of the workers, where the runtime does not limit it,', () => {
  it('cannot be limited, and that is said', async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 150 }
    const call = runNamed(numbered(10), 'limits', { resourceLimits })
    await expect(call).rejects.toEqual(coded('INVALID_OPTION'))
    await expect(call).rejects.toThrow('this runtime does not limit the memory of threads')
  })
})

describe.runIf(keepsThreadLimits)('the memory of the workers', () => {
  it('is limited as is wanted, and otherwise as V8 does', async () => {
    const db = numbered(1)
    const resourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 300 }
    const [usual] = await db.parallel<typeof functions.limits>(module, {
      function: 'limits',
      table: numbers,
      preload,
    })
    const [limited] = await db.parallel<typeof functions.limits>(module, {
      function: 'limits',
      table: numbers,
      preload,
      resourceLimits,
    })
    expect(limited).toEqual({ ...usual, ...resourceLimits })
    expect(usual!.maxYoungGenerationSizeMb).toBeGreaterThan(6)
  })

  it('leaves few young objects to a worker of which the old ones are limited: more would survive than Node gives to end in', async () => {
    const [limits] = await numbered(1).parallel<typeof functions.limits>(module, {
      function: 'limits',
      table: numbers,
      preload,
      resourceLimits: { maxOldGenerationSizeMb: 300 },
    })
    expect(limits).toMatchObject({ maxOldGenerationSizeMb: 300, maxYoungGenerationSizeMb: 24 })
  })

  it('ends it when a worker needs more than it may have, and nothing is left behind', async () => {
    const db = numbered(10)
    const resourceLimits = { maxOldGenerationSizeMb: 150 }
    const call = runNamed(db, 'keepsEverything', { resourceLimits })
    await expect(call).rejects.toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' })
    expect(db.stats()).toMatchObject({ snapshots: [], attachedThreads: 0 })
    expect(await partsOf(db)).toHaveLength(4)
  })
})

describe('an end from outside', () => {
  it('by the signal rejects with ABORTED and its reason, and terminates workers that never pause', async () => {
    const db = numbered(100)
    const words = sharedWords()
    const controller = new AbortController()
    const run = runNamed(db, 'busy', { workers: 2, data: words, signal: controller.signal })
    await until(words, 0, 2)
    controller.abort('enough')
    const error = await run.catch(thrown => thrown)
    expect(error).toEqual(coded('ABORTED'))
    expect(error.cause).toBe('enough')
    expect(db.stats()).toMatchObject({ snapshots: [], attachedThreads: 0 })
  })

  it('by a signal that was raised before starts nothing', async () => {
    const db = numbered(10)
    await expect(partsOf(db, { signal: AbortSignal.abort() })).rejects.toEqual(coded('ABORTED'))
  })

  it('by a signal that is raised after the end changes nothing', async () => {
    const controller = new AbortController()
    const parts = await partsOf(numbered(10), { signal: controller.signal, partitions: 2 })
    controller.abort()
    expect(parts).toHaveLength(2)
  })

  it('by closing the database rejects with CLOSED, also for functions that do not read', async () => {
    const db = numbered(100)
    const words = sharedWords()
    const run = runNamed(db, 'whenTold', { data: words })
    await until(words, 0, 1)
    const [error] = await Promise.all([run.catch(thrown => thrown), db[Symbol.asyncDispose]()])
    expect(error).toEqual(coded('CLOSED'))
  })

  it('by the age of the snapshot rejects with SNAPSHOT_TOO_OLD', async () => {
    const db = database.open({ maxSnapshotAgeMs: 1 })
    db.write(tx => tx.table(numbers).put(1, 1))
    const outcome = partsOf(db).catch(thrown => thrown)
    // Before any worker can have started.
    await pause(10)
    db.write(tx => tx.table(numbers).put(2, 1))
    expect(await outcome).toEqual(coded('SNAPSHOT_TOO_OLD'))
  })
})

it('lets the main thread go on meanwhile', async () => {
  const db = numbered(100)
  const words = sharedWords()
  const run = runNamed(db, 'busy', { workers: 2, data: words })
  run.catch(() => {})
  await until(words, 0, 2)
  let turns = 0
  for (const end = performance.now() + 50; performance.now() < end; turns++) await pause(1)
  expect(turns).toBeGreaterThan(5)
  db.close()
  await expect(run).rejects.toEqual(coded('CLOSED'))
})

describe.runIf(!keepsThreads)('the workers between calls, where threads do not say that they rest,', () => {
  it('are not kept', async () => {
    const db = numbered(1)
    for (let call = 0; call < 3; call++) expect(await runNamed(db, 'countsCalls')).toEqual([1])
  })
})

describe.runIf(keepsThreads)('the workers between calls', () => {
  /** The threads of a call whose parts are as many as its workers. */
  async function threadsOf(db: Database, options: ParallelSettings = {}): Promise<unknown[]> {
    return (await runNamed(db, 'thread', options)) as unknown[]
  }

  /** Calls until one has a thread of the call before: on a busy machine a worker may not come to rest in time. */
  async function reused(db: Database): Promise<unknown> {
    for (let last = await threadsOf(db); ; ) {
      const threads = await threadsOf(db)
      if (threads.some(thread => last.includes(thread))) return threads[0]
      last = threads
    }
  }

  it('live on, with the modules that they have imported', async () => {
    const db = numbered(1)
    let calls = 0
    while (calls < 2) [calls] = (await runNamed(db, 'countsCalls')) as [number]
    expect(calls).toBe(2)
  })

  it('end with the database, which does not wait for them', async () => {
    const db = numbered(1)
    await reused(db)
    expect(livingThreads()).toBeGreaterThan(0)
    db.close()
    await untilThreadsAre(0)
  })

  it('are not kept when nobody wants it, or something keeps them busy', async () => {
    const db = numbered(1)
    expect(await threadsOf(db, { keepWorkersMs: 0 })).toHaveLength(1)
    await untilThreadsAre(0)
    expect(await runNamed(db, 'keepsThreadAlive')).toEqual([1])
    expect(livingThreads()).toBe(0)
  })

  it('are not those whose function failed', async () => {
    const db = numbered(1)
    await reused(db)
    await expect(runNamed(db, 'refusesPart', { data: 0 })).rejects.toThrow('not part 0')
    expect(livingThreads()).toBe(0)
    expect(await partsOf(db)).toHaveLength(1)
  })

  it('are not those that were terminated', async () => {
    const db = numbered(100)
    const thread = await reused(db)
    const words = sharedWords()
    const controller = new AbortController()
    const run = runNamed(db, 'busy', { data: words, signal: controller.signal })
    await until(words, 0, 1)
    controller.abort()
    await expect(run).rejects.toEqual(coded('ABORTED'))
    expect(livingThreads()).toBe(0)
    expect(await threadsOf(db)).not.toContain(thread)
  })

  it('say the same errors in a later call as in the first one', async () => {
    const db = numbered(5)
    const errors = []
    for (const name of ['exits', 'awaitsNothing', 'throwsLater', 'givesFunction'] as const) {
      await reused(db)
      errors.push(await runNamed(db, name, { partitions: 1 }).catch(thrown => thrown.message))
    }
    expect(errors).toEqual([
      expect.stringContaining('in part 0 of 1 with exit code 3'),
      expect.stringContaining('in part 0 of 1 with exit code'),
      'in a timer',
      'the result of part 0 cannot be sent to another thread',
    ])
  })

  it('are few after many calls, and leave no snapshot and no reader behind', async () => {
    const db = numbered(300)
    const before = startedThreads()
    for (let call = 0; call < 100; call++) {
      const sums = (await runNamed(db, 'sum', { workers: 2 })) as number[]
      expect(sums.reduce((a, b) => a + b)).toBe(44_850 + call)
      db.write(tx => tx.table(numbers).put(0, call + 1))
    }
    expect(db.stats()).toMatchObject({ snapshots: [], attachedThreads: 0 })
    expect(livingThreads()).toBeLessThanOrEqual(Math.max(2, threadsAtATime()))
    // As many as there were calls would be 200; a busy machine may lose some.
    expect(startedThreads() - before).toBeLessThan(100)
    db.close()
    await untilThreadsAre(0)
  })
})

it('may be called several times at once', async () => {
  const db = numbered(300)
  const sums = await Promise.all([1, 2, 3].map(partitions => runNamed(db, 'sum', { partitions })))
  expect(sums.map(parts => (parts as number[]).reduce((a, b) => a + b))).toEqual([44_850, 44_850, 44_850])
})
