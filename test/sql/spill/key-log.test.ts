/** Keys in a log: found by their bytes where hashes are the same, and given back in their order. */

import { expect, test } from 'vitest'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import { KeyLog } from '../../../src/sql/spill/key-log.ts'
import { ExecutionSpill } from '../../../src/sql/spill/spill-space.ts'

function newLog(memoryBytes = 1 << 20) {
  const storage = memoryStorage()
  let files = 0
  const spill = new ExecutionSpill({
    budgetBytes: 0,
    newFile: () => storage.open(`log-${files++}`, 'create'),
  })
  return { log: new KeyLog(spill, memoryBytes), fileCount: () => files }
}

test('keys of one hash are told apart, in the file and before they are written', () => {
  const { log, fileCount } = newLog()
  const keys = Array.from({ length: 9000 }, (_, n) => `${'y'.repeat(n % 40)}${n}`)
  const wrong: string[] = []
  // Few hashes, negative ones among them, as hashes of more than 31 bits are.
  const hashOf = (n: number) => (n % 700) * 0x9e3779b1
  for (const [n, key] of keys.entries()) {
    if (log.has(key, hashOf(n))) wrong.push(key)
    if (!log.add(key, hashOf(n))) wrong.push(key)
    if (log.add(key, hashOf(n))) wrong.push(key)
  }
  for (const [n, key] of keys.entries()) {
    if (!log.has(key, hashOf(n))) wrong.push(key)
    if (log.has(`${key}.`, hashOf(n)) || log.has(`${key.slice(0, -1)}~`, hashOf(n))) wrong.push(key)
  }
  expect(wrong).toEqual([])
  expect(fileCount()).toBe(1)
  expect([...log.drain()]).toEqual(keys)
  log.close()
})

test('the beginning of the last key is no key', () => {
  const { log } = newLog()
  log.add('abcdef', 1)
  expect(log.has('abc', 1)).toBe(false)
  expect(log.has('abcdefghi', 1)).toBe(false)
  expect(log.has('abcdef', 1)).toBe(true)
  expect(log.has('abcdef', 2)).toBe(false)
})

test('what a Map does not tell apart is one key', () => {
  const { log } = newLog()
  expect(log.add(0, 5)).toBe(true)
  expect(log.add(-0, 5)).toBe(false)
  expect(log.add(0n, 5)).toBe(true)
  expect(log.add(Number.NaN, 6)).toBe(true)
  expect(log.add(-Number.NaN, 6)).toBe(false)
  expect(log.add(null, 6)).toBe(true)
  expect(log.add('', 6)).toBe(true)
  expect(log.add(false, 6)).toBe(true)
  expect([...log.drain()]).toEqual([0, 0n, Number.NaN, null, '', false])
})
