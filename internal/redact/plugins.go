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
	case name == workflow:
		r.workflow()
	case name == multiAuth:
		r.object(func(field string, object int) {
			if field != "auth_plugins" {
				r.field(field, object)
				return
			}
			r.each(func(int) { r.object(func(plugin string, _ int) { r.plugin(plugin) }) })
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
	r.object(func(plugin string, _ int) { r.plugin(plugin) })
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
			raw := r.raw()
			plugin = unquote(raw)
			r.out = append(r.out, raw...)
		case n == 1:
			r.plugin(plugin)
		default:
			r.value()
		}
	})
}

// proves reports whether consumers authenticate with the plugin.
func proves(name string) bool {
	switch name {
	case "key-auth", "basic-auth", "jwt-auth", "hmac-auth", "ldap-auth", "wolf-rbac", "oauth", "portal-auth", "dingtalk-auth",
		"feishu-auth", "openid-connect", "acl", "jwe-decrypt", "cas-auth", "saml-auth":
		return true
	}
	return false
}

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
