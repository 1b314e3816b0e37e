/**
 * `npm run compat`: the package as it is packed, in every runtime that it is meant for, and a table of what works where.
 *
 * The runtimes are installed from npm, once, beside the other packages. In each, the checks of `checks.mjs` are run over the
 * installed package, and then the tests of the core, by vitest in that runtime: each check and each folder in a process of its
 * own, which is ended when it says nothing for too long, or is at one file for too long. What hangs is named and the rest goes
 * on, so it always ends. Each file is told as it ends, with how many there still are. Two folders are run at a time, and never
 * one of them twice: those of threads want all cores for themselves.
 *
 * The Node that runs it is asked by the checks alone: its tests are those of `npm test`.
 *
 * Its options: usage.ts, or `-- --help`.
 *
 * Ends with 1 when something fails that is not merely missing, and when a runtime cannot be had.
 */

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { filesOf, runCoreTests } from './core-tests.ts'
import { endAllGroups, runLimited } from './limited.ts'
import { CompatRecord, commitOf } from './record.ts'
import { forgetFailures, hasFailures, notesOf, type Outcome, tableOf } from './report.ts'
import { argumentsOf, type InstalledRuntime, installed, RUNTIMES } from './runtimes.ts'
import { inSlots } from './slots.ts'
import { USAGE } from './usage.ts'

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
/** They begin first: what takes long is not to be what everything waits for at the end. */
const LONGEST = ['threads', 'database', 'store', 'btree']
/** Of SQL thousands of answers, compared with PostgreSQL's in Node 20 by .ci/run, and what plans and memory look like: --sql. */
const LONG_SQL = ['answers', 'explain', 'memory'].map(name => `test/sql/session/${name}.test.ts`)
const CHECKS_SILENCE_MS = 120_000
const CHECK_MS_MAX = 300_000
const PACKING_MS_MAX = 10 * 60_000
const START_MS_MAX = 300_000
/** Longer than a test may take by its own limit of four minutes: with 150 seconds, a machine with a load of 30 had tests ended that only waited for it. */
const SILENCE_SECONDS = '300'
const FILE_MINUTES = '15'
const AT_ONCE = '2'
/**
 * What the random stories of threads are scaled by, unless --all is said: six runtimes are to take less than half an hour. With
 * the same seed as in `npm test`.
 */
const SHORT = { PROPS_SCALE: '0.2', PROPS_SEED: '1' }
const root = fileURLToPath(new URL('../..', import.meta.url))

const options = optionsOf()
const silenceMs = positive('silence', options.silence, 'seconds') * 1000
const fileMs = positive('file-minutes', options['file-minutes'], 'minutes') * 60_000
const atOnce = Math.ceil(positive('at-once', options['at-once'], 'folders'))
const folders = options.quick ? [] : choice('tests', options.tests, CORE_TESTS)
const wanted = choice('only', options.only, RUNTIMES)

function optionsOf() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        tests: { type: 'string' },
        quick: { type: 'boolean', default: false },
        'no-checks': { type: 'boolean', default: false },
        sql: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        'at-once': { type: 'string', default: AT_ONCE },
        silence: { type: 'string', default: SILENCE_SECONDS },
        'file-minutes': { type: 'string', default: FILE_MINUTES },
        record: { type: 'string' },
        again: { type: 'boolean', default: false },
        cache: { type: 'string', default: join(root, 'node_modules/.cache/compat') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (!values.help) return values
  } catch (error) {
    console.error(`${(error as Error).message}\n`)
    console.error(USAGE)
    process.exit(1)
  }
  console.log(USAGE)
  process.exit(0)
}

function positive(option: string, text: string, unit: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new Error(`--${option} takes a number of ${unit}, got ${text}`)
  return number
}

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
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], timeout: PACKING_MS_MAX })
  npm(['run', 'build'], root)
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]
  const [{ filename }] = JSON.parse(npm(packing, root).toString())
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  npm(['install', '--no-audit', '--no-fund', join(directory, filename)], consumer)
  copyFileSync(join(root, 'test/compat/checks.mjs'), join(consumer, 'checks.mjs'))
  return consumer
}

/** The tests of a folder that are asked for. */
function filesAskedFor(folder: string): readonly string[] {
  const files = filesOf(root, folder)
  return options.sql ? files : files.filter(file => !LONG_SQL.includes(file))
}

/** Each of the checks that is not known yet, over the package as it is installed. */
async function* runChecks(
  { runtime, program }: InstalledRuntime,
  consumer: string,
  isKnown: (name: string) => boolean,
): AsyncGenerator<Omit<Outcome, 'commit'>> {
  const args = [...(runtime === 'deno' ? argumentsOf(runtime) : []), 'checks.mjs']
  const run = (...words: string[]) => {
    const startedMs = performance.now()
    return runLimited(program, [...args, ...words], {
      cwd: consumer,
      silenceMs: () => CHECKS_SILENCE_MS,
      isOverdue: () => performance.now() - startedMs > CHECK_MS_MAX,
    })
  }
  const files = join(consumer, `files-${runtime}`)
  const list = await run('list')
  if (list.status !== 0) {
    yield { name: 'the package is loaded', result: 'fails', reason: list.stderr }
    return
  }
  for (const name of list.stdout.trim().split('\n')) {
    if (isKnown(name)) continue
    mkdirSync(files)
    const { stdout, stderr, status, signal, hasHung } = await run('check', name, files)
    rmSync(files, { recursive: true, force: true })
    const answer = stdout.split('\n').find(line => line.startsWith('{'))
    if (hasHung) yield { name, result: 'fails', hasHung, reason: `hangs: ${stderr.slice(-2000)}` }
    else if (answer === undefined || status !== 0) {
      yield { name, result: 'fails', reason: `${signal ?? status}: ${stderr.slice(-2000)}` }
    } else yield { name, ...(JSON.parse(answer) as Omit<Outcome, 'name' | 'commit'>) }
  }
}

/** The runtimes that can be had; the others are named, and the rest goes on without them. */
function installAll(): InstalledRuntime[] {
  return wanted.flatMap(runtime => {
    try {
      return installed(runtime, resolve(options.cache))
    } catch (error) {
      console.error(`${runtime} cannot be had: ${(error as Error).message}`)
      notInstalled.push(runtime)
      return []
    }
  })
}

/** In the runtime that runs this, `npm test` runs the tests of the core, and more: they are run here when somebody asks for them. */
const OWN = `node@${process.versions.node.split('.')[0]}`
const leavesOwnOut = options.only === undefined && !options.all
const isTested = ({ runtime }: InstalledRuntime) => !leavesOwnOut || runtime !== OWN

/** Files of one folder, in one runtime. */
async function runFolder(one: InstalledRuntime, files: readonly string[]): Promise<void> {
  const { files: known } = reports[one.title]
  await runCoreTests(one, files, {
    root,
    scratch: directory.path,
    silenceMs,
    startMs: START_MS_MAX,
    fileMs,
    env: options.all ? {} : SHORT,
    note: (file, result) => {
      if (known[file] === undefined) count.done++
      known[file] = { ...result, commit }
      const { passed, skipped, failures, seconds } = result
      const counts = `${passed} pass, ${skipped.length} left out, ${failures.length} fail, ${seconds} s`
      tell([`${one.title}: ${file}: ${counts}`, ...failures].join('\n'))
      record.keep()
    },
    noteWaiting: (file, test, seconds) =>
      tell(
        `${one.title}: ${file}: at ${test === undefined ? 'its beginning' : `"${test}"`} for ${seconds} s …`,
      ),
  })
}

const startedMs = performance.now()
const minutes = (ms: number) =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`
/** Files of tests that are to be run, and have been. */
const count = { all: 0, done: 0 }

function tell(text: string): void {
  const place = count.all === 0 ? '' : `${count.done}/${count.all}, `
  console.error(`[${place}${minutes(performance.now() - startedMs)}] ${text}`)
}

const record = new CompatRecord(
  options.record === undefined ? undefined : resolve(options.record),
  options.all,
)
const { reports } = record
if (options.again) {
  forgetFailures(reports)
  // Whoever ends this run before its first result has not to say it again.
  record.keep()
}
const commit = commitOf(root)
const filesOfFolder = new Map(folders.map(folder => [folder, filesAskedFor(folder)]))
const notInstalled: string[] = []
const directory = temporaryDirectory()
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    endAllGroups()
    directory.remove()
    process.exit(status)
  })
}
try {
  const runtimes = installAll()
  for (const { title } of runtimes) reports[title] ??= { checks: {}, files: {} }
  if (!options['no-checks'] && runtimes.length > 0) {
    tell('the package is built, packed and installed')
    const consumer = consumerIn(directory.path)
    const run = async (one: InstalledRuntime) => {
      const { checks } = reports[one.title]
      for await (const outcome of runChecks(one, consumer, name => checks[name] !== undefined)) {
        const { name, result, reason } = outcome
        checks[name] = { ...outcome, commit }
        tell(`${one.title}: ${name}: ${result}${reason === undefined ? '' : `\n${reason}\n`}`)
        record.keep()
      }
    }
    await inSlots(runtimes, atOnce, one => one, run)
  }
  const jobs = runtimes.filter(isTested).flatMap(one => {
    const { files: known } = reports[one.title]
    return [...filesOfFolder].map(([folder, all]) => ({
      one,
      folder,
      files: all.filter(file => known[file] === undefined),
    }))
  })
  const placeOf = ({ folder }: { readonly folder: string }) =>
    LONGEST.includes(folder) ? LONGEST.indexOf(folder) : LONGEST.length
  jobs.sort((a, b) => placeOf(a) - placeOf(b))
  for (const { files } of jobs) count.all += files.length
  await inSlots(
    jobs,
    atOnce,
    ({ folder }) => folder,
    ({ one, files }) => runFolder(one, files),
  )
  const checksOnly = new Set(runtimes.filter(one => !isTested(one)).map(({ title }) => title))
  const asked = { titles: runtimes.map(({ title }) => title), folders: filesOfFolder, checksOnly }
  process.stdout.write(`${tableOf(reports, asked)}\n${notesOf(reports, asked)}\n`)
  const machine = `${process.platform}, ${process.arch}, ${availableParallelism()} cores`
  const scale = options.all
    ? 'random stories of threads at full length'
    : `random stories of threads at ${SHORT.PROPS_SCALE} of their length (--all: in full)`
  process.stdout.write(
    `On ${machine}, ${atOnce} at a time; ${scale}; ${minutes(performance.now() - startedMs)} minutes.\n`,
  )
  if (!options.sql && folders.includes('sql/session'))
    process.stdout.write(`Not run without --sql: ${LONG_SQL.join(', ')}.\n`)
  if (leavesOwnOut && folders.length > 0)
    process.stdout.write(
      `Of ${OWN} the checks alone: its tests are those of npm test (--all, or --only ${OWN}).\n`,
    )
  const others = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map(file => join('test', dirname(file)).replaceAll('\\', '/'))
    .filter(folder => !CORE_TESTS.some(one => folder === `test/${one}` || folder.startsWith(`test/${one}/`)))
  process.stdout.write(`Not of the core, and not run: ${[...new Set(others)].sort().join(', ')}, props.\n`)
  for (const runtime of notInstalled)
    process.stdout.write(`Not run, because it could not be installed: ${runtime}\n`)
  if (notInstalled.length > 0 || hasFailures(reports, asked)) process.exitCode = 1
} finally {
  directory.remove()
}
