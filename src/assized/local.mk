# assized: nothing yet
