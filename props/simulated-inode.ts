/**
 * One file of the simulated disk: what is on the platter, what the operating system's cache shows, and
 * the changes that are on their way from one to the other.
 *
 * A pending write holds whole sectors as the cache showed them after it; pending changes are in order.
 *
 * A model of the worst that a device and a file system may do within their promises, not of any of them.
 */

import type { SeededRandom } from './seeded-random.ts'
import { CHUNK_BYTES, type Chunk, fingerprintOf, SparseImage, weightOf } from './simulated-image.ts'

/** A change that the cache shows and that no sync has made durable. */
export interface PendingChange {
  readonly sequence: number
  readonly isTruncation: boolean
  readonly position: number
  /** Whole sectors. */
  readonly chunks: readonly Chunk[]
  readonly sizeAfter: number
}

const NO_CHUNKS: readonly Chunk[] = []

/** A part of a pending change that may arrive alone: a sector of a write, a truncation, or (undefined) the file's size. */
export interface PendingPart {
  readonly change: PendingChange | undefined
  /** Number of the sector's first chunk among those of the change. */
  readonly at: number
  /** Where the sector lies in the file. */
  readonly position: number
  /** What the image on the platter weighs more if the sector arrives, and no other one there. */
  readonly low: number
  readonly high: number
}

const WEIGHTLESS = { position: 0, low: 0, high: 0 }

/** What a device may do to sectors that were on their way when the power went. */
export interface DeviceModel {
  /** What is written whole or not at all. */
  readonly sectorBytes: number
  /** Sectors under way may hold garbage afterwards. */
  readonly tearsSectors: boolean
  /**
   * Where a file grew and its size arrived without its data, it holds garbage or what an older file had there. Else zeros.
   */
  readonly exposesGarbage: boolean
}

/** How one power loss, or one failed sync, chooses what arrives. Extremes find bugs that averages hide. */
const Survival = { none: 0, all: 1, prefix: 2, suffix: 3, allButOne: 4, random: 5 } as const
type Survival = (typeof Survival)[keyof typeof Survival]
const SURVIVALS = Object.values(Survival)

let inodeCount = 0

export class SimulatedInode {
  readonly identity = String(++inodeCount)
  readonly #device: DeviceModel
  readonly #former: SparseImage | undefined
  #durable = new SparseImage()
  #cached = new SparseImage()
  #pending: PendingChange[] = []
  /** Of what is pending now, once somebody asked; copies of the file share them. */
  #parts: readonly PendingPart[] | undefined
  #sequence = 0
  #failedSyncCount = 0
  /** Number of shared lock holders, -1 for an exclusive one. */
  lockHolders = 0

  /** `former`: what the device may expose where data did not arrive. */
  constructor(device: DeviceModel, former?: SparseImage) {
    this.#device = device
    this.#former = former
  }

  clone(): SimulatedInode {
    const copy = new SimulatedInode(this.#device, this.#former)
    copy.#durable = this.#durable.clone()
    copy.#cached = this.#cached.clone()
    copy.#pending = [...this.#pending]
    copy.#parts = this.#parts
    copy.#sequence = this.#sequence
    copy.#failedSyncCount = this.#failedSyncCount
    copy.lockHolders = this.lockHolders
    return copy
  }

  get #chunksPerSector(): number {
    return this.#device.sectorBytes / CHUNK_BYTES
  }

  /** What the cache shows now. */
  get image(): SparseImage {
    return this.#cached
  }
  get sizeBytes(): number {
    return this.#cached.sizeBytes
  }
  get durableSizeBytes(): number {
    return this.#durable.sizeBytes
  }
  /** Number of the newest change: a sync that begins now covers everything up to it. */
  get sequence(): number {
    return this.#sequence
  }
  /** Syncs of this file that failed since it was made. */
  get failedSyncCount(): number {
    return this.#failedSyncCount
  }
  get pendingCount(): number {
    return this.#pending.length
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.#cached.sizeBytes - position))
    this.#cached.read(target, offset, count, position)
    return count
  }

  readDurable(target: Uint8Array, offset: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.#durable.sizeBytes - position))
    this.#durable.read(target, offset, count, position)
    return count
  }

  write(source: Uint8Array, offset: number, length: number, position: number): void {
    this.#writeToCache(source, offset, length, position)
    this.#addPending(position, length, position)
  }

  /** The device says yes and does nothing: the cache shows the bytes, the platter never will. */
  writeLost(source: Uint8Array, offset: number, length: number, position: number): void {
    this.#writeToCache(source, offset, length, position)
    this.#addPending(position, 0, position)
  }

  /** The device writes to another place: the cache shows the bytes where they belong. */
  writeMisdirected(
    source: Uint8Array,
    offset: number,
    length: number,
    position: number,
    wrongPosition: number,
  ): void {
    this.#writeToCache(source, offset, length, position)
    this.#addPending(position, length, wrongPosition)
  }

  #writeToCache(source: Uint8Array, offset: number, length: number, position: number): void {
    this.#cached.put(source, offset, length, position)
    this.#cached.sizeBytes = Math.max(this.#cached.sizeBytes, position + length)
  }

  #addPending(position: number, length: number, target: number): void {
    this.#parts = undefined
    const { sectorBytes } = this.#device
    const start = Math.floor(position / sectorBytes) * sectorBytes
    const end = length === 0 ? start : Math.ceil((position + length) / sectorBytes) * sectorBytes
    this.#pending.push({
      sequence: ++this.#sequence,
      isTruncation: false,
      position: Math.floor(target / sectorBytes) * sectorBytes,
      chunks: this.#cached.chunks(start, end),
      sizeAfter: this.#cached.sizeBytes,
    })
  }

  truncate(sizeBytes: number): void {
    this.#parts = undefined
    this.#cached.resize(sizeBytes)
    this.#pending.push({
      sequence: ++this.#sequence,
      isTruncation: true,
      position: 0,
      chunks: NO_CHUNKS,
      sizeAfter: sizeBytes,
    })
  }

  /** Makes the changes up to `sequence` durable. */
  sync(sequence: number): void {
    this.#parts = undefined
    let done = 0
    for (const change of this.#pending) {
      if (change.sequence > sequence) break
      this.#durable.putChunks(change.chunks, 0, change.chunks.length, change.position)
      this.#durable.resize(change.sizeAfter)
      done++
    }
    this.#pending = this.#pending.slice(done)
  }

  /**
   * Some of the changes arrive, the others never will: the system counts them as written, and goes on
   * showing them until it forgets (`forgetClean`).
   */
  failSync(sequence: number, random: SeededRandom): void {
    this.#parts = undefined
    const covered = this.#pending.filter(change => change.sequence <= sequence)
    this.#settle(covered, random, false)
    this.#pending = this.#pending.slice(covered.length)
    this.#failedSyncCount++
  }

  /** Some of the changes arrive; all are still on their way. The middle of a sync. */
  partSync(sequence: number, random: SeededRandom): void {
    this.#parts = undefined
    const covered = this.#pending.filter(change => change.sequence <= sequence)
    this.#settle(covered, random, false)
  }

  /** The cache drops what it believes to be on the platter, and reads the platter from now on. */
  forgetClean(): void {
    this.#parts = undefined
    const cached = this.#durable.clone()
    for (const change of this.#pending) {
      cached.putChunks(change.chunks, 0, change.chunks.length, change.position)
      cached.resize(change.sizeAfter)
    }
    this.#cached = cached
  }

  /** Any part of the pending changes arrives, in any order; the cache is gone. */
  losePower(random: SeededRandom): void {
    this.#parts = undefined
    this.#settle(this.#pending, random, true)
    this.#pending = []
    this.#cached = this.#durable.clone()
  }

  /**
   * What a power loss now may take or leave, each part by itself: sectors that differ from what they replace,
   * truncations, and the size if it changes.
   */
  parts(): readonly PendingPart[] {
    this.#parts ??= this.#findParts()
    return this.#parts
  }

  #findParts(): PendingPart[] {
    const perSector = this.#chunksPerSector
    const parts: PendingPart[] = []
    const image = this.#durable.clone()
    for (const change of this.#pending) {
      const { chunks, position } = change
      if (change.isTruncation) {
        parts.push({ change, at: 0, ...WEIGHTLESS })
        image.resize(change.sizeAfter)
        continue
      }
      for (let at = 0; at < chunks.length; at += perSector) {
        const place = position + at * CHUNK_BYTES
        if (image.differs(chunks, at, perSector, place)) parts.push(this.#partOf(change, at, place))
      }
      image.putChunks(chunks, 0, chunks.length, position)
    }
    if (this.#durable.sizeBytes !== this.#cached.sizeBytes) {
      parts.push({ change: undefined, at: 0, ...WEIGHTLESS })
    }
    return parts
  }

  #partOf(change: PendingChange, at: number, position: number): PendingPart {
    const perSector = this.#chunksPerSector
    let low = 0
    let high = 0
    const replaced = this.#durable.chunks(position, position + perSector * CHUNK_BYTES)
    for (let i = 0; i < perSector; i++) {
      const place = position / CHUNK_BYTES + i
      const after = weightOf(change.chunks[at + i], place)
      const before = weightOf(replaced[i], place)
      low = (low + after.low - before.low) | 0
      high = (high + after.high - before.high) | 0
    }
    return { change, at, position, low, high }
  }

  /** What {@link SparseImage.fingerprint} will say when a power loss has left exactly these of the `parts`. */
  fingerprintKeeping(kept: readonly PendingPart[]): string {
    let sizeBytes = this.#durable.sizeBytes
    for (const { change } of kept) if (change === undefined) sizeBytes = this.#cached.sizeBytes
    // What is cut off is seldom enough to be tried out.
    let isCut = sizeBytes < this.#durable.sizeBytes || sizeBytes % this.#device.sectorBytes !== 0
    let { low, high } = this.#durable.weight()
    const arrived = new Set<number>()
    // Of several versions of a sector, the last one.
    for (let i = kept.length - 1; i >= 0; i--) {
      const part = kept[i]
      if (part.change === undefined) continue
      isCut ||= part.change.isTruncation
      if (part.position >= sizeBytes || arrived.has(part.position)) continue
      arrived.add(part.position)
      low = (low + part.low) | 0
      high = (high + part.high) | 0
    }
    if (!isCut) return fingerprintOf(sizeBytes, low, high)
    const copy = this.clone()
    copy.losePowerKeeping(kept)
    return copy.#cached.fingerprint()
  }

  /** A power loss that leaves exactly these of the `parts`. */
  losePowerKeeping(kept: readonly PendingPart[]): void {
    this.#parts = undefined
    let size = this.#durable.sizeBytes
    for (const { change, at, position } of kept) {
      if (change === undefined) size = this.#cached.sizeBytes
      else if (change.isTruncation) this.#durable.resize(change.sizeAfter)
      else this.#durable.putChunks(change.chunks, at, this.#chunksPerSector, position)
    }
    this.#durable.resize(size)
    this.#pending = []
    this.#cached = this.#durable.clone()
  }

  /** Rot: one bit changes on the platter and in the cache. */
  flipBit(position: number, bit: number): void {
    this.#parts = undefined
    const byte = Buffer.alloc(1)
    for (const image of [this.#durable, this.#cached]) {
      image.read(byte, 0, 1, position)
      byte[0] ^= 1 << bit
      image.put(byte, 0, 1, position)
    }
  }

  #settle(changes: readonly PendingChange[], random: SeededRandom, isPowerLoss: boolean): void {
    if (changes.length === 0) return
    const { sectorBytes, tearsSectors } = this.#device
    const mayTear = isPowerLoss && tearsSectors
    const survival = random.pick(SURVIVALS)
    const sizes = [this.#durable.sizeBytes, ...changes.map(change => change.sizeAfter)]
    const sizeBefore = this.#durable.sizeBytes
    const arrived = new Set<number>()
    const tearing = mayTear ? random.pick([0.05, 0.5]) : 0
    const perSector = this.#chunksPerSector
    const chooser = new SurvivalChooser(survival, countParts(changes, perSector), random)
    for (const change of changes) {
      if (change.isTruncation) {
        if (chooser.next()) this.#durable.resize(change.sizeAfter)
        continue
      }
      for (let at = 0; at < change.chunks.length; at += perSector) {
        const position = change.position + at * CHUNK_BYTES
        if (chooser.next()) {
          this.#durable.putChunks(change.chunks, at, perSector, position)
          if (position >= sizeBefore) arrived.add(position)
        } else if (tearing > 0 && random.chance(tearing)) {
          this.#durable.put(random.bytes(sectorBytes), 0, sectorBytes, position)
        }
      }
    }
    // The size travels apart from the data: a file may be longer than what arrived, or cut what did.
    const isExtreme = survival === Survival.none || survival === Survival.all
    const size = isExtreme ? sizes.at(survival === Survival.none ? 0 : -1)! : random.pick(sizes)
    if (isPowerLoss && this.#device.exposesGarbage) this.#expose(sizeBefore, size, arrived, random)
    this.#durable.resize(size)
  }

  /** Fills the sectors in [from, end) whose data did not arrive with something old. */
  #expose(from: number, end: number, arrived: ReadonlySet<number>, random: SeededRandom): void {
    const { sectorBytes } = this.#device
    const garbage = random.bytes(sectorBytes)
    const old = Buffer.alloc(sectorBytes)
    for (let at = Math.ceil(from / sectorBytes) * sectorBytes; at < end; at += sectorBytes) {
      if (arrived.has(at)) continue
      this.#former?.read(old, 0, sectorBytes, at)
      const isOld = this.#former !== undefined && random.chance(0.9)
      this.#durable.put(isOld ? old : garbage, 0, sectorBytes, at)
    }
  }
}

function countParts(changes: readonly PendingChange[], chunksPerSector: number): number {
  let count = 0
  for (const change of changes) count += change.isTruncation ? 1 : change.chunks.length / chunksPerSector
  return count
}

/** Says for each part in turn, in the order of writing, whether it arrives. */
class SurvivalChooser {
  readonly #survival: Survival
  readonly #random: SeededRandom
  readonly #border: number
  readonly #probability: number
  #index = 0

  constructor(survival: Survival, partCount: number, random: SeededRandom) {
    this.#survival = survival
    this.#random = random
    this.#border = random.below(partCount + 1)
    this.#probability = random.pick([0.02, 0.5, 0.98])
  }

  next(): boolean {
    const index = this.#index++
    switch (this.#survival) {
      case Survival.none:
        return false
      case Survival.all:
        return true
      case Survival.prefix:
        return index < this.#border
      case Survival.suffix:
        return index >= this.#border
      case Survival.allButOne:
        return index !== this.#border
      case Survival.random:
        return this.#random.chance(this.#probability)
    }
  }
}
