/**
 * A correlated subquery that is evaluated row by row at first, and for all rows at once when that has become the cheaper
 * way (plan/grouped-subquery.ts): when the single runs have cost what making the groups costs. So it never costs more than
 * twice the better of both.
 */

import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import { JoinTable } from './join-table.ts'
import type { JoinKey } from './keys.ts'
import { RowBuffer } from './operator.ts'
import { Unfinished } from './pause.ts'
import type { RegisterFile } from './registers.ts'
import type { SubqueryRows } from './resumable.ts'
import type { RunningSubquery } from './subquery.ts'

export interface RunningGroups {
  readonly rows: SubqueryRows
  readonly outerKey: JoinKey
  readonly groupKey: JoinKey
  /** The value, over the group's aggregates; undefined: whether there is a group. */
  readonly target: Evaluate | undefined
  /** Registers of the aggregates. The plan for single rows leaves them there, too. */
  readonly aggregates: readonly number[]
  /** So many single runs cost as much as the groups. */
  readonly runsMax: number
}

/** @param single the subquery for one row. @param memo the same, with a memory in front of it */
export function grouped(
  groups: RunningGroups,
  { version, atEnd }: Pick<RunningSubquery, 'version' | 'atEnd'>,
  single: Evaluate,
  memo: (evaluate: Evaluate) => Evaluate,
): Evaluate {
  let runs = 0
  let of = -1
  let made: Groups | undefined
  let making: Groups | undefined
  atEnd(() => {
    made = undefined
    making = undefined
  })
  const counted = memo(registers => {
    const value = single(registers)
    runs++
    return value
  })
  return registers => {
    if (of !== version()) {
      runs = 0
      made = undefined
    }
    if (made === undefined && runs > groups.runsMax) {
      making ??= new Groups(groups)
      // What fails for some group might never have been asked for: the rows go on one by one.
      if (making.fill(registers)) made = making
      else runs = Number.NEGATIVE_INFINITY
      making = undefined
    }
    const value = made === undefined ? counted(registers) : made.valueFor(registers, single)
    of = version()
    return value
  }
}

class Groups {
  private readonly plan: RunningGroups
  private readonly table: JoinTable
  private readonly kept: RowBuffer
  /** The row of aggregates over nothing, -1: not known yet. */
  private emptyRow = -1

  constructor(plan: RunningGroups) {
    this.plan = plan
    this.table = new JoinTable(plan.groupKey.width)
    this.kept = new RowBuffer(plan.aggregates)
  }

  /** False: an error in the data of some group. */
  fill(registers: RegisterFile): boolean {
    const { plan, table, kept } = this
    const { rows, groupKey } = plan
    try {
      if (rows.begin()) {
        table.clear()
        kept.clear()
      }
      while (rows.next()) {
        table.add(groupKey.of(registers))
        kept.add(registers)
      }
      rows.end()
    } catch (error) {
      if (error instanceof Unfinished) throw error
      rows.end()
      if (error instanceof SqlError && error.sqlstate.startsWith('22')) return false
      throw error
    }
    table.seal()
    return true
  }

  valueFor(registers: RegisterFile, single: Evaluate): Value {
    const { plan, kept } = this
    const row = this.table.find(plan.outerKey.of(registers))
    if (plan.target === undefined) return row >= 0
    if (row < 0 && this.emptyRow < 0) {
      const value = single(registers)
      this.emptyRow = kept.add(registers)
      return value
    }
    kept.restore(row < 0 ? this.emptyRow : row, registers)
    return plan.target(registers)
  }
}
