/** The setting DateStyle: how dates are written (ISO, SQL, Postgres, German), and in which order they are read. What is not said stays. */

const STYLES: readonly (readonly [RegExp, string])[] = [
  [/^iso$/, 'ISO'],
  [/^sql$/, 'SQL'],
  [/^postgres/, 'Postgres'],
  [/^german$/, 'German'],
]
const ORDERS: readonly (readonly [RegExp, string])[] = [
  [/^ymd$/, 'YMD'],
  [/^(dmy|euro.*)$/, 'DMY'],
  [/^(mdy|us|noneuro.*)$/, 'MDY'],
]

/**
 * @param now what it is, as `style, order`
 * @param usual what DEFAULT stands for
 * @returns undefined: it is no value for it
 */
export function dateStyleOf(value: string, now: string, usual: string): string | undefined {
  let style: string | undefined
  let order: string | undefined
  let isDefault = false
  for (const word of value.toLowerCase().split(',')) {
    const one = word.trim()
    if (one === '' && value.trim() === '') break
    if (one === 'default') {
      isDefault = true
      continue
    }
    const [ownStyle, ownOrder] = [named(one, STYLES), named(one, ORDERS)]
    if (ownStyle === undefined && ownOrder === undefined) return undefined
    const isOther = (said: string | undefined, own: string | undefined) =>
      said !== undefined && own !== undefined && said !== own
    if (isOther(style, ownStyle) || isOther(order, ownOrder)) return undefined
    style ??= ownStyle
    order ??= ownOrder
  }
  const [styleNow, orderNow] = (isDefault ? usual : now).split(', ')
  // German implies its order, unless another one is said.
  if (style === 'German') order ??= 'DMY'
  return `${style ?? styleNow}, ${order ?? orderNow}`
}

function named(word: string, names: readonly (readonly [RegExp, string])[]): string | undefined {
  return names.find(([name]) => name.test(word))?.[1]
}
