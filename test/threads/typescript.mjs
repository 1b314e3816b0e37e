/** Teaches a worker thread TypeScript: for the option `preload`. */

import { register } from 'tsx/esm/api'

register()
