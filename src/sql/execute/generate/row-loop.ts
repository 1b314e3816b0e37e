/**
 * The loop over a batch of rows: reads the columns that are asked for, each where it is first needed: those of the filter
 * before it, the others behind it.
 */

import { HEAD_BYTES, VALUE_LENGTH_BYTES } from '../../../btree/api.ts'
import type { BoundExpression } from '../../bind/bound.ts'
import type { AnyRecordTable } from '../../storage/any-table.ts'
import { keyPartCode, RowCode } from '../../storage/column-code.ts'
import { type KeyReader, keyReaderOf, type WantedColumn } from '../../storage/column-reader.ts'
import type { ExpressionScope } from '../expression.ts'
import { Code, joined, type Operand } from './code.ts'
import { type CodeScope, emit, isTrue } from './expression-code.ts'

const PLACE = {
  bytes: 'values',
  view: 'valueView',
  at: 'valueAt',
  length: 'valueLength',
}
const KEY_PLACE = { bytes: 'keys', view: 'keyView', at: 'keyAt', length: 'keyLength' }

export class RowLoop implements CodeScope {
  readonly code = new Code()
  readonly expressions: ExpressionScope
  private readonly codec: AnyRecordTable['codec']
  private readonly wanted: readonly WantedColumn[]
  private readonly operands = new Map<number, Operand>()
  private readonly row: RowCode
  private readonly keyReader: KeyReader
  private reads: string[] = []
  private isKeyRead = false
  /** Rows are read where they lie in their leaf, not from a batch of copies. */
  readonly isInPlace: boolean

  constructor(
    codec: AnyRecordTable['codec'],
    wanted: readonly WantedColumn[],
    expressions: ExpressionScope,
    isInPlace = false,
  ) {
    this.isInPlace = isInPlace
    this.codec = codec
    this.wanted = wanted
    this.expressions = expressions
    this.row = new RowCode(this.code, codec, PLACE)
    this.keyReader = keyReaderOf(
      codec,
      codec.keyColumns.map(name => wanted.find(column => column.storedName === name)),
    )
  }

  /**
   * Writes the loop; `steps`: what is done with each row that passes the filter. What a step asks for is read before it, so
   * that one may `continue` before the next has columns read.
   */
  write(filter: BoundExpression | undefined, ...steps: readonly (() => void)[]): void {
    const { code } = this
    if (this.isInPlace) this.beginLeaf()
    else this.beginBatch()
    if (this.readsRows) this.row.begin()
    if (filter !== undefined) {
      this.withReads(() => {
        code.line(`if (!(${isTrue(emit(filter, this))})) continue`)
      })
    }
    for (const step of steps) this.withReads(step)
    code.line('}')
  }

  private beginBatch(): void {
    const { code } = this
    code.line('const { keys, keyView, values, valueView, lengths, onlyLength, count } = batch')
    code.line('let { position, keyAt: nextKeyAt, valueAt: nextValueAt } = batch')
    code.line('while (position < count) {')
    code.line('const length = lengths[position++]')
    code.line('const keyAt = nextKeyAt, keyLength = length & 0xffff')
    code.line('nextKeyAt += (keyLength + 7) & ~7')
    code.line('const valueAt = nextValueAt, valueLength = onlyLength < 0 ? length >>> 16 : onlyLength')
    code.line('nextValueAt += (valueLength + 7) & ~7')
  }

  private beginLeaf(): void {
    const { code } = this
    code.line('const { u32, bytes: values, base, headsWord, slotsWord, count } = batch.leaf')
    code.line('const { leafView: valueView, leafKeyHigh, leafKeyShift } = batch')
    code.line('for (let entry = 0; entry < count; entry++) {')
    code.line('const slot = u32[slotsWord + entry]')
    code.line('const cell = base + (slot & 0xffff), suffixLength = (slot >>> 16) & 0x7fff')
    code.line(
      `const valueAt = cell + ${VALUE_LENGTH_BYTES} + (suffixLength > ${HEAD_BYTES} ? suffixLength - ${HEAD_BYTES} : 0)`,
    )
    code.line('const valueLength = valueView.getUint16(cell, true)')
  }

  /** Whether rows can be read in place: of the key, nothing is wanted but one integer. */
  static canReadInPlace(
    { codec: { key, keyColumns } }: AnyRecordTable,
    wanted: readonly WantedColumn[],
  ): boolean {
    const ofKey = wanted.filter(({ storedName }) => keyColumns.includes(storedName))
    return ofKey.every(({ storedNode }) => key.node.kind === 'i32' && storedNode === undefined)
  }

  private get readsRows(): boolean {
    return this.wanted.some(({ storedName }) => !this.codec.keyColumns.includes(storedName))
  }

  /** What `write` asks for is read before. */
  private withReads(write: () => void): void {
    const text = this.code.apart(write)
    for (const read of this.reads) this.code.line(read)
    this.reads = []
    this.code.line(text)
  }

  column(register: number): Operand | undefined {
    const known = this.operands.get(register)
    if (known !== undefined) return known
    const wanted = this.wanted.find(column => column.register === register)
    if (wanted === undefined) return undefined
    let operand: Operand | undefined
    const read = this.code.apart(() => {
      operand = this.readColumn(wanted)
    })
    this.reads.push(read)
    this.operands.set(register, operand!)
    return operand
  }

  private readColumn(wanted: WantedColumn): Operand {
    const { code, codec } = this
    const part = codec.keyColumns.indexOf(wanted.storedName)
    if (part < 0) return this.row.read(wanted)
    if (this.isInPlace) {
      const value = code.fresh('v')
      code.line(`const ${value} = (leafKeyHigh | (u32[headsWord + entry] >>> leafKeyShift)) ^ 0x80000000`)
      return { value, isNull: undefined }
    }
    const inline = wanted.storedNode === undefined ? keyPartCode(code, codec, part, KEY_PLACE) : undefined
    if (inline !== undefined) return inline
    if (!this.isKeyRead) {
      const reader = code.constant(this.keyReader, 'keyReader')
      this.isKeyRead = true
      code.line(`${reader}.read(keys, keyAt, keyAt + keyLength, registers)`)
    }
    const value = code.fresh('v')
    code.line(`const ${value} = registers[${wanted.register}]`)
    return { value, isNull: undefined }
  }

  spill(): void {
    for (const { register } of this.wanted) {
      this.code.line(`registers[${register}] = ${joined(this.column(register)!)}`)
    }
  }
}
