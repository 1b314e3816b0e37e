/** What bound statements are made of, where names and types alone do not show it. */

import { describe, expect, it } from 'vitest'
import { bindScalar, bindStatement, bindTableExpressions } from '../../../src/sql/bind/binder.ts'
import type {
  BoundExpression,
  BoundInsert,
  BoundQuery,
  BoundUpdate,
  SelectBody,
} from '../../../src/sql/bind/bound.ts'
import type { TableSchema } from '../../../src/sql/catalog/schema.ts'
import type { SqlError } from '../../../src/sql/errors.ts'
import { builtinRegistry } from '../../../src/sql/functions/builtins.ts'
import { parseExpression, parseStatements } from '../../../src/sql/syntax/parser.ts'
import type { Expression, QueryStatement, SelectQuery } from '../../../src/sql/syntax/tree.ts'
import { INT4, INT8, NUMERIC, TEXT } from '../../../src/sql/types/type.ts'
import { postgresRegistry } from './postgres-registry.ts'
import { testCatalog } from './schema.ts'

builtinRegistry()
const catalog = testCatalog()
const registry = postgresRegistry()

function bind(text: string) {
  return bindStatement(parseStatements(text)[0]!.statement as QueryStatement, catalog, registry)
}
function query(text: string): BoundQuery {
  const bound = bind(text)
  if (bound.kind !== 'query') throw new Error('a change')
  return bound.query
}
function select(text: string): SelectBody {
  const { body } = query(text)
  if (body.kind !== 'select') throw new Error('no select')
  return body
}
function target(text: string): BoundExpression {
  return select(text).targets[0]!
}
const table = (name: string) => catalog.relation(undefined, name) as TableSchema

describe('columns', () => {
  it('are numbered as the table is', () => {
    const body = select('select c, a from t')
    expect(body.from).toMatchObject({ kind: 'table', relation: { name: 't' } })
    expect(body.targets).toMatchObject([
      { kind: 'column', column: 2, type: NUMERIC },
      { kind: 'column', column: 0, type: INT4 },
    ])
  })
  it('know the table that they come from, also through joins', () => {
    expect(query('select b, a + 1 from t').columns).toMatchObject([
      { name: 'b', table: { name: 't' }, tableColumn: 1 },
      { name: '?column?', table: undefined, tableColumn: -1 },
    ])
  })
  it('of a table without a primary key leave the hidden one out', () => {
    expect(query('select * from u').columns.map(column => column.name)).toEqual(['x', 'y', 'a', 'z'])
  })
  it('are given new names by an alias', () => {
    expect(query('select * from t as q(i, j)').columns.map(column => column.name)).toEqual(['i', 'j', 'c'])
  })
})

describe('correlated subqueries', () => {
  it('name the relations of queries further out that they read', () => {
    const body = select('select (select max(x) from u where u.a = t.a) from t')
    const inner = body.targets[0]!
    if (inner.kind !== 'subquery' || body.from?.kind !== 'table') throw new Error('another shape')
    expect(inner.query.outerRelations).toEqual([body.from.relation.id])
  })
  it('and those around them do so, too', () => {
    const body = select('select (select (select t.a + u.x) from u) from t')
    const middle = body.targets[0]!
    if (middle.kind !== 'subquery' || body.from?.kind !== 'table') throw new Error('another shape')
    expect(middle.query.outerRelations).toEqual([body.from.relation.id])
    const inner = (middle.query.body as SelectBody).targets[0]!
    if (inner.kind !== 'subquery') throw new Error('another shape')
    expect(inner.query.outerRelations).toHaveLength(2)
  })
  it('without such columns are not correlated', () => {
    const inner = target('select (select max(x) from u) from t')
    if (inner.kind !== 'subquery') throw new Error('another shape')
    expect(inner.query.outerRelations).toEqual([])
  })
  it('of a grouping query read its keys', () => {
    const body = select('select (select max(x) from u where u.y = t.b) from t group by b')
    const inner = body.targets[0]!
    if (inner.kind !== 'subquery') throw new Error('another shape')
    expect(inner.query.outerRelations).toEqual([body.groupRelation])
  })
})

describe('grouping', () => {
  it('turns everything above into keys and aggregates', () => {
    const body = select('select b, sum(a) + 1 from t group by b having count(*) > 1')
    expect(body.grouping).toMatchObject({ keys: [{ kind: 'column', column: 1 }], sets: [[0]] })
    expect(body.targets[0]).toMatchObject({ kind: 'group key', index: 0, relation: body.groupRelation })
    expect(body.aggregates.map(one => one.function.name)).toEqual(['sum', 'count'])
  })
  it('computes equal aggregates once', () => {
    expect(select('select sum(a), sum(a) + 1, sum(distinct a) from t').aggregates).toHaveLength(2)
  })
  it('adds columns that follow from the primary key to every set', () => {
    const body = select('select a, b, c from t group by a')
    expect(body.grouping!.keys).toHaveLength(3)
    expect(body.grouping!.sets).toEqual([[0, 1, 2]])
  })
  it('expands ROLLUP, CUBE and GROUPING SETS', () => {
    expect(select('select count(*) from t group by rollup (a, b)').grouping!.sets).toEqual([[0, 1], [0], []])
    expect(select('select count(*) from t group by cube (a, b)').grouping!.sets).toEqual([
      [0, 1],
      [0],
      [1],
      [],
    ])
    expect(select('select count(*) from t group by a, grouping sets (b, (b, c), ())').grouping!.sets).toEqual(
      [[0, 1], [0, 1, 2], [0]],
    )
    expect(
      select('select count(*) from t group by distinct a, grouping sets (a, ())').grouping!.sets,
    ).toEqual([[0]])
  })
  it('without keys is one group', () => {
    expect(select('select count(*) from t').grouping).toEqual({ keys: [], sets: [[]] })
  })
  it('gives an aggregate to the query of its innermost columns', () => {
    const body = select('select (select sum(t.a) from u) from t')
    expect(body.aggregates).toHaveLength(1)
    const inner = body.targets[0]!
    if (inner.kind !== 'subquery') throw new Error('another shape')
    expect((inner.query.body as SelectBody).aggregates).toHaveLength(0)
    expect((inner.query.body as SelectBody).targets[0]).toMatchObject({ kind: 'aggregate', index: 0 })
  })
})

describe('coercions', () => {
  it('are calls of their own', () => {
    expect(target('select a + 1.5 from t')).toMatchObject({
      kind: 'call',
      type: NUMERIC,
      arguments: [
        { kind: 'call', function: { name: 'numeric' }, arguments: [{ kind: 'column' }], type: NUMERIC },
        { kind: 'constant', type: NUMERIC },
      ],
    })
  })
  it('of constants are done while binding', () => {
    expect(target(`select '42'::int4`)).toMatchObject({ kind: 'constant', value: 42, type: INT4 })
    expect(target(`select 'abcdef'::varchar(3)`)).toMatchObject({
      kind: 'constant',
      value: 'abc',
      modifier: 7,
    })
    expect(target(`select date '2020-01-01'`)).toMatchObject({ kind: 'constant', value: 7305 })
  })
  it('of words that mean another time tomorrow are not', () => {
    expect(target(`select date 'today'`)).toMatchObject({ kind: 'call', arguments: [{ value: 'today' }] })
  })
  it('that change nothing are relabels', () => {
    expect(target(`select z = 'x' from u`)).toMatchObject({
      arguments: [{ kind: 'relabel', operand: { kind: 'column' }, type: TEXT }, { kind: 'constant' }],
    })
  })
  it('of arrays go by elements', () => {
    expect(target('select arr::text[] from w')).toMatchObject({
      kind: 'array coercion',
      element: { kind: 'call', arguments: [{ kind: 'case value', type: INT4 }], type: TEXT },
    })
  })
  it('to a domain check it', () => {
    expect(target('select a::posint from t')).toMatchObject({
      kind: 'domain check',
      checks: [
        { name: 'posint_check', expression: { kind: 'call', arguments: [{ kind: 'domain value' }, {}] } },
      ],
    })
    expect(target(`select 'toolong'::word`)).toMatchObject({
      kind: 'domain check',
      operand: { kind: 'constant', value: 'toolo' },
      checks: [{ expression: 'not null' }],
    })
  })
  it('of whole numbers go by their size', () => {
    expect(select('select 2147483647, 2147483648, 9223372036854775808').targets.map(one => one.type)).toEqual(
      [INT4, INT8, NUMERIC],
    )
    expect(target('select 9223372036854775807')).toMatchObject({ value: 9223372036854775807n })
  })
})

describe('joins', () => {
  it('USING give the merged column of the side that always has it', () => {
    expect(target('select a from t left join u using (a)')).toMatchObject({ kind: 'column', column: 0 })
    expect(target('select a from t right join u using (a)')).toMatchObject({ kind: 'column', column: 2 })
    expect(target('select a from t full join u using (a)')).toMatchObject({ kind: 'coalesce' })
  })
})

describe('IN', () => {
  it('is one comparison for constants, and ORs for columns', () => {
    expect(target('select a in (1, 2, 3) from t')).toMatchObject({
      kind: 'in list',
      list: [{ value: 1 }, { value: 2 }, { value: 3 }],
    })
    const mixed = target('select x in (1, a, 2) from u')
    expect(mixed).toMatchObject({ kind: 'logical', operator: 'or', operands: [{ kind: 'in list' }, {}] })
  })
})

describe('windows', () => {
  it('that are equal are one', () => {
    const body = select(
      'select sum(a) over (order by b), count(*) over (order by b), rank() over w from t window w as (order by b)',
    )
    expect(body.windows).toHaveLength(1)
    expect(body.windowCalls.map(call => call.window)).toEqual([0, 0, 0])
  })
  it('by RANGE move keys in a type that does not overflow', () => {
    const body = select('select sum(a) over (order by a range 1 preceding) from t')
    expect(body.windows[0]!.orderBy[0]!.expression.type).toBe(INT8)
  })
})

describe('INSERT', () => {
  const insert = (text: string): BoundInsert => {
    const bound = bind(text)
    if (bound.kind !== 'change' || bound.change.kind !== 'insert') throw new Error('no insert')
    return bound.change
  }
  it('gives every column a value, and generated ones none', () => {
    const bound = insert(`insert into uq (k, e) values (1, 'x')`)
    expect(bound.values.map(one => one.column)).toEqual([0, 1, 2, 4])
    expect(bound.values[3]!.value).toMatchObject({ kind: 'constant', value: 7 })
    expect(bound.values[2]!.value).toMatchObject({ kind: 'constant', value: null, type: INT4 })
  })
  it('puts the default where a row says so', () => {
    const bound = insert('insert into uq (k, q) values (1, default), (2, 3)')
    expect(bound.source!.body).toMatchObject({
      kind: 'values',
      rows: [
        [{ value: 1 }, { value: 7 }],
        [{ value: 2 }, { value: 3 }],
      ],
    })
  })
  it('watches the index that ON CONFLICT means', () => {
    const arbiters = (target: string): readonly number[] =>
      insert(`insert into uq (k) values (1) on conflict ${target} do nothing`).onConflict!.arbiters
    expect(arbiters('(k)')).toEqual([-1])
    expect(arbiters('(e)')).toEqual([1])
    expect(arbiters('(h) where h > 0')).toEqual([2])
    expect(arbiters('(lower(e))')).toEqual([3])
    expect(arbiters('on constraint uq_pkey')).toEqual([-1])
    expect(arbiters('')).toEqual([-1, 1, 2, 3])
  })
  it('takes the next of its sequence for an identity', () => {
    const bound = insert(`insert into idt (val) values ('x')`)
    expect(bound.values[0]!.value).toMatchObject({
      kind: 'call',
      type: INT4,
      arguments: [{ kind: 'call', function: { name: 'nextval' } }],
    })
  })
})

describe('UPDATE', () => {
  const update = (text: string): BoundUpdate => {
    const bound = bind(text)
    if (bound.kind !== 'change' || bound.change.kind !== 'update') throw new Error('no update')
    return bound.change
  }
  it('of several columns by a query evaluates it once', () => {
    const bound = update('update t set (a, b) = (select x, y from u where u.a = t.a)')
    expect(bound.rowSources).toHaveLength(1)
    expect(bound.rowSources[0]!.query.outerRelations).toEqual([bound.target.id])
    expect(bound.set).toMatchObject([
      { column: 0, value: { kind: 'column', relation: bound.rowSources[0]!.relation.id, column: 0 } },
      { column: 1, value: { kind: 'column', column: 1 } },
    ])
  })
  it('of elements starts from the array as it is', () => {
    const bound = update('update w set arr[1] = 5, arr[2] = 6')
    expect(bound.set).toMatchObject([
      {
        value: {
          kind: 'subscript assignment',
          value: { value: 6 },
          operand: { kind: 'subscript assignment', value: { value: 5 }, operand: { kind: 'column' } },
        },
      },
    ])
  })
  it('returns the new row, and the old one by name', () => {
    const bound = update('update t set b = null returning b, old.b, new.b')
    const relations = bound.returning!.targets.map(one => (one.kind === 'column' ? one.relation : -1))
    expect(relations).toEqual([bound.expressions.row.id, bound.target.id, bound.expressions.row.id])
  })
})

describe('common tables', () => {
  it('count how often they are read', () => {
    const bound = query('with c as (select 1 as n) select * from c, c as d')
    expect(bound.commonTables[0]!.referenceCount).toBe(2)
  })
  it('that are recursive know their two terms', () => {
    const bound = query('with recursive r(n) as (select 1 union all select n + 1 from r) select n from r')
    const { definition } = bound.commonTables[0]!
    expect(definition).toMatchObject({ kind: 'recursive', isAll: true })
    if (definition.kind !== 'recursive') throw new Error('another shape')
    expect((definition.recursive.body as SelectBody).from).toMatchObject({
      kind: 'common table',
      isRecursiveReference: true,
    })
  })
})

describe('parameters', () => {
  it('have the types that their surroundings say', () => {
    const types = (text: string): string[] => bind(text).parameters.map(type => type.name)
    expect(types('select * from t where a = $1 and b like $2 limit $3')).toEqual(['int4', 'text', 'int8'])
    expect(types('insert into t (a, c) values ($1, $2)')).toEqual(['int4', 'numeric'])
  })
  it('or that are given', () => {
    const tree = parseStatements('select $1 + 1')[0]!.statement as QueryStatement
    const bound = bindStatement(tree, catalog, registry, { parameterTypes: [INT8] })
    expect(bound.parameters).toEqual([INT8])
  })
})

describe('expressions of a table', () => {
  it('are bound over one row', () => {
    const bound = bindTableExpressions(table('uq'), catalog, registry)
    expect(bound.generated[3]).toMatchObject({ kind: 'call', type: INT4 })
    expect(bound.defaults[4]).toMatchObject({ kind: 'constant', value: 7 })
    expect(bound.indexExpressions[3]![0]).toMatchObject({ kind: 'call', function: { name: 'lower' } })
    expect(bound.indexPredicates[2]).toMatchObject({
      kind: 'call',
      arguments: [{ kind: 'column', relation: bound.row.id, column: 2, at: -1 }, {}],
    })
  })
  it('cannot use what PostgreSQL forbids', () => {
    const scalar = (text: string, clause: 'default' | 'check'): unknown =>
      bindScalar(parseExpression(text), catalog, registry, {
        clause,
        ...(clause === 'check' ? { table: table('t') } : {}),
      })
    expect(() => scalar('a + 1', 'default')).toThrow('cannot use column reference in DEFAULT expression')
    expect(() => scalar('(select 1)', 'default')).toThrow('cannot use subquery in DEFAULT expression')
    expect(() => scalar('sum(a) > 1', 'check')).toThrow(
      'aggregate functions are not allowed in check constraints',
    )
    expect(() => scalar('$1', 'default')).toThrow('there is no parameter $1')
  })
})

describe('ten thousand terms', () => {
  const COUNT = 10_000
  const repeat = (term: string, separator: string): string => new Array(COUNT).fill(term).join(separator)
  const at = -1
  const one: Expression = { kind: 'literal', value: { type: 'integer', value: 1 }, at }
  // Trees of their own: how deep a text may be is the parser's business.
  const selectOf = (e: Expression, isGrouped = false): SelectBody => {
    const tree = parseStatements('select 1 from t')[0]!.statement as SelectQuery
    const bound = bindStatement(
      {
        ...tree,
        items: [{ expression: e, alias: undefined, at }],
        groupBy: isGrouped ? [e] : [],
        orderBy: [{ expression: e, direction: 'asc', nulls: 'default', operator: undefined, at }],
      },
      catalog,
      registry,
    )
    if (bound.kind !== 'query') throw new Error('a change')
    return bound.query.body as SelectBody
  }
  const sumOf = (first: Expression, term: Expression): Expression => {
    let sum = first
    for (let count = 1; count < COUNT; count++)
      sum = { kind: 'operator', name: ['+'], left: sum, right: term, at }
    return sum
  }
  const column: Expression = { kind: 'column', names: ['a'], isStar: false, at }
  const fraction: Expression = { kind: 'literal', value: { type: 'numeric', text: '1.5' }, at }

  it('of a sum are bound without a deep stack', () => {
    expect(selectOf(sumOf(column, one)).targets[0]!.type).toBe(INT4)
    expect(selectOf(sumOf(column, fraction)).targets[0]!.type).toBe(NUMERIC)
  })
  it('can be grouped and ordered by', () => {
    expect(selectOf(sumOf(column, one), true).targets[0]).toMatchObject({ kind: 'group key' })
  })
  it('of OR and IN, too', () => {
    expect(select(`select 1 from t where ${repeat('a = 1', ' or ')}`).where).toMatchObject({ operator: 'or' })
    expect(target(`select a in (${repeat('1', ', ')}) from t`)).toMatchObject({ kind: 'in list' })
  })
  it('nested too deeply are 54001', () => {
    let deep: Expression = one
    for (let depth = 0; depth < 10 * COUNT; depth++) {
      deep = { kind: 'coalesce', operands: [deep], at }
    }
    let state = ''
    try {
      selectOf(deep)
    } catch (error) {
      state = (error as SqlError).sqlstate
    }
    expect(state).toBe('54001')
  })
})
