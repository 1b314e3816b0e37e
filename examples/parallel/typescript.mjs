/**
 * Teaches a worker thread TypeScript, as `tsx` has taught the main thread. Only for programs that run from their sources: a
 * built one, or a Node that knows TypeScript (22.18), needs no such thing.
 */

import { register } from 'tsx/esm/api'

register()
