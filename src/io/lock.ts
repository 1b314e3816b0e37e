/**
 * The process lock: who has a database open.
 *
 * Two locks are taken, in this order:
 *
 * 1. A table in this thread, keyed by device and inode, so that a second open of one file, through whatever
 *    path, symbolic or hard link, is refused at once and on every platform.
 * 2. The kernel's, which other processes (and other threads) respect:
 *    - Linux: `flock(2)` on the database's own descriptor. Node has no such call, but the lock belongs to the
 *      open file *description*, and util-linux's `flock` (BusyBox has one too) takes it on a descriptor it
 *      inherits: it exits, and the lock stays ours. About 2 ms.
 *    - macOS and the BSDs: a second descriptor, opened with O_EXLOCK or O_SHLOCK.
 *    - Windows: a file beside the database, opened so that nobody else may open it.
 *
 * Invariants
 * 1. A kernel lock goes when its descriptor is closed or its process dies, by the kernel's doing. Nothing is
 *    left behind that would have to be judged stale; no lock is ever stolen, by age or otherwise.
 * 2. Descriptors are close-on-exec (Node sees to it), so a child that outlives us does not hold our lock.
 * 3. Either both locks are held or none.
 *
 * The macOS and Windows ways follow the documentation of libuv and those systems; they have not been run by
 * the authors. docs/compatibility.md says what has been.
 */

import { spawnSync } from 'node:child_process'
import { closeSync, constants as fsConstants, fstatSync, openSync } from 'node:fs'
import { CoppiceError } from '../base/errors.ts'
import { ioError, systemErrorName } from './io-error.ts'
import type { FileLock } from './storage.ts'

export type LockMode = 'shared' | 'exclusive'

/** An open file, as far as locking is concerned. `fd` is -1 once it is closed. */
export interface LockTarget {
  readonly path: string
  readonly fd: number
}

/** Gives back the kernel's lock. */
type ReleaseKernelLock = () => void

/** Not in Node's constants: BSD's open flags, and libuv's for Windows (UV_FS_O_EXLOCK, UV_FS_O_TEMPORARY). */
const BSD_O_NONBLOCK = 0x4
const BSD_O_SHLOCK = 0x10
const BSD_O_EXLOCK = 0x20
const WINDOWS_O_SHARE_NONE = 0x1000_0000
const WINDOWS_O_DELETE_ON_CLOSE = 0x40

/** `flock` answers at once; a network file system that does not must not hang the open for ever. */
const FLOCK_TIMEOUT_MS = 10_000
/** What `flock` exits with when another holds the lock. BusyBox uses it for failures too, but then explains. */
const FLOCK_CONFLICT_STATUS = 1

/** Shared holders of each file locked in this thread, by device and inode; EXCLUSIVE for an exclusive one. */
const holders = new Map<string, number>()
const EXCLUSIVE = -1

/**
 * Takes the lock at once or not at all. With `allowUnsafe`, a machine without a safe lock leaves only the
 * one inside this thread.
 * @throws CoppiceError LOCKED, LOCK_UNAVAILABLE
 */
export function acquireFileLock(target: LockTarget, mode: LockMode, allowUnsafe: boolean): FileLock {
  const identity = identityOf(target)
  enter(identity, mode, target.path)
  let releaseKernelLock: ReleaseKernelLock | undefined
  try {
    releaseKernelLock = acquireKernelLock(target, mode, allowUnsafe)
  } catch (error) {
    leave(identity)
    throw error
  }
  let isHeld = true
  return {
    release(): void {
      if (!isHeld) return
      isHeld = false
      leave(identity)
      releaseKernelLock?.()
    },
  }
}

function identityOf(target: LockTarget): string {
  try {
    const { dev, ino } = fstatSync(target.fd, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    throw ioError('lock', target.path, error)
  }
}

function enter(identity: string, mode: LockMode, path: string): void {
  const sharedCount = holders.get(identity) ?? 0
  if (sharedCount === EXCLUSIVE || (mode === 'exclusive' && sharedCount > 0)) {
    throw locked(path, 'this process has it open already')
  }
  holders.set(identity, mode === 'exclusive' ? EXCLUSIVE : sharedCount + 1)
}

function leave(identity: string): void {
  const sharedCount = holders.get(identity) ?? 0
  if (sharedCount > 1) holders.set(identity, sharedCount - 1)
  else holders.delete(identity)
}

function acquireKernelLock(
  target: LockTarget,
  mode: LockMode,
  allowUnsafe: boolean,
): ReleaseKernelLock | undefined {
  try {
    switch (process.platform) {
      case 'linux':
      case 'android':
        return lockByFlock(target, mode)
      case 'darwin':
      case 'freebsd':
      case 'openbsd':
      case 'netbsd':
        return lockByOpenFlag(target, mode)
      case 'win32':
        return lockByShareMode(target, mode)
      default:
        throw unavailable(target.path, `no way to lock files is known on ${process.platform}`)
    }
  } catch (error) {
    if (allowUnsafe && error instanceof CoppiceError && error.code === 'LOCK_UNAVAILABLE') return undefined
    throw error
  }
}

// Linux

function lockByFlock(target: LockTarget, mode: LockMode): ReleaseKernelLock {
  const { status, complaint, cause } = runFlock(mode === 'exclusive' ? '-x' : '-s', target.fd)
  if (status === FLOCK_CONFLICT_STATUS && complaint === '') {
    throw locked(target.path, 'another process or thread has it open')
  }
  if (status !== 0) {
    const reason =
      systemErrorName(cause) === 'ENOENT'
        ? "the program 'flock' (package util-linux) is not installed"
        : `'flock' failed: ${complaint || String(cause ?? `exit status ${status}`)}`
    throw unavailable(target.path, reason, cause)
  }
  return () => {
    // Closing the file gave the lock back already. Should the unlocking fail, closing will do it, too.
    if (target.fd >= 0) runFlock('-u', target.fd)
  }
}

interface FlockAnswer {
  readonly status: number | null
  readonly complaint: string
  readonly cause: unknown
}

function runFlock(option: '-x' | '-s' | '-u', fd: number): FlockAnswer {
  try {
    // In the child, `fd` is number 3.
    const { status, stderr, error } = spawnSync('flock', ['-n', option, '3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      encoding: 'utf8',
      timeout: FLOCK_TIMEOUT_MS,
    })
    return { status, complaint: (stderr ?? '').trim(), cause: error }
  } catch (error) {
    // Node's permission model forbids child processes, or there is nothing left to make one from.
    return { status: null, complaint: '', cause: error }
  }
}

// macOS and the BSDs

function lockByOpenFlag(target: LockTarget, mode: LockMode): ReleaseKernelLock {
  const lockFlag = mode === 'exclusive' ? BSD_O_EXLOCK : BSD_O_SHLOCK
  const fd = openForLock(target.path, target.path, fsConstants.O_RDONLY | lockFlag | BSD_O_NONBLOCK, [
    'EAGAIN',
    'EWOULDBLOCK',
  ])
  // The path may have come to name another file since ours was opened; its lock would guard nothing.
  if (identityOf({ path: target.path, fd }) !== identityOf(target)) {
    closeSync(fd)
    throw new CoppiceError('IO_ERROR', `cannot lock '${target.path}': the file was replaced meanwhile`, {
      path: target.path,
    })
  }
  return () => closeSync(fd)
}

// Windows

function lockByShareMode(target: LockTarget, mode: LockMode): ReleaseKernelLock {
  // An exclusive opener shares with nobody; shared ones share with each other, and so shut out an exclusive one.
  // Only an exclusive holder lets the file go with it: removed under several holders, it would be half gone,
  // refusing new ones until the last has closed.
  const modeFlags = mode === 'exclusive' ? WINDOWS_O_SHARE_NONE | WINDOWS_O_DELETE_ON_CLOSE : 0
  const flags = fsConstants.O_RDWR | fsConstants.O_CREAT | modeFlags
  const fd = openForLock(target.path, `${target.path}-lock`, flags, ['EBUSY'])
  return () => closeSync(fd)
}

function openForLock(
  path: string,
  lockPath: string,
  flags: number,
  conflictNames: readonly string[],
): number {
  try {
    return openSync(lockPath, flags)
  } catch (error) {
    const name = systemErrorName(error)
    if (name !== undefined && conflictNames.includes(name)) {
      throw locked(path, 'another process or thread has it open')
    }
    throw unavailable(path, `opening '${lockPath}' for the lock failed: ${String(error)}`, error)
  }
}

function locked(path: string, reason: string): CoppiceError {
  return new CoppiceError('LOCKED', `'${path}' is locked: ${reason}`, { path })
}

function unavailable(path: string, reason: string, cause?: unknown): CoppiceError {
  return new CoppiceError('LOCK_UNAVAILABLE', `'${path}' cannot be locked: ${reason}`, { path, cause })
}
