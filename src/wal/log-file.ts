/**
 * One of the log's two files: its space on disk and its syncs. Knows nothing of batches.
 *
 * Space is taken in zero-filled steps, each made durable at once, so that a commit changes neither the
 * file's size nor its block map and its sync has only data to write (measured: half the time of a commit
 * that grows the file). A step that the disk has no room for is undone and harms nobody. What nobody waits for to be
 * durable needs none of this, and makes the file longer as it is written.
 *
 * Two descriptors: an operating system reports a failed write-back once *per open file description*. If
 * a blocking sync and one in the background shared theirs, the background one could take the error and
 * the blocking one would succeed without its data being on disk. So the background has its own, and runs
 * one sync at a time.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAll } from '../base/run-all.ts'
import type { Storage, StorageFile } from '../io/storage.ts'
import { BLOCK_BYTES } from './format.ts'

/** How much space the log takes and keeps. All in bytes, multiples of 4 KiB. */
export interface LogLimits {
  /** The first preallocation step; the following ones double the file. */
  readonly stepBytesMin: number
  /** No step is larger, unless one batch is: a commit waits until it is filled and synced. */
  readonly stepBytesMax: number
  /** A file that grew beyond this is cut back to it before it is used again. */
  readonly retainedBytes: number
}

export const DEFAULT_LOG_LIMITS: LogLimits = {
  stepBytesMin: 1024 * 1024,
  stepBytesMax: 2 * 1024 * 1024,
  retainedBytes: 64 * 1024 * 1024,
}

/** For a log that is cut to size when it has `sizeBytes`: the space for all of it is the largest first step. */
export function logLimitsFor(sizeBytes: number): LogLimits {
  const { stepBytesMin } = DEFAULT_LOG_LIMITS
  const wholeBlocks = Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
  return { ...DEFAULT_LOG_LIMITS, stepBytesMin: Math.min(stepBytesMin, Math.max(wholeBlocks, BLOCK_BYTES)) }
}

const ZEROS = new Uint8Array(1024 * 1024)

export class LogFile {
  readonly path: string
  readonly #storage: Storage
  readonly #limits: LogLimits
  #file: StorageFile | undefined = undefined
  #backgroundFile: StorageFile | undefined = undefined
  #nameIsDurable = false
  /** Bytes from the start that are filled: appends below this change no metadata. */
  #allocatedBytes = 0
  /** The background sync that runs. */
  #running: Promise<void> | undefined = undefined
  /** The one that will run after it; it has not begun, so it covers every write made up to now. */
  #queued: Promise<void> | undefined = undefined

  constructor(storage: Storage, path: string, limits: LogLimits) {
    assert(limits.stepBytesMin >= BLOCK_BYTES && limits.stepBytesMin % BLOCK_BYTES === 0, 'whole-block steps')
    assert(limits.stepBytesMax >= limits.stepBytesMin, 'the largest step is not below the least')
    assert(limits.retainedBytes >= limits.stepBytesMin, 'at least one step is retained')
    this.#storage = storage
    this.path = path
    this.#limits = limits
  }

  get allocatedBytes(): number {
    return this.#allocatedBytes
  }

  /** Makes the file ready for a new epoch: made new the first time, later used again where it is. */
  makeReady(): void {
    if (this.#file === undefined) {
      // What another process left is not trusted: neither its holes, nor that its name is on disk (the sync of
      // the directory may be what failed, and only a new entry would be written again).
      this.#storage.unlink(this.path)
      this.#file = this.#storage.open(this.path, 'create')
      this.#allocatedBytes = 0
    } else if (this.#allocatedBytes > this.#limits.retainedBytes) {
      this.#file.truncate(this.#limits.retainedBytes)
      this.#allocatedBytes = this.#limits.retainedBytes
    }
  }

  /**
   * Fills the file up to `endBytes` at least. The caller syncs.
   * @throws CoppiceError NO_SPACE; the file is as it was, and it may be tried again.
   */
  fillTo(endBytes: number): void {
    if (endBytes <= this.#allocatedBytes) return
    const { stepBytesMin, stepBytesMax } = this.#limits
    const doubled =
      this.#allocatedBytes + Math.min(stepBytesMax, Math.max(stepBytesMin, this.#allocatedBytes))
    const least = Math.ceil(endBytes / BLOCK_BYTES) * BLOCK_BYTES
    const wanted = Math.max(doubled, Math.ceil(endBytes / stepBytesMin) * stepBytesMin)
    try {
      this.#fill(wanted)
    } catch (error) {
      // A nearly full disk may still take this batch, just not a comfortable step.
      if (!isCoppiceError(error, 'NO_SPACE') || least === wanted) throw error
      this.#fill(least)
    }
  }

  #fill(endBytes: number): void {
    const file = this.#open()
    try {
      for (let at = this.#allocatedBytes; at < endBytes; at += ZEROS.length) {
        file.write(ZEROS, 0, Math.min(ZEROS.length, endBytes - at), at)
      }
    } catch (error) {
      if (isCoppiceError(error, 'NO_SPACE')) this.#undoFill(file)
      throw error
    }
    this.#allocatedBytes = endBytes
  }

  /** Gives the space back, if the disk lets us; if not, the bytes are merely written again later. */
  #undoFill(file: StorageFile): void {
    try {
      file.truncate(this.#allocatedBytes)
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error
    }
  }

  /** @param isSyncedAtOnce `sync` is what follows */
  write(source: Uint8Array, length: number, position: number, isSyncedAtOnce = false): void {
    this.#open().write(source, 0, length, position, isSyncedAtOnce)
  }

  /**
   * Writes beyond what is filled. The caller syncs before it relies on the space.
   * @throws CoppiceError NO_SPACE; what is filled is as long as it was, and it may be tried again.
   */
  extend(source: Uint8Array, length: number, position: number): void {
    const file = this.#open()
    try {
      file.write(source, 0, length, position)
    } catch (error) {
      if (isCoppiceError(error, 'NO_SPACE')) this.#undoFill(file)
      throw error
    }
    this.#allocatedBytes = position + length
  }

  sync(): void {
    this.#open().sync()
  }

  /** Makes the file's name durable; free when it is. */
  syncName(): void {
    if (this.#nameIsDurable) return
    this.#storage.syncDirectory(this.#storage.directoryOf(this.path))
    this.#nameIsDurable = true
  }

  /** Covers the writes made before the call. Calls that come while one runs share the next one. */
  syncAsync(): Promise<void> {
    if (this.#queued !== undefined) return this.#queued
    if (this.#running === undefined) return this.#startBackgroundSync()
    this.#queued = this.#running.then(() => {
      this.#queued = undefined
      return this.#startBackgroundSync()
    })
    return this.#queued
  }

  #startBackgroundSync(): Promise<void> {
    assert(this.#running === undefined, 'one background sync at a time')
    this.#backgroundFile ??= this.#storage.open(this.path, 'write')
    this.#running = this.#finishBackgroundSync(this.#backgroundFile)
    return this.#running
  }

  async #finishBackgroundSync(file: StorageFile): Promise<void> {
    try {
      await file.syncAsync()
    } finally {
      this.#running = undefined
    }
  }

  /** Closes; a background sync that runs keeps its own descriptor until it is through. */
  close(): void {
    const file = this.#file
    this.#file = undefined
    runAll(
      () => file?.close(),
      () => this.#closeBackground(),
    )
  }

  #closeBackground(): void {
    const file = this.#backgroundFile
    if (file === undefined) return
    const last = this.#queued ?? this.#running
    if (last === undefined) {
      this.#backgroundFile = undefined
      file.close()
      return
    }
    // A sync that waits for the one that runs goes on with it: by its name, the file may be gone by then.
    const closeFile = () => {
      try {
        file.close()
      } catch {
        // Nobody waits for this answer any more, and what was promised to be durable has been synced.
      }
    }
    void last.then(closeFile, closeFile)
  }

  #open(): StorageFile {
    assert(this.#file !== undefined, 'the log file is open')
    return this.#file
  }
}
