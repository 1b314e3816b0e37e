/** CREATE TYPE … AS ENUM, composite types, CREATE DOMAIN, ALTER TYPE … ADD VALUE. */

import type { Steps } from '../../base/steps.ts'
import type { BoundExpression } from '../bind/bound.ts'
import type { ResolvedType } from '../bind/type-names.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { StoredSqlTable, StoredType } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type {
  AlterEnum,
  ConstraintDefinition,
  CreateCompositeType,
  CreateDomain,
  CreateEnum,
  Expression,
} from '../syntax/tree.ts'
import type { SqlArray } from '../types/array.ts'
import { SqlRow } from '../types/row.ts'
import { BOOL, type SqlType, withoutDomain } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refuseInUse } from './in-use.ts'
import { freeName, newName, type ObjectName } from './names.ts'
import { rebuildTable } from './rebuild.ts'
import { renameInTexts, type Surroundings, storedExpression, typeNamed } from './stored-names.ts'
import { TableDraft } from './table-draft.ts'
import { typedDefinition } from './typed-definition.ts'

/** A type of the database's own. @throws SqlError 42704 */
export function requireType(
  name: readonly string[],
  { state, searchPath }: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
): SqlType {
  const type = state.type(name.length > 1 ? name[name.length - 2] : undefined, name.at(-1)!, searchPath)
  if (type === undefined) throw new SqlError('42704', `type "${name.join('.')}" does not exist`)
  return type
}

function newTypeName(name: readonly string[], environment: DefinitionEnvironment, at: number): ObjectName {
  const target = newName(name, environment, at)
  if (environment.state.type(target.schema, target.name) !== undefined) {
    throw new SqlError('42710', `type "${target.name}" already exists`)
  }
  return target
}

export function createEnum(statement: CreateEnum, environment: DefinitionEnvironment): void {
  const target = newTypeName(statement.name, environment, statement.at)
  const editor = new CatalogEditor(environment.unit.tables)
  const oid = editor.newOid(2)
  if (new Set(statement.labels).size < statement.labels.length) {
    throw new SqlError('23505', 'duplicate key value violates unique constraint "pg_enum_typid_label_index"')
  }
  editor.put('type', oid, { ...target, kind: 'enum', arrayOid: oid + 1, labels: statement.labels })
}

export function* alterEnum(statement: AlterEnum, environment: DefinitionEnvironment): Steps {
  const type = requireType(statement.name, environment)
  const own = statement.name.at(-1)!
  if (type.labels === undefined || type.kind !== 'enum')
    throw new SqlError('42809', `"${own}" is not an enum`)
  const editor = new CatalogEditor(environment.unit.tables)
  const stored = editor.get('type', type.oid)
  if (stored?.kind !== 'enum') throw new SqlError('42809', `"${own}" is not an enum`)
  const { action } = statement
  if (action.kind === 'rename') {
    renameLabel(type, stored, action.label, action.newLabel, editor, environment)
    return
  }
  if (stored.labels.includes(action.label)) {
    if (action.ifNotExists) {
      environment.notice('42710', `enum label "${action.label}" already exists, skipping`)
      return
    }
    throw new SqlError('42710', `enum label "${action.label}" already exists`)
  }
  const place = placeOfLabel(stored.labels, action)
  const tables = [...tablesWithEnum(type.oid, environment.state)]
  const isLast = place === stored.labels.length
  // Stored values are ordinals: only what comes last leaves them as they are.
  if (!isLast)
    for (const { oid } of tables) refuseInUse(environment.state.tableByOid(oid)!, 'ALTER TYPE', environment)
  editor.put('type', type.oid, { ...stored, labels: stored.labels.toSpliced(place, 0, action.label) })
  if (isLast) extendTables(type.oid, environment)
  else for (const { oid } of tables) yield* renumberValues(oid, type.oid, place, editor, environment)
}

/** How many labels stand before the new one. @throws SqlError 22023 */
function placeOfLabel(
  labels: readonly string[],
  { neighbour, isAfter }: Extract<AlterEnum['action'], { kind: 'add' }>,
): number {
  if (neighbour === undefined) return labels.length
  const place = labels.indexOf(neighbour)
  if (place < 0) throw new SqlError('22023', `"${neighbour}" is not an existing enum label`)
  return isAfter ? place + 1 : place
}

/** Lays the rows of a table out anew: values of the enum from `place` on are one more. */
function* renumberValues(
  tableOid: number,
  enumOid: number,
  place: number,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): Steps {
  const old = environment.state.tableByOid(tableOid)!
  const changes = old.columns.map(({ type }) => renumbering(type, enumOid, place))
  const draft = new TableDraft(environment, editor, old, old)
  yield* rebuildTable(old, draft, environment, row =>
    row.map((value, i) => (value === null ? null : (changes[i]?.(value) ?? value))),
  )
}

function renumbering(type: SqlType, enumOid: number, place: number): ((value: Value) => Value) | undefined {
  const plain = withoutDomain(type)
  if (plain.oid === enumOid) return (ordinal: number) => (ordinal < place ? ordinal : ordinal + 1)
  const element = plain.element && renumbering(plain.element, enumOid, place)
  if (element !== undefined) return (array: SqlArray) => array.map(element)
  const fields = plain.fields?.map(field => renumbering(field.type, enumOid, place)) ?? []
  if (fields.every(change => change === undefined)) return undefined
  return ({ values, types, names }: SqlRow) => {
    const renumbered = values.map((value, i) => (value === null ? null : (fields[i]?.(value) ?? value)))
    return new SqlRow(renumbered, types, names)
  }
}

/** Tables with columns of an enum learn of its new value: what they have stored stays as it is. */
function extendTables(enumOid: number, { stateNow, unit }: DefinitionEnvironment): void {
  const state = stateNow()
  for (const { table } of tablesWithEnum(enumOid, state)) {
    unit.tables.unruled(typedDefinition(table, oid => state.typeByOid(oid)!) as never)
  }
}

function* tablesWithEnum(
  enumOid: number,
  state: CatalogState,
): Iterable<{ readonly oid: number; readonly table: StoredSqlTable }> {
  const isMeant = (type: SqlType): boolean => {
    const plain = withoutDomain(type)
    const parts = [plain.element, ...(plain.fields ?? []).map(field => field.type)]
    return plain.oid === enumOid || parts.some(part => part !== undefined && isMeant(part))
  }
  for (const [oid, table] of state.stored.all('table')) {
    if (table.columns.some(column => isMeant(state.typeByOid(column.type)!))) yield { oid, table }
  }
}

/** Stored values are ordinals: only definitions say the label. */
function renameLabel(
  type: SqlType,
  stored: Extract<StoredType, { kind: 'enum' }>,
  from: string,
  to: string,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  if (!stored.labels.includes(from)) {
    throw new SqlError('22023', `"${from}" is not an existing enum label`)
  }
  if (stored.labels.includes(to)) throw new SqlError('42710', `enum label "${to}" already exists`)
  const literal = (read: SqlType, text: string): string | undefined => {
    if (read === type) return text === from ? to : undefined
    if (read.element === undefined || withoutDomain(read.element) !== type) return undefined
    throw notSupported(`renaming a value of an enum that a definition has in the array '${text}'`)
  }
  renameInTexts(from, { literal }, editor, environment)
  const labels = stored.labels.map(label => (label === from ? to : label))
  editor.put('type', type.oid, { ...stored, labels })
  const tables = [...tablesWithEnum(type.oid, environment.state)]
  for (const { table } of tables) {
    environment.unit.tables.renameEnumMembers(table.storedName, stored.labels, labels)
  }
}

export function createCompositeType(
  statement: CreateCompositeType,
  environment: DefinitionEnvironment,
): void {
  const target = newTypeName(statement.name, environment, statement.at)
  const editor = new CatalogEditor(environment.unit.tables)
  const oid = editor.newOid(2)
  const fields = statement.columns.map(column => {
    const { type, modifier } = typeNamed(column.type, environment)
    return { name: column.name, type: type.oid, modifier }
  })
  editor.put('type', oid, { ...target, kind: 'composite', arrayOid: oid + 1, fields })
}

/** @throws SqlError 42P17 */
export function refuseUnenforced({
  isEnforced,
  at,
}: {
  readonly isEnforced: boolean
  readonly at: number
}): void {
  if (isEnforced) return
  throw new SqlError('42P17', 'specifying constraint enforceability not supported for domains', {
    position: at,
  })
}

export function createDomain(statement: CreateDomain, environment: DefinitionEnvironment): void {
  const target = newTypeName(statement.name, environment, statement.at)
  const { type, modifier } = typeNamed(statement.type, environment)
  const editor = new CatalogEditor(environment.unit.tables)
  let isNotNull = false
  let notNullName: string | undefined
  let defaultText: string | undefined
  const said: Extract<ConstraintDefinition, { kind: 'check' }>[] = []
  for (const constraint of statement.constraints) {
    switch (constraint.kind) {
      case 'not null':
        isNotNull = true
        notNullName = constraint.name
        break
      case 'null':
        break
      case 'default':
        defaultText = domainDefault(constraint.expression, { type, modifier }, environment)
        break
      case 'check':
        refuseUnenforced(constraint)
        said.push(constraint)
        break
      default:
        throw notSupported(`${constraint.kind} of a domain`, constraint.at)
    }
  }
  const oid = editor.newOid(2)
  const domain = {
    ...target,
    kind: 'domain',
    arrayOid: oid + 1,
    base: type.oid,
    baseModifier: modifier,
    isNotNull,
    ...(isNotNull ? { notNullName: notNullName ?? `${target.name}_not_null` } : {}),
    checks: [] as { name: string; text: string }[],
    ...(defaultText === undefined ? {} : { defaultText }),
  } as const
  editor.put('type', oid, domain)
  if (said.length === 0) return
  // They are bound against the domain as it is then.
  const state = environment.stateNow()
  for (const { expression, name } of said) {
    const isTaken = (one: string) => domain.checks.some(check => check.name === one)
    domain.checks.push({
      name: name ?? freeName(`${target.name}_check`, isTaken),
      text: domainCheck(expression, state.typeByOid(oid)!, { ...environment, state }),
    })
  }
  editor.put('type', oid, domain)
}

/** A default as it is stored. @throws SqlError 42804 it does not fit */
export function domainDefault(
  expression: Expression,
  target: ResolvedType,
  environment: Surroundings,
): string {
  return storedExpression(expression, environment, { target, clause: 'default' }).text
}

/** A condition over VALUE, as it is stored. @throws SqlError 42804 it is none */
export function domainCheck(expression: Expression, domain: SqlType, environment: Surroundings): string {
  const { bound, text } = storedExpression(expression, environment, { domain, clause: 'check' })
  const { type, at } = bound.expression
  if (withoutDomain(type) !== BOOL && !isNull(bound.expression)) {
    throw new SqlError('42804', `argument of CHECK must be type boolean, not type ${type.displayName}`, {
      position: at,
    })
  }
  return text
}

function isNull(e: BoundExpression): boolean {
  return e.kind === 'constant' && e.value === null
}
