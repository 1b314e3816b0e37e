/**
 * Short scripts on a store, all of them alike but for their letters, with every moment at which the machine might die:
 * a copy of the disk before each of its operations and after the last, with what may be found then.
 *
 * ```
 * p  put, synced                     l  put of a large value: committed by a checkpoint
 * d  delete, synced                  w  many puts, logged: they start a checkpoint beside the commits
 * n  put, not waited for             u  the same, not waited for
 * g  two queued puts, one sync,      c  checkpoint
 *    and a reader meanwhile          s  savepoint (persistent), or back to the one there is
 * m  a queued put, and a put that    x  no savepoint any more
 *    is not waited for, and a        o  close and open
 *    reader meanwhile
 * ```
 */

import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { Durability, StoreOptions } from '../src/store/options.ts'
import { Store } from '../src/store/store.ts'
import type { WriteTransaction } from '../src/store/transaction.ts'
import { check } from './law.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import type { DeviceModel } from './simulated-inode.ts'
import { contentOf } from './store-content.ts'
import { bytesOf, STAMP_KEY } from './store-draft.ts'
import { type Content, difference, History, type Version } from './store-history.ts'
import { DATABASE } from './store-life.ts'

export const LETTERS = ['p', 'd', 'n', 'g', 'm', 'l', 'w', 'u', 'c', 's', 'x', 'o'] as const
export type Letter = (typeof LETTERS)[number]

export const SCRIPT_OPTIONS: StoreOptions = {
  pageSizeBytes: 512,
  cacheSizeBytes: 256 * 512,
  maxSizeBytes: 4 << 20,
  transactionLogBytes: 100_000,
  checkpointLogBytes: 64 * 1024,
  maxLogBytes: 128 * 1024,
  checkpointPagesPerCommit: 4,
}
const LARGE_BYTES = 1500
/** Together more than `checkpointLogBytes`. */
const MANY = 24
const MANY_BYTES = 2800

/** A moment at which the machine might die. */
export interface Moment {
  readonly disk: SimulatedDisk
  /** What a recovery may find, the newest first. */
  readonly candidates: readonly Version[]
}

/** All scripts of `length` letters, but for those that delete a savepoint which nobody has made. */
export function scriptsOf(length: number): string[] {
  return combine(Array.from({ length }, () => LETTERS)).filter(script => !/^[^s]*x/.test(script))
}

/**
 * Something is kept by a savepoint, replaced, and forgotten by both file headers, so that the savepoint alone keeps it;
 * then the savepoint is deleted, or gone back to. None of it is possible in three letters.
 */
export function scriptsOfOldSavepoints(): string[] {
  return combine([['p', 'l', 'w'], ['s'], ['p', 'l', 'w', 'c', 'o'], ['p', 'l', 'w', 'c', 'o'], ['x', 's']])
}

/**
 * The log lies in two epochs, and a batch of many blocks in the second one too: torn, it has a header that tells of what
 * never happened. One more letter comes after it, for the states between them.
 */
export function scriptsOfTwoEpochs(): string[] {
  return combine([
    ['w', 'u'],
    ['w', 'u'],
    ['p', 'n', 'l', 'c', 'o'],
  ])
}

/** One letter of each, in all ways. */
function combine(places: readonly (readonly Letter[])[]): string[] {
  let scripts = ['']
  for (const letters of places) scripts = scripts.flatMap(script => letters.map(letter => script + letter))
  return scripts
}

/** What a script is played on. */
export interface ScriptDisk {
  readonly options: StoreOptions
  readonly device: Partial<DeviceModel>
}

const PLAIN: ScriptDisk = { options: SCRIPT_OPTIONS, device: {} }

/** Plays the script once. */
export async function momentsOf(script: string, on = PLAIN): Promise<Moment[]> {
  const player = new Player(on)
  await player.play(script)
  return player.moments
}

class Player {
  readonly moments: Moment[] = []
  readonly #disk: SimulatedDisk
  readonly #options: StoreOptions
  readonly #history = new History(new Map([[CATALOG_TREE_ID, new Map()]]))
  #store: Store | undefined = undefined
  #stamp = 0

  constructor({ options, device }: ScriptDisk) {
    this.#disk = new SimulatedDisk({ seed: 7, ...device })
    this.#options = options
  }

  async play(script: string): Promise<void> {
    const disk = this.#disk
    disk.beforeOperation = () => this.#remember()
    try {
      this.#open()
      for (const letter of script) await this.#take(letter as Letter)
      this.#remember()
    } finally {
      disk.beforeOperation = undefined
      disk.crashAt(1)
      try {
        this.#store?.close()
      } catch {
        // Of the crash.
      }
      disk.killProcess()
    }
  }

  #remember(): void {
    // Nothing is pending and nothing new was promised: the moment before it says as much.
    this.moments.push({ disk: this.#disk.fork(1), candidates: this.#history.candidates() })
  }

  #open(): void {
    this.#store = Store.open(this.#disk, DATABASE, this.#options, true)
  }

  get #opened(): Store {
    check(this.#store !== undefined, 'the store is open')
    return this.#store
  }

  async #take(letter: Letter): Promise<void> {
    switch (letter) {
      case 'p':
        return this.#write('sync', entries => entries.set(`k${this.#stamp % 3}`, `small ${this.#stamp}`))
      case 'd':
        return this.#write('sync', entries => entries.delete(`k${this.#stamp % 3}`))
      case 'n':
        return this.#write('none', entries => entries.set(`k${this.#stamp % 3}`, `unsynced ${this.#stamp}`))
      case 'l':
        return this.#writeLarge()
      case 'w':
        return this.#writeMany('sync')
      case 'u':
        return this.#writeMany('none')
      case 'g':
        return this.#writeGroup(['k0', 'k1'])
      case 'm':
        return this.#writeGroup(['k0'], () => {
          this.#write('none', entries => entries.set('k1', `meanwhile ${this.#stamp}`))
          this.#read()
        })
      case 'c':
        this.#opened.checkpoint()
        this.#history.acknowledge(this.#history.tip)
        return
      case 's':
        return this.#useSavepoint()
      case 'x':
        return this.#deleteSavepoint()
      case 'o':
        this.#opened.close()
        this.#history.acknowledge(this.#history.tip)
        this.#open()
    }
  }

  #writeMany(durability: Durability): void {
    this.#write(durability, entries => {
      for (let i = 0; i < MANY; i++) entries.set(`w${i}`, `${this.#stamp} ${i} `.padEnd(MANY_BYTES, 'w'))
    })
  }

  #write(durability: Durability, change: (entries: Map<string, string>) => void): void {
    let version: Version | undefined
    this.#opened.write(transaction => {
      version = this.#change(transaction, change, durability)
    }, durability)
    if (durability === 'sync') this.#history.acknowledge(version!)
  }

  /** A value in an extent, streamed: the log does not get it. */
  #writeLarge(): void {
    const value = bytesOf(`${this.#stamp} `.padEnd(LARGE_BYTES, 'l'))
    let version: Version | undefined
    this.#opened.write(transaction => {
      version = this.#change(transaction, () => {}, 'sync')
      transaction.tree(CATALOG_TREE_ID)!.putStream(bytesOf('large'), 5, value.length, [value])
      const entries = version.content.get(CATALOG_TREE_ID) as Map<string, string>
      entries.set('large', value.toString('latin1'))
    })
    this.#history.acknowledge(version!)
  }

  /** Makes the change in the transaction and in the history. */
  #change(
    transaction: WriteTransaction,
    change: (entries: Map<string, string>) => void,
    durability: Durability,
  ): Version {
    this.#stamp++
    const { tip } = this.#history
    const before = tip.content.get(CATALOG_TREE_ID)!
    const after = new Map(before)
    change(after)
    after.set(STAMP_KEY, `${this.#stamp}`)
    const tree = transaction.tree(CATALOG_TREE_ID)!
    for (const key of before.keys()) if (!after.has(key)) tree.remove(bytesOf(key), key.length)
    for (const [key, value] of after) {
      if (before.get(key) === value) continue
      const bytes = bytesOf(value)
      tree.put(bytesOf(key), key.length, bytes, 0, bytes.length, 0)
    }
    return this.#history.submit(new Map([[CATALOG_TREE_ID, after]]), tip.savepoints, durability === 'none')
  }

  /** `meanwhile` is called between the writing of the group and its sync. */
  async #writeGroup(keys: readonly string[], meanwhile?: () => void): Promise<void> {
    const answered: Promise<void>[] = []
    for (const key of keys) {
      let version: Version | undefined
      const run = (transaction: WriteTransaction) => {
        // The next job after those that are at work now: the group is on its way to the disk then, not before.
        if (meanwhile !== undefined) answered.push(Promise.resolve().then(meanwhile))
        version = this.#change(transaction, entries => entries.set(key, `queued ${this.#stamp}`), 'sync')
      }
      answered.push(this.#opened.writeAsync(run).then(() => this.#history.acknowledge(version!)))
    }
    this.#disk.scheduler.defer(async () => {
      for (let jobs = 0; jobs < 4; jobs++) {
        this.#read()
        await Promise.resolve()
      }
    })
    await this.#disk.settle()
    await Promise.all(answered)
  }

  /** What a reader has seen stays, unless it was committed without waiting. */
  #read(): void {
    const snapshot = this.#opened.read()
    const content: Content = contentOf(this.#opened, snapshot)
    snapshot.close()
    const candidates = this.#history.candidates()
    const version = candidates.findLast(({ content: other }) => difference(other, content) === undefined)
    check(version !== undefined, 'a snapshot shows one committed state')
    this.#history.see(version)
  }

  #useSavepoint(): void {
    const { tip } = this.#history
    const kept = tip.savepoints.get('s')
    const version = this.#history.submit(kept ?? tip.content, new Map([['s', kept ?? tip.content]]), false)
    if (kept === undefined) this.#opened.savepoints.create('s')
    else this.#opened.savepoints.restore('s')
    this.#history.acknowledge(version)
  }
  #deleteSavepoint(): void {
    const { tip } = this.#history
    if (!tip.savepoints.has('s')) return
    const version = this.#history.submit(tip.content, new Map(), false)
    this.#opened.savepoints.delete('s')
    this.#history.acknowledge(version)
  }
}
