/** SQL as users hold it: parameters, results, transactions, both doors to the same data. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Database,
  isCoppiceError,
  multimap,
  openSync,
  type QueryOptions,
  SqlError,
  t,
  table,
} from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create table users (id int primary key, name text not null, age int);
    insert into users values (1, 'Ann', 30), (2, 'Bob', 40), (3, 'Cid', null)`)
})
afterEach(() => db.close())

function failure(run: () => unknown): SqlError {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('a query', () => {
  test('gives rows as objects', () => {
    expect(db.query('select name, age from users where id = $1', [2])).toEqual([{ name: 'Bob', age: 40 }])
  })
  test('gives rows as arrays on request', () => {
    expect(db.query('select id, name from users limit 1', [], { rowMode: 'array' })).toEqual([[1, 'Ann']])
  })
  test('says with SQLSTATE, place and a caret what is wrong', () => {
    const error = failure(() => db.query('select nam from users'))
    expect(error.sqlstate).toBe('42703')
    expect(error.position).toBe(7)
    expect(error.message).toBe('column "nam" does not exist\nLINE 1: select nam from users\n               ^')
  })
  test('refuses two statements', () => {
    expect(failure(() => db.query('select 1; select 2')).sqlstate).toBe('42601')
  })
  test('is refused with too few or too many parameters', () => {
    expect(failure(() => db.query('select $1::int', [])).sqlstate).toBe('08P01')
    expect(failure(() => db.query('select 1', [1])).sqlstate).toBe('08P01')
  })
  test('can be cancelled, and has a time limit', () => {
    const endless = 'with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r'
    expect(failure(() => db.query(endless, [], { timeoutMs: 20 })).sqlstate).toBe('57014')
    expect(failure(() => db.query(endless, [], { signal: AbortSignal.abort() })).sqlstate).toBe('57014')
  })
})

describe('values', () => {
  test.each([
    ['int', 7, 7],
    ['int8', 9007199254740993n, 9007199254740993n],
    ['int8', 5n, 5],
    ['numeric', 1.5, '1.5'],
    ['numeric', '12345678901234567890.10', '12345678901234567890.10'],
    ['float8', 0.1, 0.1],
    ['text', 'it’s "quoted"; drop table users --', 'it’s "quoted"; drop table users --'],
    ['bool', true, true],
    ['int[]', [1, null, 3], [1, null, 3]],
    [
      'int[]',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['jsonb', { a: [1, null] }, { a: [1, null] }],
    ['timestamptz', new Date('2024-02-29T12:00:00.123Z'), new Date('2024-02-29T12:00:00.123Z')],
    ['date', '2024-02-29', '2024-02-29'],
    ['bytea', new Uint8Array([0, 255]), new Uint8Array([0, 255])],
    ['text', null, null],
  ])('of %s go in and come out', (type, given, got) => {
    expect(db.query(`select $1::${type} as v`, [given])).toEqual([{ v: got }])
  })
  test('bigints, numerics and timestamps come as asked', () => {
    const text = `select 5::int8 as i, 1.50::numeric as n, '2024-01-01 00:00:00.123456+00'::timestamptz as t`
    expect(db.query(text, [], { bigint: 'bigint', numeric: 'number', timestamps: 'string' })).toEqual([
      { i: 5n, n: 1.5, t: '2024-01-01 00:00:00.123456+00' },
    ])
  })
  test('a time beyond what a Date has is refused as one, and comes as text', () => {
    const [first, last] = ['275760-09-13 00:00:00+00', '275760-09-13 00:00:00.001+00']
    const text = 'select array[$1::timestamptz] as t'
    expect(db.query(text, [first])).toEqual([{ t: [new Date(8.64e15)] }])
    expect(() => db.query(text, [last])).toThrow(
      expect.objectContaining({
        sqlstate: '22008',
        fields: expect.objectContaining({ hint: expect.any(String) }),
      }),
    )
    expect(db.query(text, [last], { timestamps: 'string' })).toEqual([{ t: [last] }])
    db.exec('create table far (at timestamptz)')
    expect(() => db.query('insert into far values ($1) returning at', [last])).toThrow(
      'out of range for a Date',
    )
    expect(db.query('table far')).toEqual([])
    db.exec('drop table far')
  })
  test('a bigint that int8 does not hold is numeric, also in a query that is run again', () => {
    db.exec('create table n (n numeric)')
    for (const value of [1n, 2n, 3n, 2n ** 64n, -(2n ** 63n) - 1n, 4n]) {
      expect(db.query('select $1::numeric as n', [value])).toEqual([{ n: String(value) }])
      db.query('insert into n values ($1)', [value])
      expect(db.query('select $1::text as t', [value])).toEqual([{ t: String(value) }])
    }
    expect(db.query('select n from n where n = $1', [2n ** 64n])).toEqual([{ n: String(2n ** 64n) }])
  })

  test('a string for JSON is a string in it, or its text when that is asked for', () => {
    const value = (options: QueryOptions) =>
      db.query('select $1::jsonb as j, $2::json as k, $3::jsonb[] as l', ['[1]', '{"a": 2}', ['3']], options)
    for (let run = 0; run < 4; run++) {
      expect(value({})).toEqual([{ j: '[1]', k: { a: 2 }, l: ['3'] }])
      expect(value({ jsonParameters: 'text' })).toEqual([{ j: [1], k: { a: 2 }, l: [3] }])
    }
    expect(failure(() => db.query('select $1::jsonb', ['no'], { jsonParameters: 'text' })).sqlstate).toBe(
      '22P02',
    )
  })

  test('that do not fit are refused', () => {
    expect(failure(() => db.query('select $1::int', [1.5])).sqlstate).toBe('22P02')
    expect(failure(() => db.query('select $1::int', ['x'])).sqlstate).toBe('22P02')
    expect(failure(() => db.query('select $1::text', ['a\0b'])).sqlstate).toBe('22021')
    expect(failure(() => db.query('select $1::int2', [40_000])).sqlstate).toBe('22003')
    for (const value of [1e39, -1e39, 1e-46, 2n ** 200n]) {
      expect(failure(() => db.query('select $1::real', [value])).sqlstate).toBe('22003')
    }
    expect(failure(() => db.query('select $1::float8', [2n ** 2000n])).sqlstate).toBe('22003')
    expect(db.query('select $1::real as r, $2::real as s', [-Infinity, -0])).toEqual([
      { r: -Infinity, s: -0 },
    ])
  })
  test('that JSON cannot hold are refused', () => {
    const circle: { inside?: unknown } = {}
    circle.inside = circle
    for (const value of [{ a: 5n }, circle, [Symbol.iterator, 1n], () => 1]) {
      expect(failure(() => db.query('select $1::jsonb', [value])).sqlstate).toBe('22P02')
      expect(failure(() => db.query('select $1::json', [value])).sqlstate).toBe('22P02')
    }
  })
  test('of composite types have the fields of their type, and no others', () => {
    db.exec(
      'create type place as (name text, zip int); create type odd as ("__proto__" int, "toString" text)',
    )
    expect(db.query('select $1::place as v', [{ zip: 5 }])).toEqual([{ v: { name: null, zip: 5 } }])
    const error = failure(() => db.query('select $1::place', [{ name: 'x', zipcode: 5 }]))
    expect(error.sqlstate).toBe('22P02')
    expect(error.primary).toBe('parameter $1 is of type place: it takes no field "zipcode", given an object')
    const own = JSON.parse('{"__proto__": 1}')
    for (const [given, text] of [
      [own, '(1,)'],
      [{}, '(,)'],
      [{ toString: 'x' }, '(,x)'],
    ]) {
      expect(db.query('select $1::odd::text as v', [given])).toEqual([{ v: text }])
    }
    const [{ v }] = db.query<{ v: object }>('select $1::odd as v', [own])
    expect(Object.entries(v)).toEqual([
      ['__proto__', 1],
      ['toString', null],
    ])
  })
})

describe('a template', () => {
  test('binds its values and never splices them', () => {
    const name = "'; drop table users; --"
    expect(db.sql`select count(*) as n from users where name = ${name}`.get()).toEqual({ n: 0 })
    expect(db.sql`insert into users values (${9}, ${name}, ${null})`.run()).toEqual({
      command: 'INSERT 0 1',
      rowCount: 1,
    })
    expect([...db.sql<{ name: string }>`select name from users where id = ${9}`]).toEqual([{ name }])
  })
})

describe('a prepared statement', () => {
  test('runs again with other values, also while it is iterated', () => {
    const byAge = db.prepare<{ name: string }>('select name from users where age >= $1 order by id')
    const found: string[] = []
    for (const { name } of byAge.iterate(30)) found.push(name, ...byAge.all(40).map(row => row.name))
    expect(found).toEqual(['Ann', 'Bob', 'Bob', 'Bob'])
    expect(byAge.get(100)).toBeUndefined()
    expect(byAge.columns).toMatchObject([{ name: 'name', type: 'text', table: 'users', column: 'name' }])
  })
  test('sees a table that has changed since', () => {
    const all = db.prepare('select * from users where id = 1')
    expect(all.get()).toEqual({ id: 1, name: 'Ann', age: 30 })
    db.exec('alter table users add column city text default $$Rome$$')
    expect(all.get()).toEqual({ id: 1, name: 'Ann', age: 30, city: 'Rome' })
  })
})

describe('a transaction by SQL', () => {
  test('is committed or rolled back as a whole', () => {
    const one = db.connect()
    one.exec('begin; delete from users where id = 1')
    expect(one.query('select count(*) as n from users')).toEqual([{ n: 2 }])
    expect(db.query('select count(*) as n from users')).toEqual([{ n: 3 }])
    one.exec('rollback')
    expect(one.isInTransaction).toBe(false)
    expect(one.query('select count(*) as n from users')).toEqual([{ n: 3 }])
  })
  test('refuses everything after a failure, until it is rolled back', () => {
    const one = db.connect()
    one.exec('begin; insert into users values (4, $$Dee$$, 1)')
    expect(failure(() => one.exec('select 1/0')).sqlstate).toBe('22012')
    expect(failure(() => one.query('select 1')).sqlstate).toBe('25P02')
    expect(one.exec('commit')).toEqual([{ command: 'ROLLBACK', rowCount: 0 }])
    expect(db.query('select count(*) as n from users')).toEqual([{ n: 3 }])
  })
  test('goes back to a savepoint', () => {
    db.exec(`begin; insert into users values (4, 'Dee', 1); savepoint s; delete from users;
      rollback to s; release s; commit`)
    expect(db.query('select count(*) as n from users')).toEqual([{ n: 4 }])
  })
  test('checks deferred references at its end', () => {
    db.exec('create table dog (id int primary key, owner int references users deferrable initially deferred)')
    db.exec(`begin; insert into dog values (1, 8); insert into users values (8, 'Eve', 2); commit`)
    expect(failure(() => db.exec('begin; insert into dog values (2, 99); commit')).sqlstate).toBe('23503')
    expect(db.query('select id from dog')).toEqual([{ id: 1 }])
  })
  test('leaves nothing of definitions that were rolled back, also when others come in their place', () => {
    db.exec('create view first_view as select 1 as a')
    db.exec('begin; create view gone as select 2 as a; select * from gone; rollback')
    db.exec('create view kept as select 3 as a')
    expect(db.query('select * from kept')).toEqual([{ a: 3 }])
    expect(failure(() => db.query('select * from gone')).sqlstate).toBe('42P01')
    db.exec(`begin; savepoint s; create view gone as select 4 as a; select * from gone; rollback to s;
      create view after as select 5 as a; select * from after; commit`)
    expect(db.query('select * from after')).toEqual([{ a: 5 }])
    db.write(tx => {
      const savepoint = tx.savepoint()
      tx.exec('create view gone as select 6 as a; select * from gone')
      savepoint.rollback()
      tx.exec('create view last_view as select 7 as a; select * from last_view')
      expect(failure(() => tx.query('select * from gone')).sqlstate).toBe('42P01')
    })
    expect(db.query('select * from last_view')).toEqual([{ a: 7 }])
  })
  test('that a script leaves open by failing is rolled back', () => {
    expect(failure(() => db.exec('begin; delete from users; select 1/0')).sqlstate).toBe('22012')
    expect(db.query('select count(*) as n from users')).toEqual([{ n: 3 }])
  })
})

describe('both doors', () => {
  const users = table('users', {
    columns: { id: t.i32, name: t.text, age: t.i32.nullable() },
    primaryKey: ['id'],
  })
  const visits = table('visits', {
    columns: { id: t.i64, user: t.u32, at: t.date, tags: t.array(t.text) },
    primaryKey: ['id'],
    indexes: { byUser: { on: ['user'] } },
  })

  test('a table of SQL opens from TypeScript', () => {
    expect(db.read().table(users).get(2)).toEqual({ id: 2, name: 'Bob', age: 40 })
  })
  test('a table of TypeScript is there in SQL', () => {
    const at = new Date('2024-05-06T07:08:09.010Z')
    db.write(tx => tx.table(visits).put({ id: 1n, user: 2, at, tags: ['a', 'b'] }))
    expect(db.query('select v.at, v.tags, u.name from visits v join users u on u.id = v.user')).toEqual([
      { at, tags: ['a', 'b'], name: 'Bob' },
    ])
    db.query(`update visits set tags = tags || 'c'::text, at = at + interval '1 s' where "user" = 2`)
    expect(db.read().table(visits).get(1n)).toEqual({
      id: 1n,
      user: 2,
      at: new Date('2024-05-06T07:08:10.010Z'),
      tags: ['a', 'b', 'c'],
    })
  })
  test('see one transaction', () => {
    db.write(tx => {
      tx.table(users).put({ id: 5, name: 'Fay', age: 5 })
      expect(tx.query('select name from users where id = 5')).toEqual([{ name: 'Fay' }])
      tx.query('update users set age = age + 1 where id = 5')
      expect(tx.table(users).get(5)?.age).toBe(6)
      expect(failure(() => tx.query('insert into users values (6, null, 1), (7, null, 2)')).sqlstate).toBe(
        '23502',
      )
      expect(tx.table(users).has(6)).toBe(false)
    })
    expect(db.query('select age from users where id = 5')).toEqual([{ age: 6 }])
  })
  test('a snapshot sees its state, and is not written to', () => {
    using snap = db.read()
    db.query('delete from users')
    expect(snap.query('select count(*) as n from users')).toEqual([{ n: 3 }])
    try {
      snap.query('delete from users')
      expect.unreachable()
    } catch (error) {
      expect(isCoppiceError(error, 'READ_ONLY_TRANSACTION')).toBe(true)
    }
  })
  test('maps are tables of their keys and values', () => {
    const prices = table('prices', { key: t.tuple(t.text, t.u32), value: t.f64 })
    db.write(tx => tx.table(prices).put(['ACME', 7], 12.5))
    expect(db.query('select * from prices')).toEqual([{ key_1: 'ACME', key_2: 7, value: 12.5 }])
  })
  test('maps are changed from TypeScript alone', () => {
    const prices = table('prices', { key: t.text, value: t.f64 })
    const tags = multimap('tags', { key: t.text, value: t.text })
    db.write(tx => {
      tx.table(prices).put('ACME', 12.5)
      tx.table(tags).put('ACME', 'old')
    })
    for (const text of [
      "insert into prices values ('NEW', 1)",
      "insert into tags values ('ACME', 'new')",
      'update prices set value = 1',
      'update prices set value = 1 where false',
      'delete from prices',
      'merge into prices p using (select 1) on true when matched then delete',
    ]) {
      const refused = failure(() => db.query(text))
      expect([text, refused.sqlstate, refused.message]).toEqual([
        text,
        '0A000',
        expect.stringContaining('changing a map by SQL is not supported'),
      ])
    }
    expect(db.query('select key, value from prices')).toEqual([{ key: 'ACME', value: 12.5 }])
  })
})

describe('EXPLAIN', () => {
  const plan = (text: string) =>
    db.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`).map(row => row['QUERY PLAN'])

  test('shows how a query is done', () => {
    db.exec(`create index on users (age);
      insert into users select n, 'x' || n, n from generate_series(10, 1000) n`)
    expect(plan('select * from users where id = 2')).toEqual([
      'Index Scan using users_pkey on users',
      '  Index Cond: (id = 2)',
    ])
    expect(plan('select * from users order by age limit 1')[0]).toBe('Limit')
    expect(plan('select count(*) from users a join users b on a.age = b.age')[0]).toBe('Aggregate')
  })
})

describe('PREPARE and EXECUTE', () => {
  test('run a statement with values of expressions', () => {
    db.exec('prepare older(int) as select name from users where age > $1 order by id')
    expect(db.query('execute older(10 * 3 + 5)')).toEqual([{ name: 'Bob' }])
    expect(failure(() => db.query('execute older')).sqlstate).toBe('42601')
    db.exec('prepare typed(numeric) as select pg_typeof($1)::text as type')
    expect(db.query('execute typed(1)')).toEqual([{ type: 'numeric' }])
    db.exec('deallocate older')
    expect(failure(() => db.query('execute older(1)')).sqlstate).toBe('26000')
  })
})

describe('a primary key of numbers that have several forms', () => {
  test('keeps the form that they were written in', () => {
    db.exec(`create table prices (price numeric primary key, factor float8);
      insert into prices values (1.50, '-0'), (2.00, 0), (3, 1.5)`)
    expect(db.query('select price from prices where price = 1.5')).toEqual([{ price: '1.50' }])
    expect(
      db.query('select price, factor::text from prices order by price', [], { rowMode: 'array' }),
    ).toEqual([
      ['1.50', '-0'],
      ['2.00', '0'],
      ['3', '1.5'],
    ])
    expect(failure(() => db.exec('insert into prices values (1.500, 0)')).sqlstate).toBe('23505')
  })
  test('is referred to, changed and grouped by as any other', () => {
    db.exec(`create table prices (price numeric primary key, name text);
      create table sales (id int primary key, price numeric references prices on update cascade on delete cascade);
      insert into prices values (1.50, 'a'), (2, 'b'); insert into sales values (1, 1.5), (2, 2)`)
    db.exec('update prices set price = 7.250 where price = 1.5; delete from prices where price = 2')
    expect(db.query('select * from sales')).toEqual([{ id: 1, price: '7.250' }])
    expect(db.query('select price, name, count(*) as n from prices group by price')).toEqual([
      { price: '7.250', name: 'a', n: 1 },
    ])
    db.exec("insert into prices values (7.25, 'c') on conflict (price) do update set name = excluded.name")
    expect(db.query('select price, name from prices')).toEqual([{ price: '7.250', name: 'c' }])
  })
})

test('definitions are those of the state, also after going back to a persistent savepoint', () => {
  db.savepoints.create('before')
  db.exec('create view v as select 1 as x')
  expect(db.query('select x from v')).toEqual([{ x: 1 }])
  db.savepoints.restore('before')
  expect(() => db.query('select x from v')).toThrow(/"v" does not exist/)
  db.exec('create view v as select 2 as x')
  expect(db.query('select x from v')).toEqual([{ x: 2 }])
})

test('a bound may be much longer than the keys before it', () => {
  db.exec("create table words (word text primary key); insert into words values ('a'), ('b'), ('c')")
  const bound = 'b'.repeat(1500)
  expect(db.query('select word from words where word < $1', [bound])).toEqual([{ word: 'a' }, { word: 'b' }])
})
