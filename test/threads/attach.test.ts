import { copyFileSync, linkSync, readFileSync, renameSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { VERSION } from '../../src/base/version.ts'
import { PutMode } from '../../src/btree/api.ts'
import { type Database, openSync } from '../../src/index.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'
import { MAX_ATTACHED_WORKERS } from '../../src/pool/control.ts'
import { AttachedStore } from '../../src/store/sharing/attached-store.ts'
import { Store } from '../../src/store/store.ts'
import { AttachedDatabase, attach, type Snapshot } from '../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { keepsErrorCodes } from '../support/runtime.ts'
import { codeOf, pause, runScenario, startScenario } from './scenarios.ts'
import { commitState, NUMBERS, numbered, numbers, openFilled, people, places, stateIn } from './tables.ts'

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

describe('a database that is attached to', () => {
  it('is read in a worker by table, index, range and cursor', async () => {
    expect(await runScenario('reads everything', db.share())).toEqual({
      counts: [20, 10, 2],
      person: { id: 3n, name: 'name 3', age: 3 },
      byName: 5n,
      byAge: [8n, 9n],
      cursor: [4n, 5n, 6n].map(id => ({ id, name: `name ${id}`, age: Number(id) })),
      backwards: [
        ['b', 2],
        ['b', 1],
        ['b', 0],
      ],
      tags: ['x', 'y'],
      large: 100_000,
      tables: ['numbers', 'people', 'places', 'tags'],
    })
  })

  it('has functions and aggregates that the worker makes, which the main thread does not know', async () => {
    expect(await runScenario('has functions of its own', db.share())).toEqual([{ name: 'NAME 0' }])
    using snapshot = db.read()
    expect(await runScenario('has functions of its own over one state', snapshot.share())).toEqual([
      { name: 'NAME 1' },
    ])
    expect(() => db.query("select shout('a')")).toThrow('does not exist')
  })

  it('has the types that a database has', () => {
    const share = db.share()
    expectTypeOf(attach(share)).toEqualTypeOf<AttachedDatabase>()

    using attached = attach(share)
    expectTypeOf(attached.read()).toEqualTypeOf<Snapshot>()
    expectTypeOf(attached.read(snapshot => snapshot.table(people).get(1n))).toExtend<
      { id: bigint; name: string; age: number } | undefined
    >()
  })

  it('is read twice in one thread, and by whoever opened it, each for itself', () => {
    const share = db.share()
    using one = attach(share)
    using two = attach(share)
    using ofOpener = db.read()
    using ofOne = one.read()
    using ofTwo = two.read()
    const readers = [ofOpener, ofOne, ofTwo].map(snapshot => snapshot.table(numbers))
    const numberIn = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).readUInt32LE(0)
    for (let n = 0; n < 100; n++) {
      expect(readers.map((reader, i) => numberIn(reader.get(n + i)))).toEqual([n, n + 1, n + 2])
    }
    commitState(db, 7, 100)
    using after = db.read()
    for (let n = 1; n < NUMBERS; n++) expect(numberIn(after.table(numbers).get(n))).toBe(n)
  })

  it('tells its path and its tables', () => {
    using attached = attach(db.share())
    expect(attached.path).toBe(db.path)
    expect(attached.tables()).toEqual(db.tables())
  })

  it('reads the newest state when a snapshot is opened', async () => {
    const { result, reached, resume } = startScenario('reads twice', db.share())
    await reached(0)
    commitState(db, 7)
    resume(0)
    expect(await result).toEqual([0, 7])
  })

  it('reads a state that is committed with a sync, alone or in a group, as soon as that is answered', async () => {
    using attached = attach(db.share())
    db.write(tx => tx.table(numbers).put(0, numbered(1)))
    expect(attached.read(stateIn)).toBe(1)
    const answers = [2, 3].map(n => db.writeAsync(tx => tx.table(numbers).put(0, numbered(n))))
    await Promise.all(answers)
    expect(attached.read(stateIn)).toBe(3)
  })

  it('does not read what is written and not committed', () => {
    using attached = attach(db.share())
    using tx = db.begin()
    tx.table(numbers).put(0, numbered(9))
    expect(attached.read(stateIn)).toBe(0)
    tx.rollback()
    expect(attached.read(stateIn)).toBe(0)
  })

  it('reads the state that a savepoint brings back', () => {
    using attached = attach(db.share())
    db.savepoints.create('first')
    commitState(db, 5, 500)
    using later = attached.read()
    db.savepoints.restore('first')
    commitState(db, 6, 500)
    expect(stateIn(later)).toBe(5)
    expect(later.table(numbers).range().toArray()).toHaveLength(NUMBERS)
    db.savepoints.restore('first')
    expect(attached.read(stateIn)).toBe(0)
  })

  it('may be one that is opened for reading only', async () => {
    db.close()
    db = openSync(directory.file('app.db'), { readOnly: true, cacheSizeBytes: 64 * 4096 })
    expect(await runScenario('reads the newest', db.share())).toBe(0)
  })

  it.each([
    ['4 KiB', { pageSizeBytes: 4096, cacheSizeBytes: 65_536 }],
    ['64 KiB', { pageSizeBytes: 65_536, cacheSizeBytes: 65_536 }],
    ['a swip table beside them', { pageSizeBytes: 4096, cacheSizeBytes: 64 * 4096, maxSizeBytes: 2 ** 42 }],
  ])('may have pages of %s, in a pool of few frames', async (_, options) => {
    db.close()
    directory.remove()
    directory = temporaryDirectory()
    db = openFilled(directory.file('app.db'), options)
    const share = db.share()
    const { result, reached, resume } = startScenario('keeps its snapshot', share)
    await reached(0)
    for (let n = 1; n < 40; n++) commitState(db, n, 200)
    resume(0)
    expect(await result).toEqual([0, 0, NUMBERS])
    expect(await db.check()).toMatchObject({ faults: [] })
  })
})

it('pages of 512 bytes are read as well, in a small pool, while all of them are written again', () => {
  const path = directory.file('small.db')
  const store = Store.open(nodeStorage(), path, { pageSizeBytes: 512, cacheSizeBytes: 65_536 }, true)
  const treeId = store.write(tx => tx.createTree())
  const commit = (value: string) => {
    store.write(tx => {
      const tree = tx.tree(treeId)!
      for (let n = 0; n < 2000; n++) {
        const key = Buffer.from(String(n).padStart(8, '0'))
        tree.put(key, key.length, Buffer.from(value), 0, value.length, PutMode.upsert)
      }
    }, 'none')
  }
  commit('first')
  const attached = new AttachedStore(store.share(), nodeStorage())
  const snapshot = attached.read()
  for (const value of ['second', 'third']) commit(value)
  const values = new Set<string>()
  const tree = snapshot.tree(treeId)!
  const cursor = tree.cursor()
  for (let isAt = cursor.first(); isAt; isAt = cursor.next()) {
    cursor.loadValue()
    values.add(
      cursor.valueBytes.toString('latin1', cursor.valueOffset, cursor.valueOffset + cursor.valueLength),
    )
    snapshot.assertReadable()
  }
  expect([...values, tree.count]).toEqual(['first', 2000])
  attached.close()
  store.close()
})

describe('attaching', () => {
  it('is possible in the thread that opened the database, any number of times', () => {
    const share = db.share()
    using one = attach(share)
    using other = attach(share)
    expect([one, other].map(attached => attached.read(snapshot => snapshot.table(people).count()))).toEqual([
      20, 20,
    ])
    expect(db.stats().attachedThreads).toBe(2)
  })

  it('is possible twice in a worker; each end is its own', async () => {
    expect(await runScenario('attaches twice', db.share())).toEqual([0, 0, 0, 'CLOSED'])
  })

  it('is possible in a worker of a worker', async () => {
    expect(await runScenario('starts a worker of its own', db.share())).toEqual([0, 0])
  })

  it('costs no slot for long: a thread may attach and detach without end while nobody commits', () => {
    const share = db.share()
    for (let i = 0; i < 3 * MAX_ATTACHED_WORKERS; i++) {
      using attached = attach(share)
      attached.read(snapshot => snapshot.table(numbers).get(i * 10))
    }
    expect(db.stats().attachedThreads).toBe(0)
  })

  it(`is refused with BUSY beyond ${MAX_ATTACHED_WORKERS}, and possible again when one has left`, () => {
    const share = db.share()
    const attached = Array.from({ length: MAX_ATTACHED_WORKERS }, () => attach(share))
    expect(codeOf(() => attach(share))).toBe('BUSY')
    attached.pop()!.close()
    attach(share).close()
    for (const other of attached) other.close()
  })

  it('to a database that was closed says CLOSED', async () => {
    const share = db.share()
    db.close()
    expect(codeOf(() => attach(share))).toBe('CLOSED')
    const read = runScenario('reads the newest', share)
    if (keepsErrorCodes) await expect(read).rejects.toMatchObject({ code: 'CLOSED' })
    else await expect(read).rejects.toThrow('the database is closed')
  })

  it('to something else says INVALID_OPTION', () => {
    for (const other of [undefined, {}, 'db', { coppice: 'table' }]) {
      expect(codeOf(() => attach(other as never))).toBe('INVALID_OPTION')
    }
  })

  it('by a clone of the share is possible, and not by what JSON or another process leaves of it', () => {
    const share = db.share()
    using attached = attach(structuredClone(share))
    expect(attached.read(snapshot => snapshot.table(people).count())).toBe(20)
    for (const each of [share, db.read().share()]) {
      const spoilt = JSON.parse(JSON.stringify(each))
      expect(() => attach(spoilt)).toThrow('expected shared memory')
      expect(codeOf(() => attach(spoilt))).toBe('INVALID_OPTION')
    }
    // Whoever sends the database itself hears of it there.
    expect(() => structuredClone(db)).toThrow(/could not be cloned|can not be cloned/)
  })

  it('with another release than the one that has the database open is refused: the memory may be laid out otherwise', () => {
    for (const share of [db.share(), db.read().share()]) {
      const other = { ...share, version: '9.9.9' }
      expect(codeOf(() => attach(other))).toBe('INVALID_OPTION')
      expect(() => attach(other)).toThrow('one of Coppice 9.9.9')
    }
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(VERSION).toBe(version)
  })

  it('to a database whose file was moved, or has another in its place, says NOT_FOUND, and works again later', () => {
    const share = db.share()
    renameSync(db.path, directory.file('moved.db'))
    expect(codeOf(() => attach(share))).toBe('NOT_FOUND')
    openFilled(db.path).close()
    expect(codeOf(() => attach(share))).toBe('NOT_FOUND')
    renameSync(directory.file('moved.db'), db.path)
    using attached = attach(share)
    expect(attached.read(snapshot => snapshot.table(people).count())).toBe(20)
    expect(db.stats().attachedThreads).toBe(1)
  })

  it('to a copy of the database that has its name now says NOT_FOUND, and works again later', () => {
    const share = db.share()
    db.checkpoint()
    renameSync(db.path, directory.file('moved.db'))
    copyFileSync(directory.file('moved.db'), db.path)
    expect(() => attach(share)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining('another file') }),
    )
    expect(db.stats().attachedThreads).toBe(0)
    renameSync(directory.file('moved.db'), db.path)
    using attached = attach(share)
    expect(attached.read(snapshot => snapshot.table(people).count())).toBe(20)
  })

  it('through another name of its file is possible: the file counts', () => {
    const share = db.share()
    linkSync(db.path, directory.file('linked.db'))
    const linked = { ...share, store: { ...share.store, path: directory.file('linked.db') } }
    using attached = attach(linked)
    expect(attached.read(snapshot => snapshot.table(people).count())).toBe(20)
  })

  it('is for databases in files: one in memory is NOT_SHAREABLE', () => {
    using memory = openSync(':memory:')
    expect(codeOf(() => memory.share())).toBe('NOT_SHAREABLE')
    expect(codeOf(() => memory.read().share())).toBe('NOT_SHAREABLE')
  })
})

describe('closing the database', () => {
  it('ends what is read in workers with CLOSED', async () => {
    const { result, reached, resume } = startScenario('reads after the close', db.share())
    await reached(0)
    db.close()
    resume(0)
    expect(await result).toEqual({ states: [false, false], codes: Array(7).fill('CLOSED') })
  })

  it('is met in the middle of reading as CLOSED, and as nothing else', async () => {
    const readers = Array.from({ length: 3 }, () =>
      startScenario('reads until the close', db.share(), NUMBERS),
    )
    await Promise.all(readers.map(({ reached }) => reached(0)))
    for (let n = 1; n < 10; n++) commitState(db, n, 300)
    await pause(30)
    db.close()
    // The file is another's now.
    openSync(directory.file('app.db')).close()
    expect(await Promise.all(readers.map(({ result }) => result))).toEqual(Array(3).fill('CLOSED'))
  })

  it.each([
    ['other bytes', (target: Uint8Array) => target.fill(1)],
    ['nothing', () => 0],
  ])('in the middle of a large value is CLOSED, when the file then gives %s', (_, read) => {
    const { store } = db.share()
    const storage = nodeStorage()
    const open = storage.open.bind(storage)
    storage.open = (path, mode) => {
      const file = open(path, mode)
      const readFile = file.read.bind(file)
      file.read = (target, at, length, position) => {
        if (length < 50_000) return readFile(target, at, length, position)
        db.close()
        return read(target) === 0 ? 0 : length
      }
      return file
    }
    const attached = new AttachedDatabase(new AttachedStore(store, storage))
    expect(codeOf(() => attached.read(snapshot => snapshot.table(places).get(['large', 1])))).toBe('CLOSED')
  })

  it('does not wait for threads that are at something and do not go on', async () => {
    const stuck = Array.from({ length: 3 }, () => startScenario('is inside of an operation', db.share()))
    await Promise.all(stuck.map(({ reached }) => reached(0)))
    db.close()
    expect(stuck.map(({ words }) => Atomics.load(words, 0))).toEqual([1, 1, 1])
    await Promise.all(stuck.map(({ worker }) => worker.terminate()))
  })

  it('in the worker leaves the database open', () => {
    const attached = attach(db.share())
    const snapshot = attached.read()
    attached.close()
    attached.close()
    expect([attached.isOpen, snapshot.isOpen, db.isOpen]).toEqual([false, false, true])
    expect(codeOf(() => attached.read())).toBe('CLOSED')
    expect(codeOf(() => snapshot.table(people).count())).toBe('CLOSED')
    commitState(db, 1)
  })
})
