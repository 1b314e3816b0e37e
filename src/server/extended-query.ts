/**
 * The extended protocol: Parse, Bind, Describe, Execute, Close, over statements and portals that clients name.
 *
 * A statement that is unnamed is replaced by the next one; a portal lives until its transaction ends. A portal's statement
 * begins with its first Execute; its parameters are read at Bind, so that what is wrong with them is said there.
 */

import type { OutputColumn } from '../sql/bind/bound.ts'
import { SqlError } from '../sql/errors.ts'
import type { Value } from '../sql/functions/registry.ts'
import { onlyStatement } from '../sql/session/engine.ts'
import type { RunResult } from '../sql/session/options.ts'
import { changedResultType, type PreparedStatement } from '../sql/session/prepared-statements.ts'
import type { RawExecution } from '../sql/session/raw-execution.ts'
import type { Session } from '../sql/session/session.ts'
import { binaryInput, utf8 } from '../sql/types/binary-input.ts'
import { inputFunction } from '../sql/types/input-output.ts'
import type { SqlType } from '../sql/types/type.ts'
import { AS_TEXT, type FormatOf, formatsOf, type ResultRows, resultRows } from './result-rows.ts'
import type { OutputBuffer } from './wire/output-buffer.ts'
import type { BindRequest, Format, NamedRequest, ParseRequest } from './wire/requests.ts'
import { parameterDescription } from './wire/responses.ts'

/** A statement with its parameters, before, while and after it runs. */
export class Portal {
  readonly prepared: PreparedStatement
  readonly values: readonly Value[]
  readonly formatOf: FormatOf
  execution: RawExecution | undefined
  rows: ResultRows | undefined
  isDone = false

  /** Of its parameters, as they came. */
  readonly bytes: number

  constructor(prepared: PreparedStatement, values: readonly Value[], formatOf: FormatOf, bytes: number) {
    this.prepared = prepared
    this.values = values
    this.formatOf = formatOf
    this.bytes = bytes
  }

  /**
   * Its client has enough for now. What reads the state of a transaction that goes on changing it is read to its end now:
   * it is to show what was there when it began.
   */
  suspend(isChanging: boolean): void {
    if (isChanging && this.execution !== undefined) this.execution = new BufferedExecution(this.execution)
  }

  /** Ends what still runs: what it has changed stays. */
  close(): void {
    const { execution } = this
    this.execution = undefined
    execution?.finish()
  }
}

/** The rest of a statement's rows, in memory. */
class BufferedExecution implements RawExecution {
  readonly columns: RawExecution['columns']
  readonly context: RawExecution['context']
  readonly isWriting = false
  private readonly rows: Value[][] = []
  private readonly result: RunResult
  private at = 0

  constructor(execution: RawExecution) {
    this.columns = execution.columns
    this.context = execution.context
    for (let row = execution.next(); row !== undefined; row = execution.next()) this.rows.push(row)
    this.result = execution.finish()
  }
  next(): Value[] | undefined {
    return this.rows[this.at++]
  }
  finish(): RunResult {
    return this.result
  }
  fail(): void {}
}

/** What limits a session's memory: portals are kept until somebody closes them, with their parameters. */
const PORTALS_MAX = 1000
/** Parameters of one portal may be as large as one message; all of them together as large as so many. */
const MESSAGES_MAX = 4
/**
 * Of the texts of different statements in portals, where there is more than one: while its rows are taken in pieces, a statement is
 * there with its plan, which takes a hundred times the room of its text.
 */
const PORTAL_CHARACTERS_MAX = 1024 * 1024

export class ExtendedQuery {
  private readonly session: Session
  private readonly out: OutputBuffer
  private readonly portals = new Map<string, Portal>()
  private readonly portalBytesMax: number
  private portalBytes = 0
  /** How many portals there are of a statement. */
  private readonly portalsOf = new Map<PreparedStatement, number>()
  private portalCharacters = 0
  /** The unnamed statement; the named ones are the session's, because EXECUTE and DEALLOCATE know them too. */
  private unnamed: PreparedStatement | undefined

  /** @param messageBytesMax how large one message may be */
  constructor(session: Session, out: OutputBuffer, messageBytesMax: number) {
    this.session = session
    this.out = out
    this.portalBytesMax = MESSAGES_MAX * messageBytesMax
  }

  parse({ name, text, typeOids }: ParseRequest): void {
    const { session } = this
    if (name === '') this.forgetUnnamed()
    const statements = session.parse(text)
    const parsed = statements.length === 0 ? undefined : onlyStatement(statements)
    const isEnding = parsed?.statement.kind === 'transaction'
    if (session.status === 'failed' && parsed !== undefined && !isEnding) session.refuseInFailed()
    const declared = typeOids.map(oid => (oid === 0 ? undefined : this.typeOf(oid)))
    const prepared = session.describe(parsed, text, declared)
    if (name === '') this.unnamed = prepared.keep()
    else session.prepared.add(name, prepared)
    this.out.empty('1')
  }

  private forgetUnnamed(): void {
    this.unnamed?.letGo()
    this.unnamed = undefined
  }

  /** The session ends: portals do, and the statement that is only known here. */
  end(): void {
    this.closePortals()
    this.forgetUnnamed()
  }

  private typeOf(oid: number): SqlType | undefined {
    const type = this.session.typeByOid(oid)
    if (type === undefined) throw new SqlError('42704', `type with OID ${oid} does not exist`)
    // "unknown" means that the statement is to decide.
    return type.name === 'unknown' ? undefined : type
  }

  private statement(name: string): PreparedStatement {
    if (name !== '') return this.session.prepared.find(name)
    if (this.unnamed === undefined) throw new SqlError('26000', 'unnamed prepared statement does not exist')
    return this.unnamed
  }

  bind({ portal, statement, parameterFormats, values, resultFormats }: BindRequest): void {
    const prepared = this.statement(statement)
    const { parameterTypes, columns } = prepared
    if (values.length !== parameterTypes.length) {
      throw new SqlError(
        '08P01',
        `bind message supplies ${values.length} parameters, but prepared statement "${statement}" requires ${parameterTypes.length}`,
      )
    }
    const isEnding = prepared.parsed?.statement.kind === 'transaction'
    if (this.session.status === 'failed' && !isEnding) this.session.refuseInFailed()
    if (portal === '') this.closePortal('')
    else if (this.portals.has(portal)) throw new SqlError('42P03', `cursor "${portal}" already exists`)
    else if (this.portals.size >= PORTALS_MAX) throw new SqlError('53400', `more than ${PORTALS_MAX} portals`)
    let bytes = 0
    for (const value of values) bytes += value?.length ?? 0
    if (this.portalBytes + bytes > this.portalBytesMax) {
      throw new SqlError('53400', `portals with parameters of more than ${this.portalBytesMax} bytes`)
    }
    const isFirstOf = !this.portalsOf.has(prepared)
    const characters = this.portalCharacters + (isFirstOf ? prepared.text.length : 0)
    if (isFirstOf && this.portalsOf.size > 0 && characters > PORTAL_CHARACTERS_MAX) {
      throw new SqlError('53400', `portals of statements of more than ${PORTAL_CHARACTERS_MAX} characters`)
    }
    const read = this.readValues(parameterTypes, parameterFormats, values)
    const formatOf = formatsOf(resultFormats, columns?.length ?? 0, 'result')
    this.portals.set(portal, new Portal(prepared, read, formatOf, bytes))
    this.portalBytes += bytes
    this.portalsOf.set(prepared, (this.portalsOf.get(prepared) ?? 0) + 1)
    this.portalCharacters = characters
    this.out.empty('2')
  }

  private readValues(
    types: readonly SqlType[],
    formats: readonly Format[],
    values: readonly (Buffer | null)[],
  ): Value[] {
    if (values.length === 0) return []
    const formatOf = formatsOf(formats, values.length, 'parameter')
    const context = this.session.contextNow()
    const read: Value[] = []
    for (let i = 0; i < values.length; i++) {
      const bytes = values[i]
      if (bytes === null) read.push(null)
      else if (formatOf(i) === 1) read.push(binaryInput(types[i])(bytes, context))
      else read.push(inputFunction(types[i])(utf8(bytes), context))
    }
    return read
  }

  describe({ kind, name }: NamedRequest): void {
    if (kind === 'statement') {
      const { parameterTypes, columns } = this.statement(name)
      parameterDescription(this.out, parameterTypes)
      this.describeColumns(columns, AS_TEXT)
    } else {
      const { prepared, formatOf } = this.portal(name)
      this.describeColumns(prepared.columns, formatOf)
    }
  }

  private describeColumns(columns: readonly OutputColumn[] | undefined, formatOf: FormatOf): void {
    if (columns === undefined) this.out.empty('n')
    else resultRows(columns, formatOf).describe(this.out)
  }

  portal(name: string): Portal {
    const portal = this.portals.get(name)
    if (portal === undefined) throw new SqlError('34000', `portal "${name}" does not exist`)
    return portal
  }

  close({ kind, name }: NamedRequest): void {
    // What is not there counts as closed.
    if (kind === 'portal') this.closePortal(name)
    else if (name === '') this.forgetUnnamed()
    else this.session.prepared.delete(name)
    this.out.empty('3')
  }

  private closePortal(name: string): void {
    const portal = this.portals.get(name)
    if (portal === undefined) return
    this.portals.delete(name)
    this.portalBytes -= portal.bytes
    const { prepared } = portal
    const others = this.portalsOf.get(prepared)! - 1
    if (others > 0) this.portalsOf.set(prepared, others)
    else {
      this.portalsOf.delete(prepared)
      this.portalCharacters -= prepared.text.length
    }
    portal.close()
  }

  /** Ends what still runs in portals; they stay, and have no more rows. */
  closeRunning(): void {
    for (const portal of this.portals.values()) if (portal.execution !== undefined) portal.close()
  }

  /** The transaction ends: so do its portals. */
  closePortals(): void {
    if (this.portals.size === 0) return
    for (const portal of this.portals.values()) portal.close()
    this.portals.clear()
    this.portalBytes = 0
    this.portalsOf.clear()
    this.portalCharacters = 0
  }
}

/** The columns of a statement are what was described. @throws SqlError 0A000 its tables have changed since */
export function checkColumns(
  described: readonly OutputColumn[] | undefined,
  now: readonly OutputColumn[] | undefined,
): void {
  if (described === now) return
  const before = described ?? []
  if (described?.length !== now?.length) throw changedResultType()
  for (let i = 0; i < before.length; i++) {
    const { type, modifier } = now![i]
    if (before[i].type !== type || before[i].modifier !== modifier) throw changedResultType()
  }
}
