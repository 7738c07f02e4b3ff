-- Headers are kept as JSON.
CREATE FUNCTION pg_temp.headers_of(head text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(json_agg(json_build_object(
    'name', split_part(line, ':', 1),
    'value', CASE WHEN strpos(line, ':') > 0 THEN substr(line, strpos(line, ':') + 1) END,
    'isSecret', strpos(line, ':') = 0) ORDER BY place), '[]')
  FROM unnest(string_to_array(head, E'\n')) WITH ORDINALITY AS lines(line, place)
$$;

UPDATE "DeliveryAttempt" SET
  "requestHeaders" = pg_temp.headers_of("requestHead"),
  "responseHeaders" = pg_temp.headers_of("responseHead")
WHERE "requestHead" IS NOT NULL;

ALTER TABLE "DeliveryAttempt" DROP COLUMN "requestHead",
DROP COLUMN "responseHead",
ALTER COLUMN "requestHeaders" DROP DEFAULT,
ALTER COLUMN "responseHeaders" DROP DEFAULT;
