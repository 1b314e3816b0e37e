/**
 * The same entries as redb's, put in key order: a log, a series of times, an import from a sorted file.
 *
 * Laws: as redb's, for what is loaded and for what is appended in batches of a thousand behind it.
 */

import { LARGE_CACHE } from '../contender.ts'
import { Dataset } from '../dataset.ts'
import type { Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { nanosecondsEach } from './session.ts'

const BATCH_LENGTH = 1000
const BATCHES = 10

class SortedSession implements Session {
  private readonly bytes: BytesSession

  constructor(bytes: BytesSession) {
    this.bytes = bytes
  }

  async take(phaseId: string): Promise<Sample[]> {
    const { bytes } = this
    const { count } = bytes.dataset
    switch (phaseId) {
      case 'load':
        return bytes.load()
      case 'warm':
        return bytes.warm()
      case 'get':
        return [nanosecondsEach('get', await bytes.get('random'), count)]
      case 'thousand': {
        const elapsedMs = await bytes.put(BATCHES * BATCH_LENGTH, (from, to) =>
          bytes.store.commitBatches(from, to, BATCH_LENGTH),
        )
        return [nanosecondsEach('thousand', elapsedMs, BATCHES)]
      }
      case 'finish':
        return bytes.finish()
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }
}

export const sorted: Workload = {
  id: 'sorted',
  title: 'the same in key order',
  rows: [
    { id: 'load', title: 'bulk load, sorted, an entry', unit: 'ns' },
    { id: 'size', title: 'size of its files when closed', unit: 'MB' },
    { id: 'get', title: 'random get', unit: 'ns' },
    { id: 'thousand', title: 'durable commit of a thousand sorted puts', unit: 'ns' },
  ],
  phases: [
    { id: 'load', rounds: 'loads', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'get', rounds: 'measures' },
    { id: 'thousand', rounds: 'measures' },
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    if (contender.openBytes === undefined) return undefined
    const laterCount = place.rounds * BATCHES * BATCH_LENGTH
    const dataset = new Dataset({ count: place.count, laterCount, sorted: true })
    return new SortedSession(new BytesSession(contender, place, dataset, LARGE_CACHE))
  },
}
