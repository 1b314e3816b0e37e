/** Settings that are amounts: PostgreSQL's units, as they are written and as they are shown. */

import { afterAll, describe, expect, test } from 'vitest'
import { openSync, type SqlError } from '../../../src/index.ts'

const db = openSync(':memory:')
const connection = db.connect()
afterAll(() => db.close())

const shown = (name: string) => connection.query<Record<string, string>>(`show ${name}`)[0][name]

describe('an amount', () => {
  test.each([
    ['work_mem', "'64MB'", '64MB', '65536'],
    ['work_mem', '4096', '4MB', '4096'],
    ['work_mem', "'1000kB'", '1000kB', '1000'],
    ['work_mem', "'1.5MB'", '1536kB', '1536'],
    ['work_mem', "' 2 GB '", '2GB', '2097152'],
    ['work_mem', "'131072B'", '128kB', '128'],
    ['work_mem', "'1TB'", '1TB', '1073741824'],
    ['statement_timeout', "'1min'", '1min', '60000'],
    ['statement_timeout', '90000', '90s', '90000'],
    ['statement_timeout', "'1500ms'", '1500ms', '1500'],
    ['statement_timeout', "'0.5h'", '30min', '1800000'],
    ['statement_timeout', "'2d'", '2d', '172800000'],
    ['statement_timeout', '0', '0', '0'],
    ['lock_timeout', "'1600us'", '2ms', '2'],
    ['lock_timeout', "'2500us'", '2ms', '2'],
    ['extra_float_digits', '3', '3', '3'],
  ])('%s = %s is shown as %s', (name, value, text, kept) => {
    connection.exec(`set ${name} = ${value}`)
    expect(shown(name)).toBe(text)
    expect(connection.query(`select current_setting('${name}') as v`)).toEqual([{ v: text }])
    expect(connection.query('select setting from pg_settings where name = $1', [name])).toEqual([
      { setting: kept },
    ])
    const all = connection.query<{ name: string; setting: string }>('show all')
    expect(all.find(row => row.name === name)?.setting).toBe(text)
    connection.exec(`reset ${name}`)
  })

  test.each([
    ['work_mem', "'5min'", 'invalid value for parameter "work_mem": "5min"'],
    ['work_mem', "'64mb'", 'invalid value for parameter "work_mem": "64mb"'],
    ['work_mem', '1', '1 kB is outside the valid range for parameter "work_mem" (64 kB .. 2147483647 kB)'],
    ['statement_timeout', "'5MB'", 'invalid value for parameter "statement_timeout": "5MB"'],
    ['statement_timeout', "'soon'", 'invalid value for parameter "statement_timeout": "soon"'],
    [
      'statement_timeout',
      '-1',
      '-1 ms is outside the valid range for parameter "statement_timeout" (0 ms .. 2147483647 ms)',
    ],
    ['extra_float_digits', "'3ms'", 'invalid value for parameter "extra_float_digits": "3ms"'],
  ])('%s = %s is refused', (name, value, message) => {
    const run = () => connection.exec(`set ${name} = ${value}`)
    expect(run).toThrow(message)
    expect(run).toThrow(expect.objectContaining({ sqlstate: '22023' }) as unknown as SqlError)
  })

  test('says which units there are', () => {
    try {
      connection.exec("set work_mem = '5min'")
      expect.unreachable()
    } catch (error) {
      expect((error as SqlError).fields.hint).toBe(
        'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".',
      )
    }
  })
})
