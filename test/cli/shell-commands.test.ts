/** The shell's backslash commands, those of psql that people know: conditions, the query buffer, definitions, other databases. */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { splitArguments } from '../../src/cli/script/arguments.ts'
import { COMMANDS } from '../../src/cli/shell/commands.ts'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()

/** What a script prints, and what it says on standard error. */
function run(input: string, ...words: string[]) {
  return coppice.run(['-A', '-t', '-q', ...words], { input })
}

describe('a condition', () => {
  test('chooses one of its branches', () => {
    const input = (a: string, b: string) => `\\if ${a}
\\echo first
\\elif ${b}
\\echo second
select 'two';
\\else
\\echo third
\\endif
\\echo after
`
    expect(run(input('true', 'true')).output).toBe('first\nafter\n')
    expect(run(input('off', 'yes')).output).toBe('second\ntwo\nafter\n')
    expect(run(input('0', 'no')).output).toBe('third\nafter\n')
  })
  test('lies within another, and in what is left out nothing runs, fails or is asked', () => {
    const input = `\\set yes on
\\if false
  \\if :nothing
    select 1 / 0;
  \\elif \`exit 3\`
    \\nonsense
  \\else
    \\q
  \\endif
  select 'a; \\endif';
\\elif :yes
  \\if :{?yes}
    \\echo inner
  \\endif
\\endif
`
    expect(run(input)).toEqual({ output: 'inner\n', errors: '', exitCode: 0 })
  })
  test('may stand within a statement', () => {
    const input = (flag: string) => `select 1
\\if ${flag}
 , 2
\\else
 , (3
\\endif
 , 4;
`
    expect(run(input('on')).output).toBe('1|2|4\n')
    expect(run(input('off')).errors).toContain('syntax error')
    expect(run(input('off').replace('(3', '3')).output).toBe('1|3|4\n')
  })
  test('that is neither true nor false is an error, and left out', () => {
    const { output, errors, exitCode } = run('\\if maybe\n\\echo in\n\\endif\n\\echo after\n')
    expect(output).toBe('after\n')
    expect(errors).toBe('<stdin>:1: ERROR:  \\if: expected true or false, got "maybe"\n')
    expect(exitCode).toBe(3)
  })
  test.each([
    ['\\endif', '\\endif: there is no \\if before it'],
    ['\\else', '\\else: there is no \\if before it'],
    ['\\elif on', '\\elif: there is no \\if before it'],
    ['\\if on\n\\else\n\\else\n\\endif', '\\else: comes after \\else'],
    ['\\if on\n\\else\n\\elif on\n\\endif', '\\elif: comes after \\else'],
    ['\\if on\nselect 1;', '\\if: there is no \\endif for it'],
  ])('out of its place is an error: %s', (input, message) => {
    const { errors, exitCode } = run(`${input}\n`)
    expect(errors).toContain(message)
    expect(exitCode).toBe(3)
  })
  test('of a file ends with it', () => {
    coppice.write('open.sql', '\\if off\n')
    const { output, errors } = run('\\i open.sql\n\\echo still here\n')
    expect(errors).toContain('open.sql:1: ERROR:  \\if: there is no \\endif for it')
    expect(output).toBe('still here\n')
  })
})

describe('arguments', () => {
  const variables = new Map([
    ['a', 'x y'],
    ['q', "it's"],
  ])
  test.each([
    ["one 'two words' 'it''s'", ['one', 'two words', "it's"]],
    [`'tab\\there' '\\101\\x42' "Kept Quotes"`, ['tab\there', 'AB', '"Kept Quotes"']],
    [":a pre:a:a ':a' :nothing", ['x y', 'prex yx y', ':a', ':nothing']],
    [`:'q' :"q" :{?a} :{?b} a::text`, ["'it''s'", `"it's"`, 'TRUE', 'FALSE', 'a::text']],
    ['`echo out of a shell`', ['out of a shell']],
    ["joined' 'together", ['joined together']],
    ["an 'open quote", ['an', "'open", 'quote']],
  ])('%s', (text, words) => {
    expect(splitArguments(text, name => variables.get(name))).toEqual(words)
  })
  test('of any command may be variables', () => {
    coppice.write('named.sql', '\\echo included\n')
    expect(run('\\set f named.sql\n\\i :f\n').output).toBe('included\n')
  })
  test('whose command fails are an error', () => {
    const { errors, output } = run('\\set a `exit 7`\n\\echo :{?a}\n')
    expect(errors).toContain('exit 7: ended with 7')
    expect(output).toBe('FALSE\n')
  })
})

describe('the query buffer', () => {
  test('is shown, forgotten, run, run again, and written to a file', () => {
    const input = `select 1
\\p
\\r
select 2 as n \\g
\\g (format=csv)
\\gx
\\p
select 3
\\w three.sql
;
`
    expect(run(input, '-v', 'QUIET=0').output).toContain('select 1\nForgotten.\n')
    expect(run(input).output).toBe('select 1\n2\n2\nn|2\nselect 2 as n\n3\n')
    expect(readFileSync(coppice.path('three.sql'), 'utf8')).toBe('select 3;\n')
  })
  test('without a statement says so', () => {
    for (const command of ['g', 'gx', 'gset', 'gexec', 'gdesc', 'watch', 'w file.sql']) {
      const name = command.split(' ')[0]
      expect(run(`\\${command}\n`).errors).toBe(
        `<stdin>:1: ERROR:  \\${name}: there is no statement to run\n`,
      )
    }
  })
  test('\\gexec runs what a statement has made', () => {
    const input = `select 'create table t' || n || ' (a int)', 'insert into t' || n || ' values (' || n || ')' from generate_series(1, 2) n \\gexec
select a from t1 union all select a from t2;
values ('select 1 / 0'), ('select 5') \\gexec
`
    const { output, errors } = run(input)
    expect(output).toBe('1\n2\n5\n')
    expect(errors).toContain('division by zero')
  })
  test('\\watch runs it so often, or while there are rows', () => {
    const input = `create table t (a int); insert into t values (1), (2);
delete from t where a = (select min(a) from t) returning a \\watch i=0 m=1
select 'again' \\watch 0 c=3
\\watch soon
`
    const { output, errors } = run(input)
    expect(output.match(/^\d$/gm)).toEqual(['1', '2'])
    expect(output.match(/again/g)).toHaveLength(3)
    expect(errors).toContain('\\watch: expected SECONDS, c=TIMES or m=ROWS, got "soon"')
  })
  test('\\e, \\ev and \\ef edit it and run what becomes of it', () => {
    const editor = coppice.write('editor.sh', '#!/bin/sh\nsed -i "s/41/42/" "$1"\n')
    const environment = { EDITOR: `sh ${editor}` }
    const input = `select 41 as n
\\e
create view answers as select 41 as answer;
\\ev answers
table answers;
\\ev answers
\\ef lower
\\ef
`
    const { output, errors } = coppice.run(['-A', '-t'], { input, environment })
    expect(output).toBe('42\n42\nNo changes.\nNo changes.\n')
    expect(errors).toContain('\\ef: expected a name')
  })
})

describe('definitions', () => {
  const setUp = 'create table b (x int); create view v as select x from b where x > 1; create sequence s;'
  test('of several kinds, and of the system', () => {
    expect(run(`${setUp}\n\\dtv\n`).output).toBe('public|b|table\npublic|v|view\n')
    expect(run(`${setUp}\n\\dts\n`).output).toBe('public|b|table\npublic|s|sequence\n')
    expect(run('\\dtS pg_class\n').output).toBe('pg_catalog|pg_class|table\n')
    expect(run('\\dt pg_class\n').output).toBe('pg_catalog|pg_class|table\n')
    expect(run('\\dvS\n').output).toContain('pg_catalog|pg_settings|view\n')
    expect(run('\\dnS\n').output).toContain('pg_catalog\n')
    expect(run('\\dt\n').output).toBe('')
    expect(run('\\dfS lower\n').output).toContain('pg_catalog|lower|text|text|func\n')
  })
  test('of views are statements', () => {
    const { output } = run(`${setUp}\n\\sv v\n\\sv+ v\n`)
    const [plain, numbered] = [
      output.slice(0, output.indexOf('1  CREATE')),
      output.slice(output.indexOf('1  ')),
    ]
    expect(plain).toMatch(/^CREATE OR REPLACE VIEW public\.v AS\n SELECT x\n/)
    expect(numbered).toContain('\n2   SELECT x\n')
    expect(run(`${setUp}\n\\set QUIET 1\ndrop view v; ${plain};\n\\dv\n`).output).toBe('public|v|view\n')
    expect(run(`${setUp}\n\\sv b\n`).errors).toContain('"b" is not a view')
    expect(run('\\sf lower\n').output).toContain('FUNCTION pg_catalog.lower(text)')
    expect(run('\\sf nothing\n').errors).toContain('function "nothing" does not exist')
  })
  test('of roles, privileges, extensions and tablespaces', () => {
    expect(run('\\du\n').output).toBe('coppice|Superuser, Create role, Create DB\n')
    expect(run(`${setUp}\n\\dp\n`).output).toBe('public|b|table|\npublic|s|sequence|\npublic|v|view|\n')
    expect(run(`${setUp}\n\\z v\n`).output).toBe('public|v|view|\n')
    expect(run('\\dx\n')).toEqual({ output: '', errors: '', exitCode: 0 })
    expect(run('\\db\n').output).toContain('pg_default|coppice|\n')
  })
})

describe('another database', () => {
  test('is opened by its name, with or without .db, by \\c and by USE', () => {
    for (const name of ['first', 'second']) {
      coppice.output([`${name}.db`, '-c', `create table t (a text); insert into t values ('${name}')`])
    }
    const input =
      'table t;\n\\c second\ntable t;\nuse first;\ntable t;\n\\c second.db\ntable t;\nUSE "first";\ntable t;\n'
    expect(run(input, 'first.db').output).toBe('first\nsecond\nfirst\nsecond\nfirst\n')
    expect(coppice.output(['first.db', '-c', '\\c', '-c', '\\conninfo'])).toMatch(
      /^(You are connected to the database in ".*first\.db"\.\n){2}$/,
    )
  })
  test('that is not there, or in the middle of a transaction, is refused', () => {
    const { output, errors } = run(
      "\\c nowhere\nuse first;\nbegin;\n\\c second\ncommit;\nselect 'here';\n",
      'first.db',
    )
    expect(errors).toContain(`\\c: there is no database ${coppice.path('nowhere')} or `)
    expect(errors).toContain('USE: first is open already')
    expect(errors).toContain('\\c: a transaction is open')
    expect(output).toBe('here\n')
  })
  test('is listed', () => {
    for (const command of ['\\l\n', 'show databases;\n']) {
      expect(run(command, 'first.db').output).toMatch(/^first\|.*\|\*\nsecond\|.*\|\n/m)
    }
    expect(run('\\l+\n', 'first.db').output).toContain(`|${coppice.path('second.db')}\n`)
  })
})

test('a script that restricts itself runs no backslash commands until it gives the key again', () => {
  const input = `\\restrict k3y
\\! echo out of its cage
\\set x \`echo out, too\`
\\if true
\\endif
\\unrestrict other
\\unrestrict \`echo > escaped; echo k3y\`
\\echo no
select 1;
\\unrestrict k3y
\\echo yes
\\unrestrict k3y
\\restrict
`
  const { output, errors } = run(input)
  expect(output).toBe('1\nyes\n')
  expect(errors.match(/only \\unrestrict is allowed/g)).toHaveLength(5)
  expect(errors.match(/unrestrict: the key is another one/g)).toHaveLength(2)
  expect(existsSync(coppice.path('escaped'))).toBe(false)
  expect(errors).toContain('\\unrestrict: nothing is restricted')
  expect(errors).toContain('\\restrict: expected a key')
})

test('the encoding, the environment, the folder, the last error', () => {
  const input = `\\encoding
\\encoding utf8
\\encoding latin1
\\errverbose
\\setenv COLOUR green
\\getenv colour COLOUR
\\echo :colour
\\setenv COLOUR
\\getenv nothing COLOUR
\\echo :{?nothing}
\\cd nowhere
select 1 / 0;
\\errverbose
`
  const { output, errors } = run(input)
  expect(output).toBe(
    'UTF8\nERROR:  \\encoding: text is UTF8 here; files of other encodings: coppice import --encoding latin1\n' +
      'green\nFALSE\nERROR:  22012: division by zero\nLINE 1: select 1 / 0\n                 ^\n',
  )
  expect(errors).toContain('\\cd: ')
})

test('the help, the documentation and the shell know the same commands', () => {
  const ofHelp = [...coppice.output(['-c', '\\?']).matchAll(/^ {2}\\(\S+)/gm)].map(match => match[1])
  const shown = Object.entries(COMMANDS).filter(([, command]) => command.isVariant !== true)
  expect(ofHelp.sort()).toEqual(shown.map(([name]) => name).sort())
  const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
  const table = page.slice(
    page.indexOf('`\\?` lists the backslash commands'),
    page.indexOf('Kinds of relations'),
  )
  const ofPage = [...table.matchAll(/`\\([a-zA-Z]+|[!?])(?: NAME)?`/g)].map(match => match[1])
  expect([...new Set(ofPage)].sort()).toEqual(
    [...ofHelp, '?'].filter((name, i, all) => all.indexOf(name) === i).sort(),
  )
})
