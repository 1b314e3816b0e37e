import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { verifyPage } from '../../src/page/header.ts'
import { PageMemory } from '../../src/page/memory.ts'
import { checkpointLsnOf, MapGeometry, MapImages, readMap } from '../../src/space/map-pages.ts'

const PAGE_SIZE = 4096
const SEED = 77
const BIRTH = 2 ** 40 + 5
const LSN = 2 ** 41 + 6
const geometry = new MapGeometry(PAGE_SIZE)

function leafImage(pageId: number, index: number, words: Int32Array): Uint8Array {
  const images = new MapImages(geometry, 1, SEED, BIRTH, LSN)
  images.addLeaf(pageId, index, words)
  return images.writes[0].bytes
}

describe('the geometry', () => {
  test.each([
    [4096, 32_256, 336],
    [16_384, 130_560, 1360],
    [65_536, 523_776, 5456],
  ])('of %i byte pages is %i pages a leaf and %i children a branch', (pageSize, bitsPerLeaf, fanout) => {
    const { bitsPerLeaf: bits, fanout: children } = new MapGeometry(pageSize)
    expect([bits, children]).toEqual([bitsPerLeaf, fanout])
  })

  test('needs a level more just when the file outgrows the one below', () => {
    const counts = [1, 32_256, 32_257, 32_256 * 336, 32_256 * 336 + 1, 2 ** 32]
    expect(counts.map(count => geometry.levelFor(count))).toEqual([0, 0, 1, 1, 2, 3])
  })
})

describe('a leaf image', () => {
  test('is a sealed page that says its id, birth and place', () => {
    const image = leafImage(500, 3, new Int32Array(0))
    const memory = new PageMemory(new Uint8Array(image).buffer, PAGE_SIZE)
    expect(verifyPage(memory, 0, SEED, 500, BIRTH)).toBeUndefined()
    expect([memory.u8[14], memory.u8[15], memory.u32[4]]).toEqual([3, 0, 3])
  })

  test('has bit j of byte k for page 8 k + j of its part of the file', () => {
    const words = new Int32Array(geometry.wordsPerLeaf + 1)
    words[geometry.wordsPerLeaf] = 1 << 9
    const image = leafImage(500, 1, words)
    expect([image[64], image[65], image[66]]).toEqual([0, 2, 0])
  })
})

test('an image says which LSN its checkpoint has', () => {
  const image = leafImage(500, 0, new Int32Array(geometry.wordsPerLeaf))
  expect(checkpointLsnOf(new PageMemory(new Uint8Array(image).buffer, PAGE_SIZE), 0)).toBe(LSN)
})

describe('a branch image', () => {
  test('has id and 48-bit birth of each child in twelve bytes, and nothing for a child that is not there', () => {
    const images = new MapImages(geometry, 1, SEED, BIRTH, LSN)
    images.addBranch(900, 1, 0, [0, 0xffff_fff0], [0, 2 ** 47 + 3])
    const view = new DataView(images.writes[0].bytes.buffer)
    expect([view.getUint32(64, true), view.getUint32(68, true)]).toEqual([0, 0])
    expect([view.getUint32(76, true), view.getUint32(80, true), view.getUint16(84, true)]).toEqual([
      0xffff_fff0,
      3,
      2 ** 15,
    ])
  })
})

describe('reading a map', () => {
  const silent = { enter: () => true, leaf: () => {} }

  function codeOf(action: () => unknown): unknown {
    try {
      action()
    } catch (error) {
      return isCoppiceError(error) ? [error.code, error.details.pageId] : error
    }
    return undefined
  }

  test('gives each leaf with a copy of its bits', () => {
    const words = new Int32Array(geometry.wordsPerLeaf)
    words[5] = -7
    const pages = new Map([[10, leafImage(10, 0, words)]])
    const images = new MapImages(geometry, 1, SEED, BIRTH, LSN)
    images.addBranch(11, 1, 0, [10], [BIRTH])
    pages.set(11, images.writes[0].bytes)
    const found: number[] = []
    const root = { pageId: 11, birth: BIRTH, level: 1 }
    readMap(geometry, root, pageId => pages.get(pageId)!, {
      enter: () => true,
      leaf: (index, bits) => found.push(index, bits[5], bits.length),
    })
    expect(found).toEqual([0, -7, geometry.wordsPerLeaf])
  })

  test('finds a page that is in the wrong place', () => {
    const image = leafImage(10, 1, new Int32Array(0))
    const root = { pageId: 10, birth: BIRTH, level: 0 }
    expect(codeOf(() => readMap(geometry, root, () => image, silent))).toEqual(['CORRUPT', 10])
  })

  test('finds a page of another kind', () => {
    const image = leafImage(10, 0, new Int32Array(0))
    const root = { pageId: 10, birth: BIRTH, level: 1 }
    expect(codeOf(() => readMap(geometry, root, () => image, silent))).toEqual(['CORRUPT', 10])
  })

  test('finds a page that is cut short', () => {
    const image = leafImage(10, 0, new Int32Array(0)).subarray(0, 100)
    const root = { pageId: 10, birth: BIRTH, level: 0 }
    expect(codeOf(() => readMap(geometry, root, () => image, silent))).toEqual(['CORRUPT', 10])
  })

  test('refuses a root of a level that no file needs', () => {
    const root = { pageId: 10, birth: BIRTH, level: 200 }
    expect(codeOf(() => readMap(geometry, root, () => new Uint8Array(0), silent))).toEqual(['CORRUPT', 10])
  })
})
