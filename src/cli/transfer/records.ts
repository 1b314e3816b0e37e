/**
 * What an import reads: records of texts, whatever the format. A reader tells the names of its columns as it learns them,
 * and may know their types.
 */

import type { Cell } from '../output/result.ts'

/** What a text was in its file: CSV does not say, JSON does. */
export type ValueKind = 'unknown' | 'string' | 'number' | 'boolean' | 'json'

export interface SourceRecord {
  /** Where it begins in the file, from 1 on; of a file without lines the number of the record. */
  readonly line: number
  /** As many as there are columns, or fewer: the others are null. */
  readonly values: readonly Cell[]
  /** Undefined: all unknown. */
  readonly kinds?: readonly ValueKind[] | undefined
}

/** A record that cannot be read. */
export interface BadRecord {
  readonly line: number
  readonly problem: string
}

export interface RecordReader {
  /** Names of the columns; a reader of JSON adds to them while it reads. */
  readonly columns: readonly string[]
  /** SQL types of the columns, when the file says them. */
  readonly types?: readonly string[] | undefined
  /** Of the file, for the progress. */
  readonly bytesRead: () => number
  /** Some at a time, so that the event loop gets its turn. */
  records(): AsyncIterable<readonly (SourceRecord | BadRecord)[]>
}

export function isBad(record: SourceRecord | BadRecord): record is BadRecord {
  return 'problem' in record
}
