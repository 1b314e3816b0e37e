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
import { type Operator, RowBuffer } from './operator.ts'
import type { RegisterFile } from './registers.ts'
import type { RunningSubquery } from './subquery.ts'

export interface RunningGroups {
  readonly operator: Operator
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
  atEnd(() => {
    made = undefined
  })
  const counted = memo(registers => {
    runs++
    return single(registers)
  })
  return registers => {
    if (of !== version()) {
      runs = 0
      made = undefined
    }
    if (made === undefined && runs > groups.runsMax) {
      made = Groups.make(groups, registers)
      // What fails for some group might never have been asked for: the rows go on one by one.
      if (made === undefined) runs = Number.NEGATIVE_INFINITY
    }
    const value = made === undefined ? counted(registers) : made.valueFor(registers, single)
    of = version()
    return value
  }
}

class Groups {
  private readonly plan: RunningGroups
  private readonly table: JoinTable
  private readonly rows: RowBuffer
  /** The row of aggregates over nothing, -1: not known yet. */
  private emptyRow = -1

  private constructor(plan: RunningGroups) {
    this.plan = plan
    this.table = new JoinTable(plan.groupKey.width)
    this.rows = new RowBuffer(plan.aggregates)
  }

  /** Undefined: an error in the data of some group. */
  static make(plan: RunningGroups, registers: RegisterFile): Groups | undefined {
    const groups = new Groups(plan)
    const { operator, groupKey } = plan
    try {
      operator.open()
      while (operator.next()) {
        groups.table.add(groupKey.of(registers))
        groups.rows.add(registers)
      }
      operator.close()
    } catch (error) {
      operator.close()
      if (error instanceof SqlError && error.sqlstate.startsWith('22')) return undefined
      throw error
    }
    groups.table.seal()
    return groups
  }

  valueFor(registers: RegisterFile, single: Evaluate): Value {
    const { plan, rows } = this
    const row = this.table.find(plan.outerKey.of(registers))
    if (plan.target === undefined) return row >= 0
    if (row < 0 && this.emptyRow < 0) {
      const value = single(registers)
      this.emptyRow = rows.add(registers)
      return value
    }
    rows.restore(row < 0 ? this.emptyRow : row, registers)
    return plan.target(registers)
  }
}
