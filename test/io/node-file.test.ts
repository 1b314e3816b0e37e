/** The ways in which the system does less than it was asked for, played by a stand-in for `node:fs`. */

import { existsSync, openSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NodeFile } from '../../src/io/node-file.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'
import type { StorageFile } from '../../src/io/storage.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

/** Called before each system call with what it is about to do; may throw, or answer with a lower limit in bytes. */
let interfere: (call: string) => number | undefined = () => undefined

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  return {
    ...fs,
    openSync(path: string, flags: string) {
      interfere('open')
      return fs.openSync(path, flags)
    },
    readSync(fd: number, target: Uint8Array, offset: number, length: number, position: number) {
      return fs.readSync(fd, target, offset, Math.min(length, interfere('read') ?? length), position)
    },
    writeSync(fd: number, source: Uint8Array, offset: number, length: number, position: number) {
      const limit = interfere('write')
      return limit === 0 ? 0 : fs.writeSync(fd, source, offset, Math.min(length, limit ?? length), position)
    },
    writevSync(fd: number, sources: Uint8Array[], position: number) {
      const limit = interfere('writev')
      if (limit === undefined) return fs.writevSync(fd, sources, position)
      if (limit === 0) return 0
      const part = Buffer.concat(sources).subarray(0, limit)
      return fs.writeSync(fd, part, 0, part.length, position)
    },
    fstatSync(fd: number, options: object) {
      const stats = fs.fstatSync(fd, options)
      return interfere('stat') === 0 ? { ...stats, ino: 0n } : stats
    },
    fdatasyncSync(fd: number) {
      interfere('sync')
      fs.fdatasyncSync(fd)
    },
    fsyncSync(fd: number) {
      interfere('sync')
      fs.fsyncSync(fd)
    },
  }
})

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code, errno: -1, syscall: 'test' })
}

describe('a real file', () => {
  const text = 'a coppice is a wood cut back so that it grows again'
  let directory: TemporaryDirectory
  let file: StorageFile

  beforeEach(() => {
    directory = temporaryDirectory()
    file = nodeStorage().open(directory.file('a'), 'create')
  })
  afterEach(() => {
    interfere = () => undefined
    file.close()
    directory.remove()
  })

  function contents(): string {
    const target = Buffer.alloc(1000)
    return target.toString('latin1', 0, file.read(target, 0, 1000, 0))
  }

  it('goes on after short reads', () => {
    file.write(Buffer.from(text), 0, text.length, 0)
    interfere = () => 7
    expect(contents()).toBe(text)
  })

  it('has no identity where the file system numbers no files', () => {
    expect(file.identity()).toBeDefined()
    interfere = call => (call === 'stat' ? 0 : undefined)
    expect(file.identity()).toBeUndefined()
  })

  it('goes on after short writes', () => {
    interfere = call => (call === 'write' ? 7 : undefined)
    file.write(Buffer.from(text), 0, text.length, 0)
    expect(contents()).toBe(text)
  })

  it.each([1, 2, 3, 7, 50])('goes on after a vector of which only %i bytes were written', limit => {
    interfere = call => (call === 'writev' ? limit : undefined)
    file.writeMany([...text].map(Buffer.from), 0)
    file.writeMany(
      [Buffer.from(text.slice(0, 20)), Buffer.alloc(0), Buffer.from(text.slice(20))],
      text.length,
    )
    expect(contents()).toBe(text + text)
  })

  it.each(['EINTR', 'EAGAIN'])('makes a call again after %s', code => {
    let failures = 0
    interfere = () => {
      if (failures++ % 3 === 0) throw systemError(code)
      return 5
    }
    file.write(Buffer.from(text), 0, text.length, 0)
    file.writeMany([Buffer.from(text)], text.length)
    expect(contents()).toBe(text + text)
  })

  it('gives up when a call is interrupted for ever', () => {
    interfere = () => {
      throw systemError('EINTR')
    }
    expect(() => file.write(Buffer.from('x'), 0, 1, 0)).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
  })

  it('reports a write that gets nowhere', () => {
    interfere = () => 0
    expect(() => file.write(Buffer.from('x'), 0, 1, 0)).toThrow('the system wrote 0 bytes')
    expect(() => file.writeMany([Buffer.from('x')], 0)).toThrow('the system wrote 0 bytes')
  })

  it.each(['ENOSPC', 'EDQUOT'])('calls %s NO_SPACE, also after a part was written', code => {
    let callCount = 0
    interfere = () => {
      if (callCount++ > 0) throw systemError(code)
      return 3
    }
    expect(() => file.write(Buffer.from(text), 0, text.length, 0)).toThrow(
      expect.objectContaining({ code: 'NO_SPACE' }),
    )
  })

  it('tries a failed sync once only', () => {
    let callCount = 0
    interfere = () => {
      callCount++
      throw systemError('EINTR')
    }
    expect(() => file.sync()).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
    expect(callCount).toBe(1)
  })

  it('calls a sync that ran out of space an I/O error: what is on disk is unknown', () => {
    interfere = () => {
      throw systemError('ENOSPC')
    }
    expect(() => file.sync()).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
  })

  it.each(['EACCES', 'EPERM', 'EROFS'])('calls %s READ_ONLY when it is opened to be written', code => {
    interfere = () => {
      throw systemError(code)
    }
    const storage = nodeStorage()
    const path = directory.file('b')
    expect(() => storage.open(path, 'write')).toThrow(expect.objectContaining({ code: 'READ_ONLY' }))
    expect(() => storage.open(path, 'create')).toThrow(expect.objectContaining({ code: 'READ_ONLY' }))
    expect(() => storage.open(path, 'read')).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
  })

  it('knows an error of the system by its code alone, which is all that Deno gives', () => {
    interfere = () => {
      throw Object.assign(new Error('No space left on device (os error 28)'), { code: 'ENOSPC' })
    }
    expect(() => file.write(Buffer.from(text), 0, text.length, 0)).toThrow(
      expect.objectContaining({ code: 'NO_SPACE' }),
    )
  })

  it.skipIf(!existsSync('/dev/full'))('calls a really full device NO_SPACE', () => {
    const full = new NodeFile('/dev/full', openSync('/dev/full', 'r+'))
    expect(() => full.write(Buffer.from('x'), 0, 1, 0)).toThrow(expect.objectContaining({ code: 'NO_SPACE' }))
    full.close()
  })

  it('keeps its descriptor until a sync under way has ended', async () => {
    const real = file as NodeFile
    const synced = real.syncAsync()
    real.close()
    expect(real.fd).toBeGreaterThanOrEqual(0)
    await synced
    expect(real.fd).toBe(-1)
  })
})
