/**
 * Change feeds against a model: a mirror that is kept by what `watch` tells always equals the table, and so does one that
 * was kept up to any earlier transaction and then brought up to date from the history, in the same process or after
 * opening the database again.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Database, openSync, type TableChanges, type Transaction, t, table } from '../src/index.ts'
import { temporaryDirectory } from '../test/io/temporary-directory.ts'
import { runs } from './scale.ts'

const numbers = table('numbers', { key: t.u8, value: t.u32 })
const other = table('other', { key: t.u8, value: t.u32 })
type Events = TableChanges<typeof numbers>[]
type Mirror = Map<number, number>

const key = fc.nat(11)
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deleteRange' as const), gte: key, lt: key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('other' as const), key, value: fc.nat(99) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('bulk' as const), count: fc.nat(200) }) },
)
const changes = fc.array(change, { maxLength: 5 })
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('write' as const), changes, undone: changes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('failed' as const), changes }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'reopen' as const }, { kind: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'save' as const }, { kind: 'restore' as const }) },
)
type Changes = typeof changes extends fc.Arbitrary<infer T> ? T : never

function apply(tx: Transaction, script: Changes): void {
  for (const change of script) {
    if (change.kind === 'put') tx.table(numbers).put(change.key, change.value)
    else if (change.kind === 'delete') tx.table(numbers).delete(change.key)
    else if (change.kind === 'deleteRange')
      tx.table(numbers).deleteRange({ gte: change.gte, lt: Math.max(change.gte, change.lt) })
    else if (change.kind === 'clear') tx.table(numbers).clear()
    else if (change.kind === 'other') tx.table(other).put(change.key, change.value)
    else if (change.kind === 'drop') tx.dropTable(numbers)
    else for (let i = 0; i < change.count; i++) tx.table(numbers).put(i % 256, i)
  }
}

/** Brings a mirror up to date; an event that says so makes it begin anew from what the table has now. */
function follow(mirror: Mirror, events: Events, now: Mirror): Mirror {
  for (const { changes, mustReload } of events) {
    // Later events repeat what the table has already, which changes nothing.
    if (mustReload) mirror = new Map(now)
    for (const change of changes) {
      if (change.type === 'put') mirror.set(change.key, change.value)
      else mirror.delete(change.key)
    }
  }
  return mirror
}

const contentOf = (db: Database): Mirror => new Map(db.read(snap => snap.table(numbers).range().toArray()))
const told = () => new Promise<void>(resolve => setImmediate(resolve))

async function missed(db: Database, since: number): Promise<Events> {
  const events: Events = []
  const stream = db.changes(numbers, { since })
  const reading = (async () => {
    for await (const event of stream) events.push(event)
  })()
  await told()
  await stream.return?.()
  await reading
  return events
}

test('a mirror that follows the changes equals the table', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
      const directory = temporaryDirectory()
      const path = `${directory.path}/a.db`
      const openAgain = () => openSync(path, { transactionLogBytes: 1024, durability: 'none' })
      let db = openAgain()
      try {
        db.history.keep()
        let live: Mirror = new Map()
        let events: Events = []
        const watch = () => db.watch(numbers, event => void events.push(event))
        watch()
        /** States on the way: since which number, and what the table was then. */
        const stations: { lsn: number; content: Mirror }[] = []
        let isSaved = false
        for (const step of steps) {
          stations.push({ lsn: db.lsn, content: contentOf(db) })
          if (step.kind === 'write') {
            db.write(tx => {
              apply(tx, step.changes)
              const savepoint = tx.savepoint()
              apply(tx, step.undone)
              savepoint.rollback()
            })
          } else if (step.kind === 'failed') {
            expect(() =>
              db.write(tx => {
                apply(tx, step.changes)
                throw new Error('undone')
              }),
            ).toThrow('undone')
          } else if (step.kind === 'reopen') {
            db.close()
            db = openAgain()
            watch()
          } else if (step.kind === 'compact') await db.compact()
          else if (step.kind === 'save') {
            if (!isSaved) db.savepoints.create('saved')
            isSaved = true
          } else if (isSaved) db.savepoints.restore('saved')
          await told()
          const now = contentOf(db)
          live = follow(live, events, now)
          events = []
          expect(live).toEqual(now)
        }
        const now = contentOf(db)
        for (const { lsn, content } of stations) {
          expect(follow(new Map(content), await missed(db, lsn), now)).toEqual(now)
        }
      } finally {
        db.close()
        directory.remove()
      }
    }),
    { numRuns: runs(60) },
  )
})
