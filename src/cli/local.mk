# cli: nothing yet
