/** Law: whatever is done to a file, it reads as one array of bytes to which the same was done. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../src/io/memory-storage.ts'
import { nodeStorage } from '../src/io/node-storage.ts'
import type { Storage, StorageFile } from '../src/io/storage.ts'
import { temporaryDirectory } from '../test/io/temporary-directory.ts'
import { runs } from './scale.ts'

/** Around the edges of pages and of the memory storage's chunks. */
const edge = fc.constantFrom(0, 1, 4095, 4096, 65535, 65536, 65537, 131071, 131072, 200_000)
const position = fc.oneof(edge, fc.nat(200_000))
const length = fc.oneof(fc.nat(20), edge)

const step = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    position,
    length,
    fill: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({
    kind: fc.constant('write many' as const),
    position,
    lengths: fc.array(length, { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('truncate' as const), size: position }),
  fc.record({ kind: fc.constant('read' as const), position, length }),
  fc.record({ kind: fc.constant('reopen' as const) }),
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** What the file should hold. */
class Model {
  bytes = Buffer.alloc(0)

  resize(size: number): void {
    const resized = Buffer.alloc(size)
    this.bytes.copy(resized)
    this.bytes = resized
  }

  write(source: Uint8Array, at: number): void {
    if (source.length === 0) return
    if (at + source.length > this.bytes.length) this.resize(at + source.length)
    this.bytes.set(source, at)
  }
}

function checkAgainstModel(storage: Storage, path: string, steps: readonly Step[]): void {
  const model = new Model()
  let file: StorageFile = storage.open(path, 'create')
  try {
    for (const action of steps) {
      switch (action.kind) {
        case 'write': {
          const { position, length, fill } = action
          const source = Buffer.alloc(length + 3, fill)
          file.write(source, 3, length, position)
          model.write(source.subarray(3), position)
          break
        }
        case 'write many': {
          const { position, lengths } = action
          const sources = lengths.map((bytes, index) => Buffer.alloc(bytes, index + 1))
          file.writeMany(sources, position)
          model.write(Buffer.concat(sources), position)
          break
        }
        case 'truncate': {
          const { size } = action
          file.truncate(size)
          model.resize(size)
          break
        }
        case 'read': {
          const { position, length } = action
          const target = Buffer.alloc(length, 0xee)
          const count = file.read(target, 0, length, position)
          expect(target.subarray(0, count).equals(model.bytes.subarray(position, position + length))).toBe(
            true,
          )
          expect(target.subarray(count).every(byte => byte === 0xee)).toBe(true)
          break
        }
        case 'reopen':
          file.close()
          file = storage.open(path, 'write')
      }
      expect(file.size()).toBe(model.bytes.length)
    }
    const whole = Buffer.alloc(model.bytes.length)
    expect(file.read(whole, 0, whole.length, 0)).toBe(whole.length)
    expect(whole.equals(model.bytes)).toBe(true)
  } finally {
    file.close()
  }
}

describe('a file reads as the bytes that were written to it', () => {
  it('in memory', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => checkAgainstModel(memoryStorage(), 'a', steps)),
      { numRuns: runs(300) },
    )
  })

  it('on disk', () => {
    const directory = temporaryDirectory()
    try {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 30 }), steps =>
          checkAgainstModel(nodeStorage(), directory.file('a'), steps),
        ),
        { numRuns: runs(100) },
      )
    } finally {
      directory.remove()
    }
  })
})
