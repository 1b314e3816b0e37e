/** Ways to the rows of one table: which is taken, and that each gives the same rows. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, t, table } from '../../../src/index.ts'
import { explained } from './explained.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create table items (id int primary key, price numeric, code text, day date, kind int, weight float8);
    insert into items select i, (i % 500) + 0.50, 'code ' || lpad((i * 7919 % 20000)::text, 5, '0'),
      '2024-01-01'::date + i / 100, i % 3, case when i % 10 = 0 then null else i end from generate_series(1, 20000) i;
    create index items_price on items (price);
    create index items_code on items (code);
    create index items_day on items (day, kind);
    create index items_weight on items (weight)`)
})
afterEach(() => db.close())

describe('an index is used for', () => {
  test.each([
    ['an equality', "code = 'code 00042'", "items_code.*\n  Index Cond: \\(code = 'code 00042'::text\\)"],
    ['a range', "code < 'code 00010'", "items_code.*\n  Index Cond: \\(code < 'code 00010'::text\\)"],
    [
      'LIKE with a beginning',
      "code like 'code 0004%'",
      "items_code.*\n  Index Cond: \\(code \\^@ 'code 0004'::text\\)$",
    ],
    ['LIKE with more than a beginning', "code like 'code 0004%2'", 'items_code.*\n.*\n  Filter: '],
    [
      'a list',
      "code in ('code 00001', 'code 00002')",
      "Index Cond: \\(code = ANY \\('\\{.*\\}'::text\\[\\]\\)\\)",
    ],
    ['columns from the left on', "day = '2024-03-01' and kind = 2", 'items_day.*\n  Index Cond: .*AND'],
    ['a few nulls', 'weight is null and id < 100', 'items_pkey'],
  ])('%s', (_, condition, expected) => {
    const text = explained(db, `select * from items where ${condition}`)
    expect(text).toMatch(new RegExp(expected))
    const rows = db.query(`select * from items where ${condition} order by id`)
    expect(rows.length).toBeGreaterThan(0)
    using connection = db.connect()
    connection.exec('set enable_indexscan = off')
    expect(connection.query(`select * from items where ${condition} order by id`)).toEqual(rows)
  })
})

describe('the table is read whole', () => {
  test('when most of it is wanted, whatever indexes there are', () => {
    expect(explained(db, "select * from items where code > 'code 00100'")).toMatch(/^Seq Scan/)
    expect(explained(db, 'select * from items where price < 400')).toMatch(/^Seq Scan/)
  })
})

describe('an index alone gives', () => {
  test('what it has', () => {
    expect(explained(db, "select id, code from items where code < 'code 00010'")).toMatch(
      /^Index Only Scan using items_code/,
    )
    expect(explained(db, "select kind from items where code < 'code 00010'")).toMatch(
      /^Index Scan using items_code/,
    )
  })
  test('no numbers that print otherwise than they were written', () => {
    expect(db.query('select price from items where price = 7.5 limit 1')).toEqual([{ price: '7.50' }])
    expect(db.query('select id, price, kind from items where price = 7.5 and id < 100')).toEqual([
      { id: 7, price: '7.50', kind: 1 },
    ])
    expect(db.query('select price from items where price < 2 order by price limit 1')).toEqual([
      { price: '0.50' },
    ])
    db.exec("insert into items values (0, 0, 'zero', '2024-01-01', 0, '-0')")
    expect(db.query('select weight::text as weight from items where weight = 0')).toEqual([{ weight: '-0' }])
  })
})

describe('rows that are expected', () => {
  test('are counted where the bounds of an index are constants', () => {
    const rows = (condition: string) =>
      Number(/rows=(\d+)/.exec(db.prepare(`select * from items where ${condition}`).explain())![1])
    expect(rows('id between 100 and 349')).toBe(250)
    expect(rows("code >= 'code 00100' and code < 'code 00177'")).toBe(77)
    expect(rows("code in ('code 00001', 'code 00002', 'nothing')")).toBe(2)
    expect(rows("day = '2024-03-01' and kind < 2")).toBe(67)
    expect(rows('weight is null')).toBe(2000)
  })
})

describe('a plan', () => {
  test('is made anew when its tables have grown', () => {
    db.exec(
      'create table small (a int primary key, b int); create index small_b on small (b); insert into small values (1, 1)',
    )
    const statement = db.prepare('select a from small where b = $1')
    const isIndexed = () => statement.explain({}, 1).startsWith('Index')
    expect([statement.all(1), isIndexed()]).toEqual([[{ a: 1 }], false])
    db.exec('insert into small select i, i from generate_series(2, 20000) i')
    expect([statement.all(777), isIndexed()]).toEqual([[{ a: 777 }], true])
    db.exec('delete from small where a > 1')
    expect([statement.all(1), isIndexed()]).toEqual([[{ a: 1 }], false])
  })
})

describe('keys that are sorted otherwise than SQL sorts their values', () => {
  const levels = table('levels', {
    columns: { id: t.u32, level: t.enum('low', 'mid', 'high'), place: t.tuple(t.u32, t.text) },
    primaryKey: ['id'],
    indexes: {
      byLevel: { on: ['level'] },
      byPlace: { on: ['place'] },
      byLevelAndId: { on: ['level', 'id'], unique: true },
    },
  })
  const byLevel = table('byLevel', {
    columns: { level: t.enum('low', 'mid', 'high'), id: t.u32 },
    primaryKey: ['level', 'id'],
  })

  test('enums of TypeScript, which are text', () => {
    db.write(tx => {
      for (let id = 0; id < 300; id++) {
        const level = (['low', 'mid', 'high'] as const)[id % 3]!
        tx.table(levels).put({ id, level, place: [id % 7, 'x'] })
        tx.table(byLevel).put({ level, id })
      }
    })
    const values = (text: string) => db.query<unknown[]>(text, [], { rowMode: 'array' }).flat()
    for (const name of ['levels', '"byLevel"']) {
      expect(values(`select level from ${name} order by level limit 1`)).toEqual(['high'])
      expect(values(`select distinct level from ${name} order by level`)).toEqual(['high', 'low', 'mid'])
      expect(values(`select count(*) from ${name} where level >= 'low'`)).toEqual([200])
      expect(values(`select count(*) from ${name} where level in ('low', 'none of them')`)).toEqual([100])
      expect(values(`select id from ${name} where level = 'mid' and id = 4`)).toEqual([4])
    }
    expect(values(`select count(*) from levels where place >= '[5, "x"]'`)).toEqual([85])
  })

  test('arrays with null elements, which are the greatest', () => {
    db.exec(`create table lists (list integer[]);
        create index on lists (list);
        insert into lists select array[i, null] from generate_series(1, 500) i;
        insert into lists values ('{1,5}')`)
    const rows = (text: string) => db.query<unknown[]>(text, [], { rowMode: 'array' }).map(([list]) => list)
    expect(rows("select list from lists where list > '{1,3}' and list < '{2}' order by list")).toEqual([
      [1, 5],
      [1, null],
    ])
  })
})
