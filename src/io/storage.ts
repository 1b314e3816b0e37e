/**
 * The seam between Coppice and the machine. Everything above `src/io` reaches files, the clock,
 * randomness and the event loop through these interfaces only, so that a memory implementation or
 * a simulated disk can stand in for the real one.
 *
 * Semantics that every implementation keeps, and that the layers above rely on:
 * - A write is durable only after `sync` of that file returned. Until then any subset of its
 *   512-byte sectors may survive a power loss.
 * - Creating, renaming or removing a file is durable only after `syncDirectory` of its directory.
 * - After a failed `sync` nothing is known about what is on disk; nobody may sync again and believe it.
 * - A lock is held until `release` or until the process dies, never longer.
 */

/**
 * `read`: existing, read only. `write`: existing, read and write. `create`: made new, or emptied if it exists.
 * `ensure`: made new, or opened with what it has (whoever then gets the lock decides what to do with it).
 */
export type OpenMode = 'read' | 'write' | 'create' | 'ensure'

/** An open file. Offsets and lengths are bytes. Methods are synchronous unless their name says otherwise. */
export interface StorageFile {
  /**
   * The file's own absolute path at the time of opening, symbolic links resolved. Names that belong to the file
   * (its log) are made from this one, so that they are the same through whichever link it was opened.
   */
  readonly path: string
  /**
   * Reads up to `length` bytes at `position` into `target` from `offset`; `target` may lie in shared memory.
   * @returns the bytes read: fewer than `length` only at the end of the file.
   * @throws CoppiceError IO_ERROR
   */
  read(target: Uint8Array, offset: number, length: number, position: number): number
  /**
   * Writes all `length` bytes of `source` from `offset` at `position`, growing the file as needed.
   * @param isSyncedAtOnce a hint that may make both faster: `sync` is what follows
   * @throws CoppiceError NO_SPACE (the disk or a quota is full), IO_ERROR
   */
  write(source: Uint8Array, offset: number, length: number, position: number, isSyncedAtOnce?: boolean): void
  /** Writes the buffers one after the other at `position`: one system call where the machine has it. */
  writeMany(sources: readonly Uint8Array[], position: number): void
  /** Makes all earlier writes to this file durable, with its size (fdatasync). @throws CoppiceError IO_ERROR */
  sync(): void
  /** The same without blocking the event loop; covers the writes made before the call. */
  syncAsync(): Promise<void>
  /** The size in bytes. */
  size(): number
  /**
   * Which file it is: equal for two opens of one file, whatever its name, and for no two files that there are at a time.
   * Undefined where the machine cannot tell.
   */
  identity(): string | undefined
  /** Cuts or extends (with zeros) the file to `size` bytes. */
  truncate(size: number): void
  /** Closes; a second call does nothing. Does not sync. */
  close(): void
}

/** A held lock on a file. */
export interface FileLock {
  release(): void
}

/**
 * Time. `monotonicMs` never goes back and is the same in all threads of the process; `wallMs` is Unix time. Both in
 * milliseconds, fractions allowed.
 */
export interface Clock {
  monotonicMs(): number
  wallMs(): number
}

/** Stops a task that has not run yet; afterwards it does nothing. */
export type CancelTask = () => void

/**
 * The event loop, as far as Coppice uses it. A pending task does not keep the process alive, unless it says
 * so: housekeeping may be forgotten at exit, a commit that somebody waits for may not.
 */
export interface Scheduler {
  /** Runs `task` soon, after the current job and pending I/O callbacks (setImmediate). */
  defer(task: () => void, keepsAlive?: boolean): CancelTask
  /** Runs `task` after `delayMs` milliseconds. */
  delay(delayMs: number, task: () => void): CancelTask
}

/** A place for files. Paths are whatever the implementation understands; `directoryOf` takes them apart. */
export interface Storage {
  /** True when nothing outlives the process (memory): no log is kept and nothing is synced. */
  readonly volatile: boolean
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** `length` random bytes (for ids and salts; not for secrets). */
  randomBytes(length: number): Uint8Array
  /** @throws CoppiceError NOT_FOUND, READ_ONLY (writing is not allowed here), IO_ERROR */
  open(path: string, mode: OpenMode): StorageFile
  exists(path: string): boolean
  /** Renames, replacing `to` if it exists, atomically. */
  rename(from: string, to: string): void
  /** Removes the file; false when there was none. */
  unlink(path: string): boolean
  /** The directory that holds `path`. */
  directoryOf(path: string): string
  /** Makes creations, renames and removals in `directory` durable. */
  syncDirectory(directory: string): void
  /**
   * A new empty file where the system has such files, away from databases. Nothing is left of it when it is closed, or when the
   * process ends. Missing: there is no such place.
   * @throws CoppiceError NO_SPACE, IO_ERROR, READ_ONLY
   */
  temporaryFile?(): StorageFile
  /**
   * Takes the process lock on an open file at once or not at all. Shared locks exclude exclusive ones.
   * Two opens of one file in one process exclude each other like two processes.
   * @throws CoppiceError LOCKED (another holds it), LOCK_UNAVAILABLE (this machine offers no safe lock)
   */
  lock(file: StorageFile, mode: 'shared' | 'exclusive'): FileLock
}
