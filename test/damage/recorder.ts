/**
 * A storage that remembers every image that each page of the database file, or each block of a log, ever had. So a
 * test can put any of them back: what a device does that loses a write, or that shows a sector as it was.
 */

import { CoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { OpenMode, Storage, StorageFile } from '../../src/io/storage.ts'
import { type FileImage, imageOf, storageFrom } from './files.ts'

/** An image that a unit of a file had before the one that it has now. */
export interface EarlierImage {
  readonly path: string
  readonly start: number
  readonly bytes: Buffer
}

export class Recorder {
  readonly storage: Storage
  #inner: Storage
  /** The unit in which a file is written: a page, or a block of a log. */
  readonly #unitBytesOf: (path: string) => number
  /** A storage locks only files of its own. */
  readonly #innerFiles = new WeakMap<StorageFile, StorageFile>()
  #writesLeft = Number.POSITIVE_INFINITY
  /** By path and start: what was there, each image once, in order. */
  readonly #images = new Map<string, Map<number, Buffer[]>>()

  constructor(unitBytesOf: (path: string) => number) {
    const inner = memoryStorage({ volatile: false })
    this.#inner = inner
    this.#unitBytesOf = unitBytesOf
    this.storage = {
      volatile: inner.volatile,
      clock: inner.clock,
      scheduler: inner.scheduler,
      randomBytes: length => inner.randomBytes(length),
      open: (path, mode) => this.#watch(this.#inner.open(path, mode), mode),
      exists: path => this.#inner.exists(path),
      rename: (from, to) => {
        this.#inner.rename(from, to)
        const units = this.#images.get(from)
        if (units !== undefined) this.#images.set(to, units)
        this.#images.delete(from)
      },
      unlink: path => this.#inner.unlink(path),
      directoryOf: path => this.#inner.directoryOf(path),
      syncDirectory: directory => this.#inner.syncDirectory(directory),
      lock: (file, mode) => this.#inner.lock(this.#innerFiles.get(file) ?? file, mode),
    }
  }

  /** The process dies; who opens again finds the files as they are now. What was written before is remembered. */
  killProcess(): void {
    this.#inner = storageFrom(imageOf(this.#inner))
  }

  /** After so many more writes, every one fails. */
  failAfter(writes: number): void {
    this.#writesLeft = writes
  }

  /** Every image that differs from what `image` has in its place, which must be whole. */
  earlierThan(image: FileImage): EarlierImage[] {
    const found: EarlierImage[] = []
    for (const [path, units] of this.#images) {
      const now = image.get(path)
      if (now === undefined) continue
      for (const [start, versions] of units) {
        for (const bytes of versions) {
          if (start + bytes.length > now.length) continue
          if (now.compare(bytes, 0, bytes.length, start, start + bytes.length) !== 0)
            found.push({ path, start, bytes })
        }
      }
    }
    return found
  }

  #watch(file: StorageFile, mode: OpenMode): StorageFile {
    if (mode === 'read') return file
    const record = (position: number, length: number) => this.#record(file, position, length)
    const begin = (position: number, length: number) => {
      if (--this.#writesLeft < 0) throw new CoppiceError('IO_ERROR', `${file.path}: the write failed`)
      record(position, length)
    }
    const watched: StorageFile = {
      path: file.path,
      read: (target, offset, length, position) => file.read(target, offset, length, position),
      write: (source, offset, length, position) => {
        begin(position, length)
        file.write(source, offset, length, position)
        record(position, length)
      },
      writeMany: (sources, position) => {
        const length = sources.reduce((sum, source) => sum + source.length, 0)
        begin(position, length)
        file.writeMany(sources, position)
        record(position, length)
      },
      sync: () => file.sync(),
      syncAsync: () => file.syncAsync(),
      size: () => file.size(),
      identity: () => file.identity(),
      truncate: size => file.truncate(size),
      close: () => file.close(),
    }
    this.#innerFiles.set(watched, file)
    return watched
  }

  /** Notes what the units that the range touches hold now. */
  #record(file: StorageFile, position: number, length: number): void {
    const unitBytes = this.#unitBytesOf(file.path)
    const units = this.#images.get(file.path) ?? new Map<number, Buffer[]>()
    this.#images.set(file.path, units)
    for (let start = position - (position % unitBytes); start < position + length; start += unitBytes) {
      const bytes = Buffer.alloc(unitBytes)
      file.read(bytes, 0, unitBytes, start)
      const versions = units.get(start) ?? []
      if (!versions.some(version => version.equals(bytes))) versions.push(bytes)
      units.set(start, versions)
    }
  }
}

/** The files with one unit as it was. */
export function withEarlier(image: FileImage, { path, start, bytes }: EarlierImage): FileImage {
  const file = Buffer.from(image.get(path)!)
  bytes.copy(file, start)
  return new Map([...image, [path, file]])
}
