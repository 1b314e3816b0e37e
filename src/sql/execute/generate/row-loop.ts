/**
 * The loop over a batch of rows: reads the columns that are asked for, each where it is first needed: those of the filter
 * before it, the others behind it.
 */

import { HEAD_BYTES, VALUE_LENGTH_BYTES } from '../../../btree/api.ts'
import type { AnyRecordTable } from '../../storage/any-table.ts'
import { keyPartCode, RowCode } from '../../storage/column-code.ts'
import { type KeyReader, keyReaderOf, type WantedColumn } from '../../storage/column-reader.ts'
import type { ExpressionScope } from '../expression.ts'
import { NULL, type Operand } from './code.ts'
import { LoopCode } from './loop-code.ts'

const PLACE = {
  bytes: 'values',
  view: 'valueView',
  at: 'valueAt',
  length: 'valueLength',
}
const KEY_PLACE = { bytes: 'keys', view: 'keyView', at: 'keyAt', length: 'keyLength' }

/** In the place of a register: no column, but what columns are read from. */
const WHOLE_KEY = -1

export class RowLoop extends LoopCode {
  private readonly codec: AnyRecordTable['codec']
  private readonly wanted: readonly WantedColumn[]
  private readonly row: RowCode
  private readonly keyReader: KeyReader

  constructor(
    codec: AnyRecordTable['codec'],
    wanted: readonly WantedColumn[],
    expressions: ExpressionScope,
    isInPlace = false,
  ) {
    super(expressions, isInPlace)
    this.codec = codec
    this.wanted = wanted
    for (const column of wanted) this.define(column.register, () => this.readColumn(column))
    this.define(WHOLE_KEY, () => this.readKey())
    this.row = new RowCode(this.code, codec, PLACE)
    this.keyReader = keyReaderOf(
      codec,
      codec.keyColumns.map(name => wanted.find(column => column.storedName === name)),
    )
  }

  protected begin(): void {
    if (this.isInPlace) this.beginLeaf()
    else this.beginBatch()
    if (this.readsRows) this.row.begin()
  }

  protected override end(): void {
    if (this.isInPlace) return
    this.code.line('batch.position = position; batch.keyAt = nextKeyAt; batch.valueAt = nextValueAt')
  }

  private beginBatch(): void {
    const { code } = this
    code.line('const { keys, keyView, values, valueView, lengths, onlyLength, count } = batch')
    code.line('let { position, keyAt: nextKeyAt, valueAt: nextValueAt } = batch')
    code.line('while (position < count) {')
    this.leaveOff()
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
    this.column(WHOLE_KEY)
    const value = code.fresh('v')
    code.line(`const ${value} = registers[${wanted.register}]`)
    return { value, isNull: undefined }
  }

  /** All that is wanted of the key, into registers. */
  private readKey(): Operand {
    const reader = this.code.constant(this.keyReader, 'keyReader')
    this.code.line(`${reader}.read(keys, keyAt, keyAt + keyLength, registers)`)
    return NULL
  }
}
