/** `\e`: statements written with the user's editor. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../usage-error.ts'
import type { Shell } from './shell.ts'

/** What the file, or a new one that begins with `text`, says after it was edited. @throws UsageError */
export function editText(shell: Shell, path: string | undefined, text: string): string {
  const folder = path === undefined ? mkdtempSync(join(tmpdir(), 'coppice-')) : undefined
  const file = path ?? join(folder!, 'statement.sql')
  try {
    if (folder !== undefined) writeFileSync(file, text === '' ? '' : `${text};\n`, { mode: 0o600 })
    shell.io.screen?.giveAway()
    const { VISUAL, EDITOR } = process.env
    const editor = VISUAL ?? EDITOR ?? (process.platform === 'win32' ? 'notepad' : 'vi')
    const { status, error } = spawnSync(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
    if (error !== undefined || status !== 0) {
      throw new UsageError(`\\e: ${editor} ${error === undefined ? `ended with ${status}` : error.message}`)
    }
    return readFileSync(file, 'utf8')
  } finally {
    shell.io.screen?.takeBack()
    if (folder !== undefined) rmSync(folder, { recursive: true })
  }
}
