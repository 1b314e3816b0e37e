/**
 * What the planner may use. All of it, unless a test (or somebody who looks for a bad plan) says otherwise by the settings
 * that PostgreSQL has for this. What is switched off is still done where there is no other way.
 */

export interface PlanSwitches {
  readonly tableScan: boolean
  readonly indexScan: boolean
  /** Several index scans for the parts of an OR. */
  readonly bitmapScan: boolean
  readonly hashJoin: boolean
  readonly mergeJoin: boolean
  readonly nestedLoop: boolean
  /** A subquery's results are kept by what it reads from outside. */
  readonly memoize: boolean
  /** Subqueries become joins. */
  readonly unnesting: boolean
}

/** Added to the cost of what is switched off. */
export const DISABLED_COST = 1e10

/** Settings by what they switch. PostgreSQL has none for the last. */
const SETTINGS: Readonly<Record<keyof PlanSwitches, string>> = {
  tableScan: 'enable_seqscan',
  indexScan: 'enable_indexscan',
  bitmapScan: 'enable_bitmapscan',
  hashJoin: 'enable_hashjoin',
  mergeJoin: 'enable_mergejoin',
  nestedLoop: 'enable_nestloop',
  memoize: 'enable_memoize',
  unnesting: 'coppice.enable_unnesting',
}
const NAMES = Object.keys(SETTINGS) as (keyof PlanSwitches)[]
export const SWITCH_SETTINGS: readonly string[] = NAMES.map(name => SETTINGS[name])

/** By the settings that are on: the same settings give the same object, which compiled statements are found by. */
const known = new Map<string, PlanSwitches>()

export function switchesOf(setting: (name: string) => string | undefined): PlanSwitches {
  const isOn = NAMES.map(name => setting(SETTINGS[name]) !== 'off')
  const key = isOn.join()
  let switches = known.get(key)
  if (switches === undefined) {
    switches = Object.fromEntries(NAMES.map((name, i) => [name, isOn[i]])) as unknown as PlanSwitches
    known.set(key, switches)
  }
  return switches
}

export const ALL_SWITCHES: PlanSwitches = switchesOf(() => 'on')
