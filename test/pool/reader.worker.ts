/**
 * A worker that reads pages as fast as it can, loading and evicting, until it is told to stop, then reports what it saw.
 * Half of its reads go through the swip, half go back to a base it remembered from an earlier operation.
 */

import { parentPort, threadId, workerData } from 'node:worker_threads'
import { claimSlot } from '../../src/pool/control.ts'
import { PageCache } from '../../src/pool/page-cache.ts'
import type { PoolShare } from '../../src/pool/share.ts'
import { firstWrongWord, SharedIo } from './memory-io.ts'

export interface ReaderTask {
  readonly shared: PoolShare
  readonly file: SharedArrayBuffer
  readonly pageCount: number
  /** Word 0: not 0 means stop. Word 1: readers that have begun. Word 2: those that have read and loaded enough. */
  readonly control: SharedArrayBuffer
}

export interface ReaderReport {
  /** Pages that were read. */
  found: number
  /** Remembered bases whose version still held. */
  revisited: number
  /** Pages whose bytes were not those of the page. */
  wrong: number
  loads: number
  apart: number
}

/** What each reader must have done for the test to say anything. */
export const LOADS_ENOUGH = 500
export const REVISITED_ENOUGH = 100

const { shared, file, pageCount, control } = workerData as ReaderTask
const words = new Int32Array(control)
const cache = new PageCache(shared, claimSlot(shared.control, threadId), new SharedIo(file), setImmediate)
const report: ReaderReport = { found: 0, revisited: 0, wrong: 0, loads: 0, apart: 0 }
let remembered = { pageId: 0, base: -1, version: 0 }
let random = threadId + 1

Atomics.add(words, 1, 1)
Atomics.notify(words, 1)
let hasEnough = false
while (Atomics.load(words, 0) === 0) {
  if (!hasEnough && cache.counts().loads > LOADS_ENOUGH && report.revisited > REVISITED_ENOUGH) {
    hasEnough = true
    Atomics.add(words, 2, 1)
  }
  random = (Math.imul(random, 1664525) + 1013904223) >>> 0
  // The lower pages more often.
  const pageId = ((random >>> 8) % pageCount) >>> (random & 3)
  cache.begin()
  if (remembered.base >= 0 && cache.versionOf(remembered.base) === remembered.version) {
    report.revisited++
    if (firstWrongWord(cache.memory, remembered.base, remembered.pageId, 0) !== -1) report.wrong++
  }
  const base = (random & 64) === 0 ? cache.fix(pageId, 1) : cache.fixScan(pageId, 1)
  const version = cache.versionOf(base)
  report.found++
  if (firstWrongWord(cache.memory, base, pageId, 0) !== -1) report.wrong++
  // An odd version belongs to a frame that is just losing its page; that of a page read apart may be odd, too.
  remembered = (version & 1) === 0 ? { pageId, base, version } : { pageId: 0, base: -1, version: 0 }
  if ((random & 128) === 0) cache.end()
}
cache.end()
const { loads, apart } = cache.counts()
parentPort?.postMessage({ ...report, loads, apart })
