/**
 * Many callers at once, as in a server: 1, 10, 100 and 1000 durable single puts asked for together and awaited
 * together; and beside them `alone`, one put after another in the way that is fastest for that. A contender that only
 * works synchronously commits one after the other.
 *
 * Laws: as redb's; every put is read back when its promise has resolved.
 */

import { LARGE_CACHE } from '../contender.ts'
import { Dataset } from '../dataset.ts'
import type { RowDefinition, Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { nanosecondsEach } from './session.ts'

/** In flight, and how many such groups a round has. */
const WIDTHS = new Map([
  ['1', { width: 1, groups: 500 }],
  ['10', { width: 10, groups: 100 }],
  ['100', { width: 100, groups: 30 }],
  ['1000', { width: 1000, groups: 4 }],
])
const ALONE = 500
const PUTS_PER_ROUND = [...WIDTHS.values()].reduce((sum, { width, groups }) => sum + width * groups, ALONE)
/** What lies in the database before: a fifth of the run's count. */
const COUNT_PART = 5

class ConcurrentSession implements Session {
  private readonly bytes: BytesSession

  constructor(bytes: BytesSession) {
    this.bytes = bytes
  }

  async take(phaseId: string): Promise<Sample[]> {
    const { bytes } = this
    if (phaseId === 'load') {
      await bytes.load()
      return []
    }
    if (phaseId === 'warm') return bytes.warm()
    if (phaseId === 'finish') return bytes.finish()
    if (phaseId === 'alone') {
      const elapsedMs = await bytes.put(ALONE, (from, to) => bytes.store.commitSingly(from, to))
      return [nanosecondsEach(phaseId, elapsedMs, ALONE)]
    }
    const { width, groups } = WIDTHS.get(phaseId)!
    const elapsedMs = await bytes.put(width * groups, (from, to) =>
      bytes.store.commitConcurrently!(from, to, width),
    )
    return [nanosecondsEach(phaseId, elapsedMs, width * groups)]
  }
}

function rowOf(id: string): RowDefinition {
  return { id, title: `durable put, one of ${id} at once`, unit: 'ns' }
}

export const concurrent: Workload = {
  id: 'concurrent',
  title: 'durable puts, many at once',
  rows: [
    { id: 'alone', title: 'durable put, one after another', unit: 'ns' },
    ...[...WIDTHS.keys()].map(rowOf),
  ],
  phases: [
    { id: 'load', rounds: 'once', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'alone', rounds: 'measures', besideDisk: true },
    ...[...WIDTHS.keys()].map(id => ({ id, rounds: 'measures' as const })),
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    // The programs in C have nobody who could wait at the same time.
    if (contender.openBytes === undefined || contender.hasNoEventLoop) return undefined
    const count = Math.ceil(place.count / COUNT_PART)
    const dataset = new Dataset({ count, laterCount: place.rounds * PUTS_PER_ROUND })
    return new ConcurrentSession(new BytesSession(contender, place, dataset, LARGE_CACHE))
  },
}
