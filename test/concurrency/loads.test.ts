/** Threads that want one page at once, or one frame: one gets it, the others wait, or do without. */

import { describe, expect, it } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { PUBLIC_WORD } from '../../src/pool/control.ts'
import { PUBLIC } from '../../src/pool/frames.ts'
import { loadingSwip, SWIP_COLD, SWIP_COOL, SWIP_HOT, stateOfSwip } from '../../src/pool/swip.ts'
import { findFailure, type Model, type Thread } from '../support/interleavings/explore.ts'
import {
  allFramesAreThere,
  BIRTH,
  cacheOf,
  damaged,
  type FramesState,
  framesHad,
  framesOf,
  holds,
  type PoolState,
  poolOf,
  poolOfMain,
  readAt,
  readPage,
  residentAmong,
  type Shared,
  swipsNameTheirFrames,
} from './pool-model.ts'

const PAGE = 5

type Loading = 'loads' | 'fails' | 'stops in the middle until the other has ended'

interface Outcome {
  readonly slot: number
  readonly did: 'read' | 'failed'
  readonly loads: number
  readonly apart: number
  readonly had: readonly number[]
}

/** A worker reads pages, each in an operation of its own. */
function reads(index: number, loading: Loading, ...pageIds: number[]) {
  return (thread: Thread, state: Shared): Outcome => {
    const { cache, io, slot } = cacheOf(thread, state, index)
    if (loading === 'fails') {
      io.duringRead = pageId => {
        throw damaged(pageId)
      }
    }
    if (loading === 'stops in the middle until the other has ended') {
      io.duringRead = () => thread.awaitEnding('worker 1')
    }
    let did: Outcome['did'] = 'read'
    try {
      for (const pageId of pageIds) readPage(thread, state, cache, pageId)
    } catch (error) {
      if (!isCoppiceError(error, 'CORRUPT')) throw error
      did = 'failed'
    }
    const { loads, apart } = cache.counts()
    return { slot, did, loads, apart, had: framesHad(cache) }
  }
}

function outcomesOf(results: Readonly<Record<string, unknown>>): Outcome[] {
  return Object.values(results) as Outcome[]
}

function allAreThere(state: Shared, results: Readonly<Record<string, unknown>>, mainHas: readonly number[]) {
  const had = outcomesOf(results).map(outcome => [outcome.slot, outcome.had] as const)
  allFramesAreThere(state, { 0: mainHas, ...Object.fromEntries(had) })
}

function workers(
  ...steps: ((thread: Thread, state: FramesState) => unknown)[]
): Model<FramesState>['threads'] {
  return steps.map((run, index) => ({ name: `worker ${index}`, run }))
}

/** Three public frames, and threads that all want one page. */
function loaders(...loadings: readonly Loading[]): Model<FramesState> {
  return {
    setup: framesOf(3, [], loadings.length, 3),
    threads: workers(...loadings.map((loading, index) => reads(index, loading, PAGE))),
    always: swipsNameTheirFrames,
    finally: (state, results) => {
      allAreThere(state, results, [])
      const outcomes = outcomesOf(results)
      outcomes.forEach(({ did }, index) => {
        if (loadings[index] !== 'fails') expect(did).toBe('read')
      })
      const hasLoader = loadings.some(loading => loading !== 'fails')
      expect(outcomes.reduce((sum, { loads }) => sum + loads, 0)).toBe(hasLoader ? 1 : 0)
      expect(stateOfSwip(state.swipWords[PAGE])).toBe(hasLoader ? SWIP_HOT : SWIP_COLD)
    },
  }
}

describe('a page that two threads want', () => {
  const strict = { mustBeWoken: true }

  it('is loaded by one; the other waits and is woken', () => {
    holds(loaders('loads', 'loads'), { ...strict, preemptionsMax: 2 })
  })

  it('is loaded by one of three', () => {
    holds(loaders('loads', 'loads', 'loads'), { ...strict, preemptionsMax: 1 })
  })

  it('is loaded by the other when the first load fails', () => {
    holds(loaders('fails', 'loads'), { ...strict, preemptionsMax: 2 })
  })

  it('is COLD again when both fail', () => {
    holds(loaders('fails', 'fails'), { ...strict, preemptionsMax: 2 })
  })

  it('is read apart by the other when the loader does not come to an end', () => {
    const { finally: atEnd, ...model } = loaders('stops in the middle until the other has ended', 'loads')
    holds(
      {
        ...model,
        finally: (state, results) => {
          atEnd?.(state, results)
          const [first, second] = outcomesOf(results)
          // The second has waited in vain, or was first itself.
          expect([first.apart, second.apart + second.loads <= 1]).toEqual([0, true])
        },
      },
      { preemptionsMax: 2 },
    )
  })

  it('is loaded by the main thread or by a worker', () => {
    holds<PoolState>(
      {
        setup: poolOf(8, 1),
        threads: [
          { name: 'worker', run: reads(0, 'loads', 20) },
          {
            name: 'main',
            run: (thread, state) => {
              const pool = poolOfMain(thread, state)
              readPage(thread, state, pool, 20)
              const { loads } = pool.counts()
              return { slot: 0, did: 'read', loads, apart: 0, had: framesHad(pool) }
            },
          },
        ],
        always: swipsNameTheirFrames,
        finally: (state, results) => {
          allAreThere(state, results, [])
          expect(residentAmong(state, [20])).toEqual([20])
        },
      },
      { mustBeWoken: true, preemptionsMax: 2 },
    )
  })
})

describe('a wait for a loader', () => {
  /** A loader that is past everything but its end, and one that waits. */
  function waiting(end: (thread: Thread, state: FramesState) => void): Model<FramesState> {
    return {
      setup: world => {
        const state = framesOf(1, [], 2)(world)
        const { frames } = state.main
        frames.swips.move(PAGE, SWIP_COLD, loadingSwip(state.workers[0].slot))
        return state
      },
      threads: [
        { name: 'loader', run: end },
        {
          name: 'waiting',
          run: (thread, state) => cacheOf(thread, state, 1).cache.frames.swips.awaitLoader(PAGE),
        },
      ],
      finally: (_state, { waiting }) => expect(waiting).toBe(true),
    }
  }

  it('ends when the page is there, at whatever moment', () => {
    const finish = (thread: Thread, state: FramesState) => {
      const { cache, slot } = cacheOf(thread, state)
      cache.frames.swips.finishLoading(PAGE, slot, SWIP_COLD)
    }
    holds(waiting(finish), { mustBeWoken: true, preemptionsMax: 6 })
  })

  it('is for ever when the loader wakes nobody', () => {
    const model = waiting(thread => thread.mark(() => {}))
    const failure = findFailure(model, { mustBeWoken: true })
    expect(failure.fault).toBe('deadlock: waiting waits for swip of page 5')
  })
})

describe('a frame that two threads want', () => {
  it('is claimed by one when it is public', () => {
    const claim = (index: number) => (thread: Thread, state: FramesState) => {
      const { cache, slot } = cacheOf(thread, state, index)
      return { slot, did: cache.frames.claim(0) ? 'read' : 'failed', had: framesHad(cache) }
    }
    holds(
      {
        setup: framesOf(1, [], 3, 1),
        threads: workers(claim(0), claim(1), claim(2)),
        finally: (state, results) => {
          allAreThere(state, results, [])
          expect(outcomesOf(results).filter(({ did }) => did === 'read').length).toBe(1)
          expect(state.control[PUBLIC_WORD]).toBe(0)
        },
      },
      { preemptionsMax: 4 },
    )
  })

  it('goes from one thread to the other by way of the public', () => {
    holds(
      {
        setup: framesOf(2, [], 2, 2),
        threads: workers(
          ...[0, 1].map(index => (thread: Thread, state: FramesState) => {
            const { cache, slot } = cacheOf(thread, state, index)
            for (const frame of [0, 1, 0]) {
              cache.frames.claim(frame)
              cache.frames.release(0)
            }
            return { slot, did: 'read', had: framesHad(cache) }
          }),
        ),
        finally: (state, results) => {
          allAreThere(state, results, [])
          expect([...state.pageIds, state.control[PUBLIC_WORD]]).toEqual([PUBLIC, PUBLIC, 2])
        },
      },
      { preemptionsMax: 3 },
    )
  })

  it('holds one page after the other when there is no other frame', () => {
    holds(
      {
        setup: framesOf(1, [[1, SWIP_COOL]], 2),
        threads: workers(reads(0, 'loads', 2), reads(1, 'loads', 3)),
        always: swipsNameTheirFrames,
        finally: (state, results) => {
          allAreThere(state, results, [])
          expect(outcomesOf(results).map(({ loads, apart }) => loads + apart)).toEqual([1, 1])
        },
      },
      { preemptionsMax: 2 },
    )
  })

  it('is evicted just when the page in it was loaded, and its loader has it all the same', () => {
    holds(
      {
        setup: framesOf(1, [], 2, 1),
        threads: workers(reads(0, 'loads', 2), (thread, state) => {
          const { cache, slot } = cacheOf(thread, state, 1)
          const { frames } = cache
          if (frames.evict(0, true)) frames.reclaim()
          // Whoever writes into a frame that it was given back.
          if (frames.freeCount > 0) thread.write(state.contents[0], 0)
          return { slot, did: 'read', had: framesHad(cache) }
        }),
        always: swipsNameTheirFrames,
        finally: (state, results) => allAreThere(state, results, []),
      },
      { preemptionsMax: 3 },
    )
  })
})

describe('threads that hold back the frames of each other', () => {
  it('do not wait for each other: both workers read their pages', () => {
    const both = (index: number, kept: number, wanted: number) => (thread: Thread, state: FramesState) => {
      const { cache, slot } = cacheOf(thread, state, index)
      cache.begin()
      // It is in an epoch with the page that the other evicts.
      const base = cache.residentBase(kept)
      if (base >= 0) readAt(thread, state, base, kept)
      readAt(thread, state, cache.fix(wanted, BIRTH), wanted)
      cache.end()
      const { loads, apart } = cache.counts()
      return { slot, did: 'read', loads, apart, had: framesHad(cache) }
    }
    holds(
      {
        setup: framesOf(
          2,
          [
            [1, SWIP_COOL],
            [2, SWIP_HOT],
          ],
          2,
        ),
        threads: workers(both(0, 1, 3), both(1, 2, 4)),
        always: swipsNameTheirFrames,
        finally: (state, results) => allAreThere(state, results, []),
      },
      { preemptionsMax: 2 },
    )
  })

  it('do not wait for each other: the main thread, which keeps its epoch, and a worker', () => {
    holds<PoolState>(
      {
        setup: poolOf(16, 1),
        threads: [
          {
            name: 'worker',
            run: (thread, state) => {
              const { cache } = cacheOf(thread, state)
              cache.begin()
              cache.fix(0, BIRTH)
              readAt(thread, state, cache.fix(20, BIRTH), 20)
              cache.end()
              return { slot: 1, had: framesHad(cache) }
            },
          },
          {
            name: 'main',
            run: (thread, state) => {
              const pool = poolOfMain(thread, state)
              pool.begin()
              const base = pool.fix(1, BIRTH)
              for (const pageId of [21, 22, 23]) readAt(thread, state, pool.fix(pageId, BIRTH), pageId)
              void base
              pool.end()
              return { slot: 0, had: framesHad(pool) }
            },
          },
        ],
        always: swipsNameTheirFrames,
        finally: (state, results) => allAreThere(state, results, []),
      },
      { preemptionsMax: 1 },
    )
  })
})
