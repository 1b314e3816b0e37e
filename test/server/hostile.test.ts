/** Clients that mean harm, or are broken: they get an error or are sent away, and the others notice nothing. */

import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  bind,
  execute,
  int32,
  message,
  parse,
  query,
  RawClient,
  rawClient,
  startupMessage,
  sync,
} from './raw-client.ts'
import { connect, startServer } from './support.ts'

let port: number
beforeEach(async () => {
  const limits = { authenticationMs: 2000, unauthenticated: 20, messageBytes: 100_000, connections: 30 }
  port = (await startServer({ limits })).port
})

/** The server answers somebody else as if nothing had been. */
async function isWell(): Promise<boolean> {
  const client = await connect(port)
  const { rows } = await client.query('select 41 + 1 as n')
  await client.end()
  return rows[0].n === 42
}

describe('before it is let in, a client', () => {
  test.each([
    ['of a length that is too small', int32(3)],
    ['of a length that is negative', int32(-1)],
    ['of a length that is too large', int32(1_000_000)],
    ['of another protocol', message('', int32(0x00_02_00_00), 'user', 'ann', Buffer.from([0]))],
    ['without a name', message('', int32(196_608), Buffer.from([0]))],
    ['whose parameters do not end', message('', int32(196_608), 'user', Buffer.from('ann'))],
    ['who speaks HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    [
      'who asks for encryption for ever',
      Buffer.concat(Array.from({ length: 5 }, () => message('', int32(80_877_103)))),
    ],
  ])('%s is sent away', async (_, bytes) => {
    const client = new RawClient(port)
    client.send(bytes)
    await client.closed()
    expect(await isWell()).toBe(true)
  })
  test('that says nothing, or says it slowly, is sent away in time', async () => {
    const silent = new RawClient(port)
    const slow = new RawClient(port)
    const timer = setInterval(() => slow.socket.write(Buffer.from([0])), 50)
    await Promise.all([silent.closed(), slow.closed()])
    clearInterval(timer)
    expect(await isWell()).toBe(true)
  })
  test('that comes in crowds keeps nobody out for long', async () => {
    const crowd = Array.from({ length: 60 }, () => new RawClient(port))
    await Promise.all(crowd.map(one => one.closed()))
    expect(await isWell()).toBe(true)
  })
  test('that cancels what it does not know changes nothing', async () => {
    const client = new RawClient(port)
    client.send(message('', int32(80_877_102), int32(1), Buffer.alloc(500)))
    await client.closed()
    expect(await isWell()).toBe(true)
  })
})

describe('a client that is in', () => {
  test.each([
    ['a message of a negative length', Buffer.concat([Buffer.from('Q'), int32(-5)])],
    ['a message that is too large', Buffer.concat([Buffer.from('Q'), int32(1_000_000)])],
    ['a message that nobody knows', message('!', 'x')],
  ])('is sent away for %s', async (_, bytes) => {
    const client = await rawClient(port)
    client.send(bytes)
    expect(await client.answers()).toEqual(['E(08P01)'])
    expect(await isWell()).toBe(true)
  })
  test.each([
    ['a text without an end', message('Q', Buffer.from('select 1')), '08P01'],
    ['bytes that are no text', message('Q', Buffer.from([0xff, 0xfe, 0])), '22021'],
    ['more values than it sends', message('B', '', '', 0, 5000), '08P01'],
    ['a value longer than its message', message('B', '', '', 0, 1, int32(1000), Buffer.from('x')), '08P01'],
    ['a negative length', message('B', '', '', 0, 1, int32(-2)), '08P01'],
    ['neither statement nor portal', message('D', Buffer.from('X'), 'x'), '08P01'],
    ['the function protocol', message('F', int32(1)), '0A000'],
  ])('is told of %s, and goes on', async (_, bytes, sqlstate) => {
    const client = await rawClient(port)
    client.send(bytes, sync)
    const answers = await client.answers()
    expect(answers[0]).toBe(`E(${sqlstate})`)
    if (answers.length === 2 && bytes[0] === 'Q'.charCodeAt(0)) await client.answers()
    client.send(query('select 1'))
    expect(await client.answers()).toContain('D(1)')
  })
  test('is one too many at some point', async () => {
    const clients = await Promise.all(Array.from({ length: 29 }, () => connect(port)))
    const [last, tooMany] = [await connect(port), new RawClient(port)]
    tooMany.send(startupMessage())
    expect((await tooMany.answers()).at(-1)).toBe('E(53300)')
    expect(clients.length).toBe(29)
    await last.end()
    const isLetIn = () =>
      connect(port).then(
        () => true,
        () => false,
      )
    await expect.poll(isLetIn, { timeout: 10_000 }).toBe(true)
  })
})

const TRANSCRIPT = Buffer.concat([
  startupMessage(),
  query('create table t (a int primary key, b text)'),
  parse('s', 'insert into t values ($1, $2) returning a'),
  bind('', 's', ['1', 'x']),
  execute(''),
  bind('', 's', ['2', null], { results: [1] }),
  execute('', 1),
  sync,
  query('select * from t; begin; update t set b = $$y$$; rollback'),
  query('copy t from stdin'),
  message('d', Buffer.from('3\tz\n')),
  message('c'),
  query('select count(*) from t'),
  message('X'),
])

async function play(pieces: readonly Buffer[]): Promise<string[]> {
  const client = new RawClient(port)
  const answers: string[] = []
  for (const piece of pieces) {
    client.socket.write(piece)
    await new Promise(resolve => setImmediate(resolve))
  }
  client.socket.end()
  for (let one = await client.read(); one !== undefined; one = await client.read()) answers.push(one.type)
  return answers
}

test('a transcript is answered alike, wherever it is cut', async () => {
  const whole = await play([TRANSCRIPT])
  expect(whole.join('')).toContain('CZ12DC2DsZ')
  for (let at = 1; at < TRANSCRIPT.length; at += 7) {
    const drop = await connect(port)
    await drop.query('drop table t')
    await drop.end()
    expect(await play([TRANSCRIPT.subarray(0, at), TRANSCRIPT.subarray(at)])).toEqual(whole)
  }
}, 120_000)

test('a transcript with bytes changed, left out or put in does no harm', async () => {
  const start = startupMessage().length
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          at: fc.integer({ min: start, max: TRANSCRIPT.length - 1 }),
          kind: fc.constantFrom('change', 'remove', 'insert'),
          byte: fc.integer({ min: 0, max: 255 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      async changes => {
        const bytes = [...TRANSCRIPT]
        for (const { at, kind, byte } of changes) {
          if (kind === 'change') bytes[at] = byte
          else if (kind === 'remove') bytes.splice(at, 1)
          else bytes.splice(at, 0, byte)
        }
        await play([Buffer.from(bytes)])
      },
    ),
    { numRuns: 60 },
  )
  expect(await isWell()).toBe(true)
}, 120_000)
