/** A query or change, bound and planned, with what is known of it by looking through its trees. */

import { accessesOf, type TableAccess } from '../bind/accesses.ts'
import type { BoundQuery, BoundStatement, OutputColumn } from '../bind/bound.ts'
import { readsWhileChanging } from '../bind/reads-while-changing.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Meter } from '../execute/meter.ts'
import { type PlannedStatement, Program } from '../execute/program.ts'
import type { ScalarFunction, SqlFunction } from '../functions/registry.ts'
import type { SqlType } from '../types/type.ts'

/** So many programs of a statement are kept for its next executions. */
const PROGRAMS_MAX = 4

/** A query or change, ready to run. */
export class CompiledStatement {
  readonly bound: BoundStatement
  readonly planned: PlannedStatement
  readonly columns: readonly OutputColumn[]
  /** It changes data, or calls what needs a write transaction. */
  readonly isWriting: boolean
  /** NOWAIT: it fails where somebody else is the writer. */
  readonly refusesToWait: boolean
  /** It must not see what it changes itself: it reads the state before it. */
  readonly readsStateBefore: boolean
  /** It changes nothing but by its own change of a table, and nothing before that; sequences stay where they are, whatever becomes of it. */
  readonly changesAtItsEnd: boolean
  private readonly idle: Program[] = []
  private tables: ReadonlySet<string> | undefined

  constructor(bound: BoundStatement, planned: PlannedStatement) {
    this.bound = bound
    this.planned = planned
    this.columns = bound.kind === 'query' ? bound.query.columns : (bound.change.returning?.columns ?? [])
    this.isWriting = bound.kind === 'change' || isWritingQuery(bound)
    this.refusesToWait = this.isWriting && refusesToWait(bound)
    this.readsStateBefore = this.isWriting && readsWhileChanging(bound)
    this.changesAtItsEnd =
      bound.kind === 'change' &&
      !this.readsStateBefore &&
      !bound.change.commonTables.some(table => table.definition.kind === 'change') &&
      !this.runsCodeOfUsers
  }

  get parameterTypes(): readonly SqlType[] {
    return this.bound.parameters
  }

  private foundUsersCode: boolean | undefined
  /** It calls functions of users: TypeScript code, which may do anything. */
  get runsCodeOfUsers(): boolean {
    this.foundUsersCode ??= runsCodeOfUsers(this.bound)
    return this.foundUsersCode
  }

  /** Functions in it may tell the time; others read it where they take a date from a text, and nobody sees when. */
  get asksForTime(): boolean {
    for (const node of nodesOf(this.bound)) {
      const { volatility = 'immutable' } = node as Partial<SqlFunction>
      if (volatility !== 'immutable') return true
    }
    return false
  }

  /** It takes or gives back advisory locks. */
  get keepsLocks(): boolean {
    for (const node of nodesOf(this.bound)) {
      if ((node as Partial<ScalarFunction>).keepsLocks === true) return true
    }
    return false
  }

  /** It reads catalogs or sequences, whose rows are made when they are asked for. */
  get readsComputedTables(): boolean {
    for (const { kind } of nodesOf(this.bound)) if (kind === 'virtual') return true
    return false
  }

  /** Names of the stored tables that it reads or changes. */
  get storedTables(): ReadonlySet<string> {
    this.tables ??= storedTablesOf(this.bound)
    return this.tables
  }

  /** Oids of the tables that its plan reads: not of common tables that nobody asks for. */
  get tablesRead(): ReadonlySet<number> {
    const { plan, subplans } = this.planned
    const oids = new Set<number>()
    for (const node of nodesOf([plan, subplans])) if (isTableSchema(node)) oids.add(node.oid)
    return oids
  }

  private foundAccesses: readonly TableAccess[] | undefined
  /** What it needs of which tables. */
  get accesses(): readonly TableAccess[] {
    this.foundAccesses ??= accessesOf(this.bound)
    return this.foundAccesses
  }

  /** @param meter what measures this one execution */
  take(meter?: Meter): Program {
    if (meter !== undefined) return new Program(this.planned, meter)
    return this.idle.pop() ?? new Program(this.planned)
  }
  give(program: Program): void {
    program.close()
    if (!program.isMeasured && this.idle.length < PROGRAMS_MAX) this.idle.push(program)
  }
}

function isWritingQuery(bound: Extract<BoundStatement, { kind: 'query' }>): boolean {
  return (
    locksRows(bound) ||
    bound.query.commonTables.some(table => table.definition.kind === 'change') ||
    (bound.query.isVolatile && callsSequence(bound))
  )
}

/** FOR UPDATE and its like, in a subquery, too. */
function locksRows(bound: BoundStatement): boolean {
  for (const node of nodesOf(bound)) if ((node as Partial<BoundQuery>).isLocking === true) return true
  return false
}

function refusesToWait(bound: BoundStatement): boolean {
  for (const node of nodesOf(bound)) if ((node as Partial<BoundQuery>).refusesToWait === true) return true
  return false
}

const WRITING_FUNCTIONS = new Set(['nextval', 'setval'])

function callsSequence(bound: BoundStatement): boolean {
  for (const node of nodesOf(bound)) {
    if (node.kind !== 'call') continue
    const { function: called } = node as { function?: { name?: string } }
    if (called?.name !== undefined && WRITING_FUNCTIONS.has(called.name)) return true
  }
  return false
}

function runsCodeOfUsers(bound: BoundStatement): boolean {
  for (const node of nodesOf(bound)) if ((node as Partial<SqlFunction>).isUsers === true) return true
  return false
}

function storedTablesOf(bound: BoundStatement): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of nodesOf(bound)) if (isTableSchema(node)) names.add(node.storedName)
  return names
}

function isTableSchema(node: { readonly kind?: unknown }): node is TableSchema {
  return node.kind === 'table' && 'storedName' in node
}

/** All objects of a tree, bound or planned, which is plain data; of tables not what is in them. */
function* nodesOf(tree: unknown): Generator<{ readonly kind?: unknown }> {
  const seen = new Set<unknown>()
  const stack: unknown[] = [tree]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    yield value
    if (!isTableSchema(value)) stack.push(...Object.values(value))
  }
}
