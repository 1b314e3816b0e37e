/** The file that a command is to make, when there is one of that name already: asked before anything is read or checked. */

import { realpathSync, type Stats, statSync } from 'node:fs'
import { CoppiceError } from '../../index.ts'
import { bytesText } from '../output/quantities.ts'
import { UsageError } from '../usage-error.ts'

/**
 * @param source what the file is made of
 * @param loss what replacing it means, and what can be done before
 * @throws CoppiceError ALREADY_EXISTS, UsageError
 */
export function refuseReplacing(source: string, target: string, overwrite: boolean, loss: string): void {
  const there = statSync(target, { throwIfNoEntry: false })
  if (there === undefined) return
  if (there.isDirectory())
    throw new UsageError(`${target} is a folder: name the file that is to be made in it`)
  if (isSame(source, target)) throw new UsageError(`${target} is what is read: name another file to be made`)
  if (overwrite) return
  throw new CoppiceError(
    'ALREADY_EXISTS',
    `${target} is there already (${bytesText(there.size)}, last changed ${minuteOf(there)}), and nothing was changed. ` +
      `Name another file, or say --overwrite to replace it: ${loss}`,
    { path: target },
  )
}

function isSame(source: string, target: string): boolean {
  try {
    return realpathSync(source) === realpathSync(target)
  } catch {
    // That the source is not there is said when it is opened.
    return false
  }
}

/** `2026-03-01 12:30 UTC` */
function minuteOf({ mtime }: Stats): string {
  return `${mtime.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
