/** LISTEN and NOTIFY between the sessions of a database. What is said is told when its transaction has been committed. */

export interface Listener {
  readonly processId: number
  /** Takes a message; the listener hands it on when its client is not in a transaction. */
  notified(senderId: number, channel: string, payload: string): void
}

const NONE: ReadonlySet<string> = new Set()

export class Notifications {
  private readonly listeners = new Map<string, Set<Listener>>()
  /** The same from the other side. */
  private readonly channels = new Map<Listener, Set<string>>()

  /** What somebody listens to. */
  channelsOf(listener: Listener): ReadonlySet<string> {
    return this.channels.get(listener) ?? NONE
  }

  listen(listener: Listener, channel: string): void {
    entryOf(this.listeners, channel).add(listener)
    entryOf(this.channels, listener).add(channel)
  }

  /** @param channel undefined: all */
  unlisten(listener: Listener, channel: string | undefined): void {
    for (const name of channel === undefined ? [...this.channelsOf(listener)] : [channel]) {
      removeFrom(this.listeners, name, listener)
      removeFrom(this.channels, listener, name)
    }
  }

  notify(senderId: number, channel: string, payload: string): void {
    for (const listener of this.listeners.get(channel) ?? []) listener.notified(senderId, channel, payload)
  }
}

function entryOf<K, V>(sets: Map<K, Set<V>>, key: K): Set<V> {
  let set = sets.get(key)
  if (set === undefined) {
    set = new Set()
    sets.set(key, set)
  }
  return set
}

function removeFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  set?.delete(value)
  if (set?.size === 0) sets.delete(key)
}
