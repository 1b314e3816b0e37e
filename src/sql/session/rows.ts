/**
 * Rows of values to what JavaScript gets: objects by column name, or arrays.
 *
 * A row is made straight from the registers that a query leaves it in. The first rows of a statement are put together
 * property by property; then a function is generated that makes an object of one shape by a literal, where code may be
 * generated (a quarter of the time).
 */

import { codeGeneration, FunctionBuilder } from '../../table/codegen.ts'
import type { OutputColumn } from '../bind/bound.ts'
import type { Output } from '../execute/program.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { formatType, outputFunction } from '../types/input-output.ts'
import type { QueryOptions, ResultColumn } from './options.ts'
import { type FromSql, fromSql, PROTOTYPE, setOwn } from './values.ts'

/** After so many rows of a statement it is worth the 50 microseconds that generating takes. */
const GENERATE_AFTER = 64

export class RowShape {
  readonly columns: readonly OutputColumn[]
  readonly names: readonly string[]
  readonly converts: readonly (FromSql | undefined)[]
  readonly isArray: boolean

  constructor(columns: readonly OutputColumn[], options: QueryOptions) {
    this.columns = columns
    this.names = columns.map(column => column.name)
    this.converts = columns.map(column =>
      options.values === 'text' ? textOf(column) : fromSql(column.type, options),
    )
    this.isArray = options.rowMode === 'array'
  }

  get resultColumns(): ResultColumn[] {
    return resultColumns(this.columns)
  }

  /** Takes the list of values over. */
  make(row: Value[], context: EvaluationContext): unknown {
    const { converts, names } = this
    for (let i = 0; i < row.length; i++) {
      const convert = converts[i]
      if (convert !== undefined && row[i] !== null) row[i] = convert(row[i], context)
    }
    if (this.isArray) return row
    const object: Record<string, unknown> = {}
    // Of columns with one name the last counts, as in other drivers.
    for (let i = 0; i < names.length; i++) setOwn(object, names[i], row[i])
    return object
  }
}

const shapes = new WeakMap<
  readonly OutputColumn[],
  { readonly options: QueryOptions; readonly shape: RowShape }
>()

/** The shape of a statement's rows; the same one as long as it is run with the same options. */
export function rowShapeOf(columns: readonly OutputColumn[], options: QueryOptions): RowShape {
  const known = shapes.get(columns)
  if (known !== undefined && known.options === options) return known.shape
  const shape = new RowShape(columns, options)
  shapes.set(columns, { options, shape })
  return shape
}

type MakeRow = (registers: RegisterFile, context: EvaluationContext) => unknown

/** Makes rows of one shape from where one program leaves them. */
export class RowMaker {
  readonly shape: RowShape
  private readonly outputs: readonly Output[]
  private readonly evaluators: readonly ((registers: RegisterFile) => Value)[]
  private generated: MakeRow | undefined
  private count = 0

  constructor(shape: RowShape, outputs: readonly Output[]) {
    this.shape = shape
    this.outputs = outputs
    this.evaluators = outputs.map(output =>
      typeof output === 'number' ? registers => registers[output] : output,
    )
  }

  make(registers: RegisterFile, context: EvaluationContext): unknown {
    if (this.generated !== undefined) return this.generated(registers, context)
    if (++this.count === GENERATE_AFTER && codeGeneration.enabled) {
      this.generated = generateMaker(this.shape, this.outputs)
    }
    const { evaluators } = this
    const row: Value[] = new Array(evaluators.length)
    for (let i = 0; i < row.length; i++) row[i] = evaluators[i](registers)
    return this.shape.make(row, context)
  }
}

const makers = new WeakMap<readonly Output[], RowMaker>()

export function rowMakerOf(shape: RowShape, outputs: readonly Output[]): RowMaker {
  const known = makers.get(outputs)
  if (known !== undefined && known.shape === shape) return known
  const maker = new RowMaker(shape, outputs)
  makers.set(outputs, maker)
  return maker
}

function generateMaker({ names, converts, isArray }: RowShape, outputs: readonly Output[]): MakeRow {
  const builder = new FunctionBuilder()
  const values = outputs.map((output, i) => {
    const value =
      typeof output === 'number'
        ? `registers[${output}]`
        : `${builder.constant(output, 'evaluate')}(registers)`
    return `const v${i} = ${value}`
  })
  const converted = converts.map((convert, i) =>
    convert === undefined
      ? `v${i}`
      : `v${i} === null ? null : ${builder.constant(convert, 'convert')}(v${i}, context)`,
  )
  const result = isArray
    ? `[${converted.join(', ')}]`
    : `{ ${converted.map((value, i) => `${propertyOf(names[i])}: ${value}`).join(', ')} }`
  return builder.build<MakeRow>('makeRow', 'registers, context', `${values.join('\n')}\nreturn ${result}`)
}

function propertyOf(name: string): string {
  const text = JSON.stringify(name)
  return name === PROTOTYPE ? `[${text}]` : text
}

function textOf({ type }: OutputColumn): FromSql {
  return outputFunction(type)
}

export function resultColumns(columns: readonly OutputColumn[]): ResultColumn[] {
  return columns.map(column => ({
    name: column.name,
    type: formatType(column.type, column.modifier),
    typeOid: column.type.oid,
    typeModifier: column.modifier,
    table: column.table?.name,
    column: column.table?.columns[column.tableColumn]?.name,
  }))
}
