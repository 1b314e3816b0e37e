/**
 * One file of the simulated disk: what is on the platter, what the operating system's cache shows, and
 * the changes that are on their way from one to the other.
 *
 * Invariants
 * 1. Chunks are never changed, only replaced, so images share them and copying a file is cheap.
 * 2. A missing chunk, and everything beyond an image's size, reads as zeros.
 * 3. A pending write holds whole sectors as the cache showed them after it; pending changes are in order.
 *
 * A model of the worst that a device and a file system may do within their promises, not of any of them.
 */

import { crc32 } from 'node:zlib'
import type { SeededRandom } from './seeded-random.ts'

/** Small enough to come out of Node's pool of buffers: thousands are made for each state of a disk. */
const CHUNK_BYTES = 1024
const ZERO_CHUNK = Buffer.alloc(CHUNK_BYTES)

/** A file's bytes at one moment. */
export class SparseImage {
  sizeBytes = 0
  readonly #chunks: (Buffer | undefined)[] = []

  clone(): SparseImage {
    const copy = new SparseImage()
    copy.sizeBytes = this.sizeBytes
    for (const chunk of this.#chunks) copy.#chunks.push(chunk)
    return copy
  }

  /** Reads whatever the chunks hold, beyond the size too; missing bytes are zeros. */
  read(target: Uint8Array, offset: number, length: number, position: number): void {
    let done = 0
    while (done < length) {
      const at = position + done
      const within = at % CHUNK_BYTES
      const count = Math.min(length - done, CHUNK_BYTES - within)
      const chunk = this.#chunks[Math.floor(at / CHUNK_BYTES)]
      if (chunk === undefined) target.fill(0, offset + done, offset + done + count)
      else target.set(chunk.subarray(within, within + count), offset + done)
      done += count
    }
  }

  /** Whether nothing but zeros was ever put into the chunks of this range. */
  isUntouched(position: number, length: number): boolean {
    const last = Math.floor((position + length - 1) / CHUNK_BYTES)
    for (let index = Math.floor(position / CHUNK_BYTES); index <= last; index++) {
      if (this.#chunks[index] !== undefined) return false
    }
    return true
  }

  /** A checksum of size and bytes. */
  fingerprint(seed: number): number {
    let sum = crc32(`${this.sizeBytes}`, seed)
    for (let index = 0; index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index]
      const chunkSum = chunk === undefined ? 0 : checksumOf(chunk)
      if (chunkSum !== 0) sum = Math.imul(sum ^ (chunkSum + index * 0x9e3779b1), 0x85ebca6b) >>> 0
    }
    return sum
  }

  /** Replaces bytes; `source` undefined stands for zeros. Leaves the size alone. */
  put(source: Uint8Array | undefined, offset: number, length: number, position: number): void {
    let done = 0
    while (done < length) {
      const at = position + done
      const within = at % CHUNK_BYTES
      const count = Math.min(length - done, CHUNK_BYTES - within)
      const from = offset + done
      this.#replace(Math.floor(at / CHUNK_BYTES), within, count, source?.subarray(from, from + count))
      done += count
    }
  }

  #replace(index: number, within: number, count: number, bytes: Uint8Array | undefined): void {
    const present = this.#chunks[index]
    if (present === undefined && (bytes === undefined || isZero(bytes))) return
    while (this.#chunks.length <= index) this.#chunks.push(undefined)
    if (bytes === undefined && count === CHUNK_BYTES) {
      this.#chunks[index] = undefined
      return
    }
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    if (count < CHUNK_BYTES) chunk.set(present ?? ZERO_CHUNK)
    if (bytes === undefined) chunk.fill(0, within, within + count)
    else chunk.set(bytes, within)
    this.#chunks[index] = chunk
  }

  resize(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes || this.#chunks.length * CHUNK_BYTES > sizeBytes) this.#cut(sizeBytes)
    this.sizeBytes = sizeBytes
  }

  #cut(sizeBytes: number): void {
    const kept = Math.ceil(sizeBytes / CHUNK_BYTES)
    if (kept < this.#chunks.length) this.#chunks.length = kept
    const within = sizeBytes % CHUNK_BYTES
    if (within > 0) this.put(undefined, 0, CHUNK_BYTES - within, sizeBytes)
  }
}

/** Of chunks, which are never changed (invariant 1). */
const knownChecksums = new WeakMap<Buffer, number>()

/** 0 for a chunk of zeros. */
function checksumOf(chunk: Buffer): number {
  let sum = knownChecksums.get(chunk)
  if (sum === undefined) {
    sum = isZero(chunk) ? 0 : crc32(chunk)
    knownChecksums.set(chunk, sum)
  }
  return sum
}

function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, bytes.length - at)
    if (ZERO_CHUNK.compare(bytes, at, at + length, 0, length) !== 0) return false
  }
  return true
}

/** A change that the cache shows and that no sync has made durable. */
export interface PendingChange {
  readonly sequence: number
  readonly isTruncation: boolean
  readonly position: number
  /** Whole sectors; undefined stands for zeros. */
  readonly bytes: Buffer | undefined
  readonly length: number
  readonly sizeAfter: number
}

/** A part of a pending change that may arrive alone: a sector of a write, a truncation, or (undefined) the file's size. */
export interface PendingPart {
  readonly change: PendingChange | undefined
  /** Where the sector begins in the change's bytes. */
  readonly at: number
}

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

export class SimulatedInode {
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
    let bytes: Buffer | undefined
    if (length > 0 && !this.#cached.isUntouched(start, end - start)) {
      bytes = Buffer.allocUnsafe(end - start)
      this.#cached.read(bytes, 0, end - start, start)
      if (isZero(bytes)) bytes = undefined
    }
    this.#pending.push({
      sequence: ++this.#sequence,
      isTruncation: false,
      position: Math.floor(target / sectorBytes) * sectorBytes,
      bytes,
      length: end - start,
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
      bytes: undefined,
      length: 0,
      sizeAfter: sizeBytes,
    })
  }

  /** Makes the changes up to `sequence` durable. */
  sync(sequence: number): void {
    this.#parts = undefined
    let done = 0
    for (const change of this.#pending) {
      if (change.sequence > sequence) break
      this.#durable.put(change.bytes, 0, change.length, change.position)
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
      cached.put(change.bytes, 0, change.length, change.position)
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
    const { sectorBytes } = this.#device
    const parts: PendingPart[] = []
    const image = this.#durable.clone()
    const [before, after] = [Buffer.alloc(sectorBytes), Buffer.alloc(sectorBytes)]
    for (const change of this.#pending) {
      if (change.isTruncation) {
        parts.push({ change, at: 0 })
        image.resize(change.sizeAfter)
        continue
      }
      if (change.bytes === undefined && image.isUntouched(change.position, change.length)) continue
      for (let at = 0; at < change.length; at += sectorBytes) {
        image.read(before, 0, sectorBytes, change.position + at)
        if (change.bytes === undefined) after.fill(0)
        else change.bytes.copy(after, 0, at, at + sectorBytes)
        if (!before.equals(after)) parts.push({ change, at })
      }
      image.put(change.bytes, 0, change.length, change.position)
    }
    if (this.#durable.sizeBytes !== this.#cached.sizeBytes) parts.push({ change: undefined, at: 0 })
    return parts
  }

  /** A power loss that leaves exactly these of the `parts`. */
  losePowerKeeping(kept: readonly PendingPart[]): void {
    this.#parts = undefined
    const { sectorBytes } = this.#device
    let size = this.#durable.sizeBytes
    for (const { change, at } of kept) {
      if (change === undefined) size = this.#cached.sizeBytes
      else if (change.isTruncation) this.#durable.resize(change.sizeAfter)
      else this.#durable.put(change.bytes, at, sectorBytes, change.position + at)
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
    const chooser = new SurvivalChooser(survival, countParts(changes, sectorBytes), random)
    for (const change of changes) {
      if (change.isTruncation) {
        if (chooser.next()) this.#durable.resize(change.sizeAfter)
        continue
      }
      for (let at = 0; at < change.length; at += sectorBytes) {
        if (chooser.next()) {
          this.#durable.put(change.bytes, at, sectorBytes, change.position + at)
          if (change.position + at >= sizeBefore) arrived.add(change.position + at)
        } else if (tearing > 0 && random.chance(tearing)) {
          this.#durable.put(random.bytes(sectorBytes), 0, sectorBytes, change.position + at)
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

function countParts(changes: readonly PendingChange[], sectorBytes: number): number {
  let count = 0
  for (const change of changes) count += change.isTruncation ? 1 : change.length / sectorBytes
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
