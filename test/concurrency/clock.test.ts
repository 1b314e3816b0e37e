/** A page that is touched as the hand of the clock comes by. */

import { describe, expect, it } from 'vitest'
import { Clock } from '../../src/pool/clock.ts'
import { SWIP_COLD, SWIP_COOL, SWIP_DIRTY, SWIP_HOT, stateOfSwip, swipOf } from '../../src/pool/swip.ts'
import type { Model, Thread } from '../support/interleavings/explore.ts'
import {
  BIRTH,
  cacheOf,
  contentOf,
  type FramesState,
  framesNameTheirPages,
  framesOf,
  holds,
  type PoolState,
  poolOf,
  poolOfMain,
  readAt,
  residentAmong,
  type Shared,
  swipsNameTheirFrames,
} from './pool-model.ts'

const COOL_PAGE = 1
const OTHER_PAGE = 2

/** Touches the page as a hit does; whether it was in memory. */
function touch(thread: Thread, state: Shared): boolean {
  const { cache } = cacheOf(thread, state)
  cache.begin()
  const word = cache.frames.swips.load(COOL_PAGE)
  if (stateOfSwip(word) < SWIP_COOL) return false
  if (stateOfSwip(word) === SWIP_COOL && !cache.frames.swips.move(COOL_PAGE, word, swipOf(0, SWIP_HOT))) {
    return false
  }
  readAt(thread, state, 0, COOL_PAGE)
  cache.end()
  return true
}

function touchedWhile(
  hand: (thread: Thread, state: FramesState) => unknown,
  pages: [number, number][],
): Model<FramesState> {
  return {
    setup: framesOf(pages.length, pages, 1),
    threads: [
      { name: 'reader', run: (thread, state) => [0, 1].map(() => touch(thread, state)) },
      { name: 'hand', run: hand },
    ],
    always: swipsNameTheirFrames,
    finally: framesNameTheirPages,
  }
}

describe('a page that is touched as the hand comes by', () => {
  it('either stays or is gone for the next reader', () => {
    const { finally: atEnd, ...model } = touchedWhile(
      (thread, state) => thread.own(state.main).frames.evict(0, false),
      [[COOL_PAGE, SWIP_COOL]],
    )
    holds({
      ...model,
      finally: (state, results) => {
        atEnd?.(state, results)
        const [first, second] = results.reader as boolean[]
        if (!first) expect(second).toBe(false)
        // A touched page is HOT, and the hand, which takes only COOL ones, leaves it.
        if (first) expect(results.hand).toBe(false)
        expect(stateOfSwip(state.swipWords[COOL_PAGE])).toBe(results.hand === true ? SWIP_COLD : SWIP_HOT)
      },
    })
  })

  it('is cooled and evicted under the reader, whose base stays good', () => {
    holds(
      touchedWhile(
        (thread, state) => {
          const { frames } = thread.own(state.main)
          frames.cool(0)
          frames.evict(0, false)
          frames.reclaim()
          if (frames.freeCount > 0) thread.write(state.contents[frames.take()], 0)
        },
        [[COOL_PAGE, SWIP_HOT]],
      ),
    )
  })

  it('costs the clock another page, never both', () => {
    const { finally: atEnd, ...model } = touchedWhile(
      (thread, state) => new Clock(thread.own(state.main).frames, state.share.control).evict(1),
      [
        [COOL_PAGE, SWIP_COOL],
        [OTHER_PAGE, SWIP_HOT],
      ],
    )
    holds({
      ...model,
      finally: (state, results) => {
        atEnd?.(state, results)
        expect(results.hand).toBe(1)
        expect(residentAmong(state, [COOL_PAGE, OTHER_PAGE]).length).toBe(1)
      },
    })
  })

  it('is not evicted when it was changed', () => {
    holds<FramesState>({
      setup: framesOf(1, [[COOL_PAGE, SWIP_COOL]], 1),
      threads: [
        {
          name: 'writer',
          run: (thread, state) =>
            thread.own(state.main).frames.swips.move(COOL_PAGE, swipOf(0, SWIP_COOL), swipOf(0, SWIP_DIRTY)),
        },
        { name: 'worker', run: (thread, state) => cacheOf(thread, state).cache.frames.evict(0, true) },
      ],
      always: swipsNameTheirFrames,
      finally: (_state, { writer, worker }) => expect([writer, worker].filter(Boolean).length).toBe(1),
    })
  })

  it('is not evicted while the main thread changes it', () => {
    holds<PoolState>(
      {
        setup: poolOf(4, 1),
        threads: [
          {
            name: 'writer',
            run: (thread, state) => {
              const pool = poolOfMain(thread, state)
              const base = pool.fixToChange(COOL_PAGE, BIRTH)
              thread.write(state.cellAt(base), 0)
              thread.write(state.cellAt(base), contentOf(COOL_PAGE))
              expect(pool.isDirty(COOL_PAGE)).toBe(true)
            },
          },
          {
            name: 'worker',
            run: (thread, state) => {
              const { cache } = cacheOf(thread, state)
              const { frames } = cache
              const isEvicted = frames.evict(COOL_PAGE, true)
              frames.reclaim()
              if (frames.freeCount > 0) thread.write(state.contents[frames.take()], 0)
              return isEvicted
            },
          },
        ],
        always: swipsNameTheirFrames,
      },
      { preemptionsMax: 2 },
    )
  })

  it('is found by the reader that loads it anew when it was evicted', () => {
    holds({
      setup: framesOf(2, [[COOL_PAGE, SWIP_COOL]], 2, 1),
      threads: [
        {
          name: 'reader',
          run: (thread, state) => {
            const { cache } = cacheOf(thread, state)
            cache.begin()
            readAt(thread, state, cache.fix(COOL_PAGE, BIRTH), COOL_PAGE)
            cache.end()
          },
        },
        { name: 'hand', run: (thread, state) => cacheOf(thread, state, 1).cache.frames.evict(0, true) },
      ],
      always: swipsNameTheirFrames,
      finally: framesNameTheirPages,
    })
  })
})
