/**
 * Values of 2 MB under keys of 24 bytes: pictures and documents beside the data.
 *
 * Laws: as redb's. The digest looks at a value's length and ends only, so one get of each value is also
 * compared byte by byte, outside the clock.
 */

import { LARGE_CACHE } from '../contender.ts'
import { Dataset } from '../dataset.ts'
import type { Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { expectEqual } from './session.ts'

const VALUE_BYTES = 2_000_000
const PUTS_PER_ROUND = 10
/** For a run of a million keys: 100 values, 200 MB. */
const COUNT_PART = 10_000

class LargeSession implements Session {
  private readonly bytes: BytesSession

  constructor(bytes: BytesSession) {
    this.bytes = bytes
  }

  async take(phaseId: string): Promise<Sample[]> {
    const { bytes } = this
    const { count } = bytes.dataset
    switch (phaseId) {
      case 'load': {
        const samples = await bytes.load()
        const megabytes = (count * VALUE_BYTES) / 1e6
        return samples.map(({ rowId, value }) =>
          rowId === 'load' ? { rowId, value: (value * count) / 1e6 / megabytes } : { rowId, value },
        )
      }
      case 'warm':
        await bytes.warm()
        this.compareAll()
        return []
      case 'get':
        return [{ rowId: 'get', value: (await bytes.get('random')) / count }]
      case 'put': {
        const elapsedMs = await bytes.put(PUTS_PER_ROUND, (from, to) => bytes.store.commitSingly(from, to))
        return [{ rowId: 'put', value: elapsedMs / PUTS_PER_ROUND }]
      }
      case 'finish':
        return bytes.finish()
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }

  private compareAll(): void {
    const { store, dataset } = this.bytes
    if (store.getOne === undefined) return
    for (let i = 0; i < dataset.count; i++) {
      const value = store.getOne(dataset.keys[i]!)
      expectEqual('a large value', value !== undefined && dataset.valueOf(i).equals(value), true)
    }
  }
}

export const large: Workload = {
  id: 'large',
  title: 'values of 2 MB',
  rows: [
    { id: 'load', title: 'bulk load, a megabyte', unit: 'ms' },
    { id: 'size', title: 'size of its files when closed', unit: 'MB' },
    { id: 'get', title: 'random get of 2 MB', unit: 'ms' },
    { id: 'put', title: 'durable commit of 2 MB', unit: 'ms' },
  ],
  phases: [
    { id: 'load', rounds: 'loads', inNewProcess: true, inNewDirectory: true },
    { id: 'warm', rounds: 'once', inNewProcess: true },
    { id: 'get', rounds: 'measures' },
    { id: 'put', rounds: 'measures' },
    { id: 'finish', rounds: 'once' },
  ],
  begin(contender, place) {
    if (contender.openBytes === undefined) return undefined
    const dataset = new Dataset({
      count: Math.max(10, Math.floor(place.count / COUNT_PART)),
      laterCount: place.rounds * PUTS_PER_ROUND,
      valueBytes: VALUE_BYTES,
    })
    return new LargeSession(new BytesSession(contender, place, dataset, LARGE_CACHE))
  },
}
