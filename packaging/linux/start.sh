#!/bin/sh
# Starts the version of the program that "current" names. Where that one is not there (a disk that lost it, an upgrade that was cut
# off), the one before it, or the newest that is. While an update has not ended, the version before it starts, whatever "current"
# names: a new version that is not confirmed must neither work on the station's data nor judge itself. Only the shell's own words and
# readlink, sort, tail are used.
set -u
self=$(readlink -f "$0")
root=${self%/*}

cut_off() { # whether an update of what is installed has not ended; "before" is then the version that starts
    before= after= step=
    [ -r "$root/update/journal.json" ] || return 1
    while read -r key value; do
        value=${value#\"}
        value=${value%%\"*}
        case $key in
            '"before":') before=$value ;;
            '"after":') after=$value ;;
            '"step":') step=$value ;;
        esac
    done <"$root/update/journal.json"
    [ -n "$step" ] && [ "$step" != ended ] && [ -n "$before" ] && [ -x "$root/versions/$before/kiosk" ] || return 1
    case $(readlink "$root/current") in # a package that was installed since is what shall start
        "versions/$before" | "versions/$after" | "") ;;
        *) return 1 ;;
    esac
}

if cut_off; then
    if [ "${1-}" = run ] && [ -w "$root/update/journal.json" ]; then
        echo "kiosk: an update was cut off; it is finished or undone before the station starts (this may take minutes)" >&2
        "$root/versions/$before/kiosk" update settle >&2 </dev/null
    fi
    if cut_off; then
        exec "$root/versions/$before/kiosk" "$@"
    fi
fi
for pointer in current previous; do
    if [ -x "$root/$pointer/kiosk" ] && [ -e "$root/$pointer/files.json" ]; then
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
