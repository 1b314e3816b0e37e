/**
 * Every state in which a power loss, or the death of the process, can leave the disk at one moment of a script, judged
 * (crash-states.ts). A state that was judged by the same bounds before is not judged again.
 */

import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { StoreOptions } from '../src/store/options.ts'
import { Store } from '../src/store/store.ts'
import { type Case, expectContent, judge, statesOf } from './crash-states.ts'
import { SeededRandom } from './seeded-random.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { bytesOf } from './store-draft.ts'
import type { Content, Version } from './store-history.ts'
import { DATABASE } from './store-life.ts'
import { end } from './store-recovery.ts'
import {
  momentsOf,
  SCRIPT_OPTIONS,
  scriptsOf,
  scriptsOfOldSavepoints,
  scriptsOfTwoEpochs,
} from './store-script.ts'
import { tally } from './tally.ts'

/** Of those that a loss of power may leave at one moment. */
const TORN_STATES = 4

/** Scripts in an order that mixes them, and what was judged with the crashes inside of recoveries that this round brings. */
class Scripts {
  readonly #scripts: readonly string[]
  #round = -1
  #judged = new Set<string>()

  constructor(scripts: readonly string[]) {
    this.#scripts = mixed(scripts)
  }

  at(seed: number): string {
    return this.#scripts[seed % this.#scripts.length]
  }

  /** One script after the other; after all of them again, with other crashes inside of the recoveries. */
  async try(seed: number): Promise<void> {
    const round = Math.floor(seed / this.#scripts.length)
    if (this.#round !== round) {
      this.#round = round
      this.#judged = new Set()
    }
    await tryScript(this.at(seed), this.#judged, seed)
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
    for (const { fingerprint, disk, what } of statesOf(moment.disk, new SeededRandom(seed + index * 7919))) {
      state++
      const key = `${fingerprint()} ${bounds}`
      if (judged.has(key)) {
        tally.repeated++
        continue
      }
      judged.add(key)
      const where = `script '${script}', before operation ${index + 1} of ${moments.length}, ${what}`
      const random = new SeededRandom(seed ^ ((index * 8191 + state) * 2_654_435))
      const the = {
        options: SCRIPT_OPTIONS,
        candidates: moment.candidates,
        random,
        goOn: goOnBy(SCRIPT_OPTIONS, random),
      }
      await judge(disk(), the, where)
    }
  }
}

/**
 * The same scripts on disks that tear sectors, expose what was there before, and have sectors of 4 KiB half of the time: some
 * of the states that a loss of power leaves at each moment.
 */
export async function tornScriptTrial(seed: number): Promise<void> {
  const script = SHORT_SCRIPTS.at(seed)
  const pageSizeBytes = seed % 2 === 0 ? 4096 : 512
  const options = { ...SCRIPT_OPTIONS, pageSizeBytes, cacheSizeBytes: 256 * pageSizeBytes }
  const device = { sectorBytes: pageSizeBytes, tearsSectors: true, exposesGarbage: true }
  const moments = await momentsOf(script, { options, device })
  for (const [index, { disk, candidates }] of moments.entries()) {
    if (disk.pendingParts === 0) continue
    for (let state = 0; state < TORN_STATES; state++) {
      const random = new SeededRandom(seed ^ ((index * 8191 + state) * 2_654_435))
      const copy = disk.fork(random.below(1 << 30))
      copy.losePower()
      const where = `script '${script}', before operation ${index + 1} of ${moments.length}, torn ${state}`
      await judge(copy, { options, candidates, random, goOn: goOnBy(options, random) }, where)
    }
  }
}

/** With more commits, maybe; then back to the savepoints, maybe. */
function goOnBy(options: StoreOptions, random: SeededRandom): Case['goOn'] {
  return async (disk, recovered, found, isDeath) => {
    let store = recovered
    // What the cache alone holds is in the most danger.
    if (random.chance(isDeath ? 0.8 : 0.15)) {
      for (const isLogged of [false, true]) store = goOn(disk, store, found.content, isLogged, options)
    }
    if (random.chance(0.5)) goBack(store, found)
    return store
  }
}

/**
 * One more commit, on top of `content` or of another such commit, then the power goes and all that may be lost is lost: what
 * was acknowledged is there all the same.
 */
function goOn(
  disk: SimulatedDisk,
  store: Store,
  content: Content,
  isLogged: boolean,
  options: StoreOptions,
): Store {
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
  const again = Store.open(disk, DATABASE, options, true)
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
