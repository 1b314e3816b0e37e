/**
 * The tests of one folder in one runtime, by vitest. A file that hangs, or takes its process with it, is named, and the files
 * behind it are run all the same, in another process.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type LimitedEnd, runLimited, textOf } from './limited.ts'
import type { FileResult } from './report.ts'
import type { Progress } from './reporter.ts'
import { argumentsOf, type InstalledRuntime } from './runtimes.ts'

export interface CoreTestsOptions {
  readonly root: string
  readonly scratch: string
  /** How long a process may say nothing, once it has begun with its first file. */
  readonly silenceMs: number
  /** How long it may say nothing before that. */
  readonly startMs: number
  /** How long one file may take, whatever it says. */
  readonly fileMs: number
  readonly env?: Readonly<Record<string, string>>
  /** Told of each file as soon as it is known what becomes of it. */
  readonly note: (file: string, result: FileOutcome) => void
  /** Told from time to time where a process is that has not got on: in which test of which file. */
  readonly noteWaiting?: (file: string, test: string | undefined, seconds: number) => void
}

/** What the process itself can know of a file. */
export type FileOutcome = Omit<FileResult, 'commit'>

const WAITING_IS_TOLD_AFTER_MS = 30_000

/** Each writes its progress to a file of its own. */
let processCount = 0

/** Relative to the root, with slashes. */
export function filesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, 'test', folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts'))
    .map(file => `test/${folder}/${file.replaceAll('\\', '/')}`)
    .sort()
}

export async function runCoreTests(
  installed: InstalledRuntime,
  files: readonly string[],
  options: CoreTestsOptions,
): Promise<void> {
  const { root, scratch, silenceMs, startMs, fileMs, env, note, noteWaiting } = options
  const noted = new Set<string>()
  const secondsOf = new Map<string, number>()
  for (let left = files; left.length > 0; left = files.filter(file => !noted.has(file))) {
    const progressFile = join(scratch, `progress-${++processCount}.jsonl`)
    const seen = new SeenFiles()
    const startedMs = performance.now()
    let fileStartedMs = startedMs
    let toldMs = startedMs
    const secondsOfFile = () => Math.round((performance.now() - fileStartedMs) / 100) / 10
    const look = () => {
      const lastBefore = seen.last
      seen.read(textOf(progressFile))
      for (const [file, { hasEnded, result }] of seen.files) {
        if (!hasEnded || noted.has(file)) continue
        noted.add(file)
        const seconds = secondsOfFile()
        secondsOf.set(file, seconds)
        note(file, { ...result, seconds })
        fileStartedMs = performance.now()
      }
      if (seen.last !== lastBefore) toldMs = performance.now()
    }
    const isOverdue = () => {
      const nowMs = performance.now()
      const { last } = seen
      if (last !== undefined && !noted.has(last) && nowMs - toldMs >= WAITING_IS_TOLD_AFTER_MS) {
        toldMs = nowMs
        noteWaiting?.(last, seen.file(last).running, secondsOfFile())
      }
      return nowMs - fileStartedMs >= (last === undefined ? startMs : fileMs)
    }
    const end = await runLimited(installed.program, vitestArguments(installed, root, left), {
      cwd: root,
      env: {
        ...process.env,
        ...env,
        NO_COLOR: '1',
        COPPICE_COMPAT_PROGRESS: progressFile,
        COPPICE_COMPAT_MODULES: join(scratch, `modules-${installed.identity}`),
        // Node from 22.1 on keeps there what it has compiled.
        NODE_COMPILE_CACHE: join(scratch, 'compiled'),
        COPPICE_COMPAT_RUNTIME: installed.identity,
      },
      silenceMs: () => (seen.last === undefined ? startMs : silenceMs),
      isOverdue,
      progressFile,
      onProgress: look,
    })
    look()
    if (left.every(file => noted.has(file))) {
      const last = seen.last ?? left.at(-1)!
      const seconds = secondsOf.get(last) ?? 0
      noteAfterEnd(last, seen, end, outcome => note(last, { ...outcome, seconds }))
      return
    }
    // The process has stopped in this one.
    const stopped =
      left.find(file => file === seen.last && !noted.has(file)) ?? left.find(file => !noted.has(file))!
    const file = seen.file(stopped)
    noted.add(stopped)
    note(stopped, { ...file.result, seconds: secondsOfFile(), ...stop(stopped, file, seen.errors, end) })
  }
}

function vitestArguments({ runtime }: InstalledRuntime, root: string, files: readonly string[]): string[] {
  return [
    ...argumentsOf(runtime),
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--config=${join(root, 'test/compat/vitest.config.ts')}`,
    // One file at a time: the one that hangs is known.
    '--maxWorkers=1',
    `--reporter=${join(root, 'test/compat/reporter.ts')}`,
    ...files,
  ]
}

/** Why a process that has not got through all of its files has ended, said of the file in which it stopped. */
function stop(
  file: string,
  { running, result: { failures } }: SeenFile,
  errors: readonly string[],
  end: LimitedEnd,
): Pick<FileOutcome, 'failures' | 'hasHung'> {
  const where = running === undefined ? '' : `, in "${running}"`
  const text = end.hasHung
    ? `${file}: hangs${where}`
    : `${file}: the process ended (${end.signal ?? end.status})${where}: ${[...errors, end.stderr.slice(-2000)].join('\n')}`
  return { failures: [...failures, text], hasHung: end.hasHung }
}

/** All files have ended, and the process has not, or has something to say of none of them. */
function noteAfterEnd(
  last: string,
  seen: SeenFiles,
  end: LimitedEnd,
  note: (outcome: FileOutcome) => void,
): void {
  const { result } = seen.file(last)
  const more = [...seen.errors]
  const hasFailed = [...seen.files.values()].some(one => one.result.failures.length > 0)
  if (end.hasHung) more.push(`${last}: hangs behind the last test`)
  else if (end.signal !== null || (end.status !== 0 && !hasFailed && more.length === 0)) {
    more.push(
      `${last}: the process ended (${end.signal ?? end.status}) behind the last test: ${end.stderr.slice(-2000)}`,
    )
  }
  if (more.length > 0) note({ ...result, failures: [...result.failures, ...more], hasHung: end.hasHung })
}

interface SeenFile {
  result: FileOutcome
  hasEnded: boolean
  /** The test that has begun and not ended. */
  running: string | undefined
}

/** What a process has told of its files. */
class SeenFiles {
  files = new Map<string, SeenFile>()
  /** The file that began last. */
  last: string | undefined
  /** Of no file. */
  errors: readonly string[] = []

  file(name: string): SeenFile {
    let file = this.files.get(name)
    if (file === undefined) {
      file = {
        result: { passed: 0, skipped: [], failures: [], hasHung: false, seconds: 0 },
        hasEnded: false,
        running: undefined,
      }
      this.files.set(name, file)
    }
    return file
  }

  /** @param text all that was told so far */
  read(text: string): void {
    this.files = new Map()
    // A process that was ended may have left half of a line.
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
      if (line !== '') this.note(JSON.parse(line) as Progress)
    }
  }

  private note(event: Progress): void {
    if (event.kind === 'all end') {
      this.errors = event.errors
      return
    }
    const file = this.file(event.file)
    const { result } = file
    switch (event.kind) {
      case 'file begins':
        this.last = event.file
        break
      case 'test begins':
        file.running = event.test
        break
      case 'test ends':
        file.running = undefined
        if (event.state === 'passed') file.result = { ...result, passed: result.passed + 1 }
        else if (event.state === 'skipped') {
          file.result = { ...result, skipped: [...result.skipped, event.test] }
        } else {
          const failure = `${event.file}: ${event.test}: ${event.errors.join('\n')}`
          file.result = { ...result, failures: [...result.failures, failure] }
        }
        break
      case 'file ends': {
        file.hasEnded = true
        const failures = event.errors.map(error => `${event.file}: ${error}`)
        file.result = { ...result, failures: [...result.failures, ...failures] }
      }
    }
  }
}
