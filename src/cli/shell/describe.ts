/** `\d` and its kin: what there is in the database, asked from pg_catalog. */

import { printerFor } from '../output/printer.ts'
import type { Column, Row } from '../output/result.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandCall, Commands } from './command.ts'
import { describeRelation } from './describe-relation.ts'
import { condition } from './patterns.ts'
import type { Shell } from './shell.ts'

/** What stands behind the name of a command. */
interface Flags {
  /** `+`. */
  readonly isVerbose: boolean
  /** `S`: what belongs to the system, too. */
  readonly withSystem: boolean
}

interface Listing {
  readonly title: string
  readonly select: (pattern: string | undefined, flags: Flags) => string
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
  return (pattern, { isVerbose, withSystem }) => `select n.nspname as "Schema", c.relname as "Name",
      case c.relkind when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index'
        when 'S' then 'sequence' when 'p' then 'partitioned table' end as "Type"${withTable}${
          isVerbose
            ? `, case when c.relkind in ('r', 'm') then c.reltuples::bigint end as "Rows",
        pg_catalog.obj_description(c.oid, 'pg_class') as "Description"`
            : ''
        }
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in (${kinds})
      and ${condition(pattern, 'n.nspname', 'c.relname', 'pg_catalog.pg_table_is_visible(c.oid)', withSystem)}
    order by 1, 2`
}

const SCHEMAS: Listing['select'] = (pattern, { isVerbose, withSystem }) => `select n.nspname as "Name"${
  isVerbose ? `, pg_catalog.obj_description(n.oid, 'pg_namespace') as "Description"` : ''
} from pg_catalog.pg_namespace n
  where ${
    pattern === undefined && !withSystem
      ? "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
      : condition(pattern, 'n.nspname', 'n.nspname', 'true', withSystem)
  }
  order by 1`

const FUNCTIONS: Listing['select'] = (
  pattern,
  { withSystem },
) => `select n.nspname as "Schema", p.proname as "Name",
    pg_catalog.pg_get_function_result(p.oid) as "Result data type",
    pg_catalog.pg_get_function_arguments(p.oid) as "Argument data types",
    case p.prokind when 'a' then 'agg' when 'w' then 'window' when 'p' then 'proc' else 'func' end as "Type"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where ${condition(pattern, 'n.nspname', 'p.proname', 'true', withSystem)}
  order by 1, 2, 4`

const TYPES: Listing['select'] = (pattern, { withSystem }) => `select n.nspname as "Schema",
    pg_catalog.format_type(t.oid, null) as "Name",
    case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' else 'base' end as "Kind",
    case t.typtype when 'e' then pg_catalog.array_to_string(array(
        select e.enumlabel from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder), ', ')
      when 'd' then pg_catalog.format_type(t.typbasetype, t.typtypmod) end as "Of"
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where (t.typrelid = 0 or (select c.relkind = 'c' from pg_catalog.pg_class c where c.oid = t.typrelid))
    and t.typtype in ('b', 'e', 'd', 'c') and t.typname !~ '^_'
    and ${condition(pattern, 'n.nspname', 't.typname', 'true', withSystem)}
  order by 1, 2`

const ROLES: Listing['select'] = pattern => `select r.rolname as "Role name",
    pg_catalog.concat_ws(', ', case when r.rolsuper then 'Superuser' end, case when not r.rolinherit then 'No inheritance' end,
      case when r.rolcreaterole then 'Create role' end, case when r.rolcreatedb then 'Create DB' end,
      case when not r.rolcanlogin then 'Cannot login' end) as "Attributes"
  from pg_catalog.pg_roles r
  where ${pattern === undefined ? "r.rolname !~ '^pg_'" : condition(pattern, "''", 'r.rolname', 'true')}
  order by 1`

const PRIVILEGES: Listing['select'] = (
  pattern,
  { withSystem },
) => `select n.nspname as "Schema", c.relname as "Name",
    case c.relkind when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
      when 'p' then 'partitioned table' end as "Type",
    pg_catalog.array_to_string(c.relacl, E'\\n') as "Access privileges"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'v', 'm', 'S', 'p')
    and ${condition(pattern, 'n.nspname', 'c.relname', 'pg_catalog.pg_table_is_visible(c.oid)', withSystem)}
  order by 1, 2`

const EXTENSIONS: Listing['select'] = pattern => `select e.extname as "Name", e.extversion as "Version",
    n.nspname as "Schema", pg_catalog.obj_description(e.oid, 'pg_extension') as "Description"
  from pg_catalog.pg_extension e left join pg_catalog.pg_namespace n on n.oid = e.extnamespace
  where ${condition(pattern, "''", 'e.extname', 'true')}
  order by 1`

const TABLESPACES: Listing['select'] = pattern => `select t.spcname as "Name",
    pg_catalog.pg_get_userbyid(t.spcowner) as "Owner", pg_catalog.pg_tablespace_location(t.oid) as "Location"
  from pg_catalog.pg_tablespace t
  where ${condition(pattern, "''", 't.spcname', 'true')}
  order by 1`

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
  du: { title: 'List of roles', select: ROLES, help: 'users and other roles' },
  dp: {
    title: 'Access privileges',
    select: PRIVILEGES,
    help: 'who may do what with tables, views and sequences',
  },
  z: { title: 'Access privileges', select: PRIVILEGES, help: 'the same as \\dp' },
  dx: { title: 'List of installed extensions', select: EXTENSIONS, help: 'extensions' },
  db: { title: 'List of tablespaces', select: TABLESPACES, help: 'tablespaces: the one that there is' },
}

async function list({ shell, words }: CommandCall, listing: Listing, flags: Flags): Promise<void> {
  const running = await shell.session.run(listing.select(words[0], flags))
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

async function describe(call: CommandCall, flags: Flags): Promise<void> {
  const { shell, words } = call
  if (words[0] !== undefined) return describeRelation(shell, words[0], flags.isVerbose)
  await list(call, { title: RELATIONS, select: relations('tvms'), help: '' }, flags)
}

const PLAIN: Flags = { isVerbose: false, withSystem: false }

function listingCommands(): Commands {
  const commands: Record<string, Command> = {}
  for (const [name, listing] of Object.entries(LISTINGS)) {
    const command = { group: 'Definitions', arguments: '[PATTERN]', help: listing.help } as const
    commands[name] = { ...command, run: call => list(call, listing, PLAIN) }
  }
  return commands
}

/** By name, as psql's. */
export const DEFINITION_COMMANDS: Commands = {
  d: {
    group: 'Definitions',
    arguments: '[NAME]',
    help: "a table, view, index or sequence; or which there are (+ behind any of these says more, S what is the system's)",
    run: call => describe(call, PLAIN),
  },
  ...listingCommands(),
}

/** `\dtv+`, `\dS`: with what stands behind the name. Undefined: there is no such command. */
export function definitionCommand(name: string): Command | undefined {
  const [, stem, marks] = /^(z|d[a-zA-Z]*?)([S+]*)$/.exec(name) ?? []
  if (stem === undefined) return undefined
  const flags = { isVerbose: marks.includes('+'), withSystem: marks.includes('S') }
  const command = { group: 'Definitions', help: '', isVariant: true } as const
  if (stem === 'd') return { ...command, run: call => describe(call, flags) }
  const letters = /^d([tivms]+)$/.exec(stem)?.[1]
  const listing =
    LISTINGS[stem] ??
    (letters === undefined ? undefined : { title: RELATIONS, select: relations(letters), help: '' })
  return listing === undefined ? undefined : { ...command, run: call => list(call, listing, flags) }
}
