/**
 * A database whose tables are made, changed and filled by SQL, on a simulated disk, from one seed: units of work, each of them
 * one transaction, with every moment at which the machine might die, and what may be found then.
 *
 * What was there after a unit is kept twice: as the store has it, byte by byte, and as SQL shows it (sql-picture.ts).
 */

import { isCoppiceError } from '../src/base/errors.ts'
import { Database } from '../src/database/database.ts'
import { type Migration, migrate } from '../src/integrations/migrate.ts'
import type { StoreOptions } from '../src/store/options.ts'
import { Store } from '../src/store/store.ts'
import { check } from './law.ts'
import { SeededRandom } from './seeded-random.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { pictureOf } from './sql-picture.ts'
import { CHANGES, SCHEMA } from './sql-units.ts'
import { publishedContent } from './store-content.ts'
import type { Version } from './store-history.ts'
import { DATABASE } from './store-life.ts'
import { end } from './store-recovery.ts'

const UNITS = 5

export interface SqlVersion extends Version {
  readonly picture: string
}

/** A moment at which the machine might die. */
export interface SqlMoment {
  readonly disk: SimulatedDisk
  /** What a recovery may find, the newest first. */
  readonly candidates: readonly SqlVersion[]
  readonly unit: string
}

export interface SqlLife {
  readonly options: StoreOptions
  readonly moments: readonly SqlMoment[]
}

/** Plays the life of this seed once. */
export async function sqlLifeOf(seed: number): Promise<SqlLife> {
  const player = new SqlPlayer(new SeededRandom(seed ^ 0x5c1))
  await player.play()
  return player
}

/** How a unit commits, if it does. */
type Door = 'statements' | 'function' | 'unsynced' | 'migration' | 'rollback' | 'retry'

const DOORS: readonly Door[] = [
  'statements',
  'statements',
  'function',
  'unsynced',
  'migration',
  'rollback',
  'retry',
]

class SqlPlayer implements SqlLife {
  readonly options: StoreOptions
  readonly #random: SeededRandom
  readonly #disk = new SimulatedDisk({ seed: 7 })
  readonly #store: Store
  readonly #db: Database
  readonly #versions: SqlVersion[] = []
  /** Number of the newest version that must survive anything. */
  #durable = 0
  readonly #seen: { disk: SimulatedDisk; durable: number; tip: number; unit: string }[] = []
  readonly #migrations: Migration[] = []

  constructor(random: SeededRandom) {
    this.#random = random
    const pageSizeBytes = random.pick([512, 1024])
    this.options = {
      pageSizeBytes,
      cacheSizeBytes: 256 * pageSizeBytes,
      maxSizeBytes: 8 << 20,
      transactionLogBytes: random.pick([2_000, 100_000, 100_000]),
      checkpointLogBytes: 64 * 1024,
      maxLogBytes: 128 * 1024,
      checkpointPagesPerCommit: random.pick([1, 4]),
    }
    this.#store = Store.open(this.#disk, DATABASE, this.options, true)
    this.#db = new Database(this.#store)
    this.#keep()
  }

  /** The version of a unit that had begun is known only when it is over. */
  get moments(): SqlMoment[] {
    return this.#seen.map(({ disk, durable, tip, unit }) => ({
      disk,
      candidates: this.#versions.slice(durable, tip + 1).reverse(),
      unit,
    }))
  }

  async play(): Promise<void> {
    const disk = this.#disk
    try {
      await this.#do(SCHEMA, 'statements')
      for (let number = 1; number <= UNITS; number++) {
        const changes = Array.from({ length: 1 + this.#random.below(3) }, () =>
          this.#random.pick(CHANGES)(number, this.#random),
        )
        await this.#do(changes.join(';\n'), this.#random.pick(DOORS))
      }
      if (this.#random.chance(0.3)) this.#store.checkpoint()
    } finally {
      disk.beforeOperation = undefined
      end(disk, this.#db)
    }
  }

  async #do(script: string, door: Door): Promise<void> {
    const number = this.#versions.length
    const unit = `${door}: ${script}`
    const before = this.#store.stats().lsn
    this.#disk.beforeOperation = () => this.#remember(number, unit)
    let hasCommitted = true
    try {
      await this.#run(script, door)
    } catch (error) {
      // What one unit has dropped or filled, another one may not find, or not have room for.
      if (!isCoppiceError(error, 'SQL_ERROR') && !isCoppiceError(error, 'MIGRATION_FAILED')) throw error
      hasCommitted = false
    }
    this.#disk.beforeOperation = undefined
    const commits = this.#store.stats().lsn - before
    check(commits <= 1, `a unit is one transaction, not ${commits}: ${unit}`)
    check(hasCommitted || commits === 0, `a unit that failed has changed nothing: ${unit}`)
    this.#keep()
    if (commits === 1 && door !== 'unsynced') this.#durable = number
    this.#remember(number, unit)
  }

  async #run(script: string, door: Door): Promise<void> {
    const db = this.#db
    switch (door) {
      case 'function':
        return db.write(tx => void tx.exec(script))
      case 'unsynced':
        return db.write(tx => void tx.exec(script), { durability: 'none' })
      case 'migration': {
        const name = `migration ${this.#migrations.length}`
        const migration = { name, run: (tx: { exec(text: string): unknown }) => void tx.exec(script) }
        await migrate(db, [...this.#migrations, migration])
        this.#migrations.push(migration)
        return
      }
      case 'rollback':
        return this.#exec(`begin; ${script}; rollback`)
      case 'retry':
        return this.#exec(`begin; savepoint before; ${script}; rollback to before; ${script}; commit`)
      case 'statements':
        return this.#exec(`begin; ${script}; commit`)
    }
  }

  /** On a connection that stays: one that is closed drops what is temporary, by a transaction of its own. */
  #exec(script: string): void {
    this.#db.connect().exec(script)
  }

  #remember(tip: number, unit: string): void {
    this.#seen.push({ disk: this.#disk.fork(1), durable: this.#durable, tip, unit })
  }

  #keep(): void {
    this.#versions.push({
      index: this.#versions.length,
      content: publishedContent(this.#store),
      picture: pictureOf(this.#db),
      savepoints: new Map(),
      isUnsynced: false,
      isRolledBack: false,
    })
  }
}
