/** Sessions seen and ended by others, notifications from functions, and figures of statements. */

import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { openSync } from '../../src/index.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { query, rawClient } from './raw-client.ts'
import { atEnd, connect, failure, startServer } from './support.ts'

const first = async (client: pg.Client, text: string) => {
  const { rows } = await client.query({ text, rowMode: 'array' })
  return rows[0]?.[0]
}
const soon = () => new Promise(resolve => setTimeout(resolve, 20))

/** Takes long enough to be cancelled, in slices. */
const LONG = 'select g from generate_series(1, 100000000) as g'

describe('pg_stat_activity', () => {
  test('has who waits for what, since when, and what runs', async () => {
    const { port } = await startServer()
    const [one, two, three] = [await connect(port), await connect(port), await connect(port)]
    await one.query('create table t (a int)')
    await two.query('begin; insert into t values (1)')
    const waiting = three.query('insert into t values (2)')
    await soon()
    const { rows } = await one.query(
      `select pid, state, query, wait_event_type, wait_event, client_addr, backend_type, datname,
              xact_start is null as is_outside, query_start <= now() as is_past, usesysid = 10 as is_owner
       from pg_stat_activity order by pid`,
    )
    const same = {
      client_addr: '127.0.0.1',
      backend_type: 'client backend',
      datname: 'test',
      is_past: true,
      is_owner: true,
    }
    expect(rows).toMatchObject([
      { ...same, state: 'active', wait_event_type: null, is_outside: false },
      {
        ...same,
        state: 'idle in transaction',
        query: 'begin; insert into t values (1)',
        wait_event_type: 'Client',
        wait_event: 'ClientRead',
        is_outside: false,
      },
      { ...same, state: 'active', wait_event_type: 'Lock', wait_event: 'writer', is_outside: false },
    ])
    expect(rows.map(row => row.pid)).toContain(await first(one, 'select pg_backend_pid()'))
    await two.query('commit')
    await waiting
    const idle = await one.query('select 1 from pg_stat_activity where state = $1 and xact_start is null', [
      'idle',
    ])
    expect(idle.rowCount).toBe(2)
  })
})

describe('sessions of others', () => {
  test('are cancelled and ended by their number', async () => {
    const { port } = await startServer()
    const [one, two] = [await connect(port), await connect(port)]
    const number = await first(two, 'select pg_backend_pid()')
    const cancelled = failure(two.query(LONG))
    await soon()
    expect(await first(one, `select pg_cancel_backend(${number})`)).toBe(true)
    expect((await cancelled).code).toBe('57014')
    expect(await first(two, 'select 1')).toBe(1)
    const ended = failure(two.query(LONG))
    await soon()
    expect(await first(one, `select pg_terminate_backend(${number})`)).toBe(true)
    expect((await ended).code).toBe('57P01')
    await soon()
    expect(await first(one, `select count(*)::int from pg_stat_activity`)).toBe(1)
    const notices: string[] = []
    one.on('notice', notice => notices.push(notice.message ?? ''))
    expect(await first(one, `select pg_cancel_backend(${number})`)).toBe(false)
    expect(notices).toEqual([`PID ${number} is not a PostgreSQL backend process`])
  })
  test('are cancelled and ended while they wait for rows of a COPY', async () => {
    const { port } = await startServer()
    const admin = await connect(port)
    await admin.query('create table t (a int)')
    const client = await rawClient(port)
    const pid = client.key.readInt32BE(0)
    for (const [ends, answers] of [
      ['pg_cancel_backend', ['E(57014)', 'Z(I)']],
      ['pg_terminate_backend', ['E(57P01)']],
    ] as const) {
      client.send(query('copy t from stdin'))
      expect((await client.read())?.type).toBe('G')
      await admin.query(`select ${ends}(${pid})`)
      expect(await client.answers()).toEqual(answers)
    }
    await admin.query('insert into t values (1)')
  })
  test('are ended while they wait for the writer', async () => {
    const { port } = await startServer()
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('create table t (a int)')
    await one.query('begin; insert into t values (1)')
    const number = await first(two, 'select pg_backend_pid()')
    const ended = failure(two.query('insert into t values (2)'))
    await soon()
    await one.query('select pg_terminate_backend($1)', [number])
    expect((await ended).code).toBe('57P01')
    await one.query('commit')
    expect(await first(one, 'select count(*)::int from t')).toBe(1)
  })
  test('are the business of who has their role', async () => {
    const temporary = temporaryDirectory()
    atEnd(() => temporary.remove())
    const { port } = await startServer({ directory: temporary.path, users: { admin: 'root' } })
    const database = 'postgres'
    const admin = await connect(port, { user: 'admin', password: 'root', database })
    await admin.query("create user bob password 'x'; create user eve password 'x'")
    const bob = await connect(port, { user: 'bob', password: 'x', database })
    const eve = await connect(port, { user: 'eve', password: 'x', database })
    const [ofAdmin, ofBob] = [
      await first(admin, 'select pg_backend_pid()'),
      await first(bob, 'select pg_backend_pid()'),
    ]
    for (const call of [`pg_cancel_backend(${ofBob})`, `pg_terminate_backend(${ofAdmin})`]) {
      expect((await failure(eve.query(`select ${call}`))).code).toBe('42501')
    }
    const another = await connect(port, { user: 'bob', password: 'x', database })
    expect(await first(another, `select pg_cancel_backend(${ofBob})`)).toBe(true)
    await admin.query('grant bob to eve')
    expect(await first(eve, `select pg_terminate_backend(${ofBob})`)).toBe(true)
    expect((await failure(eve.query('select pg_stat_statements_reset()'))).code).toBe('42501')
    const seen = await eve.query(
      "select distinct query from pg_stat_statements where userid <> 'eve'::regrole",
    )
    expect(seen.rows).toEqual([{ query: '<insufficient privilege>' }])
  })
})

describe('pg_notify', () => {
  test('tells listeners when the transaction is committed, and not else', async () => {
    const { port } = await startServer()
    const [one, two] = [await connect(port), await connect(port)]
    const heard: unknown[] = []
    two.on('notification', ({ channel, payload }) => heard.push([channel, payload]))
    await two.query('listen "c 1"')
    await one.query("begin; select pg_notify('c 1', 'lost'); rollback")
    await failure(one.query("select pg_notify('c 1', 'lost'), 1 / (g - 2) from generate_series(1, 3) as g"))
    await one.query("select pg_notify('c 1', 'a' || g) from generate_series(1, 2) as g")
    await one.query("begin; select pg_notify('c 1', null)")
    await soon()
    await two.query('select 1')
    expect(heard).toEqual([
      ['c 1', 'a1'],
      ['c 1', 'a2'],
    ])
    await one.query('commit')
    await soon()
    expect(heard).toHaveLength(3)
    expect((await failure(one.query("select pg_notify('', 'x')"))).code).toBe('22023')
    expect((await failure(one.query("select pg_notify('c', repeat('x', 8000))"))).code).toBe('22023')
  })
})

describe('pg_stat_statements', () => {
  test('counts statements without their constants, those that end well', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    await client.query('create table t (a int, b text)')
    await client.query('select pg_stat_statements_reset()')
    for (const n of [1, 2, 3]) await client.query(`insert into t values (${n}, 'secret'), (${n + 10}, 'x')`)
    await client.query('select * from t where a > $1', [0])
    await client.query('select a from t where a in (1, 2)')
    await client.query('select a from t where a in (1, 2, 3, 4)')
    await failure(client.query('select 1 / (a - a) from t'))
    await client.query("create role r password 'hidden'").catch(() => {})
    const { rows } = await client.query(
      `select query, calls::int, rows::int,
              min_exec_time > 0 and min_exec_time <= mean_exec_time and mean_exec_time <= max_exec_time
                and abs(mean_exec_time * calls - total_exec_time) < 1e-9 and stddev_exec_time >= 0 as is_sound
       from pg_stat_statements where query not like '%pg_stat_statements%' order by query`,
    )
    expect(rows).toEqual([
      { query: 'insert into t values ($1, $2), ($3, $4)', calls: 3, rows: 6, is_sound: true },
      { query: 'select * from t where a > $1', calls: 1, rows: 6, is_sound: true },
      { query: 'select a from t where a in ($1 /*, ... */)', calls: 2, rows: 5, is_sound: true },
    ])
    await client.query('set "pg_stat_statements.track" = none')
    await client.query('select 7, 8')
    expect(
      await first(client, "select count(*)::int from pg_stat_statements where query like 'select $1, $2'"),
    ).toBe(0)
  })
  test('forgets one of them, or their extremes, or all', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    await client.query('select 1')
    await client.query('select 1, 2')
    const id = await first(client, "select queryid from pg_stat_statements where query = 'select $1'")
    await client.query(`select pg_stat_statements_reset(0, 0, ${id})`)
    const left =
      "select string_agg(query, '; ' order by query) from pg_stat_statements where query ~ '^select .1'"
    expect(await first(client, left)).toBe('select $1, $2')
    await client.query('select pg_stat_statements_reset(minmax_only => true)')
    expect(
      await first(client, "select max_exec_time from pg_stat_statements where query = 'select $1, $2'"),
    ).toBe(0)
    await client.query('select pg_stat_statements_reset()')
    expect(await first(client, left)).toBe(null)
    expect(await first(client, 'select dealloc from pg_stat_statements_info')).toBe('0')
  })
  test('counts one text for each of its users, and from the beginning when it was forgotten', async () => {
    const { port } = await startServer()
    const [ann, bob] = [await connect(port), await connect(port, { user: 'bob' })]
    const calls = async () =>
      (
        await ann.query(
          "select calls::int from pg_stat_statements where query = 'select $1, $2, $3' order by calls",
        )
      ).rows.map(row => row.calls)
    for (const client of [ann, bob, ann, ann, bob]) await client.query('select 1, 2, 3')
    expect(await calls()).toEqual([2, 3])
    await ann.query('select pg_stat_statements_reset()')
    expect(await calls()).toEqual([])
    for (const client of [bob, ann, bob]) await client.query('select 1, 2, 3')
    expect(await calls()).toEqual([1, 2])
  })
  test('keeps the figures of the statements that run most, when there are too many', async () => {
    using db = openSync(':memory:')
    db.query("set pg_stat_statements.track = 'top'")
    for (let i = 0; i < 3; i++) db.query('select 1')
    for (let i = 0; i < 1100; i++) db.query(`select 1 as c${i}`)
    const [row] = db.query(
      "select count(*)::int as n, sum(calls) filter (where query = 'select $1') as ofMany from pg_stat_statements",
    )
    expect(row).toEqual({ n: expect.any(Number), ofmany: expect.anything() })
    expect(row.n).toBeLessThanOrEqual(1000)
    expect(Number(row.ofmany)).toBe(3)
    expect(db.query('select dealloc from pg_stat_statements_info')[0].dealloc).toBeGreaterThan(0)
  })
  test('keeps nothing of a text that is too long to be read', () => {
    using db = openSync(':memory:')
    db.query("set pg_stat_statements.track = 'top'")
    db.query(`select length('secret${'x'.repeat(150_000)}')`)
    const kept = db.query('select query from pg_stat_statements').map(row => row.query)
    expect(kept).toContain('<text too large>')
    expect(kept.join()).not.toContain('secret')
  })
  test('counts nothing where a program has not asked for it', () => {
    using db = openSync(':memory:')
    db.query('select 1')
    expect(db.query('select * from pg_stat_statements')).toEqual([])
  })
})
