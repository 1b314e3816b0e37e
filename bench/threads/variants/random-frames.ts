/** Which frame loses its page next by plain random eviction, for the benchmark alone. Marsaglia's xorshift. */

let state = 0x6a09e667

export function randomFrame(frameCount: number): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % frameCount
}
