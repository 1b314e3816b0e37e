/** Tables of random columns, with keys, indexes and rows, as values that shrink; printed as a script. */

import fc from 'fast-check'
import { type ColumnInSight, constantOf, TYPES, type ValueType } from './expressions.ts'

export interface TableDraft {
  readonly columns: readonly { readonly type: ValueType; readonly isNotNull: boolean }[]
  /** A choice of value for each column, and 0 now and then for null. */
  readonly rows: readonly (readonly number[])[]
  /** Columns of indexes, by number. */
  readonly indexes: readonly (readonly number[])[]
}

const INDEXABLE: ReadonlySet<ValueType> = new Set(
  TYPES.filter(type => type !== 'jsonb' && type !== 'interval'),
)

export const tableDraft: fc.Arbitrary<TableDraft> = fc.record({
  columns: fc.array(fc.record({ type: fc.constantFrom(...TYPES), isNotNull: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  }),
  rows: fc.array(fc.array(fc.nat({ max: 24 }), { minLength: 6, maxLength: 6 }), { maxLength: 10 }),
  indexes: fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
})

/** Columns of a table called `name`: `id` and `c0` …, qualified. */
export function columnsOf(name: string, draft: TableDraft): ColumnInSight[] {
  return [
    { name: `${name}.id`, type: 'integer' },
    ...draft.columns.map(({ type }, i) => ({ name: `${name}.c${i}`, type })),
  ]
}

export function rowValue(draft: TableDraft, row: readonly number[], column: number): string {
  const { type, isNotNull } = draft.columns[column]!
  const choice = row[column]!
  return choice < 5 && !isNotNull ? 'null' : constantOf(type, choice)
}

export function tableScript(name: string, draft: TableDraft): string {
  const columns = draft.columns.map(
    ({ type, isNotNull }, i) => `c${i} ${type}${isNotNull ? ' not null' : ''}`,
  )
  const indexes = draft.indexes.flatMap(numbers => {
    const places = [...new Set(numbers)].filter(
      n => n < draft.columns.length && INDEXABLE.has(draft.columns[n]!.type),
    )
    return places.length === 0 ? [] : [`create index on ${name} (${places.map(n => `c${n}`).join(', ')})`]
  })
  const rows = draft.rows.map(
    (row, id) => `(${[id, ...draft.columns.map((_, i) => rowValue(draft, row, i))].join(', ')})`,
  )
  return [
    `create table ${name} (${['id integer primary key', ...columns].join(', ')})`,
    ...indexes,
    ...(rows.length === 0 ? [] : [`insert into ${name} values ${rows.join(', ')}`]),
  ].join(';\n')
}
