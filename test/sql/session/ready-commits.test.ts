/** Changes that are run again and again, each a transaction of its own, go a shorter way: what is durable, undone and heard is the same. */

import { channel } from 'node:diagnostics_channel'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, isCoppiceError, openSync, SqlError, table, t as types } from '../../../src/index.ts'
import { ReadyStatements } from '../../../src/sql/session/ready-statements.ts'

const DEFINITIONS = `
  create table t (id int primary key, name text not null, at timestamptz, unique (name) deferrable initially deferred);
  create table numbered (id int generated always as identity, at timestamptz default now(), name text);
  insert into t select i, 'name ' || i, now() from generate_series(1, 10) i`
const INSERT = 'insert into t (id, name) values ($1, $2)'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(DEFINITIONS)
})
afterEach(() => db.close())

const { find } = ReadyStatements.prototype
afterEach(() => {
  ReadyStatements.prototype.find = find
})

/** Whether each run went the short way. */
function watch(): boolean[] {
  const found: boolean[] = []
  ReadyStatements.prototype.find = function (...given) {
    const statement = find.apply(this, given)
    found.push(statement !== undefined)
    return statement
  }
  return found
}

function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    if (error instanceof SqlError) return [error.sqlstate, error.message, error.position, error.fields]
    if (isCoppiceError(error)) return error.code
    throw error
  }
}

const codeOf = (run: () => unknown) => {
  const given = outcome(run)
  return Array.isArray(given) ? given[0] : given
}

const rowCount = () => db.query('select count(*)::int as n from t')[0].n

it('each run is durable when it returns', () => {
  const directory = mkdtempSync(join(tmpdir(), 'coppice-ready-'))
  try {
    const path = join(directory, 'a.db')
    using written = openSync(path)
    written.exec(DEFINITIONS)
    const found = watch()
    const insert = written.prepare(INSERT)
    for (let i = 100; i < 200; i++) {
      expect(insert.run(i, `n${i}`)).toEqual({ command: 'INSERT 0 1', rowCount: 1 })
      if (i % 30 !== 0) continue
      // What a process that ended now would leave behind.
      const copy = join(directory, `copy${i}.db`)
      for (const name of readdirSync(directory)) {
        if (name.startsWith('a.db')) copyFileSync(join(directory, name), copy + name.slice('a.db'.length))
      }
      using crashed = openSync(copy)
      expect(crashed.query('select count(*)::int as n from t where id >= 100')).toEqual([{ n: i - 99 }])
    }
    expect(found.filter(isReady => isReady).length).toBeGreaterThan(90)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

it('a run that fails leaves nothing, says the same each time, and the next one works', () => {
  const insert = db.prepare(`${INSERT} returning id`)
  const runs = (values: readonly unknown[]) =>
    Array.from({ length: 4 }, () => outcome(() => insert.all(...values)))
  for (const values of [
    [1, 'x'],
    [100, null],
    [101, 'name 1'],
    ['y', 'x'],
  ]) {
    const [first, ...others] = runs(values)
    expect(first).toMatchObject([
      expect.stringMatching(/^2/),
      expect.any(String),
      undefined,
      expect.anything(),
    ])
    for (const one of others) expect(one).toEqual(first)
    expect(rowCount()).toBe(10)
  }
  expect(insert.all(100, 'x')).toEqual([{ id: 100 }])
  expect(rowCount()).toBe(11)
})

it('what JavaScript cannot have of its rows undoes it', () => {
  const insert = db.prepare('insert into t (id, name, at) values ($1, $1::text, $2) returning at')
  const found = watch()
  for (let i = 20; i < 24; i++) expect(insert.get(i, '2026-01-02Z')).toEqual({ at: new Date('2026-01-02') })
  expect(found.slice(2)).toEqual([true, true])
  for (const how of ['get', 'all'] as const) {
    expect(codeOf(() => insert[how](30, '290000-01-01Z'))).toBe('22008')
    expect(db.query('select * from t where id = 30')).toEqual([])
  }
  expect(insert.get(30, '2026-01-02Z')).toEqual({ at: new Date('2026-01-02') })
})

it('while another transaction writes it is refused, and works afterwards', () => {
  const insert = db.prepare(INSERT)
  for (let i = 20; i < 24; i++) insert.run(i, `n${i}`)
  db.write(tx => {
    tx.query(INSERT, [30, 'inside'])
    expect(outcome(() => insert.run(31, 'outside'))).toBe('BUSY')
    expect(outcome(() => insert.run(31, 'outside'))).toBe('BUSY')
  })
  insert.run(31, 'outside')
  expect(rowCount()).toBe(16)
})

it('each run is a transaction with its own time and sequence values', () => {
  const connection = db.connect()
  const insert = connection.prepare('insert into numbered (name) values ($1) returning id, at, now() as now')
  const found = watch()
  const rows = Array.from({ length: 6 }, (_, i) => {
    const before = Date.now()
    while (Date.now() < before + 2);
    const row = insert.get(`n${i}`) as { id: number; at: Date; now: Date }
    expect(row.at).toEqual(row.now)
    expect(connection.query("select currval('numbered_id_seq')::int as c, lastval()::int as l")).toEqual([
      { c: row.id, l: row.id },
    ])
    return row
  })
  expect(found.filter(isReady => isReady).length).toBeGreaterThan(3)
  expect(rows.map(row => row.id)).toEqual([1, 2, 3, 4, 5, 6])
  expect(new Set(rows.map(row => row.now.getTime())).size).toBe(6)
  // What fails does not give its number again.
  db.exec('alter table numbered add check (name <> $$bad$$)')
  const statement = db.prepare('insert into numbered (name) values ($1) returning id')
  for (let i = 0; i < 3; i++) statement.get('good')
  for (let i = 0; i < 3; i++) expect(codeOf(() => statement.get('bad'))).toBe('23514')
  expect(statement.get('good')).toEqual({ id: 13 })
})

it('definitions, functions and settings count at once', () => {
  const connection = db.connect()
  const insert = connection.prepare(`insert into t (id, name) values ($1, $2) returning *`)
  let id = 20
  const again = () => Array.from({ length: 3 }, () => outcome(() => insert.get(++id, `n${id}`)))
  const codes = () => again().map(one => (Array.isArray(one) ? one[0] : undefined))
  again()
  db.exec('alter table t add column extra int default 7')
  expect(again()[2]).toMatchObject({ extra: 7 })
  db.exec('create unique index only_one on t ((extra)) where id > 30')
  id = 30
  expect(codes()).toEqual([undefined, '23505', '23505'])
  connection.exec('set default_transaction_read_only = on')
  expect(codes()).toEqual(['25006', '25006', '25006'])
  connection.exec('set default_transaction_read_only = off')
  db.exec('drop index only_one')
  expect(again()[2]).toMatchObject({ extra: 7 })
  db.exec('drop table t')
  expect(codes()).toEqual(['42P01', '42P01', '42P01'])
  db.exec('create table t (name text, id int)')
  expect(again()[2]).toEqual({ name: `n${id}`, id })
})

it('a connection goes into a transaction and out of it', () => {
  const connection = db.connect()
  const insert = connection.prepare(INSERT)
  let id = 20
  const again = () => {
    for (let i = 0; i < 3; i++) insert.run(++id, `n${id}`)
  }
  again()
  connection.exec('begin')
  again()
  expect(rowCount()).toBe(13)
  connection.exec('rollback')
  expect(rowCount()).toBe(13)
  again()
  expect(rowCount()).toBe(16)
  connection.exec('begin')
  again()
  connection.exec('commit')
  expect(rowCount()).toBe(19)
  expect(codeOf(() => insert.run(1, 'x'))).toBe('23505')
  connection.exec('begin')
  expect(codeOf(() => insert.run(1, 'x'))).toBe('23505')
  expect(codeOf(() => insert.run(99, 'x'))).toBe('25P02')
  connection.exec('rollback')
  again()
  expect(rowCount()).toBe(22)
})

it('temporary tables are emptied when it commits', () => {
  const connection = db.connect()
  connection.exec('create temporary table gone (id int) on commit delete rows')
  const insert = connection.prepare('insert into gone values ($1)')
  for (let i = 0; i < 5; i++) {
    expect(insert.run(i).rowCount).toBe(1)
    expect(connection.query('select count(*)::int as n from gone')).toEqual([{ n: 0 }])
  }
})

it('cursors that are open see the table as it was', () => {
  const connection = db.connect()
  const remove = connection.prepare('delete from t where id = $1')
  for (let i = 1; i < 4; i++) remove.run(i)
  connection.exec('begin; declare c cursor with hold for select id from t order by id; commit')
  for (let i = 4; i < 7; i++) remove.run(i)
  expect(connection.query('fetch all from c')).toEqual([4, 5, 6, 7, 8, 9, 10].map(id => ({ id })))
  connection.exec('close c')
  remove.run(7)
  expect(rowCount()).toBe(3)
})

it('code of the caller that runs when it commits may run it, too', () => {
  const insert = db.prepare(INSERT)
  for (let i = 20; i < 24; i++) insert.run(i, `n${i}`)
  let next = 30
  const listener = () => {
    if (next < 33) {
      const id = next++
      insert.run(id, `n${id}`)
    }
  }
  channel('coppice:commit').subscribe(listener)
  try {
    insert.run(29, 'n29')
  } finally {
    channel('coppice:commit').unsubscribe(listener)
  }
  expect(db.query('select id from t where id >= 29 order by id').map(row => row.id)).toEqual([29, 30, 31, 32])
})

it('live queries hear of each', async () => {
  const insert = db.prepare(INSERT)
  for (let i = 20; i < 24; i++) insert.run(i, `n${i}`)
  const rows = db.live<{ n: number }>('select count(*)::int as n from t')[Symbol.asyncIterator]()
  const counts: (number | undefined)[] = []
  for (let i = 24; i < 28; i++) {
    counts.push((await rows.next()).value?.[0]?.n)
    insert.run(i, `n${i}`)
  }
  await rows.return?.()
  expect(counts).toEqual([14, 15, 16, 17])
})

it('typed tables see it at once, and what they say of their rows holds for it', () => {
  const rows = table('typed', { columns: { id: types.i32, name: types.text }, primaryKey: ['id'] })
  db.write(tx => tx.table(rows).put({ id: 1, name: 'a' }))
  const update = db.prepare('update typed set name = name || $1 where id = $2')
  for (let i = 0; i < 5; i++) {
    update.run('!', 1)
    using snapshot = db.read()
    expect(snapshot.table(rows).get(1)?.name).toBe(`a${'!'.repeat(i + 1)}`)
  }
})

it('functions of users, statements with a signal, and what writes by more than its own change go the general way', () => {
  db.function('plus', { args: ['int'], returns: 'int' }, n => n + 1)
  const found = watch()
  for (let i = 20; i < 24; i++) {
    db.query("insert into t values (plus($1), 'plus ' || $1)", [i])
    db.query(
      'with d as (delete from t where id = $1 returning id) insert into t select id + 100, id::text from d',
      [i],
    )
    db.prepare('update t set at = now() where id = $1', { signal: new AbortController().signal }).run(i)
    db.query('select setval($1, 7)', ['numbered_id_seq'])
  }
  expect(found).not.toContain(true)
})
