/** A directory of databases: made and dropped by SQL, with roles, passwords and privileges; and what the server says of itself. */

import { readdirSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { openSync, t, table } from '../../src/index.ts'
import type { LogEntry } from '../../src/server/index.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, connect, failure, isInstalled, runClient, startServer } from './support.ts'

let directory: string
beforeEach(() => {
  const temporary = temporaryDirectory()
  atEnd(() => temporary.remove())
  directory = temporary.path
})

describe('a directory of an older build', () => {
  test('keeps the privileges that were granted then', async () => {
    const first = await startServer({ directory, users: { ann: 'x' } })
    const admin = await connect(first.port, { password: 'x', database: 'postgres' })
    await admin.query("create table t (a int); create role bob login password 'y'")
    const { oid } = (await admin.query("select 't'::regclass::oid::int as oid")).rows[0]
    await first.close()
    const system = openSync(`${directory}/coppice.system`)
    const privileges = table('privileges', {
      columns: { database: t.text, tableOid: t.u32, role: t.text, privilege: t.text },
      primaryKey: ['database', 'tableOid', 'role', 'privilege'],
    })
    system.write(tx =>
      tx.table(privileges).put({ database: 'postgres', tableOid: oid, role: 'bob', privilege: 'select' }),
    )
    system.close()
    const { port } = await startServer({ directory, users: { ann: 'x' } })
    const bob = await connect(port, { user: 'bob', password: 'y', database: 'postgres' })
    expect((await bob.query('select * from t')).rows).toEqual([])
    expect((await failure(bob.query('insert into t values (1)'))).code).toBe('42501')
    const again = await connect(port, { password: 'x', database: 'postgres' })
    await again.query('revoke select on t from bob')
    expect((await failure(bob.query('select * from t'))).code).toBe('42501')
  })
})

describe('databases', () => {
  test('are made, used beside each other, and dropped', async () => {
    const server = await startServer({ directory })
    const admin = await connect(server.port, { database: 'postgres' })
    await admin.query('create database "Shop.1"')
    expect((await failure(admin.query('create database "Shop.1"'))).code).toBe('42P04')
    const shop = await connect(server.port, { database: 'Shop.1' })
    await shop.query('create table t (a int)')
    expect((await failure(admin.query('select * from t'))).code).toBe('42P01')
    const names = await admin.query('select datname from pg_database order by 1')
    expect(names.rows.map(row => row.datname)).toEqual(['Shop.1', 'postgres'])
    expect((await admin.query('show databases')).rows).toEqual([
      { database: 'Shop.1' },
      { database: 'postgres' },
    ])
    expect((await failure(admin.query('drop database "Shop.1"'))).code).toBe('55006')
    expect((await failure(admin.query('drop database postgres'))).code).toBe('55006')
    await shop.end()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect((await failure(admin.query('begin; drop database "Shop.1"'))).code).toBe('25001')
    await admin.query('rollback')
    await admin.query('drop database "Shop.1"')
    await admin.query('drop database if exists "Shop.1"')
    expect((await failure(connect(server.port, { database: 'Shop.1' }))).code).toBe('3D000')
  })
  test('are there again when the server starts again', async () => {
    const first = await startServer({ directory })
    const one = await connect(first.port, { database: 'postgres' })
    await one.query('create database shop')
    await one.query('create table t (a int); insert into t values (7)')
    await first.close()
    const { port } = await startServer({ directory })
    expect((await (await connect(port, { database: 'postgres' })).query('select a from t')).rows).toEqual([
      { a: 7 },
    ])
    await connect(port, { database: 'shop' })
  })
  test('have each a file of its own, whatever they are called', async () => {
    const { port } = await startServer({ directory })
    const admin = await connect(port, { database: 'postgres' })
    // By numbers of any length "/a" would be the sign of number 2fa.
    for (const name of ['/a', '\u02fa', '../up', 'a ac', 'a€', '%2fa', '.', 'postgres.db']) {
      await admin.query(`create database "${name}"`)
      const one = await connect(port, { database: name })
      await one.query('create table t (a int)')
    }
    expect(readdirSync(directory).filter(file => file.endsWith('.db'))).toHaveLength(9)
  })
  test('do not take a file that is there already', async () => {
    const { port } = await startServer({ directory })
    const left = openSync(`${directory}/left.db`)
    left.exec('create table secret (a int)')
    left.close()
    const admin = await connect(port, { database: 'postgres' })
    expect((await failure(admin.query('create database "left"'))).code).toBe('58P02')
  })
  test.skipIf(!isInstalled('psql'))('are gone through by psql', async () => {
    const { port } = await startServer({ directory })
    const script = 'create database shop;\n\\c shop\nselect current_database();\n'
    const { output, errors } = await runClient('psql', ['-XAt'], port, { PGDATABASE: 'postgres' }, script)
    expect(errors).toBe('')
    expect(output).toMatch(/^CREATE DATABASE\n.*"shop".*\nshop\n$/)
  })
})

describe('roles', () => {
  const users = { admin: 'root' }
  const adminOf = (port: number) => connect(port, { user: 'admin', password: 'root', database: 'postgres' })

  test('come in by their passwords, and may do what they were granted', async () => {
    const { port } = await startServer({ directory, users })
    const admin = await adminOf(port)
    await admin.query("create user bob password 'builder'")
    await admin.query('create table open (a int); create table closed (a int); insert into closed values (1)')
    await admin.query('grant select, insert on open to bob')
    const bob = await connect(port, { user: 'bob', password: 'builder', database: 'postgres' })
    await bob.query('insert into open values (1)')
    expect((await bob.query('select * from open')).rows).toEqual([{ a: 1 }])
    const refused = [
      'select * from closed',
      'insert into open select * from closed',
      'select (select max(a) from closed)',
      'with x as (delete from open returning *) select * from x',
      'update open set a = 2',
      'delete from open',
      'copy closed to stdout',
      'explain select * from closed',
      'create table mine (a int)',
      'drop table open',
      'truncate open',
      'grant all on closed to bob',
      'create role eve',
      'create database x',
      'alter role admin password $$x$$',
    ]
    for (const text of refused)
      expect(`${text}: ${(await failure(bob.query(text))).code}`).toBe(`${text}: 42501`)
    const seen = await bob.query("select query from pg_stat_activity where usename = 'admin'")
    expect(seen.rows).toEqual([{ query: '<insufficient privilege>' }])
    await admin.query('revoke insert on open from bob')
    expect((await failure(bob.query('insert into open values (2)'))).code).toBe('42501')
    await admin.query('grant all on all tables in schema public to public')
    expect((await bob.query('select * from closed')).rows).toEqual([{ a: 1 }])
  })
  test('cannot change or read by an INSERT what they may only add to', async () => {
    const { port } = await startServer({ directory, users })
    const admin = await adminOf(port)
    await admin.query("create user bob password 'builder'")
    await admin.query('create table log (id int primary key, a text); insert into log values (1, $$secret$$)')
    await admin.query('grant insert on log to bob')
    const bob = await connect(port, { user: 'bob', password: 'builder', database: 'postgres' })
    await bob.query('insert into log values (2, $$mine$$)')
    await bob.query('with new as (insert into log values (3, $$mine$$)) select 1')
    const reading = [
      'insert into log select id + 10, a::int::text from log',
      'insert into log values (4, (select a from log where id = 1))',
      'with new as (insert into log values (5, $$x$$)) select * from log',
      'insert into log values (1, $$x$$) on conflict (id) do update set a = $$mine$$',
    ]
    for (const text of reading)
      expect(`${text}: ${(await failure(bob.query(text))).code}`).toBe(`${text}: 42501`)
    await admin.query('grant select on log to bob')
    expect((await failure(bob.query(reading[3]))).code).toBe('42501')
    await bob.query('insert into log values (1, $$x$$) on conflict (id) do nothing')
    await admin.query('grant update on log to bob')
    await bob.query(reading[3])
  })
  test('are granted nothing by a transaction that is rolled back', async () => {
    const { port } = await startServer({ directory, users })
    const admin = await adminOf(port)
    await admin.query("create user bob password 'builder'")
    await admin.query('begin; create table draft (a int); grant select on draft to bob; rollback')
    await admin.query('create table secret (a int)')
    const bob = await connect(port, { user: 'bob', password: 'builder', database: 'postgres' })
    expect((await failure(bob.query('select * from secret'))).code).toBe('42501')
    await admin.query('begin; create table open (a int); grant select on open to bob; commit')
    await bob.query('select * from open')
  })
  test('change their own password, are locked out and dropped', async () => {
    const { port } = await startServer({ directory, users })
    const admin = await adminOf(port)
    await admin.query("create role bob login password 'old'")
    const bob = await connect(port, { user: 'bob', password: 'old', database: 'postgres' })
    await bob.query("alter role bob password 'new'")
    await connect(port, { user: 'bob', password: 'new', database: 'postgres' })
    expect((await failure(connect(port, { user: 'bob', password: 'old' }))).code).toBe('28P01')
    await admin.query('alter role bob nologin')
    expect((await failure(connect(port, { user: 'bob', password: 'new' }))).code).toBe('28P01')
    await admin.query('drop role bob')
    expect((await failure(admin.query('drop role bob'))).code).toBe('42704')
    expect((await failure(admin.query('create role x valid until $$2030-01-01$$'))).code).toBe('0A000')
    expect((await admin.query('select rolname, rolsuper from pg_roles')).rows).toEqual([
      { rolname: 'admin', rolsuper: true },
    ])
  })
  test('of a server of one database are its options alone', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    expect((await failure(client.query('create role x'))).code).toBe('0A000')
    expect((await failure(client.query('create database x'))).code).toBe('0A000')
  })
})

describe('what the server says of itself', () => {
  test('are events, with slow statements among them', async () => {
    const entries: LogEntry[] = []
    const { port } = await startServer({ log: entry => entries.push(entry), slowStatementMs: 1 })
    const client = await connect(port)
    await client.query('select count(*) from generate_series(1, 20000)')
    await client.end()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(entries.map(entry => entry.event)).toEqual([
      'listening',
      'connection opened',
      'statement slow',
      'connection closed',
    ])
    expect(entries[2]).toMatchObject({
      level: 'warning',
      user: 'ann',
      statement: expect.stringContaining('20000'),
    })
    expect(JSON.parse(JSON.stringify(entries[2])).time).toMatch(/^\d{4}-.*Z$/)
  })
  test('keep passwords to themselves', async () => {
    const entries: LogEntry[] = []
    const folder = temporaryDirectory()
    atEnd(() => folder.remove())
    const { port } = await startServer({
      directory: folder.path,
      users: { ann: 'x' },
      log: entry => entries.push(entry),
      slowStatementMs: 0,
    })
    const client = await connect(port, { password: 'x', database: 'postgres' })
    const asker = await connect(port, { password: 'x', database: 'postgres' })
    const statements = [
      "create role bob password 'hunter2'",
      'alter role bob password /* new */ $$hunter2$$',
      "select 1; alter role bob password e'hunter2'",
      "alter role bob password 'hunter2",
      `alter role bob password 'hunter2' -- ${'x'.repeat(200_000)}`,
    ]
    for (const statement of statements) {
      await client.query(statement).catch(() => {})
      const { rows } = await asker.query('select * from pg_stat_activity')
      expect(JSON.stringify(rows)).not.toContain('hunter2')
    }
    const seen = await asker.query('select * from pg_stat_statements')
    expect(JSON.stringify([entries, seen.rows])).not.toContain('hunter2')
    expect(entries.filter(entry => /password/.test(String(entry.statement)))).toHaveLength(statements.length)
  })
  test('is who does what, in pg_stat_activity', async () => {
    const { port } = await startServer()
    const [one, two] = [await connect(port), await connect(port, { application_name: 'app' })]
    await two.query('begin')
    const { rows } = await one.query(
      'select usename, application_name, state, query from pg_stat_activity order by pid',
    )
    expect(rows).toEqual([
      {
        usename: 'ann',
        application_name: '',
        state: 'active',
        query: expect.stringContaining('pg_stat_activity'),
      },
      { usename: 'ann', application_name: 'app', state: 'idle in transaction', query: 'begin' },
    ])
  })
})
