/** Colours of a terminal; none where nobody sees them. */

import { styleText } from 'node:util'

type Paint = (text: string) => string
type Style = Parameters<typeof styleText>[0]

export interface Colours {
  readonly areOn: boolean
  readonly strong: Paint
  readonly faint: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly note: Paint
  readonly accent: Paint
}

const plain: Paint = text => text
const paint =
  (style: Style): Paint =>
  text =>
    text === '' ? text : styleText(style, text)

export const NO_COLOURS: Colours = {
  areOn: false,
  strong: plain,
  faint: plain,
  good: plain,
  bad: plain,
  note: plain,
  accent: plain,
}

const COLOURS: Colours = {
  areOn: true,
  strong: paint('bold'),
  faint: paint('dim'),
  good: paint('green'),
  bad: paint(['bold', 'red']),
  note: paint('yellow'),
  accent: paint('cyan'),
}

/** What suits a stream: NO_COLOR and FORCE_COLOR are obeyed (no-color.org, force-color.org). */
export function coloursFor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Colours {
  if ((environment.NO_COLOR ?? '') !== '') return NO_COLOURS
  if ((environment.FORCE_COLOR ?? '') !== '' && environment.FORCE_COLOR !== '0') return COLOURS
  return stream.isTTY === true && environment.TERM !== 'dumb' ? COLOURS : NO_COLOURS
}
