/**
 * Bound expressions as SQL text, for EXPLAIN: as PostgreSQL prints them (ruleutils.c), with parentheses around every
 * operation and a type behind constants that do not show theirs.
 */

import type { BoundExpression, Constant, RelationId, RowComparison } from '../bind/bound.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { formatType, outputFunction } from '../types/input-output.ts'
import { BOOL, type SqlType, withoutDomain } from '../types/type.ts'
import { AGGREGATES_FROM } from './relations.ts'

/** What names things that an expression only points to. */
export interface Names {
  /** A column, key of groups, aggregate or result of a window, by its relation and number. */
  column(relation: RelationId, column: number): string
  /** A subquery by the number that EXPLAIN gives it. */
  subquery(e: Extract<BoundExpression, { kind: 'subquery' }>): string
  /** For the output functions of constants. */
  readonly context: EvaluationContext
}

export function expressionText(e: BoundExpression, names: Names): string {
  const text = (part: BoundExpression): string => expressionText(part, names)
  const list = (parts: readonly BoundExpression[]): string => parts.map(text).join(', ')
  switch (e.kind) {
    case 'constant':
      return constantText(e, names.context)
    case 'parameter':
      return `$${e.index + 1}`
    case 'column':
      return names.column(e.relation, e.column)
    case 'group key':
    case 'aggregate':
      return names.column(e.relation, e.kind === 'aggregate' ? AGGREGATES_FROM + e.index : e.index)
    case 'call':
      return callText(e, names)
    case 'relabel':
      return text(e.operand)
    case 'array coercion':
    case 'row coercion':
      return `(${text(e.operand)})::${formatType(e.type, e.modifier)}`
    case 'logical':
      if (e.operator === 'not') return `(NOT ${text(e.operands[0])})`
      return `(${e.operands.map(text).join(e.operator === 'and' ? ' AND ' : ' OR ')})`
    case 'null test':
      return `(${text(e.operand)} IS ${e.isNegated ? 'NOT ' : ''}NULL)`
    case 'boolean test':
      return `(${text(e.operand)} IS ${e.isNegated ? 'NOT ' : ''}${e.test.toUpperCase()})`
    case 'distinct test':
      return `(${text(e.left)} IS ${e.isNegated ? 'NOT ' : ''}DISTINCT FROM ${text(e.right)})`
    case 'nullif':
      return `NULLIF(${text(e.left)}, ${text(e.right)})`
    case 'in list':
      return inListText(e, names)
    case 'quantified array':
      return `(${text(e.operand)} ${e.operator.name} ${e.quantifier.toUpperCase()} (${text(e.array)}))`
    case 'case': {
      const operand = e.operand === undefined ? '' : ` ${text(e.operand)}`
      const branches = e.branches.map(({ when, then }) => ` WHEN ${text(when)} THEN ${text(then)}`).join('')
      return `CASE${operand}${branches} ELSE ${text(e.otherwise)} END`
    }
    case 'coalesce':
      return `COALESCE(${list(e.operands)})`
    case 'minmax':
      return `${e.function.toUpperCase()}(${list(e.operands)})`
    case 'array': {
      const constants = e.elements.filter(item => item.kind === 'constant')
      if (constants.length < e.elements.length) return `ARRAY[${list(e.elements)}]`
      return arrayText(constants, e.type, names.context)
    }
    case 'row':
      return `ROW(${list(e.fields)})`
    case 'row comparison':
      return rowComparisonText(e, names)
    case 'subquery':
      return e.operands.length === 0
        ? names.subquery(e)
        : `(${e.variant.toUpperCase()} (${list(e.operands)} ${e.operatorName} ${names.subquery(e)}))`
    case 'subscript': {
      const places = e.subscripts.map(({ isSlice, lower, upper }) => {
        const [from, to] = [lower, upper].map(one => (one === undefined ? '' : text(one)))
        return isSlice ? `[${from}:${to}]` : `[${from}${to}]`
      })
      return `(${text(e.operand)})${places.join('')}`
    }
    case 'field':
      return `(${text(e.operand)}).${e.operand.type.fields?.[e.field]?.name ?? `f${e.field + 1}`}`
    case 'subscript assignment':
    case 'field assignment':
      return text(e.value)
    case 'domain check':
      return `(${text(e.operand)})::${e.type.displayName}`
    case 'domain value':
      return 'VALUE'
    case 'case value':
      return 'CASE_TEST'
    case 'grouping':
      return 'GROUPING'
    case 'window':
    case 'set function':
      return `${e.kind} ${e.index}`
    case 'whole row':
      return `${names.column(e.relation, -1)}.*`
  }
}

const PLAIN_NUMBERS = new Set(['int4', 'numeric'])

function constantText({ value, type, modifier }: Constant, context: EvaluationContext): string {
  const typed = (text: string): string => `${text}::${formatType(type, modifier)}`
  if (value === null) return typed('NULL')
  if (type === BOOL) return value === true ? 'true' : 'false'
  const text = outputFunction(type)(value, context)
  if (PLAIN_NUMBERS.has(type.name) && /^-?\d+(\.\d+)?$/.test(text)) {
    // An integer would be read as int4, a numeric without a point as int4, too.
    const isShown = type.name === 'int4' ? !text.startsWith('-') : text.includes('.') && !text.startsWith('-')
    return isShown ? text : typed(`'${text}'`)
  }
  return typed(`'${text.replaceAll("'", "''")}'`)
}

function callText(e: Extract<BoundExpression, { kind: 'call' }>, names: Names): string {
  const { function: called } = e
  const parts = e.arguments.map(part => expressionText(part, names))
  if (isCast(e))
    return e.isExplicit || !isSilent(e) ? `(${parts[0]})::${formatType(e.type, e.modifier)}` : parts[0]
  if (isOperator(called.name)) {
    return parts.length === 1 ? `(${called.name} ${parts[0]})` : `(${parts[0]} ${called.name} ${parts[1]})`
  }
  return `${called.name}(${parts.join(', ')})`
}

/** Operators are called by their symbols, functions by names. */
function isOperator(name: string): boolean {
  return /^[-+*/<>=~!@#%^&|`?]+$/.test(name)
}

/** A conversion is a function that has the name of the type that it gives. */
function isCast({ function: called, arguments: given, type }: Extract<BoundExpression, { kind: 'call' }>) {
  return given.length >= 1 && called.name === withoutDomain(type).name
}

/** Nobody wrote it, and the type shows without it. */
function isSilent({ arguments: given, type }: Extract<BoundExpression, { kind: 'call' }>): boolean {
  return given[0].type === type
}

function inListText(e: Extract<BoundExpression, { kind: 'in list' }>, names: Names): string {
  const operand = expressionText(e.operand, names)
  const [operator, quantifier] = e.isNegated ? ['<>', 'ALL'] : ['=', 'ANY']
  const constants = e.list.filter(item => item.kind === 'constant')
  const type = arrayType(e.list[0]?.type)
  if (constants.length < e.list.length || type === undefined) {
    const items = e.list.map(item => expressionText(item, names)).join(', ')
    return `(${operand} ${operator} ${quantifier} (ARRAY[${items}]))`
  }
  return `(${operand} ${operator} ${quantifier} (${arrayText(constants, type, names.context)}))`
}

function arrayText(items: readonly Constant[], type: SqlType, context: EvaluationContext): string {
  const elements = items.map(item => elementText(item, context)).join(',')
  return `'{${elements.replaceAll("'", "''")}}'::${type.displayName}`
}

function arrayType(type: SqlType | undefined): SqlType | undefined {
  return type && withoutDomain(type).array
}

function elementText({ value, type }: Constant, context: EvaluationContext): string {
  if (value === null) return 'NULL'
  const text = outputFunction(type)(value, context)
  return text !== '' && !/[{}",\\\s]|^null$/i.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function rowComparisonText({ operator, left, right }: RowComparison, names: Names): string {
  const row = (parts: readonly BoundExpression[]) =>
    `ROW(${parts.map(part => expressionText(part, names)).join(', ')})`
  return `(${row(left)} ${operator} ${row(right)})`
}
