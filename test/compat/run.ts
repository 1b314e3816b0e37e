/**
 * `npm run compat`: the package as it is packed, in every runtime that it is meant for, and a table of what works where.
 *
 * The runtimes are installed from npm, once, beside the other packages. In each, `checks.mjs` is run over the installed package,
 * and then the tests of the core, by vitest in that runtime, a folder at a time, so that one that hangs is known by its name.
 * `-- --only node@22,bun` chooses, `-- --tests wal,table` takes the tests of these folders only, `-- --quick` none.
 * Ends with 1 when something fails that is not merely missing.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { temporaryDirectory } from '../io/temporary-directory.ts'

const RUNTIMES = ['node@20', 'node@22', 'node@24', 'node@26', 'bun', 'deno'] as const
type Runtime = (typeof RUNTIMES)[number]
const CORE_TESTS = [
  'btree',
  'database',
  'io',
  'page',
  'pool',
  'space',
  'sql/session',
  'store',
  'table',
  'threads',
  'wal',
]
const CHECKS_LIMIT_MS = 180_000
const TESTS_LIMIT_MS = 600_000
const root = fileURLToPath(new URL('../..', import.meta.url))

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    tests: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const folders = options.tests?.split(',') ?? CORE_TESTS
const wanted =
  options.only === undefined ? RUNTIMES : RUNTIMES.filter(name => options.only!.split(',').includes(name))
if (wanted.length === 0) throw new Error(`--only takes some of ${RUNTIMES.join(',')}`)

interface Outcome {
  readonly name: string
  readonly result: 'works' | 'missing' | 'fails'
  readonly reason?: string
  /** Of tests: how many. */
  readonly counts?: string
}

/** The program of a runtime; installed when it is not there. */
function programOf(runtime: Runtime): string {
  const directory = join(root, 'node_modules/.cache/compat', runtime)
  const [name] = runtime.split('@')
  const program = join(directory, 'node_modules/.bin', name)
  if (!existsSync(program)) {
    mkdirSync(directory, { recursive: true })
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ private: true, allowScripts: { [name]: true } }),
    )
    const args = [
      'install',
      '--prefix',
      directory,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--foreground-scripts',
    ]
    execFileSync('npm', [...args, runtime], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  return program
}

function versionOf(program: string): string {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8' })
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? text.trim()
}

/** A folder into which the packed package is installed. */
function consumerIn(directory: string): string {
  const consumer = join(directory, 'consumer')
  mkdirSync(consumer)
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'ignore' })
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]
  const [{ filename }] = JSON.parse(execFileSync('npm', packing, { cwd: root, encoding: 'utf8' }))
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  execFileSync('npm', ['install', '--no-audit', '--no-fund', join(directory, filename)], {
    cwd: consumer,
    stdio: 'ignore',
  })
  copyFileSync(join(root, 'test/compat/checks.mjs'), join(consumer, 'checks.mjs'))
  return consumer
}

function runChecks(runtime: Runtime, program: string, consumer: string): Outcome[] {
  const files = join(consumer, `files-${runtime}`)
  mkdirSync(files)
  const args = [...(runtime === 'deno' ? ['run', '-A'] : []), 'checks.mjs', files]
  const { stdout, stderr, signal, status } = spawnSync(program, args, {
    cwd: consumer,
    encoding: 'utf8',
    timeout: CHECKS_LIMIT_MS,
  })
  rmSync(files, { recursive: true, force: true })
  const outcomes = stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Outcome)
  if (status !== 0) {
    outcomes.push({
      name: 'the end of the checks',
      result: 'fails',
      reason: `${signal ?? status}: ${stderr.slice(-2000)}`,
    })
  }
  return outcomes
}

/** What makes a runtime run a program of Node's. */
const ARGUMENTS = { node: [], bun: ['--bun'], deno: ['run', '-A'] } as const
const argumentsOf = (runtime: Runtime) => ARGUMENTS[runtime.split('@')[0] as keyof typeof ARGUMENTS]

/** The tests of one folder. */
function runTests(runtime: Runtime, program: string, folder: string, reports: string): Outcome {
  const report = join(reports, `${runtime}-${folder.replaceAll('/', '-')}.json`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const config = join(root, 'test/compat/vitest.config.ts')
  const { status, signal, stderr } = spawnSync(
    program,
    [
      ...argumentsOf(runtime),
      vitest,
      'run',
      `--config=${config}`,
      '--reporter=json',
      `--outputFile=${report}`,
      `test/${folder}/`,
    ],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: TESTS_LIMIT_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, NO_COLOR: '1' },
      maxBuffer: 2 ** 28,
    },
  )
  const name = `test/${folder}`
  if (!existsSync(report))
    return { name, result: 'fails', reason: `${signal ?? status}: ${stderr.slice(-2000)}` }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  if (status === 0 && numPassedTests > 0) return { name, result: 'works', counts: `${numPassedTests} passed` }
  const failed = testResults.flatMap(({ name: file, message, assertionResults }) => [
    ...(message ? [`${file}: ${message}`] : []),
    ...assertionResults
      .filter(test => test.status === 'failed')
      .map(test => `${file}: ${test.fullName}: ${test.failureMessages.join('\n')}`),
  ])
  return {
    name,
    result: 'fails',
    counts: `${numFailedTests} of ${numPassedTests + numFailedTests} failed`,
    reason: failed.join('\n'),
  }
}

/** What is read of vitest's report. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

const directory = temporaryDirectory()
try {
  const consumer = consumerIn(directory.path)
  const titles: string[] = []
  const columns: Map<string, Outcome>[] = []
  for (const runtime of wanted) {
    const program = programOf(runtime)
    const outcomes = runChecks(runtime, program, consumer)
    for (const folder of options.quick ? [] : folders) {
      console.error(`${runtime}: test/${folder}`)
      outcomes.push(runTests(runtime, program, folder, directory.path))
    }
    titles.push(`${runtime.split('@')[0]} ${versionOf(program)}`)
    columns.push(new Map(outcomes.map(outcome => [outcome.name, outcome])))
    for (const { name, result, reason } of outcomes) {
      if (result !== 'works') console.error(`${titles.at(-1)}: ${name}: ${result}: ${reason}\n`)
    }
  }
  printTable(titles, columns)
  if (columns.some(column => [...column.values()].some(({ result }) => result === 'fails')))
    process.exitCode = 1
} finally {
  directory.remove()
}

/** As docs/compatibility.md has it. */
function printTable(titles: readonly string[], columns: readonly ReadonlyMap<string, Outcome>[]): void {
  const names = [...new Set(columns.flatMap(column => [...column.keys()]))]
  console.log(`| | ${titles.join(' | ')} |\n|---|${titles.map(() => '---|').join('')}`)
  for (const name of names) {
    const cells = columns.map(column => {
      const outcome = column.get(name)
      if (outcome === undefined) return 'not run'
      return outcome.counts ?? outcome.result
    })
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
}
