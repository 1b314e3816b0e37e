/** What the planner makes of conditions: common parts of ORs join, and what they say of one table is tested there. */

import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { explained } from './explained.ts'

const db = openSync(':memory:')
afterAll(() => db.close())
db.exec(`
  create table a (k int, x int);
  create table b (k int, y int);
  insert into a select i % 50, i % 7 from generate_series(1, 300) i;
  insert into b select i % 50, nullif(i % 5, 0) from generate_series(1, 300) i;
`)

describe('an OR whose branches have something in common', () => {
  test('joins by it', () => {
    const text = 'select * from a, b where (a.k = b.k and x = 1) or (b.k = a.k and a.k = b.k and y = 2)'
    expect(explained(db, text)).toContain('Hash Join')
  })

  test('is that alone, when a branch says no more', () => {
    const text = 'select * from a where x = 1 or (x = 1 and k = 2)'
    expect(db.query(text)).toEqual(db.query('select * from a where x = 1'))
    expect(explained(db, text)).not.toContain('Join')
  })

  test('filters each table by what all branches say of it', () => {
    const lines = explained(db, 'select * from a, b where (x = 1 and y = 2) or (x = 3 and y = 4)').split('\n')
    for (const scan of ['on a', 'on b']) {
      const at = lines.findIndex(line => line.includes(`Seq Scan ${scan}`))
      expect(lines[at + 1], scan).toContain('Filter')
    }
  })

  test('is unknown where it was', () => {
    const text = 'select count(*) from a, b where a.k = b.k and not ((y = 1 and x = 1) or (y = 1 and x = 2))'
    const same = 'select count(*) from a, b where a.k = b.k and not (y = 1 and (x = 1 or x = 2))'
    expect(db.query(text)).toEqual(db.query(same))
  })
})

describe('what rows must meet', () => {
  test.each(['always', 'never'] as const)(
    'is looked at up to what is false or null, code generated: %s',
    mode => {
      statementCode.mode = mode
      try {
        const failing = '1 / (k - k) > 0'
        expect(db.query(`select * from b where y is null and y = 9 and ${failing}`)).toEqual([])
        expect(db.query(`select count(*) as n from b where y = 9 and k >= 0 and ${failing}`)).toEqual([
          { n: 0 },
        ])
        expect(() => db.query(`select * from b where y = 1 and ${failing}`)).toThrow('division by zero')
      } finally {
        statementCode.mode = 'auto'
      }
    },
  )
})

describe('what decides nothing', () => {
  const keyed = openSync(':memory:')
  afterAll(() => keyed.close())
  keyed.exec(`
    create table t (id int primary key, n int, b boolean);
    insert into t select i, i % 10, case i % 3 when 0 then true when 1 then false end from generate_series(1, 500) i;
    analyze t`)

  test.each([
    'id = 7 and true',
    '1 = 1 and id = 7',
    'id = 7 or false',
    'false or id = 7 or 1 = 2',
    '(id = 7 or false) and (true and (n > 0 or 2 < 1))',
    '(true and id = 7)',
  ])('%s is looked up', condition => {
    const text = `select * from t where ${condition}`
    expect(explained(keyed, text)).toMatch(/^Index Scan using t_pkey on t/)
    expect(keyed.query(text)).toEqual([{ id: 7, n: 7, b: false }])
  })

  test.each([
    ['b and true', 'b'],
    ['b or false', 'b'],
    ['not (b and true)', 'not b'],
    ['not (b or false)', 'not b'],
    ['(b or false) is null', 'b is null'],
    ['b and (n > 5 or false) or false', 'b and n > 5'],
    ['true', 'id is not null'],
    ['true and 1 = 1', 'id is not null'],
    ['false and n = 1', 'id is null'],
    ['true or n = 1', 'id is not null'],
    ['n = 1 and false', 'id is null'],
    ['n = 1 or true', 'id is not null'],
    ['null and true', 'id is null'],
    ['n = 1 or null', 'n = 1'],
  ])('%s is %s', (condition, same) => {
    const rows = (where: string) => keyed.query(`select id from t where ${where} order by id`)
    expect(rows(condition)).toEqual(rows(same))
  })

  test('what stands before it and fails is asked first', () => {
    const run = (where: string) => () => keyed.query(`select id from t where ${where}`)
    expect(run('(1 / 0 = 1 and false) or id = 1')).toThrow(expect.objectContaining({ sqlstate: '22012' }))
    expect(run('(false and 1 / 0 = 1) or id = 1')()).toEqual([{ id: 1 }])
  })

  test('joins by what is left', () => {
    const text = 'select count(*) as n from t a left join t b on true and b.id = a.id and (b.n = 3 or false)'
    expect(explained(keyed, text)).toContain('Join')
    expect(keyed.query(text)).toEqual([{ n: 500 }])
    expect(keyed.query('select count(*) as n from t a full join t b on true where a.id < 3')).toEqual([
      { n: 1000 },
    ])
  })
})

describe('one of several values', () => {
  const keyed = openSync(':memory:')
  afterAll(() => keyed.close())
  keyed.exec(`
    create table m (a int, b int, c text, d int, primary key (a, b));
    insert into m select i, i % 7, nullif('c' || i % 5, 'c3'), i % 11 from generate_series(1, 20000) i;
    create index on m (c, d);
    analyze m`)
  const rows = (where: string, parameters: unknown[] = []) =>
    keyed.query(`select a, b from m where ${where} order by a, b`, parameters)

  test.each([
    ['(a, b) = (3, 3)', 'a = 3 and b = 3'],
    ['(3, 3) = (a, b)', 'a = 3 and b = 3'],
    ['row(a, b) = row(3, 4)', 'a is null'],
    ['a = 5 or a = 9', 'a between 5 and 9 and a <> all (array[6, 7, 8])'],
    ['a = 5 or 9 = a or a in (5, 11)', 'a between 5 and 11 and a % 2 = 1 and a <> 7'],
    ['(a, b) in ((1, 1), (8, 1), (9, 1))', 'a in (1, 8)'],
    ['(a = 1 and b = 1) or (a = 2 and b = 2 and d = 2)', 'a in (1, 2)'],
    ['(a = 1 or a = null)', 'a = 1'],
  ])('%s is found by an index', (condition, same) => {
    expect(explained(keyed, `select a, b from m where ${condition}`)).toMatch(
      /Index (Only )?Scan using m_pkey|Index Or Scan on m\n.*m_pkey/,
    )
    expect(rows(condition)).toEqual(rows(same))
  })

  test.each([
    ['not (a = 5 or a = null)', 'a is null'],
    ['(c, d) <> (null, 3)', 'd <> 3'],
    ['(c, d) = (null, 3)', 'a is null'],
    ["(c, d) is distinct from ('c1', 1) and a < 50", "(c <> 'c1' or c is null or d <> 1) and a < 50"],
    ["c = 'c1' or c = 'c2' or d = 3", "c in ('c1', 'c2') or d = 3"],
    ['a = 5 or a = 5.0 or a = 6', 'a in (5, 6)'],
    ['a = d or a = 4', 'd = a or a = 4'],
  ])('%s is %s', (condition, same) => expect(rows(condition)).toEqual(rows(same)))

  test('parameters are values like others', () => {
    expect(rows('(a, b) in (($1, $2), ($3, $4))', [1, 1, 8, 2])).toEqual([{ a: 1, b: 1 }])
    expect(rows('a = $1 or a = $2', [3, null])).toEqual([{ a: 3, b: 3 }])
  })

  test('of long lists in several columns the first finds the rows', () => {
    const pairs = Array.from({ length: 300 }, (_, i) => `(${3 * i + 1}, ${(3 * i + 1) % 7})`)
    const plan = explained(keyed, `select * from m where (a, b) in (${pairs.join(', ')})`)
    expect(plan).toContain('Index Cond: (a = ANY')
    expect(plan).not.toMatch(/Index Cond: .* AND \(b/)
    expect(rows(`(a, b) in (${pairs.join(', ')})`)).toHaveLength(300)
  })

  test('any lists of pairs find what a list of rows finds', () => {
    const value = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(null))
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 12 }), pairs => {
        const listed = pairs.map(([a, b]) => `(${a}::int, ${b === null ? null : b % 8}::int)`).join(', ')
        expect(rows(`(a, b) in (${listed})`)).toEqual(rows(`(a, b) in (values ${listed})`))
        const apart = pairs.map(([a, b]) => `a = ${a} and d = ${b}`).join(' or ')
        expect(rows(apart)).toEqual(
          rows(`(a, d) = any (values ${pairs.map(([a, b]) => `(${a}::int, ${b}::int)`).join(', ')})`),
        )
        expect(rows(`not (${apart}) and a < 30`)).toEqual(
          rows(
            `(a, d) <> all (values ${pairs.map(([a, b]) => `(${a}::int, ${b}::int)`).join(', ')}) and a < 30`,
          ),
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('conditions that are looked up in an index by another name', () => {
  const db = openSync(':memory:')
  afterAll(() => db.close())
  db.exec(`
    create table flags (id int primary key, flag boolean, at int not null, name text);
    create index flags_flag on flags (flag, at);
    create index flags_name on flags (name);
    insert into flags select i, case i % 50 when 0 then true when 1 then false end, i * 7 % 1009,
      case when i % 11 > 0 then 'name ' || i end from generate_series(1, 3000) i;
    create table bare as table flags`)

  const idsWhere = (table: string, condition: string, ...values: unknown[]) =>
    db.prepare<{ id: number }>(`select id from ${table} where ${condition} order by id`).all(...values)

  test.each([
    ['flag', 'flags_flag', '(flag = true)'],
    ['not flag', 'flags_flag', '(flag = false)'],
    ['flag is true', 'flags_flag', '(flag = true)'],
    ['flag is false and at > 990', 'flags_flag', '((flag = false) AND (at > 990))'],
    ['(not flag) and at = 7', 'flags_flag', '((flag = false) AND (at = 7))'],
    ["starts_with(name, 'name 12')", 'flags_name', "(name ^@ 'name 12'::text)"],
    ["name ^@ 'name 299'", 'flags_name', "(name ^@ 'name 299'::text)"],
  ])('%s', (condition, index, found) => {
    const plan = explained(db, `select id from flags where ${condition}`)
    expect(plan).toMatch(new RegExp(`Index (Only )?Scan using ${index} on flags`))
    expect(plan).toContain(`Index Cond: ${found}`)
    expect(plan).not.toContain('Filter')
    const ids = idsWhere('flags', condition)
    expect(ids.length).toBeGreaterThan(0)
    expect(ids).toEqual(idsWhere('bare', condition))
  })

  test.each([
    'flag is not true',
    'flag is not false',
    'flag is unknown',
    'flag is not unknown',
    'not (flag is true)',
  ])('%s is what it was', condition =>
    expect(idsWhere('flags', condition)).toEqual(idsWhere('bare', condition)),
  )

  test('the rows of a flag come in the order of what follows it in the index', () => {
    const text = 'select id, at from flags where flag order by at limit 5'
    expect(explained(db, text)).not.toContain('Sort')
    expect(db.query(text)).toEqual(db.query('select id, at from bare where flag order by at limit 5'))
  })

  test('a beginning that is a parameter; null begins nothing', () => {
    expect(db.prepare('select id from flags where starts_with(name, $1)').explain()).toContain(
      'Index Cond: (name ^@ $1)',
    )
    for (const beginning of ['name 2', 'name 2999', '', 'x', null]) {
      const ids = idsWhere('flags', 'starts_with(name, $1)', beginning)
      expect(ids).toEqual(idsWhere('bare', 'starts_with(name, $1)', beginning))
      expect(ids.length > 0).toBe(beginning !== null && beginning !== 'x')
    }
    const each = (table: string) =>
      db.query(`select b, (select count(*) from ${table} where name ^@ b) as n
        from (values ('name 29'), (''), (null), ('zz')) v (b)`)
    expect(each('flags')).toEqual(each('bare'))
  })
})

describe('conditions that become those that an index knows', () => {
  const db = openSync(':memory:')
  afterAll(() => db.close())
  db.exec(`
    create domain truth as boolean;
    create type pair as (x int, y int);
    create table t (id int primary key, a int, b text, v float8, f truth, p pair);
    insert into t select i, nullif(i % 500, 7), case when i % 11 > 0 then 'name ' || i end,
      case i % 400 when 0 then 'NaN'::float8 when 1 then null else i % 400 end,
      case i % 100 when 0 then true when 1 then false end,
      case when i % 3 > 0 then row (nullif(i % 7, 0), nullif(i % 5, 0))::pair end from generate_series(1, 4000) i;
    create index t_a on t (a, id);
    create unique index t_a_b on t (b, a);
    create index t_v on t (v);
    create index t_f on t (f);
    create index t_lower on t (lower(b));
    create index t_some on t (v, a) where not (a <> 5 or v >= 200);
    create table bare as table t;
    analyze`)

  const ids = (table: string, condition: string, ...values: unknown[]) =>
    db.prepare<{ id: number }>(`select id from ${table} where ${condition} order by id`).all(...values)
  const isSame = (condition: string, ...values: unknown[]) => {
    const found = ids('t', condition, ...values)
    expect(found, `${condition} of ${values}`).toEqual(ids('bare', condition, ...values))
    return found
  }

  test.each([
    ['not (a <> 5)', 't_a', '(a = 5)'],
    ['not (a < 5 or a > 6)', 't_a', '((a >= 5) AND (a <= 6))'],
    ['not (a is not null)', 't_a', '(a IS NULL)'],
    ['not (a not in (1, 2))', 't_a', "(a = ANY ('{1,2}'::integer[]))"],
    ["not (a <> all ('{1,2}'))", 't_a', "(a = ANY ('{1,2}'::integer[]))"],
    ['not not not (a <> 5)', 't_a', '(a = 5)'],
    ["not (b not like 'name 12%')", 't_a_b', "(b ^@ 'name 12'::text)"],
    ['not (f is not true)', 't_f', '(f = true)'],
    ['not (v <= 398)', 't_v', "(v > '398'::double precision)"],
    ['f', 't_f', '(f = true)'],
    ['not f', 't_f', '(f = false)'],
    ['a is not distinct from 5', 't_a', '(a = 5)'],
    ['5 is not distinct from a', 't_a', '(a = 5)'],
    ['not (a is distinct from 5)', 't_a', '(a = 5)'],
    ['a is not distinct from null', 't_a', '(a IS NULL)'],
    ['a is not distinct from nullif(1, 1)', 't_a', '(a IS NULL)'],
    ["lower(b) is not distinct from 'name 5'", 't_lower', "(lower(b) = 'name 5'::text)"],
    ['a between symmetric 6 and 5', 't_a', '((a >= 5) AND (a <= 6))'],
    ['a between symmetric 5 and 6', 't_a', '((a >= 5) AND (a <= 6))'],
    ['not (a not between symmetric 6 and 5)', 't_a', '((a >= 5) AND (a <= 6))'],
  ])('%s', (condition, index, found) => {
    const plan = explained(db, `select * from t where ${condition}`)
    expect(plan).toMatch(new RegExp(`Index (Only )?Scan using ${index} on t`))
    expect(plan).toContain(`Index Cond: ${found}`)
    expect(plan).not.toContain('Filter')
    expect(isSame(condition).length).toBeGreaterThan(0)
  })

  test.each([
    'not (a = 5 and v > 100)',
    'not (a = 5 or a = null)',
    'not (a < null or a > 9)',
    'not (p is null)',
    'not (p is not null)',
    'not ((p is null) or (p is not null))',
    'not (p is distinct from null)',
    'not (v <> 5)',
    "not (v < 'NaN')",
    "not (v > 'NaN' or v = 3)",
    'not ((a, id) < (490, 5))',
    'not (f or a > 3)',
    'not (f is unknown or a > 3)',
    'not (a in (1, 2, null))',
    'not (a not in (1, 2, null))',
    'not (exists (select from generate_series(1, 495) s where s = a) or a < 490)',
    'not (a in (select s.a from bare s where s.a < 450) or v < 10)',
    'a is distinct from 5',
    'not (a is not distinct from 5)',
    'a between symmetric null and 5',
    'a between symmetric 5 and null',
    'a not between symmetric 490 and 9',
    'not (a between symmetric 490 and 9)',
    'id between symmetric a and 3',
    'v between symmetric 397 and 5.5',
  ])('%s is what it was', condition => void isSame(condition))

  test('a value that is known when it runs may be null', () => {
    expect(db.prepare('select id from t where a is not distinct from $1').explain()).toContain(
      'Index Cond: (a IS NOT DISTINCT FROM $1)',
    )
    for (const value of [5, 7, null, 5000, 0]) {
      isSame('a is not distinct from $1', value)
      isSame('a is not distinct from $1 and id > 2000', value)
      isSame('a is not distinct from $1 and a is not null', value)
      isSame("b is not distinct from 'name ' || $1::int and a is not distinct from $1::int", value)
      isSame('id is not distinct from $1', value)
      isSame('f is not distinct from ($1::int > 4)', value)
      isSame('a is not distinct from $1 or v is not distinct from $1::int', value)
    }
    expect(isSame('a is not distinct from $1', null)).toHaveLength(8)
    // A unique index has as many nulls as there are.
    expect(isSame('b is not distinct from $1 and a is not distinct from $2', null, 33)).not.toHaveLength(0)
    expect(isSame('b is not distinct from $1 and a is not distinct from $2', null, null)).not.toHaveLength(0)
    const joined = (table: string) =>
      db.query(
        `select s.x, t.id from (values (1), (null), (9)) s (x) join ${table} t on t.a is not distinct from s.x order by 1, 2`,
      )
    expect(joined('t')).toEqual(joined('bare'))
    const last = 'a is not distinct from $1 order by id desc limit 2'
    expect(db.query(`select id from t where ${last}`, [null])).toEqual([{ id: 3507 }, { id: 3007 }])
  })

  test('the ends of BETWEEN SYMMETRIC may be known when it runs', () => {
    expect(db.prepare('select id from t where a between symmetric $1 and $2').explain()).toContain(
      'Index Cond: ((a >= LEAST($1, $2)) AND (a <= GREATEST($1, $2)))',
    )
    for (const [one, other] of [
      [5, 9],
      [9, 5],
      [7, 7],
      [null, 5],
      [5, null],
      [null, null],
    ]) {
      isSame('a between symmetric $1 and $2', one, other)
      isSame('a between symmetric $1 and $2 or id = 3', one, other)
      isSame('a not between symmetric $1 and $2', one, other)
    }
  })

  test('the predicate of a partial index is meant, however it is written', () => {
    for (const condition of ['a = 5 and v < 200', 'not (a <> 5 or v >= 200)', 'not (v >= 200) and a = 5']) {
      expect(explained(db, `select id from t where ${condition}`), condition).toContain('using t_some')
      isSame(condition)
    }
    expect(explained(db, 'select id from t where not (v >= 201) and a = 5')).not.toContain('t_some')
  })
})
