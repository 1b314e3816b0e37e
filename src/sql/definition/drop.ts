/** DROP, with what depends on the object: refused, or with CASCADE dropped as well. */

import { columnsNamed } from '../bind/accesses.ts'
import { bindStatement } from '../bind/binder.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { RelationSchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import { parseExpression, parseStatements } from '../syntax/parser.ts'
import type { DroppedKind, DropStatement, QualifiedName, Query } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refuseInUse } from './in-use.ts'
import { findIndex, findRelation, queryOf } from './names.ts'
import { refuseOfIdentity, type SequenceUser, usersOf, withoutDefault } from './sequence-users.ts'
import { isTemporarySchema } from './temporary.ts'

/** Takes a column away, as ALTER TABLE does. */
export type DropColumn = (table: TableSchema, column: string) => void

export function dropObjects(
  statement: DropStatement,
  environment: DefinitionEnvironment,
  dropColumn: DropColumn,
): void {
  if (statement.isConcurrent && statement.names.length > 1) {
    throw new SqlError('0A000', 'DROP INDEX CONCURRENTLY does not support dropping multiple objects')
  }
  if (statement.isConcurrent && statement.isCascade) {
    throw new SqlError('0A000', 'DROP INDEX CONCURRENTLY does not support CASCADE')
  }
  const dropper = new Dropper(environment, dropColumn)
  for (const name of statement.names) dropper.dropNamed(statement.object, name, statement.ifExists)
  dropper.settle(statement.isCascade)
}

type Dropped =
  | { readonly kind: 'relation'; readonly relation: RelationSchema }
  | { readonly kind: 'index'; readonly table: TableSchema; readonly index: number }
  | { readonly kind: 'type'; readonly type: SqlType }
  | { readonly kind: 'schema'; readonly name: string; readonly oid: number }
  | { readonly kind: 'constraint'; readonly table: TableSchema; readonly constraint: number }
  | { readonly kind: 'column'; readonly table: TableSchema; readonly column: string }
  | SequenceUser

/** Views whose column goes, with what depends on them. */
export function dropViews(views: readonly RelationSchema[], environment: DefinitionEnvironment): void {
  const dropper = new Dropper(environment)
  for (const { kind, schema, name } of views) {
    dropper.dropNamed(kind === 'view' ? 'view' : 'materialized view', [schema, name], false)
    environment.notice('00000', `drop cascades to view ${name}`)
  }
  dropper.settle(true)
}

/** What needs a sequence that goes with its column, with what depends on that. */
export function dropUsers(users: readonly SequenceUser[], environment: DefinitionEnvironment): void {
  const dropper = new Dropper(environment)
  for (const user of users) dropper.add(user)
  dropper.settle(true)
}

/** Gathers what goes, then removes all of it. */
export class Dropper {
  private readonly environment: DefinitionEnvironment
  private readonly state: CatalogState
  private readonly editor: CatalogEditor
  private readonly named: Dropped[] = []
  private readonly dropColumn: DropColumn | undefined

  /** @param dropColumn missing: there are no types among what is dropped, on which columns could depend */
  constructor(environment: DefinitionEnvironment, dropColumn?: DropColumn) {
    this.environment = environment
    this.dropColumn = dropColumn
    this.state = environment.state
    this.editor = new CatalogEditor(environment.unit.tables)
  }

  add(dropped: Dropped): void {
    this.named.push(dropped)
  }

  dropNamed(object: DroppedKind, name: QualifiedName, ifExists: boolean): void {
    const own = name[name.length - 1]
    const missing = (sqlstate: string, what: string): void => {
      const message = `${what} "${name.join('.')}" does not exist`
      if (!ifExists) throw new SqlError(sqlstate, message)
      this.environment.notice('00000', `${message}, skipping`)
    }
    switch (object) {
      case 'schema': {
        const oid = this.state.schemas.get(own)
        if (oid === undefined || own === 'pg_catalog' || own === 'information_schema') {
          missing('3F000', 'schema')
          return
        }
        this.named.push({ kind: 'schema', name: own, oid })
        return
      }
      case 'type':
      case 'domain': {
        const type = this.state.type(name.length > 1 ? name[0] : undefined, own, this.environment.searchPath)
        if (type === undefined) {
          missing('42704', 'type')
          return
        }
        if (this.state.storedType(type) === undefined) {
          throw new SqlError(
            '2BP01',
            `cannot drop type ${type.displayName} because it is required by the database system`,
          )
        }
        if (object === 'domain' && type.kind !== 'domain')
          throw new SqlError('42809', `"${own}" is not a domain`)
        this.named.push({ kind: 'type', type })
        return
      }
      case 'index': {
        const found = findIndex(name, this.environment)
        if (found !== undefined) {
          const { table, index } = found
          if (table.constraints.some(one => 'indexOid' in one && one.indexOid === index.oid)) {
            throw new SqlError(
              '2BP01',
              `cannot drop index ${own} because constraint ${own} on table ${table.name} requires it`,
              { hint: `You can drop constraint ${own} on table ${table.name} instead.` },
            )
          }
          this.named.push({ kind: 'index', table, index: table.indexes.indexOf(index) })
          return
        }
        missing('42704', 'index')
        return
      }
      default: {
        const relation = findRelation(name, this.environment)
        if (relation === undefined) {
          missing('42P01', object)
          return
        }
        const kind = kindOf(relation)
        if (kind !== object) {
          throw new SqlError('42809', `"${own}" is not a ${object}`, {
            hint: `Use DROP ${kind.toUpperCase()} to remove a ${kind}.`,
          })
        }
        this.named.push({ kind: 'relation', relation })
      }
    }
  }

  /** Removes what was named, and with `isCascade` what depends on it. @throws SqlError 2BP01 */
  settle(isCascade: boolean): void {
    const all = [...this.named]
    /** By what goes with its owner, the owner. */
    const owners = new Map<Dropped, Dropped>()
    for (let i = 0; i < all.length; i++) {
      for (const dependent of this.dependentsOf(all[i])) {
        if (all.some(one => isSame(one, dependent) || isWithin(one, dependent))) continue
        // What an object owns goes with it; the rest must be asked for.
        if (isOwned(all[i], dependent)) owners.set(dependent, all[i])
        else if (!isCascade) {
          const named = describe(owners.get(all[i]) ?? all[i])
          throw new SqlError('2BP01', `cannot drop ${named} because other objects depend on it`, {
            detail: `${describe(dependent)} depends on ${describe(all[i])}`,
            hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
          })
        }
        all.push(dependent)
      }
    }
    for (const one of all) {
      if (one.kind !== 'relation' || one.relation.kind !== 'sequence') continue
      const staying = [...this.state.allRelations()].filter(
        relation => !all.some(other => other.kind === 'relation' && other.relation === relation),
      )
      refuseOfIdentity(one.relation, staying)
    }
    const goingTables = new Set(all.flatMap(one => (one.kind === 'relation' ? [one.relation.oid] : [])))
    for (const one of all) {
      if (one.kind === 'relation' && one.relation.kind === 'table')
        refuseInUse(one.relation, 'DROP TABLE', this.environment)
    }
    // Columns first: their tables are made anew, and their types must still be there.
    for (const one of all) if (one.kind !== 'column' && one.kind !== 'type') this.remove(one, goingTables)
    for (const one of all) if (one.kind === 'column') this.remove(one, goingTables)
    for (const one of all) if (one.kind === 'type') this.remove(one, goingTables)
  }

  private dependentsOf(dropped: Dropped): Dropped[] {
    const relations = [...this.state.allRelations()]
    switch (dropped.kind) {
      case 'schema':
        return [
          ...relations
            .filter(one => one.schema === dropped.name)
            .map((relation): Dropped => ({ kind: 'relation', relation })),
          ...[...this.state.allTypes()]
            .filter(type => type.schema === dropped.name && this.state.storedType(type) !== undefined)
            .map((type): Dropped => ({ kind: 'type', type })),
        ]
      case 'relation': {
        const { relation } = dropped
        if (relation.kind === 'sequence') return usersOf(relation, this.environment)
        const dependents: Dropped[] = []
        for (const other of relations) {
          const text = queryOf(other)
          if (text !== undefined && other !== relation && readsRelation(text, relation, this.state)) {
            dependents.push({ kind: 'relation', relation: other })
          }
          if (other.kind === 'sequence' && other.ownedBy?.tableOid === relation.oid) {
            dependents.push({ kind: 'relation', relation: other })
          }
          if (other.kind !== 'table' || other === relation) continue
          other.constraints.forEach((constraint, number) => {
            if (constraint.kind === 'foreign key' && constraint.referencedOid === relation.oid) {
              dependents.push({ kind: 'constraint', table: other, constraint: number })
            }
          })
        }
        return dependents
      }
      case 'type':
        return this.dependentsOfType(dropped.type)
      case 'column':
        return relations
          .filter(one => readsColumn(one, dropped.table, dropped.column, this.environment))
          .map((relation): Dropped => ({ kind: 'relation', relation }))
      default:
        return []
    }
  }

  /** Columns that have it, types that are made of it, views that name it or give it. */
  private dependentsOfType(type: SqlType): Dropped[] {
    const { state } = this
    const isMadeOf = (one: SqlType): boolean =>
      one === type || one.element === type || one.base === type || one.base?.element === type
    const dependents: Dropped[] = []
    for (const other of state.allTypes()) {
      if (other === type || state.storedType(other) === undefined) continue
      if (isMadeOf(other) || other.fields?.some(field => isMadeOf(field.type))) {
        dependents.push({ kind: 'type', type: other })
      }
    }
    for (const relation of state.allRelations()) {
      const text = queryOf(relation)
      if (text !== undefined && namesType(text, type, state)) dependents.push({ kind: 'relation', relation })
      else if (relation.kind === 'view' && relation.columns.some(column => isMadeOf(column.type))) {
        dependents.push({ kind: 'relation', relation })
      } else if (relation.kind === 'table') {
        for (const { name, type: own } of relation.columns) {
          if (isMadeOf(own)) dependents.push({ kind: 'column', table: relation, column: name })
        }
      }
    }
    return dependents
  }

  private remove(dropped: Dropped, goingTables: ReadonlySet<number>): void {
    const { editor } = this
    switch (dropped.kind) {
      case 'column':
        if (!goingTables.has(dropped.table.oid)) this.dropColumn!(dropped.table, dropped.column)
        return
      case 'schema':
        editor.remove('schema', dropped.oid)
        return
      case 'type':
        editor.remove('type', dropped.type.oid)
        return
      case 'index': {
        const { table, index } = dropped
        const stored = editor.get('table', table.oid)
        const { storedName } = table.indexes[index]
        this.environment.unit.tables.dropIndex(table.storedName, storedName!)
        if (stored !== undefined) {
          editor.put('table', table.oid, {
            ...stored,
            indexes: stored.indexes.filter(one => one.oid !== table.indexes[index].oid),
          })
        }
        return
      }
      case 'default': {
        const { table, column } = dropped
        const stored = editor.get('table', table.oid)
        if (goingTables.has(table.oid) || stored === undefined) return
        const { attributeNumber } = table.columns[column]
        editor.put('table', table.oid, {
          ...stored,
          columns: stored.columns.map(one =>
            one.attributeNumber === attributeNumber ? withoutDefault(one) : one,
          ),
        })
        return
      }
      case 'view default': {
        const stored = editor.get('view', dropped.view.oid)
        if (stored === undefined) return
        const columns = stored.columns.map((one, i) => {
          const { defaultText: _, ...rest } = one
          return i === dropped.column ? rest : one
        })
        editor.put('view', dropped.view.oid, { ...stored, columns })
        return
      }
      case 'domain default': {
        const stored = editor.get('type', dropped.type.oid)
        if (stored?.kind !== 'domain') return
        const { defaultText: _, ...rest } = stored
        editor.put('type', dropped.type.oid, rest)
        return
      }
      case 'constraint': {
        const { table, constraint } = dropped
        if (goingTables.has(table.oid)) return
        const stored = editor.get('table', table.oid)!
        const { oid } = table.constraints[constraint]
        editor.put('table', table.oid, {
          ...stored,
          constraints: stored.constraints.filter(one => one.oid !== oid),
        })
        return
      }
      case 'relation': {
        const { relation } = dropped
        if (relation.kind === 'table') {
          this.environment.unit.tables.drop(relation.storedName)
          editor.remove('table', relation.oid)
        } else if (relation.kind === 'view') editor.remove('view', relation.oid)
        else if (relation.kind === 'sequence') editor.remove('sequence', relation.oid)
      }
    }
  }
}

function isSame(a: Dropped, b: Dropped): boolean {
  if (a.kind === 'relation' && b.kind === 'relation') return a.relation === b.relation
  if (a.kind === 'constraint' && b.kind === 'constraint')
    return a.table === b.table && a.constraint === b.constraint
  if (a.kind === 'type' && b.kind === 'type') return a.type === b.type
  if (a.kind === 'column' && b.kind === 'column') return a.table === b.table && a.column === b.column
  if (a.kind === 'default' && b.kind === 'default') return a.table === b.table && a.column === b.column
  if (a.kind === 'view default' && b.kind === 'view default')
    return a.view === b.view && a.column === b.column
  return false
}

/** Constraints, columns and their defaults go with the table that has them, and a domain's default with the domain. */
function isWithin(whole: Dropped, part: Dropped): boolean {
  if (part.kind === 'view default') return whole.kind === 'relation' && whole.relation === part.view
  if (part.kind === 'domain default') return whole.kind === 'type' && whole.type === part.type
  if (part.kind !== 'constraint' && part.kind !== 'column' && part.kind !== 'default') return false
  return whole.kind === 'relation' && part.table === whole.relation
}

/** A sequence of a column goes with its table. */
function isOwned(owner: Dropped, dependent: Dropped): boolean {
  return (
    owner.kind === 'relation' &&
    dependent.kind === 'relation' &&
    dependent.relation.kind === 'sequence' &&
    dependent.relation.ownedBy?.tableOid === owner.relation.oid
  )
}

export function describe(dropped: Dropped): string {
  switch (dropped.kind) {
    case 'relation':
      return `${kindOf(dropped.relation)} ${dropped.relation.name}`
    case 'index':
      return `index ${dropped.table.indexes[dropped.index].name}`
    case 'type':
      return `type ${dropped.type.name}`
    case 'schema':
      return `schema ${dropped.name}`
    case 'column':
      return `column ${dropped.column} of table ${dropped.table.name}`
    case 'default':
      return `default value for column ${dropped.table.columns[dropped.column].name} of table ${dropped.table.name}`
    case 'view default':
      return `default value for column ${dropped.view.columns[dropped.column].name} of view ${dropped.view.name}`
    case 'domain default':
      return `type ${dropped.type.name}`
    case 'constraint':
      return `constraint ${dropped.table.constraints[dropped.constraint].name} on table ${dropped.table.name}`
  }
}

/** What a relation is called by those who define it. */
export function kindOf(relation: RelationSchema): string {
  return relation.kind === 'table' && relation.materialized !== undefined
    ? 'materialized view'
    : relation.kind
}

/** Views that read a column of the table. */
export function viewsOver(
  table: TableSchema,
  column: string,
  environment: DefinitionEnvironment,
): RelationSchema[] {
  return [...environment.state.allRelations()].filter(one => readsColumn(one, table, column, environment))
}

/** Whether a relation is a view that reads the column, by whatever name it calls it. */
function readsColumn(
  view: RelationSchema,
  table: TableSchema,
  column: string,
  { state, functions }: DefinitionEnvironment,
): boolean {
  const text = queryOf(view)
  if (text === undefined || !readsRelation(text, table, state)) return false
  const query = parseStatements(text)[0].statement as Query
  let named: ReturnType<typeof columnsNamed>
  try {
    named = columnsNamed(bindStatement(query, state, functions))
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    // It calls a function that is not known here: it may mean any column that it names.
    return namesColumn(`EXISTS (${text})`, column)
  }
  const number = table.columns.findIndex(one => one.name === column && !one.isHidden)
  return named.get(table.oid)?.has(number) === true
}

/** Whether a stored query names a relation anywhere. */
export function readsRelation(text: string, relation: RelationSchema, state: CatalogState): boolean {
  const trees = parseStatements(text).map(one => one.statement)
  // A temporary view may read what is on its own session's path only.
  const path = isTemporarySchema(relation.schema) ? [relation.schema, ...state.searchPath] : state.searchPath
  return readsTree(trees, relation, state, path)
}

export function readsTree(
  tree: unknown,
  relation: RelationSchema,
  state: CatalogState,
  searchPath: readonly string[],
): boolean {
  if (typeof tree !== 'object' || tree === null) return false
  const node = tree as { kind?: string; name?: unknown }
  if (node.kind === 'table' && Array.isArray(node.name)) {
    const name = node.name as string[]
    const schema = name.length > 1 ? name[name.length - 2] : undefined
    if (state.relation(schema, name[name.length - 1], searchPath) === relation) return true
  }
  return Object.values(tree).some(one => readsTree(one, relation, state, searchPath))
}

/** Whether a stored query names a type anywhere. */
function namesType(text: string, type: SqlType, state: CatalogState): boolean {
  let isFound = false
  const look = (value: unknown): void => {
    if (isFound || typeof value !== 'object' || value === null) return
    const node = value as { name?: unknown; isSetOf?: unknown }
    if (node.isSetOf !== undefined && Array.isArray(node.name)) {
      const name = node.name as string[]
      if (state.type(name.length > 1 ? name[name.length - 2] : undefined, name.at(-1)!) === type)
        isFound = true
    }
    for (const one of Object.values(value)) look(one)
  }
  look(parseStatements(text)[0].statement)
  return isFound
}

/** Whether an expression's text names a column. */
export function namesColumn(text: string, column: string): boolean {
  let isFound = false
  const look = (value: unknown): void => {
    if (isFound || typeof value !== 'object' || value === null) return
    const node = value as { kind?: string; names?: readonly string[] }
    if (node.kind === 'column' && node.names?.at(-1) === column) isFound = true
    for (const one of Object.values(value)) look(one)
  }
  look(parseExpression(text))
  return isFound
}
