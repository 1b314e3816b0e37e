/**
 * What every Storage promises, told once and checked against each implementation.
 * Only what the layers above rely on: durability needs a disk that can lose power (see props/).
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { Storage, StorageFile } from '../../src/io/storage.ts'

/** A fresh storage and a way to name files in it. */
export interface StoragePlace {
  readonly storage: Storage
  file(name: string): string
  dispose(): void
}

export function describeStorageContract(name: string, makePlace: () => StoragePlace): void {
  describe(`${name} keeps the storage contract`, () => {
    let place: StoragePlace
    let storage: Storage
    let opened: StorageFile[]

    beforeEach(() => {
      place = makePlace()
      storage = place.storage
      opened = []
    })
    afterEach(() => {
      for (const file of opened) file.close()
      place.dispose()
    })

    function open(fileName: string, mode: 'read' | 'write' | 'create'): StorageFile {
      const file = storage.open(place.file(fileName), mode)
      opened.push(file)
      return file
    }
    function writeText(file: StorageFile, text: string, position = 0): void {
      const bytes = Buffer.from(text)
      file.write(bytes, 0, bytes.length, position)
    }
    function readText(file: StorageFile, length: number, position = 0): string {
      const target = Buffer.alloc(length)
      return target.toString('latin1', 0, file.read(target, 0, length, position))
    }

    describe('reading and writing', () => {
      it('reads what was written', () => {
        const file = open('a', 'create')
        writeText(file, 'coppice')
        expect(readText(file, 7)).toBe('coppice')
      })

      it('writes only the given part of the source', () => {
        const file = open('a', 'create')
        file.write(Buffer.from('0123456789'), 3, 4, 0)
        expect(file.size()).toBe(4)
        expect(readText(file, 4)).toBe('3456')
      })

      it('reads only into the given part of the target', () => {
        const file = open('a', 'create')
        writeText(file, 'xyz')
        const target = Buffer.from('..........')
        file.read(target, 4, 3, 0)
        expect(target.toString()).toBe('....xyz...')
      })

      it('reads fewer bytes at the end of the file, and none beyond it', () => {
        const file = open('a', 'create')
        writeText(file, 'abc')
        expect(readText(file, 10, 1)).toBe('bc')
        expect(readText(file, 10, 3)).toBe('')
        expect(readText(file, 10, 1_000_000)).toBe('')
      })

      it('fills with zeros what lies between the old end and a later write', () => {
        const file = open('a', 'create')
        writeText(file, 'end', 200_000)
        expect(file.size()).toBe(200_003)
        expect(readText(file, 5, 100_000)).toBe('\0\0\0\0\0')
        expect(readText(file, 10, 199_997)).toBe('\0\0\0end')
      })

      it('overwrites zeros over what the target held before', () => {
        const file = open('a', 'create')
        file.truncate(8)
        const target = Buffer.from('********')
        file.read(target, 0, 8, 0)
        expect(target).toEqual(Buffer.alloc(8))
      })

      it('carries a write over many pages and back', () => {
        const file = open('a', 'create')
        const source = Buffer.from(storage.randomBytes(300_001))
        file.write(source, 0, source.length, 12_345)
        const target = Buffer.alloc(source.length)
        expect(file.read(target, 0, target.length, 12_345)).toBe(source.length)
        expect(target.equals(source)).toBe(true)
      })

      it.each([
        [4096, 0],
        [65_536, 8192],
        [69_632, 4096],
        [5000, 4096],
        [4096, 100],
        [0, 0],
      ])('writes %i bytes at %i that are synced at once among others that are not', (length, position) => {
        const file = open('a', 'create')
        const expected = Buffer.from(storage.randomBytes(100_000))
        file.write(expected, 0, expected.length, 0)
        const source = Buffer.from(storage.randomBytes(length + 8))
        file.write(source, 3, length, position, true)
        source.copy(expected, position, 3, 3 + length)
        file.write(source, 0, 8, 90_000)
        source.copy(expected, 90_000, 0, 8)
        file.sync()
        const target = Buffer.alloc(expected.length)
        expect(open('a', 'read').read(target, 0, target.length, 0)).toBe(expected.length)
        expect(target.equals(expected)).toBe(true)
      })

      it('makes a file longer by what is synced at once', () => {
        const file = open('a', 'create')
        const source = Buffer.from(storage.randomBytes(8192))
        file.write(source, 0, 4096, 0, true)
        file.write(source, 0, 8192, 4096, true)
        expect(file.size()).toBe(12_288)
        const target = Buffer.alloc(12_288)
        file.read(target, 0, target.length, 0)
        expect(target.equals(Buffer.concat([source.subarray(0, 4096), source]))).toBe(true)
      })

      it('reads into and writes from shared memory', () => {
        const file = open('a', 'create')
        const memory = new Uint8Array(new SharedArrayBuffer(16))
        memory.set(Buffer.from('shared'), 2)
        file.write(memory, 2, 6, 0)
        file.writeMany([memory.subarray(2, 4), memory.subarray(4, 8)], 6)
        file.read(memory, 10, 6, 6)
        expect(Buffer.from(memory.slice(10)).toString()).toBe('shared')
        const block = new Uint8Array(new SharedArrayBuffer(4096)).fill(7)
        file.write(block, 0, 4096, 0, true)
        expect(readText(file, 4096)).toBe('\x07'.repeat(4096))
      })

      it('finds nothing to do in a write of no bytes', () => {
        const file = open('a', 'create')
        file.write(Buffer.alloc(0), 0, 0, 100)
        file.writeMany([], 100)
        file.writeMany([Buffer.alloc(0)], 100)
        expect(file.size()).toBe(0)
      })

      it('sees through one handle what was written through another', () => {
        const first = open('a', 'create')
        const second = open('a', 'read')
        writeText(first, 'seen')
        expect(second.size()).toBe(4)
        expect(readText(second, 4)).toBe('seen')
      })

      it('tells one file from another, and from a copy, whatever it is called', () => {
        const first = open('a', 'create')
        const again = open('a', 'read')
        const second = open('b', 'create')
        expect(first.identity()).toBeTypeOf('string')
        expect(again.identity()).toBe(first.identity())
        expect(second.identity()).not.toBe(first.identity())
        storage.rename(place.file('b'), place.file('a'))
        expect(open('a', 'read').identity()).toBe(second.identity())
      })

      it('refuses to write through a handle opened for reading', () => {
        open('a', 'create')
        const file = open('a', 'read')
        expect(() => writeText(file, 'x')).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
        expect(() => file.writeMany([Buffer.from('x')], 0)).toThrow(
          expect.objectContaining({ code: 'IO_ERROR' }),
        )
      })
    })

    describe('writing many buffers', () => {
      it('lays them one after the other', () => {
        const file = open('a', 'create')
        file.writeMany([Buffer.from('ab'), Buffer.alloc(0), Buffer.from('cde'), Buffer.from('f')], 2)
        expect(readText(file, 10)).toBe('\0\0abcdef')
      })

      it('takes more of them than one system call does', () => {
        const file = open('a', 'create')
        const pieces = Array.from({ length: 2500 }, (_, i) => Buffer.from([i & 255, i >> 8]))
        file.writeMany(pieces, 1)
        const target = Buffer.alloc(5000)
        expect(file.read(target, 0, 5000, 1)).toBe(5000)
        expect(target.equals(Buffer.concat(pieces))).toBe(true)
      })
    })

    describe('size', () => {
      it('is zero for a new file', () => {
        expect(open('a', 'create').size()).toBe(0)
      })

      it('shrinks by truncate', () => {
        const file = open('a', 'create')
        writeText(file, 'abcdef')
        file.truncate(2)
        expect(file.size()).toBe(2)
        expect(readText(file, 6)).toBe('ab')
      })

      it('grows by truncate, with zeros even where there once was something', () => {
        const file = open('a', 'create')
        writeText(file, 'abcdef')
        writeText(file, 'far', 150_000)
        file.truncate(2)
        file.truncate(160_000)
        expect(readText(file, 6)).toBe('ab\0\0\0\0')
        expect(readText(file, 3, 150_000)).toBe('\0\0\0')
        expect(file.size()).toBe(160_000)
      })
    })

    describe('names', () => {
      it.each(['read', 'write'] as const)('has no file to open for %s that was not created', mode => {
        const error = catchError(() => open('missing', mode))
        expect(isCoppiceError(error, 'NOT_FOUND')).toBe(true)
        expect((error as Error).message).toContain('missing')
      })

      it('empties a file that is created again', () => {
        writeText(open('a', 'create'), 'old')
        expect(open('a', 'create').size()).toBe(0)
      })

      it('keeps the content from one opening to the next', () => {
        const first = open('a', 'create')
        writeText(first, 'kept')
        first.close()
        expect(readText(open('a', 'write'), 4)).toBe('kept')
      })

      it('says whether a file exists', () => {
        expect(storage.exists(place.file('a'))).toBe(false)
        open('a', 'create')
        expect(storage.exists(place.file('a'))).toBe(true)
      })

      it('renames over another file', () => {
        writeText(open('new', 'create'), 'new')
        writeText(open('old', 'create'), 'old')
        storage.rename(place.file('new'), place.file('old'))
        expect(storage.exists(place.file('new'))).toBe(false)
        expect(readText(open('old', 'read'), 3)).toBe('new')
      })

      it('has nothing to rename when there is no such file', () => {
        const error = catchError(() => storage.rename(place.file('missing'), place.file('b')))
        expect(isCoppiceError(error, 'NOT_FOUND')).toBe(true)
      })

      it('removes a file, and says false when there is none', () => {
        open('a', 'create').close()
        expect(storage.unlink(place.file('a'))).toBe(true)
        expect(storage.exists(place.file('a'))).toBe(false)
        expect(storage.unlink(place.file('a'))).toBe(false)
      })

      it('lets an open file be used after its name went to another', () => {
        const file = open('a', 'create')
        writeText(file, 'mine')
        storage.rename(place.file('a'), place.file('b'))
        writeText(open('a', 'create'), 'other')
        storage.unlink(place.file('b'))
        expect(readText(file, 5)).toBe('mine')
      })

      it('knows the directory of a file and syncs it', () => {
        open('a', 'create')
        const directory = storage.directoryOf(place.file('a'))
        expect(place.file('a').startsWith(directory)).toBe(true)
        expect(() => storage.syncDirectory(directory)).not.toThrow()
      })
    })

    describe('sync', () => {
      it('returns once done', async () => {
        const file = open('a', 'create')
        writeText(file, 'x')
        file.sync()
        await expect(file.syncAsync()).resolves.toBeUndefined()
      })

      it('completes although the file is closed meanwhile', async () => {
        const file = open('a', 'create')
        writeText(file, 'x')
        const synced = Promise.all([file.syncAsync(), file.syncAsync()])
        file.close()
        await expect(synced).resolves.toHaveLength(2)
      })
    })

    describe('close', () => {
      it('may be called twice', () => {
        const file = open('a', 'create')
        file.close()
        expect(() => file.close()).not.toThrow()
      })

      it('ends all use of the file', () => {
        const file = open('a', 'create')
        file.close()
        for (const use of [
          () => file.read(Buffer.alloc(1), 0, 1, 0),
          () => file.write(Buffer.alloc(1), 0, 1, 0),
          () => file.writeMany([Buffer.alloc(1)], 0),
          () => file.sync(),
          () => file.syncAsync(),
          () => file.size(),
          () => file.truncate(0),
        ]) {
          expect(use).toThrow('a closed file is not used')
        }
      })
    })

    describe('locks inside one process', () => {
      const modes = ['shared', 'exclusive'] as const
      const pairs = modes.flatMap(first => modes.map(second => ({ first, second })))
      const compatible = (first: string, second: string) => first === 'shared' && second === 'shared'

      it.each(pairs.filter(({ first, second }) => compatible(first, second)))(
        'lets a $first one and a $second one be held together',
        ({ first, second }) => {
          open('a', 'create')
          const held = storage.lock(open('a', 'write'), first)
          const other = storage.lock(open('a', 'write'), second)
          held.release()
          other.release()
        },
      )

      it.each(pairs.filter(({ first, second }) => !compatible(first, second)))(
        'refuses a $second one while a $first one is held, and grants it afterwards',
        ({ first, second }) => {
          open('a', 'create')
          const held = storage.lock(open('a', 'write'), first)
          const error = catchError(() => storage.lock(open('a', 'write'), second))
          expect(isCoppiceError(error, 'LOCKED')).toBe(true)
          held.release()
          storage.lock(open('a', 'write'), second).release()
        },
      )

      it('needs every shared one released before an exclusive one', () => {
        open('a', 'create')
        const readers = [storage.lock(open('a', 'read'), 'shared'), storage.lock(open('a', 'read'), 'shared')]
        readers[0].release()
        readers[0].release()
        expect(() => storage.lock(open('a', 'write'), 'exclusive')).toThrow(
          expect.objectContaining({ code: 'LOCKED' }),
        )
        readers[1].release()
        storage.lock(open('a', 'write'), 'exclusive').release()
      })

      it('follows the file, not its name', () => {
        const held = storage.lock(open('a', 'create'), 'exclusive')
        storage.rename(place.file('a'), place.file('b'))
        expect(() => storage.lock(open('b', 'write'), 'exclusive')).toThrow(
          expect.objectContaining({ code: 'LOCKED' }),
        )
        storage.lock(open('a', 'create'), 'exclusive').release()
        held.release()
      })

      it('may be released after the file was closed', () => {
        const file = open('a', 'create')
        const held = storage.lock(file, 'exclusive')
        file.close()
        held.release()
        storage.lock(open('a', 'write'), 'exclusive').release()
      })
    })

    describe('the rest of the machine', () => {
      it('has a clock that never goes back and one that knows the date', () => {
        const first = storage.clock.monotonicMs()
        expect(storage.clock.monotonicMs()).toBeGreaterThanOrEqual(first)
        expect(storage.clock.wallMs()).toBeGreaterThan(Date.UTC(2024, 0, 1))
      })

      it('gives as many random bytes as asked for, different each time', () => {
        expect(storage.randomBytes(16)).toHaveLength(16)
        expect(storage.randomBytes(16)).not.toEqual(storage.randomBytes(16))
      })

      it('runs a deferred task after the current job', async () => {
        const order: string[] = []
        const done = new Promise<void>(resolve => {
          storage.scheduler.defer(() => {
            order.push('task')
            resolve()
          }, true)
        })
        order.push('job')
        await done
        expect(order).toEqual(['job', 'task'])
      })

      it('runs no task that was cancelled', async () => {
        const ran: string[] = []
        storage.scheduler.defer(() => ran.push('deferred'))()
        storage.scheduler.delay(1, () => ran.push('delayed'))()
        await new Promise(resolve => setTimeout(resolve, 10))
        expect(ran).toEqual([])
      })
    })
  })
}

function catchError(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
