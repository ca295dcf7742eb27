#!/bin/sh
# Every input of the corpus through the target that reads JSON.
exec "$ASSIZE_BUILDDIR/tests/fuzz/replay_json" "$ASSIZE_SRCDIR/tests/fuzz/corpus/json"
