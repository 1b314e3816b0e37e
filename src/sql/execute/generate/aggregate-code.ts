/**
 * GROUP BY and aggregates over rows, in one loop with reading and filtering them where they come straight from a table. The
 * state of most aggregates is a few numbers: variables where there is one group, else typed arrays by group.
 */

import type { BoundExpression } from '../../bind/bound.ts'
import type { AggregateImplementation, EvaluationContext } from '../../functions/registry.ts'
import { keyOf } from '../../types/compare.ts'
import { BOOL, INT2, INT4, type SqlType, withoutDomain } from '../../types/type.ts'
import type { ExpressionScope } from '../expression.ts'
import { KeyNumbers } from '../group-index.ts'
import type { Operator } from '../operator.ts'
import type { RegisterFile } from '../registers.ts'
import type { LoopStep } from '../scan-loop.ts'
import { anyNull, Code, joined, type Operand } from './code.ts'
import { type CodeScope, emit, isTrue } from './expression-code.ts'
import type { GroupStore } from './group-store.ts'
import type { LoopCode } from './loop-code.ts'

/** An aggregate that code can be generated for. */
export interface CodeAggregate {
  readonly implementation: AggregateImplementation
  readonly arguments: readonly BoundExpression[]
  readonly filter: BoundExpression | undefined
  readonly skipsNulls: boolean
  /** It is a user's, which may ask the database for something. */
  readonly isUsers: boolean
}

/** Takes in all rows that an operator gives, unless the store becomes too large. */
export type StepAll = (
  input: Operator,
  registers: RegisterFile,
  context: EvaluationContext,
  store: GroupStore,
) => void

/** Undefined: rows cannot be read in place by it. */
export function generateStepBatch(
  loop: LoopCode,
  filter: BoundExpression | undefined,
  keys: readonly BoundExpression[],
  calls: readonly CodeAggregate[],
): LoopStep<GroupStore> | undefined {
  const { code } = loop
  const groups = new GroupCode(loop, keys, calls)
  const isBare = loop.isFilterUncertain && loop.stages.length === 0
  const conditions = isBare ? plainConditions(filter) : undefined
  groups.begin()
  if (conditions !== undefined && groups.canMask(loop))
    loop.write(undefined, () => groups.stepMasked(conditions))
  else loop.write(filter, () => groups.step())
  groups.end()
  if (loop.isInPlace && code.mayReenter) return undefined
  return code.build<LoopStep<GroupStore>>('stepBatch', 'batch, registers, context, store')
}

export function generateStepAll(
  expressions: ExpressionScope,
  keys: readonly BoundExpression[],
  calls: readonly CodeAggregate[],
): StepAll {
  const code = new Code()
  const scope: CodeScope = { code, expressions, column: () => undefined, spill: () => {} }
  const groups = new GroupCode(scope, keys, calls)
  groups.begin()
  code.line('let rows = 0')
  code.line('while (input.next()) {')
  code.line('if ((++rows & 1023) === 0) {')
  code.line('context.checkCancelled()')
  code.line('if (store.isTooLarge) return')
  code.line('}')
  groups.step()
  code.line('}')
  groups.end()
  return code.build<StepAll>('stepAll', 'input, registers, context, store')
}

class GroupCode {
  private readonly scope: CodeScope
  private readonly code: Code
  private readonly keys: readonly BoundExpression[]
  private readonly calls: readonly CodeAggregate[]
  /** By call and field: a variable, or the array that has it by group. */
  private readonly fields: readonly Readonly<Record<string, string>>[]

  constructor(scope: CodeScope, keys: readonly BoundExpression[], calls: readonly CodeAggregate[]) {
    this.scope = scope
    this.code = scope.code
    this.keys = keys
    this.calls = calls
    this.fields = calls.map(({ implementation }) =>
      Object.fromEntries(
        Object.keys(implementation.source?.fields ?? {}).map(field => [field, this.code.fresh(field)]),
      ),
    )
  }

  private get isOneGroup(): boolean {
    return this.keys.length === 0
  }

  begin(): void {
    const { code } = this
    if (!this.isOneGroup) {
      code.line('const { index, keyParts } = store')
      code.line('let groupCount = index.count')
    }
    this.eachField((name, call, field) => {
      const array = `store.fields[${call}].${field}`
      code.line(`let ${name} = ${this.isOneGroup ? `${array}[0]` : array}`)
    })
    code.line('const { states } = store')
  }

  end(): void {
    if (!this.isOneGroup) return
    this.eachField((name, call, field) => {
      this.code.line(`store.fields[${call}].${field}[0] = ${name}`)
    })
  }

  private eachField(run: (name: string, call: number, field: string) => void): void {
    for (const [call, fields] of this.fields.entries()) {
      for (const [field, name] of Object.entries(fields)) run(name, call, field)
    }
  }

  /** What is done with the row at hand. */
  step(): void {
    if (!this.isOneGroup) this.findGroup()
    for (const [i, call] of this.calls.entries()) this.stepCall(call, i)
  }

  /**
   * Whether a row that does not pass can be taken in as nothing. A jump that the processor guesses wrong for every other row
   * costs more than reading such a row's columns; what must not happen for such a row is that anything is computed that may fail.
   */
  canMask(loop: LoopCode): boolean {
    const { calls, code } = this
    const isPlain = calls.every(
      call =>
        isSourced(call) &&
        call.implementation.source?.masked !== undefined &&
        call.filter === undefined &&
        call.arguments.every(argument => argument.kind === 'column'),
    )
    if (!this.isOneGroup || !isPlain) return false
    let isNeverNull = true
    // What is written here is only looked at.
    code.apart(() => {
      loop.apart(() => {
        for (const argument of calls.flatMap(call => call.arguments)) {
          if (emit(argument, loop).isNull !== undefined) isNeverNull = false
        }
      })
    })
    return isNeverNull
  }

  /** The same as `step` for a row that passes all conditions, and nothing for others. */
  stepMasked(conditions: readonly BoundExpression[]): void {
    const { code, scope } = this
    const passes = conditions.map(condition => `((${isTrue(emit(condition, scope))}) | 0)`)
    const mask = code.fresh('mask')
    code.line(`const ${mask} = ${passes.join(' & ')}`)
    for (const [i, { implementation, arguments: values }] of this.calls.entries()) {
      const operands = values.map(argument => emit(argument, scope))
      code.line(implementation.source!.masked!(this.fields[i], operands[0]?.value ?? '', mask))
    }
  }

  private findGroup(): void {
    const { code, scope } = this
    const operands = this.keys.map(key => emit(key, scope))
    const parts = operands.map((operand, i) => this.partOf(operand, this.keys[i].type, i))
    if (parts.length === 1) code.line(`const group = index.find1(${parts[0]})`)
    else {
      for (const [i, part] of parts.entries()) code.line(`keyParts[${i}] = ${part}`)
      code.line('const group = index.find(keyParts)')
    }
    code.line('if (group === groupCount) {')
    code.line('groupCount++')
    code.line(`store.add(${operands.length === 0 ? '' : operands.map(joined).join(', ')})`)
    // Adding may have made larger arrays.
    this.eachField((name, call, field) => code.line(`${name} = store.fields[${call}].${field}`))
    code.line('}')
  }

  /** A key as a 32-bit integer. */
  private partOf(operand: Operand, type: SqlType, i: number): string {
    const plain = withoutDomain(type)
    if (operand.isNull === undefined) {
      if (plain === BOOL) return `(${operand.value} ? 1 : 0)`
      if (plain === INT2 || plain === INT4 || plain.kind === 'enum') return operand.value
    }
    return `store.numbers[${i}].of(${joined(operand)})`
  }

  private stepCall(call: CodeAggregate, i: number): void {
    const { code, scope } = this
    if (call.filter !== undefined) code.line(`if (${isTrue(emit(call.filter, scope))}) {`)
    const operands = call.arguments.map(argument => emit(argument, scope))
    const isSkipped = call.skipsNulls ? anyNull(operands) : undefined
    if (isSkipped !== undefined) code.line(`if (!(${isSkipped})) {`)
    code.line('place = -1')
    const { source } = call.implementation
    if (source !== undefined && isSourced(call)) {
      const at = (name: string) => (this.isOneGroup ? name : `${name}[group]`)
      const fields = Object.fromEntries(
        Object.entries(this.fields[i]).map(([field, name]) => [field, at(name)]),
      )
      code.line(source.step(fields, operands[0]?.value ?? ''))
    } else {
      if (call.isUsers) code.mayReenter = true
      const state = `states[${i}][${this.isOneGroup ? '0' : 'group'}]`
      const step = code.constant(call.implementation, 'aggregate')
      const values = operands.map(operand => (call.skipsNulls ? operand.value : joined(operand)))
      code.line(`${state} = ${step}.step(${[state, ...values, 'context'].join(', ')})`)
    }
    if (isSkipped !== undefined) code.line('}')
    if (call.filter !== undefined) code.line('}')
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>='])

/** Comparisons that JavaScript makes itself, and which cannot fail, joined by AND; undefined: it is something else. */
function plainConditions(filter: BoundExpression | undefined): readonly BoundExpression[] | undefined {
  if (filter === undefined) return undefined
  const all = filter.kind === 'logical' && filter.operator === 'and' ? filter.operands : [filter]
  const isPlain = (e: BoundExpression): boolean => {
    if (e.kind !== 'call' || !COMPARISONS.has(e.function.name) || e.function.source === undefined)
      return false
    return e.arguments.every(({ kind }) => kind === 'column' || kind === 'constant' || kind === 'parameter')
  }
  return all.every(isPlain) ? all : undefined
}

/** Whether its state is kept as numbers. */
export function isSourced({ implementation, arguments: values, skipsNulls }: CodeAggregate): boolean {
  return implementation.source !== undefined && (skipsNulls || values.length === 0)
}

/** What tells values of a key apart that is no integer. */
export function numberingOf(type: SqlType): KeyNumbers {
  return new KeyNumbers(keyOf(type))
}
