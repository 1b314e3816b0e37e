/** Processes are killed with SIGKILL at random moments; what they had acknowledged is there afterwards. */

import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../props/scale.ts'
import { SeededRandom } from '../../props/seeded-random.ts'
import type { Database } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { compilePrograms } from '../support/compiled-program.ts'
import { backupPath, committedIn, contentOf, Model } from './ledger.ts'
import { openPatiently } from './open-patiently.ts'
import { runAndKill } from './writer-process.ts'

/** Two databases are worked on at a time, each so often. */
const LANES = [1, 2]
const KILLS_PER_LANE = runs(105)
const KILLS_IN_CREATION = runs(20)
const CHECK_EVERY = 10
const COMMITTING_MS_MAX = 120
const OPENING_MS_MAX = 30
const STARTING_MS_MAX = 150
const TIMEOUT_MS = runs(300_000)

describe('a process that is killed', () => {
  let directory: TemporaryDirectory
  let program: string

  beforeAll(() => {
    directory = temporaryDirectory()
    program = compilePrograms(directory.file('compiled'), ['test/kill/writer.ts'])[0]!
  }, 60_000)
  afterAll(() => directory.remove())

  /** The database is what the model is after as many transactions. */
  function expectContent(db: Database, model: Model): void {
    model.advanceTo(db.read(committedIn))
    // Compared as a whole: a difference of two long texts would take minutes to print.
    expect(db.read(contentOf) === model.content(), 'the content is as it must be').toBe(true)
  }

  /** A backup has its name only when it is complete, whatever died while it was made. */
  function expectWholeBackup(path: string): void {
    if (!existsSync(backupPath(path))) return
    const backup = openPatiently(backupPath(path), { readOnly: true })
    expectContent(backup, new Model())
    backup.close()
  }

  it.concurrent.each(LANES)(
    'has lost nothing that it acknowledged and left nothing half-done, again and again (database %i)',
    async lane => {
      const random = new SeededRandom(lane)
      const path = directory.file(`app${lane}.db`)
      const model = new Model()
      let acknowledged = 0
      let killsWhileOpening = 0
      let verifications = 0

      for (let kill = 1; kill <= KILLS_PER_LANE; kill++) {
        // Some are killed while they recover from the kill before: nobody has opened the database in between.
        const isOpening = kill > 1 && random.chance(0.4)
        const words = await runAndKill(program, path, lane * 1000 + kill, {
          after: isOpening ? 'opening' : 'open',
          delayMs: random.below(isOpening ? OPENING_MS_MAX : COMMITTING_MS_MAX),
        })
        acknowledged = Math.max(acknowledged, ...words.acknowledged)
        if (words.diedOpening) killsWhileOpening++
        if (random.chance(0.4)) continue

        const db = openPatiently(path)
        try {
          const committed = db.read(committedIn)
          expect(committed).toBeGreaterThanOrEqual(acknowledged)
          expectContent(db, model)
          acknowledged = committed
          if (++verifications % CHECK_EVERY === 0) {
            expect((await db.check()).faults).toEqual([])
            expectWholeBackup(path)
          }
        } finally {
          db.close()
        }
      }

      // There was something to lose; how much depends on how fast the machine is just then.
      expect(acknowledged).toBeGreaterThan(KILLS_PER_LANE / 10)
      expect(killsWhileOpening).toBeGreaterThan(0)
    },
    TIMEOUT_MS,
  )

  it(
    'leaves a database that opens, or none, when it was about to create it',
    async () => {
      const random = new SeededRandom(3)
      for (let kill = 0; kill < KILLS_IN_CREATION; kill++) {
        const path = directory.file(`new${kill}.db`)
        const delayMs = random.below(STARTING_MS_MAX)
        const { acknowledged } = await runAndKill(program, path, kill, { after: 'start', delayMs })
        expect(existsSync(path) || acknowledged.length === 0).toBe(true)

        const db = openPatiently(path)
        const committed = db.read(committedIn)
        expect(committed).toBeGreaterThanOrEqual(Math.max(0, ...acknowledged))
        expect((await db.check()).faults).toEqual([])
        db.close()
        expect(readdirSync(directory.path).filter(name => name.startsWith(`new${kill}.db`))).toEqual([
          `new${kill}.db`,
        ])
      }
    },
    TIMEOUT_MS,
  )
})
