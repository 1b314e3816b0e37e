import { describe, expect, it } from 'vitest'
import {
  birthOf,
  kindOf,
  levelOf,
  MAX_BIRTH,
  PageKind,
  pageIdOf,
  sealPage,
  verifyPage,
  writePageHeader,
} from '../../src/page/header.ts'
import { PageMemory } from '../../src/page/memory.ts'

const SEED = 0xabcd
const PAGE_SIZE = 512

function sealed(pageId: number, birth: number): PageMemory {
  const memory = new PageMemory(new SharedArrayBuffer(2 * PAGE_SIZE), PAGE_SIZE)
  for (let i = 0; i < PAGE_SIZE; i++) memory.u8[PAGE_SIZE + i] = i
  writePageHeader(memory, PAGE_SIZE, pageId, birth, PageKind.branch, 3)
  sealPage(memory, PAGE_SIZE, SEED)
  return memory
}

describe('a page header', () => {
  it('gives back what was written, up to the largest id and birth', () => {
    const memory = sealed(2 ** 32 - 1, MAX_BIRTH)
    expect([pageIdOf(memory, PAGE_SIZE), birthOf(memory, PAGE_SIZE)]).toEqual([2 ** 32 - 1, MAX_BIRTH])
    expect([kindOf(memory, PAGE_SIZE), levelOf(memory, PAGE_SIZE)]).toEqual([PageKind.branch, 3])
    expect(verifyPage(memory, PAGE_SIZE, SEED, 2 ** 32 - 1, MAX_BIRTH)).toBeUndefined()
  })

  it('finds every single flipped bit', () => {
    const memory = sealed(7, 9)
    for (let bit = 0; bit < PAGE_SIZE * 8; bit++) {
      memory.u8[PAGE_SIZE + (bit >>> 3)] ^= 1 << (bit & 7)
      expect(verifyPage(memory, PAGE_SIZE, SEED, 7, 9)).toBe('checksum')
      memory.u8[PAGE_SIZE + (bit >>> 3)] ^= 1 << (bit & 7)
    }
    expect(verifyPage(memory, PAGE_SIZE, SEED, 7, 9)).toBeUndefined()
  })

  it('tells a page that was written elsewhere, and one that was never overwritten', () => {
    const memory = sealed(7, 9)
    // The checksum is seeded with the id, so a misdirected write shows there already.
    expect(verifyPage(memory, PAGE_SIZE, SEED, 8, 9)).toBe('checksum')
    expect(verifyPage(memory, PAGE_SIZE, SEED, 7, 10)).toBe('birth')
    expect(verifyPage(memory, PAGE_SIZE, SEED + 1, 7, 9)).toBe('checksum')
  })
})
