/**
 * lmdb-js as its README shows it: `get` for a value, `for … of getRange()` for a range. `lmdb.ts` has the ways that
 * measured fastest; what most programs do is this.
 */

import type { Key, RangeOptions } from 'lmdb'
import { type Contender, versionedName } from '../contender.ts'
import { fold, RANGE_LENGTH, type Workload } from '../workload.ts'
import { Lmdb } from './lmdb.ts'

export const label = `${versionedName('lmdb')}, plain`

class PlainLmdb extends Lmdb {
  override get(keys: readonly Buffer[]): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) digest = fold(digest, db.get(keys[i] as Buffer & Key)!)
    return digest
  }

  override scan(): number {
    let digest = 0
    for (const { key, value } of this.db.getRange()) digest = fold(fold(digest, key), value)
    return digest
  }

  override ranges(keys: readonly Buffer[]): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) {
      const options: RangeOptions = { start: keys[i]!, limit: RANGE_LENGTH }
      for (const { key, value } of db.getRange(options)) digest = fold(fold(digest, key), value)
    }
    return digest
  }
}

export function open(directory: string, workload: Workload): Contender {
  return new PlainLmdb(directory, workload)
}
