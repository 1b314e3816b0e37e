/**
 * Where statements put rows that are too many for the memory that they may use (`work_mem`): temporary files of the database's
 * storage, one an operator.
 */

import type { StorageFile } from '../../io/storage.ts'

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
