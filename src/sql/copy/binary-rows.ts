/**
 * COPY's binary format: a signature, flags, an extension, then rows.
 *
 * ```
 *  PGCOPY\n\xff\r\n\0 | flags (4) | length of extension (4), extension | row … | -1 (2)
 *  row: count (2) | length (4), bytes …                      length -1: null
 * ```
 */

import { SqlError } from '../errors.ts'

export const BINARY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')

const HEAD_BYTES = BINARY_SIGNATURE.length + 8
const EMPTY = Buffer.alloc(0)

export class BinaryRows {
  private rest: Buffer = EMPTY
  private isInRows = false
  private isAtEnd = false

  /** @throws SqlError 22P04 the end came in the middle */
  end(): void {
    if (!this.isInRows) throw new SqlError('22P04', 'COPY file signature not recognized')
    if (!this.isAtEnd && this.rest.length > 0) throw new SqlError('22P04', 'unexpected EOF in COPY data')
  }

  /** The rows that are complete now. @throws SqlError 22P04 */
  *push(bytes: Buffer): Generator<(Buffer | null)[]> {
    let all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    if (!this.isInRows) {
      const start = headEnd(all)
      if (start < 0) {
        this.rest = all
        return
      }
      this.isInRows = true
      all = all.subarray(start)
    }
    let at = 0
    while (!this.isAtEnd) {
      const row = rowAt(all, at)
      if (row === undefined) break
      at = row.end
      if (row.fields === undefined) this.isAtEnd = true
      else yield row.fields
    }
    this.rest = Buffer.from(all.subarray(at))
  }
}

/** Where the rows begin; -1: not here yet. */
function headEnd(bytes: Buffer): number {
  const known = Math.min(bytes.length, BINARY_SIGNATURE.length)
  if (bytes.compare(BINARY_SIGNATURE, 0, known, 0, known) !== 0) {
    throw new SqlError('22P04', 'COPY file signature not recognized')
  }
  if (bytes.length < HEAD_BYTES) return -1
  const flags = bytes.readUInt32BE(BINARY_SIGNATURE.length)
  if (flags !== 0) throw new SqlError('22P04', 'unrecognized critical flags in COPY file header')
  const extension = bytes.readInt32BE(BINARY_SIGNATURE.length + 4)
  if (extension < 0) throw new SqlError('22P04', 'invalid COPY file header (wrong length)')
  return bytes.length < HEAD_BYTES + extension ? -1 : HEAD_BYTES + extension
}

function rowAt(
  bytes: Buffer,
  start: number,
): { readonly fields: (Buffer | null)[] | undefined; readonly end: number } | undefined {
  if (start + 2 > bytes.length) return undefined
  const count = bytes.readInt16BE(start)
  let at = start + 2
  if (count === -1) return { fields: undefined, end: at }
  if (count < 0) throw new SqlError('22P04', 'invalid count of fields in COPY data')
  const fields: (Buffer | null)[] = []
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) return undefined
    const length = bytes.readInt32BE(at)
    at += 4
    if (length === -1) fields.push(null)
    else {
      if (length < 0) throw new SqlError('22P04', 'invalid field size')
      if (at + length > bytes.length) return undefined
      fields.push(bytes.subarray(at, at + length))
      at += length
    }
  }
  return { fields, end: at }
}
