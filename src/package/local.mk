# package: nothing yet
