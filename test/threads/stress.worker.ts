/** Reads as much as it can and compares all of it with what must be there; counts in shared words. */

import { parentPort, workerData } from 'node:worker_threads'
import { SeededRandom } from '../../props/seeded-random.ts'
import { isCoppiceError } from '../../src/index.ts'
import { attach, type Snapshot } from '../../src/worker.ts'
import { entries, faultIn, KEYS, STAMP, stampIn, writerOf } from './generations.ts'
import { type SharedState, Stop, type StressTask, Word } from './stress-words.ts'

const { share, counters, seed, expires } = workerData as StressTask
const words = new Int32Array(counters)
const random = new SeededRandom(seed)

function complain(fault: string): void {
  Atomics.add(words, Word.faults, 1)
  console.error(`seed ${seed}: ${fault}`)
}

function checkGets(snapshot: Snapshot, stamp: number): number {
  const table = snapshot.table(entries)
  const count = random.below(60)
  for (let i = 0; i < count; i++) {
    // Some keys far more often than others.
    const key = random.below(1 + random.below(KEYS))
    const fault = faultIn(table.get(key), writerOf(key, stamp))
    if (fault !== undefined) complain(`entry ${key} in the state of ${stamp}: ${fault}`)
  }
  return count
}

function checkScan(snapshot: Snapshot, stamp: number): number {
  const from = random.below(KEYS)
  const limit = random.below(300)
  const isReverse = random.chance(0.3)
  const to = Math.min(KEYS, from + limit)
  let count = 0
  const options = isReverse ? { gte: from, lt: to, reverse: true } : { gte: from, lt: STAMP, limit }
  for (const [key, value] of snapshot.table(entries).range(options)) {
    const expected = isReverse ? to - 1 - count : from + count
    const fault = key === expected ? faultIn(value, writerOf(key, stamp)) : `key ${key}`
    if (fault !== undefined) complain(`scan, entry ${expected} in the state of ${stamp}: ${fault}`)
    count++
  }
  if (count !== to - from) complain(`a scan from ${from} to ${to} had ${count} entries`)
  return count
}

/** Reads some of a snapshot, which must be of this stamp, if one is given, or a later one. */
function readSome(snapshot: Snapshot, leastStamp: number, mostStamp: number): void {
  const stamp = stampIn(snapshot)
  if (stamp < leastStamp || stamp > mostStamp) complain(`state ${stamp}, not ${leastStamp} to ${mostStamp}`)
  let reads = 1 + checkGets(snapshot, stamp)
  if (random.chance(0.25)) reads += checkScan(snapshot, stamp)
  Atomics.add(words, Word.reads, reads)
}

/** Whether the error is how a snapshot may end; anything else is thrown. */
function isEnd(error: unknown): boolean {
  if (!expires || !isCoppiceError(error, 'SNAPSHOT_TOO_OLD')) throw error
  Atomics.add(words, Word.tooOld, 1)
  return true
}

function readShared({ share, stamp }: SharedState): void {
  try {
    using snapshot = attach(share)
    for (let i = 0; i < 3; i++) readSome(snapshot, stamp, stamp)
    Atomics.add(words, Word.sharedStates, 1)
  } catch (error) {
    // The main thread closes it at any time.
    if (!isCoppiceError(error, 'TRANSACTION_CLOSED')) isEnd(error)
  }
}

const given: SharedState[] = []
parentPort!.on('message', (state: SharedState) => given.push(state))

async function read(): Promise<void> {
  let db = attach(share)
  let held: Snapshot[] = []
  Atomics.add(words, Word.begun, 1)
  while (Atomics.load(words, Word.stop) !== Stop.now) {
    if (random.chance(0.01)) {
      db.close()
      held = []
      db = attach(share)
    }
    const newest = Atomics.load(words, Word.newest)
    const opened = db.read()
    Atomics.add(words, Word.snapshots, 1)
    try {
      readSome(opened, newest, Number.POSITIVE_INFINITY)
      held.push(opened)
    } catch (error) {
      isEnd(error)
    }
    held = held.filter(snapshot => {
      try {
        readSome(snapshot, 0, Number.POSITIVE_INFINITY)
        return true
      } catch (error) {
        return !isEnd(error)
      }
    })
    // Some are held for long.
    while (held.length > 0 && (held.length > 4 || random.chance(0.6))) {
      held.splice(random.below(held.length), 1)[0].close()
    }
    for (const state of given.splice(0)) readShared(state)
    if (random.chance(0.2)) await new Promise(resolve => setImmediate(resolve))
  }
  db.close()
}

try {
  await read()
} catch (error) {
  if (!isCoppiceError(error, 'CLOSED') || Atomics.load(words, Word.stop) === 0) throw error
  Atomics.add(words, Word.closed, 1)
}
// Deno's port of a worker has no `close`.
if (process.versions.deno === undefined) parentPort!.close()
else process.exit()
