/** A page at a time: finding it in the pool, and its checksum. */

import { crc32 } from '../dist/io/checksum.js'
import { makeTree, pool } from './detached-tree.ts'
import { runSuite } from './suite.ts'

const RESIDENT_PAGES = 20_000
const FIXES = 100_000
const BIRTH = 1
const BLOCK_BYTES = 4096

export async function pageSuite(): Promise<void> {
  makeTree()
  const pageIds = Uint32Array.from({ length: FIXES }, (_, i) => 4 + ((i * 7919) % RESIDENT_PAGES))
  for (let i = 0; i < RESIDENT_PAGES; i++) pool.create(4 + i)
  const block = Buffer.alloc(BLOCK_BYTES, 0xa5)

  await runSuite('page', [
    {
      name: 'fix, a hit',
      operations: FIXES,
      run: () => {
        let sum = 0
        for (let i = 0; i < FIXES; i++) sum += pool.fix(pageIds[i]!, BIRTH)
        return sum
      },
    },
    {
      name: 'fixScan, a hit',
      operations: FIXES,
      run: () => {
        let sum = 0
        for (let i = 0; i < FIXES; i++) sum += pool.fixScan(pageIds[i]!, BIRTH)
        return sum
      },
    },
    {
      name: 'crc32 of 4 KiB',
      operations: 1000,
      run: () => {
        let sum = 0
        for (let i = 0; i < 1000; i++) sum ^= crc32(block, i)
        return sum
      },
    },
  ])

  for (let i = 0; i < RESIDENT_PAGES; i++) pool.discard(4 + i)
}
