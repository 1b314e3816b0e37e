/** What `npm run ablation` measures: which of a workload's phases show what which decisions are worth. */

import type { VariantName } from './variants.ts'

export interface Experiment {
  readonly id: string
  readonly title: string
  readonly workloadId: string
  readonly phaseIds: readonly string[]
  /** What the table shows of it. */
  readonly rowIds: readonly string[]
  /** How many keys: this part of the run's count. */
  readonly countPart: number
  readonly variants: readonly VariantName[]
}

export const EXPERIMENTS: readonly Experiment[] = [
  {
    id: 'reading',
    title: 'Finding a key',
    workloadId: 'redb',
    phaseIds: ['get', 'hot', 'scan', 'ranges'],
    rowIds: ['get', 'hot', 'scan', 'ranges'],
    // Fewer keys and more rounds: the differences are small.
    countPart: 0.2,
    variants: [
      'without-kernel',
      'without-heads',
      'without-branchless',
      'without-lanes',
      'without-guessing',
      'without-touching',
      'without-kernel-branchless',
    ],
  },
  {
    id: 'alike',
    title: 'Keys that begin alike',
    workloadId: 'alike',
    phaseIds: ['get', 'hot', 'scan'],
    rowIds: ['size', 'get', 'hot', 'scan'],
    countPart: 1,
    variants: ['without-prefixes', 'without-heads'],
  },
  {
    id: 'loading',
    title: 'Loading, and removing half',
    workloadId: 'redb',
    phaseIds: ['remove'],
    rowIds: ['load', 'size', 'remove'],
    countPart: 1,
    variants: ['without-collecting', 'without-kernel', 'without-prefixes'],
  },
  {
    id: 'writing',
    title: 'Durable commits one after another',
    workloadId: 'redb',
    phaseIds: ['single'],
    rowIds: ['single'],
    countPart: 0.2,
    variants: ['without-log', 'without-preallocation'],
  },
  {
    id: 'unsynced',
    title: 'Unsynced commits',
    workloadId: 'redb',
    phaseIds: ['unsynced'],
    rowIds: ['unsynced'],
    countPart: 0.2,
    variants: ['without-gathering'],
  },
  {
    id: 'grouping',
    title: 'Commits asked for together',
    workloadId: 'concurrent',
    phaseIds: ['1', '100'],
    rowIds: ['1', '100'],
    countPart: 0.2,
    variants: ['without-groups'],
  },
]
