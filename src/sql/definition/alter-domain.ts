/** ALTER DOMAIN. What it says newly of values is held against the columns that have the domain, or one that is over it. */

import type { Steps } from '../../base/steps.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredType } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import type { KeptRows } from '../spill/kept-rows.ts'
import { formatExpression } from '../syntax/format.ts'
import { parseExpression, parseStatements } from '../syntax/parser.ts'
import type { AlterDomain, ConstraintDefinition, Query } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { freeName } from './names.ts'
import { domainCheck, domainDefault, refuseUnenforced, requireType } from './types.ts'

type StoredDomain = Extract<StoredType, { kind: 'domain' }>

export function* alterDomain(statement: AlterDomain, environment: DefinitionEnvironment): Steps {
  const type = requireType(statement.name, environment)
  const editor = new CatalogEditor(environment.unit.tables)
  const stored = storedDomain(type, editor)
  editor.put('type', type.oid, yield* changed(statement, type, stored, environment))
}

/** @throws SqlError 42809 */
function storedDomain(type: SqlType, editor: CatalogEditor): StoredDomain {
  const stored = editor.get('type', type.oid)
  if (stored?.kind !== 'domain') throw new SqlError('42809', `${type.displayName} is not a domain`)
  return stored
}

function* changed(
  { action }: AlterDomain,
  type: SqlType,
  stored: StoredDomain,
  environment: DefinitionEnvironment,
): Steps<StoredDomain> {
  switch (action.kind) {
    case 'set default': {
      const { defaultText: _, ...rest } = stored
      if (action.expression === undefined) return rest
      const target = { type: type.base!, modifier: type.baseModifier }
      return { ...rest, defaultText: domainDefault(action.expression, target, environment) }
    }
    case 'set not null':
      return stored.isNotNull ? stored : yield* withNotNull(undefined, type, stored, environment)
    case 'drop not null':
      return withoutNotNull(stored)
    case 'add constraint':
      return yield* withConstraint(action.constraint, type, stored, environment)
    case 'drop constraint':
      return withoutConstraint(action.name, action.ifExists, type, stored, environment)
    default:
      return yield* validated(action.name, type, stored, environment)
  }
}

// ------------------------------------------------------------------------------------------- constraints

function* withConstraint(
  constraint: ConstraintDefinition,
  type: SqlType,
  stored: StoredDomain,
  environment: DefinitionEnvironment,
): Steps<StoredDomain> {
  const { kind, name } = constraint
  if (name !== undefined && isTaken(stored, name)) {
    throw new SqlError('42710', `constraint "${name}" for domain ${type.displayName} already exists`)
  }
  if (kind === 'not null') {
    return stored.isNotNull ? stored : yield* withNotNull(name, type, stored, environment)
  }
  if (kind !== 'check') throw notSupported(`${kind.toUpperCase()} of a domain`, constraint.at)
  refuseUnenforced(constraint)
  const check = {
    name: name ?? freeName(`${stored.name}_check`, one => isTaken(stored, one)),
    text: domainCheck(constraint.expression, type, environment),
  }
  if (constraint.isNotValid) return { ...stored, checks: [...stored.checks, { ...check, isNotValid: true }] }
  yield* refuseViolated(check.text, type, environment)
  return { ...stored, checks: [...stored.checks, check] }
}

function isTaken({ checks, isNotNull, notNullName }: StoredDomain, name: string): boolean {
  return checks.some(one => one.name === name) || (isNotNull && notNullName === name)
}

function* withNotNull(
  name: string | undefined,
  type: SqlType,
  stored: StoredDomain,
  environment: DefinitionEnvironment,
): Steps<StoredDomain> {
  yield* refuseRows(type, environment, column => `${column} IS NULL`, {
    sqlstate: '23502',
    message: (column, table) => `column "${column}" of table "${table}" contains null values`,
  })
  const notNullName = name ?? freeName(`${stored.name}_not_null`, one => isTaken(stored, one))
  return { ...stored, isNotNull: true, notNullName }
}

function withoutNotNull(stored: StoredDomain): StoredDomain {
  const { notNullName: _, ...rest } = stored
  return { ...rest, isNotNull: false }
}

function withoutConstraint(
  name: string,
  ifExists: boolean,
  type: SqlType,
  stored: StoredDomain,
  environment: DefinitionEnvironment,
): StoredDomain {
  if (stored.isNotNull && notNullNameOf(stored) === name) return withoutNotNull(stored)
  if (stored.checks.some(one => one.name === name)) {
    return { ...stored, checks: stored.checks.filter(one => one.name !== name) }
  }
  const message = `constraint "${name}" of domain "${type.name}" does not exist`
  if (!ifExists) throw new SqlError('42704', message)
  environment.notice('00000', `${message}, skipping`)
  return stored
}

function* validated(
  name: string,
  type: SqlType,
  stored: StoredDomain,
  environment: DefinitionEnvironment,
): Steps<StoredDomain> {
  const check = stored.checks.find(one => one.name === name)
  if (check === undefined) {
    if (stored.isNotNull && notNullNameOf(stored) === name) {
      throw new SqlError('42809', `constraint "${name}" of domain "${type.name}" is not a check constraint`)
    }
    throw new SqlError('42704', `constraint "${name}" of domain "${type.name}" does not exist`)
  }
  if (check.isNotValid !== true) return stored
  yield* refuseViolated(check.text, type, environment)
  const checks = stored.checks.map(one => (one === check ? { name, text: check.text } : one))
  return { ...stored, checks }
}

/** In databases of older versions it was not stored. */
function notNullNameOf({ name, notNullName }: StoredDomain): string {
  return notNullName ?? `${name}_not_null`
}

/** ALTER DOMAIN … RENAME CONSTRAINT. */
export function renameDomainConstraint(
  name: readonly string[],
  from: string,
  to: string,
  environment: DefinitionEnvironment,
): void {
  const type = requireType(name, environment)
  const editor = new CatalogEditor(environment.unit.tables)
  const stored = storedDomain(type, editor)
  const isNotNull = stored.isNotNull && notNullNameOf(stored) === from
  if (!isNotNull && !stored.checks.some(one => one.name === from)) {
    throw new SqlError('42704', `constraint "${from}" for domain ${type.displayName} does not exist`)
  }
  if (isTaken(stored, to)) {
    throw new SqlError('42710', `constraint "${to}" for domain ${type.displayName} already exists`)
  }
  editor.put('type', type.oid, {
    ...stored,
    ...(isNotNull ? { notNullName: to } : {}),
    checks: stored.checks.map(one => (one.name === from ? { ...one, name: to } : one)),
  })
}

// ------------------------------------------------------------------------------------------ rows that are there

function* refuseViolated(check: string, type: SqlType, environment: DefinitionEnvironment): Steps {
  const condition = (column: string): string => `(${overColumn(check, column)}) IS FALSE`
  yield* refuseRows(type, environment, condition, {
    sqlstate: '23514',
    message: (column, table) =>
      `column "${column}" of table "${table}" contains values that violate the new constraint`,
  })
}

/** The check with a column's value for VALUE. */
function overColumn(check: string, column: string): string {
  const operand = parseExpression(column)
  const replace = (tree: unknown): unknown => {
    if (typeof tree !== 'object' || tree === null) return tree
    if (Array.isArray(tree)) return tree.map(replace)
    const node = tree as { kind?: string; names?: readonly string[] }
    if (node.kind === 'column' && node.names?.length === 1 && node.names[0] === 'value') return operand
    return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, replace(value)]))
  }
  return formatExpression(replace(parseExpression(check)) as ReturnType<typeof parseExpression>)
}

interface Refusal {
  readonly sqlstate: string
  message(column: string, table: string): string
}

/** @throws SqlError what `refusal` says, where a column of the domain has a row of which the condition is true */
function* refuseRows(
  type: SqlType,
  environment: DefinitionEnvironment,
  condition: (column: string) => string,
  { sqlstate, message }: Refusal,
): Steps {
  for (const relation of environment.state.allRelations()) {
    if (relation.kind !== 'table') continue
    for (const { name, type: own, isHidden } of relation.columns) {
      if (isHidden) continue
      if (!isOver(own, type)) {
        if (contains(own, type)) refuseContained(type, relation, name)
        continue
      }
      const table = `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`
      const text = `SELECT 1 FROM ${table} AS own WHERE ${condition(`own.${quoteIdentifier(name)}`)} LIMIT 1`
      const query = parseStatements(text)[0].statement as Query
      if (!(yield* environment.runQuery(query, hasRows))) continue
      const { schema, name: tableName } = relation
      throw new SqlError(sqlstate, message(name, tableName), { schema, table: tableName, column: name })
    }
  }
}

// biome-ignore lint/correctness/useYield: what is done with the rows is done in one go
function* hasRows(rows: KeptRows): Steps<boolean> {
  return rows.length > 0
}

function isOver(own: SqlType, domain: SqlType): boolean {
  return own === domain || (own.base !== undefined && isOver(own.base, domain))
}

/** Inside of arrays and composite values nobody looks. */
function contains(own: SqlType, domain: SqlType): boolean {
  const parts = [own.base, own.element, ...(own.fields ?? []).map(field => field.type)]
  return parts.some(part => part !== undefined && (isOver(part, domain) || contains(part, domain)))
}

function refuseContained(type: SqlType, table: TableSchema, column: string): never {
  throw new SqlError(
    '0A000',
    `cannot alter type "${type.name}" because column "${table.name}.${column}" uses it`,
  )
}
