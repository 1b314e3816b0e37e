/**
 * What the binder looks functions up in: operators, casts, scalar, aggregate, window and set-returning functions, each
 * with its signature and what runs. Files beside this one define them, `builtins.ts` gathers them; `db.function` adds a
 * user's.
 *
 * Invariants:
 * 1. A *strict* function is never called with a null argument: whoever evaluates gives null without calling.
 * 2. An implementation takes and gives values as types/type.ts says, in their one form; it throws SqlError without a
 *    position (the caller knows it).
 * 3. An operator is a function with an operator's name. Comparison operators exist for each ordered type as (type, type);
 *    across types only where PostgreSQL has them (int2/int4/int8/numeric?/float4/float8, date/timestamp/timestamptz).
 */

import type { SpillSpace } from '../spill/spill-space.ts'
import type { SqlType } from '../types/type.ts'
import type { Gathering } from './gathering.ts'
import type { AdvisoryLockAccess } from './lock-access.ts'

export type Volatility = 'immutable' | 'stable' | 'volatile'

/** What a running function may ask: transaction time, settings, randomness. Given at each call that `needsContext`. */
export interface EvaluationContext {
  /** Microseconds since 2000-01-01 UTC, the same for the whole transaction. */
  readonly transactionTime: number
  /** The same for the statement. */
  readonly statementTime: number
  /** Now, each time it is asked. */
  clockTime(): number
  /** The session's time zone, an IANA name or an offset as SET TIME ZONE takes it. */
  readonly timeZone: string
  readonly dateStyle: string
  readonly intervalStyle: string
  /** Cryptographically good random bytes. */
  randomBytes(count: number): Uint8Array
  /** In [0, 1), for random(); `setseed` makes it repeat. */
  random(): number
  setSeed(seed: number): void
  /** Settings as SHOW prints them; undefined where there is none. */
  setting(name: string): string | undefined
  /** Another number when a setting has changed; undefined: none can. */
  readonly settingsChanges?: number
  /** `set_config`. */
  setSetting(name: string, value: string, isLocal: boolean): void
  /** nextval and its like (by the sequence's qualified name, as a regclass text or oid). */
  readonly sequences: SequenceAccess
  /** What catalog functions (pg_get_expr, format_type of users' types, to_regclass, current_schema …) ask. */
  readonly catalog: CatalogAccess
  /** What functions do to sessions, and to what is counted. */
  readonly actions: SessionActions
  readonly advisoryLocks: AdvisoryLockAccess
  /** Throws 57014 when the statement was cancelled or has run out of time. Long loops call it now and then. */
  checkCancelled(): void
  /** Where rows go that are too many for memory; undefined: nowhere. */
  readonly spill?: SpillSpace | undefined
  /** What the statement gathers. */
  readonly gathering: Gathering
  /** The statement has ended. */
  endGathering(): void
}

export interface SessionActions {
  /** Told when the transaction is committed that the statement belongs to. @throws SqlError 0A000 there is no server, 22023 */
  notify(channel: string, payload: string): void
  /** Of the session of that number. @returns false: there is none @throws SqlError 42501 */
  signal(processId: number, how: 'cancel' | 'terminate'): boolean
  /** @returns when it was done: microseconds since 2000-01-01 UTC */
  resetStatementFigures(
    meant: { readonly userName: string | undefined; readonly query: number | bigint },
    onlyExtremes: boolean,
  ): number
}

export interface SequenceAccess {
  nextValue(sequenceOid: number): number | bigint
  currentValue(sequenceOid: number): number | bigint
  lastValue(): number | bigint
  setValue(sequenceOid: number, value: number | bigint, isCalled: boolean): void
}

/** Databases and roles of a server. */
export interface ServerContents {
  readonly databases: readonly string[]
  /** None: nobody is named, and whoever comes may do everything. */
  readonly roles: readonly ServerRole[]
  readonly memberships: readonly { readonly role: string; readonly member: string }[]
}
export interface ServerRole {
  readonly oid: number
  readonly name: string
  readonly canLogin: boolean
  readonly isSuperuser: boolean
  readonly canCreateDatabases: boolean
  readonly canCreateRoles: boolean
}

/** How often a user has run a statement, and how long that took; of pg_stat_statements. Times since 1970. */
export interface StatementFigure {
  readonly userName: string
  /** Without its constants. */
  readonly query: string
  readonly queryId: number | bigint
  readonly sinceMs: number
  readonly minMaxSinceMs: number
  readonly calls: number
  readonly rows: number
  readonly totalMs: number
  readonly minMs: number
  readonly maxMs: number
  /** Sum of squares of differences from the mean. */
  readonly squaresMs: number
}

/** What a privilege is on. */
export interface SecuredObject {
  /** Tables, views and sequences are relations. */
  readonly kind: 'relation' | 'schema' | 'database'
  /** Of a relation or schema; of a database 0. */
  readonly oid: number
  /** A column's attribute number; 0 or undefined: the whole object. */
  readonly column?: number
}
export interface GrantedPrivilege {
  readonly object: SecuredObject
  /** Undefined: PUBLIC. */
  readonly role: string | undefined
  /** In lower case. */
  readonly privilege: string
}
/** What the roles of a server may do in the session's database, as it is when it is asked. */
export interface PrivilegeAccess {
  /** Another one when any answer may be. */
  readonly version: number
  /** Whose the database is, and everything in it. */
  readonly owner: string
  isSuperuser(role: string): boolean
  /** @param role undefined: PUBLIC @param privilege in lower case */
  holds(role: string | undefined, object: SecuredObject, privilege: string): boolean
  /** Whether a role is another one, or a member of it. */
  isMember(role: string, of: string): boolean
  /** All that was granted in the database. */
  granted(): Iterable<GrantedPrivilege>
}

/** Answers about names; implemented by the catalog. Undefined: there is none. */
export interface CatalogAccess {
  readonly currentDatabase: string
  readonly currentUser: string
  readonly currentSchema: string | undefined
  readonly searchPath: readonly string[]
  /** Schemas that are searched and exist, pg_catalog among them. */
  readonly effectivePath: readonly string[]
  /** pg_backend_pid(). */
  readonly processId: number
  /** When the session began: microseconds since 2000-01-01 UTC. */
  readonly startTime: number
  /** Of the state that the statement sees. */
  readonly transactionId: number
  /** Undefined where nobody knows. */
  databaseSizeBytes(): number | undefined
  relationOid(name: string): number | undefined
  relationName(oid: number): string | undefined
  typeByOid(oid: number): SqlType | undefined
  typeByName(name: string): SqlType | undefined
  namespaceOid(name: string): number | undefined
  namespaceName(oid: number): string | undefined
  roleOid(name: string): number | undefined
  roleName(oid: number): string | undefined
  /** Whose everything in the database is. */
  readonly ownerName: string
  /** By its name alone, where it is the only one of that name, or with the types of its arguments: `lower(text)`. */
  functionOid(signature: string): number | undefined
  functionName(oid: number, withArguments: boolean): string | undefined
  /** Whether it is found without its schema; undefined: there is no such object. */
  isVisible(kind: 'relation' | 'type' | 'function', oid: number): boolean | undefined
  readonly definitions: DefinitionTexts
  /** obj_description, col_description; `catalog` is the relation that lists such objects, undefined: any. */
  comment(oid: number, catalog: string | undefined, column: number): string | undefined
  /** shobj_description. */
  sharedComment(oid: number, catalog: string): string | undefined
  /** Rows of a table, exactly. */
  rowCount(oid: number): number | undefined
  relationSizeBytes(oid: number, part: 'table' | 'indexes' | 'all'): number | undefined
  /** Where a sequence stands. */
  sequence(oid: number): { readonly last: number | bigint; readonly isCalled: boolean } | undefined
  /** By name, in order: all settings as SHOW prints them, and what they are without SET. */
  settingsList(): Iterable<{
    readonly name: string
    readonly value: string
    readonly reset: string
    readonly isFixed: boolean
  }>
  statementFigures(): {
    readonly all: Iterable<StatementFigure>
    readonly deallocations: number
    readonly resetMs: number
  }
  preparedStatements(): Iterable<{
    readonly name: string
    readonly text: string
    readonly types: readonly number[]
    /** Undefined: it gives no rows. */
    readonly resultTypes: readonly number[] | undefined
    /** By PREPARE, and not by a client's protocol. */
    readonly isFromSql: boolean
  }>
  /** Undefined: everything is allowed to whoever opened the database. */
  readonly privileges: PrivilegeAccess | undefined
  /** A column's attribute number, of a table or view; 0: there is no such column. */
  attributeNumber(relationOid: number, column: string): number
  /** What the server has besides this session's database; undefined: there is none. */
  server(): ServerContents | undefined
  /** Rows of pg_stat_activity, by column; what is not said is null. */
  activity(): Iterable<Readonly<Record<string, unknown>>>
}

/** Definitions as PostgreSQL prints them; undefined: there is no such object. Pretty: without needless parentheses. */
export interface DefinitionTexts {
  view(oid: number, isPretty: boolean): string | undefined
  /** The whole, or of one column (from 1) what it is over. */
  index(oid: number, column: number, isPretty: boolean): string | undefined
  constraint(oid: number, isPretty: boolean): string | undefined
  /** Of a pg_node_tree, or its text; over the columns of a relation, 0: over none. */
  expression(tree: unknown, relationOid: number, isPretty: boolean): string | undefined
  /** @throws SqlError 42P01, 42703 */
  serialSequence(table: string, column: string): string | undefined
  function(oid: number, part: 'definition' | 'arguments' | 'identity' | 'result'): string | undefined
}

interface FunctionHead {
  /** In lower case; an operator's is its symbol. */
  readonly name: string
  readonly schema?: string
  /** May be polymorphic (ANYELEMENT, ANYARRAY, ANYCOMPATIBLE …), ANY for whatever. */
  readonly arguments: readonly SqlType[]
  /** Names for `name => value`. */
  readonly argumentNames?: readonly string[]
  /** How many of the last arguments may be left out; `defaults` has their values, in order. */
  readonly defaults?: readonly unknown[]
  /** The last argument's type is an array, and any number of elements may be given for it. ANY: `VARIADIC "any"`. */
  readonly isVariadic?: boolean
  readonly volatility?: Volatility
  /** A user's: it may do anything, and write to the database, too. */
  readonly isUsers?: boolean
  /** Made by the binder for a cast: it is written `::type`. */
  readonly isCast?: boolean
  /** pg_proc.oid, where it is PostgreSQL's. */
  readonly oid?: number
}

/** A value from values. Default: strict, immutable. */
export interface ScalarFunction extends FunctionHead {
  readonly kind: 'scalar'
  readonly result: SqlType
  /** Default true. */
  readonly isStrict?: boolean
  /** It gives a `Waiting` where it cannot have what it asks for yet. */
  readonly mayWait?: boolean
  /** The transaction, or the session, has more when it was called, or less. */
  readonly keepsLocks?: boolean
  /**
   * Chosen once when an expression is compiled: gets the types that the arguments have (no polymorphic ones left), the
   * result's type and the modifier asked for (casts to varchar(3)), and gives what runs. Monomorphic and fast for the
   * types at hand; no `arguments` object, no rest parameters up to four arguments.
   */
  readonly implement: (call: CallTypes) => Implementation
  /**
   * JavaScript source of the call for the code generator, for what is one small expression over numbers and booleans:
   * `(a, b) => \`(${a} < ${b})\``. Only where it is exactly what `implement` does for non-null arguments.
   */
  readonly source?: (argumentSources: readonly string[], call: CallTypes) => string
}

export interface CallTypes {
  readonly argumentTypes: readonly SqlType[]
  readonly resultType: SqlType
  /** Of a cast with length: the target's modifier, else -1. */
  readonly modifier: number
  /** Casts only: whether it was written (`::`), or is an assignment's. Explicit ones cut, assignments refuse. */
  readonly isExplicit: boolean
  /** Where the call stands, for errors that nobody else gives a place. */
  readonly at?: number
}

/** By the number of arguments. `c` is the context, always the last one given. */
// biome-ignore lint/suspicious/noExplicitAny: values of SQL have as many types as SQL has
export type Value = any
export type Implementation = (...argumentsAndContext: Value[]) => Value

/** How a row that is not there would lie among those that are, in the order of WITHIN GROUP. */
export interface HypotheticalPlace {
  readonly before: number
  readonly equal: number
  /** Different rows before it. */
  readonly distinctBefore: number
  readonly rows: number
}

/** Values of a group to one. */
export interface AggregateFunction extends FunctionHead {
  readonly kind: 'aggregate'
  readonly result: SqlType
  /** Null inputs are passed over (all but count(*), array_agg, json_agg and the like). Default true. */
  readonly skipsNulls?: boolean
  /** Ordered-set (percentile_cont) and hypothetical-set (rank) aggregates: `directArguments` come before WITHIN GROUP. */
  readonly within?: 'none' | 'ordered set' | 'hypothetical set'
  readonly directArguments?: readonly SqlType[]
  /** Of hypothetical-set aggregates: the result, from how the direct arguments would lie among the rows. */
  readonly hypothetical?: (place: HypotheticalPlace) => number
  /** May be evaluated over no input by `finish(start())`. */
  readonly implement: (call: CallTypes) => AggregateImplementation
}
export interface AggregateImplementation {
  /** A fresh state; one state a group. */
  start(): Value
  /** Returns the state after one more row: the same object changed, or a new primitive. Arguments, then context. */
  step(state: Value, ...argumentsAndContext: Value[]): Value
  /** The result. Must leave the state usable: windows ask for it again and again. */
  finish(state: Value, context: EvaluationContext): Value
  /**
   * Of ordered-set aggregates that look at a few of their rows: the places of these among `count` rows in their order, ascending.
   * Only they are stepped, and `finish` hears the number of all. Called with the direct arguments, also where there is no row.
   */
  placesOf?(count: number, direct: readonly Value[]): readonly number[]
  /** Removes what `step` added first, for moving windows; undefined where it cannot be exact (floats). */
  unstep?(state: Value, ...argumentsAndContext: Value[]): Value
  /** The same as source, of aggregates of one argument or none whose state is a few numbers. */
  readonly source?: AggregateSource
  /** Of those that gather their values: what a state takes in memory, roughly, as `step` has told `gathering`. */
  readonly bytesOf?: (state: Value) => number
}

/** An aggregate for the code generator. */
export interface AggregateSource {
  /** The fields of the state, and what they begin with. */
  readonly fields: Readonly<Record<string, number>>
  /** Statements that take a value in, which is not null; the fields are variables, or elements of arrays. */
  readonly step: (fields: Readonly<Record<string, string>>, value: string) => string
  /** The same as `step` where `mask`, a variable, is 1, and nothing where it is 0: without a jump. The value is no NULL either way. */
  readonly masked?: (fields: Readonly<Record<string, string>>, value: string, mask: string) => string
  /** The state that `finish` takes. */
  readonly state: (fields: Readonly<Record<string, number>>) => Value
}

/** What only exists OVER a window: row_number, rank, lag, first_value … */
export interface WindowFunction extends FunctionHead {
  readonly kind: 'window'
  readonly result: SqlType
  /** Which of the executor's window computations it is. */
  readonly computes:
    | 'row_number'
    | 'rank'
    | 'dense_rank'
    | 'percent_rank'
    | 'cume_dist'
    | 'ntile'
    | 'lag'
    | 'lead'
    | 'first_value'
    | 'last_value'
    | 'nth_value'
}

/** Rows from values: generate_series, unnest, json_each … */
export interface SetFunction extends FunctionHead {
  readonly kind: 'set'
  /** Of one column: its type (the column has the function's name). */
  readonly result: SqlType
  /** Of several columns (result is then RECORD): their names and types, after polymorphic types are resolved. */
  readonly columns?: (call: CallTypes) => readonly { readonly name: string; readonly type: SqlType }[]
  /** Of one column: its name, where that is not the function's (`value` of json_array_elements). */
  readonly columnName?: string
  readonly isStrict?: boolean
  /** Gives values, or with `columns` arrays of values. */
  readonly implement: (call: CallTypes) => (...argumentsAndContext: Value[]) => Iterable<Value>
  /** Rows expected, for the planner. Default 1000. */
  readonly rowsExpected?: number
  /**
   * Rows expected of these arguments, which are not null; undefined ones are not known before the statement runs. Undefined: as
   * many as `rowsExpected` says.
   */
  readonly rowsOf?: (...argumentsKnown: readonly (Value | undefined)[]) => number | undefined
}

export type SqlFunction = ScalarFunction | AggregateFunction | WindowFunction | SetFunction

/** pg_cast. Casts to and from text by input and output functions are found without an entry. */
export interface Cast {
  readonly from: SqlType
  readonly to: SqlType
  /** Where it may happen unasked: anywhere, in assignments, or only written out. */
  readonly context: 'implicit' | 'assignment' | 'explicit'
  /** Undefined: the value stays as it is. */
  readonly implement: ((call: CallTypes) => Implementation) | undefined
}

/** Functions and operators by name, as the binder asks for them. */
export class FunctionRegistry {
  private readonly functions = new Map<string, SqlFunction[]>()
  private readonly operators = new Map<string, ScalarFunction[]>()
  private readonly casts = new Map<SqlType, Map<SqlType, Cast>>()
  private readonly parent: FunctionRegistry | undefined
  /** Grows when a function is defined. */
  changes = 0

  /** With a parent: what is not found here is looked for there. */
  constructor(parent?: FunctionRegistry) {
    this.parent = parent
  }

  add(...functions: readonly SqlFunction[]): this {
    for (const one of functions) {
      const list = this.functions.get(one.name)
      if (list === undefined) this.functions.set(one.name, [one])
      else list.push(one)
    }
    return this
  }

  /** One more, in place of one with the same name and arguments. */
  define(one: SqlFunction): void {
    this.changes++
    const others = (this.functions.get(one.name) ?? []).filter(
      other =>
        other.arguments.length !== one.arguments.length ||
        other.arguments.some((type, i) => type !== one.arguments[i]),
    )
    this.functions.set(one.name, [...others, one])
  }

  addOperators(...operators: readonly ScalarFunction[]): this {
    for (const one of operators) {
      const list = this.operators.get(one.name)
      if (list === undefined) this.operators.set(one.name, [one])
      else list.push(one)
    }
    return this
  }

  addCasts(...casts: readonly Cast[]): this {
    for (const one of casts) {
      const list = this.casts.get(one.from)
      if (list === undefined) this.casts.set(one.from, new Map([[one.to, one]]))
      else list.set(one.to, one)
    }
    return this
  }

  /** All of that name; the user's first. */
  named(name: string): readonly SqlFunction[] {
    const own = this.functions.get(name) ?? []
    return this.parent === undefined ? own : [...own, ...this.parent.named(name)]
  }
  /** Prefix operators have one argument. */
  operatorsNamed(name: string): readonly ScalarFunction[] {
    const own = this.operators.get(name) ?? []
    return this.parent === undefined ? own : [...own, ...this.parent.operatorsNamed(name)]
  }
  cast(from: SqlType, to: SqlType): Cast | undefined {
    return this.casts.get(from)?.get(to) ?? this.parent?.cast(from, to)
  }
  /** For pg_proc and error messages. */
  allFunctions(): readonly SqlFunction[] {
    return [...[...this.functions.values()].flat(), ...(this.parent?.allFunctions() ?? [])]
  }
  allOperators(): readonly ScalarFunction[] {
    return [...[...this.operators.values()].flat(), ...(this.parent?.allOperators() ?? [])]
  }
  allCasts(): readonly Cast[] {
    return [
      ...[...this.casts.values()].flatMap(list => [...list.values()]),
      ...(this.parent?.allCasts() ?? []),
    ]
  }
}
