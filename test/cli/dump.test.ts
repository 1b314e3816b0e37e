/** `coppice dump`: what it writes is run by Coppice and by PostgreSQL, and makes the same database. */

import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { beforeAll, describe, expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()
let path = ''

const TABLES = ['people', 'other.pets', '"Odd ""names"""', 'without_key', 'serials']

beforeAll(() => {
  path = coppice.path('dumped.db')
  coppice.output([path, '-q', '-v', 'ON_ERROR_STOP=1'], {
    input: `
      create schema other;
      create type mood as enum ('happy', 'it''s sad');
      create type point3 as (x float8, y float8, "Z" int);
      create domain positive as int default 1 check (value > 0);
      create sequence numbers increment 3 start 7;
      create table people (
        id int generated always as identity (start with 100 increment by 10) primary key,
        email text unique not null default 'nobody', age positive check (age < 200), mood mood,
        twice numeric(10,2) generated always as (age * 2) stored,
        born date, seen timestamptz default '2024-01-01 00:00:00+00', bytes bytea, extra jsonb, tags text[],
        n bigint default nextval('numbers'), u uuid, i interval, f float8, yes boolean
      );
      insert into people (email, age, mood, born, seen, bytes, extra, tags, u, i, f, yes) values
        ('a@x.io', 3, 'it''s sad', '2024-02-29', '2024-02-29 12:00:00.123456+02', '\\x00ff', '{"a": [1, "q\\"''"]}',
          '{"x y",NULL,"{}"}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1 year 2 days 03:04:05.6', 1e308, true),
        (E'back\\\\slash ''quote''\\nline\\ttab é 日本', null, null, null, null, null, null, null, null, null, 'NaN', null);
      create table other.pets (owner int references people on delete cascade deferrable, "Name" text, primary key (owner, "Name"));
      insert into other.pets values (100, 'Rex'), (110, '');
      create table "Odd ""names""" ("select" int, "a b" text, unique ("select", "a b"));
      insert into "Odd ""names""" values (1, 'x');
      create table without_key (a int);
      insert into without_key values (1), (1), (null);
      create table serials (id serial, t text);
      insert into serials (t) values ('one'), ('two');
      create index on other.pets ("Name" desc nulls last) where owner > 1;
      create unique index lowered on people (lower(email));
      create view adults as select id, email from people where age > 17;
      create view other.named as select a.email, p."Name" from adults a join other.pets p on p.owner = a.id;
      create view youngest as select id, email, n from people where age < 18 with local check option;
      alter view youngest alter column email set default 'young';
      alter view youngest alter column n set default nextval('numbers');
      comment on table people is 'Who they''re';
      comment on column people.age is 'in years';
      create view first as select 1 as x;
      create view second as select 2 as x;
      create or replace view first as select x from second;
      create materialized view counted as select mood, count(*) as n from people group by mood;
      create unique index counted_by_mood on counted (mood);
      create materialized view later as select 1 as x with no data;
      create sequence moved;
      select setval('moved', 50, false);
      select nextval('numbers');
    `,
  })
})

/** The rows as PostgreSQL's JSON, sorted. */
const rowsQuery = (table: string): string => `select to_jsonb(t)::text as line from ${table} t order by 1`

const rowsOf = (database: string, table: string): string =>
  coppice.output([database, '-A', '-t', '-c', rowsQuery(table)])

test('a dump makes the same database, and its dump is the same', () => {
  const dump = coppice.output(['dump', path])
  const file = coppice.write('dump.sql', dump)
  const copy = coppice.path('copy.db')
  const loaded = coppice.run([copy, '-1', '-q', '-f', file])
  expect(loaded.errors).toBe('')
  for (const table of TABLES) expect(rowsOf(copy, table)).toBe(rowsOf(path, table))
  expect(coppice.output(['dump', copy])).toBe(dump)
  const views = `select (select x from first), (select sum(n) from counted),
    (select relispopulated from pg_class where relname = 'later')`
  expect(coppice.output([copy, '-A', '-t', '-c', views])).toBe('2|2|f\n')
  expect(coppice.output([copy, '-A', '-t', '-c', "select nextval('moved')"])).toBe('50\n')
  const said = "select reloptions from pg_class where relname = 'youngest'"
  expect(coppice.output([copy, '-A', '-t', '-c', said])).toBe('{check_option=local}\n')
  // What the sequences and identities give next.
  const next = "insert into people (email) values ('next') returning id, n"
  expect(coppice.output([copy, '-A', '-t', '-q', '-c', next])).toBe('120|16\n')
})

test('PostgreSQL runs it, and has the same', async () => {
  const dump = coppice.output(['dump', path])
  const postgres = new PGlite()
  await postgres.exec("set timezone = 'UTC'")
  await postgres.exec(`begin; ${dump} commit;`)
  for (const table of TABLES) {
    const { rows } = await postgres.query<{ line: string }>(rowsQuery(table))
    expect(rows.map(row => row.line).sort()).toEqual(rowsOf(path, table).trimEnd().split('\n').sort())
  }
  const definitions = `select conname, pg_get_constraintdef(oid) as text from pg_constraint
    where connamespace in ('public'::regnamespace, 'other'::regnamespace) and contype <> 'n'
    union all select indexname, indexdef from pg_indexes where schemaname in ('public', 'other') order by 1, 2`
  const { rows } = await postgres.query<{ conname: string; text: string }>(definitions)
  const own = JSON.parse(coppice.output([path, '--json', '-c', definitions]))
  expect(rows.map(({ conname, text }) => [conname, text])).toEqual(
    own.map((row: { conname: string; text: string }) => [row.conname, row.text]),
  )
  await postgres.close()
}, 60_000)

describe('a dump of a part', () => {
  test('has the definitions, or the rows, or one table', () => {
    const schema = coppice.output(['dump', path, '--schema-only'])
    expect(schema).toContain('CREATE TABLE people')
    expect(schema).not.toContain('INSERT INTO')
    const rows = coppice.output(['dump', path, '--data-only', '--table', 'other.pets'])
    expect(rows).toContain("INSERT INTO other.pets (owner, \"Name\") VALUES\n(100, 'Rex'),\n(110, '');\n")
    expect(rows).not.toContain('CREATE')
    const one = coppice.output(['dump', path, '--table', 'without_key'])
    expect(one.match(/CREATE TABLE/g)).toHaveLength(1)
    expect(coppice.run(['dump', path, '--table', 'nope']).errors).toContain('there is no table nope')
  })
  test('goes into a file, packed when it is called so', () => {
    coppice.output(['dump', path, '-o', coppice.path('packed.sql.gz')])
    expect(readFileSync(coppice.path('packed.sql.gz')).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
  })
})
