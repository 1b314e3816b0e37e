/** What a server shows to Prometheus, read as Prometheus reads it: each line is checked, and none is there twice. */

import { expect, test } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, connect, failure, startServer } from './support.ts'

interface Figures {
  /** By name, as the lines before the figures say. */
  readonly types: ReadonlyMap<string, string>
  /** By name and labels, as written. */
  readonly values: ReadonlyMap<string, number>
}

const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/
const LABEL = /[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*"/.source
const SAMPLE = new RegExp(`^([a-zA-Z_:][\\w:]*)(\\{${LABEL}(?:,${LABEL})*\\})? (\\S+)$`)
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped']

async function figuresOf(port: number | undefined): Promise<Figures> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const types = new Map<string, string>()
  const values = new Map<string, number>()
  const text = await response.text()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.split('\n').filter(line => line !== '')) {
    const [, kind, ofName, rest] = COMMENT.exec(line) ?? []
    if (kind === 'TYPE') {
      expect(types.has(ofName), line).toBe(false)
      expect(TYPES, line).toContain(rest)
      types.set(ofName, rest)
    }
    if (kind !== undefined) continue
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? []
    expect(name, line).toBeDefined()
    const series = name.replace(/_(bucket|sum|count)$/, whole => (types.has(name) ? whole : ''))
    expect(types.has(series), line).toBe(true)
    expect(values.has(name + labels), line).toBe(false)
    expect(value === 'Nan' || Number.isFinite(Number(value)), line).toBe(true)
    values.set(name + labels, Number(value))
  }
  return { types, values }
}

test('are figures of the server, of its databases and of the process', async () => {
  const { port, metricsPort } = await startServer({ metrics: { port: 0 } })
  const client = await connect(port)
  await client.query('create table t (a int)')
  await failure(client.query('select 1/0'))
  const { types, values } = await figuresOf(metricsPort)
  expect(values.get('coppice_connections{database="memory"}')).toBe(1)
  expect(values.get('coppice_statements_failed_total')).toBe(1)
  expect(values.get('coppice_statement_seconds_count')).toBe(2)
  expect(values.get('coppice_statement_seconds_bucket{le="+Inf"}')).toBe(2)
  expect(values.get('coppice_commits_total{database="memory"}')).toBe(1)
  expect(values.get('coppice_file_bytes{database="memory"}')).toBeGreaterThan(0)
  // Of a client that is still there.
  expect(values.get('coppice_received_bytes_total')).toBeGreaterThan(20)
  expect(types.get('coppice_statement_seconds')).toBe('histogram')
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']) {
    expect(types.get(name), name).toBe('gauge')
  }
  expect(types.get('nodejs_gc_duration_seconds')).toBe('histogram')
  expect(types.get('process_cpu_seconds_total')).toBe('counter')
  expect((await fetch(`http://127.0.0.1:${metricsPort}/`)).status).toBe(404)
})

test('count on when clients have gone, and by database', async () => {
  const temporary = temporaryDirectory()
  atEnd(() => temporary.remove())
  const { port, metricsPort } = await startServer({ directory: temporary.path, metrics: { port: 0 } })
  const admin = await connect(port, { database: 'postgres' })
  await admin.query('create database "a""b\\c"')
  const other = await connect(port, { database: 'a"b\\c' })
  const before = (await figuresOf(metricsPort)).values
  expect(before.get('coppice_connections{database="a\\"b\\\\c"}')).toBe(1)
  await other.end()
  await expect
    .poll(async () => (await figuresOf(metricsPort)).values.get('coppice_connections{database="a\\"b\\\\c"}'))
    .toBe(0)
  const after = (await figuresOf(metricsPort)).values
  expect(after.get('coppice_connections_opened_total')).toBe(2)
  expect(after.get('coppice_received_bytes_total')!).toBeGreaterThan(
    before.get('coppice_received_bytes_total')!,
  )
  await admin.query('drop database "a""b\\c"')
  const gone = (await figuresOf(metricsPort)).values
  expect(gone.has('coppice_connections{database="a\\"b\\\\c"}')).toBe(false)
  expect(gone.get('coppice_connections{database="postgres"}')).toBe(1)
})

test('are each server its own, when a process has several', async () => {
  const [one, two] = [
    await startServer({ metrics: { port: 0 } }),
    await startServer({ metrics: { port: 0 }, users: { ann: 'secret' } }),
  ]
  await (await connect(one.port)).query('select 1')
  await failure(connect(two.port, { password: 'wrong' }))
  const figures = [await figuresOf(one.metricsPort), await figuresOf(two.metricsPort)]
  const both = (name: string) => figures.map(({ values }) => values.get(name))
  expect(both('coppice_statement_seconds_count')).toEqual([1, 0])
  expect(both('coppice_logins_failed_total')).toEqual([0, 1])
  expect(both('coppice_connections_refused_total')).toEqual([0, 1])
})
