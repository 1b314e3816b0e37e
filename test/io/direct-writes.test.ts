/** Writing past the system's cache: where it is done, and that a file is the same where it cannot be, or goes wrong. */

import { constants, fstatSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nodeStorage } from '../../src/io/node-storage.ts'
import type { StorageFile } from '../../src/io/storage.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

/** What was asked of the system: writes, by how the descriptor was opened, and openings past the cache. */
let calls: string[] = []
/** What a call past the cache does instead; a number: writes no more bytes. */
let openDirectly: (() => void) | undefined
let writeDirectly: (() => number | undefined) | undefined
const direct = new Set<number>()

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  return {
    ...fs,
    openSync(path: string, flags: string | number) {
      const isDirect = typeof flags === 'number' && (flags & (fs.constants.O_DIRECT ?? 0)) !== 0
      if (!isDirect) return fs.openSync(path, flags)
      calls.push('open')
      openDirectly?.()
      // A file system without it opens the file as ever: then what is tested is the same.
      let fd: number
      try {
        fd = fs.openSync(path, flags)
      } catch {
        fd = fs.openSync(path, flags & ~fs.constants.O_DIRECT)
      }
      direct.add(fd)
      return fd
    },
    writeSync(fd: number, source: Uint8Array, offset: number, length: number, position: number) {
      if (!direct.has(fd)) {
        calls.push(`ordinary ${length}`)
        return fs.writeSync(fd, source, offset, length, position)
      }
      calls.push(`direct ${length}`)
      const limit = writeDirectly?.()
      return fs.writeSync(fd, source, offset, Math.min(length, limit ?? length), position)
    },
    closeSync(fd: number) {
      if (direct.delete(fd)) calls.push('close')
      fs.closeSync(fd)
    },
  }
})

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code, errno: -1, syscall: 'test' })
}

function failing(code: string): () => never {
  return () => {
    throw systemError(code)
  }
}

const BLOCK = Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 251))

describe.skipIf(constants.O_DIRECT === undefined || process.platform !== 'linux')(
  'a write that is synced at once (on Linux)',
  () => {
    let directory: TemporaryDirectory
    let file: StorageFile

    beforeEach(() => {
      directory = temporaryDirectory()
      file = nodeStorage().open(directory.file('a'), 'create')
      calls = []
    })
    afterEach(() => {
      openDirectly = undefined
      writeDirectly = undefined
      file.close()
      directory.remove()
    })

    function contents(length: number): Buffer {
      const target = Buffer.alloc(length)
      expect(file.read(target, 0, length, 0)).toBe(length)
      return target
    }

    test('goes past the cache, by one descriptor that is closed with the file', () => {
      file.write(BLOCK, 0, 4096, 0, true)
      file.write(BLOCK, 0, 4096, 4096, true)
      expect(calls).toEqual(['open', 'direct 4096', 'direct 4096'])
      expect(contents(8192).equals(Buffer.concat([BLOCK, BLOCK]))).toBe(true)
      const [fd] = direct
      file.close()
      expect(calls.at(-1)).toBe('close')
      expect(() => fstatSync(fd!)).toThrow('EBADF')
    })

    test('no other write does', () => {
      file.write(BLOCK, 0, 4096, 0)
      file.writeMany([BLOCK], 4096)
      expect(calls).toEqual(['ordinary 4096'])
    })

    test.each([
      ['is no whole number of blocks', 4000, 0],
      ['begins within a block', 4096, 512],
      ['is long', 69_632, 0],
    ])('one that %s goes through the cache', (_, length, position) => {
      const source = Buffer.alloc(length, 7)
      file.write(source, 0, length, position, true)
      expect(calls.filter(call => call !== 'open')).toEqual([`ordinary ${length}`])
      expect(
        contents(position + length)
          .subarray(position)
          .equals(source),
      ).toBe(true)
    })

    test('is in its file also when another one has its name', () => {
      nodeStorage().rename(directory.file('a'), directory.file('b'))
      const other = nodeStorage().open(directory.file('a'), 'create')
      file.write(BLOCK, 0, 4096, 0, true)
      expect(calls).toEqual(['open', 'direct 4096'])
      expect(other.size()).toBe(0)
      expect(contents(4096).equals(BLOCK)).toBe(true)
      other.close()
    })

    test.each(['EINVAL', 'ENOENT', 'EMFILE', 'EACCES'])(
      'goes through the cache where it cannot be opened for it (%s), and is not tried again',
      code => {
        openDirectly = failing(code)
        file.write(BLOCK, 0, 4096, 0, true)
        file.write(BLOCK, 0, 4096, 4096, true)
        expect(calls).toEqual(['open', 'ordinary 4096', 'ordinary 4096'])
        expect(contents(8192).equals(Buffer.concat([BLOCK, BLOCK]))).toBe(true)
      },
    )

    test('goes through the cache where the runtime forbids it in its own words', () => {
      openDirectly = () => {
        throw new Error('Requires all access to "/proc/self/fd/20"')
      }
      file.write(BLOCK, 0, 4096, 0, true)
      expect(calls).toEqual(['open', 'ordinary 4096'])
    })

    test.each(['EINVAL', 'EOPNOTSUPP'])(
      'goes through the cache where the disk has larger blocks (%s), and is not tried again',
      code => {
        writeDirectly = failing(code)
        file.write(BLOCK, 0, 4096, 0, true)
        file.write(BLOCK, 0, 4096, 4096, true)
        expect(calls).toEqual(['open', 'direct 4096', 'close', 'ordinary 4096', 'ordinary 4096'])
        expect(contents(8192).equals(Buffer.concat([BLOCK, BLOCK]))).toBe(true)
      },
    )

    test('is finished through the cache when only a part was written', () => {
      writeDirectly = () => 512
      file.write(BLOCK, 0, 4096, 0, true)
      expect(calls).toEqual(['open', 'direct 4096', 'ordinary 3584'])
      expect(contents(4096).equals(BLOCK)).toBe(true)
    })

    test.each(['EINTR', 'EAGAIN'])('is made again after %s', code => {
      let failures = 0
      writeDirectly = () => {
        if (failures++ < 2) throw systemError(code)
        return undefined
      }
      file.write(BLOCK, 0, 4096, 0, true)
      expect(calls).toEqual(['open', 'direct 4096', 'direct 4096', 'direct 4096'])
      expect(contents(4096).equals(BLOCK)).toBe(true)
    })

    test.each([
      ['EIO', 'IO_ERROR'],
      ['ENOSPC', 'NO_SPACE'],
      ['EDQUOT', 'NO_SPACE'],
      ['EINTR', 'IO_ERROR'],
    ])('that fails by %s is %s', (system, code) => {
      writeDirectly = failing(system)
      expect(() => file.write(BLOCK, 0, 4096, 0, true)).toThrow(expect.objectContaining({ code }))
      expect(calls.some(call => call.startsWith('ordinary'))).toBe(false)
    })
  },
)
