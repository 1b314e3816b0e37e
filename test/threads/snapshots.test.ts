import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Database } from '../../src/index.ts'
import { attach } from '../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { keepsErrorCodes } from '../support/runtime.ts'
import { codeOf, pause, runScenario, startScenario, until } from './scenarios.ts'
import { commitState, NUMBERS, numbers, openFilled, stateIn } from './tables.ts'

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

describe('a snapshot in a worker', () => {
  it('never changes, whatever is committed, checkpointed and evicted', async () => {
    const { result, reached, resume } = startScenario('keeps its snapshot', db.share())
    await reached(0)
    for (let n = 1; n <= 30; n++) {
      commitState(db, n, NUMBERS / 4)
      if (n % 10 === 0) db.checkpoint()
    }
    resume(0)
    expect(await result).toEqual([0, 0, NUMBERS])
  })

  it('stays readable while the database is compacted and its file cut', async () => {
    db.write(tx => {
      for (let n = 0; n < 3 * NUMBERS; n++) tx.table(numbers).put(NUMBERS + n, Buffer.alloc(200))
    })
    const { result, reached, resume } = startScenario('keeps its snapshot', db.share())
    await reached(0)
    using attached = attach(db.share())
    using here = attached.read()
    db.write(tx => tx.table(numbers).deleteRange({ gte: NUMBERS }))
    await db.compact()
    commitState(db, 1, NUMBERS / 2)
    await db.compact()
    expect(here.table(numbers).range().toArray()).toHaveLength(4 * NUMBERS)
    resume(0)
    expect(await result).toEqual([0, 0, 4 * NUMBERS])
    here.close()
    await until(() => db.stats().attachedThreads === 1)
    const { pagesBefore, pagesAfter } = await db.compact()
    expect(pagesAfter).toBeLessThan(pagesBefore / 2)
  })

  it('is the same beside a backup', async () => {
    const { result, reached, resume } = startScenario('keeps its snapshot', db.share())
    await reached(0)
    commitState(db, 1, NUMBERS / 2)
    await db.backup(directory.file('copy.db'))
    resume(0)
    expect(await result).toEqual([0, 0, NUMBERS])
  })

  it('cannot be shared on', async () => {
    expect(await runScenario('shares its snapshot', db.share())).toBe('NOT_SHAREABLE')
  })

  it('is closed once, and read no more', () => {
    using attached = attach(db.share())
    const snapshot = attached.read()
    const table = snapshot.table(numbers)
    snapshot.close()
    snapshot.close()
    expect([snapshot.isOpen, codeOf(() => table.get(1)), codeOf(() => snapshot.tables())]).toEqual([
      false,
      'TRANSACTION_CLOSED',
      'TRANSACTION_CLOSED',
    ])
  })

  it('tells its age and its transaction, and not what it retains', async () => {
    using attached = attach(db.share())
    using snapshot = attached.read()
    await pause(5)
    expect(snapshot.txnId).toBe(db.read(here => here.txnId))
    expect(snapshot.ageMs).toBeGreaterThan(1)
    expect(snapshot.ageMs).toBeLessThan(60_000)
    expect(snapshot.retainedPages).toBeNaN()
  })

  it('is one of thousands, and the one too many is BUSY', () => {
    using attached = attach(db.share())
    const snapshots = Array.from({ length: 8192 }, () => attached.read())
    expect(codeOf(() => attached.read())).toBe('BUSY')
    snapshots[5000].close()
    expect(stateIn(attached.read())).toBe(0)
  })

  it('lets go of its pages when it is closed', () => {
    using attached = attach(db.share())
    const filePagesAfterSnapshot = () => {
      const snapshot = attached.read()
      for (let n = 1; n <= 20; n++) commitState(db, n, NUMBERS / 4)
      snapshot.close()
      for (let n = 21; n <= 40; n++) commitState(db, n, NUMBERS / 4)
      db.checkpoint()
      return db.stats().filePages
    }
    for (let round = 0; round < 3; round++) filePagesAfterSnapshot()
    const settled = filePagesAfterSnapshot()
    for (let round = 0; round < 5; round++) expect(filePagesAfterSnapshot()).toBeLessThanOrEqual(settled)
  })
})

/** File and free pages after many commits beside a snapshot that `hold` opens, of the database in `name`. */
async function pagesBeside(name: string, hold: (db: Database) => Promise<() => unknown>): Promise<number[]> {
  const beside = openFilled(directory.file(name))
  const release = await hold(beside)
  const pages: number[] = []
  for (let round = 0; round < 6; round++) {
    for (let n = 1; n <= 25; n++) commitState(beside, 25 * round + n, NUMBERS / 8)
    beside.checkpoint()
    pages.push(beside.stats().filePages)
  }
  await release()
  beside.close()
  return pages
}

it('a snapshot held for long in a worker makes the file no larger than one held on the main thread', async () => {
  const onMainThread = await pagesBeside('main.db', async db => {
    const snapshot = db.read()
    return () => snapshot.close()
  })
  const inWorker = await pagesBeside('worker.db', async db => {
    const { reached, resume, result } = startScenario('holds a snapshot', db.share())
    await reached(0)
    return () => {
      resume(0)
      return result
    }
  })
  expect(inWorker.at(-1)).toBeLessThanOrEqual(onMainThread.at(-1)! * 1.05)
  // What is written again and again after it is used again: only the snapshot's own pages are kept.
  expect(inWorker.at(-1)).toBeLessThanOrEqual(inWorker[3] * 1.05)
})

describe('a snapshot that is shared', () => {
  it('is the same state for all that attach, whatever is newer', async () => {
    using snapshot = db.read()
    const share = snapshot.share()
    commitState(db, 1, NUMBERS / 2)
    const states = await Promise.all([1, 2].map(() => runScenario('reads the shared state', share)))
    using attached = attach(share)
    expect([...states, stateIn(attached), attached.txnId]).toEqual([0, 0, 0, snapshot.txnId])
  })

  it('is one share, however often it is asked for', () => {
    using snapshot = db.read()
    expect(snapshot.share()).toEqual(snapshot.share())
  })

  it('can be closed: who has attached reads on', async () => {
    const snapshot = db.read()
    const { result, reached, resume } = startScenario('keeps the shared state', snapshot.share())
    await reached(0)
    snapshot.close()
    for (let n = 1; n <= 20; n++) commitState(db, n, NUMBERS / 4)
    db.checkpoint()
    resume(0)
    expect(await result).toBe(NUMBERS)
  })

  it('cannot be attached to after it was closed, in any thread', async () => {
    const snapshot = db.read()
    const share = snapshot.share()
    snapshot.close()
    for (let n = 1; n <= 4; n++) commitState(db, n, NUMBERS / 4)
    expect(codeOf(() => attach(share))).toBe('TRANSACTION_CLOSED')
    const read = runScenario('reads the shared state', share)
    if (keepsErrorCodes) await expect(read).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
    else await expect(read).rejects.toThrow('the snapshot was closed')
    // Nor is another one taken for it that is of the same state.
    using other = db.read()
    other.share()
    expect(codeOf(() => attach(share))).toBe('TRANSACTION_CLOSED')
    expect(db.stats().attachedThreads).toBe(0)
  })

  it('is let go of when the last one that reads it has closed it', async () => {
    const snapshot = db.read()
    const share = snapshot.share()
    const one = attach(share)
    const other = attach(share)
    snapshot.close()
    for (let n = 1; n <= 8; n++) commitState(db, n, NUMBERS / 4)
    const kept = () => {
      commitState(db, 9)
      db.checkpoint()
      commitState(db, 10)
      db.checkpoint()
      const { filePages, freePages, usedPages } = db.stats()
      return filePages - freePages - usedPages
    }
    const keptByTwo = kept()
    one.close()
    expect(stateIn(other)).toBe(0)
    expect(kept()).toBeGreaterThan(keptByTwo - 10)
    other.close()
    expect(kept()).toBeLessThan(keptByTwo - 50)
  })

  it('is detached from by closing it', () => {
    using snapshot = db.read()
    const attached = attach(snapshot.share())
    expect(db.stats().attachedThreads).toBe(1)
    attached.close()
    expect(db.stats().attachedThreads).toBe(0)
  })
})

describe('maxSnapshotAgeMs', () => {
  beforeEach(() => {
    db.close()
    db = openFilled(directory.file('expiring.db'), { maxSnapshotAgeMs: 300 })
  })

  it('ends snapshots in workers with SNAPSHOT_TOO_OLD, and nothing else is ever read', async () => {
    const readers = [1, 2, 3].map(() => startScenario('reads for long', db.share(), NUMBERS))
    const results = Promise.all(readers.map(({ result }) => result))
    // A commit is what ends them: there are some as long as one reads.
    let areReading = true
    const end = () => {
      areReading = false
    }
    results.then(end, end)
    for (let n = 1; areReading; n++) {
      commitState(db, n % 1000, 100)
      if (n % 20 === 0) db.checkpoint()
      await pause()
    }
    expect(await results).toEqual(readers.map(() => ['SNAPSHOT_TOO_OLD', false, true]))
  })

  it('ends each at its own age, and new ones can be opened', async () => {
    const { result, words } = startScenario('opens a new one when the old is too old', db.share())
    let isRunning = true
    const end = () => {
      isRunning = false
    }
    result.then(end, end)
    for (let n = 1; isRunning && Atomics.load(words, 1) < 2; n++) {
      commitState(db, n % 1000, 20)
      await pause()
    }
    Atomics.store(words, 0, 1)
    expect(await result).toBeGreaterThan(1)
  })

  it('goes by a clock that nobody sets, the same in all threads', async () => {
    const patient = openFilled(directory.file('patient.db'), { maxSnapshotAgeMs: 1_800_000 })
    const { reached, resume, result } = startScenario('keeps its snapshot', patient.share())
    await reached(0)
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
    commitState(patient, 1)
    vi.restoreAllMocks()
    resume(0)
    expect(await result).toEqual([0, 0, NUMBERS])
    patient.close()
  })

  it('is not put off by a clock that was set back', async () => {
    using attached = attach(db.share())
    const snapshot = attached.read()
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000)
    await pause(400)
    commitState(db, 2)
    vi.restoreAllMocks()
    expect(snapshot.isOpen).toBe(false)
  })

  it('lets go of the pages of one that is not read any more', async () => {
    using attached = attach(db.share())
    const snapshot = attached.read()
    await pause(400)
    for (let round = 0; round < 2; round++) {
      for (let n = 1; n <= 20; n++) commitState(db, n, NUMBERS / 4)
      db.checkpoint()
    }
    expect(snapshot.isOpen).toBe(false)
    expect(codeOf(() => snapshot.table(numbers).get(5))).toBe('SNAPSHOT_TOO_OLD')
    expect(stateIn(attached.read())).toBe(20)
  })

  it('does not end a young snapshot that has the place of an old one', async () => {
    using attached = attach(db.share())
    const old = attached.read()
    await pause(400)
    old.close()
    const young = attached.read()
    commitState(db, 1)
    expect([young.isOpen, stateIn(young)]).toEqual([true, 0])
  })
})
