/** What SQL knows of the tables of one write transaction, for whoever writes to them. */

import type { CatalogState } from '../sql/catalog/catalog.ts'
import type { TableSchema } from '../sql/catalog/schema.ts'
import { SQL_CATALOG } from '../sql/catalog/stored.ts'
import type { EvaluationContext } from '../sql/functions/registry.ts'
import { SessionEnvironment } from '../sql/session/environment.ts'
import { TableIndexComputer } from '../sql/session/index-computer.ts'
import { RuleSession } from '../sql/session/row-rules.ts'
import type { WriteUnit, WriteUnitState } from '../sql/session/unit.ts'
import type { WriteTransaction } from '../store/transaction.ts'
import type { Catalog } from '../table/catalog.ts'
import type { IndexComputer } from '../table/index-computer.ts'
import type { RecordCodec } from '../table/record-codec.ts'
import type { RowRules, Rulebook } from '../table/rulebook.ts'
import type { TransactionTables } from '../table/tables.ts'
import { engineOf } from './sql-machine.ts'
import { hostInside, unitInside } from './sql-units.ts'

export class TransactionRulebook implements Rulebook {
  readonly #transaction: WriteTransaction
  readonly #catalog: Catalog
  // Most transactions need none of these.
  #unit: WriteUnit | undefined
  #session: RuleSession | undefined

  constructor(transaction: WriteTransaction, catalog: Catalog) {
    this.#transaction = transaction
    this.#catalog = catalog
  }

  /** The transaction as SQL sees it: one for all that ask. */
  unitOf(tables: TransactionTables): WriteUnit {
    this.#unit ??= unitInside(this.#transaction, tables, this.#catalog)
    return this.#unit
  }

  /** What SQL knows about the transaction besides its data; undefined: nothing yet. */
  get unitState(): WriteUnitState | undefined {
    return this.#unit?.state
  }

  indexComputerOf(table: string, codec: RecordCodec, tables: TransactionTables): IndexComputer {
    const engine = engineOf(this.#catalog)
    const unit = this.unitOf(tables)
    // The definition that is meant may be of this transaction.
    engine.invalidate()
    const state = engine.stateOf(unit)
    return new TableIndexComputer(table, codec, state, engine.functions, this.#contextIn(unit, state))
  }

  rulesOf(table: string, tables: TransactionTables): RowRules | undefined {
    if (!this.#mayHaveRules(table)) return undefined
    const stored = this.#catalog.read(this.#transaction, table)
    return stored?.kind === 'records' ? this.#sessionOf(tables).rulesOf(table, stored) : undefined
  }

  isMadeBySql(table: string, tables: TransactionTables): boolean {
    return this.tableMadeBySql(table, tables) !== undefined
  }

  /** What SQL knows of a table, whoever made it; undefined: nothing. */
  tableOf(table: string, tables: TransactionTables): TableSchema | undefined {
    return this.#mayHaveRules(table) ? this.#sessionOf(tables).tableOf(table) : undefined
  }

  tableMadeBySql(table: string, tables: TransactionTables): TableSchema | undefined {
    const known = this.tableOf(table, tables)
    return known !== undefined && this.#sessionOf(tables).isOwn(known) ? known : undefined
  }

  #mayHaveRules(table: string): boolean {
    return table !== SQL_CATALOG && this.#catalog.read(this.#transaction, SQL_CATALOG) !== undefined
  }

  #sessionOf(tables: TransactionTables): RuleSession {
    if (this.#session !== undefined && !tables.hasSqlChanges) return this.#session
    const engine = engineOf(this.#catalog)
    const state = this.#definitionsIn(tables)
    if (this.#session?.state !== state) {
      const unit = this.unitOf(tables)
      this.#session = new RuleSession(unit, state, engine, () => this.#contextIn(unit, state))
    }
    return this.#session
  }

  /** What SQL has defined, as the transaction sees it. Most define nothing, and see what was committed before. */
  #definitionsIn(tables: TransactionTables): CatalogState {
    const transaction = this.#transaction
    const engine = engineOf(this.#catalog)
    if (tables.hasSqlChanges) return engine.stateOf({ source: transaction, tables })
    return engine.stateBefore(transaction, () => {
      const source = transaction.baseSource
      return { source, tables: tables.of(source) }
    })
  }

  /** For expressions that are evaluated inside of the transaction, outside of statements. */
  #contextIn(unit: WriteUnit, state: CatalogState): EvaluationContext {
    const environment = new SessionEnvironment(engineOf(this.#catalog), hostInside(this.#catalog), false)
    return environment.contextFor(unit, state, {}, undefined)
  }
}
