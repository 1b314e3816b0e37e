/**
 * What names mean at one level of a statement: the tables of FROM, common tables, and the lists that a query's expressions
 * fill while they are bound (aggregates, windows, set-returning functions). And what is shared by the whole statement.
 *
 * Invariants:
 * 1. A scope's parent is the query around it, also of a subquery in FROM: whether that one sees its neighbours is said by
 *    `isLateralOnly` of them and `isLateralActive` of the parent.
 * 2. `depth` counts from 0 at the statement; `scopeOf` tells the scope that a relation or group belongs to.
 */

import type { CatalogReader, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, FunctionRegistry, SetFunction } from '../functions/registry.ts'
import type { WindowDefinition } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type {
  BoundAggregate,
  BoundCommonTable,
  BoundExpression,
  BoundFrom,
  BoundWindow,
  BoundWindowCall,
  OutputColumn,
  RelationColumns,
  RelationId,
} from './bound.ts'
import { CLAUSES, type Clause } from './clause.ts'
import type { FoundNames } from './found-names.ts'

export interface NamespaceColumn {
  readonly name: string
  /** Without a place in the text. */
  readonly expression: BoundExpression
  readonly table: TableSchema | undefined
  readonly tableColumn: number
  /** It is found by its name, and is none of those that `*` means. */
  readonly isUnexpanded?: boolean
}

/** A table, subquery, join or row that names can refer to. */
export interface NamespaceItem {
  readonly name: string
  /** Schema and table behind it when it has no alias: `schema.table.column`. */
  readonly schema: string | undefined
  /** The table's own name, for hints when an alias hides it. */
  readonly hiddenName: string | undefined
  readonly columns: readonly NamespaceColumn[]
  /** The row as a value. */
  readonly wholeRow: (at: number) => BoundExpression
  readonly isNameVisible: boolean
  readonly areColumnsVisible: boolean
  readonly isLateralOnly: boolean
  /** To the left of RIGHT and FULL joins it may not be referred to. */
  readonly isLateralOk: boolean
}

/** A common table as queries below see it. */
export interface CommonTableEntry {
  readonly id: number
  readonly name: string
  readonly columns: readonly OutputColumn[]
  /** The last columns: those of SEARCH and CYCLE, which `*` does not mean inside of the table's own query. */
  readonly addedColumnCount: number
  /** Not one that gives rows: a change without RETURNING. */
  readonly hasNoRows: boolean
  /** While its own recursive term is bound. */
  isRecursing: boolean
  /** It is being bound without being recursive, or comes later: the name is not this one yet. */
  isVisible: boolean
  referenceCount: number
  recursiveReferenceCount: number
  /** Where a self-reference may not stand, while such a place is bound. */
  forbidden: string | undefined
}

export interface BindOptions {
  /** Types of `$1` …; undefined: to be inferred. */
  readonly parameterTypes?: readonly (SqlType | undefined)[]
  /** For constants whose reading asks the session (regclass, dates in words); without, they are read when it runs. */
  readonly context?: EvaluationContext | undefined
  /** Where names leave what they mean: what is stored must not change its meaning. */
  readonly found?: FoundNames | undefined
}

/** What the whole statement shares. */
export class Binding {
  readonly catalog: CatalogReader
  readonly functions: FunctionRegistry
  readonly context: EvaluationContext | undefined
  readonly found: FoundNames | undefined
  readonly parameterTypes: (SqlType | undefined)[]
  /** Types may be inferred: not in definitions, where there are no parameters at all. */
  readonly hasParameters: boolean
  readonly domainChecks = new Map<
    SqlType,
    readonly { name: string; domain: string; expression: BoundExpression | 'not null' }[]
  >()
  private readonly scopes = new Map<RelationId, Scope>()
  private nextRelation = 0
  private nextCommonTable = 0
  /** The tables behind relations: for primary keys, and origins of output columns. */
  readonly tables = new Map<RelationId, TableSchema>()
  /** Views that are being opened, by oid: one inside of itself would never end. */
  readonly openViews = new Set<number>()

  constructor(
    catalog: CatalogReader,
    functions: FunctionRegistry,
    options: BindOptions,
    hasParameters = true,
  ) {
    this.catalog = catalog
    this.functions = functions
    this.context = options.context
    this.found = options.found
    this.parameterTypes = [...(options.parameterTypes ?? [])]
    this.hasParameters = hasParameters
  }

  newRelation(scope: Scope): RelationId {
    const id = this.nextRelation++
    this.scopes.set(id, scope)
    return id
  }
  newCommonTable(): number {
    return this.nextCommonTable++
  }
  scopeOf(relation: RelationId): Scope | undefined {
    return this.scopes.get(relation)
  }
}

/** A set-returning function in a select list, before its query is done. */
export interface SetCall {
  readonly function: SetFunction
  readonly arguments: readonly BoundExpression[]
  readonly type: SqlType
  readonly at: number
}

export class Scope {
  readonly binding: Binding
  readonly parent: Scope | undefined
  readonly depth: number
  namespace: NamespaceItem[] = []
  /** All that FROM holds, visible or not: for hints. */
  readonly rangeTable: NamespaceItem[] = []
  readonly commonTables = new Map<string, CommonTableEntry>()
  /** Names of WITH that cannot be referred to yet: for hints. */
  readonly laterCommonTables = new Set<string>()
  /** Bound, in order; taken into the query at the end. */
  readonly boundCommonTables: BoundCommonTable[] = []
  clause: Clause = CLAUSES.select
  isLateralActive = false
  /** What groups are named by. */
  readonly groupRelation: RelationId
  readonly aggregates: BoundAggregate[] = []
  readonly windows: BoundWindow[] = []
  /** Of the WINDOW clause, as written, and the number of each when it has been bound. */
  windowDefinitions: readonly WindowDefinition[] = []
  readonly boundWindows = new Map<WindowDefinition, BoundWindow>()
  readonly windowCalls: BoundWindowCall[] = []
  readonly setCalls: SetCall[] = []
  /** Places of GROUPING(…), and its arguments, until the keys are known. */
  readonly groupings: (readonly BoundExpression[])[] = []
  /** Domain checks, definitions: `VALUE` is this. */
  domainValue: BoundExpression | undefined
  /** RETURNING of MERGE: merge_action() is this. */
  mergeAction: BoundExpression | undefined

  /** Depth is given for what stands inside of a query and sees nothing of it: a view. */
  constructor(
    binding: Binding,
    parent: Scope | undefined,
    depth = parent === undefined ? 0 : parent.depth + 1,
  ) {
    this.binding = binding
    this.parent = parent
    this.depth = depth
    this.groupRelation = binding.newRelation(this)
  }

  /** While a function of FROM with a list of column definitions is bound: the record that it gives. */
  recordType: SqlType | undefined

  /** Runs with another clause. */
  in<T>(clause: Clause, run: () => T): T {
    const before = this.clause
    this.clause = clause
    try {
      return run()
    } finally {
      this.clause = before
    }
  }
}

/** Something of FROM: what is executed, and what names refer to. */
export interface FromBinding {
  readonly from: BoundFrom
  /** New items of the namespace: joins bring those of their sides along. */
  readonly items: readonly NamespaceItem[]
  /** What `*` gives of it. */
  readonly columns: readonly NamespaceColumn[]
}

export function fail(
  sqlstate: string,
  message: string,
  at: number,
  fields: { detail?: string | undefined; hint?: string | undefined } = {},
): never {
  throw new SqlError(sqlstate, message, {
    position: at,
    ...(fields.detail === undefined ? {} : { detail: fields.detail }),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
  })
}

/** A namespace item over a relation, column by column. Hidden columns are left out. */
export function itemOf(
  relation: RelationColumns,
  wholeRowType: SqlType,
  options: {
    readonly schema?: string | undefined
    readonly hiddenName?: string | undefined
    readonly table?: TableSchema | undefined
    readonly isNameVisible?: boolean
    readonly areColumnsVisible?: boolean
    /** So many columns at the end are not meant by `*`. */
    readonly unexpandedCount?: number
  } = {},
): NamespaceItem {
  const { table, unexpandedCount = 0 } = options
  const expandedCount = relation.columns.length - unexpandedCount
  const columns: NamespaceColumn[] = []
  relation.columns.forEach((column, number) => {
    if (table?.columns[number]?.isHidden === true) return
    columns.push({
      name: column.name,
      expression: columnOf(relation, number, -1),
      table,
      tableColumn: table === undefined ? -1 : number,
      ...(number < expandedCount ? {} : { isUnexpanded: true }),
    })
  })
  return {
    name: relation.name,
    schema: options.schema,
    hiddenName: options.hiddenName,
    columns,
    wholeRow: at => ({ kind: 'whole row', relation: relation.id, type: wholeRowType, modifier: -1, at }),
    isNameVisible: options.isNameVisible ?? true,
    areColumnsVisible: options.areColumnsVisible ?? true,
    isLateralOnly: false,
    isLateralOk: true,
  }
}

export function columnOf(relation: RelationColumns, column: number, at: number): BoundExpression {
  const { type, modifier } = relation.columns[column]!
  return { kind: 'column', relation: relation.id, column, type, modifier, at }
}

/** A relation over a table: columns numbered as the table's, hidden ones included. */
export function tableRelation(scope: Scope, table: TableSchema, name: string): RelationColumns {
  const id = scope.binding.newRelation(scope)
  scope.binding.tables.set(id, table)
  return { id, name, columns: table.columns }
}
