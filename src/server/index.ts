/// <reference types="node" preserve="true" />

/**
 * `coppice/server`: databases for clients of PostgreSQL, over its wire protocol.
 *
 * @example
 * import { serve } from 'coppice/server'
 * const server = await serve({ database: 'app.db', port: 5432 })
 * // psql -h localhost -p 5432
 * await server.close()
 */

import { SingleDatabase } from './database-host.ts'
import { checkOptions, type ServerOptions } from './options.ts'
import { FixedRoles } from './roles.ts'
import { Server } from './server.ts'

export type { LogEntry, LogLevel, LogSink } from './log.ts'
export type { AuthenticationMethod, ServerLimits, ServerOptions, TlsOptions } from './options.ts'

/** A server that runs. */
export interface RunningServer extends AsyncDisposable {
  /** Where it listens. */
  readonly port: number
  /** Sends all clients away (57P01), and closes what it has opened. */
  close(): Promise<void>
}

/**
 * Serves a database, or a directory of them.
 * @throws CoppiceError (by rejection) INVALID_OPTION, IO_ERROR (the port is taken), and what `open` throws
 */
export async function serve(options: ServerOptions): Promise<RunningServer> {
  checkOptions(options)
  const roles = await FixedRoles.of(options.users ?? {}, options.authentication === 'md5' ? 'md5' : 'scram')
  const databases = new SingleDatabase(options.database!)
  const server = new Server(options, databases, roles)
  let port: number
  try {
    port = await server.listen()
  } catch (error) {
    databases.close()
    throw error
  }
  const close = () => server.close()
  return { port, close, [Symbol.asyncDispose]: close }
}
