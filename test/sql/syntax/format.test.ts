import { expect, test } from 'vitest'
import { formatExpression, formatQuery } from '../../../src/sql/syntax/format.ts'
import { parseExpression, parseStatements } from '../../../src/sql/syntax/parser.ts'
import type { Expression, Query, Statement } from '../../../src/sql/syntax/tree.ts'
import { SUPPORTED } from './corpus.ts'
import { KEYWORDS } from './keywords.ts'

/** A tree without the places in its text. */
function shape(tree: unknown): string {
  return JSON.stringify(tree, (key, value) =>
    key === 'at' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  )
}

function isQuery(statement: Statement): statement is Query {
  return ['select', 'values', 'set operation'].includes(statement.kind)
}

/** What is not stored: SEARCH, CYCLE and changes in WITH are refused by the one who writes text. */
function isWritten(text: string): boolean {
  return !/ search (breadth|depth) |with a as \(insert/.test(text)
}

test('a query as text is the same query', () => {
  let count = 0
  for (const text of SUPPORTED.filter(isWritten)) {
    for (const { statement } of parseStatements(text)) {
      if (!isQuery(statement)) continue
      count++
      const written = formatQuery(statement)
      const [again] = parseStatements(written)
      expect(shape(again!.statement), `${text}\n${written}`).toBe(shape(statement))
    }
  }
  expect(count).toBeGreaterThan(60)
})

/** The expressions of a tree: whatever has a kind, and can be written where an expression stands. */
function* expressionsOf(value: unknown): Generator<Expression> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    if (EXPRESSION_FIELDS.has(key)) {
      for (const item of Array.isArray(part) ? part : [part]) if (item !== undefined) yield item as Expression
    }
    yield* expressionsOf(part)
  }
}
const EXPRESSION_FIELDS = new Set([
  'expression',
  'where',
  'having',
  'operand',
  'left',
  'right',
  'operands',
  'value',
])
const NO_EXPRESSIONS = new Set(['default', 'select', 'values', 'set operation', 'table', 'join', 'functions'])

test('an expression as text is the same expression', () => {
  let count = 0
  for (const text of SUPPORTED) {
    for (const expression of expressionsOf(parseStatements(text))) {
      if (typeof expression !== 'object' || expression === null || typeof expression.kind !== 'string')
        continue
      if (
        NO_EXPRESSIONS.has(expression.kind) ||
        (expression.kind === 'subquery' && !('variant' in expression))
      )
        continue
      // A star is written in a select list only.
      if ('isStar' in expression && expression.kind !== 'function' && expression.isStar) continue
      if (!isWritten(text)) continue
      count++
      const written = formatExpression(expression)
      expect(shape(parseExpression(written)), `${text}\n${written}`).toBe(shape(expression))
    }
  }
  expect(count).toBeGreaterThan(300)
})

/** Where a name can stand. */
const PLACES: readonly ((name: string) => string)[] = [
  name => `select ${name}, ${name}.a, a.${name}, ${name}.*, (a).${name}`,
  name => `select a from ${name} as ${name} (${name})`,
  name => `select ${name}(1), a.${name}(1), f(${name} => 1)`,
  name => `select cast(a as ${name}), cast(a as s.${name}(1)[]), a collate ${name}`,
  name => `select a from f() as t (${name} int), b join c using (${name}) as ${name}`,
  name => `with ${name} (${name}) as (select 1) select a from ${name}`,
  name => `select f() over ${name}, f() over (${name}) window ${name} as ()`,
  name =>
    `select not ${name} is null, - ${name} * ${name}, ${name} in (1), ${name} between ${name} and ${name}`,
  name => `select a from t as ${name} for update of ${name}`,
]

test('names that are keywords stay names, wherever they stand', () => {
  expect(KEYWORDS).toHaveLength(494)
  for (const place of PLACES) {
    for (const keyword of KEYWORDS) {
      const [parsed] = parseStatements(place(`"${keyword}"`))
      const written = formatQuery(parsed!.statement as Query)
      expect(shape(parseStatements(written)[0]!.statement), written).toBe(shape(parsed!.statement))
    }
  }
})

test('texts keep their quotes and backslashes, names their quotes and letters', () => {
  for (const text of [
    "'",
    "''",
    '\\',
    "\\'",
    "it's",
    'a\nb',
    '\t',
    'é😀',
    '$$',
    '--',
    '/*',
    '$1',
    '"',
    'A',
    ' ',
  ]) {
    const string = `'${text.replaceAll("'", "''")}'`
    const name = `"${text.replaceAll('"', '""')}"`
    for (const one of [string, name, `${name}(${string})`]) {
      const tree = parseExpression(one)
      expect(shape(parseExpression(formatExpression(tree)))).toBe(shape(tree))
    }
  }
})
