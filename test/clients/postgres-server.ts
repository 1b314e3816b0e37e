/** A PostgreSQL of the system's packages, with a cluster that is thrown away. */

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian has its versions. */
const VERSIONS = '/usr/lib/postgresql'

/** Undefined: none is installed, which is said. */
export function postgresPrograms(): string | undefined {
  try {
    const version = readdirSync(VERSIONS)
      .map(Number)
      .sort((a, b) => a - b)
      .at(-1)
    if (spawnSync(join(VERSIONS, `${version}`, 'bin/initdb'), ['--version']).status === 0) {
      return join(VERSIONS, `${version}`, 'bin')
    }
  } catch {
    // There is no such folder.
  }
  console.warn('a server of PostgreSQL is not installed: its tests are skipped')
  return undefined
}

export interface PostgresServer {
  /** Of its programs, for the environment. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Reached by a socket in its folder, and by nobody else. It refuses to run as root, and is run as `postgres` then. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-pg-'))
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
  const command = (program: string, ...words: string[]) => [...asUser, join(programs, program), ...words]
  const [first, ...words] = command(
    'initdb',
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  )
  const made = spawnSync(first, words, { encoding: 'utf8', cwd: folder })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const [runner, ...serverWords] = command(
    'postgres',
    '-D',
    data,
    '-k',
    folder,
    '-c',
    'listen_addresses=',
    '-c',
    'fsync=off',
  )
  const child = spawn(runner, serverWords, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', piece => {
      log += piece
      if (log.includes('ready to accept connections')) resolve()
    })
    child.once('close', () => reject(new Error(`postgres: ${log}`)))
  })
  return {
    environment: { PGHOST: folder, PGPORT: '5432', PGUSER: 'postgres', PGDATABASE: 'postgres' },
    stop: async () => {
      // Who runs it as another user does not hand on signals.
      const [runner, ...stopWords] = command('pg_ctl', 'stop', '-D', data, '-m', 'immediate')
      spawnSync(runner, stopWords, { cwd: folder })
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
