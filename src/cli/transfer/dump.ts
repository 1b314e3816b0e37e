/**
 * A database as a script of SQL that PostgreSQL and Coppice both run. Everything is asked from pg_catalog, in one snapshot.
 *
 * The order: schemas, types, sequences, functions, tables with their keys and checks, rows, where sequences stand, indexes,
 * foreign keys, views (after those that they read) and their indexes, comments. So rows go in before what would slow them down or refuse them for their order.
 */

import type { Snapshot } from '../../index.ts'
import { type Cell, type Column, isNumber, type Row } from '../output/result.ts'
import { quoted } from '../script/identifiers.ts'
import { literal } from '../shell/patterns.ts'
import type { ByteTarget } from './exporter.ts'

export interface DumpOptions {
  readonly withDefinitions: boolean
  readonly withRows: boolean
  /** Only these, as SQL writes their names; empty: everything. */
  readonly tables: readonly string[]
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

export interface DumpReport {
  readonly tables: number
  readonly rows: number
}

const OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'"
const ROWS_AT_ONCE = 100

interface DumpedTable {
  readonly oid: string
  /** With its schema, unless that is public. */
  readonly name: string
  readonly columns: readonly DumpedColumn[]
}

interface DumpedColumn {
  readonly name: string
  readonly type: string
  readonly definition: string
  readonly isGenerated: boolean
  readonly isIdentity: boolean
}

export async function dumpDatabase(
  snapshot: Snapshot,
  target: ByteTarget,
  options: DumpOptions,
): Promise<DumpReport> {
  return new Dump(snapshot, target, options).run()
}

class Dump {
  private readonly snapshot: Snapshot
  private readonly target: ByteTarget
  private readonly options: DumpOptions
  private rows = 0
  private total = 0

  constructor(snapshot: Snapshot, target: ByteTarget, options: DumpOptions) {
    this.snapshot = snapshot
    this.target = target
    this.options = options
  }

  async run(): Promise<DumpReport> {
    const { withDefinitions, withRows } = this.options
    const isWhole = this.options.tables.length === 0
    const tables = this.tables()
    await this.target.write(
      '-- Written by coppice dump. Run it as one transaction: coppice app.db -1 -f FILE, psql -1 -f FILE.\n',
    )
    if (withDefinitions && isWhole) {
      await this.statements('Schemas', this.schemas())
      await this.statements('Types', this.types())
      await this.statements('Sequences', this.sequences())
      await this.statements('Functions', this.functions())
    }
    if (withDefinitions)
      await this.statements(
        'Tables',
        tables.map(table => this.tableText(table)),
      )
    if (withRows) await this.tableRows(tables)
    if (withRows && isWhole) await this.statements('Sequences go on where they were', this.sequencePlaces())
    if (withDefinitions) {
      if (isWhole) await this.statements('Columns own their sequences', this.sequenceOwners())
      await this.statements('Indexes', this.indexes(tables))
      await this.statements('Foreign keys', this.foreignKeys(tables))
      if (isWhole) {
        await this.statements('Views', this.views())
        await this.statements('Defaults of views', this.viewDefaults())
        await this.statements('Indexes of views', this.indexes(this.materializedViews()))
        await this.statements('Comments', this.comments())
      }
    }
    return { tables: tables.length, rows: this.rows }
  }

  private query(text: string): Row[] {
    return this.snapshot.query<Row>(text, [], { rowMode: 'array', values: 'text' }).map(row => [...row])
  }

  private async statements(title: string, statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return
    await this.target.write(`\n-- ${title}\n${statements.map(one => `${one};\n`).join('')}`)
  }

  private schemas(): string[] {
    return this.query(
      `select nspname from pg_catalog.pg_namespace n where ${OURS} and nspname <> 'public' order by 1`,
    ).map(([name]) => `CREATE SCHEMA ${quoted(name!)}`)
  }

  /** In the order in which they were made: one may be part of another. */
  private types(): string[] {
    const rows = this.query(`select t.oid, t.typtype, n.nspname, t.typname, t.typrelid,
        pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typdefault, t.typnotnull
      from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
      where ${OURS} and (t.typtype in ('e', 'd') or t.typtype = 'c' and
        (select c.relkind = 'c' from pg_catalog.pg_class c where c.oid = t.typrelid))
      order by t.oid`)
    return rows.map(([oid, kind, schema, typeName, relation, base, byDefault, isNotNull]) => {
      const name = fullName(schema!, typeName!)
      if (kind === 'e') {
        const labels = this.query(
          `select enumlabel from pg_catalog.pg_enum where enumtypid = ${oid} order by enumsortorder`,
        ).map(([label]) => literal(label!))
        return `CREATE TYPE ${name} AS ENUM (${labels.join(', ')})`
      }
      if (kind === 'c') {
        const fields = this.query(`select attname, pg_catalog.format_type(atttypid, atttypmod)
          from pg_catalog.pg_attribute where attrelid = ${relation} and attnum > 0 and not attisdropped order by attnum`)
        return `CREATE TYPE ${name} AS (${fields.map(([field, type]) => `${quoted(field!)} ${type}`).join(', ')})`
      }
      const checks =
        this.query(`select conname, pg_catalog.pg_get_constraintdef(oid) from pg_catalog.pg_constraint
        where contypid = ${oid} and contype = 'c' order by oid`).map(
          ([check, definition]) => ` CONSTRAINT ${quoted(check!)} ${definition}`,
        )
      const defaultText = byDefault === null ? '' : ` DEFAULT ${byDefault}`
      return `CREATE DOMAIN ${name} AS ${base}${defaultText}${isNotNull === 't' ? ' NOT NULL' : ''}${checks.join('')}`
    })
  }

  /** But those of identities, which their columns make. */
  private sequences(): string[] {
    return this.query(`select n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, null), s.seqincrement, s.seqmin,
        s.seqmax, s.seqstart, s.seqcycle
      from pg_catalog.pg_sequence s join pg_catalog.pg_class c on c.oid = s.seqrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and not exists (${dependency('c.oid', "'i'")}) order by c.oid`).map(
      ([schema, name, type, increment, minimum, maximum, start, isCycling]) =>
        `CREATE SEQUENCE ${fullName(schema!, name!)} AS ${type} ` +
        sequenceOptions(increment!, minimum!, maximum!, start!, isCycling!),
    )
  }

  private sequenceOwners(): string[] {
    return this.query(`select n.nspname, c.relname, tn.nspname, t.relname, a.attname
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'a'
          and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = d.classid
        join pg_catalog.pg_class t on t.oid = d.refobjid join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where c.relkind = 'S' and ${OURS} order by c.oid`).map(
      ([schema, name, tableSchema, table, column]) =>
        `ALTER SEQUENCE ${fullName(schema!, name!)} OWNED BY ${fullName(tableSchema!, table!)}.${quoted(column!)}`,
    )
  }

  /** A sequence of an identity is found by its column: what it is called is another's matter. */
  private sequencePlaces(): string[] {
    return this.query(`select n.nspname, c.relname, s.seqstart, tn.nspname, t.relname, a.attname
      from pg_catalog.pg_sequence s
        join pg_catalog.pg_class c on c.oid = s.seqrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'i'
          and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = d.classid
        left join pg_catalog.pg_class t on t.oid = d.refobjid
        left join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
        left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where ${OURS} order by 1, 2`).flatMap(([schema, name, start, tableSchema, table, column]) => {
      const [[value, isCalled]] = this.query(`select last_value, is_called from ${fullName(schema!, name!)}`)
      // It is where it begins by itself.
      if (isCalled !== 't' && value === start) return []
      const sequence =
        table === null
          ? literal(fullName(schema!, name!))
          : `pg_catalog.pg_get_serial_sequence(${literal(fullName(tableSchema!, table))}, ${literal(column!)})`
      return [`SELECT pg_catalog.setval(${sequence}, ${value}${isCalled === 't' ? '' : ', false'})`]
    })
  }

  private functions(): string[] {
    return this.query(`select pg_catalog.pg_get_functiondef(p.oid)
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where ${OURS} order by p.oid`).map(([definition]) => definition!.trimEnd())
  }

  private tables(): DumpedTable[] {
    const rows = this.query(`select c.oid, n.nspname, c.relname
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't' and ${OURS} order by c.oid`)
    const all = rows.map(([oid, schema, name]) => ({ oid: oid!, name: fullName(schema!, name!) }))
    const { tables } = this.options
    for (const name of tables) {
      if (!all.some(table => table.name === name)) throw new UnknownTable(name)
    }
    const meant = tables.length === 0 ? all : all.filter(table => tables.includes(table.name))
    return meant.map(table => ({ ...table, columns: this.columns(table.oid) }))
  }

  private columns(oid: string): DumpedColumn[] {
    return this.query(`select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
        a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attnum
      from pg_catalog.pg_attribute a
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped order by a.attnum`).map(
      ([name, type, isNotNull, identity, generated, expression, number]) => {
        let definition = `${quoted(name!)} ${type}`
        if (generated !== '') {
          definition += ` GENERATED ALWAYS AS (${expression}) ${generated === 's' ? 'STORED' : 'VIRTUAL'}`
        } else if (identity !== '') {
          const kind = identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'
          definition += ` GENERATED ${kind} AS IDENTITY (${this.identityOptions(oid, number!)})`
        } else if (expression !== null) definition += ` DEFAULT ${expression}`
        if (isNotNull === 't') definition += ' NOT NULL'
        return {
          name: name!,
          type: type!,
          definition,
          isGenerated: generated !== '',
          isIdentity: identity === 'a',
        }
      },
    )
  }

  private identityOptions(table: string, column: string): string {
    const [[increment, minimum, maximum, start, isCycling]] =
      this.query(`select s.seqincrement, s.seqmin, s.seqmax,
        s.seqstart, s.seqcycle
      from pg_catalog.pg_sequence s join pg_catalog.pg_depend d on d.objid = s.seqrelid and d.deptype = 'i'
        and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = d.classid
      where d.refobjid = ${table} and d.refobjsubid = ${column}`)
    return sequenceOptions(increment!, minimum!, maximum!, start!, isCycling!)
  }

  private tableText({ oid, name, columns }: DumpedTable): string {
    const constraints =
      this.query(`select conname, pg_catalog.pg_get_constraintdef(oid) from pg_catalog.pg_constraint
      where conrelid = ${oid} and contype in ('p', 'u', 'c') order by contype = 'p' desc, oid`).map(
        ([constraint, definition]) => `CONSTRAINT ${quoted(constraint!)} ${definition}`,
      )
    const parts = [...columns.map(column => column.definition), ...constraints]
    return `CREATE TABLE ${name} (\n  ${parts.join(',\n  ')}\n)`
  }

  private async tableRows(tables: readonly DumpedTable[]): Promise<void> {
    for (const { name } of tables) this.total += Number(this.query(`select count(*) from ${name}`)[0][0])
    for (const table of tables) await this.rowsOf(table)
  }

  private async rowsOf({ name, columns }: DumpedTable): Promise<void> {
    const stored = columns.filter(column => !column.isGenerated)
    if (stored.length === 0) return
    const list = stored.map(column => quoted(column.name)).join(', ')
    // What the database has given stays what it is.
    const overriding = stored.some(column => column.isIdentity) ? ' OVERRIDING SYSTEM VALUE' : ''
    const head = `INSERT INTO ${name} (${list})${overriding} VALUES\n`
    const statement = this.snapshot.prepare<Row>(`select ${list} from ${name}`, {
      rowMode: 'array',
      values: 'text',
      signal: this.options.signal,
    })
    let lines: string[] = []
    let isFirst = true
    const flush = async (): Promise<void> => {
      if (lines.length === 0) return
      const title = isFirst ? `\n-- Rows of ${name.replace(/\s/g, ' ')}\n` : ''
      isFirst = false
      await this.target.write(`${title}${head}${lines.join(',\n')};\n`)
      this.rows += lines.length
      lines = []
      this.options.onProgress(this.rows, this.total)
      await new Promise(resolve => setImmediate(resolve))
      this.options.signal.throwIfAborted()
    }
    for (const row of statement.iterate()) {
      lines.push(`(${row.map((cell, i) => valueText(cell, stored[i])).join(', ')})`)
      if (lines.length === ROWS_AT_ONCE) await flush()
    }
    await flush()
  }

  private indexes(tables: readonly Pick<DumpedTable, 'oid'>[]): string[] {
    return tables.flatMap(({ oid }) =>
      this.query(`select pg_catalog.pg_get_indexdef(x.indexrelid) from pg_catalog.pg_index x
        where x.indrelid = ${oid} and not exists (
          select 1 from pg_catalog.pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
        order by x.indexrelid`).map(([definition]) => definition!),
    )
  }

  private foreignKeys(tables: readonly DumpedTable[]): string[] {
    return tables.flatMap(({ name, oid }) =>
      this.query(`select conname, pg_catalog.pg_get_constraintdef(oid) from pg_catalog.pg_constraint
        where conrelid = ${oid} and contype = 'f' order by oid`).map(
        ([constraint, definition]) =>
          `ALTER TABLE ${name} ADD CONSTRAINT ${quoted(constraint!)} ${definition}`,
      ),
    )
  }

  /** In the order in which they were made, but after those that they read: CREATE OR REPLACE may have made one read a later one. */
  private views(): string[] {
    const texts = new Map(
      this.query(`select c.oid, n.nspname, c.relname, c.relkind, pg_catalog.pg_get_viewdef(c.oid), c.relispopulated,
          pg_catalog.array_to_string(c.reloptions, ', ')
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm') and ${OURS} order by c.oid`).map(
        ([oid, schema, name, kind, definition, isPopulated, options]) => {
          const what = kind === 'm' ? 'MATERIALIZED VIEW' : 'VIEW'
          const text = definition!.trimEnd().replace(/;$/, '')
          const noData = kind === 'm' && isPopulated !== 't' ? '\nWITH NO DATA' : ''
          const said = kind === 'v' && options ? ` WITH (${options})` : ''
          return [oid!, `CREATE ${what} ${fullName(schema!, name!)}${said} AS\n${text}${noData}`]
        },
      ),
    )
    const reads = this.query(`select r.ev_class, d.refobjid
      from pg_catalog.pg_depend d join pg_catalog.pg_rewrite r on r.oid = d.objid
      where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.deptype = 'n'`)
    const ordered = new Set<string>()
    const add = (oid: string): void => {
      if (ordered.has(oid) || !texts.has(oid)) return
      for (const [view, read] of reads) if (view === oid && read !== oid) add(read!)
      ordered.add(oid)
    }
    for (const oid of texts.keys()) add(oid)
    return [...ordered].map(oid => texts.get(oid)!)
  }

  private viewDefaults(): string[] {
    return this.query(`select n.nspname, c.relname, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
      from pg_catalog.pg_attrdef d join pg_catalog.pg_class c on c.oid = d.adrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where c.relkind = 'v' and ${OURS} order by c.oid, d.adnum`).map(
      ([schema, name, column, text]) =>
        `ALTER VIEW ${fullName(schema!, name!)} ALTER COLUMN ${quoted(column!)} SET DEFAULT ${text}`,
    )
  }

  private materializedViews(): { readonly oid: string }[] {
    return this.query(`select c.oid from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'm' and ${OURS} order by c.oid`).map(([oid]) => ({ oid: oid! }))
  }

  private comments(): string[] {
    return this.query(`select n.nspname, c.relname, c.relkind, a.attname, d.description
      from pg_catalog.pg_description d join pg_catalog.pg_class c on c.oid = d.objoid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
      where d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and ${OURS} order by d.objoid, d.objsubid`).map(
      ([schema, name, kind, column, text]) => {
        const what = column === null ? COMMENTED[kind!] : 'COLUMN'
        const part = column === null ? '' : `.${quoted(column)}`
        return `COMMENT ON ${what} ${fullName(schema!, name!)}${part} IS ${literal(text!)}`
      },
    )
  }
}

const COMMENTED: Readonly<Record<string, string>> = {
  r: 'TABLE',
  v: 'VIEW',
  m: 'MATERIALIZED VIEW',
  i: 'INDEX',
  S: 'SEQUENCE',
  c: 'TYPE',
}

export class UnknownTable extends Error {
  readonly table: string

  constructor(table: string) {
    super(`there is no table ${table}`)
    this.table = table
  }
}

/** What a relation depends on in a way: 'i' as the part of it. */
function dependency(oid: string, type: string): string {
  return `select 1 from pg_catalog.pg_depend d where d.objid = ${oid} and d.deptype = ${type}
    and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = d.classid`
}

function sequenceOptions(
  increment: string,
  minimum: string,
  maximum: string,
  start: string,
  isCycling: string,
): string {
  const cycle = isCycling === 't' ? ' CYCLE' : ''
  return `INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} START WITH ${start}${cycle}`
}

function fullName(schema: string, name: string): string {
  return schema === 'public' ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

const PLAIN_NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/

function valueText(cell: Cell, { type }: Pick<Column, 'type'>): string {
  if (cell === null) return 'NULL'
  if (type === 'boolean') return cell === 't' ? 'true' : 'false'
  return isNumber({ name: '', type }) && PLAIN_NUMBER.test(cell) ? cell : literal(cell)
}
