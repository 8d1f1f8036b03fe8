-- The configuration of a plugin.
CREATE FUNCTION {schema}.plugin(name text, v jsonb, consumer boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := v;
  e jsonb;
  k text;
BEGIN
  IF NOT '{plugins}'::jsonb ? name OR consumer AND '{proving}'::jsonb ? name THEN
    RETURN {schema}.only(v, ARRAY['_meta', 'algorithm', 'key_claim_name', 'exp']);
  ELSIF jsonb_typeof(v) NOT IN ('object', 'array') THEN
    RETURN {schema}.opaque(v);
  ELSIF name NOT IN ('workflow', 'multi-auth') THEN
    IF NOT '{special}'::jsonb ? name AND {schema}.clean(jsonb_build_object(name, v)) THEN
      RETURN v;
    END IF;
    RETURN {schema}.scrub(v, coalesce('{peculiar}'::jsonb -> name, '{}'));
  ELSIF jsonb_typeof(v) <> 'object' THEN
    RETURN {schema}.scrub(v, '{}');
  END IF;
  FOR k, e IN SELECT * FROM jsonb_each(v) LOOP
    made := made || jsonb_build_object(k, CASE
      WHEN name = 'workflow' AND k = 'rules' THEN {schema}.nested(e, k, consumer)
      WHEN name = 'multi-auth' AND k = 'auth_plugins' THEN {schema}.nested(e, k, consumer)
      ELSE {schema}.field(k, e, v, '{}') END);
  END LOOP;
  RETURN made;
END
{quote};

-- The plugins that another plugin nests: rules[].actions[] = [name, configuration], and auth_plugins[] = {name: configuration}.
CREATE FUNCTION {schema}.nested(v jsonb, level text, consumer boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := '[]';
  inner_made jsonb;
  e jsonb;
  inner_e jsonb;
  k text;
  n int;
BEGIN
  IF jsonb_typeof(v) <> 'array' THEN
    RETURN {schema}.scrub(v, '{}');
  END IF;
  FOR e IN SELECT * FROM jsonb_array_elements(v) LOOP
    inner_made := e;
    IF level = 'auth_plugins' AND jsonb_typeof(e) = 'object' THEN
      inner_made := {schema}.plugins(e, consumer, false);
    ELSIF level = 'rules' AND jsonb_typeof(e) = 'object' THEN
      FOR k, inner_e IN SELECT * FROM jsonb_each(e) LOOP
        inner_made := inner_made || jsonb_build_object(k, CASE
          WHEN k = 'actions' THEN {schema}.nested(inner_e, k, consumer)
          ELSE {schema}.field(k, inner_e, e, '{}') END);
      END LOOP;
    ELSIF level = 'actions' AND jsonb_typeof(e) = 'array' THEN
      inner_made := '[]';
      k := CASE WHEN jsonb_typeof(e -> 0) = 'string' THEN e ->> 0 ELSE '' END;
      n := 0;
      FOR inner_e IN SELECT * FROM jsonb_array_elements(e) LOOP
        inner_made := inner_made || jsonb_build_array(CASE n
          WHEN 0 THEN CASE jsonb_typeof(inner_e) WHEN 'string' THEN inner_e ELSE {schema}.scrub(inner_e, '{}') END
          WHEN 1 THEN {schema}.plugin(k, inner_e, consumer)
          ELSE {schema}.scrub(inner_e, '{}') END);
        n := n + 1;
      END LOOP;
    ELSE
      inner_made := {schema}.scrub(e, '{}');
    END IF;
    made := made || jsonb_build_array(inner_made);
  END LOOP;
  RETURN made;
END
{quote};

-- Plugins by name, with their configurations. clean is true if nothing in those of known plugins can be a secret.
CREATE FUNCTION {schema}.plugins(v jsonb, consumer boolean, clean boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := v;
  e jsonb;
  k text;
BEGIN
  IF jsonb_typeof(v) <> 'object' THEN
    RETURN {schema}.opaque(v);
  END IF;
  FOR k, e IN SELECT * FROM jsonb_each(v) LOOP
    CONTINUE WHEN clean AND '{ordinary}'::jsonb ? k AND NOT consumer AND jsonb_typeof(e) IN ('object', 'array');
    made := made || jsonb_build_object(k, {schema}.plugin(k, e, consumer));
  END LOOP;
  RETURN made;
END
{quote};

-- A list of plugins: names, or objects with a name.
CREATE FUNCTION {schema}.enabled(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := '[]';
  e jsonb;
BEGIN
  IF jsonb_typeof(v) <> 'array' THEN
    RETURN {schema}.plugins(v, false, false);
  END IF;
  FOR e IN SELECT * FROM jsonb_array_elements(v) LOOP
    made := made || jsonb_build_array(CASE jsonb_typeof(e)
      WHEN 'object' THEN {schema}.only(e, ARRAY['name', 'stream']) ELSE {schema}.plain(e) END);
  END LOOP;
  RETURN made;
END
{quote};
