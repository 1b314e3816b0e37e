/** A server of one database: whatever name a client asks for, it gets this one, and finds it by that name. */

import { beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { query, RawClient, startupMessage } from './raw-client.ts'
import { atEnd, connect, connectPostgres, failure, startServer } from './support.ts'

let port: number
beforeEach(async () => {
  const directory = temporaryDirectory()
  atEnd(() => directory.remove())
  port = (await startServer({ database: directory.file('app.db') })).port
  const admin = await connect(port)
  await admin.query('create table parent (a int primary key)')
  await admin.query('create table child (a int primary key, b int references parent)')
})

test('is called what its client has asked for, wherever it says its name', async () => {
  const [one, two] = [await connect(port, { database: 'Shop' }), await connect(port, { database: 'other' })]
  const names = `select current_database() as d, current_catalog as c,
    (select string_agg(datname, ',') from pg_database) as all,
    (select string_agg(distinct table_catalog, ',') from information_schema.tables) as t,
    (select string_agg(catalog_name, ',') from information_schema.information_schema_catalog_name) as i,
    (select string_agg(distinct datname, ',') from pg_stat_activity) as a,
    has_database_privilege(current_database(), 'connect') as may`
  for (const [client, d] of [
    [one, 'Shop'],
    [two, 'other'],
    [one, 'Shop'],
  ] as const) {
    expect((await client.query(names)).rows).toEqual([{ d, c: d, all: d, t: d, i: d, a: d, may: true }])
  }
  await one.query('insert into parent values (7)')
  expect((await two.query('select a from parent')).rows).toEqual([{ a: 7 }])
})

test('has the foreign keys that a query builder looks for by the name that it was configured with', async () => {
  const sql = connectPostgres(port, { database: 'configured' })
  // As Sequelize asks.
  const keys = await sql`
    select distinct tc.constraint_name, tc.table_catalog, kcu.column_name, ccu.table_name as referenced
    from information_schema.table_constraints as tc
    join information_schema.key_column_usage as kcu on tc.constraint_name = kcu.constraint_name
    join information_schema.constraint_column_usage as ccu on ccu.constraint_name = tc.constraint_name
    where constraint_type = 'FOREIGN KEY' and tc.table_name = 'child' and tc.table_catalog = 'configured'`
  expect(keys).toEqual([
    { constraint_name: 'child_b_fkey', table_catalog: 'configured', column_name: 'b', referenced: 'parent' },
  ])
})

test('is called by its file where nobody asks, and a name is cut as all names are', async () => {
  const raw = new RawClient(port)
  raw.send(startupMessage({ user: 'ann' }))
  await raw.readUntilReady()
  raw.send(query('select current_database()'))
  expect(await raw.answers()).toContain('D(app)')
  const long = await connect(port, { database: 'x'.repeat(100) })
  const { rows } = await long.query('select current_database() as d, (select datname from pg_database) as p')
  expect(rows).toEqual([{ d: 'x'.repeat(63), p: 'x'.repeat(63) }])
})

test('is all that there is: USE goes nowhere else', async () => {
  const client = await connect(port, { database: 'shop' })
  expect((await client.query('use shop')).command).toBe('USE')
  expect((await client.query('select current_database() as d')).rows).toEqual([{ d: 'shop' }])
  expect((await failure(client.query('use app'))).code).toBe('3D000')
})
