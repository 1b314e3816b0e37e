import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openSync } from '../../src/index.ts'
import { attach, type DatabaseShare } from '../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { closesFilesOfThreads, endsSleepingThreads } from '../support/runtime.ts'
import { codeOf, pause, runScenario, startScenario, terminateAt, until } from './scenarios.ts'
import { commitState, NUMBERS, numbered, numbers, openFilled } from './tables.ts'
import { startWorker } from './worker-thread.ts'

let directory: TemporaryDirectory
let db: Database
beforeEach(() => {
  directory = temporaryDirectory()
  db = openFilled(directory.file('app.db'))
})
afterEach(() => {
  db.close()
  directory.remove()
})

/** Pages that are neither free nor in the newest state, nor in the two that the headers name. */
function keptPages(): number {
  for (let i = 0; i < 2; i++) {
    db.write(tx => tx.table(numbers).put(1, numbered(1)))
    db.checkpoint()
  }
  const { filePages, freePages, usedPages } = db.stats()
  return filePages - freePages - usedPages
}

/** Writes all numbers again, some times, so that what an old snapshot keeps is many pages. */
function rewriteAll(): void {
  for (let n = 1; n <= 8; n++) commitState(db, n, NUMBERS / 4)
}

async function expectNothingKept(usual: number): Promise<void> {
  await until(() => db.stats().attachedThreads === 0)
  expect(db.stats().attachedThreads).toBe(0)
  expect(keptPages()).toBeLessThanOrEqual(usual + 4)
  expect(await db.check()).toMatchObject({ faults: [] })
}

describe('a worker that ends gives back what it held', () => {
  it.each([
    ['holding a snapshot', 'holds a snapshot'],
    ['inside of an operation', 'is inside of an operation'],
  ])('when it is terminated %s', async (_, name) => {
    const usual = keptPages()
    const reader = startScenario(name, db.share())
    await reader.reached(0)
    rewriteAll()
    expect(keptPages()).toBeGreaterThan(usual + 50)
    await terminateAt(0, reader)
    await expectNothingKept(usual)
  })

  it('when it is terminated while it reads, loads and evicts as fast as it can', async () => {
    const usual = keptPages()
    for (let round = 0; round < 8; round++) {
      const readers = [1, 2].map(() => startScenario('reads all the time', db.share(), NUMBERS))
      await Promise.all(readers.map(({ reached }) => reached(0)))
      rewriteAll()
      await pause(round)
      await Promise.all(readers.map(({ worker }) => worker.terminate()))
    }
    await expectNothingKept(usual)
  })

  it('when it ends by process.exit, in the middle of an operation', async () => {
    const usual = keptPages()
    const { exit } = startScenario('exits with a snapshot', db.share())
    expect(await exit).toBe(3)
    rewriteAll()
    await expectNothingKept(usual)
  })

  it('when it ends by an error that nobody catches', async () => {
    const usual = keptPages()
    const { exit, result } = startScenario('throws with a snapshot', db.share())
    await expect(result).rejects.toThrow('as it was asked to')
    expect(await exit).toBe(1)
    rewriteAll()
    await expectNothingKept(usual)
  })

  it('when it was started by another worker', async () => {
    const usual = keptPages()
    expect(await runScenario('starts a worker that is terminated', db.share())).toBe('terminated')
    rewriteAll()
    await expectNothingKept(usual)
  })

  it('when it was attached several times', async () => {
    const first = startScenario('holds a snapshot', db.share())
    await first.reached(0)
    const others = [1, 2].map(() => startScenario('holds a snapshot', db.share()))
    await Promise.all(others.map(other => other.reached(0)))
    expect(db.stats().attachedThreads).toBe(3)
    await terminateAt(0, first)
    await until(() => db.stats().attachedThreads === 2)
    expect(db.stats().attachedThreads).toBe(2)
    await Promise.all(others.map(other => other.worker.terminate()))
  })
})

describe('the main thread does not depend on a worker', () => {
  it('that was terminated inside of an operation, before it hears of that', async () => {
    const { worker, reached } = startScenario('is inside of an operation', db.share())
    await reached(0)
    const exit = worker.terminate()
    // All in one turn of the event loop: nothing is heard of the end before it is over.
    const begun = performance.now()
    for (let n = 1; n <= 20; n++) commitState(db, n, 300)
    db.read(snapshot => expect(snapshot.table(numbers).range().toArray()).toHaveLength(NUMBERS))
    expect(performance.now() - begun).toBeLessThan(10_000)
    await exit
    expect(await db.check()).toMatchObject({ faults: [] })
  })

  it('that sleeps inside of an operation', async () => {
    const { reached, resume, result } = startScenario('is inside of an operation', db.share())
    await reached(0)
    const begun = performance.now()
    for (let n = 1; n <= 20; n++) commitState(db, n, 300)
    db.write(tx => {
      for (let n = 0; n < NUMBERS; n++) tx.table(numbers).put(NUMBERS + n, numbered(NUMBERS + n))
    })
    db.read(snapshot => expect(snapshot.table(numbers).range().toArray()).toHaveLength(2 * NUMBERS))
    db.checkpoint()
    expect(performance.now() - begun).toBeLessThan(10_000)
    resume(0)
    await result
    expect(await db.check()).toMatchObject({ faults: [] })
  })

  it('that sleeps after an operation', async () => {
    const { reached, resume, result } = startScenario('has made a range', db.share())
    await reached(0)
    for (let n = 1; n <= 10; n++) commitState(db, n, 300)
    const { apart, limboFrames } = db.stats().pool
    expect([apart, limboFrames < 32]).toEqual([0, true])
    resume(0)
    expect(await result).toBe(1)
  })
})

describe('the end of the worker that opened the database is its close for those that have attached', () => {
  async function openIn(module: string): Promise<{ opener: Worker; share: DatabaseShare }> {
    const opener = startWorker(new URL(module, import.meta.url), directory.file('other.db'))
    const share = await new Promise<DatabaseShare>(resolve => opener.once('message', resolve))
    return { opener, share }
  }

  const goneOf = (worker: Worker) => new Promise(resolve => worker.once('exit', resolve))

  it('when it ends in good order', async () => {
    const { opener, share } = await openIn('./opener.worker.ts')
    using attached = attach(share)
    using snapshot = attached.read()
    expect(snapshot.table(numbers).count()).toBe(NUMBERS)
    const gone = goneOf(opener)
    opener.postMessage('end')
    await gone
    expect(attached.isOpen).toBe(false)
    expect(codeOf(() => snapshot.table(numbers).get(1))).toBe('CLOSED')
  })

  it('when it is terminated, as soon as one of them hears of it', async () => {
    const { opener, share } = await openIn('./opener.worker.ts')
    using attached = attach(share)
    using snapshot = attached.read()
    const readers = [1, 2].map(() => startScenario('reads until the close', share, NUMBERS))
    await Promise.all(readers.map(({ reached }) => reached(0)))
    await opener.terminate()
    await until(() => !attached.isOpen)
    expect(codeOf(() => snapshot.table(numbers).get(1))).toBe('CLOSED')
    expect(codeOf(() => attach(share))).toBe('CLOSED')
    expect(await Promise.all(readers.map(({ result }) => result))).toEqual(['CLOSED', 'CLOSED'])
  })

  it('when it is terminated and was started by a thread that does not read', async () => {
    const { opener, share } = await openIn('./opener.worker.ts')
    const { result, reached } = startScenario('waits for the close', share, NUMBERS)
    await reached(0)
    await opener.terminate()
    expect(await result).toBe('CLOSED')
  })

  it('when one attaches after it was terminated', async () => {
    const { opener, share } = await openIn('./opener.worker.ts')
    await opener.terminate()
    expect(await runScenario('waits for the close', share, NUMBERS)).toBe('CLOSED')
  })

  it('when it is terminated in the middle of whatever it does: all read the right values, or CLOSED', async () => {
    for (let round = 0; round < 2; round++) {
      const { opener, share } = await openIn('./writing-opener.worker.ts')
      const file = directory.file('other.db')
      using attached = attach(share)
      const readers = [1, 2].map(() => startScenario('reads for long', share, NUMBERS))
      await Promise.all(readers.map(({ reached }) => reached(0)))
      await pause(15 * round)
      await opener.terminate()
      await until(() => !attached.isOpen)
      const ended = ['CLOSED', false, true]
      expect(await Promise.all(readers.map(({ result }) => result))).toEqual([ended, ended])
      for (const { worker } of readers) await worker.terminate()
      if (!closesFilesOfThreads) {
        expect(() => openSync(file)).toThrow('is locked')
        return
      }
      // It is another's now; in Deno, when the thread has really ended.
      if (!endsSleepingThreads) await until(() => codeOf(() => openSync(file).close()) === undefined)
      using other = openSync(file)
      expect(await other.check()).toMatchObject({ faults: [] })
      other.close()
      directory.remove()
      directory = temporaryDirectory()
    }
  })
})

it('a worker reads on while the main thread is blocked', async () => {
  const { result, reached } = startScenario('reads for long', db.share(), NUMBERS)
  await reached(0)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  db.close()
  expect(await result).toEqual(['CLOSED', false, true])
})

it('a worker that was there before the library was imported reads, and is put away after when it is terminated', async () => {
  const opener = startWorker(new URL('./late-opener.worker.ts', import.meta.url), directory.file('late.db'))
  const told = await new Promise((resolve, reject) => opener.once('message', resolve).once('error', reject))
  expect(told).toEqual({ read: 3, before: 1, after: 0, faults: [] })
  await opener.terminate()
})
