/** What the documentation shows of the command line, the server and the adapters does what it says, run as it is written. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { CommandLine } from './cli/command-line.ts'
import { isInstalled } from './server/support.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const coppice = new CommandLine()
/** Ends what hangs; a machine may be so busy that each of a dozen processes takes a quarter of a minute. */
const ALL_MS = 900_000

/** The blocks of a page in a language. */
function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, one]) => one === language)
    .map(([, , block]) => block)
}

describe.skipIf(!isInstalled('psql') || !isInstalled('jq'))('docs/cli.md', () => {
  test('its commands do what they say', { timeout: ALL_MS }, async () => {
    const folder = coppice.path('cli-docs')
    mkdirSync(join(folder, 'bin'), { recursive: true })
    const write = (name: string, contents: string | Uint8Array): void =>
      writeFileSync(join(folder, name), contents)
    write('bin/npx', `#!/bin/sh\nshift\nexec '${process.execPath}' '${coppice.script}' "$@"\n`)
    spawnSync('chmod', ['+x', join(folder, 'bin/npx')])
    write('schema.sql', 'create schema log; create table orders (id int primary key);')
    write('people.csv', 'name,age\nAnn,36\nBob,\n"Cy, the third",29\n')
    write('events.jsonl.gz', gzipSync('{"at": "2026-01-01T00:00:00Z", "what": "came"}\n'))
    // What the reader has already.
    coppice.output(['app.db', '-q', '-c', 'create table users (id int); insert into users values (1)'], {
      folder,
    })
    const server = coppice.start(['serve', join(folder, 'served'), '--port', '0', '--json'])
    try {
      const line = await new Promise((resolve, reject) => {
        server.stdout.once('data', resolve)
        server.stderr.once('data', text => reject(new Error(String(text))))
      })
      const environment = {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        PGHOST: '127.0.0.1',
        PGPORT: String(JSON.parse(String(line)).port),
        PGUSER: 'ann',
      }
      const seen: string[] = []
      for (const block of blocksOf('cli.md', 'sh')) {
        for (const command of block.trim().split('\n')) {
          const { stdout, stderr, status } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
            cwd: folder,
            encoding: 'utf8',
            env: { ...coppice.environment, ...environment },
            input: '',
            timeout: ALL_MS / 4,
          })
          expect([command, status, stderr.replace(/^NOTICE.*\n/gm, '')]).toEqual([command, 0, ''])
          seen.push(stdout)
        }
      }
      expect(seen.length).toBeGreaterThan(11)
      expect(seen[1]).toContain('     1\n')
      expect(JSON.parse(seen[3])).toEqual([{ id: 1 }])
      expect(readFileSync(join(folder, 'adults.csv'), 'utf8')).toBe('name,age\nAnn,36\n')
      expect(coppice.output(['new.db', '-A', '-t', '-c', 'select what from log.events'], { folder })).toBe(
        'came\n',
      )
      const { stdout } = spawnSync('psql', ['-At', 'postgres', '-c', 'select count(*) from people'], {
        encoding: 'utf8',
        env: { ...process.env, ...environment },
      })
      expect(stdout).toBe('3\n')
    } finally {
      server.kill('SIGKILL')
    }
  })
})

/** Runs a program that imports `coppice` as its users do. @returns what it has printed */
async function runProgram(folder: string, name: string, text: string): Promise<string> {
  const source = (path: string) => join(ROOT, 'src', path)
  const file = join(folder, `${name}.mjs`)
  await build({
    stdin: { contents: text, loader: 'ts', resolveDir: ROOT },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: {
      coppice: source('index.ts'),
      'coppice/kysely': source('integrations/kysely.ts'),
      'coppice/drizzle': source('integrations/drizzle.ts'),
      'coppice/migrate': source('integrations/migrate.ts'),
      'coppice/server': source('server/index.ts'),
    },
  })
  const child = spawn(process.execPath, [file], { cwd: folder })
  let output = ''
  let errors = ''
  child.stdout.on('data', piece => {
    output += piece
  })
  child.stderr.on('data', piece => {
    errors += piece
  })
  const [status] = await once(child, 'close')
  expect([status, errors]).toEqual([0, ''])
  return output
}

describe('docs/integrations.md', () => {
  let folder: string
  const [kysely, drizzle, drizzleTable, migrate, migration] = blocksOf('integrations.md', 'ts')
  beforeAll(() => {
    folder = coppice.path('integrations')
    mkdirSync(folder, { recursive: true })
  })
  const USERS = `
    import { openSync, t, table } from 'coppice'
    const users = table('users', { columns: { id: t.i32, email: t.text, age: t.i32 }, primaryKey: ['id'] })`

  test('Kysely', async () => {
    const output = await runProgram(
      folder,
      'kysely',
      `${USERS}
      {
        using first = openSync('app.db')
        first.write(tx => {
          tx.table(users).put({ id: 1, email: 'ada@example.org', age: 37 })
          tx.table(users).put({ id: 2, email: 'bob@example.org', age: 36 })
        })
      }
      ${kysely.replace(/^(await db\.select.*)$/m, 'console.log(JSON.stringify($1))')}
      await db.destroy()
      database.close()`,
    )
    expect(JSON.parse(output)).toEqual([{ id: 1, email: 'ada@example.org' }])
  })

  test('Drizzle', async () => {
    const output = await runProgram(
      folder,
      'drizzle',
      `import { openSync } from 'coppice'
      import { integer, pgTable, text } from 'drizzle-orm/pg-core'
      import { relations } from 'drizzle-orm'
      const users = pgTable('users', { id: integer().primaryKey(), email: text() })
      const orders = pgTable('orders', { id: integer().primaryKey(), userId: integer('user_id') })
      const schema = {
        users,
        orders,
        userRelations: relations(users, ({ many }) => ({ orders: many(orders) })),
        orderRelations: relations(orders, ({ one }) => ({ user: one(users, { fields: [orders.userId], references: [users.id] }) })),
      }
      using database = openSync(':memory:')
      database.exec("create table users (id int primary key, email text); create table orders (id int primary key, user_id int)")
      database.exec("insert into users values (1, 'ada@example.org'); insert into orders values (7, 1)")
      ${drizzle.replace(/^(await db\.query.*)$/m, 'console.log(JSON.stringify($1))').replace('…', '')}`,
    )
    expect(JSON.parse(output)).toEqual([{ id: 1, email: 'ada@example.org', orders: [{ id: 7, userId: 1 }] }])
  })

  test('a table that was defined in TypeScript, for Drizzle', async () => {
    const output = await runProgram(
      folder,
      'drizzle-table',
      `${USERS}
      import { eq } from 'drizzle-orm'
      using database = openSync(':memory:')
      database.write(tx => void tx.table(users).put({ id: 1, email: 'ada@example.org', age: 37 }))
      const db = drizzle(database)
      ${drizzleTable.replace(/^(await db\.select.*)$/m, 'console.log(JSON.stringify($1))')}`,
    )
    expect(JSON.parse(output)).toEqual([{ id: 1, email: 'ada@example.org', age: 37 }])
  })

  test('migrations', async () => {
    const [, name] = /^\/\/ (migrations\/\S+)/.exec(migration)!
    mkdirSync(join(folder, 'migrations'), { recursive: true })
    writeFileSync(join(folder, 'migrations/001-users.sql'), 'create table users (id int primary key)')
    writeFileSync(join(folder, name), migration)
    const output = await runProgram(
      folder,
      'migrate',
      `import { openSync } from 'coppice'
      using database = openSync(':memory:')
      ${migrate}
      console.log(JSON.stringify(database.query('select id, age from users')))`,
    )
    expect(output).toBe('[]\n')
  })
})

test('docs/server.md', async () => {
  const folder = coppice.path('server')
  mkdirSync(folder)
  const [program] = blocksOf('server.md', 'ts')
  const output = await runProgram(
    folder,
    'server',
    // Somebody else may have that port here.
    `import pg from 'pg'
    ${program.replace('port: 5432', 'port: 0')}
    const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'ann', database: 'app' })
    await client.connect()
    console.log(JSON.stringify((await client.query('select current_database() as name')).rows))
    await client.end()`,
  )
  expect(JSON.parse(output)).toEqual([{ name: 'app' }])
})
