/**
 * The benchmark that redb made the custom among such databases: random keys of 24 bytes, values of 150.
 *
 * Laws: every value, key and range that is read is right (digest); what was put is there, at once and after
 * the database was opened again; after the removal of half exactly the other half is there, before and after
 * compacting.
 *
 * One transaction with a thousand new keys and one with one key are durable; `unsynced` may be lost in a crash.
 */

import { LARGE_CACHE } from '../contender.ts'
import { Dataset } from '../dataset.ts'
import type { Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { expectEqual, megabytesIn, millisecondsOf, nanosecondsEach } from './session.ts'

const SINGLE_COMMITS = 1000
const BATCHES = 100
const BATCH_LENGTH = 1000
const UNSYNCED_COMMITS = 10_000

/** Fewer in a small run, so that those that are put stay fewer than those that are loaded. */
function batchesOf(count: number): number {
  return Math.max(1, Math.min(BATCHES, Math.floor(count / 10_000)))
}

class RedbSession implements Session {
  private readonly bytes: BytesSession
  private readonly batches: number

  constructor(bytes: BytesSession, batches: number) {
    this.bytes = bytes
    this.batches = batches
  }

  async take(phaseId: string): Promise<Sample[]> {
    const { bytes, batches } = this
    const { count } = bytes.dataset
    switch (phaseId) {
      case 'load':
        return bytes.load()
      case 'remove':
        return [...(await bytes.load()), ...(await this.removeHalf())]
      case 'warm':
        return bytes.warm()
      case 'get':
        return [nanosecondsEach('get', await bytes.get('random'), count)]
      case 'hot':
        return [nanosecondsEach('hot', await bytes.get('hot'), count)]
      case 'scan':
        return [nanosecondsEach('scan', await bytes.scan(), count)]
      case 'ranges':
        return [nanosecondsEach('ranges', await bytes.ranges(), bytes.dataset.ranges.keys.length)]
      case 'single': {
        const elapsedMs = await bytes.put(SINGLE_COMMITS, (from, to) => bytes.store.commitSingly(from, to))
        return [nanosecondsEach('single', elapsedMs, SINGLE_COMMITS)]
      }
      case 'thousand': {
        const elapsedMs = await bytes.put(batches * BATCH_LENGTH, (from, to) =>
          bytes.store.commitBatches(from, to, BATCH_LENGTH),
        )
        return [nanosecondsEach('thousand', elapsedMs, batches)]
      }
      case 'unsynced': {
        const elapsedMs = await bytes.put(UNSYNCED_COMMITS, (from, to) =>
          bytes.store.commitUnsynced(from, to),
        )
        return [nanosecondsEach('unsynced', elapsedMs, UNSYNCED_COMMITS)]
      }
      case 'finish':
        return bytes.finish()
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }

  private async removeHalf(): Promise<Sample[]> {
    const { bytes } = this
    const half = bytes.dataset.half()
    const left = bytes.dataset.digestOfOtherHalf()
    await bytes.open()
    // Also warms the cache: a removal from cold pages would measure reading them.
    await bytes.scan()
    const elapsedMs = await millisecondsOf(() => bytes.store.remove(half), bytes.store)
    expectEqual('removal of half', await bytes.store.scan(), left)
    await bytes.store.settle()
    await bytes.store.compact()
    await bytes.close()
    const compactedMegabytes = megabytesIn(bytes.directory)
    await bytes.open()
    expectEqual('removal of half, compacted', await bytes.store.scan(), left)
    await bytes.close()
    return [
      nanosecondsEach('remove', elapsedMs, half.length),
      { rowId: 'compacted', value: compactedMegabytes },
    ]
  }
}

export const redb: Workload = {
  id: 'redb',
  title: 'random keys of 24 bytes, values of 150',
  rows: [
    { id: 'load', title: 'bulk load, random order, an entry', unit: 'ns' },
    { id: 'size', title: 'size of its files when closed', unit: 'MB' },
    { id: 'remove', title: 'removal of half in one transaction, an entry', unit: 'ns' },
    { id: 'compacted', title: 'size of the other half, compacted', unit: 'MB' },
    { id: 'get', title: 'random get', unit: 'ns' },
    { id: 'hot', title: 'get, a thousand hot keys', unit: 'ns' },
    { id: 'scan', title: 'scan, an entry', unit: 'ns' },
    { id: 'ranges', title: 'seek and ten entries', unit: 'ns' },
    { id: 'single', title: 'durable commit of one put', unit: 'ns' },
    { id: 'thousand', title: 'durable commit of a thousand puts', unit: 'ns' },
    { id: 'unsynced', title: 'unsynced commit of one put', unit: 'ns' },
  ],
  phases: [
    { id: 'remove', rounds: 'loads', inNewProcess: true, inNewDirectory: true },
    { id: 'load', rounds: 'once', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'get', rounds: 'measures' },
    { id: 'hot', rounds: 'measures' },
    { id: 'scan', rounds: 'measures' },
    { id: 'ranges', rounds: 'measures' },
    // First the ten thousand commits: then the code of a commit is compiled, and a thousand durable ones tell of the disk.
    { id: 'unsynced', rounds: 'measures' },
    { id: 'single', rounds: 'measures', besideDisk: true },
    { id: 'thousand', rounds: 'measures' },
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    if (contender.openBytes === undefined) return undefined
    const batches = batchesOf(place.count)
    const perRound = SINGLE_COMMITS + batches * BATCH_LENGTH + UNSYNCED_COMMITS
    const dataset = new Dataset({ count: place.count, laterCount: place.rounds * perRound })
    return new RedbSession(new BytesSession(contender, place, dataset, LARGE_CACHE), batches)
  },
}
