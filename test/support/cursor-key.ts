import type { TreeCursor } from '../../src/btree/api.ts'

/** A copy of the key that the cursor stands on. `keyBytes` may be another buffer after `loadKey`, so first that. */
export function keyUnder(cursor: TreeCursor): Buffer {
  const length = cursor.loadKey()
  return Buffer.from(cursor.keyBytes.subarray(0, length))
}
