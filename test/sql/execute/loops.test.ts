/** Joins that are parts of a generated loop: the same rows as by closures, whatever the kind of join and the keys. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'

let db: Database
let hashed: Connection
let merged: Connection

beforeAll(() => {
  db = openSync(':memory:')
  db.exec(`create table orders (id int primary key, customer int, amount numeric(10,2), note text, day date, big bigint);
    create table lines (id int, line int, part text, price float8, weight real, primary key (id, line));
    create table customers (id int primary key, name text not null, since date, big bigint, score float8);
    create table empty (id int primary key, x int)`)
  db.exec(`insert into orders select n, nullif(n % 7, 3), n * 1.25, case when n % 5 > 0 then 'note ' || n % 3 end,
      date '2024-01-01' + n % 11, case when n % 2 = 0 then 9007199254740993 + n % 4 else n end from generate_series(1, 120) as g(n);
    insert into lines select n / 3, n % 3, 'part ' || n % 4, n / 8.0, n % 13 from generate_series(1, 300) as g(n);
    insert into customers select n, 'customer ' || n, date '2024-01-01' + n, case when n < 4 then n else 9007199254740990 + n end,
      case n when 1 then float8 'nan' when 2 then '-0' else n % 5 end from generate_series(0, 9) as g(n)`)
  hashed = db.connect()
  hashed.exec('set enable_mergejoin = off; set enable_nestloop = off')
  merged = db.connect()
  merged.exec('set enable_hashjoin = off; set enable_nestloop = off')
})
afterAll(() => db.close())

function expectSame(text: string, plan: RegExp = /Hash/, connection: Connection = hashed): void {
  const rows = (mode: typeof statementCode.mode) => {
    statementCode.mode = mode
    try {
      return connection.query(text, [], { rowMode: 'array' })
    } finally {
      statementCode.mode = 'auto'
    }
  }
  expect(
    connection
      .query(`explain ${text}`)
      .map(row => Object.values(row as object)[0])
      .join('\n'),
  ).toMatch(plan)
  const expected = rows('never')
  expect(rows('always')).toEqual(expected)
  expect(rows('always')).toEqual(expected)
}

/** Merge joins alone, in a connection of its own. */
function connectionOf(use: (connection: Connection) => void): void {
  using connection = db.connect()
  connection.exec('set enable_hashjoin = off; set enable_nestloop = off')
  use(connection)
}

const SUMS = 'count(*), sum(o.amount), min(o.note), max(c.name)'

describe('a hash join', () => {
  test('inner, with conditions on both sides and on pairs', () => {
    expectSame(`select ${SUMS} from orders o join customers c on c.id = o.customer`)
    expectSame(
      `select ${SUMS} from orders o join customers c on c.id = o.customer where o.id > 10 and c.name <> 'customer 2'`,
    )
    expectSame(
      `select ${SUMS} from orders o join customers c on c.id = o.customer and length(o.note) < c.id + 5`,
    )
    expectSame(
      `select c.name, ${SUMS} from orders o join customers c on c.id = o.customer group by c.name order by c.name`,
    )
  })
  test('left, with rows that match nothing', () => {
    expectSame(`select ${SUMS} from orders o left join customers c on c.id = o.customer`, /Hash/)
    expectSame(
      `select ${SUMS} from orders o left join customers c on c.id = o.customer and c.since < o.day`,
      /Hash/,
    )
    expectSame(
      `select c.name, count(*), count(c.id), sum(o.amount) from orders o left join customers c on c.id = o.customer and c.id > 2
       group by c.name order by 1`,
    )
    expectSame('select count(*), count(e.x), sum(o.id) from orders o left join empty e on e.id = o.id')
  })
  test('semi and anti, with and without a condition', () => {
    for (const not of ['', 'not ']) {
      expectSame(
        `select count(*), sum(amount) from orders o where ${not}exists (select 1 from customers c where c.id = o.customer)`,
      )
      expectSame(
        `select count(*), min(note) from orders o where ${not}exists
         (select 1 from lines l where l.id = o.customer and l.price > o.amount / 100 and l.part < o.note)`,
      )
      expectSame(
        `select count(*) from orders o where ${not}exists (select 1 from empty e where e.id = o.customer)`,
      )
    }
  })
  test('by texts, bigints, floats, several parts', () => {
    expectSame(
      `select count(*), sum(l.price) from lines l join (select distinct 'part ' || id as p from customers) c on c.p = l.part`,
    )
    expectSame('select count(*), sum(o.id), max(c.name) from orders o join customers c on c.big = o.big')
    expectSame('select count(*), sum(o.id) from orders o join customers c on c.big = o.id')
    expectSame('select count(*), sum(l.id), min(c.name) from lines l join customers c on c.score = l.weight')
    expectSame(
      'select count(*), sum(l.price), sum(o.amount) from orders o join lines l on l.id = o.id and l.line = o.customer',
    )
  })
  test('of several tables, one in the other', () => {
    const from = 'orders o join customers c on c.id = o.customer join lines l on l.id = o.id'
    expectSame(`select count(*), sum(l.price * o.id), min(c.name) from ${from}`)
    expectSame(`select l.part, c.name, count(*), sum(o.amount) from ${from} where l.price > 3 and o.note is not null
      group by l.part, c.name order by 1, 2`)
    expectSame(`select o.id, l.price, c.name from ${from} order by l.price desc, o.id, c.name limit 7`)
    expectSame(
      `select count(*), sum(x.t) from (select o.customer as k, sum(o.amount) as t from orders o group by 1) x
      left join customers c on c.id = x.k`,
      /Hash|Merge/,
    )
  })
  test('that runs again for each row of another', () => {
    expectSame(
      `select c.id, (select count(*) from orders o join lines l on l.id = o.id where o.customer = c.id and l.price > c.id)
      from customers c order by 1`,
      /Hash|Nested/,
    )
  })
  test('with more rows than memory may hold', () => {
    const file = db.connect()
    file.exec("set enable_mergejoin = off; set enable_nestloop = off; set work_mem = '64kB'")
    expectSame(
      'select count(*), sum(a.id), max(b.part) from lines a join lines b on a.part = b.part',
      /Hash/,
      file,
    )
  })
  test('is ended by a signal', () => {
    statementCode.mode = 'always'
    try {
      const text =
        'select count(*) from lines a join lines b on a.part = b.part join lines c on c.part = b.part join lines d on d.part = c.part'
      expect(() => hashed.query(text, [], { timeoutMs: 20 })).toThrow(/timeout|canceling/)
    } finally {
      statementCode.mode = 'auto'
    }
  })
})

test('a hash join whose rows meet many in sum, though none of them many, is ended by its time', () => {
  db.exec(
    'create table halves (id int primary key, g int); insert into halves select n, n % 2 from generate_series(1, 600) as g(n)',
  )
  statementCode.mode = 'always'
  try {
    const text = 'select count(*) from halves a join halves b on a.g = b.g join halves c on c.g = b.g'
    expect(() => hashed.query(text, [], { timeoutMs: 20 })).toThrow(
      'canceling statement due to statement timeout',
    )
  } finally {
    statementCode.mode = 'auto'
  }
})

describe('a merge join by unique keys', () => {
  test('whole, of ranges, with gaps on both sides', () => {
    const plan = /Merge Join/
    expectSame(
      'select count(*), sum(o.amount), min(c.name) from orders o join customers c on c.id = o.id',
      plan,
      merged,
    )
    expectSame(
      'select count(*), sum(o.amount) from orders o join customers c on c.id = o.id where o.id > 4',
      plan,
      merged,
    )
    expectSame(
      'select count(*), sum(l.price), max(o.note) from lines l join orders o on o.id = l.id where o.id % 2 = 0',
      plan,
      merged,
    )
    expectSame('select count(*), sum(o.id) from orders o join empty e on e.id = o.id', plan, merged)
    expectSame(
      `select count(*), sum(o.id) from orders o join customers c on c.id = o.id and c.since > o.day - 3`,
      plan,
      merged,
    )
    expectSame(
      `select c.name, sum(o.amount) from orders o join customers c on c.id = o.id group by c.name order by 1`,
      plan,
      merged,
    )
  })
  test('of three tables', () => {
    expectSame(
      'select count(*), sum(o.amount), max(l.price) from lines l join orders o on o.id = l.id join customers c on c.id = o.id',
      /Merge Join/,
      merged,
    )
    expectSame(
      'select count(*), sum(a.amount), max(c.name) from orders a join orders b on b.id = a.id join customers c on c.id = b.id',
      /Merge Join(.|\n)*Merge Join/,
      merged,
    )
  })
  test('of more rows than are read at once, where sides are read on at different places', () => {
    db.exec(`create table evens (id int primary key, x int, y float8 not null);
      create table thirds (id bigint primary key, t text, z int not null);
      insert into evens select n * 2, nullif(n % 5, 1), n / 4.0 from generate_series(1, 6000) as g(n);
      insert into thirds select n * 3, 't' || n % 9, n from generate_series(1, 5000) as g(n)`)
    const text =
      'select count(*), sum(a.x), sum(a.y * b.z), max(b.t) from evens a join thirds b on a.id = b.id'
    expectSame(text, /Merge Join/, merged)
    expectSame(`${text} where b.id > 4000 and a.x > 2`, /Merge Join/, merged)
    expectSame(text.replace('on', 'on a.y > b.z / 3 and'), /Merge Join/, merged)
    expectSame(`${text} where a.id = 6`, /Nested|Merge/, merged)
    connectionOf(connection => {
      connection.exec('begin; insert into evens values (15, 1, 1); delete from thirds where id = 18')
      expectSame(text, /Merge Join/, connection)
      connection.exec('rollback')
    })
  })
  test('semi and anti', () => {
    for (const not of ['', 'not ']) {
      expectSame(
        `select count(*), sum(o.amount) from orders o where ${not}exists (select 1 from customers c where c.id = o.id)`,
        /Merge/,
        merged,
      )
    }
  })
})
