/**
 * Pages that were changed by somebody who knows how: the checksum is right, id and birth too, the rest is nonsense.
 * Checksums cannot help here; bounds have to.
 */

import type { SeededRandom } from '../../props/seeded-random.ts'
import { crc32 } from '../../src/io/checksum.ts'
import { PAGE_HEADER_BYTES, PAGE_ID_AT } from '../../src/page/header.ts'
import { HEADER_BYTES } from '../../src/store/file-header.ts'
import { type FileImage, PATH } from './files.ts'
import { checksumSeedOf, type Mutation, type Places } from './mutations.ts'

/** Where the fields begin that belong to a page's kind: what stands before is checked against the parent. */
const NODE_FIELDS_AT = 16
const HEADER_FIELDS_AT = 36
const HEADER_FIELDS_END = 136
const HEADER_CRC_AT = 12

function nonsense(random: SeededRandom): number {
  return random.pick([0, 1, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, random.below(0x1_0000_0000)])
}

/** Overwrites some bytes in a range: a field, a few fields, or a stretch. */
function scribble(page: Buffer, from: number, to: number, random: SeededRandom): void {
  for (let edits = 1 + random.below(random.chance(0.7) ? 2 : 12); edits > 0; edits--) {
    const width = random.pick([1, 2, 4] as const)
    const at = from + random.below(to - from - width)
    const aligned = at - (at % width)
    page.writeUIntLE(nonsense(random) % 2 ** (8 * width), Math.max(from, aligned), width)
  }
}

/** Changes a page of a tree or of the space map, or all copies of the newest file header, and seals it again. */
export function forge(image: FileImage, places: Places, pageSize: number, random: SeededRandom): Mutation {
  const file = Buffer.from(image.get(PATH)!)
  const kinds = ['leaf', 'branch', 'space leaf', 'space branch', 'header'].filter(kind => places.has(kind))
  const kind = random.pick(kinds)
  const seed = checksumSeedOf(file)
  let description: string
  if (kind === 'header') {
    const slot = random.below(2)
    const bytes = file.subarray(slot * 2 * pageSize, slot * 2 * pageSize + HEADER_BYTES)
    scribble(bytes, HEADER_FIELDS_AT, HEADER_FIELDS_END, random)
    bytes.writeUInt32LE(0, HEADER_CRC_AT)
    bytes.writeUInt32LE(crc32(bytes), HEADER_CRC_AT)
    bytes.copy(file, (slot * 2 + 1) * pageSize)
    description = `slot ${slot} of the file header forged`
  } else {
    for (let pages = random.chance(0.8) ? 1 : 1 + random.below(4); pages > 0; pages--) {
      const { start } = random.pick(places.get(kind)!)
      const page = file.subarray(start, start + pageSize)
      const end = random.chance(0.5) ? PAGE_HEADER_BYTES : random.pick([128, 256, pageSize])
      scribble(page, NODE_FIELDS_AT, Math.min(end, pageSize), random)
      page.writeUInt32LE(crc32(page.subarray(4), (seed ^ page.readUInt32LE(PAGE_ID_AT)) >>> 0), 0)
    }
    description = `${kind} forged`
  }
  return { image: new Map([...image, [PATH, file]]), description }
}
