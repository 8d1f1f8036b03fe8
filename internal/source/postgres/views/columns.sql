-- The value of a key of kine. What cannot be parsed is hidden and is no JSON, so that it counts as damaged; what is too
-- long to be read keeps its length.
CREATE FUNCTION {schema}.kine_value(name text, value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS {quote}
DECLARE
  v jsonb;
  collection text := split_part(name, '/', 4);
  id text;
BEGIN
  IF octet_length(value) > {maxrow} THEN
    RETURN repeat('*', octet_length(value));
  ELSIF name NOT LIKE '/gateway@_groups/%' ESCAPE '@' THEN
    RETURN '"{marker}"';
  END IF;
  id := split_part(name, '/', 5);
  IF collection = 'apisix' THEN
    collection := id;
    id := split_part(name, '/', 6);
  END IF;
  IF NOT collection = ANY (ARRAY[{known}]) THEN
    RETURN CASE WHEN {mentions} THEN '{"plugins": "{marker}"}' ELSE '"{marker}"' END;
  END IF;
  v := value::jsonb;
  RETURN CASE collection
{collections}  END;
EXCEPTION WHEN OTHERS THEN
  RETURN '{marker}';
END
{quote};

CREATE FUNCTION {schema}.kine_value(name text, value bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS {quote}
BEGIN
  IF octet_length(value) > {maxrow} THEN
    RETURN repeat('*', octet_length(value));
  END IF;
  RETURN {schema}.kine_value(name, convert_from(value, 'UTF8'));
EXCEPTION WHEN OTHERS THEN
  RETURN '{marker}';
END
{quote};

-- The value of a document in a column of another table.
CREATE FUNCTION {schema}.column_value(how text, k text, value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS {quote}
BEGIN
  IF octet_length(value) > {maxrow} THEN
    RETURN repeat('*', octet_length(value));
  ELSIF btrim(value) = '' THEN
    RETURN value;
  END IF;
  RETURN {schema}.treated(how, k, value::jsonb, '{}', '{}', false, {schema}.clean(jsonb_build_object(k, value::jsonb)))::text;
EXCEPTION WHEN OTHERS THEN
  RETURN CASE WHEN ltrim(value) ~ '^[[:space:]]*[{[]' THEN '{' ELSE '' END || '{marker}';
END
{quote};

CREATE FUNCTION {schema}.column_value(how text, k text, value bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS {quote}
BEGIN
  IF octet_length(value) > {maxrow} THEN
    RETURN repeat('*', octet_length(value));
  END IF;
  RETURN {schema}.column_value(how, k, convert_from(value, 'UTF8'));
EXCEPTION WHEN OTHERS THEN
  RETURN '{{marker}';
END
{quote};

-- A text that people wrote.
CREATE FUNCTION {schema}.text_value(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS {quote}
BEGIN
  RETURN CASE
    WHEN value IS NULL OR value = '' THEN value
    WHEN char_length(value) > {longest} THEN repeat('*', char_length(value))
    ELSE '{marker}' END;
END
{quote};
