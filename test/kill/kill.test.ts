/** Processes are killed with SIGKILL at random moments; what they had acknowledged is there afterwards. */

import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { openSync } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { committedIn, contentOf, Model } from './ledger.ts'
import { compileWriter, runAndKill } from './writer-process.ts'

/** Two databases are worked on at a time, each so often. */
const LANES = [1, 2]
const KILLS_PER_LANE = 105
const KILLS_IN_CREATION = 20
const CHECK_EVERY = 10
const COMMITTING_MS_MAX = 120
const OPENING_MS_MAX = 30
const STARTING_MS_MAX = 150

describe('a process that is killed', () => {
  let directory: TemporaryDirectory
  let program: string

  beforeAll(() => {
    directory = temporaryDirectory()
    program = compileWriter(directory.file('compiled'))
  }, 60_000)
  afterAll(() => directory.remove())

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

        const db = openSync(path)
        try {
          const committed = db.read(committedIn)
          expect(committed).toBeGreaterThanOrEqual(acknowledged)
          model.advanceTo(committed)
          // Compared as a whole: a difference of two long texts would take minutes to print.
          expect(db.read(contentOf) === model.content(), `kill ${kill}: content as it must be`).toBe(true)
          if (++verifications % CHECK_EVERY === 0) expect((await db.check()).faults).toEqual([])
          acknowledged = committed
        } finally {
          db.close()
        }
      }

      expect(acknowledged).toBeGreaterThan(KILLS_PER_LANE)
      expect(killsWhileOpening).toBeGreaterThan(0)
    },
    300_000,
  )

  it('leaves a database that opens, or none, when it was about to create it', async () => {
    const random = new SeededRandom(3)
    for (let kill = 0; kill < KILLS_IN_CREATION; kill++) {
      const path = directory.file(`new${kill}.db`)
      const delayMs = random.below(STARTING_MS_MAX)
      const { acknowledged } = await runAndKill(program, path, kill, { after: 'start', delayMs })
      expect(existsSync(path) || acknowledged.length === 0).toBe(true)

      const db = openSync(path)
      const committed = db.read(committedIn)
      expect(committed).toBeGreaterThanOrEqual(Math.max(0, ...acknowledged))
      expect((await db.check()).faults).toEqual([])
      db.close()
      expect(readdirSync(directory.path).filter(name => name.startsWith(`new${kill}.db`))).toEqual([
        `new${kill}.db`,
      ])
    }
  }, 300_000)
})
