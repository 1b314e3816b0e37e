/** What is accepted because it changes nothing that can be seen: storage parameters; and time zones that are intervals. */

import { describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

describe('storage parameters', () => {
  test.each([
    'create table t (a int) with (fillfactor = 70, autovacuum_enabled = off)',
    'create table t (a int) with (toast.autovacuum_enabled = false, parallel_workers = 4)',
    'create table t with (fillfactor = 100) as select 1 as a',
    'create table t (a int); create index on t (a) with (fillfactor = 90, deduplicate_items = on)',
  ])('are accepted: %s', script => {
    using db = openSync(':memory:')
    db.exec(script)
    expect(db.query('select count(*) from t')).toHaveLength(1)
  })

  test.each([
    [
      'create table t (a int) with (fillfactor = 5)',
      '22023',
      'value 5 out of bounds for option "fillfactor"',
    ],
    [
      'create table t (a int) with (fillfactor = 1.5)',
      '22023',
      'invalid value for integer option "fillfactor": 1.5',
    ],
    ['create table t (a int) with (colour = red)', '22023', 'unrecognized parameter "colour"'],
  ])('are refused where PostgreSQL refuses them: %s', (text, sqlstate, message) => {
    using db = openSync(':memory:')
    expect(() => db.exec(text)).toThrow(expect.objectContaining({ sqlstate, primary: message }))
  })
})

describe('a time zone that is an interval', () => {
  test.each([
    ['+05:30', '2024-01-01 05:30:00+05:30'],
    ['-08:00', '2023-12-31 16:00:00-08'],
    ['+00:00', '2024-01-01 00:00:00+00'],
  ])('%s is east of Greenwich where it is positive', (interval, expected) => {
    using db = openSync(':memory:')
    const connection = db.connect()
    connection.exec(`set time zone interval '${interval}' hour to minute`)
    const [row] = connection.query("select '2024-01-01 00:00:00Z'::timestamptz::text as at")
    expect(row.at).toBe(expected)
  })

  test('is hours and minutes', () => {
    using db = openSync(':memory:')
    expect(() => db.exec("set time zone interval '2 days'")).toThrow(
      expect.objectContaining({ sqlstate: '22023' }),
    )
  })
})
