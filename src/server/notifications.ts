/** LISTEN and NOTIFY between the sessions of a database. What is said is told when its transaction has been committed. */

export interface Listener {
  readonly processId: number
  /** Takes a message; the listener hands it on when its client is not in a transaction. */
  notified(senderId: number, channel: string, payload: string): void
}

export class Notifications {
  private readonly channels = new Map<string, Set<Listener>>()

  listen(listener: Listener, channel: string): void {
    let listeners = this.channels.get(channel)
    if (listeners === undefined) {
      listeners = new Set()
      this.channels.set(channel, listeners)
    }
    listeners.add(listener)
  }

  /** @param channel undefined: all */
  unlisten(listener: Listener, channel: string | undefined): void {
    for (const name of channel === undefined ? [...this.channels.keys()] : [channel]) {
      const listeners = this.channels.get(name)
      listeners?.delete(listener)
      if (listeners?.size === 0) this.channels.delete(name)
    }
  }

  notify(senderId: number, channel: string, payload: string): void {
    for (const listener of this.channels.get(channel) ?? []) listener.notified(senderId, channel, payload)
  }
}
