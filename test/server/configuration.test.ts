/** What a server can be told: by options, by a configuration file, and what SHOW and SET make of it. */

import { describe, expect, test } from 'vitest'
import { parseConfiguration, type ServerOptions, serve } from '../../src/server/index.ts'
import { connect, failure, memoryDatabase, startServer } from './support.ts'

describe('a configuration file', () => {
  test('says what the options of a server say, and what sessions begin with', () => {
    const text = `
      # Comments, blank lines, quotes, and no sign of equality are as in postgresql.conf.
      data_directory = '/var/lib/ann''s data'   # with a quote
      listen_addresses = '*'
      port 6543
      max_connections = 50
      authentication_timeout = 5
      coppice.max_message_size = 1MB
      log_min_duration_statement = 500ms
    `
    const more = `ssl = on\r\nssl_key_file = k.pem\r\nssl_cert_file = c.pem\r\ncoppice.ssl_required = yes
      coppice.metrics_port = 9187\nStatement_Timeout = '30s'\nTimeZone = Europe/Rome\nport = 6544`
    expect(parseConfiguration(`${text}\n${more}`)).toEqual({
      database: "/var/lib/ann's data",
      host: '0.0.0.0',
      port: 6544,
      limits: { connections: 50, authenticationMs: 5000, messageBytes: 1_048_576 },
      slowStatementMs: 500,
      tls: { keyFile: 'k.pem', certFile: 'c.pem', isRequired: true },
      metrics: { port: 9187 },
      settings: { statement_timeout: '30000', timezone: 'Europe/Rome' },
    })
  })
  test.each([
    ['prot = 5432', 'c.conf, line 1: unrecognized configuration parameter "prot"; did you mean port?'],
    [
      '\nstatement_timout = 5',
      'c.conf, line 2: unrecognized configuration parameter "statement_timout"; did you mean statement_timeout?',
    ],
    ['max_conections = 5', 'did you mean max_connections?'],
    ['shared_buffers = 5', 'unrecognized configuration parameter "shared_buffers"'],
    ['port = many', "port: expected a whole number from 0, got 'many'"],
    ['max_connections = 0', 'max_connections: expected a whole number from 1'],
    ['ssl = maybe', 'ssl: expected on or off'],
    ['ssl = on', 'ssl = on needs ssl_key_file and ssl_cert_file'],
    ['timezone = Nowhere', 'invalid value for parameter "timezone": "Nowhere"'],
    ['is_superuser = on', 'unrecognized configuration parameter "is_superuser"'],
    ['port =', 'expected name = value'],
    ["timezone = 'UTC", 'expected name = value'],
    ["include = 'other.conf'", 'unrecognized configuration parameter "include"'],
  ])('is refused with its place: %s', (text, message) => {
    const refused = () => parseConfiguration(text, 'c.conf')
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
    expect(refused).toThrow(message)
  })
})

describe('options that are wrong', () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "expected options such as { database: 'app.db' }"],
    [null, 'expected options'],
    ['app.db', 'expected options'],
    [{ database: 5 }, 'option database: expected a path or an open database, got number'],
    [{ database: {} }, 'option database: expected a path or an open database'],
    [{ directory: 5 }, 'option directory: expected a path'],
    [{ databse: 'x' }, 'option databse: a server does not have it; did you mean database?'],
    [{ port: '5432' }, "option port: expected 0 to 65535, got '5432'"],
    [{ host: 5 }, 'option host: expected an address'],
    [{ host: '', users: { ann: 'x' } }, "option host: expected an address, got ''"],
    [{ metrics: { host: '', port: 0 } }, "option metrics.host: expected an address, got ''"],
    [{ users: ['ann'] }, 'option users: expected an object, got an array'],
    [{ users: { ann: 5 } }, 'option users.ann: expected a text'],
    [{ settings: { statement_timout: '5s' } }, 'did you mean statement_timeout?'],
    [{ settings: { timezone: 'Nowhere' } }, 'option settings.timezone: invalid value'],
    [{ limits: { conections: 5 } }, 'did you mean connections?'],
    [{ limits: 5 }, 'option limits: expected an object'],
    [{ tls: true }, 'option tls: expected an object'],
    [{ tls: { key: 'k' } }, 'option tls.cert: expected PEM'],
    [{ tls: { key: 'k', cert: 'c' } }, 'option tls: '],
    [{ log: 'stderr' }, 'option log: expected a function'],
    [{ slowStatementMs: 'slow' }, 'option slowStatementMs: expected milliseconds'],
    [{ metrics: {} }, 'option metrics.port: expected 0 to 65535'],
    [{ metrics: { prt: 1 } }, 'did you mean port?'],
  ]
  test.each(wrong)('%j is refused by name', async (options, message) => {
    const needsDatabase =
      typeof options === 'object' && options !== null && !('database' in options || 'directory' in options)
    const given =
      needsDatabase && !('databse' in options) ? { database: memoryDatabase(), port: 0, ...options } : options
    const refused = await failure(serve(given as ServerOptions))
    expect(refused).toMatchObject({ code: 'INVALID_OPTION' })
    expect(refused.message).toContain(message)
  })
})

describe('settings of the server', () => {
  test('are shown, and set by whoever starts it', async () => {
    const { port } = await startServer({
      limits: { connections: 7 },
      slowStatementMs: 250,
      settings: { statement_timeout: '30s' },
    })
    const client = await connect(port)
    const show = async (name: string) => Object.values((await client.query(`show ${name}`)).rows[0])[0]
    expect(await show('port')).toBe(String(port))
    expect(await show('max_connections')).toBe('7')
    expect(await show('log_min_duration_statement')).toBe('250ms')
    expect(await show('ssl')).toBe('off')
    expect(await show('coppice.max_unauthenticated')).toBe('50')
    expect(await show('statement_timeout')).toBe('30s')
    expect((await client.query('show all')).rows.map(row => row.name)).toContain('listen_addresses')
    const rows = await client.query("select setting, context from pg_settings where name = 'max_connections'")
    expect(rows.rows).toEqual([{ setting: '7', context: 'internal' }])
    const refused = await failure(client.query('set max_connections = 8'))
    expect(refused.code).toBe('55P02')
    expect(refused.message).toContain('cannot be changed without restarting the server')
    expect((await failure(client.query('set coppice.max_unauthenticated = 8'))).code).toBe('55P02')
    await client.query('reset all')
    const system = await failure(client.query('alter system set max_connections = 8'))
    expect(system.code).toBe('0A000')
    expect(system.message).toMatch(/ALTER SYSTEM/i)
  })
})
