/** Rows in and out of the shell: `\copy` with files and programs, and COPY with the rows behind it, as psql has them. */

import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseCopy } from '../../src/cli/script/copy-text.ts'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()
let path = ''
let number = 0
let original = ''
let originalRows = ''

beforeAll(() => {
  original = coppice.path('original.db')
  coppice.output([original, '-q'], {
    input: `create table t (a int primary key, b text, c int generated always as (a * 2) stored);
      insert into t values (1, 'plain'), (2, null), (3, ''), (4, E'comma, tab\\t line\\n and \\\\ "quote"'), (5, '\\.'), (6, 'é日本');`,
  })
  originalRows = coppice.output([original, ...ROWS])
})

// A process takes long to begin: all tests have copies of one database.
beforeEach(() => {
  path = coppice.path(`copied-${++number}.db`)
  copyFileSync(original, path)
})

const ROWS = ['-A', '-t', '-P', 'null=<null>', '-c', 'select * from t order by a']
const rows = () => coppice.output([path, ...ROWS])
const run = (input: string, ...words: string[]) => coppice.run([path, '-A', '-t', ...words], { input })

describe('\\copy', () => {
  test.each([
    ['text', ''],
    ['text with another delimiter', "delimiter ',' null as 'nothing'"],
    ['csv', 'csv header'],
    ['csv whose delimiter is a comma that is said', "(format csv, delimiter ',', null '-')"],
    ['csv with a tab', "(format csv, delimiter E'\\t', header)"],
    ['csv with other quotes', "with (format csv, quote '''', escape E'\\\\', force_quote (b))"],
    ['binary', '(format binary)'],
  ])('gives back what it has taken: %s', (name, options) => {
    const file = coppice.path(`${name}.copy`)
    const forInput = options.replace(/, force_quote \(b\)/, '')
    const outcome = run(
      `\\copy t to '${file}' ${options};\ntruncate t;\n\\copy t from '${file}' ${forInput}\n`,
    )
    expect(outcome).toEqual({ output: 'COPY 6\nCOPY 6\n', errors: '', exitCode: 0 })
    expect(rows()).toBe(originalRows)
  })
  test('writes what PostgreSQL writes', () => {
    const outcome = run(`\\copy t (b, a) to stdout
\\copy (select a, b as "from", (c) from t where b <> 'a from b' order by a limit 1) to stdout with (format csv, header)
\\copy t(a) to pstdout csv
`)
    expect(outcome.output).toBe(
      'plain\t1\n\\N\t2\n\t3\ncomma, tab\\t line\\n and \\\\ "quote"\t4\n\\\\.\t5\né日本\t6\n' +
        'a,from,c\n1,plain,2\n1\n2\n3\n4\n5\n6\n',
    )
  })
  test('has programs, and what they fail in is an error', () => {
    const out = coppice.path('sorted.txt')
    expect(run(`\\copy t (a) to program 'sort -r > ${out}'\n`).output).toBe('COPY 6\n')
    expect(readFileSync(out, 'utf8')).toBe('6\n5\n4\n3\n2\n1\n')
    expect(run("\\copy t (a) from program 'seq 10 12'\n").output).toBe('COPY 3\n')
    const failed = run("\\copy t (a) from program 'seq 20 29; exit 3'\n\\copy t to program 'exit 4'\n")
    expect(failed.errors).toContain('<stdin>:1: ERROR:  seq 20 29; exit 3: ended with 3')
    expect(failed.errors).toContain('<stdin>:2: ERROR:  \\copy: the program ended with 4')
    expect(run('select count(*), max(a) from t;\n').output).toBe('9|12\n')
  })
  test('takes all of a file or nothing, and names the row', () => {
    const file = coppice.write('bad.csv', '7,x\n8,y\nnine,z\n10,w\n')
    const { errors, exitCode } = run(`\\copy t from '${file}' csv\n`)
    expect(errors).toBe(
      '<stdin>:1: ERROR:  invalid input syntax for type integer: "nine"\nCONTEXT:  COPY t, line 3, column a: "nine"\n',
    )
    expect(exitCode).toBe(3)
    expect(
      JSON.parse(coppice.run([path, '--json'], { input: `\\copy t from '${file}' csv\n` }).errors).error,
    ).toMatchObject({
      sqlstate: '22P02',
      context: 'COPY t, line 3, column a: "nine"',
    })
    expect(run(`\\copy t from '${file}' (format csv, on_error ignore) where a > 7\n`).output).toBe('COPY 2\n')
    expect(run('select max(a) from t;\n').output).toBe('10\n')
  })
  test('is a part of the transaction that it stands in', () => {
    const file = coppice.write('more.csv', '7,x\n')
    expect(run(`begin;\n\\copy t from '${file}' csv\nrollback;\nselect max(a) from t;\n`, '-q').output).toBe(
      '6\n',
    )
  })
  test('says what is wrong', () => {
    const wrong = [
      ['\\copy t', 'expected TABLE or (QUERY), FROM or TO, and a file'],
      ['\\copy t from', 'expected TABLE or (QUERY)'],
      ['\\copy t from stdin (nonsense)', 'option "nonsense" not recognized'],
      ['\\copy nowhere to stdout', 'relation "nowhere" does not exist'],
      ['\\copy t from no-such-file', 'no-such-file: ENOENT'],
      ['\\copy t from .', 'EISDIR'],
      ['\\copy t to no/such/folder', 'no/such/folder: ENOENT'],
      ['\\copy t (c) from stdin', 'column "c" is a generated column'],
    ]
    const lines = wrong.map(([command]) => (command.includes('stdin') ? `${command}\n\\.` : command))
    const { errors, exitCode } = run(`${lines.join('\n')}\n`)
    const messages = errors.split(/^(?=<stdin>:)/m)
    expect(messages).toHaveLength(wrong.length)
    for (const [i, [, message]] of wrong.entries()) expect(messages[i]).toContain(message)
    // Not where in the program that was found.
    expect(errors).not.toMatch(/^ {4}at /m)
    expect(exitCode).toBe(3)
  })
  test('leaves a file as it is when the rows cannot be had', () => {
    const file = coppice.write('kept.csv', 'keep me\n')
    run(`\\copy nowhere to '${file}'\n\\copy t to '${file}' (nonsense)\n`)
    expect(readFileSync(file, 'utf8')).toBe('keep me\n')
    run('\\copy nowhere to none.csv\n')
    expect(existsSync(coppice.path('none.csv'))).toBe(false)
  })
})

describe('COPY as a statement', () => {
  test('has its rows behind it in a script, as pg_dump writes them', () => {
    const script = coppice.write(
      'dumped.sql',
      `-- a dump
COPY public.t (a, b) FROM stdin;
10	ten; drop table t;
11	\\N
\\.

copy t (a) from stdin csv;
12
\\.
select count(*) from t;
select nope;
`,
    )
    const { output, errors } = coppice.run([path, '-A', '-t', '-f', script])
    expect(output).toBe('COPY 2\nCOPY 1\n9\n')
    // Its line is that of the file.
    expect(errors).toMatch(/dumped\.sql:11: ERROR: {2}column "nope"/)
    expect(run('select b from t where a in (10, 11) order by a;\n', '-P', 'null=-').output).toBe(
      'ten; drop table t;\n-\n',
    )
  })
  test.each([
    ['is refused', 'copy nowhere from stdin;'],
    ['has a bad row', 'copy t (a) from stdin;'],
  ])('that %s has its rows passed over, and not run', (_, statement) => {
    const { output, errors } = run(`${statement}\nx\ndrop table t;\n\\.\nselect count(*) from t;\n`)
    expect(output).toBe('6\n')
    expect(errors.match(/ERROR/g)).toHaveLength(1)
  })
  test('of many rows flows through', () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i + 100}\trow ${i}\n`).join('')
    expect(run(`copy t (a, b) from stdin;\n${lines}\\.\nselect count(*) from t;\n`).output).toBe(
      'COPY 50000\n50006\n',
    )
    const out = run('copy (select a, b from t where a > 99 order by a) to stdout;\n')
    expect(out.output).toBe(lines)
  })
  test('of -c has standard input, in binary, too', () => {
    const binary = coppice.path('all.bin')
    expect(run(`\\copy t to '${binary}' binary\ntruncate t;\n`).exitCode).toBe(0)
    const command = ['-c', 'copy t from stdin binary', '-c', 'copy t from stdin', '-c', 'table t']
    const outcome = coppice.run([path, '-A', '-t', ...command], { input: readFileSync(binary) })
    expect(outcome.output).toMatch(/^COPY 6\nCOPY 0\n1\|plain\|2\n/)
  })
  test('goes where results go, and to where \\g says', () => {
    const outcome = run(`\\o copied.txt
copy (values (1), (2)) to stdout;
\\o
copy (values (3)) to stdout \\g last.txt
`)
    expect(outcome.errors).toBe('')
    expect(readFileSync(coppice.path('copied.txt'), 'utf8')).toBe('1\n2\n')
    expect(readFileSync(coppice.path('last.txt'), 'utf8')).toBe('3\n')
  })
  test('of files is refused, with what there is for them', () => {
    expect(run("copy t from '/etc/hostname';\n").errors).toContain('(use STDIN or STDOUT) is not supported')
  })
})

test('the parts of a COPY', () => {
  expect(parseCopy(` t (a, "from") from 'it''s.csv' csv header where a > 1`)).toEqual({
    what: 't (a, "from")',
    isFrom: true,
    kind: 'file',
    place: "it's.csv",
    rest: 'csv header where a > 1',
  })
  expect(
    parseCopy(`(select 'to' as x from t where ($q$ to $q$) = ')') TO  PROGRAM 'gzip > ''x''' (format csv)`),
  ).toEqual({
    what: `(select 'to' as x from t where ($q$ to $q$) = ')')`,
    isFrom: false,
    kind: 'program',
    place: "gzip > 'x'",
    rest: '(format csv)',
  })
  expect(parseCopy('"to" /* to */ from STDIN(format csv)')).toMatchObject({
    isFrom: true,
    kind: 'stream',
    place: 'stdin',
    rest: '(format csv)',
  })
  expect(parseCopy('t to stdout.csv')).toMatchObject({ kind: 'file', place: 'stdout.csv' })
  for (const text of ['', 't', 'from x', 't to']) expect(parseCopy(text)).toBeUndefined()
})

test('a script that is no text in UTF-8 is refused with its line, and nothing is made of it', () => {
  const script = coppice.write(
    'latin.sql',
    Buffer.from("create table u (x text);\ninsert into u values ('caf\xe9');\n", 'latin1'),
  )
  const { errors, exitCode } = coppice.run([path, '-1', '-f', script])
  expect(errors).toContain('latin.sql: line 2 is no text in UTF-8')
  expect(exitCode).not.toBe(0)
  expect(run('\\dt u\n').output).toBe('')
})

test('another database is opened as the first one was: for reading only', () => {
  coppice.output(['written.db', '-c', 'create table w (a int)'])
  const { errors } = coppice.run([path, '--read-only', '-c', '\\c written', '-c', 'insert into w values (1)'])
  expect(errors).toContain('read only')
})
