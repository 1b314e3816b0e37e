/**
 * A contender that is a program in C (`native/`): compiled when it is first asked for, told by a pipe what to do
 * (`native/channel.h` describes it), timed by its own clock. The same data, the same questions, the same digests.
 *
 * @throws Error, so that it takes no part, when there is no compiler or the library's header is missing.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { BytesStore } from './contender.ts'
import { type Dataset, KEY_BYTES, type Order, type Questions } from './dataset.ts'

const SOURCES = new URL('./native/', import.meta.url)
const PROGRAMS = new URL('./results/native/', import.meta.url)

/** Path of the compiled program, made anew when a source is newer. */
export function compiled(name: string, library: string, debianPackage: string): string {
  const source = fileURLToPath(new URL(`${name}.c`, SOURCES))
  const header = fileURLToPath(new URL('channel.h', SOURCES))
  const program = fileURLToPath(new URL(name, PROGRAMS))
  const newest = Math.max(statSync(source).mtimeMs, statSync(header).mtimeMs)
  if ((statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return program
  mkdirSync(PROGRAMS, { recursive: true })
  try {
    execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-o', program, source, `-l${library}`], { stdio: 'pipe' })
  } catch (error) {
    const reason =
      (error as { stderr?: Buffer }).stderr?.toString().split('\n')[0] ?? (error as Error).message
    throw new Error(`needs a C compiler and lib${library} with its header (${debianPackage}): ${reason}`)
  }
  return program
}

export function versionOf(program: string): string {
  return execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()
}

export class NativeProgram implements BytesStore {
  ownElapsedMs = 0
  private readonly child: ChildProcess
  private readonly input: Writable
  private readonly answers: AsyncIterator<string>
  private isClosed = false

  private constructor(program: string, path: string, { keys, count, valueBytes }: Dataset) {
    const sizes = [keys.length, count, KEY_BYTES, valueBytes].map(String)
    this.child = spawn(program, [path, ...sizes], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.input = this.child.stdin!
    this.answers = createInterface(this.child.stdout!)[Symbol.asyncIterator]()
  }

  static async open(program: string, path: string, dataset: Dataset): Promise<NativeProgram> {
    const opened = new NativeProgram(program, path, dataset)
    await opened.give(Buffer.concat(dataset.keys))
    await opened.give(dataset.poolBytes)
    await opened.answer()
    return opened
  }

  load(): Promise<void> {
    return this.command('load')
  }

  get(questions: Questions): Promise<number> {
    return this.ask('get', questions.order)
  }

  async scan(): Promise<number> {
    await this.give('scan\n')
    return this.answer()
  }

  ranges(questions: Questions): Promise<number> {
    return this.ask('ranges', questions.order)
  }

  commitSingly(from: number, to: number): Promise<void> {
    return this.commitBatches(from, to, 1)
  }

  commitBatches(from: number, to: number, size: number): Promise<void> {
    return this.command(`commit ${from} ${to} ${size}`)
  }

  commitUnsynced(from: number, to: number): Promise<void> {
    return this.command(`unsynced ${from} ${to}`)
  }

  async remove(order: Order): Promise<void> {
    await this.ask('remove', order)
  }

  compact(): Promise<void> {
    return this.command('compact')
  }

  settle(): Promise<void> {
    return this.command('settle')
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    await this.command('close')
    this.input.end()
  }

  private async ask(name: string, order: Order): Promise<number> {
    await this.give(`${name} ${order.length}\n`)
    await this.give(Buffer.from(order.buffer, order.byteOffset, order.byteLength))
    return this.answer()
  }

  private async command(line: string): Promise<void> {
    await this.give(`${line}\n`)
    await this.answer()
  }

  private give(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.input.write(bytes, error => (error ? reject(error) : resolve()))
    })
  }

  /** The digest of the next answer. @throws Error when the program ended; it has said why. */
  private async answer(): Promise<number> {
    const { value, done } = await this.answers.next()
    if (done) throw new Error('the program in C has ended; its message is above')
    const [elapsedNs, digest] = value.split(' ').map(Number)
    this.ownElapsedMs = elapsedNs! / 1e6
    return digest!
  }
}
