/**
 * A disk with everything that goes wrong with disks, from one seed: power loss, death of the process, failed
 * syncs, full disks, rot, lost and misdirected writes, unreadable sectors.
 *
 * A run goes like this: plan a crash or a fault, use the storage until it throws {@link SimulatedCrash} (or
 * stop anywhere), then say what happened to the machine (`losePower`, `killProcess`), and open again. After
 * a crash every handle of the dead process throws SimulatedCrash, so that no cleanup code reaches the disk.
 *
 * Model
 * - A file's changes are pending until it is synced; what a power loss does to them is `simulated-inode.ts`.
 * - Creations, renames and removals are pending until their directory is synced; any subset survives, each
 *   of them whole. Syncing a file does not make its name durable.
 * - A failed sync lets some changes arrive and forgets the others, while reads go on showing them, until
 *   `forgetClean`. Every other handle that was open then learns of it at its next sync, once, as on Linux;
 *   a handle opened later never does.
 * - Time passes by `advance` only, and by looking at it if `msPerLook` says so; deferred tasks run in `settle` or `advance` only.
 *
 * Knows nothing of databases.
 */

import { assert } from '../src/base/assert.ts'
import { CoppiceError, type ErrorCode } from '../src/base/errors.ts'
import type { Clock, FileLock, OpenMode, Scheduler, Storage, StorageFile } from '../src/io/storage.ts'
import { SeededRandom } from './seeded-random.ts'
import {
  ArmedFaults,
  type CrashMoment,
  type DiskOperation,
  type Fault,
  type FaultKind,
  type QuietOperation,
} from './simulated-faults.ts'
import { SimulatedFile } from './simulated-file.ts'
import { type DeviceModel, SimulatedInode } from './simulated-inode.ts'
import { SimulatedCrash, SimulatedTime } from './simulated-time.ts'

export type { CrashMoment, DiskOperation, Fault }
export { SimulatedCrash }

/** Is told of each write that reached the cache, before anything else happens. */
export type WriteObserver = (
  path: string,
  source: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => void

interface NameChange {
  readonly directory: string
  readonly names: readonly (readonly [path: string, inode: SimulatedInode | undefined])[]
}

export interface SimulatedDiskOptions extends Partial<DeviceModel> {
  readonly seed: number
  /** Milliseconds that pass at each look at the clock. Default 0. */
  readonly msPerLook?: number
}

export class SimulatedDisk implements Storage {
  readonly volatile = false
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly #random: SeededRandom
  readonly #device: DeviceModel
  #names = new Map<string, SimulatedInode>()
  #durableNames = new Map<string, SimulatedInode>()
  #pendingNames: NameChange[] = []
  readonly #faults = new ArmedFaults()
  #operationCount = 0
  #crashAt = Number.POSITIVE_INFINITY
  #crashMoment: CrashMoment = 'before'
  /** Counts the processes that have lived here: handles of a dead one are useless. */
  #generation = 0
  #isCrashed = false
  readonly #time: SimulatedTime
  #openHandleCount = 0
  /** The newest inode that each path had before its present one: what a device may show in place of new data. */
  readonly #former = new Map<string, SimulatedInode>()
  observe: WriteObserver | undefined = undefined
  /** Is called before each operation that is counted: a moment at which the machine may die. */
  beforeOperation: (() => void) | undefined = undefined

  constructor(options: SimulatedDiskOptions) {
    this.#random = new SeededRandom(options.seed)
    this.#device = {
      sectorBytes: options.sectorBytes ?? 512,
      tearsSectors: options.tearsSectors ?? false,
      exposesGarbage: options.exposesGarbage ?? false,
    }
    this.#time = new SimulatedTime(options.msPerLook)
    this.clock = this.#time
    this.scheduler = this.#time
  }

  // What happens to the machine

  /** Writes, truncations, syncs, creations, renames, removals and directory syncs up to now. */
  get operationCount(): number {
    return this.#operationCount
  }
  get isCrashed(): boolean {
    return this.#isCrashed
  }

  /** Files that the living process has opened and not closed, each as often as it did. */
  get openHandleCount(): number {
    return this.#openHandleCount
  }

  /** The process dies at the `count`th operation from now (1: the next one). */
  crashAt(count: number, moment: CrashMoment = 'before'): void {
    assert(count >= 1, 'operations are counted from 1')
    this.#crashAt = this.#operationCount + count
    this.#crashMoment = moment
  }

  /** Forgets a planned crash that has not come. */
  cancelCrash(): void {
    this.#crashAt = Number.POSITIVE_INFINITY
  }

  fail(fault: Fault): void {
    this.#faults.arm(fault)
  }

  clearFaults(): void {
    this.#faults.clear()
  }

  /** The process is gone, the machine stays up: the cache survives, handles, locks and tasks do not. */
  killProcess(): void {
    this.#generation++
    this.#openHandleCount = 0
    this.#isCrashed = false
    this.cancelCrash()
    this.#time.forgetTasks()
    for (const inode of this.#inodes()) inode.lockHolders = 0
  }

  /** The machine is gone: of what was pending, anything may have arrived. */
  losePower(): void {
    this.killProcess()
    this.#settleNames(() => true)
    this.#names = new Map(this.#durableNames)
    for (const inode of this.#inodes()) inode.losePower(this.#random)
  }

  /** How many parts of what is pending a power loss now may take or leave, each by itself. */
  get pendingParts(): number {
    let count = this.#pendingNames.length
    for (const inode of this.#inodes()) count += inode.parts().length
    return count
  }

  /** Whether a power loss now would take nothing of what is shown: not even what a failed sync has left in the cache. */
  get isSettled(): boolean {
    return this.pendingParts === 0 && this.fingerprint() === this.fingerprintKeeping(() => false)
  }

  /** A power loss that leaves those of the pending parts, in a fixed order, for which `isKept` says so. */
  losePowerKeeping(isKept: (part: number) => boolean): void {
    this.killProcess()
    let part = 0
    const inodes = this.#inodes()
    for (const change of this.#pendingNames) if (isKept(part++)) applyNames(this.#durableNames, change.names)
    this.#pendingNames = []
    this.#names = new Map(this.#durableNames)
    for (const inode of inodes) inode.losePowerKeeping(inode.parts().filter(() => isKept(part++)))
  }

  /** Tells apart what a process would find: names, sizes and bytes. */
  fingerprint(): string {
    return fingerprintOf(this.#names, inode => inode.image.fingerprint())
  }

  /** What `fingerprint` would say after `losePowerKeeping`: quickly, and the disk stays as it is. */
  fingerprintKeeping(isKept: (part: number) => boolean): string {
    let part = 0
    const names = new Map(this.#durableNames)
    for (const change of this.#pendingNames) if (isKept(part++)) applyNames(names, change.names)
    const sums = new Map<SimulatedInode, string>()
    for (const inode of this.#inodes()) {
      sums.set(inode, inode.fingerprintKeeping(inode.parts().filter(() => isKept(part++))))
    }
    return fingerprintOf(names, inode => sums.get(inode)!)
  }

  /** The cache drops everything clean, so that what a failed sync lost becomes visible. */
  forgetClean(): void {
    for (const inode of this.#inodes()) inode.forgetClean()
  }

  /** One bit of the file rots, on the platter and in the cache. */
  flipBit(path: string, position: number, bit: number): void {
    this.#inodeAt(path).flipBit(position, bit)
  }

  /** A copy of the machine with everything that is pending, for trying several futures. No process runs on it. */
  fork(seed: number): SimulatedDisk {
    const copy = new SimulatedDisk({ ...this.#device, seed })
    const copies = new Map<SimulatedInode, SimulatedInode>()
    for (const inode of this.#inodes()) copies.set(inode, inode.clone())
    const pairs = (names: Iterable<readonly [string, SimulatedInode]>) =>
      [...names].map(([path, inode]) => [path, copies.get(inode)!] as const)
    copy.#names = new Map(pairs(this.#names))
    copy.#durableNames = new Map(pairs(this.#durableNames))
    copy.#pendingNames = this.#pendingNames.map(change => ({
      directory: change.directory,
      names: change.names.map(([path, inode]) => [path, inode && copies.get(inode)!] as const),
    }))
    copy.killProcess()
    return copy
  }

  /** The paths that exist, sorted. */
  paths(): string[] {
    return [...this.#names.keys()].sort()
  }

  /** A file's bytes: as a process would read them, or as they are on the platter. */
  contents(path: string, which: 'cached' | 'durable' = 'cached'): Buffer {
    const inode = which === 'cached' ? this.#inodeAt(path) : this.#durableNames.get(path)
    if (inode === undefined) return Buffer.alloc(0)
    const bytes = Buffer.alloc(which === 'cached' ? inode.sizeBytes : inode.durableSizeBytes)
    if (which === 'cached') inode.read(bytes, 0, bytes.length, 0)
    else inode.readDurable(bytes, 0, bytes.length, 0)
    return bytes
  }

  /** Lets time pass and runs what falls due. */
  async advance(durationMs: number): Promise<void> {
    await this.#time.advance(durationMs)
  }

  /** Runs deferred tasks that are due, and promise jobs, until nothing moves. See {@link SimulatedTime}. */
  async settle(): Promise<void> {
    await this.#time.settle()
  }

  // Storage

  randomBytes(length: number): Uint8Array {
    return new Uint8Array(this.#random.bytes(length))
  }

  open(path: string, mode: OpenMode): StorageFile {
    this.#assertAlive(this.#generation)
    this.failIfStruck('open', path)
    let inode = this.#names.get(path)
    if (inode === undefined) {
      if (mode !== 'create' && mode !== 'ensure') throw notFound(path)
      inode = new SimulatedInode(this.#device, this.#former.get(path)?.image)
      this.#changeNames('create', path, [[path, inode]])
    } else if (mode === 'create') {
      const present = inode
      this.#run('truncate', path, () => present.truncate(0))
    }
    this.#openHandleCount++
    return new SimulatedFile(path, inode, this, this.#generation, mode !== 'read')
  }

  exists(path: string): boolean {
    this.#assertAlive(this.#generation)
    return this.#names.has(path)
  }

  rename(from: string, to: string): void {
    this.#assertAlive(this.#generation)
    const inode = this.#names.get(from)
    if (inode === undefined) throw notFound(from)
    if (from === to) return
    this.#changeNames('rename', to, [
      [from, undefined],
      [to, inode],
    ])
  }

  unlink(path: string): boolean {
    this.#assertAlive(this.#generation)
    const inode = this.#names.get(path)
    if (inode === undefined) return false
    this.#former.set(path, inode)
    this.#changeNames('unlink', path, [[path, undefined]])
    return true
  }

  directoryOf(path: string): string {
    const slash = path.lastIndexOf('/')
    return slash < 0 ? '.' : path.slice(0, Math.max(1, slash))
  }

  syncDirectory(directory: string): void {
    this.#assertAlive(this.#generation)
    const isHere = (change: NameChange) => change.directory === directory
    this.#run(
      'syncDirectory',
      directory,
      () => this.#flushNames(isHere),
      () => {},
      () => this.#settleNames(isHere),
    )
  }

  lock(file: StorageFile, mode: 'shared' | 'exclusive'): FileLock {
    assert(file instanceof SimulatedFile, 'the file was opened by this storage')
    const { inode, path } = file
    if (inode.lockHolders < 0 || (mode === 'exclusive' && inode.lockHolders > 0)) {
      throw new CoppiceError('LOCKED', `'${path}' is locked`, { path })
    }
    inode.lockHolders = mode === 'exclusive' ? -1 : inode.lockHolders + 1
    const generation = this.#generation
    let isHeld = true
    return {
      release: () => {
        if (!isHeld || generation !== this.#generation) return
        isHeld = false
        inode.lockHolders = mode === 'exclusive' ? 0 : inode.lockHolders - 1
      },
    }
  }

  // For the files

  get random(): SeededRandom {
    return this.#random
  }

  assertAlive(generation: number): void {
    this.#assertAlive(generation)
  }

  isDead(generation: number): boolean {
    return this.#isCrashed || generation !== this.#generation
  }

  /** The fault that strikes this operation, if one does. */
  faultFor(operation: Fault['operation'], path: string, position?: number): FaultKind | undefined {
    return this.#faults.strike(operation, path, position)
  }

  /** A handle of that process is given back, and may fail to be: what it was good for is over in any case. */
  closeHandle(generation: number, path: string): void {
    // Closing is what a finally block does while the crash unwinds: it must not hide the crash.
    if (this.isDead(generation)) return
    this.#openHandleCount--
    this.failIfStruck('close', path)
  }

  /** For operations that change nothing and either succeed or fail. */
  failIfStruck(operation: QuietOperation, path: string): void {
    if (this.faultFor(operation, path) !== undefined) throw failed('IO_ERROR', operation, path)
  }

  /**
   * Counts one operation, and does it: `act` in full, `actPartly` for a crash in its middle, `actFailing` for
   * a failure. `act` is told when the device will deceive it.
   */
  run(
    operation: DiskOperation,
    path: string,
    act: (deceit: FaultKind | undefined) => void,
    actPartly: () => void,
    actFailing: () => void,
    position?: number,
  ): void {
    this.#run(operation, path, act, actPartly, actFailing, position)
  }

  #run(
    operation: DiskOperation,
    path: string,
    act: (deceit: FaultKind | undefined) => void,
    actPartly: () => void = () => {},
    actFailing: () => void = () => {},
    position?: number,
  ): void {
    this.beforeOperation?.()
    const isCrash = ++this.#operationCount === this.#crashAt
    const where = `${this.#crashMoment} ${operation} ${path}, operation ${this.#operationCount}`
    if (isCrash && this.#crashMoment === 'before') this.#crash(where)
    if (isCrash && this.#crashMoment === 'within') {
      actPartly()
      this.#crash(where)
    }
    const fault = this.faultFor(operation, path, position)
    if (fault === 'ioError' || fault === 'noSpace') {
      actFailing()
      throw failed(fault === 'noSpace' ? 'NO_SPACE' : 'IO_ERROR', operation, path)
    }
    act(fault)
    if (isCrash) this.#crash(where)
    if (fault === 'ioErrorAfterwards') throw failed('IO_ERROR', operation, path)
  }

  #crash(where: string): never {
    this.#isCrashed = true
    throw new SimulatedCrash(where)
  }

  #assertAlive(generation: number): void {
    if (this.isDead(generation)) throw new SimulatedCrash('and something goes on in its name')
  }

  #inodeAt(path: string): SimulatedInode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw notFound(path)
    return inode
  }

  #inodes(): Set<SimulatedInode> {
    const inodes = new Set<SimulatedInode>([...this.#names.values(), ...this.#durableNames.values()])
    for (const change of this.#pendingNames) {
      for (const [, inode] of change.names) if (inode !== undefined) inodes.add(inode)
    }
    return inodes
  }

  #changeNames(operation: DiskOperation, path: string, names: NameChange['names']): void {
    this.#run(operation, path, () => {
      applyNames(this.#names, names)
      this.#pendingNames.push({ directory: this.directoryOf(path), names })
    })
  }

  #flushNames(isCovered: (change: NameChange) => boolean): void {
    for (const change of this.#pendingNames)
      if (isCovered(change)) applyNames(this.#durableNames, change.names)
    this.#pendingNames = this.#pendingNames.filter(change => !isCovered(change))
  }

  /** Some of the covered changes arrive, the others never will. */
  #settleNames(isCovered: (change: NameChange) => boolean): void {
    const probability = this.#random.pick([0, 0.5, 1])
    for (const change of this.#pendingNames) {
      if (isCovered(change) && this.#random.chance(probability)) applyNames(this.#durableNames, change.names)
    }
    this.#pendingNames = this.#pendingNames.filter(change => !isCovered(change))
  }
}

function applyNames(target: Map<string, SimulatedInode>, names: NameChange['names']): void {
  for (const [path, inode] of names) {
    if (inode === undefined) target.delete(path)
    else target.set(path, inode)
  }
}

function fingerprintOf(
  names: ReadonlyMap<string, SimulatedInode>,
  ofInode: (inode: SimulatedInode) => string,
): string {
  const sums = [...names].map(([path, inode]) => `${path} ${ofInode(inode)}`)
  return sums.sort().join()
}

function failed(code: ErrorCode, operation: string, path: string): CoppiceError {
  return new CoppiceError(code, `${operation} of '${path}' failed`, { path })
}

function notFound(path: string): CoppiceError {
  return new CoppiceError('NOT_FOUND', `'${path}' does not exist on this disk`, { path })
}
