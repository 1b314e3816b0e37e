/** The databases of a server: one that it was given, or those of a directory. */

import { Database } from '../database/database.ts'
import { openSync } from '../database/open.ts'
import { ServedDatabase } from './served-database.ts'
import { ProtocolError } from './wire/protocol-error.ts'

export interface DatabaseHost {
  /** The database of that name, opened when it is not. @throws ProtocolError 3D000 */
  find(name: string): ServedDatabase
  names(): readonly string[]
  close(): void
}

/**
 * One database. Whatever name a client asks for, it gets this one: clients ask for a database that is called like their user
 * when they are told nothing.
 */
export class SingleDatabase implements DatabaseHost {
  private readonly served: ServedDatabase
  /** Whether it was opened here. */
  private readonly isOwn: boolean

  constructor(database: string | Database) {
    this.isOwn = !(database instanceof Database)
    const open = database instanceof Database ? database : openSync(database)
    this.served = new ServedDatabase(nameOf(open.path), open)
  }

  find(): ServedDatabase {
    if (!this.served.database.isOpen) throw new ProtocolError('57P03', 'the database is closed')
    return this.served
  }
  names(): readonly string[] {
    return [this.served.name]
  }
  close(): void {
    if (this.isOwn) this.served.database.close()
  }
}

/** The file's name without its folder and extension. */
function nameOf(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return path === ':memory:' ? 'memory' : file.replace(/\.[^.]+$/, '') || 'coppice'
}
