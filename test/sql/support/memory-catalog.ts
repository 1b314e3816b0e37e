/**
 * A catalog in memory, for tests of what only reads one: the binder, the planner, the executor. Tables are said in one line
 * each: `catalog.table('t', 'a int4 primary key, b text not null, c numeric(10,2)')`.
 */

import type {
  CatalogReader,
  CheckSchema,
  ColumnSchema,
  IndexSchema,
  KeySchema,
  RelationSchema,
  SequenceSchema,
  TableSchema,
  ViewSchema,
  VirtualTable,
} from '../../../src/sql/catalog/schema.ts'
import { builtinTypeByName, builtinTypeByOid, makeType, type SqlType } from '../../../src/sql/types/type.ts'

const ALIASES: Record<string, string> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  real: 'float4',
  double: 'float8',
  char: 'bpchar',
}

export interface TableOptions {
  readonly unique?: readonly (readonly string[])[]
  readonly checks?: Readonly<Record<string, string>>
  /** Index name to columns or expressions in parentheses, and a predicate. */
  readonly indexes?: Readonly<Record<string, { on: readonly string[]; unique?: boolean; where?: string }>>
}

interface Domain {
  readonly checks: readonly { readonly name: string; readonly text: string }[]
  readonly isNotNull: boolean
  readonly defaultText: string | undefined
}

export class MemoryCatalog implements CatalogReader {
  version = 1
  searchPath: readonly string[] = ['pg_catalog', 'public']
  private readonly relations = new Map<string, RelationSchema>()
  private readonly types = new Map<string, SqlType>()
  private readonly domains = new Map<SqlType, Domain>()
  private readonly rowCounts = new Map<number, number>()
  private nextOid = 16384

  relation(schema: string | undefined, name: string): RelationSchema | undefined {
    return this.relations.get(`${schema ?? 'public'}.${name}`)
  }
  relationByOid(oid: number): RelationSchema | undefined {
    return [...this.relations.values()].find(one => one.oid === oid)
  }
  hasSchema(name: string): boolean {
    return name === 'public' || name === 'pg_catalog'
  }
  type(schema: string | undefined, name: string): SqlType | undefined {
    if (schema === undefined || schema === 'public') {
      const own = this.types.get(name)
      if (own !== undefined) return own
    }
    return schema === 'public' ? undefined : builtinTypeByName(name)
  }
  typeByOid(oid: number): SqlType | undefined {
    return [...this.types.values()].find(one => one.oid === oid) ?? builtinTypeByOid(oid)
  }
  domain(type: SqlType): Domain | undefined {
    return this.domains.get(type)
  }
  rowCount(table: TableSchema): number {
    return this.rowCounts.get(table.oid) ?? 1000
  }
  setRowCount(table: string, count: number): void {
    this.rowCounts.set(this.relation(undefined, table)!.oid, count)
  }

  private put<T extends RelationSchema>(relation: T): T {
    this.relations.set(`${relation.schema}.${relation.name}`, relation)
    if (relation.kind !== 'sequence') this.types.set(relation.name, relation.rowType)
    this.version++
    return relation
  }

  /** `name type[(m, n)][[]] [not null] [primary key] [default …] [identity always] [generated (…)]`, by commas. */
  table(name: string, columnList: string, options: TableOptions = {}): TableSchema {
    const oid = this.nextOid++
    const columns = splitList(columnList).map((text, at) => this.column(text, at))
    const primary = splitList(columnList).flatMap((text, at) => (/primary key/i.test(text) ? [at] : []))
    const numberOf = (column: string): number => columns.findIndex(one => one.name === column)
    const indexes: IndexSchema[] = []
    const constraints: (KeySchema | CheckSchema)[] = []
    const addIndex = (indexName: string, on: readonly string[], more: Partial<IndexSchema>): IndexSchema => {
      const index: IndexSchema = {
        oid: this.nextOid++,
        name: indexName,
        columns: on.map(one => ({
          column: one.startsWith('(') ? -1 : numberOf(one),
          expressionText: one.startsWith('(') ? one.slice(1, -1) : undefined,
          isDescending: false,
          nullsFirst: false,
        })),
        include: [],
        isUnique: true,
        isPrimary: false,
        nullsNotDistinct: false,
        predicateText: undefined,
        storedName: indexName,
        ...more,
      }
      indexes.push(index)
      return index
    }
    const addKey = (kind: KeySchema['kind'], keyName: string, on: readonly string[]): KeySchema => {
      const isPrimary = kind === 'primary key'
      const index = addIndex(keyName, on, isPrimary ? { isPrimary, storedName: undefined } : {})
      const key: KeySchema = {
        kind,
        oid: this.nextOid++,
        name: keyName,
        columns: on.map(numberOf),
        indexOid: index.oid,
        isDeferrable: false,
        isInitiallyDeferred: false,
      }
      constraints.push(key)
      return key
    }
    const primaryKey =
      primary.length === 0
        ? undefined
        : addKey(
            'primary key',
            `${name}_pkey`,
            primary.map(at => columns[at]!.name),
          )
    for (const on of options.unique ?? []) addKey('unique', `${name}_${on.join('_')}_key`, on)
    for (const [indexName, index] of Object.entries(options.indexes ?? {})) {
      addIndex(indexName, index.on, { isUnique: index.unique === true, predicateText: index.where })
    }
    for (const [checkName, text] of Object.entries(options.checks ?? {})) {
      constraints.push({ kind: 'check', oid: this.nextOid++, name: checkName, text, isValidated: true })
    }
    const all = primaryKey === undefined ? [...columns, hiddenColumn(columns.length)] : columns
    return this.put({
      kind: 'table',
      oid,
      schema: 'public',
      name,
      columns: all,
      primaryKey,
      indexes,
      constraints,
      referencedBy: [],
      rowType: this.rowType(name, columns),
      isTemporary: false,
      storedName: name,
      storedKind: 'records',
      comment: undefined,
    })
  }

  private rowType(
    name: string,
    columns: readonly { name: string; type: SqlType; modifier: number }[],
  ): SqlType {
    return makeType({
      oid: this.nextOid++,
      arrayOid: this.nextOid++,
      schema: 'public',
      name,
      category: 'C',
      kind: 'composite',
      fields: columns.map(({ name, type, modifier }) => ({ name, type, modifier })),
    })
  }

  private column(text: string, at: number): ColumnSchema {
    const [, name, rest] = /^\s*(\w+)\s+(.*)$/s.exec(text)!
    const typed = this.typeAndModifier(rest!)
    const defaultText = /\bdefault\s+(.+)$/i.exec(rest!)?.[1]
    const isIdentity = /identity\s+(always|by default)/i.exec(rest!)
    return {
      name: name!,
      ...typed,
      isNotNull: /not null|primary key/i.test(rest!),
      attributeNumber: at + 1,
      defaultText,
      identity: isIdentity === null ? undefined : (isIdentity[1]!.toLowerCase() as 'always' | 'by default'),
      generatedText: /generated\s+\((.+)\)$/i.exec(rest!)?.[1],
      sequenceOid: isIdentity === null ? undefined : this.nextOid++,
      isHidden: false,
      storedName: name!,
      comment: undefined,
    }
  }

  typeAndModifier(text: string): { type: SqlType; modifier: number } {
    const [, word, , parameters, brackets] = /^(\w+)(\(([^)]*)\))?(\[\])?/.exec(text.trim())!
    const name = ALIASES[word!] ?? word!
    const base = this.type(undefined, name)
    if (base === undefined) throw new Error(`no type ${name}`)
    const numbers = parameters?.split(',').map(Number) ?? []
    let modifier = -1
    if (numbers.length > 0) {
      if (name === 'numeric') modifier = ((numbers[0]! << 16) | ((numbers[1] ?? 0) & 0x7ff)) + 4
      else if (name === 'varchar' || name === 'bpchar') modifier = numbers[0]! + 4
      else modifier = numbers[0]!
    }
    return { type: brackets === undefined ? base : base.array!, modifier }
  }

  view(name: string, text: string, columnList: string): ViewSchema {
    const columns = splitList(columnList).map(one => {
      const [, columnName, rest] = /^\s*(\w+)\s+(.*)$/s.exec(one)!
      return { name: columnName!, ...this.typeAndModifier(rest!) }
    })
    return this.put({
      kind: 'view',
      oid: this.nextOid++,
      schema: 'public',
      name,
      columns,
      text,
      checkOption: 'none',
      rowType: this.rowType(name, columns),
      comment: undefined,
    })
  }

  virtual(
    schema: string,
    name: string,
    columnList: string,
    rows: () => Iterable<readonly unknown[]>,
  ): VirtualTable {
    const columns = splitList(columnList).map(one => {
      const [, columnName, rest] = /^\s*(\w+)\s+(.*)$/s.exec(one)!
      return { name: columnName!, isNotNull: false, ...this.typeAndModifier(rest!) }
    })
    const rowType = this.rowType(name, columns)
    const oid = this.nextOid++
    return this.put({
      kind: 'virtual',
      oid,
      schema,
      name,
      isView: false,
      columns,
      rowType,
      rowsExpected: 100,
      rows,
    })
  }

  sequence(name: string): SequenceSchema {
    return this.put({
      kind: 'sequence',
      oid: this.nextOid++,
      schema: 'public',
      name,
      type: builtinTypeByName('int8')!,
      start: 1n,
      increment: 1n,
      minimum: 1n,
      maximum: 2n ** 63n - 1n,
      isCycling: false,
      cache: 1n,
      ownedBy: undefined,
      comment: undefined,
    })
  }

  enumType(name: string, ...labels: string[]): SqlType {
    return this.putType(
      makeType({
        oid: this.nextOid++,
        arrayOid: this.nextOid++,
        schema: 'public',
        name,
        category: 'E',
        kind: 'enum',
        length: 4,
        labels,
      }),
    )
  }

  domainType(
    name: string,
    base: string,
    options: { checks?: Readonly<Record<string, string>>; isNotNull?: boolean; default?: string } = {},
  ): SqlType {
    const { type, modifier } = this.typeAndModifier(base)
    const domain = makeType({
      oid: this.nextOid++,
      arrayOid: this.nextOid++,
      schema: 'public',
      name,
      category: type.category,
      kind: 'domain',
      base: type,
      baseModifier: modifier,
    })
    this.domains.set(domain, {
      checks: Object.entries(options.checks ?? {}).map(([checkName, text]) => ({ name: checkName, text })),
      isNotNull: options.isNotNull ?? false,
      defaultText: options.default,
    })
    return this.putType(domain)
  }

  compositeType(name: string, columnList: string): SqlType {
    const columns = splitList(columnList).map(one => {
      const [, columnName, rest] = /^\s*(\w+)\s+(.*)$/s.exec(one)!
      return { name: columnName!, ...this.typeAndModifier(rest!) }
    })
    return this.putType(this.rowType(name, columns))
  }

  private putType(type: SqlType): SqlType {
    this.types.set(type.name, type)
    if (type.array !== undefined) this.types.set(type.array.name, type.array)
    this.version++
    return type
  }
}

/** The row number of a table without a primary key. */
function hiddenColumn(at: number): ColumnSchema {
  return {
    name: '',
    type: builtinTypeByName('int8')!,
    modifier: -1,
    isNotNull: true,
    attributeNumber: at + 1,
    defaultText: undefined,
    identity: undefined,
    generatedText: undefined,
    sequenceOid: undefined,
    isHidden: true,
    storedName: 'rowNumber',
    comment: undefined,
  }
}

/** By commas that are not in parentheses. */
function splitList(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += character
  }
  if (part.trim() !== '') parts.push(part)
  return parts
}
