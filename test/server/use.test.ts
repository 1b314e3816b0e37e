/** USE: a session goes on in another database, with its settings and prepared statements, its rights looked up again. */

import type pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { bind, execute, parse, RawClient, startupMessage, sync } from './raw-client.ts'
import { atEnd, connect, connectPostgres, failure, memoryDatabase, startServer } from './support.ts'

let port: number
let admin: pg.Client

beforeEach(async () => {
  const temporary = temporaryDirectory()
  atEnd(() => temporary.remove())
  port = (await startServer({ directory: temporary.path })).port
  admin = await connect(port, { database: 'postgres' })
  await admin.query('create database shop')
  await admin.query('create database "Big One"')
  await admin.query('create table here (a int)')
})

const current = async (client: pg.Client) => (await client.query('select current_database() as d')).rows[0].d

describe('USE', () => {
  test('goes on in the other database, by every way to say it', async () => {
    expect((await admin.query('use shop')).command).toBe('USE')
    expect(await current(admin)).toBe('shop')
    expect((await failure(admin.query('select * from here'))).code).toBe('42P01')
    await admin.query({ text: ' /* there */ USE "Big One"; -- now', values: [] })
    expect(await current(admin)).toBe('Big One')
    const { rows } = await admin.query('select datname, state from pg_stat_activity')
    expect(rows).toEqual([{ datname: 'Big One', state: 'active' }])
    await admin.query('use Postgres')
    expect((await admin.query('select * from here')).rows).toEqual([])
  })

  test('keeps settings and prepared statements, and neither listens nor has temporary tables any more', async () => {
    const read = { name: 'read', text: 'select current_database() as d, $1::int as a' }
    await admin.query({ ...read, values: [1] })
    await admin.query("set timezone = 'Europe/Rome'")
    await admin.query('prepare sum as select $1::int + 1 as n')
    await admin.query('listen news')
    await admin.query('create temporary table passing (a int)')
    await admin.query('use shop')
    expect((await admin.query('show timezone')).rows).toEqual([{ TimeZone: 'Europe/Rome' }])
    expect((await admin.query({ ...read, values: [2] })).rows).toEqual([{ d: 'shop', a: 2 }])
    expect((await admin.query('execute sum(1)')).rows).toEqual([{ n: 2 }])
    expect((await failure(admin.query('select * from passing'))).code).toBe('42P01')
    await admin.query('use postgres')
    expect((await failure(admin.query('select * from passing'))).code).toBe('42P01')
    const heard: unknown[] = []
    admin.on('notification', message => heard.push(message))
    await admin.query('notify news')
    expect(heard).toEqual([])
  })

  test('works for a client that prepares whatever it sends', async () => {
    const sql = connectPostgres(port, { database: 'postgres' })
    const name = () => sql`select current_database() as d`
    expect(await name()).toEqual([{ d: 'postgres' }])
    await sql`use shop`
    expect(await name()).toEqual([{ d: 'shop' }])
  })

  test('is refused in a transaction, for what is not there, and beside other statements', async () => {
    const code = async (text: string) => (await failure(admin.query(text))).code
    expect(await code('use nowhere')).toBe('3D000')
    expect(await code('use shop; select 1')).toBe('42601')
    expect(await code('use')).toBe('42601')
    expect(await code('use shop now')).toBe('42601')
    await admin.query('begin')
    expect(await code('use shop')).toBe('25001')
    await admin.query('rollback')
    expect(await current(admin)).toBe('postgres')
    const alone = await connect((await startServer()).port)
    expect((await failure(alone.query('use shop'))).code).toBe('3D000')
    expect(() => memoryDatabase().query('use shop')).toThrow(/USE without a server/)
  })

  test('takes the right to connect, as it is now', async () => {
    await admin.query('create role bob login')
    await admin.query('use shop')
    await admin.query('revoke connect on database shop from public')
    const bob = await connect(port, { user: 'bob', database: 'postgres' })
    expect((await failure(bob.query('use shop'))).code).toBe('42501')
    expect(await current(bob)).toBe('postgres')
    await admin.query('grant connect on database shop to bob')
    await bob.query('use shop')
    expect((await failure(bob.query('create table t (a int)'))).code).toBe('42501')
  })

  test('lets nothing that follows before Sync run in the database that it leaves', async () => {
    const client = new RawClient(port)
    client.send(startupMessage({ user: 'ann', database: 'postgres' }))
    await client.readUntilReady()
    const run = (text: string) => [parse('', text), bind('', ''), execute('')]
    client.send(...run('use shop'), ...run('create table stray (a int)'), sync)
    const answers = await client.readUntilReady()
    expect(answers.find(({ type }) => type === 'E')?.body.toString()).toContain('C25001\0')
    client.send(...run('select current_database()'), sync)
    const row = (await client.readUntilReady()).find(({ type }) => type === 'D')
    expect(row?.body.toString()).toContain('postgres')
    expect((await failure(admin.query('select * from stray'))).code).toBe('42P01')
  })

  test('counts who uses a database, and ends what runs when it is asked to', async () => {
    const other = await connect(port, { database: 'postgres' })
    await other.query('use shop')
    expect((await failure(admin.query('drop database shop'))).code).toBe('55006')
    const [{ pid }] = (await other.query('select pg_backend_pid() as pid')).rows
    const third = await connect(port, { database: 'shop' })
    await other.query('create table t (a int)')
    await third.query('begin; insert into t values (1)')
    const waiting = failure(other.query('insert into t values (2)'))
    await expect
      .poll(async () => (await admin.query('select pg_cancel_backend($1) as is_sent', [pid])).rows)
      .toEqual([{ is_sent: true }])
    expect((await waiting).code).toBe('57014')
    await third.end()
    await other.end()
    await expect
      .poll(async () =>
        admin.query('drop database shop').then(
          () => 'done',
          () => 'used',
        ),
      )
      .toBe('done')
  })
})
