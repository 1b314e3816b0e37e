/**
 * Looks on as a store writes, and knows two laws that no single crash would show.
 *
 * W1  (page id, birth) names one image for all time, whoever wrote it and whatever became of it: a second image
 *     could get lost, and the first one, left in its place, would look right.
 * W2  When a batch is written to the log, it vouches for all that was acknowledged by then; so does the header of an
 *     epoch, when it is durable. So one damage to the log takes away at most what came after the last of these.
 */

import { KIND_AT, PAGE_ID_AT, PageKind } from '../src/page/header.ts'
import { BATCH_MAGIC, FILE_HEADER_BYTES } from '../src/wal/format.ts'
import { Broken } from './law.ts'
import type { History, Version } from './store-history.ts'

const HEADER_PAGE_COUNT = 4
const KINDS: ReadonlySet<number> = new Set(Object.values(PageKind))

export class StoreWitness {
  readonly #database: string
  readonly #pageSize: number
  readonly #history: History
  readonly #pages = new Map<string, Buffer>()
  #floor: Version
  /** Whether the header of an epoch is the last that was written to the log; it is durable before anything else is written. */
  #header: 'none' | 'written' | 'durable' = 'none'
  /** Thrown when the disk is asked again: the store itself would take an error for one of the disk's. */
  broken: Broken | undefined = undefined

  constructor(database: string, pageSize: number, history: History) {
    this.#database = database
    this.#pageSize = pageSize
    this.#history = history
    this.#floor = history.durable
  }

  /**
   * What was acknowledged when the last batch was written to the log (W2). With the power (`losesPower`), the header
   * of an epoch may go that nothing was written after.
   */
  floor(losesPower: boolean): Version {
    const isVouched = this.#header === 'durable' || (this.#header === 'written' && !losesPower)
    // All that was acknowledged after the header, with no batch between, had been durable before it.
    return isVouched ? this.#history.durable : this.#floor
  }

  /** The log has begun an epoch, and of it there is nothing but the header. */
  get isAtStartOfEpoch(): boolean {
    return this.#header !== 'none'
  }

  /** Another process begins, with what is durable now. */
  beginProcess(): void {
    this.#floor = this.#history.durable
    this.#header = 'none'
  }

  see(path: string, source: Uint8Array, offset: number, length: number, position: number): void {
    const bytes = Buffer.from(source.buffer, source.byteOffset + offset, length)
    if (this.#header === 'written') this.#header = 'durable'
    if (path === this.#database) this.#seePages(bytes, position)
    else if (path.startsWith(`${this.#database}-wal`)) this.#seeLog(bytes, position)
  }

  #seeLog(bytes: Buffer, position: number): void {
    const magic = bytes.readUInt32LE(0)
    if (position >= FILE_HEADER_BYTES && magic === BATCH_MAGIC) {
      this.#floor = this.#history.durable
      this.#header = 'none'
    } else if (position === 0 && magic !== 0) {
      this.#header = 'written'
    }
  }

  #seePages(bytes: Buffer, position: number): void {
    const pageSize = this.#pageSize
    if (position % pageSize !== 0) return
    for (let at = 0; at + pageSize <= bytes.length; at += pageSize) {
      const pageId = (position + at) / pageSize
      if (pageId < HEADER_PAGE_COUNT || bytes.readUInt32LE(at + PAGE_ID_AT) !== pageId) continue
      if (!KINDS.has(bytes[at + KIND_AT])) continue
      this.#seePage(pageId, bytes.subarray(at, at + pageSize))
    }
  }

  #seePage(pageId: number, image: Buffer): void {
    const birth = image.readUIntLE(8, 6)
    const key = `${pageId} ${birth}`
    const before = this.#pages.get(key)
    if (before === undefined) this.#pages.set(key, Buffer.from(image))
    else if (!before.equals(image)) {
      this.broken ??= new Broken(`W1: page ${pageId} of birth ${birth} is written a second time, and differs`)
    }
  }
}
