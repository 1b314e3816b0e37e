/** Lists that grow with the rows of a statement. */

import { expect, test } from 'vitest'
import { append, LIST_MAX } from '../../../src/sql/functions/growing-list.ts'

test('a list ends with an error before the engine ends the process', () => {
  const full: number[] = []
  const kept: number[] = []
  const longest = { length: LIST_MAX, push: (value: number) => kept.push(value) } as unknown as number[]
  append(full, 1)
  expect(full).toEqual([1])
  expect(() => append(longest, 1)).toThrow(expect.objectContaining({ sqlstate: '54000' }))
  expect(kept).toEqual([])
})
