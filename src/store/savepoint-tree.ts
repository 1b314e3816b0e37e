/**
 * The tree of persistent savepoints: name (UTF-8) to the state that it keeps.
 *
 * ```
 *  0  u48       transaction of the state
 *  6  u16       0
 *  8  20 bytes  root of its directory
 * 28  f64       when it was made, Unix time in milliseconds
 * 36
 * ```
 */

import { CoppiceError } from '../base/errors.ts'
import type { TreeContext } from '../btree/context.ts'
import { TreeReader } from '../btree/reader.ts'
import { decodeRoot, encodeRoot, TREE_ROOT_BYTES, type TreeRoot } from '../btree/root.ts'

const ENTRY_BYTES = 36

export interface SavepointRecord {
  readonly name: string
  readonly txnId: number
  readonly directory: TreeRoot
  /** Unix time in milliseconds. */
  readonly createdAtMs: number
}

export function encodeSavepoint(record: SavepointRecord): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES)
  bytes.writeUIntLE(record.txnId, 0, 6)
  encodeRoot(record.directory, bytes, 8)
  bytes.writeDoubleLE(record.createdAtMs, 28)
  return bytes
}

/** All persistent savepoints of a state, in the order of their names. @throws CoppiceError CORRUPT */
export function listSavepoints(context: TreeContext, root: TreeRoot): SavepointRecord[] {
  const records: SavepointRecord[] = []
  if (root.height === 0) return records
  const cursor = new TreeReader(context, root, false, () => {}).cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    const length = cursor.loadKey()
    const name = cursor.keyBytes.toString('utf8', 0, length)
    cursor.loadValue()
    if (cursor.valueLength !== ENTRY_BYTES) {
      throw new CoppiceError('CORRUPT', `persistent savepoint '${name}' is malformed`, {
        expected: `${ENTRY_BYTES} bytes`,
        given: `${cursor.valueLength} bytes`,
      })
    }
    const { valueBytes, valueOffset } = cursor
    records.push({
      name,
      txnId: valueBytes.readUIntLE(valueOffset, 6),
      directory: decodeRoot(valueBytes, valueOffset + 8, TREE_ROOT_BYTES, `persistent savepoint '${name}'`),
      createdAtMs: valueBytes.readDoubleLE(valueOffset + 28),
    })
  }
  return records
}
