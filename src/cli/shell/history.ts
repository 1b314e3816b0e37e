/** What was typed, in a file in the user's state folder: an entry a line. */

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

export const HISTORY_MAX = 5000

/** Where it is kept: COPPICE_HISTORY, or where the system's users expect it. */
export function historyFile(environment: NodeJS.ProcessEnv): string {
  if (environment.COPPICE_HISTORY !== undefined) return environment.COPPICE_HISTORY
  if (process.platform === 'win32' && environment.LOCALAPPDATA !== undefined) {
    return join(environment.LOCALAPPDATA, 'coppice', 'history')
  }
  return join(environment.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'coppice', 'history')
}

export class History {
  /** Oldest first. */
  readonly entries: string[]
  private readonly file: string
  private canWrite = true

  constructor(file: string) {
    this.file = file
    this.entries = readEntries(file)
    try {
      mkdirSync(dirname(file), { recursive: true })
      if (this.entries.length > HISTORY_MAX) {
        this.entries.splice(0, this.entries.length - HISTORY_MAX)
        writeFileSync(file, `${this.entries.join('\n')}\n`, { mode: 0o600 })
      }
    } catch {
      // Without a place to write there is the history of this session.
      this.canWrite = false
    }
  }

  /** Each once. */
  get newestFirst(): readonly string[] {
    return [...new Set(this.entries.toReversed())]
  }

  /** @param entry one line */
  add(entry: string): void {
    const line = entry.trimEnd()
    if (line === '' || line === this.entries.at(-1)) return
    this.entries.push(line)
    if (!this.canWrite) return
    try {
      appendFileSync(this.file, `${line}\n`, { mode: 0o600 })
    } catch {
      this.canWrite = false
    }
  }
}

function readEntries(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== '')
  } catch {
    return []
  }
}
