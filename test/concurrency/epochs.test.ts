/** A page is evicted, and its frame filled with another one, while workers read it without locks. */

import { describe, expect, it } from 'vitest'
import { SWIP_COLD, SWIP_COOL, SWIP_HOT, SWIP_LOADING, stateOfSwip, swipOf } from '../../src/pool/swip.ts'
import {
  type ExploreOptions,
  findFailure,
  type Model,
  type Thread,
} from '../support/interleavings/explore.ts'
import {
  contentOf,
  type FramesState,
  framesNameTheirPages,
  framesOf,
  holds,
  type PoolState,
  poolOf,
  readPage,
  swipsNameTheirFrames,
  viewOf,
} from './pool-model.ts'

const OLD_PAGE = 3
const NEW_PAGE = 4
const FRAME = 0

type Step = (thread: Thread, state: FramesState) => void

/** As `Pool` does it when it needs a frame and has none. */
const evictAndLoad: Step = (thread, state) => {
  const { frames, epochs } = thread.own(state.main)
  // A reader that touches the page meanwhile makes it fail.
  while (!frames.evict(FRAME, true));
  frames.reclaim()
  for (let waits = 0; frames.freeCount === 0; waits++) {
    epochs.pause(waits)
    frames.reclaim()
  }
  load(thread, state, frames, frames.take())
}

function load(
  thread: Thread,
  state: FramesState,
  frames: FramesState['main']['frames'],
  frame: number,
): void {
  frames.swips.move(NEW_PAGE, SWIP_COLD, SWIP_LOADING)
  thread.write(state.contents[frame], contentOf(NEW_PAGE))
  frames.publish(frame, NEW_PAGE, SWIP_LOADING, SWIP_HOT)
}

const readBoth: Step = (thread, state) => {
  const view = viewOf(state)
  readPage(thread, state, view, OLD_PAGE)
  readPage(thread, state, view, NEW_PAGE)
}

/** One frame, which holds the old page. */
function model(reader: Step, evictor: Step): Model<FramesState> {
  return {
    setup: framesOf(1, [[OLD_PAGE, SWIP_HOT]], 1),
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

  it('is never filled under two readers', () => {
    const reader = (worker: number) => (thread: Thread, state: FramesState) => {
      readPage(thread, state, viewOf(state, worker), worker === 0 ? OLD_PAGE : NEW_PAGE)
    }
    holds({
      ...model(readBoth, evictAndLoad),
      setup: framesOf(1, [[OLD_PAGE, SWIP_COOL]], 2),
      threads: [
        { name: 'reader', run: reader(0) },
        { name: 'later reader', run: reader(1) },
        { name: 'evictor', run: evictAndLoad },
      ],
    })
  })

  it('is never read by a remembered base whose version has changed', () => {
    holds(
      model((thread, state) => {
        const view = viewOf(state)
        const base = FRAME
        const version = 2
        view.enter()
        if (view.versionOf(base) === version) {
          expect(thread.read(state.contents[FRAME])).toBe(contentOf(OLD_PAGE))
        }
        view.exit()
      }, evictAndLoad),
    )
  })

  it('is given back by a reader that dies, once its slot is taken back', () => {
    const { threads, ...rest } = model(readBoth, (thread, state) => {
      const { frames, epochs } = thread.own(state.main)
      frames.evict(FRAME, true)
      frames.reclaim()
      thread.awaitEnding('reader')
      epochs.detach(state.slots[0])
      frames.reclaim()
      load(thread, state, frames, frames.take())
    })
    holds({ ...rest, threads: [{ ...threads[0], mayDie: true }, threads[1]] })
  })

  it('waits for ever for a reader that dies and is not detached', () => {
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
      const { swips } = thread.own(state.main).frames
      const view = viewOf(state)
      const word = swips.load(OLD_PAGE)
      view.enter()
      if (word === swipOf(FRAME, SWIP_HOT)) thread.read(state.contents[FRAME])
      view.exit()
    }
    expect(faultOf(reader, evictAndLoad)).toContain(RACE)
  })

  it('a reader that leaves before it has read races', () => {
    const reader: Step = (thread, state) => {
      const view = viewOf(state)
      view.enter()
      const base = view.tryFix(OLD_PAGE)
      view.exit()
      if (base >= 0) thread.read(state.contents[FRAME])
    }
    expect(faultOf(reader, evictAndLoad)).toContain(RACE)
  })

  it('an evictor that fills at once races', () => {
    const evictor: Step = (thread, state) => {
      const { frames } = thread.own(state.main)
      frames.evict(FRAME, true)
      load(thread, state, frames, FRAME)
    }
    expect(faultOf(readBoth, evictor)).toContain(RACE)
  })

  it('an evictor that looks at the slots before it takes the swip races', () => {
    const evictor: Step = (thread, state) => {
      const { frames, epochs } = thread.own(state.main)
      const stamp = epochs.current()
      epochs.advance()
      const isSafe = epochs.safeEpoch() !== stamp
      frames.evict(FRAME, true)
      if (isSafe) load(thread, state, frames, FRAME)
    }
    expect(faultOf(readBoth, evictor)).toContain(RACE)
  })

  it('a reader that checks the version afterwards instead reads the wrong page', () => {
    // The seqlock: on hardware that reorders, its second look proves nothing.
    const reader: Step = (thread, state) => {
      const view = viewOf(state)
      const version = view.versionOf(FRAME)
      const { swips } = thread.own(state.main).frames
      if (swips.load(OLD_PAGE) !== swipOf(FRAME, SWIP_HOT)) return
      const content = thread.read(state.contents[FRAME])
      if (view.versionOf(FRAME) === version) expect(content, 'the page read').toBe(contentOf(OLD_PAGE))
    }
    const evictor: Step = (thread, state) => {
      const { frames } = thread.own(state.main)
      frames.evict(FRAME, true)
      load(thread, state, frames, FRAME)
    }
    expect(faultOf(reader, evictor, { allowRaces: true })).toContain('the page read')
  })
})

describe('the whole pool', () => {
  /** Loads two pages into a full pool: the clock, limbo and the free list at work. */
  const loadTwo = (thread: Thread, state: PoolState) => {
    const { pool, io } = thread.own(state.main)
    io.thread = thread
    for (const pageId of [20, 21]) {
      const base = pool.fix(pageId, 1)
      expect(thread.read(state.contents[base / 512])).toBe(contentOf(pageId))
    }
  }

  it('loads pages while a worker reads what it evicts', () => {
    holds<PoolState>(
      {
        setup: poolOf(1),
        threads: [
          {
            name: 'worker',
            run: (thread, state) => {
              const view = viewOf(state)
              for (const pageId of [8, 20, 9]) readPage(thread, state, view, pageId)
            },
          },
          { name: 'main', run: loadTwo },
        ],
        always: swipsNameTheirFrames,
        finally: framesNameTheirPages,
      },
      { preemptionsMax: 2 },
    )
  })
})
