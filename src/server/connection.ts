/**
 * One client, from its first byte to its last: start-up, then messages one after the other.
 *
 * ```
 *  start-up -> authentication -> ready <-------------------------+
 *                                  |  Query: statements, answers |
 *                                  |  Parse … Execute, Sync -----+
 *                                  |      an error: everything is skipped until Sync
 *                                  +-> Terminate, the socket ends, a FATAL error
 * ```
 *
 * Errors of statements are answered and the session goes on. What breaks the framing, or the rules before the session began,
 * ends the connection with a FATAL error.
 */

import type { WriterTurn } from '../database/writer-turns.ts'
import { systemClock } from '../io/system.ts'
import { SqlError } from '../sql/errors.ts'
import { NO_PARAMETERS } from '../sql/session/parameters.ts'
import type { RawExecution } from '../sql/session/raw-execution.ts'
import type { Session } from '../sql/session/session.ts'
import type { TransactionStatus } from '../sql/session/transactions.ts'
import type { Notice } from '../sql/session/unit.ts'
import type { CopyStatement, ParsedStatement } from '../sql/syntax/tree.ts'
import { type ActivityState, SessionActivity } from './activity.ts'
import { RoleAuthorization } from './authorization.ts'
import { type Channel, FLUSH_BYTES } from './channel.ts'
import { checkColumns, ExtendedQuery, type Portal } from './extended-query.ts'
import type { Listener } from './notifications.ts'
import { ReportedSettings } from './reported-settings.ts'
import { ResultRows } from './result-rows.ts'
import type { SessionRole } from './roles.ts'
import type { ServedDatabase } from './served-database.ts'
import { type ServerParts, SessionAdministration } from './session-administration.ts'
import { yieldToOthers } from './slice.ts'
import { StatementRunner } from './statement-runner.ts'
import type { Message } from './wire/message-reader.ts'
import { ConnectionClosed, ProtocolError } from './wire/protocol-error.ts'
import { bindRequest, executeRequest, namedRequest, parseRequest, textMessage } from './wire/requests.ts'
import {
  commandComplete,
  errorResponse,
  noticeResponse,
  notificationResponse,
  readyForQuery,
  rowDescription,
} from './wire/responses.ts'

/** So many messages of one client are handled before others have a go. */
const MESSAGES_IN_A_ROW = 64

/** What may wait for a client that listens. */
const NOTIFICATIONS_MAX = 10_000
const UNREAD_BYTES_MAX = 4 * 1024 * 1024

export interface ConnectionIdentity {
  readonly processId: number
  readonly role: SessionRole
  readonly address: string
  readonly port: number
  readonly database: ServedDatabase
  /** Settings that the client asked for when it started. */
  readonly settings: Readonly<Record<string, string>>
}

/** Who hears what a session does. */
export interface ConnectionObserver {
  /** A statement has ended. @param error undefined: well */
  statementEnded(connection: Connection, text: string, ms: number, error: unknown): void
  /** Rows of pg_stat_activity, as far as they are the asker's to see. */
  activity(asker: ConnectionIdentity): Iterable<Readonly<Record<string, unknown>>>
}

export class Connection implements Listener {
  readonly identity: ConnectionIdentity
  readonly session: Session
  readonly activity: SessionActivity
  private readonly channel: Channel
  private readonly observer: ConnectionObserver
  private readonly turn: WriterTurn
  private readonly runner: StatementRunner
  private readonly extended: ExtendedQuery
  private readonly reported: ReportedSettings
  /** After an error of the extended protocol: everything is skipped until Sync. */
  private isSkipping = false
  /** Commits whose sync is under way. */
  private durable: Promise<void> | undefined
  /** The text that positions in errors refer to. */
  private text = ''
  private idleTimer: NodeJS.Timeout | undefined
  private fatal: ProtocolError | undefined
  private readonly notifications: {
    readonly senderId: number
    readonly channel: string
    readonly payload: string
  }[] = []
  /** Between transactions, and nothing to do. */
  private isIdle = false
  /** The database that its client goes on in. */
  private nextDatabase: string | undefined

  /** @param before the connection of the same client that ended by USE */
  constructor(
    channel: Channel,
    identity: ConnectionIdentity,
    server: ServerParts & ConnectionObserver,
    before?: Connection,
  ) {
    this.activity = before?.activity ?? new SessionActivity()
    this.channel = channel
    this.identity = identity
    this.observer = server
    const { database } = identity
    this.turn = database.database.newTurn()
    this.session = database.database.serve({
      databaseName: database.name,
      userName: identity.role.name,
      processId: identity.processId,
      authorization: new RoleAuthorization(server.roles, identity.role, database.name),
      activity: () => server.activity(identity),
      settings: identity.settings,
      serverSettings: server.settings,
      notice: notice => this.notice(notice),
      administration: new SessionAdministration(this, identity, server),
      beforeWriting: () => this.turn.beforeWriting(),
      started: () => this.turn.started(),
      ended: durable => {
        this.turn.ended()
        if (durable !== undefined) this.noteCommit(durable)
      },
    })
    this.runner = new StatementRunner(this.session, channel, this.turn)
    this.extended = new ExtendedQuery(this.session, channel.out, server.messageBytesMax)
    this.reported = new ReportedSettings(this.session.settings, before?.reported)
    if (before !== undefined) this.session.continueFrom(before.session)
  }

  /** For the writer. */
  get isWaiting(): boolean {
    return this.runner.isWaiting
  }
  get processId(): number {
    return this.identity.processId
  }

  /** A message of another session, or its own; told between transactions. */
  notified(senderId: number, channel: string, payload: string): void {
    this.notifications.push({ senderId, channel, payload })
    // A client that waits for nothing is told at once.
    if (this.isIdle) {
      this.sendNotifications()
      this.channel.send()
    }
    // Nobody waits for a listener, so one that does not listen is let go.
    if (this.notifications.length > NOTIFICATIONS_MAX || this.channel.unreadBytes > UNREAD_BYTES_MAX)
      this.channel.destroy()
  }

  private sendNotifications(): void {
    for (const { senderId, channel, payload } of this.notifications.splice(0)) {
      notificationResponse(this.channel.out, senderId, channel, payload)
    }
  }

  /** Runs when what was committed last is durable. */
  whenDurable(run: () => void): void {
    if (this.durable === undefined) run()
    else this.durable.then(run, () => {})
  }

  /** Ends the statement that runs now. */
  cancel(): void {
    this.runner.cancel()
    this.channel.interrupt()
  }

  /** Ends the connection for a reason that the client is told, as soon as its statement lets it. */
  terminate(reason: ProtocolError): void {
    this.fatal ??= reason
    this.runner.cancel()
    this.channel.interrupt()
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.channel.destroy()
  }

  /**
   * Serves the client until it goes, or goes on in another database. The first answer is that it is ready.
   * @returns the name of that database
   */
  async serve(): Promise<string | undefined> {
    try {
      this.ready()
      await this.handleMessages()
    } catch (error) {
      this.nextDatabase = undefined
      if (!(error instanceof ConnectionClosed)) errorResponse(this.channel.out, this.fatal ?? error, 'FATAL')
    } finally {
      clearTimeout(this.idleTimer)
      this.end()
    }
    return this.nextDatabase
  }

  /** USE: when what was sent is done, the client goes on there. */
  goOnIn(database: string): void {
    this.nextDatabase = database
  }

  private end(): void {
    try {
      this.identity.database.notifications.unlisten(this, undefined)
      this.extended.closePortals()
    } finally {
      this.session.close()
      this.turn.releaseUnused()
      if (this.nextDatabase === undefined) this.channel.end()
    }
  }

  private async handleMessages(): Promise<void> {
    const { channel } = this
    let inARow = 0
    for (;;) {
      if (this.fatal !== undefined) throw this.fatal
      const message = channel.poll()
      if (message === undefined) {
        inARow = 0
        await channel.flush()
        await channel.receive()
        continue
      }
      if (++inARow % MESSAGES_IN_A_ROW === 0) await yieldToOthers()
      clearTimeout(this.idleTimer)
      this.isIdle = false
      if (message.type === 'X') {
        this.nextDatabase = undefined
        return
      }
      await this.handle(message)
      // Who sends on without reading is not answered from memory without end.
      if (channel.out.length >= FLUSH_BYTES) await channel.flush()
      if (this.nextDatabase !== undefined && this.isIdle) return
    }
  }

  private async handle(message: Message): Promise<void> {
    if (message.type === 'S') {
      await this.sync()
      return
    }
    const run = MESSAGES[message.type]
    if (run === undefined)
      throw new ProtocolError('08P01', `invalid frontend message type ${message.type.charCodeAt(0)}`)
    if (this.isSkipping) return
    this.runner.reset()
    this.text = ''
    const isStatement = message.type === 'Q' || message.type === 'E'
    const startedMs = systemClock.monotonicMs()
    try {
      this.refuseAfterUse(message.type)
      await run(this, message.body)
      if (isStatement) this.noteEnd(startedMs, undefined)
    } catch (error) {
      if (isStatement) this.noteEnd(startedMs, error)
      if (error instanceof ConnectionClosed || this.fatal !== undefined) throw error
      this.session.noteFailure()
      this.nextDatabase = undefined
      errorResponse(this.channel.out, error, 'ERROR', this.text)
      if (message.type === 'Q') await this.endQuery()
      else this.isSkipping = true
    }
  }

  /** What follows USE before its Sync would run in the database that is left. */
  private refuseAfterUse(messageType: string): void {
    if (this.nextDatabase === undefined || messageType === 'H') return
    throw new SqlError('25001', 'USE cannot run inside a transaction block', {
      detail: 'Nothing may follow it before Sync.',
    })
  }

  private noteEnd(startedMs: number, error: unknown): void {
    this.observer.statementEnded(this, this.text, systemClock.monotonicMs() - startedMs, error)
  }

  // -------------------------------------------------------------------------------------- simple protocol

  /** @internal */
  async query(body: Buffer): Promise<void> {
    const { session, channel } = this
    const text = textMessage(body)
    this.text = text
    this.activity.begin(text)
    const statements = session.parse(text)
    if (statements.length === 0) channel.out.empty('I')
    for (const parsed of statements) {
      // Several are one transaction, unless they say otherwise.
      if (statements.length > 1) session.beginGroup()
      await this.runSimple(parsed, text.slice(parsed.start, parsed.end))
    }
    await this.endQuery()
  }

  private async runSimple(parsed: ParsedStatement, text: string): Promise<void> {
    const { out } = this.channel
    this.beforeStatement(parsed)
    if (parsed.statement.kind === 'copy') {
      await this.copy(parsed.statement)
      return
    }
    const execution = await this.runner.begin(parsed, text, NO_PARAMETERS)
    await this.guarded(execution, async () => {
      const { columns } = execution
      if (columns === undefined) return
      rowDescription(out, columns, () => 0)
      await this.runner.send(execution, new ResultRows(columns, () => 0), 0)
    })
    const { command } = execution.finish()
    await this.settle()
    commandComplete(out, command)
  }

  private async copy(statement: CopyStatement): Promise<void> {
    const { command } = await this.runner.copy(statement)
    await this.settle()
    commandComplete(this.channel.out, command)
  }

  /** Undoes a statement that fails between its beginning and its end. */
  private async guarded(execution: RawExecution, run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      execution.fail(error)
      throw error
    }
  }

  private async endQuery(): Promise<void> {
    await this.endGroup()
    this.ready()
  }

  /** Ends the transaction of the statements that came together. */
  private async endGroup(): Promise<void> {
    try {
      // Portals live as long as the transaction.
      if (this.session.status !== 'open') this.extended.closePortals()
      this.session.endGroup()
      await this.settle()
    } catch (error) {
      if (error instanceof ConnectionClosed) throw error
      this.nextDatabase = undefined
      errorResponse(this.channel.out, error, 'ERROR', this.text)
    }
  }

  // ------------------------------------------------------------------------------------ extended protocol

  /** @internal */
  parse(body: Buffer): void {
    const request = parseRequest(body)
    this.text = request.text
    this.session.beginGroup()
    this.extended.parse(request)
  }

  /** @internal */
  bind(body: Buffer): void {
    this.session.beginGroup()
    this.extended.bind(bindRequest(body))
  }

  /** @internal */
  describe(body: Buffer): void {
    this.extended.describe(namedRequest(body))
  }

  /** @internal */
  close(body: Buffer): void {
    this.extended.close(namedRequest(body))
  }

  /** @internal */
  async execute(body: Buffer): Promise<void> {
    const { portal: name, rowsMax } = executeRequest(body)
    const portal = this.extended.portal(name)
    const { parsed, text } = portal.prepared
    this.text = text
    this.activity.begin(text)
    if (parsed === undefined) {
      this.channel.out.empty('I')
      return
    }
    this.session.beginGroup()
    if (parsed.statement.kind === 'copy') {
      await this.copy(parsed.statement)
      return
    }
    const execution = portal.execution ?? (await this.beginPortal(portal, parsed, text))
    let sent = 0
    try {
      if (portal.rows !== undefined) {
        const { count, isDone } = await this.runner.send(execution, portal.rows, rowsMax)
        sent = count
        portal.isDone = isDone
      }
    } catch (error) {
      portal.execution = undefined
      execution.fail(error)
      throw error
    }
    if (!portal.isDone) {
      portal.suspend(this.turn.isHeld)
      this.channel.out.empty('s')
      return
    }
    portal.execution = undefined
    const { command } = execution.finish()
    await this.settle()
    // Of a query in pieces, what is counted is the last piece.
    commandComplete(
      this.channel.out,
      portal.rows !== undefined && command.startsWith('SELECT ') ? `SELECT ${sent}` : command,
    )
  }

  private async beginPortal(portal: Portal, parsed: ParsedStatement, text: string): Promise<RawExecution> {
    if (portal.isDone) throw new SqlError('55000', 'portal cannot be run')
    this.beforeStatement(parsed)
    const { values, prepared, formatOf } = portal
    const parameters = { types: prepared.parameterTypes, read: (index: number) => values[index] }
    const execution = await this.runner.begin(parsed, text, parameters)
    await this.guarded(execution, async () => checkColumns(prepared.columns, execution.columns))
    portal.execution = execution
    if (execution.columns === undefined) portal.isDone = true
    else portal.rows = new ResultRows(execution.columns, formatOf)
    return execution
  }

  private async sync(): Promise<void> {
    this.isSkipping = false
    await this.endGroup()
    this.ready()
  }

  // ---------------------------------------------------------------------------------------------- both

  /** A statement that ends its transaction ends the portals that are open in it. */
  private beforeStatement({ statement }: ParsedStatement): void {
    if (statement.kind !== 'transaction') return
    if (statement.action === 'commit' || statement.action === 'rollback') this.extended.closeRunning()
  }

  /** What was committed is durable, or the error says that it is not. */
  private async settle(): Promise<void> {
    const { durable } = this
    if (durable === undefined) return
    this.durable = undefined
    await durable
  }

  private noteCommit(durable: Promise<void>): void {
    const before = this.durable
    const all = before === undefined ? durable : before.then(() => durable)
    // Their failure is told by `settle`; until then nobody hears of it.
    durable.catch(() => {})
    all.catch(() => {})
    this.durable = all
  }

  private ready(): void {
    const { out } = this.channel
    if (this.nextDatabase !== undefined) {
      // Whoever serves the client there says so.
      this.isIdle = true
      return
    }
    this.reported.sendChanged(out)
    const { status } = this.session
    this.isIdle = status === 'idle'
    this.activity.end(IDLE_STATES[status])
    if (this.isIdle) this.sendNotifications()
    readyForQuery(out, status === 'idle' ? 'I' : status === 'open' ? 'T' : 'E')
    this.startIdleTimer(status !== 'idle')
  }

  private startIdleTimer(isInTransaction: boolean): void {
    const name = isInTransaction ? 'idle_in_transaction_session_timeout' : 'idle_session_timeout'
    const ms = Number(this.session.settings.get(name) ?? '0')
    clearTimeout(this.idleTimer)
    if (ms <= 0) return
    this.idleTimer = setTimeout(() => {
      this.terminate(
        isInTransaction
          ? new ProtocolError('25P03', 'terminating connection due to idle-in-transaction timeout')
          : new ProtocolError('57P05', 'terminating connection due to idle-session timeout'),
      )
    }, ms)
  }

  /** Tells the client, if it wants to hear such things. */
  notice(notice: Notice): void {
    const level = NOTICE_LEVELS.indexOf(this.session.settings.get('client_min_messages') ?? 'notice')
    if (NOTICE_LEVELS.indexOf(notice.severity.toLowerCase()) >= level)
      noticeResponse(this.channel.out, notice)
  }
}

const IDLE_STATES: Readonly<Record<TransactionStatus, ActivityState>> = {
  idle: 'idle',
  open: 'idle in transaction',
  failed: 'idle in transaction (aborted)',
}

const NOTICE_LEVELS = ['debug', 'log', 'notice', 'warning', 'error']

type Handler = (connection: Connection, body: Buffer) => Promise<void> | void

const MESSAGES: Readonly<Record<string, Handler>> = {
  Q: (connection, body) => connection.query(body),
  P: (connection, body) => connection.parse(body),
  B: (connection, body) => connection.bind(body),
  D: (connection, body) => connection.describe(body),
  E: (connection, body) => connection.execute(body),
  C: (connection, body) => connection.close(body),
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
