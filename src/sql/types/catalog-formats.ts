/** Types that hardly anything but the catalogs has: vectors of integers and oids, transaction ids, privileges, expressions. */

import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import { SqlArray } from './array.ts'
import type { TextFormat } from './text-format.ts'
import { ACLITEM, CSTRING, INT2VECTOR, INTERNAL, OIDVECTOR, PG_NODE_TREE, type SqlType, XID } from './type.ts'

/** A value of int2vector or oidvector: of one dimension, from 0 on. */
export function vectorOf(elements: readonly Value[]): SqlArray {
  return elements.length === 0 ? SqlArray.EMPTY : new SqlArray(elements, [elements.length], [0])
}

/**
 * A value of pg_node_tree. PostgreSQL keeps a tree; here it is the text of one expression, or of several with commas between
 * them, and the type that it was coerced to, so that pg_get_expr can say what PostgreSQL says.
 */
export class ExpressionTree {
  readonly text: string
  readonly target: { readonly type: SqlType; readonly modifier: number } | undefined

  constructor(text: string, target?: ExpressionTree['target']) {
    this.text = text
    this.target = target
  }
  toString(): string {
    return this.text
  }
}

function vectorFormat(type: SqlType, max: number): TextFormat {
  return {
    type,
    input: text => {
      const words = text.trim() === '' ? [] : text.trim().split(/\s+/)
      return vectorOf(
        words.map(word => {
          const value = Number(word)
          if (!/^-?\d+$/.test(word) || value > max || value < -max - 1) {
            throw new SqlError('22P02', `invalid input syntax for type ${type.name}: "${text}"`)
          }
          return value
        }),
      )
    },
    output: (vector: SqlArray) => vector.elements.join(' '),
  }
}

function unreadable(type: SqlType): TextFormat {
  return {
    type,
    input: () => {
      throw new SqlError('0A000', `cannot accept a value of type ${type.displayName}`)
    },
    output: String,
  }
}

export const CATALOG_FORMATS: readonly TextFormat[] = [
  vectorFormat(INT2VECTOR, 32_767),
  vectorFormat(OIDVECTOR, 4_294_967_295),
  {
    type: XID,
    input: text => {
      const value = Number(text.trim())
      if (!/^\s*\d+\s*$/.test(text) || value > 4_294_967_295) {
        throw new SqlError('22P02', `invalid input syntax for type xid: "${text}"`)
      }
      return value
    },
    output: String,
  },
  unreadable(ACLITEM),
  unreadable(PG_NODE_TREE),
  unreadable(INTERNAL),
  { type: CSTRING, input: text => text, output: text => text },
]
