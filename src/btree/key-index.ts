/**
 * Which keys are among packed entries that lie in no order: a hash table with open addressing (Knuth, volume 3, 6.4,
 * algorithm L), of the entries' addresses, each beside its key's hash, so that other keys are seldom looked at.
 *
 * K1  At most half of the places are taken.
 * K2  Its answers are exact, until keys are made to share their places: then it calls all of them present, and who asks
 *     looks elsewhere.
 */

import type { PageMemory } from '../page/memory.ts'
import { comparePacked, packedKeyAt, packedKeyLength } from '../page/packed.ts'

const START_PLACES = 2048
/** Places that a search looks at. With half of them taken it looks at two or three; the longest of a billion, at some 110. */
const PROBES_MAX = 512
/** An address that no entry has: entries begin at multiples of four. */
const FREE = 1

export class KeyIndex {
  readonly #memory: PageMemory
  /** Two words a place: an address or FREE, and the hash. */
  #places: Uint32Array = freePlaces(START_PLACES)
  #mask = START_PLACES - 1
  #count = 0
  /** A key found no place where searches look. */
  #isCrowded = false

  constructor(memory: PageMemory) {
    this.#memory = memory
  }

  /** Forgets all. */
  clear(): void {
    this.#places = freePlaces(START_PLACES)
    this.#mask = START_PLACES - 1
    this.#count = 0
    this.#isCrowded = false
  }

  /** Takes in the entry at `address`, in the place of the one with the same key. */
  add(address: number): void {
    const m = this.#memory
    if (2 * (this.#count + 1) > this.#mask) this.#grow()
    this.#place(address, hashOf(m.u8, packedKeyAt(m, address), packedKeyLength(m, address)), true)
  }

  /** False: the key is not there. True: it is, or that cannot be told (K2). */
  mayHave(key: Uint8Array, keyLength: number): boolean {
    if (this.#isCrowded) return true
    const places = this.#places
    const hash = hashOf(key, 0, keyLength)
    let place = hash & this.#mask
    for (let probes = 0; probes < PROBES_MAX; probes++) {
      const address = places[2 * place]
      if (address === FREE) return false
      if (places[2 * place + 1] === hash && this.#isKeyOf(address, key, keyLength)) return true
      place = (place + 1) & this.#mask
    }
    return true
  }

  #isKeyOf(address: number, key: Uint8Array, keyLength: number): boolean {
    if (packedKeyLength(this.#memory, address) !== keyLength) return false
    const { u8 } = this.#memory
    const at = packedKeyAt(this.#memory, address)
    for (let i = 0; i < keyLength; i++) if (u8[at + i] !== key[i]) return false
    return true
  }

  #place(address: number, hash: number, mayBeThere: boolean): void {
    const places = this.#places
    let place = hash & this.#mask
    for (let probes = 0; probes < PROBES_MAX; probes++) {
      const there = places[2 * place]
      if (there === FREE) {
        places[2 * place + 1] = hash
        this.#count++
      }
      if (
        there === FREE ||
        (mayBeThere && places[2 * place + 1] === hash && this.#haveOneKey(there, address))
      ) {
        places[2 * place] = address
        return
      }
      place = (place + 1) & this.#mask
    }
    this.#isCrowded = true
  }

  #haveOneKey(a: number, b: number): boolean {
    return comparePacked(this.#memory, a, b) === 0
  }

  #grow(): void {
    const before = this.#places
    this.#mask = 2 * this.#mask + 1
    this.#places = freePlaces(this.#mask + 1)
    this.#count = 0
    for (let i = 0; i < before.length; i += 2) {
      if (before[i] !== FREE) this.#place(before[i], before[i + 1], false)
    }
  }
}

function freePlaces(count: number): Uint32Array {
  const places = new Uint32Array(2 * count)
  for (let i = 0; i < places.length; i += 2) places[i] = FREE
  return places
}

/** FNV-1a (Fowler, Noll, Vo), and the end of MurmurHash3 (Appleby) so that the low bits depend on all. */
export function hashOf(bytes: Uint8Array, from: number, length: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
