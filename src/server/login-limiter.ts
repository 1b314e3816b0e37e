/**
 * Slows down whoever tries passwords: after too many wrong ones, an address has to wait. Bounded in memory.
 *
 * Who gets in is forgiven what failed under his own name, and nothing else: with a password of his own he could try other
 * people's for ever. Of IPv6 an address is its first 64 bits, since the rest is for each machine to choose.
 */

import { isIPv6 } from 'node:net'

const ADDRESSES_MAX = 10_000

interface Failures {
  readonly sinceMs: number
  /** As many names as failures at most. */
  readonly byName: Map<string, number>
  count: number
}

export class LoginLimiter {
  private readonly failuresMax: number
  private readonly withinMs: number
  private readonly nowMs: () => number
  private readonly byNetwork = new Map<string, Failures>()

  constructor(failuresMax: number, withinMs: number, nowMs: () => number) {
    this.failuresMax = failuresMax
    this.withinMs = withinMs
    this.nowMs = nowMs
  }

  isBlocked(address: string): boolean {
    return (this.current(networkOf(address))?.count ?? 0) >= this.failuresMax
  }

  noteFailure(address: string, name: string): void {
    const network = networkOf(address)
    let failures = this.current(network)
    if (failures === undefined) {
      // The oldest goes first: whoever fills the list forgets himself.
      if (this.byNetwork.size >= ADDRESSES_MAX) this.byNetwork.delete(this.byNetwork.keys().next().value!)
      failures = { sinceMs: this.nowMs(), byName: new Map(), count: 0 }
      this.byNetwork.set(network, failures)
    }
    failures.count++
    failures.byName.set(name, (failures.byName.get(name) ?? 0) + 1)
  }

  noteSuccess(address: string, name: string): void {
    const failures = this.current(networkOf(address))
    if (failures === undefined) return
    failures.count -= failures.byName.get(name) ?? 0
    failures.byName.delete(name)
  }

  private current(network: string): Failures | undefined {
    const failures = this.byNetwork.get(network)
    if (failures === undefined || this.nowMs() - failures.sinceMs < this.withinMs) return failures
    this.byNetwork.delete(network)
    return undefined
  }
}

const IPV4_INSIDE = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const IPV6_GROUPS = 8
const NETWORK_GROUPS = 4

/** What one holder of addresses has as one: an address of IPv4, the first half of one of IPv6. */
export function networkOf(address: string): string {
  const [, inside] = IPV4_INSIDE.exec(address) ?? []
  if (inside !== undefined) return inside
  if (!isIPv6(address)) return address
  const [head, tail] = address.split('%')[0].split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const last = tail === '' ? [] : tail.split(':')
    groups.push(...Array<string>(Math.max(0, IPV6_GROUPS - groups.length - last.length)).fill('0'), ...last)
  }
  return groups
    .slice(0, NETWORK_GROUPS)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')
}
