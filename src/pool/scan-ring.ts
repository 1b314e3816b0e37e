/**
 * The pages that scans brought in last, oldest first: the first to be evicted.
 *
 * A scan's pages are published COOL, but that alone does not spare the others: a scan longer than the pool
 * would drive the clock's hands round, and whatever is not touched within one revolution would go, however
 * hot it had been. So a scan lives on its own frames: it evicts what it loaded itself, a quarter of the
 * pool ago at most. (2Q's A1in and PostgreSQL's ring buffers are the same idea.) A page that someone
 * looked up in the meantime is HOT and stays.
 *
 * An entry is (frame, version), so that it lapses when the frame is given to another page. The newest few
 * entries are never evicted from here: that is where the scans stand. Each thread has a ring of its own.
 */

import type { Frames } from './frames.ts'

/** Entries that stay: one a scan that is going on. */
const NEWEST_KEPT_MAX = 8

export class ScanRing {
  private readonly frames: Frames
  private readonly ring: Int32Array
  private readonly versions: Int32Array
  private readonly newestKept: number
  private head: number
  private count: number

  /** `capacity`: pages that scans may keep for themselves. */
  constructor(frames: Frames, capacity: number) {
    this.frames = frames
    this.ring = new Int32Array(capacity)
    this.versions = new Int32Array(capacity)
    this.newestKept = Math.min(NEWEST_KEPT_MAX, capacity >>> 2)
    this.head = 0
    this.count = 0
  }

  /** Remembers a page that a scan has just loaded. When the ring is full the oldest entry is forgotten. */
  push(frame: number): void {
    if (this.count === this.ring.length) this.dropOldest()
    const at = (this.head + this.count) % this.ring.length
    this.ring[at] = frame
    this.versions[at] = this.frames.latches.versionOf(frame)
    this.count++
  }

  /** Evicts up to `wanted` pages that are still as the scan left them; returns how many. */
  evict(wanted: number): number {
    let evicted = 0
    while (evicted < wanted && this.count > this.newestKept) {
      const frame = this.ring[this.head]
      const version = this.versions[this.head]
      this.dropOldest()
      if (this.frames.latches.versionOf(frame) === version && this.frames.evict(frame, false)) evicted++
    }
    return evicted
  }

  private dropOldest(): void {
    this.head = (this.head + 1) % this.ring.length
    this.count--
  }
}
