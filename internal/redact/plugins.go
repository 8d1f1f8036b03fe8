package redact

// The plugins that nest others.
const (
	workflow  = "workflow"
	multiAuth = "multi-auth"
)

// plugin copies the configuration of a plugin.
func (r *redactor) plugin(name string) {
	switch {
	case !known(name), r.consumer && proves(name):
		r.names()
	case proves(name):
		r.asking(proving[name])
	case name == workflow:
		r.workflow()
	case name == multiAuth:
		r.object(func(field string, object int) {
			if field != "auth_plugins" {
				r.field(field, object)
				return
			}
			r.each(func(int) { r.members(Text, func(plugin string, _ int) { r.plugin(plugin) }) })
		})
	default:
		around := r.extra
		r.extra = peculiar(name)
		r.configuration()
		r.extra = around
	}
}

// attached copies plugins with their configurations: an object, or what Lua writes for none.
func (r *redactor) attached() {
	if r.space() != '{' {
		r.opaque()
		return
	}
	r.members(Text, func(plugin string, _ int) { r.plugin(plugin) })
}

// enabled copies which plugins are enabled: a list of names, or of objects with a name.
func (r *redactor) enabled() {
	if r.space() != '[' {
		r.attached()
		return
	}
	r.each(func(int) {
		if r.space() != '{' {
			r.plain(setting.clean)
			return
		}
		r.object(func(field string, _ int) { r.keep(field == "name" || field == "stream") })
	})
}

// configuration copies the configuration of a known plugin: an object, or what Lua writes for an empty one.
func (r *redactor) configuration() {
	if c := r.space(); c != '{' && c != '[' {
		r.opaque()
		return
	}
	r.value()
}

// names copies a configuration but only the names of its fields. How a credential is used, and whether the plugin is
// on, is no secret and stays.
func (r *redactor) names() {
	if r.space() != '{' {
		r.opaque()
		return
	}
	r.object(func(field string, _ int) {
		switch field {
		case "_meta":
			r.value()
		case "algorithm", "key_claim_name", "exp":
			r.keep(true)
		default:
			r.opaque()
		}
	})
}

// workflow copies rules[].actions[] = [plugin, configuration].
func (r *redactor) workflow() {
	r.object(func(field string, object int) {
		if field != "rules" {
			r.field(field, object)
			return
		}
		r.each(func(int) {
			r.object(func(field string, object int) {
				if field != "actions" {
					r.field(field, object)
					return
				}
				r.each(func(int) { r.action() })
			})
		})
	})
}

func (r *redactor) action() {
	plugin := ""
	r.each(func(n int) {
		switch {
		case n == 0 && r.space() == '"':
			r.shape(func(name string) string {
				plugin = Text(name)
				return plugin
			})
		case n == 1:
			r.plugin(plugin)
		default:
			r.value()
		}
	})
}

// asking copies the configuration of a plugin that asks consumers to authenticate: the fields of its schema that say how.
// Somebody may have put the credential of a consumer there as well.
func (r *redactor) asking(fields map[string]bool) {
	if r.space() != '{' {
		r.configuration()
		return
	}
	r.object(func(field string, object int) {
		if field == "_meta" || fields[field] {
			r.field(field, object)
			return
		}
		r.opaque()
	})
}

// proves reports whether consumers authenticate with the plugin.
func proves(name string) bool { return proving[name] != nil }

// proving holds, for the plugins by which consumers authenticate, the fields that are no secret where they ask for it.
var proving = func() map[string]map[string]bool {
	const asked, anonymous = "header query cookie ", "hide_credentials realm anonymous_consumer "
	return map[string]map[string]bool{
		"key-auth":    names(asked + anonymous),
		"basic-auth":  names(anonymous),
		"jwt-auth":    names(asked + anonymous + "key_claim_name store_in_ctx claims_to_verify algorithm lifetime_grace_period"),
		"hmac-auth":   names(anonymous + "algorithm allowed_algorithms clock_skew signed_headers validate_request_body max_req_body max_req_body_size keep_headers encode_uri_params"),
		"ldap-auth":   names(anonymous + "base_dn ldap_uri use_tls tls_verify uid"),
		"wolf-rbac":   names("server header_prefix ssl_verify"),
		"jwe-decrypt": names("header forward_header strict"),
		"oauth":       names(anonymous),
		"portal-auth": names(anonymous),
		"acl":         names("external_user_label_field external_user_label_field_parser external_user_label_field_separator allow_labels deny_labels rejected_code rejected_msg"),
		"cas-auth":    names("idp_uri cas_callback_uri logout_uri max_req_body_size"),
		"saml-auth": names(`sp_issuer idp_uri login_callback_uri logout_uri logout_callback_uri logout_redirect_uri
			auth_protocol_binding_method samesite secret`),
		"dingtalk-auth": names("code_header code_query userinfo_url set_userinfo_header redirect_uri timeout ssl_verify cookie_expires_in"),
		"feishu-auth":   names("app_id code_header code_query userinfo_url set_userinfo_header auth_redirect_uri redirect_uri timeout ssl_verify cookie_expires_in"),
		"openid-connect": names(`client_id discovery scope ssl_verify timeout introspection_endpoint introspection_endpoint_auth_method
			token_endpoint_auth_method bearer_only session realm claim_validator logout_path redirect_uri post_logout_redirect_uri unauth_action
			use_jwks use_pkce set_access_token_header access_token_in_authorization_header set_id_token_header set_userinfo_header
			set_refresh_token_header proxy_opts renew_access_token_on_expiry access_token_expires_in refresh_session_interval iat_slack
			accept_none_alg accept_unsupported_alg access_token_expires_leeway force_reauthorize use_nonce revoke_tokens_on_logout
			jwk_expires_in jwt_verification_cache_ignore cache_segment introspection_interval introspection_expiry_claim required_scopes`),
	}
}()

// peculiar returns the fields of a plugin whose names mislead: true for a secret, or free text or code that may
// contain one; false for a field that looks like a secret and is none.
func peculiar(plugin string) map[string]bool {
	switch plugin {
	case "limit-count", "limit-count-advanced", "limit-req", "limit-conn", "ai-rate-limiting", "graphql-limit-count":
		return map[string]bool{"key": false} // the variable by which requests are counted
	case "serverless-pre-function", "serverless-post-function", "exit-transformer":
		return map[string]bool{"functions": true, "function": true}
	case "response-rewrite", "fault-injection", "mocking":
		return map[string]bool{"body": true, "response_example": true}
	case "body-transformer":
		return map[string]bool{"template": true}
	case "ext-plugin-pre-req", "ext-plugin-post-req", "ext-plugin-post-resp":
		return map[string]bool{"value": true} // the input of the plugin runner
	case "ai-proxy", "ai-proxy-multi", "ai-request-rewrite", "ai-rag", "ai-prompt-decorator", "ai-prompt-template":
		return map[string]bool{"header": true, "query": true, "prompt": true, "content": true}
	}
	return nil
}

// known reports whether API7 or Apache APISIX ships the plugin, so that field names say what the fields hold. In a
// custom plugin they may mean anything.
func known(plugin string) bool { return shipped[plugin] }
