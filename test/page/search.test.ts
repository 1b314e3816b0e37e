import { describe, expect, it } from 'vitest'
import { insertBranchEntry, insertLeafEntry, rebuildNode, setFirstChild } from '../../src/page/edit.ts'
import { PageMemory } from '../../src/page/memory.ts'
import { countOf, initNode, prefixLengthOf, startCapacity } from '../../src/page/node.ts'
import { Scratch } from '../../src/page/scratch.ts'
import { compareWithEntry, searchChild, searchNode } from '../../src/page/search.ts'

const PAGE_SIZE = 4096

function leafOf(keys: readonly string[]): { m: PageMemory; keys: Buffer[] } {
  const m = new PageMemory(new SharedArrayBuffer(PAGE_SIZE), PAGE_SIZE)
  const scratch = new Scratch(PAGE_SIZE)
  initNode(m, 0, 1, 1, 0, startCapacity(PAGE_SIZE, 0))
  const sorted = keys.map(key => Buffer.from(key, 'latin1')).sort(Buffer.compare)
  for (const [i, key] of sorted.entries()) {
    expect(insertLeafEntry(m, 0, scratch, i, key, key.length, key, 0, 0, false)).toBe(true)
  }
  return { m, keys: sorted }
}

describe('searching a leaf', () => {
  const families: [string, string[]][] = [
    ['keys of all lengths', ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'b', 'zzzzzzzz']],
    ['keys that differ in trailing zeros only', ['a', 'a\0', 'a\0\0', 'a\0\0\0', 'a\0\0\0\0', 'a\0\0\0\0\0']],
    [
      'many keys with the same first bytes',
      Array.from({ length: 100 }, (_, i) => `same${String(i).padStart(3, '0')}`),
    ],
    [
      'keys around the largest bytes',
      ['\xff', '\xff\xff', '\xff\xff\xff\xff', '\xff\xff\xff\xff\xff', '\x7f', '\x80'],
    ],
    [
      'keys whose heads differ in the last bit',
      Array.from({ length: 50 }, (_, i) => `abc${String.fromCharCode(100 + i)}`),
    ],
  ]
  for (const [name, names] of families) {
    it(`finds ${name}, and the place of absent ones`, () => {
      const { m, keys } = leafOf(names)
      const probes = [
        ...keys,
        ...keys.flatMap(key => [Buffer.concat([key, Buffer.from([0])]), key.subarray(0, -1)]),
      ]
      for (const probe of probes) {
        const at = keys.findIndex(key => Buffer.compare(key, probe) >= 0)
        const place = at < 0 ? keys.length : at
        const isPresent = at >= 0 && keys[at].equals(probe)
        expect(searchNode(m, 0, probe, probe.length, 0)).toBe(isPresent ? place : ~place)
        for (const [i, key] of keys.entries()) {
          expect(Math.sign(compareWithEntry(m, 0, i, probe, probe.length))).toBe(Buffer.compare(probe, key))
        }
      }
    })
  }

  it('searches behind a common prefix longer than the header holds', () => {
    const prefix = 'https://example.org/a/rather/long/path/'
    const { m, keys } = leafOf(Array.from({ length: 80 }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`))
    // A leaf looks for its prefix when it is full; here it is told.
    rebuildNode(m, 0, new Scratch(PAGE_SIZE), prefix.length, 1)
    expect(prefixLengthOf(m, 0)).toBe(prefix.length)
    for (const [i, key] of keys.entries()) expect(searchNode(m, 0, key, key.length, 0)).toBe(i)
    expect(searchNode(m, 0, Buffer.from('https'), 5, 0)).toBe(~0)
    expect(searchNode(m, 0, Buffer.from('httpz'), 5, 0)).toBe(~80)
  })
})

describe('searching a branch', () => {
  it('leads every key to the child whose range holds it', () => {
    const m = new PageMemory(new SharedArrayBuffer(PAGE_SIZE), PAGE_SIZE)
    const scratch = new Scratch(PAGE_SIZE)
    initNode(m, 0, 1, 1, 1, startCapacity(PAGE_SIZE, 1))
    setFirstChild(m, 0, 100, 1, 0, false)
    for (const [i, separator] of ['d', 'h', 'h\0', 'p'].entries()) {
      const key = Buffer.from(separator, 'latin1')
      insertBranchEntry(m, 0, scratch, i + 1, key, key.length, 101 + i, 1, 0, false)
    }
    expect(countOf(m, 0)).toBe(5)
    const child = (key: string) => searchChild(m, 0, Buffer.from(key, 'latin1'), key.length)
    expect(['', 'a', 'd', 'g', 'h', 'h\0', 'ha', 'o', 'p', 'z'].map(child)).toEqual([
      0, 0, 1, 1, 2, 3, 3, 3, 4, 4,
    ])
  })
})
