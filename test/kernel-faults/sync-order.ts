/**
 * What a loss of power could take, read off the calls that a process made: files with writes that no sync followed,
 * directories with names that no sync followed. A killed process shows none of it, because the kernel's cache outlives it.
 *
 * What must hold:
 * S1. When the database was opened or closed, a commit, a flush or a backup acknowledged, what that rests on is durable:
 *     all names, the log, and the database, unless commits rest on the log.
 * S2. A file header is written when everything before it in the file is durable; but not one that only names a new log.
 * S3. A log is removed when the database is durable.
 * S4. A file gets its final name when it is durable.
 *
 * A file that is only cut may come back longer: nothing is at its end.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { FAULT_ENVIRONMENT } from './strace.ts'

const CALLS = 'write,?pwrite64,?pwritev,?pwritev2,fdatasync,fsync,?rename,?renameat,?renameat2,?unlink,openat'
const SHOWN_BYTES = 60
const LIFE_MS_MAX = 60_000

/** Runs a command and returns all of its calls that concern this. @throws Error when it fails */
export function callsOf(log: string, command: readonly string[]): string[] {
  const options = ['-f', '-qq', '-y', '--seccomp-bpf', '-e', 'signal=none', '-s', String(SHOWN_BYTES)]
  const { status, stdout, stderr } = spawnSync(
    'strace',
    [...options, '-o', log, '-e', `trace=${CALLS}`, ...command],
    {
      encoding: 'utf8',
      timeout: LIFE_MS_MAX,
      env: { ...process.env, ...FAULT_ENVIRONMENT },
    },
  )
  if (status !== 0 || !stdout.endsWith('end\n')) throw new Error(`the process failed: ${stdout}\n${stderr}`)
  return joinInterrupted(readFileSync(log, 'utf8').split('\n'))
}

/**
 * A call that another thread's interrupted has two lines. A sync counts when it ends: what was written meanwhile
 * is left to the next one by rule, since `strace` shows it before.
 */
function joinInterrupted(lines: readonly string[]): string[] {
  const begun = new Map<string, string>()
  const joined: string[] = []
  for (const line of lines) {
    const thread = line.slice(0, line.indexOf(' '))
    const resumed = /<\.\.\. \w+ resumed>(.*)/.exec(line)
    if (line.endsWith('<unfinished ...>')) begun.set(thread, line.slice(0, -'<unfinished ...>'.length))
    else joined.push(resumed === null ? line : `${begun.get(thread) ?? ''}${resumed[1]}`)
  }
  return joined
}

const SAID = /^\d+ +write\(1(?:<.*?>)?, "(.*?)\\n"/
const OF_FILE = /^\d+ +(pwrite\w+|fdatasync|fsync)\(\d+<(.*?)>(.*)/
const CREATED = /^\d+ +openat\(.*?, "(.*?)", \S*O_CREAT.* = \d+/
const RENAMED = /^\d+ +rename\w*\([^"]*"(.*?)", [^"]*"(.*?)".* = 0$/
const REMOVED = /^\d+ +unlink\("(.*?)"\) += 0$/

/** What is acknowledged by the time of these words. */
const ACKNOWLEDGING = /^(found|done|backup|end)\b/

/** The breaches of S1 to S4, in words. `directory`: where the files are. `byCheckpoint`: no commit rests on a log. */
export function breachesIn(calls: readonly string[], directory: string, byCheckpoint: boolean): string[] {
  const unsynced = new Set<string>()
  const breaches: string[] = []
  let isLogNew = false
  function demandDurable(path: string, what: string): void {
    if (unsynced.has(path)) breaches.push(`${basename(path)} is not synced when ${what}`)
  }

  for (const call of calls) {
    const said = SAID.exec(call)?.[1]
    if (said !== undefined && ACKNOWLEDGING.test(said)) {
      for (const path of unsynced) {
        // A checkpoint may be under way beside commits that rest on the log.
        const mayBeAhead = /\.db$/.test(path) && !byCheckpoint && said.startsWith('done')
        if (!mayBeAhead) demandDurable(path, `it says '${said}'`)
      }
    }

    const [, operation, path, rest] = OF_FILE.exec(call) ?? []
    if (operation !== undefined && dirname(path).startsWith(dirname(directory))) {
      if (operation.endsWith('sync')) {
        if (rest.endsWith('= 0')) unsynced.delete(path)
        continue
      }
      const isHeader = rest.startsWith(', "COPPICE\\n') && !path.endsWith('-creating')
      if (isHeader && !isLogNew) demandDurable(path, 'its header is written')
      if (isHeader) isLogNew = false
      unsynced.add(path)
    }

    const created = CREATED.exec(call)?.[1]
    if (created !== undefined && dirname(created) === directory) {
      unsynced.add(directory)
      isLogNew = /-wal[01]$/.test(created)
    }
    const [, from, to] = RENAMED.exec(call) ?? []
    if (from !== undefined && dirname(from) === directory) {
      demandDurable(from, `it becomes ${basename(to)}`)
      unsynced.add(directory)
    }
    const removed = REMOVED.exec(call)?.[1]
    if (removed !== undefined && dirname(removed) === directory) {
      unsynced.delete(removed)
      if (/-wal[01]$/.test(removed))
        demandDurable(removed.replace(/-wal[01]$/, ''), `${basename(removed)} is removed`)
    }
  }
  return breaches
}
