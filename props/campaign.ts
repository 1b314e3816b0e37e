/**
 * All trials of a store on a simulated disk, in turns, until one fails or there was enough: what the soak, the run of
 * the mutants and the quick tests have in common. A trial's seed says everything about it.
 */

import { playAgain } from './commit.ts'
import { Broken } from './law.ts'
import { sqlCrashTrial } from './sql-crash.ts'
import { oldSavepointTrial, scriptTrial, tornScriptTrial, twoEpochsTrial } from './store-crash-states.ts'
import { failingNamesTrial, failingOpeningTrial, lostPagesTrial } from './store-failing-trials.ts'
import {
  busyTrial,
  CROWDED_DISK,
  crashTrial,
  damageTrial,
  FAILING_CHECKPOINTS,
  FAILING_DISK,
  FULL_DATABASE,
  FULL_DISK,
  faultTrial,
  hiddenHeaderTrial,
  lateSyncTrial,
  limitsTrial,
  lostHeaderTrial,
  MISDIRECTED_READS,
  mixedFilesTrial,
  newEpochTrial,
  randomShortTrial,
  SHORT_READS,
  shortOpeningTrial,
  tryMany,
  tryOne,
} from './store-trials.ts'
import { tally } from './tally.ts'

export interface Trial {
  readonly name: string
  /** How often it runs in each round; 1/4: in every fourth one. */
  readonly share: number
  run(seed: number): Promise<void>
}

export const TRIALS: readonly Trial[] = [
  { name: 'crash', share: 4, run: crashTrial },
  { name: 'limits', share: 1, run: limitsTrial },
  { name: 'busy', share: 6, run: busyTrial },
  { name: 'short', share: 1, run: randomShortTrial },
  { name: 'scripts', share: 1, run: scriptTrial },
  { name: 'old-savepoints', share: 1, run: oldSavepointTrial },
  { name: 'two-epochs', share: 1 / 4, run: twoEpochsTrial },
  { name: 'sql', share: 1 / 8, run: sqlCrashTrial },
  { name: 'failing-disk', share: 3, run: seed => faultTrial(seed, FAILING_DISK) },
  { name: 'failing-checkpoints', share: 1, run: seed => faultTrial(seed, FAILING_CHECKPOINTS) },
  { name: 'full-disk', share: 2, run: seed => faultTrial(seed, FULL_DISK) },
  { name: 'crowded-disk', share: 2, run: seed => faultTrial(seed, CROWDED_DISK) },
  { name: 'full-database', share: 1, run: seed => faultTrial(seed, FULL_DATABASE) },
  { name: 'short-reads', share: 1, run: seed => faultTrial(seed, SHORT_READS) },
  { name: 'short-reads-while-opening', share: 1, run: shortOpeningTrial },
  { name: 'misdirected-headers', share: 1, run: seed => hiddenHeaderTrial(seed, 'misdirected') },
  { name: 'short-headers', share: 1, run: seed => hiddenHeaderTrial(seed, 'short') },
  { name: 'late-syncs', share: 2, run: lateSyncTrial },
  { name: 'misdirected-reads', share: 1, run: seed => faultTrial(seed, MISDIRECTED_READS) },
  { name: 'damage', share: 6, run: damageTrial },
  { name: 'new-epoch', share: 1, run: newEpochTrial },
  { name: 'lost-header', share: 4, run: lostHeaderTrial },
  { name: 'mixed-files', share: 2, run: mixedFilesTrial },
  { name: 'failing-openings', share: 2, run: failingOpeningTrial },
  { name: 'failing-names', share: 1, run: failingNamesTrial },
  { name: 'lost-pages', share: 1, run: lostPagesTrial },
  { name: 'torn-scripts', share: 1, run: tornScriptTrial },
]

export interface Failure {
  readonly trial: string
  readonly seed: number
  readonly error: unknown
}

export interface CampaignReport {
  readonly seeds: number
  readonly states: number
  readonly insideRecovery: number
  readonly repeated: number
  /** Where the next campaign would go on. */
  readonly nextSeed: number
  readonly failure: Failure | undefined
}

/**
 * Runs the trials in rounds, with seeds from `firstSeed` on, while `goesOn` says so (asked before each trial). Stops at
 * the first failure. `only`: names of trials; default all.
 */
export async function campaign(
  firstSeed: number,
  goesOn: (seeds: number) => boolean,
  only: readonly string[] = [],
): Promise<CampaignReport> {
  const trials = only.length === 0 ? TRIALS : only.map(findTrial)
  const before = { ...tally }
  let seeds = 0
  let nextSeed = firstSeed
  const report = (failure: Failure | undefined): CampaignReport => ({
    seeds,
    states: tally.states - before.states,
    insideRecovery: tally.insideRecovery - before.insideRecovery,
    repeated: tally.repeated - before.repeated,
    nextSeed,
    failure,
  })
  for (let round = 0; ; round++) {
    for (const { name, share, run } of trials) {
      const end = firstSeed + Math.floor((round + 1) * share)
      for (let seed = firstSeed + Math.floor(round * share); seed < end; seed++) {
        if (!goesOn(seeds)) return report(undefined)
        nextSeed = Math.max(nextSeed, seed + 1)
        seeds++
        try {
          await tryMany(1, seed, run)
        } catch (error) {
          return report({ trial: name, seed, error })
        }
      }
    }
  }
}

/** Runs one trial on so many seeds. @throws Broken that says how the one that failed is played again */
export async function tryTrial(name: string, count: number, first: number): Promise<void> {
  const { run } = findTrial(name)
  await tryMany(count, first, async seed => {
    try {
      await run(seed)
    } catch (error) {
      throw new Broken(`${error}\n${playAgain(name, seed)}`, error)
    }
  })
}

/** Runs one trial again. @throws what it fails with; Error when there is no such trial */
export async function replay(name: string, seed: number): Promise<void> {
  await tryOne(seed, findTrial(name).run)
}

function findTrial(name: string): Trial {
  const trial = TRIALS.find(candidate => candidate.name === name)
  if (trial !== undefined) return trial
  throw new Error(`there is no trial '${name}': they are ${TRIALS.map(({ name }) => name)}`)
}
