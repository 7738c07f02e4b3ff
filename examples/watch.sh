#!/bin/sh
# Prints every change of every delivery as it happens, with nothing but curl (server-sent events).
#   KEY=nxs_… sh examples/watch.sh
exec curl -sSNG "${URL:-http://127.0.0.1:4000/graphql}" -H 'accept: text/event-stream' \
  -H "authorization: Bearer ${KEY:?give an API key: KEY=nxs_… sh examples/watch.sh}" --data-urlencode \
  'query=subscription { deliveryUpdated { status delivery { event { type eventId } webhook { name } } } }'
