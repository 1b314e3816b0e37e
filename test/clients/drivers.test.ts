/** pg with its companions, and postgres.js, in depth: cursors, streams of rows and of COPY, pools, cancelling, definitions that change. */

import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { atEnd, connect, connectPostgres, failure, startServer } from '../server/support.ts'
import { connectionOf, hasPackage, load } from './support.ts'

describe.skipIf(!hasPackage('pg-cursor'))('pg-cursor', () => {
  test('reads in pieces, goes on after other statements, and closes early', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const { default: Cursor } = await load('pg-cursor')
    const cursor = client.query(new Cursor('select n from generate_series(1, $1::int) n', [10]))
    expect((await cursor.read(4)).map((row: { n: number }) => row.n)).toEqual([1, 2, 3, 4])
    expect((await cursor.read(4)).length).toBe(4)
    await cursor.close()
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    const failing = client.query(new Cursor('select 10 / (3 - n) from generate_series(1, 5) n'))
    expect(await failure(failing.read(100))).toMatchObject({ code: '22012' })
    expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  })
})

describe.skipIf(!hasPackage('pg-query-stream'))('pg-query-stream', () => {
  test('streams many rows and can be left in the middle', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const { default: QueryStream } = await load('pg-query-stream')
    let sum = 0
    const all = client.query(
      new QueryStream('select n from generate_series(1, 20000) n', [], { batchSize: 500 }),
    )
    for await (const { n } of all as AsyncIterable<{ n: number }>) sum += n
    expect(sum).toBe(200_010_000)
    const some = client.query(
      new QueryStream('select n from generate_series(1, 20000) n', [], { batchSize: 10 }),
    )
    for await (const { n } of some as AsyncIterable<{ n: number }>) if (n === 25) break
    expect((await client.query('select 3 as three')).rows).toEqual([{ three: 3 }])
  })
})

describe.skipIf(!hasPackage('pg-copy-streams'))('pg-copy-streams', () => {
  test('copies in and out, and a source that fails leaves nothing', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const { from, to } = await load('pg-copy-streams')
    await client.query('create table t (id int primary key, body text)')
    const lines = function* (count: number) {
      for (let n = 1; n <= count; n++) yield `${n}\tline ${n}\n`
    }
    await pipeline(Readable.from(lines(5000)), client.query(from('copy t from stdin')))
    const chunks: Buffer[] = []
    for await (const chunk of client.query(to('copy t to stdout (format csv)')) as AsyncIterable<Buffer>)
      chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    expect(text.split('\n').length).toBe(5001)
    expect(text.startsWith('1,line 1\n2,line 2\n')).toBe(true)
    const broken = function* () {
      yield '6000\tx\n'
      throw new Error('the source broke')
    }
    await expect(pipeline(Readable.from(broken()), client.query(from('copy t from stdin')))).rejects.toThrow(
      'the source broke',
    )
    const { rows } = await client.query('select count(*)::int as n from t')
    expect(rows).toEqual([{ n: 5000 }])
  })
})

describe('pg', () => {
  test('a pool of 100 connections reads and writes, and no increment is lost', async () => {
    const { port } = await startServer({ limits: { connections: 120 } })
    const pool = new pg.Pool({ ...connectionOf(port), max: 100 })
    pool.on('error', () => {})
    atEnd(() => pool.end())
    await pool.query('create table t (id int primary key, n int); insert into t values (1, 0)')
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const client = await pool.connect()
        try {
          await client.query('begin')
          await client.query('update t set n = n + $1 where id = 1', [1])
          await client.query(i % 10 === 0 ? 'rollback' : 'commit')
        } finally {
          client.release()
        }
      }),
    )
    expect((await pool.query('select n from t')).rows).toEqual([{ n: 90 }])
    expect(pool.totalCount).toBe(100)
  })

  test('a prepared statement sees another table by the same name, and refuses other columns', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const named = { name: 'all', text: 'select * from t' }
    await client.query('create table t (a int); insert into t values (1)')
    expect((await client.query(named)).rows).toEqual([{ a: 1 }])
    await client.query('drop table t; create table t (a int); insert into t values (2)')
    expect((await client.query(named)).rows).toEqual([{ a: 2 }])
    await client.query('alter table t add column b int')
    expect(await failure(client.query(named))).toMatchObject({
      code: '0A000',
      message: 'cached plan must not change result type',
    })
    expect((await client.query('select * from t')).rows).toEqual([{ a: 2, b: null }])
  })

  test('cancels a statement of another connection, which goes on', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const busy = failure(client.query('select n from generate_series(1, 100000000) n'))
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
    await new Promise(resolve => setTimeout(resolve, 50))
    const { connect: connectSocket } = await import('node:net')
    const socket = connectSocket(port, '127.0.0.1')
    const request = Buffer.alloc(16)
    for (const [i, value] of [16, 80_877_102, processID, secretKey].entries())
      request.writeInt32BE(value, i * 4)
    socket.end(request)
    await once(socket, 'close')
    expect((await busy).code).toBe('57014')
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('large objects are refused by name', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    expect(await failure(client.query('select lo_create(0)'))).toMatchObject({
      code: '0A000',
      message: 'function lo_create is not supported',
    })
  })
})

describe('postgres.js', () => {
  test('values go there and back: arrays, json, dates, bigints, bytes, nulls', async () => {
    const { port } = await startServer()
    const sql = connectPostgres(port)
    await sql`create table t (id bigint primary key, tags text[], numbers int[], doc jsonb, raw json, day date, at timestamptz, bytes bytea, n numeric, ok bool)`
    const row = {
      id: '9007199254740993',
      tags: ['a', 'b "c"', ''],
      numbers: [1, 2, 3],
      doc: { k: [1, null, 'x'] },
      raw: [1, { y: 2 }],
      day: new Date('2024-02-29'),
      at: new Date('2024-02-29T12:00:00.123Z'),
      bytes: Buffer.from([0, 255, 10]),
      n: '12345678901234567890.10',
      ok: true,
    }
    await sql`insert into t ${sql({ ...row, doc: sql.json(row.doc), raw: sql.json(row.raw) } as never)}`
    const [found] =
      await sql`select * from t where id = ${row.id} and ${'a'} = any(tags) and doc @> ${sql.json({ k: [1] })}`
    expect(found).toEqual(row)
    const [empty] = await sql`select ${null}::int as a, ${sql.array([1, 2])}::int[] as b, ${10n}::bigint as c`
    expect(empty).toEqual({ a: null, b: [1, 2], c: '10' })
  })

  test('pipelines on one connection, with an error in the middle', async () => {
    const { port } = await startServer()
    const sql = connectPostgres(port)
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        n === 25 ? sql`select 1 / ${0}::int` : sql`select ${n}::int as n`,
      ),
    )
    expect(results.map(one => one.status === 'rejected')).toEqual(results.map((_, n) => n === 25))
    expect(results.flatMap(one => (one.status === 'fulfilled' ? [one.value[0].n] : []))).toEqual(
      [...Array(50).keys()].filter(n => n !== 25),
    )
  })

  test('savepoints, COPY both ways, and messages', async () => {
    const { port } = await startServer()
    const sql = connectPostgres(port, { max: 2 })
    await sql`create table t (a int primary key, b text)`
    await sql.begin(async tx => {
      await tx`insert into t values (1, 'x')`
      await tx.savepoint(inner => inner`insert into t values (1, 'again')`).catch(() => {})
      await tx`insert into t values (2, 'y')`
    })
    const writable = await sql`copy t from stdin`.writable()
    await pipeline(Readable.from(['3\tz\n', '4\tw\n']), writable)
    const readable = await sql`copy (select a, b from t order by a) to stdout`.readable()
    let text = ''
    for await (const chunk of readable) text += chunk
    expect(text).toBe('1\tx\n2\ty\n3\tz\n4\tw\n')
    const heard = new Promise(resolve => sql.listen('news', resolve, () => sql.notify('news', 'hello')))
    expect(await heard).toBe('hello')
  })
})
