/**
 * Rows as values (`select q from (…) q`) of what is no table. A table's row is told from one that an outer join has filled with
 * nulls by columns that are never null: its key, or its hidden number. A subquery's row may be all nulls and a row all the same.
 * So here, where no outer join fills it, it is made of its columns; elsewhere below the join, as a column more, which the join
 * fills with null like the others.
 */

import type {
  BoundExpression,
  BoundFrom,
  BoundQuery,
  RelationColumns,
  RelationId,
  SelectBody,
  WholeRow,
} from '../bind/bound.ts'
import { mapQuery, type Rewrite, walkQuery } from '../bind/walk.ts'

/** The same body where it reads no such rows. @param newRelation makes a relation like the given one */
export function withRowValues(
  body: SelectBody,
  newRelation: (like: RelationColumns) => RelationColumns,
): SelectBody {
  const read = rowsRead(body)
  if (read.size === 0) return body
  const values = new Map<RelationId, (e: WholeRow) => BoundExpression>()
  const from = placeRows(body.from!, false, { read, values, newRelation })
  if (values.size === 0) return body
  const rewrite: Rewrite = e => (e.kind === 'whole row' ? values.get(e.relation)?.(e) : undefined)
  return mapQuery(queryOf({ ...body, from }), rewrite).body as SelectBody
}

/** The whole rows that are read of relations in FROM, by relation. */
function rowsRead(body: SelectBody): ReadonlyMap<RelationId, WholeRow> {
  const read = new Map<RelationId, WholeRow>()
  if (body.from === undefined) return read
  walkQuery(queryOf(body), {
    expression(e) {
      if (e.kind === 'whole row') read.set(e.relation, e)
    },
  })
  return read
}

interface Placing {
  readonly read: ReadonlyMap<RelationId, WholeRow>
  /** What is read instead; filled. */
  readonly values: Map<RelationId, (e: WholeRow) => BoundExpression>
  readonly newRelation: (like: RelationColumns) => RelationColumns
}

function placeRows(from: BoundFrom, isFilled: boolean, placing: Placing): BoundFrom {
  if (from.kind === 'join') {
    const { type } = from
    const left = placeRows(from.left, isFilled || type === 'right' || type === 'full', placing)
    const right = placeRows(from.right, isFilled || type === 'left' || type === 'full', placing)
    return left === from.left && right === from.right ? from : { ...from, left, right }
  }
  const { relation } = from
  const row = placing.read.get(relation.id)
  if (row === undefined || from.kind === 'table') return from
  if (!isFilled) {
    placing.values.set(relation.id, e => rowOf(relation, e))
    return from
  }
  const inner = placing.newRelation(relation)
  const column = relation.columns.length
  placing.values.set(relation.id, ({ type, modifier, at }) => ({
    kind: 'column',
    relation: relation.id,
    column,
    type,
    modifier,
    at,
  }))
  const hidden = { name: '', type: row.type, modifier: row.modifier, isHidden: true }
  return {
    kind: 'subquery',
    relation: { ...relation, columns: [...relation.columns, hidden] },
    query: queryOf({
      ...PLAIN_BODY,
      from: { ...from, relation: inner },
      groupRelation: inner.id,
      targets: [...columnsOf(inner, row.at), rowOf(inner, row)],
    }),
    isLateral: 'isLateral' in from && from.isLateral,
    view: undefined,
  }
}

function rowOf(relation: RelationColumns, { type, modifier, at }: WholeRow): BoundExpression {
  const fields = columnsOf(relation, at).filter((_, i) => relation.columns[i].isHidden !== true)
  return { kind: 'row', fields, type, modifier, at }
}

function columnsOf(relation: RelationColumns, at: number): BoundExpression[] {
  return relation.columns.map(({ type, modifier }, column) => ({
    kind: 'column',
    relation: relation.id,
    column,
    type,
    modifier,
    at,
  }))
}

const PLAIN_BODY = {
  kind: 'select',
  where: undefined,
  grouping: undefined,
  aggregates: [],
  having: undefined,
  windows: [],
  windowCalls: [],
  setFunctions: [],
  distinct: undefined,
  isDistinctOn: false,
} as const

/** A query of nothing but a body. */
function queryOf(body: SelectBody): BoundQuery {
  return {
    commonTables: [],
    body,
    columns: body.targets.map(({ type, modifier }) => ({
      name: '',
      type,
      modifier,
      table: undefined,
      tableColumn: -1,
    })),
    orderBy: [],
    limit: undefined,
    isWithTies: false,
    offset: undefined,
    outerRelations: [],
    isVolatile: false,
    isLocking: false,
  }
}
