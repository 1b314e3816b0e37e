/** `coppice migrate`. */

import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'

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

test('a migration in TypeScript is applied, or refused by its name where nothing reads TypeScript', () => {
  const path = coppice.path('typed.db')
  const folder = coppice.path('typed-migrations')
  mkdirSync(folder)
  writeFileSync(
    `${folder}/1.ts`,
    "import type { Transaction } from 'coppice'\nexport default (tx: Transaction) => void tx.exec('create table t ()')",
  )
  const { exitCode, errors } = coppice.run(['migrate', path, folder])
  const { features } = process as { readonly features: { readonly typescript?: unknown } }
  if (features.typescript) expect([exitCode, errors]).toEqual([0, 'applied 1.ts\n'])
  else {
    expect(exitCode).toBe(1)
    expect(errors).toContain('migration 1.ts: this runtime does not read TypeScript')
  }
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
