-- Tables with the columns that are deduced for them and nothing beside, and kine as its source declares it. INFERRED save
-- for gateway_group and kine.
CREATE TABLE gateway_group (
  id varchar(255) PRIMARY KEY, short_id varchar(255), name varchar(255), org_id varchar(255),
  type varchar(255) DEFAULT 'api7_gateway', description text, labels text, config text, running_config_id varchar(255),
  config_version bigint, admin_key_salt varchar(255), encrypted_admin_key varchar(255),
  enforce_service_publishing boolean DEFAULT false, created_at timestamptz, updated_at timestamptz);
CREATE UNIQUE INDEX "UQE_gateway_group_short_id" ON gateway_group (short_id);
CREATE TABLE service (
  id varchar(255) PRIMARY KEY, org_id varchar(255), name text, "desc" text, labels text, type varchar(32), hosts text,
  path_prefix text, strip_path_prefix boolean, upstream text, plugins text, created_at timestamptz, updated_at timestamptz);
CREATE TABLE service_version (
  id varchar(255) PRIMARY KEY, service_id varchar(255), version text, plugins text, created_at timestamptz);
CREATE TABLE apisix_service (
  id varchar(255), gateway_group_id varchar(255), service_id varchar(255), service_version_id varchar(255), version text,
  status int, name text, "desc" text, labels text, type varchar(32), hosts text, path_prefix text,
  strip_path_prefix boolean, upstream text, plugins text, created_at timestamptz, updated_at timestamptz,
  PRIMARY KEY (gateway_group_id, id));
CREATE TABLE apisix_route (
  id varchar(255), gateway_group_id varchar(255), service_id varchar(255), route_id varchar(255),
  route_version_id varchar(255), name text, paths text, methods text, vars text, plugins text, priority int, timeout text,
  PRIMARY KEY (gateway_group_id, id));
CREATE TABLE gateway_instance (
  id varchar(255) PRIMARY KEY, gateway_group_id varchar(255), hostname text, ip text, version text,
  last_heartbeat timestamptz, cores int, created_at timestamptz);
CREATE TABLE kine (
  id SERIAL PRIMARY KEY, name VARCHAR(630), created INTEGER, deleted INTEGER, create_revision INTEGER,
  prev_revision INTEGER, lease INTEGER, value bytea, old_value bytea);
CREATE INDEX kine_name_index ON kine (name);
CREATE INDEX kine_name_id_index ON kine (name, id);
CREATE INDEX kine_id_deleted_index ON kine (id, deleted);
CREATE INDEX kine_prev_revision_index ON kine (prev_revision);
CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision);

INSERT INTO gateway_group (id, short_id, name, config) VALUES ('default', 'default', 'default', '{"image_tag":"3.4.1"}');
INSERT INTO service (id, name, type, plugins) VALUES ('tpl-1', 'orders', 'http', '{"cors":{}}');
INSERT INTO service_version VALUES ('sv-1', 'tpl-1', '1.0.0', '{"cors":{}}', now());
INSERT INTO apisix_service (id, gateway_group_id, service_id, service_version_id, version, status, name, type, hosts, upstream, plugins) VALUES
  ('orders', 'default', 'tpl-1', 'sv-1', '1.0.0', 1, 'orders', 'http', '["orders.example.org"]', '{"nodes":[{"host":"10.0.0.1","port":80,"weight":1}]}', '{"cors":{}}');
INSERT INTO apisix_route (id, gateway_group_id, service_id, name, paths, plugins) VALUES ('r1', 'default', 'orders', 'list', '["/list"]', '{}');
INSERT INTO gateway_instance VALUES ('i1', 'default', 'gw-1', '10.0.0.7', '3.4.1', now(), 4, now());
INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) VALUES
  ('compact_rev_key', 1, 0, 0, 0, 0, ''),
  ('/gateway_groups/default/services/orders', 1, 0, 0, 0, 0, '{"id":"orders","hosts":["orders.example.org"],"plugins":{"cors":{}}}'),
  ('/gateway_groups/default/routes/r1', 1, 0, 0, 0, 0, '{"id":"r1","service_id":"orders","uris":["/list"]}'),
  ('/gateway_groups/default/upstreams/orders', 1, 0, 0, 0, 0, '{"id":"orders","nodes":[{"host":"10.0.0.1","port":80,"weight":1}]}');
CREATE TABLE permission_policy (id varchar(255) PRIMARY KEY, name text, statement text);
INSERT INTO permission_policy (id, name, statement) VALUES ('pp-1', 'readers', '[{"resources": ["<.*>"], "actions": ["gateway:GetPublishedService"], "effect": "allow"}]');
