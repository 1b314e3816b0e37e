/** Salvage as users call it: real files, what it refuses, and that it leaves alone what is not its own. */

import {
  chmodSync,
  copyFileSync,
  linkSync,
  openSync as openFile,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { open, type SalvageReport, salvage, t, table } from '../../src/index.ts'
import { coded, TestDatabase } from './support.ts'

const words = table('words', { key: t.text, value: t.u32 })
const WORDS = 2000
const PAGE_BYTES = 4096
const HEADER_BYTES = 4 * PAGE_BYTES

describe('salvage', () => {
  const database = new TestDatabase()
  const target = () => database.file('salvaged.db')

  function fill(): void {
    const db = database.open()
    db.write(tx => {
      for (let i = 0; i < WORDS; i++) tx.table(words).put(`word ${i}`, i)
    })
    db.close()
  }

  function overwrite(start: number, length: number): void {
    const file = openFile(database.path, 'r+')
    writeSync(file, Buffer.alloc(length, 0x55), 0, length, start)
  }

  async function readWords(path: string): Promise<number> {
    await using db = await open(path, { readOnly: true })
    expect((await db.check()).ok).toBe(true)
    return db.read(snap => snap.table(words).count())
  }

  it('makes a new database of a whole one', async () => {
    fill()
    const report = await salvage(database.path, target())
    expect(report).toMatchObject({ ok: true, basis: 'newest header', isLogMissing: false })
    expect(report.tables).toMatchObject([
      { name: 'words', kind: 'map', entriesRead: WORDS, entriesLost: { atLeast: 0, atMost: 0 } },
    ])
    expect(await readWords(target())).toBe(WORDS)
    expect(report.sizeBytes).toBe(readFileSync(target()).length)
  })

  it('makes one of what is left, says what is lost, and changes nothing of the damaged file', async () => {
    fill()
    overwrite(HEADER_BYTES + 5 * PAGE_BYTES, PAGE_BYTES)
    const before = readFileSync(database.path)
    const report = await salvage(pathToFileURL(database.path), pathToFileURL(target()))
    expect(report.ok).toBe(false)
    const [{ entriesRead, entriesLost, lostRanges }] = report.tables
    expect(entriesRead).toBe(await readWords(target()))
    expect(entriesLost).toEqual({ atLeast: WORDS - entriesRead, atMost: WORDS - entriesRead })
    expect(lostRanges).toHaveLength(1)
    expect(readFileSync(database.path).equals(before)).toBe(true)
    expect(readdirSync(dirname(database.path)).sort()).toEqual(['app.db', 'salvaged.db'])
  })

  it('reads files that may only be read', async () => {
    fill()
    overwrite(0, HEADER_BYTES)
    chmodSync(database.path, 0o444)
    const report = await salvage(database.path, target())
    expect(report.basis).toBe('pages')
    expect(await readWords(target())).toBe(WORDS)
  })

  it('takes the log that a crash has left', async () => {
    fill()
    const db = database.open()
    for (let i = 0; i < 3; i++) db.write(tx => tx.table(words).put(`logged ${i}`, i))
    const files = ['app.db', 'app.db-wal0', 'app.db-wal1'].filter(name =>
      readdirSync(dirname(database.path)).includes(name),
    )
    for (const name of files) copyFileSync(database.file(name), database.file(`crashed-${name}`))
    db.close()
    for (const all of ['', 'and without headers']) {
      const path = database.file('crashed-app.db')
      if (all !== '') writeFileSync(path, readFileSync(path).fill(0, 0, HEADER_BYTES))
      const report = await salvage(path, target(), { overwrite: true })
      expect(report).toMatchObject({ replayedTransactions: 3, lostTransactions: 0 })
      expect(await readWords(target())).toBe(WORDS + 3)
    }
    for (const name of files.slice(1)) truncateSync(database.file(`crashed-${name}`), 0)
    const { ok, isLogMissing } = await salvage(database.file('crashed-app.db'), target(), { overwrite: true })
    expect([ok, isLogMissing]).toEqual([false, false])
  })

  it('says when a log is missing', async () => {
    fill()
    const db = database.open()
    db.write(tx => tx.table(words).put('logged', 1))
    copyFileSync(database.path, database.file('alone.db'))
    db.close()
    const report = await salvage(database.file('alone.db'), target())
    expect(report).toMatchObject({ ok: false, isLogMissing: true, replayedTransactions: 0 })
    expect(await readWords(target())).toBe(WORDS)
  })

  it('refuses what is not there, or no database, and then makes no file', async () => {
    await expect(salvage(database.path, target())).rejects.toEqual(coded('NOT_FOUND'))
    for (const content of ['', 'Dear diary, '.repeat(5000), Buffer.alloc(100_000)]) {
      writeFileSync(database.path, content)
      await expect(salvage(database.path, target())).rejects.toEqual(coded('NOT_A_DATABASE'))
    }
    await expect(salvage(dirname(database.path), target())).rejects.toMatchObject({ name: 'CoppiceError' })
    expect(readdirSync(dirname(database.path))).toEqual(['app.db'])
  })

  it('refuses options that make no sense, before it reads anything', async () => {
    fill()
    const wrong = [{ cacheSizeBytes: -1 }, { cacheSizeBytes: 'much' as unknown as number }]
    for (const options of wrong) {
      await expect(salvage(database.path, target(), options)).rejects.toEqual(coded('INVALID_OPTION'))
    }
    await expect(salvage('', target())).rejects.toEqual(coded('INVALID_OPTION'))
    await expect(salvage(database.path, '')).rejects.toEqual(coded('INVALID_OPTION'))
  })

  it('never writes over the file that it reads, by whatever name', async () => {
    fill()
    const before = readFileSync(database.path)
    symlinkSync(database.path, database.file('symlink.db'))
    linkSync(database.path, database.file('link.db'))
    for (const path of [database.path, database.file('symlink.db'), database.file('link.db')]) {
      const refused = salvage(database.path, path, { overwrite: true })
      await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/INVALID_OPTION|LOCKED/) })
    }
    expect(readFileSync(database.path).equals(before)).toBe(true)
  })

  it('writes over another file only when it is told to, and not over a database in use', async () => {
    fill()
    writeFileSync(target(), 'mine')
    await expect(salvage(database.path, target())).rejects.toEqual(coded('ALREADY_EXISTS'))
    expect(readFileSync(target(), 'utf8')).toBe('mine')
    await salvage(database.path, target(), { overwrite: true })
    await using _ = await open(target())
    const inUse = salvage(database.path, target(), { overwrite: true })
    await expect(inUse).rejects.toEqual(coded('LOCKED'))
  })

  it('refuses a database that somebody writes to, and a target in no directory', async () => {
    fill()
    const db = database.open()
    await expect(salvage(database.path, target())).rejects.toEqual(coded('LOCKED'))
    db.close()
    const nowhere = salvage(database.path, database.file('no/such/directory.db'))
    await expect(nowhere).rejects.toEqual(coded('NOT_FOUND'))
  })

  it('tells how far it is, and leaves nothing behind when it is aborted in any phase', async () => {
    fill()
    overwrite(HEADER_BYTES + 5 * PAGE_BYTES, PAGE_BYTES)
    const phases = new Set<string>()
    const seen = (report: SalvageReport) => report.tables.length
    expect(
      seen(
        await salvage(database.path, target(), {
          onProgress: ({ phase }) => phases.add(phase),
          overwrite: true,
        }),
      ),
    ).toBe(1)
    expect(phases.size).toBeGreaterThan(0)
    const reason = new Error('enough')
    const aborted = salvage(database.path, database.file('other.db'), { signal: AbortSignal.abort(reason) })
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', details: { cause: reason } })
    expect(readdirSync(dirname(database.path)).sort()).toEqual(['app.db', 'salvaged.db'])
    // And everything is unlocked.
    expect(await readWords(target())).toBeGreaterThan(0)
    await salvage(database.path, target(), { overwrite: true })
  })
})
