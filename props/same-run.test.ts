/** A trial is told all by its seed: run twice, it does the same to the disk, byte by byte. */

import { afterEach, expect, test } from 'vitest'
import { crc32 } from '../src/io/checksum.ts'
import { replay, TRIALS } from './campaign.ts'
import { SimulatedInode } from './simulated-inode.ts'

const SEEDS = [11]
/** They remember what they have judged, and leave it out the second time. */
const WITH_MEMORY = ['scripts', 'old-savepoints', 'two-epochs']

const { write, sync } = SimulatedInode.prototype
afterEach(() => {
  SimulatedInode.prototype.write = write
  SimulatedInode.prototype.sync = sync
})

/** A sum of everything that is written and synced meanwhile, and how much there was of it. */
async function traceOf(run: () => Promise<void>): Promise<string> {
  let sum = 0
  let count = 0
  SimulatedInode.prototype.write = function (source, offset, length, position) {
    count++
    sum = crc32(Buffer.from(`${position}`), crc32(source.subarray(offset, offset + length), sum))
    write.call(this, source, offset, length, position)
  }
  SimulatedInode.prototype.sync = function (sequence) {
    count++
    sum = crc32(Buffer.from(`sync ${sequence}`), sum)
    sync.call(this, sequence)
  }
  await run()
  return `${count} operations, ${sum}`
}

const names = TRIALS.map(({ name }) => name).filter(name => !WITH_MEMORY.includes(name))

test.each(names)('%s', async name => {
  for (const seed of SEEDS) {
    const first = await traceOf(() => replay(name, seed))
    const second = await traceOf(() => replay(name, seed))
    expect(second).toBe(first)
    expect(first).not.toMatch(/^0 /)
  }
})
