/**
 * The process of one contender: takes turns from the run (`turn.ts`), times them and checks the answers.
 *
 * Each contender has a process of its own, so that none runs in a heap, or with compiled code, that another
 * has shaped. Young garbage is collected before the clock starts; a full collection would also throw away
 * compiled code, and measure how fast it is compiled again.
 */

import { readdirSync, statSync } from 'node:fs'
import { serve } from './child.ts'
import { type Contender, type ContenderModule, loadContender } from './contender.ts'
import { firstKeyOf, KEYS_PUT_PER_ROUND, type Measure, measureOf } from './measures.ts'
import type { Answer, Assignment, Turn } from './turn.ts'
import { type Order, Workload } from './workload.ts'

class ContenderWorker {
  private readonly module: ContenderModule
  private readonly directory: string
  private readonly workload: Workload
  private readonly expectedDigests = new Map<Measure, number | undefined>()
  private readonly orderOfAllPut: number[] = []
  private contender: Contender | undefined

  constructor(module: ContenderModule, { directory, count, rounds }: Assignment) {
    this.module = module
    this.directory = directory
    this.workload = new Workload(count, rounds * KEYS_PUT_PER_ROUND)
  }

  async take(turn: Turn): Promise<Answer> {
    switch (turn.kind) {
      case 'load':
        return this.load()
      case 'open':
        return this.open()
      case 'measure':
        return this.measure(measureOf(turn.id), turn.round)
      case 'finish':
        return this.finish()
    }
  }

  private async load(): Promise<Answer> {
    const contender = await this.module.open(this.directory, this.workload)
    const elapsedMs = await millisecondsOf(() => contender.load())
    await contender.settle()
    await contender.close()
    return { nsPerOperation: (elapsedMs * 1e6) / this.workload.count, fileBytes: bytesIn(this.directory) }
  }

  private async open(): Promise<Answer> {
    const openMs = await millisecondsOf(async () => {
      this.contender = await this.module.open(this.directory, this.workload)
    })
    for (const id of ['scan', 'get']) await this.check(measureOf(id))
    return { openMs }
  }

  private async measure(measure: Measure, round: number): Promise<Answer> {
    const { workload } = this
    const contender = this.opened()
    const from = firstKeyOf(measure, round, workload.count)
    let digest: number | undefined
    const elapsedMs = await millisecondsOf(async () => {
      digest = await measure.run(contender, workload, from)
    })
    this.expect(measure, digest)
    if (measure.keysPut > 0) {
      const put = Uint32Array.from({ length: measure.keysPut }, (_, i) => from + i)
      for (const keyNumber of put) this.orderOfAllPut.push(keyNumber)
      await this.readBack(put)
      await contender.settle()
    }
    return { nsPerOperation: (elapsedMs * 1e6) / measure.operations(workload.count) }
  }

  private async finish(): Promise<Answer> {
    await this.opened().close()
    this.contender = await this.module.open(this.directory, this.workload)
    await this.check(measureOf('get'))
    await this.readBack(Uint32Array.from(this.orderOfAllPut))
    await this.contender.close()
    return {}
  }

  /** Runs a measure that reads, for its answers. */
  private async check(measure: Measure): Promise<void> {
    this.expect(measure, await measure.run(this.opened(), this.workload, 0))
  }

  private expect(measure: Measure, digest: number | undefined): void {
    const { expectedDigests } = this
    if (!expectedDigests.has(measure)) expectedDigests.set(measure, measure.expectedDigest(this.workload))
    if (digest !== expectedDigests.get(measure)) throw new Error(`wrong answers to '${measure.id}'`)
  }

  private async readBack(order: Order): Promise<void> {
    const { keys } = this.workload.questions(order)
    if ((await this.opened().get(keys)) !== this.workload.digestOfValues(order)) {
      throw new Error('what was put is not what was read back')
    }
  }

  private opened(): Contender {
    if (this.contender === undefined) throw new Error('the database is not open')
    return this.contender
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

await serve<Assignment, Turn, Answer>(async assignment => {
  const module = await loadContender(assignment.name)
  const worker = new ContenderWorker(module, assignment)
  return { greeting: { label: module.label }, take: turn => worker.take(turn) }
})
