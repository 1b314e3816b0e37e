/** Clients that prepare more than a server can keep, and set more savepoints than anybody goes back to. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { KEPT_CHARACTERS_MAX, KeptStatements } from '../../src/sql/session/kept-statements.ts'
import { KEPT_MAX, SAVEPOINTS_MAX } from '../../src/sql/session/savepoints.ts'
import { heapBytes } from '../support/heap.ts'
import { bind, close, execute, flush, parse, rawClient, sync } from './raw-client.ts'
import { connect, failure, startServer } from './support.ts'

afterEach(() => vi.restoreAllMocks())

/** A statement with a text of that length. */
const long = (n: number, length: number) => `select ${n} as n -- ${'x'.repeat(length)}`

describe('prepared statements', () => {
  test('leave texts behind, and of trees and plans no more than is allowed for all sessions', async () => {
    const { port } = await startServer()
    const add = vi.spyOn(KeptStatements.prototype, 'add')
    const clients = await Promise.all(Array.from({ length: 3 }, () => rawClient(port)))
    const length = 200_000
    const each = 25
    for (const client of clients) {
      for (let n = 0; n < each; n++) client.send(parse(`p${n}`, long(n, length)))
      client.send(sync)
      expect(await client.answers()).toEqual([...Array.from({ length: each }, () => '1'), 'Z(I)'])
    }
    const [home] = add.mock.contexts as KeptStatements[]
    expect(3 * each * length).toBeGreaterThan(1.5 * KEPT_CHARACTERS_MAX)
    expect(home.count * length).toBeLessThan(KEPT_CHARACTERS_MAX)
    expect(home.count).toBeGreaterThan(1)
    for (const client of clients) {
      client.send(bind('', 'p0'), execute(''), bind('', `p${each - 1}`), execute(''), sync)
      const rows = ['2', 'D(0)', 'C(SELECT 1)', '2', `D(${each - 1})`, 'C(SELECT 1)', 'Z(I)']
      expect(await client.answers()).toEqual(rows)
    }
    // What nobody can run any more is let go at once.
    for (const client of clients) client.send(parse('', 'select 1'), sync)
    for (const client of clients) await client.answers()
    for (const client of clients) client.socket.end()
    await expect.poll(() => home.count, { timeout: 60_000 }).toBe(0)
  })

  test('keep of a script only themselves', async () => {
    const client = await connect((await startServer()).port)
    const before = heapBytes()
    for (let n = 0; n < 15; n++)
      await client.query(`prepare p${n} as select ${n}; /* ${'x'.repeat(4_000_000)} */`)
    expect(heapBytes() - before).toBeLessThan(30_000_000)
  })

  test('in portals are bounded, where they are different ones', async () => {
    const client = await rawClient((await startServer()).port)
    const half = 600_000
    const unnamed = (portal: string, n: number) => [parse('', long(n, half)), bind(portal, '')]
    client.send(...unnamed('a', 1), ...unnamed('b', 2), sync)
    expect(await client.answers()).toEqual(['1', '2', '1', 'E(53400)', 'Z(I)'])
    // Of one statement there may be several; and what is closed makes room.
    client.send(parse('s', long(3, half)), bind('a', 's'), bind('b', 's'), close('P', 'a'), close('P', 'b'))
    client.send(...unnamed('c', 4), execute('c'), flush, sync)
    expect(await client.answers()).toEqual(['1', '2', '2', '3', '3', '1', '2', 'D(4)', 'C(SELECT 1)', 'Z(I)'])
    // Alone it may be as long as a message.
    client.send(parse('', long(5, 2_000_000)), bind('d', ''), execute('d'), sync)
    expect(await client.answers()).toEqual(['1', '2', 'D(5)', 'C(SELECT 1)', 'Z(I)'])
  })
})

test('cursors are bounded in the texts of their declarations, where there are several', async () => {
  const client = await connect((await startServer()).port)
  const declare = (name: string, length: number) =>
    client.query(`declare ${name} cursor with hold for select 1 as one -- ${'x'.repeat(length)}`)
  await declare('a', 600_000)
  expect((await failure(declare('b', 600_000))).code).toBe('53400')
  await declare('c', 6000)
  await client.query('close a')
  await declare('b', 600_000)
  expect((await client.query('fetch all from b')).rows).toEqual([{ one: 1 }])
  await client.query('close all')
  await declare('alone', 2_000_000)
})

describe('savepoints', () => {
  test('are bounded in number', async () => {
    const client = await connect((await startServer()).port)
    await client.query('begin')
    const some = (count: number) => Array.from({ length: count }, () => 'savepoint s').join(';')
    for (let set = 0; set < SAVEPOINTS_MAX; set += 5000) await client.query(some(5000))
    expect((await failure(client.query('savepoint s'))).code).toBe('53400')
    await client.query('rollback to s')
    await client.query('release s')
    await client.query('savepoint s')
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.query('rollback')
  })

  test('are bounded in what they keep of cursors and settings', async () => {
    const client = await connect((await startServer()).port)
    await client.query('begin')
    const cursors = 900
    await client.query(
      Array.from({ length: cursors }, (_, i) => `declare c${i} cursor for select ${i}`).join(';'),
    )
    const most = Math.floor(KEPT_MAX / cursors)
    await client.query(Array.from({ length: most }, (_, i) => `savepoint s${i}`).join(';'))
    expect((await failure(client.query('savepoint more'))).code).toBe('53400')
    await client.query('rollback to s5')
    await client.query('savepoint more')
    expect((await client.query('fetch all from c7')).rows).toHaveLength(1)
    await client.query('rollback')
  })

  test('share what waits for the end of the transaction', async () => {
    const client = await connect((await startServer()).port)
    await client.query(
      'create table p (a int primary key); create table c (a int references p deferrable initially deferred)',
    )
    await client.query('begin; insert into c select g from generate_series(1, 10000) g')
    const before = heapBytes()
    await client.query(Array.from({ length: 4000 }, (_, i) => `savepoint s${i}`).join(';'))
    expect(heapBytes() - before).toBeLessThan(150_000_000)
    await client.query('savepoint last; insert into c values (0); rollback to last')
    await client.query('insert into p select g from generate_series(1, 10000) g')
    await client.query('commit')
    expect((await client.query('select count(*)::int as n from c')).rows).toEqual([{ n: 10_000 }])
  })
})
