/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the server's side (RFC 5802, RFC 7677), and the secrets that they are checked
 * against. With PLUS the proof also covers the server's certificate (RFC 5929, tls-server-end-point): who stands in the middle
 * with another one cannot hand it on. A password is stored as PostgreSQL stores it:
 *
 *   SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>         base64
 *
 * ```
 *  client-first   n,,n=,r=<client nonce>               n: without, p=tls-server-end-point: with channel binding
 *  server-first   r=<client nonce><server nonce>,s=<salt>,i=<iterations>
 *  client-final   c=<what came before n=, and the binding>,r=<both nonces>,p=<proof>
 *  server-final   v=<signature>
 * ```
 *
 * A name that nobody has goes through the same exchange with a salt that is its own for ever, and fails where a wrong
 * password fails.
 */

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { ProtocolError } from './wire/protocol-error.ts'

const ITERATIONS = 4096
const SALT_BYTES = 16
const NONCE_BYTES = 18
const KEY_BYTES = 32

export interface ScramSecret {
  readonly iterations: number
  readonly salt: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

/** What is kept of a password. */
export function scramSecret(password: string, salt: Buffer = randomBytes(SALT_BYTES)): ScramSecret {
  const salted = pbkdf2Sync(prepared(password), salt, ITERATIONS, KEY_BYTES, 'sha256')
  return {
    iterations: ITERATIONS,
    salt,
    storedKey: sha256(hmac(salted, 'Client Key')),
    serverKey: hmac(salted, 'Server Key'),
  }
}

/** Passwords are normalised, so that it does not matter how a keyboard composes letters (SASLprep's NFKC). */
function prepared(password: string): string {
  return password.normalize('NFKC')
}

export function scramSecretText({ iterations, salt, storedKey, serverKey }: ScramSecret): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64')
  return `SCRAM-SHA-256$${iterations}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`
}

const SECRET = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})$/

/** Undefined: it is no such text. */
export function parseScramSecret(text: string): ScramSecret | undefined {
  const parts = SECRET.exec(text)
  if (parts === null) return undefined
  const [salt, storedKey, serverKey] = parts.slice(2).map(part => Buffer.from(part, 'base64'))
  return { iterations: Number(parts[1]), salt, storedKey, serverKey }
}

/** The salt of a name, always the same to who does not know the server's secret. */
export function saltOf(name: string, serverSecret: Buffer): Buffer {
  return hmac(serverSecret, `salt of ${name}`).subarray(0, SALT_BYTES)
}

/** A secret that no password has, for a name that nobody has: always the same salt, as a stored one would be. */
export function mockSecret(name: string, serverSecret: Buffer): ScramSecret {
  return {
    iterations: ITERATIONS,
    salt: saltOf(name, serverSecret),
    storedKey: hmac(serverSecret, `stored key of ${name}`),
    serverKey: hmac(serverSecret, `server key of ${name}`),
  }
}

/** How a client is bound to the encryption of its line. */
export interface ChannelBinding {
  /** The hash of the server's certificate; undefined: the line has no such thing. */
  readonly certificateHash: Buffer | undefined
  /** The client has chosen the mechanism with binding. */
  readonly isChosen: boolean
}

const UNBOUND: ChannelBinding = { certificateHash: undefined, isChosen: false }

/** One exchange. */
export class ScramExchange {
  private readonly secret: ScramSecret
  private readonly serverNonce: string
  private readonly channel: ChannelBinding
  private binding = ''
  private nonce = ''
  private transcript = ''

  constructor(
    secret: ScramSecret,
    channel = UNBOUND,
    serverNonce = randomBytes(NONCE_BYTES).toString('base64'),
  ) {
    this.secret = secret
    this.channel = channel
    this.serverNonce = serverNonce
  }

  /** @returns server-first @throws ProtocolError 08P01 */
  first(clientFirst: string): string {
    // gs2-cbind-flag "," [authzid] "," then n=<name>,r=<nonce>. The name is the one of the start-up message.
    const parts = /^([ny]|p=[\w.-]+),(a=[^,]*)?,(n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+))$/.exec(clientFirst)
    if (parts === null) throw new ProtocolError('08P01', 'malformed SCRAM message')
    const [, flag, authorization = '', bare, clientNonce] = parts
    if (authorization !== '') {
      throw new ProtocolError('0A000', 'client uses authorization identity, but it is not supported')
    }
    this.binding = this.bindingOf(flag)
    this.nonce = clientNonce + this.serverNonce
    const { salt, iterations } = this.secret
    const serverFirst = `r=${this.nonce},s=${salt.toString('base64')},i=${iterations}`
    this.transcript = `${bare},${serverFirst}`
    return serverFirst
  }

  /** What the client has to repeat at the end. @throws ProtocolError 08P01, 28000 */
  private bindingOf(flag: string): string {
    const { certificateHash, isChosen } = this.channel
    if (flag.startsWith('p=') !== isChosen) {
      throw new ProtocolError('08P01', 'malformed SCRAM message: channel binding and mechanism do not agree')
    }
    // It believes that the server has none: somebody in the middle has left it out of what the server offered.
    if (flag === 'y' && certificateHash !== undefined) {
      throw new ProtocolError('28000', 'SCRAM channel binding negotiation error')
    }
    const header = Buffer.from(`${flag},,`)
    if (!isChosen) return header.toString('base64')
    if (flag !== 'p=tls-server-end-point' || certificateHash === undefined) {
      throw new ProtocolError('08P01', `unsupported SCRAM channel-binding type "${flag.slice(2)}"`)
    }
    return Buffer.concat([header, certificateHash]).toString('base64')
  }

  /** @returns server-final; undefined: the password is wrong @throws ProtocolError 08P01 */
  final(clientFinal: string): string | undefined {
    const parts = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)),p=([A-Za-z0-9+/=]+)$/.exec(clientFinal)
    if (parts === null) throw new ProtocolError('08P01', 'malformed SCRAM message')
    const [, withoutProof, binding, nonce, proofText] = parts
    if (binding !== this.binding)
      throw new ProtocolError('08P01', 'unexpected SCRAM channel-binding attribute')
    if (nonce !== this.nonce) throw new ProtocolError('08P01', 'invalid SCRAM response: nonce does not match')
    const proof = Buffer.from(proofText, 'base64')
    if (proof.length !== KEY_BYTES) throw new ProtocolError('08P01', 'malformed SCRAM message')
    const message = `${this.transcript},${withoutProof}`
    const signature = hmac(this.secret.storedKey, message)
    const clientKey = Buffer.from(proof.map((byte, i) => byte ^ signature[i]))
    if (!timingSafeEqual(sha256(clientKey), this.secret.storedKey)) return undefined
    return `v=${hmac(this.secret.serverKey, message).toString('base64')}`
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
