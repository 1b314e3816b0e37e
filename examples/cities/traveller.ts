/**
 * The process that is going to be killed: `traveller.ts <path>`. It commits one journey after the other, and
 * only when a commit has returned it writes the journey's number, its acknowledgement, into the pipe.
 */

import { writeSync } from 'node:fs'
import { openSync } from '../../src/index.ts'
import { cities } from './cities-table.ts'
import { journeys, STOPS } from './journeys.ts'

const STDOUT = 1
const db = openSync(process.argv[2])
const cityCount = db.read(snap => snap.table(cities).count())
const newest = db.read(snap => snap.table(journeys).last())

for (let journey = (newest?.[0][0] ?? 0) + 1; ; journey++) {
  db.write(tx => {
    for (let stop = 0; stop < STOPS; stop++) {
      tx.table(journeys).put([journey, stop], (journey * 7919 + stop * 104_729) % cityCount)
    }
  })
  writeSync(STDOUT, `${journey}\n`)
}
