/** `coppice migrate`. */

import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSync } from '../../src/index.ts'
import { CommandLine, hasTerminal } from './command-line.ts'

const coppice = new CommandLine()

test('migrate applies what was not applied, says what it would, and stops at what fails', () => {
  const path = coppice.path('migrated.db')
  const folder = coppice.path('migrations')
  mkdirSync(folder)
  writeFileSync(`${folder}/1.sql`, 'create table t (a int primary key); insert into t values (7)')
  writeFileSync(`${folder}/2.mjs`, "export const up = tx => { tx.exec('alter table t add b text') }")
  const first = coppice.run(['migrate', path, folder])
  expect(first.exitCode).toBe(0)
  expect(first.output).toContain('2 migrations applied now, 0 before.')
  expect(first.errors).toBe('applied 1.sql\napplied 2.mjs\n')
  writeFileSync(`${folder}/3.sql`, 'create table u (a int); select nothing')
  const status = coppice.output(['migrate', path, folder, '--status'])
  expect(status).toMatch(
    /applied {2}1\.sql {2}20\d\d-.*\n.*\n {2}pending {2}3\.sql\n2 migrations applied, 1 to apply\./,
  )
  const missing = coppice.path('not-yet.db')
  expect(coppice.output(['migrate', missing, folder, '--status'])).toContain(
    '0 migrations applied, 3 to apply.',
  )
  expect(existsSync(missing)).toBe(false)
  const failed = coppice.run(['migrate', path, folder])
  expect(failed.exitCode).toBe(1)
  expect(failed.errors).toContain('migration 3.sql failed, and nothing of it happened')
  expect(
    coppice.output([path, '-A', '-t', '-c', "select count(*) from pg_tables where tablename = 'u'"]),
  ).toBe('0\n')
  expect(JSON.parse(coppice.output(['migrate', path, folder, '--to', '2.mjs', '--json']))).toEqual({
    applied: [],
    before: ['1.sql', '2.mjs'],
  })
  writeFileSync(`${folder}/1.sql`, 'select 1')
  const changed = coppice.run(['migrate', path, folder, '--status'])
  expect(changed.exitCode).toBe(1)
  expect(changed.errors).toContain('migration 1.sql has changed since it was applied')
})

test('processes that migrate one database at once apply each migration once, and who comes too late is told why', async () => {
  const path = coppice.path('contended.db')
  const folder = coppice.path('contended')
  mkdirSync(folder)
  writeFileSync(
    `${folder}/1.sql`,
    'create table log (a int); insert into log select * from generate_series(1, 50000)',
  )
  for (let i = 2; i <= 5; i++) writeFileSync(`${folder}/${i}.sql`, `insert into log values (-${i})`)
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = coppice.start(['migrate', path, folder, '--json'])
      let errors = ''
      child.stderr.on('data', piece => {
        errors += piece
      })
      const [exitCode] = await once(child, 'close')
      return { exitCode, errors }
    }),
  )
  expect(outcomes.filter(({ exitCode }) => exitCode === 0).length).toBeGreaterThan(0)
  for (const { exitCode, errors } of outcomes) {
    if (exitCode !== 0) expect([exitCode, errors]).toEqual([2, expect.stringContaining('"code":"LOCKED"')])
  }
  expect(coppice.output([path, '-A', '-t', '-c', 'select count(*), sum(a) from log where a < 0'])).toBe(
    '4|-14\n',
  )
  expect(coppice.output(['migrate', path, folder])).toContain('0 migrations applied now, 5 before.')
})

test('processes that migrate one database at once and wait for each other all succeed', async () => {
  const path = coppice.path('awaited.db')
  const folder = coppice.path('awaited')
  mkdirSync(folder)
  writeFileSync(`${folder}/1.sql`, 'create table t (a int); insert into t values (1)')
  const outcomes = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const child = coppice.start(['migrate', path, folder, '--json', '--wait', '600'])
      let output = ''
      child.stdout.on('data', piece => {
        output += piece
      })
      const [exitCode] = await once(child, 'close')
      return { exitCode, ...JSON.parse(output) }
    }),
  )
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  expect(outcomes.flatMap(({ applied }) => applied)).toEqual(['1.sql'])
  using database = openSync(path)
  const late = coppice.run(['migrate', path, folder, '--wait', '1'])
  expect(late.exitCode).toBe(2)
  expect(late.errors).toContain('is open in another process: waiting\n')
  expect(late.errors).toContain('(LOCKED)')
  expect(database.query('table t')).toEqual([{ a: 1 }])
})

test.skipIf(!hasTerminal)('migrate says on a terminal which one runs, and how many come', () => {
  const folder = coppice.path('seen')
  mkdirSync(folder)
  for (const i of [1, 2]) writeFileSync(`${folder}/${i}.sql`, `create table t${i} (a int)`)
  const seen = coppice.onTerminal(['migrate', 'seen.db', folder], [], { NO_COLOR: '1' })
  expect(seen).toMatch(/migrate: 1\.sql ░+ {2}0% .* left/)
  expect(seen).toMatch(/migrate: 2\.sql █+░+ 50% .* migrations\/s .* left/)
  expect(seen).toContain('2 migrations applied now')
})

describe('a migration in TypeScript', () => {
  const { features } = process as { readonly features: { readonly typescript?: unknown } }
  const write = (folder: string, files: Readonly<Record<string, string>>): string => {
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }
  const TABLE =
    "import type { Transaction } from 'coppice'\nexport default (tx: Transaction) => void tx.exec('create table t ()')"

  test('is applied, with what it imports, also by a Node that does not read it where esbuild is installed', () => {
    const path = coppice.path('typed.db')
    write(coppice.path('typed'), { 'names.ts': "export const table: string = 'named'" })
    const folder = write(coppice.path('typed/migrations'), {
      '1.ts': TABLE,
      '2.mts': `import { table } from '../names.ts'
        export const up = (tx: { exec(sql: string): unknown }): void => void tx.exec(\`create table \${table} ()\`)`,
    })
    const { exitCode, errors } = coppice.run(['migrate', path, folder])
    expect([exitCode, errors]).toEqual([0, 'applied 1.ts\napplied 2.mts\n'])
    expect(coppice.output([path, '-A', '-t', '-c', "select to_regclass('named')"])).toBe('named\n')
  })

  test('that is none is refused, and nothing of the folder applied', () => {
    const folder = write(coppice.path('mistyped'), { '1.ts': TABLE, '2.ts': 'export default (tx: ) => {\n' })
    const { exitCode, errors } = coppice.run(['migrate', 'mistyped.db', folder])
    expect(exitCode).toBe(1)
    expect(errors).toContain('2.ts')
    expect(existsSync(coppice.path('mistyped.db'))).toBe(false)
  })

  test.skipIf(features.typescript)('is refused by its name where nothing reads it, with what would', () => {
    // Outside of the project, where packages are found that give nothing.
    const outside = mkdtempSync(join(tmpdir(), 'coppice-typed-'))
    try {
      write(outside, { '1.ts': TABLE })
      for (const name of ['esbuild', 'tsx']) {
        write(join(outside, 'node_modules', name), { 'package.json': '{"exports": {}}' })
      }
      const { exitCode, errors } = coppice.run(['migrate', 'new.db', '.'], { folder: outside })
      expect(exitCode).toBe(1)
      expect(errors).toContain('migration 1.ts: this runtime does not read TypeScript')
      expect(errors).toContain('npm install esbuild')
    } finally {
      rmSync(outside, { recursive: true })
    }
  })
})

test('who reads no more of the help ends it, quietly', async () => {
  const child = coppice.start(['--help'])
  child.stdout.destroy()
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const [exitCode] = await once(child, 'close')
  expect([exitCode, errors]).toEqual([0, ''])
})
