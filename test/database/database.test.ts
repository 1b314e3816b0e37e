/** The database as its users hold it: `using`, snapshots in functions, figures, and memory that leaves no file. */

import { existsSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { type Database, type OpenOptions, open, openSync, type Snapshot, t, table } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { expectError } from '../support/tables.ts'

debugChecks.enabled = true

const numbers = table('numbers', { key: t.u32, value: t.text })
const users = table('users', {
  columns: { id: t.u32, name: t.text, photo: t.bytes.nullable() },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'] } },
})
const OPTIONS: OpenOptions = { cacheSizeBytes: 1 << 20, maxSizeBytes: 1 << 28 }

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

function fill(db: Database, count = 1000): void {
  db.write(tx => {
    for (let id = 0; id < count; id++) {
      tx.table(numbers).put(id, `${id}`)
      tx.table(users).put({
        id,
        name: `name ${id % 10}`,
        photo: id % 100 === 0 ? Buffer.alloc(5000, id) : null,
      })
    }
  })
}

const names = () => readdirSync(directory.path).sort()

describe.each([
  ['in memory', (): string => ':memory:'],
  ['in a file', (): string => directory.file('app.db')],
] as const)('a database %s', (where, path) => {
  test('is written, read, checked, compacted, backed up and measured', async () => {
    await using db = await open(path(), OPTIONS)
    fill(db)
    db.write(tx => tx.table(numbers).deleteRange({ gte: 500 }))
    const copy = directory.file('copy.db')
    await db.backup(copy)
    await db.compact()
    db.checkpoint()
    expect(await db.check()).toMatchObject({ ok: true, faults: [], trees: 4 })
    db.read(snap => {
      expect(snap.table(numbers).count()).toBe(500)
      expect(snap.table(users).by('byName').countOf('name 3')).toBe(100)
    })
    using restored = openSync(copy, { ...OPTIONS, readOnly: true })
    expect(restored.read(snap => snap.table(users).range().toArray())).toEqual(
      db.read(snap => snap.table(users).range().toArray()),
    )
  })

  test('keeps savepoints, handles and nested savepoints', async () => {
    using db = openSync(path(), OPTIONS)
    fill(db, 100)
    db.savepoints.create('full')
    using tx = db.begin()
    tx.table(numbers).clear()
    const savepoint = tx.savepoint()
    tx.dropTable('users')
    expect(tx.tables().map(({ name }) => name)).toEqual(['numbers'])
    savepoint.rollback()
    expect(() =>
      tx.nested(inner => {
        inner.table(users).clear()
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(tx.table(users).count()).toBe(100)
    await tx.commitAsync()
    expect(db.read(snap => [snap.table(numbers).count(), snap.table(users).count()])).toEqual([0, 100])
    db.savepoints.restore('full')
    expect(db.read(snap => snap.table(numbers).count())).toBe(100)
    expect(db.savepoints.list().map(({ name }) => name)).toEqual(['full'])
  })

  test('leaves the files that it should', async () => {
    const db = openSync(path(), OPTIONS)
    fill(db, 100)
    await db.compact()
    db.close()
    expect(names()).toEqual(where === 'in memory' ? [] : ['app.db'])
    expect(existsSync(':memory:')).toBe(false)
  })
})

describe('a snapshot', () => {
  test('given to a function is closed when it returns, throws, or its promise is settled', async () => {
    using db = openSync(':memory:', OPTIONS)
    fill(db, 10)
    let kept: Snapshot = db.read((snap): Snapshot => snap)
    expect(kept.isOpen).toBe(false)
    expect(() =>
      db.read(snap => {
        kept = snap
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(kept.isOpen).toBe(false)
    const result = await db.read(async snap => {
      kept = snap
      await new Promise(resolve => setImmediate(resolve))
      return snap.table(numbers).count()
    })
    expect([result, kept.isOpen]).toEqual([10, false])
    expect(db.stats().snapshots).toEqual([])
  })

  test('outlives the tables it was taken of', () => {
    using db = openSync(':memory:', OPTIONS)
    fill(db, 100)
    using snap = db.read()
    db.write(tx => tx.dropTable('users'))
    db.write(tx => tx.renameTable('numbers', 'digits'))
    expect(snap.table(users).count()).toBe(100)
    expect(snap.tables().map(({ name }) => name)).toEqual(['numbers', 'users'])
    expect(db.tables().map(({ name }) => name)).toEqual(['digits'])
  })

  test('cannot be used after its using block', () => {
    using db = openSync(':memory:', OPTIONS)
    fill(db, 10)
    let map: { count(): number; get(key: number): unknown } | undefined
    {
      using snap = db.read()
      map = snap.table(numbers)
    }
    expectError('TRANSACTION_CLOSED', () => map?.get(1))
  })
})

describe('await using', () => {
  test('waits for queued writes', async () => {
    const path = directory.file('app.db')
    {
      await using db = await open(path, OPTIONS)
      for (let id = 0; id < 200; id++) void db.writeAsync(tx => tx.table(numbers).put(id, 'queued'))
    }
    using db = openSync(path, OPTIONS)
    expect(db.read(snap => snap.table(numbers).count())).toBe(200)
  })
})

describe('stats', () => {
  test('make sense', () => {
    using db = openSync(directory.file('app.db'), OPTIONS)
    fill(db)
    db.checkpoint()
    const stats = db.stats({ exact: true })
    const { pagesByKind } = stats
    expect(stats.trees.map(({ table, index }) => [table, index])).toEqual([
      ['(catalog)', undefined],
      ['numbers', undefined],
      ['users', undefined],
      ['users', 'byName'],
    ])
    const [, numbersTree, usersTree, byName] = stats.trees
    expect([numbersTree.entries, usersTree.entries, byName.entries]).toEqual([1000, 1000, 1000])
    expect(usersTree.extentPages).toBe(10 * 2)
    for (const tree of stats.trees) {
      expect(tree.fill).toBeGreaterThan(0)
      expect(tree.fill).toBeLessThanOrEqual(1)
      expect(tree.height).toBeGreaterThan(0)
    }
    expect(stats.filePages * stats.pageSizeBytes).toBeGreaterThanOrEqual(stats.fileBytes)
    const counted =
      pagesByKind.header + pagesByKind.branch + pagesByKind.leaf + pagesByKind.extent + pagesByKind.spaceMap
    // The directory is no tree of its own in the list.
    expect(stats.usedPages - counted).toBeGreaterThanOrEqual(0)
    expect(stats.usedPages - counted).toBeLessThanOrEqual(2)
    expect(stats.freePages).toBeLessThan(stats.filePages)
    expect(stats.pool.bytes).toBeLessThanOrEqual(1 << 20)
    expect(stats).toMatchObject({ durability: 'sync', poisoned: false, queuedWrites: 0, snapshots: [] })
  })

  test('say how far they are', () => {
    using db = openSync(':memory:', OPTIONS)
    fill(db, 20_000)
    const told: { done: number; total: number }[] = []
    const stats = db.stats({ exact: true, onProgress: progress => void told.push(progress) })
    expect(told.length).toBeGreaterThan(1)
    for (const [i, { done, total }] of told.entries()) {
      expect(total).toBe(stats.usedPages)
      expect(done).toBeGreaterThan(told[i - 1]?.done ?? 0)
      expect(done).toBeLessThanOrEqual(total)
    }
    expect(told.at(-1)!.done).toBe(stats.usedPages)
  })

  test('a sample of the leaves says nearly the same', () => {
    using db = openSync(':memory:', OPTIONS)
    fill(db, 20_000)
    const exact = db.stats({ exact: true }).trees.find(({ table }) => table === 'numbers')!
    const sampled = db.stats().trees.find(({ table }) => table === 'numbers')!
    expect(sampled.leafPages).toBe(exact.leafPages)
    expect(Math.abs(sampled.fill - exact.fill)).toBeLessThan(0.1)
  })
})

describe('durability', () => {
  test('is asked for by database or by transaction, and anything else is refused', async () => {
    using db = openSync(directory.file('app.db'), { ...OPTIONS, durability: 'none' })
    db.write(tx => tx.table(numbers).put(1, 'none'))
    db.write(tx => tx.table(numbers).put(2, 'sync'), { durability: 'sync' })
    expect(db.stats().durability).toBe('none')
    const wrong = { durability: 'later' as 'sync' }
    expectError('INVALID_OPTION', () => db.write(() => {}, wrong))
    expectError('INVALID_OPTION', () => db.begin(wrong))
    await expect(db.writeAsync(() => {}, wrong)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    db.write(tx => tx.table(numbers).put(3, 'goes on'))
  })
})
