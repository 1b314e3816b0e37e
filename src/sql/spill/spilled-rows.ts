/**
 * Rows in a temporary file: any number of lists of rows, which grow side by side and are read from their beginnings, also while
 * they grow.
 *
 * A list gathers its rows in memory up to a block, and then appends it to the file: a block holds whole rows of one list, and a
 * list is a sequence of blocks. So writing is sequential, however many lists there are, and reading a list costs one
 * read for each block.
 */

import type { StorageFile } from '../../io/storage.ts'
import type { Value } from '../functions/registry.ts'
import type { ExecutionSpill } from './spill-space.ts'
import { KeptObjects, ValueReader, ValueWriter } from './value-codec.ts'

const BLOCK_BYTES = 64 * 1024

/** The file of one operator. Made when it is first written to. */
export class SpillFile {
  readonly kept = new KeptObjects()
  private readonly space: ExecutionSpill
  private file: StorageFile | undefined
  private end = 0

  constructor(space: ExecutionSpill) {
    this.space = space
  }

  /** Bytes written. */
  get byteCount(): number {
    return this.end
  }

  /** Appends bytes; returns where they are. */
  append(bytes: Uint8Array, length: number): number {
    const at = this.reserve(length)
    this.write(bytes, length, at)
    return at
  }

  /** Room at the end, for bytes that are written there; returns where it is. */
  reserve(length: number): number {
    const at = this.end
    this.end += length
    return at
  }

  write(bytes: Uint8Array, length: number, at: number): void {
    this.file ??= this.space.newFile()
    this.file.write(bytes, 0, length, at)
  }

  read(target: Uint8Array, length: number, at: number): void {
    this.file!.read(target, 0, length, at)
  }

  /** The file is gone; a second call does nothing. */
  close(): void {
    if (this.file !== undefined) this.space.closeFile(this.file)
    this.file = undefined
    this.end = 0
  }
}

interface Block {
  readonly at: number
  readonly length: number
}

/** A list of rows of one width in a file. */
export class SpilledRows {
  private readonly file: SpillFile
  private readonly width: number
  private readonly blocks: Block[] = []
  private readonly writer: ValueWriter
  private count = 0
  /** Those of them that are in the file. */
  private writtenCount = 0

  constructor(file: SpillFile, width: number) {
    this.file = file
    this.width = width
    this.writer = new ValueWriter(file.kept)
  }

  get length(): number {
    return this.count
  }

  /** How many rows readers find. */
  get readableCount(): number {
    return this.writtenCount
  }

  /** Adds a row: the first `width` of the values. */
  add(values: readonly Value[]): void {
    const { writer, width } = this
    for (let i = 0; i < width; i++) writer.write(values[i])
    this.count++
    if (writer.length >= BLOCK_BYTES) this.flush()
  }

  /** From now on readers find all rows that were added. */
  flush(): void {
    const { writer } = this
    this.writtenCount = this.count
    if (writer.length === 0) return
    this.blocks.push({ at: this.file.append(writer.bytes, writer.length), length: writer.length })
    writer.clear()
  }

  /** All rows that there are so far, from the first one on. */
  read(): SpillReader {
    this.flush()
    return new SpillReader(this, this.file, this.width, this.blocks)
  }
}

/** Reads a list from its first row on. Rows that are flushed meanwhile are read, too. */
export class SpillReader {
  private readonly rows: SpilledRows
  private readonly file: SpillFile
  private readonly width: number
  private readonly blocks: readonly Block[]
  private readonly reader: ValueReader
  private buffer = Buffer.alloc(0)
  private nextBlock = 0
  private readCount = 0

  constructor(rows: SpilledRows, file: SpillFile, width: number, blocks: readonly Block[]) {
    this.rows = rows
    this.file = file
    this.width = width
    this.blocks = blocks
    this.reader = new ValueReader(file.kept)
  }

  /** How many rows it has read. */
  get position(): number {
    return this.readCount
  }

  /** Puts the next row into `row`; false when there is none. */
  next(row: Value[]): boolean {
    if (this.readCount === this.rows.readableCount) return false
    this.readCount++
    if (this.width > 0 && this.reader.isAtEnd) this.load()
    for (let i = 0; i < this.width; i++) row[i] = this.reader.read()
    return true
  }

  private load(): void {
    const { at, length } = this.blocks[this.nextBlock++]
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafe(length)
    this.file.read(this.buffer, length, at)
    this.reader.over(this.buffer, length)
  }
}
