/** The bytes of a file, or of standard input, as text: unpacked when the name ends in .gz, and refused where it is no text. */

import { createReadStream, statSync } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { UsageError } from '../usage-error.ts'

export class TextSource {
  /** Of the file; undefined: standard input, whose length nobody knows. */
  readonly sizeBytes: number | undefined
  private readonly path: string
  private readonly encoding: string
  private readonly signal: AbortSignal | undefined
  private read = 0

  /**
   * @param signal ends the reading, also while nothing comes
   * @throws UsageError when there is no such file, or no such encoding
   */
  constructor(path: string, encoding = 'utf-8', signal?: AbortSignal) {
    this.signal = signal
    this.path = path
    this.encoding = encoding
    try {
      new TextDecoder(encoding)
    } catch {
      throw new UsageError(`--encoding ${encoding}: there is no such encoding`)
    }
    this.sizeBytes = path === '-' ? undefined : sizeOf(path)
  }

  /** A file can be read from the beginning again. */
  get isRepeatable(): boolean {
    return this.path !== '-'
  }

  readonly bytesRead = (): number => this.read

  async *bytes(): AsyncGenerator<Buffer> {
    this.read = 0
    const raw: Readable =
      this.path === '-' ? process.stdin : createReadStream(this.path, { highWaterMark: 1 << 18 })
    raw.on('data', (piece: Buffer) => {
      this.read += piece.length
    })
    const { signal } = this
    if (signal !== undefined) addAbortSignal(signal, raw)
    try {
      if (!this.path.endsWith('.gz')) return yield* raw as AsyncIterable<Buffer>
      const gunzip = createGunzip()
      raw.on('error', error => gunzip.destroy(error))
      yield* raw.pipe(gunzip) as AsyncIterable<Buffer>
    } catch (error) {
      // Why it was ended, and not that it was.
      signal?.throwIfAborted()
      throw error
    }
  }

  /** @throws UsageError when the bytes are no text in that encoding */
  async *pieces(): AsyncGenerator<string> {
    const decoder = new TextDecoder(this.encoding, { fatal: true })
    let at = 0
    const decode = (piece?: Buffer): string => {
      try {
        return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
      } catch {
        throw new UsageError(
          `the file is no text in ${this.encoding} (about byte ${at} of it); --encoding says in which it is, such as windows-1252`,
        )
      }
    }
    for await (const piece of this.bytes()) {
      yield decode(piece)
      at += piece.length
    }
    yield decode()
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`)
  }
}
