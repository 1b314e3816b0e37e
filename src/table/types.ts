/**
 * `t`: the types of keys, values and columns. A type is a description (see `type-node.ts`) with the
 * TypeScript type of its values attached for the compiler's eyes only.
 */

import { CoppiceError } from '../base/errors.ts'
import { preview } from './place.ts'
import type { ScalarKind, TypeNode } from './type-node.ts'
import type { StoredInterval } from './value-scalars.ts'

declare const valueType: unique symbol
declare const brandOf: unique symbol

/** Marks a type so that only values of the same brand fit: `type UserId = Branded<bigint, 'UserId'>`. */
export type Branded<T, Name extends string> = T & { readonly [brandOf]: Name }

/** The type of keys, values or columns whose JavaScript values are `T`. Made by {@link t}. */
export class Type<out T> {
  declare readonly [valueType]: T
  /** The description that is stored with the table. */
  readonly node: TypeNode

  constructor(node: TypeNode) {
    this.node = node
  }

  /**
   * Allows `null`, which sorts before every value.
   * @example t.i32.nullable()
   */
  nullable(): Type<T | null> {
    return new Type({ kind: 'nullable', of: this.node })
  }

  /**
   * Sorts from the largest to the smallest; for keys. For a column of an index or primary key use
   * the function `desc('column')` instead.
   * @example table('latest', { key: t.tuple(t.text, t.date.desc()), value: t.f64 })
   */
  desc(): Type<T> {
    return new Type({ kind: 'desc', of: this.node })
  }

  /**
   * For columns of records: what the column is when a record leaves it out, and in rows that are older than the column.
   * @example columns: { id: t.u32, visits: t.u32.default(0) }
   */
  default(value: T): TypeWithDefault<T> {
    return new TypeWithDefault(this, { kind: 'value', value })
  }

  /**
   * For a primary key of one integer column: a record that leaves it out gets the next number, from 1 on, which `insert`
   * and `put` return. A number is never given twice, also not after its record was deleted.
   * @example
   * const notes = table('notes', { columns: { id: t.u32.autoIncrement(), text: t.text }, primaryKey: ['id'] })
   * const id = db.write(tx => tx.table(notes).insert({ text: 'hello' }))
   */
  autoIncrement(this: Type<number> | Type<bigint>): TypeWithDefault<T> {
    return new TypeWithDefault(this as unknown as Type<T>, { kind: 'counter' })
  }

  /**
   * Attaches a name that the compiler compares; nothing changes at run time or in the file.
   * @example const userId = t.i64.brand<'UserId'>()
   */
  brand<const Name extends string>(): Type<Branded<T, Name>> {
    return new Type(this.node)
  }
}

/** Where a column's value comes from when a record leaves it out. */
export type Fallback = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'counter' }

/**
 * The type of a column that a record may leave out. Made by `default` and `autoIncrement`, which come last:
 * `t.i32.nullable().default(7)`.
 */
export class TypeWithDefault<out T> {
  declare readonly [valueType]: T
  readonly type: Type<T>
  readonly fallback: Fallback

  /** A caller writes `type.default(value)`. @internal */
  constructor(type: Type<T>, fallback: Fallback) {
    this.type = type
    this.fallback = fallback
  }
}

/** The type of a column, with or without a default. */
export type ColumnType<T> = Type<T> | TypeWithDefault<T>

/**
 * The JavaScript type of a type's values.
 * @example type Point = Infer<typeof point>
 */
export type Infer<D extends ColumnType<unknown>> = D extends ColumnType<infer T> ? T : never

type InferAll<D extends readonly Type<unknown>[]> = { readonly [I in keyof D]: Infer<D[I]> }
type InferFields<D extends Readonly<Record<string, Type<unknown>>>> = {
  -readonly [N in keyof D]: Infer<D[N]>
}

const scalar = <T>(kind: ScalarKind): Type<T> => new Type<T>({ kind })

/** @throws CoppiceError INVALID_DEFINITION for what is no type, as `t.json` without its parentheses. */
function nodeOf(type: unknown, where: string): TypeNode {
  if (type instanceof Type) return type.node
  if (type instanceof TypeWithDefault) {
    throw new CoppiceError('INVALID_DEFINITION', `${where}: only columns of records have a default`)
  }
  throw new CoppiceError(
    'INVALID_DEFINITION',
    `${where}: expected a type, such as t.text or t.json<T>(), given ${preview(type)}`,
  )
}

/**
 * The types.
 * @example
 * const price = table('price', { key: t.tuple(t.text, t.date), value: t.f64 })
 */
export const t = {
  /** `false`, which sorts first, or `true`. */
  bool: scalar<boolean>('bool'),
  /** Integers of 8 bits, 0 to 255. */
  u8: scalar<number>('u8'),
  /** Integers of 16 bits, 0 to 65,535. */
  u16: scalar<number>('u16'),
  /** Integers of 32 bits, 0 to 4,294,967,295. */
  u32: scalar<number>('u32'),
  /** Integers of 64 bits, 0 to 2^64 - 1, as bigint. */
  u64: scalar<bigint>('u64'),
  /** Integers of 8 bits with sign, -128 to 127. */
  i8: scalar<number>('i8'),
  /** Integers of 16 bits with sign, -32,768 to 32,767. */
  i16: scalar<number>('i16'),
  /** Integers of 32 bits with sign, -2,147,483,648 to 2,147,483,647. */
  i32: scalar<number>('i32'),
  /** Integers of 64 bits with sign, as bigint; `int` is the same size as a number, up to 2^53. */
  i64: scalar<bigint>('i64'),
  /** Safe integers (-(2^53 - 1) to 2^53 - 1), as number. */
  int: scalar<number>('int'),
  /** Integers of any size, up to 32,767 bytes. */
  bigint: scalar<bigint>('bigint'),
  /** Rounded to single precision, as in a Float32Array. */
  f32: scalar<number>('f32'),
  /** Any number. As a key: -0 equals 0, NaN sorts last. */
  f64: scalar<number>('f64'),
  /** Text in Unicode, ordered by code point. A string with half a surrogate pair is refused. */
  text: scalar<string>('text'),
  /** Bytes. What is read is a copy. */
  bytes: scalar<Uint8Array>('bytes'),
  /** A point in time, to the millisecond, as a Date. */
  date: scalar<Date>('date'),
  /** A UUID as text, stored in 16 bytes; read back in lower case. */
  uuid: scalar<string>('uuid'),
  /** A decimal number of any size, exact, as text: `'-12.50'`, `'NaN'`, `'Infinity'`. As a key without trailing zeros. */
  decimal: scalar<string>('decimal'),
  /** A length of time in months, days and microseconds. Not for keys. */
  interval: scalar<StoredInterval>('interval'),
  /**
   * Whatever JSON can hold, typed by you. Not for keys. What JSON would lose in silence is refused: NaN and
   * infinities, undefined or functions in arrays, a Map, a Set or a Promise. A Date comes back as a string.
   * @example t.json<{ theme: string; tags?: string[] }>()
   */
  json: <T>(): Type<T> => scalar<T>('json'),
  /**
   * One of some names, ordered as declared. Members may be added at the end later.
   * @example t.enum('low', 'normal', 'high')
   */
  enum: <const M extends readonly [string, ...string[]]>(...members: M): Type<M[number]> =>
    new Type({ kind: 'enum', members }),
  /** A list of one type; as a key ordered element by element. */
  array: <D extends Type<unknown>>(element: D): Type<readonly Infer<D>[]> =>
    new Type({ kind: 'array', element: nodeOf(element, 't.array') }),
  /**
   * A fixed list of types; as a key ordered by the first part, then the second, and so on.
   * @example t.tuple(t.text, t.u32)
   */
  tuple: <const D extends readonly [Type<unknown>, ...Type<unknown>[]]>(...elements: D): Type<InferAll<D>> =>
    new Type({
      kind: 'tuple',
      elements: elements.map((element, i) => nodeOf(element, `t.tuple, part ${i}`)),
    }),
  /**
   * An object with named fields; as a key ordered by the fields in order of declaration.
   * @example t.struct({ x: t.f64, y: t.f64 })
   */
  struct: <D extends Readonly<Record<string, Type<unknown>>>>(fields: D): Type<InferFields<D>> =>
    new Type({
      kind: 'struct',
      fields: Object.entries(fields).map(([name, type]) => [name, nodeOf(type, `t.struct, field '${name}'`)]),
    }),
} as const
