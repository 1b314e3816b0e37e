/** Statements by generated code and by closures: the same rows in the same order, the same errors at the same places. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError, t, table } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'

let db: Database
const LARGE = 'x'.repeat(70_000)

beforeAll(() => {
  db = openSync(':memory:')
  db.exec(`create type mood as enum ('sad', 'ok', 'happy');
    create domain positive as int check (value > 0);
    create table kinds (id int primary key, b bool, i2 smallint, i4 int, i8 bigint, f4 real, f8 double precision,
      n numeric, x text, c char(5), v varchar(20), y bytea, d date, tm time, ts timestamp, tz timestamptz, iv interval,
      u uuid, j json, jb jsonb, m mood, p positive, a int[], o oid, late int default 7);
    create table pairs (a smallint, b int, c text, w int not null, primary key (a, b, c));
    create table nothing (id int primary key, x int);
    create table wide (id bigint primary key, before int not null, long text, after int)`)
  db.exec(`insert into kinds values
    (1, true, 1, 2, 3, 1.5, 2.5, 1.50, 'one', 'c', 'v', '\\x00ff', '2024-02-29', '12:30', '2024-01-01', '2024-01-01', '1 day',
      '00000000-0000-0000-0000-000000000001', '{"a":1}', '{"b":[1,2]}', 'ok', 5, '{1,null,3}', 4000000000),
    (2, false, -32768, -2147483648, -9223372036854775808, '-infinity', '-infinity', '-Infinity', '', '', '', '', '-infinity',
      '00:00', '-infinity', '-infinity', '-1 year', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '[]', 'null', 'sad', 1, '{}', 0),
    (3, true, 32767, 2147483647, 9223372036854775807, 'nan', 'nan', 'NaN', 'zwölf 𝒳 ☂', 'abcde', 'ü', '\\xdeadbeef', 'infinity',
      '23:59:59.999999', 'infinity', 'infinity', '1000 years', '00000000-0000-0000-0000-00000000000a', '1', '"x"', 'happy',
      9, '{7}', 1),
    (4, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (5, false, 0, 0, 9007199254740993, -0.0, '-0', 0, 'y', 'y', 'y', '\\x', '1999-12-31', '01:02:03', '1970-01-01',
      '1969-12-31', '00:00:01', '00000000-0000-0000-0000-0000000000ff', '{}', '{}', 'ok', 2, '{5}', 17),
    (6, true, -1, -1, -9007199254740992, 'infinity', 'infinity', 1e30, 'Z', 'Z', 'Z', '\\x01', '0001-01-01', '00:00:00.5',
      '0001-01-01', '9999-12-31', '-00:00:01', '00000000-0000-0000-0000-0000000000fe', '{}', '{}', 'sad', 3, '{6,6}', 18)`)
  // Rows that are older than their columns.
  db.exec(`alter table kinds add column added int;
    alter table kinds add column fixed int not null default 42;
    alter table kinds add column said text default 'said'`)
  db.exec(`insert into kinds (id, x, added, fixed, said) values (7, 'new', 1, 2, 'three'), (8, 'x', 3, 1, null);
    insert into pairs values (-1, 5, 'b', 1), (-1, 5, 'a', 2), (2, -7, '', 3), (2, 6, 'ü', 4), (30000, 2147483647, 'z', 5);
    insert into wide select n, n * 2, 'short', n * 3 from generate_series(1, 300) as g(n)`)
  db.query('insert into wide values (1000, 1, $1, 2), (1001, 3, $2, 4)', [LARGE, `${LARGE}${LARGE}`])
  db.exec('insert into wide values (9007199254740993, 5, null, null)')
  const typed = table('typed', {
    columns: {
      id: t.u32,
      small: t.u8,
      signed: t.i8,
      middle: t.u16,
      whole: t.u64,
      when: t.date,
      kind: t.enum('a', 'b'),
      flag: t.bool.nullable(),
    },
    primaryKey: ['id'],
  })
  db.write(tx => {
    const rows = tx.table(typed)
    for (let id = 1; id <= 20; id++) {
      rows.put({
        id: id * 200_000_000,
        small: id,
        signed: -id,
        middle: id * 1000,
        whole: 2n ** 63n + BigInt(id),
        when: new Date(id * 86_400_000),
        kind: id % 2 === 0 ? 'a' : 'b',
        flag: id % 3 === 0 ? null : id % 3 === 1,
      })
    }
  })
})
afterAll(() => db.close())

function answer(text: string, mode: typeof statementCode.mode, parameters: readonly unknown[]): unknown {
  statementCode.mode = mode
  try {
    return db.query(text, parameters, { rowMode: 'array' })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    return { sqlstate: error.sqlstate, message: error.message, position: error.position }
  } finally {
    statementCode.mode = 'auto'
  }
}

function expectSame(text: string, parameters: readonly unknown[] = []): void {
  const expected = answer(text, 'never', parameters)
  const once = answer(text, 'always', parameters)
  expect(once, text).toEqual(expected)
  // What is kept for the next run has nothing of this one.
  expect(answer(text, 'always', parameters), text).toEqual(expected)
}

const COLUMNS = [
  ...[
    'id',
    'b',
    'i2',
    'i4',
    'i8',
    'f4',
    'f8',
    'n',
    'x',
    'c',
    'v',
    'y',
    'd',
    'tm',
    'ts',
    'tz',
    'iv',
    'u',
    'j',
    'jb',
  ],
  ...['m', 'p', 'a', 'o', 'late', 'added', 'fixed', 'said'],
]

describe('columns', () => {
  test.each(COLUMNS)('%s, alone and tested', column => {
    expectSame(`select ${column} from kinds`)
    expectSame(`select id from kinds where ${column} is null`)
    expectSame(`select ${column}, id from kinds where ${column} is not null and id > 1`)
  })
  test('all of a row', () => {
    expectSame('select * from kinds')
    expectSame('select kinds from kinds where id < 3')
    expectSame('select * from pairs')
    expectSame('select * from typed')
    expectSame('select * from nothing where x > 0')
  })
  test('of keys of several parts', () => {
    for (const column of ['a', 'b', 'c']) expectSame(`select ${column} from pairs where w > 1`)
    expectSame('select c from pairs where a = 2 and b > -8')
    expectSame('select b, w from pairs where b < 100')
  })
  test('of rows of any length', () => {
    expectSame('select id, length(long), before, after from wide where before > 0')
    expectSame('select after, id from wide where length(long) > 100000 or id < 5 or long is null')
    expectSame('select id, after from wide where id >= 290')
    expectSame('select id, after from wide where id between 10 and 20 or id in (1000, 1001)')
  })
  test('in a transaction that has changed them', () => {
    db.write(tx => {
      tx.exec(
        `insert into pairs values (3, 3, 'new', 9); delete from pairs where w = 1; update pairs set w = 40 where w = 4`,
      )
      for (const mode of ['never', 'always'] as const) {
        statementCode.mode = mode
        expect(tx.query('select w from pairs where w > 2 order by w', [], { rowMode: 'array' })).toEqual([
          [3],
          [5],
          [9],
          [40],
        ])
      }
      statementCode.mode = 'auto'
    })
  })
})

const CONDITIONS = [
  'i4 > 0 and i2 < 5',
  'i4 > 0 or i2 < 5',
  'not (i4 > 0)',
  'not b',
  'b and i4 = -1 or x is null',
  '(i4 > 0) is true',
  '(i4 > 0) is not true',
  '(i4 > 0) is unknown',
  '(i4 > 0) is not false',
  'i4 is distinct from 0',
  'i4 in (0, 2, null)',
  'i4 not in (0, 2)',
  'i4 not in (0, 2, null)',
  'i4 in (0, 1, 2, 3, 4, 5, 6, 7, 8)',
  'i4 not in (0, 1, 2, 3, 4, 5, 6, 7, 8, null)',
  "x in ('one', 'y', 'Z')",
  'f8 in (0, 2.5)',
  "f8 = 'nan'",
  'f8 > 2',
  'f8 >= f4',
  'f8 < 0',
  'f8 = 0',
  'i8 > 5',
  'i8 = 9007199254740993',
  'i8 < i4',
  'i2 = i4',
  "d > '2000-01-01'",
  "ts < 'infinity'",
  "m >= 'ok'",
  "x like '%e%'",
  'coalesce(i4, -5) < 0',
  'case when i4 > 0 then b when i4 < 0 then not b end',
  'case when i4 is null then true else 10 / i4 > 3 end',
  'case b when true then i4 > 0 else i4 <= 0 end',
  'greatest(i4, i2) > 0',
  'nullif(i4, 0) is null',
  'exists (select 1 from pairs where pairs.b > kinds.i4)',
  'i4 = (select min(w) from pairs where w > kinds.i2)',
  'i4 + 1 > i2 * 2',
  'i4 / i2 = 2',
  '10 / i4 > 0',
  'i4 = 0 or 10 / i4 > 0',
  'i4 <> 0 and 10 / i4 > 0',
  'i4 > 1 and id / 0 = 1',
  'id / 0 = 1 and i4 > 1',
  'i4 + 1 > 0',
  'i4 - 1 < 0',
  '-i4 > 0',
  'i2 + i2 > 0::smallint',
  'abs(i4) >= 0',
  'i8 + 1 > 0',
  'f8 * 1e308 > 0',
  'f8 + 1 > 0',
  'sqrt(f8) > 0',
  'i4 % 2 = 0',
  'i4 % i2 = 0',
  "(x || 'a')::int > 0",
  'length(x) = 3',
  'i4 = $1::int',
  'i4 > $1::int or $1::int is null',
  'random() < 2',
  'null::int + i4 / 0 > 1',
  'a[1] = 1',
  "jb ->> 'b' is not null",
  'p > 2',
  'late = 7',
  'added is null and fixed = 42',
  "said = 'said'",
  "tz > now() - interval '1000 years'",
  'o > 5::oid',
  '(i4, i2) = (2, 1::smallint)',
  `${Array.from({ length: 300 }, (_, i) => `i4 + ${i} > 0`).join(' or ')}`,
  `${Array.from({ length: 300 }, () => 'i2').join(' + ')} > 5`,
]

describe('conditions', () => {
  test.each(CONDITIONS)('%s', condition => {
    const parameters = condition.includes('$1') ? [2] : []
    expectSame(`select id from kinds where ${condition}`, parameters)
    expectSame(`select id, x from kinds where id < 6 and (${condition})`, parameters)
  })
  test('of what a query around them has', () => {
    expectSame('select w, (select count(*) from kinds where i4 < w or x = c) from pairs')
    expectSame('select w, id from pairs, lateral (select id from kinds where i4 < w limit 2) as k')
  })
  test('of rows that were deleted meanwhile', () => {
    expectSame('select id from kinds where id in (select w from pairs) order by id')
  })
})

const AGGREGATES = [
  ...[
    'count(*)',
    'count(i4)',
    'count(x)',
    'sum(i2)',
    'sum(i4)',
    'sum(i8)',
    'sum(f4)',
    'sum(f8)',
    'sum(n)',
    'sum(iv)',
  ],
  ...[
    'avg(i2)',
    'avg(i4)',
    'avg(i8)',
    'avg(f4)',
    'avg(f8)',
    'avg(n)',
    'min(i2)',
    'max(i2)',
    'min(i4)',
    'max(i4)',
  ],
  ...[
    'min(i8)',
    'max(i8)',
    'min(f4)',
    'max(f4)',
    'min(f8)',
    'max(f8)',
    'min(n)',
    'max(n)',
    'min(x)',
    'max(x)',
  ],
  ...[
    'min(d)',
    'max(d)',
    'min(ts)',
    'max(ts)',
    'min(m)',
    'max(m)',
    'min(o)',
    'max(o)',
    'bool_and(b)',
    'bool_or(b)',
  ],
  ...[
    'bit_and(i4)',
    'bit_or(i8)',
    'stddev(f8)',
    'stddev(i4)',
    'corr(f8, f4)',
    "string_agg(x, ',')",
    'array_agg(i4)',
  ],
  ...[
    'sum(i4 + 1)',
    'sum(i4 * 2)',
    'sum(10 / i4)',
    'max(-i4)',
    'sum(coalesce(i4, 0))',
    'count(nullif(i4, 0))',
  ],
  ...[
    'sum(i4) filter (where i4 < 3)',
    'count(*) filter (where b)',
    'min(f8) filter (where f8 > 0)',
    'any_value(x)',
  ],
  ...[
    'count(distinct b)',
    'sum(distinct i4)',
    'array_agg(i4 order by id desc)',
    'percentile_disc(0.5) within group (order by i4)',
  ],
  ...[
    'sum(case when b then i4 end)',
    'min(id) + max(id)',
    'sum(f8) / count(f8)',
    'sum(f8 * 1e308)',
    'json_agg(x)',
  ],
]
const KEYS = [
  ...[
    'b',
    'i2',
    'i4',
    'i8',
    'f4',
    'f8',
    'n',
    'x',
    'c',
    'd',
    'ts',
    'm',
    'p',
    'late',
    'id % 3',
    'i4 > 0',
    'id > 0',
  ],
  ...[
    'b, m',
    'm, b, fixed',
    'i4, x',
    'id % 2, id % 3',
    'late, fixed',
    'coalesce(x, said)',
    '10 / i4',
    'a',
    'jb',
    'y',
  ],
]

describe('aggregates', () => {
  test.each(AGGREGATES)('%s', call => {
    expectSame(`select ${call} from kinds`)
    expectSame(`select ${call} from kinds where id > 100`)
    expectSame(`select ${call}, count(*) from kinds where id <> 3`)
    expectSame(`select b, ${call} from kinds group by b`)
    expectSame(`select ${call} from kinds where f8 is null or abs(f8) < 10 or b`)
    expectSame(`select ${call} from kinds join pairs on w = id`)
    expectSame(`select ${call} from (select * from kinds order by id desc limit 5) as k`)
  })
  test.each(KEYS)('by %s', keys => {
    expectSame(`select ${keys}, count(*), sum(id), min(id) from kinds group by ${keys}`)
    expectSame(`select ${keys}, max(x), avg(f8) from kinds where id > 1 group by ${keys}`)
    expectSame(`select ${keys}, sum(w) from kinds, pairs where w >= id group by ${keys} having sum(w) > 1`)
  })
  test('of many groups', () => {
    expectSame(
      'select n % 7919 as k, count(*), sum(n), min(n::float8) from generate_series(1, 20000) as g(n) group by 1',
    )
    expectSame(
      'select id, before % 3, count(*), max(after), min(length(long)) from wide group by id, before % 3',
    )
    expectSame('select -n, n * 65536, count(*) from generate_series(1, 2000) as g(n) group by 1, 2')
    expectSame("select n::text || 'x', sum(n) from generate_series(1, 3000) as g(n) group by 1")
  })
  test('of sums beyond 2^53', () => {
    const rows = 'from generate_series(1, 3000) as g(n), (values (2147483647), (-1)) as v(i)'
    expectSame(`select sum(i), avg(i), sum(-i), sum(i) filter (where i > 0), n % 2 ${rows} group by n % 2`)
    // As a query of PostgreSQL has it, with the sum of 2^22 of them.
    const [row] = db.query(
      'select sum(i) as s from generate_series(1, 2100) a, generate_series(1, 2100) b, (values (2147483647)) as v(i)',
    )
    expect(row.s).toBe(2100n * 2100n * 2147483647n)
  })
  test('with grouping sets, rollup and nothing', () => {
    expectSame('select b, m, count(*), grouping(b, m) from kinds group by rollup (b, m)')
    expectSame('select count(*), grouping(b) from kinds group by grouping sets ((b), ())')
    expectSame('select grouping(b), count(*) from kinds group by b')
    expectSame('select count(*) from nothing')
    expectSame('select x, count(*) from nothing group by x')
    expectSame('select 1 from kinds having count(*) > 3')
  })
  test('for each row around them', () => {
    expectSame('select w, (select sum(i4) from kinds where id <= w) from pairs')
    expectSame(
      'select w, s from pairs, lateral (select late + w as k, count(*) as s from kinds where id > w group by 1) as q',
    )
  })
})

describe('keys that are read in their leaves', () => {
  beforeAll(() => {
    db.exec(`create table keyed (id int primary key, v int not null);
      insert into keyed select n, n % 10 from generate_series(-3000, 3000) as g(n);
      insert into keyed select 2147483647 - n * n, 1 from generate_series(0, 500) as g(n);
      insert into keyed values (-2147483648, 5), (1000000, 6);
      create table lonely (id int primary key, v int);
      insert into lonely values (-77, 3)`)
  })
  const sums = 'count(*), sum(id), min(id), max(id), sum(v), avg(id)'
  test.each([
    '',
    'where v > 3',
    'where id < 0',
    'where id >= -7 and id <= 12',
    'where id > 2147483000',
    'where id < -3000',
  ])('%s', where => {
    expectSame(`select ${sums} from keyed ${where}`)
    expectSame(`select v, ${sums} from keyed ${where} group by v`)
    expectSame(`select id % 3, ${sums} from keyed ${where} group by id % 3`)
    expectSame(`select ${sums} from lonely ${where}`)
  })
  test('in a snapshot, while rows come and go', () => {
    using snapshot = db.read()
    const before = snapshot.query(`select ${sums} from keyed`)
    db.exec('delete from keyed where id % 2 = 0; insert into keyed values (5000, 1)')
    statementCode.mode = 'always'
    expect(snapshot.query(`select ${sums} from keyed`)).toEqual(before)
    expect(db.query(`select ${sums} from keyed`)).not.toEqual(before)
    db.write(tx => {
      tx.exec('insert into keyed values (6000, 100000)')
      expect(tx.query('select max(v) as v from keyed')).toEqual([{ v: 100000 }])
    })
    statementCode.mode = 'auto'
  })
  test('by functions that ask the database themselves', () => {
    db.function('asks', { args: ['int'], returns: 'int', volatility: 'immutable' }, (id: number) =>
      Number(db.query('select count(*) as c from wide where id <= $1', [id])[0].c),
    )
    expectSame('select sum(asks(id)), max(id) from keyed where id between -20 and 20')
    expectSame('select v, sum(v) from keyed where asks(v) > 2 group by v')
  })
})

describe('the first rows of an order', () => {
  const ORDERS = [
    ...[
      'i4',
      'i4 desc',
      'i4 nulls first',
      'i4 desc nulls last',
      'f8',
      'f8 desc',
      'f4 desc, id',
      'b, id desc',
      'x',
      'x desc',
    ],
    ...[
      'i8, x',
      'n desc',
      'd',
      'd desc, id',
      'late, id desc',
      'late',
      'i2, i4, id',
      'm desc, x',
      'coalesce(i4, 0), id',
    ],
    ...['late, 10 / i4', '10 / i4', 'i4 % 2, id', 'asks(id), id', '-f8', 'length(x), id', 'random() * 0, id'],
  ]
  test.each(ORDERS)('%s', order => {
    for (const end of [
      'limit 3',
      'limit 1',
      'limit 0',
      'limit 2 offset 2',
      'offset 4 limit 100',
      'fetch first 2 rows with ties',
    ]) {
      expectSame(`select id, x, f8 from kinds order by ${order} ${end}`)
      expectSame(`select late, fixed from kinds where id > 1 order by ${order} ${end}`)
    }
  })
  test('of many rows, equal ones in the order in which they come', () => {
    expectSame('select v, id from keyed order by v limit 20')
    expectSame('select v, id from keyed order by v desc limit 50 offset 700')
    expectSame('select id from keyed order by id % 7 desc, v limit 33')
    expectSame('select id, v from keyed where v <> 3 order by id desc limit 5')
    expectSame('select n from generate_series(1, 5000) as g(n) order by n % 10, n desc limit 12')
    expectSame(
      'select v, (select id from keyed k where k.v = keyed.v order by id desc limit 1) from keyed order by id limit 4',
    )
  })
})

test('a scan is left before its end', () => {
  for (let round = 0; round < 3; round++)
    expectSame('select id, 10 / (id - 100) from wide where before > 0 limit 99')
  expectSame('select id, 10 / (id - 100) from wide where before > 0')
  expectSame('select id from wide where 10 / (id - 100) < 100 limit 99')
  expectSame('select id from wide where 10 / (id - 100) < 100 limit 100')
})

test('a scan is cancelled', () => {
  statementCode.mode = 'always'
  const run = () => db.query('select id from wide where before < 0', [], { signal: AbortSignal.abort() })
  expect(run).toThrow('user request')
  statementCode.mode = 'auto'
})

describe('sums of what passes a filter that half of the rows pass', () => {
  beforeAll(() => {
    db.exec(`create table halves (id int primary key, q int not null, r int, f8 float8 not null, f4 real not null, i4 int not null,
        i2 smallint not null, maybe float8);
      insert into halves select n, n % 100, nullif(n % 10, 3), n / 8.0 - 50, n / 3.0, 2147483647 - n, n, nullif(n, 7)
        from generate_series(1, 1000) as g(n)`)
  })
  test.each([
    'q < 50',
    'q >= 30 and q < 80',
    'q < 50 and r > 2',
    'r <> 4',
    '50 > q and id > 200 and i4 > 2147482900',
    'q < null',
  ])('%s', condition => {
    expectSame(
      `select sum(f8), sum(f4), avg(f8), sum(i4), sum(i2), avg(i2), count(*) from halves where ${condition}`,
    )
    expectSame(`select count(*) from halves where ${condition}`)
    expectSame(`select sum(f8), sum(maybe), max(q) from halves where ${condition}`)
    expectSame(`select sum(f8 + 1) from halves where ${condition}`)
  })
  test('with a parameter, and with values that no sum may see', () => {
    expectSame('select sum(f8), count(*) from halves where q < $1', [50])
    expectSame('select sum(f8), count(*) from halves where q < $1', [null])
    db.exec(
      `update halves set f8 = case q when 60 then 'nan' when 61 then 'infinity' when 62 then '-infinity' when 63 then 1e308 else f8 end`,
    )
    expectSame('select sum(f8), avg(f8) from halves where q < 50')
    expectSame('select sum(f8), avg(f8) from halves where q < 61')
    expectSame('select sum(f8), avg(f8) from halves where q >= 63')
    db.exec("update halves set f8 = '-0'")
    expectSame('select sum(f8)::text from halves where q < 50')
  })
})
