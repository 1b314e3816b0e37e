length('hello')
char_length('hello')
character_length('hello')
octet_length('hello')
bit_length('hello')
upper('hello')
lower('hello')
initcap('hello')
casefold('hello')
reverse('hello')
ascii('hello')
btrim('hello')
ltrim('hello')
rtrim('hello')
md5('hello')
quote_ident('hello')
quote_literal('hello')
quote_nullable('hello')
normalize('hello')
left('hello',0)
right('hello',0)
substring('hello',0)
substr('hello',0,2)
lpad('hello',0)
rpad('hello',0)
lpad('hello',0,'xy')
rpad('hello',3,'😀z')
repeat('hello',0)
split_part('hello','X',0)
split_part('hello','',0)
substring('hello' from 0 for 1)
left('hello',1)
right('hello',1)
substring('hello',1)
substr('hello',1,2)
lpad('hello',1)
rpad('hello',1)
lpad('hello',1,'xy')
rpad('hello',4,'😀z')
repeat('hello',1)
split_part('hello','X',1)
split_part('hello','',1)
substring('hello' from 1 for 1)
left('hello',2)
right('hello',2)
substring('hello',2)
substr('hello',2,2)
lpad('hello',2)
rpad('hello',2)
lpad('hello',2,'xy')
rpad('hello',5,'😀z')
repeat('hello',2)
split_part('hello','X',2)
split_part('hello','',2)
substring('hello' from 2 for 1)
left('hello',-1)
right('hello',-1)
substring('hello',-1)
substr('hello',-1,2)
lpad('hello',-1)
rpad('hello',-1)
lpad('hello',-1,'xy')
rpad('hello',2,'😀z')
repeat('hello',-1)
split_part('hello','X',-1)
split_part('hello','',-1)
substring('hello' from -1 for 1)
left('hello',-2)
right('hello',-2)
substring('hello',-2)
substr('hello',-2,2)
lpad('hello',-2)
rpad('hello',-2)
lpad('hello',-2,'xy')
rpad('hello',1,'😀z')
repeat('hello',-2)
split_part('hello','X',-2)
split_part('hello','',-2)
substring('hello' from -2 for 1)
left('hello',3)
right('hello',3)
substring('hello',3)
substr('hello',3,2)
lpad('hello',3)
rpad('hello',3)
lpad('hello',3,'xy')
rpad('hello',6,'😀z')
repeat('hello',3)
split_part('hello','X',3)
split_part('hello','',3)
substring('hello' from 3 for 1)
left('hello',100)
right('hello',100)
substring('hello',100)
substr('hello',100,2)
lpad('hello',100)
rpad('hello',100)
lpad('hello',100,'xy')
rpad('hello',103,'😀z')
split_part('hello','X',100)
split_part('hello','',100)
substring('hello' from 100 for 1)
left('hello',-100)
right('hello',-100)
substring('hello',-100)
substr('hello',-100,2)
lpad('hello',-100)
rpad('hello',-100)
lpad('hello',-100,'xy')
rpad('hello',-97,'😀z')
repeat('hello',-100)
split_part('hello','X',-100)
split_part('hello','',-100)
substring('hello' from -100 for 1)
substring('hello',1,-1)
substring('hello',2147483647)
substring('hello',-5,2147483647)
position('X' in 'hello')
position('' in 'hello')
strpos('hello','b')
strpos('hello','😀')
replace('hello','X','--')
replace('hello','','-')
translate('hello','abX','12')
translate('hello','😀l','x')
trim('hello')
trim(both 'x ' from 'hello')
trim(leading 'ah' from 'hello')
trim(trailing 'b😀' from 'hello')
overlay('hello' placing 'ZZ' from 2)
overlay('hello' placing 'ZZ' from 2 for 0)
overlay('hello' placing 'ZZ' from 0)
overlay('hello' placing '' from 1 for 3)
starts_with('hello','he')
'hello' ^@ 'a'
string_to_array('hello','X')
string_to_array('hello',null)
string_to_array('hello','')
string_to_array('hello','X','b')
concat('hello',1,null,true,2.50)
concat_ws('-','hello',1,null,'z')
concat_ws(null,'hello')
convert_to('hello','UTF8')
encode('hello'::bytea,'base64')
encode('hello'::bytea,'hex')
encode('hello'::bytea,'escape')
sha256('hello'::bytea)
sha224('hello'::bytea)
crc32('hello'::bytea)
crc32c('hello'::bytea)
set: string_to_table('hello','X')
'hello' like '%'
'hello' not like '%'
'hello' ilike '%'
'hello' not ilike '%'
'hello' like 'h%'
'hello' not like 'h%'
'hello' ilike 'h%'
'hello' not ilike 'h%'
'hello' like '%o'
'hello' not like '%o'
'hello' ilike '%o'
'hello' not ilike '%o'
'hello' like '%l%'
'hello' not like '%l%'
'hello' ilike '%l%'
'hello' not ilike '%l%'
'hello' like 'h_llo'
'hello' not like 'h_llo'
'hello' ilike 'h_llo'
'hello' not ilike 'h_llo'
'hello' like '_'
'hello' not like '_'
'hello' ilike '_'
'hello' not ilike '_'
'hello' like '%X_X%'
'hello' not like '%X_X%'
'hello' ilike '%X_X%'
'hello' not ilike '%X_X%'
'hello' like ''
'hello' not like ''
'hello' ilike ''
'hello' not ilike ''
'hello' like 'a%b%c'
'hello' not like 'a%b%c'
'hello' ilike 'a%b%c'
'hello' not ilike 'a%b%c'
'hello' like '\h%'
'hello' not like '\h%'
'hello' ilike '\h%'
'hello' not ilike '\h%'
'hello' like 'h\%'
'hello' not like 'h\%'
'hello' ilike 'h\%'
'hello' not ilike 'h\%'
'hello' like '%\'
'hello' not like '%\'
'hello' ilike '%\'
'hello' not ilike '%\'
'hello' like '_____'
'hello' not like '_____'
'hello' ilike '_____'
'hello' not ilike '_____'
'hello' like '%😀%'
'hello' not like '%😀%'
'hello' ilike '%😀%'
'hello' not ilike '%😀%'
'hello' like '😀_😀_'
'hello' not like '😀_😀_'
'hello' ilike '😀_😀_'
'hello' not ilike '😀_😀_'
length('héllo wörld')
char_length('héllo wörld')
character_length('héllo wörld')
octet_length('héllo wörld')
bit_length('héllo wörld')
upper('héllo wörld')
lower('héllo wörld')
initcap('héllo wörld')
casefold('héllo wörld')
reverse('héllo wörld')
ascii('héllo wörld')
btrim('héllo wörld')
ltrim('héllo wörld')
rtrim('héllo wörld')
md5('héllo wörld')
quote_ident('héllo wörld')
quote_literal('héllo wörld')
quote_nullable('héllo wörld')
normalize('héllo wörld')
left('héllo wörld',0)
right('héllo wörld',0)
substring('héllo wörld',0)
substr('héllo wörld',0,2)
lpad('héllo wörld',0)
rpad('héllo wörld',0)
lpad('héllo wörld',0,'xy')
rpad('héllo wörld',3,'😀z')
repeat('héllo wörld',0)
split_part('héllo wörld','X',0)
split_part('héllo wörld','',0)
substring('héllo wörld' from 0 for 1)
left('héllo wörld',1)
right('héllo wörld',1)
substring('héllo wörld',1)
substr('héllo wörld',1,2)
lpad('héllo wörld',1)
rpad('héllo wörld',1)
lpad('héllo wörld',1,'xy')
rpad('héllo wörld',4,'😀z')
repeat('héllo wörld',1)
split_part('héllo wörld','X',1)
split_part('héllo wörld','',1)
substring('héllo wörld' from 1 for 1)
left('héllo wörld',2)
right('héllo wörld',2)
substring('héllo wörld',2)
substr('héllo wörld',2,2)
lpad('héllo wörld',2)
rpad('héllo wörld',2)
lpad('héllo wörld',2,'xy')
rpad('héllo wörld',5,'😀z')
repeat('héllo wörld',2)
split_part('héllo wörld','X',2)
split_part('héllo wörld','',2)
substring('héllo wörld' from 2 for 1)
left('héllo wörld',-1)
right('héllo wörld',-1)
substring('héllo wörld',-1)
substr('héllo wörld',-1,2)
lpad('héllo wörld',-1)
rpad('héllo wörld',-1)
lpad('héllo wörld',-1,'xy')
rpad('héllo wörld',2,'😀z')
repeat('héllo wörld',-1)
split_part('héllo wörld','X',-1)
split_part('héllo wörld','',-1)
substring('héllo wörld' from -1 for 1)
left('héllo wörld',-2)
right('héllo wörld',-2)
substring('héllo wörld',-2)
substr('héllo wörld',-2,2)
lpad('héllo wörld',-2)
rpad('héllo wörld',-2)
lpad('héllo wörld',-2,'xy')
rpad('héllo wörld',1,'😀z')
repeat('héllo wörld',-2)
split_part('héllo wörld','X',-2)
split_part('héllo wörld','',-2)
substring('héllo wörld' from -2 for 1)
left('héllo wörld',3)
right('héllo wörld',3)
substring('héllo wörld',3)
substr('héllo wörld',3,2)
lpad('héllo wörld',3)
rpad('héllo wörld',3)
lpad('héllo wörld',3,'xy')
rpad('héllo wörld',6,'😀z')
repeat('héllo wörld',3)
split_part('héllo wörld','X',3)
split_part('héllo wörld','',3)
substring('héllo wörld' from 3 for 1)
left('héllo wörld',100)
right('héllo wörld',100)
substring('héllo wörld',100)
substr('héllo wörld',100,2)
lpad('héllo wörld',100)
rpad('héllo wörld',100)
lpad('héllo wörld',100,'xy')
rpad('héllo wörld',103,'😀z')
split_part('héllo wörld','X',100)
split_part('héllo wörld','',100)
substring('héllo wörld' from 100 for 1)
left('héllo wörld',-100)
right('héllo wörld',-100)
substring('héllo wörld',-100)
substr('héllo wörld',-100,2)
lpad('héllo wörld',-100)
rpad('héllo wörld',-100)
lpad('héllo wörld',-100,'xy')
rpad('héllo wörld',-97,'😀z')
repeat('héllo wörld',-100)
split_part('héllo wörld','X',-100)
split_part('héllo wörld','',-100)
substring('héllo wörld' from -100 for 1)
substring('héllo wörld',1,-1)
substring('héllo wörld',2147483647)
substring('héllo wörld',-5,2147483647)
position('X' in 'héllo wörld')
position('' in 'héllo wörld')
strpos('héllo wörld','b')
strpos('héllo wörld','😀')
replace('héllo wörld','X','--')
replace('héllo wörld','','-')
translate('héllo wörld','abX','12')
translate('héllo wörld','😀l','x')
trim('héllo wörld')
trim(both 'x ' from 'héllo wörld')
trim(leading 'ah' from 'héllo wörld')
trim(trailing 'b😀' from 'héllo wörld')
overlay('héllo wörld' placing 'ZZ' from 2)
overlay('héllo wörld' placing 'ZZ' from 2 for 0)
overlay('héllo wörld' placing 'ZZ' from 0)
overlay('héllo wörld' placing '' from 1 for 3)
starts_with('héllo wörld','he')
'héllo wörld' ^@ 'a'
string_to_array('héllo wörld','X')
string_to_array('héllo wörld',null)
string_to_array('héllo wörld','')
string_to_array('héllo wörld','X','b')
concat('héllo wörld',1,null,true,2.50)
concat_ws('-','héllo wörld',1,null,'z')
concat_ws(null,'héllo wörld')
convert_to('héllo wörld','UTF8')
encode('héllo wörld'::bytea,'base64')
encode('héllo wörld'::bytea,'hex')
encode('héllo wörld'::bytea,'escape')
sha256('héllo wörld'::bytea)
sha224('héllo wörld'::bytea)
crc32('héllo wörld'::bytea)
crc32c('héllo wörld'::bytea)
set: string_to_table('héllo wörld','X')
'héllo wörld' like '%'
'héllo wörld' not like '%'
'héllo wörld' ilike '%'
'héllo wörld' not ilike '%'
'héllo wörld' like 'h%'
'héllo wörld' not like 'h%'
'héllo wörld' ilike 'h%'
'héllo wörld' not ilike 'h%'
'héllo wörld' like '%o'
'héllo wörld' not like '%o'
'héllo wörld' ilike '%o'
'héllo wörld' not ilike '%o'
'héllo wörld' like '%l%'
'héllo wörld' not like '%l%'
'héllo wörld' ilike '%l%'
'héllo wörld' not ilike '%l%'
'héllo wörld' like 'h_llo'
'héllo wörld' not like 'h_llo'
'héllo wörld' ilike 'h_llo'
'héllo wörld' not ilike 'h_llo'
'héllo wörld' like '_'
'héllo wörld' not like '_'
'héllo wörld' ilike '_'
'héllo wörld' not ilike '_'
'héllo wörld' like '%X_X%'
'héllo wörld' not like '%X_X%'
'héllo wörld' ilike '%X_X%'
'héllo wörld' not ilike '%X_X%'
'héllo wörld' like ''
'héllo wörld' not like ''
'héllo wörld' ilike ''
'héllo wörld' not ilike ''
'héllo wörld' like 'a%b%c'
'héllo wörld' not like 'a%b%c'
'héllo wörld' ilike 'a%b%c'
'héllo wörld' not ilike 'a%b%c'
'héllo wörld' like '\h%'
'héllo wörld' not like '\h%'
'héllo wörld' ilike '\h%'
'héllo wörld' not ilike '\h%'
'héllo wörld' like 'h\%'
'héllo wörld' not like 'h\%'
'héllo wörld' ilike 'h\%'
'héllo wörld' not ilike 'h\%'
'héllo wörld' like '%\'
'héllo wörld' not like '%\'
'héllo wörld' ilike '%\'
'héllo wörld' not ilike '%\'
'héllo wörld' like '_____'
'héllo wörld' not like '_____'
'héllo wörld' ilike '_____'
'héllo wörld' not ilike '_____'
'héllo wörld' like '%😀%'
'héllo wörld' not like '%😀%'
'héllo wörld' ilike '%😀%'
'héllo wörld' not ilike '%😀%'
'héllo wörld' like '😀_😀_'
'héllo wörld' not like '😀_😀_'
'héllo wörld' ilike '😀_😀_'
'héllo wörld' not ilike '😀_😀_'
length('😀a😀b')
char_length('😀a😀b')
character_length('😀a😀b')
octet_length('😀a😀b')
bit_length('😀a😀b')
upper('😀a😀b')
lower('😀a😀b')
initcap('😀a😀b')
casefold('😀a😀b')
reverse('😀a😀b')
ascii('😀a😀b')
btrim('😀a😀b')
ltrim('😀a😀b')
rtrim('😀a😀b')
md5('😀a😀b')
quote_ident('😀a😀b')
quote_literal('😀a😀b')
quote_nullable('😀a😀b')
normalize('😀a😀b')
left('😀a😀b',0)
right('😀a😀b',0)
substring('😀a😀b',0)
substr('😀a😀b',0,2)
lpad('😀a😀b',0)
rpad('😀a😀b',0)
lpad('😀a😀b',0,'xy')
rpad('😀a😀b',3,'😀z')
repeat('😀a😀b',0)
split_part('😀a😀b','X',0)
split_part('😀a😀b','',0)
substring('😀a😀b' from 0 for 1)
left('😀a😀b',1)
right('😀a😀b',1)
substring('😀a😀b',1)
substr('😀a😀b',1,2)
lpad('😀a😀b',1)
rpad('😀a😀b',1)
lpad('😀a😀b',1,'xy')
rpad('😀a😀b',4,'😀z')
repeat('😀a😀b',1)
split_part('😀a😀b','X',1)
split_part('😀a😀b','',1)
substring('😀a😀b' from 1 for 1)
left('😀a😀b',2)
right('😀a😀b',2)
substring('😀a😀b',2)
substr('😀a😀b',2,2)
lpad('😀a😀b',2)
rpad('😀a😀b',2)
lpad('😀a😀b',2,'xy')
rpad('😀a😀b',5,'😀z')
repeat('😀a😀b',2)
split_part('😀a😀b','X',2)
split_part('😀a😀b','',2)
substring('😀a😀b' from 2 for 1)
left('😀a😀b',-1)
right('😀a😀b',-1)
substring('😀a😀b',-1)
substr('😀a😀b',-1,2)
lpad('😀a😀b',-1)
rpad('😀a😀b',-1)
lpad('😀a😀b',-1,'xy')
rpad('😀a😀b',2,'😀z')
repeat('😀a😀b',-1)
split_part('😀a😀b','X',-1)
split_part('😀a😀b','',-1)
substring('😀a😀b' from -1 for 1)
left('😀a😀b',-2)
right('😀a😀b',-2)
substring('😀a😀b',-2)
substr('😀a😀b',-2,2)
lpad('😀a😀b',-2)
rpad('😀a😀b',-2)
lpad('😀a😀b',-2,'xy')
rpad('😀a😀b',1,'😀z')
repeat('😀a😀b',-2)
split_part('😀a😀b','X',-2)
split_part('😀a😀b','',-2)
substring('😀a😀b' from -2 for 1)
left('😀a😀b',3)
right('😀a😀b',3)
substring('😀a😀b',3)
substr('😀a😀b',3,2)
lpad('😀a😀b',3)
rpad('😀a😀b',3)
lpad('😀a😀b',3,'xy')
rpad('😀a😀b',6,'😀z')
repeat('😀a😀b',3)
split_part('😀a😀b','X',3)
split_part('😀a😀b','',3)
substring('😀a😀b' from 3 for 1)
left('😀a😀b',100)
right('😀a😀b',100)
substring('😀a😀b',100)
substr('😀a😀b',100,2)
lpad('😀a😀b',100)
rpad('😀a😀b',100)
lpad('😀a😀b',100,'xy')
rpad('😀a😀b',103,'😀z')
split_part('😀a😀b','X',100)
split_part('😀a😀b','',100)
substring('😀a😀b' from 100 for 1)
left('😀a😀b',-100)
right('😀a😀b',-100)
substring('😀a😀b',-100)
substr('😀a😀b',-100,2)
lpad('😀a😀b',-100)
rpad('😀a😀b',-100)
lpad('😀a😀b',-100,'xy')
rpad('😀a😀b',-97,'😀z')
repeat('😀a😀b',-100)
split_part('😀a😀b','X',-100)
split_part('😀a😀b','',-100)
substring('😀a😀b' from -100 for 1)
substring('😀a😀b',1,-1)
substring('😀a😀b',2147483647)
substring('😀a😀b',-5,2147483647)
position('X' in '😀a😀b')
position('' in '😀a😀b')
strpos('😀a😀b','b')
strpos('😀a😀b','😀')
replace('😀a😀b','X','--')
replace('😀a😀b','','-')
translate('😀a😀b','abX','12')
translate('😀a😀b','😀l','x')
trim('😀a😀b')
trim(both 'x ' from '😀a😀b')
trim(leading 'ah' from '😀a😀b')
trim(trailing 'b😀' from '😀a😀b')
overlay('😀a😀b' placing 'ZZ' from 2)
overlay('😀a😀b' placing 'ZZ' from 2 for 0)
overlay('😀a😀b' placing 'ZZ' from 0)
overlay('😀a😀b' placing '' from 1 for 3)
starts_with('😀a😀b','he')
'😀a😀b' ^@ 'a'
string_to_array('😀a😀b','X')
string_to_array('😀a😀b',null)
string_to_array('😀a😀b','')
string_to_array('😀a😀b','X','b')
concat('😀a😀b',1,null,true,2.50)
concat_ws('-','😀a😀b',1,null,'z')
concat_ws(null,'😀a😀b')
convert_to('😀a😀b','UTF8')
encode('😀a😀b'::bytea,'base64')
encode('😀a😀b'::bytea,'hex')
encode('😀a😀b'::bytea,'escape')
sha256('😀a😀b'::bytea)
sha224('😀a😀b'::bytea)
crc32('😀a😀b'::bytea)
crc32c('😀a😀b'::bytea)
set: string_to_table('😀a😀b','X')
'😀a😀b' like '%'
'😀a😀b' not like '%'
'😀a😀b' ilike '%'
'😀a😀b' not ilike '%'
'😀a😀b' like 'h%'
'😀a😀b' not like 'h%'
'😀a😀b' ilike 'h%'
'😀a😀b' not ilike 'h%'
'😀a😀b' like '%o'
'😀a😀b' not like '%o'
'😀a😀b' ilike '%o'
'😀a😀b' not ilike '%o'
'😀a😀b' like '%l%'
'😀a😀b' not like '%l%'
'😀a😀b' ilike '%l%'
'😀a😀b' not ilike '%l%'
'😀a😀b' like 'h_llo'
'😀a😀b' not like 'h_llo'
'😀a😀b' ilike 'h_llo'
'😀a😀b' not ilike 'h_llo'
'😀a😀b' like '_'
'😀a😀b' not like '_'
'😀a😀b' ilike '_'
'😀a😀b' not ilike '_'
'😀a😀b' like '%X_X%'
'😀a😀b' not like '%X_X%'
'😀a😀b' ilike '%X_X%'
'😀a😀b' not ilike '%X_X%'
'😀a😀b' like ''
'😀a😀b' not like ''
'😀a😀b' ilike ''
'😀a😀b' not ilike ''
'😀a😀b' like 'a%b%c'
'😀a😀b' not like 'a%b%c'
'😀a😀b' ilike 'a%b%c'
'😀a😀b' not ilike 'a%b%c'
'😀a😀b' like '\h%'
'😀a😀b' not like '\h%'
'😀a😀b' ilike '\h%'
'😀a😀b' not ilike '\h%'
'😀a😀b' like 'h\%'
'😀a😀b' not like 'h\%'
'😀a😀b' ilike 'h\%'
'😀a😀b' not ilike 'h\%'
'😀a😀b' like '%\'
'😀a😀b' not like '%\'
'😀a😀b' ilike '%\'
'😀a😀b' not ilike '%\'
'😀a😀b' like '_____'
'😀a😀b' not like '_____'
'😀a😀b' ilike '_____'
'😀a😀b' not ilike '_____'
'😀a😀b' like '%😀%'
'😀a😀b' not like '%😀%'
'😀a😀b' ilike '%😀%'
'😀a😀b' not ilike '%😀%'
'😀a😀b' like '😀_😀_'
'😀a😀b' not like '😀_😀_'
'😀a😀b' ilike '😀_😀_'
'😀a😀b' not ilike '😀_😀_'
length('')
char_length('')
character_length('')
octet_length('')
bit_length('')
upper('')
lower('')
initcap('')
casefold('')
reverse('')
ascii('')
btrim('')
ltrim('')
rtrim('')
md5('')
quote_ident('')
quote_literal('')
quote_nullable('')
normalize('')
left('',0)
right('',0)
substring('',0)
substr('',0,2)
lpad('',0)
rpad('',0)
lpad('',0,'xy')
rpad('',3,'😀z')
repeat('',0)
split_part('','X',0)
split_part('','',0)
substring('' from 0 for 1)
left('',1)
right('',1)
substring('',1)
substr('',1,2)
lpad('',1)
rpad('',1)
lpad('',1,'xy')
rpad('',4,'😀z')
repeat('',1)
split_part('','X',1)
split_part('','',1)
substring('' from 1 for 1)
left('',2)
right('',2)
substring('',2)
substr('',2,2)
lpad('',2)
rpad('',2)
lpad('',2,'xy')
rpad('',5,'😀z')
repeat('',2)
split_part('','X',2)
split_part('','',2)
substring('' from 2 for 1)
left('',-1)
right('',-1)
substring('',-1)
substr('',-1,2)
lpad('',-1)
rpad('',-1)
lpad('',-1,'xy')
rpad('',2,'😀z')
repeat('',-1)
split_part('','X',-1)
split_part('','',-1)
substring('' from -1 for 1)
left('',-2)
right('',-2)
substring('',-2)
substr('',-2,2)
lpad('',-2)
rpad('',-2)
lpad('',-2,'xy')
rpad('',1,'😀z')
repeat('',-2)
split_part('','X',-2)
split_part('','',-2)
substring('' from -2 for 1)
left('',3)
right('',3)
substring('',3)
substr('',3,2)
lpad('',3)
rpad('',3)
lpad('',3,'xy')
rpad('',6,'😀z')
repeat('',3)
split_part('','X',3)
split_part('','',3)
substring('' from 3 for 1)
left('',100)
right('',100)
substring('',100)
substr('',100,2)
lpad('',100)
rpad('',100)
lpad('',100,'xy')
rpad('',103,'😀z')
split_part('','X',100)
split_part('','',100)
substring('' from 100 for 1)
left('',-100)
right('',-100)
substring('',-100)
substr('',-100,2)
lpad('',-100)
rpad('',-100)
lpad('',-100,'xy')
rpad('',-97,'😀z')
repeat('',-100)
split_part('','X',-100)
split_part('','',-100)
substring('' from -100 for 1)
substring('',1,-1)
substring('',2147483647)
substring('',-5,2147483647)
position('X' in '')
position('' in '')
strpos('','b')
strpos('','😀')
replace('','X','--')
replace('','','-')
translate('','abX','12')
translate('','😀l','x')
trim('')
trim(both 'x ' from '')
trim(leading 'ah' from '')
trim(trailing 'b😀' from '')
overlay('' placing 'ZZ' from 2)
overlay('' placing 'ZZ' from 2 for 0)
overlay('' placing 'ZZ' from 0)
overlay('' placing '' from 1 for 3)
starts_with('','he')
'' ^@ 'a'
string_to_array('','X')
string_to_array('',null)
string_to_array('','')
string_to_array('','X','b')
concat('',1,null,true,2.50)
concat_ws('-','',1,null,'z')
concat_ws(null,'')
convert_to('','UTF8')
encode(''::bytea,'base64')
encode(''::bytea,'hex')
encode(''::bytea,'escape')
sha256(''::bytea)
sha224(''::bytea)
crc32(''::bytea)
crc32c(''::bytea)
set: string_to_table('','X')
'' like '%'
'' not like '%'
'' ilike '%'
'' not ilike '%'
'' like 'h%'
'' not like 'h%'
'' ilike 'h%'
'' not ilike 'h%'
'' like '%o'
'' not like '%o'
'' ilike '%o'
'' not ilike '%o'
'' like '%l%'
'' not like '%l%'
'' ilike '%l%'
'' not ilike '%l%'
'' like 'h_llo'
'' not like 'h_llo'
'' ilike 'h_llo'
'' not ilike 'h_llo'
'' like '_'
'' not like '_'
'' ilike '_'
'' not ilike '_'
'' like '%X_X%'
'' not like '%X_X%'
'' ilike '%X_X%'
'' not ilike '%X_X%'
'' like ''
'' not like ''
'' ilike ''
'' not ilike ''
'' like 'a%b%c'
'' not like 'a%b%c'
'' ilike 'a%b%c'
'' not ilike 'a%b%c'
'' like '\h%'
'' not like '\h%'
'' ilike '\h%'
'' not ilike '\h%'
'' like 'h\%'
'' not like 'h\%'
'' ilike 'h\%'
'' not ilike 'h\%'
'' like '%\'
'' not like '%\'
'' ilike '%\'
'' not ilike '%\'
'' like '_____'
'' not like '_____'
'' ilike '_____'
'' not ilike '_____'
'' like '%😀%'
'' not like '%😀%'
'' ilike '%😀%'
'' not ilike '%😀%'
'' like '😀_😀_'
'' not like '😀_😀_'
'' ilike '😀_😀_'
'' not ilike '😀_😀_'
length(' x  y ')
char_length(' x  y ')
character_length(' x  y ')
octet_length(' x  y ')
bit_length(' x  y ')
upper(' x  y ')
lower(' x  y ')
initcap(' x  y ')
casefold(' x  y ')
reverse(' x  y ')
ascii(' x  y ')
btrim(' x  y ')
ltrim(' x  y ')
rtrim(' x  y ')
md5(' x  y ')
quote_ident(' x  y ')
quote_literal(' x  y ')
quote_nullable(' x  y ')
normalize(' x  y ')
left(' x  y ',0)
right(' x  y ',0)
substring(' x  y ',0)
substr(' x  y ',0,2)
lpad(' x  y ',0)
rpad(' x  y ',0)
lpad(' x  y ',0,'xy')
rpad(' x  y ',3,'😀z')
repeat(' x  y ',0)
split_part(' x  y ','X',0)
split_part(' x  y ','',0)
substring(' x  y ' from 0 for 1)
left(' x  y ',1)
right(' x  y ',1)
substring(' x  y ',1)
substr(' x  y ',1,2)
lpad(' x  y ',1)
rpad(' x  y ',1)
lpad(' x  y ',1,'xy')
rpad(' x  y ',4,'😀z')
repeat(' x  y ',1)
split_part(' x  y ','X',1)
split_part(' x  y ','',1)
substring(' x  y ' from 1 for 1)
left(' x  y ',2)
right(' x  y ',2)
substring(' x  y ',2)
substr(' x  y ',2,2)
lpad(' x  y ',2)
rpad(' x  y ',2)
lpad(' x  y ',2,'xy')
rpad(' x  y ',5,'😀z')
repeat(' x  y ',2)
split_part(' x  y ','X',2)
split_part(' x  y ','',2)
substring(' x  y ' from 2 for 1)
left(' x  y ',-1)
right(' x  y ',-1)
substring(' x  y ',-1)
substr(' x  y ',-1,2)
lpad(' x  y ',-1)
rpad(' x  y ',-1)
lpad(' x  y ',-1,'xy')
rpad(' x  y ',2,'😀z')
repeat(' x  y ',-1)
split_part(' x  y ','X',-1)
split_part(' x  y ','',-1)
substring(' x  y ' from -1 for 1)
left(' x  y ',-2)
right(' x  y ',-2)
substring(' x  y ',-2)
substr(' x  y ',-2,2)
lpad(' x  y ',-2)
rpad(' x  y ',-2)
lpad(' x  y ',-2,'xy')
rpad(' x  y ',1,'😀z')
repeat(' x  y ',-2)
split_part(' x  y ','X',-2)
split_part(' x  y ','',-2)
substring(' x  y ' from -2 for 1)
left(' x  y ',3)
right(' x  y ',3)
substring(' x  y ',3)
substr(' x  y ',3,2)
lpad(' x  y ',3)
rpad(' x  y ',3)
lpad(' x  y ',3,'xy')
rpad(' x  y ',6,'😀z')
repeat(' x  y ',3)
split_part(' x  y ','X',3)
split_part(' x  y ','',3)
substring(' x  y ' from 3 for 1)
left(' x  y ',100)
right(' x  y ',100)
substring(' x  y ',100)
substr(' x  y ',100,2)
lpad(' x  y ',100)
rpad(' x  y ',100)
lpad(' x  y ',100,'xy')
rpad(' x  y ',103,'😀z')
split_part(' x  y ','X',100)
split_part(' x  y ','',100)
substring(' x  y ' from 100 for 1)
left(' x  y ',-100)
right(' x  y ',-100)
substring(' x  y ',-100)
substr(' x  y ',-100,2)
lpad(' x  y ',-100)
rpad(' x  y ',-100)
lpad(' x  y ',-100,'xy')
rpad(' x  y ',-97,'😀z')
repeat(' x  y ',-100)
split_part(' x  y ','X',-100)
split_part(' x  y ','',-100)
substring(' x  y ' from -100 for 1)
substring(' x  y ',1,-1)
substring(' x  y ',2147483647)
substring(' x  y ',-5,2147483647)
position('X' in ' x  y ')
position('' in ' x  y ')
strpos(' x  y ','b')
strpos(' x  y ','😀')
replace(' x  y ','X','--')
replace(' x  y ','','-')
translate(' x  y ','abX','12')
translate(' x  y ','😀l','x')
trim(' x  y ')
trim(both 'x ' from ' x  y ')
trim(leading 'ah' from ' x  y ')
trim(trailing 'b😀' from ' x  y ')
overlay(' x  y ' placing 'ZZ' from 2)
overlay(' x  y ' placing 'ZZ' from 2 for 0)
overlay(' x  y ' placing 'ZZ' from 0)
overlay(' x  y ' placing '' from 1 for 3)
starts_with(' x  y ','he')
' x  y ' ^@ 'a'
string_to_array(' x  y ','X')
string_to_array(' x  y ',null)
string_to_array(' x  y ','')
string_to_array(' x  y ','X','b')
concat(' x  y ',1,null,true,2.50)
concat_ws('-',' x  y ',1,null,'z')
concat_ws(null,' x  y ')
convert_to(' x  y ','UTF8')
encode(' x  y '::bytea,'base64')
encode(' x  y '::bytea,'hex')
encode(' x  y '::bytea,'escape')
sha256(' x  y '::bytea)
sha224(' x  y '::bytea)
crc32(' x  y '::bytea)
crc32c(' x  y '::bytea)
set: string_to_table(' x  y ','X')
' x  y ' like '%'
' x  y ' not like '%'
' x  y ' ilike '%'
' x  y ' not ilike '%'
' x  y ' like 'h%'
' x  y ' not like 'h%'
' x  y ' ilike 'h%'
' x  y ' not ilike 'h%'
' x  y ' like '%o'
' x  y ' not like '%o'
' x  y ' ilike '%o'
' x  y ' not ilike '%o'
' x  y ' like '%l%'
' x  y ' not like '%l%'
' x  y ' ilike '%l%'
' x  y ' not ilike '%l%'
' x  y ' like 'h_llo'
' x  y ' not like 'h_llo'
' x  y ' ilike 'h_llo'
' x  y ' not ilike 'h_llo'
' x  y ' like '_'
' x  y ' not like '_'
' x  y ' ilike '_'
' x  y ' not ilike '_'
' x  y ' like '%X_X%'
' x  y ' not like '%X_X%'
' x  y ' ilike '%X_X%'
' x  y ' not ilike '%X_X%'
' x  y ' like ''
' x  y ' not like ''
' x  y ' ilike ''
' x  y ' not ilike ''
' x  y ' like 'a%b%c'
' x  y ' not like 'a%b%c'
' x  y ' ilike 'a%b%c'
' x  y ' not ilike 'a%b%c'
' x  y ' like '\h%'
' x  y ' not like '\h%'
' x  y ' ilike '\h%'
' x  y ' not ilike '\h%'
' x  y ' like 'h\%'
' x  y ' not like 'h\%'
' x  y ' ilike 'h\%'
' x  y ' not ilike 'h\%'
' x  y ' like '%\'
' x  y ' not like '%\'
' x  y ' ilike '%\'
' x  y ' not ilike '%\'
' x  y ' like '_____'
' x  y ' not like '_____'
' x  y ' ilike '_____'
' x  y ' not ilike '_____'
' x  y ' like '%😀%'
' x  y ' not like '%😀%'
' x  y ' ilike '%😀%'
' x  y ' not ilike '%😀%'
' x  y ' like '😀_😀_'
' x  y ' not like '😀_😀_'
' x  y ' ilike '😀_😀_'
' x  y ' not ilike '😀_😀_'
length('aXbXc')
char_length('aXbXc')
character_length('aXbXc')
octet_length('aXbXc')
bit_length('aXbXc')
upper('aXbXc')
lower('aXbXc')
initcap('aXbXc')
casefold('aXbXc')
reverse('aXbXc')
ascii('aXbXc')
btrim('aXbXc')
ltrim('aXbXc')
rtrim('aXbXc')
md5('aXbXc')
quote_ident('aXbXc')
quote_literal('aXbXc')
quote_nullable('aXbXc')
normalize('aXbXc')
left('aXbXc',0)
right('aXbXc',0)
substring('aXbXc',0)
substr('aXbXc',0,2)
lpad('aXbXc',0)
rpad('aXbXc',0)
lpad('aXbXc',0,'xy')
rpad('aXbXc',3,'😀z')
repeat('aXbXc',0)
split_part('aXbXc','X',0)
split_part('aXbXc','',0)
substring('aXbXc' from 0 for 1)
left('aXbXc',1)
right('aXbXc',1)
substring('aXbXc',1)
substr('aXbXc',1,2)
lpad('aXbXc',1)
rpad('aXbXc',1)
lpad('aXbXc',1,'xy')
rpad('aXbXc',4,'😀z')
repeat('aXbXc',1)
split_part('aXbXc','X',1)
split_part('aXbXc','',1)
substring('aXbXc' from 1 for 1)
left('aXbXc',2)
right('aXbXc',2)
substring('aXbXc',2)
substr('aXbXc',2,2)
lpad('aXbXc',2)
rpad('aXbXc',2)
lpad('aXbXc',2,'xy')
rpad('aXbXc',5,'😀z')
repeat('aXbXc',2)
split_part('aXbXc','X',2)
split_part('aXbXc','',2)
substring('aXbXc' from 2 for 1)
left('aXbXc',-1)
right('aXbXc',-1)
substring('aXbXc',-1)
substr('aXbXc',-1,2)
lpad('aXbXc',-1)
rpad('aXbXc',-1)
lpad('aXbXc',-1,'xy')
rpad('aXbXc',2,'😀z')
repeat('aXbXc',-1)
split_part('aXbXc','X',-1)
split_part('aXbXc','',-1)
substring('aXbXc' from -1 for 1)
left('aXbXc',-2)
right('aXbXc',-2)
substring('aXbXc',-2)
substr('aXbXc',-2,2)
lpad('aXbXc',-2)
rpad('aXbXc',-2)
lpad('aXbXc',-2,'xy')
rpad('aXbXc',1,'😀z')
repeat('aXbXc',-2)
split_part('aXbXc','X',-2)
split_part('aXbXc','',-2)
substring('aXbXc' from -2 for 1)
left('aXbXc',3)
right('aXbXc',3)
substring('aXbXc',3)
substr('aXbXc',3,2)
lpad('aXbXc',3)
rpad('aXbXc',3)
lpad('aXbXc',3,'xy')
rpad('aXbXc',6,'😀z')
repeat('aXbXc',3)
split_part('aXbXc','X',3)
split_part('aXbXc','',3)
substring('aXbXc' from 3 for 1)
left('aXbXc',100)
right('aXbXc',100)
substring('aXbXc',100)
substr('aXbXc',100,2)
lpad('aXbXc',100)
rpad('aXbXc',100)
lpad('aXbXc',100,'xy')
rpad('aXbXc',103,'😀z')
split_part('aXbXc','X',100)
split_part('aXbXc','',100)
substring('aXbXc' from 100 for 1)
left('aXbXc',-100)
right('aXbXc',-100)
substring('aXbXc',-100)
substr('aXbXc',-100,2)
lpad('aXbXc',-100)
rpad('aXbXc',-100)
lpad('aXbXc',-100,'xy')
rpad('aXbXc',-97,'😀z')
repeat('aXbXc',-100)
split_part('aXbXc','X',-100)
split_part('aXbXc','',-100)
substring('aXbXc' from -100 for 1)
substring('aXbXc',1,-1)
substring('aXbXc',2147483647)
substring('aXbXc',-5,2147483647)
position('X' in 'aXbXc')
position('' in 'aXbXc')
strpos('aXbXc','b')
strpos('aXbXc','😀')
replace('aXbXc','X','--')
replace('aXbXc','','-')
translate('aXbXc','abX','12')
translate('aXbXc','😀l','x')
trim('aXbXc')
trim(both 'x ' from 'aXbXc')
trim(leading 'ah' from 'aXbXc')
trim(trailing 'b😀' from 'aXbXc')
overlay('aXbXc' placing 'ZZ' from 2)
overlay('aXbXc' placing 'ZZ' from 2 for 0)
overlay('aXbXc' placing 'ZZ' from 0)
overlay('aXbXc' placing '' from 1 for 3)
starts_with('aXbXc','he')
'aXbXc' ^@ 'a'
string_to_array('aXbXc','X')
string_to_array('aXbXc',null)
string_to_array('aXbXc','')
string_to_array('aXbXc','X','b')
concat('aXbXc',1,null,true,2.50)
concat_ws('-','aXbXc',1,null,'z')
concat_ws(null,'aXbXc')
convert_to('aXbXc','UTF8')
encode('aXbXc'::bytea,'base64')
encode('aXbXc'::bytea,'hex')
encode('aXbXc'::bytea,'escape')
sha256('aXbXc'::bytea)
sha224('aXbXc'::bytea)
crc32('aXbXc'::bytea)
crc32c('aXbXc'::bytea)
set: string_to_table('aXbXc','X')
'aXbXc' like '%'
'aXbXc' not like '%'
'aXbXc' ilike '%'
'aXbXc' not ilike '%'
'aXbXc' like 'h%'
'aXbXc' not like 'h%'
'aXbXc' ilike 'h%'
'aXbXc' not ilike 'h%'
'aXbXc' like '%o'
'aXbXc' not like '%o'
'aXbXc' ilike '%o'
'aXbXc' not ilike '%o'
'aXbXc' like '%l%'
'aXbXc' not like '%l%'
'aXbXc' ilike '%l%'
'aXbXc' not ilike '%l%'
'aXbXc' like 'h_llo'
'aXbXc' not like 'h_llo'
'aXbXc' ilike 'h_llo'
'aXbXc' not ilike 'h_llo'
'aXbXc' like '_'
'aXbXc' not like '_'
'aXbXc' ilike '_'
'aXbXc' not ilike '_'
'aXbXc' like '%X_X%'
'aXbXc' not like '%X_X%'
'aXbXc' ilike '%X_X%'
'aXbXc' not ilike '%X_X%'
'aXbXc' like ''
'aXbXc' not like ''
'aXbXc' ilike ''
'aXbXc' not ilike ''
'aXbXc' like 'a%b%c'
'aXbXc' not like 'a%b%c'
'aXbXc' ilike 'a%b%c'
'aXbXc' not ilike 'a%b%c'
'aXbXc' like '\h%'
'aXbXc' not like '\h%'
'aXbXc' ilike '\h%'
'aXbXc' not ilike '\h%'
'aXbXc' like 'h\%'
'aXbXc' not like 'h\%'
'aXbXc' ilike 'h\%'
'aXbXc' not ilike 'h\%'
'aXbXc' like '%\'
'aXbXc' not like '%\'
'aXbXc' ilike '%\'
'aXbXc' not ilike '%\'
'aXbXc' like '_____'
'aXbXc' not like '_____'
'aXbXc' ilike '_____'
'aXbXc' not ilike '_____'
'aXbXc' like '%😀%'
'aXbXc' not like '%😀%'
'aXbXc' ilike '%😀%'
'aXbXc' not ilike '%😀%'
'aXbXc' like '😀_😀_'
'aXbXc' not like '😀_😀_'
'aXbXc' ilike '😀_😀_'
'aXbXc' not ilike '😀_😀_'
'a%b' like 'a#%b' escape '#'
'a%b' like 'a#%b' escape ''
'ab' like 'a#%b' escape '#'
'a' like 'a' escape 'xy'
'x' like 'ab\'
'abx' like 'ab\'
'ÀÉ' ilike 'àé'
'a\b' like 'a\\b'
'a\b' like 'a\b' escape '#'
'aaaaaaaaaaaaaaaaaaaaaaab' like '%a%a%a%a%a%c'
like_escape('a#%b\','#')
chr(65)
chr(0)
chr(-1)
chr(233)
chr(128512)
chr(1114112)
chr(55296)
unistr('\0041\+01F600\\x')
unistr('\u0041\U0001F600')
unistr('\z')
normalize('é',NFD)
normalize('é',NFC)
normalize('ﬁ',NFKC)
'é' is normalized
normalize('a','x')
is_normalized('é','NFC')
format('Hello')
format(null)
format('%s %s','a',1)
format('%1$s %1$s','a')
format('%2$s %s','a','b','c')
format('%-10s|','ab')
format('%10s|','ab')
format('%I','a b')
format('%I','select')
format('%I','abc')
format('%L','it''s')
format('%L','a\b')
format('%L',null)
format('%I',null)
format('%s',null)
format('%%')
format('%')
format('%5','a')
format('%x','a')
format('%s')
format('%1$s %3$s','a','b')
format('%*s|%-*s|',5,'ab',4,'x')
format('%*2$s|','ab',5)
format('%0$s','a')
format('%s %s %s',true,1.50,array[1,2])
format('%-*s|',-4,'x')
format('%*s|',null,'x')
format('%1$*2$s|','x',5)
quote_ident('Abc')
quote_ident('a"b')
quote_ident('table')
quote_ident('name')
quote_literal(1.5)
quote_literal(null)
quote_nullable(null)
quote_nullable(5)
quote_ident('1a')
quote_ident('é')
length('abc'::bytea)
octet_length('abc'::bytea)
bit_length('abc'::bytea)
reverse('abc'::bytea)
bit_count('abc'::bytea)
substring('abc'::bytea,2)
substring('abc'::bytea,0,2)
substr('abc'::bytea,1,-1)
position('b'::bytea in 'abc'::bytea)
position(''::bytea in 'abc'::bytea)
get_byte('abc'::bytea,0)
get_byte('abc'::bytea,3)
get_bit('abc'::bytea,9)
set_byte('abc'::bytea,1,300)
set_bit('abc'::bytea,1,1)
set_bit('abc'::bytea,1,2)
get_bit('abc'::bytea,100)
md5('abc'::bytea)
sha512('abc'::bytea)
sha384('abc'::bytea)
btrim('abc'::bytea,'ac'::bytea)
ltrim('abc'::bytea,'\x00'::bytea)
rtrim('abc'::bytea,'\x10'::bytea)
convert_from('abc'::bytea,'UTF8')
encode('abc'::bytea,'nope')
encode('abc'::bytea,'HEX')
length('\x'::bytea)
octet_length('\x'::bytea)
bit_length('\x'::bytea)
reverse('\x'::bytea)
bit_count('\x'::bytea)
substring('\x'::bytea,2)
substring('\x'::bytea,0,2)
substr('\x'::bytea,1,-1)
position('b'::bytea in '\x'::bytea)
position(''::bytea in '\x'::bytea)
get_byte('\x'::bytea,0)
get_byte('\x'::bytea,3)
get_bit('\x'::bytea,9)
set_byte('\x'::bytea,1,300)
set_bit('\x'::bytea,1,1)
set_bit('\x'::bytea,1,2)
get_bit('\x'::bytea,100)
md5('\x'::bytea)
sha512('\x'::bytea)
sha384('\x'::bytea)
btrim('\x'::bytea,'ac'::bytea)
ltrim('\x'::bytea,'\x00'::bytea)
rtrim('\x'::bytea,'\x10'::bytea)
convert_from('\x'::bytea,'UTF8')
encode('\x'::bytea,'nope')
encode('\x'::bytea,'HEX')
length('\x00ff10'::bytea)
octet_length('\x00ff10'::bytea)
bit_length('\x00ff10'::bytea)
reverse('\x00ff10'::bytea)
bit_count('\x00ff10'::bytea)
substring('\x00ff10'::bytea,2)
substring('\x00ff10'::bytea,0,2)
substr('\x00ff10'::bytea,1,-1)
position('b'::bytea in '\x00ff10'::bytea)
position(''::bytea in '\x00ff10'::bytea)
get_byte('\x00ff10'::bytea,0)
get_byte('\x00ff10'::bytea,3)
get_bit('\x00ff10'::bytea,9)
set_byte('\x00ff10'::bytea,1,300)
set_bit('\x00ff10'::bytea,1,1)
set_bit('\x00ff10'::bytea,1,2)
get_bit('\x00ff10'::bytea,100)
md5('\x00ff10'::bytea)
sha512('\x00ff10'::bytea)
sha384('\x00ff10'::bytea)
btrim('\x00ff10'::bytea,'ac'::bytea)
ltrim('\x00ff10'::bytea,'\x00'::bytea)
rtrim('\x00ff10'::bytea,'\x10'::bytea)
convert_from('\x00ff10'::bytea,'UTF8')
encode('\x00ff10'::bytea,'nope')
encode('\x00ff10'::bytea,'HEX')
decode('YWJj','base64')
decode('YW Jj\n','base64')
decode('YWI=','base64')
decode('YQ==','base64')
decode('YQ=','base64')
decode('Y','base64')
decode('!!','base64')
decode('=','base64')
decode('616','hex')
decode('6162','hex')
decode('a\\b\001','escape')
decode('zz','hex')
encode(repeat('x',200)::bytea,'base64')
to_hex(0)
to_hex(0::int8)
to_bin(0)
to_oct(0::int8)
to_hex(255)
to_hex(255::int8)
to_bin(255)
to_oct(255::int8)
to_hex(-1)
to_hex(-1::int8)
to_bin(-1)
to_oct(-1::int8)
to_hex(2147483647)
to_hex(2147483647::int8)
to_bin(2147483647)
to_oct(2147483647::int8)
array_to_string(array[1,2,null,3],',')
array_to_string(array[1,2,null,3],',','*')
array_to_string(array[]::int[],',')
array_to_string(array[[1,2],[3,4]],'-')
array_to_string(null::int[],',')
array_to_string(array['a'],null)
array_to_string(array[true,false],' ')
length('ab  '::char(5))
lpad('x',2000000000)
left(null,1)
substring(null,1)
