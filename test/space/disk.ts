/** A file of map pages for tests: keeps what a checkpoint writes and reads it as the store would. */

import { CoppiceError } from '../../src/base/errors.ts'
import { verifyPage } from '../../src/page/header.ts'
import { PageMemory } from '../../src/page/memory.ts'
import type { MapPageReader } from '../../src/space/map-pages.ts'
import { type SpaceCheckpoint, SpaceMap, type SpaceOptions } from '../../src/space/space-map.ts'

export const CHECKSUM_SEED = 0x5eed

export class MapDisk {
  readonly pageSize: number
  readonly images = new Map<number, Uint8Array>()
  /** Pages read so far. */
  readCount = 0

  constructor(pageSize: number) {
    this.pageSize = pageSize
  }

  write(checkpoint: SpaceCheckpoint): void {
    for (const { pageId, bytes } of checkpoint.writes) this.images.set(pageId, bytes.slice())
  }

  readonly read: MapPageReader = (pageId, birth) => {
    this.readCount++
    const image = this.images.get(pageId)
    if (image === undefined) throw new CoppiceError('CORRUPT', `page ${pageId} was never written`, { pageId })
    const memory = new PageMemory(new Uint8Array(image).buffer, this.pageSize)
    const fault = verifyPage(memory, 0, CHECKSUM_SEED, pageId, birth)
    if (fault !== undefined) throw new CoppiceError('CORRUPT', `page ${pageId}: ${fault}`, { pageId })
    return memory.u8
  }
}

/** Page ids in ascending order. */
export function pagesOf(walk: (visit: (pageId: number, count: number) => void) => void): number[] {
  const pages: number[] = []
  walk((pageId, count) => {
    for (let page = pageId; page < pageId + count; page++) pages.push(page)
  })
  return pages
}

export function allocatedPages(space: SpaceMap): number[] {
  return pagesOf(visit => space.forEachAllocatedRun(visit))
}

export function durablePages(space: SpaceMap): number[] {
  return pagesOf(visit => space.forEachDurableRun(visit))
}

/** A new space whose freed pages are collected in `freed`. */
export function newSpace(options: Partial<SpaceOptions> = {}): { space: SpaceMap; freed: number[] } {
  const freed: number[] = []
  const space = SpaceMap.create(spaceOptions(freed, options))
  return { space, freed }
}

export function spaceOptions(freed: number[], options: Partial<SpaceOptions> = {}): SpaceOptions {
  return {
    pageSize: 4096,
    maxPageCount: 2 ** 28,
    checksumSeed: CHECKSUM_SEED,
    onFree: (pageId, count) => {
      for (let page = pageId; page < pageId + count; page++) freed.push(page)
    },
    onUnread: () => {},
    ...options,
  }
}
