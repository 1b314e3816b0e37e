/**
 * Queries of many shapes, made at random over the tables of sql-queries.ts: what a query is made of stands where another could:
 * derived tables and LATERAL ones, JOIN USING, common tables (recursive, and of changes), windows over groups, grouping sets,
 * DISTINCT ON, set operations, correlated subqueries in every clause. Each is right SQL and has one answer whatever the plan (as
 * a multiset of rows).
 */

import type { SeededRandom } from '../seeded-random.ts'

type Type = 'int' | 'text' | 'bool' | 'numeric' | 'date'

interface Column {
  readonly text: string
  readonly type: Type
}
interface Source {
  readonly text: string
  readonly columns: readonly Column[]
}
/** A query whose columns are called c0, c1 … */
interface Query {
  readonly text: string
  readonly types: readonly Type[]
}

const TABLES: Readonly<Record<'a' | 'c', readonly (readonly [string, Type])[]>> = {
  a: [
    ['i', 'int'],
    ['x', 'int'],
    ['y', 'int'],
    ['s', 'text'],
    ['n', 'numeric'],
    ['b', 'bool'],
  ],
  c: [
    ['i', 'int'],
    ['a', 'int'],
    ['x', 'int'],
    ['s', 'text'],
    ['d', 'date'],
  ],
}
const TYPES: readonly Type[] = ['int', 'int', 'int', 'text', 'bool', 'numeric', 'date']
const CONSTANTS: Readonly<Record<Type, readonly string[]>> = {
  int: ['0', '1', '2', '3', '7', '-1', 'null::int'],
  text: ["'a'", "'ab'", "''", "'zz'", 'null::text'],
  bool: ['true', 'false', 'null::bool'],
  numeric: ['0.5', '2.25', '3.00', 'null::numeric'],
  date: ["date '2024-01-10'", "date '2024-02-01'", 'null::date'],
}
const COMPARISONS = ['=', '=', '<', '>', '<>', '<=', '>=']

/** One query, which may change the tables: it is asked in a transaction that is rolled back. */
export function shapedQueryOf(source: SeededRandom): string {
  return new Shapes(source).statement()
}

class Shapes {
  private readonly source: SeededRandom
  private names = 0
  private hasChange = false
  /** Common tables in sight. */
  private common: Query[] = []

  constructor(source: SeededRandom) {
    this.source = source
  }

  private random(n: number): number {
    return this.source.below(n)
  }
  private pick<T>(list: readonly T[]): T {
    return this.source.pick(list)
  }
  private option(percent: number): boolean {
    return this.source.option(percent / 100)
  }
  private one<T>(makers: readonly (() => T)[]): T {
    return this.pick(makers)()
  }
  private list<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make)
  }
  private name(prefix: string): string {
    return `${prefix}${this.names++}`
  }

  statement(): string {
    const tables: string[] = []
    for (let count = this.random(3); count > 0; count--) tables.push(this.commonTable(count))
    const query = this.query(2, [])
    return tables.length === 0 ? query.text : `with recursive ${tables.join(', ')} ${query.text}`
  }

  private commonTable(number: number): string {
    const name = `w${number}`
    const { text, types } = this.one<Query>([
      () => this.query(1, []),
      () => this.query(1, []),
      () => this.recursive(name),
      // Which of two changes of a row comes first is not said.
      () => (this.hasChange ? this.query(1, []) : this.change()),
    ])
    this.common = [...this.common, { text: name, types }]
    const isChange = !/^[(]?(select|values)/.test(text)
    const how = isChange ? '' : this.pick(['', '', ' materialized', ' not materialized'])
    return `${name}(${types.map((_, i) => `c${i}`).join(', ')}) as${how} (${text})`
  }

  private recursive(name: string): Query {
    const step = this.pick([
      `select c.i, r.c1 + 1, c.s from ${name} r join c on c.a = r.c0 where r.c1 < 4`,
      `select a.i, r.c1 + 1, r.c2 from ${name} r, a where a.x = r.c0 % 8 and a.i < 12 and r.c1 < 3`,
      `select r.c0 + 1, r.c1, r.c2 || 'q' from ${name} r where r.c0 < 6`,
      `select c.i, max(r.c1) + 1, max(c.s) from ${name} r left join lateral (select * from c where c.x = r.c0 % 6) c on true where r.c1 < 3 and false group by c.i`,
    ])
    const all = step.includes('group by') ? ' all' : this.pick(['', ' all'])
    // A step that groups reads all that the recursion has at once, which PostgreSQL refuses.
    const taken = step.includes('group by') ? `select c0, c1 + 1, c2 from ${name} where c1 < 2` : step
    const start = `select i, 0, s from ${this.pick(['a', 'c'])} where i < ${1 + this.random(8)}`
    return { text: `${start} union${all} ${taken}`, types: ['int', 'int', 'text'] }
  }

  private change(): Query {
    this.hasChange = true
    const key = this.random(40)
    const text = this.pick([
      `delete from a where i < ${key} returning i, x, s`,
      `update a set x = a.x + 1, s = upper(a.s) where i > ${key} returning a.i, new.x, old.s`,
      `insert into c (i, a, x, s) select i + 100, x, y, s from a where i < ${key} returning c.i, c.a, c.s`,
      `update c set x = a.x from a where a.i = c.a and a.y > 0 returning c.i, c.x, a.s`,
      `delete from c using a where a.i = c.a and a.i < ${key} returning c.i, a.x, c.s`,
      `insert into a (i, x, s) values (${key}, 1, 'new'), (77, 2, 'more') on conflict (i) do update set x = a.x + excluded.x returning i, x, old.s`,
      `merge into a t using c on t.i = c.i when matched and c.x > 2 then delete when matched then update set x = c.x when not matched then do nothing returning t.i, new.x, c.s`,
    ])
    return { text, types: ['int', 'int', 'text'] }
  }

  // ---------------------------------------------------------------------------------------------- queries

  /** @param outer columns in sight from outside */
  query(depth: number, outer: readonly Column[], types?: readonly Type[]): Query {
    const wanted = types ?? this.list(1 + this.random(3), () => this.pick(TYPES))
    if (depth > 0 && this.option(18)) return this.setOperation(depth, outer, wanted)
    return this.one([
      () => this.rows(depth, outer, wanted),
      () => this.rows(depth, outer, wanted),
      () => this.groups(depth, outer, wanted),
      () => this.windows(depth, outer, wanted),
      () => this.firstOf(depth, outer, wanted),
    ])
  }

  private setOperation(depth: number, outer: readonly Column[], types: readonly Type[]): Query {
    const parts = this.list(2 + this.random(2), () => `(${this.query(depth - 1, outer, types).text})`)
    const kinds = ['union', 'union all', 'intersect', 'intersect all', 'except', 'except all']
    const text = parts.reduce((before, part) => `${before} ${this.pick(kinds)} ${part}`)
    return { text: this.ordered(text, types.length), types }
  }

  /** With LIMIT now and then, by an order that leaves no choice. */
  private ordered(text: string, count: number): string {
    if (!this.option(30)) return text
    const order = this.list(count, () => this.pick(['', ' desc', ' nulls first', ' desc nulls last']))
    const by = order.map((how, i) => `${i + 1}${how}`).join(', ')
    const limit = this.pick([
      `limit ${this.random(9)}`,
      `offset ${this.random(4)}`,
      `limit ${this.random(9)} offset ${this.random(3)}`,
      `fetch first ${1 + this.random(5)} rows with ties`,
    ])
    return `${text} order by ${by} ${limit}`
  }

  private items(texts: readonly string[]): string {
    return texts.map((text, i) => `${text} as c${i}`).join(', ')
  }

  private where(columns: readonly Column[], depth: number): string {
    return this.option(65) ? ` where ${this.value('bool', columns, depth)}` : ''
  }

  private rows(depth: number, outer: readonly Column[], types: readonly Type[]): Query {
    const from = this.from(depth, outer)
    const columns = [...from.columns, ...outer]
    const items = types.map(type => this.value(type, columns, depth))
    const distinct = this.option(15) ? 'distinct ' : ''
    const text = `select ${distinct}${this.items(items)} from ${from.text}${this.where(columns, depth)}`
    return { text: this.ordered(text, types.length), types }
  }

  /** DISTINCT ON, by an order that leaves no choice. */
  private firstOf(depth: number, outer: readonly Column[], types: readonly Type[]): Query {
    const from = this.from(depth, outer)
    const columns = [...from.columns, ...outer]
    const items = types.map(type => this.value(type, columns, depth - 1))
    const key = this.pick(from.columns).text
    const order = from.columns.map(({ text }) => `${text}${this.pick(['', ' desc', ' nulls first'])}`)
    const text = `select distinct on (${key}) ${this.items(items)} from ${from.text}${this.where(columns, depth)} order by ${key}, ${order.join(', ')}`
    return { text, types }
  }

  private aggregate(type: Type, columns: readonly Column[], depth: number): string {
    const value = (of: Type) => this.value(of, columns, depth)
    const filter = this.option(25) ? ` filter (where ${value('bool')})` : ''
    switch (type) {
      case 'int':
        return this.one([
          () => `count(*)${filter}::int`,
          () => `count(distinct ${value(this.pick(TYPES))})${filter}::int`,
          () => `sum(${value('int')})${filter}::int`,
          () => `max(${value('int')})${filter}`,
          () => `(array_agg(${this.columnOf('int', columns)} order by ${this.allOf(columns)})${filter})[1]`,
        ])
      case 'text':
        return this.one([
          () => `min(${value('text')})${filter}`,
          () => `string_agg(${value('text')}, ',' order by ${this.allOf(columns)})${filter}`,
          () => `string_agg(distinct ${this.columnOf('text', columns)}, '/')${filter}`,
        ])
      case 'bool':
        return `${this.pick(['bool_or', 'bool_and', 'every'])}(${value('bool')})${filter}`
      case 'numeric':
        return this.one([
          () => `sum(${value('numeric')})${filter}`,
          () => `round(avg(${value('int')})${filter}, 4)`,
          () => `max(${value('numeric')})${filter}`,
        ])
      case 'date':
        return `${this.pick(['min', 'max'])}(${value('date')})${filter}`
    }
  }

  /** Of what an aggregate is made: one that reads columns from outside alone belongs to the query there, or to none. */
  private aggregated(from: Source, outer: readonly Column[]): readonly Column[] {
    return this.option(10) ? [...from.columns, ...outer] : from.columns
  }

  private groups(depth: number, outer: readonly Column[], types: readonly Type[]): Query {
    const from = this.from(depth, outer)
    const inside = [...from.columns, ...outer]
    const keys = [...new Set(this.list(this.random(4), () => this.pick(from.columns)))]
    const texts = keys.map(key => key.text)
    const groups = [...keys, ...outer]
    const aggregated = this.aggregated(from, outer)
    const item = (type: Type): string => {
      const aggregate = () => this.aggregate(type, aggregated, depth - 1)
      return this.one([
        aggregate,
        aggregate,
        () => (keys.length === 0 ? aggregate() : this.value(type, groups, depth - 1)),
        () => this.combined(type, aggregate(), this.value(type, groups, 0)),
        () => this.windowed(type, keys, () => this.aggregate('int', aggregated, 0)),
        () => (type === 'int' && keys.length > 0 ? `grouping(${texts.join(', ')})` : aggregate()),
      ])
    }
    const items = types.map(item)
    const by =
      keys.length === 0
        ? this.pick(['', '', ' group by ()'])
        : ` group by ${this.pick([
            texts.join(', '),
            texts.join(', '),
            `rollup (${texts.join(', ')})`,
            `cube (${texts.join(', ')})`,
            `grouping sets ((${texts.join(', ')}), (${texts[0]}), ())`,
            `distinct ${texts[0]}, rollup (${texts.join(', ')})`,
          ])}`
    const having = this.option(30)
      ? ` having ${this.one([
          () => `count(*) > ${this.random(3)}`,
          () => `${this.aggregate('int', aggregated, 0)} > ${this.value('int', groups, depth - 1)}`,
          () => `exists (${this.query(0, [...groups]).text})`,
        ])}`
      : ''
    const text = `select ${this.items(items)} from ${from.text}${this.where(inside, depth)}${by}${having}`
    return { text: this.ordered(text, types.length), types }
  }

  private windows(depth: number, outer: readonly Column[], types: readonly Type[]): Query {
    const from = this.from(depth, outer)
    const columns = [...from.columns, ...outer]
    const items = types.map(type =>
      this.option(70)
        ? this.windowed(
            type,
            from.columns,
            () => this.value('int', columns, 0),
            () => this.value(type, columns, depth - 1),
          )
        : this.value(type, columns, depth),
    )
    const text = `select ${this.items(items)} from ${from.text}${this.where(columns, depth)}`
    return { text: this.ordered(text, types.length), types }
  }

  /** A window function, whose order leaves no choice but between rows that are the same. */
  private windowed(type: Type, columns: readonly Column[], number: () => string, own?: () => string): string {
    const order = columns.length === 0 ? '' : `order by ${this.allOf(columns)}`
    const partition = columns.length > 0 && this.option(50) ? `partition by ${this.pick(columns).text} ` : ''
    const isOrdered = order !== '' && (own !== undefined || this.option(60))
    const frame =
      isOrdered && this.option(50)
        ? ` ${this.pick(['rows', 'groups'])} between ${this.pick(['unbounded preceding', '1 preceding', 'current row'])} and ${this.pick(['current row', '2 following', 'unbounded following'])}${this.pick(['', '', ' exclude current row', ' exclude group', ' exclude ties'])}`
        : ''
    const over = `over (${partition}${isOrdered ? order : ''}${frame})`
    const none = () => `${this.pick(CONSTANTS[type])}`
    switch (type) {
      case 'int':
        return this.one([
          () => `sum(${number()}) ${over}::int`,
          () => `count(*) ${over}::int`,
          () => (isOrdered ? `rank() ${over}::int` : `max(${number()}) ${over}`),
          () => `max(${number()}) ${over}`,
          () => (isOrdered && own ? `lag(${own()}, ${this.random(3)}) ${over}` : `min(${number()}) ${over}`),
        ])
      case 'numeric':
        return `round(avg(${number()}) ${over}, 3)`
      case 'bool':
        return `bool_or(${number()} > 1) ${over}`
      default:
        return own ? `${this.pick(['max', 'min'])}(${own()}) ${over}` : none()
    }
  }

  private allOf(columns: readonly Column[]): string {
    return columns.map(({ text }) => text).join(', ')
  }

  // ---------------------------------------------------------------------------------------------- FROM

  private from(depth: number, outer: readonly Column[]): Source {
    let left = this.item(depth, outer)
    for (let more = this.pick([0, 1, 1, 2]); more > 0; more--) left = this.joined(left, depth, outer)
    return left
  }

  private joined(left: Source, depth: number, outer: readonly Column[]): Source {
    if (depth > 0 && this.option(35)) {
      const name = this.name('l')
      const query = this.query(depth - 1, [...left.columns, ...outer])
      const columns = [...left.columns, ...this.named(name, query.types)]
      const lateral = `lateral (${query.text}) ${name}(${this.columnNames(query.types)})`
      const text = this.one([
        () => `${left.text} cross join ${lateral}`,
        () => `${left.text} left join ${lateral} on true`,
        () => `${left.text} left join ${lateral} on ${this.value('bool', columns, 0)}`,
        () => `${left.text} join ${lateral} on ${this.value('bool', [...columns, ...outer], 0)}`,
      ])
      return { text, columns }
    }
    const right = this.item(depth, [])
    const columns = [...left.columns, ...right.columns]
    const equality = `${this.columnOf('int', left.columns)} = ${this.columnOf('int', right.columns)}`
    const kind = this.pick(['join', 'join', 'left join', 'left join', 'right join', 'full join'])
    const besides =
      kind !== 'full join' && this.option(30) ? ` and ${this.value('bool', columns, depth - 1)}` : ''
    return { text: `${left.text} ${kind} ${right.text} on ${equality}${besides}`, columns }
  }

  private item(depth: number, outer: readonly Column[]): Source {
    const table = () => {
      const which = this.pick(['a', 'c'] as const)
      const name = this.name(which)
      return {
        text: `${which} ${name}`,
        columns: TABLES[which].map(([column, type]) => ({ text: `${name}.${column}`, type })),
      }
    }
    return this.one<Source>([
      table,
      table,
      table,
      () => this.using(),
      () => {
        if (this.common.length === 0) return table()
        const name = this.name('w_')
        const { text, types } = this.pick(this.common)
        return { text: `${text} ${name}`, columns: this.named(name, types) }
      },
      () => {
        if (depth <= 0) return table()
        const name = this.name('q')
        const { text, types } = this.query(depth - 1, [])
        return { text: `(${text}) ${name}(${this.columnNames(types)})`, columns: this.named(name, types) }
      },
      () => {
        const name = this.name('v')
        const rows = this.list(
          1 + this.random(3),
          () => `(${this.pick(CONSTANTS.int)}, ${this.pick(CONSTANTS.text)})`,
        )
        return {
          text: `(values ${rows.join(', ')}) ${name}(c0, c1)`,
          columns: this.named(name, ['int', 'text']),
        }
      },
      () => {
        const name = this.name('g')
        const end = outer.some(({ type }) => type === 'int') ? `${this.columnOf('int', outer)} % 5` : '3'
        return { text: `generate_series(0, ${end}) ${name}(c0)`, columns: this.named(name, ['int']) }
      },
    ])
  }

  /** A join of both tables by columns of one name, which it has once. */
  private using(): Source {
    const name = this.name('u')
    const [left, right] = this.pick([
      ['a', 'c'],
      ['c', 'a'],
      ['a', 'a'],
    ] as const)
    const by = this.pick([['i'], ['x'], ['i', 'x'], ['s', 'x']])
    const kind = this.pick(['join', 'left join', 'right join', 'full join', 'full join'])
    const types = new Map<string, Type>([...TABLES[left], ...TABLES[right]])
    const twice = new Set(
      TABLES[left].map(([column]) => column).filter(one => TABLES[right].some(([other]) => other === one)),
    )
    const shown = [...types].filter(([column]) => by.includes(column) || !twice.has(column))
    return {
      text: `(${left} ${this.name('p')} ${kind} ${right} ${this.name('p')} using (${by.join(', ')})) ${name}`,
      columns: shown.map(([column, type]) => ({ text: `${name}.${column}`, type })),
    }
  }

  private named(name: string, types: readonly Type[]): Column[] {
    return types.map((type, i) => ({ text: `${name}.c${i}`, type }))
  }
  private columnNames(types: readonly Type[]): string {
    return types.map((_, i) => `c${i}`).join(', ')
  }

  // ---------------------------------------------------------------------------------------------- values

  private columnOf(type: Type, columns: readonly Column[]): string {
    const own = columns.filter(column => column.type === type)
    return own.length === 0 ? this.pick(CONSTANTS[type]) : this.pick(own).text
  }

  private combined(type: Type, left: string, right: string): string {
    switch (type) {
      case 'int':
        return `(${left} + ${right})`
      case 'text':
        return `(${left} || ${right})`
      case 'bool':
        return `(${left} or ${right})`
      default:
        return `coalesce(${left}, ${right})`
    }
  }

  /** One value of a query: it gives one row, or none. */
  private scalar(type: Type, columns: readonly Column[], depth: number): string {
    const from = this.from(0, columns)
    const inside = [...from.columns, ...columns]
    const where = ` where ${this.value('bool', inside, depth)}`
    return this.one([
      () => `(select ${this.aggregate(type, from.columns, 0)} from ${from.text}${where})`,
      () => `(select ${this.aggregate(type, this.aggregated(from, columns), 0)} from ${from.text}${where})`,
      () => `(select ${this.columnOf(type, from.columns)} from ${from.text}${where} order by 1 limit 1)`,
      () =>
        `(select max(q.c0) from (${this.query(depth, columns, [type === 'bool' ? 'int' : type]).text}) q)${type === 'bool' ? ' > 1' : ''}`,
    ])
  }

  private value(type: Type, columns: readonly Column[], depth: number): string {
    if (type === 'bool') return this.condition(columns, depth)
    if (depth <= 0 || this.option(45))
      return this.option(15) ? this.pick(CONSTANTS[type]) : this.columnOf(type, columns)
    const inner = (of: Type = type) => this.value(of, columns, depth - 1)
    const makers = [
      () => this.scalar(type, columns, depth - 1),
      () => `coalesce(${inner()}, ${inner()})`,
      () => `case when ${inner('bool')} then ${inner()} else ${inner()} end`,
      () => `nullif(${inner()}, ${inner()})`,
    ]
    if (type === 'int')
      makers.push(
        () => `(${inner()} + ${inner()})`,
        () => `length(${inner('text')})`,
      )
    if (type === 'text')
      makers.push(
        () => `(${inner()} || ${inner()})`,
        () => `${inner('int')}::text`,
      )
    if (type === 'numeric') makers.push(() => `(${inner()} + ${inner('int')})`)
    if (type === 'date') makers.push(() => `(${inner()} + (${inner('int')}) % 10)`)
    return this.one(makers)
  }

  private condition(columns: readonly Column[], depth: number): string {
    const type = this.pick(TYPES)
    const leaf = (of: Type = type) => this.value(of, columns, 0)
    const compared = () => `${leaf('int')} ${this.pick(COMPARISONS)} ${leaf('int')}`
    if (depth <= 0) {
      return this.one([
        compared,
        compared,
        () =>
          type === 'bool'
            ? `${this.columnOf('bool', columns)}`
            : `${leaf()} ${this.pick(COMPARISONS)} ${leaf()}`,
        () => `${this.columnOf(type, columns)} is ${this.pick(['', 'not '])}null`,
      ])
    }
    const inner = () => this.condition(columns, depth - 1)
    const not = this.pick(['', 'not '])
    const of: Type = type === 'bool' ? 'int' : type
    return this.one([
      compared,
      () => `(${inner()} and ${inner()})`,
      () => `(${inner()} or ${inner()})`,
      () => `(not ${inner()})`,
      () => `${not}exists (${this.query(depth - 1, columns).text})`,
      () => `${leaf(of)} ${not}in (${this.query(depth - 1, columns, [of]).text})`,
      () => `(${leaf(of)}, ${leaf('int')}) ${not}in (${this.query(depth - 1, columns, [of, 'int']).text})`,
      () =>
        `${leaf(of)} ${this.pick(COMPARISONS)} ${this.pick(['any', 'all'])} (${this.query(depth - 1, columns, [of]).text})`,
      () => `${leaf('int')} = any (array(${this.query(depth - 1, columns, ['int']).text}))`,
      () => `${this.scalar('int', columns, depth - 1)} ${this.pick(COMPARISONS)} ${leaf('int')}`,
      () => `${leaf(of)} is ${not}distinct from ${leaf(of)}`,
      () => `(${leaf(of)}, ${leaf('int')}) ${this.pick(['<', '>=', '='])} (${leaf(of)}, ${leaf('int')})`,
    ])
  }
}
