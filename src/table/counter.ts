/**
 * The counter behind a primary key of `autoIncrement()`: the largest number that any record of the table ever had, in
 * a tree of its own, so that it is rolled back, recovered and copied with the table, and survives `clear`.
 *
 * Invariants:
 * 1. No record has or had a number above the counter, so the next one is new. Whoever stores a record raises it,
 *    with whatever definition: it belongs to the stored table.
 * 2. It is raised after the record was stored, or, where the caller's code runs between the two, before.
 *
 * ```
 * key 00    value  u64, big-endian
 * ```
 */

import { PutMode, type WriteTree } from '../btree/api.ts'
import { type Place, placeOf, rejectExhausted } from './place.ts'
import type { TypeNode } from './type-node.ts'

const KEY = Buffer.of(0)
const VALUE_BYTES = 8
const scratch = Buffer.alloc(VALUE_BYTES)

/** The largest number of each kind that can count. */
const LARGEST: Readonly<Partial<Record<TypeNode['kind'], bigint>>> = {
  u8: 0xffn,
  u16: 0xffffn,
  u32: 0xffff_ffffn,
  u64: 0xffff_ffff_ffff_ffffn,
  i8: 0x7fn,
  i16: 0x7fffn,
  i32: 0x7fff_ffffn,
  i64: 0x7fff_ffff_ffff_ffffn,
  int: BigInt(Number.MAX_SAFE_INTEGER),
}

/** Whether columns of this type can be numbered. */
export function canCount(node: TypeNode): boolean {
  return LARGEST[node.kind] !== undefined
}

export class Counter {
  /** The column that is numbered. */
  readonly column: string
  /** Whether the definition at hand wants records without a number to be given one. */
  readonly assigns: boolean
  private tree: WriteTree
  private readonly largest: bigint
  private readonly isBigint: boolean
  private readonly place: Place

  constructor(tree: WriteTree, table: string, column: string, node: TypeNode, assigns: boolean) {
    this.tree = tree
    this.column = column
    this.assigns = assigns
    this.largest = LARGEST[node.kind] ?? 0n
    this.isBigint = node.kind === 'u64' || node.kind === 'i64'
    this.place = placeOf('key', table, column, column)
  }

  /** From now on `tree` stands behind it. */
  attach(tree: WriteTree): void {
    this.tree = tree
  }

  private get last(): bigint {
    const { tree } = this
    return tree.find(KEY, KEY.length) ? tree.valueBytes.readBigUInt64BE(tree.valueOffset) : 0n
  }

  /** The number after the last one; it stays free until `raise`. @throws CoppiceError INVALID_KEY when all were used */
  next(): number | bigint {
    const next = this.last + 1n
    if (next > this.largest) rejectExhausted(this.place, this.largest)
    return this.isBigint ? next : Number(next)
  }

  /** A record has this number now. */
  raise(number: unknown): void {
    const used = BigInt(number as number | bigint)
    if (used <= this.last) return
    scratch.writeBigUInt64BE(used)
    this.tree.put(KEY, KEY.length, scratch, 0, VALUE_BYTES, PutMode.upsert)
  }
}
