/**
 * What entries of some indexes are made of besides columns: values of expressions, and whether a row is in the index at
 * all. Only SQL can compute them; it is asked through this for each row that is written, whoever writes it, so an index never
 * says what is not so.
 */

import type { IndexCodec } from './index-codec.ts'

export interface IndexComputer {
  /**
   * Leaves in `codec` what is computed for its entry of a row (`IndexCodec.computed`, `isCovered`). Key and row are as they
   * are stored: `key[0 .. keyLength)`, `row[offset .. offset + length)`.
   */
  compute(
    codec: IndexCodec,
    key: Buffer,
    keyLength: number,
    row: Buffer,
    offset: number,
    length: number,
  ): void
}
