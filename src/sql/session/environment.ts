/**
 * What every statement of a session is compiled and evaluated with: the engine that all sessions share, the host, the
 * session's settings, and what its functions keep between statements. Knows of no transactions.
 */

import type { TreeSource } from '../../store/api.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import { SessionLocks } from './advisory-locks.ts'
import type { CatalogQuestions } from './catalog-access.ts'
import type { CompiledStatement } from './compiled-statement.ts'
import { FunctionState, NO_LIMITS, StatementContext, type StatementLimits } from './context.ts'
import { Cursors } from './cursors.ts'
import type { SqlEngine } from './engine.ts'
import type { ParameterType } from './guessed-types.ts'
import { microseconds } from './microseconds.ts'
import type { QueryOptions } from './options.ts'
import { type LiveSettings, Settings } from './settings.ts'
import { UnitFacts } from './table-facts.ts'
import type { SessionHost, Unit } from './unit.ts'

/** A statement that is compiled for the state that it will run in. */
export interface ReadyStatement {
  readonly compiled: CompiledStatement
  readonly context: StatementContext
  readonly state: CatalogState
}

export class SessionEnvironment implements CatalogQuestions {
  readonly settings: Settings
  readonly engine: SqlEngine
  readonly cursors = new Cursors()
  readonly host: SessionHost
  private readonly functionState = new FunctionState()
  readonly startTime: number
  readonly advisoryLocks: SessionLocks
  /** Set by the session. */
  preparedStatements: CatalogQuestions['preparedStatements'] = () => []

  /** @param isAlone its transactions are its own */
  constructor(engine: SqlEngine, host: SessionHost, isAlone: boolean) {
    this.engine = engine
    this.host = host
    this.settings = new Settings(host.settings, liveSettings(host), host.dataDirectory)
    this.startTime = microseconds(host.wallMs())
    this.advisoryLocks = new SessionLocks(engine.advisoryLocks, host, isAlone)
  }

  /** Says what is no error. */
  warn(sqlstate: string, message: string): void {
    this.host.notice?.({ severity: 'WARNING', sqlstate, message })
  }

  /** What sequences gave last is forgotten. */
  forgetSequences(): void {
    this.functionState.sequences.clear()
  }

  storedTables(source: TreeSource): ReadonlyMap<string, StoredTable> {
    return this.engine.typedTables(source)
  }
  get functions(): FunctionRegistry {
    return this.engine.functions
  }

  /** How long a statement may run; 0: as long as it takes. */
  timeoutMs(options: QueryOptions): number {
    return options.timeoutMs ?? this.settings.statementTimeoutMs
  }

  /** What a statement that begins now may take. */
  limitsOf(options: QueryOptions): StatementLimits {
    const { signal } = options
    const timeoutMs = this.timeoutMs(options)
    if (timeoutMs <= 0) return signal === undefined ? NO_LIMITS : { ...NO_LIMITS, signal }
    return { signal, deadlineMs: this.host.monotonicMs() + timeoutMs }
  }

  /** @param startedMs when the transaction began that the statement belongs to; undefined: with the statement */
  contextFor(
    unit: Unit,
    state: CatalogState,
    options: QueryOptions,
    startedMs: number | undefined,
  ): StatementContext {
    const transactionMs = startedMs ?? (unit.kind === 'write' ? unit.state.startedAtMs : undefined)
    return new StatementContext(
      this.host,
      this.settings,
      this.functionState,
      this.limitsOf(options),
      unit,
      state,
      transactionMs,
      this,
    )
  }

  /** A query or change, for the state that a unit is in. Types that are undefined are found by the statement itself. */
  compile(
    statement: QueryStatement,
    parameterTypes: readonly ParameterType[],
    unit: Unit,
    options: QueryOptions,
    startedMs: number | undefined,
  ): ReadyStatement {
    const state = this.engine.stateOf(unit)
    const context = this.contextFor(unit, state, options, startedMs)
    const searchPath = this.settings.searchPath
    const reader =
      searchPath.length === 1 && searchPath[0] === 'public' ? state : state.withSearchPath(searchPath)
    const facts = () => new UnitFacts(unit, state, this.engine.statistics, context)
    const compiled = this.engine.compile(
      statement,
      reader,
      parameterTypes,
      context,
      unit.source.txnId,
      facts,
      this.settings.planSwitches,
    )
    this.host.authorization?.checkTables(compiled.accesses, name => state.schemas.get(name))
    return { compiled, context, state }
  }
}

/** What the server was started with, and whether the user is a superuser, which may change while he is there. */
function liveSettings(host: SessionHost): LiveSettings | undefined {
  const { authorization, userName, serverSettings } = host
  if (serverSettings === undefined) return undefined
  return {
    get version() {
      return authorization?.version ?? 0
    },
    get: key => {
      if (key !== 'is_superuser' || authorization === undefined || userName === undefined) {
        return Object.hasOwn(serverSettings, key) ? serverSettings[key] : undefined
      }
      return authorization.isSuperuser(userName) ? 'on' : 'off'
    },
    names: Object.keys(serverSettings),
  }
}
