import { describe, expect, test } from 'vitest'
import { Bitmap, bitCount, lowestBit } from '../../src/space/bitmap.ts'

function bitmapOf(...bits: number[]): Bitmap {
  const bitmap = new Bitmap()
  for (const bit of bits) {
    bitmap.reserve(bit + 1)
    bitmap.set(bit)
  }
  return bitmap
}

describe('words', () => {
  test('the lowest bit of a word is found, also when the sign bit is the only one', () => {
    expect([1, 6, -1, -(2 ** 31)].map(lowestBit)).toEqual([0, 1, 0, 31])
  })

  test('the bits of a word are counted', () => {
    expect([0, 1, -1, -(2 ** 31), 0x0f0f_0f0f].map(bitCount)).toEqual([0, 1, 32, 1, 16])
  })
})

describe('a bitmap', () => {
  test('starts with every bit clear, also beyond its capacity', () => {
    const bitmap = new Bitmap()
    expect([0, 31, 32, 2 ** 31].map(bit => bitmap.has(bit))).toEqual([false, false, false, false])
  })

  test('keeps its bits when it grows', () => {
    const bitmap = bitmapOf(0, 31, 32, 100_000)
    expect([0, 1, 31, 32, 33, 99_999, 100_000].filter(bit => bitmap.has(bit))).toEqual([0, 31, 32, 100_000])
    expect(bitmap.count).toBe(4)
  })

  test.each([
    [0, 1],
    [31, 2],
    [3, 29],
    [32, 32],
    [5, 200],
    [63, 1],
  ])('sets and clears the run from %i of %i bits and nothing beside it', (start, length) => {
    const bitmap = bitmapOf()
    bitmap.setRun(start, length)
    expect(bitmap.count).toBe(length)
    expect(bitmap.nextSet(0, 1000)).toBe(start)
    expect(bitmap.nextClear(start, 1000)).toBe(start + length)
    expect(bitmap.nextSet(start + length, 1000)).toBe(1000)
    bitmap.clearRun(start, length)
    expect(bitmap.nextSet(0, 1000)).toBe(1000)
  })

  test('refuses to set what is set', () => {
    const bitmap = bitmapOf(40)
    expect(() => bitmap.set(40)).toThrow('set only when clear')
    expect(() => bitmap.setRun(30, 20)).toThrow('set only when clear')
  })

  test('refuses to clear what is clear', () => {
    const bitmap = bitmapOf(40)
    expect(() => bitmap.clear(41)).toThrow('cleared only when set')
    expect(() => bitmap.clearRun(40, 2)).toThrow('cleared only when set')
  })

  test('finds nothing outside the range asked for', () => {
    const bitmap = bitmapOf(10, 20)
    expect(bitmap.nextSet(11, 20)).toBe(20)
    expect(bitmap.nextSet(21, 30)).toBe(30)
    expect(bitmap.nextClear(10, 11)).toBe(11)
    expect(bitmap.nextSet(30, 30)).toBe(30)
  })

  test('counts all beyond its capacity as clear', () => {
    const bitmap = bitmapOf()
    bitmap.setRun(0, bitmap.capacity)
    expect(bitmap.nextClear(0, 1e9)).toBe(bitmap.capacity)
    expect(bitmap.nextClear(bitmap.capacity + 5, 1e9)).toBe(bitmap.capacity + 5)
    expect(bitmap.nextSet(bitmap.capacity, 1e9)).toBe(1e9)
  })

  test('finds the last set bit below a limit', () => {
    const bitmap = bitmapOf(0, 31, 64, 1000)
    expect([1e9, 1001, 1000, 64, 31, 0].map(end => bitmap.previousSet(end))).toEqual([
      1000, 1000, 64, 31, 0, -1,
    ])
  })
})
