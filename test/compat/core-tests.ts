/**
 * The tests of one folder in one runtime, by vitest. A file that hangs, or takes its process with it, is named, and the files
 * behind it are run all the same, in another process.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type LimitedEnd, runLimited, textOf } from './limited.ts'
import type { FileResult } from './report.ts'
import type { Progress } from './reporter.ts'
import { argumentsOf, type Runtime } from './runtimes.ts'

export interface CoreTestsOptions {
  readonly root: string
  readonly scratch: string
  readonly silenceMs: number
  /** Told of each file as soon as it is known what becomes of it. */
  readonly note: (file: string, result: FileResult) => void
}

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
  runtime: Runtime,
  program: string,
  files: readonly string[],
  { root, scratch, silenceMs, note }: CoreTestsOptions,
): Promise<void> {
  const noted = new Set<string>()
  for (let left = files; left.length > 0; left = files.filter(file => !noted.has(file))) {
    const progressFile = join(scratch, `progress-${++processCount}.jsonl`)
    const seen = new SeenFiles()
    const noteEnded = () => {
      seen.read(textOf(progressFile))
      for (const [file, { hasEnded, result }] of seen.files) {
        if (!hasEnded || noted.has(file)) continue
        noted.add(file)
        note(file, result)
      }
    }
    const end = await runLimited(program, vitestArguments(runtime, root, left), {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', COPPICE_COMPAT_PROGRESS: progressFile },
      silenceMs,
      progressFile,
      onProgress: noteEnded,
    })
    noteEnded()
    if (left.every(file => noted.has(file))) {
      noteAfterEnd(left.at(-1)!, seen, end, note)
      return
    }
    // The process has stopped in this one.
    const stopped =
      left.find(file => file === seen.last && !noted.has(file)) ?? left.find(file => !noted.has(file))!
    const { running, result } = seen.file(stopped)
    noted.add(stopped)
    note(stopped, { ...result, ...stop(stopped, running, result, end) })
  }
}

function vitestArguments(runtime: Runtime, root: string, files: readonly string[]): string[] {
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

function stop(
  file: string,
  running: string | undefined,
  { failures }: FileResult,
  end: LimitedEnd,
): Pick<FileResult, 'failures' | 'hasHung'> {
  const where = running === undefined ? '' : `, in "${running}"`
  const text = end.hasHung
    ? `${file}: hangs${where}`
    : `${file}: the process ended (${end.signal ?? end.status})${where}: ${end.stderr.slice(-2000)}`
  return { failures: [...failures, text], hasHung: end.hasHung }
}

/** All files have ended, and the process has not, or has something to say of none of them. */
function noteAfterEnd(last: string, seen: SeenFiles, end: LimitedEnd, note: CoreTestsOptions['note']): void {
  const { result } = seen.file(last)
  const failures = [...result.failures, ...seen.errors]
  if (end.hasHung) failures.push(`${last}: hangs behind the last test`)
  if (failures.length > result.failures.length) note(last, { ...result, failures, hasHung: end.hasHung })
}

interface SeenFile {
  result: FileResult
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
        result: { passed: 0, skipped: 0, failures: [], hasHung: false },
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
        else if (event.state === 'skipped') file.result = { ...result, skipped: result.skipped + 1 }
        else {
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
