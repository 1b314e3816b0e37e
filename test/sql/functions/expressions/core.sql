'0'::int2 + '1'::int2
'0'::int2 - '1'::int2
'0'::int2 * '1'::int2
'0'::int2 / '1'::int2
'0'::int2 + '-7'::int2
'0'::int2 - '-7'::int2
'0'::int2 * '-7'::int2
'0'::int2 / '-7'::int2
'0'::int2 + '32767'::int2
'0'::int2 - '32767'::int2
'0'::int2 * '32767'::int2
'0'::int2 / '32767'::int2
'1'::int2 + '1'::int2
'1'::int2 - '1'::int2
'1'::int2 * '1'::int2
'1'::int2 / '1'::int2
'1'::int2 + '-7'::int2
'1'::int2 - '-7'::int2
'1'::int2 * '-7'::int2
'1'::int2 / '-7'::int2
'1'::int2 + '32767'::int2
'1'::int2 - '32767'::int2
'1'::int2 * '32767'::int2
'1'::int2 / '32767'::int2
'-7'::int2 + '1'::int2
'-7'::int2 - '1'::int2
'-7'::int2 * '1'::int2
'-7'::int2 / '1'::int2
'-7'::int2 + '-7'::int2
'-7'::int2 - '-7'::int2
'-7'::int2 * '-7'::int2
'-7'::int2 / '-7'::int2
'-7'::int2 + '32767'::int2
'-7'::int2 - '32767'::int2
'-7'::int2 * '32767'::int2
'-7'::int2 / '32767'::int2
'32767'::int2 + '1'::int2
'32767'::int2 - '1'::int2
'32767'::int2 * '1'::int2
'32767'::int2 / '1'::int2
'32767'::int2 + '-7'::int2
'32767'::int2 - '-7'::int2
'32767'::int2 * '-7'::int2
'32767'::int2 / '-7'::int2
'32767'::int2 + '32767'::int2
'32767'::int2 - '32767'::int2
'32767'::int2 * '32767'::int2
'32767'::int2 / '32767'::int2
'-32768'::int2 + '1'::int2
'-32768'::int2 - '1'::int2
'-32768'::int2 * '1'::int2
'-32768'::int2 / '1'::int2
'-32768'::int2 + '-7'::int2
'-32768'::int2 - '-7'::int2
'-32768'::int2 * '-7'::int2
'-32768'::int2 / '-7'::int2
'-32768'::int2 + '32767'::int2
'-32768'::int2 - '32767'::int2
'-32768'::int2 * '32767'::int2
'-32768'::int2 / '32767'::int2
'1'::int2 = '1'::int2
'1'::int2 < '-1'::int2
'0'::int2 + '3'::int4
'0'::int2 - '3'::int4
'0'::int2 / '3'::int4
'0'::int2 + '-7'::int4
'0'::int2 - '-7'::int4
'0'::int2 / '-7'::int4
'0'::int2 + '2147483647'::int4
'0'::int2 - '2147483647'::int4
'0'::int2 / '2147483647'::int4
'1'::int2 + '3'::int4
'1'::int2 - '3'::int4
'1'::int2 / '3'::int4
'1'::int2 + '-7'::int4
'1'::int2 - '-7'::int4
'1'::int2 / '-7'::int4
'1'::int2 + '2147483647'::int4
'1'::int2 - '2147483647'::int4
'1'::int2 / '2147483647'::int4
'-7'::int2 + '3'::int4
'-7'::int2 - '3'::int4
'-7'::int2 / '3'::int4
'-7'::int2 + '-7'::int4
'-7'::int2 - '-7'::int4
'-7'::int2 / '-7'::int4
'-7'::int2 + '2147483647'::int4
'-7'::int2 - '2147483647'::int4
'-7'::int2 / '2147483647'::int4
'32767'::int2 + '3'::int4
'32767'::int2 - '3'::int4
'32767'::int2 / '3'::int4
'32767'::int2 + '-7'::int4
'32767'::int2 - '-7'::int4
'32767'::int2 / '-7'::int4
'32767'::int2 + '2147483647'::int4
'32767'::int2 - '2147483647'::int4
'32767'::int2 / '2147483647'::int4
'-32768'::int2 + '3'::int4
'-32768'::int2 - '3'::int4
'-32768'::int2 / '3'::int4
'-32768'::int2 + '-7'::int4
'-32768'::int2 - '-7'::int4
'-32768'::int2 / '-7'::int4
'-32768'::int2 + '2147483647'::int4
'-32768'::int2 - '2147483647'::int4
'-32768'::int2 / '2147483647'::int4
'1'::int2 = '1'::int4
'1'::int2 < '-1'::int4
'0'::int2 + '5'::int8
'0'::int2 - '5'::int8
'0'::int2 / '5'::int8
'0'::int2 + '-7'::int8
'0'::int2 - '-7'::int8
'0'::int2 / '-7'::int8
'0'::int2 + '9007199254740991'::int8
'0'::int2 - '9007199254740991'::int8
'0'::int2 / '9007199254740991'::int8
'1'::int2 + '5'::int8
'1'::int2 - '5'::int8
'1'::int2 / '5'::int8
'1'::int2 + '-7'::int8
'1'::int2 - '-7'::int8
'1'::int2 / '-7'::int8
'1'::int2 + '9007199254740991'::int8
'1'::int2 - '9007199254740991'::int8
'1'::int2 / '9007199254740991'::int8
'-7'::int2 + '5'::int8
'-7'::int2 - '5'::int8
'-7'::int2 / '5'::int8
'-7'::int2 + '-7'::int8
'-7'::int2 - '-7'::int8
'-7'::int2 / '-7'::int8
'-7'::int2 + '9007199254740991'::int8
'-7'::int2 - '9007199254740991'::int8
'-7'::int2 / '9007199254740991'::int8
'32767'::int2 + '5'::int8
'32767'::int2 - '5'::int8
'32767'::int2 / '5'::int8
'32767'::int2 + '-7'::int8
'32767'::int2 - '-7'::int8
'32767'::int2 / '-7'::int8
'32767'::int2 + '9007199254740991'::int8
'32767'::int2 - '9007199254740991'::int8
'32767'::int2 / '9007199254740991'::int8
'-32768'::int2 + '5'::int8
'-32768'::int2 - '5'::int8
'-32768'::int2 / '5'::int8
'-32768'::int2 + '-7'::int8
'-32768'::int2 - '-7'::int8
'-32768'::int2 / '-7'::int8
'-32768'::int2 + '9007199254740991'::int8
'-32768'::int2 - '9007199254740991'::int8
'-32768'::int2 / '9007199254740991'::int8
'1'::int2 = '1'::int8
'1'::int2 < '-1'::int8
'0'::int4 + '1'::int2
'0'::int4 - '1'::int2
'0'::int4 / '1'::int2
'0'::int4 + '-7'::int2
'0'::int4 - '-7'::int2
'0'::int4 / '-7'::int2
'0'::int4 + '32767'::int2
'0'::int4 - '32767'::int2
'0'::int4 / '32767'::int2
'3'::int4 + '1'::int2
'3'::int4 - '1'::int2
'3'::int4 / '1'::int2
'3'::int4 + '-7'::int2
'3'::int4 - '-7'::int2
'3'::int4 / '-7'::int2
'3'::int4 + '32767'::int2
'3'::int4 - '32767'::int2
'3'::int4 / '32767'::int2
'-7'::int4 + '1'::int2
'-7'::int4 - '1'::int2
'-7'::int4 / '1'::int2
'-7'::int4 + '-7'::int2
'-7'::int4 - '-7'::int2
'-7'::int4 / '-7'::int2
'-7'::int4 + '32767'::int2
'-7'::int4 - '32767'::int2
'-7'::int4 / '32767'::int2
'2147483647'::int4 + '1'::int2
'2147483647'::int4 - '1'::int2
'2147483647'::int4 / '1'::int2
'2147483647'::int4 + '-7'::int2
'2147483647'::int4 - '-7'::int2
'2147483647'::int4 / '-7'::int2
'2147483647'::int4 + '32767'::int2
'2147483647'::int4 - '32767'::int2
'2147483647'::int4 / '32767'::int2
'-2147483648'::int4 + '1'::int2
'-2147483648'::int4 - '1'::int2
'-2147483648'::int4 / '1'::int2
'-2147483648'::int4 + '-7'::int2
'-2147483648'::int4 - '-7'::int2
'-2147483648'::int4 / '-7'::int2
'-2147483648'::int4 + '32767'::int2
'-2147483648'::int4 - '32767'::int2
'-2147483648'::int4 / '32767'::int2
'1'::int4 = '1'::int2
'1'::int4 < '-1'::int2
'0'::int4 + '3'::int4
'0'::int4 - '3'::int4
'0'::int4 * '3'::int4
'0'::int4 / '3'::int4
'0'::int4 + '-7'::int4
'0'::int4 - '-7'::int4
'0'::int4 * '-7'::int4
'0'::int4 / '-7'::int4
'0'::int4 + '2147483647'::int4
'0'::int4 - '2147483647'::int4
'0'::int4 * '2147483647'::int4
'0'::int4 / '2147483647'::int4
'3'::int4 + '3'::int4
'3'::int4 - '3'::int4
'3'::int4 * '3'::int4
'3'::int4 / '3'::int4
'3'::int4 + '-7'::int4
'3'::int4 - '-7'::int4
'3'::int4 * '-7'::int4
'3'::int4 / '-7'::int4
'3'::int4 + '2147483647'::int4
'3'::int4 - '2147483647'::int4
'3'::int4 * '2147483647'::int4
'3'::int4 / '2147483647'::int4
'-7'::int4 + '3'::int4
'-7'::int4 - '3'::int4
'-7'::int4 * '3'::int4
'-7'::int4 / '3'::int4
'-7'::int4 + '-7'::int4
'-7'::int4 - '-7'::int4
'-7'::int4 * '-7'::int4
'-7'::int4 / '-7'::int4
'-7'::int4 + '2147483647'::int4
'-7'::int4 - '2147483647'::int4
'-7'::int4 * '2147483647'::int4
'-7'::int4 / '2147483647'::int4
'2147483647'::int4 + '3'::int4
'2147483647'::int4 - '3'::int4
'2147483647'::int4 * '3'::int4
'2147483647'::int4 / '3'::int4
'2147483647'::int4 + '-7'::int4
'2147483647'::int4 - '-7'::int4
'2147483647'::int4 * '-7'::int4
'2147483647'::int4 / '-7'::int4
'2147483647'::int4 + '2147483647'::int4
'2147483647'::int4 - '2147483647'::int4
'2147483647'::int4 * '2147483647'::int4
'2147483647'::int4 / '2147483647'::int4
'-2147483648'::int4 + '3'::int4
'-2147483648'::int4 - '3'::int4
'-2147483648'::int4 * '3'::int4
'-2147483648'::int4 / '3'::int4
'-2147483648'::int4 + '-7'::int4
'-2147483648'::int4 - '-7'::int4
'-2147483648'::int4 * '-7'::int4
'-2147483648'::int4 / '-7'::int4
'-2147483648'::int4 + '2147483647'::int4
'-2147483648'::int4 - '2147483647'::int4
'-2147483648'::int4 * '2147483647'::int4
'-2147483648'::int4 / '2147483647'::int4
'1'::int4 = '1'::int4
'1'::int4 < '-1'::int4
'0'::int4 + '5'::int8
'0'::int4 - '5'::int8
'0'::int4 / '5'::int8
'0'::int4 + '-7'::int8
'0'::int4 - '-7'::int8
'0'::int4 / '-7'::int8
'0'::int4 + '9007199254740991'::int8
'0'::int4 - '9007199254740991'::int8
'0'::int4 / '9007199254740991'::int8
'3'::int4 + '5'::int8
'3'::int4 - '5'::int8
'3'::int4 / '5'::int8
'3'::int4 + '-7'::int8
'3'::int4 - '-7'::int8
'3'::int4 / '-7'::int8
'3'::int4 + '9007199254740991'::int8
'3'::int4 - '9007199254740991'::int8
'3'::int4 / '9007199254740991'::int8
'-7'::int4 + '5'::int8
'-7'::int4 - '5'::int8
'-7'::int4 / '5'::int8
'-7'::int4 + '-7'::int8
'-7'::int4 - '-7'::int8
'-7'::int4 / '-7'::int8
'-7'::int4 + '9007199254740991'::int8
'-7'::int4 - '9007199254740991'::int8
'-7'::int4 / '9007199254740991'::int8
'2147483647'::int4 + '5'::int8
'2147483647'::int4 - '5'::int8
'2147483647'::int4 / '5'::int8
'2147483647'::int4 + '-7'::int8
'2147483647'::int4 - '-7'::int8
'2147483647'::int4 / '-7'::int8
'2147483647'::int4 + '9007199254740991'::int8
'2147483647'::int4 - '9007199254740991'::int8
'2147483647'::int4 / '9007199254740991'::int8
'-2147483648'::int4 + '5'::int8
'-2147483648'::int4 - '5'::int8
'-2147483648'::int4 / '5'::int8
'-2147483648'::int4 + '-7'::int8
'-2147483648'::int4 - '-7'::int8
'-2147483648'::int4 / '-7'::int8
'-2147483648'::int4 + '9007199254740991'::int8
'-2147483648'::int4 - '9007199254740991'::int8
'-2147483648'::int4 / '9007199254740991'::int8
'1'::int4 = '1'::int8
'1'::int4 < '-1'::int8
'0'::int8 + '1'::int2
'0'::int8 - '1'::int2
'0'::int8 / '1'::int2
'0'::int8 + '-7'::int2
'0'::int8 - '-7'::int2
'0'::int8 / '-7'::int2
'0'::int8 + '32767'::int2
'0'::int8 - '32767'::int2
'0'::int8 / '32767'::int2
'5'::int8 + '1'::int2
'5'::int8 - '1'::int2
'5'::int8 / '1'::int2
'5'::int8 + '-7'::int2
'5'::int8 - '-7'::int2
'5'::int8 / '-7'::int2
'5'::int8 + '32767'::int2
'5'::int8 - '32767'::int2
'5'::int8 / '32767'::int2
'-7'::int8 + '1'::int2
'-7'::int8 - '1'::int2
'-7'::int8 / '1'::int2
'-7'::int8 + '-7'::int2
'-7'::int8 - '-7'::int2
'-7'::int8 / '-7'::int2
'-7'::int8 + '32767'::int2
'-7'::int8 - '32767'::int2
'-7'::int8 / '32767'::int2
'9007199254740991'::int8 + '1'::int2
'9007199254740991'::int8 - '1'::int2
'9007199254740991'::int8 / '1'::int2
'9007199254740991'::int8 + '-7'::int2
'9007199254740991'::int8 - '-7'::int2
'9007199254740991'::int8 / '-7'::int2
'9007199254740991'::int8 + '32767'::int2
'9007199254740991'::int8 - '32767'::int2
'9007199254740991'::int8 / '32767'::int2
'9223372036854775807'::int8 + '1'::int2
'9223372036854775807'::int8 - '1'::int2
'9223372036854775807'::int8 / '1'::int2
'9223372036854775807'::int8 + '-7'::int2
'9223372036854775807'::int8 - '-7'::int2
'9223372036854775807'::int8 / '-7'::int2
'9223372036854775807'::int8 + '32767'::int2
'9223372036854775807'::int8 - '32767'::int2
'9223372036854775807'::int8 / '32767'::int2
'-9223372036854775808'::int8 + '1'::int2
'-9223372036854775808'::int8 - '1'::int2
'-9223372036854775808'::int8 / '1'::int2
'-9223372036854775808'::int8 + '-7'::int2
'-9223372036854775808'::int8 - '-7'::int2
'-9223372036854775808'::int8 / '-7'::int2
'-9223372036854775808'::int8 + '32767'::int2
'-9223372036854775808'::int8 - '32767'::int2
'-9223372036854775808'::int8 / '32767'::int2
'1'::int8 = '1'::int2
'1'::int8 < '-1'::int2
'0'::int8 + '3'::int4
'0'::int8 - '3'::int4
'0'::int8 / '3'::int4
'0'::int8 + '-7'::int4
'0'::int8 - '-7'::int4
'0'::int8 / '-7'::int4
'0'::int8 + '2147483647'::int4
'0'::int8 - '2147483647'::int4
'0'::int8 / '2147483647'::int4
'5'::int8 + '3'::int4
'5'::int8 - '3'::int4
'5'::int8 / '3'::int4
'5'::int8 + '-7'::int4
'5'::int8 - '-7'::int4
'5'::int8 / '-7'::int4
'5'::int8 + '2147483647'::int4
'5'::int8 - '2147483647'::int4
'5'::int8 / '2147483647'::int4
'-7'::int8 + '3'::int4
'-7'::int8 - '3'::int4
'-7'::int8 / '3'::int4
'-7'::int8 + '-7'::int4
'-7'::int8 - '-7'::int4
'-7'::int8 / '-7'::int4
'-7'::int8 + '2147483647'::int4
'-7'::int8 - '2147483647'::int4
'-7'::int8 / '2147483647'::int4
'9007199254740991'::int8 + '3'::int4
'9007199254740991'::int8 - '3'::int4
'9007199254740991'::int8 / '3'::int4
'9007199254740991'::int8 + '-7'::int4
'9007199254740991'::int8 - '-7'::int4
'9007199254740991'::int8 / '-7'::int4
'9007199254740991'::int8 + '2147483647'::int4
'9007199254740991'::int8 - '2147483647'::int4
'9007199254740991'::int8 / '2147483647'::int4
'9223372036854775807'::int8 + '3'::int4
'9223372036854775807'::int8 - '3'::int4
'9223372036854775807'::int8 / '3'::int4
'9223372036854775807'::int8 + '-7'::int4
'9223372036854775807'::int8 - '-7'::int4
'9223372036854775807'::int8 / '-7'::int4
'9223372036854775807'::int8 + '2147483647'::int4
'9223372036854775807'::int8 - '2147483647'::int4
'9223372036854775807'::int8 / '2147483647'::int4
'-9223372036854775808'::int8 + '3'::int4
'-9223372036854775808'::int8 - '3'::int4
'-9223372036854775808'::int8 / '3'::int4
'-9223372036854775808'::int8 + '-7'::int4
'-9223372036854775808'::int8 - '-7'::int4
'-9223372036854775808'::int8 / '-7'::int4
'-9223372036854775808'::int8 + '2147483647'::int4
'-9223372036854775808'::int8 - '2147483647'::int4
'-9223372036854775808'::int8 / '2147483647'::int4
'1'::int8 = '1'::int4
'1'::int8 < '-1'::int4
'0'::int8 + '5'::int8
'0'::int8 - '5'::int8
'0'::int8 * '5'::int8
'0'::int8 / '5'::int8
'0'::int8 + '-7'::int8
'0'::int8 - '-7'::int8
'0'::int8 * '-7'::int8
'0'::int8 / '-7'::int8
'0'::int8 + '9007199254740991'::int8
'0'::int8 - '9007199254740991'::int8
'0'::int8 * '9007199254740991'::int8
'0'::int8 / '9007199254740991'::int8
'5'::int8 + '5'::int8
'5'::int8 - '5'::int8
'5'::int8 * '5'::int8
'5'::int8 / '5'::int8
'5'::int8 + '-7'::int8
'5'::int8 - '-7'::int8
'5'::int8 * '-7'::int8
'5'::int8 / '-7'::int8
'5'::int8 + '9007199254740991'::int8
'5'::int8 - '9007199254740991'::int8
'5'::int8 * '9007199254740991'::int8
'5'::int8 / '9007199254740991'::int8
'-7'::int8 + '5'::int8
'-7'::int8 - '5'::int8
'-7'::int8 * '5'::int8
'-7'::int8 / '5'::int8
'-7'::int8 + '-7'::int8
'-7'::int8 - '-7'::int8
'-7'::int8 * '-7'::int8
'-7'::int8 / '-7'::int8
'-7'::int8 + '9007199254740991'::int8
'-7'::int8 - '9007199254740991'::int8
'-7'::int8 * '9007199254740991'::int8
'-7'::int8 / '9007199254740991'::int8
'9007199254740991'::int8 + '5'::int8
'9007199254740991'::int8 - '5'::int8
'9007199254740991'::int8 * '5'::int8
'9007199254740991'::int8 / '5'::int8
'9007199254740991'::int8 + '-7'::int8
'9007199254740991'::int8 - '-7'::int8
'9007199254740991'::int8 * '-7'::int8
'9007199254740991'::int8 / '-7'::int8
'9007199254740991'::int8 + '9007199254740991'::int8
'9007199254740991'::int8 - '9007199254740991'::int8
'9007199254740991'::int8 * '9007199254740991'::int8
'9007199254740991'::int8 / '9007199254740991'::int8
'9223372036854775807'::int8 + '5'::int8
'9223372036854775807'::int8 - '5'::int8
'9223372036854775807'::int8 * '5'::int8
'9223372036854775807'::int8 / '5'::int8
'9223372036854775807'::int8 + '-7'::int8
'9223372036854775807'::int8 - '-7'::int8
'9223372036854775807'::int8 * '-7'::int8
'9223372036854775807'::int8 / '-7'::int8
'9223372036854775807'::int8 + '9007199254740991'::int8
'9223372036854775807'::int8 - '9007199254740991'::int8
'9223372036854775807'::int8 * '9007199254740991'::int8
'9223372036854775807'::int8 / '9007199254740991'::int8
'-9223372036854775808'::int8 + '5'::int8
'-9223372036854775808'::int8 - '5'::int8
'-9223372036854775808'::int8 * '5'::int8
'-9223372036854775808'::int8 / '5'::int8
'-9223372036854775808'::int8 + '-7'::int8
'-9223372036854775808'::int8 - '-7'::int8
'-9223372036854775808'::int8 * '-7'::int8
'-9223372036854775808'::int8 / '-7'::int8
'-9223372036854775808'::int8 + '9007199254740991'::int8
'-9223372036854775808'::int8 - '9007199254740991'::int8
'-9223372036854775808'::int8 * '9007199254740991'::int8
'-9223372036854775808'::int8 / '9007199254740991'::int8
'1'::int8 = '1'::int8
'1'::int8 < '-1'::int8
- '0'::int2
@ '0'::int2
~ '0'::int2
'0'::int2 << 3
'0'::int2 >> 2
'0'::int2 & '6'::int2
'0'::int2 | '6'::int2
'0'::int2 # '6'::int2
'0'::int2 % '-1'::int2
'0'::int2 % '3'::int2
'0'::int2 / '0'::int2
'0'::int2 % '0'::int2
abs('0'::int2)
mod('0'::int2,'4'::int2)
'0'::int2::int2
'0'::int2::int4
'0'::int2::int8
'0'::int2::float4
'0'::int2::float8
'0'::int2::numeric
'0'::int2::text
'0'::int2::oid
'0'::int2::bool
'0'::int2::bytea
'0'::int2::numeric(5,2)
'0'::int2::varchar(3)
- '1'::int2
@ '1'::int2
~ '1'::int2
'1'::int2 << 3
'1'::int2 >> 2
'1'::int2 & '6'::int2
'1'::int2 | '6'::int2
'1'::int2 # '6'::int2
'1'::int2 % '-1'::int2
'1'::int2 % '3'::int2
'1'::int2 / '0'::int2
'1'::int2 % '0'::int2
abs('1'::int2)
mod('1'::int2,'4'::int2)
'1'::int2::int2
'1'::int2::int4
'1'::int2::int8
'1'::int2::float4
'1'::int2::float8
'1'::int2::numeric
'1'::int2::text
'1'::int2::oid
'1'::int2::bool
'1'::int2::bytea
'1'::int2::numeric(5,2)
'1'::int2::varchar(3)
- '-7'::int2
@ '-7'::int2
~ '-7'::int2
'-7'::int2 << 3
'-7'::int2 >> 2
'-7'::int2 & '6'::int2
'-7'::int2 | '6'::int2
'-7'::int2 # '6'::int2
'-7'::int2 % '-1'::int2
'-7'::int2 % '3'::int2
'-7'::int2 / '0'::int2
'-7'::int2 % '0'::int2
abs('-7'::int2)
mod('-7'::int2,'4'::int2)
'-7'::int2::int2
'-7'::int2::int4
'-7'::int2::int8
'-7'::int2::float4
'-7'::int2::float8
'-7'::int2::numeric
'-7'::int2::text
'-7'::int2::oid
'-7'::int2::bool
'-7'::int2::bytea
'-7'::int2::numeric(5,2)
'-7'::int2::varchar(3)
- '32767'::int2
@ '32767'::int2
~ '32767'::int2
'32767'::int2 << 3
'32767'::int2 >> 2
'32767'::int2 & '6'::int2
'32767'::int2 | '6'::int2
'32767'::int2 # '6'::int2
'32767'::int2 % '-1'::int2
'32767'::int2 % '3'::int2
'32767'::int2 / '0'::int2
'32767'::int2 % '0'::int2
abs('32767'::int2)
mod('32767'::int2,'4'::int2)
'32767'::int2::int2
'32767'::int2::int4
'32767'::int2::int8
'32767'::int2::float4
'32767'::int2::float8
'32767'::int2::numeric
'32767'::int2::text
'32767'::int2::oid
'32767'::int2::bool
'32767'::int2::bytea
'32767'::int2::numeric(5,2)
'32767'::int2::varchar(3)
- '-32768'::int2
@ '-32768'::int2
~ '-32768'::int2
'-32768'::int2 << 3
'-32768'::int2 >> 2
'-32768'::int2 & '6'::int2
'-32768'::int2 | '6'::int2
'-32768'::int2 # '6'::int2
'-32768'::int2 % '-1'::int2
'-32768'::int2 % '3'::int2
'-32768'::int2 / '0'::int2
'-32768'::int2 % '0'::int2
abs('-32768'::int2)
mod('-32768'::int2,'4'::int2)
'-32768'::int2::int2
'-32768'::int2::int4
'-32768'::int2::int8
'-32768'::int2::float4
'-32768'::int2::float8
'-32768'::int2::numeric
'-32768'::int2::text
'-32768'::int2::oid
'-32768'::int2::bool
'-32768'::int2::bytea
'-32768'::int2::numeric(5,2)
'-32768'::int2::varchar(3)
- '0'::int4
@ '0'::int4
~ '0'::int4
'0'::int4 << 3
'0'::int4 >> 2
'0'::int4 & '6'::int4
'0'::int4 | '6'::int4
'0'::int4 # '6'::int4
'0'::int4 % '-1'::int4
'0'::int4 % '3'::int4
'0'::int4 / '0'::int4
'0'::int4 % '0'::int4
abs('0'::int4)
mod('0'::int4,'4'::int4)
'0'::int4::int2
'0'::int4::int4
'0'::int4::int8
'0'::int4::float4
'0'::int4::float8
'0'::int4::numeric
'0'::int4::text
'0'::int4::oid
'0'::int4::bool
'0'::int4::bytea
'0'::int4::numeric(5,2)
'0'::int4::varchar(3)
- '3'::int4
@ '3'::int4
~ '3'::int4
'3'::int4 << 3
'3'::int4 >> 2
'3'::int4 & '6'::int4
'3'::int4 | '6'::int4
'3'::int4 # '6'::int4
'3'::int4 % '-1'::int4
'3'::int4 % '3'::int4
'3'::int4 / '0'::int4
'3'::int4 % '0'::int4
abs('3'::int4)
mod('3'::int4,'4'::int4)
'3'::int4::int2
'3'::int4::int4
'3'::int4::int8
'3'::int4::float4
'3'::int4::float8
'3'::int4::numeric
'3'::int4::text
'3'::int4::oid
'3'::int4::bool
'3'::int4::bytea
'3'::int4::numeric(5,2)
'3'::int4::varchar(3)
- '-7'::int4
@ '-7'::int4
~ '-7'::int4
'-7'::int4 << 3
'-7'::int4 >> 2
'-7'::int4 & '6'::int4
'-7'::int4 | '6'::int4
'-7'::int4 # '6'::int4
'-7'::int4 % '-1'::int4
'-7'::int4 % '3'::int4
'-7'::int4 / '0'::int4
'-7'::int4 % '0'::int4
abs('-7'::int4)
mod('-7'::int4,'4'::int4)
'-7'::int4::int2
'-7'::int4::int4
'-7'::int4::int8
'-7'::int4::float4
'-7'::int4::float8
'-7'::int4::numeric
'-7'::int4::text
'-7'::int4::oid
'-7'::int4::bool
'-7'::int4::bytea
'-7'::int4::numeric(5,2)
'-7'::int4::varchar(3)
- '2147483647'::int4
@ '2147483647'::int4
~ '2147483647'::int4
'2147483647'::int4 << 3
'2147483647'::int4 >> 2
'2147483647'::int4 & '6'::int4
'2147483647'::int4 | '6'::int4
'2147483647'::int4 # '6'::int4
'2147483647'::int4 % '-1'::int4
'2147483647'::int4 % '3'::int4
'2147483647'::int4 / '0'::int4
'2147483647'::int4 % '0'::int4
abs('2147483647'::int4)
mod('2147483647'::int4,'4'::int4)
'2147483647'::int4::int2
'2147483647'::int4::int4
'2147483647'::int4::int8
'2147483647'::int4::float4
'2147483647'::int4::float8
'2147483647'::int4::numeric
'2147483647'::int4::text
'2147483647'::int4::oid
'2147483647'::int4::bool
'2147483647'::int4::bytea
'2147483647'::int4::numeric(5,2)
'2147483647'::int4::varchar(3)
- '-2147483648'::int4
@ '-2147483648'::int4
~ '-2147483648'::int4
'-2147483648'::int4 << 3
'-2147483648'::int4 >> 2
'-2147483648'::int4 & '6'::int4
'-2147483648'::int4 | '6'::int4
'-2147483648'::int4 # '6'::int4
'-2147483648'::int4 % '-1'::int4
'-2147483648'::int4 % '3'::int4
'-2147483648'::int4 / '0'::int4
'-2147483648'::int4 % '0'::int4
abs('-2147483648'::int4)
mod('-2147483648'::int4,'4'::int4)
'-2147483648'::int4::int2
'-2147483648'::int4::int4
'-2147483648'::int4::int8
'-2147483648'::int4::float4
'-2147483648'::int4::float8
'-2147483648'::int4::numeric
'-2147483648'::int4::text
'-2147483648'::int4::oid
'-2147483648'::int4::bool
'-2147483648'::int4::bytea
'-2147483648'::int4::numeric(5,2)
'-2147483648'::int4::varchar(3)
- '0'::int8
@ '0'::int8
~ '0'::int8
'0'::int8 << 3
'0'::int8 >> 2
'0'::int8 & '6'::int8
'0'::int8 | '6'::int8
'0'::int8 # '6'::int8
'0'::int8 % '-1'::int8
'0'::int8 % '3'::int8
'0'::int8 / '0'::int8
'0'::int8 % '0'::int8
abs('0'::int8)
mod('0'::int8,'4'::int8)
'0'::int8::int2
'0'::int8::int4
'0'::int8::int8
'0'::int8::float4
'0'::int8::float8
'0'::int8::numeric
'0'::int8::text
'0'::int8::oid
'0'::int8::bool
'0'::int8::bytea
'0'::int8::numeric(5,2)
'0'::int8::varchar(3)
- '5'::int8
@ '5'::int8
~ '5'::int8
'5'::int8 << 3
'5'::int8 >> 2
'5'::int8 & '6'::int8
'5'::int8 | '6'::int8
'5'::int8 # '6'::int8
'5'::int8 % '-1'::int8
'5'::int8 % '3'::int8
'5'::int8 / '0'::int8
'5'::int8 % '0'::int8
abs('5'::int8)
mod('5'::int8,'4'::int8)
'5'::int8::int2
'5'::int8::int4
'5'::int8::int8
'5'::int8::float4
'5'::int8::float8
'5'::int8::numeric
'5'::int8::text
'5'::int8::oid
'5'::int8::bool
'5'::int8::bytea
'5'::int8::numeric(5,2)
'5'::int8::varchar(3)
- '-7'::int8
@ '-7'::int8
~ '-7'::int8
'-7'::int8 << 3
'-7'::int8 >> 2
'-7'::int8 & '6'::int8
'-7'::int8 | '6'::int8
'-7'::int8 # '6'::int8
'-7'::int8 % '-1'::int8
'-7'::int8 % '3'::int8
'-7'::int8 / '0'::int8
'-7'::int8 % '0'::int8
abs('-7'::int8)
mod('-7'::int8,'4'::int8)
'-7'::int8::int2
'-7'::int8::int4
'-7'::int8::int8
'-7'::int8::float4
'-7'::int8::float8
'-7'::int8::numeric
'-7'::int8::text
'-7'::int8::oid
'-7'::int8::bool
'-7'::int8::bytea
'-7'::int8::numeric(5,2)
'-7'::int8::varchar(3)
- '9007199254740991'::int8
@ '9007199254740991'::int8
~ '9007199254740991'::int8
'9007199254740991'::int8 << 3
'9007199254740991'::int8 >> 2
'9007199254740991'::int8 & '6'::int8
'9007199254740991'::int8 | '6'::int8
'9007199254740991'::int8 # '6'::int8
'9007199254740991'::int8 % '-1'::int8
'9007199254740991'::int8 % '3'::int8
'9007199254740991'::int8 / '0'::int8
'9007199254740991'::int8 % '0'::int8
abs('9007199254740991'::int8)
mod('9007199254740991'::int8,'4'::int8)
'9007199254740991'::int8::int2
'9007199254740991'::int8::int4
'9007199254740991'::int8::int8
'9007199254740991'::int8::float4
'9007199254740991'::int8::float8
'9007199254740991'::int8::numeric
'9007199254740991'::int8::text
'9007199254740991'::int8::oid
'9007199254740991'::int8::bool
'9007199254740991'::int8::bytea
'9007199254740991'::int8::numeric(5,2)
'9007199254740991'::int8::varchar(3)
- '9223372036854775807'::int8
@ '9223372036854775807'::int8
~ '9223372036854775807'::int8
'9223372036854775807'::int8 << 3
'9223372036854775807'::int8 >> 2
'9223372036854775807'::int8 & '6'::int8
'9223372036854775807'::int8 | '6'::int8
'9223372036854775807'::int8 # '6'::int8
'9223372036854775807'::int8 % '-1'::int8
'9223372036854775807'::int8 % '3'::int8
'9223372036854775807'::int8 / '0'::int8
'9223372036854775807'::int8 % '0'::int8
abs('9223372036854775807'::int8)
mod('9223372036854775807'::int8,'4'::int8)
'9223372036854775807'::int8::int2
'9223372036854775807'::int8::int4
'9223372036854775807'::int8::int8
'9223372036854775807'::int8::float4
'9223372036854775807'::int8::float8
'9223372036854775807'::int8::numeric
'9223372036854775807'::int8::text
'9223372036854775807'::int8::oid
'9223372036854775807'::int8::bool
'9223372036854775807'::int8::bytea
'9223372036854775807'::int8::numeric(5,2)
'9223372036854775807'::int8::varchar(3)
- '-9223372036854775808'::int8
@ '-9223372036854775808'::int8
~ '-9223372036854775808'::int8
'-9223372036854775808'::int8 << 3
'-9223372036854775808'::int8 >> 2
'-9223372036854775808'::int8 & '6'::int8
'-9223372036854775808'::int8 | '6'::int8
'-9223372036854775808'::int8 # '6'::int8
'-9223372036854775808'::int8 % '-1'::int8
'-9223372036854775808'::int8 % '3'::int8
'-9223372036854775808'::int8 / '0'::int8
'-9223372036854775808'::int8 % '0'::int8
abs('-9223372036854775808'::int8)
mod('-9223372036854775808'::int8,'4'::int8)
'-9223372036854775808'::int8::int2
'-9223372036854775808'::int8::int4
'-9223372036854775808'::int8::int8
'-9223372036854775808'::int8::float4
'-9223372036854775808'::int8::float8
'-9223372036854775808'::int8::numeric
'-9223372036854775808'::int8::text
'-9223372036854775808'::int8::oid
'-9223372036854775808'::int8::bool
'-9223372036854775808'::int8::bytea
'-9223372036854775808'::int8::numeric(5,2)
'-9223372036854775808'::int8::varchar(3)
'0'::float4
'0'::float4::int2
'0'::float4::int4
'0'::float4::int8
'0'::float4::float4
'0'::float4::float8
'0'::float4::numeric
'0'::float4::text
'0'::float4::varchar(4)
- '0'::float4
abs('0'::float4)
'0'::float4 + '0'::float4
'0'::float4 - '0'::float4
'0'::float4 * '0'::float4
'0'::float4 / '0'::float4
'0'::float4 = '0'::float4
'0'::float4 <> '0'::float4
'0'::float4 < '0'::float4
'0'::float4 <= '0'::float4
'0'::float4 > '0'::float4
'0'::float4 >= '0'::float4
'0'::float4 + '1.5'::float4
'0'::float4 - '1.5'::float4
'0'::float4 * '1.5'::float4
'0'::float4 / '1.5'::float4
'0'::float4 = '1.5'::float4
'0'::float4 <> '1.5'::float4
'0'::float4 < '1.5'::float4
'0'::float4 <= '1.5'::float4
'0'::float4 > '1.5'::float4
'0'::float4 >= '1.5'::float4
'0'::float4 + 'NaN'::float4
'0'::float4 - 'NaN'::float4
'0'::float4 * 'NaN'::float4
'0'::float4 / 'NaN'::float4
'0'::float4 = 'NaN'::float4
'0'::float4 <> 'NaN'::float4
'0'::float4 < 'NaN'::float4
'0'::float4 <= 'NaN'::float4
'0'::float4 > 'NaN'::float4
'0'::float4 >= 'NaN'::float4
'0'::float4 + 'Infinity'::float4
'0'::float4 - 'Infinity'::float4
'0'::float4 * 'Infinity'::float4
'0'::float4 / 'Infinity'::float4
'0'::float4 = 'Infinity'::float4
'0'::float4 <> 'Infinity'::float4
'0'::float4 < 'Infinity'::float4
'0'::float4 <= 'Infinity'::float4
'0'::float4 > 'Infinity'::float4
'0'::float4 >= 'Infinity'::float4
'0'::float4 + '3'::float4
'0'::float4 - '3'::float4
'0'::float4 * '3'::float4
'0'::float4 / '3'::float4
'0'::float4 = '3'::float4
'0'::float4 <> '3'::float4
'0'::float4 < '3'::float4
'0'::float4 <= '3'::float4
'0'::float4 > '3'::float4
'0'::float4 >= '3'::float4
'-0'::float4
'-0'::float4::int2
'-0'::float4::int4
'-0'::float4::int8
'-0'::float4::float4
'-0'::float4::float8
'-0'::float4::numeric
'-0'::float4::text
'-0'::float4::varchar(4)
- '-0'::float4
abs('-0'::float4)
'-0'::float4 + '0'::float4
'-0'::float4 - '0'::float4
'-0'::float4 * '0'::float4
'-0'::float4 / '0'::float4
'-0'::float4 = '0'::float4
'-0'::float4 <> '0'::float4
'-0'::float4 < '0'::float4
'-0'::float4 <= '0'::float4
'-0'::float4 > '0'::float4
'-0'::float4 >= '0'::float4
'-0'::float4 + '1.5'::float4
'-0'::float4 - '1.5'::float4
'-0'::float4 * '1.5'::float4
'-0'::float4 / '1.5'::float4
'-0'::float4 = '1.5'::float4
'-0'::float4 <> '1.5'::float4
'-0'::float4 < '1.5'::float4
'-0'::float4 <= '1.5'::float4
'-0'::float4 > '1.5'::float4
'-0'::float4 >= '1.5'::float4
'-0'::float4 + 'NaN'::float4
'-0'::float4 - 'NaN'::float4
'-0'::float4 * 'NaN'::float4
'-0'::float4 / 'NaN'::float4
'-0'::float4 = 'NaN'::float4
'-0'::float4 <> 'NaN'::float4
'-0'::float4 < 'NaN'::float4
'-0'::float4 <= 'NaN'::float4
'-0'::float4 > 'NaN'::float4
'-0'::float4 >= 'NaN'::float4
'-0'::float4 + 'Infinity'::float4
'-0'::float4 - 'Infinity'::float4
'-0'::float4 * 'Infinity'::float4
'-0'::float4 / 'Infinity'::float4
'-0'::float4 = 'Infinity'::float4
'-0'::float4 <> 'Infinity'::float4
'-0'::float4 < 'Infinity'::float4
'-0'::float4 <= 'Infinity'::float4
'-0'::float4 > 'Infinity'::float4
'-0'::float4 >= 'Infinity'::float4
'-0'::float4 + '3'::float4
'-0'::float4 - '3'::float4
'-0'::float4 * '3'::float4
'-0'::float4 / '3'::float4
'-0'::float4 = '3'::float4
'-0'::float4 <> '3'::float4
'-0'::float4 < '3'::float4
'-0'::float4 <= '3'::float4
'-0'::float4 > '3'::float4
'-0'::float4 >= '3'::float4
'1.5'::float4
'1.5'::float4::int2
'1.5'::float4::int4
'1.5'::float4::int8
'1.5'::float4::float4
'1.5'::float4::float8
'1.5'::float4::numeric
'1.5'::float4::text
'1.5'::float4::varchar(4)
- '1.5'::float4
abs('1.5'::float4)
'1.5'::float4 + '0'::float4
'1.5'::float4 - '0'::float4
'1.5'::float4 * '0'::float4
'1.5'::float4 / '0'::float4
'1.5'::float4 = '0'::float4
'1.5'::float4 <> '0'::float4
'1.5'::float4 < '0'::float4
'1.5'::float4 <= '0'::float4
'1.5'::float4 > '0'::float4
'1.5'::float4 >= '0'::float4
'1.5'::float4 + '1.5'::float4
'1.5'::float4 - '1.5'::float4
'1.5'::float4 * '1.5'::float4
'1.5'::float4 / '1.5'::float4
'1.5'::float4 = '1.5'::float4
'1.5'::float4 <> '1.5'::float4
'1.5'::float4 < '1.5'::float4
'1.5'::float4 <= '1.5'::float4
'1.5'::float4 > '1.5'::float4
'1.5'::float4 >= '1.5'::float4
'1.5'::float4 + 'NaN'::float4
'1.5'::float4 - 'NaN'::float4
'1.5'::float4 * 'NaN'::float4
'1.5'::float4 / 'NaN'::float4
'1.5'::float4 = 'NaN'::float4
'1.5'::float4 <> 'NaN'::float4
'1.5'::float4 < 'NaN'::float4
'1.5'::float4 <= 'NaN'::float4
'1.5'::float4 > 'NaN'::float4
'1.5'::float4 >= 'NaN'::float4
'1.5'::float4 + 'Infinity'::float4
'1.5'::float4 - 'Infinity'::float4
'1.5'::float4 * 'Infinity'::float4
'1.5'::float4 / 'Infinity'::float4
'1.5'::float4 = 'Infinity'::float4
'1.5'::float4 <> 'Infinity'::float4
'1.5'::float4 < 'Infinity'::float4
'1.5'::float4 <= 'Infinity'::float4
'1.5'::float4 > 'Infinity'::float4
'1.5'::float4 >= 'Infinity'::float4
'1.5'::float4 + '3'::float4
'1.5'::float4 - '3'::float4
'1.5'::float4 * '3'::float4
'1.5'::float4 / '3'::float4
'1.5'::float4 = '3'::float4
'1.5'::float4 <> '3'::float4
'1.5'::float4 < '3'::float4
'1.5'::float4 <= '3'::float4
'1.5'::float4 > '3'::float4
'1.5'::float4 >= '3'::float4
'-2.5'::float4
'-2.5'::float4::int2
'-2.5'::float4::int4
'-2.5'::float4::int8
'-2.5'::float4::float4
'-2.5'::float4::float8
'-2.5'::float4::numeric
'-2.5'::float4::text
'-2.5'::float4::varchar(4)
- '-2.5'::float4
abs('-2.5'::float4)
'-2.5'::float4 + '0'::float4
'-2.5'::float4 - '0'::float4
'-2.5'::float4 * '0'::float4
'-2.5'::float4 / '0'::float4
'-2.5'::float4 = '0'::float4
'-2.5'::float4 <> '0'::float4
'-2.5'::float4 < '0'::float4
'-2.5'::float4 <= '0'::float4
'-2.5'::float4 > '0'::float4
'-2.5'::float4 >= '0'::float4
'-2.5'::float4 + '1.5'::float4
'-2.5'::float4 - '1.5'::float4
'-2.5'::float4 * '1.5'::float4
'-2.5'::float4 / '1.5'::float4
'-2.5'::float4 = '1.5'::float4
'-2.5'::float4 <> '1.5'::float4
'-2.5'::float4 < '1.5'::float4
'-2.5'::float4 <= '1.5'::float4
'-2.5'::float4 > '1.5'::float4
'-2.5'::float4 >= '1.5'::float4
'-2.5'::float4 + 'NaN'::float4
'-2.5'::float4 - 'NaN'::float4
'-2.5'::float4 * 'NaN'::float4
'-2.5'::float4 / 'NaN'::float4
'-2.5'::float4 = 'NaN'::float4
'-2.5'::float4 <> 'NaN'::float4
'-2.5'::float4 < 'NaN'::float4
'-2.5'::float4 <= 'NaN'::float4
'-2.5'::float4 > 'NaN'::float4
'-2.5'::float4 >= 'NaN'::float4
'-2.5'::float4 + 'Infinity'::float4
'-2.5'::float4 - 'Infinity'::float4
'-2.5'::float4 * 'Infinity'::float4
'-2.5'::float4 / 'Infinity'::float4
'-2.5'::float4 = 'Infinity'::float4
'-2.5'::float4 <> 'Infinity'::float4
'-2.5'::float4 < 'Infinity'::float4
'-2.5'::float4 <= 'Infinity'::float4
'-2.5'::float4 > 'Infinity'::float4
'-2.5'::float4 >= 'Infinity'::float4
'-2.5'::float4 + '3'::float4
'-2.5'::float4 - '3'::float4
'-2.5'::float4 * '3'::float4
'-2.5'::float4 / '3'::float4
'-2.5'::float4 = '3'::float4
'-2.5'::float4 <> '3'::float4
'-2.5'::float4 < '3'::float4
'-2.5'::float4 <= '3'::float4
'-2.5'::float4 > '3'::float4
'-2.5'::float4 >= '3'::float4
'0.1'::float4
'0.1'::float4::int2
'0.1'::float4::int4
'0.1'::float4::int8
'0.1'::float4::float4
'0.1'::float4::float8
'0.1'::float4::numeric
'0.1'::float4::text
'0.1'::float4::varchar(4)
- '0.1'::float4
abs('0.1'::float4)
'0.1'::float4 + '0'::float4
'0.1'::float4 - '0'::float4
'0.1'::float4 * '0'::float4
'0.1'::float4 / '0'::float4
'0.1'::float4 = '0'::float4
'0.1'::float4 <> '0'::float4
'0.1'::float4 < '0'::float4
'0.1'::float4 <= '0'::float4
'0.1'::float4 > '0'::float4
'0.1'::float4 >= '0'::float4
'0.1'::float4 + '1.5'::float4
'0.1'::float4 - '1.5'::float4
'0.1'::float4 * '1.5'::float4
'0.1'::float4 / '1.5'::float4
'0.1'::float4 = '1.5'::float4
'0.1'::float4 <> '1.5'::float4
'0.1'::float4 < '1.5'::float4
'0.1'::float4 <= '1.5'::float4
'0.1'::float4 > '1.5'::float4
'0.1'::float4 >= '1.5'::float4
'0.1'::float4 + 'NaN'::float4
'0.1'::float4 - 'NaN'::float4
'0.1'::float4 * 'NaN'::float4
'0.1'::float4 / 'NaN'::float4
'0.1'::float4 = 'NaN'::float4
'0.1'::float4 <> 'NaN'::float4
'0.1'::float4 < 'NaN'::float4
'0.1'::float4 <= 'NaN'::float4
'0.1'::float4 > 'NaN'::float4
'0.1'::float4 >= 'NaN'::float4
'0.1'::float4 + 'Infinity'::float4
'0.1'::float4 - 'Infinity'::float4
'0.1'::float4 * 'Infinity'::float4
'0.1'::float4 / 'Infinity'::float4
'0.1'::float4 = 'Infinity'::float4
'0.1'::float4 <> 'Infinity'::float4
'0.1'::float4 < 'Infinity'::float4
'0.1'::float4 <= 'Infinity'::float4
'0.1'::float4 > 'Infinity'::float4
'0.1'::float4 >= 'Infinity'::float4
'0.1'::float4 + '3'::float4
'0.1'::float4 - '3'::float4
'0.1'::float4 * '3'::float4
'0.1'::float4 / '3'::float4
'0.1'::float4 = '3'::float4
'0.1'::float4 <> '3'::float4
'0.1'::float4 < '3'::float4
'0.1'::float4 <= '3'::float4
'0.1'::float4 > '3'::float4
'0.1'::float4 >= '3'::float4
'1e15'::float4
'1e15'::float4::int2
'1e15'::float4::int4
'1e15'::float4::int8
'1e15'::float4::float4
'1e15'::float4::float8
'1e15'::float4::numeric
'1e15'::float4::text
'1e15'::float4::varchar(4)
- '1e15'::float4
abs('1e15'::float4)
'1e15'::float4 + '0'::float4
'1e15'::float4 - '0'::float4
'1e15'::float4 * '0'::float4
'1e15'::float4 / '0'::float4
'1e15'::float4 = '0'::float4
'1e15'::float4 <> '0'::float4
'1e15'::float4 < '0'::float4
'1e15'::float4 <= '0'::float4
'1e15'::float4 > '0'::float4
'1e15'::float4 >= '0'::float4
'1e15'::float4 + '1.5'::float4
'1e15'::float4 - '1.5'::float4
'1e15'::float4 * '1.5'::float4
'1e15'::float4 / '1.5'::float4
'1e15'::float4 = '1.5'::float4
'1e15'::float4 <> '1.5'::float4
'1e15'::float4 < '1.5'::float4
'1e15'::float4 <= '1.5'::float4
'1e15'::float4 > '1.5'::float4
'1e15'::float4 >= '1.5'::float4
'1e15'::float4 + 'NaN'::float4
'1e15'::float4 - 'NaN'::float4
'1e15'::float4 * 'NaN'::float4
'1e15'::float4 / 'NaN'::float4
'1e15'::float4 = 'NaN'::float4
'1e15'::float4 <> 'NaN'::float4
'1e15'::float4 < 'NaN'::float4
'1e15'::float4 <= 'NaN'::float4
'1e15'::float4 > 'NaN'::float4
'1e15'::float4 >= 'NaN'::float4
'1e15'::float4 + 'Infinity'::float4
'1e15'::float4 - 'Infinity'::float4
'1e15'::float4 * 'Infinity'::float4
'1e15'::float4 / 'Infinity'::float4
'1e15'::float4 = 'Infinity'::float4
'1e15'::float4 <> 'Infinity'::float4
'1e15'::float4 < 'Infinity'::float4
'1e15'::float4 <= 'Infinity'::float4
'1e15'::float4 > 'Infinity'::float4
'1e15'::float4 >= 'Infinity'::float4
'1e15'::float4 + '3'::float4
'1e15'::float4 - '3'::float4
'1e15'::float4 * '3'::float4
'1e15'::float4 / '3'::float4
'1e15'::float4 = '3'::float4
'1e15'::float4 <> '3'::float4
'1e15'::float4 < '3'::float4
'1e15'::float4 <= '3'::float4
'1e15'::float4 > '3'::float4
'1e15'::float4 >= '3'::float4
'123456789012345678'::float4
'123456789012345678'::float4::int2
'123456789012345678'::float4::int4
'123456789012345678'::float4::int8
'123456789012345678'::float4::float4
'123456789012345678'::float4::float8
'123456789012345678'::float4::numeric
'123456789012345678'::float4::text
'123456789012345678'::float4::varchar(4)
- '123456789012345678'::float4
abs('123456789012345678'::float4)
'123456789012345678'::float4 + '0'::float4
'123456789012345678'::float4 - '0'::float4
'123456789012345678'::float4 * '0'::float4
'123456789012345678'::float4 / '0'::float4
'123456789012345678'::float4 = '0'::float4
'123456789012345678'::float4 <> '0'::float4
'123456789012345678'::float4 < '0'::float4
'123456789012345678'::float4 <= '0'::float4
'123456789012345678'::float4 > '0'::float4
'123456789012345678'::float4 >= '0'::float4
'123456789012345678'::float4 + '1.5'::float4
'123456789012345678'::float4 - '1.5'::float4
'123456789012345678'::float4 * '1.5'::float4
'123456789012345678'::float4 / '1.5'::float4
'123456789012345678'::float4 = '1.5'::float4
'123456789012345678'::float4 <> '1.5'::float4
'123456789012345678'::float4 < '1.5'::float4
'123456789012345678'::float4 <= '1.5'::float4
'123456789012345678'::float4 > '1.5'::float4
'123456789012345678'::float4 >= '1.5'::float4
'123456789012345678'::float4 + 'NaN'::float4
'123456789012345678'::float4 - 'NaN'::float4
'123456789012345678'::float4 * 'NaN'::float4
'123456789012345678'::float4 / 'NaN'::float4
'123456789012345678'::float4 = 'NaN'::float4
'123456789012345678'::float4 <> 'NaN'::float4
'123456789012345678'::float4 < 'NaN'::float4
'123456789012345678'::float4 <= 'NaN'::float4
'123456789012345678'::float4 > 'NaN'::float4
'123456789012345678'::float4 >= 'NaN'::float4
'123456789012345678'::float4 + 'Infinity'::float4
'123456789012345678'::float4 - 'Infinity'::float4
'123456789012345678'::float4 * 'Infinity'::float4
'123456789012345678'::float4 / 'Infinity'::float4
'123456789012345678'::float4 = 'Infinity'::float4
'123456789012345678'::float4 <> 'Infinity'::float4
'123456789012345678'::float4 < 'Infinity'::float4
'123456789012345678'::float4 <= 'Infinity'::float4
'123456789012345678'::float4 > 'Infinity'::float4
'123456789012345678'::float4 >= 'Infinity'::float4
'123456789012345678'::float4 + '3'::float4
'123456789012345678'::float4 - '3'::float4
'123456789012345678'::float4 * '3'::float4
'123456789012345678'::float4 / '3'::float4
'123456789012345678'::float4 = '3'::float4
'123456789012345678'::float4 <> '3'::float4
'123456789012345678'::float4 < '3'::float4
'123456789012345678'::float4 <= '3'::float4
'123456789012345678'::float4 > '3'::float4
'123456789012345678'::float4 >= '3'::float4
'1e-5'::float4
'1e-5'::float4::int2
'1e-5'::float4::int4
'1e-5'::float4::int8
'1e-5'::float4::float4
'1e-5'::float4::float8
'1e-5'::float4::numeric
'1e-5'::float4::text
'1e-5'::float4::varchar(4)
- '1e-5'::float4
abs('1e-5'::float4)
'1e-5'::float4 + '0'::float4
'1e-5'::float4 - '0'::float4
'1e-5'::float4 * '0'::float4
'1e-5'::float4 / '0'::float4
'1e-5'::float4 = '0'::float4
'1e-5'::float4 <> '0'::float4
'1e-5'::float4 < '0'::float4
'1e-5'::float4 <= '0'::float4
'1e-5'::float4 > '0'::float4
'1e-5'::float4 >= '0'::float4
'1e-5'::float4 + '1.5'::float4
'1e-5'::float4 - '1.5'::float4
'1e-5'::float4 * '1.5'::float4
'1e-5'::float4 / '1.5'::float4
'1e-5'::float4 = '1.5'::float4
'1e-5'::float4 <> '1.5'::float4
'1e-5'::float4 < '1.5'::float4
'1e-5'::float4 <= '1.5'::float4
'1e-5'::float4 > '1.5'::float4
'1e-5'::float4 >= '1.5'::float4
'1e-5'::float4 + 'NaN'::float4
'1e-5'::float4 - 'NaN'::float4
'1e-5'::float4 * 'NaN'::float4
'1e-5'::float4 / 'NaN'::float4
'1e-5'::float4 = 'NaN'::float4
'1e-5'::float4 <> 'NaN'::float4
'1e-5'::float4 < 'NaN'::float4
'1e-5'::float4 <= 'NaN'::float4
'1e-5'::float4 > 'NaN'::float4
'1e-5'::float4 >= 'NaN'::float4
'1e-5'::float4 + 'Infinity'::float4
'1e-5'::float4 - 'Infinity'::float4
'1e-5'::float4 * 'Infinity'::float4
'1e-5'::float4 / 'Infinity'::float4
'1e-5'::float4 = 'Infinity'::float4
'1e-5'::float4 <> 'Infinity'::float4
'1e-5'::float4 < 'Infinity'::float4
'1e-5'::float4 <= 'Infinity'::float4
'1e-5'::float4 > 'Infinity'::float4
'1e-5'::float4 >= 'Infinity'::float4
'1e-5'::float4 + '3'::float4
'1e-5'::float4 - '3'::float4
'1e-5'::float4 * '3'::float4
'1e-5'::float4 / '3'::float4
'1e-5'::float4 = '3'::float4
'1e-5'::float4 <> '3'::float4
'1e-5'::float4 < '3'::float4
'1e-5'::float4 <= '3'::float4
'1e-5'::float4 > '3'::float4
'1e-5'::float4 >= '3'::float4
'0.0001'::float4
'0.0001'::float4::int2
'0.0001'::float4::int4
'0.0001'::float4::int8
'0.0001'::float4::float4
'0.0001'::float4::float8
'0.0001'::float4::numeric
'0.0001'::float4::text
'0.0001'::float4::varchar(4)
- '0.0001'::float4
abs('0.0001'::float4)
'0.0001'::float4 + '0'::float4
'0.0001'::float4 - '0'::float4
'0.0001'::float4 * '0'::float4
'0.0001'::float4 / '0'::float4
'0.0001'::float4 = '0'::float4
'0.0001'::float4 <> '0'::float4
'0.0001'::float4 < '0'::float4
'0.0001'::float4 <= '0'::float4
'0.0001'::float4 > '0'::float4
'0.0001'::float4 >= '0'::float4
'0.0001'::float4 + '1.5'::float4
'0.0001'::float4 - '1.5'::float4
'0.0001'::float4 * '1.5'::float4
'0.0001'::float4 / '1.5'::float4
'0.0001'::float4 = '1.5'::float4
'0.0001'::float4 <> '1.5'::float4
'0.0001'::float4 < '1.5'::float4
'0.0001'::float4 <= '1.5'::float4
'0.0001'::float4 > '1.5'::float4
'0.0001'::float4 >= '1.5'::float4
'0.0001'::float4 + 'NaN'::float4
'0.0001'::float4 - 'NaN'::float4
'0.0001'::float4 * 'NaN'::float4
'0.0001'::float4 / 'NaN'::float4
'0.0001'::float4 = 'NaN'::float4
'0.0001'::float4 <> 'NaN'::float4
'0.0001'::float4 < 'NaN'::float4
'0.0001'::float4 <= 'NaN'::float4
'0.0001'::float4 > 'NaN'::float4
'0.0001'::float4 >= 'NaN'::float4
'0.0001'::float4 + 'Infinity'::float4
'0.0001'::float4 - 'Infinity'::float4
'0.0001'::float4 * 'Infinity'::float4
'0.0001'::float4 / 'Infinity'::float4
'0.0001'::float4 = 'Infinity'::float4
'0.0001'::float4 <> 'Infinity'::float4
'0.0001'::float4 < 'Infinity'::float4
'0.0001'::float4 <= 'Infinity'::float4
'0.0001'::float4 > 'Infinity'::float4
'0.0001'::float4 >= 'Infinity'::float4
'0.0001'::float4 + '3'::float4
'0.0001'::float4 - '3'::float4
'0.0001'::float4 * '3'::float4
'0.0001'::float4 / '3'::float4
'0.0001'::float4 = '3'::float4
'0.0001'::float4 <> '3'::float4
'0.0001'::float4 < '3'::float4
'0.0001'::float4 <= '3'::float4
'0.0001'::float4 > '3'::float4
'0.0001'::float4 >= '3'::float4
'NaN'::float4
'NaN'::float4::int2
'NaN'::float4::int4
'NaN'::float4::int8
'NaN'::float4::float4
'NaN'::float4::float8
'NaN'::float4::numeric
'NaN'::float4::text
'NaN'::float4::varchar(4)
- 'NaN'::float4
abs('NaN'::float4)
'NaN'::float4 + '0'::float4
'NaN'::float4 - '0'::float4
'NaN'::float4 * '0'::float4
'NaN'::float4 / '0'::float4
'NaN'::float4 = '0'::float4
'NaN'::float4 <> '0'::float4
'NaN'::float4 < '0'::float4
'NaN'::float4 <= '0'::float4
'NaN'::float4 > '0'::float4
'NaN'::float4 >= '0'::float4
'NaN'::float4 + '1.5'::float4
'NaN'::float4 - '1.5'::float4
'NaN'::float4 * '1.5'::float4
'NaN'::float4 / '1.5'::float4
'NaN'::float4 = '1.5'::float4
'NaN'::float4 <> '1.5'::float4
'NaN'::float4 < '1.5'::float4
'NaN'::float4 <= '1.5'::float4
'NaN'::float4 > '1.5'::float4
'NaN'::float4 >= '1.5'::float4
'NaN'::float4 + 'NaN'::float4
'NaN'::float4 - 'NaN'::float4
'NaN'::float4 * 'NaN'::float4
'NaN'::float4 / 'NaN'::float4
'NaN'::float4 = 'NaN'::float4
'NaN'::float4 <> 'NaN'::float4
'NaN'::float4 < 'NaN'::float4
'NaN'::float4 <= 'NaN'::float4
'NaN'::float4 > 'NaN'::float4
'NaN'::float4 >= 'NaN'::float4
'NaN'::float4 + 'Infinity'::float4
'NaN'::float4 - 'Infinity'::float4
'NaN'::float4 * 'Infinity'::float4
'NaN'::float4 / 'Infinity'::float4
'NaN'::float4 = 'Infinity'::float4
'NaN'::float4 <> 'Infinity'::float4
'NaN'::float4 < 'Infinity'::float4
'NaN'::float4 <= 'Infinity'::float4
'NaN'::float4 > 'Infinity'::float4
'NaN'::float4 >= 'Infinity'::float4
'NaN'::float4 + '3'::float4
'NaN'::float4 - '3'::float4
'NaN'::float4 * '3'::float4
'NaN'::float4 / '3'::float4
'NaN'::float4 = '3'::float4
'NaN'::float4 <> '3'::float4
'NaN'::float4 < '3'::float4
'NaN'::float4 <= '3'::float4
'NaN'::float4 > '3'::float4
'NaN'::float4 >= '3'::float4
'Infinity'::float4
'Infinity'::float4::int2
'Infinity'::float4::int4
'Infinity'::float4::int8
'Infinity'::float4::float4
'Infinity'::float4::float8
'Infinity'::float4::numeric
'Infinity'::float4::text
'Infinity'::float4::varchar(4)
- 'Infinity'::float4
abs('Infinity'::float4)
'Infinity'::float4 + '0'::float4
'Infinity'::float4 - '0'::float4
'Infinity'::float4 * '0'::float4
'Infinity'::float4 / '0'::float4
'Infinity'::float4 = '0'::float4
'Infinity'::float4 <> '0'::float4
'Infinity'::float4 < '0'::float4
'Infinity'::float4 <= '0'::float4
'Infinity'::float4 > '0'::float4
'Infinity'::float4 >= '0'::float4
'Infinity'::float4 + '1.5'::float4
'Infinity'::float4 - '1.5'::float4
'Infinity'::float4 * '1.5'::float4
'Infinity'::float4 / '1.5'::float4
'Infinity'::float4 = '1.5'::float4
'Infinity'::float4 <> '1.5'::float4
'Infinity'::float4 < '1.5'::float4
'Infinity'::float4 <= '1.5'::float4
'Infinity'::float4 > '1.5'::float4
'Infinity'::float4 >= '1.5'::float4
'Infinity'::float4 + 'NaN'::float4
'Infinity'::float4 - 'NaN'::float4
'Infinity'::float4 * 'NaN'::float4
'Infinity'::float4 / 'NaN'::float4
'Infinity'::float4 = 'NaN'::float4
'Infinity'::float4 <> 'NaN'::float4
'Infinity'::float4 < 'NaN'::float4
'Infinity'::float4 <= 'NaN'::float4
'Infinity'::float4 > 'NaN'::float4
'Infinity'::float4 >= 'NaN'::float4
'Infinity'::float4 + 'Infinity'::float4
'Infinity'::float4 - 'Infinity'::float4
'Infinity'::float4 * 'Infinity'::float4
'Infinity'::float4 / 'Infinity'::float4
'Infinity'::float4 = 'Infinity'::float4
'Infinity'::float4 <> 'Infinity'::float4
'Infinity'::float4 < 'Infinity'::float4
'Infinity'::float4 <= 'Infinity'::float4
'Infinity'::float4 > 'Infinity'::float4
'Infinity'::float4 >= 'Infinity'::float4
'Infinity'::float4 + '3'::float4
'Infinity'::float4 - '3'::float4
'Infinity'::float4 * '3'::float4
'Infinity'::float4 / '3'::float4
'Infinity'::float4 = '3'::float4
'Infinity'::float4 <> '3'::float4
'Infinity'::float4 < '3'::float4
'Infinity'::float4 <= '3'::float4
'Infinity'::float4 > '3'::float4
'Infinity'::float4 >= '3'::float4
'-Infinity'::float4
'-Infinity'::float4::int2
'-Infinity'::float4::int4
'-Infinity'::float4::int8
'-Infinity'::float4::float4
'-Infinity'::float4::float8
'-Infinity'::float4::numeric
'-Infinity'::float4::text
'-Infinity'::float4::varchar(4)
- '-Infinity'::float4
abs('-Infinity'::float4)
'-Infinity'::float4 + '0'::float4
'-Infinity'::float4 - '0'::float4
'-Infinity'::float4 * '0'::float4
'-Infinity'::float4 / '0'::float4
'-Infinity'::float4 = '0'::float4
'-Infinity'::float4 <> '0'::float4
'-Infinity'::float4 < '0'::float4
'-Infinity'::float4 <= '0'::float4
'-Infinity'::float4 > '0'::float4
'-Infinity'::float4 >= '0'::float4
'-Infinity'::float4 + '1.5'::float4
'-Infinity'::float4 - '1.5'::float4
'-Infinity'::float4 * '1.5'::float4
'-Infinity'::float4 / '1.5'::float4
'-Infinity'::float4 = '1.5'::float4
'-Infinity'::float4 <> '1.5'::float4
'-Infinity'::float4 < '1.5'::float4
'-Infinity'::float4 <= '1.5'::float4
'-Infinity'::float4 > '1.5'::float4
'-Infinity'::float4 >= '1.5'::float4
'-Infinity'::float4 + 'NaN'::float4
'-Infinity'::float4 - 'NaN'::float4
'-Infinity'::float4 * 'NaN'::float4
'-Infinity'::float4 / 'NaN'::float4
'-Infinity'::float4 = 'NaN'::float4
'-Infinity'::float4 <> 'NaN'::float4
'-Infinity'::float4 < 'NaN'::float4
'-Infinity'::float4 <= 'NaN'::float4
'-Infinity'::float4 > 'NaN'::float4
'-Infinity'::float4 >= 'NaN'::float4
'-Infinity'::float4 + 'Infinity'::float4
'-Infinity'::float4 - 'Infinity'::float4
'-Infinity'::float4 * 'Infinity'::float4
'-Infinity'::float4 / 'Infinity'::float4
'-Infinity'::float4 = 'Infinity'::float4
'-Infinity'::float4 <> 'Infinity'::float4
'-Infinity'::float4 < 'Infinity'::float4
'-Infinity'::float4 <= 'Infinity'::float4
'-Infinity'::float4 > 'Infinity'::float4
'-Infinity'::float4 >= 'Infinity'::float4
'-Infinity'::float4 + '3'::float4
'-Infinity'::float4 - '3'::float4
'-Infinity'::float4 * '3'::float4
'-Infinity'::float4 / '3'::float4
'-Infinity'::float4 = '3'::float4
'-Infinity'::float4 <> '3'::float4
'-Infinity'::float4 < '3'::float4
'-Infinity'::float4 <= '3'::float4
'-Infinity'::float4 > '3'::float4
'-Infinity'::float4 >= '3'::float4
'3.5'::float4
'3.5'::float4::int2
'3.5'::float4::int4
'3.5'::float4::int8
'3.5'::float4::float4
'3.5'::float4::float8
'3.5'::float4::numeric
'3.5'::float4::text
'3.5'::float4::varchar(4)
- '3.5'::float4
abs('3.5'::float4)
'3.5'::float4 + '0'::float4
'3.5'::float4 - '0'::float4
'3.5'::float4 * '0'::float4
'3.5'::float4 / '0'::float4
'3.5'::float4 = '0'::float4
'3.5'::float4 <> '0'::float4
'3.5'::float4 < '0'::float4
'3.5'::float4 <= '0'::float4
'3.5'::float4 > '0'::float4
'3.5'::float4 >= '0'::float4
'3.5'::float4 + '1.5'::float4
'3.5'::float4 - '1.5'::float4
'3.5'::float4 * '1.5'::float4
'3.5'::float4 / '1.5'::float4
'3.5'::float4 = '1.5'::float4
'3.5'::float4 <> '1.5'::float4
'3.5'::float4 < '1.5'::float4
'3.5'::float4 <= '1.5'::float4
'3.5'::float4 > '1.5'::float4
'3.5'::float4 >= '1.5'::float4
'3.5'::float4 + 'NaN'::float4
'3.5'::float4 - 'NaN'::float4
'3.5'::float4 * 'NaN'::float4
'3.5'::float4 / 'NaN'::float4
'3.5'::float4 = 'NaN'::float4
'3.5'::float4 <> 'NaN'::float4
'3.5'::float4 < 'NaN'::float4
'3.5'::float4 <= 'NaN'::float4
'3.5'::float4 > 'NaN'::float4
'3.5'::float4 >= 'NaN'::float4
'3.5'::float4 + 'Infinity'::float4
'3.5'::float4 - 'Infinity'::float4
'3.5'::float4 * 'Infinity'::float4
'3.5'::float4 / 'Infinity'::float4
'3.5'::float4 = 'Infinity'::float4
'3.5'::float4 <> 'Infinity'::float4
'3.5'::float4 < 'Infinity'::float4
'3.5'::float4 <= 'Infinity'::float4
'3.5'::float4 > 'Infinity'::float4
'3.5'::float4 >= 'Infinity'::float4
'3.5'::float4 + '3'::float4
'3.5'::float4 - '3'::float4
'3.5'::float4 * '3'::float4
'3.5'::float4 / '3'::float4
'3.5'::float4 = '3'::float4
'3.5'::float4 <> '3'::float4
'3.5'::float4 < '3'::float4
'3.5'::float4 <= '3'::float4
'3.5'::float4 > '3'::float4
'3.5'::float4 >= '3'::float4
'2.5'::float4
'2.5'::float4::int2
'2.5'::float4::int4
'2.5'::float4::int8
'2.5'::float4::float4
'2.5'::float4::float8
'2.5'::float4::numeric
'2.5'::float4::text
'2.5'::float4::varchar(4)
- '2.5'::float4
abs('2.5'::float4)
'2.5'::float4 + '0'::float4
'2.5'::float4 - '0'::float4
'2.5'::float4 * '0'::float4
'2.5'::float4 / '0'::float4
'2.5'::float4 = '0'::float4
'2.5'::float4 <> '0'::float4
'2.5'::float4 < '0'::float4
'2.5'::float4 <= '0'::float4
'2.5'::float4 > '0'::float4
'2.5'::float4 >= '0'::float4
'2.5'::float4 + '1.5'::float4
'2.5'::float4 - '1.5'::float4
'2.5'::float4 * '1.5'::float4
'2.5'::float4 / '1.5'::float4
'2.5'::float4 = '1.5'::float4
'2.5'::float4 <> '1.5'::float4
'2.5'::float4 < '1.5'::float4
'2.5'::float4 <= '1.5'::float4
'2.5'::float4 > '1.5'::float4
'2.5'::float4 >= '1.5'::float4
'2.5'::float4 + 'NaN'::float4
'2.5'::float4 - 'NaN'::float4
'2.5'::float4 * 'NaN'::float4
'2.5'::float4 / 'NaN'::float4
'2.5'::float4 = 'NaN'::float4
'2.5'::float4 <> 'NaN'::float4
'2.5'::float4 < 'NaN'::float4
'2.5'::float4 <= 'NaN'::float4
'2.5'::float4 > 'NaN'::float4
'2.5'::float4 >= 'NaN'::float4
'2.5'::float4 + 'Infinity'::float4
'2.5'::float4 - 'Infinity'::float4
'2.5'::float4 * 'Infinity'::float4
'2.5'::float4 / 'Infinity'::float4
'2.5'::float4 = 'Infinity'::float4
'2.5'::float4 <> 'Infinity'::float4
'2.5'::float4 < 'Infinity'::float4
'2.5'::float4 <= 'Infinity'::float4
'2.5'::float4 > 'Infinity'::float4
'2.5'::float4 >= 'Infinity'::float4
'2.5'::float4 + '3'::float4
'2.5'::float4 - '3'::float4
'2.5'::float4 * '3'::float4
'2.5'::float4 / '3'::float4
'2.5'::float4 = '3'::float4
'2.5'::float4 <> '3'::float4
'2.5'::float4 < '3'::float4
'2.5'::float4 <= '3'::float4
'2.5'::float4 > '3'::float4
'2.5'::float4 >= '3'::float4
'1e20'::float4
'1e20'::float4::int2
'1e20'::float4::int4
'1e20'::float4::int8
'1e20'::float4::float4
'1e20'::float4::float8
'1e20'::float4::numeric
'1e20'::float4::text
'1e20'::float4::varchar(4)
- '1e20'::float4
abs('1e20'::float4)
'1e20'::float4 + '0'::float4
'1e20'::float4 - '0'::float4
'1e20'::float4 * '0'::float4
'1e20'::float4 / '0'::float4
'1e20'::float4 = '0'::float4
'1e20'::float4 <> '0'::float4
'1e20'::float4 < '0'::float4
'1e20'::float4 <= '0'::float4
'1e20'::float4 > '0'::float4
'1e20'::float4 >= '0'::float4
'1e20'::float4 + '1.5'::float4
'1e20'::float4 - '1.5'::float4
'1e20'::float4 * '1.5'::float4
'1e20'::float4 / '1.5'::float4
'1e20'::float4 = '1.5'::float4
'1e20'::float4 <> '1.5'::float4
'1e20'::float4 < '1.5'::float4
'1e20'::float4 <= '1.5'::float4
'1e20'::float4 > '1.5'::float4
'1e20'::float4 >= '1.5'::float4
'1e20'::float4 + 'NaN'::float4
'1e20'::float4 - 'NaN'::float4
'1e20'::float4 * 'NaN'::float4
'1e20'::float4 / 'NaN'::float4
'1e20'::float4 = 'NaN'::float4
'1e20'::float4 <> 'NaN'::float4
'1e20'::float4 < 'NaN'::float4
'1e20'::float4 <= 'NaN'::float4
'1e20'::float4 > 'NaN'::float4
'1e20'::float4 >= 'NaN'::float4
'1e20'::float4 + 'Infinity'::float4
'1e20'::float4 - 'Infinity'::float4
'1e20'::float4 * 'Infinity'::float4
'1e20'::float4 / 'Infinity'::float4
'1e20'::float4 = 'Infinity'::float4
'1e20'::float4 <> 'Infinity'::float4
'1e20'::float4 < 'Infinity'::float4
'1e20'::float4 <= 'Infinity'::float4
'1e20'::float4 > 'Infinity'::float4
'1e20'::float4 >= 'Infinity'::float4
'1e20'::float4 + '3'::float4
'1e20'::float4 - '3'::float4
'1e20'::float4 * '3'::float4
'1e20'::float4 / '3'::float4
'1e20'::float4 = '3'::float4
'1e20'::float4 <> '3'::float4
'1e20'::float4 < '3'::float4
'1e20'::float4 <= '3'::float4
'1e20'::float4 > '3'::float4
'1e20'::float4 >= '3'::float4
'123456.789'::float4
'123456.789'::float4::int2
'123456.789'::float4::int4
'123456.789'::float4::int8
'123456.789'::float4::float4
'123456.789'::float4::float8
'123456.789'::float4::numeric
'123456.789'::float4::text
'123456.789'::float4::varchar(4)
- '123456.789'::float4
abs('123456.789'::float4)
'123456.789'::float4 + '0'::float4
'123456.789'::float4 - '0'::float4
'123456.789'::float4 * '0'::float4
'123456.789'::float4 / '0'::float4
'123456.789'::float4 = '0'::float4
'123456.789'::float4 <> '0'::float4
'123456.789'::float4 < '0'::float4
'123456.789'::float4 <= '0'::float4
'123456.789'::float4 > '0'::float4
'123456.789'::float4 >= '0'::float4
'123456.789'::float4 + '1.5'::float4
'123456.789'::float4 - '1.5'::float4
'123456.789'::float4 * '1.5'::float4
'123456.789'::float4 / '1.5'::float4
'123456.789'::float4 = '1.5'::float4
'123456.789'::float4 <> '1.5'::float4
'123456.789'::float4 < '1.5'::float4
'123456.789'::float4 <= '1.5'::float4
'123456.789'::float4 > '1.5'::float4
'123456.789'::float4 >= '1.5'::float4
'123456.789'::float4 + 'NaN'::float4
'123456.789'::float4 - 'NaN'::float4
'123456.789'::float4 * 'NaN'::float4
'123456.789'::float4 / 'NaN'::float4
'123456.789'::float4 = 'NaN'::float4
'123456.789'::float4 <> 'NaN'::float4
'123456.789'::float4 < 'NaN'::float4
'123456.789'::float4 <= 'NaN'::float4
'123456.789'::float4 > 'NaN'::float4
'123456.789'::float4 >= 'NaN'::float4
'123456.789'::float4 + 'Infinity'::float4
'123456.789'::float4 - 'Infinity'::float4
'123456.789'::float4 * 'Infinity'::float4
'123456.789'::float4 / 'Infinity'::float4
'123456.789'::float4 = 'Infinity'::float4
'123456.789'::float4 <> 'Infinity'::float4
'123456.789'::float4 < 'Infinity'::float4
'123456.789'::float4 <= 'Infinity'::float4
'123456.789'::float4 > 'Infinity'::float4
'123456.789'::float4 >= 'Infinity'::float4
'123456.789'::float4 + '3'::float4
'123456.789'::float4 - '3'::float4
'123456.789'::float4 * '3'::float4
'123456.789'::float4 / '3'::float4
'123456.789'::float4 = '3'::float4
'123456.789'::float4 <> '3'::float4
'123456.789'::float4 < '3'::float4
'123456.789'::float4 <= '3'::float4
'123456.789'::float4 > '3'::float4
'123456.789'::float4 >= '3'::float4
'16777217'::float4
'16777217'::float4::int2
'16777217'::float4::int4
'16777217'::float4::int8
'16777217'::float4::float4
'16777217'::float4::float8
'16777217'::float4::numeric
'16777217'::float4::text
'16777217'::float4::varchar(4)
- '16777217'::float4
abs('16777217'::float4)
'16777217'::float4 + '0'::float4
'16777217'::float4 - '0'::float4
'16777217'::float4 * '0'::float4
'16777217'::float4 / '0'::float4
'16777217'::float4 = '0'::float4
'16777217'::float4 <> '0'::float4
'16777217'::float4 < '0'::float4
'16777217'::float4 <= '0'::float4
'16777217'::float4 > '0'::float4
'16777217'::float4 >= '0'::float4
'16777217'::float4 + '1.5'::float4
'16777217'::float4 - '1.5'::float4
'16777217'::float4 * '1.5'::float4
'16777217'::float4 / '1.5'::float4
'16777217'::float4 = '1.5'::float4
'16777217'::float4 <> '1.5'::float4
'16777217'::float4 < '1.5'::float4
'16777217'::float4 <= '1.5'::float4
'16777217'::float4 > '1.5'::float4
'16777217'::float4 >= '1.5'::float4
'16777217'::float4 + 'NaN'::float4
'16777217'::float4 - 'NaN'::float4
'16777217'::float4 * 'NaN'::float4
'16777217'::float4 / 'NaN'::float4
'16777217'::float4 = 'NaN'::float4
'16777217'::float4 <> 'NaN'::float4
'16777217'::float4 < 'NaN'::float4
'16777217'::float4 <= 'NaN'::float4
'16777217'::float4 > 'NaN'::float4
'16777217'::float4 >= 'NaN'::float4
'16777217'::float4 + 'Infinity'::float4
'16777217'::float4 - 'Infinity'::float4
'16777217'::float4 * 'Infinity'::float4
'16777217'::float4 / 'Infinity'::float4
'16777217'::float4 = 'Infinity'::float4
'16777217'::float4 <> 'Infinity'::float4
'16777217'::float4 < 'Infinity'::float4
'16777217'::float4 <= 'Infinity'::float4
'16777217'::float4 > 'Infinity'::float4
'16777217'::float4 >= 'Infinity'::float4
'16777217'::float4 + '3'::float4
'16777217'::float4 - '3'::float4
'16777217'::float4 * '3'::float4
'16777217'::float4 / '3'::float4
'16777217'::float4 = '3'::float4
'16777217'::float4 <> '3'::float4
'16777217'::float4 < '3'::float4
'16777217'::float4 <= '3'::float4
'16777217'::float4 > '3'::float4
'16777217'::float4 >= '3'::float4
'1e6'::float4
'1e6'::float4::int2
'1e6'::float4::int4
'1e6'::float4::int8
'1e6'::float4::float4
'1e6'::float4::float8
'1e6'::float4::numeric
'1e6'::float4::text
'1e6'::float4::varchar(4)
- '1e6'::float4
abs('1e6'::float4)
'1e6'::float4 + '0'::float4
'1e6'::float4 - '0'::float4
'1e6'::float4 * '0'::float4
'1e6'::float4 / '0'::float4
'1e6'::float4 = '0'::float4
'1e6'::float4 <> '0'::float4
'1e6'::float4 < '0'::float4
'1e6'::float4 <= '0'::float4
'1e6'::float4 > '0'::float4
'1e6'::float4 >= '0'::float4
'1e6'::float4 + '1.5'::float4
'1e6'::float4 - '1.5'::float4
'1e6'::float4 * '1.5'::float4
'1e6'::float4 / '1.5'::float4
'1e6'::float4 = '1.5'::float4
'1e6'::float4 <> '1.5'::float4
'1e6'::float4 < '1.5'::float4
'1e6'::float4 <= '1.5'::float4
'1e6'::float4 > '1.5'::float4
'1e6'::float4 >= '1.5'::float4
'1e6'::float4 + 'NaN'::float4
'1e6'::float4 - 'NaN'::float4
'1e6'::float4 * 'NaN'::float4
'1e6'::float4 / 'NaN'::float4
'1e6'::float4 = 'NaN'::float4
'1e6'::float4 <> 'NaN'::float4
'1e6'::float4 < 'NaN'::float4
'1e6'::float4 <= 'NaN'::float4
'1e6'::float4 > 'NaN'::float4
'1e6'::float4 >= 'NaN'::float4
'1e6'::float4 + 'Infinity'::float4
'1e6'::float4 - 'Infinity'::float4
'1e6'::float4 * 'Infinity'::float4
'1e6'::float4 / 'Infinity'::float4
'1e6'::float4 = 'Infinity'::float4
'1e6'::float4 <> 'Infinity'::float4
'1e6'::float4 < 'Infinity'::float4
'1e6'::float4 <= 'Infinity'::float4
'1e6'::float4 > 'Infinity'::float4
'1e6'::float4 >= 'Infinity'::float4
'1e6'::float4 + '3'::float4
'1e6'::float4 - '3'::float4
'1e6'::float4 * '3'::float4
'1e6'::float4 / '3'::float4
'1e6'::float4 = '3'::float4
'1e6'::float4 <> '3'::float4
'1e6'::float4 < '3'::float4
'1e6'::float4 <= '3'::float4
'1e6'::float4 > '3'::float4
'1e6'::float4 >= '3'::float4
'999999.5'::float4
'999999.5'::float4::int2
'999999.5'::float4::int4
'999999.5'::float4::int8
'999999.5'::float4::float4
'999999.5'::float4::float8
'999999.5'::float4::numeric
'999999.5'::float4::text
'999999.5'::float4::varchar(4)
- '999999.5'::float4
abs('999999.5'::float4)
'999999.5'::float4 + '0'::float4
'999999.5'::float4 - '0'::float4
'999999.5'::float4 * '0'::float4
'999999.5'::float4 / '0'::float4
'999999.5'::float4 = '0'::float4
'999999.5'::float4 <> '0'::float4
'999999.5'::float4 < '0'::float4
'999999.5'::float4 <= '0'::float4
'999999.5'::float4 > '0'::float4
'999999.5'::float4 >= '0'::float4
'999999.5'::float4 + '1.5'::float4
'999999.5'::float4 - '1.5'::float4
'999999.5'::float4 * '1.5'::float4
'999999.5'::float4 / '1.5'::float4
'999999.5'::float4 = '1.5'::float4
'999999.5'::float4 <> '1.5'::float4
'999999.5'::float4 < '1.5'::float4
'999999.5'::float4 <= '1.5'::float4
'999999.5'::float4 > '1.5'::float4
'999999.5'::float4 >= '1.5'::float4
'999999.5'::float4 + 'NaN'::float4
'999999.5'::float4 - 'NaN'::float4
'999999.5'::float4 * 'NaN'::float4
'999999.5'::float4 / 'NaN'::float4
'999999.5'::float4 = 'NaN'::float4
'999999.5'::float4 <> 'NaN'::float4
'999999.5'::float4 < 'NaN'::float4
'999999.5'::float4 <= 'NaN'::float4
'999999.5'::float4 > 'NaN'::float4
'999999.5'::float4 >= 'NaN'::float4
'999999.5'::float4 + 'Infinity'::float4
'999999.5'::float4 - 'Infinity'::float4
'999999.5'::float4 * 'Infinity'::float4
'999999.5'::float4 / 'Infinity'::float4
'999999.5'::float4 = 'Infinity'::float4
'999999.5'::float4 <> 'Infinity'::float4
'999999.5'::float4 < 'Infinity'::float4
'999999.5'::float4 <= 'Infinity'::float4
'999999.5'::float4 > 'Infinity'::float4
'999999.5'::float4 >= 'Infinity'::float4
'999999.5'::float4 + '3'::float4
'999999.5'::float4 - '3'::float4
'999999.5'::float4 * '3'::float4
'999999.5'::float4 / '3'::float4
'999999.5'::float4 = '3'::float4
'999999.5'::float4 <> '3'::float4
'999999.5'::float4 < '3'::float4
'999999.5'::float4 <= '3'::float4
'999999.5'::float4 > '3'::float4
'999999.5'::float4 >= '3'::float4
'0'::float8
'0'::float8::int2
'0'::float8::int4
'0'::float8::int8
'0'::float8::float4
'0'::float8::float8
'0'::float8::numeric
'0'::float8::text
'0'::float8::varchar(4)
- '0'::float8
abs('0'::float8)
'0'::float8 + '0'::float8
'0'::float8 - '0'::float8
'0'::float8 * '0'::float8
'0'::float8 / '0'::float8
'0'::float8 = '0'::float8
'0'::float8 <> '0'::float8
'0'::float8 < '0'::float8
'0'::float8 <= '0'::float8
'0'::float8 > '0'::float8
'0'::float8 >= '0'::float8
'0'::float8 + '1.5'::float8
'0'::float8 - '1.5'::float8
'0'::float8 * '1.5'::float8
'0'::float8 / '1.5'::float8
'0'::float8 = '1.5'::float8
'0'::float8 <> '1.5'::float8
'0'::float8 < '1.5'::float8
'0'::float8 <= '1.5'::float8
'0'::float8 > '1.5'::float8
'0'::float8 >= '1.5'::float8
'0'::float8 + 'NaN'::float8
'0'::float8 - 'NaN'::float8
'0'::float8 * 'NaN'::float8
'0'::float8 / 'NaN'::float8
'0'::float8 = 'NaN'::float8
'0'::float8 <> 'NaN'::float8
'0'::float8 < 'NaN'::float8
'0'::float8 <= 'NaN'::float8
'0'::float8 > 'NaN'::float8
'0'::float8 >= 'NaN'::float8
'0'::float8 + 'Infinity'::float8
'0'::float8 - 'Infinity'::float8
'0'::float8 * 'Infinity'::float8
'0'::float8 / 'Infinity'::float8
'0'::float8 = 'Infinity'::float8
'0'::float8 <> 'Infinity'::float8
'0'::float8 < 'Infinity'::float8
'0'::float8 <= 'Infinity'::float8
'0'::float8 > 'Infinity'::float8
'0'::float8 >= 'Infinity'::float8
'0'::float8 + '3'::float8
'0'::float8 - '3'::float8
'0'::float8 * '3'::float8
'0'::float8 / '3'::float8
'0'::float8 = '3'::float8
'0'::float8 <> '3'::float8
'0'::float8 < '3'::float8
'0'::float8 <= '3'::float8
'0'::float8 > '3'::float8
'0'::float8 >= '3'::float8
'-0'::float8
'-0'::float8::int2
'-0'::float8::int4
'-0'::float8::int8
'-0'::float8::float4
'-0'::float8::float8
'-0'::float8::numeric
'-0'::float8::text
'-0'::float8::varchar(4)
- '-0'::float8
abs('-0'::float8)
'-0'::float8 + '0'::float8
'-0'::float8 - '0'::float8
'-0'::float8 * '0'::float8
'-0'::float8 / '0'::float8
'-0'::float8 = '0'::float8
'-0'::float8 <> '0'::float8
'-0'::float8 < '0'::float8
'-0'::float8 <= '0'::float8
'-0'::float8 > '0'::float8
'-0'::float8 >= '0'::float8
'-0'::float8 + '1.5'::float8
'-0'::float8 - '1.5'::float8
'-0'::float8 * '1.5'::float8
'-0'::float8 / '1.5'::float8
'-0'::float8 = '1.5'::float8
'-0'::float8 <> '1.5'::float8
'-0'::float8 < '1.5'::float8
'-0'::float8 <= '1.5'::float8
'-0'::float8 > '1.5'::float8
'-0'::float8 >= '1.5'::float8
'-0'::float8 + 'NaN'::float8
'-0'::float8 - 'NaN'::float8
'-0'::float8 * 'NaN'::float8
'-0'::float8 / 'NaN'::float8
'-0'::float8 = 'NaN'::float8
'-0'::float8 <> 'NaN'::float8
'-0'::float8 < 'NaN'::float8
'-0'::float8 <= 'NaN'::float8
'-0'::float8 > 'NaN'::float8
'-0'::float8 >= 'NaN'::float8
'-0'::float8 + 'Infinity'::float8
'-0'::float8 - 'Infinity'::float8
'-0'::float8 * 'Infinity'::float8
'-0'::float8 / 'Infinity'::float8
'-0'::float8 = 'Infinity'::float8
'-0'::float8 <> 'Infinity'::float8
'-0'::float8 < 'Infinity'::float8
'-0'::float8 <= 'Infinity'::float8
'-0'::float8 > 'Infinity'::float8
'-0'::float8 >= 'Infinity'::float8
'-0'::float8 + '3'::float8
'-0'::float8 - '3'::float8
'-0'::float8 * '3'::float8
'-0'::float8 / '3'::float8
'-0'::float8 = '3'::float8
'-0'::float8 <> '3'::float8
'-0'::float8 < '3'::float8
'-0'::float8 <= '3'::float8
'-0'::float8 > '3'::float8
'-0'::float8 >= '3'::float8
'1.5'::float8
'1.5'::float8::int2
'1.5'::float8::int4
'1.5'::float8::int8
'1.5'::float8::float4
'1.5'::float8::float8
'1.5'::float8::numeric
'1.5'::float8::text
'1.5'::float8::varchar(4)
- '1.5'::float8
abs('1.5'::float8)
'1.5'::float8 + '0'::float8
'1.5'::float8 - '0'::float8
'1.5'::float8 * '0'::float8
'1.5'::float8 / '0'::float8
'1.5'::float8 = '0'::float8
'1.5'::float8 <> '0'::float8
'1.5'::float8 < '0'::float8
'1.5'::float8 <= '0'::float8
'1.5'::float8 > '0'::float8
'1.5'::float8 >= '0'::float8
'1.5'::float8 + '1.5'::float8
'1.5'::float8 - '1.5'::float8
'1.5'::float8 * '1.5'::float8
'1.5'::float8 / '1.5'::float8
'1.5'::float8 = '1.5'::float8
'1.5'::float8 <> '1.5'::float8
'1.5'::float8 < '1.5'::float8
'1.5'::float8 <= '1.5'::float8
'1.5'::float8 > '1.5'::float8
'1.5'::float8 >= '1.5'::float8
'1.5'::float8 + 'NaN'::float8
'1.5'::float8 - 'NaN'::float8
'1.5'::float8 * 'NaN'::float8
'1.5'::float8 / 'NaN'::float8
'1.5'::float8 = 'NaN'::float8
'1.5'::float8 <> 'NaN'::float8
'1.5'::float8 < 'NaN'::float8
'1.5'::float8 <= 'NaN'::float8
'1.5'::float8 > 'NaN'::float8
'1.5'::float8 >= 'NaN'::float8
'1.5'::float8 + 'Infinity'::float8
'1.5'::float8 - 'Infinity'::float8
'1.5'::float8 * 'Infinity'::float8
'1.5'::float8 / 'Infinity'::float8
'1.5'::float8 = 'Infinity'::float8
'1.5'::float8 <> 'Infinity'::float8
'1.5'::float8 < 'Infinity'::float8
'1.5'::float8 <= 'Infinity'::float8
'1.5'::float8 > 'Infinity'::float8
'1.5'::float8 >= 'Infinity'::float8
'1.5'::float8 + '3'::float8
'1.5'::float8 - '3'::float8
'1.5'::float8 * '3'::float8
'1.5'::float8 / '3'::float8
'1.5'::float8 = '3'::float8
'1.5'::float8 <> '3'::float8
'1.5'::float8 < '3'::float8
'1.5'::float8 <= '3'::float8
'1.5'::float8 > '3'::float8
'1.5'::float8 >= '3'::float8
'-2.5'::float8
'-2.5'::float8::int2
'-2.5'::float8::int4
'-2.5'::float8::int8
'-2.5'::float8::float4
'-2.5'::float8::float8
'-2.5'::float8::numeric
'-2.5'::float8::text
'-2.5'::float8::varchar(4)
- '-2.5'::float8
abs('-2.5'::float8)
'-2.5'::float8 + '0'::float8
'-2.5'::float8 - '0'::float8
'-2.5'::float8 * '0'::float8
'-2.5'::float8 / '0'::float8
'-2.5'::float8 = '0'::float8
'-2.5'::float8 <> '0'::float8
'-2.5'::float8 < '0'::float8
'-2.5'::float8 <= '0'::float8
'-2.5'::float8 > '0'::float8
'-2.5'::float8 >= '0'::float8
'-2.5'::float8 + '1.5'::float8
'-2.5'::float8 - '1.5'::float8
'-2.5'::float8 * '1.5'::float8
'-2.5'::float8 / '1.5'::float8
'-2.5'::float8 = '1.5'::float8
'-2.5'::float8 <> '1.5'::float8
'-2.5'::float8 < '1.5'::float8
'-2.5'::float8 <= '1.5'::float8
'-2.5'::float8 > '1.5'::float8
'-2.5'::float8 >= '1.5'::float8
'-2.5'::float8 + 'NaN'::float8
'-2.5'::float8 - 'NaN'::float8
'-2.5'::float8 * 'NaN'::float8
'-2.5'::float8 / 'NaN'::float8
'-2.5'::float8 = 'NaN'::float8
'-2.5'::float8 <> 'NaN'::float8
'-2.5'::float8 < 'NaN'::float8
'-2.5'::float8 <= 'NaN'::float8
'-2.5'::float8 > 'NaN'::float8
'-2.5'::float8 >= 'NaN'::float8
'-2.5'::float8 + 'Infinity'::float8
'-2.5'::float8 - 'Infinity'::float8
'-2.5'::float8 * 'Infinity'::float8
'-2.5'::float8 / 'Infinity'::float8
'-2.5'::float8 = 'Infinity'::float8
'-2.5'::float8 <> 'Infinity'::float8
'-2.5'::float8 < 'Infinity'::float8
'-2.5'::float8 <= 'Infinity'::float8
'-2.5'::float8 > 'Infinity'::float8
'-2.5'::float8 >= 'Infinity'::float8
'-2.5'::float8 + '3'::float8
'-2.5'::float8 - '3'::float8
'-2.5'::float8 * '3'::float8
'-2.5'::float8 / '3'::float8
'-2.5'::float8 = '3'::float8
'-2.5'::float8 <> '3'::float8
'-2.5'::float8 < '3'::float8
'-2.5'::float8 <= '3'::float8
'-2.5'::float8 > '3'::float8
'-2.5'::float8 >= '3'::float8
'0.1'::float8
'0.1'::float8::int2
'0.1'::float8::int4
'0.1'::float8::int8
'0.1'::float8::float4
'0.1'::float8::float8
'0.1'::float8::numeric
'0.1'::float8::text
'0.1'::float8::varchar(4)
- '0.1'::float8
abs('0.1'::float8)
'0.1'::float8 + '0'::float8
'0.1'::float8 - '0'::float8
'0.1'::float8 * '0'::float8
'0.1'::float8 / '0'::float8
'0.1'::float8 = '0'::float8
'0.1'::float8 <> '0'::float8
'0.1'::float8 < '0'::float8
'0.1'::float8 <= '0'::float8
'0.1'::float8 > '0'::float8
'0.1'::float8 >= '0'::float8
'0.1'::float8 + '1.5'::float8
'0.1'::float8 - '1.5'::float8
'0.1'::float8 * '1.5'::float8
'0.1'::float8 / '1.5'::float8
'0.1'::float8 = '1.5'::float8
'0.1'::float8 <> '1.5'::float8
'0.1'::float8 < '1.5'::float8
'0.1'::float8 <= '1.5'::float8
'0.1'::float8 > '1.5'::float8
'0.1'::float8 >= '1.5'::float8
'0.1'::float8 + 'NaN'::float8
'0.1'::float8 - 'NaN'::float8
'0.1'::float8 * 'NaN'::float8
'0.1'::float8 / 'NaN'::float8
'0.1'::float8 = 'NaN'::float8
'0.1'::float8 <> 'NaN'::float8
'0.1'::float8 < 'NaN'::float8
'0.1'::float8 <= 'NaN'::float8
'0.1'::float8 > 'NaN'::float8
'0.1'::float8 >= 'NaN'::float8
'0.1'::float8 + 'Infinity'::float8
'0.1'::float8 - 'Infinity'::float8
'0.1'::float8 * 'Infinity'::float8
'0.1'::float8 / 'Infinity'::float8
'0.1'::float8 = 'Infinity'::float8
'0.1'::float8 <> 'Infinity'::float8
'0.1'::float8 < 'Infinity'::float8
'0.1'::float8 <= 'Infinity'::float8
'0.1'::float8 > 'Infinity'::float8
'0.1'::float8 >= 'Infinity'::float8
'0.1'::float8 + '3'::float8
'0.1'::float8 - '3'::float8
'0.1'::float8 * '3'::float8
'0.1'::float8 / '3'::float8
'0.1'::float8 = '3'::float8
'0.1'::float8 <> '3'::float8
'0.1'::float8 < '3'::float8
'0.1'::float8 <= '3'::float8
'0.1'::float8 > '3'::float8
'0.1'::float8 >= '3'::float8
'1e15'::float8
'1e15'::float8::int2
'1e15'::float8::int4
'1e15'::float8::int8
'1e15'::float8::float4
'1e15'::float8::float8
'1e15'::float8::numeric
'1e15'::float8::text
'1e15'::float8::varchar(4)
- '1e15'::float8
abs('1e15'::float8)
'1e15'::float8 + '0'::float8
'1e15'::float8 - '0'::float8
'1e15'::float8 * '0'::float8
'1e15'::float8 / '0'::float8
'1e15'::float8 = '0'::float8
'1e15'::float8 <> '0'::float8
'1e15'::float8 < '0'::float8
'1e15'::float8 <= '0'::float8
'1e15'::float8 > '0'::float8
'1e15'::float8 >= '0'::float8
'1e15'::float8 + '1.5'::float8
'1e15'::float8 - '1.5'::float8
'1e15'::float8 * '1.5'::float8
'1e15'::float8 / '1.5'::float8
'1e15'::float8 = '1.5'::float8
'1e15'::float8 <> '1.5'::float8
'1e15'::float8 < '1.5'::float8
'1e15'::float8 <= '1.5'::float8
'1e15'::float8 > '1.5'::float8
'1e15'::float8 >= '1.5'::float8
'1e15'::float8 + 'NaN'::float8
'1e15'::float8 - 'NaN'::float8
'1e15'::float8 * 'NaN'::float8
'1e15'::float8 / 'NaN'::float8
'1e15'::float8 = 'NaN'::float8
'1e15'::float8 <> 'NaN'::float8
'1e15'::float8 < 'NaN'::float8
'1e15'::float8 <= 'NaN'::float8
'1e15'::float8 > 'NaN'::float8
'1e15'::float8 >= 'NaN'::float8
'1e15'::float8 + 'Infinity'::float8
'1e15'::float8 - 'Infinity'::float8
'1e15'::float8 * 'Infinity'::float8
'1e15'::float8 / 'Infinity'::float8
'1e15'::float8 = 'Infinity'::float8
'1e15'::float8 <> 'Infinity'::float8
'1e15'::float8 < 'Infinity'::float8
'1e15'::float8 <= 'Infinity'::float8
'1e15'::float8 > 'Infinity'::float8
'1e15'::float8 >= 'Infinity'::float8
'1e15'::float8 + '3'::float8
'1e15'::float8 - '3'::float8
'1e15'::float8 * '3'::float8
'1e15'::float8 / '3'::float8
'1e15'::float8 = '3'::float8
'1e15'::float8 <> '3'::float8
'1e15'::float8 < '3'::float8
'1e15'::float8 <= '3'::float8
'1e15'::float8 > '3'::float8
'1e15'::float8 >= '3'::float8
'123456789012345678'::float8
'123456789012345678'::float8::int2
'123456789012345678'::float8::int4
'123456789012345678'::float8::int8
'123456789012345678'::float8::float4
'123456789012345678'::float8::float8
'123456789012345678'::float8::numeric
'123456789012345678'::float8::text
'123456789012345678'::float8::varchar(4)
- '123456789012345678'::float8
abs('123456789012345678'::float8)
'123456789012345678'::float8 + '0'::float8
'123456789012345678'::float8 - '0'::float8
'123456789012345678'::float8 * '0'::float8
'123456789012345678'::float8 / '0'::float8
'123456789012345678'::float8 = '0'::float8
'123456789012345678'::float8 <> '0'::float8
'123456789012345678'::float8 < '0'::float8
'123456789012345678'::float8 <= '0'::float8
'123456789012345678'::float8 > '0'::float8
'123456789012345678'::float8 >= '0'::float8
'123456789012345678'::float8 + '1.5'::float8
'123456789012345678'::float8 - '1.5'::float8
'123456789012345678'::float8 * '1.5'::float8
'123456789012345678'::float8 / '1.5'::float8
'123456789012345678'::float8 = '1.5'::float8
'123456789012345678'::float8 <> '1.5'::float8
'123456789012345678'::float8 < '1.5'::float8
'123456789012345678'::float8 <= '1.5'::float8
'123456789012345678'::float8 > '1.5'::float8
'123456789012345678'::float8 >= '1.5'::float8
'123456789012345678'::float8 + 'NaN'::float8
'123456789012345678'::float8 - 'NaN'::float8
'123456789012345678'::float8 * 'NaN'::float8
'123456789012345678'::float8 / 'NaN'::float8
'123456789012345678'::float8 = 'NaN'::float8
'123456789012345678'::float8 <> 'NaN'::float8
'123456789012345678'::float8 < 'NaN'::float8
'123456789012345678'::float8 <= 'NaN'::float8
'123456789012345678'::float8 > 'NaN'::float8
'123456789012345678'::float8 >= 'NaN'::float8
'123456789012345678'::float8 + 'Infinity'::float8
'123456789012345678'::float8 - 'Infinity'::float8
'123456789012345678'::float8 * 'Infinity'::float8
'123456789012345678'::float8 / 'Infinity'::float8
'123456789012345678'::float8 = 'Infinity'::float8
'123456789012345678'::float8 <> 'Infinity'::float8
'123456789012345678'::float8 < 'Infinity'::float8
'123456789012345678'::float8 <= 'Infinity'::float8
'123456789012345678'::float8 > 'Infinity'::float8
'123456789012345678'::float8 >= 'Infinity'::float8
'123456789012345678'::float8 + '3'::float8
'123456789012345678'::float8 - '3'::float8
'123456789012345678'::float8 * '3'::float8
'123456789012345678'::float8 / '3'::float8
'123456789012345678'::float8 = '3'::float8
'123456789012345678'::float8 <> '3'::float8
'123456789012345678'::float8 < '3'::float8
'123456789012345678'::float8 <= '3'::float8
'123456789012345678'::float8 > '3'::float8
'123456789012345678'::float8 >= '3'::float8
'1e-5'::float8
'1e-5'::float8::int2
'1e-5'::float8::int4
'1e-5'::float8::int8
'1e-5'::float8::float4
'1e-5'::float8::float8
'1e-5'::float8::numeric
'1e-5'::float8::text
'1e-5'::float8::varchar(4)
- '1e-5'::float8
abs('1e-5'::float8)
'1e-5'::float8 + '0'::float8
'1e-5'::float8 - '0'::float8
'1e-5'::float8 * '0'::float8
'1e-5'::float8 / '0'::float8
'1e-5'::float8 = '0'::float8
'1e-5'::float8 <> '0'::float8
'1e-5'::float8 < '0'::float8
'1e-5'::float8 <= '0'::float8
'1e-5'::float8 > '0'::float8
'1e-5'::float8 >= '0'::float8
'1e-5'::float8 + '1.5'::float8
'1e-5'::float8 - '1.5'::float8
'1e-5'::float8 * '1.5'::float8
'1e-5'::float8 / '1.5'::float8
'1e-5'::float8 = '1.5'::float8
'1e-5'::float8 <> '1.5'::float8
'1e-5'::float8 < '1.5'::float8
'1e-5'::float8 <= '1.5'::float8
'1e-5'::float8 > '1.5'::float8
'1e-5'::float8 >= '1.5'::float8
'1e-5'::float8 + 'NaN'::float8
'1e-5'::float8 - 'NaN'::float8
'1e-5'::float8 * 'NaN'::float8
'1e-5'::float8 / 'NaN'::float8
'1e-5'::float8 = 'NaN'::float8
'1e-5'::float8 <> 'NaN'::float8
'1e-5'::float8 < 'NaN'::float8
'1e-5'::float8 <= 'NaN'::float8
'1e-5'::float8 > 'NaN'::float8
'1e-5'::float8 >= 'NaN'::float8
'1e-5'::float8 + 'Infinity'::float8
'1e-5'::float8 - 'Infinity'::float8
'1e-5'::float8 * 'Infinity'::float8
'1e-5'::float8 / 'Infinity'::float8
'1e-5'::float8 = 'Infinity'::float8
'1e-5'::float8 <> 'Infinity'::float8
'1e-5'::float8 < 'Infinity'::float8
'1e-5'::float8 <= 'Infinity'::float8
'1e-5'::float8 > 'Infinity'::float8
'1e-5'::float8 >= 'Infinity'::float8
'1e-5'::float8 + '3'::float8
'1e-5'::float8 - '3'::float8
'1e-5'::float8 * '3'::float8
'1e-5'::float8 / '3'::float8
'1e-5'::float8 = '3'::float8
'1e-5'::float8 <> '3'::float8
'1e-5'::float8 < '3'::float8
'1e-5'::float8 <= '3'::float8
'1e-5'::float8 > '3'::float8
'1e-5'::float8 >= '3'::float8
'0.0001'::float8
'0.0001'::float8::int2
'0.0001'::float8::int4
'0.0001'::float8::int8
'0.0001'::float8::float4
'0.0001'::float8::float8
'0.0001'::float8::numeric
'0.0001'::float8::text
'0.0001'::float8::varchar(4)
- '0.0001'::float8
abs('0.0001'::float8)
'0.0001'::float8 + '0'::float8
'0.0001'::float8 - '0'::float8
'0.0001'::float8 * '0'::float8
'0.0001'::float8 / '0'::float8
'0.0001'::float8 = '0'::float8
'0.0001'::float8 <> '0'::float8
'0.0001'::float8 < '0'::float8
'0.0001'::float8 <= '0'::float8
'0.0001'::float8 > '0'::float8
'0.0001'::float8 >= '0'::float8
'0.0001'::float8 + '1.5'::float8
'0.0001'::float8 - '1.5'::float8
'0.0001'::float8 * '1.5'::float8
'0.0001'::float8 / '1.5'::float8
'0.0001'::float8 = '1.5'::float8
'0.0001'::float8 <> '1.5'::float8
'0.0001'::float8 < '1.5'::float8
'0.0001'::float8 <= '1.5'::float8
'0.0001'::float8 > '1.5'::float8
'0.0001'::float8 >= '1.5'::float8
'0.0001'::float8 + 'NaN'::float8
'0.0001'::float8 - 'NaN'::float8
'0.0001'::float8 * 'NaN'::float8
'0.0001'::float8 / 'NaN'::float8
'0.0001'::float8 = 'NaN'::float8
'0.0001'::float8 <> 'NaN'::float8
'0.0001'::float8 < 'NaN'::float8
'0.0001'::float8 <= 'NaN'::float8
'0.0001'::float8 > 'NaN'::float8
'0.0001'::float8 >= 'NaN'::float8
'0.0001'::float8 + 'Infinity'::float8
'0.0001'::float8 - 'Infinity'::float8
'0.0001'::float8 * 'Infinity'::float8
'0.0001'::float8 / 'Infinity'::float8
'0.0001'::float8 = 'Infinity'::float8
'0.0001'::float8 <> 'Infinity'::float8
'0.0001'::float8 < 'Infinity'::float8
'0.0001'::float8 <= 'Infinity'::float8
'0.0001'::float8 > 'Infinity'::float8
'0.0001'::float8 >= 'Infinity'::float8
'0.0001'::float8 + '3'::float8
'0.0001'::float8 - '3'::float8
'0.0001'::float8 * '3'::float8
'0.0001'::float8 / '3'::float8
'0.0001'::float8 = '3'::float8
'0.0001'::float8 <> '3'::float8
'0.0001'::float8 < '3'::float8
'0.0001'::float8 <= '3'::float8
'0.0001'::float8 > '3'::float8
'0.0001'::float8 >= '3'::float8
'1e300'::float8
'1e300'::float8::int2
'1e300'::float8::int4
'1e300'::float8::int8
'1e300'::float8::float4
'1e300'::float8::float8
'1e300'::float8::numeric
'1e300'::float8::text
'1e300'::float8::varchar(4)
- '1e300'::float8
abs('1e300'::float8)
'1e300'::float8 + '0'::float8
'1e300'::float8 - '0'::float8
'1e300'::float8 * '0'::float8
'1e300'::float8 / '0'::float8
'1e300'::float8 = '0'::float8
'1e300'::float8 <> '0'::float8
'1e300'::float8 < '0'::float8
'1e300'::float8 <= '0'::float8
'1e300'::float8 > '0'::float8
'1e300'::float8 >= '0'::float8
'1e300'::float8 + '1.5'::float8
'1e300'::float8 - '1.5'::float8
'1e300'::float8 * '1.5'::float8
'1e300'::float8 / '1.5'::float8
'1e300'::float8 = '1.5'::float8
'1e300'::float8 <> '1.5'::float8
'1e300'::float8 < '1.5'::float8
'1e300'::float8 <= '1.5'::float8
'1e300'::float8 > '1.5'::float8
'1e300'::float8 >= '1.5'::float8
'1e300'::float8 + 'NaN'::float8
'1e300'::float8 - 'NaN'::float8
'1e300'::float8 * 'NaN'::float8
'1e300'::float8 / 'NaN'::float8
'1e300'::float8 = 'NaN'::float8
'1e300'::float8 <> 'NaN'::float8
'1e300'::float8 < 'NaN'::float8
'1e300'::float8 <= 'NaN'::float8
'1e300'::float8 > 'NaN'::float8
'1e300'::float8 >= 'NaN'::float8
'1e300'::float8 + 'Infinity'::float8
'1e300'::float8 - 'Infinity'::float8
'1e300'::float8 * 'Infinity'::float8
'1e300'::float8 / 'Infinity'::float8
'1e300'::float8 = 'Infinity'::float8
'1e300'::float8 <> 'Infinity'::float8
'1e300'::float8 < 'Infinity'::float8
'1e300'::float8 <= 'Infinity'::float8
'1e300'::float8 > 'Infinity'::float8
'1e300'::float8 >= 'Infinity'::float8
'1e300'::float8 + '3'::float8
'1e300'::float8 - '3'::float8
'1e300'::float8 * '3'::float8
'1e300'::float8 / '3'::float8
'1e300'::float8 = '3'::float8
'1e300'::float8 <> '3'::float8
'1e300'::float8 < '3'::float8
'1e300'::float8 <= '3'::float8
'1e300'::float8 > '3'::float8
'1e300'::float8 >= '3'::float8
'-1e-300'::float8
'-1e-300'::float8::int2
'-1e-300'::float8::int4
'-1e-300'::float8::int8
'-1e-300'::float8::float4
'-1e-300'::float8::float8
'-1e-300'::float8::numeric
'-1e-300'::float8::text
'-1e-300'::float8::varchar(4)
- '-1e-300'::float8
abs('-1e-300'::float8)
'-1e-300'::float8 + '0'::float8
'-1e-300'::float8 - '0'::float8
'-1e-300'::float8 * '0'::float8
'-1e-300'::float8 / '0'::float8
'-1e-300'::float8 = '0'::float8
'-1e-300'::float8 <> '0'::float8
'-1e-300'::float8 < '0'::float8
'-1e-300'::float8 <= '0'::float8
'-1e-300'::float8 > '0'::float8
'-1e-300'::float8 >= '0'::float8
'-1e-300'::float8 + '1.5'::float8
'-1e-300'::float8 - '1.5'::float8
'-1e-300'::float8 * '1.5'::float8
'-1e-300'::float8 / '1.5'::float8
'-1e-300'::float8 = '1.5'::float8
'-1e-300'::float8 <> '1.5'::float8
'-1e-300'::float8 < '1.5'::float8
'-1e-300'::float8 <= '1.5'::float8
'-1e-300'::float8 > '1.5'::float8
'-1e-300'::float8 >= '1.5'::float8
'-1e-300'::float8 + 'NaN'::float8
'-1e-300'::float8 - 'NaN'::float8
'-1e-300'::float8 * 'NaN'::float8
'-1e-300'::float8 / 'NaN'::float8
'-1e-300'::float8 = 'NaN'::float8
'-1e-300'::float8 <> 'NaN'::float8
'-1e-300'::float8 < 'NaN'::float8
'-1e-300'::float8 <= 'NaN'::float8
'-1e-300'::float8 > 'NaN'::float8
'-1e-300'::float8 >= 'NaN'::float8
'-1e-300'::float8 + 'Infinity'::float8
'-1e-300'::float8 - 'Infinity'::float8
'-1e-300'::float8 * 'Infinity'::float8
'-1e-300'::float8 / 'Infinity'::float8
'-1e-300'::float8 = 'Infinity'::float8
'-1e-300'::float8 <> 'Infinity'::float8
'-1e-300'::float8 < 'Infinity'::float8
'-1e-300'::float8 <= 'Infinity'::float8
'-1e-300'::float8 > 'Infinity'::float8
'-1e-300'::float8 >= 'Infinity'::float8
'-1e-300'::float8 + '3'::float8
'-1e-300'::float8 - '3'::float8
'-1e-300'::float8 * '3'::float8
'-1e-300'::float8 / '3'::float8
'-1e-300'::float8 = '3'::float8
'-1e-300'::float8 <> '3'::float8
'-1e-300'::float8 < '3'::float8
'-1e-300'::float8 <= '3'::float8
'-1e-300'::float8 > '3'::float8
'-1e-300'::float8 >= '3'::float8
'NaN'::float8
'NaN'::float8::int2
'NaN'::float8::int4
'NaN'::float8::int8
'NaN'::float8::float4
'NaN'::float8::float8
'NaN'::float8::numeric
'NaN'::float8::text
'NaN'::float8::varchar(4)
- 'NaN'::float8
abs('NaN'::float8)
'NaN'::float8 + '0'::float8
'NaN'::float8 - '0'::float8
'NaN'::float8 * '0'::float8
'NaN'::float8 / '0'::float8
'NaN'::float8 = '0'::float8
'NaN'::float8 <> '0'::float8
'NaN'::float8 < '0'::float8
'NaN'::float8 <= '0'::float8
'NaN'::float8 > '0'::float8
'NaN'::float8 >= '0'::float8
'NaN'::float8 + '1.5'::float8
'NaN'::float8 - '1.5'::float8
'NaN'::float8 * '1.5'::float8
'NaN'::float8 / '1.5'::float8
'NaN'::float8 = '1.5'::float8
'NaN'::float8 <> '1.5'::float8
'NaN'::float8 < '1.5'::float8
'NaN'::float8 <= '1.5'::float8
'NaN'::float8 > '1.5'::float8
'NaN'::float8 >= '1.5'::float8
'NaN'::float8 + 'NaN'::float8
'NaN'::float8 - 'NaN'::float8
'NaN'::float8 * 'NaN'::float8
'NaN'::float8 / 'NaN'::float8
'NaN'::float8 = 'NaN'::float8
'NaN'::float8 <> 'NaN'::float8
'NaN'::float8 < 'NaN'::float8
'NaN'::float8 <= 'NaN'::float8
'NaN'::float8 > 'NaN'::float8
'NaN'::float8 >= 'NaN'::float8
'NaN'::float8 + 'Infinity'::float8
'NaN'::float8 - 'Infinity'::float8
'NaN'::float8 * 'Infinity'::float8
'NaN'::float8 / 'Infinity'::float8
'NaN'::float8 = 'Infinity'::float8
'NaN'::float8 <> 'Infinity'::float8
'NaN'::float8 < 'Infinity'::float8
'NaN'::float8 <= 'Infinity'::float8
'NaN'::float8 > 'Infinity'::float8
'NaN'::float8 >= 'Infinity'::float8
'NaN'::float8 + '3'::float8
'NaN'::float8 - '3'::float8
'NaN'::float8 * '3'::float8
'NaN'::float8 / '3'::float8
'NaN'::float8 = '3'::float8
'NaN'::float8 <> '3'::float8
'NaN'::float8 < '3'::float8
'NaN'::float8 <= '3'::float8
'NaN'::float8 > '3'::float8
'NaN'::float8 >= '3'::float8
'Infinity'::float8
'Infinity'::float8::int2
'Infinity'::float8::int4
'Infinity'::float8::int8
'Infinity'::float8::float4
'Infinity'::float8::float8
'Infinity'::float8::numeric
'Infinity'::float8::text
'Infinity'::float8::varchar(4)
- 'Infinity'::float8
abs('Infinity'::float8)
'Infinity'::float8 + '0'::float8
'Infinity'::float8 - '0'::float8
'Infinity'::float8 * '0'::float8
'Infinity'::float8 / '0'::float8
'Infinity'::float8 = '0'::float8
'Infinity'::float8 <> '0'::float8
'Infinity'::float8 < '0'::float8
'Infinity'::float8 <= '0'::float8
'Infinity'::float8 > '0'::float8
'Infinity'::float8 >= '0'::float8
'Infinity'::float8 + '1.5'::float8
'Infinity'::float8 - '1.5'::float8
'Infinity'::float8 * '1.5'::float8
'Infinity'::float8 / '1.5'::float8
'Infinity'::float8 = '1.5'::float8
'Infinity'::float8 <> '1.5'::float8
'Infinity'::float8 < '1.5'::float8
'Infinity'::float8 <= '1.5'::float8
'Infinity'::float8 > '1.5'::float8
'Infinity'::float8 >= '1.5'::float8
'Infinity'::float8 + 'NaN'::float8
'Infinity'::float8 - 'NaN'::float8
'Infinity'::float8 * 'NaN'::float8
'Infinity'::float8 / 'NaN'::float8
'Infinity'::float8 = 'NaN'::float8
'Infinity'::float8 <> 'NaN'::float8
'Infinity'::float8 < 'NaN'::float8
'Infinity'::float8 <= 'NaN'::float8
'Infinity'::float8 > 'NaN'::float8
'Infinity'::float8 >= 'NaN'::float8
'Infinity'::float8 + 'Infinity'::float8
'Infinity'::float8 - 'Infinity'::float8
'Infinity'::float8 * 'Infinity'::float8
'Infinity'::float8 / 'Infinity'::float8
'Infinity'::float8 = 'Infinity'::float8
'Infinity'::float8 <> 'Infinity'::float8
'Infinity'::float8 < 'Infinity'::float8
'Infinity'::float8 <= 'Infinity'::float8
'Infinity'::float8 > 'Infinity'::float8
'Infinity'::float8 >= 'Infinity'::float8
'Infinity'::float8 + '3'::float8
'Infinity'::float8 - '3'::float8
'Infinity'::float8 * '3'::float8
'Infinity'::float8 / '3'::float8
'Infinity'::float8 = '3'::float8
'Infinity'::float8 <> '3'::float8
'Infinity'::float8 < '3'::float8
'Infinity'::float8 <= '3'::float8
'Infinity'::float8 > '3'::float8
'Infinity'::float8 >= '3'::float8
'-Infinity'::float8
'-Infinity'::float8::int2
'-Infinity'::float8::int4
'-Infinity'::float8::int8
'-Infinity'::float8::float4
'-Infinity'::float8::float8
'-Infinity'::float8::numeric
'-Infinity'::float8::text
'-Infinity'::float8::varchar(4)
- '-Infinity'::float8
abs('-Infinity'::float8)
'-Infinity'::float8 + '0'::float8
'-Infinity'::float8 - '0'::float8
'-Infinity'::float8 * '0'::float8
'-Infinity'::float8 / '0'::float8
'-Infinity'::float8 = '0'::float8
'-Infinity'::float8 <> '0'::float8
'-Infinity'::float8 < '0'::float8
'-Infinity'::float8 <= '0'::float8
'-Infinity'::float8 > '0'::float8
'-Infinity'::float8 >= '0'::float8
'-Infinity'::float8 + '1.5'::float8
'-Infinity'::float8 - '1.5'::float8
'-Infinity'::float8 * '1.5'::float8
'-Infinity'::float8 / '1.5'::float8
'-Infinity'::float8 = '1.5'::float8
'-Infinity'::float8 <> '1.5'::float8
'-Infinity'::float8 < '1.5'::float8
'-Infinity'::float8 <= '1.5'::float8
'-Infinity'::float8 > '1.5'::float8
'-Infinity'::float8 >= '1.5'::float8
'-Infinity'::float8 + 'NaN'::float8
'-Infinity'::float8 - 'NaN'::float8
'-Infinity'::float8 * 'NaN'::float8
'-Infinity'::float8 / 'NaN'::float8
'-Infinity'::float8 = 'NaN'::float8
'-Infinity'::float8 <> 'NaN'::float8
'-Infinity'::float8 < 'NaN'::float8
'-Infinity'::float8 <= 'NaN'::float8
'-Infinity'::float8 > 'NaN'::float8
'-Infinity'::float8 >= 'NaN'::float8
'-Infinity'::float8 + 'Infinity'::float8
'-Infinity'::float8 - 'Infinity'::float8
'-Infinity'::float8 * 'Infinity'::float8
'-Infinity'::float8 / 'Infinity'::float8
'-Infinity'::float8 = 'Infinity'::float8
'-Infinity'::float8 <> 'Infinity'::float8
'-Infinity'::float8 < 'Infinity'::float8
'-Infinity'::float8 <= 'Infinity'::float8
'-Infinity'::float8 > 'Infinity'::float8
'-Infinity'::float8 >= 'Infinity'::float8
'-Infinity'::float8 + '3'::float8
'-Infinity'::float8 - '3'::float8
'-Infinity'::float8 * '3'::float8
'-Infinity'::float8 / '3'::float8
'-Infinity'::float8 = '3'::float8
'-Infinity'::float8 <> '3'::float8
'-Infinity'::float8 < '3'::float8
'-Infinity'::float8 <= '3'::float8
'-Infinity'::float8 > '3'::float8
'-Infinity'::float8 >= '3'::float8
'3.5'::float8
'3.5'::float8::int2
'3.5'::float8::int4
'3.5'::float8::int8
'3.5'::float8::float4
'3.5'::float8::float8
'3.5'::float8::numeric
'3.5'::float8::text
'3.5'::float8::varchar(4)
- '3.5'::float8
abs('3.5'::float8)
'3.5'::float8 + '0'::float8
'3.5'::float8 - '0'::float8
'3.5'::float8 * '0'::float8
'3.5'::float8 / '0'::float8
'3.5'::float8 = '0'::float8
'3.5'::float8 <> '0'::float8
'3.5'::float8 < '0'::float8
'3.5'::float8 <= '0'::float8
'3.5'::float8 > '0'::float8
'3.5'::float8 >= '0'::float8
'3.5'::float8 + '1.5'::float8
'3.5'::float8 - '1.5'::float8
'3.5'::float8 * '1.5'::float8
'3.5'::float8 / '1.5'::float8
'3.5'::float8 = '1.5'::float8
'3.5'::float8 <> '1.5'::float8
'3.5'::float8 < '1.5'::float8
'3.5'::float8 <= '1.5'::float8
'3.5'::float8 > '1.5'::float8
'3.5'::float8 >= '1.5'::float8
'3.5'::float8 + 'NaN'::float8
'3.5'::float8 - 'NaN'::float8
'3.5'::float8 * 'NaN'::float8
'3.5'::float8 / 'NaN'::float8
'3.5'::float8 = 'NaN'::float8
'3.5'::float8 <> 'NaN'::float8
'3.5'::float8 < 'NaN'::float8
'3.5'::float8 <= 'NaN'::float8
'3.5'::float8 > 'NaN'::float8
'3.5'::float8 >= 'NaN'::float8
'3.5'::float8 + 'Infinity'::float8
'3.5'::float8 - 'Infinity'::float8
'3.5'::float8 * 'Infinity'::float8
'3.5'::float8 / 'Infinity'::float8
'3.5'::float8 = 'Infinity'::float8
'3.5'::float8 <> 'Infinity'::float8
'3.5'::float8 < 'Infinity'::float8
'3.5'::float8 <= 'Infinity'::float8
'3.5'::float8 > 'Infinity'::float8
'3.5'::float8 >= 'Infinity'::float8
'3.5'::float8 + '3'::float8
'3.5'::float8 - '3'::float8
'3.5'::float8 * '3'::float8
'3.5'::float8 / '3'::float8
'3.5'::float8 = '3'::float8
'3.5'::float8 <> '3'::float8
'3.5'::float8 < '3'::float8
'3.5'::float8 <= '3'::float8
'3.5'::float8 > '3'::float8
'3.5'::float8 >= '3'::float8
'2.5'::float8
'2.5'::float8::int2
'2.5'::float8::int4
'2.5'::float8::int8
'2.5'::float8::float4
'2.5'::float8::float8
'2.5'::float8::numeric
'2.5'::float8::text
'2.5'::float8::varchar(4)
- '2.5'::float8
abs('2.5'::float8)
'2.5'::float8 + '0'::float8
'2.5'::float8 - '0'::float8
'2.5'::float8 * '0'::float8
'2.5'::float8 / '0'::float8
'2.5'::float8 = '0'::float8
'2.5'::float8 <> '0'::float8
'2.5'::float8 < '0'::float8
'2.5'::float8 <= '0'::float8
'2.5'::float8 > '0'::float8
'2.5'::float8 >= '0'::float8
'2.5'::float8 + '1.5'::float8
'2.5'::float8 - '1.5'::float8
'2.5'::float8 * '1.5'::float8
'2.5'::float8 / '1.5'::float8
'2.5'::float8 = '1.5'::float8
'2.5'::float8 <> '1.5'::float8
'2.5'::float8 < '1.5'::float8
'2.5'::float8 <= '1.5'::float8
'2.5'::float8 > '1.5'::float8
'2.5'::float8 >= '1.5'::float8
'2.5'::float8 + 'NaN'::float8
'2.5'::float8 - 'NaN'::float8
'2.5'::float8 * 'NaN'::float8
'2.5'::float8 / 'NaN'::float8
'2.5'::float8 = 'NaN'::float8
'2.5'::float8 <> 'NaN'::float8
'2.5'::float8 < 'NaN'::float8
'2.5'::float8 <= 'NaN'::float8
'2.5'::float8 > 'NaN'::float8
'2.5'::float8 >= 'NaN'::float8
'2.5'::float8 + 'Infinity'::float8
'2.5'::float8 - 'Infinity'::float8
'2.5'::float8 * 'Infinity'::float8
'2.5'::float8 / 'Infinity'::float8
'2.5'::float8 = 'Infinity'::float8
'2.5'::float8 <> 'Infinity'::float8
'2.5'::float8 < 'Infinity'::float8
'2.5'::float8 <= 'Infinity'::float8
'2.5'::float8 > 'Infinity'::float8
'2.5'::float8 >= 'Infinity'::float8
'2.5'::float8 + '3'::float8
'2.5'::float8 - '3'::float8
'2.5'::float8 * '3'::float8
'2.5'::float8 / '3'::float8
'2.5'::float8 = '3'::float8
'2.5'::float8 <> '3'::float8
'2.5'::float8 < '3'::float8
'2.5'::float8 <= '3'::float8
'2.5'::float8 > '3'::float8
'2.5'::float8 >= '3'::float8
'1e20'::float8
'1e20'::float8::int2
'1e20'::float8::int4
'1e20'::float8::int8
'1e20'::float8::float4
'1e20'::float8::float8
'1e20'::float8::numeric
'1e20'::float8::text
'1e20'::float8::varchar(4)
- '1e20'::float8
abs('1e20'::float8)
'1e20'::float8 + '0'::float8
'1e20'::float8 - '0'::float8
'1e20'::float8 * '0'::float8
'1e20'::float8 / '0'::float8
'1e20'::float8 = '0'::float8
'1e20'::float8 <> '0'::float8
'1e20'::float8 < '0'::float8
'1e20'::float8 <= '0'::float8
'1e20'::float8 > '0'::float8
'1e20'::float8 >= '0'::float8
'1e20'::float8 + '1.5'::float8
'1e20'::float8 - '1.5'::float8
'1e20'::float8 * '1.5'::float8
'1e20'::float8 / '1.5'::float8
'1e20'::float8 = '1.5'::float8
'1e20'::float8 <> '1.5'::float8
'1e20'::float8 < '1.5'::float8
'1e20'::float8 <= '1.5'::float8
'1e20'::float8 > '1.5'::float8
'1e20'::float8 >= '1.5'::float8
'1e20'::float8 + 'NaN'::float8
'1e20'::float8 - 'NaN'::float8
'1e20'::float8 * 'NaN'::float8
'1e20'::float8 / 'NaN'::float8
'1e20'::float8 = 'NaN'::float8
'1e20'::float8 <> 'NaN'::float8
'1e20'::float8 < 'NaN'::float8
'1e20'::float8 <= 'NaN'::float8
'1e20'::float8 > 'NaN'::float8
'1e20'::float8 >= 'NaN'::float8
'1e20'::float8 + 'Infinity'::float8
'1e20'::float8 - 'Infinity'::float8
'1e20'::float8 * 'Infinity'::float8
'1e20'::float8 / 'Infinity'::float8
'1e20'::float8 = 'Infinity'::float8
'1e20'::float8 <> 'Infinity'::float8
'1e20'::float8 < 'Infinity'::float8
'1e20'::float8 <= 'Infinity'::float8
'1e20'::float8 > 'Infinity'::float8
'1e20'::float8 >= 'Infinity'::float8
'1e20'::float8 + '3'::float8
'1e20'::float8 - '3'::float8
'1e20'::float8 * '3'::float8
'1e20'::float8 / '3'::float8
'1e20'::float8 = '3'::float8
'1e20'::float8 <> '3'::float8
'1e20'::float8 < '3'::float8
'1e20'::float8 <= '3'::float8
'1e20'::float8 > '3'::float8
'1e20'::float8 >= '3'::float8
'123456.789'::float8
'123456.789'::float8::int2
'123456.789'::float8::int4
'123456.789'::float8::int8
'123456.789'::float8::float4
'123456.789'::float8::float8
'123456.789'::float8::numeric
'123456.789'::float8::text
'123456.789'::float8::varchar(4)
- '123456.789'::float8
abs('123456.789'::float8)
'123456.789'::float8 + '0'::float8
'123456.789'::float8 - '0'::float8
'123456.789'::float8 * '0'::float8
'123456.789'::float8 / '0'::float8
'123456.789'::float8 = '0'::float8
'123456.789'::float8 <> '0'::float8
'123456.789'::float8 < '0'::float8
'123456.789'::float8 <= '0'::float8
'123456.789'::float8 > '0'::float8
'123456.789'::float8 >= '0'::float8
'123456.789'::float8 + '1.5'::float8
'123456.789'::float8 - '1.5'::float8
'123456.789'::float8 * '1.5'::float8
'123456.789'::float8 / '1.5'::float8
'123456.789'::float8 = '1.5'::float8
'123456.789'::float8 <> '1.5'::float8
'123456.789'::float8 < '1.5'::float8
'123456.789'::float8 <= '1.5'::float8
'123456.789'::float8 > '1.5'::float8
'123456.789'::float8 >= '1.5'::float8
'123456.789'::float8 + 'NaN'::float8
'123456.789'::float8 - 'NaN'::float8
'123456.789'::float8 * 'NaN'::float8
'123456.789'::float8 / 'NaN'::float8
'123456.789'::float8 = 'NaN'::float8
'123456.789'::float8 <> 'NaN'::float8
'123456.789'::float8 < 'NaN'::float8
'123456.789'::float8 <= 'NaN'::float8
'123456.789'::float8 > 'NaN'::float8
'123456.789'::float8 >= 'NaN'::float8
'123456.789'::float8 + 'Infinity'::float8
'123456.789'::float8 - 'Infinity'::float8
'123456.789'::float8 * 'Infinity'::float8
'123456.789'::float8 / 'Infinity'::float8
'123456.789'::float8 = 'Infinity'::float8
'123456.789'::float8 <> 'Infinity'::float8
'123456.789'::float8 < 'Infinity'::float8
'123456.789'::float8 <= 'Infinity'::float8
'123456.789'::float8 > 'Infinity'::float8
'123456.789'::float8 >= 'Infinity'::float8
'123456.789'::float8 + '3'::float8
'123456.789'::float8 - '3'::float8
'123456.789'::float8 * '3'::float8
'123456.789'::float8 / '3'::float8
'123456.789'::float8 = '3'::float8
'123456.789'::float8 <> '3'::float8
'123456.789'::float8 < '3'::float8
'123456.789'::float8 <= '3'::float8
'123456.789'::float8 > '3'::float8
'123456.789'::float8 >= '3'::float8
'16777217'::float8
'16777217'::float8::int2
'16777217'::float8::int4
'16777217'::float8::int8
'16777217'::float8::float4
'16777217'::float8::float8
'16777217'::float8::numeric
'16777217'::float8::text
'16777217'::float8::varchar(4)
- '16777217'::float8
abs('16777217'::float8)
'16777217'::float8 + '0'::float8
'16777217'::float8 - '0'::float8
'16777217'::float8 * '0'::float8
'16777217'::float8 / '0'::float8
'16777217'::float8 = '0'::float8
'16777217'::float8 <> '0'::float8
'16777217'::float8 < '0'::float8
'16777217'::float8 <= '0'::float8
'16777217'::float8 > '0'::float8
'16777217'::float8 >= '0'::float8
'16777217'::float8 + '1.5'::float8
'16777217'::float8 - '1.5'::float8
'16777217'::float8 * '1.5'::float8
'16777217'::float8 / '1.5'::float8
'16777217'::float8 = '1.5'::float8
'16777217'::float8 <> '1.5'::float8
'16777217'::float8 < '1.5'::float8
'16777217'::float8 <= '1.5'::float8
'16777217'::float8 > '1.5'::float8
'16777217'::float8 >= '1.5'::float8
'16777217'::float8 + 'NaN'::float8
'16777217'::float8 - 'NaN'::float8
'16777217'::float8 * 'NaN'::float8
'16777217'::float8 / 'NaN'::float8
'16777217'::float8 = 'NaN'::float8
'16777217'::float8 <> 'NaN'::float8
'16777217'::float8 < 'NaN'::float8
'16777217'::float8 <= 'NaN'::float8
'16777217'::float8 > 'NaN'::float8
'16777217'::float8 >= 'NaN'::float8
'16777217'::float8 + 'Infinity'::float8
'16777217'::float8 - 'Infinity'::float8
'16777217'::float8 * 'Infinity'::float8
'16777217'::float8 / 'Infinity'::float8
'16777217'::float8 = 'Infinity'::float8
'16777217'::float8 <> 'Infinity'::float8
'16777217'::float8 < 'Infinity'::float8
'16777217'::float8 <= 'Infinity'::float8
'16777217'::float8 > 'Infinity'::float8
'16777217'::float8 >= 'Infinity'::float8
'16777217'::float8 + '3'::float8
'16777217'::float8 - '3'::float8
'16777217'::float8 * '3'::float8
'16777217'::float8 / '3'::float8
'16777217'::float8 = '3'::float8
'16777217'::float8 <> '3'::float8
'16777217'::float8 < '3'::float8
'16777217'::float8 <= '3'::float8
'16777217'::float8 > '3'::float8
'16777217'::float8 >= '3'::float8
'1e6'::float8
'1e6'::float8::int2
'1e6'::float8::int4
'1e6'::float8::int8
'1e6'::float8::float4
'1e6'::float8::float8
'1e6'::float8::numeric
'1e6'::float8::text
'1e6'::float8::varchar(4)
- '1e6'::float8
abs('1e6'::float8)
'1e6'::float8 + '0'::float8
'1e6'::float8 - '0'::float8
'1e6'::float8 * '0'::float8
'1e6'::float8 / '0'::float8
'1e6'::float8 = '0'::float8
'1e6'::float8 <> '0'::float8
'1e6'::float8 < '0'::float8
'1e6'::float8 <= '0'::float8
'1e6'::float8 > '0'::float8
'1e6'::float8 >= '0'::float8
'1e6'::float8 + '1.5'::float8
'1e6'::float8 - '1.5'::float8
'1e6'::float8 * '1.5'::float8
'1e6'::float8 / '1.5'::float8
'1e6'::float8 = '1.5'::float8
'1e6'::float8 <> '1.5'::float8
'1e6'::float8 < '1.5'::float8
'1e6'::float8 <= '1.5'::float8
'1e6'::float8 > '1.5'::float8
'1e6'::float8 >= '1.5'::float8
'1e6'::float8 + 'NaN'::float8
'1e6'::float8 - 'NaN'::float8
'1e6'::float8 * 'NaN'::float8
'1e6'::float8 / 'NaN'::float8
'1e6'::float8 = 'NaN'::float8
'1e6'::float8 <> 'NaN'::float8
'1e6'::float8 < 'NaN'::float8
'1e6'::float8 <= 'NaN'::float8
'1e6'::float8 > 'NaN'::float8
'1e6'::float8 >= 'NaN'::float8
'1e6'::float8 + 'Infinity'::float8
'1e6'::float8 - 'Infinity'::float8
'1e6'::float8 * 'Infinity'::float8
'1e6'::float8 / 'Infinity'::float8
'1e6'::float8 = 'Infinity'::float8
'1e6'::float8 <> 'Infinity'::float8
'1e6'::float8 < 'Infinity'::float8
'1e6'::float8 <= 'Infinity'::float8
'1e6'::float8 > 'Infinity'::float8
'1e6'::float8 >= 'Infinity'::float8
'1e6'::float8 + '3'::float8
'1e6'::float8 - '3'::float8
'1e6'::float8 * '3'::float8
'1e6'::float8 / '3'::float8
'1e6'::float8 = '3'::float8
'1e6'::float8 <> '3'::float8
'1e6'::float8 < '3'::float8
'1e6'::float8 <= '3'::float8
'1e6'::float8 > '3'::float8
'1e6'::float8 >= '3'::float8
'999999.5'::float8
'999999.5'::float8::int2
'999999.5'::float8::int4
'999999.5'::float8::int8
'999999.5'::float8::float4
'999999.5'::float8::float8
'999999.5'::float8::numeric
'999999.5'::float8::text
'999999.5'::float8::varchar(4)
- '999999.5'::float8
abs('999999.5'::float8)
'999999.5'::float8 + '0'::float8
'999999.5'::float8 - '0'::float8
'999999.5'::float8 * '0'::float8
'999999.5'::float8 / '0'::float8
'999999.5'::float8 = '0'::float8
'999999.5'::float8 <> '0'::float8
'999999.5'::float8 < '0'::float8
'999999.5'::float8 <= '0'::float8
'999999.5'::float8 > '0'::float8
'999999.5'::float8 >= '0'::float8
'999999.5'::float8 + '1.5'::float8
'999999.5'::float8 - '1.5'::float8
'999999.5'::float8 * '1.5'::float8
'999999.5'::float8 / '1.5'::float8
'999999.5'::float8 = '1.5'::float8
'999999.5'::float8 <> '1.5'::float8
'999999.5'::float8 < '1.5'::float8
'999999.5'::float8 <= '1.5'::float8
'999999.5'::float8 > '1.5'::float8
'999999.5'::float8 >= '1.5'::float8
'999999.5'::float8 + 'NaN'::float8
'999999.5'::float8 - 'NaN'::float8
'999999.5'::float8 * 'NaN'::float8
'999999.5'::float8 / 'NaN'::float8
'999999.5'::float8 = 'NaN'::float8
'999999.5'::float8 <> 'NaN'::float8
'999999.5'::float8 < 'NaN'::float8
'999999.5'::float8 <= 'NaN'::float8
'999999.5'::float8 > 'NaN'::float8
'999999.5'::float8 >= 'NaN'::float8
'999999.5'::float8 + 'Infinity'::float8
'999999.5'::float8 - 'Infinity'::float8
'999999.5'::float8 * 'Infinity'::float8
'999999.5'::float8 / 'Infinity'::float8
'999999.5'::float8 = 'Infinity'::float8
'999999.5'::float8 <> 'Infinity'::float8
'999999.5'::float8 < 'Infinity'::float8
'999999.5'::float8 <= 'Infinity'::float8
'999999.5'::float8 > 'Infinity'::float8
'999999.5'::float8 >= 'Infinity'::float8
'999999.5'::float8 + '3'::float8
'999999.5'::float8 - '3'::float8
'999999.5'::float8 * '3'::float8
'999999.5'::float8 / '3'::float8
'999999.5'::float8 = '3'::float8
'999999.5'::float8 <> '3'::float8
'999999.5'::float8 < '3'::float8
'999999.5'::float8 <= '3'::float8
'999999.5'::float8 > '3'::float8
'999999.5'::float8 >= '3'::float8
'1e400'::float8
'1e-400'::float8
'1e39'::float4
'abc'::float8
''::float8
' 12 '::float8
'1e300'::float8 * '1e300'::float8
'1e-300'::float8 * '1e-300'::float8
'1e300'::float8 / '1e-300'::float8
1e300::float8::float4
1e-60::float8::float4
0.1::float4 + 0.2::float8
0.1::float4::float8
'0x1f'::float8
1.1::float4
3.4028235e38::float4
1.17549435e-38::float4
1e-45::float4
5e-324::float8
1.7976931348623157e308::float8
power(2::float8,3::float8)
2::float8 ^ 3::float8
power(2::float8,-1::float8)
2::float8 ^ -1::float8
power(0::float8,-1::float8)
0::float8 ^ -1::float8
power(-8::float8,0.333::float8)
-8::float8 ^ 0.333::float8
power(-2::float8,3::float8)
-2::float8 ^ 3::float8
power(0::float8,0::float8)
0::float8 ^ 0::float8
power('NaN'::float8,0::float8)
'NaN'::float8 ^ 0::float8
power(1::float8,'NaN'::float8)
1::float8 ^ 'NaN'::float8
power('Infinity'::float8,-1::float8)
'Infinity'::float8 ^ -1::float8
power('-Infinity'::float8,3::float8)
'-Infinity'::float8 ^ 3::float8
power('-Infinity'::float8,0.5::float8)
'-Infinity'::float8 ^ 0.5::float8
power(10::float8,400::float8)
10::float8 ^ 400::float8
power(10::float8,-400::float8)
10::float8 ^ -400::float8
power(-1::float8,'Infinity'::float8)
-1::float8 ^ 'Infinity'::float8
power(2::float8,'-Infinity'::float8)
2::float8 ^ '-Infinity'::float8
'12'::int2
'  12 '::int2
'+5'::int2
'-5'::int2
'1_000'::int2
'1__0'::int2
'_1'::int2
'0x1F'::int2
'0b101'::int2
'0o17'::int2
'0x'::int2
'abc'::int2
''::int2
'1.5'::int2
'99999'::int2
'99999999999'::int2
'99999999999999999999'::int2
'-32768'::int2
'1 2'::int2
'12'::int4
'  12 '::int4
'+5'::int4
'-5'::int4
'1_000'::int4
'1__0'::int4
'_1'::int4
'0x1F'::int4
'0b101'::int4
'0o17'::int4
'0x'::int4
'abc'::int4
''::int4
'1.5'::int4
'99999'::int4
'99999999999'::int4
'99999999999999999999'::int4
'-32768'::int4
'1 2'::int4
'12'::int8
'  12 '::int8
'+5'::int8
'-5'::int8
'1_000'::int8
'1__0'::int8
'_1'::int8
'0x1F'::int8
'0b101'::int8
'0o17'::int8
'0x'::int8
'abc'::int8
''::int8
'1.5'::int8
'99999'::int8
'99999999999'::int8
'99999999999999999999'::int8
'-32768'::int8
'1 2'::int8
'12'::oid
'  12 '::oid
'+5'::oid
'-5'::oid
'1_000'::oid
'1__0'::oid
'_1'::oid
'0x1F'::oid
'0b101'::oid
'0o17'::oid
'0x'::oid
'abc'::oid
''::oid
'1.5'::oid
'99999'::oid
'99999999999'::oid
'99999999999999999999'::oid
'-32768'::oid
'1 2'::oid
't'::bool
'true'::bool
'TRUE'::bool
' yes '::bool
'on'::bool
'of'::bool
'o'::bool
'f'::bool
'0'::bool
'1'::bool
'2'::bool
'n'::bool
''::bool
'no'::bool
'tru'::bool
'1'::numeric
'1'::numeric(7,2)
'1'::numeric(3,-2)
'1'::numeric(2,4)
'1'::numeric::int2
'1'::numeric::int4
'1'::numeric::int8
'1'::numeric::float4
'1'::numeric::float8
'1'::numeric::text
'1.0'::numeric
'1.0'::numeric(7,2)
'1.0'::numeric(3,-2)
'1.0'::numeric(2,4)
'1.0'::numeric::int2
'1.0'::numeric::int4
'1.0'::numeric::int8
'1.0'::numeric::float4
'1.0'::numeric::float8
'1.0'::numeric::text
'1.00'::numeric
'1.00'::numeric(7,2)
'1.00'::numeric(3,-2)
'1.00'::numeric(2,4)
'1.00'::numeric::int2
'1.00'::numeric::int4
'1.00'::numeric::int8
'1.00'::numeric::float4
'1.00'::numeric::float8
'1.00'::numeric::text
'-1.5'::numeric
'-1.5'::numeric(7,2)
'-1.5'::numeric(3,-2)
'-1.5'::numeric(2,4)
'-1.5'::numeric::int2
'-1.5'::numeric::int4
'-1.5'::numeric::int8
'-1.5'::numeric::float4
'-1.5'::numeric::float8
'-1.5'::numeric::text
'NaN'::numeric
'NaN'::numeric(7,2)
'NaN'::numeric(3,-2)
'NaN'::numeric(2,4)
'NaN'::numeric::int2
'NaN'::numeric::int4
'NaN'::numeric::int8
'NaN'::numeric::float4
'NaN'::numeric::float8
'NaN'::numeric::text
'Infinity'::numeric
'Infinity'::numeric(7,2)
'Infinity'::numeric(3,-2)
'Infinity'::numeric(2,4)
'Infinity'::numeric::int2
'Infinity'::numeric::int4
'Infinity'::numeric::int8
'Infinity'::numeric::float4
'Infinity'::numeric::float8
'Infinity'::numeric::text
'-Infinity'::numeric
'-Infinity'::numeric(7,2)
'-Infinity'::numeric(3,-2)
'-Infinity'::numeric(2,4)
'-Infinity'::numeric::int2
'-Infinity'::numeric::int4
'-Infinity'::numeric::int8
'-Infinity'::numeric::float4
'-Infinity'::numeric::float8
'-Infinity'::numeric::text
'0.00'::numeric
'0.00'::numeric(7,2)
'0.00'::numeric(3,-2)
'0.00'::numeric(2,4)
'0.00'::numeric::int2
'0.00'::numeric::int4
'0.00'::numeric::int8
'0.00'::numeric::float4
'0.00'::numeric::float8
'0.00'::numeric::text
'1e5'::numeric
'1e5'::numeric(7,2)
'1e5'::numeric(3,-2)
'1e5'::numeric(2,4)
'1e5'::numeric::int2
'1e5'::numeric::int4
'1e5'::numeric::int8
'1e5'::numeric::float4
'1e5'::numeric::float8
'1e5'::numeric::text
'1.5e-3'::numeric
'1.5e-3'::numeric(7,2)
'1.5e-3'::numeric(3,-2)
'1.5e-3'::numeric(2,4)
'1.5e-3'::numeric::int2
'1.5e-3'::numeric::int4
'1.5e-3'::numeric::int8
'1.5e-3'::numeric::float4
'1.5e-3'::numeric::float8
'1.5e-3'::numeric::text
'1_000.5'::numeric
'1_000.5'::numeric(7,2)
'1_000.5'::numeric(3,-2)
'1_000.5'::numeric(2,4)
'1_000.5'::numeric::int2
'1_000.5'::numeric::int4
'1_000.5'::numeric::int8
'1_000.5'::numeric::float4
'1_000.5'::numeric::float8
'1_000.5'::numeric::text
'0x10'::numeric
'0x10'::numeric(7,2)
'0x10'::numeric(3,-2)
'0x10'::numeric(2,4)
'0x10'::numeric::int2
'0x10'::numeric::int4
'0x10'::numeric::int8
'0x10'::numeric::float4
'0x10'::numeric::float8
'0x10'::numeric::text
'.5'::numeric
'.5'::numeric(7,2)
'.5'::numeric(3,-2)
'.5'::numeric(2,4)
'.5'::numeric::int2
'.5'::numeric::int4
'.5'::numeric::int8
'.5'::numeric::float4
'.5'::numeric::float8
'.5'::numeric::text
'5.'::numeric
'5.'::numeric(7,2)
'5.'::numeric(3,-2)
'5.'::numeric(2,4)
'5.'::numeric::int2
'5.'::numeric::int4
'5.'::numeric::int8
'5.'::numeric::float4
'5.'::numeric::float8
'5.'::numeric::text
'1e'::numeric
'1e'::numeric(7,2)
'1e'::numeric(3,-2)
'1e'::numeric(2,4)
'1e'::numeric::int2
'1e'::numeric::int4
'1e'::numeric::int8
'1e'::numeric::float4
'1e'::numeric::float8
'1e'::numeric::text
'abc'::numeric
'abc'::numeric(7,2)
'abc'::numeric(3,-2)
'abc'::numeric(2,4)
'abc'::numeric::int2
'abc'::numeric::int4
'abc'::numeric::int8
'abc'::numeric::float4
'abc'::numeric::float8
'abc'::numeric::text
''::numeric
''::numeric(7,2)
''::numeric(3,-2)
''::numeric(2,4)
''::numeric::int2
''::numeric::int4
''::numeric::int8
''::numeric::float4
''::numeric::float8
''::numeric::text
'1e200000'::numeric
'1e200000'::numeric(7,2)
'1e200000'::numeric(3,-2)
'1e200000'::numeric(2,4)
'1e200000'::numeric::int2
'1e200000'::numeric::int4
'1e200000'::numeric::int8
'1e200000'::numeric::float4
'1e200000'::numeric::float8
'1e200000'::numeric::text
'1e-20000'::numeric
'1e-20000'::numeric(7,2)
'1e-20000'::numeric(3,-2)
'1e-20000'::numeric(2,4)
'1e-20000'::numeric::int2
'1e-20000'::numeric::int4
'1e-20000'::numeric::int8
'1e-20000'::numeric::float4
'1e-20000'::numeric::float8
'1e-20000'::numeric::text
'99999.995'::numeric
'99999.995'::numeric(7,2)
'99999.995'::numeric(3,-2)
'99999.995'::numeric(2,4)
'99999.995'::numeric::int2
'99999.995'::numeric::int4
'99999.995'::numeric::int8
'99999.995'::numeric::float4
'99999.995'::numeric::float8
'99999.995'::numeric::text
'-99999.995'::numeric
'-99999.995'::numeric(7,2)
'-99999.995'::numeric(3,-2)
'-99999.995'::numeric(2,4)
'-99999.995'::numeric::int2
'-99999.995'::numeric::int4
'-99999.995'::numeric::int8
'-99999.995'::numeric::float4
'-99999.995'::numeric::float8
'-99999.995'::numeric::text
'1e1000'::numeric
'1e1000'::numeric(7,2)
'1e1000'::numeric(3,-2)
'1e1000'::numeric(2,4)
'1e1000'::numeric::int2
'1e1000'::numeric::int4
'1e1000'::numeric::int8
'1e1000'::numeric::float4
'1e1000'::numeric::float8
'1e1000'::numeric::text
'123456789.987654321'::numeric
'123456789.987654321'::numeric(7,2)
'123456789.987654321'::numeric(3,-2)
'123456789.987654321'::numeric(2,4)
'123456789.987654321'::numeric::int2
'123456789.987654321'::numeric::int4
'123456789.987654321'::numeric::int8
'123456789.987654321'::numeric::float4
'123456789.987654321'::numeric::float8
'123456789.987654321'::numeric::text
' 7 '::numeric
' 7 '::numeric(7,2)
' 7 '::numeric(3,-2)
' 7 '::numeric(2,4)
' 7 '::numeric::int2
' 7 '::numeric::int4
' 7 '::numeric::int8
' 7 '::numeric::float4
' 7 '::numeric::float8
' 7 '::numeric::text
'1_'::numeric
'1_'::numeric(7,2)
'1_'::numeric(3,-2)
'1_'::numeric(2,4)
'1_'::numeric::int2
'1_'::numeric::int4
'1_'::numeric::int8
'1_'::numeric::float4
'1_'::numeric::float8
'1_'::numeric::text
'0xZ'::numeric
'0xZ'::numeric(7,2)
'0xZ'::numeric(3,-2)
'0xZ'::numeric(2,4)
'0xZ'::numeric::int2
'0xZ'::numeric::int4
'0xZ'::numeric::int8
'0xZ'::numeric::float4
'0xZ'::numeric::float8
'0xZ'::numeric::text
'1'::numeric + '0'::numeric
'1'::numeric - '0'::numeric
'1'::numeric * '0'::numeric
'1'::numeric / '0'::numeric
'1'::numeric % '0'::numeric
'1'::numeric = '0'::numeric
'1'::numeric <> '0'::numeric
'1'::numeric < '0'::numeric
'1'::numeric <= '0'::numeric
'1'::numeric > '0'::numeric
'1'::numeric >= '0'::numeric
'1'::numeric ^ '0'::numeric
'1'::numeric + '1'::numeric
'1'::numeric - '1'::numeric
'1'::numeric * '1'::numeric
'1'::numeric / '1'::numeric
'1'::numeric % '1'::numeric
'1'::numeric = '1'::numeric
'1'::numeric <> '1'::numeric
'1'::numeric < '1'::numeric
'1'::numeric <= '1'::numeric
'1'::numeric > '1'::numeric
'1'::numeric >= '1'::numeric
'1'::numeric ^ '1'::numeric
'1'::numeric + '1.000'::numeric
'1'::numeric - '1.000'::numeric
'1'::numeric * '1.000'::numeric
'1'::numeric / '1.000'::numeric
'1'::numeric % '1.000'::numeric
'1'::numeric = '1.000'::numeric
'1'::numeric <> '1.000'::numeric
'1'::numeric < '1.000'::numeric
'1'::numeric <= '1.000'::numeric
'1'::numeric > '1.000'::numeric
'1'::numeric >= '1.000'::numeric
'1'::numeric ^ '1.000'::numeric
'1'::numeric + '-2.5'::numeric
'1'::numeric - '-2.5'::numeric
'1'::numeric * '-2.5'::numeric
'1'::numeric / '-2.5'::numeric
'1'::numeric % '-2.5'::numeric
'1'::numeric = '-2.5'::numeric
'1'::numeric <> '-2.5'::numeric
'1'::numeric < '-2.5'::numeric
'1'::numeric <= '-2.5'::numeric
'1'::numeric > '-2.5'::numeric
'1'::numeric >= '-2.5'::numeric
'1'::numeric ^ '-2.5'::numeric
'1'::numeric + 'NaN'::numeric
'1'::numeric - 'NaN'::numeric
'1'::numeric * 'NaN'::numeric
'1'::numeric / 'NaN'::numeric
'1'::numeric % 'NaN'::numeric
'1'::numeric = 'NaN'::numeric
'1'::numeric <> 'NaN'::numeric
'1'::numeric < 'NaN'::numeric
'1'::numeric <= 'NaN'::numeric
'1'::numeric > 'NaN'::numeric
'1'::numeric >= 'NaN'::numeric
'1'::numeric ^ 'NaN'::numeric
'1'::numeric + 'Infinity'::numeric
'1'::numeric - 'Infinity'::numeric
'1'::numeric * 'Infinity'::numeric
'1'::numeric / 'Infinity'::numeric
'1'::numeric % 'Infinity'::numeric
'1'::numeric = 'Infinity'::numeric
'1'::numeric <> 'Infinity'::numeric
'1'::numeric < 'Infinity'::numeric
'1'::numeric <= 'Infinity'::numeric
'1'::numeric > 'Infinity'::numeric
'1'::numeric >= 'Infinity'::numeric
'1'::numeric ^ 'Infinity'::numeric
'1.0'::numeric + '0'::numeric
'1.0'::numeric - '0'::numeric
'1.0'::numeric * '0'::numeric
'1.0'::numeric / '0'::numeric
'1.0'::numeric % '0'::numeric
'1.0'::numeric = '0'::numeric
'1.0'::numeric <> '0'::numeric
'1.0'::numeric < '0'::numeric
'1.0'::numeric <= '0'::numeric
'1.0'::numeric > '0'::numeric
'1.0'::numeric >= '0'::numeric
'1.0'::numeric ^ '0'::numeric
'1.0'::numeric + '1'::numeric
'1.0'::numeric - '1'::numeric
'1.0'::numeric * '1'::numeric
'1.0'::numeric / '1'::numeric
'1.0'::numeric % '1'::numeric
'1.0'::numeric = '1'::numeric
'1.0'::numeric <> '1'::numeric
'1.0'::numeric < '1'::numeric
'1.0'::numeric <= '1'::numeric
'1.0'::numeric > '1'::numeric
'1.0'::numeric >= '1'::numeric
'1.0'::numeric ^ '1'::numeric
'1.0'::numeric + '1.000'::numeric
'1.0'::numeric - '1.000'::numeric
'1.0'::numeric * '1.000'::numeric
'1.0'::numeric / '1.000'::numeric
'1.0'::numeric % '1.000'::numeric
'1.0'::numeric = '1.000'::numeric
'1.0'::numeric <> '1.000'::numeric
'1.0'::numeric < '1.000'::numeric
'1.0'::numeric <= '1.000'::numeric
'1.0'::numeric > '1.000'::numeric
'1.0'::numeric >= '1.000'::numeric
'1.0'::numeric ^ '1.000'::numeric
'1.0'::numeric + '-2.5'::numeric
'1.0'::numeric - '-2.5'::numeric
'1.0'::numeric * '-2.5'::numeric
'1.0'::numeric / '-2.5'::numeric
'1.0'::numeric % '-2.5'::numeric
'1.0'::numeric = '-2.5'::numeric
'1.0'::numeric <> '-2.5'::numeric
'1.0'::numeric < '-2.5'::numeric
'1.0'::numeric <= '-2.5'::numeric
'1.0'::numeric > '-2.5'::numeric
'1.0'::numeric >= '-2.5'::numeric
'1.0'::numeric ^ '-2.5'::numeric
'1.0'::numeric + 'NaN'::numeric
'1.0'::numeric - 'NaN'::numeric
'1.0'::numeric * 'NaN'::numeric
'1.0'::numeric / 'NaN'::numeric
'1.0'::numeric % 'NaN'::numeric
'1.0'::numeric = 'NaN'::numeric
'1.0'::numeric <> 'NaN'::numeric
'1.0'::numeric < 'NaN'::numeric
'1.0'::numeric <= 'NaN'::numeric
'1.0'::numeric > 'NaN'::numeric
'1.0'::numeric >= 'NaN'::numeric
'1.0'::numeric ^ 'NaN'::numeric
'1.0'::numeric + 'Infinity'::numeric
'1.0'::numeric - 'Infinity'::numeric
'1.0'::numeric * 'Infinity'::numeric
'1.0'::numeric / 'Infinity'::numeric
'1.0'::numeric % 'Infinity'::numeric
'1.0'::numeric = 'Infinity'::numeric
'1.0'::numeric <> 'Infinity'::numeric
'1.0'::numeric < 'Infinity'::numeric
'1.0'::numeric <= 'Infinity'::numeric
'1.0'::numeric > 'Infinity'::numeric
'1.0'::numeric >= 'Infinity'::numeric
'1.0'::numeric ^ 'Infinity'::numeric
'1.00'::numeric + '0'::numeric
'1.00'::numeric - '0'::numeric
'1.00'::numeric * '0'::numeric
'1.00'::numeric / '0'::numeric
'1.00'::numeric % '0'::numeric
'1.00'::numeric = '0'::numeric
'1.00'::numeric <> '0'::numeric
'1.00'::numeric < '0'::numeric
'1.00'::numeric <= '0'::numeric
'1.00'::numeric > '0'::numeric
'1.00'::numeric >= '0'::numeric
'1.00'::numeric ^ '0'::numeric
'1.00'::numeric + '1'::numeric
'1.00'::numeric - '1'::numeric
'1.00'::numeric * '1'::numeric
'1.00'::numeric / '1'::numeric
'1.00'::numeric % '1'::numeric
'1.00'::numeric = '1'::numeric
'1.00'::numeric <> '1'::numeric
'1.00'::numeric < '1'::numeric
'1.00'::numeric <= '1'::numeric
'1.00'::numeric > '1'::numeric
'1.00'::numeric >= '1'::numeric
'1.00'::numeric ^ '1'::numeric
'1.00'::numeric + '1.000'::numeric
'1.00'::numeric - '1.000'::numeric
'1.00'::numeric * '1.000'::numeric
'1.00'::numeric / '1.000'::numeric
'1.00'::numeric % '1.000'::numeric
'1.00'::numeric = '1.000'::numeric
'1.00'::numeric <> '1.000'::numeric
'1.00'::numeric < '1.000'::numeric
'1.00'::numeric <= '1.000'::numeric
'1.00'::numeric > '1.000'::numeric
'1.00'::numeric >= '1.000'::numeric
'1.00'::numeric ^ '1.000'::numeric
'1.00'::numeric + '-2.5'::numeric
'1.00'::numeric - '-2.5'::numeric
'1.00'::numeric * '-2.5'::numeric
'1.00'::numeric / '-2.5'::numeric
'1.00'::numeric % '-2.5'::numeric
'1.00'::numeric = '-2.5'::numeric
'1.00'::numeric <> '-2.5'::numeric
'1.00'::numeric < '-2.5'::numeric
'1.00'::numeric <= '-2.5'::numeric
'1.00'::numeric > '-2.5'::numeric
'1.00'::numeric >= '-2.5'::numeric
'1.00'::numeric ^ '-2.5'::numeric
'1.00'::numeric + 'NaN'::numeric
'1.00'::numeric - 'NaN'::numeric
'1.00'::numeric * 'NaN'::numeric
'1.00'::numeric / 'NaN'::numeric
'1.00'::numeric % 'NaN'::numeric
'1.00'::numeric = 'NaN'::numeric
'1.00'::numeric <> 'NaN'::numeric
'1.00'::numeric < 'NaN'::numeric
'1.00'::numeric <= 'NaN'::numeric
'1.00'::numeric > 'NaN'::numeric
'1.00'::numeric >= 'NaN'::numeric
'1.00'::numeric ^ 'NaN'::numeric
'1.00'::numeric + 'Infinity'::numeric
'1.00'::numeric - 'Infinity'::numeric
'1.00'::numeric * 'Infinity'::numeric
'1.00'::numeric / 'Infinity'::numeric
'1.00'::numeric % 'Infinity'::numeric
'1.00'::numeric = 'Infinity'::numeric
'1.00'::numeric <> 'Infinity'::numeric
'1.00'::numeric < 'Infinity'::numeric
'1.00'::numeric <= 'Infinity'::numeric
'1.00'::numeric > 'Infinity'::numeric
'1.00'::numeric >= 'Infinity'::numeric
'1.00'::numeric ^ 'Infinity'::numeric
'-1.5'::numeric + '0'::numeric
'-1.5'::numeric - '0'::numeric
'-1.5'::numeric * '0'::numeric
'-1.5'::numeric / '0'::numeric
'-1.5'::numeric % '0'::numeric
'-1.5'::numeric = '0'::numeric
'-1.5'::numeric <> '0'::numeric
'-1.5'::numeric < '0'::numeric
'-1.5'::numeric <= '0'::numeric
'-1.5'::numeric > '0'::numeric
'-1.5'::numeric >= '0'::numeric
'-1.5'::numeric ^ '0'::numeric
'-1.5'::numeric + '1'::numeric
'-1.5'::numeric - '1'::numeric
'-1.5'::numeric * '1'::numeric
'-1.5'::numeric / '1'::numeric
'-1.5'::numeric % '1'::numeric
'-1.5'::numeric = '1'::numeric
'-1.5'::numeric <> '1'::numeric
'-1.5'::numeric < '1'::numeric
'-1.5'::numeric <= '1'::numeric
'-1.5'::numeric > '1'::numeric
'-1.5'::numeric >= '1'::numeric
'-1.5'::numeric ^ '1'::numeric
'-1.5'::numeric + '1.000'::numeric
'-1.5'::numeric - '1.000'::numeric
'-1.5'::numeric * '1.000'::numeric
'-1.5'::numeric / '1.000'::numeric
'-1.5'::numeric % '1.000'::numeric
'-1.5'::numeric = '1.000'::numeric
'-1.5'::numeric <> '1.000'::numeric
'-1.5'::numeric < '1.000'::numeric
'-1.5'::numeric <= '1.000'::numeric
'-1.5'::numeric > '1.000'::numeric
'-1.5'::numeric >= '1.000'::numeric
'-1.5'::numeric ^ '1.000'::numeric
'-1.5'::numeric + '-2.5'::numeric
'-1.5'::numeric - '-2.5'::numeric
'-1.5'::numeric * '-2.5'::numeric
'-1.5'::numeric / '-2.5'::numeric
'-1.5'::numeric % '-2.5'::numeric
'-1.5'::numeric = '-2.5'::numeric
'-1.5'::numeric <> '-2.5'::numeric
'-1.5'::numeric < '-2.5'::numeric
'-1.5'::numeric <= '-2.5'::numeric
'-1.5'::numeric > '-2.5'::numeric
'-1.5'::numeric >= '-2.5'::numeric
'-1.5'::numeric ^ '-2.5'::numeric
'-1.5'::numeric + 'NaN'::numeric
'-1.5'::numeric - 'NaN'::numeric
'-1.5'::numeric * 'NaN'::numeric
'-1.5'::numeric / 'NaN'::numeric
'-1.5'::numeric % 'NaN'::numeric
'-1.5'::numeric = 'NaN'::numeric
'-1.5'::numeric <> 'NaN'::numeric
'-1.5'::numeric < 'NaN'::numeric
'-1.5'::numeric <= 'NaN'::numeric
'-1.5'::numeric > 'NaN'::numeric
'-1.5'::numeric >= 'NaN'::numeric
'-1.5'::numeric ^ 'NaN'::numeric
'-1.5'::numeric + 'Infinity'::numeric
'-1.5'::numeric - 'Infinity'::numeric
'-1.5'::numeric * 'Infinity'::numeric
'-1.5'::numeric / 'Infinity'::numeric
'-1.5'::numeric % 'Infinity'::numeric
'-1.5'::numeric = 'Infinity'::numeric
'-1.5'::numeric <> 'Infinity'::numeric
'-1.5'::numeric < 'Infinity'::numeric
'-1.5'::numeric <= 'Infinity'::numeric
'-1.5'::numeric > 'Infinity'::numeric
'-1.5'::numeric >= 'Infinity'::numeric
'-1.5'::numeric ^ 'Infinity'::numeric
'NaN'::numeric + '0'::numeric
'NaN'::numeric - '0'::numeric
'NaN'::numeric * '0'::numeric
'NaN'::numeric / '0'::numeric
'NaN'::numeric % '0'::numeric
'NaN'::numeric = '0'::numeric
'NaN'::numeric <> '0'::numeric
'NaN'::numeric < '0'::numeric
'NaN'::numeric <= '0'::numeric
'NaN'::numeric > '0'::numeric
'NaN'::numeric >= '0'::numeric
'NaN'::numeric ^ '0'::numeric
'NaN'::numeric + '1'::numeric
'NaN'::numeric - '1'::numeric
'NaN'::numeric * '1'::numeric
'NaN'::numeric / '1'::numeric
'NaN'::numeric % '1'::numeric
'NaN'::numeric = '1'::numeric
'NaN'::numeric <> '1'::numeric
'NaN'::numeric < '1'::numeric
'NaN'::numeric <= '1'::numeric
'NaN'::numeric > '1'::numeric
'NaN'::numeric >= '1'::numeric
'NaN'::numeric ^ '1'::numeric
'NaN'::numeric + '1.000'::numeric
'NaN'::numeric - '1.000'::numeric
'NaN'::numeric * '1.000'::numeric
'NaN'::numeric / '1.000'::numeric
'NaN'::numeric % '1.000'::numeric
'NaN'::numeric = '1.000'::numeric
'NaN'::numeric <> '1.000'::numeric
'NaN'::numeric < '1.000'::numeric
'NaN'::numeric <= '1.000'::numeric
'NaN'::numeric > '1.000'::numeric
'NaN'::numeric >= '1.000'::numeric
'NaN'::numeric ^ '1.000'::numeric
'NaN'::numeric + '-2.5'::numeric
'NaN'::numeric - '-2.5'::numeric
'NaN'::numeric * '-2.5'::numeric
'NaN'::numeric / '-2.5'::numeric
'NaN'::numeric % '-2.5'::numeric
'NaN'::numeric = '-2.5'::numeric
'NaN'::numeric <> '-2.5'::numeric
'NaN'::numeric < '-2.5'::numeric
'NaN'::numeric <= '-2.5'::numeric
'NaN'::numeric > '-2.5'::numeric
'NaN'::numeric >= '-2.5'::numeric
'NaN'::numeric ^ '-2.5'::numeric
'NaN'::numeric + 'NaN'::numeric
'NaN'::numeric - 'NaN'::numeric
'NaN'::numeric * 'NaN'::numeric
'NaN'::numeric / 'NaN'::numeric
'NaN'::numeric % 'NaN'::numeric
'NaN'::numeric = 'NaN'::numeric
'NaN'::numeric <> 'NaN'::numeric
'NaN'::numeric < 'NaN'::numeric
'NaN'::numeric <= 'NaN'::numeric
'NaN'::numeric > 'NaN'::numeric
'NaN'::numeric >= 'NaN'::numeric
'NaN'::numeric ^ 'NaN'::numeric
'NaN'::numeric + 'Infinity'::numeric
'NaN'::numeric - 'Infinity'::numeric
'NaN'::numeric * 'Infinity'::numeric
'NaN'::numeric / 'Infinity'::numeric
'NaN'::numeric % 'Infinity'::numeric
'NaN'::numeric = 'Infinity'::numeric
'NaN'::numeric <> 'Infinity'::numeric
'NaN'::numeric < 'Infinity'::numeric
'NaN'::numeric <= 'Infinity'::numeric
'NaN'::numeric > 'Infinity'::numeric
'NaN'::numeric >= 'Infinity'::numeric
'NaN'::numeric ^ 'Infinity'::numeric
'Infinity'::numeric + '0'::numeric
'Infinity'::numeric - '0'::numeric
'Infinity'::numeric * '0'::numeric
'Infinity'::numeric / '0'::numeric
'Infinity'::numeric % '0'::numeric
'Infinity'::numeric = '0'::numeric
'Infinity'::numeric <> '0'::numeric
'Infinity'::numeric < '0'::numeric
'Infinity'::numeric <= '0'::numeric
'Infinity'::numeric > '0'::numeric
'Infinity'::numeric >= '0'::numeric
'Infinity'::numeric ^ '0'::numeric
'Infinity'::numeric + '1'::numeric
'Infinity'::numeric - '1'::numeric
'Infinity'::numeric * '1'::numeric
'Infinity'::numeric / '1'::numeric
'Infinity'::numeric % '1'::numeric
'Infinity'::numeric = '1'::numeric
'Infinity'::numeric <> '1'::numeric
'Infinity'::numeric < '1'::numeric
'Infinity'::numeric <= '1'::numeric
'Infinity'::numeric > '1'::numeric
'Infinity'::numeric >= '1'::numeric
'Infinity'::numeric ^ '1'::numeric
'Infinity'::numeric + '1.000'::numeric
'Infinity'::numeric - '1.000'::numeric
'Infinity'::numeric * '1.000'::numeric
'Infinity'::numeric / '1.000'::numeric
'Infinity'::numeric % '1.000'::numeric
'Infinity'::numeric = '1.000'::numeric
'Infinity'::numeric <> '1.000'::numeric
'Infinity'::numeric < '1.000'::numeric
'Infinity'::numeric <= '1.000'::numeric
'Infinity'::numeric > '1.000'::numeric
'Infinity'::numeric >= '1.000'::numeric
'Infinity'::numeric ^ '1.000'::numeric
'Infinity'::numeric + '-2.5'::numeric
'Infinity'::numeric - '-2.5'::numeric
'Infinity'::numeric * '-2.5'::numeric
'Infinity'::numeric / '-2.5'::numeric
'Infinity'::numeric % '-2.5'::numeric
'Infinity'::numeric = '-2.5'::numeric
'Infinity'::numeric <> '-2.5'::numeric
'Infinity'::numeric < '-2.5'::numeric
'Infinity'::numeric <= '-2.5'::numeric
'Infinity'::numeric > '-2.5'::numeric
'Infinity'::numeric >= '-2.5'::numeric
'Infinity'::numeric ^ '-2.5'::numeric
'Infinity'::numeric + 'NaN'::numeric
'Infinity'::numeric - 'NaN'::numeric
'Infinity'::numeric * 'NaN'::numeric
'Infinity'::numeric / 'NaN'::numeric
'Infinity'::numeric % 'NaN'::numeric
'Infinity'::numeric = 'NaN'::numeric
'Infinity'::numeric <> 'NaN'::numeric
'Infinity'::numeric < 'NaN'::numeric
'Infinity'::numeric <= 'NaN'::numeric
'Infinity'::numeric > 'NaN'::numeric
'Infinity'::numeric >= 'NaN'::numeric
'Infinity'::numeric ^ 'NaN'::numeric
'Infinity'::numeric + 'Infinity'::numeric
'Infinity'::numeric - 'Infinity'::numeric
'Infinity'::numeric * 'Infinity'::numeric
'Infinity'::numeric / 'Infinity'::numeric
'Infinity'::numeric % 'Infinity'::numeric
'Infinity'::numeric = 'Infinity'::numeric
'Infinity'::numeric <> 'Infinity'::numeric
'Infinity'::numeric < 'Infinity'::numeric
'Infinity'::numeric <= 'Infinity'::numeric
'Infinity'::numeric > 'Infinity'::numeric
'Infinity'::numeric >= 'Infinity'::numeric
'Infinity'::numeric ^ 'Infinity'::numeric
'-Infinity'::numeric + '0'::numeric
'-Infinity'::numeric - '0'::numeric
'-Infinity'::numeric * '0'::numeric
'-Infinity'::numeric / '0'::numeric
'-Infinity'::numeric % '0'::numeric
'-Infinity'::numeric = '0'::numeric
'-Infinity'::numeric <> '0'::numeric
'-Infinity'::numeric < '0'::numeric
'-Infinity'::numeric <= '0'::numeric
'-Infinity'::numeric > '0'::numeric
'-Infinity'::numeric >= '0'::numeric
'-Infinity'::numeric ^ '0'::numeric
'-Infinity'::numeric + '1'::numeric
'-Infinity'::numeric - '1'::numeric
'-Infinity'::numeric * '1'::numeric
'-Infinity'::numeric / '1'::numeric
'-Infinity'::numeric % '1'::numeric
'-Infinity'::numeric = '1'::numeric
'-Infinity'::numeric <> '1'::numeric
'-Infinity'::numeric < '1'::numeric
'-Infinity'::numeric <= '1'::numeric
'-Infinity'::numeric > '1'::numeric
'-Infinity'::numeric >= '1'::numeric
'-Infinity'::numeric ^ '1'::numeric
'-Infinity'::numeric + '1.000'::numeric
'-Infinity'::numeric - '1.000'::numeric
'-Infinity'::numeric * '1.000'::numeric
'-Infinity'::numeric / '1.000'::numeric
'-Infinity'::numeric % '1.000'::numeric
'-Infinity'::numeric = '1.000'::numeric
'-Infinity'::numeric <> '1.000'::numeric
'-Infinity'::numeric < '1.000'::numeric
'-Infinity'::numeric <= '1.000'::numeric
'-Infinity'::numeric > '1.000'::numeric
'-Infinity'::numeric >= '1.000'::numeric
'-Infinity'::numeric ^ '1.000'::numeric
'-Infinity'::numeric + '-2.5'::numeric
'-Infinity'::numeric - '-2.5'::numeric
'-Infinity'::numeric * '-2.5'::numeric
'-Infinity'::numeric / '-2.5'::numeric
'-Infinity'::numeric % '-2.5'::numeric
'-Infinity'::numeric = '-2.5'::numeric
'-Infinity'::numeric <> '-2.5'::numeric
'-Infinity'::numeric < '-2.5'::numeric
'-Infinity'::numeric <= '-2.5'::numeric
'-Infinity'::numeric > '-2.5'::numeric
'-Infinity'::numeric >= '-2.5'::numeric
'-Infinity'::numeric ^ '-2.5'::numeric
'-Infinity'::numeric + 'NaN'::numeric
'-Infinity'::numeric - 'NaN'::numeric
'-Infinity'::numeric * 'NaN'::numeric
'-Infinity'::numeric / 'NaN'::numeric
'-Infinity'::numeric % 'NaN'::numeric
'-Infinity'::numeric = 'NaN'::numeric
'-Infinity'::numeric <> 'NaN'::numeric
'-Infinity'::numeric < 'NaN'::numeric
'-Infinity'::numeric <= 'NaN'::numeric
'-Infinity'::numeric > 'NaN'::numeric
'-Infinity'::numeric >= 'NaN'::numeric
'-Infinity'::numeric ^ 'NaN'::numeric
'-Infinity'::numeric + 'Infinity'::numeric
'-Infinity'::numeric - 'Infinity'::numeric
'-Infinity'::numeric * 'Infinity'::numeric
'-Infinity'::numeric / 'Infinity'::numeric
'-Infinity'::numeric % 'Infinity'::numeric
'-Infinity'::numeric = 'Infinity'::numeric
'-Infinity'::numeric <> 'Infinity'::numeric
'-Infinity'::numeric < 'Infinity'::numeric
'-Infinity'::numeric <= 'Infinity'::numeric
'-Infinity'::numeric > 'Infinity'::numeric
'-Infinity'::numeric >= 'Infinity'::numeric
'-Infinity'::numeric ^ 'Infinity'::numeric
'0.00'::numeric + '0'::numeric
'0.00'::numeric - '0'::numeric
'0.00'::numeric * '0'::numeric
'0.00'::numeric / '0'::numeric
'0.00'::numeric % '0'::numeric
'0.00'::numeric = '0'::numeric
'0.00'::numeric <> '0'::numeric
'0.00'::numeric < '0'::numeric
'0.00'::numeric <= '0'::numeric
'0.00'::numeric > '0'::numeric
'0.00'::numeric >= '0'::numeric
'0.00'::numeric ^ '0'::numeric
'0.00'::numeric + '1'::numeric
'0.00'::numeric - '1'::numeric
'0.00'::numeric * '1'::numeric
'0.00'::numeric / '1'::numeric
'0.00'::numeric % '1'::numeric
'0.00'::numeric = '1'::numeric
'0.00'::numeric <> '1'::numeric
'0.00'::numeric < '1'::numeric
'0.00'::numeric <= '1'::numeric
'0.00'::numeric > '1'::numeric
'0.00'::numeric >= '1'::numeric
'0.00'::numeric ^ '1'::numeric
'0.00'::numeric + '1.000'::numeric
'0.00'::numeric - '1.000'::numeric
'0.00'::numeric * '1.000'::numeric
'0.00'::numeric / '1.000'::numeric
'0.00'::numeric % '1.000'::numeric
'0.00'::numeric = '1.000'::numeric
'0.00'::numeric <> '1.000'::numeric
'0.00'::numeric < '1.000'::numeric
'0.00'::numeric <= '1.000'::numeric
'0.00'::numeric > '1.000'::numeric
'0.00'::numeric >= '1.000'::numeric
'0.00'::numeric ^ '1.000'::numeric
'0.00'::numeric + '-2.5'::numeric
'0.00'::numeric - '-2.5'::numeric
'0.00'::numeric * '-2.5'::numeric
'0.00'::numeric / '-2.5'::numeric
'0.00'::numeric % '-2.5'::numeric
'0.00'::numeric = '-2.5'::numeric
'0.00'::numeric <> '-2.5'::numeric
'0.00'::numeric < '-2.5'::numeric
'0.00'::numeric <= '-2.5'::numeric
'0.00'::numeric > '-2.5'::numeric
'0.00'::numeric >= '-2.5'::numeric
'0.00'::numeric ^ '-2.5'::numeric
'0.00'::numeric + 'NaN'::numeric
'0.00'::numeric - 'NaN'::numeric
'0.00'::numeric * 'NaN'::numeric
'0.00'::numeric / 'NaN'::numeric
'0.00'::numeric % 'NaN'::numeric
'0.00'::numeric = 'NaN'::numeric
'0.00'::numeric <> 'NaN'::numeric
'0.00'::numeric < 'NaN'::numeric
'0.00'::numeric <= 'NaN'::numeric
'0.00'::numeric > 'NaN'::numeric
'0.00'::numeric >= 'NaN'::numeric
'0.00'::numeric ^ 'NaN'::numeric
'0.00'::numeric + 'Infinity'::numeric
'0.00'::numeric - 'Infinity'::numeric
'0.00'::numeric * 'Infinity'::numeric
'0.00'::numeric / 'Infinity'::numeric
'0.00'::numeric % 'Infinity'::numeric
'0.00'::numeric = 'Infinity'::numeric
'0.00'::numeric <> 'Infinity'::numeric
'0.00'::numeric < 'Infinity'::numeric
'0.00'::numeric <= 'Infinity'::numeric
'0.00'::numeric > 'Infinity'::numeric
'0.00'::numeric >= 'Infinity'::numeric
'0.00'::numeric ^ 'Infinity'::numeric
1 + 1.5
1.5 * 2
3 / 2
3 / 2.0
1::int8 + 1.5
1 + 1.5::float8
1.5::float4 + 1.5
2147483648
9223372036854775807
9223372036854775808
-9223372036854775808
1e10
1.
0x7fffffff
0xffffffff
1_000
'a'::text < 'a'::text
'a' || 'a'
'a'::text < 'b'::text
'a' || 'b'
'a'::text < ''::text
'a' || ''
'a'::text < 'A'::text
'a' || 'A'
'a'::text < 'é'::text
'a' || 'é'
'a'::text < '😀'::text
'a' || '😀'
'a'::text < '￿'::text
'a' || '￿'
'a'::text < 'aa'::text
'a' || 'aa'
'a'::text = 'a'::varchar
'a'::bpchar = 'a  '::bpchar
'a'::char(3)
'axyz'::varchar(2)
'axyz'::char(2)
'a'::name
'a'::"char"
'a'::bytea
'b'::text < 'a'::text
'b' || 'a'
'b'::text < 'b'::text
'b' || 'b'
'b'::text < ''::text
'b' || ''
'b'::text < 'A'::text
'b' || 'A'
'b'::text < 'é'::text
'b' || 'é'
'b'::text < '😀'::text
'b' || '😀'
'b'::text < '￿'::text
'b' || '￿'
'b'::text < 'aa'::text
'b' || 'aa'
'b'::text = 'b'::varchar
'b'::bpchar = 'b  '::bpchar
'b'::char(3)
'bxyz'::varchar(2)
'bxyz'::char(2)
'b'::name
'b'::"char"
'b'::bytea
''::text < 'a'::text
'' || 'a'
''::text < 'b'::text
'' || 'b'
''::text < ''::text
'' || ''
''::text < 'A'::text
'' || 'A'
''::text < 'é'::text
'' || 'é'
''::text < '😀'::text
'' || '😀'
''::text < '￿'::text
'' || '￿'
''::text < 'aa'::text
'' || 'aa'
''::text = ''::varchar
''::bpchar = '  '::bpchar
''::char(3)
'xyz'::varchar(2)
'xyz'::char(2)
''::name
''::"char"
''::bytea
'A'::text < 'a'::text
'A' || 'a'
'A'::text < 'b'::text
'A' || 'b'
'A'::text < ''::text
'A' || ''
'A'::text < 'A'::text
'A' || 'A'
'A'::text < 'é'::text
'A' || 'é'
'A'::text < '😀'::text
'A' || '😀'
'A'::text < '￿'::text
'A' || '￿'
'A'::text < 'aa'::text
'A' || 'aa'
'A'::text = 'A'::varchar
'A'::bpchar = 'A  '::bpchar
'A'::char(3)
'Axyz'::varchar(2)
'Axyz'::char(2)
'A'::name
'A'::"char"
'A'::bytea
'é'::text < 'a'::text
'é' || 'a'
'é'::text < 'b'::text
'é' || 'b'
'é'::text < ''::text
'é' || ''
'é'::text < 'A'::text
'é' || 'A'
'é'::text < 'é'::text
'é' || 'é'
'é'::text < '😀'::text
'é' || '😀'
'é'::text < '￿'::text
'é' || '￿'
'é'::text < 'aa'::text
'é' || 'aa'
'é'::text = 'é'::varchar
'é'::bpchar = 'é  '::bpchar
'é'::char(3)
'éxyz'::varchar(2)
'éxyz'::char(2)
'é'::name
'é'::"char"
'é'::bytea
'😀'::text < 'a'::text
'😀' || 'a'
'😀'::text < 'b'::text
'😀' || 'b'
'😀'::text < ''::text
'😀' || ''
'😀'::text < 'A'::text
'😀' || 'A'
'😀'::text < 'é'::text
'😀' || 'é'
'😀'::text < '😀'::text
'😀' || '😀'
'😀'::text < '￿'::text
'😀' || '￿'
'😀'::text < 'aa'::text
'😀' || 'aa'
'😀'::text = '😀'::varchar
'😀'::bpchar = '😀  '::bpchar
'😀'::char(3)
'😀xyz'::varchar(2)
'😀xyz'::char(2)
'😀'::name
'😀'::"char"
'😀'::bytea
'￿'::text < 'a'::text
'￿' || 'a'
'￿'::text < 'b'::text
'￿' || 'b'
'￿'::text < ''::text
'￿' || ''
'￿'::text < 'A'::text
'￿' || 'A'
'￿'::text < 'é'::text
'￿' || 'é'
'￿'::text < '😀'::text
'￿' || '😀'
'￿'::text < '￿'::text
'￿' || '￿'
'￿'::text < 'aa'::text
'￿' || 'aa'
'￿'::text = '￿'::varchar
'￿'::bpchar = '￿  '::bpchar
'￿'::char(3)
'￿xyz'::varchar(2)
'￿xyz'::char(2)
'￿'::name
'￿'::"char"
'￿'::bytea
'aa'::text < 'a'::text
'aa' || 'a'
'aa'::text < 'b'::text
'aa' || 'b'
'aa'::text < ''::text
'aa' || ''
'aa'::text < 'A'::text
'aa' || 'A'
'aa'::text < 'é'::text
'aa' || 'é'
'aa'::text < '😀'::text
'aa' || '😀'
'aa'::text < '￿'::text
'aa' || '￿'
'aa'::text < 'aa'::text
'aa' || 'aa'
'aa'::text = 'aa'::varchar
'aa'::bpchar = 'aa  '::bpchar
'aa'::char(3)
'aaxyz'::varchar(2)
'aaxyz'::char(2)
'aa'::name
'aa'::"char"
'aa'::bytea
1 || 'a'::text
'a'::text || 1.50
'a'::text || true
'a'::text || null
'a  '::char(5) || 'b'
true::text
false::int4
5::bool
0::bool
true > false
true = true
true::int4
'\x'::bytea
'\x'::bytea || 'x'::bytea
'\x'::bytea < 'a'::bytea
'\x'::bytea::int4
'\x'::bytea::int2
'\x0a0B'::bytea
'\x0a0B'::bytea || 'x'::bytea
'\x0a0B'::bytea < 'a'::bytea
'\x0a0B'::bytea::int4
'\x0a0B'::bytea::int2
'\x 0a 0b'::bytea
'\x 0a 0b'::bytea || 'x'::bytea
'\x 0a 0b'::bytea < 'a'::bytea
'\x 0a 0b'::bytea::int4
'\x 0a 0b'::bytea::int2
'\x0'::bytea
'\x0'::bytea || 'x'::bytea
'\x0'::bytea < 'a'::bytea
'\x0'::bytea::int4
'\x0'::bytea::int2
'\xzz'::bytea
'\xzz'::bytea || 'x'::bytea
'\xzz'::bytea < 'a'::bytea
'\xzz'::bytea::int4
'\xzz'::bytea::int2
'abc'::bytea
'abc'::bytea || 'x'::bytea
'abc'::bytea < 'a'::bytea
'abc'::bytea::int4
'abc'::bytea::int2
'a\\b'::bytea
'a\\b'::bytea || 'x'::bytea
'a\\b'::bytea < 'a'::bytea
'a\\b'::bytea::int4
'a\\b'::bytea::int2
'a\001b'::bytea
'a\001b'::bytea || 'x'::bytea
'a\001b'::bytea < 'a'::bytea
'a\001b'::bytea::int4
'a\001b'::bytea::int2
'a\9b'::bytea
'a\9b'::bytea || 'x'::bytea
'a\9b'::bytea < 'a'::bytea
'a\9b'::bytea::int4
'a\9b'::bytea::int2
'é'::bytea || 'x'::bytea
'é'::bytea < 'a'::bytea
'é'::bytea::int4
'é'::bytea::int2
'\x80'::bytea
'\x80'::bytea || 'x'::bytea
'\x80'::bytea < 'a'::bytea
'\x80'::bytea::int4
'\x80'::bytea::int2
'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid
'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'::uuid
'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
'a0eebc999c0b4ef8bb6d6bb9bd380a11'::uuid
'a0eebc999c0b4ef8bb6d6bb9bd380a11'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11'::uuid
'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
'a0eebc99'::uuid
'a0eebc99'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
'{a0eebc999c0b4ef8bb6d6bb9bd380a11'::uuid
'{a0eebc999c0b4ef8bb6d6bb9bd380a11'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
'sad'::mood
'sad'::mood < 'ok'::mood
'sad'::mood = 'sad'
'sad'::mood::text
'happy'::mood
'happy'::mood < 'ok'::mood
'happy'::mood = 'sad'
'happy'::mood::text
'none'::mood
'none'::mood < 'ok'::mood
'none'::mood = 'sad'
'none'::mood::text
'{}'::int[]
'{}'::int[] = '{1,2,3}'::int[]
'{}'::int[] < '{1,2,4}'::int[]
('{}'::int[])[1]
('{}'::int[])[1:2]
'{}'::int[]::text[]
'{1,2,3}'::int[]
'{1,2,3}'::int[] = '{1,2,3}'::int[]
'{1,2,3}'::int[] < '{1,2,4}'::int[]
('{1,2,3}'::int[])[1]
('{1,2,3}'::int[])[1:2]
'{1,2,3}'::int[]::text[]
'{1,NULL,3}'::int[]
'{1,NULL,3}'::int[] = '{1,2,3}'::int[]
'{1,NULL,3}'::int[] < '{1,2,4}'::int[]
('{1,NULL,3}'::int[])[1]
('{1,NULL,3}'::int[])[1:2]
'{1,NULL,3}'::int[]::text[]
'{{1,2},{3,4}}'::int[]
'{{1,2},{3,4}}'::int[] = '{1,2,3}'::int[]
'{{1,2},{3,4}}'::int[] < '{1,2,4}'::int[]
('{{1,2},{3,4}}'::int[])[1]
('{{1,2},{3,4}}'::int[])[1:2]
'{{1,2},{3,4}}'::int[]::text[]
'[0:1]={5,6}'::int[]
'[0:1]={5,6}'::int[] = '{1,2,3}'::int[]
'[0:1]={5,6}'::int[] < '{1,2,4}'::int[]
('[0:1]={5,6}'::int[])[1]
('[0:1]={5,6}'::int[])[1:2]
'[0:1]={5,6}'::int[]::text[]
'[2:3][-1:0]={{1,2},{3,4}}'::int[]
'[2:3][-1:0]={{1,2},{3,4}}'::int[] = '{1,2,3}'::int[]
'[2:3][-1:0]={{1,2},{3,4}}'::int[] < '{1,2,4}'::int[]
('[2:3][-1:0]={{1,2},{3,4}}'::int[])[1]
('[2:3][-1:0]={{1,2},{3,4}}'::int[])[1:2]
'[2:3][-1:0]={{1,2},{3,4}}'::int[]::text[]
'{1,2'::int[]
'{1,2'::int[] = '{1,2,3}'::int[]
'{1,2'::int[] < '{1,2,4}'::int[]
('{1,2'::int[])[1]
('{1,2'::int[])[1:2]
'{1,2'::int[]::text[]
'{1,,2}'::int[]
'{1,,2}'::int[] = '{1,2,3}'::int[]
'{1,,2}'::int[] < '{1,2,4}'::int[]
('{1,,2}'::int[])[1]
('{1,,2}'::int[])[1:2]
'{1,,2}'::int[]::text[]
'{{1},{2,3}}'::int[]
'{{1},{2,3}}'::int[] = '{1,2,3}'::int[]
'{{1},{2,3}}'::int[] < '{1,2,4}'::int[]
('{{1},{2,3}}'::int[])[1]
('{{1},{2,3}}'::int[])[1:2]
'{{1},{2,3}}'::int[]::text[]
'{{1},2}'::int[]
'{{1},2}'::int[] = '{1,2,3}'::int[]
'{{1},2}'::int[] < '{1,2,4}'::int[]
('{{1},2}'::int[])[1]
('{{1},2}'::int[])[1:2]
'{{1},2}'::int[]::text[]
'1,2'::int[]
'1,2'::int[] = '{1,2,3}'::int[]
'1,2'::int[] < '{1,2,4}'::int[]
('1,2'::int[])[1]
('1,2'::int[])[1:2]
'1,2'::int[]::text[]
'{}x'::int[]
'{}x'::int[] = '{1,2,3}'::int[]
'{}x'::int[] < '{1,2,4}'::int[]
('{}x'::int[])[1]
('{}x'::int[])[1:2]
'{}x'::int[]::text[]
'{{},{}}'::int[]
'{{},{}}'::int[] = '{1,2,3}'::int[]
'{{},{}}'::int[] < '{1,2,4}'::int[]
('{{},{}}'::int[])[1]
('{{},{}}'::int[])[1:2]
'{{},{}}'::int[]::text[]
'[1:2]={1}'::int[]
'[1:2]={1}'::int[] = '{1,2,3}'::int[]
'[1:2]={1}'::int[] < '{1,2,4}'::int[]
('[1:2]={1}'::int[])[1]
('[1:2]={1}'::int[])[1:2]
'[1:2]={1}'::int[]::text[]
'[2:1]={}'::int[]
'[2:1]={}'::int[] = '{1,2,3}'::int[]
'[2:1]={}'::int[] < '{1,2,4}'::int[]
('[2:1]={}'::int[])[1]
('[2:1]={}'::int[])[1:2]
'[2:1]={}'::int[]::text[]
' { 1 , 2 } '::int[]
' { 1 , 2 } '::int[] = '{1,2,3}'::int[]
' { 1 , 2 } '::int[] < '{1,2,4}'::int[]
(' { 1 , 2 } '::int[])[1]
(' { 1 , 2 } '::int[])[1:2]
' { 1 , 2 } '::int[]::text[]
'{a}'::int[]
'{a}'::int[] = '{1,2,3}'::int[]
'{a}'::int[] < '{1,2,4}'::int[]
('{a}'::int[])[1]
('{a}'::int[])[1:2]
'{a}'::int[]::text[]
'{1,{2}}'::int[]
'{1,{2}}'::int[] = '{1,2,3}'::int[]
'{1,{2}}'::int[] < '{1,2,4}'::int[]
('{1,{2}}'::int[])[1]
('{1,{2}}'::int[])[1:2]
'{1,{2}}'::int[]::text[]
'[1]={3}'::int[]
'[1]={3}'::int[] = '{1,2,3}'::int[]
'[1]={3}'::int[] < '{1,2,4}'::int[]
('[1]={3}'::int[])[1]
('[1]={3}'::int[])[1:2]
'[1]={3}'::int[]::text[]
'[1:1={3}'::int[]
'[1:1={3}'::int[] = '{1,2,3}'::int[]
'[1:1={3}'::int[] < '{1,2,4}'::int[]
('[1:1={3}'::int[])[1]
('[1:1={3}'::int[])[1:2]
'[1:1={3}'::int[]::text[]
'{"1"}'::int[]
'{"1"}'::int[] = '{1,2,3}'::int[]
'{"1"}'::int[] < '{1,2,4}'::int[]
('{"1"}'::int[])[1]
('{"1"}'::int[])[1:2]
'{"1"}'::int[]::text[]
'{1}{2}'::int[]
'{1}{2}'::int[] = '{1,2,3}'::int[]
'{1}{2}'::int[] < '{1,2,4}'::int[]
('{1}{2}'::int[])[1]
('{1}{2}'::int[])[1:2]
'{1}{2}'::int[]::text[]
'{1,}'::int[]
'{1,}'::int[] = '{1,2,3}'::int[]
'{1,}'::int[] < '{1,2,4}'::int[]
('{1,}'::int[])[1]
('{1,}'::int[])[1:2]
'{1,}'::int[]::text[]
'{{{{{{{1}}}}}}}'::int[]
'{{{{{{{1}}}}}}}'::int[] = '{1,2,3}'::int[]
'{{{{{{{1}}}}}}}'::int[] < '{1,2,4}'::int[]
('{{{{{{{1}}}}}}}'::int[])[1]
('{{{{{{{1}}}}}}}'::int[])[1:2]
'{{{{{{{1}}}}}}}'::int[]::text[]
'{a,b}'::text[]
('{a,b}'::text[])[2]
'{"a b","c\"d","e\\f",null,"null",""}'::text[]
('{"a b","c\"d","e\\f",null,"null",""}'::text[])[2]
'{a b , c}'::text[]
('{a b , c}'::text[])[2]
'{a"b}'::text[]
('{a"b}'::text[])[2]
'{"a"b}'::text[]
('{"a"b}'::text[])[2]
'{\{,\}}'::text[]
('{\{,\}}'::text[])[2]
'{NULL}'::text[]
('{NULL}'::text[])[2]
'{nul}'::text[]
('{nul}'::text[])[2]
'{"x'::text[]
('{"x'::text[])[2]
'{é,😀}'::text[]
('{é,😀}'::text[])[2]
'{a\,b}'::text[]
('{a\,b}'::text[])[2]
array[1,2.5]
array[1,null]
array[[1,2],[3,4]]
array['a','b']
array[]::int[]
(array[1,2,3])[2:]
(array[1,2,3])[:2]
(array[[1,2],[3,4]])[2:2][1:1]
(array[[1,2],[3,4]])[2]
(array[[1,2],[3,4]])[2][1]
(array[[1,2],[3,4]])[1:2][2]
row(1,'a b',null,'')
row(1,2)::text
row(1,2) < row(1,3)
row('a"b','c\d','(x)')
3 = any(array[1,2,3])
3 > all(array[1,2])
3 = any('{1,null}'::int[])
null::int + 1
null is null
1 is not null
(1=1) is true
1 is distinct from null
not null
true and null
false and null
true or null
