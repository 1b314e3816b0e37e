/**
 * Processes are killed as they enter a system call that would change the disk: the first one, the next one, and so on
 * through everything that they do. What they had acknowledged is there afterwards, and nothing half-done.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../props/scale.ts'
import { SeededRandom } from '../../props/seeded-random.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { type Scenario, scenarioNamed, scenarios } from './scenarios.ts'
import { CALLS, type Call, countsOf, describeFault, type Fault, whyNoInjection } from './strace.ts'
import { inLanes, verify, Workbench } from './workbench.ts'

const whyRandom = whyNoInjection()

/** Of the calls of one kind in one scenario, so many are chosen. */
const POINTS_PER_CALL = runs(4)
/** This part of the databases is recovered by a process that is killed as well, before the test looks at it. */
const KILLED_AGAIN = 0.15
const RECOVERY: Scenario = scenarioNamed('recovery of a log')
/** A recovery makes at least so many calls of each kind. */
const CALLS_OF_RECOVERY: readonly (readonly [Call, number])[] = [
  ['pwrite', 8],
  ['fdatasync', 5],
  ['fsync', 1],
  ['unlink', 2],
]
/** Of the points that were chosen by watching a first run, so many must be met in the others. */
const PART_KILLED = 0.85
const RANDOM_KILLS = runs(20)
/** Together with what kernel-errors.test.ts asks for: more than five hundred points. */
const KILLS_MIN = whyRandom === undefined ? runs(300) : runs(100)
const RANDOM_KILL_MS_MAX = 60
const TIMEOUT_MS = runs(120_000)

/** Evenly spaced, the first and the last one among them. */
function pointsAmong(count: number): number[] {
  if (count <= POINTS_PER_CALL) return Array.from({ length: count }, (_, i) => i + 1)
  const distance = (count - 1) / Math.max(1, POINTS_PER_CALL - 1)
  return Array.from({ length: POINTS_PER_CALL }, (_, i) => 1 + Math.round(i * distance))
}

describe(`a process that is killed ${whyRandom === undefined ? 'at a system call' : `at random moments (${whyRandom})`}`, () => {
  let directory: TemporaryDirectory
  let workbench: Workbench
  let killed = 0

  beforeAll(() => {
    directory = temporaryDirectory()
    workbench = new Workbench(directory.path)
  }, 60_000)
  afterAll(() => directory.remove())

  async function pointsIn(scenario: Scenario): Promise<Fault[]> {
    const patient = await workbench.patientFor(scenario)
    const counts = countsOf((await workbench.run(patient, ['once', scenario.name], 'watch')).events)
    await verify(patient)
    return (Object.keys(CALLS) as Call[]).flatMap(call =>
      pointsAmong(counts[call]).map(nth => ({ call, does: 'kill', nth }) as const),
    )
  }

  /** Whether it came to the point: where threads and the event loop have a say, the last calls may not be made. */
  async function killAt(scenario: Scenario, fault: Fault, random: SeededRandom): Promise<boolean> {
    const patient = await workbench.patientFor(scenario)
    const faults = [fault]
    try {
      const { died, lines } = await workbench.run(patient, ['once', scenario.name], fault)
      expect(lines.filter(line => line.startsWith('told'))).toEqual([])
      if (died) killed++
      while (random.chance(KILLED_AGAIN)) {
        const [call, count] = random.pick(CALLS_OF_RECOVERY)
        const again: Fault = { call, does: 'kill', nth: 1 + random.below(count) }
        faults.push(again)
        if ((await workbench.run(patient, ['once', RECOVERY.name], again)).died) killed++
      }
      await verify(patient)
      return died
    } catch (error) {
      throw new Error(`${scenario.name}, ${faults.map(describeFault).join(', then ')}`, { cause: error })
    }
  }

  it.runIf(whyRandom === undefined).each(scenarios.map(scenario => [scenario.name, scenario] as const))(
    'has lost nothing that it acknowledged, wherever that was in: %s',
    async (_name, scenario) => {
      const points = await pointsIn(scenario)
      const random = new SeededRandom(scenario.name.length)

      let deaths = 0
      await inLanes(points, async fault => {
        if (await killAt(scenario, fault, random)) deaths++
      })

      expect(deaths).toBeGreaterThan(points.length * PART_KILLED)
    },
    TIMEOUT_MS,
  )

  it.skipIf(whyRandom === undefined).each(scenarios.map(scenario => [scenario.name, scenario] as const))(
    'has lost nothing that it acknowledged, whenever that was in: %s',
    async (_name, scenario) => {
      const random = new SeededRandom(scenario.name.length)
      await inLanes(Array.from({ length: RANDOM_KILLS }), async () => {
        const patient = await workbench.patientFor(scenario)
        const killAfterMs = random.below(RANDOM_KILL_MS_MAX)
        if ((await workbench.runAndKill(patient, scenario.name, killAfterMs)).died) killed++
        await verify(patient)
      })
    },
    TIMEOUT_MS,
  )

  it(`was often enough one: ${KILLS_MIN} times and more`, () => {
    console.log(`on the real kernel: ${killed} processes were killed`)
    expect(killed).toBeGreaterThanOrEqual(KILLS_MIN)
  })
})
