-- Hides a value. The scheme of a reference stays.
CREATE FUNCTION {schema}.mark(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
BEGIN
  RETURN to_jsonb(coalesce(substring(lower(v::text COLLATE "C") FROM '"([$](secret|env)://)'), '') || '{marker}');
END
{quote};

-- Hides a value, but for whether it is empty.
CREATE FUNCTION {schema}.opaque(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
BEGIN
  IF jsonb_typeof(v) IN ('boolean', 'null') OR v IN ('""', '[]', '{}') THEN
    RETURN v;
  END IF;
  RETURN {schema}.mark(v);
END
{quote};

-- Hides the texts and numbers in a value. Passwords that the vendor published stay.
CREATE FUNCTION {schema}.hide(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb;
  e jsonb;
  k text;
BEGIN
  CASE jsonb_typeof(v)
  WHEN 'object' THEN
    made := v;
    FOR k, e IN SELECT * FROM jsonb_each(v) LOOP
      made := made || jsonb_build_object(k, {schema}.hide(e));
    END LOOP;
    RETURN made;
  WHEN 'array' THEN
    made := '[]';
    FOR e IN SELECT * FROM jsonb_array_elements(v) LOOP
      made := made || jsonb_build_array({schema}.hide(e));
    END LOOP;
    RETURN made;
  ELSE
    RETURN CASE WHEN v IN ({published}) THEN v ELSE {schema}.opaque(v) END;
  END CASE;
END
{quote};

-- A text without the credentials that are marked as such in it: user and password of a URL, sensitive parameters, lines
-- of headers that authenticate, JSON Web Tokens, keys in PEM. Addresses keep their other parts. A text with a token behind
-- the word for its scheme is hidden whole.
CREATE FUNCTION {schema}.words(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  said text := v #>> '{}';
  groups text := chr(92) || '1' || chr(92) || '2{marker}';
  made text;
BEGIN
  IF lower(said COLLATE "C") !~ '{hint}' THEN
    RETURN v;
  ELSIF lower(said COLLATE "C") ~ '{scheme}' THEN
    RETURN {schema}.mark(v);
  ELSIF said COLLATE "C" ~ '[^ -~]' AND encode(convert_to(said, 'UTF8'), 'hex') ~ '{accentedparameter}' THEN -- in a query
    RETURN {schema}.mark(v);
  ELSIF said !~ '^/|://' THEN
    RETURN to_jsonb(regexp_replace(said COLLATE "C", '({carriers}).*|{tokens}', groups, 'gi'));
  END IF;
  made := regexp_replace(said COLLATE "C", '({carriers})[^&;#]*|{tokens}|{user}', groups, 'gi');
  IF made <> said AND said ~ '[^,[:space:]][[:space:]]' THEN -- where a part of it ends is not certain
    RETURN {schema}.mark(v);
  END IF;
  RETURN to_jsonb(made);
END
{quote};

-- A value without the secrets in it. extra says which fields are secrets, or are none, whatever their names.
CREATE FUNCTION {schema}.scrub(v jsonb, extra jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := v;
  e jsonb;
  k text;
BEGIN
  CASE jsonb_typeof(v)
  WHEN 'object' THEN
    FOR k, e IN SELECT * FROM jsonb_each(v) LOOP
      CONTINUE WHEN NOT extra ? k AND lower(k COLLATE "C") !~ '{suspiciousname}'
        AND (jsonb_typeof(e) IN ('number', 'boolean', 'null') OR jsonb_typeof(e) = 'string' AND lower(e::text COLLATE "C") !~ '{hint}');
      made := made || jsonb_build_object(k, {schema}.field(k, e, v, extra));
    END LOOP;
    RETURN made;
  WHEN 'array' THEN
    RETURN {schema}.list(v, extra);
  WHEN 'string' THEN
    RETURN {schema}.words(v);
  ELSE
    RETURN v;
  END CASE;
END
{quote};

-- A list. Of a condition [variable, operator, value] on a sensitive variable it hides the value.
CREATE FUNCTION {schema}.list(v jsonb, extra jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := '[]';
  e jsonb;
  n int := 0;
  last int := jsonb_array_length(v) - 1;
  secret boolean := false;
  condition boolean := false;
BEGIN
  IF last > 1 AND jsonb_typeof(v -> 0) = 'string' THEN
    secret := {schema}.sensitive_variable(v ->> 0);
    condition := secret OR jsonb_typeof(v -> 1) = 'string' AND lower((v ->> 1) COLLATE "C") = ANY (ARRAY[{operators}]);
  END IF;
  FOR e IN SELECT * FROM jsonb_array_elements(v) LOOP
    made := made || jsonb_build_array(CASE
      WHEN NOT condition OR n = 0 THEN {schema}.scrub(e, extra)
      WHEN n = last AND secret THEN {schema}.hide(e)
      WHEN n = last THEN {schema}.compared(e, extra)
      WHEN jsonb_typeof(e) = 'string' AND lower((e #>> '{}') COLLATE "C") = ANY (ARRAY[{operators}]) THEN e
      ELSE {schema}.hide(e) END);
    n := n + 1;
  END LOOP;
  RETURN made;
END
{quote};

-- What a variable that is not sensitive is compared with: a text, or a list of them, which is no condition itself.
CREATE FUNCTION {schema}.compared(v jsonb, extra jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := '[]';
  e jsonb;
BEGIN
  IF jsonb_typeof(v) <> 'array' THEN
    RETURN {schema}.scrub(v, extra);
  END IF;
  FOR e IN SELECT * FROM jsonb_array_elements(v) LOOP
    made := made || jsonb_build_array({schema}.compared(e, extra));
  END LOOP;
  RETURN made;
END
{quote};

-- The value of a field of object o.
CREATE FUNCTION {schema}.field(k text, e jsonb, o jsonb, extra jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := e;
  inner_k text;
  inner_e jsonb;
BEGIN
  IF k = 'nodes' AND jsonb_typeof(e) = 'object' THEN
    FOR inner_k, inner_e IN SELECT * FROM jsonb_each(e) LOOP
      made := made || jsonb_build_object(inner_k, {schema}.scrub(inner_e, extra));
    END LOOP;
    RETURN made;
  ELSIF k = 'labels' AND jsonb_typeof(e) = 'object' THEN
    IF lower(translate(e::text, '-', '_') COLLATE "C") !~ '{suspiciousvariable}|{hint}|[{[].*[{[]|[^ -~]' THEN
      RETURN e;
    END IF;
    FOR inner_k, inner_e IN SELECT * FROM jsonb_each(e) LOOP
      made := made || jsonb_build_object(inner_k, CASE
        WHEN jsonb_typeof(inner_e) <> 'string' THEN {schema}.field(inner_k, inner_e, e, extra)
        WHEN {schema}.sensitive_variable(inner_k) THEN {schema}.mark(inner_e)
        ELSE {schema}.scrub(inner_e, extra) END);
    END LOOP;
    RETURN made;
  ELSIF ('{given}'::jsonb ? k OR {givenends} AND k <> 'req_headers') AND jsonb_typeof(e) IN ('object', 'array')
      OR '{written}'::jsonb ? k OR {writtenends} THEN
    RETURN {schema}.hide(e);
  ELSIF extra ? k THEN
    IF extra ->> k = 'true' THEN
      RETURN {schema}.hide(e);
    END IF;
    RETURN {schema}.scrub(e, extra);
  ELSIF {schema}.sensitive(k) AND (k <> 'key' OR NOT o ?| ARRAY['nodes', 'hash_on', 'service_name']) THEN
    RETURN {schema}.hide(e); -- the key of an upstream says what to hash on
  END IF;
  RETURN {schema}.scrub(e, extra);
END
{quote};

-- What is shown: texts, numbers, and lists of them.
CREATE FUNCTION {schema}.plain(v jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
BEGIN
  IF jsonb_typeof(v) = 'object' OR jsonb_typeof(v) = 'array' AND substr(v::text, 2) ~ '[{[]' THEN
    RETURN {schema}.scrub(v, '{}');
  ELSIF jsonb_typeof(v) = 'array' THEN
    RETURN {schema}.compared(v, '{}');
  END IF;
  RETURN {schema}.scrub(v, '{}');
END
{quote};

-- The fields of an object, each hidden whole unless it is named.
CREATE FUNCTION {schema}.only(v jsonb, names text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS {quote}
DECLARE
  made jsonb := v;
  e jsonb;
  k text;
BEGIN
  IF jsonb_typeof(v) <> 'object' THEN
    RETURN {schema}.opaque(v);
  END IF;
  FOR k, e IN SELECT * FROM jsonb_each(v) LOOP
    made := made || jsonb_build_object(k, CASE
      WHEN k = '_meta' AND k = ANY (names) THEN {schema}.scrub(e, '{}')
      WHEN k = ANY (names) THEN {schema}.plain(e)
      ELSE {schema}.opaque(e) END);
  END LOOP;
  RETURN made;
END
{quote};
