/** The error function and the gamma function, which JavaScript has not, to the last digits of a double. */

import { floatOverflow } from '../types/float.ts'

/** By its series for small arguments, by a continued fraction for large ones. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x
  if (x < 0) return -erf(-x)
  if (x > 6) return 1
  if (x > 2.5) return 1 - erfcFraction(x)
  // erf x = 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms are all positive.
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

export function erfc(x: number): number {
  if (x < 2.5) return 1 - erf(x)
  return x > 28 ? 0 : erfcFraction(x)
}

/** Lentz's evaluation of the continued fraction for erfc. */
function erfcFraction(x: number): number {
  let fraction = x
  let c = x
  let d = 0
  for (let n = 1; n < 500; n++) {
    const a = n / 2
    d = 1 / (x + a * d)
    c = x + a / c
    const delta = c * d
    fraction *= delta
    if (Math.abs(delta - 1) < 1e-16) break
  }
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI))
}

// Lanczos' coefficients, g = 607/128.
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202,
  3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125,
  -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5,
  -2.6190838401581408e-5, 3.6899182659531625e-6,
]
const G = 607 / 128

function lanczosSum(x: number): number {
  let sum = LANCZOS[0]
  for (let at = 1; at < LANCZOS.length; at++) sum += LANCZOS[at] / (x + at - 1)
  return sum
}

export function gamma(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x
  if (x === -Infinity || (Number.isInteger(x) && x <= 0)) throw floatOverflow()
  if (Number.isInteger(x) && x <= 171) {
    let product = 1
    for (let at = 2; at < x; at++) product *= at
    return product
  }
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x))
  if (x > 171.7) throw floatOverflow()
  const base = x + G - 0.5
  const half = base ** ((x - 0.5) / 2)
  return Math.sqrt(2 * Math.PI) * half * Math.exp(-base) * half * lanczosSum(x)
}

export function logGamma(x: number): number {
  if (Number.isNaN(x)) return x
  if (!Number.isFinite(x)) return Infinity
  if (Number.isInteger(x) && x <= 0) throw floatOverflow()
  if (x === 1 || x === 2) return 0
  if (x < 0.5) return Math.log(Math.abs(Math.PI / Math.sin(Math.PI * x))) - logGamma(1 - x)
  const base = x + G - 0.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(lanczosSum(x))
}
