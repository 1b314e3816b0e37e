/** pg_dump against the server: what it writes loads into PostgreSQL (PGlite) and into Coppice, with the same rows. */

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { isInstalled, memoryDatabase, runClient, startServer } from '../server/support.ts'

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

const SCHEMA = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8')
const ROWS = `
  insert into users (email, age, tags, feels, picture, code, balance) values
    ('a@x.io', 3, '{a,"b c"}', 'sad', '\\x00ff', 'ab', 1.50), (E'tab\\t\\\\back', null, null, null, null, null, null);
  insert into orders (user_id, size, note) values (1, 'm', E'two\\nlines'), (2, 's', null);
  insert into shop.lines (user_id, number, amount) values (1, 100, 7);
  insert into nodes values (1, null), (2, 1);
  refresh materialized view by_mood;
  select nextval('tickets')`
const QUERIES = [
  'select id, big, uid, email, code::text, balance::text, tags, feels, encode(picture, $$hex$$), full_name from users order by id',
  'select user_id, number, size::text, note from orders order by 1, 2',
  'select * from shop.lines order by id',
  'select * from nodes order by id',
  'select feels::text, n::int from by_mood order by 1',
  'select id, name, age from adults order by id',
  "select nextval('tickets')::int, nextval('users_id_seq')::int",
  `select conname::text, pg_get_constraintdef(oid) from pg_constraint
     where connamespace::regnamespace::text in ('public', 'shop') and contype <> 'n' order by 1`,
  `select indexname::text, indexdef from pg_indexes where schemaname in ('public', 'shop') order by 1`,
]

/** pg_dump refuses servers that are newer than itself, so that the server is to say its version. */
function versionOfDump(): string {
  const { stdout } = spawnSync('pg_dump', ['--version'], { encoding: 'utf8' })
  return /\d+\.\d+/.exec(stdout)?.[0] ?? ''
}

async function dumped(database: Database, ...options: string[]): Promise<string> {
  const { port } = await startServer({ database, settings: { server_version: versionOfDump() } })
  const { status, output, errors } = await runClient('pg_dump', ['--no-owner', ...options], port)
  expect([status, errors]).toEqual([0, ''])
  // Commands of psql, against commands of psql in the data.
  return output.replace(/^\\(un)?restrict .*$/gm, '')
}

function answersOf(database: Database): unknown[] {
  return QUERIES.map(text => database.query(text, [], { rowMode: 'array' }))
}

describe.skipIf(!isInstalled('pg_dump') || !isInstalled('psql'))('pg_dump', () => {
  test('writes what psql loads into Coppice again', async () => {
    const database = memoryDatabase()
    database.exec(SCHEMA + ROWS)
    const file = directory.file('dump.sql')
    writeFileSync(file, await dumped(database))
    const again = memoryDatabase()
    const { port } = await startServer({ database: again })
    const { errors } = await runClient('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file], port)
    expect(errors).toBe('')
    expect(answersOf(again)).toEqual(answersOf(database))
  })

  test('writes what PostgreSQL loads', async () => {
    const database = memoryDatabase()
    database.exec(SCHEMA + ROWS)
    const text = await dumped(database, '--inserts')
    const pg = await PGlite.create()
    try {
      await pg.exec(text)
      await pg.exec('set search_path = public')
      for (const query of QUERIES) {
        const { rows } = await pg.query(query, [], { rowMode: 'array', parsers: { 20: Number } })
        expect(rows).toEqual(database.query(query, [], { rowMode: 'array' }))
      }
    } finally {
      await pg.close()
    }
  })

  test('that is older than the server says it is refuses by itself', async () => {
    const { port } = await startServer()
    const { status, errors } = await runClient('pg_dump', [], port)
    if (Number.parseInt(versionOfDump(), 10) < 18)
      expect([status, errors]).toEqual([1, expect.stringContaining('server version mismatch')])
    else expect(status).toBe(0)
  })
})
