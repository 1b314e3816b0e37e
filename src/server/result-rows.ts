/** Rows of a result as messages, and what describes them: each column in the format that the client has asked for. */

import type { OutputColumn } from '../sql/bind/bound.ts'
import type { EvaluationContext, Value } from '../sql/functions/registry.ts'
import { binaryOutput } from '../sql/types/binary-output.ts'
import { outputFunction } from '../sql/types/input-output.ts'
import type { OutputBuffer } from './wire/output-buffer.ts'
import { ProtocolError } from './wire/protocol-error.ts'
import type { Format } from './wire/requests.ts'
import { rowDescription } from './wire/responses.ts'

/** In which format a column is. */
export type FormatOf = (index: number) => Format

/** All in one format. */
export const AS_TEXT: FormatOf = () => 0
const AS_BINARY: FormatOf = () => 1

/** The format of each column: none said is text, one is for all. @throws ProtocolError 08P01 */
export function formatsOf(formats: readonly Format[], count: number, what: string): FormatOf {
  if (formats.length === 0) return AS_TEXT
  if (formats.length === 1) return formats[0] === 0 ? AS_TEXT : AS_BINARY
  if (formats.length !== count) {
    throw new ProtocolError(
      '08P01',
      `bind message has ${formats.length} ${what} formats but ${count} ${what}s`,
    )
  }
  return index => formats[index]
}

type FieldWriter = (value: Value, out: OutputBuffer, context: EvaluationContext) => void

/** Of columns that are all in one format, which most are: they are the same as long as their statement's plan is. */
const ofText = new WeakMap<readonly OutputColumn[], ResultRows>()
const ofBinary = new WeakMap<readonly OutputColumn[], ResultRows>()

export function resultRows(columns: readonly OutputColumn[], formatOf: FormatOf): ResultRows {
  if (formatOf !== AS_TEXT && formatOf !== AS_BINARY) return new ResultRows(columns, formatOf)
  const known = formatOf === AS_TEXT ? ofText : ofBinary
  let rows = known.get(columns)
  if (rows === undefined) {
    rows = new ResultRows(columns, formatOf)
    known.set(columns, rows)
  }
  return rows
}

export class ResultRows {
  private readonly writers: readonly FieldWriter[]
  private readonly columns: readonly OutputColumn[]
  private readonly formatOf: FormatOf
  /** The message that describes them, once it was sent. */
  private description: Buffer | undefined

  constructor(columns: readonly OutputColumn[], formatOf: FormatOf) {
    this.columns = columns
    this.formatOf = formatOf
    this.writers = columns.map(({ type }, i) => {
      if (formatOf(i) === 0) {
        const print = outputFunction(type)
        return (value, out, context) => out.lengthAndText(print(value, context))
      }
      const write = binaryOutput(type)
      return (value, out, context) => {
        const start = out.beginField()
        write(value, out, context)
        out.endField(start)
      }
    })
  }

  /** What their columns are. */
  describe(out: OutputBuffer): void {
    if (this.description !== undefined) {
      out.raw(this.description)
      return
    }
    const start = out.length
    rowDescription(out, this.columns, this.formatOf)
    this.description = out.copyFrom(start)
  }

  /** @throws SqlError a value cannot be printed; the message is then taken back */
  write(row: readonly Value[], out: OutputBuffer, context: EvaluationContext | undefined): void {
    const { writers } = this
    out.begin('D')
    try {
      out.uint16(writers.length)
      for (let i = 0; i < writers.length; i++) {
        const value = row[i]
        if (value === null) out.int32(-1)
        else writers[i](value, out, context!)
      }
    } catch (error) {
      out.abandon()
      throw error
    }
    out.end()
  }
}
