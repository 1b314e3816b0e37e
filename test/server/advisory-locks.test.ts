/** Advisory locks between the sessions of a server: who waits, for whom, how long, and what ends it. */

import type pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../src/index.ts'
import { atEnd, connect, failure, memoryDatabase, startServer } from './support.ts'

let database: Database
let port: number
let one: pg.Client
let two: pg.Client
let three: pg.Client
beforeEach(async () => {
  database = memoryDatabase()
  database.exec('create table t (a int primary key, b int); insert into t values (1, 0), (2, 0)')
  port = (await startServer({ database })).port
  one = await connect(port)
  two = await connect(port)
  three = await connect(port)
})

const pid = async (client: pg.Client): Promise<number> =>
  (await client.query('select pg_backend_pid() as pid')).rows[0].pid

/** Until a session waits. */
async function untilWaiting(client: pg.Client, waiting: number, event = 'advisory'): Promise<void> {
  for (;;) {
    const { rows } = await client.query('select wait_event from pg_stat_activity where pid = $1', [waiting])
    if (rows[0]?.wait_event === event) return
  }
}

const tries = async (client: pg.Client, key: number): Promise<boolean> =>
  (await client.query('select pg_try_advisory_lock($1) as taken', [key])).rows[0].taken

describe('a session', () => {
  test('waits for a lock of another, while everybody else is answered', async () => {
    await one.query('select pg_advisory_lock(1)')
    const [first, second] = [await pid(one), await pid(two)]
    let isThere = false
    const waiting = two.query('select pg_advisory_lock(1)').then(result => {
      isThere = true
      return result
    })
    await untilWaiting(three, second)
    const { rows } = await three.query(
      "select pid, mode, granted from pg_locks where locktype = 'advisory' order by granted",
    )
    expect(rows).toEqual([
      { pid: second, mode: 'ExclusiveLock', granted: false },
      { pid: first, mode: 'ExclusiveLock', granted: true },
    ])
    expect(isThere).toBe(false)
    await one.query('select pg_advisory_unlock(1)')
    expect((await waiting).rows).toEqual([{ pg_advisory_lock: '' }])
    expect(await tries(three, 1)).toBe(false)
  })

  test('gets it in the order of asking, readers together', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(port)))
    await one.query('select pg_advisory_lock(1)')
    const order: string[] = []
    const waits: Promise<unknown>[] = []
    const calls = ['_shared', '_shared', '', '_shared', '']
    for (const [i, call] of calls.entries()) {
      const number = await pid(clients[i])
      waits.push(clients[i].query(`select pg_advisory_lock${call}(1)`).then(() => order.push(`${i}${call}`)))
      await untilWaiting(three, number)
    }
    await one.query('select pg_advisory_unlock(1)')
    await Promise.all([waits[0], waits[1]])
    expect(order.sort()).toEqual(['0_shared', '1_shared'])
    await clients[0].query('select pg_advisory_unlock_shared(1)')
    await clients[1].query('select pg_advisory_unlock_shared(1)')
    await waits[2]
    expect(order).toHaveLength(3)
    await clients[2].query('select pg_advisory_unlock(1)')
    await waits[3]
    expect(order).toHaveLength(4)
    await clients[3].query('select pg_advisory_unlock_shared(1)')
    await waits[4]
    expect(order.slice(2)).toEqual(['2', '3_shared', '4'])
  })

  test('waits in each form of a statement', async () => {
    const forms = [
      'select pg_advisory_lock(1)',
      'select pg_advisory_lock(1), pg_advisory_lock(1)',
      'select 1 from pg_advisory_lock(1)',
      'select * from t, lateral pg_advisory_lock(a)',
      'select pg_advisory_lock(a) from t order by a',
      'with l as materialized (select pg_advisory_xact_lock(1)) select * from l',
      'with l as materialized (select pg_advisory_xact_lock(1)) update t set b = b + 1 where exists (select from l)',
      'insert into t select 3 from (select pg_advisory_xact_lock(1)) l on conflict do nothing',
      'select (select pg_advisory_xact_lock(1)), 1',
      "select concat(pg_advisory_lock(1), 'x')",
      'begin; select pg_advisory_xact_lock(1); commit',
    ]
    const second = await pid(two)
    for (const text of forms) {
      await one.query('select pg_advisory_lock(1)')
      const waiting = two.query(text)
      await untilWaiting(three, second)
      await one.query('select pg_advisory_unlock(1)')
      await waiting
      await two.query('select pg_advisory_unlock_all()')
    }
    // Also by the extended protocol, and in pieces.
    await one.query('select pg_advisory_lock(1)')
    const waiting = two.query({ text: 'select pg_advisory_lock($1), $2::int as n', values: [1, 5] })
    await untilWaiting(three, second)
    await one.query('select pg_advisory_unlock(1)')
    expect((await waiting).rows).toEqual([{ pg_advisory_lock: '', n: 5 }])
    expect(
      (await three.query("select count(*)::int as n from pg_locks where locktype = 'advisory'")).rows,
    ).toEqual([{ n: 1 }])
  })

  test('gives up after lock_timeout, statement_timeout, or when it is cancelled', async () => {
    await one.query('select pg_advisory_lock(1)')
    const second = await pid(two)
    await two.query("set lock_timeout = '20ms'")
    expect((await failure(two.query('select pg_advisory_lock(1)'))).code).toBe('55P03')
    await two.query("set lock_timeout = 0; set statement_timeout = '20ms'")
    expect((await failure(two.query('select pg_advisory_lock(1)'))).code).toBe('57014')
    await two.query('set statement_timeout = 0')
    const waiting = failure(two.query('select pg_advisory_lock(1)'))
    await untilWaiting(three, second)
    await three.query('select pg_cancel_backend($1)', [second])
    expect((await waiting).code).toBe('57014')
    const { rows } = await three.query("select granted from pg_locks where locktype = 'advisory'")
    expect(rows).toEqual([{ granted: true }])
    expect((await two.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  })

  test('that ends lets go of its locks, and leaves the queue', async () => {
    const leaving = await connect(port)
    await leaving.query('select pg_advisory_lock(1)')
    const [second, third] = [await pid(two), await pid(three)]
    const waiting = two.query('select pg_advisory_lock(1)')
    await untilWaiting(one, second)
    const last = three.query('select pg_advisory_lock(1)')
    await untilWaiting(one, third)
    const ended = failure(waiting)
    await one.query('select pg_terminate_backend($1)', [second])
    expect((await ended).code).toBe('57P01')
    await leaving.end()
    await last
  })
})

describe('a transaction', () => {
  test('keeps its lock until what it has done is there for the others', async () => {
    const file = openSync(':memory:')
    atEnd(() => file.close())
    file.exec('create table n (n int); insert into n values (0)')
    const served = await startServer({ database: file })
    const clients = await Promise.all(Array.from({ length: 4 }, () => connect(served.port)))
    // Who has the lock reads and then writes what nobody else may have changed: READ COMMITTED alone would lose some.
    await Promise.all(
      clients.map(async client => {
        for (let i = 0; i < 10; i++) {
          await client.query('begin')
          await client.query('select pg_advisory_xact_lock(1)')
          const { rows } = await client.query('select n from n')
          await client.query('update n set n = $1', [rows[0].n + 1])
          await client.query('commit')
        }
      }),
    )
    expect(file.query('select n from n')).toEqual([{ n: 40 }])
  })

  test('that is the writer and waits for a lock of one that waits to write is not left so', async () => {
    const [first, second] = [await pid(one), await pid(two)]
    await one.query('select pg_advisory_lock(1)')
    await two.query('begin; update t set b = 1')
    const writing = one.query('update t set b = 2')
    await untilWaiting(three, first, 'writer')
    expect((await failure(two.query('select pg_advisory_lock(1)'))).code).toBe('40P01')
    await two.query('rollback')
    await writing
    // And the other way round.
    await two.query('begin; update t set b = 1')
    const locking = two.query('select pg_advisory_lock(1)')
    await untilWaiting(three, second)
    expect((await failure(one.query('update t set b = 2'))).code).toBe('40P01')
    await one.query('select pg_advisory_unlock(1)')
    await locking
    await two.query('commit')
  })

  test('that closes a circle of locks is refused, and lets the others go on', async () => {
    const [first, second] = [await pid(one), await pid(two)]
    await one.query('begin; select pg_advisory_xact_lock(1)')
    await two.query('begin; select pg_advisory_xact_lock(2)')
    await three.query('begin; select pg_advisory_xact_lock(3)')
    const waits = [one.query('select pg_advisory_xact_lock(2)')]
    const four = await connect(port)
    await untilWaiting(four, first)
    waits.push(two.query('select pg_advisory_xact_lock(3)'))
    await untilWaiting(four, second)
    expect((await failure(three.query('select pg_advisory_xact_lock(1)'))).code).toBe('40P01')
    // It has failed, and with it its locks are gone.
    await waits[1]
    await two.query('rollback')
    await waits[0]
  })
})
