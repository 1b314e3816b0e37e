/**
 * NeDB as it is maintained, @seald-io/nedb: what users take who want a document store in JavaScript alone. All
 * documents live in memory; the file is a log of them. It has no bytes and no transactions, so it takes part with
 * records only: loaded by one insert of all, indexed on the two columns asked for, updates awaited one by one.
 * Its promises are awaited where its interface makes users wait, so an object that is in memory already costs a
 * turn of the event loop. By default nothing is synced; here each persisted change is followed by a sync of the
 * file at the end of the operation, as for the others.
 */

import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import nedb from '@seald-io/nedb'
import { type RecordStore, versionedName } from '../contender.ts'
import { foldPerson, type Person } from '../people.ts'

export const label = versionedName('@seald-io/nedb')

const Nedb = nedb as unknown as typeof nedb.default
type Nedb = nedb.default<Person>

class NedbRecords implements RecordStore {
  private readonly db: Nedb
  private readonly path: string

  constructor(db: Nedb, path: string) {
    this.db = db
    this.path = path
  }

  async load(people: readonly Person[]): Promise<void> {
    await this.db.insertAsync([...people])
    this.sync()
  }

  async get(ids: Uint32Array): Promise<number> {
    const { db } = this
    let digest = 0
    for (let i = 0; i < ids.length; i++)
      digest = foldPerson(digest, (await db.findOneAsync({ id: ids[i]! }))!)
    return digest
  }

  async lookUp(emails: readonly string[]): Promise<number> {
    const { db } = this
    let digest = 0
    for (let i = 0; i < emails.length; i++) {
      digest = foldPerson(digest, (await db.findOneAsync({ email: emails[i]! }))!)
    }
    return digest
  }

  async update(ids: Uint32Array, balance: number): Promise<void> {
    const { db } = this
    for (let i = 0; i < ids.length; i++) await db.updateAsync({ id: ids[i]! }, { $set: { balance } })
    this.sync()
  }

  settle(): Promise<void> {
    return this.db.compactDatafileAsync()
  }

  /** Every operation was awaited; there is nothing to close. */
  close(): void {}

  private sync(): void {
    const file = openSync(this.path, 'r+')
    fdatasyncSync(file)
    closeSync(file)
  }
}

export async function openRecords(directory: string): Promise<RecordStore> {
  const path = `${directory}/data`
  const db = new Nedb<Person>({ filename: path })
  await db.loadDatabaseAsync()
  await db.ensureIndexAsync({ fieldName: 'id', unique: true })
  await db.ensureIndexAsync({ fieldName: 'email', unique: true })
  return new NedbRecords(db, path)
}
