/** A client that says exactly what it is told, byte by byte, and shows what comes back. */

import { connect as connectSocket, type Socket } from 'node:net'
import { atEnd } from './support.ts'

export interface ServerMessage {
  readonly type: string
  readonly body: Buffer
}

export function message(type: string, ...parts: (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map(bytesOf))
  const head = Buffer.alloc(type.length + 4)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, type.length)
  return Buffer.concat([head, body])
}

/** Texts get a zero behind them, numbers are of 16 bits. */
function bytesOf(part: string | number | Buffer): Buffer {
  if (typeof part === 'string') return Buffer.from(`${part}\0`)
  if (typeof part === 'number') return int16(part)
  return part
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export const startupMessage = (
  parameters: Readonly<Record<string, string>> = { user: 'ann', database: 'test' },
) => message('', int32(196_608), ...Object.entries(parameters).flat(), Buffer.from([0]))

export const query = (text: string) => message('Q', text)
export const parse = (name: string, text: string, ...types: number[]) =>
  message('P', name, text, types.length, ...types.map(int32))
export const bind = (
  portal: string,
  statement: string,
  values: readonly (string | Buffer | null)[] = [],
  formats: { readonly parameters?: readonly number[]; readonly results?: readonly number[] } = {},
) =>
  message(
    'B',
    portal,
    statement,
    formats.parameters?.length ?? 0,
    ...(formats.parameters ?? []),
    values.length,
    ...values.flatMap(value => {
      if (value === null) return [int32(-1)]
      const bytes = Buffer.from(value)
      return [int32(bytes.length), bytes]
    }),
    formats.results?.length ?? 0,
    ...(formats.results ?? []),
  )
export const execute = (portal: string, rowsMax = 0) => message('E', portal, int32(rowsMax))
export const describe = (kind: 'S' | 'P', name: string) => message('D', Buffer.from(kind), name)
export const close = (kind: 'S' | 'P', name: string) => message('C', Buffer.from(kind), name)
export const sync = message('S')
export const flush = message('H')

export class RawClient {
  readonly socket: Socket
  private buffered = Buffer.alloc(0)
  private wake: (() => void) | undefined
  isClosed = false

  constructor(port: number) {
    this.socket = connectSocket(port, '127.0.0.1')
    this.socket.on('data', chunk => {
      this.buffered = Buffer.concat([this.buffered, chunk])
      this.wake?.()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isClosed = true
      this.wake?.()
    })
    atEnd(() => this.socket.destroy())
  }

  send(...messages: Buffer[]): void {
    this.socket.write(Buffer.concat(messages))
  }

  /** The next message; undefined: the server has closed the line. */
  async read(): Promise<ServerMessage | undefined> {
    for (;;) {
      if (this.buffered.length >= 5) {
        const length = this.buffered.readInt32BE(1) + 1
        if (this.buffered.length >= length) {
          const type = String.fromCharCode(this.buffered[0])
          const body = this.buffered.subarray(5, length)
          this.buffered = this.buffered.subarray(length)
          return { type, body }
        }
      }
      if (this.isClosed) return undefined
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
  }

  /** Messages up to ReadyForQuery, or the end of the line. */
  async readUntilReady(): Promise<ServerMessage[]> {
    const messages: ServerMessage[] = []
    for (;;) {
      const next = await this.read()
      if (next === undefined) return messages
      messages.push(next)
      if (next.type === 'Z') return messages
    }
  }

  /** What came, in short: types, with SQLSTATEs, tags, values and states. */
  async answers(): Promise<string[]> {
    return (await this.readUntilReady()).map(shown)
  }

  /** Bytes that are not framed: the answer to SSLRequest. */
  async readByte(): Promise<string> {
    while (this.buffered.length === 0 && !this.isClosed) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    const [byte] = this.buffered
    this.buffered = this.buffered.subarray(1)
    return byte === undefined ? '' : String.fromCharCode(byte)
  }

  /** Resolves when the server has closed the line. */
  async closed(): Promise<void> {
    while (!this.isClosed) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
  }
}

/** A client that is in. */
export async function rawClient(
  port: number,
  parameters?: Readonly<Record<string, string>>,
): Promise<RawClient & { readonly key: Buffer }> {
  const client = new RawClient(port)
  client.send(startupMessage(parameters))
  const greeting = await client.readUntilReady()
  const key = greeting.find(one => one.type === 'K')?.body ?? Buffer.alloc(0)
  return Object.assign(client, { key })
}

export function errorField(body: Buffer, letter: string): string | undefined {
  return body
    .toString()
    .split('\0')
    .find(field => field.startsWith(letter))
    ?.slice(1)
}

/** `D(1,x,NULL)`, `C(SELECT 1)`, `E(42P01)`, `Z(I)`, else the letter. */
export function shown({ type, body }: ServerMessage): string {
  switch (type) {
    case 'D': {
      const values: string[] = []
      let at = 2
      for (let i = 0; i < body.readUInt16BE(0); i++) {
        const length = body.readInt32BE(at)
        at += 4
        values.push(length < 0 ? 'NULL' : body.toString('utf8', at, at + length))
        at += Math.max(length, 0)
      }
      return `D(${values.join(',')})`
    }
    case 'C':
      return `C(${body.toString('utf8', 0, body.length - 1)})`
    case 'E':
    case 'N':
      return `${type}(${errorField(body, 'C')})`
    case 'Z':
      return `Z(${body.toString()})`
    case 't':
      return `t(${Array.from({ length: body.readUInt16BE(0) }, (_, i) => body.readUInt32BE(2 + 4 * i)).join(',')})`
    case 'A': {
      const [channel, payload] = body.subarray(4).toString().split('\0')
      return `A(${channel},${payload})`
    }
    default:
      return type
  }
}
