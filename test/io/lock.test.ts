/** The process lock, between real processes and threads. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'
import type { StorageFile } from '../../src/io/storage.ts'
import { FOR_TYPESCRIPT } from '../support/typescript.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

const holderProgram = fileURLToPath(new URL('./lock-holder.ts', import.meta.url))
const workerProgram = new URL('./lock-worker.mjs', import.meta.url)

describe('the process lock', () => {
  const storage = nodeStorage()
  let directory: TemporaryDirectory
  let path: string
  let processes: ChildProcess[]
  let strayPids: number[]

  beforeEach(() => {
    directory = temporaryDirectory()
    path = directory.file('app.db')
    processes = []
    strayPids = []
    storage.open(path, 'create').close()
  })
  afterEach(() => {
    for (const child of processes) child.kill('SIGKILL')
    for (const pid of strayPids) process.kill(pid, 'SIGKILL')
    directory.remove()
  })

  /** Starts a process that takes the lock; returns it with what it said. */
  async function holder(mode: string, ...more: string[]): Promise<{ child: ChildProcess; answer: string }> {
    const child = spawn(process.execPath, [...FOR_TYPESCRIPT, holderProgram, path, mode, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    processes.push(child)
    const [line] = await once(child.stdout, 'data')
    return { child, answer: String(line).trim() }
  }

  async function kill(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  function lockOnce(mode: 'shared' | 'exclusive'): void {
    const file = storage.open(path, 'write')
    try {
      storage.lock(file, mode).release()
    } finally {
      file.close()
    }
  }

  function isFree(): boolean {
    try {
      lockOnce('exclusive')
      return true
    } catch (error) {
      if (isCoppiceError(error, 'LOCKED')) return false
      throw error
    }
  }

  const refusal = expect.objectContaining({ code: 'LOCKED' })

  it('keeps out another process, until the holder is killed', async () => {
    const { child, answer } = await holder('exclusive')
    expect(answer).toBe('held')
    expect(() => lockOnce('exclusive')).toThrow(refusal)
    expect(() => lockOnce('shared')).toThrow(refusal)
    await kill(child)
    lockOnce('exclusive')
  })

  it('is shared by readers in several processes, and keeps a writer out', async () => {
    const { answer } = await holder('shared')
    expect(answer).toBe('held')
    lockOnce('shared')
    expect(() => lockOnce('exclusive')).toThrow(refusal)
  })

  it('is refused to a process while we hold it', async () => {
    const file = storage.open(path, 'write')
    const lock = storage.lock(file, 'exclusive')
    const [reader, writer] = await Promise.all([holder('shared'), holder('exclusive')])
    expect([reader.answer, writer.answer]).toEqual(['LOCKED', 'LOCKED'])
    lock.release()
    file.close()
  })

  it('is free for another process once released, although the file is still open', async () => {
    const file = storage.open(path, 'write')
    storage.lock(file, 'exclusive').release()
    expect((await holder('exclusive')).answer).toBe('held')
    file.close()
  })

  it('is free once the file is closed, released or not', async () => {
    const file = storage.open(path, 'write')
    const lock = storage.lock(file, 'exclusive')
    file.close()
    expect((await holder('exclusive')).answer).toBe('held')
    lock.release()
  })

  it('is not kept by a child that outlives its killed parent', async () => {
    const { child, answer } = await holder('exclusive', 'with-child')
    expect(answer).toMatch(/^held \d+$/)
    const grandchildPid = Number(answer.slice('held '.length))
    strayPids.push(grandchildPid)
    await kill(child)
    expect(isAlive(grandchildPid)).toBe(true)
    lockOnce('exclusive')
  })

  it('keeps out another thread, until that thread has ended', async () => {
    const worker = new Worker(workerProgram, { argv: [path, 'exclusive'] })
    expect(await once(worker, 'message')).toEqual(['held'])
    expect(() => lockOnce('exclusive')).toThrow(refusal)
    await worker.terminate()
    // docs/compatibility.md: Bun leaves the files of a thread open when it is terminated.
    if (process.versions.bun !== undefined) return
    // Deno resolves `terminate` before the thread has ended.
    if (process.versions.deno !== undefined) await vi.waitUntil(isFree, { timeout: 60_000 })
    lockOnce('exclusive')
  })

  it('can be taken through a file opened for reading', async () => {
    const file = storage.open(path, 'read')
    const lock = storage.lock(file, 'exclusive')
    expect((await holder('shared')).answer).toBe('LOCKED')
    lock.release()
    file.close()
  })

  describe('where the machine has no flock program', { skip: process.platform !== 'linux' }, () => {
    const searchPath = process.env.PATH
    let file: StorageFile

    beforeEach(() => {
      mkdirSync(directory.file('empty'))
      process.env.PATH = directory.file('empty')
      file = storage.open(path, 'write')
    })
    afterEach(() => {
      process.env.PATH = searchPath
      file.close()
    })

    it('is refused, and the message says what is missing', () => {
      expect(() => storage.lock(file, 'exclusive')).toThrow(
        expect.objectContaining({
          code: 'LOCK_UNAVAILABLE',
          message: expect.stringContaining("'flock' (package util-linux) is not installed"),
        }),
      )
    })

    it('leaves nothing locked behind when refused', () => {
      expect(() => storage.lock(file, 'exclusive')).toThrow()
      process.env.PATH = searchPath
      lockOnce('exclusive')
    })

    it('still excludes a second open in this process when unsafe locks are allowed', () => {
      const unsafe = nodeStorage({ unsafeLock: true })
      const lock = unsafe.lock(file, 'exclusive')
      const second = unsafe.open(path, 'write')
      expect(() => unsafe.lock(second, 'exclusive')).toThrow(refusal)
      lock.release()
      unsafe.lock(second, 'exclusive').release()
      second.close()
    })
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
