/** What a server can be told, and what holds when it is not. */

import { CoppiceError } from '../base/errors.ts'
import { checkOptionNames, didYouMean } from '../base/known-options.ts'
import { Database } from '../database/database.ts'
import { SqlError } from '../sql/errors.ts'
import { checkSetting, settingNames } from '../sql/session/settings.ts'
import type { LogSink } from './log.ts'

export type AuthenticationMethod = 'scram-sha-256' | 'md5' | 'trust'

/** What bounds a client, before and after it is let in. */
export interface ServerLimits {
  /** Clients at once. Default: 200. */
  readonly connections: number
  /** Clients at once that have not been let in yet. Default: 50. */
  readonly unauthenticated: number
  /** How long being let in may take. Default: 10 s. */
  readonly authenticationMs: number
  /** A message before the client is let in. Default: 10,000 bytes, as PostgreSQL's. */
  readonly firstMessageBytes: number
  /** Any other message. Default: 64 MiB. */
  readonly messageBytes: number
  /** How long a client may leave what was sent to it unread. Default: 60 s. */
  readonly writeTimeoutMs: number
  /** Failed logins from one address before it has to wait. Default: 10 … */
  readonly failedLogins: number
  /** … within this time. Default: 60 s. */
  readonly failedLoginsWithinMs: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  connections: 200,
  unauthenticated: 50,
  authenticationMs: 10_000,
  firstMessageBytes: 10_000,
  messageBytes: 64 * 1024 * 1024,
  writeTimeoutMs: 60_000,
  failedLogins: 10,
  failedLoginsWithinMs: 60_000,
}

export interface TlsOptions {
  /** PEM. */
  readonly key: string
  readonly cert: string
  /** Refuse clients that do not encrypt. Default: false. */
  readonly isRequired?: boolean | undefined
}

export interface ServerOptions {
  /** The one database that is served: a file, or one that the program has open (and closes itself). */
  readonly database?: string | Database | undefined
  /** Or all databases of a directory, made and dropped by CREATE and DROP DATABASE; users are kept there, too. */
  readonly directory?: string | undefined
  /** Default: 127.0.0.1. Another address is reached by other machines: think of users and TLS. */
  readonly host?: string | undefined
  /** Default: 5432; 0: any that is free. */
  readonly port?: number | undefined
  /**
   * Default: 'scram-sha-256' where there are users with passwords. Without any the server is open (`trust`), but only to
   * this machine.
   */
  readonly authentication?: AuthenticationMethod | undefined
  /** Users by name, with their passwords or what PostgreSQL stores of them (`SCRAM-SHA-256$…`). */
  readonly users?: Readonly<Record<string, string>> | undefined
  readonly tls?: TlsOptions | undefined
  /** What sessions begin with: `{ statement_timeout: '30s', timezone: 'Europe/Rome', server_version: '16.4' }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  /** Takes what the server has to say, an object a line. */
  readonly log?: LogSink | undefined
  /** Statements that take longer are logged. Default: none. */
  readonly slowStatementMs?: number | undefined
  /** Serves figures for Prometheus at `/metrics`. Default: nowhere. */
  readonly metrics?: { readonly host?: string | undefined; readonly port: number } | undefined
}

const NAMES: readonly (keyof ServerOptions)[] = [
  'database',
  'directory',
  'host',
  'port',
  'authentication',
  'users',
  'tls',
  'settings',
  'limits',
  'log',
  'slowStatementMs',
  'metrics',
]

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const PORT_MAX = 65_535

function refuse(name: string, why: string, cause?: unknown): never {
  throw new CoppiceError(
    'INVALID_OPTION',
    `option ${name}: ${why}`,
    cause === undefined ? {} : { cause: cause as Error },
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : value === null ? 'null' : typeof value
}

/** JavaScript gives whatever it likes. */
function checkObject(name: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(name, `expected an object, got ${Array.isArray(value) ? 'an array' : shown(value)}`)
  }
}

function checkTexts(name: string, value: unknown): void {
  checkObject(name, value)
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') refuse(`${name}.${key}`, `expected a text, got ${shown(text)}`)
  }
}

function checkPort(name: string, port: unknown): void {
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= PORT_MAX
  if (!isPort) refuse(name, `expected 0 to ${PORT_MAX}, got ${typeof port === 'number' ? port : shown(port)}`)
}

/** An empty one would be every address of the machine. */
function checkHost(name: string, host: unknown): void {
  if (typeof host !== 'string' || host === '') refuse(name, `expected an address, got ${shown(host)}`)
}

/** @throws CoppiceError INVALID_OPTION */
export function checkOptions(options: ServerOptions): void {
  if (typeof options !== 'object' || options === null) {
    refuse('database', `expected options such as { database: 'app.db' }, got ${shown(options)}`)
  }
  checkOptionNames('a server', options, NAMES)
  checkSubject(options)
  const { host = '127.0.0.1', port, authentication, users, log, slowStatementMs } = options
  checkHost('host', host)
  if (port !== undefined) checkPort('port', port)
  if (authentication !== undefined && !['scram-sha-256', 'md5', 'trust'].includes(authentication)) {
    refuse('authentication', `expected scram-sha-256, md5 or trust, got ${shown(authentication)}`)
  }
  if (users !== undefined) checkTexts('users', users)
  if (log !== undefined && typeof log !== 'function') refuse('log', `expected a function, got ${shown(log)}`)
  if (slowStatementMs !== undefined && !(typeof slowStatementMs === 'number' && slowStatementMs >= 0)) {
    refuse('slowStatementMs', `expected milliseconds, got ${shown(slowStatementMs)}`)
  }
  checkSettings(options.settings)
  checkLimits(options.limits)
  checkTls(options.tls)
  if (options.metrics !== undefined) {
    checkObject('metrics', options.metrics)
    checkOptionNames('metrics', options.metrics, ['host', 'port'])
    checkPort('metrics.port', options.metrics.port)
    if (options.metrics.host !== undefined) checkHost('metrics.host', options.metrics.host)
  }
  const hasUsers = Object.keys(users ?? {}).length > 0 || options.directory !== undefined
  if (!LOOPBACK.has(host) && authentication === undefined && !hasUsers) {
    refuse(
      'host',
      'a server that other machines reach needs users, or authentication: trust said in so many words',
    )
  }
}

function checkSubject({ database, directory }: ServerOptions): void {
  if ((database === undefined) === (directory === undefined)) {
    refuse('database', 'a server serves either one database or a directory')
  }
  if (directory !== undefined && (typeof directory !== 'string' || directory === '')) {
    refuse('directory', `expected a path, got ${shown(directory)}`)
  }
  const isDatabase = typeof database === 'string' ? database !== '' : database instanceof Database
  if (database !== undefined && !isDatabase) {
    refuse('database', `expected a path or an open database, got ${shown(database)}`)
  }
}

function checkSettings(settings: unknown): void {
  if (settings === undefined) return
  checkTexts('settings', settings)
  for (const [name, value] of Object.entries(settings as Record<string, string>)) {
    if (!name.includes('.') && !settingNames().includes(name.toLowerCase())) {
      refuse(`settings.${name}`, `there is no such setting${didYouMean(name, settingNames())}`)
    }
    try {
      checkSetting(name, value)
    } catch (error) {
      refuse(`settings.${name}`, error instanceof SqlError ? error.primary : String(error), error)
    }
  }
}

function checkLimits(limits: unknown): void {
  if (limits === undefined) return
  checkObject('limits', limits)
  checkOptionNames('limits', limits, Object.keys(DEFAULT_LIMITS))
  for (const [name, value] of Object.entries(limits)) {
    if (!(Number.isInteger(value) && value > 0)) {
      refuse(`limits.${name}`, `expected a positive integer, got ${value}`)
    }
  }
}

function checkTls(tls: unknown): void {
  if (tls === undefined) return
  checkObject('tls', tls)
  checkOptionNames('tls', tls, ['key', 'cert', 'isRequired'])
  const { key, cert } = tls as TlsOptions
  if (typeof key !== 'string') refuse('tls.key', `expected PEM, got ${shown(key)}`)
  if (typeof cert !== 'string') refuse('tls.cert', `expected PEM, got ${shown(cert)}`)
}

/** What sessions can show of it. @param port where it listens */
export function serverSettings(options: ServerOptions, port: number): Readonly<Record<string, string>> {
  const { host = '127.0.0.1', tls, slowStatementMs, authentication } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  return {
    listen_addresses: host,
    port: String(port),
    max_connections: String(limits.connections),
    authentication_timeout: `${limits.authenticationMs / 1000}s`,
    ssl: tls === undefined ? 'off' : 'on',
    password_encryption: authentication === 'md5' ? 'md5' : 'scram-sha-256',
    log_min_duration_statement: slowStatementMs === undefined ? '-1' : `${slowStatementMs}ms`,
    'coppice.ssl_required': tls?.isRequired ? 'on' : 'off',
    'coppice.max_unauthenticated': String(limits.unauthenticated),
    'coppice.max_first_message_size': `${limits.firstMessageBytes}B`,
    'coppice.max_message_size': `${limits.messageBytes}B`,
    'coppice.write_timeout': `${limits.writeTimeoutMs}ms`,
    'coppice.failed_logins': String(limits.failedLogins),
    'coppice.failed_logins_within': `${limits.failedLoginsWithinMs}ms`,
  }
}
