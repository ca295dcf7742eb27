#!/bin/sh
# Is the tree as ./dev format leaves it?
exec "${ASSIZE_SRCDIR:-.}/build-aux/format.sh" --check
