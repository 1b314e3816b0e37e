/**
 * What a writer and readers in other threads share besides the pool: the registry of states. `Sharing` and
 * `AttachedSnapshot` are the real ones. Of the space map there is as much as tells when a state is let go of; the writer
 * then uses its pages for something else at once.
 */

import { CoppiceError, isCoppiceError } from '../../src/base/errors.ts'
import type { Storage } from '../../src/io/storage.ts'
import { claimSlot } from '../../src/pool/control.ts'
import { PageCache } from '../../src/pool/page-cache.ts'
import type { SpaceMap } from '../../src/space/space-map.ts'
import {
  AttachedSnapshot,
  type AttachedStore,
  type SnapshotShare,
} from '../../src/store/sharing/attached-store.ts'
import {
  REGISTRY_BYTES,
  type Registration,
  Registry,
  type SharedState,
} from '../../src/store/sharing/registry.ts'
import { Sharing } from '../../src/store/sharing/sharing.ts'
import type { Cell, Thread, World } from '../support/interleavings/explore.ts'
import {
  BIRTH,
  CellIo,
  cacheOf,
  contentOf,
  type OpenPool,
  type PoolState,
  poolOf,
  poolOfMain,
  readAt,
} from './pool-model.ts'

/** What a page is after it was let go of: another one. */
export const GONE = 999
export const MAX_AGE_MS = 1000
const STATES_MAX = 24
/** Words of the registry that these models come to use. */
const WORDS_USED = 16 + 16 * 16 + 8 * 4

export interface SharingState extends PoolState {
  readonly block: SharedArrayBuffer
  readonly words: Int32Array
  /** By page: what is in the file. */
  readonly file: readonly Cell[]
  /** By transaction: stands for the pages of that state that are read in no model of the pool. */
  readonly states: readonly Cell[]
  /** Of the workers, by index: for state 1, made in setup. */
  readonly registrations: readonly Registration[]
}

export function stateOf(txnId: number): SharedState {
  const directory = { pageId: txnId, birth: txnId, height: 1, count: txnId, extents: false }
  return { txnId, directory }
}

/** Used by all schedules. */
const block = new SharedArrayBuffer(REGISTRY_BYTES)

/** State 1 is published; `registered` of the workers have a snapshot of it. */
export function sharingOf(
  residentCount: number,
  workerCount: number,
  registered: number,
): (world: World) => SharingState {
  return world => {
    const pool = poolOf(residentCount, workerCount)(world)
    const words = new Int32Array(block, 0, WORDS_USED)
    words.fill(0)
    world.named(words, nameOfWord)
    new Sharing(sharerOf(pool.main.pool, {} as SpaceMap, 0), block)
    const registry = new Registry(block)
    const registrations = pool.workers
      .slice(0, registered)
      .map(({ slot }) => registry.register(slot, 0))
      .map(({ index, maker, number }) => ({ index, maker, number }))
    const file = world.cells('page in the file:', 32, 0)
    for (const [pageId, cell] of file.entries()) cell.value = contentOf(pageId)
    const states = world.cells('state', STATES_MAX, 1)
    return { ...pool, block, words, file, states, registrations }
  }
}

function sharerOf(pool: OpenPool, space: SpaceMap, nowMs: number): ConstructorParameters<typeof Sharing>[0] {
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs }
  return {
    storage: { clock } as Storage,
    path: 'model',
    databaseId: new Uint8Array(16),
    fileIdentity: '1:2',
    pool,
    space,
    maxSnapshotAgeMs: MAX_AGE_MS,
    published: stateOf(1),
  }
}

const REGISTRATION_WORDS = ['maker', 'number', 'time', 'ended']

function nameOfWord(word: number): string {
  if (word < 4) return ['closed', 'newest', 'registrations used', 'endings'][word]
  if (word < 16) return `registry word ${word}`
  if (word < 16 + 256) return `descriptor ${Math.floor(word / 16) - 1}, word ${word % 16}`
  return `${REGISTRATION_WORDS[word % 4]} of registration ${(word - 272 - (word % 4)) / 4}`
}

/** As much of the space map as sharing uses; what is let go of is told. */
class Space {
  private readonly counts = new Map([[1, 1]])
  private readonly letGo: (txnId: number) => void

  constructor(letGo: (txnId: number) => void) {
    this.letGo = letGo
  }

  retain(txnId: number): void {
    this.counts.set(txnId, (this.counts.get(txnId) ?? 0) + 1)
  }

  unretain(txnId: number): void {
    const count = this.counts.get(txnId) ?? 0
    if (count <= 0) throw new Error(`state ${txnId} is let go of twice`)
    this.counts.set(txnId, count - 1)
    if (count === 1) this.letGo(txnId)
  }

  isKept(txnId: number): boolean {
    return (this.counts.get(txnId) ?? 0) > 0
  }
}

export interface Writer {
  readonly pool: OpenPool
  readonly sharing: Sharing
  readonly space: Space
  readonly share: SnapshotShare | undefined
  /** Publishes the next state, as `Core.publish` does. */
  commit(txnId: number): void
}

/**
 * The writer, in its thread, long after state 1 was opened. When state `t` is let go of, it writes to that state's cell, and
 * reuses the pages `pagesOf(t)`. `sharesFirst`: it has shared state 1 before the threads started.
 */
export function writerOf(
  thread: Thread,
  state: SharingState,
  pagesOf: (txnId: number) => readonly number[] = () => [],
  sharesFirst = false,
): Writer {
  const pool = poolOfMain(thread, state)
  const space = new Space(txnId => {
    thread.write(state.states[txnId], GONE)
    for (const pageId of pagesOf(txnId)) reuse(thread, state, pool, pageId)
  })
  let share: SnapshotShare | undefined
  const sharing = thread.inertly(() => {
    const made = new Sharing(sharerOf(pool, space as unknown as SpaceMap, 10 * MAX_AGE_MS), state.block)
    if (sharesFirst) share = made.shareState(stateOf(1))
    return made
  })
  const commit = (txnId: number) => {
    space.retain(txnId)
    sharing.publish(stateOf(txnId))
    space.unretain(txnId - 1)
  }
  return { pool, sharing, space, share, commit }
}

/** The same in setup, for state 1 that is shared before the threads start. */
export function shareFirst(state: SharingState): Registration {
  return new Registry(state.block).registerKept(1, 0, 0)
}

/** A page that was freed, and now is another one, in memory and in the file. */
function reuse(thread: Thread, state: SharingState, pool: OpenPool, pageId: number): void {
  pool.discard(pageId)
  thread.write(state.file[pageId], GONE)
  const base = pool.create(pageId)
  thread.write(state.cellAt(base), GONE)
}

/** The snapshot that worker `index` has opened of state 1, in its thread. */
export function snapshotOf(
  thread: Thread,
  state: SharingState,
  index = 0,
): { readonly snapshot: AttachedSnapshot; readonly cache: PageCache } {
  const { cache, io } = cacheOf(thread, state, index)
  io.fileCellOf = pageId => state.file[pageId]
  const store = storeOf(state, cache)
  return { cache, snapshot: new AttachedSnapshot(store, state.registrations[index], stateOf(1)) }
}

/** A thread that attaches now, as `AttachedStore` does, and opens the newest state. */
export function attachedTo(thread: Thread, state: SharingState): ReturnType<typeof snapshotOf> {
  const slot = claimSlot(state.share.control, 77)
  const io = new CellIo(state.cellAt)
  io.thread = thread
  io.fileCellOf = pageId => state.file[pageId]
  const cache = new PageCache(state.share, slot, io, () => {})
  const store = storeOf(state, cache)
  const { state: found, ...registration } = store.registry.register(slot, 0)
  return { cache, snapshot: new AttachedSnapshot(store, registration, found) }
}

/** As much of an attached store as its snapshots use. */
function storeOf(state: SharingState, cache: PageCache): AttachedStore {
  const registry = new Registry(state.block)
  const store = {
    registry,
    pool: cache,
    context: { pool: cache, memory: cache.memory, pageSize: cache.memory.pageSize },
    storage: { clock: { monotonicMs: () => 0, wallMs: () => 0 } },
    maxSnapshotAgeMs: MAX_AGE_MS,
    assertOpen: () => {
      if (registry.isClosed) throw new CoppiceError('CLOSED', 'the database is closed')
    },
    forget: () => {},
  }
  return store as unknown as AttachedStore
}

export type Reading = 'read' | 'SNAPSHOT_TOO_OLD' | 'CLOSED'

/** Reads pages in one operation; throws when it gets another page than that of its state. */
export function operate(
  thread: Thread,
  state: SharingState,
  { snapshot, cache }: ReturnType<typeof snapshotOf>,
  ...pageIds: number[]
): Reading {
  try {
    snapshot.assertReadable()
    for (const pageId of pageIds) readAt(thread, state, cache.fix(pageId, BIRTH), pageId)
    return 'read'
  } catch (error) {
    if (isCoppiceError(error, 'SNAPSHOT_TOO_OLD')) return 'SNAPSHOT_TOO_OLD'
    if (isCoppiceError(error, 'CLOSED')) return 'CLOSED'
    throw error
  } finally {
    // After an error the event loop does it.
    snapshot.endReading()
  }
}
