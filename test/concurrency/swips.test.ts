/** Threads that want one page at once: one loads it, the others wait; and a page that is touched as the hand comes by. */

import { describe, expect, it } from 'vitest'
import { Clock } from '../../src/pool/clock.ts'
import type { SwipTable } from '../../src/pool/swip.ts'
import {
  frameOfSwip,
  SWIP_COLD,
  SWIP_COOL,
  SWIP_DIRTY,
  SWIP_HOT,
  SWIP_LOADING,
  stateOfSwip,
  swipOf,
} from '../../src/pool/swip.ts'
import { findFailure, type Model, type Thread, type ThreadModel } from '../support/interleavings/explore.ts'
import {
  contentOf,
  type FramesState,
  framesNameTheirPages,
  framesOf,
  holds,
  readPage,
  swipsNameTheirFrames,
  viewOf,
} from './pool-model.ts'

const PAGE = 5

type Loading = 'loads' | 'fails' | 'loads, wakes nobody'

/** As `Pool.fix` does it, each loader with a frame of its own. Returns what it did. */
function fix(thread: Thread, state: FramesState, ownFrame: number, loading: Loading): string {
  const { frames } = thread.own(state.main)
  const { swips } = frames
  for (;;) {
    const word = swips.load(PAGE)
    if (word === SWIP_LOADING) {
      swips.waitWhileLoading(PAGE)
    } else if (word !== SWIP_COLD) {
      const content = thread.read(state.contents[frameOfSwip(word)])
      return content === contentOf(PAGE) ? 'found' : `found ${content}`
    } else if (swips.move(PAGE, SWIP_COLD, SWIP_LOADING)) {
      if (loading === 'fails') {
        giveUp(swips)
        return 'failed'
      }
      thread.write(state.contents[ownFrame], contentOf(PAGE))
      frames.publish(ownFrame, PAGE, SWIP_LOADING, SWIP_HOT)
      if (loading === 'loads') swips.wakeWaiters(PAGE)
      return 'loaded'
    }
  }
}

function giveUp(swips: SwipTable): void {
  swips.move(PAGE, SWIP_LOADING, SWIP_COLD)
  swips.wakeWaiters(PAGE)
}

function loaders(...loadings: readonly Loading[]): Model<FramesState> {
  return {
    setup: framesOf(3, [], loadings.length),
    threads: loadings.map((loading, index) => ({
      name: `loader ${index}`,
      run: (thread, state) => fix(thread, state, index, loading),
    })),
    always: swipsNameTheirFrames,
    finally: (state, results) => {
      framesNameTheirPages(state)
      const did = Object.values(results)
      expect(did.every(result => result === 'found' || result === 'loaded' || result === 'failed')).toBe(true)
      const hasLoader = loadings.some(loading => loading !== 'fails')
      expect(did.filter(result => result === 'loaded').length).toBe(hasLoader ? 1 : 0)
      expect(stateOfSwip(state.swipWords[PAGE])).toBe(hasLoader ? SWIP_HOT : SWIP_COLD)
    },
  }
}

/** The first loader may die. */
function mortal(
  { setup, threads: [first, ...others] }: Model<FramesState>,
  onDeath: NonNullable<ThreadModel<FramesState>['onDeath']>,
): Model<FramesState> {
  return { setup, threads: [{ ...first, mayDie: true, onDeath }, ...others], always: swipsNameTheirFrames }
}

describe('a page that two threads want', () => {
  const strict = { preemptionsMax: 4, mustBeWoken: true }

  it('is loaded by one; the other waits and is woken', () => {
    holds(loaders('loads', 'loads'), strict)
  })

  it('is loaded by one of three', () => {
    holds(loaders('loads', 'loads', 'loads'), { mustBeWoken: true })
  })

  it('is loaded by the other when the first load fails', () => {
    holds(loaders('fails', 'loads'), strict)
  })

  it('is COLD again when both fail', () => {
    holds(loaders('fails', 'fails'), strict)
  })

  it('is found after the longest wait when the loader forgets to wake', () => {
    const model = loaders('loads, wakes nobody', 'loads')
    holds(model)
    expect(findFailure(model, strict).fault).toBe('deadlock: loader 1 waits for swip of page 5')
  })
})

describe('a loader that dies', () => {
  it('leaves the page LOADING', () => {
    const failure = findFailure(
      mortal(loaders('loads', 'loads'), () => {}),
      { mustBeWoken: true },
    )
    expect(failure.fault).toBe('deadlock: loader 1 waits for swip of page 5')
  })

  it('cannot be told from a living one by the word alone', () => {
    const failure = findFailure(
      mortal(loaders('loads', 'loads'), (thread, state) => giveUp(thread.own(state.main).frames.swips)),
    )
    expect(failure.fault).toContain('only its loader moves a page out of LOADING')
  })
})

describe('a page that is touched as the hand comes by', () => {
  const COOL_PAGE = 1
  const OTHER_PAGE = 2

  function touchedWhile(
    hand: (thread: Thread, state: FramesState) => unknown,
    pages: [number, number][],
  ): Model<FramesState> {
    return {
      setup: framesOf(pages.length, pages, 1),
      threads: [
        {
          name: 'reader',
          run: (thread, state) => [0, 1].map(() => readPage(thread, state, viewOf(state), COOL_PAGE)),
        },
        { name: 'hand', run: hand },
      ],
      always: swipsNameTheirFrames,
      finally: framesNameTheirPages,
    }
  }

  it('either stays or is gone for the next reader', () => {
    const { finally: atEnd, ...model } = touchedWhile(
      (thread, state) => thread.own(state.main).frames.evict(0, false),
      [[COOL_PAGE, SWIP_COOL]],
    )
    holds({
      ...model,
      finally: (state, results) => {
        atEnd?.(state, results)
        const [first, second] = results.reader as (number | undefined)[]
        if (first === undefined) expect(second).toBeUndefined()
        // A touched page is HOT, and the hand, which takes only COOL ones, leaves it.
        if (first !== undefined) expect(results.hand).toBe(false)
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
          if (frames.freeCount > 0) thread.write(state.contents[frames.take()], contentOf(OTHER_PAGE))
        },
        [[COOL_PAGE, SWIP_HOT]],
      ),
    )
  })

  it('costs the clock another page, never both', () => {
    const { finally: atEnd, ...model } = touchedWhile(
      (thread, state) => {
        const { frames } = thread.own(state.main)
        return new Clock(frames).evict(1)
      },
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
        const resident = [COOL_PAGE, OTHER_PAGE].filter(
          pageId => stateOfSwip(state.swipWords[pageId]) >= SWIP_COOL,
        )
        expect(resident.length).toBe(1)
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
        { name: 'hand', run: (thread, state) => thread.own(state.main).frames.evict(0, true) },
      ],
      always: swipsNameTheirFrames,
      finally: (_state, { writer, hand }) => expect([writer, hand]).toContain(!(writer && hand)),
    })
  })
})
