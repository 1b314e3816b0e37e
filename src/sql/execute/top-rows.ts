/**
 * The first so many rows of an order, of all that are offered: a heap, the last of them on top. What is pushed out gives its
 * place to the row that comes in.
 */

import type { Value } from '../functions/registry.ts'
import { RowBuffer } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import { compareKey, type SortKey } from './sort-keys.ts'

export class TopRows {
  readonly rows: RowBuffer
  /**
   * The first key of the last row that is kept, when there are enough and it is a number: a row whose first key comes behind
   * it need not be offered. NaN: every row must.
   */
  bound = NaN
  private readonly keys: readonly SortKey[]
  /** By key and place. */
  private columns: Value[][] = []
  /** By place: the number of the row among those offered. Rows that are equal stay in the order in which they came. */
  private arrivals: number[] = []
  private heap: number[] = []
  private readonly candidate: Value[]
  private wanted = 0
  private offered = 0

  constructor(keys: readonly SortKey[], carried: readonly number[]) {
    this.keys = keys
    this.rows = new RowBuffer(carried)
    this.candidate = keys.map(() => null)
  }

  /** `wanted`: at least one. */
  begin(wanted: number): void {
    this.clear()
    this.wanted = wanted
  }

  clear(): void {
    this.rows.clear()
    this.columns = this.keys.map(() => [])
    this.arrivals = []
    this.heap = []
    this.offered = 0
    this.bound = NaN
  }

  /** The row in the registers. */
  offer(registers: RegisterFile): void {
    const { keys, candidate, columns, heap, wanted } = this
    this.offered++
    for (let i = 0; i < keys.length; i++) candidate[i] = keys[i].evaluate(registers)
    if (heap.length < wanted) {
      const place = this.rows.add(registers)
      this.keep(place)
      heap.push(place)
      this.siftUp(heap.length - 1)
    } else {
      const last = heap[0]
      if (!this.precedes(last)) return
      this.rows.replace(last, registers)
      this.keep(last)
      this.siftDown(heap.length)
    }
    if (heap.length < wanted) return
    const first = columns[0][heap[0]]
    this.bound = typeof first === 'number' ? first : NaN
  }

  private keep(place: number): void {
    const { candidate, columns } = this
    for (let i = 0; i < candidate.length; i++) columns[i][place] = candidate[i]
    this.arrivals[place] = this.offered
  }

  /** Whether the candidate comes before the row at a place, which came earlier. */
  private precedes(place: number): boolean {
    const { keys, candidate, columns } = this
    for (let i = 0; i < keys.length; i++) {
      const order = compareKey(keys[i], candidate[i], columns[i][place])
      if (order !== 0) return order < 0
    }
    return false
  }

  private compare(a: number, b: number): number {
    const { keys, columns, arrivals } = this
    for (let i = 0; i < keys.length; i++) {
      const order = compareKey(keys[i], columns[i][a], columns[i][b])
      if (order !== 0) return order
    }
    return arrivals[a] - arrivals[b]
  }

  private siftUp(at: number): void {
    const { heap } = this
    let child = at
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (this.compare(heap[parent], heap[child]) >= 0) return
      this.swap(parent, child)
      child = parent
    }
  }

  /** Within the first `count` of the heap. */
  private siftDown(count: number): void {
    const { heap } = this
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      if (child >= count) return
      if (child + 1 < count && this.compare(heap[child + 1], heap[child]) > 0) child++
      if (this.compare(heap[parent], heap[child]) >= 0) return
      this.swap(parent, child)
      parent = child
    }
  }

  private swap(a: number, b: number): void {
    const { heap } = this
    const place = heap[a]
    heap[a] = heap[b]
    heap[b] = place
  }

  /** The places of the rows in order. */
  order(): number[] {
    return this.heap.sort((a, b) => this.compare(a, b))
  }
}
