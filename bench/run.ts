/** One workload's part of a run: walks through its phases, gives the contenders their turns, fills the rows. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import type { ParticipantName } from './contender.ts'
import { ContenderProcess } from './contender-process.ts'
import { DiskLimit } from './disk-limit.ts'
import { ProcessorUse } from './processor-use.ts'
import type { Row, Section } from './result.ts'
import type { Phase, Sample, Workload } from './workload.ts'

export interface RunSettings {
  readonly count: number
  readonly rounds: number
  readonly loadRounds: number
  readonly names: readonly ParticipantName[]
  /** Only these of the phases that measure; undefined: all. */
  readonly phaseIds: readonly string[] | undefined
  /** By `performance.now()`: no measuring phase begins later. */
  readonly deadlineMs: number
  readonly directory: string
  readonly nodePath: string
  /** The builds of those that are variants of Coppice. */
  readonly builds: ReadonlyMap<ParticipantName, string>
  readonly profileDirectory: string | undefined
  /** Filled by the run: names and versions of those that take part, and why others do not. */
  readonly labels: Partial<Record<ParticipantName, string>>
  readonly absent: Partial<Record<ParticipantName, string>>
}

/** A run goes through these whatever phases were asked for, unless those all make what they need themselves. */
const FRAME_PHASES = /^(load|warm|finish|close)(-|$)/

export class Run {
  private readonly workload: Workload
  private readonly settings: RunSettings
  private readonly rows: Row[]
  private readonly processes = new Map<ParticipantName, ContenderProcess>()
  private readonly diskLimitNs: number[] = []
  private readonly busyProcessors: number[] = []
  /** Those that are made for the workload and can take part. */
  private names: readonly ParticipantName[]

  constructor(workload: Workload, settings: RunSettings) {
    this.workload = workload
    this.settings = settings
    this.names = settings.names.filter(name => settings.absent[name] === undefined)
    this.rows = workload.rows.map(row => ({ ...row, samples: {} }))
  }

  async section(): Promise<Section> {
    const { id, title } = this.workload
    const { count, rounds, loadRounds } = this.settings
    const disk = new DiskLimit(this.settings.directory)
    try {
      for (const phase of this.wantedPhases()) {
        const isFrame = FRAME_PHASES.test(phase.id)
        if (performance.now() > this.settings.deadlineMs && !isFrame) {
          say(`${id}: no time for ${phase.id}`)
          continue
        }
        const use = new ProcessorUse()
        await this.take(phase, disk)
        if (!isFrame) this.busyProcessors.push(use.take())
        say(`${id}: ${phase.id}`)
      }
    } finally {
      for (const process of this.processes.values()) await process.end()
      disk.close()
      for (const name of this.names) rmSync(this.directoryOf(name), { recursive: true, force: true })
    }
    const { diskLimitNs, busyProcessors } = this
    const date = new Date().toISOString()
    const rows = this.rows.filter(row => Object.keys(row.samples).length > 0)
    return { workloadId: id, title, count, rounds, loadRounds, date, rows, busyProcessors, diskLimitNs }
  }

  private wantedPhases(): readonly Phase[] {
    const { phases } = this.workload
    const { phaseIds } = this.settings
    if (phaseIds === undefined) return phases
    const wanted = phases.filter(({ id }) => phaseIds.includes(id))
    if (wanted.every(({ inNewDirectory }) => inNewDirectory === true)) return wanted
    return phases.filter(({ id }) => phaseIds.includes(id) || FRAME_PHASES.test(id))
  }

  private async take(phase: Phase, disk: DiskLimit): Promise<void> {
    const { rounds, loadRounds } = this.settings
    const phaseRounds = { loads: loadRounds, measures: rounds, once: 1 }[phase.rounds]
    for (let round = 0; round < phaseRounds; round++) {
      for (const name of inTurn(this.names, round)) {
        const process = await this.processFor(name, phase)
        if (process === undefined) continue
        this.add(name, await process.take({ phaseId: phase.id, round }))
        if (phase.kills) {
          await process.kill()
          this.processes.delete(name)
        }
      }
      if (phase.besideDisk) this.diskLimitNs.push(disk.measure())
    }
  }

  /** Undefined when it cannot take part; the run goes on without it. */
  private async processFor(name: ParticipantName, phase: Phase): Promise<ContenderProcess | undefined> {
    const { processes, settings } = this
    const kept = processes.get(name)
    if (kept !== undefined && !phase.inNewProcess) return kept
    await kept?.end()
    processes.delete(name)
    if (phase.inNewDirectory) rmSync(this.directoryOf(name), { recursive: true, force: true })
    mkdirSync(this.directoryOf(name), { recursive: true })
    const process = await this.start(name)
    if (process === undefined) {
      this.names = this.names.filter(each => each !== name)
      return undefined
    }
    settings.labels[name] = process.label
    processes.set(name, process)
    return process
  }

  private async start(name: ParticipantName): Promise<ContenderProcess | undefined> {
    const { count, rounds, profileDirectory, nodePath, builds, absent } = this.settings
    const assignment = {
      name,
      workloadId: this.workload.id,
      directory: this.directoryOf(name),
      count,
      rounds,
    }
    try {
      return await ContenderProcess.start(assignment, profileDirectory, nodePath, builds.get(name))
    } catch (error) {
      const { message } = error as Error
      absent[name] = message.split('\n')[0]!
      say(`${name} takes no part: ${absent[name]}`)
      return undefined
    }
  }

  private add(name: ParticipantName, samples: readonly Sample[]): void {
    for (const { rowId, value } of samples) {
      const row = this.rows.find(({ id }) => id === rowId)
      if (row === undefined) continue
      const own = row.samples[name] ?? []
      own.push(value)
      row.samples[name] = own
    }
  }

  private directoryOf(name: ParticipantName): string {
    return `${this.settings.directory}/${name}`
  }
}

/** All of them, another one first each round, with the disk made quiet before each. */
function* inTurn<T>(all: readonly T[], round: number): Generator<T> {
  for (let i = 0; i < all.length; i++) {
    execFileSync('sync')
    yield all[(round + i) % all.length]!
  }
}

/** Progress; the report alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
