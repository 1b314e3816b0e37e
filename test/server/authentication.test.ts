/** Who is let in, and what those learn who are not. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  mockSecret,
  parseScramSecret,
  ScramExchange,
  scramSecret,
  scramSecretText,
} from '../../src/server/scram.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { int32, message, RawClient, startupMessage } from './raw-client.ts'
import { atEnd, connect, connectPostgres, failure, isInstalled, runClient, startServer } from './support.ts'

const users = { ann: 'sécret' }

describe('SCRAM-SHA-256', () => {
  test('follows the exchange of RFC 7677', () => {
    const secret = scramSecret('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))
    const exchange = new ScramExchange(secret, undefined, '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0')
    expect(exchange.first('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')).toBe(
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    )
    expect(
      exchange.final(
        'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
      ),
    ).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  })
  test.each([
    ['a nonce of its own', 'c=biws,r=other,p=AAAA'],
    ['no proof', 'c=biws,r=ab'],
    ['a proof that is too short', 'c=biws,r=ab,p=AAAA'],
    ['another binding', `c=eSws,r=ab,p=${'A'.repeat(43)}=`],
    ['nothing', ''],
  ])('refuses %s', (_, final) => {
    const exchange = new ScramExchange(scramSecret('x'), undefined, 'b')
    exchange.first('n,,n=,r=a')
    expect(() => exchange.final(final)).toThrow()
  })
  test.each(['', 'n,,n=a', 'p=tls-unique,,n=,r=a', 'n,a=bob,n=,r=a', 'n,,m=x,n=,r=a', 'n,,n=,r=a,b=c'])(
    'refuses to begin with %j',
    first => {
      expect(() => new ScramExchange(scramSecret('x'), undefined, 'b').first(first)).toThrow()
    },
  )
  test('keeps secrets as PostgreSQL does', () => {
    const secret = scramSecret('x')
    expect(parseScramSecret(scramSecretText(secret))).toEqual(secret)
    expect(parseScramSecret('x')).toBeUndefined()
  })
  test('makes up one and the same salt for a name that nobody has', () => {
    const key = Buffer.alloc(32, 1)
    expect(mockSecret('bob', key).salt).toEqual(mockSecret('bob', key).salt)
    expect(mockSecret('bob', key).salt).not.toEqual(mockSecret('eve', key).salt)
    expect(mockSecret('bob', key).salt.length).toBe(scramSecret('x').salt.length)
  })
})

describe('salts', () => {
  /** What the server sends to a name, as hexadecimal. */
  async function saltOf(port: number, user: string): Promise<string> {
    const client = new RawClient(port)
    client.send(startupMessage({ user, database: 'postgres' }))
    await client.read()
    const first = Buffer.from('n,,n=,r=abcdefghijkl')
    client.send(message('p', 'SCRAM-SHA-256', int32(first.length), first))
    const answer = (await client.read())!.body.subarray(4).toString()
    client.socket.destroy()
    return /,s=([^,]+)/.exec(answer)![1]
  }

  test.each(['directory', 'file'])(
    'of a %s are the same after a restart, for those who are named and for those who are not',
    async kind => {
      const temporary = temporaryDirectory()
      atEnd(() => temporary.remove())
      const place =
        kind === 'directory' ? { directory: temporary.path } : { database: temporary.file('app.db') }
      const salts: string[][] = []
      for (let start = 0; start < 2; start++) {
        const server = await startServer({ ...place, users })
        if (kind === 'directory' && start === 0) {
          const admin = await connect(server.port, { password: users.ann, database: 'postgres' })
          await admin.query("create role eve login password 'x'")
        }
        const names = ['ann', 'eve', 'bob', 'nobody']
        salts.push(await Promise.all(names.map(name => saltOf(server.port, name))))
        await server.close()
      }
      expect(salts[0]).toEqual(salts[1])
      expect(new Set(salts[0]).size).toBe(4)
    },
  )

  test('are another in another database', async () => {
    const [one, two] = [await startServer({ users }), await startServer({ users })]
    expect(await saltOf(one.port, 'bob')).not.toBe(await saltOf(two.port, 'bob'))
  })
})

describe.each(['scram-sha-256', 'md5'] as const)('by %s', authentication => {
  test('clients come in with the password, and not without', async () => {
    const { port } = await startServer({ users, authentication })
    const client = await connect(port, { password: 'sécret' })
    expect((await client.query('select current_user as u')).rows).toEqual([{ u: 'ann' }])
    expect(await failure(connect(port, { password: 'wrong' }))).toMatchObject({
      code: '28P01',
      severity: 'FATAL',
    })
    expect(await failure(connect(port, { user: 'bob', password: 'sécret' }))).toMatchObject({
      code: '28P01',
      message: 'password authentication failed for user "bob"',
    })
    const sql = connectPostgres(port, { password: 'sécret', fetch_types: false })
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })
  test.skipIf(!isInstalled('psql'))('psql comes in, too', async () => {
    const { port } = await startServer({ users, authentication })
    const run = (PGPASSWORD: string) => runClient('psql', ['-XAtc', 'select 1'], port, { PGPASSWORD })
    expect(await run('sécret')).toMatchObject({ status: 0, output: '1\n' })
    expect((await run('wrong')).errors).toContain('password authentication failed for user "ann"')
  })
})

/** What a wrong proof is answered with: each step's message, without what is random. */
async function steps(port: number, user: string, method: string): Promise<string[]> {
  const client = new RawClient(port)
  client.send(startupMessage({ user, database: 'postgres' }))
  const seen: string[] = []
  const next = async () => {
    const one = await client.read()
    const text = one?.body.toString('latin1').replace(user, 'NAME') ?? ''
    seen.push(`${one?.type} ${text.replace(/[rs]=[^,]+/g, part => `${part[0]}${part.length}`)}`)
    return text
  }
  const first = await next()
  if (method === 'md5') {
    // The salt is random.
    seen[0] = `${seen[0].slice(0, 6)} ${first.length}`
    client.send(message('p', `md5${'0'.repeat(32)}`))
  } else {
    const initial = Buffer.from('n,,n=,r=abcdefgh')
    client.send(message('p', 'SCRAM-SHA-256', int32(initial.length), initial))
    const nonce = /r=([^,]+)/.exec(await next())![1]
    client.send(message('p', Buffer.from(`c=biws,r=${nonce},p=${'A'.repeat(43)}=`)))
  }
  await next()
  await client.closed()
  expect(await client.read()).toBeUndefined()
  return seen
}

test.each(['scram-sha-256', 'md5'] as const)(
  'by %s a name that nobody has, or that may not log in, is asked the very same questions as one with a password',
  async authentication => {
    const temporary = temporaryDirectory()
    atEnd(() => temporary.remove())
    const { port } = await startServer({
      directory: temporary.path,
      users,
      authentication,
      limits: { failedLogins: 100 },
    })
    const admin = await connect(port, { password: users.ann, database: 'postgres' })
    await admin.query(
      "create role eve nologin password 'x'; create role bob login; create role ida login password 'x'",
    )
    const known = await steps(port, 'ann', authentication)
    expect(known.length).toBe(authentication === 'md5' ? 2 : 3)
    expect(known.at(-1)).toContain('28P01')
    for (const name of ['ida', 'eve', 'bob', 'nob'])
      expect([name, await steps(port, name, authentication)]).toEqual([name, known])
  },
)

test('of many tries that come at once no more are looked at than of those that come one after the other', async () => {
  const { port } = await startServer({ users, limits: { failedLogins: 3 } })
  const clients = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = new RawClient(port)
      client.send(startupMessage())
      await client.read()
      const initial = Buffer.from('n,,n=,r=abcdefgh')
      client.send(message('p', 'SCRAM-SHA-256', int32(initial.length), initial))
      const nonce = /r=([^,]+)/.exec((await client.read())!.body.toString())![1]
      return { client, proof: message('p', Buffer.from(`c=biws,r=${nonce},p=${'A'.repeat(43)}=`)) }
    }),
  )
  for (const { client, proof } of clients) client.send(proof)
  const answers = (await Promise.all(clients.map(({ client }) => client.answers()))).flat().sort()
  expect(answers).toEqual([...Array(7).fill('E(28000)'), ...Array(3).fill('E(28P01)')])
})

test('who has a password of his own cannot try those of others with it for ever', async () => {
  const { port } = await startServer({ users: { ...users, eve: 'x' }, limits: { failedLogins: 3 } })
  for (let i = 0; i < 3; i++) {
    expect((await failure(connect(port, { password: 'wrong' }))).code).toBe('28P01')
    if (i < 2) await connect(port, { user: 'eve', password: 'x' })
  }
  expect((await failure(connect(port, { password: 'wrong' }))).code).toBe('28000')
})

test('whoever fails too often has to wait, also with the right password', async () => {
  const { port } = await startServer({ users, limits: { failedLogins: 3 } })
  for (let i = 0; i < 3; i++) {
    expect((await failure(connect(port, { password: 'wrong' }))).code).toBe('28P01')
  }
  expect((await failure(connect(port, { password: 'sécret' }))).code).toBe('28000')
})

test('a server that other machines reach is not open by mistake', async () => {
  await expect(startServer({ host: '0.0.0.0' })).rejects.toThrow(/users/)
})

describe.skipIf(!isInstalled('openssl', 'version'))('with TLS', () => {
  const ECDSA = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  const RSA = ['-newkey', 'rsa:2048']

  function certificate(options: readonly string[] = ECDSA) {
    const directory = temporaryDirectory()
    atEnd(() => directory.remove())
    const [keyFile, certFile] = [directory.file('key.pem'), directory.file('cert.pem')]
    const words = [...options, '-nodes', '-subj', '/CN=localhost', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...words, '-keyout', keyFile, '-out', certFile], {
      stdio: 'ignore',
    })
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  }
  test.each([
    ['ECDSA and SHA-256', [...ECDSA, '-sha256']],
    ['ECDSA and SHA-384', [...ECDSA, '-sha384']],
    ['RSA and SHA-256', [...RSA, '-sha256']],
    ['RSA and SHA-512', [...RSA, '-sha512']],
  ])('a login is bound to a certificate of %s', async (_, options) => {
    const { port } = await startServer({ users, tls: certificate(options) })
    const ssl = { rejectUnauthorized: false }
    const bound = { password: 'sécret', ssl, enableChannelBinding: true }
    expect((await (await connect(port, bound)).query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect((await failure(connect(port, { ...bound, password: 'wrong' }))).code).toBe('28P01')
    await connect(port, { password: 'sécret', ssl })
    if (!isInstalled('psql')) return
    const psql = (channelBinding: string) =>
      runClient('psql', ['-XAtc', 'select 1'], port, {
        PGPASSWORD: 'sécret',
        PGSSLMODE: 'require',
        PGCHANNELBINDING: channelBinding,
      })
    for (const wish of ['require', 'prefer', 'disable'])
      expect(await psql(wish)).toMatchObject({ output: '1\n', errors: '' })
  })
  test('a certificate that names no hash leaves a login unbound', async () => {
    const { port } = await startServer({ users, tls: certificate(['-newkey', 'ed25519']) })
    const options = { password: 'sécret', ssl: { rejectUnauthorized: false }, enableChannelBinding: true }
    expect((await (await connect(port, options)).query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
  test('who stands in the middle cannot hand a login on, or pass over the binding in silence', () => {
    const certificateHash = Buffer.alloc(32, 1)
    const first = (flag: string, isChosen: boolean) =>
      new ScramExchange(scramSecret('x'), { certificateHash, isChosen }).first(`${flag},,n=,r=a`)
    expect(() => first('y', false)).toThrow('negotiation error')
    expect(() => first('n', true)).toThrow('do not agree')
    expect(() => first('p=tls-server-end-point', false)).toThrow('do not agree')
    expect(() => first('p=tls-unique', true)).toThrow('tls-unique')
    expect(new ScramExchange(scramSecret('x')).first('y,,n=,r=a')).toContain('r=a')
    const exchange = new ScramExchange(scramSecret('x'), { certificateHash, isChosen: true }, 'b')
    exchange.first('p=tls-server-end-point,,n=,r=a')
    const other = Buffer.concat([Buffer.from('p=tls-server-end-point,,'), Buffer.alloc(32, 2)]).toString(
      'base64',
    )
    expect(() => exchange.final(`c=${other},r=ab,p=AA==`)).toThrow(
      'unexpected SCRAM channel-binding attribute',
    )
  })
  test('what is said is encrypted, and those who do not encrypt are refused where that is required', async () => {
    const tls = { ...certificate(), isRequired: true }
    const { port } = await startServer({ users, tls })
    const client = await connect(port, { password: 'sécret', ssl: { rejectUnauthorized: false } })
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect((await failure(connect(port, { password: 'sécret' }))).code).toBe('28000')
  })
  test('what was sent in the clear behind the request does not count', async () => {
    const { port } = await startServer({ tls: certificate() })
    const client = new RawClient(port)
    client.send(message('', int32(80_877_103)), startupMessage())
    expect(await client.readByte()).toBe('E')
  })
})
