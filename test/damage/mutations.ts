/**
 * What can happen to bytes at rest: bits flip, sectors vanish, pages land elsewhere, files are cut, tools write
 * into the middle of them. Each kind of page is hit as often as any other, however few of it there are.
 */

import type { SeededRandom } from '../../props/seeded-random.ts'
import { crc32 } from '../../src/io/checksum.ts'
import { KIND_AT, PAGE_ID_AT, PageKind } from '../../src/page/header.ts'
import { BATCH_HEADER_BYTES, BLOCK_BYTES, FILE_HEADER_BYTES } from '../../src/wal/format.ts'
import { type FileImage, PATH } from './files.ts'

const SECTOR_BYTES = 512
const DATABASE_ID_AT = 16
const HEADER_PAGES = 4

/** A place in a file that may be hit. */
export interface Place {
  readonly path: string
  readonly start: number
  readonly length: number
}

/** Places by what is there: 'header', 'leaf', 'branch', 'large value', 'log header', 'log batch' ... */
export type Places = ReadonlyMap<string, readonly Place[]>

/** What seeds the checksums of a database's pages. */
export function checksumSeedOf(file: Buffer): number {
  return crc32(file.subarray(DATABASE_ID_AT, DATABASE_ID_AT + 16))
}

const KIND_NAMES = new Map<number, string>([
  [PageKind.leaf, 'leaf'],
  [PageKind.branch, 'branch'],
  [PageKind.spaceLeaf, 'space leaf'],
  [PageKind.spaceBranch, 'space branch'],
])

function kindOfPage(file: Buffer, pageId: number, pageSize: number, seed: number): string {
  if (pageId < HEADER_PAGES) return 'header'
  const page = file.subarray(pageId * pageSize, (pageId + 1) * pageSize)
  const isPage =
    page.length === pageSize &&
    page.readUInt32LE(PAGE_ID_AT) === pageId &&
    page.readUInt32LE(0) === crc32(page.subarray(4), (seed ^ pageId) >>> 0)
  if (page.includes('large value')) return 'large value'
  return (isPage && KIND_NAMES.get(page[KIND_AT])) || 'other page'
}

/** Everything in the files, by kind. */
export function placesOf(image: FileImage, pageSize: number): Places {
  const places = new Map<string, Place[]>()
  const add = (kind: string, place: Place) => places.set(kind, [...(places.get(kind) ?? []), place])
  for (const [path, bytes] of image) {
    if (path === PATH) {
      const seed = checksumSeedOf(bytes)
      for (let pageId = 0; pageId * pageSize < bytes.length; pageId++) {
        const start = pageId * pageSize
        const length = Math.min(pageSize, bytes.length - start)
        add(kindOfPage(bytes, pageId, pageSize, seed), { path, start, length })
      }
      continue
    }
    add('log header', { path, start: 0, length: FILE_HEADER_BYTES })
    for (let start = FILE_HEADER_BYTES; start < bytes.length; start += BLOCK_BYTES) {
      const block = { path, start, length: BLOCK_BYTES }
      if (bytes.subarray(start, start + BATCH_HEADER_BYTES).every(byte => byte === 0)) {
        add('log filling', block)
        break
      }
      add('log batch', block)
    }
  }
  return places
}

/** The files after something happened to them, and what it was. */
export interface Mutation {
  readonly image: FileImage
  readonly description: string
}

/** Changes a copy of one file. `place` is where; `other` a second place in the same file. */
type Damage = (bytes: Buffer, place: Place, other: Place, random: SeededRandom) => Buffer

function flipBits(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  for (let bits = 1 + random.below(random.chance(0.7) ? 1 : 16); bits > 0; bits--) {
    bytes[place.start + random.below(place.length)] ^= 1 << random.below(8)
  }
  return bytes
}

function zeroSector(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  const sector = random.below(Math.ceil(place.length / SECTOR_BYTES))
  const start = place.start + sector * SECTOR_BYTES
  return bytes.fill(0, start, Math.min(start + SECTOR_BYTES, bytes.length))
}

function fillPages(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  const end = place.start + place.length * (1 + random.below(3))
  return bytes.fill(random.pick([0, 0xff, 0x55]), place.start, Math.min(end, bytes.length))
}

/** A misdirected write, or a file system that mixed up its blocks. */
function duplicatePage(bytes: Buffer, place: Place, other: Place): Buffer {
  bytes.copy(bytes, place.start, other.start, other.start + Math.min(place.length, other.length))
  return bytes
}

function swapPages(bytes: Buffer, place: Place, other: Place): Buffer {
  const length = Math.min(place.length, other.length)
  const kept = Buffer.from(bytes.subarray(place.start, place.start + length))
  bytes.copy(bytes, place.start, other.start, other.start + length)
  kept.copy(bytes, other.start)
  return bytes
}

function swapSectors(bytes: Buffer, place: Place, other: Place, random: SeededRandom): Buffer {
  const sectorOf = ({ path, start, length }: Place): Place => ({
    path,
    start: start + SECTOR_BYTES * random.below(Math.ceil(length / SECTOR_BYTES)),
    length: SECTOR_BYTES,
  })
  return swapPages(bytes, sectorOf(place), sectorOf(other))
}

function spliceRandomBytes(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  const start = place.start + random.below(place.length)
  random.bytes(1 + random.below(random.chance(0.5) ? 16 : 2000)).copy(bytes, start)
  return bytes
}

/** What follows moves to a higher or lower place. */
function insertOrRemoveBytes(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  const at = place.start + random.below(place.length)
  const count = random.pick([1, 8, SECTOR_BYTES, place.length])
  return random.chance(0.5)
    ? Buffer.concat([bytes.subarray(0, at), random.bytes(count), bytes.subarray(at)])
    : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)])
}

function cutAnywhere(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  return bytes.subarray(0, place.start + random.pick([0, random.below(place.length)]))
}

function extend(bytes: Buffer, place: Place, _: Place, random: SeededRandom): Buffer {
  const tail = random.chance(0.5) ? Buffer.alloc(place.length) : random.bytes(1 + random.below(2000))
  return Buffer.concat([bytes, tail])
}

const DAMAGES: readonly (readonly [name: string, weight: number, damage: Damage])[] = [
  ['bits flipped', 6, flipBits],
  ['a sector zeroed', 3, zeroSector],
  ['pages filled', 3, fillPages],
  ['a page written over another', 3, duplicatePage],
  ['two pages swapped', 3, swapPages],
  ['two sectors swapped', 3, swapSectors],
  ['random bytes written', 3, spliceRandomBytes],
  ['bytes inserted or removed', 1, insertOrRemoveBytes],
  ['the file cut', 1, cutAnywhere],
  ['the file extended', 1, extend],
]

const WEIGHTED = DAMAGES.flatMap(damage => Array.from({ length: damage[1] }, () => damage))

/** One thing that went wrong, chosen at random. `earlier`: the database file as it was before. */
export function mutate(
  image: FileImage,
  earlier: Buffer,
  places: Places,
  pageSize: number,
  random: SeededRandom,
): Mutation {
  const kinds = [...places.keys()]
  const kind = random.pick(kinds)
  const place = random.pick(places.get(kind)!)
  const sameFile = kinds.filter(other => places.get(other)![0].path === place.path)
  const otherKind = random.chance(0.5) ? kind : random.pick(sameFile)
  const other = random.pick(places.get(otherKind)!.filter(({ path }) => path === place.path))
  const where = `${kind} at ${place.start} of ${place.path}`
  const changed = (bytes: Buffer | undefined, what: string): Mutation => {
    const files = new Map(image)
    if (bytes === undefined) files.delete(place.path)
    else files.set(place.path, bytes)
    return { image: files, description: `${what}: ${where}` }
  }
  if (place.path === PATH && random.chance(0.1)) {
    const bytes = Buffer.from(image.get(PATH)!)
    const pageCount = 1 + random.below(2)
    earlier.subarray(place.start, place.start + pageCount * pageSize).copy(bytes, place.start)
    return changed(bytes, 'writes that never arrived')
  }
  if (place.path !== PATH && random.chance(0.03)) return changed(undefined, 'the file removed')
  const [name, , damage] = random.pick(WEIGHTED)
  const bytes = damage(Buffer.from(image.get(place.path)!), place, other, random)
  return changed(bytes, `${name} (other: ${otherKind} at ${other.start})`)
}
