/**
 * Texts that differ in their literals alone are compiled once. A program that writes its values into its statements, a script of
 * INSERTs, psql and pgbench by themselves say the same statement again and again with other numbers in it, and parsing, binding and
 * planning each takes fifty times as long as running it.
 *
 * The statement with parameters instead of the literals is the *template* of such texts. That it means the same is not assumed:
 * each time that it is compiled, it is compared with one of the texts, its *example*, bound in the same state. They must be the same
 * in everything but that one has constants where the other has parameters of the same type (`ORDER BY 1`, `interval '1 day'`,
 * `varchar(5)` are not), and the plan must be one that no value could make worse. Else their texts are parsed one by one, as ever.
 *
 * Invariants:
 * 1. A template that was compiled for a state is equal to its example in that state (`SqlEngine.compile`).
 * 2. The type of a literal follows from its kind, which is part of the shape, and never from its value.
 */

import type { BoundStatement } from '../bind/bound.ts'
import { constantsByPlace, isSameButLiterals } from '../bind/same-but-literals.ts'
import { sameValue } from '../bind/walk.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import {
  type LiteralKind,
  literalShapeOf,
  parameterized,
  placeInText,
  type WrittenLiteral,
} from '../syntax/literal-shape.ts'
import type { ParsedStatement, QueryStatement } from '../syntax/tree.ts'
import { inputFunction, textFormat } from '../types/input-output.ts'
import { FLOAT4, FLOAT8, INT4, INT8, NO_MODIFIER, NUMERIC, type SqlType } from '../types/type.ts'
import type { ParameterValues } from './parameters.ts'
import { LENGTH_MAX } from './parsed-texts.ts'
import { isQuery } from './statement-kinds.ts'
import { toSql } from './values.ts'

/** Of which a template is tried: most texts that a program writes come once or twice. */
const TEXTS_BEFORE = 3
export const SHAPES_MAX = 500
/** Of all shapes together; the tree and the plans of one take up to eighty times the room of its text. */
export const SHAPE_LENGTHS_MAX = 500_000

const RECENT_MAX = 200
const RECENT_LENGTH_MAX = 1000

type ParameterTypes = readonly (SqlType | undefined)[]

/** A template does not mean what its example means. */
export class NotAlike extends Error {
  /** With these types of its parameters it may; undefined: with none. */
  readonly types: ParameterTypes | undefined

  constructor(types?: ParameterTypes) {
    super()
    this.types = types
  }
}

export class LiteralTemplate {
  readonly statement: QueryStatement
  readonly example: QueryStatement
  readonly types: ParameterTypes
  readonly places: readonly number[]
  private readonly parsed: ParsedStatement
  private readonly literals: readonly WrittenLiteral[]

  constructor(
    parsed: ParsedStatement,
    statement: QueryStatement,
    places: readonly number[],
    example: QueryStatement,
    literals: readonly WrittenLiteral[],
    types: ParameterTypes,
  ) {
    this.parsed = parsed
    this.statement = statement
    this.places = places
    this.example = example
    this.literals = literals
    this.types = types
  }

  /** @param written the example, bound where this was bound @throws NotAlike */
  compare(written: BoundStatement, bound: BoundStatement, context: EvaluationContext): void {
    const { literals } = this
    const isAlike = isSameButLiterals(written, bound, {
      isRead(index, type, modifier, value) {
        const literal = literals[index]
        // '5' as interval minute is another interval than '5' cut to minutes.
        if (modifier !== NO_MODIFIER && textFormat(type)?.inputWithModifier !== undefined) return false
        return (
          takesLiteral(type, literal.kind) && sameValue(readFitting(literal, type, modifier, context), value)
        )
      },
      isText: (index, content) => literals[index].kind === 'string' && literals[index].value === content,
    })
    if (!isAlike) throw this.notAlike(written)
  }

  /** Numbers that stay what they are in the example, where the statement would have made something else of a parameter. */
  notAlike(written: BoundStatement): NotAlike {
    const constants = constantsByPlace(written)
    const types = this.literals.map(({ kind, start }) => {
      const constant = kind === 'string' ? undefined : constants.get(start)
      return constant?.castFrom === undefined ? constant?.type : undefined
    })
    return new NotAlike(types)
  }

  /** The one statement of a text: its own, and where it is. */
  parsedFor(literals: readonly WrittenLiteral[]): ParsedStatement {
    const { parsed, places } = this
    const start = placeInText(parsed.start, places, literals)
    const end = placeInText(parsed.end, places, literals)
    return { statement: this.statement, start, end, parameterCount: 0 }
  }
}

/** A text as its template and its literals. */
export interface WrittenStatement {
  readonly text: string
  /** Where it begins in the text that places in errors refer to. */
  readonly offset: number
  readonly shape: Shape
  readonly literals: readonly WrittenLiteral[]
}

/** A statement that was parsed, or that a template stands for. */
export interface StatementToRun extends ParsedStatement {
  readonly written?: WrittenStatement | undefined
  /** That `statement` is its own, and not a template's. */
  readonly isParsed?: true
}

export function statementToRun(written: WrittenStatement): StatementToRun {
  return { ...written.shape.template!.parsedFor(written.literals), written }
}

export class Shape {
  private readonly key: string
  private readonly home: LiteralTemplates
  private seen = 0
  private isRefused = false
  private tried: LiteralTemplate | undefined

  constructor(key: string, home: LiteralTemplates) {
    this.key = key
    this.home = home
  }

  /** What texts of this shape are run by; undefined: they are parsed. */
  get template(): LiteralTemplate | undefined {
    return this.tried
  }

  /** Another text has it. */
  see(text: string, literals: readonly WrittenLiteral[]): void {
    if (this.tried !== undefined || ++this.seen !== TEXTS_BEFORE) return
    // What the parameters are follows from their use.
    const types = literals.map(() => undefined)
    this.try(text, literals, types)
  }

  /** The template is not alike: it is tried once more with other types. */
  refuse(
    template: LiteralTemplate,
    { types }: NotAlike,
    text: string,
    literals: readonly WrittenLiteral[],
  ): void {
    if (this.tried !== template) return
    this.tried = undefined
    if (this.isRefused || types === undefined) return
    this.isRefused = true
    this.try(text, literals, types)
  }

  private try(text: string, literals: readonly WrittenLiteral[], types: ParameterTypes): void {
    const { home } = this
    const { text: withParameters, places } = parameterized(this.key)
    try {
      const statements = home.parse(withParameters)
      const [parsed] = statements
      if (statements.length !== 1 || parsed.databases !== undefined) return
      if (!isQuery(parsed.statement) || parsed.parameterCount !== literals.length) return
      // What is run is then another statement, which knows the row.
      if ('currentOf' in parsed.statement && parsed.statement.currentOf !== undefined) return
      const example = home.parse(text)[0].statement
      if (!isQuery(example)) return
      this.tried = new LiteralTemplate(parsed, parsed.statement, places, example, literals, types)
      home.note(this.tried)
    } catch (error) {
      // Where a literal stood no parameter can stand.
      if (!(error instanceof SqlError)) throw error
    }
  }
}

/** The shapes of the texts that one database runs; bounded in number and in length. */
export class LiteralTemplates {
  /** Without keeping anything. */
  readonly parse: (text: string) => readonly ParsedStatement[]
  private readonly shapes = new Map<string, Shape>()
  private readonly templates = new WeakMap<QueryStatement, LiteralTemplate>()
  /** Texts that came lately: one that comes again is parsed, for what is kept for a text is quicker than a template. */
  private readonly recent = new Set<string>()
  private length = 0

  constructor(parse: (text: string) => readonly ParsedStatement[]) {
    this.parse = parse
  }

  /** How a text that was not parsed before is run by a template; undefined: it is parsed. */
  find(text: string): WrittenStatement | undefined {
    if (text.length > LENGTH_MAX || this.recent.delete(text)) return undefined
    const found = literalShapeOf(text)
    if (found === undefined) return undefined
    const { key, literals } = found
    const shape = this.shapes.get(key) ?? this.add(key)
    shape.see(text, literals)
    if (shape.template === undefined) return undefined
    this.remember(text)
    return { text, offset: 0, shape, literals }
  }

  private remember(text: string): void {
    if (text.length > RECENT_LENGTH_MAX) return
    const { recent } = this
    if (recent.size >= RECENT_MAX) recent.delete(recent.values().next().value!)
    recent.add(text)
  }

  /** @internal */
  note(template: LiteralTemplate): void {
    this.templates.set(template.statement, template)
  }

  /** The template whose statement it is, if it is one's. */
  of(statement: QueryStatement): LiteralTemplate | undefined {
    return this.templates.get(statement)
  }

  private add(key: string): Shape {
    const { shapes } = this
    const shape = new Shape(key, this)
    shapes.set(key, shape)
    this.length += key.length
    for (const oldest of shapes.keys()) {
      if (shapes.size <= SHAPES_MAX && this.length <= SHAPE_LENGTHS_MAX) break
      shapes.delete(oldest)
      this.length -= oldest.length
    }
    return shape
  }
}

/** The types that a number may become without a message that depends on how it was written. */
const TYPES_OF_INTEGERS: ReadonlySet<SqlType> = new Set([INT4, INT8, FLOAT4, FLOAT8, NUMERIC])
const TYPES_OF_BIGINTS: ReadonlySet<SqlType> = new Set([INT8, FLOAT4, FLOAT8, NUMERIC])
const TYPES_OF_DECIMALS: ReadonlySet<SqlType> = new Set([FLOAT4, FLOAT8, NUMERIC])

function takesLiteral(type: SqlType, kind: LiteralKind): boolean {
  switch (kind) {
    case 'integer':
      return TYPES_OF_INTEGERS.has(type)
    case 'bigint':
      return TYPES_OF_BIGINTS.has(type)
    case 'decimal':
      return TYPES_OF_DECIMALS.has(type)
    case 'string':
      return true
  }
}

function readLiteral({ kind, value }: WrittenLiteral, type: SqlType, context: EvaluationContext): Value {
  if (kind === 'integer' && (type === INT4 || type === INT8)) return Number(value) + 0
  return toSql(value, type, context, 'a literal', 'text')
}

/** The same as a column of such a length takes it. */
function readFitting(
  literal: WrittenLiteral,
  type: SqlType,
  modifier: number,
  context: EvaluationContext,
): Value {
  if (modifier === NO_MODIFIER) return readLiteral(literal, type, context)
  return inputFunction(type, modifier)(literal.value, context)
}

/** The literals of a text as the parameters of its template. */
export function literalParameters(
  template: LiteralTemplate,
  literals: readonly WrittenLiteral[],
): ParameterValues {
  return {
    types: template.types,
    read(index, type, context) {
      try {
        return readLiteral(literals[index], type, context)
      } catch (error) {
        throw error instanceof SqlError ? error.at(template.places[index]) : error
      }
    },
  }
}
