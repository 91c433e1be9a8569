#!/bin/sh
# Starts the version of the program that "current" names. Where that one is not there (a disk that lost it, an upgrade that was cut
# off), the one before it, or the newest that is.
set -u
self=$(readlink -f "$0")
root=${self%/*}
for pointer in current previous; do
    if [ -x "$root/$pointer/kiosk" ]; then
        version=$(readlink "$root/$pointer")
        [ "$pointer" = current ] || echo "kiosk: the current version is not there; $version starts (kiosk update status)" >&2
        exec "$root/$version/kiosk" "$@"
    fi
done
newest=$(for each in "$root"/versions/[0-9]*/files.json; do [ -e "$each" ] && echo "${each%/files.json}"; done | sort -V | tail -n 1)
if [ -n "$newest" ] && [ -x "$newest/kiosk" ]; then
    echo "kiosk: the current version is not there; ${newest##*/} starts" >&2
    exec "$newest/kiosk" "$@"
fi
echo "kiosk: no version of the program is in $root; install it again" >&2
exit 3
