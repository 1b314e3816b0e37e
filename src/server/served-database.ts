/** A database that is open for clients, with the queue of those who want to write to it. */

import type { Database } from '../database/database.ts'
import type { WriterTurns } from '../database/writer-turns.ts'
import { Notifications } from './notifications.ts'

export class ServedDatabase {
  readonly name: string
  readonly database: Database
  readonly notifications = new Notifications()
  connectionCount = 0

  get turns(): WriterTurns {
    return this.database.turns
  }

  constructor(name: string, database: Database) {
    this.name = name
    this.database = database
  }
}
