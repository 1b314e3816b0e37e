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

import { type DatabaseHost, DirectoryDatabases, SingleDatabase } from './database-host.ts'
import { ServerMetrics } from './metrics.ts'
import { checkOptions, type ServerOptions } from './options.ts'
import { FixedRoles, type RoleStore } from './roles.ts'
import { Server } from './server.ts'

export { type Configuration, parseConfiguration } from './configuration.ts'
export type { LogEntry, LogLevel, LogSink } from './log.ts'
export type { AuthenticationMethod, ServerLimits, ServerOptions, TlsOptions } from './options.ts'

/** A server that runs. */
export interface RunningServer extends AsyncDisposable {
  /** Where it listens. */
  readonly port: number
  /** Where its figures are, if they are served. */
  readonly metricsPort: number | undefined
  /** Sends all clients away (57P01), and closes what it has opened. */
  close(): Promise<void>
}

/**
 * Serves a database, or a directory of them.
 * @throws CoppiceError (by rejection) INVALID_OPTION, IO_ERROR (the port is taken), and what `open` throws
 */
export async function serve(options: ServerOptions): Promise<RunningServer> {
  checkOptions(options)
  const { databases, roles } = partsOf(options)
  let server: Server
  try {
    const metrics = options.metrics && (await ServerMetrics.load(() => databases.opened()))
    server = new Server(options, databases, roles, metrics)
  } catch (error) {
    databases.close()
    throw error
  }
  let port: number
  let metricsPort: number | undefined
  try {
    port = await server.listen()
    metricsPort = await server.listenForMetrics()
  } catch (error) {
    await server.close()
    throw error
  }
  const close = () => server.close()
  return { port, metricsPort, close, [Symbol.asyncDispose]: close }
}

function partsOf({ database, directory, users = {}, authentication }: ServerOptions): {
  readonly databases: DatabaseHost
  readonly roles: RoleStore
} {
  const method = authentication === 'md5' ? 'md5' : 'scram'
  if (directory === undefined) {
    const databases = new SingleDatabase(database!)
    return { databases, roles: new FixedRoles(users, method, databases.loginSecret) }
  }
  const databases = new DirectoryDatabases(directory)
  // Those that are named here may do everything, whatever was stored.
  const { system } = databases
  for (const role of new FixedRoles(users, method, system.loginSecret).all()) {
    system.put({ ...role, oid: system.find(role.name)?.oid ?? 0 })
  }
  return { databases, roles: databases.system }
}
