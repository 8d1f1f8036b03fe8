-- An installation as it is deduced to look in 3.2.13 to 3.4; the columns of gateway_group and kine are public.
CREATE TABLE gateway_group (id varchar(255) PRIMARY KEY, short_id varchar(255), name varchar(255), org_id varchar(255),
  type varchar(255) DEFAULT 'api7_gateway', description text, labels text, config text, running_config_id varchar(255),
  config_version bigint, admin_key_salt varchar(255), encrypted_admin_key varchar(255),
  enforce_service_publishing boolean DEFAULT false, created_at timestamptz, updated_at timestamptz);
CREATE UNIQUE INDEX "UQE_gateway_group_short_id" ON gateway_group (short_id);
CREATE TABLE dataplane_certificate (id varchar(255) PRIMARY KEY, certificate text, private_key text, ca_certificate text,
  type varchar(255), gateway_group_id varchar(255), expiry timestamp);
CREATE TABLE users (id varchar(255) PRIMARY KEY, username text);
CREATE TABLE tokens (id varchar(255) PRIMARY KEY, name text, token text, salt text, user_id text, expires_at timestamp);
CREATE TABLE permission_policy (id varchar(255) PRIMARY KEY, name text, statement text);
CREATE TABLE service (id varchar(255) PRIMARY KEY, org_id varchar(255), name text, "desc" text, labels text, type varchar(32),
  hosts text, path_prefix text, strip_path_prefix boolean, upstream text, plugins text, created_at timestamptz, updated_at timestamptz);
CREATE TABLE service_version (id varchar(255) PRIMARY KEY, service_id varchar(255), version text, plugins text, created_at timestamptz);
CREATE TABLE apisix_service (id varchar(255), gateway_group_id varchar(255), service_id varchar(255), service_version_id varchar(255),
  version text, status int, name text, "desc" text, labels text, type varchar(32), hosts text, path_prefix text,
  strip_path_prefix boolean, upstream text, plugins text, created_at timestamptz, updated_at timestamptz,
  PRIMARY KEY (gateway_group_id, id));
CREATE TABLE apisix_route (id varchar(255), gateway_group_id varchar(255), service_id varchar(255), route_id varchar(255),
  route_version_id varchar(255), name text, paths text, methods text, vars text, plugins text, priority int, timeout text,
  PRIMARY KEY (gateway_group_id, id));
CREATE TABLE gateway_instance (id varchar(255) PRIMARY KEY, gateway_group_id varchar(255), hostname text, ip text, version text,
  last_heartbeat timestamptz, cores int, created_at timestamptz);
CREATE TABLE kine (id SERIAL PRIMARY KEY, name VARCHAR(630), created INTEGER, deleted INTEGER, create_revision INTEGER,
  prev_revision INTEGER, lease INTEGER, value bytea, old_value bytea);
CREATE INDEX kine_name_index ON kine (name);
CREATE INDEX kine_name_id_index ON kine (name, id);
CREATE INDEX kine_id_deleted_index ON kine (id, deleted);
CREATE INDEX kine_prev_revision_index ON kine (prev_revision);
CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision);

INSERT INTO gateway_group (id, short_id, name, labels, config, admin_key_salt, encrypted_admin_key) VALUES
  ('default', 'default', 'default', '{"env":"prod"}', '{"image_tag":"3.4.1","control_plane_password":"secret-0"}', 'secret-1', 'secret-2'),
  ('5d1c-edge', 'e1', 'edge', '', NULL, 'secret-1', 'secret-2');
INSERT INTO dataplane_certificate VALUES ('c1', 'secret-3', 'secret-4', 'secret-5');
INSERT INTO tokens VALUES ('t1', 'ci', 'secret-6', 'secret-7');
INSERT INTO service (id, name, labels, hosts, path_prefix, strip_path_prefix, upstream, plugins) VALUES
  ('tpl-1', 'orders', '{"team":"shop"}', '["orders.example.org"]', '/orders', true, '{"nodes":[{"host":"10.0.0.1","port":80,"weight":1}]}', '{}'),
  ('tpl-2', 'billing', NULL, '', NULL, NULL, 'null', '{"cors":{}}');
INSERT INTO service_version VALUES ('sv-1', 'tpl-1', '1.0.0', '{"cors":{}}', now());
INSERT INTO apisix_service (id, gateway_group_id, service_id, service_version_id, version, status, name, plugins) VALUES
  ('orders', 'default', 'tpl-1', 'sv-1', '1.0.0', 1, 'orders', '{"api7-traffic-split":{}}'),
  ('direct', '5d1c-edge', '', NULL, NULL, 1, 'direct', NULL);
INSERT INTO apisix_route (id, gateway_group_id, service_id, route_id, name, paths, plugins, priority) VALUES
  ('r1', 'default', 'orders', NULL, 'list', '["/list"]', '{"traffic-split":{}}', 3);
INSERT INTO gateway_instance VALUES
  ('i1', 'default', 'gw-1', '10.0.0.7', '3.4.1', now() - interval '30 s', 4, now()),
  ('i2', '5d1c-edge', 'gw-2', '10.0.0.8', '3.3.2', now() - interval '90 days', 4, now());
INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) VALUES
  ('compact_rev_key', 1, 0, 0, 0, 0, ''),
  ('/gateway_groups/default/services/orders', 1, 0, 0, 0, 0, '{"id":"orders","plugins":{"old":{}}}'),
  ('/gateway_groups/default/services/orders', 0, 0, 2, 2, 0, '{"id":"orders","plugins":{"api7-traffic-split":{}}}'),
  ('/gateway_groups/e1/apisix/services/direct', 1, 0, 0, 0, 0, '{"id":"direct"}'),
  ('/gateway_groups/default/routes/r1', 1, 0, 0, 0, 0, '{"id":"r1","plugins":{"traffic-split":{}}}'),
  ('/gateway_groups/default/routes/gone', 1, 0, 0, 0, 0, '{"id":"gone"}'),
  ('/gateway_groups/default/routes/gone', 0, 1, 6, 6, 0, '{"id":"gone"}'),
  ('/gateway_groups/default/routes/back', 1, 0, 0, 0, 0, '{"id":"back","n":1}'),
  ('/gateway_groups/default/routes/back', 0, 1, 8, 8, 0, '{"id":"back","n":1}'),
  ('/gateway_groups/default/consumers/rose', 1, 0, 0, 0, 0, '{"username":"rose"}'),
  ('/gateway_groups/default/consumers/rose/credentials/6b0c', 1, 0, 0, 0, 0, '{"id":"6b0c","plugins":{"key-auth":{"key":"k"}}}'),
  ('/gateway_groups/default/global_rules/all', 1, 0, 0, 0, 0, '{"id":"all","plugins":{"prometheus":{}}}'),
  ('/gateway_groups/default/plugins', 1, 0, 0, 0, 0, '[{"name":"cors"}]'),
  ('/gateway_groups/default/ssls/s1', 1, 0, 0, 0, 0, '{"key":"secret-8"}'),
  ('/gateway_groups/default/secrets/vault/1', 1, 0, 0, 0, 0, '{"token":"secret-9"}'),
  ('/gateway_groups_of_others/default/things/r9', 1, 0, 0, 0, 0, '{"id":"r9"}'),
  ('/gateway_groups/default/routes/back', 1, 0, 0, 9, 0, '{"id":"back","n":2}');
DELETE FROM apisix_route WHERE id = 'back';
INSERT INTO apisix_route (id, gateway_group_id, service_id, name, plugins) VALUES ('back', 'default', 'orders', 'back', '');
