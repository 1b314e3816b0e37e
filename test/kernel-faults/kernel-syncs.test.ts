/** What the engine asks of the kernel, and in which order: what it acknowledges would outlive a loss of power. */

import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'
import { whyNoInjection } from './strace.ts'
import { breachesIn, callsOf } from './sync-order.ts'
import { Workbench } from './workbench.ts'

const whySkipped = whyNoInjection()

describe(`syncs of the kernel${whySkipped === undefined ? '' : ` (skipped: ${whySkipped})`}`, () => {
  let directory: TemporaryDirectory
  let workbench: Workbench

  beforeAll(() => {
    directory = temporaryDirectory()
    workbench = new Workbench(directory.path)
  }, 60_000)
  afterAll(() => directory.remove())

  it.skipIf(whySkipped !== undefined).each(scenarios.map(({ name }) => name))(
    'come before what rests on them in: %s',
    async name => {
      const scenario = scenarioNamed(name)
      const { path, log } = await workbench.patientFor(scenario)
      const calls = callsOf(log, workbench.command(path, ['once', name]))
      const byCheckpoint = scenario.options.transactionLogBytes === 0

      expect(calls.filter(call => / (fdatasync|fsync)\(/.test(call)).length).toBeGreaterThan(5)
      expect(breachesIn(calls, dirname(path), byCheckpoint)).toEqual([])
    },
  )
})
