/** What the tests of the log share: a memory file system that keeps a log, and one that fails on demand. */

import { CoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { OpenMode, Storage, StorageFile } from '../../src/io/storage.ts'
import { LogBatch } from '../../src/wal/batch.ts'
import { Log, type LogStart } from '../../src/wal/log.ts'
import type { LogLimits } from '../../src/wal/log-file.ts'
import { type LogRecovery, readLog } from '../../src/wal/recovery.ts'

export const DATABASE = '/db/app.db'
export const DATABASE_ID = Uint8Array.from({ length: 16 }, (_, i) => 100 + i)
export const NO_SALT = new Uint8Array(8)
export const FIRST: LogStart = { epoch: 1, baseLsn: 1, previousSalt: NO_SALT }
/** Small steps keep the files small; everything else is as in production. */
export const SMALL: LogLimits = { stepBytesMin: 16 * 1024, stepBytesMax: 64 * 1024, retainedBytes: 64 * 1024 }

export function durableMemory(limitBytes = Number.POSITIVE_INFINITY): Storage {
  return memoryStorage({ volatile: false, limitBytes })
}

export function createLog(storage: Storage, start: LogStart = FIRST, limits: LogLimits = SMALL): Log {
  return Log.create(storage, DATABASE, DATABASE_ID, start, limits)
}

export function batchOf(...texts: string[]): LogBatch {
  const batch = new LogBatch()
  for (const text of texts) {
    const bytes = Buffer.from(text)
    batch.add(bytes, 0, bytes.length)
  }
  return batch
}

/** Appends the texts as one batch behind what is there, where space was reserved for it. */
export function append(log: Log, ...texts: string[]): void {
  const batch = batchOf(...texts)
  log.reserve(batch.fileBytes)
  log.append(log.appendedLsn + 1, batch)
}

/** The same, and the batch takes its space itself. */
export function appendUnreserved(log: Log, ...texts: string[]): void {
  log.append(log.appendedLsn + 1, batchOf(...texts))
}

/** Appends and syncs: the texts are acknowledged. */
export function commit(log: Log, ...texts: string[]): void {
  append(log, ...texts)
  log.sync()
}

export interface Found extends LogRecovery {
  readonly texts: string[]
  readonly lsns: number[]
}

/** What recovery finds when the database header names `epoch`, `salt` and `nextLsn`. */
export function recover(storage: Storage, epoch: number, salt: Uint8Array, nextLsn = 1): Found {
  const texts: string[] = []
  const lsns: number[] = []
  const recovery = readLog(storage, DATABASE, DATABASE_ID, { epoch, salt, nextLsn }, (lsn, bytes) => {
    texts.push(Buffer.from(bytes).toString())
    lsns.push(lsn)
  })
  return { ...recovery, texts, lsns }
}

export function readFile(storage: Storage, path: string): Buffer {
  const file = storage.open(path, 'read')
  const bytes = Buffer.alloc(file.size())
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  return bytes
}

export function overwrite(storage: Storage, path: string, position: number, bytes: Uint8Array): void {
  const file = storage.open(path, 'write')
  file.write(bytes, 0, bytes.length, position)
  file.close()
}

export function flipBit(storage: Storage, path: string, position: number): void {
  const byte = readFile(storage, path)[position]
  overwrite(storage, path, position, Uint8Array.of(byte ^ 1))
}

export function cut(storage: Storage, path: string, size: number): void {
  const file = storage.open(path, 'write')
  file.truncate(size)
  file.close()
}

/** Called before each operation; what it throws is thrown by the operation, which then does nothing. */
export type BeforeOperation = (
  operation: 'write' | 'sync' | 'syncAsync' | 'syncDirectory',
  path: string,
) => void

/** `inner` with a hook before every write and sync. */
export function watched(inner: Storage, before: BeforeOperation): Storage {
  return {
    volatile: inner.volatile,
    clock: inner.clock,
    scheduler: inner.scheduler,
    randomBytes: length => inner.randomBytes(length),
    open: (path: string, mode: OpenMode) => watchedFile(inner.open(path, mode), before),
    exists: path => inner.exists(path),
    rename: (from, to) => inner.rename(from, to),
    unlink: path => inner.unlink(path),
    directoryOf: path => inner.directoryOf(path),
    syncDirectory(directory) {
      before('syncDirectory', directory)
      inner.syncDirectory(directory)
    },
    lock: (file, mode) => inner.lock(file, mode),
  }
}

function watchedFile(inner: StorageFile, before: BeforeOperation): StorageFile {
  return {
    path: inner.path,
    read: (target, offset, length, position) => inner.read(target, offset, length, position),
    write(source, offset, length, position) {
      before('write', inner.path)
      inner.write(source, offset, length, position)
    },
    writeMany(sources, position) {
      before('write', inner.path)
      inner.writeMany(sources, position)
    },
    sync() {
      before('sync', inner.path)
      inner.sync()
    },
    async syncAsync() {
      before('syncAsync', inner.path)
      await inner.syncAsync()
    },
    size: () => inner.size(),
    identity: () => inner.identity(),
    truncate: size => inner.truncate(size),
    close: () => inner.close(),
  }
}

export function ioError(): CoppiceError {
  return new CoppiceError('IO_ERROR', 'the disk is on fire')
}
