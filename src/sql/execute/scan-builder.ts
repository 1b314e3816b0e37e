/** Operators that bring rows into a program: stored tables, by their keys, an index or whole; functions, lists of values. */

import type { ByteRange } from '../../table/range.ts'
import type { BoundExpression } from '../bind/bound.ts'
import type { SetFunction, Value } from '../functions/registry.ts'
import { indexColumns, PRIMARY } from '../plan/access.ts'
import { boundsOf, ROW_KEY } from '../plan/needed.ts'
import type {
  FunctionScan,
  IndexOrScan,
  IndexScan,
  PlanNode,
  TableScan,
  ValuesScan,
  VirtualScan,
} from '../plan/physical.ts'
import { keyRanges, keyShapes } from '../storage/key-range.ts'
import type { RangeList } from '../storage/primary-ranges.ts'
import { RowCursor } from '../storage/row-cursor.ts'
import type { SqlType } from '../types/type.ts'
import { BatchScanOperator } from './batch-scan.ts'
import { compile, type Evaluate } from './expression.ts'
import { GatheredScanOperator } from './gathered-scan.ts'
import { generateRowReader } from './generate/row-code.ts'
import type { NextInBatch } from './generate/scan-code.ts'
import { MapCursor } from './map-cursor.ts'
import type { Operator } from './operator.ts'
import { PointScanOperator } from './point-scan.ts'
import type { Program } from './program.ts'
import type { RegisterFile } from './registers.ts'
import {
  filtered,
  isPreparable,
  LateExpressions,
  preparing,
  type RowOfValues,
  rowOfValues,
  somePause,
  splitFilter,
} from './resumable-builder.ts'
import { SampleToss } from './sample-toss.ts'
import {
  functionRows,
  OneRowOfValuesOperator,
  RowsOperator,
  type RunningFunction,
  rowsOf,
  type StoredCursor,
  StoredScanOperator,
} from './scans.ts'

const EVERYTHING = [{ from: undefined, to: undefined }]

export function buildStoredScan(program: Program, node: TableScan | IndexScan | IndexOrScan): Operator {
  const { execution } = program
  const { table, relation } = node
  const isChanged = node.columns.includes(ROW_KEY)
  const presence = isChanged ? program.registers.of(relation.id, ROW_KEY) : -1
  const columns = node.columns.filter(column => column >= 0)
  const wanted = columns.map(column => ({
    storedName: table.columns[column].storedName,
    type: table.columns[column].type,
    modifier: table.columns[column].modifier,
    storedNode: table.columns[column].storedNode,
    register: program.registers.of(relation.id, column),
  }))
  const keys = new LateExpressions(program)
  const { before, rest } = splitFilter(program, node.filter)
  const sample = node.kind === 'table scan' && node.sample ? new SampleToss(program, node.sample) : undefined
  const filter = sampled(sample, program.condition(before))
  const wholeTable = (registers: RegisterFile): readonly ByteRange[] => {
    sample?.begin(registers)
    return EVERYTHING
  }
  const behind = (scan: Operator): Operator => {
    const late = keys.before(scan)
    return rest === undefined ? late : filtered(program, late, rest)
  }
  if (table.storedKind !== 'records') {
    const makeCursor = (): StoredCursor =>
      new MapCursor(
        execution.data.map(table),
        table,
        columns.map((column, i) => ({ column, register: wanted[i].register })),
      )
    return behind(new StoredScanOperator(execution, makeCursor, wholeTable, filter, presence))
  }
  const index = node.kind === 'index scan' ? storedIndex(node) : undefined
  const options = { index, isReverse: node.isReverse, generate: generateRowReader }
  if (node.kind === 'index scan' && isPoint(node)) {
    const values = node.equals.map(({ value }) => keys.compile(value))
    const shapes = keyShapes(indexColumns(table, node.index), table)
    return behind(new PointScanOperator(execution, table, shapes, wanted, values, filter, presence))
  }
  const cursorFor = (before: StoredCursor | undefined): StoredCursor => {
    const { data } = execution
    const records = data.records(table)
    if (!(before instanceof RowCursor) || !before.fits(records)) {
      return new RowCursor(data.source, records, wanted, options)
    }
    before.bind(data.source, records)
    return before
  }
  if (node.kind === 'index or scan') {
    const branches = node.branches.map(branch => ({
      index: storedIndex(branch),
      rangesOf: rangesOfIndex(program, branch, keys),
    }))
    const scanOf = (ranges: () => RangeList) =>
      new StoredScanOperator(execution, cursorFor, ranges, filter, presence)
    return behind(new GatheredScanOperator(execution, table, branches, EVERYTHING, scanOf))
  }
  const ranges = node.kind === 'table scan' ? undefined : rangesOfIndex(program, node, keys)
  const scan = new StoredScanOperator(execution, cursorFor, ranges ?? wholeTable, filter, presence)
  if (index !== undefined || node.isReverse || isChanged || sample !== undefined) return behind(scan)
  const { meter } = program
  const { before: inBatches, rest: afterBatches } = splitFilter(
    program,
    node.filter,
    e => !isPreparable(program, e),
  )
  const { rest: afterScan } = splitFilter(program, inBatches)
  const byClosures = afterScan === undefined ? scan : filtered(program, scan, afterScan)
  const plan = {
    table,
    wanted,
    rangesOf: ranges,
    filter: inBatches,
    preparing: preparing(program, [inBatches]),
    rows: node.rows,
    counting: meter && ((next: NextInBatch) => meter.countingInBatches(node, next)),
  }
  const batches = keys.before(new BatchScanOperator(execution, program, plan, scan, byClosures))
  return afterBatches === undefined ? batches : filtered(program, batches, afterBatches)
}

type Ranges = (registers: RegisterFile) => readonly ByteRange[]

/** Undefined: it is the primary key. */
function storedIndex({ table, index }: IndexScan): string | undefined {
  return index < 0 ? undefined : table.indexes[index].storedName
}

/** Whether at most one row is asked for, by its whole primary key. */
function isPoint({ index, equals, lower, upper, startsWith, nulls, table }: IndexScan): boolean {
  return (
    index === PRIMARY &&
    equals.length === table.primaryKey?.columns.length &&
    equals.every(({ isArray }) => !isArray) &&
    lower === undefined &&
    upper === undefined &&
    startsWith === undefined &&
    nulls === 'any'
  )
}

/** The filter, and before it TABLESAMPLE's toss of a coin. */
function sampled(sample: SampleToss | undefined, filter: Evaluate | undefined): Evaluate | undefined {
  if (sample === undefined) return filter
  return registers => sample.takes() && (filter === undefined || filter(registers))
}

/** The ranges of the primary key that a scan reads all rows of; undefined: it is another scan, or one that may pause before it. */
export function primaryRanges(program: Program, node: PlanNode | undefined): Ranges | undefined {
  if (node?.kind !== 'index scan' || node.index !== PRIMARY || node.filter !== undefined) return undefined
  return somePause(boundsOf(node)) ? undefined : rangesOfIndex(program, node, new LateExpressions(program))
}

function rangesOfIndex(program: Program, node: IndexScan, keys: LateExpressions): Ranges {
  const { execution } = program
  const { table } = node
  const index = storedIndex(node)
  const shapes = keyShapes(indexColumns(table, node.index), table)
  const equals = node.equals.map(({ value, ...how }) => ({ evaluate: keys.compile(value), ...how }))
  const findsNull = equals.some(one => one.findsNull) ? equals.map(one => one.findsNull) : undefined
  const bound = (one: IndexScan['lower']) =>
    one && { evaluate: keys.compile(one.value), isInclusive: one.isInclusive }
  const lower = bound(node.lower)
  const upper = bound(node.upper)
  const startsWith = node.startsWith && keys.compile(node.startsWith)
  return (registers: RegisterFile) => {
    const beginning = startsWith?.(registers)
    if (beginning === null) return []
    const ranges = keyRanges(execution.data.records(table), index, shapes, {
      equals: equals.map(one => {
        const value = one.evaluate(registers)
        if (value === null) return one.findsNull ? [null] : []
        return one.isArray ? value.elements : [value]
      }),
      findsNull,
      lower: lower && { value: lower.evaluate(registers), isInclusive: lower.isInclusive },
      upper: upper && { value: upper.evaluate(registers), isInclusive: upper.isInclusive },
      startsWith: beginning,
      nulls: node.nulls,
    })
    return node.isReverse ? ranges.reverse() : ranges
  }
}

/** Rows as arrays: what is not stored. */
export function buildRowsScan(program: Program, node: VirtualScan | FunctionScan | ValuesScan): Operator {
  const arguments_ = new LateExpressions(program)
  const { before, rest } = splitFilter(program, node.filter)
  // All of its values are evaluated, wanted or not.
  if (
    node.kind === 'values scan' &&
    node.rowsOf.length === 1 &&
    node.columns.length === node.rowsOf[0].length &&
    !somePause(node.rowsOf[0])
  ) {
    const [values] = node.rowsOf
    const one = new OneRowOfValuesOperator(
      program.execution,
      node.columns.map(column => compile(values[column], program)),
      program.columnRegisters(node.relation.id, node.columns),
      program.condition(before),
    )
    return rest === undefined ? one : filtered(program, one, rest)
  }
  const scan = new RowsOperator(
    program.execution,
    rowsOfScan(program, node, arguments_),
    node.columns,
    program.columnRegisters(node.relation.id, node.columns),
    program.condition(before),
  )
  const late = arguments_.before(scan)
  return rest === undefined ? late : filtered(program, late, rest)
}

function rowsOfScan(
  program: Program,
  node: VirtualScan | FunctionScan | ValuesScan,
  late: LateExpressions,
): () => Iterable<readonly Value[] | undefined> {
  const { execution } = program
  switch (node.kind) {
    case 'virtual scan':
      return () => node.table.rows(execution.context)
    case 'function scan': {
      const functions = node.calls.map(call => runningFunction(program, call, e => late.compile(e)))
      return () => functionRows(functions, execution.registers, node.withOrdinality)
    }
    case 'values scan': {
      const rows = node.rowsOf.map(row => rowOfValues(program, row))
      return () => evaluateRows(rows, execution.registers)
    }
  }
}

/** Undefined where it has paused. */
function* evaluateRows(
  rows: readonly RowOfValues[],
  registers: RegisterFile,
): Generator<readonly Value[] | undefined> {
  for (const { evaluates, late } of rows) {
    late?.reset()
    while (late?.compute(registers) === false) yield undefined
    yield evaluates.map(evaluate => evaluate(registers))
  }
}

function runningFunction(
  program: Program,
  call: {
    readonly function: SetFunction | undefined
    readonly arguments: readonly BoundExpression[]
    readonly scalar: BoundExpression | undefined
    readonly columnCount: number
    readonly isComposite: boolean
    readonly resultType?: SqlType
  },
  compileArgument: (e: BoundExpression) => Evaluate,
): RunningFunction {
  const { columnCount, isComposite } = call
  if (call.function === undefined) {
    const evaluate = compileArgument(call.scalar!)
    return { call: registers => [evaluate(registers)], columnCount, isComposite }
  }
  const { execution } = program
  const run = call.function.implement({
    argumentTypes: call.arguments.map(argument => argument.type),
    resultType: call.resultType ?? call.function.result,
    modifier: -1,
    isExplicit: false,
  })
  const values = call.arguments.map(compileArgument)
  const isStrict = call.function.isStrict ?? true
  return {
    columnCount,
    isComposite: isComposite || call.function.columns !== undefined,
    call: registers => {
      const given = values.map(value => value(registers))
      return isStrict && given.includes(null) ? [] : run(...given, execution.context)
    },
  }
}

/** A set-returning function of a select list: one value a row, which is itself a row where it has several columns. */
export function listedFunction(
  program: Program,
  call: {
    readonly function: SetFunction
    readonly arguments: readonly BoundExpression[]
  },
): RunningFunction {
  const running = runningFunction(
    program,
    { ...call, scalar: undefined, columnCount: 1, isComposite: false },
    e => compile(e, program),
  )
  const columns = call.function.columns?.({
    argumentTypes: call.arguments.map(argument => argument.type),
    resultType: call.function.result,
    modifier: -1,
    isExplicit: false,
  })
  if (columns === undefined) return running
  const types = columns.map(column => column.type)
  const names = columns.map(column => column.name)
  return {
    columnCount: 1,
    isComposite: false,
    call: registers => rowsOf(running.call(registers), types, names),
  }
}
