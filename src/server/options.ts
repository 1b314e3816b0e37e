/** What a server can be told, and what holds when it is not. */

import { CoppiceError } from '../base/errors.ts'
import type { Database } from '../database/database.ts'
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

/** @throws CoppiceError INVALID_OPTION */
export function checkOptions(options: ServerOptions): void {
  const refuse = (name: string, why: string): never => {
    throw new CoppiceError('INVALID_OPTION', `option ${name}: ${why}`)
  }
  for (const name of Object.keys(options)) {
    if (!(NAMES as readonly string[]).includes(name))
      refuse(name, `a server does not have it (known: ${NAMES.join(', ')})`)
  }
  if ((options.database === undefined) === (options.directory === undefined)) {
    refuse('database', 'a server serves either one database or a directory')
  }
  const { port, authentication, limits, host = '127.0.0.1' } = options
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    refuse('port', `expected 0 to 65535, got ${port}`)
  }
  if (authentication !== undefined && !['scram-sha-256', 'md5', 'trust'].includes(authentication)) {
    refuse('authentication', `expected scram-sha-256, md5 or trust, got ${String(authentication)}`)
  }
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) refuse(`limits.${name}`, 'there is no such limit')
    if (!(Number.isInteger(value) && value > 0))
      refuse(`limits.${name}`, `expected a positive integer, got ${value}`)
  }
  const hasUsers = Object.keys(options.users ?? {}).length > 0 || options.directory !== undefined
  if (!LOOPBACK.has(host) && authentication === undefined && !hasUsers) {
    refuse(
      'host',
      'a server that other machines reach needs users, or authentication: trust said in so many words',
    )
  }
}
