#!/bin/sh
# Starts the version of the program that "current" names; where that one is not there (a disk that lost it), the one before it.
set -u
self=$(readlink -f "$0")
root=${self%/*}
if [ -x "$root/current/kiosk" ]; then
    version=$(readlink "$root/current")
    exec "$root/$version/kiosk" "$@"
fi
if [ -x "$root/previous/kiosk" ]; then
    version=$(readlink "$root/previous")
    echo "kiosk: the current version is not there; $version starts instead (kiosk update status)" >&2
    exec "$root/$version/kiosk" "$@"
fi
echo "kiosk: no version of the program is in $root; install it again" >&2
exit 3
