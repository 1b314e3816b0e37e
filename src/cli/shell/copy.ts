/**
 * COPY in the shell: `\copy` with files and programs of this machine, and COPY … FROM STDIN and TO STDOUT as statements, as
 * psql has them. What rows look like is the database's to say: here are only bytes on their way.
 *
 * The rows of FROM STDIN stand behind the statement, in a script and on a terminal, up to a line `\.`; those of `-c` are
 * standard input.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { FileTarget, type OutputTarget, ProgramTarget, StreamTarget } from '../output/target.ts'
import { type CopyText, parseCopy } from '../script/copy-text.ts'
import { UsageError } from '../usage-error.ts'
import type { CommandCall } from './command.ts'
import type { Shell, StatementOptions } from './shell.ts'

/** Rows on their way in. */
export interface CopyData {
  readonly pieces: AsyncIterable<string | Uint8Array>
  /** When rows that are not taken have to be passed over: what is left of them would be taken for statements. */
  readonly skip: 'always' | 'once begun' | 'never'
}

/** So many characters of lines are sent at once. */
const PIECE_CHARACTERS = 65_536

/** The rows that follow in a script or on a terminal. @param next undefined: there are no more lines */
export async function* rowsOfLines(next: () => Promise<string | undefined>): AsyncGenerator<string> {
  let piece = ''
  for (let line = await next(); line !== undefined; line = await next()) {
    if (line === '\\.' || line === '\\.\r') break
    piece += `${line}\n`
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** `\copy`. @throws UsageError, FailedStatement: nothing was copied then */
export async function copyCommand({ shell, text, data }: CommandCall): Promise<void> {
  const copy = parseCopy(text.replace(/[;\s]+$/, ''))
  if (copy === undefined) {
    throw new UsageError(
      '\\copy: expected TABLE or (QUERY), FROM or TO, and a file, PROGRAM or STDIN, STDOUT',
    )
  }
  const statement = `copy ${copy.what} ${copy.isFrom ? 'from stdin' : 'to stdout'} ${copy.rest}`.trimEnd()
  const isShown = copy.isFrom || copy.kind !== 'stream'
  const startedMs = performance.now()
  const count = copy.isFrom
    ? await copyIn(shell, statement, dataOf(copy, data))
    : await copyOut(shell, statement, () => targetFor(shell, copy))
  await shell.noteCopy(count, isShown, performance.now() - startedMs)
}

/**
 * Runs a COPY that is a statement, with STDIN or STDOUT.
 * @returns how many rows there were; undefined: it is another statement, and was not run
 */
export async function copyStatement(
  shell: Shell,
  text: string,
  { data, target }: StatementOptions,
): Promise<number | undefined> {
  const copy = /^copy\b/i.test(text) ? parseCopy(text.slice('copy'.length)) : undefined
  if (copy?.kind !== 'stream' || copy.place !== (copy.isFrom ? 'stdin' : 'stdout')) return undefined
  const startedMs = performance.now()
  if (copy.isFrom && data === undefined) {
    throw new UsageError('COPY FROM STDIN: here nobody brings the rows')
  }
  const count = copy.isFrom
    ? await copyIn(shell, text, data!())
    : await copyOut(shell, text, async () => target ?? shell.output, false)
  await shell.noteCopy(count, copy.isFrom, performance.now() - startedMs)
  return count
}

async function copyIn(shell: Shell, statement: string, { pieces, skip }: CopyData): Promise<number> {
  const { session } = shell
  const iterator = pieces[Symbol.asyncIterator]()
  let hasBegun = false
  try {
    await session.copyIn(statement)
    hasBegun = true
    for (;;) {
      const next = await orCancelled(shell, iterator.next())
      if (next.done === true) break
      await session.copyPiece(next.value)
    }
    return await session.copyEnd()
  } catch (error) {
    if (hasBegun) await session.copyAbort()
    const mustSkip = skip === 'always' || (skip === 'once begun' && hasBegun)
    if (mustSkip && !shell.isCancelled) while ((await iterator.next()).done !== true);
    throw error
  } finally {
    // Nobody waits for a program or a pipe that says nothing.
    void iterator.return?.()?.catch(() => {})
  }
}

/** @param open called when the rows are there: what is refused leaves a file as it is */
async function copyOut(
  shell: Shell,
  statement: string,
  open: () => Promise<OutputTarget>,
  isOwn = true,
): Promise<number> {
  const { session } = shell
  await session.copyOut(statement)
  let target: OutputTarget
  try {
    target = await open()
  } catch (error) {
    await session.copyAbort()
    throw error
  }
  const mustEnd = isOwn && target !== shell.output
  try {
    for (;;) {
      const { bytes, rowCount } = await session.copyRows()
      if (bytes === undefined) return rowCount
      if (!(await target.write(bytes))) return await session.copyAbort()
    }
  } catch (error) {
    await session.copyAbort()
    throw error
  } finally {
    if (mustEnd) await endOf(target)
  }
}

async function endOf(target: OutputTarget): Promise<void> {
  await target.end()
  if (target instanceof ProgramTarget && target.exitCode !== 0) {
    throw new UsageError(`\\copy: the program ended with ${target.exitCode ?? 'a signal'}`)
  }
}

async function targetFor(shell: Shell, { kind, place }: CopyText): Promise<OutputTarget> {
  if (kind === 'program') return new ProgramTarget(place)
  if (kind === 'file') return FileTarget.opened(place)
  return place === 'pstdout' ? new StreamTarget(process.stdout) : shell.output
}

function dataOf({ kind, place }: CopyText, data: () => CopyData): CopyData {
  if (kind === 'program') return { pieces: outputOfProgram(place), skip: 'never' }
  if (kind === 'file') return { pieces: bytesOfFile(place), skip: 'never' }
  return place === 'pstdin' ? { pieces: process.stdin, skip: 'never' } : data()
}

async function* bytesOfFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new UsageError(`${path}: ${(error as Error).message}`)
  }
}

/** @throws UsageError when it fails: what it has said until then is not all of it */
async function* outputOfProgram(command: string): AsyncGenerator<Uint8Array> {
  const child = spawn(command, { shell: true, stdio: ['inherit', 'pipe', 'inherit'] })
  const ended = once(child, 'close') as Promise<[number | null]>
  // It is waited for below, unless nobody wants the rest.
  ended.catch(() => {})
  let isOver = false
  try {
    yield* child.stdout as AsyncIterable<Buffer>
    const [exitCode] = await ended
    isOver = true
    if (exitCode !== 0) throw new UsageError(`${command}: ended with ${exitCode ?? 'a signal'}`)
  } finally {
    if (!isOver) child.kill()
  }
}

/** What comes, unless Ctrl-C comes first. */
async function orCancelled<T>(shell: Shell, coming: Promise<T>): Promise<T> {
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (): void => reject(new UsageError('COPY was cancelled, and nothing was stored'))
      if (shell.isCancelled) stop()
      shell.onCancel = stop
      coming.then(resolve, reject)
    })
  } finally {
    shell.onCancel = undefined
  }
}
