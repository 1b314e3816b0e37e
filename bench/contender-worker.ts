/**
 * The process of one contender: takes turns from the run (`turn.ts`), times them and checks the answers.
 *
 * Each contender has a process of its own, so that none runs in a heap, or with compiled code, that another
 * has shaped. Young garbage is collected before the clock starts; a full collection would also throw away
 * compiled code, and measure how fast it is compiled again.
 */

import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { type Contender, type ContenderModule, loadContender } from './contender.ts'
import { firstKeyOf, KEYS_PUT_PER_ROUND, MEASURES, type Measure, measureOf } from './measures.ts'
import type { Answer, Assignment, LoadAnswer, Turn } from './turn.ts'
import { type Order, Workload } from './workload.ts'

class ContenderWorker {
  private readonly module: ContenderModule
  private readonly assignment: Assignment
  private readonly workload: Workload
  private readonly expectedDigests = new Map<string, number | undefined>()
  private readonly orderOfAllPut: number[] = []
  private contender: Contender | undefined
  private databaseDirectory = ''

  constructor(module: ContenderModule, assignment: Assignment) {
    this.module = module
    this.assignment = assignment
    this.workload = new Workload(assignment.count, assignment.rounds * KEYS_PUT_PER_ROUND)
    for (const measure of MEASURES) {
      this.expectedDigests.set(measure.id, measure.expectedDigest(this.workload))
    }
  }

  async take(turn: Turn): Promise<Answer> {
    switch (turn.kind) {
      case 'load':
        return { load: await this.load(turn.round) }
      case 'measure':
        return { nsPerOperation: await this.measure(measureOf(turn.id), turn.round) }
      case 'finish':
        return this.finish()
    }
  }

  private async load(round: number): Promise<LoadAnswer> {
    const { count } = this.assignment
    await this.contender?.close()
    const byPutsMs = await this.loadByPuts(round)
    const empty = await this.openNew(`${round}`)
    const loadMs = await millisecondsOf(() => empty.load())
    await empty.settle()
    await empty.close()

    const fileBytes = bytesIn(this.databaseDirectory)
    let contender: Contender | undefined
    const openMs = await millisecondsOf(async () => {
      contender = await this.module.open(this.databaseDirectory, this.workload)
    })
    this.contender = contender!
    await this.readAll(this.contender)
    return {
      loadNsPerEntry: (loadMs * 1e6) / count,
      putsNsPerEntry: ((byPutsMs ?? loadMs) * 1e6) / count,
      openMs,
      fileBytes,
    }
  }

  /** Milliseconds that loading put by put took; undefined when the contender has no other way anyway. */
  private async loadByPuts(round: number): Promise<number | undefined> {
    const contender = await this.openNew(`${round}-by-puts`)
    let elapsedMs: number | undefined
    if (contender.loadByPuts !== undefined) {
      elapsedMs = await millisecondsOf(() => contender.loadByPuts!())
      await this.readAll(contender)
    }
    await contender.close()
    return elapsedMs
  }

  /** A new database in place of the one before. */
  private async openNew(name: string): Promise<Contender> {
    if (this.databaseDirectory !== '') rmSync(this.databaseDirectory, { recursive: true })
    this.databaseDirectory = `${this.assignment.directory}/${name}`
    mkdirSync(this.databaseDirectory)
    return this.module.open(this.databaseDirectory, this.workload)
  }

  private async readAll(contender: Contender): Promise<void> {
    this.expect('scan', await contender.scan())
    this.expect('get', await contender.get(this.workload.random.keys))
  }

  private async measure(measure: Measure, round: number): Promise<number> {
    const { workload } = this
    const contender = this.contender!
    const from = firstKeyOf(measure, round, workload.count)
    let digest: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      digest = await measure.run(contender, workload, from)
    })
    this.expect(measure.id, digest)
    if (measure.keysPut > 0) {
      const put = Uint32Array.from({ length: measure.keysPut }, (_, i) => from + i)
      this.orderOfAllPut.push(...put)
      await this.readBack(contender, put)
      await contender.settle()
    }
    return (elapsedMs * 1e6) / measure.operations(workload.count)
  }

  private async finish(): Promise<Answer> {
    await this.contender!.close()
    const reopened = await this.module.open(this.databaseDirectory, this.workload)
    await this.readBack(reopened, Uint32Array.from(this.orderOfAllPut))
    this.expect('get', await reopened.get(this.workload.random.keys))
    await reopened.close()
    return {}
  }

  private async readBack(contender: Contender, order: Order): Promise<void> {
    const { keys } = this.workload.questions(order)
    if ((await contender.get(keys)) !== this.workload.digestOfValues(order)) {
      throw new Error('what was put is not what was read back')
    }
  }

  private expect(measureId: string, digest: number | undefined): void {
    if (digest !== this.expectedDigests.get(measureId)) throw new Error(`wrong answers to '${measureId}'`)
  }
}

async function millisecondsOf(run: () => unknown): Promise<number> {
  globalThis.gc!({ type: 'minor' })
  const start = performance.now()
  await run()
  return performance.now() - start
}

/** The size of all files below a directory, as a directory listing shows it. */
function bytesIn(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, file) => sum + statSync(`${file.parentPath}/${file.name}`).size, 0)
}

async function main(): Promise<void> {
  const answer = (message: Answer): void => void process.send!(message)
  const failed = (error: unknown): void =>
    answer({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  const assignment: Assignment = JSON.parse(process.argv[2]!)
  try {
    const module = await loadContender(assignment.name)
    const worker = new ContenderWorker(module, assignment)
    process.on('message', (turn: Turn) => {
      worker.take(turn).then(answer, failed)
    })
    answer({ label: module.label })
  } catch (error) {
    failed(error)
    process.disconnect()
  }
}

await main()
