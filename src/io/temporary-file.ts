/**
 * A file that nobody finds again: its name goes at once where the system lets an open file lose it, else when it is closed.
 * Nothing in it is ever durable.
 */

import { isCoppiceError } from '../base/errors.ts'
import { runAll } from '../base/run-all.ts'
import type { Storage, StorageFile } from './storage.ts'

export class TemporaryFile implements StorageFile {
  readonly #storage: Storage
  readonly #file: StorageFile
  #hasName: boolean

  constructor(storage: Storage, file: StorageFile) {
    this.#storage = storage
    this.#file = file
    this.#hasName = !this.#loseName()
  }

  get path(): string {
    return this.#file.path
  }

  #loseName(): boolean {
    try {
      this.#storage.unlink(this.#file.path)
      return true
    } catch (error) {
      if (!isCoppiceError(error)) throw error
      return false
    }
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    return this.#file.read(target, offset, length, position)
  }
  write(source: Uint8Array, offset: number, length: number, position: number): void {
    this.#file.write(source, offset, length, position)
  }
  writeMany(sources: readonly Uint8Array[], position: number): void {
    this.#file.writeMany(sources, position)
  }
  sync(): void {
    this.#file.sync()
  }
  syncAsync(): Promise<void> {
    return this.#file.syncAsync()
  }
  size(): number {
    return this.#file.size()
  }
  identity(): string | undefined {
    return this.#file.identity()
  }
  truncate(size: number): void {
    this.#file.truncate(size)
  }

  close(): void {
    const hadName = this.#hasName
    this.#hasName = false
    runAll(
      () => this.#file.close(),
      () => hadName && this.#loseName(),
    )
  }
}

/** A new empty one; `prefix` is a path. @throws CoppiceError NO_SPACE, IO_ERROR, READ_ONLY */
export function openTemporaryFile(storage: Storage, prefix: string): StorageFile {
  const name = Buffer.from(storage.randomBytes(8)).toString('hex')
  return new TemporaryFile(storage, storage.open(`${prefix}-tmp-${name}`, 'create'))
}
