/** Functions of PostgreSQL that are none here, as far as somebody may write them: they are refused by name. */

/** About types that are none here, documents of XML, large objects, files and logs of a server. */
export const FOREIGN_FUNCTIONS: ReadonlySet<string> = new Set(
  `int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange
   datemultirange multirange range_merge range_agg range_intersect_agg isempty lower_inc upper_inc lower_inf upper_inf

   to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery array_to_tsvector tsvector_to_array json_to_tsvector
   jsonb_to_tsvector ts_rank ts_rank_cd ts_headline ts_rewrite ts_delete ts_filter ts_debug ts_lexize ts_parse ts_token_type ts_stat
   tsquery_phrase setweight numnode querytree get_current_ts_config

   lseg polygon circle isclosed isopen ishorizontal isvertical isparallel isperp npoints popen pclose diagonal

   hostmask masklen netmask set_masklen macaddr8_set7bit inet_client_addr inet_client_port inet_server_addr inet_server_port

   xmlagg xmlcomment xmltext xmlvalidate xpath xpath_exists xml_is_well_formed xml_is_well_formed_content
   xml_is_well_formed_document query_to_xml query_to_xmlschema table_to_xml table_to_xmlschema schema_to_xml database_to_xml
   cursor_to_xml

   lo_create lo_creat lo_open lo_close lo_get lo_put lo_import lo_export lo_unlink lo_from_bytea lo_lseek lo_lseek64 lo_tell
   lo_tell64 lo_truncate lo_truncate64 loread lowrite

   pg_read_file pg_read_binary_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_stat_file pg_reload_conf pg_rotate_logfile
   pg_current_wal_lsn pg_current_wal_insert_lsn pg_current_wal_flush_lsn pg_switch_wal pg_wal_lsn_diff pg_walfile_name
   pg_backup_start pg_backup_stop pg_create_restore_point pg_export_snapshot pg_current_snapshot pg_current_xact_id
   pg_current_xact_id_if_assigned pg_xact_status pg_visible_in_snapshot txid_current_snapshot txid_status
   pg_create_logical_replication_slot pg_create_physical_replication_slot pg_drop_replication_slot pg_logical_emit_message
   pg_logical_slot_get_changes pg_logical_slot_peek_changes pg_sleep_until pg_trigger_depth`
    .trim()
    .split(/\s+/),
)
