/**
 * States that stay: savepoints inside a transaction, snapshots, savepoints that outlive the process, and a backup.
 * `npx tsx examples/time-travel.ts`.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isCoppiceError, open, type Snapshot, t, table } from '../src/index.ts'

const plants = table('plants', { key: t.text, value: t.u32 })
const garden = (snap: Snapshot): string =>
  snap
    .table(plants)
    .range()
    .toArray()
    .map(([plant, count]) => `${plant} ${count}`)
    .join(', ') || '(nothing grows here)'

const directory = mkdtempSync(join(tmpdir(), 'coppice-garden-'))
const path = join(directory, 'garden.db')
try {
  {
    using db = await open(path)

    // Inside a transaction: one bad delivery is undone, the others are kept, and all commit together.
    const deliveries = [
      ['hazel', 12],
      ['hornbeam', -3],
      ['sweet chestnut', 7],
    ] as const
    db.write(tx => {
      for (const [plant, count] of deliveries) {
        try {
          tx.nested(() => {
            tx.table(plants).put(`${plant} (ordered)`, 1)
            tx.table(plants).put(plant, count)
          })
        } catch (error) {
          if (!isCoppiceError(error, 'INVALID_VALUE')) throw error
          console.log(`Sent back: ${error.message}`)
        }
      }
    })
    console.log(`Planted:   ${db.read(garden)}`)

    // A snapshot is a state held in the hand: it does not see what comes after it.
    {
      using before = db.read()
      db.write(tx => tx.table(plants).clear())
      console.log(`Cut down:  ${db.read(garden)}`)
      console.log(`Snapshot:  ${garden(before)}`)
    }

    // A persistent savepoint is a state with a name. It is there after a restart, until it is deleted.
    db.write(tx => tx.table(plants).put('ash', 30))
    db.savepoints.create('spring')
    db.write(tx => tx.table(plants).put('bramble', 1000))
    console.log(`Summer:    ${db.read(garden)}`)
  }
  {
    using db = await open(path)
    db.savepoints.restore('spring')
    console.log(`Restored:  ${db.read(garden)}`)

    // A backup is a database of its own, written while the first one goes on.
    const copy = join(directory, 'copy.db')
    const backup = db.backup(copy)
    db.write(tx => tx.table(plants).put('oak', 1))
    await backup
    using copied = await open(copy, { readOnly: true })
    console.log(`Backup:    ${copied.read(garden)}`)
    console.log(`Now:       ${db.read(garden)}`)
  }
} finally {
  rmSync(directory, { recursive: true })
}
