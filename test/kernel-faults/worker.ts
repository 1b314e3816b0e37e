/**
 * The process that meets the faults:
 *
 * ```
 *   worker.ts <path> once <scenario>    opens, does it, closes
 *   worker.ts <path> die <scenario>     dies of SIGKILL instead of closing
 *   worker.ts <path> lives <count>      one scenario after the other; after each it opens the database again and
 *                                       compares everything with what must be there
 * ```
 * It speaks as `session.ts` says, and ends with `end`, or with `failed` and why when something is not as promised.
 */

import { rmSync } from 'node:fs'
import { CoppiceError, isCoppiceError, type OpenOptions } from '../../src/index.ts'
import { committedIn, contentOf, Model } from '../kill/ledger.ts'
import { type Scenario, scenarioNamed, scenarios } from './scenarios.ts'
import { demand, PoisonedEnd, Session, say } from './session.ts'

/** Each failed opening has met a fault; so many in a row mean that it is not the faults. */
const OPENINGS_MAX = 20
/** What the openings after a failed one take instead of the scenario's. */
const OTHER_CACHES_BYTES = [undefined, 2 << 20, 256 * 1024]

/** Undefined when a fault was in the way. */
function openSession(path: string, options: OpenOptions): Session | undefined {
  say('opening')
  try {
    return new Session(path, options)
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error
    say(`told ${error.code} open`)
    demand(
      error.code === 'IO_ERROR' || error.code === 'NO_SPACE',
      `opening fails with ${error.code}: ${error}`,
    )
    return undefined
  }
}

function openAtLast(path: string, scenario: Scenario): Session {
  for (let i = 0; i < OPENINGS_MAX; i++) {
    // Faults that come back after so many calls must not meet the same call of each recovery for ever.
    const cacheSizeBytes = OTHER_CACHES_BYTES[i % 3] ?? scenario.options.cacheSizeBytes
    const session = openSession(path, { ...scenario.options, cacheSizeBytes })
    if (session !== undefined) return session
  }
  throw new Error(`${OPENINGS_MAX} openings in a row have failed`)
}

async function run(session: Session, scenario: Scenario): Promise<void> {
  try {
    await scenario.run(session)
  } catch (error) {
    if (!(error instanceof PoisonedEnd)) throw error
  }
}

/** Compares everything with what must be there, through an opening of its own. */
async function verify(path: string, scenario: Scenario, model: Model): Promise<void> {
  const session = openAtLast(path, scenario)
  model.advanceTo(session.db.read(committedIn))
  demand(
    session.db.read(contentOf) === model.content(),
    `the content is that of transaction ${session.newest}`,
  )
  try {
    const { faults } = await session.db.check()
    demand(faults.length === 0, `check finds nothing, not ${JSON.stringify(faults)}`)
  } catch (error) {
    demand(isCoppiceError(error), `check fails with ${error}`)
    say(`told ${error.code} check`)
  }
  session.close()
}

async function live(path: string, scenario: Scenario, model: Model): Promise<void> {
  const session = openAtLast(path, scenario)
  await run(session, scenario)
  session.close()
  await verify(path, scenario, model)
}

async function liveOften(path: string, count: number): Promise<void> {
  const model = new Model()
  for (let life = 0; life < count; life++) {
    const scenario = scenarios[life % scenarios.length]
    say(`life ${scenario.name}`)
    if (scenario.finds !== 'nothing') {
      await live(path, scenario, model)
      continue
    }
    // A database of its own, of which the parent need not know.
    const newPath = `${path}.new`
    say('aside')
    await live(newPath, scenario, new Model())
    rmSync(newPath)
    for (const log of ['0', '1']) rmSync(`${newPath}-wal${log}`, { force: true })
    say('back')
  }
}

async function main(path: string, how: string, what: string): Promise<void> {
  if (how === 'lives') {
    await liveOften(path, Number(what))
    return
  }
  const scenario = scenarioNamed(what)
  const session = openSession(path, scenario.options)
  if (session === undefined) return
  await run(session, scenario)
  if (how === 'die') process.kill(process.pid, 'SIGKILL')
  session.close()
}

const [path, how, what] = process.argv.slice(2)
main(path, how, what).then(
  () => say('end'),
  error => {
    say(`failed ${error.stack}`)
    process.exitCode = 1
  },
)
