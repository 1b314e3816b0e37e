/** Lists that grow with the rows of a statement. */

import { SqlError } from '../errors.ts'

/** V8 does not throw, but ends the process, when a list that grows has 113 million elements. */
export const LIST_MAX = 100_000_000

/** @throws SqlError 54000 it has too many */
export function append<T>(list: T[], value: T): void {
  if (list.length >= LIST_MAX) {
    throw new SqlError('54000', `a list cannot have more than ${LIST_MAX} elements`)
  }
  list.push(value)
}
