/**
 * What the messages of a client do that is in: statements of the simple and of the extended protocol, and what is answered
 * when they fail.
 *
 * ```
 *  ready <-------------------------+
 *    |  Query: statements, answers |
 *    |  Parse … Execute, Sync -----+
 *    |      an error: everything is skipped until Sync
 *    +-> thrown: what breaks the framing, and what ends the connection
 * ```
 *
 * It knows neither where messages come from nor what the client is told between them: that is its connection's.
 */

import type { WriterTurn } from '../database/writer-turns.ts'
import { systemClock } from '../io/system.ts'
import { SqlError } from '../sql/errors.ts'
import type { StatementToRun } from '../sql/session/literal-templates.ts'
import { NO_PARAMETERS } from '../sql/session/parameters.ts'
import type { RawExecution } from '../sql/session/raw-execution.ts'
import type { Session } from '../sql/session/session.ts'
import { isQuery, isSessionStatement } from '../sql/session/statement-kinds.ts'
import type { CopyStatement, ParsedStatement } from '../sql/syntax/tree.ts'
import type { SessionActivity } from './activity.ts'
import type { Channel } from './channel.ts'
import { checkColumns, ExtendedQuery, type Portal } from './extended-query.ts'
import type { PendingCommits } from './pending-commits.ts'
import { AS_TEXT, resultRows } from './result-rows.ts'
import { type SentRows, StatementRunner, type WaitedFor } from './statement-runner.ts'
import type { Message } from './wire/message-reader.ts'
import { ConnectionClosed, ProtocolError } from './wire/protocol-error.ts'
import { bindRequest, executeRequest, namedRequest, parseRequest, textMessage } from './wire/requests.ts'
import { commandComplete, errorResponse } from './wire/responses.ts'

/** What messages work on. */
export interface MessageParts {
  readonly session: Session
  readonly channel: Channel
  readonly turn: WriterTurn
  readonly commits: PendingCommits
  readonly activity: SessionActivity
  readonly messageBytesMax: number
  /** A statement has ended. @param error undefined: well */
  statementEnded(text: string, ms: number, error: unknown): void
}

export class MessageHandler {
  private readonly parts: MessageParts
  private readonly runner: StatementRunner
  private readonly extended: ExtendedQuery
  /** After an error of the extended protocol: everything is skipped until Sync. */
  private isSkipping = false
  /** The text that positions in errors refer to. */
  private text = ''
  /** Why the connection is to end, as soon as its statement lets it. */
  ending: ProtocolError | undefined
  /** USE: the database that its client goes on in, when what was sent is done. */
  nextDatabase: string | undefined

  constructor(parts: MessageParts) {
    this.parts = parts
    this.runner = new StatementRunner(parts.session, parts.channel, parts.turn)
    this.extended = new ExtendedQuery(parts.session, parts.channel.out, parts.messageBytesMax)
  }

  /** Undefined: it waits for nothing. */
  get waitsFor(): WaitedFor | undefined {
    return this.runner.waitsFor
  }

  /** Ends the statement that runs now. */
  cancel(): void {
    this.runner.cancel()
  }

  /** Ends the statement that runs now, and the connection with it. */
  terminate(reason: ProtocolError): void {
    this.ending ??= reason
    this.runner.cancel()
  }

  /** Ends what runs in portals, and forgets what was prepared. */
  close(): void {
    this.extended.end()
  }

  /**
   * Does what a message says, and answers. Gives a promise only where something is waited for.
   * @returns whether its client is to be told that the server is ready for more
   * @throws ProtocolError, ConnectionClosed: the connection ends
   */
  handle(message: Message): boolean | Promise<boolean> {
    const { type } = message
    if (type === 'S') return this.sync()
    const run = MESSAGES[type]
    if (run === undefined)
      throw new ProtocolError('08P01', `invalid frontend message type ${type.charCodeAt(0)}`)
    if (this.isSkipping) return false
    this.runner.reset()
    this.text = ''
    // Of the others nobody asks how long they take.
    const startedMs = type === 'E' || type === 'Q' ? systemClock.monotonicMs() : 0
    let done: Promise<void> | void
    try {
      this.refuseAfterUse(type)
      done = run(this, message.body)
    } catch (error) {
      return this.failed(type, startedMs, error)
    }
    if (done === undefined) return this.succeeded(type, startedMs)
    return done.then(
      () => this.succeeded(type, startedMs),
      error => this.failed(type, startedMs, error),
    )
  }

  private succeeded(type: string, startedMs: number): boolean {
    const isQuery = type === 'Q'
    if (isQuery || type === 'E') this.noteEnd(startedMs, undefined)
    // A text may be as large as a message, and its session idle for ever.
    if (isQuery) this.text = ''
    return isQuery
  }

  private failed(type: string, startedMs: number, error: unknown): boolean | Promise<boolean> {
    const isQuery = type === 'Q'
    if (isQuery || type === 'E') this.noteEnd(startedMs, error)
    if (error instanceof ConnectionClosed || this.ending !== undefined) throw error
    this.parts.session.noteFailure()
    this.answerFailure(error)
    if (isQuery) return this.endGroupReady()
    this.isSkipping = true
    return false
  }

  private sync(): boolean | Promise<boolean> {
    this.isSkipping = false
    return this.endGroupReady()
  }

  /** @returns that the server is ready for more */
  private endGroupReady(): true | Promise<true> {
    const ended = this.endGroup()
    if (ended !== undefined) return ended.then(() => this.isReady())
    return this.isReady()
  }

  private isReady(): true {
    this.text = ''
    return true
  }

  private answerFailure(error: unknown): void {
    this.nextDatabase = undefined
    errorResponse(this.parts.channel.out, error, 'ERROR', this.text)
  }

  /** What follows USE before its Sync would run in the database that is left. */
  private refuseAfterUse(messageType: string): void {
    if (this.nextDatabase === undefined || messageType === 'H') return
    throw new SqlError('25001', 'USE cannot run inside a transaction block', {
      detail: 'Nothing may follow it before Sync.',
    })
  }

  private noteEnd(startedMs: number, error: unknown): void {
    this.parts.statementEnded(this.text, systemClock.monotonicMs() - startedMs, error)
  }

  /** Ends the transaction of the statements that came together. */
  private endGroup(): Promise<void> | undefined {
    const { session, commits } = this.parts
    try {
      // Portals live as long as the transaction.
      if (session.status !== 'open') this.extended.closePortals()
      session.endGroup()
    } catch (error) {
      this.groupFailed(error)
      return undefined
    }
    if (!commits.arePending) return undefined
    return commits.settle().catch(error => this.groupFailed(error))
  }

  private groupFailed(error: unknown): void {
    if (error instanceof ConnectionClosed) throw error
    this.answerFailure(error)
  }

  // -------------------------------------------------------------------------------------- simple protocol

  /** @internal */
  query(body: Buffer): Promise<void> | void {
    const { session, channel, activity } = this.parts
    const text = textMessage(body)
    this.text = text
    activity.begin(text)
    const statements = session.parseToRun(text)
    if (statements.length > 1) return this.queryOfSeveral(statements, text)
    if (statements.length === 0) {
      channel.out.empty('I')
      return this.endGroup()
    }
    const [parsed] = statements
    const done = this.runSimple(parsed, text.slice(parsed.start, parsed.end))
    return done === undefined ? this.endGroup() : done.then(() => this.endGroup())
  }

  /** They are one transaction, unless they say otherwise. */
  private async queryOfSeveral(statements: readonly StatementToRun[], text: string): Promise<void> {
    for (const parsed of statements) {
      this.parts.session.beginGroup()
      await this.runSimple(parsed, text.slice(parsed.start, parsed.end))
    }
    await this.endGroup()
  }

  private runSimple(parsed: StatementToRun, text: string): Promise<void> | undefined {
    this.beforeStatement(parsed)
    if (parsed.statement.kind === 'copy') return this.copy(parsed.statement)
    const begun = this.runner.begin(parsed, text, NO_PARAMETERS)
    if (begun instanceof Promise) return begun.then(execution => this.sendSimple(execution))
    return this.sendSimple(begun)
  }

  private sendSimple(execution: RawExecution): Promise<void> | undefined {
    const { out } = this.parts.channel
    const failed = (error: unknown): never => {
      execution.fail(error)
      throw error
    }
    try {
      const { columns } = execution
      const rows = columns && resultRows(columns, AS_TEXT)
      rows?.describe(out)
      if (runsLater(execution)) {
        const sent = this.runner.send(execution, rows, 0)
        if (sent instanceof Promise) return sent.then(() => this.completeSimple(execution), failed)
      }
    } catch (error) {
      return failed(error)
    }
    return this.completeSimple(execution)
  }

  private completeSimple(execution: RawExecution): Promise<void> | undefined {
    const { channel, commits } = this.parts
    const { command } = execution.finish()
    if (commits.arePending) return commits.settle().then(() => commandComplete(channel.out, command))
    commandComplete(channel.out, command)
    return undefined
  }

  private async copy(statement: CopyStatement): Promise<void> {
    const { command } = await this.runner.copy(statement)
    await this.parts.commits.settle()
    commandComplete(this.parts.channel.out, command)
  }

  // ------------------------------------------------------------------------------------ extended protocol

  /** @internal */
  parse(body: Buffer): void {
    const request = parseRequest(body)
    this.text = request.text
    this.parts.session.beginGroup()
    this.extended.parse(request)
  }

  /** @internal */
  bind(body: Buffer): void {
    this.parts.session.beginGroup()
    this.extended.bind(bindRequest(body))
  }

  /** @internal */
  describe(body: Buffer): void {
    this.extended.describe(namedRequest(body))
  }

  /** @internal */
  closeNamed(body: Buffer): void {
    this.extended.close(namedRequest(body))
  }

  /** @internal */
  execute(body: Buffer): Promise<void> | void {
    const { session, channel, activity } = this.parts
    const { portal: name, rowsMax } = executeRequest(body)
    const portal = this.extended.portal(name)
    const { parsed, text } = portal.prepared
    this.text = text
    activity.begin(text)
    if (parsed === undefined) {
      channel.out.empty('I')
      return
    }
    session.beginGroup()
    if (parsed.statement.kind === 'copy') return this.copy(parsed.statement)
    const execution = portal.execution ?? this.beginPortal(portal, parsed, text)
    if (execution instanceof Promise) return execution.then(begun => this.runPortal(portal, begun, rowsMax))
    return this.runPortal(portal, execution, rowsMax)
  }

  private beginPortal(
    portal: Portal,
    parsed: ParsedStatement,
    text: string,
  ): RawExecution | Promise<RawExecution> {
    if (portal.isDone) throw new SqlError('55000', 'portal cannot be run')
    this.beforeStatement(parsed)
    const { values, prepared } = portal
    const parameters = { types: prepared.parameterTypes, read: (index: number) => values[index] }
    const begun = this.runner.begin(parsed, text, parameters)
    if (begun instanceof Promise) return begun.then(execution => this.openPortal(portal, execution))
    return this.openPortal(portal, begun)
  }

  private openPortal(portal: Portal, execution: RawExecution): RawExecution {
    const { columns } = execution
    try {
      checkColumns(portal.prepared.columns, columns)
    } catch (error) {
      execution.fail(error)
      throw error
    }
    portal.execution = execution
    portal.rows = columns && resultRows(columns, portal.formatOf)
    return execution
  }

  private runPortal(portal: Portal, execution: RawExecution, rowsMax: number): Promise<void> | void {
    if (!runsLater(execution)) return this.leavePortal(portal, execution, NO_ROWS)
    let sent: SentRows | Promise<SentRows>
    try {
      sent = this.runner.send(execution, portal.rows, rowsMax)
    } catch (error) {
      throw portalFailed(portal, execution, error)
    }
    if (!(sent instanceof Promise)) return this.leavePortal(portal, execution, sent)
    return sent.then(
      rows => this.leavePortal(portal, execution, rows),
      error => {
        throw portalFailed(portal, execution, error)
      },
    )
  }

  /** At its end, or with rows for later. */
  private leavePortal(
    portal: Portal,
    execution: RawExecution,
    { count, isDone }: SentRows,
  ): Promise<void> | void {
    const { channel, turn, commits } = this.parts
    portal.isDone = isDone
    if (!isDone) {
      portal.suspend(turn.isHeld)
      channel.out.empty('s')
      return
    }
    portal.execution = undefined
    const { command } = execution.finish()
    // Of a query in pieces, what is counted is the last piece.
    const tag = portal.rows !== undefined && command.startsWith('SELECT ') ? `SELECT ${count}` : command
    if (commits.arePending) return commits.settle().then(() => commandComplete(channel.out, tag))
    commandComplete(channel.out, tag)
  }

  /** A statement that ends its transaction ends the portals that are open in it. */
  private beforeStatement({ statement }: ParsedStatement): void {
    // A definition may take long before its first pause: what others are to be told does not wait for it.
    if (!isQuery(statement) && !isSessionStatement(statement)) this.parts.channel.sendOthers()
    if (statement.kind !== 'transaction') return
    if (statement.action === 'commit' || statement.action === 'rollback') this.extended.closeRunning()
  }
}

type Run = (handler: MessageHandler, body: Buffer) => Promise<void> | void

const MESSAGES: Readonly<Record<string, Run>> = {
  Q: (handler, body) => handler.query(body),
  P: (handler, body) => handler.parse(body),
  B: (handler, body) => handler.bind(body),
  D: (handler, body) => handler.describe(body),
  E: (handler, body) => handler.execute(body),
  C: (handler, body) => handler.closeNamed(body),
  // What is ready is sent when there is nothing more to read, so Flush adds nothing.
  H: () => {},
  F: () => {
    throw new SqlError('0A000', 'the function call protocol is not supported')
  },
  // Of a COPY that has ended in an error.
  d: () => {},
  c: () => {},
  f: () => {},
}

const NO_ROWS: SentRows = { count: 0, isDone: true }

function portalFailed(portal: Portal, execution: RawExecution, error: unknown): unknown {
  portal.execution = undefined
  execution.fail(error)
  return error
}

/** Whether there is something to wait for: rows, or a change that may pause. Most others are done when they have begun. */
function runsLater({ columns, pause }: RawExecution): boolean {
  return columns !== undefined || pause !== undefined
}
