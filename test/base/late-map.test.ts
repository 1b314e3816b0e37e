import { describe, expect, test } from 'vitest'
import { LateMap } from '../../src/base/late-map.ts'

describe('a map that is made late', () => {
  test('is empty before anything was put into it, whatever is asked', () => {
    const map = new LateMap<string, number>()
    expect(map.size).toBe(0)
    expect(map.get('a')).toBeUndefined()
    expect(map.has('a')).toBe(false)
    expect(map.delete('a')).toBe(false)
    map.clear()
    expect([...map]).toEqual([])
    expect([...map.keys(), ...map.values(), ...map.entries()]).toEqual([])
  })

  test('is a map from then on, and others stay empty', () => {
    const map = new LateMap<string, number>()
    expect(map.set('b', 2).set('a', 1).set('b', 3)).toBe(map)
    expect(map.size).toBe(2)
    expect([...map]).toEqual([
      ['b', 3],
      ['a', 1],
    ])
    expect([...map.keys()]).toEqual(['b', 'a'])
    expect([...map.values()]).toEqual([3, 1])
    expect(map.get('b')).toBe(3)
    expect(map.has('a')).toBe(true)
    expect(map.delete('b')).toBe(true)
    expect(map.delete('b')).toBe(false)
    for (const [key] of map) map.delete(key)
    expect(map.size).toBe(0)
    map.set('c', 4)
    map.clear()
    expect([...map.entries()]).toEqual([])
    expect([...new LateMap<string, number>()]).toEqual([])
  })
})
