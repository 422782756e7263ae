package gateway

import "slices"

// refusedSettings are not a reader's to choose. They hold expressions (additional_result_filter), names of files and
// addresses (input_format_record_errors_file_path writes one), another grammar (dialect, compatibility), or open what
// the engine keeps shut (allow_experimental_eval_table_function). In statements the engine's constraints hold them, for
// both users; settings of the URL go to the engine as arguments, which its constraints do not look at, so the gateway
// does.
//
// A test compares the list with the engine's settings: each that holds a text is either here or in harmlessTexts.
var refusedSettings = []string{"additional_result_filter", "additional_table_filters",
	"ai_function_embedding_default_credentials",
	"ai_function_text_default_credentials", "chdb_client_name", "cluster_for_parallel_replicas",
	"column_names_for_schema_inference",
	"compatibility", "count_distinct_implementation", "default_view_definer", "dialect",
	"distributed_cache_file_cache_name",
	"distributed_plan_force_exchange_kind", "errors_output_format", "exclude_materialize_skip_indexes_on_insert",
	"filesystem_cache_name",
	"format_avro_schema_registry_url", "format_regexp", "format_schema", "format_schema_message_name",
	"format_schema_source",
	"format_template_resultset", "format_template_resultset_format", "format_template_row", "format_template_row_format",
	"format_template_rows_between_delimiter", "function_implementation", "http_response_headers",
	"iceberg_metadata_compression_method",
	"implicit_table_at_top_level", "input_format_mysql_dump_table_name", "input_format_orc_reader_time_zone_name",
	"input_format_record_errors_file_path", "local_filesystem_read_method", "metrics_perf_events_list",
	"output_format_avro_confluent_subject", "output_format_image_terminal_mode", "output_format_schema",
	"parallel_replicas_custom_key",
	"polyglot_dialect", "promql_database", "promql_table", "remote_filesystem_read_method",
	"rename_files_after_processing",
	"s3queue_default_zookeeper_path", "schema_inference_hints", tagSetting, "stream_like_engine_insert_queue",
	"temporary_files_codec", "trace_profile_events_list", "url_base", "workload",
	"allow_introspection_functions", "allow_get_client_http_header", "allow_experimental_kusto_dialect",
	"allow_experimental_prql_dialect",
	"allow_experimental_polyglot_dialect", "allow_experimental_eval_table_function", "allow_python_table_function",
	"allow_experimental_ai_functions", "s3_allow_server_credentials_in_user_queries",
	"format_display_secrets_in_show_and_select",
	"max_memory_usage", "max_untracked_memory", "max_query_size"}

// harmlessTexts are settings that hold a text and neither a name of a file nor an expression.
var harmlessTexts = []string{"bool_false_representation", "bool_true_representation", "force_data_skipping_indices",
	"force_optimize_projection_name", "format_csv_null_representation", "format_custom_field_delimiter",
	"format_custom_result_after_delimiter",
	"format_custom_result_before_delimiter", "format_custom_row_after_delimiter", "format_custom_row_before_delimiter",
	"format_custom_row_between_delimiter", "format_json_object_each_row_column_for_object_name",
	"format_tsv_null_representation",
	"ignore_data_skipping_indices", "insert_deduplication_token", "log_comment", "network_compression_method",
	"output_format_avro_codec",
	"output_format_avro_string_column_pattern", "output_format_orc_writer_time_zone_name",
	"output_format_pretty_grid_charset",
	"output_format_sql_insert_table_name", "preferred_optimize_projection_name", "query_cache_tag"}

// tagSetting carries the tag by which a connection's statement is found to be killed. Nothing else looks at it, as no
// logs are sent.
const tagSetting = "send_logs_source_regexp"

func refusedSetting(name string) bool { return slices.Contains(refusedSettings, name) }
