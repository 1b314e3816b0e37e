/** Words that JavaScript has in every object are words like any others. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
})
afterEach(() => db.close())

function sqlstateOf(text: string): string | undefined {
  try {
    db.query(text)
  } catch (error) {
    return error instanceof SqlError ? error.sqlstate : String(error)
  }
  return undefined
}

test.each(['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'])('%s', word => {
  expect(sqlstateOf(`show "${word}"`)).toBe('42704')
  expect(sqlstateOf(`set "${word}" = 'x'`)).toBe('42704')
  expect(sqlstateOf(`select current_setting('${word}')`)).toBe('42704')
  expect(sqlstateOf(`set enable_seqscan = '${word}'`)).toBe('22023')
  expect(sqlstateOf(`explain (analyze "${word}") select 1`)).toBe('42601')
  expect(sqlstateOf(`create table t (a "${word}")`)).toBe('42704')
  expect(db.query(`select 1 as "${word}"`).map(row => Object.entries(row as object))).toEqual([[[word, 1]]])
  expect(
    db.query(`select jsonb_build_object('${word}', 1) -> '${word}' as v, '{}'::jsonb -> '${word}' as n`),
  ).toEqual([{ v: 1, n: null }])
})
