/**
 * Laws of the tree when its entries are about as long as any that lie in a leaf, and their keys as long as any:
 * - it holds what a sorted map under the same operations holds, and a cursor that changes the tree while it walks comes by every
 *   key that is there when it gets so far;
 * - a value lies in its leaf exactly if its entry is no longer than `maxEntryLength`;
 * - `verifyTree` finds nothing wrong, and the pages in use are exactly the pages reached;
 * - with the kernel and without it the pages hold the same bytes.
 * All of it also holds for a tree that began when values of more than a quarter of a page had pages of their own.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debugChecks } from '../src/base/assert.ts'
import { PutMode } from '../src/btree/api.ts'
import { Cursor } from '../src/btree/cursor.ts'
import { TreeReader } from '../src/btree/reader.ts'
import type { TreeRoot } from '../src/btree/root.ts'
import type { TreeWriter } from '../src/btree/writer.ts'
import * as node from '../src/page/node.ts'
import { maxEntryLength, maxKeyLength } from '../src/page/node.ts'
import { keyUnder } from '../test/support/cursor-key.ts'
import { TreeHarness } from '../test/support/tree-harness.ts'
import { runs } from './scale.ts'

debugChecks.enabled = true

/** By key, as latin1, so that strings sort as bytes do. */
type Model = Map<string, Buffer>
const text = (key: Uint8Array) => Buffer.from(key).toString('latin1')
const sortedKeys = (model: Model) => [...model.keys()].sort()

// Lengths are said by what they are near to, for all page sizes alike.

const delta = fc.integer({ min: -3, max: 3 })

const keyShape = fc.record({
  near: fc.constantFrom('nothing', 'a head', 'the prefix in the header', 'half', 'most', 'most'),
  delta,
  filling: fc.constantFrom('a', 'a', 'b'),
  number: fc.nat(60),
  /** Keys that differ in front share no prefix, those that differ at the end nearly all of it. */
  numberIs: fc.constantFrom('in front', 'in the middle', 'at the end'),
})
type KeyShape = typeof keyShape extends fc.Arbitrary<infer T> ? T : never

const valueShape = fc.record({
  near: fc.constantFrom('nothing', 'a third', 'a quarter', 'half', 'most', 'most', 'most', 'a page'),
  delta,
})
type ValueShape = typeof valueShape extends fc.Arbitrary<infer T> ? T : never

function keyOf({ near, delta, filling, number, numberIs }: KeyShape, pageSize: number): Buffer {
  const most = maxKeyLength(pageSize)
  const lengths = {
    nothing: 0,
    'a head': 6,
    'the prefix in the header': 33,
    half: most >>> 1,
    most,
  }
  const length = Math.min(most, Math.max(0, lengths[near as keyof typeof lengths] + delta))
  const digits = String(number).padStart(2, '0').slice(0, length)
  const room = length - digits.length
  const at = numberIs === 'in front' ? 0 : numberIs === 'at the end' ? room : room >>> 1
  const key = Buffer.alloc(length, filling)
  key.write(digits, at, 'latin1')
  return key
}

let serial = 0

/** A value that makes an entry of about that length with the key; no two are the same, unless they are empty. */
function valueFor(keyLength: number, { near, delta }: ValueShape, pageSize: number): Buffer {
  const most = maxEntryLength(pageSize)
  const lengths = {
    nothing: keyLength,
    'a third': Math.floor((pageSize - 64) / 3),
    'a quarter': maxKeyLength(pageSize),
    half: most >>> 1,
    most,
    'a page': pageSize,
  }
  const value = Buffer.alloc(Math.max(0, lengths[near as keyof typeof lengths] + delta - keyLength), ++serial)
  if (value.length >= 4) value.writeUInt32LE(serial, value.length - 4)
  return value
}

const entry = fc.tuple(keyShape, valueShape)
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('nothing' as const) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('remove' as const) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('replace' as const), value: valueShape }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('putBehind' as const), value: valueShape }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('put' as const), entry }) },
)

const operation = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('put' as const),
      entries: fc.array(entry, { minLength: 1, maxLength: 25, size: 'max' }),
      /** Asking for one that is there ends the collecting of puts. */
      asks: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('replace' as const), at: fc.nat(), value: valueShape }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('removeMost' as const), phase: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('deleteRange' as const), from: keyShape, to: keyShape }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('putInOrder' as const),
      key: keyShape,
      values: fc.array(valueShape, { maxLength: 40, size: 'max' }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('append' as const), values: fc.array(valueShape) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('stream' as const), entry }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('fillLeaf' as const), key: keyShape, delta }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('walk' as const),
      from: keyShape,
      isForward: fc.boolean(),
      actions: fc.array(action, { maxLength: 30, size: 'max' }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('commit' as const) }) },
)
const scripts = fc.array(operation, { maxLength: 30, size: 'max' })
type Step = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** One tree and what it should hold. */
class Twin {
  readonly harness: TreeHarness
  readonly tree: TreeWriter
  readonly model: Model = new Map()
  readonly #pageSize: number
  readonly #hasExtents: boolean
  /** Whether values that are put now, and all before, lie where the rule wants them. */
  #keepsRule = true
  readonly #snapshots: { root: TreeRoot; entries: [string, string][] }[] = []

  /** @param hasExtents whether entries may be too long for a leaf: a tree with such ones is never built anew of its entries */
  constructor(pageSize: number, frames: number, hasKernel: boolean, hasExtents: boolean) {
    this.harness = new TreeHarness(pageSize, frames, hasKernel)
    this.tree = this.harness.tree()
    this.#pageSize = pageSize
    this.#hasExtents = hasExtents
  }

  /** From now on `most` bytes are the longest entry that lies in a leaf. */
  rule(most: number): void {
    const { context } = this.harness
    if (most === context.maxEntryLength) return
    this.#keepsRule = false
    // What is collected was so by the other rule.
    this.tree.settle()
    Object.assign(context, { maxEntryLength: most })
  }

  put(key: Buffer, value: Buffer): void {
    expect(this.tree.put(key, key.length, value, 0, value.length, PutMode.upsert)).toBe(true)
    this.model.set(text(key), value)
  }

  remove(name: string): void {
    const key = Buffer.from(name, 'latin1')
    expect(this.tree.remove(key, key.length)).toBe(true)
    this.model.delete(name)
  }

  value(key: Uint8Array, shape: ValueShape): Buffer {
    const value = valueFor(key.length, shape, this.#pageSize)
    return this.#hasExtents ? value : value.subarray(0, this.harness.context.maxEntryLength - key.length)
  }

  key(shape: KeyShape): Buffer {
    return keyOf(shape, this.#pageSize)
  }

  apply(step: Step): void {
    const { model, tree } = this
    const names = sortedKeys(model)
    switch (step.op) {
      case 'put':
        for (const [shape, value] of step.entries) {
          const key = this.key(shape)
          this.put(key, this.value(key, value))
          if (step.asks) expect(tree.has(key, key.length)).toBe(true)
        }
        break
      case 'replace':
        if (names.length > 0) {
          const key = Buffer.from(names[step.at % names.length], 'latin1')
          this.put(key, this.value(key, step.value))
        }
        break
      case 'remove':
        if (names.length > 0) this.remove(names[step.at % names.length])
        break
      case 'removeMost':
        for (const [i, name] of names.entries()) if (i % 3 !== step.phase) this.remove(name)
        break
      case 'deleteRange': {
        const [from, to] = [this.key(step.from), this.key(step.to)]
        const doomed = names.filter(name => name >= text(from) && name < text(to))
        expect(tree.deleteRange(from, from.length, to, to.length)).toBe(doomed.length)
        for (const name of doomed) model.delete(name)
        break
      }
      case 'putInOrder': {
        const key = this.key({ ...step.key, numberIs: 'at the end' })
        for (const [i, shape] of step.values.entries()) {
          const one = Buffer.from(key)
          one.write(String(i).padStart(2, '0').slice(0, key.length), Math.max(0, key.length - 2), 'latin1')
          this.put(one, this.value(one, shape))
        }
        break
      }
      case 'append':
        this.#append(names.at(-1) ?? '', step.values)
        break
      case 'stream': {
        const key = this.key(step.entry[0])
        const value = this.value(key, step.entry[1])
        const half = value.length >>> 1
        tree.putStream(key, key.length, value.length, [value.subarray(0, half), value.subarray(half)])
        model.set(text(key), value)
        break
      }
      case 'fillLeaf':
        this.#fillLeaf(this.key(step.key), step.delta)
        break
      case 'walk':
        this.#walk(step)
        break
      case 'commit':
        this.#snapshots.push({ root: tree.root, entries: this.expected() })
        this.harness.nextTransaction()
    }
    expect(tree.count).toBe(model.size)
  }

  /** Puts an entry that fills its leaf to the last byte, or a few bytes less or more. */
  #fillLeaf(key: Buffer, delta: number): void {
    const { tree, harness } = this
    tree.settle()
    if (tree.state.height === 0 || tree.has(key, key.length)) return
    const { memory: m, maxEntryLength: longest } = harness.context
    // biome-ignore lint/complexity/useLiteralKeys: it is not for everybody.
    const leaf = tree['leafFor'](key, key.length)
    const without = node.usedBytes(m, leaf) + node.LEAF_STRIDE + node.VALUE_LENGTH_BYTES
    const tail = node.tailLength(Math.max(0, key.length - node.prefixLengthOf(m, leaf)))
    const length = node.nodeRoom(this.#pageSize) - without - tail + delta
    if (length >= 0 && length <= longest - key.length) this.put(key, Buffer.alloc(length, ++serial))
  }

  #append(last: string, values: readonly ValueShape[]): void {
    const appender = this.tree.appender()
    // Not behind the longest: what is above it may have no key.
    const longest = maxKeyLength(this.#pageSize)
    if (last.length <= longest - 2) {
      for (const [i, shape] of values.entries()) {
        const key = Buffer.from(last + String(i).padStart(2, '0'), 'latin1')
        const value = this.value(key, shape)
        appender.append(key, key.length, value, 0, value.length)
        this.model.set(text(key), value)
      }
    }
    appender.finish()
  }

  #walk({ from, isForward, actions }: Extract<Step, { op: 'walk' }>): void {
    const cursor = this.tree.cursor()
    const start = this.key(from)
    const at = () => text(keyUnder(cursor))
    let stands = isForward ? cursor.seek(start, start.length) : cursor.seekBefore(start, start.length)
    const beyond = (name: string, isIncluded: boolean) => {
      const names = sortedKeys(this.model)
      return isForward
        ? names.find(other => other > name || (isIncluded && other === name))
        : names.findLast(other => other < name)
    }
    let expected = beyond(text(start), isForward)
    for (const action of actions) {
      expect(stands ? at() : undefined).toBe(expected)
      if (expected === undefined) return
      const key = Buffer.from(expected, 'latin1')
      if (action.act === 'remove') this.remove(expected)
      else if (action.act === 'replace') {
        this.put(key, this.value(key, action.value))
        cursor.loadValue()
        expect(valueUnder(cursor).equals(this.model.get(expected)!)).toBe(true)
      } else if (action.act === 'putBehind' && key.length < maxKeyLength(this.#pageSize)) {
        const next = Buffer.concat([key, Buffer.alloc(1)])
        this.put(next, this.value(next, action.value))
      } else if (action.act === 'put') {
        const other = this.key(action.entry[0])
        this.put(other, this.value(other, action.entry[1]))
      }
      stands = isForward ? cursor.next() : cursor.prev()
      expected = beyond(expected, false)
    }
  }

  expected(): [string, string][] {
    return sortedKeys(this.model).map(name => [name, text(this.model.get(name)!)])
  }

  contents(tree: TreeReader): [string, string][] {
    const longest = maxEntryLength(this.#pageSize)
    const entries: [string, string][] = []
    const cursor = new Cursor(tree)
    for (let more = cursor.first(); more; more = cursor.next()) {
      const key = text(keyUnder(cursor))
      cursor.loadValue()
      const value = text(valueUnder(cursor))
      if (this.#keepsRule) expect(cursor.extentLength() > 0).toBe(key.length + value.length > longest)
      entries.push([key, value])
    }
    return entries
  }

  /** Checks all that can be told of one tree alone; returns the pages that it uses, with their births. */
  check(): Set<number> {
    const { harness, tree, model } = this
    expect(this.contents(tree)).toEqual(this.expected())
    for (const [name, value] of model) {
      const key = Buffer.from(name, 'latin1')
      expect(tree.find(key, key.length)).toBe(true)
      expect(valueUnder(tree).equals(value)).toBe(true)
    }
    const { faults, pages } = harness.verify(tree.root)
    expect(faults).toEqual([])
    expect([...pages].sort()).toEqual([...harness.allocator.used.keys()].sort())
    expect(harness.pool.stats().borrowedFrames).toBe(0)
    for (const snapshot of this.#snapshots) {
      const old = new TreeReader(harness.context, snapshot.root, false, () => {})
      expect(this.contents(old)).toEqual(snapshot.entries)
    }
    return pages
  }

  /** The image of each page, but for its checksum, which is there once it was written. */
  images(): Map<number, Buffer> {
    const { pool, context } = this.harness
    const images = new Map<number, Buffer>()
    this.harness.visit(this.tree.root, (pageId, birth) => {
      const base = pool.fixScan(pageId, birth)
      images.set(pageId, Buffer.from(context.memory.u8.slice(base + 4, base + this.#pageSize)))
    })
    return images
  }
}

function valueUnder(place: { valueBytes: Buffer; valueOffset: number; valueLength: number }): Buffer {
  const { valueBytes, valueOffset, valueLength } = place
  return valueBytes.subarray(valueOffset, valueOffset + valueLength)
}

describe('a tree of entries about as long as any', () => {
  for (const [pageSize, frames, numRuns] of [
    [512, 16, 30],
    [512, 400, 30],
    [1024, 300, 10],
    [4096, 16, 10],
    [4096, 300, 20],
    [8192, 300, 6],
    [16_384, 300, 8],
    [32_768, 300, 5],
    [65_536, 16, 4],
    [65_536, 200, 5],
  ]) {
    it(`equals a sorted map, with the kernel and without: pages of ${pageSize}, ${frames} frames`, () => {
      fc.assert(
        fc.property(scripts, fc.option(fc.nat(20)), fc.boolean(), (script, olderSteps, hasExtents) => {
          const images: Map<number, Buffer>[] = []
          for (const hasKernel of [true, false]) {
            serial = 0
            const twin = new Twin(pageSize, frames, hasKernel, hasExtents)
            for (const [i, step] of script.entries()) {
              if (olderSteps !== null)
                twin.rule(i < olderSteps ? maxKeyLength(pageSize) : maxEntryLength(pageSize))
              twin.apply(step)
            }
            twin.check()
            images.push(twin.images())
          }
          const [withKernel, without] = images
          expect([...withKernel.keys()]).toEqual([...without.keys()])
          // Where pages are spilled, when depends on what was looked up by whom, and with it their births.
          if (frames === 16) return
          for (const [pageId, image] of withKernel) expect(image.equals(without.get(pageId)!)).toBe(true)
        }),
        { numRuns: runs(numRuns) },
      )
    })
  }
})
