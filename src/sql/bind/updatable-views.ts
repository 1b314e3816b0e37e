/**
 * Views that can be changed: those that select columns and rows of one table, or of another such view. Source: PostgreSQL's
 * rules for automatically updatable views.
 *
 * A view is opened anew for each relation that it is seen over (the row as it is, the one to be stored, `excluded`): what it
 * selects and its conditions are bound over its own scan, and then said of that relation.
 */

import type { TableSchema, ViewSchema } from '../catalog/schema.ts'
import type { BoundExpression, BoundQuery, RelationColumns, RelationId, ViewCheck } from './bound.ts'
import type { ChangeTarget, ChangeVerb } from './change-target.ts'
import { openView } from './from.ts'
import { fail, type NamespaceItem, type Scope } from './scope.ts'
import { mapExpression } from './walk.ts'

/** One view of a chain, from the one that is named to the one over the table. */
interface Level {
  readonly view: ViewSchema
  /** What its columns are, over the table's scan. */
  readonly targets: readonly BoundExpression[]
  /** Over the table's scan; undefined: all rows. */
  readonly where: BoundExpression | undefined
}

interface OpenedView {
  readonly table: TableSchema
  readonly scan: RelationId
  /** What the columns are, over the table's scan. */
  readonly targets: readonly BoundExpression[]
  readonly levels: readonly Level[]
}

export class ViewTarget implements ChangeTarget {
  readonly table: TableSchema
  private readonly scope: Scope
  private readonly view: ViewSchema
  private readonly opened: OpenedView

  constructor(scope: Scope, view: ViewSchema, verb: ChangeVerb) {
    this.scope = scope
    this.view = view
    this.opened = open(scope, view, verb)
    this.table = this.opened.table
    if (verb !== 'delete' && !this.opened.targets.some(isColumn)) {
      refuse(view, verb, 'Views that have no updatable columns are not automatically updatable.')
    }
  }

  get ownName(): string {
    return this.view.name
  }
  get schema(): string {
    return this.view.schema
  }

  item(relation: RelationColumns, areColumnsVisible = true): NamespaceItem {
    const { view } = this
    const targets = over(open(this.scope, view, 'update'), relation)
    return {
      name: relation.name,
      schema: undefined,
      hiddenName: view.name,
      columns: view.columns.map(({ name }, i) => ({
        name,
        expression: { ...targets.targets[i]!, at: -1 },
        table: undefined,
        tableColumn: -1,
      })),
      wholeRow: at => ({ kind: 'row', fields: targets.targets, type: view.rowType, modifier: -1, at }),
      isNameVisible: true,
      areColumnsVisible,
      isLateralOnly: false,
      isLateralOk: true,
    }
  }

  columnNumber(name: string, at: number, verb: 'insert' | 'update'): number {
    const { view } = this
    const number = view.columns.findIndex(column => column.name === name)
    if (number < 0) fail('42703', `column "${name}" of relation "${view.name}" does not exist`, at)
    const target = this.opened.targets[number]!
    if (target.kind === 'column') return target.column
    return refuseColumn(view, name, verb)
  }

  columnNames(): readonly string[] {
    return this.view.columns.map(column => column.name)
  }

  conditions(relation: RelationColumns): readonly BoundExpression[] {
    const { levels } = over(open(this.scope, this.view, 'update'), relation)
    return levels.flatMap(({ where }) => (where === undefined ? [] : [where]))
  }

  ownDefault(number: number, verb: 'insert' | 'update'): string | null | undefined {
    // An UPDATE asks the view that it names only.
    const levels = verb === 'insert' ? this.opened.levels : this.opened.levels.slice(0, 1)
    for (const { view, targets } of levels) {
      for (const [i, target] of targets.entries()) {
        const text =
          target.kind === 'column' && target.column === number ? this.defaultText(view, i) : undefined
        if (text !== undefined && text !== 'NULL') return text
      }
    }
    return verb === 'insert' ? undefined : null
  }

  refuseReadOnlyDefaults(): void {
    for (const { view, targets } of this.opened.levels) {
      for (const [i, target] of targets.entries()) {
        if (isColumn(target) || this.defaultText(view, i) === undefined) continue
        refuseColumn(view, view.columns[i]!.name, 'insert')
      }
    }
  }

  private defaultText(view: ViewSchema, column: number): string | undefined {
    const { defaultText, type } = view.columns[column]!
    if (defaultText !== undefined || type.kind !== 'domain') return defaultText
    return this.scope.binding.catalog.domain(type)?.defaultText
  }

  /** Those of the views below come first. */
  checks(row: RelationColumns): readonly ViewCheck[] {
    const { levels } = over(open(this.scope, this.view, 'update'), row)
    const checks: ViewCheck[] = []
    let isCascaded = false
    for (const { view, where } of levels) {
      if (view.checkOption === 'cascaded') isCascaded = true
      const isChecked = isCascaded || view.checkOption === 'local'
      if (isChecked && where !== undefined) checks.unshift({ view: view.name, condition: where })
    }
    return checks
  }
}

/** Whether new rows can be held to a view's conditions; else why not. */
export function reasonNotUpdatable(query: BoundQuery): string | undefined {
  const { body } = query
  if (body.kind === 'set operation') {
    return 'Views containing UNION, INTERSECT, or EXCEPT are not automatically updatable.'
  }
  if (body.kind === 'select') {
    if (body.distinct !== undefined) return 'Views containing DISTINCT are not automatically updatable.'
    if (body.grouping !== undefined && body.grouping.keys.length > 0) {
      return 'Views containing GROUP BY are not automatically updatable.'
    }
    if (body.having !== undefined) return 'Views containing HAVING are not automatically updatable.'
  }
  if (query.commonTables.length > 0) return 'Views containing WITH are not automatically updatable.'
  if (query.limit !== undefined || query.offset !== undefined) {
    return 'Views containing LIMIT or OFFSET are not automatically updatable.'
  }
  if (body.kind === 'select') {
    if (body.aggregates.length > 0) {
      return 'Views that return aggregate functions are not automatically updatable.'
    }
    if (body.windowCalls.length > 0) {
      return 'Views that return window functions are not automatically updatable.'
    }
    if (body.setFunctions.length > 0) {
      return 'Views that return set-returning functions are not automatically updatable.'
    }
    const { from } = body
    if (from?.kind === 'table' && from.table.materialized === undefined) {
      return from.sample === undefined
        ? undefined
        : 'Views containing TABLESAMPLE are not automatically updatable.'
    }
    if (from?.kind === 'subquery' && from.view !== undefined) {
      return reasonNotUpdatable(from.query)
    }
  }
  return 'Views that do not select from a single table or view are not automatically updatable.'
}

function open(scope: Scope, view: ViewSchema, verb: ChangeVerb): OpenedView {
  return opened(view, openView(scope, view, -1), verb)
}

function opened(view: ViewSchema, query: BoundQuery, verb: ChangeVerb): OpenedView {
  const { body } = query
  if (body.kind === 'select' && body.from?.kind === 'subquery' && body.from.view !== undefined) {
    const { view: inner, relation, query: innerQuery } = body.from
    const below = opened(inner, innerQuery, verb)
    refuseOther(view, query, verb)
    const through = (e: BoundExpression): BoundExpression =>
      mapExpression(e, one =>
        one.kind === 'column' && one.relation === relation.id ? below.targets[one.column] : undefined,
      )
    const targets = body.targets.slice(0, query.columns.length).map(through)
    return {
      ...below,
      targets,
      levels: [{ view, targets, where: body.where && through(body.where) }, ...below.levels],
    }
  }
  refuseOther(view, query, verb)
  if (body.kind !== 'select' || body.from?.kind !== 'table') return fail('XX000', 'a view over a table', -1)
  const targets = body.targets.slice(0, query.columns.length)
  return {
    table: body.from.table,
    scan: body.from.relation.id,
    targets,
    levels: [{ view, targets, where: body.where }],
  }
}

function refuseOther(view: ViewSchema, query: BoundQuery, verb: ChangeVerb): void {
  const reason = reasonNotUpdatable(query)
  if (reason !== undefined) refuse(view, verb, reason)
}

function refuseColumn({ name: view }: ViewSchema, column: string, verb: 'insert' | 'update'): never {
  const how = verb === 'insert' ? 'insert into' : 'update'
  return fail('0A000', `cannot ${how} column "${column}" of view "${view}"`, -1, {
    detail: 'View columns that are not columns of their base relation are not updatable.',
  })
}

const VERBS: Record<ChangeVerb, readonly [verb: string, doing: string, trigger: string]> = {
  insert: ['insert into', 'inserting into', 'INSERT'],
  update: ['update', 'updating', 'UPDATE'],
  delete: ['delete from', 'deleting from', 'DELETE'],
  merge: ['merge into', 'merging into', 'UPDATE'],
}

function refuse(view: ViewSchema, verb: ChangeVerb, detail: string): never {
  const [what, doing, trigger] = VERBS[verb]
  return fail('55000', `cannot ${what} view "${view.name}"`, -1, {
    detail,
    hint: `To enable ${doing} the view, provide an INSTEAD OF ${trigger} trigger or an unconditional ON ${trigger} DO INSTEAD rule.`,
  })
}

/** What was bound over the table's scan, over another relation of the table. */
function over(view: OpenedView, relation: RelationColumns): OpenedView {
  const rebased = (e: BoundExpression): BoundExpression =>
    mapExpression(e, one =>
      one.kind === 'column' && one.relation === view.scan ? { ...one, relation: relation.id } : undefined,
    )
  return {
    ...view,
    targets: view.targets.map(rebased),
    levels: view.levels.map(level => ({ ...level, where: level.where && rebased(level.where) })),
  }
}

function isColumn(e: BoundExpression): boolean {
  return e.kind === 'column'
}
