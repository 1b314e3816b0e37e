/**
 * `coppice convert`: databases of SQLite and LMDB, where packages that read them are installed: those of the benchmarks
 * (`npm ci` in bench/), and Node's own SQLite. Without them it is tested that it says so.
 */

import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()
const bench = fileURLToPath(new URL('../../bench/', import.meta.url))

function packageOf<T>(name: string): T | undefined {
  try {
    return createRequire(`${bench}package.json`)(name) as T
  } catch {
    return undefined
  }
}

interface BetterSqlite {
  new (path: string): { exec(script: string): void; close(): void }
}
const Sqlite = packageOf<BetterSqlite>('better-sqlite3')
interface Lmdb {
  open(options: object): { put(key: Buffer, value: Buffer): Promise<boolean>; close(): Promise<void> }
}
const lmdb = packageOf<Lmdb>('lmdb')

describe.skipIf(Sqlite === undefined)('SQLite', () => {
  test('comes with its tables, keys, indexes and values of any kind', () => {
    const source = coppice.path('old.sqlite')
    const sqlite = new Sqlite!(source)
    sqlite.exec(`
      create table people (id integer primary key, name text not null, email varchar(40) unique, score real, photo blob,
        big integer, "order" text);
      insert into people values (1, 'Ann', 'a@x.io', 1.5, x'00ff', 9223372036854775807, 'x'), (2, 'O''Neill 日本', null, 2, null, -1, '');
      create index people_name on people (name desc);
      create table anything (a integer, b);
      insert into anything values (1, x'01'), ('two', 3), (null, 4.5);
      create table pets (owner integer references people(id) on delete cascade, name text, primary key (owner, name)) without rowid;
      insert into pets values (1, 'Rex');
      create view names as select name from people;
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) insert into anything select i, 'x' from n;
    `)
    sqlite.close()
    const path = coppice.path('converted.db')
    const report = JSON.parse(coppice.output(['convert', source, path, '--json'], { folder: bench }))
    expect(report.tables).toEqual([
      { name: 'people', rows: 2 },
      { name: 'anything', rows: 1003 },
      { name: 'pets', rows: 1 },
    ])
    expect(report.notes).toEqual([
      'anything.a: declared INTEGER, holds integer, text: is text',
      'anything.b: declared without a type, holds blob, integer, real, text: is text',
      "view names: left out, as it is written in SQLite's dialect",
    ])
    const rows = (query: string): string => coppice.output([path, '-A', '-t', '-c', query])
    expect(rows('select * from people order by id')).toBe(
      "1|Ann|a@x.io|1.5|\\x00ff|9223372036854775807|x\n2|O'Neill 日本||2||-1|\n",
    )
    expect(rows('select a, b from anything limit 3')).toBe('1|\\x01\ntwo|3\n|4.5\n')
    const described = coppice.output([path, '-c', '\\d people'])
    expect(described).toContain('"people_pkey" PRIMARY KEY, btree (id)')
    expect(described).toContain('"people_email_key" UNIQUE CONSTRAINT, btree (email)')
    expect(described).toContain('"people_name" btree (name DESC')
    expect(described).toContain('REFERENCES people(id) ON DELETE CASCADE')
  })

  test('comes with text that has zeros in it, and keys that hold null', () => {
    const source = coppice.path('odd.sqlite')
    const sqlite = new Sqlite!(source)
    sqlite.exec(`
      create table zeros (a text primary key, b text);
      insert into zeros values ('x' || char(0) || 'é', 'plain'), (5, 'other'), (null, null);
      create table generated (a int, b int generated always as (a * 2) virtual);
      insert into generated values (4);
    `)
    sqlite.close()
    const path = coppice.path('odd.db')
    const report = JSON.parse(coppice.output(['convert', source, path, '--json'], { folder: bench }))
    expect(report.notes).toEqual([
      'zeros: its primary key is left out, as it holds null',
      'zeros.a: holds text with the character zero in it: is bytea, in UTF-8',
      'generated.b: was generated, and is an ordinary column',
    ])
    const rows = (query: string): string => coppice.output([path, '-A', '-t', '-c', query])
    expect(rows('select a, b from zeros order by b')).toBe('\\x35|other\n\\x7800c3a9|plain\n|\n')
    expect(rows('table generated')).toBe('4|8\n')
  })

  test('that cannot be stored is named by its table and row, and nothing is there of it', () => {
    const source = coppice.path('wrong.sqlite')
    const sqlite = new Sqlite!(source)
    // SQLite keeps what it is given, also where it is no UTF-8.
    sqlite.exec(`create table t (a text);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 150) insert into t select 'row ' || i from n;
      create table keys (a text collate nocase primary key);
      insert into keys values ('same');
      create unique index one on t (substr(a, 1, 100));
      create table long (a text primary key);
      insert into long values ('short'), (printf('%.*c', 100000, 'x'))`)
    sqlite.close()
    const path = coppice.path('wrong.db')
    const { errors, exitCode } = coppice.run(['convert', source, path], { folder: bench })
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('table long, row 2: ')])
  })
})

describe.skipIf(lmdb === undefined)('LMDB', () => {
  test('comes as a map of bytes', async () => {
    const source = coppice.path('old.mdb')
    const store = lmdb!.open({ path: source, keyEncoding: 'binary', encoding: 'binary' })
    await store.put(Buffer.from('key'), Buffer.from([0, 1, 255]))
    await store.put(Buffer.from([0xff]), Buffer.from('value'))
    await store.close()
    const path = coppice.path('from-lmdb.db')
    coppice.output(['convert', source, path], { folder: bench })
    expect(coppice.output([path, '-A', '-t', '-c', 'select * from main'])).toBe(
      '\\x6b6579|\\x0001ff\n\\xff|\\x76616c7565\n',
    )
  })
})

test('what is no database is refused', () => {
  expect(coppice.run(['convert', coppice.path('missing'), coppice.path('x.db')]).errors).toContain(
    'there is no such file',
  )
})
