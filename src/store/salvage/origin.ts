/**
 * Where to begin in a damaged file: with its headers, or, when all four copies are lost, with the pages themselves.
 *
 * The checksum of a page is seeded with the database id, which only the headers and the log tell. But a CRC can be run
 * backwards: from a page's bytes and its checksum follows the seed, and the pages agree about it (their ids are where
 * they stand, and only in pages of the right size). So seed and page size are what most pages vote for.
 *
 * A directory is recognised by its shape: trees' ids and roots, the pages of which are there. Which one is the newest
 * the space map says, whose pages carry the transaction and the LSN of their checkpoint. But the newest one may be
 * damaged, and one that is found be a persistent savepoint's: its pages are in use, too. So it is taken for the state of
 * the map only when that is proved.
 */

import { CoppiceError } from '../../base/errors.ts'
import { MAX_HEIGHT, type TreeRoot } from '../../btree/root.ts'
import type { StorageFile } from '../../io/storage.ts'
import { KIND_AT, LEVEL_AT, PAGE_ID_AT, PageKind } from '../../page/header.ts'
import { Bitmap } from '../../space/bitmap.ts'
import { MapGeometry, readMap, type SpaceRef } from '../../space/map-pages.ts'
import { HEADER_PAGE_COUNT } from '../../space/space-map.ts'
import { allPageSizes } from '../options.ts'
import type { FoundMap, PageCensus } from './census.ts'
import { type DamagedFile, entriesBelow } from './damaged-file.ts'
import { directoryEntries, markExtents, type StateSurvey } from './survey.ts'

/** Pages that are asked for the seed, for each size that they may have. */
const VOTERS_MAX = 2000
/** One page may be chance. */
const VOTES_MIN = 2
/** Maps of earlier checkpoints are tried when a later one did not come to its end. */
const MAPS_TRIED = 4

export interface PageFormat {
  readonly pageSize: number
  readonly checksumSeed: number
}

/** What the pages of a file without a header say of their size and seed; undefined when they are no pages. */
export function guessFormat(file: StorageFile): PageFormat | undefined {
  let best: PageFormat | undefined
  let bestVotes = VOTES_MIN - 1
  for (const pageSize of allPageSizes()) {
    const votes = votesFor(file, pageSize)
    for (const [checksumSeed, count] of votes) {
      if (count <= bestVotes) continue
      best = { pageSize, checksumSeed }
      bestVotes = count
    }
  }
  return best
}

/** From seed to the number of pages that have it. */
function votesFor(file: StorageFile, pageSize: number): Map<number, number> {
  const votes = new Map<number, number>()
  const page = Buffer.alloc(pageSize)
  const pageCount = Math.floor(file.size() / pageSize)
  let voters = 0
  for (let pageId = HEADER_PAGE_COUNT; pageId < pageCount && voters < VOTERS_MAX; pageId++) {
    if (!canBeRead(file, page, pageId)) continue
    const kind = page[KIND_AT]
    const isPage = kind >= PageKind.leaf && kind <= PageKind.spaceBranch && page[LEVEL_AT] < MAX_HEIGHT
    if (!isPage || page.readUInt32LE(PAGE_ID_AT) !== pageId) continue
    voters++
    const seed = (seedOf(page.subarray(4), page.readUInt32LE(0)) ^ pageId) >>> 0
    votes.set(seed, (votes.get(seed) ?? 0) + 1)
  }
  return votes
}

function canBeRead(file: StorageFile, page: Buffer, pageId: number): boolean {
  try {
    return file.read(page, 0, page.length, pageId * page.length) === page.length
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error
    return false
  }
}

const POLYNOMIAL = 0xedb8_8320
/** What a byte that leaves the CRC register adds to it, and, by its highest byte, which one it was. */
const TABLE = new Uint32Array(256)
const BY_HIGHEST = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  TABLE[byte] = value
  BY_HIGHEST[value >>> 24] = byte
}

/** The seed with which the CRC32 of `bytes` is `crc`. */
export function seedOf(bytes: Uint8Array, crc: number): number {
  let register = ~crc
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = BY_HIGHEST[register >>> 24]
    register = ((register ^ TABLE[byte]) << 8) | (byte ^ bytes[i])
  }
  return ~register >>> 0
}

/** What a space map says. */
export interface MappedUse {
  /** Pages in use, without the map's own and the headers. */
  readonly used: Bitmap
  /** Some of those in use would be behind the end of the file. */
  readonly isFileCut: boolean
}

/** Undefined when the map is damaged. */
export function readUse(file: DamagedFile, root: SpaceRef): MappedUse | undefined {
  if (root.pageId === 0) return undefined
  const geometry = new MapGeometry(file.pageSize)
  const used = new Bitmap()
  used.reserve(file.pageCount)
  const mapPages: number[] = []
  let isFileCut = false
  try {
    readMap(geometry, root, (pageId, birth) => readMapPage(file, pageId, birth), {
      enter: (_level, _index, pageId) => {
        mapPages.push(pageId)
        return true
      },
      leaf: (index, words) => {
        const first = index * geometry.bitsPerLeaf
        for (let bit = 0; bit < geometry.bitsPerLeaf; bit++) {
          if ((words[bit >>> 5] & (1 << (bit & 31))) === 0) continue
          if (first + bit < file.pageCount) used.set(first + bit)
          else isFileCut = true
        }
      },
    })
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error
    return undefined
  }
  for (let pageId = 0; pageId < HEADER_PAGE_COUNT; pageId++) mapPages.push(pageId)
  for (const pageId of mapPages) if (used.has(pageId)) used.clear(pageId)
  return { used, isFileCut }
}

/** @throws CoppiceError CORRUPT */
function readMapPage(file: DamagedFile, pageId: number, birth: number): Uint8Array {
  if (!file.loadMapPage(pageId, birth)) {
    throw new CoppiceError('CORRUPT', `page ${pageId} of the space map is damaged`, { pageId })
  }
  return file.memory.u8
}

/** A state that no header describes any more. */
export interface FoundState {
  readonly directory: TreeRoot
  /** The root of the map that has it in use; undefined: none has, or none is left. */
  readonly map: FoundMap | undefined
  readonly use: MappedUse | undefined
}

/** The newest state of which the directory is there. Undefined: there is none. */
export function findState(file: DamagedFile, census: PageCensus): FoundState | undefined {
  const directories = findDirectories(file, census)
  const maps = [...census.maps].sort((a, b) => b.birth - a.birth || b.level - a.level)
  // The root is the highest page that the checkpoint has written.
  const roots = maps.filter(({ birth }, i) => i === 0 || maps[i - 1].birth !== birth).slice(0, MAPS_TRIED)
  for (const map of roots) {
    const use = readUse(file, map)
    const isInUse = (pageId: number) => use?.used.has(pageId) === true
    const directory = directories.find(({ pageId, birth }) => isInUse(pageId) && birth <= map.birth)
    if (directory !== undefined) return { directory, map, use }
  }
  const [newest] = directories
  return newest && { directory: newest, map: undefined, use: undefined }
}

/**
 * Whether the directory is for certain the one of its map's checkpoint, whose state `survey` has walked. It is if they
 * were born together; and if all that is in use is the state's, or older, or a savepoint's: every later state has a
 * directory that was born later.
 */
export function isOfItsMap(
  { directory, map, use }: FoundState,
  file: DamagedFile,
  census: PageCensus,
  survey: StateSurvey,
): boolean {
  if (map === undefined || use === undefined) return false
  if (directory.birth === map.birth) return true
  if (use.isFileCut) return false
  const explained = explainedBy(survey, census)
  for (let pageId = HEADER_PAGE_COUNT; pageId < file.pageCount; pageId++) {
    if (!use.used.has(pageId) || !census.isNode(pageId)) continue
    const isOld = census.birthOf(pageId) <= directory.birth
    if (isOld && !explained.has(pageId)) explained.set(pageId)
    if (isOld && census.levelOf(pageId) === 0 && file.loadNodeAt(pageId)) markExtents(file, explained)
  }
  for (let pageId = HEADER_PAGE_COUNT; pageId < file.pageCount; pageId++) {
    if (use.used.has(pageId) && !explained.has(pageId)) return false
  }
  return true
}

/** What a walk has reached, or knows to be damaged; and what names savepoints. */
function explainedBy(survey: StateSurvey, census: PageCensus): Bitmap {
  const explained = new Bitmap()
  explained.reserve(census.pageCount)
  const add = (pageId: number) => {
    if (pageId < census.pageCount && !explained.has(pageId)) explained.set(pageId)
  }
  for (let pageId = 0; pageId < census.pageCount; pageId++) if (survey.reached.has(pageId)) add(pageId)
  for (const { lost } of [survey.directory, ...survey.trees.values()]) {
    for (const { pageId } of lost) add(pageId)
  }
  for (const pageId of census.savepointLeaves) add(pageId)
  return explained
}

/** Roots of directories, of whatever time, the newest first. */
function findDirectories(file: DamagedFile, census: PageCensus): TreeRoot[] {
  const found: TreeRoot[] = []
  for (const pageId of census.directoryLeaves) {
    const entries = file.loadNodeAt(pageId) ? (directoryEntries(file) ?? []) : []
    // Somebody's rows may look like it by chance; but then no tree is where they say.
    const isAnswered = entries.some(([, root]) => root.height > 0 && census.hasRoot(root))
    if (isAnswered) found.push(rootAbove(file, census, pageId))
  }
  for (const pageId of census.directoryBranches()) {
    if (file.loadNodeAt(pageId)) found.push(rootAbove(file, census, pageId))
  }
  return found.sort((a, b) => b.birth - a.birth || b.height - a.height)
}

/** The root of a tree on top of which is the node in memory. */
function rootAbove(file: DamagedFile, census: PageCensus, pageId: number): TreeRoot {
  const level = census.levelOf(pageId)
  const count = entriesBelow(file, level)
  return { pageId, birth: census.birthOf(pageId), height: level + 1, count, extents: true }
}
