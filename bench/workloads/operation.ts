/**
 * What a database costs its operator: opening, recovery, pauses, writing, memory.
 *
 * Laws: a database that was killed with its process has every durable commit when it is opened again; what was
 * committed while bytes or pauses were counted is there; a row gets no sample when the thing cannot be counted
 * here (bytes written and memory need Linux).
 *
 * 1. *Opening*: a closed database of the run's count, in a new process, and a first get.
 * 2. *Recovery*: 10,000 durable commits of one put, the process killed, opening and a first get.
 * 3. *Pause*: 500 MB of entries in key order in durable commits of a thousand, with a log that allows that much;
 *    then durable commits of one put of 1000 bytes, one awaited after the other, until the checkpoint that this
 *    has made due is done. The row is the longest of these and of the batches that follow one another while the
 *    log passes its limit. A contender without checkpoints makes the same commits.
 * 4. *Bytes written for bytes given*: what the process has handed to `write` calls, between opening and after a
 *    checkpoint, for keys and values put: 100,000 in random order into a new database, and 10,000 into the
 *    loaded one, unsynced and synced.
 * 5. *Memory*: what opening and reading everything adds to the process; LMDB's includes the file, which it maps.
 */

import { mkdirSync, readFileSync } from 'node:fs'
import type { BytesStore, ContenderModule, OpenSettings } from '../contender.ts'
import { Dataset, type DatasetSizes, KEY_BYTES, VALUE_BYTES } from '../dataset.ts'
import type { Place, Sample, Session, Workload } from '../workload.ts'
import { BytesSession } from './bytes-session.ts'
import { expectEqual, millisecondsOf } from './session.ts'

const RECOVERED_COMMITS = 10_000
const NEW_PUTS = 100_000
const LOADED_PUTS = 10_000
const CACHE_BYTES = 512 << 20
/** For the pause: values, and what the log may hold before a checkpoint is due. */
const PAUSE_VALUE_BYTES = 1000
const PAUSE_BATCH_LENGTH = 1000
const PAUSE_LOG_PART = 1.03
/** Single commits after the log has passed its limit: enough for a checkpoint that each helps a little. */
const PAUSE_COMMITS_PART = 0.02

/** Bytes of entries in the full run's pause; a smaller run has less. */
function pauseBytes(count: number): number {
  return Math.min(500e6, count * 500)
}

class OperationSession implements Session {
  private readonly contender: ContenderModule
  private readonly place: Place

  constructor(contender: ContenderModule, place: Place) {
    this.contender = contender
    this.place = place
  }

  async take(phaseId: string, round: number): Promise<Sample[]> {
    const { count } = this.place
    switch (phaseId) {
      case 'load':
        await this.bytesIn('.', { count, laterCount: 0 }).load()
        return []
      case 'open':
        return this.open(this.bytesIn('.', { count, laterCount: 0 }), 'open')
      case 'crash':
        return this.crash(`crash-${round}`)
      case 'recover':
        return this.recover(`crash-${round}`)
      case 'memory':
        return this.memory()
      case 'pause':
        return this.pause(round)
      case 'written':
        return this.written(round)
      default:
        throw new Error(`no phase '${phaseId}'`)
    }
  }

  /** A session on a directory below this one's. */
  private bytesIn(name: string, sizes: DatasetSizes, settings: Partial<OpenSettings> = {}): BytesSession {
    const directory = `${this.place.directory}/${name}`
    mkdirSync(directory, { recursive: true })
    const place = { ...this.place, directory }
    return new BytesSession(this.contender, place, new Dataset(sizes), {
      cacheBytes: CACHE_BYTES,
      ...settings,
    })
  }

  private async open(bytes: BytesSession, rowId: string): Promise<Sample[]> {
    const first = bytes.dataset.questions(Uint32Array.of(bytes.dataset.count - 1))
    let digest: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      digest = await (await bytes.open()).get(first)
    })
    expectEqual('first get', digest, bytes.dataset.digestOfValues(first.order))
    await bytes.close()
    return [{ rowId, value: elapsedMs }]
  }

  private async crash(name: string): Promise<Sample[]> {
    const bytes = this.bytesIn(name, { count: 1, laterCount: RECOVERED_COMMITS })
    await bytes.open()
    await bytes.store.commitSingly(0, RECOVERED_COMMITS)
    return []
  }

  private async recover(name: string): Promise<Sample[]> {
    const bytes = this.bytesIn(name, { count: RECOVERED_COMMITS, laterCount: 0 })
    const samples = await this.open(bytes, 'recover')
    await bytes.open()
    await bytes.get('random')
    await bytes.scan()
    await bytes.close()
    return samples
  }

  private async memory(): Promise<Sample[]> {
    const bytes = this.bytesIn('.', { count: this.place.count, laterCount: 0 })
    globalThis.gc!()
    const before = process.memoryUsage().rss
    await bytes.warm()
    globalThis.gc!()
    const added = process.memoryUsage().rss - before
    await bytes.close()
    return [{ rowId: 'memory', value: added / 1e6 }]
  }

  private async pause(round: number): Promise<Sample[]> {
    const limitBytes = pauseBytes(this.place.count)
    const entryBytes = PAUSE_VALUE_BYTES + KEY_BYTES
    const batches = Math.ceil(limitBytes / entryBytes / PAUSE_BATCH_LENGTH)
    const singles = Math.ceil(batches * PAUSE_BATCH_LENGTH * PAUSE_COMMITS_PART)
    const bytes = this.bytesIn(
      `pause-${round}`,
      {
        count: 1,
        laterCount: batches * PAUSE_BATCH_LENGTH + singles,
        valueBytes: PAUSE_VALUE_BYTES,
        sorted: true,
      },
      { cacheBytes: 4 * limitBytes, checkpointBytes: Math.ceil(limitBytes * PAUSE_LOG_PART) },
    )
    const store = await bytes.open()
    for (let i = 0; i < batches; i++) {
      const from = bytes.takeKeys(PAUSE_BATCH_LENGTH)
      await store.commitBatches(from, from + PAUSE_BATCH_LENGTH, PAUSE_BATCH_LENGTH)
    }
    const pauses = await this.commitAndTime(store, bytes, singles)
    await bytes.close()
    await bytes.open()
    await bytes.readBack(
      Uint32Array.from({ length: batches * PAUSE_BATCH_LENGTH + singles }, (_, i) => i + 1),
    )
    await bytes.close()
    return [
      { rowId: 'pause', value: pauses.at(-1)! },
      { rowId: 'pause-usual', value: pauses[pauses.length >> 1]! },
    ]
  }

  /** What each commit took, in milliseconds, in ascending order. */
  private async commitAndTime(store: BytesStore, bytes: BytesSession, commits: number): Promise<number[]> {
    const elapsedMs: number[] = []
    for (let i = 0; i < commits; i++) {
      const from = bytes.takeKeys(1)
      const start = performance.now()
      await store.commitConcurrently!(from, from + 1, 1)
      elapsedMs.push(performance.now() - start)
    }
    return elapsedMs.sort((a, b) => a - b)
  }

  private async written(round: number): Promise<Sample[]> {
    const { count } = this.place
    const puts = Math.min(NEW_PUTS, count)
    const fresh = this.bytesIn(`written-${round}`, { count: 1, laterCount: puts })
    const freshSamples = await this.countWritten('written-new', fresh, puts, (store, from, to) =>
      store.commitUnsynced(from, to),
    )
    const earlier = round * 2 * LOADED_PUTS
    const laterCount = earlier + 2 * LOADED_PUTS
    const loaded = this.bytesIn('.', { count, laterCount })
    loaded.takeKeys(earlier)
    return [
      ...freshSamples,
      ...(await this.countWritten('written-unsynced', loaded, LOADED_PUTS, (store, from, to) =>
        store.commitUnsynced(from, to),
      )),
      ...(await this.countWritten('written-synced', loaded, LOADED_PUTS, (store, from, to) =>
        store.commitSingly(from, to),
      )),
    ]
  }

  private async countWritten(
    rowId: string,
    bytes: BytesSession,
    puts: number,
    put: (store: BytesStore, from: number, to: number) => unknown,
  ): Promise<Sample[]> {
    const store = await bytes.open()
    await store.settle()
    const from = bytes.takeKeys(puts)
    const before = bytesHandedOver()
    await put(store, from, from + puts)
    await store.settle()
    const after = bytesHandedOver()
    await bytes.readBack(Uint32Array.from({ length: puts }, (_, i) => from + i))
    await bytes.close()
    if (before === undefined || after === undefined) return []
    return [{ rowId, value: (after - before) / (puts * (KEY_BYTES + VALUE_BYTES)) }]
  }
}

/** Bytes that this process has given to `write` calls of any kind; undefined where the system does not count. */
function bytesHandedOver(): number | undefined {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

export const operation: Workload = {
  id: 'operation',
  title: 'opening, recovery, pauses, writing, memory',
  rows: [
    { id: 'open', title: 'opening in a new process, and a first get', unit: 'ms' },
    { id: 'recover', title: 'recovery of 10,000 commits, and a first get', unit: 'ms' },
    { id: 'pause', title: 'longest durable commit during a checkpoint of 500 MB', unit: 'ms' },
    { id: 'pause-usual', title: 'median of these commits', unit: 'ms' },
    { id: 'written-new', title: 'bytes written for a byte: 100,000 commits, new database', unit: 'times' },
    { id: 'written-unsynced', title: 'the same: 10,000 unsynced commits, loaded database', unit: 'times' },
    { id: 'written-synced', title: 'the same: 10,000 durable commits, loaded database', unit: 'times' },
    { id: 'memory', title: 'memory that opening and reading everything adds', unit: 'MB' },
  ],
  phases: [
    { id: 'load', rounds: 'once', inNewProcess: true, inNewDirectory: true },
    { id: 'open', rounds: 'measures', inNewProcess: true },
    { id: 'memory', rounds: 'loads', inNewProcess: true },
    { id: 'crash', rounds: 'loads', inNewProcess: true, kills: true },
    { id: 'recover', rounds: 'loads', inNewProcess: true },
    { id: 'written', rounds: 'loads', inNewProcess: true },
    { id: 'pause', rounds: 'loads', inNewProcess: true },
  ],
  begin(contender, place) {
    if (contender.openBytes === undefined || contender.hasNoEventLoop) return undefined
    return new OperationSession(contender, place)
  },
}
