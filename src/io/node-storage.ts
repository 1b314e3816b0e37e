/**
 * Real files on the machine's own disk. Only opening and the directory are dealt with here; reading and
 * writing is {@link NodeFile}'s, locking `lock.ts`'s.
 *
 * Invariant 1: the path of an opened file is absolute and free of symbolic links, so the names that are made
 * from it (the log's) are the same whichever link or working directory the file was opened through. A log
 * looked for under another name than it was written to would be lost commits.
 */

import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CoppiceError, type ErrorCode } from '../base/errors.ts'
import { ioError, systemErrorName } from './io-error.ts'
import { acquireFileLock } from './lock.ts'
import { NodeFile } from './node-file.ts'
import type { Clock, FileLock, OpenMode, Scheduler, Storage, StorageFile } from './storage.ts'
import { systemClock, systemRandomBytes, systemScheduler } from './system.ts'
import { openTemporaryFile } from './temporary-file.ts'

export interface NodeStorageOptions {
  /**
   * Where the machine offers no safe lock, go on with a lock that only this thread respects. Two processes
   * that write to one database then destroy it. Default false: refuse with LOCK_UNAVAILABLE.
   */
  readonly unsafeLock?: boolean
}

const OPEN_FLAGS: Record<OpenMode, string | number> = {
  read: 'r',
  write: 'r+',
  create: 'w+',
  ensure: constants.O_RDWR | constants.O_CREAT,
}
const OPEN_ACTIONS: Record<OpenMode, string> = {
  read: 'open',
  write: 'open for writing',
  create: 'create',
  ensure: 'create',
}

/** Files of the operating system. */
export function nodeStorage(options: NodeStorageOptions = {}): Storage {
  return new NodeStorage(options.unsafeLock ?? false)
}

class NodeStorage implements Storage {
  readonly volatile = false
  readonly clock: Clock = systemClock
  readonly scheduler: Scheduler = systemScheduler
  private readonly unsafeLock: boolean

  constructor(unsafeLock: boolean) {
    this.unsafeLock = unsafeLock
  }

  randomBytes(length: number): Uint8Array {
    return systemRandomBytes(length)
  }

  open(path: string, mode: OpenMode): StorageFile {
    assertRegularOrAbsent(path, mode)
    let fd = -1
    try {
      fd = openSync(path, OPEN_FLAGS[mode])
      return new NodeFile(realpathSync.native(path), fd)
    } catch (error) {
      if (fd >= 0) closeSync(fd)
      throw ioError(OPEN_ACTIONS[mode], path, error, mode === 'read' ? undefined : refusalCode(error))
    }
  }

  exists(path: string): boolean {
    try {
      // Not existsSync: it says "no" to a file that may not be looked at, and a new one would be made over it.
      return statSync(path, { throwIfNoEntry: false }) !== undefined
    } catch (error) {
      throw ioError('look for', path, error)
    }
  }

  rename(from: string, to: string): void {
    try {
      renameSync(from, to)
    } catch (error) {
      throw ioError(`rename to '${to}' the file`, from, error)
    }
  }

  unlink(path: string): boolean {
    try {
      unlinkSync(path)
      return true
    } catch (error) {
      if (systemErrorName(error) === 'ENOENT') return false
      throw ioError('remove', path, error)
    }
  }

  directoryOf(path: string): string {
    return dirname(path)
  }

  temporaryFile(): StorageFile {
    return openTemporaryFile(this, join(tmpdir(), 'coppice'))
  }

  syncDirectory(directory: string): void {
    // Windows has no such call: NTFS journals its directories, and opening one as a file is refused.
    if (process.platform === 'win32') return
    let fd = -1
    try {
      fd = openSync(directory, 'r')
      fsyncSync(fd)
    } catch (error) {
      if (!hasNoDirectorySync(error)) throw ioError('sync the directory', directory, error)
    } finally {
      if (fd >= 0) closeSync(fd)
    }
  }

  lock(file: StorageFile, mode: 'shared' | 'exclusive'): FileLock {
    if (!(file instanceof NodeFile)) throw new TypeError('the file was not opened by this storage')
    return acquireFileLock(file, mode, this.unsafeLock)
  }
}

/** Asked before opening: opening a pipe would wait for ever, and a directory opens happily for reading. */
function assertRegularOrAbsent(path: string, mode: OpenMode): void {
  let kind: string | undefined
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats !== undefined && !stats.isFile())
      kind = stats.isDirectory() ? 'a directory' : 'not a regular file'
  } catch (error) {
    throw ioError(OPEN_ACTIONS[mode], path, error)
  }
  if (kind !== undefined) {
    throw new CoppiceError('IO_ERROR', `cannot ${OPEN_ACTIONS[mode]} '${path}': it is ${kind}`, {
      path,
      expected: 'a regular file',
      given: kind,
    })
  }
}

/** A file or directory that may be read but not written has a code of its own: opening read-only may do. */
function refusalCode(error: unknown): ErrorCode | undefined {
  const name = systemErrorName(error)
  return name === 'EACCES' || name === 'EPERM' || name === 'EROFS' ? 'READ_ONLY' : undefined
}

/** Some network and user-space file systems have nothing to sync in a directory and say so. */
function hasNoDirectorySync(error: unknown): boolean {
  const name = systemErrorName(error)
  return name === 'EINVAL' || name === 'ENOTSUP' || name === 'EOPNOTSUPP' || name === 'ENOSYS'
}
