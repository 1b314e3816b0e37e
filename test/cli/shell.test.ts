/** `coppice DATABASE` with `-c`, files and standard input: what is printed, and with what it ends. */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { VERSION } from '../../src/base/version.ts'
import { openSync, t, table } from '../../src/index.ts'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()

describe('tables', () => {
  test('are what psql prints', () => {
    const statement = `select 1 as one, 'ab' as "Text", null as nothing, 1.50 as num, true as flag, array[1,2] as list
      union all select 20000, 'longer text', 'x', -2, null, null`
    expect(coppice.output(['-c', statement])).toBe(
      `  one  |    Text     | nothing | num  | flag | list  
-------+-------------+---------+------+------+-------
     1 | ab          |         | 1.50 | t    | {1,2}
 20000 | longer text | x       |   -2 |      | 
(2 rows)

`,
    )
  })
  test('keep wide characters, line breaks, tabs and control characters in their columns', () => {
    expect(
      coppice.output([
        '-c',
        `values ('日本', 1), (E'two\\nlines', 2), (E'a\\tb\\rc\\x1b', 3), ('👩‍👩‍👧é', 4)`,
      ]),
    ).toBe(
      `     column1      | column2 
------------------+---------
 日本             |       1
 two             +|       2
 lines            |        
 a       b\\rc\\x1B |       3
 👩‍👩‍👧é              |       4
(4 rows)

`,
    )
  })
  test('have the borders that one asks for', () => {
    const print = (...options: string[]) => coppice.output(['-c', "select 1 as a, 'x' as b", ...options])
    expect(print('-P', 'border=2')).toBe(`+---+---+
| a | b |
+---+---+
| 1 | x |
+---+---+
(1 row)

`)
    expect(print('-P', 'border=2', '-P', 'linestyle=unicode')).toBe(`┌───┬───┐
│ a │ b │
├───┼───┤
│ 1 │ x │
└───┴───┘
(1 row)

`)
    expect(print('-P', 'border=0', '-t')).toBe('1 x\n\n')
    expect(print('-x')).toBe('-[ RECORD 1 ]\na | 1\nb | x\n\n')
    expect(print('-A', '-P', 'fieldsep=;')).toBe('a;b\n1;x\n(1 row)\n')
    expect(print('-A', '-x', '-c', 'values (1), (null)')).toBe('a|1\nb|x\ncolumn1|1\n\ncolumn1|\n')
    expect(print('-P', 'null=-', '-c', 'select null as n')).toContain(' n \n---\n -\n')
  })
})

describe('an error', () => {
  const errors = (...statements: string[]) => coppice.run(statements.flatMap(one => ['-c', one])).errors
  test.each([
    ["select '日本語', nope", "LINE 1: select '日本語', nope", 25],
    ["select '👩‍👩‍👧é', nope", "LINE 1: select '👩‍👩‍👧é', nope", 22],
    ["select\t'a',\tnope", "LINE 1: select 'a', nope", 20],
    ["select 1,\n  '日', nope", "LINE 2:   '日', nope", 16],
    ['select nope', 'LINE 1: select nope', 15],
  ])('points to its place in %j, whatever stands before it', (statement, line, column) => {
    expect(errors(statement)).toBe(`ERROR:  column "nope" does not exist\n${line}\n${' '.repeat(column)}^\n`)
  })
  test('in a long line shows what is around its place', () => {
    const [, line, caret] = errors(`select ${'1,'.repeat(200)} nope, ${'2,'.repeat(200)} 3`).split('\n')
    expect(line).toMatch(/^LINE 1: \.\.\.,1,.* nope, 2,.*\.\.\.$/)
    expect(line.slice(caret.length - 1)).toMatch(/^nope/)
  })
  test('does not obey what it quotes', () => {
    expect(
      errors(`select int '1\x1b[31m\x07'`, `select 1 as "\x1b]0;x\x07", nope`, `do $$begin$$`),
    ).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
      /[\x00-\x09\x0b-\x1f]/,
    )
    expect(errors(`select int '1\x1b[31m'`)).toContain('invalid input syntax for type integer: "1\\x1B[31m"')
  })
})

describe('results for programs', () => {
  const statement = `select 9007199254740993 as big, 1.10::numeric(4,2) as exact, 'NaN'::float8 as nan, true as yes,
    null as none, '{"a":[1]}'::jsonb as json, array[array['x','y "z"'], array[null, '']] as nested,
    timestamptz '2024-05-06 07:08:09.5+02' as at, E'tab\\t"quote"' as text`
  test('JSON keeps every digit, nests arrays and JSON, and writes times as RFC 3339 does', () => {
    const output = coppice.output(['--json', '-c', statement])
    expect(output).toBe(
      '[{"big":9007199254740993,"exact":1.10,"nan":"NaN","yes":true,"none":null,"json":{"a": [1]},' +
        '"nested":[["x","y \\"z\\""],[null,""]],"at":"2024-05-06T05:08:09.5+00:00","text":"tab\\t\\"quote\\""}]\n',
    )
    expect(JSON.parse(output)).toHaveLength(1)
  })
  test('JSON of no rows is an empty array, of a change what was done, of an error an object', () => {
    const { output, errors, exitCode } = coppice.run([
      '--json',
      '-c',
      'create table t (a int); select * from t',
      '-c',
      'select nope from t',
    ])
    expect(output).toBe('{"command":"CREATE TABLE"}\n[]\n')
    expect(JSON.parse(errors)).toEqual({
      error: {
        code: 'SQL_ERROR',
        sqlstate: '42703',
        message: 'column "nope" does not exist',
        place: 'LINE 1: select nope from t\n               ^',
        position: 7,
      },
    })
    expect(exitCode).toBe(1)
  })
  test('CSV distinguishes null and the empty text, and quotes what needs it', () => {
    expect(
      coppice.output(['--csv', '-c', `select 'a,b' as "x""y", '' as empty, null as none, E'1\\n2' as lines`]),
    ).toBe('"x""y",empty,none,lines\n"a,b","",,"1\n2"\n')
  })
})

describe('scripts', () => {
  test('go on after an error, say where it was, and end with status 3', () => {
    const script = coppice.write(
      'errors.sql',
      'select 1 as a;\n\n-- comment\nselect\n  nope;\nselect 2 as b;\n',
    )
    const { output, errors, exitCode } = coppice.run(['-t', '-f', script])
    expect(output).toBe(' 1\n\n 2\n\n')
    expect(errors).toBe(`${script}:4: ERROR:  column "nope" does not exist\nLINE 2:   nope\n          ^\n`)
    expect(exitCode).toBe(3)
  })
  test('run what comes after a statement that failed when it ran', () => {
    const input = `create table t (a int primary key);
insert into t values (1);
insert into t values (1);
insert into t values (2);
begin;
select 1 / 0;
rollback;
select 1 / (a - 2) from t order by a;
table t;
`
    const { output, errors, exitCode } = coppice.run(['-A', '-t', '-q'], { input })
    expect(output).toBe('1\n2\n')
    expect(errors.match(/ERROR: .*/g)).toEqual([
      'ERROR:  duplicate key value violates unique constraint "t_pkey"',
      'ERROR:  division by zero',
      'ERROR:  division by zero',
    ])
    expect(exitCode).toBe(3)
  })
  test('stop at an error when ON_ERROR_STOP is set', () => {
    const outcome = coppice.run(['-t', '-v', 'ON_ERROR_STOP=1'], { input: 'select nope;\nselect 2;\n' })
    expect(outcome.output).toBe('')
    expect(outcome.exitCode).toBe(3)
  })
  test('are all or nothing with -1', () => {
    const path = coppice.path('one.db')
    const input =
      'create table t (a int primary key);\ninsert into t values (1);\ninsert into t values (1);\n'
    expect(coppice.run([path, '-1'], { input }).exitCode).toBe(3)
    expect(coppice.run([path, '-c', 'table t']).errors).toContain('relation "t" does not exist')
    expect(coppice.output([path, '-1', '-q'], { input: input.replace('(1);\n', '(2);\n') })).toBe('')
    expect(coppice.output([path, '-A', '-t', '-c', 'table t order by a'])).toBe('1\n2\n')
  })
  test('may have quotes, dollar quotes, nested comments and no semicolon at the end', () => {
    const input = `select 'a;''b' as a, $q$;$q$ as b /* ; /* ; */ ; */, E'\\';' as c; -- ;\nselect "x;" from (values (1)) v("x;")`
    expect(coppice.output(['-A', '-t'], { input })).toBe("a;'b|;|';\n1\n")
  })
  test('have variables', () => {
    const input = `\\set name 'O''Neill'
\\set n 5
select :'name' as name, :n + 1 as "n", '12:30'::text as t, (array[1,2,3])[1:2] as slice;
select 42 as answer, 'x' as other \\gset got_
\\echo :got_answer :got_other :nothing
select :{?n} as n, :{?nothing} as nothing;
`
    expect(coppice.output(['-A', '-t'], { input })).toBe("O'Neill|6|12:30|{1,2}\n42 x :nothing\nt|f\n")
  })
  test('include others, relative to themselves', () => {
    coppice.write('inner.sql', '\\echo inner\n')
    coppice.write('outer.sql', '\\ir inner.sql\n\\echo outer\n')
    expect(coppice.output(['-f', coppice.path('outer.sql')])).toBe('inner\nouter\n')
  })
  test('write results to files and programs', () => {
    const input = `\\o out.txt
select 1 as a;
\\o
\\o |cat
select 2 as b;
\\o
select 3 as c \\g (format=csv) last.csv
`
    expect(coppice.output([], { input })).toBe(' b \n---\n 2\n(1 row)\n\n')
    expect(readFileSync(coppice.path('out.txt'), 'utf8')).toBe(' a \n---\n 1\n(1 row)\n\n')
    expect(readFileSync(coppice.path('last.csv'), 'utf8')).toBe('c\n3\n')
  })
  test('of a hundred thousand rows flow through; a reader that has enough ends it', () => {
    const many = coppice.output(['--csv', '-c', 'select g, g * 2 as d from generate_series(1, 100000) g'])
    expect(many.split('\n')).toHaveLength(100_002)
    expect(many).toContain('\n77777,155554\n')
  })
  test('show notices, unless they are quiet', () => {
    const script = 'create table t (a int); create table if not exists t (a int)'
    expect(coppice.run(['-c', script]).errors).toBe('NOTICE:  relation "t" already exists, skipping\n')
    expect(coppice.run(['-q', '-c', script]).errors).toBe('')
  })
  test('words that JavaScript has in every object are neither commands nor options', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'valueOf']) {
      expect(coppice.run(['-c', `\\${word}`]).errors).toContain('there is no such command')
      expect(coppice.run(['-c', `\\pset ${word} 1`]).errors).toContain('there is no option')
      expect(coppice.run(['-P', `${word}=1`, '-c', 'select 1']).errors).toContain('there is no such option')
      const file = coppice.write(`data.${word}`, 'a\n1\n')
      expect(coppice.run(['import', coppice.path('words.db'), file])).toMatchObject({ exitCode: 1 })
    }
  })
  test('a command that does not exist is an error', () => {
    const { errors, exitCode } = coppice.run(['-c', '\\nonsense'])
    expect(errors).toContain('\\nonsense: there is no such command')
    expect(exitCode).toBe(1)
  })
})

test('says its version', () => {
  for (const flag of ['-V', '--version']) expect(coppice.output([flag])).toBe(`${VERSION}\n`)
})

describe('the database', () => {
  test('is not made of a command that is misspelt', () => {
    for (const [word, meant] of [
      ['improt', 'import'],
      ['srve', 'serve'],
      ['exprot', 'export'],
    ]) {
      const { errors, exitCode } = coppice.run([word])
      expect(errors).toContain(`did you mean coppice ${meant}?`)
      expect(exitCode).toBe(1)
      expect(existsSync(coppice.path(word))).toBe(false)
      expect(coppice.run([word, 'app.db']).errors).toContain(`did you mean coppice ${meant}?`)
    }
    expect(coppice.run(['first.db', 'two.db'])).toMatchObject({
      errors: 'coppice: there is one database to a shell; what is two.db?\n',
      exitCode: 1,
    })
    expect(existsSync(coppice.path('first.db'))).toBe(false)
    expect(coppice.run(['check', 'first.db', 'two.db']).errors).toContain('too many arguments')
    coppice.output(['./improt', '-c', 'create table t (a int)'])
    expect(coppice.output(['improt', '-c', 'select count(*) from t', '-t', '-A'])).toBe('0\n')
    coppice.output(['shop', '-c', 'create table t (a int)'])
  })
  test('is made when there is none, unless one says not to', () => {
    const path = coppice.path('made.db')
    expect(coppice.run([path, '--no-create', '-c', 'select 1'])).toMatchObject({ exitCode: 2, output: '' })
    expect(existsSync(path)).toBe(false)
    coppice.output([path, '-c', 'create table t (a int)'])
    expect(existsSync(path)).toBe(true)
  })
  test('is not changed with --read-only', () => {
    const path = coppice.path('read-only.db')
    coppice.output([path, '-c', 'create table t (a int)'])
    const { errors, exitCode } = coppice.run([path, '--read-only', '-c', 'insert into t values (1)'])
    expect(errors).toContain('read only')
    expect(exitCode).toBe(1)
  })
  test('that is none is refused with status 2', () => {
    const path = coppice.write('text.db', 'This is no database. '.repeat(1000))
    const { errors, exitCode } = coppice.run([path, '-c', 'select 1'])
    expect(errors).toContain('NOT_A_DATABASE')
    expect(exitCode).toBe(2)
  })
  test('is one file when it is closed, also after an error', () => {
    const path = coppice.path('closed.db')
    coppice.run([path, '-c', 'create table t (a int); select nope'])
    expect(existsSync(`${path}-wal0`)).toBe(false)
  })
})

test('the first screen of the README is what is seen', () => {
  const path = coppice.path('users.db')
  const users = table('users', {
    columns: {
      id: t.u32,
      email: t.text,
      age: t.i32.nullable(),
      profile: t.json<{ theme: string }>().nullable(),
    },
    primaryKey: ['id'],
  })
  const database = openSync(path)
  database.write(tx => {
    const rows = tx.table(users)
    rows.put({ id: 1, email: 'ada@example.org', age: 36 })
    rows.put({ id: 2, email: 'alan@example.org', age: 41 })
    rows.put({ id: 3, email: 'grace@example.org', age: null })
  })
  database.close()
  const statement = 'select id, email, age\nfrom users order by age desc nulls last;'
  const output = coppice.output([path, '-P', 'linestyle=unicode', '-P', 'null=null', '-c', statement])
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`users=> ${statement.replace('\n', '\nusers-> ')}\n${output}`)
  expect(coppice.output([path, '-c', "\\copy users to 'users.csv' csv header"])).toBe('COPY 3\n')
})

describe('a signal', () => {
  test('ends the statement and the script, and closes the database', async () => {
    const path = coppice.path('signal.db')
    const child = coppice.start([
      path,
      '-c',
      'create table t (a int)',
      '-c',
      'select count(*) from generate_series(1, 20000) a, generate_series(1, 20000) b',
    ])
    let output = ''
    child.stdout.on('data', piece => {
      output += piece
      if (output.includes('CREATE TABLE')) setTimeout(() => child.kill('SIGINT'), 300)
    })
    let errors = ''
    child.stderr.on('data', piece => {
      errors += piece
    })
    const status = await new Promise(resolve => child.once('exit', resolve))
    expect(errors).toContain('canceling statement due to user request')
    expect(status).toBe(130)
    expect(existsSync(`${path}-wal0`)).toBe(false)
  })
})
