/** Setup of the tests: fast-check's cases are the same each time (scale.ts). */

import fc from 'fast-check'
import { firstSeed } from './scale.ts'

fc.configureGlobal({ seed: firstSeed() })
