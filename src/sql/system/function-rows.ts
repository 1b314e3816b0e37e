/** Rows of pg_proc, pg_aggregate, pg_operator and pg_language, and the functions of the registry by oid and by signature. */

import { declaredArguments } from '../bind/overload.ts'
import type { FunctionRegistry, SqlFunction } from '../functions/registry.ts'
import { SqlArray } from '../types/array.ts'
import { vectorOf } from '../types/catalog-formats.ts'
import { formatType } from '../types/input-output.ts'
import { BOOL, BYTEA, builtinTypeByName, CSTRING, INT4, INTERNAL, OID, type SqlType } from '../types/type.ts'
import { OWNER_OID, type SystemCatalog } from './system-catalog.ts'
import {
  ARRAY_ANALYZE,
  ARRAY_SUBSCRIPT,
  allTypeFacts,
  type FunctionFact,
  JSONB_SUBSCRIPT,
  KIND_TYPE_FACTS,
} from './type-facts.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

const INTERNAL_LANGUAGE = 12
/** Between the oids that PostgreSQL gives by hand and those of a database's own objects; a user's functions are above all. */
const BUILTINS_FROM = 8_000
const USERS_FROM = 900_000_000
const OPERATORS_FROM = 11_000

export interface NumberedFunction {
  readonly oid: number
  readonly name: string
  readonly schema: string
  readonly arguments: readonly SqlType[]
  readonly argumentNames: readonly string[]
  readonly result: SqlType
  readonly kind: 'f' | 'a' | 'w'
  readonly isSet: boolean
  readonly isStrict: boolean
  readonly isVariadic: boolean
  readonly volatility: 'i' | 's' | 'v'
  readonly defaultCount: number
  readonly rowsExpected: number
}

const VOLATILITY = { immutable: 'i', stable: 's', volatile: 'v' } as const

function numbered(one: SqlFunction, oid: number): NumberedFunction {
  return {
    oid,
    name: one.name,
    schema: one.schema ?? 'pg_catalog',
    arguments: declaredArguments(one),
    argumentNames: one.argumentNames ?? [],
    result: one.result,
    kind: one.kind === 'aggregate' ? 'a' : one.kind === 'window' ? 'w' : 'f',
    isSet: one.kind === 'set',
    isStrict: one.kind === 'aggregate' || one.kind === 'window' ? false : one.isStrict !== false,
    isVariadic: one.isVariadic === true,
    volatility: VOLATILITY[one.volatility ?? 'immutable'],
    defaultCount: one.defaults?.length ?? 0,
    rowsExpected: one.kind === 'set' ? (one.rowsExpected ?? 1000) : 0,
  }
}

/** Functions that read, print, receive and send values: nobody calls them by SQL, but types name them. */
function* typeFunctions(): Iterable<NumberedFunction> {
  const seen = new Set<number>()
  const make = (fact: FunctionFact, types: readonly SqlType[], result: SqlType): NumberedFunction[] => {
    if (fact.oid === 0 || seen.has(fact.oid)) return []
    seen.add(fact.oid)
    return [
      {
        oid: fact.oid,
        name: fact.name,
        schema: 'pg_catalog',
        arguments: types,
        argumentNames: [],
        result,
        kind: 'f',
        isSet: false,
        isStrict: true,
        isVariadic: false,
        volatility: 'i',
        defaultCount: 0,
        rowsExpected: 0,
      },
    ]
  }
  const own = [...allTypeFacts()].map(
    ([name, facts]) => [builtinTypeByName(name) ?? INTERNAL, facts] as const,
  )
  for (const [type, facts] of [...own, ...KIND_TYPE_FACTS.map(facts => [INTERNAL, facts] as const)]) {
    yield* make(facts.input, [CSTRING, OID, INT4], type)
    yield* make(facts.output, [type], CSTRING)
    yield* make(facts.receive, [INTERNAL, OID, INT4], type)
    yield* make(facts.send, [type], BYTEA)
    yield* make(facts.modifierInput, [CSTRING.array!], INT4)
    yield* make(facts.modifierOutput, [INT4], CSTRING)
  }
  yield* make(ARRAY_SUBSCRIPT, [INTERNAL], INTERNAL)
  yield* make(JSONB_SUBSCRIPT, [INTERNAL], INTERNAL)
  yield* make(ARRAY_ANALYZE, [INTERNAL], BOOL)
}

interface KnownFunctions {
  readonly changes: number
  readonly all: readonly NumberedFunction[]
  readonly byOid: ReadonlyMap<number, NumberedFunction>
}
const known = new WeakMap<FunctionRegistry, KnownFunctions>()

/** All functions with oids; the same as long as none was added. */
function knownFunctions(functions: FunctionRegistry): KnownFunctions {
  const { changes } = functions
  const before = known.get(functions)
  if (before?.changes === changes) return before
  let builtins = 0
  let users = 0
  const all = [...typeFunctions()]
  for (const one of functions.allFunctions()) {
    const isOurs = (one.schema ?? 'pg_catalog') === 'pg_catalog'
    all.push(numbered(one, one.oid ?? (isOurs ? BUILTINS_FROM + builtins++ : USERS_FROM + users++)))
  }
  const made = { changes, all, byOid: new Map(all.map(one => [one.oid, one])) }
  known.set(functions, made)
  return made
}

export function allFunctions(functions: FunctionRegistry): readonly NumberedFunction[] {
  return knownFunctions(functions).all
}

export function functionByOid(functions: FunctionRegistry, oid: number): NumberedFunction | undefined {
  return knownFunctions(functions).byOid.get(oid)
}

export function functionsNamed(functions: FunctionRegistry, name: string): readonly NumberedFunction[] {
  return knownFunctions(functions).all.filter(one => one.name === name)
}

/** What pg_get_function_arguments says. */
export function argumentsText(one: NumberedFunction, withDefaults: boolean): string {
  return one.arguments
    .map((type, i) => {
      const isLast = i === one.arguments.length - 1
      const name = one.argumentNames[i]
      const parts = [isLast && one.isVariadic ? 'VARIADIC' : '', name ?? '', formatType(type)]
      const hasDefault = withDefaults && i >= one.arguments.length - one.defaultCount
      return `${parts.filter(part => part !== '').join(' ')}${hasDefault ? ' DEFAULT' : ''}`
    })
    .join(', ')
}

export function resultText(one: NumberedFunction): string {
  return `${one.isSet ? 'SETOF ' : ''}${formatType(one.result)}`
}

function functionRow(one: NumberedFunction, catalog: SystemCatalog): SystemRow {
  const last = one.arguments.at(-1)
  return {
    oid: one.oid,
    proname: one.name,
    pronamespace: catalog.namespaceOid(one.schema),
    proowner: OWNER_OID,
    prolang: INTERNAL_LANGUAGE,
    procost: 1,
    prorows: one.isSet ? one.rowsExpected : 0,
    provariadic: one.isVariadic ? (last!.element ?? last!).oid : 0,
    prosupport: 0,
    prokind: one.kind,
    prosecdef: false,
    proleakproof: false,
    proisstrict: one.isStrict,
    proretset: one.isSet,
    provolatile: one.volatility,
    proparallel: 's',
    pronargs: one.arguments.length,
    pronargdefaults: one.defaultCount,
    prorettype: one.result.oid,
    proargtypes: vectorOf(one.arguments.map(type => type.oid)),
    proargnames: one.argumentNames.length === 0 ? null : SqlArray.of(one.argumentNames),
    prosrc: one.name,
  }
}

function* operatorRows(catalog: SystemCatalog): Iterable<SystemRow> {
  for (const [i, one] of catalog.functions.allOperators().entries()) {
    const [left, right] = one.arguments.length === 1 ? [undefined, one.arguments[0]] : one.arguments
    const isEquality = one.name === '='
    yield {
      oid: OPERATORS_FROM + i,
      oprname: one.name,
      oprnamespace: catalog.namespaceOid('pg_catalog'),
      oprowner: OWNER_OID,
      oprkind: left === undefined ? 'l' : 'b',
      oprcanmerge: isEquality,
      oprcanhash: isEquality,
      oprleft: left?.oid ?? 0,
      oprright: right.oid,
      oprresult: one.result.oid,
      oprcom: 0,
      oprnegate: 0,
      oprcode: 0,
      oprrest: 0,
      oprjoin: 0,
    }
  }
}

/** The functions are what the registry says now: a user's may have been added since the definitions changed. */
export const FUNCTION_ROWS = {
  pg_proc: {
    rows: function* (catalog) {
      for (const one of knownFunctions(catalog.functions).all) yield functionRow(one, catalog)
    },
    isLive: true,
    rowsExpected: 1000,
  },
  pg_operator: { rows: operatorRows, rowsExpected: 430 },
  pg_aggregate: {
    rows: function* (catalog) {
      for (const one of knownFunctions(catalog.functions).all) {
        if (one.kind === 'a') yield { ...AGGREGATE, aggfnoid: one.oid, aggtranstype: INTERNAL.oid }
      }
    },
    isLive: true,
  },
  pg_language: {
    rows: () => [
      { oid: INTERNAL_LANGUAGE, lanname: 'internal', lanowner: OWNER_OID, ...LANGUAGE, lanpltrusted: false },
      { oid: 14, lanname: 'sql', lanowner: OWNER_OID, ...LANGUAGE, lanpltrusted: true },
    ],
  },
} satisfies Record<string, RowSource>

const LANGUAGE = { lanispl: false, lanplcallfoid: 0, laninline: 0, lanvalidator: 0 }
const AGGREGATE = {
  aggkind: 'n',
  aggnumdirectargs: 0,
  aggtransfn: 0,
  aggfinalfn: 0,
  aggcombinefn: 0,
  aggserialfn: 0,
  aggdeserialfn: 0,
  aggmtransfn: 0,
  aggminvtransfn: 0,
  aggmfinalfn: 0,
  aggfinalextra: false,
  aggmfinalextra: false,
  aggfinalmodify: 'r',
  aggmfinalmodify: 'r',
  aggsortop: 0,
  aggtransspace: 0,
  aggmtranstype: 0,
  aggmtransspace: 0,
}
