import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { describeStorageContract } from './storage-contract.ts'

describeStorageContract('memory', () => ({
  storage: memoryStorage(),
  file: name => `/memory/${name}`,
  dispose: () => {},
}))

describe('memory storage', () => {
  it('is volatile unless a test wants the log and the checkpoints', () => {
    expect(memoryStorage().volatile).toBe(true)
    expect(memoryStorage({ volatile: false }).volatile).toBe(false)
  })

  it('shares nothing with another one', () => {
    memoryStorage().open(':memory:', 'create')
    expect(memoryStorage().exists(':memory:')).toBe(false)
  })

  it('names the directory of a path', () => {
    const storage = memoryStorage()
    expect(storage.directoryOf('/a/b')).toBe('/a')
    expect(storage.directoryOf('/a')).toBe('/')
    expect(storage.directoryOf(':memory:')).toBe('.')
  })

  describe('with a limit', () => {
    const chunk = Buffer.alloc(64 * 1024)

    it('fails with NO_SPACE beyond it, as a full disk does', () => {
      const file = memoryStorage({ limitBytes: 2 * chunk.length }).open('a', 'create')
      file.write(chunk, 0, chunk.length, 0)
      file.write(chunk, 0, chunk.length, chunk.length)
      expect(() => file.write(chunk, 0, chunk.length, 2 * chunk.length)).toThrow(
        expect.objectContaining({ code: 'NO_SPACE' }),
      )
      file.write(chunk, 0, chunk.length, 0)
      expect(file.size()).toBe(2 * chunk.length)
    })

    it('has the space again that a cut or removed file took', () => {
      const storage = memoryStorage({ limitBytes: chunk.length })
      const first = storage.open('a', 'create')
      first.write(chunk, 0, chunk.length, 0)
      first.truncate(0)
      first.write(chunk, 0, chunk.length, 0)
      first.close()
      storage.unlink('a')
      const second = storage.open('b', 'create')
      second.write(chunk, 0, chunk.length, 0)
      expect(second.size()).toBe(chunk.length)
    })

    it('does not count what was never written', () => {
      const file = memoryStorage({ limitBytes: chunk.length }).open('a', 'create')
      file.truncate(2 ** 33)
      file.write(chunk, 0, 8, 2 ** 32)
      expect(file.read(Buffer.alloc(8), 0, 8, 2 ** 32 + 4)).toBe(8)
    })
  })
})
