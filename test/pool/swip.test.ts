import { describe, expect, it } from 'vitest'
import { AssertionError } from '../../src/base/assert.ts'
import {
  frameOfSwip,
  isLegalTransition,
  loadingSwip,
  SWIP_COLD,
  SWIP_COOL,
  SWIP_DIRTY,
  SWIP_HOT,
  SWIP_LOADING,
  SwipTable,
  stateOfSwip,
  swipOf,
} from '../../src/pool/swip.ts'

const NAMES = { cold: SWIP_COLD, loading: SWIP_LOADING, cool: SWIP_COOL, hot: SWIP_HOT, dirty: SWIP_DIRTY }

describe('a swip', () => {
  it('holds the highest frame of a 4 GiB cache beside its state', () => {
    const frame = 2 ** 23 - 1
    const word = swipOf(frame, SWIP_DIRTY)
    expect([frameOfSwip(word), stateOfSwip(word)]).toEqual([frame, SWIP_DIRTY])
  })

  it('has just the transitions of its drawing', () => {
    const legal: string[] = []
    for (const [fromName, from] of Object.entries(NAMES)) {
      for (const [toName, to] of Object.entries(NAMES)) {
        if (isLegalTransition(from, to)) legal.push(`${fromName} ${toName}`)
      }
    }
    expect(legal).toEqual([
      'cold loading',
      'cold dirty',
      'loading cold',
      'loading cool',
      'loading hot',
      'cool cold',
      'cool hot',
      'cool dirty',
      'hot cold',
      'hot cool',
      'hot dirty',
      'dirty cold',
      'dirty cool',
      'dirty hot',
    ])
  })
})

describe('the swip table', () => {
  const table = () => new SwipTable(new SharedArrayBuffer(64), 0, 16)

  it('begins cold', () => {
    expect(stateOfSwip(table().load(3))).toBe(SWIP_COLD)
  })

  it('gives a transition to the first who asks and not to the second', () => {
    const swips = table()
    expect(swips.move(3, SWIP_COLD, SWIP_LOADING)).toBe(true)
    expect(swips.move(3, SWIP_COLD, SWIP_LOADING)).toBe(false)
  })

  it('takes an illegal transition for a bug', () => {
    expect(() => table().move(3, SWIP_COLD, swipOf(1, SWIP_HOT))).toThrow(AssertionError)
  })

  it('waits for a loader only so long', () => {
    const swips = table()
    swips.move(3, SWIP_COLD, loadingSwip(5))
    expect(swips.awaitLoader(3)).toBe(false)
    expect([swips.isLoadedBy(3, 5), swips.isLoadedBy(3, 6)]).toEqual([true, false])
    swips.finishLoading(3, 5, SWIP_COLD)
    expect([swips.load(3), swips.awaitLoader(3)]).toEqual([SWIP_COLD, true])
  })

  it('does not wait for a page that no one is loading', () => {
    expect(table().awaitLoader(3)).toBe(true)
  })
})
