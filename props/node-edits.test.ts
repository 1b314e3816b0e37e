/** Law: a node edited at random holds, after each edit, exactly what a sorted array under the same edits holds. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debugChecks } from '../src/base/assert.ts'
import * as edit from '../src/page/edit.ts'
import { PageMemory } from '../src/page/memory.ts'
import * as node from '../src/page/node.ts'
import { Scratch } from '../src/page/scratch.ts'
import { searchNode } from '../src/page/search.ts'
import { joinedBytes, joinNodes, splitNode, splitPoint } from '../src/page/split.ts'
import { runs } from './scale.ts'

debugChecks.enabled = true

interface Entry {
  key: Buffer
  value: Buffer
}

const keyBytes = (max: number) =>
  fc
    .tuple(fc.constantFrom('', 'a', 'common/', 'common/prefix/'), fc.uint8Array({ maxLength: 12 }))
    .map(([prefix, rest]) => Buffer.concat([Buffer.from(prefix), rest]).subarray(0, max))

const operations = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ op: fc.constant('put' as const), key: keyBytes(40), size: fc.nat(60) }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('remove' as const), at: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('removeRange' as const), at: fc.nat(), length: fc.nat(5) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('splitAndJoin' as const), at: fc.nat() }) },
  ),
  { maxLength: 120 },
)

function contents(m: PageMemory, base: number, scratch: Scratch): Entry[] {
  const entries: Entry[] = []
  for (let i = 0; i < node.countOf(m, base); i++) {
    const length = node.loadKey(m, base, i, scratch.key)
    const at = node.valueOffsetOf(m, base, i)
    entries.push({
      key: Buffer.from(scratch.key.subarray(0, length)),
      value: Buffer.from(m.u8.slice(at, at + node.valueLengthOf(m, base, i))),
    })
  }
  return entries
}

describe('a leaf under random edits', () => {
  for (const pageSize of [512, 4096, 65536]) {
    it(`equals a sorted array, page size ${pageSize}`, () => {
      fc.assert(
        fc.property(operations, script => {
          const m = new PageMemory(new SharedArrayBuffer(2 * pageSize), pageSize)
          const scratch = new Scratch(pageSize)
          node.initNode(m, 0, 7, 1, 0, node.startCapacity(pageSize, 0))
          let model: Entry[] = []
          let serial = 0
          for (const step of script) {
            if (step.op === 'put') {
              const value = Buffer.alloc(step.size, ++serial)
              const index = searchNode(m, 0, step.key, step.key.length, 0)
              const at = model.findIndex(entry => Buffer.compare(entry.key, step.key) >= 0)
              const place = at < 0 ? model.length : at
              const present = at >= 0 && model[at].key.equals(step.key)
              expect(index).toBe(present ? place : ~place)
              if (present) {
                if (edit.replaceLeafValue(m, 0, scratch, index, value, 0, value.length, false)) {
                  model[place] = { key: step.key, value }
                }
              } else if (
                edit.insertLeafEntry(
                  m,
                  0,
                  scratch,
                  place,
                  step.key,
                  step.key.length,
                  value,
                  0,
                  value.length,
                  false,
                )
              ) {
                model.splice(place, 0, { key: step.key, value })
              }
            } else if (step.op === 'remove' && model.length > 0) {
              const at = step.at % model.length
              edit.removeEntries(m, 0, at, at + 1)
              model.splice(at, 1)
            } else if (step.op === 'removeRange' && model.length > 0) {
              const at = step.at % model.length
              const to = Math.min(at + step.length, model.length)
              edit.removeEntries(m, 0, at, to)
              model.splice(at, to - at)
            } else if (step.op === 'splitAndJoin' && model.length > 1) {
              const at = splitPoint(m, 0, step.at % (model.length + 1), false)
              node.initNode(m, pageSize, 8, 1, 0, 4)
              splitNode(m, 0, pageSize, at, scratch)
              expect(contents(m, 0, scratch)).toEqual(model.slice(0, at))
              expect(contents(m, pageSize, scratch)).toEqual(model.slice(at))
              if (joinedBytes(m, 0, pageSize, 0) <= node.nodeRoom(pageSize) - 8) {
                joinNodes(m, 0, pageSize, scratch.key, 0, scratch)
              } else model = model.slice(0, at)
            }
            edit.checkNode(m, 0, scratch)
            expect(contents(m, 0, scratch)).toEqual(model)
          }
        }),
        { numRuns: runs(150) },
      )
    })
  }
})

interface Child {
  key: Buffer
  page: number
  birth: number
  count: number
}

describe('a branch under random edits', () => {
  for (const pageSize of [512, 4096]) {
    it(`equals a sorted array of children, page size ${pageSize}`, () => {
      fc.assert(
        fc.property(operations, script => {
          const m = new PageMemory(new SharedArrayBuffer(2 * pageSize), pageSize)
          const scratch = new Scratch(pageSize)
          node.initNode(m, 0, 7, 1, 1, node.startCapacity(pageSize, 1))
          edit.setFirstChild(m, 0, 1000, 5, 3, false)
          let model: Child[] = [{ key: Buffer.alloc(0), page: 1000, birth: 5, count: 3 }]
          let serial = 2 ** 33
          const children = (base: number): Child[] =>
            Array.from({ length: node.countOf(m, base) }, (_, i) => ({
              key: Buffer.from(scratch.key.subarray(0, node.loadKey(m, base, i, scratch.key))),
              page: node.childOf(m, base, i),
              birth: node.childBirthOf(m, base, i),
              count: node.childCountOf(m, base, i),
            }))
          for (const step of script) {
            if (step.op === 'put' && step.key.length > 0) {
              const found = searchNode(m, 0, step.key, step.key.length, 1)
              if (found >= 0) {
                node.addChildCount(m, 0, found, 2 ** 32 - 1)
                model[found].count += 2 ** 32 - 1
                continue
              }
              const child = { key: step.key, page: step.size, birth: ++serial, count: serial * 3 }
              if (
                edit.insertBranchEntry(
                  m,
                  0,
                  scratch,
                  ~found,
                  step.key,
                  step.key.length,
                  child.page,
                  child.birth,
                  child.count,
                  false,
                )
              ) {
                model.splice(~found, 0, child)
              }
            } else if (step.op === 'remove' && model.length > 1) {
              const at = step.at % model.length
              edit.removeEntries(m, 0, at, at + 1)
              model.splice(at, 1)
              model[0].key = Buffer.alloc(0)
            } else if (step.op === 'splitAndJoin' && model.length > 3) {
              const at = splitPoint(m, 0, step.at % (model.length + 1), false)
              const separator = Buffer.from(model[at].key)
              node.initNode(m, pageSize, 8, 1, 1, 4)
              splitNode(m, 0, pageSize, at, scratch)
              expect(children(0)).toEqual(model.slice(0, at))
              const right = model.slice(at)
              right[0] = { ...right[0], key: Buffer.alloc(0) }
              expect(children(pageSize)).toEqual(right)
              if (joinedBytes(m, 0, pageSize, separator.length) <= node.nodeRoom(pageSize) - 32) {
                joinNodes(m, 0, pageSize, separator, separator.length, scratch)
              } else model = model.slice(0, at)
            }
            edit.checkNode(m, 0, scratch)
            expect(children(0)).toEqual(model)
          }
        }),
        { numRuns: runs(150) },
      )
    })
  }
})
