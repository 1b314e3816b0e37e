/**
 * Seeds that found something once. They mean another run when the trials change, so what each of them found is kept as a
 * short script as well (store-found.test.ts, store-witness.test.ts): these are here because they cost nothing.
 */

import { test } from 'vitest'
import { tryTrial } from './campaign.ts'

test.each([
  ['crash', 105_284_609],
  ['misdirected-headers', 40_000_038],
])('%s:%d', async (trial, seed) => {
  await tryTrial(trial, 1, seed)
})
