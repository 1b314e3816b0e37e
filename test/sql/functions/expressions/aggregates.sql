agg: sum(int4) 1 2 null -5 2147483647
agg: sum(int4)
agg: sum(int4) null
agg: sum(int4) 3
agg: sum(int4) 2 2
agg: avg(int4) 1 2 null -5 2147483647
agg: avg(int4)
agg: avg(int4) null
agg: avg(int4) 3
agg: avg(int4) 2 2
agg: min(int4) 1 2 null -5 2147483647
agg: min(int4)
agg: min(int4) null
agg: min(int4) 3
agg: min(int4) 2 2
agg: max(int4) 1 2 null -5 2147483647
agg: max(int4)
agg: max(int4) null
agg: max(int4) 3
agg: max(int4) 2 2
agg: var_pop(int4) 1 2 null -5 2147483647
agg: var_pop(int4)
agg: var_pop(int4) null
agg: var_pop(int4) 3
agg: var_pop(int4) 2 2
agg: var_samp(int4) 1 2 null -5 2147483647
agg: var_samp(int4)
agg: var_samp(int4) null
agg: var_samp(int4) 3
agg: var_samp(int4) 2 2
agg: variance(int4) 1 2 null -5 2147483647
agg: variance(int4)
agg: variance(int4) null
agg: variance(int4) 3
agg: variance(int4) 2 2
agg: stddev(int4) 1 2 null -5 2147483647
agg: stddev(int4)
agg: stddev(int4) null
agg: stddev(int4) 3
agg: stddev(int4) 2 2
agg: stddev_pop(int4) 1 2 null -5 2147483647
agg: stddev_pop(int4)
agg: stddev_pop(int4) null
agg: stddev_pop(int4) 3
agg: stddev_pop(int4) 2 2
agg: stddev_samp(int4) 1 2 null -5 2147483647
agg: stddev_samp(int4)
agg: stddev_samp(int4) null
agg: stddev_samp(int4) 3
agg: stddev_samp(int4) 2 2
agg: count(int4) 1 2 null -5 2147483647
agg: count(int4)
agg: count(int4) null
agg: count(int4) 3
agg: count(int4) 2 2
agg: any_value(int4) 1 2 null -5 2147483647
agg: any_value(int4)
agg: any_value(int4) null
agg: any_value(int4) 3
agg: any_value(int4) 2 2
agg: array_agg(int4) 1 2 null -5 2147483647
agg: array_agg(int4)
agg: array_agg(int4) null
agg: array_agg(int4) 3
agg: array_agg(int4) 2 2
agg: sum(int2) 1 2 3 3
agg: sum(int2)
agg: sum(int2) null
agg: sum(int2) 3
agg: sum(int2) 2 2
agg: avg(int2) 1 2 3 3
agg: avg(int2)
agg: avg(int2) null
agg: avg(int2) 3
agg: avg(int2) 2 2
agg: min(int2) 1 2 3 3
agg: min(int2)
agg: min(int2) null
agg: min(int2) 3
agg: min(int2) 2 2
agg: max(int2) 1 2 3 3
agg: max(int2)
agg: max(int2) null
agg: max(int2) 3
agg: max(int2) 2 2
agg: var_pop(int2) 1 2 3 3
agg: var_pop(int2)
agg: var_pop(int2) null
agg: var_pop(int2) 3
agg: var_pop(int2) 2 2
agg: var_samp(int2) 1 2 3 3
agg: var_samp(int2)
agg: var_samp(int2) null
agg: var_samp(int2) 3
agg: var_samp(int2) 2 2
agg: variance(int2) 1 2 3 3
agg: variance(int2)
agg: variance(int2) null
agg: variance(int2) 3
agg: variance(int2) 2 2
agg: stddev(int2) 1 2 3 3
agg: stddev(int2)
agg: stddev(int2) null
agg: stddev(int2) 3
agg: stddev(int2) 2 2
agg: stddev_pop(int2) 1 2 3 3
agg: stddev_pop(int2)
agg: stddev_pop(int2) null
agg: stddev_pop(int2) 3
agg: stddev_pop(int2) 2 2
agg: stddev_samp(int2) 1 2 3 3
agg: stddev_samp(int2)
agg: stddev_samp(int2) null
agg: stddev_samp(int2) 3
agg: stddev_samp(int2) 2 2
agg: count(int2) 1 2 3 3
agg: count(int2)
agg: count(int2) null
agg: count(int2) 3
agg: count(int2) 2 2
agg: any_value(int2) 1 2 3 3
agg: any_value(int2)
agg: any_value(int2) null
agg: any_value(int2) 3
agg: any_value(int2) 2 2
agg: array_agg(int2) 1 2 3 3
agg: array_agg(int2)
agg: array_agg(int2) null
agg: array_agg(int2) 3
agg: array_agg(int2) 2 2
agg: sum(int8) 9223372036854775807 9223372036854775807 5
agg: sum(int8)
agg: sum(int8) null
agg: sum(int8) 3
agg: sum(int8) 2 2
agg: avg(int8) 9223372036854775807 9223372036854775807 5
agg: avg(int8)
agg: avg(int8) null
agg: avg(int8) 3
agg: avg(int8) 2 2
agg: min(int8) 9223372036854775807 9223372036854775807 5
agg: min(int8)
agg: min(int8) null
agg: min(int8) 3
agg: min(int8) 2 2
agg: max(int8) 9223372036854775807 9223372036854775807 5
agg: max(int8)
agg: max(int8) null
agg: max(int8) 3
agg: max(int8) 2 2
agg: var_pop(int8) 9223372036854775807 9223372036854775807 5
agg: var_pop(int8)
agg: var_pop(int8) null
agg: var_pop(int8) 3
agg: var_pop(int8) 2 2
agg: var_samp(int8) 9223372036854775807 9223372036854775807 5
agg: var_samp(int8)
agg: var_samp(int8) null
agg: var_samp(int8) 3
agg: var_samp(int8) 2 2
agg: variance(int8) 9223372036854775807 9223372036854775807 5
agg: variance(int8)
agg: variance(int8) null
agg: variance(int8) 3
agg: variance(int8) 2 2
agg: stddev(int8) 9223372036854775807 9223372036854775807 5
agg: stddev(int8)
agg: stddev(int8) null
agg: stddev(int8) 3
agg: stddev(int8) 2 2
agg: stddev_pop(int8) 9223372036854775807 9223372036854775807 5
agg: stddev_pop(int8)
agg: stddev_pop(int8) null
agg: stddev_pop(int8) 3
agg: stddev_pop(int8) 2 2
agg: stddev_samp(int8) 9223372036854775807 9223372036854775807 5
agg: stddev_samp(int8)
agg: stddev_samp(int8) null
agg: stddev_samp(int8) 3
agg: stddev_samp(int8) 2 2
agg: count(int8) 9223372036854775807 9223372036854775807 5
agg: count(int8)
agg: count(int8) null
agg: count(int8) 3
agg: count(int8) 2 2
agg: any_value(int8) 9223372036854775807 9223372036854775807 5
agg: any_value(int8)
agg: any_value(int8) null
agg: any_value(int8) 3
agg: any_value(int8) 2 2
agg: array_agg(int8) 9223372036854775807 9223372036854775807 5
agg: array_agg(int8)
agg: array_agg(int8) null
agg: array_agg(int8) 3
agg: array_agg(int8) 2 2
agg: sum(numeric) 1.5 2.25 -3 null 1e3
agg: sum(numeric)
agg: sum(numeric) null
agg: sum(numeric) 3
agg: sum(numeric) 2 2
agg: avg(numeric) 1.5 2.25 -3 null 1e3
agg: avg(numeric)
agg: avg(numeric) null
agg: avg(numeric) 3
agg: avg(numeric) 2 2
agg: min(numeric) 1.5 2.25 -3 null 1e3
agg: min(numeric)
agg: min(numeric) null
agg: min(numeric) 3
agg: min(numeric) 2 2
agg: max(numeric) 1.5 2.25 -3 null 1e3
agg: max(numeric)
agg: max(numeric) null
agg: max(numeric) 3
agg: max(numeric) 2 2
agg: var_pop(numeric) 1.5 2.25 -3 null 1e3
agg: var_pop(numeric)
agg: var_pop(numeric) null
agg: var_pop(numeric) 3
agg: var_pop(numeric) 2 2
agg: var_samp(numeric) 1.5 2.25 -3 null 1e3
agg: var_samp(numeric)
agg: var_samp(numeric) null
agg: var_samp(numeric) 3
agg: var_samp(numeric) 2 2
agg: variance(numeric) 1.5 2.25 -3 null 1e3
agg: variance(numeric)
agg: variance(numeric) null
agg: variance(numeric) 3
agg: variance(numeric) 2 2
agg: stddev(numeric) 1.5 2.25 -3 null 1e3
agg: stddev(numeric)
agg: stddev(numeric) null
agg: stddev(numeric) 3
agg: stddev(numeric) 2 2
agg: stddev_pop(numeric) 1.5 2.25 -3 null 1e3
agg: stddev_pop(numeric)
agg: stddev_pop(numeric) null
agg: stddev_pop(numeric) 3
agg: stddev_pop(numeric) 2 2
agg: stddev_samp(numeric) 1.5 2.25 -3 null 1e3
agg: stddev_samp(numeric)
agg: stddev_samp(numeric) null
agg: stddev_samp(numeric) 3
agg: stddev_samp(numeric) 2 2
agg: count(numeric) 1.5 2.25 -3 null 1e3
agg: count(numeric)
agg: count(numeric) null
agg: count(numeric) 3
agg: count(numeric) 2 2
agg: any_value(numeric) 1.5 2.25 -3 null 1e3
agg: any_value(numeric)
agg: any_value(numeric) null
agg: any_value(numeric) 3
agg: any_value(numeric) 2 2
agg: array_agg(numeric) 1.5 2.25 -3 null 1e3
agg: array_agg(numeric)
agg: array_agg(numeric) null
agg: array_agg(numeric) 3
agg: array_agg(numeric) 2 2
agg: sum(float8) 1.5 2.5 -3 1e10
agg: sum(float8)
agg: sum(float8) null
agg: sum(float8) 3
agg: sum(float8) 2 2
agg: avg(float8) 1.5 2.5 -3 1e10
agg: avg(float8)
agg: avg(float8) null
agg: avg(float8) 3
agg: avg(float8) 2 2
agg: min(float8) 1.5 2.5 -3 1e10
agg: min(float8)
agg: min(float8) null
agg: min(float8) 3
agg: min(float8) 2 2
agg: max(float8) 1.5 2.5 -3 1e10
agg: max(float8)
agg: max(float8) null
agg: max(float8) 3
agg: max(float8) 2 2
agg: var_pop(float8) 1.5 2.5 -3 1e10
agg: var_pop(float8)
agg: var_pop(float8) null
agg: var_pop(float8) 3
agg: var_pop(float8) 2 2
agg: var_samp(float8) 1.5 2.5 -3 1e10
agg: var_samp(float8)
agg: var_samp(float8) null
agg: var_samp(float8) 3
agg: var_samp(float8) 2 2
agg: variance(float8) 1.5 2.5 -3 1e10
agg: variance(float8)
agg: variance(float8) null
agg: variance(float8) 3
agg: variance(float8) 2 2
agg: stddev(float8) 1.5 2.5 -3 1e10
agg: stddev(float8)
agg: stddev(float8) null
agg: stddev(float8) 3
agg: stddev(float8) 2 2
agg: stddev_pop(float8) 1.5 2.5 -3 1e10
agg: stddev_pop(float8)
agg: stddev_pop(float8) null
agg: stddev_pop(float8) 3
agg: stddev_pop(float8) 2 2
agg: stddev_samp(float8) 1.5 2.5 -3 1e10
agg: stddev_samp(float8)
agg: stddev_samp(float8) null
agg: stddev_samp(float8) 3
agg: stddev_samp(float8) 2 2
agg: count(float8) 1.5 2.5 -3 1e10
agg: count(float8)
agg: count(float8) null
agg: count(float8) 3
agg: count(float8) 2 2
agg: any_value(float8) 1.5 2.5 -3 1e10
agg: any_value(float8)
agg: any_value(float8) null
agg: any_value(float8) 3
agg: any_value(float8) 2 2
agg: array_agg(float8) 1.5 2.5 -3 1e10
agg: array_agg(float8)
agg: array_agg(float8) null
agg: array_agg(float8) 3
agg: array_agg(float8) 2 2
agg: sum(float4) 0.1 0.2 3.5 1e8
agg: sum(float4)
agg: sum(float4) null
agg: sum(float4) 3
agg: sum(float4) 2 2
agg: avg(float4) 0.1 0.2 3.5 1e8
agg: avg(float4)
agg: avg(float4) null
agg: avg(float4) 3
agg: avg(float4) 2 2
agg: min(float4) 0.1 0.2 3.5 1e8
agg: min(float4)
agg: min(float4) null
agg: min(float4) 3
agg: min(float4) 2 2
agg: max(float4) 0.1 0.2 3.5 1e8
agg: max(float4)
agg: max(float4) null
agg: max(float4) 3
agg: max(float4) 2 2
agg: var_pop(float4) 0.1 0.2 3.5 1e8
agg: var_pop(float4)
agg: var_pop(float4) null
agg: var_pop(float4) 3
agg: var_pop(float4) 2 2
agg: var_samp(float4) 0.1 0.2 3.5 1e8
agg: var_samp(float4)
agg: var_samp(float4) null
agg: var_samp(float4) 3
agg: var_samp(float4) 2 2
agg: variance(float4) 0.1 0.2 3.5 1e8
agg: variance(float4)
agg: variance(float4) null
agg: variance(float4) 3
agg: variance(float4) 2 2
agg: stddev(float4) 0.1 0.2 3.5 1e8
agg: stddev(float4)
agg: stddev(float4) null
agg: stddev(float4) 3
agg: stddev(float4) 2 2
agg: stddev_pop(float4) 0.1 0.2 3.5 1e8
agg: stddev_pop(float4)
agg: stddev_pop(float4) null
agg: stddev_pop(float4) 3
agg: stddev_pop(float4) 2 2
agg: stddev_samp(float4) 0.1 0.2 3.5 1e8
agg: stddev_samp(float4)
agg: stddev_samp(float4) null
agg: stddev_samp(float4) 3
agg: stddev_samp(float4) 2 2
agg: count(float4) 0.1 0.2 3.5 1e8
agg: count(float4)
agg: count(float4) null
agg: count(float4) 3
agg: count(float4) 2 2
agg: any_value(float4) 0.1 0.2 3.5 1e8
agg: any_value(float4)
agg: any_value(float4) null
agg: any_value(float4) 3
agg: any_value(float4) 2 2
agg: array_agg(float4) 0.1 0.2 3.5 1e8
agg: array_agg(float4)
agg: array_agg(float4) null
agg: array_agg(float4) 3
agg: array_agg(float4) 2 2
agg: sum(numeric) NaN 1
agg: avg(numeric) NaN 1
agg: min(numeric) NaN 1
agg: max(numeric) NaN 1
agg: var_pop(numeric) NaN 1
agg: stddev_samp(numeric) NaN 1
agg: sum(float8) NaN 1
agg: avg(float8) NaN 1
agg: min(float8) NaN 1
agg: max(float8) NaN 1
agg: var_pop(float8) NaN 1
agg: stddev_samp(float8) NaN 1
agg: sum(float4) NaN 1
agg: avg(float4) NaN 1
agg: min(float4) NaN 1
agg: max(float4) NaN 1
agg: var_pop(float4) NaN 1
agg: stddev_samp(float4) NaN 1
agg: sum(numeric) Infinity 1
agg: avg(numeric) Infinity 1
agg: min(numeric) Infinity 1
agg: max(numeric) Infinity 1
agg: var_pop(numeric) Infinity 1
agg: stddev_samp(numeric) Infinity 1
agg: sum(float8) Infinity 1
agg: avg(float8) Infinity 1
agg: min(float8) Infinity 1
agg: max(float8) Infinity 1
agg: var_pop(float8) Infinity 1
agg: stddev_samp(float8) Infinity 1
agg: sum(float4) Infinity 1
agg: avg(float4) Infinity 1
agg: min(float4) Infinity 1
agg: max(float4) Infinity 1
agg: var_pop(float4) Infinity 1
agg: stddev_samp(float4) Infinity 1
agg: sum(numeric) Infinity -Infinity
agg: avg(numeric) Infinity -Infinity
agg: min(numeric) Infinity -Infinity
agg: max(numeric) Infinity -Infinity
agg: var_pop(numeric) Infinity -Infinity
agg: stddev_samp(numeric) Infinity -Infinity
agg: sum(float8) Infinity -Infinity
agg: avg(float8) Infinity -Infinity
agg: min(float8) Infinity -Infinity
agg: max(float8) Infinity -Infinity
agg: var_pop(float8) Infinity -Infinity
agg: stddev_samp(float8) Infinity -Infinity
agg: sum(float4) Infinity -Infinity
agg: avg(float4) Infinity -Infinity
agg: min(float4) Infinity -Infinity
agg: max(float4) Infinity -Infinity
agg: var_pop(float4) Infinity -Infinity
agg: stddev_samp(float4) Infinity -Infinity
agg: sum(numeric) -Infinity 2 3
agg: avg(numeric) -Infinity 2 3
agg: min(numeric) -Infinity 2 3
agg: max(numeric) -Infinity 2 3
agg: var_pop(numeric) -Infinity 2 3
agg: stddev_samp(numeric) -Infinity 2 3
agg: sum(float8) -Infinity 2 3
agg: avg(float8) -Infinity 2 3
agg: min(float8) -Infinity 2 3
agg: max(float8) -Infinity 2 3
agg: var_pop(float8) -Infinity 2 3
agg: stddev_samp(float8) -Infinity 2 3
agg: sum(float4) -Infinity 2 3
agg: avg(float4) -Infinity 2 3
agg: min(float4) -Infinity 2 3
agg: max(float4) -Infinity 2 3
agg: var_pop(float4) -Infinity 2 3
agg: stddev_samp(float4) -Infinity 2 3
agg: sum(float8) 1e308 1e308
agg: avg(float8) 1e308 1e308
agg: var_pop(float8) 1e200 -1e200
agg: sum(float4) 3e38 3e38
agg: sum(numeric) 1.10 2.200 -3.3
agg: avg(numeric) 1.10 2.200
agg: count() 1 2 null
agg: count()
agg: bool_and(bool) t t
agg: bool_and(bool) t f
agg: bool_and(bool) f f
agg: bool_and(bool) null t
agg: bool_and(bool) null
agg: bool_and(bool)
agg: bool_or(bool) t t
agg: bool_or(bool) t f
agg: bool_or(bool) f f
agg: bool_or(bool) null t
agg: bool_or(bool) null
agg: bool_or(bool)
agg: every(bool) t t
agg: every(bool) t f
agg: every(bool) f f
agg: every(bool) null t
agg: every(bool) null
agg: every(bool)
agg: bit_and(int2) 7 12
agg: bit_and(int2) -1 5 null
agg: bit_and(int2)
agg: bit_and(int2) 9
agg: bit_and(int4) 7 12
agg: bit_and(int4) -1 5 null
agg: bit_and(int4)
agg: bit_and(int4) 9
agg: bit_and(int8) 7 12
agg: bit_and(int8) -1 5 null
agg: bit_and(int8)
agg: bit_and(int8) 9
agg: bit_or(int2) 7 12
agg: bit_or(int2) -1 5 null
agg: bit_or(int2)
agg: bit_or(int2) 9
agg: bit_or(int4) 7 12
agg: bit_or(int4) -1 5 null
agg: bit_or(int4)
agg: bit_or(int4) 9
agg: bit_or(int8) 7 12
agg: bit_or(int8) -1 5 null
agg: bit_or(int8)
agg: bit_or(int8) 9
agg: bit_xor(int2) 7 12
agg: bit_xor(int2) -1 5 null
agg: bit_xor(int2)
agg: bit_xor(int2) 9
agg: bit_xor(int4) 7 12
agg: bit_xor(int4) -1 5 null
agg: bit_xor(int4)
agg: bit_xor(int4) 9
agg: bit_xor(int8) 7 12
agg: bit_xor(int8) -1 5 null
agg: bit_xor(int8)
agg: bit_xor(int8) 9
agg: min(text) b a c
agg: max(text) b a c
agg: count(text) b a c
agg: array_agg(text) b a c
agg: min(text) é 😀 z
agg: max(text) é 😀 z
agg: count(text) é 😀 z
agg: array_agg(text) é 😀 z
agg: min(mood) ok sad happy
agg: max(mood) ok sad happy
agg: count(mood) ok sad happy
agg: array_agg(mood) ok sad happy
agg: min(_int4) {1,2} {1} {0,9}
agg: max(_int4) {1,2} {1} {0,9}
agg: count(_int4) {1,2} {1} {0,9}
agg: array_agg(_int4) {1,2} {1} {0,9}
agg: min(bytea) a b
agg: max(bytea) a b
agg: count(bytea) a b
agg: array_agg(bytea) a b
agg: min(bpchar) b a
agg: max(bpchar) b a
agg: count(bpchar) b a
agg: array_agg(bpchar) b a
agg: array_agg(_int4) {1,2} {3}
agg: array_agg(_int4) {1,2} null
agg: array_agg(_int4) {}
agg: string_agg(text,text) a|, b|; c|null null|x d|-
agg: string_agg(text,text)
agg: string_agg(text,text) null|x
agg: string_agg(bytea,bytea) a|, b|;
agg: covar_pop(float8,float8) 1|2 3|5 4|4.5 10|7
agg: covar_pop(float8,float8)
agg: covar_pop(float8,float8) 1|1
agg: covar_pop(float8,float8) 1|2 1|2
agg: covar_pop(float8,float8) 1|2 1|3
agg: covar_pop(float8,float8) 2|1 3|1
agg: covar_pop(float8,float8) null|2 1|2 3|4
agg: covar_pop(float8,float8) NaN|1 2|3
agg: covar_pop(float8,float8) Infinity|1 2|3
agg: covar_pop(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: covar_samp(float8,float8) 1|2 3|5 4|4.5 10|7
agg: covar_samp(float8,float8)
agg: covar_samp(float8,float8) 1|1
agg: covar_samp(float8,float8) 1|2 1|2
agg: covar_samp(float8,float8) 1|2 1|3
agg: covar_samp(float8,float8) 2|1 3|1
agg: covar_samp(float8,float8) null|2 1|2 3|4
agg: covar_samp(float8,float8) NaN|1 2|3
agg: covar_samp(float8,float8) Infinity|1 2|3
agg: covar_samp(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: corr(float8,float8) 1|2 3|5 4|4.5 10|7
agg: corr(float8,float8)
agg: corr(float8,float8) 1|1
agg: corr(float8,float8) 1|2 1|2
agg: corr(float8,float8) 1|2 1|3
agg: corr(float8,float8) 2|1 3|1
agg: corr(float8,float8) null|2 1|2 3|4
agg: corr(float8,float8) NaN|1 2|3
agg: corr(float8,float8) Infinity|1 2|3
agg: corr(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_avgx(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_avgx(float8,float8)
agg: regr_avgx(float8,float8) 1|1
agg: regr_avgx(float8,float8) 1|2 1|2
agg: regr_avgx(float8,float8) 1|2 1|3
agg: regr_avgx(float8,float8) 2|1 3|1
agg: regr_avgx(float8,float8) null|2 1|2 3|4
agg: regr_avgx(float8,float8) NaN|1 2|3
agg: regr_avgx(float8,float8) Infinity|1 2|3
agg: regr_avgx(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_avgy(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_avgy(float8,float8)
agg: regr_avgy(float8,float8) 1|1
agg: regr_avgy(float8,float8) 1|2 1|2
agg: regr_avgy(float8,float8) 1|2 1|3
agg: regr_avgy(float8,float8) 2|1 3|1
agg: regr_avgy(float8,float8) null|2 1|2 3|4
agg: regr_avgy(float8,float8) NaN|1 2|3
agg: regr_avgy(float8,float8) Infinity|1 2|3
agg: regr_avgy(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_count(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_count(float8,float8)
agg: regr_count(float8,float8) 1|1
agg: regr_count(float8,float8) 1|2 1|2
agg: regr_count(float8,float8) 1|2 1|3
agg: regr_count(float8,float8) 2|1 3|1
agg: regr_count(float8,float8) null|2 1|2 3|4
agg: regr_count(float8,float8) NaN|1 2|3
agg: regr_count(float8,float8) Infinity|1 2|3
agg: regr_count(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_intercept(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_intercept(float8,float8)
agg: regr_intercept(float8,float8) 1|1
agg: regr_intercept(float8,float8) 1|2 1|2
agg: regr_intercept(float8,float8) 1|2 1|3
agg: regr_intercept(float8,float8) 2|1 3|1
agg: regr_intercept(float8,float8) null|2 1|2 3|4
agg: regr_intercept(float8,float8) NaN|1 2|3
agg: regr_intercept(float8,float8) Infinity|1 2|3
agg: regr_intercept(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_r2(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_r2(float8,float8)
agg: regr_r2(float8,float8) 1|1
agg: regr_r2(float8,float8) 1|2 1|2
agg: regr_r2(float8,float8) 1|2 1|3
agg: regr_r2(float8,float8) 2|1 3|1
agg: regr_r2(float8,float8) null|2 1|2 3|4
agg: regr_r2(float8,float8) NaN|1 2|3
agg: regr_r2(float8,float8) Infinity|1 2|3
agg: regr_r2(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_slope(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_slope(float8,float8)
agg: regr_slope(float8,float8) 1|1
agg: regr_slope(float8,float8) 1|2 1|2
agg: regr_slope(float8,float8) 1|2 1|3
agg: regr_slope(float8,float8) 2|1 3|1
agg: regr_slope(float8,float8) null|2 1|2 3|4
agg: regr_slope(float8,float8) NaN|1 2|3
agg: regr_slope(float8,float8) Infinity|1 2|3
agg: regr_slope(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_sxx(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_sxx(float8,float8)
agg: regr_sxx(float8,float8) 1|1
agg: regr_sxx(float8,float8) 1|2 1|2
agg: regr_sxx(float8,float8) 1|2 1|3
agg: regr_sxx(float8,float8) 2|1 3|1
agg: regr_sxx(float8,float8) null|2 1|2 3|4
agg: regr_sxx(float8,float8) NaN|1 2|3
agg: regr_sxx(float8,float8) Infinity|1 2|3
agg: regr_sxx(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_sxy(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_sxy(float8,float8)
agg: regr_sxy(float8,float8) 1|1
agg: regr_sxy(float8,float8) 1|2 1|2
agg: regr_sxy(float8,float8) 1|2 1|3
agg: regr_sxy(float8,float8) 2|1 3|1
agg: regr_sxy(float8,float8) null|2 1|2 3|4
agg: regr_sxy(float8,float8) NaN|1 2|3
agg: regr_sxy(float8,float8) Infinity|1 2|3
agg: regr_sxy(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: regr_syy(float8,float8) 1|2 3|5 4|4.5 10|7
agg: regr_syy(float8,float8)
agg: regr_syy(float8,float8) 1|1
agg: regr_syy(float8,float8) 1|2 1|2
agg: regr_syy(float8,float8) 1|2 1|3
agg: regr_syy(float8,float8) 2|1 3|1
agg: regr_syy(float8,float8) null|2 1|2 3|4
agg: regr_syy(float8,float8) NaN|1 2|3
agg: regr_syy(float8,float8) Infinity|1 2|3
agg: regr_syy(float8,float8) 0.1|0.1 0.1|0.1 0.1|0.1
agg: percentile_cont(0;float8) 1 2 3 4
agg: percentile_disc(0;float8) 1 2 3 4
agg: percentile_cont(0.5;float8) 1 2 3 4
agg: percentile_disc(0.5;float8) 1 2 3 4
agg: percentile_cont(1;float8) 1 2 3 4
agg: percentile_disc(1;float8) 1 2 3 4
agg: percentile_cont(0.3;float8) 1 2 3 4
agg: percentile_disc(0.3;float8) 1 2 3 4
agg: percentile_cont(1.5;float8) 1 2 3 4
agg: percentile_disc(1.5;float8) 1 2 3 4
agg: percentile_cont(null::float8;float8) 1 2 3 4
agg: percentile_disc(null::float8;float8) 1 2 3 4
agg: percentile_cont(array[0.25,0.5,null];float8) 1 2 3 4
agg: percentile_disc(array[0.25,0.5,0.9];numeric) 1 2 3 4
agg: mode(;numeric) 1 2 3 4
agg: percentile_cont(0;float8) 5
agg: percentile_disc(0;float8) 5
agg: percentile_cont(0.5;float8) 5
agg: percentile_disc(0.5;float8) 5
agg: percentile_cont(1;float8) 5
agg: percentile_disc(1;float8) 5
agg: percentile_cont(0.3;float8) 5
agg: percentile_disc(0.3;float8) 5
agg: percentile_cont(1.5;float8) 5
agg: percentile_disc(1.5;float8) 5
agg: percentile_cont(null::float8;float8) 5
agg: percentile_disc(null::float8;float8) 5
agg: percentile_cont(array[0.25,0.5,null];float8) 5
agg: percentile_disc(array[0.25,0.5,0.9];numeric) 5
agg: mode(;numeric) 5
agg: percentile_cont(0;float8)
agg: percentile_disc(0;float8)
agg: percentile_cont(0.5;float8)
agg: percentile_disc(0.5;float8)
agg: percentile_cont(1;float8)
agg: percentile_disc(1;float8)
agg: percentile_cont(0.3;float8)
agg: percentile_disc(0.3;float8)
agg: percentile_cont(1.5;float8)
agg: percentile_disc(1.5;float8)
agg: percentile_cont(null::float8;float8)
agg: percentile_disc(null::float8;float8)
agg: percentile_cont(array[0.25,0.5,null];float8)
agg: percentile_disc(array[0.25,0.5,0.9];numeric)
agg: mode(;numeric)
agg: percentile_cont(0;float8) 1 1 2
agg: percentile_disc(0;float8) 1 1 2
agg: percentile_cont(0.5;float8) 1 1 2
agg: percentile_disc(0.5;float8) 1 1 2
agg: percentile_cont(1;float8) 1 1 2
agg: percentile_disc(1;float8) 1 1 2
agg: percentile_cont(0.3;float8) 1 1 2
agg: percentile_disc(0.3;float8) 1 1 2
agg: percentile_cont(1.5;float8) 1 1 2
agg: percentile_disc(1.5;float8) 1 1 2
agg: percentile_cont(null::float8;float8) 1 1 2
agg: percentile_disc(null::float8;float8) 1 1 2
agg: percentile_cont(array[0.25,0.5,null];float8) 1 1 2
agg: percentile_disc(array[0.25,0.5,0.9];numeric) 1 1 2
agg: mode(;numeric) 1 1 2
agg: percentile_cont(0;float8) 3 1 null 2
agg: percentile_disc(0;float8) 3 1 null 2
agg: percentile_cont(0.5;float8) 3 1 null 2
agg: percentile_disc(0.5;float8) 3 1 null 2
agg: percentile_cont(1;float8) 3 1 null 2
agg: percentile_disc(1;float8) 3 1 null 2
agg: percentile_cont(0.3;float8) 3 1 null 2
agg: percentile_disc(0.3;float8) 3 1 null 2
agg: percentile_cont(1.5;float8) 3 1 null 2
agg: percentile_disc(1.5;float8) 3 1 null 2
agg: percentile_cont(null::float8;float8) 3 1 null 2
agg: percentile_disc(null::float8;float8) 3 1 null 2
agg: percentile_cont(array[0.25,0.5,null];float8) 3 1 null 2
agg: percentile_disc(array[0.25,0.5,0.9];numeric) 3 1 null 2
agg: mode(;numeric) 3 1 null 2
agg: percentile_cont(0;float8) 1.5 2.5
agg: percentile_disc(0;float8) 1.5 2.5
agg: percentile_cont(0.5;float8) 1.5 2.5
agg: percentile_disc(0.5;float8) 1.5 2.5
agg: percentile_cont(1;float8) 1.5 2.5
agg: percentile_disc(1;float8) 1.5 2.5
agg: percentile_cont(0.3;float8) 1.5 2.5
agg: percentile_disc(0.3;float8) 1.5 2.5
agg: percentile_cont(1.5;float8) 1.5 2.5
agg: percentile_disc(1.5;float8) 1.5 2.5
agg: percentile_cont(null::float8;float8) 1.5 2.5
agg: percentile_disc(null::float8;float8) 1.5 2.5
agg: percentile_cont(array[0.25,0.5,null];float8) 1.5 2.5
agg: percentile_disc(array[0.25,0.5,0.9];numeric) 1.5 2.5
agg: mode(;numeric) 1.5 2.5
agg: mode(;text) a b b c c
