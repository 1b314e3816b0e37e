/** The registry of everything that is built in, and the text, order and equality of the types. */

import { BYTEA_FORMAT } from '../types/bytea.ts'
import { CORE_CASTS } from '../types/casts.ts'
import { CATALOG_FORMATS } from '../types/catalog-formats.ts'
import { registerComparisons } from '../types/compare.ts'
import { DATETIME_COMPARISONS, DATETIME_TEXT_FORMATS } from '../types/datetime-text.ts'
import { FLOAT_FORMATS } from '../types/float.ts'
import { registerTextFormats } from '../types/input-output.ts'
import { INTEGER_FORMATS } from '../types/integer.ts'
import { JSON_TEXT_FORMAT } from '../types/json.ts'
import { JSON_COMPARISONS, JSONB_TEXT_FORMAT } from '../types/jsonb.ts'
import { JSONPATH_TEXT_FORMAT } from '../types/jsonpath.ts'
import { NUMERIC_FORMAT } from '../types/numeric.ts'
import { SCALAR_FORMATS } from '../types/scalar-formats.ts'
import { TEXT_FORMATS } from '../types/text.ts'
import { ADVISORY_LOCK_FUNCTIONS } from './advisory-locks.ts'
import { CORE_AGGREGATES, WINDOW_FUNCTIONS } from './aggregates.ts'
import { ARRAY_FUNCTIONS, ARRAY_OPERATORS } from './array.ts'
import { CATALOG_FUNCTIONS } from './catalog.ts'
import { DATETIME_AGGREGATES, DATETIME_CASTS, DATETIME_FUNCTIONS, DATETIME_OPERATORS } from './datetime.ts'
import { FORMATTING_FUNCTIONS } from './formatting.ts'
import { GENERATE_SERIES } from './generate-series.ts'
import { JSON_AGGREGATES, JSON_CASTS, JSON_FUNCTIONS, JSON_OPERATORS } from './json.ts'
import { MATH_FUNCTIONS, MATH_OPERATORS } from './math.ts'
import { CORE_FUNCTIONS, CORE_OPERATORS } from './operators.ts'
import { ORDERED_AGGREGATES } from './ordered-aggregates.ts'
import { PATTERN_FUNCTIONS, PATTERN_OPERATORS } from './pattern.ts'
import { REGEXP_FUNCTIONS, REGEXP_OPERATORS } from './regexp.ts'
import { FunctionRegistry } from './registry.ts'
import { STRING_FUNCTIONS, STRING_OPERATORS } from './string.ts'
import { STRING_BYTES_FUNCTIONS } from './string-bytes.ts'
import { STRING_FORMAT_FUNCTIONS } from './string-format.ts'
import { SYSTEM_FUNCTIONS } from './system.ts'
import { VALUE_SIZE } from './value-size.ts'

registerTextFormats([
  ...SCALAR_FORMATS,
  ...INTEGER_FORMATS,
  ...FLOAT_FORMATS,
  NUMERIC_FORMAT,
  ...TEXT_FORMATS,
  BYTEA_FORMAT,
  ...DATETIME_TEXT_FORMATS,
  JSON_TEXT_FORMAT,
  JSONB_TEXT_FORMAT,
  JSONPATH_TEXT_FORMAT,
  ...CATALOG_FORMATS,
])
registerComparisons([...DATETIME_COMPARISONS, ...JSON_COMPARISONS])

let registry: FunctionRegistry | undefined

/** Made once: nobody changes it; a database's own functions are in a registry over it. */
export function builtinRegistry(): FunctionRegistry {
  registry ??= new FunctionRegistry()
    .add(...CORE_FUNCTIONS)
    .add(...CORE_AGGREGATES, ...ORDERED_AGGREGATES, ...WINDOW_FUNCTIONS)
    .add(...STRING_FUNCTIONS, ...STRING_FORMAT_FUNCTIONS, ...STRING_BYTES_FUNCTIONS, ...PATTERN_FUNCTIONS)
    .add(...REGEXP_FUNCTIONS, ...FORMATTING_FUNCTIONS)
    .add(...MATH_FUNCTIONS, ...ARRAY_FUNCTIONS, ...GENERATE_SERIES, ...SYSTEM_FUNCTIONS)
    .add(...ADVISORY_LOCK_FUNCTIONS, VALUE_SIZE)
    .addOperators(
      ...CORE_OPERATORS,
      ...STRING_OPERATORS,
      ...PATTERN_OPERATORS,
      ...REGEXP_OPERATORS,
      ...MATH_OPERATORS,
      ...ARRAY_OPERATORS,
    )
    .add(...CATALOG_FUNCTIONS)
    .add(...DATETIME_FUNCTIONS, ...DATETIME_AGGREGATES, ...JSON_FUNCTIONS, ...JSON_AGGREGATES)
    .addOperators(...DATETIME_OPERATORS, ...JSON_OPERATORS)
    .addCasts(...CORE_CASTS, ...DATETIME_CASTS, ...JSON_CASTS)
  return registry
}
