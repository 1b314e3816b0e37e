/** Constraints that wait, in transactions of either door; and what is refused by name. */

import { describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

const SCHEMA = `
  create table parent (id int primary key);
  create table child (id int primary key, parent int references parent deferrable initially deferred);
  create table seat (id int primary key, number int unique deferrable initially deferred);
  insert into seat values (1, 1), (2, 2);
`

describe('in a transaction of TypeScript', () => {
  test('a deferred foreign key is checked when it commits', () => {
    using db = openSync(':memory:')
    db.exec(SCHEMA)
    const run = () => db.write(tx => tx.exec('insert into child values (1, 7)'))
    expect(run).toThrow(expect.objectContaining({ sqlstate: '23503' }))
    expect(db.query('select * from child')).toEqual([])
    db.write(tx => tx.exec('insert into child values (1, 7); insert into parent values (7)'))
    expect(db.query('select * from child')).toEqual([{ id: 1, parent: 7 }])
  })

  test('a deferred unique constraint is checked when it commits', () => {
    using db = openSync(':memory:')
    db.exec(SCHEMA)
    db.write(tx => {
      tx.exec('update seat set number = 2 where id = 1')
      tx.exec('update seat set number = 1 where id = 2')
    })
    expect(db.query('select number from seat order by id')).toEqual([{ number: 2 }, { number: 1 }])
    expect(() => db.write(tx => tx.exec('update seat set number = 1'))).toThrow(
      expect.objectContaining({ sqlstate: '23505' }),
    )
    expect(db.query('select number from seat order by id')).toEqual([{ number: 2 }, { number: 1 }])
  })

  test('that is a handle it is rolled back', async () => {
    using db = openSync(':memory:')
    db.exec(SCHEMA)
    const first = db.begin()
    first.exec('insert into child values (1, 7)')
    expect(() => first.commit()).toThrow(expect.objectContaining({ sqlstate: '23503' }))
    expect(first.isOpen).toBe(false)
    const second = db.begin()
    second.exec('insert into child values (1, 7)')
    await expect(second.commitAsync()).rejects.toMatchObject({ sqlstate: '23503' })
    expect(db.query('select * from child')).toEqual([])
  })
})

test('a table is not defined anew while its references wait to be checked', () => {
  using db = openSync(':memory:')
  db.exec(SCHEMA)
  for (const text of ['alter table child drop column id', 'drop table child', 'truncate child']) {
    const run = (before: string) =>
      db.write(tx => tx.exec(`insert into child values (1, 7); ${before}${text}`))
    expect(() => run('')).toThrow(expect.objectContaining({ sqlstate: '55006' }))
    expect(() => run('set constraints all immediate; ')).toThrow(
      expect.objectContaining({ sqlstate: '23503' }),
    )
  }
  db.write(tx => {
    tx.exec('insert into parent values (7); insert into child values (1, 7); set constraints all immediate')
    tx.exec('alter table child drop column id')
  })
  expect(db.query('select * from child')).toEqual([{ parent: 7 }])
})

describe('a column that a foreign key is about', () => {
  const open = () => {
    const db = openSync(':memory:')
    db.exec(`
      create table parent (id int primary key);
      create table child (id int primary key, parent int references parent on update cascade on delete cascade);
      insert into parent values (1), (2);
      insert into child values (1, 1), (2, 2);
    `)
    return db
  }
  test.each([
    ['alter table parent alter id type text', '42804'],
    ['alter table child alter parent type text', '42804'],
    ['alter table parent alter id type int using id + 100', '23503'],
    ['alter table child alter parent type int using 7', '23503'],
    ['alter table parent alter id type bigint using id + 1', '23503'],
  ])('keeps its references: %s', (text, sqlstate) => {
    using db = open()
    expect(() => db.exec(text)).toThrow(expect.objectContaining({ sqlstate }))
    db.exec('delete from parent')
    expect(db.query('select * from child')).toEqual([])
  })
  test.each(['alter table parent alter id type bigint', 'alter table child alter parent type bigint'])(
    'may be of another type that compares: %s',
    text => {
      using db = open()
      db.exec(text)
      db.exec('update parent set id = 3 where id = 1; delete from parent where id = 2')
      expect(db.query('select id, parent::int from child')).toEqual([{ id: 1, parent: 3 }])
      expect(() => db.exec('insert into child values (4, 2)')).toThrow(
        expect.objectContaining({ sqlstate: '23503' }),
      )
    },
  )
  test('gets new values of the type that it has', () => {
    using db = open()
    db.exec('alter table child alter id type int using id * 10')
    expect(db.query('select id from child order by 1')).toEqual([{ id: 10 }, { id: 20 }])
  })
})

test('a column that is added is unique itself, in a table without a key, too', () => {
  using db = openSync(':memory:')
  db.exec('create table t (a int); insert into t values (1); alter table t add b int unique')
  db.exec('insert into t values (2, 7)')
  expect(() => db.exec('insert into t values (3, 7)')).toThrow(
    expect.objectContaining({
      sqlstate: '23505',
      fields: expect.objectContaining({ constraint: 't_b_key' }),
    }),
  )
})

test.each([
  'id serial',
  'id bigserial primary key',
  'id int generated always as identity',
  'id int generated by default as identity primary key',
  'id int generated always as (a) stored primary key',
  'id int generated always as (a) stored, add b int default 7, add primary key (id)',
])('rows that are there get a number each: %s', column => {
  using db = openSync(':memory:')
  db.exec(`create table t (a int); insert into t values (1), (2); alter table t add ${column}`)
  expect(db.query('select a, id::int from t where id > 0 order by id')).toEqual([
    { a: 1, id: 1 },
    { a: 2, id: 2 },
  ])
  db.exec('insert into t (a) values (3)')
  expect(db.query('select a from t where id = 3')).toEqual([{ a: 3 }])
})

test.each([
  ['create table t (a int, exclude using gist (a with =))', 'EXCLUDE is not supported'],
  ['create table t (a int) partition by range (a)', 'PARTITION BY is not supported'],
  ['create table t () inherits (u)', 'INHERITS or PARTITION OF is not supported'],
])('%s is refused by name', (text, message) => {
  using db = openSync(':memory:')
  expect(() => db.exec(text)).toThrow(expect.objectContaining({ sqlstate: '0A000', primary: message }))
})
