/**
 * The states in which a crash can leave a disk, each opened and judged; half of the time the recovery itself is made to
 * crash, up to three deep. What was done before, and what is done after a recovery, others say.
 */

import type { StoreOptions } from '../src/store/options.ts'
import { Store } from '../src/store/store.ts'
import { Broken } from './law.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { CrashMoment, SimulatedDisk } from './simulated-disk.ts'
import { publishedContent, shows, stampOf } from './store-content.ts'
import { type Content, difference, type Version } from './store-history.ts'
import { DATABASE } from './store-life.ts'
import { end } from './store-recovery.ts'
import { tally } from './tally.ts'

/** Up to 4096 states a moment. */
const PARTS_MAX = 12
const SAMPLE = 48
const DEPTH_MAX = 3
/** Of a recovery: it removes the log with them. */
const LAST_OPERATIONS = 4
const MOMENTS: readonly CrashMoment[] = ['before', 'within', 'after']

/** A state that a crash may leave, and the disk in it for whoever wants to try it. */
export interface CrashState {
  readonly what: string
  fingerprint(): string
  disk(): SimulatedDisk
}

/**
 * Every state in which a crash can leave the disk as it is now: the death of the process, and a loss of power. All subsets of
 * what is pending when there are at most `PARTS_MAX` parts, a sample of them above that.
 */
export function* statesOf(disk: SimulatedDisk, random: SeededRandom): Generator<CrashState> {
  yield { what: 'death', fingerprint: () => disk.fingerprint(), disk: () => disk.fork(1) }
  const parts = disk.pendingParts
  const isSample = parts > PARTS_MAX
  const count = isSample ? SAMPLE : 2 ** parts
  for (let number = 0; number < count; number++) {
    const isKept = isSample
      ? sampleOf(parts, number, random)
      : (part: number) => ((number >>> part) & 1) === 1
    yield {
      what: `power loss ${number} of ${count}`,
      fingerprint: () => disk.fingerprintKeeping(isKept),
      disk: () => {
        const copy = disk.fork(1)
        copy.losePowerKeeping(isKept)
        return copy
      },
    }
  }
}

/** Extremes first: nothing, everything, all but one, only one; then any. */
function sampleOf(parts: number, number: number, random: SeededRandom): (part: number) => boolean {
  const one = random.below(parts)
  if (number < 2) return () => number === 1
  if (number % 4 === 0) return part => part !== one
  if (number % 4 === 1) return part => part === one
  if (number % 4 === 2) return part => part < one
  const probability = random.pick([0.1, 0.5, 0.9])
  const isKept = Array.from({ length: parts }, () => random.chance(probability))
  return part => isKept[part]
}

/** What is to be judged, and how. */
export interface Case {
  readonly options: StoreOptions
  /** What may be found, the newest first. */
  readonly candidates: readonly Version[]
  readonly random: SeededRandom
  /** Goes on with what was recovered, by further laws; returns the store that is open then, if one is. */
  goOn(disk: SimulatedDisk, store: Store, found: Version, isDeath: boolean): Promise<Store | undefined>
}

/**
 * Opens the disk, which must hold one of the candidates, maybe not at the first attempt; or `expected`, when a recovery
 * of the same state has found that. Ends the disk.
 */
export async function judge(
  disk: SimulatedDisk,
  the: Case,
  where: string,
  depth = 0,
  expected?: Version,
): Promise<void> {
  const { random, options } = the
  tally.states++
  if (depth > 0) tally.insideRecovery++
  const copy = depth < DEPTH_MAX && random.chance(0.5) ? disk.fork(random.below(1 << 30)) : undefined
  // Nothing is under way that a loss of power could take: then every recovery comes to the same.
  const { isSettled } = disk
  let operations = disk.operationCount
  let store: Store | undefined
  let found: Version | undefined
  try {
    store = Store.open(disk, DATABASE, options, true)
    operations = disk.operationCount - operations
    found = findAmong(store, expected === undefined ? the.candidates : [expected])
    const { faults } = await finish(disk, store.check())
    if (faults.length > 0) throw new Broken(`the store's own check finds nothing: ${faults[0].message}`)
    store = await the.goOn(disk, store, found, where.endsWith('death'))
  } catch (error) {
    throw new Broken(`${where}: ${error}`, error)
  } finally {
    if (store !== undefined) end(disk, store)
  }
  if (copy === undefined || operations === 0) return
  // The end, where one thing after the other is given up, as often as all the rest.
  const last = Math.min(operations, LAST_OPERATIONS)
  const count = random.chance(0.5) ? 1 + random.below(operations) : operations - random.below(last)
  const moment = random.pick(MOMENTS)
  crashInRecovery(copy, options, count, moment)
  const isPowerLoss = random.chance(0.6)
  if (isPowerLoss) copy.losePower()
  const what = `crash ${moment} operation ${count} of the recovery, ${isPowerLoss ? 'power loss' : 'death'}`
  const isSame = isSettled || !isPowerLoss
  await judge(copy, the, `${where}, ${what}`, depth + 1, isSame ? found : undefined)
}

export function expectContent(store: Store, content: Content, law: string): void {
  if (shows(store, content)) return
  throw new Broken(`${law}: ${difference(content, publishedContent(store))}`)
}

/** Opens the disk and dies at its `count`th operation. */
function crashInRecovery(
  disk: SimulatedDisk,
  options: StoreOptions,
  count: number,
  moment: CrashMoment,
): void {
  disk.crashAt(count, moment)
  try {
    end(disk, Store.open(disk, DATABASE, options, true))
  } catch (error) {
    if (!disk.isCrashed) throw error
    disk.killProcess()
  }
}

function findAmong(store: Store, candidates: readonly Version[]): Version {
  const names = store.savepoints.list().map(({ name }) => name)
  for (const version of candidates) {
    if (names.join() === [...version.savepoints.keys()].join() && shows(store, version.content))
      return version
  }
  const content = publishedContent(store)
  const reasons = candidates.map(version => difference(version.content, content) ?? `savepoints ${names}`)
  const stamps = candidates.map(({ content, index }) => stampOf(content) ?? `version ${index}`)
  throw new Broken(`a recovery finds one of ${stamps}, not ${stampOf(content)}: ${reasons[0]}`)
}

export async function finish<T>(disk: SimulatedDisk, promise: Promise<T>): Promise<T> {
  await disk.settle()
  return promise
}
