/** Rows that are awaited. */

import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec('create table t (n int primary key); insert into t select generate_series(1, 1000)')
})
afterEach(() => db.close())

/** How many snapshots are open. */
const openSnapshots = (): number => db.stats().snapshots.length

async function failure(run: () => Promise<unknown>): Promise<SqlError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const list: Row[] = []
  for await (const row of rows) list.push(row)
  return list
}

describe('for await', () => {
  test('gives the rows that the statement has', async () => {
    const rows = await collect(db.sql<{ n: number }>`select n from t where n > ${998} order by n`)
    expect(rows).toEqual([{ n: 999 }, { n: 1000 }])
    expect(
      await collect(db.prepare('select n from t where n = $1', { rowMode: 'array' }).iterateAsync(5)),
    ).toEqual([[5]])
    expect(await collect(db.sql`create table u (a int)`)).toEqual([])
  })

  test('lets the event loop have its turn', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    const seenAt = new Set<number>()
    for await (const _ of db.sql`select count(*) from t a, generate_series(1, 60) where a.n < 100 group by a.n, generate_series`) {
      seenAt.add(turns)
    }
    // Without turns all rows come before the first one.
    let rows = 0
    for await (const _ of db.sql`select a.n from t a, t b`) {
      seenAt.add(turns)
      if (++rows === 300_000) break
    }
    clearInterval(timer)
    expect(seenAt.size).toBeGreaterThan(3)
  })

  test('reads one state, whatever is committed meanwhile', async () => {
    let count = 0
    for await (const { n } of db.sql<{ n: number }>`select n from t order by n`) {
      if (n === 1) db.exec('delete from t; insert into t values (-5)')
      if (n % 100 === 0) await pause(1)
      count++
    }
    expect(count).toBe(1000)
    expect(db.query('select n from t')).toEqual([{ n: -5 }])
  })

  test('begins when the first row is asked for', async () => {
    const rows = db.prepare('select count(*) as n from t').iterateAsync()
    db.exec('delete from t where n > 10')
    expect((await rows.next()).value).toEqual({ n: 10 })
  })

  test('lets go of its state at the end, when it is left, and when it fails', async () => {
    await collect(db.sql`select n from t`)
    expect(openSnapshots()).toBe(0)
    for await (const _ of db.sql`select n from t`) {
      expect(openSnapshots()).toBe(1)
      break
    }
    expect(openSnapshots()).toBe(0)
    expect((await failure(() => collect(db.sql`select 10 / (n - 500) from t`))).sqlstate).toBe('22012')
    expect(openSnapshots()).toBe(0)
  })

  test('holds no write transaction: a change is done before its first row comes', async () => {
    let count = 0
    for await (const _ of db.sql`update t set n = -n where n <= 20 returning n`) {
      db.exec(
        'insert into t values (default) on conflict do nothing'.replace('default', String(5000 + count)),
      )
      count++
      if (count === 5) break
    }
    expect(
      db.query(
        'select count(*) filter (where n < 0) as changed, count(*) filter (where n >= 5000) as added from t',
      ),
    ).toEqual([{ changed: 20, added: 5 }])
  })

  test('works on transactions, snapshots and connections', async () => {
    using snap = db.read()
    expect(await collect(snap.sql`select count(*) as n from t`)).toEqual([{ n: 1000 }])
    using tx = db.begin()
    tx.exec('delete from t where n > 1')
    expect(await collect(tx.sql`select n from t`)).toEqual([{ n: 1 }])
    tx.rollback()
    using connection = db.connect()
    connection.exec('begin')
    expect(await collect(connection.sql`select count(*) as n from t`)).toEqual([{ n: 1000 }])
    expect(connection.isInTransaction).toBe(true)
  })
})

describe('a statement whose rows are awaited', () => {
  test('is cancelled by its signal, also while nobody asks for a row', async () => {
    const controller = new AbortController()
    const rows = db.prepare('select n from t', { signal: controller.signal }).iterateAsync()
    await rows.next()
    expect(openSnapshots()).toBe(1)
    controller.abort('enough')
    expect(openSnapshots()).toBe(0)
    const error = await failure(() => rows.next())
    expect(error).toMatchObject({ sqlstate: '57014', cause: 'enough' })
    expect(await rows.next()).toEqual({ done: true, value: undefined })
    const aborted = db.prepare('select n from t', { signal: controller.signal }).iterateAsync()
    expect((await failure(() => aborted.next())).sqlstate).toBe('57014')
  })

  test('ends when its time is over, also while nobody asks for a row', async () => {
    const rows = db.prepare('select n from t', { timeoutMs: 20 }).iterateAsync()
    await rows.next()
    await pause(60)
    expect(openSnapshots()).toBe(0)
    expect((await failure(() => rows.next())).sqlstate).toBe('57014')
    const endless = 'with recursive r(n) as (select 1 union all select n + 1 from r) select n from r'
    expect(
      (await failure(() => collect(db.prepare(endless, { timeoutMs: 20 }).iterateAsync()))).sqlstate,
    ).toBe('57014')
    db.exec('set statement_timeout = 20')
    expect((await failure(() => collect(db.prepare(endless).iterateAsync()))).sqlstate).toBe('57014')
  })

  test('is cancelled by a function that it calls', async () => {
    const controller = new AbortController()
    db.function('stop_at', { args: ['integer', 'integer'], returns: 'integer' }, (n, last) => {
      if (n === last) controller.abort()
      return n
    })
    const rows = db.prepare('select stop_at(n, 300) from t', { signal: controller.signal }).iterateAsync()
    expect((await failure(() => collect(rows))).sqlstate).toBe('57014')
    expect(openSnapshots()).toBe(0)
  })

  test('fails its transaction when it is cancelled', async () => {
    using connection = db.connect()
    connection.exec('begin')
    const controller = new AbortController()
    const rows = connection.prepare('select n from t', { signal: controller.signal }).iterateAsync()
    await rows.next()
    controller.abort()
    await failure(() => rows.next())
    expect((await failure(async () => connection.query('select 1'))).sqlstate).toBe('25P02')
  })

  test('says that the database was closed', async () => {
    const rows = db.prepare('select n from t').iterateAsync()
    await rows.next()
    db.close()
    // What has been read of a leaf already may come.
    await expect(collect({ [Symbol.asyncIterator]: () => rows })).rejects.toMatchObject({ code: 'CLOSED' })
  })
})
