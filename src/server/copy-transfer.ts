/**
 * COPY over the line: rows that a client sends, and rows that are sent to it.
 *
 * ```
 *  FROM STDIN:  G ->  <- d, d, …  <- c (or f: it gives up)  C ->
 *  TO STDOUT:   H ->  d -> … c ->  C ->
 * ```
 */

import { SqlError } from '../sql/errors.ts'
import type { CopyIn } from '../sql/session/copy-in.ts'
import type { CopyOut } from '../sql/session/copy-out.ts'
import { type Channel, FLUSH_BYTES } from './channel.ts'
import { cancelled, Slice } from './slice.ts'
import { ProtocolError } from './wire/protocol-error.ts'
import { textMessage } from './wire/requests.ts'

/** Takes rows until the client says that there are no more. @throws SqlError 57014 the client gave up */
export async function receiveCopy(channel: Channel, copy: CopyIn, signal: AbortSignal): Promise<void> {
  answer(channel, 'G', copy.options.format === 'binary', copy.columnCount)
  await channel.flush()
  const slice = new Slice()
  for (;;) {
    if (signal.aborted) throw cancelled()
    const message = channel.poll()
    if (message === undefined) {
      // It also ends when somebody wants the statement to.
      await channel.receive()
      continue
    }
    switch (message.type) {
      case 'd':
        copy.write(message.body)
        break
      case 'c':
        return
      case 'f':
        throw new SqlError('57014', `COPY from stdin failed: ${textMessage(message.body)}`)
      // Flush and Sync may come from a client that does not look at what it runs.
      case 'H':
      case 'S':
        break
      default:
        throw new ProtocolError(
          '08P01',
          `unexpected message type 0x${message.type.charCodeAt(0).toString(16)} during COPY from stdin`,
        )
    }
    if (slice.isOver()) await slice.yield()
  }
}

export async function sendCopy(channel: Channel, copy: CopyOut, signal: AbortSignal): Promise<void> {
  const { out } = channel
  const isBinary = copy.options.format === 'binary'
  answer(channel, 'H', isBinary, copy.columnCount)
  const slice = new Slice()
  for (;;) {
    out.begin('d')
    let hasMore: boolean
    try {
      hasMore = copy.write(out)
    } catch (error) {
      out.abandon()
      throw error
    }
    if (!hasMore) {
      out.abandon()
      break
    }
    out.end()
    if (out.length >= FLUSH_BYTES) await channel.flush()
    if (slice.isOver()) await slice.yield()
    if (signal.aborted) throw cancelled()
  }
  if (isBinary) {
    out.begin('d')
    out.int16(-1)
    out.end()
  }
  out.empty('c')
}

function answer({ out }: Channel, type: 'G' | 'H', isBinary: boolean, columnCount: number): void {
  const format = isBinary ? 1 : 0
  out.begin(type)
  out.uint8(format)
  out.uint16(columnCount)
  for (let i = 0; i < columnCount; i++) out.int16(format)
  out.end()
}
