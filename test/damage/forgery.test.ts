/**
 * Forged pages: right checksums, nonsense inside. Law: nothing hangs and the process lives; reading, checking and
 * measuring give something or a {@link CoppiceError}. (What they give may be wrong: a checksum is no signature.
 * While writing, an assertion may stop what bounds did not.)
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { AssertionError } from '../../src/base/assert.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { Database } from '../../src/database/database.ts'
import { openSmall, storageFrom } from './files.ts'
import { forge } from './forgery.ts'
import { placesOf } from './mutations.ts'
import { buildRichDatabase, change, readAll } from './rich-database.ts'

const FORGERIES_EACH = 400
const STEP_MS_MAX = 5_000

type Action = (db: Database) => unknown
const READING: readonly Action[] = [readAll, db => db.check(), db => db.stats()]
const WRITING: readonly Action[] = [
  db => db.write(tx => change(tx, 9, 1)),
  db => db.checkpoint(),
  db => db.close(),
]

async function attempt(action: () => unknown, isAllowed: (error: unknown) => boolean): Promise<void> {
  const start = performance.now()
  try {
    await action()
  } catch (error) {
    if (!isAllowed(error)) throw error
  }
  expect(performance.now() - start).toBeLessThan(STEP_MS_MAX)
}

const isStopped = (error: unknown) =>
  isCoppiceError(error) || error instanceof AssertionError || error instanceof RangeError

describe.each([
  { pageSizeBytes: 512, scale: 1, ending: 'closed' },
  { pageSizeBytes: 512, scale: 1, ending: 'crashed' },
  { pageSizeBytes: 4096, scale: 2, ending: 'bulk loaded' },
] as const)('pages of $pageSizeBytes bytes, $ending', options => {
  const rich = buildRichDatabase(options)
  const places = placesOf(rich.image, rich.pageSizeBytes)

  test(`${FORGERIES_EACH} forgeries do not hang, and reading fails only with an error of Coppice`, async () => {
    for (let seed = 0; seed < FORGERIES_EACH; seed++) {
      const { image, description } = forge(rich.image, places, rich.pageSizeBytes, new SeededRandom(seed))
      try {
        let db: Database | undefined
        await attempt(
          () => {
            db = openSmall(storageFrom(image))
          },
          options.ending === 'crashed' ? isStopped : isCoppiceError,
        )
        const opened = db
        if (opened === undefined) continue
        for (const action of READING) await attempt(() => action(opened), isCoppiceError)
        for (const action of WRITING) await attempt(() => action(opened), isStopped)
      } catch (error) {
        throw new Error(`seed ${seed}, ${description}`, { cause: error })
      }
    }
  })
})
