/**
 * The package as its users get it: built, packed, installed from the tarball into an empty folder without a
 * network, and used from JavaScript and TypeScript.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const typeScript = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/** Opens, writes, closes, reopens and reads; prints what it read. */
const PROGRAM_BODY = `
const users = table('users', {
  columns: { id: t.i64, email: t.text, age: t.i32.nullable() },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true } },
})
async function main(path) {
  const first = await open(path)
  first.write(tx => tx.table(users).put({ id: 1n, email: 'a', age: null }))
  first.close()
  const second = await open(path)
  const user = second.read(snap => snap.table(users).get(1n))
  second.close()
  console.log(typeof user.id, String(user.id), user.email, user.age)
}
main(process.argv[2])
`
const PROGRAM_OUTPUT = 'bigint 1 a null\n'

/**
 * Emitting declarations for what is inferred here fails when a type has no public name. The unused import
 * of a type that does not exist must be the only error in the second half.
 */
const TYPED_PROGRAM = `
import { open, type ParallelPart, type PutRecordOf, type Snapshot, table, type Transaction, t } from 'coppice'

export const users = table('users', {
  columns: { id: t.i64, email: t.text, age: t.i32.nullable() },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true } },
})

export async function firstUser(path: string) {
  using db = await open(path)
  db.write(tx => tx.table(users).put({ id: 1n, email: 'a', age: null }))
  return db.read(snap => snap.table(users).get(1n))
}
export const opening = (path: string) => open(path)
export const rowsOf = (snap: Snapshot) => snap.table(users)
export const register = (tx: Transaction, user: PutRecordOf<typeof users>) => tx.table(users).insert(user)
export const handle = await open('typed.db')
export const countUsers = (part: ParallelPart<typeof users, 'byEmail'>, least: number) => part.entries + least
export const inParallel = () =>
  handle.parallel<typeof countUsers>('/sum.js', { function: 'countUsers', table: users, by: 'byEmail', data: 7 })

const user = await firstUser('typed.db')
export const id: bigint | undefined = user?.id
export const age: number | null | undefined = user?.age

// @ts-expect-error a key of this table is a bigint
handle.read(snap => snap.table(users).get('1'))
// @ts-expect-error an email is text
handle.write(tx => tx.table(users).put({ id: 2n, email: 3, age: null }))
handle.close()
`

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  }
}

describe('the packed package', { skip: !existsSync(join(root, 'src/index.ts')) }, () => {
  const directory = temporaryDirectory()
  const consumer = directory.file('consumer')
  let packedFiles: readonly string[]

  beforeAll(() => {
    run('npm', ['run', 'build'], root)
    const report = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory.path], root),
    ) as { filename: string; files: { path: string }[] }[]
    packedFiles = report[0].files.map(file => file.path)
    mkdirSync(consumer)
    write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
    const tarball = directory.file(report[0].filename)
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], consumer)
  }, 300_000)
  afterAll(() => directory.remove())

  function write(name: string, text: string): void {
    writeFileSync(join(consumer, name), text)
  }

  function typeCheck(options: object, withNodeTypes: boolean): void {
    const types = join(consumer, 'node_modules/@types')
    if (withNodeTypes && !existsSync(types)) {
      mkdirSync(types)
      for (const name of ['@types/node', 'undici-types']) {
        symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name))
      }
    }
    write('program.ts', TYPED_PROGRAM)
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      strict: true,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: 'types',
      types: withNodeTypes ? ['node'] : [],
      ...options,
    }
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    run(process.execPath, [typeScript, '-p', '.'], consumer)
  }

  it('holds what is built and what is read, and nothing else', () => {
    const strays = packedFiles.filter(
      name =>
        !/^(dist\/.*\.(js|d\.ts)|dist\/[a-z-]+-notices\.txt|docs\/.*|README\.md|LICENSE|package\.json)$/.test(
          name,
        ),
    )
    expect(strays).toEqual([])
    expect(packedFiles).toContain('dist/index.js')
    expect(packedFiles).toContain('dist/index.d.ts')
  })

  it("brings PostgreSQL's parser with its types with it, and nothing else", () => {
    const installed = readdirSync(join(consumer, 'node_modules')).filter(name => !name.startsWith('.'))
    expect(installed.filter(name => name !== '@types' && name !== 'undici-types')).toEqual([
      '@pgsql',
      'coppice',
      'libpg-query',
    ])
  })

  it('loads the parser for SQL, and not before', () => {
    write(
      'lazy.mjs',
      `import { createRequire } from 'node:module'
       import { openSync } from 'coppice'
       const { cache } = createRequire(import.meta.url)
       const isLoaded = () => Object.keys(cache).some(file => file.includes('libpg-query'))
       const db = openSync(':memory:')
       db.write(tx => tx.tables())
       const before = isLoaded()
       console.log(before, JSON.stringify(db.query('select 6 * 7 as n')), isLoaded())
      `,
    )
    expect(run(process.execPath, ['lazy.mjs'], consumer).trim()).toBe('false [{"n":42}] true')
  })

  it('is a few files, which are read in an instant', () => {
    const files = new Set(['index.js'])
    for (const file of files) {
      const text = readFileSync(join(consumer, 'node_modules/coppice/dist', file), 'utf8')
      for (const [, imported] of text.matchAll(/^(?:import|export)\b[^'"]*["']\.\/([^"']+)["']/gm))
        files.add(imported)
    }
    expect(files.size).toBeLessThan(8)
  })

  it('shows figures to Prometheus by a package that is in it, and is loaded for them alone', () => {
    write(
      'figures.mjs',
      `import { serve } from 'coppice/server'
       const server = await serve({ database: ':memory:', port: 0, metrics: { port: 0 } })
       const text = await (await fetch('http://127.0.0.1:' + server.metricsPort + '/metrics')).text()
       console.log(/^coppice_uptime_seconds [\\d.]+$/m.test(text), /^nodejs_eventloop_lag_p99_seconds /m.test(text))
       await server.close()`,
    )
    expect(run(process.execPath, ['figures.mjs'], consumer)).toBe('true true\n')
    const server = readFileSync(join(consumer, 'node_modules/coppice/dist/server.js'), 'utf8')
    expect(server).not.toMatch(/^import .*prom-client/m)
    const notices = readFileSync(join(consumer, 'node_modules/coppice/dist/server-notices.txt'), 'utf8')
    expect(notices).toContain('prom-client 15')
  })

  it('brings a command', () => {
    const command = join(consumer, 'node_modules/.bin/coppice')
    expect(run(command, ['-A', '-t', '-c', 'select 6 * 7'], consumer)).toBe('42\n')
  })

  it('calls its errors by their names, which consoles show', () => {
    write(
      'names.mjs',
      `import { openSync } from 'coppice'
       import { inspect } from 'node:util'
       for (const text of ['select x', 5]) {
         try { openSync(':memory:').query(text) } catch (error) { console.log(inspect(error).split(':')[0]) }
       }`,
    )
    expect(run(process.execPath, ['names.mjs'], consumer)).toBe('SqlError\nCoppiceError\n')
  })

  it('is imported by plain JavaScript', () => {
    write('program.mjs', `import { open, table, t } from 'coppice'\n${PROGRAM_BODY}`)
    expect(run(process.execPath, ['program.mjs', 'import.db'], consumer)).toBe(PROGRAM_OUTPUT)
  })

  it('migrates, and lets the query builders that are installed use it', () => {
    for (const name of ['kysely', 'drizzle-orm']) {
      const link = join(consumer, 'node_modules', name)
      if (!existsSync(link)) symlinkSync(join(root, 'node_modules', name), link)
    }
    mkdirSync(join(consumer, 'migrations'), { recursive: true })
    write('migrations/1.sql', 'create table t (a int primary key); insert into t values (1)')
    write(
      'builders.mjs',
      `import { openSync } from 'coppice'
       import { drizzle } from 'coppice/drizzle'
       import { CoppiceDialect } from 'coppice/kysely'
       import { migrate } from 'coppice/migrate'
       import { sql } from 'drizzle-orm'
       import { Kysely } from 'kysely'
       const database = openSync(':memory:')
       const { applied } = await migrate(database, new URL('./migrations', import.meta.url))
       const rows = await new Kysely({ dialect: new CoppiceDialect({ database }) }).selectFrom('t').selectAll().execute()
       const counted = await drizzle(database).execute(sql\`select count(*) as n from t\`)
       console.log(JSON.stringify([applied, rows, counted.rows]))`,
    )
    expect(run(process.execPath, ['builders.mjs'], consumer).trim()).toBe('[["1.sql"],[{"a":1}],[{"n":1}]]')
  })

  it.skipIf(!('require_module' in process.features))('is required by plain JavaScript', () => {
    write('program.cjs', `const { open, table, t } = require('coppice')\n${PROGRAM_BODY}`)
    expect(run(process.execPath, ['--no-warnings', 'program.cjs', 'require.db'], consumer)).toBe(
      PROGRAM_OUTPUT,
    )
  })

  it('leaves a closed database as one file', () => {
    write('program.mjs', `import { open, table, t } from 'coppice'\n${PROGRAM_BODY}`)
    run(process.execPath, ['program.mjs', 'one-file.db'], consumer)
    expect(readdirSync(consumer).filter(name => name.startsWith('one-file.db'))).toEqual(['one-file.db'])
  })

  it('reads in worker threads', () => {
    write(
      'sum.mjs',
      `import { table, t } from 'coppice'
       export const numbers = table('numbers', { key: t.u32, value: t.u32 })
       export default ({ snapshot, range }) => snapshot.table(numbers).values(range).reduce((a, b) => a + b, 0)`,
    )
    write(
      'parallel.mjs',
      `import { open } from 'coppice'
       import { numbers } from './sum.mjs'
       const db = await open('parallel.db')
       db.write(tx => tx.table(numbers).putMany(Array.from({ length: 1000 }, (_, n) => [n, n])))
       const module = new URL('./sum.mjs', import.meta.url)
       console.log(await db.parallel(module, { table: numbers, workers: 2, combine: (a, b) => a + b }))
       db.close()`,
    )
    expect(run(process.execPath, ['parallel.mjs'], consumer)).toBe('499500\n')
  })

  it('runs SQL in worker threads, over their snapshots', () => {
    write(
      'sql-worker.mjs',
      `import { parentPort, workerData } from 'node:worker_threads'
       import { attach } from 'coppice/worker'
       const snapshot = attach(workerData).read()
       parentPort.postMessage(snapshot.query('select sum(a) as sum from t where id > $1', [500]))
      `,
    )
    write(
      'sql.mjs',
      `import { Worker } from 'node:worker_threads'
       import { openSync } from 'coppice'
       const db = openSync('sql.db')
       db.exec('create table t (id int primary key, a int); insert into t select n, n from generate_series(1, 1000) n')
       const worker = new Worker(new URL('./sql-worker.mjs', import.meta.url), { workerData: db.share() })
       worker.once('message', rows => {
         console.log(JSON.stringify(rows))
         worker.terminate().then(() => db.close())
       })
      `,
    )
    expect(run(process.execPath, ['sql.mjs'], consumer).trim()).toBe('[{"sum":375250}]')
  })

  it('keeps its inside to itself', () => {
    write('inside.mjs', "import('coppice/dist/io/storage.js').catch(error => console.log(error.code))\n")
    expect(run(process.execPath, ['inside.mjs'], consumer)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n')
  })

  it('is typed for a bundler, without the types of Node', () => {
    typeCheck({ module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }, false)
  })

  it('finds the types of Node by itself, when they are installed but not named', () => {
    typeCheck({ module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false, types: [] }, true)
  })

  it('is typed for Node, down to its own declarations', () => {
    typeCheck({ module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false }, true)
  })
})
