/** Rows behind a key or an index, read by functions that are generated for them: the same values as without. */

import { afterAll, beforeEach, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { FunctionBuilder } from '../../../src/table/codegen.ts'

const SCHEMA = `
    create type mood as enum ('low', 'high');
    create table one (
      id int primary key, s smallint, b bigint, r real, d double precision not null, n numeric, t text not null, v varchar(20),
      c char(8), ok boolean, y bytea, day date, at timestamptz, local timestamp, clock time, span interval, key uuid, j json,
      jb jsonb, m mood, list int[]
    );
    insert into one select g, g % 7, g::bigint * 10000000000, g / 4.0, g / 8.0, g / 100.0, 'text ' || g, nullif('v' || g % 5, 'v3'),
      'c' || g % 3, nullif(g % 3, 1) = 0, decode(lpad(to_hex(g), 8, '0'), 'hex'), date '2024-01-01' + g, timestamptz '2024-01-01 UTC' +
      g * interval '1 hour', timestamp '2024-01-01' + g * interval '1 minute', time '00:00' + g * interval '1 second',
      g * interval '1 day', ('00000000-0000-0000-0000-' || lpad(g::text, 12, '0'))::uuid, ('{"a": ' || g || '}')::json,
      ('[' || g || ']')::jsonb, case g % 2 when 0 then 'low'::mood else 'high' end, array[g, null, g + 1]
      from generate_series(1, 400) g;
    insert into one (id, d, t, jb) values
      (-5, 0.5, '', null), (0, 'nan', 'zero', to_jsonb(repeat('long', 9000))), (401, '-infinity', 'ünï–¢öde 🌍', null);
    alter table one add column late int default 17;
    create index one_s on one (s);
    create unique index one_t on one (t);
    create table pair (a text, b int, c smallint, x text, primary key (a, b, c));
    insert into pair select 'a' || g % 4, g, g % 3, 'x' || g from generate_series(1, 300) g;
    create index pair_x on pair (c, x);
    create table numbers (a int, b smallint, x text, primary key (a, b));
    insert into numbers select g % 20 - 10, g % 50 - 25, 'n' || g from generate_series(1, 100) g;
    create index numbers_x on numbers (x)`

const { build } = FunctionBuilder.prototype
afterAll(() => {
  FunctionBuilder.prototype.build = build
})

let madeCount = 0
beforeEach(() => {
  madeCount = 0
  FunctionBuilder.prototype.build = function <F>(
    this: FunctionBuilder,
    name: string,
    ...rest: [string, string]
  ): F {
    if (name === 'readWholeRow') madeCount++
    return build.call(this, name, ...rest) as F
  }
})

const QUERIES: readonly (readonly [text: string, ...parameters: unknown[]])[] = [
  ['select * from one where s >= 2 and s < 6 order by s, id'],
  ['select id, t, late from one where s = 3'],
  ['select s, n from one where s between 1 and 2'],
  ["select * from one where t >= 'text 1' and t < 'text 3'"],
  ["select d, id from one where t like 'text 2%'"],
  ['select * from pair where c = 1 and x > $1', 'x2'],
  ['select b, x, a from pair where c >= 1'],
  ['select b, a, x from numbers where x >= $1', 'n3'],
  ...[-5, 0, 1, 17, 300, 401, 402].map(id => ['select * from one where id = $1', id] as const),
  ...[1, 2, 3].map(id => ['select t, d, n, late from one where id = $1', id] as const),
  ...['a1', 'a3', 'b'].map(a => ['select x, c from pair where a = $1 and b = 5 and c = 2', a] as const),
  ['select x, b, a from numbers where a = -9 and b = -24'],
]

/** In a database of its own: what is kept of a statement was made the one way or the other. */
function answers(mode: 'always' | 'never'): unknown[][][] {
  using db = openSync(':memory:')
  db.exec(SCHEMA)
  using connection = db.connect()
  connection.exec('set enable_seqscan = off')
  statementCode.mode = mode
  try {
    // When a plan has read a row, it asks whether code pays.
    return QUERIES.map(([text, ...parameters]) => [1, 2, 3].map(() => connection.query(text, parameters)))
  } finally {
    statementCode.mode = 'auto'
  }
}

test('give what they give without', () => {
  const plain = answers('never')
  expect(madeCount).toBe(0)
  expect(answers('always')).toEqual(plain)
  expect(madeCount).toBeGreaterThan(7)
  expect((plain[0][0] as unknown[]).length).toBeGreaterThan(100)
})

test('are read so after many rows', () => {
  using db = openSync(':memory:')
  db.exec(SCHEMA)
  for (let id = 1; id <= 2200; id++) {
    const rows = db.query('select t, d from one where id = $1', [(id % 400) + 1])
    expect(rows).toEqual([{ t: `text ${(id % 400) + 1}`, d: ((id % 400) + 1) / 8 }])
  }
  expect(madeCount).toBe(1)
})
