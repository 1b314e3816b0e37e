/**
 * Numbers of groups by their keys, which are 32-bit integers: open addressing over typed arrays. Values of other types become
 * integers by `KeyNumbers` first.
 *
 * A group's number is how many there were before it.
 */

import type { Value } from '../functions/registry.ts'

const FIRST_SLOTS = 256
/** A table is at most so full. */
const FULL = 0.5

export class GroupIndex {
  /** How many groups there are. */
  count = 0
  /** By slot: the group's number and one; 0: none. A power of two. */
  private slots = new Int32Array(FIRST_SLOTS)
  /** By part of the key and by group. */
  private readonly parts: Int32Array[]

  constructor(width: number) {
    this.parts = Array.from({ length: width }, () => new Int32Array(FIRST_SLOTS))
  }

  /** The group with this key of one part; a new one has the number `count` had before. */
  find1(key: number): number {
    const { slots } = this
    const [first] = this.parts
    const mask = slots.length - 1
    for (let slot = mix(key) & mask; ; slot = (slot + 1) & mask) {
      const group = slots[slot] - 1
      if (group < 0) return this.add1(slot, key)
      if (first[group] === key) return group
    }
  }

  private add1(slot: number, key: number): number {
    const group = this.take(slot)
    this.parts[0][group] = key
    return group
  }

  /** The group with this key of several parts. */
  find(key: Int32Array): number {
    const { slots, parts } = this
    const mask = slots.length - 1
    for (let slot = hash(key) & mask; ; slot = (slot + 1) & mask) {
      const group = slots[slot] - 1
      if (group < 0) {
        const added = this.take(slot)
        for (let i = 0; i < key.length; i++) parts[i][added] = key[i]
        return added
      }
      let i = 0
      while (i < key.length && parts[i][group] === key[i]) i++
      if (i === key.length) return group
    }
  }

  private take(slot: number): number {
    const group = this.count++
    if (this.count > this.slots.length * FULL) this.grow()
    else this.slots[slot] = group + 1
    return group
  }

  /** Makes room; the group that was taken last has no key yet, and finds its slot when it has. */
  private grow(): void {
    const { parts } = this
    const size = this.slots.length * 2
    for (let i = 0; i < parts.length; i++) {
      const larger = new Int32Array(size)
      larger.set(parts[i])
      parts[i] = larger
    }
    this.slots = new Int32Array(size)
    this.isStale = true
  }
  private isStale = false

  /** After a group was added: puts all of them back when the table has grown. */
  settle(): void {
    if (!this.isStale) return
    this.isStale = false
    const { slots, parts } = this
    const mask = slots.length - 1
    const key = new Int32Array(parts.length)
    for (let group = 0; group < this.count; group++) {
      for (let i = 0; i < key.length; i++) key[i] = parts[i][group]
      let slot = (key.length === 1 ? mix(key[0]) : hash(key)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = group + 1
    }
  }
}

function mix(key: number): number {
  const product = Math.imul(key, 0x9e37_79b1)
  return product ^ (product >>> 15)
}

function hash(key: Int32Array): number {
  let value = 0
  for (let i = 0; i < key.length; i++) value = mix(value ^ key[i])
  return value
}

/** Numbers for values of any type, in the order in which they come; null has one, too. */
export class KeyNumbers {
  /** One is always there, so that full garbage collections leave the code that asks it. */
  static readonly kept = new KeyNumbers(value => value)
  private readonly numbers = new Map<unknown, number>()
  private readonly toKey: (value: Value) => unknown

  /** `toKey`: what tells values apart in a Map. */
  constructor(toKey: (value: Value) => unknown) {
    this.toKey = toKey
  }

  of(value: Value): number {
    const key = value === null ? null : this.toKey(value)
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.numbers.size
    this.numbers.set(key, number)
    return number
  }
}
