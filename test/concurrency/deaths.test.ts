/**
 * A worker is terminated between any two of its accesses, and the main thread puts away after it, while another worker
 * goes on: no frame is lost or had twice, no page stays LOADING, nobody waits for ever.
 */

import { describe, expect, it } from 'vitest'
import { claimSlot, leaveSlot, releaseSlot, takenSlots } from '../../src/pool/control.ts'
import type { Frames } from '../../src/pool/frames.ts'
import { loadingSwip, SWIP_COOL, SWIP_HOT } from '../../src/pool/swip.ts'
import { findFailure, type Model, type Thread } from '../support/interleavings/explore.ts'
import {
  allFramesAreThere,
  BIRTH,
  CellIo,
  cacheOf,
  type FramesState,
  framesHad,
  framesNameTheirPages,
  framesOf,
  holds,
  OpenCache,
  type PoolState,
  poolOf,
  poolOfMain,
  readAt,
  readPage,
  release,
  type Shared,
  swipsNameTheirFrames,
} from './pool-model.ts'

type Step = (thread: Thread, state: Shared, cache: ReturnType<typeof cacheOf>['cache']) => void

const reads =
  (...pageIds: number[]): Step =>
  (thread, state, cache) => {
    for (const pageId of pageIds) readPage(thread, state, cache, pageId)
  }

const evicts =
  (frame: number): Step =>
  (_thread, _state, { frames }) => {
    frames.evict(frame, true)
    frames.reclaim()
  }

function runs(index: number, step: Step) {
  return (thread: Thread, state: Shared) => {
    const { cache } = cacheOf(thread, state, index)
    step(thread, state, cache)
    return framesHad(cache)
  }
}

/**
 * The first worker may die, and the main thread puts away after it at once; the other worker, if there is one, lives. When
 * it has ended the main thread looks after its frames once more.
 */
function mortal(
  setup: Model<FramesState>['setup'],
  dying: Step,
  other: Step | undefined,
): Model<FramesState> {
  const threads: Model<FramesState>['threads'][number][] = [
    {
      name: 'mortal',
      run: runs(0, dying),
      mayDie: true,
      onDeath: (thread, state) => {
        const main = thread.own(state.main)
        release(main, state)
        if (other !== undefined) thread.awaitEnding('other')
        main.frames.reclaim()
        return framesHad(main)
      },
    },
  ]
  if (other !== undefined) threads.push({ name: 'other', run: runs(1, other) })
  return {
    setup,
    threads,
    always: swipsNameTheirFrames,
    finally: (state, results) => {
      const after = results['after mortal'] as readonly number[] | undefined
      const living = { 1: results.mortal as number[], 2: (results.other as number[] | undefined) ?? [] }
      if (after === undefined) allFramesAreThere(state, { 0: framesHad(state.main), ...living })
      else allFramesAreThere(state, { 0: after, 2: living[2] })
      const slots = takenSlots(state.share.control).map(({ slot }) => slot)
      expect(slots.includes(1)).toBe(after === undefined)
    },
  }
}

/** What the main thread returns that has put away after whoever died. */
interface Remains {
  readonly isDead: readonly boolean[]
  readonly had: readonly number[]
}

function twoMayBeDead(state: FramesState, results: Readonly<Record<string, unknown>>): void {
  const { isDead, had } = results.main as Remains
  const living = [results.mortal, results.other].map((its, i) => (isDead[i] ? [] : (its as number[])))
  allFramesAreThere(state, { 0: had, 1: living[0], 2: living[1] })
}

describe('a worker that dies', () => {
  const one = framesOf(2, [[1, SWIP_COOL]], 1, 1)
  const full = framesOf(
    2,
    [
      [1, SWIP_COOL],
      [2, SWIP_HOT],
    ],
    1,
  )

  it('while it claims a frame, loads a page and publishes it, leaves nothing half done', () => {
    holds(mortal(one, reads(3), undefined), { preemptionsMax: 1 })
  })

  it('while it evicts pages and loads others in their place, leaves nothing half done', () => {
    holds(mortal(full, reads(3, 1, 4), undefined), { preemptionsMax: 1 })
  })

  it('while it makes frames public and claims them, leaves none behind', () => {
    holds(
      mortal(
        framesOf(3, [[1, SWIP_COOL]], 1, 2),
        (_thread, _state, { frames }) => {
          frames.claim(1)
          frames.evict(0, true)
          frames.claim(2)
          frames.reclaim()
          frames.release(0)
          frames.claim(0)
        },
        undefined,
      ),
      { preemptionsMax: 1 },
    )
  })

  it('while it gives back what it has, leaves none behind', () => {
    holds(
      mortal(
        full,
        (thread, state, cache) => {
          readPage(thread, state, cache, 3)
          cache.leave()
        },
        undefined,
      ),
      { preemptionsMax: 1 },
    )
  })

  it('is put away after by nobody: then a page is lost to all others', () => {
    const { threads, finally: _, ...model } = mortal(one, reads(3), reads(3))
    const failure = findFailure(
      {
        ...model,
        setup: framesOf(2, [[1, SWIP_COOL]], 2, 1),
        threads: [{ ...threads[0], onDeath: () => {} }, threads[1]],
        finally: framesNameTheirPages,
      },
      { preemptionsMax: 1 },
    )
    expect(failure.fault).toContain('at the end')
  })
})

describe('beside a worker that dies', () => {
  it('another that waits for the page which that one loads gets it', () => {
    holds(mortal(framesOf(3, [], 2, 3), reads(3), reads(3)), { preemptionsMax: 1 })
  })

  it('another that evicts the same page gets the frame, or the main thread does', () => {
    holds(mortal(framesOf(1, [[1, SWIP_COOL]], 2), evicts(0), evicts(0)), { preemptionsMax: 2 })
  })

  it('another that evicts the same page and loads another one into the frame has it', () => {
    holds(
      mortal(framesOf(1, [[1, SWIP_COOL]], 2), evicts(0), (thread, state, cache) => {
        cache.frames.evict(0, true)
        readPage(thread, state, cache, 2)
      }),
      { preemptionsMax: 2 },
    )
  })

  it('another that evicts the page which that one has just loaded gets the frame, or the main thread does', () => {
    holds(mortal(framesOf(1, [], 2, 1), reads(3), evicts(0)), { preemptionsMax: 2 })
  })

  it('another that takes turns with it in one frame goes on', () => {
    holds(mortal(framesOf(1, [[1, SWIP_COOL]], 2), reads(2), reads(3)), { preemptionsMax: 1 })
  })

  it('another that claims the same public frame gets it, or the main thread does', () => {
    const claims: Step = (_thread, _state, { frames }) => {
      frames.claim(0)
      frames.release(0)
    }
    holds(mortal(framesOf(1, [], 2, 1), claims, claims))
  })

  it('another that dies as well leaves nothing half done', () => {
    const setup = framesOf(1, [[1, SWIP_COOL]], 2)
    const { threads, finally: _, ...model } = mortal(setup, evicts(0), evicts(0))
    const [first, second] = threads
    holds(
      {
        ...model,
        threads: [
          { name: 'mortal', mayDie: true, run: first.run },
          { name: 'other', mayDie: true, run: second.run },
          {
            name: 'main',
            run: (thread, state) => {
              const main = thread.own(state.main)
              const isDead = (['mortal', 'other'] as const).map(name => thread.awaitEnding(name) === 'died')
              isDead.forEach((isIt, index) => {
                if (isIt) release(main, state, index)
              })
              main.frames.reclaim()
              return { isDead, had: framesHad(main) }
            },
          },
        ],
        finally: twoMayBeDead,
      },
      { preemptionsMax: 1 },
    )
  })

  it('another that dies later, with the frame in hand that both had, leaves it to the main thread', () => {
    const setup = framesOf(1, [[1, SWIP_COOL]], 2)
    const { threads, finally: _, ...model } = mortal(setup, evicts(0), evicts(0))
    const [first, second] = threads
    holds(
      {
        ...model,
        threads: [
          { name: 'mortal', mayDie: true, run: first.run },
          { name: 'other', mayDie: true, run: second.run },
          {
            // In truth one after the other as well: the main thread hears of one end at a time.
            name: 'main',
            run: (thread, state) => {
              const main = thread.own(state.main)
              const isDead = [false, false]
              for (const [index, name] of (['mortal', 'other'] as const).entries()) {
                isDead[index] = thread.ending(name) === 'died'
                if (isDead[index]) release(main, state, index)
              }
              for (const [index, name] of (['mortal', 'other'] as const).entries()) {
                if (isDead[index] || thread.awaitEnding(name) !== 'died') continue
                isDead[index] = true
                release(main, state, index)
              }
              main.frames.reclaim()
              return { isDead, had: framesHad(main) }
            },
          },
        ],
        finally: twoMayBeDead,
      },
      { preemptionsMax: 1 },
    )
  })
})

describe('a frame that a dead worker had in hand, and had not touched', () => {
  /** The main thread looks at it, as often as it reclaims frames, while another worker uses it. */
  function lookedAt(other: Step): Model<FramesState> {
    return {
      setup: world => {
        const state = framesOf(1, [[1, SWIP_COOL]], 1)(world)
        const { doubtful } = state.main.frames as unknown as { readonly doubtful: Set<number> }
        doubtful.add(0)
        return state
      },
      threads: [
        { name: 'other', run: runs(0, other) },
        {
          name: 'main',
          run: (thread, state) => {
            const main = thread.own(state.main)
            main.frames.reclaim()
            return framesHad(main)
          },
        },
      ],
      always: swipsNameTheirFrames,
      finally: (state, { main, other }) =>
        allFramesAreThere(state, { 0: main as number[], 1: other as number[] }),
    }
  }

  /** Without looking for readers, of whom there are none. */
  const load = (state: Shared, { frames }: { readonly frames: Frames }, pageId: number) => {
    const { slot } = state.workers[0]
    if (frames.beginLoading(0, pageId, loadingSwip(slot))) frames.endLoading(0, pageId, SWIP_COOL)
  }

  it('is not taken from another that loads the page anew into it', () => {
    holds(
      lookedAt((_thread, state, { frames }) => {
        if (!frames.evict(0, true)) return
        while (frames.freeCount === 0) frames.reclaim()
        frames.take()
        load(state, { frames }, 1)
      }),
      { preemptionsMax: 4 },
    )
  })

  it('is not taken from another that loads a page into it and evicts that again', () => {
    holds(
      lookedAt((_thread, state, { frames }) => {
        if (!frames.evict(0, true)) return
        while (frames.freeCount === 0) frames.reclaim()
        frames.take()
        load(state, { frames }, 2)
        frames.evict(0, true)
      }),
      { preemptionsMax: 4 },
    )
  })
})

describe('a worker that leaves in good order', () => {
  /** As `AttachedStore.close` does it. */
  const leaves = (thread: Thread, state: FramesState) => {
    const { cache, slot } = cacheOf(thread, state)
    readPage(thread, state, cache, 3)
    if (cache.leave()) releaseSlot(state.share.control, slot)
    else leaveSlot(state.share.control, slot)
  }

  /** Another one attaches, perhaps in the same slot, reads, and stays. */
  const attaches = (thread: Thread, state: FramesState) => {
    const slot = claimSlot(state.share.control, 9)
    const io = new CellIo(state.cellAt)
    io.thread = thread
    const cache = new OpenCache(state.share, slot, io, () => {})
    readPage(thread, state, cache, 3)
    return { slot, had: framesHad(cache) }
  }

  const putsAway = (thread: Thread, state: FramesState) => {
    const { frames } = thread.own(state.main)
    for (const { slot, hasLeft } of takenSlots(state.share.control)) {
      if (!hasLeft) continue
      frames.adopt(slot)
      releaseSlot(state.share.control, slot)
    }
    frames.reclaim()
    return framesHad({ frames })
  }

  it('leaves its slot to the next one, and its frames to all', () => {
    holds<FramesState>(
      {
        setup: framesOf(3, [[1, SWIP_COOL]], 1, 2),
        threads: [
          { name: 'leaving', run: leaves },
          { name: 'next', run: attaches },
          {
            name: 'main',
            run: (thread, state) => {
              thread.awaitEnding('leaving')
              return putsAway(thread, state)
            },
          },
        ],
        always: swipsNameTheirFrames,
        finally: (state, results) => {
          const { slot, had } = results.next as { slot: number; had: number[] }
          allFramesAreThere(state, { 0: results.main as number[], [slot]: had })
          expect(takenSlots(state.share.control).map(taken => taken.slot)).toEqual([slot])
        },
      },
      { preemptionsMax: 1 },
    )
  })

  it('may be put away after at any moment', () => {
    holds<FramesState>(
      {
        setup: framesOf(2, [[1, SWIP_COOL]], 1, 1),
        threads: [
          { name: 'leaving', run: leaves },
          {
            name: 'main',
            run: (thread, state) => {
              putsAway(thread, state)
              putsAway(thread, state)
            },
          },
        ],
        always: swipsNameTheirFrames,
      },
      { preemptionsMax: 2 },
    )
  })
})

describe('the main thread', () => {
  it('fills no frame that a worker died reading before it has put away after it', () => {
    holds<FramesState>({
      setup: framesOf(1, [[1, SWIP_COOL]], 1),
      threads: [
        {
          name: 'mortal',
          mayDie: true,
          run: (thread, state) => {
            const { cache } = cacheOf(thread, state)
            cache.begin()
            const base = cache.residentBase(1)
            if (base >= 0) readAt(thread, state, base, 1)
            cache.end()
          },
        },
        {
          name: 'main',
          run: (thread, state) => {
            const main = thread.own(state.main)
            main.frames.evict(0, true)
            main.frames.reclaim()
            if (main.frames.freeCount > 0) thread.write(state.contents[0], 0)
            if (thread.awaitEnding('mortal') === 'died') release(main, state)
            main.frames.reclaim()
            return framesHad(main)
          },
        },
      ],
      always: swipsNameTheirFrames,
      finally: (state, { main }) => allFramesAreThere(state, { 0: main as number[], 1: [] }),
    })
  })

  it('with a whole pool has all 16 frames after a worker died loading and evicting', () => {
    holds<PoolState>(
      {
        setup: poolOf(16, 1),
        threads: [
          { name: 'mortal', mayDie: true, run: runs(0, reads(20, 0)) },
          {
            name: 'main',
            run: (thread, state) => {
              const pool = poolOfMain(thread, state)
              readPage(thread, state, pool, 20)
              const isDead = thread.awaitEnding('mortal') === 'died'
              if (isDead) pool.release(state.workers[0].slot)
              pool.begin()
              for (let pageId = 0; pageId < 3; pageId++) pool.fix(pageId, BIRTH)
              pool.end()
              return { isDead: [isDead], had: framesHad(pool) }
            },
          },
        ],
        always: swipsNameTheirFrames,
        finally: (state, { main, mortal }) => {
          const { isDead, had } = main as Remains
          allFramesAreThere(state, { 0: had, 1: isDead[0] ? [] : (mortal as number[]) })
        },
      },
      { preemptionsMax: 0 },
    )
  })
})
