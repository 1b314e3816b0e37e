/**
 * Statements that are kept by name, by PREPARE or by a client's protocol, and what they take and give. They are bound when
 * they are prepared, so that what is wrong with them is said then, and compiled again when definitions have changed since.
 */

import { assert } from '../../base/assert.ts'
import { LateMap } from '../../base/late-map.ts'
import { ownCopy } from '../../base/own-copy.ts'
import { bindScalar, bindType } from '../bind/binder.ts'
import type { OutputColumn } from '../bind/bound.ts'
import { notSupported, SqlError } from '../errors.ts'
import { compile } from '../execute/expression.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { ExecuteStatement, ParsedStatement, PrepareStatement, QueryStatement } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type { SessionEnvironment } from './environment.ts'
import { explainColumn } from './explain-execution.ts'
import { KeptStatement, type KeptStatements } from './kept-statements.ts'
import type { ParameterValues } from './parameters.ts'
import type { RawExecution } from './raw-execution.ts'
import { showColumns } from './show.ts'
import { isChange, isQuery } from './statement-kinds.ts'
import type { Transactions } from './transactions.ts'

/**
 * What limits a session's memory: statements are kept until somebody deallocates them. What is kept of their trees and plans is
 * bounded for all sessions together (kept-statements.ts).
 */
const STATEMENTS_MAX = 10_000
const CHARACTERS_MAX = 64 * 1024 * 1024

/** A statement whose parameters and columns are known before it runs. */
export class PreparedStatement {
  /** The statement's own text. */
  readonly text: string
  /** That of the PREPARE which has made it; undefined: a client's protocol has. */
  readonly prepareText: string | undefined
  /** The types of its parameters: those that were declared, and what the statement made of the others. */
  readonly parameterTypes: readonly SqlType[]
  /** Of its rows; undefined: it gives none. */
  readonly columns: readonly OutputColumn[] | undefined
  /** Undefined: the text was empty. */
  private readonly statement: KeptStatement | undefined

  constructor(
    text: string,
    statement: KeptStatement | undefined,
    { parameterTypes, columns }: TakenAndGiven,
    prepareText?: string,
  ) {
    this.text = text
    this.prepareText = prepareText
    this.statement = statement
    this.parameterTypes = parameterTypes
    this.columns = columns
  }

  /** Undefined: the text was empty. */
  get parsed(): ParsedStatement | undefined {
    return this.statement?.parsed
  }

  /** It is to be run again: what its tree takes counts from here on, and may be taken from it. */
  keep(): this {
    this.statement?.keep()
    return this
  }

  /** Nobody is expected to run it again. */
  letGo(): void {
    this.statement?.letGo()
  }

  /** The same for sessions of another database. */
  movedTo(home: KeptStatements): PreparedStatement {
    return new PreparedStatement(this.text, this.statement?.movedTo(home), this, this.prepareText)
  }
}

type TakenAndGiven = Pick<PreparedStatement, 'parameterTypes' | 'columns'>

export class PreparedStatements {
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  private readonly byName = new LateMap<string, PreparedStatement>()
  /** In the texts and the names of all of them. */
  private characters = 0

  constructor(environment: SessionEnvironment, transactions: Transactions) {
    this.environment = environment
    environment.preparedStatements = () => this.listed()
    this.transactions = transactions
  }

  /** @throws SqlError 26000 */
  find(name: string): PreparedStatement {
    const prepared = this.byName.get(name)
    if (prepared === undefined) throw new SqlError('26000', `prepared statement "${name}" does not exist`)
    return prepared
  }

  /** @throws SqlError 42P05 there is one of that name, 53400 there are too many */
  add(name: string, prepared: PreparedStatement): void {
    this.refuseAnother(name)
    const characters = this.characters + charactersOf(name, prepared)
    if (this.byName.size >= STATEMENTS_MAX) {
      throw new SqlError('53400', `more than ${STATEMENTS_MAX} prepared statements`)
    }
    if (characters > CHARACTERS_MAX) {
      throw new SqlError('53400', `prepared statements of more than ${CHARACTERS_MAX} characters`)
    }
    this.byName.set(name, prepared.keep())
    this.characters = characters
  }

  private refuseAnother(name: string): void {
    if (this.byName.has(name)) throw new SqlError('42P05', `prepared statement "${name}" already exists`)
  }

  delete(name: string): boolean {
    const prepared = this.byName.get(name)
    if (prepared !== undefined) {
      this.characters -= charactersOf(name, prepared)
      prepared.letGo()
    }
    return this.byName.delete(name)
  }
  clear(): void {
    this.letGo()
    this.byName.clear()
    this.characters = 0
  }
  /** The session ends; another one may still take them. */
  letGo(): void {
    for (const prepared of this.byName.values()) prepared.letGo()
  }
  /** Takes those of the session that this one goes on from. */
  takeFrom({ byName, characters }: PreparedStatements): void {
    const { statements } = this.environment.engine
    for (const [name, prepared] of byName) this.byName.set(name, prepared.movedTo(statements))
    this.characters += characters
  }

  /** For pg_prepared_statements. */
  private *listed(): ReturnType<SessionEnvironment['preparedStatements']> {
    for (const [name, { text, prepareText, parameterTypes, columns }] of this.byName) {
      yield {
        name,
        text: prepareText ?? text,
        types: parameterTypes.map(type => type.oid),
        resultTypes: columns?.map(column => column.type.oid),
        isFromSql: prepareText !== undefined,
      }
    }
  }

  /**
   * Binds a statement: what it takes and gives.
   * @param declared the types of its first parameters, as far as somebody has said them
   */
  describe(
    parsed: ParsedStatement | undefined,
    text: string,
    declared: readonly (SqlType | undefined)[] = [],
  ): PreparedStatement {
    const { statements } = this.environment.engine
    const kept = parsed && new KeptStatement(statements, text, whole => whole, parsed)
    return new PreparedStatement(text, kept, this.takesAndGives(parsed, declared))
  }

  private takesAndGives(
    parsed: ParsedStatement | undefined,
    declared: readonly (SqlType | undefined)[],
  ): TakenAndGiven {
    if (parsed === undefined) return { parameterTypes: [], columns: undefined }
    const { statement } = parsed
    if (isQuery(statement)) {
      const { compiled } = this.transactions.reading(unit =>
        this.environment.compile(anywhere(statement), declared, unit, {}, this.transactions.startedMs),
      )
      const columns = compiled.columns.length === 0 && isChange(statement) ? undefined : compiled.columns
      return { parameterTypes: compiled.parameterTypes, columns }
    }
    if (statement.kind === 'create table as' && statement.query.kind !== 'execute') {
      const query = { ...parsed, statement: statement.query }
      return parsed.parameterCount === 0
        ? { parameterTypes: [], columns: undefined }
        : { ...this.takesAndGives(query, declared), columns: undefined }
    }
    return { parameterTypes: [], columns: this.columnsOf(statement) }
  }

  private columnsOf(statement: ParsedStatement['statement']): readonly OutputColumn[] | undefined {
    switch (statement.kind) {
      case 'show':
        return showColumns(statement.name, this.environment.settings)
      case 'explain':
        return [explainColumn(statement)]
      case 'execute':
        return this.find(statement.name).columns
      case 'fetch':
        return statement.isMove ? undefined : this.environment.cursors.find(statement.name).columns
      default:
        return undefined
    }
  }

  /** PREPARE. */
  prepare({ name, statement, types, text, wholeText }: PrepareStatement): void {
    this.refuseAnother(name)
    const { engine } = this.environment
    const declared = this.transactions.reading(unit => {
      const state = engine.stateOf(unit)
      return types.map(type => bindType(type, state, engine.functions).type)
    })
    // They are parts of a script, which would stay in memory with them.
    const ownWhole = ownCopy(wholeText)
    const ownText = ownWhole.slice(wholeText.length - text.length)
    const alone = { start: 0, end: ownText.length, parameterCount: types.length }
    const prepares = (whole: ParsedStatement) => ({ ...alone, statement: preparedBy(whole) })
    const parsed = { ...alone, statement }
    const kept = new KeptStatement(engine.statements, ownWhole, prepares, parsed)
    this.add(name, new PreparedStatement(ownText, kept, this.takesAndGives(parsed, declared), ownWhole))
  }

  /** EXECUTE: the statement, and its parameters by the arguments, which are expressions and evaluated first. */
  executed({ name, arguments: given }: ExecuteStatement): {
    readonly prepared: PreparedStatement
    readonly parameters: ParameterValues
  } {
    const prepared = this.find(name)
    if (prepared.parsed !== undefined && !isQuery(prepared.parsed.statement)) {
      throw notSupported('EXECUTE of a definition')
    }
    const { parameterTypes } = prepared
    if (parameterTypes.length !== given.length) {
      throw new SqlError('42601', `wrong number of parameters for prepared statement "${name}"`, {
        detail: `Expected ${parameterTypes.length} parameters but got ${given.length}.`,
      })
    }
    const { environment, transactions } = this
    const values = transactions.reading(unit => {
      const state = environment.engine.stateOf(unit)
      const context = environment.contextFor(unit, state, {}, transactions.startedMs)
      return given.map((expression, i) => {
        const { functions } = environment.engine
        const target = { target: { type: parameterTypes[i], modifier: -1 } }
        const { expression: bound } = bindScalar(expression, state, functions, target)
        const scope = new RowScope(context)
        const evaluate = compile(bound, scope)
        scope.prepare()
        return evaluate(scope.file)
      })
    })
    return { prepared, parameters: { types: parameterTypes, read: index => values[index] } }
  }
}

/** The statement that a PREPARE names. */
function preparedBy({ statement }: ParsedStatement): ParsedStatement['statement'] {
  assert(statement.kind === 'prepare', 'what was read as PREPARE is read as PREPARE again')
  return statement.statement
}

/** JDBC prepares its statement again when the routine is this one. */
export function changedResultType(): SqlError {
  return new SqlError('0A000', 'cached plan must not change result type', {
    routine: 'RevalidateCachedQuery',
  })
}

/**
 * An execution of a statement that was prepared, if its rows are still what was promised then.
 * @throws SqlError 0A000 definitions have changed them since
 */
export function withSameColumns(prepared: PreparedStatement, execution: RawExecution): RawExecution {
  const promised = prepared.columns ?? []
  const given = execution.columns ?? []
  const isSame = (one: OutputColumn, other: OutputColumn | undefined) =>
    one.name === other?.name && one.type === other.type && one.modifier === other.modifier
  if (promised.length === given.length && promised.every((one, i) => isSame(one, given[i]))) return execution
  execution.fail()
  throw changedResultType()
}

/** Its columns and parameters are the same, whatever row a cursor is on. */
function anywhere(statement: QueryStatement): QueryStatement {
  const isOfCursor = statement.kind === 'update' || statement.kind === 'delete'
  return isOfCursor && statement.currentOf !== undefined ? { ...statement, currentOf: undefined } : statement
}

function charactersOf(name: string, { text }: PreparedStatement): number {
  return name.length + text.length
}
