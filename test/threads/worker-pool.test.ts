/** The workers of `db.parallel` between its calls: which are kept, for what, and how long. */

import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PoolWorker, WorkerPool } from '../../src/database/worker-pool.ts'
import { NotImported, type ThreadKind } from '../../src/io/job-thread.ts'
import { threadsAtATime } from '../../src/io/threads.ts'
import { keepsThreads } from '../support/runtime.ts'
import { FOR_TYPESCRIPT } from '../support/typescript.ts'
import { livingThreads, startedThreads, untilThreadsAre } from './living-threads.ts'

const entry = new URL('./pool/entry.mjs', import.meta.url).href
const KIND: ThreadKind = { name: 'test', preload: undefined, entry, limits: {} }
const KEPT = { keepMs: 60_000, workers: 2 }

let pool: WorkerPool
let begun: PoolWorker[]
beforeEach(() => {
  pool = new WorkerPool()
  begun = []
})
afterEach(async () => {
  pool.close()
  await Promise.all(begun.map(worker => worker.terminate()))
  await untilThreadsAre(0)
})

/** A worker at a job, and what is heard of it. */
function begin(job: object, kind = KIND) {
  const heard: unknown[] = []
  const ends: [number, unknown][] = []
  let tell = (): void => {}
  const worker = pool.begin(kind, job, {
    onMessage(message) {
      heard.push(message)
      tell()
    },
    onEnd(exitCode, error) {
      ends.push([exitCode, (error as Error | undefined)?.message])
      tell()
    },
  })
  begun.push(worker)
  /** Resolves when so much has been heard. */
  async function until(messages: number, endings = 0): Promise<void> {
    while (heard.length < messages || ends.length < endings) {
      await new Promise<void>(resolve => {
        tell = resolve
      })
    }
  }
  return { worker, heard, ends, until }
}

/** Does a job to its end, and keeps the worker; says in which thread it was. */
async function done(job: object = { do: 'tell' }, kind = KIND): Promise<unknown> {
  const { worker, heard, until } = begin(job, kind)
  await until(1)
  await worker.rest(KEPT)
  return heard[0]
}

/** Does jobs until one is kept; on a machine that is too busy a worker may not come to rest in time. */
async function kept(): Promise<unknown> {
  for (;;) {
    const thread = await done()
    if (pool.keptCount > 0) return thread
  }
}

describe.runIf(keepsThreads)('a worker that is at rest', () => {
  it('does the next job', async () => {
    const thread = await kept()
    const { heard, until } = begin({ do: 'tell', said: 'again' })
    await until(2)
    expect(heard).toEqual([thread, 'again'])
    expect(pool.keptCount).toBe(0)
  })

  it.each<[string, Partial<ThreadKind>]>([
    ['a preload', { preload: new URL('./pool/entry.mjs', import.meta.url).href }],
    ['an entry', { entry: `${entry}?other` }],
    ['a limit', { limits: { maxOldGenerationSizeMb: 200 } }],
  ])('does none that wants %s which it has not got', async (_, other) => {
    const thread = await kept()
    expect(await done({ do: 'tell' }, { ...KIND, ...other })).not.toBe(thread)
    expect(pool.keptCount).toBeGreaterThanOrEqual(1)
  })

  it('does one that wants the same limits in another order, or by saying that there are none', async () => {
    const limits = { maxOldGenerationSizeMb: 200, stackSizeMb: 4 }
    let thread: unknown
    while (pool.keptCount === 0) thread = await done({ do: 'tell' }, { ...KIND, limits })
    const same = { stackSizeMb: 4, codeRangeSizeMb: undefined, maxOldGenerationSizeMb: 200 }
    expect(await done({ do: 'tell' }, { ...KIND, limits: same })).toBe(thread)
  })

  it('does one job at a time: two at once are done by two', async () => {
    await kept()
    const jobs = [begin({ do: 'wait', ms: 20 }), begin({ do: 'wait', ms: 20 })]
    await Promise.all(jobs.map(({ until }) => until(1)))
    expect(new Set(jobs.map(({ heard }) => heard[0])).size).toBe(2)
  })

  it('is ended when it has waited for long enough', async () => {
    const { worker, until } = begin({ do: 'tell' })
    await until(1)
    await worker.rest({ keepMs: 30, workers: 1 })
    await untilThreadsAre(0)
    expect(pool.keptCount).toBe(0)
  })

  it('is ended at once when it is not to be kept', async () => {
    const { worker, until } = begin({ do: 'tell' })
    await until(1)
    await worker.rest({ keepMs: 0, workers: 1 })
    expect(pool.keptCount).toBe(0)
    await untilThreadsAre(0)
  })

  it('is one of a few: the others are ended, those that have waited longest first', async () => {
    const count = threadsAtATime() + 2
    const jobs = Array.from({ length: count }, () => begin({ do: 'wait', ms: 1 }))
    await Promise.all(jobs.map(({ until }) => until(1)))
    for (const { worker } of jobs) worker.leave({ ...KEPT, workers: 1 })
    expect(pool.keptCount).toBe(threadsAtATime())
    await untilThreadsAre(threadsAtATime())
    const next = begin({ do: 'tell' })
    await next.until(1)
    expect(jobs.slice(-threadsAtATime()).map(({ heard }) => heard[0])).toContain(next.heard[0])
  })

  it('is one of as many as the call had, when that is more', async () => {
    const count = threadsAtATime() + 2
    const jobs = Array.from({ length: count }, () => begin({ do: 'tell' }))
    for (const { worker } of jobs) worker.leave({ ...KEPT, workers: count })
    expect(pool.keptCount).toBe(count)
  })
})

describe('a worker that is not kept', () => {
  it('has left something that runs', async () => {
    await done({ do: 'leaveTimer' })
    expect([pool.keptCount, livingThreads()]).toEqual([0, 0])
  })

  it('is called spoilt', async () => {
    const { worker, until } = begin({ do: 'tell' })
    await until(1)
    worker.spoil()
    await worker.rest(KEPT)
    expect([pool.keptCount, livingThreads()]).toEqual([0, 0])
  })

  it('was terminated', async () => {
    const { worker, ends, until } = begin({ do: 'wait', ms: 60_000 })
    await until(1)
    await worker.terminate()
    expect(ends).toEqual([[1, undefined]])
    expect([pool.keptCount, livingThreads()]).toEqual([0, 0])
  })

  it('waits for what never comes: it ends', async () => {
    const { ends, until } = begin({ do: 'awaitNothing' })
    await until(1, 1)
    expect(ends).toEqual([[0, undefined]])
  })

  it('cannot import its modules', async () => {
    for (const [what, kind] of [
      ['entry', { ...KIND, entry: 'file:///nowhere.mjs' }],
      ['preload', { ...KIND, preload: 'file:///nowhere.mjs' }],
    ] as const) {
      const { heard, until } = begin({ do: 'tell' }, kind)
      await until(1, 1)
      expect(heard[0]).toBeInstanceOf(NotImported)
      expect(heard[0]).toMatchObject({ what, reason: expect.stringContaining('nowhere') })
    }
  })
})

describe('a worker that has not even begun', () => {
  it('is kept, and does the next job instead; nothing of the first one is heard', async () => {
    const before = startedThreads()
    const first = begin({ do: 'tell', said: 'first' })
    first.worker.leave(KEPT)
    expect(pool.keptCount).toBe(1)
    const second = begin({ do: 'tell', said: 'second' })
    await second.until(2)
    expect(second.heard[1]).toBe('second')
    expect(first.heard).toEqual([])
    expect(startedThreads() - before).toBe(1)
  })
})

describe.runIf(keepsThreads)('a worker that ends while it is kept', () => {
  it.each(['dieAfterwards', 'throwAfterwards'])('is forgotten, and nobody hears of it: %s', async how => {
    const words = new Int32Array(new SharedArrayBuffer(4))
    const { worker, ends, until } = begin({ do: how, words })
    await until(1)
    await worker.rest(KEPT)
    await untilThreadsAre(0)
    expect(pool.keptCount).toBe(0)
    expect(ends.length).toBeLessThanOrEqual(1)
    await done()
  })

  it('has its next job done by another, with what the job was at first', async () => {
    const words = new Int32Array(new SharedArrayBuffer(4))
    const first = begin({ do: 'dieAfterwards', words })
    await first.until(1)
    first.worker.leave(KEPT)
    // It has ended, and this thread has not heard of it.
    Atomics.wait(words, 0, 0)
    const said = { n: 1 }
    const second = begin({ do: 'tell', said })
    said.n = 2
    await second.until(2)
    expect(second.heard).toEqual([expect.any(Number), { n: 1 }])
    expect(second.heard[0]).not.toBe(first.heard[0])
    expect(second.ends).toEqual([])
  })

  it('is not replaced when its next job is at its end already', async () => {
    const words = new Int32Array(new SharedArrayBuffer(4))
    const first = begin({ do: 'dieAfterwards', words })
    await first.until(1)
    first.worker.leave(KEPT)
    Atomics.wait(words, 0, 0)
    const before = startedThreads()
    const second = begin({ do: 'tell' })
    await second.worker.terminate()
    await pause(10)
    expect(startedThreads()).toBe(before)
    expect(second.ends).toHaveLength(1)
  })
})

describe('closing', () => {
  it('ends those that are kept, and those that come back later, and waits for nobody', async () => {
    if (keepsThreads) await kept()
    const { worker, until } = begin({ do: 'wait', ms: 1 })
    const other = begin({ do: 'wait', ms: 1 })
    await Promise.all([until(1), other.until(1)])
    other.worker.leave(KEPT)
    pool.close()
    expect(pool.keptCount).toBe(0)
    await worker.rest(KEPT)
    expect(pool.keptCount).toBe(0)
    await untilThreadsAre(0)
  })

  it('is not needed for the process to end, and nothing is lost of what workers print', async () => {
    const program = fileURLToPath(new URL('./pool/ends-by-itself.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [...FOR_TYPESCRIPT, program])
    expect(stdout.split('\n')).toEqual(['x'.repeat(200_000), expect.stringMatching(/^[01]$/), ''])
  })
})

it('refuses a job that cannot be cloned, also for a worker that is kept, and starts nothing', async () => {
  const before = startedThreads()
  expect(() => begin({ do: () => {} })).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
  expect(startedThreads()).toBe(before)
  await (keepsThreads ? kept() : done())
  const after = startedThreads()
  expect(() => begin({ do: () => {} })).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
  expect(startedThreads()).toBe(after)
})
