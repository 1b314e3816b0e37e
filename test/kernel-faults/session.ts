/**
 * One opening of a database by the process that meets the faults: it commits transactions of the ledger and tells its
 * parent, a line each, what it began, what was acknowledged and what it was told instead.
 *
 * ```
 *   found n          opened, and n is the newest transaction
 *   begin n          about to commit transactions up to n
 *   done n           acknowledged
 *   refused n        it failed and must not be there
 *   told CODE where  the error that a call failed with
 *   closing
 * ```
 * What an error may be, and what must be true of the database after it, is checked here, where it is told.
 */

import { readdirSync, writeSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import {
  CoppiceError,
  type Database,
  isCoppiceError,
  type OpenOptions,
  type Transaction,
} from '../../src/index.ts'
import { backupPath, committedIn, contentOf, counters, Model, writeTransaction } from '../kill/ledger.ts'
import { openPatiently } from '../kill/open-patiently.ts'

const STDOUT = 1
/** A commit that the disk had no room for is tried again so often. */
const ATTEMPTS = 3

/** The database is poisoned: what is left to do is to close it. */
export class PoisonedEnd extends Error {}

/** A transaction of a group whose predecessor was refused: its number would leave a gap. */
class PredecessorMissing extends Error {}

export function say(line: string): void {
  writeSync(STDOUT, `${line}\n`)
}

/** Something is not as documented; ends the process with a message for the parent. */
export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not as promised: ${what}`)
}

export class Session {
  readonly path: string
  readonly db: Database
  /** The newest transaction that was acknowledged, or found. */
  newest: number
  /** The newest one that was committed, maybe without a sync. */
  #written: number
  /** The newest one that may be there. */
  #begun: number

  /** @throws CoppiceError as opening does */
  constructor(path: string, options: OpenOptions) {
    this.path = path
    this.db = openPatiently(path, options)
    this.newest = this.db.read(committedIn)
    this.#written = this.newest
    this.#begun = this.newest
    say(`found ${this.newest}`)
  }

  /** `db.write`, with `count` transactions of the ledger in one. */
  commit(count = 1): void {
    const last = this.newest + count
    for (let attempt = 1; this.newest < last && attempt <= ATTEMPTS; attempt++) {
      this.#begin(last)
      try {
        this.db.write(tx => this.#writeUpTo(tx, last))
        this.#done(last)
      } catch (error) {
        this.#failed(error, last, 'write')
      }
    }
  }

  /** A handle, committed without blocking the event loop. */
  async commitHandle(): Promise<void> {
    const n = this.newest + 1
    this.#begin(n)
    try {
      using tx = this.db.begin()
      writeTransaction(tx, n)
      await tx.commitAsync()
      this.#done(n)
    } catch (error) {
      this.#failed(error, n, 'commitAsync')
    }
  }

  /** `writeAsync` for many at once: they share a batch and a sync. */
  async commitGroup(size: number): Promise<void> {
    const first = this.newest + 1
    const errors: unknown[] = []
    const commits: Promise<void>[] = []
    for (let n = first; n < first + size; n++) {
      this.#begin(n)
      const commit = this.db.writeAsync(tx => {
        if (tx.table(counters).get('committed') !== n - 1) throw new PredecessorMissing()
        writeTransaction(tx, n)
      })
      commits.push(
        commit.then(
          () => this.#done(n),
          error => {
            // One that was poisoned may be known to be refused while one before it is not; told at the end.
            if (isCoppiceError(error, 'OUTCOME_UNKNOWN')) errors.unshift(error)
            else errors.push(error)
            if (!isCoppiceError(error, 'OUTCOME_UNKNOWN')) say(`refused ${n}`)
          },
        ),
      )
    }
    await Promise.all(commits)
    const told = errors.filter(error => !(error instanceof PredecessorMissing))
    for (const error of told.slice(0, 1)) this.#failed(error, 0, 'writeAsync')
  }

  /** Commits that wait for nothing; `flush`, or the closing of the database, acknowledges them. */
  commitUnsynced(count: number): void {
    for (let i = 0; i < count; i++) {
      const n = this.#written + 1
      this.#begin(n)
      try {
        this.db.write(tx => writeTransaction(tx, n), { durability: 'none' })
        this.#written = n
      } catch (error) {
        this.#failed(error, n, 'write without sync')
      }
    }
  }

  flush(): void {
    this.attempt('flush', () => {
      this.db.flush()
      this.#done(this.#written)
    })
  }

  /** Work that changes no content. */
  attempt(name: string, action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#failed(error, 0, name)
    }
  }

  /** The same for work that takes its time. */
  async attemptAsync(name: string, action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.#failed(error, 0, name)
    }
  }

  /** A backup has its name when it is complete, and leaves nothing when it fails. */
  async backUp(): Promise<void> {
    try {
      await this.db.backup(backupPath(this.path), { overwrite: true })
      say(`backup ${this.newest}`)
    } catch (error) {
      this.#told(error, 'backup')
      demand(
        isCoppiceError(error, 'NO_SPACE') || isCoppiceError(error, 'IO_ERROR'),
        `backup fails with ${error}`,
      )
      const leftOvers = readdirSync(dirname(this.path)).filter(
        name => name.startsWith(`${basename(this.path)}.copy-`) && name.includes('-backup-'),
      )
      demand(leftOvers.length === 0, `a failed backup leaves nothing behind, not ${leftOvers}`)
      demand(!this.db.isPoisoned, 'a failed backup does not concern the database')
    }
  }

  /** Closes; everything committed is durable when no error tells otherwise. */
  close(): void {
    const wasPoisoned = this.db.isPoisoned
    say('closing')
    try {
      this.db.close()
    } catch (error) {
      this.#told(error, 'close')
      const { code } = error as CoppiceError
      const isUnknown = code === 'OUTCOME_UNKNOWN' && this.#written > this.newest
      demand(
        isUnknown || code === 'POISONED' || code === 'NO_SPACE' || code === 'IO_ERROR',
        `close fails with ${error}`,
      )
      return
    }
    if (!wasPoisoned && this.#written > this.newest) this.#done(this.#written)
  }

  #writeUpTo(tx: Transaction, last: number): void {
    for (let n = this.newest + 1; n <= last; n++) writeTransaction(tx, n)
  }

  #begin(n: number): void {
    say(`begin ${n}`)
    this.#begun = Math.max(this.#begun, n)
  }

  #done(n: number): void {
    say(`done ${n}`)
    this.newest = Math.max(this.newest, n)
    this.#written = Math.max(this.#written, n)
  }

  #told(error: unknown, where: string): void {
    if (!(error instanceof CoppiceError)) throw error
    say(`told ${error.code} ${where}`)
  }

  /**
   * What may be true after `error`; `n` is the transaction that was being committed, or 0.
   * @throws PoisonedEnd when there is nothing more to do
   */
  #failed(error: unknown, n: number, where: string): void {
    this.#told(error, where)
    const { code } = error as CoppiceError
    const { isPoisoned } = this.db
    switch (code) {
      case 'NO_SPACE':
        demand(!isPoisoned, `after NO_SPACE from ${where} the database goes on`)
        break
      case 'IO_ERROR':
      case 'OUTCOME_UNKNOWN':
      case 'POISONED':
        demand(isPoisoned, `after ${code} from ${where} the database is poisoned`)
        break
      default:
        throw error
    }
    if (n > 0 && code !== 'OUTCOME_UNKNOWN') say(`refused ${n}`)
    this.#checkVisible()
    if (!isPoisoned) return
    this.#checkPoisoned()
    throw new PoisonedEnd()
  }

  /** Whatever failed, readers see one whole state, and nothing acknowledged is missing in it. */
  #checkVisible(): void {
    this.db.read(snapshot => {
      const committed = committedIn(snapshot)
      demand(committed >= this.newest, `readers see ${committed}, and ${this.newest} was acknowledged`)
      demand(committed <= this.#begun, `readers see ${committed}, and only ${this.#begun} was begun`)
      const model = new Model()
      model.advanceTo(committed)
      demand(contentOf(snapshot) === model.content(), `readers see what transaction ${committed} left`)
    })
  }

  #checkPoisoned(): void {
    try {
      this.db.write(tx => writeTransaction(tx, this.newest + 1))
    } catch (error) {
      demand(
        isCoppiceError(error, 'POISONED'),
        `a poisoned database refuses writes with POISONED, not ${error}`,
      )
      return
    }
    demand(false, 'a poisoned database refuses writes')
  }
}
