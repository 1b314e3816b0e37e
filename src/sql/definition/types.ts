/** CREATE SCHEMA, CREATE TYPE … AS ENUM, composite types, CREATE DOMAIN, ALTER TYPE … ADD VALUE. */

import { bindScalar, bindType } from '../bind/binder.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import { notSupported, SqlError } from '../errors.ts'
import { formatExpression } from '../syntax/format.ts'
import type {
  AlterEnum,
  CreateCompositeType,
  CreateDomain,
  CreateEnum,
  CreateSchema,
} from '../syntax/tree.ts'
import { type SqlType, withoutDomain } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { freeName, newName, type ObjectName } from './names.ts'
import { typedDefinition } from './typed-definition.ts'

export function createSchema(statement: CreateSchema, environment: DefinitionEnvironment): void {
  if (statement.elements.length > 0) throw notSupported('CREATE SCHEMA with elements', statement.at)
  if (environment.state.hasSchema(statement.name)) {
    const message = `schema "${statement.name}" already exists`
    if (!statement.ifNotExists) throw new SqlError('42P06', message)
    environment.notice('42P06', `${message}, skipping`)
    return
  }
  if (statement.name.startsWith('pg_')) {
    throw new SqlError('42939', `unacceptable schema name "${statement.name}"`, {
      detail: 'The prefix "pg_" is reserved for system schemas.',
    })
  }
  const editor = new CatalogEditor(environment.unit.tables)
  editor.put('schema', editor.newOid(), { name: statement.name })
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

export function alterEnum(statement: AlterEnum, environment: DefinitionEnvironment): void {
  const own = statement.name[statement.name.length - 1]
  const type = environment.state.type(
    statement.name.length > 1 ? statement.name[0] : undefined,
    own,
    environment.searchPath,
  )
  if (type === undefined) throw new SqlError('42704', `type "${own}" does not exist`)
  if (type.labels === undefined || type.kind !== 'enum')
    throw new SqlError('42809', `"${own}" is not an enum`)
  const editor = new CatalogEditor(environment.unit.tables)
  const stored = editor.get('type', type.oid)
  if (stored?.kind !== 'enum') throw new SqlError('42809', `"${own}" is not an enum`)
  const { action } = statement
  if (action.kind === 'rename') throw notSupported('renaming a value of an enum', statement.at)
  if (stored.labels.includes(action.label)) {
    if (action.ifNotExists) return
    throw new SqlError('42710', `enum label "${action.label}" already exists`)
  }
  // Stored values are ordinals: only what comes last leaves them as they are.
  const isLast =
    action.neighbour === undefined ||
    (action.isAfter && action.neighbour === stored.labels[stored.labels.length - 1])
  if (!isLast) throw notSupported('adding a value to an enum other than at its end', statement.at)
  editor.put('type', type.oid, { ...stored, labels: [...stored.labels, action.label] })
  extendTables(type.oid, environment)
}

/** Tables with columns of an enum learn of its new value: what they have stored stays as it is. */
function extendTables(enumOid: number, { stateNow, unit }: DefinitionEnvironment): void {
  const state = stateNow()
  const isMeant = (type: SqlType): boolean => {
    const plain = withoutDomain(type)
    return plain.oid === enumOid || (plain.element !== undefined && isMeant(plain.element))
  }
  for (const table of state.stored.all('table').values()) {
    if (!table.columns.some(column => isMeant(state.typeByOid(column.type)!))) continue
    unit.tables.unruled(typedDefinition(table, oid => state.typeByOid(oid)!) as never)
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
    const { type, modifier } = bindType(column.type, environment.state, environment.functions)
    return { name: column.name, type: type.oid, modifier }
  })
  editor.put('type', oid, { ...target, kind: 'composite', arrayOid: oid + 1, fields })
}

export function createDomain(statement: CreateDomain, environment: DefinitionEnvironment): void {
  const target = newTypeName(statement.name, environment, statement.at)
  const { type, modifier } = bindType(statement.type, environment.state, environment.functions)
  const editor = new CatalogEditor(environment.unit.tables)
  const checks: { name: string; text: string }[] = []
  let isNotNull = false
  let defaultText: string | undefined
  for (const constraint of statement.constraints) {
    switch (constraint.kind) {
      case 'not null':
        isNotNull = true
        break
      case 'null':
        break
      case 'default':
        bindScalar(constraint.expression, environment.state, environment.functions, {
          target: { type, modifier },
          clause: 'default',
        })
        defaultText = formatExpression(constraint.expression)
        break
      case 'check': {
        const isTaken = (name: string) => checks.some(check => check.name === name)
        checks.push({
          name: constraint.name ?? freeName(`${target.name}_check`, isTaken),
          text: formatExpression(constraint.expression),
        })
        break
      }
      default:
        throw notSupported(`${constraint.kind} of a domain`, constraint.at)
    }
  }
  const oid = editor.newOid(2)
  editor.put('type', oid, {
    ...target,
    kind: 'domain',
    arrayOid: oid + 1,
    base: type.oid,
    baseModifier: modifier,
    isNotNull,
    checks,
    ...(defaultText === undefined ? {} : { defaultText }),
  })
}
