/**
 * Sessions of real clients through a wire that cuts and spoils them: at every byte with passwords, at every second
 * one in clear text, at every fifth one encrypted. Cut, a session is answered as always; spoilt, it ends somehow, and nobody else notices.
 */

import { connect as connectSocket, createServer, type Socket } from 'node:net'
import pg from 'pg'
import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import type { LogEntry } from '../../src/server/log.ts'
import { certificate } from './certificate.ts'
import { bind, execute, message, parse, query, RawClient, startupMessage, sync } from './raw-client.ts'
import { atEnd, connect, isInstalled, startServer } from './support.ts'

/** What happens to the bytes that a client sends. */
interface Spoiling {
  readonly kind: 'cut' | 'flip' | 'lose' | 'double' | 'end'
  readonly at: number
}

/** A wire to the server. Each connection is spoilt as was said when it was made. */
class Wire {
  port = 0
  /** Of the connection that was made last: the bytes that its client has sent. */
  bytesSent = 0
  private readonly spoilings: (Spoiling | undefined)[] = []

  async listen(target: number): Promise<void> {
    const server = createServer(client => this.join(client, connectSocket(target, '127.0.0.1')))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    this.port = (server.address() as { port: number }).port
    atEnd(() => server.close())
  }

  /** Of the next connection. */
  expect(spoiling: Spoiling | undefined): void {
    this.spoilings.push(spoiling)
  }

  private join(client: Socket, server: Socket): void {
    const spoiling = this.spoilings.shift()
    let sent = 0
    for (const one of [client, server]) {
      one.setNoDelay(true)
      one.on('error', () => {})
    }
    server.pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    if (spoiling !== undefined && spoiling.kind !== 'cut') setTimeout(() => client.destroy(), WAIT_MS)
    client.on('data', (chunk: Buffer) => {
      const at = spoiling === undefined ? -1 : spoiling.at - sent
      sent += chunk.length
      this.bytesSent = sent
      if (spoiling === undefined || at < 0 || at >= chunk.length) {
        server.write(chunk)
        return
      }
      const [before, byte, after] = [
        chunk.subarray(0, at),
        chunk.subarray(at, at + 1),
        chunk.subarray(at + 1),
      ]
      server.write(before)
      if (spoiling.kind === 'end') server.end()
      else if (spoiling.kind === 'cut') {
        // Two reads of the server, most of the time.
        client.pause()
        setImmediate(() => {
          server.write(chunk.subarray(at))
          client.resume()
        })
      } else {
        if (spoiling.kind === 'flip') server.write(Buffer.from([byte[0] ^ 0x81]))
        if (spoiling.kind === 'double') server.write(Buffer.concat([byte, byte]))
        server.write(after)
      }
    })
  }
}

const PASSWORD = 'a long enough secret'
/** So long after its beginning a connection is broken off that was spoilt: most of those wait for ever. */
const WAIT_MS = 150
const AT_ONCE = 12

interface Setting {
  readonly wire: Wire
  readonly port: number
  readonly internalErrors: LogEntry[]
}

async function start(withPasswords: boolean): Promise<Setting> {
  const internalErrors: LogEntry[] = []
  const { port } = await startServer({
    ...(withPasswords ? { users: { ann: PASSWORD }, tls: certificate() } : {}),
    limits: {
      authenticationMs: 60_000,
      unauthenticated: 100,
      connections: 150,
      failedLogins: 1_000_000,
      messageBytes: 1_000_000,
    },
    log: entry => {
      if (entry.event === 'internal error') internalErrors.push(entry)
    },
  })
  const wire = new Wire()
  await wire.listen(port)
  return { wire, port, internalErrors }
}

type Session = (port: number) => Promise<unknown>

const withPg =
  (ssl: boolean): Session =>
  async port => {
    const config = { host: '127.0.0.1', port, user: 'ann', password: PASSWORD, database: 'test' }
    const client = new pg.Client({ ...config, ssl: ssl ? { rejectUnauthorized: false } : false })
    client.on('error', () => {})
    const timer = setTimeout(
      () => (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy(),
      30_000,
    )
    try {
      await client.connect()
      const { rows } = await client.query('select $1::int + 1 as n, $2::text as t', [41, 'ä'])
      const more = await client.query('select 1 as one; select 2 as two')
      return [rows, (more as unknown as pg.QueryResult[]).map(one => one.rows)]
    } finally {
      clearTimeout(timer)
      client.end().catch(() => {})
    }
  }

const withPostgres: Session = async port => {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    user: 'ann',
    password: PASSWORD,
    database: 'test',
    max: 1,
    connect_timeout: 30,
    // Nobody hears of it when this fails.
    fetch_types: false,
    onnotice: () => {},
  })
  try {
    return [...(await sql`select n * ${2}::int as n from generate_series(1, 3) n`)]
  } finally {
    await sql.end({ timeout: 0 })
  }
}

async function inParallel(count: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await run(next++)
    }),
  )
}

/** A session that has nothing to do with the others goes on all the while. */
async function bystander(port: number, run: () => Promise<void>): Promise<void> {
  const client = await connect(port, { password: PASSWORD })
  let isOver = false
  let answers = 0
  const asking = (async () => {
    while (!isOver) {
      const { rows } = await client.query('select $1::int as n', [answers])
      expect(rows).toEqual([{ n: answers++ }])
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  await run()
  isOver = true
  await asking
  expect(answers).toBeGreaterThan(0)
}

describe.skipIf(!isInstalled('openssl', 'version')).each<[string, Session, number]>([
  ['pg with a password', withPg(false), 1],
  ['pg over TLS', withPg(true), 5],
  ['postgres.js with a password', withPostgres, 1],
])('%s', (_, session, step) => {
  /** With what a whole session gives and sends. */
  async function begin() {
    const setting = await start(true)
    const { wire } = setting
    wire.expect(undefined)
    const whole = await session(wire.port)
    const bytes = wire.bytesSent
    expect(bytes).toBeGreaterThan(200)
    return { ...setting, whole, bytes }
  }

  test('is answered alike wherever it is cut', async () => {
    const { wire, port, internalErrors, whole, bytes } = await begin()
    await bystander(port, () =>
      inParallel(Math.floor(bytes / step), async n => {
        wire.expect({ kind: 'cut', at: n * step })
        expect(await session(wire.port)).toEqual(whole)
      }),
    )
    expect(internalErrors).toEqual([])
  }, 120_000)

  test('does no harm wherever it is spoilt', async () => {
    const { wire, port, internalErrors, whole, bytes } = await begin()
    const kinds = ['flip', 'lose', 'double', 'end'] as const
    await bystander(port, () =>
      inParallel(Math.floor(bytes / step), async n => {
        wire.expect({ kind: kinds[n % kinds.length], at: n * step })
        await session(wire.port).catch(() => {})
      }),
    )
    expect(internalErrors).toEqual([])
    expect(await session(port)).toEqual(whole)
  }, 120_000)
})

const MESSAGES = [
  query('create temporary table t (a int primary key, b text)'),
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
]

async function typesOf(port: number, pieces: readonly Buffer[]): Promise<string> {
  const client = new RawClient(port)
  for (const piece of pieces) {
    client.socket.write(piece)
    await new Promise(resolve => setImmediate(resolve))
  }
  client.socket.end()
  let types = ''
  for (let one = await client.read(); one !== undefined; one = await client.read()) types += one.type
  return types
}

describe('a session in clear text', () => {
  test('is answered alike wherever it is cut', async () => {
    const { port, internalErrors } = await start(false)
    const transcript = Buffer.concat([startupMessage(), ...MESSAGES])
    const whole = await typesOf(port, [transcript])
    expect(whole).toContain('CZ12DC2DsZ')
    await inParallel(Math.floor(transcript.length / 2), async n => {
      const at = 2 * n + 1
      expect(await typesOf(port, [transcript.subarray(0, at), transcript.subarray(at)])).toBe(whole)
    })
    expect(internalErrors).toEqual([])
  }, 120_000)

  test('does no harm with its messages in another order, twice, or with other lengths', async () => {
    const { port, internalErrors } = await start(false)
    await bystander(port, () =>
      inParallel(Math.floor((MESSAGES.length * MESSAGES.length) / 2), async half => {
        const n = 2 * half + 1
        const [from, to] = [n % MESSAGES.length, Math.floor(n / MESSAGES.length)]
        const messages = [...MESSAGES]
        const [moved] = messages.splice(from, 1)
        messages.splice(to, 0, moved)
        const wrong = Buffer.from(moved)
        wrong.writeInt32BE(wrong.readInt32BE(1) + ((n % 7) - 3), 1)
        const spoilt = [
          [...messages.slice(0, -1), message('X')],
          [...MESSAGES.slice(0, to), moved, moved, ...MESSAGES.slice(to)],
          [...MESSAGES.slice(0, to), wrong, ...MESSAGES.slice(to)],
        ]
        await typesOf(port, [startupMessage(), ...spoilt[n % spoilt.length]])
      }),
    )
    expect(internalErrors).toEqual([])
  }, 120_000)
})
