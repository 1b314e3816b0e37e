/** The outcome of one run: samples of every row, and what it was run on. It is what `results/` keeps. */

import { cpus, totalmem } from 'node:os'
import { CONTENDER_NAMES, type ParticipantName, SUBJECT } from './contender.ts'

/** What a number means. In all of them less is better. `times`: bytes written for a byte given. */
export type Unit = 'ns' | 'ms' | 'MB' | 'times'

export interface Row {
  readonly id: string
  readonly title: string
  readonly unit: Unit
  /** Every round's number, by contender. */
  readonly samples: Partial<Record<ParticipantName, number[]>>
}

/** One workload's part. */
export interface Section {
  readonly workloadId: string
  readonly title: string
  readonly count: number
  readonly rounds: number
  readonly loadRounds: number
  readonly date: string
  readonly rows: readonly Row[]
  /** How many processors were busy during each phase. The run itself makes it 1. */
  readonly busyProcessors: readonly number[]
  /** Nanoseconds of a bare write with its sync, each round; empty when the workload does not ask for it. */
  readonly diskLimitNs: readonly number[]
}

export interface Result {
  readonly machine: string
  /** Names and versions of those that took part. */
  readonly contenders: Partial<Record<ParticipantName, string>>
  /** Why the others did not. */
  readonly absent: Partial<Record<ParticipantName, string>>
  readonly sections: readonly Section[]
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The median of one contender in one row; undefined when it took no part. */
export function medianOf(row: Row, name: ParticipantName): number | undefined {
  const samples = row.samples[name]
  return samples === undefined || samples.length === 0 ? undefined : median(samples)
}

/** Those that took part, in the order of the table. */
export function participantsOf({ rows }: Section): ParticipantName[] {
  const all = new Set(rows.flatMap(({ samples }) => Object.keys(samples) as ParticipantName[]))
  const contenders = CONTENDER_NAMES.filter(name => all.has(name))
  return [...new Set([...contenders, ...all])]
}

/** Half of the distance between the greatest and the least sample, as a part of the median. */
export function spreadOf(row: Row, name: ParticipantName): number | undefined {
  const samples = row.samples[name]
  if (samples === undefined || samples.length < 2) return undefined
  return (Math.max(...samples) - Math.min(...samples)) / 2 / median(samples)
}

/**
 * How many times as much as Coppice a peer needs; above 1, Coppice is ahead. The median of the rounds' own ratios: what
 * the machine did meanwhile fell on both of a round.
 */
export function ratioOf({ samples }: Row, peer: ParticipantName): number | undefined {
  const own = samples[SUBJECT] ?? []
  const others = samples[peer] ?? []
  if (own.length === 0 || others.length === 0) return undefined
  if (own.length !== others.length) return median(others) / median(own)
  return median(others.map((value, round) => value / own[round]!))
}

/**
 * The rows of both, so that workloads and phases may be run one at a time: of a row that both have, the newer one,
 * however few its rounds: a table that picked the better measured of two runs would mix days. Only of one machine under one Node.
 */
export function merged(older: Result, newer: Result): Result {
  if (older.machine !== newer.machine) return newer
  const sections = older.sections.map(section => {
    const other = newer.sections.find(({ workloadId }) => workloadId === section.workloadId)
    return other === undefined ? section : mergedSection(section, other)
  })
  const isOld = new Set(older.sections.map(({ workloadId }) => workloadId))
  return {
    machine: newer.machine,
    contenders: { ...older.contenders, ...newer.contenders },
    absent: { ...older.absent, ...newer.absent },
    sections: [...sections, ...newer.sections.filter(({ workloadId }) => !isOld.has(workloadId))],
  }
}

function mergedSection(older: Section, newer: Section): Section {
  if (older.count !== newer.count) return newer
  const isNew = new Set(newer.rows.map(({ id }) => id))
  const kept = older.rows.filter(({ id }) => !isNew.has(id))
  if (kept.length === 0) return newer
  return {
    ...newer,
    rounds: Math.max(older.rounds, newer.rounds),
    loadRounds: Math.max(older.loadRounds, newer.loadRounds),
    rows: [...kept, ...newer.rows],
    busyProcessors: [...older.busyProcessors, ...newer.busyProcessors],
    diskLimitNs: newer.diskLimitNs.length > 0 ? newer.diskLimitNs : older.diskLimitNs,
  }
}

export function describeMachine(nodeVersion: string): string {
  const processors = cpus()
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  return `Node ${nodeVersion} on ${process.platform}-${process.arch}, ${processors.length} × ${processors[0]!.model.trim()}, ${memoryGiB} GiB`
}
