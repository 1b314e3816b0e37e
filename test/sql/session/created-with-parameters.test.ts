/** CREATE TABLE AS whose query has parameters. */

import { expect, test } from 'vitest'
import { open } from '../../../src/index.ts'

test('they are values of the query that it runs', async () => {
  using db = await open(':memory:')
  db.query('create table a as select $1::int as n, $2 as t', [1, 'x'])
  expect(db.query('select * from a')).toEqual([{ n: 1, t: 'x' }])
  expect(db.prepare('create table b as values ($1::int), ($2)').run(1, 2).rowCount).toBe(2)
  expect(db.query('select * from b')).toEqual([{ column1: 1 }, { column1: 2 }])
  db.query('create table if not exists b as select $1::int', [4])
  db.query('create table c (x) as select n from a where n = $1 with no data', [1])
  expect(db.query('select * from c')).toEqual([])
  expect(db.write(tx => tx.query('create table d as select * from b where column1 > $1', [1]))).toEqual([])
  expect(db.query('select * from d')).toEqual([{ column1: 2 }])
})

test('what keeps its text has none', async () => {
  using db = await open(':memory:')
  const refused = (text: string, sqlstate: string) =>
    expect(() => db.query(text, [1])).toThrow(expect.objectContaining({ sqlstate }))
  refused('create view v as select $1::int as a', '42P02')
  refused('create table t (a int default $1)', '42P02')
  refused('create materialized view m as select $1::int as a', '0A000')
  expect(() => db.query('create table a as select $1::int')).toThrow(
    expect.objectContaining({ sqlstate: '08P01' }),
  )
})

test('a failure is the transaction’s', async () => {
  using db = await open(':memory:')
  using connection = db.connect()
  connection.query('begin')
  expect(() => connection.query('create materialized view m as select $1::int as a', [1])).toThrow()
  expect(() => connection.query('select 1')).toThrow(expect.objectContaining({ sqlstate: '25P02' }))
  connection.query('rollback')
})
