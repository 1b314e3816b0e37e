/** psql as one uses it: on a terminal, where Tab asks the server what there is. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hasTerminal, plainText, type Step } from '../cli/command-line.ts'
import { isInstalled, memoryDatabase, startServer } from './support.ts'

async function psql(port: number, steps: readonly Step[]): Promise<string> {
  const script = fileURLToPath(new URL('../cli/terminal.py', import.meta.url))
  const command = ['psql', '-X', '-h', '127.0.0.1', '-p', String(port), '-U', 'ann', 'test']
  const child = spawn('python3', [script, JSON.stringify(command), JSON.stringify(steps)], {
    env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8', PAGER: 'cat', PSQL_HISTORY: '/dev/null' },
  })
  let seen = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    seen += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const status = await new Promise(resolve => child.on('close', resolve))
  if (status !== 0) throw new Error(errors)
  return plainText(seen)
}

/** Types something, Tab, and waits for what that adds; then forgets the line. */
const completes = (typed: string, whole: string): Step[] => [
  { type: `${typed}\t` },
  { see: typed },
  // It may ring a bell before, where there are several.
  { see: whole.slice(typed.length) },
  { type: '\x05\x15' },
]

describe.skipIf(!hasTerminal || !isInstalled('psql'))('psql on a terminal', () => {
  test('completes tables, columns, settings, roles, schemas and functions', async () => {
    const database = memoryDatabase()
    database.exec(`create table people (id int primary key, nickname text, shoe_size int);
      create index people_by_nickname on people (nickname); create view people_of_size as select * from people;
      create sequence ticket_numbers; create schema warehouse; create table warehouse.boxes (a int);
      create type mood as enum ('sad', 'glad')`)
    const { port } = await startServer({ database })
    await psql(port, [
      { see: 'test=' },
      ...completes('select * from peo', 'select * from people'),
      ...completes('update people set nick', 'update people set nickname '),
      ...completes('insert into ware', 'insert into warehouse.'),
      ...completes('insert into warehouse.b', 'insert into warehouse.boxes '),
      ...completes('alter table people drop column sho', 'alter table people drop column shoe_size '),
      ...completes('drop index people_by', 'drop index people_by_nickname '),
      ...completes('drop sequence tick', 'drop sequence ticket_numbers '),
      ...completes('drop type mo', 'drop type mood '),
      ...completes('alter type mood rename value ', "alter type mood rename value '"),
      ...completes('show server_ver', 'show server_version'),
      ...completes('drop view peo', 'drop view people_of_size '),
      ...completes('\\d people_o', '\\d people_of_size '),
      ...completes('\\dn ware', '\\dn warehouse '),
      ...completes('select * from people where nick', 'select * from people where nickname '),
      { type: 'select 40 + 2 as answer;\r' },
      { see: '(1 row)' },
      { type: '\\q\r' },
    ])
  }, 60_000)

  test('shows an error under its place, and goes on', async () => {
    const { port } = await startServer()
    const seen = await psql(port, [
      { see: 'test=' },
      { type: "select '日本', nope;\r" },
      { see: '^' },
      { see: 'test=' },
      { type: '\\q\r' },
    ])
    expect(seen).toContain("LINE 1: select '日本', nope;\n                       ^\n")
  })
})
