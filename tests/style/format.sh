#!/bin/sh
# All C has the form that .clang-format gives it.
exec "${ASSIZE_SRCDIR:-.}/build-aux/format.sh" --check
