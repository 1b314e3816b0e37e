/**
 * Walks over a stored table, by its primary key or one of its indexes, and leaves the wanted columns of each row in
 * registers.
 *
 * Invariants:
 * 1. A step reads all that is wanted before it ends: bytes of pages are nobody's between two steps.
 * 2. Entries come in chunks, copied at once (`EntryChunk`). In a write transaction the table may change between steps: from then
 *    on they come one by one, those of the chunk that were not taken yet once more.
 * 3. Index-only: the table of rows is not asked when key and index have all that is wanted.
 */

import type { ReadTree, TreeCursor } from '../../btree/api.ts'
import { Collect } from '../../btree/kernel/kernel.ts'
import type { TreeSource } from '../../store/api.ts'
import { ByteWriter, compareBytes } from '../../table/bytes.ts'
import { EntryChunk } from '../../table/entry-chunk.ts'
import { GatheredRows } from '../../table/gathered-rows.ts'
import type { ByteRange } from '../../table/range.ts'
import { SqlError } from '../errors.ts'
import type { RegisterFile } from '../execute/registers.ts'
import { isOneForm } from '../types/type.ts'
import type { AnyRecordTable } from './any-table.ts'
import { KeyReader, keyReaderOf, partsOf, RowReader, type WantedColumn } from './column-reader.ts'
import { isPoint } from './primary-ranges.ts'
import { type GenerateRowReader, GenerationPace, KeptView, type ReadWholeRow } from './whole-row.ts'

export interface RowCursorOptions {
  /** Name of the typed table's index; undefined: the primary key. */
  readonly index: string | undefined
  readonly isReverse: boolean
  /** Makes what reads the rows behind entries of an index. Undefined: they are few. */
  readonly generate?: GenerateRowReader
}

export class RowCursor {
  private readonly codec: AnyRecordTable['codec']
  private readonly index: string | undefined
  // Of the state that it is bound to.
  private source!: TreeSource
  private rows!: ReadTree
  private tree!: ReadTree
  private cursor!: TreeCursor
  private readonly isReverse: boolean
  private readonly isIndex: boolean
  private readonly isUniqueIndex: boolean
  private readonly indexReader: KeyReader
  private readonly keyReader: KeyReader
  private readonly rowReader: RowReader
  private readonly readsIndex: boolean
  private readonly readsPrimaryKey: boolean
  private readonly needsRow: boolean
  private readonly needsPrimaryKey: boolean
  /** Collect.keys, Collect.values, both, or 0: entries are only counted. */
  private readonly collects: number
  private readonly primaryKey = new ByteWriter()
  private range: ByteRange = { from: undefined, to: undefined }
  /** The range is one key, which is not looked up yet. */
  private isPoint = false
  private isStarted = false
  private isAtEnd = true
  private chunk: EntryChunk | undefined
  /** The trees when the chunk was copied: how often they had changed. */
  private edits = 0
  /** The cursor stands on an entry that was not given yet. */
  private isPending = false
  /** Of an index: the rows behind the entries of the chunk. */
  private readonly gathered: GatheredRows | undefined
  private readonly pace: GenerationPace | undefined
  private readWholeRow: ReadWholeRow | undefined
  private readonly keyView = new KeptView()
  private readonly valueView = new KeptView()

  constructor(
    source: TreeSource,
    table: AnyRecordTable,
    wanted: readonly WantedColumn[],
    { index, isReverse, generate }: RowCursorOptions,
  ) {
    this.codec = table.codec
    this.index = index
    this.isReverse = isReverse
    const { codec } = table
    const bound = boundIndex(table, index)
    this.isIndex = bound !== undefined
    this.isUniqueIndex = bound?.codec.isUnique ?? false
    this.bind(source, table)

    const left = new Map(wanted.map(column => [column.storedName, column]))
    const take = (names: readonly (string | undefined)[], fits = (_: WantedColumn) => true) =>
      names.map(name => {
        const column = name === undefined ? undefined : left.get(name)
        if (column === undefined || !fits(column)) return undefined
        left.delete(column.storedName)
        return column
      })
    // What the index has is read from it, in the form that it was written in; then what the primary key has, then the row.
    this.indexReader =
      bound === undefined
        ? new KeyReader([], true, [])
        : new KeyReader(
            partsOf(bound.codec.key.node, bound.codec.parts.length),
            false,
            take(
              bound.codec.parts.map(part => (part.computed === undefined ? part.column : undefined)),
              column => isOneForm(column.type),
            ),
          )
    const ofRow = [...left.values()]
    this.keyReader = keyReaderOf(codec, take(codec.keyColumns))
    this.rowReader = RowReader.of(codec, [...left.values()])
    this.readsIndex = this.indexReader.isNeeded
    this.readsPrimaryKey = this.keyReader.isNeeded
    this.needsRow = this.rowReader.isNeeded
    this.needsPrimaryKey = this.readsPrimaryKey || (this.isIndex && this.needsRow)
    const usesKey = this.isIndex || this.needsPrimaryKey
    const usesValue = this.isIndex ? this.isUniqueIndex && this.needsPrimaryKey : this.needsRow
    this.collects = (usesKey ? Collect.keys : 0) | (usesValue ? Collect.values : 0)
    if (this.isIndex && this.needsRow && !isReverse) {
      this.gathered = new GatheredRows({
        isValue: this.isUniqueIndex,
        startIn: (keys, start, end) => this.indexReader.endOf(keys, start, end),
      })
      this.pace = generate && new GenerationPace(generate, codec, ofRow)
    }
  }

  /** Whether it can read this state of the table: its rows are laid out as those that it was made for. */
  fits(table: AnyRecordTable): boolean {
    return table.codec === this.codec
  }

  /** From now on it walks over the table in this state. What it reads from where is settled once, when it is made. */
  bind(source: TreeSource, table: AnyRecordTable): void {
    this.source = source
    this.rows = table.rows
    this.tree = boundIndex(table, this.index)?.tree ?? table.rows
    this.cursor = this.tree.cursor()
  }

  /** Begins a walk over a range of encoded keys. */
  open(range: ByteRange): void {
    this.range = range
    this.isAtEnd = false
    this.isPoint = !this.isIndex && isPoint(range)
    if (this.isPoint) return
    this.isStarted = false
    this.isPending = false
    this.chunk = undefined
    this.gathered?.reset()
    if (!this.isReverse && this.collects !== 0 && this.cursor.collect !== undefined) {
      this.chunk = new EntryChunk(Number.POSITIVE_INFINITY)
    }
  }

  /** To the next row; false at the end. */
  next(registers: RegisterFile): boolean {
    if (!this.isPoint && this.chunk?.hasNext) {
      if (!this.tree.mutable || this.isUnchanged()) {
        this.fromChunk(this.chunk, registers)
        return true
      }
      this.goBack(this.chunk)
    }
    if (this.isAtEnd) return false
    this.source.assertReadable()
    if (this.isPoint) return this.takePoint(registers)
    if (!this.step()) return this.finish()
    const { chunk } = this
    if (chunk !== undefined && this.fill(chunk)) {
      if (!chunk.hasNext) return this.finish()
      this.fromChunk(chunk, registers)
      return true
    }
    const { cursor } = this
    const stop = this.isReverse ? this.range.from : this.range.to
    let keyLength = 0
    if (stop !== undefined || (this.collects & Collect.keys) !== 0) {
      keyLength = cursor.loadKey()
      if (stop !== undefined) {
        const order = compareBytes(cursor.keyBytes, keyLength, stop, stop.length)
        if (this.isReverse ? order < 0 : order >= 0) return this.finish()
      }
    }
    this.takeEntry(keyLength, registers)
    return true
  }

  /** The row under the one key of the range. */
  private takePoint(registers: RegisterFile): boolean {
    const key = this.range.from as Buffer
    const { rows } = this
    const isThere = rows.find(key, key.length)
    if (isThere) {
      if (this.readsPrimaryKey) this.keyReader.read(key, 0, key.length, registers)
      if (this.needsRow) {
        this.rowReader.read(rows.valueBytes, rows.valueOffset, rows.valueLength, registers)
      }
    }
    this.finish()
    return isThere
  }

  /** The row with `rank` entries before it, wherever the walk stands; false when there is none. For samples. */
  readAt(rank: number, registers: RegisterFile): boolean {
    this.source.assertReadable()
    if (!this.cursor.seekRank(rank)) return this.finish()
    this.takeEntry((this.collects & Collect.keys) !== 0 ? this.cursor.loadKey() : 0, registers)
    return true
  }

  /** Reads the entry that the cursor stands on, whose key is loaded when anything of it is wanted. */
  private takeEntry(keyLength: number, registers: RegisterFile): void {
    const { cursor } = this
    if ((this.collects & Collect.values) !== 0) {
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      this.take(cursor.keyBytes, 0, keyLength, valueBytes, valueOffset, valueLength, registers)
    } else this.take(cursor.keyBytes, 0, keyLength, cursor.keyBytes, 0, 0, registers)
    this.source.endReading()
  }

  close(): void {
    this.chunk?.clear()
    this.isAtEnd = true
    this.source.endReading()
  }

  private finish(): boolean {
    this.isAtEnd = true
    this.source.endReading()
    return false
  }

  /** Whether what was copied is what the table still has. */
  private isUnchanged(): boolean {
    this.source.assertStillReadable()
    return this.edits === this.tree.edits + this.rows.edits
  }

  /** The table has changed: the cursor goes back behind the entry that was given last, and stays with single ones. */
  private goBack(chunk: EntryChunk): void {
    const { cursor } = this
    const { keyAt, keyLength } = chunk
    const key = Buffer.from(chunk.keys.subarray(keyAt, keyAt + keyLength))
    chunk.clear()
    this.chunk = undefined
    this.gathered?.reset()
    this.source.assertReadable()
    this.isPending = cursor.seek(key, keyLength)
    if (this.isPending && compareBytes(cursor.keyBytes, cursor.loadKey(), key, keyLength) === 0) {
      this.isPending = cursor.next()
    }
    this.source.endReading()
    this.isAtEnd = !this.isPending
  }

  private step(): boolean {
    const { cursor, range } = this
    if (this.isPending) {
      this.isPending = false
      return true
    }
    if (this.isStarted) return this.isReverse ? cursor.prev() : cursor.next()
    this.isStarted = true
    if (this.isReverse) {
      return range.to === undefined ? cursor.last() : cursor.seekBefore(range.to, range.to.length)
    }
    return range.from === undefined ? cursor.first() : cursor.seek(range.from, range.from.length)
  }

  private fill(chunk: EntryChunk): boolean {
    const { to } = this.range
    const what = to === undefined && !this.tree.mutable ? this.collects : this.collects | Collect.keys
    this.edits = this.tree.edits + this.rows.edits
    const count = this.cursor.collect!(chunk.wanted, what as Collect)
    if (count === 0) return false
    chunk.load(this.cursor.collected!, count)
    if (to !== undefined && chunk.cut(to)) this.isAtEnd = true
    return true
  }

  private fromChunk(chunk: EntryChunk, registers: RegisterFile): void {
    chunk.advance()
    const row = this.gathered?.rowOf(chunk, this.source, this.rows)
    if (row !== undefined) {
      this.takeGathered(chunk, row, registers)
      return
    }
    this.take(
      chunk.keys,
      chunk.keyAt,
      chunk.keyLength,
      chunk.values,
      chunk.valueAt,
      chunk.valueLength,
      registers,
    )
  }

  /** An entry of the index and the row behind it, both copied. */
  private takeGathered(entry: EntryChunk, row: EntryChunk, registers: RegisterFile): void {
    const { keyAt } = entry
    const keyEnd = keyAt + entry.keyLength
    if (this.readsIndex) this.indexReader.read(entry.keys, keyAt, keyEnd, registers)
    const { isUniqueIndex } = this
    const keys = isUniqueIndex ? entry.values : entry.keys
    const start = isUniqueIndex ? entry.valueAt : this.indexReader.endOf(keys, keyAt, keyEnd)
    const end = isUniqueIndex ? start + entry.valueLength : keyEnd
    const { values, valueAt, valueLength } = row
    const { readWholeRow } = this
    if (readWholeRow !== undefined) {
      const keyView = this.keyView.over(keys)
      const valueView = this.valueView.over(values)
      readWholeRow(keys, keyView, start, end - start, values, valueView, valueAt, valueLength, registers)
      return
    }
    if (this.readsPrimaryKey) this.keyReader.read(keys, start, end, registers)
    this.rowReader.read(values, valueAt, valueLength, registers)
    this.readWholeRow = this.pace?.next()
  }

  private take(
    keys: Buffer,
    keyAt: number,
    keyLength: number,
    values: Buffer,
    valueAt: number,
    valueLength: number,
    registers: RegisterFile,
  ): void {
    if (!this.isIndex) {
      if (this.needsPrimaryKey) this.keyReader.read(keys, keyAt, keyAt + keyLength, registers)
      if (this.needsRow) this.rowReader.read(values, valueAt, valueLength, registers)
      return
    }
    if (this.readsIndex) this.indexReader.read(keys, keyAt, keyAt + keyLength, registers)
    if (!this.needsPrimaryKey) return
    const bytes = this.isUniqueIndex ? values : keys
    const end = this.isUniqueIndex ? valueAt + valueLength : keyAt + keyLength
    const start = this.isUniqueIndex ? valueAt : this.indexReader.endOf(keys, keyAt, end)
    if (this.readsPrimaryKey) this.keyReader.read(bytes, start, end, registers)
    if (this.needsRow) this.findRow(bytes, start, end, registers)
  }

  /** The row under a primary key. */
  private findRow(keys: Buffer, start: number, end: number, registers: RegisterFile): void {
    const { rows, primaryKey } = this
    primaryKey.begin()
    primaryKey.writeBytes(keys, start, end)
    this.source.assertReadable()
    if (!rows.find(primaryKey.bytes, primaryKey.at)) {
      throw new SqlError('XX001', 'an index has an entry without a row')
    }
    this.rowReader.read(rows.valueBytes, rows.valueOffset, rows.valueLength, registers)
  }
}

function boundIndex(table: AnyRecordTable, name: string | undefined) {
  return name === undefined ? undefined : table.boundIndexes.find(one => one.codec.name === name)
}
