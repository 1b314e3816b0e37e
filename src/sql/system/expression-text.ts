/**
 * Bound expressions as PostgreSQL prints those of its catalogs (pg_get_expr, pg_get_constraintdef, pg_get_indexdef): names
 * resolved, coercions shown where they matter, everything in parentheses. *Pretty* printing leaves out parentheses that
 * precedence makes needless, by PostgreSQL's rules, which are not the shortest.
 *
 * A coercion that nobody wrote is shown inside of operators and calls, and hidden at the top and under AND, OR and NOT.
 */

import type { BoundExpression, Call, Constant } from '../bind/bound.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import { formatTypeSeen } from '../functions/type-text.ts'
import { inputFunction, outputFunction } from '../types/input-output.ts'
import {
  BOOL,
  BPCHAR,
  INT4,
  NO_MODIFIER,
  NUMERIC,
  type SqlType,
  TEXT,
  UNKNOWN,
  VARCHAR,
  withoutDomain,
} from '../types/type.ts'

/** What an expression says about its surroundings. */
export interface PrintSurroundings {
  readonly context: EvaluationContext
  readonly isPretty: boolean
  /** Name of a column as it is written there; qualified where it must be. */
  columnName(relation: number, column: number): string
  /** A subquery, without its parentheses. */
  query?(query: unknown, indent: number): string
  /** Group keys, aggregates and window calls of a query. */
  reference?(e: BoundExpression): string
}

const INDENT = 4
const isOperatorName = (name: string): boolean => !/^[a-z_"]/i.test(name)

export class ExpressionPrinter {
  private readonly surroundings: PrintSurroundings
  indent = 0

  constructor(surroundings: PrintSurroundings) {
    this.surroundings = surroundings
  }

  private get searchPath(): readonly string[] {
    return this.surroundings.context.catalog.searchPath
  }

  /** `showsImplicit`: coercions that nobody wrote are shown. */
  print(e: BoundExpression, showsImplicit = false): string {
    switch (e.kind) {
      case 'constant': {
        if (e.castFrom === undefined || e.castFrom === UNKNOWN) return this.constant(e)
        const written = asWritten(e)
        return showsImplicit ? this.cast(written, e.type, NO_MODIFIER, e) : this.constant(written)
      }
      case 'parameter':
        return `$${e.index + 1}`
      case 'column':
        return this.surroundings.columnName(e.relation, e.column)
      case 'domain value':
        return 'VALUE'
      case 'call':
        return this.call(e, showsImplicit)
      case 'relabel':
        if (!showsImplicit) return this.part(e.operand, e, false)
        return this.cast(e.operand, e.type, e.modifier, e)
      case 'array coercion':
      case 'row coercion':
        if (!showsImplicit) return this.part(e.operand, e, false)
        return this.cast(e.operand, e.type, e.modifier, e)
      case 'domain check':
        if (!showsImplicit) return this.part(e.operand, e, false)
        return this.cast(e.operand, e.type, NO_MODIFIER, e)
      case 'logical':
        return this.logical(e)
      case 'null test':
        return this.enclosed(`${this.part(e.operand, e, true)} IS ${e.isNegated ? 'NOT ' : ''}NULL`)
      case 'boolean test':
        return this.enclosed(
          `${this.part(e.operand, e, false)} IS ${e.isNegated ? 'NOT ' : ''}${e.test.toUpperCase()}`,
        )
      case 'distinct test': {
        const test = this.enclosed(
          `${this.part(e.left, e, true)} IS DISTINCT FROM ${this.part(e.right, e, true)}`,
        )
        return e.isNegated ? this.enclosed(`NOT ${test}`) : test
      }
      case 'nullif':
        return `NULLIF(${this.print(e.left, true)}, ${this.print(e.right, true)})`
      case 'coalesce':
        return `COALESCE(${this.list(e.operands)})`
      case 'minmax':
        return `${e.function.toUpperCase()}(${this.list(e.operands)})`
      case 'array': {
        const text = `ARRAY[${this.list(e.elements)}]`
        return e.elements.length === 0 ? `${text}::${typeText(e.type, NO_MODIFIER, this.searchPath)}` : text
      }
      case 'row':
        return this.row(e)
      case 'case':
        return this.caseOf(e)
      case 'case value':
        return 'CASE_TEST_EXPR'
      case 'in list':
        return this.inList(e)
      case 'quantified array':
        return this.quantified(e)
      case 'row comparison':
        return this.rowComparison(e)
      case 'subscript':
        return this.subscript(e)
      case 'field':
        return this.field(e)
      case 'whole row':
        return this.surroundings.columnName(e.relation, -1)
      case 'subquery':
        return this.subquery(e)
      default:
        return this.surroundings.reference?.(e) ?? `<${e.kind}>`
    }
  }

  list(all: readonly BoundExpression[]): string {
    return all.map(one => this.print(one, true)).join(', ')
  }

  /** A part of `parent`: in parentheses where PostgreSQL puts them. */
  private part(e: BoundExpression, parent: BoundExpression, showsImplicit: boolean): string {
    const text = this.print(e, showsImplicit)
    return this.surroundings.isPretty && !isSimple(e, parent, showsImplicit) ? `(${text})` : text
  }

  private enclosed(text: string): string {
    return this.surroundings.isPretty ? text : `(${text})`
  }

  // -------------------------------------------------------------------------------------------- constants

  private constant({ value, type, modifier }: Constant): string {
    const { context } = this.surroundings
    const typeName = typeText(type, modifier, this.searchPath)
    if (value === null) return `NULL::${type === UNKNOWN ? 'text' : typeName}`
    if (type === BOOL) return value === true ? 'true' : 'false'
    const text = outputFunction(type)(value, context)
    if (type === INT4 && (value as number) >= 0) return text
    if (type === NUMERIC && /^\d/.test(text) && /[eE.]/.test(text)) {
      return modifier === NO_MODIFIER ? text : `${text}::${typeName}`
    }
    const literal = `'${text.replaceAll("'", "''")}'`
    return type === UNKNOWN ? literal : `${literal}::${typeName}`
  }

  // ------------------------------------------------------------------------------------- calls and casts

  private call(e: Call, showsImplicit: boolean): string {
    const { name } = e.function
    if (e.writtenAs !== undefined) return e.writtenAs
    if (e.function.isCast === true) return this.castCall(e, showsImplicit)
    if (isOperatorName(name)) return this.operator(e, name)
    if (name === 'timezone' && e.arguments.length === 2) {
      const [zone, time] = e.arguments
      return `(${this.print(time, true)} AT TIME ZONE ${this.print(zone, true)})`
    }
    if (name === 'extract' && e.arguments[0]?.kind === 'constant') {
      return `EXTRACT(${e.arguments[0].value} FROM ${this.print(e.arguments[1], true)})`
    }
    const schema = e.function.schema
    const prefix = schema === undefined || schema === 'pg_catalog' ? '' : `${quoteIdentifier(schema)}.`
    return `${prefix}${quoteIdentifier(name)}(${this.list(e.arguments)})`
  }

  private castCall(e: Call, showsImplicit: boolean): string {
    const [operand] = e.arguments
    if (operand.kind === 'constant' && operand.type === UNKNOWN && operand.value !== null) {
      // A constant that was left to be read when it runs: PostgreSQL has read it.
      const value = inputFunction(e.type, e.modifier)(operand.value as string, this.surroundings.context)
      return this.constant({ ...operand, value, type: e.type, modifier: e.modifier })
    }
    if (!e.isExplicit && !showsImplicit) return this.part(operand, e, false)
    return this.cast(operand, e.type, e.modifier, e)
  }

  private cast(operand: BoundExpression, type: SqlType, modifier: number, parent: BoundExpression): string {
    // Fitting to a length and the cast before it are one cast as written.
    const inner = modifier === NO_MODIFIER ? operand : withoutCast(operand)
    const typeName = typeText(type, modifier, this.searchPath)
    // A constant that has that type already says so itself.
    if (inner.kind === 'constant' && inner.type === type) return this.constant({ ...inner, modifier })
    return `${this.enclosed(this.part(inner, parent, false))}::${typeName}`
  }

  private operator(e: Call, name: string): string {
    const [left, right] = e.arguments
    if (right === undefined) return this.enclosed(`${name} ${this.part(left, e, true)}`)
    return this.enclosed(`${this.part(left, e, true)} ${name} ${this.part(right, e, true)}`)
  }

  // ------------------------------------------------------------------------------------------ conditions

  private logical(e: BoundExpression & { kind: 'logical' }): string {
    if (e.operator === 'not') return this.enclosed(`NOT ${this.part(e.operands[0], e, false)}`)
    const word = e.operator === 'and' ? ' AND ' : ' OR '
    return this.enclosed(e.operands.map(one => this.part(one, e, false)).join(word))
  }

  private inList(e: BoundExpression & { kind: 'in list' }): string {
    const { operand, list } = e
    const how = e.isNegated ? '<> ALL' : '= ANY'
    // varchar has no operators of its own: the list is of varchar, and made one of text as a whole.
    const isVarchar =
      operand.kind === 'relabel' && operand.type === TEXT && withoutDomain(operand.operand.type) === VARCHAR
    const items = isVarchar
      ? list.map(one => (one.kind === 'constant' && one.castFrom !== undefined ? asWritten(one) : one))
      : list
    const array = `ARRAY[${this.list(items)}]`
    const shown = isVarchar ? `${this.enclosed(array)}::text[]` : array
    return this.enclosed(`${this.part(operand, e, true)} ${how} (${shown})`)
  }

  private quantified(e: BoundExpression & { kind: 'quantified array' }): string {
    const { name } = e.operator
    const array = this.part(e.array, e, true)
    return this.enclosed(`${this.part(e.operand, e, true)} ${name} ${e.quantifier.toUpperCase()} (${array})`)
  }

  private rowComparison(e: BoundExpression & { kind: 'row comparison' }): string {
    // In parentheses also where they are needless.
    return `(ROW(${this.list(e.left)}) ${e.operator} ROW(${this.list(e.right)}))`
  }

  // ------------------------------------------------------------------------------------------------ others

  private row(e: BoundExpression & { kind: 'row' }): string {
    const text = `ROW(${this.list(e.fields)})`
    return e.type.kind === 'composite' ? `${text}::${typeText(e.type, NO_MODIFIER, this.searchPath)}` : text
  }

  private newLine(): string {
    return `\n${' '.repeat(Math.max(this.indent, 0))}`
  }

  private caseOf(e: BoundExpression & { kind: 'case' }): string {
    let text = `${this.newLine()}CASE`
    this.indent += INDENT
    if (e.operand !== undefined) text += ` ${this.print(e.operand, true)}`
    for (const { when, then } of e.branches) {
      text += `${this.newLine()}WHEN ${this.print(comparedWith(when), false)} THEN ${this.print(then, true)}`
    }
    text += `${this.newLine()}ELSE ${this.print(e.otherwise, true)}`
    this.indent -= INDENT
    return `${text}${this.newLine()}END`
  }

  private subscript(e: BoundExpression & { kind: 'subscript' }): string {
    const needsParentheses = e.operand.kind !== 'column' && e.operand.kind !== 'parameter'
    const operand = this.print(e.operand, true)
    const subscripts = e.subscripts.map(({ isSlice, lower, upper }) => {
      const end = upper === undefined ? '' : this.print(upper, false)
      return isSlice ? `[${lower === undefined ? '' : this.print(lower, false)}:${end}]` : `[${end}]`
    })
    return `${needsParentheses ? `(${operand})` : operand}${subscripts.join('')}`
  }

  private field(e: BoundExpression & { kind: 'field' }): string {
    const name = withoutDomain(e.operand.type).fields?.[e.field]?.name ?? `f${e.field + 1}`
    return `(${this.print(e.operand, true)}).${quoteIdentifier(name)}`
  }

  private subquery(e: BoundExpression & { kind: 'subquery' }): string {
    const query = this.surroundings.query?.(e.query, this.indent) ?? '<query>'
    switch (e.variant) {
      case 'scalar':
        return `(${query})`
      case 'array':
        return `ARRAY(${query})`
      case 'exists':
        return `(EXISTS (${query}))`
      default: {
        const operand =
          e.operands.length === 1 ? this.print(e.operands[0], true) : `ROW(${this.list(e.operands)})`
        const how =
          e.variant === 'any' && e.operatorName === '='
            ? 'IN'
            : `${e.operatorName} ${e.variant.toUpperCase()}`
        return `(${operand} ${how} (${query}))`
      }
    }
  }
}

/** As format_type says it with a modifier of none: char without a length is not char(1). */
function typeText(type: SqlType, modifier: number, searchPath: readonly string[]): string {
  return type === BPCHAR && modifier === NO_MODIFIER ? 'bpchar' : formatTypeSeen(type, modifier, searchPath)
}

function asWritten({ castFrom, ...constant }: Constant): Constant {
  return castFrom === undefined ? constant : { ...constant, type: castFrom }
}

function withoutCast(e: BoundExpression): BoundExpression {
  if (e.kind === 'relabel') return e.operand
  return e.kind === 'call' && e.function.isCast === true ? e.arguments[0] : e
}

/** `CASE x WHEN 1`: the condition is a comparison with the operand, and only the other side is written. */
function comparedWith(when: BoundExpression): BoundExpression {
  if (when.kind === 'call' && when.function.name === '=') {
    const [left, right] = when.arguments
    const plain = left.kind === 'relabel' ? left.operand : left
    if (plain.kind === 'case value') return right
  }
  return when
}

// ----------------------------------------------------------------------------------- needless parentheses

/** Written `name(…)`. */
export function isCallOfFunction(e: BoundExpression): boolean {
  switch (e.kind) {
    case 'coalesce':
    case 'minmax':
    case 'nullif':
      return true
    default:
      return e.kind === 'call' && e.function.isCast !== true && !isOperator(e)
  }
}

const isOperator = (e: BoundExpression): boolean =>
  e.kind === 'call' && e.writtenAs === undefined && isOperatorName(e.function.name)
const isCastOf = (e: BoundExpression): boolean =>
  e.kind === 'relabel' ||
  e.kind === 'array coercion' ||
  e.kind === 'row coercion' ||
  (e.kind === 'call' && e.function.isCast === true)

/** Whether `e` needs no parentheses as a part of `parent`: PostgreSQL's isSimpleNode. */
function isSimple(e: BoundExpression, parent: BoundExpression, showsImplicit: boolean): boolean {
  if (isCastOf(e)) {
    const isShown = showsImplicit || (e.kind === 'call' && e.isExplicit)
    if (isShown) return true
    const operand = e.kind === 'call' ? e.arguments[0] : (e as { readonly operand: BoundExpression }).operand
    return isSimple(operand, parent, showsImplicit)
  }
  if (isOperator(e)) {
    return isOperator(parent) ? bindsTighter(e as Call, parent as Call) : separatesItsParts(parent)
  }
  switch (e.kind) {
    case 'null test':
    case 'boolean test':
    case 'distinct test':
    case 'subquery':
      return separatesItsParts(parent)
    case 'logical':
      if (parent.kind !== 'logical') return hasOwnParentheses(parent)
      return e.operator === 'or' ? parent.operator === 'or' : parent.operator !== 'not'
    case 'in list':
    case 'quantified array':
    case 'row comparison':
      return false
    case 'field':
      return parent.kind !== 'field'
    default:
      return true
  }
}

/** AND, OR and NOT bind looser than any operator; lists and calls have parentheses of their own. */
function separatesItsParts(parent: BoundExpression): boolean {
  return parent.kind === 'logical' || hasOwnParentheses(parent)
}

function hasOwnParentheses(parent: BoundExpression): boolean {
  switch (parent.kind) {
    case 'call':
      return !isOperator(parent) && parent.function.isCast !== true && parent.function.name !== 'timezone'
    case 'subscript':
    case 'array':
    case 'row':
    case 'coalesce':
    case 'minmax':
    case 'nullif':
    case 'case':
      return true
    default:
      return false
  }
}

/** `a * b + c` needs no parentheses; of other operators PostgreSQL's printer knows nothing. */
function bindsTighter(e: Call, parent: Call): boolean {
  const rank = (one: Call): number => {
    if (one.arguments.length !== 2) return 0
    const { name } = one.function
    return name === '+' || name === '-' ? 1 : name === '*' || name === '/' || name === '%' ? 2 : 0
  }
  const own = rank(e)
  const outer = rank(parent)
  if (own === 0 || outer === 0) return false
  return own > outer || (own === outer && parent.arguments[0] === e)
}
