/** Reads as much as it can and compares all of it with what must be there; counts in shared words. */

import { threadId, workerData } from 'node:worker_threads'
import type { DatabaseShare, Snapshot } from '../../src/worker.ts'
import { attach } from '../../src/worker.ts'
import { entries, faultIn, KEYS, STAMP, writerOf } from './generations.ts'

export interface StressTask {
  readonly share: DatabaseShare
  /** Word 0: not 0 means stop. 1: reads. 2: snapshots. 3: faults. 4: threads that read. */
  readonly counters: SharedArrayBuffer
}

const { share, counters } = workerData as StressTask
const words = new Int32Array(counters)
const db = attach(share)
let random = (threadId * 0x9e3779b1) >>> 0

function below(limit: number): number {
  random = (Math.imul(random, 1664525) + 1013904223) >>> 0
  return Math.floor((random / 2 ** 32) * limit)
}

function complain(fault: string): void {
  Atomics.add(words, 3, 1)
  console.error(`thread ${threadId}: ${fault}`)
}

/** Reads some of a snapshot; returns how many entries. */
function readSome(snapshot: Snapshot): number {
  const table = snapshot.table(entries)
  const stamp = Buffer.from(table.get(STAMP)!).readUInt32LE(0)
  let reads = 1
  for (let i = below(60); i > 0; i--, reads++) {
    // Some keys far more often than others.
    const key = below(1 + below(KEYS))
    const fault = faultIn(table.get(key), writerOf(key, stamp))
    if (fault !== undefined) complain(`entry ${key} in the state of ${stamp}: ${fault}`)
  }
  if (below(4) === 0) {
    const from = below(KEYS)
    const limit = below(300)
    let expected = from
    for (const [key, value] of table.range({ gte: from, lt: STAMP, limit, reverse: false })) {
      const fault = key === expected ? faultIn(value, writerOf(key, stamp)) : `key ${key}`
      if (fault !== undefined) complain(`scan, entry ${expected} in the state of ${stamp}: ${fault}`)
      expected++
      reads++
    }
    if (expected !== Math.min(KEYS, from + limit))
      complain(`a scan from ${from} of ${limit} ended at ${expected}`)
  }
  return reads
}

Atomics.add(words, 4, 1)
const held: Snapshot[] = []
while (Atomics.load(words, 0) === 0) {
  held.push(db.read())
  let reads = 0
  for (const snapshot of held) reads += readSome(snapshot)
  Atomics.add(words, 1, reads)
  Atomics.add(words, 2, 1)
  // Some are held for long.
  while (held.length > 0 && (held.length > 4 || below(3) > 0)) held.splice(below(held.length), 1)[0].close()
}
for (const snapshot of held) snapshot.close()
db.close()
