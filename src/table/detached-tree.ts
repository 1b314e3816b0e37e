/**
 * The tree behind a table handle whose table is gone from the transaction: dropped, or rolled back to a
 * savepoint before it was made or changed. Whatever is asked of it fails with the reason.
 */

import { CoppiceError } from '../base/errors.ts'
import type { TreeAppender, TreeCursor, ValueReader, WriteTree } from '../btree/api.ts'
import { NO_BYTES } from './bytes.ts'

export class DetachedTree implements WriteTree {
  readonly valueBytes = NO_BYTES
  readonly valueOffset = 0
  readonly valueLength = 0
  readonly height = 0
  readonly mutable = true
  readonly edits = 0
  private readonly table: string

  constructor(table: string) {
    this.table = table
  }

  private fail(): never {
    throw new CoppiceError(
      'TABLE_NOT_FOUND',
      `table '${this.table}' was dropped, rolled back or given its first constraint in this transaction; open it again`,
      { table: this.table },
    )
  }

  get count(): number {
    return this.fail()
  }
  get isCollecting(): boolean {
    return this.fail()
  }
  get maxKeyLength(): number {
    return this.fail()
  }
  find(): boolean {
    return this.fail()
  }
  has(): boolean {
    return this.fail()
  }
  rank(): number {
    return this.fail()
  }
  openValue(): ValueReader | undefined {
    return this.fail()
  }
  cursor(): TreeCursor {
    return this.fail()
  }
  put(): boolean {
    return this.fail()
  }
  putBlind(): void {
    this.fail()
  }
  removeBlind(): void {
    this.fail()
  }
  putStream(): void {
    this.fail()
  }
  remove(): boolean {
    return this.fail()
  }
  deleteRange(): number {
    return this.fail()
  }
  clear(): number {
    return this.fail()
  }
  appender(): TreeAppender {
    return this.fail()
  }
  markBroken(): void {
    this.fail()
  }
}
