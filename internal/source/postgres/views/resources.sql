-- The statements of a permission policy, however they are wrapped.
CREATE FUNCTION {schema}.statement(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := v;
  e jsonb;
  k text;
BEGIN
  CASE jsonb_typeof(v)
  WHEN 'array' THEN
    made := '[]';
    FOR e IN SELECT * FROM jsonb_array_elements(v) LOOP
      made := made || jsonb_build_array({schema}.statement(e));
    END LOOP;
    RETURN made;
  WHEN 'object' THEN
    FOR k, e IN SELECT * FROM jsonb_each(v) LOOP
      made := made || jsonb_build_object(k, CASE
        WHEN k = 'statement' THEN {schema}.statement(e)
        WHEN k IN ('actions', 'resources', 'effect') THEN {schema}.plain(e)
        ELSE {schema}.field(k, e, v, '{}') END);
    END LOOP;
    RETURN made;
  ELSE
    RETURN {schema}.scrub(v, '{}');
  END CASE;
END
{quote};

-- A top-level field of a resource. clean is true if nothing can be a secret by its name or its text.
CREATE FUNCTION {schema}.treated(how text, k text, e jsonb, o jsonb, extra jsonb, consumer boolean, clean boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  n int;
BEGIN
  CASE coalesce(how, '')
  WHEN 'shown' THEN
    RETURN {schema}.plain(e);
  WHEN 'searched' THEN
    IF clean AND k NOT IN ('key', 'labels') THEN
      RETURN e;
    END IF;
    RETURN {schema}.field(k, e, o, extra);
  WHEN 'plugins' THEN
    RETURN {schema}.plugins(e, consumer, clean);
  WHEN 'enabled' THEN
    RETURN {schema}.enabled(e);
  WHEN 'statement' THEN
    RETURN {schema}.statement(e);
  WHEN 'tagged' THEN
    RETURN {schema}.only(e, ARRAY['image_tag']);
  WHEN 'verified' THEN
    IF jsonb_typeof(e) = 'object' AND jsonb_typeof(e -> 'depth') = 'number' THEN
      RETURN {schema}.only(e, ARRAY['depth']);
    END IF;
    RETURN {schema}.only(e, ARRAY[]::text[]);
  WHEN 'measured' THEN
    n := octet_length(e::text);
    IF n <= {longest} THEN
      RETURN {schema}.opaque(e);
    ELSIF jsonb_typeof(e) <> 'string' THEN
      RETURN jsonb_build_array(repeat('*', n));
    END IF;
    n := char_length(e #>> '{}');
    RETURN CASE WHEN n > {longest} THEN to_jsonb(repeat('*', n)) ELSE {schema}.opaque(e) END;
  ELSE
    RETURN {schema}.opaque(e);
  END CASE;
END
{quote};

-- A resource. shown are the fields that may hold texts and numbers, fields says how to treat the others.
CREATE FUNCTION {schema}.resource(v jsonb, shown text[], fields jsonb, extra jsonb, consumer boolean, searched boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := v;
  e jsonb;
  k text;
  how text;
  others text[] := ARRAY[]::text[];
  rest jsonb;
  clean boolean;
BEGIN
  IF jsonb_typeof(v) <> 'object' THEN
    RETURN {schema}.opaque(v);
  END IF;
  rest := v - shown;
  clean := NOT searched AND {schema}.clean(rest - 'labels');
  FOR k, e IN SELECT * FROM jsonb_each(rest) LOOP
    others := others || k;
    how := coalesce(fields ->> k, CASE WHEN searched THEN 'searched' END);
    CONTINUE WHEN clean AND how = 'searched' AND k NOT IN ('key', 'labels');
    made := made || jsonb_build_object(k, {schema}.treated(how, k, e, v, extra, consumer, clean OR how = 'searched' AND NOT searched AND {schema}.clean(jsonb_build_object(k, e))));
  END LOOP;
  IF lower(substr((v - others)::text, 2) COLLATE "C") ~ '[{]|[[][^]]*[[]|{hint}' THEN -- something deeper than a list, or marked
    FOR k, e IN SELECT * FROM jsonb_each(v - others) LOOP
      made := made || jsonb_build_object(k, {schema}.plain(e));
    END LOOP;
  END IF;
  RETURN made;
END
{quote};
