/** Leaves filled from packed entries are what a leaf is, and full. */

import { describe, expect, it } from 'vitest'
import { findNodeFault } from '../../src/page/edit.ts'
import { PageMemory } from '../../src/page/memory.ts'
import * as node from '../../src/page/node.ts'
import {
  comparePacked,
  comparePackedWith,
  fillLeaf,
  mergePacked,
  packedKeyAt,
  packedLength,
  packedValueAt,
} from '../../src/page/packed.ts'
import { Scratch } from '../../src/page/scratch.ts'

const ARENA_BYTES = 1 << 20

/** Memory with one page at 0 and packed entries behind it. */
function memoryWith(pageSize: number, entries: readonly (readonly [Buffer, Buffer])[]) {
  const m = new PageMemory(new SharedArrayBuffer(pageSize + ARENA_BYTES), pageSize)
  const addresses = new Uint32Array(entries.length)
  let at = pageSize
  for (const [i, [key, value]] of entries.entries()) {
    addresses[i] = at
    m.u16[at >>> 1] = key.length
    m.u16[(at >>> 1) + 1] = value.length
    m.u8.set(value, packedValueAt(at))
    m.u8.set(key, packedKeyAt(m, at))
    at += packedLength(key.length, value.length)
  }
  node.initNode(m, 0, 7, 3, 0, 0)
  return { m, addresses }
}

function entryOf(m: PageMemory, index: number): [string, string] {
  const key = Buffer.alloc(m.pageSize)
  const length = node.loadKey(m, 0, index, key)
  const at = node.valueOffsetOf(m, 0, index)
  const value = m.bytes.subarray(at, at + node.valueLengthOf(m, 0, index))
  return [key.toString('latin1', 0, length), value.toString('latin1')]
}

const numbered = (prefix: string, count: number, valueLength: number) =>
  Array.from({ length: count }, (_, i): [Buffer, Buffer] => [
    Buffer.from(`${prefix}${String(i).padStart(5, '0')}`),
    Buffer.alloc(valueLength, i),
  ])

const SHAPES: Readonly<Record<string, [Buffer, Buffer][]>> = {
  'no common prefix': Array.from({ length: 200 }, (_, i) => [
    Buffer.from([i, 1, 2]),
    Buffer.alloc(i % 60, i),
  ]),
  'a short common prefix': numbered('user:', 300, 20),
  'a prefix longer than the header takes': numbered('p'.repeat(60), 300, 8),
  'keys that end inside their heads': [
    [Buffer.from(''), Buffer.from('empty')],
    [Buffer.from('a'), Buffer.from('1')],
    [Buffer.from('a\0'), Buffer.from('2')],
    [Buffer.from('a\0\0\0\0'), Buffer.from('3')],
    [Buffer.from('ab'), Buffer.alloc(100, 4)],
  ],
  'values that fill a leaf alone': numbered('k', 10, 900),
}

describe.each(Object.keys(SHAPES))('a leaf filled with %s', name => {
  const entries = SHAPES[name]

  it.each([4096, 16_384])('holds the first entries as they were, pages of %i bytes', pageSize => {
    const { m, addresses } = memoryWith(pageSize, entries)
    const taken = fillLeaf(m, 0, addresses, addresses.length, false)
    expect(taken).toBeGreaterThan(0)
    expect(node.countOf(m, 0)).toBe(taken)
    expect(findNodeFault(m, 0, new Scratch(pageSize))).toBeUndefined()
    for (let i = 0; i < taken; i++) {
      expect(entryOf(m, i)).toEqual([entries[i][0].toString('latin1'), entries[i][1].toString('latin1')])
    }
  })

  it('is full: with its room no larger entry would have fitted', () => {
    const { m, addresses } = memoryWith(4096, entries)
    const taken = fillLeaf(m, 0, addresses, addresses.length, false)
    if (taken === addresses.length) return
    const [key, value] = entries[taken]
    expect(node.usedBytes(m, 0) + node.LEAF_STRIDE + 2 + key.length + value.length + 60).toBeGreaterThan(
      node.nodeRoom(4096),
    )
  })

  it('leaves room for a tenth when it is to, and only when not all fit', () => {
    const { m, addresses } = memoryWith(4096, entries)
    const full = fillLeaf(m, 0, addresses, addresses.length, false)
    node.resetNode(m, 0, 0)
    const spared = full === addresses.length ? 0 : Math.floor(full / 10)
    expect(fillLeaf(m, 0, addresses, addresses.length, true)).toBe(full - spared)
    expect(node.countOf(m, 0)).toBe(full - spared)
    expect(node.capacityOf(m, 0)).toBe(full)
    expect(findNodeFault(m, 0, new Scratch(4096))).toBeUndefined()
  })

  it('keeps its page id and birth', () => {
    const { m, addresses } = memoryWith(4096, entries)
    fillLeaf(m, 0, addresses, 1, false)
    expect([m.u32[1], m.u32[2]]).toEqual([7, 3])
  })
})

describe('packed entries', () => {
  it('compare as their keys do', () => {
    const keys = ['', 'a', 'a\0', 'aa', 'ab', 'b', '\xff'].map(key => Buffer.from(key, 'latin1'))
    const { m, addresses } = memoryWith(
      512,
      keys.map(key => [key, Buffer.from('value')]),
    )
    for (const [i, a] of addresses.entries()) {
      for (const [j, b] of addresses.entries())
        expect(Math.sign(comparePacked(m, a, b))).toBe(Math.sign(i - j))
    }
  })
})

describe('packed entries', () => {
  const names = ['', 'a', 'a\0', 'ab', 'b', 'ba']

  it('compare with a key that is not packed as with one that is', () => {
    const { m, addresses } = memoryWith(
      4096,
      names.map((name): [Buffer, Buffer] => [Buffer.from(name), Buffer.alloc(3)]),
    )
    for (const [i, at] of addresses.entries()) {
      for (const [k, name] of names.entries()) {
        const key = Buffer.from(`${name}!`)
        expect(Math.sign(comparePackedWith(m, at, key, name.length))).toBe(Math.sign(i - k))
      }
    }
  })

  it.each([
    ['', '', ''],
    ['ac', '', 'a0 c0'],
    ['', 'ac', 'a1 c1'],
    ['ace', 'bdf', 'a0 b1 c0 d1 e0 f1'],
    ['def', 'abc', 'a1 b1 c1 d0 e0 f0'],
    ['abc', 'def', 'a0 b0 c0 d1 e1 f1'],
    ['abc', 'abc', 'a1 b1 c1'],
    ['abcd', 'bd', 'a0 b1 c0 d1'],
    ['b', 'abc', 'a1 b1 c1'],
  ])('of two lists, %j and %j, become one', (older, newer, expected) => {
    const entries = [...older].map((name): [Buffer, Buffer] => [Buffer.from(name), Buffer.from('0')])
    for (const name of newer) entries.push([Buffer.from(name), Buffer.from('1')])
    const { m, addresses } = memoryWith(4096, entries)
    const merged = mergePacked(m, addresses.subarray(0, older.length), addresses.subarray(older.length))
    const shown = Array.from(merged, at => {
      const key = packedKeyAt(m, at)
      return m.bytes.toString('latin1', key, key + 1) + String.fromCharCode(m.u8[packedValueAt(at)])
    })
    expect(shown.join(' ')).toBe(expected)
  })
})
