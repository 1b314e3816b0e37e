/** What all of SQL in a database shares: its engine, and the machine that it runs on. */

import { nodeStorage } from '../io/node-storage.ts'
import type { Clock } from '../io/storage.ts'
import { systemClock, systemHeapBytesMax, systemRandomBytes, systemScheduler } from '../io/system.ts'
import { GatheringSpace } from '../sql/functions/gathering.ts'
import { SqlEngine } from '../sql/session/engine.ts'
import { SequenceMemory } from '../sql/session/sequence-moves.ts'
import type { SessionHost } from '../sql/session/unit.ts'
import { limitValues } from '../sql/types/value-limits.ts'
import type { Store } from '../store/store.ts'
import type { Catalog } from '../table/catalog.ts'

const engines = new WeakMap<Catalog, SqlEngine>()

/** The engine of a database; one for each catalog, made when SQL is first used. */
export function engineOf(catalog: Catalog): SqlEngine {
  let engine = engines.get(catalog)
  if (engine === undefined) {
    engine = new SqlEngine(catalog)
    engines.set(catalog, engine)
  }
  return engine
}

const memories = new WeakMap<Catalog, SequenceMemory>()

/** Where the database's sequences stand, if not where they are stored. */
export function sequencesOf(catalog: Catalog): SequenceMemory {
  let memory = memories.get(catalog)
  if (memory === undefined) {
    memory = new SequenceMemory()
    memories.set(catalog, memory)
  }
  return memory
}

/** The stores of this thread's databases, by their catalogs; workers have none. */
const stores = new WeakMap<Catalog, Store>()

/** For the sessions of a database's snapshots and transactions, which are made without it. */
export function knowStore(catalog: Catalog, store: Store): void {
  stores.set(catalog, store)
}

/** One for the thread, like its heap. */
const gathering = new GatheringSpace(systemHeapBytesMax())
limitValues(systemHeapBytesMax())

/** The clock, name and temporary files of a database; without a store, a worker's. */
export function machineOf(store: Store | undefined) {
  const clock: Clock = store?.clock ?? systemClock
  const path = store?.path ?? ''
  return {
    databaseName: path === '' || path === ':memory:' ? 'coppice' : nameOf(path),
    ...(path === '' || path === ':memory:' ? {} : { dataDirectory: folderOf(path) }),
    gathering,
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    scheduler: store?.scheduler ?? systemScheduler,
    randomBytes: (count: number) => store?.randomBytes(count) ?? systemRandomBytes(count),
    ...temporaryFilesOf(store),
  }
}

function temporaryFilesOf(store: Store | undefined): Pick<SessionHost, 'temporaryFile'> {
  if (store === undefined) return { temporaryFile: () => nodeStorage().temporaryFile!() }
  return store.hasTemporaryFiles ? { temporaryFile: () => store.temporaryFile() } : {}
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return end < 0 ? '.' : path.slice(0, end) || path[0]
}

/** The file's name without its folder and extension. */
function nameOf(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return file.replace(/\.[^.]+$/, '') || 'coppice'
}

/** The store of a database of this thread; undefined in a worker. */
export function storeOf(catalog: Catalog): Store | undefined {
  return stores.get(catalog)
}
