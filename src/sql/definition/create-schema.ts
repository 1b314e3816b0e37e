/** CREATE SCHEMA, with the objects that are made in it at once. */

import type { Steps } from '../../base/steps.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import { notSupported, SqlError } from '../errors.ts'
import type {
  CreateSchema,
  DefinitionStatement,
  GrantStatement,
  QualifiedName,
  Statement,
} from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refuseReservedSchema } from './names.ts'
import { requireOwner } from './owner.ts'

/** In this order, whatever the statement's is: views are over tables, and defaults ask sequences; GRANT comes last. */
const KINDS = ['create sequence', 'create table', 'create view', 'create index'] as const
type Element = Extract<DefinitionStatement, { readonly kind: (typeof KINDS)[number] }>

/** @param run does what an element says */
export function* createSchema(
  statement: CreateSchema,
  environment: DefinitionEnvironment,
  run: (element: DefinitionStatement, environment: DefinitionEnvironment) => Steps<unknown>,
): Steps {
  const { owner, ifNotExists, at } = statement
  const role = owner === undefined ? undefined : requireOwner(owner.role, at, environment)
  const name = statement.name ?? role!
  const elements = statement.elements.map(element => checkedElement(element, name))
  if (environment.state.hasSchema(name)) {
    const message = `schema "${name}" already exists`
    if (!ifNotExists) throw new SqlError('42P06', message)
    environment.notice('42P06', `${message}, skipping`)
    return
  }
  refuseReservedSchema(name)
  const editor = new CatalogEditor(environment.unit.tables)
  editor.put('schema', editor.newOid(), { name })
  const searchPath = [name, ...environment.searchPath]
  for (const kind of KINDS) {
    for (const element of elements) {
      if (element.kind === kind)
        yield* run(element, { ...environment, state: environment.stateNow(), searchPath })
    }
  }
  const where = { state: environment.stateNow(), searchPath }
  for (const element of elements) if (element.kind === 'grant') environment.grant(element, where)
}

/** @throws SqlError 0A000; 42P15 it names another schema */
function checkedElement(element: Statement, schema: string): Element | GrantStatement {
  // It may be about what is elsewhere.
  if (element.kind === 'grant') return element
  if (!isElement(element)) throw notSupported(`${element.kind.toUpperCase()} in CREATE SCHEMA`, element.at)
  const name: QualifiedName = element.kind === 'create index' ? element.table : element.name
  const said = name.length > 1 ? name[name.length - 2] : schema
  if (said === schema) return element
  throw new SqlError(
    '42P15',
    `CREATE specifies a schema (${said}) different from the one being created (${schema})`,
  )
}

function isElement(statement: Statement): statement is Element {
  return (KINDS as readonly string[]).includes(statement.kind)
}
