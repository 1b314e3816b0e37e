/** What the server says, put together. */

import { CoppiceError, type ErrorCode } from '../../base/errors.ts'
import type { OutputColumn } from '../../sql/bind/bound.ts'
import { SqlError } from '../../sql/errors.ts'
import type { Notice } from '../../sql/session/unit.ts'
import type { SqlType } from '../../sql/types/type.ts'
import type { OutputBuffer } from './output-buffer.ts'
import { ProtocolError } from './protocol-error.ts'
import type { Format } from './requests.ts'

export function authenticationOk(out: OutputBuffer): void {
  authentication(out, 0)
}
export function authenticationMd5(out: OutputBuffer, salt: Uint8Array): void {
  authentication(out, 5, () => out.raw(salt))
}
export function authenticationSasl(out: OutputBuffer, mechanisms: readonly string[]): void {
  authentication(out, 10, () => {
    for (const mechanism of mechanisms) out.cString(mechanism)
    out.uint8(0)
  })
}
export function saslContinue(out: OutputBuffer, data: string): void {
  authentication(out, 11, () => out.text(data))
}
export function saslFinal(out: OutputBuffer, data: string): void {
  authentication(out, 12, () => out.text(data))
}
function authentication(out: OutputBuffer, code: number, content?: () => void): void {
  out.begin('R')
  out.int32(code)
  content?.()
  out.end()
}

export function parameterStatus(out: OutputBuffer, name: string, value: string): void {
  out.begin('S')
  out.cString(name)
  out.cString(value)
  out.end()
}

export function backendKeyData(out: OutputBuffer, processId: number, secret: Uint8Array): void {
  out.begin('K')
  out.int32(processId)
  out.raw(secret)
  out.end()
}

/** The client has asked for more than 3.0, or for options that nobody knows. */
export function negotiateProtocolVersion(out: OutputBuffer, unknownOptions: readonly string[]): void {
  out.begin('v')
  out.int32(3 << 16)
  out.int32(unknownOptions.length)
  for (const option of unknownOptions) out.cString(option)
  out.end()
}

export function readyForQuery(out: OutputBuffer, status: 'I' | 'T' | 'E'): void {
  out.begin('Z')
  out.text(status)
  out.end()
}

export function commandComplete(out: OutputBuffer, tag: string): void {
  out.begin('C')
  out.cString(tag)
  out.end()
}

export function parameterDescription(out: OutputBuffer, types: readonly SqlType[]): void {
  out.begin('t')
  out.uint16(types.length)
  for (const type of types) out.uint32(type.oid)
  out.end()
}

/** Clients know nothing of domains: their values are of the type below. */
function sentType(type: SqlType, modifier: number): { readonly type: SqlType; readonly modifier: number } {
  if (type.base === undefined) return { type, modifier }
  return sentType(type.base, type.baseModifier)
}

/** @param formatOf the format that a column's values will come in */
export function rowDescription(
  out: OutputBuffer,
  columns: readonly OutputColumn[],
  formatOf: (index: number) => Format,
): void {
  out.begin('T')
  out.uint16(columns.length)
  columns.forEach((column, i) => {
    const { name, table, tableColumn } = column
    const { type, modifier } = sentType(column.type, column.modifier)
    out.cString(name)
    out.uint32(table?.oid ?? 0)
    out.int16(table?.columns[tableColumn]?.attributeNumber ?? 0)
    out.uint32(type.oid)
    out.int16(type.length)
    out.int32(modifier)
    out.int16(formatOf(i))
  })
  out.end()
}

export function notificationResponse(
  out: OutputBuffer,
  processId: number,
  channel: string,
  payload: string,
): void {
  out.begin('A')
  out.int32(processId)
  out.cString(channel)
  out.cString(payload)
  out.end()
}

export function noticeResponse(out: OutputBuffer, notice: Notice): void {
  out.begin('N')
  const { severity, sqlstate, message, detail, hint } = notice
  fields(out, { S: severity, V: severity, C: sqlstate, M: message, D: detail, H: hint })
  out.end()
}

export type Severity = 'ERROR' | 'FATAL'

/** @param text the query that positions in the error refer to */
export function errorResponse(out: OutputBuffer, error: unknown, severity: Severity, text = ''): void {
  out.begin('E')
  fields(out, { S: severity, V: severity, ...errorFields(error, text) })
  out.end()
}

/** The SQLSTATEs of errors that are not SQL's own. What is missing is XX000. */
const SQLSTATES: Partial<Record<ErrorCode, string>> = {
  BUSY: '55P03',
  READ_ONLY: '25006',
  READ_ONLY_TRANSACTION: '25006',
  NO_SPACE: '53100',
  DATABASE_FULL: '53100',
  POOL_EXHAUSTED: '53200',
  IO_ERROR: '58030',
  CORRUPT: 'XX001',
  WAL_CORRUPT: 'XX001',
  CLOSED: '57P01',
  POISONED: '57P01',
  SNAPSHOT_TOO_OLD: '72000',
  KEY_TOO_LONG: '54000',
  VALUE_TOO_LARGE: '54000',
  OUTCOME_UNKNOWN: '40003',
  UNIQUE_VIOLATION: '23505',
}

export function sqlstateOf(error: unknown): string {
  if (error instanceof SqlError || error instanceof ProtocolError) return error.sqlstate
  return (error instanceof CoppiceError ? SQLSTATES[error.code] : undefined) ?? 'XX000'
}

function errorFields(error: unknown, text: string): Readonly<Record<string, string | undefined>> {
  const C = sqlstateOf(error)
  if (error instanceof SqlError) {
    const { detail, hint, schema, table, column, dataType, constraint, where, routine } = error.fields
    const position = error.position === undefined ? undefined : characterPosition(text, error.position)
    return {
      C,
      M: error.primary,
      D: detail,
      H: hint,
      P: position,
      W: where,
      s: schema,
      t: table,
      c: column,
      d: dataType,
      n: constraint,
      R: routine,
    }
  }
  if (error instanceof ProtocolError || error instanceof CoppiceError) return { C, M: error.message }
  // A fault of ours: what it says may tell more than a client should know.
  return { C, M: 'internal error' }
}

/** PostgreSQL counts characters from 1, JavaScript units of UTF-16 from 0. */
function characterPosition(text: string, index: number): string {
  let count = 1
  for (const character of text.slice(0, index)) if (character !== '') count++
  return String(count)
}

function fields(out: OutputBuffer, values: Readonly<Record<string, string | undefined>>): void {
  for (const [letter, value] of Object.entries(values)) {
    if (value === undefined) continue
    out.text(letter)
    out.cString(value)
  }
  out.uint8(0)
}
