/** A server: it listens, lets clients in, and knows all that are there. */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { CoppiceError } from '../base/errors.ts'
import { systemClock } from '../io/system.ts'
import { isFixedSetting } from '../sql/session/settings.ts'
import type { ActivityState } from './activity.ts'
import { RoleAuthorization } from './authorization.ts'
import { certificateHash } from './certificate-hash.ts'
import { Channel } from './channel.ts'
import { Connection, type ConnectionIdentity, type ConnectionObserver } from './connection.ts'
import type { DatabaseHost } from './database-host.ts'
import { ServerLog } from './log.ts'
import { LoginLimiter } from './login-limiter.ts'
import type { ServerMetrics } from './metrics.ts'
import { MetricsEndpoint } from './metrics-endpoint.ts'
import {
  type AuthenticationMethod,
  DEFAULT_LIMITS,
  type ServerLimits,
  type ServerOptions,
  serverSettings,
} from './options.ts'
import { Outbox } from './outbox.ts'
import { type Role, type RoleStore, SessionRole } from './roles.ts'
import type { ServerParts } from './session-administration.ts'
import { shownText } from './shown-text.ts'
import { authenticate, Deadline, negotiate, type StartUp } from './start-up.ts'
import type { WaitedFor } from './statement-runner.ts'
import { ConnectionClosed, ProtocolError } from './wire/protocol-error.ts'
import { backendKeyData, errorResponse, negotiateProtocolVersion, sqlstateOf } from './wire/responses.ts'

/** So long nobody who is being let in is put out for another one. */
const UNDISTURBED_MS = 1000

/** How long clients have to take the news that the server closes. */
const CLOSE_MS = 1000

interface Client {
  /** To the database that it uses now. */
  connection: Connection
  readonly secret: Buffer
  done: Promise<void>
}

export class Server implements ServerParts, ConnectionObserver {
  private readonly options: ServerOptions
  private readonly limits: ServerLimits
  readonly databases: DatabaseHost
  readonly roles: RoleStore
  private readonly log: ServerLog
  private readonly secureContext: SecureContext | undefined
  private readonly certificateHash: Buffer | undefined
  private readonly listener: NetServer
  private readonly clients = new Map<number, Client>()
  /** Lines that have not been let in, and since when they are there. */
  private readonly strangers = new Map<Channel, number>()
  /** Those whose session has ended and who are not gone yet. */
  private readonly leaving = new Set<Channel>()
  /** Undefined: nobody is shown them. */
  private readonly metrics: ServerMetrics | undefined
  private readonly limiter: LoginLimiter
  private endpoint: MetricsEndpoint | undefined
  private nextProcessId = 1
  /** What sessions can show of the options. */
  settings: Readonly<Record<string, string>> = {}
  private isClosing = false
  private readonly outbox = new Outbox()

  constructor(
    options: ServerOptions,
    databases: DatabaseHost,
    roles: RoleStore,
    metrics: ServerMetrics | undefined,
  ) {
    this.options = options
    this.metrics = metrics
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.databases = databases
    this.roles = roles
    this.log = new ServerLog(options.log)
    const { failedLogins, failedLoginsWithinMs } = this.limits
    this.limiter = new LoginLimiter(failedLogins, failedLoginsWithinMs, () => systemClock.monotonicMs())
    this.secureContext = secureContextOf(options)
    this.certificateHash = options.tls && certificateHash(options.tls.cert)
    this.listener = createServer(socket => this.accept(socket))
  }

  private get method(): AuthenticationMethod {
    return this.options.authentication ?? (this.roles.hasSecrets ? 'scram-sha-256' : 'trust')
  }

  get messageBytesMax(): number {
    return this.limits.messageBytes
  }

  /** Starts to listen. @returns the port */
  async listen(): Promise<number> {
    const { listener } = this
    const { host = '127.0.0.1', port = 5432 } = this.options
    await new Promise<void>((resolve, reject) => {
      listener.once('error', error => {
        reject(
          new CoppiceError('IO_ERROR', `cannot listen on ${host}:${port}: ${error.message}`, {
            cause: error,
          }),
        )
      })
      listener.listen({ host, port }, resolve)
    })
    listener.on('error', error => this.log.write('error', 'listening failed', { message: error.message }))
    const address = listener.address()
    const actual = typeof address === 'object' && address !== null ? address.port : port
    this.settings = serverSettings(this.options, actual)
    this.log.write('info', 'listening', { host, port: actual, authentication: this.method })
    return actual
  }

  /** Shows the figures, if there are any. @returns the port */
  async listenForMetrics(): Promise<number | undefined> {
    const { metrics, options } = this
    if (metrics === undefined || options.metrics === undefined) return undefined
    const { host = '127.0.0.1', port } = options.metrics
    this.endpoint = new MetricsEndpoint(metrics)
    const actual = await this.endpoint.listen(host, port)
    this.log.write('info', 'figures', { url: `http://${host}:${actual}/metrics` })
    return actual
  }

  /** Sends everybody away, and waits until they are gone. */
  async close(): Promise<void> {
    if (this.isClosing) return
    this.isClosing = true
    const closed = new Promise<void>(resolve => this.listener.close(() => resolve()))
    for (const channel of [...this.strangers.keys(), ...this.leaving]) channel.destroy()
    const reason = new ProtocolError('57P01', 'terminating connection due to administrator command')
    for (const { connection } of this.clients.values()) connection.terminate(reason)
    // Who does not take his leave is not waited for.
    const timer = setTimeout(() => {
      for (const { connection } of this.clients.values()) connection.destroy()
    }, CLOSE_MS)
    await Promise.allSettled([...this.clients.values()].map(client => client.done))
    clearTimeout(timer)
    await closed
    await this.endpoint?.close()
    this.databases.close()
    this.log.write('info', 'closed')
  }

  private accept(socket: Socket): void {
    const { firstMessageBytes, writeTimeoutMs } = this.limits
    const limits = { firstMessageBytesMax: firstMessageBytes, writeTimeoutMs }
    const channel = new Channel(socket, limits, this.outbox)
    if (this.isClosing || !this.hasPlace()) {
      this.metrics?.noteRefused()
      channel.destroy()
      return
    }
    this.strangers.set(channel, systemClock.monotonicMs())
    // Who was answered and does not close his side is counted as long as he is there.
    channel.onClosed(() => this.strangers.delete(channel))
    void this.welcome(channel)
  }

  /** Whether one more may come in; who has stood there long enough makes place: a silent crowd would keep all others out. */
  private hasPlace(): boolean {
    const { strangers, limits } = this
    if (strangers.size < limits.unauthenticated) return true
    const first = strangers.entries().next().value
    if (first === undefined) return false
    const [oldest, sinceMs] = first
    if (systemClock.monotonicMs() - sinceMs < UNDISTURBED_MS) return false
    this.metrics?.noteRefused()
    strangers.delete(oldest)
    oldest.destroy()
    return true
  }

  /** Whose session has ended has a moment to go. Those who do not are bounded, as those are who have not been let in. */
  private seeOff(channel: Channel): void {
    const { leaving, limits } = this
    if (channel.isGone) return
    leaving.add(channel)
    channel.onClosed(() => leaving.delete(channel))
    for (const oldest of leaving) {
      if (leaving.size <= limits.unauthenticated) return
      leaving.delete(oldest)
      oldest.destroy()
    }
  }

  /** From the first byte to the last; never rejects. */
  private async welcome(channel: Channel): Promise<void> {
    const deadline = new Deadline(this.limits.authenticationMs, () => systemClock.monotonicMs())
    try {
      const first = await negotiate(
        channel,
        this.secureContext,
        this.options.tls?.isRequired ?? false,
        deadline,
      )
      if (first.kind === 'cancel') {
        this.cancel(first.processId, first.secret)
        channel.end()
        return
      }
      await this.startSession(channel, first, deadline)
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) {
        this.metrics?.noteRefused()
        this.log.write('warning', 'connection refused', {
          address: channel.remoteAddress,
          message: error instanceof Error ? error.message : String(error),
        })
        errorResponse(channel.out, error, 'FATAL')
      }
      channel.end()
    }
  }

  private async startSession(
    channel: Channel,
    { minorVersion, parameters }: Extract<StartUp, { kind: 'startup' }>,
    deadline: Deadline,
  ): Promise<void> {
    const userName = parameters.get('user') ?? ''
    if (userName === '')
      throw new ProtocolError('28000', 'no PostgreSQL user name specified in startup packet')
    const unknown = [...parameters.keys()].filter(name => name.startsWith('_pq_.'))
    if (minorVersion > 0 || unknown.length > 0) negotiateProtocolVersion(channel.out, unknown)
    channel.expectMessages(this.limits.firstMessageBytes)
    const role = await this.authenticate(channel, userName, deadline)
    if (this.clients.size >= this.limits.connections)
      throw new ProtocolError('53300', 'sorry, too many clients already')
    if (this.isClosing) throw new ProtocolError('57P03', 'the database system is shutting down')
    channel.expectMessages(this.limits.messageBytes)
    await this.serve(channel, role, parameters)
  }

  private async authenticate(channel: Channel, userName: string, deadline: Deadline): Promise<Role> {
    const { limiter, metrics, method, roles, certificateHash } = this
    const address = channel.remoteAddress
    const checkMayTry = () => {
      if (limiter.isBlocked(address))
        throw new ProtocolError('28000', 'too many failed logins: try again later')
    }
    checkMayTry()
    try {
      const rules = { method, roles, certificateHash, checkMayTry }
      const role = await authenticate(channel, userName, rules, deadline)
      limiter.noteSuccess(address, userName)
      return role
    } catch (error) {
      if (error instanceof ProtocolError && error.sqlstate === '28P01') {
        limiter.noteFailure(address, userName)
        metrics?.noteFailedLogin()
      }
      throw error
    }
  }

  private async serve(channel: Channel, role: Role, parameters: ReadonlyMap<string, string>): Promise<void> {
    // An empty one is none.
    const asked = parameters.get('database') || undefined
    const database = this.databases.find(asked ?? role.name)
    const databaseName = this.databases.nameInSession(database, asked)
    const processId = this.nextProcessId++
    const secret = randomBytes(4)
    const settings = sessionSettings(this.options.settings ?? {}, parameters, role)
    const { remoteAddress: address, remotePort: port } = channel
    const who = new SessionRole(this.roles, role)
    new RoleAuthorization(this.roles, who, database.name).checkConnect()
    const identity = { processId, role: who, database, databaseName, settings, address, port }
    const connection = new Connection(channel, identity, this)
    backendKeyData(channel.out, processId, secret)
    const client: Client = { connection, secret, done: Promise.resolve() }
    client.done = this.follow(channel, client)
    this.clients.set(processId, client)
    // Nobody waits for its statement any more, and others may wait for what it holds.
    channel.onClosed(() => client.connection.cancel())
    this.strangers.delete(channel)
    this.metrics?.noteOpened(channel)
    this.log.write('info', 'connection opened', { processId, user: role.name, database: database.name })
    try {
      await client.done
    } finally {
      this.clients.delete(processId)
      this.seeOff(channel)
      this.metrics?.noteClosed(channel)
      this.log.write('info', 'connection closed', { processId })
    }
  }

  /** One connection after the other: each is to one database, and USE begins another. */
  private async follow(channel: Channel, client: Client): Promise<void> {
    for (;;) {
      const { connection } = client
      const { identity } = connection
      identity.database.connectionCount++
      let next: string | undefined
      try {
        next = await connection.serve()
      } finally {
        identity.database.connectionCount--
      }
      if (next === undefined) return
      try {
        // It may have been dropped since it was asked for.
        const database = this.databases.find(next)
        const databaseName = this.databases.nameInSession(database, next)
        const nextIdentity = { ...identity, database, databaseName }
        client.connection = new Connection(channel, nextIdentity, this, connection)
      } catch (error) {
        errorResponse(channel.out, error, 'FATAL')
        channel.end()
        return
      }
    }
  }

  // ----------------------------------------------------------------------------------- what sessions ask for

  terminate(name: string, reason: ProtocolError, except: Connection): void {
    for (const { connection } of this.clients.values()) {
      if (connection !== except && connection.identity.database.name === name) connection.terminate(reason)
    }
  }

  statementEnded(connection: Connection, text: string, ms: number, error: unknown): void {
    const { metrics, log } = this
    const sqlstate = error === undefined ? undefined : sqlstateOf(error)
    metrics?.noteStatement(ms, sqlstate)
    if (sqlstate !== undefined) {
      // What no statement should be able to cause is told whole to who runs the server, and not to the client. A client that
      // goes in the middle of its statement is none of that.
      if (sqlstate.startsWith('XX') && !(error instanceof ConnectionClosed)) {
        const stack = error instanceof Error ? error.stack : String(error)
        log.write('error', 'internal error', {
          processId: connection.processId,
          statement: shownText(text),
          stack,
        })
      }
    }
    const { slowStatementMs = Number.POSITIVE_INFINITY } = this.options
    if (ms < slowStatementMs) return
    const { role, database } = connection.identity
    log.write('warning', 'statement slow', {
      processId: connection.processId,
      user: role.name,
      database: database.name,
      ms: Math.round(ms * 10) / 10,
      statement: shownText(text),
    })
  }

  session(processId: number): Connection | undefined {
    return this.clients.get(processId)?.connection
  }

  *activity(asker: ConnectionIdentity): Generator<Readonly<Record<string, unknown>>> {
    for (const { connection } of this.clients.values()) {
      const { identity, session, activity, waitsFor } = connection
      const isHidden = !asker.role.now.isSuperuser && !asker.role.isSame(identity.role)
      const row = {
        // Sessions of one database may call it by different names.
        datname: identity.database === asker.database ? asker.databaseName : identity.databaseName,
        pid: identity.processId,
        usename: identity.role.name,
        application_name: session.settings.get('application_name') ?? '',
        client_addr: identity.address,
        client_port: identity.port,
        ...waitOf(waitsFor, activity.state),
        ...activity.row(session.transactionStartedMs),
      }
      yield isHidden ? { ...row, ...HIDDEN } : row
    }
  }

  /** Of a client that knows the secret of another: its statement ends. Nothing is answered, whether it was right or not. */
  private cancel(processId: number, secret: Buffer): void {
    const client = this.clients.get(processId)
    if (client === undefined || secret.length !== client.secret.length) return
    if (timingSafeEqual(secret, client.secret)) client.connection.cancel()
  }
}

/** @throws CoppiceError INVALID_OPTION */
function secureContextOf({ tls }: ServerOptions): SecureContext | undefined {
  if (tls === undefined) return undefined
  try {
    return createSecureContext({ key: tls.key, cert: tls.cert })
  } catch (error) {
    const message = `option tls: ${error instanceof Error ? error.message : String(error)}`
    throw new CoppiceError('INVALID_OPTION', message, { cause: error })
  }
}

/** What only superusers see of the sessions of others. */
const HIDDEN = {
  client_addr: null,
  client_port: null,
  wait_event_type: null,
  wait_event: null,
  backend_start: null,
  xact_start: null,
  query_start: null,
  state_change: null,
  state: null,
  query: '<insufficient privilege>',
}

function waitOf(
  waitsFor: WaitedFor | undefined,
  state: ActivityState,
): Readonly<Record<string, string | null>> {
  if (waitsFor !== undefined) return { wait_event_type: 'Lock', wait_event: waitsFor }
  return state === 'active'
    ? { wait_event_type: null, wait_event: null }
    : { wait_event_type: 'Client', wait_event: 'ClientRead' }
}

/** Parameters of the start-up message that are no settings. */
const NO_SETTINGS = new Set(['user', 'database', 'options', 'replication'])

function sessionSettings(
  ofServer: Readonly<Record<string, string>>,
  parameters: ReadonlyMap<string, string>,
  role: Role,
): Record<string, string> {
  const settings: Record<string, string> = {
    default_transaction_isolation: 'read committed',
    'pg_stat_statements.track': 'top',
    session_authorization: role.name,
    ...ofServer,
  }
  const set = (name: string, value: string) => {
    if (isFixedSetting(name)) throw new ProtocolError('55P02', `parameter "${name}" cannot be changed`)
    settings[name.toLowerCase()] = value
  }
  for (const [name, value] of parameters) {
    if (!NO_SETTINGS.has(name) && !name.startsWith('_pq_.')) set(name, value)
  }
  // `-c name=value` and `--name=value`, a blank that belongs to a value has a backslash in front.
  const options = parameters.get('options') ?? ''
  for (const [, name, value] of options.matchAll(/(?:^|\s)(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])*)/g)) {
    set(name.replaceAll('-', '_'), value.replace(/\\(.)/g, '$1'))
  }
  return settings
}
