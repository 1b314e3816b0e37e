/** What roles may do: as it is now and not as it was at login; on columns, views, sequences, schemas and databases. */

import type pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, connect, failure, startServer } from './support.ts'

let port: number
let admin: pg.Client
let bob: pg.Client

/** Bob, in another session. */
const another = (database = 'postgres') => connect(port, { user: 'bob', password: 'builder', database })

beforeEach(async () => {
  const temporary = temporaryDirectory()
  atEnd(() => temporary.remove())
  const server = await startServer({ directory: temporary.path, users: { admin: 'root' } })
  port = server.port
  admin = await connect(port, { user: 'admin', password: 'root', database: 'postgres' })
  await admin.query("create user bob password 'builder'")
  await admin.query(
    'create table t (a int primary key, b text, c text); insert into t values (1, $$x$$, $$y$$)',
  )
  bob = await another()
})

async function expectRefused(client: pg.Client, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const outcome = await client.query(text).then(
      () => 'done',
      error => error.code,
    )
    expect(`${text}: ${outcome}`).toBe(`${text}: 42501`)
  }
}
const value = async (client: pg.Client, text: string) => {
  const { rows } = await client.query({ text, rowMode: 'array' })
  return rows[0][0]
}

describe('sessions that run', () => {
  test('lose what a superuser may do when he is none any more', async () => {
    await admin.query('alter role bob superuser')
    const other = await another()
    await other.query('create table mine (a int)')
    expect(await value(other, 'show is_superuser')).toBe('on')
    await other.query('prepare read as select * from t')
    await other.query('execute read')
    await admin.query('alter role bob nosuperuser')
    await expectRefused(
      other,
      'select * from t',
      'execute read',
      'drop table mine',
      'create role eve superuser',
      'alter role bob superuser',
      'create database x',
      'grant all on t to bob',
    )
    expect(await value(other, 'show is_superuser')).toBe('off')
    const seen = await other.query("select query from pg_stat_activity where usename = 'admin'")
    expect(seen.rows).toEqual([{ query: '<insufficient privilege>' }])
  })
  test('lose what a role may do when it is dropped, though one of its name is made again', async () => {
    await admin.query('grant select on t to bob')
    await bob.query('select * from t')
    await admin.query('drop role bob')
    await expectRefused(bob, 'select * from t')
    await admin.query("create user bob superuser password 'builder'")
    await expectRefused(bob, 'select * from t', 'create table x (a int)')
    expect(await value(await another(), 'select a from t')).toBe(1)
  })
  test('have nothing of a role that has got their name', async () => {
    await admin.query('drop role bob')
    await admin.query("create user bob password 'builder'")
    await admin.query('create database its owner bob')
    const its = await another()
    await its.query("select 'its own'")
    await expectRefused(
      bob,
      "alter role bob password 'stolen'",
      'drop database its',
      `select pg_terminate_backend(${await value(its, 'select pg_backend_pid()')})`,
    )
    const seen = await bob.query("select query from pg_stat_activity where datname = 'postgres'")
    expect(seen.rows.filter(row => row.query !== '<insufficient privilege>')).toHaveLength(1)
    await another()
  })
  test('lose CREATEDB and CREATEROLE', async () => {
    await admin.query('alter role bob createdb createrole')
    await bob.query('create database one')
    await bob.query('create role eve')
    await admin.query('alter role bob nocreatedb nocreaterole')
    await expectRefused(bob, 'create database two', 'create role mallory', 'drop role eve')
  })
  test('lose and gain what is revoked and granted, also of statements that are prepared', async () => {
    await bob.query('prepare read as select b from t').catch(error => expect(error.code).toBe('42501'))
    await admin.query('grant select on t to bob')
    await bob.query('prepare read as select b from t')
    expect((await bob.query('execute read')).rows).toEqual([{ b: 'x' }])
    await admin.query('revoke select on t from bob')
    await expectRefused(bob, 'execute read')
  })
  test('that came before anybody was named keep what they had', async () => {
    const temporary = temporaryDirectory()
    atEnd(() => temporary.remove())
    const server = await startServer({ directory: temporary.path })
    const first = await connect(server.port, { database: 'postgres' })
    await first.query("create role root superuser login password 'x'")
    await first.query("create role ann login password 'x'")
    await first.query('create table t (a int)')
    const ann = await connect(server.port, { user: 'ann', password: 'x', database: 'postgres' })
    await expectRefused(ann, 'select * from t')
  })
})

describe('columns', () => {
  test('are read by whom they were granted to, and no others', async () => {
    await admin.query('grant select (a, b) on t to bob')
    expect((await bob.query('select a, b from t where b = $$x$$ order by a')).rows).toEqual([
      { a: 1, b: 'x' },
    ])
    expect((await bob.query('select count(*)::int as n from t')).rows).toEqual([{ n: 1 }])
    await expectRefused(
      bob,
      'select * from t',
      'select c from t',
      'select a from t where c is null',
      'select a from t order by c',
      'select max(c) from t',
      'select t from t',
      'select a from t natural join t as u',
      'select (select c from t limit 1)',
      'with u as (select * from t) select a from u where c > $$$$',
    )
    await admin.query('revoke select on t from bob')
    await expectRefused(bob, 'select a from t')
  })
  test('are changed by whom they were granted to', async () => {
    await admin.query('grant insert (a, b), update (b), select (a) on t to bob')
    await bob.query('insert into t (a, b) values (2, $$z$$)')
    await bob.query('update t set b = $$new$$ where a = 2')
    await bob.query('update t set b = $$all$$')
    await bob.query('insert into t (a, b) values (2, $$x$$) on conflict (a) do update set b = excluded.b')
    await expectRefused(
      bob,
      'insert into t values (3, $$z$$, $$z$$)',
      'insert into t (a, c) values (3, $$z$$)',
      'update t set c = $$z$$',
      'update t set b = c',
      'update t set b = b || $$z$$',
      'update t set b = $$z$$ where c = $$y$$',
      'update t set b = $$z$$ returning c',
      'insert into t (a, b) values (2, $$x$$) on conflict (a) do update set c = $$z$$',
      'insert into t (a, b) values (9, $$x$$) returning b',
      'delete from t',
    )
    expect(await value(admin, 'select string_agg(b, $$ $$ order by a) from t')).toBe('all x')
  })
  test('keep to their number when others are dropped', async () => {
    await admin.query('grant select (c) on t to bob; alter table t drop column b')
    expect(await value(bob, 'select c from t')).toBe('y')
    await expectRefused(bob, 'select a from t')
    expect((await failure(admin.query('grant select (b) on t to bob'))).code).toBe('42703')
  })
  test("that a cursor does not read need no right, though they are its rows' key", async () => {
    await admin.query('grant select (b), update (b) on t to bob')
    await bob.query('begin')
    await bob.query('declare one cursor for select b from t')
    expect((await bob.query('fetch one')).rows).toEqual([{ b: 'x' }])
    await bob.query('update t set b = $$changed$$ where current of one')
    await bob.query('savepoint s')
    for (const text of [
      'declare other cursor for select a, b from t',
      'declare other cursor for select b from t order by a',
      'update t set c = $$z$$ where current of one',
      'update t set b = $$z$$ where current of one returning a',
      'delete from t where current of one',
    ]) {
      await expectRefused(bob, text)
      await bob.query('rollback to s')
    }
    await bob.query('commit')
    expect(await value(admin, 'select b from t')).toBe('changed')
  })
  test('need no right to be read where nothing of them is', async () => {
    await admin.query('grant delete, update on t to bob')
    await bob.query('update t set b = $$1$$, c = $$2$$')
    await expectRefused(bob, 'delete from t where a = 1', 'update t set b = $$1$$ where a = 1')
    await bob.query('delete from t')
  })
})

describe('views', () => {
  test('show what their owner may read to whom they were granted to', async () => {
    await admin.query('create view v as select b from t where a > 0; create view w as select * from v')
    await expectRefused(bob, 'select * from v')
    await admin.query('grant select on v to bob')
    expect(await value(bob, 'select b from v')).toBe('x')
    await expectRefused(bob, 'select b from t', 'select * from w', 'select * from v, t')
  })
  test('with security_invoker show what their asker may read', async () => {
    await admin.query('create view v with (security_invoker) as select b from t where a > 0')
    await admin.query(
      'create view w as select * from v; create view x with (security_invoker) as select * from w',
    )
    await admin.query('grant select on v, w, x to bob')
    await expectRefused(bob, 'select b from v')
    // What stands in a view of its owner's is asked of the owner.
    expect(await value(bob, 'select b from w')).toBe('x')
    expect(await value(bob, 'select b from x')).toBe('x')
    await admin.query('grant select (b) on t to bob')
    await expectRefused(bob, 'select b from v')
    await admin.query('grant select (a) on t to bob')
    expect(await value(bob, 'select b from v')).toBe('x')
    await admin.query('revoke select on t from bob; revoke select (a, b) on t from bob')
    await expectRefused(bob, 'select b from v')
    await admin.query('alter view v set (security_invoker = off)')
    expect(await value(bob, 'select b from v')).toBe('x')
  })
})

describe('sequences', () => {
  test('are asked and set by whom they were granted to', async () => {
    await admin.query('create sequence s; create table u (id serial, n int); grant insert on u to bob')
    await expectRefused(bob, 'select nextval($$s$$)', 'insert into u (n) values (1)')
    await admin.query('grant usage on all sequences in schema public to bob')
    await bob.query('insert into u (n) values (1)')
    expect(await value(bob, 'select nextval($$s$$)')).toBe('1')
    expect(await value(bob, 'select currval($$s$$)')).toBe('1')
    await expectRefused(bob, 'select setval($$s$$, 9)')
    await admin.query('grant update on sequence s to bob')
    await bob.query('select setval($$s$$, 9)')
    expect((await failure(admin.query('grant usage on sequence t to bob'))).code).toBe('42809')
  })
  test('of identity columns are asked by inserting', async () => {
    await admin.query('create table u (id int generated always as identity, n int)')
    await admin.query('grant insert on u to bob')
    await bob.query('insert into u (n) values (1)')
  })
})

describe('schemas and databases', () => {
  test('are used by whom they were granted to', async () => {
    await admin.query('create schema s; create table s.t (a int); grant select on s.t to bob')
    expect((await failure(bob.query('select * from s.t'))).message).toBe('permission denied for schema s')
    await admin.query('grant usage on schema s to bob')
    await bob.query('select * from s.t')
    await admin.query('grant select on t to bob; revoke all on schema public from public')
    await expectRefused(bob, 'select * from t')
    await admin.query('grant usage on schema public to public')
    await bob.query('select * from t')
    expect((await failure(admin.query('grant create on schema public to bob'))).code).toBe('0A000')
  })
  test('are entered by everybody, until CONNECT is revoked', async () => {
    await admin.query('create database shop')
    await another('shop')
    await admin.query('revoke connect on database shop from public')
    const refused = await failure(another('shop'))
    expect(refused.code).toBe('42501')
    expect(refused.message).toBe('permission denied for database "shop"')
    await admin.query('grant connect on database shop to bob')
    await another('shop')
    expect((await failure(admin.query('grant connect on database none to bob'))).code).toBe('3D000')
  })
})

describe('members of a role', () => {
  test('may do what it may, as long as they are members', async () => {
    await admin.query('create role readers; create role staff; grant select on t to readers')
    await admin.query('grant readers to staff; grant staff to bob')
    await bob.query('select * from t')
    expect(await value(bob, 'select pg_has_role($$readers$$, $$member$$)')).toBe(true)
    expect((await failure(admin.query('grant staff to readers'))).code).toBe('0LP01')
    expect(
      (
        await admin.query(
          'select roleid::regrole::text as r, member::regrole::text as m from pg_auth_members',
        )
      ).rows,
    ).toEqual([
      { r: 'readers', m: 'staff' },
      { r: 'staff', m: 'bob' },
    ])
    await admin.query('revoke readers from staff')
    await expectRefused(bob, 'select * from t', 'grant staff to bob')
    await admin.query('grant readers to bob; drop role readers')
    await expectRefused(bob, 'select * from t')
  })
  test('of the owner of a database own it', async () => {
    await admin.query('create role owners createdb; grant owners to bob; create database shop owner owners')
    const shop = await another('shop')
    await shop.query('create table mine (a int)')
    await admin.query('revoke owners from bob')
    await expectRefused(shop, 'create table more (a int)', 'select * from mine')
  })
})

describe('functions about privileges', () => {
  test('say what is so', async () => {
    await admin.query('create sequence s; create schema z; grant select (b), insert on t to bob')
    const answers: readonly (readonly [string, unknown])[] = [
      ["has_table_privilege('t', 'select')", false],
      ["has_table_privilege('t', 'select, insert')", true],
      ["has_table_privilege('t', 'INSERT WITH GRANT OPTION')", false],
      ["has_table_privilege('admin', 't', 'delete')", true],
      ["has_table_privilege('public', 't', 'insert')", false],
      ["has_table_privilege('t'::regclass, 'truncate')", false],
      ["has_table_privilege(999999::oid, 'select')", null],
      ["has_table_privilege('pg_class', 'select')", true],
      ["has_table_privilege('pg_class', 'delete')", false],
      ["has_column_privilege('t', 'b', 'select')", true],
      ["has_column_privilege('t', 'c', 'select')", false],
      ["has_column_privilege('t', 2::smallint, 'select')", true],
      ["has_any_column_privilege('t', 'select')", true],
      ["has_any_column_privilege('t', 'update')", false],
      ["has_sequence_privilege('s', 'usage')", false],
      ["has_schema_privilege('public', 'usage')", true],
      ["has_schema_privilege('public', 'create')", false],
      ["has_schema_privilege('z', 'usage')", false],
      ["has_database_privilege('postgres', 'connect')", true],
      ["has_database_privilege('postgres', 'create')", false],
      ["has_function_privilege('lower(text)', 'execute')", true],
      ["pg_has_role('admin', 'member')", false],
      ["pg_has_role('bob', 'usage')", true],
    ]
    for (const [call, expected] of answers) {
      expect(`${call}: ${await value(bob, `select ${call}`)}`).toBe(`${call}: ${expected}`)
    }
    const errors: readonly (readonly [string, string])[] = [
      ["has_table_privilege('t', 'read')", '22023'],
      ["has_table_privilege('nobody', 't', 'select')", '42704'],
      ["has_table_privilege('none', 'select')", '42P01'],
      ["has_column_privilege('t', 'z', 'select')", '42703'],
      ["has_database_privilege('none', 'connect')", '3D000'],
    ]
    for (const [call, code] of errors) {
      expect(`${call}: ${(await failure(bob.query(`select ${call}`))).code}`).toBe(`${call}: ${code}`)
    }
    const listed = await bob.query(
      "select grantee, privilege_type, is_grantable from information_schema.table_privileges where table_name = 't' and grantee <> 'admin'",
    )
    expect(listed.rows).toEqual([{ grantee: 'bob', privilege_type: 'INSERT', is_grantable: 'NO' }])
    const columns = await bob.query(
      "select column_name, privilege_type from information_schema.column_privileges where grantee = 'bob' order by 2, 1",
    )
    expect(columns.rows.map(row => `${row.privilege_type} ${row.column_name}`)).toEqual([
      'INSERT a',
      'INSERT b',
      'INSERT c',
      'SELECT b',
    ])
    await admin.query('revoke insert on t from bob')
    expect(await value(bob, "select has_table_privilege('t', 'insert')")).toBe(false)
  })
})

describe('what is not there', () => {
  test('is refused by name', async () => {
    const refused = [
      'grant truncate on t to bob',
      'grant references (a) on t to bob',
      'grant select on t to bob with grant option',
      'grant execute on function lower(text) to bob',
      'grant usage on type t to bob',
      'alter default privileges grant select on tables to bob',
      'grant bob to admin with admin option',
      'grant create on database postgres to bob',
      'set role bob',
      'create policy p on t',
    ]
    for (const text of refused)
      expect(`${text}: ${(await failure(admin.query(text))).code}`).toBe(`${text}: 0A000`)
  })
})

describe('the catalogs', () => {
  const names = async (client: pg.Client, text: string) =>
    (await client.query({ text, rowMode: 'array' })).rows.map(row => row[0])

  beforeEach(async () => {
    await admin.query(`create view v as select a from t; create sequence s; create schema own;
      create table hidden (a int primary key check (a > 0), b int references t)`)
  })

  test('of information_schema name to nobody what he may do nothing with', async () => {
    const tables = "select table_name from information_schema.tables where table_schema = 'public' order by 1"
    const columns = `select table_name || '.' || column_name from information_schema.columns
      where table_schema = 'public' order by 1`
    const others = ['views', 'sequences', 'table_constraints', 'key_column_usage', 'check_constraints'].map(
      view =>
        `select count(*)::int from information_schema.${view} where ${
          view === 'sequences'
            ? 'sequence_schema'
            : view.includes('constraint')
              ? 'constraint_schema'
              : 'table_schema'
        } = 'public'`,
    )
    others[3] = "select count(*)::int from information_schema.key_column_usage where table_schema = 'public'"
    expect(await names(admin, tables)).toEqual(['hidden', 't', 'v'])
    for (const text of others) expect(await value(admin, text), text).toBeGreaterThan(0)
    expect(await names(bob, tables)).toEqual([])
    expect(await names(bob, columns)).toEqual([])
    for (const text of others) expect(await value(bob, text), text).toBe(0)
    await admin.query(
      'grant select (a, b) on t to bob; grant select on v to bob; grant usage on sequence s to bob',
    )
    expect(await names(bob, tables)).toEqual(['t', 'v'])
    expect(await names(bob, columns)).toEqual(['t.a', 't.b', 'v.a'])
    expect(await value(bob, others[1])).toBe(1)
    // What it is made of is its owner's business.
    expect(await names(bob, 'select view_definition from information_schema.views')).toEqual(
      Array.from(
        { length: await value(bob, 'select count(*)::int from information_schema.views') },
        () => null,
      ),
    )
    expect(
      await names(
        bob,
        "select schema_name from information_schema.schemata where schema_name in ('own', 'public')",
      ),
    ).toEqual(['public'])
    await admin.query('grant insert on hidden to public')
    expect(await names(bob, tables)).toEqual(['hidden', 't', 'v'])
    expect(await value(bob, others[2])).toBeGreaterThan(0)
    const grants =
      "select grantee from information_schema.table_privileges where table_schema = 'public' group by 1 order by 1"
    expect(await names(bob, grants)).toEqual(['PUBLIC', 'bob'])
    expect(await names(admin, grants)).toEqual(['PUBLIC', 'admin', 'bob'])
  })

  test('tell where a sequence is to those who may use it', async () => {
    await admin.query("select nextval('s')")
    const last = "select last_value::int from pg_sequences where sequencename = 's'"
    expect([await value(admin, last), await value(bob, last)]).toEqual([1, null])
    await admin.query('grant select on sequence s to bob')
    expect(await value(bob, last)).toBe(1)
  })

  test('list privileges as PostgreSQL writes them, for psql and others that read them', async () => {
    const list = (text: string) => value(admin, text)
    const ofTable = "select relacl::text from pg_class where relname = 't'"
    expect(await list(ofTable)).toBe(null)
    await admin.query('create role "Big Bob"')
    await admin.query(`grant select, insert on t to bob; grant update (b) on t to bob; grant select on t to public;
      grant usage on sequence s to "Big Bob"; grant usage on schema own to bob; revoke connect on database postgres from public`)
    expect(await list(ofTable)).toBe('{admin=arwdDxtm/admin,=r/admin,bob=ar/admin}')
    expect(
      await list("select attacl::text from pg_attribute where attrelid = 't'::regclass and attname = 'b'"),
    ).toBe('{bob=w/admin}')
    expect(await list("select relacl::text from pg_class where relname = 's'")).toBe(
      '{admin=rwU/admin,"\\"Big Bob\\"=U/admin"}',
    )
    expect(await list("select nspacl::text from pg_namespace where nspname = 'own'")).toBe(
      '{admin=UC/admin,bob=U/admin}',
    )
    expect(await list("select datacl::text from pg_database where datname = 'postgres'")).toBe(
      '{admin=CTc/admin,=T/admin}',
    )
    expect(await list("select acldefault('d', relowner)::text from pg_class where relname = 't'")).toBe(
      '{=Tc/admin,admin=CTc/admin}',
    )
    const { rows } = await admin.query(`select grantee::regrole::text as grantee, privilege_type, is_grantable
      from pg_class, aclexplode(relacl) where relname = 't' and grantee = (select oid from pg_roles where rolname = 'bob')`)
    expect(rows).toEqual([
      { grantee: 'bob', privilege_type: 'INSERT', is_grantable: false },
      { grantee: 'bob', privilege_type: 'SELECT', is_grantable: false },
    ])
  })
})

describe('CREATE SCHEMA', () => {
  const made = `create schema own grant select on u to bob grant usage on schema own to bob
    create table u (a int) create view v as select a from u grant select on v, public.t to bob`

  test('grants what is made in it, when all of it is made', async () => {
    await admin.query(made)
    await bob.query('select from own.u, own.v, public.t')
    await expectRefused(bob, 'insert into own.u values (1)')
  })

  test('grants nothing when it fails, or is rolled back', async () => {
    const acl = "select relacl::text from pg_class where relname = 't'"
    await admin.query('begin')
    await admin.query(made)
    await admin.query('rollback')
    expect(await value(admin, acl)).toBe(null)
    for (const [text, code] of [
      ['create schema own grant select on t to bob grant select on u to bob', '42P01'],
      ['create schema own grant select on t to bob, nobody', '42704'],
    ] as const) {
      expect((await failure(admin.query(text))).code, text).toBe(code)
      expect(await value(admin, acl)).toBe(null)
      expect(await value(admin, "select count(*)::int from pg_namespace where nspname = 'own'")).toBe(0)
    }
    await admin.query(`begin; ${made}; savepoint s; create schema other create table w (a int) grant select on w to bob;
      rollback to s; commit`)
    await bob.query('select from own.u, own.v')
    expect(await value(admin, "select to_regclass('other.w') is null")).toBe(true)
  })
})

describe('the last superuser', () => {
  test('stays, since without one everybody could come in', async () => {
    await admin.query("create role second superuser login password 'x'; create role boss createrole")
    await admin.query('alter role admin nosuperuser')
    const second = await connect(port, { user: 'second', password: 'x', database: 'postgres' })
    for (const text of [
      'alter role second nologin',
      'alter role second nosuperuser',
      'alter role second password null',
    ]) {
      expect((await failure(second.query(text))).code, text).toBe('42501')
    }
    await second.query("create role third superuser login password 'y'")
    const third = await connect(port, { user: 'third', password: 'y', database: 'postgres' })
    // None of several is dropped when one of them cannot be.
    expect((await failure(third.query('drop role second, bob, nobody'))).code).toBe('42704')
    await third.query('drop role second')
    expect((await failure(third.query('drop role third'))).code).toBe('55006')
    expect(
      (await failure(connect(port, { user: 'anybody', password: 'x', database: 'postgres' }))).code,
    ).toBe('28P01')
  })
})
