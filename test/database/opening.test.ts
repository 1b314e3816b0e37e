/** Opening, closing, and what is done to a whole database. */

import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Database, open, openSync } from '../../src/index.ts'
import { coded, codeOf, get, set, settings, TestDatabase, users } from './support.ts'

describe('opening', () => {
  const database = new TestDatabase()

  it('makes a database, and finds it again', async () => {
    const first = database.open()
    expect(first.openReport).toEqual({ created: true, recovered: undefined })
    set(first, 'a', 1)
    first.close()
    using again = await open(database.path)
    expect(again.openReport).toEqual({ created: false, recovered: undefined })
    expect(get(again, 'a')).toBe(1)
  })

  it('does not make one where it may not', async () => {
    await expect(open(database.path, { create: false })).rejects.toEqual(coded('NOT_FOUND'))
    await expect(open(database.path, { readOnly: true })).rejects.toEqual(coded('NOT_FOUND'))
    await expect(open(database.file('no/such/directory/app.db'))).rejects.toEqual(coded('NOT_FOUND'))
  })

  it('refuses a second opener at once', () => {
    database.open()
    expect(codeOf(() => openSync(database.path))).toBe('LOCKED')
    expect(codeOf(() => openSync(database.path, { readOnly: true }))).toBe('LOCKED')
  })

  it('lets readers share, and refuses them to write', () => {
    const writer = database.open()
    set(writer, 'a', 1)
    writer.close()
    const one = database.open({ readOnly: true })
    const other = database.open({ readOnly: true })
    expect([get(one, 'a'), get(other, 'a')]).toEqual([1, 1])
    expect(codeOf(() => set(one, 'a', 2))).toBe('READ_ONLY')
    expect(codeOf(() => one.begin())).toBe('READ_ONLY')
    expect(codeOf(() => openSync(database.path))).toBe('LOCKED')
  })

  it('refuses a file that is something else, and leaves it alone', () => {
    writeFileSync(database.path, 'Dear diary, '.repeat(1000))
    expect(codeOf(() => database.open())).toBe('NOT_A_DATABASE')
    expect(readdirSync(dirname(database.path))).toEqual(['app.db'])
  })

  it('refuses an empty file, which may be what is left of a database, and says what to do', async () => {
    writeFileSync(database.path, '')
    await expect(open(database.path)).rejects.toMatchObject({
      code: 'NOT_A_DATABASE',
      message: expect.stringContaining('an empty file (to make a database of this name, delete it first)'),
    })
    expect(statSync(database.path).size).toBe(0)
  })

  it('takes the URL of a file', async () => {
    const url = pathToFileURL(database.file('a b#c.db'))
    const db = await open(url)
    set(db, 'a', 1)
    await db.backup(pathToFileURL(database.file('copy.db')))
    db.close()
    expect(get(database.open({}, database.file('a b#c.db')), 'a')).toBe(1)
    expect(get(database.open({}, database.file('copy.db')), 'a')).toBe(1)
  })

  it.each([
    ['the URL of something else', new URL('https://example.org/app.db')],
    ['nothing', ''],
    ['what is no text', Buffer.from('app.db')],
    ['what no file can be called', 'app\0.db'],
  ])('refuses a path: %s', async (_, path) => {
    await expect(open(path as string)).rejects.toEqual(coded('INVALID_OPTION'))
    await expect(database.open().backup(path as string)).rejects.toEqual(coded('INVALID_OPTION'))
  })

  it.each([
    ['an unknown name', { cacheSize: 1 }],
    ['a size of the wrong kind', { cacheSizeBytes: '1 MB' }],
    ['a size out of bounds', { cacheSizeBytes: 1 }],
    ['a page size between two', { pageSizeBytes: 5000 }],
    ['an unknown durability', { durability: 'maybe' }],
    ['a flag that is no flag', { readOnly: 1 }],
  ])('refuses options: %s', (_, options) => {
    expect(codeOf(() => database.open(options as object))).toBe('INVALID_OPTION')
  })

  it('keeps the page size of an existing database', () => {
    database.open({ pageSizeBytes: 16_384 }).close()
    expect(codeOf(() => database.open({ pageSizeBytes: 8192 }))).toBe('INVALID_OPTION')
    expect(database.open().stats().pageSizeBytes).toBe(16_384)
  })

  it('in memory leaves nothing behind', () => {
    using db = openSync(':memory:')
    set(db, 'a', 1)
    expect(get(db, 'a')).toBe(1)
    expect(readdirSync('.')).not.toContain(':memory:')
  })
})

describe('closing', () => {
  const database = new TestDatabase()

  it('leaves one file', () => {
    const db = database.open()
    set(db, 'a', 1)
    expect(readdirSync(dirname(database.path)).length).toBeGreaterThan(1)
    db.close()
    expect(readdirSync(dirname(database.path))).toEqual(['app.db'])
  })

  it('refuses everything afterwards, and a second close does nothing', () => {
    const db = database.open()
    const snap = db.read()
    db.close()
    db.close()
    expect(db.isOpen).toBe(false)
    expect(codeOf(() => db.read())).toBe('CLOSED')
    expect(codeOf(() => set(db, 'a', 1))).toBe('CLOSED')
    expect(codeOf(() => snap.table(settings))).toBe('CLOSED')
  })

  it('rolls back an open transaction and rejects queued writes', async () => {
    const db = database.open()
    const tx = db.begin()
    tx.table(settings).put('a', 1)
    const queued = expect(db.writeAsync(() => {})).rejects.toEqual(coded('CLOSED'))
    db.close()
    await queued
    expect(get(database.open(), 'a')).toBeUndefined()
  })

  it('with await using waits for queued writes', async () => {
    const commits: Promise<void>[] = []
    {
      await using db = await open(database.path)
      commits.push(db.writeAsync(tx => tx.table(settings).put('a', 1)))
    }
    await Promise.all(commits)
    expect(get(database.open(), 'a')).toBe(1)
  })
})

describe('a whole database', () => {
  const database = new TestDatabase()

  function fill(db: Database) {
    const rows = Array.from({ length: 3000 }, (_, id) => ({ id, email: `user ${id}`, age: id % 90 }))
    db.write(tx => tx.table(users).putMany(rows))
  }
  function filled() {
    const db = database.open()
    fill(db)
    return db
  }

  it('is copied by a backup while a writer goes on', async () => {
    const db = filled()
    const copying = db.backup(database.file('copy.db'))
    db.write(tx => tx.table(users).clear())
    await copying
    const copy = database.open({ readOnly: true }, database.file('copy.db'))
    expect(copy.read(snap => snap.table(users).by('byAge').count({ gte: 0 }))).toBe(3000)
    await expect(db.backup(database.file('copy.db'))).rejects.toEqual(coded('ALREADY_EXISTS'))
  })

  it('gets smaller by compaction, under an open snapshot', async () => {
    const db = filled()
    const deleteMost = () => db.write(tx => tx.table(users).retain(user => user.id % 10 === 0))
    const compact = async () => {
      const { pagesBefore, pagesAfter } = await db.compact()
      expect(pagesAfter).toBeLessThan(pagesBefore)
    }
    deleteMost()
    await compact()
    // What a snapshot reads stays where it is: now at the file's beginning.
    using snap = db.read()
    fill(db)
    deleteMost()
    await compact()
    expect(snap.table(users).count()).toBe(300)
    expect(await db.check()).toMatchObject({ ok: true, faults: [] })
  })

  it('tells the progress of a check, and stops it when asked to', async () => {
    const db = filled()
    const phases = new Set<string>()
    await db.check({ onProgress: ({ phase }) => phases.add(phase) })
    expect(phases.size).toBeGreaterThan(0)
    await expect(db.check({ signal: AbortSignal.abort('enough') })).rejects.toMatchObject({
      code: 'ABORTED',
      details: { cause: 'enough' },
    })
  })

  it('counts its trees in stats', () => {
    const trees = filled().stats({ exact: true }).trees
    expect(
      trees.filter(tree => tree.table === 'users').map(({ index, entries }) => [index, entries]),
    ).toEqual([
      [undefined, 3000],
      ['byEmail', 3000],
      ['byAge', 3000],
    ])
  })

  it('is full at maxSizeBytes: the transaction is rolled back, and the database goes on', () => {
    const db = database.open({ maxSizeBytes: 256 * 1024 })
    set(db, 'a', 1)
    const tooMuch = Array.from({ length: 50_000 }, (_, i) => [`key ${i}`, i] as const)
    expect(codeOf(() => db.write(tx => tx.table(settings).putMany(tooMuch)))).toBe('DATABASE_FULL')
    set(db, 'b', 2)
    expect(db.read(snap => snap.table(settings).keys().toArray())).toEqual(['a', 'b'])
  })
})
