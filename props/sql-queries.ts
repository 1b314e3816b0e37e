/**
 * Queries made at random over two small tables with many nulls: joins of every kind, subqueries, three-valued logic, groups,
 * windows. Each is right SQL, gives one answer whatever the plan (as a multiset of rows), and mostly some rows.
 */

import { SeededRandom } from './seeded-random.ts'

interface Column {
  readonly text: string
  readonly type: 'int' | 'text' | 'bool' | 'numeric' | 'date'
}

/** So many queries are asked of the same tables. */
export const SEEDS_EACH = 500
export const DROP_TABLES = 'drop table if exists a; drop table if exists c;'

/** Tables, indexes and rows for the query of a seed, the same on both sides. */
export function tablesFor(seed: number): string {
  const source = new SeededRandom(Math.floor(seed / SEEDS_EACH))
  const random = (n: number) => source.below(n)
  const pick = <T>(list: readonly T[]): T => source.pick(list)
  const maybe = (text: () => string) => (random(5) === 0 ? 'null' : text())
  const a = Array.from({ length: 40 }, (_, i) => {
    const values = [
      maybe(() => `${random(8)}`),
      maybe(() => `${random(5) - 2}`),
      maybe(() => `'${pick(['a', 'ab', 'b', 'B', '', 'zz'])}'`),
      maybe(() => `${random(500) / 100}`),
      maybe(() => pick(['true', 'false'])),
    ]
    return `(${i}, ${values.join(', ')})`
  })
  const c = Array.from({ length: 30 }, (_, i) => {
    const values = [
      maybe(() => `${random(45)}`),
      maybe(() => `${random(6)}`),
      maybe(() => `'${pick(['a', 'ab', 'c'])}'`),
      maybe(() => `date '2024-01-01' + ${random(60)}`),
    ]
    return `(${i}, ${values.join(', ')})`
  })
  return `
    create table a (i int primary key, x int, y int, s text, n numeric(8, 2), b bool);
    create table c (i int primary key, a int, x int, s text, d date);
    create index on a (x);
    create index on a (s, y desc);
    create index on c (a);
    create unique index on c (x, i);
    insert into a values ${a.join(', ')};
    insert into c values ${c.join(', ')};`
}

const A: readonly Column[] = [
  { text: 'a.i', type: 'int' },
  { text: 'a.x', type: 'int' },
  { text: 'a.y', type: 'int' },
  { text: 'a.s', type: 'text' },
  { text: 'a.n', type: 'numeric' },
  { text: 'a.b', type: 'bool' },
]
const C: readonly Column[] = [
  { text: 'c.i', type: 'int' },
  { text: 'c.a', type: 'int' },
  { text: 'c.x', type: 'int' },
  { text: 'c.s', type: 'text' },
  { text: 'c.d', type: 'date' },
]
const V: readonly Column[] = [
  { text: 'v.k', type: 'int' },
  { text: 'v.i', type: 'int' },
  { text: 'v.s', type: 'text' },
]
const COMPARISONS = ['=', '<', '>', '<>', '<=', '>=']

/** One query. */
export function queryOf(numbers: SeededRandom): string {
  const random = (n: number) => numbers.below(n)
  const pick = <T>(list: readonly T[]): T => numbers.pick(list)
  const chance = (percent: number) => numbers.chance(percent / 100)
  const option = (percent: number) => numbers.option(percent / 100)
  const one = (makers: readonly (() => string)[]) => pick(makers)()

  function integer(columns: readonly Column[], depth: number): string {
    const own = columns.filter(column => column.type === 'int')
    if (depth <= 0 || chance(40)) return chance(75) ? pick(own).text : `${random(7) - 1}`
    const inner = () => integer(columns, depth - 1)
    return one([
      () => `(${inner()} + ${inner()})`,
      () => `(${inner()} * ${random(3)})`,
      () => `(${inner()} % 3)`,
      () => `coalesce(${inner()}, ${random(4)})`,
      () => `nullif(${inner()}, ${random(3)})`,
      () => `case when ${boolean(columns, depth - 1)} then ${inner()} else ${inner()} end`,
      () => `length(${text(columns, depth - 1)})`,
      () => `(select max(q.x) from c q where q.a = ${inner()})`,
      () => `(select count(*) from a q where q.x < ${inner()})::int`,
    ])
  }

  function text(columns: readonly Column[], depth: number): string {
    const own = columns.filter(column => column.type === 'text')
    if (depth <= 0 || chance(50)) return chance(75) ? pick(own).text : `'${pick(['a', 'ab', 'b', ''])}'`
    const inner = () => text(columns, depth - 1)
    return one([
      () => `(${inner()} || ${inner()})`,
      () => `upper(${inner()})`,
      () => `coalesce(${inner()}, 'q')`,
    ])
  }

  function boolean(columns: readonly Column[], depth: number): string {
    const leaf = () => integer(columns, 0)
    if (depth <= 0) {
      return one([
        () => `${leaf()} ${pick(COMPARISONS)} ${leaf()}`,
        () => `${text(columns, 0)} ${pick(['=', '<', '>='])} ${text(columns, 0)}`,
      ])
    }
    const inner = () => boolean(columns, depth - 1)
    const number = () => integer(columns, depth - 1)
    return one([
      () => `(${inner()} and ${inner()})`,
      () => `(${inner()} or ${inner()})`,
      () => `(not ${inner()})`,
      () => `${number()} is ${pick(['', 'not '])}null`,
      () => `${number()} in (${leaf()}, ${random(5)}, ${option(30) ? 'null' : random(4)})`,
      () =>
        `${number()} ${pick(['', 'not '])}in (select q.x from c q${option(50) ? ` where q.i < ${leaf()}` : ''})`,
      () => `${pick(['', 'not '])}exists (select 1 from a q where q.x = ${leaf()} and q.y < ${leaf()})`,
      () => `${number()} between ${pick(['', 'symmetric '])}${leaf()} and ${leaf()}`,
      () => `${text(columns, depth - 1)} like '${pick(['a%', '%b', '_', 'ab%'])}'`,
      () =>
        `${leaf()} ${pick(['<', '>=', '='])} ${pick(['any', 'all'])} (select q.y from a q where q.i < ${random(20)})`,
      () => `${number()} is ${pick(['', 'not '])}distinct from ${number()}`,
      () => `(${leaf()}, ${leaf()}) ${pick(['=', '<', '>='])} (${leaf()}, ${leaf()})`,
    ])
  }

  function from(): { readonly text: string; readonly columns: readonly Column[]; readonly with?: string } {
    const both = [...A, ...C]
    const on = () => (chance(60) ? 'a.i = c.a' : boolean(both, 1))
    switch (random(10)) {
      case 0:
        return { text: 'a', columns: A }
      case 1:
        return { text: 'c', columns: C }
      case 2:
        return { text: 'a, c', columns: both }
      case 3:
        return { text: `a join c on ${on()}`, columns: both }
      case 4:
        return {
          text: `a left join c on ${on()}${option(40) ? ` and ${boolean(both, 1)}` : ''}`,
          columns: both,
        }
      case 5:
        return { text: `a right join c on ${on()}`, columns: both }
      case 6:
      case 7: {
        // Derived tables whose rows are told apart by i.
        const inner = pick([
          `select x as k, i, s from a where ${boolean(A, 1)} union all select x, i + 1000, s from c`,
          `select x as k, i, s from a union select x, i + 1000, s from c where ${boolean(C, 1)}`,
          `select x as k, i, s from a except select x, i, s from a where ${boolean(A, 1)}`,
          `select distinct x as k, i, s from a where ${boolean(A, 1)}`,
          'select x as k, i, max(s) over (partition by x) as s from a',
          `select coalesce(a.x, c.x) as k, a.i, c.s from a left join c on a.i = c.i`,
          `select x as k, i, s from a where ${boolean(A, 1)} order by i limit 20`,
        ])
        const { text, columns } = pick([
          { text: 'v', columns: V },
          { text: 'v, c', columns: [...V, ...C] },
          { text: `v ${pick(['join', 'left join', 'right join'])} c on v.k = c.x`, columns: [...V, ...C] },
        ])
        const how = pick(['', '', ' materialized', ' not materialized'])
        if (option(40)) return { with: `with v as${how} (${inner}) `, text, columns }
        return { text: text.replace('v', `(${inner}) v`), columns }
      }
      default: {
        const inner = `select x as k, count(*)::int as i, max(s) as s from a where ${boolean(A, 1)} group by x`
        return {
          text: `(${inner}) v ${pick(['join', 'left join', 'full join'])} c on v.k = c.x`,
          columns: [...V, ...C],
        }
      }
    }
  }

  const source = from()
  const { columns } = source
  const where = option(70) ? ` where ${boolean(columns, 2)}` : ''
  const tail = `from ${source.text}${where}`
  const list = (count: number, make: () => string) => Array.from({ length: count }, make)

  function rows(): string {
    const items = list(1 + random(3), () =>
      one([
        () => integer(columns, 2),
        () => text(columns, 1),
        () => boolean(columns, 1),
        () => pick(columns).text,
      ]),
    )
    // By all of its columns, so that LIMIT can take only these rows.
    const order = items.map((_, i) => `${i + 1}${pick(['', ' desc', ' nulls first', ' desc nulls last'])}`)
    const limit = option(40) ? ` limit ${random(10)}${option(40) ? ` offset ${random(5)}` : ''}` : ''
    return `select ${option(20) ? 'distinct ' : ''}${items.join(', ')} ${tail} order by ${order.join(', ')}${limit}`
  }

  function groups(): string {
    const keys = list(random(3), () => one([() => pick(columns).text, () => integer(columns, 1)])).filter(
      key => !/^-?\d+$/.test(key) && !key.includes('select'),
    )
    const aggregates = list(1 + random(2), () =>
      one([
        () => 'count(*)',
        () => `sum(${integer(columns, 1)})`,
        () => `avg(${integer(columns, 1)})`,
        () => `max(${text(columns, 1)})`,
        () => `count(distinct ${integer(columns, 1)})`,
        () => `min(${integer(columns, 0)}) filter (where ${boolean(columns, 1)})`,
        () => `bool_or(${boolean(columns, 1)})`,
        () => `string_agg(distinct ${pick(columns.filter(column => column.type === 'text')).text}, ',')`,
      ]),
    )
    const how = option(20) ? `rollup (${keys.join(', ')})` : keys.join(', ')
    const group = keys.length === 0 ? '' : ` group by ${how}`
    const having = option(30) ? ` having count(*) > ${random(3)}` : ''
    return `select ${[...keys, ...aggregates].join(', ')} ${tail}${group}${having}`
  }

  function windows(): string {
    // Rows are told apart by these, so that the order within a partition is one.
    const ids = columns
      .filter(column => column.text.endsWith('.i') || column.text === 'v.k')
      .map(one => one.text)
    const partition = option(60) ? `partition by ${pick(columns).text} ` : ''
    const frame = option(40) ? ` rows between ${random(3)} preceding and ${random(3)} following` : ''
    const call = one([
      () => 'row_number()',
      () => 'rank()',
      () => 'count(*)',
      () => `sum(${integer(columns, 1)})`,
      () => `lag(${integer(columns, 0)})`,
      () => `first_value(${text(columns, 0)})`,
    ])
    return `select ${ids.join(', ')}, ${call} over (${partition}order by ${ids.join(', ')}${frame}) ${tail}`
  }

  return (source.with ?? '') + pick([rows, rows, groups, groups, windows])()
}
