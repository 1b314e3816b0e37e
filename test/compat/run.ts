/**
 * `npm run compat`: the package as it is packed, in every runtime that it is meant for, and a table of what works where.
 *
 * The runtimes are installed from npm, once, beside the other packages. In each, the checks of `checks.mjs` are run over the
 * installed package, and then the tests of the core, by vitest in that runtime: each check and each folder in a process of its
 * own, which is ended when it says nothing for too long. What hangs is named and the rest goes on, so it always ends.
 *
 *   -- --only node@22,bun     these runtimes
 *   -- --tests wal,table      the tests of these folders; --quick: of none; --no-checks: only tests
 *   -- --silence 60           how many seconds a process may say nothing
 *   -- --record FILE          keeps what was found in FILE, and goes on where an earlier run was when it ended
 *   -- --cache DIRECTORY      where the runtimes are
 *
 * Ends with 1 when something fails that is not merely missing.
 */

import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { filesOf, runCoreTests } from './core-tests.ts'
import { runLimited } from './limited.ts'
import { hasFailures, type Outcome, type Report, tableOf } from './report.ts'
import { programOf, RUNTIMES, type Runtime, titleOf } from './runtimes.ts'

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
const CHECKS_SILENCE_MS = 120_000
const root = fileURLToPath(new URL('../..', import.meta.url))

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    tests: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'no-checks': { type: 'boolean', default: false },
    // Longer than the longest test, whose own limit is four minutes.
    silence: { type: 'string', default: '300' },
    record: { type: 'string' },
    cache: { type: 'string', default: join(root, 'node_modules/.cache/compat') },
  },
})
const silenceMs = Number(options.silence) * 1000
if (!(silenceMs > 0)) throw new Error(`--silence takes a number of seconds, got ${options.silence}`)
const folders = options.quick ? [] : choice('tests', options.tests, CORE_TESTS)
const wanted = choice('only', options.only, RUNTIMES)

function choice<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): readonly T[] {
  if (text === undefined) return known
  return text.split(',').map(name => {
    const found = known.find(one => one === name)
    if (found === undefined) throw new Error(`--${option} takes some of ${known.join(',')}; got ${name}`)
    return found
  })
}

/** A folder into which the packed package is installed. */
function consumerIn(directory: string): string {
  const consumer = join(directory, 'consumer')
  mkdirSync(consumer)
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]
  const [{ filename }] = JSON.parse(execFileSync('npm', packing, { cwd: root, encoding: 'utf8' }))
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  execFileSync('npm', ['install', '--no-audit', '--no-fund', join(directory, filename)], {
    cwd: consumer,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  copyFileSync(join(root, 'test/compat/checks.mjs'), join(consumer, 'checks.mjs'))
  return consumer
}

/** Each of the checks, over the package as it is installed. */
async function* runChecks(
  title: string,
  runtime: Runtime,
  program: string,
  consumer: string,
): AsyncGenerator<Outcome> {
  const args = runtime === 'deno' ? ['run', '-A', 'checks.mjs'] : ['checks.mjs']
  const run = (...words: string[]) =>
    runLimited(program, [...args, ...words], { cwd: consumer, silenceMs: CHECKS_SILENCE_MS })
  const files = join(consumer, `files-${runtime}`)
  const list = await run('list')
  if (list.status !== 0) {
    yield { name: 'the package is loaded', result: 'fails', reason: list.stderr }
    return
  }
  for (const name of list.stdout.trim().split('\n')) {
    if (report[title].checks[name] !== undefined) continue
    mkdirSync(files)
    const { stdout, stderr, status, signal, hasHung } = await run('check', name, files)
    rmSync(files, { recursive: true, force: true })
    const answer = stdout.split('\n').find(line => line.startsWith('{'))
    if (hasHung) yield { name, result: 'fails', hasHung, reason: `hangs: ${stderr.slice(-2000)}` }
    else if (answer === undefined || status !== 0) {
      yield { name, result: 'fails', reason: `${signal ?? status}: ${stderr.slice(-2000)}` }
    } else yield { name, ...(JSON.parse(answer) as Omit<Outcome, 'name'>) }
  }
}

const recordPath = options.record === undefined ? undefined : resolve(options.record)
const report: Report =
  recordPath !== undefined && existsSync(recordPath) ? JSON.parse(readFileSync(recordPath, 'utf8')) : {}

function keep(): void {
  if (recordPath !== undefined) writeFileSync(recordPath, `${JSON.stringify(report, undefined, 1)}\n`)
}

const filesOfFolder = new Map(folders.map(folder => [folder, filesOf(root, folder)]))
const directory = temporaryDirectory()
try {
  const programs = wanted.map(runtime => programOf(runtime, resolve(options.cache)))
  const titles = wanted.map((runtime, i) => titleOf(runtime, programs[i]))
  for (const title of titles) report[title] ??= { checks: {}, files: {} }
  if (!options['no-checks']) {
    const consumer = consumerIn(directory.path)
    for (const [i, runtime] of wanted.entries()) {
      for await (const outcome of runChecks(titles[i], runtime, programs[i], consumer)) {
        const { name, result, reason } = outcome
        report[titles[i]].checks[name] = outcome
        console.error(`${titles[i]}: ${name}: ${result}${reason === undefined ? '' : `\n${reason}\n`}`)
        keep()
      }
    }
  }
  for (const [i, runtime] of wanted.entries()) {
    const { files: known } = report[titles[i]]
    for (const files of filesOfFolder.values()) {
      const left = files.filter(file => known[file] === undefined)
      await runCoreTests(runtime, programs[i], left, {
        root,
        scratch: directory.path,
        silenceMs,
        note: (file, result) => {
          known[file] = result
          const { passed, skipped, failures } = result
          const counts = `${passed} pass, ${skipped} left out, ${failures.length} fail`
          console.error([`${titles[i]}: ${file}: ${counts}`, ...failures].join('\n'))
          keep()
        },
      })
    }
  }
  process.stdout.write(tableOf(report, filesOfFolder))
  if (hasFailures(report)) process.exitCode = 1
} finally {
  directory.remove()
}
