/** What comes before a session: encryption, cancellation of other sessions' statements, and who the client is. */

import { randomBytes } from 'node:crypto'
import type { SecureContext } from 'node:tls'
import type { Channel } from './channel.ts'
import type { AuthenticationMethod } from './options.ts'
import { isMd5Answer, type Role, type RoleStore, scramSecretOf, trustedRole } from './roles.ts'
import { ScramExchange } from './scram.ts'
import { ProtocolError } from './wire/protocol-error.ts'
import { type FirstMessage, firstMessage, saslInitialResponse, textMessage, utf8 } from './wire/requests.ts'
import {
  authenticationMd5,
  authenticationOk,
  authenticationSasl,
  saslContinue,
  saslFinal,
} from './wire/responses.ts'

export type StartUp = Extract<FirstMessage, { kind: 'startup' | 'cancel' }>

/** No client asks for encryption more often than once for each kind. */
const FIRST_MESSAGES_MAX = 3

/** Until the client says what it wants. */
export async function negotiate(
  channel: Channel,
  secureContext: SecureContext | undefined,
  mustEncrypt: boolean,
  deadline: Deadline,
): Promise<StartUp> {
  for (let i = 0; i < FIRST_MESSAGES_MAX; i++) {
    const { body } = await channel.read(deadline.leftMs())
    if (body.length < 4) throw new ProtocolError('08P01', 'invalid length of startup packet')
    const message = firstMessage(body)
    switch (message.kind) {
      case 'gss encryption':
        channel.answer('N')
        break
      case 'ssl':
        if (secureContext === undefined || channel.isEncrypted) channel.answer('N')
        else await channel.encrypt(secureContext, deadline.leftMs())
        break
      case 'cancel':
        return message
      case 'startup':
        if (mustEncrypt && !channel.isEncrypted) {
          throw new ProtocolError('28000', 'this server takes encrypted connections only')
        }
        return message
    }
  }
  throw new ProtocolError('08P01', 'too many requests before the startup packet')
}

/** When being let in must be over. */
export class Deadline {
  private readonly endMs: number
  private readonly nowMs: () => number

  constructor(ms: number, nowMs: () => number) {
    this.nowMs = nowMs
    this.endMs = nowMs() + ms
  }
  /** At least 1: 0 would be for ever. */
  leftMs(): number {
    return Math.max(1, this.endMs - this.nowMs())
  }
}

export interface AuthenticationRules {
  readonly method: AuthenticationMethod
  readonly roles: RoleStore
  /** What logins over TLS can be bound to. */
  readonly certificateHash: Buffer | undefined
  /** Asked before a password is looked at: of many that come at once, each has seen none fail yet. @throws ProtocolError 28000 */
  checkMayTry(): void
}

const SCRAM = 'SCRAM-SHA-256'
/** Bound to the certificate. */
const SCRAM_PLUS = 'SCRAM-SHA-256-PLUS'

/** Asks the client who it is. @throws ProtocolError 28P01: name or password is wrong, and which of them is not said */
export async function authenticate(
  channel: Channel,
  userName: string,
  { method, roles, certificateHash, checkMayTry }: AuthenticationRules,
  deadline: Deadline,
): Promise<Role> {
  const role = roles.find(userName)
  const refused = () => new ProtocolError('28P01', `password authentication failed for user "${userName}"`)
  const password = async () => {
    await channel.flush()
    const message = await channel.read(deadline.leftMs())
    if (message.type !== 'p') throw new ProtocolError('08P01', 'expected a password response')
    return message.body
  }
  switch (method) {
    case 'trust':
      return trusted(channel, userName, role, roles)
    case 'md5': {
      const salt = randomBytes(4)
      authenticationMd5(channel.out, salt)
      const answer = textMessage(await password())
      checkMayTry()
      if (!isMd5Answer(role, salt, answer)) throw refused()
      break
    }
    case 'scram-sha-256': {
      const bound = channel.isEncrypted ? certificateHash : undefined
      const mechanisms = bound === undefined ? [SCRAM] : [SCRAM_PLUS, SCRAM]
      authenticationSasl(channel.out, mechanisms)
      const { mechanism, data } = saslInitialResponse(await password())
      if (!mechanisms.includes(mechanism)) {
        throw new ProtocolError('08P01', 'client selected an invalid SASL authentication mechanism')
      }
      const binding = { certificateHash: bound, isChosen: mechanism === SCRAM_PLUS }
      const exchange = new ScramExchange(scramSecretOf(role, userName, roles.loginSecret), binding)
      saslContinue(channel.out, exchange.first(data))
      const proof = utf8(await password())
      checkMayTry()
      const final = exchange.final(proof)
      if (final === undefined || role === undefined) throw refused()
      saslFinal(channel.out, final)
    }
  }
  authenticationOk(channel.out)
  return role!
}

/** As long as nobody is named who may do everything, whoever comes may. */
function trusted(channel: Channel, userName: string, role: Role | undefined, roles: RoleStore): Role {
  const isOpen = !roles.all().some(one => one.isSuperuser && one.canLogin)
  const found = role ?? (isOpen ? trustedRole(userName) : undefined)
  if (found === undefined) throw new ProtocolError('28000', `role "${userName}" does not exist`)
  if (!found.canLogin) throw new ProtocolError('28000', `role "${userName}" is not permitted to log in`)
  authenticationOk(channel.out)
  return found
}
