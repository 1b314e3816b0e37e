/**
 * One client that was let in, from there to its last byte: its messages one after the other, and what it is told between them.
 *
 * ```
 *  ready <----------------------------------------------+
 *    |  a message: done by its handler, and answered ---+
 *    |  a notification; settings that have changed -----+
 *    +-> Terminate, the socket ends, a FATAL error: that it has idled too long, or somebody sends it away
 * ```
 *
 * Errors of statements are answered and the session goes on. What breaks the framing ends the connection with a FATAL error.
 */

import type { Session } from '../sql/session/session.ts'
import type { TransactionStatus } from '../sql/session/transactions.ts'
import type { Notice } from '../sql/session/unit.ts'
import { type ActivityState, SessionActivity } from './activity.ts'
import { RoleAuthorization } from './authorization.ts'
import { type Channel, FLUSH_BYTES } from './channel.ts'
import { MessageHandler } from './message-handler.ts'
import type { Listener } from './notifications.ts'
import { PendingCommits } from './pending-commits.ts'
import { ReportedSettings } from './reported-settings.ts'
import type { SessionRole } from './roles.ts'
import type { ServedDatabase } from './served-database.ts'
import { type ServerParts, SessionAdministration } from './session-administration.ts'
import { yieldToOthers } from './slice.ts'
import type { WaitedFor } from './statement-runner.ts'
import { ConnectionClosed, ProtocolError } from './wire/protocol-error.ts'
import { errorResponse, noticeResponse, notificationResponse, readyForQuery } from './wire/responses.ts'

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
  /** What the session calls it. */
  readonly databaseName: string
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
  private readonly handler: MessageHandler
  private readonly commits = new PendingCommits()
  private readonly reported: ReportedSettings
  /** Gives back its turn to write, if it has one and writes nothing. */
  private readonly releaseTurn: () => void
  private idleTimer: NodeJS.Timeout | undefined
  private readonly notifications: {
    readonly senderId: number
    readonly channel: string
    readonly payload: string
  }[] = []
  /** Between transactions, and nothing to do. */
  private isIdle = false
  /** Messages that were handled since others had a go. */
  private inARow = 0

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
    const { database, databaseName } = identity
    const { commits, activity } = this
    const turn = database.database.newTurn()
    this.releaseTurn = () => turn.releaseUnused()
    this.session = database.database.serve({
      databaseName,
      userName: identity.role.name,
      processId: identity.processId,
      party: turn.party,
      whenSettled: run => commits.whenSettled(run),
      authorization: new RoleAuthorization(server.roles, identity.role, database.name),
      activity: () => server.activity(identity),
      settings: identity.settings,
      serverSettings: server.settings,
      notice: notice => this.notice(notice),
      administration: new SessionAdministration(this, identity, server),
      beforeWriting: () => turn.beforeWriting(),
      started: () => turn.started(),
      ended: durable => {
        turn.ended()
        if (durable !== undefined) commits.note(durable)
      },
    })
    const { session } = this
    const { messageBytesMax } = server
    const statementEnded = (text: string, ms: number, error: unknown) =>
      server.statementEnded(this, text, ms, error)
    this.handler = new MessageHandler({
      session,
      channel,
      turn,
      commits,
      activity,
      messageBytesMax,
      statementEnded,
    })
    this.reported = new ReportedSettings(session.settings, before?.reported)
    if (before !== undefined) session.continueFrom(before.session)
  }

  /** Undefined: it waits for nothing. */
  get waitsFor(): WaitedFor | undefined {
    return this.handler.waitsFor
  }
  get processId(): number {
    return this.identity.processId
  }

  // ------------------------------------------------------------------------------------ what others ask of it

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

  /** Runs when what was committed last is durable. */
  whenDurable(run: () => void): void {
    this.commits.whenDurable(run)
  }

  /** Ends the statement that runs now. */
  cancel(): void {
    this.handler.cancel()
    this.channel.interrupt()
  }

  /** Ends the connection for a reason that the client is told, as soon as its statement lets it. */
  terminate(reason: ProtocolError): void {
    this.handler.terminate(reason)
    this.channel.interrupt()
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.channel.destroy()
  }

  /** USE: when what was sent is done, the client goes on there. */
  goOnIn(database: string): void {
    this.handler.nextDatabase = database
  }

  /** Tells the client, if it wants to hear such things. */
  notice(notice: Notice): void {
    const level = NOTICE_LEVELS.indexOf(this.session.settings.get('client_min_messages') ?? 'notice')
    if (NOTICE_LEVELS.indexOf(notice.severity.toLowerCase()) >= level)
      noticeResponse(this.channel.out, notice)
  }

  // -------------------------------------------------------------------------------------------- from here on

  /**
   * Serves the client until it goes, or goes on in another database. The first answer is that it is ready.
   * @returns the name of that database
   */
  async serve(): Promise<string | undefined> {
    const { handler, channel } = this
    try {
      this.ready()
      await this.handleMessages()
    } catch (error) {
      handler.nextDatabase = undefined
      if (!(error instanceof ConnectionClosed)) errorResponse(channel.out, handler.ending ?? error, 'FATAL')
    } finally {
      this.stopIdleTimer()
      this.end()
    }
    return handler.nextDatabase
  }

  private end(): void {
    try {
      this.identity.database.notifications.unlisten(this, undefined)
      this.handler.close()
    } finally {
      this.session.close()
      this.releaseTurn()
      if (this.handler.nextDatabase === undefined) this.channel.end()
    }
  }

  /** Handles what comes, until the client goes, or is to go on elsewhere. */
  private handleMessages(): Promise<void> {
    return new Promise((resolve, reject) => {
      // What has come is handled in the event that brought it: a promise in between took 6 % of a short statement's time.
      const goOn = (): void => {
        try {
          const next = this.handleReceived()
          if (next === 'leave') resolve()
          else if (next === 'receive') this.channel.whenReceived(goOn)
          else next.then(goOn, reject)
        } catch (error) {
          reject(error)
        }
      }
      goOn()
    })
  }

  /** Handles messages until there are no more, or one was the last, or there is something else to wait for. */
  private handleReceived(): 'receive' | 'leave' | Promise<void> {
    const { channel, handler } = this
    if (channel.isDraining) return channel.drained()
    for (;;) {
      if (handler.nextDatabase !== undefined && this.isIdle) return 'leave'
      if (handler.ending !== undefined) throw handler.ending
      if (this.inARow >= MESSAGES_IN_A_ROW) {
        this.inARow = 0
        return yieldToOthers()
      }
      const message = channel.poll()
      if (message === undefined) {
        this.inARow = 0
        if (channel.out.length > 0) channel.sendSoon()
        return 'receive'
      }
      this.inARow++
      this.stopIdleTimer()
      this.isIdle = false
      if (message.type === 'X') {
        handler.nextDatabase = undefined
        return 'leave'
      }
      const handled = handler.handle(message)
      if (typeof handled !== 'boolean') return this.answerLater(handled)
      if (handled) this.ready()
      // Who sends on without reading is not answered from memory without end.
      if (channel.out.length >= FLUSH_BYTES) return channel.flush()
    }
  }

  private async answerLater(handled: Promise<boolean>): Promise<void> {
    if (await handled) this.ready()
    if (this.channel.out.length >= FLUSH_BYTES) await this.channel.flush()
  }

  private ready(): void {
    const { out } = this.channel
    if (this.handler.nextDatabase !== undefined) {
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

  private sendNotifications(): void {
    if (this.notifications.length === 0) return
    for (const { senderId, channel, payload } of this.notifications.splice(0)) {
      notificationResponse(this.channel.out, senderId, channel, payload)
    }
  }

  private stopIdleTimer(): void {
    if (this.idleTimer === undefined) return
    clearTimeout(this.idleTimer)
    this.idleTimer = undefined
  }

  private startIdleTimer(isInTransaction: boolean): void {
    const { settings } = this.session
    const ms = isInTransaction ? settings.idleInTransactionTimeoutMs : settings.idleTimeoutMs
    this.stopIdleTimer()
    if (ms <= 0) return
    this.idleTimer = setTimeout(() => {
      this.terminate(
        isInTransaction
          ? new ProtocolError('25P03', 'terminating connection due to idle-in-transaction timeout')
          : new ProtocolError('57P05', 'terminating connection due to idle-session timeout'),
      )
    }, ms)
  }
}

const IDLE_STATES: Readonly<Record<TransactionStatus, ActivityState>> = {
  idle: 'idle',
  open: 'idle in transaction',
  failed: 'idle in transaction (aborted)',
}

const NOTICE_LEVELS = ['debug', 'log', 'notice', 'warning', 'error']
