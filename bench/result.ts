/** The outcome of one run: samples of every measure, and what it was run on. It is what `results/` keeps. */

import { cpus, totalmem } from 'node:os'
import { type ContenderName, SUBJECT } from './contender.ts'

/** What a number means. In all of them less is better. */
export type Unit = 'ns' | 'ms' | 'MB'

export interface Row {
  readonly id: string
  readonly title: string
  readonly unit: Unit
  /** Every round's number, by contender. */
  readonly samples: Partial<Record<ContenderName, number[]>>
}

export interface Result {
  readonly date: string
  readonly count: number
  readonly rounds: number
  readonly loadRounds: number
  readonly machine: string
  /** Of the last minute, at several times: how many programs wanted to run. The run itself makes it 1. */
  readonly loadAverages: readonly number[]
  /** Names and versions of those that took part. */
  readonly contenders: Partial<Record<ContenderName, string>>
  /** Why the others did not. */
  readonly absent: Partial<Record<ContenderName, string>>
  readonly rows: readonly Row[]
  /** Nanoseconds of a bare write with its sync, each round. */
  readonly diskLimitNs: readonly number[]
}

/** How much better than a peer Coppice is meant to be in a row. */
export interface Target {
  readonly rowId: string
  readonly peer: ContenderName
  readonly leastRatio: number
}

export const TARGETS: readonly Target[] = [
  { rowId: 'get', peer: 'lmdb', leastRatio: 2 },
  { rowId: 'load', peer: 'lmdb', leastRatio: 2 },
  { rowId: 'scan', peer: 'lmdb', leastRatio: 2 },
  { rowId: 'single', peer: 'lmdb', leastRatio: 1 },
  { rowId: 'single', peer: 'better-sqlite3', leastRatio: 1 },
]

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The median of one contender in one row; undefined when it took no part. */
export function medianOf(row: Row, name: ContenderName): number | undefined {
  const samples = row.samples[name]
  return samples === undefined || samples.length === 0 ? undefined : median(samples)
}

/** How many times as much as Coppice a peer needs; above 1, Coppice is ahead. */
export function ratioOf(row: Row, peer: ContenderName): number | undefined {
  const own = medianOf(row, SUBJECT)
  const other = medianOf(row, peer)
  return own === undefined || other === undefined ? undefined : other / own
}

export function describeMachine(): string {
  const processors = cpus()
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  return `Node ${process.versions.node} on ${process.platform}-${process.arch}, ${processors.length} × ${processors[0]!.model.trim()}, ${memoryGiB} GiB`
}
