import { describe, expect, it } from 'vitest'
import { Clock } from '../../src/pool/clock.ts'
import { CONTROL_BYTES } from '../../src/pool/control.ts'
import type { Frames } from '../../src/pool/frames.ts'

const FRAME_COUNT = 16

/** Frames that only know whether they are hot, and note in which order they were evicted. */
class FakeFrames {
  readonly frameCount = FRAME_COUNT
  readonly isShared = false
  readonly isHot: boolean[]
  readonly evicted: number[] = []
  /** Frames that are touched again the moment they are cooled, as by a busy thread. */
  isRestless = false

  constructor(isHot: boolean) {
    this.isHot = Array(FRAME_COUNT).fill(isHot)
  }

  cool(frame: number): void {
    if (!this.isRestless) this.isHot[frame] = false
  }

  evict(frame: number, andHot: boolean): boolean {
    if (this.evicted.includes(frame) || (this.isHot[frame] && !andHot)) return false
    this.evicted.push(frame)
    return true
  }
}

function clockOver(frames: FakeFrames): Clock {
  return new Clock(frames as unknown as Frames, new SharedArrayBuffer(CONTROL_BYTES))
}

describe('the clock', () => {
  it('begins in the middle, since the first frames hold the roots', () => {
    const frames = new FakeFrames(false)
    clockOver(frames).evict(3)
    expect(frames.evicted).toEqual([8, 9, 10])
  })

  it('goes on from where it stopped, round and round', () => {
    const frames = new FakeFrames(false)
    const clock = clockOver(frames)
    for (let i = 0; i < 5; i++) clock.evict(3)
    expect(frames.evicted).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6])
  })

  it('spares what is touched between its hands', () => {
    const frames = new FakeFrames(true)
    const clock = clockOver(frames)
    clock.evict(1)
    frames.isHot[10] = true
    clock.evict(3)
    expect(frames.evicted).toEqual([8, 9, 11, 12])
  })

  it('takes hot pages too when there is nothing else', () => {
    const frames = new FakeFrames(true)
    frames.isRestless = true
    expect(clockOver(frames).evict(3)).toBe(3)
  })

  it('evicts fewer when there are no more', () => {
    expect(clockOver(new FakeFrames(false)).evict(100)).toBe(FRAME_COUNT)
  })
})
