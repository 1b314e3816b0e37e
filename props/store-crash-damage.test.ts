/**
 * The law of a store on a device that lies (writes that get lost or go elsewhere) or rots: what is read is what
 * was written, or a clear error says that it is damaged; and the store's own check finds whatever reading finds.
 *
 * A failure names its seed; PROPS_SEED=<seed> begins with it.
 */

import { test } from 'vitest'
import { firstSeed, runs } from './scale.ts'
import { damageTrial, hiddenHeaderTrial, lostHeaderTrial, newEpochTrial, tryMany } from './store-trials.ts'

test('damage is never silent', async () => {
  await tryMany(runs(80), firstSeed(), damageTrial)
})

test('a lost file header is missed, or all that it said is found without it', async () => {
  await tryMany(runs(60), firstSeed(), lostHeaderTrial)
})

test('what the header of a new epoch vouches for is not missed in silence', async () => {
  await tryMany(runs(40), firstSeed(), newEpochTrial)
})

test.each(['misdirected', 'short'] as const)(
  'a file header that %s reads hide is not given up',
  async kind => {
    await tryMany(runs(40), firstSeed(), seed => hiddenHeaderTrial(seed, kind))
  },
)
