import { describe, expect, test } from 'vitest'
import { SqlError } from '../../../src/sql/errors.ts'
import { convertStatements, parseStatements } from '../../../src/sql/syntax/parser.ts'
import { Source } from '../../../src/sql/syntax/source.ts'
import { REFUSED, SUPPORTED } from './corpus.ts'
import { bodiesOf, type RawNode, rawOf } from './raw.ts'

function errorOf(task: () => unknown): SqlError {
  try {
    task()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('no error')
}

describe('the corpus', () => {
  test('every supported statement becomes a tree', () => {
    for (const text of SUPPORTED) expect(() => parseStatements(text), text).not.toThrow()
  })

  test.each(REFUSED.map(([text, names, at = '']) => [text, names, at] as const))(
    'is refused by name and place: %s',
    (text, names, at) => {
      const error = errorOf(() => parseStatements(text))
      expect(error.sqlstate).toBe('0A000')
      expect(error.primary).toContain(names)
      expect(error.position).toBeDefined()
      expect(text.slice(error.position)).toSatisfy((rest: string) => rest.startsWith(at))
    },
  )
})

describe('nothing is dropped', () => {
  test('a field that the converter does not know is refused, in every kind of node', () => {
    const done = new Set<string>()
    for (const text of SUPPORTED) {
      const raw = rawOf(text)
      for (const { name, body } of bodiesOf(raw, 'ParseResult')) {
        if (done.has(name)) continue
        done.add(name)
        body.unheardOf = true
        const error = errorOf(() => convertStatements(raw, new Source(text)))
        expect(`${name}: ${error.sqlstate} ${error.primary}`).toMatch(
          /: 0A000 .*\.unheardOf is not supported$/,
        )
        delete body.unheardOf
      }
    }
    expect(done.size).toBeGreaterThan(120)
  })

  test('a keyword that the converter does not know is refused, in every field', () => {
    const done = new Set<string>()
    for (const text of SUPPORTED) {
      const raw = rawOf(text)
      for (const { name, body } of bodiesOf(raw, 'ParseResult')) {
        for (const [field, value] of Object.entries(body)) {
          if (typeof value !== 'string' || !/^([A-Z]+_[A-Z_a-z]+|CTEM\w+|LockWait\w+)$/.test(value)) continue
          if (done.has(`${name}.${field} ${value}`) || NOT_KEYWORDS.has(`${name}.${field}`)) continue
          done.add(`${name}.${field} ${value}`)
          body[field] = 'UNHEARD_OF'
          const error = errorOf(() => convertStatements(raw, new Source(text)))
          expect(`${name}.${field}: ${error.sqlstate}`).toBe(`${name}.${field}: 0A000`)
          body[field] = value
        }
      }
    }
    expect(done.size).toBeGreaterThan(150)
  })

  test('whatever is taken is in the tree: without it the tree is another one, or none', () => {
    const ineffective = new Set<string>()
    const effective = new Set<string>()
    for (const text of SUPPORTED) {
      const raw = rawOf(text)
      const before = printed(raw, text)
      for (const { name, body } of bodiesOf(raw, 'ParseResult')) {
        for (const [field, value] of Object.entries(body)) {
          const place = `${name}.${field}`
          // Places, of which neighbours know the same, and ONLY, for there are no tables below others.
          if (field === 'location' || field === 'inh') continue
          if (effective.has(place)) continue
          delete body[field]
          const hasEffect = printed(raw, text) !== before
          body[field] = value
          if (hasEffect) effective.add(place)
          else ineffective.add(place)
        }
      }
    }
    for (const place of effective) ineffective.delete(place)
    expect([...ineffective].sort()).toEqual(WITHOUT_MEANING)
    expect(effective.size).toBeGreaterThan(350)
  })
})

/** The tree as text; the error, where there is none. */
function printed(raw: RawNode, text: string): string {
  try {
    return JSON.stringify(convertStatements(raw, new Source(text)), (_key, value) =>
      typeof value === 'bigint' ? `${value}n` : value,
    )
  } catch (error) {
    return String(error)
  }
}

/** What the raw tree says without need. */
const WITHOUT_MEANING: readonly string[] = [
  'ATAlterConstraint.is_enforced',
  'A_ArrayExpr.list_end',
  'A_ArrayExpr.list_start',
  'A_Expr.rexpr_list_end',
  'A_Expr.rexpr_list_start',
  'ColumnDef.is_local',
  'ColumnDef.typeName.typemod',
  'Constraint.initially_valid',
  'CreateDomainStmt.typeName.typemod',
  'DeallocateStmt.isall',
  'DefElem.defaction',
  // The format is always there, and UTF8 its only encoding.
  'JsonArgument.val.format.encoding',
  'JsonArrayAgg.arg.format.encoding',
  'JsonArrayAgg.constructor.output.returning.format.encoding',
  'JsonArrayAgg.constructor.output.typeName.typemod',
  'JsonArrayConstructor.output.returning.format.encoding',
  'JsonArrayConstructor.output.typeName.typemod',
  'JsonArrayQueryConstructor.absent_on_null',
  'JsonArrayQueryConstructor.format.encoding',
  'JsonArrayQueryConstructor.output.returning.format.encoding',
  'JsonArrayQueryConstructor.output.typeName.typemod',
  'JsonFuncExpr.context_item.format.encoding',
  'JsonFuncExpr.output.returning.format.encoding',
  'JsonFuncExpr.output.typeName.typemod',
  'JsonIsPredicate.format',
  'JsonIsPredicate.format.encoding',
  'JsonIsPredicate.format.format_type',
  'JsonKeyValue.value.format.encoding',
  'JsonObjectAgg.arg.value.format.encoding',
  'JsonObjectAgg.constructor.over.frameOptions',
  'JsonObjectConstructor.output.returning.format.encoding',
  'JsonObjectConstructor.output.typeName.typemod',
  'JsonParseExpr.expr.format.encoding',
  'JsonSerializeExpr.expr.format.encoding',
  'JsonSerializeExpr.output.returning.format.encoding',
  'JsonSerializeExpr.output.typeName.typemod',
  'JsonTable.context_item.format.encoding',
  'JsonTable.pathspec.name_location',
  'JsonTableColumn.format',
  'JsonTableColumn.format.encoding',
  'JsonTableColumn.pathspec.name_location',
  'JsonTableColumn.typeName.typemod',
  'JsonValueExpr.format.encoding',
  'MergeSupportFunc.msftype',
  'NamedArgExpr.argnumber',
  // VERBOSE and CONCURRENTLY.
  'ReindexStmt.params',
  'RenameStmt.behavior',
  'SelectStmt.intoClause.rel.relpersistence',
  'TableLikeClause.relation.relpersistence',
  'TypeCast.typeName.typemod',
  'TypeName.typemod',
  'VariableSetStmt.jumble_args',
]

/** Texts of the user that look like keywords, and the row format, which matters in GROUP BY alone. */
const NOT_KEYWORDS = new Set(['String.sval', 'RowExpr.row_format', 'RenameStmt.relationType'])
