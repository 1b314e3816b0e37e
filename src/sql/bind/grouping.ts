/**
 * GROUP BY: its keys and grouping sets, and the rewriting of everything above it into keys and aggregates, which is where
 * a column that is neither is found out.
 */

import type { KeySchema } from '../catalog/schema.ts'
import type { Expression, GroupItem, SelectQuery } from '../syntax/tree.ts'
import type { BoundColumn, BoundExpression, SelectBody } from './bound.ts'
import { CLAUSES, refuseAggregate } from './clause.ts'
import { withoutUnknown } from './coercion.ts'
import { fail, type Scope } from './scope.ts'
import { findTarget, type Target } from './select.ts'
import { requireEquality } from './sorting.ts'
import { contains, mapExpression, mapQuery, sameExpression, walk } from './walk.ts'

export interface Groups {
  readonly keys: BoundExpression[]
  readonly sets: number[][]
}

const SETS_MAX = 4096
const CUBE_MAX = 12

/** Undefined without GROUP BY. */
export function bindGroupBy(scope: Scope, query: SelectQuery, targets: Target[]): Groups | undefined {
  if (query.groupBy.length === 0) return undefined
  const keys: BoundExpression[] = []
  const keyOf = (tree: Expression): number => {
    const list = [...targets]
    const number = findTarget(scope, tree, list, 'GROUP BY', name => isInputColumn(scope, name))
    const target = list[number]!
    refuseComputedLater(scope, target.expression, tree.at)
    target.expression = withoutUnknown(scope, target.expression)
    requireEquality(target.expression.type, tree.at)
    const known = keys.findIndex(key => sameExpression(key, target.expression))
    if (known >= 0) return known
    keys.push(target.expression)
    return keys.length - 1
  }
  return scope.in(CLAUSES.groupBy, () => {
    let sets: number[][] = [[]]
    for (const item of query.groupBy) {
      const own = setsOf(item, keyOf)
      sets = sets.flatMap(one => own.map(other => union(one, other)))
      if (sets.length > SETS_MAX) {
        fail('54001', `too many grouping sets present (maximum ${SETS_MAX})`, item.at)
      }
    }
    if (query.isGroupDistinct) sets = distinctSets(sets)
    return { keys, sets }
  })
}

/** By its place or name, a column of the result may be what groups are there for first. */
function refuseComputedLater(scope: Scope, key: BoundExpression, at: number): void {
  const isOf = (kind: 'aggregate' | 'window'): boolean =>
    contains(key, e => e.kind === kind && (e.kind !== 'aggregate' || e.relation === scope.groupRelation))
  if (isOf('aggregate')) refuseAggregate(CLAUSES.groupBy, 'aggregate functions', at)
  if (isOf('window')) fail('42P20', 'window functions are not allowed in GROUP BY', at)
}

/** Numbers of the set-returning functions in expressions, and of those in the arguments of these. */
export function setFunctionsIn(
  expressions: readonly BoundExpression[],
  calls: SelectBody['setFunctions'],
): ReadonlySet<number> {
  const found = new Set<number>()
  const add = (list: readonly BoundExpression[]): void =>
    walk([...list], {
      expression(e) {
        if (e.kind !== 'set function' || found.has(e.index)) return
        found.add(e.index)
        add(calls[e.index]!.arguments)
      },
      // A subquery has its own.
      query: () => false,
    })
  add(expressions)
  return found
}

/** Of this level; when several have the name, asking for it says that it is ambiguous. */
function isInputColumn(scope: Scope, name: string): boolean {
  return scope.namespace.some(
    item => item.areColumnsVisible && item.columns.some(column => column.name === name),
  )
}

const union = (a: readonly number[], b: readonly number[]): number[] => [
  ...a,
  ...b.filter(one => !a.includes(one)),
]

/** `(a, b)` is one unit of ROLLUP and CUBE. */
function unitOf(item: GroupItem, keyOf: (tree: Expression) => number): number[] {
  if (item.kind === 'composite')
    return item.items.reduce<number[]>((unit, one) => union(unit, [keyOf(one)]), [])
  if (item.kind === 'empty grouping set') return []
  if (isSetItem(item)) return fail('42601', 'grouping sets are not allowed here', item.at)
  return [keyOf(item)]
}

type SetItem = Extract<GroupItem, { items: readonly GroupItem[] }>
function isSetItem(item: GroupItem): item is SetItem {
  return item.kind === 'rollup' || item.kind === 'cube' || item.kind === 'grouping sets'
}

function setsOf(item: GroupItem, keyOf: (tree: Expression) => number): number[][] {
  if (!isSetItem(item)) return [unitOf(item, keyOf)]
  if (item.kind === 'grouping sets') return item.items.flatMap(one => setsOf(one, keyOf))
  const units = item.items.map(one => unitOf(one, keyOf))
  if (item.kind === 'rollup') {
    return Array.from({ length: units.length + 1 }, (_, left) =>
      units.slice(0, units.length - left).reduce<number[]>(union, []),
    )
  }
  if (units.length > CUBE_MAX) fail('54011', `CUBE is limited to ${CUBE_MAX} elements`, item.at)
  const sets: number[][] = []
  for (let mask = (1 << units.length) - 1; mask >= 0; mask--) {
    sets.push(units.filter((_, unit) => (mask >> (units.length - 1 - unit)) & 1).reduce<number[]>(union, []))
  }
  return sets
}

function distinctSets(sets: readonly number[][]): number[][] {
  const seen = new Set<string>()
  return sets.filter(set => {
    const text = [...set].sort((a, b) => a - b).join(',')
    if (seen.has(text)) return false
    seen.add(text)
    return true
  })
}

/** Turns expressions over columns into expressions over keys and aggregates. */
export class GroupRewriter {
  private readonly scope: Scope
  private readonly keys: BoundExpression[]
  private readonly sets: number[][]
  private readonly columnKeys = new Map<string, number>()
  private readonly givenKeyCount: number

  constructor(scope: Scope, groups: Groups) {
    this.scope = scope
    this.keys = [...groups.keys]
    this.sets = groups.sets.map(set => [...set])
    this.givenKeyCount = this.keys.length
    this.keys.forEach((key, at) => {
      if (key.kind === 'column') this.columnKeys.set(`${key.relation}.${key.column}`, at)
    })
  }

  grouping(): NonNullable<SelectBody['grouping']> {
    return { keys: this.keys, sets: this.sets }
  }

  rewrite(e: BoundExpression, isInSubquery = false): BoundExpression {
    return mapExpression(e, part => this.replacement(part, isInSubquery))
  }

  private replacement(e: BoundExpression, isInSubquery: boolean): BoundExpression | undefined {
    const { scope } = this
    switch (e.kind) {
      case 'constant':
      case 'parameter':
        if (this.sets.length === 1) return e
        break
      case 'aggregate':
        return e
      case 'grouping':
        return e.relation === scope.groupRelation ? this.resolveGrouping(e) : e
      case 'column': {
        if (scope.binding.scopeOf(e.relation) !== scope) return e
        const key = this.columnKeys.get(`${e.relation}.${e.column}`) ?? this.dependentKey(e)
        return key === undefined ? this.ungrouped(e, isInSubquery) : this.keyReference(key, e)
      }
    }
    const key = this.keys.findIndex(one => one.kind === e.kind && sameExpression(one, e))
    if (key >= 0) return this.keyReference(key, e)
    if (e.kind === 'whole row' && scope.binding.scopeOf(e.relation) === scope) {
      return this.dependentWholeRow(e, isInSubquery)
    }
    if (e.kind === 'subquery') {
      const inner = mapQuery(e.query, part => this.replacement(part, true))
      return {
        ...e,
        query: inner,
        operands: e.operands.map(one => this.rewrite(one, isInSubquery)),
      }
    }
    return undefined
  }

  private keyReference(index: number, e: BoundExpression): BoundExpression {
    const { type, modifier, at } = e
    return { kind: 'group key', relation: this.scope.groupRelation, index, type, modifier, at }
  }

  /** A key of its own for a column that the primary key among the keys decides. */
  private dependentKey(e: BoundColumn): number | undefined {
    return this.isDependent(e.relation) ? this.addKey(e, `${e.relation}.${e.column}`) : undefined
  }

  private addKey(e: BoundExpression, name: string): number {
    this.keys.push({ ...e, at: -1 })
    const key = this.keys.length - 1
    for (const set of this.sets) set.push(key)
    this.columnKeys.set(name, key)
    return key
  }

  private isDependent(relation: number): boolean {
    const primary = this.scope.binding.tables
      .get(relation)
      ?.constraints.find((one): one is KeySchema => one.kind === 'primary key')
    if (primary === undefined || primary.isDeferrable) return false
    return primary.columns.every(column => {
      const key = this.columnKeys.get(`${relation}.${column}`)
      return key !== undefined && this.sets.every(set => set.includes(key))
    })
  }

  private dependentWholeRow(
    e: BoundExpression & { kind: 'whole row' },
    isInSubquery: boolean,
  ): BoundExpression {
    const name = `${e.relation}.*`
    const known = this.columnKeys.get(name)
    if (known !== undefined) return this.keyReference(known, e)
    if (this.isDependent(e.relation)) return this.keyReference(this.addKey(e, name), e)
    return this.ungrouped(e, isInSubquery)
  }

  private ungrouped(e: BoundExpression & { kind: 'column' | 'whole row' }, isInSubquery: boolean): never {
    const item = this.scope.rangeTable.find(one =>
      one.columns.some(column => isOf(column.expression, e.relation)),
    )
    const column =
      e.kind === 'whole row'
        ? '*'
        : item?.columns.find(
            one =>
              one.expression.kind === 'column' &&
              one.expression.relation === e.relation &&
              one.expression.column === e.column,
          )?.name
    const name = `${item?.name ?? ''}.${column ?? ''}`
    if (isInSubquery) fail('42803', `subquery uses ungrouped column "${name}" from outer query`, e.at)
    return fail(
      '42803',
      `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`,
      e.at,
    )
  }

  private resolveGrouping(e: BoundExpression & { kind: 'grouping' }): BoundExpression {
    const operands = this.scope.groupings[-e.keys[0]! - 1]!
    const keys = operands.map(operand => {
      const key = this.keys.slice(0, this.givenKeyCount).findIndex(one => sameExpression(one, operand))
      if (key < 0) {
        fail(
          '42803',
          'arguments to GROUPING must be grouping expressions of the associated query level',
          operand.at,
        )
      }
      return key
    })
    return { ...e, keys }
  }
}

function isOf(e: BoundExpression, relation: number): boolean {
  return e.kind === 'column' && e.relation === relation
}
