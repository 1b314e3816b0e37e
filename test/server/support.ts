/** Servers and clients for the tests: on this machine's loopback, on free ports, closed when their test ends. */

import { spawn, spawnSync } from 'node:child_process'
import pg from 'pg'
import postgres from 'postgres'
import { afterEach } from 'vitest'
import { type Database, openSync } from '../../src/index.ts'
import { type RunningServer, type ServerOptions, serve } from '../../src/server/index.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Runs when the test is over, after what was asked for later. */
export function atEnd(end: () => unknown): void {
  ends.push(end)
}

/** A server over a database in memory, unless it is told otherwise. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const isTold = options.database !== undefined || options.directory !== undefined
  const server = await serve({ port: 0, ...(isTold ? {} : { database: memoryDatabase() }), ...options })
  atEnd(() => server.close())
  return server
}

export function memoryDatabase(): Database {
  const database = openSync(':memory:')
  atEnd(() => database.close())
  return database
}

export async function connect(port: number, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'ann', database: 'test', ...options })
  // A server that is closed under a client is what some tests are about.
  client.on('error', () => {})
  await client.connect()
  atEnd(() => client.end())
  return client
}

export function connectPostgres(port: number, options: postgres.Options<Record<string, never>> = {}) {
  const sql = postgres({ host: '127.0.0.1', port, user: 'ann', database: 'test', max: 1, ...options })
  atEnd(() => sql.end({ timeout: 1 }))
  return sql
}

/** What a statement is refused with. */
export async function failure(promise: Promise<unknown>): Promise<pg.DatabaseError> {
  try {
    await promise
  } catch (error) {
    return error as pg.DatabaseError
  }
  throw new Error('nothing failed')
}

/** Whether a program is installed; tests of clients that are not are skipped, and say so. */
export function isInstalled(program: string, argument = '--version'): boolean {
  const isThere = spawnSync(program, [argument]).status === 0
  if (!isThere) console.warn(`${program} is not installed: its tests are skipped`)
  return isThere
}

/** Runs a program in a process of its own, so that the server in this one can answer. */
export async function runClient(
  program: string,
  args: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>> = {},
  input = '',
): Promise<{ readonly status: number | null; readonly output: string; readonly errors: string }> {
  const child = spawn(program, args, {
    env: {
      ...process.env,
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'ann',
      PGDATABASE: 'test',
      PGCONNECT_TIMEOUT: '10',
      ...environment,
    },
    timeout: 60_000,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  child.stdin.end(input)
  const status = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { status, output, errors }
}
