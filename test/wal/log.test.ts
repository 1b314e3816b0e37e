/** The log as the store writes it: appends, syncs, epochs, failures. */

import { describe, expect, test } from 'vitest'
import { AssertionError } from '../../src/base/assert.ts'
import { CoppiceError, isCoppiceError } from '../../src/base/errors.ts'
import { LogBatch } from '../../src/wal/batch.ts'
import { removeLog } from '../../src/wal/log.ts'
import {
  append,
  appendUnreserved,
  batchOf,
  commit,
  createLog,
  DATABASE,
  durableMemory,
  ioError,
  readFile,
  recover,
  SMALL,
  watched,
} from './harness.ts'

const WAL0 = `${DATABASE}-wal0`
const WAL1 = `${DATABASE}-wal1`

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('a new log', () => {
  test('makes only the file of its own epoch', () => {
    const storage = durableMemory()
    createLog(storage)
    expect(storage.exists(WAL1)).toBe(true)
    expect(storage.exists(WAL0)).toBe(false)
  })

  test('is durable with its name before anything is appended', () => {
    const operations: string[] = []
    const storage = watched(durableMemory(), (operation, path) => operations.push(`${operation} ${path}`))
    createLog(storage)
    expect(operations.slice(-2)).toEqual([`sync ${WAL1}`, 'syncDirectory /db'])
  })

  test('has a salt of its own each time', () => {
    const first = createLog(durableMemory())
    const second = createLog(durableMemory())
    expect(Buffer.from(first.salt)).not.toEqual(Buffer.from(second.salt))
  })

  test('starts below its base LSN, with everything durable', () => {
    const log = createLog(durableMemory(), { epoch: 3, baseLsn: 40, previousSalt: new Uint8Array(8) })
    expect([log.epoch, log.appendedLsn, log.durableLsn, log.retainedEpoch]).toEqual([3, 39, 39, 2])
  })
})

describe('append', () => {
  test('takes LSNs without gaps only', () => {
    const log = createLog(durableMemory())
    expect(() => log.append(2, batchOf('two'))).toThrow(AssertionError)
  })

  test('writes one batch with one write, whole blocks', () => {
    const writes: string[] = []
    const storage = watched(durableMemory(), operation => writes.push(operation))
    const log = createLog(storage)
    writes.length = 0
    append(log, 'a', 'b', 'c')
    expect(writes).toEqual(['write'])
    expect(log.sizeBytes).toBe(3 * 4096)
  })

  test('does not change the size of the file until the filled part is used up', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    expect(readFile(storage, WAL1).length).toBe(16 * 1024)
    commit(log, 'a')
    commit(log, 'b')
    expect(readFile(storage, WAL1).length).toBe(16 * 1024)
    commit(log, 'c')
    expect(readFile(storage, WAL1).length).toBe(32 * 1024)
  })

  test('doubles the file, up to the largest step', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    const sizes = new Set<number>()
    for (let i = 0; i < 60; i++) {
      append(log, 'x')
      sizes.add(log.allocatedBytes / 1024)
    }
    expect([...sizes]).toEqual([16, 32, 64, 128, 192, 256])
  })

  test('takes a batch that is larger than any step', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    const large = 'x'.repeat(300_000)
    commit(log, 'small', large)
    expect(recover(storage, 1, log.salt).texts).toEqual(['small', large])
  })

  test('without reserved space makes the file as long as the batch, unsynced, and durable ones go on behind it', () => {
    const storage = durableMemory()
    const watchedOperations: string[] = []
    const log = createLog(watched(storage, operation => watchedOperations.push(operation)))
    watchedOperations.length = 0
    appendUnreserved(log, 'x'.repeat(20_000))
    appendUnreserved(log, 'y')
    expect(watchedOperations).toEqual(['write', 'write'])
    expect(readFile(storage, WAL1).length).toBe(log.sizeBytes)
    commit(log, 'z')
    expect(log.durableLsn).toBe(3)
    expect(log.allocatedBytes).toBeGreaterThan(log.sizeBytes)
    expect(recover(storage, 1, log.salt).texts).toEqual(['x'.repeat(20_000), 'y', 'z'])
  })

  test('leaves no bytes of an older batch in the padding', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    const batch = batchOf('secret'.repeat(100))
    log.append(1, batch)
    batch.clear()
    batch.add(Buffer.from('short'), 0, 5)
    log.append(2, batch)
    expect(
      readFile(storage, WAL1)
        .subarray(3 * 4096)
        .includes('secret'),
    ).toBe(false)
  })
})

describe('a batch', () => {
  test('takes parts of buffers, long and short', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    const batch = new LogBatch()
    const source = Buffer.from('0123456789'.repeat(20))
    batch.add(source, 3, 4)
    batch.add(source, 10, 100)
    batch.add(source, 200, 0)
    batch.add(source, 0, 200)
    log.append(1, batch)
    log.sync()
    const { texts } = recover(storage, 1, log.salt)
    expect(texts).toEqual(['3456', '0123456789'.repeat(10), '', '0123456789'.repeat(20)])
  })

  test('says how much of the file it will take', () => {
    const batch = new LogBatch()
    expect([batch.transactionCount, batch.payloadBytes, batch.fileBytes]).toEqual([0, 0, 4096])
    batch.add(Buffer.alloc(4096 - 64 - 4), 0, 4028)
    expect([batch.transactionCount, batch.payloadBytes, batch.fileBytes]).toEqual([1, 4032, 4096])
    batch.add(Buffer.alloc(0), 0, 0)
    expect([batch.transactionCount, batch.payloadBytes, batch.fileBytes]).toEqual([2, 4036, 8192])
  })

  test('gives a very large buffer back when it is cleared', () => {
    const batch = new LogBatch()
    batch.add(Buffer.alloc(6_000_000), 0, 6_000_000)
    batch.clear()
    expect(batch.bytes.length).toBeLessThan(1_000_000)
  })
})

describe('sync', () => {
  test('moves the durable LSN to what was appended', () => {
    const log = createLog(durableMemory())
    append(log, 'a', 'b')
    expect(log.durableLsn).toBe(0)
    log.sync()
    expect(log.durableLsn).toBe(2)
  })

  test('costs nothing when there is nothing to sync', () => {
    const operations: string[] = []
    const log = createLog(watched(durableMemory(), operation => operations.push(operation)))
    commit(log, 'a')
    operations.length = 0
    log.sync()
    expect(operations).toEqual([])
  })

  test('in the background covers only what was appended before', async () => {
    const log = createLog(durableMemory())
    append(log, 'a')
    const synced = log.syncAsync()
    append(log, 'b')
    await synced
    expect([log.durableLsn, log.appendedLsn]).toEqual([1, 2])
  })

  test('in the background runs once for all who ask while another runs', async () => {
    let syncs = 0
    const storage = watched(durableMemory(), operation => {
      if (operation === 'syncAsync') syncs++
    })
    const log = createLog(storage)
    const waiting: Promise<void>[] = []
    for (let i = 0; i < 10; i++) {
      append(log, `${i}`)
      waiting.push(log.syncAsync())
    }
    await Promise.all(waiting)
    expect([syncs, log.durableLsn]).toEqual([2, 10])
  })

  test('in the background and in the foreground may overlap', async () => {
    const log = createLog(durableMemory())
    append(log, 'a')
    const background = log.syncAsync()
    commit(log, 'b')
    expect(log.durableLsn).toBe(2)
    await background
    expect(log.durableLsn).toBe(2)
  })

  test('in the background survives a close', async () => {
    const log = createLog(durableMemory())
    append(log, 'a')
    const first = log.syncAsync()
    append(log, 'b')
    const second = log.syncAsync()
    log.close(true)
    await Promise.allSettled([first, second])
  })
})

describe('a failure', () => {
  test('of a write poisons the log', () => {
    let isBroken = false
    const storage = watched(durableMemory(), operation => {
      if (isBroken && operation === 'write') throw ioError()
    })
    const log = createLog(storage)
    isBroken = true
    expect(codeOf(() => append(log, 'a'))).toBe('IO_ERROR')
    isBroken = false
    expect(codeOf(() => append(log, 'a'))).toBe('POISONED')
    expect(codeOf(() => log.sync())).toBe('POISONED')
  })

  test('of a sync poisons the log, and no sync is tried again', () => {
    let isBroken = false
    let syncs = 0
    const storage = watched(durableMemory(), operation => {
      if (operation === 'sync') syncs++
      if (isBroken && operation === 'sync') throw ioError()
    })
    const log = createLog(storage)
    append(log, 'a')
    isBroken = true
    syncs = 0
    expect(codeOf(() => log.sync())).toBe('IO_ERROR')
    isBroken = false
    expect(codeOf(() => log.sync())).toBe('POISONED')
    expect(codeOf(() => append(log, 'b'))).toBe('POISONED')
    expect([syncs, log.durableLsn]).toEqual([1, 0])
  })

  test('of a background sync poisons the log and fails all who wait', async () => {
    const storage = watched(durableMemory(), operation => {
      if (operation === 'syncAsync') throw ioError()
    })
    const log = createLog(storage)
    append(log, 'a')
    const first = log.syncAsync()
    append(log, 'b')
    const second = log.syncAsync()
    await expect(first).rejects.toMatchObject({ code: 'IO_ERROR' })
    await expect(second).rejects.toMatchObject({ code: 'IO_ERROR' })
    expect(log.isPoisoned).toBe(true)
    await expect(log.syncAsync()).rejects.toMatchObject({ code: 'POISONED' })
    expect(log.durableLsn).toBe(0)
  })

  test('of a foreground sync fails the background sync that runs', async () => {
    let isBroken = false
    const storage = watched(durableMemory(), operation => {
      if (isBroken && operation === 'sync') throw ioError()
    })
    const log = createLog(storage)
    append(log, 'a')
    const background = log.syncAsync()
    append(log, 'b')
    isBroken = true
    expect(codeOf(() => log.sync())).toBe('IO_ERROR')
    await expect(background).rejects.toMatchObject({ code: 'POISONED' })
    expect(log.durableLsn).toBe(0)
  })

  test('of a sync is not harmless because the disk was full', () => {
    const noSpace = () => new CoppiceError('NO_SPACE', 'full when the data was to be written at last')
    for (const broken of ['sync', 'syncDirectory'] as const) {
      let isBroken = false
      const storage = watched(durableMemory(), operation => {
        if (isBroken && operation === broken) throw noSpace()
      })
      const log = createLog(storage)
      commit(log, 'a')
      log.recycle(0)
      isBroken = true
      expect(codeOf(() => log.prepare(2, 2))).toBe('IO_ERROR')
      expect(log.isPoisoned).toBe(true)
    }
  })

  test('of the sync that follows the taking of space is not harmless either', () => {
    let isBroken = false
    const storage = watched(durableMemory(), operation => {
      if (isBroken && operation === 'sync') throw new CoppiceError('NO_SPACE', 'full after all')
    })
    const log = createLog(storage)
    isBroken = true
    expect(codeOf(() => append(log, 'x'.repeat(50_000)))).toBe('IO_ERROR')
    expect(log.isPoisoned).toBe(true)
  })

  test('keeps its cause', () => {
    let isBroken = false
    const storage = watched(durableMemory(), operation => {
      if (isBroken && operation === 'sync') throw new Error('pulled the plug')
    })
    const log = createLog(storage)
    append(log, 'a')
    isBroken = true
    expect(() => log.sync()).toThrow('pulled the plug')
    expect(() => log.sync()).toThrow(expect.objectContaining({ cause: new Error('pulled the plug') }))
  })

  test('to find space fails that append only', () => {
    const storage = durableMemory(128 * 1024)
    const log = createLog(storage)
    commit(log, 'before')
    const sizeBefore = readFile(storage, WAL1).length
    expect(codeOf(() => append(log, 'x'.repeat(300_000)))).toBe('NO_SPACE')
    expect(readFile(storage, WAL1).length).toBe(sizeBefore)
    commit(log, 'after')
    expect(recover(storage, 1, log.salt).texts).toEqual(['before', 'after'])
  })

  test('to find space for a batch that has none reserved is harmless, and more may be behind it the next time', () => {
    const storage = durableMemory(128 * 1024)
    const log = createLog(storage)
    commit(log, 'before')
    const sizeBefore = readFile(storage, WAL1).length
    const batch = batchOf('unsynced', 'x'.repeat(300_000))
    expect(codeOf(() => log.append(2, batch))).toBe('NO_SPACE')
    expect([log.isPoisoned, log.appendedLsn, readFile(storage, WAL1).length]).toEqual([false, 1, sizeBefore])
    batch.clear()
    for (const text of ['unsynced', 'and one more']) batch.add(Buffer.from(text), 0, text.length)
    log.append(2, batch)
    log.sync()
    expect(recover(storage, 1, log.salt).texts).toEqual(['before', 'unsynced', 'and one more'])
  })

  test('to write where space was reserved poisons, also for want of space', () => {
    let isBroken = false
    const storage = watched(durableMemory(), operation => {
      if (isBroken && operation === 'write') throw new CoppiceError('NO_SPACE', 'it writes to new places')
    })
    const log = createLog(storage)
    const batch = batchOf('a')
    log.reserve(batch.fileBytes)
    isBroken = true
    expect(codeOf(() => log.append(1, batch))).toBe('IO_ERROR')
    expect(log.isPoisoned).toBe(true)
  })

  test('to find space for a comfortable step takes what the batch needs', () => {
    const storage = durableMemory(192 * 1024)
    const log = createLog(storage)
    commit(log, 'x'.repeat(150_000))
    expect(log.allocatedBytes).toBe(160 * 1024)
    commit(log, 'y'.repeat(30_000))
    expect(log.allocatedBytes).toBeLessThanOrEqual(192 * 1024)
    expect(recover(storage, 1, log.salt).transactionCount).toBe(2)
  })
})

describe('epochs', () => {
  test('alternate between the two files', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    for (let epoch = 2; epoch < 7; epoch++) {
      commit(log, `in ${epoch - 1}`)
      log.recycle(epoch - 2)
      log.prepare(epoch, log.durableLsn + 1)
      expect(log.preparedEpoch).toBe(epoch)
      log.switchTo(epoch)
      expect([log.epoch, log.retainedEpoch, log.preparedEpoch]).toEqual([epoch, epoch - 1, undefined])
    }
    expect(storage.exists(WAL0) && storage.exists(WAL1)).toBe(true)
  })

  test('still take appends while the next one is prepared', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    log.recycle(0)
    commit(log, 'a')
    log.prepare(2, 2)
    commit(log, 'b')
    const salt = log.salt
    log.switchTo(2)
    commit(log, 'c')
    expect(recover(storage, 1, salt)).toMatchObject({ texts: ['a', 'b', 'c'], lastLsn: 3, epoch: 2 })
  })

  test('are durable before the next one is written', () => {
    const operations: string[] = []
    const log = createLog(
      watched(durableMemory(), (operation, path) => operations.push(`${operation} ${path}`)),
    )
    log.recycle(0)
    log.prepare(2, 1)
    append(log, 'a')
    operations.length = 0
    log.switchTo(2)
    append(log, 'b')
    expect(operations).toEqual([`sync ${WAL1}`, `write ${WAL0}`])
    expect(log.durableLsn).toBe(1)
  })

  test('are not overwritten before they are recycled', () => {
    const log = createLog(durableMemory())
    expect(() => log.prepare(2, 1)).toThrow(AssertionError)
    log.recycle(0)
    log.prepare(2, 1)
    log.switchTo(2)
    expect(() => log.prepare(3, 1)).toThrow(AssertionError)
  })

  test('vouch only for what is durable', () => {
    const log = createLog(durableMemory())
    log.recycle(0)
    append(log, 'a')
    expect(() => log.prepare(2, 2)).toThrow(AssertionError)
  })

  test('use a file again without growing it, and cut back what is beyond the limit', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    for (let i = 0; i < 40; i++) append(log, 'x')
    expect(readFile(storage, WAL1).length).toBeGreaterThan(SMALL.retainedBytes)
    log.recycle(0)
    log.prepare(2, 1)
    log.switchTo(2)
    log.recycle(1)
    log.prepare(3, log.durableLsn + 1)
    expect(readFile(storage, WAL1).length).toBe(SMALL.retainedBytes)
  })

  test('can be prepared again after the disk was full', () => {
    const storage = durableMemory(128 * 1024)
    const log = createLog(storage)
    commit(log, 'x'.repeat(100_000))
    log.recycle(0)
    expect(codeOf(() => log.prepare(2, 2))).toBe('NO_SPACE')
    expect(log.isPoisoned).toBe(false)
    expect(codeOf(() => log.prepare(2, 2))).toBe('NO_SPACE')
    commit(log, 'goes on')
    expect(recover(storage, 1, log.salt).lastLsn).toBe(2)
  })
})

describe('close', () => {
  test('can remove both files, durably', () => {
    const operations: string[] = []
    const storage = watched(durableMemory(), operation => operations.push(operation))
    const log = createLog(storage)
    log.recycle(0)
    log.prepare(2, 1)
    operations.length = 0
    log.close(true)
    expect([storage.exists(WAL0), storage.exists(WAL1)]).toEqual([false, false])
    expect(operations).toEqual(['syncDirectory'])
  })

  test('keeps a poisoned log', () => {
    let isBroken = false
    const storage = watched(durableMemory(), operation => {
      if (isBroken && operation === 'sync') throw ioError()
    })
    const log = createLog(storage)
    append(log, 'a')
    isBroken = true
    expect(codeOf(() => log.sync())).toBe('IO_ERROR')
    expect(() => log.close(true)).toThrow(AssertionError)
    log.close(false)
    expect(storage.exists(WAL1)).toBe(true)
  })

  test('may be called twice', () => {
    const log = createLog(durableMemory())
    log.close(true)
    log.close(true)
  })

  test('leftovers of a clean close that was cut short can be removed later', () => {
    const storage = durableMemory()
    createLog(storage).close(false)
    removeLog(storage, DATABASE)
    expect(storage.exists(WAL1)).toBe(false)
    removeLog(storage, DATABASE)
  })
})
