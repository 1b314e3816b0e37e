/** Processes that may hang: each is the head of a group of its own, which is ended as a whole when its time is over. */

import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

export interface LimitedOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** How long it may say nothing: neither on its outputs nor in `progressFile`. */
  readonly silenceMs: () => number
  /** Asked all the time: whether it has taken too long, whatever it says. */
  readonly isOverdue?: () => boolean
  readonly progressFile?: string
  /** Called when `progressFile` has grown. */
  readonly onProgress?: () => void
}

export interface LimitedEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** It was ended: it had said nothing for too long, or was overdue. */
  readonly hasHung: boolean
  readonly stdout: string
  /** The end of it. */
  readonly stderr: string
}

const LOOK_EVERY_MS = 250
const OUTPUT_MAX = 1 << 20
/** What is still on its way when a process has ended; a descendant in a group of its own may hold the pipes open for ever. */
const LAST_OUTPUT_MS = 5000

/** The groups that run now: they end with this process, which a signal does not tell them. */
const running = new Set<number>()

export function endAllGroups(): void {
  for (const processId of running) endGroup(processId)
}

export async function runLimited(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, silenceMs, isOverdue, progressFile, onProgress }: LimitedOptions,
): Promise<LimitedEnd> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  if (child.pid !== undefined) running.add(child.pid)
  let stdout = ''
  let stderr = ''
  let hasHung = false
  let heardMs = performance.now()
  let sizeBefore = 0
  child.stdout.on('data', chunk => {
    heardMs = performance.now()
    stdout = (stdout + chunk).slice(-OUTPUT_MAX)
  })
  child.stderr.on('data', chunk => {
    heardMs = performance.now()
    stderr = (stderr + chunk).slice(-OUTPUT_MAX)
  })
  const timer = setInterval(() => {
    const size = progressFile === undefined ? 0 : sizeOf(progressFile)
    if (size !== sizeBefore) {
      heardMs = performance.now()
      sizeBefore = size
      onProgress?.()
    }
    if (performance.now() - heardMs < silenceMs() && isOverdue?.() !== true) return
    hasHung = true
    endGroup(child.pid)
  }, LOOK_EVERY_MS)
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()))
  try {
    const { status, signal } = await new Promise<Pick<LimitedEnd, 'status' | 'signal'>>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (status, signal) => resolve({ status, signal }))
    })
    // What it has started and left behind.
    endGroup(child.pid)
    await withinMs(LAST_OUTPUT_MS, closed)
    return { status, signal, hasHung, stdout, stderr }
  } finally {
    clearInterval(timer)
    if (child.pid !== undefined) running.delete(child.pid)
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

async function withinMs(ms: number, awaited: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([awaited, over])
  clearTimeout(timer)
}

function endGroup(processId: number | undefined): void {
  if (processId === undefined) return
  try {
    process.kill(-processId, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

export function textOf(path: string): string {
  return sizeOf(path) === 0 ? '' : readFileSync(path, 'utf8')
}
