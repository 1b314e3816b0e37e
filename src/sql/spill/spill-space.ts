/**
 * Where statements put rows that are too many for the memory that they may use (`work_mem`): temporary files of the database's
 * storage, one an operator.
 */

import type { StorageFile } from '../../io/storage.ts'
import type { Value } from '../functions/registry.ts'

export interface SpillSpace {
  /** What one operator may keep in memory, roughly. */
  readonly budgetBytes: number
  /**
   * A new empty file, which nobody else knows and which is gone when it is closed, or when the process ends.
   * @throws CoppiceError NO_SPACE, IO_ERROR
   */
  newFile(): StorageFile
}

/** The files of one execution: those that its operators have left open, because something threw, are closed with it. */
export class ExecutionSpill {
  readonly budgetBytes: number
  private readonly space: SpillSpace
  private readonly open = new Set<StorageFile>()

  constructor(space: SpillSpace) {
    this.budgetBytes = space.budgetBytes
    this.space = space
  }

  /** @throws CoppiceError NO_SPACE, IO_ERROR */
  newFile(): StorageFile {
    const file = this.space.newFile()
    this.open.add(file)
    return file
  }

  /** A second call for the same file does nothing. */
  closeFile(file: StorageFile): void {
    if (this.open.delete(file)) file.close()
  }

  close(): void {
    for (const file of this.open) this.closeFile(file)
  }
}

const REFERENCE_BYTES = 8
const OBJECT_BYTES = 64

/** What a value takes in memory, roughly. */
export function weightOf(value: Value): number {
  switch (typeof value) {
    case 'string':
      return REFERENCE_BYTES + 24 + value.length
    case 'bigint':
      return REFERENCE_BYTES + 24
    case 'object':
      return value === null ? REFERENCE_BYTES : REFERENCE_BYTES + weightOfObject(value)
    default:
      return REFERENCE_BYTES
  }
}

/** What the values of a row take in memory, roughly. */
export function weightOfValues(values: readonly Value[]): number {
  let sum = 0
  for (const value of values) sum += weightOf(value)
  return sum
}

function weightOfObject(value: object): number {
  if (value instanceof Uint8Array) return OBJECT_BYTES + value.length
  const { elements, values } = value as { elements?: unknown; values?: unknown }
  const parts = Array.isArray(elements) ? elements : Array.isArray(values) ? values : undefined
  if (parts === undefined) return OBJECT_BYTES
  let sum = OBJECT_BYTES
  for (const part of parts) sum += weightOf(part as Value)
  return sum
}
