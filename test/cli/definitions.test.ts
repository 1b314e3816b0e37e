/** `\d` and its kin, `\copy`, and the names that Tab knows. */

import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { CommandLine, hasTerminal } from './command-line.ts'

const coppice = new CommandLine()
let path = ''

beforeAll(() => {
  path = coppice.path('definitions.db')
  coppice.output([path, '-q'], {
    input: `
      create schema other;
      create type mood as enum ('happy', 'sad');
      create table people (
        id int generated always as identity primary key, email text unique not null default 'x', age int check (age > 0),
        mood mood, total numeric(10,2) generated always as (age * 2) stored
      );
      comment on table people is 'Who they are';
      comment on column people.age is 'in years';
      create table other.pets (owner int references people on delete cascade, "Name" text, primary key (owner, "Name"));
      create index on other.pets ("Name" desc) where owner > 1;
      create view adults as select id, email from people where age > 17;
      create sequence numbers start 5;
    `,
  })
})

const shown = (...commands: string[]): string =>
  coppice.output([path, ...commands.flatMap(command => ['-c', command])])

describe('\\d', () => {
  test('lists what there is', () => {
    expect(shown('\\d')).toBe(`         List of relations
 Schema |     Name      |   Type   
--------+---------------+----------
 public | adults        | view
 public | numbers       | sequence
 public | people        | table
 public | people_id_seq | sequence
(4 rows)

`)
    expect(shown('\\dt other.*')).toContain(' other  | pets | table\n(1 row)')
    expect(shown('\\di')).toContain(' public | people_email_key | index | people\n')
    expect(shown('\\dn')).toContain(' other\n public\n')
    expect(shown('\\dT')).toContain(' public | mood | enum | happy, sad\n')
    expect(shown('\\dt+')).toContain(' public | people | table |    0 | Who they are\n')
  })
  test('shows columns, indexes and constraints of a table', () => {
    expect(shown('\\d people')).toMatch(/^ +Table "public.people"\n/)
    expect(shown('\\d people')).toContain(` id     | integer       | not null | generated always as identity
 email  | text          | not null | 'x'::text
 age    | integer       |          | 
 mood   | mood          |          | 
`)
    expect(shown('\\d people')).toContain(`Indexes:
    "people_pkey" PRIMARY KEY, btree (id)
    "people_email_key" UNIQUE CONSTRAINT, btree (email)
Check constraints:
    "people_age_check" CHECK (age > 0)
Referenced by:
    TABLE other.pets CONSTRAINT "pets_owner_fkey" FOREIGN KEY (owner) REFERENCES people(id) ON DELETE CASCADE

`)
    expect(shown('\\d+ people')).toMatch(/ age .*\| in years\n/)
    expect(shown('\\d other.pets')).toContain('"pets_Name_idx" btree ("Name" DESC) WHERE owner > 1\n')
  })
  test('shows what views, indexes and sequences are', () => {
    expect(shown('\\d+ adults')).toContain('View definition:\n')
    expect(shown('\\d people_pkey')).toContain('CREATE UNIQUE INDEX people_pkey ON people USING btree (id)\n')
    expect(shown('\\d numbers')).toContain(' bigint | 5     | 1 ')
  })
  test('of what is not there is an error', () => {
    expect(coppice.run([path, '-c', '\\d nothing'])).toMatchObject({
      errors: 'ERROR:  nothing there is called "nothing"\n',
      exitCode: 1,
    })
  })
})

describe('\\copy', () => {
  test('takes rows to a file and back', () => {
    const input = `create table copied (a int, b text, j jsonb);
insert into copied values (1, E'tab\\there \\\\ "and" , comma', '{"a":1}'), (2, null, null), (3, '', '[]');
\\copy copied to 'copied.txt'
\\copy (select * from copied order by a) to 'copied.csv' with (format csv, header)
\\copy copied(a, b) to stdout csv
create table again (like copied);
\\copy again from copied.txt
\\copy again from copied.csv csv header
select a, b is null as none, count(*) from again group by a, b, j order by 1;
`
    expect(coppice.output(['-A', '-t', '-q'], { input })).toBe(
      '1,"tab\there \\ ""and"" , comma"\n2,\n3,""\n1|f|2\n2|t|2\n3|f|2\n',
    )
    expect(readFileSync(coppice.path('copied.txt'), 'utf8')).toBe(
      '1\ttab\\there \\\\ "and" , comma\t{"a": 1}\n2\t\\N\t\\N\n3\t\t[]\n',
    )
    expect(readFileSync(coppice.path('copied.csv'), 'utf8').split('\n')[0]).toBe('a,b,j')
  })
  test('takes nothing of a file that has a bad row', () => {
    coppice.write('bad.txt', '1\tx\n2\ty\nthree\tz\n')
    const input = 'create table t (a int, b text);\n\\copy t from bad.txt\nselect count(*) from t;\n'
    const { output, errors, exitCode } = coppice.run(['-A', '-t', '-q'], { input })
    expect(errors).toContain('invalid input syntax for type integer: "three"')
    expect(output).toBe('0\n')
    expect(exitCode).toBe(3)
  })
})

describe.skipIf(!hasTerminal)('Tab', () => {
  test('knows tables and columns, also new ones', () => {
    const seen = coppice.onTerminal(
      [path],
      [
        { see: '=> ' },
        { type: 'create table zebra (stripes int);\r' },
        { see: 'CREATE TABLE' },
        { see: '=> ' },
        { type: 'select strip\t' },
        { see: 'stripes' },
        { type: ' from ze\t' },
        { see: 'zebra' },
        { type: ';\r' },
        { see: '(0 rows)' },
        { type: '\\d zeb\t' },
        { see: '\\d zebra' },
        { type: '\r' },
        { see: 'Table "public.zebra"' },
        { see: '=> ' },
        { type: 'drop table zebra;\r' },
        { see: 'DROP TABLE' },
        { type: '\x04' },
      ],
      { NO_COLOR: '1' },
    )
    expect(seen).toContain('select stripes from zebra')
  })
})
