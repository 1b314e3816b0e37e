/** Statements of the raw tree, each given to the one who converts its kind. */

import { notSupported } from '../errors.ts'
import { dataStatement } from './changes.ts'
import { Fields, kindOf, type Raw } from './fields.ts'
import { createIndex } from './indexes.ts'
import { type IntoHolder, selectOf } from './queries.ts'
import type { Source } from './source.ts'
import type { Statement } from './tree.ts'

type Converter = (fields: Fields) => Statement

const CONVERTERS: Readonly<Record<string, Converter>> = {
  IndexStmt: createIndex,
}

const DATA = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']

/** `at`: where the statement begins. */
export function statement(source: Source, node: Raw, at: number): Statement {
  const kind = kindOf(node) ?? 'an empty statement'
  if (kind === 'SelectStmt') return select(new Fields(source, kind, node[kind] as Raw, at))
  if (DATA.includes(kind)) return dataStatement(source, node, at)
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined
  if (convert === undefined) throw notSupported(source.wordsAt(at), at)
  const fields = new Fields(source, kind, node[kind] as Raw, at)
  const converted = convert(fields)
  fields.done()
  return converted
}

function select(fields: Fields): Statement {
  const into: IntoHolder = { clause: undefined }
  const query = selectOf(fields, into)
  if (into.clause !== undefined) throw notSupported('SELECT INTO', into.clause.at)
  return query
}
