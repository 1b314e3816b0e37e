/** The commands for the file itself, and `serve`: as text, as JSON, and with their exit statuses. */

import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { openSync } from '../../src/index.ts'
import { CommandLine, hasTerminal } from './command-line.ts'

const coppice = new CommandLine()
let path = ''

beforeAll(() => {
  path = coppice.path('kept.db')
  coppice.output([path, '-q'], {
    input: `create table people (id int primary key, name text unique);
      insert into people select g, 'name ' || g from generate_series(1, 20000) g;
      create table thin (id int primary key, filling text);
      insert into thin select g, repeat('x', 100) from generate_series(1, 20000) g;
      delete from thin where id % 10 > 0;`,
  })
})

/** Resolves when a file of that name is made in the folder. */
function fileOf(name: RegExp): Promise<void> {
  return new Promise(resolve => {
    const watcher = watch(dirname(path), (_, file) => {
      if (!name.test(file ?? '')) return
      watcher.close()
      resolve()
    })
  })
}

const json = (...words: string[]) => JSON.parse(coppice.output([...words, '--json']))

test('check finds nothing wrong, and what is wrong', () => {
  expect(coppice.output(['check', path])).toMatch(/^Nothing is wrong in .*: [\d,]+ pages in \d+ trees\.\n$/)
  const damaged = coppice.path('damaged.db')
  const bytes = readFileSync(path)
  // Pages in the middle of the file, which belong to tables.
  for (let page = 20; page < 120; page++) bytes.fill(0x5a, 4096 * page + 100, 4096 * page + 200)
  writeFileSync(damaged, bytes)
  const { output, exitCode } = coppice.run(['check', damaged])
  expect(output).toMatch(/faults in .*\n {2}page \d+ of (people|thin)/)
  expect(exitCode).toBe(4)

  const salvaged = coppice.path('salvaged.db')
  const salvage = coppice.run(['salvage', damaged, salvaged])
  expect(salvage.output).toContain('Something is lost.')
  expect(salvage.exitCode).toBe(4)
  expect(coppice.run(['check', salvaged]).exitCode).toBe(0)
  expect(json('salvage', path, coppice.path('whole.db'))).toMatchObject({ ok: true, lostTransactions: 0 })
})

test('what only reads recovers a database that was not closed, and says so', () => {
  const live = coppice.path('live.db')
  using db = openSync(live)
  db.exec('create table t (a int primary key); insert into t values (1), (2), (3)')
  /** As a crash would have left it. */
  const crashed = (name: string) => {
    const copy = coppice.path(name)
    for (const end of ['', '-wal0', '-wal1']) if (existsSync(live + end)) copyFileSync(live + end, copy + end)
    return copy
  }
  for (const [words, expected] of [
    [['dump'], '(3);'],
    [['check'], 'Nothing is wrong'],
    [['stats'], '\nt  '],
    [['explain'], 'Scan'],
    [['export', 't'], 'a\n1\n2\n3\n'],
  ] as const) {
    const [command, ...options] = words
    const copy = crashed(`${command}.db`)
    const all = [command, copy, ...(command === 'explain' ? ['select * from t'] : []), ...options]
    const first = coppice.run(all)
    expect(first.errors, command).toContain('was not closed cleanly: it is recovered')
    expect(first.output, command).toContain(expected)
    expect(first.exitCode, command).toBe(0)
    expect(coppice.run(all).errors, command).not.toContain('recovered')
  }
})

test('stats says how large and how full everything is, also as a picture', () => {
  const picture = coppice.path('stats.svg')
  const text = coppice.output(['stats', path, '--svg', picture])
  expect(text).toMatch(/\npeople +20,000 +[\d.]+ KiB +\d+% {2}█/)
  expect(text).toMatch(/\n {2}people_name_key +20,000 /)
  expect(text).not.toContain('coppice.sql')
  const svg = readFileSync(picture, 'utf8')
  expect(svg).toMatch(/^<svg /)
  expect(svg).toContain('>people_name_key</text>')
  expect(json('stats', path).trees.length).toBeGreaterThan(3)
})

test('compact makes the file smaller, and loses nothing', () => {
  const copy = coppice.path('compacted.db')
  copyFileSync(path, copy)
  const { bytesAfter, bytesBefore } = json('compact', copy)
  expect(bytesAfter).toBeLessThan(bytesBefore / 1.5)
  expect(coppice.output([copy, '-A', '-t', '-c', 'select count(*) from thin'])).toBe('2000\n')
})

test('backup and restore copy a database, and overwrite nothing unless they may', () => {
  const backup = coppice.path('backup.db')
  coppice.output(['backup', path, backup])
  expect(coppice.run(['backup', path, backup])).toMatchObject({ exitCode: 1 })
  coppice.output(['backup', path, backup, '--overwrite', '-q'])
  const restored = coppice.path('restored.db')
  coppice.output(['restore', restored, backup])
  expect(coppice.output([restored, '-A', '-t', '-c', 'select max(name) from people'])).toBe('name 9999\n')
})

test('what would be replaced is named, with what would be lost and what to do, before anything is read', () => {
  const [backup, restored] = [coppice.path('first.db'), coppice.path('mine.db')]
  coppice.output(['backup', path, backup])
  coppice.output([restored, '-c', 'create table mine (a int)'])
  const before = readFileSync(restored)
  const { errors, exitCode } = coppice.run(['restore', restored, backup])
  expect(exitCode).toBe(1)
  expect(errors).toMatch(
    /^ERROR: {2}\S+mine\.db is there already \(\S+ [KM]iB, last changed \d{4}-\d\d-\d\d \d\d:\d\d UTC\), and nothing was changed\. Name another file, or say --overwrite to replace it: what is in it now is lost, unless it was copied before \(coppice backup \S+mine\.db COPY\)\. \(ALREADY_EXISTS\)\n$/,
  )
  expect(coppice.run(['restore', restored, coppice.path('no-backup.db')]).errors).toContain(
    'is there already',
  )
  expect(coppice.run(['salvage', path, restored]).errors).toContain('--overwrite to replace it')
  expect(coppice.run(['backup', path, backup, '--json']).errors).toContain('"code":"ALREADY_EXISTS"')
  expect(coppice.run(['restore', restored, restored, '--overwrite']).errors).toContain('is what is read')
  expect(coppice.run(['restore', dirname(restored), backup, '--overwrite']).errors).toContain('is a folder')
  expect(readFileSync(restored).equals(before)).toBe(true)
  coppice.output(['restore', restored, backup, '--overwrite'])
  expect(coppice.output([restored, '-A', '-t', '-c', 'select max(name) from people'])).toBe('name 9999\n')
})

test('a database that a crash has left with its log is replaced with it', () => {
  const [backup, crashed] = [coppice.path('crash-backup.db'), coppice.path('crashed.db')]
  coppice.output(['backup', path, backup])
  {
    using db = openSync(coppice.path('live.db'))
    db.exec('create table lost (a int); insert into lost values (1)')
    const files = ['', '-wal0', '-wal1'].filter(suffix => existsSync(coppice.path(`live.db${suffix}`)))
    expect(files.length).toBeGreaterThan(1)
    for (const suffix of files) copyFileSync(coppice.path(`live.db${suffix}`), `${crashed}${suffix}`)
  }
  coppice.output(['restore', crashed, backup, '--overwrite'])
  expect(coppice.output([crashed, '-A', '-t', '-c', 'select max(name) from people'])).toBe('name 9999\n')
  expect(coppice.output(['check', crashed])).toContain('Nothing is wrong')
  expect([0, 1].map(n => existsSync(`${crashed}-wal${n}`))).toEqual([false, false])
})

test('explain shows a plan, and --analyze changes nothing', () => {
  expect(coppice.output(['explain', path, 'select * from people where id = 3'])).toContain(
    'Index Scan using people_pkey',
  )
  expect(coppice.output(['explain', path, 'select * from people where id = $1'])).toContain('Index Scan')
  const { errors } = coppice.run(['explain', path, 'select nothing from people'])
  expect(errors).toContain('select nothing from people')
  expect(errors).not.toMatch(/explain\s+select/)
  expect(json('explain', path, 'select * from people').plan[0]).toContain('Seq Scan on people')
  coppice.run(['explain', path, '--analyze', 'delete from people'])
  expect(coppice.output([path, '-A', '-t', '-c', 'select count(*) from people'])).toBe('20000\n')
})

test('explain --analyze is ended by Ctrl-C, and what it has changed is undone', async () => {
  const statement = `with gone as (delete from thin returning id)
    select a, b from gone, generate_series(1, 100000) a, generate_series(1, 100000) b order by a, b`
  // It is in its middle when the rows to be sorted go to a file, whose name is gone at once.
  const spill = fileOf(/^kept\.db-tmp-/)
  const child = coppice.start(['explain', path, '--analyze', statement])
  await spill
  child.kill('SIGINT')
  let errors = ''
  child.stderr.on('data', piece => {
    errors += piece
  })
  const [exitCode] = await once(child, 'close')
  expect([exitCode, errors]).toEqual([130, expect.stringMatching(/cancel|interrupted/)])
  expect(coppice.output([path, '-A', '-t', '-c', 'select count(*) from thin'])).toBe('2000\n')
})

test.skipIf(!hasTerminal)('explain --analyze says how far it is', () => {
  const statement =
    'select a, b from generate_series(1, 100000) a, generate_series(1, 100000) b order by a, b'
  const seen = coppice.onTerminal(
    ['explain', path, '--analyze', statement],
    [{ see: 'explain --analyze' }, { see: 'rows/s' }, { see: ' left' }, { type: '\x03' }],
    { NO_COLOR: '1' },
  )
  expect(seen).toMatch(/canceling statement due to user request/)
})

test('export is ended by Ctrl-C before its first row, and makes no file', async () => {
  const file = coppice.path('never.csv')
  const query = 'select a from generate_series(1, 100000) a, generate_series(1, 100000) b order by a'
  const child = coppice.start(['export', path, '--query', query, '-o', file])
  while (!existsSync(`${file}.part`)) await new Promise(resolve => setTimeout(resolve, 20))
  child.kill('SIGINT')
  const [exitCode] = await once(child, 'close')
  expect([exitCode, existsSync(file), existsSync(`${file}.part`)]).toEqual([130, false, false])
})

test('bench measures, and leaves nothing behind', () => {
  const { measures, rows } = json('bench', '--rows', '2000')
  expect(rows).toBe(2000)
  expect(measures.length).toBeGreaterThan(5)
  for (const { operations, elapsedMs } of measures) expect(operations / elapsedMs).toBeGreaterThan(0)
})

describe('a command', () => {
  test('on a database that is not there ends with status 2, and makes none', () => {
    const missing = coppice.path('missing.db')
    for (const command of ['check', 'stats', 'compact']) {
      expect(coppice.run([command, missing])).toMatchObject({ exitCode: 2, output: '' })
    }
    expect(existsSync(missing)).toBe(false)
    expect(JSON.parse(coppice.run(['check', missing, '--json']).errors)).toMatchObject({
      error: { code: 'NOT_FOUND' },
    })
  })
  test('teaches', () => {
    const help = coppice.output(['--help'])
    for (const command of ['import', 'export', 'check', 'salvage', 'stats', 'serve'])
      expect(help).toContain(`  ${command} `)
    expect(coppice.run(['import']).exitCode).toBe(1)
    const commands = [...help.matchAll(/^ {2}([a-z]+) \[/gm)].map(([, name]) => name)
    expect(commands.length).toBeGreaterThan(12)
    for (const command of commands.filter(name => name !== 'help')) {
      const text = coppice.output([command, '--help'])
      // What one can type, with what it ends, and that programs may read it.
      expect(text).toMatch(new RegExp(`Examples?:\\n {2}.*coppice ${command}`))
      expect(text).toMatch(/\nExit status: 0 /)
      expect(text).toContain('--json')
    }
  })
})

test('what is not understood is an object, too, for programs', () => {
  for (const words of [['import'], ['check'], ['stats', '--nonsense'], ['bench', '--rows', 'many']]) {
    const { output, errors, exitCode } = coppice.run([...words, '--json'])
    expect([output, exitCode]).toEqual(['', 1])
    expect(JSON.parse(errors)).toEqual({
      error: { code: 'USAGE', message: expect.stringMatching(/argument|option/) },
    })
  }
})

test('serve answers clients until Ctrl-C', async () => {
  const child = coppice.start(['serve', path, '--port', '0', '--json'])
  try {
    const line = await new Promise<string>(resolve =>
      child.stdout.once('data', piece => resolve(String(piece))),
    )
    const { port } = JSON.parse(line)
    const answer = await new Promise<string>(resolve => {
      const socket = createConnection(port, '127.0.0.1')
      // Whether it encrypts: it says no, as it has no certificate.
      socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]))
      socket.once('data', piece => {
        resolve(String(piece))
        socket.destroy()
      })
    })
    expect(answer).toBe('N')
    child.kill('SIGINT')
    expect(await new Promise(resolve => child.once('exit', resolve))).toBe(0)
  } finally {
    child.kill('SIGKILL')
  }
})

describe('serve with a configuration file', () => {
  test('takes the database, the port and what sessions begin with from it; what is said goes before it', async () => {
    coppice.write(
      'c.conf',
      `data_directory = '${path}'\nport = 1\nmax_connections = 7\nstatement_timeout = '30s' # for all\n`,
    )
    const child = coppice.start(['serve', '--config', 'c.conf', '--port', '0', '--json'])
    try {
      const line = await new Promise<string>(resolve =>
        child.stdout.once('data', piece => resolve(String(piece))),
      )
      const client = new pg.Client({
        host: '127.0.0.1',
        port: JSON.parse(line).port,
        user: 'ann',
        database: 'x',
      })
      await client.connect()
      const { rows } = await client.query(
        "select current_setting('max_connections') as a, current_setting('statement_timeout') as b, count(*)::int as n from people",
      )
      expect(rows).toEqual([{ a: '7', b: '30s', n: 20_000 }])
      await client.end()
    } finally {
      child.kill('SIGKILL')
    }
  })
  test('and flags that are misspelt are refused before anything is opened', () => {
    coppice.write('bad.conf', 'prot = 5432\n')
    expect(coppice.run(['serve', path, '--config', 'bad.conf'])).toMatchObject({
      exitCode: 1,
      errors: expect.stringContaining(
        'bad.conf, line 1: unrecognized configuration parameter "prot"; did you mean port?',
      ),
    })
    expect(coppice.run(['serve', path, '--config', 'none.conf']).errors).toContain('none.conf')
    expect(coppice.run(['serve', path, '--confg', 'c.conf']).errors).toContain('(Did you mean --config?)')
    expect(coppice.run(['serve', path, '--set', 'timezon=UTC', '--port', '0']).errors).toContain(
      'did you mean timezone?',
    )
    expect(coppice.run(['serve']).errors).toContain('which database?')
  })
})
