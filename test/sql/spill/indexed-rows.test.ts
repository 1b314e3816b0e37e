/** Rows by their numbers, most of them in a file. */

import { expect, test } from 'vitest'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import type { StorageFile } from '../../../src/io/storage.ts'
import { IndexedRows } from '../../../src/sql/spill/indexed-rows.ts'
import { ExecutionSpill } from '../../../src/sql/spill/spill-space.ts'

const ROWS = 6000

test('are found in any order, and read from few places of the file when they are asked for in theirs', () => {
  const storage = memoryStorage()
  let reads = 0
  const newFile = (): StorageFile => {
    const file = storage.open('rows', 'create')
    const read = file.read.bind(file)
    file.read = (...given) => {
      reads++
      return read(...given)
    }
    return file
  }
  const rows = new IndexedRows(3)
  const rowOf = (n: number) => [n, `row ${n}`, n % 3 === 0 ? null : BigInt(n)]
  rows.begin(new ExecutionSpill({ budgetBytes: 64 * 1024, newFile }))
  for (let n = 0; n < ROWS; n++) rows.add(rowOf(n))
  rows.complete()
  expect(rows).toHaveLength(ROWS)
  const wrong: unknown[] = []
  for (let i = 0; i < ROWS; i++) {
    const n = (i * 7919) % ROWS
    const row = rows.at(n)
    if (rowOf(n).some((value, k) => value !== row[k])) wrong.push(row)
  }
  expect(reads).toBeGreaterThan(ROWS / 2)
  reads = 0
  // A frame that moves on: its ends, the row, and one far ahead.
  for (let n = 0; n < ROWS; n++) {
    for (const at of [n - 700, n, n + 300, n + 3000]) {
      if (at >= 0 && at < ROWS && rows.at(at)[0] !== at) wrong.push(at)
    }
  }
  expect(wrong).toEqual([])
  expect(reads).toBeLessThan(ROWS / 4)
  rows.begin(undefined)
  expect(rows).toHaveLength(0)
  for (let n = 0; n < ROWS; n++) rows.add([n])
  rows.complete()
  expect(rows.at(ROWS - 1)).toEqual([ROWS - 1])
})
