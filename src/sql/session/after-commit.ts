/**
 * What a transaction has said to be done when it was committed, and not else: messages to other sessions, what this one listens
 * to, privileges. All of it is kept in memory until then, so there is a limit to it.
 */

import { SqlError } from '../errors.ts'
import type { Administration } from './unit.ts'

/** How many channels a session listens to. */
export const CHANNELS_MAX = 4096
/** What a transaction keeps: 335,000 empty messages, or 2,000 of the longest. */
const BYTES_MAX = 64 * 1024 * 1024
/** One by itself, in the list and in the set of those that were said. */
const ACTION_BYTES = 200
/** A character, in the message and in what it is known by. */
const CHARACTER_BYTES = 4

export type CommitAction =
  | { readonly kind: 'listen'; readonly channel: string }
  /** Undefined: all channels. */
  | { readonly kind: 'unlisten'; readonly channel: string | undefined }
  | { readonly kind: 'notify'; readonly channel: string; readonly payload: string }
  | { readonly kind: 'grant'; readonly run: () => void }

export class AfterCommit {
  private readonly administration: Administration
  private readonly list: CommitAction[] = []
  private bytes = 0
  /** The messages in the list. Undefined: has to be gathered. */
  private said: Set<string> | undefined = new Set()
  /** What the session listens to when all of the list is done. Undefined: has to be found out. */
  private channels: Set<string> | undefined

  constructor(administration: Administration) {
    this.administration = administration
  }

  get actions(): readonly CommitAction[] {
    return this.list
  }

  /** @throws SqlError 53400 too many channels, 54000 too much in one transaction */
  add(action: CommitAction): void {
    if (action.kind === 'notify') {
      // The same twice in a transaction is told once, as in PostgreSQL.
      const words = wordsOf(action)
      this.said ??= this.gatherSaid()
      if (this.said.has(words)) return
      this.count(action)
      this.said.add(words)
    } else {
      if (action.kind === 'listen') this.refuseChannel(action.channel)
      this.count(action)
      if (this.channels !== undefined) changeChannels(this.channels, action)
    }
    this.list.push(action)
  }

  /** Forgets what came after the first `count`. */
  truncate(count: number): void {
    if (count === this.list.length) return
    this.list.length = count
    this.bytes = this.list.reduce((sum, action) => sum + bytesOf(action), 0)
    this.said = undefined
    this.channels = undefined
  }

  run(): void {
    for (const action of this.list) this.runOne(action)
  }

  private runOne(action: CommitAction): void {
    const { administration } = this
    switch (action.kind) {
      case 'listen':
        administration.listen(action.channel)
        return
      case 'unlisten':
        administration.unlisten(action.channel)
        return
      case 'notify':
        administration.notify(action.channel, action.payload)
        return
      case 'grant':
        action.run()
    }
  }

  private count(action: CommitAction): void {
    const bytes = this.bytes + bytesOf(action)
    if (bytes > BYTES_MAX) {
      throw new SqlError('54000', 'too many notifications in one transaction', {
        detail: `What a transaction says is kept until it commits, ${BYTES_MAX / 1024 / 1024} MiB at most.`,
      })
    }
    this.bytes = bytes
  }

  private refuseChannel(channel: string): void {
    if (this.channels === undefined) {
      this.channels = new Set(this.administration.channels())
      for (const action of this.list) changeChannels(this.channels, action)
    }
    if (this.channels.size < CHANNELS_MAX || this.channels.has(channel)) return
    throw new SqlError('53400', `more than ${CHANNELS_MAX} channels that a session listens to`, {
      hint: 'UNLISTEN those that are not needed any more, or listen in another session.',
    })
  }

  private gatherSaid(): Set<string> {
    return new Set(this.list.flatMap(action => (action.kind === 'notify' ? [wordsOf(action)] : [])))
  }
}

function wordsOf({ channel, payload }: CommitAction & { readonly kind: 'notify' }): string {
  // No text has this character.
  return `${channel}\0${payload}`
}

function bytesOf(action: CommitAction): number {
  if (action.kind === 'grant') return ACTION_BYTES
  const payload = action.kind === 'notify' ? action.payload.length : 0
  return ACTION_BYTES + CHARACTER_BYTES * ((action.channel?.length ?? 0) + payload)
}

function changeChannels(channels: Set<string>, action: CommitAction): void {
  if (action.kind === 'listen') channels.add(action.channel)
  else if (action.kind === 'unlisten') {
    if (action.channel === undefined) channels.clear()
    else channels.delete(action.channel)
  }
}
