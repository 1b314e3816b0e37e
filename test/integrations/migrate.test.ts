/** Migrations: a folder of files, each applied once. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../src/index.ts'
import {
  appliedMigrations,
  type Migration,
  migrate,
  pendingMigrations,
} from '../../src/integrations/migrate.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'

let directory: TemporaryDirectory
let folder: string
let db: Database
beforeEach(() => {
  directory = temporaryDirectory()
  folder = directory.file('migrations')
  mkdirSync(folder)
  db = openSync(directory.file('app.db'))
  write(
    '001-users.sql',
    'create table users (id int primary key, name text); insert into users values (1, $$a;b$$);',
  )
  write(
    '002-ages.mjs',
    'export default tx => { tx.exec("alter table users add age int"); tx.query("update users set age = 7") }',
  )
})
afterEach(() => {
  db.close()
  directory.remove()
})
const write = (name: string, text: string) => writeFileSync(`${folder}/${name}`, text)

describe('migrate', () => {
  test('applies what was not applied, in the order of names, and once', async () => {
    write('README.md', 'not a migration')
    expect(await migrate(db, folder)).toEqual({ applied: ['001-users.sql', '002-ages.mjs'], before: [] })
    expect(db.query('select * from users')).toEqual([{ id: 1, name: 'a;b', age: 7 }])
    write('003-more.sql', 'create index on users (age)')
    const told: string[] = []
    const report = await migrate(db, pathToFileURL(folder), {
      onProgress: ({ name, done, total }) => void told.push(`${name}: ${done} of ${total}`),
      onApplied: name => void told.push(name),
    })
    expect(report).toEqual({ applied: ['003-more.sql'], before: ['001-users.sql', '002-ages.mjs'] })
    expect(told).toEqual(['003-more.sql: 0 of 1', '003-more.sql'])
    const [first] = appliedMigrations(db)
    expect(first).toMatchObject({ name: '001-users.sql', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(first.appliedAt).toBeInstanceOf(Date)
  })

  test('one that returns something, as a short function does, is noted like any other', async () => {
    write('003-short.mjs', 'export default tx => tx.exec("create table short (a int)")')
    expect((await migrate(db, folder)).applied).toHaveLength(3)
    expect(appliedMigrations(db).map(({ name }) => name)).toContain('003-short.mjs')
    expect((await migrate(db, folder)).applied).toEqual([])
  })

  test('one that fails leaves nothing of itself, and those before it applied', async () => {
    write('003-bad.sql', 'create table half (a int); insert into half values (1); select * from nowhere;')
    write('004-later.sql', 'create table later (a int)')
    await expect(migrate(db, folder)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('003-bad.sql'),
      cause: expect.objectContaining({ sqlstate: '42P01' }),
    })
    expect(db.tables().map(({ name }) => name)).not.toContain('half')
    expect(appliedMigrations(db).map(({ name }) => name)).toEqual(['001-users.sql', '002-ages.mjs'])
    write('003-bad.sql', 'create table half (a int)')
    expect((await migrate(db, folder)).applied).toEqual(['003-bad.sql', '004-later.sql'])
  })

  test('stops where it is told to', async () => {
    expect((await migrate(db, folder, { to: '001-users.sql' })).applied).toEqual(['001-users.sql'])
    await expect(migrate(db, folder, { to: '009' })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(migrate(db, folder, { upTo: '002-ages.mjs' } as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: 'option upTo: migrate does not have it (known: to, onProgress, onApplied)',
    })
    expect((await migrate(db, folder)).applied).toEqual(['002-ages.mjs'])
  })

  test.each([
    ['has changed', () => write('001-users.sql', 'create table users (id int primary key)')],
    ['is gone', () => rmSync(`${folder}/001-users.sql`)],
    ['comes last', () => write('001-a.sql', 'select 1')],
  ])('refuses a folder that does not go with what was applied: one %s', async (message, change) => {
    await migrate(db, folder)
    write('003.sql', 'create table never (a int)')
    change()
    await expect(migrate(db, folder)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining(message),
    })
    expect(db.tables().map(({ name }) => name)).not.toContain('never')
  })

  test('a file that failed and was mended is run as it is now, in the same process, too', async () => {
    write('003-mended.mjs', 'export default tx => tx.exec("create table wrong (a int); select nothing")')
    await expect(migrate(db, folder)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
    write('003-mended.mjs', 'export default tx => tx.exec("create table mended (a int)")')
    expect((await migrate(db, folder)).applied).toEqual(['003-mended.mjs'])
    expect(db.tables().map(({ name }) => name)).toContain('mended')
  })

  test('files may have any names, in folders by path and by URL', async () => {
    write('003-a b.mjs', 'export default tx => tx.exec("create table odd (a int)")')
    write('004-#5 50%?.sql', 'create table odder (a int)')
    expect((await migrate(db, pathToFileURL(folder))).applied).toHaveLength(4)
    expect((await migrate(db, folder)).before).toHaveLength(4)
  })

  test('two at once apply each migration once', async () => {
    const reports = await Promise.all([migrate(db, folder), migrate(db, folder)])
    expect(reports.flatMap(({ applied }) => applied)).toEqual(['001-users.sql', '002-ages.mjs'])
  })

  test('what is pending is told, and nothing is done', async () => {
    expect(await pendingMigrations(db, folder)).toEqual(['001-users.sql', '002-ages.mjs'])
    await migrate(db, folder, { to: '001-users.sql' })
    expect(await pendingMigrations(db, pathToFileURL(folder))).toEqual(['002-ages.mjs'])
    write('001-users.sql', 'select 1')
    await expect(pendingMigrations(db, folder)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
    expect(appliedMigrations(db)).toHaveLength(1)
  })

  test('takes migrations as functions, too, and refuses promises, wrong orders and empty modules', async () => {
    const migration = (name: string, run: Migration['run']) => ({ name, run })
    const first = migration('a', tx => void tx.exec('create table a (a int)'))
    expect((await migrate(db, [first])).applied).toEqual(['a'])
    await expect(migrate(db, [first, migration('b', (async () => {}) as never)])).rejects.toMatchObject({
      cause: expect.objectContaining({ code: 'ASYNC_FUNCTION' }),
    })
    await expect(migrate(db, [migration('b', () => {}), first])).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
    write('003-empty.mjs', 'export const nothing = 1')
    await expect(migrate(db, folder)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(migrate(db, `${folder}-not-there`)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
