/**
 * A database of SQLite as tables of SQL: their columns, keys, indexes and rows, in one transaction.
 *
 * SQLite's types are hints: any column may hold anything. The type that is declared is taken when all values of the column are
 * of it, and text (or bytea, for blobs) where they are not; what was done so is reported.
 */

import type { Database, WriteHandle } from '../../index.ts'
import { quoted } from '../script/identifiers.ts'
import { UsageError } from '../usage-error.ts'
import type { SqliteDatabase } from './foreign-modules.ts'

export interface ConvertOptions {
  readonly signal: AbortSignal
  readonly onProgress: (table: string, rows: number, total: number) => void
}

export interface ConvertReport {
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  /** What could not be taken as it was. */
  readonly notes: readonly string[]
}

interface SqliteColumn {
  readonly name: string
  readonly type: string
  readonly notnull: bigint
  /** From 1 on; 0: no part of the key. */
  readonly pk: bigint
  /** 2 and 3: generated. */
  readonly hidden: bigint
}

interface TargetColumn {
  readonly name: string
  readonly type: string
  readonly definition: string
}

const ROWS_AT_ONCE = 100
const BIGINT_MAX = 2n ** 63n

export async function convertSqlite(
  source: SqliteDatabase,
  database: Database,
  options: ConvertOptions,
): Promise<ConvertReport> {
  using transaction = database.begin()
  const run = new SqliteConversion(source, transaction, options)
  const report = await run.run()
  await transaction.commitAsync()
  return report
}

class SqliteConversion {
  private readonly source: SqliteDatabase
  private readonly transaction: WriteHandle
  private readonly options: ConvertOptions
  private readonly notes: string[] = []

  constructor(source: SqliteDatabase, transaction: WriteHandle, options: ConvertOptions) {
    this.source = source
    this.transaction = transaction
    this.options = options
  }

  async run(): Promise<ConvertReport> {
    const names = this.all<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' and sql not like 'create virtual%' order by rowid",
    ).map(row => row.name)
    const tables: { name: string; rows: number }[] = []
    for (const name of names) tables.push({ name, rows: await this.table(name) })
    for (const name of names) this.indexes(name)
    for (const name of names) this.foreignKeys(name)
    const others = this.all<{ name: string; type: string }>(
      "select name, type from sqlite_master where type in ('view', 'trigger') or sql like 'create virtual%' order by rowid",
    )
    for (const { name, type } of others)
      this.notes.push(`${type} ${name}: left out, as it is written in SQLite's dialect`)
    return { tables, notes: this.notes }
  }

  private all<T>(text: string): T[] {
    return this.source.prepare(text).all() as T[]
  }

  private async table(name: string): Promise<number> {
    const source = sqliteName(name)
    const columns = this.all<SqliteColumn>(
      `select name, type, "notnull", pk, hidden from pragma_table_xinfo(${sqliteText(name)})`,
    )
    const isKeyed = this.hasWholeKeys(name, columns)
    const targets = columns.map(column => this.column(name, column, isKeyed))
    const key = columns
      .filter(column => isKeyed && column.pk > 0n)
      .sort((a, b) => Number(a.pk - b.pk))
      .map(column => quoted(column.name))
    const parts = targets.map(target => target.definition)
    if (key.length > 0) parts.push(`primary key (${key.join(', ')})`)
    this.transaction.exec(`create table ${quoted(name)} (${parts.join(', ')})`)
    const [{ count }] = this.all<{ count: bigint }>(`select count(*) as count from ${source}`)
    const list = targets.map(target => quoted(target.name)).join(', ')
    const insert = (values: readonly unknown[]) =>
      this.transaction.query(
        `insert into ${quoted(name)} (${list}) values ${placeholders(values.length / targets.length, targets.length)}`,
        values,
      )
    /** @throws UsageError which of them cannot be stored, and why */
    const store = (values: readonly unknown[], before: number) => {
      try {
        insert(values)
      } catch {
        for (let at = 0; at < values.length; at += targets.length) {
          try {
            insert(values.slice(at, at + targets.length))
          } catch (error) {
            const row = before + at / targets.length + 1
            throw new UsageError(`table ${name}, row ${row}: ${(error as Error).message.split('\n')[0]}`)
          }
        }
      }
    }
    let pending: unknown[] = []
    let rows = 0
    for (const row of this.source
      .prepare(`select ${columns.map(column => sqliteName(column.name)).join(', ')} from ${source}`)
      .iterate()) {
      const record = row as Record<string, unknown>
      for (const target of targets) pending.push(valueFor(record[target.name], target, name))
      rows++
      if (pending.length < ROWS_AT_ONCE * targets.length) continue
      store(pending, rows - ROWS_AT_ONCE)
      pending = []
      this.options.onProgress(name, rows, Number(count))
      await new Promise(resolve => setImmediate(resolve))
      this.options.signal.throwIfAborted()
    }
    if (pending.length > 0) store(pending, rows - pending.length / targets.length)
    return rows
  }

  /** SQLite takes null in a primary key that is not of one integer: such a key is left out. */
  private hasWholeKeys(table: string, columns: readonly SqliteColumn[]): boolean {
    const names = columns.filter(column => column.pk > 0n).map(column => sqliteName(column.name))
    if (names.length === 0) return false
    const conditions = names.map(name => `${name} is null`).join(' or ')
    const isWhole = this.all(`select 1 from ${sqliteName(table)} where ${conditions} limit 1`).length === 0
    if (!isWhole) this.notes.push(`${table}: its primary key is left out, as it holds null`)
    return isWhole
  }

  /** A text of SQL has no zero in it. */
  private hasZeros(table: string, name: string): boolean {
    const column = sqliteName(name)
    const test = `typeof(${column}) = 'text' and instr(${column}, char(0)) > 0`
    return this.all(`select 1 from ${sqliteName(table)} where ${test} limit 1`).length > 0
  }

  private column(
    table: string,
    { hidden, name, notnull, pk, type }: SqliteColumn,
    isKeyed: boolean,
  ): TargetColumn {
    const classes = this.all<{ class: string }>(
      `select distinct typeof(${sqliteName(name)}) as class from ${sqliteName(table)}`,
    )
      .map(row => row.class)
      .filter(one => one !== 'null')
    const declared = declaredType(type)
    const hasZeros = classes.includes('text') && this.hasZeros(table, name)
    const isFitting = classes.every(one => FITTING[declared].includes(one)) && !hasZeros
    const isOfBytes = hasZeros || classes.every(one => one === 'blob')
    const chosen = isFitting ? declared : isOfBytes ? 'bytea' : widest(classes)
    if (hasZeros)
      this.notes.push(`${table}.${name}: holds text with the character zero in it: is bytea, in UTF-8`)
    else if (!isFitting)
      this.notes.push(
        `${table}.${name}: declared ${type || 'without a type'}, holds ${classes.join(', ')}: is ${chosen}`,
      )
    if (hidden > 1n) this.notes.push(`${table}.${name}: was generated, and is an ordinary column`)
    const isNotNull = notnull === 1n || (isKeyed && pk > 0n)
    return { name, type: chosen, definition: `${quoted(name)} ${chosen}${isNotNull ? ' not null' : ''}` }
  }

  private indexes(table: string): void {
    const indexes = this.all<{ name: string; unique: bigint; origin: string; partial: bigint }>(
      `select name, "unique", origin, partial from pragma_index_list(${sqliteText(table)}) order by name`,
    )
    for (const { name, origin, partial, unique } of indexes) {
      if (origin === 'pk') continue
      const columns = this.all<{ name: string | null; desc: bigint }>(
        `select name, "desc" from pragma_index_xinfo(${sqliteText(name)}) where key = 1 order by seqno`,
      )
      if (partial === 1n || columns.some(column => column.name === null)) {
        this.notes.push(`index ${name}: left out, as it has an expression or a condition in SQLite's dialect`)
        continue
      }
      const list = columns
        .map(column => `${quoted(column.name!)}${column.desc === 1n ? ' desc' : ''}`)
        .join(', ')
      if (origin === 'u') this.transaction.exec(`alter table ${quoted(table)} add unique (${list})`)
      else
        this.transaction.exec(
          `create ${unique === 1n ? 'unique ' : ''}index ${quoted(name)} on ${quoted(table)} (${list})`,
        )
    }
  }

  /** SQLite does not check them unless told to: those that do not hold are left out. */
  private foreignKeys(table: string): void {
    const parts = this.all<{
      id: bigint
      table: string
      from: string
      to: string | null
      on_delete: string
      on_update: string
    }>(
      `select id, "table", "from", "to", on_delete, on_update from pragma_foreign_key_list(${sqliteText(table)}) order by id, seq`,
    )
    for (const id of new Set(parts.map(part => part.id))) {
      const own = parts.filter(part => part.id === id)
      const [{ on_delete: onDelete, on_update: onUpdate, table: other }] = own
      const to = own.every(part => part.to !== null)
        ? ` (${own.map(part => quoted(part.to!)).join(', ')})`
        : ''
      const statement = `alter table ${quoted(table)} add foreign key (${own.map(part => quoted(part.from)).join(', ')})
        references ${quoted(other)}${to} on delete ${onDelete} on update ${onUpdate}`
      try {
        this.transaction.exec(statement)
      } catch (error) {
        this.notes.push(
          `${table}: a foreign key to ${other} is left out: ${(error as Error).message.split('\n')[0]}`,
        )
      }
    }
  }
}

type TargetType = 'bigint' | 'double precision' | 'numeric' | 'text' | 'bytea'

/** The classes of values that a type takes as they are. */
const FITTING: Readonly<Record<TargetType, readonly string[]>> = {
  bigint: ['integer'],
  'double precision': ['integer', 'real'],
  numeric: ['integer', 'real'],
  text: ['text'],
  bytea: ['blob'],
}

/** By SQLite's rules of affinity (sqlite.org/datatype3.html, 3.1). */
function declaredType(type: string): TargetType {
  if (/int/i.test(type)) return 'bigint'
  if (/char|clob|text/i.test(type)) return 'text'
  if (type === '' || /blob/i.test(type)) return 'bytea'
  return /real|floa|doub/i.test(type) ? 'double precision' : 'numeric'
}

/** The narrowest that holds all of these. */
function widest(classes: readonly string[]): TargetType {
  const types: readonly TargetType[] = ['bigint', 'double precision']
  return types.find(type => classes.every(one => FITTING[type].includes(one))) ?? 'text'
}

function valueFor(value: unknown, { name, type }: TargetColumn, table: string): unknown {
  if (value === null || value === undefined) return null
  if (type === 'text' && value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (type === 'bigint' && (value as bigint) >= BIGINT_MAX)
    throw new UsageError(`${table}.${name}: ${value} is no bigint`)
  if (type === 'bytea') return value instanceof Uint8Array ? value : Buffer.from(String(value))
  return String(value)
}

function placeholders(rows: number, columns: number): string {
  let number = 0
  const row = (): string => `(${Array.from({ length: columns }, () => `$${++number}`).join(', ')})`
  return Array.from({ length: rows }, row).join(', ')
}

/** In quotes always: SQLite's reserved words are others. */
function sqliteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
function sqliteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
