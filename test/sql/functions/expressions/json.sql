-- json and jsonb.
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::json
'"str"'::jsonb
'12'::json
'12'::jsonb
'null'::json
'null'::jsonb
'true'::json
'true'::jsonb
'[]'::json
'[]'::jsonb
'{}'::json
'{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::json
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb
'  [ 1 , 2 ]  '::json
'  [ 1 , 2 ]  '::jsonb
'[[1,2],[3,[4]]]'::json
'[[1,2],[3,[4]]]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::json
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::json
'{"a":{"b":{"c":"deep"}}}'::jsonb
''::json
''::jsonb
'{'::json
'{'::jsonb
'['::json
'['::jsonb
'[1'::json
'[1'::jsonb
'[1,'::json
'[1,'::jsonb
'[1,]'::json
'[1,]'::jsonb
'[,1]'::json
'[,1]'::jsonb
'{"a"}'::json
'{"a"}'::jsonb
'{"a":}'::json
'{"a":}'::jsonb
'{"a":1,}'::json
'{"a":1,}'::jsonb
'{a:1}'::json
'{a:1}'::jsonb
'{1:2}'::json
'{1:2}'::jsonb
'tru'::json
'tru'::jsonb
'nul'::json
'nul'::jsonb
'truex'::json
'truex'::jsonb
'01'::json
'01'::jsonb
'1.'::json
'1.'::jsonb
'.5'::json
'.5'::jsonb
'-'::json
'-'::jsonb
'+1'::json
'+1'::jsonb
'1e'::json
'1e'::jsonb
'1e5x'::json
'1e5x'::jsonb
'0x1'::json
'0x1'::jsonb
'"abc'::json
'"abc'::jsonb
'"\x"'::json
'"\x"'::jsonb
'"\u12"'::json
'"\u12"'::jsonb
'"\ud800"'::json
'"\ud800"'::jsonb
'"\udc00x"'::json
'"\udc00x"'::jsonb
'"\ud800\ud800"'::json
'"\ud800\ud800"'::jsonb
'"\u0000"'::json
'"\u0000"'::jsonb
'[1 2]'::json
'[1 2]'::jsonb
'{"a" 1}'::json
'{"a" 1}'::jsonb
'{"a":1 "b":2}'::json
'{"a":1 "b":2}'::jsonb
'1 2'::json
'1 2'::jsonb
'[1]]'::json
'[1]]'::jsonb
'}'::json
'}'::jsonb
']'::json
']'::jsonb
'NaN'::json
'NaN'::jsonb
'-Infinity'::json
'-Infinity'::jsonb
'''x'''::json
'''x'''::jsonb
'"a" "b"'::json
'"a" "b"'::jsonb
'{"a":1]'::json
'{"a":1]'::jsonb
'@'::json
'@'::jsonb
'[1,@]'::json
'[1,@]'::jsonb
'é'::json
'é'::jsonb
'12é'::json
'12é'::jsonb
'-x'::json
'-x'::jsonb
'1.e5'::json
'1.e5'::jsonb
'"\'::json
'"\'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json -> 'a'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json ->> 'a'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json -> 0
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json ->> 0
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json -> -1
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json ->> -1
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json -> 'b'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json ->> 'b'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json -> 2
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json ->> 2
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json -> 9
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json ->> 9
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{a}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{a}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{b,2,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{b,2,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{-1}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{-1}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{1,1,0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{1,1,0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{a,b,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{a,b,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #> '{x,null}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::json #>> '{x,null}'
json_typeof('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
json_array_length('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
json_strip_nulls('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
json_strip_nulls('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json, true)
json_extract_path('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json, 'b', '0')
json_extract_path_text('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json, 'b', '0')
set: json_array_elements('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
set: json_array_elements_text('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
set: json_object_keys('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
to_jsonb('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
to_json('{"a":1,"b":[1,2,{"c":null}],"a":2}'::json)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb -> 'a'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ->> 'a'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb -> 0
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ->> 0
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb -> -1
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ->> -1
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb -> 'b'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ->> 'b'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb -> 2
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ->> 2
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb -> 9
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ->> 9
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{a}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{a}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{b,2,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{b,2,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{-1}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{-1}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{1,1,0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{1,1,0}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{a,b,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{a,b,c}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #> '{x,null}'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #>> '{x,null}'
jsonb_typeof('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
jsonb_array_length('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
jsonb_strip_nulls('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
jsonb_strip_nulls('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, true)
jsonb_extract_path('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, 'b', '0')
jsonb_extract_path_text('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, 'b', '0')
set: jsonb_array_elements('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
set: jsonb_array_elements_text('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
set: jsonb_object_keys('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
to_jsonb('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
to_json('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
jsonb_pretty('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> '"str"'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ '"str"'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || '"str"'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = '"str"'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < '"str"'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= '"str"'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> '12'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ '12'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || '12'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = '12'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < '12'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= '12'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> 'null'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ 'null'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || 'null'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = 'null'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < 'null'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= 'null'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> 'true'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ 'true'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || 'true'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = 'true'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < 'true'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= 'true'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> '[]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ '[]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || '[]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = '[]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < '[]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= '[]'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb @> '{}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb <@ '{}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb || '{}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb = '{}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb < '{}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb >= '{}'::jsonb
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ? 'a'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ? 'x'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ? 'str'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ?| array['a','x']
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ?& array['a','b']
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb ?& '{}'::text[]
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb - 'a'
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb - 1
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb - -1
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb - array['a','b']
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{a}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{b,2}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,2}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,2}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,2}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{0}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{0}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{0}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{0}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{0}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{-1}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-1}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-1}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-1}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-1}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{9}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{9}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{9}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{9}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{9}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{x}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{a,b,c}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,c}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,c}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{a,b,x}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,x}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a,b,x}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{x,y}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x,y}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x,y}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{x,y}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{b,x}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,x}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,x}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{b,x}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb #- '{-9}'
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-9}', '"new"')
jsonb_set('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-9}', '[9]', false)
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-9}', '"new"')
jsonb_insert('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{-9}', '"new"', true)
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::bool
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::numeric
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::int2
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::int4
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::int8
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::float4
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::float8
'{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb::text
jsonb_set_lax('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', null)
jsonb_set_lax('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb, '{a}', null, true, 'foo')
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json -> 'a'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json ->> 'a'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json -> 0
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json ->> 0
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json -> -1
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json ->> -1
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json -> 'b'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json ->> 'b'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json -> 2
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json ->> 2
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json -> 9
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json ->> 9
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{a}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{a}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{b,2,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{b,2,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{-1}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{-1}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{1,1,0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{1,1,0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{a,b,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{a,b,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #> '{x,null}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json #>> '{x,null}'
json_typeof('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
json_array_length('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
json_strip_nulls('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
json_strip_nulls('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json, true)
json_extract_path('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json, 'b', '0')
json_extract_path_text('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json, 'b', '0')
set: json_array_elements('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
set: json_array_elements_text('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
set: json_object_keys('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
to_jsonb('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
to_json('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::json)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb -> 'a'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ->> 'a'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb -> 0
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ->> 0
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb -> -1
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ->> -1
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb -> 'b'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ->> 'b'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb -> 2
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ->> 2
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb -> 9
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ->> 9
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{a}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{a}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{b,2,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{b,2,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{-1}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{-1}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{1,1,0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{1,1,0}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{a,b,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{a,b,c}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #> '{x,null}'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #>> '{x,null}'
jsonb_typeof('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
jsonb_array_length('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
jsonb_strip_nulls('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
jsonb_strip_nulls('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, true)
jsonb_extract_path('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, 'b', '0')
jsonb_extract_path_text('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, 'b', '0')
set: jsonb_array_elements('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
set: jsonb_array_elements_text('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
set: jsonb_object_keys('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
to_jsonb('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
to_json('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
jsonb_pretty('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> '"str"'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ '"str"'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || '"str"'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = '"str"'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < '"str"'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= '"str"'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> '12'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ '12'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || '12'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = '12'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < '12'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= '12'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> 'null'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ 'null'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || 'null'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = 'null'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < 'null'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= 'null'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> 'true'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ 'true'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || 'true'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = 'true'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < 'true'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= 'true'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> '[]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ '[]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || '[]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = '[]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < '[]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= '[]'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb @> '{}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb <@ '{}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb || '{}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb = '{}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb < '{}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb >= '{}'::jsonb
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ? 'a'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ? 'x'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ? 'str'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ?| array['a','x']
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ?& array['a','b']
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb ?& '{}'::text[]
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb - 'a'
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb - 1
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb - -1
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb - array['a','b']
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{a}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{b,2}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,2}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,2}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,2}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{0}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{0}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{0}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{0}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{0}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{-1}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-1}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-1}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-1}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-1}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{9}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{9}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{9}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{9}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{9}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{x}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{a,b,c}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,c}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,c}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{a,b,x}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,x}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a,b,x}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{x,y}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x,y}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x,y}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{x,y}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{b,x}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,x}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,x}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{b,x}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb #- '{-9}'
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-9}', '"new"')
jsonb_set('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-9}', '[9]', false)
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-9}', '"new"')
jsonb_insert('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{-9}', '"new"', true)
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::bool
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::numeric
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::int2
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::int4
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::int8
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::float4
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::float8
'[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb::text
jsonb_set_lax('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', null)
jsonb_set_lax('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb, '{a}', null, true, 'foo')
'"str"'::json -> 'a'
'"str"'::json ->> 'a'
'"str"'::json -> 0
'"str"'::json ->> 0
'"str"'::json -> -1
'"str"'::json ->> -1
'"str"'::json -> 'b'
'"str"'::json ->> 'b'
'"str"'::json -> 2
'"str"'::json ->> 2
'"str"'::json -> 9
'"str"'::json ->> 9
'"str"'::json #> '{a}'
'"str"'::json #>> '{a}'
'"str"'::json #> '{b,2,c}'
'"str"'::json #>> '{b,2,c}'
'"str"'::json #> '{0}'
'"str"'::json #>> '{0}'
'"str"'::json #> '{-1}'
'"str"'::json #>> '{-1}'
'"str"'::json #> '{}'
'"str"'::json #>> '{}'
'"str"'::json #> '{1,1,0}'
'"str"'::json #>> '{1,1,0}'
'"str"'::json #> '{a,b,c}'
'"str"'::json #>> '{a,b,c}'
'"str"'::json #> '{x,null}'
'"str"'::json #>> '{x,null}'
json_typeof('"str"'::json)
json_array_length('"str"'::json)
json_strip_nulls('"str"'::json)
json_strip_nulls('"str"'::json, true)
json_extract_path('"str"'::json, 'b', '0')
json_extract_path_text('"str"'::json, 'b', '0')
set: json_array_elements('"str"'::json)
set: json_array_elements_text('"str"'::json)
set: json_object_keys('"str"'::json)
to_jsonb('"str"'::json)
to_json('"str"'::json)
'"str"'::jsonb -> 'a'
'"str"'::jsonb ->> 'a'
'"str"'::jsonb -> 0
'"str"'::jsonb ->> 0
'"str"'::jsonb -> -1
'"str"'::jsonb ->> -1
'"str"'::jsonb -> 'b'
'"str"'::jsonb ->> 'b'
'"str"'::jsonb -> 2
'"str"'::jsonb ->> 2
'"str"'::jsonb -> 9
'"str"'::jsonb ->> 9
'"str"'::jsonb #> '{a}'
'"str"'::jsonb #>> '{a}'
'"str"'::jsonb #> '{b,2,c}'
'"str"'::jsonb #>> '{b,2,c}'
'"str"'::jsonb #> '{0}'
'"str"'::jsonb #>> '{0}'
'"str"'::jsonb #> '{-1}'
'"str"'::jsonb #>> '{-1}'
'"str"'::jsonb #> '{}'
'"str"'::jsonb #>> '{}'
'"str"'::jsonb #> '{1,1,0}'
'"str"'::jsonb #>> '{1,1,0}'
'"str"'::jsonb #> '{a,b,c}'
'"str"'::jsonb #>> '{a,b,c}'
'"str"'::jsonb #> '{x,null}'
'"str"'::jsonb #>> '{x,null}'
jsonb_typeof('"str"'::jsonb)
jsonb_array_length('"str"'::jsonb)
jsonb_strip_nulls('"str"'::jsonb)
jsonb_strip_nulls('"str"'::jsonb, true)
jsonb_extract_path('"str"'::jsonb, 'b', '0')
jsonb_extract_path_text('"str"'::jsonb, 'b', '0')
set: jsonb_array_elements('"str"'::jsonb)
set: jsonb_array_elements_text('"str"'::jsonb)
set: jsonb_object_keys('"str"'::jsonb)
to_jsonb('"str"'::jsonb)
to_json('"str"'::jsonb)
jsonb_pretty('"str"'::jsonb)
'"str"'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"str"'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"str"'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"str"'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"str"'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"str"'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"str"'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"str"'::jsonb @> '"str"'::jsonb
'"str"'::jsonb <@ '"str"'::jsonb
'"str"'::jsonb || '"str"'::jsonb
'"str"'::jsonb = '"str"'::jsonb
'"str"'::jsonb < '"str"'::jsonb
'"str"'::jsonb >= '"str"'::jsonb
'"str"'::jsonb @> '12'::jsonb
'"str"'::jsonb <@ '12'::jsonb
'"str"'::jsonb || '12'::jsonb
'"str"'::jsonb = '12'::jsonb
'"str"'::jsonb < '12'::jsonb
'"str"'::jsonb >= '12'::jsonb
'"str"'::jsonb @> 'null'::jsonb
'"str"'::jsonb <@ 'null'::jsonb
'"str"'::jsonb || 'null'::jsonb
'"str"'::jsonb = 'null'::jsonb
'"str"'::jsonb < 'null'::jsonb
'"str"'::jsonb >= 'null'::jsonb
'"str"'::jsonb @> 'true'::jsonb
'"str"'::jsonb <@ 'true'::jsonb
'"str"'::jsonb || 'true'::jsonb
'"str"'::jsonb = 'true'::jsonb
'"str"'::jsonb < 'true'::jsonb
'"str"'::jsonb >= 'true'::jsonb
'"str"'::jsonb @> '[]'::jsonb
'"str"'::jsonb <@ '[]'::jsonb
'"str"'::jsonb || '[]'::jsonb
'"str"'::jsonb = '[]'::jsonb
'"str"'::jsonb < '[]'::jsonb
'"str"'::jsonb >= '[]'::jsonb
'"str"'::jsonb @> '{}'::jsonb
'"str"'::jsonb <@ '{}'::jsonb
'"str"'::jsonb || '{}'::jsonb
'"str"'::jsonb = '{}'::jsonb
'"str"'::jsonb < '{}'::jsonb
'"str"'::jsonb >= '{}'::jsonb
'"str"'::jsonb ? 'a'
'"str"'::jsonb ? 'x'
'"str"'::jsonb ? 'str'
'"str"'::jsonb ?| array['a','x']
'"str"'::jsonb ?& array['a','b']
'"str"'::jsonb ?& '{}'::text[]
'"str"'::jsonb - 'a'
'"str"'::jsonb - 1
'"str"'::jsonb - -1
'"str"'::jsonb - array['a','b']
'"str"'::jsonb #- '{a}'
jsonb_set('"str"'::jsonb, '{a}', '"new"')
jsonb_set('"str"'::jsonb, '{a}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{a}', '"new"')
jsonb_insert('"str"'::jsonb, '{a}', '"new"', true)
'"str"'::jsonb #- '{b,2}'
jsonb_set('"str"'::jsonb, '{b,2}', '"new"')
jsonb_set('"str"'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{b,2}', '"new"')
jsonb_insert('"str"'::jsonb, '{b,2}', '"new"', true)
'"str"'::jsonb #- '{0}'
jsonb_set('"str"'::jsonb, '{0}', '"new"')
jsonb_set('"str"'::jsonb, '{0}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{0}', '"new"')
jsonb_insert('"str"'::jsonb, '{0}', '"new"', true)
'"str"'::jsonb #- '{-1}'
jsonb_set('"str"'::jsonb, '{-1}', '"new"')
jsonb_set('"str"'::jsonb, '{-1}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{-1}', '"new"')
jsonb_insert('"str"'::jsonb, '{-1}', '"new"', true)
'"str"'::jsonb #- '{9}'
jsonb_set('"str"'::jsonb, '{9}', '"new"')
jsonb_set('"str"'::jsonb, '{9}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{9}', '"new"')
jsonb_insert('"str"'::jsonb, '{9}', '"new"', true)
'"str"'::jsonb #- '{}'
jsonb_set('"str"'::jsonb, '{}', '"new"')
jsonb_set('"str"'::jsonb, '{}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{}', '"new"')
jsonb_insert('"str"'::jsonb, '{}', '"new"', true)
'"str"'::jsonb #- '{x}'
jsonb_set('"str"'::jsonb, '{x}', '"new"')
jsonb_set('"str"'::jsonb, '{x}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{x}', '"new"')
jsonb_insert('"str"'::jsonb, '{x}', '"new"', true)
'"str"'::jsonb #- '{a,b,c}'
jsonb_set('"str"'::jsonb, '{a,b,c}', '"new"')
jsonb_set('"str"'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('"str"'::jsonb, '{a,b,c}', '"new"', true)
'"str"'::jsonb #- '{a,b,x}'
jsonb_set('"str"'::jsonb, '{a,b,x}', '"new"')
jsonb_set('"str"'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('"str"'::jsonb, '{a,b,x}', '"new"', true)
'"str"'::jsonb #- '{x,y}'
jsonb_set('"str"'::jsonb, '{x,y}', '"new"')
jsonb_set('"str"'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{x,y}', '"new"')
jsonb_insert('"str"'::jsonb, '{x,y}', '"new"', true)
'"str"'::jsonb #- '{b,x}'
jsonb_set('"str"'::jsonb, '{b,x}', '"new"')
jsonb_set('"str"'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{b,x}', '"new"')
jsonb_insert('"str"'::jsonb, '{b,x}', '"new"', true)
'"str"'::jsonb #- '{-9}'
jsonb_set('"str"'::jsonb, '{-9}', '"new"')
jsonb_set('"str"'::jsonb, '{-9}', '[9]', false)
jsonb_insert('"str"'::jsonb, '{-9}', '"new"')
jsonb_insert('"str"'::jsonb, '{-9}', '"new"', true)
'"str"'::jsonb::bool
'"str"'::jsonb::numeric
'"str"'::jsonb::int2
'"str"'::jsonb::int4
'"str"'::jsonb::int8
'"str"'::jsonb::float4
'"str"'::jsonb::float8
'"str"'::jsonb::text
jsonb_set_lax('"str"'::jsonb, '{a}', null)
jsonb_set_lax('"str"'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('"str"'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('"str"'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('"str"'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('"str"'::jsonb, '{a}', null, true, 'foo')
'12'::json -> 'a'
'12'::json ->> 'a'
'12'::json -> 0
'12'::json ->> 0
'12'::json -> -1
'12'::json ->> -1
'12'::json -> 'b'
'12'::json ->> 'b'
'12'::json -> 2
'12'::json ->> 2
'12'::json -> 9
'12'::json ->> 9
'12'::json #> '{a}'
'12'::json #>> '{a}'
'12'::json #> '{b,2,c}'
'12'::json #>> '{b,2,c}'
'12'::json #> '{0}'
'12'::json #>> '{0}'
'12'::json #> '{-1}'
'12'::json #>> '{-1}'
'12'::json #> '{}'
'12'::json #>> '{}'
'12'::json #> '{1,1,0}'
'12'::json #>> '{1,1,0}'
'12'::json #> '{a,b,c}'
'12'::json #>> '{a,b,c}'
'12'::json #> '{x,null}'
'12'::json #>> '{x,null}'
json_typeof('12'::json)
json_array_length('12'::json)
json_strip_nulls('12'::json)
json_strip_nulls('12'::json, true)
json_extract_path('12'::json, 'b', '0')
json_extract_path_text('12'::json, 'b', '0')
set: json_array_elements('12'::json)
set: json_array_elements_text('12'::json)
set: json_object_keys('12'::json)
to_jsonb('12'::json)
to_json('12'::json)
'12'::jsonb -> 'a'
'12'::jsonb ->> 'a'
'12'::jsonb -> 0
'12'::jsonb ->> 0
'12'::jsonb -> -1
'12'::jsonb ->> -1
'12'::jsonb -> 'b'
'12'::jsonb ->> 'b'
'12'::jsonb -> 2
'12'::jsonb ->> 2
'12'::jsonb -> 9
'12'::jsonb ->> 9
'12'::jsonb #> '{a}'
'12'::jsonb #>> '{a}'
'12'::jsonb #> '{b,2,c}'
'12'::jsonb #>> '{b,2,c}'
'12'::jsonb #> '{0}'
'12'::jsonb #>> '{0}'
'12'::jsonb #> '{-1}'
'12'::jsonb #>> '{-1}'
'12'::jsonb #> '{}'
'12'::jsonb #>> '{}'
'12'::jsonb #> '{1,1,0}'
'12'::jsonb #>> '{1,1,0}'
'12'::jsonb #> '{a,b,c}'
'12'::jsonb #>> '{a,b,c}'
'12'::jsonb #> '{x,null}'
'12'::jsonb #>> '{x,null}'
jsonb_typeof('12'::jsonb)
jsonb_array_length('12'::jsonb)
jsonb_strip_nulls('12'::jsonb)
jsonb_strip_nulls('12'::jsonb, true)
jsonb_extract_path('12'::jsonb, 'b', '0')
jsonb_extract_path_text('12'::jsonb, 'b', '0')
set: jsonb_array_elements('12'::jsonb)
set: jsonb_array_elements_text('12'::jsonb)
set: jsonb_object_keys('12'::jsonb)
to_jsonb('12'::jsonb)
to_json('12'::jsonb)
jsonb_pretty('12'::jsonb)
'12'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'12'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'12'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'12'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'12'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'12'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'12'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'12'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'12'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'12'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'12'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'12'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'12'::jsonb @> '"str"'::jsonb
'12'::jsonb <@ '"str"'::jsonb
'12'::jsonb || '"str"'::jsonb
'12'::jsonb = '"str"'::jsonb
'12'::jsonb < '"str"'::jsonb
'12'::jsonb >= '"str"'::jsonb
'12'::jsonb @> '12'::jsonb
'12'::jsonb <@ '12'::jsonb
'12'::jsonb || '12'::jsonb
'12'::jsonb = '12'::jsonb
'12'::jsonb < '12'::jsonb
'12'::jsonb >= '12'::jsonb
'12'::jsonb @> 'null'::jsonb
'12'::jsonb <@ 'null'::jsonb
'12'::jsonb || 'null'::jsonb
'12'::jsonb = 'null'::jsonb
'12'::jsonb < 'null'::jsonb
'12'::jsonb >= 'null'::jsonb
'12'::jsonb @> 'true'::jsonb
'12'::jsonb <@ 'true'::jsonb
'12'::jsonb || 'true'::jsonb
'12'::jsonb = 'true'::jsonb
'12'::jsonb < 'true'::jsonb
'12'::jsonb >= 'true'::jsonb
'12'::jsonb @> '[]'::jsonb
'12'::jsonb <@ '[]'::jsonb
'12'::jsonb || '[]'::jsonb
'12'::jsonb = '[]'::jsonb
'12'::jsonb < '[]'::jsonb
'12'::jsonb >= '[]'::jsonb
'12'::jsonb @> '{}'::jsonb
'12'::jsonb <@ '{}'::jsonb
'12'::jsonb || '{}'::jsonb
'12'::jsonb = '{}'::jsonb
'12'::jsonb < '{}'::jsonb
'12'::jsonb >= '{}'::jsonb
'12'::jsonb ? 'a'
'12'::jsonb ? 'x'
'12'::jsonb ? 'str'
'12'::jsonb ?| array['a','x']
'12'::jsonb ?& array['a','b']
'12'::jsonb ?& '{}'::text[]
'12'::jsonb - 'a'
'12'::jsonb - 1
'12'::jsonb - -1
'12'::jsonb - array['a','b']
'12'::jsonb #- '{a}'
jsonb_set('12'::jsonb, '{a}', '"new"')
jsonb_set('12'::jsonb, '{a}', '[9]', false)
jsonb_insert('12'::jsonb, '{a}', '"new"')
jsonb_insert('12'::jsonb, '{a}', '"new"', true)
'12'::jsonb #- '{b,2}'
jsonb_set('12'::jsonb, '{b,2}', '"new"')
jsonb_set('12'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('12'::jsonb, '{b,2}', '"new"')
jsonb_insert('12'::jsonb, '{b,2}', '"new"', true)
'12'::jsonb #- '{0}'
jsonb_set('12'::jsonb, '{0}', '"new"')
jsonb_set('12'::jsonb, '{0}', '[9]', false)
jsonb_insert('12'::jsonb, '{0}', '"new"')
jsonb_insert('12'::jsonb, '{0}', '"new"', true)
'12'::jsonb #- '{-1}'
jsonb_set('12'::jsonb, '{-1}', '"new"')
jsonb_set('12'::jsonb, '{-1}', '[9]', false)
jsonb_insert('12'::jsonb, '{-1}', '"new"')
jsonb_insert('12'::jsonb, '{-1}', '"new"', true)
'12'::jsonb #- '{9}'
jsonb_set('12'::jsonb, '{9}', '"new"')
jsonb_set('12'::jsonb, '{9}', '[9]', false)
jsonb_insert('12'::jsonb, '{9}', '"new"')
jsonb_insert('12'::jsonb, '{9}', '"new"', true)
'12'::jsonb #- '{}'
jsonb_set('12'::jsonb, '{}', '"new"')
jsonb_set('12'::jsonb, '{}', '[9]', false)
jsonb_insert('12'::jsonb, '{}', '"new"')
jsonb_insert('12'::jsonb, '{}', '"new"', true)
'12'::jsonb #- '{x}'
jsonb_set('12'::jsonb, '{x}', '"new"')
jsonb_set('12'::jsonb, '{x}', '[9]', false)
jsonb_insert('12'::jsonb, '{x}', '"new"')
jsonb_insert('12'::jsonb, '{x}', '"new"', true)
'12'::jsonb #- '{a,b,c}'
jsonb_set('12'::jsonb, '{a,b,c}', '"new"')
jsonb_set('12'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('12'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('12'::jsonb, '{a,b,c}', '"new"', true)
'12'::jsonb #- '{a,b,x}'
jsonb_set('12'::jsonb, '{a,b,x}', '"new"')
jsonb_set('12'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('12'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('12'::jsonb, '{a,b,x}', '"new"', true)
'12'::jsonb #- '{x,y}'
jsonb_set('12'::jsonb, '{x,y}', '"new"')
jsonb_set('12'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('12'::jsonb, '{x,y}', '"new"')
jsonb_insert('12'::jsonb, '{x,y}', '"new"', true)
'12'::jsonb #- '{b,x}'
jsonb_set('12'::jsonb, '{b,x}', '"new"')
jsonb_set('12'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('12'::jsonb, '{b,x}', '"new"')
jsonb_insert('12'::jsonb, '{b,x}', '"new"', true)
'12'::jsonb #- '{-9}'
jsonb_set('12'::jsonb, '{-9}', '"new"')
jsonb_set('12'::jsonb, '{-9}', '[9]', false)
jsonb_insert('12'::jsonb, '{-9}', '"new"')
jsonb_insert('12'::jsonb, '{-9}', '"new"', true)
'12'::jsonb::bool
'12'::jsonb::numeric
'12'::jsonb::int2
'12'::jsonb::int4
'12'::jsonb::int8
'12'::jsonb::float4
'12'::jsonb::float8
'12'::jsonb::text
jsonb_set_lax('12'::jsonb, '{a}', null)
jsonb_set_lax('12'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('12'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('12'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('12'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('12'::jsonb, '{a}', null, true, 'foo')
'null'::json -> 'a'
'null'::json ->> 'a'
'null'::json -> 0
'null'::json ->> 0
'null'::json -> -1
'null'::json ->> -1
'null'::json -> 'b'
'null'::json ->> 'b'
'null'::json -> 2
'null'::json ->> 2
'null'::json -> 9
'null'::json ->> 9
'null'::json #> '{a}'
'null'::json #>> '{a}'
'null'::json #> '{b,2,c}'
'null'::json #>> '{b,2,c}'
'null'::json #> '{0}'
'null'::json #>> '{0}'
'null'::json #> '{-1}'
'null'::json #>> '{-1}'
'null'::json #> '{}'
'null'::json #>> '{}'
'null'::json #> '{1,1,0}'
'null'::json #>> '{1,1,0}'
'null'::json #> '{a,b,c}'
'null'::json #>> '{a,b,c}'
'null'::json #> '{x,null}'
'null'::json #>> '{x,null}'
json_typeof('null'::json)
json_array_length('null'::json)
json_strip_nulls('null'::json)
json_strip_nulls('null'::json, true)
json_extract_path('null'::json, 'b', '0')
json_extract_path_text('null'::json, 'b', '0')
set: json_array_elements('null'::json)
set: json_array_elements_text('null'::json)
set: json_object_keys('null'::json)
to_jsonb('null'::json)
to_json('null'::json)
'null'::jsonb -> 'a'
'null'::jsonb ->> 'a'
'null'::jsonb -> 0
'null'::jsonb ->> 0
'null'::jsonb -> -1
'null'::jsonb ->> -1
'null'::jsonb -> 'b'
'null'::jsonb ->> 'b'
'null'::jsonb -> 2
'null'::jsonb ->> 2
'null'::jsonb -> 9
'null'::jsonb ->> 9
'null'::jsonb #> '{a}'
'null'::jsonb #>> '{a}'
'null'::jsonb #> '{b,2,c}'
'null'::jsonb #>> '{b,2,c}'
'null'::jsonb #> '{0}'
'null'::jsonb #>> '{0}'
'null'::jsonb #> '{-1}'
'null'::jsonb #>> '{-1}'
'null'::jsonb #> '{}'
'null'::jsonb #>> '{}'
'null'::jsonb #> '{1,1,0}'
'null'::jsonb #>> '{1,1,0}'
'null'::jsonb #> '{a,b,c}'
'null'::jsonb #>> '{a,b,c}'
'null'::jsonb #> '{x,null}'
'null'::jsonb #>> '{x,null}'
jsonb_typeof('null'::jsonb)
jsonb_array_length('null'::jsonb)
jsonb_strip_nulls('null'::jsonb)
jsonb_strip_nulls('null'::jsonb, true)
jsonb_extract_path('null'::jsonb, 'b', '0')
jsonb_extract_path_text('null'::jsonb, 'b', '0')
set: jsonb_array_elements('null'::jsonb)
set: jsonb_array_elements_text('null'::jsonb)
set: jsonb_object_keys('null'::jsonb)
to_jsonb('null'::jsonb)
to_json('null'::jsonb)
jsonb_pretty('null'::jsonb)
'null'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'null'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'null'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'null'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'null'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'null'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'null'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'null'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'null'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'null'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'null'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'null'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'null'::jsonb @> '"str"'::jsonb
'null'::jsonb <@ '"str"'::jsonb
'null'::jsonb || '"str"'::jsonb
'null'::jsonb = '"str"'::jsonb
'null'::jsonb < '"str"'::jsonb
'null'::jsonb >= '"str"'::jsonb
'null'::jsonb @> '12'::jsonb
'null'::jsonb <@ '12'::jsonb
'null'::jsonb || '12'::jsonb
'null'::jsonb = '12'::jsonb
'null'::jsonb < '12'::jsonb
'null'::jsonb >= '12'::jsonb
'null'::jsonb @> 'null'::jsonb
'null'::jsonb <@ 'null'::jsonb
'null'::jsonb || 'null'::jsonb
'null'::jsonb = 'null'::jsonb
'null'::jsonb < 'null'::jsonb
'null'::jsonb >= 'null'::jsonb
'null'::jsonb @> 'true'::jsonb
'null'::jsonb <@ 'true'::jsonb
'null'::jsonb || 'true'::jsonb
'null'::jsonb = 'true'::jsonb
'null'::jsonb < 'true'::jsonb
'null'::jsonb >= 'true'::jsonb
'null'::jsonb @> '[]'::jsonb
'null'::jsonb <@ '[]'::jsonb
'null'::jsonb || '[]'::jsonb
'null'::jsonb = '[]'::jsonb
'null'::jsonb < '[]'::jsonb
'null'::jsonb >= '[]'::jsonb
'null'::jsonb @> '{}'::jsonb
'null'::jsonb <@ '{}'::jsonb
'null'::jsonb || '{}'::jsonb
'null'::jsonb = '{}'::jsonb
'null'::jsonb < '{}'::jsonb
'null'::jsonb >= '{}'::jsonb
'null'::jsonb ? 'a'
'null'::jsonb ? 'x'
'null'::jsonb ? 'str'
'null'::jsonb ?| array['a','x']
'null'::jsonb ?& array['a','b']
'null'::jsonb ?& '{}'::text[]
'null'::jsonb - 'a'
'null'::jsonb - 1
'null'::jsonb - -1
'null'::jsonb - array['a','b']
'null'::jsonb #- '{a}'
jsonb_set('null'::jsonb, '{a}', '"new"')
jsonb_set('null'::jsonb, '{a}', '[9]', false)
jsonb_insert('null'::jsonb, '{a}', '"new"')
jsonb_insert('null'::jsonb, '{a}', '"new"', true)
'null'::jsonb #- '{b,2}'
jsonb_set('null'::jsonb, '{b,2}', '"new"')
jsonb_set('null'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('null'::jsonb, '{b,2}', '"new"')
jsonb_insert('null'::jsonb, '{b,2}', '"new"', true)
'null'::jsonb #- '{0}'
jsonb_set('null'::jsonb, '{0}', '"new"')
jsonb_set('null'::jsonb, '{0}', '[9]', false)
jsonb_insert('null'::jsonb, '{0}', '"new"')
jsonb_insert('null'::jsonb, '{0}', '"new"', true)
'null'::jsonb #- '{-1}'
jsonb_set('null'::jsonb, '{-1}', '"new"')
jsonb_set('null'::jsonb, '{-1}', '[9]', false)
jsonb_insert('null'::jsonb, '{-1}', '"new"')
jsonb_insert('null'::jsonb, '{-1}', '"new"', true)
'null'::jsonb #- '{9}'
jsonb_set('null'::jsonb, '{9}', '"new"')
jsonb_set('null'::jsonb, '{9}', '[9]', false)
jsonb_insert('null'::jsonb, '{9}', '"new"')
jsonb_insert('null'::jsonb, '{9}', '"new"', true)
'null'::jsonb #- '{}'
jsonb_set('null'::jsonb, '{}', '"new"')
jsonb_set('null'::jsonb, '{}', '[9]', false)
jsonb_insert('null'::jsonb, '{}', '"new"')
jsonb_insert('null'::jsonb, '{}', '"new"', true)
'null'::jsonb #- '{x}'
jsonb_set('null'::jsonb, '{x}', '"new"')
jsonb_set('null'::jsonb, '{x}', '[9]', false)
jsonb_insert('null'::jsonb, '{x}', '"new"')
jsonb_insert('null'::jsonb, '{x}', '"new"', true)
'null'::jsonb #- '{a,b,c}'
jsonb_set('null'::jsonb, '{a,b,c}', '"new"')
jsonb_set('null'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('null'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('null'::jsonb, '{a,b,c}', '"new"', true)
'null'::jsonb #- '{a,b,x}'
jsonb_set('null'::jsonb, '{a,b,x}', '"new"')
jsonb_set('null'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('null'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('null'::jsonb, '{a,b,x}', '"new"', true)
'null'::jsonb #- '{x,y}'
jsonb_set('null'::jsonb, '{x,y}', '"new"')
jsonb_set('null'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('null'::jsonb, '{x,y}', '"new"')
jsonb_insert('null'::jsonb, '{x,y}', '"new"', true)
'null'::jsonb #- '{b,x}'
jsonb_set('null'::jsonb, '{b,x}', '"new"')
jsonb_set('null'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('null'::jsonb, '{b,x}', '"new"')
jsonb_insert('null'::jsonb, '{b,x}', '"new"', true)
'null'::jsonb #- '{-9}'
jsonb_set('null'::jsonb, '{-9}', '"new"')
jsonb_set('null'::jsonb, '{-9}', '[9]', false)
jsonb_insert('null'::jsonb, '{-9}', '"new"')
jsonb_insert('null'::jsonb, '{-9}', '"new"', true)
'null'::jsonb::bool
'null'::jsonb::numeric
'null'::jsonb::int2
'null'::jsonb::int4
'null'::jsonb::int8
'null'::jsonb::float4
'null'::jsonb::float8
'null'::jsonb::text
jsonb_set_lax('null'::jsonb, '{a}', null)
jsonb_set_lax('null'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('null'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('null'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('null'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('null'::jsonb, '{a}', null, true, 'foo')
'true'::json -> 'a'
'true'::json ->> 'a'
'true'::json -> 0
'true'::json ->> 0
'true'::json -> -1
'true'::json ->> -1
'true'::json -> 'b'
'true'::json ->> 'b'
'true'::json -> 2
'true'::json ->> 2
'true'::json -> 9
'true'::json ->> 9
'true'::json #> '{a}'
'true'::json #>> '{a}'
'true'::json #> '{b,2,c}'
'true'::json #>> '{b,2,c}'
'true'::json #> '{0}'
'true'::json #>> '{0}'
'true'::json #> '{-1}'
'true'::json #>> '{-1}'
'true'::json #> '{}'
'true'::json #>> '{}'
'true'::json #> '{1,1,0}'
'true'::json #>> '{1,1,0}'
'true'::json #> '{a,b,c}'
'true'::json #>> '{a,b,c}'
'true'::json #> '{x,null}'
'true'::json #>> '{x,null}'
json_typeof('true'::json)
json_array_length('true'::json)
json_strip_nulls('true'::json)
json_strip_nulls('true'::json, true)
json_extract_path('true'::json, 'b', '0')
json_extract_path_text('true'::json, 'b', '0')
set: json_array_elements('true'::json)
set: json_array_elements_text('true'::json)
set: json_object_keys('true'::json)
to_jsonb('true'::json)
to_json('true'::json)
'true'::jsonb -> 'a'
'true'::jsonb ->> 'a'
'true'::jsonb -> 0
'true'::jsonb ->> 0
'true'::jsonb -> -1
'true'::jsonb ->> -1
'true'::jsonb -> 'b'
'true'::jsonb ->> 'b'
'true'::jsonb -> 2
'true'::jsonb ->> 2
'true'::jsonb -> 9
'true'::jsonb ->> 9
'true'::jsonb #> '{a}'
'true'::jsonb #>> '{a}'
'true'::jsonb #> '{b,2,c}'
'true'::jsonb #>> '{b,2,c}'
'true'::jsonb #> '{0}'
'true'::jsonb #>> '{0}'
'true'::jsonb #> '{-1}'
'true'::jsonb #>> '{-1}'
'true'::jsonb #> '{}'
'true'::jsonb #>> '{}'
'true'::jsonb #> '{1,1,0}'
'true'::jsonb #>> '{1,1,0}'
'true'::jsonb #> '{a,b,c}'
'true'::jsonb #>> '{a,b,c}'
'true'::jsonb #> '{x,null}'
'true'::jsonb #>> '{x,null}'
jsonb_typeof('true'::jsonb)
jsonb_array_length('true'::jsonb)
jsonb_strip_nulls('true'::jsonb)
jsonb_strip_nulls('true'::jsonb, true)
jsonb_extract_path('true'::jsonb, 'b', '0')
jsonb_extract_path_text('true'::jsonb, 'b', '0')
set: jsonb_array_elements('true'::jsonb)
set: jsonb_array_elements_text('true'::jsonb)
set: jsonb_object_keys('true'::jsonb)
to_jsonb('true'::jsonb)
to_json('true'::jsonb)
jsonb_pretty('true'::jsonb)
'true'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'true'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'true'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'true'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'true'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'true'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'true'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'true'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'true'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'true'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'true'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'true'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'true'::jsonb @> '"str"'::jsonb
'true'::jsonb <@ '"str"'::jsonb
'true'::jsonb || '"str"'::jsonb
'true'::jsonb = '"str"'::jsonb
'true'::jsonb < '"str"'::jsonb
'true'::jsonb >= '"str"'::jsonb
'true'::jsonb @> '12'::jsonb
'true'::jsonb <@ '12'::jsonb
'true'::jsonb || '12'::jsonb
'true'::jsonb = '12'::jsonb
'true'::jsonb < '12'::jsonb
'true'::jsonb >= '12'::jsonb
'true'::jsonb @> 'null'::jsonb
'true'::jsonb <@ 'null'::jsonb
'true'::jsonb || 'null'::jsonb
'true'::jsonb = 'null'::jsonb
'true'::jsonb < 'null'::jsonb
'true'::jsonb >= 'null'::jsonb
'true'::jsonb @> 'true'::jsonb
'true'::jsonb <@ 'true'::jsonb
'true'::jsonb || 'true'::jsonb
'true'::jsonb = 'true'::jsonb
'true'::jsonb < 'true'::jsonb
'true'::jsonb >= 'true'::jsonb
'true'::jsonb @> '[]'::jsonb
'true'::jsonb <@ '[]'::jsonb
'true'::jsonb || '[]'::jsonb
'true'::jsonb = '[]'::jsonb
'true'::jsonb < '[]'::jsonb
'true'::jsonb >= '[]'::jsonb
'true'::jsonb @> '{}'::jsonb
'true'::jsonb <@ '{}'::jsonb
'true'::jsonb || '{}'::jsonb
'true'::jsonb = '{}'::jsonb
'true'::jsonb < '{}'::jsonb
'true'::jsonb >= '{}'::jsonb
'true'::jsonb ? 'a'
'true'::jsonb ? 'x'
'true'::jsonb ? 'str'
'true'::jsonb ?| array['a','x']
'true'::jsonb ?& array['a','b']
'true'::jsonb ?& '{}'::text[]
'true'::jsonb - 'a'
'true'::jsonb - 1
'true'::jsonb - -1
'true'::jsonb - array['a','b']
'true'::jsonb #- '{a}'
jsonb_set('true'::jsonb, '{a}', '"new"')
jsonb_set('true'::jsonb, '{a}', '[9]', false)
jsonb_insert('true'::jsonb, '{a}', '"new"')
jsonb_insert('true'::jsonb, '{a}', '"new"', true)
'true'::jsonb #- '{b,2}'
jsonb_set('true'::jsonb, '{b,2}', '"new"')
jsonb_set('true'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('true'::jsonb, '{b,2}', '"new"')
jsonb_insert('true'::jsonb, '{b,2}', '"new"', true)
'true'::jsonb #- '{0}'
jsonb_set('true'::jsonb, '{0}', '"new"')
jsonb_set('true'::jsonb, '{0}', '[9]', false)
jsonb_insert('true'::jsonb, '{0}', '"new"')
jsonb_insert('true'::jsonb, '{0}', '"new"', true)
'true'::jsonb #- '{-1}'
jsonb_set('true'::jsonb, '{-1}', '"new"')
jsonb_set('true'::jsonb, '{-1}', '[9]', false)
jsonb_insert('true'::jsonb, '{-1}', '"new"')
jsonb_insert('true'::jsonb, '{-1}', '"new"', true)
'true'::jsonb #- '{9}'
jsonb_set('true'::jsonb, '{9}', '"new"')
jsonb_set('true'::jsonb, '{9}', '[9]', false)
jsonb_insert('true'::jsonb, '{9}', '"new"')
jsonb_insert('true'::jsonb, '{9}', '"new"', true)
'true'::jsonb #- '{}'
jsonb_set('true'::jsonb, '{}', '"new"')
jsonb_set('true'::jsonb, '{}', '[9]', false)
jsonb_insert('true'::jsonb, '{}', '"new"')
jsonb_insert('true'::jsonb, '{}', '"new"', true)
'true'::jsonb #- '{x}'
jsonb_set('true'::jsonb, '{x}', '"new"')
jsonb_set('true'::jsonb, '{x}', '[9]', false)
jsonb_insert('true'::jsonb, '{x}', '"new"')
jsonb_insert('true'::jsonb, '{x}', '"new"', true)
'true'::jsonb #- '{a,b,c}'
jsonb_set('true'::jsonb, '{a,b,c}', '"new"')
jsonb_set('true'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('true'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('true'::jsonb, '{a,b,c}', '"new"', true)
'true'::jsonb #- '{a,b,x}'
jsonb_set('true'::jsonb, '{a,b,x}', '"new"')
jsonb_set('true'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('true'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('true'::jsonb, '{a,b,x}', '"new"', true)
'true'::jsonb #- '{x,y}'
jsonb_set('true'::jsonb, '{x,y}', '"new"')
jsonb_set('true'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('true'::jsonb, '{x,y}', '"new"')
jsonb_insert('true'::jsonb, '{x,y}', '"new"', true)
'true'::jsonb #- '{b,x}'
jsonb_set('true'::jsonb, '{b,x}', '"new"')
jsonb_set('true'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('true'::jsonb, '{b,x}', '"new"')
jsonb_insert('true'::jsonb, '{b,x}', '"new"', true)
'true'::jsonb #- '{-9}'
jsonb_set('true'::jsonb, '{-9}', '"new"')
jsonb_set('true'::jsonb, '{-9}', '[9]', false)
jsonb_insert('true'::jsonb, '{-9}', '"new"')
jsonb_insert('true'::jsonb, '{-9}', '"new"', true)
'true'::jsonb::bool
'true'::jsonb::numeric
'true'::jsonb::int2
'true'::jsonb::int4
'true'::jsonb::int8
'true'::jsonb::float4
'true'::jsonb::float8
'true'::jsonb::text
jsonb_set_lax('true'::jsonb, '{a}', null)
jsonb_set_lax('true'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('true'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('true'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('true'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('true'::jsonb, '{a}', null, true, 'foo')
'[]'::json -> 'a'
'[]'::json ->> 'a'
'[]'::json -> 0
'[]'::json ->> 0
'[]'::json -> -1
'[]'::json ->> -1
'[]'::json -> 'b'
'[]'::json ->> 'b'
'[]'::json -> 2
'[]'::json ->> 2
'[]'::json -> 9
'[]'::json ->> 9
'[]'::json #> '{a}'
'[]'::json #>> '{a}'
'[]'::json #> '{b,2,c}'
'[]'::json #>> '{b,2,c}'
'[]'::json #> '{0}'
'[]'::json #>> '{0}'
'[]'::json #> '{-1}'
'[]'::json #>> '{-1}'
'[]'::json #> '{}'
'[]'::json #>> '{}'
'[]'::json #> '{1,1,0}'
'[]'::json #>> '{1,1,0}'
'[]'::json #> '{a,b,c}'
'[]'::json #>> '{a,b,c}'
'[]'::json #> '{x,null}'
'[]'::json #>> '{x,null}'
json_typeof('[]'::json)
json_array_length('[]'::json)
json_strip_nulls('[]'::json)
json_strip_nulls('[]'::json, true)
json_extract_path('[]'::json, 'b', '0')
json_extract_path_text('[]'::json, 'b', '0')
set: json_array_elements('[]'::json)
set: json_array_elements_text('[]'::json)
set: json_object_keys('[]'::json)
to_jsonb('[]'::json)
to_json('[]'::json)
'[]'::jsonb -> 'a'
'[]'::jsonb ->> 'a'
'[]'::jsonb -> 0
'[]'::jsonb ->> 0
'[]'::jsonb -> -1
'[]'::jsonb ->> -1
'[]'::jsonb -> 'b'
'[]'::jsonb ->> 'b'
'[]'::jsonb -> 2
'[]'::jsonb ->> 2
'[]'::jsonb -> 9
'[]'::jsonb ->> 9
'[]'::jsonb #> '{a}'
'[]'::jsonb #>> '{a}'
'[]'::jsonb #> '{b,2,c}'
'[]'::jsonb #>> '{b,2,c}'
'[]'::jsonb #> '{0}'
'[]'::jsonb #>> '{0}'
'[]'::jsonb #> '{-1}'
'[]'::jsonb #>> '{-1}'
'[]'::jsonb #> '{}'
'[]'::jsonb #>> '{}'
'[]'::jsonb #> '{1,1,0}'
'[]'::jsonb #>> '{1,1,0}'
'[]'::jsonb #> '{a,b,c}'
'[]'::jsonb #>> '{a,b,c}'
'[]'::jsonb #> '{x,null}'
'[]'::jsonb #>> '{x,null}'
jsonb_typeof('[]'::jsonb)
jsonb_array_length('[]'::jsonb)
jsonb_strip_nulls('[]'::jsonb)
jsonb_strip_nulls('[]'::jsonb, true)
jsonb_extract_path('[]'::jsonb, 'b', '0')
jsonb_extract_path_text('[]'::jsonb, 'b', '0')
set: jsonb_array_elements('[]'::jsonb)
set: jsonb_array_elements_text('[]'::jsonb)
set: jsonb_object_keys('[]'::jsonb)
to_jsonb('[]'::jsonb)
to_json('[]'::jsonb)
jsonb_pretty('[]'::jsonb)
'[]'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[]'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[]'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[]'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[]'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[]'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[]'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[]'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[]'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[]'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[]'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[]'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[]'::jsonb @> '"str"'::jsonb
'[]'::jsonb <@ '"str"'::jsonb
'[]'::jsonb || '"str"'::jsonb
'[]'::jsonb = '"str"'::jsonb
'[]'::jsonb < '"str"'::jsonb
'[]'::jsonb >= '"str"'::jsonb
'[]'::jsonb @> '12'::jsonb
'[]'::jsonb <@ '12'::jsonb
'[]'::jsonb || '12'::jsonb
'[]'::jsonb = '12'::jsonb
'[]'::jsonb < '12'::jsonb
'[]'::jsonb >= '12'::jsonb
'[]'::jsonb @> 'null'::jsonb
'[]'::jsonb <@ 'null'::jsonb
'[]'::jsonb || 'null'::jsonb
'[]'::jsonb = 'null'::jsonb
'[]'::jsonb < 'null'::jsonb
'[]'::jsonb >= 'null'::jsonb
'[]'::jsonb @> 'true'::jsonb
'[]'::jsonb <@ 'true'::jsonb
'[]'::jsonb || 'true'::jsonb
'[]'::jsonb = 'true'::jsonb
'[]'::jsonb < 'true'::jsonb
'[]'::jsonb >= 'true'::jsonb
'[]'::jsonb @> '[]'::jsonb
'[]'::jsonb <@ '[]'::jsonb
'[]'::jsonb || '[]'::jsonb
'[]'::jsonb = '[]'::jsonb
'[]'::jsonb < '[]'::jsonb
'[]'::jsonb >= '[]'::jsonb
'[]'::jsonb @> '{}'::jsonb
'[]'::jsonb <@ '{}'::jsonb
'[]'::jsonb || '{}'::jsonb
'[]'::jsonb = '{}'::jsonb
'[]'::jsonb < '{}'::jsonb
'[]'::jsonb >= '{}'::jsonb
'[]'::jsonb ? 'a'
'[]'::jsonb ? 'x'
'[]'::jsonb ? 'str'
'[]'::jsonb ?| array['a','x']
'[]'::jsonb ?& array['a','b']
'[]'::jsonb ?& '{}'::text[]
'[]'::jsonb - 'a'
'[]'::jsonb - 1
'[]'::jsonb - -1
'[]'::jsonb - array['a','b']
'[]'::jsonb #- '{a}'
jsonb_set('[]'::jsonb, '{a}', '"new"')
jsonb_set('[]'::jsonb, '{a}', '[9]', false)
jsonb_insert('[]'::jsonb, '{a}', '"new"')
jsonb_insert('[]'::jsonb, '{a}', '"new"', true)
'[]'::jsonb #- '{b,2}'
jsonb_set('[]'::jsonb, '{b,2}', '"new"')
jsonb_set('[]'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('[]'::jsonb, '{b,2}', '"new"')
jsonb_insert('[]'::jsonb, '{b,2}', '"new"', true)
'[]'::jsonb #- '{0}'
jsonb_set('[]'::jsonb, '{0}', '"new"')
jsonb_set('[]'::jsonb, '{0}', '[9]', false)
jsonb_insert('[]'::jsonb, '{0}', '"new"')
jsonb_insert('[]'::jsonb, '{0}', '"new"', true)
'[]'::jsonb #- '{-1}'
jsonb_set('[]'::jsonb, '{-1}', '"new"')
jsonb_set('[]'::jsonb, '{-1}', '[9]', false)
jsonb_insert('[]'::jsonb, '{-1}', '"new"')
jsonb_insert('[]'::jsonb, '{-1}', '"new"', true)
'[]'::jsonb #- '{9}'
jsonb_set('[]'::jsonb, '{9}', '"new"')
jsonb_set('[]'::jsonb, '{9}', '[9]', false)
jsonb_insert('[]'::jsonb, '{9}', '"new"')
jsonb_insert('[]'::jsonb, '{9}', '"new"', true)
'[]'::jsonb #- '{}'
jsonb_set('[]'::jsonb, '{}', '"new"')
jsonb_set('[]'::jsonb, '{}', '[9]', false)
jsonb_insert('[]'::jsonb, '{}', '"new"')
jsonb_insert('[]'::jsonb, '{}', '"new"', true)
'[]'::jsonb #- '{x}'
jsonb_set('[]'::jsonb, '{x}', '"new"')
jsonb_set('[]'::jsonb, '{x}', '[9]', false)
jsonb_insert('[]'::jsonb, '{x}', '"new"')
jsonb_insert('[]'::jsonb, '{x}', '"new"', true)
'[]'::jsonb #- '{a,b,c}'
jsonb_set('[]'::jsonb, '{a,b,c}', '"new"')
jsonb_set('[]'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('[]'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('[]'::jsonb, '{a,b,c}', '"new"', true)
'[]'::jsonb #- '{a,b,x}'
jsonb_set('[]'::jsonb, '{a,b,x}', '"new"')
jsonb_set('[]'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('[]'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('[]'::jsonb, '{a,b,x}', '"new"', true)
'[]'::jsonb #- '{x,y}'
jsonb_set('[]'::jsonb, '{x,y}', '"new"')
jsonb_set('[]'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('[]'::jsonb, '{x,y}', '"new"')
jsonb_insert('[]'::jsonb, '{x,y}', '"new"', true)
'[]'::jsonb #- '{b,x}'
jsonb_set('[]'::jsonb, '{b,x}', '"new"')
jsonb_set('[]'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('[]'::jsonb, '{b,x}', '"new"')
jsonb_insert('[]'::jsonb, '{b,x}', '"new"', true)
'[]'::jsonb #- '{-9}'
jsonb_set('[]'::jsonb, '{-9}', '"new"')
jsonb_set('[]'::jsonb, '{-9}', '[9]', false)
jsonb_insert('[]'::jsonb, '{-9}', '"new"')
jsonb_insert('[]'::jsonb, '{-9}', '"new"', true)
'[]'::jsonb::bool
'[]'::jsonb::numeric
'[]'::jsonb::int2
'[]'::jsonb::int4
'[]'::jsonb::int8
'[]'::jsonb::float4
'[]'::jsonb::float8
'[]'::jsonb::text
jsonb_set_lax('[]'::jsonb, '{a}', null)
jsonb_set_lax('[]'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('[]'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('[]'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('[]'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('[]'::jsonb, '{a}', null, true, 'foo')
'{}'::json -> 'a'
'{}'::json ->> 'a'
'{}'::json -> 0
'{}'::json ->> 0
'{}'::json -> -1
'{}'::json ->> -1
'{}'::json -> 'b'
'{}'::json ->> 'b'
'{}'::json -> 2
'{}'::json ->> 2
'{}'::json -> 9
'{}'::json ->> 9
'{}'::json #> '{a}'
'{}'::json #>> '{a}'
'{}'::json #> '{b,2,c}'
'{}'::json #>> '{b,2,c}'
'{}'::json #> '{0}'
'{}'::json #>> '{0}'
'{}'::json #> '{-1}'
'{}'::json #>> '{-1}'
'{}'::json #> '{}'
'{}'::json #>> '{}'
'{}'::json #> '{1,1,0}'
'{}'::json #>> '{1,1,0}'
'{}'::json #> '{a,b,c}'
'{}'::json #>> '{a,b,c}'
'{}'::json #> '{x,null}'
'{}'::json #>> '{x,null}'
json_typeof('{}'::json)
json_array_length('{}'::json)
json_strip_nulls('{}'::json)
json_strip_nulls('{}'::json, true)
json_extract_path('{}'::json, 'b', '0')
json_extract_path_text('{}'::json, 'b', '0')
set: json_array_elements('{}'::json)
set: json_array_elements_text('{}'::json)
set: json_object_keys('{}'::json)
to_jsonb('{}'::json)
to_json('{}'::json)
'{}'::jsonb -> 'a'
'{}'::jsonb ->> 'a'
'{}'::jsonb -> 0
'{}'::jsonb ->> 0
'{}'::jsonb -> -1
'{}'::jsonb ->> -1
'{}'::jsonb -> 'b'
'{}'::jsonb ->> 'b'
'{}'::jsonb -> 2
'{}'::jsonb ->> 2
'{}'::jsonb -> 9
'{}'::jsonb ->> 9
'{}'::jsonb #> '{a}'
'{}'::jsonb #>> '{a}'
'{}'::jsonb #> '{b,2,c}'
'{}'::jsonb #>> '{b,2,c}'
'{}'::jsonb #> '{0}'
'{}'::jsonb #>> '{0}'
'{}'::jsonb #> '{-1}'
'{}'::jsonb #>> '{-1}'
'{}'::jsonb #> '{}'
'{}'::jsonb #>> '{}'
'{}'::jsonb #> '{1,1,0}'
'{}'::jsonb #>> '{1,1,0}'
'{}'::jsonb #> '{a,b,c}'
'{}'::jsonb #>> '{a,b,c}'
'{}'::jsonb #> '{x,null}'
'{}'::jsonb #>> '{x,null}'
jsonb_typeof('{}'::jsonb)
jsonb_array_length('{}'::jsonb)
jsonb_strip_nulls('{}'::jsonb)
jsonb_strip_nulls('{}'::jsonb, true)
jsonb_extract_path('{}'::jsonb, 'b', '0')
jsonb_extract_path_text('{}'::jsonb, 'b', '0')
set: jsonb_array_elements('{}'::jsonb)
set: jsonb_array_elements_text('{}'::jsonb)
set: jsonb_object_keys('{}'::jsonb)
to_jsonb('{}'::jsonb)
to_json('{}'::jsonb)
jsonb_pretty('{}'::jsonb)
'{}'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{}'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{}'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{}'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{}'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{}'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{}'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{}'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{}'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{}'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{}'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{}'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{}'::jsonb @> '"str"'::jsonb
'{}'::jsonb <@ '"str"'::jsonb
'{}'::jsonb || '"str"'::jsonb
'{}'::jsonb = '"str"'::jsonb
'{}'::jsonb < '"str"'::jsonb
'{}'::jsonb >= '"str"'::jsonb
'{}'::jsonb @> '12'::jsonb
'{}'::jsonb <@ '12'::jsonb
'{}'::jsonb || '12'::jsonb
'{}'::jsonb = '12'::jsonb
'{}'::jsonb < '12'::jsonb
'{}'::jsonb >= '12'::jsonb
'{}'::jsonb @> 'null'::jsonb
'{}'::jsonb <@ 'null'::jsonb
'{}'::jsonb || 'null'::jsonb
'{}'::jsonb = 'null'::jsonb
'{}'::jsonb < 'null'::jsonb
'{}'::jsonb >= 'null'::jsonb
'{}'::jsonb @> 'true'::jsonb
'{}'::jsonb <@ 'true'::jsonb
'{}'::jsonb || 'true'::jsonb
'{}'::jsonb = 'true'::jsonb
'{}'::jsonb < 'true'::jsonb
'{}'::jsonb >= 'true'::jsonb
'{}'::jsonb @> '[]'::jsonb
'{}'::jsonb <@ '[]'::jsonb
'{}'::jsonb || '[]'::jsonb
'{}'::jsonb = '[]'::jsonb
'{}'::jsonb < '[]'::jsonb
'{}'::jsonb >= '[]'::jsonb
'{}'::jsonb @> '{}'::jsonb
'{}'::jsonb <@ '{}'::jsonb
'{}'::jsonb || '{}'::jsonb
'{}'::jsonb = '{}'::jsonb
'{}'::jsonb < '{}'::jsonb
'{}'::jsonb >= '{}'::jsonb
'{}'::jsonb ? 'a'
'{}'::jsonb ? 'x'
'{}'::jsonb ? 'str'
'{}'::jsonb ?| array['a','x']
'{}'::jsonb ?& array['a','b']
'{}'::jsonb ?& '{}'::text[]
'{}'::jsonb - 'a'
'{}'::jsonb - 1
'{}'::jsonb - -1
'{}'::jsonb - array['a','b']
'{}'::jsonb #- '{a}'
jsonb_set('{}'::jsonb, '{a}', '"new"')
jsonb_set('{}'::jsonb, '{a}', '[9]', false)
jsonb_insert('{}'::jsonb, '{a}', '"new"')
jsonb_insert('{}'::jsonb, '{a}', '"new"', true)
'{}'::jsonb #- '{b,2}'
jsonb_set('{}'::jsonb, '{b,2}', '"new"')
jsonb_set('{}'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('{}'::jsonb, '{b,2}', '"new"')
jsonb_insert('{}'::jsonb, '{b,2}', '"new"', true)
'{}'::jsonb #- '{0}'
jsonb_set('{}'::jsonb, '{0}', '"new"')
jsonb_set('{}'::jsonb, '{0}', '[9]', false)
jsonb_insert('{}'::jsonb, '{0}', '"new"')
jsonb_insert('{}'::jsonb, '{0}', '"new"', true)
'{}'::jsonb #- '{-1}'
jsonb_set('{}'::jsonb, '{-1}', '"new"')
jsonb_set('{}'::jsonb, '{-1}', '[9]', false)
jsonb_insert('{}'::jsonb, '{-1}', '"new"')
jsonb_insert('{}'::jsonb, '{-1}', '"new"', true)
'{}'::jsonb #- '{9}'
jsonb_set('{}'::jsonb, '{9}', '"new"')
jsonb_set('{}'::jsonb, '{9}', '[9]', false)
jsonb_insert('{}'::jsonb, '{9}', '"new"')
jsonb_insert('{}'::jsonb, '{9}', '"new"', true)
'{}'::jsonb #- '{}'
jsonb_set('{}'::jsonb, '{}', '"new"')
jsonb_set('{}'::jsonb, '{}', '[9]', false)
jsonb_insert('{}'::jsonb, '{}', '"new"')
jsonb_insert('{}'::jsonb, '{}', '"new"', true)
'{}'::jsonb #- '{x}'
jsonb_set('{}'::jsonb, '{x}', '"new"')
jsonb_set('{}'::jsonb, '{x}', '[9]', false)
jsonb_insert('{}'::jsonb, '{x}', '"new"')
jsonb_insert('{}'::jsonb, '{x}', '"new"', true)
'{}'::jsonb #- '{a,b,c}'
jsonb_set('{}'::jsonb, '{a,b,c}', '"new"')
jsonb_set('{}'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('{}'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('{}'::jsonb, '{a,b,c}', '"new"', true)
'{}'::jsonb #- '{a,b,x}'
jsonb_set('{}'::jsonb, '{a,b,x}', '"new"')
jsonb_set('{}'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('{}'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('{}'::jsonb, '{a,b,x}', '"new"', true)
'{}'::jsonb #- '{x,y}'
jsonb_set('{}'::jsonb, '{x,y}', '"new"')
jsonb_set('{}'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('{}'::jsonb, '{x,y}', '"new"')
jsonb_insert('{}'::jsonb, '{x,y}', '"new"', true)
'{}'::jsonb #- '{b,x}'
jsonb_set('{}'::jsonb, '{b,x}', '"new"')
jsonb_set('{}'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('{}'::jsonb, '{b,x}', '"new"')
jsonb_insert('{}'::jsonb, '{b,x}', '"new"', true)
'{}'::jsonb #- '{-9}'
jsonb_set('{}'::jsonb, '{-9}', '"new"')
jsonb_set('{}'::jsonb, '{-9}', '[9]', false)
jsonb_insert('{}'::jsonb, '{-9}', '"new"')
jsonb_insert('{}'::jsonb, '{-9}', '"new"', true)
'{}'::jsonb::bool
'{}'::jsonb::numeric
'{}'::jsonb::int2
'{}'::jsonb::int4
'{}'::jsonb::int8
'{}'::jsonb::float4
'{}'::jsonb::float8
'{}'::jsonb::text
jsonb_set_lax('{}'::jsonb, '{a}', null)
jsonb_set_lax('{}'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('{}'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('{}'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('{}'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('{}'::jsonb, '{a}', null, true, 'foo')
'{"bb":1,"a":2,"ccc":3,"é":4}'::json -> 'a'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json ->> 'a'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json -> 0
'{"bb":1,"a":2,"ccc":3,"é":4}'::json ->> 0
'{"bb":1,"a":2,"ccc":3,"é":4}'::json -> -1
'{"bb":1,"a":2,"ccc":3,"é":4}'::json ->> -1
'{"bb":1,"a":2,"ccc":3,"é":4}'::json -> 'b'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json ->> 'b'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json -> 2
'{"bb":1,"a":2,"ccc":3,"é":4}'::json ->> 2
'{"bb":1,"a":2,"ccc":3,"é":4}'::json -> 9
'{"bb":1,"a":2,"ccc":3,"é":4}'::json ->> 9
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{a}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{a}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{b,2,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{b,2,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{-1}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{-1}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{1,1,0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{1,1,0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{a,b,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{a,b,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #> '{x,null}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::json #>> '{x,null}'
json_typeof('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
json_array_length('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
json_strip_nulls('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
json_strip_nulls('{"bb":1,"a":2,"ccc":3,"é":4}'::json, true)
json_extract_path('{"bb":1,"a":2,"ccc":3,"é":4}'::json, 'b', '0')
json_extract_path_text('{"bb":1,"a":2,"ccc":3,"é":4}'::json, 'b', '0')
set: json_array_elements('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
set: json_array_elements_text('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
set: json_object_keys('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
to_jsonb('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
to_json('{"bb":1,"a":2,"ccc":3,"é":4}'::json)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb -> 'a'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ->> 'a'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb -> 0
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ->> 0
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb -> -1
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ->> -1
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb -> 'b'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ->> 'b'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb -> 2
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ->> 2
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb -> 9
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ->> 9
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{a}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{a}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{b,2,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{b,2,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{-1}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{-1}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{1,1,0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{1,1,0}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{a,b,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{a,b,c}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #> '{x,null}'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #>> '{x,null}'
jsonb_typeof('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
jsonb_array_length('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
jsonb_strip_nulls('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
jsonb_strip_nulls('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, true)
jsonb_extract_path('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, 'b', '0')
jsonb_extract_path_text('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, 'b', '0')
set: jsonb_array_elements('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
set: jsonb_array_elements_text('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
set: jsonb_object_keys('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
to_jsonb('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
to_json('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
jsonb_pretty('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> '"str"'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ '"str"'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || '"str"'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = '"str"'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < '"str"'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= '"str"'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> '12'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ '12'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || '12'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = '12'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < '12'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= '12'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> 'null'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ 'null'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || 'null'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = 'null'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < 'null'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= 'null'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> 'true'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ 'true'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || 'true'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = 'true'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < 'true'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= 'true'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> '[]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ '[]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || '[]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = '[]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < '[]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= '[]'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb @> '{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb <@ '{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb || '{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb = '{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb < '{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb >= '{}'::jsonb
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ? 'a'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ? 'x'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ? 'str'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ?| array['a','x']
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ?& array['a','b']
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb ?& '{}'::text[]
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb - 'a'
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb - 1
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb - -1
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb - array['a','b']
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{a}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{b,2}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,2}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,2}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,2}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{0}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{0}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{0}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{0}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{0}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{-1}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-1}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-1}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-1}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-1}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{9}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{9}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{9}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{9}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{9}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{x}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{a,b,c}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,c}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,c}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{a,b,x}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,x}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a,b,x}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{x,y}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x,y}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x,y}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{x,y}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{b,x}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,x}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,x}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{b,x}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb #- '{-9}'
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-9}', '"new"')
jsonb_set('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-9}', '[9]', false)
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-9}', '"new"')
jsonb_insert('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{-9}', '"new"', true)
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::bool
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::numeric
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::int2
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::int4
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::int8
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::float4
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::float8
'{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb::text
jsonb_set_lax('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', null)
jsonb_set_lax('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('{"bb":1,"a":2,"ccc":3,"é":4}'::jsonb, '{a}', null, true, 'foo')
'  [ 1 , 2 ]  '::json -> 'a'
'  [ 1 , 2 ]  '::json ->> 'a'
'  [ 1 , 2 ]  '::json -> 0
'  [ 1 , 2 ]  '::json ->> 0
'  [ 1 , 2 ]  '::json -> -1
'  [ 1 , 2 ]  '::json ->> -1
'  [ 1 , 2 ]  '::json -> 'b'
'  [ 1 , 2 ]  '::json ->> 'b'
'  [ 1 , 2 ]  '::json -> 2
'  [ 1 , 2 ]  '::json ->> 2
'  [ 1 , 2 ]  '::json -> 9
'  [ 1 , 2 ]  '::json ->> 9
'  [ 1 , 2 ]  '::json #> '{a}'
'  [ 1 , 2 ]  '::json #>> '{a}'
'  [ 1 , 2 ]  '::json #> '{b,2,c}'
'  [ 1 , 2 ]  '::json #>> '{b,2,c}'
'  [ 1 , 2 ]  '::json #> '{0}'
'  [ 1 , 2 ]  '::json #>> '{0}'
'  [ 1 , 2 ]  '::json #> '{-1}'
'  [ 1 , 2 ]  '::json #>> '{-1}'
'  [ 1 , 2 ]  '::json #> '{}'
'  [ 1 , 2 ]  '::json #>> '{}'
'  [ 1 , 2 ]  '::json #> '{1,1,0}'
'  [ 1 , 2 ]  '::json #>> '{1,1,0}'
'  [ 1 , 2 ]  '::json #> '{a,b,c}'
'  [ 1 , 2 ]  '::json #>> '{a,b,c}'
'  [ 1 , 2 ]  '::json #> '{x,null}'
'  [ 1 , 2 ]  '::json #>> '{x,null}'
json_typeof('  [ 1 , 2 ]  '::json)
json_array_length('  [ 1 , 2 ]  '::json)
json_strip_nulls('  [ 1 , 2 ]  '::json)
json_strip_nulls('  [ 1 , 2 ]  '::json, true)
json_extract_path('  [ 1 , 2 ]  '::json, 'b', '0')
json_extract_path_text('  [ 1 , 2 ]  '::json, 'b', '0')
set: json_array_elements('  [ 1 , 2 ]  '::json)
set: json_array_elements_text('  [ 1 , 2 ]  '::json)
set: json_object_keys('  [ 1 , 2 ]  '::json)
to_jsonb('  [ 1 , 2 ]  '::json)
to_json('  [ 1 , 2 ]  '::json)
'  [ 1 , 2 ]  '::jsonb -> 'a'
'  [ 1 , 2 ]  '::jsonb ->> 'a'
'  [ 1 , 2 ]  '::jsonb -> 0
'  [ 1 , 2 ]  '::jsonb ->> 0
'  [ 1 , 2 ]  '::jsonb -> -1
'  [ 1 , 2 ]  '::jsonb ->> -1
'  [ 1 , 2 ]  '::jsonb -> 'b'
'  [ 1 , 2 ]  '::jsonb ->> 'b'
'  [ 1 , 2 ]  '::jsonb -> 2
'  [ 1 , 2 ]  '::jsonb ->> 2
'  [ 1 , 2 ]  '::jsonb -> 9
'  [ 1 , 2 ]  '::jsonb ->> 9
'  [ 1 , 2 ]  '::jsonb #> '{a}'
'  [ 1 , 2 ]  '::jsonb #>> '{a}'
'  [ 1 , 2 ]  '::jsonb #> '{b,2,c}'
'  [ 1 , 2 ]  '::jsonb #>> '{b,2,c}'
'  [ 1 , 2 ]  '::jsonb #> '{0}'
'  [ 1 , 2 ]  '::jsonb #>> '{0}'
'  [ 1 , 2 ]  '::jsonb #> '{-1}'
'  [ 1 , 2 ]  '::jsonb #>> '{-1}'
'  [ 1 , 2 ]  '::jsonb #> '{}'
'  [ 1 , 2 ]  '::jsonb #>> '{}'
'  [ 1 , 2 ]  '::jsonb #> '{1,1,0}'
'  [ 1 , 2 ]  '::jsonb #>> '{1,1,0}'
'  [ 1 , 2 ]  '::jsonb #> '{a,b,c}'
'  [ 1 , 2 ]  '::jsonb #>> '{a,b,c}'
'  [ 1 , 2 ]  '::jsonb #> '{x,null}'
'  [ 1 , 2 ]  '::jsonb #>> '{x,null}'
jsonb_typeof('  [ 1 , 2 ]  '::jsonb)
jsonb_array_length('  [ 1 , 2 ]  '::jsonb)
jsonb_strip_nulls('  [ 1 , 2 ]  '::jsonb)
jsonb_strip_nulls('  [ 1 , 2 ]  '::jsonb, true)
jsonb_extract_path('  [ 1 , 2 ]  '::jsonb, 'b', '0')
jsonb_extract_path_text('  [ 1 , 2 ]  '::jsonb, 'b', '0')
set: jsonb_array_elements('  [ 1 , 2 ]  '::jsonb)
set: jsonb_array_elements_text('  [ 1 , 2 ]  '::jsonb)
set: jsonb_object_keys('  [ 1 , 2 ]  '::jsonb)
to_jsonb('  [ 1 , 2 ]  '::jsonb)
to_json('  [ 1 , 2 ]  '::jsonb)
jsonb_pretty('  [ 1 , 2 ]  '::jsonb)
'  [ 1 , 2 ]  '::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'  [ 1 , 2 ]  '::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'  [ 1 , 2 ]  '::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'  [ 1 , 2 ]  '::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'  [ 1 , 2 ]  '::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'  [ 1 , 2 ]  '::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'  [ 1 , 2 ]  '::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'  [ 1 , 2 ]  '::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'  [ 1 , 2 ]  '::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'  [ 1 , 2 ]  '::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'  [ 1 , 2 ]  '::jsonb @> '"str"'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ '"str"'::jsonb
'  [ 1 , 2 ]  '::jsonb || '"str"'::jsonb
'  [ 1 , 2 ]  '::jsonb = '"str"'::jsonb
'  [ 1 , 2 ]  '::jsonb < '"str"'::jsonb
'  [ 1 , 2 ]  '::jsonb >= '"str"'::jsonb
'  [ 1 , 2 ]  '::jsonb @> '12'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ '12'::jsonb
'  [ 1 , 2 ]  '::jsonb || '12'::jsonb
'  [ 1 , 2 ]  '::jsonb = '12'::jsonb
'  [ 1 , 2 ]  '::jsonb < '12'::jsonb
'  [ 1 , 2 ]  '::jsonb >= '12'::jsonb
'  [ 1 , 2 ]  '::jsonb @> 'null'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ 'null'::jsonb
'  [ 1 , 2 ]  '::jsonb || 'null'::jsonb
'  [ 1 , 2 ]  '::jsonb = 'null'::jsonb
'  [ 1 , 2 ]  '::jsonb < 'null'::jsonb
'  [ 1 , 2 ]  '::jsonb >= 'null'::jsonb
'  [ 1 , 2 ]  '::jsonb @> 'true'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ 'true'::jsonb
'  [ 1 , 2 ]  '::jsonb || 'true'::jsonb
'  [ 1 , 2 ]  '::jsonb = 'true'::jsonb
'  [ 1 , 2 ]  '::jsonb < 'true'::jsonb
'  [ 1 , 2 ]  '::jsonb >= 'true'::jsonb
'  [ 1 , 2 ]  '::jsonb @> '[]'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ '[]'::jsonb
'  [ 1 , 2 ]  '::jsonb || '[]'::jsonb
'  [ 1 , 2 ]  '::jsonb = '[]'::jsonb
'  [ 1 , 2 ]  '::jsonb < '[]'::jsonb
'  [ 1 , 2 ]  '::jsonb >= '[]'::jsonb
'  [ 1 , 2 ]  '::jsonb @> '{}'::jsonb
'  [ 1 , 2 ]  '::jsonb <@ '{}'::jsonb
'  [ 1 , 2 ]  '::jsonb || '{}'::jsonb
'  [ 1 , 2 ]  '::jsonb = '{}'::jsonb
'  [ 1 , 2 ]  '::jsonb < '{}'::jsonb
'  [ 1 , 2 ]  '::jsonb >= '{}'::jsonb
'  [ 1 , 2 ]  '::jsonb ? 'a'
'  [ 1 , 2 ]  '::jsonb ? 'x'
'  [ 1 , 2 ]  '::jsonb ? 'str'
'  [ 1 , 2 ]  '::jsonb ?| array['a','x']
'  [ 1 , 2 ]  '::jsonb ?& array['a','b']
'  [ 1 , 2 ]  '::jsonb ?& '{}'::text[]
'  [ 1 , 2 ]  '::jsonb - 'a'
'  [ 1 , 2 ]  '::jsonb - 1
'  [ 1 , 2 ]  '::jsonb - -1
'  [ 1 , 2 ]  '::jsonb - array['a','b']
'  [ 1 , 2 ]  '::jsonb #- '{a}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{a}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{a}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{a}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{a}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{b,2}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{b,2}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{b,2}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{b,2}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{b,2}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{0}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{0}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{0}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{0}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{0}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{-1}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{-1}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{-1}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{-1}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{-1}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{9}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{9}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{9}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{9}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{9}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{x}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{x}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{x}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{x}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{x}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{a,b,c}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{a,b,c}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{a,b,c}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{a,b,c}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{a,b,x}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{a,b,x}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{a,b,x}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{a,b,x}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{x,y}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{x,y}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{x,y}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{x,y}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{x,y}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{b,x}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{b,x}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{b,x}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{b,x}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{b,x}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb #- '{-9}'
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{-9}', '"new"')
jsonb_set('  [ 1 , 2 ]  '::jsonb, '{-9}', '[9]', false)
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{-9}', '"new"')
jsonb_insert('  [ 1 , 2 ]  '::jsonb, '{-9}', '"new"', true)
'  [ 1 , 2 ]  '::jsonb::bool
'  [ 1 , 2 ]  '::jsonb::numeric
'  [ 1 , 2 ]  '::jsonb::int2
'  [ 1 , 2 ]  '::jsonb::int4
'  [ 1 , 2 ]  '::jsonb::int8
'  [ 1 , 2 ]  '::jsonb::float4
'  [ 1 , 2 ]  '::jsonb::float8
'  [ 1 , 2 ]  '::jsonb::text
jsonb_set_lax('  [ 1 , 2 ]  '::jsonb, '{a}', null)
jsonb_set_lax('  [ 1 , 2 ]  '::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('  [ 1 , 2 ]  '::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('  [ 1 , 2 ]  '::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('  [ 1 , 2 ]  '::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('  [ 1 , 2 ]  '::jsonb, '{a}', null, true, 'foo')
'[[1,2],[3,[4]]]'::json -> 'a'
'[[1,2],[3,[4]]]'::json ->> 'a'
'[[1,2],[3,[4]]]'::json -> 0
'[[1,2],[3,[4]]]'::json ->> 0
'[[1,2],[3,[4]]]'::json -> -1
'[[1,2],[3,[4]]]'::json ->> -1
'[[1,2],[3,[4]]]'::json -> 'b'
'[[1,2],[3,[4]]]'::json ->> 'b'
'[[1,2],[3,[4]]]'::json -> 2
'[[1,2],[3,[4]]]'::json ->> 2
'[[1,2],[3,[4]]]'::json -> 9
'[[1,2],[3,[4]]]'::json ->> 9
'[[1,2],[3,[4]]]'::json #> '{a}'
'[[1,2],[3,[4]]]'::json #>> '{a}'
'[[1,2],[3,[4]]]'::json #> '{b,2,c}'
'[[1,2],[3,[4]]]'::json #>> '{b,2,c}'
'[[1,2],[3,[4]]]'::json #> '{0}'
'[[1,2],[3,[4]]]'::json #>> '{0}'
'[[1,2],[3,[4]]]'::json #> '{-1}'
'[[1,2],[3,[4]]]'::json #>> '{-1}'
'[[1,2],[3,[4]]]'::json #> '{}'
'[[1,2],[3,[4]]]'::json #>> '{}'
'[[1,2],[3,[4]]]'::json #> '{1,1,0}'
'[[1,2],[3,[4]]]'::json #>> '{1,1,0}'
'[[1,2],[3,[4]]]'::json #> '{a,b,c}'
'[[1,2],[3,[4]]]'::json #>> '{a,b,c}'
'[[1,2],[3,[4]]]'::json #> '{x,null}'
'[[1,2],[3,[4]]]'::json #>> '{x,null}'
json_typeof('[[1,2],[3,[4]]]'::json)
json_array_length('[[1,2],[3,[4]]]'::json)
json_strip_nulls('[[1,2],[3,[4]]]'::json)
json_strip_nulls('[[1,2],[3,[4]]]'::json, true)
json_extract_path('[[1,2],[3,[4]]]'::json, 'b', '0')
json_extract_path_text('[[1,2],[3,[4]]]'::json, 'b', '0')
set: json_array_elements('[[1,2],[3,[4]]]'::json)
set: json_array_elements_text('[[1,2],[3,[4]]]'::json)
set: json_object_keys('[[1,2],[3,[4]]]'::json)
to_jsonb('[[1,2],[3,[4]]]'::json)
to_json('[[1,2],[3,[4]]]'::json)
'[[1,2],[3,[4]]]'::jsonb -> 'a'
'[[1,2],[3,[4]]]'::jsonb ->> 'a'
'[[1,2],[3,[4]]]'::jsonb -> 0
'[[1,2],[3,[4]]]'::jsonb ->> 0
'[[1,2],[3,[4]]]'::jsonb -> -1
'[[1,2],[3,[4]]]'::jsonb ->> -1
'[[1,2],[3,[4]]]'::jsonb -> 'b'
'[[1,2],[3,[4]]]'::jsonb ->> 'b'
'[[1,2],[3,[4]]]'::jsonb -> 2
'[[1,2],[3,[4]]]'::jsonb ->> 2
'[[1,2],[3,[4]]]'::jsonb -> 9
'[[1,2],[3,[4]]]'::jsonb ->> 9
'[[1,2],[3,[4]]]'::jsonb #> '{a}'
'[[1,2],[3,[4]]]'::jsonb #>> '{a}'
'[[1,2],[3,[4]]]'::jsonb #> '{b,2,c}'
'[[1,2],[3,[4]]]'::jsonb #>> '{b,2,c}'
'[[1,2],[3,[4]]]'::jsonb #> '{0}'
'[[1,2],[3,[4]]]'::jsonb #>> '{0}'
'[[1,2],[3,[4]]]'::jsonb #> '{-1}'
'[[1,2],[3,[4]]]'::jsonb #>> '{-1}'
'[[1,2],[3,[4]]]'::jsonb #> '{}'
'[[1,2],[3,[4]]]'::jsonb #>> '{}'
'[[1,2],[3,[4]]]'::jsonb #> '{1,1,0}'
'[[1,2],[3,[4]]]'::jsonb #>> '{1,1,0}'
'[[1,2],[3,[4]]]'::jsonb #> '{a,b,c}'
'[[1,2],[3,[4]]]'::jsonb #>> '{a,b,c}'
'[[1,2],[3,[4]]]'::jsonb #> '{x,null}'
'[[1,2],[3,[4]]]'::jsonb #>> '{x,null}'
jsonb_typeof('[[1,2],[3,[4]]]'::jsonb)
jsonb_array_length('[[1,2],[3,[4]]]'::jsonb)
jsonb_strip_nulls('[[1,2],[3,[4]]]'::jsonb)
jsonb_strip_nulls('[[1,2],[3,[4]]]'::jsonb, true)
jsonb_extract_path('[[1,2],[3,[4]]]'::jsonb, 'b', '0')
jsonb_extract_path_text('[[1,2],[3,[4]]]'::jsonb, 'b', '0')
set: jsonb_array_elements('[[1,2],[3,[4]]]'::jsonb)
set: jsonb_array_elements_text('[[1,2],[3,[4]]]'::jsonb)
set: jsonb_object_keys('[[1,2],[3,[4]]]'::jsonb)
to_jsonb('[[1,2],[3,[4]]]'::jsonb)
to_json('[[1,2],[3,[4]]]'::jsonb)
jsonb_pretty('[[1,2],[3,[4]]]'::jsonb)
'[[1,2],[3,[4]]]'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[[1,2],[3,[4]]]'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[[1,2],[3,[4]]]'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[[1,2],[3,[4]]]'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[[1,2],[3,[4]]]'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[[1,2],[3,[4]]]'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[[1,2],[3,[4]]]'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> '"str"'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ '"str"'::jsonb
'[[1,2],[3,[4]]]'::jsonb || '"str"'::jsonb
'[[1,2],[3,[4]]]'::jsonb = '"str"'::jsonb
'[[1,2],[3,[4]]]'::jsonb < '"str"'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= '"str"'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> '12'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ '12'::jsonb
'[[1,2],[3,[4]]]'::jsonb || '12'::jsonb
'[[1,2],[3,[4]]]'::jsonb = '12'::jsonb
'[[1,2],[3,[4]]]'::jsonb < '12'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= '12'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> 'null'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ 'null'::jsonb
'[[1,2],[3,[4]]]'::jsonb || 'null'::jsonb
'[[1,2],[3,[4]]]'::jsonb = 'null'::jsonb
'[[1,2],[3,[4]]]'::jsonb < 'null'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= 'null'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> 'true'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ 'true'::jsonb
'[[1,2],[3,[4]]]'::jsonb || 'true'::jsonb
'[[1,2],[3,[4]]]'::jsonb = 'true'::jsonb
'[[1,2],[3,[4]]]'::jsonb < 'true'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= 'true'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> '[]'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ '[]'::jsonb
'[[1,2],[3,[4]]]'::jsonb || '[]'::jsonb
'[[1,2],[3,[4]]]'::jsonb = '[]'::jsonb
'[[1,2],[3,[4]]]'::jsonb < '[]'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= '[]'::jsonb
'[[1,2],[3,[4]]]'::jsonb @> '{}'::jsonb
'[[1,2],[3,[4]]]'::jsonb <@ '{}'::jsonb
'[[1,2],[3,[4]]]'::jsonb || '{}'::jsonb
'[[1,2],[3,[4]]]'::jsonb = '{}'::jsonb
'[[1,2],[3,[4]]]'::jsonb < '{}'::jsonb
'[[1,2],[3,[4]]]'::jsonb >= '{}'::jsonb
'[[1,2],[3,[4]]]'::jsonb ? 'a'
'[[1,2],[3,[4]]]'::jsonb ? 'x'
'[[1,2],[3,[4]]]'::jsonb ? 'str'
'[[1,2],[3,[4]]]'::jsonb ?| array['a','x']
'[[1,2],[3,[4]]]'::jsonb ?& array['a','b']
'[[1,2],[3,[4]]]'::jsonb ?& '{}'::text[]
'[[1,2],[3,[4]]]'::jsonb - 'a'
'[[1,2],[3,[4]]]'::jsonb - 1
'[[1,2],[3,[4]]]'::jsonb - -1
'[[1,2],[3,[4]]]'::jsonb - array['a','b']
'[[1,2],[3,[4]]]'::jsonb #- '{a}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{a}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{a}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{a}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{a}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{b,2}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{b,2}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{b,2}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{b,2}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{0}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{0}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{0}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{0}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{0}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{-1}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{-1}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{-1}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{-1}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{-1}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{9}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{9}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{9}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{9}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{9}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{x}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{x}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{x}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{x}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{x}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{a,b,c}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{a,b,c}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{a,b,c}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{a,b,x}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{a,b,x}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{a,b,x}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{x,y}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{x,y}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{x,y}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{x,y}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{b,x}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{b,x}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{b,x}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{b,x}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb #- '{-9}'
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{-9}', '"new"')
jsonb_set('[[1,2],[3,[4]]]'::jsonb, '{-9}', '[9]', false)
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{-9}', '"new"')
jsonb_insert('[[1,2],[3,[4]]]'::jsonb, '{-9}', '"new"', true)
'[[1,2],[3,[4]]]'::jsonb::bool
'[[1,2],[3,[4]]]'::jsonb::numeric
'[[1,2],[3,[4]]]'::jsonb::int2
'[[1,2],[3,[4]]]'::jsonb::int4
'[[1,2],[3,[4]]]'::jsonb::int8
'[[1,2],[3,[4]]]'::jsonb::float4
'[[1,2],[3,[4]]]'::jsonb::float8
'[[1,2],[3,[4]]]'::jsonb::text
jsonb_set_lax('[[1,2],[3,[4]]]'::jsonb, '{a}', null)
jsonb_set_lax('[[1,2],[3,[4]]]'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('[[1,2],[3,[4]]]'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('[[1,2],[3,[4]]]'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('[[1,2],[3,[4]]]'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('[[1,2],[3,[4]]]'::jsonb, '{a}', null, true, 'foo')
'"\u00e9\n\u0001\ud83d\ude00"'::json -> 'a'
'"\u00e9\n\u0001\ud83d\ude00"'::json ->> 'a'
'"\u00e9\n\u0001\ud83d\ude00"'::json -> 0
'"\u00e9\n\u0001\ud83d\ude00"'::json ->> 0
'"\u00e9\n\u0001\ud83d\ude00"'::json -> -1
'"\u00e9\n\u0001\ud83d\ude00"'::json ->> -1
'"\u00e9\n\u0001\ud83d\ude00"'::json -> 'b'
'"\u00e9\n\u0001\ud83d\ude00"'::json ->> 'b'
'"\u00e9\n\u0001\ud83d\ude00"'::json -> 2
'"\u00e9\n\u0001\ud83d\ude00"'::json ->> 2
'"\u00e9\n\u0001\ud83d\ude00"'::json -> 9
'"\u00e9\n\u0001\ud83d\ude00"'::json ->> 9
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{a}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{a}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{b,2,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{b,2,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{0}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{0}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{-1}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{-1}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{1,1,0}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{1,1,0}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{a,b,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{a,b,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #> '{x,null}'
'"\u00e9\n\u0001\ud83d\ude00"'::json #>> '{x,null}'
json_typeof('"\u00e9\n\u0001\ud83d\ude00"'::json)
json_array_length('"\u00e9\n\u0001\ud83d\ude00"'::json)
json_strip_nulls('"\u00e9\n\u0001\ud83d\ude00"'::json)
json_strip_nulls('"\u00e9\n\u0001\ud83d\ude00"'::json, true)
json_extract_path('"\u00e9\n\u0001\ud83d\ude00"'::json, 'b', '0')
json_extract_path_text('"\u00e9\n\u0001\ud83d\ude00"'::json, 'b', '0')
set: json_array_elements('"\u00e9\n\u0001\ud83d\ude00"'::json)
set: json_array_elements_text('"\u00e9\n\u0001\ud83d\ude00"'::json)
set: json_object_keys('"\u00e9\n\u0001\ud83d\ude00"'::json)
to_jsonb('"\u00e9\n\u0001\ud83d\ude00"'::json)
to_json('"\u00e9\n\u0001\ud83d\ude00"'::json)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb -> 'a'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ->> 'a'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb -> 0
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ->> 0
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb -> -1
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ->> -1
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb -> 'b'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ->> 'b'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb -> 2
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ->> 2
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb -> 9
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ->> 9
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{a}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{a}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{b,2,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{b,2,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{0}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{0}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{-1}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{-1}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{1,1,0}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{1,1,0}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{a,b,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{a,b,c}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #> '{x,null}'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #>> '{x,null}'
jsonb_typeof('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
jsonb_array_length('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
jsonb_strip_nulls('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
jsonb_strip_nulls('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, true)
jsonb_extract_path('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, 'b', '0')
jsonb_extract_path_text('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, 'b', '0')
set: jsonb_array_elements('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
set: jsonb_array_elements_text('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
set: jsonb_object_keys('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
to_jsonb('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
to_json('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
jsonb_pretty('"\u00e9\n\u0001\ud83d\ude00"'::jsonb)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> '"str"'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ '"str"'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || '"str"'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = '"str"'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < '"str"'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= '"str"'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> '12'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ '12'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || '12'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = '12'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < '12'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= '12'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> 'null'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ 'null'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || 'null'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = 'null'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < 'null'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= 'null'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> 'true'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ 'true'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || 'true'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = 'true'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < 'true'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= 'true'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> '[]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ '[]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || '[]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = '[]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < '[]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= '[]'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb @> '{}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb <@ '{}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb || '{}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb = '{}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb < '{}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb >= '{}'::jsonb
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ? 'a'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ? 'x'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ? 'str'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ?| array['a','x']
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ?& array['a','b']
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb ?& '{}'::text[]
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb - 'a'
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb - 1
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb - -1
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb - array['a','b']
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{a}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{b,2}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,2}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,2}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,2}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{0}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{0}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{0}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{0}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{0}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{-1}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-1}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-1}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-1}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-1}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{9}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{9}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{9}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{9}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{9}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{x}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{a,b,c}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,c}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,c}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{a,b,x}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,x}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a,b,x}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{x,y}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x,y}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x,y}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{x,y}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{b,x}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,x}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,x}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{b,x}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb #- '{-9}'
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-9}', '"new"')
jsonb_set('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-9}', '[9]', false)
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-9}', '"new"')
jsonb_insert('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{-9}', '"new"', true)
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::bool
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::numeric
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::int2
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::int4
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::int8
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::float4
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::float8
'"\u00e9\n\u0001\ud83d\ude00"'::jsonb::text
jsonb_set_lax('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', null)
jsonb_set_lax('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('"\u00e9\n\u0001\ud83d\ude00"'::jsonb, '{a}', null, true, 'foo')
'{"a":{"b":{"c":"deep"}}}'::json -> 'a'
'{"a":{"b":{"c":"deep"}}}'::json ->> 'a'
'{"a":{"b":{"c":"deep"}}}'::json -> 0
'{"a":{"b":{"c":"deep"}}}'::json ->> 0
'{"a":{"b":{"c":"deep"}}}'::json -> -1
'{"a":{"b":{"c":"deep"}}}'::json ->> -1
'{"a":{"b":{"c":"deep"}}}'::json -> 'b'
'{"a":{"b":{"c":"deep"}}}'::json ->> 'b'
'{"a":{"b":{"c":"deep"}}}'::json -> 2
'{"a":{"b":{"c":"deep"}}}'::json ->> 2
'{"a":{"b":{"c":"deep"}}}'::json -> 9
'{"a":{"b":{"c":"deep"}}}'::json ->> 9
'{"a":{"b":{"c":"deep"}}}'::json #> '{a}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{a}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{b,2,c}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{b,2,c}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{0}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{0}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{-1}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{-1}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{1,1,0}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{1,1,0}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{a,b,c}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{a,b,c}'
'{"a":{"b":{"c":"deep"}}}'::json #> '{x,null}'
'{"a":{"b":{"c":"deep"}}}'::json #>> '{x,null}'
json_typeof('{"a":{"b":{"c":"deep"}}}'::json)
json_array_length('{"a":{"b":{"c":"deep"}}}'::json)
json_strip_nulls('{"a":{"b":{"c":"deep"}}}'::json)
json_strip_nulls('{"a":{"b":{"c":"deep"}}}'::json, true)
json_extract_path('{"a":{"b":{"c":"deep"}}}'::json, 'b', '0')
json_extract_path_text('{"a":{"b":{"c":"deep"}}}'::json, 'b', '0')
set: json_array_elements('{"a":{"b":{"c":"deep"}}}'::json)
set: json_array_elements_text('{"a":{"b":{"c":"deep"}}}'::json)
set: json_object_keys('{"a":{"b":{"c":"deep"}}}'::json)
to_jsonb('{"a":{"b":{"c":"deep"}}}'::json)
to_json('{"a":{"b":{"c":"deep"}}}'::json)
'{"a":{"b":{"c":"deep"}}}'::jsonb -> 'a'
'{"a":{"b":{"c":"deep"}}}'::jsonb ->> 'a'
'{"a":{"b":{"c":"deep"}}}'::jsonb -> 0
'{"a":{"b":{"c":"deep"}}}'::jsonb ->> 0
'{"a":{"b":{"c":"deep"}}}'::jsonb -> -1
'{"a":{"b":{"c":"deep"}}}'::jsonb ->> -1
'{"a":{"b":{"c":"deep"}}}'::jsonb -> 'b'
'{"a":{"b":{"c":"deep"}}}'::jsonb ->> 'b'
'{"a":{"b":{"c":"deep"}}}'::jsonb -> 2
'{"a":{"b":{"c":"deep"}}}'::jsonb ->> 2
'{"a":{"b":{"c":"deep"}}}'::jsonb -> 9
'{"a":{"b":{"c":"deep"}}}'::jsonb ->> 9
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{a}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{a}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{b,2,c}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{b,2,c}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{0}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{0}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{-1}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{-1}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{1,1,0}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{1,1,0}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{a,b,c}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{a,b,c}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #> '{x,null}'
'{"a":{"b":{"c":"deep"}}}'::jsonb #>> '{x,null}'
jsonb_typeof('{"a":{"b":{"c":"deep"}}}'::jsonb)
jsonb_array_length('{"a":{"b":{"c":"deep"}}}'::jsonb)
jsonb_strip_nulls('{"a":{"b":{"c":"deep"}}}'::jsonb)
jsonb_strip_nulls('{"a":{"b":{"c":"deep"}}}'::jsonb, true)
jsonb_extract_path('{"a":{"b":{"c":"deep"}}}'::jsonb, 'b', '0')
jsonb_extract_path_text('{"a":{"b":{"c":"deep"}}}'::jsonb, 'b', '0')
set: jsonb_array_elements('{"a":{"b":{"c":"deep"}}}'::jsonb)
set: jsonb_array_elements_text('{"a":{"b":{"c":"deep"}}}'::jsonb)
set: jsonb_object_keys('{"a":{"b":{"c":"deep"}}}'::jsonb)
to_jsonb('{"a":{"b":{"c":"deep"}}}'::jsonb)
to_json('{"a":{"b":{"c":"deep"}}}'::jsonb)
jsonb_pretty('{"a":{"b":{"c":"deep"}}}'::jsonb)
'{"a":{"b":{"c":"deep"}}}'::jsonb @> '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= '{"a":1,"b":[1,2,{"c":null}],"a":2}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= '[1,"x",null,true,1.50,-0,1e3,-1.5E-2]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> '"str"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ '"str"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || '"str"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = '"str"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < '"str"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= '"str"'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> '12'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ '12'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || '12'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = '12'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < '12'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= '12'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> 'null'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ 'null'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || 'null'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = 'null'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < 'null'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= 'null'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> 'true'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ 'true'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || 'true'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = 'true'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < 'true'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= 'true'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> '[]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ '[]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || '[]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = '[]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < '[]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= '[]'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb @> '{}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb <@ '{}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb || '{}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb = '{}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb < '{}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb >= '{}'::jsonb
'{"a":{"b":{"c":"deep"}}}'::jsonb ? 'a'
'{"a":{"b":{"c":"deep"}}}'::jsonb ? 'x'
'{"a":{"b":{"c":"deep"}}}'::jsonb ? 'str'
'{"a":{"b":{"c":"deep"}}}'::jsonb ?| array['a','x']
'{"a":{"b":{"c":"deep"}}}'::jsonb ?& array['a','b']
'{"a":{"b":{"c":"deep"}}}'::jsonb ?& '{}'::text[]
'{"a":{"b":{"c":"deep"}}}'::jsonb - 'a'
'{"a":{"b":{"c":"deep"}}}'::jsonb - 1
'{"a":{"b":{"c":"deep"}}}'::jsonb - -1
'{"a":{"b":{"c":"deep"}}}'::jsonb - array['a','b']
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{a}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{b,2}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,2}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,2}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,2}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,2}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{0}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{0}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{0}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{0}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{0}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{-1}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-1}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-1}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-1}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-1}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{9}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{9}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{9}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{9}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{9}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{x}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{a,b,c}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,c}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,c}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,c}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,c}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{a,b,x}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,x}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,x}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,x}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a,b,x}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{x,y}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x,y}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x,y}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x,y}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{x,y}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{b,x}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,x}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,x}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,x}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{b,x}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb #- '{-9}'
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-9}', '"new"')
jsonb_set('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-9}', '[9]', false)
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-9}', '"new"')
jsonb_insert('{"a":{"b":{"c":"deep"}}}'::jsonb, '{-9}', '"new"', true)
'{"a":{"b":{"c":"deep"}}}'::jsonb::bool
'{"a":{"b":{"c":"deep"}}}'::jsonb::numeric
'{"a":{"b":{"c":"deep"}}}'::jsonb::int2
'{"a":{"b":{"c":"deep"}}}'::jsonb::int4
'{"a":{"b":{"c":"deep"}}}'::jsonb::int8
'{"a":{"b":{"c":"deep"}}}'::jsonb::float4
'{"a":{"b":{"c":"deep"}}}'::jsonb::float8
'{"a":{"b":{"c":"deep"}}}'::jsonb::text
jsonb_set_lax('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', null)
jsonb_set_lax('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', null, true, 'delete_key')
jsonb_set_lax('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', null, true, 'return_target')
jsonb_set_lax('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', null, true, 'raise_exception')
jsonb_set_lax('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', '5', true, 'foo')
jsonb_set_lax('{"a":{"b":{"c":"deep"}}}'::jsonb, '{a}', null, true, 'foo')
'1.5'::jsonb::int4
'2.5'::jsonb::int4
'99999999999'::jsonb::int4
'1e1000'::jsonb::float8
'{"a":1}'::jsonb = '{"a":1.0}'::jsonb
to_json(1)
to_json('x'::text)
to_json(null::int)
to_json(true)
to_json(1.50)
to_json('NaN'::float8)
to_json('Infinity'::numeric)
to_json('2024-02-29'::date)
to_json('2024-02-29 10:11:12.5'::timestamp)
to_json('2024-02-29 10:11:12.5+02'::timestamptz)
to_json('infinity'::timestamp)
to_json('1 day 2 hours'::interval)
to_json('10:11'::time)
to_json('\x01ff'::bytea)
to_json(array[1,2,null])
to_json(array[[1,2],[3,4]])
to_json(array['a','b"'])
to_json('{}'::int[])
to_json(array['2024-01-01'::date])
to_jsonb(1)
to_jsonb('x'::text)
to_jsonb(null::int)
to_jsonb(1.50)
to_jsonb('NaN'::float8)
to_jsonb(1e20::float8)
to_jsonb('2024-02-29 10:11:12.5+02'::timestamptz)
to_jsonb(array[[1,2],[3,4]])
to_jsonb(array['{"a":1}'::json])
array_to_json(array[1,2])
array_to_json(array[[1,2],[3,4]], true)
array_to_json(array[1,2], true)
json_build_array(1, 'a', null, true, 1.5, array[1,2])
jsonb_build_array(1, 'a', null, true, 1.5, array[1,2])
json_build_object('a', 1, 'b', 'x', 'a', null)
jsonb_build_object('a', 1, 'b', 'x', 'a', null)
json_build_object('a')
jsonb_build_object('a')
json_build_object(null, 1)
jsonb_build_object(null, 1)
json_build_object(array[1], 1)
json_build_object(1, 2, true, 3, '2024-01-01'::date, 4)
jsonb_build_object(1, 2, true, 3, '2024-01-01'::date, 4)
json_build_object()
jsonb_build_array()
json_object('{a,1,b,2}')
json_object('{{a,1},{b,null}}')
json_object('{a,b}', '{1,2}')
json_object('{a,b}', '{1}')
json_object('{a,b,c}')
json_object('{null,1}')
json_object('{}')
json_object('{{{a,b}}}')
json_object('{{a,b,c}}')
jsonb_object('{a,1,b,2,a,3}')
jsonb_object('{a,b}', '{1,null}')
agg: json_agg(int4) 1 2 null
agg: json_agg(int4)
agg: jsonb_agg(text) a b null
agg: jsonb_agg(int4)
agg: json_agg_strict(int4) 1 2 null
agg: json_agg_strict(int4) null
agg: jsonb_agg_strict(int4) null
agg: json_agg(json) {"a":1} [1,2]
agg: jsonb_agg(jsonb) {"a":1} [1,2]
agg: json_agg(date) 2024-01-01
