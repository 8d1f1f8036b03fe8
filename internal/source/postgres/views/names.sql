-- Whether a name, in lower case and with _ for -, suggests a secret.
CREATE FUNCTION {schema}.telling(name text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS {quote}
BEGIN
  RETURN name ~ '(^(key|keys|auth|pre_function|access_key_id)|_keys?)$'
    OR (name !~ '_id$' OR name ~ 'secret') AND name ~ '{words}';
END
{quote};

-- Whether a text has a word for password, key or secret with letters that are not in ASCII.
CREATE FUNCTION {schema}.accented(said text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS {quote}
BEGIN
  RETURN encode(convert_to(said, 'UTF8'), 'hex') ~ '{accented}';
END
{quote};

-- Whether a field holds a secret, by its name.
CREATE FUNCTION {schema}.sensitive(name text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  n text := translate(lower(name COLLATE "C"), '-', '_');
BEGIN
  RETURN ({schema}.telling(n) OR reverse(split_part(reverse(n), '_', 1)) = ANY (ARRAY[{short}])) AND n !~ '({about})$';
END
{quote};

-- Whether a variable, a header, a parameter or a label holds a secret, by its name.
CREATE FUNCTION {schema}.sensitive_variable(name text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  n text := translate(lower(name COLLATE "C"), '-', '_');
BEGIN
  IF n !~ '{suspiciousvariable}' THEN
    RETURN n COLLATE "C" ~ '[^ -~]' AND {schema}.accented(n);
  END IF;
  IF n ~ '({settings})$' THEN
    RETURN false;
  ELSIF left(n, 7) = 'cookie_' THEN
    RETURN n !~ '^cookie(_({cookies}))+$';
  END IF;
  RETURN {schema}.telling(n) OR n ~ '(^|[_./])({variables})([_./]|$)'
    OR regexp_replace(n, '(^|[_./])({codes})[_./]+code(?=[_./]|$)', '_', 'g') ~ '(^|[_./])code([_./]|$)' -- not that of a country
    OR {schema}.accented(n);
END
{quote};

-- Whether nothing in an object can be a secret, by the names of fields and variables and by its texts. v is a resource or
-- holds one plugin. The key of a plugin that counts requests names a variable.
CREATE FUNCTION {schema}.clean(v jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  said text := v::text;
  name text;
BEGIN
  IF strpos(said, '"key": "') > 0 THEN
    FOREACH name IN ARRAY ARRAY[{counting}] LOOP
      IF v -> 'plugins' -> name ->> 'key' ~ '^[a-z_]*$' THEN
        v := v #- ARRAY['plugins', name, 'key'];
      ELSIF v -> name ->> 'key' ~ '^[a-z_]*$' THEN
        v := v #- ARRAY[name, 'key'];
      END IF;
    END LOOP;
    said := v::text;
  END IF;
  RETURN lower(said COLLATE "C") !~ '{suspicious}' AND NOT (said COLLATE "C" ~ '[^ -~]' AND {schema}.accented(said));
END
{quote};
