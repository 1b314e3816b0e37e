/** The operations of a transaction: what the log is given is what replay hands out. */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import { OperationLog, type OperationVisitor, replayOperations } from '../../src/store/operations.ts'
import { expectError } from '../support/tables.ts'

type Replayed = readonly unknown[]

function replay(bytes: Uint8Array): Replayed[] {
  const seen: Replayed[] = []
  const text = (part: Uint8Array | undefined) => part && Buffer.from(part).toString('latin1')
  const visitor: OperationVisitor = {
    put: (treeId, key, value) => seen.push(['put', treeId, text(key), text(value)]),
    remove: (treeId, key) => seen.push(['remove', treeId, text(key)]),
    deleteRange: (treeId, from, to) => seen.push(['deleteRange', treeId, text(from), text(to)]),
    createTree: treeId => seen.push(['createTree', treeId]),
    dropTree: treeId => seen.push(['dropTree', treeId]),
  }
  replayOperations(bytes, visitor)
  return seen
}

const written = (log: OperationLog) => log.bytes.subarray(0, log.length)
const key = (text: string) => Buffer.from(text, 'latin1')

describe('operations', () => {
  test('come back in order, with keys, values and bounds', () => {
    const log = new OperationLog(1 << 20)
    const long = 'v'.repeat(100_000)
    log.createTree(16)
    log.put(16, key('a'), 1, key('xvaluex'), 1, 5)
    log.put(2 ** 32 - 1, key(''), 0, key(long), 0, long.length)
    log.remove(300, key('gone'), 4)
    log.deleteRange(16, undefined, 0, undefined, 0)
    log.deleteRange(16, key('from'), 4, undefined, 0)
    log.deleteRange(16, undefined, 0, key('to'), 2)
    log.deleteRange(16, key(''), 0, key('to'), 2)
    log.dropTree(16)
    expect(replay(written(log))).toEqual([
      ['createTree', 16],
      ['put', 16, 'a', 'value'],
      ['put', 2 ** 32 - 1, '', long],
      ['remove', 300, 'gone'],
      ['deleteRange', 16, undefined, undefined],
      ['deleteRange', 16, 'from', undefined],
      ['deleteRange', 16, undefined, 'to'],
      ['deleteRange', 16, '', 'to'],
      ['dropTree', 16],
    ])
    expect([log.count, log.isUnlogged]).toEqual([9, false])
  })

  test('after a mark can be forgotten', () => {
    const log = new OperationLog(1 << 20)
    log.put(16, key('a'), 1, key('1'), 0, 1)
    const mark = log.mark()
    log.put(16, key('b'), 1, key('2'), 0, 1)
    log.truncate(mark)
    expect([log.count, replay(written(log))]).toEqual([1, [['put', 16, 'a', '1']]])
  })

  test('beyond the limit are only counted, also after going back to a mark', () => {
    const log = new OperationLog(200)
    const mark = log.mark()
    log.put(16, key('a'), 1, Buffer.alloc(300), 0, 300)
    log.remove(16, key('a'), 1)
    expect([log.isUnlogged, log.length, log.count]).toEqual([true, 0, 2])
    log.truncate(mark)
    expect([log.isUnlogged, log.count]).toEqual([true, 0])
    log.reset()
    log.remove(16, key('a'), 1)
    expect([log.isUnlogged, log.count]).toEqual([false, 1])
  })

  test('a streamed value makes the transaction unlogged', () => {
    const log = new OperationLog(1 << 20)
    log.putUnlogged()
    expect([log.isUnlogged, log.count]).toEqual([true, 1])
  })
})

describe('malformed operations', () => {
  test('cut anywhere inside an operation are WAL_CORRUPT', () => {
    const log = new OperationLog(1 << 20)
    log.deleteRange(5000, key('from'), 4, key('to'), 2)
    const bytes = written(log)
    for (let length = 1; length < bytes.length; length++) {
      expectError('WAL_CORRUPT', () => replay(bytes.subarray(0, length)))
    }
  })

  test('of an unknown kind are WAL_CORRUPT', () => {
    expectError('WAL_CORRUPT', () => replay(Buffer.from([9, 16])))
  })

  test('numbers that do not end are WAL_CORRUPT', () => {
    expectError('WAL_CORRUPT', () => replay(Buffer.from([4, 255, 255, 255, 255, 255, 255])))
  })

  test('random bytes never fail in another way', () => {
    const random = new SeededRandom(1)
    for (let i = 0; i < 20_000; i++) {
      const bytes = random.bytes(1 + random.below(40))
      if (random.chance(0.7)) bytes[0] = 1 + random.below(5)
      try {
        replay(bytes)
      } catch (error) {
        expect(isCoppiceError(error, 'WAL_CORRUPT'), String(error)).toBe(true)
      }
    }
  })
})
