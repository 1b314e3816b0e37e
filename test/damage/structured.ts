/**
 * Damage by somebody who knows the format: single fields of every kind of page, of file headers and of the log get values
 * that are wrong, but not at random; and half the time all checksums are made right again, so that only bounds and the
 * agreement of references can notice.
 */

import type { SeededRandom } from '../../props/seeded-random.ts'
import { type FileImage, PATH } from './files.ts'
import {
  BLOCK_BYTES,
  type Field,
  fieldsOf,
  mendHeap,
  sealBatch,
  sealHeaderBytes,
  sealLogHeader,
  sealPageBytes,
} from './layout.ts'
import { checksumSeedOf, type Place, type Places } from './mutations.ts'

const HEADER_PAGES = 4
const EDITS_MAX = 4

export interface StructuredDamage {
  readonly image: FileImage
  /** Kinds of pages that were hit. */
  readonly kinds: readonly string[]
  /** Whether checksums were made right: then what is read may be wrong. */
  readonly isSealed: boolean
  readonly description: string
}

/** Damages a copy of the files in one to four places. */
export function damageStructure(
  image: FileImage,
  places: Places,
  pageSize: number,
  random: SeededRandom,
): StructuredDamage {
  const files = new Map(image)
  const seed = checksumSeedOf(image.get(PATH)!)
  const isSealed = random.chance(0.5)
  const kinds: string[] = []
  const notes: string[] = []
  const all = [...places.keys()].filter(kind => kind !== 'log filling' && kind !== 'other page')
  for (let edits = random.chance(0.6) ? 1 : 2 + random.below(EDITS_MAX - 1); edits > 0; edits--) {
    const kind = random.pick(all)
    const place = random.pick(places.get(kind)!)
    const bytes = files.get(place.path)!
    const copy = bytes === image.get(place.path) ? Buffer.from(bytes) : bytes
    files.set(place.path, copy)
    const other = random.pick(places.get(kind)!)
    notes.push(`${kind} at ${place.start}: ${editPage(kind, copy, place, other, random)}`)
    kinds.push(kind)
    if (isSealed) seal(kind, copy, place, pageSize, seed, random)
  }
  return { image: files, kinds, isSealed, description: `${notes.join('; ')}${isSealed ? ' (sealed)' : ''}` }
}

/** Changes one to three fields; tells what. */
function editPage(kind: string, file: Buffer, place: Place, other: Place, random: SeededRandom): string {
  const page = file.subarray(place.start, place.start + place.length)
  const notes: string[] = []
  for (let edits = random.chance(0.7) ? 1 : 2 + random.below(2); edits > 0; edits--) {
    const list = fieldsOf(kind, page).filter(({ at, bytes }) => at + bytes <= page.length)
    if (list.length === 0) break
    const field = pickField(list, random)
    const before = page.readUIntLE(field.at, field.bytes)
    const value = wrongValue(before, field, list, page, file, other, random)
    page.writeUIntLE(value, field.at, field.bytes)
    notes.push(`${field.name} ${before} -> ${value}`)
  }
  return notes.join(', ')
}

/** Fields of the page itself as often as those of all its entries. */
function pickField(list: readonly Field[], random: SeededRandom): Field {
  const own = list.filter(({ name }) => !name.startsWith('entry'))
  return random.pick(random.chance(0.5) && own.length > 0 ? own : list)
}

function wrongValue(
  before: number,
  { at, bytes, name }: Field,
  list: readonly Field[],
  page: Buffer,
  file: Buffer,
  other: Place,
  random: SeededRandom,
): number {
  const end = 2 ** (8 * bytes)
  const alike = list.filter(field => field.bytes === bytes && nameOf(field) === nameOf({ name }))
  const choices: (() => number)[] = [
    () => random.pick([0, 1, 2, end - 1, end / 2, end / 2 - 1]),
    () => before + random.pick([-2, -1, 1, 2, 4, 64, page.length]),
    () => random.below(end),
    () => bitFlipped(before, 8 * bytes, random),
    // What another entry says, or the same place of another page.
    () => page.readUIntLE(random.pick(alike).at, bytes),
    () => (other.start + at + bytes <= file.length ? file.readUIntLE(other.start + at, bytes) : 0),
    // Its own page, or one near it: circles.
    () => (page.length >= 8 ? page.readUInt32LE(4) : 0) + random.pick([0, 0, 1, -1]),
    () => before * 2,
  ]
  return Math.abs(Math.floor(random.pick(choices)())) % end
}

function bitFlipped(value: number, bits: number, random: SeededRandom): number {
  const bit = 2 ** random.below(bits)
  return Math.floor(value / bit) % 2 === 0 ? value + bit : value - bit
}

const nameOf = ({ name }: Pick<Field, 'name'>) => name.replace(/^entry \d+/, 'entry')

function seal(
  kind: string,
  file: Buffer,
  place: Place,
  pageSize: number,
  seed: number,
  random: SeededRandom,
): void {
  const page = file.subarray(place.start, place.start + place.length)
  if (kind === 'header') {
    sealHeaderBytes(page)
    // One copy, or both of the slot.
    const pageId = place.start / pageSize
    if (pageId < HEADER_PAGES && random.chance(0.7)) page.copy(file, (pageId ^ 1) * pageSize)
  } else if (kind === 'log header') {
    sealLogHeader(page)
    if (random.chance(0.7)) page.copyWithin(BLOCK_BYTES, 0, BLOCK_BYTES)
  } else if (kind === 'log batch') sealBatch(file.subarray(place.start), seed)
  else if (kind !== 'large value') {
    if (random.chance(0.7)) mendHeap(page)
    sealPageBytes(page, seed)
  }
}
