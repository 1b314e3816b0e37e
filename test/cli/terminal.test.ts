/** The shell on a terminal. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CommandLine, hasTerminal } from './command-line.ts'

const coppice = new CommandLine()

describe.skipIf(!hasTerminal)('the shell on a terminal', () => {
  test('asks, answers, and shows in its prompt what it waits for', () => {
    const seen = coppice.onTerminal(
      ['people.db'],
      [
        { see: 'people=> ' },
        { type: 'create table t (a int,\r' },
        { see: 'people(> ' },
        { type: "b text default 'x\r" },
        { see: "people'> " },
        { type: "y')\r" },
        { see: 'people-> ' },
        { type: ';\r' },
        { see: 'CREATE TABLE' },
        { see: 'people=> ' },
        { type: 'begin;\r' },
        { see: 'people=*> ' },
        { type: 'insert into t values (1), (null) returning *;\r' },
        { see: 'INSERT 0 2' },
        { see: 'people=*> ' },
        { type: 'select nope;\r' },
        { see: 'people=!> ' },
        { type: 'rollback;\r' },
        { see: 'people=> ' },
        { type: '\\q\r' },
      ],
      { NO_COLOR: '1' },
    )
    expect(seen).toContain('  a   │ b \n──────┼───\n    1 │ x↵\n      │ y\n null │ x↵\n      │ y\n(2 rows)\n')
    expect(seen).toContain('ERROR:  column "nope" does not exist\nLINE 1: select nope\n               ^\n')
  })

  test('begins with what its user has it begin with, and goes on when that fails', () => {
    const file = coppice.write('rc', '\\set who Ann\n\\x\nselect nope;\nselect 40 + 2 as answer;\n')
    const seen = coppice.onTerminal(
      ['begun.db'],
      [
        { see: 'answer' },
        { see: 'begun=> ' },
        { type: "select :'who' as who;\r" },
        { see: 'Ann' },
        { see: 'begun=> ' },
        { type: '\\q\r' },
      ],
      { NO_COLOR: '1', COPPICERC: file },
    )
    expect(seen).toContain('column "nope" does not exist')
    expect(seen).toContain('RECORD 1')
  })

  test('Ctrl-C ends the statement and not the shell; what was typed is forgotten', () => {
    const seen = coppice.onTerminal(
      ['interrupted.db'],
      [
        { see: 'interrupted=> ' },
        { type: 'select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b;\r' },
        { waitMs: 700 },
        { type: '\x03' },
        { see: 'canceling statement due to user request' },
        { see: 'interrupted=> ' },
        { type: 'select 40\r' },
        { see: 'interrupted-> ' },
        { type: '\x03' },
        { see: 'interrupted=> ' },
        { type: 'select 41 + 1 as answer;\r' },
        { see: '42' },
        { see: 'interrupted=> ' },
        { type: '\x04' },
      ],
      { NO_COLOR: '1' },
    )
    expect(seen).toContain(' answer \n────────\n     42\n(1 row)\n')
  })

  test('remembers statements of several lines as one', () => {
    const environment = { NO_COLOR: '1', COPPICE_HISTORY: coppice.path('state/history') }
    coppice.onTerminal(
      [],
      [
        { see: '=> ' },
        { type: 'select 1 +\r' },
        { see: '-> ' },
        { type: '  1 as first;\r' },
        { see: '(1 row)' },
        { see: '=> ' },
        { type: '\\q\r' },
      ],
      environment,
    )
    const seen = coppice.onTerminal(
      [],
      [
        { see: '=> ' },
        { type: '\x1b[A' },
        { see: 'select 1 + 1 as first;' },
        { type: '\r' },
        { see: '(1 row)' },
        { type: '\x04' },
      ],
      environment,
    )
    expect(seen).toContain('     2\n')
  })

  test('remembers a statement as it was typed where it would mean something else on one line', () => {
    const environment = { NO_COLOR: '1', COPPICE_HISTORY: coppice.path('state/lines') }
    coppice.onTerminal(
      [],
      [
        { see: '=> ' },
        { type: "select 'two\r" },
        { see: "'> " },
        { type: "  lines' as text; -- done\r" },
        { see: '(1 row)' },
        { see: '=> ' },
        { type: 'select 3 -- three\r' },
        { see: '-> ' },
        { type: '  + 4 as seven;\r' },
        { see: '(1 row)' },
        { see: '=> ' },
        { type: '\\q\r' },
      ],
      environment,
    )
    expect(readFileSync(coppice.path('state/lines'), 'utf8')).toBe(
      "select 'two\n  lines' as text; -- done\nselect 3 -- three\n  + 4 as seven;\n",
    )
  })

  test('completes tables and columns, where each of them may stand', () => {
    const seen = coppice.onTerminal(
      ['completed.db'],
      [
        { see: 'completed=> ' },
        { type: 'create table travellers (id int, "Given Name" text, birthplace text);\r' },
        { see: 'CREATE TABLE' },
        { see: 'completed=> ' },
        { type: 'select birth\t' },
        { see: 'birthplace' },
        { type: ' from trav\t' },
        { see: 'travellers' },
        { type: ' t where t.birth\t' },
        { see: 't.birthplace' },
        { type: ' is null and t."Giv\t' },
        { see: 'Given Name"' },
        { type: ' is null;\r' },
        { see: '(0 rows)' },
        { type: '\\d trav\t' },
        { see: 'travellers' },
        { type: '\r' },
        { see: 'birthplace' },
        { see: 'completed=> ' },
        { type: '\x04' },
      ],
      { NO_COLOR: '1', PAGER: 'cat' },
    )
    expect(seen).not.toContain('ERROR')
  })

  test('takes the rows of a COPY line by line, and Ctrl-C leaves them', () => {
    const environment = { NO_COLOR: '1', COPPICE_HISTORY: coppice.path('state/rows') }
    const seen = coppice.onTerminal(
      [],
      [
        { see: 'memory=> ' },
        { type: 'create table t (a int, b text);\r' },
        { see: 'CREATE TABLE' },
        { see: 'memory=> ' },
        { type: 'copy t from stdin csv;\r' },
        { see: '>> ' },
        { type: '1,one\r' },
        { see: '>> ' },
        { type: '\x03' },
        { see: 'cancelled' },
        { see: 'memory=> ' },
        { type: 'copy t from stdin csv;\r' },
        { see: '>> ' },
        { type: '2,two\r' },
        { see: '>> ' },
        { type: '\\.\r' },
        { see: 'COPY 1' },
        { see: 'memory=> ' },
        { type: 'table t;\r' },
        { see: '(1 row)' },
        { type: '\x1b[A\x1b[A' },
        { see: 'copy t from stdin csv;' },
        { type: '\x15\\q\r' },
      ],
      environment,
    )
    expect(seen).toContain(' 2 │ two\n')
  })

  test('completes keywords and commands', () => {
    coppice.onTerminal(
      [],
      [
        { see: '=> ' },
        { type: 'SELECT generate_s\t' },
        { see: 'generate_series ' },
        { type: '\x15\\tim\t' },
        { see: '\\timing ' },
        { type: '\r' },
        { see: 'Timing is on.' },
        { type: '\x04' },
      ],
      { NO_COLOR: '1' },
    )
  })

  test('gives long results to the pager', () => {
    const seen = coppice.onTerminal(
      [],
      [
        { see: '=> ' },
        { type: 'select * from generate_series(1, 10) g;\r' },
        { see: '(10 rows)' },
        { see: '=> ' },
        { type: 'select * from generate_series(1, 5000) g;\r' },
        { see: 'pager: 1 of 5004' },
        { see: '=> ' },
        { type: '\\q\r' },
      ],
      { NO_COLOR: '1', PAGER: 'awk \'NR == 1 { first = NR } END { print "pager: " first " of " NR }\'' },
    )
    expect(seen).not.toContain('4999')
  })
})
