/**
 * The laws of a store on a disk that fails:
 * 1. After a crash anywhere, recovery included, the store holds exactly one of the states that were committed, not
 *    older than the last one acknowledged as durable. What a recovery has shown stays.
 * 2. After a failed write or sync the store says that the outcome is unknown and takes no more; opened again it
 *    misses nothing that was acknowledged.
 * 3. A full disk fails what needs more space, alone; everything else goes on.
 * 4. Its own check finds nothing wrong after any of these.
 *
 * A failure names its seed; PROPS_SEED=<seed> begins with it.
 */

import { describe, test } from 'vitest'
import { firstSeed, runs } from './scale.ts'
import { oldSavepointTrial, scriptTrial, twoEpochsTrial } from './store-crash-states.ts'
import { MOMENTS } from './store-life.ts'
import {
  busyTrial,
  CROWDED_DISK,
  crashTrial,
  FAILING_CHECKPOINTS,
  FAILING_DISK,
  FULL_DATABASE,
  FULL_DISK,
  faultTrial,
  shortTrial,
  tryMany,
} from './store-trials.ts'

describe('a store that crashes', () => {
  test('keeps what it acknowledged, and half of nothing, at random points of long lives', async () => {
    await tryMany(runs(150), firstSeed(), crashTrial)
  })

  test('does so while checkpoints run beside its commits', async () => {
    await tryMany(runs(25), firstSeed(), busyTrial)
  })

  test('does so in every state in which a crash can leave the disk at any moment of short scripts', async () => {
    await tryMany(runs(6), firstSeed(), scriptTrial)
  })

  test('keeps its savepoints in every such state until their deletion is durable', async () => {
    await tryMany(runs(2), firstSeed(), oldSavepointTrial)
  })

  test('does so when its log lies in two epochs', async () => {
    await tryMany(runs(1), firstSeed(), twoEpochsTrial)
  })

  test('does so at every operation of short lives', async () => {
    await tryMany(runs(4), firstSeed(), async seed => {
      for (const moment of MOMENTS) {
        for (let at = 1; await shortTrial(seed, at, moment); at++);
      }
    })
  })
})

describe('a store on a disk whose operations fail', () => {
  test('gives up, and misses nothing when it is opened again', async () => {
    await tryMany(runs(50), firstSeed(), seed => faultTrial(seed, FAILING_DISK))
  })

  test('does so when what fails is a sync of the database that nobody waits for', async () => {
    await tryMany(runs(20), firstSeed(), seed => faultTrial(seed, FAILING_CHECKPOINTS))
  })

  test('goes on when the disk is full', async () => {
    await tryMany(runs(30), firstSeed(), seed => faultTrial(seed, FULL_DISK))
  })

  test('goes on when the file has reached its limit', async () => {
    await tryMany(runs(30), firstSeed(), seed => faultTrial(seed, FULL_DATABASE))
  })

  test('gives up only if even rewriting needs space that is not there', async () => {
    await tryMany(runs(30), firstSeed(), seed => faultTrial(seed, CROWDED_DISK))
  })
})
