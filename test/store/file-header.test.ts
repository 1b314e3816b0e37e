/** The file header: what it says comes back, and what cannot be one is recognised. */

import { describe, expect, test } from 'vitest'
import { EMPTY_ROOT } from '../../src/btree/root.ts'
import { crc32 } from '../../src/io/checksum.ts'
import type { Storage, StorageFile } from '../../src/io/storage.ts'
import {
  decodeFileHeader,
  encodeFileHeader,
  type FileHeader,
  FORMAT_VERSION,
  HEADER_BYTES,
  readFileHeaders,
  writeFileHeader,
  writeFileHeaderCopy,
  writeFileHeaderCopyByCopy,
} from '../../src/store/file-header.ts'
import { expectError } from '../support/tables.ts'
import { diskLike, PATH, watched } from './harness.ts'

const PAGE_SIZE = 4096
/** As large as a header's counters may be. */
const LARGEST_48 = 2 ** 48 - 2 ** 40

function header(changes: Partial<FileHeader> = {}): FileHeader {
  return {
    databaseId: new Uint8Array(16).fill(7),
    pageSize: PAGE_SIZE,
    pageCount: 1000,
    sequence: 10,
    open: false,
    txnId: 20,
    lsn: 30,
    directory: { pageId: 5, birth: 19, height: 2, count: 77, extents: true },
    savepoints: EMPTY_ROOT,
    space: { pageId: 9, birth: 20, level: 1 },
    nextTreeId: 17,
    nextTxnId: 21,
    logEpoch: 3,
    logSalt: new Uint8Array(8).fill(9),
    ...changes,
  }
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(0, 12)
  bytes.writeUInt32LE(crc32(bytes), 12)
  return bytes
}

/** A file with header 10 in slot 0 and header 9 in slot 1. */
function fileWithHeaders(storage: Storage = diskLike(), changes: Partial<FileHeader> = {}) {
  const file = storage.open(PATH, 'create')
  writeFileHeader(file, header({ ...changes, sequence: 9, txnId: 18 }))
  writeFileHeader(file, header(changes))
  return file
}

function writeFileHeaderTo(file: StorageFile, written: FileHeader, position: number): void {
  file.write(encodeFileHeader(written), 0, HEADER_BYTES, position)
}

function damage(file: ReturnType<typeof fileWithHeaders>, ...pages: number[]): void {
  for (const page of pages) file.write(Buffer.alloc(HEADER_BYTES, 'rot'), 0, HEADER_BYTES, page * PAGE_SIZE)
}

describe('one copy', () => {
  test.each([
    ['usual', header()],
    ['open', header({ open: true })],
    ['empty', header({ directory: EMPTY_ROOT, space: { pageId: 0, birth: 0, level: 0 } })],
    [
      'with the largest numbers',
      header({
        pageSize: 65_536,
        pageCount: 2 ** 32 - 1,
        sequence: LARGEST_48,
        txnId: LARGEST_48,
        lsn: LARGEST_48,
        logEpoch: LARGEST_48,
        nextTreeId: 2 ** 32 - 1,
        nextTxnId: LARGEST_48,
      }),
    ],
  ])('comes back as it was written: %s', (_, written) => {
    const bytes = encodeFileHeader(written)
    expect(bytes.length).toBe(HEADER_BYTES)
    expect(decodeFileHeader(bytes)).toEqual(written)
  })

  test('with any bit flipped is not taken for a header', () => {
    const bytes = encodeFileHeader(header())
    for (let bit = 0; bit < 8 * HEADER_BYTES; bit++) {
      bytes[bit >>> 3] ^= 1 << (bit & 7)
      expect(['damaged', 'not a header']).toContain(decodeFileHeader(bytes))
      bytes[bit >>> 3] ^= 1 << (bit & 7)
    }
  })

  test('of a newer version tells its version', () => {
    const bytes = encodeFileHeader(header())
    bytes.writeUInt32LE(FORMAT_VERSION + 1, 8)
    expect(decodeFileHeader(sealed(bytes))).toEqual({ version: FORMAT_VERSION + 1 })
  })

  test('with a page size that cannot be is damaged', () => {
    const bytes = encodeFileHeader(header())
    for (const pageSize of [0, 256, 5000, 131_072]) {
      bytes.writeUInt32LE(pageSize, 32)
      expect(decodeFileHeader(sealed(bytes))).toBe('damaged')
    }
  })

  test.each([
    ['directory', { directory: { ...header().directory, pageId: 1000 } }],
    ['tree of savepoints', { savepoints: { ...header().directory, pageId: 1000 } }],
    ['space map', { space: { ...header().space, pageId: 1000 } }],
  ] as const)('with a root beyond the end of the file is damaged: %s', (_, changes) => {
    expect(decodeFileHeader(encodeFileHeader(header(changes)))).toBe('damaged')
  })

  test('with a directory but no space map is damaged', () => {
    const bytes = encodeFileHeader(header({ space: { pageId: 0, birth: 0, level: 0 } }))
    expect(decodeFileHeader(bytes)).toBe('damaged')
  })

  test.each(['sequence', 'txnId', 'lsn', 'logEpoch', 'nextTxnId'] as const)(
    'with a %s after which nothing could be counted any more is damaged',
    field => {
      expect(decodeFileHeader(encodeFileHeader(header({ [field]: 2 ** 48 - 1 })))).toBe('damaged')
      expect(decodeFileHeader(encodeFileHeader(header({ [field]: 2 ** 47 })))).toMatchObject({
        [field]: 2 ** 47,
      })
    },
  )

  test('that is cut short is no header', () => {
    expect(decodeFileHeader(encodeFileHeader(header()).subarray(0, HEADER_BYTES - 1))).toBe('not a header')
  })
})

describe('two slots of two copies', () => {
  test('the newest sequence is the database', () => {
    const { newest, older, mayBeOld } = readFileHeaders(fileWithHeaders())
    expect([newest.sequence, older?.sequence, mayBeOld]).toEqual([10, 9, false])
  })

  test.each([[0], [1], [2], [3]])('any one copy may be damaged: %i', page => {
    const file = fileWithHeaders()
    damage(file, page)
    expect(readFileHeaders(file)).toMatchObject({ newest: { sequence: 10 }, older: { sequence: 9 } })
  })

  test.each([
    [0, 2],
    [1, 3],
    [0, 3],
  ])('one of each slot may be damaged: %i and %i', (a, b) => {
    const file = fileWithHeaders()
    damage(file, a, b)
    expect(readFileHeaders(file)).toMatchObject({ newest: { sequence: 10 }, older: { sequence: 9 } })
  })

  test.each([[true], [false]])('when a slot is lost, the other may be old (OPEN: %s)', open => {
    const file = fileWithHeaders(diskLike(), { open })
    damage(file, 0, 1)
    expect(readFileHeaders(file)).toMatchObject({ newest: { sequence: 9 }, older: undefined, mayBeOld: true })
  })

  test('of two copies that a crash parted, the one with the higher next transaction id counts', () => {
    const file = fileWithHeaders()
    writeFileHeaderCopy(file, header({ nextTxnId: 1000 }), 1)
    expect(readFileHeaders(file)).toMatchObject({
      newest: { sequence: 10, nextTxnId: 1000 },
      mayBeOld: false,
    })
  })

  test('a gap between the sequences shows that a header is missing', () => {
    const file = fileWithHeaders()
    writeFileHeader(file, header({ sequence: 12 }))
    expect(readFileHeaders(file)).toMatchObject({
      newest: { sequence: 12 },
      older: undefined,
      mayBeOld: true,
    })
  })

  test('all four copies damaged is CORRUPT', () => {
    const file = fileWithHeaders()
    for (let page = 0; page < 4; page++) {
      file.write(Buffer.from([1]), 0, 1, page * PAGE_SIZE + 300)
    }
    expectError('CORRUPT', () => readFileHeaders(file))
  })

  test('copies in places of another slot or page size do not count', () => {
    const file = diskLike().open(PATH, 'create')
    const bytes = encodeFileHeader(header())
    for (const place of [2 * PAGE_SIZE, 3 * PAGE_SIZE, 512, 8192]) file.write(bytes, 0, bytes.length, place)
    expectError('NOT_A_DATABASE', () => readFileHeaders(file))
  })

  test('data that looks like headers of larger pages is data', () => {
    const file = fileWithHeaders()
    for (const [place, pageSize] of [
      [4, 8192],
      [8, 16_384],
      [6, 8192],
    ] as const) {
      writeFileHeaderTo(file, header({ pageSize, sequence: 1001 }), place * PAGE_SIZE)
    }
    expect(readFileHeaders(file)).toMatchObject({ newest: { sequence: 10 }, older: { sequence: 9 } })
  })

  test('a header in the place of the other slot shows that something went astray', () => {
    const file = fileWithHeaders()
    expect(readFileHeaders(file).isAstray).toBe(false)
    writeFileHeaderTo(file, header({ sequence: 9 }), 0)
    expect(readFileHeaders(file)).toMatchObject({ newest: { sequence: 10 }, isAstray: true })
  })

  test('one that cannot be read in full is not taken for one that is not there', () => {
    const file = fileWithHeaders()
    const short: Partial<StorageFile> = { path: PATH, size: () => file.size(), read: () => HEADER_BYTES - 1 }
    expectError('IO_ERROR', () => readFileHeaders(short as StorageFile))
  })

  test('a newer version is named, and what this one reads', () => {
    const file = diskLike().open(PATH, 'create')
    const bytes = encodeFileHeader(header())
    bytes.writeUInt32LE(7, 8)
    file.write(sealed(bytes), 0, bytes.length, 0)
    expect(expectError('UNSUPPORTED_VERSION', () => readFileHeaders(file))).toContain('7')
  })

  test.each([512, 4096, 65_536])('the page size is found out: %i', pageSize => {
    const file = fileWithHeaders(diskLike(), { pageSize })
    damage(file, 0)
    expect(readFileHeaders(file).newest.pageSize).toBe(pageSize)
  })
})

test('copy by copy, the second is written when the first is durable', () => {
  const events: string[] = []
  const storage = watched(diskLike(), operation => events.push(operation))
  const file = storage.open(PATH, 'create')
  writeFileHeaderCopyByCopy(file, header())
  expect(events).toEqual(['write', 'sync', 'write'])
  expect(readFileHeaders(file).newest).toEqual(header())
})
