import { beforeEach, describe, expect, it } from 'vitest'
import { REGISTRY_BYTES, Registry, type SharedState } from '../../src/store/sharing/registry.ts'

const SLOT = 3
const MADE_ONCE = 0x100
const state: SharedState = {
  txnId: 7,
  directory: { pageId: 9, birth: 7, height: 1, count: 2, extents: false },
}

let registry: Registry
beforeEach(() => {
  registry = new Registry(new SharedArrayBuffer(REGISTRY_BYTES))
  registry.publish(1, state)
})

const visited = (): number[] => {
  const indexes: number[] = []
  registry.forEach(({ index }) => {
    indexes.push(index)
  })
  return indexes
}

describe('a registration', () => {
  it('lasts until it is released', () => {
    const registration = registry.register(SLOT, 0)
    expect([registration.state, registry.isRegistered(registration), visited()]).toEqual([state, true, [0]])
    registry.release(registration.index)
    expect([registry.isRegistered(registration), visited()]).toEqual([false, []])
  })

  it('that was ended does not last, and the next one in its place does', () => {
    const ended = registry.register(SLOT, 0)
    registry.end(ended)
    expect([registry.isRegistered(ended), visited()]).toEqual([false, []])
    registry.release(ended.index)
    const next = registry.register(SLOT, 0)
    expect([next.index, registry.isRegistered(next), visited()]).toEqual([ended.index, true, [ended.index]])
    expect(registry.isRegistered(ended)).toBe(false)
  })

  it('is not taken for one that was ended when the count of those made in its place begins anew', () => {
    const ended = registry.register(SLOT, 0)
    registry.end(ended)
    registry.release(ended.index)
    // As after 2^24 - 1 more of them, which a thread that opens snapshots makes in half a minute.
    const words = new Int32Array(registry.block)
    words[words.indexOf(ended.maker - (SLOT + 1))] -= MADE_ONCE
    const young = registry.register(SLOT, 0)
    expect(young.maker).toBe(ended.maker)
    expect([registry.isRegistered(young), visited()]).toEqual([true, [young.index]])
  })
})
