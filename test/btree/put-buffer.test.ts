/** The buffer of puts gives them back in the order of their keys, the last of equal ones, and its frames. */

import { describe, expect, it } from 'vitest'
import { PutBuffer } from '../../src/btree/put-buffer.ts'
import { packedValueAt, packedValueLength } from '../../src/page/packed.ts'
import { TreeHarness } from '../support/tree-harness.ts'

/** A repeatable source of numbers below `limit` (Park and Miller's generator). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (state * 48_271) % 0x7fff_ffff
    return state % limit
  }
}

const KEYS: Readonly<Record<string, (random: (limit: number) => number, i: number) => Buffer>> = {
  'random bytes': random => Buffer.from(Array.from({ length: 12 }, () => random(256))),
  ascending: (_, i) => Buffer.from(String(i).padStart(6, '0')),
  descending: (_, i) => Buffer.from(String(99_999 - i)),
  'a common prefix': random => Buffer.from(`customer/orders/${String(random(50_000)).padStart(8, '0')}`),
  'few different ones': random => Buffer.from(`key ${random(40)}`),
  'all the same': () => Buffer.from('the same key'),
  'zeros of different lengths': random => Buffer.alloc(random(60)),
  'prefixes of each other': random => Buffer.from('abcdefghijklmnopqrstuvwxyz'.slice(0, random(27))),
  'runs that part at many depths': random => Buffer.from(`${'x'.repeat(random(9) * 5)}${random(30)}`),
  'long runs of equal bytes': random => Buffer.from(`${'x'.repeat(random(3) * 4)}${random(300)}`),
}

describe.each(Object.keys(KEYS))('with %s', name => {
  it('gives the last value of each key, in order', () => {
    const random = randomNumbers(name.length + 5)
    const harness = new TreeHarness(4096, 512)
    const buffer = new PutBuffer(harness.pool)
    const model = new Map<string, number>()
    // Arrays that are used again, as the table layer's are, hold the bytes.
    const keyBytes = Buffer.alloc(64)
    const valueBytes = Buffer.alloc(64)
    for (let i = 0; i < 5000; i++) {
      const key = KEYS[name](random, i)
      key.copy(keyBytes)
      valueBytes.writeUInt32LE(i, 3)
      expect(buffer.reserve(key.length, 4 + (i % 20))).toBe(true)
      buffer.add(keyBytes, key.length, valueBytes, 3, 4 + (i % 20))
      model.set(key.toString('latin1'), i)
    }
    const m = harness.pool.memory
    const target = Buffer.alloc(64)
    const found = Array.from(buffer.sorted(), at => {
      const length = buffer.loadKey(at, target)
      const value = m.bytes.readUInt32LE(packedValueAt(at))
      expect(packedValueLength(m, at)).toBe(4 + (value % 20))
      return [target.toString('latin1', 0, length), value]
    })
    expect(found).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)))
    buffer.clear()
    expect(harness.pool.stats().borrowedFrames).toBe(0)
  })
})

describe('with keys as long as any page takes', () => {
  it('sorts those that differ in their last byte only, or not at all', () => {
    const harness = new TreeHarness(65_536, 256)
    const { maxKeyLength } = harness.context
    const buffer = new PutBuffer(harness.pool)
    const key = Buffer.alloc(maxKeyLength, 'a')
    const added: number[] = []
    for (let i = 0; i < 100; i++) {
      key[maxKeyLength - 1] = (i * 7) % 50
      added.push(key[maxKeyLength - 1])
      expect(buffer.reserve(key.length, 0)).toBe(true)
      buffer.add(key, key.length, key, 0, 0)
    }
    const other = Buffer.from('b')
    for (let i = 0; i < 40; i++) {
      expect(buffer.reserve(1, 0)).toBe(true)
      buffer.add(other, 1, other, 0, 0)
    }
    const target = Buffer.alloc(maxKeyLength)
    const lasts = Array.from(buffer.sorted(), at => target[buffer.loadKey(at, target) - 1])
    expect(lasts).toEqual([...new Set(added)].sort((a, b) => a - b).concat(other[0]))
    buffer.clear()
  })
})

describe('a value over memory that its owner resizes', () => {
  it('is copied as it is at each call', () => {
    const harness = new TreeHarness(4096, 256)
    const buffer = new PutBuffer(harness.pool)
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void }
    const memory = new Resizable(8, { maxByteLength: 100 })
    const value = new Uint8Array(memory)
    const lengths = [8, 50, 4]
    for (const [i, length] of lengths.entries()) {
      memory.resize(length)
      value.fill(i)
      expect(buffer.reserve(1, length)).toBe(true)
      buffer.add(Buffer.from([i]), 1, value, 0, length)
    }
    const m = harness.pool.memory
    const found = Array.from(buffer.sorted(), at => [packedValueLength(m, at), m.u8[packedValueAt(at)]])
    expect(found).toEqual(lengths.map((length, i) => [length, i]))
    buffer.clear()
  })
})

describe('its memory', () => {
  it('is three quarters of the pool at most, and none of a small one', () => {
    const harness = new TreeHarness(4096, 256)
    const buffer = new PutBuffer(harness.pool)
    const value = Buffer.alloc(1000)
    let added = 0
    for (; buffer.reserve(4, value.length); added++)
      buffer.add(Buffer.from('key.'), 4, value, 0, value.length)
    expect(added).toBeGreaterThan(500)
    expect(harness.pool.stats().borrowedFrames).toBeLessThanOrEqual(192)
    buffer.clear()
    expect(buffer.count).toBe(0)
    expect(buffer.reserve(4, 4)).toBe(true)
    buffer.clear()
    expect(new PutBuffer(new TreeHarness(4096, 64).pool).reserve(4, 4)).toBe(false)
  })
})
