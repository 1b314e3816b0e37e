/**
 * The tables of TPC-H (specification, section 1.4), with the primary keys and the indexes on foreign keys that it allows.
 * The statements are PostgreSQL's, and SQLite takes them as they are.
 */

export interface TpchColumn {
  readonly name: string
  readonly type: 'integer' | 'numeric(15,2)' | 'date' | 'text'
}
export interface TpchTable {
  readonly name: TpchTableName
  readonly columns: readonly TpchColumn[]
  readonly primaryKey: readonly string[]
  readonly indexes: readonly (readonly string[])[]
}
export type TpchTableName =
  | 'region'
  | 'nation'
  | 'supplier'
  | 'customer'
  | 'part'
  | 'partsupp'
  | 'orders'
  | 'lineitem'

const SHORT = { integer: 'integer', money: 'numeric(15,2)', date: 'date', text: 'text' } as const

/** `name type` pairs, separated by commas. */
function columns(text: string): TpchColumn[] {
  return text.split(',').map(pair => {
    const [name, type] = pair.trim().split(' ')
    return { name, type: SHORT[type as keyof typeof SHORT] }
  })
}

export const TABLES: readonly TpchTable[] = [
  {
    name: 'region',
    columns: columns('r_regionkey integer, r_name text, r_comment text'),
    primaryKey: ['r_regionkey'],
    indexes: [],
  },
  {
    name: 'nation',
    columns: columns('n_nationkey integer, n_name text, n_regionkey integer, n_comment text'),
    primaryKey: ['n_nationkey'],
    indexes: [['n_regionkey']],
  },
  {
    name: 'supplier',
    columns: columns(
      's_suppkey integer, s_name text, s_address text, s_nationkey integer, s_phone text, s_acctbal money, s_comment text',
    ),
    primaryKey: ['s_suppkey'],
    indexes: [['s_nationkey']],
  },
  {
    name: 'customer',
    columns: columns(
      'c_custkey integer, c_name text, c_address text, c_nationkey integer, c_phone text, c_acctbal money, c_mktsegment text, c_comment text',
    ),
    primaryKey: ['c_custkey'],
    indexes: [['c_nationkey']],
  },
  {
    name: 'part',
    columns: columns(
      'p_partkey integer, p_name text, p_mfgr text, p_brand text, p_type text, p_size integer, p_container text, p_retailprice money, p_comment text',
    ),
    primaryKey: ['p_partkey'],
    indexes: [],
  },
  {
    name: 'partsupp',
    columns: columns(
      'ps_partkey integer, ps_suppkey integer, ps_availqty integer, ps_supplycost money, ps_comment text',
    ),
    primaryKey: ['ps_partkey', 'ps_suppkey'],
    indexes: [['ps_suppkey']],
  },
  {
    name: 'orders',
    columns: columns(
      'o_orderkey integer, o_custkey integer, o_orderstatus text, o_totalprice money, o_orderdate date, o_orderpriority text, o_clerk text, o_shippriority integer, o_comment text',
    ),
    primaryKey: ['o_orderkey'],
    indexes: [['o_custkey'], ['o_orderdate']],
  },
  {
    name: 'lineitem',
    columns: columns(
      'l_orderkey integer, l_partkey integer, l_suppkey integer, l_linenumber integer, l_quantity money, l_extendedprice money, l_discount money, l_tax money, l_returnflag text, l_linestatus text, l_shipdate date, l_commitdate date, l_receiptdate date, l_shipinstruct text, l_shipmode text, l_comment text',
    ),
    primaryKey: ['l_orderkey', 'l_linenumber'],
    indexes: [['l_partkey', 'l_suppkey'], ['l_suppkey'], ['l_shipdate']],
  },
]

export function createTable({ name, columns, primaryKey }: TpchTable): string {
  const list = columns.map(column => `${column.name} ${column.type} not null`)
  return `create table ${name} (${list.join(', ')}, primary key (${primaryKey.join(', ')}))`
}

export function createIndexes({ name, indexes }: TpchTable): string[] {
  return indexes.map((on, i) => `create index ${name}_${i} on ${name} (${on.join(', ')})`)
}
