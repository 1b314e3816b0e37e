/**
 * The process that is killed: `writer.ts <path> <seed>`. It says `opening`, opens the database, says `open`, and
 * commits transactions of the ledger in many ways until its end, each number in a line of its own when the commit
 * has been acknowledged to it. When something fails it says `failed` and why.
 */

import { writeSync } from 'node:fs'
import { SeededRandom } from '../../props/seeded-random.ts'
import type { Database } from '../../src/index.ts'
import { backupPath, committedIn, items, writeTransaction } from './ledger.ts'
import { openPatiently } from './open-patiently.ts'

const STDOUT = 1
/** Small enough that checkpoints run all the time, pages are spilled, and some transactions pass the log by. */
const OPTIONS = {
  cacheSizeBytes: 512 * 1024,
  transactionLogBytes: 16 * 1024,
  checkpointLogBytes: 64 * 1024,
  maxLogBytes: 256 * 1024,
  checkpointPagesPerCommit: 4,
}

function say(line: string): void {
  writeSync(STDOUT, `${line}\n`)
}

/** Ways to commit transactions, `n` the next number; each returns the number of the last one. */
const ways: ((db: Database, n: number, random: SeededRandom) => number | Promise<number>)[] = [
  function byFunction(db, n) {
    db.write(tx => writeTransaction(tx, n))
    say(String(n))
    return n
  },
  async function byHandle(db, n) {
    using tx = db.begin()
    writeTransaction(tx, n)
    await tx.commitAsync()
    say(String(n))
    return n
  },
  async function asGroup(db, n, random) {
    const last = n + random.below(20)
    const commits: Promise<void>[] = []
    for (let each = n; each <= last; each++) {
      commits.push(db.writeAsync(tx => writeTransaction(tx, each)).then(() => say(String(each))))
    }
    await Promise.all(commits)
    return last
  },
  /** Nothing is acknowledged before the flush. */
  function unsyncedAndFlushed(db, n, random) {
    const last = n + random.below(20)
    for (let each = n; each <= last; each++) {
      db.write(tx => writeTransaction(tx, each), { durability: 'none' })
    }
    db.flush()
    say(String(last))
    return last
  },
  /** What was rolled back must not come back, out of the log or otherwise. */
  function withRollbacks(db, n) {
    using abandoned = db.begin()
    abandoned.table(items).put(n, 'abandoned')
    abandoned.rollback()
    db.write(tx => {
      const savepoint = tx.savepoint()
      tx.table(items).clear()
      savepoint.rollback()
      writeTransaction(tx, n)
    })
    say(String(n))
    return n
  },
  /** Pages are kept from being reused, let go, and reused under the next kill. */
  function underReaders(db, n) {
    using _early = db.read()
    db.write(tx => writeTransaction(tx, n))
    say(String(n))
    using _late = db.read()
    db.write(tx => writeTransaction(tx, n + 1))
    say(String(n + 1))
    return n + 1
  },
]

/** Work that changes no content, but the file, or makes another one. */
async function tidyUp(db: Database, random: SeededRandom): Promise<void> {
  if (random.chance(0.02)) db.checkpoint()
  if (random.chance(0.02)) {
    for (const { name } of db.savepoints.list()) db.savepoints.delete(name)
    db.savepoints.create(`savepoint ${random.below(1000)}`)
  }
  if (random.chance(0.01)) await db.compact()
  if (random.chance(0.01)) await db.backup(backupPath(db.path), { overwrite: true })
}

async function writeForever(path: string, seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  say('opening')
  const db = openPatiently(path, OPTIONS)
  say('open')
  for (let n = db.read(committedIn); ; await tidyUp(db, random)) {
    n = await random.pick(ways)(db, n + 1, random)
  }
}

const [path, seed] = process.argv.slice(2)
writeForever(path, Number(seed)).catch(error => {
  say(`failed ${error.stack}`)
  process.exitCode = 1
})
