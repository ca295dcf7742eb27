#!/bin/sh
# Every input of the corpus through the target that reads credentials.
exec "$ASSIZE_BUILDDIR/tests/fuzz/replay_token" "$ASSIZE_SRCDIR/tests/fuzz/corpus/token"
