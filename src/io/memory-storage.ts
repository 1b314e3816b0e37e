/**
 * Files that live in memory: databases opened as `:memory:`, and tests that want the log and the checkpoints
 * without the disk.
 *
 * Invariants
 * 1. A file is one inode; names point to inodes. An open file goes on working after its name was removed or
 *    given to another file, as on a real file system.
 * 2. A file's content is a list of chunks of equal size; a missing chunk reads as zeros, and the part of the
 *    last chunk beyond the file's size is zeros. So growing allocates but never copies, and extending a
 *    file that was cut does not bring old bytes back.
 *
 * Directories are implied by the paths, which are separated by `/`. Knows nothing of what is in the files.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import type { Clock, FileLock, OpenMode, Scheduler, Storage, StorageFile } from './storage.ts'
import { systemClock, systemRandomBytes, systemScheduler } from './system.ts'

export interface MemoryStorageOptions {
  /** False makes the layers above keep a log and sync as on a disk. Default true. */
  readonly volatile?: boolean
  /** All files together may take this much memory; what goes beyond fails with NO_SPACE. Default: no limit. */
  readonly limitBytes?: number
  /** Where what does not fit into the heap goes, if that is not to take memory. */
  readonly temporaryFile?: () => StorageFile
}

/** The largest page size: a page never spans two chunks. */
const CHUNK_BYTES = 64 * 1024
const EXCLUSIVE = -1

/** A new, empty place for files, apart from every other one. */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage {
  return new MemoryStorage(
    options.volatile ?? true,
    options.limitBytes ?? Number.POSITIVE_INFINITY,
    options.temporaryFile,
  )
}

/** Counts the chunks of all files of one storage against its limit. */
class ChunkAllowance {
  private leftBytes: number

  constructor(limitBytes: number) {
    this.leftBytes = limitBytes
  }

  take(path: string): Buffer {
    if (this.leftBytes < CHUNK_BYTES) {
      throw new CoppiceError('NO_SPACE', `cannot write to '${path}': the memory storage's limit is reached`, {
        path,
      })
    }
    this.leftBytes -= CHUNK_BYTES
    return Buffer.alloc(CHUNK_BYTES)
  }

  giveBack(chunkCount: number): void {
    this.leftBytes += chunkCount * CHUNK_BYTES
  }
}

/** A file's content, shared by all its open handles. */
let inodeCount = 0

class MemoryInode {
  readonly identity = String(++inodeCount)
  sizeBytes: number
  /** Number of shared lock holders, or EXCLUSIVE. */
  lockHolders: number
  /** Names and open handles; when the last one goes, so does the content. */
  private referenceCount: number
  private readonly chunks: (Buffer | undefined)[]
  private readonly allowance: ChunkAllowance

  constructor(allowance: ChunkAllowance) {
    this.sizeBytes = 0
    this.lockHolders = 0
    this.referenceCount = 0
    this.chunks = []
    this.allowance = allowance
  }

  retain(): void {
    this.referenceCount++
  }

  drop(): void {
    this.referenceCount--
    if (this.referenceCount === 0) this.resize(0)
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    const totalBytes = Math.max(0, Math.min(length, this.sizeBytes - position))
    let doneBytes = 0
    while (doneBytes < totalBytes) {
      const at = position + doneBytes
      const within = at % CHUNK_BYTES
      const count = Math.min(totalBytes - doneBytes, CHUNK_BYTES - within)
      const chunk = this.chunks[Math.floor(at / CHUNK_BYTES)]
      const to = offset + doneBytes
      if (chunk === undefined) target.fill(0, to, to + count)
      else chunk.copy(target, to, within, within + count)
      doneBytes += count
    }
    return totalBytes
  }

  write(source: Uint8Array, offset: number, length: number, position: number, path: string): void {
    let doneBytes = 0
    while (doneBytes < length) {
      const at = position + doneBytes
      const within = at % CHUNK_BYTES
      const count = Math.min(length - doneBytes, CHUNK_BYTES - within)
      const from = offset + doneBytes
      this.chunkForWriting(Math.floor(at / CHUNK_BYTES), path).set(
        source.subarray(from, from + count),
        within,
      )
      doneBytes += count
      // Chunk by chunk, so that running out of memory leaves a short write, as a full disk does.
      this.sizeBytes = Math.max(this.sizeBytes, at + count)
    }
  }

  resize(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      const keptCount = Math.ceil(sizeBytes / CHUNK_BYTES)
      let freedCount = 0
      for (let i = keptCount; i < this.chunks.length; i++) if (this.chunks[i] !== undefined) freedCount++
      if (keptCount < this.chunks.length) this.chunks.length = keptCount
      this.allowance.giveBack(freedCount)
      const within = sizeBytes % CHUNK_BYTES
      if (within > 0) this.chunks[keptCount - 1]?.fill(0, within)
    }
    this.sizeBytes = sizeBytes
  }

  private chunkForWriting(index: number, path: string): Buffer {
    const present = this.chunks[index]
    if (present !== undefined) return present
    const chunk = this.allowance.take(path)
    // Filled up to here, so that the array stays a dense one.
    while (this.chunks.length < index) this.chunks.push(undefined)
    this.chunks[index] = chunk
    return chunk
  }
}

class MemoryFile implements StorageFile {
  readonly path: string
  readonly inode: MemoryInode
  private readonly isWritable: boolean
  private isOpen: boolean

  constructor(path: string, inode: MemoryInode, isWritable: boolean) {
    this.path = path
    this.inode = inode
    this.isWritable = isWritable
    this.isOpen = true
    inode.retain()
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    this.assertUsable(target, offset, length, position)
    return this.inode.read(target, offset, length, position)
  }

  write(source: Uint8Array, offset: number, length: number, position: number): void {
    this.assertUsable(source, offset, length, position)
    this.requireWritable()
    this.inode.write(source, offset, length, position, this.path)
  }

  writeMany(sources: readonly Uint8Array[], position: number): void {
    this.assertOpen()
    this.requireWritable()
    let at = position
    for (const source of sources) {
      this.inode.write(source, 0, source.length, at, this.path)
      at += source.length
    }
  }

  sync(): void {
    this.assertOpen()
  }

  syncAsync(): Promise<void> {
    this.assertOpen()
    return Promise.resolve()
  }

  size(): number {
    this.assertOpen()
    return this.inode.sizeBytes
  }

  identity(): string {
    this.assertOpen()
    return this.inode.identity
  }

  truncate(size: number): void {
    this.assertOpen()
    assert(Number.isSafeInteger(size) && size >= 0, 'a file size is a whole number of bytes')
    this.requireWritable()
    this.inode.resize(size)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.inode.drop()
  }

  private requireWritable(): void {
    if (this.isWritable) return
    throw new CoppiceError('IO_ERROR', `cannot write to '${this.path}': it was opened for reading`, {
      path: this.path,
    })
  }

  private assertOpen(): void {
    assert(this.isOpen, 'a closed file is not used')
  }

  private assertUsable(bytes: Uint8Array, offset: number, length: number, position: number): void {
    assert(this.isOpen, 'a closed file is not used')
    assert(offset >= 0 && length >= 0 && offset + length <= bytes.length, 'the range lies in the buffer')
    assert(position >= 0, 'a file position is not negative')
  }
}

class MemoryStorage implements Storage {
  readonly volatile: boolean
  readonly clock: Clock = systemClock
  readonly scheduler: Scheduler = systemScheduler
  readonly temporaryFile?: () => StorageFile
  private readonly inodes: Map<string, MemoryInode>
  private readonly allowance: ChunkAllowance

  constructor(isVolatile: boolean, limitBytes: number, temporaryFile: MemoryStorageOptions['temporaryFile']) {
    this.volatile = isVolatile
    if (temporaryFile !== undefined) this.temporaryFile = temporaryFile
    this.inodes = new Map()
    this.allowance = new ChunkAllowance(limitBytes)
  }

  randomBytes(length: number): Uint8Array {
    return systemRandomBytes(length)
  }

  open(path: string, mode: OpenMode): StorageFile {
    let inode = this.inodes.get(path)
    if (inode === undefined) {
      if (mode !== 'create' && mode !== 'ensure') throw notFound(path)
      inode = new MemoryInode(this.allowance)
      inode.retain()
      this.inodes.set(path, inode)
    } else if (mode === 'create') {
      inode.resize(0)
    }
    return new MemoryFile(path, inode, mode !== 'read')
  }

  exists(path: string): boolean {
    return this.inodes.has(path)
  }

  rename(from: string, to: string): void {
    const inode = this.inodes.get(from)
    if (inode === undefined) throw notFound(from)
    if (from === to) return
    this.unlink(to)
    this.inodes.delete(from)
    this.inodes.set(to, inode)
  }

  unlink(path: string): boolean {
    this.inodes.get(path)?.drop()
    return this.inodes.delete(path)
  }

  directoryOf(path: string): string {
    const slash = path.lastIndexOf('/')
    return slash < 0 ? '.' : path.slice(0, Math.max(1, slash))
  }

  syncDirectory(_directory: string): void {}

  lock(file: StorageFile, mode: 'shared' | 'exclusive'): FileLock {
    if (!(file instanceof MemoryFile)) throw new TypeError('the file was not opened by this storage')
    const { inode, path } = file
    if (inode.lockHolders === EXCLUSIVE || (mode === 'exclusive' && inode.lockHolders > 0)) {
      throw new CoppiceError('LOCKED', `'${path}' is locked: this process has it open already`, { path })
    }
    inode.lockHolders = mode === 'exclusive' ? EXCLUSIVE : inode.lockHolders + 1
    let isHeld = true
    return {
      release(): void {
        if (!isHeld) return
        isHeld = false
        inode.lockHolders = mode === 'exclusive' ? 0 : inode.lockHolders - 1
      },
    }
  }
}

function notFound(path: string): CoppiceError {
  return new CoppiceError('NOT_FOUND', `'${path}' does not exist in this memory storage`, { path })
}
