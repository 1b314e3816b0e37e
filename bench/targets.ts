/** What Coppice is meant to reach, as code: each target finds its number in a result, and says met or not. */

import { type ContenderName, SUBJECT } from './contender.ts'
import { median, medianOf, type Result, type Row, ratioOf, type Section } from './result.ts'

export interface Verdict {
  readonly title: string
  readonly wanted: string
  readonly reached: string
  readonly isMet: boolean
}

interface Target {
  readonly workloadId: string
  readonly rowId: string
  /** What `row` and `section` say; undefined when the run did not measure it. */
  judge(row: Row, section: Section): Omit<Verdict, 'title'> | undefined
}

/** A peer's time is at least so many times Coppice's. Below 1: Coppice takes at most the inverse of its time. */
function against(workloadId: string, rowId: string, peer: ContenderName, leastRatio: number): Target {
  return {
    workloadId,
    rowId,
    judge: row => {
      const ratio = ratioOf(row, peer)
      if (ratio === undefined) return undefined
      const wanted =
        leastRatio < 1
          ? `at most ${(1 / leastRatio).toFixed(1)}x the time of ${peer}`
          : `${leastRatio}x faster than ${peer}`
      const reached = leastRatio < 1 ? `${(1 / ratio).toFixed(2)}x its time` : `${ratio.toFixed(2)}x`
      return { wanted, reached, isMet: ratio >= leastRatio }
    },
  }
}

function atMost(workloadId: string, rowId: string, limit: number): Target {
  return {
    workloadId,
    rowId,
    judge: row => {
      const own = medianOf(row, SUBJECT)
      if (own === undefined) return undefined
      const unit = row.unit === 'times' ? '' : ` ${row.unit}`
      return { wanted: `under ${limit}${unit}`, reached: `${own.toFixed(1)}${unit}`, isMet: own < limit }
    },
  }
}

const OF_DISK_LIMIT: Target = {
  workloadId: 'redb',
  rowId: 'single',
  judge: (row, { diskLimitNs }) => {
    const own = medianOf(row, SUBJECT)
    if (own === undefined || diskLimitNs.length === 0) return undefined
    const ratio = own / median(diskLimitNs)
    return {
      wanted: 'at most 1.25x a bare write + fdatasync',
      reached: `${ratio.toFixed(2)}x`,
      isMet: ratio <= 1.25,
    }
  },
}

const HUNDRED_AT_ONCE: Target = {
  workloadId: 'concurrent',
  rowId: '100',
  judge: (row, section) => {
    const alone = section.rows.find(({ id }) => id === 'alone')
    const own = medianOf(row, SUBJECT)
    const single = alone === undefined ? undefined : medianOf(alone, SUBJECT)
    if (own === undefined || single === undefined) return undefined
    return {
      wanted: '10x its rate of one after another',
      reached: `${(single / own).toFixed(1)}x`,
      isMet: single / own >= 10,
    }
  },
}

const UNSYNCED_RATE: Target = {
  workloadId: 'redb',
  rowId: 'unsynced',
  judge: row => {
    const own = medianOf(row, SUBJECT)
    const ratio = ratioOf(row, 'lmdb')
    if (own === undefined || ratio === undefined) return undefined
    const perSecond = Math.round(1e9 / own)
    return {
      wanted: '200,000 a second, or 5x lmdb',
      reached: `${perSecond.toLocaleString('en')} a second, ${ratio.toFixed(2)}x`,
      isMet: perSecond >= 200_000 || ratio >= 5,
    }
  },
}

const TARGETS: readonly Target[] = [
  against('redb', 'get', 'lmdb', 3),
  against('redb', 'get', 'lmdb-c', 1),
  against('redb', 'hot', 'lmdb', 5),
  against('redb', 'hot', 'lmdb-c', 1 / 1.3),
  against('redb', 'scan', 'lmdb', 8),
  against('redb', 'scan', 'lmdb-c', 1 / 3),
  against('redb', 'ranges', 'lmdb', 5),
  against('redb', 'load', 'lmdb', 2.5),
  against('redb', 'load', 'lmdb-c', 1.3),
  against('sorted', 'load', 'lmdb', 4),
  against('redb', 'single', 'lmdb', 2),
  against('redb', 'single', 'lmdb-c', 2),
  OF_DISK_LIMIT,
  HUNDRED_AT_ONCE,
  UNSYNCED_RATE,
  against('records', 'get', 'lmdb', 3),
  against('redb', 'remove', 'lmdb', 2),
  atMost('operation', 'recover', 1000),
  atMost('operation', 'written-new', 3),
  atMost('operation', 'pause', 50),
]

/** Of all targets that the run has measured, in the order above. */
export function verdictsOf(result: Result): Verdict[] {
  const verdicts: Verdict[] = []
  for (const { workloadId, rowId, judge } of TARGETS) {
    const section = result.sections.find(each => each.workloadId === workloadId)
    const row = section?.rows.find(({ id }) => id === rowId)
    const verdict = section === undefined || row === undefined ? undefined : judge(row, section)
    if (verdict !== undefined) verdicts.push({ title: row!.title, ...verdict })
  }
  return verdicts
}
