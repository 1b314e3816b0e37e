import { describe, expect, test } from 'vitest'
import { merged, type Result, type Row, type Section } from '../../bench/result.ts'

const row = (id: string, samples: number[]): Row => ({
  id,
  title: id,
  unit: 'ns',
  samples: { coppice: samples },
})

const section = (workloadId: string, rows: Row[], rest: Partial<Section> = {}): Section => ({
  workloadId,
  title: workloadId,
  count: 1000,
  rounds: rows[0].samples.coppice!.length,
  loadRounds: 1,
  date: '2026-01-01',
  rows,
  busyProcessors: [1],
  diskLimitNs: [],
  ...rest,
})

const result = (...sections: Section[]): Result => ({
  machine: 'one',
  contenders: { coppice: 'coppice' },
  absent: {},
  sections,
})

describe('results of runs, put together', () => {
  test('workloads that were not run again stay, those that were are the newer, however few their rounds', () => {
    const older = result(
      section('redb', [row('get', [1, 2, 3])], { diskLimitNs: [5] }),
      section('large', [row('put', [4])]),
    )
    const newer = result(section('redb', [row('get', [9])], { diskLimitNs: [7] }))
    expect(merged(older, newer).sections).toEqual([newer.sections[0], older.sections[1]])
  })

  test('rows of phases that were not run again stay beside those that were', () => {
    const older = result(section('redb', [row('get', [1, 2, 3]), row('scan', [4, 5, 6])]))
    const newer = result(section('redb', [row('scan', [8])]))
    const [redb] = merged(older, newer).sections
    expect(redb.rows).toEqual([row('get', [1, 2, 3]), row('scan', [8])])
    expect(redb.rounds).toBe(3)
  })

  test('another number of keys, or another machine, is another table', () => {
    const older = result(section('redb', [row('get', [1]), row('scan', [2])]))
    const newer = result(section('redb', [row('get', [3])], { count: 5000 }))
    expect(merged(older, newer).sections[0].rows).toHaveLength(1)
    expect(merged({ ...older, machine: 'other' }, newer)).toBe(newer)
  })
})
