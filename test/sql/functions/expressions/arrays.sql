array_ndims(array[1,2,3])
array_dims(array[1,2,3])
cardinality(array[1,2,3])
array_reverse(array[1,2,3])
array_sort(array[1,2,3])
array_length(array[1,2,3],0)
array_lower(array[1,2,3],0)
array_upper(array[1,2,3],0)
trim_array(array[1,2,3],0)
array_length(array[1,2,3],1)
array_lower(array[1,2,3],1)
array_upper(array[1,2,3],1)
trim_array(array[1,2,3],1)
array_length(array[1,2,3],2)
array_lower(array[1,2,3],2)
array_upper(array[1,2,3],2)
trim_array(array[1,2,3],2)
array_length(array[1,2,3],3)
array_lower(array[1,2,3],3)
array_upper(array[1,2,3],3)
trim_array(array[1,2,3],3)
array_append(array[1,2,3],9)
array_prepend(9,array[1,2,3])
array_append(array[1,2,3],null)
array[1,2,3] || 9
9 || array[1,2,3]
array[1,2,3] || 2.5
array_remove(array[1,2,3],2)
array_remove(array[1,2,3],null)
array_replace(array[1,2,3],1,7)
array_replace(array[1,2,3],null,7)
array_position(array[1,2,3],2)
array_position(array[1,2,3],null)
array_position(array[1,2,3],6,1)
array_positions(array[1,2,3],2)
array_sort(array[1,2,3],true)
array_sort(array[1,2,3],true,false)
set: unnest(array[1,2,3])
set: generate_subscripts(array[1,2,3],1)
set: generate_subscripts(array[1,2,3],1,true)
array_to_string(array[1,2,3],',','N')
array[1,2,3] @> array[1]
array[1,2] <@ array[1,2,3]
array[1,2,3] && array[2,9]
2 = any(array[1,2,3])
2 > all(array[1,2,3])
2 <> all(array[1,2,3])
array_cat(array[1,2,3],array[1,2,3])
array[1,2,3] || array[1,2,3]
array[1,2,3] = array[1,2,3]
array[1,2,3] < array[1,2,3]
array[1,2,3] @> array[1,2,3]
array[1,2,3] && array[1,2,3]
array_cat(array[1,2,3],array[3,1,null,2])
array[1,2,3] || array[3,1,null,2]
array[1,2,3] = array[3,1,null,2]
array[1,2,3] < array[3,1,null,2]
array[1,2,3] @> array[3,1,null,2]
array[1,2,3] && array[3,1,null,2]
array_cat(array[1,2,3],array[[1,2],[3,4]])
array[1,2,3] || array[[1,2],[3,4]]
array[1,2,3] = array[[1,2],[3,4]]
array[1,2,3] < array[[1,2],[3,4]]
array[1,2,3] @> array[[1,2],[3,4]]
array[1,2,3] && array[[1,2],[3,4]]
array_cat(array[1,2,3],'{}'::int[])
array[1,2,3] || '{}'::int[]
array[1,2,3] = '{}'::int[]
array[1,2,3] < '{}'::int[]
array[1,2,3] @> '{}'::int[]
array[1,2,3] && '{}'::int[]
array_cat(array[1,2,3],'[0:2]={5,6,7}'::int[])
array[1,2,3] || '[0:2]={5,6,7}'::int[]
array[1,2,3] = '[0:2]={5,6,7}'::int[]
array[1,2,3] < '[0:2]={5,6,7}'::int[]
array[1,2,3] @> '[0:2]={5,6,7}'::int[]
array[1,2,3] && '[0:2]={5,6,7}'::int[]
array_cat(array[1,2,3],null::int[])
array[1,2,3] || null::int[]
array[1,2,3] = null::int[]
array[1,2,3] < null::int[]
array[1,2,3] @> null::int[]
array[1,2,3] && null::int[]
array_ndims(array[3,1,null,2])
array_dims(array[3,1,null,2])
cardinality(array[3,1,null,2])
array_reverse(array[3,1,null,2])
array_sort(array[3,1,null,2])
array_length(array[3,1,null,2],0)
array_lower(array[3,1,null,2],0)
array_upper(array[3,1,null,2],0)
trim_array(array[3,1,null,2],0)
array_length(array[3,1,null,2],1)
array_lower(array[3,1,null,2],1)
array_upper(array[3,1,null,2],1)
trim_array(array[3,1,null,2],1)
array_length(array[3,1,null,2],2)
array_lower(array[3,1,null,2],2)
array_upper(array[3,1,null,2],2)
trim_array(array[3,1,null,2],2)
array_length(array[3,1,null,2],3)
array_lower(array[3,1,null,2],3)
array_upper(array[3,1,null,2],3)
trim_array(array[3,1,null,2],3)
array_append(array[3,1,null,2],9)
array_prepend(9,array[3,1,null,2])
array_append(array[3,1,null,2],null)
array[3,1,null,2] || 9
9 || array[3,1,null,2]
array[3,1,null,2] || 2.5
array_remove(array[3,1,null,2],2)
array_remove(array[3,1,null,2],null)
array_replace(array[3,1,null,2],1,7)
array_replace(array[3,1,null,2],null,7)
array_position(array[3,1,null,2],2)
array_position(array[3,1,null,2],null)
array_position(array[3,1,null,2],6,1)
array_positions(array[3,1,null,2],2)
array_sort(array[3,1,null,2],true)
array_sort(array[3,1,null,2],true,false)
set: unnest(array[3,1,null,2])
set: generate_subscripts(array[3,1,null,2],1)
set: generate_subscripts(array[3,1,null,2],1,true)
array_to_string(array[3,1,null,2],',','N')
array[3,1,null,2] @> array[1]
array[1,2] <@ array[3,1,null,2]
array[3,1,null,2] && array[2,9]
2 = any(array[3,1,null,2])
2 > all(array[3,1,null,2])
2 <> all(array[3,1,null,2])
array_cat(array[3,1,null,2],array[1,2,3])
array[3,1,null,2] || array[1,2,3]
array[3,1,null,2] = array[1,2,3]
array[3,1,null,2] < array[1,2,3]
array[3,1,null,2] @> array[1,2,3]
array[3,1,null,2] && array[1,2,3]
array_cat(array[3,1,null,2],array[3,1,null,2])
array[3,1,null,2] || array[3,1,null,2]
array[3,1,null,2] = array[3,1,null,2]
array[3,1,null,2] < array[3,1,null,2]
array[3,1,null,2] @> array[3,1,null,2]
array[3,1,null,2] && array[3,1,null,2]
array_cat(array[3,1,null,2],array[[1,2],[3,4]])
array[3,1,null,2] || array[[1,2],[3,4]]
array[3,1,null,2] = array[[1,2],[3,4]]
array[3,1,null,2] < array[[1,2],[3,4]]
array[3,1,null,2] @> array[[1,2],[3,4]]
array[3,1,null,2] && array[[1,2],[3,4]]
array_cat(array[3,1,null,2],'{}'::int[])
array[3,1,null,2] || '{}'::int[]
array[3,1,null,2] = '{}'::int[]
array[3,1,null,2] < '{}'::int[]
array[3,1,null,2] @> '{}'::int[]
array[3,1,null,2] && '{}'::int[]
array_cat(array[3,1,null,2],'[0:2]={5,6,7}'::int[])
array[3,1,null,2] || '[0:2]={5,6,7}'::int[]
array[3,1,null,2] = '[0:2]={5,6,7}'::int[]
array[3,1,null,2] < '[0:2]={5,6,7}'::int[]
array[3,1,null,2] @> '[0:2]={5,6,7}'::int[]
array[3,1,null,2] && '[0:2]={5,6,7}'::int[]
array_cat(array[3,1,null,2],null::int[])
array[3,1,null,2] || null::int[]
array[3,1,null,2] = null::int[]
array[3,1,null,2] < null::int[]
array[3,1,null,2] @> null::int[]
array[3,1,null,2] && null::int[]
array_ndims(array[[1,2],[3,4]])
array_dims(array[[1,2],[3,4]])
cardinality(array[[1,2],[3,4]])
array_reverse(array[[1,2],[3,4]])
array_sort(array[[1,2],[3,4]])
array_length(array[[1,2],[3,4]],0)
array_lower(array[[1,2],[3,4]],0)
array_upper(array[[1,2],[3,4]],0)
trim_array(array[[1,2],[3,4]],0)
array_length(array[[1,2],[3,4]],1)
array_lower(array[[1,2],[3,4]],1)
array_upper(array[[1,2],[3,4]],1)
trim_array(array[[1,2],[3,4]],1)
array_length(array[[1,2],[3,4]],2)
array_lower(array[[1,2],[3,4]],2)
array_upper(array[[1,2],[3,4]],2)
trim_array(array[[1,2],[3,4]],2)
array_length(array[[1,2],[3,4]],3)
array_lower(array[[1,2],[3,4]],3)
array_upper(array[[1,2],[3,4]],3)
trim_array(array[[1,2],[3,4]],3)
array_append(array[[1,2],[3,4]],9)
array_prepend(9,array[[1,2],[3,4]])
array_append(array[[1,2],[3,4]],null)
array[[1,2],[3,4]] || 9
9 || array[[1,2],[3,4]]
array[[1,2],[3,4]] || 2.5
array_remove(array[[1,2],[3,4]],2)
array_remove(array[[1,2],[3,4]],null)
array_replace(array[[1,2],[3,4]],1,7)
array_replace(array[[1,2],[3,4]],null,7)
array_position(array[[1,2],[3,4]],2)
array_position(array[[1,2],[3,4]],null)
array_position(array[[1,2],[3,4]],6,1)
array_positions(array[[1,2],[3,4]],2)
array_sort(array[[1,2],[3,4]],true)
array_sort(array[[1,2],[3,4]],true,false)
set: unnest(array[[1,2],[3,4]])
set: generate_subscripts(array[[1,2],[3,4]],1)
set: generate_subscripts(array[[1,2],[3,4]],1,true)
array_to_string(array[[1,2],[3,4]],',','N')
array[[1,2],[3,4]] @> array[1]
array[1,2] <@ array[[1,2],[3,4]]
array[[1,2],[3,4]] && array[2,9]
2 = any(array[[1,2],[3,4]])
2 > all(array[[1,2],[3,4]])
2 <> all(array[[1,2],[3,4]])
array_cat(array[[1,2],[3,4]],array[1,2,3])
array[[1,2],[3,4]] || array[1,2,3]
array[[1,2],[3,4]] = array[1,2,3]
array[[1,2],[3,4]] < array[1,2,3]
array[[1,2],[3,4]] @> array[1,2,3]
array[[1,2],[3,4]] && array[1,2,3]
array_cat(array[[1,2],[3,4]],array[3,1,null,2])
array[[1,2],[3,4]] || array[3,1,null,2]
array[[1,2],[3,4]] = array[3,1,null,2]
array[[1,2],[3,4]] < array[3,1,null,2]
array[[1,2],[3,4]] @> array[3,1,null,2]
array[[1,2],[3,4]] && array[3,1,null,2]
array_cat(array[[1,2],[3,4]],array[[1,2],[3,4]])
array[[1,2],[3,4]] || array[[1,2],[3,4]]
array[[1,2],[3,4]] = array[[1,2],[3,4]]
array[[1,2],[3,4]] < array[[1,2],[3,4]]
array[[1,2],[3,4]] @> array[[1,2],[3,4]]
array[[1,2],[3,4]] && array[[1,2],[3,4]]
array_cat(array[[1,2],[3,4]],'{}'::int[])
array[[1,2],[3,4]] || '{}'::int[]
array[[1,2],[3,4]] = '{}'::int[]
array[[1,2],[3,4]] < '{}'::int[]
array[[1,2],[3,4]] @> '{}'::int[]
array[[1,2],[3,4]] && '{}'::int[]
array_cat(array[[1,2],[3,4]],'[0:2]={5,6,7}'::int[])
array[[1,2],[3,4]] || '[0:2]={5,6,7}'::int[]
array[[1,2],[3,4]] = '[0:2]={5,6,7}'::int[]
array[[1,2],[3,4]] < '[0:2]={5,6,7}'::int[]
array[[1,2],[3,4]] @> '[0:2]={5,6,7}'::int[]
array[[1,2],[3,4]] && '[0:2]={5,6,7}'::int[]
array_cat(array[[1,2],[3,4]],null::int[])
array[[1,2],[3,4]] || null::int[]
array[[1,2],[3,4]] = null::int[]
array[[1,2],[3,4]] < null::int[]
array[[1,2],[3,4]] @> null::int[]
array[[1,2],[3,4]] && null::int[]
array_ndims('{}'::int[])
array_dims('{}'::int[])
cardinality('{}'::int[])
array_reverse('{}'::int[])
array_sort('{}'::int[])
array_length('{}'::int[],0)
array_lower('{}'::int[],0)
array_upper('{}'::int[],0)
trim_array('{}'::int[],0)
array_length('{}'::int[],1)
array_lower('{}'::int[],1)
array_upper('{}'::int[],1)
trim_array('{}'::int[],1)
array_length('{}'::int[],2)
array_lower('{}'::int[],2)
array_upper('{}'::int[],2)
trim_array('{}'::int[],2)
array_length('{}'::int[],3)
array_lower('{}'::int[],3)
array_upper('{}'::int[],3)
trim_array('{}'::int[],3)
array_append('{}'::int[],9)
array_prepend(9,'{}'::int[])
array_append('{}'::int[],null)
'{}'::int[] || 9
9 || '{}'::int[]
'{}'::int[] || 2.5
array_remove('{}'::int[],2)
array_remove('{}'::int[],null)
array_replace('{}'::int[],1,7)
array_replace('{}'::int[],null,7)
array_position('{}'::int[],2)
array_position('{}'::int[],null)
array_position('{}'::int[],6,1)
array_positions('{}'::int[],2)
array_sort('{}'::int[],true)
array_sort('{}'::int[],true,false)
set: unnest('{}'::int[])
set: generate_subscripts('{}'::int[],1)
set: generate_subscripts('{}'::int[],1,true)
array_to_string('{}'::int[],',','N')
'{}'::int[] @> array[1]
array[1,2] <@ '{}'::int[]
'{}'::int[] && array[2,9]
2 = any('{}'::int[])
2 > all('{}'::int[])
2 <> all('{}'::int[])
array_cat('{}'::int[],array[1,2,3])
'{}'::int[] || array[1,2,3]
'{}'::int[] = array[1,2,3]
'{}'::int[] < array[1,2,3]
'{}'::int[] @> array[1,2,3]
'{}'::int[] && array[1,2,3]
array_cat('{}'::int[],array[3,1,null,2])
'{}'::int[] || array[3,1,null,2]
'{}'::int[] = array[3,1,null,2]
'{}'::int[] < array[3,1,null,2]
'{}'::int[] @> array[3,1,null,2]
'{}'::int[] && array[3,1,null,2]
array_cat('{}'::int[],array[[1,2],[3,4]])
'{}'::int[] || array[[1,2],[3,4]]
'{}'::int[] = array[[1,2],[3,4]]
'{}'::int[] < array[[1,2],[3,4]]
'{}'::int[] @> array[[1,2],[3,4]]
'{}'::int[] && array[[1,2],[3,4]]
array_cat('{}'::int[],'{}'::int[])
'{}'::int[] || '{}'::int[]
'{}'::int[] = '{}'::int[]
'{}'::int[] < '{}'::int[]
'{}'::int[] @> '{}'::int[]
'{}'::int[] && '{}'::int[]
array_cat('{}'::int[],'[0:2]={5,6,7}'::int[])
'{}'::int[] || '[0:2]={5,6,7}'::int[]
'{}'::int[] = '[0:2]={5,6,7}'::int[]
'{}'::int[] < '[0:2]={5,6,7}'::int[]
'{}'::int[] @> '[0:2]={5,6,7}'::int[]
'{}'::int[] && '[0:2]={5,6,7}'::int[]
array_cat('{}'::int[],null::int[])
'{}'::int[] || null::int[]
'{}'::int[] = null::int[]
'{}'::int[] < null::int[]
'{}'::int[] @> null::int[]
'{}'::int[] && null::int[]
array_ndims('[0:2]={5,6,7}'::int[])
array_dims('[0:2]={5,6,7}'::int[])
cardinality('[0:2]={5,6,7}'::int[])
array_reverse('[0:2]={5,6,7}'::int[])
array_sort('[0:2]={5,6,7}'::int[])
array_length('[0:2]={5,6,7}'::int[],0)
array_lower('[0:2]={5,6,7}'::int[],0)
array_upper('[0:2]={5,6,7}'::int[],0)
trim_array('[0:2]={5,6,7}'::int[],0)
array_length('[0:2]={5,6,7}'::int[],1)
array_lower('[0:2]={5,6,7}'::int[],1)
array_upper('[0:2]={5,6,7}'::int[],1)
trim_array('[0:2]={5,6,7}'::int[],1)
array_length('[0:2]={5,6,7}'::int[],2)
array_lower('[0:2]={5,6,7}'::int[],2)
array_upper('[0:2]={5,6,7}'::int[],2)
trim_array('[0:2]={5,6,7}'::int[],2)
array_length('[0:2]={5,6,7}'::int[],3)
array_lower('[0:2]={5,6,7}'::int[],3)
array_upper('[0:2]={5,6,7}'::int[],3)
trim_array('[0:2]={5,6,7}'::int[],3)
array_append('[0:2]={5,6,7}'::int[],9)
array_prepend(9,'[0:2]={5,6,7}'::int[])
array_append('[0:2]={5,6,7}'::int[],null)
'[0:2]={5,6,7}'::int[] || 9
9 || '[0:2]={5,6,7}'::int[]
'[0:2]={5,6,7}'::int[] || 2.5
array_remove('[0:2]={5,6,7}'::int[],2)
array_remove('[0:2]={5,6,7}'::int[],null)
array_replace('[0:2]={5,6,7}'::int[],1,7)
array_replace('[0:2]={5,6,7}'::int[],null,7)
array_position('[0:2]={5,6,7}'::int[],2)
array_position('[0:2]={5,6,7}'::int[],null)
array_position('[0:2]={5,6,7}'::int[],6,1)
array_positions('[0:2]={5,6,7}'::int[],2)
array_sort('[0:2]={5,6,7}'::int[],true)
array_sort('[0:2]={5,6,7}'::int[],true,false)
set: unnest('[0:2]={5,6,7}'::int[])
set: generate_subscripts('[0:2]={5,6,7}'::int[],1)
set: generate_subscripts('[0:2]={5,6,7}'::int[],1,true)
array_to_string('[0:2]={5,6,7}'::int[],',','N')
'[0:2]={5,6,7}'::int[] @> array[1]
array[1,2] <@ '[0:2]={5,6,7}'::int[]
'[0:2]={5,6,7}'::int[] && array[2,9]
2 = any('[0:2]={5,6,7}'::int[])
2 > all('[0:2]={5,6,7}'::int[])
2 <> all('[0:2]={5,6,7}'::int[])
array_cat('[0:2]={5,6,7}'::int[],array[1,2,3])
'[0:2]={5,6,7}'::int[] || array[1,2,3]
'[0:2]={5,6,7}'::int[] = array[1,2,3]
'[0:2]={5,6,7}'::int[] < array[1,2,3]
'[0:2]={5,6,7}'::int[] @> array[1,2,3]
'[0:2]={5,6,7}'::int[] && array[1,2,3]
array_cat('[0:2]={5,6,7}'::int[],array[3,1,null,2])
'[0:2]={5,6,7}'::int[] || array[3,1,null,2]
'[0:2]={5,6,7}'::int[] = array[3,1,null,2]
'[0:2]={5,6,7}'::int[] < array[3,1,null,2]
'[0:2]={5,6,7}'::int[] @> array[3,1,null,2]
'[0:2]={5,6,7}'::int[] && array[3,1,null,2]
array_cat('[0:2]={5,6,7}'::int[],array[[1,2],[3,4]])
'[0:2]={5,6,7}'::int[] || array[[1,2],[3,4]]
'[0:2]={5,6,7}'::int[] = array[[1,2],[3,4]]
'[0:2]={5,6,7}'::int[] < array[[1,2],[3,4]]
'[0:2]={5,6,7}'::int[] @> array[[1,2],[3,4]]
'[0:2]={5,6,7}'::int[] && array[[1,2],[3,4]]
array_cat('[0:2]={5,6,7}'::int[],'{}'::int[])
'[0:2]={5,6,7}'::int[] || '{}'::int[]
'[0:2]={5,6,7}'::int[] = '{}'::int[]
'[0:2]={5,6,7}'::int[] < '{}'::int[]
'[0:2]={5,6,7}'::int[] @> '{}'::int[]
'[0:2]={5,6,7}'::int[] && '{}'::int[]
array_cat('[0:2]={5,6,7}'::int[],'[0:2]={5,6,7}'::int[])
'[0:2]={5,6,7}'::int[] || '[0:2]={5,6,7}'::int[]
'[0:2]={5,6,7}'::int[] = '[0:2]={5,6,7}'::int[]
'[0:2]={5,6,7}'::int[] < '[0:2]={5,6,7}'::int[]
'[0:2]={5,6,7}'::int[] @> '[0:2]={5,6,7}'::int[]
'[0:2]={5,6,7}'::int[] && '[0:2]={5,6,7}'::int[]
array_cat('[0:2]={5,6,7}'::int[],null::int[])
'[0:2]={5,6,7}'::int[] || null::int[]
'[0:2]={5,6,7}'::int[] = null::int[]
'[0:2]={5,6,7}'::int[] < null::int[]
'[0:2]={5,6,7}'::int[] @> null::int[]
'[0:2]={5,6,7}'::int[] && null::int[]
array_ndims(null::int[])
array_dims(null::int[])
cardinality(null::int[])
array_reverse(null::int[])
array_sort(null::int[])
array_length(null::int[],0)
array_lower(null::int[],0)
array_upper(null::int[],0)
trim_array(null::int[],0)
array_length(null::int[],1)
array_lower(null::int[],1)
array_upper(null::int[],1)
trim_array(null::int[],1)
array_length(null::int[],2)
array_lower(null::int[],2)
array_upper(null::int[],2)
trim_array(null::int[],2)
array_length(null::int[],3)
array_lower(null::int[],3)
array_upper(null::int[],3)
trim_array(null::int[],3)
array_append(null::int[],9)
array_prepend(9,null::int[])
array_append(null::int[],null)
null::int[] || 9
9 || null::int[]
null::int[] || 2.5
array_remove(null::int[],2)
array_remove(null::int[],null)
array_replace(null::int[],1,7)
array_replace(null::int[],null,7)
array_position(null::int[],2)
array_position(null::int[],null)
array_position(null::int[],6,1)
array_positions(null::int[],2)
array_sort(null::int[],true)
array_sort(null::int[],true,false)
set: unnest(null::int[])
set: generate_subscripts(null::int[],1)
set: generate_subscripts(null::int[],1,true)
array_to_string(null::int[],',','N')
null::int[] @> array[1]
array[1,2] <@ null::int[]
null::int[] && array[2,9]
2 = any(null::int[])
2 > all(null::int[])
2 <> all(null::int[])
array_cat(null::int[],array[1,2,3])
null::int[] || array[1,2,3]
null::int[] = array[1,2,3]
null::int[] < array[1,2,3]
null::int[] @> array[1,2,3]
null::int[] && array[1,2,3]
array_cat(null::int[],array[3,1,null,2])
null::int[] || array[3,1,null,2]
null::int[] = array[3,1,null,2]
null::int[] < array[3,1,null,2]
null::int[] @> array[3,1,null,2]
null::int[] && array[3,1,null,2]
array_cat(null::int[],array[[1,2],[3,4]])
null::int[] || array[[1,2],[3,4]]
null::int[] = array[[1,2],[3,4]]
null::int[] < array[[1,2],[3,4]]
null::int[] @> array[[1,2],[3,4]]
null::int[] && array[[1,2],[3,4]]
array_cat(null::int[],'{}'::int[])
null::int[] || '{}'::int[]
null::int[] = '{}'::int[]
null::int[] < '{}'::int[]
null::int[] @> '{}'::int[]
null::int[] && '{}'::int[]
array_cat(null::int[],'[0:2]={5,6,7}'::int[])
null::int[] || '[0:2]={5,6,7}'::int[]
null::int[] = '[0:2]={5,6,7}'::int[]
null::int[] < '[0:2]={5,6,7}'::int[]
null::int[] @> '[0:2]={5,6,7}'::int[]
null::int[] && '[0:2]={5,6,7}'::int[]
array_cat(null::int[],null::int[])
null::int[] || null::int[]
null::int[] = null::int[]
null::int[] < null::int[]
null::int[] @> null::int[]
null::int[] && null::int[]
array_fill(7,array[3])
array_fill(7,array[2,2],array[0,5])
array_fill(null::int,array[2])
array_fill(7,array[0])
array_fill(7,array[null]::int[])
array_fill(1,array[1,2],array[1])
array_fill(1,null::int[])
array_append(array['a'],'b')
array['a','b'] || 'c'
array['a','b'] || '{c,d}'
array_sort(array['b','a','C'])
array_sort(array[[3,1],[1,2]])
array_sample(array[1,2],5)
array_sample(array[1,2],0)
array[1.0] = array[1.00]
array['a',null] && array[null]::text[]
array[null]::int[] @> array[null]::int[]
enum_range(null::mood)
enum_first(null::mood)
enum_last('sad'::mood)
enum_range('ok'::mood,null)
num_nulls(1,null,'a',null)
num_nonnulls(1,null)
pg_typeof(1)
pg_typeof(array[1.5])
format_type(23,null)
format_type(1043,7)
format_type(1700,327686)
format_type(1007,-1)
format_type(0,null)
format_type(999999,null)
pg_size_pretty(0::int8)
pg_size_pretty(10239::int8)
pg_size_pretty(10240::int8)
pg_size_pretty(123456789::int8)
pg_size_pretty(-1234567890123::int8)
pg_size_pretty(20971519::int8)
uuid_extract_version('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)
uuid_extract_version('a0eebc99-9c0b-4ef8-0b6d-6bb9bd380a11'::uuid)
uuid_extract_timestamp('019535d9-3df7-79fb-b466-fa907fa17f9e'::uuid)
uuid_extract_timestamp('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)
to_regtype('int4')
pg_input_is_valid('12','int4')
pg_input_is_valid('x','int4')
pg_encoding_to_char(6)
set: generate_series(1,5)
set: generate_series(5,1)
set: generate_series(1,10,3)
set: generate_series(10,1,-4)
set: generate_series(1,2,0)
set: generate_series(null,3)
set: generate_series(2147483640,2147483647,5)
set: generate_series(1::int8,3)
set: generate_series(9223372036854775800,9223372036854775807,5)
set: generate_series(1.5,4)
set: generate_series(1.0,2.0,0.25)
set: generate_series(3,1,-0.5)
set: generate_series(1.1::numeric,'NaN')
set: generate_series(1,'Infinity'::numeric)
set: generate_series(1,2,0.0)
