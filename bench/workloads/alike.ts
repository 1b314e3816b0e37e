/**
 * The entries of redb's workload under keys that begin alike, as tuples, addresses and names of files do: of the 24
 * bytes, the first 16 are one of 16 beginnings, and the rest are random.
 *
 * Laws: as redb's.
 */

import { LARGE_CACHE } from '../contender.ts'
import { Dataset } from '../dataset.ts'
import type { Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { nanosecondsEach } from './session.ts'

class AlikeSession implements Session {
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
      case 'hot':
        return [nanosecondsEach('hot', await bytes.get('hot'), count)]
      case 'scan':
        return [nanosecondsEach('scan', await bytes.scan(), count)]
      case 'finish':
        return bytes.finish()
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }
}

export const alike: Workload = {
  id: 'alike',
  title: 'keys that begin alike',
  rows: [
    { id: 'load', title: 'bulk load, random order, an entry', unit: 'ns' },
    { id: 'size', title: 'size of its files when closed', unit: 'MB' },
    { id: 'get', title: 'random get', unit: 'ns' },
    { id: 'hot', title: 'get, a thousand hot keys', unit: 'ns' },
    { id: 'scan', title: 'scan, an entry', unit: 'ns' },
  ],
  phases: [
    { id: 'load', rounds: 'once', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'get', rounds: 'measures' },
    { id: 'hot', rounds: 'measures' },
    { id: 'scan', rounds: 'measures' },
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    if (contender.openBytes === undefined) return undefined
    const dataset = new Dataset({ count: place.count, laterCount: 0, alike: true })
    return new AlikeSession(new BytesSession(contender, place, dataset, LARGE_CACHE))
  },
}
