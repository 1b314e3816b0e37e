/** Laws of a database that is used by SQL and crashes: see sql-crash.ts. */

import { test } from 'vitest'
import { tryTrial } from './campaign.ts'
import { firstSeed, runs } from './scale.ts'

test('a crash leaves what SQL had committed, with indexes, references and sequences that agree', async () => {
  await tryTrial('sql', runs(1), firstSeed())
})
