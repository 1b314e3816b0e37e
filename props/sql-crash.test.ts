/** Laws of a database that is used by SQL and crashes: see sql-crash.ts. */

import { test } from 'vitest'
import { firstSeed, runs } from './scale.ts'
import { sqlCrashTrial } from './sql-crash.ts'
import { tryMany } from './store-trials.ts'

test('a crash leaves what SQL had committed, with indexes, references and sequences that agree', async () => {
  await tryMany(runs(1), firstSeed(), sqlCrashTrial)
})
