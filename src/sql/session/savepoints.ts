/**
 * The savepoints of one transaction, by name, and what going back to one takes back of the session. Bounded: who sets them pays
 * for none of them, and each keeps where the cursors and the settings were.
 */

import { SqlError } from '../errors.ts'
import type { SessionEnvironment } from './environment.ts'
import type { Unit, UnitSavepoint } from './unit.ts'

/**
 * JDBC's `autosave=always` sets one before each statement and releases none of them, so that there may be many; a thousand take
 * some megabyte.
 */
export const SAVEPOINTS_MAX = 50_000
/** Of cursors and settings in all savepoints. */
export const KEPT_MAX = 1_000_000

interface Savepoint {
  readonly name: string
  /** Undefined: nothing was written before it. */
  readonly savepoint: UnitSavepoint | undefined
  /** How much there was to do after the commit. */
  readonly afterCommitCount: number
  /** How many advisory locks the transaction had. */
  readonly lockCount: number
  /** What was set and declared since goes with what was written. */
  readonly restoreSettings: () => void
  readonly closeLaterCursors: () => void
  /** Cursors and settings that it and those before it keep. */
  readonly keptCount: number
}

export class Savepoints {
  private readonly list: Savepoint[] = []

  /** @param unit what the transaction has open @throws SqlError 53400 there are too many */
  set(name: string, environment: SessionEnvironment, unit: Unit | undefined, afterCommitCount: number): void {
    const { settings, cursors } = environment
    const { list } = this
    const keptCount = (list.at(-1)?.keptCount ?? 0) + cursors.count + settings.savepointSize
    if (list.length >= SAVEPOINTS_MAX || keptCount > KEPT_MAX) throw tooMany(list.length)
    list.push({
      name,
      savepoint: unit?.kind === 'write' ? unit.savepoint() : undefined,
      afterCommitCount,
      lockCount: environment.advisoryLocks.transactionCount,
      restoreSettings: settings.savepoint(),
      closeLaterCursors: cursors.savepoint(),
      keptCount,
    })
  }

  /** Of the last one: what a failed statement leaves. */
  get lastLockCount(): number {
    return this.list.at(-1)?.lockCount ?? 0
  }

  /** Forgets it and those that were set after it. @throws SqlError 3B001 */
  release(name: string): void {
    const at = this.find(name)
    this.list[at].savepoint?.release()
    this.list.length = at
  }

  /** Takes back what the session has done since; those that were set after it are gone. @throws SqlError 3B001 */
  goBackTo(name: string): Pick<Savepoint, 'savepoint' | 'afterCommitCount' | 'lockCount'> {
    const at = this.find(name)
    const found = this.list[at]
    found.closeLaterCursors()
    found.restoreSettings()
    this.list.length = at + 1
    return found
  }

  private find(name: string): number {
    const { list } = this
    for (let at = list.length - 1; at >= 0; at--) if (list[at].name === name) return at
    throw new SqlError('3B001', `savepoint "${name}" does not exist`)
  }
}

function tooMany(count: number): SqlError {
  return new SqlError('53400', `more than ${count} savepoints in a transaction`, {
    detail: `There may be ${SAVEPOINTS_MAX}, and ${KEPT_MAX} states of cursors and settings in them.`,
    hint: 'RELEASE SAVEPOINT those that are not needed any more.',
  })
}
