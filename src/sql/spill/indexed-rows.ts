/**
 * Rows that are added one after the other, and then asked for by their numbers: a window's partition.
 *
 *     first rows, in memory │ blocks of rows, in the file
 *
 * The places of the blocks are kept, and some of the blocks that were read last. Half of the memory is for the first rows, half for
 * these blocks.
 */

import type { Value } from '../functions/registry.ts'
import { weightOfRow } from '../types/value-weight.ts'
import type { ExecutionSpill } from './spill-space.ts'
import { SpillFile } from './spilled-rows.ts'
import { ValueReader, ValueWriter } from './value-codec.ts'

export type IndexedRow = readonly Value[]

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8
/** So many blocks are kept: frames look at their ends, at the row itself and, by halving, at some places between. */
const BLOCKS_KEPT = 16
const BLOCK_BYTES_MIN = 1024
const BLOCK_BYTES_MAX = 64 * 1024
/** About so much more memory than in the file does a value take. */
const SPARSENESS = 3

interface Block {
  /** The number of its first row. */
  readonly from: number
  readonly rowCount: number
  readonly at: number
  readonly length: number
}

interface LoadedBlock {
  readonly from: number
  readonly rows: readonly IndexedRow[]
}

const NO_BLOCK: LoadedBlock = { from: 0, rows: [] }

export class IndexedRows {
  private readonly width: number
  private space: ExecutionSpill | undefined
  private first: IndexedRow[] = []
  private isFull = false
  private weight = 0
  private count = 0
  private file: SpillFile | undefined
  private writer: ValueWriter | undefined
  private reader: ValueReader | undefined
  private blockBytes = BLOCK_BYTES_MAX
  private blocks: Block[] = []
  /** By number of the block, those that were asked for last at the end. */
  private readonly kept = new Map<number, LoadedBlock>()
  private lastLoaded = NO_BLOCK
  private buffer = Buffer.alloc(0)

  /** @param width of each row */
  constructor(width: number) {
    this.width = width
  }

  get length(): number {
    return this.count
  }

  /** Begins anew. @param space undefined: all rows stay in memory */
  begin(space: ExecutionSpill | undefined): void {
    this.clear()
    this.space = space
    const wanted = (space?.budgetBytes ?? 0) / 2 / BLOCKS_KEPT / SPARSENESS
    this.blockBytes = Math.min(Math.max(wanted, BLOCK_BYTES_MIN), BLOCK_BYTES_MAX)
  }

  /** The row is the callee's from now on. */
  add(row: IndexedRow): void {
    this.count++
    if (this.isFull) {
      this.addToFile(row)
      return
    }
    const { first, space } = this
    first.push(row)
    if (space === undefined || (first.length - 1) % WEIGHED_EVERY !== 0) return
    this.weight += WEIGHED_EVERY * weightOfRow(row)
    this.isFull = this.weight >= space.budgetBytes / 2
  }

  private addToFile(row: IndexedRow): void {
    this.file ??= new SpillFile(this.space!)
    this.writer ??= new ValueWriter(this.file.kept)
    const { writer, width } = this
    for (let i = 0; i < width; i++) writer.write(row[i])
    if (writer.length >= this.blockBytes) this.writeBlock()
  }

  private writeBlock(): void {
    const { blocks, writer, file } = this
    if (writer === undefined || writer.length === 0) return
    const last = blocks.at(-1)
    const from = last === undefined ? this.first.length : last.from + last.rowCount
    const at = file!.append(writer.bytes, writer.length)
    blocks.push({ from, rowCount: this.count - from, at, length: writer.length })
    writer.clear()
  }

  /** All rows were added. */
  complete(): void {
    this.writeBlock()
    this.writer = undefined
  }

  /** Row number `row`, which there is, when they are complete. */
  at(row: number): IndexedRow {
    return row < this.first.length ? this.first[row] : this.inFile(row)
  }

  private inFile(row: number): IndexedRow {
    const { lastLoaded } = this
    const inLast = row - lastLoaded.from
    if (inLast >= 0 && inLast < lastLoaded.rows.length) return lastLoaded.rows[inLast]
    const loaded = this.blockOf(row)
    this.lastLoaded = loaded
    return loaded.rows[row - loaded.from]
  }

  private blockOf(row: number): LoadedBlock {
    const { blocks, kept } = this
    let low = 0
    let high = blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (blocks[middle].from <= row) low = middle
      else high = middle - 1
    }
    const known = kept.get(low)
    const loaded = known ?? this.load(blocks[low])
    if (known !== undefined) kept.delete(low)
    else if (kept.size >= BLOCKS_KEPT) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest)
        break
      }
    }
    kept.set(low, loaded)
    return loaded
  }

  private load({ from, rowCount, at, length }: Block): LoadedBlock {
    const { width } = this
    const file = this.file!
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafe(length)
    file.read(this.buffer, length, at)
    this.reader ??= new ValueReader(file.kept)
    const { reader } = this
    reader.over(this.buffer, length)
    const rows: Value[][] = []
    for (let i = 0; i < rowCount; i++) {
      const row: Value[] = new Array(width)
      for (let k = 0; k < width; k++) row[k] = reader.read()
      rows.push(row)
    }
    return { from, rows }
  }

  /** The file is gone, and so are the rows. */
  clear(): void {
    this.first = []
    this.isFull = false
    this.weight = 0
    this.count = 0
    if (this.file === undefined) return
    this.blocks = []
    this.kept.clear()
    this.lastLoaded = NO_BLOCK
    this.writer = undefined
    this.reader = undefined
    this.file.close()
    this.file = undefined
  }
}
