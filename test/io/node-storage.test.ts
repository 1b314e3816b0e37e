import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CoppiceError } from '../../src/base/errors.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'
import { describeStorageContract } from './storage-contract.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

describeStorageContract('the real file', () => {
  const directory = temporaryDirectory()
  return { storage: nodeStorage(), file: directory.file, dispose: directory.remove }
})

describe('node storage', () => {
  const storage = nodeStorage()
  let directory: TemporaryDirectory

  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  function errorOf(action: () => unknown): CoppiceError {
    try {
      action()
    } catch (error) {
      expect(error).toBeInstanceOf(CoppiceError)
      return error as CoppiceError
    }
    throw new Error('nothing was thrown')
  }

  it('is not volatile', () => {
    expect(storage.volatile).toBe(false)
  })

  it('writes to the file that others see', () => {
    const file = storage.open(directory.file('a'), 'create')
    file.write(Buffer.from('hello'), 0, 5, 0)
    file.close()
    expect(readFileSync(directory.file('a'), 'utf8')).toBe('hello')
  })

  describe('the path of an open file', () => {
    it('is the real one behind symbolic links, so that log names agree', () => {
      writeFileSync(directory.file('real'), '')
      mkdirSync(directory.file('real-directory'))
      symlinkSync(directory.file('real'), directory.file('link'))
      symlinkSync(directory.file('real-directory'), directory.file('link-directory'))
      expect(storage.open(directory.file('link'), 'write').path).toBe(directory.file('real'))
      expect(storage.open(directory.file('link-directory/new'), 'create').path).toBe(
        directory.file('real-directory/new'),
      )
    })

    it('is absolute', () => {
      const path = relative(process.cwd(), directory.file('a'))
      expect(storage.open(path, 'create').path).toBe(directory.file('a'))
    })
  })

  describe('errors', () => {
    it('carry path, system error and cause', () => {
      const error = errorOf(() => storage.open(directory.file('missing'), 'write'))
      expect(error.code).toBe('NOT_FOUND')
      expect(error.message).toMatch(/open for writing '.*missing': ENOENT: .*errno -?\d+/)
      expect(error.details).toMatchObject({ path: directory.file('missing'), given: 'ENOENT' })
      expect(error.cause).toMatchObject({ code: 'ENOENT', syscall: 'open' })
    })

    it('say NOT_FOUND when the directory is missing', () => {
      expect(errorOf(() => storage.open(directory.file('no/file'), 'create')).code).toBe('NOT_FOUND')
    })

    it.each(['read', 'write', 'create'] as const)('say that a directory cannot be opened for %s', mode => {
      const error = errorOf(() => storage.open(directory.path, mode))
      expect(error.code).toBe('IO_ERROR')
      expect(error.message).toContain('it is a directory')
    })

    it('say that a path leads through a file', () => {
      writeFileSync(directory.file('a'), '')
      expect(errorOf(() => storage.open(directory.file('a/b'), 'create')).code).toBe('IO_ERROR')
    })

    it('leave a wrong argument the bug that it is', () => {
      expect(() => storage.open('nul\0byte', 'read')).toThrow(TypeError)
    })

    it('report a directory that cannot be synced because it is not there', () => {
      expect(errorOf(() => storage.syncDirectory(directory.file('missing'))).code).toBe('NOT_FOUND')
    })
  })

  it.skipIf(process.platform === 'win32')('excludes a second open through a hard or symbolic link', () => {
    const held = storage.lock(storage.open(directory.file('a'), 'create'), 'exclusive')
    linkSync(directory.file('a'), directory.file('hard'))
    symlinkSync(directory.file('a'), directory.file('symbolic'))
    for (const name of ['hard', 'symbolic', join('.', 'a')]) {
      const other = storage.open(directory.file(name), 'write')
      expect(errorOf(() => storage.lock(other, 'exclusive')).code).toBe('LOCKED')
    }
    held.release()
  })
})
