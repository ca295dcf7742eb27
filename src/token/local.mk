# token: nothing yet
