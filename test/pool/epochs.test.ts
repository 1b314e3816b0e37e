import { describe, expect, it } from 'vitest'
import { EpochSlot, Epochs, isOlderEpoch, MAX_ATTACHED_WORKERS } from '../../src/pool/epochs.ts'

function attached(): { epochs: Epochs; slot: number; reader: EpochSlot } {
  const epochs = new Epochs()
  const slot = epochs.attach()
  return { epochs, slot, reader: new EpochSlot(epochs.control, slot) }
}

/** Whether what was retired in epoch `stamp` may be reused. */
function isReusable(epochs: Epochs, stamp: number): boolean {
  return isOlderEpoch(stamp, epochs.safeEpoch())
}

describe('epochs', () => {
  it('let go at once what was retired before the current epoch when no one reads', () => {
    const { epochs } = attached()
    const stamp = epochs.current()
    expect(isReusable(epochs, stamp)).toBe(false)
    epochs.advance()
    expect(isReusable(epochs, stamp)).toBe(true)
  })

  it('hold what a reader may still see until it leaves', () => {
    const { epochs, reader } = attached()
    reader.enter()
    const stamp = epochs.current()
    epochs.advance()
    expect(isReusable(epochs, stamp)).toBe(false)
    reader.exit()
    expect(isReusable(epochs, stamp)).toBe(true)
  })

  it('do not wait for a reader that entered afterwards', () => {
    const { epochs, reader } = attached()
    const stamp = epochs.current()
    epochs.advance()
    reader.enter()
    expect(isReusable(epochs, stamp)).toBe(true)
  })

  it('wait for the oldest of several readers', () => {
    const { epochs, reader } = attached()
    const later = new EpochSlot(epochs.control, epochs.attach())
    reader.enter()
    const first = epochs.current()
    epochs.advance()
    later.enter()
    const second = epochs.current()
    epochs.advance()
    later.exit()
    expect([isReusable(epochs, first), isReusable(epochs, second)]).toEqual([false, false])
    reader.exit()
    expect([isReusable(epochs, first), isReusable(epochs, second)]).toEqual([true, true])
  })

  it('forget a worker that ended in the middle of an operation', () => {
    const { epochs, slot, reader } = attached()
    reader.enter()
    const stamp = epochs.current()
    epochs.advance()
    epochs.detach(slot)
    expect(isReusable(epochs, stamp)).toBe(true)
  })

  it('do not make the main thread wait for itself', () => {
    const { epochs } = attached()
    epochs.enter()
    const stamp = epochs.current()
    epochs.advance()
    expect(isReusable(epochs, stamp)).toBe(true)
    epochs.exit()
  })

  it('give a slot that was left to the next worker', () => {
    const { epochs, slot } = attached()
    epochs.detach(slot)
    expect(epochs.attach()).toBe(slot)
  })

  it('refuse more workers than there are slots', () => {
    const epochs = new Epochs()
    for (let i = 0; i < MAX_ATTACHED_WORKERS; i++) epochs.attach()
    expect(() => epochs.attach()).toThrow(expect.objectContaining({ code: 'BUSY' }))
  })

  it('are told apart when their number wraps', () => {
    const last = 2 ** 31 - 1
    const next = (last + 2) | 0
    expect([isOlderEpoch(last, next), isOlderEpoch(next, last)]).toEqual([true, false])
  })
})
