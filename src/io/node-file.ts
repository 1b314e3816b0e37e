/**
 * One real file, through the synchronous calls of `node:fs`: a page read costs about 1 µs this way and 32 µs
 * through the thread pool.
 *
 * Invariants
 * 1. `fd` is the descriptor from construction until it is really closed, then -1. Descriptors are reused by
 *    the system, so no call is ever made with one that may already be another file's.
 * 2. A descriptor with a sync under way in the thread pool is not closed; the last such sync closes it.
 * 3. Whatever was written, by `fd` or past the system's cache (direct-writes.ts), is durable after a sync of `fd`.
 *
 * Knows nothing of what is in the file, and does not decide when to sync.
 */

import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  readSync,
  writeSync,
  writevSync,
} from 'node:fs'
import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { DirectWrites } from './direct-writes.ts'
import { ioError, isTransient, MAX_ATTEMPTS } from './io-error.ts'
import type { StorageFile } from './storage.ts'

/** Node cuts lengths to 31 bits, and macOS refuses more in one call. */
const MAX_CALL_BYTES = 2 ** 30
/** IOV_MAX on Linux and macOS. */
const MAX_VECTORS = 1024

// fdatasync leaves the data in the drive's own cache on macOS; fsync there is F_FULLFSYNC, which does not.
const isDarwin = process.platform === 'darwin'
const flushSync = isDarwin ? fsyncSync : fdatasyncSync
const flush = isDarwin ? fsync : fdatasync

export class NodeFile implements StorageFile {
  readonly path: string
  fd: number
  private closing: boolean
  private pendingSyncCount: number
  /** Undefined: not tried yet; null: not to be had. */
  private directWrites: DirectWrites | null | undefined

  /** Takes over `fd`. `path` is used in messages and for names derived from it. */
  constructor(path: string, fd: number) {
    this.path = path
    this.fd = fd
    this.closing = false
    this.pendingSyncCount = 0
    this.directWrites = undefined
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    this.assertUsable(target, offset, length, position)
    let doneBytes = 0
    while (doneBytes < length) {
      const wanted = Math.min(length - doneBytes, MAX_CALL_BYTES)
      const count = this.readOnce(target, offset + doneBytes, wanted, position + doneBytes)
      if (count === 0) break
      doneBytes += count
    }
    return doneBytes
  }

  write(source: Uint8Array, offset: number, length: number, position: number, isSyncedAtOnce = false): void {
    this.assertUsable(source, offset, length, position)
    let doneBytes = isSyncedAtOnce ? this.writeDirectly(source, offset, length, position) : 0
    while (doneBytes < length) {
      const wanted = Math.min(length - doneBytes, MAX_CALL_BYTES)
      const count = this.writeOnce(source, offset + doneBytes, wanted, position + doneBytes)
      if (count === 0) throw this.nothingWritten()
      doneBytes += count
    }
  }

  writeMany(sources: readonly Uint8Array[], position: number): void {
    this.assertOpen()
    let index = 0
    let skipBytes = 0 // of sources[index], already written
    let at = position
    while (index < sources.length) {
      const batch = batchFrom(sources, index, skipBytes)
      let written = batch.length === 0 ? 0 : this.writeVectorOnce(batch, at)
      if (written === 0 && batch.length > 0) throw this.nothingWritten()
      at += written
      while (index < sources.length && written >= sources[index].length - skipBytes) {
        written -= sources[index].length - skipBytes
        skipBytes = 0
        index++
      }
      skipBytes += written
    }
  }

  sync(): void {
    this.assertOpen()
    try {
      flushSync(this.fd)
    } catch (error) {
      // Never again: after a failed sync the kernel may call lost pages clean, and a second one succeed.
      throw ioError('sync', this.path, error, 'IO_ERROR')
    }
  }

  syncAsync(): Promise<void> {
    this.assertOpen()
    this.pendingSyncCount++
    return new Promise((resolve, reject) => {
      flush(this.fd, error => {
        this.pendingSyncCount--
        if (this.closing && this.pendingSyncCount === 0) this.closeQuietly()
        if (error) reject(ioError('sync', this.path, error, 'IO_ERROR'))
        else resolve()
      })
    })
  }

  size(): number {
    this.assertOpen()
    try {
      return fstatSync(this.fd).size
    } catch (error) {
      throw ioError('ask for the size of', this.path, error)
    }
  }

  /**
   * Device and inode; on Windows the volume and the number of the file on it. A file system without such numbers (some that
   * are mounted over a network, or by a program) says 0 for all its files: then nobody can tell them apart.
   */
  identity(): string | undefined {
    this.assertOpen()
    try {
      const { dev, ino } = fstatSync(this.fd, { bigint: true })
      return ino ? `${dev}:${ino}` : undefined
    } catch (error) {
      throw ioError('ask for the identity of', this.path, error)
    }
  }

  truncate(size: number): void {
    this.assertOpen()
    assert(Number.isSafeInteger(size) && size >= 0, 'a file size is a whole number of bytes')
    try {
      ftruncateSync(this.fd, size)
    } catch (error) {
      throw ioError('set the size of', this.path, error)
    }
  }

  close(): void {
    if (this.closing) return
    this.closing = true
    this.directWrites?.close()
    if (this.pendingSyncCount > 0) return
    const fd = this.fd
    this.fd = -1
    try {
      closeSync(fd)
    } catch (error) {
      throw ioError('close', this.path, error)
    }
  }

  private closeQuietly(): void {
    const fd = this.fd
    this.fd = -1
    try {
      closeSync(fd)
    } catch {
      // Nobody waits for this answer any more, and what was promised to be durable has been synced.
    }
  }

  private readOnce(target: Uint8Array, offset: number, length: number, position: number): number {
    for (let attempt = 1; ; attempt++) {
      try {
        return readSync(this.fd, target, offset, length, position)
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw ioError('read from', this.path, error)
      }
    }
  }

  /** What could not be written past the system's cache is left. @returns how much was */
  private writeDirectly(source: Uint8Array, offset: number, length: number, position: number): number {
    if (this.directWrites === undefined) this.directWrites = DirectWrites.over(this.fd) ?? null
    try {
      return this.directWrites?.write(source, offset, length, position) ?? 0
    } catch (error) {
      throw ioError('write to', this.path, error)
    }
  }

  private writeOnce(source: Uint8Array, offset: number, length: number, position: number): number {
    for (let attempt = 1; ; attempt++) {
      try {
        return writeSync(this.fd, source, offset, length, position)
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw ioError('write to', this.path, error)
      }
    }
  }

  private writeVectorOnce(batch: readonly Uint8Array[], position: number): number {
    for (let attempt = 1; ; attempt++) {
      try {
        return writevSync(this.fd, batch, position)
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw ioError('write to', this.path, error)
      }
    }
  }

  private nothingWritten(): CoppiceError {
    return new CoppiceError('IO_ERROR', `cannot write to '${this.path}': the system wrote 0 bytes`, {
      path: this.path,
    })
  }

  private assertOpen(): void {
    assert(!this.closing, 'a closed file is not used')
  }

  private assertUsable(bytes: Uint8Array, offset: number, length: number, position: number): void {
    assert(!this.closing, 'a closed file is not used')
    assert(offset >= 0 && length >= 0 && offset + length <= bytes.length, 'the range lies in the buffer')
    assert(position >= 0, 'a file position is not negative')
  }
}

/**
 * What one writev may take from `sources[index]` on, without the first `skipBytes`: no empty buffers, no
 * more vectors and bytes than the system accepts. The common case hands `sources` itself through.
 */
function batchFrom(sources: readonly Uint8Array[], index: number, skipBytes: number): readonly Uint8Array[] {
  if (index === 0 && skipBytes === 0 && sources.length <= MAX_VECTORS) {
    let totalBytes = 0
    for (let i = 0; i < sources.length; i++) totalBytes += sources[i].length
    if (totalBytes === 0) return []
    if (totalBytes <= MAX_CALL_BYTES) return sources
  }
  const batch: Uint8Array[] = []
  let batchBytes = 0
  for (let i = index; i < sources.length && batch.length < MAX_VECTORS; i++) {
    const from = i === index ? skipBytes : 0
    const take = Math.min(sources[i].length - from, MAX_CALL_BYTES - batchBytes)
    if (take > 0) batch.push(sources[i].subarray(from, from + take))
    batchBytes += take
    if (batchBytes === MAX_CALL_BYTES) break
  }
  return batch
}
