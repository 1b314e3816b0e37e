/** `coppice import` and `coppice export`: what goes out comes back, and what is wrong is said by line. */

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()

/** Values that others stumble over. */
const HOSTILE = `
  create table hostile (
    id int primary key, t text, n numeric, f float8, r real, i8 bigint, b boolean, d date, ts timestamp, tz timestamptz,
    tm time, u uuid, bin bytea, j jsonb, list text[], numbers int[]
  );
  insert into hostile values
    (1, 'plain', 1.50, 1e308, 1.5, 9223372036854775807, true, '2024-02-29', '2024-02-29 23:59:59.999999',
      '2024-02-29 23:59:59.999999+00', '23:59:59.999999', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\\x00ff22', '{"a": [1, null, "x\\"y"]}',
      '{a,"b c",NULL,"",","}', '{1,NULL,-3}'),
    (2, '', -0.00000000000000000001, -1e-307, -3.25, -9223372036854775808, false, '0001-01-01', '0044-03-15 12:00:00 BC',
      '1969-12-31 23:59:59.999999+00', '00:00:00', null, '\\x', '"text"', '{}', null),
    (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (4, E'quote " comma , semicolon ; tab \\t line\\nbreak\\r\\nand \\\\ backslash', 123456789012345678901234567890.123456789,
      'Infinity', 'NaN', 0, true, '9999-12-31', '1900-01-01', '2100-06-15 12:30:00+00', '12:30', null, '\\xdeadbeef', 'null', '{"\\"","\\\\"}', '{}'),
    (5, '日本語 👩‍👩‍👧 é \\N NULL \\.', 0, 'NaN', 0.1, 1, false, '1970-01-01', '1970-01-01', '1970-01-01+00', '01:02:03', null, null,
      '[]', '{日本}', '{2147483647}'),
    (6, ' spaces ', 1e20, -0.0, '-Infinity', 42, null, null, null, null, null, null, null, '{"n": 12345678901234567890.5}', null, null);
`
const ALL_ROWS = ['-A', '-P', 'null=<null>', '-c', 'select * from hostile order by id']

function hostileDatabase(name: string, script: string): string {
  const path = coppice.path(`${name}.db`)
  coppice.output([path, '-q'], { input: script })
  return path
}

describe('what is exported and imported again is the same', () => {
  const original = (schema = HOSTILE) => {
    const path = hostileDatabase(`original-${Math.random()}`, schema)
    return { path, rows: coppice.output([path, ...ALL_ROWS]) }
  }
  test.each([
    ['csv', '', 'hostile.csv'],
    ['csv with another delimiter', ';', 'hostile.csv.gz'],
    ['json lines', '', 'hostile.jsonl'],
    ['json', '', 'hostile.json'],
  ])('%s', (_name, delimiter, file) => {
    // JSON has one null: the null of SQL and that of jsonb are the same in it.
    const { path, rows } = original(
      file.includes('json') ? HOSTILE.replace("'null', '{", "'false', '{") : HOSTILE,
    )
    const options = delimiter === '' ? [] : ['-d', delimiter]
    coppice.output(['export', path, 'hostile', '-o', coppice.path(file), ...options])
    const copy = coppice.path(`copy-${file}.db`)
    coppice.output([copy, '-q'], { input: HOSTILE.replace(/insert into.*/s, '') })
    coppice.output(['import', copy, coppice.path(file), ...options])
    expect(coppice.output([copy, ...ALL_ROWS])).toBe(rows)
  })
  test.each(['arrow', 'arrows', 'feather'])('Arrow: %s', extension => {
    const { path, rows } = original()
    const file = coppice.path(`hostile.${extension}`)
    coppice.output(['export', path, 'hostile', '-o', file])
    const copy = coppice.path(`copy-${extension}.db`)
    coppice.output([copy, '-q'], { input: HOSTILE.replace(/insert into.*/s, '') })
    coppice.output(['import', copy, file, '--table', 'hostile'])
    expect(coppice.output([copy, ...ALL_ROWS])).toBe(rows)
    // A new table has the types of the file.
    const made = coppice.path(`made-${extension}.db`)
    const report = JSON.parse(coppice.output(['import', made, file, '--json', '--table', 'hostile']))
    const types = report.columns.map((column: { type: string }) => column.type)
    expect(types.slice(0, 11)).toEqual([
      'integer',
      'text',
      'text',
      'double precision',
      'real',
      'bigint',
      'boolean',
      'date',
      'timestamp',
      'timestamp with time zone',
      'time',
    ])
    expect(types.slice(12)).toEqual(['bytea', 'text', 'text[]', 'integer[]'])
  })
  test('Arrow that others read', async () => {
    const { path } = original()
    coppice.output([
      'export',
      path,
      '--query',
      'select id, t, f, i8, b, d, tz from hostile order by id',
      '-o',
      coppice.path('o.arrow'),
    ])
    const { tableFromIPC } = await import('apache-arrow')
    const table = tableFromIPC(readFileSync(coppice.path('o.arrow')))
    expect(table.numRows).toBe(6)
    expect(table.getChild('t')!.get(1)).toBe('')
    expect(table.getChild('t')!.get(2)).toBe(null)
    expect(table.getChild('i8')!.get(0)).toBe(9223372036854775807n)
    expect(table.getChild('f')!.get(3)).toBe(Number.POSITIVE_INFINITY)
    expect(new Date(table.getChild('d')!.get(0)).toISOString()).toBe('2024-02-29T00:00:00.000Z')
  })
})

describe('the types of a new table', () => {
  function columnsOf(name: string, contents: string, ...options: string[]): Record<string, string> {
    const file = coppice.write(name, contents)
    const path = coppice.path(`${name}.db`)
    const report = JSON.parse(coppice.output(['import', path, file, '--json', ...options]))
    return Object.fromEntries(
      report.columns.map(({ name, type }: { name: string; type: string }) => [name, type]),
    )
  }
  test('of CSV are the narrowest that give back the very text', () => {
    const head = 'int,big,num,float,zip,plus,bool,date,ts,tz,uuid,json,text,none\n'
    const one =
      '1,3000000000,1.50,1e5,01234,+1,true,2024-02-29,2024-01-01 10:00,2024-01-01T10:00:00Z,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,"{""a"":1}",x,\n'
    const two = '-7,1,2,1,5,2,false,2023-01-01,2024-01-01,2024-01-01 10:00:00.5+02,,[],"",\n'
    expect(columnsOf('types.csv', head + one + two)).toEqual({
      int: 'integer',
      big: 'bigint',
      num: 'numeric',
      float: 'double precision',
      zip: 'text',
      plus: 'text',
      bool: 'boolean',
      date: 'date',
      ts: 'timestamp',
      tz: 'timestamp with time zone',
      uuid: 'uuid',
      json: 'jsonb',
      text: 'text',
      none: 'text',
    })
    expect(
      coppice.output([
        coppice.path('types.csv.db'),
        '-A',
        '-t',
        '-c',
        'select zip, num, text is null from types',
      ]),
    ).toBe('01234|1.50|f\n5|2|f\n')
  })
  test('of JSON are what JSON says', () => {
    const lines =
      '{"a":1,"b":"1","c":true,"d":{"x":[1]},"e":12345678901234567890}\n\n{"b":"x","f":1.5,"a":null,"d":"text?"}\n'
    expect(columnsOf('kinds.jsonl', lines.replace(',"d":"text?"', ',"d":[2]'))).toEqual({
      a: 'integer',
      b: 'text',
      c: 'boolean',
      d: 'jsonb',
      e: 'numeric',
      f: 'numeric',
    })
    expect(coppice.output([coppice.path('kinds.jsonl.db'), '--json', '-c', 'table kinds'])).toBe(
      '[{"a":1,"b":"1","c":true,"d":{"x": [1]},"e":12345678901234567890,"f":null},\n' +
        ' {"a":null,"b":"x","c":null,"d":[2],"e":null,"f":1.5}]\n',
    )
  })
  test('are widened when a later line needs it, and nothing is lost by that', () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `${i},${i % 2 === 0},x`)
    lines[2500] = '007,maybe,y'
    const types = columnsOf('widened.csv', `n,flag,t\n${lines.join('\n')}\n`, '--sample', '100')
    expect(types).toEqual({ n: 'text', flag: 'text', t: 'text' })
    const path = coppice.path('widened.csv.db')
    expect(
      coppice.output([path, '-A', '-t', '-c', "select n, flag from widened where t = 'y' or n = '4'"]),
    ).toBe('4|true\n007|maybe\n')
    expect(coppice.output([path, '-A', '-t', '-c', 'select count(*) from widened'])).toBe('3000\n')
  })
  test('can be said', () => {
    const types = columnsOf(
      'said.csv',
      'id,zip\n1,12345\n2,99999\n',
      '--type',
      'zip=varchar(5)',
      '--primary-key',
      'id',
    )
    expect(types).toEqual({ id: 'integer', zip: 'varchar(5)' })
    const outcome = coppice.run([coppice.path('said.csv.db'), '-c', 'insert into said values (1)'])
    expect(outcome.errors).toContain('said_pkey')
  })
})

describe('an import', () => {
  test('is all or nothing, and names the line', () => {
    const path = coppice.path('atomic.db')
    coppice.output([path, '-c', 'create table t (a int primary key, b text not null)'])
    const file = coppice.write('atomic.csv', 'a,b\n1,x\n2,"two\nlines"\n2,twin\n4,z\n')
    const { errors, exitCode } = coppice.run(['import', path, file, '--table', 't'])
    expect(errors).toContain(
      'line 5: duplicate key value violates unique constraint "t_pkey" (Key (a)=(2) already exists)',
    )
    expect(exitCode).toBe(1)
    expect(coppice.output([path, '-A', '-t', '-c', 'select count(*) from t'])).toBe('0\n')
  })
  test('leaves out bad lines and reports them when it may', () => {
    const path = coppice.path('bad.db')
    coppice.output([path, '-c', 'create table t (a int primary key, b text not null)'])
    const file = coppice.write(
      'bad.csv',
      'a,b\n1,x\nabc,y\n2\n3,\n1,twin\n4,nul\0\n5,ok\n6,"un"closed\n7,end\n',
    )
    const { output, exitCode } = coppice.run([
      'import',
      path,
      file,
      '--table',
      't',
      '--skip-bad-lines',
      '--json',
    ])
    const report = JSON.parse(output)
    expect(report.badLines.map(({ line }: { line: number }) => line)).toEqual([3, 4, 5, 6, 7, 9])
    expect(report.badLines[0].problem).toContain('invalid input syntax for type integer: "abc"')
    expect(exitCode).toBe(4)
    expect(coppice.output([path, '-A', '-t', '-c', 'table t order by a'])).toBe('1|x\n5|ok\n7|end\n')
  })
  test('goes on behind a quote that is never closed', () => {
    const path = coppice.path('unclosed.db')
    const file = coppice.write('unclosed.csv', 'a,b\n1,x\n2,"y\n3,z\n4,"fine"\n')
    const report = JSON.parse(coppice.run(['import', path, file, '--skip-bad-lines', '--json']).output)
    expect(report.badLines).toEqual([{ line: 3, problem: 'there is text behind a closing quote' }])
    const last = coppice.write('last.csv', 'a,b\n1,x\n2,"y\n3,z\n')
    expect(
      JSON.parse(coppice.run(['import', path, last, '--skip-bad-lines', '--json']).output),
    ).toMatchObject({
      rows: 2,
      badLines: [{ line: 3, problem: 'a quote is never closed' }],
    })
  })
  test('reads files whose lines end by a carriage return alone, and counts their lines', () => {
    const path = coppice.path('returns.db')
    coppice.output(['import', path, coppice.write('returns.csv', 'id,v\r1,a\r\r2,"b\nc\rd"\r')])
    expect(coppice.output([path, '--json', '-c', 'table returns'])).toBe(
      '[{"id":1,"v":"a"},\n {"id":2,"v":"b\\nc\\rd"}]\n',
    )
    const { errors, exitCode } = coppice.run(['import', path, coppice.write('few.csv', 'id,v\r1,a\r2\r')])
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('line 3: it has 1 value, not 2')])
  })
  test('of too many bad lines is undone', () => {
    const path = coppice.path('too-bad.db')
    const file = coppice.write('too-bad.csv', 'a,b\n1\n2\n3\n4,x\n')
    const outcome = coppice.run(['import', path, file, '--skip-bad-lines', '--max-bad-lines', '2'])
    expect(outcome.errors).toContain('line 4: it has 1 value, not 2. That is more than 2 bad lines')
    expect(outcome.exitCode).toBe(1)
  })
  test('takes columns by their names, and refuses those that the table has not', () => {
    const path = coppice.path('names.db')
    coppice.output([path, '-c', "create table t (a int, b text default 'd', c int)"])
    coppice.output(['import', path, coppice.write('names.csv', 'C;A\n3;1\n'), '--table', 't'])
    expect(coppice.output([path, '-A', '-t', '-c', 'table t'])).toBe('1|d|3\n')
    const outcome = coppice.run(['import', path, coppice.write('other.csv', 'a,nope\n1,2\n'), '--table', 't'])
    expect(outcome.errors).toContain('table t has no column "nope" (it has a, b, c)')
  })
  test('reads standard input, packed files, other encodings, byte order marks and files without a header', () => {
    const path = coppice.path('inputs.db')
    const count = (table: string) => coppice.output([path, '-A', '-t', '-c', `table ${table}`])
    coppice.output(['import', path, '-', '--format', 'csv', '--table', 'piped'], { input: 'a,b\n1,2\n' })
    expect(count('piped')).toBe('1|2\n')
    coppice.output(['import', path, coppice.write('packed.csv.gz', gzipSync('a\tb\n1\tx,y\n'))])
    expect(count('packed')).toBe('1|x,y\n')
    coppice.write('latin.csv', Buffer.from([0x61, 0x0a, 0xe9, 0x0a]))
    const refused = coppice.run(['import', path, coppice.path('latin.csv')])
    expect(refused.errors).toContain('the file is no text in utf-8')
    coppice.output(['import', path, coppice.path('latin.csv'), '--encoding', 'windows-1252'])
    expect(count('latin')).toBe('é\n')
    coppice.output(['import', path, coppice.write('marked.csv', '\ufeff1,2\r\n3,4\r\n'), '--no-header'])
    expect(count('marked')).toBe('1|2\n3|4\n')
  })
  test('reads arrays of JSON, and says which value is none', () => {
    const path = coppice.path('json.db')
    coppice.output([
      'import',
      path,
      coppice.write('list.json', '[ {"a": 1, "s": "]}\\"["},\n {"a": [2]} ]\n'),
    ])
    expect(coppice.output([path, '-A', '-t', '-c', 'table list'])).toBe('1|]}"[\n[2]|\n')
    const outcome = coppice.run(['import', path, coppice.write('broken.jsonl', '{"a":1}\n{"a":\n'), '--json'])
    expect(outcome.errors).toContain('line 2')
    expect(
      coppice.run(['import', path, coppice.write('numbers.jsonl', '{"a":1}\n17\n{"a":2}\n')]).errors,
    ).toContain('line 2: it is no object')
  })
  test('of a file larger than its memory flows through', () => {
    const path = coppice.path('large.db')
    const line = `,${'x'.repeat(1000)}\n`
    let text = 'id,filling\n'
    for (let i = 0; i < 100_000; i++) text += i + line
    const file = coppice.write('large.csv', text)
    // 100 MB of text in a heap of 64.
    const report = JSON.parse(
      coppice.output(['import', path, file, '--json', '--primary-key', 'id'], {
        environment: { NODE_OPTIONS: '--max-old-space-size=64' },
      }),
    )
    expect(report.rows).toBe(100_000)
    coppice.output(['export', path, 'large', '-o', coppice.path('large-out.csv'), '-q'], {
      environment: { NODE_OPTIONS: '--max-old-space-size=64' },
    })
    expect(readFileSync(coppice.path('large-out.csv'), 'utf8').length).toBe(text.length)
  }, 120_000)
})
