/** COPY: what goes out is what PostgreSQL writes, byte by byte; what comes in is what it reads, however it is cut. */

import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { CopyIn } from '../../src/sql/session/copy-in.ts'
import { errorField, message, query, type RawClient, rawClient, type ServerMessage } from './raw-client.ts'
import { isInstalled, memoryDatabase, runClient, startServer } from './support.ts'

let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
}, 60_000)
afterAll(() => postgres.close())

let client: RawClient
let port: number
beforeEach(async () => {
  port = (await startServer({ database: memoryDatabase() })).port
  client = await rawClient(port)
})

async function run(text: string): Promise<ServerMessage[]> {
  client.send(query(text))
  return client.readUntilReady()
}

/** What COPY … TO STDOUT sends. */
async function copyOut(text: string): Promise<Buffer> {
  const messages = await run(text)
  const failed = messages.find(one => one.type === 'E')
  if (failed !== undefined) throw new Error(errorField(failed.body, 'M'))
  return Buffer.concat(messages.filter(one => one.type === 'd').map(one => one.body))
}

/** Sends pieces to COPY … FROM STDIN; the tag, or SQLSTATE and where. */
async function copyIn(text: string, pieces: readonly (string | Buffer)[]): Promise<string> {
  client.send(query(text))
  const first = await client.read()
  if (first?.type !== 'G') {
    await client.readUntilReady()
    return errorField(first!.body, 'C') ?? ''
  }
  client.send(...pieces.map(piece => message('d', Buffer.from(piece))), message('c'))
  const [last] = (await client.readUntilReady()).filter(one => one.type === 'C' || one.type === 'E')
  if (last.type === 'C') return last.body.toString('utf8', 0, last.body.length - 1)
  return `${errorField(last.body, 'C')} ${errorField(last.body, 'M')} (${errorField(last.body, 'W')})`
}

async function postgresCopy(text: string): Promise<Buffer> {
  const { blob } = await postgres.query(text.replace(/to stdout/i, "to '/dev/blob'"))
  return Buffer.from(await blob!.arrayBuffer())
}

const ODD_TEXTS = `select * from (values (1, 'plain'), (2, null), (3, ''), (4, E'tab\\there'), (5, E'line\\nend\\r'),
  (6, E'back\\\\slash'), (7, 'q"uote''s'), (8, 'co,mma;semi|bar'), (9, E'\\\\N'), (10, E'\\\\.'), (11, 'Å😀'), (12, ' NULL '),
  (13, E'\\b\\f\\v'), (14, '"')) as t(id, v)`

test('others have their turn while the references of many rows are checked', async () => {
  await run(
    'create table p (id int primary key); insert into p values (1); create table c (p int references p)',
  )
  const { finishInSteps } = CopyIn.prototype
  let pauses = 0
  const counted = vi.spyOn(CopyIn.prototype, 'finishInSteps').mockImplementation(function* (this: CopyIn) {
    // However fast the machine is: a pause is due at each look.
    const { allow } = this.pause
    this.pause.allow = () => allow.call(this.pause, () => (pauses + 1) * 1000, 0)
    const steps = finishInSteps.call(this)
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value
      pauses++
      yield
    }
  })
  try {
    expect(await copyIn('copy c from stdin', ['1\n'.repeat(5000)])).toBe('COPY 5000')
    expect(pauses).toBeGreaterThan(5)
    expect(await copyIn('copy c from stdin', ['1\n'.repeat(5000), '2\n'])).toMatch(/^23503 /)
  } finally {
    counted.mockRestore()
  }
  expect((await copyOut('copy (select count(*) from c) to stdout')).toString()).toBe('5000\n')
})

describe('what goes out is what PostgreSQL writes', () => {
  test.each([
    [`copy (${ODD_TEXTS}) to stdout`],
    [`copy (${ODD_TEXTS}) to stdout (delimiter '|', null 'nothing', header)`],
    [`copy (${ODD_TEXTS}) to stdout csv`],
    [`copy (${ODD_TEXTS}) to stdout (format csv, header true, delimiter ';', null ' NULL ')`],
    [`copy (${ODD_TEXTS}) to stdout (format csv, force_quote *)`],
    [`copy (${ODD_TEXTS}) to stdout (format csv, force_quote (v), quote '''', escape E'\\\\')`],
    [`copy (select v from (${ODD_TEXTS}) t) to stdout csv`],
    [`copy (${ODD_TEXTS}) to stdout (format binary)`],
  ])('%s', async text => {
    expect((await copyOut(text)).toString('latin1')).toBe((await postgresCopy(text)).toString('latin1'))
  })

  test.each([
    ['integers', 'select 1::int2, -2::int4, 9223372036854775807::int8, 4294967295::oid, null::int'],
    ['floats', `select 0.1::float4, 'NaN'::float8, '-Infinity'::float8, -0.0::float8, 1e300::float8`],
    [
      'numerics',
      `select 0::numeric, 0.00::numeric, 1.50::numeric, -12345678901234567890.00010::numeric, 1e20::numeric, 1e-20::numeric,
        10000::numeric, 0.0001::numeric, 'NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric, 12.3::numeric(10,4)`,
    ],
    [
      'texts',
      `select 'ä'::text, 'x'::varchar(5), 'ab'::char(5), 'n'::name, ''::text, '\\x00ff'::bytea, true, false`,
    ],
    [
      'times',
      `select date '2024-02-29', date 'infinity', date '-infinity', time '23:59:59.5', timetz '01:02:03+02',
        timestamp '1999-12-31 23:59:59.999999', timestamptz '2024-02-29 12:00+00', timestamp 'infinity', timestamp '-infinity',
        interval '1 year -3 days 04:05:06.7', interval 'infinity', interval '-infinity'`,
    ],
    [
      'others',
      `select '{"b": [1, null], "a": "ä"}'::jsonb, '[1]'::json, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '$.a'::jsonpath`,
    ],
    [
      'arrays',
      `select array[1, null, 3], '{}'::int[], '{{a,b},{c,NULL}}'::text[], '[2:3]={1.5,2}'::numeric[], array[true]`,
    ],
  ])('in binary, %s', async (_, text) => {
    const copy = `copy (${text}) to stdout (format binary)`
    expect((await copyOut(copy)).toString('hex')).toBe((await postgresCopy(copy)).toString('hex'))
  })
})

describe('what comes in', () => {
  test.each([
    ['text', ''],
    ['csv', 'csv header'],
    ['binary', '(format binary)'],
    ['csv with odd signs', `(format csv, delimiter ';', quote '''', escape E'\\\\', null 'NIL')`],
  ])('is read as it was written, cut at every place: %s', async (_, options) => {
    const written = await copyOut(`copy (${ODD_TEXTS}) to stdout ${options}`)
    await run('create table t (id int primary key, v text)')
    const expected = await copyOut(`copy (${ODD_TEXTS}) to stdout`)
    for (const size of [1, 7, 1000]) {
      await run('truncate t')
      const pieces: Buffer[] = []
      for (let at = 0; at < written.length; at += size) pieces.push(written.subarray(at, at + size))
      expect(await copyIn(`copy t from stdin ${options}`, pieces)).toBe('COPY 14')
      expect((await copyOut('copy (select * from t order by id) to stdout')).toString()).toBe(
        expected.toString(),
      )
    }
  })
  test('fills in defaults, generated columns and identities, and is held to checks', async () => {
    await run(`create table t (id int generated always as identity primary key, a int check (a > 0), b int default 7,
      c int generated always as (a * 2) stored)`)
    expect(await copyIn('copy t (a) from stdin', ['1\n2\n'])).toBe('COPY 2')
    expect((await copyOut('copy t to stdout')).toString()).toBe('1\t1\t7\n2\t2\t7\n')
    expect((await copyOut('copy (select c from t order by 1) to stdout')).toString()).toBe('2\n4\n')
    expect(await copyIn('copy t (a) from stdin', ['5\n-1\n'])).toMatch(/^23514 .*\(COPY t, line 2\)$/)
    expect((await copyOut('copy (select count(*) from t) to stdout')).toString()).toBe('2\n')
    expect(await copyIn('copy t (c) from stdin', [])).toBe('42P10')
  })
  test('may refer to rows that come later', async () => {
    await run('create table t (id int primary key, parent int references t)')
    expect(await copyIn('copy t from stdin', ['1\t2\n2\t\\N\n'])).toBe('COPY 2')
    expect(await copyIn('copy t from stdin', ['3\t9\n'])).toMatch(/^23503 /)
    expect((await copyOut('copy (select count(*) from t) to stdout')).toString()).toBe('2\n')
  })
  test('is refused with its line and column', async () => {
    await run('create table t (a int, b text)')
    expect(await copyIn('copy t from stdin', ['1\tx\nz\ty\n'])).toBe(
      '22P02 invalid input syntax for type integer: "z" (COPY t, line 2, column a: "z")',
    )
    expect(await copyIn('copy t from stdin', ['1\n'])).toBe(
      '22P04 missing data for column "b" (COPY t, line 1)',
    )
    expect(await copyIn('copy t from stdin', ['1\t2\t3\n'])).toBe(
      '22P04 extra data after last expected column (COPY t, line 1)',
    )
    expect(await copyIn('copy t from stdin (header match)', ['a\tc\n'])).toMatch(
      /^22P04 column name mismatch/,
    )
    expect(await copyIn('copy t from stdin', [Buffer.from([0xff, 0x0a])])).toMatch(/^22021 /)
  })
  test('leaves out what is not wanted, or cannot be read', async () => {
    await run('create table t (a int, b text)')
    expect(await copyIn('copy t from stdin where a > 1', ['1\tx\n2\ty\n'])).toBe('COPY 1')
    expect(await copyIn('copy t from stdin (on_error ignore)', ['z\tx\n3\ty\n'])).toBe('COPY 1')
    expect((await copyOut('copy (select * from t order by a) to stdout')).toString()).toBe('2\ty\n3\ty\n')
  })
  test('is undone when its client gives up, and the session goes on', async () => {
    await run('create table t (a int)')
    client.send(query('copy t from stdin'))
    expect((await client.read())?.type).toBe('G')
    client.send(message('d', Buffer.from('1\n')), message('f', 'changed my mind'))
    expect(await client.answers()).toEqual(['E(57014)', 'Z(I)'])
    expect((await copyOut('copy t to stdout')).toString()).toBe('')
  })
  test('is refused where it makes no sense', async () => {
    await run('create table t (a int)')
    expect(await copyIn('copy t from stdin (delimiter e)', [])).toBe('22023')
    expect(await copyIn('copy t from stdin (quote e)', [])).toBe('0A000')
    expect(await copyIn('copy t from stdin (force_quote (a), format csv)', [])).toBe('22023')
    expect(await copyIn('copy t from stdin (nonsense)', [])).toBe('42601')
    expect(await copyIn('copy nope from stdin', [])).toBe('42P01')
    expect(await copyIn('copy t (nope) from stdin', [])).toBe('42703')
  })
})

test.skipIf(!isInstalled('psql'))('psql copies in and out', async () => {
  await run('create table t (a int, b text)')
  const { output, errors } = await runClient(
    'psql',
    ['-X', '-c', 'copy t from stdin csv', '-c', '\\copy t to stdout'],
    port,
    {},
    '1,x\n2,"y,z"\n\\.\n',
  )
  expect(errors).toBe('')
  expect(output).toBe('COPY 2\n1\tx\n2\ty,z\n')
})
