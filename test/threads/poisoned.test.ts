/** A database whose disk has failed: nothing is written any more, and all that was committed is read, in all threads. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CoppiceError } from '../../src/base/errors.ts'
import { Database } from '../../src/database/database.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import { Store } from '../../src/store/store.ts'
import { attach } from '../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { codeOf, runScenario, startScenario, terminateAt, until } from './scenarios.ts'
import { commitState, NUMBERS, numbered, numbers, openFilled, people, stateIn } from './tables.ts'

let directory: TemporaryDirectory
let disk: FailingDisk
let db: Database
beforeEach(() => {
  directory = temporaryDirectory()
  disk = new FailingDisk()
  db = openOn(disk, 64)
})
afterEach(() => {
  codeOf(() => db.close())
  directory.remove()
})

/** The machine's disk, until it fails for good. */
class FailingDisk {
  hasFailed = false
  readonly storage: Storage

  constructor() {
    this.storage = nodeStorage()
    const open = this.storage.open.bind(this.storage)
    this.storage.open = (path, mode) => {
      const file = open(path, mode)
      for (const name of ['write', 'writeMany', 'sync', 'syncAsync'] as const) {
        const work = file[name].bind(file) as (...args: unknown[]) => never
        ;(file[name] as typeof work) = (...args) => {
          if (this.hasFailed) throw new CoppiceError('IO_ERROR', `${path}: ${name} fails, as it is to`)
          return work(...args)
        }
      }
      return file
    }
  }
}

function openOn({ storage }: FailingDisk, frames: number): Database {
  const path = directory.file('app.db')
  openFilled(path).close()
  const options = { pageSizeBytes: 4096, cacheSizeBytes: frames * 4096 }
  return new Database(Store.open(storage, path, options, true))
}

/** Commits state 1, which all see, and then fails to commit state 2. */
function poison(): void {
  commitState(db, 1, 500)
  disk.hasFailed = true
  expect(codeOf(() => db.write(tx => tx.table(numbers).put(0, numbered(2))))).toMatch(
    /OUTCOME_UNKNOWN|IO_ERROR/,
  )
  expect(db.isPoisoned).toBe(true)
}

describe('when the database is poisoned, a worker', () => {
  it('that has a snapshot reads on in it, and opens others of the newest state that was published', async () => {
    const keeping = startScenario('keeps its snapshot', db.share())
    const again = startScenario('reads twice', db.share())
    await Promise.all([keeping, again].map(({ reached }) => reached(0)))
    poison()
    for (const { resume } of [keeping, again]) resume(0)
    expect(await keeping.result).toEqual([0, 0, NUMBERS])
    expect(await again.result).toEqual([0, 1])
  })

  it('can attach to it, and to a snapshot that is shared then', async () => {
    const share = db.share()
    poison()
    using snapshot = db.read()
    expect(await runScenario('reads the newest', share)).toBe(1)
    expect(await runScenario('reads the shared state', snapshot.share())).toBe(1)
  })

  it('can attach to it when nobody did before', async () => {
    poison()
    expect(await runScenario('keeps all it reads', db.share())).toEqual([1, NUMBERS])
  })

  it('is put away after when it is terminated', async () => {
    const reader = startScenario('is inside of an operation', db.share())
    await reader.reached(0)
    poison()
    await terminateAt(0, reader)
    await until(() => db.stats().attachedThreads === 0)
    expect(db.stats().attachedThreads).toBe(0)
  })

  it('is ended with CLOSED by its close, which says nothing that is not known', async () => {
    const { result, reached } = startScenario('reads until the close', db.share(), NUMBERS)
    await reached(0)
    poison()
    db.close()
    expect(await result).toBe('CLOSED')
  })
})

it('all is read of a poisoned database though its pool is full of pages that cannot be written', () => {
  db.close()
  db = openOn(disk, 80)
  using attached = attach(db.share())
  commitState(db, 1, 500)
  // In memory alone: pages of a state that was published and is in no file, nearly as many as the pool lets be there.
  for (let n = 0; n < 57; n++) {
    const key = 1 + ((n * 37) % (NUMBERS - 1))
    db.write(tx => tx.table(numbers).put(key, numbered(key)), { durability: 'none' })
  }
  disk.hasFailed = true
  expect(codeOf(() => db.flush())).toBe('OUTCOME_UNKNOWN')
  expect(db.isPoisoned).toBe(true)
  for (const read of [attached, db]) {
    read.read(snapshot => {
      expect(stateIn(snapshot)).toBe(1)
      expect(snapshot.table(numbers).range().toArray()).toHaveLength(NUMBERS)
      expect(snapshot.table(people).count()).toBe(20)
    })
  }
})
