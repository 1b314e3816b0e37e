/** What was found so far, in a file, so that a long run can be done in pieces; and which sources it was found of. */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { RuntimeReports } from './report.ts'

const FORMAT = 2

interface Stored {
  readonly format: number
  readonly isAll: boolean
  readonly reports: RuntimeReports
}

export class CompatRecord {
  readonly reports: RuntimeReports
  private readonly path: string | undefined
  private readonly isAll: boolean

  /** @throws Error what is in the file is no such record, or one of a run with other options */
  constructor(path: string | undefined, isAll: boolean) {
    this.path = path
    this.isAll = isAll
    this.reports = path !== undefined && existsSync(path) ? readStored(path, isAll).reports : {}
  }

  /** Whoever ends this process meanwhile leaves the record of before. */
  keep(): void {
    if (this.path === undefined) return
    const stored: Stored = { format: FORMAT, isAll: this.isAll, reports: this.reports }
    writeFileSync(`${this.path}.new`, `${JSON.stringify(stored, undefined, 1)}\n`)
    renameSync(`${this.path}.new`, this.path)
  }
}

function readStored(path: string, isAll: boolean): Stored {
  const refuse = (why: string): never => {
    throw new Error(`--record ${path}: ${why}; name another file, or remove it to begin anew`)
  }
  let stored: Partial<Stored>
  try {
    stored = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return refuse(`is not JSON (${(error as Error).message})`)
  }
  if (stored.format !== FORMAT) refuse(`is not a record of this command (format ${FORMAT} expected)`)
  if (stored.isAll !== isAll) refuse(`was made ${stored.isAll === true ? 'with' : 'without'} --all`)
  return stored as Stored
}

/** The commit of the sources, and whether they were changed since. */
export function commitOf(root: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'test', 'props', 'package.json')
    return `${git('rev-parse', '--short=9', 'HEAD')}${changed === '' ? '' : ' with changes'}`
  } catch {
    return 'unknown (no git)'
  }
}
