/** The kernel finds what the reader in TypeScript finds, and stands back when it cannot. */

import { describe, expect, it } from 'vitest'
import { type CollectedEntries, PutMode } from '../../src/btree/api.ts'
import { KERNEL_BASE64 } from '../../src/btree/kernel/bytes.ts'
import { Collect, FILL_MAX, Found, GATHERED_ABSENT } from '../../src/btree/kernel/kernel.ts'
import { PutBuffer } from '../../src/btree/put-buffer.ts'
import { TreeReader } from '../../src/btree/reader.ts'
import type { TreeWriter } from '../../src/btree/writer.ts'
import * as edit from '../../src/page/edit.ts'
import {
  cellLengthOf,
  countOf,
  initNode,
  loadKey,
  nodeRoom,
  prefixRestBytes,
  startCapacity,
} from '../../src/page/node.ts'
import { fillLeaf } from '../../src/page/packed.ts'
import { Scratch } from '../../src/page/scratch.ts'
import { searchNode } from '../../src/page/search.ts'
import { splitNode } from '../../src/page/split.ts'
import { MAIN_SLOT } from '../../src/pool/control.ts'
import { Epochs } from '../../src/pool/epochs.ts'
import { compileKernel, KERNEL_SOURCE } from '../support/compile-kernel.ts'
import { keyUnder } from '../support/cursor-key.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { TreeHarness } from '../support/tree-harness.ts'

debugModeIs(false)

/** A repeatable source of numbers below `limit` (Park and Miller's generator). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (state * 48_271) % 0x7fff_ffff
    return state % limit
  }
}

function put(tree: TreeWriter, key: Uint8Array, value: Uint8Array): void {
  tree.put(key, key.length, value, 0, value.length, PutMode.upsert)
}

type KeyMaker = (random: (limit: number) => number) => Buffer

const KEYS: Readonly<Record<string, KeyMaker>> = {
  'random bytes': random => Buffer.from(Array.from({ length: 24 }, () => random(256))),
  'short keys of few letters': random =>
    Buffer.from(Array.from({ length: random(7) }, () => random(3) * 0x7f)),
  'a long common prefix': random =>
    Buffer.from(`${'the same beginning of forty and more bytes/'}${random(100_000)}`),
  'equal heads': random => Buffer.from(`key:${random(2) === 0 ? 'aaaa' : 'bbbb'}${random(5000)}`),
  'ascending numbers': random => {
    const key = Buffer.alloc(8)
    key.writeUInt32BE(random(20_000), 4)
    return key
  },
}

/** The keys and values that were collected; which of them were wanted the caller knows. */
function collectedOf(collected: CollectedEntries, count: number): [Buffer, Buffer][] {
  const { keys, values, words, lengthsWord } = collected
  let keysAt = 0
  let valuesAt = 0
  return Array.from({ length: count }, (_, i) => {
    const keyLength = words[lengthsWord + i] & 0xffff
    const valueLength = words[lengthsWord + i] >>> 16
    const key = Buffer.from(keys.slice(keysAt, keysAt + keyLength))
    const value = Buffer.from(values.slice(valuesAt, valuesAt + valueLength))
    keysAt += (keyLength + 7) & ~7
    valuesAt += (valueLength + 7) & ~7
    return [key, value]
  })
}

/** Keys one after the other, as `gather` takes them, with something else between them. */
function sideBySide(keys: readonly Buffer[]): { bytes: Buffer; places: Uint32Array } {
  const between = Buffer.from([0xff, 0xff, 0xff])
  const bytes = Buffer.concat(keys.flatMap(key => [between, key]))
  const places = new Uint32Array(2 * keys.length)
  let at = 0
  for (const [i, key] of keys.entries()) {
    places[2 * i] = at + between.length
    at += between.length + key.length
    places[2 * i + 1] = at
  }
  return { bytes, places }
}

describe('the kernel', () => {
  it('is what its source compiles to', async () => {
    expect(Buffer.from(await compileKernel(KERNEL_SOURCE)).toString('base64')).toBe(KERNEL_BASE64)
  })

  describe.each([512, 4096, 65_536])('with pages of %i bytes', pageSize => {
    it('copies a page and nothing beside it', () => {
      const { context, pool } = new TreeHarness(pageSize, 16)
      const { memory, kernel } = context
      const [from, to] = [pool.create(10), pool.create(11)]
      const [low, high] = [Math.min(from, to), Math.max(from, to) + pageSize]
      const random = randomNumbers(1)
      for (let at = low; at < high; at++) memory.u8[at] = random(256)
      const expected = Buffer.from(memory.u8.slice(low, high))
      expected.copyWithin(to - low, from - low, from - low + pageSize)
      kernel!.copyPage(from, to)
      expect(expected.equals(memory.u8.slice(low, high))).toBe(true)
    })

    it.each(Object.keys(KEYS))('collects what a cursor comes by: %s', name => {
      const random = randomNumbers(pageSize * 3 + name.length)
      const harness = new TreeHarness(pageSize, 4096)
      const writer = harness.tree()
      for (let i = 0; i < 3000; i++) {
        // Every fiftieth may be too long for a leaf, and goes to an extent.
        put(writer, KEYS[name](random), Buffer.alloc(random(i % 50 === 0 ? 2 * pageSize : 90), i))
      }
      writer.settle()
      const tree = new TreeReader(harness.context, writer.state.toRoot(), false, () => {})
      const cursor = tree.cursor()
      const singly: Buffer[][] = []
      for (let more = cursor.first(); more; more = cursor.next()) {
        const key = keyUnder(cursor)
        cursor.loadValue()
        const { valueBytes, valueOffset, valueLength } = cursor
        singly.push([key, Buffer.from(valueBytes.subarray(valueOffset, valueOffset + valueLength))])
      }
      for (const what of [Collect.keys, Collect.values, Collect.both]) {
        let position = 0
        let collected = 0
        for (let more = cursor.first(); more; more = cursor.next()) {
          const count = cursor.collect!(1 + random(200), what)
          const entries = count === 0 ? [] : collectedOf(cursor.collected!, count)
          for (const [key, value] of entries) {
            if (what !== Collect.values) expect(key.equals(singly[position][0])).toBe(true)
            if (what !== Collect.keys) expect(value.equals(singly[position][1])).toBe(true)
            position++
          }
          collected += count
          if (count === 0) position++
        }
        expect(position).toBe(singly.length)
        expect(collected).toBeGreaterThan(singly.length / 2)
      }
    })

    it.each(Object.keys(KEYS))('gathers what is found one by one: %s', name => {
      const random = randomNumbers(pageSize * 7 + name.length)
      const harness = new TreeHarness(pageSize, 4096)
      const writer = harness.tree()
      const keys: Buffer[] = []
      for (let i = 0; i < 3000; i++) {
        const key = KEYS[name](random)
        keys.push(key)
        put(writer, key, Buffer.alloc(random(i % 200 === 0 ? 2 * pageSize : 40), i))
      }
      const removed = keys.filter((_, i) => i % 20 === 3)
      for (const key of removed) writer.remove(key, key.length)
      const tree = new TreeReader(harness.context, writer.root, false, () => {})
      let gathered = 0
      for (let round = 0; round < 60; round++) {
        const wanted = Array.from({ length: 1 + random(250) }, () => keys[random(keys.length)])
        const { bytes, places } = sideBySide(wanted)
        const count = tree.gather(bytes, places, wanted.length)
        const entries = collectedOf(tree.gathered!, count)
        for (const [i, [key, value]] of entries.entries()) {
          const isFound = tree.find(wanted[i], wanted[i].length)
          expect(key.length).toBe(isFound ? 0 : GATHERED_ABSENT)
          if (!isFound) continue
          const { valueBytes, valueOffset, valueLength } = tree
          expect(value.equals(valueBytes.subarray(valueOffset, valueOffset + valueLength))).toBe(true)
        }
        // The next is to be found by itself: it lies in an extent, or there was no room.
        if (count < wanted.length && count < 100) {
          const next = wanted[count]
          const isInLeaf = !tree.find(next, next.length) || tree.valueLength < pageSize / 8
          const bytes = entries.reduce((sum, [, value]) => sum + value.length + 8, tree.valueLength)
          expect(isInLeaf && bytes < 21_000).toBe(false)
        }
        gathered += count
      }
      expect(gathered).toBeGreaterThan(500)
      expect(tree.gather(Buffer.from('?'), new Uint32Array([0, 1]), 1)).toBe(1)
      expect(collectedOf(tree.gathered!, 1)[0][0]).toHaveLength(GATHERED_ABSENT)
    })

    it.each(Object.keys(KEYS))('finds what was put, and nothing else: %s', name => {
      const random = randomNumbers(pageSize + name.length)
      const harness = new TreeHarness(pageSize, 4096)
      const tree = harness.tree()
      const model = new Map<string, number>()
      const makeKey = KEYS[name]
      for (let i = 0; i < 4000; i++) {
        const key = makeKey(random)
        const length = random(i % 50 === 0 ? pageSize : 40)
        put(tree, key, Buffer.alloc(length, i))
        model.set(key.toString('latin1'), i)
      }
      const kernel = harness.context.kernel!
      const ask = (key: Buffer) => {
        const found = kernel.find(tree.state.pageId, tree.state.height, key, key.length)
        expect(found).not.toBe(Found.miss)
        return found
      }
      for (const [text, i] of model) {
        const key = Buffer.from(text, 'latin1')
        expect(ask(key)).not.toBe(Found.absent)
        expect(tree.find(key, key.length)).toBe(true)
        expect(tree.has(key, key.length)).toBe(true)
        if (tree.valueLength > 0) expect(tree.valueBytes[tree.valueOffset]).toBe(i & 0xff)
      }
      for (let i = 0; i < 4000; i++) {
        const key = makeKey(random)
        expect(ask(key) !== Found.absent).toBe(model.has(key.toString('latin1')))
      }
    })
  })

  it.each([512, 4096, 65_536])(
    'fills a leaf of %i bytes with the bytes that TypeScript fills it with',
    pageSize => {
      for (const [i, makeKey] of Object.values(KEYS).entries()) {
        const random = randomNumbers(pageSize + i)
        const harness = new TreeHarness(pageSize, 1024)
        const { pool, memory, kernel } = harness.context
        const buffer = new PutBuffer(pool)
        for (let entry = 0; entry < 2000; entry++) {
          const key = makeKey(random)
          const value = Buffer.alloc(random(entry % 40 === 0 ? pageSize >>> 3 : 50), entry)
          if (!buffer.reserve(key.length, value.length)) break
          buffer.add(key, key.length, value, 0, value.length)
        }
        const addresses = buffer.sorted()
        const [first, second] = [pool.borrow(), pool.borrow()]
        for (let at = 0; at < addresses.length; ) {
          const count = Math.min(addresses.length - at, FILL_MAX)
          for (const base of [first, second]) {
            memory.u8.fill(0, base, base + pageSize)
            initNode(memory, base, 9, 4, 0, 0)
          }
          const leavesRoom = random(2) === 0
          const taken = fillLeaf(memory, first, addresses.subarray(at), count, leavesRoom)
          expect(kernel!.fillLeaf(second, addresses, at, count, leavesRoom)).toBe(taken)
          const image = (base: number) => memory.bytes.subarray(base, base + pageSize)
          expect(image(second).equals(image(first))).toBe(true)
          at += taken
        }
      }
    },
  )

  describe.each([512, 4096, 16_384])('rewriting leaves of %i bytes', pageSize => {
    const harness = new TreeHarness(pageSize, 1024)
    const { pool, memory, scratch } = harness.context
    const plain = new Scratch(pageSize)
    const [leaf, first, second, firstRight, secondRight] = Array.from({ length: 5 }, () => pool.borrow())
    const imageOf = (base: number) => memory.bytes.subarray(base, base + pageSize)

    /** A full leaf, in which cells lie in any order, some values are references, and some bytes are dead. */
    function fillWith(makeKey: KeyMaker, random: (limit: number) => number): void {
      memory.u8.fill(0, leaf, leaf + pageSize)
      initNode(memory, leaf, 9, 4, 0, startCapacity(pageSize, 0))
      for (let refused = 0; refused < 3; ) {
        const key = makeKey(random)
        const value = Buffer.alloc(random(random(20) === 0 ? pageSize >>> 3 : 40), random(256))
        const found = searchNode(memory, leaf, key, key.length, 0)
        if (found >= 0) {
          edit.removeEntries(memory, leaf, found, found + 1)
          if (random(8) === 0) refused++
          continue
        }
        const { length } = value
        const isIn = edit.insertLeafEntry(
          memory,
          leaf,
          plain,
          ~found,
          key,
          key.length,
          value,
          0,
          length,
          random(9) === 0,
        )
        if (!isIn) refused++
      }
    }

    /** Two leaves that were something else before, the same. */
    function spoil(one: number, other: number, random: (limit: number) => number): void {
      const garbage = Buffer.from(Array.from({ length: pageSize }, () => random(256)))
      for (const base of [one, other]) {
        memory.u8.set(garbage, base)
        initNode(memory, base, 9, 4, 0, 0)
      }
    }

    it.each(Object.keys(KEYS))('writes the bytes that TypeScript writes: %s', name => {
      const random = randomNumbers(pageSize + name.length)
      expect(scratch.rewriterFor(memory)).toBeDefined()
      let [longer, shorter] = [0, 0]
      for (let round = 0; round < 60; round++) {
        fillWith(KEYS[name], random)
        const count = countOf(memory, leaf)
        const prefixLength = memory.u16[(leaf + 20) >>> 1]
        for (let part = 0; part < 10; part++) {
          const from = random(count)
          const to = from + 1 + random(count - from)
          const firstLength = loadKey(memory, leaf, from, plain.key)
          const lastLength = loadKey(memory, leaf, to - 1, plain.separator)
          const limit = Math.min(firstLength, lastLength)
          const shared = edit.commonPrefixLength(plain.key, plain.separator, limit)
          const wanted = part % 3 === 0 ? prefixLength : random(shared + 1)
          // Shorter prefixes have longer cells.
          let bytes = prefixRestBytes(wanted) + 8
          for (let i = from; i < to; i++) {
            bytes += 8 + cellLengthOf(memory, leaf, i) + Math.max(0, prefixLength - wanted)
          }
          if (bytes > nodeRoom(pageSize)) continue
          if (wanted > prefixLength) longer++
          if (wanted < prefixLength) shorter++
          const capacity = to - from + random(2)
          spoil(first, second, random)
          plain.take(memory, leaf)
          edit.rewriteNode(memory, first, plain, from, to, wanted, capacity)
          scratch.take(memory, leaf)
          edit.rewriteNode(memory, second, scratch, from, to, wanted, capacity)
          expect(imageOf(second).equals(imageOf(first))).toBe(true)
          expect(edit.findNodeFault(memory, second, plain)).toBeUndefined()
          expect(countOf(memory, second)).toBe(to - from)
        }
        // As a split and a rebuilding do it, in place.
        imageOf(leaf).copy(imageOf(first))
        imageOf(leaf).copy(imageOf(second))
        edit.rebuildNode(memory, first, plain, prefixLength, 0)
        edit.rebuildNode(memory, second, scratch, prefixLength, 0)
        expect(imageOf(second).equals(imageOf(first))).toBe(true)
        spoil(firstRight, secondRight, random)
        const at = random(count + 1)
        splitNode(memory, first, firstRight, at, plain)
        splitNode(memory, second, secondRight, at, scratch)
        expect(imageOf(second).equals(imageOf(first))).toBe(true)
        expect(imageOf(secondRight).equals(imageOf(firstRight))).toBe(true)
      }
      if (name === 'a long common prefix') expect(shorter).toBeGreaterThan(10)
      if (name === 'equal heads') expect(longer).toBeGreaterThan(10)
    })
  })

  it('writes nothing outside of the leaf whatever a forged one says', () => {
    const pageSize = 512
    const harness = new TreeHarness(pageSize, 1024)
    const { pool, memory, scratch, kernel } = harness.context
    const [before, leaf, target, after] = Array.from({ length: 4 }, () => pool.borrow())
    const random = randomNumbers(77)
    const others = Buffer.from(memory.u8)
    let refused = 0
    for (let round = 0; round < 20_000; round++) {
      for (let i = 0; i < pageSize; i++) memory.u8[leaf + i] = random(256)
      initNode(memory, leaf, 9, 4, 0, random(60))
      memory.u16[(leaf + 16) >>> 1] = random(60)
      memory.u16[(leaf + 20) >>> 1] = random(2) === 0 ? random(40) : random(65_536)
      // Few of the cells may seem right.
      for (let i = 0; i < 120; i++) memory.u32[((leaf + 64) >>> 2) + i] = random(512) | (random(100) << 16)
      scratch.take(memory, leaf)
      const from = random(60)
      const isWhole = kernel!.rewriteLeaf(target, from, from + 1 + random(10), random(200), random(80))
      if (!isWhole) refused++
    }
    expect(refused).toBeGreaterThan(10_000)
    const poolEnd = Math.max(before, leaf, target, after) + pageSize
    for (const base of [leaf, target]) others.copy(memory.bytes, base, base, base + pageSize)
    expect(memory.bytes.subarray(0, poolEnd).equals(others.subarray(0, poolEnd))).toBe(true)
  })

  it('leaves the rewriting of pages that its area has no room for to TypeScript', () => {
    expect(new TreeHarness(32_768, 64).context.kernel!.rewriter).toBeUndefined()
    expect(new TreeHarness(16_384, 64).context.kernel!.rewriter).toBeDefined()
  })

  it('finds the longest key of the largest page', () => {
    const harness = new TreeHarness(65_536, 64)
    const tree = harness.tree()
    const key = Buffer.alloc(tree.maxKeyLength, 7)
    const shorter = key.subarray(0, key.length - 1)
    put(tree, key, Buffer.from('long'))
    const { kernel } = harness.context
    expect(kernel!.find(tree.state.pageId, 1, key, key.length)).toBe(Found.value)
    expect(kernel!.find(tree.state.pageId, 1, shorter, shorter.length)).toBe(Found.absent)
  })

  it('leaves a key that no tree can have to the reader, and its memory as it was', () => {
    const harness = new TreeHarness(4096, 16)
    const tree = harness.tree()
    put(tree, Buffer.from('a'), Buffer.from('1'))
    const tooLong = Buffer.alloc(1 << 20, 0x61)
    expect(harness.context.kernel!.find(tree.state.pageId, 1, tooLong, tooLong.length)).toBe(Found.miss)
    expect(tree.has(tooLong, tooLong.length)).toBe(false)
    expect(tree.find(Buffer.from('a'), 1)).toBe(true)
  })

  it('says that it missed when a page is not in memory; the reader loads it', () => {
    const harness = new TreeHarness(512, 16)
    const tree = harness.tree()
    for (let i = 0; i < 2000; i++) put(tree, Buffer.from(`key ${i}`), Buffer.from(`${i}`))
    const kernel = harness.context.kernel!
    let missed = 0
    for (let i = 0; i < 2000; i++) {
      const key = Buffer.from(`key ${i}`)
      if (kernel.find(tree.state.pageId, tree.state.height, key, key.length) === Found.miss) missed++
      expect(tree.find(key, key.length)).toBe(true)
    }
    expect(missed).toBeGreaterThan(100)
  })

  it('gathers up to a page that is not in memory, which the reader loads', () => {
    const harness = new TreeHarness(512, 16)
    const writer = harness.tree()
    const keyOf = (i: number) => Buffer.from(String(i).padStart(5, '0'))
    for (let i = 0; i < 2000; i++) put(writer, keyOf(i), Buffer.from(`${i}`))
    const tree = new TreeReader(harness.context, writer.root, false, () => {})
    harness.nextTransaction()
    let [once, atOnce] = [0, 0]
    for (let i = 0; i < 2000; ) {
      const wanted = Array.from({ length: Math.min(20, 2000 - i) }, (_, ahead) => keyOf(i + ahead))
      const { bytes, places } = sideBySide(wanted)
      const count = tree.gather(bytes, places, wanted.length)
      for (const [ahead, [, value]] of collectedOf(tree.gathered!, count).entries()) {
        expect(value.toString()).toBe(`${i + ahead}`)
      }
      atOnce += count
      i += count
      if (count === wanted.length) continue
      expect(tree.find(keyOf(i), 5)).toBe(true)
      i++
      once++
    }
    expect(atOnce).toBeGreaterThan(500)
    expect(once).toBeGreaterThan(50)
  })

  it('gathers what a tree that may change has at the moment, and does not say that it stays so', () => {
    const writer = new TreeHarness(4096, 16).tree()
    const valueOfA = () => {
      expect(writer.gather(Buffer.from('a'), new Uint32Array([0, 1]), 1)).toBe(1)
      return collectedOf(writer.gathered!, 1)[0][1].toString()
    }
    put(writer, Buffer.from('a'), Buffer.from('1'))
    expect(valueOfA()).toBe('1')
    put(writer, Buffer.from('a'), Buffer.from('2'))
    expect(valueOfA()).toBe('2')
    expect(writer.canGather).toBe(false)
  })

  it('leaves a cursor where it can go on both ways, also when its leaf was evicted', () => {
    const harness = new TreeHarness(512, 16)
    const writer = harness.tree()
    const keyOf = (i: number) => Buffer.from(String(i).padStart(5, '0'))
    for (let i = 0; i < 2000; i++) put(writer, keyOf(i), Buffer.from(`${i}`))
    const tree = new TreeReader(harness.context, writer.root, false, () => {})
    harness.nextTransaction()
    const { kernel } = harness.context
    const walkAll = () => {
      const other = tree.cursor()
      for (let more = other.first(); more; more = other.next());
    }
    let byKernel = 0
    for (let i = 0; i < 2000; i += 7) {
      // Brings the way in.
      tree.find(keyOf(i), 5)
      if (kernel!.seek(tree.state.pageId, tree.state.height, keyOf(i), 5) !== Found.miss) byKernel++
      const forth = tree.cursor()
      const back = tree.cursor()
      expect(forth.seek(keyOf(i), 5)).toBe(true)
      expect(back.seekBefore(keyOf(i), 5)).toBe(i > 0)
      if (i % 70 === 0) walkAll()
      expect(keyUnder(forth)).toEqual(keyOf(i))
      for (let next = i + 1; next < Math.min(i + 40, 2000); next++) {
        expect(forth.next() && keyUnder(forth)).toEqual(keyOf(next))
      }
      for (let before = i - 2; before >= Math.max(i - 40, 0); before--) {
        expect(back.prev() && keyUnder(back)).toEqual(keyOf(before))
      }
    }
    expect(byKernel).toBeGreaterThan(200)
  })

  it('is asked within an epoch while the pool is shared', () => {
    const harness = new TreeHarness(4096, 16)
    const tree = harness.tree()
    put(tree, Buffer.from('a'), Buffer.from('1'))
    const { hits } = harness.pool.stats()
    harness.pool.share()
    expect(harness.pool.allowsKernel()).toBe(true)
    expect(tree.find(Buffer.from('a'), 1)).toBe(true)
    expect(harness.pool.stats().hits).toBe(hits + 1)
    const main = new Epochs(harness.pool.shared.control, MAIN_SLOT)
    expect(main.isInside()).toBe(true)
    harness.pool.end()
    expect(main.isInside()).toBe(false)
  })

  it('counts the pages that it finds as hits', () => {
    const harness = new TreeHarness(4096, 16)
    const tree = harness.tree()
    put(tree, Buffer.from('a'), Buffer.from('1'))
    const { hits } = harness.pool.stats()
    tree.find(Buffer.from('a'), 1)
    expect(harness.pool.stats().hits).toBe(hits + 1)
  })
})
