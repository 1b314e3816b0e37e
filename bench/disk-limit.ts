/**
 * The least that a durable commit can cost on this disk: 4 KiB written into a file that has been filled before,
 * and one fdatasync. Measured among the contenders' turns, because a disk's pace changes within minutes.
 */

import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs'

const BLOCK_BYTES = 4096
const FILE_BLOCKS = 256
const WRITES = 500

export class DiskLimit {
  private readonly descriptor: number
  private readonly block = Buffer.alloc(BLOCK_BYTES, 1)

  constructor(directory: string) {
    this.descriptor = openSync(`${directory}/disk-limit`, 'w+')
    for (let i = 0; i < FILE_BLOCKS; i++)
      writeSync(this.descriptor, this.block, 0, BLOCK_BYTES, i * BLOCK_BYTES)
    fsyncSync(this.descriptor)
  }

  /** Nanoseconds that one write with its sync took. */
  measure(): number {
    const start = performance.now()
    for (let i = 0; i < WRITES; i++) {
      writeSync(this.descriptor, this.block, 0, BLOCK_BYTES, (i % FILE_BLOCKS) * BLOCK_BYTES)
      fdatasyncSync(this.descriptor)
    }
    return ((performance.now() - start) * 1e6) / WRITES
  }

  close(): void {
    closeSync(this.descriptor)
  }
}
