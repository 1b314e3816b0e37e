/** The databases of a server: one that it was given, or those of a directory. */

import { createHash } from 'node:crypto'
import { CoppiceError } from '../base/errors.ts'
import { Database } from '../database/database.ts'
import { openSync } from '../database/open.ts'
import { nodeStorage } from '../io/node-storage.ts'
import { SqlError } from '../sql/errors.ts'
import { toName } from '../sql/types/text.ts'
import { ServedDatabase } from './served-database.ts'
import { SystemDatabase } from './system-database.ts'
import { ProtocolError } from './wire/protocol-error.ts'

export interface DatabaseHost {
  /** The database of that name, opened when it is not. @throws ProtocolError 3D000 */
  find(name: string): ServedDatabase
  /** What a session calls its database that has asked for it by that name; undefined: by none. */
  nameInSession(served: ServedDatabase, asked: string | undefined): string
  /** All that a session can connect to. @param own what it calls its own */
  names(own: string): readonly string[]
  /** Those that are open. */
  opened(): readonly ServedDatabase[]
  close(): void
}

/**
 * One database. Whatever name a client asks for, it gets this one: clients ask for a database that is called like their user
 * when they are told nothing. And by that name it finds it: what it asks for its own database, and looks for in
 * `information_schema`, is the name that it was configured with.
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

  /** The same each time this file is served, and in no other's reach: the database's own id is a random number. */
  get loginSecret(): Buffer {
    return createHash('sha256').update('login').update(this.served.database.id).digest()
  }

  find(): ServedDatabase {
    if (!this.served.database.isOpen) throw new ProtocolError('57P03', 'the database is closed')
    return this.served
  }
  nameInSession({ name }: ServedDatabase, asked: string | undefined): string {
    return asked === undefined ? name : toName(asked)
  }
  names(own: string): readonly string[] {
    return [own]
  }
  opened(): readonly ServedDatabase[] {
    return [this.served]
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

/** The database that is there from the beginning, for clients that have to name one. */
export const FIRST_DATABASE = 'postgres'
const SYSTEM_FILE = 'coppice.system'
const NAME_BYTES_MAX = 63

/** All databases of a directory, each a file of its own, with the system's beside them. */
export class DirectoryDatabases implements DatabaseHost {
  readonly system: SystemDatabase
  private readonly directory: string
  private readonly open = new Map<string, ServedDatabase>()

  /** @throws CoppiceError NOT_FOUND there is no such directory */
  constructor(directory: string) {
    this.directory = directory.replace(/[/\\]+$/, '')
    this.system = new SystemDatabase(openSync(`${this.directory}/${SYSTEM_FILE}`))
    if (this.system.databaseNames.length === 0) this.add(FIRST_DATABASE, '')
  }

  find(name: string): ServedDatabase {
    const known = this.open.get(name)
    if (known !== undefined) return known
    if (this.system.ownerOf(name) === undefined) {
      throw new ProtocolError('3D000', `database "${name}" does not exist`)
    }
    const served = new ServedDatabase(name, openSync(this.fileOf(name)))
    this.open.set(name, served)
    return served
  }
  nameInSession({ name }: ServedDatabase): string {
    return name
  }
  names(): readonly string[] {
    return this.system.databaseNames
  }
  opened(): readonly ServedDatabase[] {
    return [...this.open.values()]
  }

  /** @throws SqlError 42P04, 42602, 58P02 */
  create(name: string, owner: string): void {
    if (this.system.ownerOf(name) !== undefined)
      throw new SqlError('42P04', `database "${name}" already exists`)
    if (name === '' || Buffer.byteLength(name) > NAME_BYTES_MAX) {
      throw new SqlError('42602', `invalid database name "${name}": it takes 1 to ${NAME_BYTES_MAX} bytes`)
    }
    // What is in it was somebody else's: its drop was cut off, or the file system takes two names for one.
    if (nodeStorage().exists(this.fileOf(name))) {
      throw new SqlError('58P02', `could not create database "${name}": its file is there already`)
    }
    this.add(name, owner)
  }

  private add(name: string, owner: string): void {
    // The file first: a name without a file would be worse than a file without a name.
    openSync(this.fileOf(name)).close()
    this.system.addDatabase(name, owner)
  }

  /** Removes a database that nobody uses. @throws CoppiceError IO_ERROR */
  drop(name: string): void {
    this.open.get(name)?.database.close()
    this.open.delete(name)
    this.system.removeDatabase(name)
    const storage = nodeStorage()
    const file = this.fileOf(name)
    if (!storage.unlink(file))
      throw new CoppiceError('NOT_FOUND', `${file}: the database's file was not there`)
    storage.syncDirectory(storage.directoryOf(file))
  }

  /** Signs that a file's name cannot have, or should not, are written by their bytes, two digits each: no two names are one. */
  private fileOf(name: string): string {
    const safe = name.replace(/[^\p{L}\p{N}_-]/gu, sign =>
      [...Buffer.from(sign)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    )
    return `${this.directory}/${safe}.db`
  }

  close(): void {
    for (const { database } of this.open.values()) database.close()
    this.system.close()
  }
}
