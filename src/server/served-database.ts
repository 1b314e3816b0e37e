/** A database that is open for clients, with the queue of those who want to write to it. */

import type { Database } from '../database/database.ts'
import { Notifications } from './notifications.ts'
import { WriterTurns } from './writer-turns.ts'

export class ServedDatabase {
  readonly name: string
  readonly database: Database
  readonly turns = new WriterTurns()
  readonly notifications = new Notifications()
  connectionCount = 0

  constructor(name: string, database: Database) {
    this.name = name
    this.database = database
  }
}
