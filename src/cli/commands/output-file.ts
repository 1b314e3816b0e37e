/** Where commands write to: standard output, or a file that gets its name when everything is in it, packed if it ends in .gz. */

import { once } from 'node:events'
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { drained } from '../output/drained.ts'
import type { ByteTarget } from '../transfer/exporter.ts'
import { UsageError } from '../usage-error.ts'

export class OutputFile implements ByteTarget {
  private readonly path: string | undefined
  private readonly stream: Writable
  private readonly closed: Promise<unknown>
  private failure: Error | undefined

  constructor(path: string) {
    if (path === '-') {
      this.path = undefined
      this.stream = process.stdout
      this.closed = Promise.resolve()
      this.stream.on('error', error => {
        this.failure = error
      })
      return
    }
    this.path = path
    const file = createWriteStream(this.partPath)
    file.on('error', error => {
      this.failure = error
    })
    this.closed = once(file, 'close').catch(() => {})
    if (path.endsWith('.gz')) {
      const gzip = createGzip()
      gzip.pipe(file)
      // Nobody would take from it any more.
      file.on('error', () => gzip.destroy())
      this.stream = gzip
    } else this.stream = file
  }

  private get partPath(): string {
    return `${this.path}.part`
  }

  async write(piece: string | Uint8Array): Promise<void> {
    if (this.failure !== undefined)
      throw new UsageError(`${this.path ?? 'standard output'}: ${this.failure.message}`)
    if (piece.length > 0 && !this.stream.write(piece)) await drained(this.stream)
  }

  async complete(): Promise<void> {
    if (this.path === undefined) return
    this.stream.end()
    await this.closed
    await this.write('')
    renameSync(this.partPath, this.path)
  }

  async discard(): Promise<void> {
    if (this.path === undefined) return
    this.stream.destroy()
    rmSync(this.partPath, { force: true })
  }
}
