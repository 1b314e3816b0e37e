/**
 * The views of information_schema with their columns, as PostgreSQL 18 has them: the view's oid, then each column's name and
 * the domain that is its type: `i` sql_identifier, `c` character_data, `n` cardinal_number, `y` yes_or_no, `t` time_stamp.
 */

export const INFORMATION_SCHEMA_COLUMNS = {
  administrable_role_authorizations: `12458v grantee:i role_name:i is_grantable:y`,
  applicable_roles: `12453v grantee:i role_name:i is_grantable:y`,
  attributes: `12462v udt_catalog:i udt_schema:i udt_name:i attribute_name:i ordinal_position:n
    attribute_default:c is_nullable:y data_type:c character_maximum_length:n character_octet_length:n
    character_set_catalog:i character_set_schema:i character_set_name:i collation_catalog:i
    collation_schema:i collation_name:i numeric_precision:n numeric_precision_radix:n numeric_scale:n
    datetime_precision:n interval_type:c interval_precision:n attribute_udt_catalog:i attribute_udt_schema:i
    attribute_udt_name:i scope_catalog:i scope_schema:i scope_name:i maximum_cardinality:n dtd_identifier:i
    is_derived_reference_attribute:y`,
  character_sets: `12467v character_set_catalog:i character_set_schema:i character_set_name:i
    character_repertoire:i form_of_use:i default_collate_catalog:i default_collate_schema:i
    default_collate_name:i`,
  check_constraint_routine_usage: `12472v constraint_catalog:i constraint_schema:i constraint_name:i
    specific_catalog:i specific_schema:i specific_name:i`,
  check_constraints: `12477v constraint_catalog:i constraint_schema:i constraint_name:i check_clause:c`,
  collation_character_set_applicability: `12487v collation_catalog:i collation_schema:i collation_name:i
    character_set_catalog:i character_set_schema:i character_set_name:i`,
  collations: `12482v collation_catalog:i collation_schema:i collation_name:i pad_attribute:c`,
  column_column_usage: `12492v table_catalog:i table_schema:i table_name:i column_name:i dependent_column:i`,
  column_domain_usage: `12497v domain_catalog:i domain_schema:i domain_name:i table_catalog:i table_schema:i
    table_name:i column_name:i`,
  column_options: `12719v table_catalog:i table_schema:i table_name:i column_name:i option_name:i
    option_value:c`,
  column_privileges: `12502v grantor:i grantee:i table_catalog:i table_schema:i table_name:i column_name:i
    privilege_type:c is_grantable:y`,
  column_udt_usage: `12507v udt_catalog:i udt_schema:i udt_name:i table_catalog:i table_schema:i
    table_name:i column_name:i`,
  columns: `12512v table_catalog:i table_schema:i table_name:i column_name:i ordinal_position:n
    column_default:c is_nullable:y data_type:c character_maximum_length:n character_octet_length:n
    numeric_precision:n numeric_precision_radix:n numeric_scale:n datetime_precision:n interval_type:c
    interval_precision:n character_set_catalog:i character_set_schema:i character_set_name:i
    collation_catalog:i collation_schema:i collation_name:i domain_catalog:i domain_schema:i domain_name:i
    udt_catalog:i udt_schema:i udt_name:i scope_catalog:i scope_schema:i scope_name:i maximum_cardinality:n
    dtd_identifier:i is_self_referencing:y is_identity:y identity_generation:c identity_start:c
    identity_increment:c identity_maximum:c identity_minimum:c identity_cycle:y is_generated:c
    generation_expression:c is_updatable:y`,
  constraint_column_usage: `12517v table_catalog:i table_schema:i table_name:i column_name:i
    constraint_catalog:i constraint_schema:i constraint_name:i`,
  constraint_table_usage: `12522v table_catalog:i table_schema:i table_name:i constraint_catalog:i
    constraint_schema:i constraint_name:i`,
  data_type_privileges: `12704v object_catalog:i object_schema:i object_name:i object_type:c
    dtd_identifier:i`,
  domain_constraints: `12527v constraint_catalog:i constraint_schema:i constraint_name:i domain_catalog:i
    domain_schema:i domain_name:i is_deferrable:y initially_deferred:y`,
  domain_udt_usage: `12532v udt_catalog:i udt_schema:i udt_name:i domain_catalog:i domain_schema:i
    domain_name:i`,
  domains: `12536v domain_catalog:i domain_schema:i domain_name:i data_type:c character_maximum_length:n
    character_octet_length:n character_set_catalog:i character_set_schema:i character_set_name:i
    collation_catalog:i collation_schema:i collation_name:i numeric_precision:n numeric_precision_radix:n
    numeric_scale:n datetime_precision:n interval_type:c interval_precision:n domain_default:c udt_catalog:i
    udt_schema:i udt_name:i scope_catalog:i scope_schema:i scope_name:i maximum_cardinality:n
    dtd_identifier:i`,
  element_types: `12709v object_catalog:i object_schema:i object_name:i object_type:c
    collection_type_identifier:i data_type:c character_maximum_length:n character_octet_length:n
    character_set_catalog:i character_set_schema:i character_set_name:i collation_catalog:i
    collation_schema:i collation_name:i numeric_precision:n numeric_precision_radix:n numeric_scale:n
    datetime_precision:n interval_type:c interval_precision:n udt_catalog:i udt_schema:i udt_name:i
    scope_catalog:i scope_schema:i scope_name:i maximum_cardinality:n dtd_identifier:i`,
  enabled_roles: `12541v role_name:i`,
  foreign_data_wrapper_options: `12727v foreign_data_wrapper_catalog:i foreign_data_wrapper_name:i
    option_name:i option_value:c`,
  foreign_data_wrappers: `12731v foreign_data_wrapper_catalog:i foreign_data_wrapper_name:i
    authorization_identifier:i library_name:c foreign_data_wrapper_language:c`,
  foreign_server_options: `12739v foreign_server_catalog:i foreign_server_name:i option_name:i
    option_value:c`,
  foreign_servers: `12743v foreign_server_catalog:i foreign_server_name:i foreign_data_wrapper_catalog:i
    foreign_data_wrapper_name:i foreign_server_type:c foreign_server_version:c authorization_identifier:i`,
  foreign_table_options: `12752v foreign_table_catalog:i foreign_table_schema:i foreign_table_name:i
    option_name:i option_value:c`,
  foreign_tables: `12756v foreign_table_catalog:i foreign_table_schema:i foreign_table_name:i
    foreign_server_catalog:i foreign_server_name:i`,
  information_schema_catalog_name: `12444v catalog_name:i`,
  key_column_usage: `12545v constraint_catalog:i constraint_schema:i constraint_name:i table_catalog:i
    table_schema:i table_name:i column_name:i ordinal_position:n position_in_unique_constraint:n`,
  parameters: `12550v specific_catalog:i specific_schema:i specific_name:i ordinal_position:n
    parameter_mode:c is_result:y as_locator:y parameter_name:i data_type:c character_maximum_length:n
    character_octet_length:n character_set_catalog:i character_set_schema:i character_set_name:i
    collation_catalog:i collation_schema:i collation_name:i numeric_precision:n numeric_precision_radix:n
    numeric_scale:n datetime_precision:n interval_type:c interval_precision:n udt_catalog:i udt_schema:i
    udt_name:i scope_catalog:i scope_schema:i scope_name:i maximum_cardinality:n dtd_identifier:i
    parameter_default:c`,
  referential_constraints: `12555v constraint_catalog:i constraint_schema:i constraint_name:i
    unique_constraint_catalog:i unique_constraint_schema:i unique_constraint_name:i match_option:c
    update_rule:c delete_rule:c`,
  role_column_grants: `12560v grantor:i grantee:i table_catalog:i table_schema:i table_name:i column_name:i
    privilege_type:c is_grantable:y`,
  role_routine_grants: `12574v grantor:i grantee:i specific_catalog:i specific_schema:i specific_name:i
    routine_catalog:i routine_schema:i routine_name:i privilege_type:c is_grantable:y`,
  role_table_grants: `12637v grantor:i grantee:i table_catalog:i table_schema:i table_name:i
    privilege_type:c is_grantable:y with_hierarchy:y`,
  role_udt_grants: `12666v grantor:i grantee:i udt_catalog:i udt_schema:i udt_name:i privilege_type:c
    is_grantable:y`,
  role_usage_grants: `12675v grantor:i grantee:i object_catalog:i object_schema:i object_name:i
    object_type:c privilege_type:c is_grantable:y`,
  routine_column_usage: `12564v specific_catalog:i specific_schema:i specific_name:i routine_catalog:i
    routine_schema:i routine_name:i table_catalog:i table_schema:i table_name:i column_name:i`,
  routine_privileges: `12569v grantor:i grantee:i specific_catalog:i specific_schema:i specific_name:i
    routine_catalog:i routine_schema:i routine_name:i privilege_type:c is_grantable:y`,
  routine_routine_usage: `12578v specific_catalog:i specific_schema:i specific_name:i routine_catalog:i
    routine_schema:i routine_name:i`,
  routine_sequence_usage: `12583v specific_catalog:i specific_schema:i specific_name:i routine_catalog:i
    routine_schema:i routine_name:i sequence_catalog:i sequence_schema:i sequence_name:i`,
  routine_table_usage: `12588v specific_catalog:i specific_schema:i specific_name:i routine_catalog:i
    routine_schema:i routine_name:i table_catalog:i table_schema:i table_name:i`,
  routines: `12593v specific_catalog:i specific_schema:i specific_name:i routine_catalog:i routine_schema:i
    routine_name:i routine_type:c module_catalog:i module_schema:i module_name:i udt_catalog:i udt_schema:i
    udt_name:i data_type:c character_maximum_length:n character_octet_length:n character_set_catalog:i
    character_set_schema:i character_set_name:i collation_catalog:i collation_schema:i collation_name:i
    numeric_precision:n numeric_precision_radix:n numeric_scale:n datetime_precision:n interval_type:c
    interval_precision:n type_udt_catalog:i type_udt_schema:i type_udt_name:i scope_catalog:i scope_schema:i
    scope_name:i maximum_cardinality:n dtd_identifier:i routine_body:c routine_definition:c external_name:c
    external_language:c parameter_style:c is_deterministic:y sql_data_access:c is_null_call:y sql_path:c
    schema_level_routine:y max_dynamic_result_sets:n is_user_defined_cast:y is_implicitly_invocable:y
    security_type:c to_sql_specific_catalog:i to_sql_specific_schema:i to_sql_specific_name:i as_locator:y
    created:t last_altered:t new_savepoint_level:y is_udt_dependent:y result_cast_from_data_type:c
    result_cast_as_locator:y result_cast_char_max_length:n result_cast_char_octet_length:n
    result_cast_char_set_catalog:i result_cast_char_set_schema:i result_cast_char_set_name:i
    result_cast_collation_catalog:i result_cast_collation_schema:i result_cast_collation_name:i
    result_cast_numeric_precision:n result_cast_numeric_precision_radix:n result_cast_numeric_scale:n
    result_cast_datetime_precision:n result_cast_interval_type:c result_cast_interval_precision:n
    result_cast_type_udt_catalog:i result_cast_type_udt_schema:i result_cast_type_udt_name:i
    result_cast_scope_catalog:i result_cast_scope_schema:i result_cast_scope_name:i
    result_cast_maximum_cardinality:n result_cast_dtd_identifier:i`,
  schemata: `12598v catalog_name:i schema_name:i schema_owner:i default_character_set_catalog:i
    default_character_set_schema:i default_character_set_name:i sql_path:c`,
  sequences: `12602v sequence_catalog:i sequence_schema:i sequence_name:i data_type:c numeric_precision:n
    numeric_precision_radix:n numeric_scale:n start_value:c minimum_value:c maximum_value:c increment:c
    cycle_option:y`,
  table_constraints: `12627v constraint_catalog:i constraint_schema:i constraint_name:i table_catalog:i
    table_schema:i table_name:i constraint_type:c is_deferrable:y initially_deferred:y enforced:y
    nulls_distinct:y`,
  table_privileges: `12632v grantor:i grantee:i table_catalog:i table_schema:i table_name:i privilege_type:c
    is_grantable:y with_hierarchy:y`,
  tables: `12641v table_catalog:i table_schema:i table_name:i table_type:c self_referencing_column_name:i
    reference_generation:c user_defined_type_catalog:i user_defined_type_schema:i user_defined_type_name:i
    is_insertable_into:y is_typed:y commit_action:c`,
  transforms: `12646v udt_catalog:i udt_schema:i udt_name:i specific_catalog:i specific_schema:i
    specific_name:i group_name:i transform_type:c`,
  triggered_update_columns: `12651v trigger_catalog:i trigger_schema:i trigger_name:i event_object_catalog:i
    event_object_schema:i event_object_table:i event_object_column:i`,
  triggers: `12656v trigger_catalog:i trigger_schema:i trigger_name:i event_manipulation:c
    event_object_catalog:i event_object_schema:i event_object_table:i action_order:n action_condition:c
    action_statement:c action_orientation:c action_timing:c action_reference_old_table:i
    action_reference_new_table:i action_reference_old_row:i action_reference_new_row:i created:t`,
  udt_privileges: `12661v grantor:i grantee:i udt_catalog:i udt_schema:i udt_name:i privilege_type:c
    is_grantable:y`,
  usage_privileges: `12670v grantor:i grantee:i object_catalog:i object_schema:i object_name:i object_type:c
    privilege_type:c is_grantable:y`,
  user_defined_types: `12679v user_defined_type_catalog:i user_defined_type_schema:i
    user_defined_type_name:i user_defined_type_category:c is_instantiable:y is_final:y ordering_form:c
    ordering_category:c ordering_routine_catalog:i ordering_routine_schema:i ordering_routine_name:i
    reference_type:c data_type:c character_maximum_length:n character_octet_length:n character_set_catalog:i
    character_set_schema:i character_set_name:i collation_catalog:i collation_schema:i collation_name:i
    numeric_precision:n numeric_precision_radix:n numeric_scale:n datetime_precision:n interval_type:c
    interval_precision:n source_dtd_identifier:i ref_dtd_identifier:i`,
  user_mapping_options: `12765v authorization_identifier:i foreign_server_catalog:i foreign_server_name:i
    option_name:i option_value:c`,
  user_mappings: `12770v authorization_identifier:i foreign_server_catalog:i foreign_server_name:i`,
  view_column_usage: `12684v view_catalog:i view_schema:i view_name:i table_catalog:i table_schema:i
    table_name:i column_name:i`,
  view_routine_usage: `12689v table_catalog:i table_schema:i table_name:i specific_catalog:i
    specific_schema:i specific_name:i`,
  view_table_usage: `12694v view_catalog:i view_schema:i view_name:i table_catalog:i table_schema:i
    table_name:i`,
  views: `12699v table_catalog:i table_schema:i table_name:i view_definition:c check_option:c is_updatable:y
    is_insertable_into:y is_trigger_updatable:y is_trigger_deletable:y is_trigger_insertable_into:y`,
} as const

export type InformationSchemaView = keyof typeof INFORMATION_SCHEMA_COLUMNS
