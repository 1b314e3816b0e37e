/** The protocol as it is spoken: which messages answer which. */

import { beforeEach, describe, expect, test } from 'vitest'
import {
  bind,
  close,
  describe as describeMessage,
  execute,
  flush,
  int32,
  message,
  parse,
  query,
  RawClient,
  rawClient,
  startupMessage,
  sync,
} from './raw-client.ts'
import { startServer } from './support.ts'

const VOID_OID = 2278
let port: number
beforeEach(async () => {
  port = (await startServer()).port
})

describe('at the start', () => {
  test('encryption that the server does not have is declined, and the client goes on', async () => {
    const client = new RawClient(port)
    client.send(message('', int32(80_877_104)))
    expect(await client.readByte()).toBe('N')
    client.send(message('', int32(80_877_103)))
    expect(await client.readByte()).toBe('N')
    client.send(startupMessage())
    const answers = await client.answers()
    expect(answers[0]).toBe('R')
    expect(answers.slice(-2)).toEqual(['S', 'Z(I)'])
  })
  test('a newer minor version and options of the protocol are negotiated down', async () => {
    const client = new RawClient(port)
    client.send(message('', int32(196_610), 'user', 'ann', '_pq_.wonder', '1', Buffer.from([0])))
    const [first] = await client.readUntilReady()
    expect(first.type).toBe('v')
    expect(first.body.readInt32BE(0)).toBe(196_608)
    expect(first.body.subarray(8).toString()).toBe('_pq_.wonder\0')
  })
  test('settings are taken from the start-up message, and what is no setting is refused', async () => {
    const good = await rawClient(port, {
      user: 'ann',
      TimeZone: 'Europe/Rome',
      options: '-c statement_timeout=5s',
    })
    good.send(query('show timezone; show statement_timeout'))
    expect(await good.answers()).toEqual(['T', 'D(Europe/Rome)', 'C(SHOW)', 'T', 'D(5s)', 'C(SHOW)', 'Z(I)'])
    const bad = new RawClient(port)
    bad.send(startupMessage({ user: 'ann', nonsense: '1' }))
    expect((await bad.answers()).at(-1)).toBe('E(42704)')
  })
})

describe('simple queries', () => {
  test('an empty one is answered as such', async () => {
    const client = await rawClient(port)
    client.send(query(' -- nothing'))
    expect(await client.answers()).toEqual(['I', 'Z(I)'])
  })
  test('several statements are one transaction, unless they begin one themselves', async () => {
    const client = await rawClient(port)
    client.send(query('create table t (a int primary key)'))
    await client.answers()
    client.send(query('insert into t values (1); select 1/0; insert into t values (2)'))
    expect(await client.answers()).toEqual(['C(INSERT 0 1)', 'T', 'E(22012)', 'Z(I)'])
    client.send(query('insert into t values (1); commit; insert into t values (2); select 1/0'))
    expect(await client.answers()).toEqual([
      'C(INSERT 0 1)',
      'N(25P01)',
      'C(COMMIT)',
      'C(INSERT 0 1)',
      'T',
      'E(22012)',
      'Z(I)',
    ])
    client.send(query('insert into t values (3); begin; insert into t values (4)'))
    expect((await client.answers()).at(-1)).toBe('Z(T)')
    client.send(query('rollback'))
    await client.answers()
    client.send(query('select a from t order by a'))
    expect(await client.answers()).toEqual(['T', 'D(1)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('a transaction that has failed refuses everything until it ends', async () => {
    const client = await rawClient(port)
    client.send(query('begin'))
    expect(await client.answers()).toEqual(['C(BEGIN)', 'Z(T)'])
    client.send(query('nonsense'))
    expect(await client.answers()).toEqual(['E(42601)', 'Z(E)'])
    client.send(query('select 1'))
    expect(await client.answers()).toEqual(['E(25P02)', 'Z(E)'])
    client.send(query('commit'))
    expect(await client.answers()).toEqual(['C(ROLLBACK)', 'Z(I)'])
  })
})

describe('the extended protocol', () => {
  test('describes a statement before its parameters are known', async () => {
    const client = await rawClient(port)
    client.send(parse('s', 'select $1 + 1::int8 as n, $2::text'), describeMessage('S', 's'), flush)
    expect((await client.read())?.type).toBe('1')
    expect((await client.read())?.body.readUInt32BE(2)).toBe(20)
    expect((await client.read())?.type).toBe('T')
    client.send(bind('', 's', ['41', 'x']), execute(''), sync)
    expect(await client.answers()).toEqual(['2', 'D(42,x)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('skips everything after an error until Sync, and undoes what came before', async () => {
    const client = await rawClient(port)
    client.send(query('create table t (a int primary key)'))
    await client.answers()
    client.send(
      parse('', 'insert into t values (1)'),
      bind('', ''),
      execute(''),
      parse('', 'select nope'),
      parse('', 'insert into t values (2)'),
      bind('', ''),
      execute(''),
      sync,
      query('select count(*) from t'),
    )
    expect(await client.answers()).toEqual(['1', '2', 'C(INSERT 0 1)', 'E(42703)', 'Z(I)'])
    expect(await client.answers()).toEqual(['T', 'D(0)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('gives the rows of a portal in pieces', async () => {
    const client = await rawClient(port)
    client.send(
      parse('', 'select generate_series(1, $1)'),
      bind('p', '', ['5']),
      describeMessage('P', 'p'),
      execute('p', 2),
      execute('p', 2),
      execute('p', 2),
      sync,
    )
    expect(await client.answers()).toEqual([
      '1',
      '2',
      'T',
      'D(1)',
      'D(2)',
      's',
      'D(3)',
      'D(4)',
      's',
      'D(5)',
      'C(SELECT 1)',
      'Z(I)',
    ])
    // The portal is gone with its transaction.
    client.send(execute('p', 2), sync)
    expect(await client.answers()).toEqual(['E(34000)', 'Z(I)'])
  })
  test('keeps a portal through the other statements of its transaction, as it was when it began', async () => {
    const client = await rawClient(port)
    client.send(query('create table t (a int primary key); insert into t select generate_series(1, 6)'))
    await client.answers()
    client.send(query('begin; update t set a = a + 10 where a > 5'))
    await client.answers()
    client.send(parse('', 'select a from t order by a'), bind('p', ''), execute('p', 2), sync)
    expect(await client.answers()).toEqual(['1', '2', 'D(1)', 'D(2)', 's', 'Z(T)'])
    client.send(query('delete from t'))
    await client.answers()
    client.send(execute('p', 0), sync)
    expect(await client.answers()).toEqual(['D(3)', 'D(4)', 'D(5)', 'D(16)', 'C(SELECT 4)', 'Z(T)'])
  })
  test('closes statements and portals, and what is not there counts as closed', async () => {
    const client = await rawClient(port)
    client.send(
      parse('s', 'select 1'),
      close('S', 's'),
      close('S', 's'),
      close('P', 'none'),
      bind('', 's'),
      sync,
    )
    expect(await client.answers()).toEqual(['1', '3', '3', '3', 'E(26000)', 'Z(I)'])
  })
  test('refuses a second statement of a name, and two statements in one', async () => {
    const client = await rawClient(port)
    client.send(parse('s', 'select 1'), parse('s', 'select 2'), sync)
    expect(await client.answers()).toEqual(['1', 'E(42P05)', 'Z(I)'])
    client.send(parse('', 'select 1; select 2'), sync)
    expect(await client.answers()).toEqual(['E(42601)', 'Z(I)'])
  })
  test('shares its statements with PREPARE and EXECUTE', async () => {
    const client = await rawClient(port)
    client.send(parse('s', 'select $1::int * 2'), sync)
    await client.answers()
    client.send(query('execute s(21); deallocate s'))
    expect(await client.answers()).toEqual(['T', 'D(42)', 'C(SELECT 1)', 'C(DEALLOCATE)', 'Z(I)'])
    client.send(query('prepare q as select $1::int + 1'))
    await client.answers()
    client.send(bind('', 'q', ['1']), execute(''), sync)
    expect(await client.answers()).toEqual(['2', 'D(2)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('answers an empty text, and a statement without rows', async () => {
    const client = await rawClient(port)
    client.send(parse('', ''), bind('', ''), describeMessage('P', ''), execute(''), sync)
    expect(await client.answers()).toEqual(['1', '2', 'n', 'I', 'Z(I)'])
    client.send(parse('', 'begin'), bind('', ''), describeMessage('P', ''), execute(''), sync)
    expect(await client.answers()).toEqual(['1', '2', 'n', 'C(BEGIN)', 'Z(T)'])
  })
  test('refuses a plan whose columns are not any more what was described', async () => {
    const client = await rawClient(port)
    client.send(query('create table t (a int primary key)'))
    await client.answers()
    client.send(parse('s', 'select * from t'), sync)
    await client.answers()
    client.send(query('alter table t add column b text'))
    await client.answers()
    client.send(bind('', 's'), execute(''), sync)
    // By this routine JDBC knows that it has to prepare the statement again.
    await client.read()
    expect((await client.read())?.body.toString()).toContain('RRevalidateCachedQuery\0')
    expect(await client.answers()).toEqual(['Z(I)'])
  })

  test('parameters of type void, which JDBC has for the results of a call, are no arguments', async () => {
    const client = await rawClient(port)
    client.send(parse('', 'select mod($1, $2, $3)', VOID_OID, 23, 23), sync)
    expect(await client.answers()).toEqual(['1', 'Z(I)'])
    client.send(bind('', '', [null, '7', '4']), execute(''), sync)
    expect(await client.answers()).toEqual(['2', 'D(3)', 'C(SELECT 1)', 'Z(I)'])
  })
  test('takes and gives texts of every length and alphabet, and refuses what is none', async () => {
    const client = await rawClient(port)
    client.send(parse('s', 'select $1::text, 7'), sync)
    await client.answers()
    const send = (value: string | Buffer, results: readonly number[]) =>
      client.send(bind('', 's', [value], { results }), execute(''), sync)
    const lengths = [0, 1, 16, 17, 32, 33, 300]
    for (const letter of ['a', '~', '\x7f', 'é', '語', '😀']) {
      for (const length of lengths) {
        const text = letter.repeat(length)
        // The formats are each message's own, though the statement is the same.
        for (const [results, seven] of [
          [[], '7'],
          [[1], '\0\0\0\x07'],
          [[0], '7'],
          [[1, 0], '7'],
        ] as const) {
          send(text, results)
          const row = (await client.readUntilReady()).find(one => one.type === 'D')!
          const end = 6 + Buffer.byteLength(text)
          expect(row.body.readInt32BE(2)).toBe(Buffer.byteLength(text))
          expect(row.body.toString('utf8', 6, end)).toBe(text)
          expect(row.body.toString('latin1', end + 4)).toBe(seven)
        }
      }
    }
    for (const bytes of [[0xff], [0x61, 0], [0], [0xc3], [0x61, 0xed, 0xa0, 0x80]]) {
      send(Buffer.from(bytes), [])
      expect(await client.answers()).toEqual(['E(22021)', 'Z(I)'])
    }
  })
  test('wants as many values and formats as there are parameters', async () => {
    const client = await rawClient(port)
    client.send(parse('', 'select $1::int, $2::int'), bind('', '', ['1']), sync)
    expect(await client.answers()).toEqual(['1', 'E(08P01)', 'Z(I)'])
    client.send(bind('', '', ['1', '2'], { parameters: [0, 0, 0] }), sync)
    expect(await client.answers()).toEqual(['E(08P01)', 'Z(I)'])
    client.send(bind('', '', ['1', '2'], { results: [2] }), sync)
    expect(await client.answers()).toEqual(['E(22023)', 'Z(I)'])
    client.send(bind('', '', ['1', 'x']), sync)
    expect(await client.answers()).toEqual(['E(22P02)', 'Z(I)'])
  })
})
