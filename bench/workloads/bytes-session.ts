/**
 * What workloads on bytes have in common: loading, opening, measures that read, measures that put new keys.
 *
 * 1. What is read must have the digest of the dataset; it is computed once and outside the clock.
 * 2. Each measure that commits puts keys of its own, the same for every contender because all take the same
 *    turns; they are read back afterwards, outside the clock, and once more when the database was closed and
 *    opened again.
 */

import type { BytesStore, ContenderModule, Maybe, OpenSettings } from '../contender.ts'
import type { Dataset, Order, Questions } from '../dataset.ts'
import type { Place, Sample } from '../workload.ts'
import { expectEqual, megabytesIn, millisecondsOf, nanosecondsEach } from './session.ts'

export class BytesSession {
  readonly dataset: Dataset
  readonly directory: string
  private readonly contender: ContenderModule
  private readonly settings: OpenSettings
  private readonly expectedDigests = new Map<string, number>()
  private readonly allPut: number[] = []
  private nextKey: number
  private openStore: BytesStore | undefined

  constructor(contender: ContenderModule, { directory }: Place, dataset: Dataset, settings: OpenSettings) {
    this.contender = contender
    this.directory = directory
    this.dataset = dataset
    this.settings = settings
    this.nextKey = dataset.count
  }

  get store(): BytesStore {
    if (this.openStore === undefined) throw new Error('the database is not open')
    return this.openStore
  }

  async open(): Promise<BytesStore> {
    this.openStore = await this.contender.openBytes!(this.directory, this.dataset, this.settings)
    return this.openStore
  }

  async close(): Promise<void> {
    await this.store.close()
    this.openStore = undefined
  }

  /** Makes the database and closes it. */
  async load(): Promise<Sample[]> {
    const store = await this.open()
    const elapsedMs = await millisecondsOf(() => store.load(), store)
    await store.settle()
    await this.close()
    return [
      nanosecondsEach('load', elapsedMs, this.dataset.count),
      { rowId: 'size', value: megabytesIn(this.directory) },
    ]
  }

  /** Opens the loaded database and reads everything, so that caches are warm. */
  async warm(): Promise<Sample[]> {
    await this.open()
    await this.scan()
    await this.get('random')
    return []
  }

  async get(which: 'random' | 'hot'): Promise<number> {
    const { dataset, store } = this
    return this.read(
      which,
      () => store.get(dataset[which]),
      () => dataset.digestOfValues(dataset[which].order),
    )
  }

  async scan(): Promise<number> {
    const { dataset, store } = this
    return this.read(
      'scan',
      () => store.scan(),
      () => dataset.digestOfScan(),
    )
  }

  async ranges(): Promise<number> {
    const { dataset, store } = this
    return this.read(
      'ranges',
      () => store.ranges(dataset.ranges),
      () => dataset.digestOfRanges(),
    )
  }

  /** Milliseconds that `put` takes for the next `count` new keys. */
  async put(count: number, put: (from: number, to: number) => Maybe<void>): Promise<number> {
    const from = this.takeKeys(count)
    const elapsedMs = await millisecondsOf(() => put(from, from + count), this.store)
    await this.readBack(Uint32Array.from({ length: count }, (_, i) => from + i))
    await this.store.settle()
    return elapsedMs
  }

  /** The number of the first of `count` keys that nobody has put. */
  takeKeys(count: number): number {
    const from = this.nextKey
    this.nextKey += count
    if (this.nextKey > this.dataset.keys.length) throw new Error('the dataset has too few keys')
    for (let i = from; i < this.nextKey; i++) this.allPut.push(i)
    return from
  }

  async readBack(order: Order): Promise<void> {
    if (order.length === 0) return
    const questions: Questions = this.dataset.questions(order)
    const digest = await this.store.get(questions)
    expectEqual('what was put, read back', digest, this.dataset.digestOfValues(order))
  }

  /** Closes, opens again and checks all that was loaded and that this process ever put. */
  async finish(): Promise<Sample[]> {
    await this.close()
    await this.open()
    await this.get('random')
    await this.readBack(Uint32Array.from(this.allPut))
    await this.close()
    return []
  }

  private async read(what: string, read: () => Maybe<number>, expected: () => number): Promise<number> {
    let digest: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      digest = await read()
    }, this.store)
    if (!this.expectedDigests.has(what)) this.expectedDigests.set(what, expected())
    expectEqual(what, digest, this.expectedDigests.get(what))
    return elapsedMs
  }
}
