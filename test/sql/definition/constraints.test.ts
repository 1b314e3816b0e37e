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

test.each([
  ['create table t (a int, exclude using gist (a with =))', 'EXCLUDE is not supported'],
  ['create table t (a int) partition by range (a)', 'PARTITION BY is not supported'],
  ['create table t () inherits (u)', 'INHERITS or PARTITION OF is not supported'],
  ['create table t (a int check (a > 0) not enforced)', 'NOT ENFORCED is not supported'],
])('%s is refused by name', (text, message) => {
  using db = openSync(':memory:')
  expect(() => db.exec(text)).toThrow(expect.objectContaining({ sqlstate: '0A000', primary: message }))
})
