/** Change feeds: `db.watch`, `db.changes` and the history. */

import { describe, expect, test } from 'vitest'
import {
  type Database,
  type LiveQuery,
  multimap,
  open,
  openSync,
  type TableChanges,
  t,
  table,
} from '../../src/index.ts'
import { set, settings, TestDatabase, users } from './support.ts'

const files = new TestDatabase()
const tags = multimap('tags', { key: t.u32, value: t.text })

/** Lets the listeners of what was committed run. */
const told = () => new Promise<void>(resolve => setImmediate(resolve))

function watchSettings(db: Database): TableChanges<typeof settings>[] {
  const events: TableChanges<typeof settings>[] = []
  db.watch(settings, event => void events.push(event))
  return events
}

describe('watch', () => {
  test('tells each key that a commit has changed, once, as it was left', async () => {
    const db = files.open()
    const events = watchSettings(db)
    db.write(tx => {
      const table = tx.table(settings)
      table.put('a', 1)
      table.put('b', 2)
      table.put('a', 3)
      table.put('gone', 4)
      table.delete('gone')
    })
    expect(events).toEqual([])
    await told()
    expect(events).toEqual([
      {
        lsn: db.lsn,
        mustReload: false,
        changes: [
          { type: 'put', key: 'a', value: 3 },
          { type: 'put', key: 'b', value: 2 },
          { type: 'delete', key: 'gone' },
        ],
      },
    ])
  })

  test('tells transactions in the order of their commits, by whatever way they came', async () => {
    const db = files.open()
    const events = watchSettings(db)
    const queued = Promise.all(
      [1, 2, 3].map(n => db.writeAsync(tx => tx.table(settings).put(`async${n}`, n))),
    )
    await queued
    db.write(tx => tx.table(settings).put('sync', 4), { durability: 'none' })
    const handle = db.begin()
    handle.table(settings).put('handle', 5)
    await handle.commitAsync()
    await told()
    expect(events.flatMap(({ changes }) => changes.map(({ key }) => key))).toEqual([
      'async1',
      'async2',
      'async3',
      'sync',
      'handle',
    ])
    const lsns = events.map(({ lsn }) => lsn)
    expect(lsns).toEqual([...new Set(lsns)].sort((a, b) => a - b))
  })

  test('says nothing of what was rolled back, of other tables, or after close()', async () => {
    const db = files.open()
    const events: unknown[] = []
    const watch = db.watch(settings, event => void events.push(event))
    expect(() =>
      db.write(tx => {
        tx.table(settings).put('a', 1)
        throw new Error('no')
      }),
    ).toThrow('no')
    db.write(tx => tx.table(users).put({ id: 1, email: 'a@x.io', age: 3 }))
    db.write(tx => {
      const savepoint = tx.savepoint()
      tx.table(settings).put('a', 1)
      savepoint.rollback()
      tx.table(users).delete(1)
    })
    await told()
    watch.close()
    db.write(tx => tx.table(settings).put('a', 1))
    await told()
    expect(events).toEqual([])
  })

  test('tells records as they are read, from SQL as from TypeScript, and pairs of multimaps', async () => {
    const db = files.open()
    db.write(tx => tx.table(users).put({ id: 1, email: 'a@x.io', age: 3 }))
    const events: TableChanges<typeof users>[] = []
    const pairs: TableChanges<typeof tags>[] = []
    db.watch(users, event => void events.push(event))
    db.watch(tags, event => void pairs.push(event))
    db.query("update users set age = age + 1, email = 'b@x.io'")
    db.query("insert into users (id, email) values (2, 'c@x.io')")
    db.query('delete from users where id = 1')
    db.write(tx => {
      tx.table(tags).put(7, 'red')
      tx.table(tags).put(7, 'blue')
      tx.table(tags).delete(7, 'red')
    })
    await told()
    expect(events.map(({ changes }) => changes)).toEqual([
      [{ type: 'put', key: 1, value: { id: 1, email: 'b@x.io', age: 4 } }],
      [{ type: 'put', key: 2, value: { id: 2, email: 'c@x.io', age: null } }],
      [{ type: 'delete', key: 1 }],
    ])
    expect(pairs.flatMap(({ changes }) => changes)).toEqual([
      { type: 'delete', key: 7, value: 'red' },
      { type: 'put', key: 7, value: 'blue' },
    ])
  })

  test('tells a removed range as its keys, those of the same transaction too', async () => {
    const db = files.open()
    db.write(tx => {
      for (const key of ['a', 'b', 'c', 'd']) tx.table(settings).put(key, 1)
    })
    const events = watchSettings(db)
    db.write(tx => {
      tx.table(settings).put('bb', 2)
      tx.table(settings).deleteRange({ gte: 'b', lt: 'd' })
      tx.table(settings).put('c', 9)
    })
    await told()
    const [{ changes }] = events
    expect(new Map(changes.map(change => [change.key, change.type]))).toEqual(
      new Map([
        ['bb', 'delete'],
        ['b', 'delete'],
        ['c', 'put'],
      ]),
    )
  })

  test('asks to read again after a bulk load, a dropped table and a restored savepoint', async () => {
    const db = openSync(':memory:', { transactionLogBytes: 64 * 1024 })
    const events = watchSettings(db)
    db.write(tx => {
      for (let i = 0; i < 20_000; i++) tx.table(settings).put(`key ${i}`, i)
    })
    db.savepoints.create('full')
    db.write(tx => void tx.dropTable(settings))
    db.savepoints.restore('full')
    await told()
    expect(events.map(({ changes, mustReload }) => [changes.length, mustReload])).toEqual([
      [0, true],
      [0, true],
      [0, true],
    ])
    db.close()
  })

  test('asks to read again when another table takes the name', async () => {
    const db = files.open()
    const people = table('people', { columns: { id: t.i32 }, primaryKey: ['id'] })
    db.exec('create table crowd (id int primary key); insert into crowd values (1), (2)')
    const events: TableChanges<typeof people>[] = []
    db.watch(people, event => void events.push(event))
    db.exec('alter table crowd rename to people')
    await told()
    expect(events).toEqual([{ lsn: db.lsn, mustReload: true, changes: [] }])
  })

  test('tells what is being synced when it begins', async () => {
    const db = files.open()
    set(db, 'a', 0)
    let tries = 0
    for (let isBetween = false; !isBetween; tries++) {
      expect(tries).toBeLessThan(200)
      const before = db.lsn
      const writing = db.writeAsync(tx => tx.table(settings).put('a', tries + 1))
      while (db.stats().lsn === before) await told()
      isBetween = db.lsn === before
      const events = watchSettings(db)
      using live = db.live<{ value: number }>('select value from settings')
      await writing
      await told()
      await told()
      await told()
      if (isBetween) expect(events.length).toBe(1)
      expect(live.rows).toEqual([{ value: tries + 1 }])
    }
  })

  test('does not tell what had been committed before it began, nor after it was closed by another listener', async () => {
    const db = files.open()
    const early: number[] = []
    const late: number[] = []
    db.watch(settings, ({ lsn }) => {
      early.push(lsn)
      closed.close()
    })
    const closed = db.watch(settings, ({ lsn }) => void late.push(lsn))
    set(db, 'a', 1)
    db.watch(settings, ({ lsn }) => void late.push(lsn))
    await told()
    expect(early).toEqual([db.lsn])
    expect(late).toEqual([])
  })

  test('says nothing of a commit that has failed, also when the next one changes no rows', async () => {
    const db = files.open()
    const events = watchSettings(db)
    const documents = table('files', { key: t.text, value: t.bytes })
    const committing = db.begin()
    committing.table(settings).put('a', 2)
    const pieces = function* () {
      committing.commit()
      yield new Uint8Array(1 << 20)
    }
    expect(() => committing.table(documents).putStream('f', 1 << 20, pieces())).toThrow(
      expect.objectContaining({ code: 'BUSY' }),
    )
    db.savepoints.create('empty')
    await told()
    expect(events).toEqual([])
  })

  test('a listener may write, and one that throws does not keep others from hearing', async () => {
    const db = files.open()
    const uncaught: unknown[] = []
    const note = (error: unknown) => void uncaught.push(error)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', note)
    try {
      db.watch(users, () => {
        throw new Error('listener')
      })
      db.watch(users, ({ lsn }) => db.write(tx => tx.table(settings).put('last', lsn)))
      db.write(tx => tx.table(users).put({ id: 1, email: 'a', age: null }))
      const { lsn } = db
      await told()
      await told()
      expect(db.read(snap => snap.table(settings).get('last'))).toBe(lsn)
      expect(uncaught).toEqual([new Error('listener')])
    } finally {
      process.off('unhandledRejection', note)
      for (const listener of others) process.on('unhandledRejection', listener)
    }
  })
})

describe('changes', () => {
  test('iterates over what commits from now on, and ends with the database', async () => {
    const db = files.open()
    db.write(tx => tx.table(settings).put('before', 0))
    const stream = db.changes(settings)
    db.write(tx => tx.table(settings).put('a', 1))
    db.write(tx => tx.table(settings).put('b', 2))
    await told()
    const keys: string[] = []
    const reading = (async () => {
      for await (const { changes } of stream) keys.push(...changes.map(({ key }) => key))
    })()
    await told()
    db.write(tx => tx.table(settings).put('c', 3))
    await told()
    db.close()
    await reading
    expect(keys).toEqual(['a', 'b', 'c'])
  })

  test('is ended by its signal, with the reason', async () => {
    const db = files.open()
    const abort = new AbortController()
    const stream = db.changes(settings, { signal: abort.signal })
    const next = stream.next()
    abort.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })

  test('is over when the table is another one than it was defined as', async () => {
    const db = files.open()
    const people = table('people', { columns: { id: t.i32 }, primaryKey: ['id'] })
    db.exec('create table people (id int primary key)')
    const stream = db.changes(people)
    db.exec('alter table people alter id type text; insert into people values ($$a$$)')
    expect((await stream.next()).value).toMatchObject({ mustReload: true })
    await expect(stream.next()).rejects.toMatchObject({ code: 'TABLE_TYPE_MISMATCH' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('without a history, only the newest number can be gone on from', () => {
    const db = files.open()
    db.write(tx => tx.table(settings).put('a', 1))
    expect(() => db.changes(settings, { since: db.read(snap => snap.lsn) })).not.toThrow()
    expect(() => db.changes(settings, { since: db.lsn - 1 })).toThrowError(
      expect.objectContaining({ code: 'CHANGES_GONE' }),
    )
    expect(() => db.changes(settings, { since: db.lsn + 1 })).toThrowError(
      expect.objectContaining({ code: 'CHANGES_GONE' }),
    )
    expect(() => db.changes(settings, { since: 0.5 })).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})

describe('history', () => {
  /** The changes after `since` that are known now. */
  async function since(db: Database, lsn: number): Promise<TableChanges<typeof settings>[]> {
    const stream = db.changes(settings, { since: lsn })
    const events: TableChanges<typeof settings>[] = []
    const reading = (async () => {
      for await (const event of stream) events.push(event)
    })()
    await told()
    await stream.return?.()
    await reading
    return events
  }

  test('tells another process what was missed, then goes on with what commits', async () => {
    const first = await open(files.path)
    first.history.keep()
    first.write(tx => tx.table(settings).put('a', 1))
    const seen = first.lsn
    first.write(tx => tx.table(settings).put('b', 2))
    first.write(tx => tx.table(settings).delete('a'))
    first.close()

    const db = files.open()
    const stream = db.changes(settings, { since: seen })
    db.write(tx => tx.table(settings).put('c', 3))
    const events = []
    for (let i = 0; i < 3; i++) events.push((await stream.next()).value)
    expect(events.map(({ lsn, changes, mustReload }) => [lsn, changes, mustReload])).toEqual([
      [seen + 1, [{ type: 'put', key: 'b', value: 2 }], false],
      [seen + 2, [{ type: 'delete', key: 'a' }], false],
      [seen + 3, [{ type: 'put', key: 'c', value: 3 }], false],
    ])
  })

  test('keeps no snapshot once what was missed has been told', async () => {
    const db = files.open()
    db.history.keep()
    const seen = db.lsn
    set(db, 'a', 1)
    const stream = db.changes(settings, { since: seen })
    expect((await stream.next()).value.lsn).toBe(db.lsn)
    const next = stream.next()
    expect(db.stats().snapshots).toEqual([])
    set(db, 'a', 2)
    expect((await next).value.changes).toEqual([{ type: 'put', key: 'a', value: 2 }])
    await stream.return?.()
  })

  test('says that it does not reach back so far', async () => {
    const db = files.open()
    db.write(tx => tx.table(settings).put('a', 1))
    const before = db.lsn
    db.history.keep({ transactions: 100 })
    expect(db.history.from).toBe(db.lsn + 1)
    expect(() => db.changes(settings, { since: before - 1 })).toThrowError(
      expect.objectContaining({ code: 'CHANGES_GONE' }),
    )
    for (let i = 0; i < 300; i++) db.write(tx => tx.table(settings).put('a', i), { durability: 'none' })
    const from = db.history.from!
    expect(db.lsn - from).toBeGreaterThanOrEqual(99)
    expect(db.lsn - from).toBeLessThan(100 + 64)
    expect(() => db.changes(settings, { since: from - 2 })).toThrowError(
      expect.objectContaining({ code: 'CHANGES_GONE' }),
    )
    expect(await since(db, from - 1)).toHaveLength(db.lsn - from + 1)
  })

  test('asks to read again where it does not know: a restored savepoint, a table that was rebuilt', async () => {
    const db = files.open()
    db.history.keep()
    db.write(tx => tx.table(settings).put('a', 1))
    db.savepoints.create('then')
    const seen = db.lsn
    db.write(tx => tx.table(settings).put('a', 2))
    db.savepoints.restore('then')
    db.write(tx => tx.table(settings).put('b', 3))
    expect((await since(db, seen)).map(({ mustReload }) => mustReload)).toEqual([true])

    const rebuilt = db.lsn
    db.write(tx => {
      tx.dropTable(settings)
      tx.table(settings).put('new', 1)
    })
    expect((await since(db, rebuilt)).map(({ mustReload }) => mustReload)).toEqual([true])
    db.write(tx => void tx.dropTable(settings))
    const dropped = db.lsn
    db.write(tx => tx.table(settings).put('newer', 1))
    expect((await since(db, dropped)).map(({ mustReload }) => mustReload)).toEqual([true])
  })

  test('is rolled back with the transaction, also with one that fails as it commits', async () => {
    const db = files.open()
    const documents = table('files', { key: t.text, value: t.bytes })
    db.write(tx => tx.table(settings).put('a', 1))
    db.history.keep()
    const events = watchSettings(db)
    const committing = db.begin()
    committing.table(settings).put('a', 2)
    const pieces = function* () {
      committing.commit()
      yield new Uint8Array(1 << 20)
    }
    expect(() => committing.table(documents).putStream('f', 1 << 20, pieces())).toThrow(
      expect.objectContaining({ code: 'BUSY' }),
    )
    const seen = db.lsn
    const failing = db.begin()
    failing.table(settings).put('a', 1)
    failing.rollback()
    db.write(tx => tx.table(settings).put('b', 1))
    await told()
    expect(events.map(({ changes }) => changes.map(({ key }) => key))).toEqual([['b']])
    expect(
      (await since(db, seen)).map(({ lsn, mustReload, changes }) => [lsn, mustReload, changes.length]),
    ).toEqual([[seen + 1, false, 1]])
    db.history.drop()
    expect(db.history.from).toBeUndefined()
    expect(db.tables().map(({ name }) => name)).toEqual(['settings'])
    db.write(tx => tx.table(settings).put('c', 1))
    expect(db.tables().map(({ name }) => name)).toEqual(['settings'])
  })
})

describe('live queries', () => {
  /** Lets live queries run, which they do in the turn after that in which they hear of a change. */
  const run = async () => {
    await told()
    await told()
  }

  /** The rows that a live query tells from now on. */
  function follow<Row>(live: LiveQuery<Row>): Row[][] {
    const told: Row[][] = []
    live.subscribe(rows => void told.push(rows))
    return told
  }

  test('run again when a table that they read has changed, and tell rows that are others', async () => {
    const db = files.open()
    db.write(tx => tx.table(users).put({ id: 1, email: 'a@x.io', age: 3 }))
    db.exec('create view grown as select * from users where age > 17')
    const live = db.live<{ n: number }>('select count(*) as n from grown where id <> $1', [9])
    const results = follow(live)
    expect(live.rows).toEqual([{ n: 0 }])
    db.write(tx => tx.table(users).put({ id: 2, email: 'b@x.io', age: 30 }))
    db.query("insert into users (id, email, age) values (3, 'c@x.io', 40)")
    expect(results).toEqual([])
    await run()
    expect(results).toEqual([[{ n: 2 }]])
    db.write(tx => tx.table(users).put({ id: 4, email: 'd@x.io', age: 3 }))
    db.write(tx => tx.table(settings).put('a', 1))
    await run()
    expect(results).toHaveLength(1)
    db.exec('create or replace view grown as select * from users')
    await run()
    expect(live.rows).toEqual([{ n: 4 }])
    live.close()
    db.query('delete from users')
    await run()
    expect(results).toHaveLength(2)
  })

  test('are iterated: the rows of now, then the newest', async () => {
    const db = files.open()
    db.exec('create table t (a int primary key)')
    const live = db.live<{ a: number }>('select a from t order by a')
    const seen: number[][] = []
    const reading = (async () => {
      for await (const rows of live) seen.push(rows.map(({ a }) => a))
    })()
    await run()
    for (let a = 1; a <= 3; a++) db.query('insert into t values ($1)', [a])
    await run()
    db.query('insert into t values (4)')
    await run()
    live.close()
    await reading
    expect(seen).toEqual([[], [1, 2, 3], [1, 2, 3, 4]])
  })

  test('end with an error when they cannot be run any more', async () => {
    const db = files.open()
    db.exec('create table t (a int)')
    const iterator = db.live('select a from t')[Symbol.asyncIterator]()
    await iterator.next()
    const next = iterator.next()
    db.exec('drop table t')
    await expect(next).rejects.toMatchObject({ sqlstate: '42P01' })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  test('only read', () => {
    const db = files.open()
    db.exec('create table t (a int)')
    expect(() => db.live('insert into t values (1) returning a')).toThrow('can be live')
    expect(() => db.live('drop table t')).toThrow('can be live')
    expect(() => db.live('select b from t')).toThrow('does not exist')
  })
})
