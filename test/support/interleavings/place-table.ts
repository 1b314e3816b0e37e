/**
 * The places of one execution, found by what threads access, and what `setup` makes them with.
 */

import type { AtomicArray } from './atomics.ts'
import type { World } from './model.ts'
import { Cell, Place } from './places.ts'
import { type PlainAccesses, type RecordableArray, recordedArray } from './recorded.ts'

/** Words of one buffer that have names. */
interface Names {
  readonly start: number
  readonly end: number
  readonly bytesPerWord: number
  readonly nameOf: (index: number) => string
}

export class PlaceTable {
  private readonly threadCount: number
  private readonly words = new Map<ArrayBufferLike, Map<number, Place>>()
  private readonly cells = new Map<Cell, Place>()
  private readonly names = new Map<ArrayBufferLike, Names[]>()

  constructor(threadCount: number) {
    this.threadCount = threadCount
  }

  /** What `setup` gets. */
  world(accesses: PlainAccesses): World {
    return {
      cell: (name, value) => new Cell(name, value),
      cells: (name, count, value) => Array.from({ length: count }, (_, i) => new Cell(`${name} ${i}`, value)),
      named: (array, name) => {
        this.nameWords(array, typeof name === 'string' ? index => `${name}[${index}]` : name)
        return array
      },
      recorded: (array, name) => {
        this.nameWords(array, index => `${name}[${index}]`)
        return recordedArray(array, accesses)
      },
    }
  }

  ofWord(array: AtomicArray, index: number): Place {
    const at = array.byteOffset + index * array.BYTES_PER_ELEMENT
    let places = this.words.get(array.buffer)
    if (places === undefined) {
      places = new Map()
      this.words.set(array.buffer, places)
    }
    let place = places.get(at)
    if (place === undefined) {
      place = new Place(this.nameOf(array.buffer, at), this.threadCount)
      places.set(at, place)
    }
    return place
  }

  ofCell(cell: Cell): Place {
    let place = this.cells.get(cell)
    if (place === undefined) {
      place = new Place(cell.name, this.threadCount)
      this.cells.set(cell, place)
    }
    return place
  }

  private nameWords(array: RecordableArray | BigInt64Array, nameOf: (index: number) => string): void {
    const names = this.names.get(array.buffer) ?? []
    const { byteOffset: start, byteLength, BYTES_PER_ELEMENT: bytesPerWord } = array
    names.push({ start, end: start + byteLength, bytesPerWord, nameOf })
    this.names.set(array.buffer, names)
  }

  private nameOf(buffer: ArrayBufferLike, at: number): string {
    const names = this.names.get(buffer)?.find(({ start, end }) => at >= start && at < end)
    return names === undefined
      ? `the word at byte ${at}`
      : names.nameOf((at - names.start) / names.bytesPerWord)
  }
}
