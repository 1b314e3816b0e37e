/** What is wanted of one row, read by one function: from the bytes of its primary key and of its other columns into registers. */

import type { AnyRecordTable } from '../../storage/any-table.ts'
import { keyPartCode, RowCode } from '../../storage/column-code.ts'
import { keyReaderOf, type WantedColumn } from '../../storage/column-reader.ts'
import type { ReadWholeRow } from '../../storage/whole-row.ts'
import { Code, joined } from './code.ts'
import { generatesFor } from './policy.ts'

const KEY_PLACE = { bytes: 'keys', view: 'keyView', at: 'keyAt', length: 'keyLength' }
const ROW_PLACE = { bytes: 'values', view: 'valueView', at: 'valueAt', length: 'valueLength' }

/** @param wanted columns of the key and others; others there must be. Undefined: so few rows do not pay */
export function generateRowReader(
  rowCount: number,
  codec: AnyRecordTable['codec'],
  wanted: readonly WantedColumn[],
): ReadWholeRow | undefined {
  if (!generatesFor(rowCount)) return undefined
  const code = new Code()
  const keyColumns = codec.keyColumns.map(name => wanted.find(one => one.storedName === name))
  // Parts at places that are not always the same are read from left to right, by the reader that is there.
  const unread = keyColumns.map((column, part) => {
    if (column === undefined) return undefined
    const value = column.storedNode === undefined ? keyPartCode(code, codec, part, KEY_PLACE) : undefined
    if (value === undefined) return column
    code.line(`registers[${column.register}] = ${joined(value)}`)
    return undefined
  })
  if (unread.some(column => column !== undefined)) {
    const reader = code.constant(keyReaderOf(codec, unread), 'keyReader')
    code.line(`${reader}.read(keys, keyAt, keyAt + keyLength, registers)`)
  }
  const row = new RowCode(code, codec, ROW_PLACE)
  row.begin()
  for (const column of wanted) {
    if (codec.keyColumns.includes(column.storedName)) continue
    code.line(`registers[${column.register}] = ${joined(row.read(column))}`)
  }
  return code.build<ReadWholeRow>(
    'readWholeRow',
    'keys, keyView, keyAt, keyLength, values, valueView, valueAt, valueLength, registers',
  )
}
