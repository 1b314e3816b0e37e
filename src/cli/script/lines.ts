/** Lines of text that comes in pieces, without the line feeds at their ends. What is no UTF-8 is refused, and named. */

import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { UsageError } from '../usage-error.ts'

const LINE_FEED = 10
const BYTE_ORDER_MARK = '\ufeff'

/** @throws UsageError */
export async function* linesOf(pieces: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  /** Of a line that has not ended. */
  let parts: Buffer[] = []
  let count = 0
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    const end = bytes.lastIndexOf(LINE_FEED) + 1
    if (end > 0) {
      const whole = parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(0, end)])
      const lines = textOf(whole.subarray(0, parts.length === 0 ? end : whole.length), count).split('\n')
      lines.pop()
      for (const line of lines) yield line
      count += lines.length
      parts = []
    }
    if (end < bytes.length) parts.push(bytes.subarray(end))
  }
  if (parts.length > 0) yield textOf(Buffer.concat(parts), count)
}

/** @param linesBefore how many lines came before it */
function textOf(bytes: Buffer, linesBefore: number): string {
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8')
    return linesBefore === 0 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  }
  let line = linesBefore + 1
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) break
    start = end + 1
  }
  throw new UsageError(`line ${line} is no text in UTF-8; iconv makes it one: iconv -f windows-1252 -t utf-8`)
}

/** @throws UsageError when the file cannot be read */
export async function* linesOfFile(path: string): AsyncGenerator<string> {
  try {
    yield* linesOf(createReadStream(path))
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${path}: ${error.message}`)
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new UsageError(`${path}: ${(error as Error).message}`)
  }
}

/** As a script has it: the sign of a line's end that stands before the line feed does not belong to it. */
export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
