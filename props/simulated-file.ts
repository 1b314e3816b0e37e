/** An open file of the simulated disk: checks its use, asks the disk for crashes and faults, and works on the inode. */

import { assert } from '../src/base/assert.ts'
import { CoppiceError } from '../src/base/errors.ts'
import type { StorageFile } from '../src/io/storage.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import type { FaultKind } from './simulated-faults.ts'
import type { SimulatedInode } from './simulated-inode.ts'

export class SimulatedFile implements StorageFile {
  readonly path: string
  readonly inode: SimulatedInode
  readonly #disk: SimulatedDisk
  readonly #generation: number
  readonly #isWritable: boolean
  /** Failed syncs of the file that this handle has been told about. */
  #seenFailureCount: number
  #isOpen = true

  constructor(
    path: string,
    inode: SimulatedInode,
    disk: SimulatedDisk,
    generation: number,
    isWritable: boolean,
  ) {
    this.path = path
    this.inode = inode
    this.#disk = disk
    this.#generation = generation
    this.#isWritable = isWritable
    this.#seenFailureCount = inode.failedSyncCount
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    this.#assertUsable(false)
    assert(offset >= 0 && length >= 0 && offset + length <= target.length, 'the range lies in the buffer')
    const fault = this.#disk.faultFor('read', this.path)
    if (fault === 'short')
      return this.inode.read(target, offset, this.#disk.random.below(length + 1), position)
    if (fault === 'misdirected') return this.#readElsewhere(target, offset, length)
    if (fault !== undefined) {
      throw new CoppiceError('IO_ERROR', `read of '${this.path}' failed`, { path: this.path })
    }
    return this.inode.read(target, offset, length, position)
  }

  /** As many bytes as were asked for, if the file is long enough, from a place of the same alignment. */
  #readElsewhere(target: Uint8Array, offset: number, length: number): number {
    const places = Math.max(1, Math.floor(this.inode.sizeBytes / Math.max(1, length)))
    return this.inode.read(target, offset, length, this.#disk.random.below(places) * length)
  }

  write(source: Uint8Array, offset: number, length: number, position: number): void {
    this.#assertUsable(true)
    assert(offset >= 0 && length >= 0 && offset + length <= source.length, 'the range lies in the buffer')
    if (length === 0) return
    if (position + length > this.inode.sizeBytes && this.#disk.faultFor('growth', this.path) !== undefined) {
      this.#writePart(source, offset, length, position)
      throw new CoppiceError('NO_SPACE', `write of '${this.path}' failed`, { path: this.path })
    }
    this.#disk.run(
      'write',
      this.path,
      deceit => this.#writeWhole(source, offset, length, position, deceit),
      () => this.#writePart(source, offset, length, position),
      () => this.#writePart(source, offset, length, position),
      position,
    )
  }

  #writeWhole(
    source: Uint8Array,
    offset: number,
    length: number,
    position: number,
    deceit: FaultKind | undefined,
  ): void {
    if (deceit === 'lost') {
      this.inode.writeLost(source, offset, length, position)
    } else if (deceit === 'misdirected') {
      const wrongPosition = this.#disk.random.below(Math.max(1, this.inode.sizeBytes))
      this.inode.writeMisdirected(source, offset, length, position, wrongPosition)
    } else {
      this.inode.write(source, offset, length, position)
    }
    this.#disk.observe?.(this.path, source, offset, length, position)
  }

  #writePart(source: Uint8Array, offset: number, length: number, position: number): void {
    const { random } = this.#disk
    const partLength = random.chance(0.3) ? 0 : random.below(length + 1)
    if (partLength > 0) this.inode.write(source, offset, partLength, position)
  }

  writeMany(sources: readonly Uint8Array[], position: number): void {
    const bytes = Buffer.concat(sources)
    this.write(bytes, 0, bytes.length, position)
  }

  sync(): void {
    this.#assertUsable(true)
    this.#syncUpTo(this.inode.sequence)
  }

  async syncAsync(): Promise<void> {
    this.#assertUsable(true)
    const sequence = this.inode.sequence
    // Other things happen between the call and its effect.
    for (let jobs = this.#disk.random.below(3); jobs >= 0; jobs--) await Promise.resolve()
    this.#disk.assertAlive(this.#generation)
    this.#syncUpTo(sequence)
  }

  #syncUpTo(sequence: number): void {
    const { random } = this.#disk
    this.#disk.run(
      'sync',
      this.path,
      deceit => this.#syncAndReport(sequence, deceit),
      () => this.inode.partSync(sequence, random),
      () => this.#failSync(sequence),
    )
  }

  #syncAndReport(sequence: number, deceit: FaultKind | undefined): void {
    if (deceit === 'late') {
      this.inode.failSync(sequence, this.#disk.random)
      return
    }
    this.inode.sync(sequence)
    if (this.#seenFailureCount === this.inode.failedSyncCount) return
    this.#seenFailureCount = this.inode.failedSyncCount
    throw new CoppiceError('IO_ERROR', `an earlier sync of '${this.path}' failed`, { path: this.path })
  }

  #failSync(sequence: number): void {
    this.inode.failSync(sequence, this.#disk.random)
    this.#seenFailureCount = this.inode.failedSyncCount
  }

  identity(): string {
    this.#assertUsable(false)
    return this.inode.identity
  }

  size(): number {
    this.#assertUsable(false)
    this.#disk.failIfStruck('size', this.path)
    return this.inode.sizeBytes
  }

  truncate(size: number): void {
    this.#assertUsable(true)
    const nothing = () => {}
    this.#disk.run('truncate', this.path, () => this.inode.truncate(size), nothing, nothing)
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#disk.closeHandle(this.#generation, this.path)
  }

  #assertUsable(forWriting: boolean): void {
    this.#disk.assertAlive(this.#generation)
    assert(this.#isOpen, 'a closed file is not used')
    assert(!forWriting || this.#isWritable, 'a file opened for reading is not written')
  }
}
