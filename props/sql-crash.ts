/**
 * Crashes of a database that is used by SQL. Laws: after a recovery it is what it was after some unit of work, wholly, none that
 * was acknowledged is missing; SQL shows of it what it showed then; indexes, references and sequences agree with the rows.
 */

import { Database } from '../src/database/database.ts'
import { Store } from '../src/store/store.ts'
import { type Case, judge, statesOf } from './crash-states.ts'
import { check } from './law.ts'
import { SeededRandom } from './seeded-random.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { expectConsistent, pictureOf } from './sql-picture.ts'
import { type SqlVersion, sqlLifeOf } from './sql-script.ts'
import type { Version } from './store-history.ts'
import { DATABASE } from './store-life.ts'
import { end } from './store-recovery.ts'
import { tally } from './tally.ts'

/** Of the states that a loss of power may leave at one moment. */
const STATES_PER_MOMENT = 4
/** How often SQL is asked, which takes ten times as long as the rest: that the bytes are the same was seen before. */
const PROBABILITY_OF_SQL = 0.02

/** One life, crashed at every moment. */
export async function sqlCrashTrial(seed: number): Promise<void> {
  const { moments, options } = await sqlLifeOf(seed)
  const judged = new Set<string>()
  /** Versions whose indexes were made anew and compared. */
  const consistent = new Set<Version>()
  for (const [index, { disk, candidates, unit }] of moments.entries()) {
    const bounds = candidates.map(version => version.index).join()
    let state = 0
    for (const { fingerprint, what, disk: diskIn } of someOf(disk, new SeededRandom(seed + index * 7919))) {
      state++
      const key = `${fingerprint()} ${bounds}`
      if (judged.has(key)) {
        tally.repeated++
        continue
      }
      judged.add(key)
      const random = new SeededRandom(seed ^ ((index * 8191 + state) * 2_654_435))
      const goOn: Case['goOn'] = async (disk, store, found) => {
        if (consistent.has(found) && !random.chance(PROBABILITY_OF_SQL)) return store
        consistent.add(found)
        return askSql(disk, store, found as SqlVersion, options)
      }
      const where = `seed ${seed}, ${unit}\n  before operation ${index + 1} of ${moments.length}, ${what}`
      await judge(diskIn(), { options, candidates, random, goOn }, where)
    }
  }
}

/** The death of the process, and some losses of power. */
function* someOf(disk: SimulatedDisk, random: SeededRandom): ReturnType<typeof statesOf> {
  const states = [...statesOf(disk, random)]
  yield states[0]
  const first = random.below(states.length)
  const count = Math.min(STATES_PER_MOMENT, states.length - 1)
  const step = Math.max(1, Math.floor((states.length - 1) / count))
  for (let i = 0; i < count; i++) yield states[1 + ((first + i * step) % (states.length - 1))]
}

/** SQL shows what it showed; a statement more is acknowledged, the power goes, and it is there; then the indexes are looked at. */
function askSql(
  disk: SimulatedDisk,
  store: Store,
  { picture }: SqlVersion,
  options: Case['options'],
): Store | undefined {
  let db = new Database(store)
  check(pictureOf(db) === picture, 'SQL shows what it showed before the crash')
  const temporary = db.query(`select relname from pg_class where relpersistence = 't'`)
  check(temporary.length === 0, 'what was temporary is gone with the process')
  if (picture.includes('owners')) {
    db.exec(`insert into owners (name) values ('after the crash')`)
    const expected = pictureOf(db)
    end(disk, db)
    disk.losePowerKeeping(() => false)
    const again = Store.open(disk, DATABASE, options, true)
    db = new Database(again)
    check(pictureOf(db) === expected, 'what SQL commits after a recovery survives')
    expectConsistent(db, again)
  }
  end(disk, db)
  return undefined
}
