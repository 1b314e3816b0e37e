/** Rows of a result as DataRow messages: each column in the format that the client has asked for. */

import type { OutputColumn } from '../sql/bind/bound.ts'
import type { EvaluationContext, Value } from '../sql/functions/registry.ts'
import { binaryOutput } from '../sql/types/binary-output.ts'
import { outputFunction } from '../sql/types/input-output.ts'
import type { OutputBuffer } from './wire/output-buffer.ts'
import { ProtocolError } from './wire/protocol-error.ts'
import type { Format } from './wire/requests.ts'

/** The format of each column: none said is text, one is for all. @throws ProtocolError 08P01 */
export function formatsOf(
  formats: readonly Format[],
  count: number,
  what: string,
): (index: number) => Format {
  if (formats.length === 0) return () => 0
  if (formats.length === 1) return () => formats[0]
  if (formats.length !== count) {
    throw new ProtocolError(
      '08P01',
      `bind message has ${formats.length} ${what} formats but ${count} ${what}s`,
    )
  }
  return index => formats[index]
}

type FieldWriter = (value: Value, out: OutputBuffer, context: EvaluationContext) => void

export class ResultRows {
  private readonly writers: readonly FieldWriter[]

  constructor(columns: readonly OutputColumn[], formatOf: (index: number) => Format) {
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
