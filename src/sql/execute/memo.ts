/**
 * Results of a subquery by what it reads from outside: rows that agree in that get the same. Kept only while it pays.
 *
 * Invariant: values that a subquery could tell apart have different keys. `keyOf` is not fine enough: 1.0 and 1.00 are
 * equal, and print differently.
 */

import type { BoundExpression } from '../bind/bound.ts'
import type { Value } from '../functions/registry.ts'
import { Numeric } from '../types/numeric.ts'
import { withoutDomain } from '../types/type.ts'
import { weightOf } from '../types/value-weight.ts'
import { compileAll, type Evaluate, type ExpressionScope } from './expression.ts'
import type { RegisterFile } from './registers.ts'
import type { RunningSubquery } from './subquery.ts'

/** More results than this, or than memory may hold, are forgotten, and gathered anew. */
const RESULTS_MAX = 20_000
/** After so many runs it is seen whether rows agree often enough: each result should be used this often. */
const TRIAL_RUNS = 1000
const USES_MIN = 0.2

/** An entry of a Map, besides its key and value. */
const RESULT_BYTES = 48

/** Types whose values are primitives that say all there is, or numeric. */
const PLAIN = new Set(
  'bool int2 int4 int8 oid text varchar bpchar char name uuid date time timestamp timestamptz numeric'.split(
    ' ',
  ),
)

/** The same evaluation with a memory; itself when what it reads cannot be told apart exactly. */
export function memoized(
  evaluate: Evaluate,
  reads: readonly BoundExpression[],
  { version, atEnd, spill }: Pick<RunningSubquery, 'version' | 'atEnd' | 'spill'>,
  scope: ExpressionScope,
): Evaluate {
  const isPlain = reads.every(({ type }) => type.kind === 'enum' || PLAIN.has(withoutDomain(type).name))
  if (!isPlain || reads.length === 0) return evaluate
  const key = exactKey(compileAll(reads, scope))
  const results = new Map<unknown, Value>()
  atEnd(() => results.clear())
  let weight = 0
  let bytesMax = Number.POSITIVE_INFINITY
  let of = -1
  let runs = 0
  let uses = 0
  let isOff = false
  return registers => {
    if (of !== version()) {
      results.clear()
      weight = 0
      bytesMax = spill()?.budgetBytes ?? Number.POSITIVE_INFINITY
      runs = 0
      uses = 0
      isOff = false
    }
    if (isOff) return evaluate(registers)
    const own = key(registers)
    const known = results.get(own)
    if (known !== undefined) {
      uses++
      return known
    }
    const value = evaluate(registers)
    of = version()
    runs++
    if (results.size >= RESULTS_MAX || weight > bytesMax) {
      results.clear()
      weight = 0
    }
    results.set(own, value)
    weight += RESULT_BYTES + weightOf(own) + weightOf(value)
    if (runs === TRIAL_RUNS && uses < runs * USES_MIN) {
      isOff = true
      results.clear()
    }
    return value
  }
}

function exactKey(values: readonly Evaluate[]): (registers: RegisterFile) => unknown {
  if (values.length === 1) {
    const [value] = values
    return registers => exact(value(registers))
  }
  return registers => {
    let text = ''
    for (const value of values) {
      const part = exact(value(registers))
      const own = String(part)
      text += `${(typeof part)[0]}${own.length}:${own}`
    }
    return text
  }
}

function exact(value: Value): unknown {
  return value instanceof Numeric ? value.toString() : value
}
