package redact

// listed are the fields of resources and of plugins of API7 and Apache APISIX whose texts are settings, names, hosts, paths
// or conditions, in all their schemas. In a snapshot the texts of all other fields are hidden. Fields with free texts,
// names of users and values that somebody gives something are none of them.
var listed = names(`
	vars exprs expr match case filter include_req_body_expr include_resp_body_expr
	type scheme hash_on key key_type pass_host upstream_host host hosts port ports domain domains path paths uri uris url urls addr address
	method methods ip ips remote_addr remote_addrs server_addr sni snis discovery_type group_name namespace http_path http_method
	http_methods req_headers protocol protocols protocol_name version status state mode level format charset encoding region role action phase direction
	sock_type storage
	policy window_type time_window strategy limit_strategy cost_strategy fallback_strategy algorithm algorithms allowed_algorithms hash_algorithm
	group limit_header remaining_header reset_header header_prefix redis_host redis_hosts redis_role redis_cluster_nodes redis_cluster_name redis_master_name redis_prefix
	allow_origins allow_methods allow_headers expose_headers allow_origins_by_regex timing_allow_origins timing_allow_origins_by_regex
	whitelist blacklist allowlist denylist allow deny block_rules field_path fields attribute header_type trusted_addresses source
	header header_name query cookie_name code_header code_query realm uid ldap_uri server base_uri base_url anonymous_consumer forward_header signed_headers
	claims_to_verify key_claim_name claim
	request_method request_headers upstream_headers client_headers regex_uri remove scope scopes content_type types
	cache_zone cache_strategy cache_method cache_control required
	sampler additional_attributes additional_header_prefix_attributes trace_id_source trace_plugins span_version service_instance_name
	endpoint endpoints endpoint_addr endpoint_addrs endpoint_uri brokers kafka_topic topic tag index field logstore project severity producer_type
	meta_format concat_method database logtable cls_host cls_topic nameserver_list channel tls_server_name api_version http_version
	provider model models options override aws_region service
	discovery introspection_endpoint token_endpoint redirect_uri logout_path post_logout_redirect_uri unauth_action required_scopes cache_segment
	introspection_endpoint_auth_method token_endpoint_auth_method introspection_expiry_claim valid_issuers signing_alg endpoint_auth_method same_site samesite
	server_name http_proxy https_proxy no_proxy userinfo_url auth_redirect_uri
	idp_uri cas_callback_uri login_callback_uri logout_callback_uri logout_redirect_uri logout_uri auth_protocol_binding_method sp_issuer
	policy_enforcement_mode resource_registration_endpoint grant_type access_denied_redirect_uri permissions model_path policy_path callback_url
	external_user_label_field external_user_label_field_parser external_user_label_field_separator
	pb_option status_detail_type char_set distance_metric lakera_endpoint service_version params_type_desc variables operation_name path_concat_mode break_response_code
	wsdl_url spec_url openapi_url function_uri api_host package input_format body_format
	request_check_mode request_check_roles request_check_service response_check_service stream_check_mode risk_level_bar
	effect resources protocol_level catalog category source_type unhealthy healthy $unknown`)
