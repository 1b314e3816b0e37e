/**
 * A function in the making: its lines, its constants, and names that nobody else has. Values of SQL are a JavaScript
 * expression and, apart from it, one that says whether the value is null: so that numbers stay numbers.
 */

import { FunctionBuilder } from '../../../table/codegen.ts'
import { SqlError } from '../../errors.ts'
import { SOURCE_HELPERS } from '../../functions/source-helpers.ts'
import { BOOL, FLOAT4, FLOAT8, INT2, INT4, INT8, OID, type SqlType } from '../../types/type.ts'

export interface Operand {
  /** An expression without side effects, cheap to repeat. Means nothing when the value is null. */
  readonly value: string
  /** An expression of the same kind; undefined: never null. */
  readonly isNull: string | undefined
}

export const NULL: Operand = { value: 'null', isNull: 'true' }

export class Code {
  /** It calls what may ask the database for something: pages that it reads need not stay where they are. */
  mayReenter = false
  readonly builder = new FunctionBuilder()
  private lines: string[] = []

  line(text: string): void {
    this.lines.push(text)
  }

  fresh(hint: string): string {
    return this.builder.fresh(hint)
  }

  constant(value: unknown, hint: string): string {
    return this.builder.constant(value, hint)
  }

  /** What `write` adds, apart. */
  apart(write: () => void): string {
    const outer = this.lines
    this.lines = []
    write()
    const text = this.lines.join('\n')
    this.lines = outer
    return text
  }

  /**
   * The function. Errors of SQL that know no place get the one in the variable `place`: that of the call that ran last, -1
   * where none did.
   */
  build<F>(name: string, parameters: string): F {
    const helpers = Object.entries(SOURCE_HELPERS).map(
      ([helper, run]) => `const ${helper} = ${this.constant(run, 'helper')}`,
    )
    const failure = this.constant(placed, 'placed')
    return this.builder.build<F>(
      name,
      parameters,
      [
        ...helpers,
        'let place = -1',
        'try {',
        ...this.lines,
        `} catch (error) { throw ${failure}(error, place) }`,
      ].join('\n'),
    )
  }
}

function placed(error: unknown, place: number): unknown {
  return error instanceof SqlError && place >= 0 ? error.at(place) : error
}

/** What a variable holds before it has its value, of the same kind as that. */
export function emptyOf(type: SqlType): string {
  switch (type) {
    case BOOL:
      return 'false'
    case INT2:
    case INT4:
    case INT8:
    case OID:
    case FLOAT4:
    case FLOAT8:
      return '0'
    default:
      return 'null'
  }
}

/** As one JavaScript value. */
export function joined({ value, isNull }: Operand): string {
  return isNull === undefined ? value : `(${isNull} ? null : ${value})`
}

/** Whether any is null; undefined: none can be. */
export function anyNull(operands: readonly Operand[]): string | undefined {
  const nulls = operands.flatMap(({ isNull }) => (isNull === undefined ? [] : [isNull]))
  return nulls.length === 0 ? undefined : nulls.join(' || ')
}
