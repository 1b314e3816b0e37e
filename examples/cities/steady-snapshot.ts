/** Chapter three: somebody reads, and goes on reading, while ten thousand rows change under them. */

import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database, Snapshot } from '../../src/index.ts'
import { cities } from './cities-table.ts'
import { faint, number, tell } from './screen.ts'

const CHANGED_ROWS = 10_000
const ROWS_PER_COMMIT = 500

/** A hash of every row, read at leisure: the event loop, and so the writer, gets its turn now and then. */
async function fingerprint(snapshot: Snapshot): Promise<string> {
  const hash = createHash('sha256')
  let count = 0
  for (const city of snapshot.table(cities)) {
    hash.update(`${city.id} ${city.name} ${city.country} ${city.latitude} ${city.longitude}\n`)
    if (++count % 1000 === 0) await nextTurn()
  }
  return hash.digest('hex').slice(0, 16)
}

/** Writes the names of some cities in capitals. */
function shout(db: Database, first: number, end: number): Promise<void> {
  return db.writeAsync(tx => {
    const table = tx.table(cities)
    for (let id = first; id < end; id++) table.update(id, city => ({ name: city.name.toUpperCase() }))
  })
}

export async function holdSnapshot(db: Database): Promise<void> {
  using snapshot = db.read()
  const before = await fingerprint(snapshot)

  // The commits are queued and run while the snapshot is being read, one after the other.
  const rows = Math.min(CHANGED_ROWS, snapshot.table(cities).count())
  const commits: Promise<void>[] = []
  for (let first = 0; first < rows; first += ROWS_PER_COMMIT) {
    commits.push(shout(db, first, Math.min(rows, first + ROWS_PER_COMMIT)))
  }
  const during = await fingerprint(snapshot)
  await Promise.all(commits)
  const after = await fingerprint(snapshot)
  const newState = await db.read(fingerprint)

  if (before !== during || before !== after) throw new Error('the snapshot moved')
  if (newState === before) throw new Error('the writer changed nothing')
  const loudest = snapshot.table(cities).get(rows - 1)!.name
  const loudestNow = db.read(snap => snap.table(cities).get(rows - 1)!.name)
  tell(
    `A snapshot is held open while ${number(rows)} rows change in ${commits.length} commits`,
    `snapshot before  ${before}  ${faint(loudest)}`,
    `snapshot during  ${during}`,
    `snapshot after   ${after}  ${faint('it did not move')}`,
    `newest state     ${newState}  ${faint(loudestNow)}`,
    faint(`Until it is closed it keeps ${number(snapshot.retainedPages)} old pages from being reused.`),
  )
}
