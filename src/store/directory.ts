/** The directory tree: from a tree id (4 bytes, big-endian) to the root of that tree. */

import { PutMode } from '../btree/api.ts'
import type { TreeReader } from '../btree/reader.ts'
import { decodeRoot, EMPTY_ROOT, encodeRoot, TREE_ROOT_BYTES, type TreeRoot } from '../btree/root.ts'
import type { TreeWriter } from '../btree/writer.ts'

export const TREE_ID_BYTES = 4
const key = Buffer.alloc(TREE_ID_BYTES)
const entry = Buffer.alloc(TREE_ROOT_BYTES)

/** The root of tree `treeId`, or undefined when there is no such tree. @throws CoppiceError CORRUPT */
export function findRoot(directory: TreeReader, treeId: number): TreeRoot | undefined {
  key.writeUInt32BE(treeId, 0)
  if (!directory.find(key, TREE_ID_BYTES)) return undefined
  return decodeRoot(directory.valueBytes, directory.valueOffset, directory.valueLength, `tree ${treeId}`)
}

export function storeRoot(directory: TreeWriter, treeId: number, root: TreeRoot): void {
  key.writeUInt32BE(treeId, 0)
  encodeRoot(root, entry, 0)
  directory.put(key, TREE_ID_BYTES, entry, 0, TREE_ROOT_BYTES, PutMode.upsert)
}

export function removeRoot(directory: TreeWriter, treeId: number): void {
  key.writeUInt32BE(treeId, 0)
  directory.remove(key, TREE_ID_BYTES)
}

/**
 * The version of a tree that is committed: its root's birth. No two images of a page have the same, and a change
 * anywhere in a tree makes a new root. Going back to a savepoint brings back its births.
 */
export function versionOfRoot(root: TreeRoot | undefined): number {
  return (root ?? EMPTY_ROOT).birth
}

/** All trees of a state, in the order of their ids. */
export function listRoots(directory: TreeReader): { readonly treeId: number; readonly root: TreeRoot }[] {
  const roots: { treeId: number; root: TreeRoot }[] = []
  const cursor = directory.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    cursor.loadKey()
    const treeId = cursor.keyBytes.readUInt32BE(0)
    cursor.loadValue()
    roots.push({
      treeId,
      root: decodeRoot(cursor.valueBytes, cursor.valueOffset, cursor.valueLength, `tree ${treeId}`),
    })
  }
  return roots
}
