/**
 * What all commands but the shell share: opening the database, progress, Ctrl-C, and results as text for people or as one
 * JSON object for programs.
 */

import type { Command } from 'commander'
import { type Database, type OpenOptions, open, type Progress } from '../../index.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { type Colours, coloursFor } from '../output/colours.ts'
import { errorText } from '../output/error-text.ts'
import { ProgressLine, type Unit } from '../output/progress.ts'
import { describeError } from '../session/sent-error.ts'
import { Session } from '../session/session.ts'
import { UsageError } from '../usage-error.ts'

/** How often a database is tried that another process has open. */
const RETRY_MS = 100

/** The database cannot be opened. */
class NotOpened extends Error {}

export interface TaskOptions {
  readonly json?: true
  readonly quiet?: true
  readonly unsafeLock?: true
}

export class Task {
  readonly colours: Colours
  readonly errorColours: Colours
  readonly signal: AbortSignal
  readonly progress: ProgressLine
  readonly isJson: boolean
  private readonly options: TaskOptions

  constructor(options: TaskOptions, signal: AbortSignal) {
    this.options = options
    this.signal = signal
    this.isJson = options.json ?? false
    this.colours = coloursFor(process.stdout, process.env)
    this.errorColours = coloursFor(process.stderr, process.env)
    this.progress = new ProgressLine(process.stderr, this.errorColours)
  }

  /** @param waitMs for another process that has it open */
  async open(path: string, options: OpenOptions = {}, waitMs = 0): Promise<Database> {
    const unsafeLock = this.options.unsafeLock ?? false
    const { readOnly = false } = options
    const begin = () => open(path, { create: false, unsafeLock, ...options })
    return this.opened(path, readOnly, () => this.unlocked(path, waitMs, begin))
  }

  private async unlocked<T>(path: string, waitMs: number, begin: () => Promise<T>): Promise<T> {
    const endMs = performance.now() + waitMs
    for (let tries = 1; ; tries++) {
      try {
        return await begin()
      } catch (error) {
        if (describeError(error).code !== 'LOCKED' || performance.now() >= endMs) throw error
        if (tries === 1) this.note(`${path} is open in another process: waiting`)
      }
      await new Promise(resolve => setTimeout(resolve, RETRY_MS))
    }
  }

  /** The same in a thread of its own, where statements can be cancelled while they run. */
  async openSession(path: string, { readOnly }: { readonly readOnly: boolean }): Promise<Session> {
    const unsafeLock = this.options.unsafeLock ?? false
    return this.opened(path, readOnly, () => Session.open(path, { readOnly, create: false, unsafeLock }))
  }

  /** Whoever only reads wants what there is, also after a crash: then the database is opened for writing once, which recovers it. */
  private async opened<T>(path: string, readOnly: boolean, begin: () => Promise<T>): Promise<T> {
    try {
      try {
        return await begin()
      } catch (error) {
        if (!readOnly || describeError(error).code !== 'READ_ONLY') throw error
        this.note(`${path} was not closed cleanly: it is recovered`)
        const recovered = await open(path, { create: false, unsafeLock: this.options.unsafeLock ?? false })
        recovered.close()
        return await begin()
      }
    } catch (error) {
      throw new NotOpened('', { cause: error })
    }
  }

  /** For the options of long operations. */
  onProgress(label: string, unit: Unit): (progress: Progress) => void {
    return ({ phase, done, total }) => this.progress.update(`${label}: ${phase}`, done, total, unit)
  }

  /** Whether what is written there is not seen where progress is: rows on a terminal and a line of progress would mix. */
  isBesides(file: string): boolean {
    return file !== '-' || process.stdout.isTTY !== true
  }

  /** Something that people want to know while it goes on. */
  note(text: string): void {
    if (this.options.quiet) return
    this.progress.clear()
    process.stderr.write(`${text}\n`)
  }

  /** What came of it. */
  result(object: object, text: string): void {
    this.progress.clear()
    if (this.isJson) process.stdout.write(`${JSON.stringify(object, jsonSafe)}\n`)
    else if (!this.options.quiet) process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }
}

function jsonSafe(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return value
}

/** Options that all commands have. */
export function withTaskOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print errors only')
    .option(
      '--unsafe-lock',
      'go on where the machine has no safe lock: then no other process may open the file',
    )
}

/** How a command ends before its time. */
interface Manners {
  /**
   * It works without pauses in which Ctrl-C could be heard, so that is left to the system, which ends the process. What was not
   * committed is gone, and the database recovers when it is opened.
   */
  readonly leavesCtrlC?: boolean
}

/** Runs a command; says what failed. */
export async function runTask(
  options: TaskOptions,
  run: (task: Task) => Promise<ExitCode | undefined>,
  { leavesCtrlC = false }: Manners = {},
): Promise<ExitCode> {
  const abort = new AbortController()
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted)
    abort.abort(new UsageError('interrupted; nothing was changed'))
  }
  if (!leavesCtrlC) process.on('SIGINT', onSignal)
  const task = new Task(options, abort.signal)
  try {
    return (await run(task)) ?? EXIT.ok
  } catch (error) {
    task.progress.clear()
    const cause = error instanceof NotOpened ? error.cause : error
    const style = { colours: task.errorColours, asJson: task.isJson, isVerbose: false }
    if (cause instanceof UsageError && !task.isJson) process.stderr.write(`coppice: ${cause.message}\n`)
    else process.stderr.write(errorText(describeError(cause), style))
    if (abort.signal.aborted) return EXIT.interrupted
    return error instanceof NotOpened ? EXIT.notOpened : EXIT.failed
  } finally {
    // Where the rows themselves went to standard output there is no result that takes its place.
    task.progress.clear()
    process.off('SIGINT', onSignal)
  }
}
