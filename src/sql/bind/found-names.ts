/**
 * What the names in a tree meant when it was bound, by the nodes that have them. Definitions are stored as text: with it they
 * are written so that they mean the same whatever the search path is, and are written anew when something gets another name.
 */

import type { RelationSchema } from '../catalog/schema.ts'
import type { Expression } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type { BoundExpression } from './bound.ts'

export class FoundNames {
  /** Stars of select lists, and the columns that they stand for. */
  readonly stars = new Map<Expression, readonly Expression[]>()
  /** Columns that are named without their table, with it. */
  readonly columns = new Map<object, readonly [string, string]>()
  /** By natural joins, the columns that both sides have. */
  readonly naturals = new Map<object, readonly string[]>()
  /** By the references of FROM; common tables are none of them. */
  readonly relations = new Map<object, RelationSchema>()
  /** By names of types, without the brackets of arrays. */
  readonly types = new Map<object, SqlType>()
  /** By literals in quotes, what they are read as. */
  readonly literals = new Map<object, SqlType>()
  /** By literals in quotes that the session's settings or the clock give a meaning: a text that means the same to everybody. */
  readonly settled = new Map<object, string>()
  private readonly constants = new WeakMap<BoundExpression, object>()

  noteLiteral(literal: object, constant: BoundExpression): void {
    this.constants.set(constant, literal)
  }

  noteRead(constant: BoundExpression, type: SqlType): void {
    const literal = this.constants.get(constant)
    if (literal !== undefined) this.literals.set(literal, type)
  }

  noteSettled(constant: BoundExpression, text: string): void {
    const literal = this.constants.get(constant)
    if (literal !== undefined) this.settled.set(literal, text)
  }
}
