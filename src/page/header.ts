/**
 * The 64-byte header that starts every page except the file header's own (pages 0 to 3) and the
 * inside of extents.
 *
 * ```
 *  0  u32  CRC32 of bytes 4 .. page size, seeded with database id and page id
 *  4  u32  page id
 *  8  u32  birth, low 32 bits     (the transaction that wrote this page)
 * 12  u16  birth, high 16 bits
 * 14  u8   kind
 * 15  u8   level (0: leaf)
 * 16  ...  belongs to the kind
 * 64
 * ```
 * A reference to a page is (page id, birth). Both are checked on every load, so a page that rotted,
 * was torn, was never written or was written elsewhere is found when it is read.
 */

import { crc32 } from '../io/checksum.ts'
import type { PageMemory } from './memory.ts'

export const PAGE_HEADER_BYTES = 64
export const CRC_AT = 0
export const PAGE_ID_AT = 4
export const BIRTH_LOW_AT = 8
export const BIRTH_HIGH_AT = 12
export const KIND_AT = 14
export const LEVEL_AT = 15

/** What a page holds. Never renumber: these are on disk. */
export const PageKind = { leaf: 1, branch: 2, spaceLeaf: 3, spaceBranch: 4 } as const
export type PageKind = (typeof PageKind)[keyof typeof PageKind]

const TWO_32 = 0x1_0000_0000
/** Births are 48 bits on disk. */
export const MAX_BIRTH = 2 ** 48 - 1

/** Why a loaded image is not the page that its parent refers to. */
export type PageFault = 'checksum' | 'page id' | 'birth'

/** Writes id, birth, kind and level; the checksum is written by {@link sealPage}. */
export function writePageHeader(
  memory: PageMemory,
  base: number,
  pageId: number,
  birth: number,
  kind: PageKind,
  level: number,
): void {
  const word = base >>> 2
  memory.u32[word] = 0
  memory.u32[word + 1] = pageId
  setBirth(memory, base, birth)
  memory.u8[base + KIND_AT] = kind
  memory.u8[base + LEVEL_AT] = level
}

export function pageIdOf(memory: PageMemory, base: number): number {
  return memory.u32[(base + PAGE_ID_AT) >>> 2]
}

export function setPageId(memory: PageMemory, base: number, pageId: number): void {
  memory.u32[(base + PAGE_ID_AT) >>> 2] = pageId
}

export function birthOf(memory: PageMemory, base: number): number {
  return memory.u16[(base + BIRTH_HIGH_AT) >>> 1] * TWO_32 + memory.u32[(base + BIRTH_LOW_AT) >>> 2]
}

export function setBirth(memory: PageMemory, base: number, birth: number): void {
  memory.u32[(base + BIRTH_LOW_AT) >>> 2] = birth % TWO_32
  memory.u16[(base + BIRTH_HIGH_AT) >>> 1] = Math.floor(birth / TWO_32)
}

export function kindOf(memory: PageMemory, base: number): number {
  return memory.u8[base + KIND_AT]
}

export function levelOf(memory: PageMemory, base: number): number {
  return memory.u8[base + LEVEL_AT]
}

function pageChecksum(memory: PageMemory, base: number, seed: number, pageId: number): number {
  return crc32(memory.bytes.subarray(base + 4, base + memory.pageSize), (seed ^ pageId) >>> 0)
}

/** Computes and stores the checksum; the last thing before a page is written. `seed` comes from the database id. */
export function sealPage(memory: PageMemory, base: number, seed: number): void {
  memory.u32[base >>> 2] = pageChecksum(memory, base, seed, pageIdOf(memory, base))
}

/** Checks a freshly read image against what its parent says of it; `undefined` when all is well. */
export function verifyPage(
  memory: PageMemory,
  base: number,
  seed: number,
  pageId: number,
  birth: number,
): PageFault | undefined {
  if (memory.u32[base >>> 2] !== pageChecksum(memory, base, seed, pageId)) return 'checksum'
  if (pageIdOf(memory, base) !== pageId) return 'page id'
  if (birthOf(memory, base) !== birth) return 'birth'
  return undefined
}
