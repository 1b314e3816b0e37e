/** A page is evicted, and its frame filled with another one, while others read it without locks. */

import { describe, expect, it } from 'vitest'
import { PageKind, writePageHeader } from '../../src/page/header.ts'
import { SWIP_COOL, SWIP_HOT, stateOfSwip, swipOf } from '../../src/pool/swip.ts'
import {
  type ExploreOptions,
  findFailure,
  type Model,
  type Thread,
} from '../support/interleavings/explore.ts'
import {
  allFramesAreThere,
  cacheOf,
  contentOf,
  evictAndWait,
  type FramesState,
  framesHad,
  framesNameTheirPages,
  framesOf,
  holds,
  loadInto,
  type PoolState,
  poolOf,
  poolOfMain,
  readAt,
  readPage,
  readResident,
  release,
  swipsNameTheirFrames,
} from './pool-model.ts'

const OLD_PAGE = 3
const NEW_PAGE = 4
const FRAME = 0

type Step = (thread: Thread, state: FramesState) => unknown

/** What the clock and a load do in a worker, and without the steps between: the last of the workers does it. */
const evictAndLoad: Step = (thread, state) => {
  const { cache, slot } = cacheOf(thread, state, state.workers.length - 1)
  evictAndWait(cache, FRAME)
  loadInto(thread, state, cache.frames, slot, NEW_PAGE)
}

const readBoth: Step = (thread, state) => {
  const { cache } = cacheOf(thread, state)
  readResident(thread, state, cache, OLD_PAGE)
  readResident(thread, state, cache, NEW_PAGE)
}

/** One frame, which holds the old page. */
function model(reader: Step, evictor: Step): Model<FramesState> {
  return {
    setup: framesOf(1, [[OLD_PAGE, SWIP_HOT]], 2),
    threads: [
      { name: 'reader', run: reader },
      { name: 'evictor', run: evictor },
    ],
    always: swipsNameTheirFrames,
    finally: framesNameTheirPages,
  }
}

function faultOf(reader: Step, evictor: Step, options?: ExploreOptions): string {
  return findFailure(model(reader, evictor), options).fault
}

const RACE = 'access content of frame 0 in no order'

describe('a frame that is used again', () => {
  it('is never filled under a reader', () => {
    holds(model(readBoth, evictAndLoad))
  })

  it('is never filled by the main thread under a reader', () => {
    holds(
      model(readBoth, (thread, state) => {
        const main = thread.own(state.main)
        evictAndWait(main, FRAME)
        loadInto(thread, state, main.frames, 0, NEW_PAGE)
      }),
    )
  })

  it('is never filled under the main thread that reads', () => {
    holds(
      model((thread, state) => {
        const { frames, epochs } = thread.own(state.main)
        for (const pageId of [OLD_PAGE, NEW_PAGE]) {
          epochs.enter()
          const word = frames.swips.load(pageId)
          if (stateOfSwip(word) >= SWIP_COOL) readAt(thread, state, 0, pageId)
          epochs.exit()
        }
      }, evictAndLoad),
      { preemptionsMax: 2 },
    )
  })

  it('is never filled under two readers', () => {
    const reader = (worker: number) => (thread: Thread, state: FramesState) => {
      readResident(thread, state, cacheOf(thread, state, worker).cache, worker === 0 ? OLD_PAGE : NEW_PAGE)
    }
    holds({
      ...model(readBoth, evictAndLoad),
      setup: framesOf(1, [[OLD_PAGE, SWIP_COOL]], 3),
      threads: [
        { name: 'reader', run: reader(0) },
        { name: 'later reader', run: reader(1) },
        { name: 'evictor', run: evictAndLoad },
      ],
    })
  })

  it('is never filled under a reader that goes from one operation into the next', () => {
    holds(
      model((thread, state) => {
        const { cache } = cacheOf(thread, state)
        for (const pageId of [OLD_PAGE, NEW_PAGE, OLD_PAGE]) {
          cache.begin()
          const base = cache.residentBase(pageId)
          if (base >= 0) readAt(thread, state, base, pageId)
        }
        cache.end()
      }, evictAndLoad),
    )
  })

  it('is never filled under a reader of two pages in one operation', () => {
    holds(
      model((thread, state) => {
        const { cache } = cacheOf(thread, state)
        cache.begin()
        const base = cache.residentBase(OLD_PAGE)
        const newBase = cache.residentBase(NEW_PAGE)
        if (base >= 0) readAt(thread, state, base, OLD_PAGE)
        if (newBase >= 0) readAt(thread, state, newBase, NEW_PAGE)
        cache.end()
      }, evictAndLoad),
    )
  })

  it('is never read by a remembered base whose version has changed', () => {
    holds(
      model((thread, state) => {
        const { cache } = cacheOf(thread, state)
        cache.begin()
        const base = cache.residentBase(OLD_PAGE)
        const version = base < 0 ? -1 : cache.versionOf(base)
        if (base >= 0) readAt(thread, state, base, OLD_PAGE)
        cache.end()
        if (base < 0) return
        cache.begin()
        // Even, and the same: the page that was there.
        if (cache.versionOf(base) === version) readAt(thread, state, base, OLD_PAGE)
        cache.end()
        // Without `begin` it enters an epoch itself.
        if (cache.versionOf(base) === version) readAt(thread, state, base, OLD_PAGE)
        cache.end()
      }, evictAndLoad),
      { preemptionsMax: 2 },
    )
  })

  it('goes to one of two who evict, and the reader is waited for by that one', () => {
    const evictor = (worker: number) => (thread: Thread, state: FramesState) => {
      const { cache, slot } = cacheOf(thread, state, worker)
      if (cache.frames.evict(FRAME, true)) {
        evictAndWait(cache, FRAME)
        loadInto(thread, state, cache.frames, slot, NEW_PAGE)
      }
      return framesHad(cache)
    }
    holds({
      ...model(readBoth, evictAndLoad),
      setup: framesOf(1, [[OLD_PAGE, SWIP_COOL]], 3),
      threads: [
        {
          name: 'reader',
          run: (thread, state) => readResident(thread, state, cacheOf(thread, state).cache, OLD_PAGE),
        },
        { name: 'evictor', run: evictor(1) },
        { name: 'other evictor', run: evictor(2) },
      ],
      finally: state => allFramesAreThere(state, {}),
    })
  })

  it('is not filled too early because another thread advances the epoch', () => {
    const pages = [OLD_PAGE, NEW_PAGE + 1]
    const evictor = (worker: number) => (thread: Thread, state: FramesState) => {
      const { cache } = cacheOf(thread, state, worker)
      const { frames } = cache
      if (!frames.evict(worker - 1, true)) return
      frames.reclaim()
      if (frames.freeCount > 0) thread.write(state.contents[frames.take()], 0)
    }
    holds({
      ...model(readBoth, evictAndLoad),
      setup: framesOf(
        2,
        pages.map(pageId => [pageId, SWIP_COOL]),
        3,
      ),
      threads: [
        {
          name: 'reader',
          run: (thread, state) => {
            const { cache } = cacheOf(thread, state)
            for (const pageId of pages) readResident(thread, state, cache, pageId)
          },
        },
        { name: 'evictor', run: evictor(1) },
        { name: 'other evictor', run: evictor(2) },
      ],
      finally: () => {},
    })
  })

  it('is given back by a reader that dies, once its slot is taken back', () => {
    const { threads, ...rest } = model(readBoth, (thread, state) => {
      const main = thread.own(state.main)
      main.frames.evict(FRAME, true)
      main.frames.reclaim()
      if (thread.awaitEnding('reader') === 'died') release(main, state)
      main.frames.reclaim()
      loadInto(thread, state, main.frames, 0, NEW_PAGE)
    })
    holds({ ...rest, threads: [{ ...threads[0], mayDie: true }, threads[1]] })
  })

  it('waits for ever for a reader that dies and is not put away after', () => {
    const { threads, ...rest } = model(readBoth, evictAndLoad)
    const failure = findFailure(
      { ...rest, threads: [{ ...threads[0], mayDie: true }, threads[1]] },
      { accessesMax: 500 },
    )
    expect(failure.fault).toContain('livelock')
  })
})

describe('without the epoch', () => {
  it('a reader that does not enter races', () => {
    const reader: Step = (thread, state) => {
      const { swips } = thread.own(state.main).frames
      if (stateOfSwip(swips.load(OLD_PAGE)) >= SWIP_COOL) thread.read(state.contents[FRAME])
    }
    expect(faultOf(reader, evictAndLoad)).toContain(RACE)
  })

  it('a reader that looks at the swip before it enters races', () => {
    const reader: Step = (thread, state) => {
      const { cache } = cacheOf(thread, state)
      const word = thread.own(state.main).frames.swips.load(OLD_PAGE)
      cache.begin()
      if (word === swipOf(FRAME, SWIP_HOT)) thread.read(state.contents[FRAME])
      cache.end()
    }
    expect(faultOf(reader, evictAndLoad)).toContain(RACE)
  })

  it('a reader that leaves before it has read races', () => {
    const reader: Step = (thread, state) => {
      const { cache } = cacheOf(thread, state)
      cache.begin()
      const base = cache.residentBase(OLD_PAGE)
      cache.end()
      if (base >= 0) thread.read(state.contents[FRAME])
    }
    expect(faultOf(reader, evictAndLoad)).toContain(RACE)
  })

  it('a reader that still reads what it found in the operation before races', () => {
    const reader: Step = (thread, state) => {
      const { cache } = cacheOf(thread, state)
      cache.begin()
      const base = cache.residentBase(OLD_PAGE)
      cache.begin()
      if (base >= 0) thread.read(state.contents[FRAME])
      cache.end()
    }
    expect(faultOf(reader, evictAndLoad)).toContain(RACE)
  })

  it('an evictor that fills at once races', () => {
    const evictor: Step = (thread, state) => {
      const { frames } = cacheOf(thread, state, 1).cache
      frames.evict(FRAME, true)
      thread.write(state.contents[FRAME], NEW_PAGE)
    }
    expect(faultOf(readBoth, evictor)).toContain(RACE)
  })

  it('an evictor that looks at the slots before it takes the swip races', () => {
    const evictor: Step = (thread, state) => {
      const { frames, epochs } = cacheOf(thread, state, 1).cache
      const stamp = epochs.current()
      epochs.advance()
      const isSafe = epochs.safeEpoch() !== stamp
      frames.evict(FRAME, true)
      if (isSafe) thread.write(state.contents[FRAME], NEW_PAGE)
    }
    expect(faultOf(readBoth, evictor)).toContain(RACE)
  })

  it('a reader that checks the version afterwards instead reads the wrong page', () => {
    // The seqlock: on hardware that reorders, its second look proves nothing.
    const reader: Step = (thread, state) => {
      const { latches, swips } = thread.own(state.main).frames
      const version = latches.versionOf(FRAME)
      if (swips.load(OLD_PAGE) !== swipOf(FRAME, SWIP_HOT)) return
      const content = thread.read(state.contents[FRAME])
      if (latches.versionOf(FRAME) === version) expect(content, 'the page read').toBe(100 + OLD_PAGE)
    }
    const evictor: Step = (thread, state) => {
      const { frames } = cacheOf(thread, state, 1).cache
      frames.evict(FRAME, true)
      thread.write(state.contents[FRAME], 100 + NEW_PAGE)
    }
    expect(faultOf(reader, evictor, { allowRaces: true })).toContain('the page read')
  })
})

describe('the whole pool', () => {
  /** Loads pages into a full pool: the clock, limbo and the free list at work. */
  const load =
    (...pageIds: number[]) =>
    (thread: Thread, state: PoolState) => {
      const pool = poolOfMain(thread, state)
      for (const pageId of pageIds) readPage(thread, state, pool, pageId)
      return framesHad(pool)
    }

  const worker =
    (index: number, ...pageIds: number[]) =>
    (thread: Thread, state: PoolState) => {
      const { cache } = cacheOf(thread, state, index)
      for (const pageId of pageIds) readPage(thread, state, cache, pageId)
      return framesHad(cache)
    }

  it('loads and evicts in the main thread and in a worker', () => {
    holds<PoolState>(
      {
        setup: poolOf(16, 1),
        threads: [
          { name: 'worker', run: worker(0, 0, 20) },
          { name: 'main', run: load(20, 1) },
        ],
        always: swipsNameTheirFrames,
        finally: (state, had) =>
          allFramesAreThere(state, { 0: had.main as number[], 1: had.worker as number[] }),
      },
      { preemptionsMax: 1 },
    )
  })

  it('recycles pages that nobody else has seen at once, beside a worker that reads', () => {
    const UNSEEN = 2
    holds<PoolState>(
      {
        setup: poolOf(16, 1),
        threads: [
          { name: 'worker', run: worker(0, 0, 20) },
          {
            name: 'main',
            run: (thread, state) => {
              const pool = poolOfMain(thread, state)
              pool.setUnseenFrom(UNSEEN)
              for (const pageId of [25, 26, 27]) {
                const base = pool.create(pageId)
                writePageHeader(pool.memory, base, pageId, UNSEEN, PageKind.leaf, 0)
                thread.write(state.cellAt(base), contentOf(pageId))
                readAt(thread, state, pool.fix(pageId, UNSEEN), pageId)
                pool.discard(pageId)
              }
              return framesHad(pool)
            },
          },
        ],
        always: swipsNameTheirFrames,
        finally: (state, had) =>
          allFramesAreThere(state, { 0: had.main as number[], 1: had.worker as number[] }),
      },
      { preemptionsMax: 1 },
    )
  })

  it('loads and evicts in two workers', () => {
    holds<PoolState>(
      {
        setup: poolOf(16, 2),
        threads: [
          { name: 'worker', run: worker(0, 0, 20) },
          { name: 'other', run: worker(1, 20, 1) },
        ],
        always: swipsNameTheirFrames,
        finally: (state, had) =>
          allFramesAreThere(state, {
            0: framesHad(state.main.pool),
            1: had.worker as number[],
            2: had.other as number[],
          }),
      },
      { preemptionsMax: 2 },
    )
  })
})
