#!/bin/sh
# Says how many users there are, with the token that genesys-worker gives it. It passes it on in no argument.
printf 'Authorization: Bearer %s' "$GENESYS_CLOUD_ACCESS_TOKEN" |
  curl --silent --show-error --fail --header @- "$GENESYS_CLOUD_API_URL/api/v2/users?pageSize=1"
