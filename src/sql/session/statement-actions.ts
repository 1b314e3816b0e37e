/** What functions of a statement do to sessions: at once, or when the statement's transaction is committed. */

import { notSupported, SqlError } from '../errors.ts'
import type { SessionActions } from '../functions/registry.ts'
import { AfterCommit } from './after-commit.ts'
import { microseconds } from './microseconds.ts'
import type { StatementFigures } from './statement-figures.ts'
import type { Administration, SessionHost } from './unit.ts'

/** PostgreSQL's limits. */
const CHANNEL_BYTES_MAX = 63
const PAYLOAD_BYTES_MAX = 7999

/** @throws SqlError 22023 */
export function checkNotification(channel: string, payload: string): void {
  if (Buffer.byteLength(channel) > CHANNEL_BYTES_MAX) throw new SqlError('22023', 'channel name too long')
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX) throw new SqlError('22023', 'payload string too long')
}

export class StatementActions implements SessionActions {
  private readonly host: SessionHost
  private readonly figures: () => StatementFigures
  /** What is done when the statement has ended well, and its transaction is committed. Undefined: nothing. */
  afterCommit: AfterCommit | undefined

  constructor(host: SessionHost, figures: () => StatementFigures) {
    this.host = host
    this.figures = figures
  }

  private administration(what: string): Administration {
    const { administration } = this.host
    if (administration === undefined) throw notSupported(`${what} without a server`)
    return administration
  }

  notify(channel: string, payload: string): void {
    const administration = this.administration('pg_notify')
    checkNotification(channel, payload)
    this.afterCommit ??= new AfterCommit(administration)
    this.afterCommit.add({ kind: 'notify', channel, payload })
  }

  signal(processId: number, how: 'cancel' | 'terminate'): boolean {
    const isThere = this.administration(`pg_${how}_backend`).signal(processId, how)
    if (isThere) return true
    const message = `PID ${processId} is not a PostgreSQL backend process`
    this.host.notice?.({ severity: 'WARNING', sqlstate: '01000', message })
    return false
  }

  resetStatementFigures(
    { userName, query }: { readonly userName: string | undefined; readonly query: number | bigint },
    onlyExtremes: boolean,
  ): number {
    const nowMs = this.host.wallMs()
    const isMeant = (one: { readonly userName: string; readonly queryId: number | bigint }) =>
      (userName === undefined || one.userName === userName) &&
      (BigInt(query) === 0n || BigInt(one.queryId) === BigInt(query))
    this.figures().reset(isMeant, onlyExtremes, nowMs)
    return microseconds(nowMs)
  }
}
