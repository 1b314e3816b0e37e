/** What a session's statements about the server do: messages between sessions, databases, roles. */

import type { TableSchema } from '../sql/catalog/schema.ts'
import { notSupported } from '../sql/errors.ts'
import type { Administration } from '../sql/session/unit.ts'
import type { GrantStatement } from '../sql/syntax/tree.ts'
import type { Connection, ConnectionIdentity } from './connection.ts'
import type { Notifications } from './notifications.ts'

export class SessionAdministration implements Administration {
  private readonly connection: Connection
  private readonly notifications: Notifications

  constructor(connection: Connection, { database }: ConnectionIdentity) {
    this.connection = connection
    this.notifications = database.notifications
  }

  listen(channel: string): void {
    this.notifications.listen(this.connection, channel)
  }
  unlisten(channel: string | undefined): void {
    this.notifications.unlisten(this.connection, channel)
  }
  notify(channel: string, payload: string): void {
    const { connection } = this
    connection.whenDurable(() => this.notifications.notify(connection.processId, channel, payload))
  }

  run(statement: Parameters<Administration['run']>[0]): string {
    throw notSupported(statement.kind.toUpperCase(), statement.at)
  }
  grant(statement: GrantStatement, _tables: readonly TableSchema[]): string {
    throw notSupported('GRANT', statement.at)
  }
}
