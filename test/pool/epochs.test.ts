import { describe, expect, it } from 'vitest'
import {
  CONTROL_BYTES,
  claimSlot,
  initControl,
  leaveSlot,
  MAIN_SLOT,
  MAX_ATTACHED_WORKERS,
  releaseSlot,
  takenSlots,
} from '../../src/pool/control.ts'
import { Epochs, isOlderEpoch } from '../../src/pool/epochs.ts'

function control(): SharedArrayBuffer {
  const block = new SharedArrayBuffer(CONTROL_BYTES)
  initControl(block)
  return block
}

function attached(): { block: SharedArrayBuffer; epochs: Epochs; slot: number; reader: Epochs } {
  const block = control()
  const slot = claimSlot(block, 7)
  return { block, epochs: new Epochs(block, MAIN_SLOT), slot, reader: new Epochs(block, slot) }
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

  it('let go what a reader has left behind by entering anew', () => {
    const { epochs, reader } = attached()
    reader.enter()
    const stamp = epochs.current()
    epochs.advance()
    reader.enter()
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
    const { block, epochs, reader } = attached()
    const later = new Epochs(block, claimSlot(block, 8))
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

  it('hold for a worker what the main thread may still see', () => {
    const { epochs, reader } = attached()
    epochs.enter()
    const stamp = reader.current()
    reader.advance()
    expect(isReusable(reader, stamp)).toBe(false)
    epochs.exit()
    expect(isReusable(reader, stamp)).toBe(true)
  })

  it('do not make a thread wait for itself', () => {
    const { epochs } = attached()
    epochs.enter()
    const stamp = epochs.current()
    epochs.advance()
    expect(isReusable(epochs, stamp)).toBe(true)
  })

  it('are told apart when their number wraps', () => {
    const last = 2 ** 31 - 1
    const next = (last + 2) | 0
    expect([isOlderEpoch(last, next), isOlderEpoch(next, last)]).toEqual([true, false])
  })
})

describe('the slots of threads', () => {
  it('are left outside of any epoch, whatever their thread was at', () => {
    const { block, epochs, slot, reader } = attached()
    reader.enter()
    const stamp = epochs.current()
    epochs.advance()
    releaseSlot(block, slot)
    expect(isReusable(epochs, stamp)).toBe(true)
  })

  it('tell which thread of the system has them, as long as it has', () => {
    const block = control()
    const slot = claimSlot(block, 7, 4711)
    expect(takenSlots(block)).toContainEqual({ slot, threadId: 7, systemThread: 4711, hasLeft: false })
    releaseSlot(block, slot)
    expect(claimSlot(block, 9)).toBe(slot)
    expect(takenSlots(block)).toContainEqual({ slot, threadId: 9, systemThread: 0, hasLeft: false })
  })

  it('go to the next worker when they are given back', () => {
    const { block, slot } = attached()
    releaseSlot(block, slot)
    expect(claimSlot(block, 9)).toBe(slot)
  })

  it('tell whose they are', () => {
    const { block, slot } = attached()
    const second = claimSlot(block, 0)
    releaseSlot(block, slot)
    leaveSlot(block, second)
    expect(takenSlots(block)).toEqual([{ slot: second, threadId: 0, systemThread: 0, hasLeft: true }])
  })

  it('are refused when all are taken', () => {
    const block = control()
    for (let i = 0; i < MAX_ATTACHED_WORKERS; i++) claimSlot(block, i)
    expect(() => claimSlot(block, 1000)).toThrow(expect.objectContaining({ code: 'BUSY' }))
  })
})
