#!/bin/sh
# Every input of the corpus through the target of this name.
exec "$ASSIZE_BUILDDIR/tests/fuzz/replay_compare" "$ASSIZE_SRCDIR/tests/fuzz/corpus/compare"
