/** COPY for a program: the connection's `copyIn` and `copyOut`. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../src/index.ts'

let db: Database
let connection: Connection
beforeEach(() => {
  db = openSync(':memory:')
  connection = db.connect()
  connection.exec(`create table t (a int primary key, b text default 'd',
    c int generated always as (a * 2) stored)`)
})
afterEach(() => db.close())

const out = (text: string): Buffer => Buffer.concat([...connection.copyOut(text)])
const rows = (): unknown[] => connection.query('select a, b, c from t order by a')

describe('copyIn', () => {
  test('takes rows in pieces that are cut anywhere, as text and as bytes', () => {
    using copy = connection.copyIn("copy t (a, b) from stdin (format csv, delimiter ';', quote '''')")
    const bytes = Buffer.from("1;'it''s; é'\r\n2;\n")
    for (let at = 0; at < bytes.length; at++) copy.write(bytes.subarray(at, at + 1))
    copy.write('3;x')
    expect(copy.finish()).toEqual({ command: 'COPY 3', rowCount: 3 })
    expect(copy.isOver).toBe(true)
    expect(rows()).toEqual([
      { a: 1, b: "it's; é", c: 2 },
      { a: 2, b: null, c: 4 },
      { a: 3, b: 'x', c: 6 },
    ])
  })
  test('does not look again at bytes that their owner uses for something else', () => {
    const written = out("copy (values (7, 'seven')) to stdout (format binary)")
    using copy = connection.copyIn('copy t (a, b) from stdin (format binary)')
    const reused = new Uint8Array(5)
    for (let at = 0; at < written.length; at += reused.length) {
      const part = written.subarray(at, at + reused.length)
      reused.set(part)
      copy.write(reused.subarray(0, part.length))
    }
    copy.finish()
    expect(rows()).toEqual([{ a: 7, b: 'seven', c: 14 }])
  })
  test('stores nothing when a row is refused, which it names, nor when it is left', () => {
    const refused = connection.copyIn('copy t (a, b) from stdin')
    expect(() => refused.write('1\tx\nz\ty\n')).toThrow(
      expect.objectContaining({
        sqlstate: '22P02',
        fields: expect.objectContaining({ where: 'COPY t, line 2, column a: "z"' }),
      }),
    )
    expect(() => refused.write('2\tx\n')).toThrow('this COPY is over')
    expect(() => refused.finish()).toThrow('this COPY is over')
    {
      using left = connection.copyIn('copy t (a, b) from stdin')
      left.write('1\tx\n')
    }
    const twin = connection.copyIn('copy t (a, b) from stdin')
    expect(() => twin.write('1\tx\n1\ty\n')).toThrow('duplicate key')
    expect(rows()).toEqual([])
  })
  test('is a part of the transaction that it is begun in, and fails it', () => {
    connection.exec("begin; insert into t values (1, 'before')")
    connection.copyIn('copy t (a) from stdin').abort()
    expect(connection.hasFailedTransaction).toBe(true)
    connection.exec("rollback; begin; insert into t values (1, 'before')")
    const copy = connection.copyIn('copy t (a) from stdin')
    copy.write('2\n')
    copy.finish()
    connection.exec('commit')
    expect(rows()).toEqual([
      { a: 1, b: 'before', c: 2 },
      { a: 2, b: 'd', c: 4 },
    ])
  })
  test('has its connection do nothing else until it is over', () => {
    const prepared = connection.prepare('select 1')
    const copy = connection.copyIn('copy t (a) from stdin')
    for (const other of [
      () => connection.query('select 1'),
      () => connection.exec('commit'),
      () => connection.execute('select 1'),
      () => prepared.all(),
      () => connection.sql`select 1`.all(),
      () => connection.copyIn('copy t (a) from stdin'),
      () => connection.copyOut('copy t to stdout'),
    ]) {
      expect(other).toThrow(expect.objectContaining({ sqlstate: '55006' }))
    }
    copy.write('1\n')
    copy.finish()
    expect(prepared.all()).toHaveLength(1)
    expect(rows()).toHaveLength(1)
  })
  test('is undone when its connection closes, and others write again', () => {
    const copy = connection.copyIn('copy t (a) from stdin')
    copy.write('1\n')
    expect(() => db.exec('insert into t values (5)')).toThrow(expect.objectContaining({ code: 'BUSY' }))
    connection.close()
    expect(copy.isOver).toBe(true)
    db.exec('insert into t values (5)')
    expect(db.query('select a from t')).toEqual([{ a: 5 }])
  })
  test('is refused with what was expected: other statements, files, tables that are not there', () => {
    for (const text of ['select 1', 'copy t to stdout', 'copy t from stdin; select 1', '']) {
      expect(() => connection.copyIn(text)).toThrow(
        expect.objectContaining({
          sqlstate: '42601',
          message: 'expected one statement: COPY … FROM STDIN',
        }),
      )
    }
    expect(() => connection.copyIn("copy t from '/etc/passwd'")).toThrow(
      expect.objectContaining({ sqlstate: '0A000' }),
    )
    expect(() => connection.copyIn('copy nowhere from stdin')).toThrow(
      expect.objectContaining({ sqlstate: '42P01' }),
    )
    expect(() => connection.exec('copy t from stdin')).toThrow(
      expect.objectContaining({
        sqlstate: '0A000',
        fields: expect.objectContaining({ hint: expect.stringContaining('copyIn()') }),
      }),
    )
    connection.exec('begin')
    expect(() => connection.copyIn('copy nowhere from stdin')).toThrow()
    expect(connection.hasFailedTransaction).toBe(true)
  })
  test('is cancelled', () => {
    const controller = new AbortController()
    const copy = connection.copyIn('copy t (a) from stdin', { signal: controller.signal })
    copy.write('1\n')
    controller.abort()
    const many = Array.from({ length: 1000 }, (_, i) => `${i + 2}\n`).join('')
    expect(() => copy.write(many)).toThrow(expect.objectContaining({ sqlstate: '57014' }))
    expect(rows()).toEqual([])
  })
})

describe('copyOut', () => {
  beforeEach(() => {
    connection.exec("insert into t select g, 'row ' || g from generate_series(1, 30000) g")
  })
  test('gives rows in pieces, never a part of one, of one state', () => {
    const copy = connection.copyOut('copy (select a, b from t order by a) to stdout')
    let text = ''
    let pieces = 0
    for (const piece of copy) {
      pieces++
      text += Buffer.from(piece).toString()
      expect(text.endsWith('\n')).toBe(true)
      db.exec('delete from t where a > 29000')
    }
    expect(pieces).toBeGreaterThan(3)
    expect(text).toBe(Array.from({ length: 30_000 }, (_, i) => `${i + 1}\trow ${i + 1}\n`).join(''))
    expect(copy.finish()).toEqual({ command: 'COPY 30000', rowCount: 30_000 })
  })
  test('leaves out generated columns, and gives back in binary what was stored', () => {
    expect(out('copy (select * from t where a = 1) to stdout csv header').toString()).toBe(
      'a,b,c\n1,row 1,2\n',
    )
    const all = out('copy t to stdout (format binary)')
    connection.exec('create table u (a int, b text)')
    const copy = connection.copyIn('copy u from stdin (format binary)')
    copy.write(all)
    expect(copy.finish().rowCount).toBe(30_000)
    expect(connection.query('select count(*)::int as n from t join u using (a, b)')).toEqual([{ n: 30_000 }])
  })
  test('ends when its loop is left, and lets its state go', () => {
    const before = db.stats().snapshots.length
    for (const piece of connection.copyOut('copy t to stdout')) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    expect(db.stats().snapshots.length).toBe(before)
  })
  test('fails in the midst, and says so again', () => {
    const copy = connection.copyOut('copy (select 1 / (29999 - a) from t order by a) to stdout')
    expect(() => [...copy]).toThrow('division by zero')
    expect(() => copy.finish()).toThrow('division by zero')
    expect(() => copy[Symbol.dispose]()).not.toThrow()
    expect(() => connection.copyOut('copy t from stdin')).toThrow('COPY … TO STDOUT')
  })
})
