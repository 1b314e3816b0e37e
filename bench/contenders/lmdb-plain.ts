/**
 * lmdb-js as its README shows it: `get` for a value, `for … of getRange()` for a range. `lmdb.ts` has the ways that
 * measured fastest; what most programs do is this. Only what differs is here: the rest of the workloads would be
 * the same twice.
 */

import type { Key, RangeOptions } from 'lmdb'
import { type BytesStore, versionedName } from '../contender.ts'
import { type Dataset, fold, type Questions, RANGE_LENGTH } from '../dataset.ts'
import { LmdbBytes } from './lmdb.ts'

export const label = `${versionedName('lmdb')}, plain`

class PlainLmdb extends LmdbBytes {
  override get({ keys }: Questions): number {
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

  override ranges({ keys }: Questions): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) {
      const options: RangeOptions = { start: keys[i]!, limit: RANGE_LENGTH }
      for (const { key, value } of db.getRange(options)) digest = fold(fold(digest, key), value)
    }
    return digest
  }

  override getOne(key: Buffer): Uint8Array | undefined {
    return this.db.get(key as Buffer & Key)
  }
}

export function openBytes(directory: string, dataset: Dataset): BytesStore {
  return new PlainLmdb(directory, dataset)
}
