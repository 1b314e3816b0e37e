/**
 * Where every field of the files lies, for those who damage them on purpose: headers, nodes with their entries, pages of
 * the space map, references to large values, headers and batches of the log. By docs/file-format.md; and how to make
 * checksums right again.
 */

import { crc32 } from '../../src/io/checksum.ts'
import { PAGE_ID_AT, PageKind } from '../../src/page/header.ts'
import { PageMemory } from '../../src/page/memory.ts'
import * as node from '../../src/page/node.ts'
import { HEADER_BYTES } from '../../src/store/file-header.ts'
import { BATCH_HEADER_BYTES, BLOCK_BYTES } from '../../src/wal/format.ts'

/** A number in a file. */
export interface Field {
  readonly name: string
  /** Offset in the page, or in the block. */
  readonly at: number
  readonly bytes: 1 | 2 | 4 | 6
  /** Big-endian: heads of keys are compared as bytes are. */
  readonly isBigEndian?: boolean
}

type FieldList = readonly (readonly [name: string, at: number, bytes: Field['bytes']])[]

const fields = (list: FieldList, from = 0, prefix = ''): Field[] =>
  list.map(([name, at, bytes]) => ({ name: `${prefix}${name}`, at: from + at, bytes }))

const ROOT: FieldList = [
  ['page id', 0, 4],
  ['birth', 4, 6],
  ['height', 10, 1],
  ['extents', 11, 1],
  ['entries', 12, 6],
  ['rest', 18, 2],
]

export const HEADER_FIELDS: readonly Field[] = [
  ...fields([
    ['magic', 0, 4],
    ['version', 8, 4],
    ['database id', 16, 4],
    ['page size', 32, 4],
    ['page count', 36, 4],
    ['sequence', 40, 6],
    ['flags', 46, 2],
    ['transaction', 48, 6],
    ['LSN', 56, 6],
    ['map page', 104, 4],
    ['map birth', 108, 6],
    ['map level', 114, 1],
    ['next tree id', 116, 4],
    ['log epoch', 120, 6],
    ['log salt', 128, 4],
    ['next transaction', 136, 6],
  ]),
  ...fields(ROOT, 64, 'directory '),
  ...fields(ROOT, 84, 'savepoints '),
]

const PAGE_FIELDS = fields([
  ['page id', 4, 4],
  ['birth', 8, 6],
  ['kind', 14, 1],
  ['level', 15, 1],
])

const NODE_FIELDS = fields([
  ['count', 16, 2],
  ['capacity', 18, 2],
  ['prefix length', 20, 2],
  ['append run', 22, 2],
  ['heap start', 24, 4],
  ['dead bytes', 28, 4],
  ['prefix', 32, 1],
  ['end of the prefix', 63, 1],
])

const MAP_FIELDS = fields([
  ['index', 16, 4],
  ['LSN', 20, 6],
])

const EXTENT: FieldList = [
  ['first page', 0, 4],
  ['length', 4, 4],
  ['checksum', 8, 4],
  ['birth', 12, 6],
]

const LOG_HEADER_FIELDS = fields([
  ['magic', 0, 4],
  ['version', 8, 4],
  ['block size', 12, 4],
  ['database id', 16, 4],
  ['epoch', 32, 6],
  ['salt', 40, 4],
  ['salt before', 48, 4],
  ['base LSN', 56, 6],
])

const BATCH_FIELDS = fields([
  ['magic', 0, 4],
  ['payload length', 12, 4],
  ['epoch', 16, 6],
  ['salt', 24, 4],
  ['first LSN', 32, 6],
  ['last LSN', 40, 6],
  ['durable LSN', 48, 6],
  ['block', 56, 4],
  ['chain', 60, 4],
  ['first length', 64, 4],
])

/** A few bytes of a payload, where operations, tree ids and lengths are. */
const PAYLOAD_FIELDS = Array.from(
  { length: 24 },
  (_, i): Field => ({ name: `byte ${i} of a batch`, at: 68 + i, bytes: 1 }),
)

/** All fields of the page in `page`, by what is there. Fields that lie outside of it are left out. */
export function fieldsOf(kind: string, page: Buffer): readonly Field[] {
  if (kind === 'header') return HEADER_FIELDS
  if (kind === 'leaf' || kind === 'branch') return [...PAGE_FIELDS, ...NODE_FIELDS, ...entryFields(page)]
  if (kind === 'space leaf') return [...PAGE_FIELDS, ...MAP_FIELDS, ...bitFields(page)]
  if (kind === 'space branch') return [...PAGE_FIELDS, ...MAP_FIELDS, ...mapEntryFields(page)]
  if (kind === 'log header') return LOG_HEADER_FIELDS
  if (kind === 'log batch') return [...BATCH_FIELDS, ...PAYLOAD_FIELDS]
  return [{ name: 'content', at: 0, bytes: 4 }]
}

function bitFields(page: Buffer): Field[] {
  return Array.from({ length: 8 }, (_, i) => ({
    name: 'bits',
    at: 64 + Math.floor((i * (page.length - 68)) / 7),
    bytes: 4,
  }))
}

function mapEntryFields(page: Buffer): Field[] {
  const entry: FieldList = [
    ['child', 0, 4],
    ['birth', 4, 6],
  ]
  const count = Math.min(4, Math.floor((page.length - 64) / 12))
  return Array.from({ length: count }, (_, i) => fields(entry, 64 + 12 * i, `entry ${i}: `)).flat()
}

function entryFields(page: Buffer): Field[] {
  const m = new PageMemory(new ArrayBuffer(page.length), page.length)
  m.u8.set(page)
  const capacity = node.capacityOf(m, 0)
  const count = Math.min(node.countOf(m, 0), capacity)
  const found: Field[] = []
  const isLeaf = node.isLeaf(m, 0)
  for (let i = 0; i < count; i++) {
    const array = (index: number) => 64 + 4 * (index * capacity + i)
    const name = `entry ${i}: `
    found.push({ name: `${name}head`, at: array(0), bytes: 4 })
    found.push(
      ...fields(
        [
          ['cell', 0, 2],
          ['key length', 2, 2],
        ],
        array(1),
        name,
      ),
    )
    if (isLeaf) found.push(...cellFields(m, i, name))
    else
      found.push(
        ...fields([['child', 0, 4]], array(2), name),
        ...fields([['birth', 0, 4]], array(3), name),
        ...fields([['entries below', 0, 4]], array(4), name),
        ...fields([['highs', 0, 4]], array(5), name),
      )
  }
  return found.filter(({ at, bytes }) => at + bytes <= page.length)
}

function cellFields(m: PageMemory, index: number, name: string): Field[] {
  const cell = node.slotOf(m, 0, index) & 0xffff
  const value = node.valueOffsetOf(m, 0, index)
  const found = fields(
    [
      ['value length', 0, 2],
      ['key', 2, 1],
    ],
    cell,
    name,
  )
  if (node.hasExtent(m, 0, index)) return [...found, ...fields(EXTENT, value, `${name}extent `)]
  const length = node.valueLengthOf(m, 0, index)
  // The directory's values are roots; a savepoint's begins with a transaction and goes on with one.
  if (length === 20) return [...found, ...fields(ROOT, value, `${name}root `)]
  if (length === 36) return [...found, ...fields(ROOT, value + 8, `${name}root `)]
  return length === 0 ? found : [...found, { name: `${name}value`, at: value, bytes: 1 }]
}

// Checksums

/** Makes the checksum of a page of a tree or of the space map right. */
export function sealPageBytes(page: Buffer, seed: number): void {
  page.writeUInt32LE(crc32(page.subarray(4), (seed ^ page.readUInt32LE(PAGE_ID_AT)) >>> 0), 0)
}

export function sealHeaderBytes(page: Buffer): void {
  const bytes = page.subarray(0, HEADER_BYTES)
  bytes.writeUInt32LE(0, 12)
  bytes.writeUInt32LE(crc32(bytes), 12)
}

export function sealLogHeader(block: Buffer): void {
  block.writeUInt32LE(crc32(block.subarray(0, 508)), 508)
}

/** `bytes`: from the batch's first block on to the end of the file. */
export function sealBatch(bytes: Buffer, seed: number): void {
  const length = Math.min(bytes.readUInt32LE(12), bytes.length - BATCH_HEADER_BYTES)
  bytes.writeUInt32LE(crc32(bytes.subarray(BATCH_HEADER_BYTES, BATCH_HEADER_BYTES + length)), 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(8, BATCH_HEADER_BYTES), seed), 4)
}

/** Makes the bytes of a node's heap add up again, as far as they can. */
export function mendHeap(page: Buffer): void {
  if (page[14] !== PageKind.leaf && page[14] !== PageKind.branch) return
  const m = new PageMemory(new ArrayBuffer(page.length), page.length)
  m.u8.set(page)
  const first = node.isLeaf(m, 0) ? 0 : 1
  const count = Math.min(node.countOf(m, 0), node.capacityOf(m, 0), 2000)
  let live = 0
  for (let i = first; i < count; i++) {
    const slot = 64 + 4 * (node.capacityOf(m, 0) + i)
    if (slot + 4 > page.length || (page.readUInt16LE(slot) & 0xffff) + 2 > page.length) return
    live += node.cellLengthOf(m, 0, i)
  }
  const heap = page.length - node.prefixRestBytes(node.prefixLengthOf(m, 0)) - node.heapStartOf(m, 0)
  if (heap >= live) page.writeUInt32LE(heap - live, 28)
}

export { BLOCK_BYTES }
