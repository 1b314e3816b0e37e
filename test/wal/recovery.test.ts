/** Reading a log again: what is replayed, what is dropped as a torn tail, what is refused as damage. */

import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { Storage } from '../../src/io/storage.ts'
import { BATCH_HEADER_BYTES, BatchHeader, encodeBatchHeader, headerSeedOf } from '../../src/wal/format.ts'
import { Log } from '../../src/wal/log.ts'
import { scanLog } from '../../src/wal/log-scan.ts'
import { readLog } from '../../src/wal/recovery.ts'
import {
  append,
  commit,
  createLog,
  cut,
  DATABASE,
  DATABASE_ID,
  durableMemory,
  flipBit,
  NO_SALT,
  overwrite,
  readFile,
  recover,
  SMALL,
} from './harness.ts'

const WAL0 = `${DATABASE}-wal0`
const WAL1 = `${DATABASE}-wal1`
const BLOCK = 4096
/** Where the nth batch (from 0) starts when all batches are one block long. */
const batchAt = (index: number) => (2 + index) * BLOCK

/** A log of epoch 1 with one acknowledged one-block batch a text. */
function logOf(storage: Storage, ...texts: string[]): Log {
  const log = createLog(storage)
  for (const text of texts) commit(log, text)
  return log
}

/** Goes on in epoch 2, as a checkpoint of everything in epoch 1 would. */
function switchToSecond(log: Log): void {
  log.recycle(0)
  log.prepare(2, log.durableLsn + 1)
  log.switchTo(2)
}

function refusal(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'not refused'
}

describe('replay', () => {
  test('hands out every transaction in order with its LSN', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    commit(log, 'a', 'b')
    commit(log, '', 'c'.repeat(9000), 'd')
    commit(log, 'e')
    const found = recover(storage, 1, log.salt)
    expect(found.texts).toEqual(['a', 'b', '', 'c'.repeat(9000), 'd', 'e'])
    expect(found.lsns).toEqual([1, 2, 3, 4, 5, 6])
    expect(found).toMatchObject({ lastLsn: 6, transactionCount: 6, epoch: 1, tornTail: false })
    expect(Buffer.from(found.salt)).toEqual(Buffer.from(log.salt))
  })

  test('of an empty log finds nothing', () => {
    const storage = durableMemory()
    const log = createLog(storage, { epoch: 8, baseLsn: 41, previousSalt: NO_SALT })
    expect(recover(storage, 8, log.salt, 41)).toMatchObject({ lastLsn: 40, transactionCount: 0, epoch: 8 })
  })

  test('takes appended but unsynced batches when they survived', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'acknowledged')
    append(log, 'not acknowledged')
    expect(recover(storage, 1, log.salt).texts).toEqual(['acknowledged', 'not acknowledged'])
  })

  test('can be repeated', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    const before = readFile(storage, WAL1)
    expect(recover(storage, 1, log.salt)).toEqual(recover(storage, 1, log.salt))
    expect(readFile(storage, WAL1).equals(before)).toBe(true)
  })

  test('skips what the database holds already, even inside a batch', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    commit(log, 'a')
    commit(log, 'b', 'c', 'd')
    commit(log, 'e')
    expect(recover(storage, 1, log.salt, 3)).toMatchObject({ texts: ['c', 'd', 'e'], lsns: [3, 4, 5] })
    expect(recover(storage, 1, log.salt, 6)).toMatchObject({ texts: [], lastLsn: 5, tornTail: false })
  })

  test('finds nothing new when the database is ahead of the log', () => {
    // A sync failed, the cache showed more than the disk had, and a recovery made that durable.
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    expect(recover(storage, 1, log.salt, 9)).toMatchObject({ texts: [], lastLsn: 8, epoch: 1 })
  })

  test('reads batches that are larger than its buffer', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    const large = 'large'.repeat(200_000)
    commit(log, 'before')
    commit(log, large)
    commit(log, 'after')
    expect(recover(storage, 1, log.salt).texts).toEqual(['before', large, 'after'])
  })

  test('passes on what the visitor throws', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    const place = { epoch: 1, salt: log.salt, nextLsn: 1 }
    const visit = () => {
      throw new RangeError('enough')
    }
    expect(() => readLog(storage, DATABASE, DATABASE_ID, place, visit)).toThrow(RangeError)
  })
})

describe('a torn tail', () => {
  test('is dropped: a payload that is not whole', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    append(log, 'x'.repeat(8000))
    flipBit(storage, WAL1, batchAt(2) + 5000)
    expect(recover(storage, 1, log.salt)).toMatchObject({ texts: ['a', 'b'], lastLsn: 2, tornTail: true })
  })

  test('is dropped: a header that is not whole', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    append(log, 'b')
    overwrite(storage, WAL1, batchAt(1), new Uint8Array(512))
    expect(recover(storage, 1, log.salt).texts).toEqual(['a'])
  })

  test('is dropped with whole batches behind it that were not acknowledged either', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    append(log, 'b')
    append(log, 'c')
    append(log, 'd')
    flipBit(storage, WAL1, batchAt(1) + 66)
    expect(recover(storage, 1, log.salt)).toMatchObject({ texts: ['a'], tornTail: true })
  })

  test('is dropped when the file ends in the middle of it', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    append(log, 'x'.repeat(9000))
    for (const size of [batchAt(1) + 8192, batchAt(1) + 4096 + 77, batchAt(1) + 30, batchAt(1)]) {
      cut(storage, WAL1, size)
      expect(recover(storage, 1, log.salt).texts).toEqual(['a'])
    }
  })

  test('may be what an older epoch left in the file', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'old 1', 'old 2', 'old 3')
    switchToSecond(log)
    commit(log, 'between')
    log.recycle(1)
    log.prepare(3, 5)
    log.switchTo(3)
    commit(log, 'new')
    expect(recover(storage, 3, log.salt, 5)).toMatchObject({ texts: ['new'], tornTail: false })
  })

  test('may be batches of the same epoch number from another run, whatever they say was durable', () => {
    const storage = durableMemory()
    logOf(storage, 'first run 1', 'first run 2', 'first run 3', 'first run 4')
    const stale = readFile(storage, WAL1)
    const log = logOf(storage, 'second run')
    overwrite(storage, WAL1, batchAt(1), stale.subarray(batchAt(1), batchAt(4)))
    expect(recover(storage, 1, log.salt)).toMatchObject({ texts: ['second run'], tornTail: false })
  })

  test('may hold copies of acknowledged batches as data', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b', 'c')
    const copies = readFile(storage, WAL1).subarray(batchAt(0), batchAt(3))
    // Aligned like real batches: the frame and the header take 68 bytes of the first block.
    append(log, `${'-'.repeat(BLOCK - 68)}${copies.toString('latin1')}`)
    flipBit(storage, WAL1, batchAt(3) + 100)
    expect(recover(storage, 1, log.salt).texts).toEqual(['a', 'b', 'c'])
  })
})

describe('damage', () => {
  test('is told from a torn tail by the durable LSN of a later batch', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b', 'c')
    flipBit(storage, WAL1, batchAt(1) + 66)
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test('is proven by the header of a later batch even when its payload is torn', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    append(log, 'x'.repeat(9000))
    flipBit(storage, WAL1, batchAt(1) + 66)
    flipBit(storage, WAL1, batchAt(2) + 6000)
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test('is found when the proof lies far behind, beyond more damage', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    for (let i = 0; i < 200; i++) commit(log, `${i}`)
    overwrite(storage, WAL1, batchAt(50), new Uint8Array(100 * BLOCK))
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('transaction 51 is damaged or missing')
  })

  test('of the first batch is found', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    flipBit(storage, WAL1, batchAt(0) + 20)
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test('of a batch that was written to another place is found', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b', 'c')
    const batch = readFile(storage, WAL1).subarray(batchAt(1), batchAt(2))
    overwrite(storage, WAL1, batchAt(3), batch)
    overwrite(storage, WAL1, batchAt(1), new Uint8Array(BLOCK))
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test.each([
    ['over the two batches before it', batchAt(0)],
    ['over the second half of the file header and all batches', BLOCK + 512],
    ['into the padding of a batch that stays whole', batchAt(0) + 1024],
    ['over the end of a batch', batchAt(1) + 512],
  ])('of what a large batch was written over, by mistake, is found: %s', (_, position) => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b', 'c'.repeat(600))
    commit(log, 'large'.repeat(8000))
    const bytes = readFile(storage, WAL1)
    const large = Buffer.from(bytes.subarray(batchAt(3)))
    overwrite(storage, WAL1, batchAt(3), new Uint8Array(large.length))
    overwrite(storage, WAL1, position, large)
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('had been durable')
    const { batches } = scanLog(storage, DATABASE, headerSeedOf(DATABASE_ID))
    expect(Math.max(...batches.map(({ durableLsn }) => durableLsn))).toBe(3)
  })

  test('of batches that changed places is found', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b', 'c', 'd')
    const bytes = readFile(storage, WAL1)
    overwrite(storage, WAL1, batchAt(1), bytes.subarray(batchAt(2), batchAt(3)))
    overwrite(storage, WAL1, batchAt(2), bytes.subarray(batchAt(1), batchAt(2)))
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test('to what the database holds already harms nobody', () => {
    for (const bad of [0, 1, 2]) {
      const storage = durableMemory()
      const log = logOf(storage, 'a', 'b', 'c', 'd', 'e')
      flipBit(storage, WAL1, batchAt(bad) + 66)
      expect(recover(storage, 1, log.salt, 4)).toMatchObject({ texts: ['d', 'e'], lastLsn: 5 })
      expect(recover(storage, 1, log.salt, 6)).toMatchObject({ texts: [], lastLsn: 5 })
    }
  })

  test('to what the database holds already does not hide damage behind it', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b', 'c', 'd', 'e')
    flipBit(storage, WAL1, batchAt(1) + 66)
    flipBit(storage, WAL1, batchAt(3) + 66)
    expect(refusal(() => recover(storage, 1, log.salt, 4))).toContain('WAL_CORRUPT')
  })

  test('to what a recovery took from the cache and made durable elsewhere is no damage', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    append(log, 'unsynced, but seen by a recovery')
    append(log, 'torn, and dropped by it')
    flipBit(storage, WAL1, batchAt(1) + 66)
    flipBit(storage, WAL1, batchAt(2) + 66)
    expect(recover(storage, 1, log.salt, 3)).toMatchObject({ texts: [], lastLsn: 2, tornTail: true })
  })

  test('in the padding harms nobody', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    flipBit(storage, WAL1, batchAt(0) + 3000)
    expect(recover(storage, 1, log.salt).texts).toEqual(['a', 'b'])
  })

  test('of one copy of the file header harms nobody', () => {
    for (const copy of [0, 1]) {
      const storage = durableMemory()
      const log = logOf(storage, 'a')
      overwrite(storage, WAL1, copy * BLOCK, new Uint8Array(BLOCK))
      expect(recover(storage, 1, log.salt).texts).toEqual(['a'])
    }
  })

  test('of both copies of the file header is refused', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    overwrite(storage, WAL1, 0, new Uint8Array(2 * BLOCK))
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })
})

describe('the log that the database header names', () => {
  test('must be there', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    storage.unlink(WAL1)
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('is missing')
  })

  test('must not have been emptied', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    for (const size of [BLOCK, 100, 0]) {
      cut(storage, WAL1, size === BLOCK ? 0 : size)
      expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
    }
  })

  test('must be of this database', () => {
    const storage = durableMemory()
    const log = Log.create(
      storage,
      DATABASE,
      new Uint8Array(16).fill(9),
      { epoch: 1, baseLsn: 1, previousSalt: NO_SALT },
      SMALL,
    )
    commit(log, 'foreign')
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test('must have the salt and the epoch', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    expect(refusal(() => recover(storage, 1, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))).toContain('WAL_CORRUPT')
    expect(refusal(() => recover(storage, 3, log.salt))).toContain('WAL_CORRUPT')
  })

  test('must not start after what is needed', () => {
    const storage = durableMemory()
    const log = createLog(storage, { epoch: 1, baseLsn: 10, previousSalt: NO_SALT })
    expect(refusal(() => recover(storage, 1, log.salt, 8))).toContain('transactions 8 to 9')
  })
})

describe('the next epoch', () => {
  test('is replayed behind the named one', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    const salt = log.salt
    switchToSecond(log)
    commit(log, 'c')
    commit(log, 'd')
    const found = recover(storage, 1, salt)
    expect(found).toMatchObject({ texts: ['a', 'b', 'c', 'd'], lsns: [1, 2, 3, 4], lastLsn: 4, epoch: 2 })
    expect(Buffer.from(found.salt)).toEqual(Buffer.from(log.salt))
  })

  test('does not count before something was written to it', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    const salt = log.salt
    switchToSecond(log)
    const found = recover(storage, 1, salt)
    expect(found).toMatchObject({ texts: ['a'], epoch: 1 })
    expect(Buffer.from(found.salt)).toEqual(Buffer.from(salt))
  })

  test('follows an epoch that stayed empty', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    const salt = log.salt
    switchToSecond(log)
    commit(log, 'a')
    expect(recover(storage, 1, salt)).toMatchObject({ texts: ['a'], epoch: 2 })
  })

  test('is needed no more than the named one once the database has moved on', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    switchToSecond(log)
    commit(log, 'b')
    expect(recover(storage, 2, log.salt, 2).texts).toEqual(['b'])
    expect(recover(storage, 2, log.salt, 3).texts).toEqual([])
  })

  test('may have a torn tail', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    const salt = log.salt
    switchToSecond(log)
    commit(log, 'b')
    append(log, 'c')
    flipBit(storage, WAL0, batchAt(1) + 66)
    expect(recover(storage, 1, salt)).toMatchObject({ texts: ['a', 'b'], tornTail: true })
  })

  test('proves with its first batch that the named one was durable', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    const salt = log.salt
    log.recycle(0)
    log.prepare(2, 1)
    log.switchTo(2)
    append(log, 'c')
    flipBit(storage, WAL1, batchAt(1) + 66)
    expect(refusal(() => recover(storage, 1, salt))).toContain('WAL_CORRUPT')
  })

  test('proves with its base LSN that the named one was durable so far', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    const salt = log.salt
    log.recycle(0)
    log.prepare(2, 3)
    flipBit(storage, WAL1, batchAt(1) + 66)
    expect(refusal(() => recover(storage, 1, salt))).toContain('from 2 on were durable')
  })

  test('leaves a torn tail of the named one alone when a recovery had dropped it', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    append(log, 'torn')
    flipBit(storage, WAL1, batchAt(1) + 66)
    const first = recover(storage, 1, log.salt)
    expect(first.texts).toEqual(['a'])
    const next = createLog(storage, { epoch: 2, baseLsn: first.lastLsn + 1, previousSalt: first.salt })
    commit(next, 'instead')
    expect(recover(storage, 1, first.salt, 2)).toMatchObject({ texts: ['instead'], lsns: [2], epoch: 2 })
  })

  test('may not repeat what the named one holds', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    const next = createLog(storage, { epoch: 2, baseLsn: 2, previousSalt: log.salt })
    commit(next, 'another b')
    expect(refusal(() => recover(storage, 1, log.salt))).toContain('WAL_CORRUPT')
  })

  test('is not there when its file was torn while it was prepared', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    const salt = log.salt
    log.recycle(0)
    log.prepare(2, 2)
    overwrite(storage, WAL0, 0, Buffer.alloc(2 * BLOCK, 0xee))
    expect(recover(storage, 1, salt).texts).toEqual(['a'])
    cut(storage, WAL0, 700)
    expect(recover(storage, 1, salt).texts).toEqual(['a'])
  })

  test('is damaged when acknowledged batches lie behind a broken file header', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a')
    const salt = log.salt
    switchToSecond(log)
    commit(log, 'b')
    commit(log, 'c')
    overwrite(storage, WAL0, 0, new Uint8Array(2 * BLOCK))
    expect(refusal(() => recover(storage, 1, salt))).toContain('WAL_CORRUPT')
  })

  test('is not there when its file belongs to another run', () => {
    const storage = durableMemory()
    const foreign = createLog(storage, { epoch: 2, baseLsn: 1, previousSalt: NO_SALT })
    commit(foreign, 'x')
    const log = logOf(storage, 'a')
    expect(recover(storage, 1, log.salt)).toMatchObject({ texts: ['a'], epoch: 1 })
  })
})

describe('nonsense', () => {
  test('in a length is never believed', () => {
    const storage = durableMemory()
    const log = createLog(storage)
    for (const payloadBytes of [0xffff_ffff, 1 << 30, 16 * 1024, 0]) {
      const header = new BatchHeader()
      Object.assign(header, { payloadBytes, epoch: 1, firstLsn: 1, lastLsn: 1, block: 2 })
      const salt = new DataView(log.salt.buffer, log.salt.byteOffset)
      Object.assign(header, { saltLow: salt.getUint32(0, true), saltHigh: salt.getUint32(4, true) })
      header.chain = readFile(storage, WAL1).readUInt32LE(508)
      header.payloadCrc = 0
      const bytes = new Uint8Array(BATCH_HEADER_BYTES)
      encodeBatchHeader(header, bytes, new DataView(bytes.buffer), headerSeedOf(DATABASE_ID))
      overwrite(storage, WAL1, batchAt(0), bytes)
      if (payloadBytes === 0) {
        expect(refusal(() => recover(storage, 1, log.salt))).toContain('transaction 1 has no bytes')
      } else {
        expect(recover(storage, 1, log.salt)).toMatchObject({ texts: [], tornTail: true })
      }
    }
  })

  test('in place of a file is never read as one', () => {
    for (const size of [0, 1, 511, BLOCK, 3 * BLOCK + 1, 300_000]) {
      const storage = durableMemory()
      const log = logOf(storage, 'a')
      const noise = Buffer.alloc(size)
      for (let i = 0; i < size; i++) noise[i] = (i * 2654435761) >>> 13
      storage.open(WAL0, 'create').write(noise, 0, size, 0)
      expect(recover(storage, 1, log.salt).texts).toEqual(['a'])
    }
  })
})

describe('a machine that does not read', () => {
  test('is an error, not a short log', () => {
    const storage = durableMemory()
    const log = logOf(storage, 'a', 'b')
    const shortReading: Storage = {
      ...storage,
      open(path, mode) {
        const file = storage.open(path, mode)
        return {
          path,
          read: (target, offset, length, position) =>
            position >= batchAt(1) ? 0 : file.read(target, offset, Math.min(length, 1000), position),
          write: () => {},
          writeMany: () => {},
          sync: () => {},
          syncAsync: () => Promise.resolve(),
          size: () => file.size(),
          identity: () => file.identity(),
          truncate: () => {},
          close: () => file.close(),
        }
      },
    }
    expect(refusal(() => recover(shortReading, 1, log.salt))).toContain('IO_ERROR')
  })
})
