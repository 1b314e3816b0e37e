/**
 * Faults at chosen system calls, injected by `strace`: the kernel's own answer is replaced, or the process killed, as
 * it enters the Nth call of a kind. The engine is the real one and knows nothing of it.
 *
 * `strace` counts by thread: with one thread for asynchronous calls (`FAULT_ENVIRONMENT`) there are two counts, one of the
 * blocking calls and one of the others, and a fault may happen in both.
 */

import { spawnSync } from 'node:child_process'

/** The ways in which the engine changes what is on disk, each with the names that kernels and libraries have for it. */
export const CALLS = {
  pwrite: '?pwrite64',
  pwritev: '?pwritev,?pwritev2',
  fdatasync: 'fdatasync',
  fsync: 'fsync',
  ftruncate: '?ftruncate,?ftruncate64',
  rename: '?rename,?renameat,?renameat2',
  unlink: '?unlink,?unlinkat',
} as const

export type Call = keyof typeof CALLS
export type SystemError = 'EIO' | 'ENOSPC' | 'EDQUOT'

/** Something happens at the `nth` call, if `every` is given, also at each `every`th after it (1: all). */
export interface Fault {
  readonly call: Call
  readonly does: 'kill' | SystemError
  readonly nth: number
  readonly every?: number
}

/** One thread for asynchronous calls, and each of them a system call of its own. */
export const FAULT_ENVIRONMENT = { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' }

/** Shown in the log beside the calls: what the process says. Enough of a line to tell them apart. */
const SHOWN_BYTES = 60
const QUIET = ['-f', '-qq', '-e', 'signal=none', '-s', String(SHOWN_BYTES)]
/** Stops a process at the calls of interest only, not at all. What is to kill does not happen with it. */
const FAST = '--seccomp-bpf'

/** The command that runs `command` under strace, with the calls in `log`. Without a fault it only watches. */
export function straceCommand(log: string, fault: Fault | undefined, command: readonly string[]): string[] {
  const watched = ['write', ...Object.values(CALLS)].join(',')
  const speed = fault?.does === 'kill' ? [] : [FAST]
  return ['strace', ...speed, ...QUIET, '-o', log, '-e', `trace=${watched}`, ...injection(fault), ...command]
}

function injection(fault: Fault | undefined): string[] {
  if (fault === undefined) return []
  const what = fault.does === 'kill' ? 'signal=KILL' : `error=${fault.does}`
  const { every } = fault
  const repeated = every === undefined ? '' : every === 1 ? '+' : `+${every}`
  return ['-e', `inject=${CALLS[fault.call]}:${what}:when=${fault.nth}${repeated}`]
}

/** What is said of a fault when something goes wrong after it. */
export function describeFault({ call, does, nth, every }: Fault): string {
  const repeated =
    every === undefined ? '' : every === 1 ? ' and all later ones' : ` and each ${every}th after it`
  return `${does} at ${call} ${nth}${repeated}`
}

/** Why faults cannot be injected here; undefined when both errors and kills can. */
export function whyNoInjection(): string | undefined {
  if (process.platform !== 'linux') return 'strace is for Linux'
  const program =
    'try { fs.fdatasyncSync(1) } catch (error) { process.exitCode = error.code === "EIO" ? 42 : 1 }'
  for (const does of ['EIO', 'kill'] as const) {
    const command = straceCommand('/dev/null', { call: 'fdatasync', does, nth: 1 }, [
      process.execPath,
      '-e',
      program,
    ])
    const [file, ...parts] = command
    const { status, signal, error, stderr } = spawnSync(file, parts, { encoding: 'utf8', timeout: 10_000 })
    if (error !== undefined) return `strace cannot be run: ${error.message}`
    if (does === 'kill' ? signal === 'SIGKILL' : status === 42) continue
    const complaint = stderr.trim().split('\n').at(-1) || `exit status ${status}`
    return `strace does not inject ${does} here: ${complaint}`
  }
  return undefined
}

const CALL_PATTERN = /^\d+ +(\w+)\(/
const SAID_PATTERN = /^\d+ +write\(1, "(.*?)\\n"/

/** A log of strace, with the lines that the process said between the calls that it made. */
export type LoggedEvent =
  | { readonly kind: 'call'; readonly call: Call; readonly thread: string; readonly isInjected: boolean }
  | { readonly kind: 'said'; readonly line: string; readonly thread: string }

const callOfName = new Map<string, Call>()
for (const [call, names] of Object.entries(CALLS)) {
  for (const name of names.split(',')) callOfName.set(name.replace('?', ''), call as Call)
}

/** The events of a log, in their order. */
export function eventsOf(log: string): LoggedEvent[] {
  const events: LoggedEvent[] = []
  for (const line of log.split('\n')) {
    const thread = line.slice(0, line.indexOf(' '))
    const said = SAID_PATTERN.exec(line)
    if (said !== null) events.push({ kind: 'said', line: said[1], thread })
    const name = CALL_PATTERN.exec(line)?.[1] ?? /<\.\.\. (\w+) resumed/.exec(line)?.[1]
    const call = name === undefined ? undefined : callOfName.get(name)
    if (call === undefined) continue
    const isInjected = line.includes('(INJECTED)')
    // A call that another thread's interrupted has two lines; only a fault is told on the second one.
    if (isInjected || !line.includes('resumed>')) events.push({ kind: 'call', call, thread, isInjected })
  }
  return events
}

/** How often each call was made, by the thread that made it most often. */
export function countsOf(events: readonly LoggedEvent[]): Record<Call, number> {
  const byThread = new Map<string, number>()
  const counts = { pwrite: 0, pwritev: 0, fdatasync: 0, fsync: 0, ftruncate: 0, rename: 0, unlink: 0 }
  for (const event of events) {
    if (event.kind !== 'call') continue
    const place = `${event.thread} ${event.call}`
    const count = (byThread.get(place) ?? 0) + 1
    byThread.set(place, count)
    counts[event.call] = Math.max(counts[event.call], count)
  }
  return counts
}
