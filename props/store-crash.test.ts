/**
 * The laws of a store on a disk that fails:
 * 1. After a crash anywhere, recovery included, the store holds exactly one of the states that were committed, not
 *    older than the last one acknowledged as durable. What a recovery has shown stays.
 * 2. After a failed write or sync the store says that the outcome is unknown and takes no more; opened again it
 *    misses nothing that was acknowledged.
 * 3. A full disk fails what needs more space, alone; everything else goes on.
 * 4. Its own check finds nothing wrong after any of these.
 *
 * A failure names its seed, its commit, and the command that plays it again.
 */

import { describe, test } from 'vitest'
import { tryTrial } from './campaign.ts'
import { firstSeed, runs } from './scale.ts'
import { MOMENTS } from './store-life.ts'
import { shortTrial, tryMany } from './store-trials.ts'

describe('a store that crashes', () => {
  test('keeps what it acknowledged, and half of nothing, at random points of long lives', async () => {
    await tryTrial('crash', runs(150), firstSeed())
  })

  test('does so when its entries are about as long as a page takes', async () => {
    await tryTrial('limits', runs(40), firstSeed())
  })

  test('does so while checkpoints run beside its commits', async () => {
    await tryTrial('busy', runs(25), firstSeed())
  })

  test('does so in every state in which a crash can leave the disk at any moment of short scripts', async () => {
    await tryTrial('scripts', runs(6), firstSeed())
  })

  test('does so when sectors under way are torn, of 512 bytes or of 4 KiB', async () => {
    await tryTrial('torn-scripts', runs(6), firstSeed())
  })

  test('keeps its savepoints in every such state until their deletion is durable', async () => {
    await tryTrial('old-savepoints', runs(2), firstSeed())
  })

  test('does so when its log lies in two epochs', async () => {
    await tryTrial('two-epochs', runs(1), firstSeed())
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
    await tryTrial('failing-disk', runs(50), firstSeed())
  })

  test('does so when what fails is a sync of the database that nobody waits for', async () => {
    await tryTrial('failing-checkpoints', runs(20), firstSeed())
  })

  test('goes on when the disk is full', async () => {
    await tryTrial('full-disk', runs(30), firstSeed())
  })

  test('goes on when the file has reached its limit', async () => {
    await tryTrial('full-database', runs(30), firstSeed())
  })

  test('gives up only if even rewriting needs space that is not there', async () => {
    await tryTrial('crowded-disk', runs(30), firstSeed())
  })

  test('misses nothing when what fails is opening it, recovering it or making it', async () => {
    await tryTrial('failing-openings', runs(40), firstSeed())
  })

  test('misses nothing when names and handles fail', async () => {
    await tryTrial('failing-names', runs(25), firstSeed())
  })
})
