/**
 * The law of a store on a device that lies (writes that get lost or go elsewhere) or rots: what is read is what
 * was written, or a clear error says that it is damaged; and the store's own check finds whatever reading finds.
 *
 * A failure names its seed, its commit, and the command that plays it again.
 */

import { test } from 'vitest'
import { tryTrial } from './campaign.ts'
import { firstSeed, runs } from './scale.ts'

test('damage is never silent', async () => {
  await tryTrial('damage', runs(80), firstSeed())
})

test('pages whose writes got lost from some moment on are missed', async () => {
  await tryTrial('lost-pages', runs(40), firstSeed())
})

test('a lost file header is missed, or all that it said is found without it', async () => {
  await tryTrial('lost-header', runs(60), firstSeed())
})

test('what the header of a new epoch vouches for is not missed in silence', async () => {
  await tryTrial('new-epoch', runs(40), firstSeed())
})

test.each(['misdirected', 'short'] as const)(
  'a file header that %s reads hide is not given up',
  async kind => {
    await tryTrial(`${kind}-headers`, runs(40), firstSeed())
  },
)
