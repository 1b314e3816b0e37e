/** Settings: amounts in PostgreSQL's units, as they are written and as they are shown; names of the session's own. */

import { afterAll, describe, expect, test } from 'vitest'
import { openSync, type SqlError } from '../../../src/index.ts'
import { temporaryDirectory } from '../../io/temporary-directory.ts'

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

  test.each(['extra_float_digits = 0', 'extra_float_digits = -3', 'standard_conforming_strings = off'])(
    '%s, under which PostgreSQL would answer otherwise, is refused',
    setting => {
      expect(() => connection.exec(`set ${setting}`)).toThrow(
        expect.objectContaining({ sqlstate: '0A000' }) as unknown as SqlError,
      )
      connection.exec('set extra_float_digits = 3; set standard_conforming_strings = on')
      expect(connection.query('select 0.1::float8 + 0.2 as sum')).toEqual([{ sum: 0.30000000000000004 }])
    },
  )

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

describe("a name of the session's own", () => {
  const refusal = (run: () => unknown) => {
    try {
      run()
    } catch (error) {
      const { sqlstate, primary, fields } = error as SqlError
      return { sqlstate, primary, hint: fields.hint }
    }
    return undefined
  }

  test('is a text, whatever it is called', () => {
    connection.exec("set my.lock_timeout = '3000'")
    expect(connection.query('show my.lock_timeout')).toEqual([{ 'my.lock_timeout': '3000' }])
    connection.exec('reset all')
  })

  test('has a dot: what every object of JavaScript has is no setting, and no value of one', () => {
    for (const name of ['constructor', '__proto__']) {
      expect(refusal(() => connection.query(`show "${name}"`))).toMatchObject({ sqlstate: '42704' })
      expect(refusal(() => connection.exec(`set "${name}" = 1`))).toMatchObject({ sqlstate: '42704' })
      expect(refusal(() => connection.exec(`set enable_seqscan = '${name}'`))).toMatchObject({
        sqlstate: '22023',
      })
    }
    expect(shown('enable_seqscan')).toBe('on')
  })

  test('is one of a thousand at most', () => {
    const own = db.connect()
    own.query("select set_config('my.a' || g, 'x', false) from generate_series(1, 1000) as g")
    const more = () => own.exec('set my.more = 1')
    expect(refusal(more)).toEqual({
      sqlstate: '53400',
      primary: 'more than 1000 settings in a session',
      hint: 'RESET those that are not needed any more, or keep such data in a table.',
    })
    own.exec("set my.a1 = 'another'; reset my.a2; set my.more = 1")
    expect(refusal(() => own.exec('set my.too_many = 1'))).toMatchObject({ sqlstate: '53400' })
    own.exec('reset all; set my.more = 2')
    expect(
      own.query("select current_setting('my.more') as more, current_setting('my.a1', true) as a1"),
    ).toEqual([{ more: '2', a1: null }])
    own.close()
  })

  test('has a value that fits into a million characters with all others', () => {
    const own = db.connect()
    const set = (name: string, length: number) =>
      refusal(() => own.query(`select length(set_config('my.${name}', repeat('x', ${length}), false)) as n`))
    expect(set('a', 1_000_000)).toBeUndefined()
    expect(set('b', 100_000)).toEqual({
      sqlstate: '53400',
      primary: 'settings of more than 1048576 characters in a session',
      hint: 'Keep such data in a table.',
    })
    expect(set('b', 40_000)).toBeUndefined()
    // Of the same name one is kept.
    expect(set('a', 1_000_000)).toBeUndefined()
    own.exec('reset my.a')
    expect(set('b', 1_000_000)).toBeUndefined()
    own.close()
  })

  test('counts what a transaction would take back', () => {
    const own = db.connect()
    own.exec("begin; set my.a = 'before'")
    const set = (isLocal: boolean, length: number) =>
      refusal(() => own.query(`select length(set_config('my.a', repeat('x', ${length}), ${isLocal})) as n`))
    expect(set(false, 600_000)).toBeUndefined()
    expect(set(true, 600_000)).toMatchObject({ sqlstate: '53400' })
    own.exec('rollback')
    expect(own.query("select current_setting('my.a', true) as a")).toEqual([{ a: null }])
    own.exec('begin')
    const churn = () => {
      for (let i = 0; i < 3000; i++) own.exec(`set my.n${i} = 1; reset my.n${i}`)
    }
    expect(refusal(churn)).toMatchObject({
      sqlstate: '53400',
      primary: 'more than 2000 settings changed in a transaction',
    })
    own.exec('rollback')
    own.close()
  })

  test('goes back with a savepoint, as often as it is gone back to', () => {
    const own = db.connect()
    const value = () => own.query<{ a: string }>("select current_setting('my.a', true) as a")[0].a
    own.exec(
      "begin; set my.a = 'one'; savepoint s; savepoint t; set my.a = 'two'; savepoint u; set local my.a = 'three'",
    )
    expect(value()).toBe('three')
    own.exec('rollback to u')
    expect(value()).toBe('two')
    own.exec("rollback to t; set my.a = 'four'")
    own.exec('rollback to s')
    expect(value()).toBe('one')
    own.exec('commit')
    expect(value()).toBe('one')
    own.close()
  })
})

describe('what tools ask a server', () => {
  test('is answered without one, too', () => {
    using db = openSync(':memory:')
    const shown = (name: string) => Object.values(db.query(`show ${name}`)[0] as Record<string, string>)[0]
    expect(
      ['port', 'listen_addresses', 'ssl', 'log_statement', 'fsync', 'autovacuum', 'data_checksums'].map(
        shown,
      ),
    ).toEqual(['5432', '', 'off', 'none', 'on', 'off', 'on'])
    expect(shown('data_directory')).toBe('')
    db.exec("set log_statement = 'all'; set log_min_duration_statement = 100")
    expect(shown('log_statement')).toBe('all')
    expect(() => db.exec('set port = 5433')).toThrow(expect.objectContaining({ sqlstate: '55P02' }))
  })
  test('is the folder of its file, for the program alone', () => {
    const temporary = temporaryDirectory()
    try {
      using db = openSync(`${temporary.path}/app.db`)
      expect(db.query('show data_directory')).toEqual([{ data_directory: temporary.path }])
      expect(db.query("select setting, reset_val from pg_settings where name = 'data_directory'")).toEqual([
        { setting: temporary.path, reset_val: temporary.path },
      ])
    } finally {
      temporary.remove()
    }
  })
})
