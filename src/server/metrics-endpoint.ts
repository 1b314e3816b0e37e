/**
 * Where the figures are shown: GET /metrics over HTTP, and nothing else. There is no password, so what others may ask of it is
 * bounded:
 *
 * - A line is for one request, and is there for a moment only, whatever is sent over it or not read from it.
 * - Lines at once are limited. When there are too many, who has been there for a second makes place for who comes: a crowd
 *   that says nothing keeps nobody out.
 * - Figures are collected once for all who ask while that is under way.
 */

import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { CoppiceError } from '../base/errors.ts'
import { systemClock } from '../io/system.ts'

/** What is shown. */
export interface ShownFigures {
  readonly contentType: string
  text(): Promise<string>
}

export interface EndpointLimits {
  readonly connections: number
  /** How long a line is there at most. */
  readonly lineMs: number
  /** So long nobody is put out for another one. */
  readonly undisturbedMs: number
}

const LIMITS: EndpointLimits = { connections: 16, lineMs: 10_000, undisturbedMs: 1000 }
const HEADER_BYTES_MAX = 8192

export class MetricsEndpoint {
  private readonly figures: ShownFigures
  private readonly limits: EndpointLimits
  private readonly http: HttpServer
  /** Since when they are there, the oldest first. */
  private readonly lines = new Map<Socket, number>()
  private collecting: Promise<string> | undefined

  constructor(figures: ShownFigures, limits: Partial<EndpointLimits> = {}) {
    this.figures = figures
    this.limits = { ...LIMITS, ...limits }
    this.http = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
      if (request.method === 'GET' && request.url === '/metrics') void this.answer(response)
      else response.writeHead(404).end()
    })
    // What follows the first request is answered by 503, and the line closed.
    this.http.maxRequestsPerSocket = 1
    this.http.on('connection', socket => this.accept(socket))
  }

  private accept(socket: Socket): void {
    const { lines, limits } = this
    if (!this.hasPlace()) {
      socket.destroy()
      return
    }
    lines.set(socket, systemClock.monotonicMs())
    const timer = setTimeout(() => socket.destroy(), limits.lineMs)
    timer.unref()
    socket.once('close', () => {
      clearTimeout(timer)
      lines.delete(socket)
    })
  }

  private hasPlace(): boolean {
    const { lines, limits } = this
    if (lines.size < limits.connections) return true
    for (const [oldest, sinceMs] of lines) {
      if (systemClock.monotonicMs() - sinceMs < limits.undisturbedMs) return false
      lines.delete(oldest)
      oldest.destroy()
      break
    }
    return true
  }

  private async answer(response: ServerResponse): Promise<void> {
    try {
      const text = await this.collect()
      response.writeHead(200, { 'content-type': this.figures.contentType }).end(text)
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    }
  }

  private collect(): Promise<string> {
    this.collecting ??= this.figures.text().finally(() => {
      this.collecting = undefined
    })
    return this.collecting
  }

  /** @returns the port @throws CoppiceError IO_ERROR */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', error => {
        reject(
          new CoppiceError('IO_ERROR', `cannot listen on ${host}:${port}: ${error.message}`, {
            cause: error,
          }),
        )
      })
      this.http.listen({ host, port }, resolve)
    })
    const address = this.http.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  async close(): Promise<void> {
    this.http.closeAllConnections()
    await new Promise<void>(resolve => this.http.close(() => resolve()))
  }
}
