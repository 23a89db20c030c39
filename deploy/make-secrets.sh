#!/bin/sh
# Writes the secrets that docker-compose.yml mounts into a new folder, and shows none of them.
# The folder is closed to other users; the files in it are not, since each container reads them as a user of its own.
set -eu
folder=${1:?usage: make-secrets.sh FOLDER}

if [ -e "$folder" ]; then
    echo "There is a folder $folder already: its secrets stay as they are."
    exit 0
fi

random() { od -An -N 24 -tx1 /dev/urandom | tr -d ' \n'; }

new="$folder.new"
mkdir -m 700 "$new"
trap 'rm -rf "$new"' EXIT
postgres=$(random)
redis=$(random)
printf '%s' "$postgres" > "$new/postgres_password"
printf 'postgresql://secondsource:%s@postgres:5432/secondsource' "$postgres" > "$new/database_url"
printf 'user default on >%s ~* &* +@all\n' "$redis" > "$new/redis_users"
printf 'redis://default:%s@redis:6379/0' "$redis" > "$new/redis_url"
chmod 444 "$new"/*
mv "$new" "$folder"
echo "Wrote the passwords of PostgreSQL and Redis, and their addresses with them, to $folder."
