#!/bin/sh
# Print the newest Python from 3.11 to 3.14 that can make a virtual environment, with --all every such version;
# say in one line what to install where there is none.
lacking=
found=
for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    case "$version" in 3.11 | 3.12 | 3.13 | 3.14) ;; *) continue ;; esac
    case " $found " in *" $version "*) continue ;; esac
    if ! "$name" -c 'import ensurepip, venv' 2>/dev/null; then
        lacking=${lacking:-$version}
        continue
    fi
    found="$found $version"
    command -v "$name"
    [ "$1" = --all ] || exit 0
done
[ -z "$found" ] || exit 0
if [ -n "$lacking" ]; then
    echo "Python $lacking lacks its venv module. Install it (Debian, Ubuntu: apt install python$lacking-venv)." >&2
else
    echo "No Python from 3.11 to 3.14 found. Install one (Debian, Ubuntu: apt install python3 python3-venv)." >&2
fi
exit 1
