/**
 * Databases to be ill-treated: copies of a closed one and of such that a process left when it died, each with the
 * account of what must be in it; and the verification of what became of them, in the process of the test.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openSync } from '../../src/index.ts'
import { backupPath, committedIn, contentOf, Model, writeTransaction } from '../kill/ledger.ts'
import { openPatiently } from '../kill/open-patiently.ts'
import { compilePrograms } from '../support/compiled-program.ts'
import { Account, type Outcome, runChild } from './child.ts'
import type { Scenario } from './scenarios.ts'
import { type Fault, straceCommand } from './strace.ts'

/** Transactions that a database begins with: enough for trees with branches, and for free pages among them. */
const FIRST_TRANSACTIONS = 150
const CACHE_BYTES = 1 << 20
const FILE = 'app.db'
const DIED_IN = 'died in '

/** A database in a directory of its own. */
export interface Patient {
  readonly path: string
  readonly account: Account
  /** Where strace writes what happens to it. */
  readonly log: string
}

/** How the program goes about it, and which scenario, or how many. */
export type Work = readonly [how: 'once' | 'die' | 'lives', what: string]

export class Workbench {
  readonly #directory: string
  readonly #program: string
  readonly #templates = new Map<string, { readonly directory: string; readonly account: Account }>()
  /** The making of templates, which all wait for that need them. */
  readonly #deaths = new Map<string, Promise<void>>()
  #count = 0

  /** Works in `directory`, which must exist. */
  constructor(directory: string) {
    this.#directory = directory
    this.#program = compilePrograms(join(directory, 'compiled'), ['test/kernel-faults/worker.ts'])[0]
    this.#addTemplate('nothing', new Account(0))
    const path = join(this.#addTemplate('closed', new Account(FIRST_TRANSACTIONS)), FILE)
    const db = openSync(path)
    for (let n = 1; n <= FIRST_TRANSACTIONS; n++) {
      db.write(tx => writeTransaction(tx, n), { durability: 'none' })
      if (n % 30 === 0) db.checkpoint()
    }
    db.close()
  }

  #addTemplate(name: string, account: Account): string {
    const directory = join(this.#directory, name)
    mkdirSync(directory)
    this.#templates.set(name, { directory, account })
    return directory
  }

  /** A copy of what `scenario` is to find. */
  async patientFor(scenario: Scenario): Promise<Patient> {
    const { finds } = scenario
    if (finds.startsWith(DIED_IN)) {
      const death = this.#deaths.get(finds) ?? this.#prepareDeath(finds)
      this.#deaths.set(finds, death)
      await death
    }
    return this.#copyOf(finds)
  }

  #copyOf(name: string): Patient {
    const template = this.#templates.get(name)
    if (template === undefined) throw new RangeError(`there is no database '${name}'`)
    const directory = join(this.#directory, `patient${++this.#count}`)
    mkdirSync(directory)
    for (const file of readdirSync(template.directory)) {
      copyFileSync(join(template.directory, file), join(directory, file))
    }
    return {
      path: join(directory, FILE),
      account: template.account.copy(),
      log: join(this.#directory, `strace${this.#count}`),
    }
  }

  async #prepareDeath(name: string): Promise<void> {
    const patient = this.#copyOf('closed')
    await this.run(patient, ['die', name.slice(DIED_IN.length)])
    const directory = this.#addTemplate(name, patient.account)
    for (const file of [FILE, `${FILE}-wal0`, `${FILE}-wal1`]) {
      const source = join(patient.path, '..', file)
      if (existsSync(source)) copyFileSync(source, join(directory, file))
    }
  }

  /** The command that does the work on the database at `path`. */
  command(path: string, work: Work): string[] {
    return [process.execPath, this.#program, path, ...work]
  }

  /** Runs the program on it and takes down what it says: with a fault, only watched by strace, or by itself. */
  async run({ path, account, log }: Patient, [how, what]: Work, trace?: Fault | 'watch'): Promise<Outcome> {
    const command = this.command(path, [how, what])
    const fault = trace === 'watch' ? undefined : trace
    const isDying = fault?.does === 'kill' || how === 'die'
    const outcome =
      trace === undefined
        ? await runChild(command, { isDying })
        : await runChild(straceCommand(log, fault, command), { isDying, log })
    account.hear(outcome.lines)
    return outcome
  }

  /** The same, with a kill so many milliseconds after its first word. */
  async runAndKill({ path, account }: Patient, scenario: string, killAfterMs: number): Promise<Outcome> {
    const outcome = await runChild(this.command(path, ['once', scenario]), { killAfterMs })
    account.hear(outcome.lines)
    return outcome
  }
}

/** Opens the database: exactly one state that may be, nothing lost, nothing damaged, nothing left behind. */
export async function verify({ path, account }: Patient): Promise<void> {
  if (!existsSync(path) && account.acknowledged > 0) throw new Error('the database is gone')
  await verifyContent(path, account)
  const others = readdirSync(join(path, '..')).filter(name => name !== FILE && !name.includes('.copy'))
  if (others.length > 0) throw new Error(`a closed database is one file; there are ${others}`)
  // One that a process saw completed must be there; one that it did not may be.
  const hasBackup = existsSync(backupPath(path))
  if (account.backedUp > 0 && !hasBackup) throw new Error('the backup is gone')
  if (hasBackup) await verifyBackup(backupPath(path), account)
}

async function verifyContent(path: string, account: Account): Promise<void> {
  const db = openPatiently(path, { cacheSizeBytes: CACHE_BYTES })
  try {
    const committed = db.read(committedIn)
    account.find(committed)
    const model = new Model()
    model.advanceTo(committed)
    if (db.read(contentOf) !== model.content())
      throw new Error(`the content is not that of transaction ${committed}`)
    const { faults } = await db.check()
    if (faults.length > 0) throw new Error(`check finds ${JSON.stringify(faults)}`)
  } finally {
    db.close()
  }
}

async function verifyBackup(path: string, { acknowledged, backedUp }: Account): Promise<void> {
  const db = openPatiently(path, { readOnly: true, cacheSizeBytes: CACHE_BYTES })
  try {
    const committed = db.read(committedIn)
    if (committed < backedUp || committed > acknowledged) {
      throw new Error(`the backup is of transaction ${committed}, not of ${backedUp} to ${acknowledged}`)
    }
    const model = new Model()
    model.advanceTo(committed)
    if (db.read(contentOf) !== model.content())
      throw new Error('the content of the backup is not what it must be')
    const { faults } = await db.check()
    if (faults.length > 0) throw new Error(`check of the backup finds ${JSON.stringify(faults)}`)
  } finally {
    db.close()
  }
}

/** Children that run at the same time. */
const LANES = 2

/** Does `work` for each of `items`, for a few at a time; begins nothing more after the first that fails. */
export async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const errors: unknown[] = []
  let next = 0
  async function lane(): Promise<void> {
    while (next < items.length && errors.length === 0) {
      await work(items[next++]).catch(error => errors.push(error))
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (errors.length > 0) throw errors[0]
}
