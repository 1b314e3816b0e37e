/** Many sessions at once: what each sees, who may write, how one ends another's statement. */

import { beforeEach, describe, expect, test } from 'vitest'
import { int32, message, query, RawClient, rawClient } from './raw-client.ts'
import { connect, failure, memoryDatabase, startServer } from './support.ts'

let port: number
beforeEach(async () => {
  const database = memoryDatabase()
  database.exec('create table t (a int primary key, b int); insert into t values (1, 0), (2, 0)')
  port = (await startServer({ database })).port
})

const count = async (client: { query(text: string): Promise<{ rows: { n: number }[] }> }) =>
  (await client.query('select count(*)::int as n from t')).rows[0].n

describe('a transaction', () => {
  test('that is READ COMMITTED reads the newest state until it writes', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin')
    expect(await count(one)).toBe(2)
    await two.query('insert into t values (3, 0)')
    expect(await count(one)).toBe(3)
    await one.query('insert into t values (4, 0)')
    expect(await count(one)).toBe(4)
    expect(await count(two)).toBe(3)
    await one.query('rollback')
    expect(await count(one)).toBe(3)
  })
  test('that is REPEATABLE READ reads one state, and cannot write when there is a newer one', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin isolation level repeatable read')
    expect((await one.query('show transaction_isolation')).rows).toEqual([
      { transaction_isolation: 'repeatable read' },
    ])
    await two.query('insert into t values (3, 0)')
    expect(await count(one)).toBe(2)
    expect((await failure(one.query('insert into t values (4, 0)'))).code).toBe('40001')
    expect((await failure(one.query('select 1'))).code).toBe('25P02')
    await one.query('rollback')
    await one.query('begin isolation level repeatable read')
    await one.query('insert into t values (4, 0)')
    await one.query('commit')
    expect(await count(two)).toBe(4)
  })
  test('that is SERIALIZABLE is the writer from its beginning', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin isolation level serializable')
    await two.query("set lock_timeout = '50ms'")
    expect((await failure(two.query('insert into t values (3, 0)'))).code).toBe('55P03')
    expect(await count(two)).toBe(2)
    await one.query('commit')
    await two.query('insert into t values (3, 0)')
    expect(await count(one)).toBe(3)
  })
  test('defers its constraints before it has changed anything', async () => {
    const client = await connect(port)
    await client.query('create table u (a int primary key, b int references u deferrable)')
    await client.query(
      'begin; set constraints all deferred; insert into u values (1, 2); insert into u values (2, 1)',
    )
    await client.query('commit')
    expect((await client.query('select a from u')).rows.length).toBe(2)
    await client.query('begin; set constraints all deferred; insert into u values (3, 9)')
    expect((await failure(client.query('commit'))).code).toBe('23503')
    expect((await client.query('select a from u')).rows.length).toBe(2)
  })
  test('that is READ ONLY keeps its state and writes nothing', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin read only')
    await two.query('delete from t')
    expect(await count(one)).toBe(2)
    expect((await failure(one.query('delete from t'))).code).toBe('25006')
    await one.query('rollback')
    expect(await count(one)).toBe(0)
  })
  test('goes back to a savepoint that lies before its first change', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin; savepoint before')
    await one.query('delete from t; savepoint after; insert into t values (9, 9)')
    await failure(one.query('select 1/0'))
    await one.query('rollback to after')
    expect(await count(one)).toBe(0)
    await one.query('rollback to before')
    expect(await count(one)).toBe(2)
    // It is not the writer any more.
    await two.query('insert into t values (3, 0)')
    await one.query('commit')
    expect(await count(one)).toBe(3)
  })
})

describe('writers', () => {
  test('take turns in the order in which they have come, and lose no change', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(port)))
    await Promise.all(
      clients.map(async client => {
        for (let i = 0; i < 5; i++) {
          await client.query('begin')
          await client.query('update t set b = b + 1 where a = 1')
          await client.query('commit')
        }
      }),
    )
    expect((await clients[0].query('select b from t where a = 1')).rows).toEqual([{ b: 100 }])
  })
  test('give up at statement_timeout, and the others go on', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin; delete from t')
    await two.query("set statement_timeout = '50ms'")
    expect((await failure(two.query('delete from t'))).code).toBe('57014')
    await one.query('rollback')
    await two.query('delete from t')
    expect(await count(two)).toBe(0)
  })
  test('do not wait for their turn any more when their client is gone', async () => {
    const holder = await connect(port)
    await holder.query('begin; delete from t where a = 1')
    const waiting = async () => {
      const { rows } = await holder.query(
        "select count(*)::int as n from pg_stat_activity where wait_event = 'writer'",
      )
      return rows[0].n
    }
    const gone = await rawClient(port)
    gone.send(query('insert into t values (3, 0)'))
    await expect.poll(waiting).toBe(1)
    gone.socket.destroy()
    await expect.poll(waiting).toBe(0)
    await holder.query('rollback')
    expect(await count(holder)).toBe(2)
  })
  test('are free again when a client goes away in the middle of a transaction', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    await one.query('begin; delete from t')
    const waiting = two.query('insert into t values (3, 0)')
    await one.end()
    await waiting
    expect(await count(two)).toBe(3)
  })
  test('wait for the program that has the database open, too', async () => {
    const database = memoryDatabase()
    database.exec('create table t (a int primary key, b int)')
    const { port: its } = await startServer({ database })
    const client = await connect(its)
    const handle = database.begin()
    const waiting = client.query('insert into t values (1, 1)')
    handle.exec('insert into t values (2, 2)')
    await new Promise(resolve => setTimeout(resolve, 20))
    handle.commit()
    await waiting
    expect(await count(client)).toBe(2)
  })
  test('that are cancelled while the program writes keep nobody waiting', async () => {
    const database = memoryDatabase()
    database.exec('create table t (a int primary key, b int)')
    const { port: its } = await startServer({ database })
    const [one, two] = [await rawClient(its), await connect(its)]
    const handle = database.begin()
    one.send(query('insert into t values (1, 1)'))
    await new Promise(resolve => setTimeout(resolve, 20))
    new RawClient(its).send(message('', int32(80_877_102), one.key))
    expect(await one.answers()).toEqual(['E(57014)', 'Z(I)'])
    handle.commit()
    await two.query("set lock_timeout = '1s'")
    await two.query('insert into t values (2, 2)')
    expect(await count(two)).toBe(1)
  })
})

describe('a statement', () => {
  const long = 'select count(*) from generate_series(1, 3) a, generate_series(1, 1000000000) b'
  const endless = 'select * from generate_series(1, 1000000000)'

  test('ends at statement_timeout', async () => {
    const client = await connect(port)
    await client.query("set statement_timeout = '30ms'")
    expect((await failure(client.query(long))).code).toBe('57014')
    await client.query('reset statement_timeout')
    expect(await count(client)).toBe(2)
  })
  test('is cancelled by who knows the secret, and by nobody else', async () => {
    const client = await rawClient(port)
    client.send(query(endless))
    expect((await client.read())?.type).toBe('T')
    const wrong = new RawClient(port)
    wrong.send(message('', int32(80_877_102), client.key.subarray(0, 4), int32(12345)))
    await wrong.closed()
    const right = new RawClient(port)
    right.send(message('', int32(80_877_102), client.key))
    await right.closed()
    const answers = await client.answers()
    expect(answers.slice(-2)).toEqual(['E(57014)', 'Z(I)'])
    client.send(query('select 1'))
    expect(await client.answers()).toEqual(['T', 'D(1)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('is cancelled before its first row, too, and keeps nobody waiting until then', async () => {
    const [client, other] = [await rawClient(port), await connect(port)]
    client.send(query('select count(*) from generate_series(1, 1e15::bigint)'))
    for (let i = 0; i < 5; i++) expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await new RawClient(port).send(message('', int32(80_877_102), client.key))
    expect((await client.answers()).slice(-2)).toEqual(['E(57014)', 'Z(I)'])
    client.send(query('select 1'))
    expect(await client.answers()).toEqual(['T', 'D(1)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('that waits for the writer is cancelled, too', async () => {
    const one = await connect(port)
    await one.query('begin; delete from t')
    const two = await rawClient(port)
    two.send(query('delete from t'))
    await new Promise(resolve => setTimeout(resolve, 20))
    new RawClient(port).send(message('', int32(80_877_102), two.key))
    expect(await two.answers()).toEqual(['E(57014)', 'Z(I)'])
  })
  test('that gives many rows does not keep others waiting', async () => {
    const [busy, other] = [await rawClient(port), await connect(port)]
    busy.send(query(endless))
    await busy.read()
    for (let i = 0; i < 20; i++) expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect(busy.isClosed).toBe(false)
    busy.socket.destroy()
  })
  test('that comes with many others of one client does not keep others waiting', async () => {
    const [busy, other] = [await rawClient(port), await connect(port)]
    const statements = 20_000
    const before = busy.socket.bytesRead
    busy.send(...Array.from({ length: statements }, () => query('select 1')))
    await other.query('select 2')
    const meanwhile = busy.socket.bytesRead - before
    for (let i = 0; i < statements; i++) {
      expect(await busy.answers()).toEqual(['T', 'D(1)', 'C(SELECT 1)', 'Z(I)'])
    }
    expect(meanwhile).toBeLessThan((busy.socket.bytesRead - before) / 2)
  })
  test('of a client that reads nothing takes no memory without bound', async () => {
    const client = await rawClient(port)
    const before = process.memoryUsage().rss
    client.socket.pause()
    client.send(query(`select repeat('x', 1000) from generate_series(1, 1000000)`))
    await new Promise(resolve => setTimeout(resolve, 500))
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    client.socket.destroy()
  })
})

describe('a session', () => {
  test('that idles in a transaction is ended when it was told so', async () => {
    const client = await rawClient(port)
    client.send(query("set idle_in_transaction_session_timeout = '30ms'; begin"))
    await client.answers()
    expect(await client.answers()).toEqual(['E(25P03)'])
    expect(client.isClosed).toBe(true)
  })
  test('that idles outside of one is ended when it was told so, and not while it works', async () => {
    const client = await rawClient(port)
    client.send(query("set idle_session_timeout = '300ms'"))
    await client.answers()
    client.send(query('select count(*) from generate_series(1, 3000000)'))
    expect(await client.answers()).toContain('D(3000000)')
    expect(await client.answers()).toEqual(['E(57P05)'])
    expect(client.isClosed).toBe(true)
  })
  test('is told of settings that change', async () => {
    const client = await rawClient(port)
    client.send(query("set timezone = 'Europe/Rome'"))
    expect(await client.answers()).toEqual(['C(SET)', 'S', 'Z(I)'])
  })
  test('keeps SET LOCAL for its transaction, and takes SET back with it', async () => {
    const client = await connect(port)
    const zone = async () => (await client.query('show timezone')).rows[0].TimeZone
    await client.query("begin; set local timezone = 'Europe/Rome'")
    expect(await zone()).toBe('Europe/Rome')
    await client.query('commit')
    expect(await zone()).toBe('UTC')
    await client.query("begin; set timezone = 'Europe/Rome'; rollback")
    expect(await zone()).toBe('UTC')
    await client.query("begin; set timezone = 'Asia/Tokyo'; set local timezone = 'Europe/Rome'; commit")
    expect(await zone()).toBe('Asia/Tokyo')
  })
  test('is sent away when the server closes', async () => {
    const server = await startServer()
    const client = await rawClient(server.port)
    await server.close()
    expect(await client.answers()).toEqual(['E(57P01)'])
  })
})
