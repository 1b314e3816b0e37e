/**
 * What all sessions of a database share in one thread: the registry of functions, states of the catalog, and statements
 * that were parsed, bound, planned and compiled.
 *
 * A compiled statement is found by its text, the types of its parameters, and the version of the definitions. Tables may
 * change meanwhile: a plan that has become a bad one is still a right one, and is made anew when that is noticed.
 */

import { CATALOG_TREE_ID, type TreeSource } from '../../store/api.ts'
import type { Catalog } from '../../table/catalog.ts'
import { SnapshotTables } from '../../table/snapshot-tables.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import type { TransactionTables } from '../../table/tables.ts'
import { bindStatement, bindTableExpressions } from '../bind/binder.ts'
import type { BoundStatement, TableExpressions } from '../bind/bound.ts'
import { CatalogState, StoredCatalog } from '../catalog/catalog.ts'
import type { CatalogReader, TableSchema } from '../catalog/schema.ts'
import { SQL_CATALOG, type StoredMeta, sqlCatalog } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import type { PlannedStatement } from '../execute/program.ts'
import { builtinRegistry } from '../functions/builtins.ts'
import type { EvaluationContext, FunctionRegistry, SqlFunction } from '../functions/registry.ts'
import { FunctionRegistry as Registry } from '../functions/registry.ts'
import { planChange } from '../plan/changes.ts'
import { readsFewRows } from '../plan/few-rows.ts'
import { completePlan } from '../plan/needed.ts'
import type { QueryPlan } from '../plan/physical.ts'
import { Planner } from '../plan/planner.ts'
import { ALL_SWITCHES, type PlanSwitches } from '../plan/switches.ts'
import type { TableFacts } from '../plan/table-facts.ts'
import { parseStatements } from '../syntax/parser.ts'
import type { ParsedStatement, QueryStatement } from '../syntax/tree.ts'
import { INFORMATION_DOMAINS } from '../system/information-types.ts'
import { systemCatalog } from '../system/system-relations.ts'
import { AdvisoryLocks } from './advisory-locks.ts'
import { CompiledStatement } from './compiled-statement.ts'
import { bindGuessed, type ParameterType } from './guessed-types.ts'
import { KeptStatements } from './kept-statements.ts'
import { type LiteralTemplate, LiteralTemplates, NotAlike } from './literal-templates.ts'
import { ParsedTexts } from './parsed-texts.ts'
import { StatementFigures } from './statement-figures.ts'
import { KnownStatistics, type PlannedTable, type UnitFacts } from './table-facts.ts'

/** A state of the database that statements run in. */
export interface StateSource {
  readonly source: TreeSource
  readonly tables: SnapshotTables | TransactionTables
}

const STATES_MAX = 8
/** Of SQL's definitions where there are none; an empty tree has the same. */
const VERSION_OF_NOTHING = 0
const NO_DEFINITIONS = { version: 0 }

/** A statement, compiled for one version of the definitions and one set of types. */
interface Variant {
  readonly version: number
  readonly searchPath: readonly string[]
  readonly parameterTypes: readonly ParameterType[]
  readonly switches: PlanSwitches
  readonly compiled: CompiledStatement
  readonly basis: PlanBasis
}
const VARIANTS_MAX = 8

/** What a plan was made from, and when it was last seen to be so still. */
interface PlanBasis {
  readonly plannedTables: readonly PlannedTable[]
  txnId: number
  epoch: number
  uses: number
}
/** Within one transaction tables change without a number that says so. */
const USES_BETWEEN_LOOKS = 64

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

interface KnownState {
  /** The one that was seen last: one of another state may say the same. */
  typed: ReadonlyMap<string, StoredTable>
  /** Of the tree of SQL's definitions, in which sequences stand, too. */
  sqlVersion: number
  readonly definitions: DefinitionsVersion
  readonly state: CatalogState
}

/** What `StoredMeta` says. */
type DefinitionsVersion = Pick<StoredMeta, 'version' | 'changedBy'>

function isSameVersion(a: DefinitionsVersion, b: DefinitionsVersion): boolean {
  return a.version === b.version && a.changedBy === b.changedBy
}

export class SqlEngine {
  readonly functions: FunctionRegistry
  readonly statistics = new KnownStatistics()
  readonly advisoryLocks = new AdvisoryLocks()
  /** Those that are prepared. */
  readonly statements = new KeptStatements(text => this.parse(text))
  readonly templates = new LiteralTemplates(parseStatements)
  /**
   * Of the last statement, so that there is always one: when a full garbage collection finds no object of a class, V8 drops the code that
   * was compiled for it (as the committer and the database keep the last transaction).
   */
  readonly kept: { execution: object | undefined; data: object | undefined } = {
    execution: undefined,
    data: undefined,
  }
  private readonly catalog: Catalog
  private readonly parsed = new ParsedTexts()
  private compiled = new WeakMap<QueryStatement, Variant[]>()
  private tableExpressions = new WeakMap<TableSchema, TableExpressions>()
  private readonly states: KnownState[] = []
  private nextVersion = 1
  private temporaryNumber = 0
  private lastTyped:
    | { readonly version: number; readonly tables: ReadonlyMap<string, StoredTable> }
    | undefined
  /** The state that was asked for last, by what it was asked with. */
  private last:
    | {
        readonly source: TreeSource
        /** -1: of a transaction, which may change. */
        readonly txnId: number
        readonly changes: number
        readonly state: CatalogState
      }
    | undefined

  /** What `stateBefore` found last. */
  private lastBefore:
    | { readonly catalogVersion: number; readonly sqlVersion: number; readonly state: CatalogState }
    | undefined

  constructor(catalog: Catalog) {
    this.catalog = catalog
    this.functions = new Registry(builtinRegistry())
  }

  private figures: StatementFigures | undefined

  /** Of pg_stat_statements; they begin when they are asked for first. */
  figuresOf(clock: { wallMs(): number }): StatementFigures {
    this.figures ??= new StatementFigures(clock.wallMs())
    return this.figures
  }

  private hasSession = false

  /** Once: then what earlier processes have left behind is to be dropped. */
  isFirstSession(): boolean {
    const isFirst = !this.hasSession
    this.hasSession = true
    return isFirst
  }

  /** For the schema of a session's temporary objects. */
  newTemporaryNumber(): number {
    return ++this.temporaryNumber
  }

  /** The definitions in a state of the database. */
  stateOf({ source, tables }: StateSource): CatalogState {
    const { last } = this
    const { changes } = this.catalog
    if (last !== undefined && last.changes === changes) {
      if (last.source === source) return last.state
      // A committed state is the same, however many snapshots are taken of it.
      if (last.txnId === source.txnId && tables instanceof SnapshotTables) return last.state
    }
    const state = this.findState(source, tables)
    const txnId = tables instanceof SnapshotTables ? source.txnId : -1
    this.last = { source, txnId, changes, state }
    return state
  }

  /**
   * The definitions that a transaction began with: found by what it has not touched yet, without looking at the state before.
   * `before`: that state.
   */
  stateBefore(transaction: TreeSource, before: () => StateSource): CatalogState {
    const { lastBefore } = this
    const catalogVersion = transaction.versionOf(CATALOG_TREE_ID)
    const sqlTree = this.catalog.read(transaction, SQL_CATALOG)?.tree
    const sqlVersion = sqlTree === undefined ? VERSION_OF_NOTHING : transaction.versionOf(sqlTree)
    const isKnown =
      catalogVersion !== undefined &&
      catalogVersion === lastBefore?.catalogVersion &&
      sqlVersion !== undefined &&
      sqlVersion === lastBefore.sqlVersion
    if (isKnown) return lastBefore.state
    const state = this.stateOf(before())
    if (catalogVersion !== undefined && sqlVersion !== undefined) {
      this.lastBefore = { catalogVersion, sqlVersion, state }
    }
    return state
  }

  private findState(source: TreeSource, tables: SnapshotTables | TransactionTables): CatalogState {
    const typed = this.typedTables(source)
    const open = tables.table as (definition: typeof sqlCatalog) => Parameters<typeof StoredCatalog.from>[0]
    const sqlTree = typed.get(SQL_CATALOG)?.tree
    const sqlVersion = sqlTree === undefined ? VERSION_OF_NOTHING : source.versionOf(sqlTree)
    // Most often the tables are the very ones of before: they are not looked through then, which may be a thousand.
    for (const one of this.states) if (one.typed === typed && one.sqlVersion === sqlVersion) return one.state
    const sameTables = this.states.filter(
      one =>
        one.typed.size === typed.size && [...typed].every(([name, table]) => one.typed.get(name) === table),
    )
    const same = sameTables.find(one => one.sqlVersion === sqlVersion)
    if (same !== undefined) {
      same.typed = typed
      return same.state
    }
    const entries = sqlTree === undefined ? undefined : open(sqlCatalog)
    const definitions = (entries?.get(['meta', 0]) as StoredMeta | undefined) ?? NO_DEFINITIONS
    // What a transaction has changed may be rolled back, and its number used again.
    const isCommitted = tables instanceof SnapshotTables || !tables.hasSqlChanges
    const known = isCommitted
      ? sameTables.find(one => isSameVersion(one.definitions, definitions))
      : undefined
    if (known !== undefined) {
      if (sqlVersion !== undefined) known.sqlVersion = sqlVersion
      return known.state
    }
    const state = new CatalogState(
      entries === undefined ? new StoredCatalog([]) : StoredCatalog.from(entries),
      typed,
      {
        version: this.nextVersion++,
        searchPath: ['public'],
        systemTypes: INFORMATION_DOMAINS,
        virtualTables: known => systemCatalog(known, this.functions).virtualTables,
        rowCount: table => this.rowCount(table, typed),
      },
    )
    // A program that only writes never asks in a snapshot. A tree that has a version is none that the transaction has opened,
    // and tables that it has made are no other transaction's.
    if (sqlVersion !== undefined && isCommitted) {
      this.states.unshift({ typed, sqlVersion, definitions, state })
      if (this.states.length > STATES_MAX) this.states.pop()
    }
    return state
  }

  /** All typed tables, looked through again only when their catalog is another one. */
  typedTables(source: TreeSource): ReadonlyMap<string, StoredTable> {
    const version = source.versionOf(CATALOG_TREE_ID)
    if (version !== undefined && version === this.lastTyped?.version) return this.lastTyped.tables
    const tables = this.catalog.all(source)
    if (version !== undefined) this.lastTyped = { version, tables }
    return tables
  }

  private rowCount(table: TableSchema, typed: ReadonlyMap<string, StoredTable>): number {
    const stored = typed.get(table.storedName)
    const tree = stored === undefined ? undefined : this.last?.source.tree(stored.tree)
    return tree?.count ?? 0
  }

  /** The statements of a text that was parsed before; else undefined. */
  parsedBefore(text: string): readonly ParsedStatement[] | undefined {
    return this.parsed.find(text)
  }

  /** The statements of a text. @throws SqlError 42601 and others, with its place */
  parse(text: string): readonly ParsedStatement[] {
    let statements = this.parsed.find(text)
    if (statements === undefined) {
      statements = parseStatements(text)
      this.parsed.keep(text, statements)
    }
    return statements
  }

  /**
   * A query or change, compiled for one state of the definitions. It is kept with its tree, which is the same for the same
   * text.
   */
  compile(
    statement: QueryStatement,
    state: CatalogReader,
    parameterTypes: readonly ParameterType[],
    context: EvaluationContext,
    txnId: number,
    facts: () => UnitFacts,
    switches: PlanSwitches = ALL_SWITCHES,
  ): CompiledStatement {
    let variants = this.compiled.get(statement)
    if (variants === undefined) {
      variants = []
      this.compiled.set(statement, variants)
    }
    for (const one of variants) {
      if (
        one.version === state.version &&
        one.switches === switches &&
        isSameList(one.searchPath, state.searchPath) &&
        isSameList(one.parameterTypes, parameterTypes)
      ) {
        if (this.isCurrent(one, txnId, facts)) return one.compiled
        variants.splice(variants.indexOf(one), 1)
        break
      }
    }
    const given = facts()
    const template = this.templates.of(statement)
    const compiled =
      template === undefined
        ? this.compileAlone(statement, state, parameterTypes, context, given, switches)
        : this.compileTemplate(template, state, context, given, switches)
    const { version, searchPath } = state
    const { plannedTables } = given
    const { epoch } = this.statistics
    const basis = { plannedTables, txnId, epoch, uses: 0 }
    variants.unshift({ version, searchPath, parameterTypes, switches, compiled, basis })
    if (variants.length > VARIANTS_MAX) variants.pop()
    return compiled
  }

  /** Whether the tables are still as they were when the plan was made; looked at when the state is another one. */
  private isCurrent({ basis }: Variant, txnId: number, facts: () => UnitFacts): boolean {
    if (basis.plannedTables.length === 0) return true
    const { epoch } = this.statistics
    const isSameState = basis.txnId === txnId && basis.epoch === epoch
    if (isSameState && ++basis.uses % USES_BETWEEN_LOOKS !== 0) return true
    basis.txnId = txnId
    basis.epoch = epoch
    return facts().isCurrent(basis.plannedTables)
  }

  /** The same, not kept. */
  compileAlone(
    statement: QueryStatement,
    state: CatalogReader,
    parameterTypes: readonly ParameterType[],
    context: EvaluationContext,
    facts: TableFacts,
    switches: PlanSwitches = ALL_SWITCHES,
  ): CompiledStatement {
    const bound = bindGuessed(parameterTypes, types =>
      bindStatement(statement, state, this.functions, { parameterTypes: types, context }),
    )
    return new CompiledStatement(bound, planStatement(bound, facts, switches))
  }

  /** @throws NotAlike */
  private compileTemplate(
    template: LiteralTemplate,
    state: CatalogReader,
    context: EvaluationContext,
    facts: TableFacts,
    switches: PlanSwitches,
  ): CompiledStatement {
    const { statement, example, types } = template
    let written: BoundStatement | undefined
    try {
      written = bindStatement(example, state, this.functions, { parameterTypes: [], context })
      const compiled = this.compileAlone(statement, state, types, context, facts, switches)
      template.compare(written, compiled.bound, context)
      const { plan, subplans } = compiled.planned
      if (!readsFewRows([plan, subplans])) throw new NotAlike()
      return compiled
    } catch (error) {
      // Whose text is parsed is told what is wrong.
      throw error instanceof SqlError ? ((written && template.notAlike(written)) ?? new NotAlike()) : error
    }
  }

  /** The definitions have changed, or a change of them was undone. */
  invalidate(): void {
    this.last = undefined
  }

  /** A user's function or aggregate. Statements that are compiled already are compiled again: they may mean it. */
  define(one: SqlFunction): void {
    this.functions.define(one)
    this.compiled = new WeakMap()
    this.tableExpressions = new WeakMap()
  }

  /** What a table's definition says about its rows, bound. */
  expressionsOf(table: TableSchema, state: CatalogReader): TableExpressions {
    let expressions = this.tableExpressions.get(table)
    if (expressions === undefined) {
      expressions = bindTableExpressions(table, state, this.functions)
      this.tableExpressions.set(table, expressions)
    }
    return expressions
  }
}

export function planStatement(
  bound: BoundStatement,
  facts: TableFacts,
  switches: PlanSwitches,
): PlannedStatement {
  const planner = new Planner(facts, switches)
  if (bound.kind === 'query') planner.noteStatement(bound.query)
  const plan: QueryPlan =
    bound.kind === 'query' ? planner.planQuery(bound.query) : planChange(bound.change, planner)
  completePlan(plan, planner)
  return {
    plan,
    subplans: planner.plannedSubqueries,
    switches,
    relations: planner.relations,
    parameterCount: bound.parameters.length,
  }
}

/** The one statement of a text. */
export function onlyStatement<T extends ParsedStatement>(statements: readonly T[]): T {
  if (statements.length > 1) {
    throw new SqlError('42601', 'cannot insert multiple commands into a prepared statement')
  }
  return statements[0]
}
