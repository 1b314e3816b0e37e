/** The index of collected keys answers as a set does, and says "perhaps" only where keys were made to share places. */

import { describe, expect, it } from 'vitest'
import { hashOf, KeyIndex } from '../../src/btree/key-index.ts'
import { PutBuffer } from '../../src/btree/put-buffer.ts'
import { TreeHarness } from '../support/tree-harness.ts'

const VALUE = Buffer.from('value')

function addTo(buffer: PutBuffer, key: Buffer): void {
  expect(buffer.reserve(key.length, VALUE.length)).toBe(true)
  buffer.add(key, key.length, VALUE, 0, VALUE.length)
}

const has = (buffer: PutBuffer, key: Buffer) => buffer.mayHave(key, key.length)

describe('the index of collected keys', () => {
  it('knows what was there before it was asked and what came after, and nothing else', () => {
    const buffer = new PutBuffer(new TreeHarness(4096, 2000).pool)
    const keyOf = (i: number) => Buffer.from(`key ${Math.imul(i, 0x9e3779b1) >>> 0}`.slice(0, 5 + (i % 9)))
    const keys = new Set<string>()
    for (let i = 0; i < 20_000; i++) {
      const key = keyOf(i)
      if (i >= 3000) expect(has(buffer, key)).toBe(keys.has(key.toString()))
      addTo(buffer, key)
      keys.add(key.toString())
    }
    for (let i = 0; i < 40_000; i += 7) expect(has(buffer, keyOf(i))).toBe(keys.has(keyOf(i).toString()))
    buffer.clear()
  })

  it('tells keys of other lengths apart, also the empty one', () => {
    const buffer = new PutBuffer(new TreeHarness(4096, 2000).pool)
    const zeros = Array.from({ length: 40 }, (_, length) => Buffer.alloc(length))
    for (const [length, key] of zeros.entries()) if (length % 2 === 0) addTo(buffer, key)
    expect(zeros.map(key => has(buffer, key))).toEqual(zeros.map((_, length) => length % 2 === 0))
  })

  it('takes one place for a key, however often it comes', () => {
    const buffer = new PutBuffer(new TreeHarness(4096, 2000).pool)
    const [one, other] = [Buffer.from('again and again'), Buffer.from('never')]
    for (let i = 0; i < 20_000; i++) {
      addTo(buffer, one)
      expect(has(buffer, one)).toBe(true)
    }
    expect(has(buffer, other)).toBe(false)
  })

  it('forgets with the buffer', () => {
    const buffer = new PutBuffer(new TreeHarness(4096, 2000).pool)
    const key = Buffer.from('gone')
    addTo(buffer, key)
    expect(has(buffer, key)).toBe(true)
    buffer.clear()
    expect(has(buffer, key)).toBe(false)
  })

  it('says "perhaps" to all when keys were made to share places, and does not search for ever', () => {
    const harness = new TreeHarness(4096, 2000)
    const buffer = new PutBuffer(harness.pool)
    const alike: Buffer[] = []
    for (let i = 0; alike.length < 600; i++) {
      const key = Buffer.from(`k${i}`)
      if ((hashOf(key, 0, key.length) & 2047) === 5) alike.push(key)
    }
    const stranger = Buffer.from('a stranger')
    expect(has(buffer, stranger)).toBe(false)
    for (const key of alike) addTo(buffer, key)
    expect(alike.every(key => has(buffer, key))).toBe(true)
    expect(has(buffer, stranger)).toBe(true)
  })

  it('has no place for a key that it was not given', () => {
    const index = new KeyIndex(new TreeHarness(4096, 2000).pool.memory)
    expect(index.mayHave(Buffer.from('x'), 1)).toBe(false)
  })
})
