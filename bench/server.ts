/**
 * How long clients of the server wait: 100 connections that each select one row by its key over the loopback. The server is a
 * process of its own; the clients are all in this one and speak the protocol by hand, so that little of what is measured is
 * theirs. Where pgbench is installed, it does the same in C, in each of its three modes.
 *
 *   npm run server -- [--seconds 5] [--connections 100] [--rates 1000,2000,5000] [--server-flags=--max-semi-space-size=64]
 *
 * Paced: statements are sent when they are due, at so many a second, spread over the connections; a latency counts from when
 * the statement was due. Saturated: every connection sends its next statement when the last one is answered.
 */

import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { openSync } from './dist/index.js'

const ROWS = 100_000
const WARM_UP_MS = 1000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '100' },
    rates: { type: 'string', default: '1000,2000,5000' },
    'server-flags': { type: 'string', default: '' },
  },
})
const seconds = Number(values.seconds)
const connections = Number(values.connections)
const rates = values.rates.split(',').filter(Boolean).map(Number)

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

/** pgbench with its statements in one of its modes. @returns latencies, in milliseconds */
async function pgbench(port: number, mode: string, runSeconds: number): Promise<number[]> {
  const script = join(folder, 'one-row.sql')
  writeFileSync(script, `\\set id random(1, ${ROWS})\nselect name from people where id = :id;\n`)
  const logs = mkdtempSync(join(folder, 'pgbench-'))
  const where = ['--host', '127.0.0.1', '--port', String(port), '--username', 'bench', 'bench']
  const how = ['--no-vacuum', '--file', script, '--protocol', mode, '--client', String(connections)]
  const what = ['--time', String(runSeconds), '--log', '--log-prefix', join(logs, 'log')]
  await promisify(execFile)('pgbench', [...how, ...what, ...where])
  // Client, transaction, microseconds that it took, …
  return readdirSync(logs)
    .flatMap(name => readFileSync(join(logs, name), 'latin1').trimEnd().split('\n'))
    .map(line => Number(line.split(' ')[2]) / 1000)
}

/** @param measure gives latencies; what the server spends meanwhile is its */
async function show(name: string, measure: () => Promise<number[]>): Promise<void> {
  const before = await server.usedUs()
  const sorted = (await measure()).sort((a, b) => a - b)
  const usedUs = (await server.usedUs()) - before
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(2)
  const rate = Math.round(sorted.length / seconds).toLocaleString('en')
  const cells = [name, rate, at(0.5), at(0.95), at(0.99), at(1), (usedUs / sorted.length).toFixed(1)]
  console.log(`| ${cells.join(' | ')} |`)
}

interface ServerProcess {
  readonly port: number
  /** Processor time that it has used so far, in microseconds. */
  usedUs(): Promise<number>
  end(): Promise<unknown>
}

async function startServer(path: string): Promise<ServerProcess> {
  const program = fileURLToPath(new URL('server-process.ts', import.meta.url))
  const flags = values['server-flags'].split(' ').filter(Boolean)
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', program, path], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const [first] = await once(child.stdout!, 'data')
  return {
    port: Number(String(first)),
    usedUs: async () => {
      child.send('used')
      const [used] = await once(child, 'message')
      return used as number
    },
    end: () => {
      child.kill('SIGTERM')
      return once(child, 'exit')
    },
  }
}

const folder = mkdtempSync(join(tmpdir(), 'coppice-bench-'))
const path = join(folder, 'a.db')
const db = openSync(path)
db.exec('create table people (id int primary key, name text not null)')
db.query(`insert into people select g, 'name ' || g from generate_series(1, ${ROWS}) as g`)
db.close()
const server = await startServer(path)
try {
  const { port } = server
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.connect(port)))
  await saturated(clients, WARM_UP_MS)
  console.log(`${connections} connections, one row by its key; latencies in milliseconds\n`)
  console.log('| | statements a second | p50 | p95 | p99 | longest | server, µs a statement |')
  console.log('|---|---:|---:|---:|---:|---:|---:|')
  for (const rate of rates) {
    await show(`prepared, paced: ${rate} a second`, () => paced(clients, seconds * 1000, rate))
  }
  await show('prepared, saturated', () => saturated(clients, seconds * 1000))
  for (const client of clients) client.close()
  if (spawnSync('pgbench', ['--version']).status === 0) {
    for (const mode of ['prepared', 'extended', 'simple']) {
      await pgbench(port, mode, 1)
      await show(`pgbench, ${mode}, saturated`, () => pgbench(port, mode, seconds))
    }
  } else console.log('\npgbench is not installed: it took no part')
} finally {
  await server.end()
  rmSync(folder, { recursive: true, force: true })
}
