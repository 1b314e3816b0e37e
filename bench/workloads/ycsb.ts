/**
 * YCSB's six mixes with zipfian keys: once with a cache that holds everything, once with one a tenth of the data.
 *
 * ```
 *   A  half reads, half updates          D  95 % reads of what was put last, 5 % new keys
 *   B  95 % reads, 5 % updates           E  95 % short ranges (1 to 100 entries), 5 % new keys
 *   C  reads                             F  half reads, half read, modify, write
 * ```
 *
 * Values have 1000 bytes, as YCSB's; keys 24. Each operation stands alone, as in a server: a read sees the
 * newest state, a write is a transaction that is not synced (with syncs, all would measure the disk).
 *
 * Laws: each read returns the value that the operations before left there, ranges the right number of entries;
 * at the end of each mix a sample of the keys is compared byte by byte.
 *
 * LMDB has no cache of its own and keeps the machine's page cache in the second half too; it is not bounded here.
 */

import type { BytesStore, ContenderModule } from '../contender.ts'
import { Dataset, KEY_BYTES, RandomNumbers } from '../dataset.ts'
import type { Phase, Place, RowDefinition, Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { expectEqual, millisecondsOf, nanosecondsEach } from './session.ts'
import { Zipfian } from './zipfian.ts'

const VALUE_BYTES = 1000
/** For a run of a million keys: 200,000 records, 205 MB. */
const COUNT_PART = 5
/** Operations of a round, as a part of the records. */
const OPERATIONS_PART = 5
const RANGE_LENGTH_MAX = 100
const CHECKED_KEYS = 1000

const MIXES = {
  a: { title: 'half reads, half updates', read: 0.5, write: 'update' },
  b: { title: '95 % reads, 5 % updates', read: 0.95, write: 'update' },
  c: { title: 'reads', read: 1, write: 'update' },
  d: { title: '95 % reads of the latest, 5 % inserts', read: 0.95, write: 'insert' },
  e: { title: '95 % ranges, 5 % inserts', read: 0.95, write: 'insert' },
  f: { title: 'half reads, half read-modify-write', read: 0.5, write: 'modify' },
} as const
type MixId = keyof typeof MIXES

const CACHES = { all: 'all cached', tenth: 'a tenth cached' } as const
type CacheId = keyof typeof CACHES

const Kind = { read: 0, update: 1, insert: 2, range: 3, modify: 4 } as const

/** What one round does; made before the clock starts. */
interface Operations {
  readonly kinds: Uint8Array
  readonly keyNumbers: Uint32Array
  /** For a range its length; for a write the number whose value is put. */
  readonly details: Uint32Array
}

class YcsbSession implements Session {
  private readonly stores: Record<CacheId, BytesSession>
  private readonly dataset: Dataset
  private readonly random = new RandomNumbers(0x7f4a7c15)
  private readonly zipfian: Zipfian
  /** For each key the number whose value it has; the key's own at first. */
  private readonly contents: Uint32Array
  private readonly isAsync: boolean
  private keyCount: number

  constructor(contender: ContenderModule, place: Place, dataset: Dataset) {
    const cacheBytes = Math.ceil((dataset.count * (KEY_BYTES + VALUE_BYTES)) / 10)
    this.stores = {
      all: new BytesSession(contender, place, dataset, { cacheBytes: 512 << 20 }),
      tenth: new BytesSession(contender, place, dataset, { cacheBytes }),
    }
    this.dataset = dataset
    this.zipfian = new Zipfian(this.random, dataset.count)
    this.contents = Uint32Array.from(dataset.keys, (_, i) => i)
    this.keyCount = dataset.count
    this.isAsync = contender.writesAsynchronously === true
  }

  async take(phaseId: string): Promise<Sample[]> {
    const [what, cache] = phaseId.split('-') as [MixId | 'load' | 'warm' | 'close', CacheId]
    switch (what) {
      case 'load':
        await this.stores[cache].load()
        return []
      case 'warm':
        return this.stores[cache].warm()
      case 'close':
        await this.stores[cache].close()
        return []
      default:
        return this.mix(phaseId, what, this.stores[cache])
    }
  }

  private async mix(rowId: string, mixId: MixId, session: BytesSession): Promise<Sample[]> {
    const { store } = session
    const operations = this.operationsOf(mixId)
    let digest: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      digest = await (this.isAsync ? this.runAsync(store, operations) : this.run(store, operations))
    })
    expectEqual(rowId, digest, this.follow(operations))
    this.compareSome(store, operations)
    await store.settle()
    return [nanosecondsEach(rowId, elapsedMs, operations.kinds.length)]
  }

  private operationsOf(mixId: MixId): Operations {
    const { read, write } = MIXES[mixId]
    const { random, zipfian } = this
    const length = Math.ceil(this.dataset.count / OPERATIONS_PART)
    const kinds = new Uint8Array(length)
    const keyNumbers = new Uint32Array(length)
    const details = new Uint32Array(length)
    let newest = this.keyCount
    for (let i = 0; i < length; i++) {
      const isRead = random.next() / 2 ** 32 < read
      kinds[i] = isRead ? (mixId === 'e' ? Kind.range : Kind.read) : Kind[write]
      if (kinds[i] === Kind.insert) keyNumbers[i] = newest++
      else keyNumbers[i] = mixId === 'd' ? newest - 1 - zipfian.nextRank() : zipfian.next()
      if (kinds[i] === Kind.range) details[i] = 1 + (random.next() % RANGE_LENGTH_MAX)
      else if (kinds[i] === Kind.insert) details[i] = keyNumbers[i]!
      else details[i] = random.next() % this.dataset.keys.length
    }
    return { kinds, keyNumbers, details }
  }

  /** Where every method answers at once: no promise is made or looked for. */
  private run(store: BytesStore, { kinds, keyNumbers, details }: Operations): number {
    const { dataset } = this
    let digest = 0
    for (let i = 0; i < kinds.length; i++) {
      const key = dataset.keys[keyNumbers[i]!]!
      const kind = kinds[i]!
      if (kind === Kind.range) digest = addTo(digest, store.rangeOne!(key, details[i]!) as number)
      else {
        if (kind === Kind.read || kind === Kind.modify) digest = addTo(digest, store.getOne!(key)![0]!)
        if (kind !== Kind.read) void store.putOne!(key, dataset.valueOf(details[i]!))
      }
    }
    return digest
  }

  private async runAsync(store: BytesStore, { kinds, keyNumbers, details }: Operations): Promise<number> {
    const { dataset } = this
    let digest = 0
    for (let i = 0; i < kinds.length; i++) {
      const key = dataset.keys[keyNumbers[i]!]!
      const kind = kinds[i]!
      if (kind === Kind.range) digest = addTo(digest, await store.rangeOne!(key, details[i]!))
      else {
        if (kind === Kind.read || kind === Kind.modify) digest = addTo(digest, store.getOne!(key)![0]!)
        if (kind !== Kind.read) await store.putOne!(key, dataset.valueOf(details[i]!))
      }
    }
    return digest
  }

  /** Does the same to what is known, and returns the digest that a right database returns. */
  private follow({ kinds, keyNumbers, details }: Operations): number {
    const { contents, dataset } = this
    const greatest = this.greatestKeys()
    let digest = 0
    for (let i = 0; i < kinds.length; i++) {
      const keyNumber = keyNumbers[i]!
      const kind = kinds[i]!
      if (kind === Kind.range) {
        digest = addTo(digest, Math.min(details[i]!, countFrom(greatest, dataset.keys[keyNumber]!)))
      }
      if (kind === Kind.insert) greatest.push(dataset.keys[keyNumber]!)
      if (kind === Kind.read || kind === Kind.modify) {
        digest = addTo(digest, dataset.valueOf(contents[keyNumber]!)[0]!)
      }
      if (kind === Kind.update || kind === Kind.insert || kind === Kind.modify) {
        contents[keyNumber] = details[i]!
      }
      if (kind === Kind.insert) this.keyCount = keyNumber + 1
    }
    return digest
  }

  /** Those that a range may begin at and find the end of all keys. */
  private greatestKeys(): Buffer[] {
    const keys = this.dataset.keys.slice(0, this.keyCount)
    return keys.sort((a, b) => b.compare(a)).slice(0, RANGE_LENGTH_MAX)
  }

  private compareSome(store: BytesStore, { keyNumbers }: Operations): void {
    for (const keyNumber of keyNumbers.subarray(0, CHECKED_KEYS)) {
      const value = store.getOne!(this.dataset.keys[keyNumber]!)
      const expected = this.dataset.valueOf(this.contents[keyNumber]!)
      expectEqual('a value of YCSB', value !== undefined && expected.equals(value), true)
    }
  }
}

function addTo(digest: number, value: number): number {
  return (Math.imul(digest, 31) + value) | 0
}

/** How many of the greatest keys, and of those that came later, are at or behind this one. */
function countFrom(greatest: readonly Buffer[], key: Buffer): number {
  if (key.compare(greatest[RANGE_LENGTH_MAX - 1]!) < 0) return RANGE_LENGTH_MAX
  return greatest.filter(each => each.compare(key) >= 0).length
}

const MIX_IDS = Object.keys(MIXES) as MixId[]
const CACHE_IDS = Object.keys(CACHES) as CacheId[]

export const ycsb: Workload = {
  id: 'ycsb',
  title: 'YCSB, an operation',
  rows: CACHE_IDS.flatMap(cache =>
    MIX_IDS.map(
      (mix): RowDefinition => ({
        id: `${mix}-${cache}`,
        title: `${mix.toUpperCase()}: ${MIXES[mix].title}; ${CACHES[cache]}`,
        unit: 'ns',
      }),
    ),
  ),
  phases: CACHE_IDS.flatMap((cache): Phase[] => [
    { id: `load-${cache}`, rounds: 'once', inNewProcess: true, inNewDirectory: true },
    { id: `warm-${cache}`, rounds: 'once', inNewProcess: true },
    ...MIX_IDS.map((mix): Phase => ({ id: `${mix}-${cache}`, rounds: 'loads' })),
    { id: `close-${cache}`, rounds: 'once' },
  ]),
  begin(contender, place) {
    if (contender.openBytes === undefined || contender.hasNoEventLoop) return undefined
    const count = Math.ceil(place.count / COUNT_PART)
    const laterCount = count
    const dataset = new Dataset({ count, laterCount, valueBytes: VALUE_BYTES })
    return new YcsbSession(contender, place, dataset)
  },
}
