/**
 * Sorting more rows than memory may hold: runs of rows that were sorted in memory lie in a temporary file and are merged
 * when they are read (Knuth, The Art of Computer Programming 3, 5.4.1).
 *
 * A row in the file is its keys and then the columns that are carried. Rows with equal keys come in the order of their runs, and
 * so in the order in which they came.
 */

import type { Value } from '../functions/registry.ts'
import type { ExecutionSpill } from '../spill/spill-space.ts'
import { SpilledRows, SpillFile, type SpillReader } from '../spill/spilled-rows.ts'
import type { RegisterFile } from './registers.ts'
import { compareKey, type SortKey } from './sort-keys.ts'

interface Source {
  readonly number: number
  readonly reader: SpillReader
  readonly row: Value[]
}

export class SortedRuns {
  private readonly keys: readonly SortKey[]
  private readonly places: readonly number[]
  private readonly file: SpillFile
  private readonly runs: SpilledRows[] = []
  /** A heap of the runs that have rows left, that with the first row on top. */
  private heap: Source[] = []
  private isStarted = false

  /** @param places the registers of the columns that are carried */
  constructor(space: ExecutionSpill, keys: readonly SortKey[], places: readonly number[]) {
    this.keys = keys
    this.places = places
    this.file = new SpillFile(space)
  }

  get length(): number {
    return this.runs.length
  }

  get byteCount(): number {
    return this.file.byteCount
  }

  /** Begins a run, to which rows are added in order. */
  newRun(): SpilledRows {
    const run = new SpilledRows(this.file, this.keys.length + this.places.length)
    this.runs.push(run)
    return run
  }

  /** Puts the next row of all runs into its registers; false at the end. */
  next(registers: RegisterFile): boolean {
    const row = this.peek()
    if (row === undefined) return false
    const { keys, places } = this
    for (let i = 0; i < places.length; i++) registers[places[i]] = row[keys.length + i]
    this.pass()
    return true
  }

  /** The next row of all runs, its keys first, which is there until it is passed; undefined at the end. */
  peek(): readonly Value[] | undefined {
    if (!this.isStarted) this.start()
    const { heap } = this
    return heap.length === 0 ? undefined : heap[0].row
  }

  /** Beyond the row that `peek` gives. */
  pass(): void {
    const { heap } = this
    const [top] = heap
    if (!top.reader.next(top.row)) {
      const last = heap.pop()!
      if (last === top) return
      heap[0] = last
    }
    this.sink(0)
  }

  private start(): void {
    this.isStarted = true
    for (const [number, run] of this.runs.entries()) {
      const source: Source = { number, reader: run.read(), row: [] }
      if (source.reader.next(source.row)) this.heap.push(source)
    }
    for (let at = (this.heap.length >> 1) - 1; at >= 0; at--) this.sink(at)
  }

  private sink(from: number): void {
    const { heap } = this
    let parent = from
    for (;;) {
      let child = 2 * parent + 1
      if (child >= heap.length) return
      if (child + 1 < heap.length && this.compare(heap[child + 1], heap[child]) < 0) child++
      if (this.compare(heap[parent], heap[child]) <= 0) return
      const source = heap[parent]
      heap[parent] = heap[child]
      heap[child] = source
      parent = child
    }
  }

  private compare(a: Source, b: Source): number {
    const { keys } = this
    for (let i = 0; i < keys.length; i++) {
      const order = compareKey(keys[i], a.row[i], b.row[i])
      if (order !== 0) return order
    }
    return a.number - b.number
  }

  /** The file is gone. */
  close(): void {
    this.file.close()
    this.heap = []
  }
}
