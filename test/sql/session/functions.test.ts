/** Functions and aggregates of users. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create table t (id int primary key, name text, n bigint, price numeric, at timestamptz, tags text[]);
    insert into t values (1, 'Ann', 5, 1.50, '2026-01-01 00:00+00', '{a,b}'), (2, null, 9007199254740993, 2, null, null)`)
})
afterEach(() => db.close())

const values = (text: string): unknown[] =>
  db.query(text, [], { rowMode: 'array' }).map(row => (row as unknown[])[0])

function failure(run: () => unknown): SqlError {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('a function', () => {
  test('is called with values as rows have them, and gives such', () => {
    const seen: unknown[] = []
    db.function(
      'see',
      { args: ['bigint', 'numeric', 'timestamptz', 'text[]'], returns: 'text[]' },
      (...given) => {
        seen.push(given)
        return given[3]
      },
    )
    expect(values('select see(n, price, at, tags) from t where id = 1')).toEqual([['a', 'b']])
    expect(seen).toEqual([[5, '1.50', new Date('2026-01-01T00:00:00Z'), ['a', 'b']]])
  })
  test('is called with values as its options say', () => {
    db.function(
      'kinds',
      { args: ['bigint', 'numeric'], returns: 'text', bigint: 'bigint', numeric: 'number' },
      (a, b) => {
        return `${typeof a} ${typeof b}`
      },
    )
    expect(values('select kinds(n, price) from t where id = 1')).toEqual(['bigint number'])
  })
  test('is not called with null, unless it is not strict', () => {
    db.function('size', { args: ['text'], returns: 'integer' }, name => name.length)
    db.function('size_or', { args: ['text'], returns: 'integer', strict: false }, name => name?.length ?? -1)
    expect(values('select size(name) from t order by id')).toEqual([3, null])
    expect(values('select size_or(name) from t order by id')).toEqual([3, -1])
  })
  test('is chosen by its argument types, and replaced by one with the same', () => {
    db.function('which', { args: ['integer'], returns: 'text' }, () => 'integer')
    db.function('which', { args: ['text'], returns: 'text' }, () => 'text')
    expect(db.query("select which(1) as a, which('x'::text) as b")).toEqual([{ a: 'integer', b: 'text' }])
    db.function('which', { args: ['integer'], returns: 'text' }, () => 'another')
    expect(db.query('select which(1) as a')).toEqual([{ a: 'another' }])
  })
  test('is known to statements that were prepared before', () => {
    const statement = db.prepare('select late($1::int) as x')
    expect(failure(() => statement.get(1)).sqlstate).toBe('42883')
    db.function('late', { args: ['integer'], returns: 'integer' }, n => n + 1)
    expect(statement.get(1)).toEqual({ x: 2 })
    db.function('late', { args: ['integer'], returns: 'integer' }, n => n + 2)
    expect(statement.get(1)).toEqual({ x: 3 })
  })
  test('is known in snapshots, transactions and connections', () => {
    db.function('twice', { args: ['integer'], returns: 'integer' }, n => 2 * n)
    const text = 'select twice(4) as x'
    expect(db.read(snap => snap.query(text))).toEqual([{ x: 8 }])
    expect(db.write(tx => tx.query(text) as unknown as string)).toEqual([{ x: 8 }])
    using connection = db.connect()
    expect(connection.query(text)).toEqual([{ x: 8 }])
  })
  test('has a name as SQL reads it', () => {
    db.function('camelCase', { args: [], returns: 'integer' }, () => 1)
    db.function('"Quoted name"', { args: [], returns: 'integer' }, () => 2)
    db.function('public.here', { args: [], returns: 'integer' }, () => 3)
    expect(
      db.query('select camelCase() as a, "Quoted name"() as b, public.camelcase() as c, here() as d'),
    ).toEqual([{ a: 1, b: 2, c: 1, d: 3 }])
    expect(failure(() => db.query('select pg_catalog.here()')).sqlstate).toBe('42883')
  })
  test.each([
    ['lower', '42723'],
    ['count', '42723'],
    ['coalesce', '42602'],
    ['a b', '42602'],
    ['f(); select 1', '42602'],
    ['', '42602'],
    ['other.f', '0A000'],
  ])('may not be called %j', (name, sqlstate) => {
    expect(failure(() => db.function(name, { args: [], returns: 'text' }, () => '')).sqlstate).toBe(sqlstate)
  })
  test.each([
    ['nosuch', '42704'],
    ['varchar(3)', '0A000'],
    ['record', '0A000'],
    ['int); drop table t', '42704'],
  ])('may not have the type %j', (type, sqlstate) => {
    expect(failure(() => db.function('f', { args: [type], returns: 'text' }, () => '')).sqlstate).toBe(
      sqlstate,
    )
    expect(failure(() => db.function('f', { args: [], returns: type }, () => '')).sqlstate).toBe(sqlstate)
  })
  test('refuses options that it does not have', () => {
    const options = { args: [], returns: 'text', deterministic: true } as const
    expect(() => db.function('f', options, () => '')).toThrow('there is no option deterministic')
    expect(() => db.function('f', { args: [], returns: 'text' }, 5 as never)).toThrow('expected a function')
    const untyped = { args: [], start: () => 0, step: () => 0, result: () => 0 }
    const needsType = "function f: returns: expected the name of a type, as 'text'"
    expect(() => db.function('f', { args: [] } as never, (() => '') as never)).toThrow(needsType)
    expect(() => db.aggregate('f', untyped as never)).toThrow(needsType)
  })
  test('takes any number of arguments when it is variadic', () => {
    db.function(
      'all_of',
      { args: ['text', 'integer[]'], returns: 'text', variadic: true },
      (a, list) => a + list.join(),
    )
    expect(values("select all_of('x', 1, 2, 3)")).toEqual(['x1,2,3'])
    expect(values("select all_of('x', variadic array[4])")).toEqual(['x4'])
  })
  test('may be polymorphic', () => {
    db.function('same', { args: ['anyelement'], returns: 'anyelement' }, value => value)
    expect(db.query("select same(5) + 1 as a, same('x'::text) || 'y' as b, same(1.50) as c")).toEqual([
      { a: 6, b: 'xy', c: '1.50' },
    ])
  })
  test('may ask the database itself', () => {
    db.function(
      'name_of',
      { args: ['integer'], returns: 'text' },
      id => db.sql<{ name: string }>`select name from t where id = ${id}`.get()?.name,
    )
    expect(values('select name_of(id) from t order by id')).toEqual(['Ann', null])
  })
  test('serves in defaults, checks and generated columns', () => {
    db.function('slug', { args: ['text'], returns: 'text', volatility: 'immutable' }, s => s.toLowerCase())
    db.exec(
      'create table p (title text check (slug(title) <> $$$$), slug text generated always as (slug(title)) stored)',
    )
    db.exec("insert into p values ('Hello')")
    expect(db.query('select * from p')).toEqual([{ title: 'Hello', slug: 'hello' }])
    expect(failure(() => db.exec("insert into p values ('')")).sqlstate).toBe('23514')
    db.function('slug', { args: ['text'], returns: 'text', volatility: 'immutable' }, s => s.toUpperCase())
    db.exec("insert into p values ('World')")
    expect(db.query("select slug from p where title = 'World'")).toEqual([{ slug: 'WORLD' }])
  })
})

test('no virtual column is computed by one', () => {
  db.function('slug', { args: ['text'], returns: 'text', volatility: 'immutable' }, s => s.toLowerCase())
  const virtual = 'create table q (title text, slug text generated always as (slug(title)) virtual)'
  expect(failure(() => db.exec(virtual))).toMatchObject({
    sqlstate: '0A000',
    primary: 'generation expression uses user-defined function',
  })
})

describe("a function's errors", () => {
  test('are 38000, with their cause and place', () => {
    const cause = new TypeError('no such thing')
    db.function('broken', { args: ['integer'], returns: 'integer' }, () => {
      throw cause
    })
    const error = failure(() => db.query('select id, broken(id) from t'))
    expect(error).toMatchObject({ sqlstate: '38000', position: 11, cause })
    expect(error.primary).toBe('function broken(integer): no such thing')
  })
  test('are what they say when they are an SqlError', () => {
    db.function('picky', { args: ['integer'], returns: 'integer' }, () => {
      throw new SqlError('22023', 'not that one', { hint: 'another' })
    })
    const error = failure(() => db.query('select picky(1)'))
    expect(error).toMatchObject({ sqlstate: '22023', primary: 'not that one', position: 7 })
    expect(error.fields.hint).toBe('another')
  })
  test('undo the statement alone', () => {
    db.function('no_three', { args: ['integer'], returns: 'integer' }, n => {
      if (n === 3) throw new Error('three')
      return n
    })
    db.write(tx => {
      tx.exec("insert into t (id, name) values (10, 'before')")
      expect(() =>
        tx.exec('insert into t (id) select no_three(x) from generate_series(2, 4) x where x > 2'),
      ).toThrow('three')
    })
    expect(values('select id from t order by id')).toEqual([1, 2, 10])
  })
  test('name the function when it gives what is not of its type', () => {
    db.function('liar', { args: [], returns: 'integer' }, () => 1.5)
    expect(failure(() => db.query('select liar()')).primary).toBe(
      'the result of function liar() is of type integer: it takes an integer, given 1.5',
    )
    db.function('later', { args: [], returns: 'jsonb' }, async () => 1)
    expect(failure(() => db.query('select later()')).primary).toContain('gave a promise')
  })
})

describe('a function that gives rows', () => {
  beforeEach(() => {
    db.function('letters', { args: ['text'], returns: 'setof text' }, text => text)
    db.function(
      'places',
      { args: ['text'], returns: { letter: 'text', place: 'integer' } },
      function* (text) {
        for (let i = 0; i < text.length; i++) yield { letter: text[i], place: i }
      },
    )
  })
  test('gives one column', () => {
    expect(values("select letters('abc')")).toEqual(['a', 'b', 'c'])
    expect(values("select * from letters('abc') with ordinality as l(letter, n) where n > 1")).toEqual([
      'b',
      'c',
    ])
  })
  test('gives several columns', () => {
    expect(
      db.query('select id, letter, place from t, places(name) where place <> 1 order by 3 desc'),
    ).toEqual([
      { id: 1, letter: 'n', place: 2 },
      { id: 1, letter: 'A', place: 0 },
    ])
  })
  test('is ended when nobody wants more', () => {
    let ended = 0
    db.function('endless', { args: [], returns: 'setof integer' }, function* () {
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        ended++
      }
    })
    expect(values('select * from endless() limit 2')).toEqual([0, 1])
    expect(ended).toBe(1)
    expect(failure(() => db.query('select count(*) from endless()', [], { timeoutMs: 20 })).sqlstate).toBe(
      '57014',
    )
    expect(ended).toBe(2)
  })
  test('says where it failed', () => {
    db.function('half', { args: [], returns: 'setof integer' }, function* () {
      yield 1
      throw new Error('no more')
    })
    expect(failure(() => db.query('select * from half()'))).toMatchObject({ sqlstate: '38000' })
    db.function('no_rows', { args: [], returns: 'setof integer' }, () => 5 as never)
    expect(failure(() => db.query('select * from no_rows()')).primary).toContain('expected an iterable')
  })
})

describe('an aggregate', () => {
  beforeEach(() => {
    db.aggregate('product', {
      args: ['double precision'],
      returns: 'double precision',
      start: () => 1,
      step: (product, x) => product * x,
      result: product => product,
    })
    db.exec('create table v (g text, x float8); insert into v values (1, 2), (1, 3), (2, null), (2, 5)')
  })
  test('is computed by group, without nulls', () => {
    expect(db.query('select g, product(x) as p from v group by g order by g')).toEqual([
      { g: '1', p: 6 },
      { g: '2', p: 5 },
    ])
    expect(values('select product(x) from v where false')).toEqual([1])
  })
  test('knows DISTINCT, FILTER and ORDER BY', () => {
    db.aggregate('joined', {
      args: ['text', 'text'],
      returns: 'text',
      strict: false,
      start: (): string[] => [],
      step: (list, text, between) => {
        list.push(text ?? '?', between ?? '')
      },
      result: list => list.join(''),
    })
    expect(values("select joined(x::text, ';' order by x desc nulls first) from v")).toEqual(['?;5;3;2;'])
    expect(values('select product(x) filter (where x > 2) from v')).toEqual([15])
    expect(values('select product(distinct x) from v, generate_series(1, 2)')).toEqual([30])
  })
  test('is a window function', () => {
    const moving = 'select product(x) over (order by x rows 1 preceding) from v where x is not null'
    expect(values(moving)).toEqual([2, 6, 15])
    let inversions = 0
    db.aggregate('total', {
      args: ['double precision'],
      returns: 'double precision',
      start: () => 0,
      step: (sum, x) => sum + x,
      inverse: (sum, x) => {
        inversions++
        return sum - x
      },
      result: sum => sum,
    })
    expect(values(moving.replace('product', 'total'))).toEqual([2, 5, 8])
    expect(inversions).toBeGreaterThan(0)
  })
  test('says where it failed', () => {
    db.aggregate('breaks', {
      args: ['integer'],
      returns: 'integer',
      start: () => 0,
      step: () => {
        throw new Error('broken')
      },
      result: () => 0,
    })
    expect(failure(() => db.query('select breaks(id) from t'))).toMatchObject({
      sqlstate: '38000',
      position: 7,
    })
    expect(failure(() => db.query('select breaks(id) over () from t'))).toMatchObject({
      sqlstate: '38000',
      position: 7,
    })
  })
})
