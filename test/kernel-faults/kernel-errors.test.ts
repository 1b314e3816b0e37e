/**
 * The kernel answers with errors: EIO, a full disk, a full quota, at chosen system calls, once or from then on. What
 * was acknowledged is there, callers are told with the documented codes, and a full disk fails just the transaction.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../props/scale.ts'
import { SeededRandom } from '../../props/seeded-random.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'
import {
  type Call,
  countsOf,
  describeFault,
  type Fault,
  type LoggedEvent,
  type SystemError,
  whyNoInjection,
} from './strace.ts'
import { inLanes, verify, Workbench } from './workbench.ts'

/**
 * Faults that pass, one after the other in one process: it closes and goes on after each. There must be room between them
 * for the calls of a recovery, or none would ever come to its end.
 */
const PASSING: readonly Fault[] = [
  { call: 'pwrite', does: 'EIO', nth: 7, every: 67 },
  { call: 'pwrite', does: 'ENOSPC', nth: 5, every: 71 },
  { call: 'pwrite', does: 'EDQUOT', nth: 11, every: 83 },
  { call: 'pwritev', does: 'EIO', nth: 2, every: 41 },
  { call: 'pwritev', does: 'EIO', nth: 23, every: 53 },
  { call: 'pwritev', does: 'ENOSPC', nth: 3, every: 43 },
  { call: 'pwritev', does: 'EDQUOT', nth: 31, every: 59 },
  { call: 'fdatasync', does: 'EIO', nth: 4, every: 13 },
  { call: 'fdatasync', does: 'EIO', nth: 9, every: 17 },
  { call: 'fdatasync', does: 'ENOSPC', nth: 6, every: 19 },
  { call: 'fsync', does: 'EIO', nth: 2, every: 7 },
  { call: 'ftruncate', does: 'EIO', nth: 1, every: 3 },
  { call: 'ftruncate', does: 'ENOSPC', nth: 2, every: 3 },
  { call: 'rename', does: 'EIO', nth: 1, every: 3 },
  { call: 'rename', does: 'ENOSPC', nth: 2, every: 3 },
  { call: 'unlink', does: 'EIO', nth: 3, every: 11 },
]
/** Once through all scenarios. */
const LIVES = runs(scenarios.length)

/** Faults that stay: from one call on, all of the kind fail. */
const LASTING: readonly (readonly [Call, SystemError])[] = [
  ['pwrite', 'EIO'],
  ['pwrite', 'ENOSPC'],
  ['pwrite', 'EDQUOT'],
  ['pwritev', 'ENOSPC'],
  ['fdatasync', 'EIO'],
  ['fsync', 'EIO'],
]

/** Whoever waits for them, or comes next, must hear of their failures. */
const NEVER_SILENT: ReadonlySet<Call> = new Set(['pwrite', 'pwritev', 'fdatasync', 'fsync'])
/** Together with the kills of kernel-kills.test.ts: more than five hundred. */
const POINTS_MIN = runs(200)
const TIMEOUT_MS = runs(120_000)

const whySkipped = whyNoInjection()

function mainThreadOf(events: readonly LoggedEvent[]): string | undefined {
  return events.find(event => event.kind === 'said')?.thread
}

/**
 * A fault of which the process was not told by the next opening of the database; undefined: there is none.
 *
 * A sync in the thread pool that a closing database no longer waits for is none: closing syncs everything itself, on a
 * descriptor of its own, which the kernel would have told as well.
 */
function untoldFault(events: readonly LoggedEvent[]): string | undefined {
  const mainThread = mainThreadOf(events)
  let pending: string | undefined
  let pendingInPool: string | undefined
  let doing = ''
  for (const event of events) {
    if (event.kind === 'call') {
      if (!event.isInjected) continue
      const fault = `${event.call} while doing: ${doing}`
      if (event.thread === mainThread) pending ??= fault
      else if (doing !== 'closing' && doing !== 'opening') pendingInPool ??= fault
      continue
    }
    // Nothing was heard of the thread pool from the fault to the end.
    if (event.line !== 'closing') pending ??= pendingInPool
    pendingInPool = undefined
    if (event.line.startsWith('told')) pending = undefined
    else if (event.line === 'opening' || event.line === 'end') {
      if (pending !== undefined) return pending
    }
    doing = event.line
  }
  return pending
}

function expectCodes(lines: readonly string[], fault: Fault): void {
  const told = lines.filter(line => line.startsWith('told'))
  if (fault.does === 'EIO') expect(told.filter(line => line.startsWith('told NO_SPACE'))).toEqual([])
}

describe(`errors of the kernel${whySkipped === undefined ? '' : ` (skipped: ${whySkipped})`}`, () => {
  let directory: TemporaryDirectory
  let workbench: Workbench
  /** Calls that failed, of a kind that stays only the first one. */
  let points = 0

  beforeAll(() => {
    directory = temporaryDirectory()
    workbench = new Workbench(directory.path)
  }, 60_000)
  afterAll(() => directory.remove())

  async function meet(scenario: string, how: 'once' | 'lives', fault: Fault): Promise<void> {
    const patient = await workbench.patientFor(scenarioNamed(scenario))
    const what = how === 'once' ? scenario : String(LIVES)
    try {
      const { lines, events } = await workbench.run(patient, [how, what], fault)
      const hits = events.filter(event => event.kind === 'call' && event.isInjected).length
      points += fault.every === 1 ? Math.min(hits, 1) : hits
      expectCodes(lines, fault)
      if (fault.does === 'EIO' && NEVER_SILENT.has(fault.call)) expect(untoldFault(events)).toBeUndefined()
      expect(hits).toBeGreaterThan(0)
      await verify(patient)
    } catch (error) {
      throw new Error(`${how} ${scenario}, ${describeFault(fault)}`, { cause: error })
    }
  }

  it.skipIf(whySkipped !== undefined)(
    'that pass: the database is closed and opened again, and has what it acknowledged',
    () => inLanes(PASSING, fault => meet('commits by log', 'lives', fault)),
    TIMEOUT_MS,
  )

  it.skipIf(whySkipped !== undefined).each(scenarios.map(({ name }) => name))(
    'that stay: what was acknowledged before is there in: %s',
    async name => {
      const watched = await workbench.patientFor(scenarioNamed(name))
      const counts = countsOf((await workbench.run(watched, ['once', name], 'watch')).events)
      const random = new SeededRandom(name.length)
      const faults = LASTING.filter(([call]) => counts[call] > 0).map(([call, does]): Fault => {
        return { call, does, nth: 1 + random.below(counts[call]), every: 1 }
      })

      await inLanes(faults, fault => meet(name, 'once', fault))
    },
    TIMEOUT_MS,
  )

  it.skipIf(whySkipped !== undefined).each(scenarios.map(({ name }) => name))(
    'of one sync alone: somebody is told in: %s',
    async name => {
      const watched = await workbench.patientFor(scenarioNamed(name))
      const { events } = await workbench.run(watched, ['once', name], 'watch')
      const mainThread = mainThreadOf(events)
      const blocking = countsOf(events.filter(({ thread }) => thread === mainThread)).fdatasync
      const inPool = countsOf(events.filter(({ thread }) => thread !== mainThread)).fdatasync
      const places = new Set([Math.ceil(blocking / 2)])
      for (let nth = 2; nth < inPool; nth += 2) places.add(nth)
      const faults = [...places].map((nth): Fault => ({ call: 'fdatasync', does: 'EIO', nth }))

      await inLanes(faults, fault => meet(name, 'once', fault))
    },
    TIMEOUT_MS,
  )

  it.skipIf(whySkipped !== undefined)(`were often enough told: ${POINTS_MIN} times and more`, () => {
    console.log(`on the real kernel: ${points} calls failed, or began to`)
    expect(points).toBeGreaterThanOrEqual(POINTS_MIN)
  })
})
