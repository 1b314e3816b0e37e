/**
 * A worker that reads pages as fast as it can until it is told to stop, then reports what it saw.
 * Half of its reads go through the swip, half go back to a base it remembered from an earlier operation.
 */

import { parentPort, workerData } from 'node:worker_threads'
import type { PoolShare } from '../../src/pool/share.ts'
import { PoolView } from '../../src/pool/view.ts'
import { firstWrongWord } from './memory-io.ts'

export interface ReaderTask {
  readonly shared: PoolShare
  readonly slot: number
  readonly pageCount: number
  /** Word 0: not 0 means stop. Word 1: readers that have begun. */
  readonly control: SharedArrayBuffer
}

export interface ReaderReport {
  /** Pages that were found in memory. */
  found: number
  /** Remembered bases whose version still held. */
  revisited: number
  /** Pages whose bytes were not those of the page. */
  wrong: number
}

const { shared, slot, pageCount, control } = workerData as ReaderTask
const words = new Int32Array(control)
const view = new PoolView(shared, slot)
const report: ReaderReport = { found: 0, revisited: 0, wrong: 0 }
let remembered = { pageId: 0, base: -1, version: 0 }
let random = slot + 1

Atomics.add(words, 1, 1)
Atomics.notify(words, 1)
while (Atomics.load(words, 0) === 0) {
  random = (Math.imul(random, 1664525) + 1013904223) >>> 0
  const pageId = (random >>> 8) % pageCount
  view.enter()
  if (remembered.base >= 0 && view.versionOf(remembered.base) === remembered.version) {
    report.revisited++
    if (firstWrongWord(view.memory, remembered.base, remembered.pageId, 0) !== -1) report.wrong++
  }
  const base = view.tryFix(pageId)
  if (base >= 0) {
    report.found++
    const version = view.versionOf(base)
    if (firstWrongWord(view.memory, base, pageId, 0) !== -1) report.wrong++
    // An odd version belongs to a frame that is just losing its page.
    if ((version & 1) === 0) remembered = { pageId, base, version }
  }
  view.exit()
}
parentPort?.postMessage(report)
