import { describe, expect, test } from 'vitest'
import { parseExpression, parseStatements } from '../../../src/sql/syntax/parser.ts'
import type { Statement } from '../../../src/sql/syntax/tree.ts'

function statementOf(text: string): Statement {
  const [parsed, ...more] = parseStatements(text)
  expect(more).toEqual([])
  return parsed!.statement
}

const column = (name: string) => ({ kind: 'column', names: [name], isStar: false })
const integer = (value: number) => ({ kind: 'literal', value: { type: 'integer', value } })
const string = (text: string) => ({ kind: 'literal', value: { type: 'string', text } })
const numeric = (text: string) => ({ kind: 'literal', value: { type: 'numeric', text } })

/** A text, and what of its tree matters. */
type Case = readonly [text: string, tree: object]

describe('expressions', () => {
  test.each<Case>([
    ['1', integer(1)],
    ['-1', integer(-1)],
    ['0', integer(0)],
    ['2147483648', numeric('2147483648')],
    ['-2147483649', numeric('-2147483649')],
    ['0xFFFF_FFFF_F', numeric('68719476735')],
    ['0b11', integer(3)],
    ['1_000.5e-3', numeric('1000.5e-3')],
    ["''", string('')],
    ["E'a\\tb\\u00e9'", string('a\tbé')],
    ["U&'d\\0061t\\+01F600'", string('dat😀')],
    ["$$it's$$", string("it's")],
    ["b'01'", { kind: 'literal', value: { type: 'bits', text: 'b01' } }],
    ['false', { value: { type: 'boolean', value: false } }],
    ['null', { value: { type: 'null' } }],
    ['$12', { kind: 'parameter', number: 12 }],
    ['s.T.*', { kind: 'column', names: ['s', 't'], isStar: true }],
    ['s.T."C"', { kind: 'column', names: ['s', 't', 'C'], isStar: false }],
    ['- a', { kind: 'operator', name: ['-'], left: undefined, right: column('a') }],
    ['a operator(s.+) b', { name: ['s', '+'], left: column('a'), right: column('b') }],
    ['a or b or c', { kind: 'logical', operator: 'or', operands: ['a', 'b', 'c'].map(column) }],
    ['not a', { kind: 'logical', operator: 'not', operands: [column('a')] }],
    ['a is not null', { kind: 'null test', isNegated: true }],
    ['a is not unknown', { kind: 'boolean test', test: 'unknown', isNegated: true }],
    ['a is not distinct from b', { kind: 'distinct test', isNegated: true, left: column('a') }],
    ['nullif(a, b)', { kind: 'nullif', left: column('a'), right: column('b') }],
    ['a not in (1, 2)', { kind: 'in', isNegated: true, list: [integer(1), integer(2)] }],
    ['a <> all (b)', { kind: 'quantified', operator: ['<>'], quantifier: 'all', array: column('b') }],
    [
      'a not between symmetric 1 and 2',
      { kind: 'between', isNegated: true, isSymmetric: true, low: integer(1), high: integer(2) },
    ],
    [
      "a not ilike 'x' escape '!'",
      { kind: 'like', variant: 'ilike', isNegated: true, pattern: string('x'), escape: string('!') },
    ],
    ["a similar to 'x'", { variant: 'similar', isNegated: false, pattern: string('x'), escape: undefined }],
    [
      "a like pg_catalog.like_escape('x', '!')",
      { variant: 'like', pattern: { kind: 'function' }, escape: undefined },
    ],
    ["a at time zone 'UTC'", { kind: 'at time zone', operand: column('a'), zone: string('UTC') }],
    ['a at local', { kind: 'at time zone', operand: column('a'), zone: undefined }],
    ['count(*)', { kind: 'function', name: ['count'], isStar: true, arguments: [] }],
    ['f(a => 1)', { arguments: [{ name: 'a', value: integer(1) }] }],
    ['extract(year from a)', { name: ['pg_catalog', 'extract'], arguments: [{ value: string('year') }, {}] }],
    ['current_time(0)', { kind: 'value function', function: 'current_time', precision: 0 }],
    ['current_time', { function: 'current_time', precision: undefined }],
    ["'1'::numeric(10, 2)[]", { kind: 'cast', type: { name: ['pg_catalog', 'numeric'], dimensions: 1 } }],
    ['(a, b)', { kind: 'row', fields: [column('a'), column('b')] }],
    ['row()', { kind: 'row', fields: [] }],
    ['array[]', { kind: 'array', elements: [] }],
    ['a in (select 1)', { kind: 'subquery', variant: 'any', operand: column('a'), operator: ['='] }],
    ['a < all (select 1)', { variant: 'all', operator: ['<'] }],
    ['a not in (select 1)', { kind: 'logical', operator: 'not', operands: [{ variant: 'any' }] }],
    ['exists (select)', { variant: 'exists', operand: undefined, operator: undefined }],
    [
      '(a).b[1][2:].*',
      {
        kind: 'field',
        isStar: true,
        operand: {
          kind: 'subscript',
          operand: { kind: 'field', field: 'b', operand: column('a') },
          subscripts: [
            { isSlice: false, lower: undefined, upper: integer(1) },
            { isSlice: true, lower: integer(2), upper: undefined },
          ],
        },
      },
    ],
    ['a is not json object', { operator: 'not', operands: [{ kind: 'json test', type: 'object' }] }],
  ])('%s', (text, tree) => {
    expect(parseExpression(text)).toMatchObject(tree)
  })

  test('frames of windows', () => {
    const over = (frame: string) => ({ frame: `sum(a) over (order by b ${frame})` })
    const frameOf = (frame: string): unknown => {
      const call = parseExpression(over(frame).frame)
      if (call.kind !== 'function' || call.over === undefined || !('definition' in call.over))
        throw new Error()
      return call.over.definition.frame
    }
    expect(frameOf('')).toBeUndefined()
    expect(frameOf('rows 1 preceding')).toMatchObject({
      mode: 'rows',
      start: { kind: 'preceding', offset: integer(1) },
      end: { kind: 'current row' },
      exclude: 'no others',
    })
    expect(frameOf('range between unbounded preceding and unbounded following exclude group')).toMatchObject({
      mode: 'range',
      start: { kind: 'unbounded preceding' },
      end: { kind: 'unbounded following' },
      exclude: 'group',
    })
    expect(frameOf('groups between 1 following and 2 following exclude ties')).toMatchObject({
      mode: 'groups',
      start: { kind: 'following', offset: integer(1) },
      end: { kind: 'following', offset: integer(2) },
      exclude: 'ties',
    })
    expect(frameOf('rows between current row and 1 following exclude current row')).toMatchObject({
      start: { kind: 'current row' },
      exclude: 'current row',
    })
    expect(parseExpression('sum(a) over w')).toMatchObject({ over: { name: 'w' } })
    expect(parseExpression('sum(a) over (w)')).toMatchObject({ over: { definition: { base: 'w' } } })
  })
})

describe('queries', () => {
  test.each<Case>([
    ['select distinct a', { distinct: 'distinct' }],
    ['select distinct on (a) b', { distinct: [column('a')] }],
    ['select a group by (a, b), row(c), ()', { groupBy: [column('a'), column('b'), { kind: 'row' }, {}] }],
    [
      'select a group by grouping sets ((a, (b, c)), d, ())',
      {
        groupBy: [
          {
            kind: 'grouping sets',
            items: [
              { kind: 'composite', items: ['a', 'b', 'c'].map(column) },
              column('d'),
              { kind: 'empty grouping set' },
            ],
          },
        ],
      },
    ],
    [
      'select 1 union all select 2 except select 3',
      {
        operation: 'except',
        isAll: false,
        left: { operation: 'union', isAll: true },
        right: { kind: 'select' },
      },
    ],
    ['select 1 limit all', { limit: { value: { type: 'null' } }, isWithTies: false }],
    ['select 1 order by a fetch first 2 rows with ties', { limit: integer(2), isWithTies: true }],
    [
      'select from a cross join b natural left join c join d using (e) as f',
      {
        from: [
          {
            type: 'inner',
            using: ['e'],
            usingAlias: 'f',
            left: { type: 'left', isNatural: true, left: { type: 'cross' } },
          },
        ],
      },
    ],
    [
      'select from f(1) with ordinality as t (a, n)',
      { from: [{ kind: 'functions', withOrdinality: true, alias: { name: 't', columns: ['a', 'n'] } }] },
    ],
    [
      'select from rows from (f() as (a int), g()) as t',
      { from: [{ isRowsFrom: true, functions: [{ columns: [{ name: 'a' }] }, { columns: [] }] }] },
    ],
    ['select 1 from a for no key update of a skip locked', { locking: [{ tables: ['a'], wait: 'skip' }] }],
    [
      'values (1, 2), (3, 4)',
      {
        kind: 'values',
        rows: [
          [integer(1), integer(2)],
          [{}, {}],
        ],
      },
    ],
    ['with recursive a (x) as materialized (select 1) select 1', { with: { isRecursive: true } }],
    ['select 1 into temp t', { kind: 'create table as', name: ['t'], isTemporary: true, withData: true }],
  ])('%s', (text, tree) => {
    expect(statementOf(text)).toMatchObject(tree)
  })
})

test('databases that names begin with stand beside the statement', () => {
  const [first, second] = parseStatements('select d.S.t.c, d.s."T".* from e.s.t; select 1')
  expect([...(first!.databases ?? [])].sort((a, b) => a.at - b.at)).toEqual([
    { name: 'd', full: 'd.s.t.c', at: 7 },
    { name: 'd', full: 'd.s.T.*', at: 16 },
    { name: 'e', full: '"e.s.t"', at: 31 },
  ])
  expect(second).not.toHaveProperty('databases')
})

describe('changes', () => {
  test.each<Case>([
    ['insert into t default values', { kind: 'insert', source: undefined }],
    ['insert into t values (default)', { source: { rows: [[{ kind: 'default' }]] } }],
    [
      'insert into t select 1 on conflict on constraint c do nothing',
      { onConflict: { target: { name: 'c' } } },
    ],
    [
      'update t set (a, b) = (1, default), c[1].d = 2',
      {
        set: [
          { columns: [{ name: 'a' }, { name: 'b' }], value: { kind: 'row' } },
          {
            columns: [
              {
                name: 'c',
                path: [
                  { kind: 'element', subscripts: [{ upper: integer(1) }] },
                  { kind: 'field', name: 'd' },
                ],
              },
            ],
            value: integer(2),
          },
        ],
      },
    ],
    ['update t set (a) = row(1)', { set: [{ columns: [{ name: 'a' }], value: integer(1) }] }],
    ['delete from t as u using v returning *', { target: { alias: 'u' }, returning: { items: [{}] } }],
    [
      'merge into t using u on a when not matched by source then delete when not matched then insert default values',
      {
        clauses: [
          { when: 'not matched by source', action: { kind: 'delete' } },
          { when: 'not matched by target', action: { kind: 'insert', values: undefined } },
        ],
      },
    ],
  ])('%s', (text, tree) => {
    expect(statementOf(text)).toMatchObject(tree)
  })

  test('several columns are set by a row or a subquery', () => {
    expect(() => parseStatements('update t set (a) = 1')).toThrow('must be a sub-SELECT or ROW() expression')
  })
})

describe('definitions', () => {
  test.each<Case>([
    [
      'create table t (a int unique deferrable initially deferred references u not deferrable check (a > 0) not enforced)',
      {
        columns: [
          {
            constraints: [
              { kind: 'unique', isDeferrable: true, isInitiallyDeferred: true },
              { kind: 'foreign key', isDeferrable: false, isInitiallyDeferred: false },
              { kind: 'check', isEnforced: false, isNotValid: false },
            ],
          },
        ],
      },
    ],
    [
      'create table t (unique (a) initially deferred, foreign key (a) references u not enforced, check (a) not valid)',
      {
        constraints: [
          { isDeferrable: true, isInitiallyDeferred: true },
          { isEnforced: false, isNotValid: false },
          { isEnforced: true, isNotValid: true },
        ],
      },
    ],
    [
      'create table t (a int, like u including identity including storage, b int)',
      { likes: [{ columnsBefore: 1, table: ['u'], including: ['identity', 'storage'] }] },
    ],
    [
      'create table t (a int references u on delete set null (b) on update cascade)',
      { columns: [{ constraints: [{ onDelete: 'set null', onDeleteColumns: ['b'], onUpdate: 'cascade' }] }] },
    ],
    [
      'create sequence s increment -3 maxvalue 9223372036854775807 no minvalue cycle owned by none',
      {
        options: [
          { kind: 'increment', value: -3n },
          { kind: 'maxvalue', value: 9223372036854775807n },
          { kind: 'minvalue', value: undefined },
          { kind: 'cycle', value: true },
          { kind: 'owned by', column: undefined },
        ],
      },
    ],
    [
      'alter table t alter a set generated always restart 5',
      { actions: [{ kind: 'set identity', always: true, options: [{ kind: 'restart', value: 5n }] }] },
    ],
    ['alter table t alter a drop default', { actions: [{ kind: 'set default', expression: undefined }] }],
    [
      'alter table t rename constraint a to b',
      { object: 'constraint', name: ['t'], part: 'a', newName: 'b' },
    ],
    ['alter schema a rename to b', { object: 'schema', name: ['a'], part: undefined, newName: 'b' }],
    ['comment on column s.t.a is null', { name: ['s', 't'], part: 'a', text: undefined }],
    ["alter type e add value 'x' before 'y'", { action: { label: 'x', neighbour: 'y', isAfter: false } }],
    ['drop type a, s.b', { object: 'type', names: [['a'], ['s', 'b']] }],
    [
      'create index on t (a, lower(b))',
      { name: undefined, elements: [{ column: 'a' }, { column: undefined }] },
    ],
  ])('%s', (text, tree) => {
    expect(statementOf(text)).toMatchObject(tree)
  })
})

describe('transactions and settings', () => {
  test.each<Case>([
    [
      'begin isolation level repeatable read, read only, not deferrable',
      { modes: { isolation: 'repeatable read', isReadOnly: true, isDeferrable: false } },
    ],
    ['start transaction', { action: 'begin', modes: { isolation: undefined, isReadOnly: undefined } }],
    ['set a.b to 1, x, -2.5', { name: 'a.b', values: ['1', 'x', '-2.5'], isLocal: false }],
    ['reset a', { kind: 'set', values: undefined }],
    ["set local time zone 'UTC'", { name: 'timezone', values: ['UTC'], isLocal: true }],
    [
      'explain (analyze, costs off) select 1',
      { options: [{ value: 'true' }, { name: 'costs', value: 'off' }] },
    ],
    [
      'vacuum full t (a)',
      { isVacuum: true, tables: [{ name: ['t'], columns: ['a'] }], options: [{ name: 'full' }] },
    ],
    ['deallocate all', { name: undefined }],
  ])('%s', (text, tree) => {
    expect(statementOf(text)).toMatchObject(tree)
  })

  test('the text of a prepared statement is what follows AS', () => {
    const script = 'prepare "as" (numeric(3, 1)) -- as\n as/* as */ select $1 as "x" ; select 2'
    const [prepared] = parseStatements(script)
    expect(prepared!.statement).toMatchObject({ kind: 'prepare', name: 'as', text: 'select $1 as "x" ' })
    expect(prepared!.parameterCount).toBe(1)
  })

  test('parameters are counted a statement', () => {
    expect(parseStatements('select $3; select 1; select $1').map(part => part.parameterCount)).toEqual([
      3, 0, 1,
    ])
  })
})
