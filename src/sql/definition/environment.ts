/** What statements that define things work with. */

import type { IsDue, Steps } from '../../base/steps.ts'
import type { OutputColumn } from '../bind/bound.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { Pause } from '../execute/pause.ts'
import type { EvaluationContext, FunctionRegistry } from '../functions/registry.ts'
import type { WriteUnit } from '../session/unit.ts'
import type { KeptRows } from '../spill/kept-rows.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import type { GrantStatement, QueryStatement } from '../syntax/tree.ts'

export interface ExecutedQuery {
  readonly columns: readonly OutputColumn[]
  /** @param use as `runQuery` */
  run<Result>(use: (rows: KeptRows) => Steps<Result>): Steps<Result>
}

export interface DefinitionEnvironment {
  readonly unit: WriteUnit
  /** The definitions as they were when the statement began. */
  readonly state: CatalogState
  readonly searchPath: readonly string[]
  /** The session's schema for temporary objects; made when it is asked for first. */
  temporarySchema(): string
  readonly functions: FunctionRegistry
  readonly context: EvaluationContext
  /** Asked by what works on many rows: whether the statement is to be left for a while, or to end. */
  readonly pause: Pause
  /** The statement's text. */
  readonly text: string
  /** The definitions as they are now, after what the statement has changed. */
  stateNow(): CatalogState
  /** Whether an open cursor of the session reads the table. */
  isReadByCursor(tableOid: number): boolean
  data(state: CatalogState): WritableDataSource
  /** Says what is no error: that something is there already, or not there. */
  notice(sqlstate: string, message: string): void
  /** Says what is no error where PostgreSQL has none either, and was hardly meant. */
  warning(sqlstate: string, message: string): void
  /** Grants what a definition says besides, as part of it. @param where the names of its objects are looked for */
  grant(statement: GrantStatement, where: Pick<DefinitionEnvironment, 'state' | 'searchPath'>): void
  /** Of CREATE TABLE AS: the query that was prepared, or its own, with values of parameters. Undefined: there are none. */
  readonly executed?: (() => ExecutedQuery) | undefined
  /** Runs a query in this transaction. @param use is called with its rows, all of which were read, and which are gone then */
  runQuery<Result>(query: QueryStatement, use: (rows: KeptRows) => Steps<Result>): Steps<Result>
}

/** What work below SQL asks. */
export function isDueIn({ pause }: DefinitionEnvironment): IsDue {
  return units => pause.spend(units)
}
