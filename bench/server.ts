/**
 * How long clients of the server wait: 100 connections that each select one row by its key, prepared, over the loopback. The
 * server is a process of its own; the clients are all in this one and speak the protocol by hand, so that little of what is
 * measured is theirs.
 *
 *   npm run server -- [--seconds 5] [--connections 100] [--rates 1000,2000,5000]
 *
 * Paced: statements are sent when they are due, at so many a second, spread over the connections; a latency counts from when
 * the statement was due. Saturated: every connection sends its next statement when the last one is answered.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openSync } from './dist/index.js'

const ROWS = 100_000
const WARM_UP_MS = 1000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '100' },
    rates: { type: 'string', default: '1000,2000,5000' },
  },
})
const seconds = Number(values.seconds)
const rates = values.rates.split(',').map(Number)

// -------------------------------------------------------------------------------------------------- client

/** A message: its letter, its length, its body. */
function message(letter: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(letter.length + 4)
  head.write(letter, 'latin1')
  head.writeInt32BE(body.length + 4, letter.length)
  return Buffer.concat([head, body])
}
const text = (value: string) => Buffer.from(`${value}\0`)
function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const PROTOCOL = int32(196_608)
const SYNC = message('S')
const EXECUTE = message('E', text(''), int32(0))
const NONE = int16(0)
const READY = 'Z'.charCodeAt(0)
const ERROR = 'E'.charCodeAt(0)

/** One connection; one statement under way at a time. */
class Client {
  private readonly socket: Socket
  private rest: Buffer = Buffer.alloc(0)
  private answered: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', chunk => this.take(chunk))
  }

  static async connect(port: number): Promise<Client> {
    const client = new Client(createConnection(port, '127.0.0.1'))
    await client.send(message('', PROTOCOL, text('user'), text('bench'), text('')))
    const statement = 'select name from people where id = $1'
    await client.send(Buffer.concat([message('P', text('s'), text(statement), NONE), SYNC]))
    return client
  }

  /** Selects one row; resolves when the server is ready again. */
  query(id: number): Promise<void> {
    const value = Buffer.from(String(id))
    const bind = message('B', text(''), text('s'), NONE, int16(1), int32(value.length), value, NONE)
    return this.send(Buffer.concat([bind, EXECUTE, SYNC]))
  }

  private send(bytes: Buffer): Promise<void> {
    return new Promise(resolve => {
      this.answered = resolve
      this.socket.write(bytes)
    })
  }

  private take(chunk: Buffer): void {
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    while (bytes.length >= 5) {
      const end = bytes.readInt32BE(1) + 1
      if (bytes.length < end) break
      if (bytes[0] === ERROR) throw new Error(bytes.toString('utf8', 5, end))
      const isReady = bytes[0] === READY
      bytes = bytes.subarray(end)
      if (isReady) this.answered?.()
    }
    this.rest = bytes
  }

  close(): void {
    this.socket.destroy()
  }
}

// ------------------------------------------------------------------------------------------------- measures

const anyId = () => 1 + Math.floor(Math.random() * ROWS)

/** Every connection goes on as fast as it is answered. @returns latencies, in milliseconds */
async function saturated(clients: readonly Client[], ms: number): Promise<number[]> {
  const latencies: number[] = []
  const endMs = performance.now() + ms
  await Promise.all(
    clients.map(async client => {
      for (let startMs = performance.now(); startMs < endMs; startMs = performance.now()) {
        await client.query(anyId())
        latencies.push(performance.now() - startMs)
      }
    }),
  )
  return latencies
}

/** Each connection sends when it is due. What was due while the one before was still under way waits, and that counts. */
async function paced(clients: readonly Client[], ms: number, perSecond: number): Promise<number[]> {
  const latencies: number[] = []
  const startMs = performance.now()
  const stepMs = (clients.length * 1000) / perSecond
  await Promise.all(
    clients.map(async (client, i) => {
      for (let dueMs = startMs + (stepMs * i) / clients.length; dueMs < startMs + ms; dueMs += stepMs) {
        const waitMs = dueMs - performance.now()
        // Timers have whole milliseconds, and are late by up to one: what is near is waited for by turns of the event loop.
        if (waitMs > 2) await new Promise(resolve => setTimeout(resolve, waitMs - 2))
        while (performance.now() < dueMs) await new Promise(resolve => setImmediate(resolve))
        await client.query(anyId())
        latencies.push(performance.now() - dueMs)
      }
    }),
  )
  return latencies
}

function line(name: string, latencies: readonly number[], ms: number): string {
  const sorted = [...latencies].sort((a, b) => a - b)
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(2)
  const rate = Math.round((sorted.length / ms) * 1000)
  return `| ${name} | ${rate} | ${at(0.5)} | ${at(0.95)} | ${at(0.99)} | ${at(1)} |`
}

async function startServer(path: string): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const program = fileURLToPath(new URL('server-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [first] = await once(child.stdout!, 'data')
  return { child, port: Number(String(first)) }
}

const folder = mkdtempSync(join(tmpdir(), 'coppice-bench-'))
try {
  const path = join(folder, 'a.db')
  using db = openSync(path)
  db.exec('create table people (id int primary key, name text not null)')
  db.query(`insert into people select g, 'name ' || g from generate_series(1, ${ROWS}) as g`)
  db.close()
  const { child, port } = await startServer(path)
  const clients = await Promise.all(
    Array.from({ length: Number(values.connections) }, () => Client.connect(port)),
  )
  await saturated(clients, WARM_UP_MS)
  console.log(`${clients.length} connections, one row by its key, prepared; latencies in milliseconds\n`)
  console.log('| | statements a second | p50 | p95 | p99 | longest |\n|---|---|---|---|---|---|')
  for (const rate of rates) {
    console.log(line(`paced, ${rate} a second`, await paced(clients, seconds * 1000, rate), seconds * 1000))
  }
  console.log(line('saturated', await saturated(clients, seconds * 1000), seconds * 1000))
  for (const client of clients) client.close()
  child.kill('SIGTERM')
  await once(child, 'exit')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
