/** Rows that are read by some while others add to them, in memory and in a file. */

import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import type { StorageFile } from '../../../src/io/storage.ts'
import { KeptRows, type KeptRowsReader } from '../../../src/sql/spill/kept-rows.ts'
import { ExecutionSpill } from '../../../src/sql/spill/spill-space.ts'

function spillOf(budgetBytes: number): { readonly space: ExecutionSpill; readonly files: StorageFile[] } {
  const storage = memoryStorage()
  const files: StorageFile[] = []
  const newFile = () => {
    const file = storage.open(`kept-${files.length}`, 'create')
    files.push(file)
    return file
  }
  return { space: new ExecutionSpill({ budgetBytes, newFile }), files }
}

const rowOf = (n: number) => [n, n % 7 === 0 ? null : `row ${n} ${'x'.repeat(n % 300)}`]

describe.each([0, 1000, 100_000, Number.POSITIVE_INFINITY])('with %i bytes', budgetBytes => {
  test('each reader finds all rows in their order, however far it is when they come', () => {
    const { space, files } = spillOf(budgetBytes)
    const kept = new KeptRows(budgetBytes === Number.POSITIVE_INFINITY ? undefined : space)
    const readers: { readonly reader: KeptRowsReader; readonly pace: number; at: number }[] = []
    const read = (one: (typeof readers)[number], most: number) => {
      for (let i = 0; i < most; i++) {
        const row = one.reader.next()
        if (row === undefined) return
        expect(row).toEqual(rowOf(one.at++))
      }
    }
    const ROWS = 5000
    for (let n = 0; n < ROWS; n++) {
      if (n % 700 === 0) readers.push({ reader: kept.read(), pace: n % 1400 === 0 ? 2 : 1, at: 0 })
      kept.add(rowOf(n))
      for (const one of readers) if (n % 3 !== 0 || one.pace === 2) read(one, one.pace)
    }
    for (const one of readers) {
      read(one, ROWS)
      expect(one.at).toBe(ROWS)
      expect(one.reader.next()).toBeUndefined()
    }
    expect(files.length > 0).toBe(budgetBytes <= 100_000)
    kept.close()
  })
})

test('what has no columns is counted', () => {
  const kept = new KeptRows(spillOf(0).space)
  for (let n = 0; n < 3000; n++) kept.add([])
  const reader = kept.read()
  let count = 0
  while (reader.next() !== undefined) count++
  expect(count).toBe(3000)
})
