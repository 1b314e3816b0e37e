/** States that are published, read and let go of: the writer never lets go of one that somebody reads. */

import { describe, expect, it, vi } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { Registry } from '../../src/store/sharing/registry.ts'
import { findFailure, type Model, type Thread } from '../support/interleavings/explore.ts'
import { BIRTH, cacheOf, holds, readAt, swipsNameTheirFrames } from './pool-model.ts'
import {
  attachedTo,
  MAX_AGE_MS,
  operate,
  type Reading,
  type SharingState,
  shareFirst,
  sharingOf,
  snapshotOf,
  stateOf,
  writerOf,
} from './sharing-model.ts'

/** Whom the last `Sharing` that was made wants to be told that a thread has ended. */
const listeners = vi.hoisted(() => ({ last: (_threadId: number) => {} }))

vi.mock(import('../../src/io/threads.ts'), async importOriginal => ({
  ...(await importOriginal()),
  onThreadEnd: listener => {
    listeners.last = listener
    return () => {}
  },
}))

type Step = (thread: Thread, state: SharingState) => unknown

/** Reads the state that it is told is there. */
function readState(thread: Thread, state: SharingState, txnId: number): void {
  const content = thread.read(state.states[txnId])
  if (content !== 1) throw new Error(`state ${txnId} is read after it was let go of`)
}

/** Opens snapshots of the newest state one after the other, as a worker does. */
const opens =
  (index: number, times = 1): Step =>
  (thread, state) => {
    const { slot } = cacheOf(thread, state, index)
    const registry = new Registry(state.block)
    const opened: number[] = []
    for (let time = 0; time < times; time++) {
      const { state: found, ...registration } = registry.register(slot, 0)
      expect(found).toEqual(stateOf(found.txnId))
      readState(thread, state, found.txnId)
      registry.release(registration.index)
      opened.push(found.txnId)
    }
    return opened
  }

/** Publishes states up to `last`; of those before it none is kept once nobody reads any more. */
const commits =
  (last: number): Step =>
  (thread, state) => {
    const { commit } = writerOf(thread, state)
    for (let txnId = 2; txnId <= last; txnId++) commit(txnId)
  }

function model(...threads: readonly (readonly [name: string, run: Step])[]): Model<SharingState> {
  return {
    setup: sharingOf(0, threads.length - 1, 0),
    threads: threads.map(([name, run]) => ({ name, run })),
  }
}

describe('a state that is opened while newer ones are published', () => {
  it('is never let go of under its reader', () => {
    holds(model(['reader', opens(0)], ['writer', commits(3)]), { preemptionsMax: 2 })
  })

  it('is never let go of under a reader that opens one after the other', () => {
    holds(model(['reader', opens(0, 2)], ['writer', commits(2)]), { preemptionsMax: 2 })
  })

  it('is never let go of under two readers', () => {
    holds(model(['reader', opens(0)], ['other', opens(1)], ['writer', commits(2)]), { preemptionsMax: 1 })
  })

  it('is the newest or one that was, and never older than one that was opened before', () => {
    holds(
      {
        ...model(['reader', opens(0, 2)], ['writer', commits(3)]),
        finally: (_state, { reader }) => {
          const [first, second] = reader as number[]
          expect(second).toBeGreaterThanOrEqual(first)
        },
      },
      { preemptionsMax: 1 },
    )
  })

  it('is described as a whole, or not at all, while its descriptor is used for others', () => {
    const DESCRIPTORS = 16
    holds(
      {
        ...model(['reader', opens(0, 1)]),
        setup: sharingOf(0, 1, 0),
        threads: [
          {
            name: 'reader',
            run: (thread, state) => {
              const { slot } = cacheOf(thread, state)
              const { state: found, number } = new Registry(state.block).register(slot, 0)
              expect([found, found.txnId % DESCRIPTORS]).toEqual([stateOf(found.txnId), number % DESCRIPTORS])
            },
          },
          {
            name: 'writer',
            run: (_thread, state) => {
              const registry = new Registry(state.block)
              for (const txnId of [1 + DESCRIPTORS, 1 + 2 * DESCRIPTORS])
                registry.publish(txnId, stateOf(txnId))
            },
          },
        ],
      },
      { preemptionsMax: 2 },
    )
  })

  it('is let go of when its reader has died', () => {
    holds(
      {
        setup: sharingOf(0, 1, 0),
        threads: [
          { name: 'reader', mayDie: true, run: opens(0) },
          {
            name: 'writer',
            run: (thread, state) => {
              const { commit, space, sharing } = writerOf(thread, state)
              const tellEnd = listeners.last
              commit(2)
              if (thread.awaitEnding('reader') === 'died') tellEnd(0)
              sharing.sync()
              return space.isKept(1)
            },
          },
        ],
        finally: (_state, { writer }) => expect(writer).toBe(false),
      },
      { preemptionsMax: 1 },
    )
  })
})

describe('a state that the main thread shares', () => {
  /** Opens the shared state, if it still can. */
  const opensShared =
    (index: number): Step =>
    (thread, state) => {
      const { slot } = cacheOf(thread, state, index)
      const registry = new Registry(state.block)
      const registration = registry.registerAs(state.registrations[0], slot, 0)
      if (registration === undefined) return 'closed'
      readState(thread, state, 1)
      registry.release(registration.index)
      return 'read'
    }

  const endsShare: Step = (thread, state) => {
    const { commit, sharing, share } = writerOf(thread, state, undefined, true)
    commit(2)
    sharing.endShare(share!.registration)
  }

  function shared(...threads: readonly (readonly [name: string, run: Step])[]): Model<SharingState> {
    return {
      ...model(...threads),
      setup: world => {
        const state = sharingOf(0, threads.length - 1, 0)(world)
        return { ...state, registrations: [shareFirst(state)] }
      },
    }
  }

  it('is not let go of under who opened it before it was closed', () => {
    holds(shared(['reader', opensShared(0)], ['writer', endsShare]), { preemptionsMax: 2 })
  })

  it('is not taken for another in its place of the registry', () => {
    /** When the share has been closed somebody opens the newest state, and gets its place. */
    const endsAndOpens: Step = (thread, state) => {
      endsShare(thread, state)
      const { index, state: found } = new Registry(state.block).register(state.workers[0].slot, 0)
      return [index, found.txnId]
    }
    holds(
      {
        ...shared(['reader', opensShared(0)], ['writer', endsAndOpens]),
        finally: (_state, { writer }) => expect((writer as number[])[1]).toBe(2),
      },
      { preemptionsMax: 2 },
    )
    holds(shared(['reader', opensShared(0)], ['other', opens(1)], ['writer', endsShare]), {
      preemptionsMax: 1,
    })
  })

  it('is let go of at last', () => {
    const { threads, ...rest } = shared(['reader', opensShared(0)], ['writer', endsShare])
    holds(
      {
        ...rest,
        threads: [
          threads[0],
          {
            name: 'writer',
            run: (thread, state) => {
              const { commit, sharing, share, space } = writerOf(thread, state, undefined, true)
              commit(2)
              sharing.endShare(share!.registration)
              thread.awaitEnding('reader')
              sharing.sync()
              return space.isKept(1)
            },
          },
        ],
        finally: (_state, { writer }) => expect(writer).toBe(false),
      },
      { preemptionsMax: 2 },
    )
  })
})

describe('a snapshot that the writer ends', () => {
  const RESIDENT = 1
  const COLD = 20

  const reads =
    (...operations: readonly (readonly number[])[]): Step =>
    (thread, state) => {
      const reader = snapshotOf(thread, state)
      return operations.map(pageIds => operate(thread, state, reader, ...pageIds))
    }

  /** Ends the snapshots of state 1, and lets go of its pages as soon as it may: they are others then. */
  const ends: Step = (thread, state) => {
    const { commit, sharing, space } = writerOf(thread, state, txnId => (txnId === 1 ? [RESIDENT, COLD] : []))
    sharing.expireOld(MAX_AGE_MS)
    commit(2)
    sharing.sync()
    thread.awaitEnding('reader')
    sharing.sync()
    return space.isKept(1)
  }

  function ended(reader: Step, writer: Step): Model<SharingState> {
    return {
      setup: sharingOf(4, 1, 1),
      threads: [
        { name: 'reader', run: reader },
        { name: 'writer', run: writer },
      ],
      always: swipsNameTheirFrames,
      finally: (_state, results) => {
        expect(results.writer, 'the state is kept').toBe(false)
        // Once it was ended it stays so.
        const outcomes = results.reader as Reading[]
        const first = outcomes.indexOf('SNAPSHOT_TOO_OLD')
        if (first >= 0) expect(new Set(outcomes.slice(first))).toEqual(new Set(['SNAPSHOT_TOO_OLD']))
      },
    }
  }

  it('shows none of its pages as others to a reader of pages that are in memory', () => {
    holds(ended(reads([RESIDENT], [RESIDENT]), ends), { preemptionsMax: 2 })
  })

  it('shows none of its pages as others to a reader that loads one', () => {
    holds(ended(reads([COLD], [RESIDENT]), ends), { preemptionsMax: 1 })
  })

  it('shows none of its pages as others to a reader that loads one and goes on in the same operation', () => {
    holds(ended(reads([RESIDENT, COLD, RESIDENT]), ends), { preemptionsMax: 2 })
  })

  it('shows none of its pages as others to a reader that has loaded one while the writer waited for it', () => {
    /** Looks until it may let go of the state. */
    const looksOn: Step = (thread, state) => {
      const { commit, sharing, space } = writerOf(thread, state, txnId => (txnId === 1 ? [RESIDENT] : []))
      sharing.expireOld(MAX_AGE_MS)
      commit(2)
      while (space.isKept(1)) sharing.sync()
      return false
    }
    holds(ended(reads([COLD, RESIDENT]), looksOn), { preemptionsMax: 2 })
  })

  it('is not read by a base that was remembered', () => {
    const remembers: Step = (thread, state) => {
      const reader = snapshotOf(thread, state)
      const { snapshot, cache } = reader
      const outcomes: Reading[] = []
      let base = -1
      let version = -1
      for (let operation = 0; operation < 2; operation++) {
        try {
          snapshot.assertReadable()
          if (base < 0 || cache.versionOf(base) !== version) {
            base = cache.fix(RESIDENT, BIRTH)
            version = cache.versionOf(base)
          }
          readAt(thread, state, base, RESIDENT)
          outcomes.push('read')
        } catch (error) {
          if (!isCoppiceError(error, 'SNAPSHOT_TOO_OLD')) throw error
          outcomes.push('SNAPSHOT_TOO_OLD')
        } finally {
          snapshot.endReading()
        }
      }
      return outcomes
    }
    holds(ended(remembers, ends), { preemptionsMax: 2 })
  })

  it('is let go of when its thread dies in the middle of whatever it does', () => {
    const { threads, finally: _, ...rest } = ended(reads([RESIDENT, COLD]), ends)
    holds(
      {
        ...rest,
        threads: [
          { ...threads[0], mayDie: true },
          {
            name: 'writer',
            run: (thread, state) => {
              const { commit, sharing, space } = writerOf(thread, state, txnId =>
                txnId === 1 ? [RESIDENT, COLD] : [],
              )
              const tellEnd = listeners.last
              sharing.expireOld(MAX_AGE_MS)
              commit(2)
              if (thread.awaitEnding('reader') === 'died') tellEnd(0)
              sharing.sync()
              return space.isKept(1)
            },
          },
        ],
        finally: (_state, { writer }) => expect(writer).toBe(false),
      },
      { preemptionsMax: 1 },
    )
  })

  it('would be read as others if its pages were let go of at once', () => {
    const hurries: Step = (thread, state) => {
      const { pool, sharing } = writerOf(thread, state)
      sharing.expireOld(MAX_AGE_MS)
      pool.discard(RESIDENT)
      thread.write(state.cellAt(pool.create(RESIDENT)), 0)
      return false
    }
    const failure = findFailure(ended(reads([RESIDENT]), hurries))
    expect(failure.fault).toMatch(/data race|what is read as page 1 is 0/)
  })
})

describe('closing', () => {
  const RESIDENT = 1
  const COLD = 20

  /** After it the file is another process's. */
  const closes: Step = (thread, state) => {
    const { sharing, pool } = writerOf(thread, state)
    sharing.close()
    pool.close()
    for (const pageId of [RESIDENT, COLD]) thread.write(state.file[pageId], 0)
  }

  const reads =
    (index: number, ...operations: readonly (readonly number[])[]): Step =>
    (thread, state) => {
      const reader = snapshotOf(thread, state, index)
      return operations.map(pageIds => operate(thread, state, reader, ...pageIds))
    }

  it('is seen by a thread that attaches just then, or waits for what it reads', () => {
    const attaches: Step = (thread, state) => {
      const registry = new Registry(state.block)
      if (registry.isClosed) return 'CLOSED'
      const reader = attachedTo(thread, state)
      return operate(thread, state, reader, COLD)
    }
    holds(
      {
        setup: sharingOf(4, 0, 0),
        threads: [
          { name: 'reader', run: attaches },
          { name: 'writer', run: closes },
        ],
        always: swipsNameTheirFrames,
      },
      { preemptionsMax: 2 },
    )
  })

  it('lets operations come to their end, and none begin', () => {
    holds(
      {
        setup: sharingOf(4, 1, 1),
        threads: [
          { name: 'reader', run: reads(0, [RESIDENT, COLD], [COLD]) },
          { name: 'writer', run: closes },
        ],
        always: swipsNameTheirFrames,
      },
      { preemptionsMax: 2 },
    )
  })
})
