/**
 * Stores in memory for tests: small pages, a small cache, storages that count, fail or hurry, and short words for
 * reading and writing keys and values as text.
 */

import { debugChecks } from '../../src/base/assert.ts'
import { CoppiceError } from '../../src/base/errors.ts'
import type { ReadTree, WriteTree } from '../../src/btree/api.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Clock, OpenMode, Storage, StorageFile } from '../../src/io/storage.ts'
import type { TreeSource } from '../../src/store/api.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import { Store } from '../../src/store/store.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'

debugChecks.enabled = true

export const PATH = '/app.db'
export const SMALL: StoreOptions = { pageSizeBytes: 512, cacheSizeBytes: 64 * 512, maxSizeBytes: 64 << 20 }
/** As small as it gets: 16 pages in memory. */
export const TINY: StoreOptions = { ...SMALL, cacheSizeBytes: 16 * 512 }
/** The first tree that a transaction makes. */
export const TREE = 16

/** A storage that keeps a log and syncs, as on a disk. */
export function diskLike(limitBytes?: number): Storage {
  return memoryStorage(limitBytes === undefined ? { volatile: false } : { volatile: false, limitBytes })
}

export function openStore(storage: Storage, options: StoreOptions = SMALL): Store {
  return Store.open(storage, PATH, options, true)
}

/** A new store with the empty tree {@link TREE}. */
export function newStore(storage: Storage = diskLike(), options: StoreOptions = SMALL): Store {
  const store = openStore(storage, options)
  store.write(tx => tx.createTree())
  return store
}

export function treeOf(source: TreeSource, treeId = TREE): ReadTree {
  const tree = source.tree(treeId)
  if (tree === undefined) throw new Error(`no tree ${treeId}`)
  return tree
}

export function put(tx: WriteTransaction, key: string, value: string | Uint8Array, treeId = TREE): void {
  const bytes = Buffer.from(key)
  const content = typeof value === 'string' ? Buffer.from(value) : value
  ;(treeOf(tx, treeId) as WriteTree).put(bytes, bytes.length, content, 0, content.length, 0)
}

export function remove(tx: WriteTransaction, key: string, treeId = TREE): boolean {
  const bytes = Buffer.from(key)
  return (treeOf(tx, treeId) as WriteTree).remove(bytes, bytes.length)
}

export function get(source: TreeSource, key: string, treeId = TREE): string | undefined {
  const tree = treeOf(source, treeId)
  const bytes = Buffer.from(key)
  if (!tree.find(bytes, bytes.length)) return undefined
  return tree.valueBytes.toString('utf8', tree.valueOffset, tree.valueOffset + tree.valueLength)
}

/** All entries of a tree. */
export function entriesOf(source: TreeSource, treeId = TREE): [string, string][] {
  const entries: [string, string][] = []
  const cursor = treeOf(source, treeId).cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    // First: a long key gets a larger buffer.
    const keyLength = cursor.loadKey()
    const key = cursor.keyBytes.toString('utf8', 0, keyLength)
    cursor.loadValue()
    const { valueBytes, valueOffset, valueLength } = cursor
    entries.push([key, valueBytes.toString('utf8', valueOffset, valueOffset + valueLength)])
  }
  return entries
}

/** What a new reader sees. */
export function seen(store: Store, key: string): string | undefined {
  const snapshot = store.read()
  try {
    return get(snapshot, key)
  } finally {
    snapshot.close()
  }
}

export function putAll(store: Store, from: number, to: number, value: (i: number) => string): void {
  store.write(tx => {
    for (let i = from; i < to; i++) put(tx, `key ${String(i).padStart(6, '0')}`, value(i))
  })
}

// Storages that do something besides

/** What a {@link watched} storage calls before an operation; it may throw, and then nothing happens. */
export type Watch = (operation: 'write' | 'sync' | 'truncate', path: string) => void

/** A storage over `base` whose writes and syncs are announced. */
export function watched(base: Storage, watch: Watch): Storage {
  return Object.assign(Object.create(base) as Storage, {
    open: (path: string, mode: OpenMode) => watchedFile(base.open(path, mode), watch),
    lock: (file: StorageFile, mode: 'shared' | 'exclusive') => base.lock(inner.get(file) ?? file, mode),
  })
}

const inner = new WeakMap<StorageFile, StorageFile>()

function watchedFile(file: StorageFile, watch: Watch): StorageFile {
  const { path } = file
  const announced: StorageFile = {
    path,
    read: (target, offset, length, position) => file.read(target, offset, length, position),
    write: (source, offset, length, position) => {
      watch('write', path)
      file.write(source, offset, length, position)
    },
    writeMany: (sources, position) => {
      watch('write', path)
      file.writeMany(sources, position)
    },
    sync: () => {
      watch('sync', path)
      file.sync()
    },
    // As on a machine: the answer comes later.
    syncAsync: async () => {
      await new Promise(resolve => setImmediate(resolve))
      watch('sync', path)
      await file.syncAsync()
    },
    size: () => file.size(),
    identity: () => file.identity(),
    truncate: size => {
      watch('truncate', path)
      file.truncate(size)
    },
    close: () => file.close(),
  }
  inner.set(announced, file)
  return announced
}

/** Counts operations by 'sync log', 'sync database', 'write log' and so on. */
export function counting(base: Storage): { storage: Storage; counts: Map<string, number> } {
  const counts = new Map<string, number>()
  const storage = watched(base, (operation, path) => {
    const key = `${operation} ${path.includes('-wal') ? 'log' : 'database'}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  })
  return { storage, counts }
}

/** A storage whose operations fail while `failure` is set and matches. */
export class FailingStorage {
  readonly storage: Storage
  failing: 'write' | 'sync' | 'truncate' | undefined = undefined
  failingPath = ''
  code: 'IO_ERROR' | 'NO_SPACE' = 'IO_ERROR'

  constructor(base: Storage = diskLike()) {
    this.storage = watched(base, (operation, path) => {
      if (operation !== this.failing || !path.includes(this.failingPath)) return
      throw new CoppiceError(this.code, `the test makes a ${operation} of ${path} fail`)
    })
  }

  fail(
    operation: 'write' | 'sync' | 'truncate',
    path = '',
    code: 'IO_ERROR' | 'NO_SPACE' = 'IO_ERROR',
  ): void {
    this.failing = operation
    this.failingPath = path
    this.code = code
  }

  heal(): void {
    this.failing = undefined
  }
}

/** A clock that a test moves. */
export class ManualClock implements Clock {
  nowMs = 1000

  monotonicMs(): number {
    return this.nowMs
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.nowMs
  }
}

export function withClock(base: Storage, clock: Clock): Storage {
  return Object.assign(Object.create(base) as Storage, { clock })
}

/** A storage on which time flies: long operations give way after every step. */
export function hurried(base: Storage = diskLike()): Storage {
  let nowMs = 0
  const tick = () => {
    nowMs += 20
    return nowMs
  }
  return withClock(base, { monotonicMs: tick, wallMs: tick })
}

/** The paths of a storage that exist, of those that a database may leave. */
export function filesOf(storage: Storage, path = PATH): string[] {
  const suffixes = [
    '',
    '-wal0',
    '-wal1',
    '-creating',
    '-backup',
    '-backup-creating',
    '-backup-wal0',
    '-backup-wal1',
  ]
  return suffixes.map(suffix => path + suffix).filter(name => storage.exists(name))
}

/** The event loop goes round. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** The files of a storage, as a crash of the process would leave them. */
export function crashCopy(storage: Storage): Storage {
  const copy = diskLike()
  for (const path of [PATH, `${PATH}-wal0`, `${PATH}-wal1`]) {
    if (!storage.exists(path)) continue
    const from = storage.open(path, 'read')
    const to = copy.open(path, 'create')
    const bytes = Buffer.alloc(from.size())
    from.read(bytes, 0, bytes.length, 0)
    to.write(bytes, 0, bytes.length, 0)
    from.close()
    to.close()
  }
  return copy
}
