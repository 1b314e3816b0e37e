/**
 * What the binder says of each of `statements.sql` is what PostgreSQL says: names and types of columns, types of parameters,
 * or state, message, detail, hint and place of the error. Recorded by `record-answers.mjs`.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bindStatement } from '../../../src/sql/bind/binder.ts'
import type { OutputColumn } from '../../../src/sql/bind/bound.ts'
import { SqlError } from '../../../src/sql/errors.ts'
import { builtinRegistry } from '../../../src/sql/functions/builtins.ts'
import type { FunctionRegistry } from '../../../src/sql/functions/registry.ts'
import { refuseOtherDatabases } from '../../../src/sql/syntax/database-names.ts'
import { parseStatements } from '../../../src/sql/syntax/parser.ts'
import type { QueryStatement } from '../../../src/sql/syntax/tree.ts'
import { withoutDomain } from '../../../src/sql/types/type.ts'
import { postgresRegistry } from './postgres-registry.ts'
import { testCatalog } from './schema.ts'

interface Answer {
  readonly statement: string
  readonly columns?: readonly (readonly [string, number])[]
  readonly parameters?: readonly number[]
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly position: number
    readonly detail?: string
    readonly hint?: string
  }
}

const FIRST_OID_OF_USERS = 16384
const identity = (oid: number): number | string => (oid >= FIRST_OID_OF_USERS ? 'own type' : oid)

const catalog = testCatalog()
/** With PostgreSQL's own signatures, and with what there is here. */
const registries = {
  "PostgreSQL's functions": postgresRegistry(),
  'the builtin functions': builtinRegistry(),
} as const
const text = readFileSync(new URL('answers.json', import.meta.url), 'utf8')
const answers = JSON.parse(text) as readonly Answer[]

/** Statements where Coppice says 0A000 on purpose, or differs in a way that is written down. */
const REFUSED: Readonly<Record<string, string>> = {
  // PostgreSQL finds it when it plans, and describes it before.
  'insert into t values (1) on conflict (b) do nothing': '42P10',
  'insert into uq (k) values (1) on conflict (h) do nothing': '42P10',
  'insert into uq (k) values (1) on conflict (k, e) do nothing': '42P10',
  // The tree has no place of the name.
  'select a from t for update of zz': '42P01',
  'select make_interval(days => 1, days => 2)': '42601',
  'select * from t tablesample foo (10)': '42704',
  // Without a session, regclass is read when it runs.
  "select nextval('foo')": 'bound',
  'insert into vw values (1)': '0A000',
  "select b'101'": '0A000',
}

function outcome(statement: string, registry: FunctionRegistry): Omit<Answer, 'statement'> {
  try {
    const parsed = parseStatements(statement)[0]!
    refuseOtherDatabases(parsed, 'postgres')
    const tree = parsed.statement as QueryStatement
    const bound = bindStatement(tree, catalog, registry)
    const columns: readonly OutputColumn[] =
      bound.kind === 'query' ? bound.query.columns : (bound.change.returning?.columns ?? [])
    return {
      parameters: bound.parameters.map(type => type.oid),
      // As PostgreSQL's protocol says it: a domain's value is one of its base type.
      columns: columns.map(column => [column.name, withoutDomain(column.type).oid]),
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const { detail, hint } = error.fields
    return {
      error: {
        code: error.sqlstate,
        message: error.primary,
        position: (error.position ?? -1) + 1,
        ...(detail === undefined ? {} : { detail }),
        ...(hint === undefined ? {} : { hint }),
      },
    }
  }
}

for (const [name, registry] of Object.entries(registries)) {
  describe(`with ${name} the binder says what PostgreSQL says`, () => {
    for (const { statement, ...expected } of answers) {
      if (statement in REFUSED) continue
      it(statement, () => {
        const got = outcome(statement, registry)
        const normal = (one: Omit<Answer, 'statement'>): unknown =>
          one.columns === undefined
            ? one
            : {
                parameters: one.parameters?.map(identity),
                columns: one.columns.map(([name, oid]) => [name, identity(oid)]),
              }
        expect(normal(got)).toEqual(normal(expected))
      })
    }
  })
}
