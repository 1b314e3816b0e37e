/**
 * Laws of the tree, under random operations, page sizes and pools from 16 frames up:
 * - it holds what a sorted map under the same operations holds, and answers rank, seek and ranges like it;
 * - `verifyTree` finds nothing wrong, and the pages in use are exactly the pages reached;
 * - a root taken earlier keeps its contents while later transactions go on.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debugChecks } from '../src/base/assert.ts'
import { PutMode } from '../src/btree/api.ts'
import { TreeReader } from '../src/btree/reader.ts'
import type { TreeRoot } from '../src/btree/root.ts'
import type { TreeWriter } from '../src/btree/writer.ts'
import { keyUnder } from '../test/support/cursor-key.ts'
import { TreeHarness } from '../test/support/tree-harness.ts'
import { runs } from './scale.ts'

debugChecks.enabled = true

type Model = Map<string, Buffer>
const text = (key: Uint8Array) => Buffer.from(key).toString('latin1')
const sortedKeys = (model: Model) => [...model.keys()].sort()

const key = fc.oneof(
  fc.uint8Array({ maxLength: 6 }).map(bytes => Buffer.from(bytes)),
  fc.nat(3000).map(n => Buffer.from(`user:${String(n).padStart(6, '0')}`)),
  fc.tuple(fc.nat(20), fc.nat(40)).map(([a, n]) => Buffer.from(`${'p'.repeat(a)}${n}`)),
  fc.nat(70).map(n => Buffer.alloc(n, 'k')),
)
const bound = fc.option(key, { nil: undefined })

const operation = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      op: fc.constant('putMany' as const),
      keys: fc.array(key, { minLength: 1, maxLength: 60, size: 'max' }),
      size: fc.oneof({ weight: 5, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.nat(3000) }),
      mode: fc.constantFrom(PutMode.upsert, PutMode.upsert, PutMode.insert, PutMode.update),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('removeMany' as const),
      every: fc.integer({ min: 1, max: 9 }),
      phase: fc.nat(8),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('deleteRange' as const), from: bound, to: bound }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('append' as const), count: fc.nat(200), size: fc.nat(40) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('putInOrder' as const),
      from: key,
      count: fc.nat(400),
      size: fc.nat(60),
      /** Before this one comes a key that is out of order. */
      interrupted: fc.option(fc.tuple(fc.nat(400), key), { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('commit' as const) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('probe' as const), key }) },
)

function contents(tree: TreeReader): [string, string][] {
  const entries: [string, string][] = []
  const cursor = tree.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    const length = cursor.loadKey()
    const found = text(cursor.keyBytes.subarray(0, length))
    cursor.loadValue()
    entries.push([
      found,
      cursor.valueBytes
        .subarray(cursor.valueOffset, cursor.valueOffset + cursor.valueLength)
        .toString('latin1'),
    ])
  }
  return entries
}

function expected(model: Model): [string, string][] {
  return sortedKeys(model).map(name => [name, model.get(name)!.toString('latin1')])
}

type Step = typeof operation extends fc.Arbitrary<infer T> ? T : never

let serial = 0

function apply(tree: TreeWriter, model: Model, step: Step): void {
  if (step.op === 'putMany') {
    for (const name of step.keys) {
      const value = Buffer.alloc(step.size, ++serial & 0xff)
      const present = model.has(text(name))
      const stored = tree.put(name, name.length, value, 0, value.length, step.mode)
      expect(stored).toBe(step.mode === PutMode.upsert || present === (step.mode === PutMode.update))
      if (stored) model.set(text(name), value)
    }
  } else if (step.op === 'removeMany') {
    for (const [i, name] of sortedKeys(model).entries()) {
      if ((i + step.phase) % step.every !== 0) continue
      const bytes = Buffer.from(name, 'latin1')
      expect(tree.remove(bytes, bytes.length)).toBe(true)
      expect(tree.remove(bytes, bytes.length)).toBe(false)
      model.delete(name)
    }
  } else if (step.op === 'deleteRange') {
    const doomed = sortedKeys(model).filter(
      name =>
        (step.from === undefined || name >= text(step.from)) &&
        (step.to === undefined || name < text(step.to)),
    )
    const removed = tree.deleteRange(step.from, step.from?.length ?? 0, step.to, step.to?.length ?? 0)
    expect(removed).toBe(doomed.length)
    for (const name of doomed) model.delete(name)
  } else if (step.op === 'append') {
    const last = sortedKeys(model).at(-1) ?? ''
    const appender = tree.appender()
    if (last.length > 60) return
    for (let i = 0; i < step.count; i++) {
      const name = Buffer.from(`${last}${String(i).padStart(5, '0')}`, 'latin1')
      const value = Buffer.alloc(step.size, i)
      expect(appender.accepts(name, name.length)).toBe(true)
      appender.append(name, name.length, value, 0, value.length)
      model.set(text(name), value)
    }
    appender.finish()
  } else if (step.op === 'putInOrder') {
    const put = (name: Buffer) => {
      const value = Buffer.alloc(step.size, ++serial & 0xff)
      tree.put(name, name.length, value, 0, value.length, PutMode.upsert)
      model.set(text(name), value)
    }
    for (let i = 0; i < step.count; i++) {
      if (i === step.interrupted?.[0]) put(step.interrupted[1])
      put(Buffer.concat([step.from, Buffer.from(String(i).padStart(4, '0'))]))
    }
  } else if (step.op === 'probe') probe(tree, model, step.key)
}

function probe(tree: TreeReader, model: Model, name: Buffer): void {
  const names = sortedKeys(model)
  const below = names.filter(other => other < text(name)).length
  expect(tree.rank(name, name.length)).toBe(below)
  expect(tree.has(name, name.length)).toBe(model.has(text(name)))
  const cursor = tree.cursor()
  const at = () => text(keyUnder(cursor))
  expect(cursor.seek(name, name.length) ? at() : undefined).toBe(names[below])
  if (below < names.length) expect(cursor.prev() ? at() : undefined).toBe(names[below - 1])
  expect(cursor.seekBefore(name, name.length) ? at() : undefined).toBe(names[below - 1])
  expect(cursor.seekRank(below) ? at() : undefined).toBe(names[below])
  expect(cursor.last() ? at() : undefined).toBe(names.at(-1))
}

describe('a tree under random operations', () => {
  for (const [pageSize, frames, numRuns] of [
    [512, 16, 120],
    [512, 300, 60],
    [4096, 16, 60],
    [4096, 200, 40],
    [65536, 16, 20],
  ]) {
    it(`equals a sorted map: pages of ${pageSize}, ${frames} frames`, () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 40, size: 'max' }), script => {
          const harness = new TreeHarness(pageSize, frames)
          const tree = harness.tree()
          const model: Model = new Map()
          const snapshots: { root: TreeRoot; entries: [string, string][] }[] = []
          for (const step of script) {
            if (step.op === 'commit') {
              snapshots.push({ root: tree.root, entries: expected(model) })
              harness.nextTransaction()
              continue
            }
            apply(tree, model, step)
            expect(tree.count).toBe(model.size)
          }
          expect(contents(tree)).toEqual(expected(model))
          const { faults, pages } = harness.verify(tree.root)
          expect(faults).toEqual([])
          expect([...pages].sort()).toEqual([...harness.allocator.used.keys()].sort())
          expect(harness.pool.stats().borrowedFrames).toBe(0)
          for (const snapshot of snapshots) {
            const old = new TreeReader(harness.context, snapshot.root, false, () => {})
            expect(contents(old)).toEqual(snapshot.entries)
          }
        }),
        { numRuns: runs(numRuns) },
      )
    })
  }
})
