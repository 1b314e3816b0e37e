/**
 * Small integers to small integers: counters, mappings of ids.
 *
 * Laws: the sum of the values looked up and the fold of all entries in key order are right.
 */

import type { ContenderModule, IntegerStore } from '../contender.ts'
import { RandomNumbers } from '../dataset.ts'
import type { Place, Sample, Session, Workload } from '../workload.ts'
import { expectEqual, megabytesIn, millisecondsOf, nanosecondsEach } from './session.ts'

const SEED = 0x2545f491

export function valueOfInteger(key: number): number {
  return (Math.imul(key, 0x9e3779b1) >>> 0) % 1_000_000
}

class IntegerSession implements Session {
  private readonly contender: ContenderModule
  private readonly directory: string
  /** All of 0 to the count, shuffled. */
  private readonly loaded: Uint32Array
  private readonly asked: Uint32Array
  private store: IntegerStore | undefined

  constructor(contender: ContenderModule, { directory, count }: Place) {
    this.contender = contender
    this.directory = directory
    const random = new RandomNumbers(SEED)
    this.loaded = Uint32Array.from({ length: count }, (_, i) => i)
    for (let i = count - 1; i > 0; i--) {
      const other = random.next() % (i + 1)
      const key = this.loaded[i]!
      this.loaded[i] = this.loaded[other]!
      this.loaded[other] = key
    }
    this.asked = Uint32Array.from({ length: count }, () => random.next() % count)
  }

  async take(phaseId: string): Promise<Sample[]> {
    const count = this.loaded.length
    switch (phaseId) {
      case 'load':
        return this.load()
      case 'warm':
        this.store = await this.contender.openIntegers!(this.directory)
        await this.get()
        await this.scan()
        return []
      case 'get':
        return [nanosecondsEach('get', await this.get(), count)]
      case 'scan':
        return [nanosecondsEach('scan', await this.scan(), count)]
      case 'finish':
        await this.store!.close()
        return []
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }

  private async load(): Promise<Sample[]> {
    const store = await this.contender.openIntegers!(this.directory)
    const elapsedMs = await millisecondsOf(() => store.load(this.loaded))
    await store.settle()
    await store.close()
    return [
      nanosecondsEach('load', elapsedMs, this.loaded.length),
      { rowId: 'size', value: megabytesIn(this.directory) },
    ]
  }

  private async get(): Promise<number> {
    let sum: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      sum = await this.store!.get(this.asked)
    })
    expectEqual(
      'gets',
      sum,
      this.asked.reduce((total, key) => (total + valueOfInteger(key)) | 0, 0),
    )
    return elapsedMs
  }

  private async scan(): Promise<number> {
    let digest: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      digest = await this.store!.scan()
    })
    let expected = 0
    for (let key = 0; key < this.loaded.length; key++) {
      expected = foldInteger(expected, key, valueOfInteger(key))
    }
    expectEqual('scan', digest, expected)
    return elapsedMs
  }
}

/** The digest after this entry was read next. */
export function foldInteger(digest: number, key: number, value: number): number {
  return (Math.imul(digest, 31) + key + value) | 0
}

export const integers: Workload = {
  id: 'integers',
  title: 'integers to integers',
  rows: [
    { id: 'load', title: 'bulk load, random order, an entry', unit: 'ns' },
    { id: 'size', title: 'size of its files when closed', unit: 'MB' },
    { id: 'get', title: 'random get', unit: 'ns' },
    { id: 'scan', title: 'scan, an entry', unit: 'ns' },
  ],
  phases: [
    { id: 'load', rounds: 'loads', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'get', rounds: 'measures' },
    { id: 'scan', rounds: 'measures' },
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    return contender.openIntegers === undefined ? undefined : new IntegerSession(contender, place)
  },
}
