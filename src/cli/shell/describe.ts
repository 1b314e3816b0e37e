/** `\d` and its kin: what there is in the database, asked from pg_catalog. */

import { printerFor } from '../output/printer.ts'
import type { Column, Row } from '../output/result.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandCall } from './commands.ts'
import { describeRelation } from './describe-relation.ts'
import { condition } from './patterns.ts'
import type { Shell } from './shell.ts'

interface Listing {
  readonly title: string
  readonly select: (pattern: string | undefined, isVerbose: boolean) => string
  readonly help: string
}

const KINDS: Readonly<Record<string, string>> = { t: "'r', 'p'", i: "'i'", v: "'v'", m: "'m'", s: "'S'" }

/** The kinds of pg_class that a command lists: `\dtv` tables and views. */
function relations(letters: string): Listing['select'] {
  const kinds = [...letters].map(letter => KINDS[letter]).join(', ')
  const withTable =
    letters === 'i'
      ? `, (select t.relname from pg_catalog.pg_index x
    join pg_catalog.pg_class t on t.oid = x.indrelid where x.indexrelid = c.oid) as "Table"`
      : ''
  return (pattern, isVerbose) => `select n.nspname as "Schema", c.relname as "Name",
      case c.relkind when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index'
        when 'S' then 'sequence' when 'p' then 'partitioned table' end as "Type"${withTable}${
          isVerbose
            ? `, case when c.relkind in ('r', 'm') then c.reltuples::bigint end as "Rows",
        pg_catalog.obj_description(c.oid, 'pg_class') as "Description"`
            : ''
        }
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in (${kinds})
      ${pattern?.includes('.') ? '' : "and n.nspname not in ('pg_catalog', 'information_schema')"}
      and ${condition(pattern, 'n.nspname', 'c.relname', 'pg_catalog.pg_table_is_visible(c.oid)')}
    order by 1, 2`
}

const SCHEMAS: Listing['select'] = (pattern, isVerbose) => `select n.nspname as "Name"${
  isVerbose ? `, pg_catalog.obj_description(n.oid, 'pg_namespace') as "Description"` : ''
} from pg_catalog.pg_namespace n
  where ${pattern === undefined ? "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'" : condition(pattern, 'n.nspname', 'n.nspname', 'true')}
  order by 1`

const FUNCTIONS: Listing['select'] = pattern => `select n.nspname as "Schema", p.proname as "Name",
    pg_catalog.pg_get_function_result(p.oid) as "Result data type",
    pg_catalog.pg_get_function_arguments(p.oid) as "Argument data types",
    case p.prokind when 'a' then 'agg' when 'w' then 'window' when 'p' then 'proc' else 'func' end as "Type"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where ${condition(pattern, 'n.nspname', 'p.proname', 'true')}
  order by 1, 2, 4`

const TYPES: Listing['select'] = pattern => `select n.nspname as "Schema",
    pg_catalog.format_type(t.oid, null) as "Name",
    case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' else 'base' end as "Kind",
    case t.typtype when 'e' then pg_catalog.array_to_string(array(
        select e.enumlabel from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder), ', ')
      when 'd' then pg_catalog.format_type(t.typbasetype, t.typtypmod) end as "Of"
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where (t.typrelid = 0 or (select c.relkind = 'c' from pg_catalog.pg_class c where c.oid = t.typrelid))
    and t.typtype in ('b', 'e', 'd', 'c') and t.typname !~ '^_'
    and ${condition(pattern, 'n.nspname', 't.typname', 'true')}
  order by 1, 2`

const RELATIONS = 'List of relations'
const LISTINGS: Readonly<Record<string, Listing>> = {
  dt: { title: RELATIONS, select: relations('t'), help: 'tables' },
  dv: { title: RELATIONS, select: relations('v'), help: 'views' },
  dm: { title: RELATIONS, select: relations('m'), help: 'materialized views' },
  di: { title: RELATIONS, select: relations('i'), help: 'indexes' },
  ds: { title: RELATIONS, select: relations('s'), help: 'sequences' },
  dn: { title: 'List of schemas', select: SCHEMAS, help: 'schemas' },
  df: { title: 'List of functions', select: FUNCTIONS, help: 'functions' },
  dT: { title: 'List of data types', select: TYPES, help: 'types' },
}

async function list({ shell, words }: CommandCall, listing: Listing, isVerbose: boolean): Promise<void> {
  const running = await shell.session.run(listing.select(words[0], isVerbose))
  const rows: Row[] = []
  for await (const part of running.parts) rows.push(...part)
  if (rows.length === 0 && words[0] !== undefined)
    throw new UsageError(`nothing there is called "${words[0]}"`)
  await printRows(shell, running.columns, rows, listing.title)
}

/** Prints rows of the shell's own in the format that is set. */
export async function printRows(
  shell: Shell,
  columns: readonly Column[],
  rows: readonly Row[],
  title: string,
): Promise<void> {
  const settings = { ...shell.settings, title, nullText: '' }
  const printer = printerFor(columns, rows, settings, shell.io.page)
  await shell.printLong(printer.rows(rows) + printer.end())
}

async function describe(call: CommandCall, isVerbose: boolean): Promise<void> {
  const { shell, words } = call
  if (words[0] !== undefined) return describeRelation(shell, words[0], isVerbose)
  await list(call, { title: RELATIONS, select: relations('tvms'), help: '' }, isVerbose)
}

function listingCommands(): Record<string, Command> {
  const commands: Record<string, Command> = {}
  for (const [name, listing] of Object.entries(LISTINGS)) {
    const command = { group: 'Definitions', arguments: '[PATTERN]', help: listing.help } as const
    commands[name] = { ...command, run: call => list(call, listing, false) }
    commands[`${name}+`] = { ...command, isVariant: true, run: call => list(call, listing, true) }
  }
  return commands
}

/** By name, as psql's. A `+` behind the name says more. */
export const DEFINITION_COMMANDS: Readonly<Record<string, Command>> = {
  d: {
    group: 'Definitions',
    arguments: '[NAME]',
    help: 'a table, view, index or sequence; or which there are (all of these: + says more)',
    run: call => describe(call, false),
  },
  'd+': { group: 'Definitions', help: '', isVariant: true, run: call => describe(call, true) },
  ...listingCommands(),
}
