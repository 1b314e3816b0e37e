/**
 * Expressions of many types as trees, made at random and shrunk as trees; a printer makes SQL of them. A tree names no
 * columns: it says "some column of this type", and the printer takes one of those that are in sight, so that a tree that
 * shrinks stays right SQL.
 */

import fc from 'fast-check'

export type ValueType =
  | 'integer'
  | 'bigint'
  | 'numeric'
  | 'double precision'
  | 'text'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'interval'
  | 'uuid'
  | 'bytea'
  | 'jsonb'
  | 'integer[]'
  | 'text[]'

/** Values that are likely to meet an edge; written as constants. */
const VALUES: Readonly<Record<ValueType, readonly string[]>> = {
  integer: ['0', '1', '-1', '2', '3', '7', '100'],
  bigint: ['0', '1', '-1', '5000000000', '9007199254740993'],
  numeric: ['0', '1.5', '-2.25', '0.10', '1000000000000000000000.5', '3'],
  'double precision': ['0', '0.1', '-1.5', '1e20', '3'],
  text: ["''", "'a'", "'ab'", "'B'", "'é'", "'a,b'", "' x '", "'10'"],
  boolean: ['true', 'false'],
  date: ["'2024-02-29'", "'2000-01-01'", "'1999-12-31'", "'2024-03-01'"],
  timestamp: ["'2024-02-29 12:34:56.789'", "'2000-01-01 00:00:00'", "'1969-12-31 23:59:59'"],
  interval: ["'1 day'", "'1 month'", "'-2 hours'", "'36:00:00'", "'1 year 2 months 3 days'"],
  uuid: ["'00000000-0000-0000-0000-000000000001'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  bytea: ["'\\x'", "'\\x00ff'", "'\\x61'"],
  jsonb: ["'{}'", `'{"a": 1, "b": "x"}'`, "'[1, 2, null]'", "'1'", `'"s"'`, "'null'", `'{"a": {"c": [1]}}'`],
  'integer[]': ["'{}'", "'{1,2,3}'", "'{1,NULL}'", "'{7}'", "'[0:1]={1,2}'"],
  'text[]': [
    "'{}'",
    "'{a,b}'",
    '\'{ab,NULL,"x y"}\'',
    "'[-1:0]={a,b}'",
    "'{{a,b}}'",
    "'[1:2][0:0]={{a},{NULL}}'",
  ],
}
export const TYPES = Object.keys(VALUES) as readonly ValueType[]

export function constantOf(type: ValueType, choice: number): string {
  const values = VALUES[type]
  return `${values[choice % values.length]}::${type}`
}

/** How a value of a type can be made of others. */
interface Form {
  readonly from: readonly ValueType[]
  readonly print: (...parts: readonly string[]) => string
}
const form = (from: readonly ValueType[], print: Form['print']): Form => ({ from, print })

const COMPARISONS = ['=', '<>', '<', '<=', '>', '>=']
const I = 'integer'
const T = 'text'
const B = 'boolean'

/** What every type has. */
function common(type: ValueType): Form[] {
  return [
    form([type, type], (a, b) => `coalesce(${a}, ${b})`),
    form([B, type, type], (c, a, b) => `case when ${c} then ${a} else ${b} end`),
    ...(type === 'jsonb' ? [] : [form([type, type], (a, b) => `nullif(${a}, ${b})`)]),
    form([type, type], (a, b) => `greatest(${a}, ${b})`),
    form([I, type, type], (n, a, b) => `case ${n} when 1 then ${a} when 2 then ${b} end`),
  ]
}

const FORMS: Readonly<Record<ValueType, readonly Form[]>> = {
  integer: [
    form([I, I], (a, b) => `(${a} + ${b})`),
    form([I], a => `(${a} % 7)`),
    form([I], a => `abs(${a})`),
    form([T], a => `length(${a})`),
    form([T, T], (a, b) => `strpos(${a}, ${b})`),
    form(['date', 'date'], (a, b) => `(${a} - ${b})`),
    form(['date'], a => `extract(doy from ${a})::integer`),
    form(['integer[]'], a => `cardinality(${a})`),
    form(['integer[]', I], (a, b) => `(${a})[${b}]`),
    form(['integer[]', I], (a, b) => `array_position(${a}, ${b})`),
    form([B], a => `(${a})::integer`),
    form(['numeric'], a => `sign(${a})::integer`),
    form(['bytea'], a => `octet_length(${a})`),
  ],
  bigint: [
    form([I], a => `${a}::bigint`),
    form([I, I], (a, b) => `(${a}::bigint * ${b})`),
    form(['bigint', I], (a, b) => `(${a} - ${b})`),
  ],
  numeric: [
    form(['numeric', 'numeric'], (a, b) => `(${a} + ${b})`),
    form(['numeric', I], (a, b) => `(${a} * ${b})`),
    form(['numeric'], a => `round(${a}, 1)`),
    form(['numeric'], a => `trunc(${a})`),
    form(['numeric'], a => `(-${a})`),
    form([I], a => `(${a} / 3.0)`),
    form(['bigint'], a => `${a}::numeric(30, 2)`),
  ],
  'double precision': [
    form(['double precision', I], (a, b) => `(${a} + ${b})`),
    form(['double precision'], a => `(${a} * 0.5)`),
    form([I], a => `sqrt(abs(${a}))`),
    form(['double precision'], a => `floor(${a})`),
    form(['numeric'], a => `${a}::double precision`),
  ],
  text: [
    form([T, T], (a, b) => `(${a} || ${b})`),
    form([T], a => `upper(${a})`),
    form([T, I], (a, n) => `left(${a}, ${n})`),
    form([T, I], (a, n) => `right(${a}, ${n})`),
    form([T, T, T], (a, b, c) => `replace(${a}, ${b}, ${c})`),
    form([T, I], (a, n) => `lpad(${a}, abs(${n}) % 9, 'xy')`),
    form([T, T], (a, b) => `split_part(${a}, ${b}, 1)`),
    form([T], a => `btrim(${a})`),
    form([T, I], (a, n) => `concat(${a}, ${n})`),
    form([T, I, T], (a, n, b) => `format('%s/%s/%L', ${a}, ${n}, ${b})`),
    form([I], a => `${a}::text`),
    form(['date'], a => `to_char(${a}, 'YYYY-MM Dy')`),
    form(['timestamp'], a => `${a}::text`),
    form(['numeric'], a => `${a}::text`),
    form(['jsonb'], a => `(${a} ->> 'b')`),
    form(['text[]'], a => `array_to_string(${a}, '-', '*')`),
    form([T], a => `${a}::varchar(2)`),
    form(['bytea'], a => `encode(${a}, 'hex')`),
    form([T], a => `(select max(z) from (values (${a}), ('q')) v(z))`),
  ],
  boolean: [
    form([B, B], (a, b) => `(${a} and ${b})`),
    form([B, B], (a, b) => `(${a} or ${b})`),
    form([B], a => `(not ${a})`),
    form([B], a => `(${a} is not true)`),
    form([B], a => `(${a} is unknown)`),
    ...TYPES.flatMap(type => [
      ...COMPARISONS.map(operator => form([type, type], (a, b) => `(${a} ${operator} ${b})`)),
      form([type], a => `(${a} is null)`),
      form([type, type], (a, b) => `(${a} is distinct from ${b})`),
    ]),
    form([I, I, I], (a, b, c) => `(${a} between ${b} and ${c})`),
    form([I, I, I], (a, b, c) => `(${a} in (${b}, ${c}, null))`),
    form([I, I, I], (a, b, c) => `(${a} not in (${b}, ${c}))`),
    form([T], a => `(${a} like 'a%')`),
    form([T], a => `(${a} ilike '%B')`),
    form([T], a => `(${a} ~ '^[a-c]+$')`),
    form([I, 'integer[]'], (a, b) => `(${a} = any (${b}))`),
    form([I, 'integer[]'], (a, b) => `(${a} > all (${b}))`),
    form(['integer[]', 'integer[]'], (a, b) => `(${a} @> ${b})`),
    form(['integer[]', 'integer[]'], (a, b) => `(${a} && ${b})`),
    form(['jsonb'], a => `(${a} ? 'a')`),
    form(['jsonb', 'jsonb'], (a, b) => `(${a} @> ${b})`),
    form([I, T, I, T], (a, b, c, d) => `((${a}, ${b}) < (${c}, ${d}))`),
    form([I, T, I, T], (a, b, c, d) => `((${a}, ${b}) = (${c}, ${d}))`),
    form([I, I], (a, b) => `exists (select from generate_series(1, 3) g where g = ${a} and ${b} > g)`),
    form([I, I], (a, b) => `(${a} in (select g + ${b} from generate_series(1, 3) g))`),
  ],
  date: [
    form(['date', I], (a, n) => `(${a} + ${n})`),
    form(['timestamp'], a => `${a}::date`),
    form(['date'], a => `date_trunc('month', ${a})::date`),
  ],
  timestamp: [
    form(['date'], a => `${a}::timestamp`),
    form(['timestamp', 'interval'], (a, b) => `(${a} + ${b})`),
    form(['timestamp'], a => `date_trunc('hour', ${a})`),
  ],
  interval: [
    form(['timestamp', 'timestamp'], (a, b) => `(${a} - ${b})`),
    form(['interval', 'interval'], (a, b) => `(${a} + ${b})`),
    form(['interval', I], (a, n) => `(${a} * ${n})`),
    form(['interval'], a => `justify_interval(${a})`),
  ],
  uuid: [form(['uuid'], a => `${a}::text::uuid`)],
  bytea: [form(['bytea', 'bytea'], (a, b) => `(${a} || ${b})`), form([T], a => `convert_to(${a}, 'UTF8')`)],
  jsonb: [
    form([I], a => `to_jsonb(${a})`),
    form([T, 'numeric'], (a, b) => `jsonb_build_object('a', ${a}, 'n', ${b})`),
    form(['jsonb', 'jsonb'], (a, b) => `jsonb_build_array(${a}, ${b})`),
    form(['jsonb'], a => `(${a} -> 'a')`),
    form(['jsonb', 'jsonb'], (a, b) => `(${a} || ${b})`),
    form(['jsonb'], a => `jsonb_path_query_array(${a}, '$.*')`),
    form(['integer[]'], a => `to_jsonb(${a})`),
  ],
  'integer[]': [
    form([I, I], (a, b) => `array[${a}, ${b}]`),
    form(['integer[]', 'integer[]'], (a, b) => `(${a} || ${b})`),
    form(['integer[]', I], (a, b) => `array_remove(${a}, ${b})`),
    form(['integer[]', I], (a, b) => `(${a})[${b}:]`),
  ],
  'text[]': [
    form([T], a => `string_to_array(${a}, ',')`),
    form([T, T], (a, b) => `array[${a}, ${b}]`),
    form(['text[]', T], (a, b) => `array_append(${a}, ${b})`),
  ],
}

export type Tree =
  | { readonly kind: 'column'; readonly type: ValueType; readonly choice: number }
  | { readonly kind: 'constant'; readonly type: ValueType; readonly choice: number }
  | { readonly kind: 'null'; readonly type: ValueType }
  | {
      readonly kind: 'form'
      readonly type: ValueType
      readonly number: number
      readonly parts: readonly Tree[]
    }

const formsOf = (type: ValueType): readonly Form[] => [...FORMS[type], ...common(type)]

const choice = fc.nat({ max: 20 })

/** Trees of each type. */
export const trees: Readonly<Record<ValueType, fc.Arbitrary<Tree>>> = fc.letrec<Record<ValueType, Tree>>(
  tie =>
    Object.fromEntries(
      TYPES.map(type => {
        const column = choice.map((one): Tree => ({ kind: 'column', type, choice: one }))
        const constant = choice.map((one): Tree => ({ kind: 'constant', type, choice: one }))
        const forms = formsOf(type).map(({ from }, number) => ({
          weight: 1,
          arbitrary: fc
            .tuple(...from.map(part => tie(part)))
            .map((parts): Tree => ({ kind: 'form', type, number, parts })),
        }))
        const leaves = forms.length
        return [
          type,
          fc.oneof(
            { maxDepth: 3, depthIdentifier: 'expression', withCrossShrink: true },
            { weight: leaves, arbitrary: column },
            { weight: Math.ceil(leaves / 3), arbitrary: constant },
            { weight: 1, arbitrary: fc.constant<Tree>({ kind: 'null', type }) },
            ...forms,
          ),
        ]
      }),
    ) as never,
)

export interface ColumnInSight {
  readonly name: string
  readonly type: ValueType
}

/** A tree as SQL, over these columns. */
export function print(tree: Tree, columns: readonly ColumnInSight[]): string {
  switch (tree.kind) {
    case 'null':
      return `null::${tree.type}`
    case 'constant':
      return constantOf(tree.type, tree.choice)
    case 'column': {
      const fitting = columns.filter(column => column.type === tree.type)
      const one = fitting[tree.choice % Math.max(fitting.length, 1)]
      return one === undefined ? constantOf(tree.type, tree.choice) : one.name
    }
    default:
      return formsOf(tree.type)[tree.number]!.print(...tree.parts.map(part => print(part, columns)))
  }
}
