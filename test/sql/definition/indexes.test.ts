/** Indexes over expressions and partial indexes: who writes a row does not matter, and what the planner makes of them. */

import { describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { temporaryDirectory } from '../../io/temporary-directory.ts'

const SCHEMA = `
  create table users (id int primary key, email text not null, age int, data jsonb);
  create unique index users_email on users (lower(email));
  create index adults on users (age) where age >= 18;
  create index users_data on users ((data->>'v'));
`

interface UserRow {
  id: number
  email: string
  age: number | null
  data: unknown
}

function open(more = '') {
  const db = openSync(':memory:')
  db.exec(SCHEMA + more)
  return db
}

/** The ids that each index finds, forced by what only it can answer without a scan. */
function found(db: ReturnType<typeof open>) {
  const ids = (text: string) => {
    expect(plan(db, text)).toMatch(/Index (Only )?Scan/)
    return db.query<{ id: number }>(text).map(row => row.id)
  }
  return {
    byEmail: (email: string) => ids(`select id from users where lower(email) = '${email}'`),
    adults: () => ids('select id from users where age >= 18 and age < 30 order by age, id'),
    byData: (v: string) => ids(`select id from users where data->>'v' = '${v}'`),
  }
}

function plan(db: ReturnType<typeof open>, text: string): string {
  return db
    .query<{ 'QUERY PLAN': string }>(`explain ${text}`)
    .map(row => row['QUERY PLAN'])
    .join('\n')
}

/** Enough other rows that a scan is dear. */
const MANY = `
  insert into users select i, 'u' || i || '@example.org', 40 + i % 40, null from generate_series(1000, 3000) i;
`

describe('rows that are written from TypeScript', () => {
  test('have their entries', () => {
    using db = open(MANY)
    db.write(tx => {
      const users = tx.table(tx.definitionOf('users') as never) as never as {
        put(row: UserRow): void
        insert(row: UserRow): void
        update(key: number, change: Partial<UserRow>): boolean
        delete(key: number): boolean
        putMany(rows: UserRow[]): number
      }
      users.insert({ id: 1, email: 'Ada@Example.org', age: 20, data: { v: 1.5 } })
      users.put({ id: 2, email: 'BOB@example.org', age: 10, data: { v: 'x' } })
      users.putMany([
        { id: 3, email: 'cyd@example.org', age: 25, data: null },
        { id: 4, email: 'dan@example.org', age: null, data: { v: 'x' } },
      ])
      users.put({ id: 2, email: 'bobby@example.org', age: 19, data: { v: 'y' } })
      users.update(3, { age: 3 })
    })
    const { byEmail, adults, byData } = found(db)
    expect(byEmail('ada@example.org')).toEqual([1])
    expect(byEmail('bob@example.org')).toEqual([])
    expect(byEmail('bobby@example.org')).toEqual([2])
    expect(adults()).toEqual([2, 1])
    expect(byData('1.5')).toEqual([1])
    expect(byData('x')).toEqual([4])
    db.exec('delete from users where id = 1')
    expect(byEmail('ada@example.org')).toEqual([])
    expect(adults()).toEqual([2])
  })

  test('are held to unique indexes over expressions', () => {
    using db = open()
    db.exec(`insert into users values (1, 'ada@example.org', 1, null)`)
    expect(() =>
      db.write(tx => {
        const users = tx.table(tx.definitionOf('users') as never) as never as { insert(row: UserRow): void }
        users.insert({ id: 2, email: 'ADA@example.org', age: 1, data: null })
      }),
    ).toThrow(expect.objectContaining({ code: 'UNIQUE_VIOLATION' }))
    expect(db.query('select id from users')).toEqual([{ id: 1 }])
  })

  test('leave index and rows as they were when a savepoint is gone back to', () => {
    using db = open(MANY)
    db.write(tx => {
      const users = tx.table(tx.definitionOf('users') as never) as never as {
        put(row: UserRow): void
        clear(): number
      }
      users.put({ id: 1, email: 'ada@example.org', age: 20, data: null })
      const savepoint = tx.savepoint()
      users.put({ id: 1, email: 'eve@example.org', age: 20, data: null })
      savepoint.rollback()
    })
    const { byEmail } = found(db)
    expect(byEmail('ada@example.org')).toEqual([1])
    expect(byEmail('eve@example.org')).toEqual([])
  })
})

test('a number in JSON is indexed as it was written, whoever reads the row again', () => {
  using db = open(MANY)
  db.exec(`insert into users values (1, 'a', 1, '{"v": 1.50}'); update users set age = 2 where id = 1`)
  const { byData } = found(db)
  expect(byData('1.50')).toEqual([1])
  db.exec('delete from users where id = 1')
  expect(byData('1.50')).toEqual([])
})

test('a row whose expression fails is not stored', () => {
  using db = openSync(':memory:')
  db.exec('create table t (a int primary key, b int); create index on t ((100 / b))')
  expect(() => db.exec('insert into t values (1, 0)')).toThrow(expect.objectContaining({ sqlstate: '22012' }))
  expect(db.query('select * from t')).toEqual([])
  db.exec('insert into t values (1, 5); insert into t values (2, null)')
  expect(db.query('select a from t where 100 / b = 20')).toEqual([{ a: 1 }])
})

test('they are there after the database was closed, and keep being kept', async () => {
  const directory = temporaryDirectory()
  const path = directory.file('indexes.db')
  {
    using first = openSync(path)
    first.exec(`${SCHEMA}${MANY} insert into users values (1, 'Ada', 20, null)`)
  }
  using db = openSync(path)
  db.exec(`update users set email = 'Eve', age = 21 where id = 1`)
  const { byEmail, adults } = found(db)
  expect(byEmail('eve')).toEqual([1])
  expect(byEmail('ada')).toEqual([])
  expect(adults()).toEqual([1])
  expect((await db.check()).faults).toEqual([])
  db.close()
  directory.remove()
})

describe('the planner', () => {
  const db = open(`${MANY}
    create index by_age_nulls on users (age);
    create index recent on users (id desc) where data is not null;
    create index by_text on users ((age::text), id);
    analyze users`)

  test.each([
    ['a stronger comparison', 'select id from users where age > 30 and age < 32', 'adults|by_age_nulls'],
    ['the same expression', `select id from users where lower(email) = 'x'`, 'users_email'],
    ['a list', `select id from users where lower(email) in ('x', 'y')`, 'users_email'],
    ['a range', `select id from users where lower(email) between 'x' and 'y'`, 'users_email'],
    ['IS NOT NULL by itself', 'select id from users where data is not null', 'recent'],
    [
      'IS NOT NULL by a strict condition',
      `select id from users where data->>'q' = 'x' order by id desc`,
      'recent',
    ],
    ['a cast', `select id from users where age::text = '77' and id = 5000`, 'by_text|users_pkey'],
    ['order', 'select age from users order by age limit 3', 'by_age_nulls'],
    ['order backwards', 'select age from users order by age desc limit 3', 'by_age_nulls'],
    ['order by an expression', 'select lower(email) from users order by lower(email) limit 3', 'users_email'],
  ])('uses an index for %s', (_, text, index) => {
    expect(plan(db, text)).toMatch(new RegExp(`Index (Only )?Scan.* (${index})`))
  })

  test.each([
    ['a weaker condition', 'select id from users where age >= 17', 'adults'],
    ['the other order of nulls', 'select age from users order by age nulls first limit 3', 'by_age_nulls'],
    ['a condition of an OR', 'select id from users where age >= 18 or id = 1', 'adults'],
  ])('does not use it for %s', (_, text, index) => {
    expect(plan(db, text)).not.toContain(index)
  })
})

test('a table that is opened from TypeScript keeps indexes that its definition does not name', async () => {
  const { table, t } = await import('../../../src/index.ts')
  using db = openSync(':memory:')
  db.exec('create table t (a int primary key, b text unique); create index on t (lower(b)) where a > 0')
  const definition = table('t', { columns: { a: t.i32, b: t.text.nullable() }, primaryKey: ['a'] })
  db.write(tx => tx.table(definition).put({ a: 1, b: 'X' }))
  expect(() => db.write(tx => tx.table(definition).insert({ a: 2, b: 'X' }))).toThrow(
    expect.objectContaining({ code: 'UNIQUE_VIOLATION' }),
  )
  expect(db.query(`select a from t where lower(b) = 'x' and a > 0`)).toEqual([{ a: 1 }])
})
