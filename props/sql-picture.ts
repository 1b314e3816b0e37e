/** What SQL shows of a database: definitions, sequences and rows; and the laws that hold between them, whatever they are. */

import type { Database } from '../src/database/database.ts'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { Store } from '../src/store/store.ts'
import { Broken, check } from './law.ts'
import { publishedContent } from './store-content.ts'

/** What is temporary, and the tables of Coppice itself, are in other schemas. */
const DEFINITIONS = [
  `select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
     pg_get_expr(d.adbin, d.adrelid)
   from pg_class c join pg_attribute a on a.attrelid = c.oid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`,
  `select indexname, indexdef from pg_indexes where schemaname = 'public' order by indexname`,
  `select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
   where connamespace = 'public'::regnamespace order by 1, 2`,
  `select viewname, definition from pg_views where schemaname = 'public' order by viewname`,
  `select sequencename, last_value, increment_by from pg_sequences where schemaname = 'public' order by sequencename`,
]

const RELATIONS = `select quote_ident(relname) from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'm', 'v') order by 1`

const TABLES = `select quote_ident(relname) from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'm') order by 1`

const REFERENCES = `select conrelid::regclass::text, quote_ident(a.attname), confrelid::regclass::text, quote_ident(f.attname)
  from pg_constraint
    join pg_attribute a on a.attrelid = conrelid and a.attnum = conkey[1]
    join pg_attribute f on f.attrelid = confrelid and f.attnum = confkey[1]
  where contype = 'f' and connamespace = 'public'::regnamespace`

/** One text for all of it: two databases of the same picture answer alike. */
export function pictureOf(db: Database): string {
  const relations = rowsOf(db, RELATIONS).flat()
  const contents = relations.map(name => `${name}: ${rowsOf(db, `select * from ${name}`).map(textOf).sort()}`)
  return [...DEFINITIONS.map(text => rowsOf(db, text).map(textOf).join('\n')), ...contents].join('\n')
}

/**
 * Laws: an index holds what is made of its table's rows now; what a row refers to is there; what is to be unique is. The indexes
 * are made anew by it.
 */
export function expectConsistent(db: Database, store: Store): void {
  const before = treesOf(store)
  for (const [table] of rowsOf(db, TABLES)) db.exec(`reindex table ${table}`)
  const after = treesOf(store)
  const different = before.findIndex((tree, index) => tree !== after[index])
  if (before.length !== after.length || different >= 0) {
    throw new Broken(
      `an index holds what its table says: ${before[different]}, made anew ${after[different]}`,
    )
  }
  for (const [table, column, referred, key] of rowsOf(db, REFERENCES)) {
    const missing = rowsOf(
      db,
      `select ${column} from ${table} x where ${column} is not null
         and not exists (select from ${referred} y where y.${key} = x.${column})`,
    )
    check(missing.length === 0, `what ${table}.${column} refers to is there: ${missing}`)
  }
}

/** The entries of all trees but those that name others, which change their numbers. */
function treesOf(store: Store): string[] {
  return [...publishedContent(store)]
    .filter(([treeId]) => treeId !== CATALOG_TREE_ID)
    .map(([, entries]) => JSON.stringify([...entries]))
    .sort()
}

function rowsOf(db: Database, text: string): unknown[][] {
  return db.query<unknown[]>(text, [], { rowMode: 'array' })
}

function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
}
