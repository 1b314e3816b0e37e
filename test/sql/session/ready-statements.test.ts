/** Queries that are run again and again go a shorter way, which must be noticed by its speed alone. */

import { channel } from 'node:diagnostics_channel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, isCoppiceError, openSync, SqlError } from '../../../src/index.ts'
import { ReadyStatements } from '../../../src/sql/session/ready-statements.ts'

const TIMES = 5

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`
    create table t (id int primary key, name text, price numeric, at timestamptz);
    insert into t select i, 'name ' || i, i * 1.5, '2026-01-01 12:00:00Z' from generate_series(1, 100) i`)
})
afterEach(() => db.close())

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return undefined
}

/** Runs it as often as makes it a ready query, and longer. */
function again<T>(run: (time: number) => T): T[] {
  return Array.from({ length: TIMES }, (_, time) => run(time))
}

test('the third run of a text is a ready one', () => {
  const find = ReadyStatements.prototype.find
  const found: boolean[] = []
  ReadyStatements.prototype.find = function (...given) {
    const query = find.apply(this, given)
    found.push(query !== undefined)
    return query
  }
  try {
    again(() => db.query('select name from t where id = $1', [1]))
    expect(found.slice(2)).toEqual([true, true, true])
    found.length = 0
    again(() => db.query("insert into t values ($1, 'x') on conflict do nothing", [1]))
    expect(found.slice(2)).toEqual([true, true, true])
  } finally {
    ReadyStatements.prototype.find = find
  }
})

test('it sees what was committed since, and its own transaction what was not', () => {
  const statement = db.prepare('select name from t where id = $1')
  const names = again(time => {
    db.query('update t set name = $1 where id = 7', [`changed ${time}`])
    return statement.get(7)?.name
  })
  expect(names).toEqual(again(time => `changed ${time}`))
  const connection = db.connect()
  const inside = connection.prepare('select count(*) as c from t where id > $1')
  again(() => expect(inside.get(50)).toEqual({ c: 50 }))
  connection.exec('begin; delete from t where id = 100')
  again(() => expect(inside.get(50)).toEqual({ c: 49 }))
  expect(db.prepare('select count(*) as c from t where id > $1').get(50)).toEqual({ c: 50 })
  connection.exec('rollback')
  again(() => expect(inside.get(50)).toEqual({ c: 50 }))
})

test('a snapshot goes on seeing its state, until it is closed', () => {
  const snapshot = db.read()
  const statement = snapshot.prepare('select name from t where id = $1')
  const names = again(time => {
    db.query('update t set name = $1 where id = 7', [`changed ${time}`])
    return statement.get(7)
  })
  expect(names).toEqual(again(() => ({ name: 'name 7' })))
  snapshot.close()
  again(() => expect(codeOf(() => statement.get(7))).toBe('TRANSACTION_CLOSED'))
})

test('nothing is held between two runs: no snapshot stays open', () => {
  again(() => db.query('select name from t where id = $1', [1]))
  expect(db.stats().snapshots).toEqual([])
})

test('all kinds of values are taken as the general way takes them', () => {
  const text = 'select $1::int8 as a, $2::text as b, $3::numeric as c, $4::bool as d, $5::jsonb as e'
  const rows = [
    [1, 'x', '1.50', true, { a: 1 }],
    [2n ** 60n, 5, 7, false, '[1]'],
    [null, undefined, 1.25, null, [1, 2]],
    [-0, 'é', 2n, true, 'text'],
    [2 ** 40, '', null, false, null],
  ]
  const general = rows.map(row => {
    const connection = db.connect()
    const execution = connection.execute(text, row)
    const first = execution.next()
    execution.finish()
    return first
  })
  again(() => expect(rows.map(row => db.query(text, row)[0])).toEqual(general))
})

test('a parameter that leaves its type open is read by what it is each time', () => {
  const text = 'select pg_typeof(v)::text as type from (select $1 as v) q'
  const types = (value: unknown) => again(() => db.query(text, [value])[0].type)
  expect(new Set(types('x'))).toEqual(new Set(['text']))
  expect(new Set(types(1n))).toEqual(new Set(['bigint']))
  expect(new Set(types(true))).toEqual(new Set(['boolean']))
  expect(new Set(types('x'))).toEqual(new Set(['text']))
})

test('results come as the options say, each time', () => {
  const text = 'select id, price, at from t where id = $1'
  again(() => {
    expect(db.query(text, [1])).toEqual([{ id: 1, price: '1.5', at: new Date('2026-01-01T12:00:00Z') }])
    expect(db.query(text, [1], { rowMode: 'array', numeric: 'number', timestamps: 'string' })).toEqual([
      [1, 1.5, '2026-01-01 12:00:00+00'],
    ])
    expect(db.query(text, [1], { values: 'text' })[0]).toEqual({
      id: '1',
      price: '1.5',
      at: '2026-01-01 12:00:00+00',
    })
  })
})

test('settings count at once: time zone, search path, time limit', () => {
  const connection = db.connect()
  const text = 'select at::text as at from t where id = $1'
  again(() => connection.query(text, [1]))
  connection.exec("set timezone = 'Asia/Tokyo'")
  again(() => expect(connection.query(text, [1])).toEqual([{ at: '2026-01-01 21:00:00+09' }]))
  connection.exec('create temporary table t (id int, at text); insert into t values (1, $$mine$$)')
  again(() => expect(connection.query(text, [1])).toEqual([{ at: 'mine' }]))
  connection.exec('discard temp')
  again(() => expect(connection.query(text, [1])).toEqual([{ at: '2026-01-01 21:00:00+09' }]))
  const slow = 'select count(*) as c from generate_series(1, $1::int) a, generate_series(1, 30000) b'
  again(() => expect(connection.query(slow, [1])).toEqual([{ c: 30_000 }]))
  connection.exec('set statement_timeout = 5')
  again(() => expect(codeOf(() => connection.query(slow, [30_000]))).toBe('57014'))
})

test('definitions count at once', () => {
  const text = 'select name from t where id = $1'
  again(() => db.query(text, [1]))
  db.exec('alter table t alter column name type int using 42')
  again(() => expect(db.query(text, [1])).toEqual([{ name: 42 }]))
  db.exec('drop table t')
  again(() => expect(codeOf(() => db.query(text, [1]))).toBe('42P01'))
  db.exec("create table t (id int primary key, name text); insert into t values (1, 'again')")
  again(() => expect(db.query(text, [1])).toEqual([{ name: 'again' }]))
})

test('now() is the time of each run', () => {
  const times = again(() => {
    const before = Date.now()
    const { now } = db.query<{ now: Date }>('select now() from t where id = $1', [1])[0]
    return now.getTime() - before
  })
  for (const late of times) expect(late).toBeGreaterThanOrEqual(-1)
  const first = db.query<{ now: Date }>('select now() from t where id = $1', [1])[0].now.getTime()
  while (Date.now() < first + 3);
  expect(db.query<{ now: Date }>('select now() from t where id = $1', [1])[0].now.getTime()).toBeGreaterThan(
    first,
  )
})

test('errors are the same, with their places', () => {
  const errors = again(() => {
    try {
      db.query('select name, 1 / (id - $1) as q from t where id < 3', [1])
      return undefined
    } catch (error) {
      return error instanceof SqlError ? [error.sqlstate, error.position, error.message] : error
    }
  })
  expect(errors[0]).toMatchObject(['22012', expect.any(Number), expect.any(String)])
  for (const error of errors) expect(error).toEqual(errors[0])
  again(() => expect(codeOf(() => db.query('select name from t where id = $1', []))).toBe('08P01'))
  again(() => expect(codeOf(() => db.query('select name from t where id = $1', ['x']))).toBe('22P02'))
  // It goes on after them.
  again(() => expect(db.query('select name from t where id = $1', [2])).toEqual([{ name: 'name 2' }]))
})

test("code of the caller's may write meanwhile: functions, and what makes JSON of a parameter", () => {
  db.function('note', { args: ['int'], returns: 'int' }, id => {
    db.query('update t set name = name || $1 where id = $2', ['!', id])
    return id
  })
  const text = 'select note(id) as id, name from t where id = $1'
  expect(again(() => db.query(text, [3])[0].id)).toEqual([3, 3, 3, 3, 3])
  expect(db.query('select name from t where id = 3')).toEqual([{ name: 'name 3!!!!!' }])
  const json = {
    toJSON() {
      db.query('update t set name = name || $1 where id = $2', ['?', 4])
      return [1]
    },
  }
  again(() => expect(db.query('select $1::jsonb as j, name from t where id = 4', [json])[0].j).toEqual([1]))
  expect(db.query('select name from t where id = 4')).toEqual([{ name: 'name 4?????' }])
  // A function may ask the very query that it is called from.
  let depth = 0
  db.function('deep', { args: ['int'], returns: 'int' }, id => {
    if (depth++ < 3) db.query('select deep(id) from t where id = $1', [id])
    return id
  })
  again(() => {
    depth = 0
    expect(db.query('select deep(id) from t where id = $1', [5])).toEqual([{ deep: 5 }])
  })
})

test('a function that takes the place of another is called from then on', () => {
  db.function('f', { args: ['int'], returns: 'int', volatility: 'immutable' }, () => 1)
  again(() => expect(db.query('select f($1) as f', [1])).toEqual([{ f: 1 }]))
  db.function('f', { args: ['int'], returns: 'int', volatility: 'immutable' }, () => 2)
  again(() => expect(db.query('select f($1) as f', [1])).toEqual([{ f: 2 }]))
})

test('who listens to statements hears of each', () => {
  const statement = db.prepare('select name from t where id = $1')
  again(() => statement.get(1))
  const heard: number[] = []
  const listener = (event: unknown) => heard.push((event as { rowCount: number }).rowCount)
  channel('coppice:statement:end').subscribe(listener)
  try {
    again(() => statement.get(1))
    again(() => statement.all(2))
  } finally {
    channel('coppice:statement:end').unsubscribe(listener)
  }
  expect(heard).toEqual(Array.from({ length: 2 * TIMES }, () => 1))
  again(() => expect(statement.get(1)).toEqual({ name: 'name 1' }))
})

test('who counts statements counts each', () => {
  const connection = db.connect()
  connection.exec("set pg_stat_statements.track = 'top'")
  again(() => connection.query('select name from t where id = $1', [1]))
  const calls = connection.query(
    "select sum(calls)::int as calls from pg_stat_statements where query like 'select name from t%'",
  )
  expect(calls).toEqual([{ calls: TIMES }])
})

test('a loop over the same text is not disturbed', () => {
  const statement = db.prepare<{ id: number }>('select id from t where id <= $1 order by id')
  again(() => statement.all(3))
  const seen: number[] = []
  for (const { id } of statement.iterate(3)) {
    seen.push(id)
    expect(statement.all(2)).toEqual([{ id: 1 }, { id: 2 }])
    expect(statement.get(1)).toEqual({ id: 1 })
  }
  expect(seen).toEqual([1, 2, 3])
})

test('after the database is closed it says so', () => {
  const statement = db.prepare('select name from t where id = $1')
  again(() => statement.get(1))
  db.close()
  expect(codeOf(() => statement.get(1))).toBe('CLOSED')
  db = openSync(':memory:')
})

test('what catalogs say of the session and its statements is what is so now', () => {
  const connection = db.connect()
  const text = 'select name from pg_prepared_statements order by name'
  const lengths = again(time => {
    connection.exec(`prepare p${time} as select ${time}`)
    return connection.query(text).length
  })
  expect(lengths).toEqual(again(time => time + 1))
})

test('options that have been changed since hold', () => {
  const options: { rowMode?: 'array' } = {}
  const text = 'select id from t where id = $1'
  again(() => expect(db.query(text, [1], options)).toEqual([{ id: 1 }]))
  options.rowMode = 'array'
  again(() => expect(db.query(text, [1], options)).toEqual([[1]]))
})

test('the signal of an earlier run cancels no later one', () => {
  db.exec('create table large (id int); insert into large select * from generate_series(1, 5000)')
  const text = 'select count(*) as n from large where id > $1'
  const controller = new AbortController()
  const { signal } = controller
  expect(again(() => db.query(text, [1], { signal }))).toEqual(again(() => [{ n: 4999 }]))
  controller.abort()
  expect(again(() => db.query(text, [1]))).toEqual(again(() => [{ n: 4999 }]))
})
