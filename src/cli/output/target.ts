/** Where output goes: the terminal, a file, or another program. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { UsageError } from '../usage-error.ts'
import { drained } from './drained.ts'

export interface OutputTarget {
  /** Resolves when more may be written. False: nobody reads any more. */
  write(text: string | Uint8Array): Promise<boolean>
  /** Everything is written, and a program that reads it has ended. */
  end(): Promise<void>
}

/** A stream that others close. */
export class StreamTarget implements OutputTarget {
  private readonly stream: Writable
  private isBroken = false

  constructor(stream: Writable) {
    this.stream = stream
    // A reader that has gone (`| head`) is no failure; `write` says so.
    stream.on('error', () => {
      this.isBroken = true
    })
  }

  async write(text: string | Uint8Array): Promise<boolean> {
    if (this.isBroken || text.length === 0) return !this.isBroken
    if (!this.stream.write(text)) await drained(this.stream)
    return !this.isBroken
  }

  async end(): Promise<void> {}
}

/** A file. @throws UsageError from `opened`, the file system's errors from `write` and `end` */
export class FileTarget implements OutputTarget {
  private readonly stream: ReturnType<typeof createWriteStream>
  private failure: Error | undefined

  private constructor(stream: ReturnType<typeof createWriteStream>) {
    this.stream = stream
    stream.on('error', error => {
      this.failure = error
    })
  }

  static async opened(path: string): Promise<FileTarget> {
    const stream = createWriteStream(path)
    try {
      await once(stream, 'open')
    } catch (error) {
      throw new UsageError(`${path}: ${(error as Error).message}`)
    }
    return new FileTarget(stream)
  }

  async write(text: string | Uint8Array): Promise<boolean> {
    if (this.failure !== undefined) throw this.failure
    if (!this.stream.write(text)) await drained(this.stream)
    return true
  }

  async end(): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    this.stream.end()
    await once(this.stream, 'close')
    if (this.failure !== undefined) throw this.failure
  }
}

/** The standard input of a program, run by the shell. */
export class ProgramTarget implements OutputTarget {
  private readonly child: ChildProcess
  private readonly ended: Promise<void>
  private isOver = false
  /** With what it has ended; null: a signal has ended it. */
  exitCode: number | null = null

  constructor(command: string, environment: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: environment })
    this.ended = new Promise(resolve => {
      const over = (exitCode: number | null): void => {
        this.exitCode = exitCode
        this.isOver = true
        resolve()
      }
      this.child.once('exit', over)
      this.child.once('error', () => over(null))
    })
    // A program that needs no more closes its input.
    this.child.stdin!.on('error', () => {
      this.isOver = true
    })
  }

  async write(text: string | Uint8Array): Promise<boolean> {
    if (this.isOver) return false
    // It is closed when the program ends.
    if (!this.child.stdin!.write(text)) await drained(this.child.stdin!)
    return !this.isOver
  }

  async end(): Promise<void> {
    this.child.stdin!.end()
    await this.ended
  }
}

/** `FILE`, or `|PROGRAM`. */
export async function targetOf(name: string): Promise<OutputTarget> {
  return name.startsWith('|') ? new ProgramTarget(name.slice(1).trim()) : FileTarget.opened(name)
}
