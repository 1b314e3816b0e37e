/**
 * Every state in which a power loss, or the death of the process, can leave the disk at one moment of a script, each
 * opened and judged; half of the time the recovery itself is made to crash, up to three deep.
 *
 * All subsets of what is pending when there are at most `PARTS_MAX` parts, a sample of them above that. A state that
 * was judged by the same bounds before is not judged again.
 */

import { CATALOG_TREE_ID } from '../src/store/api.ts'
import { Store } from '../src/store/store.ts'
import { Broken } from './law.ts'
import { SeededRandom } from './seeded-random.ts'
import type { CrashMoment, SimulatedDisk } from './simulated-disk.ts'
import { publishedContent, shows, stampOf } from './store-content.ts'
import { bytesOf } from './store-draft.ts'
import { type Content, difference, type Version } from './store-history.ts'
import { DATABASE } from './store-life.ts'
import {
  type Moment,
  momentsOf,
  SCRIPT_OPTIONS,
  scriptsOf,
  scriptsOfOldSavepoints,
  scriptsOfTwoEpochs,
} from './store-script.ts'
import { tally } from './tally.ts'

/** Up to 4096 states a moment. */
export const PARTS_MAX = 12
const SAMPLE = 48
const DEPTH_MAX = 3
/** Of a recovery: it removes the log with them. */
const LAST_OPERATIONS = 4
const MOMENTS: readonly CrashMoment[] = ['before', 'within', 'after']

/** Scripts in an order that mixes them, and what was judged with the crashes inside of recoveries that this round brings. */
class Scripts {
  readonly #scripts: readonly string[]
  #round = -1
  #judged = new Set<string>()

  constructor(scripts: readonly string[]) {
    this.#scripts = mixed(scripts)
  }

  /** One script after the other; after all of them again, with other crashes inside of the recoveries. */
  async try(seed: number): Promise<void> {
    const round = Math.floor(seed / this.#scripts.length)
    if (this.#round !== round) {
      this.#round = round
      this.#judged = new Set()
    }
    await tryScript(this.#scripts[seed % this.#scripts.length], this.#judged, seed)
  }
}

const SHORT_SCRIPTS = new Scripts([...scriptsOf(1), ...scriptsOf(2), ...scriptsOf(3)])
const OLD_SAVEPOINTS = new Scripts(scriptsOfOldSavepoints())
const TWO_EPOCHS = new Scripts(scriptsOfTwoEpochs())

function mixed(scripts: readonly string[]): string[] {
  const random = new SeededRandom(1)
  return scripts
    .map(script => ({ script, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ script }) => script)
}

/** Scripts of one to three letters. */
export async function scriptTrial(seed: number): Promise<void> {
  await SHORT_SCRIPTS.try(seed)
}

/** Scripts in which a savepoint alone keeps something, until it is deleted or gone back to. */
export async function oldSavepointTrial(seed: number): Promise<void> {
  await OLD_SAVEPOINTS.try(seed)
}

/** Scripts whose log lies in two epochs. */
export async function twoEpochsTrial(seed: number): Promise<void> {
  await TWO_EPOCHS.try(seed)
}

/** Judges all crash states of `script`; `judged` remembers them from script to script. */
export async function tryScript(script: string, judged: Set<string>, seed: number): Promise<void> {
  const moments = await momentsOf(script)
  for (const [index, moment] of moments.entries()) {
    // Each state has a source of its own: those left out must not change what the others are put through, or a failure
    // could not be played again.
    let state = 0
    const bounds = moment.candidates.map(version => version.index).join()
    for (const { fingerprint, disk, what } of statesOf(moment, new SeededRandom(seed + index * 7919))) {
      state++
      const key = `${fingerprint} ${bounds}`
      if (judged.has(key)) {
        tally.repeated++
        continue
      }
      judged.add(key)
      const where = `script '${script}', before operation ${index + 1} of ${moments.length}, ${what}`
      await judge(
        disk(),
        moment.candidates,
        new SeededRandom(seed ^ ((index * 8191 + state) * 2_654_435)),
        where,
        0,
      )
    }
  }
}

/** A state that a crash may leave, and the disk in it for whoever wants to try it. */
interface CrashState {
  readonly fingerprint: string
  readonly what: string
  disk(): SimulatedDisk
}

function* statesOf({ disk }: Moment, random: SeededRandom): Generator<CrashState> {
  yield { fingerprint: disk.fingerprint(), what: 'death', disk: () => disk.fork(1) }
  const parts = disk.pendingParts
  const isSample = parts > PARTS_MAX
  const count = isSample ? SAMPLE : 2 ** parts
  for (let number = 0; number < count; number++) {
    const isKept = isSample
      ? sampleOf(parts, number, random)
      : (part: number) => ((number >>> part) & 1) === 1
    yield {
      fingerprint: disk.fingerprintKeeping(isKept),
      what: `power loss ${number} of ${count}`,
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

/** Opens the disk, which must hold one of `candidates`; maybe not at the first attempt. Ends the disk. */
async function judge(
  disk: SimulatedDisk,
  candidates: readonly Version[],
  random: SeededRandom,
  where: string,
  depth: number,
): Promise<void> {
  tally.states++
  if (depth > 0) tally.insideRecovery++
  const copy = depth < DEPTH_MAX && random.chance(0.5) ? disk.fork(random.below(1 << 30)) : undefined
  let operations = disk.operationCount
  let store: Store | undefined
  try {
    store = Store.open(disk, DATABASE, SCRIPT_OPTIONS, true)
    operations = disk.operationCount - operations
    const found = findAmong(store, candidates)
    const { faults } = await finish(disk, store.check())
    if (faults.length > 0) throw new Broken(`the store's own check finds nothing: ${faults[0].message}`)
    // What the cache alone holds is in the most danger.
    if (random.chance(where.endsWith('death') ? 0.8 : 0.15)) {
      for (const isLogged of [false, true]) store = goOn(disk, store, found.content, isLogged)
    }
    if (random.chance(0.5)) goBack(store, found)
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
  crashInRecovery(copy, count, moment)
  const isPowerLoss = random.chance(0.6)
  if (isPowerLoss) copy.losePower()
  const what = `crash ${moment} operation ${count} of the recovery, ${isPowerLoss ? 'power loss' : 'death'}`
  await judge(copy, candidates, random, `${where}, ${what}`, depth + 1)
}

/**
 * One more commit, on top of `content` or of another such commit, then the power goes and all that may be lost is lost: what
 * was acknowledged is there all the same.
 */
function goOn(disk: SimulatedDisk, store: Store, content: Content, isLogged: boolean): Store {
  // A small value would be logged, streamed or not.
  const text = `after the recovery, ${isLogged}`.padEnd(isLogged ? 0 : 1500, '.')
  const value = bytesOf(text)
  store.write(transaction => {
    const tree = transaction.tree(CATALOG_TREE_ID)!
    if (isLogged) tree.put(bytesOf('later'), 5, value, 0, value.length, 0)
    else tree.putStream(bytesOf('later'), 5, value.length, [value])
  })
  const entries = new Map(content.get(CATALOG_TREE_ID)).set('later', text)
  const expected = new Map(content).set(CATALOG_TREE_ID, entries)
  expectContent(store, expected, 'a commit after the recovery is seen')
  end(disk, store)
  disk.losePowerKeeping(() => false)
  const again = Store.open(disk, DATABASE, SCRIPT_OPTIONS, true)
  try {
    expectContent(again, expected, 'a commit after the recovery survives')
  } catch (error) {
    end(disk, again)
    throw error
  }
  return again
}

/** Whatever happened since, a savepoint that is there holds what it held when it was made. */
function goBack(store: Store, { savepoints }: Version): void {
  for (const [name, content] of [...savepoints].reverse()) {
    store.savepoints.restore(name)
    expectContent(store, content, 'a savepoint keeps its state')
  }
}

function expectContent(store: Store, content: Content, law: string): void {
  if (shows(store, content)) return
  throw new Broken(`${law}: ${difference(content, publishedContent(store))}`)
}

/** Opens the disk and dies at its `count`th operation. */
function crashInRecovery(disk: SimulatedDisk, count: number, moment: CrashMoment): void {
  disk.crashAt(count, moment)
  try {
    end(disk, Store.open(disk, DATABASE, SCRIPT_OPTIONS, true))
  } catch (error) {
    if (!disk.isCrashed) throw error
    disk.killProcess()
  }
}

/** Gives the store's memory back; nothing that closing tries reaches the disk. */
function end(disk: SimulatedDisk, store: Store): void {
  disk.crashAt(1)
  try {
    store.close()
  } catch {
    // Of the crash.
  }
  disk.killProcess()
}

function findAmong(store: Store, candidates: readonly Version[]): Version {
  const names = store.savepoints.list().map(({ name }) => name)
  for (const version of candidates) {
    if (names.join() === [...version.savepoints.keys()].join() && shows(store, version.content))
      return version
  }
  const content = publishedContent(store)
  const reasons = candidates.map(version => difference(version.content, content) ?? `savepoints ${names}`)
  const stamps = candidates.map(version => stampOf(version.content))
  throw new Broken(`a recovery finds one of ${stamps}, not ${stampOf(content)}: ${reasons[0]}`)
}

async function finish<T>(disk: SimulatedDisk, promise: Promise<T>): Promise<T> {
  await disk.settle()
  return promise
}
