/** Running the process that meets the faults, and what its parent knows afterwards of the database. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { eventsOf, FAULT_ENVIRONMENT, type LoggedEvent } from './strace.ts'

/** A process that takes longer hangs. */
const LIFE_MS_MAX = 60_000

export interface Outcome {
  readonly lines: readonly string[]
  /** The process was killed by a signal. */
  readonly died: boolean
  /** Calls and lines in their order; none without strace. */
  readonly events: readonly LoggedEvent[]
}

export interface RunOptions {
  /** The process is going to be killed, or to kill itself. */
  readonly isDying?: boolean | undefined
  /** Kills so many milliseconds after its first word. */
  readonly killAfterMs?: number | undefined
  /** Where the command has strace write. */
  readonly log?: string | undefined
}

/** Runs a command to its end. @throws when something was not as promised, or it does not end */
export async function runChild(command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [file, ...parts] = command
  const child = spawn(file, parts, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...FAULT_ENVIRONMENT },
    // A process group of its own: killing strace alone would set the process free.
    detached: true,
  })
  let timer = setTimeout(() => killGroup(child.pid), LIFE_MS_MAX)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (words: string) => {
    if (said === '' && options.killAfterMs !== undefined) {
      clearTimeout(timer)
      timer = setTimeout(() => killGroup(child.pid), options.killAfterMs)
    }
    said += words
  })
  const [complaint, [, signal]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ])
  clearTimeout(timer)
  const lines = said.split('\n').slice(0, -1)
  const died = signal === 'SIGKILL'
  const failure = lines.findIndex(line => line.startsWith('failed'))
  if (failure >= 0) {
    throw new Error(`the process ${lines.slice(failure).join('\n')}\nafter ${lines.slice(0, failure)}`)
  }
  if (died && options.killAfterMs === undefined && options.isDying !== true) {
    throw new Error(`the process was still running after ${LIFE_MS_MAX} ms; it had said ${lines}`)
  }
  if (!died && lines.at(-1) !== 'end') {
    throw new Error(`the process ended without a word: ${complaint}\nafter ${lines}`)
  }
  return { lines, died, events: options.log === undefined ? [] : eventsOf(readFileSync(options.log, 'utf8')) }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

/** Which states a database may have, by what its processes said. */
export class Account {
  #acknowledged: number
  readonly #begun: Set<number>
  /** The newest transaction that is in the backup. */
  backedUp = 0

  constructor(acknowledged: number, begun: ReadonlySet<number> = new Set()) {
    this.#acknowledged = acknowledged
    this.#begun = new Set(begun)
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  copy(): Account {
    const copy = new Account(this.#acknowledged, this.#begun)
    copy.backedUp = this.backedUp
    return copy
  }

  /** Takes in what a process said. */
  hear(lines: readonly string[]): void {
    let isAside = false
    for (const line of lines) {
      if (line === 'aside') isAside = true
      else if (line === 'back') isAside = false
      if (isAside) continue
      const [word, value] = line.split(' ')
      const n = Number(value)
      if (word === 'begin') this.#begun.add(n)
      else if (word === 'refused') this.#begun.delete(n)
      else if (word === 'done') this.#acknowledged = Math.max(this.#acknowledged, n)
      else if (word === 'backup') this.backedUp = Math.max(this.backedUp, n)
      else if (word === 'found') this.find(n)
    }
  }

  /** An opening has shown the state after transaction `n`: it must be a possible one, and stays. */
  find(n: number): void {
    if (n < this.#acknowledged)
      throw new Error(`transaction ${this.#acknowledged} was acknowledged, and is lost: ${n}`)
    if (n > this.#acknowledged && !this.#begun.has(n)) {
      throw new Error(
        `transaction ${n} is there, and may not be: only ${[...this.#begun].join(', ')} were begun`,
      )
    }
    this.#acknowledged = n
    this.#begun.clear()
  }
}
