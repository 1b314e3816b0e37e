/**
 * The line to one client: messages in, bytes out, both bounded.
 *
 * - In: when more than one message's worth waits to be handled, the socket is paused until it was handled.
 * - Out: what is written collects in `out`; `flush` hands it to the socket and waits while the client reads slowly. A client
 *   that reads nothing for `writeTimeoutMs` is dropped.
 *
 * It knows sockets and framing, and nothing of what the messages mean.
 */

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'
import { systemClock } from '../io/system.ts'
import type { Outbox } from './outbox.ts'
import { type Message, MessageReader } from './wire/message-reader.ts'
import { OutputBuffer } from './wire/output-buffer.ts'
import { ConnectionClosed, ProtocolError } from './wire/protocol-error.ts'

/** What may wait to be handled before the socket is paused. */
const PENDING_BYTES_MAX = 65_536
/** What may collect before it is handed to the socket. */
export const FLUSH_BYTES = 65_536

/** A client that is gone without a word is asked for so often, and dropped when it does not answer. */
const KEEP_ALIVE_MS = 60_000

/** How long a client has to read the last that was sent to it, and to close its side. */
const PARTING_MS = 1000

export interface ChannelLimits {
  readonly firstMessageBytesMax: number
  readonly writeTimeoutMs: number
}

export class Channel {
  readonly out = new OutputBuffer()
  private readonly raw: Socket
  private readonly limits: ChannelLimits
  private readonly reader: MessageReader
  private socket: Duplex
  private isClosed = false
  private isPaused = false
  /** Of who waits for a message; told when something came, or the line has ended. */
  private wakeReader: (() => void) | undefined
  private wakeWriter: (() => void) | undefined
  /** Whether it is in the outbox. */
  private isWaiting = false
  private readonly outbox: Outbox
  /** While the client has not read what was handed to the socket. */
  private draining: Promise<void> | undefined
  bytesReceived = 0
  bytesSent = 0

  constructor(socket: Socket, limits: ChannelLimits, outbox: Outbox) {
    this.outbox = outbox
    this.raw = socket
    this.socket = socket
    this.limits = limits
    this.reader = new MessageReader(limits.firstMessageBytesMax)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    this.listen(socket)
  }

  get remoteAddress(): string {
    return this.raw.remoteAddress ?? ''
  }
  get remotePort(): number {
    return this.raw.remotePort ?? -1
  }
  get isEncrypted(): boolean {
    return this.socket !== this.raw
  }

  /** From here on messages have types, and may be as large as said. */
  expectMessages(bytesMax: number): void {
    this.reader.isFirst = false
    this.reader.bytesMax = bytesMax
  }

  private listen(socket: Duplex): void {
    socket.on('data', this.onData)
    socket.on('close', this.onEnd)
    socket.on('end', this.onEnd)
    socket.on('error', this.onEnd)
    socket.on('drain', this.onDrain)
  }

  private readonly onData = (chunk: Buffer): void => {
    this.bytesReceived += chunk.length
    this.reader.push(chunk)
    if (this.wakeReader !== undefined) this.wake()
    else if (this.reader.pendingBytes > PENDING_BYTES_MAX) this.pause()
  }
  private readonly onEnd = (): void => {
    this.isClosed = true
    this.wake()
    this.onDrain()
  }
  private readonly onDrain = (): void => {
    const wake = this.wakeWriter
    this.wakeWriter = undefined
    wake?.()
  }
  private wake(): void {
    const wake = this.wakeReader
    this.wakeReader = undefined
    wake?.()
  }
  private pause(): void {
    if (this.isPaused) return
    this.isPaused = true
    this.socket.pause()
  }

  /** A message that is here already. @throws ProtocolError */
  poll(): Message | undefined {
    return this.reader.next()
  }

  /**
   * Calls it, once, when something has come or the line has ended: in the very event that says so.
   * @throws ConnectionClosed it has ended already
   */
  whenReceived(run: () => void): void {
    if (this.isClosed) throw new ConnectionClosed()
    this.wakeReader = run
    if (!this.isPaused) return
    this.isPaused = false
    this.socket.resume()
  }

  /**
   * Waits for something to come.
   * @throws ConnectionClosed, ProtocolError 08006 when nothing came in that time
   */
  async receive(timeoutMs = 0): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    let isLate = false
    await new Promise<void>(resolve => {
      this.whenReceived(resolve)
      if (timeoutMs <= 0) return
      timer = setTimeout(() => {
        isLate = true
        this.wake()
      }, timeoutMs)
    })
    clearTimeout(timer)
    if (isLate) throw new ProtocolError('08006', 'the client said nothing in time')
    // What came before the end may still be read.
    if (this.isClosed && this.reader.pendingBytes === 0) throw new ConnectionClosed()
  }

  /** Wakes who waits for a message, though none has come. */
  interrupt(): void {
    this.wake()
  }

  /** The next message. @param timeoutMs how long all of it may take; 0: for ever */
  async read(timeoutMs = 0): Promise<Message> {
    const startedMs = systemClock.monotonicMs()
    for (;;) {
      const message = this.reader.next()
      if (message !== undefined) return message
      const leftMs = timeoutMs - (systemClock.monotonicMs() - startedMs)
      if (timeoutMs > 0 && leftMs <= 0) throw new ProtocolError('08006', 'the client said too little in time')
      await this.receive(timeoutMs > 0 ? leftMs : 0)
      if (this.isClosed) {
        const last = this.reader.next()
        if (last === undefined) throw new ConnectionClosed()
        return last
      }
    }
  }

  /** Hands everything to the socket; waits while the client is slow. @throws ConnectionClosed */
  async flush(): Promise<void> {
    if (this.out.length > 0 && !this.send()) await this.drained()
  }

  /** Waits until the client has read what `send` has handed to the socket. @throws ConnectionClosed */
  drained(): Promise<void> {
    this.draining ??= this.drain().finally(() => {
      this.draining = undefined
    })
    return this.draining
  }

  /** Whether the client has not read what was sent before. */
  get isDraining(): boolean {
    return this.draining !== undefined
  }

  private async drain(): Promise<void> {
    if (this.isClosed) throw new ConnectionClosed()
    const timer = setTimeout(() => this.destroy(), this.limits.writeTimeoutMs)
    await new Promise<void>(resolve => {
      this.wakeWriter = resolve
    })
    clearTimeout(timer)
    if (this.isClosed) throw new ConnectionClosed()
  }

  /** The same without waiting. False: the client has not read what was sent before. */
  send(): boolean {
    if (this.isClosed) {
      this.out.length = 0
      return false
    }
    this.bytesSent += this.out.length
    return this.socket.write(this.out.take())
  }

  /** The same, when those of other clients are sent that are ready now. */
  sendSoon(): void {
    if (this.isWaiting) return
    this.isWaiting = true
    this.outbox.add(this)
  }

  /** Sends what others have ready, before something that will take its time. */
  sendOthers(): void {
    this.outbox.send()
  }

  /** @internal */
  sendWaiting(): void {
    this.isWaiting = false
    // Nobody waits for it yet: who goes on asks `isDraining`. That the line has ended, he is told by that.
    if (this.out.length > 0 && !this.send()) this.drained().catch(() => {})
  }

  /** What was sent, and the client has not taken. */
  get unreadBytes(): number {
    return this.socket.writableLength
  }

  /** One byte in answer to SSLRequest and its like. */
  answer(letter: string): void {
    this.socket.write(letter)
  }

  /** @throws ProtocolError when the client went on in the clear, ConnectionClosed when it did not get through */
  async encrypt(secureContext: SecureContext, timeoutMs: number): Promise<void> {
    // What came in the clear behind the request was not sent by who will be behind the encryption.
    if (this.reader.pendingBytes > 0) {
      throw new ProtocolError('08P01', 'received unencrypted data after SSL request')
    }
    this.raw.removeListener('data', this.onData)
    this.answer('S')
    const secured = new TLSSocket(this.raw, { isServer: true, secureContext })
    this.socket = secured
    this.listen(secured)
    const timer = setTimeout(() => this.destroy(), timeoutMs)
    await new Promise<void>(resolve => {
      secured.once('secure', resolve)
      secured.once('close', resolve)
    })
    clearTimeout(timer)
    if (this.isClosed) throw new ConnectionClosed()
  }

  /** Sends what is left and closes. A client that does not close its side then is not waited for. */
  end(): void {
    if (this.raw.destroyed) return
    // It may have closed its side already, and read no more.
    const mayWait = !this.isClosed
    const timer = setTimeout(() => this.destroy(), mayWait ? this.limits.writeTimeoutMs : PARTING_MS)
    this.raw.once('close', () => clearTimeout(timer))
    timer.unref()
    if (!mayWait) return
    this.socket.once('finish', () => {
      const parting = setTimeout(() => this.destroy(), PARTING_MS)
      this.raw.once('close', () => clearTimeout(parting))
      parting.unref()
    })
    if (this.out.length > 0) this.send()
    this.socket.end()
  }

  /** Whether the line is gone: not only ended. */
  get isGone(): boolean {
    return this.raw.destroyed
  }

  /** Calls it when the line is gone: not only ended. */
  onClosed(run: () => void): void {
    this.raw.once('close', run)
  }

  destroy(): void {
    this.isClosed = true
    this.socket.destroy()
    this.raw.destroy()
    this.wake()
    this.onDrain()
  }
}
