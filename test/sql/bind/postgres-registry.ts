/**
 * A registry with PostgreSQL's own functions, operators and casts by signature, without what runs: the binder chooses among
 * exactly what PostgreSQL chooses among. From `postgres-catalog.json`, which `record-answers.mjs` writes.
 */

import { readFileSync } from 'node:fs'
import { type Cast, FunctionRegistry, type SqlFunction } from '../../../src/sql/functions/registry.ts'
import { builtinTypeByOid, RECORD, type SqlType } from '../../../src/sql/types/type.ts'

type FunctionRow = readonly [
  name: string,
  kind: string,
  isSet: boolean,
  isVariadic: boolean,
  defaultCount: number,
  result: number,
  arguments_: readonly number[],
  isStrict: boolean,
  volatility: string,
  aggregateKind: string,
  directCount: number,
  argumentNames: readonly string[] | null,
  modes: readonly string[] | null,
  allTypes: readonly number[] | null,
]
interface PostgresCatalog {
  readonly functions: readonly FunctionRow[]
  readonly operators: readonly (readonly [string, number, number, number])[]
  readonly casts: readonly (readonly [number, number, string, boolean])[]
}

const implement = (): never => {
  throw new Error('signatures only')
}
const VOLATILITIES = { i: 'immutable', s: 'stable', v: 'volatile' } as const
const CONTEXTS = { i: 'implicit', a: 'assignment', e: 'explicit' } as const

export function postgresRegistry(): FunctionRegistry {
  const text = readFileSync(new URL('postgres-catalog.json', import.meta.url), 'utf8')
  const catalog = JSON.parse(text) as PostgresCatalog
  const registry = new FunctionRegistry()
  for (const row of catalog.functions) {
    const one = functionOf(row)
    if (one !== undefined) registry.add(one)
  }
  for (const [name, left, right, result] of catalog.operators) {
    const types = typesOf(left === 0 ? [right] : [left, right])
    const resultType = builtinTypeByOid(result)
    if (types === undefined || resultType === undefined) continue
    registry.addOperators({ kind: 'scalar', name, arguments: types, result: resultType, implement })
  }
  for (const [source, target, context, isBinary] of catalog.casts) {
    const types = typesOf([source, target])
    if (types === undefined || source === target) continue
    const cast: Cast = {
      from: types[0]!,
      to: types[1]!,
      context: CONTEXTS[context as keyof typeof CONTEXTS],
      implement: isBinary ? undefined : implement,
    }
    registry.addCasts(cast)
  }
  return registry
}

function typesOf(oids: readonly number[]): SqlType[] | undefined {
  const types = oids.map(oid => builtinTypeByOid(oid))
  return types.some(type => type === undefined) ? undefined : (types as SqlType[])
}

function functionOf(row: FunctionRow): SqlFunction | undefined {
  const [name, kind, isSet, isVariadic, defaultCount, result, oids, isStrict, volatility] = row
  const [, , , , , , , , , aggregateKind, directCount, names, modes, allTypes] = row
  const types = typesOf(oids)
  const resultType = builtinTypeByOid(result)
  if (types === undefined || resultType === undefined || kind === 'p') return undefined
  const inputNames = names?.filter((_, at) => modes === null || 'iv'.includes(modes[at]!))
  const head = {
    name,
    arguments: types,
    isVariadic,
    volatility: VOLATILITIES[volatility as keyof typeof VOLATILITIES],
    ...(inputNames === undefined ? {} : { argumentNames: inputNames }),
    ...(defaultCount === 0 ? {} : { defaults: Array.from({ length: defaultCount }, () => null) }),
  }
  if (kind === 'w') return { kind: 'window', ...head, result: resultType, computes: 'rank' }
  if (kind === 'a') {
    if (aggregateKind === 'n') return { kind: 'aggregate', ...head, result: resultType, implement }
    return {
      kind: 'aggregate',
      ...head,
      result: resultType,
      within: aggregateKind === 'o' ? 'ordered set' : 'hypothetical set',
      directArguments: types.slice(0, directCount),
      arguments: types.slice(directCount),
      implement,
    }
  }
  const outputs = (modes ?? []).flatMap((mode, at) => ('ot'.includes(mode) ? [at] : []))
  if (isSet) {
    if (outputs.length < 2) {
      const named = outputs.length === 1 ? { columnName: names![outputs[0]!]! } : {}
      return { kind: 'set', ...head, result: resultType, implement, ...named }
    }
    const columnTypes = typesOf(outputs.map(at => allTypes![at]!))
    if (columnTypes === undefined) return undefined
    const columns = columnTypes.map((type, at) => ({ name: names![outputs[at]!]!, type }))
    return { kind: 'set', ...head, result: RECORD, columns: () => columns, implement }
  }
  return { kind: 'scalar', ...head, result: resultType, isStrict, implement }
}
