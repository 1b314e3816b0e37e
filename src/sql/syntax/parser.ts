/**
 * Text to statement trees. PostgreSQL's own parser (`postgres.ts`) makes a raw tree, which the files beside this one
 * turn into Coppice's (`tree.ts`). Synchronous; the parser is loaded when the first statement comes.
 *
 * Invariants:
 * 1. A statement is converted with every field of its raw nodes, or refused (0A000) with its place: `fields.ts`.
 * 2. What PostgreSQL refuses is refused with its message, SQLSTATE and place.
 * 3. Places are indices into the text that the caller gave, never into what the parser was given.
 */

import { assert } from '../../base/assert.ts'
import { SqlError } from '../errors.ts'
import { checkEncoding } from './encoding.ts'
import { Fields, type Raw } from './fields.ts'
import { type ParserRefusal, parseRaw, stackDepthExceeded } from './postgres.ts'
import { Source } from './source.ts'
import { hintOf, placeholderHint, sqlstateOf } from './sqlstates.ts'
import { statement } from './statements.ts'
import type { Expression, ParsedStatement } from './tree.ts'
import { useStatement } from './use.ts'

/** All statements of a script, in their order; none for one that is empty. */
export function parseStatements(text: string): readonly ParsedStatement[] {
  return complete(text, () => {
    checkEncoding(text, position => ({ position }))
    const source = new Source(text)
    const answer = parseRaw(source.text)
    if (answer.json !== undefined) return convertStatements(JSON.parse(answer.json) as Raw, source)
    const use = useStatement(text)
    if (use !== undefined) return [use]
    throw refused(answer.refusal, source)
  })
}

const SELECT = 'SELECT '

/** One expression, as in a stored default or check. */
export function parseExpression(text: string): Expression {
  return complete(text, () => {
    checkEncoding(text, position => ({ position }))
    const source = new Source(SELECT + text, SELECT.length)
    const [only, ...more] = convertStatements(rawTree(source), source)
    if (only?.databases !== undefined)
      throw new SqlError('0A000', 'a name with a database', { position: only.databases[0].at })
    const query = only?.statement
    if (query?.kind !== 'select' || more.length > 0 || query.items.length !== 1) throw notAnExpression(text)
    const [item] = query.items
    const { items: _items, at: _at, kind: _kind, ...clauses } = query
    const isAlone =
      item!.alias === undefined &&
      Object.values(clauses).every(
        clause =>
          clause === undefined ||
          clause === false ||
          clause === 'all' ||
          (Array.isArray(clause) && clause.length === 0),
      )
    if (!isAlone) throw notAnExpression(text)
    return item!.expression
  })
}

function notAnExpression(text: string): SqlError {
  return new SqlError('42601', 'syntax error: one expression is expected', { position: 0 }, text)
}

/** Errors with their text, and the overflow of a stack as what it is. */
function complete<T>(text: string, task: () => T): T {
  try {
    return task()
  } catch (error) {
    if (error instanceof SqlError) throw error.withText(text)
    if (error instanceof RangeError) throw stackDepthExceeded(error)
    throw error
  }
}

function rawTree(source: Source): Raw {
  const answer = parseRaw(source.text)
  if (answer.json === undefined) throw refused(answer.refusal, source)
  return JSON.parse(answer.json) as Raw
}

function refused(refusal: ParserRefusal, source: Source): SqlError {
  const position = source.ofCodePoint(refusal.cursor)
  const hint = hintOf(refusal) ?? placeholderHint(source.text, position)
  return new SqlError(sqlstateOf(refusal), refusal.message, {
    position,
    ...(hint === undefined ? {} : { hint }),
  })
}

/** The raw tree of a script, converted. For the tests it is apart from parsing. */
export function convertStatements(raw: Raw, source: Source): readonly ParsedStatement[] {
  const script = new Fields(source, 'ParseResult', raw, -1)
  assert(typeof script.take('version') === 'number', 'the parser says its version')
  const parsed = script.list('stmts').map(node => {
    const fields = new Fields(source, 'RawStmt', node, -1)
    const start = source.skipBlank(source.ofByte(fields.integer('stmt_location')))
    // 0: to the end.
    const length = fields.integer('stmt_len')
    const end =
      length === 0 ? source.end : source.ofByte(((node.stmt_location as number | undefined) ?? 0) + length)
    source.parameterCount = 0
    source.databases = []
    source.statementStart = start
    source.statementEnd = end
    const tree = statement(source, fields.required('stmt'), start)
    fields.done()
    const { parameterCount, databases } = source
    const parsed = { statement: tree, start, end, parameterCount }
    return databases.length === 0 ? parsed : { ...parsed, databases }
  })
  script.done()
  return parsed
}
