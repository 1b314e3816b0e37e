/** `coppice dump` into PostgreSQL itself, and pg_dump of what came of it back into Coppice. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommandLine } from '../cli/command-line.ts'
import { isInstalled } from '../server/support.ts'
import { type PostgresServer, postgresPrograms, startPostgres } from './postgres-server.ts'

const programs = postgresPrograms()
const coppice = new CommandLine()
/** Ends what hangs. */
const HOOK_MS = 240_000

const SCHEMA = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8')
const ROWS = `
  insert into users (uid, email, age, tags, feels, picture, code, balance, joined) values
    ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a@x.io', 3, '{a,"b c"}', 'sad', '\\x00ff', 'ab', 1.50, '2024-02-29 12:00:00.123456+02'),
    ('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', E'tab\\t\\\\back', null, null, null, null, null, null, '0044-03-15 12:00:00+00 BC');
  insert into orders (user_id, size, at, note) values (1, 'm', '2024-01-01', E'two\\nlines \\\\. é 日本'), (2, 's', '2024-01-01', null);
  insert into shop.lines (user_id, number, amount) values (1, 100, 7);
  insert into nodes values (1, null), (2, 1);
  create table many (id int primary key, t text, f float8, n numeric, j jsonb);
  insert into many select g, md5(g::text), 1 / g::float8, g / 7.0, jsonb_build_object('g', g, 't', E'a"b\\\\c') from generate_series(1, 5000) g;
  insert into many values (-1, '', 'NaN', 'NaN', 'null'), (-2, null, '-Infinity', -0.00000000000000000001, null);
  comment on table many is 'It''s many';
  refresh materialized view by_mood;
  select nextval('tickets');`
const QUERIES = `
  set timezone = 'UTC';
  select * from users order by id;
  select * from orders order by 1, 2;
  select * from shop.lines order by id;
  select * from nodes order by id;
  select * from by_mood order by 1;
  select id, name, age from adults order by id;
  select * from many order by id;
  select conname, pg_get_constraintdef(oid) from pg_constraint
    where connamespace::regnamespace::text in ('public', 'shop') and contype <> 'n' order by 1;
  select indexname, indexdef from pg_indexes where schemaname in ('public', 'shop') order by 1;
  select obj_description('many'::regclass);
  insert into users (email) values ('next') returning id, big;
  insert into orders (user_id, size) values (1, 'l') returning number;
  select nextval('tickets');`

describe.skipIf(programs === undefined || !isInstalled('psql'))('a dump in PostgreSQL', () => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await startPostgres(programs!)
  }, HOOK_MS)
  afterAll(() => server?.stop(), HOOK_MS)

  /** What a program of PostgreSQL prints. */
  function postgres(program: string, words: readonly string[], input = ''): string {
    const { stdout, stderr, status } = spawnSync(program, words, {
      encoding: 'utf8',
      env: { ...process.env, ...server!.environment, PGOPTIONS: '-c client_min_messages=warning' },
      input,
      maxBuffer: 1 << 28,
    })
    expect([program, status, stderr]).toEqual([program, 0, ''])
    return stdout
  }

  test('is the same database there, and again when pg_dump brings it back', { timeout: 3 * HOOK_MS }, () => {
    const [first, back] = [coppice.path('first.db'), coppice.path('back.db')]
    coppice.output([first, '-q', '-v', 'ON_ERROR_STOP=1'], { input: SCHEMA + ROWS })
    const dump = coppice.path('dump.sql')
    coppice.output(['dump', first, '-q', '-o', dump])
    postgres('psql', ['-X', '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-f', dump])
    const returned = coppice.write('returned.sql', postgres('pg_dump', ['--no-owner']))
    coppice.output([back, '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-f', returned])
    const answers = coppice.output([first, '-q', '-A', '-v', 'ON_ERROR_STOP=1'], { input: QUERIES })
    expect(answers.split('\n').length).toBeGreaterThan(5050)
    expect(postgres('psql', ['-X', '-q', '-A', '-v', 'ON_ERROR_STOP=1'], QUERIES)).toBe(answers)
    expect(coppice.output([back, '-q', '-A', '-v', 'ON_ERROR_STOP=1'], { input: QUERIES })).toBe(answers)
  })
})
