/**
 * Records of six typed columns (integer, three texts, float, date) with a unique index on one of the texts.
 *
 * Laws: each object that is read has all six columns as they were put (digest); after an update, the column
 * has the new value and the others the old ones, whichever way the record is found.
 *
 * In each round half of the records are got and looked up, and ten transactions update a thousand each.
 */

import type { ContenderModule, RecordStore } from '../contender.ts'
import { RandomNumbers } from '../dataset.ts'
import { emailOf, foldPerson, type Person, personOf } from '../people.ts'
import type { Place, Sample, Session, Workload } from '../workload.ts'
import { expectEqual, megabytesIn, millisecondsOf, nanosecondsEach } from './session.ts'

const SEED = 0x1b873593
/** For a run of a million keys, 200,000 records. */
const COUNT_PART = 5
const STRIDE = 611_953
const UPDATES = 1000
const TRANSACTIONS = 10

class RecordSession implements Session {
  private readonly contender: ContenderModule
  private readonly directory: string
  private readonly count: number
  private readonly asked: Uint32Array
  private readonly updated: Uint32Array
  private readonly balances = new Map<number, number>()
  private store: RecordStore | undefined

  constructor(contender: ContenderModule, { directory, count }: Place) {
    this.contender = contender
    this.directory = directory
    this.count = Math.ceil(count / COUNT_PART)
    const random = new RandomNumbers(SEED)
    const questions = Math.ceil(count / 10)
    this.asked = Uint32Array.from({ length: questions }, () => random.next() % this.count)
    this.updated = Uint32Array.from({ length: TRANSACTIONS * UPDATES }, () => random.next() % this.count)
  }

  async take(phaseId: string, round: number): Promise<Sample[]> {
    const { asked, updated } = this
    switch (phaseId) {
      case 'load':
        return this.load()
      case 'warm':
        this.store = await this.contender.openRecords!(this.directory)
        await this.get()
        await this.lookUp()
        return []
      case 'get':
        return [nanosecondsEach('get', await this.get(), asked.length)]
      case 'lookUp':
        return [nanosecondsEach('lookUp', await this.lookUp(), asked.length)]
      case 'update':
        return [nanosecondsEach('update', await this.update(round), updated.length)]
      case 'finish':
        await this.store!.close()
        this.store = await this.contender.openRecords!(this.directory)
        await this.get()
        await this.store.close()
        return []
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }

  private async load(): Promise<Sample[]> {
    const { count, directory } = this
    const people = Array.from({ length: count }, (_, i) => personOf((i * STRIDE) % count))
    const store = await this.contender.openRecords!(directory)
    const elapsedMs = await millisecondsOf(() => store.load(people))
    await store.settle()
    await store.close()
    return [nanosecondsEach('load', elapsedMs, count), { rowId: 'size', value: megabytesIn(directory) }]
  }

  private async get(): Promise<number> {
    return this.read('get', this.asked, () => this.store!.get(this.asked))
  }

  private async lookUp(): Promise<number> {
    const emails = Array.from(this.asked, emailOf)
    return this.read('lookup', this.asked, () => this.store!.lookUp(emails))
  }

  private async update(round: number): Promise<number> {
    const balance = 1000 + round
    const elapsedMs = await millisecondsOf(async () => {
      for (let at = 0; at < this.updated.length; at += UPDATES) {
        await this.store!.update(this.updated.subarray(at, at + UPDATES), balance)
      }
    })
    for (const id of this.updated) this.balances.set(id, balance)
    await this.read('update', this.updated, () => this.store!.get(this.updated))
    await this.store!.settle()
    return elapsedMs
  }

  private async read(what: string, ids: Uint32Array, read: () => unknown): Promise<number> {
    let digest: unknown
    const elapsedMs = await millisecondsOf(async () => {
      digest = await read()
    })
    let expected = 0
    for (const id of ids) expected = foldPerson(expected, this.personNow(id))
    expectEqual(what, digest, expected)
    return elapsedMs
  }

  private personNow(id: number): Person {
    const balance = this.balances.get(id)
    return balance === undefined ? personOf(id) : { ...personOf(id), balance }
  }
}

export const records: Workload = {
  id: 'records',
  title: 'records of six columns and an index',
  rows: [
    { id: 'load', title: 'bulk load, random order, a record', unit: 'ns' },
    { id: 'size', title: 'size of its files when closed', unit: 'MB' },
    { id: 'get', title: 'get a record as an object', unit: 'ns' },
    { id: 'lookUp', title: 'find a record by its e-mail address', unit: 'ns' },
    { id: 'update', title: 'update one column, one of a thousand in a durable commit', unit: 'ns' },
  ],
  phases: [
    { id: 'load', rounds: 'loads', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'get', rounds: 'measures' },
    { id: 'lookUp', rounds: 'measures' },
    { id: 'update', rounds: 'measures' },
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    return contender.openRecords === undefined ? undefined : new RecordSession(contender, place)
  },
}
