/**
 * The database file as pages: reading with verification, sealing and writing in runs, extents.
 *
 * A page leaves this class only when its checksum, its id and its birth are what its parent says.
 */

import { CoppiceError } from '../base/errors.ts'
import { runAll } from '../base/run-all.ts'
import type { ExtentFile } from '../btree/extent.ts'
import { MAX_HEIGHT } from '../btree/root.ts'
import { crc32 } from '../io/checksum.ts'
import type { Storage, StorageFile } from '../io/storage.ts'
import {
  birthOf,
  kindOf,
  levelOf,
  type PageFault,
  PageKind,
  pageIdOf,
  sealPage,
  verifyPage,
} from '../page/header.ts'
import { PageMemory } from '../page/memory.ts'
import { staysInPage } from '../page/node.ts'
import type { PageIo } from '../pool/pool.ts'
import { checkpointLsnOf, type PageWrite } from '../space/map-pages.ts'
import { HEADER_PAGE_COUNT } from '../space/space-map.ts'
import { decodeFileHeader } from './file-header.ts'

/** Pages written by one call at most. */
const WRITE_RUN_MAX = 256
const ZEROS = new Uint8Array(256 * 1024)

/** Why a file header may not be the newest one. */
export interface HeaderDoubt {
  readonly pageId: number
  /**
   * `later`: the page is of a later checkpoint. `damaged`: it may be, as far as what is left of it tells. `astray`: what
   * is there belongs elsewhere, so what else is not in its place is anybody's guess.
   */
  readonly reason: 'later' | 'damaged' | 'astray'
}

export class PageFile implements PageIo, ExtentFile {
  readonly file: StorageFile
  readonly pageSize: number
  readonly checksumSeed: number
  /** Reads so far, in pages. */
  readPageCount = 0
  /** Writes so far, in pages. */
  writtenPageCount = 0
  /** Bytes written since the last sync began: what the next one has to bring to the disk, as far as the system has not. */
  unsyncedBytes = 0
  /**
   * For syncs beside the event loop: the system reports a failed write-back once per descriptor, so a sync in
   * the background must not take away the error that a blocking one waits for.
   */
  readonly #background: StorageFile
  /** Syncs in the background that have been asked for and are not done. */
  #syncsUnderWay = 0
  #lastSync: Promise<void> = Promise.resolve()
  #syncFailure: unknown = undefined
  readonly #image: PageMemory

  constructor(
    storage: Storage,
    file: StorageFile,
    pageSize: number,
    databaseId: Uint8Array,
    writable: boolean,
  ) {
    this.file = file
    this.pageSize = pageSize
    this.checksumSeed = crc32(databaseId)
    this.#background = writable && !storage.volatile ? storage.open(file.path, 'write') : file
    this.#image = new PageMemory(new SharedArrayBuffer(pageSize), pageSize)
  }

  readPage(memory: PageMemory, base: number, pageId: number, birth: number): void {
    const read = this.file.read(memory.u8, base, this.pageSize, pageId * this.pageSize)
    this.readPageCount++
    if (read < this.pageSize) throw this.#damaged(pageId, 'the file ends before it')
    this.#verify(memory, base, pageId, birth)
    const kind = kindOf(memory, base)
    const level = levelOf(memory, base)
    if ((kind !== PageKind.leaf && kind !== PageKind.branch) || (kind === PageKind.leaf) !== (level === 0)) {
      throw this.#damaged(pageId, `kind ${kind} at level ${level} is no node of a tree`)
    }
    if (level >= MAX_HEIGHT) throw this.#damaged(pageId, `level ${level} is impossible`)
    if (!staysInPage(memory, base)) throw this.#damaged(pageId, 'its fields point out of the page')
  }

  /** Checks the page as it is in the file, without the pool. Undefined: all is well. */
  verifyOnDisk(pageId: number, birth: number): string | undefined {
    const read = this.file.read(this.#image.u8, 0, this.pageSize, pageId * this.pageSize)
    if (read < this.pageSize) return 'the file ends before it'
    const fault = verifyPage(this.#image, 0, this.checksumSeed, pageId, birth)
    return fault === undefined ? undefined : faultMessage(fault)
  }

  /** The same for a page of the space map, whose birth only the page itself tells. */
  verifyMapPageOnDisk(pageId: number): string | undefined {
    const read = this.file.read(this.#image.u8, 0, this.pageSize, pageId * this.pageSize)
    if (read < this.pageSize) return 'the file ends before it'
    const fault = verifyPage(this.#image, 0, this.checksumSeed, pageId, birthOf(this.#image, 0))
    return fault === undefined ? undefined : faultMessage(fault)
  }

  /**
   * Reads the whole file for what shows that the header of `txnId` and `lsn` is not the newest one, or that this cannot
   * be known: a page of the space map that a later checkpoint wrote, or what is left of one; or an intact page in the
   * place of another.
   * @throws CoppiceError IO_ERROR when not all of it can be read
   */
  findDoubt(txnId: number, lsn: number): HeaderDoubt | undefined {
    const image = this.#image
    const pageCount = Math.floor(this.file.size() / this.pageSize)
    for (let pageId = HEADER_PAGE_COUNT; pageId < pageCount; pageId++) {
      const read = this.file.read(image.u8, 0, this.pageSize, pageId * this.pageSize)
      if (read < this.pageSize) {
        throw new CoppiceError('IO_ERROR', `${this.file.path}: a read of page ${pageId} brings too little`, {
          path: this.file.path,
          pageId,
        })
      }
      const placeId = this.#placeOf(image)
      if (placeId !== undefined && placeId !== pageId) return { pageId, reason: 'astray' }
      const kind = kindOf(image, 0)
      if (birthOf(image, 0) <= txnId || (kind !== PageKind.spaceLeaf && kind !== PageKind.spaceBranch))
        continue
      if (placeId !== undefined) {
        if (checkpointLsnOf(image, 0) > lsn) return { pageId, reason: 'later' }
      } else if (pageIdOf(image, 0) === pageId) return { pageId, reason: 'damaged' }
    }
    return undefined
  }

  /** Where an intact image belongs (0: a file header, with its like); undefined: it is none, or none of this database. */
  #placeOf(image: PageMemory): number | undefined {
    const header = decodeFileHeader(Buffer.from(image.bytes.buffer, image.bytes.byteOffset, this.pageSize))
    if (typeof header === 'object' && 'databaseId' in header) {
      return crc32(header.databaseId) === this.checksumSeed ? 0 : undefined
    }
    const pageId = pageIdOf(image, 0)
    return verifyPage(image, 0, this.checksumSeed, pageId, birthOf(image, 0)) === undefined
      ? pageId
      : undefined
  }

  /** Reads a page of the space map. The buffer is used again by the next call. */
  readMapPage(pageId: number, birth: number): Uint8Array {
    const read = this.file.read(this.#image.u8, 0, this.pageSize, pageId * this.pageSize)
    if (read < this.pageSize) throw this.#damaged(pageId, 'the file ends before it')
    this.#verify(this.#image, 0, pageId, birth)
    return this.#image.bytes
  }

  writePages(memory: PageMemory, pageIds: readonly number[], bases: readonly number[]): void {
    let start = 0
    while (start < pageIds.length) {
      const sources: Uint8Array[] = []
      let end = start
      do {
        sealPage(memory, bases[end], this.checksumSeed)
        sources.push(memory.bytes.subarray(bases[end], bases[end] + this.pageSize))
        end++
      } while (
        end < pageIds.length &&
        pageIds[end] === pageIds[end - 1] + 1 &&
        sources.length < WRITE_RUN_MAX
      )
      this.file.writeMany(sources, pageIds[start] * this.pageSize)
      start = end
    }
    this.writtenPageCount += pageIds.length
    this.unsyncedBytes += pageIds.length * this.pageSize
  }

  writeMapPages(writes: readonly PageWrite[]): void {
    for (const { pageId, bytes } of writes) this.file.write(bytes, 0, bytes.length, pageId * this.pageSize)
    this.writtenPageCount += writes.length
  }

  writeExtent(pageId: number, byteOffset: number, source: Uint8Array, from: number, length: number): void {
    if (length === 0) return
    this.file.write(source, from, length, pageId * this.pageSize + byteOffset)
    this.unsyncedBytes += length
  }

  readExtent(pageId: number, byteOffset: number, target: Uint8Array, at: number, length: number): void {
    const read = this.file.read(target, at, length, pageId * this.pageSize + byteOffset)
    if (read < length) throw this.#damaged(pageId, 'the file ends inside a large value')
  }

  sync(): void {
    this.unsyncedBytes = 0
    this.file.sync()
  }

  get isSyncing(): boolean {
    return this.#syncsUnderWay > 0
  }

  /**
   * One at a time: of two on one descriptor, one could take the error and the other one succeed without its data being on
   * disk. After one that failed, all fail.
   */
  syncAsync(): Promise<void> {
    this.#syncsUnderWay++
    this.#lastSync = this.#syncAfter(this.#lastSync)
    return this.#lastSync
  }

  async #syncAfter(before: Promise<void>): Promise<void> {
    try {
      // Without waiting when there is nothing to wait for: a caller that blocks would keep it from beginning.
      if (this.#syncsUnderWay > 1) await before
      if (this.#syncFailure !== undefined) throw this.#syncFailure
      this.unsyncedBytes = 0
      await this.#background.syncAsync()
    } catch (error) {
      this.#syncFailure = error
      throw error
    } finally {
      this.#syncsUnderWay--
    }
  }

  /** Takes the space for `pageCount` pages, so that writing them later cannot fail for want of it. */
  growTo(pageCount: number): void {
    const end = pageCount * this.pageSize
    for (let at = this.file.size(); at < end; at += ZEROS.length) {
      this.file.write(ZEROS, 0, Math.min(ZEROS.length, end - at), at)
    }
  }

  truncate(pageCount: number): void {
    if (this.file.size() > pageCount * this.pageSize) this.file.truncate(pageCount * this.pageSize)
  }

  close(): void {
    runAll(
      () => this.#background.close(),
      () => this.file.close(),
    )
  }

  #verify(memory: PageMemory, base: number, pageId: number, birth: number): void {
    const fault = verifyPage(memory, base, this.checksumSeed, pageId, birth)
    if (fault !== undefined) throw this.#damaged(pageId, faultMessage(fault))
  }

  #damaged(pageId: number, reason: string): CoppiceError {
    return new CoppiceError('CORRUPT', `${this.file.path}: page ${pageId} is damaged: ${reason}`, {
      path: this.file.path,
      pageId,
    })
  }
}

function faultMessage(fault: PageFault): string {
  if (fault === 'checksum') return 'its checksum does not match'
  return `its ${fault} is not the one that its parent refers to (a lost or misdirected write)`
}
