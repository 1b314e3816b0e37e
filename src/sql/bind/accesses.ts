/**
 * What a statement needs of which tables and columns, wherever in its bound tree it does. A view is read as a whole: what its
 * query reads is its owner's to read, unless it has security_invoker. What is changed through a view is its table's.
 */

import type { TableSchema, ViewSchema } from '../catalog/schema.ts'
import type {
  BoundAssignment,
  BoundChange,
  BoundColumn,
  BoundFrom,
  BoundInsert,
  BoundMerge,
  BoundOnConflict,
  BoundReturning,
  BoundStatement,
  RelationId,
  WholeRow,
} from './bound.ts'

export type TablePrivilege = 'select' | 'insert' | 'update' | 'delete'

export interface TableAccess {
  readonly table: TableSchema | ViewSchema
  readonly privilege: TablePrivilege
  /** Numbers of the columns that it is about; none: any one will do. Undefined: the table as a whole. */
  readonly columns: readonly number[] | undefined
}

export function accessesOf(bound: BoundStatement): readonly TableAccess[] {
  const walk = new AccessWalk(true)
  walk.visit(bound)
  return walk.accesses()
}

/**
 * The columns of tables and views that a statement names, by the relation's oid: those on which a definition depends. A row as
 * a whole names none of its columns, as in PostgreSQL.
 */
export function columnsNamed(bound: BoundStatement): ReadonlyMap<number, ReadonlySet<number>> {
  const walk = new AccessWalk(false)
  walk.visit(bound)
  return walk.columnsNamed()
}

/** A relation of the statement that is a table's. */
interface TableRelation {
  readonly table: TableSchema | ViewSchema
  /** It is there because it is changed: no column of it needs to be read. */
  readonly isTarget: boolean
  readonly columns: Set<number>
}

class AccessWalk {
  private readonly found: TableAccess[] = []
  private readonly relations = new Map<RelationId, TableRelation>()
  private readonly columnsRead: (BoundColumn | WholeRow)[] = []
  private readonly seen = new Set<unknown>()
  private readonly entersInvokers: boolean

  /** @param entersInvokers what views with security_invoker read is the statement's, too */
  constructor(entersInvokers: boolean) {
    this.entersInvokers = entersInvokers
  }

  visit(root: unknown): void {
    const stack: unknown[] = [root]
    while (stack.length > 0) {
      const value = stack.pop()
      if (typeof value !== 'object' || value === null || this.seen.has(value)) continue
      this.seen.add(value)
      stack.push(...this.partsOf(value))
    }
  }

  /** Notes what a node says itself, and gives what is left to be gone through. */
  private partsOf(node: object): readonly unknown[] {
    if (isChange(node)) return this.changeParts(node)
    if (isFrom(node)) {
      if (node.kind === 'table') {
        this.note(node.relation.id, node.table, false)
        return [node.sample]
      }
      if (node.kind === 'subquery' && node.view !== undefined) {
        this.note(node.relation.id, node.view, false)
        return this.entersInvokers && node.view.isSecurityInvoker === true ? [node.query] : []
      }
    }
    const { kind } = node as { readonly kind?: unknown }
    // What a definition has in it is not the statement's.
    if (kind === 'virtual' || (kind === 'table' && 'storedName' in node)) return []
    const isRead = kind === 'whole row' || (kind === 'column' && !('isIdentity' in node))
    if (isRead) this.columnsRead.push(node as BoundColumn | WholeRow)
    return Object.values(node)
  }

  private note(relation: RelationId, table: TableSchema | ViewSchema, isTarget: boolean): void {
    if (!this.relations.has(relation)) this.relations.set(relation, { table, isTarget, columns: new Set() })
  }

  private changeParts(change: BoundChange): readonly unknown[] {
    const { table } = change
    if ('target' in change) this.note(change.target.id, table, true)
    this.noteReturning(change.returning, table)
    switch (change.kind) {
      case 'insert':
        return this.insertParts(change)
      case 'update':
        this.add(table, 'update', columnsSet(change.set))
        return [
          change.commonTables,
          change.from,
          change.where,
          change.rowSources,
          change.set,
          targets(change),
        ]
      case 'delete':
        this.add(table, 'delete', undefined)
        return [change.commonTables, change.from, change.where, targets(change)]
      case 'merge':
        return this.mergeParts(change)
    }
  }

  private insertParts(change: BoundInsert): readonly unknown[] {
    const { table, onConflict } = change
    this.add(table, 'insert', change.namedColumns)
    if (onConflict !== undefined) this.noteConflict(onConflict, table)
    return [
      change.commonTables,
      change.source,
      change.values,
      targets(change),
      onConflict && [onConflict.rowSources, onConflict.set, onConflict.where],
    ]
  }

  private noteConflict(onConflict: BoundOnConflict, table: TableSchema): void {
    this.note(onConflict.existing.id, table, true)
    if (onConflict.action !== 'update') return
    this.add(table, 'update', columnsSet(onConflict.set))
    const watched = onConflict.arbiters.flatMap(at =>
      at < 0 ? (table.primaryKey?.columns ?? []) : table.indexes[at].columns.map(one => one.column),
    )
    this.add(table, 'select', visible(table, watched))
  }

  private mergeParts(change: BoundMerge): readonly unknown[] {
    for (const { action } of change.clauses) {
      if (action.kind === 'nothing') continue
      const columns = action.kind === 'update' ? columnsSet(action.set) : undefined
      this.add(change.table, action.kind, columns)
    }
    return [change.commonTables, change.targetFrom, change.source, change.on, change.clauses, targets(change)]
  }

  private noteReturning(returning: BoundReturning | undefined, table: TableSchema): void {
    if (returning === undefined) return
    for (const { id } of [returning.row, returning.oldRow, returning.newRow]) this.note(id, table, true)
  }

  private add(table: TableSchema, privilege: TablePrivilege, columns: readonly number[] | undefined): void {
    this.found.push({ table, privilege, columns })
  }

  columnsNamed(): ReadonlyMap<number, ReadonlySet<number>> {
    const named = new Map<number, Set<number>>()
    for (const node of this.columnsRead) {
      const relation = this.relations.get(node.relation)
      if (relation === undefined || node.kind !== 'column') continue
      const { oid } = relation.table
      const columns = named.get(oid) ?? new Set()
      named.set(oid, columns.add(node.column))
    }
    return named
  }

  accesses(): readonly TableAccess[] {
    for (const node of this.columnsRead) {
      const relation = this.relations.get(node.relation)
      if (relation === undefined) continue
      if (node.kind === 'column') relation.columns.add(node.column)
      else for (const number of relation.table.columns.keys()) relation.columns.add(number)
    }
    const read: TableAccess[] = []
    for (const { table, isTarget, columns } of this.relations.values()) {
      if (isTarget && columns.size === 0) continue
      read.push({ table, privilege: 'select', columns: visible(table, [...columns]) })
    }
    return [...this.found, ...read]
  }
}

/** Row numbers and expressions are no columns of anybody's. */
function visible(table: TableSchema | ViewSchema, columns: readonly number[]): number[] {
  return columns.filter(number => {
    const column = table.columns[number]
    return column !== undefined && !('isHidden' in column && column.isHidden)
  })
}

function columnsSet(set: readonly BoundAssignment[]): number[] {
  return set.map(one => one.column)
}

function targets({ returning }: BoundChange): unknown {
  return returning?.targets
}

const CHANGES: ReadonlySet<unknown> = new Set(['insert', 'update', 'delete', 'merge'])

/** An action of MERGE has such a kind, too, but no table. */
function isChange(node: object): node is BoundChange {
  return 'commonTables' in node && 'table' in node && 'kind' in node && CHANGES.has(node.kind)
}

/** What stands in FROM has a relation of its own; a column names one by its number. */
function isFrom(node: object): node is Exclude<BoundFrom, { kind: 'join' }> {
  return 'relation' in node && typeof node.relation === 'object' && 'kind' in node
}
