/**
 * What functions and catalogs ask about the definitions, the data's size and the session: names of relations, types, roles and
 * functions as the search path makes them, definitions as text, settings.
 */

import type { TreeSource } from '../../store/api.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import { bindType } from '../bind/binder.ts'
import { type CatalogState, quoted } from '../catalog/catalog.ts'
import type { StoredSequence } from '../catalog/stored.ts'
import { sqlCatalog } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { storedRowCount } from '../execute/sample.ts'
import type { AdvisoryLockAccess } from '../functions/lock-access.ts'
import type {
  CatalogAccess,
  DefinitionTexts,
  EvaluationContext,
  FunctionRegistry,
  PrivilegeAccess,
  ServerContents,
} from '../functions/registry.ts'
import { splitName } from '../functions/string-format.ts'
import { treeSizeBytes } from '../storage/tree-size.ts'
import { parseExpression } from '../syntax/parser.ts'
import type { Expression } from '../syntax/tree.ts'
import { commentOf, sharedCommentOf } from '../system/constraint-rows.ts'
import { CatalogTexts } from '../system/definition-texts.ts'
import { functionByOid, functionsNamed } from '../system/function-rows.ts'
import { type ClassName, OWNER_OID, type SystemCatalog } from '../system/system-catalog.ts'
import { systemCatalog } from '../system/system-relations.ts'
import { formatType } from '../types/input-output.ts'
import { canonicalInteger } from '../types/numeric.ts'
import type { SqlType } from '../types/type.ts'
import type { Settings } from './settings.ts'
import type { StatementFigures } from './statement-figures.ts'
import type { SessionHost, Unit } from './unit.ts'
import { dataOf } from './unit-data.ts'

/** What only the session can answer. */
export interface CatalogQuestions {
  readonly functions: FunctionRegistry
  readonly engine: { figuresOf(clock: { wallMs(): number }): StatementFigures }
  readonly advisoryLocks: AdvisoryLockAccess
  /** Microseconds since 2000-01-01 UTC. */
  readonly startTime: number
  storedTables(source: TreeSource): ReadonlyMap<string, StoredTable>
  preparedStatements(): Iterable<{
    readonly name: string
    readonly text: string
    readonly types: readonly number[]
    /** Undefined: it gives no rows. */
    readonly resultTypes: readonly number[] | undefined
    /** By PREPARE, and not by a client's protocol. */
    readonly isFromSql: boolean
  }>
}

export class StateAccess implements CatalogAccess {
  readonly currentDatabase: string
  readonly currentUser: string
  private readonly host: SessionHost
  private readonly settings: Settings
  private readonly state: CatalogState
  private readonly unit: Unit
  private readonly questions: CatalogQuestions
  private readonly context: EvaluationContext

  constructor(
    host: SessionHost,
    settings: Settings,
    state: CatalogState,
    unit: Unit,
    questions: CatalogQuestions,
    context: EvaluationContext,
  ) {
    this.currentDatabase = host.databaseName
    this.currentUser = host.userName ?? 'coppice'
    this.host = host
    this.settings = settings
    this.state = state
    this.unit = unit
    this.questions = questions
    this.context = context
  }

  get processId(): number {
    return this.host.processId ?? 1
  }
  get startTime(): number {
    return this.questions.startTime
  }
  get transactionId(): number {
    return this.unit.source.txnId
  }
  get searchPath(): readonly string[] {
    return this.settings.searchPath
  }
  get currentSchema(): string | undefined {
    return this.searchPath.find(one => this.state.hasSchema(one) && one !== this.settings.temporary)
  }
  /** Schemas that are searched, those that exist; with the system's, as it comes first. */
  get effectivePath(): readonly string[] {
    const path = this.searchPath.filter(one => this.state.hasSchema(one))
    return path.includes('pg_catalog') ? path : ['pg_catalog', ...path]
  }
  private get system(): SystemCatalog {
    return systemCatalog(this.state, this.questions.functions)
  }
  get definitions(): DefinitionTexts {
    return new CatalogTexts(this.system, this.context)
  }

  // ------------------------------------------------------------------------------------------------ names

  private findRelation(name: string): ClassName | undefined {
    const parts = splitName(name)
    if (parts.length > 3) {
      throw new SqlError('42601', `improper relation name (too many dotted names): ${parts.join('.')}`)
    }
    if (parts.length > 2 && parts[parts.length - 3] !== this.currentDatabase) {
      const full = parts.join('.')
      throw new SqlError('0A000', `cross-database references are not implemented: "${full}"`)
    }
    const last = parts[parts.length - 1]
    const said = parts[parts.length - 2]
    const schema = said === 'pg_temp' ? (this.settings.temporary ?? said) : said
    const { system } = this
    if (schema !== undefined) return system.relationNamed(schema, last)
    for (const one of this.effectivePath) {
      const found = system.relationNamed(one, last)
      if (found !== undefined) return found
    }
    return undefined
  }

  relationOid(name: string): number | undefined {
    return this.findRelation(name)?.oid
  }
  relationName(oid: number): string | undefined {
    const relation = this.system.relationName(oid)
    return relation === undefined ? undefined : this.shown(relation, this.isVisible('relation', oid) === true)
  }
  typeByOid(oid: number) {
    return this.state.typeByOid(oid)
  }
  /** As it is written in SQL: `integer`, `varchar(3)`, `s."T"[]`. */
  typeByName(name: string): SqlType | undefined {
    let cast: Expression
    try {
      cast = parseExpression(`NULL::${name}`)
    } catch {
      return undefined
    }
    if (cast.kind !== 'cast' || cast.operand.kind !== 'literal') return undefined
    try {
      return bindType(cast.type, this.state.withSearchPath(this.searchPath), this.questions.functions).type
    } catch (error) {
      if (error instanceof SqlError) return undefined
      throw error
    }
  }
  namespaceOid(name: string): number | undefined {
    return this.state.schemas.get(splitName(name)[0])
  }
  namespaceName(oid: number): string | undefined {
    const name = [...this.state.schemas].find(([, one]) => one === oid)?.[0]
    return name === undefined ? undefined : quoted(name)
  }
  roleOid(name: string): number | undefined {
    const [own] = splitName(name)
    if (own === this.ownerName) return OWNER_OID
    return this.server()?.roles.find(role => role.name === own)?.oid
  }
  roleName(oid: number): string | undefined {
    if (oid === OWNER_OID) return quoted(this.ownerName)
    const role = this.server()?.roles.find(one => one.oid === oid)
    return role && quoted(role.name)
  }
  get ownerName(): string {
    return this.privileges?.owner ?? this.currentUser
  }
  get privileges(): PrivilegeAccess | undefined {
    return this.host.authorization
  }
  attributeNumber(relationOid: number, column: string): number {
    const relation = this.state.relationByOid(relationOid)
    if (relation?.kind === 'view') return relation.columns.findIndex(one => one.name === column) + 1
    if (relation?.kind !== 'table') return 0
    return relation.columns.find(one => one.name === column && !one.isHidden)?.attributeNumber ?? 0
  }

  functionOid(signature: string): number | undefined {
    const call = /^(.*?)\((.*)\)$/s.exec(signature)
    const parts = splitName(call === null ? signature : call[1])
    const schema = parts[parts.length - 2]
    let found = functionsNamed(this.questions.functions, parts[parts.length - 1] ?? '')
    if (schema !== undefined) found = found.filter(one => one.schema === schema)
    if (call !== null) {
      const wanted = call[2].trim() === '' ? [] : call[2].split(',').map(one => this.typeByName(one.trim()))
      found = found.filter(
        one => one.arguments.length === wanted.length && one.arguments.every((type, i) => type === wanted[i]),
      )
    } else if (found.length > 1) {
      throw new SqlError('42725', `more than one function named "${signature}"`)
    }
    return found[0]?.oid
  }
  functionName(oid: number, withArguments: boolean): string | undefined {
    const one = functionByOid(this.questions.functions, oid)
    if (one === undefined) return undefined
    const name = this.shown(one, one.schema === 'pg_catalog' || this.searchPath.includes(one.schema))
    return withArguments ? `${name}(${one.arguments.map(type => formatType(type)).join(',')})` : name
  }

  isVisible(kind: 'relation' | 'type' | 'function', oid: number): boolean | undefined {
    switch (kind) {
      case 'relation': {
        const relation = this.system.relationName(oid)
        return relation && this.findRelation(quoted(relation.name))?.oid === oid
      }
      case 'type': {
        const type = this.state.typeByOid(oid)
        return type && this.state.type(undefined, type.name, this.searchPath) === type
      }
      default: {
        const one = functionByOid(this.questions.functions, oid)
        return one && this.effectivePath.includes(one.schema)
      }
    }
  }

  private shown({ schema, name }: { schema: string; name: string }, isVisible: boolean): string {
    return isVisible ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
  }

  comment(oid: number, catalog: string | undefined, column: number): string | undefined {
    return commentOf(this.system, oid, catalog, column)
  }
  sharedComment(oid: number, catalog: string): string | undefined {
    return catalog === 'pg_database' ? sharedCommentOf(this.system, oid) : undefined
  }

  // ------------------------------------------------------------------------------------------------- data

  rowCount(oid: number): number | undefined {
    const table = this.state.tableByOid(oid)
    return table === undefined ? undefined : storedRowCount(dataOf(this.unit), table)
  }

  /** Of an index, a sequence or a view that it has no tree of its own is 0. */
  relationSizeBytes(oid: number, part: 'table' | 'indexes' | 'all'): number | undefined {
    const { source } = this.unit
    const sizeOf = (tree: number): number => {
      const found = source.tree(tree)
      return found === undefined ? 0 : treeSizeBytes(found)
    }
    const ofIndex = this.system.indexByOid(oid)
    const table = ofIndex?.table ?? this.state.tableByOid(oid)
    if (table === undefined) return this.system.relationName(oid) === undefined ? undefined : 0
    const stored = this.questions.storedTables(source).get(table.storedName)
    if (stored === undefined) return 0
    const indexes = stored.kind === 'records' ? stored.indexes : []
    if (ofIndex !== undefined) {
      const own = indexes.find(one => one.name === ofIndex.index.storedName)
      return own === undefined ? 0 : sizeOf(own.tree)
    }
    const rows = part === 'indexes' ? 0 : sizeOf(stored.tree)
    return part === 'table' ? rows : indexes.reduce((sum, one) => sum + sizeOf(one.tree), rows)
  }

  databaseSizeBytes(): number | undefined {
    let sum = 0
    for (const relation of this.state.allRelations()) {
      if (relation.kind === 'table') sum += this.relationSizeBytes(relation.oid, 'all') ?? 0
    }
    return sum
  }

  sequence(oid: number): { readonly last: number | bigint; readonly isCalled: boolean } | undefined {
    const { unit } = this
    const { tables } = unit
    if (unit.kind === 'write') unit.state.sequences.settle(unit.tables)
    const entries = (
      tables.table as (definition: typeof sqlCatalog) => { get(key: [string, number]): unknown }
    )(sqlCatalog)
    const stored = entries.get(['sequence', oid]) as StoredSequence | undefined
    return stored && { last: canonicalInteger(BigInt(stored.last)), isCalled: stored.isCalled }
  }

  // ---------------------------------------------------------------------------------------------- session

  settingsList(): ReturnType<CatalogAccess['settingsList']> {
    return this.settings.all()
  }
  statementFigures(): ReturnType<CatalogAccess['statementFigures']> {
    const figures = this.questions.engine.figuresOf(this.host)
    return { all: figures.all(), ...figures.info }
  }
  preparedStatements(): ReturnType<CatalogAccess['preparedStatements']> {
    return this.questions.preparedStatements()
  }
  server(): ServerContents | undefined {
    return this.host.administration?.contents()
  }
  activity(): Iterable<Readonly<Record<string, unknown>>> {
    return this.host.activity?.() ?? []
  }
}
