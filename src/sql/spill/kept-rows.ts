/**
 * Rows that are kept while they are computed, and read by any number of readers meanwhile: a common table's.
 *
 *     first rows, in memory │ in the file │ last rows, in memory until they are a block
 *
 * Which of the three a row is in depends on its number alone; rows move from the last part into the file, together.
 */

import type { Value } from '../functions/registry.ts'
import { weightOfRow } from '../types/value-weight.ts'
import type { ExecutionSpill } from './spill-space.ts'
import { SpilledRows, SpillFile, type SpillReader } from './spilled-rows.ts'

export type KeptRow = readonly Value[]

/** Of so many rows one is weighed. */
const WEIGHED_EVERY = 8
/** The last rows go into the file when they are so many, or weigh so much. */
const LAST_ROWS_MAX = 1024
const LAST_BYTES_MAX = 64 * 1024

export class KeptRows implements Iterable<KeptRow> {
  /** Undefined: all rows stay in memory. */
  private readonly space: ExecutionSpill | undefined
  private readonly budgetBytes: number
  private readonly first: KeptRow[] = []
  private count = 0
  private isFull = false
  private weight = 0
  private file: SpillFile | undefined
  private inFile: SpilledRows | undefined
  private last: KeptRow[] = []
  private lastWeight = 0

  /** @param share of the memory that one operator may use */
  constructor(space: ExecutionSpill | undefined, share = 1) {
    this.space = space
    this.budgetBytes = share * (space?.budgetBytes ?? 0)
  }

  get length(): number {
    return this.count
  }

  add(row: KeptRow): void {
    this.count++
    if (this.isFull) {
      this.addLast(row)
      return
    }
    const { first, space } = this
    first.push(row)
    if (space === undefined || (first.length - 1) % WEIGHED_EVERY !== 0) return
    this.weight += WEIGHED_EVERY * weightOfRow(row)
    this.isFull = this.weight >= this.budgetBytes
  }

  private addLast(row: KeptRow): void {
    const { last } = this
    last.push(row)
    this.lastWeight += weightOfRow(row)
    if (last.length < LAST_ROWS_MAX && this.lastWeight < LAST_BYTES_MAX) return
    this.file ??= new SpillFile(this.space!)
    this.inFile ??= new SpilledRows(this.file, row.length)
    for (const one of last) this.inFile.add(one)
    this.inFile.flush()
    this.last = []
    this.lastWeight = 0
  }

  /** From the first row on. */
  read(): KeptRowsReader {
    return new KeptRowsReader(this)
  }

  /** All rows that there are by now. */
  [Symbol.iterator](): Iterator<KeptRow> {
    return this.isFull ? this.each() : this.first[Symbol.iterator]()
  }

  private *each(): Generator<KeptRow> {
    const reader = this.read()
    for (let row = reader.next(); row !== undefined; row = reader.next()) yield row
  }

  /** Row number `at`, undefined: there is none yet. @param reader that of who asks, for rows in the file */
  rowAt(at: number, reader: (inFile: SpilledRows) => SpillReader): KeptRow | undefined {
    const { first, inFile } = this
    if (at < first.length) return first[at]
    const behind = at - first.length
    const writtenCount = inFile?.readableCount ?? 0
    if (behind >= writtenCount) return this.last[behind - writtenCount]
    const source = reader(inFile!)
    const row: Value[] = []
    // What it has read already was among the last rows then.
    while (source.position <= behind) source.next(row)
    return row
  }

  /** The file is gone, and so are the rows. */
  close(): void {
    this.file?.close()
    this.file = undefined
  }
}

export class KeptRowsReader {
  private readonly rows: KeptRows
  private position = 0
  private reader: SpillReader | undefined

  constructor(rows: KeptRows) {
    this.rows = rows
  }

  /** Undefined: there is none, or not yet. */
  next(): KeptRow | undefined {
    const row = this.rows.rowAt(this.position, inFile => {
      this.reader ??= inFile.read()
      return this.reader
    })
    if (row !== undefined) this.position++
    return row
  }
}
