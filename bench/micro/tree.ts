/** The tree alone: no table, no log, no file. 24-byte keys, 150-byte values. */

import { Dataset, KEY_BYTES, VALUE_BYTES } from '../dataset.ts'
import { PutMode } from '../dist/btree/api.js'
import type { TreeWriter } from '../dist/btree/writer.js'
import { makeTree } from './detached-tree.ts'
import { runSuite } from './suite.ts'

export async function treeSuite(count: number): Promise<void> {
  const workload = new Dataset({ count, laterCount: 0 })
  const { random, hot } = workload
  const ascendingKey = Buffer.alloc(KEY_BYTES)
  let tree = makeTree()
  const emptyTree = (): void => {
    tree = makeTree()
  }
  const fullTree = (): void => {
    if (tree.count === count) return
    emptyTree()
    putAll(tree, workload)
  }

  await runSuite(`tree of ${count.toLocaleString('en')} entries`, [
    { name: 'put, random', operations: count, prepare: emptyTree, run: () => putAll(tree, workload) },
    { name: 'find, random', operations: count, prepare: fullTree, run: () => findAll(tree, random.keys) },
    {
      name: 'find, a thousand hot keys',
      operations: count,
      prepare: fullTree,
      run: () => findAll(tree, hot.keys),
    },
    { name: 'scan, keys and values', operations: count, prepare: fullTree, run: () => scan(tree) },
    {
      name: 'put, ascending',
      operations: count,
      prepare: emptyTree,
      run: () => {
        for (let i = 0; i < count; i++) {
          ascendingKey.writeUInt32BE(i)
          tree.put(ascendingKey, KEY_BYTES, workload.valueOf(i), 0, VALUE_BYTES, PutMode.upsert)
        }
      },
    },
    {
      name: 'append',
      operations: count,
      prepare: emptyTree,
      run: () => {
        const appender = tree.appender()
        for (let i = 0; i < count; i++) {
          ascendingKey.writeUInt32BE(i)
          appender.append(ascendingKey, KEY_BYTES, workload.valueOf(i), 0, VALUE_BYTES)
        }
        appender.finish()
      },
    },
  ])
}

function putAll(tree: TreeWriter, workload: Dataset): void {
  const { keys, count } = workload
  for (let i = 0; i < count; i++) {
    tree.put(keys[i]!, KEY_BYTES, workload.valueOf(i), 0, VALUE_BYTES, PutMode.upsert)
  }
}

function findAll(tree: TreeWriter, keys: readonly Buffer[]): number {
  let bytes = 0
  for (let i = 0; i < keys.length; i++) if (tree.find(keys[i]!, KEY_BYTES)) bytes += tree.valueLength
  return bytes
}

function scan(tree: TreeWriter): number {
  const cursor = tree.cursor()
  let bytes = 0
  for (let isThere = cursor.first(); isThere; isThere = cursor.next()) {
    bytes += cursor.loadKey()
    cursor.loadValue()
    bytes += cursor.valueLength
  }
  return bytes
}
