/** Every expression of the lists in `expressions/` has PostgreSQL's type and value, or its SQLSTATE and message. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseExpression } from '../../../src/sql/syntax/parser.ts'
import { testContext } from './context.ts'
import { aggregateText, evaluate, evaluateText } from './evaluator.ts'

const here = new URL('.', import.meta.url)

for (const file of readdirSync(new URL('fixtures/', here))) {
  test(file.replace('.json', ''), () => {
    const answers: Record<string, (string | null)[]> = JSON.parse(
      readFileSync(new URL(`fixtures/${file}`, here), 'utf8'),
    )
    const differences: Record<string, unknown> = {}
    for (const [expression, expected] of Object.entries(answers)) {
      const given = ours(expression)
      if (!agree(expression, given, expected)) differences[expression] = { expected, given }
    }
    expect(differences).toEqual({})
  })
}

/** The error and gamma functions are computed differently: their last digits are not compared. */
function agree(expression: string, given: (string | null)[], expected: (string | null)[]): boolean {
  if (JSON.stringify(given) === JSON.stringify(expected)) return true
  if (!/^(erf|erfc|gamma|lgamma)\(/.test(expression) || given[0] !== expected[0]) return false
  return Math.abs(Number(given[1]) / Number(expected[1]) - 1) < 1e-13
}

function ours(expression: string): (string | null)[] {
  try {
    if (expression.startsWith('agg: ')) return aggregateText(expression)
    if (expression.startsWith('set: ')) {
      return [...evaluate(parseExpression(expression.slice(5)), testContext()).value.elements]
    }
    return evaluateText(expression)
  } catch (error) {
    const { sqlstate, primary } = error as { sqlstate?: string; primary?: string }
    return sqlstate === undefined ? [String(error)] : [sqlstate, primary!]
  }
}
