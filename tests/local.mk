# tests: nothing yet
