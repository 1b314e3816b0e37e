/** A directory of databases: made and dropped by SQL, with roles, passwords and privileges; and what the server says of itself. */

import { beforeEach, describe, expect, test } from 'vitest'
import type { LogEntry } from '../../src/server/index.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, connect, failure, isInstalled, runClient, startServer } from './support.ts'

let directory: string
beforeEach(() => {
  const temporary = temporaryDirectory()
  atEnd(() => temporary.remove())
  directory = temporary.path
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
  test('are figures for Prometheus', async () => {
    const { port, metricsPort } = await startServer({ metrics: { port: 0 } })
    const client = await connect(port)
    await client.query('select 1')
    await failure(client.query('select 1/0'))
    const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
    expect(response.headers.get('content-type')).toContain('version=0.0.4')
    const text = await response.text()
    expect(text).toContain('coppice_connections{database="memory"} 1\n')
    expect(text).toContain('coppice_statements_failed_total 1\n')
    expect(text).toMatch(/coppice_statement_seconds_bucket\{le="\+Inf"\} 2\n/)
    expect(text.split('\n').every(line => line === '' || /^(# (HELP|TYPE) )?coppice_/.test(line))).toBe(true)
    expect((await fetch(`http://127.0.0.1:${metricsPort}/`)).status).toBe(404)
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
