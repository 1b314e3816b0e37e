/** Keys in memory and, beyond it, in a file, by their hashes or in buckets: the same answers as a Set's. */

import { expect, test } from 'vitest'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import type { StorageFile } from '../../../src/io/storage.ts'
import { KeySet } from '../../../src/sql/spill/key-set.ts'
import { ExecutionSpill } from '../../../src/sql/spill/spill-space.ts'

function spillOf(budgetBytes: number) {
  const storage = memoryStorage()
  const files: StorageFile[] = []
  const newFile = () => {
    const file = storage.open(`keys-${files.length}`, 'create')
    files.push(file)
    return file
  }
  return { spill: new ExecutionSpill({ budgetBytes, newFile }), files }
}

const KEYS: readonly (readonly [what: string, keyOf: (n: number) => unknown])[] = [
  ['numbers', n => (n * 7919) % 100_000],
  ['fractions', n => n / 7],
  ['texts', n => `key ${n % 6000}`],
  ['long texts', n => `${'x'.repeat(n % 900)} ${n}`],
  ['texts that few bits tell apart', n => `${String.fromCharCode(0xd800 + (n % 16))}${n % 5000}`],
  ['bigints', n => 10n ** 20n + BigInt(n % 7000)],
  [
    'whatever there is',
    n => [null, true, false, Number.NaN, 0, -0, '', 'n', n, String(n), BigInt(n)][n % 11],
  ],
]

/** So little that keys are in buckets at once, that they come there from the log, and that the log has all. */
const BUDGETS = [64, 200, 1024].map(kilobytes => kilobytes * 1024)

test.each(KEYS.flatMap(([what, keyOf]) => BUDGETS.map(budget => ({ what, keyOf, budget }))))(
  '$what in $budget bytes',
  ({ keyOf, budget }) => {
    const { spill, files } = spillOf(budget)
    const keys = new KeySet()
    keys.begin(spill, spill.budgetBytes)
    const expected = new Set<unknown>()
    const wrong: unknown[] = []
    for (let n = 0; n < 8000; n++) {
      const key = keyOf(n)
      const isNew = !expected.has(key)
      if (n % 5 === 0 && keys.has(key) === isNew) wrong.push(key)
      if (keys.add(key) !== isNew) wrong.push(key)
      expected.add(key)
    }
    for (const key of expected) if (!keys.has(key)) wrong.push(key)
    expect(wrong).toEqual([])
    expect(keys.has('no such key')).toBe(false)
    // Of so many different keys those that are behind the first half are in files.
    const bytes = [...expected].reduce<number>((sum, key) => sum + 56 + String(key).length, 0)
    if (bytes > 2 * budget) expect(files.length).toBeGreaterThan(0)
    keys.clear()
    expect(keys.has(keyOf(1))).toBe(false)
  },
)

test('few keys need no file, and neither do those for which there is none', () => {
  const { spill, files } = spillOf(64 * 1024)
  const few = new KeySet()
  few.begin(spill, spill.budgetBytes)
  for (let n = 0; n < 300; n++) few.add(n)
  const many = new KeySet()
  many.begin(undefined, 0)
  for (let n = 0; n < 20_000; n++) many.add(n)
  expect(many.has(19_999)).toBe(true)
  expect(files).toEqual([])
})
